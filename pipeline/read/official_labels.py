"""A filled form of the national layout read by its labels, wherever they stand: nothing is known of it but its words.

Used by ``official`` for forms without a map. Tables are found by the words of their headers (one row or two), merged
levels are filled down, whatever no word explains is listed. Source: docs/domain.md §4 to §6.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from pipeline.model import Cell
from pipeline.model_filled import (
    ABSENT,
    FilledForm,
    FundGroup,
    IndicatorRow,
    Printed,
    ScoreTable,
    State,
)
from pipeline.read import official_words as words
from pipeline.read.official_cells import Grid, bare_key
from pipeline.read.official_heads import Head, fund_head, indicator_head
from pipeline.read.official_money import fund_rows, key_of, paired_money
from pipeline.read.official_rest import (
    grade_in_row,
    grade_of,
    head_score,
    named_cells,
    notes_of,
    title_of,
    unit_of,
    years_of,
)

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
    last = head.top if head else grid.rows + 1
    group, below_funds = fund_rows(grid, funds_head, last)
    if group is None or not group.rows():
        group, below_funds = paired_money(grid, last)
    rows, empty, end = indicator_rows(grid, head) if head else ((), (), below_funds)
    table = _table(grid, head, rows, end, group)
    missing = tuple(_missing(head, group))
    goals = _goals_above(grid, funds_head) if funds_head else ()
    goals += _goals(grid, below_funds, last) if group else ()
    printed_above = head_score(grid, (funds_head or head).top)
    if table and table.total_score.is_blank and not printed_above.is_blank:
        table = replace(table, total_label=printed_above, total_score=printed_above)
    is_department = bool(words.DEPARTMENT_TITLE.search(title.text)) if title else False
    return FilledForm(
        file=file,
        sheet=grid.name,
        kind="department" if is_department else "project",
        read_by="labels",
        title=title or grid.at(1, 1),
        unit=unit_of(grid, head.top if head else grid.rows),
        years=years_of(title, goals, file, grid, head.top if head else grid.top + 7),
        named=named_cells(grid, (funds_head or head).top),
        funds=(group,) if group else (),
        tables=(table,) if table else (),
        goals=goals,
        notes=notes_of(grid, end),
        empty_rows=empty,
        unplaced=tuple(cell for one in (funds_head, head) if one for cell in one.unplaced),
        missing=missing,
        same={"total.score": (table.total_score, printed_above)}
        if table and not printed_above.is_blank
        else {},
    )


def _is_form(head: Head | None, funds_head: Head | None, title: Printed | None) -> bool:
    """A table of indicators with results or scores, or a scored row of money, under a title that says what it is."""
    has_rows = head is not None and bool({"actual", "score"} & head.columns.keys())
    if has_rows and (funds_head is not None or title is not None):
        return True
    return (
        funds_head is not None and title is not None and bool({"rate", "score"} & funds_head.columns.keys())
    )


def _missing(head: Head | None, group: FundGroup | None) -> Iterator[str]:
    if group is None:
        yield "年度资金（预算数、执行数）"
    if head is None:
        yield "绩效指标（指标值、完成值、得分）"
        return
    for field, label in (("actual", "实际完成值"), ("target", "年度指标值")):
        if field not in head.columns:
            yield label


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
        levels = (cells[name] for name in ("level_1", "level_2", "level_3") if name in cells)
        if made is not None and not any(words.SUBTOTAL_ROW.fullmatch(key_of(cell)) for cell in levels):
            is_empty = all(cell.is_blank for cell in (made.target, made.actual, made.weight, made.score))
            if is_empty:
                if words.EMPTY_NAME.fullmatch(key_of(made.level_3)) or made.level_3.text:
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
    for row in range(end, min(end + _BELOW, grid.rows) + 1) if head else ():
        column = next(
            (c for c in range(1, grid.columns + 1) if words.SUM_ROW.fullmatch(bare_key(grid.key(row, c)))), 0
        )
        if column:
            label = grid.own(row, column)
            weight, score = _totals(grid, row, column, head)
            break
    grade = grade_of(grid, end, min(end + _BELOW, grid.rows))
    if grade.is_blank and not label.is_blank:
        grade = grade_in_row(grid, label) or grade
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


def _goals_above(grid: Grid, funds_head: Head) -> tuple[Printed, ...]:
    """Goals that a form prints before its money: from the first row that speaks of a goal."""
    for row in range(grid.top + 1, funds_head.top):
        if any("目标" in grid.key(row, column) for column in range(1, grid.columns + 1)):
            return _goals(grid, row, funds_head.top)
    return ()


def _goals(grid: Grid, first: int, last: int) -> tuple[Printed, ...]:
    """The texts of 年度总体目标: what stands between money and indicators and is no label."""
    cells = (grid.own(row, column) for row in range(first, last) for column in range(1, grid.columns + 1))
    return tuple(
        cell
        for cell in cells
        if cell.state is State.TEXT
        and len(cell.text) >= 6
        and not words.GOAL_LABEL.fullmatch(bare_key(key_of(cell)))
    )
