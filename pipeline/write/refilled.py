"""A filled form written anew into our own blank: for a file that cannot be patched (.xls, .ods, a signed workbook).

Every cell keeps its address and its value, so that what was found in the old file is found in the new one.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from pipeline.forms import FormSpec
from pipeline.write.blanks import write_blank
from pipeline.write.draft import Draft
from pipeline.write.grid import address, parse_address
from pipeline.write.markup import tag_at
from pipeline.write.package import Package
from pipeline.write.patch import patch
from pipeline.write.scan import scan
from pipeline.write.shown import all_texts
from pipeline.write.splice import style_of, with_styles
from pipeline.write.stylesheet import Stylesheet

Grid = Sequence[Sequence[object]]
_LONGEST = 32_000
_GENERAL, _DATE = 0, 14  # numbers of built-in formats


def refill(spec: FormSpec, grids: Mapping[str, Grid]) -> bytes:
    """The blank workbook of a form with the cells of a filled one: template's sheet -> raw cells from A1 on."""
    form = write_blank(spec)
    package = Package(form)
    changes: dict[tuple[str, str], object] = {}
    for sheet, grid in grids.items():
        printed = all_texts(package, sheet)
        values = {
            address(row, column): value
            for row, cells in enumerate(grid, 1)
            for column, value in enumerate(cells, 1)
            if value not in ("", None)
        }
        changes |= {(sheet, where): None for where in printed if where not in values}
        changes |= {
            (sheet, where): _plain(value) for where, value in values.items() if printed.get(where) != value
        }
    return _with_formats(patch(form, changes), changes)


def _plain(value: object) -> object:
    """A raw cell as it is written; a number with the 15 digits a spreadsheet shows."""
    if isinstance(value, str):
        return value[:_LONGEST]
    if isinstance(value, float):
        number = Decimal("%.15g" % value)
        return int(number) if number == number.to_integral_value() and abs(number) < 10**15 else number
    if isinstance(value, dt.time | dt.timedelta):
        return str(value)
    return value


def _with_formats(form: bytes, changes: Mapping[tuple[str, str], object]) -> bytes:
    """Formats where the template's would change what a value means: a bare number under 0.00% or under a date."""
    package = Package(form)
    draft = Draft(package)
    (part,) = package.related(package.workbook_part, "styles")
    styles = Stylesheet(draft.xml(part))
    codes = {
        given[b"numFmtId"]: given[b"formatCode"].decode()
        for given in (dict(tag_at(one, 0).attributes) for one in styles.entries["numFmts"])
    }
    for name in dict.fromkeys(sheet for sheet, _ in changes):
        sheet = package.worksheet(name)
        found = scan(draft.xml(sheet.part), name)
        restyled = {}
        for (_, where), value in ((key, value) for key, value in changes.items() if key[0] == name):
            place = parse_address(where)
            style = style_of(found, *place)
            given = dict(tag_at(styles.entries["cellXfs"][style], 0).attributes)[b"numFmtId"]
            code = codes.get(given, "%" if given in (b'"9"', b'"10"') else "")
            wanted = _format(value, code)
            if wanted is not None:
                restyled[place] = styles.variant(style, numFmtId=wanted)
        draft.put(sheet.part, with_styles(found, restyled))
    draft.put(part, styles.saved())
    return draft.saved()


def _format(value: object, code: str) -> int | None:
    """The built-in format a value needs in a cell with this one; None where it may stay.

    >>> _format(Decimal("62.11"), "0.00%"), _format(dt.date(2022, 1, 1), "@"), _format(7, "@")
    (0, 14, None)
    """
    is_date = bool(re.search("[yd]", code, re.IGNORECASE)) and "%" not in code
    if isinstance(value, dt.date):
        return None if is_date else _DATE
    if isinstance(value, int | Decimal) and not isinstance(value, bool) and (is_date or "%" in code):
        return _GENERAL
    return None
