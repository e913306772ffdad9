"""Where a table stands in a workbook: found by the words of its header, never by position.

A sheet is looked for by its name and, if that fails, by its header; columns may be moved, inserted or stand
in two header rows; a card is a label with its value beside it. Comes between the workbook and the rows.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.forms import COMMON, FormSpec, TableSpec, header_key
from pipeline.read.workbook import HEADER_ROWS, Label, Sheet

_COMMON_IDS = frozenset(one["id"] for one in COMMON)
#: the header of a card's value column, and of its label column
CARD_LABEL, CARD_VALUE, CARD_HINT = "填报项目", "填写内容", "填写提示"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a table was found.

    ``headers``: field id -> (row, column) of its header or label. ``values``: of a card, field id -> (row,
    column). ``first_row``: the first row below a list's header. ``twice``: field id -> all its headers where
    it has several. ``units``: field id -> the unit in its header's brackets.
    """

    sheet: Sheet
    top: int
    first_row: int
    headers: Mapping[str, tuple[int, int]]
    values: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    twice: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)

    @property
    def hits(self) -> int:
        """How many fields of the table's own were found."""
        return len(self.headers.keys() - _COMMON_IDS)


def locate(spec: FormSpec, sheets: Sequence[Sheet]) -> dict[str, Place]:
    """Table id -> where it stands, for the tables of a form that were found."""
    places: dict[str, Place] = {}
    free = list(sheets)
    for table in spec.tables:
        for sheet in free:
            if header_key(sheet.name) == header_key(table.sheet):
                place = find(table, sheet)
                if place and place.hits >= max(1, needed_hits(table) // 2):
                    places[table.id] = place
                    free.remove(sheet)
                break
    candidates = [
        (place.hits, -number, table.id, place)
        for number, table in enumerate(spec.tables)
        if table.id not in places
        for sheet in free
        if (place := find(table, sheet)) and place.hits >= needed_hits(table)
    ]
    for _, _, table_id, place in sorted(candidates, key=lambda one: one[:3], reverse=True):
        if table_id not in places and place.sheet in free:
            places[table_id] = place
            free.remove(place.sheet)
    return places


def needed_hits(table: TableSpec) -> int:
    """How many headers make a sheet of another name this table: half of the core ones (of all, without core)."""
    own = [one for one in table.fields if one.id not in _COMMON_IDS]
    core = [one for one in own if one.core]
    return max(2, math.ceil(len(core or own) / 2))


def find(table: TableSpec, sheet: Sheet) -> Place | None:
    """The table in one sheet, or None when no header of it is there."""
    words = {header_key(name): one.id for one in table.fields for name in (one.label, *one.aliases)}
    if table.layout == "card":
        return _find_card(words, sheet)
    rows: dict[int, list[Label]] = {}
    for label in sheet.labels:
        if label.row <= HEADER_ROWS:
            rows.setdefault(label.row, []).append(label)
    matched = {row: _match(words, labels) for row, labels in rows.items()}
    main = max(matched, key=lambda row: (len(matched[row].keys() - _COMMON_IDS), -row), default=0)
    if not main or not matched[main].keys() - _COMMON_IDS:
        return None
    found = dict(matched[main])
    first_row = main + 1
    taken = {label.column for labels in found.values() for label in labels}
    for field_id, labels in matched.get(main - 1, {}).items():
        over_blank = [one for one in labels if one.column not in taken and not sheet.raw(main, one.column)]
        if field_id not in found and over_blank:
            found[field_id] = over_blank
    if _is_second_header(sheet, main + 1, matched.get(main + 1, {}), found):
        found |= matched[main + 1]
        first_row += 1
    return Place(
        sheet,
        top=main,
        first_row=first_row,
        headers={field_id: (labels[0].row, labels[0].column) for field_id, labels in found.items()},
        twice={
            f: tuple((one.row, one.column) for one in labels) for f, labels in found.items() if labels[1:]
        },
        units={f: labels[0].unit for f, labels in found.items() if labels[0].unit},
    )


def _match(words: Mapping[str, str], labels: Iterable[Label]) -> dict[str, list[Label]]:
    """Field id -> its headers in a row; a header word for word wins over one with a unit behind it."""
    exact: dict[str, list[Label]] = {}
    loose: dict[str, list[Label]] = {}
    for label in labels:
        if label.key in words:
            exact.setdefault(words[label.key], []).append(label)
        elif label.bare in words:
            loose.setdefault(words[label.bare], []).append(label)
    return loose | exact


def _is_second_header(sheet: Sheet, row: int, matched: Mapping[str, list], found: Mapping[str, list]) -> bool:
    """Whether the row below is the lower half of a merged header: nothing in it but headers still missing."""
    if not matched or matched.keys() & found.keys():
        return False
    columns = {label.column for labels in matched.values() for label in labels}
    cells = sheet.grid[row - 1]
    return all(raw in ("", None) or column in columns for column, raw in enumerate(cells, 1))


def _find_card(words: Mapping[str, str], sheet: Sheet) -> Place | None:
    head = {label.key: label for label in sheet.labels if label.key in (CARD_LABEL, CARD_VALUE)}
    label_head, value_head = head.get(CARD_LABEL), head.get(CARD_VALUE)
    headers: dict[str, tuple[int, int]] = {}
    values: dict[str, tuple[int, int]] = {}
    twice: dict[str, tuple[tuple[int, int], ...]] = {}
    units: dict[str, str] = {}
    for label in sheet.labels:
        at = (label.row, label.column)
        field_id = words.get(label.key) or words.get(label.bare)
        if field_id is None or at in values.values():
            continue
        if value_head and label.row > value_head.row and label.column == (label_head or label).column:
            beside = value_head.column
        else:
            beside = _right_of(sheet, *at)
        if value_head and label_head and label.column != label_head.column:
            continue  # a label word in a hint or an inserted column
        if field_id in headers:
            twice[field_id] = (*twice.get(field_id, (headers[field_id],)), at)
            continue
        headers[field_id], values[field_id] = at, (label.row, beside)
        if label.unit:
            units[field_id] = label.unit
    if not headers.keys() - _COMMON_IDS:
        return None
    top = min(row for row, _ in headers.values())
    return Place(sheet, top, top, headers, values, twice, units)


def _right_of(sheet: Sheet, row: int, column: int) -> int:
    """The column right of a cell, past the merge it begins."""
    for first_row, first, last_row, last in sheet.merges:
        if first_row <= row <= last_row and first == column:
            return last + 1
    return column + 1
