"""A platform's scoring (docs/domain.md §4) at every edge: met exactly, missed by a hair, twice the target, zero targets,
negative actuals, graded words, spending above its budget, the grades of the total. All figures by hand.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipeline import rules
from tests.compute.test_project_rubrics import BENEFIT, OUTPUT, printed, row, scored


@pytest.fixture(scope="module")
def platform() -> rules.Rubric:
    return rules.load("000000", 2022, "platform")


@pytest.fixture(scope="module")
def inverse() -> rules.Rubric:
    return rules.load("000000", 2022, "platform", variant="reverse_inverse")


def one(year, rubric: rules.Rubric, target: str, actual: str, weight: str = "10", **rest: object) -> str:
    """The score of one indicator beside another one that carries the rest of the 90 points."""
    rows = [
        row(BENEFIT, target, actual, weight, level_3="甲", indicator_id="A", **rest),
        row(OUTPUT, "≥1个", "1个", str(90 - Decimal(weight)), level_3="乙", indicator_id="B"),
    ]
    return scored(year, rubric, rows)["indicator.A.score"].printed


@pytest.mark.parametrize(
    ("target", "actual", "points"),
    [
        ("≥80", "80", "10.00"), ("≥80", "79.99", "10.00"), ("≥80", "79.9", "9.99"), ("≥80", "79.96", "10.00"),
        ("≥80", "79.95", "9.99"), ("≥80", "80.01", "10.00"), ("≥80", "160", "10.00"), ("≥80", "1000", "10.00"),
        (">80", "80", "10.00"), ("≥80", "0", "0.00"), ("≥80", "-5", "0.00"), ("≥80", "60", "7.50"),
        ("≥0", "0", "10.00"), ("≥0", "3", "10.00"), ("≥0", "-1", "0.00"),
    ],
)  # fmt: skip
def test_the_more_the_better(year, platform, target, actual, points):
    """79.95 ÷ 80 × 10 = 9.99375 -> 9.99; 79.96: 9.995 -> 10.00 (half up)."""
    assert one(year, platform, target, actual) == points


@pytest.mark.parametrize(
    ("target", "actual", "points"),
    [
        ("=40", "40", "10.00"), ("=40", "39.99", "10.00"), ("=40", "30", "7.50"), ("=40", "41", "10.00"),
        ("=40", "80", "10.00"), ("=40", "-1", "0.00"), ("=40", "0", "0.00"),
        ("=0", "0", "10.00"), ("=0", "-3", "10.00"), ("=0", "0.01", "0.00"), ("=0", "5", "0.00"),
    ],
)  # fmt: skip
def test_equal_is_scored_upwards_and_a_zero_is_met_by_zero_or_less(year, platform, target, actual, points):
    assert one(year, platform, target, actual) == points


@pytest.mark.parametrize(
    ("actual", "linear", "by_ratio"),
    [
        ("50", "10.00", "10.00"), ("49.99", "10.00", "10.00"), ("0", "10.00", "10.00"), ("-4", "10.00", "10.00"),
        ("50.01", "10.00", "10.00"), ("50.05", "9.99", "9.99"), ("60", "8.00", "8.33"), ("75", "5.00", "6.67"),
        ("99.9", "0.02", "5.01"), ("99.99", "0.00", "5.00"), ("100", "0.00", "5.00"), ("100.01", "0.00", "5.00"),
        ("500", "0.00", "1.00"),
    ],
)  # fmt: skip
def test_the_less_the_better_in_both_published_forms(year, platform, inverse, actual, linear, by_ratio):
    """A = 50, W = 10: (1 − (B − A)/A)·W and W·A/B; the first is used up at B = 2A, the second never."""
    assert one(year, platform, "≤50", actual) == linear
    assert one(year, inverse, "≤50", actual) == by_ratio


@pytest.mark.parametrize(
    ("target", "actual", "points"),
    [
        ("≤0", "0", "10.00"),
        ("≤0", "-1", "10.00"),
        ("≤0", "0.01", "0.00"),
        ("<50", "50", "10.00"),
        ("≤-2", "0", "0.00"),
    ],
)
def test_a_zero_target_or_a_zero_actual_divides_nothing(year, platform, inverse, target, actual, points):
    assert one(year, platform, target, actual) == one(year, inverse, target, actual) == points


@pytest.mark.parametrize(
    ("grade", "typed", "points"),
    [
        ("达成", "10", "10.00"), ("达成", "8", "8.00"), ("达成", "7.99", None), ("达成", "10.01", None),
        ("部分达成", "8", None), ("部分达成", "7.99", "7.99"), ("部分达成", "6", "6.00"), ("部分达成", "5.99", None),
        ("未达成", "6", None), ("未达成", "5.99", "5.99"), ("未达成", "0", "0.00"), ("未达成", "-0.01", None),
    ],
)  # fmt: skip
def test_words_are_graded_inside_the_band_of_their_grade(year, platform, grade, typed, points):
    """[0.8W, W], [0.6W, 0.8W), [0, 0.6W): each end belongs to one grade."""
    rest = {"grade": grade, "graded_points": Decimal(typed)}
    said = one(year, platform, "健全", "健全", **rest)
    low, high = {"达成": ("8.00", "10.00"), "部分达成": ("6.00", "8.00"), "未达成": ("0.00", "6.00")}[grade]
    assert said == (points if points is not None else f"{low}–{high}")


@pytest.mark.parametrize(
    ("executed", "points"),
    [("100", "10.00"), ("100.01", "10.00"), ("250", "10.00"), ("99.99", "10.00"), ("99.94", "9.99"), ("76", "7.60"), ("0", "0.00")],
)  # fmt: skip
def test_spending_is_ten_times_its_rate_and_at_most_ten(year, platform, executed, points):
    figures = scored(year, platform, [row(OUTPUT, "≥1个", "1个", "90")], "100", executed)
    assert figures["execution.score"].printed == points


def test_a_budget_of_zero_is_not_divided_by_one(year, platform):
    figures = scored(year, platform, [row(OUTPUT, "≥1个", "1个", "90")], "0", "7")
    assert (figures["execution.score"].value, figures["execution.score"].reason) == (
        None,
        "全年预算数（调整后）为 0，不能作分母",
    )


@pytest.mark.parametrize(
    ("missed", "total", "grade"),
    [("79.995", "90.00", "优"), ("79.994", "89.99", "良"), ("80.00", "90.00", "优"), ("69.995", "80.00", "良"),
     ("69.99", "79.99", "中"), ("49.995", "60.00", "中"), ("49.99", "59.99", "差")],
)  # fmt: skip
def test_the_grade_is_that_of_the_printed_total(year, platform, missed, total, grade):
    """10 for spending and ``missed`` of 90 for the one indicator: 89.995 is printed 90.00 and is 优, 89.994 is 良."""
    figures = scored(year, platform, [row(OUTPUT, "≥90", missed, "90", indicator_id="A")])
    assert printed(figures, "indicator.A.score", "score", "grade")[1:] == [total, grade]


def test_parents_add_up_rounded_scores(year, platform):
    """Three thirds of 10 each missed to 2/3: 6.67 × 3 = 20.01, not 20.00."""
    rows = [row(OUTPUT, f"≥{n}", str(2 * n // 3), "10", indicator_id=f"A{n}") for n in (3, 6, 9)]
    rows.append(row(BENEFIT, "≥1", "1", "60", indicator_id="B"))
    figures = scored(year, platform, rows)
    assert printed(figures, "indicator.A3.score", "indicators.score", "score") == ["6.67", "80.01", "90.01"]


def test_what_no_published_form_says_is_still_refused_to_be_guessed(year, platform):
    assert one(year, platform, "≥80", "很多") == "0.00–10.00"
    assert one(year, platform, "≥80", "") == "0.00–10.00"


def test_the_two_forms_differ_in_one_parameter_alone(platform, inverse):
    found = rules.differences(platform, inverse)
    assert [(d.what, d.before, d.after) for d in found if d.what == "parameter"] == [
        ("parameter", "反向线性计分", "反向反比计分")
    ]
    assert platform.node("execution") == inverse.node("execution")
