"""One indicator judged: which target holds, what was reached, whether it is met, and in one unit how far.

Used by ``indicators``. Parsing and comparing are :mod:`pipeline.measure`'s; this module decides what is compared with
what (调整后指标值 with its 文号, 完成日期 for a date, 方向 for a bare number) and which cells mattered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from pipeline import measure
from pipeline.compute.formulas import FORMULAS, Scored, equal
from pipeline.compute.inputs import Inputs, Taken
from pipeline.model import Cell, Row

DIRECTIONS = {"正向": ">=", "反向": "<=", "等于": "="}
_DIRECTION_OF = {">=": "正向", ">": "正向", "<=": "反向", "<": "反向", "=": "等于", "between": "区间"}


@dataclass(frozen=True, slots=True)
class Judged:
    """``is_met`` None: cannot be told, with ``reason`` (or words to be graded: ``is_qualitative``).

    ``target`` and ``actual``: exact numbers of one unit where both are numbers; ``ends``: those of a ``区间`` target.
    ``because``: the cells that mattered, ``number_cells`` those of target and actual; ``notes``: conventions that decided, in words; ``printed``: the target used.
    """

    is_met: bool | None
    because: tuple[Cell, ...]
    reason: str = ""
    number_cells: tuple[Cell, ...] = ()
    is_qualitative: bool = False
    is_adjusted: bool = False
    is_date: bool = False
    operator: str = ""
    direction: str = ""
    target: Fraction | None = None
    actual: Fraction | None = None
    ends: tuple[Fraction, Fraction] | None = None
    notes: tuple[str, ...] = ()
    printed: str = ""


def judge(inputs: Inputs, row: Row, default_direction: str, done: Taken | None = None) -> Judged:
    """What an indicator's row comes to, before any points. ``done``: what is compared instead of 全年完成值."""
    unusable = [
        inputs.take(row, field) for field in ("adjusted_target", "adjustment_document", "measure_kind")
    ]
    if unusable := [one for one in unusable if one.is_unusable]:
        return Judged(None, tuple(one.cell for one in unusable), unusable[0].reason)
    target, target_cells, notes = _target(inputs, row)
    is_adjusted = len(target_cells) > 1
    kind = inputs.take(row, "measure_kind")
    unit = inputs.take(row, "measure_unit")
    if target.state != "value":
        return Judged(None, target_cells, target.reason, is_adjusted=is_adjusted)
    text = str(target.value)
    requirement = measure.parse_requirement(text, _unit_text(unit))
    words = requirement.kind == "text" or (
        requirement.kind == "grade" and inputs.take(row, "grade").state == "value"
    )
    if kind.value == "定性" or (words and kind.value != "定量"):
        cells = (*target_cells, *((kind.cell,) if kind.value == "定性" and not words else ()))
        note = "定性指标按评定得分计，不看指标值和完成值的文字"
        return Judged(
            None, cells, is_qualitative=True, is_adjusted=is_adjusted, notes=(*notes, note), printed=text
        )
    kind_cells = (kind.cell,) if words and kind.value == "定量" else ()
    direction, direction_cells, direction_notes = _direction(inputs, row, requirement, default_direction)
    if direction is None:
        return Judged(None, direction_cells, inputs.take(row, "direction").reason, is_adjusted=is_adjusted)
    if requirement.operator is None and direction:
        requirement = replace(requirement, operator=DIRECTIONS[direction])
    requirement, year_notes = _in_the_year(requirement, inputs.rubric.year)
    actual, actual_cells = _actual(inputs, row, requirement) if done is None else (done, (done.cell,))
    cells = (*target_cells, *actual_cells, *kind_cells, *direction_cells)
    common = {"is_adjusted": is_adjusted, "notes": (*notes, *direction_notes, *year_notes), "printed": text}
    if actual.state != "value":
        return Judged(None, cells, actual.reason, **common)
    done = measure.parse_actual(str(actual.value), _unit_text(unit))
    if _unit_matters(text, str(actual.value)):
        cells = (*cells, unit.cell)
        if unit.is_unusable:
            return Judged(None, cells, unit.reason, **common)
    compared = measure.compare(requirement, done)
    common["operator"] = requirement.operator or ""
    common["direction"] = _DIRECTION_OF.get(requirement.operator or "", "")
    common["is_date"] = requirement.kind == "date"
    if compared.met is None:
        at_fault = actual.cell if requirement.kind in ("number", "rate", "date", "grade") else target.cell
        return Judged(None, cells, f"{at_fault}：{compared.reason}", **common)
    if requirement.kind == "grade" and not compared.met:
        return Judged(None, cells, f"{actual.cell}：低于目标档次，请填评定等级和评定得分", **common)
    numbers = _numbers(requirement, compared)
    number_cells = tuple(cell for cell in cells if cell not in (*direction_cells, *kind_cells))
    return Judged(compared.met, cells, number_cells=number_cells, **numbers, **common)


