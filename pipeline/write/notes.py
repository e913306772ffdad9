"""Comments (批注) on cells of a workbook that is not ours: put in beside what is there, and taken out again.

A comment of ours begins with ``BEGIN`` and ends with ``END``; what stands behind ``END`` is the officer's own: the
comment the cell had, kept with its formatting and author, or an answer typed below ours. So ours are known wherever
sorting, inserting or another program has moved them. A box is a VML shape, tied to its cell by row and column.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.write import boxes, markup
from pipeline.write.cells import content
from pipeline.write.draft import Draft
from pipeline.write.grid import address, parse_address
from pipeline.write.package import Sheet

BEGIN = "【核查】"
END = "（核查批注到此为止，不必删除，读取时不计）"
AUTHOR = "绩效自评核查"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_COMMENT = re.compile(
    rb"<((?:\w+:)?)comment(\s[^>]*)>\s*<(?:\w+:)?text(?:/>|>(.*?)</(?:\w+:)?text>).*?</\1comment>", re.DOTALL
)
_TEXT = re.compile(rb"<(?:\w+:)?t(?:\s[^>]*)?>([^<]*)<")
_RUN_CLOSED = re.compile(rb"(?:&#10;|\r?\n)?</(?:\w+:)?t>\s*</(?:\w+:)?r>")


@dataclass(frozen=True, slots=True)
class _Comment:
    """One ``comment`` element: where it stands, its attributes as written, what is inside ``text``."""

    start: int
    end: int
    prefix: bytes
    attributes: bytes
    inside: bytes
    inner: int

    def with_inside(self, new: bytes) -> tuple[int, int, bytes]:
        """The edit that puts other runs into the comment."""
        if self.inside:
            return self.inner, self.inner + len(self.inside), new
        p = self.prefix
        whole = b"<%bcomment%b><%btext>%b</%btext></%bcomment>" % (p, self.attributes, p, new, p, p)
        return self.start, self.end, whole

    @property
    def ref(self) -> str:
        return re.search(rb"""\bref=["']([^"']*)""", self.attributes)[1].decode()

    @property
    def text(self) -> str:
        return b"".join(_TEXT.findall(self.inside)).decode("utf-8")


def put_notes(draft: Draft, sheet: Sheet, notes: Mapping[tuple[int, int], str]) -> dict[str, str]:
    """Comments on cells of a sheet: (row, column) -> text (without ``BEGIN``).

    A cell with a comment keeps it below ours; one with a threaded conversation keeps that alone. Gives the ``Anchor`` of
    every box that was made larger, by address, as it was.
    """
    if not notes:
        return {}
    part = draft.related(sheet.part, "comments") or _new_comments(draft, sheet)
    data = draft.xml(part)
    found = {one.ref: one for one in _comments(data)}
    prefix = markup.tag_at(data, markup.root_start(data)).prefix
    author, edits = _author(data, prefix)
    own, shared = {}, {}
    fresh = []
    for (row, column), text in sorted(notes.items()):
        ref = address(row, column)
        there = found.get(ref)
        if there is None:
            own[row, column] = text
            runs = _runs(prefix, text, False)
            fresh.append(
                b'<%bcomment ref="%b" authorId="%d"><%btext>%b</%btext></%bcomment>'
                % (prefix, ref.encode(), author, prefix, runs, prefix, prefix)
            )
        elif not there.text.startswith("[Threaded comment]"):
            shared[row, column] = text + "\n" + there.text
            edits.append(there.with_inside(_runs(prefix, text, True) + _as_runs(prefix, there.inside)))
    close = re.search(rb"</(?:\w+:)?commentList>|<(?:\w+:)?commentList\s*/>", data)
    edits.append((close.start(), close.end(), _list_end(close[0], prefix, b"".join(fresh))))
    draft.put(part, markup.spliced(data, [edit for edit in edits if edit]))
    framed = {place: _framed(text) for place, text in {**own, **shared}.items()}
    return boxes.put_boxes(
        draft, sheet, {place: framed[place] for place in own}, {place: framed[place] for place in shared}
    )


def take_notes(draft: Draft, sheet: Sheet, anchors: Mapping[str, str]) -> None:
    """Takes our comments out of a sheet and gives the officer's own back. ``anchors``: as ``put_notes`` gave them."""
    part = draft.related(sheet.part, "comments")
    if part is None:
        return
    data = draft.xml(part)
    edits, gone = [], []
    every = _comments(data)
    for one in every:
        if not one.text.startswith(BEGIN):
            continue
        rest = _behind(one.inside)
        if rest:
            edits.append(one.with_inside(rest))
        else:
            edits.append((one.start, one.end, b""))
            gone.append(one.ref)
    if not edits:
        return
    drawing = draft.related(sheet.part, "vmlDrawing")
    if drawing:
        places = {place for place in map(parse_address, gone) if place}
        boxes.take_boxes(draft, sheet, drawing, places, anchors)
    if len(gone) == len(every):
        draft.unrelate(sheet.part, [part])
        draft.drop(part)
    else:
        draft.put(part, _without_author(markup.spliced(data, edits)))


# -- the comments part ------------------------------------------------------------------------------------------
def _comments(data: bytes) -> list[_Comment]:
    return [
        _Comment(one.start(), one.end(), one[1], one[2], one[3] or b"", one.start(3))
        for one in _COMMENT.finditer(data)
    ]


def _new_comments(draft: Draft, sheet: Sheet) -> str:
    part = draft.new_name("xl/comments{}.xml")
    root = markup.root_start(draft.xml(sheet.part))
    tag = markup.tag_at(draft.xml(sheet.part), root)
    prefix = tag.prefix
    name = b"xmlns:" + prefix[:-1] if prefix else b"xmlns"
    space = dict(tag.attributes)[name][1:-1].decode()
    data = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<comments xmlns="{space}"><authors></authors><commentList></commentList></comments>'
    )
    draft.add(part, data.encode(), _TYPE)
    draft.relate(sheet.part, "comments", part)
    return part


