"""Indicators (绩效指标): each scored by its own kind.

Figures ``indicator.<id>.*`` and, of a project, ``project.<id>.indicator.<key>.*``. Happens before the leaves, which add
them up (:mod:`pipeline.compute.indicator_sums`). A target is met or not (:mod:`pipeline.measure` compares); a
number missed is scored in proportion, a date missed by the rubric's share, words by the grade and points a person
typed. What cannot be compared is undetermined between 0 and its points. Source: docs/domain.md §4.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from pipeline.compute.book import Book
from pipeline.compute.formulas import OutOfBand, Scored, graded, reduced_for_overshoot
from pipeline.compute.inputs import Inputs, listed
from pipeline.compute.judged import Judged, judge, points_of
from pipeline.compute.leaf_points import put_points
from pipeline.compute.measured import once
from pipeline.compute.met import put_met
from pipeline.compute.texts import put_field
from pipeline.model import Cell, Figure, Row, figure_key, row_key
from pipeline.model_parameters import shown
from pipeline.model_rubric import Band, Node, Rule
from pipeline.money import round_half_up

TABLE = "indicator_results.indicators"
TEXTS = (
    ("level_1", "一级指标"), ("level_2", "二级指标"), ("level_3", "三级指标"), ("actual", "全年完成值"),
    ("deviation_reason", "偏差原因及改进措施"),
)  # fmt: skip
RENAMED = (("measure_unit", "unit", "计量单位"), ("division_name", "division", "责任处室"))


@dataclass(frozen=True, slots=True)
class Scheme:
    """How the indicators of a leaf are scored: its rule and the parameters of its measure ``indicator_points``."""

    node: Node
    rule: Rule
    parameters: Mapping[str, object]


def schemes_of(leaves: Sequence[Node]) -> list[Scheme]:
    """The leaves of a rubric that are scored by indicators."""
    return [
        Scheme(leaf, leaf.rule, step.measure_parameters)
        for leaf in leaves
        if leaf.rule
        for step in leaf.rule.steps
        if step.measure == "indicator_points"
    ]


def keyed_rows(inputs: Inputs) -> list[tuple[str, Row]]:
    """Every indicator with the key of its figure ids; a key that comes again gets ``_2``, ``_3`` … in order.

    Of a project only its own that carry 项目分值, with the same keys as in the department.
    """
    seen: dict[str, int] = {}
    keyed = []
    for row in inputs.rows(TABLE):
        key = row_key(TABLE, row)
        seen[key] = seen.get(key, 0) + 1
        if inputs.project is None or (
            _project_of(row) == inputs.project.key and row["project_points"] is not None
        ):
            keyed.append((key if seen[key] == 1 else f"{key}_{seen[key]}", row))
    return keyed


def _project_of(row: Row) -> str | None:
    code = row.usable("project_id")
    return None if code is None else figure_key(code)


def _belonging(inputs: Inputs, row: Row) -> tuple[Cell, ...]:
    """The cells that make a row one of the project's, and the project one; none for the whole department."""
    return (row.cell("project_id"), *inputs.project.cells) if inputs.project else ()


def put_indicators(inputs: Inputs, book: Book, leaves: Sequence[Node]) -> None:
    """The figures of every indicator."""
    schemes = schemes_of(leaves)
    for key, row in keyed_rows(inputs):
        prefix, cells = f"indicator.{key}", inputs.key_cells(TABLE, row)
        for field_id, label in TEXTS:
            put_field(inputs, book, f"{prefix}.{field_id}", label, row, field_id, cells)
        for field_id, part, label in RENAMED:
            put_field(inputs, book, f"{prefix}.{part}", label, row, field_id, cells)
        judged = judge(inputs, row, _default_direction(inputs, row, schemes))
        _put_target(inputs, book, prefix, row, judged, cells)
        _put_points(inputs, book, f"{prefix}.department_points", "部门分值", row, cells)
        _put_completion(book, prefix, judged, cells)
        put_met(inputs, book, prefix, row, judged, grades_of(schemes, inputs.take(row, "level_1").value))
        _put_score(inputs, book, prefix, row, judged, schemes)


