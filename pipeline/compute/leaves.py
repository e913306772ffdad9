"""A leaf's points: its measure taken, its formula applied, rounded once; or a range where something is open.

Used by ``score``. Figures ``measure.<leaf> <leaf>.{score|weight}``. Source: docs/architecture.md (laws 2 and 5).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pipeline.compute.book import Book
from pipeline.compute.formulas import FORMULAS, OutOfBand, Scored, either_or, reduced_for_overshoot
from pipeline.compute.inputs import listed
from pipeline.compute.leaf_points import put_points
from pipeline.compute.measured import Leaf, Measured
from pipeline.compute.measures import MEASURES
from pipeline.model import Figure
from pipeline.model_parameters import shown
from pipeline.model_rubric import Node, Rule, Step
from pipeline.money import round_half_up

RISING = frozenset({"ratio_capped", "checklist", "period_progress", "manual"})
FALLING = frozenset({"reverse_linear", "reverse_inverse", "count_deduct"})


@dataclass(frozen=True, slots=True)
class Result:
    """What a leaf came to before rounding. ``scored`` None: open between ``ends``, or not ``applicable``."""

    measured: Measured
    scored: Scored | None
    ends: tuple[Fraction, Fraction]
    reason: str
    applicable: bool = True


def put_leaf(leaf: Leaf) -> Measured:
    """Enters measure, weight and score of a leaf; one whose policy is redistribute is left to :func:`redistribute`."""
    node, book, rule = leaf.node, leaf.book, leaf.node.rule
    results = [_result(leaf, rule, step) for step in rule.steps]
    best = _best(results)
    ids = []
    for number, (step, result) in enumerate(zip(rule.steps, results, strict=True)):
        measure_id = f"measure.{node.id}" + (f".{number + 1}" if len(results) > 1 else "")
        ids.append(measure_id)
        _put_measure(book, measure_id, rule, step, result.measured)
    if not best.applicable:
        _put_not_applicable(leaf, tuple(ids), best)
        return best.measured
    weight = node.weight if best.measured.weight is None else best.measured.weight
    project = leaf.inputs.project
    made_of = best.measured.weighed_by or (project.cells if project else ())
    active = ("各指标的项目分值相加，不论编号和所在的一级指标",) if best.measured.weighed_by else ()
    _put_weight(book, node, weight, because=made_of, active=active)
    parameters = {"分值": f"{weight}"}
    for step in rule.steps:
        parameters |= shown(step.parameters)
    common = {
        "unit": "分",
        "digits": leaf.inputs.rubric.score_digits,
        "because": tuple(ids),
        "formula": rule.formula,
        "parameters": parameters,
        "citation": rule.citation,
    }
    put_points(book, f"{node.id}.score", f"{node.label}得分", best.scored, best.ends, best.reason, common)
    return best.measured


def _result(leaf: Leaf, rule: Rule, step: Step) -> Result:
    measured = MEASURES[step.measure](leaf, **step.measure_parameters)
    weight = Fraction(leaf.node.weight if measured.weight is None else measured.weight)
    nothing = (Fraction(0), weight)
    if not measured.applicable:
        return Result(measured, None, nothing, measured.reason, applicable=False)
    if measured.value is None:
        return Result(measured, None, _ends(step, measured, weight), measured.reason)
    try:
        scored = _apply(step, measured, measured.value, weight)
    except OutOfBand as out:
        return Result(measured, None, (out.low, out.high), str(out))
    if rule.overshoot.policy == "reduce" and step.measure != "indicator_points":
        scored = reduced_for_overshoot(scored, measured.value, rule.overshoot.above, rule.overshoot.points)
    return Result(measured, scored, nothing, "")


def _apply(step: Step, measured: Measured, value: Fraction, weight: Fraction) -> Scored:
    formula = FORMULAS[step.formula]
    if step.formula == "checklist":
        return formula(weight, value, measured.items, **step.parameters)
    return formula(weight, value, **step.parameters)


def _ends(step: Step, measured: Measured, weight: Fraction) -> tuple[Fraction, Fraction]:
    """Worst and best points of an open measure: the formula at its bounds, where it rises or falls throughout."""
    is_falling = step.formula in FALLING or step.parameters.get("side") == "above"
    if not is_falling and step.formula not in RISING and step.parameters.get("side") != "below":
        return Fraction(0), weight
    at = [
        None if bound is None else _apply(step, measured, bound, weight).points
        for bound in (measured.low, measured.high)
    ]
    worst, best = reversed(at) if is_falling else at
    return Fraction(0) if worst is None else worst, weight if best is None else best


def _best(results: Sequence[Result]) -> Result:
    """The one result, or of several the best points; open as long as an open one could still be better."""
    if len(results) == 1:
        return results[0]
    usable = [result for result in results if result.applicable]
    if not usable:
        return results[0]
    done = [result for result in usable if result.scored is not None]
    still_open = [result for result in usable if result.scored is None]
    top = max((result.scored.points for result in done), default=Fraction(0))
    if any(result.ends[1] > top for result in still_open):
        worst = max([top, *(result.ends[0] for result in still_open)])
        best = max([top, *(result.ends[1] for result in still_open)])
        return Result(usable[0].measured, None, (worst, best), listed(result.reason for result in still_open))
    winner = max(done, key=lambda result: result.scored.points)
    return Result(winner.measured, either_or([result.scored for result in done]), winner.ends, "")


def _put_measure(book: Book, figure_id: str, rule: Rule, step: Step, measured: Measured) -> None:
    common = {
        "because": measured.because,
        "formula": step.measure,
        "parameters": {**shown(step.measure_parameters), **measured.parameters},
        "citation": rule.citation,
        "active": measured.active,
    }
    if not measured.applicable:
        book.text(figure_id, measured.label, "不适用", common.pop("because"), **common)
    elif measured.value is None:
        unit = "%" if measured.unit == "%" else measured.unit
        book.unknown(figure_id, measured.label, measured.reason, unit=unit, **common)
    elif measured.unit == "%":
        book.percent(figure_id, measured.label, measured.value, **common)
    else:
        digits = 0 if measured.unit == "个" else 2
        value = round_half_up(measured.value, digits)
        book.put(
            Figure(figure_id, measured.label, value, measured.unit, digits, exact=measured.value, **common)
        )


def _put_weight(book: Book, node: Node, weight: Decimal, **rest: object) -> None:
    book.put(Figure(f"{node.id}.weight", f"{node.label}分值", weight, "分", citation=node.citation, **rest))


def _put_not_applicable(leaf: Leaf, ids: tuple[str, ...], result: Result) -> None:
    """full: all points. drop: no points and no weight. redistribute waits for the leaf's siblings."""
    node, book, policy = leaf.node, leaf.book, leaf.node.rule.not_applicable
    digits = leaf.inputs.rubric.score_digits
    common = {
        "unit": "分",
        "digits": digits,
        "because": ids,
        "citation": node.rule.citation,
        "formula": node.rule.formula,
    }
    label = f"{node.label}得分"
    if policy == "drop":
        zero = round_half_up(0, digits)
        words = ("不适用，分值不计",)
        _put_weight(book, node, Decimal(0), because=ids, active=words)
        book.put(Figure(f"{node.id}.score", label, zero, exact=Fraction(0), active=words, **common))
        return
    _put_weight(book, node, node.weight)
    full = Scored(Fraction(node.weight), ("不适用，按满分计",)) if policy == "full" else None
    put_points(
        book,
        f"{node.id}.score",
        label,
        full,
        (Fraction(0), Fraction(node.weight)),
        "待同级指标计分后确定",
        common,
    )


