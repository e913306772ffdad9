"""One pass over a worksheet's XML: where its rows and cells stand in the bytes, and what its formulas are.

The patcher splices at these places. Expat is used because it reports byte positions; it also rejects what is not
well-formed, and a document type is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple
from xml.parsers import expat

from pipeline.write.grid import Area, column_number, parse_area

_POSITION = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_ROOT, _SECTION, _ROW, _CELL, _INNER = 1, 2, 3, 4, 5  # depths


class Span(NamedTuple):
    """``start`` of an element and the place expat reports for its end (see ``markup.element_end``)."""

    start: int
    close: int


_NOWHERE = Span(0, 0)


@dataclass(slots=True)
class Row:
    """One ``row`` element; ``cells`` by column number, in the order of the file."""

    number: int
    style: str | None
    span: Span = _NOWHERE
    cells: dict[int, Span] = field(default_factory=dict)


@dataclass(slots=True)
class Formula:
    """One ``f`` element. ``kind``: normal, shared, array or dataTable; ``area``: what ``ref`` says, if anything.

    ``text`` of a follower in a shared group is empty: it stands at the group's first cell.
    """

    row: int
    column: int
    kind: str
    area: Area | None
    group: str
    always: bool
    text: str = ""


@dataclass(slots=True)
class Scan:
    """What was found; ``data`` is the XML the positions refer to."""

    data: bytes
    rows: dict[int, Row] = field(default_factory=dict)
    formulas: list[Formula] = field(default_factory=list)
    merges: list[Area] = field(default_factory=list)
    columns: list[tuple[int, int, str]] = field(default_factory=list)
    sheet_data: Span | None = None
    dimension: tuple[int, Area] | None = None

    def columns_style(self, column: int) -> str | None:
        """The style a whole column has, as the id in the file."""
        return next((style for first, last, style in self.columns if first <= column <= last), None)


def scan(data: bytes, where: str) -> Scan:
    """A worksheet's XML in UTF-8 -> Scan. ``where`` names the sheet in messages.

    Raises ValueError for XML that is damaged or has a document type, and for a sheet without ``sheetData``.
    """
    found = Scan(data)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    handlers = _Handlers(found, parser)
    parser.StartElementHandler = handlers.start
    parser.EndElementHandler = handlers.end
    parser.StartDoctypeDeclHandler = handlers.doctype
    try:
        parser.Parse(data, True)
    except expat.ExpatError as problem:
        raise ValueError(f"工作表“{where}”已损坏:内容不是正确的 XML(第 {problem.lineno} 行)。") from problem
    except _DocumentType:
        raise ValueError(f"工作表“{where}”含有 DTD 声明,不予打开。") from None
    if found.sheet_data is None:
        raise ValueError(f"工作表“{where}”不完整:没有单元格区。请用 Excel 或 WPS 打开后另存一份再试。")
    return found


class _DocumentType(Exception):
    pass


class _Handlers:
    """Expat's callbacks. Cells count only at their proper depth: what extensions hold is passed over."""

    def __init__(self, found: Scan, parser: expat.XMLParserType):
        self.found = found
        self.parser = parser
        self.depth = 0
        self.section = ""
        self.begun: dict[int, int] = {}
        self.row = Row(0, None)
        self.unnumbered = False
        self.column = 0
        self.text: list[str] = []
        self.main = ""

    def doctype(self, *_: object) -> None:
        raise _DocumentType

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth = depth = self.depth + 1
        if depth == _CELL:
            if self.section == "sheetData" and name == self.main + "c":
                self.begun[_CELL] = self.parser.CurrentByteIndex
                position = attributes.get("r")
                self.column = _column(position) if position else self.column + 1
                if self.unnumbered and position:  # some programs number the cells alone
                    self.row.number = int(_POSITION.fullmatch(position)[2])
        elif depth == _INNER:
            if self.section == "sheetData" and name == self.main + "f":
                self._formula(attributes)
        elif depth == _ROW:
            self._third_level(name, attributes)
        elif depth == _SECTION:
            self.section = name.removeprefix(self.main)
            self.begun[_SECTION] = self.parser.CurrentByteIndex
            if self.section == "dimension" and attributes.get("ref"):
                self.found.dimension = (self.parser.CurrentByteIndex, parse_area(attributes["ref"]))
        elif depth == _ROOT:
            self.main = name.rpartition(" ")[0] + " "

    def _third_level(self, name: str, attributes: dict[str, str]) -> None:
        local = name.removeprefix(self.main)
        if self.section == "sheetData" and local == "row":
            styled = attributes.get("customFormat") in ("1", "true")
            self.unnumbered = "r" not in attributes
            number = int(attributes.get("r") or self.row.number + 1)
            self.row = Row(number, attributes.get("s") if styled else None)
            self.begun[_ROW] = self.parser.CurrentByteIndex
            self.column = 0
        elif local == "mergeCell" and self.section == "mergeCells":
            self.found.merges.append(parse_area(attributes["ref"]))
        elif local == "col" and self.section == "cols" and attributes.get("style"):
            first, last = int(attributes["min"]), int(attributes["max"])
            self.found.columns.append((first, last, attributes["style"]))

    def _formula(self, attributes: dict[str, str]) -> None:
        area = attributes.get("ref")
        self.found.formulas.append(
            Formula(
                self.row.number, self.column, attributes.get("t", "normal"), parse_area(area) if area else None,
                attributes.get("si", ""), attributes.get("ca") in ("1", "true"),
            )
        )  # fmt: skip
        self.text = []
        self.parser.CharacterDataHandler = self.text.append

    def end(self, name: str) -> None:
        depth = self.depth
        self.depth = depth - 1
        if self.section != "sheetData":
            return
        if depth == _CELL:
            if name == self.main + "c":
                self.row.cells.setdefault(self.column, Span(self.begun[_CELL], self.parser.CurrentByteIndex))
        elif depth == _INNER:
            if name == self.main + "f":
                self.parser.CharacterDataHandler = None
                self.found.formulas[-1].text = "".join(self.text)
        elif depth == _ROW:
            if name == self.main + "row":
                self.row.span = Span(self.begun[_ROW], self.parser.CurrentByteIndex)
                self.found.rows.setdefault(self.row.number, self.row)
        elif depth == _SECTION:
            self.found.sheet_data = Span(self.begun[_SECTION], self.parser.CurrentByteIndex)
            self.section = ""


@lru_cache(maxsize=65_536)
def _column(position: str) -> int:
    match = _POSITION.fullmatch(position)
    if match is None:
        raise ValueError(f"工作表里有看不懂的单元格地址“{position}”,文件可能已损坏。")
    return column_number(match[1])
