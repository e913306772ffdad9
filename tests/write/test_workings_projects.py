"""项目得分 and 项目指标得分 of the workings: every number of every project a live formula, under every project rubric."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from pipeline import forms, rules
from pipeline.compute.score import compute
from pipeline.maps_figures import projects_of
from pipeline.model import Outcome, Submission
from pipeline.model_rubric import Rubric
from pipeline.read.submission import read_submission
from pipeline.write import workings
from tests.compute.conftest import Draft
from tests.test_should_fail import EXAMPLE
from tests.write import calculator
from tests.write.test_workings import hard, numeric

RUBRICS = [one for one in rules.available() if one.kind == "project"]


@pytest.fixture(scope="module")
def department() -> Rubric:
    return rules.load("440100", 2022)


def built(
    submission: Submission, outcome: Outcome, department: Rubric, projects: Rubric | None
) -> tuple[bytes, object]:
    begun = workings.begin(submission, outcome, department, forms.load_specs(), project_rubric=projects)
    return begun.finish([], []), begun.book


def hard_projects(department: Rubric) -> Draft:
    """The hard year with its indicators shared out over two projects, by other points than the department's."""
    draft = hard(Draft(department))
    for at, row in enumerate(draft.tables["indicator_results.indicators"]):
        row["project_id"] = "P01" if at % 2 else "P02"
        row["project_points"] = Decimal("7.5") + at
    draft.tables["indicator_results.indicators"].append(
        dict(
            draft.tables["indicator_results.indicators"][0],
            indicator_id="I99",
            level_1="决策指标",
            target="≥10",
            actual="14",
        )
    )
    return draft


def test_every_number_of_the_examples_projects_is_in_the_workings(department: Rubric):
    submission, projects = read_submission(EXAMPLE, forms.load_specs()), rules.load("440100", 2022, "project")
    outcome = compute(submission, department, project_rubric=projects)
    content, book = built(submission, outcome, department, projects)
    mine = {figure for figure in numeric(outcome) if "project." in figure}
    assert len(mine) > 150 and mine <= set(book.refs)
    live = {f"{sheet}!{address}" for sheet, address in calculator.formula_cells(content)}
    dead = {figure for place, figure in book.cells.items() if figure in mine and place not in live}
    assert dead == {
        f"project.P0{n}.execution.weight" for n in range(1, 5)
    }  # what the rubric gives is no formula
    assert book.static == []
    names = openpyxl.load_workbook(BytesIO(content)).sheetnames
    assert names.index("项目得分") == names.index("评分") + 1
    assert names.index("项目指标得分") == names.index("指标得分") + 1


def test_the_block_of_a_project_reads_from_the_rate_to_the_grade(department: Rubric):
    submission, projects = read_submission(EXAMPLE, forms.load_specs()), rules.load("440100", 2022, "project")
    outcome = compute(submission, department, project_rubric=projects)
    sheet = openpyxl.load_workbook(
        BytesIO(built(submission, outcome, department, projects)[0]), data_only=True
    )["项目得分"]
    block = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4, max_row=10)]
    assert block[0][:2] == ["P01", "驻京工作保障经费"]
    assert [(row[1], row[4], row[7]) for row in block[1:6]] == [
        ("预算执行率", 10, 9.63), ("产出指标", 50, 50), ("效益指标", 30, 30), ("满意度指标", 10, 10), ("总分", 100, 99.63),
    ]  # fmt: skip
    assert block[1][5] == pytest.approx(129.82 / 134.85, abs=1e-11)
    assert (block[6][1], block[6][7]) == ("等级", "优")


def test_the_sources_of_both_rubrics_are_listed(department: Rubric):
    submission, projects = read_submission(EXAMPLE, forms.load_specs()), rules.load("440100", 2022, "project")
    outcome = compute(submission, department, project_rubric=projects)
    sheet = openpyxl.load_workbook(BytesIO(built(submission, outcome, department, projects)[0]))["规则来源"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    for rubric in (department, projects):
        assert any(row[1] == f"{rubric.title}（{rubric.file}）" for row in rows)
    weights = [row for row in rows if row[0] == "分值"]
    assert len(weights) == len(list(department.walk())) + len(list(projects.walk()))


def test_without_a_project_rubric_there_are_no_such_sheets(department: Rubric):
    draft = Draft(department)
    content, _ = built(draft.submission(), draft.outcome(), department, None)
    assert not [
        name for name in openpyxl.load_workbook(BytesIO(content)).sheetnames if name.startswith("项目")
    ]


@pytest.mark.office
@pytest.mark.parametrize("one", RUBRICS, ids=str)
def test_an_independent_calculator_agrees_under_every_project_rubric(one, department: Rubric, tmp_path: Path):
    projects = rules.load_file(one.path)
    draft = hard_projects(department)
    outcome = compute(draft.submission(), department, project_rubric=projects)
    assert projects_of(outcome.figures) == ["P01", "P02", "P03", "P04"]  # P05 is of a unit left out
    content, book = built(draft.submission(), outcome, department, projects)
    assert book.static == []
    assert {figure for figure in numeric(outcome) if "project." in figure} <= set(book.refs)
    assert calculator.disagreements(content, tmp_path) == []


@pytest.mark.office
def test_open_scores_of_projects_are_said_and_agree(department: Rubric, tmp_path: Path):
    projects = rules.load("000000", 2022, "project", variant="execution_caps")
    draft = hard_projects(department)
    draft.tables["indicator_results.indicators"][1]["actual"] = None
    outcome = compute(draft.submission(), department, project_rubric=projects)
    assert outcome.figures["project.P01.score"].value is None
    content, book = built(draft.submission(), outcome, department, projects)
    assert book.static == [] and calculator.disagreements(content, tmp_path) == []
    sheet = openpyxl.load_workbook(BytesIO(content), data_only=True)["项目得分"]
    totals = [row[7].value for row in sheet.iter_rows() if row[1].value == "总分"]
    ends = outcome.figures["project.P01.score"].range
    assert totals[0] == f"待定 {ends[0]}–{ends[1]}"
