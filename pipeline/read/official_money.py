"""The money of a filled form read by its labels: rows below a header, or amounts each beside its own label.

Used by ``official_labels``. Source: docs/domain.md §4; the second way is that of forms up to about 2019 and of those that
print 预算数 and 执行数 among the facts of the project.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.model_filled import FundGroup, FundRow, Printed, State
from pipeline.read import official_words as words
from pipeline.read.official_cells import Grid, as_fraction, bare_key
from pipeline.read.official_heads import Head

_WEIGHT_IN_HEADER = re.compile(r"\(([\d.]+)分")
_AMOUNTS = ("initial", "budget", "executed")


def fund_rows(grid: Grid, head: Head | None, before: int) -> tuple[FundGroup | None, int]:
    """The rows of money below their header, and the row where they end."""
    if head is None:
        return None, 1
    first = min(head.columns.values())
    rows: list[FundRow] = []
    row = head.bottom + 1
    while row < min(before, grid.rows + 1):
        label = _label_left(grid, row, first)
        cells = {name: grid.own(row, column) for name, column in head.columns.items()}
        if label is None and not rows and any(cell.state is State.NUMBER for cell in cells.values()):
            label = (
                grid.at(row, first - 1) if first > 1 else grid.own(row, first)
            )  # one row under a merged label
        if label is None or words.GOAL_LABEL.fullmatch(bare_key(grid.key(row, 1))):
            break
        if words.GOAL_LABEL.fullmatch(key_of(label)) or not _may_be_money(label, cells):
            break
        is_total = not rows and not key_of(label).startswith("其中")
        is_total = is_total or (
            bool(words.TOTAL_ROW.fullmatch(bare_key(key_of(label)))) and not _has_total(rows)
        )
        rows.append(FundRow(label, is_total, **{name: cells[name] for name in cells}))
        row += 1
    rows = [_with_weight(one, head) if one.is_total else one for one in rows]
    total = next((one for one in rows if one.is_total), None)
    return FundGroup(total, tuple(one for one in rows if not one.is_total)), row


def _may_be_money(label: Printed, cells: Mapping[str, Printed]) -> bool:
    """Whether a row below a header of money goes on with it: words instead of amounts only under a label of money."""
    if all(cell.state is State.TEXT for cell in cells.values()):
        return False
    amounts = [cells[name] for name in _AMOUNTS if name in cells]
    said = [key_of(cell) for cell in amounts if cell.state is State.TEXT]
    has_number = any(cell.state is State.NUMBER for cell in cells.values())
    are_labels = any(words.FUND_LABEL.search(each) for each in said)
    return has_number or not said or (bool(words.FUND_LABEL.search(key_of(label))) and not are_labels)


def _has_total(rows: Sequence[FundRow]) -> bool:
    return any(one.is_total for one in rows)


def _with_weight(row: FundRow, head: Head) -> FundRow:
    """得分（20分*执行率） is a 分值, where the form has no column for it."""
    found = (
        _WEIGHT_IN_HEADER.search(unicodedata.normalize("NFKC", head.cells["score"].text))
        if "score" in head.cells
        else None
    )
    if row.weight.state is not State.ABSENT or not found:
        return row
    weight = Printed(head.cells["score"].cell, found[1], State.NUMBER, as_fraction(found[1]))
    return replace(row, weight=weight)


def _label_left(grid: Grid, row: int, first: int) -> Printed | None:
    """The words of a row of money: the nearest text left of its numbers that begins in this row."""
    for column in range(first - 1, 0, -1):
        area = grid.merged.get((row, column))
        if area and area[0] != row:
            continue
        cell = grid.at(row, column)
        if cell.state is State.TEXT:
            return cell
    return None


def paired_money(grid: Grid, before: int) -> tuple[FundGroup | None, int]:
    """预算数 and 执行数 each with its amount beside it (``预算数：320 | 执行数：305.6``), and the row where they end.

    Rows right below with a label and an amount in the same columns are the parts.
    """
    found: dict[str, tuple[int, int]] = {}
    for row, column, raw in grid.cells():
        if row >= min(before, grid.top + 39) or not isinstance(raw, str):
            continue
        named = words.column_of(bare_key(grid.key(row, column)), words.FUND_COLUMNS)
        beside = grid.width(row, column) + 1
        if named and named[0] not in found and grid.own(row, beside).state is State.NUMBER:
            found[named[0]] = (row, column)
    if not {"budget", "executed"} <= found.keys():
        return None, 1
    places = {name: (row, grid.width(row, column) + 1) for name, (row, column) in found.items()}
    own = {name: grid.own(*place) for name, place in places.items() if name in (*_AMOUNTS, "rate")}
    row, column = found["budget"]
    total = FundRow(grid.own(row, column), True, **own)
    parts = []
    below = row + 1
    is_side_by_side = found["executed"][0] == row
    while is_side_by_side and below < before:
        label = grid.own(below, column)
        cells = {name: grid.own(below, places[name][1]) for name in ("budget", "executed")}
        if label.state is not State.TEXT or any(cell.state is State.TEXT for cell in cells.values()):
            break
        parts.append(FundRow(label, False, **cells))
        below += 1
    return FundGroup(total, tuple(parts)), max(below, *(place[0] + 1 for place in places.values()))


def key_of(cell: Printed) -> str:
    """The words of a cell as labels are compared, with a colon inside left standing."""
    return "".join(unicodedata.normalize("NFKC", cell.text).split()).strip(" :")