def grades_of(schemes: Sequence[Scheme], level: object) -> Sequence[Band]:
    """The grades of 定性 indicators of a first level; of one that no leaf scores, those of the first leaf that has any."""
    own = [scheme for scheme in schemes if level in scheme.parameters["levels"]]
    return next((scheme.parameters["grades"] for scheme in (*own, *schemes)), ())


def put_project_indicators(inputs: Inputs, book: Book, leaves: Sequence[Node]) -> None:
    """``project.<id>.indicator.<key>.{points|score}``: the same indicators under the project's rubric, by 项目分值."""
    schemes = schemes_of(leaves)
    for key, row in keyed_rows(inputs):
        prefix = f"{inputs.indicator_prefix}.{key}"
        cells = (*inputs.key_cells(TABLE, row), *_belonging(inputs, row))
        judged = judge(inputs, row, _default_direction(inputs, row, schemes))
        _put_points(inputs, book, f"{prefix}.points", "项目分值", row, cells)
        _put_score(inputs, book, prefix, row, judged, schemes)


def _default_direction(inputs: Inputs, row: Row, schemes: Sequence[Scheme]) -> str:
    scheme = _scheme(inputs, row, schemes)
    return str(scheme.parameters["default_direction"]) if scheme else "正向"


def _scheme(inputs: Inputs, row: Row, schemes: Sequence[Scheme]) -> Scheme | None:
    level = inputs.take(row, "level_1").value
    return next((scheme for scheme in schemes if level in scheme.parameters["levels"]), None)


def _put_target(
    inputs: Inputs, book: Book, prefix: str, row: Row, judged: Judged, key_cells: tuple[Cell, ...]
) -> None:
    """The target that holds, as typed: 调整后指标值 only together with its 文号."""
    field_id = "adjusted_target" if judged.is_adjusted else "target"
    is_offered = row.usable("adjusted_target") is not None and "adjustment_document" in row.columns
    cells = (*key_cells, row.cell("adjustment_document")) if is_offered else key_cells
    figure = put_field(inputs, book, f"{prefix}.target", "年度指标值", row, field_id, cells)
    if is_offered:
        book.put(replace(figure, active=("有调整文号才用调整后指标值",)))


def _put_points(
    inputs: Inputs, book: Book, figure_id: str, label: str, row: Row, cells: tuple[Cell, ...]
) -> None:
    taken = inputs.take(row, inputs.points_field)
    because = (taken.cell, *cells)
    if taken.is_unusable:
        book.unknown(figure_id, label, taken.reason, unit="分", because=because)
    elif taken.state == "value":
        value = round_half_up(taken.value, inputs.rubric.score_digits)
        book.put(
            Figure(
                figure_id,
                label,
                value,
                "分",
                inputs.rubric.score_digits,
                Fraction(taken.value),
                because=because,
            )
        )
    else:
        book.text(figure_id, label, "", because)


def _put_completion(book: Book, prefix: str, judged: Judged, key_cells: tuple[Cell, ...]) -> None:
    """完成率 = 全年完成值 ÷ 年度指标值, where both are numbers of one unit. Excel: ``=B/A``"""
    label = "完成率"
    if judged.target is None or judged.actual is None or not judged.target:
        book.text(f"{prefix}.completion_rate", label, "", key_cells)
        return
    parameters = {"分子": "全年完成值", "分母": "年度指标值"}
    active = () if judged.actual else ("分子为 0",)
    if judged.is_adjusted:
        active = (*active, "有调整文号，用调整后指标值")
    book.percent(
        f"{prefix}.completion_rate",
        label,
        judged.actual / judged.target,
        because=(*judged.number_cells, *key_cells),
        formula="全年完成值 ÷ 年度指标值",
        parameters=parameters,
        active=active,
    )


