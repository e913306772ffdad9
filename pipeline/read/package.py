"""A zip as an office program writes it, or not: its entries judged, its XML parts unpacked, a safe package built.

First half of the preflight of .xlsx and .ods. Two programs can read one zip differently (two entries of a name,
overlapping data, a stated size that is not the real one), so what the reading library gets is never the file
itself but a new package of the parts that were proved here. Format: PKWARE APPNOTE 6.3.
"""

from __future__ import annotations

import codecs
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable
from xml.etree import ElementTree
from xml.parsers import expat

from pipeline.read.raw import visible

#: a filled form is far below all of these
MOST_BYTES = 50_000_000
MOST_UNZIPPED = 100_000_000
MOST_RATIO = 200
MOST_PARTS = 2_000
#: of one XML part
MOST_XML = 40_000_000

#: what the readers of the standard library raise for a broken file
DAMAGE = (
    zipfile.BadZipFile, zlib.error, EOFError, ElementTree.ParseError, expat.ExpatError, KeyError, IndexError,
    ValueError, NotImplementedError, struct.error, RuntimeError, OverflowError,
)  # fmt: skip

_DIRECTORY_ENTRY = b"PK\x01\x02"
_ENCODING = re.compile(rb"""^(<\?xml[^>]*?\sencoding\s*=\s*["'])[\w.-]+""")


class Refused(Exception):
    """The file is not read: the ``code`` of the finding, and ``why`` in Chinese words."""

    def __init__(self, code: str, why: str = ""):
        super().__init__(code, why)
        self.code = code
        self.why = why


def open_zip(content: bytes) -> tuple[zipfile.ZipFile, list[zipfile.ZipInfo]]:
    """The package and its entries, judged by the directory alone. Raises Refused, or one of DAMAGE."""
    listed = content.count(_DIRECTORY_ENTRY)  # before anything makes an object of each
    if listed > MOST_PARTS:
        raise Refused("TP-025", f"压缩包内有 {listed} 个部件")
    package = zipfile.ZipFile(io.BytesIO(content))
    entries = package.infolist()
    _check_names(entries)
    _check_sizes(entries, len(content))
    _check_places(package, entries)
    return package, entries


def _check_names(entries: Iterable[zipfile.ZipInfo]) -> None:
    seen: set[str] = set()
    for entry in entries:
        name = entry.orig_filename
        parts = re.split(r"[/\\]", name)
        is_odd = name.startswith("/") or "\\" in name or ":" in name or ".." in parts
        if is_odd or any(ord(sign) < 32 for sign in name):
            raise Refused("TP-016", f"压缩包内的路径不正常（{visible(name)}）")
        if name.casefold() in seen:
            raise Refused("TP-016", f"压缩包内有重名的部件（{visible(name)}）")
        seen.add(name.casefold())
        if entry.flag_bits & 1:
            raise Refused("TP-002")


def _check_sizes(entries: Iterable[zipfile.ZipInfo], packed: int) -> None:
    unzipped = sum(entry.file_size for entry in entries)
    if unzipped > MOST_UNZIPPED:
        raise Refused("TP-025", f"解压后有 {unzipped // 1_000_000} MB")
    if unzipped > 5_000_000 and unzipped > MOST_RATIO * packed:
        raise Refused("TP-025", f"解压后有 {unzipped // 1_000_000} MB，压缩比不正常")
    for entry in entries:
        if is_xml(entry.filename) and entry.file_size > MOST_XML:
            size = entry.file_size // 1_000_000
            raise Refused("TP-025", f"部件 {visible(entry.filename)} 解压后有 {size} MB")


def _check_places(package: zipfile.ZipFile, entries: Iterable[zipfile.ZipInfo]) -> None:
    """No two entries share bytes: the trick by which a small file unpacks without end."""
    end = 0
    for entry in sorted(entries, key=lambda one: one.header_offset):
        if entry.header_offset < end:
            raise Refused("TP-016", f"压缩包内的部件互相重叠（{visible(entry.filename)}）")
        end = _data_start(package, entry) + entry.compress_size
    if end > package.start_dir:
        raise Refused("TP-016", "压缩包内的部件与目录重叠")


def _data_start(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> int:
    package.fp.seek(entry.header_offset)
    head = package.fp.read(30)
    if head[:4] != b"PK\x03\x04":
        raise zipfile.BadZipFile(entry.filename)
    return entry.header_offset + 30 + sum(struct.unpack_from("<HH", head, 26))


def part(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """One part, its length and sum proved against what is stated; XML comes as UTF-8 and without a document type."""
    package.fp.seek(_data_start(package, entry))
    content = package.fp.read(entry.compress_size)
    if entry.compress_type == zipfile.ZIP_DEFLATED:
        stream = zlib.decompressobj(-15)
        content = stream.decompress(content, entry.file_size + 1)
        if len(content) <= entry.file_size and not stream.eof:
            raise zipfile.BadZipFile(entry.filename)
    elif entry.compress_type != zipfile.ZIP_STORED:
        raise Refused("TP-003", "压缩方式不是办公软件所用的")
    if len(content) > entry.file_size:
        raise Refused("TP-016", f"部件 {visible(entry.filename)} 的实际大小与标明的不符")
    if len(content) != entry.file_size or zlib.crc32(content) != entry.CRC:
        raise zipfile.BadZipFile(entry.filename)
    return plain_xml(content, entry.filename) if is_xml(entry.filename) else content


def is_xml(name: str) -> bool:
    return name.casefold().endswith((".xml", ".rels"))


def xml_parts(package: zipfile.ZipFile, entries: Iterable[zipfile.ZipInfo]) -> dict[str, bytes]:
    """All XML parts by name."""
    return {entry.filename: part(package, entry) for entry in entries if is_xml(entry.filename)}


def plain_xml(content: bytes, name: str) -> bytes:
    """XML in UTF-8. Bytes that one reader takes for UTF-16 and another for ASCII would be two documents in one.

    Raises Refused for a document type or an entity: a workbook has no need of either.
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        content = content.decode("utf-16").encode("utf-8")
        content = _ENCODING.sub(rb"\1UTF-8", content, count=1)
    if b"\x00" in content:
        raise ValueError(name)
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise Refused("TP-027", f"部件 {visible(name)}")
    return content


def packed(parts: Iterable[tuple[str, bytes]]) -> bytes:
    """A package of these parts, not compressed: it is read at once and thrown away."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for name, content in parts:
            package.writestr(zipfile.ZipInfo(name), content)
    return target.getvalue()
