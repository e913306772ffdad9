"""Text that would be a formula, markup or a command stays text in every file that is written."""

from __future__ import annotations

import csv
import io
import re
import shutil
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest

from pipeline import forms, run

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "input_templates" / "example"
#: ends every planted text, so that it can be found again whatever stands before it
TAG = "植入"
PAYLOADS = (
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n@1", '=HYPERLINK("http://x.invalid","y")', "=cmd|' /C calc'!A1",
    "<script>alert(1)</script>", "<b>x</b>", "</t></is></c><c><f>1+1</f></c>", "{{7*7}}", "{%x%}", "{=1+1}", "&amp;&#61;1", "&",
    "_x003D_1+1", "_x0007_", "]]><x/>", "＝1+1", "'=1+1", "${7*7}", "%s%n", "\u202e=1", "\u200b=1+1", "\ufeff=1",
)  # fmt: skip
#: what a spreadsheet takes for a formula when it opens a CSV
STARTS = ("=", "+", "-", "@", "\t", "\r")


#: text fields by which a rule finds its records: changed, they are other records, and there are fewer formulas
LINKS = ("indicator_name", "measure_unit", "indicator", "item", "level_2", "section")


def planted(folder: Path, everywhere: bool) -> int:
    """The example with a payload before the text of every cell of a text field; how many cells.

    ``everywhere``: the fields that link records too, a number, and a choice.
    """
    shutil.copytree(EXAMPLE, folder)
    count = 0
    for path in sorted(folder.glob("*.xlsx")):
        book = openpyxl.load_workbook(path)
        spec = forms.load_specs()[book["_jixiao"]["B1"].value]
        for table in spec.tables:
            sheet = book[table.sheet]
            texts = {
                one.label
                for one in table.fields
                if one.type == "text" and (everywhere or one.id not in LINKS)
            }
            rows = {row[0].row: row for row in sheet.iter_rows(min_row=4)}
            heads = {cell.column: cell.value for cell in rows[4]}
            for number, row in rows.items():
                for cell in row[1:2] if table.layout == "card" else row:
                    label = row[0].value if table.layout == "card" else heads[cell.column]
                    if number > 4 and label in texts and isinstance(cell.value, str):
                        cell.value = f"{PAYLOADS[count % len(PAYLOADS)]}{cell.value}{TAG}"
                        cell.data_type = "s"
                        count += 1
        if everywhere and spec.form == "budget_execution":
            for address, text in (("D9", "=1+1"), ("A9", "@SUM(A1)")):
                book["支出"][address].value = text + TAG
                book["支出"][address].data_type = "s"
                count += 1
        book.save(path)
    return count


@pytest.fixture(scope="module")
def runs(tmp_path_factory) -> tuple[Path, Path, Path]:
    """The runs of the example, of the one with payloads in its texts, and of the one with payloads everywhere."""
    scratch = tmp_path_factory.mktemp("injection")
    assert planted(scratch / "texts", everywhere=False) > 2 * len(PAYLOADS)
    assert planted(scratch / "everywhere", everywhere=True) > 2 * len(PAYLOADS)
    return tuple(
        run.report(run.Request(place, scratch / "out" / place.name, beside=False), lambda step: None).folder
        for place in (EXAMPLE, scratch / "texts", scratch / "everywhere")
    )


def written(folder: Path, *endings: str) -> dict[str, bytes]:
    """The files of a run but for the inputs, which stay as they came."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.suffix in endings and "inputs" not in path.parts
    }


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def formulas(content: bytes) -> list[str]:
    """The text of every formula of a workbook, in cells, rules, formats and names."""
    found = []
    for name, part in parts(content).items():
        if name.endswith(".xml"):
            for element in ElementTree.fromstring(part).iter():
                is_page = element.get("name", "").startswith(
                    "_xlnm."
                )  # what is printed follows the length of texts
                if not is_page and re.fullmatch(
                    r".*\}(f|formula\d?|definedName|calculatedColumnFormula)", element.tag
                ):
                    found.append(element.text or "")
    return found


def test_every_kind_of_text_came_through(runs):
    workings = parts(written(runs[2], ".xlsx")["计算底稿.xlsx"])
    seen = b"".join(workings.values()).decode()
    assert seen.count(TAG) > len(PAYLOADS)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in seen
    form = b"".join(parts(written(runs[2], ".xlsx")["部门整体支出绩效自评表.xlsx"]).values()).decode()
    assert TAG in form


def test_no_workbook_has_a_formula_it_did_not_have(runs):
    before, texts, everywhere = (written(folder, ".xlsx") for folder in runs)
    # marked copies go back where there are findings, and a project's form is called by its name
    named = {name for each in (before, texts, everywhere) for name in each if "/" in name}
    before = {name: content for name, content in before.items() if name not in named}
    assert before.keys() <= texts.keys() & everywhere.keys() and len(before) >= 2
    assert {name.partition("/")[0] for name in named} == {"退回单", "项目支出绩效自评表"}
    for name in named:
        found = [one for each in (texts, everywhere) if name in each for one in formulas(each[name])]
        assert not [one for one in found if TAG in one or "HYPERLINK" in one or "cmd|" in one], name
    for name in before:
        had = formulas(before[name])
        assert sorted(formulas(texts[name])) == sorted(had), name
        found = formulas(everywhere[name])
        assert not [one for one in found if TAG in one or "HYPERLINK" in one or "cmd|" in one], name
        assert len(found) <= len(had), name
    assert len(formulas(before["计算底稿.xlsx"])) > 500


def test_no_part_of_a_workbook_is_broken_points_outside_or_runs(runs):
    for folder in runs[1:]:
        for name, content in written(folder, ".xlsx").items():
            for part, data in parts(content).items():
                if not part.endswith((".xml", ".rels")):
                    continue
                links = [
                    e.get("Target")
                    for e in ElementTree.fromstring(data).iter()
                    if e.get("TargetMode") == "External"
                ]
                assert not [link for link in links if TAG in link or "invalid" in link], (name, part)
            assert not [part for part in parts(content) if "externalLink" in part or "vba" in part.lower()], (
                name
            )
            openpyxl.load_workbook(io.BytesIO(content))


def test_no_field_of_a_csv_is_a_formula(runs):
    for folder in runs[1:]:
        files = written(folder, ".csv")
        assert "evidence/findings.csv" in files and sum("expectations/" in name for name in files) > 5
        held = 0
        for name, content in files.items():
            for line in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")):
                for field in line:
                    held += TAG in field
                    is_number = re.fullmatch(r"-?\d+(\.\d+)?", field)
                    assert is_number or not field.startswith(STARTS), (name, field)
        assert held > 20


def test_no_page_holds_markup_of_a_cell(runs):
    for folder in runs[1:]:
        for name, content in written(folder, ".html").items():
            text = content.decode("utf-8")
            assert "<script>alert(" not in text and "<b>x</b>" not in text, name


def test_the_run_is_called_by_a_name_every_system_takes(runs):
    names = [sorted(path.name for path in folder.iterdir() if path.name != "退回单") for folder in runs]
    assert names[0] == names[1] == names[2]
    assert not [folder.name for folder in runs if re.search(r'[<>:"/\\|?*\x00-\x1f]', folder.name)]
