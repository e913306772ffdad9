"""Moving what stands around the cells of a worksheet when rows are inserted: everything in the sheet part but its
rows, and the same kinds of element in table and comment parts. A step of ``insert_rows``.
"""

from __future__ import annotations

from lxml import etree

from pipeline.write.grid import Area, parse_area, parse_areas
from pipeline.write.insertion import Insertion
from pipeline.write.references import translated

#: element -> attributes that hold areas or addresses of the sheet itself
_AREAS = {
    "dimension": ("ref",), "pane": ("topLeftCell",), "selection": ("activeCell", "sqref"),
    "protectedRange": ("sqref",), "scenarios": ("sqref",), "inputCells": ("r",), "autoFilter": ("ref",), "sortState": ("ref",),
    "sortCondition": ("ref",), "conditionalFormatting": ("sqref",), "dataValidation": ("sqref",),
    "hyperlink": ("ref",), "cellWatch": ("r",), "ignoredError": ("sqref",), "cellSmartTags": ("r",),
    "table": ("ref",), "comment": ("ref",), "threadedComment": ("ref",), "singleXmlCell": ("r",),
}  # fmt: skip
#: element -> attributes that hold a formula
_FORMULAS = {
    "hyperlink": ("location",), "controlPr": ("linkedCell", "listFillRange"), "webPublishItem": ("sourceRef",),
    "formControlPr": ("fmlaLink", "fmlaRange", "fmlaGroup", "fmlaTxbx"), "sp": ("textlink",),
    "cameraTool": ("cellRange",), "parameter": ("cell",),
}  # fmt: skip
#: elements whose text is a formula
_FORMULA_TEXTS = frozenset({"f", "formula", "formula1", "formula2", "calculatedColumnFormula", "totalsRowFormula",
                            "definedName"})  # fmt: skip
#: conditional formats and validations: one formula for all cells of a region
_REGIONAL = frozenset({"conditionalFormatting", "dataValidation"})


def move_part(root: etree._Element, home: str | None, added: Insertion) -> None:
    """Moves, in place, every area and formula in a part of the sheet ``home`` (None: a part of no one sheet).

    Cells and their formulas are passed over (``sheet_formulas`` moves those), anchors too (``move_anchors``).
    Raises ValueError where a reference cannot move.
    """
    for element in list(root) if _local(root) in ("worksheet", "macrosheet") else [root]:
        if _local(element) != "sheetData":
            _move(element, home, added)


def move_anchors(root: etree._Element, added: Insertion) -> None:
    """Moves the drawing and control anchors of the sheet itself, in place.

    A shape that Excel keeps in its place (``editAs="absolute"``, a control that does not move with cells) stays; one
    that ends exactly at the line does not grow.
    """
    for anchor in root.iter("{*}twoCellAnchor", "{*}oneCellAnchor", "{*}anchor"):
        upper, lower = anchor.find("{*}from"), anchor.find("{*}to")
        if upper is None or anchor.get("editAs") == "absolute":
            continue
        keeps_size = anchor.get("editAs") == "oneCell"
        if _local(anchor) == "anchor":
            moves, sizes = (anchor.get(name) in ("1", "true") for name in ("moveWithCells", "sizeWithCells"))
            if not (moves or sizes):
                continue
            keeps_size = not sizes
        first = _zero_based(upper)
        down = added.row(first + 1) - (first + 1)
        _set_row(upper, first + down)
        if lower is not None:
            last = _zero_based(lower)
            at_edge = _offset(lower) == "0"  # ends at the upper edge of that row: belongs to the row above
            own = added.row(last if at_edge else last + 1) - (last if at_edge else last + 1)
            _set_row(lower, last + (down if keeps_size else own))


def move_breaks_and_views(root: etree._Element, added: Insertion) -> None:
    """Moves page breaks and what is in view, and widens frozen rows the line runs through, in place.

    Rows inserted just above the first row in view come into view.
    """
    for item in root.iterfind(".//{*}rowBreaks/{*}brk"):
        above = int(item.get("id", "0"))
        if above >= added.after_row:  # a break belongs to the row below it
            item.set("id", str(above + added.count))
    for view in root.iter("{*}sheetView", "{*}customSheetView"):
        corner = view.get("topLeftCell")
        first = parse_area(corner).top if corner else 1
        if corner and first > added.after_row + 1:
            view.set("topLeftCell", added.refs(corner))
        pane = view.find("{*}pane")
        if pane is None or pane.get("state") not in ("frozen", "frozenSplit") or not pane.get("ySplit"):
            continue
        frozen = int(float(pane.get("ySplit")))
        if first - 1 <= added.after_row < first + frozen - 1:
            pane.set("ySplit", str(frozen + added.count))


