"""Which formulas of a workbook depend, directly or by way of others, on cells that were changed.

Used by ``patch`` (after the changes are known, before anything is written): such a formula must not go on showing
its old value. Where it cannot be told what a formula reads, it counts as dependent.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.write.grid import MAX_COLUMN, MAX_ROW, Area
from pipeline.write.package import Package, Table
from pipeline.write.references import Reading, Reference, read_formula
from pipeline.write.scan import Formula, Scan

#: functions that read more than their arguments show, or change by themselves
_ALWAYS = frozenset(
    "INDIRECT OFFSET NOW TODAY RAND RANDBETWEEN RANDARRAY CELL INFO RTD CALL EVALUATE GET.CELL GET.WORKBOOK "
    "GET.DOCUMENT FORMULATEXT".split()
)
#: functions whose last range is stretched to the size of their first
_STRETCHING = frozenset({"SUMIF", "AVERAGEIF"})
_BRACKETED = re.compile(r"\[((?:[^\[\]']|'.)*)\]", re.DOTALL)
_SMALL = 4  # areas of so few cells are looked up cell by cell


class Place(NamedTuple):
    """A cell of a workbook: the sheet's index, row, column."""

    sheet: int
    row: int
    column: int


@dataclass(slots=True, eq=False)
class _Node:
    """One formula: the cells that show its results, and what it reads."""

    shows: list[Place]
    reads: list[tuple[int, Area]]
    always: bool
    reached: bool = False


def dependants(package: Package, scans: Mapping[int, Scan], changed: Collection[Place]) -> set[Place]:
    """The cells showing results of formulas that depend on ``changed``; the changed cells are not among them,
    unless by way of others.

    ``scans``: sheet index -> scan, for every sheet that holds formulas.
    """
    if not changed:
        return set()
    sources = _Sources(package)
    nodes = [node for index, found in scans.items() for node in _nodes(index, found, sources)]
    return _Spread(nodes).from_cells(changed)


def _nodes(index: int, found: Scan, sources: _Sources) -> Iterable[_Node]:
    masters: dict[str, Formula] = {}
    for formula in found.formulas:
        text, rows, columns = formula.text, 0, 0
        if formula.kind == "shared" and text:
            masters[formula.group] = formula  # a number may be used again for a later group
        if formula.kind == "shared" and not text and formula.group in masters:
            master = masters[formula.group]
            text, rows, columns = master.text, formula.row - master.row, formula.column - master.column
        reads, always = sources.of(text, Place(index, formula.row, formula.column), rows, columns)
        unknown = formula.always or formula.kind == "dataTable" or not text
        yield _Node(list(_shows(index, formula, found)), reads, always or unknown)


def _shows(index: int, formula: Formula, found: Scan) -> Iterable[Place]:
    yield Place(index, formula.row, formula.column)
    if formula.kind in ("array", "dataTable") and formula.area:
        for number, row in found.rows.items():
            if formula.area.top <= number <= formula.area.bottom:
                yield from (
                    Place(index, number, c) for c in row.cells if formula.area.left <= c <= formula.area.right
                )


@dataclass(slots=True)
class _Spread:
    """Follows changes from cell to formula to cell until nothing new is reached."""

    nodes: list[_Node]
    by_cell: dict[Place, list[_Node]] = field(default_factory=lambda: defaultdict(list))
    by_area: dict[tuple[int, Area], list[_Node]] = field(default_factory=lambda: defaultdict(list))

    def from_cells(self, changed: Collection[Place]) -> set[Place]:
        for node in self.nodes:
            for sheet, area in node.reads:
                if (area.bottom - area.top + 1) * (area.right - area.left + 1) <= _SMALL:
                    for row in range(area.top, area.bottom + 1):
                        for column in range(area.left, area.right + 1):
                            self.by_cell[Place(sheet, row, column)].append(node)
                else:
                    self.by_area[sheet, area].append(node)
        reached: set[Place] = set()
        waiting = list(changed)
        for node in self.nodes:
            if node.always:
                self._reach(node, waiting, reached)
        seen: set[Place] = set()
        while waiting:
            batch: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
            while waiting:
                place = waiting.pop()
                if place in seen:
                    continue
                seen.add(place)
                batch[place.sheet][place.column].append(place.row)
                for node in self.by_cell.get(place, ()):
                    self._reach(node, waiting, reached)
            for node in self._in_areas(batch):
                self._reach(node, waiting, reached)
        return reached

    @staticmethod
    def _reach(node: _Node, waiting: list[Place], reached: set[Place]) -> None:
        if not node.reached:
            node.reached = True
            waiting += node.shows
            reached.update(node.shows)

    def _in_areas(self, batch: dict[int, dict[int, list[int]]]) -> list[_Node]:
        """The formulas with an area that holds a cell of the batch; such an area need not be asked again."""
        for columns in batch.values():
            for rows in columns.values():
                rows.sort()
        hit = []
        for sheet, area in list(self.by_area):
            for column, rows in batch.get(sheet, {}).items():
                if area.left <= column <= area.right:
                    place = bisect_left(rows, area.top)
                    if place < len(rows) and rows[place] <= area.bottom:
                        hit += self.by_area.pop((sheet, area))
                        break
        return hit


