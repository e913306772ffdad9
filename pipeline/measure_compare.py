"""Does a result meet a target? Units convert exactly, by their names; where it cannot be told, a sentence says why.

Used through ``pipeline.measure.compare``. Source: docs/domain.md §4 (正向, 反向, 等于) and §5.
"""

from __future__ import annotations

import datetime
import operator as op
from fractions import Fraction

from pipeline import measure_words as words
from pipeline import units
from pipeline.measure_nouns import Actual, Comparison, Requirement
from pipeline.measure_number import ABOVE, BELOW

_HOLDS = {">=": op.ge, ">": op.gt, "<=": op.le, "<": op.lt, "=": op.eq}
_SIGNS = {">=": "≥", "<=": "≤"}


def compare(requirement: Requirement, actual: Actual) -> Comparison:
    """Whether a result meets a target; where that cannot be told, why. Units convert exactly, by their names.

    A target without an operator is met by the same number; another number cannot be judged without a direction. Excel: ``=actual*factor>=target``.

    >>> from pipeline.measure import parse_actual, parse_requirement
    >>> compare(parse_requirement("≤200万元"), parse_actual("195.5", "万元")).met
    True
    >>> compare(parse_requirement("≤30万元"), parse_actual("完成")).reason
    '完成值“完成”不是数字，不能与目标 ≤30万元 比较'
    """
    if requirement.kind not in ("number", "rate", "date", "grade"):
        return Comparison(None, reason=_cannot_target(requirement))
    if requirement.kind == "date":
        return _compare_dates(requirement, actual)
    if requirement.kind == "grade":
        return _compare_grades(requirement, actual)
    if actual.kind not in ("number", "rate"):
        what = {"blank": "完成值空白", "not_applicable": "完成值为不适用", "hint": "完成值还是模板的提示文字",
                "date": f"完成值“{_shown(actual)}”是日期"}.get(actual.kind, f"完成值“{actual.value}”不是数字")  # fmt: skip
        return Comparison(None, reason=f"{what}，不能与目标 {_printed(requirement)} 比较")
    read, reason = _in_unit(requirement, actual)
    if read is None:
        return Comparison(None, reason=reason)
    return _compare_numbers(requirement, actual, read)


def _in_unit(requirement: Requirement, actual: Actual) -> tuple[Fraction | None, str | None]:
    """The actual in the target's unit, or why it does not convert."""
    value = Fraction(actual.value)
    wanted, given = requirement.unit, actual.unit
    if wanted == given:
        return value, None
    if units.is_rate(wanted) and given is None:
        return _rate_without_sign(requirement, value)
    if given is None or (wanted is None and not units.is_rate(given)):
        return value, None
    times = units.factor(given, wanted)
    if times is None:
        return None, (
            f"完成值的单位“{given}”与目标的单位“{wanted or '（未写）'}”不能换算，"
            f"不能比较 {_shown(actual)} 与 {_printed(requirement)}"
        )
    return value * times, None


def _rate_without_sign(requirement: Requirement, value: Fraction) -> tuple[Fraction | None, str | None]:
    """A bare number against a rate: 98 is 98%, 0.98 is 98%; what could be either is not guessed."""
    wanted = requirement.value if not isinstance(requirement.value, tuple) else requirement.value[1]
    if value == 0 or abs(value) > 1 or abs(wanted) <= 1:
        return value, None
    if value != 1 and requirement.operator in (">=", ">", "=", None):
        return value / units.scale(requirement.unit)[1], None
    return None, (
        f"完成值 {float(value):g} 没有百分号，可能是 {float(value):g}{requirement.unit}，"
        f"也可能是 {float(value * 100):g}%，请写明单位"
    )


def _compare_numbers(requirement: Requirement, actual: Actual, value: Fraction) -> Comparison:
    if requirement.operator == "between":
        low, high = (Fraction(end) for end in requirement.value)
        met = low <= value <= high
        reason = None
        if actual.approximate:
            met, reason = None, _vague(requirement, actual)
        return Comparison(met, None, reason, (low, high), value)
    target = Fraction(requirement.value)
    ratio = value / target if target else None
    numbers = {"target": target, "actual": value}
    if requirement.operator is None:
        if value == target and not actual.approximate:
            return Comparison(True, ratio, **numbers)
        reason = f"目标 {_printed(requirement)} 没有写 ≥、≤ 或 =，不知道多了好还是少了好"
        return Comparison(None, ratio, reason, **numbers)
    if actual.approximate:
        return _compare_approximate(requirement, actual, ratio, numbers)
    return Comparison(_HOLDS[requirement.operator](value, target), ratio, **numbers)


