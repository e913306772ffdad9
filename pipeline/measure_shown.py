"""Targets, results and dates as a person writes them, for sentences. Used by ``pipeline.measure_compare``."""

from __future__ import annotations

import datetime

from pipeline.measure_dates import Day
from pipeline.measure_nouns import Actual, Requirement
from pipeline.measure_number import ABOUT, ABOVE, BELOW, UNDER

_SIGNS = {">=": "≥", "<=": "≤"}
_WHEN = {"<": "早于", "<=": "不晚于", ">": "晚于", ">=": "不早于"}
_BEFORE = {BELOW: "近", UNDER: "不足", "least": "≥", "most": "≤"}


def day_shown(day: Day) -> str:
    """``2022年12月31日``, ``12月``, ``12月25日``."""
    if isinstance(day, datetime.date):
        return f"{day.year}年{day.month}月{day.day}日"
    return "".join(f"{part}{sign}" for part, sign in zip(day, "年月日", strict=False) if part is not None)


def requirement_shown(requirement: Requirement) -> str:
    """``≤30万元``, ``下降≥5%``, ``3–5%``, ``不晚于12月``."""
    if requirement.kind == "date":
        if requirement.operator == "between":
            return "–".join(day_shown(end) for end in requirement.value)
        return _WHEN.get(requirement.operator or "", "") + day_shown(requirement.value)
    unit = requirement.unit or ""
    if requirement.operator == "between":
        low, high = requirement.value
        return f"{requirement.direction}{low:f}–{high:f}{unit}"
    sign = _SIGNS.get(requirement.operator or "", requirement.operator or "")
    return f"{requirement.direction}{sign}{requirement.value:f}{unit}"


def shown(actual: Actual) -> str:
    """``90余次``, ``近100人``, ``上升3%``, ``2022年12月``."""
    if actual.kind == "date":
        return day_shown(actual.value)
    if actual.kind not in ("number", "rate"):
        return str(actual.value or "")
    before = _BEFORE.get(actual.bound, "")
    more, about = ("余" if actual.bound == ABOVE else ""), ("左右" if actual.bound == ABOUT else "")
    return f"{actual.direction}{before}{actual.value:f}{more}{actual.unit or ''}{about}"
