"""The blank workbooks: equal to their specs, and as a person meets them when opening one."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from pipeline.forms import FILL_IN, FormSpec, load_specs
from pipeline.read.submission import read_submission
from pipeline.write.blanks import CHECKED_ROWS, HEADER_ROW, file_name, write_blank
from pipeline.write.instructions import NAME, ordered
from pipeline.write.look import width

SPECS = tuple(load_specs().values())
TABLES = [(spec, table) for spec in SPECS for table in spec.tables]
NAMES = [f"{spec.form}.{table.id}" for spec, table in TABLES]
_OPENED: dict[str, openpyxl.Workbook] = {}


def opened(spec: FormSpec) -> openpyxl.Workbook:
    if spec.form not in _OPENED:
        _OPENED[spec.form] = openpyxl.load_workbook(io.BytesIO(write_blank(spec)))
    return _OPENED[spec.form]


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.form)
def test_the_committed_workbook_equals_its_spec(spec):
    committed = parts((FILL_IN / file_name(spec)).read_bytes())
    built = parts(write_blank(spec))
    assert list(committed) == list(built)
    changed = [name for name in built if committed[name] != built[name]]
    assert not changed, f"{file_name(spec)} 与模板说明不一致（{changed}），请运行 make templates"


def test_no_other_workbook_lies_beside_the_specs():
    assert {path.name for path in FILL_IN.glob("*.xlsx")} == {file_name(spec) for spec in SPECS}


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.form)
def test_the_same_spec_gives_the_same_bytes(spec):
    assert write_blank(spec) == write_blank(spec)


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.form)
def test_the_sheets_and_their_protection(spec):
    book = opened(spec)
    assert book.sheetnames == [NAME, *(table.sheet for table in spec.tables), "_jixiao"]
    assert [sheet.title for sheet in book if sheet.protection.sheet] == [NAME]
    assert book["_jixiao"].sheet_state == "veryHidden"
    assert [tuple(cell.value for cell in row) for row in book["_jixiao"].iter_rows()] == [
        ("template", spec.form),
        ("version", spec.version),
        ("digest", spec.digest),
    ]
    assert book.active.title == NAME


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.form)
def test_no_formula_no_macro_no_link(spec):
    content = parts(write_blank(spec))
    assert not any("vba" in name.lower() or "externalLink" in name for name in content)
    for name, data in content.items():
        if "worksheets" in name:
            assert b"<f>" not in data


@pytest.mark.parametrize(("spec", "table"), TABLES, ids=NAMES)
def test_title_hint_and_unit_stand_above_the_table(spec, table):
    sheet = opened(spec)[table.sheet]
    assert sheet["A1"].value == f"{spec.title}　{table.sheet}"
    assert sheet["A2"].value
    if table.has_money:
        assert (sheet["A3"].value, sheet["B3"].value) == ("单位：", "万元")
        rule = next(one for one in sheet.data_validations.dataValidation if "B3" in one.sqref)
        assert (rule.type, rule.formula1) == ("list", '"万元,元"')
    else:
        assert sheet["A3"].value is None


@pytest.mark.parametrize(("spec", "table"), [one for one in TABLES if one[1].layout == "list"])
def test_a_list_shows_core_columns_first_and_folds_the_others(spec, table):
    sheet = opened(spec)[table.sheet]
    shown, folded = ordered(table)
    labels = [cell.value for cell in sheet[HEADER_ROW]]
    assert [label for label in labels if label] == [one.label for one in (*shown, *folded)]
    for number, one in enumerate((*shown, *folded), 1):
        column = sheet.column_dimensions[get_column_letter(number)]
        fill = sheet.cell(HEADER_ROW, number).fill.start_color.rgb
        assert fill == ("FFFFF2CC" if one.core else "FFF2F2F2"), one.label
        first = next(c for c in sheet.column_dimensions.values() if c.min <= number <= c.max)
        assert bool(first.hidden) == (one in folded) and (first.outlineLevel == 1) == (one in folded), (
            one.label
        )
        assert first.width * 2 >= width(one.label), f"{one.label} is cut off"
        assert column is not None
    after = sheet.column_dimensions[get_column_letter(len(shown) + len(folded) + 1)]
    assert after.collapsed
    assert sheet.freeze_panes == f"A{HEADER_ROW + 1}"
    assert sheet.print_title_rows == f"${HEADER_ROW}:${HEADER_ROW}"


@pytest.mark.parametrize(("spec", "table"), TABLES, ids=NAMES)
def test_paper(spec, table):
    sheet = opened(spec)[table.sheet]
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)  # one page wide
    assert sheet.oddFooter.center.text == "第 &P 页 共 &N 页"


FORMATS = {
    "money": "#,##0.00####",
    "ratio": "0.00%",
    "date": "yyyy\\-mm\\-dd",
    "code": "@",
    "text": "@",
    "measure": "@",
}


@pytest.mark.parametrize(("spec", "table"), TABLES, ids=NAMES)
def test_every_cell_has_its_format_and_its_input_hint(spec, table):
    sheet = opened(spec)[table.sheet]
    rules = {}
    for rule in sheet.data_validations.dataValidation:
        for area in rule.sqref.ranges:
            rules[(area.min_row, area.min_col)] = (rule, area.max_row)
    for number, one in enumerate([*ordered(table)[0], *ordered(table)[1]], 1):
        at = (HEADER_ROW + 1, number) if table.layout == "list" else (HEADER_ROW + number, 2)
        rule, last = rules[at]
        assert rule.promptTitle == one.label[:32] and rule.prompt and len(rule.prompt) <= 255
        assert last == (HEADER_ROW + 1 + CHECKED_ROWS if table.layout == "list" else at[0])
        if one.choices:
            assert rule.formula1 == f'"{",".join(one.choices)}"' and len(rule.formula1) <= 257
        if one.type in FORMATS:
            assert sheet.cell(*at).number_format.replace("\\", "") == FORMATS[one.type].replace("\\", ""), (
                one.id
            )
        if one.type == "yes_no":
            assert rule.formula1 == '"是,否"'


@pytest.mark.parametrize(("spec", "table"), [one for one in TABLES if one[1].layout == "card"])
def test_a_card_has_a_line_a_field_core_ones_first(spec, table):
    sheet = opened(spec)[table.sheet]
    shown, folded = ordered(table)
    assert [cell.value for cell in sheet[HEADER_ROW]][:3] == ["填报项目", "填写内容", "填写提示"]
    for number, one in enumerate((*shown, *folded), HEADER_ROW + 1):
        assert (sheet.cell(number, 1).value, sheet.cell(number, 2).value) == (one.label, None)
        assert one.meaning in sheet.cell(number, 3).value
        assert bool(sheet.row_dimensions[number].hidden) == (one in folded)
        assert sheet.column_dimensions["A"].width >= width(one.label)
        assert sheet.column_dimensions["C"].width * 1.25 >= width(sheet.cell(number, 3).value), one.label


def test_the_months_are_there_already():
    sheet = opened(load_specs()["monthly_spending"])["月度"]
    assert [sheet.cell(row, 1).value for row in range(5, 18)] == [*range(1, 13), None]


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.form)
def test_the_instructions_name_every_field_once_with_room_for_its_words(spec):
    sheet = opened(spec)[NAME]
    assert sheet["A1"].value == f"《{spec.title}》填写说明"
    lines = {(row[0].value, row[1].value): row for row in sheet.iter_rows() if row[1].value}
    words = "".join(str(row[0].value or "") for row in sheet.iter_rows(max_row=14))
    assert spec.filled_by in words
    for table in spec.tables:
        assert table.purpose in words
        for one in table.fields:
            row = lines.pop((table.sheet, one.label))
            needed = (
                "必填" if one.required else "按情况" if one.required_when else "如有" if one.core else "选填"
            )
            assert row[2].value == needed
            assert row[3].value == one.expected(spec.unit)
            assert one.meaning in row[4].value and one.hint in row[4].value
            height = sheet.row_dimensions[row[0].row].height
            for cell, columns in zip(row[:5], (14, 26, 8, 30, 52), strict=True):
                assert width(cell.value) <= columns * round((height - 4) / 16), cell.value
    assert list(lines) == [("工作表", "字段")]


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.form)
def test_a_blank_is_recognised_and_found_whole(spec, tmp_path):
    path = tmp_path / "任意.xlsx"
    path.write_bytes(write_blank(spec))
    submission = read_submission(path, load_specs())
    assert [one.code for one in submission.findings] == (["TP-006"] if spec.required else [])
    assert set(submission.tables) == {f"{spec.form}.{table.id}" for table in spec.tables}
    for table in spec.tables:
        headers = submission.tables[f"{spec.form}.{table.id}"].headers[0]
        assert set(headers) == {one.id for one in table.fields}