def _put_score(
    inputs: Inputs, book: Book, prefix: str, row: Row, judged: Judged, schemes: Sequence[Scheme]
) -> None:
    figure_id, label = f"{prefix}.score", f"{row.usable('level_3') or '指标'}得分"
    points, level = inputs.take(row, inputs.points_field), inputs.take(row, "level_1")
    key_cells = (*inputs.key_cells(TABLE, row), *_belonging(inputs, row))
    if points.state in ("blank", "not_applicable"):
        reason = "不计入项目自评" if inputs.project else "不计入部门整体"
        book.text(figure_id, label, "", (points.cell, *key_cells), reason=reason)
        return
    if points.state != "value":
        book.unknown(figure_id, label, points.reason, unit="分", because=(points.cell, *key_cells))
        return
    weight = Fraction(points.value)
    scheme = _scheme(inputs, row, schemes)
    if scheme is None:
        reason = level.reason or f"{level.cell}：没有评分规则计入这个一级指标"
        common = _common(inputs, (level.cell, points.cell, *key_cells), None, {}, "")
        put_points(book, figure_id, label, None, (Fraction(0), weight), reason, common)
        return
    is_level_deciding = any(_scoring(other) != _scoring(scheme) for other in schemes)
    level_cells = (level.cell,) if is_level_deciding else ()
    if judged.is_qualitative:
        scored, ends, reason, cells = _graded(inputs, row, weight, scheme)
        formula, parameters = "graded", {"定性等级": shown({"x": scheme.parameters["grades"]})["x"]}
        cells = (*judged.because, *cells)
    else:
        scored, formula = points_of(judged, weight, scheme.parameters)
        if scored is not None:
            scored = _overshot(scored, judged, scheme.rule)
        ends, reason, cells = (Fraction(0), weight), judged.reason, judged.because
        parameters = {"指标值": judged.printed} if judged.printed else {}
    because = once((*cells, points.cell, *level_cells, *key_cells))
    common = _common(inputs, because, scheme, {"分值": f"{points.value}", **parameters}, formula)
    if scored is not None and judged.notes:
        scored = Scored(scored.points, (*scored.active, *judged.notes))
    put_points(book, figure_id, label, scored, ends, reason, common)


def _scoring(scheme: Scheme) -> tuple:
    return {k: v for k, v in scheme.parameters.items() if k != "levels"}, scheme.rule.overshoot


def _common(
    inputs: Inputs,
    because: Sequence[Cell],
    scheme: Scheme | None,
    parameters: Mapping[str, str],
    formula: str,
) -> dict[str, object]:
    return {
        "unit": "分",
        "digits": inputs.rubric.score_digits,
        "because": tuple(because),
        "formula": formula,
        "parameters": parameters,
        "citation": scheme.rule.citation if scheme else None,
    }


def _overshot(scored: Scored, judged: Judged, rule: Rule) -> Scored:
    over = rule.overshoot
    if over.policy != "reduce" or judged.direction == "反向" or not judged.target or judged.actual is None:
        return scored
    return reduced_for_overshoot(scored, judged.actual / judged.target, over.above, over.points)


def _graded(
    inputs: Inputs, row: Row, weight: Fraction, scheme: Scheme
) -> tuple[Scored | None, tuple[Fraction, Fraction], str, tuple[Cell, ...]]:
    """定性: the typed points, which must lie in the band of the typed grade.

    They are typed out of 部门分值 where that is filled; for a project they are carried over in proportion.
    """
    grade, points = inputs.take(row, "grade"), inputs.take(row, "graded_points")
    cells, bands = (grade.cell, points.cell), scheme.parameters["grades"]
    share = Fraction(1)
    if inputs.project:
        full = inputs.take(row, "department_points")
        cells = (*cells, full.cell)
        if full.is_unusable:
            return None, (Fraction(0), weight), full.reason, cells
        if full.state == "value" and full.value:
            share = weight / Fraction(full.value)
    band = next((band for band in bands if band.value == grade.value), None)
    ends = (band.low * weight, band.high * weight) if band else (Fraction(0), weight)
    reason = listed(one.reason for one in (grade, points) if one.state != "value")
    if reason:
        return None, ends, f"定性指标应填评定等级和评定得分：{reason}", cells
    if band is None:
        return None, ends, f"{grade.cell} 的等级“{grade.value}”不在评分规则里", cells
    try:
        scored = graded(weight, Fraction(points.value) * share, grade=str(grade.value), grades=bands)
    except OutOfBand as out:
        return None, (out.low, out.high), f"{points.cell}：{out}", cells
    if share != 1:
        note = "评定得分按部门分值评定，折算到项目分值"
        scored = Scored(scored.points, (*scored.active, note))
    return scored, ends, "", cells
