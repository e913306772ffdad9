"""退回单 of a run: of each input with findings a copy with the problems at their cells, to be corrected and handed in.

Called by ``outputs``. What cannot be patched goes back as its values in our blank form. Source: docs/decisions/009.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import forms
from pipeline.model import SourceFile

if TYPE_CHECKING:
    from pipeline.assessment import Assessment, Request

NAME = "退回单"


def write_returned(folder: Path, assessed: Assessment, request: Request) -> None:
    """退回单: of each input with findings a copy with the problems at their cells; none without findings."""
    if not assessed.findings:
        return
    from pipeline.write.problems import problems_by_file

    basis = _basis_of(assessed)
    root = request.submission if request.submission.is_dir() else request.submission.parent
    files = {file.path: file for file in assessed.submission.files}
    told = problems_by_file(assessed.findings, assessed.records, assessed.submission, forms.load_specs())
    for name, problems in told.items():
        copy, content = _marked_copy((root / name).read_bytes(), files[name], problems, basis)
        if (folder / copy).exists():  # a.xls and a.xlsx
            copy = f"{name}.xlsx"
        (folder / copy).parent.mkdir(parents=True, exist_ok=True)
        (folder / copy).write_bytes(content)


def _basis_of(assessed: Assessment) -> str:
    """The 数据口径 under which the problems were found, as a line of the first sheet."""
    figure = assessed.outcome.figures.get("basics.reporting_basis")
    return f"数据口径：{figure.value if figure and figure.value else '未填'}。"


def _marked_copy(content: bytes, file: SourceFile, problems: Sequence, basis: str) -> tuple[str, bytes]:
    """The copy's name and content: the file itself, marked; or, where it cannot be patched, its values in our blank."""
    from pipeline.read.plain import plain_sheets
    from pipeline.write import refilled, returned

    path = Path(file.path)
    try:
        return file.path, returned.mark(content, path.name, problems, basis=basis)
    except ValueError as why:
        reason = (
            f"原文件是 {path.suffix} 文件"
            if path.suffix.lower() in (".xls", ".ods")
            else str(why).rstrip("。")
        )
    spec = forms.load_specs()[file.form]
    sheets = plain_sheets(content, path.name, spec)
    form = refilled.refill(spec, {one.template: one.grid for one in sheets if one.template})
    copy = path.with_suffix(".xlsx")
    left = "、".join(one.name for one in sheets if not one.template and any(map(any, one.grid)))
    remark = (
        f"{reason}，不能在其中标注。本文件是把它的内容原样填进空白模板另存的 {copy.name}（公式只留结果"
        f"{f'，没有带入工作表 {left}' if left else ''}）：请在本文件中修改，用它代替原文件交回。"
    )
    sheet_of = {one.name: one.template or one.name for one in sheets}
    return copy.as_posix(), returned.mark(form, copy.name, _moved(problems, sheet_of), [remark], basis)


def _moved(problems: Sequence, sheet_of: Mapping[str, str]) -> list:
    """The problems with the names of the template's sheets."""
    return [
        replace(one, cells=tuple((sheet_of.get(sheet, sheet), address) for sheet, address in one.cells))
        for one in problems
    ]
