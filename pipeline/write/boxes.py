"""The boxes of comments: VML shapes beside their cells, large enough for the text, whatever is hidden or wide there.

The file format ties a box to its cell by row and column, and anchors it to columns and rows with offsets in pixels;
hidden ones take no room.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from pipeline.write import markup
from pipeline.write.draft import Draft
from pipeline.write.grid import address
from pipeline.write.markup import tag_at
from pipeline.write.package import Sheet
from pipeline.write.styles import lines

#: pixels: the box's width, a line of its text, its margins, the tallest box
WIDTH, LINE, MARGIN, TALLEST = 340, 17, 18, 460
_COLUMNS = 48  # of text at 9 points in a box, in the units of ``lines``
#: what may stand behind the place of ``legacyDrawing`` in a worksheet
_BEHIND = (
    "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "AlternateContent", "webPublishItems",
    "tableParts", "extLst",
)  # fmt: skip
_SHAPE = re.compile(rb"<(\w+:)?shape\s.*?</(\w+:)?shape\s*>", re.DOTALL)
_AT = re.compile(rb"<(?:\w+:)?(Row|Column)>\s*(\d+)\s*<")
_ANCHOR = re.compile(rb"(<(?:\w+:)?Anchor>)([^<]*)(<)")
_XMLNS = (
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"'
)
_SHAPE_TYPE = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_COLUMN = re.compile(rb"<(?:\w+:)?col\s[^>]*>")
_ROW = re.compile(rb"<(?:\w+:)?row\s[^>]*>")
_FORMAT = re.compile(rb"<(?:\w+:)?sheetFormatPr\s[^>]*>")


@dataclass(slots=True)
class Grid:
    """Widths of columns and heights of rows in pixels, by number from 1; only those that are not as usual."""

    columns: dict[int, int] = field(default_factory=dict)
    rows: dict[int, int] = field(default_factory=dict)
    usual_column: int = 64
    usual_row: int = 20

    def column(self, number: int) -> int:
        return self.columns.get(number, self.usual_column)

    def row(self, number: int) -> int:
        return self.rows.get(number, self.usual_row)


def grid_of(sheet_xml: bytes) -> Grid:
    """The measures of a worksheet."""
    grid = Grid()
    for match in _FORMAT.finditer(sheet_xml):
        given = _attributes(match[0])
        grid.usual_row = _pixels_high(given.get("defaultRowHeight", "15"))
        if "defaultColWidth" in given:
            grid.usual_column = _pixels_wide(given["defaultColWidth"])
    for match in _COLUMN.finditer(sheet_xml):
        given = _attributes(match[0])
        wide = 0 if given.get("hidden") in ("1", "true") else _pixels_wide(given.get("width", "9.14"))
        for number in range(int(given["min"]), min(int(given["max"]), 512) + 1):
            grid.columns[number] = wide
    for match in _ROW.finditer(sheet_xml):
        given = _attributes(match[0])
        if "r" in given and (given.get("hidden") in ("1", "true") or "ht" in given):
            hidden = given.get("hidden") in ("1", "true")
            grid.rows[int(given["r"])] = 0 if hidden else _pixels_high(given["ht"])
    return grid


def is_hidden(grid: Grid, row: int, column: int) -> bool:
    """Whether a person sees the cell only after unfolding or unhiding."""
    return grid.column(column) == 0 or grid.row(row) == 0


def anchor(grid: Grid, row: int, column: int, height: int) -> str:
    """The ``Anchor`` of a box right of a cell: columns and rows from 0, each with an offset."""
    left, left_offset = _forward(grid.column, column + 1, 12)
    right, right_offset = _forward(grid.column, left, left_offset + WIDTH)
    top, top_offset = _forward(grid.row, max(row - 1, 1), 6)
    bottom, bottom_offset = _forward(grid.row, top, top_offset + height)
    ends = (left - 1, left_offset, top - 1, top_offset, right - 1, right_offset, bottom - 1, bottom_offset)
    return ", ".join(map(str, ends))


def put_boxes(
    draft: Draft, sheet: Sheet, own: Mapping[tuple[int, int], str], shared: Mapping[tuple[int, int], str]
) -> dict[str, str]:
    """Boxes for new comments, and larger ones for comments that were there: (row, column) -> the text to be seen.

    Gives the ``Anchor`` of every box that was made larger, by address, as it was.
    """
    grid = grid_of(draft.xml(sheet.part))
    part = draft.related(sheet.part, "vmlDrawing") or _new_drawing(draft, sheet)
    data = draft.xml(part)
    before: dict[str, str] = {}

    def larger(match: re.Match[bytes]) -> bytes:
        place = _cell_of(match[0])
        if place not in shared:
            return match[0]
        was = _ANCHOR.search(match[0])
        before[address(*place)] = was[2].decode() if was else ""
        new = anchor(grid, *place, _height(shared[place])).encode()
        return _ANCHOR.sub(lambda one: one[1] + new + one[3], match[0])

    data = _SHAPE.sub(larger, data)
    numbers = re.findall(rb'\bid="_x0000_s(\d+)"', data)
    first = max((int(one) for one in numbers), default=1024 * (sheet.index + 1))
    shapes = b"".join(
        _shape(first + number, place, anchor(grid, *place, _height(text)), _height(text))
        for number, (place, text) in enumerate(own.items(), 1)
    )
    close = data.rindex(b"</")
    if shapes and b"_x0000_t202" not in data:
        shapes = _SHAPE_TYPE.replace("<v:shapetype", f"<v:shapetype {_XMLNS}", 1).encode() + shapes
    draft.put(part, data[:close] + shapes + data[close:])
    return before


def _height(text: str) -> int:
    return min(TALLEST, MARGIN + LINE * lines(text, _COLUMNS))


def _shape(number: int, place: tuple[int, int], anchor: str, height: int) -> bytes:
    row, column = place
    return (
        f'<v:shape {_XMLNS} id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;margin-left:0;'
        f'margin-top:0;width:{WIDTH * 3 // 4}pt;height:{height * 3 // 4}pt;z-index:{number};visibility:hidden" '
        'fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/>'
        '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div>'
        '</v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        f"<x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{row - 1}</x:Row>"
        f"<x:Column>{column - 1}</x:Column></x:ClientData></v:shape>"
    ).encode()


def _new_drawing(draft: Draft, sheet: Sheet) -> str:
    part = draft.new_name("xl/drawings/vmlDrawing{}.vml")
    data = (
        f'<xml {_XMLNS}><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{sheet.index + 1}"/>'
        f"</o:shapelayout>{_SHAPE_TYPE}</xml>"
    )
    draft.add(part, data.encode())
    identity = draft.relate(sheet.part, "vmlDrawing", part)
    xml = draft.xml(sheet.part)
    root = markup.root_start(xml)
    prefix = markup.tag_at(xml, root).prefix
    later = [one.start for one in markup.children(xml, root, len(xml)) if one.name in _BEHIND]
    place = min(later, default=xml.rindex(b"</"))
    new = f'legacyDrawing xmlns:r="{draft.family}" r:id="{identity}"/>'
    draft.put(sheet.part, xml[:place] + b"<" + prefix + new.encode() + xml[place:])
    return part


def _cell_of(shape: bytes) -> tuple[int, int] | None:
    found = {name: int(number) + 1 for name, number in _AT.findall(shape)}
    return (found[b"Row"], found[b"Column"]) if len(found) == 2 else None


def take_boxes(
    draft: Draft,
    sheet: Sheet,
    part: str,
    places: Collection[tuple[int, int]],
    anchors: Mapping[str, str],
) -> None:
    """Takes the boxes of these cells out of a sheet's drawing and gives others their ``anchors`` back."""

    def smaller(match: re.Match[bytes]) -> bytes:
        place = _cell_of(match[0])
        if place is None:
            return match[0]
        if place in places:
            return b""
        was = anchors.get(address(*place))
        return _ANCHOR.sub(lambda one: one[1] + was.encode() + one[3], match[0]) if was else match[0]

    data = _SHAPE.sub(smaller, draft.xml(part))
    if _SHAPE.search(data) or re.search(rb"<(?:\w+:)?(?:rect|group|line|oval|roundrect)\s", data):
        draft.put(part, data)
        return
    identities = draft.unrelate(sheet.part, [part])
    draft.drop(part)
    xml = draft.xml(sheet.part)
    for one in re.finditer(rb"<(?:\w+:)?legacyDrawing\s[^>]*?/>", xml):
        if any(b'"%b"' % identity.encode() in one[0] for identity in identities):
            xml = xml.replace(one[0], b"", 1)
    draft.put(sheet.part, xml)


def _forward(size: Callable[[int], int], start: int, distance: int) -> tuple[int, int]:
    """The column or row that lies ``distance`` pixels behind the start of another, and the rest within it."""
    number = start
    while distance >= size(number) and number < 16_000:
        distance -= size(number)
        number += 1
    return number, distance


def _attributes(tag: bytes) -> dict[str, str]:
    return {name.decode(): value[1:-1].decode() for name, value in tag_at(tag, 0).attributes}


def _pixels_wide(width: str) -> int:
    return round(float(width) * 7 + 0.5)


def _pixels_high(height: str) -> int:
    return round(float(height) * 4 / 3)
