"""The checks of projects after computing: what a rubric's variants bring up, and what is said once only."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from pipeline import forms, messages, rules
from pipeline.applicable import with_project_points
from pipeline.check.inputs import check_inputs
from pipeline.check.outcome import check_outcome
from pipeline.check.report import Case
from pipeline.compute.score import compute
from pipeline.model import Citation, Finding
from pipeline.model_rubric import Band, Rubric, Setting
from pipeline.read.submission import read_submission
from tests.test_should_fail import EXAMPLE, changed

ROOT = Path(__file__).resolve().parents[2]
CITED = Citation("regional_published", "published")
HANDBOOK = (
    Band(None, False, Fraction(1, 2), False, Fraction(59), "低于 50%"),
    Band(Fraction(1, 2), True, Fraction(97, 100), False, Fraction(89), "50%（含）–97%"),
    Band(Fraction(97, 100), True, None, False, Fraction(100), "97%（含）以上"),
)
RESULTS = "4_绩效指标_接待处.xlsx"


@pytest.fixture(scope="module")
def projects() -> Rubric:
    return rules.load("440100", 2022, "project")


def found(place: Path, projects: Rubric | None) -> list[Finding]:
    """What the outcome check says of a submission under a project rubric."""
    rubric = with_project_points(rules.load("440100", 2022), projects)
    submission = read_submission(place, forms.load_specs())
    earlier = [*submission.findings, *check_inputs([submission], rubric).findings[0]]
    outcome = compute(submission, rubric, messages.blocked_cells(earlier), projects)
    case = Case(submission, outcome, (), tuple(earlier), projects)
    return [*earlier, *check_outcome([case], rubric).findings[0]]


def with_setting(rubric: Rubric, name: str, value: object) -> Rubric:
    return dataclasses.replace(rubric, settings={**rubric.settings, name: Setting(name, value, CITED)})


def cells(one: Finding) -> list[str]:
    return [f"{each.cell.sheet}!{each.cell.address}" for each in one.cells]


def test_a_cap_that_took_points_is_told(projects: Rubric):
    capped = dataclasses.replace(with_setting(projects, "caps", HANDBOOK), caps=HANDBOOK)
    (one,) = found(EXAMPLE, capped)
    assert one.code == "SC-043" and cells(one) == ["支出!G7"]
    assert messages.sentence(one).startswith(
        "SC-043 《2_预算执行》支出!G7：“P01 驻京工作保障经费”下级得分合计 99.63 分，按执行率封顶后总分 89.00 分："
        "执行率50%（含）–97%，总分不超过 89.00"
    )


def test_a_low_project_needs_a_problem_where_the_rubric_says_so(projects: Rubric, tmp_path: Path):
    asked = with_setting(projects, "low_total", Decimal("99.97"))
    assert found(EXAMPLE, asked) == []  # a problem with its measure is there
    silent = changed(
        tmp_path / "silent", [{"file": "1_基本情况.xlsx", "sheet": "问题与措施", "cell": "D5", "value": None}]
    )
    (one,) = [each for each in found(silent, asked) if each.code == "SC-042"]
    assert cells(one) == ["支出!B7", "支出!B9"]
    assert (
        "项目自评总分低于 99.97 分（P01 驻京工作保障经费 99.63 分、P03 区域经济协作经费 99.96 分）"
        in messages.sentence(one)
    )
    assert "SC-042" not in [each.code for each in found(silent, projects)]  # the national rubric does not ask


def test_an_open_score_that_nothing_else_explains(projects: Rubric):
    """A project rubric with other bands than the department's: the typed points lie outside only there."""
    strict = tuple(
        dataclasses.replace(band, low=Fraction(1, 1), low_closed=False) if band.value == "达成" else band
        for band in projects.node("benefit").rule.steps[0].measure_parameters["grades"]
    )
    benefit = projects.node("benefit")
    step = benefit.rule.steps[0]
    step = dataclasses.replace(step, measure_parameters={**step.measure_parameters, "grades": strict})
    node = dataclasses.replace(benefit, rule=dataclasses.replace(benefit.rule, steps=(step,)))
    other = dataclasses.replace(
        projects, nodes=tuple(node if each.id == "benefit" else each for each in projects.nodes)
    )
    said = [each for each in found(EXAMPLE, other) if each.code == "SC-041"]
    assert [cells(one) for one in said] == [["指标!O11"], ["指标!O12"], ["指标!O11"], ["指标!O9"]]
    assert messages.sentence(said[0]).startswith(
        "SC-041 《4_绩效指标_接待处》指标!O11：项目 P01 驻京工作保障经费 的自评总分待定（"
    )
    assert "《4_绩效指标_接待处》指标!O11：" in said[0].facts["reason"]


