"""What a marked copy remembers of the workbook it was made from, in its hidden sheet ``_jixiao``.

A hidden sheet survives what no other place does: Excel, WPS and LibreOffice keep it, and nobody deletes it by accident.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from pipeline.write import markup, tabs
from pipeline.write.blanks import IDENTITY
from pipeline.write.cells import content
from pipeline.write.draft import Draft
from pipeline.write.grid import Area
from pipeline.write.markup import tag_at
from pipeline.write.package import Package, Sheet
from pipeline.write.scan import scan
from pipeline.write.shown import shown_texts
from pipeline.write.splice import with_contents

_KEY = "mark"
_ROWS = 400
_PIECE = 30_000  # characters a cell


def remember(draft: Draft, what: Mapping[str, object]) -> None:
    """Writes the record below what the hidden sheet says; makes the sheet where there is none."""
    text = json.dumps(what, ensure_ascii=False, sort_keys=True)
    pieces = [text[at : at + _PIECE] for at in range(0, len(text), _PIECE)]
    sheet = _sheet(draft.package)
    if sheet is None:
        tabs.add_sheet(draft, IDENTITY, _blank(draft), first=False, hidden=True)
        part = tabs.sheets_of(draft)[-1].part
    else:
        part = sheet.part
    found = scan(draft.xml(part), IDENTITY)
    row = max(found.rows, default=0)
    contents = {}
    for number, piece in enumerate(pieces, 1):
        contents[row + number, 1] = content(f"{_KEY}.{number}")
        contents[row + number, 2] = content(piece)
    draft.put(part, with_contents(found, contents, ()))


def remembered(package: Package) -> dict[str, object] | None:
    """The record of a marked copy; None for a workbook that is none, or where nobody can read it any more."""
    sheet = _sheet(package)
    if sheet is None:
        return None
    rows = _rows(package, sheet)
    text = "".join(rows[row] for row in sorted(rows))
    try:
        found = json.loads(text) if text else None
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def forget(draft: Draft) -> None:
    """Takes the record away, and the hidden sheet where it held nothing else."""
    sheet = _sheet(draft.package)
    rows = _rows(draft.package, sheet) if sheet else {}
    if not rows:
        return
    data = draft.xml(sheet.part)
    found = scan(data, IDENTITY)
    left = [one for one in found.rows.values() if one.number not in rows]
    if not any(one.cells for one in left):
        tabs.drop_sheet(draft, sheet)
        return
    edits = []
    for number in rows:
        span = found.rows[number].span
        edits.append((span.start, markup.element_end(data, tag_at(data, span.start), span.close), b""))
    if found.dimension:
        start, area = found.dimension
        tag = tag_at(data, start)
        last = max(one.number for one in left)
        new = tag.with_attributes(ref=str(Area(area.top, area.left, min(area.bottom, last), area.right)))
        edits.append((start, tag.end, new[:-1] + b"/>" if tag.closed else new))
    draft.put(sheet.part, markup.spliced(data, edits))


def _sheet(package: Package) -> Sheet | None:
    named = (one for one in package.sheets if one.name == IDENTITY and one.kind == "worksheet")
    return next(named, None)


def _rows(package: Package, sheet: Sheet) -> dict[int, str]:
    """Row -> piece of the record."""
    wanted = [(sheet.name, f"{column}{row}") for row in range(1, _ROWS) for column in "AB"]
    texts = shown_texts(package, wanted)
    return {
        row: texts[sheet.name, f"B{row}"]
        for row in range(1, _ROWS)
        if re.fullmatch(_KEY + r"\.\d+", texts[sheet.name, f"A{row}"])
    }


def _blank(draft: Draft) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<worksheet xmlns="{main_namespace(draft)}"><sheetData/></worksheet>'
    ).encode()


def main_namespace(draft: Draft) -> str:
    """The namespace of the workbook's own elements, transitional or strict."""
    root = draft.package.workbook.tag
    return root[1:].partition("}")[0]
