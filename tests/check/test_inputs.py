"""The pass before computing: each check raises its code at its cells, says so, and is silent on a valid submission."""

from __future__ import annotations

import copy
import dataclasses
import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest

from pipeline import messages
from pipeline.check.frames import Around, fields_by_cell
from pipeline.check.inputs import check_inputs
from pipeline.check.references import unknown_evidence
from pipeline.forms import load_specs
from pipeline.model import INVALID, NOT_APPLICABLE, Cell, Finding, Found, SourceFile

WAN = 1_000_000
EXP, MON, IND = "budget_execution.expenditure", "monthly_spending.months", "indicator_results.indicators"
ITEMS, PC = "management.items", "procurement.contracts"
DAY = dt.date

#: code, changes [(table, row, {field: value})], cells [(sheet, field, row)] in their order, part of the sentence
CASES = [
    ("BD-001", [("basics.department", 0, {"preparer": None})], [("department", "preparer", 0)], "填表人未填"),
    ("BE-001", [(EXP, 0, {"initial_budget_fen": None, "net_adjustment_fen": None})],
     [("expenditure", "initial_budget_fen", 0), ("expenditure", "net_adjustment_fen", 0)], "年初预算数、调整净额未填"),
    ("BE-001", [(EXP, 1, {"project_name": None})], [("expenditure", "project_name", 1)], "项目名称未填"),
    ("PI-005", [(IND, 1, {"indicator_id": "I1"})],
     [("indicators", "indicator_id", 0), ("indicators", "indicator_id", 1)], "指标编号“I1”重复"),
    ("MS-005", [(MON, 3, {"month": 3})], [("months", "month", 2), ("months", "month", 3)], "月份“3”重复"),
    ("BD-006", [("basics.staff", 0, {"established_posts": -1})], [("staff", "established_posts", 0)], "编制数为负数"),
    ("MS-006", [(MON, 0, {"refunded_fen": -1})], [("months", "refunded_fen", 0)], "当月退回冲减为负数"),
    ("PI-007", [(IND, 1, {"target": "如 ≥95%、12月底前"})], [("indicators", "target", 1)], "还是填写提示"),
    ("BD-008", [("basics.department", 0, {"year": 2021, "report_date": DAY(2022, 1, 20)})],
     [("department", "year", 0)], "年度 2021，评分规则适用于 2022 年"),
    ("BD-009", [("basics.department", 0, {"region_code": "440300"})], [("department", "region_code", 0)], "440300"),
    ("BD-010", [("basics.department", 0, {"report_date": DAY(2022, 11, 30)})],
     [("department", "report_date", 0), ("department", "year", 0)], "填报日期 2022-11-30"),
    ("BD-012", [("basics.tasks", 0, {"lead_division": "办公室、外事处"})], [("tasks", "lead_division", 0)], "“外事处”"),
    ("BE-014", [(EXP, 1, {"executed_fen": 100 * WAN + 1}), (MON, 11, {"project_spent_fen": 12 * WAN + 1, "spent_fen": 24 * WAN + 1})],
     [("expenditure", "executed_fen", 1), ("expenditure", "annual_budget_fen", 1)],
     "执行数 100.000001 万元，大于全年预算数 100.00 万元"),
    ("BE-015", [(EXP, 0, {"executed_fen": 180 * WAN - 1}), (MON, 0, {"spent_fen": 6 * WAN - 1, "project_spent_fen": 0}),
                (MON, 1, {"project_spent_fen": 16 * WAN})],
     [("expenditure", "low_execution_reason", 0), ("expenditure", "executed_fen", 0),
      ("expenditure", "annual_budget_fen", 0)], "执行率 90.00%，低于 90%"),
    ("BE-017", [(EXP, 0, {"project_id": "P01", "project_name": "别名"})],
     [("expenditure", "project_name", 0), ("expenditure", "project_name", 1)], "别名、工作经费"),
    ("BE-020", [(EXP, 1, {"task_id": "T9"})], [("expenditure", "task_id", 1)], "“T9”不在《1_基本情况》重点工作中"),
    ("MS-009", [("basics.department", 0, {"active_months": (1, 11)}), (MON, 10, {"spent_fen": 25 * WAN})],
     [("months", "spent_fen", 11)], "12 月有支出，不在起止月份 1-11 之内"),
    ("MS-010", [(MON, 4, {"spent_fen": -5 * WAN, "project_spent_fen": -WAN, "refunded_fen": 4 * WAN}),
                (MON, 5, {"spent_fen": 55 * WAN, "project_spent_fen": 17 * WAN})],
     [("months", "spent_fen", 4), ("months", "project_spent_fen", 4), ("months", "refunded_fen", 4)], "减少 1.00 万元"),
    ("PI-008", [(IND, 0, {"actual": "91万元"})], [("indicators", "actual", 0), ("indicators", "target", 0)],
     "完成值“91万元”不能与指标值“≥80”比较："),
    ("PI-008", [(IND, 0, {"actual": "已完成"})], [("indicators", "actual", 0), ("indicators", "target", 0)], "不是数字"),
    ("PI-009", [(IND, 0, {"actual": "≥80"})], [("indicators", "actual", 0)], "完成值“≥80”带着指标值的符号"),
    ("PI-010", [(IND, 1, {"grade": None, "graded_points": None})],
     [("indicators", "grade", 1), ("indicators", "graded_points", 1), ("indicators", "target", 1)], "按定性指标计分"),
    ("PI-013", [(IND, 0, {"actual": "104"})],
     [("indicators", "deviation_reason", 0), ("indicators", "actual", 0), ("indicators", "target", 0)],
     "完成值“104”达到指标值“≥80”的 130.00%，没有说明"),
    ("PI-014", [(IND, 1, {"project_points": Decimal(5)})],
     [("indicators", "project_id", 1), ("indicators", "project_points", 1)], "有项目分值 5 分，没有填项目编码"),
    ("PI-011", [(IND, 1, {"graded_points": None})], [("indicators", "graded_points", 1)], "评定得分未填"),
    ("PI-012", [(IND, 1, {"graded_points": Decimal("15.99")})],
     [("indicators", "graded_points", 1), ("indicators", "grade", 1)], "不在 [16, 20] 分之内"),
    ("PI-012", [(IND, 1, {"grade": "部分达成", "graded_points": Decimal(16)})],
     [("indicators", "graded_points", 1), ("indicators", "grade", 1)], "不在 [12, 16) 分之内"),
    ("PI-020", [(IND, 0, {"project_id": "P77"})], [("indicators", "project_id", 0)], "“P77”"),
    ("PI-022", [(IND, 0, {"division_name": "商务处"})], [("indicators", "division_name", 0)], "“商务处”"),
    ("MG-008", [(ITEMS, 0, {"is_applicable": False})],
     [("items", "inapplicable_reason", 0), ("items", "is_applicable", 0)], "没有写理由"),
    ("MG-009", [(ITEMS, 0, {"done_count": 6})], [("items", "done_count", 0), ("items", "required_count", 0)],
     "“制度齐全”的已做数 6，大于应做数 5"),
    ("MG-010", [(ITEMS, 0, {"done_count": None})], [("items", "done_count", 0)], "没有填已做数"),
    ("MG-011", [(ITEMS, 0, {"problem_count": 2})],
     [("items", "deduction_reason", 0), ("items", "problem_count", 0)], "有 2 个问题"),
    ("MG-013", [("management.disclosure", 0, {"published_on": DAY(2022, 2, 22)})],
     [("disclosure", "published_on", 0), ("disclosure", "approved_on", 0)], "批复后 21 日才公开，晚于规定的 20 日"),
    ("MG-014", [("management.disclosure", 0, {"published_on": DAY(2022, 1, 31)})],
     [("disclosure", "published_on", 0), ("disclosure", "approved_on", 0)], "早于批复日期 2022-02-01"),
    ("MG-019", [("management.three_public", 0, {"executed_fen": 1, "budget_fen": 0})],
     [("three_public", "executed_fen", 0), ("three_public", "budget_fen", 0)],
     "“公务接待”没有预算，却有支出 0.000001 万元"),
    ("MG-016", [("management.assets", 0, {"stocktaking_on": DAY(2021, 12, 31)})],
     [("assets", "stocktaking_on", 0)], "2021-12-31"),
    ("PC-008", [(PC, 0, {"contract_signed_on": DAY(2022, 4, 30)})],
     [("contracts", "contract_signed_on", 0), ("contracts", "award_notice_on", 0)],
     "合同签订日期、中标(成交)通知书日期先后颠倒"),
    ("PC-009", [(PC, 0, {"intention_published_on": None})],
     [("contracts", "intention_published_on", 0), ("contracts", "intention_exemption", 0)], "没有意向公开日期"),
    ("PC-010", [(PC, 0, {"award_notice_on": DAY(2022, 4, 19)})],
     [("contracts", "contract_signed_on", 0), ("contracts", "award_notice_on", 0), ("contracts", "overdue_reason", 0)],
     "31 日才签订合同，超过 30 日"),
    ("PC-011", [(PC, 0, {"contract_signed_on": DAY(2023, 1, 3), "contract_filed_on": DAY(2023, 1, 4),
                         "award_notice_on": DAY(2022, 12, 20)})], [("contracts", "contract_signed_on", 0)], "2023-01-03"),
]  # fmt: skip
SHEETS = {table.id: (form, table.sheet) for form, spec in load_specs().items() for table in spec.tables}


