"""Points at stake: what the cells of a finding feed decides how dear it is."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import yaml

from pipeline import run
from pipeline.check.stakes import with_points
from pipeline.model import Cell, Figure, Finding, Found, Outcome, SourceFile, Submission, Table
from pipeline.report import summary
from tests.test_should_fail import FIXTURES, changed

HEADER = Cell("3.xlsx", "月度", "A4")


def points(finding: Finding, made: Outcome, rubric) -> Decimal | None:
    submission = Submission(
        "某办",
        (SourceFile("3.xlsx", "0", "monthly_spending"),),
        {"m.t": Table("m.t", anchors=(HEADER,), headers=({"month": HEADER},))},
    )
    return with_points([finding], submission, made, rubric)[0].points


def at(*cells: Cell, **facts: str) -> Finding:
    return Finding("MS-001", tuple(Found(cell, "") for cell in cells), facts)


@pytest.fixture
def figures(rubric) -> dict[str, Figure]:
    """Two leaves: one known and made of D5 through a figure, one open, made of D6; one leaf of indicators."""
    first, second, third = (leaf.id for leaf in rubric.leaves()[:3])
    cell = {row: Cell("3.xlsx", "月度", f"D{row}") for row in (5, 6, 7)}
    made = [
        Figure("month.1.spent", "", Decimal(1), because=(cell[5],)),
        Figure(f"{first}.weight", "", Decimal(4)),
        Figure(f"{first}.score", "", Decimal(3), because=("month.1.spent",)),
        Figure(f"{second}.weight", "", Decimal(6)),
        Figure(f"{second}.score", "", None, range=(Decimal(1), Decimal("5.5")), because=(cell[6], "month.1.spent")),
        Figure("indicator.I1.department_points", "", Decimal(2), because=()),
        Figure("indicator.I1.score", "", Decimal(0), because=(cell[7],)),
        Figure(f"{third}.weight", "", Decimal(20)),
        Figure(f"{third}.score", "", Decimal(0), because=("indicator.I1.score", f"{first}.score")),
        Figure("total.weight", "", Decimal(100)),
    ]  # fmt: skip
    return {figure.id: figure for figure in made}


@pytest.mark.parametrize(
    ("cells", "expected"),
    [(["D5"], "8.50"), (["D6"], "4.50"), (["D5", "D6"], "8.50"), (["D7"], "2.00"), (["H5"], None), ([], None)],
)  # fmt: skip
def test_a_cell_stakes_the_scores_it_feeds(figures, rubric, cells, expected):
    """A known score by its weight, an open one by its range, an indicator by its own points and not its leaf's 20."""
    found = points(at(*(Cell("3.xlsx", "月度", one) for one in cells)), Outcome(figures), rubric)
    assert str(found) == str(expected)


def test_a_header_a_sheet_and_a_file_stake_what_is_open_because_of_them(figures, rubric):
    for cell in (HEADER, Cell("3.xlsx", "月度", ""), Cell("3.xlsx", "", "")):
        assert points(at(cell), Outcome(figures), rubric) == Decimal("4.50")
    assert points(at(Cell("3.xlsx", "另一表", "")), Outcome(figures), rubric) is None
    known = {name: figure for name, figure in figures.items() if figure.value is not None}
    assert points(at(HEADER), Outcome(known), rubric) is None


def test_a_missing_file_stakes_what_waits_for_it(figures, rubric):
    leaf = rubric.leaves()[3].id
    waiting = Figure(
        f"{leaf}.score", "", None, range=(Decimal(0), Decimal(7)), reason="没有收到《6_采购台账》"
    )
    made = Outcome({**figures, waiting.id: waiting})
    assert points(at(Cell("6_采购台账.xlsx", "", "")), made, rubric) == 7
    assert points(at(Cell("7_佐证目录.xlsx", "", "")), made, rubric) is None


def test_the_leaf_a_finding_speaks_of_and_the_total_as_the_limit(figures, rubric):
    first = rubric.leaves()[0].id
    assert points(at(leaf=first), Outcome(figures), rubric) == 4
    assert points(at(Cell("3.xlsx", "月度", "D7"), leaf=first), Outcome(figures), rubric) == 2
    low = {**figures, "total.weight": Figure("total.weight", "", Decimal(5))}
    assert points(at(Cell("3.xlsx", "月度", "D5")), Outcome(low), rubric) == 5


def test_a_finding_that_has_its_points_keeps_them(figures, rubric):
    given = Finding("MS-001", (Found(Cell("3.xlsx", "月度", "D5"), ""),), points=Decimal(1))
    assert with_points([given], Submission("x", (), {}), Outcome(figures), rubric) == [given]


