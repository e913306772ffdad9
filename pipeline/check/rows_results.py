"""Prepared columns of 4_绩效指标: can a result be compared with its target, is it graded as its grade allows.

Each column says one check of ``expectations/indicator_results.indicators.json`` as an integer that is 0 where all
is well. Only indicators that carry points are asked. Source of the checks: docs/domain.md §4 and §5.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from fractions import Fraction

from pipeline.check.frames import Around, Prepared, is_filled
from pipeline.check.printing import number
from pipeline.check.rows_slips import SLIPS
from pipeline.check.targets import measure_parameters_of, pair_of, required, target_of
from pipeline.measure_dates import NO_SUCH_DATE
from pipeline.model import Row
from pipeline.model_rubric import Band
from pipeline.money import exact, print_percent, round_half_up

#: an actual that begins with one of these repeats the target
_OPERATOR = re.compile(r"[≥≤＞＜><=≧≦⩾⩽═]|(?:不少于|不低于|不高于|不超过|不大于|不小于|大于|小于|控制在)")
#: shares of the points a grade allows where the rubric says nothing (财预〔2020〕10号)
_GRADES = {
    "达成": (Fraction(4, 5), True, Fraction(1), True),
    "部分达成": (Fraction(3, 5), True, Fraction(4, 5), False),
    "未达成": (Fraction(0), True, Fraction(3, 5), False),
}


def repeats_operator(row: Row, around: Around) -> int:
    """1 where 全年完成值 begins with a comparison sign or its words."""
    actual, pair = row.usable("actual"), pair_of(row, around)
    if pair is None or pair.is_graded or not isinstance(actual, str):
        return 0
    return int(bool(_OPERATOR.match(unicodedata.normalize("NFKC", actual).strip())))


def not_comparable(row: Row, around: Around) -> int:
    """1 where a target that is no matter of judgement cannot be compared with the actual."""
    pair = pair_of(row, around)
    return int(pair is not None and pair.verdict is not None and pair.verdict.met is None)


def not_comparable_reason(row: Row, around: Around) -> str:
    """Why not, in Chinese; blank where they can be compared."""
    pair = pair_of(row, around)
    return pair.verdict.reason or "" if pair and pair.verdict and pair.verdict.met is None else ""


def no_such_date(row: Row, around: Around) -> int:
    """1 where a scored target that nobody has graded names a date that does not exist (十三月底前)."""
    target = target_of(row)
    is_asked = pair_of(row, around) is not None and target is not None and not _is_graded_by_hand(row)
    return int(is_asked and required(target, row.usable("measure_unit")).reason == NO_SUCH_DATE)


def word_for_number(row: Row, around: Around) -> int:
    """1 where the indicator is a matter of judgement and neither grade nor points are typed."""
    pair = pair_of(row, around)
    is_open = pair is not None and pair.is_graded and not _is_graded_by_hand(row)
    return int(is_open and not no_such_date(row, around))


def _is_graded_by_hand(row: Row) -> bool:
    return row["grade"] is not None or row["graded_points"] is not None


def _grade_incomplete(row: Row, around: Around) -> tuple[str, ...]:
    """The blank one of 评定等级 and 评定得分 where a person grades and the other is typed."""
    judged = pair_of(row, around)
    if judged is None or not judged.is_graded:
        return ()
    pair = ("grade", "graded_points")
    filled = [name for name in pair if row[name] is not None]
    return tuple(name for name in pair if name not in filled) if len(filled) == 1 else ()


def _full_points(row: Row) -> Fraction | None:
    """What the typed points are out of: 部门分值, without it 项目分值."""
    for name in ("department_points", "project_points"):
        value = row.usable(name)
        if value is not None:
            return exact(value)
    return None


def _band(row: Row, around: Around) -> tuple[Fraction, bool, Fraction, bool] | None:
    """From and to how many points the grade allows, each end with whether it counts."""
    grade, full = row.usable("grade"), _full_points(row)
    shares = around.of_rubric(_grades).get(grade)
    if shares is None or full is None:
        return None
    low, low_closed, high, high_closed = shares
    return low * full, low_closed, high * full, high_closed


def _grades(around: Around) -> Mapping[object, tuple[Fraction, bool, Fraction, bool]]:
    """The shares by grade as the rubric gives them for 绩效指标."""
    bands = next((each["grades"] for each in measure_parameters_of(around) if each.get("grades")), None)
    return {band.value: _ends(band) for band in bands} if bands else _GRADES


def _ends(band: Band) -> tuple[Fraction, bool, Fraction, bool]:
    low = Fraction(0) if band.low is None else band.low
    return (
        low,
        band.low is None or band.low_closed,
        *((Fraction(1), True) if band.high is None else (band.high, band.high_closed)),
    )


def points_out_of_band(row: Row, around: Around) -> int:
    """1 where 评定得分 lies outside what 评定等级 allows, or outside 0 to the points there are."""
    points, full, band, judged = (
        row.usable("graded_points"),
        _full_points(row),
        _band(row, around),
        pair_of(row, around),
    )
    if points is None or full is None or judged is None or not judged.is_graded:
        return 0
    value = exact(points)
    if not 0 <= value <= full:
        return 1
    if band is None:
        return 0
    low, low_closed, high, high_closed = band
    return int(
        value < low
        or value > high
        or (value == low and not low_closed)
        or (value == high and not high_closed)
    )


def points_band(row: Row, around: Around) -> str:
    """What the grade allows, as printed: ``[4, 5]``; without a grade 0 to the points there are."""
    band, full = _band(row, around), _full_points(row)
    low, low_closed, high, high_closed = band or (Fraction(0), True, full or Fraction(0), True)
    return f"{'[' if low_closed else '('}{_short(low)}, {_short(high)}{']' if high_closed else ')'}"


def _short(points: Fraction) -> str:
    return number(round_half_up(points, 4))


def completion(row: Row, around: Around) -> Fraction | None:
    """完成值 ÷ 指标值 of a target to be reached; None where there is no such ratio."""
    pair = pair_of(row, around)
    return pair.verdict.ratio if pair and pair.verdict and pair.operator in (">=", ">") else None


def overshoot_unexplained(row: Row, around: Around) -> int:
    """1 where 130% (or the rubric's rate) of the target is reached and nothing says why."""
    ratio = completion(row, around)
    if ratio is None or is_filled(row, "deviation_reason"):
        return 0
    return int(ratio >= Fraction(around.setting("overshoot_rate", Fraction(13, 10))))


INDICATORS: Mapping[str, Prepared] = SLIPS | {
    "repeats_operator": repeats_operator,
    "not_comparable": not_comparable,
    "not_comparable_reason": not_comparable_reason,
    "no_such_date": no_such_date,
    "word_for_number": word_for_number,
    "grade_incomplete": lambda row, around: len(_grade_incomplete(row, around)),
    "grade_incomplete_fields": lambda row, around: " ".join(_grade_incomplete(row, around)),
    "points_out_of_band": points_out_of_band,
    "points_band": points_band,
    "overshoot_unexplained": overshoot_unexplained,
    "completion": lambda row, around: (
        "" if (ratio := completion(row, around)) is None else print_percent(ratio)
    ),
    "adjusted_without_document": lambda row, around: int(
        is_filled(row, "adjusted_target") and row["adjustment_document"] is None
    ),
    "points_without_project": lambda row, around: int(
        is_filled(row, "project_points") and row["project_id"] is None
    ),
}
