"""Inserting rows into a worksheet of an .xlsx or .xlsm, with everything below moving along.

Used before ``patch`` when a list is longer than the official form provides for. The touched parts are re-serialised
with their prefixes and declarations kept; parts in which nothing moves are copied as they are stored.
"""

from __future__ import annotations

from copy import deepcopy

from lxml import etree

from pipeline.write.grid import MAX_ROW, Area, address, parse_address, parse_area
from pipeline.write.insertion import Insertion
from pipeline.write.moves import move_anchors, move_breaks_and_views, move_part, repeat_regions
from pipeline.write.package import Package, Sheet
from pipeline.write.parts import Edits, move_calculation_chain, move_other_parts, refuse_unmovable
from pipeline.write.references import Corner, Reference, rewritten
from pipeline.write.sheet_formulas import Texts, move_formulas, number_cells

#: of the copied row: its number is its own, and a new row is always to be seen
_NOT_COPIED = ("r", "hidden", "collapsed")


def insert_rows(form: bytes, sheet: str, after_row: int, count: int, style_row: int) -> bytes:
    """The workbook with ``count`` empty rows below ``after_row`` (0: above the first row) of ``sheet``.

    - The new rows look like ``style_row`` (a row number before the insertion): cell styles, height, outline level,
      conditional formats, validations, and the merges that lie within that one row. Its plain formulas are copied
      as on filling down, without a cached value, so that row totals continue; its values are not.
    - Everything below moves: cells, merges, formulas on all sheets, defined names with print areas and titles,
      validations, conditional formats, hyperlinks (also those that lead here), drawings, controls, charts'
      references, comments, tables, filters, panes, selections, page breaks, protected ranges, sparklines, the
      calculation chain. Cached values stay; the recalculate-on-load flag is set if the workbook holds formulas.
    - As in Excel, an area grows only if the line runs strictly through it: a SUM, a table or a merge that ends at
      ``after_row`` itself stays. **To lengthen a list that has a total, insert before its last row** (``after_row =
      last - 1``).
    - A shared formula stays shared where it can, and otherwise becomes plain ones. Text inside INDIRECT is text.
    - The same input gives the same bytes; ``count`` 0 gives the bytes back.

    Raises ValueError, in Chinese, for a file or sheet ``patch`` would refuse, for rows beyond the last
    (1,048,576), and by name for what cannot be moved: a pivot table on the sheet or fed from it, an array formula
    across the line or in ``style_row``, a data table, a reference across several sheets, a revision log.
    """
    package = Package(form)
    package.refuse_signed()
    target = package.worksheet(sheet)
    _check_numbers(sheet, after_row, count, style_row)
    if count == 0:
        return package.form
    refuse_unmovable(package, target)
    added = Insertion(sheet, after_row, count, tuple(item.name for item in package.sheets))
    edits = Edits(package)
    formulas_there = False
    copied: list[str] = []
    for item in package.sheets:
        if item.kind in ("worksheet", "xlMacrosheet", "xlIntlMacrosheet") and package.has(item.part):
            edits.edit(item.part, lambda root, item=item: copied.extend(_sheet(root, item, added, style_row)))
            formulas_there = formulas_there or edits.root(item.part).find(".//{*}sheetData//{*}f") is not None
    move_other_parts(edits, target, added)
    move_calculation_chain(edits, target, added, copied)
    if formulas_there:
        edits.replace(package.workbook_part, package.with_recalculation(edits.current(package.workbook_part)))
    return package.saved(edits.replaced)


def _check_numbers(sheet: str, after_row: object, count: object, style_row: object) -> None:
    for name, value, least, most in (
        ("插入位置 after_row", after_row, 0, MAX_ROW),
        ("行数 count", count, 0, MAX_ROW),
        ("样式行 style_row", style_row, 1, MAX_ROW),
    ):
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise ValueError(f"{sheet}:{name} 应是 {least} 到 {most:,} 之间的整数,而不是 {value!r}。")
    if after_row + count > MAX_ROW:
        raise ValueError(f"{sheet}:在第 {after_row} 行后插入 {count} 行会超出最后一行({MAX_ROW:,})。")


def _sheet(root: etree._Element, sheet: Sheet, added: Insertion, style_row: int) -> list[str]:
    """Moves one worksheet, in place; returns the addresses of the formulas copied into new rows."""
    copied: list[str] = []
    sheet_data = root.find("{*}sheetData")
    if sheet_data is None:
        raise ValueError(f"工作表“{sheet.name}”不完整:没有单元格区。请用 Excel 或 WPS 打开后另存一份再试。")
    own = sheet.name == added.sheet
    if own:
        number_cells(sheet_data)
    texts = move_formulas(sheet_data, sheet.name, added)
    if own:
        pattern = _pattern(sheet_data, sheet, style_row)
        _move_rows(sheet_data, added)
        if pattern is not None:
            copied = _add_rows(sheet_data, pattern, texts, added, style_row)
        move_breaks_and_views(root, added)
        _move_merges(root, added, style_row)
    move_part(root, sheet.name, added)
    if own:
        move_anchors(root, added)
        repeat_regions(root, added, style_row)
        _widen_dimension(root, sheet_data)
    return copied


