"""Whose money the department's is: the lines of its units, less what one unit passed on to another.

Every sum of ``budget`` and ``projects`` is made of these members, so that a total and its parts leave out and
subtract the same. A unit with 是否纳入 = 否 is left out; a row of 内部抵销 between two included units is subtracted once,
in the kind, project, fund and task it is entered for. Source: docs/domain.md §2, docs/decisions/011.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.compute.inputs import Inputs, Member, Taken, listed
from pipeline.model import Cell, Row

LINES = "budget_execution.expenditure"
ELIMINATIONS = "budget_execution.eliminations"
UNITS = "basics.units"
NOT_INTERNAL = "不是两个纳入单位之间的往来，不抵销"

Belongs = Callable[[Row], tuple[bool, tuple[Cell, ...], str]]


@dataclass(frozen=True, slots=True)
class Listed:
    """A unit of 单位构成: its code's cell; the cells that leave it out; why it is not known whether they do."""

    code: Cell
    excluded: tuple[Cell, ...] = ()
    unsure: str = ""
    unsure_cells: tuple[Cell, ...] = ()


def units_of(inputs: Inputs) -> Mapping[object, Listed]:
    """单位构成 by 单位编码. A code that stands twice is left out when one of its rows says so (the double is a finding)."""
    units: dict[object, Listed] = {}
    for row in inputs.rows(UNITS):
        code, included = inputs.take(row, "unit_code"), inputs.take(row, "is_included")
        key = row.usable("unit_code")
        if key is None:
            continue
        one = units.get(key, Listed(code.cell))
        if included.value is False and code.state == "value":
            one = replace(one, excluded=(code.cell, included.cell))
        elif included.is_unusable or code.is_unusable:
            one = replace(one, unsure=code.reason or included.reason, unsure_cells=(code.cell, included.cell))
        units[key] = one
    return units


def lines_of(inputs: Inputs) -> list[Member]:
    """Every line of expenditure, those of a unit that is not included left out of all sums, then what is eliminated."""
    units = units_of(inputs)
    is_any_excluded = any(one.excluded for one in units.values())
    lines = []
    for row in inputs.rows(LINES):
        unit = inputs.take(row, "unit_code")
        one = units.get(row.usable("unit_code"))
        if unit.is_unusable and is_any_excluded:
            lines.append(Member(row, (unit.cell,), unit.reason))
        elif one and one.excluded:
            lines.append(Member(row, left_out=(*one.excluded, unit.cell)))
        elif one and one.unsure:
            lines.append(Member(row, (*one.unsure_cells, unit.cell), one.unsure))
        else:
            lines.append(Member(row))
    return lines + eliminations_of(inputs, units)


def eliminations_of(inputs: Inputs, units: Mapping[object, Listed]) -> list[Member]:
    """Every row of 内部抵销, subtracted; one that is not between two included units is left out."""
    return [_elimination(inputs, row, units) for row in inputs.rows(ELIMINATIONS)]


def _elimination(inputs: Inputs, row: Row, units: Mapping[object, Listed]) -> Member:
    ends = [inputs.take(row, name) for name in ("payer_unit_code", "receiver_unit_code")]
    cells = tuple(end.cell for end in ends)
    if any(end.state != "value" for end in ends):
        return Member(row, cells, listed(end.reason for end in ends), sign=-1)
    known = [units.get(end.value) for end in ends]
    if None in known or _same(ends):
        return Member(row, left_out=cells, sign=-1, why_left_out=NOT_INTERNAL)
    if any(one.excluded for one in known):
        out = tuple(cell for one in known for cell in one.excluded)
        return Member(row, left_out=(*out, *cells), sign=-1, why_left_out=NOT_INTERNAL)
    deciding = (*cells, *(one.code for one in known), *(cell for one in known for cell in one.unsure_cells))
    return Member(row, deciding, listed(one.unsure for one in known), sign=-1)


def _same(ends: Sequence[Taken]) -> bool:
    return ends[0].value == ends[1].value


def members_of(lines: Sequence[Member], belongs: Belongs) -> list[Member]:
    """The members of a group, with the cells that make each belong to it."""
    members = []
    for line in lines:
        is_member, cells, unsure = belongs(line.row)
        if is_member:
            members.append(replace(line, cells=(*line.cells, *cells), unsure=line.unsure or unsure))
    return members
