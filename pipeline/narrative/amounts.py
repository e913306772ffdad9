"""What an amount or a rate is, by the words in front of it; how numbers are shown; when two agree within what is printed."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cache

from pipeline.money import round_half_up
from pipeline.narrative.document import Quantity, Report, Sentence, Spotted
from pipeline.narrative.words import has, last_of, pattern

_SIZES = {"元": 1, "万元": 10**4, "亿元": 10**8}


_ROLES = ("executed", "in_place", "budget", "income")


def role(quantity: Quantity) -> str | None:
    """``executed``, ``in_place``, ``budget`` or ``income``; None where no word tells. The clause in front, then all in front."""
    said = _role_of(quantity.label) or _role_of(quantity.before)
    if said is None and re.match(r"(?:的)?(?:年初|全年|年度)?(?:预算|资金|指标)", quantity.after):
        return "budget"  # 2000万元预算中
    return said


@cache
def _role_of(words: str) -> str | None:
    return last_of(words, _ROLES, "roles")


_THAN_BUDGET = re.compile(
    r"(?P<over>大于|高于|超出|超过|多于)?(?P<under>小于|低于|少于)?(?:年初|全年|调整后?|本年|当年)*(?:预算|决算|计划)(?:数|安排)?$"
)


def is_change(quantity: Quantity) -> bool:
    """Whether an amount is a difference: 增加12万元, 减少了3.5万元, 决算数大于预算数55万元."""
    return direction(quantity) is not None or than_budget(quantity) is not None


def than_budget(quantity: Quantity) -> int | None:
    """1 where the words say 大于预算数, -1 for 小于预算数, None otherwise."""
    found = _THAN_BUDGET.search(quantity.label)
    if not found or not (found["over"] or found["under"]):
        return None
    return 1 if found["over"] else -1


def direction(quantity: Quantity) -> int | None:
    """1 for a rise, -1 for a fall, by the word that ends right in front of the number; None where it is no change."""
    tail = re.sub(
        r"(?:了|率|幅度|比例|额|数|资金|支出|幅|为|达到|达|(?<!节)约|共计|共)+$", "", quantity.label
    )
    for name, sign in (("up", 1), ("down", -1)):
        if any(tail.endswith(word) for word in pattern(name).findall(tail)):
            return sign
    return None


def amounts(sentences: Iterable[Sentence]) -> list[Quantity]:
    """Every sum of money in the sentences, ranges left out."""
    return [q for sentence in sentences for q in sentence.quantities if q.kind == "money" and not q.is_range]


def shown(value: Fraction, like: Quantity | None = None, digits: int | None = None) -> str:
    """A value of a quantity's kind and unit, at its digits.

    >>> shown(Fraction(22130576, 1), digits=2)
    '22130576.00'
    """
    if like is None:
        return f"{round_half_up(value, 2 if digits is None else digits)}"
    size = unit_size(like)
    decimals = decimals_of(like) if digits is None else digits
    unit = like.unit if like.kind != "percent" else "%"
    return f"{round_half_up(value / size, decimals)}{unit}"


def unit_size(like: Quantity) -> Fraction:
    """How many of the smallest unit the printed unit is: 10000 for 万元."""
    step, digits = like.step, 0
    number = re.search(r"\.(\d+)", like.text)
    digits = len(number[1]) if number else 0
    return step * 10**digits


def decimals_of(like: Quantity) -> int:
    number = re.search(r"\.(\d+)", like.text)
    return len(number[1]) if number else 0


def half(quantity: Quantity) -> Fraction:
    """Half of the last printed digit; 0 for whole 元 and 万元, which are as a rule exact."""
    if not decimals_of(quantity) and quantity.unit in ("元", "万元") and quantity.kind == "money":
        return Fraction(0)
    if quantity.kind in ("count", "score"):
        return Fraction(0)
    return quantity.step / 2


def ratio_bounds(part: Quantity, whole: Quantity) -> tuple[Fraction, Fraction] | None:
    """The least and the greatest percentage that the printed digits of two amounts allow."""
    low, high = whole.value - half(whole), whole.value + half(whole)
    if low <= 0 or part.value < 0:
        return None
    return (part.value - half(part)) / high * 100, (part.value + half(part)) / low * 100


def ratio_agrees(part: Quantity, whole: Quantity, rate: Quantity) -> bool:
    """Whether a printed rate is part / whole within the precision of all three."""
    bounds = ratio_bounds(part, whole)
    return bounds is not None and within(bounds, rate)


def within(bounds: tuple[Fraction, Fraction], rate: Quantity) -> bool:
    """Whether what is printed can be a value between the two, rounded."""
    return bounds[0] <= rate.value + rate.step / 2 and rate.value - rate.step / 2 <= bounds[1]


def any_ratio(parts: Sequence[Quantity], wholes: Sequence[Quantity], rate: Quantity) -> bool:
    return any(ratio_agrees(part, whole, rate) for part in parts for whole in wholes if part is not whole)


def by_value(found: Iterable[Quantity]) -> list[Quantity]:
    """Amounts in order of their values, for :func:`any_of_many`."""
    return sorted(found, key=lambda q: q.value)


def any_of_many(parts: Sequence[Quantity], wholes: Sequence[Quantity], rate: Quantity) -> bool:
    """:func:`any_ratio` where the wholes are many and in order of their values."""
    if rate.value - rate.step / 2 <= 0:
        return any_ratio(parts, wholes, rate)
    for part in parts:
        least = (part.value - half(part)) * 100 / (rate.value + rate.step / 2)
        most = (part.value + half(part)) * 100 / (rate.value - rate.step / 2)
        at = bisect_left(wholes, least * Fraction(99, 100), key=lambda q: q.value)
        while at < len(wholes) and wholes[at].value <= most * Fraction(101, 100):
            if wholes[at] is not part and ratio_agrees(part, wholes[at], rate):
                return True
            at += 1
    return False


def report_year(report: Report) -> int | None:
    """The year of the report: of its title, else the year most often named 年度 in it."""
    head = "".join(paragraph.text for paragraph in report.paragraphs[:8])
    if found := re.search(r"((?:19|20)\d\d)年(?:度)?[^。]{0,60}?(?:自评|评价|监控|绩效|决算|情况)", head):
        return int(found[1])
    named = re.findall(r"((?:19|20)\d\d)年度", "".join(paragraph.text for paragraph in report.paragraphs))
    return int(max(set(named), key=named.count)) if named else None


def is_whole(text: str) -> bool:
    """Whether the words speak of the department as a whole and of no part of it."""
    return has(text, "whole") and not has(text, "partial")


def shortened(text: str, start: int = 0, end: int = 0, most: int = 48) -> str:
    """A piece of a sentence around a place, for a message."""
    text = text.strip()
    if len(text) <= most:
        return text
    middle = (start + max(end, start)) // 2
    first = max(0, min(middle - most // 2, len(text) - most))
    piece = text[first : first + most]
    return ("…" if first else "") + piece + ("…" if first + most < len(text) else "")


def percent(value: Fraction, rate: Quantity, least: int = 2) -> str:
    """A percentage as the report prints its own, with two decimals at least."""
    return shown(value, rate, max(decimals_of(rate), least))


def verdict(rate: Quantity, exact: Fraction, code: str) -> tuple[str, str]:
    """The code of a percentage that does not follow, and what it should be: NA-002 where only the last digit is not rounded half up."""
    if abs(exact - rate.value) < rate.step:
        return "NA-002", percent(exact, rate, 0)
    return code, percent(exact, rate)


def rate_spotted(
    code: str, sentence: Sentence, rate: Quantity, part: str, whole: str, exact: Fraction, start: int,
    about: str = "", hint: str = "", **more: str,
) -> Spotted:  # fmt: skip
    """A percentage that ``part`` and ``whole`` do not give: they give ``exact``. ``start``: where what is told begins;
    ``about``: what the rate is of, where its label does not tell it; ``hint``: words behind the right value; ``more``: facts."""
    code, computed = verdict(rate, exact, code)
    facts = {
        "about": about or shortened(rate.label, most=24),
        "rate": rate.text,
        "part": part,
        "whole": whole,
        "computed": computed + hint,
        "piece": shortened(sentence.text, start, rate.end),
        **more,
    }
    return Spotted(code, sentence.place, facts, rate.text, computed)


def unit_hint(part: Quantity, whole: Quantity, rate: Quantity) -> str:
    """In words, where a percentage would follow if one of two amounts were in the other's unit; else blank.

    The slip that is made most often: 元 for 万元.
    """
    if part.kind != "money" or whole.kind != "money" or not whole.value or not part.value:
        return ""
    for times in (Fraction(10**4), Fraction(1, 10**4)):
        ratio = part.value * times / whole.value * 100
        if within((ratio, ratio), rate):
            return "，像是“元”和“万元”写错了一处"
    return ""
