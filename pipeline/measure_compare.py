"""Does a result meet a target? Units convert exactly, by their names; where it cannot be told, a sentence says why.

Used through ``pipeline.measure.compare``. What can be read in two ways (0.5 against ≤3%, 6% against 下降5%) is compared
in both: met in both is met, everything else is not told, for the points would differ. Source: docs/domain.md §4 (正向, 反向, 等于) and §5.
"""

from __future__ import annotations

import operator as op
from collections.abc import Iterator
from fractions import Fraction

from pipeline import measure_dates as dates
from pipeline import measure_words as words
from pipeline.measure_nouns import NO_NUMBER, TO_BE_JUDGED, Actual, Comparison, Requirement
from pipeline.measure_number import ABOVE, BELOW, UNDER
from pipeline.measure_readings import readings, target_of
from pipeline.measure_shown import day_shown, requirement_shown, shown

_HOLDS = {">=": op.ge, ">": op.gt, "<=": op.le, "<": op.lt, "=": op.eq}
#: further than any number that is typed
_FAR = Fraction(10**220)
_NOTHING = {
    "blank": "完成值空白",
    "not_applicable": "完成值为“无”或不适用（如果是零，请填 0）",
    "hint": "完成值还是模板的提示文字",
}


def compare(requirement: Requirement, actual: Actual) -> Comparison:
    """Whether a result meets a target; where that cannot be told, why. Units convert exactly, by their names.

    A target without an operator is met by the same number; another number cannot be judged without a direction. A
    fall is never met by a rise. Excel: ``=actual*factor>=target``.

    >>> from pipeline.measure import parse_actual, parse_requirement
    >>> compare(parse_requirement("≤200万元"), parse_actual("195.5", "万元")).met
    True
    >>> compare(parse_requirement("≤30万元"), parse_actual("完成")).reason
    '完成值“完成”不是数字，不能与目标 ≤30万元 比较'
    """
    if requirement.kind not in _BY_KIND:
        return Comparison(None, reason=_cannottarget(requirement))
    return _BY_KIND[requirement.kind](requirement, actual)


def _compare_numbers(requirement: Requirement, actual: Actual) -> Comparison:
    if actual.kind not in ("number", "rate"):
        return Comparison(None, reason=_not_a_number(requirement, actual))
    meant = list(readings(requirement, actual))
    if isinstance(meant[0], str):
        return Comparison(None, reason=meant[0])
    target = target_of(requirement)
    value = meant[0].value
    ratio = value / target if isinstance(target, Fraction) and target else None
    numbers = {"ratio": ratio, "target": target, "actual": value}
    verdicts = [_verdict(requirement, actual, each.value) for each in meant]
    if len({each.value for each in meant}) > 1 and (len(set(verdicts)) > 1 or verdicts[0] is False):
        return Comparison(None, reason=next(each.doubt for each in meant if each.doubt), **numbers)
    if verdicts[0] is None:
        return Comparison(None, reason=_why_not(requirement, actual), **numbers)
    return Comparison(verdicts[0], **numbers)


def _verdict(requirement: Requirement, actual: Actual, value: Fraction) -> bool | None:
    """Whether a value holds, for every number the result may stand for; None where some hold and some do not."""
    if actual.approximate and actual.bound != UNDER:
        return _approximately(requirement, actual, value)
    points = [value, *_beyond(requirement, actual.bound, value)]
    if actual.bound == UNDER:
        points = points[1:]
    if requirement.operator is None:
        return True if len(points) == 1 and value == target_of(requirement) else None
    held = {_holds(requirement, point) for point in points}
    return held.pop() if len(held) == 1 else None


def _beyond(requirement: Requirement, bound: str, value: Fraction) -> Iterator[Fraction]:
    """More numbers that a result typed as ≥, ≤ or 不足 may stand for, enough of them to see every verdict."""
    if bound not in ("least", "most", UNDER):
        return
    target = target_of(requirement)
    ends = target if isinstance(target, tuple) else (target,)
    inside = (lambda end: end > value) if bound == "least" else (lambda end: end < value)
    yield _FAR if bound == "least" else -_FAR
    yield value + 1 if bound == "least" else value - Fraction(1, 10**9)
    yield from (end for end in ends if inside(end))


