"""勾稽关系 of one submission: both sides formed exactly, put into a frame, checked through Great Expectations.

A side that cannot be formed (a blank, an unreadable cell, a missing month) makes no verdict: the blank itself has
been reported. Amounts are whole 分, 分值 whole millionths, so that the frame compares integers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial

from pipeline import messages
from pipeline.check.frames import Around, Frame, Place, build, found, is_filled
from pipeline.check.printing import amount, number
from pipeline.check.relations import SCALE, Relation, Side, load
from pipeline.check.report import ReconciliationLine
from pipeline.check.sides import INCOMPLETE, Scope, Sum, has_every_month, side_sum
from pipeline.check.subjects import code_of
from pipeline.model import Cell, Citation, Found
from pipeline.money import in_unit

NAME = "submission.reconciliations"
#: from how many addends on the column's header stands for them in a finding
_FEW = 3


@dataclass(frozen=True, slots=True)
class Line:
    """One relation of one submission with both sides. ``key`` names the row, group or leaf."""

    around: Around
    relation: Relation
    key: str
    left: Sum
    right: Sum

    @property
    def difference(self) -> int | None:
        if self.left.value is None or self.right.value is None:
            return None
        return self.left.value - self.right.value

    @property
    def tolerance(self) -> int:
        return self.relation.parts_tolerated

    @property
    def excess(self) -> int:
        """What is beyond the relation and its tolerance; 0 where it holds."""
        gap = abs(self.difference) if self.relation.relation == "=" else self.difference
        return max(0, gap - self.tolerance)


def lines_of(around: Around, skip: frozenset[str] = frozenset()) -> Iterator[Line]:
    """All relations that apply to the submission. ``skip``: codes that are not checked in this season."""
    for each in load():
        relation = _with_code(each, around)
        if (
            relation.code not in skip
            and around.submission.table(relation.table).rows
            and _applies(relation, around)
        ):
            for scope in _SCOPES[relation.each](relation, around):
                yield _line(relation, around, scope)


def _with_code(relation: Relation, around: Around) -> Relation:
    """The relation under the code it has in this submission (数据口径 makes some differences a matter of information)."""
    other = relation.code_when
    card = around.submission.card(other["table"]) if other else None
    if card is None or card.usable(other["field"]) not in other["in"]:
        return relation
    return replace(relation, code=other["code"])


def _applies(relation: Relation, around: Around) -> bool:
    when = relation.when
    if when.card:
        card = around.submission.card(when.card["table"])
        if card is None or card.usable(when.card["field"]) not in when.card["in"]:
            return False
    if not all(around.submission.table(table).rows for table in when.rows):
        return False
    if any(around.submission.table(table).rows for table in when.no_rows):
        return False
    if relation.each == "row":
        return True
    if any(not _every(around, table, names) for table, names in when.all_filled.items()):
        return False
    if any(_every(around, table, names) for table, names in when.not_all_filled.items()):
        return False
    tables = when.any_filled.items()
    return all(
        any(is_filled(row, name) for row in around.submission.table(table) for name in names)
        for table, names in tables
    )


def _every(around: Around, table: str, names: Sequence[str]) -> bool:
    rows = around.submission.table(table).rows
    return bool(rows) and all(is_filled(row, name) for row in rows for name in names)


def _rows(relation: Relation, around: Around) -> Iterator[Scope]:
    when = relation.when
    for row in around.submission.table(relation.table):
        if any(row.usable(name) not in values for name, values in relation.only.items()):
            continue
        code = code_of(row.usable(relation.coded)) if relation.coded else ""
        if relation.coded and not code:
            continue
        if any(not any(is_filled(row, name) for name in names) for names in when.any_filled.values()):
            continue
        if any(is_filled(row, name) for names in when.blank.values() for name in names):
            continue
        words = [str(row.usable(name)) for name in relation.named if is_filled(row, name)]
        yield Scope(
            f"{words[0]}月" if relation.named == ("month",) and words else "".join(words[:1]),
            row=row,
            code=code,
        )


def _groups(relation: Relation, around: Around) -> Iterator[Scope]:
    keys = {
        key: None
        for row in around.submission.table(relation.table)
        if (key := row.usable(relation.by)) is not None
        and all(is_filled(row, name) for name in relation.where_filled)
    }
    for key in keys:
        yield Scope(str(key), group=key)


def _leaves(relation: Relation, around: Around) -> Iterator[Scope]:
    for leaf in around.rubric.leaves() if around.rubric else ():
        for step in leaf.rule.steps if leaf.rule else ():
            if step.measure == "indicator_points":
                yield Scope(leaf.label, leaf=leaf, levels=tuple(step.measure_parameters["levels"]))


_SCOPES: Mapping[str, Callable[[Relation, Around], Iterable[Scope]]] = {
    "row": _rows, "group": _groups, "indicator_leaf": _leaves, "total": lambda relation, around: (Scope(),),
}  # fmt: skip


def _line(relation: Relation, around: Around, scope: Scope) -> Line:
    left, right = (side_sum(side, relation, around, scope) for side in (relation.left, relation.right))
    if relation.when.complete_months and not around.once(has_every_month):
        left = Sum(None, INCOMPLETE, left.cells)
    line = Line(around, relation, scope.key, left, right)
    if line.difference:
        for more in _explaining(relation, around, scope):
            other = replace(line, left=left.plus(more))
            if other.difference == 0:
                return replace(other, relation=_explained(relation) if relation.adding_one else relation)
    return line


def _explaining(relation: Relation, around: Around, scope: Scope) -> Iterator[Sum]:
    """What may be added to the left: each alternative as a whole, then single rows of the terms that say so."""
    for terms in relation.adding:
        yield side_sum(Side("", terms), relation, around, scope)
    for term in relation.adding_one:
        for row in around.submission.table(term.table):
            more = side_sum(Side("", (term,)), relation, around, replace(scope, item=row))
            if more.cells:
                yield more


def _explained(relation: Relation) -> Relation:
    """The relation with the words that its left side has the reconciling items in it."""
    return replace(relation, left=replace(relation.left, label=f"{relation.left.label}（加减国库决算调节）"))


def frame_of(judged: Sequence[Line]) -> Frame:
    """One line a relation that has both sides: left, right, difference and what is beyond the tolerance."""
    columns: dict[str, list[object]] = {
        "submission": [line.around.submission.name for line in judged],
        "id": [line.relation.id for line in judged],
        "code": [line.relation.code for line in judged],
        "key": [line.key for line in judged],
        "label": [line.relation.label for line in judged],
        "unit": [line.relation.unit for line in judged],
        "left": [line.left.value for line in judged],
        "right": [line.right.value for line in judged],
        "difference": [line.difference for line in judged],
        "tolerance": [line.tolerance for line in judged],
        "excess": [line.excess for line in judged],
    }
    places = [Place(line.around.index, tell=partial(_place, line)) for line in judged]
    return build(NAME, places, columns)


def _place(line: Line) -> Place:
    return Place(line.around.index, cells=cells_of(line), facts=_facts(line))


def cells_of(line: Line) -> tuple[Found, ...]:
    """A few addends by their own cells; many by the header of their column."""
    out: dict[Cell, Found] = {}
    for side in (line.left, line.right):
        cells = [found(row, name) for row, name in side.cells]
        headers = _headers(line.around, side) if len(cells) > _FEW else cells
        if len(headers) < len(cells):
            cells = [Found(cell, _printed(side.value, line.relation.unit)) for cell in headers]
        out |= {each.cell: each for each in cells if each.cell not in out}
    return tuple(out.values())


def _headers(around: Around, side: Sum) -> list[Cell]:
    known = around.once(_header_cells)
    return list({known.get((row.file, row.sheet, name), row.cell(name)): None for row, name in side.cells})


def _header_cells(around: Around) -> Mapping[tuple[str, str, str], Cell]:
    return {
        (cell.file, cell.sheet, name): cell
        for table in around.submission.tables.values()
        for header in table.headers
        for name, cell in header.items()
    }


def _printed(value: int | None, unit: str) -> str:
    if value is None:
        return ""
    return amount(value) if unit == "万元" else number(Decimal(value) / SCALE[unit])


def _facts(line: Line) -> Mapping[str, str]:
    unit = line.relation.unit
    return {
        "key": f"“{line.key}”的" if line.key else "",
        "label": line.relation.label,
        "left_label": line.relation.left.label,
        "right_label": line.relation.right.label,
        "left": _printed(line.left.value, unit),
        "right": _printed(line.right.value, unit),
        "difference": _printed(abs(line.difference), unit),
        "unit": unit,
    }


def report_line(line: Line, holds: bool | None) -> ReconciliationLine:
    """The relation as the workings and the page show it. ``holds``: the verdict, None where a side is missing."""
    relation = line.relation
    basis = messages.entry(relation.code).basis

    def printed(value: int | None) -> Decimal | None:
        if value is None:
            return None
        return in_unit(value) if relation.unit == "万元" else Decimal(value) / SCALE[relation.unit]

    cells = tuple(row.cell(name) for side in (line.left, line.right) for row, name in side.cells)
    return ReconciliationLine(
        id=relation.id, code=relation.code, submission=line.around.submission.name,
        label=f"{line.key}：{relation.label}" if line.key else relation.label,
        relation=relation.relation,
        left_label=relation.left.label, left=printed(line.left.value),
        right_label=relation.right.label, right=printed(line.right.value),
        difference=printed(line.difference), unit=relation.unit, tolerance=Decimal(str(relation.tolerance)),
        holds=holds,
        reason=line.left.reason or line.right.reason,
        cells=tuple(each.cell for each in cells_of(line)) if holds is False else (),
        citation=Citation(basis.source, basis.mark, basis.article),
        because=tuple(dict.fromkeys(cells)),
    )  # fmt: skip
