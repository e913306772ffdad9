"""The indicators of a leaf taken together: the measure ``indicator_points``.

Used through ``measures``; happens after ``indicators`` has scored each one. Source: docs/domain.md §4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from pipeline.compute.book import Book
from pipeline.compute.indicators import keyed_rows
from pipeline.compute.inputs import Inputs, listed
from pipeline.compute.measured import Leaf, Measured, once
from pipeline.model import Cell, Row
from pipeline.money import round_half_up


@dataclass(slots=True)
class _Gathered:
    """The indicators of a leaf taken together: worst and best sum of their scores, their points, what was used."""

    low: Fraction = Fraction(0)
    high: Fraction = Fraction(0)
    points: Fraction = Fraction(0)
    because: list[Cell | str] = field(default_factory=list)
    weighed_by: list[Cell | str] = field(default_factory=list)
    rows: list[tuple[Row, tuple[Cell, ...]]] = field(default_factory=list)
    reason_rows: list[tuple[Row, str]] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    is_bounded: bool = True
    is_weighed: bool = True


def indicator_points(leaf: Leaf, *, levels: Sequence[str], **_scheme_parameters: object) -> Measured:
    """Points of the leaf's indicators ÷ the leaf's weight. The other parameters say how each was scored.

    Of a project the leaf's weight is what its indicators carry (项目分值); that it differs from the rubric's is a
    matter of the checks. A level of which a project has no indicator does not apply.
    Excel: ``=SUM(scores)/weight``
    """
    taken = _gather(leaf, levels)
    common = {
        "label": "指标得分合计 ÷ 分值",
        "because": once(taken.because),
        "rows": tuple(taken.rows),
        "reason_field": "deviation_reason",
        "reason_rows": tuple(taken.reason_rows),
        "active": ("、".join(levels) + "合并计算",) if len(levels) > 1 else (),
    }
    project = leaf.inputs.project
    if not taken.rows and project is None:
        return Measured(reason=f"没有计入部门分值的{'、'.join(levels)}", **common)
    if not taken.rows:
        common["because"] = project.cells
        if _has_scored_indicators(leaf.inputs, leaf.book):
            return Measured(applicable=False, reason=f"没有{'、'.join(levels)}", **common)
        return Measured(reason="这个项目没有计入项目分值的绩效指标", **common)
    weight = Fraction(leaf.node.weight)
    if project is not None:
        common["because"] = once([*taken.because, *project.cells])
        common["weighed_by"] = once([*taken.weighed_by, *project.cells])
        common["active"] = (*common["active"], "分值由指标相加，得分率相同的指标增减不影响得分率")
        if taken.is_weighed and taken.points:
            weight = taken.points
            common["weight"] = round_half_up(weight, leaf.inputs.rubric.score_digits)
    if taken.reasons:
        bounds = {"low": taken.low / weight, "high": taken.high / weight} if taken.is_bounded else {}
        return Measured(reason=listed(taken.reasons), **bounds, **common)
    shown_points = round_half_up(taken.low, leaf.inputs.rubric.score_digits)
    parameters = {"得分/分值": f"{shown_points}/{common.get('weight', leaf.node.weight)}"}
    return Measured(value=taken.low / weight, parameters=parameters, **common)


def _gather(leaf: Leaf, levels: Sequence[str]) -> _Gathered:
    """The leaf's indicators: those of its levels, and those whose level cannot be known (they could be)."""
    taken, inputs, prefix = _Gathered(), leaf.inputs, leaf.inputs.indicator_prefix
    part = "points" if inputs.project else "department_points"
    for key, row in keyed_rows(inputs):
        level, score = inputs.take(row, "level_1"), leaf.book[f"{prefix}.{key}.score"]
        if score.value == "" or (level.state == "value" and level.value not in levels):
            continue
        taken.because += (level.cell, score.id) if score.value != 0 or inputs.project else (score.id,)
        taken.rows.append((row, (level.cell, row.cell(inputs.points_field))))
        if level.state != "value":
            taken.reasons.append(level.reason)
        if score.value is None:
            taken.reasons.append(score.reason or "")
            taken.is_bounded = taken.is_bounded and score.range is not None
        ends = score.range if score.value is None and score.range else (score.value or Decimal(0),) * 2
        taken.low += Fraction(ends[0]) if level.state == "value" else 0
        taken.high += Fraction(ends[1])
        points = leaf.book[f"{prefix}.{key}.{part}"].exact
        taken.points += points or 0
        taken.weighed_by += (f"{prefix}.{key}.{part}", level.cell)
        taken.because += taken.weighed_by[-2:] if inputs.project else ()
        taken.is_weighed = taken.is_weighed and points is not None and level.state == "value"
        if score.value is None or points is None or Fraction(score.value) < points:
            taken.reason_rows.append((row, "level_3"))
    return taken


def _has_scored_indicators(inputs: Inputs, book: Book) -> bool:
    """Whether the project has indicators that carry points, in whatever level."""
    return any(book[f"{inputs.indicator_prefix}.{key}.score"].value != "" for key, _ in keyed_rows(inputs))
