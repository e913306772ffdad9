"""Project rubrics of several regions, each scored by hand: weights, caps, bands, and the way a 反向 indicator is missed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipeline import rules
from pipeline.compute.score import compute
from pipeline.model_rubric import Rubric

OUTPUT, COST, BENEFIT, SATISFACTION = "产出指标", "成本指标", "效益指标", "满意度指标"


def row(level: str, target: str, actual: str, points: str, **rest: object) -> dict:
    return {
        "indicator_id": f"X{points}{target}", "project_id": "P01", "level_1": level, "level_2": "数量指标",
        "level_3": f"{level}{target}", "target": target, "actual": actual, "project_points": Decimal(points), **rest,
    }  # fmt: skip


def graded(level: str, grade: str, typed: str, points: str) -> dict:
    return row(
        level,
        "健全",
        "健全",
        points,
        grade=grade,
        graded_points=Decimal(typed),
        indicator_id=f"{level}{typed}",
    )


def scored(year, rubric: Rubric, rows: list[dict], budget: str = "100", executed: str = "100") -> dict:
    """The figures of project P01, spent ``executed`` of ``budget`` 万元, with these indicators."""
    year.tables["indicator_results.indicators"] = rows
    year.set(
        "budget_execution.expenditure", {"project_id": "P01"},
        initial_budget_fen=budget, annual_budget_fen=budget, executed_fen=executed,
    )  # fmt: skip
    figures = compute(year.submission(), year.rubric, project_rubric=rubric).figures
    return {name.removeprefix("project.P01."): one for name, one in figures.items() if "project.P01." in name}


def printed(figures: dict, *parts: str) -> list[str]:
    return [figures[part].printed for part in parts]


FULL = [
    row(OUTPUT, "≥40个", "40个", "40"),
    row(BENEFIT, "≥95%", "96%", "20"),
    row(SATISFACTION, "≥90%", "92%", "10"),
]


def test_cost_is_a_first_level_of_its_own(year):
    """97.50 of 100 万元 spent: 9.75; cost ≤10 reached 11: 20·(1 − 1/10) = 18; the rest full: 97.75."""
    rubric = rules.load("000000", 2022, "project", variant="with_cost")
    assert {n.id: int(n.weight) for n in rubric.nodes} == {
        "execution": 10, "cost_indicators": 20, "output": 40, "benefit": 20, "satisfaction": 10,
    }  # fmt: skip
    assert {n.citation.mark for n in rubric.nodes} == {"assumed"}
    assert {n.citation.source for n in rubric.nodes} == {"czy_2021_101"}
    figures = scored(year, rubric, [*FULL, row(COST, "≤10万元", "11万元", "20")], executed="97.5")
    assert printed(figures, "execution.score", "cost_indicators.score", "output.score", "score", "grade") == [
        "9.75", "18.00", "40.00", "97.75", "优",
    ]  # fmt: skip


def test_without_it_cost_stands_under_output(year):
    rubric = rules.load("000000", 2022, "project")
    rows = [row(OUTPUT, "≥40个", "40个", "30"), row(COST, "≤10万元", "11万元", "20"), *FULL[1:]]
    assert printed(scored(year, rubric, rows), "output.weight", "output.score") == ["50.00", "48.00"]


def test_hubei_gives_twenty_for_spending_and_eighty_for_goals(year):
    """The published table: 195.5 of 200 is 97.75%, 20 × 97.75% = 19.55, and eight goals of 10 met: 99.55."""
    rubric = rules.load("420000", 2022, "project")
    rows = [row(OUTPUT, f"≥{n}部", f"{n}部", "10") for n in range(1, 9)]
    figures = scored(year, rubric, rows, "200", "195.5")
    assert printed(figures, "execution_rate", "execution.score", "goals.score", "score", "grade") == [
        "97.75%", "19.55", "80.00", "99.55", "优",
    ]  # fmt: skip
    assert rubric.node("goals").citation.source == "hubei_project_form"


@pytest.mark.parametrize(
    ("actual", "points"), [("8万元", "10.00"), ("9.99万元", "8.01"), ("16万元", "5.00"), ("0万元", "10.00"), ("32万元", "2.50")]
)  # fmt: skip
def test_hubei_scores_a_missed_limit_by_target_over_actual(year, actual, points):
    rows = [row(COST, "≤8万元", actual, "10"), row(OUTPUT, "≥1个", "1个", "70")]
    figures = scored(year, rules.load("420000", 2022, "project"), rows)
    assert next(f for f in figures.values() if f.label == f"{COST}≤8万元得分").printed == points


@pytest.mark.parametrize(
    ("grade", "typed", "score"),
    [("达成", "8", "8.00"), ("达成", "7.99", None), ("部分达成", "7.99", "7.99"), ("部分达成", "5", "5.00"),
     ("部分达成", "4.99", None), ("未达成", "4.99", "4.99"), ("未达成", "5", None)],
)  # fmt: skip
def test_hubei_grades_part_at_eighty_and_fifty(year, grade, typed, score):
    rows = [graded(BENEFIT, grade, typed, "10"), row(OUTPUT, "≥1个", "1个", "70")]
    figures = scored(year, rules.load("420000", 2022, "project"), rows)
    one = next(f for f in figures.values() if f.label == f"{BENEFIT}健全得分")
    assert (one.printed if one.value is not None else None) == score


@pytest.mark.parametrize(("region", "year_of"), [("510000", 2022), ("510000", 2023), ("530000", 2022)])
def test_ten_for_spending_and_ninety_for_indicators(year, region, year_of):
    """98% of 100% in one of ten points: 9.80; nothing else missed: 99.80."""
    rubric = rules.load(region, year_of, "project")
    rows = [
        row(BENEFIT, "=100%", "98%", "10"),
        row(OUTPUT, "≥735人次", "735人次", "60"),
        row(SATISFACTION, "≥95%", "100%", "20"),
    ]
    figures = scored(year, rubric, rows)
    assert printed(figures, "execution.weight", "indicators.weight", "indicators.score", "score") == [
        "10", "90.00", "89.80", "99.80",
    ]  # fmt: skip
    assert {n.citation.mark for n in rubric.nodes} == {"published"}


def test_yinchuan_scores_decision_and_management_by_typed_points(year):
    """决策 9 of 10, 管理 10·90% + 13 of 15 = 22, 产出 30, 效益 25 + 10: 96.00."""
    rubric = rules.load("640100", 2021, "project")
    assert {n.id: int(n.weight) for n in rubric.nodes} == {
        "decision": 10,
        "management": 25,
        "output": 30,
        "benefit": 35,
    }
    rows = [
        graded("决策指标", "达成", "9", "10"), graded("管理指标", "达成", "13", "15"),
        row(OUTPUT, "≥2370人", "2370人", "20"), row(COST, "≤15万元", "15万元", "10"),
        row(BENEFIT, "≥1项", "1项", "25"), row(SATISFACTION, "≥90%", "95%", "10"),
    ]  # fmt: skip
    figures = scored(year, rubric, rows, executed="90")
    assert printed(figures, "decision.score", "execution.score", "management.weight", "management.score", "output.score",
                   "benefit.score", "score", "weight") == ["9.00", "9.00", "25.00", "22.00", "30.00", "35.00", "96.00", "100.00"]  # fmt: skip


def test_typed_points_outside_their_grade_leave_the_decision_open(year):
    rows = [graded("决策指标", "达成", "7", "10"), row(OUTPUT, "≥1人", "1人", "30")]
    decision = scored(year, rules.load("640100", 2021, "project"), rows)["decision.score"]
    assert (decision.value, decision.range) == (None, (Decimal("8.00"), Decimal("10.00")))


HANDBOOK = [
    row(OUTPUT, "≥40个", "40个", "50"),
    row(BENEFIT, "≥95%", "96%", "30"),
    row(SATISFACTION, "≥90%", "92%", "10"),
]


@pytest.mark.parametrize(
    ("executed", "uncapped", "score", "grade"),
    [("100", "100.00", "100.00", "优"), ("80", "98.00", "98.00", "优"), ("79.99", "98.00", "89.00", "良"),
     ("70", "97.00", "89.00", "良"), ("69.99", "97.00", "79.00", "中"), ("60", "96.00", "79.00", "中"),
     ("59.99", "96.00", "69.00", "中"), ("50", "95.00", "69.00", "中"), ("49.99", "95.00", "59.00", "差"),
     ("0", "90.00", "59.00", "差")],
)  # fmt: skip
def test_a_handbook_caps_the_total_by_the_execution_rate(year, executed, uncapped, score, grade):
    rubric = rules.load("000000", 2022, "project", variant="execution_caps")
    figures = scored(year, rubric, HANDBOOK, executed=executed)
    assert printed(figures, "uncapped_score", "score", "grade") == [uncapped, score, grade]


@pytest.mark.parametrize(
    ("actual", "points"), [("129个", "30.00"), ("130个", "28.00"), ("131个", "28.00"), ("500个", "28.00")]
)
def test_the_handbook_takes_two_points_from_130_percent_on(year, actual, points):
    rubric = rules.load("000000", 2022, "project", variant="execution_caps")
    rows = [row(OUTPUT, "≥100个", actual, "30"), row(OUTPUT, "≥1项", "1项", "20"), *HANDBOOK[1:]]
    figures = scored(year, rubric, rows)
    one = next(f for f in figures.values() if f.label == f"{OUTPUT}≥100个得分")
    assert one.printed == points
    assert figures["output.score"].printed == f"{Decimal(points) + 20}"


def test_a_limit_kept_by_far_is_not_an_overshoot(year):
    rubric = rules.load("000000", 2022, "project", variant="execution_caps")
    figures = scored(year, rubric, [row(COST, "≤100万元", "10万元", "50"), *HANDBOOK[1:]])
    assert figures["output.score"].printed == "50.00"


@pytest.mark.parametrize("executed", ["0", "5"])
def test_a_project_without_budget_has_no_execution_score(year, executed):
    rubric = rules.load("420000", 2022, "project")
    figures = scored(year, rubric, [row(OUTPUT, "≥1部", "1部", "80")], "0", executed)
    assert figures["execution.score"].value is None
    assert figures["execution.score"].reason == "全年预算数（调整后）为 0，不能作分母"
    assert figures["score"].range == (Decimal("80.00"), Decimal("100.00"))


@pytest.mark.parametrize(
    "one", [one for one in rules.available() if one.kind in ("project", "platform")], ids=str
)
def test_every_project_rubric_is_cited_and_scores_a_full_hundred(year, one):
    """Everything met and everything spent is 100, whatever the levels are called."""
    rubric = rules.load_file(one.path)
    rows = []
    for leaf in rubric.leaves():
        levels = leaf.rule.steps[0].measure_parameters.get("levels", ())
        if levels and levels[0] in ("决策指标", "管理指标"):
            rows.append(graded(levels[0], "达成", str(leaf.weight), str(leaf.weight)))
        elif levels:
            rows.append(row(levels[0], "≥2个", "2个", str(leaf.weight)))
    assert printed(scored(year, rubric, rows), "weight", "score", "grade") == ["100.00", "100.00", "优"]
