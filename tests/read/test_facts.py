"""What a sheet does besides holding values, which year a file is about, and what lies beside the forms."""

from __future__ import annotations

import importlib.util
import sys
import unicodedata
from pathlib import Path

import pytest

from pipeline.forms import load_specs
from pipeline.messages import sentence
from pipeline.model import SourceFile
from pipeline.read.submission import read_submission
from pipeline.read.years import years_of
from pipeline.report.evidence import copy_inputs

_spec = importlib.util.spec_from_file_location("office", Path(__file__).with_name("test_office_formats.py"))
office = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(office)


def said(submission) -> list[tuple[str, list[str]]]:
    """Every finding: its code and its cells."""
    return [(one.code, [str(each.cell) for each in one.cells]) for one in submission.findings]


# ---- hidden ----


def test_hidden_rows_and_columns_without_a_value_are_nobodys_concern(make, read, line):
    def change(book):
        sheet = book["支出"]
        for row in (2, 3, 7, 30):
            sheet.row_dimensions[row].hidden = True
        sheet.column_dimensions["AZ"].hidden = True
        book["国库决算调节"].sheet_state = "hidden"

    make("budget_execution", {"expenditure": [line]}, change=change)
    assert said(read()) == []


def test_what_the_template_folds_is_not_hidden(make, read, basics, line):
    """Optional columns and rows lie folded under a + that anyone sees; filled, they stay so."""
    basics["department"] |= {"预算部门编码": "101001", "复核人": "李四"}
    make("basics", basics)
    make("budget_execution", {"expenditure": [{**line, "执行率偏低原因": "无", "备注": "甲"}]})
    assert said(read()) == []


def test_many_hidden_rows_are_one_finding_with_all_its_cells(make, read, line):
    def change(book):
        for row in range(6, 30):
            book["支出"].row_dimensions[row].hidden = True

    make(
        "budget_execution", {"expenditure": [{**line, "项目编码": f"P{n}"} for n in range(25)]}, change=change
    )
    finding = read().findings[0]
    assert [each.cell.address for each in finding.cells] == [f"A{row}" for row in range(6, 30)]
    assert "第 6、7、8、9、10、11、12、13、14、15 等行被隐藏" in sentence(finding)


@pytest.mark.office
@pytest.mark.parametrize("ending", ["xlsx", "xls", "ods"])
def test_hidden_sheets_are_told_in_every_format_and_rules_survive_an_office_program(
    make, line, tmp_path, ending
):
    def change(book):
        book["支出"].row_dimensions[5].hidden = True
        book["调整明细"].sheet_state = "hidden"

    source = make(
        "budget_execution",
        {"expenditure": [line], "adjustments": [{"日期": "2022-05-01", "金额": 1.5}]},
        change=change,
    )
    found = said(read_submission(office.saved_as(source, ending, tmp_path / "saved"), load_specs()))
    rows = [("TP-031", ["《2_预算执行》支出!A5"])] if ending == "xlsx" else []
    other = [] if ending == "xlsx" else [("TP-013", ["《2_预算执行》"])]
    assert found == [*rows, ("TP-031", ["《2_预算执行》调整明细"]), *other]


# ---- input rules ----


def without_rules(*columns: str, first: int = 5):
    """The rules of some columns begin only below the rows that were pasted over."""

    def change(book):
        sheet = book["支出"]
        kept = []
        for rule in sheet.data_validations.dataValidation:
            column = str(rule.sqref).rstrip(":0123456789")[0]
            if column in columns and first > 5:
                rule.sqref = type(rule.sqref)(f"{column}{first}:{column}2005")
            if column not in columns or first > 5:
                kept.append(rule)
        sheet.data_validations.dataValidation = kept

    return change


def test_rules_cut_off_above_the_pasted_rows_are_gone_too(make, read, line):
    make(
        "budget_execution",
        {"expenditure": [line, {**line, "项目编码": "P02"}]},
        change=without_rules("A", "G", first=11),
    )
    submission = read()
    assert said(submission) == [("TP-032", ["《2_预算执行》支出!A4", "《2_预算执行》支出!G4"])]
    assert sentence(submission.findings[0]) == (
        "TP-032 《2_预算执行》支出!A4：工作表“支出”的“支出类型”、“全年执行数”没有了模板的下拉列表和输入检查，"
        "多半是从别处整格粘贴造成的。内容已照常读取和核查，请再看一遍；以后请用“选择性粘贴—数值”贴入。依据：填报模板的填报说明。"
    )