class _Sources:
    """What formulas of one workbook read: sheets, defined names and tables resolved to areas."""

    def __init__(self, package: Package):
        self.package = package
        self.sheets = {sheet.name.casefold(): sheet.index for sheet in package.sheets}
        self.names: dict[tuple[int | None, str], str] = {}
        for item in package.workbook.iterfind("{*}definedNames/{*}definedName"):
            scope = item.get("localSheetId")
            name = item.get("name", "").casefold()
            self.names[int(scope) if scope is not None else None, name] = item.text or ""
        self.resolved: dict[tuple[int, int | None, str], tuple[list[tuple[int, Area]], bool]] = {}

    def of(
        self, text: str, at: Place, rows: int = 0, columns: int = 0
    ) -> tuple[list[tuple[int, Area]], bool]:
        """The areas a formula reads, and whether it must count as reading everything."""
        reading = read_formula(text)
        reads: list[tuple[int, Area]] = []
        always = reading.loose or not reading.functions.isdisjoint(_ALWAYS)
        for reference in reading.references:
            indexes = self._sheets_of(reference, at.sheet)
            if indexes is None:
                always = True
            else:
                reads += ((index, reference.area(rows, columns)) for index in indexes)
        # a name may be that of a function of the workbook's own (LAMBDA), which reads more than its arguments
        own = ((None, name) for name in reading.functions if self._known(name, at))
        for sheet, name in (*reading.names, *own):
            more, unknown = self._name(sheet, name, at)
            reads += more
            always |= unknown
        for name, bracket in reading.tables:
            table = self._table(name) if name else self._table_around(at)
            if table is None:
                always = True
            else:
                reads.append((table.sheet.index, _part(table, bracket, at)))
        if not reading.functions.isdisjoint(_STRETCHING):
            reads = _stretched(reads)
        return reads, always

    def _sheets_of(self, reference: Reference, home: int) -> Iterable[int] | None:
        """The sheets of a reference; none for another workbook or a sheet that is gone; None if it cannot be told."""
        if reference.sheets is None:
            return (home,)
        indexes = [self.sheets.get(name.casefold()) for name in reference.sheets]
        if len(indexes) == 2:
            if None in indexes:
                return None
            return range(min(indexes), max(indexes) + 1)
        return [index for index in indexes if index is not None]

    def _name(self, sheet: str | None, name: str, at: Place) -> tuple[list[tuple[int, Area]], bool]:
        scope = at.sheet if sheet is None else self.sheets.get(sheet.casefold(), at.sheet)
        key = (scope, name.casefold()) if (scope, name.casefold()) in self.names else (None, name.casefold())
        if key not in self.names:
            table = self._table(name)
            return ([(table.sheet.index, table.area)], False) if table else ([], False)
        here = (scope, *key)  # what names no sheet means the one the name is used on
        if here not in self.resolved:
            self.resolved[here] = ([], False)  # a name that leads back to itself reads nothing more
            text = self.names[key]
            reads, always = self.of(text, Place(scope, 1, 1))
            self.resolved[here] = (reads, always or _relative(read_formula(text)))
        return self.resolved[here]

    def _known(self, name: str, at: Place) -> bool:
        return (None, name.casefold()) in self.names or (at.sheet, name.casefold()) in self.names

    def _table_around(self, at: Place) -> Table | None:
        """A formula may leave out the name of the table it stands in."""
        for table in self.package.tables:
            if table.sheet.index == at.sheet and table.area.holds(at.row, at.column):
                return table
        return None

    def _table(self, name: str) -> Table | None:
        return next((t for t in self.package.tables if t.name.casefold() == name.casefold()), None)


def _relative(reading: Reading) -> bool:
    """Whether what a defined name means depends on the cell that uses it."""
    corners = [corner for reference in reading.references for corner in reference.corners]
    return any((c.row and not c.row_fixed) or (c.column and not c.column_fixed) for c in corners)


def _stretched(reads: list[tuple[int, Area]]) -> list[tuple[int, Area]]:
    height = max((area.bottom - area.top for _, area in reads), default=0)
    width = max((area.right - area.left for _, area in reads), default=0)
    return [
        (sheet, Area(a.top, a.left, min(max(a.bottom, a.top + height), MAX_ROW),
                     min(max(a.right, a.left + width), MAX_COLUMN)))
        for sheet, a in reads
    ]  # fmt: skip


def _part(table: Table, bracket: str, at: Place) -> Area:
    """The cells of ``Table[...]``: the named columns, in this row alone if it says so; the whole table in doubt."""
    area = table.area
    inner = bracket[1:-1]
    items = _BRACKETED.findall(inner) or [inner]
    rows = (area.top, area.bottom)
    columns: list[int] = []
    known = {name.casefold(): area.left + place for place, name in enumerate(table.columns)}
    for item in items:
        word = re.sub(r"'(.)", r"\1", item).strip()
        if word.startswith("@") or word.casefold() == "#this row":
            if at.sheet == table.sheet.index and area.top <= at.row <= area.bottom:
                rows = (at.row, at.row)
            word = word[1:] if word.startswith("@") else "#"
        if not word or word.startswith("#"):
            continue
        if word.casefold() not in known:
            return area
        columns.append(known[word.casefold()])
    if not columns:
        return Area(rows[0], area.left, rows[1], area.right)
    return Area(rows[0], min(columns), rows[1], max(columns))
