"""Whose lines make the department's sums: those of included units, and 内部抵销 between two of them.

The counterpart of the compute stage's members, for both sides of 勾稽关系. Asked through ``around.once``.
Source: docs/domain.md §2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.check.frames import Around
from pipeline.model import Absent, Row

UNITS, EXPENDITURE = "basics.units", "budget_execution.expenditure"
ELIMINATIONS = "budget_execution.eliminations"


@dataclass(frozen=True, slots=True)
class Units:
    """单位构成: the rows of each code, those that are left out, and those of which it cannot be told."""

    rows: Mapping[object, tuple[Row, ...]]
    excluded: frozenset[object]
    unsure: frozenset[object]

    @property
    def included(self) -> tuple[object, ...]:
        return tuple(code for code in self.rows if code not in self.excluded)


def units(around: Around) -> Units:
    """The register of units, empty where there is none."""
    rows: dict[object, list[Row]] = {}
    for row in around.submission.table(UNITS):
        if (code := row.usable("unit_code")) is not None:
            rows.setdefault(code, []).append(row)
    excluded = {
        code for code, mine in rows.items() if any(row.usable("is_included") is False for row in mine)
    }
    unsure = {code for code, mine in rows.items() if any(_is_unread(row) for row in mine)} - excluded
    return Units({code: tuple(mine) for code, mine in rows.items()}, frozenset(excluded), frozenset(unsure))


def _is_unread(row: Row) -> bool:
    return isinstance(row["is_included"], Absent)


def counts(row: Row, table: str, around: Around) -> bool | None:
    """Whether a row of 支出 or 内部抵销 is part of the department's sums; None where that cannot be told."""
    known = around.once(units)
    if table == EXPENDITURE:
        return _of_included(row, "unit_code", known)
    return why_not_internal(row, around) == "" if table == ELIMINATIONS else True


def _of_included(row: Row, field: str, known: Units) -> bool | None:
    code = row.usable(field)
    if isinstance(row[field], Absent):
        return None if known.excluded else True
    return None if code in known.unsure else code not in known.excluded


def why_not_internal(row: Row, around: Around) -> str:
    """Why a row of 内部抵销 takes nothing out, as a Chinese clause; blank where it does, or a unit's code is missing."""
    known = around.once(units)
    payer, receiver = row.usable("payer_unit_code"), row.usable("receiver_unit_code")
    if payer is None or receiver is None:
        return ""
    if not known.rows:
        return "单位构成没有填写，部门是一个单位"
    if payer == receiver:
        return f"付出单位和收到单位都是 {payer}"
    excluded = [str(code) for code in (payer, receiver) if code in known.excluded]
    if excluded:
        return f"{'、'.join(excluded)} 不纳入部门整体"
    unknown = [str(code) for code in (payer, receiver) if code not in known.rows]
    return f"{'、'.join(unknown)} 不在单位构成中" if unknown else ""