def _compare_approximate(
    requirement: Requirement, actual: Actual, ratio: Fraction | None, numbers: dict
) -> Comparison:
    """余/多/约 satisfies ≥ at its printed number; it says too little for = and ≤."""
    value, target = numbers["actual"], numbers["target"]
    vague = Comparison(None, ratio, _vague(requirement, actual), **numbers)
    if requirement.operator not in (">=", ">"):
        return vague
    if value > target or (
        value == target
        and (actual.bound == ABOVE or (requirement.operator == ">=" and actual.bound != BELOW))
    ):
        return Comparison(True, ratio, **numbers)
    if value == target:
        return vague
    return Comparison(False, ratio, **numbers)


def _vague(requirement: Requirement, actual: Actual) -> str:
    return f"完成值“{_shown(actual)}”是约数，不能与目标 {_printed(requirement)} 比较，请填准确数"


def _compare_dates(requirement: Requirement, actual: Actual) -> Comparison:
    if actual.kind != "date":
        what = {
            "blank": "完成值空白",
            "not_applicable": "完成值为不适用",
            "hint": "完成值还是模板的提示文字",
        }.get(actual.kind, f"完成值“{_shown(actual)}”不是日期")
        return Comparison(None, reason=f"{what}，不能与目标 {_printed(requirement)} 比较")
    if requirement.operator == "between":
        low, high = requirement.value
        met = words.not_later(low, actual.value, False) and words.not_later(actual.value, high, False)
        return Comparison(bool(met))
    if requirement.operator in (">=", ">"):
        return Comparison(words.not_later(requirement.value, actual.value, requirement.operator == ">"))
    return Comparison(words.not_later(actual.value, requirement.value, requirement.operator == "<"))


def _compare_grades(requirement: Requirement, actual: Actual) -> Comparison:
    if actual.kind != "grade" or words.is_scale(requirement.value) or words.is_scale(actual.value):
        return Comparison(None, reason=f"目标“{requirement.value}”是定性的，需人工评定")
    met = words.at_least_as_good(actual.value, requirement.value)
    if met is None:
        return Comparison(
            None, reason=f"完成值“{actual.value}”与目标“{requirement.value}”不是同一套档次，需人工评定"
        )
    return Comparison(met)


def _cannot_target(requirement: Requirement) -> str:
    return {
        "blank": "没有填目标值，无法比较",
        "not_applicable": "目标值为不适用，无法比较",
        "hint": "目标值还是模板的提示文字，无法比较",
    }.get(requirement.kind, f"目标“{requirement.value}”是文字，{requirement.reason or '需人工评定'}")


def _printed(requirement: Requirement) -> str:
    """A target as a person writes it: ``≤30万元``, ``3–5%``, ``12月``."""
    if requirement.kind == "date":
        if requirement.operator == "between":
            return "–".join(_day(end) for end in requirement.value)
        return {"<": "早于", "<=": "不晚于", ">": "晚于", ">=": "不早于"}.get(
            requirement.operator or "", ""
        ) + _day(requirement.value)
    if requirement.operator == "between":
        low, high = requirement.value
        return f"{low:f}–{high:f}{requirement.unit or ''}"
    sign = _SIGNS.get(requirement.operator or "", requirement.operator or "")
    return f"{sign}{requirement.value:f}{requirement.unit or ''}"


def _shown(actual: Actual) -> str:
    if actual.kind == "date":
        return _day(actual.value)
    if actual.kind in ("number", "rate"):
        more = {"above": "余", "about": "左右"}.get(actual.bound, "")
        return f"{'近' if actual.bound == BELOW else ''}{actual.value:f}{more}{actual.unit or ''}"
    return str(actual.value or "")


def _day(day: words.Day) -> str:
    if isinstance(day, datetime.date):
        return f"{day.year}年{day.month}月{day.day}日"
    return (f"{day[0]}年" if day[0] else "") + f"{day[1]}月"
