"""What is judged case by case: each limit on both sides, what a reason excuses, what a missing setting switches off."""

from __future__ import annotations

import dataclasses
import datetime as dt
from fractions import Fraction

import pytest

from pipeline import messages
from pipeline.check import judge_finance, judge_months, judge_office, judge_texts
from pipeline.check.frames import Around
from pipeline.check.inputs import JUDGES, check_inputs
from pipeline.check.judgements import judgements_frame
from pipeline.forms import load_specs
from pipeline.model import INVALID

WAN, DAY = 1_000_000, dt.date
EXP, MON, IND = "budget_execution.expenditure", "monthly_spending.months", "indicator_results.indicators"
ADJ, PM, COSTS = "budget_execution.adjustments", "monthly_spending.project_months", "management.three_public"
PC, CARD, STAFF = "procurement.contracts", "basics.department", "basics.staff"


def told(judge, submission, rubric) -> list[tuple[str, int]]:
    """(code, row) of what a judge finds wrong, without asking Great Expectations."""
    around = Around(0, submission, load_specs(), rubric)
    return [(each.code, each.row.number if each.row else 0) for each in judge(around) if each.excess]


def without(rubric, *names):
    return dataclasses.replace(rubric, settings={k: v for k, v in rubric.settings.items() if k not in names})


