"""The whole computation: the published year, ranges where something is open, policies, grades, refusals."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from fractions import Fraction

import pytest

from pipeline.compute.score import compute
from pipeline.errors import CannotRun
from pipeline.model import Cell
from pipeline.model_rubric import Rubric


def changed(rubric: Rubric, leaf_id: str, **rule_changes: object) -> Rubric:
    """The rubric with one leaf's rule changed (``rule=None``: absent)."""

    def edit(node):
        if node.id == leaf_id:
            if "rule" in rule_changes:
                return dataclasses.replace(node, rule=rule_changes["rule"])
            return dataclasses.replace(node, rule=dataclasses.replace(node.rule, **rule_changes))
        return dataclasses.replace(node, children=tuple(edit(child) for child in node.children))

    return dataclasses.replace(rubric, nodes=tuple(edit(node) for node in rubric.nodes))


def printed(outcome, *ids: str) -> list[str]:
    return [outcome.figures[one].printed for one in ids]


def test_the_published_year_comes_out(year):
    outcome = year.outcome()
    assert printed(
        outcome, "total.score", "total.grade", "duty_effectiveness.score", "management_efficiency.score",
        "performance_system.score", "annual.execution_rate", "project.P01.execution_rate",
        "annual.average_execution_rate", "monitor.execution_rate", "monitor.project_execution_rate", "monitor.budget",
    ) == ["98.00", "优", "50.00", "48.00", "3.00", "99.65%", "96.27%", "100.00%", "62.11%", "55.86%", "2,213.06"]  # fmt: skip
    assert outcome.figures["annual.execution_rate"].exact == Fraction(221983, 222770)
    assert outcome.figures["annual.average_execution_rate"].parameters["封顶前"] == "102.65%"
    assert outcome.findings == ()


def test_another_july_budget_gives_the_other_rate(year):
    for row in year.tables["monthly_spending.months"][:7]:
        row["current_budget_fen"] = "2227.70"
    assert printed(year.outcome(), "monitor.execution_rate") == ["61.70%"]


def test_every_node_has_its_five_figures_and_weights_add_up(year, rubric):
    figures = year.outcome().figures
    for node in rubric.walk():
        for part in ("score", "weight", "lost", "deduction_reason", "evidence"):
            assert f"{node.id}.{part}" in figures
        assert figures[f"{node.id}.weight"].value == node.weight
        assert figures[f"{node.id}.lost"].value == node.weight - figures[f"{node.id}.score"].value
        if node.children:
            assert figures[f"{node.id}.score"].value == sum(
                figures[f"{c.id}.score"].value for c in node.children
            )
    assert printed(year.outcome(), "total.weight", "total.lost") == ["100", "2.00"]


def test_lost_points_carry_the_department_s_own_reason_and_evidence(year):
    figures = year.outcome().figures
    assert figures["performance_system.deduction_reason"].value == "制度未健全"
    assert figures["performance_management.deduction_reason"].value == "绩效管理制度建设：制度未健全"
    assert figures["performance_system.evidence"].value == "E01"
    assert figures["performance_result_use.deduction_reason"].value == ""


def test_a_reason_beside_full_marks_is_not_printed(year):
    year.set("management.items", {"item_id": "M21"}, deduction_reason="误填")
    figure = year.outcome().figures["performance_result_use.deduction_reason"]
    assert (figure.value, figure.active) == ("", ("没有扣分，不列原因",))


def test_units_are_counted_and_without_the_list_there_is_one(year):
    assert year.outcome().figures["staff.units"].value == 1
    year.tables["basics.units"] = [
        {"unit_code": "U1", "unit_name": "甲", "is_included": True},
        {"unit_code": "U2", "unit_name": "乙", "is_included": None},
        {"unit_code": "U3", "unit_name": "丙", "is_included": False},
    ]
    assert year.outcome().figures["staff.units"].value == 2


