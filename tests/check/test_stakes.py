"""Points at stake: what the cells of a finding feed decides how dear it is."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from pipeline import run
from pipeline.check.stakes import with_points
from pipeline.model import Cell, Figure, Finding, Found, Outcome, SourceFile, Submission, Table
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
