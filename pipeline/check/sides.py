"""One side of a 勾稽关系: which rows are meant, what they add up to, and the cells it was made from.

Exact: amounts are whole 分, everything else a whole number of the smallest part of its unit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce

from pipeline.check.departments import counts
from pipeline.check.frames import Around, is_filled
from pipeline.check.relations import SCALE, Relation, Side, Term
from pipeline.check.slips import slips
from pipeline.check.subjects import code_of, plain
from pipeline.model import Row
from pipeline.model_rubric import Node

BLANK = "有单元格空白或无法识别，未判断"
INCOMPLETE = "月份不全，未判断"
SLIPPED = "有金额疑似错了单位，未判断"
ABSENT = "缺少对应的内容，未判断"
AMBIGUOUS = "有不止一行写的是同一个合计，未判断"
#: stands for a blank that is meant: no amount, and no cell to name
_NOTHING = object()


@dataclass(frozen=True, slots=True)
class Sum:
    """One side: its value in smallest parts, or why there is none, and the cells it was made from."""

    value: int | None = 0
    reason: str = ""
    cells: tuple[tuple[Row, str], ...] = ()

    def plus(self, other: Sum) -> Sum:
        cells = self.cells + other.cells
        if self.value is None or other.value is None:
            return Sum(None, self.reason or other.reason, cells)
        return Sum(self.value + other.value, "", cells)


@dataclass(frozen=True, slots=True)
class Scope:
    """What is being looked at: one row, one group, one leaf, or everything; ``item``: one row of another table alone."""

    key: str = ""
    row: Row | None = None
    group: object = None
    leaf: Node | None = None
    levels: tuple[str, ...] = ()
    code: str = ""
    item: Row | None = None


def has_every_month(around: Around) -> bool:
    """Whether each month of 起止月份 stands in 月度 exactly once."""
    months = [row.usable("month") for row in around.submission.table("monthly_spending.months")]
    first, last = around.active_months
    return all(months.count(month) == 1 for month in range(first, last + 1))


def side_sum(side: Side, relation: Relation, around: Around, scope: Scope) -> Sum:
    """The side's terms added up, each over the rows it means in this scope."""
    sums = [_term(term, relation, around, scope) for term in side.terms]
    return sums[0] if len(sums) == 1 else reduce(Sum.plus, sums, Sum())


def _term(term: Term, relation: Relation, around: Around, scope: Scope) -> Sum:
    scale = SCALE[relation.unit]
    if term.leaf:
        return Sum(int(Fraction(scope.leaf.weight) * scale))
    if term.rubric:
        setting = around.setting(term.rubric, None)
        return Sum(None, ABSENT) if setting is None else Sum(int(Fraction(setting) * scale))
    if scope.row is not None and term.table == relation.table:
        rows: Sequence[Row] = (scope.row,)
    else:
        rows = around.submission.table(term.table).rows
    if _is_choosy(term, scope):
        rows = [row for row in rows if _is_meant(row, term, scope, around)]
    if not rows and not term.optional:
        return Sum(None, ABSENT)
    if term.single and len(rows) > 1:
        return Sum(None, AMBIGUOUS)
    total = _added(rows, term, relation, around)
    deciding = (*term.where, term.starting) if term.starting else tuple(term.where)
    if deciding and any(row.usable(name) is None for row in rows for name in deciding):
        return Sum(None, BLANK, total.cells)
    if term.units and any(counts(row, term.table, around) is None for row in rows):
        return Sum(None, BLANK, total.cells)
    return total


def _added(rows: Sequence[Row], term: Term, relation: Relation, around: Around) -> Sum:
    """The term's fields over its rows, with the cells that have a value or leave the sum open."""
    whole, reason, cells, slipped = 0, "", [], around.once(slips)
    for sign, names in ((1, term.add), (-1, term.subtract)):
        for name in _expanded(names, around):
            for row in rows:
                if slipped and (id(row), name) in slipped:
                    value, why = None, SLIPPED
                else:
                    value, why = _value(row, name, term.blank, relation.unit), BLANK
                if value is _NOTHING:
                    continue
                cells.append((row, name))
                if value is None:
                    reason = reason or why
                else:
                    whole += sign * value
    return Sum(None if reason else whole, reason, tuple(cells))


def _is_choosy(term: Term, scope: Scope) -> bool:
    """Whether anything decides which rows are meant."""
    return bool(
        (scope.group is not None and term.by)
        or scope.item is not None
        or term.where
        or term.units
        or term.at
        or term.blank_in
        or term.matching
        or term.starting
    )


def _is_meant(row: Row, term: Term, scope: Scope, around: Around) -> bool:
    """Whether the row belongs to the term; one whose deciding cell is blank stays in, and leaves the side open."""
    if scope.group is not None and term.by and row.usable(term.by) != scope.group:
        return False
    if scope.item is not None and row is not scope.item:
        return False
    if term.units and counts(row, term.table, around) is False:
        return False
    if any(is_filled(row, name) for name in term.blank_in):
        return False
    if any(plain(row.usable(name)) not in names for name, names in term.matching.items()):
        return False
    if term.starting and (code := row.usable(term.starting)) is not None:
        return code_of(code).startswith(scope.code)
    if term.at == "last_month" and row.usable("month") != around.active_months[1]:
        return False
    for name, wanted in term.where.items():
        value = row.usable(name)
        if value is not None and value not in (scope.levels if wanted == "{levels}" else wanted):
            return False
    return True


def _expanded(names: Sequence[str], around: Around) -> Iterator[str]:
    first, last = around.active_months
    for name in names:
        if "*" in name:
            yield from (name.replace("*", str(month)) for month in range(first, last + 1))
        else:
            yield name


def _value(row: Row, name: str, blank: str, unit: str) -> int | object | None:
    """A field in smallest parts; None where it leaves the sum open, _NOTHING where a blank adds nothing."""
    value = row.usable(name)
    if value is None or isinstance(value, bool):
        return _NOTHING if blank != "open" and row[name] is None else None
    scale = 1 if name.endswith("_fen") else SCALE[unit]
    return value * scale if isinstance(value, int) else int(Fraction(value) * scale)
