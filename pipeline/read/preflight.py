"""Is this file safe, and what is it? Looked at before any library parses it.

A spreadsheet library answers a far cell or a zip bomb by taking all memory, an encrypted file by a riddle. So the
bytes are judged first: kind by content (never by name), the package and its sums, sizes and ratios, markup that a
workbook has no need of, links outward, the farthest filled cell, and how much text the cells would hold. What the
library then gets is a new package of what was proved (docs/decisions/008). Whatever is wrong is raised as
``Refused`` with the code of its finding; the reading stage turns it into one.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree
from xml.sax.saxutils import quoteattr

from pipeline.read import commonxml, legacy, ods, sheetxml
from pipeline.read.looks import looks_like
from pipeline.read.package import DAMAGE, MOST_BYTES, Refused, open_zip, packed, part, xml_parts
from pipeline.read.raw import visible

__all__ = ["INSTRUCTIONS", "MOST_BYTES", "MOST_CELLS", "Checked", "Refused", "check"]

INSTRUCTIONS = "填写说明"
#: rows of a sheet; rows x columns down to the farthest filled cell, over all sheets; marks of markup; sheets
MOST_ROWS, MOST_CELLS, MOST_MARKS, MOST_SHEETS = 20_000, 2_000_000, 1_500_000, 200
#: characters in all cells, when each has its own copy of its text
MOST_TEXT = 100_000_000
#: bytes of the parts that only say where things are
_MOST_DIRECTORY = 2_000_000

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_WPS = (".et", ".ett", ".wps", ".wpt")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_ROW = re.compile(rb"""\sr=["'][A-Z]*([0-9]{1,7})["']""")
_EMBEDDED = re.compile(r"(?:^|/)(?:embeddings|activeX)/|^Object[^/]*/", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that may be parsed. ``kind``: xlsx, xls or ods; ``package``: what the reading library gets of it.

    ``sheets``: sheet name -> what its XML says (.xlsx only). ``hidden``: names of hidden sheets. ``macros``,
    ``embedded``: whether it holds macros (never run) or other files and objects (never opened).
    """

    kind: str
    package: bytes
    sheets: Mapping[str, sheetxml.Scan] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    formats: tuple[str, ...] = ()
    macros: bool = False
    embedded: bool = False
    is_1904: bool = False


def check(content: bytes, name: str) -> Checked:
    """Judges a file by its content; ``name`` only tells a .et file, which WPS keeps in the clothes of an .xls.

    Raises Refused with TP-001 (not a workbook), TP-002 (encrypted), TP-003 (damaged), TP-009 (.et), TP-016 (a
    package no office program writes), TP-025 (too large), TP-026 (filled too far), TP-027 (entities), TP-028
    (links to other workbooks), TP-030 (too much of something), TP-036 (an archive).
    """
    if name.casefold().endswith(_WPS):
        raise Refused("TP-009")
    if not content:
        raise Refused("TP-003", "文件是空的（0 字节）")
    if len(content) > MOST_BYTES:
        raise Refused("TP-025", f"文件有 {len(content) // 1_000_000} MB")
    try:
        if content.startswith(_OLE):
            return _check_ole(content)
        if content.startswith(b"PK\x03\x04"):
            return _check_zip(content)
    except sheetxml.TooMany as many:
        raise Refused("TP-030", str(many)) from None
    except DAMAGE as bad:
        raise Refused("TP-003", "文件不完整或已损坏") from bad
    raise Refused(*looks_like(content))


def _check_ole(content: bytes) -> Checked:
    streams = legacy.ole_streams(content)
    if "EncryptedPackage" in streams:
        raise Refused("TP-002")
    book = next((streams[name] for name in legacy.BOOKS if name in streams), None)
    if book is None:
        raise Refused("TP-001", "内容是 Word 等其他文档" if "WordDocument" in streams else "内容不是表格")
    try:
        found = legacy.scan(book)
    except legacy.Encrypted:
        raise Refused("TP-002") from None
    _refuse_far(found.extents)
    _refuse_text(found.volume)
    return Checked(
        "xls",
        legacy.ole_package(found.book),
        macros=any(name.startswith("_VBA_PROJECT") for name in streams),
        embedded=any(name.startswith("MBD") for name in streams),
    )


def _check_zip(content: bytes) -> Checked:
    package, entries = open_zip(content)
    with package:
        names = [entry.filename for entry in entries]
        kind = next((part(package, entry) for entry in entries if entry.filename == "mimetype"), b"")
        if kind.strip().startswith(_ODS):
            return _check_ods(xml_parts(package, entries), names)
        if "[Content_Types].xml" not in names:
            raise Refused("TP-001", "内容是其他文档") if kind else Refused("TP-036", "内容是压缩包")
        return _check_xlsx(xml_parts(package, entries), names)


def _refuse_far(extents: Mapping[str, tuple[int, int]]) -> None:
    """Rows and columns by sheet (an .xls gives no names): refused when one is, or all together are, out of reach."""
    total = 0
    for sheet, (rows, columns) in extents.items():
        total += rows * columns
        if rows > MOST_ROWS or total > MOST_CELLS:
            where = f"工作表“{visible(sheet)}”" if sheet else "表格"
            raise Refused("TP-026", f"{where}最远填到第 {rows} 行、{sheetxml.letters(columns)} 列")


def _refuse_text(volume: int) -> None:
    if volume > MOST_TEXT:
        raise Refused("TP-025", f"单元格里的文字共有 {volume // 10_000} 万字")


def _check_ods(parts: Mapping[str, bytes], names: list[str]) -> Checked:
    if b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
        raise Refused("TP-002")
    content = parts["content.xml"]
    _refuse_marks("content.xml", content)
    found = ods.scan(content)
    if found.is_linked:
        raise Refused("TP-028")
    _refuse_far(found.extents)
    _refuse_text(found.volume)
    manifest = b'<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    return Checked(
        "ods",
        packed((("mimetype", _ODS), ("META-INF/manifest.xml", manifest), ("content.xml", content))),
        macros=any(name.startswith(("Basic/", "Scripts/")) for name in names),
        embedded=any(map(_EMBEDDED.search, names)),
    )


def _check_xlsx(parts: Mapping[str, bytes], names: list[str]) -> Checked:
    book = next(
        (to for kind, to in _relations(parts, "").values() if kind == "officeDocument"), "xl/workbook.xml"
    )
    if book.endswith(".bin"):
        raise Refused("TP-001", "内容是二进制工作簿（.xlsb）")
    if book.startswith(("word/", "ppt/")):
        raise Refused("TP-001", "内容是 Word 等其他文档")
    relations = _relations(parts, book)
    if any(kind == "externalLink" for kind, _ in relations.values()) or any(
        "externalLinks/" in n for n in names
    ):
        raise Refused("TP-028")
    root = ElementTree.fromstring(_small(parts[book], book))
    sheets, hidden = _sheets(root, relations)
    shared, styles = (
        next((parts[to] for kind, to in relations.values() if kind == wanted and to in parts), b"")
        for wanted in ("sharedStrings", "styles")
    )
    scans = _scan_sheets(parts, sheets, shared)
    _refuse_marks("styles.xml", styles)
    properties = next((e.attrib for e in root.iter() if _local(e.tag) == "workbookPr"), {})
    is_1904 = properties.get("date1904", "0") in ("1", "true")
    return Checked(
        "xlsx",
        _new_package(parts, sheets, shared, styles, is_1904),
        scans,
        hidden,
        commonxml.number_formats(styles) if styles else (),
        macros=any(name.casefold().endswith("vbaproject.bin") for name in names),
        embedded=any(map(_EMBEDDED.search, names)),
        is_1904=is_1904,
    )


def _sheets(root: ElementTree.Element, relations: Mapping) -> tuple[dict[str, str], frozenset[str]]:
    """Sheet name -> its part, but for the instructions, which nobody fills in; names of the hidden ones."""
    sheets, hidden = {}, set()
    for element in root.iter():
        if _local(element.tag) != "sheet":
            continue
        target = next((v for k, v in element.attrib.items() if _local(k) == "id" and k != "id"), "")
        kind, to = relations[target]
        name = element.attrib["name"]
        if kind == "worksheet" and name != INSTRUCTIONS:
            sheets[name] = to
            if element.attrib.get("state", "visible") != "visible":
                hidden.add(name)
        if len(sheets) > MOST_SHEETS:
            raise Refused("TP-030", f"工作表超过 {MOST_SHEETS} 张")
    return sheets, frozenset(hidden)


def _scan_sheets(
    parts: Mapping[str, bytes], sheets: Mapping[str, str], shared: bytes
) -> dict[str, sheetxml.Scan]:
    """Every sheet gone through; refused when it or the text its cells refer to is out of reach."""
    marks = 0
    for name, to in sheets.items():
        marks += parts[to].count(b"<")
        if marks > MOST_MARKS:
            numbers = [int(row) for row in _ROW.findall(parts[to][-5_000:])]
            reach = f"铺到第 {max(numbers)} 行，" if numbers else ""
            raise Refused("TP-025", f"工作表“{visible(name)}”{reach}单元格过多（连同带格式的空白）")
    scans = {name: sheetxml.scan(parts[to]) for name, to in sheets.items()}
    _refuse_far({name: (scan.rows, scan.columns) for name, scan in scans.items()})
    _refuse_marks("sharedStrings.xml", shared)
    references = sum(scan.shared for scan in scans.values())
    if references * len(shared) > MOST_TEXT:  # a quick bound; only few files need the true sum
        lengths = commonxml.string_lengths(shared)
        if references * max(lengths, default=0) > MOST_TEXT:
            _refuse_text(sum(sheetxml.scan(parts[to], lengths).volume for to in sheets.values()))
    return scans


def _refuse_marks(name: str, content: bytes) -> None:
    if content.count(b"<") > MOST_MARKS:
        raise Refused("TP-030", f"部件 {name} 里有过多的样式、文字或单元格")


def _new_package(
    parts: Mapping[str, bytes], sheets: Mapping[str, str], shared: bytes, styles: bytes, is_1904: bool
) -> bytes:
    """A package of nothing but the sheets, their texts and styles, its directory written anew."""
    listed, pointing, contents = [], [], []
    for number, (name, to) in enumerate(sheets.items(), 1):
        listed.append(f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="r{number}"/>')
        target = f"worksheets/sheet{number}.xml"
        pointing.append(f'<Relationship Id="r{number}" Type="{_OFFICE}/worksheet" Target="{target}"/>')
        contents.append((f"xl/{target}", parts[to]))
    date_system = f'<workbookPr date1904="{int(is_1904)}"/>'
    book = f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">{date_system}<sheets>{"".join(listed)}</sheets></workbook>'
    root = f'<Relationship Id="r" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    if shared:
        contents.append(("xl/sharedStrings.xml", commonxml.without_count(shared)))
    if styles:
        contents.append(("xl/styles.xml", styles))
    return packed((
        ("[Content_Types].xml", b"<Types/>"),
        ("_rels/.rels", f'<Relationships xmlns="{_PACKAGE}">{root}</Relationships>'.encode()),
        ("xl/workbook.xml", book.encode()),
        ("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{_PACKAGE}">{"".join(pointing)}</Relationships>'.encode()),
        *contents,
    ))  # fmt: skip


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _small(content: bytes, name: str) -> bytes:
    if len(content) > _MOST_DIRECTORY:
        raise Refused("TP-025", f"部件 {visible(name)} 有 {len(content) // 1_000_000} MB")
    return content


def _relations(parts: Mapping[str, bytes], owner: str) -> dict[str, tuple[str, str]]:
    """The relations of a part: id -> (last word of its type, part it points to)."""
    folder, name = posixpath.split(owner)
    at = posixpath.join(folder, "_rels", name + ".rels")
    found = {}
    for element in ElementTree.fromstring(_small(parts.get(at, b"<x/>"), at)):
        kind = element.attrib.get("Type", "").rpartition("/")[2]
        to = element.attrib.get("Target", "")
        if element.attrib.get("TargetMode") != "External":
            to = to.lstrip("/") if to.startswith("/") else posixpath.normpath(posixpath.join(folder, to))
        found[element.attrib.get("Id", "")] = (kind, to)
    return found
