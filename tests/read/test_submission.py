"""A folder as people hand it in: which files count, what is found by its words, what is said about the rest."""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import sys
import unicodedata
import zipfile
from pathlib import Path

import pytest

from pipeline.errors import CannotRun
from pipeline.forms import load_specs
from pipeline.messages import load_catalogue, sentence
from pipeline.model import INVALID, NOT_APPLICABLE, Cell
from pipeline.read.submission import NothingReadable, identify, read_submission

BE = "2_预算执行.xlsx"


def codes(submission) -> list[str]:
    return [finding.code for finding in submission.findings]


def only(submission, code: str):
    """The one finding of the submission, which has this code."""
    assert codes(submission) == [code], [sentence(one) for one in submission.findings]
    return submission.findings[0]


def row_of(submission, table: str, number: int = 0):
    return submission.table(table).rows[number]


# ---- what a good folder gives ----


def test_a_filled_form_is_read_with_every_cell(make, read, basics, line):
    make("basics", basics)
    path = make("budget_execution", {"expenditure": [line]})
    submission = read()
    assert codes(submission) == []
    assert submission.name == "提交"
    assert [one.path for one in submission.files] == ["1_基本情况.xlsx", BE]
    source = submission.files[1]
    assert (source.form, source.version, source.unit, source.refused) == (
        "budget_execution",
        "2022.1",
        "万元",
        False,
    )
    assert source.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    row = row_of(submission, "budget_execution.expenditure")
    assert (row["annual_budget_fen"], row["executed_fen"], row["net_adjustment_fen"]) == (
        134_850_000,
        129_820_000,
        0,
    )
    assert str(row.cell("executed_fen")) == "《2_预算执行》支出!G5"
    assert row["low_execution_reason"] is None and "low_execution_reason" in row.values
    card = submission.card("basics.department")
    assert card["region_code"] == "440100" and card["year"] == 2022
    assert card.cell("region_code").address == "B7"
    table = submission.table("budget_execution.expenditure")
    assert table.anchors == (Cell(BE, "支出", "A4"),)
    assert table.headers[0]["executed_fen"] == Cell(BE, "支出", "G4")
    assert submission.normalisations == ()


def test_inserted_rows_and_columns_a_missing_title_and_moved_sheets_do_no_harm(make, read, line):
    def change(book):
        sheet = book["支出"]
        sheet.insert_cols(3)
        sheet.cell(4, 3).value = "自用列"
        sheet.cell(5, 3).value = "随便写"
        sheet.delete_rows(1, 2)
        sheet.insert_rows(4, 2)
        book.move_sheet("支出", 2)
        sheet.title = "全年支出情况"

    make("budget_execution", {"expenditure": [line, {**line, "项目编码": "P02"}]}, change=change)
    submission = read()
    assert codes(submission) == []
    rows = submission.table("budget_execution.expenditure").rows
    assert [row["project_id"] for row in rows] == ["P01", "P02"]
    assert [str(row.cell("executed_fen")) for row in rows] == [
        "《2_预算执行》全年支出情况!H3",
        "《2_预算执行》全年支出情况!H6",
    ]


def test_columns_in_any_order_and_headers_in_any_spelling(make, read, line):
    def change(book):
        sheet = book["支出"]
        cells = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4, max_row=5, max_col=7)]
        for offset, values in enumerate(cells):
            for column, value in enumerate(reversed(values), 1):
                sheet.cell(4 + offset, column).value = value
        spellings = {
            "全年执行数": "全年\n执行数 *",
            "年初预算数": "年初预算数（万元）",
            "项目编码": "　项目 编码",
        }
        for cell in sheet[4]:
            cell.value = spellings.get(cell.value, cell.value)

    make("budget_execution", {"expenditure": [line]}, change=change)
    submission = read()
    assert codes(submission) == []
    row = row_of(submission, "budget_execution.expenditure")
    assert (row["executed_fen"], row.cell("executed_fen").address) == (129_820_000, "A5")
    assert (row["project_id"], row.cell("project_id").address) == ("P01", "F5")
    assert (row["initial_budget_fen"], row.cell("initial_budget_fen").address) == (134_850_000, "D5")


def test_a_header_in_two_merged_rows_is_one_header(make, read, line):
    def change(book):
        sheet = book["支出"]
        sheet.insert_rows(4)
        for column in (1, 2, 3):  # merged down over both rows
            sheet.cell(4, column).value = sheet.cell(5, column).value
            sheet.cell(5, column).value = None
            sheet.merge_cells(start_row=4, end_row=5, start_column=column, end_column=column)
        sheet.cell(4, 4).value = "预算"
        sheet.merge_cells("D4:F4")

    make("budget_execution", {"expenditure": [line]}, change=change)
    submission = read()
    assert codes(submission) == []
    rows = submission.table("budget_execution.expenditure").rows
    assert len(rows) == 1
    assert (rows[0]["project_id"], rows[0].cell("project_id").address) == ("P01", "B6")
    assert rows[0].cell("annual_budget_fen").address == "F6"


