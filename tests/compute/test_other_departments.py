"""Rubrics of other departments: what is published is scored by hand, what is not published refuses to be scored; and a
test rubric with four levels, items of half a point, an either-or rule and execution by quarter."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from pipeline import rules
from pipeline.compute.score import compute
from pipeline.errors import CannotRun
from pipeline.model_rubric import Node, Rubric
from tests.compute.conftest import done

TEST_RUBRICS = Path(__file__).resolve().parents[1] / "data" / "rubrics"


def printed(outcome, *ids: str) -> list[str]:
    return [outcome.figures[one].printed for one in ids]


# --- 达州: weights without a word on how they are scored


def test_weights_without_rules_load_print_and_refuse_to_score(year):
    rubric = rules.load("511700", 2022)
    assert {node.id: int(node.weight) for node in rubric.nodes} == {
        "decision": 25, "comprehensive_management": 30, "department_performance": 45,
    }  # fmt: skip
    assert len(rubric.leaves()) == 28 and all(leaf.rule is None for leaf in rubric.leaves())
    assert {node.citation.mark for node in rubric.walk()} == {"published"}
    aspects = {node.id: str(node.weight) for node in rubric.node("comprehensive_management").children}
    assert aspects == {
        "allocation_time": "2", "midterm_evaluation": "2", "performance_monitoring": "5", "non_tax_revenue": "2",
        "asset_management": "6", "internal_control": "2", "information_disclosure": "6", "performance_evaluation": "5",
    }  # fmt: skip
    shown = "\n".join(rules.show_lines(rubric))
    assert "还没有评分规则 28 项，不能计分" in shown
    with pytest.raises(CannotRun) as stop:
        compute(year.submission(), rubric)
    assert stop.value.message.startswith("“相关性”、“明确性”、“合理性”、“测算依据”、")
    assert stop.value.message.endswith("还没有评分规则（rule: absent），不能计分。请补全后再运行。")
    assert stop.value.file == "pipeline/rules/rubrics/511700_dazhou/2022/department.yaml"


# --- 岳阳: three published deductions in the common framework


@pytest.fixture(scope="module")
def yueyang() -> Rubric:
    return rules.load("430600", 2022)


def only(rubric: Rubric, *leaves: str) -> Rubric:
    """The rubric with nothing but these leaves."""

    def kept(node: Node) -> Node | None:
        children = tuple(found for child in node.children if (found := kept(child)))
        return dataclasses.replace(node, children=children) if children or node.id in leaves else None

    return dataclasses.replace(rubric, nodes=tuple(found for node in rubric.nodes if (found := kept(node))))


def test_the_framework_is_whole_and_says_what_is_published(yueyang):
    published = {n.id: str(n.weight) for n in yueyang.walk() if n.citation.mark == "published"}
    assert published == {"staff_control": "5", "budget_adjustment": "3", "three_public_control": "6"}
    assert {leaf.id for leaf in yueyang.leaves() if leaf.rule} == published.keys()
    assert {yueyang.node(one).rule.citation.mark for one in published} == {"published"}
    assert {n.citation.mark for n in yueyang.walk() if n.id not in published} == {"assumed"}
    assert sum(node.weight for node in yueyang.nodes) == 100


def test_the_framework_refuses_to_score_until_its_rules_are_written(year, yueyang):
    with pytest.raises(CannotRun, match="“绩效目标合理性”、.*还没有评分规则") as stop:
        compute(year.submission(), yueyang)
    assert "财政供养人员控制率" not in stop.value.message


@pytest.mark.parametrize(
    ("posts", "staff", "points"),
    [(100, 99, "5.00"), (100, 100, "5.00"), (100, 101, "4.50"), (200, 203, "4.50"), (100, 103, "3.50"), (100, 109, "0.50"),
     (100, 110, "0.00"), (100, 150, "0.00"), (1000, 1009, "5.00")],
)  # fmt: skip
def test_staff_above_the_posts_cost_half_a_point_each_percent(year, yueyang, posts, staff, points):
    year.set("basics.staff", {}, established_posts=posts, staff_at_year_end=staff)
    outcome = compute(year.submission(), only(yueyang, "staff_control"))
    assert printed(outcome, "staff_control.score") == [points]
    assert outcome.figures["measure.staff_control"].exact == Fraction(staff, posts)


def test_no_posts_leave_the_control_rate_open(year, yueyang):
    year.set("basics.staff", {}, established_posts=0)
    leaf = compute(year.submission(), only(yueyang, "staff_control")).figures["staff_control.score"]
    assert (leaf.value, leaf.range, leaf.reason) == (
        None, (Decimal("0.00"), Decimal("5.00")), "《1_基本情况》staff!B4 为 0，不能作分母",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("amount", "points"),
    [("0", "3.00"), ("0.01", "2.00"), ("221.306", "2.00"), ("221.31", "1.00"), ("442.612", "1.00"), ("442.62", "0.50"),
     ("663.918", "0.50"), ("663.92", "0.00")],
)  # fmt: skip
def test_the_adjustment_rate_falls_in_published_bands(year, yueyang, amount, points):
    """年初 2213.06: 10% is 221.306, 20% 442.612, 30% 663.918; an end belongs to the better band."""
    year.tables["budget_execution.adjustments"] = [{"adjustment_kind": "追加", "amount_fen": amount}]
    assert printed(
        compute(year.submission(), only(yueyang, "budget_adjustment")), "budget_adjustment.score"
    ) == [points]


def test_a_policy_adjustment_with_its_document_does_not_count(year, yueyang):
    year.tables["budget_execution.adjustments"] = [
        {
            "adjustment_kind": "追加",
            "amount_fen": "900",
            "is_policy_driven": True,
            "policy_document_number": "某文号",
        },
    ]
    outcome = compute(year.submission(), only(yueyang, "budget_adjustment"))
    assert printed(outcome, "measure.budget_adjustment", "budget_adjustment.score") == ["0.00%", "3.00"]


@pytest.mark.parametrize(
    ("reception", "points"),
    [("30", "6.00"), ("38", "6.00"), ("38.49", "6.00"), ("38.5", "5.00"), ("39.5", "3.00"), ("41", "0.00"), ("90", "0.00")],
)  # fmt: skip
def test_three_public_costs_above_budget_cost_a_point_each_percent(year, yueyang, reception, points):
    """车 12 and 接待 38 make a budget of 50, so half a 万元 is one percent; the car stays at its 12."""
    year.set("management.three_public", {"item": "公车运行"}, executed_fen="12")
    year.set("management.three_public", {"item": "公务接待"}, budget_fen="38", executed_fen=reception)
    outcome = compute(year.submission(), only(yueyang, "three_public_control"))
    assert printed(outcome, "three_public_control.score") == [points]
    assert outcome.figures["measure.three_public_control"].label == "本年执行数 ÷ 预算数"


def test_three_public_costs_without_budget_and_spending_do_not_apply(year, yueyang):
    rubric = only(yueyang, "three_public_control")
    for item in ("公车运行", "公务接待"):
        year.set("management.three_public", {"item": item}, budget_fen="0", executed_fen="0")
    leaf = compute(year.submission(), rubric).figures["three_public_control.score"]
    assert (leaf.printed, leaf.active) == ("6.00", ("不适用，按满分计",))
    year.set("management.three_public", {"item": "公务接待"}, executed_fen="0.01")
    leaf = compute(year.submission(), rubric).figures["three_public_control.score"]
    assert (leaf.value, leaf.reason) == (None, "预算数合计为 0，不能作分母")


# --- four levels, halves, one of two, quarters


@pytest.fixture(scope="module")
def deep() -> Rubric:
    return rules.load("990000", 2022, root=TEST_RUBRICS)


def by_hand(year, quarters: tuple[str, str, str, str], budget: str = "1000") -> None:
    """Months in which each quarter's spending falls into its last month."""
    at_end = dict(zip((3, 6, 9, 12), quarters, strict=True))
    year.tables["monthly_spending.months"] = [
        {"month": month, "current_budget_fen": budget, "spent_fen": at_end.get(month, "0")}
        for month in range(1, 13)
    ]
    year.tables["management.items"] += [
        done("Q1", "目标依据充分性", "符合法律法规", done_count=True), done("Q2", "目标依据充分性", "符合规划", done_count=True),
        done("Q3", "目标依据充分性", "符合职责", done_count=False), done("Q4", "目标依据充分性", "有论证", done_count=True),
        done("Q5", "目标合理性", "合理", claimed_score=Decimal("1.25")),
    ]  # fmt: skip