@pytest.mark.parametrize(
    ("code", "expected"), [("MS-008", "7.48"), ("PI-008", "2.00"), ("TP-008", "7.00"), ("BD-001", "None")]
)
def test_in_a_run_the_dearest_of_a_severity_is_read_first(tmp_path: Path, code: str, expected: str):
    fixture = yaml.safe_load(next(p for p in FIXTURES if p.name.startswith(code)).read_text("utf-8"))
    folder = changed(tmp_path / "x", fixture["change"])
    with run.Checker(False) as checker:
        assessed = run.assess(run.Request(folder, beside=False), checker, lambda _: None)
    assert [(one.code, str(one.points)) for one in assessed.findings] == [(code, expected)]


# 项目自评: a total of its own beside the department's

PETITIONS, LINES = "4_绩效指标_信访协调处.xlsx", "2_预算执行.xlsx"


def both(folder: Path, *changes: tuple[str, str, str, object]) -> list[tuple[str, str, str]]:
    """Code, points and project points of each finding, in reading order."""
    made = [
        {"file": file, "sheet": sheet, "cell": cell, "value": value} for file, sheet, cell, value in changes
    ]
    result = run.check(run.Request(changed(folder, made), beside=False), (), lambda _: None)
    rows = zip(result.records, result.points, result.project_points, strict=True)
    return [(record["code"], str(own), str(project)) for record, own, project in rows]


def test_an_indicator_of_a_project_alone_is_at_stake_there(tmp_path: Path):
    """D05 has 10 points on the project's form and none on the department's."""
    assert both(tmp_path / "x", (PETITIONS, "指标", "O9", 5)) == [("PI-012", "None", "10.00")]


def test_an_indicator_of_both_is_at_stake_in_both(tmp_path: Path):
    """D04 has 3 points for the department and 20 on the project's form."""
    assert both(tmp_path / "x", (PETITIONS, "指标", "H8", "0")) == [("PI-042", "3.00", "20.00")]


def test_a_projects_money_is_at_stake_by_its_execution_and_what_is_open_by_its_range(tmp_path: Path):
    line = dict(zip("ABCDEFGI", ["项目", "P05", "新项目", 0, 0, 0, 0, "T4"], strict=True))
    nothing = both(tmp_path / "x", *((LINES, "支出", f"{letter}11", value) for letter, value in line.items()))
    assert nothing == [("SC-040", "None", "10.00")]
    unscored = both(
        tmp_path / "y",
        *((LINES, "支出", f"{letter}11", 10 if letter in "DFG" else value) for letter, value in line.items()),
    )
    assert ("PI-041", "None", "100.00") in unscored  # 10 of its money, 90 of indicators that are not there


def test_of_one_severity_the_dearest_for_the_department_first_then_the_dearest_project(tmp_path: Path):
    found = both(
        tmp_path / "x",
        (PETITIONS, "指标", "O9", 5),  # 10 of the project
        (PETITIONS, "指标", "J5", "很多"),  # D01: 1 of the department, 15 of the project
        (PETITIONS, "指标", "J7", "拖延"),  # D03: 15 of the project
    )
    stakes = [(own, project) for _, own, project in found]
    number = [
        (-float(own.replace("None", "0")), -float(project.replace("None", "0"))) for own, project in stakes
    ]
    assert number == sorted(number) and {("1.00", "15.00"), ("None", "15.00"), ("None", "10.00")} <= set(
        stakes
    )


def test_without_a_project_rubric_there_are_none(figures, rubric):
    (one,) = with_points(
        [at(Cell("3.xlsx", "月度", "D5"))], Submission("x", (), {}), Outcome(figures), rubric
    )
    assert one.project_points is None


def test_summary_page_and_returned_workbook_print_both(tmp_path: Path):
    folder = changed(
        tmp_path / "x", [{"file": PETITIONS, "sheet": "指标", "cell": "H8", "value": "0"}, {"file": PETITIONS, "sheet": "指标", "cell": "O9", "value": 5}]
    )  # fmt: skip
    done = run.report(run.Request(folder, tmp_path / "out", beside=False), lambda _: None)
    lines = summary.lines(done)
    assert any(line.startswith("  [请核实，涉及 3.00 分，项目自评 20.00 分] PI-042") for line in lines)
    assert any(line.startswith("  [必须改，涉及项目自评 10.00 分] PI-012") for line in lines)
    page = (done.folder / "核查报告.html").read_text("utf-8")
    assert "涉及 3.00 分，项目自评 20.00 分" in page and "涉及 项目自评 10.00 分" in page
    sheet = openpyxl.load_workbook(done.folder / "退回单" / PETITIONS).worksheets[0]
    stakes = {str(row[3].value): row[9].value for row in sheet.iter_rows(min_row=5)}
    assert stakes == {"PI-042": "3.00 分\n项目自评\n20.00 分", "PI-012": "项目自评\n10.00 分"}
