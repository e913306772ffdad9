"""A raw cell: what the reading library gives for it, and how a person sees it."""

from __future__ import annotations

import datetime as dt
import unicodedata

Raw = str | float | int | bool | dt.date | dt.datetime | dt.time | dt.timedelta | None


class Wrong(Exception):
    """The cell does not hold what its field declares; ``str()`` says why, in Chinese."""


def shown(raw: Raw) -> str:
    """A raw cell as a person sees it, at most 60 characters.

    >>> shown(7.0), shown(0.1 + 0.2), shown(True), shown(1.2345678901234568e17)
    ('7', '0.3', 'TRUE', '1.23456789012346E+17')
    """
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, (int, float)):
        return ("%.15g" % raw).upper()
    if isinstance(raw, dt.datetime):
        return raw.isoformat(" ") if raw.time() != dt.time() else raw.date().isoformat()
    text = " ".join(str(raw).splitlines())
    return text if len(text) <= 60 else text[:59] + "…"


def plain(text: str) -> str:
    """Full-width letters, digits and signs as plain ones, without white space around."""
    return unicodedata.normalize("NFKC", text).strip()


#: signs that turn the direction of the text around them: "slx.exe" printed as "exe.xls"
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def is_odd(sign: str) -> bool:
    """A control character, half a character, or a sign that turns text around: nothing a name is made of."""
    return unicodedata.category(sign) in ("Cc", "Cs") or sign in _TURNING


def visible(text: str, most: int = 60) -> str:
    r"""A name from outside as a sentence can print it.

    >>> visible("a\x1b[31m\nb")
    'a�[31m�b'
    """
    return "".join("\ufffd" if is_odd(sign) else sign for sign in text[:most])
