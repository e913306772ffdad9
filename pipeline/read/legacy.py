"""Old and open workbooks, as far as their safety needs it: how far an .xls and an .ods are filled.

The binary .xls is records inside an OLE container; the .ods says "repeat this cell a million times" in a few
bytes. Both are walked here before a library expands them. Formats: [MS-CFB], [MS-XLS], OpenDocument 1.2 part
1.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

_END = 0xFFFFFFFA  # this and above are marks, not sectors
_WANTED = ("Workbook", "Book")

_BOF, _FILEPASS, _MULRK = 0x0809, 0x002F, 0x00BD
#: records that hold a cell with a value: NUMBER, RK, MULRK, LABELSST, LABEL, RSTRING, FORMULA, BOOLERR
_CELL_RECORDS = frozenset((0x0203, 0x027E, _MULRK, 0x00FD, 0x0204, 0x00D6, 0x0006, 0x0205))

_ODS_TOKEN = re.compile(
    rb"<table:table(?=[\s>])([^>]*)>|<table:table-row\b([^>]*)>|"
    rb"<table:(?:covered-)?table-cell\b([^>]*?)(/?)>"
)
_REPEAT_ROWS = re.compile(rb"number-rows-repeated\s*=\s*[\"'](\d+)")
_REPEAT_COLUMNS = re.compile(rb"number-columns-repeated\s*=\s*[\"'](\d+)")
_NAME = re.compile(rb"table:name\s*=\s*[\"']([^\"']*)")


class Encrypted(Exception):
    """The workbook stream is encrypted."""


def ole_streams(content: bytes) -> dict[str, bytes]:
    """Names of all streams of an OLE file; with content for the workbook's. Raises ValueError when it is broken."""
    if len(content) < 512:
        raise ValueError("header")
    (shift,) = struct.unpack_from("<H", content, 30)
    if shift not in (9, 12):
        raise ValueError("sector size")
    size = 1 << shift
    fat = _fat(content, size)
    directory = _chain(content, fat, struct.unpack_from("<I", content, 48)[0], size)
    streams: dict[str, bytes] = {}
    for start in range(0, len(directory) - 127, 128):
        (length,) = struct.unpack_from("<H", directory, start + 64)
        if directory[start + 66] != 2 or not 2 <= length <= 64:
            continue
        name = directory[start : start + length - 2].decode("utf-16-le", "replace")
        first, bytes_ = struct.unpack_from("<II", directory, start + 116)
        # a workbook below 4096 bytes would stand in the mini stream; none is that small, and it could hold no bomb
        streams[name] = (
            _chain(content, fat, first, size)[:bytes_] if name in _WANTED and bytes_ >= 4096 else b""
        )
    return streams


def _fat(content: bytes, size: int) -> tuple[int, ...]:
    numbers = list(struct.unpack_from("<109I", content, 76))
    following, count = struct.unpack_from("<II", content, 68)
    for _ in range(min(count, 1000)):
        if following >= _END:
            break
        sector = _sector(content, following, size)
        entries = struct.unpack(f"<{size // 4}I", sector)
        numbers.extend(entries[:-1])
        following = entries[-1]
    table: list[int] = []
    for number in numbers:
        if number < _END:
            table.extend(struct.unpack(f"<{size // 4}I", _sector(content, number, size)))
    return tuple(table)


def _sector(content: bytes, number: int, size: int) -> bytes:
    sector = content[(number + 1) * size : (number + 2) * size]
    if not sector:
        raise ValueError("sector beyond the file")
    return sector.ljust(size, b"\0")


def _chain(content: bytes, fat: tuple[int, ...], first: int, size: int) -> bytes:
    parts, number = [], first
    while number < _END:
        if number >= len(fat) or len(parts) > len(fat):
            raise ValueError("broken chain")
        parts.append(_sector(content, number, size))
        number = fat[number]
    return b"".join(parts)


def biff_extent(book: bytes) -> tuple[int, int]:
    """Rows and columns down to the farthest filled cell of any sheet of a workbook stream.

    Raises Encrypted, or ValueError when a record runs over the end.
    """
    rows = columns = at = 0
    while at + 4 <= len(book):
        record, length = struct.unpack_from("<HH", book, at)
        at += 4
        if record == 0 and length == 0:
            break
        if at + length > len(book):
            raise ValueError("record over the end")
        if record == _FILEPASS:
            raise Encrypted
        if record in _CELL_RECORDS and length >= 4:
            row, column = struct.unpack_from("<HH", book, at)
            if record == _MULRK:
                (column,) = struct.unpack_from("<H", book, at + length - 2)
            rows, columns = max(rows, row + 1), max(columns, column + 1)
        at += length
    return rows, columns


def ods_extents(content: bytes) -> Iterator[tuple[str, tuple[int, int]]]:
    """Per sheet of an .ods: its name, and rows and columns down to the farthest filled cell, repeats unfolded."""
    name, rows, columns, row, repeat, column = "", 0, 0, 0, 1, 0
    started = False
    for match in _ODS_TOKEN.finditer(content):
        table, table_row, cell, closed = match.groups()
        if table is not None:
            if started:
                yield name, (rows, columns)
            named = _NAME.search(table)
            name, started = named[1].decode("utf-8", "replace") if named else "", True
            rows = columns = row = column = 0
            repeat = 0
        elif table_row is not None:
            row += repeat
            found = _REPEAT_ROWS.search(table_row)
            repeat, column = int(found[1]) if found else 1, 0
        else:
            found = _REPEAT_COLUMNS.search(cell)
            column += int(found[1]) if found else 1
            if not closed or b"office:value-type" in cell:
                rows, columns = max(rows, row + repeat), max(columns, column)
    if started:
        yield name, (rows, columns)
