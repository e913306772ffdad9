"""Cells of a filled official form, as a person sees them: the value with the decimals the cell prints, and its place.

Used by ``official_map`` and ``official_labels``. The number format decides what is seen of a number (0.9775 as 97.75%);
a text that is a number with a unit behind it (99.55分) is that number. Source: docs/domain.md §2 and §5.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property

from pipeline.forms import header_key
from pipeline.model import Cell
from pipeline.model_filled import Printed, State
from pipeline.money import NotANumber, exact, parse_number, round_half_up
from pipeline.read.raw import Raw, shown
from pipeline.read.sheetxml import letters
from pipeline.read.workbook import Sheet

_DASHES = frozenset({"-", "--", "---", "—", "——", "–", "−", "/", "//", "\\", "一", "一一", "___", "_", "―"})
_NONE = frozenset({"无", "不适用", "不涉及", "n/a", "na"})
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_WITH_UNIT = re.compile(
    r"(?:(?:总分|合计|总计)?(?:值|得分)?为?[::]?\s*)([-+(]?[\d,.]+\)?\s*%?)\s*(亿元|万元|千元|元|分|万|个百分点)?\s*(\((?![\d.]+\)).*\))?",
    re.S,
)
#: what a text cell may hold before it is a text and no number
_LONGEST = 60


@dataclass(frozen=True)
class Grid:
    """One sheet of a form: cells by row and column from 1."""

    file: str
    sheet: Sheet

    @property
    def name(self) -> str:
        return self.sheet.name

    @cached_property
    def rows(self) -> int:
        return len(self.sheet.grid)

    @cached_property
    def top(self) -> int:
        """The first row with anything in it: not the sheet's first where forms stand below one another."""
        return next((row for row, _, _ in self.cells()), 1)

    @cached_property
    def columns(self) -> int:
        return max(map(len, self.sheet.grid), default=0)

    @cached_property
    def merged(self) -> dict[tuple[int, int], tuple[int, int, int, int]]:
        """Every cell of a merge -> the merge (first row, first column, last row, last column)."""
        inside = {}
        for area in self.sheet.merges:
            top, left, bottom, right = area
            for row in range(top, min(bottom, self.rows) + 1):
                for column in range(left, min(right, left + 60) + 1):
                    inside[row, column] = area
        return inside

    def at(self, row: int, column: int) -> Printed:
        """The cell; an inner cell of a merge is its first."""
        top, left, _, _ = self.merged.get((row, column), (row, column, row, column))
        return self.own(top, left)

    def own(self, row: int, column: int) -> Printed:
        """The cell itself, blank inside a merge."""
        address = f"{letters(column)}{row}"
        cell = Cell(self.file, self.sheet.name, address)
        formulas = self.sheet.formulas
        if address in formulas.errors:
            return Printed(cell, formulas.errors[address], State.TEXT)
        raw = self.sheet.raw(row, column)
        if raw in (None, "") and address in formulas.uncached:
            return Printed(cell, "", State.UNCACHED)
        return printed(cell, raw, self.sheet.number_format(address) or "General")

    def key(self, row: int, column: int) -> str:
        """A text cell as labels are compared: without blanks, width and a colon at its end; "" for anything else."""
        raw = self.sheet.raw(row, column)
        return label_key(raw) if isinstance(raw, str) else ""

    def width(self, row: int, column: int) -> int:
        """The last column of the cell or of its merge."""
        return self.merged.get((row, column), (row, column, row, column))[3]

    def cells(self) -> Iterator[tuple[int, int, Raw]]:
        """Every filled cell in reading order."""
        for number, row in enumerate(self.sheet.grid, 1):
            for column, raw in enumerate(row, 1):
                if raw not in (None, ""):
                    yield number, column, raw


@cache
def column_number(letter: str) -> int:
    """A column's letters as its number from 1.

    >>> column_number("A"), column_number("AA")
    (1, 27)
    """
    number = 0
    for sign in letter:
        number = number * 26 + ord(sign) - 64
    return number


def label_key(text: str) -> str:
    """A label as it is compared.

    >>> label_key("项目资金\\n（万元）："), label_key("其中：当年财政拨款")
    ('项目资金(万元)', '其中:当年财政拨款')
    """
    return header_key(text).strip(" :_") if len(text) < 400 else ""


def bare_key(key: str) -> str:
    """A header without what stands in brackets behind it.

    >>> bare_key("全年执行数(b)"), bare_key("得分(20分*执行率)"), bare_key("执行率(b/a*100%)")
    ('全年执行数', '得分', '执行率')
    """
    return re.sub(r"\([^()]*\)?$", "", key)


def printed(cell: Cell, raw: Raw, number_format: str = "General") -> Printed:
    """A raw cell as it is seen.

    >>> printed(Cell("", "", "G7"), 0.9775, "0.00%").text, printed(Cell("", "", "G26"), "99.55分").number
    ('97.75%', Fraction(1991, 20))
    """
    if raw is None or raw == "":
        return Printed(cell)
    if isinstance(raw, (bool, dt.date, dt.time, dt.timedelta)):
        return Printed(cell, shown(raw), State.TEXT)
    if isinstance(raw, (int, float)):
        return _number(cell, raw, number_format)
    return _text(cell, raw)


def _number(cell: Cell, raw: float, number_format: str) -> Printed:
    try:
        value = exact(raw)
    except NotANumber:
        return Printed(cell, shown(raw), State.TEXT)
    plain = _QUOTED.sub("", number_format.split(";")[0])
    has_sign = "%" in plain
    if "0" in plain and "E" not in plain.upper():
        digits = len(re.match(r"[0#?]*", plain.partition(".")[2])[0])
        seen = round_half_up(value * 100 if has_sign else value, digits)
        text = f"{seen:,f}" if "," in plain else f"{seen:f}"
        return Printed(cell, text + "%" * has_sign, State.NUMBER, value, digits, has_sign)
    text = shown(raw)
    return Printed(cell, text, State.NUMBER, value, len(text.partition(".")[2]) if "E" not in text else 0)


def _text(cell: Cell, raw: str) -> Printed:
    text = raw.strip()
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    if not plain:
        return Printed(cell)
    if plain.casefold() in _DASHES or text in _DASHES:
        return Printed(cell, text, State.DASH)
    if plain.casefold() in _NONE:
        return Printed(cell, text, State.NONE)
    found = _WITH_UNIT.fullmatch(plain) if len(plain) <= _LONGEST else None
    if found:
        try:
            number, notes = parse_number(found[1])
        except NotANumber:
            return Printed(cell, text, State.TEXT)
        digits = len(re.sub(r"[^\d.]", "", found[1]).partition(".")[2])
        return Printed(cell, text, State.NUMBER, number, digits, "percent" in notes, found[2] or "")
    return Printed(cell, text, State.TEXT)


def as_fraction(text: str) -> Fraction | None:
    """A plain number in a text, or None."""
    try:
        return parse_number(text)[0]
    except NotANumber:
        return None
