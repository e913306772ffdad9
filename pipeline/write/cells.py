"""A value to be written -> the content of a worksheet cell. Used by ``patch`` for every cell it fills.

Exactness: numbers are written in decimal digits, never by way of a float; dates become the serial number of the
workbook's own date system.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Context, Decimal, localcontext
from enum import Enum
from fractions import Fraction
from typing import NamedTuple

from pipeline.write.markup import escaped

#: what a cell can hold
LONGEST_TEXT = 32_767
_KEPT_DIGITS = 15  # that any number keeps
_DIGITS = Context(prec=17)  # as many as a double can tell apart, and as the programs themselves write
_LARGEST = Decimal("9.99999999999999E+307")
_LEAST_POWER = -307  # the power of ten of the smallest normal double
_MICROSECONDS_PER_DAY = 86_400_000_000
#: characters XML cannot hold, and text that looks like the escape for one
_TO_ESCAPE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


_PLAIN_TYPES = frozenset({str, int, float, bool, Decimal, Fraction, date, datetime})


class DateSystem(Enum):
    """How a workbook counts days: from 1900 with the day 1900-02-29 that never was, from 1904, or as ISO does."""

    FROM_1900 = "1900"
    FROM_1904 = "1904"
    ISO = "iso"


class Content(NamedTuple):
    """``kind``: ``number``, ``flag`` (是/否) or ``text``; ``xml``: the value, escaped for XML."""

    kind: str
    xml: bytes


def content(value: object, system: DateSystem = DateSystem.FROM_1900) -> Content | None:
    """A value -> the content of its cell; None (an empty cell) for None.

    str (stays text, whatever it begins with; a character XML cannot hold is written ``_xHHHH_``, the file format's
    own escape), bool, int, Decimal, Fraction, finite float, date and datetime (a serial number), and numpy scalars
    of these. At most 17 significant digits; a whole number that a spreadsheet would change (more than 15 digits,
    such as an identity number) is refused and wants to be given as text.

    Raises ValueError: a Chinese clause without the place, which the caller adds.

    >>> content("=A1"), content(True), content(Decimal("99.650"))
    (Content(kind='text', xml=b'=A1'), Content(kind='flag', xml=b'1'), Content(kind='number', xml=b'99.65'))
    >>> content(date(1900, 3, 1)).xml, content(date(1904, 1, 2), DateSystem.FROM_1904).xml
    (b'61', b'1')
    """
    if value is None:
        return None
    value = _without_numpy(value)
    if isinstance(value, bool):
        return Content("flag", b"1" if value else b"0")
    if isinstance(value, str):
        return Content("text", _text(str.__str__(value)))
    if isinstance(value, date):
        return Content("number", _number(_serial(value, system)))
    if isinstance(value, int | Decimal | Fraction | float):
        return Content("number", _number(value))
    raise ValueError(f"不能写入 {type(value).__name__} 类型的值,请改为文字、数字、日期、是/否或空。")


def _without_numpy(value: object) -> object:
    """A numpy scalar as the plain value; everything else as it is. Works without importing numpy."""
    kind = type(value)
    if (
        kind in _PLAIN_TYPES
        or kind.__module__ != "numpy"
        or not any(base.__name__ == "generic" for base in kind.__mro__)
    ):
        return value
    if kind.__name__ == "datetime64":
        plain = value.astype("datetime64[us]").item()
        if plain is None:
            raise ValueError("日期为空值(NaT),不能写入。")
        return plain
    if "float" in kind.__name__ or kind.__name__ == "longdouble":
        return Decimal(str(value))  # the digits it shows: a float32 0.1 is 0.1
    return value.item()


def _text(text: str) -> bytes:
    if 2 * len(text) > LONGEST_TEXT < len(text.encode("utf-16-le", "surrogatepass")) // 2:
        raise ValueError(f"文字超过 {LONGEST_TEXT:,} 个字符,单元格放不下。")
    return escaped(_TO_ESCAPE.sub(lambda match: f"_x{ord(match[0]):04X}_", text))


def _number(value: int | Decimal | Fraction | float) -> bytes:
    if isinstance(value, int) and abs(value) < 10**15:
        return str(int(value)).encode("ascii")
    if isinstance(value, Fraction):
        with localcontext(_DIGITS):
            number = Decimal(value.numerator) / Decimal(value.denominator)
    elif isinstance(value, float):
        number = Decimal(float.__repr__(value))
    else:
        number = Decimal(int(value)) if isinstance(value, int) else value
    if not number.is_finite():
        raise ValueError("不是有限的数(NaN 或无穷大),不能写入。")
    # the power first: arithmetic on a Decimal beyond the context's own limits would overflow
    if number and (number.adjusted() > _LARGEST.adjusted() or number.copy_abs() > _LARGEST):
        raise ValueError("数字过大,单元格放不下。")
    if not number or number.adjusted() < _LEAST_POWER:
        return b"0"
    whole = not isinstance(value, float) and number == number.to_integral_value()
    # an exact stripping of trailing zeros: the context's own precision must not round here
    number = number.normalize(Context(prec=max(len(number.as_tuple().digits), 1)))
    digits = len(number.as_tuple().digits)
    if whole and digits > _KEPT_DIGITS and Fraction(float(number)) != Fraction(number):
        raise ValueError(f"整数 {number} 超过 15 位有效数字,写入后末几位会变,请以文字写入。")
    if digits > _DIGITS.prec and not whole:
        number = _DIGITS.plus(number).normalize(_DIGITS)
    plain = -20 < number.adjusted() < 21
    return (format(number, "f") if plain else format(number, "E")).encode("ascii")


def _serial(day: date, system: DateSystem) -> Fraction | int:
    if day != day:  # pandas' NaT calls itself a datetime
        raise ValueError("日期为空值(NaT),不能写入。")
    if isinstance(day, datetime) and day.tzinfo is not None:
        raise ValueError("日期时间带有时区,请先换算为当地时间再写入。")
    days = day.toordinal() - date(1899, 12, 30).toordinal()
    if system is DateSystem.FROM_1904:
        days -= 1462
    elif system is DateSystem.FROM_1900 and days < 61:
        days -= 1  # before the 1900-02-29 that spreadsheets count and the calendar does not have
    lowest = {DateSystem.FROM_1900: 1, DateSystem.FROM_1904: 0, DateSystem.ISO: -693_593}[system]
    if days < lowest:
        raise ValueError(f"日期 {day:%Y-%m-%d} 早于工作簿能表示的第一天。")
    if not isinstance(day, datetime):
        return days
    seconds = (day.hour * 60 + day.minute) * 60 + day.second
    return days + Fraction(seconds * 1_000_000 + day.microsecond, _MICROSECONDS_PER_DAY)
