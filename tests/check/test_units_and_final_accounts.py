"""单位构成, 内部抵销 and 决算数据 by hand: what is told of them, at which cells, and what is explained and therefore not told."""

from __future__ import annotations

import pytest

from pipeline import messages
from pipeline.check.inputs import check_inputs

WAN = 1_000_000
EXP, UNITS, OUT = "budget_execution.expenditure", "basics.units", "budget_execution.eliminations"
TREASURY, MON, IND = (
    "budget_execution.treasury_reconciliation", "monthly_spending.months", "indicator_results.indicators",
)  # fmt: skip
SUMMARY, PROJECTS = "final_accounts.summary", "final_accounts.projects"


def line(unit, code, name, budget, spent, **more):
    return {"expenditure_kind": "项目", "project_id": code, "project_name": name, "initial_budget_fen": budget * WAN,
            "net_adjustment_fen": 0, "annual_budget_fen": budget * WAN, "executed_fen": spent * WAN, "unit_code": unit,
            **more}  # fmt: skip


@pytest.fixture
def three(tables):
    """本级 001 passes 30 on to the centre 002, which spends them in a line of its own; 003 is not included.

    Lines: 001 staff 200/199 and P01 100/100, of which 30 were passed on; 002 P01 30/30; 003 P09 50/48.
    """
    tables[UNITS] = [
        {"unit_code": "001", "unit_name": "本级", "is_included": True},
        {"unit_code": "002", "unit_name": "服务中心", "is_included": None},
        {"unit_code": "003", "unit_name": "撤销单位", "is_included": False, "exclusion_reason": "已撤销"},
    ]
    tables[EXP][0]["unit_code"] = "001"
    tables[EXP][1] |= {"unit_code": "001"}
    tables[EXP].append(line("002", "P01", "工作经费", 30, 30, fund_nature="单位资金"))
    tables[EXP].append(line("003", "P09", "撤销项目", 50, 48))
    tables[OUT] = [{
        "payer_unit_code": "001", "receiver_unit_code": "002", "expenditure_kind": "项目", "project_id": "P01",
        "initial_budget_fen": 30 * WAN, "net_adjustment_fen": 0, "annual_budget_fen": 30 * WAN,
        "executed_fen": 30 * WAN, "received_fen": 30 * WAN,
    }]  # fmt: skip
    return tables


def told(tables, make, rubric):
    found = check_inputs([make(tables)], rubric).findings[0]
    return {
        f.code: (messages.sentence(f), [f"{c.cell.sheet}!{c.cell.address}" for c in f.cells]) for f in found
    }


def test_three_units_with_one_excluded_and_one_transfer_are_silent(three, make, rubric):
    """The months (300 and 299) are the department's: 200 + 100 + 30 − 30, without the 50 of 003."""
    assert told(three, make, rubric) == {}
    three[OUT].clear()
    found = told(three, make, rubric)
    assert set(found) == {"RC-010", "RC-011", "RC-012", "RC-013"}
    assert "全年执行数合计 329.00 万元，相差 30.00 万元" in found["RC-010"][0]
    assert not any("撤销" in cell or "G8" in cell for cell in found["RC-010"][1])


def test_a_unit_that_is_listed_and_has_no_line(three, make, rubric):
    three[UNITS].append({"unit_code": "004", "unit_name": "学会", "is_included": True})
    found = told(three, make, rubric)
    assert set(found) == {"BD-030"} and found["BD-030"][1] == ["单位构成!A8"]
    assert "单位 004（学会）纳入部门整体，《2_预算执行》支出没有它的数据" in found["BD-030"][0]
    three[UNITS][3]["is_included"], three[UNITS][3]["exclusion_reason"] = False, "不独立核算"
    assert told(three, make, rubric) == {}


