"""A submission as it stood at the end of a month: what belongs to later months or to the year's end is not there.

Comes between reading and everything else of a monitoring run, so that neither checks nor figures can look beyond the
month. What belongs to the year's end is data: ``expectations/phases.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from pipeline.forms import FormSpec
from pipeline.forms_phases import MONITORING, Phase, load_phases
from pipeline.model import Cell, Finding, Row, Submission, Table

_MONTHS, _PROJECT_MONTHS = "monthly_spending.months", "monthly_spending.project_months"
_MONTH_FIELD = re.compile(r"month_(\d+)_fen$")


def as_of(submission: Submission, month: int, specs: Mapping[str, FormSpec]) -> Submission:
    """The submission at the end of ``month``: rows and columns of later months, fields and forms of the year's end left out.

    Findings of reading that speak of nothing but what was left out go with it. Evidence files are not asked about.
    """
    phase = load_phases()[MONITORING]
    other_files = {each.path for each in submission.files if each.form and each.form not in phase.forms}
    tables, gone = {}, set()
    for table_id, table in submission.tables.items():
        if table_id.partition(".")[0] not in phase.forms:
            continue
        kept = _cut(table, month, phase)
        gone |= _cells(table) - _cells(kept)
        tables[table_id] = kept
    findings = tuple(
        one for one in submission.findings if not _is_of_later(one, other_files, gone, phase, specs)
    )
    return replace(
        submission,
        files=tuple(each for each in submission.files if each.path not in other_files),
        tables=tables,
        findings=findings,
        evidence_files=None,
    )


def _cut(table: Table, month: int, phase: Phase) -> Table:
    if table.id in phase.tables:
        return replace(table, rows=())
    rows = [row for row in table.rows if table.id != _MONTHS or not _is_later(row.usable("month"), month)]
    absent = set(phase.fields.get(table.id, ()))
    if table.id == _PROJECT_MONTHS:
        named = {name for header in table.headers for name in header} | {
            n for row in rows for n in row.columns
        }
        absent |= {n for n in named if (found := _MONTH_FIELD.match(n)) and int(found[1]) > month}
    if not absent:
        return replace(table, rows=tuple(rows))
    columns: dict[int, Mapping[str, str]] = {}
    return replace(
        table,
        rows=tuple(_without(row, absent, columns) for row in rows),
        headers=tuple(_left(header, absent) for header in table.headers),
        header_texts=tuple(_left(words, absent) for words in table.header_texts),
    )


def _is_later(stated: object, month: int) -> bool:
    return isinstance(stated, int) and stated > month


def _left(mapping: Mapping, absent: Iterable[str]) -> dict:
    return {name: value for name, value in mapping.items() if name not in absent}


def _without(row: Row, absent: Iterable[str], columns: dict[int, Mapping[str, str]]) -> Row:
    """The row without the fields; the rows of a sheet go on sharing one mapping of columns."""
    shared = columns.setdefault(id(row.columns), _left(row.columns, absent))
    return replace(row, values=_left(row.values, absent), columns=shared)


def _cells(table: Table) -> set[Cell]:
    cells = {row.cell(name) for row in table.rows for name in row.columns}
    return cells | {cell for header in table.headers for cell in header.values()}


def _is_of_later(
    finding: Finding, other_files: set[str], gone: set[Cell], phase: Phase, specs: Mapping[str, FormSpec]
) -> bool:
    """Whether all a finding speaks of was left out; a missing header or sheet is named by its words alone."""
    if finding.code == "TP-018":
        sheets = {
            specs[table.partition(".")[0]].table(table.partition(".")[2]).sheet for table in phase.tables
        }
        return finding.facts.get("sheet") in sheets or finding.cell.file in other_files
    if finding.code == "TP-010":
        labels = {
            specs[table.partition(".")[0]].table(table.partition(".")[2]).field(name).label
            for table, names in phase.fields.items()
            for name in names
        }
        return finding.facts.get("label") in labels or finding.cell.file in other_files
    return bool(finding.cells) and all(
        each.cell.file in other_files or each.cell in gone for each in finding.cells
    )


def open_month(submission: Submission, usual: int, month: int) -> int:
    """What a monitoring sheet that names no month speaks of: the month asked for where that is the usual one, or the
    last one filled in 月度 of a year that is not over; otherwise the usual one."""
    filled = [
        row.usable("month")
        for row in submission.table(_MONTHS)
        if isinstance(row.usable("month"), int) and row.usable("spent_fen") is not None
    ]
    return month if month == max(filled, default=0) < 12 else usual
