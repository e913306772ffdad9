"""Prepared columns of 4_绩效指标: slips of the hand in target, actual, unit and date, one row at a time.

Each column is 0 where all is well; the words beside it say what was probably meant. A slip is never corrected here:
what is legitimate stays, and the sentence says what to look at. Source: docs/domain.md §5.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from fractions import Fraction

from pipeline import units
from pipeline.check.frames import Around, Prepared, is_filled
from pipeline.check.printing import number
from pipeline.check.targets import Pair, pair_of, required, result
from pipeline.measure import compare
from pipeline.model import Row
from pipeline.money import exact, print_percent, round_half_up

_AT_LEAST, _AT_MOST = frozenset({">=", ">"}), frozenset({"<=", "<"})
#: 元 typed for 万元 or 亿元, 万元 for 亿元; 98 typed for 98% into a percent cell, 0.98 beside the sign %
_MONEY_SLIPS = (10**4, 10**8)
_RATE_SLIPS = (100,)
#: what remains after the slip is taken out lies this near to the target
_NEAR = Fraction(1, 2), Fraction(2)
_MONEY = "元"


def _slip(row: Row, around: Around) -> tuple[int, Fraction] | None:
    """By how many times target and actual are apart where that looks like a slip, and the actual without it.

    A rate far below a limit (≤5%, 0.05%) is good work and no slip; an amount ten thousand times below one is.
    """
    pair = pair_of(row, around)
    ratio = pair.verdict.ratio if pair and pair.verdict else None
    if not ratio or ratio < 0 or pair.verdict.actual is None:
        return None
    if pair.requirement.kind == "rate":
        slips, may_be_low = _RATE_SLIPS, pair.operator not in _AT_MOST
    elif units.scale(pair.requirement.unit or "")[0] == _MONEY:
        slips, may_be_low = _MONEY_SLIPS, True
    else:
        return None
    for times in slips:
        if _NEAR[0] <= ratio / times <= _NEAR[1]:
            return times, pair.verdict.actual / times
        if may_be_low and _NEAR[0] <= ratio * times <= _NEAR[1]:
            return times, pair.verdict.actual * times
    return None


def slip_likely(row: Row, around: Around) -> str:
    """The actual without the slip, in the target's unit: ``98%``, ``129.82万元``."""
    slip = _slip(row, around)
    return _in_unit(pair_of(row, around), slip[1]) if slip else ""


def _in_unit(pair: Pair, value: Fraction) -> str:
    return f"{number(round_half_up(exact(value), 4))}{pair.requirement.unit or ''}"


def _without_sign(row: Row, around: Around) -> Pair | None:
    """The pair of a rate that was typed as a bare 0.98 and read as 98%."""
    pair = pair_of(row, around)
    if not pair or not pair.verdict or pair.verdict.met is None or pair.requirement.kind != "rate":
        return None
    reached = pair.reached
    is_bare = reached.kind == "number" and reached.unit is None and 0 < abs(exact(reached.value)) < 1
    return pair if is_bare and pair.verdict.actual != exact(reached.value) else None


def lowered_without_document(row: Row, around: Around) -> int:
    """1 where 调整后指标值 asks for less than 年度指标值 and no 文号 allows it."""
    target, adjusted = row.usable("target"), row.usable("adjusted_target")
    if not isinstance(target, str) or not isinstance(adjusted, str) or is_filled(row, "adjustment_document"):
        return 0
    before = required(target, row.usable("measure_unit"))
    if before.operator not in _AT_LEAST | _AT_MOST or before.kind not in ("number", "rate"):
        return 0
    bare = adjusted.lstrip("≥≤＞＜><=≧≦⩾⩽ ")
    ratio = compare(before, result(bare, row.usable("measure_unit"))).ratio
    return int(ratio is not None and (ratio < 1 if before.operator in _AT_LEAST else ratio > 1))


def _last_year(row: Row, around: Around) -> Fraction | None:
    """上年完成值 ÷ 指标值 of a target to be reached."""
    last, pair = row.usable("last_year_actual"), pair_of(row, around)
    if not isinstance(last, str) or not pair or pair.operator not in _AT_LEAST:
        return None
    return compare(pair.requirement, result(last, row.usable("measure_unit"))).ratio


def target_set_low(row: Row, around: Around) -> int:
    """1 where last year's result was already at the rubric's 130% of this year's target."""
    ratio = _last_year(row, around)
    return int(ratio is not None and ratio >= Fraction(around.setting("overshoot_rate", Fraction(13, 10))))


