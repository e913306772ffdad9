"""Text on its way into the page: made harmless to look at, shortened, and addressed. Happens while reporting.

What a person typed is shown as typed; only characters nobody can see are written out, so that a text cannot look
like another one. Escaping is Jinja's and :func:`embedded`'s.
"""

from __future__ import annotations

import json
import re
from pathlib import PurePosixPath

#: control characters, the marks that turn the direction of writing, and halves of surrogate pairs
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_PLAIN_SHEET = re.compile(r"[^\W\d]\w*")
_LOOKS_LIKE_CELL = re.compile(r"[A-Za-z]{1,3}\d+|[Rr]\d*[Cc]?\d*|[Cc]\d*")


def clean(text: object, limit: int = 400) -> str:
    """A text with unseen characters written out as their code, at most ``limit`` characters long.

    >>> clean("A\\u202eB"), clean("长" * 5, 3), clean(None)
    ('A〔U+202E〕B', '长长长……', '')
    """
    if text is None:
        return ""
    whole = str(text).replace("\r\n", "\n")
    shown = _UNSEEN.sub(lambda found: f"〔U+{ord(found[0]):04X}〕", whole[:limit])
    return shown + "……" if len(whole) > limit else shown


def place(file: str, sheet: str) -> str:
    """How a sheet of a file is called before the ``!``: 《2_预算执行》支出; an empty text for no file.

    >>> place("下属/2_预算执行.xlsx", "支出"), place("8_填报得分.xlsx", ""), place("", "")
    ('《2_预算执行》支出', '《8_填报得分》', '')
    """
    if not file:
        return ""
    name = PurePosixPath(file).name
    stem = name.rsplit(".", 1)[0] if "." in name else name
    return clean(f"《{stem}》{sheet}")


def name_box(sheet: str) -> str:
    """A sheet as the name box (名称框) of Excel and WPS takes it before the ``!``: quoted where it must be.

    >>> name_box("支出"), name_box("1-7月"), name_box("B2"), name_box("")
    ('支出', "'1-7月'", "'B2'", '')
    """
    sheet = clean(sheet)
    if not sheet or (_PLAIN_SHEET.fullmatch(sheet) and not _LOOKS_LIKE_CELL.fullmatch(sheet)):
        return sheet
    return "'" + sheet.replace("'", "''") + "'"


def where(file: str, sheet: str, address: str) -> str:
    """《2_预算执行》支出!E18; without an address the sheet, without a sheet the file."""
    stands = place(file, sheet)
    return f"{stands}!{clean(address)}" if sheet and address else stands


def to_copy(sheet: str, address: str) -> str:
    """What the copy button copies: ``支出!E18``, which the name box jumps to; empty where there is no cell."""
    return f"{name_box(sheet)}!{clean(address)}" if sheet and address else ""


def embedded(value: object) -> str:
    """JSON that can stand inside ``<script>``: no character of it can end the script or name an address.

    >>> print(embedded({"t": "</script>&"}))
    {"t":"\\u003c/script\\u003e\\u0026"}
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character, escape in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026"), ("//", "\\/\\/")):
        text = text.replace(character, escape)
    return text


def without_addresses(page: str) -> str:
    """The page with the ``//`` of every typed address as an entity: read the same, linked and found by nothing.

    >>> without_addresses("ftp://x"), without_addresses("a//b")
    ('ftp:&#47;&#47;x', 'a//b')
    """
    return page.replace("://", ":&#47;&#47;")