def changed(tables, changes):
    for table, position, values in changes:
        tables[table][position] |= values
    return tables


def codes(findings) -> list[str]:
    return [finding.code for finding in findings]


def test_the_valid_submission_has_no_finding(tables, make, rubric):
    report = check_inputs([make(tables)], rubric)
    assert [messages.sentence(f) for f in report.findings[0]] == []
    assert all(line.holds for line in report.reconciliations)


@pytest.mark.parametrize(
    ("code", "changes", "cells", "said"), CASES, ids=[f"{c[0]}-{n}" for n, c in enumerate(CASES)]
)
def test_a_change_raises_exactly_its_code_at_its_cells(code, changes, cells, said, tables, make, rubric, at):
    report = check_inputs([make(changed(tables, changes))], rubric)
    assert codes(report.findings[0]) == [code], [messages.sentence(f) for f in report.findings[0]]
    found = report.findings[0][0]
    expected = [
        (
            f"{load_specs()[SHEETS[table][0]].title}.xlsx",
            SHEETS[table][1],
            at(SHEETS[table][0], table, field, row),
        )
        for table, field, row in cells
    ]
    assert [(c.cell.file, c.cell.sheet, c.cell.address) for c in found.cells] == expected
    assert said in messages.sentence(found)
    assert found.found == found.cells[0].found != ""
    assert messages.sentence(found, "en").startswith(code)


