"""Putting cell contents into a worksheet's XML, every other byte of it staying where it is.

The last step of ``patch``: what may be changed has been decided, this only writes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from pipeline.write.cells import Content
from pipeline.write.grid import Area, address
from pipeline.write.markup import Tag, children, element_end, spliced, tag_at
from pipeline.write.scan import Row, Scan, Span

Edit = tuple[int, int, bytes]
_PLAIN = re.compile(
    rb'(<((?:[A-Za-z_][\w.-]*:)?)c r="[A-Z]+[0-9]+"(?: s="[0-9]+")?)(?: t="[a-zA-Z]+")?\s*(/>|>)'
)
_KEPT = re.compile(rb"[<:](?:f|extLst)[\s/>]")  # a cell without these is written anew without a closer look


def with_contents(
    found: Scan, contents: Mapping[tuple[int, int], Content | None], stale: Collection[tuple[int, int]]
) -> bytes:
    """The worksheet with new cell contents, and without the cached values of the formula cells in ``stale``.

    ``contents``: (row, column) -> what the cell shall hold, None to empty it. Rows and cells that do not exist are
    made at their place, with the style of their row or column; an empty one is not made. Returns the same bytes if
    nothing changes.
    """
    edits: list[Edit] = []
    for (row, column), content in [*contents.items(), *((place, None) for place in stale)]:
        span = found.rows[row].cells.get(column) if row in found.rows else None
        if span is not None:
            edits.append(_changed_cell(found.data, span, content))
    made = {place: content for place, content in contents.items() if content and not has_cell(found, *place)}
    edits += _new_cells(found, made)
    if found.dimension and (edit := _dimension(found, [p for p, content in contents.items() if content])):
        edits.append(edit)
    return spliced(found.data, edits)


def has_cell(found: Scan, row: int, column: int) -> bool:
    """Whether the worksheet has an element for this cell, empty or not."""
    return row in found.rows and column in found.rows[row].cells


def holds_something(found: Scan, row: int, column: int) -> bool:
    """Whether the cell has a value or a formula."""
    if not has_cell(found, row, column):
        return False
    span = found.rows[row].cells[column]
    tag = tag_at(found.data, span.start)
    if tag.closed:
        return False
    inside = children(found.data, span.start, element_end(found.data, tag, span.close))
    return any(child.name in ("v", "f", "is") for child in inside)


def _changed_cell(data: bytes, span: Span, content: Content | None) -> Edit:
    plain = _PLAIN.match(data, span.start)
    if plain is not None:  # as almost every program writes almost every cell: the same outcome, sooner
        end = plain.end() if plain[3] == b"/>" else data.index(b">", span.close) + 1
        if plain[3] == b"/>" or not _KEPT.search(data, plain.end(), end):
            return span.start, end, _written(plain[1], plain[2], content)
    tag = tag_at(data, span.start)
    end = element_end(data, tag, span.close)
    formula = extension = b""
    if not tag.closed and _KEPT.search(data, tag.end, end):
        for child in children(data, span.start, end):
            if child.name == "f":
                formula = data[child.start : child.end]
            elif child.name == "extLst":
                extension = data[child.start : child.end]
    return span.start, end, _cell(tag, content, formula, extension)


def _written(head: bytes, prefix: bytes, content: Content | None) -> bytes:
    """A ``c`` element from its opening up to its style, without a formula."""
    if content is None:
        return head + b"/>"
    kind, xml = content
    if kind == "text":
        opening = b' t="inlineStr"><%bis><%bt%b>' % (prefix, prefix, _keep_blanks(xml))
        return b"%b%b%b</%bt></%bis></%bc>" % (head, opening, xml, prefix, prefix, prefix)
    flag = b' t="b"' if kind == "flag" else b""
    return b"%b%b><%bv>%b</%bv></%bc>" % (head, flag, prefix, xml, prefix, prefix)


def _cell(tag: Tag, content: Content | None, formula: bytes = b"", extension: bytes = b"") -> bytes:
    """A whole ``c`` element. The type follows the content; ``vm`` describes the old value and goes with it."""
    p = tag.prefix
    new: dict[str, str] = {}
    value = b""
    if content is not None:
        value = b"<" + p + b"v>" + content.xml + b"</" + p + b"v>"
        if content.kind == "flag":
            new["t"] = "b"
        elif content.kind == "text" and formula:
            new["t"] = "str"
        elif content.kind == "text":
            new["t"] = "inlineStr"
            value = b"<" + p + b"is><" + p + b"t" + _keep_blanks(content.xml) + b">" + content.xml
            value += b"</" + p + b"t></" + p + b"is>"
    dropped = (b"vm",) if new else (b"t", b"vm")
    head = tag.with_attributes(*dropped, **new)
    inside = formula + value + extension
    if not inside:
        return head[:-1] + b"/>"
    return head + inside + b"</" + tag.name + b">"


def _keep_blanks(xml: bytes) -> bytes:
    delicate = xml != xml.strip() or b"\n" in xml or b"\t" in xml or b"  " in xml or b"&#13;" in xml
    return b' xml:space="preserve"' if delicate else b""


def _new_cells(found: Scan, made: Mapping[tuple[int, int], Content]) -> Iterator[Edit]:
    by_row: dict[int, list[int]] = {}
    for row, column in sorted(made):
        by_row.setdefault(row, []).append(column)
    prefix = tag_at(found.data, found.sheet_data.start).prefix
    new_rows = []
    for row, columns in by_row.items():
        if row in found.rows:
            place = found.rows[row]
            cells = {c: _new_cell(found, place, prefix, row, c, made[row, c]) for c in columns}
            yield from _into_row(found.data, place, cells)
        else:
            cells = b"".join(_new_cell(found, None, prefix, row, c, made[row, c]) for c in columns)
            name = prefix + b"row"
            new_rows.append((row, b"<" + name + b' r="%d">' % row + cells + b"</" + name + b">"))
    if new_rows:
        yield from _into_sheet(found, prefix, new_rows)


def _new_cell(
    found: Scan, row: Row | None, prefix: bytes, number: int, column: int, content: Content
) -> bytes:
    attributes = [(b"r", b'"' + address(number, column).encode() + b'"')]
    style = (row.style if row else None) or found.columns_style(column)
    if style:
        attributes.append((b"s", b'"' + style.encode() + b'"'))
    return _cell(Tag(prefix + b"c", attributes, 0, False), content)


def _into_row(data: bytes, row: Row, cells: dict[int, bytes]) -> Iterator[Edit]:
    """Edits that put new cells into an existing row, in order, and keep its ``spans`` hint true."""
    tag = tag_at(data, row.span.start)
    head = _spans(tag, cells)
    if tag.closed:
        body = b"".join(cells.values())
        yield row.span.start, tag.end, (head or tag.with_attributes()) + body + b"</" + tag.name + b">"
        return
    if head:
        yield row.span.start, tag.end, head
    for column, xml in cells.items():
        later = min((span.start for other, span in row.cells.items() if other > column), default=None)
        if later is None:  # behind the last cell; something else may follow it
            last = max(row.cells.values(), default=None)
            later = element_end(data, tag_at(data, last.start), last.close) if last else tag.end
        yield later, later, xml


def _spans(tag: Tag, columns: Collection[int]) -> bytes | None:
    """The row's opening tag with ``spans`` widened, or None if it is wide enough or has none."""
    given = dict(tag.attributes).get(b"spans", b"")[1:-1].decode().split()
    if len(given) != 1 or ":" not in given[0]:
        return tag.with_attributes(b"spans") if given else None
    first, last = map(int, given[0].split(":"))
    if first <= min(columns) and max(columns) <= last:
        return None
    return tag.with_attributes(spans=f"{min(first, *columns)}:{max(last, *columns)}")