def _target(inputs: Inputs, row: Row) -> tuple[Taken, tuple[Cell, ...], tuple[str, ...]]:
    """调整后指标值 where it is filled together with its 文号, otherwise 年度指标值."""
    adjusted, document = inputs.take(row, "adjusted_target"), inputs.take(row, "adjustment_document")
    if adjusted.state == "value" and document.state == "value":
        return adjusted, (adjusted.cell, document.cell), ("有调整文号，用调整后指标值",)
    target = inputs.take(row, "target")
    return target, (target.cell,), ()


def _direction(
    inputs: Inputs, row: Row, requirement: object, default: str
) -> tuple[str | None, tuple[Cell, ...], tuple[str, ...]]:
    """方向 matters only where the target does not say it; blank there means the rubric's default, None: unusable."""
    if requirement.operator is not None or requirement.kind not in ("number", "rate"):
        return "", (), ()
    taken = inputs.take(row, "direction")
    if taken.state == "value":
        return str(taken.value), (taken.cell,), ()
    if taken.is_unusable:
        return None, (taken.cell,), ()
    return default, (), (f"指标值没有方向，按{default}计",)


def _in_the_year(requirement: measure.Requirement, year: int) -> tuple[measure.Requirement, tuple[str, ...]]:
    """A date without a year (12月底前, 12月25日前) is one of the year that is assessed: next January is late."""
    dated = measure.in_year(requirement, year)
    return dated, (f"指标值没有年份，按 {year} 年计",) if dated != requirement else ()


def _actual(inputs: Inputs, row: Row, requirement: object) -> tuple[Taken, tuple[Cell, ...]]:
    """全年完成值; for a date target whose 完成值 is no date, 完成日期."""
    actual, completed = inputs.take(row, "actual"), inputs.take(row, "completed_on")
    if requirement.kind == "date" and (completed.state == "value" or completed.is_unusable):
        is_date = actual.state == "value" and measure.parse_actual(str(actual.value)).kind == "date"
        if not is_date and completed.is_unusable:
            return completed, (actual.cell, completed.cell)
        if not is_date:
            return Taken(completed.cell, completed.value.isoformat(), "value"), (actual.cell, completed.cell)
    return actual, (actual.cell,)


def _unit_text(unit: Taken) -> str | None:
    return str(unit.value) if unit.state == "value" else None


def _unit_matters(target: str, actual: str) -> bool:
    """计量单位 decides only where one of the two is written with its own unit and the other is not."""
    own = measure.parse_requirement(target).unit, measure.parse_actual(actual).unit
    return (own[0] is None) != (own[1] is None)


def _numbers(requirement: object, compared: object) -> Mapping[str, object]:
    """Target and actual in one unit, as the comparison gives them; nothing for dates, grades and words."""
    if requirement.kind not in ("number", "rate") or compared.actual is None:
        return {}
    actual = Fraction(compared.actual)
    if requirement.operator == "between":
        low, high = compared.target
        return {"actual": actual, "ends": (Fraction(low), Fraction(high))}
    return {"actual": actual, "target": Fraction(compared.target)}


def points_of(
    judged: Judged, weight: Fraction, parameters: Mapping[str, object]
) -> tuple[Scored | None, str]:
    """Exact points of an indicator that was compared, and the name of the formula; None where it could not be.

    ``parameters``: those of the measure ``indicator_points``: which formula for which direction.
    """
    if judged.is_met is None:
        return None, "undetermined"
    if judged.is_date or (judged.target is None and judged.ends is None):
        share = Fraction(1) if judged.is_met else parameters["date_missed"]
        return Scored(weight * share, ("达到要求，得满分" if judged.is_met else "未达到要求",)), "met_or_not"
    if judged.ends is not None:
        low, high = judged.ends
        if judged.is_met:
            return Scored(weight, ("在目标区间内，得满分",)), "between"
        name = str(parameters["higher"] if judged.actual < low else parameters["lower"])
        return FORMULAS[name](weight, judged.actual, target=low if judged.actual < low else high), name
    if judged.direction == "等于":
        return equal(
            weight, judged.actual, target=judged.target, above=str(parameters["equal_above"])
        ), "equal"
    name = str(parameters["lower"] if judged.direction == "反向" else parameters["higher"])
    return FORMULAS[name](weight, judged.actual, target=judged.target), name
