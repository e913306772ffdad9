"""Monitoring by hand: rates with their denominators, every edge of the lights, what is judged and what is not."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from pipeline import rules
from pipeline.compute.monitor import compute_monitor
from pipeline.forms import load_specs
from pipeline.model import Outcome
from pipeline.model_rubric import Rubric, Setting
from pipeline.read.midyear import as_of
from tests.compute.conftest import Draft, indicator, trace


@pytest.fixture(scope="module")
def lights() -> Rubric:
    return rules.load("440100", 2022, "monitor")


def setting(rubric: Rubric, name: str, value: object) -> Rubric:
    """The rubric with one setting changed."""
    one = rubric.settings[name]
    return replace(rubric, settings={**rubric.settings, name: Setting(name, value, one.citation, one.words)})


def outcome(draft: Draft, rubric: Rubric, month: int = 7, **more: object) -> Outcome:
    seen = as_of(draft.submission(), month, load_specs())
    return compute_monitor(seen, rubric, month, **more)


def monitored(draft: Draft, *rows: dict) -> Draft:
    draft.tables["indicator_results.monitoring"] = list(rows)
    return draft


def one_indicator(draft: Draft, target: str, done: str, level_1: str = "产出指标", **more: object) -> Draft:
    """A department with a single indicator and its row in 监控."""
    stated = {key: more.pop(key) for key in ("expected_year", "likelihood") if key in more}
    draft.tables["indicator_results.indicators"] = [
        indicator("I01", level_1, "指标甲", target, "", "10", **{"project_id": "P01", **more})
    ]
    return monitored(draft, {"indicator_id": "I01", "actual_to_month": done, **stated})


def light(made: Outcome, key: str = "I01") -> tuple[str, str]:
    figures = made.figures
    return figures[f"monitor.indicator.{key}.progress"].printed, figures[
        f"monitor.indicator.{key}.light"
    ].printed


def test_the_rates_of_july_name_their_denominators(year: Draft, lights: Rubric):
    figures = outcome(year, lights).figures
    # 1374.53 / 2213.06; projects 24+26+28+29+30+31+30.85 = 198.85 / 355.98
    assert figures["monitor.execution_rate"].printed == "62.11%"
    assert figures["monitor.execution_rate"].parameters["分母"] == "7月的当期预算数"
    assert figures["monitor.project_execution_rate"].printed == "55.86%"
    assert figures["monitor.project_execution_rate"].parameters["分母"] == "7月项目支出的当期预算数"
    assert figures["monitor.schedule"].exact == Fraction(7, 12)
    # 1374.53/2213.06 ÷ 7/12 = 106.4733…%; 198.85/355.98 ÷ 7/12 = 95.7606…%
    assert figures["monitor.progress"].printed == "106.47%" and figures["monitor.light"].printed == "绿"
    assert figures["monitor.project_progress"].printed == "95.76%"
    # the rest: 1374.53 − 198.85 over 2213.06 − 355.98
    assert figures["monitor.basic_executed"].printed == "1,175.68"
    assert figures["monitor.basic_execution_rate"].printed == "63.31%"
    cells = trace(outcome(year, lights), "monitor.execution_rate")
    months = year.submission().table("monthly_spending.months").rows
    assert {row.cell("spent_fen") for row in months[:7]} <= cells and months[7].cell("spent_fen") not in cells


@pytest.mark.parametrize(
    ("month", "rate", "project_rate"),
    [(1, "8.37%", "6.74%"), (2, "16.84%", "14.05%"), (9, "78.24%", "72.71%"), (12, "99.65%", "98.03%")],
)
def test_any_month_may_be_asked_for(year: Draft, lights: Rubric, month: int, rate: str, project_rate: str):
    figures = outcome(year, lights, month).figures
    assert figures["monitor.execution_rate"].printed == rate
    assert figures["monitor.project_execution_rate"].printed == project_rate
    assert f"month.{month}.rate" in figures and f"month.{month + 1}.rate" not in figures
    assert figures["monitor.month"].printed == str(month)


def test_another_denominator_is_data(year: Draft, lights: Rubric):
    changed = outcome(year, setting(lights, "denominator", "annual_budget")).figures
    # 1374.53 / 2227.70
    assert changed["monitor.execution_rate"].printed == "61.70%"
    assert changed["monitor.execution_rate"].parameters["分母"] == "全年预算数（调整后）"


@pytest.mark.parametrize(
    ("spent", "expected"),
    [
        ("41.993", ("59.99%", "红")), ("42", ("60.00%", "黄")), ("55.993", ("79.99%", "黄")),
        ("56", ("80.00%", "绿")), ("84", ("120.00%", "绿")), ("0", ("0.00%", "红")),
    ],
)  # fmt: skip
def test_every_edge_of_the_light_of_a_rate(
    year: Draft, lights: Rubric, spent: str, expected: tuple[str, str]
):
    """Budget 120, schedule 7/12: 70 is on schedule, 42 is 60% of it, 56 is 80%."""
    for number, row in enumerate(year.tables["monthly_spending.months"]):
        row |= {
            "current_budget_fen": "120",
            "spent_fen": spent if number == 0 else "0",
            "project_spent_fen": "0",
        }
    figures = outcome(year, lights).figures
    assert (figures["monitor.progress"].printed, figures["monitor.light"].printed) == expected
    assert (
        figures["monitor.light"].active and figures["monitor.light"].citation.source == "platform_published"
    )


@pytest.mark.parametrize(
    ("done", "expected"),
    [
        ("4199.3", ("59.99%", "红")), ("4200", ("60.00%", "黄")), ("5599.3", ("79.99%", "黄")), ("5600", ("80.00%", "绿")),
        ("8399.3", ("119.99%", "绿")), ("8400", ("120.00%", "蓝")), ("0", ("0.00%", "红")),
    ],
)  # fmt: skip
def test_every_edge_of_the_light_of_an_indicator(
    year: Draft, lights: Rubric, done: str, expected: tuple[str, str]
):
    """Target 12000 a year: 7000 by July is on schedule."""
    assert light(outcome(one_indicator(year, "≥12000篇", done), lights)) == expected


def test_a_light_looks_at_the_exact_progress_and_not_at_the_printed_one(year: Draft, lights: Rubric):
    made = outcome(one_indicator(year, "≥1200000篇", "419999篇"), lights)
    assert light(made) == ("60.00%", "红")


def test_without_the_schedule_a_completion_is_held_against_the_whole_year(year: Draft, lights: Rubric):
    against_target = setting(lights, "indicator_progress", "against_target")
    draft = one_indicator(year, "≥12000篇", "7000篇")
    assert light(outcome(draft, against_target)) == ("58.33%", "红")
    assert light(outcome(draft, lights)) == ("100.00%", "绿")


@pytest.mark.parametrize(
    ("target", "done", "level_1", "more", "expected"),
    [
        ("≥95%", "57%", "产出指标", {}, ("60.00%", "黄")),  # a percentage does not add up over the year
        ("≥90分", "72分", "满意度指标", {}, ("80.00%", "绿")),
        ("≥10分", "12分", "产出指标", {"level_2": "质量指标"}, ("120.00%", "蓝")),
        ("≥1.2亿元", "7000万元", "效益指标", {"level_2": "经济效益指标"}, ("100.00%", "绿")),
    ],
)
def test_what_does_not_add_up_is_not_divided_by_the_schedule(
    year: Draft, lights: Rubric, target: str, done: str, level_1: str, more: dict, expected: tuple
):
    made = outcome(one_indicator(year, target, done, level_1, **more), lights)
    assert light(made) == expected


@pytest.mark.parametrize(
    ("target", "done", "expected", "direction"),
    [
        ("≤10万元", "10万元", "绿", None), ("≤10万元", "10.01万元", "红", None), ("≤3次", "0次", "绿", None),
        ("10", "9.99", "绿", "反向"), ("10", "10.01", "红", "反向"),
    ],
)  # fmt: skip
def test_a_reverse_indicator_is_met_or_red(
    year: Draft, lights: Rubric, target: str, done: str, expected: str, direction: str | None
):
    made = outcome(one_indicator(year, target, done, "成本指标", direction=direction), lights)
    figure = made.figures["monitor.indicator.I01.light"]
    assert figure.printed == expected and made.figures["monitor.indicator.I01.progress"].value == ""
    assert figure.active[0].startswith("达到要求" if expected == "绿" else "未达到要求")


@pytest.mark.parametrize(
    ("target", "done", "expected"),
    [
        ("12月底前", "进行中", ""),
        ("12月底前", "6月", "绿"),
        ("3月底前", "2月", "绿"),
        ("3月底前", "5月", "红"),
    ],
)
def test_a_date_is_judged_when_it_is_reached_or_due(
    year: Draft, lights: Rubric, target: str, done: str, expected: str
):
    assert light(outcome(one_indicator(year, target, done), lights))[1] == expected


def test_a_date_that_is_due_and_no_date_cannot_be_compared(year: Draft, lights: Rubric):
    figure = outcome(one_indicator(year, "3月底前", "进行中"), lights).figures["monitor.indicator.I01.light"]
    assert figure.value is None and figure.reason


def test_a_range_is_met_below_or_overshot(year: Draft, lights: Rubric):
    assert light(outcome(one_indicator(year, "80%-90%", "85%"), lights))[1] == "绿"
    assert light(outcome(one_indicator(year, "80%-90%", "40%"), lights)) == ("50.00%", "红")
    assert light(outcome(one_indicator(year, "80%-90%", "95%"), lights))[1] == "红"


def test_words_and_blanks_are_not_judged_and_a_wrong_unit_is_open(year: Draft, lights: Rubric):
    words = outcome(one_indicator(year, "机制健全", "正在健全"), lights).figures[
        "monitor.indicator.I01.light"
    ]
    assert words.value == "" and words.reason == "定性指标由人判断，不亮灯"
    blank = outcome(one_indicator(year, "≥80篇", None), lights).figures["monitor.indicator.I01.light"]
    assert blank.value == "" and "未填写" in blank.reason
    unit = outcome(one_indicator(year, "≥80篇", "40%"), lights).figures["monitor.indicator.I01.light"]
    assert unit.value is None and unit.reason


def test_a_target_of_zero_is_met_or_missed_and_never_divided_by(year: Draft, lights: Rubric):
    assert light(outcome(one_indicator(year, "0次", "0次", direction="反向"), lights)) == ("", "绿")
    assert light(outcome(one_indicator(year, "0次", "1次", direction="反向"), lights)) == ("", "红")
    assert light(outcome(one_indicator(year, "≥0次", "1次"), lights)) == ("", "绿")


def test_a_goal_has_its_worst_light_and_progress_by_points(year: Draft, lights: Rubric):
    year.tables["indicator_results.indicators"] = [
        indicator("I01", "产出指标", "甲", "≥12000篇", "", "6", project_id="P01", project_points=Decimal(30)),
        indicator("I02", "产出指标", "乙", "≥12000篇", "", "3", project_id="P02"),
        indicator("I03", "产出指标", "丙", "≤5次", "", "1", project_id="P01", project_points=Decimal(10)),
        indicator("I04", "产出指标", "丁", "≥12000篇", "", "90"),
    ]
    rows = [("I01", "9100篇"), ("I02", "4900篇"), ("I03", "6次")]
    monitored(year, *({"indicator_id": code, "actual_to_month": done} for code, done in rows))
    figures = outcome(year, lights).figures
    assert [figures[f"monitor.indicator.{code}.light"].printed for code, _ in rows] == ["蓝", "黄", "红"]
    assert figures["monitor.goal.light"].printed == "红"
    # (6×100% + 3×70% + 1×0) ÷ 10; the one that is not filled has no part
    assert figures["monitor.goal.progress"].printed == "81.00%"
    assert figures["monitor.project.P01.goal_light"].printed == "红"
    assert figures["monitor.project.P01.goal_progress"].printed == "75.00%"
    assert figures["monitor.project.P02.goal_light"].printed == "黄"
    # no 项目分值
    assert figures["monitor.project.P02.goal_progress"].value == ""
    assert figures["monitor.goal.lights"].printed == "红 1  黄 1  绿 0  蓝 1  未判断 1"


def test_with_no_monitoring_sheet_the_rates_stand_and_the_rest_is_blank(year: Draft, lights: Rubric):
    figures = outcome(year, lights).figures
    assert figures["monitor.execution_rate"].printed == "62.11%"
    assert figures["monitor.indicator.I01.target"].printed == "≥80篇"
    for figure_id in (
        "indicator.I01.light",
        "project.P01.executed",
        "project.P01.light",
        "expected",
        "goal.light",
    ):
        figure = figures[f"monitor.{figure_id}"]
        assert figure.value == "" and figure.reason, figure_id
    assert figures["monitor.goal.judged"].value == 0


def test_projects_by_month_or_by_the_monitoring_sheet(year: Draft, lights: Rubric):
    year.tables["monthly_spending.project_months"] = [
        {"project_id": "P01", **{f"month_{m}_fen": "10" for m in range(1, 13)}},
        {"project_id": "P02", **{f"month_{m}_fen": None if m == 3 else "10" for m in range(1, 13)}},
    ]
    year.tables["indicator_results.project_monitoring"] = [
        {"project_id": "P02", "executed_to_month_fen": "66", "expected_year_fen": "220"},
        {"project_id": "P01", "executed_to_month_fen": "70", "expected_year_fen": "130"},
    ]
    figures = outcome(year, lights).figures
    # seven months of 10; a month is blank, so the amount of 项目监控
    assert figures["monitor.project.P01.executed"].printed == "70.00"
    assert figures["monitor.project.P02.executed"].printed == "66.00"
    # 70 / 134.85, ÷ 7/12
    assert figures["monitor.project.P01.execution_rate"].printed == "51.91%"
    assert figures["monitor.project.P01.execution_rate"].parameters["分母"] == "该项目的全年预算数（调整后）"
    assert figures["monitor.project.P01.progress"].printed == "88.99%"
    # 66 / 221.13 = 29.85%, 51.17% of the schedule
    assert figures["monitor.project.P02.light"].printed == "红"
    assert figures["monitor.project_expected"].printed == "350.00"
    # 基本支出 as budgeted for the month: 2213.06 − 355.98
    assert figures["monitor.basic_expected"].printed == "1,857.08"
    assert "人员、公用没有另填" in figures["monitor.basic_expected"].active[0]
    assert figures["monitor.expected"].printed == "2,207.08"
    # 2207.08 / 2213.06
    assert figures["monitor.expected_rate"].printed == "99.73%"
    silent = outcome(year, setting(lights, "basic_expected", "not_stated")).figures
    assert silent["monitor.expected"].value == "" and silent["monitor.project_expected"].printed == "350.00"


def test_basic_expenditure_may_be_expected_line_by_line(year: Draft, lights: Rubric):
    for row, code in zip(year.tables["budget_execution.expenditure"], ("R1", "G1"), strict=False):
        row["project_id"] = code
    year.tables["indicator_results.project_monitoring"] = [
        {"project_id": code, "expected_year_fen": expected}
        for code, expected in (("R1", "1400"), ("G1", "430"), ("P01", "130"), ("P02", "220"))
    ]
    figures = outcome(year, lights).figures
    assert (
        figures["monitor.basic_expected"].printed == "1,830.00"
        and figures["monitor.expected"].printed == "2,180.00"
    )


def test_a_new_department_has_its_own_schedule(year: Draft, lights: Rubric):
    year.set("basics.department", {}, active_months=(4, 12))
    rows = year.tables["monthly_spending.months"]
    year.tables["monthly_spending.months"] = [row for row in rows if row["month"] >= 4]
    figures = outcome(year, lights).figures
    # four of nine months; 192.20+199.50+208.60+214.13 = 814.43 / 2213.06 = 36.80%
    assert figures["monitor.schedule"].exact == Fraction(4, 9)
    assert (
        figures["monitor.executed"].printed == "814.43"
        and figures["monitor.execution_rate"].printed == "36.80%"
    )
    assert figures["monitor.progress"].printed == "82.80%" and figures["monitor.light"].printed == "绿"
    before = outcome(year, lights, 3).figures
    assert before["monitor.light"].value == "" and "不在部门存续期内" in before["monitor.light"].reason


def test_a_refund_lowers_what_was_executed(year: Draft, lights: Rubric):
    year.set("monthly_spending.months", {"month": 7}, spent_fen="-12.40", refunded_fen="12.40")
    figures = outcome(year, lights).figures
    # 1160.40 − 12.40 over 2213.06
    assert (
        figures["monitor.executed"].printed == "1,148.00"
        and figures["monitor.execution_rate"].printed == "51.87%"
    )


def test_a_missing_month_leaves_the_rate_open_and_a_zero_budget_is_not_divided_by(
    year: Draft, lights: Rubric
):
    rows = year.tables["monthly_spending.months"]
    year.tables["monthly_spending.months"] = [row for row in rows if row["month"] != 3]
    figures = outcome(year, lights).figures
    assert (
        figures["monitor.execution_rate"].value is None
        and "缺 3 月" in figures["monitor.execution_rate"].reason
    )
    assert figures["monitor.light"].value is None
    year.tables["monthly_spending.months"] = [{**row, "current_project_budget_fen": "0"} for row in rows]
    rate = outcome(year, lights).figures["monitor.project_execution_rate"]
    assert rate.value is None and rate.reason == "7月项目支出的当期预算数为 0，不能作分母"


def test_a_schedule_of_the_region_is_data(year: Draft, lights: Rubric):
    told = setting(lights, "schedule", {6: Fraction(1, 2), 7: Fraction(2, 5), 12: Fraction(1)})
    figures = outcome(year, told).figures
    # 62.1099…% ÷ 40%
    assert figures["monitor.progress"].printed == "155.27%"
    nothing = outcome(year, told, 8).figures["monitor.light"]
    assert nothing.value == "" and nothing.reason == "8 月评分规则没有给出序时进度"


def test_values_of_another_month_are_not_judged(year: Draft, lights: Rubric):
    draft = one_indicator(year, "≥12000篇", "7000篇")
    figures = outcome(draft, lights, 9, open_month=7).figures
    assert (
        figures["monitor.indicator.I01.light"].value == ""
        and figures["monitor.indicator.I01.actual"].value == ""
    )
    assert "按 1–7 月的数看待" in figures["monitor.indicator.I01.light"].reason
    assert figures["monitor.execution_rate"].printed == "78.24%"


def test_an_adjusted_target_counts_with_its_document(year: Draft, lights: Rubric):
    draft = one_indicator(
        year, "≥12000篇", "3500篇", adjusted_target="≥6000篇", adjustment_document="财〔2022〕1号"
    )
    made = outcome(draft, lights)
    assert (
        light(made) == ("100.00%", "绿") and made.figures["monitor.indicator.I01.target"].printed == "≥6000篇"
    )
    draft = one_indicator(year, "≥12000篇", "3500篇", adjusted_target="≥6000篇", adjustment_document=None)
    assert light(outcome(draft, lights)) == ("50.00%", "红")


def test_every_cause_has_its_column(year: Draft, lights: Rubric):
    draft = one_indicator(year, "≥80篇", "10篇", expected_year="60篇", likelihood="有可能")
    for kind, part in (("经费保障", "funding"), ("制度保障", "rules"), ("人员保障", "staffing"),
                       ("硬件条件保障", "equipment"), ("其他", "other")):  # fmt: skip
        draft.tables["indicator_results.monitoring"][0] |= {
            "deviation_kind": kind,
            "deviation_reason": "因故",
        }
        figures = outcome(draft, lights).figures
        ticked = {f.rsplit("_", 1)[1] for f in figures if ".cause_" in f and figures[f].value == "√"}
        assert ticked == {part}
    assert figures["monitor.indicator.I01.likelihood"].printed == "有可能"
    assert figures["monitor.indicator.I01.expected"].printed == "60篇"
