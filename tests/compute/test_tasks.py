"""职责 → 任务 → 项目 → 指标, computed by hand.

Two duties, three tasks: P01 stands under T1, P02 under T1 and T2, T3 has no project, 人员 and one indicator stand under no task.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipeline import rules
from pipeline.compute.score import compute
from pipeline.model import NOT_APPLICABLE, figure_key
from pipeline.model_tasks import KINDS, task_lines
from tests.compute.conftest import Draft, indicator, project

FIRST, SECOND = "联络服务", "信访协调"
ONE, TWO = f"duty.{figure_key(FIRST)}", f"duty.{figure_key(SECOND)}"
PARTS = (
    "annual_budget", "executed", "execution_rate", "indicators", "indicators_met", "completion_rate", "points", "score",
    "score_rate",
)  # fmt: skip


def task(code: str, name: str) -> dict:
    return {"task_id": code, "task_name": name, "lead_division": "接待处", "completion": f"{name}完成"}


def three_tasks(draft: Draft) -> Draft:
    tables = draft.tables
    tables["basics.tasks"] = [task("T1", "联络"), task("T2", "信息"), task("T3", "协调")]
    tables["budget_execution.expenditure"] = [
        {"expenditure_kind": "人员", "initial_budget_fen": "100", "net_adjustment_fen": "0", "annual_budget_fen": "100",
         "executed_fen": "90"},
        project("P01", "联络经费", "200", "150", task_id="T1"),
        project("P02", "信息经费", "80", "60", task_id="T1、T2"),
    ]  # fmt: skip
    tables["indicator_results.indicators"] = [
        indicator("A1", "产出指标", "走访", "≥10次", "10次", "4", task_id="T1", project_id="P01", duty=FIRST),
        indicator("A2", "产出指标", "会议", "≥10次", "5次", "6", task_id="T1", project_id="P01", duty=FIRST),
        indicator(
            "B1", "产出指标", "专报", "≥8篇", "8篇", "5", task_id="T1、T2", project_id="P02", duty=FIRST
        ),
        indicator("B2", "产出指标", "差错", "≤3次", "3次", "2", task_id="T2", project_id="P02", duty=FIRST),
        indicator("C1", "效益指标", "化解", "≥50件", "40件", "10", task_id="T3", duty=SECOND),
        indicator("N1", "效益指标", "培训", "≥1次", "1次", "3"),
    ]
    return draft


@pytest.fixture
def year() -> Draft:
    return three_tasks(Draft(rules.load("440100", 2022)))


def computed(draft: Draft):
    return compute(draft.submission(), draft.rubric, project_rubric=rules.load("440100", 2022, "project"))


def line(outcome, prefix: str) -> list[str]:
    return [outcome.figures[f"{prefix}.{part}"].printed for part in PARTS]


#: prefix -> budget, executed, rate; indicators, reached, share; points, score, share
BY_HAND = {
    # P01 200 and P02 80, each once; A1, A2, B1, B2: 4 + 6 + 5 + 2 points, 4 + 6×5/10 + 5 + 2 earned
    ONE: "280.00 210.00 75.00% 4 3 75.00% 17.00 14.00 82.35%",
    # B1 and P02 count for T1 and for T2, and once where the two are taken together
    "task.T1": "280.00 210.00 75.00% 3 2 66.67% 15.00 12.00 80.00%",
    "task.T1.project.P01": "200.00 150.00 75.00% 2 1 50.00% 10.00 7.00 70.00%",
    "task.T1.project.P02": "80.00 60.00 75.00% 1 1 100.00% 5.00 5.00 100.00%",
    "task.T2": "80.00 60.00 75.00% 2 2 100.00% 7.00 7.00 100.00%",
    "task.T2.project.P02": "80.00 60.00 75.00% 2 2 100.00% 7.00 7.00 100.00%",
    "tasks.total": "280.00 210.00 75.00% 5 3 60.00% 27.00 22.00 81.48%",
    "tasks.none": "100.00 90.00 90.00% 1 1 100.00% 3.00 3.00 100.00%",
}


@pytest.mark.parametrize("prefix", BY_HAND)
def test_each_level_has_its_money_completion_and_score(year: Draft, prefix: str):
    assert " ".join(line(computed(year), prefix)) == BY_HAND[prefix]


def test_a_task_without_a_project_has_indicators_and_no_money(year: Draft):
    """C1: 40 of 50, 10 × 40/50 = 8; not reached."""
    outcome = computed(year)
    for prefix in (TWO, "task.T3", "task.T3.unassigned"):
        assert line(outcome, prefix)[3:] == ["1", "0", "0.00%", "10.00", "8.00", "80.00%"]
        assert [outcome.figures[f"{prefix}.{part}"].value for part in PARTS[:3]] == ["", "", ""]


def test_together_with_what_stands_under_no_task_it_is_the_department(year: Draft):
    figures = computed(year).figures
    for part in ("annual_budget", "executed"):
        both = figures[f"tasks.total.{part}"].exact + figures[f"tasks.none.{part}"].exact
        assert both == figures[f"annual.{part}"].exact
    listed = len(year.tables["indicator_results.indicators"])
    assert figures["tasks.total.indicators"].value + figures["tasks.none.indicators"].value == listed


def test_the_lines_stand_parents_first_and_shared_ones_under_each_task(year: Draft):
    lines = [(KINDS[one.kind], one.level, one.label) for one in task_lines(computed(year).figures)]
    assert lines == [
        ("职责", 0, FIRST),
        ("任务", 1, "联络"), ("项目", 2, "联络经费"), ("指标", 3, "走访"), ("指标", 3, "会议"), ("项目", 2, "信息经费"), ("指标", 3, "专报"),
        ("任务", 1, "信息"), ("项目", 2, "信息经费"), ("指标", 3, "专报"), ("指标", 3, "差错"),
        ("职责", 0, SECOND), ("任务", 1, "协调"), ("未对应项目", 2, "未对应项目"), ("指标", 3, "化解"),
        ("未对应任务", 0, "未对应任务的支出和指标"), ("指标", 1, "培训"), ("合计", 0, "重点工作合计"),
    ]  # fmt: skip


def test_a_result_that_is_not_there_leaves_a_range_in_everything_above_it_and_nothing_else(year: Draft):
    """B1 blank: reached or not, 0 to 5 points. T1 then 1–2 of 3 and 7–12 of 15, T2 1–2 of 2 and 2–7 of 7."""
    year.set("indicator_results.indicators", {"indicator_id": "B1"}, actual=None)
    figures = computed(year).figures
    ends = {
        "task.T1": ("1", "2", "33.33", "66.67", "7.00", "12.00"),
        "task.T2": ("1", "2", "50.00", "100.00", "2.00", "7.00"),
        ONE: ("2", "3", "50.00", "75.00", "9.00", "14.00"),
        "tasks.total": ("2", "3", "40.00", "60.00", "17.00", "22.00"),
    }
    for prefix, expected in ends.items():
        parts = [figures[f"{prefix}.{part}"] for part in ("indicators_met", "completion_rate", "score")]
        assert [one.value for one in parts] == [None] * 3
        assert tuple(f"{end:f}" for one in parts for end in one.range) == expected
        assert all("B1" in one.reason or "指标" in one.reason for one in parts)
    assert figures["task.T3.score"].printed == "8.00" and figures["tasks.none.score"].printed == "3.00"
    assert figures["task.T1.project.P01.score"].printed == "7.00"


def test_money_that_is_not_there_leaves_its_tasks_open(year: Draft):
    year.set("budget_execution.expenditure", {"project_id": "P02"}, executed_fen=None)
    figures = computed(year).figures
    for prefix in (ONE, "task.T1", "task.T2", "task.T1.project.P02", "tasks.total"):
        assert (
            figures[f"{prefix}.executed"].value is None and figures[f"{prefix}.execution_rate"].value is None
        )
        assert figures[f"{prefix}.annual_budget"].value is not None
    assert figures["task.T1.project.P01.execution_rate"].printed == "75.00%"
    assert figures["task.T1.score"].printed == "12.00"


def test_an_inapplicable_indicator_is_not_counted(year: Draft):
    year.set("indicator_results.indicators", {"indicator_id": "A2"}, actual=NOT_APPLICABLE)
    figures = computed(year).figures
    assert (
        figures["task.T1.indicators"].printed == "2"
        and figures["task.T1.completion_rate"].printed == "100.00%"
    )


def test_without_department_points_the_points_are_the_projects(year: Draft):
    for row in year.tables["indicator_results.indicators"]:
        row["project_points"] = row["department_points"] * 2 if row.get("project_id") else None
        row["department_points"] = None
    figures = computed(year).figures
    assert figures["task.T1.points_by"].value == "项目分值"
    # A1 8, A2 12 of which half, B1 10
    assert [figures[f"task.T1.{part}"].printed for part in ("points", "score")] == ["30.00", "24.00"]
    assert figures["task.T3.score"].value == "" and figures["task.T3.score"].reason == "没有计分的绩效指标"


def test_a_line_without_a_task_follows_its_projects_indicators(year: Draft):
    year.set("budget_execution.expenditure", {"project_id": "P01"}, task_id=None)
    figures = computed(year).figures
    assert figures["task.T1.annual_budget"].exact == Decimal(280) and figures["task.T1.annual_budget"].active


def test_without_tasks_there_are_none(year: Draft):
    year.tables["basics.tasks"] = []
    assert task_lines(computed(year).figures) == []
