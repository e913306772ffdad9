"""工作任务 of the workings: every number of the tree a live formula, agreed with by another calculator."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from pipeline import rules
from pipeline.compute.score import compute
from pipeline.model import NOT_APPLICABLE
from pipeline.model_tasks import KINDS, task_lines
from tests.compute.conftest import Draft
from tests.compute.test_tasks import three_tasks
from tests.write import calculator
from tests.write.test_workings_projects import built

SHEET = "工作任务"


def made(change=lambda draft: None):
    department, projects = rules.load("440100", 2022), rules.load("440100", 2022, "project")
    draft = three_tasks(Draft(department))
    change(draft)
    submission = draft.submission()
    outcome = compute(submission, department, project_rubric=projects)
    return built(submission, outcome, department, projects)[0], outcome


def result_gone(draft: Draft) -> None:
    draft.set("indicator_results.indicators", {"indicator_id": "B1"}, actual=None)


def money_gone(draft: Draft) -> None:
    draft.set("budget_execution.expenditure", {"project_id": "P02"}, executed_fen=None)


def by_project(draft: Draft) -> None:
    for row in draft.tables["indicator_results.indicators"]:
        row["project_points"] = row["department_points"] * 2 if row.get("project_id") else None
        row["department_points"] = None


def inapplicable(draft: Draft) -> None:
    draft.set("indicator_results.indicators", {"indicator_id": "A2"}, actual=NOT_APPLICABLE)


CHANGES = [lambda draft: None, result_gone, money_gone, by_project, inapplicable]


def sheet(content: bytes, formulas: bool):
    return openpyxl.load_workbook(BytesIO(content), data_only=not formulas)[SHEET]


def test_the_sheet_has_the_tree_with_the_values_of_the_figures():
    content, outcome = made()
    shown, live = sheet(content, False), sheet(content, True)
    first = next(row for row in range(1, 9) if shown.cell(row, 1).value == "层级") + 1
    lines = task_lines(outcome.figures)
    rows = [[shown.cell(first + at, column).value for column in range(1, 16)] for at in range(len(lines))]
    assert [(row[0], row[1]) for row in rows] == [(KINDS[one.kind], one.label) for one in lines]
    # T1: 280 of which 210; 2 of 3 reached; 12 of 15 points
    assert (
        rows[1][3:6] == [280, 210, 0.75]
        and rows[1][8:11] == [3, 2, 0.6667]
        and rows[1][12:15] == [15, 12, 0.8]
    )
    assert rows[-1][3:6] == [280, 210, 0.75] and rows[-1][12:15] == [27, 22, 0.8148]
    for at, line in enumerate(lines):
        if line.kind == "indicator":
            continue
        formulas = [live.cell(first + at, column).value for column in (4, 5, 9, 13, 14)]
        numbers = [shown.cell(first + at, column).value for column in (4, 5, 9, 13, 14)]
        for formula, number in zip(formulas, numbers, strict=True):
            assert not isinstance(number, (int, float)) or str(formula).startswith("="), (line, formula)


@pytest.mark.office
@pytest.mark.parametrize(
    "change", CHANGES, ids=["whole", "result_gone", "money_gone", "by_project", "inapplicable"]
)
def test_another_calculator_agrees_with_every_number(change, tmp_path: Path):
    content, _ = made(change)
    cells = [place for place in calculator.formula_cells(content) if place[0] == SHEET]
    assert len(cells) > 40
    assert calculator.disagreements(content, tmp_path) == []


@pytest.mark.office
def test_a_planted_number_would_be_noticed(tmp_path: Path):
    content, _ = made()
    ours, theirs = calculator.cached(content), calculator.recalculated(content, tmp_path)
    place = next(one for one, value in ours.items() if one[0] == SHEET and value == 280)
    assert theirs[place] == 280 and theirs != {**theirs, place: 281}
