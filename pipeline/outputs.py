"""What one run leaves behind: the official workbook, the workings and the evidence, into a folder still out of sight.

Called by ``run`` when everything is computed; ``report/folder.py`` makes the folder seen. Layout: docs/architecture.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import forms, rules
from pipeline.model import SourceFile
from pipeline.model_rubric import Rubric
from pipeline.report import evidence, trace

if TYPE_CHECKING:
    from pipeline.run import Assessment, Request

ROOT = Path(__file__).resolve().parent.parent
WORKBOOK = "部门整体支出绩效自评表.xlsx"
WORKINGS = "计算底稿.xlsx"
RETURNED = "退回单"


def write_run(staged: Path, assessed: Assessment, request: Request) -> None:
    """Every file of one run into ``staged``, the manifest and SHA256SUMS last."""
    from pipeline.write import workings  # a check alone writes nothing and does not pay for it

    titles = {source: str(entry["title"]) for source, entry in rules.sources().items()}
    (staged / WORKBOOK).write_bytes(assessed.filled.content)
    cells = {WORKBOOK: assessed.filled.cells}
    cells[WORKINGS] = workings.write_workings(
        staged / WORKINGS,
        submission=assessed.submission,
        outcome=assessed.outcome,
        rubric=assessed.rubric,
        findings=assessed.records,
        reconciliations=assessed.reconciliations,
        specs=forms.load_specs(),
        trial_line=rules.trial_line(assessed.rubric),
        source_titles=titles,
    )
    write_returned(staged / RETURNED, assessed, request)
    kept = staged / "evidence"
    evidence.write_findings(kept, assessed.records)
    evidence.write_json(kept / "figures.json", trace.figures_json(assessed.outcome))
    evidence.write_json(
        kept / "trace.json", trace.trace_json(assessed.outcome, assessed.submission, cells, titles)
    )
    evidence.write_normalisations(kept, assessed.submission.normalisations)
    evidence.write_suite_runs(kept, [run for one in assessed.checked for run in one.results])
    evidence.copy_inputs(kept / "inputs", request.submission, assessed.submission.files)
    options = {
        "region": request.region or "",
        "year": str(request.year or ""),
        "date": request.date.isoformat() if request.date else "",
        "lang": request.lang,
        "name": assessed.submission.name,
    }
    evidence.write_manifest(staged, _used(assessed.rubric), assessed.rubric.file, options)


def write_returned(folder: Path, assessed: Assessment, request: Request) -> None:
    """退回单: of each input with findings a copy with the problems at their cells; none without findings."""
    if not assessed.findings:
        return
    from pipeline.write.problems import problems_by_file

    root = request.submission if request.submission.is_dir() else request.submission.parent
    files = {file.path: file for file in assessed.submission.files}
    told = problems_by_file(assessed.findings, assessed.records, assessed.submission, forms.load_specs())
    for name, problems in told.items():
        copy, content = _marked_copy((root / name).read_bytes(), files[name], problems)
        if (folder / copy).exists():  # a.xls and a.xlsx
            copy = f"{name}.xlsx"
        (folder / copy).parent.mkdir(parents=True, exist_ok=True)
        (folder / copy).write_bytes(content)


def _marked_copy(content: bytes, file: SourceFile, problems: Sequence) -> tuple[str, bytes]:
    """The copy's name and content: the file itself, marked; or, where it cannot be patched, its values in our blank."""
    from pipeline.read.plain import plain_sheets
    from pipeline.write import refilled, returned

    path = Path(file.path)
    try:
        return file.path, returned.mark(content, path.name, problems)
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
    return copy.as_posix(), returned.mark(form, copy.name, _moved(problems, sheet_of), [remark])


def _moved(problems: Sequence, sheet_of: Mapping[str, str]) -> list:
    """The problems with the names of the template's sheets."""
    return [
        replace(one, cells=tuple((sheet_of.get(sheet, sheet), address) for sheet, address in one.cells))
        for one in problems
    ]


def _used(rubric: Rubric) -> dict[str, Path]:
    """Every data file a run depends on, by its name in the repository."""
    official = rules.official_folder(rubric)
    paths = [
        ROOT / rubric.file,
        ROOT / "docs" / "sources.yaml",
        *sorted(official.iterdir()),
        *sorted((ROOT / "expectations").iterdir()),
        *sorted(forms.FILL_IN.glob("*.yaml")),
    ]
    return {path.relative_to(ROOT).as_posix(): path for path in paths if path.is_file()}
