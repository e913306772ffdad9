"""The parts of a workbook besides its worksheets, when rows are inserted: names, tables, comments, drawings, charts,
the calculation chain; and what stands in the way of an insertion. A step of ``insert_rows``.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from urllib.parse import quote, unquote

from lxml import etree

from pipeline.write import markup
from pipeline.write.grid import address, parse_address
from pipeline.write.insertion import Insertion
from pipeline.write.moves import move_anchors, move_part
from pipeline.write.package import Package, Sheet, listing_of
from pipeline.write.references import read_formula

#: by a fragment of the content type: parts that refer to cells from outside any sheet
_REFERRING = ("drawingml.chart+xml", "chartex+xml", "drawingml.chartshapes+xml", "connections+xml")
_CLIENT_DATA = re.compile(rb"<(?:\w+:)?ClientData\b.*?</(?:\w+:)?ClientData\s*>", re.DOTALL)
_VML_ROW = re.compile(rb"(<(?:\w+:)?Row>\s*)(\d+)(\s*<)")
_VML_ANCHOR = re.compile(rb"(<(?:\w+:)?Anchor>)([\d\s,.-]+)(<)")
_VML_FORMULA = re.compile(rb"(<(?:\w+:)?Fmla(?:Link|Range|Txbx|Pict|Group)>)([^<]*)(<)")


class Edits:
    """Parts changed so far, each parsed once. ``replaced`` holds the new bytes of those that really changed."""

    def __init__(self, package: Package):
        self.package = package
        self.replaced: dict[str, bytes] = {}
        self._roots: dict[str, etree._Element] = {}

    def root(self, part: str) -> etree._Element:
        if part not in self._roots:
            self._roots[part] = self.package.parsed(part)
        return self._roots[part]

    def current(self, part: str) -> bytes:
        """The part in UTF-8 as it stands now."""
        return self.replaced.get(part) or self.package.xml(part)

    def replace(self, part: str, data: bytes) -> None:
        if data != self.package.xml(part):
            self.replaced[part] = data

    def edit(self, part: str, change: Callable[[etree._Element], object]) -> None:
        """Lets ``change`` work on the root element; the part is written anew only if that altered it."""
        root = self.root(part)
        before = etree.tostring(root, encoding="UTF-8", with_tail=False)
        change(root)
        after = etree.tostring(root, encoding="UTF-8", with_tail=False)
        if after != before:
            data = self.package.xml(part)
            prolog = data[: markup.root_start(data)]
            # tostring puts a declaration of its own first; the part keeps the one it had
            self.replaced[part] = prolog + after[markup.root_start(after) :]


def refuse_unmovable(package: Package, sheet: Sheet) -> None:
    """Raises ValueError, by name, for what would be left behind by an insertion into ``sheet``."""
    if package.related(sheet.part, "pivotTable"):
        raise ValueError(f"工作表“{sheet.name}”里有数据透视表,不能插入行。请先把透视表移到别的工作表。")
    if package.related(package.workbook_part, "revisionHeaders"):
        raise ValueError("工作簿是带修订记录的共享工作簿,不能插入行。请先停止共享,另存后再试。")
    tables = {table.name.casefold() for table in package.tables if table.sheet == sheet}
    for part in package.related(package.workbook_part, "pivotCacheDefinition"):
        for source in package.parsed(part).iter("{*}worksheetSource"):
            name = source.get("name", "").casefold()
            if source.get("sheet") == sheet.name or name in tables or name in _names_for(package, sheet):
                raise ValueError(f"工作表“{sheet.name}”是数据透视表的数据来源,不能插入行。请先移除该透视表。")


def move_other_parts(edits: Edits, sheet: Sheet, added: Insertion) -> None:
    """Moves what refers to ``sheet`` in all parts that are no worksheets."""
    package = edits.package
    edits.edit(package.workbook_part, lambda root: _move_names(root, added))
    for item in package.sheets:
        own = item == sheet
        for part in (item.part, *package.related(item.part, "drawing")):
            if package.has(listing_of(part)):
                edits.edit(listing_of(part), lambda root, item=item: _move_links(root, item.name, added))
        for part in package.related(
            item.part, "table", "tableSingleCells", "comments", "threadedComment", "ctrlProp"
        ):
            edits.edit(part, lambda root, item=item: move_part(root, item.name, added))
        for part in package.related(item.part, "drawing"):
            edits.edit(part, lambda root, item=item: move_part(root, item.name, added))
            if own:
                edits.edit(part, lambda root: move_anchors(root, added))
        for part in package.related(item.part, "vmlDrawing"):
            before = package.read(part)
            after = _CLIENT_DATA.sub(
                lambda match, item=item: _moved_shape(match[0], item.name, added), before
            )
            edits.replaced.update({part: after} if after != before else {})
    for part, kind in package.content_types.items():
        if any(fragment in kind for fragment in _REFERRING) and package.has(part):
            edits.edit(part, lambda root: move_part(root, None, added))


def move_calculation_chain(edits: Edits, sheet: Sheet, added: Insertion, copied: list[str]) -> None:
    """Renumbers the chain's entries for ``sheet`` and adds the formulas copied into the new rows."""
    for part in edits.package.related(edits.package.workbook_part, "calcChain"):

        def change(root: etree._Element) -> None:
            number = "0"
            for item in root.iterfind("{*}c"):
                number = item.get("i", number)  # left out where it is that of the entry before
                place = parse_address(item.get("r"))
                if number == sheet.number and place:
                    item.set("r", address(added.row(place[0]), place[1]))
            for where in copied:
                etree.SubElement(root, root[0].tag, {"r": where, "i": sheet.number})

        edits.edit(part, change)