def test_what_has_been_said_of_its_cells_leaves_an_open_score_unsaid(projects: Rubric, tmp_path: Path):
    blank = changed(tmp_path / "blank", [{"file": RESULTS, "sheet": "指标", "cell": "J9", "value": None}])
    assert [(one.code, cells(one)) for one in found(blank, projects)] == [("PI-001", ["指标!J9"])]


def test_a_project_whose_execution_is_blank_says_it_once(projects: Rubric, tmp_path: Path):
    change = {"file": "2_预算执行.xlsx", "sheet": "支出", "cell": "G8", "value": None}
    codes = [one.code for one in found(changed(tmp_path / "blank", [change]), projects)]
    assert codes.count("BE-001") == 1 and not {"SC-040", "SC-041", "PI-041"} & set(codes)


def test_without_a_project_rubric_no_project_is_asked_about(tmp_path: Path):
    changes = [
        {"file": "4_绩效指标_信访协调处.xlsx", "remove": True},
        {"file": "1_基本情况.xlsx", "sheet": "文字材料", "cell": "A9", "value": "P77预期目标"},
    ]
    codes = {one.code for one in found(changed(tmp_path / "some", changes), None)}
    assert not codes & {"PI-041", "PI-044", "SC-040", "SC-041", "SC-042", "SC-043"}


def test_one_reason_serves_the_department_and_the_project(projects: Rubric, tmp_path: Path):
    """A miss that costs points in both is one finding, and the reason in its cell settles both."""
    miss = {"file": "4_绩效指标_信息调研处.xlsx", "sheet": "指标", "cell": "J5", "value": "70篇"}
    said = [one for one in found(changed(tmp_path / "miss", [miss]), projects) if one.code == "SC-010"]
    assert [cells(one) for one in said] == [["指标!M5", "指标!J5"]]
    assert "“政务专送篇数”得 1.97 分（分值 2）" in messages.sentence(said[0])
    told = {**miss, "cell": "M5", "value": "系统停用一周，下年改为双线报送"}
    assert "SC-010" not in [one.code for one in found(changed(tmp_path / "told", [miss, told]), projects)]


def test_the_points_of_the_project_form_are_those_of_its_rubric(projects: Rubric):
    rubric = rules.load("440100", 2022)
    same = with_project_points(rubric, projects)
    names = (
        "project_indicator_points",
        "project_output_points",
        "project_benefit_points",
        "project_satisfaction_points",
    )
    assert [Fraction(same.setting(name)) for name in names] == [90, 50, 30, 10]
    assert [Fraction(rubric.setting(name)) for name in names] == [90, 50, 30, 10]
    double = dataclasses.replace(
        projects,
        nodes=tuple(
            dataclasses.replace(node, weight=node.weight * 2) if node.id == "benefit" else node
            for node in projects.nodes
        ),
    )
    other = with_project_points(rubric, double)
    assert [Fraction(other.setting(name)) for name in names] == [120, 50, 60, 10]
    said = {one.code for one in found(EXAMPLE, double)}
    assert "RC-021" in said  # 项目分值 of every project no longer add up to what its form has
    assert with_project_points(rubric, None) is rubric