def test_a_row_appended_below_or_a_column_that_is_blank_has_lost_nothing(make, read, line):
    make(
        "budget_execution",
        {"expenditure": [line, {**line, "项目编码": "P02"}]},
        change=without_rules("A", first=6),
    )
    assert said(read()) == []
    make("budget_execution", {"expenditure": [line]}, change=without_rules("H", "L"))
    assert said(read()) == []


def test_rules_of_words_are_hints_and_may_go(make, read, line):
    make("budget_execution", {"expenditure": [line]}, change=without_rules("B", "C"))
    assert said(read()) == []


def test_a_form_without_any_rule_is_one_finding_a_sheet(make, read, basics, line):
    def bare(book):
        for sheet in book:
            sheet.data_validations.dataValidation = []

    make("basics", basics, change=bare)
    make("budget_execution", {"expenditure": [line]}, change=bare)
    assert said(read()) == [
        ("TP-032", [f"《1_基本情况》单位信息!A{row}" for row in (6, 8, 11)]),
        ("TP-032", ["《1_基本情况》人员!A5", "《1_基本情况》人员!A6"]),
        ("TP-032", [f"《2_预算执行》支出!{column}4" for column in "ADEFG"]),
    ]


def test_a_table_of_ones_own_never_had_rules(make, read, line):
    def change(book):
        book.remove(book["_jixiao"])
        book["支出"].data_validations.dataValidation = []

    make("budget_execution", {"expenditure": [line]}, change=change)
    assert [code for code, _ in said(read())] == ["TP-014"]


# ---- codes ----


def test_a_long_code_kept_as_a_number_is_critical_at_its_cell_and_a_short_one_is_logged(make, read, line):
    rows = [
        {**line, "项目编码": 110000221000000412345, "功能科目": 2130501.0},
        {**line, "项目编码": 7, "功能科目": "2130501"},
    ]

    def change(book):
        book["支出"]["B6"].number_format = "000"

    make("budget_execution", {"expenditure": rows}, change=change)
    submission = read()
    assert said(submission) == [("TP-033", ["《2_预算执行》支出!B5"])]
    assert (
        "“项目编码”是 1.10000221E+20，编码有 15 位或更多，作为数字存放，末尾几位可能已经变成 0"
        in sentence(submission.findings[0])
    )
    table = submission.table("budget_execution.expenditure")
    assert [row.usable("project_id") for row in table] == [None, "007"]
    assert [row["functional_subject"] for row in table] == ["2130501", "2130501"]
    assert [(one.field, one.value, one.kinds) for one in submission.normalisations] == [
        ("functional_subject", "2130501", ("code_number",)),
        ("project_id", "007", ("code_number",)),
    ]


# ---- years ----


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2021年度部门整体支出绩效自评", {2021}),
        ("２０２１年预算执行", {2021}),
        ("2_预算执行2021", {2021}),
        ("2_预算执行_2021年终", {2021}),
        ("（2021年度）", {2021}),
        ("某局 2021 部门预算", {2021}),
        ("2021 年与 2022 年对比", set()),
        ("2021-2025年发展规划", set()),
        ("2021—2023年", set()),
        ("2021至2025年", set()),
        ("填报日期：2023年3月20日", set()),
        ("填报日期:2023", set()),
        ("截至2021年12月31日", set()),
        ("2_预算执行_20230320", set()),
        ("2_预算执行_202303", set()),
        ("2_预算执行 2023.3.20", set()),
        ("2_预算执行_2023-03-20改", set()),
        ("某财〔2021〕15号", set()),
        ("某财(2021)15号文附件", set()),
        ("上年（2021年）决算", set()),
        ("较2021年增减", set()),
        ("2021年修订版", set()),
        ("2021版", set()),
        ("项目P2021", set()),
        ("项目20210001", set()),
        ("填表说明 v2021.1", set()),
        ("1999年", set()),
    ],
)
def test_which_year_a_title_is_about(text, years):
    assert years_of(text) == years


def test_the_years_of_a_file_are_one_finding_and_the_right_year_beside_a_wrong_one_is_none(
    make, read, basics, line
):
    def change(book):
        book["支出"]["A1"] = "2021年部门预算执行"
        book["支出"]["C2"] = "2021年12月31日"
        book["支出"]["F2"] = "2020年"
        book["调整明细"]["A1"] = "2022年（上年为2021年）调整明细"
        book["国库决算调节"]["A1"] = "2021-2022年"

    make("basics", basics)
    make("budget_execution", {"expenditure": [line]}, change=change, name="2_预算执行（2021年）.xlsx")
    submission = read()
    name = "《2_预算执行（2021年）》"
    assert said(submission) == [("BD-013", [name, f"{name}支出!A1", f"{name}支出!F2"])]
    assert sentence(submission.findings[0]) == (
        f"BD-013 {name}：文件名、标题写的是 2020、2021 年，《1_基本情况》的年度是 2022。"
        "请核对：误用旧表的请换成本年的，只是名称没有改的请改过来。依据：填报模板的填报说明。"
    )