def _names_for(package: Package, sheet: Sheet) -> set[str]:
    """The defined names that refer to the sheet."""
    found = set()
    for item in package.workbook.iterfind("{*}definedNames/{*}definedName"):
        for reference in read_formula(item.text or "").references:
            if sheet.name.casefold() in {name.casefold() for name in reference.sheets or ()}:
                found.add(item.get("name", "").casefold())
    return found


def _move_names(root: etree._Element, added: Insertion) -> None:
    for item in root.iterfind("{*}definedNames/{*}definedName"):
        try:
            if item.text:
                item.text = added.formula(item.text, None)
        except ValueError as problem:
            raise ValueError(f"名称“{item.get('name')}”:{problem}") from problem


def _move_links(root: etree._Element, home: str, added: Insertion) -> None:
    """Links into this workbook that are written as relationships (``#表!A9``): those of pictures and shapes."""
    for item in root.iter("{*}Relationship"):
        target = item.get("Target", "")
        if target.startswith("#") and item.get("Type", "").endswith("/hyperlink"):
            text = unquote(target[1:])
            new = added.formula(text, home)
            if new != text:
                item.set("Target", "#" + (quote(new, safe="!'$:") if "%" in target else new))


def _moved_shape(data: bytes, home: str, added: Insertion) -> bytes:
    """The ``ClientData`` of one VML shape (a comment or a form control), whose text need not be well-formed XML."""

    def moved_formula(match: re.Match[bytes]) -> bytes:
        text = html.unescape(match[2].decode("utf-8", "surrogateescape"))
        new = added.formula(text, home)
        return match[0] if new == text else match[1] + markup.escaped(new) + match[3]

    data = _VML_FORMULA.sub(moved_formula, data)
    if home != added.sheet:
        return data
    row = _VML_ROW.search(data)
    if row:  # a comment: its box goes with its cell
        down = added.row(int(row[2]) + 1) - int(row[2]) - 1
        data = _VML_ROW.sub(lambda match: match[1] + b"%d" % (int(match[2]) + down) + match[3], data)

    def moved_anchor(match: re.Match[bytes]) -> bytes:
        numbers = match[2].split(b",")
        if len(numbers) != 8:
            return match[0]
        for place in (2, 6):
            number = int(numbers[place])
            step = down if row else added.row(number + 1) - number - 1
            if step:
                numbers[place] = b" %d" % (number + step)
        return match[1] + b",".join(numbers) + match[3]

    return _VML_ANCHOR.sub(moved_anchor, data)
