"""The only door to a number: text or cell -> int 分 or an exact Fraction -> printed.

Money is an integer count of 分, a ratio an exact Fraction, a score a Decimal; nothing after this door is a float.
Every rounding of the program is :func:`round_half_up` (四舍五入). Source: docs/domain.md §2.
"""

from __future__ import annotations

from decimal import Context, Decimal, InvalidOperation
from fractions import Fraction

#: 分 in one unit of money. An amount is never guessed into another unit: the unit is declared beside it.
FEN_PER = {"元": 100, "千元": 100_000, "万元": 1_000_000, "亿元": 10_000_000_000}

#: full-width digits and signs, and the dashes people type for a minus, to the plain ones
_PLAIN_OF = {0xFF10 + digit: str(digit) for digit in range(10)} | {
    0xFF0E: ".", 0xFF0C: ",", 0xFF0B: "+", 0xFF0D: "-", 0x2212: "-", 0xFE63: "-", 0x2013: "-",
    0xFF05: "%", 0xFE6A: "%", 0xFF08: "(", 0xFF09: ")", 0x3000: " ",
}  # fmt: skip

Number = int | Decimal | Fraction
_WIDE = Context(prec=60)


class NotANumber(ValueError):
    """A text that is no number; ``str()`` is a Chinese clause that says why."""


def exact(value: int | float | Decimal | Fraction) -> Fraction:
    """The exact value of a number; a double counts as the 15 significant digits a spreadsheet shows.

    Raises NotANumber for NaN and infinity, and for a bool.

    >>> exact(0.1 + 0.2)
    Fraction(3, 10)
    """
    if isinstance(value, bool):
        raise NotANumber("是/否不是数字")
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            raise NotANumber("不是有限的数")
        return Fraction(Decimal("%.15g" % value))
    if isinstance(value, Decimal) and not value.is_finite():
        raise NotANumber("不是有限的数")
    return Fraction(value)


def parse_number(text: str) -> tuple[Fraction, tuple[str, ...]]:
    r"""A number typed as text -> its exact value and the names of what had to be normalised.

    Accepts full-width digits and signs, thousands separators in their places, blanks around, brackets for a
    negative amount, and a trailing ``%`` (the value is then divided by 100 and ``percent`` is among the names).
    Raises NotANumber with the reason. The names: ``full_width, blanks, thousands, brackets, percent, text``.

    >>> parse_number("1,203.50 ")
    (Fraction(2407, 2), ('blanks', 'thousands', 'text'))
    >>> parse_number("\uff16\uff12.11%")
    (Fraction(6211, 10000), ('full_width', 'percent', 'text'))
    """
    notes = []
    plain = text.translate(_PLAIN_OF)
    if plain != text:
        notes.append("full_width")
    squeezed = "".join(plain.split())
    if squeezed != plain:
        notes.append("blanks")
    percent = squeezed.endswith("%")
    if percent:
        squeezed = squeezed[:-1]
        notes.append("percent")
    if squeezed.startswith("(") and squeezed.endswith(")"):
        squeezed = "-" + squeezed[1:-1]
        notes.append("brackets")
    if "," in squeezed:
        head, _, tail = squeezed.partition(".")
        groups = head.lstrip("+-").split(",")
        if not (0 < len(groups[0]) <= 3 and all(len(g) == 3 for g in groups[1:])) or "," in tail:
            raise NotANumber("千分位逗号的位置不对")
        squeezed = squeezed.replace(",", "")
        notes.append("thousands")
    body = squeezed.lstrip("+-")
    if len(squeezed) - len(body) > 1 or not body or not body.replace(".", "", 1).isascii():
        raise NotANumber("不是数字")
    if not body.replace(".", "", 1).isdigit():
        raise NotANumber("科学计数法的数字已丢失精度" if _scientific(body) else "不是数字")
    try:
        number = Fraction(Decimal(squeezed))
    except InvalidOperation:
        raise NotANumber("不是数字") from None
    notes.append("text")
    return (number / 100 if percent else number), tuple(notes)


def _scientific(body: str) -> bool:
    mantissa, e, power = body.upper().partition("E")
    return bool(e) and mantissa.replace(".", "", 1).isdigit() and power.lstrip("+-").isdigit()


def fen(amount: Number | float, unit: str = "万元") -> int:
    """An amount in the declared unit -> whole 分. Excel: ``=ROUND(amount*1000000,0)`` for 万元.

    Raises NotANumber when the amount is no whole number of 分: nothing is rounded away silently.

    >>> fen(Decimal("2227.70"))
    2227700000
    >>> fen(387664.62, "元")
    38766462
    """
    scaled = exact(amount) * FEN_PER[unit]
    if scaled.denominator != 1:
        raise NotANumber(f"{unit}的金额细于 1 分")
    return scaled.numerator


def in_unit(fen_amount: int, unit: str = "万元") -> Decimal:
    """Whole 分 -> the exact amount in a unit, as a Decimal without trailing noise.

    >>> in_unit(2227700000)
    Decimal('2227.7')
    """
    return _WIDE.add(_WIDE.divide(Decimal(fen_amount), FEN_PER[unit]).normalize(_WIDE), 0)


def round_half_up(value: Number, digits: int) -> Decimal:
    """四舍五入 (half away from zero) to ``digits`` decimals. Excel: ``=ROUND(value, digits)``.

    The one rounding function of the program; exact, because it works on the fraction.

    >>> round_half_up(Fraction(221983, 222770) * 100, 2)
    Decimal('99.65')
    >>> round_half_up(Decimal("0.125"), 2), round_half_up(Decimal("-0.125"), 2)
    (Decimal('0.13'), Decimal('-0.13'))
    """
    numerator, denominator = value.as_integer_ratio()
    whole = (2 * abs(numerator) * 10**digits + denominator) // (2 * denominator)
    return Decimal(f"{'-' if numerator < 0 and whole else ''}{whole}E-{digits}")


def print_percent(ratio: Number, digits: int = 2) -> str:
    """A ratio as the forms print it. Excel: ``=TEXT(ratio,"0.00%")``.

    >>> print_percent(Fraction(221983, 222770))
    '99.65%'
    """
    return f"{round_half_up(Fraction(ratio) * 100, digits)}%"
