"""Which formulas may have lost their cached value: those that can be reached from a changed cell. Part of the proof.

Rougher than the patcher on purpose, and sharing nothing with it: a formula with a name, a table, a range that is not
plain or a function that looks elsewhere counts as reached. So it never objects to what the patcher rightly emptied, and
still sees the value of an unrelated formula go missing.
"""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from lxml import etree

_TEXT_OR_ERROR = re.compile(r'"[^"]*"|#[A-Z/0-9_]+[!?]?')
_SHEET = r"""(?:('(?:[^']|'')*'|[^\s'"!,;+*/^&=<>(){}-]+)!)?"""
_CELL = r"\$?[A-Z]{1,3}\$?[1-9][0-9]{0,6}"
_REFERENCE = re.compile(
    rf"(?<![\w.\\$']){_SHEET}"
    rf"(?:({_CELL})(?::({_CELL}))?|(\$?[A-Z]{{1,3}}):(\$?[A-Z]{{1,3}})|(\$?[0-9]{{1,7}}):(\$?[0-9]{{1,7}}))"
    r"(?![\w.\\(\[!])",
    re.IGNORECASE,
)
_WORD = re.compile(r"(?<![\w.])[^\W\d][\w.\\?]*(\s*\()?")
#: functions whose value may change though nothing in their brackets does
_ELSEWHERE = frozenset(
    "INDIRECT OFFSET NOW TODAY RAND RANDBETWEEN RANDARRAY CELL INFO RTD CALL EVALUATE FORMULATEXT SUMIF AVERAGEIF".split()
)
_LAST = (1_048_576, 16_384)

Corners = tuple[int, int, int, int]
Area = tuple[str, Corners]  # the sheet's name, case-folded, and top, left, bottom, right


class Source(NamedTuple):
    """A formula: the cells that show it (sheet, row, column) and the areas it reads; None if that cannot be told."""

    shows: list[tuple[str, int, int]]
    reads: list[Area] | None


def unfounded(
    sheets: Mapping[str, etree._Element],
    workbook: etree._Element,
    emptied: Collection[tuple[str, int, int]],
    changed: Iterable[tuple[str, int, int]],
) -> list[str]:
    """Sentences for the cells in ``emptied`` (sheet, row, column) whose formula no changed cell can reach.

    ``sheets``: name -> root, of all worksheets of the blank; ``workbook``: the root of its workbook part.
    """
    names = {item.get("name", "").casefold() for item in workbook.iterfind("{*}definedNames/{*}definedName")}
    sources = [
        source for sheet, root in sheets.items() for source in sources_of(sheet, list(cells_of(root)), names)
    ]
    return [
        f"{sheet}!{address_of(row, column)}:公式与所改单元格无关,缓存值却没有了。"
        for sheet, row, column in sorted(set(emptied) - reached(sources, changed))
    ]


def reached(
    sources: Collection[Source], changed: Iterable[tuple[str, int, int]]
) -> set[tuple[str, int, int]]:
    """The cells (sheet, row, column) whose formula can have a new value once the cells ``changed`` have one."""
    rows: dict[tuple[str, int], list[int]] = {}
    columns: dict[str, set[int]] = {}

    def add(sheet: str, row: int, column: int) -> None:
        columns.setdefault(sheet.casefold(), set()).add(column)
        held = rows.setdefault((sheet.casefold(), column), [])
        place = bisect_left(held, row)
        if place == len(held) or held[place] != row:
            insort(held, row)

    def holds(area: Area) -> bool:
        sheet, (top, left, bottom, right) = area
        there = columns.get(sheet, ())
        for column in range(left, right + 1) if right - left < len(there) else list(there):
            held = rows.get((sheet, column)) if left <= column <= right else None
            if held and (place := bisect_left(held, top)) < len(held) and held[place] <= bottom:
                return True
        return False

    for place in changed:
        add(*place)
    found: set[tuple[str, int, int]] = set()
    waiting = list(sources)
    while True:
        left = []
        for source in waiting:
            if source.reads is None or any(map(holds, source.reads)):
                found.update(source.shows)
                for place in source.shows:
                    add(*place)
            else:
                left.append(source)
        if len(left) == len(waiting):
            return found
        waiting = left[::-1]  # a chain that runs upwards is followed on the way back


