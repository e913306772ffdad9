"""Proof that a filled form differs from its blank in the mapped cells and nowhere else. Run after every filling.

Another route than the patcher's: both packages are unpacked whole and compared part by part, worksheets and the
workbook part element by element through lxml; nothing of the patcher's code is used.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from lxml import etree

from pipeline.write.proof_values import address_of, cell_columns, corners_of, place_of, row_numbers, unfounded

_ADDRESS = re.compile(r"([A-Z]+)([0-9]+)")
_FORMULA_WITH_SOURCES = re.compile(r"[A-Za-z_\\\u0080-\uffff]")
#: the schema puts the calculation settings behind the last of these
_BEFORE_FLAG = ("sheets", "functionGroups", "externalReferences", "definedNames")
_VALUE_CHILDREN = ("v", "is")


def unexpected_differences(blank: bytes, filled: bytes, changed: Collection[tuple[str, str]]) -> list[str]:
    """Every difference between two workbooks that filling the ``changed`` cells does not explain.

    ``blank``: the form, or the form with the rows inserted; ``filled``: the same with cells changed; ``changed``:
    (sheet name, A1 address) of these. Returns Chinese sentences, each naming the part or sheet!address; an empty
    list is the proof. Explained are: the value and its type in a changed cell; a cell or row made for one, with the
    style of its row or column; a formula (or a cell of an array formula) that can depend on a changed cell and lost its
    cached value; ``dimension`` and ``spans`` grown to hold a changed cell; the recalculate-on-load flag.

    Raises zipfile.BadZipFile or lxml.etree.XMLSyntaxError if one of the two is no workbook at all.
    """
    before, after = _unpacked(blank), _unpacked(filled)
    found = [f"部件 {name} 不见了。" for name in before if name not in after]
    found += [f"多出了部件 {name}。" for name in after if name not in before]
    if not found and list(before) != list(after):
        found.append("部件的次序变了。")
    workbook = next(
        (part for _, kind, part in _relationships(before, "") if kind.endswith("/officeDocument")), ""
    )
    sheets = _sheet_names(before, workbook)
    for sheet, address in changed:
        if sheet not in sheets.values() or not _ADDRESS.fullmatch(address):
            found.append(f"{sheet}!{address}:没有这个工作表或单元格。")
    emptied: set[tuple[str, int, int]] = set()
    for name, old in before.items():
        new = after.get(name, old)
        if new == old:
            continue
        if name in sheets:
            cells = {
                address for sheet, address in changed if sheet == sheets[name] and _ADDRESS.fullmatch(address)
            }
            comparison = _Comparison(sheets[name], cells)
            found += comparison.sheets(old, new)
            emptied |= {(sheets[name], *place) for place in comparison.emptied}
        elif name == workbook:
            found += _Comparison(name, set()).workbooks(old, new)
        else:
            found.append(f"部件 {name} 的内容变了。")
    if emptied:
        roots = {sheet: _parsed(before[part]) for part, sheet in sheets.items() if part in before}
        places = [(sheet, *place_of(address)) for sheet, address in changed if _ADDRESS.fullmatch(address)]
        found += unfounded(roots, _parsed(before[workbook]), emptied, places)
    return found


def _unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts: dict[str, bytes] = {}
        for info in package.infolist():
            name = info.filename.replace("\\", "/")
            while name in parts:  # each program reads another one of two
                name += "(重复)"
            parts[name] = package.read(info)
        return parts


def _parsed(data: bytes) -> etree._Element:
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))


def _relationships(parts: dict[str, bytes], source: str) -> Iterator[tuple[str, str, str]]:
    """(id, type, part) of what a part refers to."""
    folder, name = posixpath.split(source)
    listing = posixpath.join(folder, "_rels", name + ".rels").lower()
    stored = next((part for part in parts if part.lower() == listing), None)
    for item in _parsed(parts[stored]) if stored else ():
        if isinstance(item.tag, str) and item.get("TargetMode") != "External":
            target = posixpath.join("/", folder, item.get("Target", "").replace("\\", "/"))
            targets = [posixpath.normpath(one).lstrip("/").lower() for one in (target, unquote(target))]
            part = next((part for part in parts if part.lower() in targets), "")
            yield item.get("Id", ""), item.get("Type", ""), part


def _sheet_names(parts: dict[str, bytes], workbook: str) -> dict[str, str]:
    by_id = {key: part for key, _, part in _relationships(parts, workbook)}
    names = {}
    for item in _parsed(parts[workbook]).iterfind("{*}sheets/{*}sheet") if workbook else ():
        key = next((value for name, value in item.attrib.items() if name.endswith("}id")), "")
        names[by_id.get(key, "")] = item.get("name", "")
    return names


@dataclass(slots=True)
class _Comparison:
    """Two versions of one part; ``cells`` may differ. Collects sentences in ``found``."""

    where: str
    cells: set[str]
    found: list[str] = field(default_factory=list)
    styles_of_columns: list[tuple[int, int, str]] = field(default_factory=list)
    arrays: list[tuple[int, int, int, int]] = field(default_factory=list)
    emptied: list[tuple[int, int]] = field(default_factory=list)

    def sheets(self, old: bytes, new: bytes) -> list[str]:
        before, after = _parsed(old), _parsed(new)
        if _before_root(old) != _before_root(new):
            self.found.append(f"工作表“{self.where}”的 XML 声明变了。")
        for column in before.iterfind("{*}cols/{*}col"):
            if column.get("style"):
                self.styles_of_columns.append(
                    (int(column.get("min")), int(column.get("max")), column.get("style"))
                )
        for formula in before.iterfind("{*}sheetData/{*}row/{*}c/{*}f"):
            if formula.get("ref") and formula.get("t") in ("array", "dataTable"):
                self.arrays.append(corners_of(formula.get("ref")))
        self._element(before, after, "")
        return self.found

    def workbooks(self, old: bytes, new: bytes) -> list[str]:
        before, after = _parsed(old), _parsed(new)
        if _before_root(old) != _before_root(new):
            self.found.append(f"部件 {self.where} 的 XML 声明变了。")
        flagged, was = after.find("{*}calcPr"), before.find("{*}calcPr")
        if flagged is not None and flagged.get("fullCalcOnLoad") == "1":
            flag = dict(flagged.attrib) == {"fullCalcOnLoad": "1"} and not flagged.tail
            previous = flagged.getprevious()
            if was is None and flag and previous is not None and _local(previous) in _BEFORE_FLAG:
                after.remove(flagged)
            elif was is not None:
                was.set("fullCalcOnLoad", "1")
        self._element(before, after, "")
        return self.found

    def _element(self, old: etree._Element, new: etree._Element, path: str) -> None:
        """Compares two elements all through; rows and cells by their own rules."""
        path = f"{path}/{_local(old)}"
        if (old.tag, old.nsmap, old.prefix) != (new.tag, new.nsmap, new.prefix):
            self._differs(path)
            return
        if path.endswith("/sheetData") and path.count("/") == 2:
            self._lined_up(old, new, self._row, self._new_row, row_numbers)
            return
        if dict(old.attrib) != dict(new.attrib) and not self._grown(old, new, path):
            self._differs(path)
        if (old.text, old.tail) != (new.text, new.tail) or len(old) != len(new):
            self._differs(path)
            return
        for one, other in zip(old, new, strict=True):
            self._element(one, other, path)

    def _differs(self, path: str) -> None:
        self.found.append(f"{self.where}:{path.lstrip('/')} 变了。")

    def _grown(self, old: etree._Element, new: etree._Element, path: str) -> bool:
        """Whether this is the sheet's dimension, widened to a changed cell and no further."""
        if path.count("/") != 2 or not path.endswith("/dimension") or set(old.attrib) != set(new.attrib):
            return False
        was, now = corners_of(old.get("ref")), corners_of(new.get("ref"))
        ends = list(zip(*map(place_of, self.cells), strict=True)) or [(), ()]
        inside = now[0] <= was[0] and now[1] <= was[1] and now[2] >= was[2] and now[3] >= was[3]
        return inside and all(end == was[n] or end in ends[n % 2] for n, end in enumerate(now))

    def _lined_up(self, old, new, same, added, numbers) -> None:
        """Goes through two lists of numbered elements in step; what only the new one has goes to ``added``."""
        was, now = dict(numbers(old)), dict(numbers(new))
        if len(now) - len(was) != len(new) - len(old) or _unnumbered(old) != _unnumbered(new):
            self.found.append(f"{self.where}:行或单元格重复,或其间的内容变了。")
            return
        if list(now) != sorted(now) and list(was) == sorted(was):
            self.found.append(f"{self.where}:行或单元格的次序乱了。")
        for number, element in was.items():
            if number in now:
                same(element, now[number], number)
            else:
                self.found.append(f"{self.where}:{_local(element)} {element.get('r') or number} 不见了。")
        for number, element in now.items():
            if number not in was:
                added(element, number, old)

    def _row(self, old: etree._Element, new: etree._Element, number: int) -> None:
        kept = {name: value for name, value in old.attrib.items() if name != "spans"}
        if kept != {name: value for name, value in new.attrib.items() if name != "spans"}:
            self.found.append(f"{self.where}:第 {number} 行的属性变了。")
        if old.get("spans") != new.get("spans") and not self._spans_grew(old, new, number):
            self.found.append(f"{self.where}:第 {number} 行的 spans 不对。")
        self._lined_up(
            old, new,
            lambda one, other, column: self._cell(one, other, number, column),
            lambda cell, column, row: self._new_cell(cell, number, column, row),
            cell_columns,
        )  # fmt: skip

    def _spans_grew(self, old: etree._Element, new: etree._Element, number: int) -> bool:
        """Whether the hint grew to hold a changed cell and no further; several of them may be dropped."""
        was = [int(end) for end in re.findall("[0-9]+", old.get("spans", ""))]
        if len(was) != 2:
            return new.get("spans") is None
        columns = {column for row, column in map(place_of, self.cells) if row == number}
        first, _, last = new.get("spans", "").partition(":")
        held = (
            {str(min(was[0], column)) for column in columns},
            {str(max(was[1], column)) for column in columns},
        )
        return first in held[0] | {str(was[0])} and last in held[1] | {str(was[1])}

    def _new_row(self, row: etree._Element, number: int, _: etree._Element) -> None:
        if dict(row.attrib) != {"r": str(number)} or not len(row):
            self.found.append(f"{self.where}:第 {number} 行是多出来的。")
        for column, cell in cell_columns(row):
            self._new_cell(cell, number, column, None)

    def _new_cell(self, cell: etree._Element, row: int, column: int, owner: etree._Element | None) -> None:
        address = address_of(row, column)
        style = next((s for first, last, s in self.styles_of_columns if first <= column <= last), None)
        if owner is not None and owner.get("customFormat") in ("1", "true"):
            style = owner.get("s") or style
        if address not in self.cells:
            self.found.append(f"{self.where}!{address}:多出了单元格。")
        elif cell.get("s") != style or cell.find("{*}f") is not None or set(cell.attrib) - {"r", "s", "t"}:
            self.found.append(f"{self.where}!{address}:新单元格的样式不是所在行或列的样式。")

    def _cell(self, old: etree._Element, new: etree._Element, row: int, column: int) -> None:
        address = address_of(row, column)
        if etree.tostring(old, method="c14n") == etree.tostring(new, method="c14n"):
            return
        loose = ("t", "vm")
        kept = {name: value for name, value in old.attrib.items() if name not in loose}
        if kept != {name: value for name, value in new.attrib.items() if name not in loose}:
            self.found.append(f"{self.where}!{address}:单元格的样式或属性变了。")
        if _beside_value(old) != _beside_value(new):
            self.found.append(f"{self.where}!{address}:公式或附加内容变了。")
        if address in self.cells:
            return
        formula = old.find("{*}f")
        emptied = not any(_local(child) in _VALUE_CHILDREN for child in new) and "t" not in new.attrib
        fed = formula is not None and (
            formula.get("t") in ("shared", "dataTable") or formula.get("ca") in ("1", "true")
            or _FORMULA_WITH_SOURCES.search(formula.text or "") is not None
        )  # fmt: skip
        if emptied and (fed or self._in_array(row, column)):
            self.emptied.append((row, column))
        else:
            self.found.append(f"{self.where}!{address}:不在要改的单元格之列,值却变了。")

    def _in_array(self, row: int, column: int) -> bool:
        return any(t <= row <= b and left <= column <= right for t, left, b, right in self.arrays)


def _beside_value(cell: etree._Element) -> list[bytes]:
    return [etree.tostring(child, method="c14n") for child in cell if _local(child) in ("f", "extLst")]


def _unnumbered(element: etree._Element) -> list[bytes]:
    """What stands between rows or cells: comments and extensions."""
    return [etree.tostring(child, with_tail=False) for child in element if _local(child) not in ("row", "c")]


def _before_root(data: bytes) -> bytes:
    """The XML declaration, if any, as written."""
    return data[: data.find(b"?>") + 2] if data.lstrip(b"\xef\xbb\xbf").startswith(b"<?xml") else b""


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else "#"
