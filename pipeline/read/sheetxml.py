"""What the XML of an .xlsx sheet says that a reading library keeps to itself.

Error cells and formulas without a cached value come back from the library as blanks, number formats not at
all, and a far cell makes it allocate everything in between. Looked up while a workbook is checked and read,
and only when there is a reason to (a formula, an error, a number in a percent column).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree

_CELL_OR_ROW = re.compile(
    rb"<(?:\w+:)?row\b([^>]*)>|<(?:\w+:)?c(\s[^>]*?)?(?:/>|>(.*?)</(?:\w+:)?c\s*>)", re.DOTALL
)
_POSITION = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]*)(\d+)[\"']")
_ANY_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_TYPE = re.compile(rb"\st\s*=\s*[\"'](\w+)[\"']")
_STYLE = re.compile(rb"\ss\s*=\s*[\"'](\d+)[\"']")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?(?:/>|>([^<]*)<)")
_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref\s*=\s*[\"']([A-Z]+)(\d+):([A-Z]+)(\d+)[\"']")

#: number formats that have a number and no text of their own in the file; the others are dates or plain
BUILT_IN = {9: "0%", 10: "0.00%"}


@dataclass(frozen=True, slots=True)
class Formulas:
    """Cells by address: ``errors`` with their text (#REF!), ``uncached`` without a value, ``all`` formula cells."""

    errors: Mapping[str, str] = field(default_factory=dict)
    uncached: frozenset[str] = frozenset()
    all: frozenset[str] = frozenset()


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


def number(column: str) -> int:
    """The number of a column, from 1.

    >>> number("A"), number("xfd")
    (1, 16384)
    """
    total = 0
    for letter in column.upper():
        total = total * 26 + ord(letter) - 64
    return total


def extent(xml: bytes, most: int) -> tuple[int, int]:
    """Rows and columns down to the farthest cell; where that is above ``most`` cells, to the farthest
    *filled* one.

    A styled blank at the foot of the sheet (a whole column coloured) is no reason to refuse a file.
    """
    positions = _POSITION.findall(xml)
    rows = max((int(row) for _, row in positions), default=0)
    columns = max((number(column.decode()) for column in {column for column, _ in positions}), default=0)
    unplaced = len(_ANY_CELL.findall(xml)) - sum(1 for column, _ in positions if column)
    if unplaced <= 0 and rows * columns <= most:
        return rows, columns
    rows = columns = 0
    for row, column, _, inner in _cells(xml):
        if inner and (_VALUE.search(inner) or b"<is" in inner or b":is" in inner):
            rows, columns = max(rows, row), max(columns, column)
    return rows, columns


def _cells(xml: bytes) -> Iterator[tuple[int, int, bytes, bytes]]:
    """(row, column, attributes, content) of every cell; one without an address follows the one before it."""
    row = column = 0
    for match in _CELL_OR_ROW.finditer(xml):
        row_attributes, attributes, inner = match.groups()
        if row_attributes is not None:
            placed = _POSITION.search(row_attributes)
            row, column = int(placed[2]) if placed else row + 1, 0
            continue
        attributes = attributes or b""
        placed = _POSITION.search(attributes)
        if placed and placed[1]:
            row, column = int(placed[2]), number(placed[1].decode())
        else:
            column += 1
        yield row, column, attributes, inner or b""


def formulas(xml: bytes) -> Formulas:
    """Error cells, formulas nobody has calculated, and all formula cells of a sheet."""
    if not re.search(rb"<(?:\w+:)?f[\s/>]|\st\s*=\s*[\"']e[\"']", xml):
        return Formulas()
    errors, uncached, every = {}, set(), set()
    for row, column, attributes, inner in _cells(xml):
        kind = _TYPE.search(attributes)
        value = _VALUE.search(inner)
        text = value[1] if value else None
        address = f"{letters(column)}{row}"
        if _FORMULA.search(inner):
            every.add(address)
            # a formula that gives an empty text stores t="str" and an empty value: that is a result
            if not text and not (kind and kind[1] == b"str" and value):
                uncached.add(address)
                continue
        if kind and kind[1] == b"e":
            errors[address] = (text or b"#?").decode("utf-8", "replace")
    return Formulas(errors, frozenset(uncached), frozenset(every))


def styles(xml: bytes) -> Mapping[str, int]:
    """Address -> number of the cell's style."""
    found = {}
    for row, column, attributes, _ in _cells(xml):
        style = _STYLE.search(attributes)
        if style:
            found[f"{letters(column)}{row}"] = int(style[1])
    return found


def number_formats(styles_xml: bytes) -> tuple[str, ...]:
    """The number format of each cell style, by its number (``General`` where it has none of its own)."""
    custom: dict[str, str] = {}
    formats: list[str] = []
    for element in ElementTree.fromstring(styles_xml):
        name = element.tag.rpartition("}")[2]
        if name == "numFmts":
            custom = {e.attrib["numFmtId"]: e.attrib["formatCode"] for e in element}
        elif name == "cellXfs":
            for style in element:
                identity = style.attrib.get("numFmtId", "0")
                formats.append(custom.get(identity) or BUILT_IN.get(int(identity), "General"))
    return tuple(formats)


def merges(xml: bytes) -> list[tuple[int, int, int, int]]:
    """Merged areas: first row, first column, last row, last column, from 1."""
    return [(int(r), number(c.decode()), int(s), number(d.decode())) for c, r, d, s in _MERGE.findall(xml)]