def test_lines_that_name_no_unit_beside_several_units(three, make, rubric):
    del three[EXP][0]["unit_code"]
    three[EXP][0]["unit_code"] = None
    found = told(three, make, rubric)
    assert set(found) == {"BE-040"} and found["BE-040"][1] == ["支出!H5"]
    assert "单位构成列了 2 个纳入的单位" in found["BE-040"][0]


def test_a_department_of_one_listed_unit_need_not_say_so_in_every_line(tables, make, rubric):
    tables[UNITS] = [{"unit_code": "001", "unit_name": "本级", "is_included": True}]
    assert told(tables, make, rubric) == {}


def test_an_excluded_unit_that_has_indicators(three, make, rubric):
    three[IND][0]["project_id"] = "P09"
    found = told(three, make, rubric)
    assert "BD-031" in found and found["BD-031"][1] == ["单位构成!C7", "指标!D5"]
    assert "单位“撤销单位”不纳入部门整体，却有 1 个指标对应只由它支出的项目" in found["BD-031"][0]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"receiver_unit_code": "003"}, "003 不纳入部门整体"),
        ({"receiver_unit_code": "001"}, "付出单位和收到单位都是 001"),
        ({"payer_unit_code": "009"}, "009 不在单位构成中"),
    ],
)
def test_an_elimination_that_is_none_takes_nothing_out(three, make, rubric, change, why):
    three[OUT][0] |= change
    found = told(three, make, rubric)
    assert found["BE-041"][1] == ["内部抵销!A5", "内部抵销!B5"] and why in found["BE-041"][0]
    assert "RC-010" in found, "the months hold the money once, the lines twice"


def test_payer_and_receiver_must_agree(three, make, rubric):
    three[OUT][0]["received_fen"] = 29 * WAN
    found = told(three, make, rubric)
    assert set(found) == {"RC-081"} and found["RC-081"][1] == ["内部抵销!H5", "内部抵销!I5"]
    assert "“001”的付出数 30.00 万元，收到单位的收到数 29.00 万元，相差 1.00 万元" in found["RC-081"][0]


def test_what_is_received_stands_among_the_receivers_lines(three, make, rubric):
    three[EXP][2] |= dict.fromkeys(("initial_budget_fen", "annual_budget_fen", "executed_fen"), 20 * WAN)
    found = told(three, make, rubric)
    assert "RC-082" in found
    assert (
        "收到单位“002”的收到数合计 30.00 万元，大于该单位在支出表的全年预算数 20.00 万元"
        in found["RC-082"][0]
    )


def test_no_more_is_eliminated_than_the_payer_has_in_such_lines(three, make, rubric):
    three[OUT][0]["fund_year"] = "上年结转"
    found = told(three, make, rubric)
    assert set(found) == {"BE-042"}
    assert found["BE-042"][1] == ["内部抵销!E5", "内部抵销!G5", "内部抵销!H5"]
    assert "抵销 30.00 万元" in found["BE-042"][0] and "合计只有 0.00 万元" in found["BE-042"][0]


def test_the_budgets_of_an_elimination(three, make, rubric):
    three[OUT][0]["initial_budget_fen"] = 29 * WAN
    assert set(told(three, make, rubric)) == {"RC-080"}


@pytest.fixture
def final(tables):
    """决算 as 2_预算执行 has it: 人员 199, P01 100."""
    tables["basics.department"][0]["reporting_basis"] = "决算上报数"
    tables[SUMMARY] = [
        {"subject": "一、基本支出", "initial_budget_fen": 190 * WAN, "annual_budget_fen": 200 * WAN, "executed_fen": 199 * WAN},
        {"subject": "其中：人员经费", "initial_budget_fen": None, "annual_budget_fen": None, "executed_fen": 199 * WAN},
        {"subject": "二、项目支出", "initial_budget_fen": 100 * WAN, "annual_budget_fen": 100 * WAN, "executed_fen": 100 * WAN},
        {"subject": "本年支出合计", "initial_budget_fen": 290 * WAN, "annual_budget_fen": 300 * WAN, "executed_fen": 299 * WAN},
    ]  # fmt: skip
    tables[PROJECTS] = [{"project_id": "P01", "project_name": "工作经费", "executed_fen": 100 * WAN}]
    return tables


