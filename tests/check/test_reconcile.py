"""勾稽关系: each relation raised by a change of one side, silent where a side is not known, right by an oracle."""

from __future__ import annotations

import copy
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline import messages
from pipeline.check import reconcile
from pipeline.check.frames import Around
from pipeline.check.inputs import check_inputs
from pipeline.check.relations import load
from pipeline.errors import CannotRun
from pipeline.forms import load_specs
from pipeline.model import Cell

WAN = 1_000_000
EXP, MON, IND = "budget_execution.expenditure", "monthly_spending.months", "indicator_results.indicators"
ADJ, TREASURY = "budget_execution.adjustments", "budget_execution.treasury_reconciliation"
PC, ASSETS = "procurement.contracts", "management.assets"

#: code, changes, addresses of its cells, part of the sentence
CASES = [
    ("RC-001", [(EXP, 0, {"initial_budget_fen": 191 * WAN})], ["支出!F5", "支出!D5", "支出!E5"],
     "“人员”的全年预算数 200.00 万元，年初预算数加调整净额 201.00 万元，相差 1.00 万元"),
    ("RC-002", [(EXP, 0, {"addition_fen": 12 * WAN, "reduction_fen": WAN})], ["支出!E5", "支出!N5", "支出!O5"],
     "调整净额 10.00 万元，结转下达、追加、追减、调剂、收回合计 11.00 万元"),
    ("RC-003", [(EXP, 0, {"transfer_fen": 10 * WAN})], ["支出!P5"], "调剂净额合计 10.00 万元，应为 0.00 万元"),
    ("RC-004", [(EXP, 0, {"addition_fen": 10 * WAN}), (ADJ, None, {"adjustment_kind": "追加", "amount_fen": 9 * WAN})],
     ["调整明细!F5", "支出!N5"], "调整明细中的追加 9.00 万元，支出表各行追加合计 10.00 万元"),
    ("RC-006", [(EXP, 1, {"carry_over_in_initial_fen": 101 * WAN})], ["支出!L6", "支出!D6"],
     "其中上年结转 101.00 万元，大于年初预算数 100.00 万元"),
    ("RC-007", [(EXP, 0, {"carried_forward_fen": WAN // 2})], ["支出!T5", "支出!F5", "支出!G5"],
     "年末结转加结余 0.50 万元，全年预算数减全年执行数 1.00 万元"),
    ("RC-009", [("basics.department", 0, {"reporting_basis": "决算批复数"}), (EXP, 1, {"final_account_executed_fen": 98 * WAN})],
     ["支出!G6", "支出!S6"], "全年执行数 100.00 万元，决算执行数 98.00 万元"),
    ("RC-010", [(MON, 3, {"spent_fen": 26 * WAN})], ["月度!D4", "支出!G5", "支出!G6"],
     "各月支出合计 300.00 万元，全年执行数合计 299.00 万元，相差 1.00 万元"),
    ("RC-011", [(MON, 3, {"project_spent_fen": 7 * WAN})], ["月度!E4", "支出!G6"], "各月项目支出合计 99.00 万元"),
    ("RC-012", [(MON, 11, {"current_budget_fen": 299 * WAN})], ["月度!B16", "支出!F5", "支出!F6"],
     "最后一月的当期预算数 299.00 万元，全年预算数合计 300.00 万元"),
    ("RC-013", [(MON, 11, {"current_project_budget_fen": 99 * WAN})], ["月度!C16", "支出!F6"], "99.00 万元"),
    ("RC-014", [(MON, 0, {"project_spent_fen": 26 * WAN}), (MON, 1, {"project_spent_fen": 0}), (MON, 2, {"project_spent_fen": 0}), (MON, 11, {"project_spent_fen": 10 * WAN})],
     ["月度!E5", "月度!D5"], "“1月”的其中项目支出 26.00 万元，大于当月支出 25.00 万元"),
    ("RC-015", [(MON, 4, {"current_project_budget_fen": 301 * WAN})], ["月度!C9", "月度!B9"], "“5月”的其中项目预算数"),
    ("RC-020", [(IND, 0, {"department_points": Decimal("19.5")})], ["指标!K5"],
     "“部门整体绩效目标产出指标完成情况”的部门分值合计 19.5 分，评分规则的分值 20 分，相差 0.5 分"),
    ("RC-021", [(IND, 0, {"project_points": Decimal(89)})], ["指标!L5"], "“P01”的项目分值合计 89 分"),
    ("RC-030", [("basics.staff", 0, {"civil_servants": 30, "institution_staff": 2})], ["人员!B4", "人员!B5", "人员!B3"],
     "行政与事业编制在职合计 32 人，大于年末在职 31 人"),
    ("RC-031", [(ASSETS, 0, {"fixed_assets_in_use_fen": 101 * WAN})], ["资产!B3", "资产!B2"], "大于所有固定资产总额 100.00"),
    ("RC-032", [(ASSETS, 0, {"idle_fen": 1})], ["资产!B3", "资产!B10", "资产!B2"], "100.000001 万元"),
    ("RC-050", [(ASSETS, 0, {"leased_fen": 101 * WAN})], ["资产!B11", "资产!B2"], "出租出借 101.00 万元，大于所有固定资产总额 100.00"),
    ("RC-051", [(ASSETS, 0, {"book_value_fen": 99 * WAN})], ["资产!B2", "资产!B7"],
     "所有固定资产总额 100.00 万元，账面原值 99.00 万元，相差 1.00"),
    ("RC-052", [("management.three_public", 0, dict.fromkeys(("budget_fen", "executed_fen", "executed_last_year_fen"), 299 * WAN + 1))],
     ["三公与成本!C5", "支出!G5", "支出!G6"], "“三公”经费执行数合计 299.000001 万元，大于《2_预算执行》全年执行数合计 299.00"),
    ("RC-040", [(PC, 0, {"contract_amount_fen": 11 * WAN})], ["采购台账!I5", "采购台账!C5"], "合同金额 11.00 万元"),
    ("RC-041", [(PC, 0, {"reserved_for_sme_fen": 11 * WAN})], ["采购台账!O5", "采购台账!C5"], "预留中小金额 11.00"),
    ("RC-042", [(PC, 0, {"reserved_for_sme_fen": 5 * WAN, "reserved_for_small_micro_fen": 6 * WAN})],
     ["采购台账!P5", "采购台账!O5"], "其中小微 6.00 万元，大于预留中小金额 5.00"),
]  # fmt: skip


def changed(tables, changes):
    for table, position, values in changes:
        if position is None:
            tables.setdefault(table, []).append(values)
        else:
            tables[table][position] |= values
    return tables


def lines(submission, rubric):
    around = Around(0, submission, load_specs(), rubric)
    return {(line.relation.id, line.key): line for line in reconcile.lines_of(around)}


@pytest.mark.parametrize(("code", "changes", "cells", "said"), CASES, ids=[c[0] for c in CASES])
def test_a_relation_that_does_not_hold(code, changes, cells, said, tables, make, rubric):
    found = check_inputs([make(changed(tables, changes))], rubric).findings[0]
    assert [f.code for f in found] == [code], [messages.sentence(f) for f in found]
    assert [f"{c.cell.sheet}!{c.cell.address}" for c in found[0].cells] == cells
    assert said in messages.sentence(found[0])


def test_every_relation_is_tried_here():
    tried = {case[0] for case in CASES} | {"RC-005", "RC-008", "RC-016", "MG-009", "MG-012", "MG-015"}
    # those of units and of the final accounts: test_units_and_final_accounts.py
    elsewhere = {each.code for each in load() if each.code.startswith(("FA-", "RC-08"))}
    assert {relation.code for relation in load()} == tried | elsewhere


def test_transfers_by_project_follow_the_list(tables, make, rubric):
    tables[EXP][0] |= {"transfer_fen": -4 * WAN, "addition_fen": 14 * WAN}
    tables[EXP][1] |= {"transfer_fen": 4 * WAN, "addition_fen": 0, "reduction_fen": 4 * WAN}
    tables[ADJ] = [
        {"adjustment_kind": "调剂", "amount_fen": 3 * WAN, "to_project_id": "P01"},
        {"adjustment_kind": "追加", "amount_fen": 14 * WAN},
        {"adjustment_kind": "追减", "amount_fen": 4 * WAN},
    ]
    found = check_inputs([make(tables)], rubric).findings[0]
    assert [f.code for f in found] == ["RC-005"]
    assert "“P01”的调剂净额 4.00 万元，调整明细中调入减调出 3.00 万元" in messages.sentence(found[0])


def test_treasury_and_final_account_are_bridged_by_the_listed_items(tables, make, rubric):
    for row in tables[EXP]:
        row["treasury_executed_fen"] = row["executed_fen"]
    tables[EXP][0]["treasury_executed_fen"] = 190 * WAN
    tables[MON][0]["spent_fen"] = 16 * WAN
    found = check_inputs([make(tables)], rubric).findings[0]
    assert [f.code for f in found] == ["RC-008"]
    tables[TREASURY] = [
        {"item": "单位资金支出", "amount_fen": 10 * WAN, "direction": "加"},
        {"item": "年末调账", "amount_fen": WAN, "direction": "减"},
    ]
    assert [f.code for f in check_inputs([make(tables)], rubric).findings[0]] == []


def test_months_in_another_basis_are_explained_by_the_listed_items(tables, make, rubric):
    tables[MON][0]["spent_fen"] = 20 * WAN
    assert [f.code for f in check_inputs([make(tables)], rubric).findings[0]] == ["RC-010"]
    tables[TREASURY] = [{"item": "单位资金支出", "amount_fen": 5 * WAN, "direction": "加"}]
    report = check_inputs([make(tables)], rubric)
    assert [f.code for f in report.findings[0]] == []
    assert [line.holds for line in report.reconciliations if line.id == "months_and_year"] == [True]


def test_the_months_of_a_project(tables, make, rubric):
    months = {f"month_{m}_fen": 8 * WAN for m in range(1, 13)}
    tables["monthly_spending.project_months"] = [{"project_id": "P01", **months}]
    found = check_inputs([make(tables)], rubric).findings[0]
    # all projects are listed: the month that differs is named, and the project's year is not told again
    assert [f.code for f in found] == ["MS-019"]
    assert [str(c.cell) for c in found[0].cells] == ["《3_月度支出》月度!E16", "《3_月度支出》项目月度!M5"]
    assert "12 月各项目支出合计 8.00 万元，该月其中项目支出 12.00 万元，相差 4.00 万元" in messages.sentence(
        found[0]
    )
    tables[EXP].append({"expenditure_kind": "项目", "project_id": "P02", "project_name": "另一项目", "initial_budget_fen": 0,
                        "net_adjustment_fen": 0, "annual_budget_fen": 0, "executed_fen": 0})  # fmt: skip
    found = check_inputs([make(tables)], rubric).findings[0]
    assert [f.code for f in found] == ["RC-016"]
    assert "“P01”的各月支出合计 96.00 万元，全年执行数 100.00 万元" in messages.sentence(found[0])
    assert [str(c.cell) for c in found[0].cells][-1] == "《2_预算执行》支出!G6" and len(found[0].cells) == 13
    tables["monthly_spending.project_months"][0]["month_12_fen"] = 12 * WAN
    assert [f.code for f in check_inputs([make(tables)], rubric).findings[0]] == []


def test_a_refund_makes_a_month_smaller_than_its_project_part(tables, make, rubric):
    tables[MON][0] |= {"spent_fen": 2 * WAN, "project_spent_fen": 3 * WAN, "refunded_fen": 5 * WAN}
    tables[MON][1] |= {"spent_fen": 48 * WAN, "project_spent_fen": 13 * WAN}
    assert [f.code for f in check_inputs([make(tables)], rubric).findings[0]] == []


def test_a_kind_that_is_blank_leaves_the_project_sums_open(tables, make, rubric):
    tables[EXP][1]["expenditure_kind"] = None
    found = lines(make(tables), rubric)
    assert found["project_months_and_year", ""].difference is None
    assert found["months_and_year", ""].difference == 0


def test_a_line_of_the_report_has_both_sides_in_its_unit(tables, make, rubric):
    tables[MON][3]["spent_fen"] = 26 * WAN
    report = check_inputs([make(tables)], rubric)
    (line,) = (line for line in report.reconciliations if line.code == "RC-010")
    assert (line.left, line.right, line.difference, line.unit) == (
        Decimal(300),
        Decimal(299),
        Decimal(1),
        "万元",
    )
    assert line.holds is False and line.relation == "=" and line.tolerance == 0
    assert len(line.because) == 14 and Cell("3_月度支出.xlsx", "月度", "D8") in line.because
    assert line.citation.source == "jixiao_arithmetic"


#: within two orders of magnitude: an amount 10,000 times its counterpart is called a slip and leaves a side open
amounts = st.one_of(st.just(0), st.integers(10**10, 10**12), st.integers(-(10**12), -(10**10)))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(amounts, amounts, amounts, amounts), min_size=1, max_size=4),
    spent=st.lists(amounts, min_size=12, max_size=12),
)
def test_both_sides_against_plain_sums(rows, spent, tables, make, rubric):
    """The oracle adds the columns with no knowledge of relations, terms or frames."""
    made = copy.deepcopy(tables)
    made[EXP] = [
        {"expenditure_kind": "项目", "project_id": f"P{n}", "project_name": "甲", "initial_budget_fen": i,
         "net_adjustment_fen": a, "annual_budget_fen": b, "executed_fen": e}
        for n, (i, a, b, e) in enumerate(rows)
    ]  # fmt: skip
    for month, value in zip(made[MON], spent, strict=True):
        month |= {"spent_fen": value, "current_budget_fen": value * 3}
    found = lines(make(made), rubric)
    year = found["months_and_year", ""]
    assert (year.left.value, year.right.value) == (sum(spent), sum(row[3] for row in rows))
    last = found["last_month_budget", ""]
    assert (last.left.value, last.right.value) == (spent[11] * 3, sum(row[2] for row in rows))
    around = Around(0, make(made), load_specs(), rubric)
    budgets = [line for line in reconcile.lines_of(around) if line.relation.id == "annual_budget"]
    assert [line.difference for line in budgets] == [b - i - a for i, a, b, _ in rows]
    assert [line.excess for line in budgets] == [abs(b - i - a) for i, a, b, _ in rows]


def test_a_broken_file_of_relations_is_refused(tmp_path):
    broken = tmp_path / "reconciliations.yaml"
    broken.write_text("reconciliations:\n  - {id: x, code: RC-001, table: t, each: nowhere}\n", "utf-8")
    with pytest.raises(CannotRun, match="勾稽关系表有误"):
        load(broken)
