"""Each unit's own money, and what is eliminated between units, where 支出 is filled by unit.

Happens after ``budget``. Figures ``unit.<code>.{name, included, initial_budget, net_adjustment, annual_budget, executed,
execution_rate, reason}`` and ``elimination.{initial_budget, net_adjustment, annual_budget, executed}``; the included units
together, less the eliminations, are ``annual.*``. A unit's figures are its own: nothing is subtracted from them, and a unit
that is not included has them too. Source: docs/domain.md §2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.compute.book import Book
from pipeline.compute.budget import AMOUNTS, put_group
from pipeline.compute.inputs import Inputs, Member, add_up
from pipeline.compute.members import ELIMINATIONS, LINES, UNITS, eliminations_of, units_of
from pipeline.compute.texts import put_field
from pipeline.model import Row, figure_key

NET = ("net_adjustment", "调整净额")
#: what lines without 单位编码 are called where others have one
UNASSIGNED = "未填单位编码"
#: a unit that is only named by lines of expenditure stays while one of them does
_NAMED_BY_LINES = ("有一行支出写了这个编码即列出",)


def put_units(inputs: Inputs, book: Book) -> None:
    """Every unit of 单位构成 and every code the lines name; nothing without 单位构成 or without 单位编码 in 支出."""
    rows = inputs.rows(LINES)
    listed = {row.usable("unit_code"): row for row in reversed(inputs.rows(UNITS))}
    listed = {code: listed[code] for code in units_of(inputs)}
    named = {row.usable("unit_code") for row in rows} - {None}
    if not listed or not named:
        return
    for code in dict.fromkeys([*listed, *(row.usable("unit_code") for row in rows)]):
        members = _members(inputs, rows, code)
        if code is not None:
            _put_unit(inputs, book, code, listed.get(code), members)
        elif members:
            prefix = f"unit.{figure_key(None, UNASSIGNED)}"
            book.text(f"{prefix}.name", "单位名称", UNASSIGNED)
            book.text(f"{prefix}.included", "是否纳入", "按纳入计")
            _put_amounts(inputs, book, prefix, UNASSIGNED, members)
    _put_eliminations(inputs, book)


def _members(inputs: Inputs, rows: Sequence[Row], code: object) -> list[Member]:
    """The lines of a unit; a line whose 单位编码 cannot be used may be any unit's. ``code`` None: the lines that have none."""
    members = []
    for row in rows:
        unit = inputs.take(row, "unit_code")
        cells = (unit.cell,) if "unit_code" in row.columns else ()
        if unit.is_unusable:
            members.append(Member(row, cells, unit.reason))
        elif row.usable("unit_code") == code:
            members.append(Member(row, cells))
    return members


def _put_unit(inputs: Inputs, book: Book, code: object, row: Row | None, members: Sequence[Member]) -> None:
    prefix = f"unit.{figure_key(code)}"
    if row is None:
        cells = tuple(cell for member in members for cell in member.cells)
        book.text(f"{prefix}.name", "单位名称", "", cells, active=_NAMED_BY_LINES)
        book.text(f"{prefix}.included", "是否纳入", "不在单位构成中，按纳入计", cells, active=_NAMED_BY_LINES)
        _put_amounts(inputs, book, prefix, str(code), members, cells)
        return
    key = (row.cell("unit_code"),)
    name = put_field(inputs, book, f"{prefix}.name", "单位名称", row, "unit_name", key)
    unit = units_of(inputs)[code]
    marked = tuple(
        each.cell("is_included")
        for each in inputs.rows(UNITS)
        if each.usable("unit_code") == code and each["is_included"] is not None
    )
    if unit.excluded or not unit.unsure:
        book.text(f"{prefix}.included", "是否纳入", "不纳入" if unit.excluded else "纳入", (*marked, *key))
    else:
        book.unknown(f"{prefix}.included", "是否纳入", unit.unsure, because=(*marked, *key))
    # with lines the figures stay whatever 单位构成 says of the code
    _put_amounts(inputs, book, prefix, str(name.value or code), members, () if members else key)


def _put_amounts(
    inputs: Inputs, book: Book, prefix: str, label: str, members: Sequence[Member], key: Sequence = ()
) -> None:
    put_group(inputs, book, prefix, label, members, key_cells=tuple(dict.fromkeys(key)))
    total = add_up(inputs, members, f"{NET[0]}_fen")
    if not total.rows and not total.because:
        total = replace(total, because=tuple(dict.fromkeys(key)))
    book.amount(f"{prefix}.{NET[0]}", f"{label}{NET[1]}", total, none="没有这个单位的支出")


def _put_eliminations(inputs: Inputs, book: Book) -> None:
    """What 内部抵销 takes out of the department's figures, as positive amounts."""
    if not inputs.rows(ELIMINATIONS):
        return
    members = [replace(each, sign=1) for each in eliminations_of(inputs, units_of(inputs))]
    labels: Mapping[str, str] = dict([*AMOUNTS, NET])
    for name, label in labels.items():
        total = add_up(inputs, members, f"{name}_fen")
        book.amount(f"elimination.{name}", f"内部抵销{label}", total, none="没有抵销")
