"""References in spreadsheet formulas: finding, moving and copying them, leaving every other character as it is.

Used to tell which formulas depend on a changed cell and to move references when rows are inserted. Formulas are in
the notation of the file format (A1, English function names, commas), with or without a leading ``=``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from pipeline.write.grid import MAX_COLUMN, MAX_ROW, Area, column_number, letters

_CELL = r"\$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6}"
_COLUMN = r"\$?[A-Za-z]{1,3}"
_ROW = r"\$?[1-9][0-9]{0,6}"
#: a sheet name without quotes: some programs write one with any character but an operator
_SHEET = r"""[^\s'"!:,;+\-*/^&=<>(){}\[\]#@%$?\\|~]+"""
_AREA = rf"{_CELL}(?::{_CELL})?|{_COLUMN}:{_COLUMN}|{_ROW}:{_ROW}"
_TOKEN = re.compile(
    rf"""
      (?P<text>"(?:[^"]|"")*")
    | (?P<error>\#[A-Z/0-9_]+[!?]?)
    | (?:(?P<sheet>'(?:[^']|'')+'|\[[^\]]*\](?:{_SHEET}(?::{_SHEET})?)?|{_SHEET}(?::{_SHEET})?)!)?
      (?: (?P<area>{_AREA})(?![\w.\\?(\[!])
        | (?P<name>[^\W\d][\w.\\?]*|\\[\w.\\?]*)
          (?P<table>\[(?:[^\[\]']|'.|\[(?:[^\[\]']|'.)*\])*\])?
          (?P<call>\s*\()? )
    | (?P<bracket>\[(?:[^\[\]']|'.|\[(?:[^\[\]']|'.)*\])*\])
    | (?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[Ee][+-]?[0-9]+)?)
    | (?P<colon>:)
    """,
    re.VERBOSE | re.DOTALL,
)
_CORNER = re.compile(r"(\$?)([A-Za-z]{0,3})(\$?)([0-9]*)")


class Corner(NamedTuple):
    """One corner as written. ``column`` is 0 in whole rows, ``row`` 0 in whole columns; fixed = behind a ``$``."""

    column_fixed: bool
    column: int
    row_fixed: bool
    row: int

    def moved(self, rows: int, columns: int) -> Corner:
        """Where the corner points from a cell that much further on; as in the program, the grid is a ring."""
        row, column = self.row, self.column
        if row and not self.row_fixed:
            row = (row - 1 + rows) % MAX_ROW + 1
        if column and not self.column_fixed:
            column = (column - 1 + columns) % MAX_COLUMN + 1
        return self._replace(row=row, column=column)

    def __str__(self) -> str:
        column = ("$" if self.column_fixed else "") + letters(self.column) if self.column else ""
        return column + ("$" if self.row_fixed else "") + str(self.row) if self.row else column


@dataclass(frozen=True, slots=True)
class Reference:
    """One cell or area in a formula. ``start:end`` is the area's own text, without the sheet.

    ``sheets``: None = the formula's own sheet, () = another workbook, one name, or the two ends of a 3-D reference.
    """

    start: int
    end: int
    sheets: tuple[str, ...] | None
    corners: tuple[Corner, ...]

    def area(self, rows: int = 0, columns: int = 0) -> Area:
        """The cells meant, seen from a cell that much further on than the one the formula was written for."""
        corners = (
            [corner.moved(rows, columns) for corner in self.corners] if rows or columns else self.corners
        )
        across, down = [c.column for c in corners], [c.row for c in corners]
        return Area(
            min(down) or 1, min(across) or 1,
            max(down) if all(down) else MAX_ROW, max(across) if all(across) else MAX_COLUMN,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reading:
    """What a formula refers to.

    ``names``: (sheet as written or None, defined name); ``tables``: (table name or "", the bracket);
    ``functions``: in capitals, without the ``_xlfn.`` of newer ones; ``loose``: a range whose ends are not plain
    cells, such as ``A1:INDEX(…)``, so that the cells meant cannot be told.
    """

    references: tuple[Reference, ...]
    names: tuple[tuple[str | None, str], ...]
    tables: tuple[tuple[str, str], ...]
    functions: frozenset[str]
    loose: bool


@lru_cache(maxsize=4096)
def read_formula(formula: str) -> Reading:
    """
    >>> reading = read_formula("SUM(Sheet2!$A$1:B2,LOG10(C3))*税率&\\"D4\\"")
    >>> [str(reference.area()) for reference in reading.references], reading.names
    (['A1:B2', 'C3'], ((None, '税率'),))
    >>> sorted(reading.functions)
    ['LOG10', 'SUM']
    """
    references: list[Reference] = []
    names: list[tuple[str | None, str]] = []
    tables: list[tuple[str, str]] = []
    functions = set()
    loose = False
    for match in _TOKEN.finditer(formula):
        kind = match.lastgroup
        if kind == "area" and (corners := _corners(match["area"])):
            references.append(Reference(*match.span("area"), _sheets(match["sheet"]), corners))
        elif match["call"]:
            functions.add(match["name"].upper().removeprefix("_XLFN.").removeprefix("_XLWS."))
        elif match["table"]:
            tables.append((match["name"], match["table"]))
        elif kind == "bracket":
            tables.append(("", match["bracket"]))
        elif kind in ("name", "area") and _sheets(match["sheet"]) != ():
            sheet = match["sheet"]
            sheet = None if sheet is None or sheet.startswith("[") else unquoted(sheet)
            names.append((sheet, match["name"] or match["area"]))
        elif kind == "colon":
            loose = True
    return Reading(tuple(references), tuple(names), tuple(tables), frozenset(functions), loose)


def rewritten(formula: str, change: Callable[[Reference], tuple[Corner, ...] | None]) -> str:
    """The formula with the corners ``change`` gives for a reference (None: leave it as it is)."""
    out = []
    done = 0
    for reference in read_formula(formula).references:
        corners = change(reference)
        if corners is None or corners == reference.corners:
            continue
        out += (formula[done : reference.start], ":".join(map(str, corners)))
        done = reference.end
    return "".join(out) + formula[done:]


def translated(formula: str, rows: int, columns: int) -> str:
    """The formula as copied to a cell that much further down and right: what has no ``$`` moves along.

    >>> translated("A1+$A1+A$1+SUM(B:B,2:2)", 1, 2)
    'C2+$A2+C$1+SUM(D:D,3:3)'
    """
    return rewritten(formula, lambda reference: tuple(c.moved(rows, columns) for c in reference.corners))


def unquoted(sheet: str) -> str:
    """A sheet name as a formula writes it -> the name.

    >>> unquoted("'It''s'")
    "It's"
    """
    return sheet[1:-1].replace("''", "'") if sheet.startswith("'") else sheet


def _sheets(written: str | None) -> tuple[str, ...] | None:
    if written is None:
        return None
    name = unquoted(written)
    if name.startswith("[0]"):  # this very workbook
        name = name[3:]
    if "[" in name:
        return ()
    return tuple(name.split(":")) if name else None


def _corners(area: str) -> tuple[Corner, ...] | None:
    """None if the text is no place on the grid (a name such as ``XYZ1``)."""
    corners = []
    for part in area.split(":"):
        mark, column, second_mark, row = _CORNER.fullmatch(part).groups()
        fixed = bool(mark)
        corner = Corner(
            fixed and bool(column), column_number(column) if column else 0,
            bool(second_mark) or (fixed and not column), int(row) if row else 0,
        )  # fmt: skip
        if corner.column > MAX_COLUMN or corner.row > MAX_ROW:
            return None
        corners.append(corner)
    return tuple(corners)