def undershot(row: Row, around: Around) -> int:
    """1 where an amount stays far below its limit and nothing says why; fewer errors or complaints are just good."""
    pair = pair_of(row, around)
    ratio = pair.verdict.ratio if pair and pair.verdict else None
    if ratio is None or pair.operator not in _AT_MOST or is_filled(row, "deviation_reason"):
        return 0
    if units.scale(pair.requirement.unit or "")[0] != _MONEY:
        return 0
    return int(0 < ratio < _undershoot_rate(around))


def _undershoot_rate(around: Around) -> Fraction:
    return Fraction(around.setting("undershoot_rate", Fraction(1, 2)))


def _days(row: Row) -> Mapping[str, datetime.date | tuple]:
    """The dates of the row by field: 完成日期, and 全年完成值 where it is a date."""
    days = {"completed_on": row.usable("completed_on")}
    actual = row.usable("actual")
    if isinstance(actual, str) and (read := result(actual, None)).kind == "date":
        days["actual"] = read.value
    return {name: day for name, day in days.items() if day is not None}


def _year(day: datetime.date | tuple) -> int | None:
    return day.year if isinstance(day, datetime.date) else day[0]


def _month(day: datetime.date | tuple) -> int:
    return day.month if isinstance(day, datetime.date) else day[1]


def _outside_year(row: Row, around: Around) -> list[str]:
    """The fields whose date lies outside 年度."""
    days = _days(row) if around.year is not None else {}
    return [name for name, day in days.items() if _year(day) not in (None, around.year)]


def dates_differ(row: Row, around: Around) -> int:
    """1 where 完成日期 and the date in 全年完成值 are of different months."""
    days = _days(row)
    if len(days) < 2:
        return 0
    years = {_year(day) for day in days.values()} - {None}
    return int(len(years) > 1 or len({_month(day) for day in days.values()}) > 1)


def grade_contradicts(row: Row, around: Around) -> int:
    """1 where a target that is a number was graded by a person, and otherwise than its result says."""
    pair, grade = pair_of(row, around), row.usable("grade")
    if pair is None or pair.is_graded or pair.verdict is None or pair.verdict.met is None:
        return 0
    if pair.requirement.kind == "grade":
        return 0
    points = row.usable("graded_points")
    full = row.usable("department_points") or row.usable("project_points")
    is_full = points is not None and full is not None and exact(points) >= exact(full)
    if pair.verdict.met:
        return int(grade in ("部分达成", "未达成"))
    return int(grade == "达成" or is_full)


def unit_contradicts(row: Row, around: Around) -> int:
    """1 where 计量单位 and the unit in 年度指标值 measure different things: a rate and a count, money and no money.

    人 beside 人次 or 家 beside 个 is how people write, and not asked about.
    """
    target, unit = row.usable("target"), row.usable("measure_unit")
    if not isinstance(target, str) or not isinstance(unit, str):
        return 0
    own = required(target, None).unit
    if own is None or not units.scale(own)[0]:  # 30万 beside 元: the unit stands in the column
        return 0
    return int(_family(own) != _family(units.spelling(unit)))


def _family(unit: str) -> str:
    measured = units.scale(unit)[0].partition("/")[0]
    return measured if measured in ("比率", _MONEY) else ""


SLIPS: Mapping[str, Prepared] = {
    "slip": lambda row, around: slip[0] if (slip := _slip(row, around)) else 0,
    "slip_likely": slip_likely,
    "rate_without_sign": lambda row, around: int(_without_sign(row, around) is not None),
    "rate_read_as": lambda row, around: (
        _in_unit(pair, pair.verdict.actual) if (pair := _without_sign(row, around)) else ""
    ),
    "lowered_without_document": lowered_without_document,
    "target_set_low": target_set_low,
    "last_year_completion": lambda row, around: (
        print_percent(ratio) if (ratio := _last_year(row, around)) is not None else ""
    ),
    "undershot": undershot,
    "undershoot_rate": lambda row, around: print_percent(_undershoot_rate(around), 0),
    "outside_year": lambda row, around: len(_outside_year(row, around)),
    "outside_year_fields": lambda row, around: " ".join(
        dict.fromkeys((*_outside_year(row, around), "actual"))
    ),
    "year": lambda row, around: around.year or 0,
    "dates_differ": dates_differ,
    "grade_contradicts": grade_contradicts,
    "unit_contradicts": unit_contradicts,
}