def test_the_sentence_of_an_overspent_line_is_the_one_officers_ask_for(tables, make, rubric):
    changed(tables, [(EXP, 1, {"annual_budget_fen": 1_200 * WAN, "initial_budget_fen": 1_200 * WAN,
                               "executed_fen": 1_203_500_000})])  # fmt: skip
    found = [f for f in check_inputs([make(tables)], rubric).findings[0] if f.code == "BE-014"]
    assert messages.sentence(found[0]).startswith(
        "BE-014 《2_预算执行》支出!G6：执行数 1,203.50 万元，大于全年预算数 1,200.00 万元。请核对执行数，或补填预算调整；"
    )
    assert "依据：" in messages.sentence(found[0])
    assert (found[0].found, found[0].expected) == ("1,203.50", "≤ 1,200.00")


def test_a_reason_excuses_overspending_and_a_note_does_not(tables, make, rubric):
    changed(tables, [(EXP, 1, {"executed_fen": 101 * WAN, "note": "见说明"}),
                     (MON, 11, {"spent_fen": 25 * WAN, "project_spent_fen": 13 * WAN})])  # fmt: skip
    assert codes(check_inputs([make(tables)], rubric).findings[0]) == ["BE-014"]
    tables[EXP][1]["low_execution_reason"] = "上级追加未下文"
    assert codes(check_inputs([make(tables)], rubric).findings[0]) == []


def test_ninety_per_cent_exactly_needs_no_reason(tables, make, rubric):
    changed(tables, [(EXP, 0, {"executed_fen": 180 * WAN}), (MON, 0, {"spent_fen": 8 * WAN}),
                     (MON, 1, {"spent_fen": 23 * WAN})])  # fmt: skip
    assert codes(check_inputs([make(tables)], rubric).findings[0]) == []


