"""Target and actual of each scored 绩效指标, read once for all the checks that look at them. Source: docs/domain.md §4.

What is compared with what is decided as in scoring: 调整后指标值 only with its 文号, 完成日期 for a date, 方向 or the
rubric's default for a bare number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from pipeline.check.frames import Around, is_filled
from pipeline.measure import Actual, Comparison, Requirement, compare, parse_actual, parse_requirement
from pipeline.model import Row

TABLE = "indicator_results.indicators"
_NUMBERS = frozenset({"number", "rate"})
_OPERATORS = {"正向": ">=", "反向": "<=", "等于": "="}
_NOT_THERE = frozenset({"blank", "not_applicable", "hint"})
#: departments type the same few targets and results
required = lru_cache(maxsize=8192)(parse_requirement)
result = lru_cache(maxsize=8192)(parse_actual)


@dataclass(frozen=True, slots=True)
class Pair:
    """Target and actual of one scored indicator, read; ``is_graded``: a person grades it, the words are not compared."""

    operator: str | None
    is_graded: bool
    verdict: Comparison | None = None
    requirement: Requirement | None = None
    reached: Actual | None = None


_GRADED = Pair(None, is_graded=True)


def is_scored(row: Row) -> bool:
    """Whether the indicator carries points, of the department or of a project."""
    return is_filled(row, "department_points") or is_filled(row, "project_points")


def target_of(row: Row) -> str | None:
    """调整后指标值 where it is filled together with its 文号, otherwise 年度指标值."""
    is_adjusted = is_filled(row, "adjusted_target") and is_filled(row, "adjustment_document")
    target = row.usable("adjusted_target" if is_adjusted else "target")
    return target if isinstance(target, str) else None


def pair_of(row: Row, around: Around) -> Pair | None:
    """The indicator's target and actual; None where it carries no points or one of the two is not there."""
    return around.once(pairs)[id(row)]


def pairs(around: Around) -> Mapping[int, Pair | None]:
    return {id(row): _read(row, around) for row in around.submission.table(TABLE)}


def _read(row: Row, around: Around) -> Pair | None:
    target, actual, kind = target_of(row), row.usable("actual"), row.usable("measure_kind")
    if target is None or not is_scored(row):
        return None
    unit = row.usable("measure_unit")
    requirement = required(target, unit)
    words = requirement.kind == "text" or (requirement.kind == "grade" and is_filled(row, "grade"))
    if kind == "定性" or (words and kind != "定量"):
        return _GRADED
    if requirement.kind in _NOT_THERE or not isinstance(actual, str):
        return None
    operator = completed = None
    if requirement.operator is None and requirement.kind in _NUMBERS:
        operator = _OPERATORS[row.usable("direction") or around.of_rubric(_default_direction)]
    if requirement.kind == "date" and row.usable("completed_on") is not None:
        completed = row.usable("completed_on").isoformat()
    return _compared(target, unit, operator, actual, completed)


@lru_cache(maxsize=8192)
def _compared(
    target: str, unit: str | None, operator: str | None, actual: str, completed: str | None
) -> Pair | None:
    """Target and actual as they are typed; ``operator`` of a bare number, ``completed`` in place of words for a date."""
    requirement, reached = required(target, unit), result(actual, unit)
    if operator is not None:
        requirement = replace(requirement, operator=operator)
    if completed is not None and reached.kind != "date":
        reached = result(completed)
    if reached.kind in _NOT_THERE:
        return None
    return Pair(requirement.operator, False, compare(requirement, reached), requirement, reached)


def _default_direction(around: Around) -> str:
    """What a bare number means where 方向 is blank, by the rubric."""
    return next(
        (
            str(each["default_direction"])
            for each in measure_parameters_of(around)
            if "default_direction" in each
        ),
        "正向",
    )


def measure_parameters_of(around: Around) -> Iterator[Mapping[str, object]]:
    """The parameters of the rubric's measures."""
    for leaf in around.rubric.leaves() if around.rubric else ():
        for step in leaf.rule.steps if leaf.rule else ():
            yield step.measure_parameters