def test_a_reason_in_the_claims_serves_where_no_other_is_given(year):
    for row in year.rows("management.items", indicator_name="绩效管理制度建设"):
        row.pop("deduction_reason", None)
    year.tables["claimed.scores"] = [{"indicator": "绩效管理制度建设", "deduction_reason": "制度有待完善"}]
    assert year.outcome().figures["performance_system.deduction_reason"].value == "制度有待完善"


def test_without_a_reason_none_is_made_up(year):
    for row in year.rows("management.items", indicator_name="绩效管理制度建设"):
        row.pop("deduction_reason", None)
    assert year.outcome().figures["performance_system.deduction_reason"].value == ""


def test_a_blocked_cell_opens_its_figures_and_nothing_else(year):
    cell = year.cell("management.items", 1, "problem_count")
    outcome = year.outcome(frozenset({cell}))
    leaf = outcome.figures["financial_compliance.score"]
    assert (leaf.value, leaf.range) == (None, (Decimal("0.00"), Decimal("4.00")))
    assert leaf.reason == f"{cell} 有须先改正的问题"
    total = outcome.figures["total.score"]
    assert (total.printed, total.reason) == ("94.00–98.00", "1 项待定：财务管理合规性")
    assert outcome.figures["total.grade"].value is None
    assert outcome.figures["total.grade"].reason == "总分待定：94.00 为优，98.00 为优"
    assert printed(outcome, "duty_effectiveness.score", "performance_management.score") == ["50.00", "13.00"]


def test_two_open_leaves_add_their_ranges(year):
    year.set("management.items", {"item_id": "M02"}, problem_count=None)
    year.set("management.items", {"item_id": "M10"}, done_count=None)
    total = year.outcome().figures["total.score"]
    assert (total.printed, total.reason) == ("93.00–98.00", "2 项待定：财务管理合规性、绩效管理制度建设")


def test_an_open_checkpoint_leaves_only_its_own_share_open(year):
    year.set("management.items", {"item_id": "M13"}, done_count=None)
    leaf = year.outcome().figures["performance_system.score"]
    assert leaf.range == (Decimal("3.00"), Decimal("4.00"))


def test_nothing_handed_in_still_gives_a_score_with_its_range(year):
    year.tables = {}
    outcome = year.outcome()
    assert outcome.figures["total.score"].printed == "0.00–100.00"
    assert outcome.figures["total.score"].reason.startswith("25 项待定：")
    assert outcome.figures["annual.execution_rate"].value is None
    assert outcome.figures["annual.executed"].reason == "没有可用的《2_预算执行》"
    assert all(figure.reason for figure in outcome.figures.values() if figure.value is None)


def test_the_grade_is_that_of_the_printed_total(year, rubric):
    """10 points short in the halves: 90.00 is 优, 89.99 is 良."""
    year.set(
        "indicator_results.indicators", {"indicator_id": "I05"}, grade="未达成", graded_points=Decimal("2")
    )
    assert printed(year.outcome(), "total.score", "total.grade") == ["90.00", "优"]
    year.set("indicator_results.indicators", {"indicator_id": "I05"}, graded_points=Decimal("1.99"))
    outcome = year.outcome()
    assert printed(outcome, "total.score", "total.grade") == ["89.99", "良"]
    assert outcome.figures["total.grade"].active == ("等级的分数段：80（含）–90",)


def test_an_absent_rule_refuses_scoring_by_name(year, rubric):
    absent = changed(rubric, "asset_income", rule=None)
    with pytest.raises(CannotRun) as stop:
        compute(year.submission(), absent)
    assert (
        stop.value.message
        == "“资产收益上缴的及时性”还没有评分规则（rule: absent），不能计分。请补全后再运行。"
    )
    assert stop.value.file == rubric.file


# --- what does not apply


def test_full_gives_all_points_and_says_why(year):
    leaf = year.outcome().figures["asset_income.score"]
    assert (leaf.printed, leaf.active) == ("1.00", ("不适用，按满分计",))


