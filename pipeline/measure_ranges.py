"""Two bounds of one number: ``3-5个``, ``≥90%且≤95%``, ``90%≤X≤95%``, ``[3,5]``, ``±5%`` -> low and high.

Used by ``pipeline.measure``. Ends that are not included are read as included and the reason says so. Source:
docs/domain.md §5.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from pipeline import measure_words as words
from pipeline import units
from pipeline.measure_number import Number, find_number
from pipeline.measure_operators import operator_of, prefixes

OPEN_END = "区间的端点按包含计"
REVERSED = "范围的两端写反了，请核对"
CONTRADICTION = "一格里写了两个以上的指标值，请拆成几行"

_NUM = r"[-+]?[\d.,]+[^\d<>=≥≤≦≧]{0,6}?"
_TO = re.compile(
    r"^(?P<low>.+?)(?:[-~—–]+|至|到|与|和)(?P<high>-?[^-~—–至到与和]+?)(?:之间|区间|范围内?|\(含\))*$"
)
_ABOVE_BELOW = re.compile(
    r"^(?P<low>[^\d,、]{0,10}[\d.,]+[^\d,、]{0,8}?)(?:\(含\))?及?以上(?:\(含\))?(?:且|,|、|至|到|和)?"
    r"(?P<high>[^\d,、]{0,6}[\d.,]+[^\d,、]{0,8}?)(?:\(含\))?(?:及?以下|以内|之内)(?:\(含\))?$"
)
_INTERVAL = re.compile(r"^(?P<open>[\[(【])(?P<low>[^,]+),(?P<high>[^,]+)(?P<close>[\])】])(?P<unit>.*)$")
_AROUND = re.compile(
    r"^(?:误差|偏差|浮动|波动|幅度|率|控制|不超过|不大于|在|为|≤|<=?)*(?P<middle>[\d.]+[^\d±]{0,4})?±(?P<half>[\d.,]+[^\d±]*?)(?:以内|之内|范围内|内)?$"
)
_THROUGH = re.compile(
    rf"^(?P<one>{_NUM})(?P<sign1><=?|>=?|[≤≥≦≧])(?P<name>[^\d<>=≥≤≦≧]{{1,10}})(?P<sign2><=?|>=?|[≤≥≦≧])(?P<two>{_NUM})$"
)


@dataclass(frozen=True, slots=True)
class Range:
    """Both ends in one unit; ``reason``: what was assumed of them."""

    low: Decimal
    high: Decimal
    unit: str | None
    reason: str | None = None


def find_range(text: str, unit: str | None) -> Range | str | None:
    """A range; a sentence where two bounds make none; None where there are no two bounds.

    >>> find_range("3~5个", None), find_range("5-3个", None)
    (Range(low=Decimal('3'), high=Decimal('5'), unit='个', reason=None), '范围的两端写反了，请核对')
    >>> find_range("90%<X≤95%", None).reason, find_range("±5%", None).low, find_range("95%", None)
    ('区间的端点按包含计', Decimal('-5'), None)
    """
    for rule in (_around, _through, _interval, _between_signs, _above_below, _to):
        found = rule(text, unit)
        if found is not None:
            return found
    return None


def _around(text: str, unit: str | None) -> Range | str | None:
    found = _AROUND.match(text)
    if not found:
        return None
    half = find_number(found["half"], unit, bare=True)
    middle = find_number(found["middle"], None, bare=True) if found["middle"] else None
    if not isinstance(half, Number) or isinstance(middle, str):
        return None
    if middle is None:
        return Range(-half.value, half.value, half.unit)
    if middle.unit not in (None, half.unit) or (middle.unit is None and units.is_rate(half.unit)):
        return None
    return Range(middle.value - half.value, middle.value + half.value, half.unit)


def _through(text: str, unit: str | None) -> Range | str | None:
    """``90%≤X≤95%`` and, the other way round, ``100%≥X≥95%``."""
    found = _THROUGH.match(text)
    if not found:
        return None
    one, two = (found["sign1"], found["sign2"])
    falls = one[0] in ">≥≧"
    if falls != (two[0] in ">≥≧"):
        return CONTRADICTION
    ends = (found["two"], found["one"]) if falls else (found["one"], found["two"])
    return _pair(*ends, unit, is_open="=" not in one + two and not {*"≤≥≦≧"} >= {one, two})


def _interval(text: str, unit: str | None) -> Range | str | None:
    found = _INTERVAL.match(text)
    if not found:
        return None
    is_open = found["open"] == "(" or found["close"] == ")"
    return _pair(found["low"], found["high"] + found["unit"], unit, is_open)


def _between_signs(text: str, unit: str | None) -> Range | str | None:
    """``≥90%且≤95%``, ``不少于3个不超过5个``: the first is the floor or the ceiling, the second the other."""
    found = prefixes(text)
    if len(found) != 2 or re.search(r"\d", text[: found[0][0]]):
        return None
    (_, end, first), (start, end2, second) = found
    texts = [re.sub(r"[,、且并和及而但又同时;]+$", "", text[end:start]), text[end2:]]
    signs = [first, second]
    if signs[0] in ("<", "<="):
        texts.reverse(), signs.reverse()
    if not texts[0] or signs[0] not in (">", ">=") or signs[1] not in ("<", "<="):
        return CONTRADICTION if re.search(r"\d", texts[0]) and re.search(r"\d", texts[1]) else None
    return _pair(*texts, unit, is_open=">" in signs or "<" in signs)


def _above_below(text: str, unit: str | None) -> Range | str | None:
    found = _ABOVE_BELOW.match(text)
    return _pair(found["low"], found["high"], unit) if found else None


def _to(text: str, unit: str | None) -> Range | str | None:
    stated = operator_of(text)
    found = _TO.match(re.sub(r"^(?:介于|处于|在)", "", words.bare(stated.rest)))
    pair = _pair(found["low"], found["high"], unit) if found else None
    if isinstance(pair, Range) and stated.operator not in (None, "="):
        return "又写了比较符号又写了范围，请只写一种"
    return pair


def _pair(low_text: str, high_text: str, unit: str | None, is_open: bool = False) -> Range | str | None:
    """The two ends as numbers of one unit: 10万-15万元 and 80-90% are of the second's unit, 3个-5 of the first's."""
    low, high = find_number(low_text, None, bare=True), find_number(high_text, None, bare=True)
    if not isinstance(low, Number) or not isinstance(high, Number):
        return None
    own = high.unit or low.unit or unit
    for end in (low, high):
        if end.unit not in (None, own) and not (end.unit in units.MULTIPLES and own.startswith(end.unit)):
            times = units.factor(end.unit, own)
            return CONTRADICTION if times is None else "范围两端的单位不同，请写成同一个单位"
    if low.bound or high.bound:
        return "范围写的是约数，请写准确的两端"
    if low.value > high.value:
        return REVERSED
    return Range(low.value, high.value, own, OPEN_END if is_open else None)
