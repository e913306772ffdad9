"""Typed values as sentences print them: amounts in 万元, dates as 2022-03-01, a blank as （空）."""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction

from pipeline.model import Absent
from pipeline.money import in_unit, print_percent

BLANK = "（空）"


def amount(fen: int) -> str:
    """万元 with at least two decimals and none lost, so that two different amounts never look the same.

    >>> amount(1203500000), amount(1203500100), amount(-5)
    ('1,203.50', '1,203.5001', '-0.000005')
    """
    value = in_unit(fen)
    return f"{value:,.{max(2, -int(value.as_tuple().exponent))}f}"


def number(value: Decimal | int) -> str:
    """A number without trailing zeros or an exponent.

    >>> number(Decimal("20.00")), number(Decimal("1E+2")), number(Decimal("2.50"))
    ('20', '100', '2.5')
    """
    text = f"{Decimal(value):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def show(field_id: str, value: object) -> str:
    """A value of a field; amounts are the fields whose id ends in ``_fen``.

    >>> show("executed_fen", 1203500000), show("is_applicable", False), show("announced_on", None)
    ('1,203.50', '否', '（空）')
    """
    if value is None or value == "":
        return BLANK
    if isinstance(value, Absent):
        return value.value
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int) and field_id.endswith("_fen"):
        return amount(value)
    if isinstance(value, Fraction):
        return print_percent(value)
    if isinstance(value, Decimal):
        return number(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, tuple):
        return "-".join(str(part) for part in value)
    return str(value)
