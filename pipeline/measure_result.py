"""How a result is read: a table of rules, the first that knows the text decides. Used by ``pipeline.measure``."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from pipeline import measure_dates as dates
from pipeline import measure_operators as operators
from pipeline import measure_ranges as ranges
from pipeline import measure_words as words
from pipeline.measure_nouns import NO_NUMBER, Actual
from pipeline.measure_number import ABOVE, UNDER, Number, find_number
from pipeline.measure_typed import Typed, assumed, behind, kind_of, not_a_measure

_PLANNED = re.compile(r"预计|计划|拟|力争|预期将?|将于")
_UNDONE = re.compile(r"未|没有?|尚|延[期迟误]|推迟|暂缓|取消")
#: operators in words that a result may rightly have: 超过100人 is a little above, 不足100人 below
_RATHER_APPROXIMATE = {">": ABOVE, "<": UNDER}


def _not_a_measure(typed: Typed) -> Actual | None:
    known = not_a_measure(typed)
    return Actual(known[1], None, known[0], reason=known[2]) if known else None


def _zero(typed: Typed) -> Actual | None:
    if typed.plain == "0" or not (
        words.ZERO.fullmatch(typed.plain) or words.NONE_HAPPENED.fullmatch(typed.plain)
    ):
        return None
    return Actual(Decimal(0), typed.unit, kind_of(typed.unit), is_own_unit=False)


def _date(typed: Typed) -> Actual | None:
    text = dates.in_digits(typed.plain)
    if typed.unit and re.fullmatch(r"\d{4}\.\d{1,2}", text):
        return None
    if reason := dates.problem(text):
        return Actual(typed.shown, None, "text", reason=reason)
    pair, found = dates.period(text), dates.one(text)
    if pair is None and found is None:
        return None
    if _UNDONE.search(text):
        return Actual(typed.shown, None, "text", reason="写的是没有完成或推迟，请填实际完成的日期")
    note = "写的是预计，不是结果，请核对" if _PLANNED.search(text) else None
    if pair is not None:
        return Actual(pair[1], None, "date", reason=note)
    if re.match(r"[底末]?(?:之|以)?前", text[found.end :]) or operators.prefixes(text):
        note = note or f"完成值写成了期限（{typed.shown}），应填实际完成的日期"
    note = note or (None if found.is_sure else "按年月读；如果是数字，请写上单位")
    first = found.first if found.first != found.value else None
    return Actual(found.value, None, "date", reason=note, first=first)


def _range(typed: Typed) -> Actual | None:
    found = ranges.find_range(typed.plain, typed.unit)
    flipped = behind(typed) if found is None else None
    if flipped is not None:
        return Actual(
            flipped.value,
            flipped.unit,
            flipped.kind,
            reason=_range_note(typed, "", ""),
            bound="least" if flipped.operator in (">", ">=") else "most",
        )
    if found is None:
        return None
    reason = found if isinstance(found, str) else f"完成值写成了范围（{typed.shown}），应填实际数"
    return Actual(typed.shown, None, "text", reason=reason)


def _grade(typed: Typed) -> Actual | None:
    graded = words.grade(typed.plain)
    if graded is None:
        return None
    reason = "写的是评定档次，不是结果" if words.is_scale(graded) else None
    return Actual(graded, None, "grade", reason=reason)


def _number(typed: Typed) -> Actual:
    stated = operators.operator_of(typed.plain)
    is_word = (
        bool(stated.sign)
        and not operators.is_sign(stated.sign)
        and typed.plain.startswith(stated.lead + stated.sign)
    )
    bound = _RATHER_APPROXIMATE.get(stated.operator or "", "") if is_word and "于" not in stated.sign else ""
    found = find_number(words.bare(stated.rest), typed.unit)
    if not isinstance(found, Number):
        return Actual(typed.shown, None, "text", reason=found or NO_NUMBER)
    lead = stated.lead + words.before_number(stated.rest)
    if why := words.unclear(lead, found.value < 0):
        return Actual(typed.shown, None, "text", reason=why)
    operator = typed.operator or stated.operator
    note = None
    if operator and operator != "=" and not bound:
        bound = "least" if operator[0] == ">" else "most"
        note = _range_note(typed, stated.sign, operator)
    bound = bound or found.bound
    note = note or ("写的是预计，不是结果，请核对" if _PLANNED.search(lead) else None) or assumed(found)
    is_approximate = bound not in ("", "least", "most")
    return Actual(
        found.value, found.unit, kind_of(found.unit), is_approximate, note, bound, words.direction(lead),
        is_own_unit=found.is_own,
    )  # fmt: skip


def _range_note(typed: Typed, sign: str, operator: str) -> str:
    if typed.operator or (sign and operators.is_sign(sign)):
        return f"完成值重复了目标的“{sign or operator}”，应填实际数"
    return f"完成值写成了范围（{typed.shown}），应填实际数"


RULES: tuple[Callable[[Typed], Actual | None], ...] = (
    _not_a_measure, _zero, _date, _range, _grade, _number,
)  # fmt: skip
