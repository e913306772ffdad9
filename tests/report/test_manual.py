"""The table of fields in the manual is the specs', field by field; written by hand it would soon be wrong."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from pipeline.forms import COMMON, load_specs
from pipeline.report.manual import NAME, field_tables, need

ROOT = Path(__file__).resolve().parents[2]


def test_the_document_is_what_the_specs_give():
    written = (ROOT / NAME).read_text("utf-8")
    assert written == field_tables(load_specs()), f"{NAME} 已过时，请运行 python -m pipeline templates"


def rows_of(document: str, form: str, sheet: str) -> list[list[str]]:
    """The cells of one sheet's table, without its header; parsed apart from what writes it."""
    section = document.split(f"\n## {form}\n")[1].split("\n## ")[0]
    table = section.split(f"\n### {sheet}\n")[1].split("\n### ")[0]
    lines = [line for line in table.splitlines() if line.startswith("|")]
    return [
        [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        for line in lines[2:]
    ]


@pytest.mark.parametrize("form", list(load_specs()))
def test_every_field_of_the_blank_workbook_is_told_once(form: str):
    """The other way round: from the headers of the committed blank to the document."""
    spec, document = load_specs()[form], (ROOT / NAME).read_text("utf-8")
    book = openpyxl.load_workbook(ROOT / "input_templates" / "fill_in" / f"{spec.title}.xlsx")
    common = {one["label"] for one in COMMON}
    for table in spec.tables:
        sheet = book[table.sheet]
        if table.layout == "list":
            labels = [cell.value for cell in sheet[4] if cell.value]
        else:
            labels = [
                sheet.cell(row, 1).value for row in range(5, sheet.max_row + 1) if sheet.cell(row, 1).value
            ]
        told = [row[0] for row in rows_of(document, spec.title, table.sheet)]
        assert len(told) == len(set(told))
        own = {field.label for field in table.fields if field.id not in {one["id"] for one in COMMON}}
        assert sorted(told) == sorted(label for label in labels if label not in common or label in own)


def test_the_lines_say_what_a_person_has_to_know():
    document = field_tables(load_specs())
    lines = {row[0]: row[1:] for row in rows_of(document, "2_预算执行", "支出")}
    assert lines["支出类型"][:2] == ["必填", "人员、公用、项目"]
    assert lines["项目编码"][0] == "按情况"
    assert lines["项目编码"][2].startswith("支出类型为项目时必填；")
    assert "可以为负数" in lines["调整净额"][2]
    assert lines["追加"] == ["选填", "金额（万元，最小到分）", "年中追加的预算", "`addition_fen`"]
    indicators = {row[0]: row[1:] for row in rows_of(document, "4_绩效指标", "指标")}
    assert indicators["任务编号"][0] == "如有"
    assert indicators["全年完成值"][2].endswith("表头也可写作 实际完成值")
    assert "指标编号不能重复。至少一行。" in document


def test_need_follows_the_field():
    field = load_specs()["budget_execution"].table("expenditure").field("project_id")
    assert need(field) == "按情况"
    assert need(replace(field, required_when={})) == "如有"
    assert need(replace(field, required_when={}, core=False)) == "选填"
    assert need(replace(field, required=True)) == "必填"


def test_a_bar_or_a_line_break_in_a_text_keeps_the_table_whole():
    specs = load_specs()
    form = specs["evidence"]
    table = form.tables[0]
    field = replace(table.fields[0], hint="甲|乙\n丙")
    changed = replace(form, tables=(replace(table, fields=(field, *table.fields[1:])),))
    row = rows_of(field_tables({"evidence": changed}), form.title, table.sheet)[0]
    assert len(row) == 5
    assert row[3].endswith("甲|乙 丙")
