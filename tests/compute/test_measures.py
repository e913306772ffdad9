"""Measures of the leaves: each takes the right cells, at its boundaries, and says why where it cannot."""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from pipeline.model import NOT_APPLICABLE


def item(code: str, name: str, **rest: object) -> dict:
    return {"item_id": code, "indicator_name": name, "checkpoint": "略", "is_applicable": True, **rest}


def score(year, leaf_id: str):
    return year.outcome().figures[f"{leaf_id}.score"]


def measure(year, leaf_id: str):
    return year.outcome().figures[f"measure.{leaf_id}"]


def only_item(year, name: str, **values: object) -> None:
    """The leaf's rows replaced by one."""
    kept = [row for row in year.tables["management.items"] if row["indicator_name"] != name]
    year.tables["management.items"] = [*kept, item("M99", name, **values)]


# --- checkpoints


def test_five_checkpoints_in_one_row_or_five_come_to_the_same(year):
    assert score(year, "performance_system").value == Decimal("3.00")
    only_item(year, "绩效管理制度建设", required_count=5, done_count=3)
    assert score(year, "performance_system").value == Decimal("3.00")


@pytest.mark.parametrize(
    ("values", "points"),
    [({"required_count": 4, "done_count": 4}, "7.00"), ({"required_count": 4, "done_count": 9}, "7.00"),
     ({"required_count": 3, "done_count": 1}, "2.33"), ({"required_count": 3, "done_count": 0}, "0.00"),
     ({"done_count": False}, "0.00"), ({"problem_count": 0}, "7.00"), ({"problem_count": 2}, "0.00")],
)  # fmt: skip
def test_a_checkpoint_is_a_share_a_yes_or_no_problem(year, values, points):
    only_item(year, "绩效管理制度执行", **values)
    assert str(score(year, "performance_system_execution").value) == points


def test_a_checkpoint_that_asks_nothing_of_anyone_is_not_applicable(year):
    only_item(year, "绩效管理制度执行", required_count=0, done_count=0)
    assert measure(year, "performance_system_execution").value == "不适用"


def test_a_count_without_its_required_number_is_open(year):
    only_item(year, "绩效管理制度执行", done_count=3)
    cell = year.cell("management.items", len(year.tables["management.items"]) - 1, "done_count")
    figure = score(year, "performance_system_execution")
    assert figure.value is None and "未填写" in figure.reason
    assert cell in year.outcome().figures["measure.performance_system_execution"].because


def test_a_leaf_without_a_row_is_open_and_says_which(year):
    year.tables["management.items"] = [
        r for r in year.tables["management.items"] if r["indicator_name"] != "数据质量"
    ]
    assert score(year, "asset_data_quality").reason == "《5_管理事项》事项没有“数据质量”这一项"


def test_names_are_matched_without_quotes_and_blanks(year):
    year.set("management.items", {"item_id": "M52"}, indicator_name=" 数据 质量 ", problem_count=1)
    assert score(year, "asset_data_quality").value == Decimal("1.50")


def test_not_applicable_needs_a_reason(year):
    only_item(year, "资产配置合规性", is_applicable=False)
    figure = score(year, "asset_allocation")
    assert figure.value is None and figure.reason.endswith("没有写明不适用理由")
    only_item(year, "资产配置合规性", is_applicable=False, inapplicable_reason="本年没有配置资产")
    assert score(year, "asset_allocation").active == ("不适用，按满分计",)


def test_blank_is_not_no(year):
    only_item(year, "资产配置合规性", done_count=None)
    assert score(year, "asset_allocation").value is None
    only_item(year, "资产配置合规性", done_count=False)
    assert score(year, "asset_allocation").value == 0


@pytest.mark.parametrize(
    ("required", "done", "points"),
    [(2, 2, "2.00"), (2, 1, "1.00"), (3, 1, "0.67"), (2, 5, "2.00"), (0, 0, "2.00")],
)
def test_done_over_required_and_none_required_is_full(year, required, done, points):
    year.set("management.items", {"item_id": "M01"}, required_count=required, done_count=done)
    assert str(score(year, "new_project_appraisal").value) == points


