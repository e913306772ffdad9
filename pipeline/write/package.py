"""A workbook as a package of parts: opened lazily, sheets found through the relationships, parts replaced by name.

The first step of every change to an official form. Both families of namespaces (transitional and strict) and any
prefix are read. No entity is resolved, no document type accepted, nothing fetched.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote

from lxml import etree

from pipeline.write import markup
from pipeline.write.grid import Area, parse_area
from pipeline.write.zipped import Archive

#: the kinds of sheet, by the last word of the relationship type; only the first can be filled
KIND_NAMES = {
    "worksheet": "工作表", "chartsheet": "图表工作表", "dialogsheet": "对话框工作表", "xlMacrosheet": "宏表",
    "xlIntlMacrosheet": "宏表",
}  # fmt: skip
_NOT_PLAIN_UTF8 = re.compile(rb"""\A<\?xml[^>]*encoding\s*=\s*["'](?!utf-8["'])""", re.IGNORECASE)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True)
class Relationship:
    """``kind`` is the last word of the type, ``target`` a part name (None for a target outside the package)."""

    id: str
    kind: str
    target: str | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet in the order of the tabs; ``index`` counts from 0, ``number`` is the workbook's own sheetId."""

    name: str
    part: str
    kind: str
    index: int
    number: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table (列表) of a sheet; ``area`` with header and totals rows."""

    name: str
    sheet: Sheet
    area: Area
    header_rows: int
    columns: tuple[str, ...]


class Package:
    """An opened workbook. ``form``: the bytes of an .xlsx or .xlsm (.xltx, .xltm) file.

    Raises ValueError with a Chinese sentence if it is no such workbook.
    """

    def __init__(self, form: bytes):
        if not isinstance(form, bytes | bytearray | memoryview):
            raise ValueError("需要工作簿文件的内容(bytes)。")
        self.form = bytes(form)
        if self.form.startswith(_OLE):
            raise ValueError("这不是 .xlsx 文件:它已加密,或是旧版 .xls。请取消密码,另存为 .xlsx 后再试。")
        if not self.form.startswith(b"PK"):
            raise ValueError("这不是 .xlsx 工作簿文件。请另存为 .xlsx 后再试。")
        self._archive = Archive(self.form)
        self._parts = {_key(name): name for name in reversed(self._archive.names)}
        self._read: dict[str, bytes] = {}
        self.workbook_part = self._find_workbook()

    # -- parts ------------------------------------------------------------------------------------------------
    @property
    def names(self) -> tuple[str, ...]:
        """The part names, in the order of the file."""
        return self._archive.names

    def has(self, part: str) -> bool:
        return _key(part) in self._parts

    def read(self, part: str) -> bytes:
        """The content of a part. Raises ValueError if it is not there."""
        if part not in self._read:
            if not self.has(part):
                raise ValueError(f"工作簿不完整:缺少 {part}。请用 Excel 或 WPS 打开后另存一份再试。")
            self._read[part] = self._archive.read(self._parts[_key(part)])
        return self._read[part]

    def xml(self, part: str) -> bytes:
        """The content of an XML part in UTF-8, ready for ``markup``; almost always the very bytes of the file."""
        data = self.read(part)
        if data.startswith((b"\xff\xfe", b"\xfe\xff")) or _NOT_PLAIN_UTF8.match(data):
            return etree.tostring(self.parsed(part).getroottree(), xml_declaration=True, encoding="UTF-8")
        return data

    def parsed(self, part: str) -> etree._Element:
        """The root element of an XML part. Raises ValueError if it is not well-formed or declares a DTD."""
        return parse_xml(self.read(part), part)

    def saved(
        self, replaced: Mapping[str, bytes], added: Mapping[str, bytes] = {}, removed: Collection[str] = ()
    ) -> bytes:
        """The workbook with new content for some parts, new parts and parts left out, all others as they were."""
        named = {self._parts[_key(part)]: data for part, data in replaced.items()}
        return self._archive.repacked(named, added, {self._parts[_key(part)] for part in removed})

    def relationships(self, part: str) -> list[Relationship]:
        """What a part refers to ("" for the package itself); an empty list if it refers to nothing."""
        folder, listing = posixpath.dirname(part), listing_of(part)
        return relationships(self.parsed(listing), folder, self.has) if self.has(listing) else []

    def related(self, part: str, *kinds: str) -> list[str]:
        """The parts of the given kinds that ``part`` refers to and that are there."""
        return [
            item.target
            for item in self.relationships(part)
            if item.kind in kinds and item.target and self.has(item.target)
        ]

    @cached_property
    def content_types(self) -> dict[str, str]:
        """Part name -> content type, for the parts named one by one."""
        listing = self.parsed("[Content_Types].xml").iter("{*}Override")
        return {item.get("PartName", "").lstrip("/"): item.get("ContentType", "") for item in listing}

    # -- the workbook -----------------------------------------------------------------------------------------
    def _find_workbook(self) -> str:
        for item in self.relationships(""):
            if item.kind == "officeDocument" and item.target and self.has(item.target):
                if item.target.lower().endswith(".bin"):
                    raise ValueError("这是二进制工作簿(.xlsb)。请另存为 .xlsx 后再试。")
                if etree.QName(self.parsed(item.target)).localname == "workbook":
                    return item.target
        raise ValueError("这不是 .xlsx 工作簿文件。请另存为 .xlsx 后再试。")

    @cached_property
    def workbook(self) -> etree._Element:
        """The root of the workbook part: to be read, not to be changed."""
        return self.parsed(self.workbook_part)

    @cached_property
    def sheets(self) -> tuple[Sheet, ...]:
        """All sheets in the order of the tabs, hidden ones too."""
        by_id = {item.id: item for item in self.relationships(self.workbook_part)}
        found = []
        for index, item in enumerate(self.workbook.iterfind("{*}sheets/{*}sheet")):
            reference = next((value for key, value in item.items() if key.endswith("relationships}id")), "")
            # a sheet that leads nowhere is of no kind: nothing is read or written there
            to = by_id.get(reference)
            part, kind = (to.target, to.kind) if to and to.target else ("", "")
            found.append(Sheet(item.get("name", ""), part, kind, index, item.get("sheetId", "")))
        return tuple(found)

    def worksheet(self, name: object) -> Sheet:
        """The worksheet of exactly this name. Raises ValueError, listing the names there are."""
        sheet = next((sheet for sheet in self.sheets if sheet.name == name), None)
        if sheet is None:
            there = "、".join(sheet.name for sheet in self.sheets if sheet.kind == "worksheet")
            raise ValueError(f"工作簿里没有名为“{name}”的工作表。现有工作表:{there}。请核对名称(含空格)。")
        if sheet.kind != "worksheet":
            raise ValueError(f"“{name}”是{KIND_NAMES.get(sheet.kind, '特殊工作表')},没有可填写的单元格。")
        return sheet

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """The tables (列表) of all worksheets."""
        found = []
        for sheet in self.sheets:
            for part in self.related(sheet.part, "table"):
                root = self.parsed(part)
                names = tuple(
                    item.get("name", "") for item in root.iterfind("{*}tableColumns/{*}tableColumn")
                )
                name = root.get("displayName") or root.get("name", "")
                headers = int(root.get("headerRowCount", "1"))
                found.append(Table(name, sheet, parse_area(root.get("ref", "")), headers, names))
        return tuple(found)

    def refuse_signed(self) -> None:
        """Raises ValueError if the package carries a digital signature: any change would void it."""
        signed = any(item.kind == "origin" for item in self.relationships(""))
        if signed or any(_key(name).startswith("_xmlsignatures/") for name in self.names):
            raise ValueError(
                "工作簿带有数字签名,改动会使签名失效。请向发布单位取得未签名的空白表,或先移除签名。"
            )

    def with_recalculation(self, workbook_xml: bytes) -> bytes:
        """The workbook part with the recalculate-on-load flag set; the same bytes if it is set already."""
        start = markup.root_start(workbook_xml)
        parts = markup.children(workbook_xml, start, len(workbook_xml))
        for element in parts:
            if element.name == "calcPr":
                tag = markup.tag_at(workbook_xml, element.start)
                given = dict(tag.attributes).get(b"fullCalcOnLoad", b"")[1:-1]
                if given in (b"1", b"true"):
                    return workbook_xml
                new = tag.with_attributes(fullCalcOnLoad="1")
                new = new[:-1] + b"/>" if tag.closed else new
                return markup.spliced(workbook_xml, [(element.start, tag.end, new)])
        # the schema puts calcPr behind the last of these, whichever are there
        before = ("sheets", "functionGroups", "externalReferences", "definedNames")
        place = max(element.end for element in parts if element.name in before)
        prefix = markup.tag_at(workbook_xml, start).prefix
        return markup.spliced(workbook_xml, [(place, place, b"<" + prefix + b'calcPr fullCalcOnLoad="1"/>')])


def listing_of(part: str) -> str:
    """The part that lists what ``part`` refers to.

    >>> listing_of("xl/worksheets/sheet1.xml"), listing_of("")
    ('xl/worksheets/_rels/sheet1.xml.rels', '_rels/.rels')
    """
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def relationships(
    listing: etree._Element, folder: str, has: Callable[[str], bool] = lambda part: False
) -> list[Relationship]:
    """What a ``.rels`` part lists, its targets seen from ``folder``, where the part stands that refers to them.

    ``has`` tells the parts that are there: a target is named in the file as it is written, or with its ``%20``
    spelled out.
    """
    found = []
    for item in listing.iter("{*}Relationship"):
        target = None
        if item.get("TargetMode") != "External":
            path = posixpath.join("/", folder, item.get("Target", "").replace("\\", "/"))
            paths = [posixpath.normpath(one).lstrip("/") for one in (path, unquote(path))]
            target = paths[0] if has(paths[0]) else paths[1]
        found.append(Relationship(item.get("Id", ""), item.get("Type", "").rpartition("/")[2], target))
    return found


def parse_xml(data: bytes, part: str) -> etree._Element:
    """Bytes of an XML part -> its root element, nothing resolved or fetched. Raises ValueError naming the part."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, strip_cdata=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as problem:
        raise ValueError(f"工作簿已损坏:{part} 不是正确的 XML({problem.msg})。") from problem
    if root.getroottree().docinfo.doctype:
        raise ValueError(f"工作簿的 {part} 含有 DTD 声明,不予打开。")
    return root


def _key(part: str) -> str:
    """Part names are compared without regard to case; some programs write backslashes."""
    return part.replace("\\", "/").lstrip("/").lower()
