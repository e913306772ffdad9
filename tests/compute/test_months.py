"""The months: cumulative rates, the average's six settings, gaps, part years, and denominators that are named."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from fractions import Fraction

import pytest

from pipeline.compute.score import compute
from pipeline.model_rubric import Rubric, Setting

AVERAGE = "annual.average_execution_rate"
CUMULATIVE = (
    "185.20 372.60 560.10 752.30 951.80 1160.40 1374.53 1560.20 1742.90 1905.30 2060.70 2219.83".split()
)


def with_setting(rubric: Rubric, name: str, value: object) -> Rubric:
    old = rubric.settings[name]
    settings = {**rubric.settings, name: Setting(name, value, old.citation, old.words)}
    return dataclasses.replace(rubric, settings=settings)


def by_hand(budgets: list[str], schedule=None) -> Fraction:
    """The mean of twelve ratios, from the published cumulative series alone."""
    ratios = [
        Fraction(spent) / Fraction(budget) / (schedule[m] if schedule else Fraction(m, 12))
        for m, (spent, budget) in enumerate(zip(CUMULATIVE, budgets, strict=True), 1)
    ]
    return sum(ratios) / 12


BUDGETS = ["2213.06"] * 7 + ["2227.70"] * 5


def test_cumulative_amounts_are_the_published_ones(year):
    figures = year.outcome().figures
    assert [str(figures[f"month.{m}.cumulative"].value) for m in range(1, 13)] == CUMULATIVE


def test_the_average_is_capped_once_at_the_end(year):
    average = year.outcome().figures[AVERAGE]
    assert (average.printed, average.exact) == ("100.00%", 1)
    assert average.active == ("最终封顶 100.00%（封顶前 102.65%）",)
    assert average.parameters["分母"] == "当月的当期预算数" and average.parameters["单期封顶"] == "不封顶"


def test_without_the_final_cap_it_is_the_plain_mean(year, rubric):
    free = with_setting(rubric, "average_execution_rate.final_cap", None)
    average = compute(year.submission(), free).figures[AVERAGE]
    assert average.exact == by_hand(BUDGETS)
    assert average.printed == "102.65%"


def test_a_cap_on_every_month_is_another_number(year, rubric):
    capped = with_setting(rubric, "average_execution_rate.per_period_cap", Fraction(1))
    average = compute(year.submission(), capped).figures[AVERAGE]
    assert average.value < 100 and "单期封顶" in average.active[0]


def test_another_denominator_and_quarter_ends(year, rubric):
    other = with_setting(rubric, "average_execution_rate.denominator", "annual_budget")
    other = with_setting(other, "average_execution_rate.final_cap", None)
    outcome = compute(year.submission(), other)
    assert outcome.figures[AVERAGE].exact == by_hand(["2227.70"] * 12)
    assert outcome.figures["month.3.progress"].because == (
        "month.3.cumulative",
        "annual.annual_budget",
        "month.3.schedule",
    )
    quarters = with_setting(other, "average_execution_rate.periods", (3, 6, 9, 12))
    expected = (
        sum(Fraction(CUMULATIVE[m - 1]) / Fraction("2227.70") / Fraction(m, 12) for m in (3, 6, 9, 12)) / 4
    )
    assert compute(year.submission(), quarters).figures[AVERAGE].exact == expected


def test_a_schedule_of_the_region(year, rubric):
    steps = {4: Fraction(1, 4), 6: Fraction(2, 5), 8: Fraction(3, 5), 10: Fraction(4, 5)}
    other = with_setting(rubric, "average_execution_rate.schedule", steps)
    other = with_setting(other, "average_execution_rate.final_cap", None)
    budgets = {4: "2213.06", 6: "2213.06", 8: "2227.70", 10: "2227.70"}
    expected = sum(Fraction(CUMULATIVE[m - 1]) / Fraction(budgets[m]) / steps[m] for m in steps) / 4
    assert compute(year.submission(), other).figures[AVERAGE].exact == expected


def test_scoring_from_the_printed_rate_is_a_setting(year, rubric):
    for row in year.tables["monthly_spending.months"]:
        row["spent_fen"] = str(Decimal(row["spent_fen"]) * Decimal("0.9"))
    exact = compute(year.submission(), rubric).figures["budget_spending_rate.score"]
    rate = compute(year.submission(), rubric).figures[AVERAGE]
    assert exact.exact == 10 * rate.exact != 10 * Fraction(rate.value) / 100
    printed = with_setting(rubric, "average_execution_rate.rounding", "printed")
    assert (
        compute(year.submission(), printed).figures["budget_spending_rate.score"].exact
        == Fraction(rate.value) / 10
    )


def test_a_missing_month_is_never_averaged_away(year):
    year.tables["monthly_spending.months"].pop(2)
    figures = year.outcome().figures
    assert figures["month.3.cumulative"].reason == "缺 3 月"
    assert figures["month.2.cumulative"].value == Decimal("372.60")
    assert figures[AVERAGE].value is None and "缺 3 月" in figures[AVERAGE].reason
    assert figures[AVERAGE].range[1] == 100
    assert figures["budget_spending_rate.score"].value is None
    assert figures["monitor.execution_rate"].value is None


def test_a_blank_amount_names_its_cell(year):
    year.tables["monthly_spending.months"][11]["current_budget_fen"] = None
    figures = year.outcome().figures
    cell = year.cell("monthly_spending.months", 11, "current_budget_fen")
    assert figures["month.12.rate"].reason == f"{cell} 未填写"
    assert figures["month.12.cumulative"].value == Decimal("2219.83")
    # eleven months are known: the worst mean takes the twelfth as nothing
    eleven = by_hand(BUDGETS) - Fraction("2219.83") / Fraction("2227.70") / 12
    assert figures[AVERAGE].range[0] == round(
        Decimal(eleven.numerator * 100) / Decimal(eleven.denominator), 2
    )


def test_zero_over_zero_is_never_divided(year):
    for row in year.tables["monthly_spending.months"]:
        row["current_project_budget_fen"] = row["project_spent_fen"] = "0"
    figure = year.outcome().figures["monitor.project_execution_rate"]
    assert figure.value is None
    assert figure.reason == "7月项目的当期预算数为 0，不能作分母"


def test_a_rate_above_one_hundred_is_printed_as_it_is(year):
    year.tables["monthly_spending.months"][0]["spent_fen"] = "2500"
    assert year.outcome().figures["month.1.rate"].printed == "112.97%"


def test_a_department_of_part_of_the_year_has_its_own_schedule(year):
    year.set("basics.department", {}, active_months=(4, 12))
    year.tables["monthly_spending.months"] = year.tables["monthly_spending.months"][3:]
    figures = year.outcome().figures
    assert figures["month.4.schedule"].exact == Fraction(1, 9)
    assert figures["month.4.cumulative"].value == Decimal("192.20")
    assert figures["month.12.cumulative"].value == Decimal("1659.73")
    assert figures["month.3.spent"].value == "" and figures["month.3.spent"].reason == "3 月不在部门存续期内"
    ratios = [figures[f"month.{m}.progress"].exact for m in range(4, 13)]
    assert figures[AVERAGE].exact == min(Fraction(1), sum(ratios) / 9)
    cell = year.cell("basics.department", 0, "active_months")
    assert cell in figures["month.4.schedule"].because and cell in figures["month.3.spent"].because


def test_a_department_founded_after_july_has_no_monitoring_figures(year):
    year.set("basics.department", {}, active_months=(9, 12))
    figures = year.outcome().figures
    assert figures["monitor.execution_rate"].value == ""


def test_a_month_typed_twice_is_open_neither_row_is_taken(year):
    year.tables["monthly_spending.months"].append(dict(year.tables["monthly_spending.months"][11]))
    figures = year.outcome().figures
    assert figures["month.11.cumulative"].value == Decimal("2060.70")
    assert figures["month.12.spent"].reason == "12 月填了 2 行"
    assert [str(cell) for cell in figures["month.12.spent"].because] == [
        "《3_月度支出》months!A16",
        "《3_月度支出》months!A17",
    ]
    assert figures[AVERAGE].value is None


def test_every_rate_names_its_denominator(year):
    figures = year.outcome().figures
    for figure in figures.values():
        if (
            figure.id.endswith("_rate")
            and figure.unit == "%"
            and not figure.id.startswith(("month", "measure", "annual.average", "indicator"))
        ):
            assert figure.parameters.get("分母"), figure.id
    assert figures["annual.execution_rate"].parameters["分母"] == "全年预算数（调整后）"
    assert figures["monitor.execution_rate"].parameters["分母"] == "7月的当期预算数"
    assert figures["monitor.project_execution_rate"].parameters["分母"] == "7月项目的当期预算数"


@pytest.mark.parametrize("month", range(1, 13))
def test_schedule_is_linear(year, month):
    assert year.outcome().figures[f"month.{month}.schedule"].exact == Fraction(month, 12)
