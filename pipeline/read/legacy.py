"""An old .xls, as far as its safety needs it: its workbook stream, how far its sheets are filled, with how much text.

The binary .xls is records inside an OLE container. Both are walked here before a library does, and the library then
gets a container of ours with nothing but the workbook stream in it. Formats: [MS-CFB], [MS-XLS].
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_MARKS = 0xFFFFFFFA  # this and above are marks, not sectors
#: the streams a workbook may be in, in the order in which they are looked for
BOOKS = ("Workbook", "Book", "WORKBOOK", "BOOK")
_MINI = 4096  # a shorter stream stands in the mini stream

_FILEPASS, _BOUNDSHEET, _SST, _CONTINUE, _EOF, _BOF = 0x002F, 0x0085, 0x00FC, 0x003C, 0x000A, 0x0809
_MULRK, _LABELSST, _DIMENSIONS = 0x00BD, 0x00FD, 0x0200
#: records that hold a cell with a value: NUMBER, RK, MULRK, LABELSST, LABEL, RSTRING, FORMULA, BOOLERR
_CELL_RECORDS = frozenset((0x0203, 0x027E, _MULRK, _LABELSST, 0x0204, 0x00D6, 0x0006, 0x0205))
#: beyond these goes no form
_MOST_RECORDS, _MOST_SHEETS = 1_000_000, 200


class Encrypted(Exception):
    """The workbook stream is encrypted."""


@dataclass(frozen=True, slots=True)
class Scan:
    """``extents``: sheet ("" for cells before any sheet) -> rows and columns down to the farthest filled cell.

    ``volume``: characters in all cells. ``book``: the stream without the sizes its sheets only state.
    """

    extents: Mapping[str, tuple[int, int]]
    volume: int
    book: bytes


def ole_streams(content: bytes) -> dict[str, bytes]:
    """Names of all streams and storages of an OLE file; with content for the workbook's. ValueError when broken."""
    if len(content) < 512:
        raise ValueError("header")
    (shift,) = struct.unpack_from("<H", content, 30)
    if shift not in (9, 12):
        raise ValueError("sector size")
    size = 1 << shift
    fat = _fat(content, size)
    directory = _chain(content, fat, struct.unpack_from("<I", content, 48)[0], size)
    streams: dict[str, bytes] = {}
    root = (_END, 0)
    for start in range(0, len(directory) - 127, 128):
        (length,) = struct.unpack_from("<H", directory, start + 64)
        kind = directory[start + 66]
        if kind not in (1, 2, 5) or not 2 <= length <= 64:
            continue
        name = directory[start : start + length - 2].decode("utf-16-le", "replace")
        place = struct.unpack_from("<II", directory, start + 116)
        if kind == 5:
            root = place
        elif kind == 2 and name in BOOKS:
            streams.setdefault(name, _stream(content, fat, size, root, place))
        else:
            streams.setdefault(name, b"")
    return streams


def _stream(
    content: bytes, fat: tuple[int, ...], size: int, root: tuple[int, int], place: tuple[int, int]
) -> bytes:
    first, length = place
    if length >= _MINI:
        return _chain(content, fat, first, size)[:length]
    mini = _chain(content, fat, root[0], size)
    table = _chain(content, fat, struct.unpack_from("<I", content, 60)[0], size)
    mini_fat = struct.unpack(f"<{len(table) // 4}I", table)
    parts, number = [], first
    while number < _MARKS:
        if number >= len(mini_fat) or len(parts) > len(mini_fat):
            raise ValueError("broken chain")
        parts.append(mini[number * 64 : number * 64 + 64])
        number = mini_fat[number]
    return b"".join(parts)[:length]


def _fat(content: bytes, size: int) -> tuple[int, ...]:
    numbers = list(struct.unpack_from("<109I", content, 76))
    following, count = struct.unpack_from("<II", content, 68)
    for _ in range(min(count, 1000)):
        if following >= _MARKS:
            break
        entries = struct.unpack(f"<{size // 4}I", _sector(content, following, size))
        numbers.extend(entries[:-1])
        following = entries[-1]
    numbers = [number for number in numbers if number < _MARKS]
    if len(numbers) > len(content) // (size * size // 4) + 2:
        raise ValueError("more allocation sectors than the file has room for")
    table: list[int] = []
    for number in numbers:
        table.extend(struct.unpack(f"<{size // 4}I", _sector(content, number, size)))
    return tuple(table)


def _sector(content: bytes, number: int, size: int) -> bytes:
    sector = content[(number + 1) * size : (number + 2) * size]
    if not sector:
        raise ValueError("sector beyond the file")
    return sector.ljust(size, b"\0")


def _chain(content: bytes, fat: tuple[int, ...], first: int, size: int) -> bytes:
    parts, number = [], first
    while number < _MARKS:
        if number >= len(fat) or len(parts) > len(fat):
            raise ValueError("broken chain")
        parts.append(_sector(content, number, size))
        number = fat[number]
    return b"".join(parts)