#: judge, changes [(table, row or None for a new one, values)], codes with rows
EDGES = [
    (judge_office.judge_staff, [(STAFF, 0, {"staff_at_year_end": 35})], []),
    (judge_office.judge_staff, [(STAFF, 0, {"staff_at_year_end": 36})], [("BD-015", 0)]),
    (judge_office.judge_staff, [(STAFF, 0, {"staff_at_year_end": 36, "note": "军转安置"})], []),
    (judge_office.judge_staff, [(STAFF, 0, {"established_posts": 0})], [("BD-015", 0)]),
    (judge_office.judge_staff, [(STAFF, 0, {"established_posts": INVALID})], []),
    (judge_office.judge_narrative, [("basics.narrative", 0, {"text": "一二三四五，六七八九十。"})], []),
    (judge_office.judge_narrative, [("basics.narrative", 0, {"text": "一二三四五，六七八九。"})], [("BD-016", 5)]),
    (judge_office.judge_department, [(CARD, 0, {"reviewer": "乙"})], []),
    (judge_office.judge_department, [(CARD, 0, {"reviewer": " 甲"})], [("BD-018", 0)]),
    (judge_office.judge_department, [(CARD, 0, {"report_date": DAY(2022, 12, 31)})], []),
    (judge_office.judge_department, [(CARD, 0, {"report_date": DAY(2022, 12, 30)})], [("BD-019", 0)]),
    (judge_office.judge_department, [(CARD, 0, {"report_date": DAY(2022, 12, 30), "active_months": (1, 11)})], []),
    (judge_office.judge_costs, [(COSTS, 0, {"executed_last_year_fen": 5 * WAN * 10 // 13})], [("MG-021", 5)]),
    (judge_office.judge_costs, [(COSTS, 0, {"executed_last_year_fen": 5 * WAN * 10 // 13 + 1})], []),
    (judge_office.judge_costs, [(COSTS, 0, {"executed_last_year_fen": WAN, "change_reason": "活动恢复"})], []),
    (judge_office.judge_costs, [(COSTS, 0, {"executed_last_year_fen": 0})], []),
    (judge_office.judge_costs, [(COSTS, 0, {"physical_amount": "0批次"})], [("MG-022", 5)]),
    (judge_office.judge_costs, [(COSTS, 0, {"physical_amount": "12批次", "executed_fen": 0})], [("MG-022", 5)]),
    (judge_office.judge_costs, [(COSTS, 0, {"physical_amount": "若干"})], []),
    (judge_office.judge_costs, [(COSTS, 0, {"item": "会议", "physical_amount": "0次", "budget_fen": 0})], []),
    (judge_office.judge_costs, [(COSTS, None, {"item": "公车运行", "budget_fen": 2 * WAN, "executed_fen": 2 * WAN + 1, "executed_last_year_fen": 2 * WAN})],
     [("MG-020", 6)]),
    (judge_office.judge_costs, [(COSTS, None, {"item": "公车运行", "budget_fen": None, "executed_fen": 9 * WAN, "executed_last_year_fen": 9 * WAN})], []),
    (judge_office.judge_assets, [("management.assets", 0, {"income_due_fen": 1})], [("MG-023", 0)]),
    (judge_office.judge_assets, [("management.assets", 0, {"income_due_fen": 1, "difference_note": "次年1月缴清"})], []),
    (judge_office.judge_items, [("management.items", 0, {"due_on": DAY(2022, 6, 30), "done_on": DAY(2022, 6, 30)})], []),
    (judge_office.judge_items, [("management.items", 0, {"due_on": DAY(2022, 6, 30), "done_on": DAY(2022, 7, 1)})], [("MG-024", 5)]),
    (judge_office.judge_contract_dates, [(PC, 0, {"contract_filed_on": DAY(2022, 5, 31)})], []),  # the 7th working day
    (judge_office.judge_contract_dates, [(PC, 0, {"contract_filed_on": DAY(2022, 6, 1)})], [("PC-013", 5)]),
    (judge_office.judge_contract_dates, [(PC, 0, {"contract_filed_on": DAY(2022, 6, 1), "overdue_reason": "系统故障"})], []),
    # 国庆: 10 月 8、9 日上班; signed on 30 September, the 2nd working day is the 9th
    (judge_office.judge_contract_dates, [(PC, 0, {"contract_signed_on": DAY(2022, 9, 30), "contract_filed_on": DAY(2022, 10, 10),
                                                  "contract_announced_on": DAY(2022, 10, 9)})], []),
    (judge_office.judge_contract_dates, [(PC, 0, {"contract_announced_on": DAY(2022, 5, 25)})], [("PC-014", 5)]),
    (judge_office.judge_contract_dates, [(PC, 0, {"contract_signed_on": DAY(2050, 5, 20), "contract_filed_on": DAY(2050, 6, 20)})], []),
    (judge_office.judge_contract_dates, [(PC, 0, {"intention_published_on": DAY(2022, 3, 2)})], []),  # 30 days
    (judge_office.judge_contract_dates, [(PC, 0, {"intention_published_on": DAY(2022, 3, 3)})], [("PC-015", 5)]),
    (judge_office.judge_contract_dates, [(PC, 0, {"intention_published_on": DAY(2022, 3, 3), "intention_exemption": "不可预见急需"})], []),
    (judge_office.judge_contracts, [(PC, 0, {"is_reserved_for_sme": False})], [("PC-016", 5)]),
    (judge_office.judge_contracts, [(PC, 0, {"is_reserved_for_sme": False, "reserved_for_sme_fen": WAN})], []),
    (judge_office.judge_contracts, [(PC, 0, {"is_reserved_for_sme": True, "no_reservation_reason": "无"})], [("PC-017", 5)]),
    (judge_finance.judge_lines, [(EXP, 1, {"annual_budget_fen": 0})], [("BE-026", 6)]),
    (judge_finance.judge_lines, [(EXP, 1, {"annual_budget_fen": 0, "executed_fen": 0})], []),
    (judge_finance.judge_lines, [(EXP, 1, {"executed_fen": 0})], [("BE-027", 6)]),
    (judge_finance.judge_lines, [(EXP, 1, {"executed_fen": 0, "low_execution_reason": "项目取消"})], []),
    (judge_finance.judge_lines, [(EXP, 1, {"executed_fen": None})], []),
    (judge_finance.judge_adjustments, [(EXP, 0, {"net_adjustment_fen": 57 * WAN})], [("BE-025", 5)]),
    (judge_finance.judge_adjustments, [(EXP, 0, {"net_adjustment_fen": 57 * WAN - 1})], []),
    (judge_finance.judge_adjustments, [(EXP, 0, {"net_adjustment_fen": -57 * WAN})], [("BE-025", 5)]),
    (judge_finance.judge_adjustments, [(EXP, 0, {"net_adjustment_fen": 57 * WAN, "note": "机构改革划入"})], []),
    (judge_finance.judge_adjustments, [(EXP, 1, {"net_adjustment_fen": 30 * WAN})], [("BE-025", 6)]),
    (judge_finance.judge_adjustments, [(EXP, 1, {"net_adjustment_fen": 30 * WAN}),
                                       (ADJ, None, {"to_project_id": "P01", "document_number": "某文1号"})], []),
    (judge_finance.judge_adjustments, [(EXP, 1, {"net_adjustment_fen": 30 * WAN}),
                                       (ADJ, None, {"to_project_id": "P01", "adjustment_kind": "追加", "amount_fen": WAN, "is_policy_driven": True})],
     [("BE-025", 6)]),  # policy-driven in word only
    (judge_finance.judge_adjustments, [(EXP, 1, {"initial_budget_fen": 0, "net_adjustment_fen": 30 * WAN})], []),
    (judge_finance.judge_procured_projects, [(PC, 0, {"procurement_name": "工作经费", "budget_fen": 100 * WAN})], []),
    (judge_finance.judge_procured_projects, [(PC, 0, {"procurement_name": "工作经费", "budget_fen": 100 * WAN + 1})], [("PC-019", 5)]),
    (judge_months.judge_progress, [(MON, 2, {"current_budget_fen": 75 * WAN})], []),
    (judge_months.judge_progress, [(MON, 2, {"current_budget_fen": 75 * WAN - 1})], [("MS-015", 7)]),
    (judge_months.judge_progress, [(MON, 0, {"current_budget_fen": 0})], [("MS-015", 5)]),
    (judge_months.judge_progress, [(MON, 1, {"spent_fen": None}), (MON, 2, {"current_budget_fen": WAN})], []),
    (judge_months.judge_progress, [(MON, 5, {"issued_progress": Fraction(1, 2)})], []),
    (judge_months.judge_progress, [(MON, 5, {"issued_progress": Fraction(51, 100)})], [("MS-016", 10)]),
    (judge_months.judge_progress, [(MON, 5, {"issued_progress": Fraction(51, 100), "shortfall_reason": "疫情"})], []),
    (judge_months.judge_rhythm, [(MON, 11, {"spent_fen": 92 * WAN})], [("MS-013", 16)]),
    (judge_months.judge_rhythm, [(MON, 11, {"spent_fen": 91 * WAN})], []),
    (judge_months.judge_rhythm, [(CARD, 0, {"active_months": (10, 12)})], []),
    (judge_months.judge_rhythm, [(MON, m, {"spent_fen": 25 * WAN}) for m in range(12)], [("MS-014", n) for n in range(5, 17)]),
    (judge_months.judge_rhythm, [(MON, m, {"spent_fen": 0}) for m in range(12)], []),
    (judge_months.judge_denominators, [(MON, 4, {"current_budget_fen": 310 * WAN})], [("MS-018", 9)]),
    (judge_months.judge_denominators, [(MON, m, {"current_budget_fen": 310 * WAN}) for m in (4, 5)], []),
    (judge_months.judge_denominators, [(MON, 0, {"current_budget_fen": 310 * WAN})], []),
    (judge_texts.judge_repeated_reasons, [(MON, m, {"shortfall_reason": "资金下达晚，"}) for m in range(3)], []),  # five letters
    (judge_texts.judge_repeated_reasons, [(MON, m, {"shortfall_reason": "资金下达较晚"}) for m in range(2)], []),
    (judge_texts.judge_repeated_reasons, [(MON, 0, {"shortfall_reason": "资金 下达较晚。"}), (MON, 4, {"shortfall_reason": "资金下达较晚"}),
                                          (MON, 7, {"shortfall_reason": "资金下达较晚，"})], [("MS-020", n) for n in (5, 9, 12)]),
    (judge_texts.judge_evidence, [("evidence.catalogue", None, {"evidence_id": "E1", "dated_on": DAY(2023, 1, 20)})], []),
    (judge_texts.judge_evidence, [("evidence.catalogue", None, {"evidence_id": "E1", "dated_on": DAY(2023, 1, 21)})], [("EV-011", 5)]),
    (judge_texts.judge_evidence, [("evidence.catalogue", None, {"evidence_id": "E1"}), (IND, 0, {"evidence": "E1"})], [("EV-012", 6)]),
    (judge_texts.judge_evidence, [("evidence.catalogue", None, {"evidence_id": "E1"})], []),
]  # fmt: skip


def changed(tables, changes):
    for table, position, values in changes:
        if position is None:
            tables.setdefault(table, []).append(values)
        else:
            tables[table][position] |= values
    return tables


@pytest.mark.parametrize(
    ("judge", "changes", "expected"), EDGES, ids=[f"{j.__name__}-{n}" for n, (j, *_) in enumerate(EDGES)]
)
def test_each_limit_from_both_sides(judge, changes, expected, tables, make, rubric):
    assert told(judge, make(changed(tables, changes)), rubric) == expected


def test_the_valid_submission_is_judged_and_nothing_is_wrong(tables, make, rubric):
    frame = judgements_frame([Around(0, make(tables), load_specs(), rubric)], JUDGES)
    assert not any(frame.columns["excess"])
    assert {"BD-015", "BE-025", "MS-013", "MG-021", "PC-013"} <= set(frame.columns["code"])


@pytest.mark.parametrize(
    ("setting", "changes"),
    [
        ("staff_control_rate", [(STAFF, 0, {"staff_at_year_end": 99})]),
        ("narrative_least_characters", [("basics.narrative", 0, {"text": "略"})]),
        ("cost_rise_rate", [(COSTS, 0, {"executed_last_year_fen": 1})]),
        ("adjustment_rate", [(EXP, 0, {"net_adjustment_fen": 190 * WAN, "annual_budget_fen": 380 * WAN})]),
        ("december_share", [(MON, 11, {"spent_fen": 200 * WAN})]),
        ("filing_working_days", [(PC, 0, {"contract_filed_on": DAY(2022, 12, 1)})]),
        ("announcement_working_days", [(PC, 0, {"contract_announced_on": DAY(2022, 12, 1)})]),
        ("intention_lead_days", [(PC, 0, {"intention_published_on": DAY(2022, 3, 30)})]),
    ],
)
def test_a_setting_the_rubric_does_not_have_switches_its_check_off(setting, changes, tables, make, rubric):
    submission = make(changed(tables, changes))
    codes = [
        sorted(code for judge in JUDGES for code, _ in told(judge, submission, each))
        for each in (rubric, without(rubric, setting))
    ]
    assert len(codes[0]) == len(codes[1]) + 1, codes


def test_a_rubric_need_not_have_the_switches(rubric):
    from pipeline.rules.vocabulary import vocabulary

    assert set(vocabulary()["switches"]) <= set(rubric.settings)
    assert not set(vocabulary()["switches"]) & set(vocabulary()["settings"])


@pytest.mark.parametrize(
    ("printed", "is_told"),
    [
        (Fraction(6667, 10000), False), (Fraction(67, 100), False), (Fraction(6666, 10000), False),  # cut off, not rounded
        (Fraction(2, 3), False), (Fraction(6668, 10000), True), (Fraction(66, 100), False), (Fraction(65, 100), True),
    ],
)  # fmt: skip
def test_the_bureaus_rate_within_what_it_is_printed_with(printed, is_told, tables, make, rubric):
    tables[MON][7]["bureau_execution_rate"] = printed  # 200 of 300
    assert told(judge_months.judge_bureau_rates, make(tables), rubric) == (
        [("MS-017", 12)] if is_told else []
    )


def test_the_denominator_that_explains_the_bureaus_rate_is_named(tables, make, rubric):
    tables[MON][7]["bureau_execution_rate"] = Fraction(6897, 10000)
    (one,) = check_inputs([make(tables)], rubric).findings[0]
    assert (
        "财政通报执行率 68.97%，按累计支出 200.00 ÷ 当期预算数 300.00 万元应为 66.67%；68.97% 是按年初预算数合计 290.00 万元算的"
        in messages.sentence(one)
    )
    tables[MON][7]["bureau_execution_rate"] = Fraction(8, 10)
    (one,) = check_inputs([make(tables)], rubric).findings[0]
    assert "；要得出 80.00%，分母应为 250.00 万元" in messages.sentence(one)


def test_projects_month_by_month_against_the_month(tables, make, rubric):
    months = {f"month_{m}_fen": (12 if m == 12 else 8) * WAN for m in range(1, 13)}
    tables[PM] = [{"project_id": "P01", **months}]
    assert told(judge_months.judge_project_months, make(tables), rubric) == []
    tables[PM][0] |= {"month_3_fen": 9 * WAN, "month_4_fen": 7 * WAN}
    (one,) = check_inputs([make(tables)], rubric).findings[0]
    assert one.code == "MS-019" and "等 2 处：3 月各项目支出合计 9.00 万元" in messages.sentence(one)
    assert [str(each.cell)[8:] for each in one.cells] == ["月度!E7", "项目月度!D5", "月度!E8", "项目月度!E5"]


FILES = frozenset({"佐证材料/E1_台账.pdf", "E2.docx"})


@pytest.mark.parametrize(
    ("named", "files", "codes"),
    [
        (["E1_台账.pdf", "E2"], FILES, []),
        (["e1_台账.PDF、E2.docx"], FILES, []),
        (["佐证材料/E1_台账.pdf", "Ｅ２.docx"], FILES, []),
        (["E1_台账.pdf", "E3.pdf"], FILES, ["EV-009", "EV-010"]),
        (["E1_台账.pdf", None], FILES, ["EV-010"]),
        (["E1_台账.pdf", "E2.docx"], frozenset(), ["EV-009"]),
        (["E1_台账.pdf", "E3.pdf"], None, []),
    ],
)
def test_the_register_against_the_folder(named, files, codes, tables, make, rubric):
    tables["evidence.catalogue"] = [
        {"evidence_id": f"E{n}", "file_name": name} for n, name in enumerate(named, 1)
    ]
    submission = dataclasses.replace(make(tables), evidence_files=files)
    raised = check_inputs([submission], rubric).findings[0]
    assert [each.code for each in raised] == codes, [messages.sentence(each) for each in raised]
    for each in raised:
        if each.code == "EV-009":
            assert len(each.cells) == (2 if files == frozenset() else 1)
        else:
            assert "目录没有登记的文件：E2.docx" in messages.sentence(each)


def test_the_same_negative_or_hint_in_many_rows_is_one_finding(tables, make, rubric, at):
    for month in tables[MON][2:7]:
        month["refunded_fen"] = -1
    (one,) = check_inputs([make(tables)], rubric).findings[0]
    assert (one.code, len(one.cells)) == ("MS-006", 5) and "等 5 处：当月退回冲减为负数" in messages.sentence(
        one
    )
    assert [each.cell.address for each in one.cells] == [
        at("monthly_spending", "months", "refunded_fen", n) for n in range(2, 7)
    ]


def test_during_the_year_what_belongs_to_its_end_is_not_judged(tables, make, rubric):
    tables[EXP][1]["executed_fen"] = 0
    codes = [f.code for f in check_inputs([make(tables)], rubric, phase="monitor").findings[0]]
    assert "BE-027" not in codes and "BE-027" in [
        f.code for f in check_inputs([make(tables)], rubric).findings[0]
    ]
