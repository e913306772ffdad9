"""How the texts printed on an official form are compared, and the 分值 that stands inside a label.

Used when a form is adopted (map proposed) and when the names and 分值 of a mapped form are read.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from pipeline.model import Cell

_NUMBER = r"(\d{1,3}(?:\.\d{1,4})?)"
#: ``（50分）`` ``(权重50%)`` ``（50）`` at the end of a label, or ``50分`` without brackets
_IN_BRACKETS = re.compile(
    rf"\s*[(（\[【]\s*(?:权重|分值|满分|计|共)?[:：]?\s*{_NUMBER}\s*(?:分|%|％)?\s*[)）\]】]\s*$"
)
_BARE = re.compile(rf"(?<![\d.]){_NUMBER}\s*分\s*$")
_QUOTES = "“”\"'‘’「」『』《》"
_NUMBERING = re.compile(
    r"^(?:[(（]?[一二三四五六七八九十]{1,3}[)）、.．]|[(（]?\d{1,2}[)）、]|\d{1,2}[.．](?!\d))"
)


@dataclass(frozen=True, slots=True)
class FormWeight:
    """What the form prints for a scored indicator: its name and 分值 (``points`` None where it is no number)."""

    leaf: str
    name: str
    points: Decimal | None
    name_cell: Cell
    points_cell: Cell


def label_key(text: object) -> str:
    r"""A label as it is compared: one width, no white space, no quotes, no colon at its end, no numbering before it.

    >>> label_key("一、履职效能 ："), label_key("“三公”\n经费"), label_key("1．预算编制")
    ('履职效能', '三公经费', '预算编制')
    """
    bare = _NUMBERING.sub("", "".join(str(text or "").split()))
    plain = "".join(unicodedata.normalize("NFKC", bare).casefold().split()).strip("*★●○☆:")
    return "".join(sign for sign in plain if sign not in _QUOTES)


def one_line(text: object) -> str:
    r"""A printed text without its line breaks; Chinese has no blank where a line ends.

    >>> one_line("预算编制\n（2分）"), one_line("a\nb")
    ('预算编制（2分）', 'a b')
    """
    joined = re.sub(r"(?<=[^\x00-\x7f])\s*\n\s*|\s*\n\s*(?=[^\x00-\x7f])", "", str(text or "").strip())
    return " ".join(joined.splitlines())


def split_weight(text: object) -> tuple[str, Decimal | None]:
    """A label and the 分值 printed inside it.

    >>> split_weight("履职效能（50分）"), split_weight("“三公”经费 2.5分"), split_weight("因公出国（境）")
    (('履职效能', Decimal('50')), ('“三公”经费', Decimal('2.5')), ('因公出国（境）', None))
    """
    line = one_line(text)
    found = _IN_BRACKETS.search(line) or _BARE.search(line)
    if not found or not line[: found.start()].strip():
        return line, None
    return line[: found.start()].strip(), Decimal(found[1])


def points_of(text: object) -> Decimal | None:
    """The 分值 a cell prints: ``20``, ``20分``, ``20%``; None where it is no number.

    >>> points_of("2.5 分"), points_of("—"), points_of("10%")
    (Decimal('2.5'), None, Decimal('10'))
    """
    plain = unicodedata.normalize("NFKC", str(text or "")).strip()
    for sign in ("分", "%"):
        plain = plain.removesuffix(sign).strip()
    try:
        number = Decimal(plain)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