def _holds(requirement: Requirement, value: Fraction) -> bool:
    if requirement.operator == "between":
        low, high = target_of(requirement)
        return low <= value <= high
    return _HOLDS[requirement.operator](value, target_of(requirement))


def _approximately(requirement: Requirement, actual: Actual, value: Fraction) -> bool | None:
    """余/多/约 satisfies ≥ at its printed number; it says too little for = and ≤."""
    if requirement.operator not in (">=", ">"):
        return None
    target = target_of(requirement)
    if value != target:
        return value > target
    is_enough = actual.bound == ABOVE or (requirement.operator == ">=" and actual.bound != BELOW)
    return True if is_enough else None


def _why_not(requirement: Requirement, actual: Actual) -> str:
    """Why numbers of one unit give no verdict."""
    target = requirement_shown(requirement)
    if requirement.operator is None:
        return requirement.reason or f"目标 {target} 没有写 ≥、≤ 或 =，不知道多了好还是少了好"
    if actual.approximate:
        return f"完成值“{shown(actual)}”是约数，不能与目标 {target} 比较，请填准确数"
    return f"完成值“{shown(actual)}”是范围，不能与目标 {target} 比较，请填实际数"


def _not_a_number(requirement: Requirement, actual: Actual) -> str:
    what = _NOTHING.get(actual.kind) or (
        f"完成值“{shown(actual)}”是日期" if actual.kind == "date" else f"完成值“{actual.value}”不是数字"
    )
    why = f"（{actual.reason}）" if actual.kind == "text" and actual.reason != NO_NUMBER else ""
    return f"{what}{why}，不能与目标 {requirement_shown(requirement)} 比较"


def _compare_dates(requirement: Requirement, actual: Actual) -> Comparison:
    if actual.kind != "date":
        what = _NOTHING.get(actual.kind, f"完成值“{shown(actual)}”不是日期")
        return Comparison(None, reason=f"{what}，不能与目标 {requirement_shown(requirement)} 比较")
    first = actual.first or actual.value
    if requirement.operator == "between":
        low, high = requirement.value
        sides = (
            dates.not_later(actual.value, first, low, ">="),
            dates.not_later(actual.value, first, high, "<="),
        )
        met = False if False in sides else None if None in sides else True
    else:
        met = dates.not_later(actual.value, first, requirement.value, requirement.operator or "<=")
    if met is not None:
        return Comparison(met)
    return Comparison(
        None,
        reason=f"完成值只写到{day_shown(actual.value)}，分不清是否在目标 {requirement_shown(requirement)} 之内，请写明哪一天",
    )


def _compare_grades(requirement: Requirement, actual: Actual) -> Comparison:
    if actual.kind != "grade" or words.is_scale(requirement.value) or words.is_scale(actual.value):
        return Comparison(None, reason=f"目标“{requirement.value}”是定性的，需人工评定")
    met = words.at_least_as_good(actual.value, requirement.value)
    if met is None:
        return Comparison(
            None, reason=f"完成值“{actual.value}”与目标“{requirement.value}”不是同一套档次，需人工评定"
        )
    return Comparison(met)


def _cannottarget(requirement: Requirement) -> str:
    return {
        "blank": "没有填目标值，无法比较",
        "not_applicable": "目标值为不适用，无法比较",
        "hint": "目标值还是模板的提示文字，无法比较",
    }.get(requirement.kind) or _why_text(requirement)


def _why_text(requirement: Requirement) -> str:
    if requirement.reason in (None, TO_BE_JUDGED):
        return f"目标“{requirement.value}”是{TO_BE_JUDGED}"
    return f"目标“{requirement.value}”读不出一个要求：{requirement.reason}"


_BY_KIND = {
    "number": _compare_numbers,
    "rate": _compare_numbers,
    "date": _compare_dates,
    "grade": _compare_grades,
}