def test_a_blank_does_not_echo_through_the_reconciliations(tables, make, rubric):
    tables[EXP][1]["executed_fen"] = None
    report = check_inputs([make(tables)], rubric)
    assert codes(report.findings[0]) == ["BE-001"]
    open_lines = {line.code: line.reason for line in report.reconciliations if line.holds is None}
    assert open_lines.keys() == {"RC-010", "RC-011", "RC-052"}
    assert all("空白" in reason for reason in open_lines.values())


@pytest.mark.parametrize("value", [INVALID, NOT_APPLICABLE])
def test_what_reading_has_reported_is_not_a_blank_and_is_not_compared(value, tables, make, rubric):
    tables[EXP][1]["annual_budget_fen"] = value
    assert codes(check_inputs([make(tables)], rubric).findings[0]) == []


def test_the_same_blank_in_many_rows_is_one_finding_with_its_cells(tables, make, rubric, at):
    for month in tables[MON][2:6]:
        month["project_spent_fen"] = None
    found = check_inputs([make(tables)], rubric).findings[0]
    assert codes(found) == ["MS-001"]
    assert [c.cell.address for c in found[0].cells] == [
        at("monthly_spending", "months", "project_spent_fen", n) for n in range(2, 6)
    ]
    assert "等 4 处" in messages.sentence(found[0])


def test_missing_months_are_one_finding_at_the_table(tables, make, rubric):
    del tables[MON][3:5]
    found = check_inputs([make(tables)], rubric).findings[0]
    assert codes(found) == ["MS-008"]
    assert found[0].cells[0].cell == Cell("3_月度支出.xlsx", "月度", "A4")
    assert "缺少 4、5 月" in messages.sentence(found[0])


def test_a_department_of_part_of_the_year_needs_only_its_months(tables, make, rubric):
    tables["basics.department"][0]["active_months"] = (1, 11)
    tables[MON][10] |= {"spent_fen": 49 * WAN, "project_spent_fen": 20 * WAN}
    del tables[MON][11]
    assert codes(check_inputs([make(tables)], rubric).findings[0]) == []


@pytest.mark.parametrize(
    "change",
    [
        {"actual": "103"}, {"actual": "104", "deviation_reason": "年初指标值偏低"}, {"target": "≤80", "actual": "110"},
        {"target": "80", "direction": "反向", "actual": "200"}, {"target": "12月底前", "actual": "已完成", "completed_on": DAY(2022, 11, 3)},
        {"actual": "≥80", "department_points": None, "project_points": None, "project_id": None},
    ],
)  # fmt: skip
def test_results_that_can_be_compared_raise_nothing(change, tables, make, rubric):
    tables[IND][0] |= change
    found = codes(check_inputs([make(tables)], rubric).findings[0])
    assert found == (["RC-020"] if "department_points" in change else [])


def test_an_adjusted_target_counts_with_its_document(tables, make, rubric):
    tables[IND][0] |= {"adjusted_target": "≥60", "adjustment_document": "某文〔2022〕1号", "actual": "80"}
    assert codes(check_inputs([make(tables)], rubric).findings[0]) == ["PI-013"]
    tables[IND][0]["adjustment_document"] = None
    found = check_inputs([make(tables)], rubric).findings[0]
    assert codes(found) == ["PI-018"] and "由“≥80”下调为“≥60”" in messages.sentence(found[0])
    tables[IND][0] |= {"adjusted_target": "≥90"}
    found = check_inputs([make(tables)], rubric).findings[0]
    assert codes(found) == ["PI-015"] and "仍按年度指标值“≥80”计分" in messages.sentence(found[0])


def test_two_identical_rows_are_one_warning(tables, make, rubric, at):
    tables[EXP].append(copy.deepcopy(tables[EXP][0]))
    found = [f for f in check_inputs([make(tables)], rubric).findings[0] if f.code == "BE-016"]
    assert len(found) == 1
    assert [c.cell.address for c in found[0].cells] == ["A5", "A7"]
    assert "有 2 行内容完全相同" in messages.sentence(found[0])