def _author(data: bytes, prefix: bytes) -> tuple[int, list]:
    """The number of our author, and the edit that adds it where it is not there."""
    authors = re.findall(rb"<(?:\w+:)?author(?:\s*/>|>([^<]*)<)", data)
    if AUTHOR.encode() in authors:
        return authors.index(AUTHOR.encode()), []
    new = b"<%bauthor>%b</%bauthor>" % (prefix, AUTHOR.encode(), prefix)
    close = re.search(rb"</(?:\w+:)?authors>|<(?:\w+:)?authors\s*/>", data)
    if close[0].startswith(b"</"):
        return len(authors), [(close.start(), close.start(), new)]
    return 0, [(close.start(), close.end(), b"<%bauthors>%b</%bauthors>" % (prefix, new, prefix))]


def _without_author(data: bytes) -> bytes:
    """The part without our author where he is the last one and has written nothing that is left."""
    authors = re.findall(rb"<(?:\w+:)?author(?:\s*/>|>([^<]*)<)", data)
    last = len(authors) - 1
    if authors[-1:] != [AUTHOR.encode()] or re.search(rb'authorId="%d"' % last, data):
        return data
    return re.sub(rb"<(?:\w+:)?author>" + AUTHOR.encode() + rb"</(?:\w+:)?author>", b"", data)


def _list_end(close: bytes, prefix: bytes, fresh: bytes) -> bytes:
    if close.startswith(b"</"):
        return fresh + close
    return b"<%bcommentList>%b</%bcommentList>" % (prefix, fresh, prefix)


def _framed(text: str) -> str:
    return f"{BEGIN}{text}\n{END}"


def _runs(prefix: bytes, text: str, is_shared: bool) -> bytes:
    """Our text as runs: the first line bold, the last one grey."""
    head, _, body = text.partition("\n")
    pieces = ((BEGIN + head + "\n", "<b/>", "FF000000"), (body + "\n", "", "FF000000"),
              (END + ("\n" if is_shared else ""), "", "FF808080"))  # fmt: skip
    out = []
    for piece, bold, colour in pieces:
        look = f'{bold}<sz val="9"/><color rgb="{colour}"/><rFont val="宋体"/><charset val="134"/>'
        run = f'<r><rPr>{look}</rPr><t xml:space="preserve">'.encode() + content(piece).xml + b"</t></r>"
        out.append(re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1" + prefix, run))
    return b"".join(out)


def _as_runs(prefix: bytes, inside: bytes) -> bytes:
    """What a comment held, as runs: a bare text becomes one."""
    if re.match(rb"\s*<(?:\w+:)?t[\s>]", inside):
        return b"<%br>%b</%br>" % (prefix, inside.strip(), prefix)
    return inside


def _behind(inside: bytes) -> bytes:
    """The officer's own runs behind ``END``; nothing where there are none, or where ``END`` is gone."""
    _, found, tail = inside.rpartition(END.encode())
    if not found:
        return b""
    closed = _RUN_CLOSED.match(tail)
    if closed:
        rest = tail[closed.end() :]
        single = re.fullmatch(
            rb"\s*<(\w+:)?r>(<(?:\w+:)?t[\s>].*?</(?:\w+:)?t>)</(\w+:)?r>\s*", rest, re.DOTALL
        )
        rest = single[2] if single and rest.count(b"</") == 2 else rest
    else:  # another program has drawn the runs together
        start = re.search(rb"<((?:\w+:)?)t[\s>]", inside)
        rest = b'<%bt xml:space="preserve">' % start[1] + re.sub(rb"\A(?:&#10;|\s)+", b"", tail)
        if b"<%br>" % start[1] in inside:
            rest = b"<%br>" % start[1] + rest
    return rest if b"".join(_TEXT.findall(rest)).strip() else b""