def test_two_words_of_a_header_below_the_others(make, read, line):
    def change(book):
        sheet = book["支出"]
        sheet.insert_rows(5)
        for column in (4, 5):
            sheet.cell(5, column).value = sheet.cell(4, column).value
            sheet.cell(4, column).value = "年初与调整" if column == 4 else None

    make("budget_execution", {"expenditure": [line]}, change=change)
    submission = read()
    assert codes(submission) == []
    row = row_of(submission, "budget_execution.expenditure")
    assert (row["initial_budget_fen"], row.cell("initial_budget_fen").address) == (134_850_000, "D6")


def test_a_record_that_holds_a_header_word_is_no_second_header(make, read, line):
    def change(book):
        book["支出"]["C4"] = "名称"
        book["支出"]["C5"] = "项目名称"

    make("budget_execution", {"expenditure": [line]}, change=change)
    submission = read()
    assert codes(submission) == ["TP-010"]
    assert [row.number for row in submission.table("budget_execution.expenditure").rows] == [5]


def test_the_months_of_a_monitoring_header_may_be_any(make, read):
    def change(book):
        sheet = book["监控"]
        for cell in sheet[4]:
            if cell.value == "1–N月完成值":
                cell.value = "1—9月完成值"

    make(
        "indicator_results",
        {"monitoring": [{"指标编号": "I1", "1–N月完成值": "90", "全年预计值": "100"}]},
        change=change,
    )
    assert row_of(read(), "indicator_results.monitoring")["actual_to_month"] == "90"


def test_cards_are_read_beside_their_labels(make, read, basics):
    def change(book):
        sheet = book["单位信息"]
        sheet.insert_cols(2)
        sheet.cell(4, 2).value = "自用"
        sheet.cell(5, 2).value = "不是内容"
        sheet.insert_rows(7, 3)

    make("basics", basics, change=change)
    submission = read()
    card = submission.card("basics.department")
    assert codes(submission) == []
    assert card["department_name"] == "某市某局" and card.cell("department_name").address == "C5"
    assert card["region_code"] == "440100" and card.cell("region_code").address == "C10"


def test_a_card_without_its_header_is_read_right_of_the_labels_even_merged(make, read, basics):
    def change(book):
        sheet = book["人员"]
        sheet.delete_rows(1, 4)
        sheet.insert_cols(2)
        sheet.merge_cells("A1:B1")

    make("basics", basics, change=change)
    submission = read()
    card = submission.card("basics.staff")
    assert (card["established_posts"], card.cell("established_posts").address) == (30, "C1")
    assert card["staff_at_year_end"] is None  # not merged: the cell beside the label is the blank column


def test_a_label_word_in_a_value_cell_is_no_second_label(make, read, basics):
    basics["department"]["单位性质"] = "备注"
    make("basics", basics)
    submission = read()
    assert codes(submission) == []
    assert submission.card("basics.department")["department_nature"] == "备注"
    assert submission.card("basics.department")["note"] is None


def test_a_label_word_in_a_value_cell_of_a_card_without_header_is_no_label_either(make, read, basics):
    basics["department"]["单位性质"] = "备注"
    make("basics", basics, change=lambda book: book["单位信息"].delete_rows(1, 4))
    submission = read()
    assert codes(submission) == []
    assert submission.card("basics.department")["department_nature"] == "备注"
    assert submission.card("basics.department").cell("note").address == "B17"


# ---- what is no row ----


def test_blank_prefilled_and_hollow_rows_are_no_rows(make, read):
    def change(book):
        sheet = book["月度"]
        sheet["B6"] = "   "
        sheet["A30"] = None
        sheet["Z9"] = "表外的字"
        for number in range(10, 15):
            sheet.cell(number, 20).value = "=1/0"

    rows = [{"月份": 1, "当期预算数": 10, "其中项目预算数": 0, "当月支出": 1, "其中项目支出": 0}]
    make("monthly_spending", {"months": rows}, change=change)
    submission = read()
    assert codes(submission) == []
    assert [row["month"] for row in submission.table("monthly_spending.months").rows] == [1]


def test_an_error_in_a_row_that_holds_nothing_else_is_no_finding(make, read, line):
    def change(book):
        sheet = book["支出"]
        for number in range(6, 12):
            sheet.cell(number, 6).value = f"=D{number}+E{number}"

    make("budget_execution", {"expenditure": [line]}, change=change)
    submission = read()
    assert codes(submission) == []
    assert len(submission.table("budget_execution.expenditure")) == 1


