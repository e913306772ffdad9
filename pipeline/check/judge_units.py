"""Judges of 单位构成 against 支出, 指标 and 内部抵销: whose money is there, and whether what is eliminated is there twice.

Each tells what it looked at (:class:`Told`), with ``excess`` 0 where all is well. A department without 单位构成 is one
unit and is asked nothing. Source: docs/domain.md §2.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipeline.check.departments import ELIMINATIONS, EXPENDITURE, UNITS, counts, units, why_not_internal
from pipeline.check.frames import Around, found
from pipeline.check.judgements import Told
from pipeline.check.slips import usable_fen
from pipeline.model import Row

INDICATORS = "indicator_results.indicators"
_AMOUNTS = ("initial_budget_fen", "annual_budget_fen", "executed_fen")
#: what a line and its elimination have in common, and what a blank of it means
_ALIKE: Mapping[str, object] = {
    "expenditure_kind": None, "project_id": None, "fund_nature": "一般公共预算", "fund_year": "当年",
}  # fmt: skip


def judge_units(around: Around) -> Iterator[Told]:
    """Included units without a line, lines without 单位编码 beside several units, excluded units with indicators."""
    known, lines = around.once(units), around.submission.table(EXPENDITURE).rows
    if not known.rows or not lines:
        return
    named = {row.usable("unit_code") for row in lines}
    several = len(known.included) > 1
    unnamed = [row for row in lines if row["unit_code"] is None]
    for row in unnamed if several else ():
        yield Told("BE-040", EXPENDITURE, 1, row, ("unit_code",), facts={"units": str(len(known.included))},
                   group="unit_code")  # fmt: skip
    if named == {None}:
        return  # 支出 is not filled by unit at all: said once, or one unit has all of it
    for code in known.included:
        is_silent = code not in named and (several or not unnamed)
        yield Told("BD-030", UNITS, int(is_silent), known.rows[code][0], ("unit_code",))
    yield from _excluded_with_indicators(around)


def _excluded_with_indicators(around: Around) -> Iterator[Told]:
    """Indicators whose project is spent by an excluded unit alone: points without the money behind them."""
    known = around.once(units)
    spenders: dict[object, set[object]] = {}
    for row in around.submission.table(EXPENDITURE):
        if (project := row.usable("project_id")) is not None:
            spenders.setdefault(project, set()).add(row.usable("unit_code"))
    for code in sorted(known.excluded, key=str):
        own = {project for project, by in spenders.items() if code in by and by <= known.excluded}
        rows = [row for row in around.submission.table(INDICATORS) if row.usable("project_id") in own]
        register = known.rows[code][0]
        cells = (found(register, "is_included"), *(found(row, "project_id") for row in rows))
        facts = {"unit": str(register.usable("unit_name") or code), "indicators": str(len(rows))}
        yield Told("BD-031", UNITS, int(bool(rows)), cells=cells, facts=facts)


def judge_eliminations(around: Around) -> Iterator[Told]:
    """内部抵销 that is none, and more eliminated than the payer's own lines hold."""
    rows = around.submission.table(ELIMINATIONS).rows
    for row in rows:
        why = why_not_internal(row, around)
        yield Told("BE-041", ELIMINATIONS, int(bool(why)), row, ("payer_unit_code", "receiver_unit_code"),
                   facts={"why": why})  # fmt: skip
    groups: dict[tuple, list[Row]] = {}
    for row in rows:
        if counts(row, ELIMINATIONS, around) and row.usable("payer_unit_code") is not None:
            groups.setdefault(_identity(row, "payer_unit_code"), []).append(row)
    for identity, mine in groups.items():
        lines = [
            row for row in around.submission.table(EXPENDITURE) if _identity(row, "unit_code") == identity
        ]
        beyond, facts = [], {}
        for name in _AMOUNTS:
            out, held = _total(mine, name, around), _total(lines, name, around)
            if out is not None and held is not None and out > held:
                beyond.append(name)
                facts = facts or {"eliminated_fen": out, "held_fen": held}
        yield Told("BE-042", ELIMINATIONS, len(beyond), mine[0], tuple(beyond), facts=facts)


def _identity(row: Row, unit: str) -> tuple:
    values = (default if (value := row.usable(name)) is None else value for name, default in _ALIKE.items())
    return (row.usable(unit), *values)


def _total(rows: list[Row], name: str, around: Around) -> int | None:
    """The amounts together; None where one cannot be compared."""
    values = [usable_fen(row, name, around) for row in rows]
    return None if None in values else sum(values)