def test_an_overdone_item_does_not_make_up_for_another(year):
    year.tables["management.items"].append(
        item("M01b", "新增预算入库项目事前绩效评估", required_count=2, done_count=0)
    )
    year.set("management.items", {"item_id": "M01"}, done_count=4)
    assert score(year, "new_project_appraisal").value == Decimal("1.00")


@pytest.mark.parametrize(("problems", "points"), [(0, "4.00"), (1, "3.00"), (4, "0.00"), (7, "0.00")])
def test_problems_are_counted_over_all_rows_of_the_leaf(year, problems, points):
    year.tables["management.items"].append(item("M02b", "财务管理合规性", problem_count=problems))
    assert str(score(year, "financial_compliance").value) == points


# --- disclosure


@pytest.mark.parametrize(("published", "points"), [(date(2022, 3, 2), "2.00"), (date(2022, 3, 3), "1.50")])
def test_disclosure_within_twenty_days_of_approval(year, published, points):
    """Approved on 10 February: 2 March is the twentieth day."""
    year.set("management.disclosure", {"matter": "预算"}, published_on=published)
    assert str(score(year, "budget_disclosure").value) == points


def test_content_and_format_count_only_where_filled(year):
    year.set("management.disclosure", {"matter": "预算"}, content_complete=False, format_compliant=True)
    figure = measure(year, "budget_disclosure")
    assert figure.exact == Fraction(5, 6)


def test_a_matter_without_a_row_or_a_date_is_open(year):
    year.set("management.disclosure", {"matter": "决算"}, published_on=None)
    assert score(year, "budget_disclosure").range == (Decimal("1.00"), Decimal("2.00"))
    year.tables["management.disclosure"].pop(1)
    assert "信息公开没有“决算”一行" in score(year, "budget_disclosure").reason


def test_published_before_approval_is_not_in_time_but_open(year):
    year.set("management.disclosure", {"matter": "预算"}, published_on=date(2022, 2, 1))
    assert "早于批复日期" in score(year, "budget_disclosure").reason


# --- the ledger


@pytest.mark.parametrize(("signed", "points"), [(date(2022, 5, 1), "3.00"), (date(2022, 5, 2), "1.50")])
def test_signing_within_thirty_calendar_days(year, signed, points):
    """Award notice on 1 April: 1 May is the thirtieth day."""
    year.set(
        "procurement.contracts",
        {"procurement_name": "会务服务"},
        contract_signed_on=signed,
        contract_filed_on=signed,
    )
    assert str(score(year, "contract_signing").value) == points


@pytest.mark.parametrize(("filed", "points"), [(date(2022, 4, 28), "1.00"), (date(2022, 4, 29), "0.50")])
def test_filing_within_seven_working_days(year, filed, points):
    """Signed on Wednesday 20 April; Sunday 24 April was worked: 28 April is the seventh working day."""
    year.set("procurement.contracts", {"procurement_name": "会务服务"}, contract_filed_on=filed)
    assert str(score(year, "contract_filing").value) == points


def test_working_days_of_an_unknown_year_leave_the_leaf_open(year):
    year.set(
        "procurement.contracts", {"procurement_name": "会务服务"},
        award_notice_on=date(2099, 3, 1), contract_signed_on=date(2099, 3, 2), contract_filed_on=date(2099, 3, 30),
    )  # fmt: skip
    figure = score(year, "contract_filing")
    assert figure.range == (Decimal("0.50"), Decimal("1.00"))
    assert "工作日历没有 2099–2099 年的节假日" in figure.reason


@pytest.mark.parametrize(("published", "points"), [(date(2022, 2, 8), "2.00"), (date(2022, 2, 9), "0.00")])
def test_intention_thirty_days_before_the_announcement(year, published, points):
    """Announced on 10 March: 8 February is thirty days before. The 电子卖场 contract is exempt."""
    year.set("procurement.contracts", {"procurement_name": "会务服务"}, intention_published_on=published)
    assert str(score(year, "procurement_intention").value) == points


def test_intention_with_every_contract_exempt_does_not_apply(year):
    year.set("procurement.contracts", {"procurement_name": "会务服务"}, intention_exemption="小额零星")
    assert measure(year, "procurement_intention").value == "不适用"
    assert score(year, "procurement_intention").value == 2


