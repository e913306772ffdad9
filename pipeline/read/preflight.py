"""Is this file safe, and what is it? Looked at before any library parses it.

A spreadsheet library answers a far cell or a zip bomb by taking all memory, an encrypted file by a riddle,
and an entity by fetching it. So the bytes are judged first: kind by content (never by name), the zip and its
sums, sizes and ratios, markup that a workbook has no need of, links outward, and the farthest filled cell.
Whatever is wrong is raised as ``Refused`` with the code of its finding; the reading stage turns it into one.
"""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree

from pipeline.read import legacy, sheetxml

#: a filled form is far below all of these
MOST_BYTES = 50_000_000
MOST_UNZIPPED = 200_000_000
MOST_RATIO = 200
MOST_PARTS = 5_000
#: rows x columns down to the farthest filled cell
MOST_CELLS = 2_000_000

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_WPS = (".et", ".ett", ".wps", ".wpt")


#: what the zip and XML readers of the standard library raise for a broken file
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, EOFError, ElementTree.ParseError, KeyError, IndexError, ValueError,
    NotImplementedError, struct.error,
)  # fmt: skip


class Refused(Exception):
    """The file is not read: the ``code`` of the finding, and ``why`` in Chinese words."""

    def __init__(self, code: str, why: str = ""):
        super().__init__(code, why)
        self.code = code
        self.why = why


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that may be parsed. ``kind``: xlsx, xls or ods. ``parts``: the XML of an .xlsx by part name.

    ``sheets``: sheet name -> part name (.xlsx only). ``macros``: whether it holds macros (never run).
    """

    kind: str
    parts: Mapping[str, bytes] = field(default_factory=dict)
    sheets: Mapping[str, str] = field(default_factory=dict)
    macros: bool = False
    is_1904: bool = False


def check(content: bytes, name: str) -> Checked:
    """Judges a file by its content; ``name`` only tells a .et file, which WPS keeps in the clothes of an
    .xls.

    Raises Refused with TP-001 (not a workbook), TP-002 (encrypted), TP-003 (damaged), TP-009 (.et) or TP-016.
    """
    if name.casefold().endswith(_WPS):
        raise Refused("TP-009")
    if not content:
        raise Refused("TP-003", "文件是空的（0 字节）")
    if len(content) > MOST_BYTES:
        raise Refused("TP-016", f"文件有 {len(content) // 1_000_000} MB，远大于一份填报表")
    if content.startswith(_OLE):
        return _check_ole(content)
    if content.startswith(b"PK\x03\x04"):
        return _check_zip(content)
    raise Refused("TP-001", _looks_like(content))


def _looks_like(content: bytes) -> str:
    head = content[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html")) or b"<table" in head:
        return "内容是网页（有些系统导出的“Excel”就是这样）"
    if head.startswith(b"<?xml"):
        return "内容是 XML 文本"
    if head.startswith(b"%pdf"):
        return "内容是 PDF"
    if head.startswith((b"\x89png", b"\xff\xd8\xff")):
        return "内容是图片"
    if head.startswith((b"rar!", b"7z\xbc\xaf")):
        return "内容是压缩包"
    return "内容是纯文本" if _is_text(content[:2048]) else "内容不是表格"


def _is_text(head: bytes) -> bool:
    """Words, or a CSV that was only renamed: no control signs, and readable in one of the ways Chinese is written."""
    if any(sign < 9 or 13 < sign < 27 for sign in head):
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            head[: len(head) - 4 if len(head) == 2048 else None].decode(encoding)
        except UnicodeDecodeError as cut:
            if cut.start < len(head) - 8:
                continue
        return bool(head)
    return False


def _check_ole(content: bytes) -> Checked:
    try:
        streams = legacy.ole_streams(content)
    except ValueError:
        raise Refused("TP-003", "文件不完整") from None
    if "EncryptedPackage" in streams:
        raise Refused("TP-002")
    book = next((streams[name] for name in ("Workbook", "Book") if name in streams), None)
    if book is None:
        raise Refused("TP-001", "内容是 Word 等其他文档" if "WordDocument" in streams else "内容不是表格")
    try:
        extent = legacy.biff_extent(book)
    except legacy.Encrypted:
        raise Refused("TP-002") from None
    except ValueError:
        raise Refused("TP-003", "文件不完整") from None
    _refuse_far(extent, "")
    return Checked("xls", macros=any(name.startswith("_VBA_PROJECT") for name in streams))


def _check_zip(content: bytes) -> Checked:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            entries = package.infolist()
            _check_entries(entries, len(content))
            names = {entry.filename for entry in entries}
            kind = next((_part(package, entry) for entry in entries if entry.filename == "mimetype"), b"")
            if kind.strip().startswith(_ODS):
                return _check_ods(package, entries)
            if "[Content_Types].xml" not in names:
                raise Refused("TP-001", "内容是其他文档" if kind else "内容是压缩包")
            return _check_xlsx(package, entries)
    except Refused:
        raise
    except _DAMAGE as bad:
        raise Refused("TP-003", "文件不完整或已损坏") from bad


def _check_entries(entries: list[zipfile.ZipInfo], packed: int) -> None:
    if len(entries) > MOST_PARTS:
        raise Refused("TP-016", f"压缩包内有 {len(entries)} 个部件")
    seen: set[str] = set()
    for entry in entries:
        name = entry.orig_filename
        if name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or ":" in name or "\\" in name:
            raise Refused("TP-016", f"压缩包内的路径不正常（{name[:60]}）")
        if name.casefold() in seen:
            raise Refused("TP-016", f"压缩包内有重名的部件（{name[:60]}）")
        seen.add(name.casefold())
        if entry.flag_bits & 1:
            raise Refused("TP-002")
    unzipped = sum(entry.file_size for entry in entries)
    if unzipped > MOST_UNZIPPED or (unzipped > 5_000_000 and unzipped > MOST_RATIO * packed):
        raise Refused("TP-016", f"解压后有 {unzipped // 1_000_000} MB，压缩比不正常")


def _part(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """One part, its length and sum proved against what is stated: other readers do not stop at the stated size."""
    source = package.fp
    source.seek(entry.header_offset + 26)
    lengths = source.read(4)
    source.seek(int.from_bytes(lengths[:2], "little") + int.from_bytes(lengths[2:], "little"), io.SEEK_CUR)
    content = source.read(entry.compress_size)
    if entry.compress_type == zipfile.ZIP_DEFLATED:
        stream = zlib.decompressobj(-15)
        content = stream.decompress(content, entry.file_size + 1)
        if len(content) <= entry.file_size and not stream.eof:
            raise zipfile.BadZipFile(entry.filename)
    elif entry.compress_type != zipfile.ZIP_STORED:
        raise Refused("TP-003", "压缩方式不是办公软件所用的")
    if len(content) > entry.file_size:
        raise Refused("TP-016", f"部件 {entry.filename[:60]} 的实际大小与标明的不符")
    if len(content) != entry.file_size or zlib.crc32(content) != entry.CRC:
        raise zipfile.BadZipFile(entry.filename)
    _refuse_markup(content, entry.filename)
    return content


def _xml_parts(package: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> dict[str, bytes]:
    return {
        e.filename: _part(package, e) for e in entries if e.filename.casefold().endswith((".xml", ".rels"))
    }


def _refuse_markup(content: bytes, name: str) -> None:
    """A document type or an entity has no business in a workbook; in UTF-16 it would hide from a plain search."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in content[:64]:
        content = content.replace(b"\x00", b"")
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise Refused("TP-016", f"部件 {name[:60]} 含有实体定义（DTD）")


