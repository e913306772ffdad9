"""Formulas: the platform's edge cases, boundaries, and properties against oracles that do not share their code."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.compute.formulas import (
    FORMULAS,
    OutOfBand,
    Scored,
    bands,
    checklist,
    count_deduct,
    deduct_per_point,
    either_or,
    equal,
    graded,
    manual,
    period_progress,
    ratio_capped,
    reduced_for_overshoot,
    reverse_inverse,
    reverse_linear,
)
from pipeline.model_rubric import Band
from pipeline.money import round_half_up

W = F(10)
positive = st.fractions(min_value=F(1, 1000), max_value=1000, max_denominator=1000)
any_number = st.fractions(min_value=-1000, max_value=1000, max_denominator=1000)


@pytest.mark.parametrize(
    ("actual", "target", "points"),
    [(10, 10, "10"), (11, 10, "10"), (9, 10, "9"), (0, 10, "0"), (-3, 10, "0"), (0, 0, "10"), (-1, 0, "0"),
     (-4, -5, "10"), (-6, -5, "0"), (2, 3, "6.67")],
)  # fmt: skip
def test_more_is_better(actual, target, points):
    assert round_half_up(ratio_capped(W, F(actual), target=F(target)).points, 2) == Decimal(points)


@pytest.mark.parametrize(
    ("actual", "target", "points"),
    [(4, 4, "10"), (0, 4, "10"), (-1, 4, "10"), (5, 4, "7.5"), (8, 4, "0"), (9, 4, "0"), (F(799, 100), 4, "0.03"),
     (0, 0, "10"), (1, 0, "0"), (-1, 0, "10"), (-4, -5, "0")],
)  # fmt: skip
def test_less_is_better_in_a_line_to_twice_the_target(actual, target, points):
    assert round_half_up(reverse_linear(W, F(actual), target=F(target)).points, 2) == Decimal(points)


@pytest.mark.parametrize(
    ("actual", "target", "points"),
    [(4, 4, "10"), (0, 4, "10"), (5, 4, "8"), (8, 4, "5"), (1, 0, "0"), (0, 0, "10")],
)
def test_less_is_better_by_the_inverse(actual, target, points):
    assert reverse_inverse(W, F(actual), target=F(target)).points == F(points)


@pytest.mark.parametrize(
    ("actual", "above", "points"),
    [(42, "deviation", 10), (21, "deviation", 5), (63, "deviation", 5), (84, "deviation", 0), (100, "deviation", 0),
     (63, "full", 10), (63, "zero", 0), (-1, "full", 0)],
)  # fmt: skip
def test_equal_gives_no_silent_full_marks_for_an_overshoot(actual, above, points):
    assert equal(W, F(actual), target=F(42), above=above).points == points


def test_equal_to_zero_is_met_by_zero_alone():
    assert equal(W, F(0), target=F(0), above="deviation").points == 10
    assert equal(W, F(1), target=F(0), above="deviation").points == 0


@given(actual=any_number, target=any_number)
def test_points_never_leave_zero_to_weight(actual, target):
    for name in ("ratio_capped", "reverse_linear", "reverse_inverse"):
        assert 0 <= FORMULAS[name](W, actual, target=target).points <= W
    for above in ("full", "zero", "deviation"):
        assert 0 <= equal(W, actual, target=target, above=above).points <= W


@given(a=any_number, b=any_number, target=any_number)
def test_directions_are_monotone(a, b, target):
    low, high = sorted((a, b))
    assert ratio_capped(W, low, target=target).points <= ratio_capped(W, high, target=target).points
    for formula in (reverse_linear, reverse_inverse):
        assert formula(W, low, target=target).points >= formula(W, high, target=target).points


@given(actual=positive, target=positive)
def test_platform_formulas_as_an_independent_oracle(actual, target):
    """The published platform formulas in Decimal with 40 digits; equal to the printed point after rounding."""
    a, b, w = (Decimal(x.numerator) / Decimal(x.denominator) for x in (target, actual, W))
    cent = Decimal("0.01")
    forward = w if b >= a else w * b / a
    backward = w if b <= a else Decimal(0) if b >= 2 * a else (1 - (b - a) / a) * w
    for oracle, scored in (
        (forward, ratio_capped(W, actual, target=target)),
        (backward, reverse_linear(W, actual, target=target)),
    ):
        assert abs(oracle - Decimal(scored.points.numerator) / Decimal(scored.points.denominator)) < Decimal(
            "1e-20"
        )
        near_a_tie = abs((oracle * 1000) % 10 - 5) < Decimal("1e-15")
        if not near_a_tie:
            assert round_half_up(scored.points, 2) == oracle.quantize(cent, ROUND_HALF_UP)


@given(actual=positive, target=positive)
def test_an_unmoved_result_always_names_its_cap(actual, target):
    step = F(1, 10_000)
    for name in ("ratio_capped", "reverse_linear", "reverse_inverse"):
        formula = FORMULAS[name]
        before, after = formula(W, actual, target=target), formula(W, actual + step, target=target)
        if before.points == after.points:
            assert before.active or after.active


PER_POINT = {"threshold": F(1), "side": "above", "unit": F(1, 100), "points": F(1, 2), "floor": F(0)}


@pytest.mark.parametrize(
    ("actual", "steps", "points"),
    [("1", "whole", "5"), ("1.009", "whole", "5"), ("1.01", "whole", "4.5"), ("1.019", "whole", "4.5"),
     ("1.009", "started", "4.5"), ("1.01", "started", "4.5"), ("1.015", "proportional", "4.25"), ("1.2", "whole", "0"),
     ("0.5", "whole", "5")],
)  # fmt: skip
def test_deduction_per_point_counts_steps_as_told(actual, steps, points):
    assert deduct_per_point(F(5), F(actual), **PER_POINT, steps=steps).points == F(points)


def test_deduction_below_a_threshold_and_its_floor():
    below = {**PER_POINT, "side": "below", "threshold": F(9, 10), "floor": F(1)}
    assert deduct_per_point(F(5), F("0.88"), **below, steps="whole").points == 4
    stopped = deduct_per_point(F(5), F(0), **below, steps="whole")
    assert stopped == Scored(F(1), ("扣至 1 分为止",))


@given(excess=st.integers(min_value=0, max_value=30))
def test_whole_steps_against_counting(excess):
    expected = max(F(0), 5 - F(1, 2) * excess)
    assert deduct_per_point(F(5), 1 + F(excess, 100), **PER_POINT, steps="whole").points == expected


YUEYANG = (
    Band(None, False, F(0), True, F(3), "0% 及以下"),
    Band(F(0), False, F(1, 10), True, F(2), "0%–10%（含）"),
    Band(F(1, 10), False, F(1, 5), True, F(1), "10%–20%（含）"),
    Band(F(1, 5), False, F(3, 10), True, F(1, 2), "20%–30%（含）"),
    Band(F(3, 10), False, None, False, F(0), "高于 30%"),
)


@pytest.mark.parametrize(
    ("rate", "points"),
    [
        ("0", "3"),
        ("0.0001", "2"),
        ("0.1", "2"),
        ("0.1001", "1"),
        ("0.2", "1"),
        ("0.3", "0.5"),
        ("0.3001", "0"),
        ("9", "0"),
    ],
)
def test_bands_open_and_closed_ends(rate, points):
    scored = bands(F(3), F(rate), bands=YUEYANG)
    assert scored.points == F(points)
    assert len(scored.active) == 1 and scored.active[0].startswith("档次：")


@given(rate=st.fractions(min_value=-2, max_value=2))
def test_every_number_has_exactly_one_band(rate):
    assert sum(rate in band for band in YUEYANG) == 1


@pytest.mark.parametrize(
    ("share", "items", "each", "points"),
    [
        ("0.6", 5, None, "3"),
        ("1", 5, None, "5"),
        ("0", 5, None, "0"),
        ("0.6", 5, "0.5", "1.5"),
        ("1", 20, "0.5", "5"),
    ],
)
def test_checklist_spreads_or_gives_each_item_its_points(share, items, each, points):
    assert checklist(F(5), F(share), items, points_per_item=F(each) if each else None).points == F(points)


@pytest.mark.parametrize(
    ("count", "free", "points"), [(0, 0, 4), (1, 0, 3), (4, 0, 0), (9, 0, 0), (1, 1, 4), (2, 1, 3)]
)
def test_problems_cost_points_down_to_the_floor(count, free, points):
    scored = count_deduct(F(4), F(count), points=F(1), free=free, floor=F(0))
    assert scored.points == points
    assert bool(scored.active) == (points == 0 or count <= free != 0)


GRADES = (
    Band(F(0), True, F(3, 5), False, "未达成", "0%（含）–60%"),
    Band(F(3, 5), True, F(4, 5), False, "部分达成", "60%（含）–80%"),
    Band(F(4, 5), True, F(1), True, "达成", "80%（含）–100%（含）"),
)


@pytest.mark.parametrize(
    ("grade", "points", "is_in"),
    [("达成", "10", True), ("达成", "8", True), ("达成", "7.99", False), ("达成", "10.01", False), ("部分达成", "8", False),
     ("部分达成", "7.99", True), ("部分达成", "6", True), ("未达成", "6", False), ("未达成", "5.99", True), ("未达成", "0", True),
     ("未达成", "-0.01", False)],
)  # fmt: skip
def test_typed_points_must_lie_in_the_band_of_their_grade(grade, points, is_in):
    if is_in:
        assert graded(W, F(points), grade=grade, grades=GRADES).points == F(points)
        return
    with pytest.raises(OutOfBand) as out:
        graded(W, F(points), grade=grade, grades=GRADES)
    band = next(band for band in GRADES if band.value == grade)
    assert (out.value.low, out.value.high) == (band.low * 10, band.high * 10)
    assert f"不在“{grade}”的范围" in str(out.value)


def test_manual_points_lie_between_zero_and_the_weight():
    assert manual(F(5), F(5)).points == 5
    for wrong in ("5.01", "-1"):
        with pytest.raises(OutOfBand, match="不在 0–5 分内"):
            manual(F(5), F(wrong))


def test_progress_is_capped_at_the_weight_and_never_negative():
    assert period_progress(W, F(3, 2)) == Scored(W, ("已达到目标，得满分封顶",))
    assert period_progress(W, F(-1)).points == 0
    assert period_progress(W, F("0.76")).points == F("7.6")


def test_either_or_takes_the_better_and_says_so():
    best = either_or((Scored(F(2), ("甲",)), Scored(F(3), ("乙",))))
    assert best == Scored(F(3), ("乙", "几种算法中取得分最高的一种"))


def test_an_overshoot_is_reduced_once_or_by_its_deviation():
    full = Scored(W, ("x",))
    assert reduced_for_overshoot(full, F("1.29"), F("1.3"), None) == full
    assert reduced_for_overshoot(full, F("1.3"), F("1.3"), F(2)).points == 8
    assert reduced_for_overshoot(full, F("1.8"), F("1.3"), None).points == 5
    assert reduced_for_overshoot(full, F("9"), F("1.3"), None).points == 0


@given(weight=st.integers(1, 50), part=st.integers(0, 1000))
def test_rounding_is_half_up_once(weight, part):
    """Against integer arithmetic on thousandths."""
    exact = ratio_capped(F(weight), F(part), target=F(1000)).points
    thousandths = weight * part
    assert round_half_up(exact, 2) == Decimal(math.floor(F(thousandths, 10) + F(1, 2))) / 100
