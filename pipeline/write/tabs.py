"""Sheets of a workbook that is not ours: one more in front or at the end, and one taken away, all else in step.

A sheet's place counts where names are local to it and where the tab shown first is told; both are kept true.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from pipeline.write import markup
from pipeline.write.draft import Draft
from pipeline.write.markup import tag_at
from pipeline.write.package import Sheet

_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*?/>")
_VIEW = re.compile(rb"<(?:\w+:)?workbookView\b[^>]*>")
_NAME = re.compile(rb"<(?:\w+:)?definedName\s[^>]*>.*?</(?:\w+:)?definedName>", re.DOTALL)
_NAMES = re.compile(rb"<(?:\w+:)?definedNames>(.*?)</(?:\w+:)?definedNames>", re.DOTALL)
_SHEET_VIEW = re.compile(rb"<(?:\w+:)?sheetView\s[^>]*>")
#: the schema puts the names behind the last of these, whichever are there
_BEFORE_NAMES = ("sheets", "functionGroups", "externalReferences")


def add_sheet(draft: Draft, name: str, data: bytes, *, first: bool, hidden: bool = False) -> None:
    """A new worksheet, before all others or behind them."""
    book = draft.package.workbook_part
    part = draft.new_name("xl/worksheets/sheet{}.xml")
    draft.add(part, data, _TYPE)
    identity = draft.relate(book, "worksheet", part)
    xml = draft.xml(book)
    there = list(_SHEET.finditer(xml))
    numbers = [int(_given(one[0], b"sheetId")) for one in there]
    tag = tag_at(there[0][0], 0)
    reference = next(key for key, _ in tag.attributes if key.endswith(b":id"))
    state = b' state="veryHidden"' if hidden else b""
    # some programs declare the prefix at each sheet anew
    space = b'xmlns:%b="%b"' % (reference.partition(b":")[0], draft.family.encode())
    new = b'<%bsheet %b name="%b" sheetId="%d"%b %b="%b"/>' % (
        tag.prefix, space, markup.escaped(name).replace(b'"', b"&quot;"), max(numbers) + 1, state, reference,
        identity.encode(),
    )  # fmt: skip
    place = there[0].start() if first else there[-1].end()
    xml = xml[:place] + new + xml[place:]
    if first:
        xml = _renumbered(xml, lambda index: index + 1)
    draft.put(book, xml)


def drop_sheet(draft: Draft, sheet: Sheet) -> None:
    """Takes a sheet away with all that is its own; a view that showed it shows the first sheet left."""
    book = draft.package.workbook_part
    position = [one.name for one in sheets_of(draft)].index(sheet.name)
    identities = draft.unrelate(book, [sheet.part])
    draft.drop(sheet.part)
    xml = draft.xml(book)
    gone = next(
        one for one in _SHEET.finditer(xml) if {v[1:-1].decode() for _, v in tag_at(one[0], 0).attributes} & identities
    )  # fmt: skip
    xml = xml[: gone.start()] + xml[gone.end() :]
    xml = _renumbered(xml, lambda index: None if index == position else index - (index > position))
    draft.put(book, xml)


def sheets_of(draft: Draft) -> list[Sheet]:
    """The sheets there are now, in the order of the tabs."""
    book = draft.package.workbook_part
    by_id = {one.id: one for one in draft.relations(book)}
    known = {one.part: one for one in draft.package.sheets}
    found = []
    for index, one in enumerate(_SHEET.finditer(draft.xml(book))):
        reference = next(v for k, v in tag_at(one[0], 0).attributes if k.endswith(b":id"))
        to = by_id.get(reference[1:-1].decode())
        if to and to.target in known:
            found.append(known[to.target])
        else:
            found.append(Sheet("", to.target or "" if to else "", "worksheet", index, ""))
    return found


def put_names(draft: Draft, names: Sequence[tuple[str, str, bool]]) -> None:
    """Names local to the first sheet: (name, what it refers to, whether hidden)."""
    book = draft.package.workbook_part
    xml = draft.xml(book)
    prefix = tag_at(xml, markup.root_start(xml)).prefix
    new = b"".join(
        b'<%bdefinedName name="%b" localSheetId="0"%b>%b</%bdefinedName>'
        % (prefix, name.encode(), b' hidden="1"' if hidden else b"", markup.escaped(refers), prefix)
        for name, refers, hidden in names
    )
    there = _NAMES.search(xml)
    if there:
        draft.put(book, xml[: there.start(1)] + new + xml[there.start(1) :])
        return
    root = markup.root_start(xml)
    parts = markup.children(xml, root, len(xml))
    place = max(one.end for one in parts if one.name in _BEFORE_NAMES)
    whole = b"<%bdefinedNames>%b</%bdefinedNames>" % (prefix, new, prefix)
    draft.put(book, xml[:place] + whole + xml[place:])


def show_first(draft: Draft) -> dict[str, list]:
    """Lets the workbook open at its first sheet alone; gives what it opened at (``show_as_before``), as numbered now.

    Two selected sheets would be a group, and what is typed into one would go into both.
    """
    book = draft.package.workbook_part
    before: dict[str, list] = {"activeTab": [], "firstSheet": [], "selected": []}

    def at_front(match: re.Match[bytes]) -> bytes:
        tag = match[0]
        for name in ("activeTab", "firstSheet"):
            value = _given(tag, name.encode())
            before[name].append(value)
            tag = _set(tag, name, "0") if value else tag
        return tag

    draft.put(book, _VIEW.sub(at_front, draft.xml(book)))
    for sheet in draft.package.sheets:
        if not draft.has(sheet.part):
            continue
        data = draft.xml(sheet.part)
        view = _SHEET_VIEW.search(data)
        if view and _given(view[0], b"tabSelected") in ("1", "true"):
            before["selected"].append(sheet.name)
            draft.put(
                sheet.part, data[: view.start()] + _set(view[0], "tabSelected", "0") + data[view.end() :]
            )
    return before


def show_as_before(draft: Draft, before: dict[str, list]) -> None:
    """Undoes ``show_first`` where the workbook still opens at its first sheet. Called before that sheet is dropped."""
    book = draft.package.workbook_part
    names = [one.name for one in sheets_of(draft)]
    views = iter(range(1000))
    at_front = False

    def as_before(match: re.Match[bytes]) -> bytes:
        nonlocal at_front
        tag, number = match[0], next(views)
        if (_given(tag, b"activeTab") or "0") != "0":
            return tag
        at_front = True
        for name in ("activeTab", "firstSheet"):
            was = before.get(name, [])[number : number + 1]
            if was and was[0] and _given(tag, name.encode()):
                tag = _set(tag, name, was[0])
        return tag

    draft.put(book, _VIEW.sub(as_before, draft.xml(book)))
    for sheet in draft.package.sheets if at_front else ():
        if sheet.name in before.get("selected", ()) and sheet.name in names[1:]:
            data = draft.xml(sheet.part)
            view = _SHEET_VIEW.search(data)
            draft.put(
                sheet.part, data[: view.start()] + _set(view[0], "tabSelected", "1") + data[view.end() :]
            )


def _renumbered(xml: bytes, moved: Callable[[int], int | None]) -> bytes:
    """The workbook part with the sheets' places changed; None: the sheet is gone."""

    def of_name(match: re.Match[bytes]) -> bytes:
        index = _given(match[0], b"localSheetId")
        if not index:
            return match[0]
        new = moved(int(index))
        if new is None:
            return b""
        tag = tag_at(match[0], 0)
        return tag.with_attributes(localSheetId=str(new)) + match[0][tag.end :]

    def of_view(match: re.Match[bytes]) -> bytes:
        tag = match[0]
        for name in ("activeTab", "firstSheet"):
            index = _given(tag, name.encode())
            if index:
                tag = _set(tag, name, str(moved(int(index)) or 0))
        return tag

    xml = _VIEW.sub(of_view, _NAME.sub(of_name, xml))
    there = _NAMES.search(xml)
    return xml[: there.start()] + xml[there.end() :] if there and not there[1].strip() else xml


def _given(tag: bytes, name: bytes) -> str:
    return dict(tag_at(tag, 0).attributes).get(name, b'""')[1:-1].decode()


def _set(tag: bytes, name: str, value: str) -> bytes:
    """An opening tag with an attribute set, closed as it was."""
    parsed = tag_at(tag, 0)
    new = parsed.with_attributes(**{name: value})
    return new[:-1] + b"/>" if parsed.closed else new