def _into_sheet(found: Scan, prefix: bytes, new_rows: list[tuple[int, bytes]]) -> Iterator[Edit]:
    data, span = found.data, found.sheet_data
    tag = tag_at(data, span.start)
    if tag.closed:
        body = b"".join(xml for _, xml in new_rows)
        yield span.start, tag.end, tag.with_attributes() + body + b"</" + tag.name + b">"
        return
    starts = sorted((number, row.span.start) for number, row in found.rows.items())
    for number, xml in new_rows:
        place = next((start for other, start in starts if other > number), span.close)
        yield place, place, xml


def _dimension(found: Scan, filled: list[tuple[int, int]]) -> Edit | None:
    start, area = found.dimension
    if not filled:
        return None
    rows, columns = [row for row, _ in filled], [column for _, column in filled]
    grown = Area(
        min(area.top, *rows), min(area.left, *columns), max(area.bottom, *rows), max(area.right, *columns)
    )
    if grown == area:
        return None
    tag = tag_at(found.data, start)
    new = tag.with_attributes(ref=str(grown))
    return start, tag.end, new[:-1] + b"/>" if tag.closed else new


def with_styles(found: Scan, styles: Mapping[tuple[int, int], int]) -> bytes:
    """The worksheet with other styles for some cells: (row, column) -> the style's number. Values stay as they are.

    A cell that does not exist is made, empty, at its place.
    """
    edits: list[Edit] = []
    made: dict[int, dict[int, bytes]] = {}
    prefix = tag_at(found.data, found.sheet_data.start).prefix
    for (row, column), style in sorted(styles.items()):
        if has_cell(found, row, column):
            tag = tag_at(found.data, found.rows[row].cells[column].start)
            head = tag.with_attributes(s=str(style))
            edits.append(
                (found.rows[row].cells[column].start, tag.end, head[:-1] + b"/>" if tag.closed else head)
            )
        else:
            cell = b"<" + prefix + b'c r="%s" s="%d"/>' % (address(row, column).encode(), style)
            made.setdefault(row, {})[column] = cell
    new_rows = []
    for row, cells in made.items():
        if row in found.rows:
            edits += _into_row(found.data, found.rows[row], cells)
        else:
            name = prefix + b"row"
            inside = b"".join(cells.values())
            new_rows.append((row, b"<" + name + b' r="%d">' % row + inside + b"</" + name + b">"))
    if new_rows:
        edits += _into_sheet(found, prefix, new_rows)
    if found.dimension and made:
        edits += filter(None, [_dimension(found, [(row, column) for row in made for column in made[row]])])
    return spliced(found.data, edits)


def style_of(found: Scan, row: int, column: int) -> int:
    """The style a cell has: its own, or for one that does not exist that of its row or column."""
    if has_cell(found, row, column):
        tag = tag_at(found.data, found.rows[row].cells[column].start)
        return int(dict(tag.attributes).get(b"s", b'"0"')[1:-1])
    own = found.rows[row].style if row in found.rows else None
    return int(own or found.columns_style(column) or 0)