def test_a_blank_or_inapplicable_intention_date_without_a_reason_is_open(year):
    for value in (None, NOT_APPLICABLE):
        year.set("procurement.contracts", {"procurement_name": "会务服务"}, intention_published_on=value)
        assert score(year, "procurement_intention").range == (Decimal("0.00"), Decimal("2.00"))


def test_dates_in_the_wrong_order_are_not_on_time(year):
    year.set("procurement.contracts", {"procurement_name": "会务服务"}, contract_signed_on=date(2022, 3, 1))
    assert score(year, "contract_signing").value is None


def test_small_enterprises_share_is_the_weakest_of_three(year):
    """Goods 20 of 40 (≥ 30%), works 10 of 50 (20% of 40% needed), 小微 20 of 30 (≥ 60%): works decide."""
    year.tables["procurement.contracts"] = year.tables["procurement.contracts"][:1] * 4
    rows = [dict(row) for row in year.tables["procurement.contracts"]]
    rows[0] |= {"budget_fen": "20", "enterprise_size": "小型"}
    rows[1] |= {"budget_fen": "20", "enterprise_size": "大型"}
    rows[2] |= {"budget_fen": "10", "enterprise_size": "中型", "procurement_kind": "工程"}
    rows[3] |= {"budget_fen": "40", "enterprise_size": "大型", "procurement_kind": "工程"}
    year.tables["procurement.contracts"] = rows
    figure = measure(year, "procurement_policy")
    assert figure.exact == Fraction(1, 2)
    assert figure.active[0] == "取最低的一项：工程（应 40.00%）"
    assert score(year, "procurement_policy").value == Decimal("0.50")
    rows[3]["no_reservation_reason"] = "只能由一家提供"
    assert measure(year, "procurement_policy").exact == 1


def test_typed_reserved_amounts_win_over_the_enterprise_s_size(year):
    year.set(
        "procurement.contracts", {"procurement_name": "会务服务"},
        reserved_for_sme_fen="6", reserved_for_small_micro_fen="3",
    )  # fmt: skip
    year.tables["procurement.contracts"].pop(1)
    # 6 of 20 = 30% of goods and services; 3 of 6 = 50% of 60%
    assert measure(year, "procurement_policy").exact == Fraction(5, 6)


# --- money


@pytest.mark.parametrize(
    ("amount", "points"), [("110.653", "3.00"), ("110.654", "2.00"), ("221.306", "2.00"), ("443", "0.00")]
)
def test_adjustments_in_bands_of_the_initial_budget(year, amount, points):
    """The initial budget is 2213.06: 5% is 110.653 and still the first band."""
    year.tables["budget_execution.adjustments"] = [{"adjustment_kind": "调剂", "amount_fen": amount}]
    assert str(score(year, "budget_constraint").value) == points


def test_policy_driven_adjustments_are_left_out_only_with_a_document(year):
    row = {"adjustment_kind": "追加", "amount_fen": "300", "is_policy_driven": True}
    year.tables["budget_execution.adjustments"] = [row]
    assert score(year, "budget_constraint").value == Decimal("1.00")
    row["policy_document_number"] = "某文号"
    figure = measure(year, "budget_constraint")
    assert figure.exact == 0 and "有文号的政策性调整不计" in figure.active


def test_carry_over_and_recovery_are_no_adjustments_of_the_department(year):
    year.tables["budget_execution.adjustments"] = [
        {"adjustment_kind": "结转下达", "amount_fen": "900"}, {"adjustment_kind": "收回", "amount_fen": "900"},
    ]  # fmt: skip
    assert measure(year, "budget_constraint").exact == 0


def test_without_the_list_the_net_adjustment_counts_and_says_so(year):
    figure = measure(year, "budget_constraint")
    assert figure.exact == Fraction("14.64") / Fraction("2213.06")
    assert figure.parameters["分子"] == "调整净额的绝对值（净额口径，没有调整明细）"
    assert figure.printed == "0.66%"


@pytest.mark.parametrize(
    ("in_use", "points"),
    [("765", "2.00"), ("764.99", "1.50"), ("637.5", "1.50"), ("510", "1.00"), ("509.99", "0.00")],
)
def test_asset_utilisation_in_bands(year, in_use, points):
    year.set("management.assets", {}, fixed_assets_in_use_fen=in_use)
    assert str(score(year, "fixed_asset_utilisation").value) == points