def test_totals_and_notes_below_the_table_are_said_not_read(make, read, line):
    def change(book):
        sheet = book["支出"]
        sheet["A6"], sheet["G6"] = "合　计", 129.82
        sheet["A8"] = "注：本表数据来自预算系统。"
        sheet["A9"], sheet["C9"] = "填表人：张三", "联系电话：123"

    make("budget_execution", {"expenditure": [line]}, change=change)
    submission = read()
    assert codes(submission) == ["TP-023"] * 3
    assert [str(finding.cell) for finding in submission.findings] == [
        "《2_预算执行》支出!A6",
        "《2_预算执行》支出!A8",
        "《2_预算执行》支出!A9",
    ]
    assert "（合　计）是合计或注释，没有作为一条记录读取" in sentence(submission.findings[0])
    assert len(submission.table("budget_execution.expenditure")) == 1


# ---- what does not parse ----


def test_all_that_does_not_parse_is_said_at_once_each_with_its_cell(make, read, line):
    bad = {**line, "年初预算数": "约134", "调整净额": "无", "全年执行数": "129.8２ ", "支出类型": "专项"}
    make("budget_execution", {"expenditure": [line, bad]})
    submission = read()
    assert codes(submission) == ["BE-003", "BE-002"]
    choice, number = submission.findings
    assert str(choice.cell) == "《2_预算执行》支出!A6"
    assert sentence(choice) == (
        "BE-003 《2_预算执行》支出!A6：“支出类型”填的是“专项”，不在可选范围内。"
        "请从下拉列表中选择：人员、公用、项目。依据：填报模板的填报说明。"
    )
    assert sentence(number) == (
        "BE-002 《2_预算执行》支出!D6：“年初预算数”填的是“约134”，不是数字。"
        "请填金额（万元，最小到分）。依据：填报模板的填报说明。"
    )
    assert (number.found, number.expected, number.facts["label"]) == (
        "约134",
        "金额（万元，最小到分）",
        "年初预算数",
    )
    row = row_of(submission, "budget_execution.expenditure", 1)
    assert row["initial_budget_fen"] is INVALID and row["expenditure_kind"] is INVALID
    assert row["net_adjustment_fen"] is NOT_APPLICABLE
    assert row["executed_fen"] == 129_820_000
    logged = {str(one.cell): (one.raw, one.value, one.kinds) for one in submission.normalisations}
    assert logged == {
        "《2_预算执行》支出!E6": ("无", "不适用", ("not_applicable",)),
        "《2_预算执行》支出!G6": ("129.8２ ", "129.82 万元", ("blanks", "full_width", "number_as_text")),
    }


def test_blank_zero_and_not_applicable_stay_three_things(make, read, line):
    rows = [{**line, "调整净额": value} for value in (None, 0, "不适用")]
    make("budget_execution", {"expenditure": rows})
    values = [row["net_adjustment_fen"] for row in read().table("budget_execution.expenditure").rows]
    assert values == [None, 0, NOT_APPLICABLE]


def test_errors_and_formulas_nobody_calculated_are_findings_not_blanks(make, read, line):
    def change(book):
        sheet = book["支出"]
        sheet["D5"] = "#REF!"
        sheet["D5"].data_type = "e"
        sheet["F5"] = "=D5+E5"

    make("budget_execution", {"expenditure": [line]}, change=change)
    submission = read()
    assert codes(submission) == ["TP-011", "TP-012"]
    assert [str(one.cell) for one in submission.findings] == [
        "《2_预算执行》支出!D5",
        "《2_预算执行》支出!F5",
    ]
    assert sentence(submission.findings[0]).startswith(
        "TP-011 《2_预算执行》支出!D5：“年初预算数”是错误值 #REF!。"
    )
    row = row_of(submission, "budget_execution.expenditure")
    assert row["initial_budget_fen"] is INVALID and row["annual_budget_fen"] is INVALID


def test_the_number_format_of_a_cell_decides_what_a_rate_is(make, read):
    def change(book):
        sheet = book["月度"]
        header = {cell.value: cell.column for cell in sheet[4]}
        column = header["财政通报执行率"]
        for row, (value, code) in enumerate(
            [(0.6211, "0.00%"), (62.11, "General"), (1, "General"), (1, "0%")], 5
        ):
            sheet.cell(row, column).value = value
            sheet.cell(row, column).number_format = code

    rows = [
        {"月份": month, "当期预算数": 10, "其中项目预算数": 0, "当月支出": 1, "其中项目支出": 0}
        for month in range(1, 5)
    ]
    make("monthly_spending", {"months": rows}, change=change)
    submission = read()
    found = [str(row["bureau_execution_rate"]) for row in submission.table("monthly_spending.months").rows]
    assert found == ["6211/10000", "6211/10000", "1", "1"]
    finding = only(submission, "TP-020")
    assert str(finding.cell) == "《3_月度支出》月度!G7"
    assert "填的是 1，看不出是 1% 还是 100%，已按 100% 读取" in sentence(finding)
    assert [(one.cell.address, one.kinds) for one in submission.normalisations] == [
        ("G6", ("percent",)),
        ("G7", ("ratio",)),
    ]


# ---- units ----


def unit(value):
    def change(book):
        book["支出"]["B3"] = value

    return change


