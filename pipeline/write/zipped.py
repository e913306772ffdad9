"""Zip archives whose bytes depend on their content alone. Used whenever a workbook is written or changed.

``pack`` makes an archive from parts; ``Archive.repacked`` puts new content for some parts into an existing one and
copies the compressed bytes of all others as they are. Order is kept, every time stamp is 1980-01-01, and no field
tells the platform, so the same input gives the same bytes.
"""

from __future__ import annotations

import io
import itertools
import struct
import zipfile
import zlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

_LOCAL = struct.Struct("<IHHHHHIIIHH")
_CENTRAL = struct.Struct("<IHHHHHHIIIHHHHHII")
_END = struct.Struct("<IHHHHIIH")
_VERSION = 20
_UTF8_NAME = 0x800
_ENCRYPTED = 0x1
_FIRST_DAY = 0x21  # 1980-01-01, the earliest date a zip can hold
_LARGEST_PART_BYTES = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Entry:
    """One stored file as it stands in a zip: ``body`` is the compressed data."""

    name: bytes
    flags: int
    method: int
    crc: int
    size: int
    body: bytes


class Archive:
    """The files of a zip, in order, read only when asked for.

    ``data``: the whole archive. Raises ValueError (a Chinese sentence) if it is no readable zip.
    """

    def __init__(self, data: bytes):
        self._data = data
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, struct.error, OSError, UnicodeDecodeError) as problem:
            raise ValueError(
                "这不是完整的 .xlsx 文件:压缩包打不开,可能已损坏。请重新取得原文件。"
            ) from problem
        self._infos = self._zip.infolist()
        self.names = tuple(info.filename for info in self._infos)

    def read(self, name: str) -> bytes:
        """The uncompressed content of one file. Raises KeyError if absent, ValueError if damaged or oversized."""
        info = self._zip.getinfo(name)
        if info.file_size > _LARGEST_PART_BYTES:
            raise ValueError(f"文件内的 {name} 过大,不予打开。")
        try:
            return self._zip.read(info)
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as problem:
            raise ValueError(f"文件已损坏:其中的 {name} 读不出来。请重新取得原文件。") from problem

    def repacked(
        self, replaced: Mapping[str, bytes], added: Mapping[str, bytes] = {}, removed: Collection[str] = ()
    ) -> bytes:
        """The archive with new content for the files named in ``replaced``; the others keep their compressed bytes.

        ``added`` come last, in their order; ``removed`` are left out. Raises KeyError for a name of ``replaced`` or
        ``removed`` the archive does not have, ValueError for a damaged archive.
        """
        unknown = (set(replaced) | set(removed)) - set(self.names)
        if unknown:
            raise KeyError(sorted(unknown)[0])
        kept = (
            _compressed(_raw_name(info), replaced[info.filename])
            if info.filename in replaced
            else self._as_it_is(info)
            for info in self._infos
            if info.filename not in removed
        )
        new = (_compressed(name.encode("utf-8"), content) for name, content in added.items())
        return _assembled(itertools.chain(kept, new))

    def _as_it_is(self, info: zipfile.ZipInfo) -> _Entry:
        start = info.header_offset
        try:
            fields = _LOCAL.unpack_from(self._data, start)
        except struct.error as problem:
            raise ValueError("文件已损坏:压缩包内的目录不对。请重新取得原文件。") from problem
        start += _LOCAL.size + fields[9] + fields[10]
        body = self._data[start : start + info.compress_size]
        if len(body) != info.compress_size or info.flag_bits & _ENCRYPTED:
            raise ValueError(f"文件已损坏或已加密:其中的 {info.filename} 读不出来。请重新取得原文件。")
        return _Entry(
            _raw_name(info), info.flag_bits & _UTF8_NAME, info.compress_type, info.CRC, info.file_size, body
        )


def pack(parts: Iterable[tuple[str, bytes]]) -> bytes:
    """Named contents -> a zip archive, in the order given, each time the same bytes.

    >>> pack([("a.txt", b"1")]) == pack([("a.txt", b"1")])
    True
    """
    return _assembled(_compressed(name.encode("utf-8"), content) for name, content in parts)


def _raw_name(info: zipfile.ZipInfo) -> bytes:
    return info.orig_filename.encode("utf-8" if info.flag_bits & _UTF8_NAME else "cp437")


def _compressed(name: bytes, content: bytes) -> _Entry:
    squeezer = zlib.compressobj(6, zlib.DEFLATED, -15)
    body = squeezer.compress(content) + squeezer.flush()
    flags = 0 if name.isascii() else _UTF8_NAME
    return _Entry(name, flags, zipfile.ZIP_DEFLATED, zlib.crc32(content), len(content), body)


def _assembled(entries: Iterable[_Entry]) -> bytes:
    out: list[bytes] = []
    directory: list[bytes] = []
    offset = 0
    for entry in entries:
        common = (entry.flags, entry.method, 0, _FIRST_DAY, entry.crc, len(entry.body), entry.size)
        if max(offset, len(entry.body), entry.size) >= 0xFFFFFFFF:
            raise ValueError("文件超过 4 GB,不能写成 .xlsx。")
        directory.append(
            _CENTRAL.pack(0x02014B50, _VERSION, _VERSION, *common, len(entry.name), 0, 0, 0, 0, 0, offset)
            + entry.name
        )
        header = _LOCAL.pack(0x04034B50, _VERSION, *common, len(entry.name), 0) + entry.name
        out += (header, entry.body)
        offset += len(header) + len(entry.body)
    listing = b"".join(directory)
    if len(directory) >= 0xFFFF:
        raise ValueError("文件内的部件过多,不能写成 .xlsx。")
    end = _END.pack(0x06054B50, 0, 0, len(directory), len(directory), len(listing), offset, 0)
    return b"".join((*out, listing, end))
