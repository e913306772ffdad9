"""A project scored by hand under the national rubric and its handbook variant; what a project is, and what one lacks."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from pipeline import forms, rules
from pipeline.compute.score import compute
from pipeline.maps_figures import project_figures, projects_of
from pipeline.model import figure_key
from pipeline.model_rubric import Rubric
from pipeline.read.submission import read_submission
from tests.compute.conftest import Draft, project
from tests.compute.test_project_rubrics import (
    BENEFIT,
    COST,
    OUTPUT,
    SATISFACTION,
    graded,
    printed,
    row,
    scored,
)
from tests.test_should_fail import EXAMPLE


@pytest.fixture(scope="module")
def national() -> Rubric:
    return rules.load("000000", 2022, "project")


@pytest.fixture(scope="module")
def handbook() -> Rubric:
    return rules.load("000000", 2022, "project", variant="execution_caps")


#: met; 36 of 40: 15 × 0.9; cost 11 of at most 10: 15 × (1 − 1/10); graded 1.5 of 2, carried over to 20: 15; met
SMALL = [
    row(OUTPUT, "≥80次", "90余次", "20"),
    row(OUTPUT, "≥40个", "36个", "15"),
    row(COST, "≤10万元", "11万元", "15.0", level_2="成本指标"),
    graded(BENEFIT, "部分达成", "1.5", "20") | {"department_points": Decimal(2)},
    row(BENEFIT, "≥4家", "4家", "10"),
]


def test_a_small_project_by_hand(year, national):
    """129.82 of 134.85: 9.627 → 9.63; output 20 + 13.50 + 13.50; benefit 15 + 10; no satisfaction: 90 points in all."""
    figures = scored(year, national, SMALL, "134.85", "129.82")
    assert printed(figures, "execution.weight", "execution.score", "execution.lost") == ["10", "9.63", "0.37"]
    assert figures["execution.score"].exact == Fraction("129.82") / Fraction("134.85") * 10
    scores = [
        one.printed
        for name, one in figures.items()
        if name.startswith("indicator.") and name.endswith(".score")
    ]
    assert scores == ["20.00", "13.50", "13.50", "15.00", "10.00"]
    assert printed(figures, "output.weight", "output.score", "benefit.weight", "benefit.score") == [
        "50.00", "47.00", "30.00", "25.00",
    ]  # fmt: skip
    assert printed(figures, "satisfaction.weight", "satisfaction.score", "weight", "score", "lost", "grade") == [
        "0", "0.00", "90.00", "81.63", "8.37", "良",
    ]  # fmt: skip
    carried = next(one for one in figures.values() if "定性等级" in one.parameters)
    assert "评定得分按部门分值评定，折算到项目分值" in carried.active
    assert figures["satisfaction.weight"].active == ("不适用，分值不计",)


def test_the_department_is_scored_as_if_there_were_no_projects(year, national):
    alone = year.outcome().figures
    both = compute(year.submission(), year.rubric, project_rubric=national).figures
    assert {name: both[name] for name in alone} == dict(alone)


@pytest.mark.parametrize(
    ("executed", "cap", "grade"),
    [
        ("4999", "59.00", "差"), ("5000", "69.00", "中"), ("5999", "69.00", "中"), ("6000", "79.00", "中"),
        ("6999", "79.00", "中"), ("7000", "89.00", "良"), ("7999", "89.00", "良"), ("8000", "98.00", "优"),
    ],
)  # fmt: skip
def test_a_cap_at_every_edge(year, handbook, executed, cap, grade):
    """Of 10,000 万元; all 90 points of the indicators earned: the sum is 90 + 10 × rate, which the cap holds down."""
    rows = [
        row(OUTPUT, "≥40个", "40个", "50"),
        row(BENEFIT, "≥1项", "1项", "30"),
        row(SATISFACTION, "≥90%", "92%", "10"),
    ]
    figures = scored(year, handbook, rows, "10000", executed)
    assert printed(figures, "score", "grade") == [cap, grade]
    whole = 90 + Fraction(figures["execution.score"].value)
    assert Fraction(figures["uncapped_score"].value) == whole
    held = "没有超过总分上限" not in figures["score"].active
    assert held == (executed != "8000")


def test_a_sum_below_its_cap_stays(year, handbook):
    rows = [
        row(OUTPUT, "≥40个", "20个", "50"),
        row(BENEFIT, "≥1项", "1项", "30"),
        row(SATISFACTION, "≥90%", "92%", "10"),
    ]
    figures = scored(year, handbook, rows, "100", "60")
    assert printed(figures, "score", "uncapped_score") == ["71.00", "71.00"]
    assert figures["score"].active == ("没有超过总分上限",)


@pytest.mark.parametrize(
    ("actual", "points"), [("12.99个", "10.00"), ("13个", "8.00"), ("30个", "8.00"), ("10个", "10.00")]
)
def test_two_points_off_from_130_percent_on(year, handbook, actual, points):
    figures = scored(year, handbook, [row(OUTPUT, "≥10个", actual, "10")])
    assert figures["output.score"].printed == points


def test_the_points_taken_leave_no_less_than_nothing(year, handbook):
    figures = scored(year, handbook, [row(OUTPUT, "≥10个", "13个", "1.5")])
    assert figures["output.score"].printed == "0.00"


def test_a_blank_result_leaves_a_range(year, national):
    """10 for the blank one, 20 of 20 beside it: between 20 and 30 of 30; in all between 29.63 and 39.63."""
    rows = [row(OUTPUT, "≥80次", "80次", "20"), row(OUTPUT, "≥40个", None, "10")]
    figures = scored(year, national, rows, "134.85", "129.82")
    assert figures["output.score"].range == (Decimal("20.00"), Decimal("30.00"))
    assert figures["score"].range == (Decimal("29.63"), Decimal("39.63"))
    assert figures["score"].value is None and figures["grade"].value is None
    assert "未填写" in figures["output.score"].reason


def test_a_budget_of_zero_gives_no_score(year, national):
    figures = scored(year, national, [row(OUTPUT, "≥80次", "80次", "50")], "0", "0")
    assert figures["execution.score"].value is None
    assert figures["execution.score"].range == (Decimal("0.00"), Decimal("10.00"))
    assert "全年预算数（调整后）为 0，不能作分母" in figures["execution.score"].reason
    assert figures["score"].range == (Decimal("50.00"), Decimal("60.00"))


def test_a_project_without_indicators_is_open_and_says_why(year, national):
    figures = scored(year, national, [], "100", "100")
    assert figures["score"].value is None and figures["output.score"].range == (
        Decimal("0.00"),
        Decimal("50.00"),
    )
    assert figures["output.score"].reason == "这个项目没有计入项目分值的绩效指标"


def test_two_lines_of_one_project_are_one_project(year, national):
    """100.00 + 34.85 of which 98.00 + 31.82 spent; the second line is money carried over."""
    rows = year.tables["budget_execution.expenditure"]
    at = next(n for n, each in enumerate(rows) if each.get("project_id") == "P01")
    rows[at : at + 1] = [
        project("P01", "驻京工作保障经费", "100.00", "98.00"),
        project("P01", "驻京工作保障经费", "34.85", "31.82", fund_year="上年结转"),
    ]
    year.tables["indicator_results.indicators"] = SMALL
    figures = compute(year.submission(), year.rubric, project_rubric=national).figures
    assert projects_of(figures) == ["P01", "P02"]
    parts = (
        "execution.score",
        "annual_budget",
        "current_fiscal.executed",
        "carried_over.executed",
        "other.executed",
    )
    assert [figures[f"project.P01.{part}"].printed for part in parts] == [
        "9.63",
        "134.85",
        "98.00",
        "31.82",
        "",
    ]
    assert figures["project.P01.carried_over.execution_rate"].printed == "91.31%"


def test_a_project_without_a_code_is_known_by_its_name(year, national):
    year.tables["budget_execution.expenditure"].append(project(None, "无编码项目", "10", "9"))
    figures = compute(year.submission(), year.rubric, project_rubric=national).figures
    key = figure_key(None, "无编码项目")
    assert projects_of(figures)[-1] == key
    assert figures[f"project.{key}.execution.score"].printed == "9.00"
    assert figures[f"project.{key}.score"].value is None


def test_a_project_of_a_unit_left_out_is_not_scored(year, national):
    year.tables["basics.units"] = [
        {"unit_code": "001", "unit_name": "本级", "is_included": True},
        {"unit_code": "002", "unit_name": "撤销单位", "is_included": False, "exclusion_reason": "已撤销"},
    ]
    for line in year.tables["budget_execution.expenditure"]:
        line["unit_code"] = "002" if line.get("project_id") == "P02" else "001"
    assert projects_of(compute(year.submission(), year.rubric, project_rubric=national).figures) == ["P01"]


@pytest.mark.parametrize("section", ["P01预期目标", "P01 预期目标", "驻京工作保障经费：预期目标"])
def test_goal_and_achievement_come_from_the_narrative(year, national, section):
    year.tables["basics.narrative"].append({"section": section, "text": "做好保障"})
    figures = compute(year.submission(), year.rubric, project_rubric=national).figures
    assert figures["project.P01.goal"].value == "做好保障"
    assert (figures["project.P01.achievement"].value, figures["project.P02.goal"].value) == ("", "")


@pytest.mark.parametrize("variant", ["", "execution_caps", "with_cost"])
def test_the_map_may_name_exactly_what_a_project_has(year: Draft, variant):
    """The ids a map is held against before anything is read are those that computing makes."""
    rubric = rules.load("000000", 2022, "project", variant=variant)
    figures = compute(year.submission(), year.rubric, project_rubric=rubric).figures
    made = {name for name in figures if name.startswith("project.P01.") and ".indicator." not in name}
    assert made == set(project_figures(rubric, "P01"))


def test_the_projects_of_the_example():
    """By hand: 10 × 129.82/134.85 = 9.627, 68.22/68.40 = 9.974, 86.03/86.35 = 9.963, 66.18/66.38 = 9.970; 90 besides."""
    submission = read_submission(EXAMPLE, forms.load_specs())
    rubric = rules.load("440100", 2022)
    figures = compute(submission, rubric, project_rubric=rules.load("440100", 2022, "project")).figures
    totals = {key: figures[f"project.{key}.score"].printed for key in projects_of(figures)}
    assert totals == {"P01": "99.63", "P02": "99.97", "P03": "99.96", "P04": "99.97"}
    assert {figures[f"project.{key}.grade"].value for key in totals} == {"优"}