def test_yuan_is_converted_exactly_and_logged(make, read, line):
    make("budget_execution", {"expenditure": [{**line, "全年执行数": 1298200.01}]}, change=unit("元"))
    submission = read()
    assert row_of(submission, "budget_execution.expenditure")["executed_fen"] == 129_820_001
    assert row_of(submission, "budget_execution.expenditure")["annual_budget_fen"] == 13_485
    assert submission.files[0].unit == "元"
    assert [(str(one.cell), one.raw, one.value, one.kinds) for one in submission.normalisations] == [
        ("《2_预算执行》支出!B3", "元", "元", ("unit",))
    ]


@pytest.mark.parametrize(
    "text", ["单位：元", "单位:人民币元", "（单位：元）", "金额单位： 元", "填报单位：某局　　　单位：元"]
)
def test_a_unit_is_found_in_any_usual_spelling(make, read, line, text):
    def change(book):
        sheet = book["支出"]
        sheet["A3"], sheet["B3"], sheet["G2"] = None, None, text

    make("budget_execution", {"expenditure": [line]}, change=change)
    submission = read()
    assert codes(submission) == []
    assert row_of(submission, "budget_execution.expenditure")["executed_fen"] == 12_982


def test_a_sheet_takes_the_unit_its_file_agrees_on(make, read, line):
    def change(book):
        book["支出"]["A3"] = book["支出"]["B3"] = None
        book["调整明细"]["B3"] = book["国库决算调节"]["B3"] = book["内部抵销"]["B3"] = "元"

    make("budget_execution", {"expenditure": [line]}, change=change)
    submission = read()
    assert codes(submission) == []
    assert row_of(submission, "budget_execution.expenditure")["executed_fen"] == 12_982


def test_a_missing_unit_is_said_with_the_unit_that_was_taken(make, read, line):
    def change(book):
        for sheet in ("支出", "调整明细", "国库决算调节", "内部抵销"):
            book[sheet]["A3"] = book[sheet]["B3"] = None

    make("budget_execution", {"expenditure": [line]}, change=change)
    submission = read()
    assert sentence(only(submission, "TP-015")).startswith(
        "TP-015 《2_预算执行》支出!A4：工作表“支出”没有写明金额单位，暂按模板的万元读取。"
    )
    assert row_of(submission, "budget_execution.expenditure")["executed_fen"] == 129_820_000


def test_an_unknown_unit_or_two_units_leave_amounts_unread(make, read, line):
    make("budget_execution", {"expenditure": [line]}, change=unit("万美元"))
    submission = read()
    finding = only(submission, "TP-015")
    assert str(finding.cell) == "《2_预算执行》支出!B3"
    assert "写的单位“万美元”不是金额单位，金额没有读取" in sentence(finding)
    row = row_of(submission, "budget_execution.expenditure")
    assert (
        row["executed_fen"] is INVALID and row["low_execution_reason"] is None and row["addition_fen"] is None
    )
    assert row["project_id"] == "P01"


def test_a_header_that_names_another_unit_contradicts_the_sheet(make, read, line):
    def change(book):
        book["支出"]["G4"] = "全年执行数（元）"

    make("budget_execution", {"expenditure": [line]}, change=change)
    submission = read()
    assert "写了不同的金额单位（万元、元）" in sentence(only(submission, "TP-015"))
    assert row_of(submission, "budget_execution.expenditure")["executed_fen"] is INVALID


def test_headers_that_all_name_a_unit_declare_it(make, read, line):
    def change(book):
        sheet = book["支出"]
        sheet["A3"] = sheet["B3"] = None
        for cell in sheet[4]:
            if (
                cell.value
                and cell.number_format
                and cell.value.endswith(("数", "净额", "结转", "追加", "追减", "收回", "结余"))
            ):
                cell.value += "(元)"

    make("budget_execution", {"expenditure": [line]}, change=change)
    submission = read()
    assert codes(submission) == []
    assert row_of(submission, "budget_execution.expenditure")["executed_fen"] == 12_982


def test_one_header_with_another_unit_than_the_files_is_a_contradiction(make, read, line):
    def change(book):
        book["支出"]["A3"] = book["支出"]["B3"] = None
        book["支出"]["G4"] = "全年执行数(元)"

    make("budget_execution", {"expenditure": [line]}, change=change)
    submission = read()
    assert "写了不同的金额单位（万元、元），金额没有读取" in sentence(only(submission, "TP-015"))
    assert row_of(submission, "budget_execution.expenditure")["annual_budget_fen"] is INVALID


# ---- headers and sheets that are wrong ----


