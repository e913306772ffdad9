"""What stands around the tables of a filled form: title, years, unit, names, grade, notes.

Used by ``official_labels`` and ``official_map``. Source: docs/domain.md §5 and §6.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import PurePosixPath

from pipeline.model import Cell
from pipeline.model_filled import ABSENT, Printed, State
from pipeline.read import official_words as words
from pipeline.read.official_cells import Grid, bare_key, label_key

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*年")
_FILE_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
#: words around a year that say it is another one on purpose
_OTHER_YEAR = re.compile(
    r"上年|去年|比|较|同期|结转|自\s*\d|从\s*\d|至|[-—–~]|起|规划|第?[〔\[（(]\s*\d|次年|明年|印发|号"
)
_YEAR_ALONE = re.compile(r"\(?(19|20)\d\d年\)?")
_LONG = 8


def title_of(grid: Grid, before: int) -> Printed | None:
    """The title: the first text above the tables that says what the form is."""
    for row, column, raw in grid.cells():
        if row > max(before, grid.top + 5):
            return None
        if (
            isinstance(raw, str)
            and len(raw) < 80
            and words.TITLE.search(label_key(raw))
            and "监控" not in raw
        ):
            return grid.own(row, column)
    return None


def one_below_another(grid: Grid) -> list[Grid]:
    """The forms of a sheet that holds several: each from the row behind the one above to its last, addresses as they are.

    A form begins with its title, or with 项目名称 where titles are missing.
    """
    named = [row for row, column, raw in grid.cells() if column <= 2 and _is_named(raw)]
    if len(named) < 2:
        return [grid]
    first = [1, *(_title_above(grid, above, row) for above, row in pairwise(named))]
    return [
        Grid(grid.file, replace(grid.sheet, grid=[
            row if start <= number < end else [None] * len(row)
            for number, row in enumerate(grid.sheet.grid[: end - 1], 1)
        ]))
        for start, end in pairwise([*first, grid.rows + 1])
    ]  # fmt: skip


def _is_named(raw: object) -> bool:
    return isinstance(raw, str) and bool(words.NAMED["name"].fullmatch(bare_key(label_key(raw))))


def _title_above(grid: Grid, above: int, row: int) -> int:
    """The row of the title between two forms; that of 项目名称 where there is none."""
    for number in range(row - 1, above, -1):
        keys = (grid.key(number, column) for column in range(1, grid.columns + 1))
        if any(key and len(key) < 40 and words.TITLE.search(key) for key in keys):
            return number
    return row


def unit_of(grid: Grid, before: int) -> str:
    """The unit of the amounts as declared above the indicators; "" where nothing says it."""
    for row, _, raw in grid.cells():
        if row >= before:
            break
        if isinstance(raw, str) and (
            found := words.UNIT.search("".join(unicodedata.normalize("NFKC", raw).split()))
        ):
            return found[1]
    return ""


def years_of(
    title: Printed | None, goals: Iterable[Printed], file: str, grid: Grid, before: int
) -> tuple[tuple[str, int, Printed], ...]:
    """Years named: in the file's name, at the head (the title or the line under it), and in the goals.

    A goal that names the head's year, or another on purpose (较2021年, 2021—2023年), says nothing.
    """
    found: list[tuple[str, int, Printed]] = []
    name = PurePosixPath(file).stem
    named = {int(each) for each in _FILE_YEAR.findall(name)}
    if len(named) == 1:
        found.append(("file", named.pop(), Printed(Cell(file, "", ""), name, State.TEXT)))
    heads: list[tuple[int, Printed]] = []
    for row, column, raw in grid.cells():
        if row >= min(before, grid.top + 7):
            break
        if (
            not isinstance(raw, str)
            or len(raw) >= 60
            or not _tells_year(raw)
            or not _is_head(grid, row, column)
        ):
            continue
        if any(pattern.fullmatch(label_key(raw)) for pattern in words.NAMED.values()):
            continue
        years = dict.fromkeys(_YEAR.findall(unicodedata.normalize("NFKC", raw)))
        heads += [(int(each), grid.own(row, column)) for each in years]
    found += [("title", year, cell) for year, cell in heads]
    for goal in goals:
        text = unicodedata.normalize("NFKC", goal.text)
        years = {int(each) for each in _YEAR.findall(text)}
        if len(years) == 1 and not _OTHER_YEAR.search(
            text[: text.find("年") + 1][-12:] + text[text.find("年") :][:6]
        ):
            found.append(("goal", years.pop(), goal))
    return tuple(found)


def _tells_year(text: str) -> bool:
    """A line of the head that says which year the form is of: （2021年度）, (2021年), 2022年项目绩效自评表."""
    key = label_key(text)
    return "年度" in key or bool(_YEAR_ALONE.fullmatch(key) or words.TITLE.search(key))


def _is_head(grid: Grid, row: int, column: int) -> bool:
    """A line of the head and no value beside a label (a project's name may hold a year)."""
    return column == 1 or not any(grid.key(row, each) for each in range(1, column))


def head_year(years: Sequence[tuple[str, int, Printed]]) -> int | None:
    """The year of the form: of its head, else of its file's name."""
    for kind in ("title", "file"):
        for where, year, _ in years:
            if where == kind:
                return year
    return None


def named_cells(grid: Grid, before: int) -> Mapping[str, Printed]:
    """项目名称, 主管部门, 实施单位: the cell right of the label."""
    found: dict[str, Printed] = {}
    for row, column, raw in grid.cells():
        if row >= before:
            break
        if isinstance(raw, str):
            key = bare_key(label_key(raw))
            for name, pattern in words.NAMED.items():
                if name not in found and pattern.fullmatch(key):
                    beside = range(grid.width(row, column) + 1, grid.width(row, column) + 4)
                    cells = [grid.own(row, each) for each in beside]
                    found[name] = next((cell for cell in cells if not cell.is_blank), cells[0])
    return found


def head_score(grid: Grid, before: int) -> Printed:
    """自评得分 printed among the facts above the tables, with its number beside it; ABSENT where it is not."""
    for row, column, raw in grid.cells():
        if row >= before:
            break
        if isinstance(raw, str) and words.HEAD_SCORE.fullmatch(bare_key(label_key(raw))):
            beside = range(grid.width(row, column) + 1, grid.width(row, column) + 4)
            cell = next((one for at in beside if not (one := grid.own(row, at)).is_blank), ABSENT)
            if cell.state is State.NUMBER:
                return cell
    return ABSENT


def grade_of(grid: Grid, first: int, last: int) -> Printed:
    """The grade beside its label, or behind it in one cell (等级：优)."""
    for row in range(first, last + 1):
        for column in range(1, grid.columns + 1):
            key = grid.key(row, column)
            if not key:
                continue
            label, _, behind = key.partition(":")
            if behind and words.GRADE_LABEL.fullmatch(bare_key(label)) and len(behind) <= 4:
                cell = grid.own(row, column)
                return Printed(cell.cell, behind, State.TEXT)
            if words.GRADE_LABEL.fullmatch(bare_key(key)):
                for beside in range(grid.width(row, column) + 1, grid.columns + 1):
                    cell = grid.own(row, beside)
                    if not cell.is_blank:
                        return cell
                return grid.own(row, grid.width(row, column) + 1)
    return ABSENT


def grade_in_row(grid: Grid, label: Printed) -> Printed | None:
    """A grade that stands in the row of the total, without a label of its own."""
    row = int(re.sub(r"\D", "", label.cell.address))
    cells = (grid.own(row, column) for column in range(1, grid.columns + 1))
    return next((cell for cell in cells if words.GRADE.fullmatch(cell.text.strip())), None)


def notes_of(grid: Grid, first: int) -> tuple[Printed, ...]:
    """Texts below the indicators: 说明 and footnotes."""
    return tuple(
        grid.own(row, column)
        for row, column, raw in grid.cells()
        if row >= first and isinstance(raw, str) and len(raw.strip()) >= _LONG
    )