def test_no_assets_at_all_is_open_not_a_division(year):
    year.set("management.assets", {}, fixed_assets_fen="0", fixed_assets_in_use_fen="0")
    assert score(year, "fixed_asset_utilisation").reason.endswith("为 0，不能作分母")


def test_income_due_must_be_paid_in_full(year):
    assert score(year, "asset_income").value == 1
    year.set("management.assets", {}, income_due_fen="5", income_paid_fen="4.99")
    assert score(year, "asset_income").value == 0
    year.set("management.assets", {}, income_paid_fen="5")
    assert score(year, "asset_income").value == 1
    year.tables["management.items"].append(item("M95", "资产收益上缴的及时性", done_count=False))
    assert score(year, "asset_income").value == 0


@pytest.mark.parametrize(
    ("day", "points"),
    [(date(2022, 1, 1), 1), (date(2022, 12, 31), 1), (date(2021, 12, 31), 0), (date(2023, 1, 1), 0)],
)
def test_stocktaking_lies_in_the_year(year, day, points):
    year.set("management.assets", {}, stocktaking_on=day)
    assert score(year, "asset_stocktaking").value == points


def test_three_public_item_by_item_and_in_total(year):
    year.set(
        "management.three_public", {"item": "公务接待"}, executed_fen="30.5"
    )  # over by 0.5, the total is not
    assert measure(year, "three_public_control").exact == Fraction(2, 3)
    year.set(
        "management.three_public", {"item": "公车运行"}, executed_fen="11.51"
    )  # within its own 12, the total over 42
    assert measure(year, "three_public_control").exact == Fraction(1, 3)


def test_spending_all_of_a_budget_is_within_it(year):
    year.set("management.three_public", {"item": "公务接待"}, executed_fen="30")
    year.set("management.three_public", {"item": "公车运行"}, executed_fen="12")
    assert measure(year, "three_public_control").exact == 1


def test_a_row_without_a_name_could_be_anyone_s(year):
    year.set("management.items", {"item_id": "M52"}, indicator_name=None)
    cell = year.cell(
        "management.items",
        [r["item_id"] for r in year.tables["management.items"]].index("M52"),
        "indicator_name",
    )
    for leaf_id in ("asset_compliance", "performance_result_use", "new_project_appraisal"):
        assert score(year, leaf_id).reason == f"{cell} 未填写"
    assert score(year, "fixed_asset_utilisation").value == 2


def test_a_cost_row_without_an_item_opens_both_leaves(year):
    year.set("management.three_public", {"item": "公务接待"}, item=None)
    assert score(year, "three_public_control").value is None
    assert score(year, "economic_cost").value is None


def test_spending_without_a_budget_is_over_budget(year):
    year.tables["management.three_public"].append(
        {"item": "因公出国境", "budget_fen": "0", "executed_fen": "0.01", "executed_last_year_fen": "0"}
    )
    assert measure(year, "three_public_control").exact == Fraction(3, 4)
    figures = year.outcome().figures
    rate = next(f for f in figures.values() if f.label == "因公出国境执行率")
    assert rate.value is None and rate.reason == "预算数为 0，不能作分母"


def test_cost_against_last_year_costs_a_tenth_a_point(year):
    year.set(
        "management.three_public", {"item": "能耗"}, executed_fen="19.649", executed_last_year_fen="18.5"
    )
    # (9.5 + 19.649) ÷ (9.8 + 18.5) = 103%
    figure = score(year, "economic_cost")
    assert measure(year, "economic_cost").exact == Fraction("1.03")
    assert figure.value == Decimal("0.70")