def test_a_missing_core_header_a_missing_sheet_and_a_double_header(make, read, line, basics):
    def change(book):
        book["支出"]["G4"] = "执行"
        book["支出"]["C4"] = "项目编码"

    make("budget_execution", {"expenditure": [line]}, change=change)
    make("basics", basics, change=lambda book: book.remove(book["重点工作"]))
    submission = read()
    assert codes(submission) == ["TP-018", "TP-019", "TP-010", "TP-010"]
    said = {sentence(one).split("。")[0] for one in submission.findings}
    assert said == {
        "TP-018 《1_基本情况》重点工作：没有找到工作表“重点工作”，或认不出它的表头",
        "TP-010 《2_预算执行》支出!A4：工作表“支出”缺少“项目名称”一栏",
        "TP-010 《2_预算执行》支出!A4：工作表“支出”缺少“全年执行数”一栏",
        "TP-019 《2_预算执行》支出!B4：表头“项目编码”出现了不止一次，分不清该读哪一列，这一栏没有读取",
    }
    row = row_of(submission, "budget_execution.expenditure")
    assert row["project_id"] is INVALID
    assert "executed_fen" not in row.values
    assert row["annual_budget_fen"] == 134_850_000


def test_optional_columns_may_be_deleted(make, read, line):
    make("budget_execution", {"expenditure": [line]}, change=lambda book: book["支出"].delete_cols(8, 30))
    submission = read()
    assert codes(submission) == []
    assert "note" not in row_of(submission, "budget_execution.expenditure").values


def test_a_copy_of_a_sheet_is_named_and_not_read(make, read, line):
    def change(book):
        copy = book.copy_worksheet(book["支出"])
        copy.title = "支出 (2)"

    make("budget_execution", {"expenditure": [line]}, change=change)
    submission = read()
    assert "工作表“支出 (2)”与“支出”的表头相同，没有读取" in sentence(only(submission, "TP-022"))
    assert len(submission.table("budget_execution.expenditure")) == 1


def test_a_sheet_someone_adds_is_ignored(make, read, line):
    def change(book):
        sheet = book.create_sheet("问题清单", 0)
        sheet.append(["序号", "规则", "位置", "问题", "建议"])
        sheet.append([1, "BE-002", "支出!D5", "不是数字", "请填金额"])

    make("budget_execution", {"expenditure": [line]}, change=change)
    assert codes(read()) == []


# ---- which form, which version ----


def test_without_its_mark_the_headers_decide_and_a_warning_says_so(make, read, line):
    make(
        "budget_execution",
        {"expenditure": [line]},
        name="新建 工作表.xlsx",
        change=lambda b: b.remove(b["_jixiao"]),
    )
    submission = read()
    assert "没有模板标记，按表头认作《2_预算执行》" in sentence(only(submission, "TP-014"))
    assert submission.files[0].form == "budget_execution" and submission.files[0].version is None
    assert len(submission.table("budget_execution.expenditure")) == 1


def test_a_files_name_decides_nothing(make, read, line, basics):
    make("budget_execution", {"expenditure": [line]}, name="1_基本情况.xlsx")
    make("basics", basics, name="随便.xlsx")
    submission = read()
    assert codes(submission) == []
    assert [(one.path, one.form) for one in submission.files] == [
        ("1_基本情况.xlsx", "budget_execution"),
        ("随便.xlsx", "basics"),
    ]


@pytest.mark.parametrize("form", sorted(load_specs()))
def test_every_form_is_told_by_its_headers_alone(make, read, basics, line, form):
    make(
        "basics" if form != "basics" else "management",
        basics if form != "basics" else {"items": [{"事项编号": "M1"}]},
    )
    make(form, {}, name="x.xlsx", change=lambda book: book.remove(book["_jixiao"]))
    submission = read()
    assert [one.form for one in submission.files if one.path == "x.xlsx"] == [form]


def mark(key: str, value: str):
    def change(book):
        for row in book["_jixiao"].iter_rows():
            if row[0].value == key:
                row[1].value = value

    return change


def test_last_years_template_is_read_when_its_columns_suffice(make, read, line):
    make("budget_execution", {"expenditure": [line]}, change=mark("version", "2021.1"))
    submission = read()
    said = sentence(only(submission, "TP-005"))
    assert said.startswith(
        "TP-005 《2_预算执行》：模板版本是 2021.1，现行版本是 2022.1，必填的栏目齐全，已照常读取。"
    )
    assert not submission.files[0].refused
    assert len(submission.table("budget_execution.expenditure")) == 1


def test_last_years_template_without_a_core_column_is_not_read(make, read, basics, line):
    def change(book):
        mark("version", "2021.1")(book)
        book["支出"].delete_cols(7)

    make("basics", basics)
    make("budget_execution", {"expenditure": [line]}, change=change)
    submission = read()
    assert codes(submission) == ["TP-010", "TP-005"]
    assert "必填的栏目不全，没有读取" in sentence(submission.findings[1])
    assert submission.files[1].refused
    assert "budget_execution.expenditure" not in submission.tables


