"""Failing lines of a frame -> findings with their cells.

Happens after a suite has run. What an expectation's ``meta`` says: ``code`` (may name a column: ``{prefix}-001``),
``cells`` (fields of the row) or ``cells_column`` (a column that lists them), ``group_by`` (lines with the same
values there are one finding with all their cells), ``expected`` (printed beside what was found).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from pipeline import messages
from pipeline.check import suites
from pipeline.check.frames import Around, Frame, Place, found, unguarded
from pipeline.check.printing import amount, show
from pipeline.check.report import SuiteRun
from pipeline.model import Cell, Finding, Found


def of_run(run: SuiteRun, frame: Frame, arounds: Sequence[Around]) -> dict[int, list[Finding]]:
    """Findings by submission, in the order of the expectations and then of the lines."""
    by_submission: dict[int, list[Finding]] = {}
    for result in run.result["results"]:
        for group in _groups(suites.failing_rows(result), result["meta"], frame):
            index = frame.places[group[0]].submission
            by_submission.setdefault(index, []).append(_finding(group, result["meta"], frame, arounds[index]))
    return by_submission


def _groups(positions: Sequence[int], meta: Mapping[str, Any], frame: Frame) -> Iterable[list[int]]:
    columns = meta.get("group_by")
    if not columns:
        return [[position] for position in positions]

    def key(position: int) -> tuple:
        return (frame.places[position].submission, *(str(frame.columns[name][position]) for name in columns))

    groups = [list(group) for _, group in groupby(sorted(positions, key=lambda at: (key(at), at)), key)]
    return sorted(groups, key=lambda group: group[0])


def _finding(group: Sequence[int], meta: Mapping[str, Any], frame: Frame, around: Around) -> Finding:
    line = {"table": frame.name} | {title: values[group[0]] for title, values in frame.columns.items()}
    cells = tuple(cell for position in group for cell in _cells(position, meta, frame))
    facts = _facts(frame.places[group[0]].told(), line, around, meta)
    if len(group) > 1:
        facts["places"] = str(len(group))
    return Finding(
        code=meta["code"].format_map(line),
        cells=cells,
        facts=facts,
        found=cells[0].found if cells else "",
        expected=meta.get("expected", "").format_map(facts),
    )


def _cells(position: int, meta: Mapping[str, Any], frame: Frame) -> tuple[Found, ...]:
    place = frame.places[position].told()
    if place.row is None:
        return place.cells
    fields = (
        str(frame.columns[meta["cells_column"]][position]).split()
        if "cells_column" in meta
        else meta["cells"]
    )
    return tuple(found(place.row, field) for field in fields)


def _facts(place: Place, line: Mapping[str, Any], around: Around, meta: Mapping[str, Any]) -> dict[str, str]:
    """What a sentence may speak of: the row's fields as printed, the frame's columns, labels of the fields at fault."""
    facts = {title: _printed(title, value) for title, value in line.items()}
    if place.row is not None:
        facts |= {field: show(field, value) for field, value in place.row.values.items()}
        if "cells_column" in meta:
            facts["labels"] = "、".join(labels(around, line, str(line[meta["cells_column"]]).split()))
    return facts | dict(place.facts)


def _printed(title: str, value: Any) -> str:
    if isinstance(value, str):
        return unguarded(value)
    return amount(int(value)) if title.endswith("_fen") else str(value)


def labels(around: Around, line: Mapping[str, Any], fields: Iterable[str]) -> list[str]:
    """The labels of fields of the line's table, as the sheet prints them."""
    form, _, table = str(line["table"]).partition(".")
    spec = around.specs[form].table(table)
    return [spec.field(field).label for field in fields]


def without_echoes(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings without those that only repeat what another has said of the same cell (``echo_of``).

    A cell without an address stands for its whole sheet or workbook.
    """
    said: dict[str, set[Cell]] = {}
    for finding in findings:
        said.setdefault(finding.code, set()).update(each.cell for each in finding.cells)
    return tuple(finding for finding in findings if not _is_echo(finding, said))


def _is_echo(finding: Finding, said: Mapping[str, set[Cell]]) -> bool:
    first = messages.entry(finding.code).echo_of
    spoken = {cell for code in first for cell in said.get(code, ())}
    if not spoken:
        return False
    mine = {each.cell for each in finding.cells}
    mine |= {Cell(cell.file, cell.sheet, "") for cell in mine} | {Cell(cell.file, "", "") for cell in mine}
    return not mine.isdisjoint(spoken)