def test_drop_takes_the_weight_away_openly(year, rubric):
    dropping = changed(rubric, "asset_income", not_applicable="drop")
    outcome = compute(year.submission(), dropping)
    assert printed(outcome, "asset_income.score", "asset_income.weight") == ["0.00", "0"]
    assert printed(outcome, "asset_management.weight", "total.weight", "total.score") == ["9", "99", "97.00"]
    assert outcome.figures["asset_income.weight"].active == ("不适用，分值不计",)
    assert outcome.figures["asset_income.lost"].value == 0


def test_redistribute_takes_the_siblings_rate_and_keeps_weights(year, rubric):
    year.set("management.items", {"item_id": "M52"}, problem_count=4)  # 数据质量 0 of 2: siblings 7 of 9
    outcome = compute(year.submission(), changed(rubric, "asset_income", not_applicable="redistribute"))
    leaf = outcome.figures["asset_income.score"]
    assert (leaf.printed, leaf.exact) == ("0.78", Fraction(7, 9))
    assert leaf.active == ("不适用，按同级指标的得分率计", "四舍五入到 2 位小数")
    assert printed(outcome, "asset_management.weight", "asset_management.score") == ["10", "7.78"]


def test_redistribute_with_an_open_sibling_has_a_range(year, rubric):
    year.set("management.items", {"item_id": "M52"}, problem_count=None)
    outcome = compute(year.submission(), changed(rubric, "asset_income", not_applicable="redistribute"))
    assert outcome.figures["asset_income.score"].range == (Decimal("0.78"), Decimal("1.00"))


def test_no_procurement_in_the_year_said_with_a_reason_gives_full_marks(year):
    del year.tables["procurement.contracts"]
    assert year.outcome().figures["contract_signing.score"].reason == (
        "没有可用的《6_采购台账》，《5_管理事项》也没有写明本年无政府采购"
    )
    row = {
        "item_id": "M90",
        "indicator_name": "采购管理",
        "checkpoint": "本年无政府采购",
        "is_applicable": False,
    }
    year.tables["management.items"].append(row)
    assert year.outcome().figures["contract_signing.score"].value is None  # no reason given
    row["inapplicable_reason"] = "本年无政府采购"
    outcome = year.outcome()
    assert printed(outcome, "contract_signing.score", "procurement_management.score") == ["3.00", "10.00"]
    cell = year.cell("management.items", len(year.tables["management.items"]) - 1, "inapplicable_reason")
    assert cell in outcome.figures["measure.contract_signing"].because


def test_either_or_takes_the_better_of_two_ways(year, rubric):
    rule = rubric.node("budget_spending_rate").rule
    first = rule.steps[0]
    annual = dataclasses.replace(first, measure="execution_rate", measure_parameters={"scope": "annual"})
    both = changed(rubric, "budget_spending_rate", steps=(annual, first))
    outcome = compute(year.submission(), both)
    assert printed(outcome, "budget_spending_rate.score") == ["10.00"]
    assert printed(outcome, "measure.budget_spending_rate.1", "measure.budget_spending_rate.2") == [
        "99.65%",
        "100.00%",
    ]
    year.tables["monthly_spending.months"].pop(3)
    leaf = compute(year.submission(), both).figures["budget_spending_rate.score"]
    assert leaf.value is None and leaf.range == (Decimal("9.96"), Decimal("10.00"))


def test_ids_are_ascii_and_every_because_exists(year):
    figures = year.outcome().figures
    for figure in figures.values():
        assert figure.id.isascii()
        for part in figure.because:
            assert isinstance(part, Cell) or part in figures, (figure.id, part)


def test_no_float_and_no_cycle(year, cells_of):
    outcome = year.outcome()
    order = {figure_id: at for at, figure_id in enumerate(outcome.figures)}
    for figure in outcome.figures.values():
        assert not isinstance(figure.value, float) and not isinstance(figure.exact, float)
        assert all(order[part] < order[figure.id] for part in figure.because if isinstance(part, str)), (
            figure.id
        )


def test_the_same_submission_gives_the_same_outcome(year):
    assert year.outcome() == year.outcome()
