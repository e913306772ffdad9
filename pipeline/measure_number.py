"""The one number with its unit in a typed measure: ``1,600元/亩``, ``20多万元``, ``百分之九十五``, ``逾20多万人次``.

Used by ``pipeline.measure`` on text with plain signs and without operators. Source: docs/domain.md §5.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from pipeline import units

ABOVE, BELOW, ABOUT = "above", "below", "about"

_NUMBER = r"[-+]?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
_CHINESE = r"[零〇一二两三四五六七八九十百千]+"
_MORE = r"[余多来几]"
_PREFIX = {
    "逾": ABOVE,
    "超": ABOVE,
    "超过": ABOVE,
    "约": ABOUT,
    "大约": ABOUT,
    "大概": ABOUT,
    "近": BELOW,
    "将近": BELOW,
    "接近": BELOW,
}
_BEFORE = "|".join(sorted(_PREFIX, key=len, reverse=True))
_TIMES = "千万|百万|十万|万|亿|千|百"
_WHOLE = re.compile(
    rf"^(?P<lead>[^\d]*?)(?P<before>{_BEFORE})?\s*(?P<number>{_NUMBER})\s*(?P<more>{_MORE})?\s*"
    rf"(?P<times>{_TIMES})?\s*(?P<more2>{_MORE})?\s*(?P<unit>.*?)(?P<about>左右|上下)?$"
)
_CHINESE_WHOLE = re.compile(rf"^(?P<number>{_CHINESE})(?P<more>{_MORE})?\s*(?P<unit>\D{{1,6}})$")
_CHINESE_RATE = re.compile(
    rf"^百分之(?P<number>{_CHINESE}|\d+(?:\.\d+)?)$|^(?P<tenths>[一二三四五六七八九]|\d)成(?P<half>[一二三四五六七八九半])?$"
)
_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_PLACES = {"十": 10, "百": 100, "千": 1000}
#: a unit after words that name what is counted must be one that is known to count
_COUNTS = re.compile(
    r"(个|家|户|人|名|位|次|人次|户次|批次?|场次?|项|件|处|座|所|条|份|篇|期|套|部|台|辆|例|起|只|头|本|册次?|间|栋|张|种|类|支|组|"
    r"%|‰|[十百千万亿]*元|[百千万亿]|亩|万亩|公里|米|平方米|立方米|吨|公斤|天|小时|分|TB|GB)(/.+)?$"
)
_UNIT_LIKE = re.compile(r"[^\d,，。;；:：<>=≥≤、!?！？\"“”]{0,12}")
SEVERAL = "一格里写了两个以上的指标值，请拆成几行"


@dataclass(frozen=True, slots=True)
class Number:
    """``value`` as written; ``unit`` in its normal spelling or None; ``bound``: "" or how it is approximate."""

    value: Decimal
    unit: str | None
    bound: str = ""
    reason: str | None = None


def find_number(text: str, unit: str | None, bare: bool = False) -> Number | str | None:
    """The number of a text; a sentence when there are several; None when there is none.

    ``unit`` is used where the text has none. ``bare``: only a number and perhaps a unit, no words around it.

    >>> find_number("1,600元/亩", None)
    Number(value=Decimal('1600'), unit='元/亩', bound='', reason=None)
    >>> find_number("20多万元", None).unit, find_number("20多万元", None).bound
    ('万元', 'above')
    >>> find_number("百分之九十五", None).value, find_number("十二种", None).value
    (Decimal('95'), Decimal('12'))
    """
    text = text.strip()
    if re.search(r"\d\s*[eE][+-]?\d", text) or re.search(r"[A-Za-z]\.?\d", text):
        return None
    spelled = _spelled(text, unit)
    if spelled is not None:
        return spelled
    numbers = re.findall(_NUMBER, re.sub(r"(?<=[/／])\d+", "", text))
    if len(numbers) > 1:
        return SEVERAL
    found = _WHOLE.match(text)
    if not found or not numbers:
        return None
    lead = found["lead"].strip(" :：、，,是为共约达(（")
    own = _unit(found["times"] or "", found["unit"], unit)
    if own is None or (lead and (bare or not _COUNTS.match(own or ""))):
        return None
    if lead and len(lead) > 24:
        return None
    bound = ABOVE if found["more"] or found["more2"] else _PREFIX.get(found["before"] or "", "")
    if found["about"]:
        bound = ABOUT
    reason = f"数字前还有文字“{lead}”" if lead else None
    return Number(Decimal(found["number"].replace(",", "").lstrip("+")), own or None, bound, reason)


def _unit(times: str, text: str, given: str | None) -> str | None:
    """The unit in its normal spelling; "" for none; None when what follows the number is no unit."""
    text = text.strip().rstrip(")）") if text.count("(") < text.count(")") else text.strip()
    text = re.sub(r"(以上|以下|以内|及以上)$", "", text).strip()
    if not _UNIT_LIKE.fullmatch(text):
        return None
    own = units.spelling(times + text)
    if not own:
        return given or ""
    if own[0].isascii() and own[0].isalpha() and own.partition("/")[0] not in units.SCALES:
        return None  # 5A级 counts nothing
    if own in units.MULTIPLES and given:
        measured, _ = units.scale(given)  # 200万 in a column of 元 is 万元, in one of 万元 too
        return own + measured if measured and measured not in ("比率",) else own
    return own


def _spelled(text: str, unit: str | None) -> Number | None:
    thousandth = re.fullmatch(rf"千分之({_CHINESE}|\d+(?:\.\d+)?)", text)
    if thousandth:
        return Number(Decimal(thousandth[1] if thousandth[1][0].isdigit() else _chinese(thousandth[1])), "‰")
    rate = _CHINESE_RATE.match(text)
    if rate:
        if rate["tenths"]:
            tenths = _DIGITS.get(rate["tenths"], 0) if not rate["tenths"].isdigit() else int(rate["tenths"])
            half = 5 if rate["half"] == "半" else _DIGITS.get(rate["half"] or "零", 0)
            return Number(Decimal(tenths * 10 + half), "%")
        number = rate["number"]
        return Number(Decimal(number) if number[0].isdigit() else Decimal(_chinese(number)), "%")
    if len(text) > 1 and re.fullmatch(_CHINESE, text) and text[-1] in _PLACES:
        return Number(Decimal(_chinese(text)), unit)  # 一百 is a hundred, not one of a unit 百
    found = _CHINESE_WHOLE.match(text)
    if found and _COUNTS.fullmatch(found["unit"]):
        own = units.spelling(found["unit"]) or unit
        return Number(Decimal(_chinese(found["number"])), own, ABOVE if found["more"] else "")
    return None


def _chinese(text: str) -> int:
    """Plain Chinese numerals below ten thousand. ``一百二十`` -> 120."""
    if not any(sign in _PLACES for sign in text):
        return int("".join(str(_DIGITS[sign]) for sign in text))
    total, digit = 0, 0
    for sign in text:
        if sign in _PLACES:
            total += (digit or 1) * _PLACES[sign]
            digit = 0
        else:
            digit = _DIGITS[sign]
    return total + digit
