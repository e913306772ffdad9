"""The styles part of a workbook that is not ours: cell styles added at its end, and taken away again.

Used by the marked copies. Positions of what is there never change while marks are added; numbers are those of the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from pipeline.write import markup

#: the lists a cell style draws on, and the list of cell styles
LISTS = ("numFmts", "fonts", "fills", "borders", "cellXfs")
_USES = {"fonts": b"fontId", "fills": b"fillId", "borders": b"borderId"}
_PREFIXED = re.compile(rb"<(/?)[\w.-]+:")
_TAG = re.compile(rb"<(/?)(?=[A-Za-z])")
_SOLID = re.compile(
    rb"<patternFill\s[^>]*patternType=[\"']solid[\"'][^>]*>\s*<fgColor\s[^>]*rgb=[\"']([0-9A-Fa-f]{8})"
)


class Stylesheet:
    """``data``: the styles part in UTF-8. Raises ValueError when it lacks a list that cell styles need."""

    def __init__(self, data: bytes):
        self._data = data
        root = markup.root_start(data)
        self._prefix = markup.tag_at(data, root).prefix
        self._sections = {one.name: one for one in markup.children(data, root, len(data))}
        self.entries: dict[str, list[bytes]] = {}
        for name in LISTS:
            section = self._sections.get(name)
            found = markup.children(data, section.start, section.end) if section else []
            self.entries[name] = [data[one.start : one.end] for one in found]
            if not found and name != "numFmts":
                raise ValueError("工作簿的样式不完整。")
        self._before = {name: list(entries) for name, entries in self.entries.items()}

    # -- adding -----------------------------------------------------------------------------------------------
    def add(self, name: str, xml: str) -> int:
        """One more entry of a list (``<font>…``, without prefixes); gives its number."""
        entry = _TAG.sub(rb"<\1" + self._prefix, xml.encode("utf-8"))
        if entry in self.entries[name][len(self._before[name]) :]:
            return self.entries[name].index(entry, len(self._before[name]))
        self.entries[name].append(entry)
        return len(self.entries[name]) - 1

    def variant(self, style: int, **changed: int) -> int:
        """A cell style like another but for its ``fillId`` or ``numFmtId``."""
        entry = self.entries["cellXfs"][style]
        tag = markup.tag_at(entry, 0)
        names = {"fillId": "applyFill", "numFmtId": "applyNumberFormat"}
        new = {name: str(value) for name, value in changed.items()} | {names[name]: "1" for name in changed}
        head = tag.with_attributes(**new)
        return self._placed((head[:-1] + b"/>" if tag.closed else head) + entry[tag.end :])

    def _placed(self, entry: bytes) -> int:
        styles = self.entries["cellXfs"]
        start = len(self._before["cellXfs"])
        if entry not in styles[start:]:
            styles.append(entry)
        return styles.index(entry, start)

    def fill(self, style: int) -> str:
        """The fill of a cell style as text without prefixes: ``<fill>…</fill>``."""
        number = _number(self.entries["cellXfs"][style], b"fillId")
        return _plain(self.entries["fills"][number]).decode("utf-8")

    # -- taking away ------------------------------------------------------------------------------------------
    def restore(self, fills: Mapping[str, str], below: Mapping[int, int]) -> Mapping[int, int]:
        """Gives every cell style with a solid fill of one of these colours (``FBC8C3``) the fill that stands for it.

        Gives the numbers of styles that are now the same as another: number -> the one to use instead, which is that of
        ``below`` where it looks the same (another program may have numbered the styles anew).
        """
        numbers = {}
        for number, entry in enumerate(self.entries["fills"]):
            solid = _SOLID.search(_plain(entry))
            colour = solid[1][2:].decode().upper() if solid else ""
            if colour in fills:
                numbers[number] = fills[colour]
        plain = [_plain(entry) for entry in self.entries["fills"]]
        marked = [
            number for number, xf in enumerate(self.entries["cellXfs"]) if _number(xf, b"fillId") in numbers
        ]
        first: dict[bytes, int] = {}
        before = list(self.entries["cellXfs"])
        for number, xf in enumerate(before):
            if number not in marked:
                first.setdefault(_look(xf, plain), number)
        same = {}
        for number in marked:
            wanted = numbers[_number(self.entries["cellXfs"][number], b"fillId")]
            entry = _TAG.sub(rb"<\1" + self._prefix, wanted.encode("utf-8"))
            if _plain(entry) not in plain:
                self.entries["fills"].append(entry)
                plain.append(_plain(entry))
            xf = self.entries["cellXfs"][number]
            tag = markup.tag_at(xf, 0)
            head = tag.with_attributes(fillId=str(plain.index(_plain(entry))))
            restored = (head[:-1] + b"/>" if tag.closed else head) + xf[tag.end :]
            look = _look(restored, plain)
            as_before = first.setdefault(look, number)
            old = below.get(number, number)
            if old not in marked and old < len(before) and _look(before[old], plain) == look:
                as_before = old
            self.entries["cellXfs"][number] = restored
            if as_before != number:
                same[number] = as_before
        return same

    def trim(self, floors: Mapping[str, int], used: Iterable[int]) -> None:
        """Drops entries nothing uses any more from the ends of the lists, down to as many as ``floors`` says.

        ``used``: the cell styles that cells, rows and columns use.
        """
        styles = self.entries["cellXfs"]
        _cut(styles, floors.get("cellXfs", len(styles)), set(used))
        parents = self._sections.get("cellStyleXfs")
        every = list(styles)
        if parents:
            items = markup.children(self._data, parents.start, parents.end)
            every += [self._data[one.start : one.end] for one in items]
        for name, attribute in _USES.items():
            entries = self.entries[name]
            _cut(entries, floors.get(name, len(entries)), {_number(xf, attribute) for xf in every})

    def sizes(self) -> dict[str, int]:
        """How many entries each list has."""
        return {name: len(entries) for name, entries in self.entries.items()}

    def saved(self) -> bytes:
        """The styles part; the same bytes if nothing changed."""
        edits = []
        for name, entries in self.entries.items():
            before = self._before[name]
            section = self._sections.get(name)
            if entries == before or section is None:
                continue
            tag = markup.tag_at(self._data, section.start)
            if any(attribute == b"count" for attribute, _ in tag.attributes):
                edits.append((section.start, tag.end, tag.with_attributes(count=str(len(entries)))))
            items = markup.children(self._data, section.start, section.end)
            for item, old, new in zip(items, before, entries, strict=False):
                if old != new:
                    edits.append((item.start, item.end, new))
            edits += [(item.start, item.end, b"") for item in items[len(entries) :]]
            new = b"".join(entries[len(before) :])
            edits.append((items[-1].end, items[-1].end, new) if new else (0, 0, b""))
        return markup.spliced(self._data, edits)


def _plain(entry: bytes) -> bytes:
    """An entry without prefixes, as two of them are compared."""
    return _PREFIXED.sub(rb"<\1", entry)


def _number(xf: bytes, attribute: bytes) -> int:
    return int(dict(markup.tag_at(xf, 0).attributes).get(attribute, b'"0"')[1:-1])


def _look(xf: bytes, fills: Sequence[bytes]) -> bytes:
    """What a cell style looks like, whatever the numbers of its fill."""
    tag = markup.tag_at(xf, 0)
    kept = sorted(name + value for name, value in tag.attributes if name not in (b"fillId", b"applyFill"))
    return b" ".join(kept) + fills[_number(xf, b"fillId")] + _plain(xf[tag.end :])


def _cut(entries: list[bytes], floor: int, used: set[int]) -> None:
    while len(entries) > max(floor, 1) and len(entries) - 1 not in used:
        entries.pop()