def _pattern(sheet_data: etree._Element, sheet: Sheet, style_row: int) -> etree._Element | None:
    """A copy of the style row as it was, or None if the file has no such row (then the new ones need none)."""
    row = next((item for item in sheet_data.iterfind("{*}row") if int(item.get("r")) == style_row), None)
    for cell in row if row is not None else ():
        formula = cell.find("{*}f")
        if formula is not None and formula.get("t") in ("array", "dataTable"):
            name = "数组公式" if formula.get("t") == "array" else "模拟运算表"
            raise ValueError(f"{sheet.name}!{cell.get('r')}:样式行里有{name},不能复制。请另选样式行。")
    return deepcopy(row)


def _move_rows(sheet_data: etree._Element, added: Insertion) -> None:
    """Renumbers the rows below the line; empty ones pushed beyond the last row are dropped, as in Excel."""
    for row in sheet_data.findall("{*}row"):
        before = int(row.get("r"))
        after = added.row(before)
        if after > MAX_ROW and not any(len(cell) for cell in row.iterfind("{*}c")):
            sheet_data.remove(row)  # formats alone: LibreOffice writes them down to the last row
        elif after > MAX_ROW:
            raise ValueError(f"{added.sheet}:第 {before} 行插入后会超出最后一行({MAX_ROW:,}),不能插入。")
        elif after != before:
            row.set("r", str(after))
            for cell in row.iterfind("{*}c"):
                cell.set("r", address(after, parse_address(cell.get("r"))[1]))


def _add_rows(
    sheet_data: etree._Element, pattern: etree._Element, texts: Texts, added: Insertion, style_row: int
) -> list[str]:
    above = [row for row in sheet_data.iterfind("{*}row") if int(row.get("r")) <= added.after_row]
    place = sheet_data.index(above[-1]) + 1 if above else 0
    copied = []
    for number in range(added.after_row + 1, added.after_row + added.count + 1):
        row = etree.Element(pattern.tag, {"r": str(number)}, pattern.nsmap)
        row.attrib.update({name: value for name, value in pattern.items() if name not in _NOT_COPIED})
        row.text, row.tail = pattern.text, pattern.tail
        for model in pattern.iterfind("{*}c"):
            _, column = parse_address(model.get("r"))
            text = texts.get((style_row, column))
            if not text and not model.get("s"):
                continue
            cell = etree.SubElement(row, model.tag, {"r": address(number, column)})
            cell.tail = model.tail
            if model.get("s"):
                cell.set("s", model.get("s"))
            if text:
                down = number - added.row(style_row)
                formula = etree.SubElement(cell, model.find("{*}f").tag)
                formula.text = _filled_down(text, down, f"{added.sheet}!{cell.get('r')}")
                copied.append(cell.get("r"))
        sheet_data.insert(place, row)
        place += 1
    return copied


def _filled_down(text: str, down: int, where: str) -> str:
    def change(reference: Reference) -> tuple[Corner, ...]:
        for corner in reference.corners:
            if corner.row and not corner.row_fixed and not 1 <= corner.row + down <= MAX_ROW:
                raise ValueError(f"{where}:样式行的公式 {text} 复制到这里会指到表外,不能插入。请另选样式行。")
        return tuple(corner.moved(down, 0) for corner in reference.corners)

    return rewritten(text, change)


def _move_merges(root: etree._Element, added: Insertion, style_row: int) -> None:
    """Moves the merges, and repeats those within the style row; where a grown merge already is, it wins."""
    merges = root.find("{*}mergeCells")
    if merges is None:
        return
    before = [(item, parse_area(item.get("ref"))) for item in merges.iterfind("{*}mergeCell")]
    after = [added.area(area) for _, area in before]
    for (item, old), new in zip(before, after, strict=True):
        if new != old:
            item.set("ref", str(new))
    repeated = [area for _, area in before if area.top == area.bottom == style_row]
    for number in range(added.after_row + 1, added.after_row + added.count + 1):
        for area in repeated:
            copy = Area(number, area.left, number, area.right)
            if not any(copy.meets(other) for other in after):
                etree.SubElement(merges, before[0][0].tag, {"ref": str(copy)})
    if merges.get("count"):
        merges.set("count", str(len(merges.findall("{*}mergeCell"))))


def _widen_dimension(root: etree._Element, sheet_data: etree._Element) -> None:
    dimension = root.find("{*}dimension")
    cells = [parse_address(cell.get("r")) for cell in sheet_data.iterfind("{*}row/{*}c")]
    if dimension is None or not dimension.get("ref") or not cells:
        return
    area = parse_area(dimension.get("ref"))
    widened = Area(
        min(area.top, min(row for row, _ in cells)), min(area.left, min(column for _, column in cells)),
        max(area.bottom, max(row for row, _ in cells)), max(area.right, max(column for _, column in cells)),
    )  # fmt: skip
    if widened != area:
        dimension.set("ref", str(widened))