def moved(final, by=2):
    """The project and every total that holds it, ``by`` 万元 more in the final accounts."""
    for row in (final[SUMMARY][2], final[SUMMARY][3], final[PROJECTS][0]):
        row["executed_fen"] += by * WAN
    return final


def test_final_accounts_that_agree_are_silent_and_judged(final, make, rubric):
    report = check_inputs([make(final)], rubric)
    assert [f.code for f in report.findings[0]] == []
    held = {one.id: one.holds for one in report.reconciliations if one.code.startswith("FA")}
    assert held["final_account_year"] and held["final_account_by_project"] and held["final_account_basic"]
    assert held["final_account_running"] is None, "no line of 公用经费 was taken over"


def test_a_difference_is_told_line_by_line_with_both_sides(final, make, rubric):
    found = told(moved(final), make, rubric)
    assert set(found) == {"FA-010", "FA-011", "FA-012"}
    assert found["FA-012"][1] == ["支出!G6", "项目支出!C5"]
    assert (
        "“P01”的《2_预算执行》全年执行数 100.00 万元，决算数 102.00 万元，相差 2.00 万元"
        in found["FA-012"][0]
    )
    assert found["FA-010"][1] == ["支出!G5", "支出!G6", "收支总表!D8"]
    assert "决算数据本年支出合计的决算数 301.00 万元" in found["FA-010"][0]


def test_flash_figures_make_the_difference_information(final, make, rubric):
    final["basics.department"][0]["reporting_basis"] = "快报数"
    found = told(moved(final), make, rubric)
    assert set(found) == {"FA-020", "FA-021", "FA-022"}
    assert {messages.entry(code).severity for code in found} == {"info"}
    assert all("数据口径为快报数，与决算有差异属正常" in sentence for sentence, _ in found.values())


@pytest.mark.parametrize("project", [None, "P01"])
def test_a_listed_item_explains_the_difference(final, make, rubric, project):
    final[TREASURY] = [
        {"item": "单位资金支出", "amount_fen": 2 * WAN, "direction": "加", "project_id": project}
    ]
    assert told(moved(final), make, rubric) == {}
    final[TREASURY][0]["direction"] = "减"
    assert set(told(final, make, rubric)) == {"FA-010", "FA-011", "FA-012"}


def test_an_item_of_another_project_explains_the_total_and_not_this_project(final, make, rubric):
    final[TREASURY] = [{"item": "年末调账", "amount_fen": 2 * WAN, "direction": "加", "project_id": "P77"}]
    assert set(told(moved(final), make, rubric)) == {"FA-012"}


def test_the_treasury_is_bridged_by_unit_funds_and_items(final, make, rubric):
    for row in final[EXP]:
        row["treasury_executed_fen"] = row["executed_fen"]
    final[EXP][1] |= {"treasury_executed_fen": 90 * WAN, "fund_nature": "单位资金"}
    final[MON][0]["spent_fen"] -= 10 * WAN
    final[MON][11]["project_spent_fen"] -= 10 * WAN
    assert told(final, make, rubric) == {}, "10 of unit funds were not paid by the treasury"
    final[EXP][1]["fund_nature"] = "一般公共预算"
    found = told(final, make, rubric)
    assert set(found) == {"FA-014"}
    assert "国库执行数合计 289.00 万元，决算数据本年支出合计的决算数 299.00 万元" in found["FA-014"][0]
    final[TREASURY] = [{"item": "实有资金支出", "amount_fen": 10 * WAN, "direction": "加"}]
    assert told(final, make, rubric) == {}


