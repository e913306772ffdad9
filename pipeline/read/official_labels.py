"""A filled form of the national layout read by its labels, wherever they stand: nothing is known of it but its words.

Used by ``official`` for forms without a map. Tables are found by the words of their headers (one row or two), merged
levels are filled down, whatever no word explains is listed. Source: docs/domain.md §4 to §6.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from pipeline.model import Cell
from pipeline.model_filled import (
    ABSENT,
    FilledForm,
    FundGroup,
    FundRow,
    IndicatorRow,
    Printed,
    ScoreTable,
    State,
)
from pipeline.read import official_words as words
from pipeline.read.official_cells import Grid, as_fraction, bare_key
from pipeline.read.official_heads import Head, fund_head, indicator_head
from pipeline.read.official_rest import grade_of, named_cells, notes_of, title_of, unit_of, years_of

_WEIGHT_IN_HEADER = re.compile(r"\(([\d.]+)分")
#: how far below the last indicator the total and the grade are looked for
_BELOW = 12


def read_by_labels(grids: Sequence[Grid], file: str) -> FilledForm | None:
    """The form on the sheet that looks most like one, or None where none does."""
    best: tuple[int, FilledForm] | None = None
    for grid in grids:
        form = _read_sheet(grid, file)
        if form is not None and (best is None or _size(form) > best[0]):
            best = (_size(form), form)
    return best[1] if best else None


def _size(form: FilledForm) -> int:
    return sum(len(table.rows) for table in form.tables) * 10 + sum(len(group.rows()) for group in form.funds)


def _read_sheet(grid: Grid, file: str) -> FilledForm | None:
    head = indicator_head(grid)
    funds_head = fund_head(grid, head.top if head else grid.rows + 1)
    title = title_of(grid, min(one.top for one in (head, funds_head) if one) if head or funds_head else 8)
    if not _is_form(head, funds_head, title):
        return None
    group, below_funds = fund_rows(grid, funds_head, head.top if head else grid.rows + 1)
    rows, empty, end = indicator_rows(grid, head) if head else ((), (), below_funds)
    table = _table(grid, head, rows, end, group)
    missing = tuple(_missing(head, funds_head))
    goals = _goals(grid, below_funds, head.top if head else grid.rows + 1) if funds_head else ()
    is_department = bool(words.DEPARTMENT_TITLE.search(title.text)) if title else False
    return FilledForm(
        file=file,
        sheet=grid.name,
        kind="department" if is_department else "project",
        read_by="labels",
        title=title or grid.at(1, 1),
        unit=unit_of(grid, head.top if head else grid.rows),
        years=years_of(title, goals, file, grid, head.top if head else 8),
        named=named_cells(grid, (funds_head or head).top),
        funds=(group,) if group else (),
        tables=(table,) if table else (),
        goals=goals,
        notes=notes_of(grid, end),
        empty_rows=empty,
        unplaced=tuple(cell for one in (funds_head, head) if one for cell in one.unplaced),
        missing=missing,
    )


def _is_form(head: Head | None, funds_head: Head | None, title: Printed | None) -> bool:
    """A table of indicators with results or scores, or a scored row of money, under a title that says what it is."""
    has_rows = head is not None and bool({"actual", "score"} & head.columns.keys())
    if has_rows and (funds_head is not None or title is not None):
        return True
    return (
        funds_head is not None and title is not None and bool({"rate", "score"} & funds_head.columns.keys())
    )


def _missing(head: Head | None, funds_head: Head | None) -> Iterator[str]:
    if funds_head is None:
        yield "年度资金（预算数、执行数）"
    if head is None:
        yield "绩效指标（指标值、完成值、得分）"
        return
    for field, label in (("actual", "实际完成值"), ("target", "年度指标值")):
        if field not in head.columns:
            yield label


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
        if label is None or words.GOAL_LABEL.fullmatch(bare_key(grid.key(row, 1))):
            break
        if words.GOAL_LABEL.fullmatch(_key(label)) or all(
            cell.state is State.TEXT for cell in cells.values()
        ):
            break
        is_total = not rows and not _key(label).startswith("其中")
        is_total = is_total or (
            bool(words.TOTAL_ROW.fullmatch(bare_key(_key(label)))) and not _has_total(rows)
        )
        rows.append(FundRow(label, is_total, **{name: cells[name] for name in cells}))
        row += 1
    rows = [_with_weight(one, head) if one.is_total else one for one in rows]
    total = next((one for one in rows if one.is_total), None)
    return FundGroup(total, tuple(one for one in rows if not one.is_total)), row


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


def _key(cell: Printed) -> str:
    return "".join(unicodedata.normalize("NFKC", cell.text).split()).strip(" :")


def indicator_rows(grid: Grid, head: Head) -> tuple[tuple[IndicatorRow, ...], tuple[Printed, ...], int]:
    """The rows below the header, those with a name and nothing else, and the row where they end."""
    rows, empty = [], []
    level_1 = level_2 = ABSENT
    row = head.bottom + 1
    while row <= grid.rows and not _ends(grid, row, head):
        cells = {name: _once(grid, row, column) for name, column in head.columns.items()}
        above_1, above_2 = (
            grid.at(row, head.columns[name]) if name in head.columns else ABSENT
            for name in ("level_1", "level_2")
        )
        if above_1.state is State.TEXT and above_1 != level_1:
            level_1, level_2 = above_1, ABSENT
        if above_2.state is State.TEXT:
            level_2 = above_2
        made = indicator(cells, level_1, level_2)
        if made is not None and not words.SUBTOTAL_ROW.fullmatch(_key(made.level_3)):
            is_empty = all(cell.is_blank for cell in (made.target, made.actual, made.weight, made.score))
            if is_empty:
                if words.EMPTY_NAME.fullmatch(_key(made.level_3)) or made.level_3.text:
                    empty.append(made.level_3)
            else:
                rows.append(made)
        row += 1
    return tuple(rows), tuple(empty), row


def _once(grid: Grid, row: int, column: int) -> Printed:
    """A cell of a row; what is merged over several rows belongs to the first of them."""
    area = grid.merged.get((row, column))
    if area and area[0] != row:
        return ABSENT
    return grid.at(row, column)


def indicator(cells: Mapping[str, Printed], level_1: Printed, level_2: Printed) -> IndicatorRow | None:
    """A row of the table, or None for one with nothing in it; a target in three columns is one text."""
    used = {name: cell for name, cell in cells.items() if not cell.is_blank}
    if not {"level_3", "target", "actual", "weight", "score"} & used.keys():
        return None
    blank = Printed(Cell("", "", ""))
    parts = [cells[name] for name in ("nature", "target") if name in cells]
    target = cells.get("target", ABSENT)
    if "nature" in cells:
        unit = cells.get("unit", ABSENT).text
        shown = "|".join((cells["nature"].text, cells.get("target", blank).text, unit))
        if any(not cell.is_blank for cell in parts):
            target = replace(target, text=shown, state=State.TEXT, number=None)
    return IndicatorRow(
        level_1=level_1,
        level_2=level_2,
        level_3=cells.get("level_3", ABSENT),
        target=target,
        target_cells=tuple(cell for cell in parts if not cell.is_blank) or (target,),
        unit=ABSENT if "nature" in cells else cells.get("unit", ABSENT),
        actual=cells.get("actual", ABSENT),
        weight=cells.get("weight", ABSENT),
        score=cells.get("score", ABSENT),
        reason=cells.get("reason", ABSENT),
    )


def _ends(grid: Grid, row: int, head: Head) -> bool:
    """Whether the indicators are over: the total, a note, or who signs."""
    last = max(
        (head.columns[name] for name in ("level_1", "level_2", "level_3") if name in head.columns), default=1
    )
    for column in range(1, last + 1):
        area = grid.merged.get((row, column))
        if area and area[0] != row:
            continue
        key = grid.key(row, column)
        if not key:
            continue
        bare = bare_key(key)
        if words.SUM_ROW.fullmatch(bare) or words.GRADE_LABEL.fullmatch(bare):
            return True
        if words.SIGN_LABEL.fullmatch(bare) or words.NOTE_START.match(key):
            return True
    return False


def _table(
    grid: Grid, head: Head | None, rows: Sequence[IndicatorRow], end: int, group: FundGroup | None
) -> ScoreTable | None:
    execution = group.total if group and group.total and group.total.score.state is not State.ABSENT else None
    if not rows and execution is None:
        return None
    label = weight = score = ABSENT
    for row in range(end, min(end + _BELOW, grid.rows) + 1):
        column = next(
            (c for c in range(1, grid.columns + 1) if words.SUM_ROW.fullmatch(bare_key(grid.key(row, c)))), 0
        )
        if column:
            label = grid.own(row, column)
            weight, score = _totals(grid, row, column, head)
            break
    grade = grade_of(grid, end, min(end + _BELOW, grid.rows))
    return ScoreTable(tuple(rows), execution, label, weight, score, grade)


def _totals(grid: Grid, row: int, column: int, head: Head | None) -> tuple[Printed, Printed]:
    """分值 and 得分 of the row 总分: in their columns, or the one or two numbers that stand in it."""
    columns = head.columns if head else {}
    behind = [grid.own(row, each) for each in range(grid.width(row, column) + 1, grid.columns + 1)]
    weight, score = (
        grid.own(row, columns[name]) if name in columns else ABSENT for name in ("weight", "score")
    )
    if not weight.is_blank or not score.is_blank:
        return weight, score
    numbers = [cell for cell in behind if cell.state is State.NUMBER]
    if len(numbers) >= 2:
        return numbers[0], numbers[1]
    return weight, numbers[0] if numbers else score


def _goals(grid: Grid, first: int, last: int) -> tuple[Printed, ...]:
    """The texts of 年度总体目标: what stands between money and indicators and is no label."""
    cells = (grid.own(row, column) for row in range(first, last) for column in range(1, grid.columns + 1))
    return tuple(
        cell
        for cell in cells
        if cell.state is State.TEXT
        and len(cell.text) >= 6
        and not words.GOAL_LABEL.fullmatch(bare_key(_key(cell)))
    )