def test_a_duplicate_across_the_files_of_divisions_names_both_files(tables, make, rubric):
    tables[IND][1] |= {"indicator_id": "I1", "_file": "4_绩效指标_办公室.xlsx"}
    submission = make(
        {k: [{f: v for f, v in r.items() if f != "_file"} for r in rows] for k, rows in tables.items()}
    )
    rows = submission.tables[IND].rows
    moved = (rows[0], dataclasses.replace(rows[1], file="4_绩效指标_办公室.xlsx"))
    submission.tables[IND] = dataclasses.replace(submission.tables[IND], rows=moved)
    found = check_inputs([submission], rubric).findings[0]
    assert codes(found) == ["PI-005"]
    assert [c.cell.file for c in found[0].cells] == ["4_绩效指标.xlsx", "4_绩效指标_办公室.xlsx"]


def test_a_missing_form_is_reported_once_and_procurement_only_when_there_was_any(tables, make, rubric):
    del tables[PC]
    found = check_inputs([make(tables)], rubric).findings[0]
    assert codes(found) == ["TP-008"]
    assert found[0].cells[0].cell == Cell("6_采购台账.xlsx", "", "")
    assert "没有收到《6_采购台账》" in messages.sentence(found[0]) and "采购岗" in messages.sentence(found[0])
    tables[ITEMS].append(
        {"item_id": "M9", "indicator_name": "采购意向公开合规性", "checkpoint": "本年无政府采购", "is_applicable": True,
         "done_count": True}
    )  # fmt: skip
    assert codes(check_inputs([make(tables)], rubric).findings[0]) == []
    tables[ITEMS][-1]["done_count"] = False
    assert codes(check_inputs([make(tables)], rubric).findings[0]) == ["TP-008"]


def test_a_refused_file_is_not_also_called_missing(tables, make, rubric):
    del tables[PC]
    submission = make(tables)
    refused = SourceFile("6_采购台账.xlsx", "0" * 64, None, refused=True)
    submission = dataclasses.replace(submission, files=(*submission.files, refused))
    assert codes(check_inputs([submission], rubric).findings[0]) == []


def test_of_a_single_workbook_nothing_else_is_asked(tables, make, rubric):
    alone = {name: rows for name, rows in tables.items() if name.startswith("budget_execution.")}
    assert codes(check_inputs([make(alone)], rubric, whole=False).findings[0]) == []
    assert codes(check_inputs([make(alone)], rubric).findings[0]) == ["TP-008"] * 4


def test_a_sheet_that_needs_a_row_and_has_none(tables, make, rubric):
    tables["basics.tasks"] = []
    tables[EXP][1]["task_id"] = tables[IND][0]["task_id"] = None
    found = check_inputs([make(tables)], rubric).findings[0]
    assert codes(found) == ["TP-021"]
    assert found[0].cells[0].cell == Cell("1_基本情况.xlsx", "重点工作", "A4")


def test_findings_of_reading_silence_their_echoes(tables, make, rubric, at):
    tables[EXP][1]["low_execution_reason"] = None
    tables[EXP][1]["project_name"] = None
    submission = make(tables)
    cell = submission.tables[EXP].rows[1].cell("project_name")
    read = Finding("TP-011", (Found(cell, "#REF!"),))
    with_error = dataclasses.replace(submission, findings=(read,))
    assert codes(check_inputs([submission], rubric).findings[0]) == ["BE-001"]
    if "TP-011" in messages.load_catalogue():
        assert codes(check_inputs([with_error], rubric).findings[0]) == []


def test_during_the_year_the_year_end_checks_rest(tables, make, rubric):
    del tables[MON][7:]
    tables["basics.department"][0]["report_date"] = DAY(2022, 8, 10)
    assert codes(check_inputs([make(tables)], rubric, phase="monitor").findings[0]) == []
    assert {"MS-008", "BD-010"} <= set(codes(check_inputs([make(tables)], rubric).findings[0]))


def test_dates_of_one_day_are_in_order_and_blanks_between_are_passed_over(tables, make, rubric, at):
    tables[PC][0] |= {"contract_filed_on": DAY(2022, 5, 20), "award_notice_on": DAY(2022, 5, 20)}
    assert codes(check_inputs([make(tables)], rubric).findings[0]) == []
    tables[PC][0] |= {"intention_published_on": DAY(2022, 5, 21), "announced_on": None}
    found, *more = check_inputs([make(tables)], rubric).findings[0]
    assert more == []
    assert found.code == "PC-008"
    fields = ("award_notice_on", "intention_published_on")
    assert [c.cell.address for c in found.cells] == [
        at("procurement", "contracts", field, 0) for field in fields
    ]