@pytest.mark.parametrize(
    ("basis", "codes"), [("决算批复数", {"FA-030", "FA-031"}), ("快报数", {"FA-040", "FA-041"})]
)
def test_a_project_in_one_and_not_in_the_other(final, make, rubric, basis, codes):
    final["basics.department"][0]["reporting_basis"] = basis
    final[PROJECTS][0]["project_id"] = "P10"
    found = told(final, make, rubric)
    assert set(found) == codes
    only_final, only_spent = sorted(codes)
    assert found[only_final][1] == ["项目支出!A5", "项目支出!C5"]
    assert found[only_spent][1] == ["支出!B6", "支出!G6"]
    assert "项目 P01（工作经费）在《2_预算执行》支出 100.00 万元" in found[only_spent][0]


def test_budgets_names_columns_and_the_sheets_among_themselves(final, make, rubric):
    final[SUMMARY][3]["annual_budget_fen"] = 301 * WAN
    final[PROJECTS][0]["project_name"] = "办公经费"
    final[EXP][1]["final_account_executed_fen"] = 100 * WAN
    found = told(final, make, rubric)
    assert set(found) == {"FA-015", "FA-033"}
    assert "全年预算数合计 300.00 万元，决算数据本年支出合计的调整后数 301.00 万元" in found["FA-015"][0]
    final[SUMMARY][3]["annual_budget_fen"], final[PROJECTS][0]["project_name"] = 300 * WAN, "工作经费"
    final[PROJECTS].append({"project_id": "P02", "project_name": "另一项目", "executed_fen": 3 * WAN})
    found = told(final, make, rubric)
    assert set(found) == {"FA-016", "FA-030"} and "103.00 万元" in found["FA-016"][0]


def test_the_column_of_the_form_and_the_extract(final, make, rubric):
    final["basics.department"][0]["reporting_basis"] = "快报数"
    final[EXP][1]["final_account_executed_fen"] = 99 * WAN
    found = told(final, make, rubric)
    assert set(found) == {"FA-017"} and "决算执行数 99.00 万元，决算数 100.00 万元" in found["FA-017"][0]


def test_no_total_line_is_said(final, make, rubric):
    final[SUMMARY].pop()
    found = told(final, make, rubric)
    assert set(found) == {"FA-032"} and "年度合计没有与《2_预算执行》对照" in found["FA-032"][0]


def test_functional_subjects_are_matched_by_their_code(final, make, rubric):
    final[SUMMARY].append({"subject": "2010301 行政运行", "executed_fen": 198 * WAN})
    assert told(final, make, rubric) == {}, "no line names its subject: not judged"
    final[EXP][0]["functional_subject"], final[EXP][1]["functional_subject"] = "2010301", "2010302"
    found = told(final, make, rubric)
    assert set(found) == {"FA-013"} and found["FA-013"][1] == ["支出!G5", "收支总表!D9"]
    assert (
        "“2010301 行政运行”的《2_预算执行》该科目的全年执行数 199.00 万元，决算数 198.00"
        in found["FA-013"][0]
    )
    final[SUMMARY][-1] |= {"subject": "201 一般公共服务支出", "executed_fen": 299 * WAN}
    assert told(final, make, rubric) == {}


def test_two_lines_of_one_total_are_not_judged_by_either(final, make, rubric):
    final[SUMMARY].append({"subject": "支出合计", "executed_fen": 1 * WAN})
    report = check_inputs([make(final)], rubric)
    (year,) = (one for one in report.reconciliations if one.id == "final_account_year")
    assert year.holds is None and year.reason == "有不止一行写的是同一个合计，未判断"


def test_the_final_accounts_of_units_are_those_of_the_department(three, make, rubric):
    three["basics.department"][0]["reporting_basis"] = "决算批复数"
    three[SUMMARY] = [{"subject": "本年支出合计", "executed_fen": 299 * WAN}]
    three[PROJECTS] = [{"project_id": "P01", "project_name": "工作经费", "executed_fen": 100 * WAN}]
    assert told(three, make, rubric) == {}, "P01 is 100 + 30 − 30; P09 is of a unit that is not included"
