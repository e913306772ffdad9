"""What a sheet does besides holding values: hide them, or have lost the template's input rules.

Comes after the tables of a file were read: a hidden row without a value, or a rule gone from an empty column, is
nobody's concern. Only an .xlsx tells of rows, columns and rules; hidden sheets are told by every kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.forms import FieldSpec, TableSpec
from pipeline.model import Cell, Found, Row
from pipeline.read import years
from pipeline.read.headers import Place
from pipeline.read.raw import shown
from pipeline.read.rows import Reading
from pipeline.read.sheetxml import FARTHEST_HEADER, Area, areas, letters
from pipeline.read.workbook import Book

#: field types whose cells have a drop-down or a check in the template
_RULED = ("choice", "yes_no", "month", "money", "number", "ratio", "count", "year", "date")
#: rows above the header of a template's sheet
_ABOVE_HEADER = 3


@dataclass(frozen=True, slots=True)
class _Typed:
    """A cell a person filled: its field and its place, from 1."""

    field: FieldSpec
    row: int
    column: int


def report(reading: Reading, book: Book, places: Mapping[str, Place]) -> None:
    """Findings about the sheets of a file, and the years it names, into ``reading``."""
    for table in reading.spec.tables:
        place = places.get(table.id)
        if place is None:
            continue
        rows = reading.tables[f"{reading.spec.form}.{table.id}"].rows
        cells = list(_typed_cells(table, place, rows))
        if cells:
            _report_hidden(reading, table, place, cells)
            if book.template is not None:
                _report_rules(reading, table, place, cells)
    reading.named_years += years.named(reading.file, places.values())


def _typed_cells(table: TableSpec, place: Place, rows: Iterable[Row]) -> Iterable[_Typed]:
    for row in rows:
        for one in table.fields:
            if row[one.id] is not None and one.id not in table.prefilled:
                if table.layout == "card":
                    yield _Typed(one, *place.values[one.id])
                else:
                    yield _Typed(one, row.number, place.headers[one.id][1])


def _found(reading: Reading, place: Place, row: int, column: int) -> Found:
    cell = Cell(reading.file, place.sheet.name, f"{letters(column)}{row}")
    return Found(cell, shown(place.sheet.raw(row, column)))


def _report_hidden(reading: Reading, table: TableSpec, place: Place, cells: Iterable[_Typed]) -> None:
    """One finding for the sheet, or one for its rows and one for its columns."""
    sheet = place.sheet
    if sheet.is_hidden:
        whole = Found(Cell(reading.file, sheet.name, ""), "")
        reading.report("TP-031", whole, sheet=sheet.name, hidden="整张工作表")
        return
    if sheet.scan is None:
        return
    first_in_row: dict[int, Found] = {}
    headers: dict[int, Found] = {}
    for one in cells:
        if one.row in sheet.scan.hidden_rows and one.row not in first_in_row:
            first_in_row[one.row] = _found(reading, place, one.row, one.column)
        if one.column in sheet.scan.hidden_columns and one.column not in headers:
            headers[one.column] = _found(reading, place, *_heading(table, place, one))
    if first_in_row:
        rows = "、".join(map(str, list(first_in_row)[:10]))
        said = f"第 {rows} {'等' if len(first_in_row) > 10 else ''}行"
        reading.report("TP-031", *first_in_row.values(), sheet=sheet.name, hidden=said)
    if headers:
        said = "、".join(f"“{each.found}”" for each in headers.values())
        reading.report("TP-031", *headers.values(), sheet=sheet.name, hidden=f"{said}一列")


def _heading(table: TableSpec, place: Place, one: _Typed) -> tuple[int, int]:
    """The cell that speaks for a column: its header; in a card, the label beside the value."""
    if table.layout == "list":
        return place.headers[one.field.id]
    return one.row, place.headers[one.field.id][1]


def _report_rules(reading: Reading, table: TableSpec, place: Place, cells: Iterable[_Typed]) -> None:
    """Columns of which no filled cell has a rule any more, although the template gave them one."""
    scan = place.sheet.scan
    if scan is None or scan.ruled is None:
        return
    ruled = [area for area in areas(scan.ruled) if area[2] >= place.first_row]
    kept: set[str] = set()
    lost: dict[str, _Typed] = {}
    for one in cells:
        if one.field.type not in _RULED or one.field.id in kept:
            continue
        if any(top <= one.row <= end and left <= one.column <= right for top, left, end, right in ruled):
            kept.add(one.field.id)
            lost.pop(one.field.id, None)
        else:
            lost.setdefault(one.field.id, one)
    lost = {name: one for name, one in lost.items() if not _is_moved(table, place, ruled, one.column)}
    if lost:
        headers = [_found(reading, place, *place.headers[name]) for name in lost]
        labels = "、".join(f"“{one.field.label}”" for one in lost.values())
        reading.report("TP-032", *headers, sheet=place.sheet.name, labels=labels)


def _is_moved(table: TableSpec, place: Place, ruled: Sequence[Area], column: int) -> bool:
    """Whether the rules are all there, only beside the cells: some programs move cells without their rules.

    A card has a rule a field. A list has one a column, all beginning in one row, which can be off by as many rows as
    stand above a header; what was pasted over is a gap in that.
    """
    if table.layout == "card":
        return sum((end - top + 1) * (right - left + 1) for top, left, end, right in ruled) >= len(
            place.headers
        )
    begins: dict[int, int] = {}
    for top, left, _, right in ruled:
        for each in range(left, min(right, FARTHEST_HEADER) + 1):
            begins[each] = min(top, begins.get(each, top))
    if column not in begins:
        return len(begins) >= len(place.headers)
    return len(set(begins.values())) == 1 and begins[column] <= place.first_row + _ABOVE_HEADER


def is_newer(version: str, than: str) -> bool:
    """Whether a template's version comes after another.

    >>> is_newer("2023.1", "2022.10"), is_newer("2022.10", "2022.9"), is_newer("2021.1", "2022.1"), is_newer("?", "1")
    (True, True, False, False)
    """
    left, right = ([int(part) for part in re.findall(r"\d{1,9}", text)] for text in (version, than))
    return left > right