def ole_package(book: bytes) -> bytes:
    """A new OLE file of sectors of 4096 bytes that holds this workbook stream and nothing else."""
    size = 4096
    book = book.ljust(_MINI, b"\0")
    length = -(-len(book) // size)
    tables = next(count for count in range(1, 110) if count * size // 4 >= count + 1 + length)
    first = tables + 1  # after the tables and the directory
    fat = [_FAT] * tables + [_END] + [*range(first + 1, first + length), _END]
    fat += [_FREE] * (tables * size // 4 - len(fat))
    header = (
        bytes.fromhex("D0CF11E0A1B11AE1") + bytes(16) + struct.pack("<5H", 0x3E, 4, 0xFFFE, 12, 6) + bytes(6)
    )
    header += struct.pack("<9I", 1, tables, tables, 0, _MINI, _END, 0, _END, 0)
    header += struct.pack("<109I", *range(tables), *[_FREE] * (109 - tables))
    directory = _directory_entry("Root Entry", 5, 0, 0) + _directory_entry("Workbook", 2, first, len(book))
    body = (
        struct.pack(f"<{len(fat)}I", *fat) + directory.ljust(size, b"\0") + book.ljust(length * size, b"\0")
    )
    return header.ljust(size, b"\0") + body


def _directory_entry(name: str, kind: int, first: int, length: int) -> bytes:
    raw = name.encode("utf-16-le") + b"\0\0"
    head = raw.ljust(64, b"\0") + struct.pack(
        "<HBB3I", len(raw), kind, 1, _FREE, _FREE, 1 if kind == 5 else _FREE
    )
    return head + bytes(36) + struct.pack("<IQ", first, length)


def scan(book: bytes) -> Scan:
    """Walks a workbook stream as a reader does: the globals, then every sheet from where they say it begins.

    Raises Encrypted, or ValueError when it is broken or has more records than a form.
    """
    walk = _Walk(book)
    walk.substream("", 0)
    for number, start in enumerate(walk.starts[: _MOST_SHEETS + 1], 1):
        walk.substream(f"第 {number} 张", start)
    if len(walk.starts) > _MOST_SHEETS:
        raise ValueError("more sheets than a form has")
    volume = 0
    if len(walk.references) * sum(map(len, walk.texts)) > 10_000_000:  # a quick bound; few need the true sum
        lengths = _string_lengths(walk.texts)
        volume = sum(lengths[one] for one in walk.references if one < len(lengths))
    return Scan(walk.extents, volume, bytes(walk.told))


class _Walk:
    """What is known after the substreams gone through so far."""

    def __init__(self, book: bytes):
        self.book = book
        self.told = bytearray(book)
        self.extents: dict[str, tuple[int, int]] = {}
        self.starts: list[int] = []
        self.texts: list[bytes] = []
        self.references: list[int] = []
        self._left = _MOST_RECORDS

    def substream(self, name: str, start: int) -> None:
        rows = columns = 0
        is_strings = False
        for record, at, length in self._records(start):
            is_strings = record == _SST or (is_strings and record == _CONTINUE)
            if is_strings:
                self.texts.append(self.book[at : at + length])
            elif record in _CELL_RECORDS and length >= 4:
                row, column = struct.unpack_from("<HH", self.book, at)
                if record == _MULRK:
                    (column,) = struct.unpack_from("<H", self.book, at + length - 2)
                elif record == _LABELSST and length >= 10:
                    self.references.append(struct.unpack_from("<I", self.book, at + 6)[0])
                rows, columns = max(rows, row + 1), max(columns, column + 1)
            elif record == _DIMENSIONS:
                self.told[at : at + length] = bytes(length)  # a reader would make room for as much
            elif record == _BOUNDSHEET and length >= 4:
                self.starts.append(struct.unpack_from("<I", self.book, at)[0])
            elif record == _FILEPASS:
                raise Encrypted
        self.extents[name] = (rows, columns)

    def _records(self, at: int) -> Iterator[tuple[int, int, int]]:
        """(kind, where its content begins, length) to the end of the substream, with those inside it (charts)."""
        depth = 0
        while at + 4 <= len(self.book):
            record, length = struct.unpack_from("<HH", self.book, at)
            at += 4
            self._left -= 1
            if at + length > len(self.book) or self._left < 0:
                raise ValueError("record over the end, or too many")
            yield record, at, length
            at += length
            depth += (record == _BOF) - (record == _EOF)
            if record == _EOF and depth <= 0:
                return


def _string_lengths(pieces: list[bytes]) -> list[int]:
    """Characters of each shared string; a string may go on in the next record, which then begins with its width."""
    lengths, index, at = [], 0, 8
    while index < len(pieces):
        if at >= len(pieces[index]):
            index, at = index + 1, 0
            continue
        count, flags = struct.unpack_from("<HB", pieces[index], at)
        at += 3
        skipped = 0
        if flags & 8:
            skipped += 4 * struct.unpack_from("<H", pieces[index], at)[0]
            at += 2
        if flags & 4:
            skipped += struct.unpack_from("<I", pieces[index], at)[0]
            at += 4
        lengths.append(count)
        width = 1 + (flags & 1)
        while count:
            taken = min((len(pieces[index]) - at) // width, count)
            count, at = count - taken, at + taken * width
            if count:
                index, at = index + 1, 1
                width = 1 + (pieces[index][0] & 1)
        while skipped:
            taken = min(len(pieces[index]) - at, skipped)
            skipped, at = skipped - taken, at + taken
            if skipped:
                index, at = index + 1, 0
    return lengths