def _refuse_far(extent: tuple[int, int], sheet: str) -> None:
    rows, columns = extent
    if rows * columns > MOST_CELLS:
        where = f"工作表“{sheet}”" if sheet else "表格"
        raise Refused(
            "TP-016", f"{where}最远填到第 {rows} 行、{sheetxml.letters(columns)} 列，远大于一份填报表"
        )


def _check_ods(package: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Checked:
    parts = _xml_parts(package, entries)
    if b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
        raise Refused("TP-002")
    content = parts["content.xml"]
    if re.search(rb"<table:(?:table-source|cell-range-source)\b", content):
        raise Refused("TP-016", "含有到其他工作簿的链接")
    for sheet, extent in legacy.ods_extents(content):
        _refuse_far(extent, sheet)
    return Checked("ods", macros=any(e.filename.startswith(("Basic/", "Scripts/")) for e in entries))


def _check_xlsx(package: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Checked:
    parts = _xml_parts(package, entries)
    names = {entry.filename for entry in entries}
    book = next((to for kind, to in _relations(parts, "") if kind == "officeDocument"), "xl/workbook.xml")
    if book.endswith(".bin"):
        raise Refused("TP-001", "内容是二进制工作簿（.xlsb）")
    if book.startswith(("word/", "ppt/")):
        raise Refused("TP-001", "内容是 Word 等其他文档")
    relations = dict(_targets(parts, book))
    if any(kind == "externalLink" for kind, _ in relations.values()) or any(
        "externalLinks/" in n for n in names
    ):
        raise Refused("TP-016", "含有到其他工作簿的链接")
    root = ElementTree.fromstring(parts[book])
    sheets = {}
    for element in root.iter():
        if _local(element.tag) == "sheet":
            target = next((v for k, v in element.attrib.items() if _local(k) == "id" and k != "id"), "")
            kind, part = relations[target]
            if kind == "worksheet":
                sheets[element.attrib["name"]] = part
    for sheet, part in sheets.items():
        _refuse_far(sheetxml.extent(parts[part], MOST_CELLS), sheet)
    properties = next((e.attrib for e in root.iter() if _local(e.tag) == "workbookPr"), {})
    return Checked(
        "xlsx",
        parts=parts,
        sheets=sheets,
        macros=any(name.casefold().endswith("vbaproject.bin") for name in names),
        is_1904=properties.get("date1904", "0") in ("1", "true"),
    )


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _targets(parts: Mapping[str, bytes], owner: str) -> list[tuple[str, tuple[str, str]]]:
    """The relations of a part: id -> (last word of its type, part it points to)."""
    folder, name = posixpath.split(owner)
    found = []
    for element in ElementTree.fromstring(
        parts.get(posixpath.join(folder, "_rels", name + ".rels"), b"<x/>")
    ):
        kind = element.attrib.get("Type", "").rpartition("/")[2]
        to = element.attrib.get("Target", "")
        if element.attrib.get("TargetMode") != "External":
            to = to.lstrip("/") if to.startswith("/") else posixpath.normpath(posixpath.join(folder, to))
        found.append((element.attrib.get("Id", ""), (kind, to)))
    return found


def _relations(parts: Mapping[str, bytes], owner: str) -> list[tuple[str, str]]:
    return [pair for _, pair in _targets(parts, owner)]