def test_four_levels_add_up_by_hand(year, deep):
    """目标 3 × 0.5 + 1.25; 人员 36 of 35 is 102.857…%: 26 − 5.714… = 20.29; quarters 80, 90, 100, 99% mean 92.25%;
    项目 348.95 ÷ 355.98 against 全年 99.65%: the better one, 19.93; indicators 40 of 20 points are capped at 20.
    """
    by_hand(year, ("200", "250", "300", "240"))
    year.set("basics.staff", {}, staff_at_year_end=36)
    outcome = compute(year.submission(), deep)
    assert printed(
        outcome, "goal_basis_adequacy.score", "goal_reasonableness.score", "goal_basis.score", "goals.score", "staff_control.score",
        "investment.score", "measure.quarterly_execution", "quarterly_execution.score", "measure.execution_result.1",
        "measure.execution_result.2", "execution_result.score", "process.score", "results.score", "total.score",
    ) == ["1.50", "1.25", "1.50", "2.75", "20.29", "23.04", "92.25%", "27.68", "99.65%", "98.03%", "19.93", "47.61", "20.00",
          "90.65"]  # fmt: skip
    assert outcome.figures["execution_result.score"].active == (
        "几种算法中取得分最高的一种",
        "四舍五入到 2 位小数",
    )
    assert deep.levels[-1] == "四级指标"


@pytest.mark.parametrize(
    ("quarters", "rate"),
    [(("250", "250", "250", "250"), "100.00%"), (("400", "100", "250", "250"), "100.00%"), (("0", "0", "0", "1000"), "25.00%"),
     (("125", "125", "125", "125"), "50.00%"), (("200", "250", "300", "240"), "92.25%")],
)  # fmt: skip
def test_execution_by_quarter_can_be_said(year, deep, quarters, rate):
    """Each quarter's cumulative share ÷ 25, 50, 75, 100%, at most 100%, and the mean of the four."""
    assert deep.setting("average_execution_rate.periods") == (3, 6, 9, 12)
    assert deep.setting("average_execution_rate.schedule") == {
        3: Fraction(1, 4), 6: Fraction(1, 2), 9: Fraction(3, 4), 12: Fraction(1),
    }  # fmt: skip
    by_hand(year, quarters)
    assert printed(compute(year.submission(), deep), "annual.average_execution_rate") == [rate]


def test_three_of_four_levels_are_kept_apart_on_the_table(deep):
    lines = rules.show_lines(deep)
    depth = [
        next(line for line in lines if f"[{one}]" in line)
        for one in ("investment", "goals", "goal_basis", "goal_basis_adequacy")
    ]
    assert [len(line) - len(line.lstrip("　")) for line in depth] == [0, 1, 2, 3]