def test_evidence_numbers_must_be_registered(tables, make, rubric, at):
    tables["evidence.catalogue"] = [{"evidence_id": "E01", "evidence_name": "制度汇编"}]
    tables[ITEMS][0]["evidence"] = "E01 第3页"
    tables[EXP][0]["evidence"] = "E01、E07"
    found = check_inputs([make(tables)], rubric).findings[0]
    assert codes(found) == ["EV-008"]
    assert found[0].cells[0].cell.address == at("budget_execution", "expenditure", "evidence", 0)
    assert "“E07”不在《7_佐证目录》佐证目录中" in messages.sentence(found[0])
    assert unknown_evidence("见附件", frozenset({"E01"})) == ["见附件"]


def test_an_adjustment_called_policy_driven_names_its_document(tables, make, rubric):
    tables["budget_execution.adjustments"] = [
        {
            "adjusted_on": DAY(2022, 6, 1),
            "adjustment_kind": "追加",
            "amount_fen": WAN,
            "is_policy_driven": True,
        },
        {
            "adjusted_on": DAY(2021, 6, 1),
            "adjustment_kind": "追加",
            "amount_fen": WAN,
            "to_project_id": "P09",
        },
    ]
    found = check_inputs([make(tables)], rubric).findings[0]
    assert sorted(codes(found)) == ["BE-018", "BE-019", "BE-022"]


def test_stacked_departments_get_their_own_findings(tables, make, rubric):
    bad = copy.deepcopy(tables)
    bad[EXP][1]["annual_budget_fen"] = 99 * WAN
    worse = copy.deepcopy(tables)
    worse[ITEMS][0]["done_count"] = None
    names = ["甲", "乙", "丙", "丁"]
    stack = [make(t, n) for t, n in zip((tables, bad, worse, tables), names, strict=True)]
    together = check_inputs(stack, rubric).findings
    alone = [check_inputs([one], rubric).findings[0] for one in stack]
    assert list(together) == alone
    assert codes(together[1]) == ["BE-014", "RC-001", "RC-012", "RC-013"] and codes(together[2]) == ["MG-010"]


def test_two_submissions_of_one_name_are_not_one_with_every_record_twice(tables, make, rubric):
    """Folders of different departments may be called alike."""
    assert check_inputs(
        [make(tables, "提交"), make(tables, "提交"), make(tables, "提交")], rubric
    ).findings == ((), (), ())


def test_a_cell_is_found_as_its_row_and_field(tables, make, rubric, at):
    """Every cell of every record, on lists and on cards, and none that is no record's."""
    around = Around(0, make(tables), load_specs(), rubric)
    where, asked = fields_by_cell(around), 0
    for table in around.submission.tables.values():
        for row in table.rows:
            for name in row.columns:
                assert where[row.cell(name)] == (row, name)
                asked += 1
    assert asked > 300
    header = Cell("2_预算执行.xlsx", "支出", "A4")
    assert header not in where and where.get(header) is None
    assert where.get(Cell("2_预算执行.xlsx", "支出", "")) is None
    with pytest.raises(KeyError):
        where[Cell("别的.xlsx", "支出", "A5")]


@pytest.mark.parametrize(
    ("setting", "value", "change", "code"),
    [
        ("on_target_indicators", 1, {"actual": "80"}, "PI-019"),
        ("undershoot_rate", Fraction(7, 10), {"target": "≤100万元", "measure_unit": "万元", "actual": "60万元"}, "PI-030"),
        ("overshoot_rate", Fraction(11, 10), {"target": "≥80", "actual": "91"}, "PI-013"),
        ("overshoot_rate", Fraction(11, 10), {"actual": "85", "last_year_actual": "88"}, "PI-026"),
    ],
)  # fmt: skip
def test_a_threshold_is_the_rubric_s(setting, value, change, code, tables, make, rubric):
    tables[IND][0] |= change
    assert codes(check_inputs([make(tables)], rubric).findings[0]) == []
    settings = {**rubric.settings, setting: dataclasses.replace(rubric.settings[setting], value=value)}
    stricter = dataclasses.replace(rubric, settings=settings)
    assert codes(check_inputs([make(tables)], stricter).findings[0]) == [code]
