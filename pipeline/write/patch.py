"""Changing cells inside an .xlsx or .xlsm and nothing else. Used to fill the official form, once all is computed.

Only the touched worksheets and, where there are formulas, the recalculate-on-load flag in the workbook part are
written anew, by splicing bytes; every other part is copied as it is stored. ``insert_rows`` (for lists longer than
the form) can be imported from here as well.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping

from pipeline.write.cells import Content, DateSystem, content
from pipeline.write.dependants import Place, dependants
from pipeline.write.grid import Area, address, parse_address
from pipeline.write.package import Package, Sheet
from pipeline.write.rows import insert_rows
from pipeline.write.scan import Scan, scan
from pipeline.write.splice import has_cell, holds_something, with_contents

__all__ = ["insert_rows", "patch"]

_HAS_FORMULA = re.compile(rb"<(?:[\w.-]+:)?f[\s/>]")
_VALUE = re.compile(rb"<(?:[\w.-]+:)?(?:v|is)[\s/>]")  # ``<v/>`` is a value too: the empty text
_CALCULATING = ("worksheet", "xlMacrosheet", "xlIntlMacrosheet")
Wanted = dict[tuple[int, int], Content | None]


def patch(form: bytes, changes: Mapping[tuple[str, str], object]) -> bytes:
    """The workbook with the given cells changed and everything else as it was.

    ``form``: the bytes of an .xlsx or .xlsm. ``changes``: (sheet name, A1 address such as ``"E7"``) -> value.

    - Values: str, int, Decimal, Fraction, finite float, date, datetime, bool, None, and numpy scalars of these;
      see :func:`pipeline.write.cells.content` for exactness. Text is written as an inline string and stays text
      even with a leading ``=``; the shared strings are not touched.
    - A date becomes the serial number of the workbook's date system. The cell's style stays as it is, so in a cell
      without a date format it shows as a number.
    - A cell with a plain formula keeps the formula; the value is set beside it. None takes the cached value away.
    - Elsewhere None empties the cell and keeps its style.
    - A formula anywhere in the workbook that depends on a changed cell and is not given a value itself loses its
      cached value; where what it reads cannot be told (INDIRECT, OFFSET, TODAY …) it counts as dependent.
    - The recalculate-on-load flag is set if the workbook holds formulas. The calculation chain stays as it is.
    - The same input gives the same bytes; without a change the bytes given come back.

    Raises ValueError, in Chinese and with sheet!address, for: a file that is no such workbook or is digitally
    signed; a sheet that is missing or no worksheet; a malformed address; the inner cell of a merge; a cell of an
    array formula, a shared formula, a data table or a table's header; a value no cell can hold.
    """
    package = Package(form)
    package.refuse_signed()
    wanted = _wanted(package, changes)
    scans = {}
    for sheet in package.sheets:
        if sheet in wanted:
            scans[sheet.index] = scan(package.xml(sheet.part), sheet.name)
            _refuse_bound_cells(package, sheet, scans[sheet.index], wanted[sheet])
    changed = {
        Place(sheet.index, *place)
        for sheet, contents in wanted.items()
        for place, value in contents.items()
        if value is not None or holds_something(scans[sheet.index], *place)
    }
    if not changed:
        return package.form
    _scan_formulas(package, scans)
    calculating = {index: found for index, found in scans.items() if found.formulas}
    stale: dict[int, set[tuple[int, int]]] = {}
    for place in dependants(package, calculating, changed):
        if (place.row, place.column) not in wanted.get(package.sheets[place.sheet], {}):
            stale.setdefault(place.sheet, set()).add((place.row, place.column))
    replaced = {}
    for sheet in package.sheets:
        if sheet in wanted or sheet.index in stale:
            found = scans[sheet.index]
            cached = [place for place in stale.get(sheet.index, ()) if _has_cache(found, *place)]
            new = with_contents(found, wanted.get(sheet, {}), cached)
            if new != found.data:
                replaced[sheet.part] = new
    if calculating:
        before = package.xml(package.workbook_part)
        after = package.with_recalculation(before)
        if after != before:
            replaced[package.workbook_part] = after
    return package.saved(replaced)


def date_system(package: Package) -> DateSystem:
    """How the workbook counts days (``workbookPr``)."""
    settings = package.workbook.find("{*}workbookPr")
    if settings is not None and settings.get("date1904") in ("1", "true", "on"):
        return DateSystem.FROM_1904
    if settings is not None and settings.get("dateCompatibility") in ("0", "false", "off"):
        return DateSystem.ISO
    return DateSystem.FROM_1900


def _wanted(package: Package, changes: Mapping[tuple[str, str], object]) -> dict[Sheet, Wanted]:
    """The changes by sheet and place, every one of them checked as far as it can be without reading the sheet."""
    system = date_system(package)
    found: dict[Sheet, Wanted] = {}
    by_name: dict[str, Wanted] = {}
    for key, value in changes.items():
        if not isinstance(key, tuple) or len(key) != 2 or not isinstance(key[0], str):
            raise ValueError(f"要改的单元格应写成(工作表名, 地址),例如 ('评分表', 'E7'),而不是 {key!r}。")
        name, text = key
        if name not in by_name:
            by_name[name] = found.setdefault(package.worksheet(name), {})
        place = parse_address(text)
        if place is None:
            raise ValueError(f"{name}!{text}:地址应是一个单元格,大写字母加行号,例如 E7。")
        try:
            by_name[name][place] = content(value, system)
        except ValueError as problem:
            raise ValueError(f"{name}!{text}:{problem}") from problem
    return found


def _refuse_bound_cells(package: Package, sheet: Sheet, found: Scan, wanted: Wanted) -> None:
    """Raises ValueError for the first wanted cell whose content belongs to something larger."""
    places = sorted(wanted)
    for area in found.merges:
        for row, column in _inside(places, area):
            if (row, column) != (area.top, area.left):
                raise _refusal(
                    sheet, row, column,
                    f"在合并单元格 {area} 的内部,不能单独填写。请改填左上角 {address(area.top, area.left)}。",
                )  # fmt: skip
    names = {"array": "数组公式", "dataTable": "模拟运算表", "shared": "共享公式"}
    for formula in found.formulas:
        if formula.kind not in names:
            continue
        area = Area(formula.row, formula.column, formula.row, formula.column)
        if formula.kind != "shared" and formula.area:
            area = formula.area
        for row, column in _inside(places, area):
            where = f"({area})" if formula.kind != "shared" else ""
            raise _refusal(
                sheet, row, column,
                f"属于{names[formula.kind]}{where},不能单独改动。请改填公式引用的单元格,或请发布单位改为普通公式。",
            )  # fmt: skip
    for table in package.tables if package.related(sheet.part, "table") else ():
        if table.sheet == sheet and table.header_rows:
            top = table.area
            header = Area(top.top, top.left, top.top + table.header_rows - 1, top.right)
            for row, column in _inside(places, header):
                raise _refusal(
                    sheet, row, column, f"是列表“{table.name}”的标题,不能改动。请只填标题以下的行。"
                )


def _refusal(sheet: Sheet, row: int, column: int, sentence: str) -> ValueError:
    return ValueError(f"{sheet.name}!{address(row, column)}:{sentence}")


def _inside(places: list[tuple[int, int]], area: Area) -> Iterable[tuple[int, int]]:
    """Those of the sorted places that lie in the area."""
    first = bisect_left(places, (area.top, area.left))
    last = bisect_right(places, (area.bottom, area.right))
    return [place for place in places[first:last] if area.holds(*place)]


def _scan_formulas(package: Package, scans: dict[int, Scan]) -> None:
    """Adds the scans of all other sheets that hold formulas."""
    for sheet in package.sheets:
        if sheet.index not in scans and sheet.kind in _CALCULATING and package.has(sheet.part):
            data = package.xml(sheet.part)
            if _HAS_FORMULA.search(data):
                scans[sheet.index] = scan(data, sheet.name)


def _has_cache(found: Scan, row: int, column: int) -> bool:
    if not has_cell(found, row, column):
        return False
    start, close = found.rows[row].cells[column]
    return _VALUE.search(found.data, start, close) is not None
