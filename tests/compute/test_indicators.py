"""Indicators: each kind of target scored by its own rule, from what officers type."""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from pipeline.compute.score import compute
from pipeline.model import NOT_APPLICABLE
from pipeline.model_rubric import Overshoot

TABLE = "indicator_results.indicators"


def one(year, **values: object) -> None:
    """The first indicator (10 points) changed."""
    year.set(TABLE, {"indicator_id": "I01"}, **values)


def figure(year, part: str = "score", code: str = "I01"):
    return year.outcome().figures[f"indicator.{code}.{part}"]


@pytest.mark.parametrize(
    ("target", "actual", "points", "formula"),
    [
        ("≥80篇", "80篇", "10.00", "ratio_capped"),
        ("≥80篇", "71篇", "8.88", "ratio_capped"),
        ("≥80篇", "0篇", "0.00", "ratio_capped"),
        ("≤10次", "10次", "10.00", "reverse_linear"),
        ("≤10次", "12次", "8.00", "reverse_linear"),
        ("≤10次", "20次", "0.00", "reverse_linear"),
        ("≤0起", "0起", "10.00", "reverse_linear"),
        ("≤0起", "1起", "0.00", "reverse_linear"),
        ("=5家", "5家", "10.00", "equal"),
        ("=5家", "4家", "8.00", "equal"),
        ("=5家", "6家", "8.00", "equal"),
        ("≥95%", "97.75%", "10.00", "ratio_capped"),
        ("≥95%", "76%", "8.00", "ratio_capped"),
        ("≥90次", "90余次", "10.00", "ratio_capped"),
    ],
)
def test_numbers_by_their_direction(year, target, actual, points, formula):
    one(year, target=target, actual=actual)
    score = figure(year)
    assert (str(score.value), score.formula) == (points, formula)


def test_units_are_converted_before_a_proportion_is_taken(year):
    one(year, target="≥2亿元", actual="15000万元")
    assert figure(year).value == Decimal("7.50")


def test_a_bare_number_takes_its_direction_from_the_column_or_the_rubric(year):
    one(year, target="10", actual="12", measure_unit="次")
    score = figure(year)
    assert score.value == 10 and "指标值没有方向，按正向计" in score.active
    one(year, direction="反向")
    assert figure(year).value == Decimal("8.00")
    one(year, direction="等于")
    assert figure(year).value == Decimal("8.00")


def test_a_date_is_met_or_not(year):
    one(year, target="11月底前", actual="2022年11月30日")
    assert figure(year).value == 10
    one(year, actual="2022年12月1日")
    assert figure(year).value == 0
    one(year, actual="已完成", completed_on=date(2022, 11, 3))
    score = figure(year)
    assert score.value == 10
    assert year.cell(TABLE, 0, "completed_on") in score.because


def test_a_month_without_a_year_is_one_of_the_assessed_year(year):
    one(year, target="12月底前", actual="2023年1月10日")
    assert figure(year).value == 0
    assert "指标值没有年份，按 2022 年计" in figure(year).active
    one(year, actual="12月")
    assert figure(year).value == 10


def test_a_grade_reached_is_met_and_one_missed_asks_for_a_person(year):
    one(year, target="良", actual="优")
    assert figure(year).value == 10
    one(year, target="优", actual="良")
    assert figure(year).value is None and "请填评定等级和评定得分" in figure(year).reason
    one(year, grade="部分达成", graded_points=Decimal(7))
    assert figure(year).value == 7


@pytest.mark.parametrize("target", ["请填写", "无", "完成1部宣传片,2套方案"])
def test_a_target_that_is_no_measure_is_named_by_its_own_cell(year, target):
    one(year, target=target, grade=None, graded_points=None)
    assert figure(year).value is None


def test_a_range_is_met_inside_and_scored_by_the_nearer_end(year):
    one(year, target="80-100篇", actual="91篇")
    assert figure(year).value == 10
    one(year, actual="40篇")
    assert figure(year).value == 5
    one(year, actual="150篇")
    assert figure(year).value == 5


def test_words_are_graded_by_a_person_within_the_band(year):
    one(year, target="显著提升", actual="显著提升", grade="部分达成", graded_points=Decimal("7.5"))
    assert figure(year).value == Decimal("7.50")
    one(year, graded_points=Decimal("8"))
    score = figure(year)
    assert (score.value, score.range) == (None, (Decimal("6.00"), Decimal("8.00")))
    assert score.reason.endswith("评定得分 8 不在“部分达成”的范围 6–8 分内")
    one(year, graded_points=None)
    assert "定性指标应填评定等级和评定得分" in figure(year).reason


