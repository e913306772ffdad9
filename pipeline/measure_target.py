"""How a target is read: a table of rules, the first that knows the text decides. Used by ``pipeline.measure``."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from pipeline import measure_dates as dates
from pipeline import measure_operators as operators
from pipeline import measure_ranges as ranges
from pipeline import measure_words as words
from pipeline.measure_nouns import TO_BE_JUDGED, Requirement
from pipeline.measure_number import ABOVE, Number, find_number
from pipeline.measure_typed import Typed, assumed, behind, kind_of, not_a_measure


def _not_a_measure(typed: Typed) -> Requirement | None:
    known = not_a_measure(typed)
    return Requirement(typed.operator, known[1], None, known[0], known[2]) if known else None


def _date(typed: Typed) -> Requirement | None:
    text = dates.in_digits(typed.plain)
    if typed.unit and re.fullmatch(r"[<>=≥≤]*\d{4}\.\d{1,2}", text):
        return None  # 2022.12 in a column of 万元
    if reason := dates.problem(text):
        return Requirement(typed.operator, typed.shown, None, "text", reason)
    found = dates.deadline(text)
    return (
        Requirement(typed.operator or found.operator, found.value, None, "date", found.reason)
        if found
        else None
    )


def _zero(typed: Typed) -> Requirement | None:
    found = words.ZERO.fullmatch(typed.plain)
    if not found or typed.plain == "0":
        return None
    return Requirement(
        typed.operator or ("=" if found["what"] else None), Decimal(0), typed.unit, kind_of(typed.unit)
    )


def _range(typed: Typed) -> Requirement | None:
    found = ranges.find_range(typed.plain, typed.unit)
    if found is None:
        return None
    if isinstance(found, str):
        return Requirement(None, typed.shown, None, "text", found)
    lead = re.split(r"[\d±]", typed.plain, maxsplit=1)[0]
    return Requirement(
        "between",
        (found.low, found.high),
        found.unit,
        kind_of(found.unit),
        found.reason,
        words.direction(lead),
    )


def _grade(typed: Typed) -> Requirement | None:
    graded, operator = words.grade(typed.plain), typed.operator
    if graded is None:
        graded, operator = words.grade_at_least(typed.plain), ">="
    if graded is None:
        return None
    reason = "写的是评定档次，不是目标，需人工评定" if words.is_scale(graded) else None
    return Requirement(operator, graded, None, "grade", reason)


def _number(typed: Typed) -> Requirement:
    if (flipped := behind(typed)) is not None:
        return flipped
    stated = operators.operator_of(typed.plain)
    found = find_number(words.bare(stated.rest), typed.unit)
    if not isinstance(found, Number):
        return Requirement(None, typed.shown, None, "text", found or TO_BE_JUDGED)
    lead = stated.lead + words.before_number(stated.rest)
    operator = (
        typed.operator or stated.operator or (None if stated.problem else operators.weak_operator(lead))
    )
    direction = words.direction(lead)
    if why := words.unclear(lead, found.value < 0):
        return Requirement(None, typed.shown, None, "text", why)
    reason = stated.problem or (None if stated.operator else assumed(found))
    if operator is None and found.bound:
        operator = ">" if found.bound == ABOVE and re.search(r"[逾超]", lead) else None
        reason = reason if operator else reason or "目标是约数，请写明 ≥ 或 ≤"
    if operator is None and found.unit == "%" and found.value > 100 and not direction:
        reason = reason or f"百分比目标 {found.value:f}% 大于 100%，可能是“≥”误作数字，请核对"
    return Requirement(operator, found.value, found.unit, kind_of(found.unit), reason, direction)


RULES: tuple[Callable[[Typed], Requirement | None], ...] = (
    _not_a_measure, _date, _zero, _range, _grade, _number,
)  # fmt: skip
