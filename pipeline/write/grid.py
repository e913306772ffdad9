"""Addresses on a worksheet: A1 text to row and column numbers and back. Used by everything that changes a workbook."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

MAX_ROW = 1_048_576
MAX_COLUMN = 16_384

_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_CORNER = re.compile(r"\$?([A-Za-z]{0,3})\$?([0-9]*)")


class Area(NamedTuple):
    """A rectangle of cells, all four numbers from 1 and inclusive; a whole column runs from row 1 to MAX_ROW."""

    top: int
    left: int
    bottom: int
    right: int

    def holds(self, row: int, column: int) -> bool:
        return self.top <= row <= self.bottom and self.left <= column <= self.right

    def meets(self, other: Area) -> bool:
        """Whether the two have a cell in common."""
        return (
            self.top <= other.bottom
            and other.top <= self.bottom
            and self.left <= other.right
            and other.left <= self.right
        )

    def __str__(self) -> str:
        first, last = address(self.top, self.left), address(self.bottom, self.right)
        return first if first == last else f"{first}:{last}"


@lru_cache(maxsize=MAX_COLUMN)
def letters(column: int) -> str:
    """Column number -> letters.

    >>> letters(1), letters(27), letters(16384)
    ('A', 'AA', 'XFD')
    """
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


@lru_cache(maxsize=MAX_COLUMN)
def column_number(text: str) -> int:
    """Letters -> column number; may exceed MAX_COLUMN.

    >>> column_number("A"), column_number("xfd")
    (1, 16384)
    """
    number = 0
    for letter in text.upper():
        number = number * 26 + ord(letter) - 64
    return number


def address(row: int, column: int) -> str:
    """
    >>> address(7, 5)
    'E7'
    """
    return f"{letters(column)}{row}"


def parse_address(text: object) -> tuple[int, int] | None:
    """A1 text in capitals, without ``$`` -> (row, column); None if it is no address on the grid.

    >>> parse_address("E7"), parse_address("XFE1"), parse_address("A0"), parse_address("A1048577")
    ((7, 5), None, None, None)
    """
    return _parsed(text) if isinstance(text, str) else None


@lru_cache(maxsize=65_536)
def _parsed(text: str) -> tuple[int, int] | None:
    match = _ADDRESS.fullmatch(text)
    if match is None:
        return None
    row, column = int(match[2]), column_number(match[1])
    return (row, column) if row <= MAX_ROW and column <= MAX_COLUMN else None


def parse_area(text: str) -> Area:
    """A ``ref`` of the file format -> Area. Raises ValueError for anything else.

    >>> parse_area("B2:A1"), parse_area("$C$5"), str(parse_area("B:C")), str(parse_area("2:3"))
    (Area(top=1, left=1, bottom=2, right=2), Area(top=5, left=3, bottom=5, right=3), 'B1:C1048576', 'A2:XFD3')
    """
    first, colon, last = text.strip().partition(":")
    corners = [_CORNER.fullmatch(first), _CORNER.fullmatch(last or first)]
    if None in corners or not first or (colon and not last):
        raise ValueError(f"“{text}”不是单元格区域。")
    rows, columns = [], []
    for corner, (lowest_row, lowest_column) in zip(corners, ((1, 1), (MAX_ROW, MAX_COLUMN)), strict=True):
        columns.append(column_number(corner[1]) if corner[1] else lowest_column)
        rows.append(int(corner[2]) if corner[2] else lowest_row)
    area = Area(min(rows), min(columns), max(rows), max(columns))
    if area.top < 1 or area.bottom > MAX_ROW or area.right > MAX_COLUMN:
        raise ValueError(f"“{text}”不是单元格区域。")
    return area


def parse_areas(text: str) -> list[Area]:
    """A ``sqref`` (areas with blanks between) -> Areas.

    >>> [str(area) for area in parse_areas("A1:B2 D4")]
    ['A1:B2', 'D4']
    """
    return [parse_area(part) for part in text.split()]