def test_a_number_declared_qualitative_is_graded(year):
    one(year, measure_kind="定性", grade="达成", graded_points=Decimal("9"))
    assert figure(year).value == 9


def test_what_cannot_be_compared_is_open_between_zero_and_its_points(year):
    one(year, target="≥80篇", actual="30万元")
    score = figure(year)
    assert (score.value, score.range) == (None, (Decimal("0.00"), Decimal("10.00")))
    assert str(year.cell(TABLE, 0, "actual")) in score.reason
    outcome = year.outcome()
    assert outcome.figures["output_indicators.score"].printed == "10.00–20.00"
    assert outcome.figures["total.score"].printed == "88.00–98.00"


@pytest.mark.parametrize("actual", [None, NOT_APPLICABLE, "完成"])
def test_a_blank_or_a_word_where_a_number_is_asked_never_scores(year, actual):
    one(year, actual=actual)
    assert figure(year).value is None


def test_an_adjusted_target_holds_only_with_its_document(year):
    one(year, target="≥100篇", actual="91篇", adjusted_target="≥90篇")
    assert figure(year).value == Decimal("9.10")
    assert figure(year, "target").value == "≥100篇"
    one(year, adjustment_document="某文号")
    score = figure(year)
    assert score.value == 10 and "有调整文号，用调整后指标值" in score.active
    assert figure(year, "target").value == "≥90篇"


def test_without_department_points_it_is_not_scored_here(year):
    one(year, department_points=None, project_points=Decimal(5))
    assert figure(year).value == ""
    outcome = year.outcome()
    assert outcome.figures["output_indicators.score"].value == Decimal(
        "10.00"
    )  # the weights are never rescaled


def test_points_above_the_leaf_s_weight_are_capped(year):
    one(year, department_points=Decimal(15))
    leaf = year.outcome().figures["output_indicators.score"]
    assert leaf.value == 20 and leaf.active == ("已达到目标，得满分封顶",)


def test_completion_is_a_rate_only_between_numbers_of_one_unit(year):
    assert figure(year, "completion_rate").exact == Fraction(91, 80)
    assert figure(year, "completion_rate").printed == "113.75%"
    assert figure(year, "completion_rate", "I02").value == ""  # a date
    assert figure(year, "completion_rate", "I05").value == ""  # words


def test_an_overshoot_is_reduced_where_the_rubric_says_so(year, rubric):
    one(year, target="≥50篇", actual="91篇")  # 182%
    assert figure(year).value == 10

    def edit(node):
        if node.id == "output_indicators":
            over = Overshoot("reduce", Fraction("1.3"), Fraction(2))
            return dataclasses.replace(node, rule=dataclasses.replace(node.rule, overshoot=over))
        return dataclasses.replace(node, children=tuple(edit(child) for child in node.children))

    reducing = dataclasses.replace(rubric, nodes=tuple(edit(node) for node in rubric.nodes))
    outcome = compute(year.submission(), reducing)
    assert outcome.figures["indicator.I01.score"].value == Decimal("8.00")
    assert outcome.figures["output_indicators.score"].value == Decimal("18.00")


def test_two_rows_of_one_number_are_both_scored(year):
    year.tables[TABLE].append({**year.tables[TABLE][0], "actual": "40篇", "department_points": Decimal(4)})
    outcome = year.outcome()
    assert outcome.figures["indicator.I01.score"].value == 10
    assert outcome.figures["indicator.I01_2.score"].value == 2


def test_a_blank_number_is_named_by_its_words(year):
    one(year, indicator_id=None)
    keys = {f.split(".")[1] for f in year.outcome().figures if f.startswith("indicator.")}
    assert len(keys) == 5 and any(key.startswith("x") and len(key) == 11 for key in keys)


def test_a_blank_level_opens_the_leaves_it_could_belong_to(year):
    one(year, level_1=None)
    outcome = year.outcome()
    assert outcome.figures["output_indicators.score"].range == (Decimal("10.00"), Decimal("20.00"))
    assert outcome.figures["benefit_indicators.score"].value is None


def test_reasons_name_the_indicator_and_only_those_that_lost_points(year):
    one(year, actual="71篇", deviation_reason="受疫情影响")
    year.set(TABLE, {"indicator_id": "I02"}, deviation_reason="没有失分")
    assert year.outcome().figures["output_indicators.deduction_reason"].value == "政务专送：受疫情影响"


def test_the_unit_matters_only_where_one_side_brings_its_own(year):
    one(year, target="≥80", actual="91", measure_unit="篇")
    assert year.cell(TABLE, 0, "measure_unit") not in figure(year).because
    one(year, actual="91篇")
    assert year.cell(TABLE, 0, "measure_unit") in figure(year).because
