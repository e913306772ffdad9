"""A submission of the yellow columns alone is complete: no check asks for what only the grey ones hold."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import openpyxl

from pipeline import forms, messages

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from test_should_fail import EXAMPLE, findings_of, form_weights


def core_only(folder: Path) -> int:
    """The example without 佐证目录 and 填报得分 into ``folder``, every optional column emptied; how many cells that was."""
    folder.mkdir(parents=True)
    emptied = 0
    for form, spec in forms.load_specs().items():
        if form in ("evidence", "claimed"):
            continue
        for path in sorted(EXAMPLE.glob(f"{spec.title}*.xlsx")):
            shutil.copy(path, folder / path.name)
            book = openpyxl.load_workbook(folder / path.name)
            for table in spec.tables:
                emptied += _empty(book[table.sheet], table)
            book.save(folder / path.name)
    return emptied


def _empty(sheet, table) -> int:
    optional = {field.label for field in table.fields if not field.core}
    if table.layout == "card":
        cells = [row[1] for row in sheet.iter_rows(min_row=5) if row[0].value in optional]
    else:
        cells = [
            cell
            for column in sheet.iter_cols(min_row=4)
            if column[0].value in optional
            for cell in column[1:]
        ]
    filled = [cell for cell in cells if cell.value is not None]
    for cell in filled:
        cell.value = None
    return len(filled)


def test_a_core_only_submission_is_silent(tmp_path: Path):
    assert core_only(tmp_path / "core") > 200
    (found,) = findings_of([tmp_path / "core"], [form_weights([])])
    assert [messages.sentence(each) for each in found] == []
