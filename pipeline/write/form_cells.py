"""The sheets of a blank official form, read from its own bytes: what ``adopt`` proposes a map from.

Every worksheet, hidden ones too; blank cells with a border count as drawn, because that is where people write.
"""

from __future__ import annotations

import re

from pipeline.maps_sheet import FormSheet
from pipeline.write.grid import parse_address
from pipeline.write.package import Package
from pipeline.write.scan import scan
from pipeline.write.shown import all_texts

#: number formats of ECMA-376 part 1, 18.8.30, that show a percentage
_PERCENT = {9, 10}
#: cells further out than any form reaches are drawn by whole-row styles only
_FARTHEST_ROW, _FARTHEST_COLUMN = 2_000, 200


def read_sheets(form: bytes) -> tuple[FormSheet, ...]:
    """The worksheets in the order of the tabs. Raises ValueError with a Chinese sentence for what is no workbook."""
    package = Package(form)
    percents = _percent_styles(package)
    hidden = {
        item.get("name", "")
        for item in package.workbook.iterfind("{*}sheets/{*}sheet")
        if item.get("state", "visible") != "visible"
    }
    return tuple(
        _sheet(package, sheet.name, percents, sheet.name in hidden)
        for sheet in package.sheets
        if sheet.kind == "worksheet"
    )


def _sheet(package: Package, name: str, percents: frozenset[str], is_hidden: bool) -> FormSheet:
    part = package.worksheet(name).part
    found, root = scan(package.xml(part), name), package.parsed(part)
    drawn, shown_as_percent = set(), set()
    for number, row in found.rows.items():
        for column, span in row.cells.items():
            if number > _FARTHEST_ROW or column > _FARTHEST_COLUMN:
                continue
            drawn.add((number, column))
            head = found.data[span.start : span.start + 200].split(b">", 1)[0]
            style = re.search(rb"""\ss=["'](\d+)["']""", head)
            if style and style[1].decode() in percents:
                shown_as_percent.add((number, column))
    texts = {parse_address(where): text for where, text in all_texts(package, name).items()}
    widths = {
        column: float(item.get("width", "0"))
        for item in root.iterfind("{*}cols/{*}col")
        for column in range(int(item.get("min", "1")), min(int(item.get("max", "1")), _FARTHEST_COLUMN) + 1)
    }
    heights = {
        int(item.get("r", "0")): float(item.get("ht"))
        for item in root.iterfind("{*}sheetData/{*}row")
        if item.get("ht") and item.get("customHeight") in ("1", "true")
    }
    return FormSheet(
        name,
        texts,
        frozenset((one.row, one.column) for one in found.formulas),
        tuple((m.top, m.left, m.bottom, m.right) for m in found.merges),
        frozenset(drawn),
        frozenset(shown_as_percent),
        widths,
        heights,
        is_hidden,
    )


def _percent_styles(package: Package) -> frozenset[str]:
    """The cell styles, by number as the file writes it, whose number format shows a percentage."""
    for part in package.related(package.workbook_part, "styles"):
        root = package.parsed(part)
        own = {
            item.get("numFmtId"): item.get("formatCode", "") for item in root.iterfind("{*}numFmts/{*}numFmt")
        }
        return frozenset(
            str(number)
            for number, xf in enumerate(root.iterfind("{*}cellXfs/{*}xf"))
            if "%" in own.get(xf.get("numFmtId"), "") or int(xf.get("numFmtId", "0")) in _PERCENT
        )
    return frozenset()
