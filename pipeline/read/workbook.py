"""A checked file -> its sheets as grids of raw cells, and what it says about itself.

Comes after the preflight and before the tables are looked for. Grids start at A1 (row 1 is ``grid[0]``);
what the reading library hides (error cells, formats) is looked up in the sheet's XML on demand.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

from pipeline.forms import header_key
from pipeline.forms_nouns import is_problem_list
from pipeline.money import FEN_PER
from pipeline.read import sheetxml
from pipeline.read.preflight import Checked, Refused
from pipeline.read.raw import Raw

IDENTITY = "_jixiao"
INSTRUCTIONS = "填写说明"
#: how far down a header is looked for, and how far right
HEADER_ROWS, HEADER_COLUMNS = 30, 256

_DECLARED = re.compile(r"单位:(?:人民币)?(\w*元)(?!\w)")
_LABEL = re.compile(r"\(?(?:金额|货币|计量|货币计量)?单位(?::(.*?))?\)?")
_BRACKET = re.compile(r"[(\[【]([^()\[\]【】]*)[)\]】]$")
#: what may stand in brackets behind a header without changing what it means
_IN_BRACKETS = {
    *FEN_PER,
    "%",
    "必填",
    "选填",
    "可选",
    "核心",
    "如有",
    "没有不填",
    "个",
    "人",
    "分",
    "年月日",
    "日期",
}


@dataclass(frozen=True, slots=True)
class Label:
    """A text cell as a header is compared. ``bare`` is ``key`` without a unit in brackets, ``unit`` that unit."""

    row: int
    column: int
    key: str
    bare: str
    unit: str | None


@dataclass(frozen=True)
class Sheet:
    """One sheet. ``grid[r][c]`` is the raw cell of row r + 1, column c + 1; rows have the same length."""

    name: str
    grid: list[list[Raw]]
    xml: bytes | None = None
    formats: tuple[str, ...] = ()

    @cached_property
    def formulas(self) -> sheetxml.Formulas:
        return sheetxml.formulas(self.xml) if self.xml else sheetxml.Formulas()

    @cached_property
    def styles(self) -> Mapping[str, int]:
        return sheetxml.styles(self.xml) if self.xml else {}

    @cached_property
    def merges(self) -> list[tuple[int, int, int, int]]:
        return sheetxml.merges(self.xml) if self.xml else []

    @cached_property
    def labels(self) -> list[Label]:
        """The text cells of the top rows, in reading order."""
        found = []
        for row, cells in enumerate(self.grid[: HEADER_ROWS * 2], 1):
            for column, raw in enumerate(cells[:HEADER_COLUMNS], 1):
                if isinstance(raw, str) and raw and len(raw) < 60 and (key := header_key(raw)):
                    bracket = _BRACKET.search(key)
                    tolerated = bracket is not None and bracket[1] in _IN_BRACKETS
                    unit = bracket[1] if tolerated and bracket[1] in FEN_PER else None
                    found.append(Label(row, column, key, key[: bracket.start()] if tolerated else key, unit))
        return found

    def raw(self, row: int, column: int) -> Raw:
        """The raw cell, counted from 1; None outside the grid."""
        if 0 < row <= len(self.grid) and 0 < column <= len(self.grid[row - 1]):
            return self.grid[row - 1][column - 1]
        return None

    def number_format(self, address: str) -> str | None:
        """The number format of a cell (``0.00%``); None where the file kind does not tell."""
        if self.xml is None:
            return None
        style = self.styles.get(address, 0)
        return self.formats[style] if style < len(self.formats) else "General"

    def declared_units(self, above_row: int) -> list[tuple[str, int, int]]:
        """Every unit declared above a row: (unit as typed, row, column). ``单位：`` alone gives ``""``."""
        found = []
        for row, cells in enumerate(self.grid[: max(above_row - 1, 0)], 1):
            for column, raw in enumerate(cells[:HEADER_COLUMNS], 1):
                if not isinstance(raw, str) or "单位" not in raw:
                    continue
                text = "".join(unicodedata.normalize("NFKC", raw).split())
                if match := _DECLARED.search(text):
                    found.append((match[1], row, column))
                elif match := _LABEL.fullmatch(text):
                    beside = ((c, self.raw(row, c)) for c in range(column + 1, column + 5))
                    filled = [(c, text) for c, text in beside if isinstance(text, str) and text.strip()]
                    at, value = (column, match[1]) if match[1] else filled[0] if filled else (column + 1, "")
                    plain = "".join(unicodedata.normalize("NFKC", value).split())
                    found.append((plain.removeprefix("人民币"), row, at))
        return found


@dataclass(frozen=True, slots=True)
class Book:
    """A parsed workbook. ``template`` and ``version`` come from its hidden sheet, None without one.

    ``marked``: it is a marked copy (退回单) of a form that was checked before.
    """

    kind: str
    sheets: tuple[Sheet, ...]
    template: str | None = None
    version: str | None = None
    is_1904: bool = False
    macros: bool = False
    hidden: Mapping[str, str] = field(default_factory=dict)
    marked: bool = False


def open_book(content: bytes, checked: Checked) -> Book:
    """Parses a checked file. Raises Refused (TP-002, TP-003) where the library cannot."""
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
            names = [meta.name for meta in workbook.sheets_metadata if meta.typ == SheetTypeEnum.WorkSheet]
            grids = {}
            for name in names:
                if name != INSTRUCTIONS:
                    grids[name] = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except PasswordError:
        raise Refused("TP-002") from None
    except (CalamineError, OSError, ValueError) as problem:
        raise Refused("TP-003", "文件不完整或已损坏") from problem
    except BaseException as panic:  # the library's own failures are not Exceptions
        if type(panic).__name__ != "PanicException":
            raise
        raise Refused("TP-003", "文件不完整或已损坏") from None
    hidden = _identity(grids.pop(IDENTITY, []))
    lists = [name for name, grid in grids.items() if is_problem_list([row[0] for row in grid[:6] if row])]
    for name in lists:  # what a marked copy says of its cells is not filled in by anybody
        del grids[name]
    formats: tuple[str, ...] = ()
    if checked.kind == "xlsx":
        styles = next((part for name, part in checked.parts.items() if name.endswith("/styles.xml")), None)
        formats = sheetxml.number_formats(styles) if styles else ()
    sheets = tuple(
        Sheet(name, grid, checked.parts.get(checked.sheets.get(name, "")), formats)
        for name, grid in grids.items()
    )
    return Book(
        checked.kind,
        sheets,
        hidden.get("template"),
        hidden.get("version"),
        checked.is_1904,
        checked.macros,
        hidden,
        marked=bool(lists) or "mark.1" in hidden,
    )


def _identity(grid: list[list[Raw]]) -> dict[str, str]:
    """The hidden sheet: a name and a value a row."""
    return {str(row[0]).strip(): str(row[1]).strip() for row in grid if len(row) > 1 and row[0] != ""}