def test_another_programs_template_and_a_stranger_are_no_forms_of_ours(make, read, basics):
    make("basics", basics)
    make("evidence", {}, name="甲.xlsx", change=mark("template", "payroll"))

    def strange(book):
        book.remove(book["_jixiao"])
        book["佐证目录"].delete_rows(1, 10)
        book["佐证目录"]["A1"] = "通讯录"

    make("evidence", {}, name="乙.xlsx", change=strange)
    submission = read()
    assert codes(submission) == ["TP-004", "TP-004"]
    assert sentence(submission.findings[0]).startswith("TP-004 《乙》：这不是本程序的填报模板，没有模板标记")
    assert "模板编号为 payroll" in sentence(submission.findings[1])
    assert [one.refused for one in submission.files] == [False, True, True]


def test_an_empty_template_is_said_once(make, read, basics):
    make("basics", basics)
    make("management")
    make("claimed")
    submission = read()
    finding = only(submission, "TP-006")
    assert sentence(finding).startswith(
        "TP-006 《5_管理事项》：这张《5_管理事项》一行也没有填。请填写后重新运行；误放了空白模板的，请换成填好的那一份。"
    )
    assert submission.card("management.assets") is None


# ---- several files of one form ----


def indicator(number: str) -> dict[str, object]:
    return {
        "指标编号": number,
        "责任处室": "接待处",
        "一级指标": "产出指标",
        "三级指标": "篇数",
        "年度指标值": "≥71",
        "全年完成值": 91,
    }


def test_indicator_files_of_divisions_are_merged_each_row_with_its_file(make, read):
    for division, number in (("接待处", "I1"), ("信息调研处", "I2")):
        make("indicator_results", {"indicators": [indicator(number)]}, name=f"4_绩效指标_{division}.xlsx")
    make("indicator_results", {"indicators": [indicator("I1")]}, name="4_绩效指标.xlsx")
    submission = read()
    assert codes(submission) == []
    table = submission.table("indicator_results.indicators")
    assert [(row.file, row["indicator_id"], row["actual"]) for row in table.rows] == [
        ("4_绩效指标.xlsx", "I1", "91"),
        ("4_绩效指标_信息调研处.xlsx", "I2", "91"),
        ("4_绩效指标_接待处.xlsx", "I1", "91"),
    ]
    assert [one.division for one in submission.files] == [None, "信息调研处", "接待处"]
    assert len(table.anchors) == len(table.headers) == 3


def test_two_files_of_one_form_or_of_one_division_are_both_refused(make, read, basics, line):
    make("basics", basics)
    make("budget_execution", {"expenditure": [line]})
    make("budget_execution", {"expenditure": [{**line, "全年执行数": 1}]}, name="2_预算执行(改).xlsx")
    for name in ("4_绩效指标_接待处.xlsx", "4_绩效指标_接待处 (1).xlsx", "4_绩效指标_办公室.xlsx"):
        make("indicator_results", {"indicators": [indicator("I1")]}, name=name)
    submission = read()
    assert codes(submission) == ["TP-007", "TP-007"]
    assert [str(found.cell) for found in submission.findings[0].cells] == [
        "《2_预算执行(改)》",
        "《2_预算执行》",
    ]
    assert sentence(submission.findings[0]).startswith(
        "TP-007 《2_预算执行(改)》：《2_预算执行》有不止一份"
        "（《2_预算执行(改).xlsx》、《2_预算执行.xlsx》），分不清以哪份为准"
    )
    assert sorted(one.path for one in submission.files if one.refused) == [
        "2_预算执行(改).xlsx", BE, "4_绩效指标_接待处 (1).xlsx", "4_绩效指标_接待处.xlsx",
    ]  # fmt: skip
    assert "budget_execution.expenditure" not in submission.tables
    assert [row.file for row in submission.table("indicator_results.indicators").rows] == [
        "4_绩效指标_办公室.xlsx"
    ]


def test_an_exact_copy_is_said_to_be_one(make, read, basics, line, tmp_path):
    make("basics", basics)
    path = make("budget_execution", {"expenditure": [line]})
    shutil.copy(path, path.with_name("2_预算执行 - 副本.xlsx"))
    assert "（内容完全相同）" in sentence(only(read(), "TP-007"))


# ---- the folder ----


def test_what_programs_leave_and_other_papers_are_ignored(make, read, basics, tmp_path):
    make("basics", basics)
    folder = tmp_path / "提交"
    for name in (
        "~$1_基本情况.xlsx", ".~lock.1_基本情况.xlsx#", "Thumbs.db", ".DS_Store", "desktop.ini", "佐证.pdf",
        "自评报告.docx", "1_基本情况.docx", "2_预算执行.pdf", "2_预算执行.xlsx.bak", "._1_基本情况.xlsx",
    ):  # fmt: skip
        (folder / name).write_bytes(b"PK\x03\x04 junk")
    (folder / "佐证材料").mkdir()
    (folder / "佐证材料" / "2_预算执行.xlsx").write_bytes(b"not ours")
    (folder / "2_预算执行").mkdir()
    submission = read()
    assert codes(submission) == []
    assert [one.path for one in submission.files] == ["1_基本情况.xlsx"]