def sources_of(
    sheet: str, cells: Sequence[tuple[int, int, etree._Element]], names: Collection[str]
) -> Iterator[Source]:
    """The formulas of a worksheet. ``cells``: (row, column, element); ``names``: the defined names, case-folded."""
    masters: dict[str, tuple[str, int, int]] = {}
    for row, column, cell in cells:
        formula = cell.find("{*}f")
        if formula is None:
            continue
        text, kind = formula.text or "", formula.get("t", "normal")
        shows = [(sheet, row, column)]
        down = across = 0
        if kind == "shared":
            if text:
                masters[formula.get("si", "")] = text, row, column
            text, first, left = masters.get(formula.get("si", ""), ("", row, column))
            down, across = row - first, column - left
        elif formula.get("ref") and kind in ("array", "dataTable"):
            top, left, bottom, right = corners_of(formula.get("ref"))
            shows += ((sheet, r, c) for r, c, _ in cells if top <= r <= bottom and left <= c <= right)
        plain = kind != "dataTable" and formula.get("ca") not in ("1", "true")
        yield Source(shows, _reads(sheet, text, down, across, names) if plain else None)


def _reads(home: str, text: str, down: int, across: int, names: Collection[str]) -> list[Area] | None:
    """The areas a formula names, as seen from a cell that much further on; None if it names anything else."""
    text = _TEXT_OR_ERROR.sub(" ", text)
    areas = []
    for match in _REFERENCE.finditer(text):
        sheet = (match[1] or home).strip("'").replace("''", "'").casefold()
        if ":" in sheet:
            return None
        ends = [end for end in match.groups()[1:] if end]
        areas.append((sheet, corners_of(":".join(ends), down, across)))
    rest = _REFERENCE.sub(" ", text)
    if not text.strip() or re.search(r"[\[:]", rest):
        return None
    for word in _WORD.finditer(rest):
        name = word[0].rstrip("( \t\r\n").upper()
        called = name.removeprefix("_XLFN.").removeprefix("_XLWS.")
        if called in _ELSEWHERE or called.startswith("GET.") or name.casefold() in names:
            return None
        if not word[1] and name not in ("TRUE", "FALSE"):
            return None
    beyond = any(area[2] > _LAST[0] or area[3] > _LAST[1] or min(area) < 1 for _, area in areas)
    return None if beyond else areas


def cells_of(root: etree._Element) -> Iterator[tuple[int, int, etree._Element]]:
    for sheet_data in root.iterfind("{*}sheetData"):
        for number, row in row_numbers(sheet_data):
            for column, cell in cell_columns(row):
                yield number, column, cell


def row_numbers(sheet_data: etree._Element) -> Iterator[tuple[int, etree._Element]]:
    number = 0
    for row in sheet_data.iterfind("{*}row"):
        first = next((cell.get("r") for cell in row if cell.get("r")), None)
        number = int(row.get("r") or (place_of(first)[0] if first else number + 1))
        yield number, row


def cell_columns(row: etree._Element) -> Iterator[tuple[int, etree._Element]]:
    column = 0
    for cell in row:
        if isinstance(cell.tag, str) and etree.QName(cell).localname == "c":
            column = place_of(cell.get("r"))[1] if cell.get("r") else column + 1
            yield column, cell


def place_of(address: str) -> tuple[int, int]:
    """(row, column) of an address; 0 for what it leaves out."""
    letters, digits = re.fullmatch(r"\$?([A-Za-z]*)\$?([0-9]*)", address).groups()
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    return int(digits or 0), column


def address_of(row: int, column: int) -> str:
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return f"{text}{row}"


def corners_of(reference: str, down: int = 0, across: int = 0) -> Corners:
    """The corners in order; what is not fixed by a ``$`` is moved; a whole row or column reaches to the edges."""
    first, _, last = reference.partition(":")
    ends = []
    for end in (first, last or first):
        row, column = place_of(end)
        fixed = re.match(r"(\$?)[A-Za-z]*(\$?)", end)
        row_fixed = fixed[2] or (fixed[1] and not column)
        ends.append(
            (
                row and row + (0 if row_fixed else down),
                column and column + (0 if fixed[1] and column else across),
            )
        )
    rows, columns = zip(*ends, strict=True)
    whole = not all(rows), not all(columns)
    return (
        1 if whole[0] else min(rows), 1 if whole[1] else min(columns),
        _LAST[0] if whole[0] else max(rows), _LAST[1] if whole[1] else max(columns),
    )  # fmt: skip
