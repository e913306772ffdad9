"""Points at stake: how much of the total a finding puts in question, so that the dearest is read first.

Happens once everything is computed, before the findings are put in reading order. Units are whole scores: the leaves of
the rubric and, where a leaf is the sum of 绩效指标, each indicator by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import PurePosixPath

from pipeline.model import Cell, Figure, Finding, Outcome, Submission
from pipeline.model_rubric import Rubric

#: how a reason names a form
_TITLE = re.compile("《(.+?)》")
#: what an indicator can earn: its own points on the form
_INDICATOR, _POINTS = "indicator.", ".department_points"


def with_points(
    findings: Iterable[Finding],
    submission: Submission,
    outcome: Outcome,
    rubric: Rubric,
    project_rubric: Rubric | None = None,
) -> list[Finding]:
    """The findings in their order, each with its ``points`` (None: nothing of the score hangs on it).

    A cell puts at stake the scores it feeds: what an open one may still win (its range), what a known one weighs. A
    header, a sheet or a file that no figure was made from puts at stake what is open because of it; where the cells
    tell nothing, the leaf a finding speaks of (its fact ``leaf``) does. Never more than the total weight. A finding
    that has its points keeps them.

    With ``project_rubric`` also ``project_points``: the same over the projects' own forms, each of which has a total of
    its own; an indicator that is scored there and not for the department is at stake there alone.
    """
    digits = rubric.score_digits
    stakes = _Stakes(submission, outcome, _department_units(outcome.figures, rubric), "total.weight", digits)
    with_own = [one if one.points is not None else replace(one, points=stakes.of(one)) for one in findings]
    if project_rubric is None:
        return with_own
    units = _project_units(outcome.figures, project_rubric)
    projects = _Stakes(submission, outcome, units, "", project_rubric.score_digits)
    return [replace(one, project_points=projects.of(one)) for one in with_own]


def _department_units(figures: Mapping[str, Figure], rubric: Rubric) -> Mapping[str, str]:
    """Score -> its weight: the leaves, and what is scored indicator by indicator."""
    units = {f"{leaf.id}.score": f"{leaf.id}.weight" for leaf in rubric.leaves()}
    own = (name for name in figures if name.startswith(_INDICATOR) and name.endswith(".score"))
    return units | {name: name.removesuffix(".score") + _POINTS for name in own}


def _project_units(figures: Mapping[str, Figure], rubric: Rubric) -> Mapping[str, str]:
    """The same of every project: its leaves, and its indicators."""
    leaves = {leaf.id for leaf in rubric.leaves()}
    units = {}
    for name in figures:
        parts = name.split(".")
        if parts[0] != "project" or parts[-1] != "score":
            continue
        if len(parts) == 4 and parts[2] in leaves:
            units[name] = f"{name.removesuffix('.score')}.weight"
        elif len(parts) == 5 and parts[2] == "indicator":
            units[name] = f"{name.removesuffix('.score')}.points"
    return units


class _Stakes:
    """``units``: score -> the figure of its weight; ``most``: the figure nothing can exceed."""

    def __init__(
        self, submission: Submission, outcome: Outcome, units: Mapping[str, str], most: str, digits: int
    ):
        self._figures = outcome.figures
        self._units = {
            name: self._stake(name, weight) for name, weight in units.items() if name in self._figures
        }
        self._fed: dict[Cell, set[str]] = {}
        for name in self._units:
            for cell in _cells_behind(name, self._figures, self._units):
                self._fed.setdefault(cell, set()).add(name)
        self._heads = {
            cell
            for table in submission.tables.values()
            for cell in (*table.anchors, *(cell for one in table.headers for cell in one.values()))
        }
        self._files = {file.path for file in submission.files if not file.refused}
        self._most = self._figures[most].value if most in self._figures else None
        self._smallest = Decimal(1).scaleb(-digits)

    def _stake(self, name: str, weight: str) -> Decimal:
        """What an open score may still win, or the weight of a known one; 0 where an indicator has no points."""
        figure = self._figures[name]
        if figure.value is None and figure.range:
            return figure.range[1] - figure.range[0]
        value = self._figures[weight].value if weight in self._figures else None
        return value if isinstance(value, Decimal) else Decimal(0)

    def of(self, finding: Finding) -> Decimal | None:
        found: set[str] = set()
        for each in finding.cells:
            found |= self._fed.get(each.cell) or self._open_under(each.cell)
        if not found:
            found = {f"{finding.facts.get('leaf')}.score"} & self._units.keys()
        total = sum((self._units[name] for name in found), Decimal(0))
        return min(total, self._most or total).quantize(self._smallest) if total else None

    def _open_under(self, cell: Cell) -> set[str]:
        """The open scores made from the table, sheet or file a cell stands for; for a file that is not there, those
        whose reason names it."""
        still = {name for name in self._units if self._figures[name].value is None}
        if not still or (cell.address and cell not in self._heads):
            return set()
        if cell.file not in self._files:
            stem = PurePosixPath(cell.file).stem  # a copy or a division's file is called more than its form
            return {
                name
                for name in still
                if any(stem.startswith(title) for title in _TITLE.findall(self._figures[name].reason or ""))
            }
        spoken = f"》{cell.sheet}"  # a reason names 《form》sheet where nothing of it could be read
        under = {name for name in still if cell.sheet and spoken in (self._figures[name].reason or "")}
        for other, names in self._fed.items():
            if other.file == cell.file and cell.sheet in ("", other.sheet):
                under |= names & still
        return under


def _cells_behind(name: str, figures: Mapping[str, Figure], units: Mapping[str, Decimal]) -> Sequence[Cell]:
    """The input cells of a score through every figure between that is not itself a unit."""
    cells: dict[Cell, None] = {}
    seen, waiting = {name}, [name]
    while waiting:
        for part in figures[waiting.pop()].because:
            if not isinstance(part, str):
                cells[part] = None
            elif part not in seen and part in figures and part not in units:
                seen.add(part)
                waiting.append(part)
    return tuple(cells)