def test_a_form_under_another_ending_is_read_by_its_content(make, read, basics, line):
    make("basics", basics).rename(make("basics", basics).with_suffix(".xls"))
    path = make("budget_execution", {"expenditure": [line]})
    path.rename(path.with_suffix(""))
    submission = read()
    assert codes(submission) == []
    assert [one.path for one in submission.files] == ["1_基本情况.xls", "2_预算执行"]


@pytest.mark.parametrize(
    ("name", "content", "code", "words"),
    [
        (BE, b"", "TP-003", "文件是空的（0 字节）"),
        (BE, b"<html><table></table></html>", "TP-001", "内容是网页"),
        (BE, b"a,b,c\n1,2,3\n", "TP-001", "内容是纯文本"),
        ("2_预算执行.csv", b"a,b,c\n1,2,3\n", "TP-001", "另存为 .xlsx"),
        (BE, b"PK\x03\x04 cut", "TP-003", "文件不完整或已损坏"),
        (BE, bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 100, "TP-003", "文件不完整"),
        ("2_预算执行.et", b"anything", "TP-009", "请在 WPS 中另存为 .xlsx"),
    ],
)
def test_each_bad_file_has_its_own_sentence_and_hides_no_other(
    make, read, basics, tmp_path, name, content, code, words
):
    make("basics", basics)
    path = tmp_path / "提交" / name
    path.write_bytes(content)
    submission = read()
    finding = only(submission, code)
    assert words in sentence(finding)
    assert str(finding.cell) == "《2_预算执行》"
    assert submission.files[1].refused and submission.files[1].form is None
    assert submission.card("basics.department")["year"] == 2022
    assert path.read_bytes() == content


@pytest.mark.parametrize("cut", [100, 2000, 0.5, 0.99])
def test_a_truncated_file(make, read, basics, line, cut):
    make("basics", basics)
    path = make("budget_execution", {"expenditure": [line]})
    content = path.read_bytes()
    path.write_bytes(content[: int(cut if cut > 1 else len(content) * cut)])
    assert only(read(), "TP-003").cell == Cell(BE, "", "")


def test_a_folder_called_like_a_workbook_and_a_link(make, read, basics, tmp_path):
    make("basics", basics)
    folder = tmp_path / "提交"
    (folder / "2_预算执行.xlsx").mkdir()
    assert "是文件夹" in sentence(only(read(), "TP-017"))
    if sys.platform != "win32":
        (folder / "3_月度支出.xlsx").symlink_to(folder / "1_基本情况.xlsx")
        os.mkfifo(folder / "4_绩效指标.xlsx")
        submission = read()
        assert codes(submission) == ["TP-017"] * 3
        assert [re.search("是(文件夹|链接|管道)", sentence(one))[1] for one in submission.findings] == [
            "文件夹",
            "链接",
            "管道",
        ]


def test_a_folder_without_a_readable_form_cannot_run_but_says_what_it_saw(read, tmp_path):
    folder = tmp_path / "提交"
    folder.mkdir(exist_ok=True)
    with pytest.raises(NothingReadable) as nothing:
        read_submission(folder, load_specs())
    assert str(nothing.value).startswith("文件夹“提交”里没有可以读取的填报表。")
    (folder / BE).write_bytes(b"junk")
    with pytest.raises(CannotRun) as nothing:
        read_submission(folder, load_specs())
    assert "TP-001 《2_预算执行》：这不是表格文件，内容是纯文本。" in str(nothing.value)
    assert codes(nothing.value.submission) == ["TP-001"]


def test_a_path_that_is_not_there(tmp_path):
    with pytest.raises(CannotRun, match="没有找到"):
        read_submission(tmp_path / "没有", load_specs())


def test_one_workbook_alone(make, line):
    path = make("budget_execution", {"expenditure": [line]})
    submission = read_submission(path, load_specs())
    assert (submission.name, [one.path for one in submission.files]) == ("2_预算执行", [BE])
    path.write_bytes(b"junk")
    assert codes(read_submission(path, load_specs())) == ["TP-001"]


def test_decomposed_names_of_files_are_the_same_names(make, read, tmp_path):
    name = unicodedata.normalize("NFD", "4_绩效指标_Café処が.xlsx")
    make("indicator_results", {"indicators": [indicator("I1")]}, name=name)
    submission = read()
    assert submission.files[0].division == unicodedata.normalize("NFC", "Café処が")
    assert (tmp_path / "提交" / submission.files[0].path).exists()


def test_identify_peeks_into_the_basics_alone(make, basics, line, tmp_path):
    make("budget_execution", {"expenditure": [line]}, name="0_别的.xlsx")
    assert identify(tmp_path / "提交") == (None, None)
    make("basics", basics, name="9_其实是基本情况.xlsx")
    assert identify(tmp_path / "提交") == ("440100", 2022)
    assert identify(tmp_path / "没有") == (None, None)
    basics["department"] |= {"年度": "去年", "行政区划代码": None}
    make("basics", basics, name="9_其实是基本情况.xlsx")
    assert identify(tmp_path / "提交") == (None, None)


