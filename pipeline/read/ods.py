"""An .ods, as far as its safety needs it: how far its sheets are filled, and with how much text.

The open format says "repeat this cell a million times" in a few bytes, and "so many blanks" inside a text; both
are unfolded here, in numbers, before a library unfolds them in memory. Source: OpenDocument 1.2 part 1, 6.1.4 and 9.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from xml.parsers import expat

#: what the reading library itself would stop at
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_LINKS = ("table:table-source", "table:cell-range-source")
_CELLS = ("table:table-cell", "table:covered-table-cell")


@dataclass(frozen=True, slots=True)
class Scan:
    """``extents``: sheet name -> rows and columns down to the farthest filled cell; ``volume``: characters, unfolded."""

    extents: Mapping[str, tuple[int, int]]
    volume: int
    is_linked: bool


def scan(content: bytes) -> Scan:
    """Goes through content.xml. Raises ExpatError or ValueError when it is broken."""
    scanner = _Scanner()
    scanner.parser.Parse(content, True)
    return Scan(scanner.extents, scanner.volume, scanner.is_linked)


class _Scanner:
    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler, self.parser.EndElementHandler = self._start, self._end
        self.parser.CharacterDataHandler = self._hear
        self.extents: dict[str, tuple[int, int]] = {}
        self.volume = 0
        self.is_linked = False
        self._sheet, self._tables = "", 0
        self._row, self._rows, self._column, self._columns = 0, 1, 0, 1
        self._length, self._is_filled = 0, False

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in _CELLS:
            self._column += self._columns
            self._columns = _count(attributes, "table:number-columns-repeated")
            self._is_filled = any(
                name.startswith("office:") or name == "table:formula" for name in attributes
            )
            self._length = sum(map(len, attributes.values()))
        elif tag == "table:table-row":
            self._row += self._rows
            self._rows = _count(attributes, "table:number-rows-repeated")
            self._column, self._columns = 0, 0
        elif tag == "text:s":
            self._length += _count(attributes, "text:c")
        elif tag == "text:p":
            self._is_filled = True
        elif tag == "table:table":
            self._tables += 1
            if self._tables > 1:
                raise ValueError("a table in a table")
            self._sheet = self._name(attributes.get("table:name", ""))
            self._row, self._rows = 0, 0
        elif tag in _LINKS:
            self.is_linked = True

    def _name(self, name: str) -> str:
        """A sheet of a name that is taken counts for itself."""
        return f"{name} ({len(self.extents)})" if name in self.extents else name

    def _end(self, tag: str) -> None:
        if tag in _CELLS and self._is_filled:
            rows = min(self._row + self._rows, _LAST_ROW)
            columns = min(self._column + self._columns, _LAST_COLUMN)
            before = self.extents.get(self._sheet, (0, 0))
            self.extents[self._sheet] = (max(before[0], rows), max(before[1], columns))
            self.volume += self._length * min(self._rows, _LAST_ROW) * min(self._columns, _LAST_COLUMN)
        elif tag == "table:table":
            self._tables -= 1

    def _hear(self, text: str) -> None:
        self._length += len(text)


def _count(attributes: dict[str, str], name: str) -> int:
    number = int(attributes.get(name, "1"))
    if number < 0:
        raise ValueError(name)
    return number