def _move(element: etree._Element, home: str | None, added: Insertion) -> None:
    if not isinstance(element.tag, str):
        return
    local = _local(element)
    if local in _REGIONAL and home is not None:
        _move_region(element, home, added)
        return
    filtered = None
    if home == added.sheet:
        filtered = _grown_filter(element, added) if local == "table" else None
        _move_areas(element, local, added)
    elif local == "dataRef" and element.get("sheet") == added.sheet and element.get("ref"):
        element.set("ref", added.refs(element.get("ref")))
    elsewhere = local == "hyperlink" and any(name.endswith("relationships}id") for name in element.attrib)
    for name in _FORMULAS.get(local, ()):
        if element.get(name) and not elsewhere:  # a place within another file
            element.set(name, added.formula(element.get(name), home))
    # a sqref with a text is that of an extension: areas of the sheet or, with its name, of a chart's source
    if (local in _FORMULA_TEXTS or local == "sqref") and element.text and not len(element):
        element.text = added.formula(element.text, home)
    for child in element:
        _move(child, home, added)
    if filtered:
        element.find("{*}autoFilter").set("ref", filtered)


def _grown_filter(table: etree._Element, added: Insertion) -> str | None:
    """A table's filter ends at its last row of data: it grows when rows come in just above the row of totals."""
    own = table.find("{*}autoFilter")
    totals = int(table.get("totalsRowCount", "0"))
    if own is None or not totals or not own.get("ref"):
        return None
    filtered = parse_area(own.get("ref"))
    if filtered.bottom == added.after_row == parse_area(table.get("ref")).bottom - totals:
        return str(filtered._replace(bottom=filtered.bottom + added.count))
    return None


def _move_areas(element: etree._Element, local: str, added: Insertion) -> None:
    for name in _AREAS.get(local, ()):
        if element.get(name):
            element.set(name, added.refs(element.get(name)))
    if local == "dataRef" and element.get("sheet") in (None, added.sheet) and element.get("ref"):
        element.set("ref", added.refs(element.get("ref")))


def _move_region(element: etree._Element, home: str, added: Insertion) -> None:
    """A conditional format or a validation, in the main list (``sqref``) or in an extension (``xm:sqref``)."""
    holder = element.find("{*}sqref")
    text = element.get("sqref") or (holder.text if holder is not None else None)
    if not text or not text.strip():
        return
    areas = parse_areas(text)
    for item in element.iter(etree.Element):
        local = _local(item)
        if local in _FORMULA_TEXTS and item.text and not len(item):
            item.text = added.relative_formula(item.text, home, areas)
        elif local == "cfvo" and item.get("val"):
            item.set("val", added.relative_formula(item.get("val"), home, areas))
    if home == added.sheet:
        if element.get("sqref"):
            element.set("sqref", added.refs(text))
        else:
            holder.text = added.refs(text)


def repeat_regions(root: etree._Element, added: Insertion, style_row: int) -> None:
    """Lets the conditional formats and validations of the style row hold in the new rows too, in place.

    To be called when all has moved. A cell keeps the one validation it may have: that of an area the line ran through.
    """
    model, first, last = added.row(style_row), added.after_row + 1, added.after_row + added.count
    for name in sorted(_REGIONAL):
        regions = [(item, _areas_of(item)) for item in root.iter("{*}" + name)]
        taken = [area for _, areas in regions for area in areas] if name == "dataValidation" else []
        for item, areas in regions:
            grown = list(areas)
            for place, area in enumerate(areas):
                new = Area(first, area.left, last, area.right)
                if not area.holds(model, area.left) or any(new.meets(other) for other in (*areas, *taken)):
                    continue
                taken += [new] if taken else []
                if area.bottom == added.after_row:
                    grown[place] = area._replace(bottom=last)
                else:
                    grown.append(new)
            if grown != areas:
                _spread(item, areas, grown)


def _spread(region: etree._Element, areas: list[Area], grown: list[Area]) -> None:
    """Gives a region its new areas; its formulas, written for the uppermost cell, follow that."""
    down = min(area.top for area in grown) - min(area.top for area in areas)
    for item in region.iter(etree.Element):
        if _local(item) in _FORMULA_TEXTS and item.text and not len(item):
            item.text = translated(item.text, down, 0)
        elif _local(item) == "cfvo" and item.get("val"):
            item.set("val", translated(item.get("val"), down, 0))
    text = " ".join(map(str, sorted(grown) if down else grown))
    if region.get("sqref"):
        region.set("sqref", text)
    else:
        region.find("{*}sqref").text = text


def _areas_of(region: etree._Element) -> list[Area]:
    text = region.get("sqref") or region.findtext("{*}sqref", "")
    return [] if "#" in text else parse_areas(text)


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _zero_based(corner: etree._Element) -> int:
    return int(corner.findtext("{*}row", "0"))


def _offset(corner: etree._Element) -> str:
    return corner.findtext("{*}rowOff", "0").strip()


def _set_row(corner: etree._Element, row: int) -> None:
    element = corner.find("{*}row")
    if element is not None and int(element.text) != row:
        element.text = str(row)