def test_nothing_of_the_folder_is_changed(make, read, basics, line, tmp_path):
    make("basics", basics)
    make("budget_execution", {"expenditure": [line]})
    folder: Path = tmp_path / "提交"
    before = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}
    read()
    assert {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()} == before


def test_every_code_of_reading_has_its_sentence_in_both_languages():
    catalogue = load_catalogue()
    source = "".join(path.read_text("utf-8") for path in Path(__file__).parents[2].glob("pipeline/read/*.py"))
    for code in set(re.findall(r"TP-\d{3}", source)):
        assert code in catalogue, code
    for spec in load_specs().values():
        assert f"{spec.prefix}-002" in catalogue
        has_choices = any(field.choices for table in spec.tables for field in table.fields)
        assert (f"{spec.prefix}-003" in catalogue) == has_choices  # never raised, never listed


# ---- what other programs write ----


def rewritten(path: Path, part: str, change) -> None:
    """One part of a workbook on disk, changed as bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    path.write_bytes(target.getvalue())


def test_a_stated_dimension_of_one_cell_hides_no_row(make, read, line):
    path = make("budget_execution", {"expenditure": [line, {**line, "项目编码": "P02"}]})
    rewritten(
        path,
        "xl/worksheets/sheet2.xml",
        lambda xml: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:A1"', xml),
    )
    assert [row["project_id"] for row in read().table("budget_execution.expenditure").rows] == ["P01", "P02"]


def test_a_far_cell_is_refused_and_the_other_files_are_read(make, read, basics, line):
    make("basics", basics)
    make(
        "budget_execution", {"expenditure": [line]}, change=lambda book: book["支出"].cell(1048576, 16384, 1)
    )
    submission = read()
    finding = only(submission, "TP-026")
    assert sentence(finding).startswith(
        "TP-026 《2_预算执行》：内容铺得太开，没有读取：工作表“支出”最远填到第 1048576 行、XFD 列，远大于一份填报表。"
        "请按 Ctrl+End 找到最远的单元格"
    )
    assert submission.card("basics.staff")["established_posts"] == 30


def test_a_workbook_in_prefixed_xml_reads_the_same(make, read, line):
    path = make("budget_execution", {"expenditure": [line]})

    def prefixed(xml: bytes) -> bytes:
        xml = re.sub(rb"<(/?)([a-zA-Z])", rb"<\1x:\2", xml)
        return xml.replace(b" xmlns=", b" xmlns:x=").replace(b"<x:xml", b"<?xml")

    rewritten(path, "xl/worksheets/sheet2.xml", prefixed)
    submission = read()
    assert codes(submission) == []
    assert row_of(submission, "budget_execution.expenditure")["executed_fen"] == 129_820_000


def test_formulas_dragged_down_over_nothing_make_no_rows_and_a_typed_zero_does(make, read, line):
    def dragged(xml: bytes) -> bytes:
        for row in range(7, 12):
            hollow = (
                f'<c r="A{row}" t="str"><f>""</f><v></v></c><c r="D{row}" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
                f'<c r="F{row}"><f>D{row}+E{row}</f><v>0</v></c>'
            )
            xml, count = re.subn(
                rb'<row r="%d"[^>]*>.*?</row>' % row, f'<row r="{row}">{hollow}</row>'.encode(), xml
            )
            assert count == 1
        return xml

    path = make(
        "budget_execution", {"expenditure": [line]}, change=lambda book: book["支出"].__setitem__("E6", 0)
    )
    rewritten(path, "xl/worksheets/sheet2.xml", dragged)
    submission = read()
    assert codes(submission) == []
    assert [row.number for row in submission.table("budget_execution.expenditure").rows] == [5, 6]


def test_a_workbook_that_counts_from_1904(make, read, basics):
    basics["department"]["填报日期"] = 44936 - 1462

    def change(book):
        book["单位信息"]["B11"].number_format = "General"

    path = make("basics", basics, change=change)
    rewritten(
        path, "xl/workbook.xml", lambda xml: xml.replace(b"<workbookPr", b'<workbookPr date1904="1"', 1)
    )
    submission = read()
    assert submission.card("basics.department")["report_date"].isoformat() == "2023-01-10"
    assert [one.kinds for one in submission.normalisations] == [("date_text",)]


@pytest.mark.parametrize("cell", ["D5", "E5", "F5", "G5"])
def test_every_amount_keeps_its_own_cell(make, read, line, cell):
    make("budget_execution", {"expenditure": [line]}, change=lambda book: book["支出"].__setitem__(cell, "x"))
    finding = only(read(), "BE-002")
    assert str(finding.cell) == f"《2_预算执行》支出!{cell}"
    assert finding.cells[0].found == "x"
