"""What the XML of an .xlsx sheet says that a reading library keeps to itself, and how far it is filled.

Each sheet that will be read is gone through once, by a parser that takes nothing but well-formed XML: a far
cell makes the reading library allocate everything in between, error cells and formulas without a cached value come
back from it as blanks, number formats, hidden rows and input rules not at all. Source: ECMA-376 part 1, 18.3.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from xml.parsers import expat

#: what Excel can hold; more than so many merged areas is no form any more
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
MOST_MERGES = 20_000
#: how far right a header is looked for
FARTHEST_HEADER = 256
#: characters of areas with input rules beyond which they are not looked into
_MOST_AREAS = 200_000

_PLACE = re.compile(r"([A-Za-z]{0,3})([0-9]{1,7})")
_AREA = re.compile(r"([A-Z]{1,3})([0-9]{1,7})(?::([A-Z]{1,3})([0-9]{1,7}))?")
_TRUE = ("1", "true", "on")

Area = tuple[int, int, int, int]


class TooMany(Exception):
    """More of something than a form holds: what, in Chinese words."""


@dataclass(frozen=True, slots=True)
class Formulas:
    """Cells by address: ``errors`` with their text (#REF!), ``uncached`` without a value, ``all`` formula cells."""

    errors: Mapping[str, str] = field(default_factory=dict)
    uncached: frozenset[str] = frozenset()
    all: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Scan:
    """One sheet. ``rows``, ``columns``: down to the farthest filled cell. ``styles``: of the filled cells.

    ``hidden_rows``, ``hidden_columns``: hidden and not folded by an outline, which shows its +.
    ``merges``: first row, first column, last row, last column, from 1. ``ruled``: areas with input rules as the
    file writes them; None where there are too many to look into. ``shared``: cells that hold a shared string.
    """

    rows: int = 0
    columns: int = 0
    formulas: Formulas = Formulas()
    styles: Mapping[str, int] = field(default_factory=dict)
    merges: Sequence[Area] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    ruled: str | None = ""
    shared: int = 0
    #: characters of shared strings in all cells; only where the lengths were given
    volume: int = 0


@cache
def letters(column: int) -> str:
    """The letters of a column counted from 1.

    >>> letters(1), letters(27), letters(16384)
    ('A', 'AA', 'XFD')
    """
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


@cache
def number(column: str) -> int:
    """The number of a column, from 1.

    >>> number("A"), number("xfd")
    (1, 16384)
    """
    total = 0
    for letter in column.upper():
        total = total * 26 + ord(letter) - 64
    return total


def scan(xml: bytes, lengths: Sequence[int] = ()) -> Scan:
    """Goes through a sheet. ``lengths``: of the shared strings, where their volume is asked for.

    Raises ExpatError or ValueError for a broken sheet, TooMany for one no form can be.
    """
    scanner = _Scanner(lengths)
    scanner.parser.Parse(xml, True)
    return scanner.result()


class _Scanner:
    """What is known while a sheet is gone through, element by element."""

    def __init__(self, lengths: Sequence[int]):
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self._at_start: dict[str, Callable[[dict], None]] = {
            "c": self._cell, "v": self._value, "is": self._inline, "row": self._row, "f": self._formula,
            "col": self._column, "mergeCell": self._merge, "dataValidation": self._rule, "sqref": self._rule_area,
        }  # fmt: skip
        self._at_end: dict[str, Callable[[], None]] = {"c": self._close, "v": self._stop, "sqref": self._stop}
        self._lengths = lengths
        self._row_number, self._kind = 0, ""
        #: the cell gone through, and how many cells without an address follow it
        self._cell_at: dict[str, str] = {}
        self._beyond = 0
        self._text: list[str] = []
        self._is_formula = self._has_value = self._is_inline = False
        self._last_row = self._last_column = self._shared = self._volume = self._columns = 0
        self._rules: list[str] = []
        self._errors: dict[str, str] = {}
        self._uncached: set[str] = set()
        self._all: set[str] = set()
        self._styles: dict[str, int] = {}
        self._merges: list[Area] = []
        self._hidden_rows: set[int] = set()
        self._hidden_columns: set[int] = set()

    def result(self) -> Scan:
        ruled = " ".join(self._rules)
        return Scan(
            self._last_row, self._last_column,
            Formulas(self._errors, frozenset(self._uncached), frozenset(self._all)),
            self._styles, self._merges, frozenset(self._hidden_rows), frozenset(self._hidden_columns),
            ruled if len(ruled) <= _MOST_AREAS else None, self._shared, self._volume,
        )  # fmt: skip

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        do = self._at_start.get(tag)
        if do is None and ":" in tag:
            do = self._at_start.get(tag.rpartition(":")[2])
        if do:
            do(attributes)

    def _end(self, tag: str) -> None:
        do = self._at_end.get(tag.rpartition(":")[2])
        if do:
            do()

    def _stop(self) -> None:
        self.parser.CharacterDataHandler = None

    def _listen(self, where: list[str]) -> None:
        """From here on the text and the ends of elements matter; of most cells they do not."""
        self.parser.CharacterDataHandler, self.parser.EndElementHandler = where.append, self._end

    def _row(self, attributes: dict[str, str]) -> None:
        said = attributes.get("r")
        if said is None:
            self._row_number += 1
        else:
            self._row_number = int(said) if said.isdecimal() else _place(said)[0]
        self._cell_at, self._beyond = {}, 0
        is_out_of_sight = attributes.get("hidden") in _TRUE or _is_zero(attributes.get("ht"))
        if is_out_of_sight and attributes.get("outlineLevel", "0") == "0":
            self._hidden_rows.add(self._row_number)

    def _cell(self, attributes: dict[str, str]) -> None:
        if "r" in attributes:
            self._cell_at, self._beyond = attributes, 0
        else:
            self._beyond += 1
        self._kind, self._style = attributes.get("t"), attributes.get("s")
        self._is_formula = self._has_value = self._is_inline = False
        if self._kind == "e":
            self.parser.EndElementHandler = self._end

    def _at(self) -> tuple[int, int]:
        """Row and column of the cell; one without an address follows the one before it, in the row of its element."""
        row, column = _place(self._cell_at["r"]) if self._cell_at else (self._row_number, 0)
        if self._beyond:
            row = self._row_number
        column += self._beyond
        if not (1 <= row <= LAST_ROW and 1 <= column <= LAST_COLUMN):
            raise ValueError(f"{row} {column}")
        return row, column

    def _value(self, attributes: dict[str, str]) -> None:
        self._filled()
        self._has_value = True
        self._shared += self._kind == "s"
        if self._is_formula or self._kind == "e" or (self._lengths and self._kind == "s"):
            self._text.clear()
            self._listen(self._text)

    def _inline(self, attributes: dict[str, str]) -> None:
        self._filled()
        self._is_inline = True

    def _formula(self, attributes: dict[str, str]) -> None:
        self._is_formula = True
        self._text.clear()
        self.parser.EndElementHandler = self._end

    def _filled(self) -> None:
        row, column = self._at()
        if row > self._last_row:
            self._last_row = row
        if column > self._last_column:
            self._last_column = column
        if self._style:
            self._styles[f"{letters(column)}{row}"] = int(self._style)

    def _close(self) -> None:
        """What the cell just left turned out to be."""
        self.parser.EndElementHandler = None
        text = "".join(self._text).strip() if self._has_value else ""
        if self._is_formula or self._kind == "e":
            row, column = self._at()
            address = f"{letters(column)}{row}"
            is_uncached = False
            if self._is_formula:
                self._all.add(address)
                # a formula that gives an empty text stores t="str" and an empty value: that is a result
                is_uncached = (
                    not text and not self._is_inline and not (self._kind == "str" and self._has_value)
                )
            if is_uncached:
                self._uncached.add(address)
            elif self._kind == "e":
                self._errors[address] = text or "#?"
        elif text and self._lengths:
            self._volume += self._lengths[int(text)] if int(text) < len(self._lengths) else 0
        self._is_formula = False

    def _column(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") not in _TRUE and not _is_zero(attributes.get("width")):
            return
        self._columns += 1
        if self._columns > LAST_COLUMN:
            raise TooMany(f"列的设置超过 {LAST_COLUMN} 条")
        first, last = int(attributes["min"]), min(int(attributes["max"]), FARTHEST_HEADER)
        if attributes.get("outlineLevel", "0") == "0":
            self._hidden_columns.update(range(max(first, 1), last + 1))

    def _merge(self, attributes: dict[str, str]) -> None:
        if len(self._merges) >= MOST_MERGES:
            raise TooMany(f"合并单元格超过 {MOST_MERGES} 处")
        self._merges += areas(attributes.get("ref", "")[:50])

    def _rule(self, attributes: dict[str, str]) -> None:
        self._rules.append(attributes.get("sqref", ""))

    def _rule_area(self, attributes: dict[str, str]) -> None:
        """Newer rules stand in an extension of the sheet, their area as text."""
        self._listen(self._rules)


def _place(address: str) -> tuple[int, int]:
    found = _PLACE.fullmatch(address)
    if not found:
        raise ValueError(address)
    return int(found[2]), number(found[1])


def _is_zero(size: str | None) -> bool:
    return size is not None and float(size) == 0


def areas(text: str) -> list[Area]:
    """``A1:B9 D4`` -> its areas: first row, first column, last row, last column, from 1."""
    found = []
    for column, row, last_column, last_row in _AREA.findall(text.replace("$", "")):
        first = (int(row), number(column))
        found.append((*first, int(last_row), number(last_column)) if last_row else (*first, *first))
    return found
