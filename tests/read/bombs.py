"""Files made to harm, each made anew for a test: nothing of the kind is kept in the repository."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Callable, Mapping

NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
SHEET, BOOK = "xl/worksheets/sheet2.xml", "xl/workbook.xml"
STRINGS, STYLES = "xl/sharedStrings.xml", "xl/styles.xml"
LAUGHS = '<!DOCTYPE lolz [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefghi", "bcdefghij", strict=True)
) + "]>"  # fmt: skip


def rebuilt(
    content: bytes, change: Mapping[str, bytes | Callable[[bytes], bytes]], extra: Mapping[str, bytes] = {}
) -> bytes:
    """The package with some parts replaced or changed, and some added."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        assert change.keys() <= set(old.namelist())
        for name in old.namelist():
            to = change.get(name, old.read(name))
            data = to(old.read(name)) if callable(to) else to
            # well below every limit of size but the one that is meant
            is_stored = 1_000_000 < len(data) < 40_000_000
            new.writestr(name, data, zipfile.ZIP_STORED if is_stored else zipfile.ZIP_DEFLATED)
        for name, data in extra.items():
            new.writestr(name, data)
    return target.getvalue()


def filled(blank: bytes) -> bytes:
    """A blank 2_预算执行 with one record, as another program than the tests' own would write it: with shared strings."""
    texts = "".join(
        f'<c r="{at}5" t="inlineStr"><is><t>{text}</t></is></c>'
        for at, text in zip("ABC", ("项目", "P01", "驻外工作"), strict=True)
    )
    numbers = "".join(
        f'<c r="{at}5"><v>{text}</v></c>'
        for at, text in zip("DEFG", ("134.85", "0", "134.85", "129.82"), strict=True)
    )
    return rebuilt(
        blank,
        {
            SHEET: lambda xml: re.sub(
                rb'<row r="5"[^>]*>.*?</row>', f'<row r="5">{texts}{numbers}</row>'.encode(), xml
            )
        },
    )


def sheet(cells: str, after: str = "") -> bytes:
    return f"<worksheet {NAMESPACE}><sheetData>{cells}</sheetData>{after}</worksheet>".encode()


def with_doctype(content: bytes) -> bytes:
    """The document type before the root of an XML part, and its entity inside the first text there is."""
    head, mark, rest = content.partition(b"?>")
    return head + mark + LAUGHS.encode() + rest.replace(b"</", b"&j;</", 1)


def with_outside(content: bytes) -> bytes:
    head, mark, rest = content.partition(b"?>")
    return head + mark + b'<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + rest


def overlapping(content: bytes, count: int = 500) -> bytes:
    """Many entries of the directory that all point to the data of one."""
    kernel = io.BytesIO()
    with zipfile.ZipFile(kernel, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", b"<Types/>")
        package.writestr("xl/a.xml", b" " * 9_000)
    whole = kernel.getvalue()
    start = whole.index(b"PK\x01\x02")
    end = whole.index(b"PK\x05\x06")
    entries = whole[start:end]
    second = entries[entries.index(b"PK\x01\x02", 4) :]
    copies = b"".join(
        second.replace(b"xl/a.xml", b"xl/" + f"{number:05}".encode()) for number in range(count)
    )
    directory = entries + copies
    tail = bytearray(whole[end:])
    struct.pack_into("<HHII", tail, 8, 2 + count, 2 + count, len(directory), start)
    return whole[:start] + directory + bytes(tail)


def lying(content: bytes, part: str, size: int) -> bytes:
    """The directory states another unpacked size for a part."""
    changed = bytearray(content)
    at = content.rindex(part.encode()) - 46
    assert changed[at : at + 4] == b"PK\x01\x02"
    struct.pack_into("<I", changed, at + 24, size)
    return bytes(changed)


def wrong_sum(content: bytes, part: str) -> bytes:
    changed = bytearray(content)
    changed[content.rindex(part.encode()) - 46 + 16] ^= 0xFF
    return bytes(changed)


def named(content: bytes, name: str) -> bytes:
    """One more part, of a name as it is given."""
    target = io.BytesIO(content)
    with zipfile.ZipFile(target, "a") as package:
        info = zipfile.ZipInfo("x")
        info.filename = name
        package.writestr(info, b"<x/>")
    return target.getvalue()


def directory_of(count: int) -> bytes:
    """A package that lists very many empty parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr("[Content_Types].xml", b"<Types/>")
        package.writestr("x00000", b"")
    whole = target.getvalue()
    start, end = whole.index(b"PK\x01\x02"), whole.index(b"PK\x05\x06")
    entries = whole[start:end]
    one = entries[entries.index(b"PK\x01\x02", 4) :]
    directory = entries + b"".join(
        one.replace(b"x00000", f"y{number:05}".encode()[:6]) for number in range(count)
    )
    tail = bytearray(whole[end:])
    struct.pack_into("<HHII", tail, 8, min(count + 2, 65535), min(count + 2, 65535), len(directory), start)
    return whole[:start] + directory + bytes(tail)


def open_document(rows: str, head: str = "") -> bytes:
    """An .ods of one sheet."""
    target = io.BytesIO()
    spaces = (
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    )
    body = f'<office:body><office:spreadsheet><table:table table:name="表">{rows}</table:table></office:spreadsheet></office:body>'
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", b"application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("META-INF/manifest.xml", '<manifest:manifest xmlns:manifest="m"/>')
        package.writestr(
            "content.xml", f"{head}<office:document-content {spaces}>{body}</office:document-content>"
        )
    return target.getvalue()


def cell(text: str, repeat: str = "") -> str:
    return f'<table:table-cell office:value-type="string" {repeat}><text:p>{text}</text:p></table:table-cell>'


def record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def old_workbook(cells: bytes, dimensions: bytes = b"", strings: bytes = b"", sheets: int = 1) -> bytes:
    """The workbook stream of an .xls of BIFF8: globals, then one sheet that all its entries point to."""
    begin = record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0))
    entry = lambda at, number: record(0x0085, struct.pack("<IBBBB", at, 0, 0, 6, 0) + b"%06d" % number)  # noqa: E731
    tail = strings + record(0x000A, b"")
    length = len(begin) + sheets * len(entry(0, 0)) + len(tail)
    globals_ = begin + b"".join(entry(length, number) for number in range(sheets)) + tail
    assert len(globals_) == length
    page = record(0x0809, struct.pack("<HHHHII", 0x0600, 16, 0, 0, 0, 0))
    page += (record(0x0200, dimensions) if dimensions else b"") + cells + record(0x000A, b"")
    return (globals_ + page).ljust(4096, b"\0")