def test_years_in_the_records_are_no_titles_and_without_a_year_nothing_differs(make, read, basics, line):
    make(
        "budget_execution",
        {"expenditure": [{**line, "项目名称": "2021年续建项目"}]},
        change=lambda b: b["支出"].__setitem__("A1", "2021年"),
    )
    assert said(read()) == []
    basics["department"]["年度"] = None
    make("basics", basics)
    assert said(read()) == []


# ---- versions ----


def mark(version: str):
    return lambda book: book["_jixiao"].__setitem__("B2", version)


@pytest.mark.parametrize(
    ("version", "code"), [("2022.1", None), ("2021.9", "TP-005"), ("2022.0", "TP-005"), ("2022.2", "TP-034"), ("2023.1", "TP-034"), ("旧", "TP-005")]
)  # fmt: skip
def test_older_and_newer_versions_are_told_apart(make, read, line, version, code):
    make("budget_execution", {"expenditure": [line]}, change=mark(version))
    submission = read()
    assert [one.code for one in submission.findings] == ([code] if code else [])
    assert not submission.files[0].refused and len(submission.table("budget_execution.expenditure")) == 1


def test_a_newer_version_without_a_core_column_is_not_read(make, read, basics, line):
    def change(book):
        mark("2031.1")(book)
        book["支出"].delete_cols(7)

    make("basics", basics)
    make("budget_execution", {"expenditure": [line]}, change=change)
    submission = read()
    assert [one.code for one in submission.findings] == ["TP-010", "TP-034"]
    assert "比本程序的 2022.1 新，必填的栏目不全，没有读取" in sentence(submission.findings[1])
    assert submission.files[1].refused


# ---- the evidence beside the forms ----


def test_files_of_the_evidence_folder_are_named_and_nothing_else(make, read, basics, tmp_path):
    make("basics", basics)
    assert read().evidence_files is None
    folder = tmp_path / "提交" / "佐证材料"
    (folder / "采购" / "合同").mkdir(parents=True)
    assert read().evidence_files == frozenset()
    for name in (
        "Z01 明细账.pdf", "2_预算执行.xlsx", "采购/合同/甲.docx", unicodedata.normalize("NFD", "が.txt"),
        "~$2_预算执行.xlsx", ".~lock.a.xlsx#", "Thumbs.db", ".DS_Store", "采购/desktop.ini",
    ):  # fmt: skip
        (folder / name).write_bytes(b"not a form")
    submission = read()
    assert submission.evidence_files == {"Z01 明细账.pdf", "2_预算执行.xlsx", "采购/合同/甲.docx", "が.txt"}
    assert said(submission) == [] and [one.path for one in submission.files] == ["1_基本情况.xlsx"]


def test_a_file_called_like_the_folder_is_none(make, read, basics, tmp_path):
    make("basics", basics)
    (tmp_path / "提交" / "佐证材料").write_bytes(b"x")
    assert read().evidence_files is None


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_no_link_is_followed_to_evidence(make, read, basics, tmp_path):
    make("basics", basics)
    outside = tmp_path / "外面"
    outside.mkdir()
    (outside / "秘密.pdf").write_bytes(b"x")
    (tmp_path / "提交" / "佐证材料").symlink_to(outside)
    assert read().evidence_files is None
    (tmp_path / "提交" / "佐证材料").unlink()
    (tmp_path / "提交" / "佐证材料").mkdir()
    (tmp_path / "提交" / "佐证材料" / "里").symlink_to(outside)
    assert read().evidence_files == frozenset()


def test_one_workbook_alone_has_no_folder_of_evidence(make, basics, tmp_path):
    path = make("basics", basics)
    (tmp_path / "提交" / "佐证材料").mkdir()
    assert read_submission(path, load_specs()).evidence_files is None


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_what_a_link_points_to_is_not_taken_into_the_evidence(make, read, basics, tmp_path):
    make("basics", basics)
    (tmp_path / "秘密").write_bytes(b"secret")
    (tmp_path / "提交" / "3_月度支出.xlsx").symlink_to(tmp_path / "秘密")
    files = read().files
    assert SourceFile("3_月度支出.xlsx", "", None, refused=True) in files
    copy_inputs(tmp_path / "证据", tmp_path / "提交", files)
    assert [path.name for path in (tmp_path / "证据").iterdir()] == ["1_基本情况.xlsx"]