def test_typed_points_for_a_manual_leaf_must_fit_the_weight(year, rubric):
    rule = rubric.node("asset_allocation").rule
    step = dataclasses.replace(rule.steps[0], measure="typed_score", formula="manual", parameters={})

    def edit(node):
        if node.id == "asset_allocation":
            return dataclasses.replace(node, rule=dataclasses.replace(rule, steps=(step,)))
        return dataclasses.replace(node, children=tuple(edit(child) for child in node.children))

    year.rubric = dataclasses.replace(rubric, nodes=tuple(edit(node) for node in rubric.nodes))
    only_item(year, "资产配置合规性", claimed_score=Decimal("1.5"))
    assert score(year, "asset_allocation").value == Decimal("1.50")
    only_item(year, "资产配置合规性", claimed_score=Decimal("2.5"))
    figure = score(year, "asset_allocation")
    assert figure.value is None and figure.reason == "填写的得分 2.5 不在 0–2 分内"


# --- the year's money


def test_kinds_funds_and_sources_add_up_to_the_year(year):
    year.tables["budget_execution.expenditure"] += [
        {"expenditure_kind": "项目", "project_id": "P03", "project_name": "结转项目", "initial_budget_fen": "5",
         "net_adjustment_fen": "0", "annual_budget_fen": "5", "executed_fen": "4", "fund_year": "上年结转"},
        {"expenditure_kind": "公用", "initial_budget_fen": "3", "net_adjustment_fen": "0", "annual_budget_fen": "3",
         "executed_fen": "1", "fund_nature": "单位资金"},
    ]  # fmt: skip
    figures = year.outcome().figures

    def amount(figure_id: str) -> Decimal:
        return Decimal(0) if figures[figure_id].value == "" else figures[figure_id].value

    for part in ("initial_budget", "annual_budget", "executed"):
        whole = amount(f"annual.{part}")
        assert whole == sum(amount(f"kind.{k}.{part}") for k in ("personnel", "public_running", "project"))
        assert whole == amount(f"kind.basic.{part}") + amount(f"kind.project.{part}")
        assert whole == sum(amount(f"source.{s}.{part}") for s in ("current_fiscal", "carried_over", "other"))
        funds = ("general_public_budget", "government_fund", "state_capital", "fiscal_account", "unit_funds")
        assert whole == sum(amount(f"fund.{f}.{part}") for f in funds)
    assert figures["source.carried_over.executed"].printed == "4.00"
    assert figures["source.other.executed"].printed == "1.00"
    assert figures["fund.government_fund.executed"].value == ""


def test_lines_of_one_project_are_added_whatever_their_fund(year):
    line = dict(year.rows("budget_execution.expenditure", project_id="P01")[0])
    year.tables["budget_execution.expenditure"].append(
        {
            **line,
            "initial_budget_fen": "10",
            "annual_budget_fen": "10",
            "executed_fen": "5",
            "fund_nature": "政府性基金",
        }
    )
    figures = year.outcome().figures
    assert figures["project.P01.annual_budget"].printed == "144.85"
    assert figures["project.P01.execution_rate"].exact == Fraction("134.82") / Fraction("144.85")


def test_a_blank_kind_opens_the_kinds_but_not_the_year(year):
    year.tables["budget_execution.expenditure"][0]["expenditure_kind"] = None
    figures = year.outcome().figures
    assert figures["annual.execution_rate"].printed == "99.65%"
    cell = year.cell("budget_execution.expenditure", 0, "expenditure_kind")
    assert figures["kind.project.executed"].reason == f"{cell} 未填写"


def test_a_unit_that_is_not_included_is_left_out_of_every_sum(year):
    year.tables["basics.units"] = [{"unit_code": "U9", "unit_name": "某中心", "is_included": False}]
    year.tables["budget_execution.expenditure"].append(
        {"expenditure_kind": "公用", "unit_code": "U9", "initial_budget_fen": "9", "net_adjustment_fen": "0",
         "annual_budget_fen": "9", "executed_fen": "9"}
    )  # fmt: skip
    figures = year.outcome().figures
    assert figures["annual.executed"].printed == "2,219.83"
    assert "不纳入部门整体的单位不计" in figures["annual.executed"].active
    assert year.cell("basics.units", 0, "is_included") in figures["annual.executed"].because


def test_task_money_is_that_of_its_lines(year):
    figures = year.outcome().figures
    assert (figures["task.T1.executed"].printed, figures["task.T1.execution_rate"].printed) == (
        "129.82",
        "96.27%",
    )
    assert figures["project.P01.task"].value == "驻京服务保障"
