"""Moving the cell formulas of one worksheet when rows are inserted, on it or on another. A step of ``insert_rows``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

from pipeline.write.grid import address, parse_address, parse_area
from pipeline.write.insertion import Insertion
from pipeline.write.references import translated

#: final formula texts by the (row, column) their cell had before
Texts = dict[tuple[int, int], str]


class _Member(NamedTuple):
    row: int
    column: int
    element: etree._Element


def number_cells(sheet_data: etree._Element) -> None:
    """Gives every row and cell its explicit position; some programs leave it out where it follows from the order."""
    for row, column, cell in _cells(sheet_data):
        cell.getparent().set("r", str(row))
        cell.set("r", address(row, column))
    number = 0
    for row in sheet_data.iterfind("{*}row"):
        number = int(row.get("r") or number + 1)
        row.set("r", str(number))


def _cells(sheet_data: etree._Element) -> Iterator[tuple[int, int, etree._Element]]:
    number = 0
    for row in sheet_data.iterfind("{*}row"):
        first = next((place for cell in row if (place := parse_address(cell.get("r")))), None)
        number = int(row.get("r") or (first[0] if first else number + 1))
        column = 0
        for cell in row.iterfind("{*}c"):
            place = parse_address(cell.get("r"))
            column = place[1] if place else column + 1
            yield number, column, cell


def move_formulas(sheet_data: etree._Element, home: str, added: Insertion) -> Texts:
    """Moves the references in all formulas of the ``sheet_data`` of the sheet ``home``, in place.

    Shared formulas stay shared where every one of the group still follows from the first; otherwise each becomes a
    formula of its own. Returns the plain ones (shared included), for copying. The cells themselves do not move here.

    Raises ValueError for an array formula across the line and for a data table that would have to move.
    """
    texts: Texts = {}
    groups: list[list[_Member]] = []
    latest: dict[str, list[_Member]] = {}
    for row, column, cell in _cells(sheet_data):
        element = cell.find("{*}f")
        if element is None:
            continue
        member = _Member(row, column, element)
        kind = element.get("t", "normal")
        try:
            if kind == "shared":
                group = latest.get(element.get("si", ""))
                # a number may be used again: a first formula behind another one begins a new group
                if group is None or (element.get("ref") and any(other.element.text for other in group)):
                    group = latest[element.get("si", "")] = []
                    groups.append(group)
                group.append(member)
            elif kind == "dataTable":
                _keep_data_table(element, home, added)
            else:
                _set_text(element, added.formula(element.text or "", home))
                if kind == "array":
                    _move_array(element, home, added)
                else:
                    texts[member.row, member.column] = element.text or ""
        except ValueError as problem:
            raise ValueError(f"{home}!{address(row, column)}:{problem}") from problem
    for members in groups:
        texts |= _move_group(members, home, added)
    return texts


def _set_text(element: etree._Element, text: str) -> None:
    if text != (element.text or ""):
        element.text = text


def _move_array(element: etree._Element, home: str, added: Insertion) -> None:
    if home == added.sheet and element.get("ref"):
        area = parse_area(element.get("ref"))
        if added.crosses(area):
            raise ValueError(f"数组公式({area})跨过插入位置,不能在其中插入行。请先改为普通公式。")
        element.set("ref", added.refs(element.get("ref")))


def _keep_data_table(element: etree._Element, home: str, added: Insertion) -> None:
    if home != added.sheet:
        return
    areas = [parse_area(element.get(name)) for name in ("ref", "r1", "r2") if element.get(name)]
    if any(area.bottom > added.after_row for area in areas):
        raise ValueError("模拟运算表或它的输入单元格在插入位置以下,不能移动,因此不能插入行。")


def _move_group(members: list[_Member], home: str, added: Insertion) -> Texts:
    own = home == added.sheet
    first = next((member for member in members if member.element.text), None)
    if first is None:
        raise ValueError(
            f"{home}:共享公式缺少首个公式,文件可能已损坏。请用 Excel 或 WPS 打开后另存一份再试。"
        )
    after: Texts = {}
    uniform = True
    for row, column, _ in members:
        old = translated(first.element.text, row - first.row, column - first.column)
        after[row, column] = added.formula(old, home)
    for row, column, _ in members:
        down = added.row(row) - added.row(first.row) if own else row - first.row
        follows = translated(after[first.row, first.column], down, column - first.column)
        uniform = uniform and follows == after[row, column]
    for row, column, element in members:
        if not uniform:
            for name in ("t", "si", "ref"):
                element.attrib.pop(name, None)
            element.text = after[row, column]
        elif element is first.element:
            _set_text(element, after[row, column])
            if own and element.get("ref"):
                element.set("ref", added.refs(element.get("ref")))
        elif element.text:  # a follower that repeats its formula
            _set_text(element, after[row, column])
    return after
