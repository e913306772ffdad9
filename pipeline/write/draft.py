"""A workbook while parts come and go: content, relationships and content types kept in step. Used by the marked copies.

Like everything that changes a workbook here it splices bytes: what is taken back leaves the bytes that were there before.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable

from pipeline.write import markup
from pipeline.write.package import Package, Relationship, parse_xml, relationships

_TYPES = "[Content_Types].xml"
_VML = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_LISTING = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
)
#: parts that belong to one sheet alone and go with it
_OWN = ("comments", "vmlDrawing", "drawing", "printerSettings", "threadedComment", "table")


class Draft:
    """The parts of ``package`` as they shall be. Nothing is written before ``saved``."""

    def __init__(self, package: Package):
        self.package = package
        self._replaced: dict[str, bytes] = {}
        self._added: dict[str, bytes] = {}
        self._removed: set[str] = set()

    # -- parts ------------------------------------------------------------------------------------------------
    def has(self, part: str) -> bool:
        return part in self._added or (self.package.has(part) and part not in self._removed)

    def xml(self, part: str) -> bytes:
        """The part in UTF-8 as it stands now."""
        if part in self._added:
            return self._added[part]
        return self._replaced.get(part) or self.package.xml(part)

    def put(self, part: str, data: bytes) -> None:
        """New content for a part that is there."""
        if part in self._added:
            self._added[part] = data
        elif data != self.package.xml(part):
            self._replaced[part] = data
        else:
            self._replaced.pop(part, None)

    def new_name(self, pattern: str) -> str:
        """``xl/worksheets/sheet{}.xml`` -> the first name of this form that is free."""
        taken = {name.lower() for name in (*self.package.names, *self._added)}
        number = 1
        while pattern.format(number).lower() in taken:
            number += 1
        return pattern.format(number)

    def add(self, part: str, data: bytes, content_type: str = "") -> None:
        """A new part; a VML drawing is typed by its ending, as all programs do it."""
        self._added[part] = data
        if part.endswith(".vml"):
            self._type(f'Default Extension="vml" ContentType="{_VML}"', rb'Extension="vml"')
        elif content_type:
            self._type(f'Override PartName="/{part}" ContentType="{content_type}"')

    def drop(self, part: str) -> None:
        """Takes a part away, with its relationships and what belongs to it alone."""
        owned = [item.target for item in self.relations(part) if item.kind in _OWN and item.target]
        for name in (part, _listing_of(part)):
            if name in self._added:
                del self._added[name]
            elif self.package.has(name):
                self._removed.add(name)
                self._replaced.pop(name, None)
        self._untype(re.escape(b'PartName="/' + part.encode() + b'"'))
        left = {name.lower() for name in (*self.package.names, *self._added)} - {
            one.lower() for one in self._removed
        }
        if part.endswith(".vml") and not any(name.endswith(".vml") for name in left):
            self._untype(rb'Extension="vml"')
        for name in owned:
            if self.has(name):
                self.drop(name)

    def saved(self) -> bytes:
        """The workbook. Raises ValueError if a part is no XML any more: better no copy than one nobody can open."""
        for name, data in (*self._replaced.items(), *self._added.items()):
            if name.endswith((".xml", ".rels")):
                parse_xml(data, name)
        return self.package.saved(self._replaced, self._added, self._removed)

    # -- relationships ----------------------------------------------------------------------------------------
    def relations(self, part: str) -> list[Relationship]:
        """What a part refers to, as it stands now."""
        listing = _listing_of(part)
        if not self.has(listing):
            return []
        return relationships(parse_xml(self.xml(listing), listing), posixpath.dirname(part))

    def related(self, part: str, kind: str) -> str | None:
        """The first part of a kind that ``part`` refers to and that is there."""
        return next(
            (one.target for one in self.relations(part) if one.kind == kind and one.target and self.has(one.target)),
            None,
        )  # fmt: skip

    def relate(self, part: str, kind: str, target: str) -> str:
        """A relationship to another part of the workbook; gives its id. ``kind``: the last word of its type."""
        listing = _listing_of(part)
        if not self.has(listing):
            self.add(listing, _LISTING)
        data = self.xml(listing)
        numbers = re.findall(rb'Id="rId(\d+)"', data)
        identity = f"rId{max(map(int, numbers), default=0) + 1}"
        prefix = markup.tag_at(data, markup.root_start(data)).prefix
        to = posixpath.relpath("/" + target, "/" + posixpath.dirname(part))
        new = f'Relationship Id="{identity}" Type="{self.family}/{kind}" Target="{to}"/>'
        self.put(listing, _appended(data, b"<" + prefix + new.encode()))
        return identity

    def unrelate(self, part: str, targets: Iterable[str]) -> set[str]:
        """Takes the relationships to these parts away; gives their ids."""
        listing, gone = _listing_of(part), set(targets)
        found = {one.id for one in self.relations(part) if one.target in gone}
        if found:
            data = self.xml(listing)
            root = markup.root_start(data)
            items = markup.children(data, root, len(data))
            cut = [
                (item.start, item.end, b"")
                for item in items
                if dict(markup.tag_at(data, item.start).attributes)[b"Id"][1:-1].decode() in found
            ]
            if len(cut) == len(items):
                self.drop(listing)
            else:
                self.put(listing, markup.spliced(data, cut))
        return found

    @property
    def family(self) -> str:
        """The family of relationship types the workbook uses, transitional or strict."""
        data = self.xml(_listing_of(self.package.workbook_part))
        found = re.search(rb'Type="([^"]*)/worksheet"', data)
        if not found:
            raise ValueError("工作簿里没有工作表。")
        return found[1].decode()

    # -- content types ----------------------------------------------------------------------------------------
    def _type(self, element: str, unless: bytes = b"\0") -> None:
        data = self.xml(_TYPES)
        if not re.search(unless, data):
            prefix = markup.tag_at(data, markup.root_start(data)).prefix
            self.put(_TYPES, _appended(data, b"<" + prefix + element.encode() + b"/>"))

    def _untype(self, attribute: bytes) -> None:
        """Takes the entry with this attribute out of the content types."""
        pattern = re.compile(rb"<(?:\w+:)?(?:Override|Default)\s[^>]*" + attribute + rb"[^>]*/>")
        self.put(_TYPES, pattern.sub(b"", self.xml(_TYPES)))


def _listing_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _appended(data: bytes, element: bytes) -> bytes:
    """A part with one more element at the end of its root."""
    place = data.rindex(b"</")
    return data[:place] + element + data[place:]