def is_waiting(leaf: Leaf) -> bool:
    """A leaf that does not apply and takes its siblings' rate."""
    measure = leaf.book.figures.get(f"measure.{leaf.node.id}")
    return (
        leaf.node.rule.not_applicable == "redistribute" and measure is not None and measure.value == "不适用"
    )


def redistribute(leaf: Leaf, siblings: Sequence[str]) -> None:
    """按同级得分率计: the leaf's weight × (siblings' points ÷ their weights). The weights themselves never change.

    Excel: ``=W*SUM(scores)/SUM(weights)``. ``siblings``: ids of the leaves beside it that apply.
    """
    node, book = leaf.node, leaf.book
    weights = sum((book.exact_points(f"{one}.weight") for one in siblings), Fraction(0))
    because = (f"measure.{node.id}", *(f"{one}.score" for one in siblings))
    digits = leaf.inputs.rubric.score_digits
    common = {
        "unit": "分",
        "digits": digits,
        "because": because,
        "formula": "分值 × 同级得分率",
        "citation": node.rule.citation,
    }
    label, weight = f"{node.label}得分", Fraction(node.weight)
    if not weights:
        put_points(
            book,
            f"{node.id}.score",
            label,
            None,
            (Fraction(0), weight),
            "不适用，但没有可以参照的同级指标",
            common,
        )
        return
    scores = [book[f"{one}.score"] for one in siblings]
    low = sum((Fraction(one.range[0] if one.value is None else one.value) for one in scores), Fraction(0))
    high = sum((Fraction(one.range[1] if one.value is None else one.value) for one in scores), Fraction(0))
    if low == high and all(one.value is not None for one in scores):
        scored = Scored(weight * low / weights, ("不适用，按同级指标的得分率计",))
        put_points(book, f"{node.id}.score", label, scored, (Fraction(0), weight), "", common)
        return
    ends = (weight * low / weights, weight * high / weights)
    put_points(book, f"{node.id}.score", label, None, ends, "同级指标待定", common)
