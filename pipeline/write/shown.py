"""What single cells of a workbook show: their text, or the digits of their number. Used to read a form's own names.

Shared, inline and rich strings give their plain text; a formula gives its cached value, as people last saw it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lxml import etree

from pipeline.write.grid import address, parse_address
from pipeline.write.package import Package


def shown_texts(package: Package, cells: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], str]:
    """(sheet, A1 address) -> text; an empty text for a cell that is blank or not there.

    Raises ValueError for a sheet the workbook does not have.
    """
    shared: list[str] | None = None
    found = dict.fromkeys(cells, "")
    for sheet in dict.fromkeys(name for name, _ in cells):
        wanted = {where for name, where in cells if name == sheet}
        for where, cell in _cells(package.parsed(package.worksheet(sheet).part)):
            if where not in wanted:
                continue
            value = cell.findtext("{*}v") or ""
            if cell.get("t") == "s":
                shared = _shared(package) if shared is None else shared
                value = shared[int(value)]
            elif cell.get("t") == "inlineStr":
                value = _text(cell.find("{*}is"))
            found[sheet, where] = value
    return found


def all_texts(package: Package, sheet: str) -> Mapping[str, str]:
    """A1 address -> text, for every cell of a sheet that holds something."""
    places = [where for where, cell in _cells(package.parsed(package.worksheet(sheet).part)) if len(cell)]
    texts = shown_texts(package, [(sheet, where) for where in places])
    return {where: text for (_, where), text in texts.items() if text}


def _cells(sheet: etree._Element) -> list[tuple[str, etree._Element]]:
    """Every cell with its address, also where a program left the address out."""
    cells = []
    row_number = 0
    for row in sheet.iterfind("{*}sheetData/{*}row"):
        row_number = int(row.get("r") or row_number + 1)
        column = 0
        for cell in row.iterfind("{*}c"):
            place = parse_address(cell.get("r") or "") or (row_number, column + 1)
            row_number, column = place
            cells.append((address(*place), cell))
    return cells


def _shared(package: Package) -> list[str]:
    parts = package.related(package.workbook_part, "sharedStrings")
    return [_text(item) for part in parts for item in package.parsed(part).iterfind("{*}si")]


def _text(item: etree._Element | None) -> str:
    """The text of a string item, without phonetic hints."""
    if item is None:
        return ""
    return "".join(
        text.text or "" for text in item.iter("{*}t") if etree.QName(text.getparent()).localname != "rPh"
    )
