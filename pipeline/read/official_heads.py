"""Headers of a form of the national layout, found by their words: one row or two, wherever they stand.

Used by ``official_labels``. Source: docs/domain.md §4.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pipeline.model_filled import Printed, State
from pipeline.read import official_words as words
from pipeline.read.official_cells import Grid, bare_key, column_number


@dataclass(frozen=True, slots=True)
class Head:
    """A header: its first and last row, field -> column, and the header cells no word explains."""

    top: int
    bottom: int
    columns: Mapping[str, int]
    cells: Mapping[str, Printed]
    unplaced: tuple[Printed, ...] = ()


def indicator_head(grid: Grid) -> Head | None:
    """The header with 三级指标 (or 指标名称) and 指标值: the row that explains the most, and the row below it."""
    best: Head | None = None
    for row in range(grid.top, min(grid.rows, grid.top + 79) + 1):
        head = _head_at(grid, row, words.INDICATOR_COLUMNS)
        has = head.columns.keys()
        is_one = "level_3" in has and "target" in has and bool({"actual", "score", "weight"} & has)
        if is_one and (best is None or len(has) > len(best.columns)):
            best = head
            if len(has) >= 7:
                break
    if best is None:
        return None
    lower = _head_at(grid, best.bottom + 1, words.INDICATOR_COLUMNS, own=True)
    if len(lower.columns) >= 2 and not any(
        grid.own(best.bottom + 1, column).state is State.NUMBER for column in range(1, grid.columns + 1)
    ):
        columns = {**best.columns, **lower.columns}
        return replace(best, bottom=lower.bottom, columns=columns, cells={**best.cells, **lower.cells})
    return best


def fund_head(grid: Grid, before: int) -> Head | None:
    """The header with 预算数 and 执行数 above the indicators."""
    best: Head | None = None
    for row in range(grid.top, min(before, grid.rows + 1, grid.top + 59)):
        head = _head_at(grid, row, words.FUND_COLUMNS)
        has = head.columns.keys()
        if (
            "executed" in has
            and {"budget", "initial"} & has
            and (best is None or len(has) > len(best.columns))
        ):
            best = head
    return best


def _head_at(grid: Grid, row: int, columns: Mapping, own: bool = False) -> Head:
    """What the words of one row name; an inner cell of a merge from above counts as the cell above."""
    found: dict[str, tuple[int, int]] = {}
    unplaced = []
    column = 1
    while column <= min(grid.columns, 60):
        cell = grid.own(row, column) if own else grid.at(row, column)
        width = grid.width(row, column)
        if cell.state is State.TEXT:
            first_row, first_column, *_ = grid.merged.get((row, column), (row, column))
            key = grid.key(first_row, first_column)
            named = words.column_of(bare_key(key), columns) or words.column_of(key, columns)
            if named is None or _holds_labels(grid, row, column):
                unplaced.append(cell)
            elif named[0] not in found or named[1] < found[named[0]][1]:
                found[named[0]] = (column, named[1])
        column = max(column, width) + 1
    places = {name: place for name, (place, _) in found.items()}
    first = min(places.values(), default=0)  # what stands left of the columns is the table's own label
    unplaced = [cell for cell in unplaced if first <= _column(cell)]
    cells = {name: grid.at(row, place) for name, place in places.items()}
    return Head(row, row, places, cells, tuple(unplaced))


def _holds_labels(grid: Grid, row: int, column: int) -> bool:
    """A column with 总额 right below its header names the rows and holds no amounts (年度预算数 over 总额, 其中 …)."""
    return bool(words.TOTAL_ROW.fullmatch(bare_key(grid.key(row + 1, column))))


def _column(cell: Printed) -> int:
    return column_number(cell.cell.address.rstrip("0123456789"))
