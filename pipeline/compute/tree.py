"""The tree of a rubric scored: leaves, then the sums above them, total and grade. A parent is the sum of its rounded
children; weights are never rescaled. Used by ``score`` for the department and by ``projects`` once a project.

Figures ``<node>.{weight|score|lost}`` and ``total.{weight|score|lost|grade}``. Source: docs/architecture.md, laws 2 and 5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from pipeline.compute.book import Book
from pipeline.compute.inputs import Inputs
from pipeline.compute.leaves import is_waiting, put_leaf, redistribute
from pipeline.compute.measured import Leaf, Measured, names_of
from pipeline.model import Figure
from pipeline.model_rubric import Band, Node, Rubric
from pipeline.money import round_half_up

#: what makes a sum insensitive to a change too small to be seen in its parts
ROUNDED = "取四舍五入后的下级得分"


def put_tree(inputs: Inputs, book: Book, rubric: Rubric) -> list[tuple[Leaf, Measured]]:
    """Leaves, then the sums above them."""
    leaves: list[tuple[Leaf, Measured]] = []
    for node in rubric.nodes:
        leaves += _put_leaves(inputs, book, node, ())
    for node in rubric.nodes:
        _redistribute_in(leaves, node)
    for node in rubric.nodes:
        _put_sums(book, node, rubric)
    return leaves


def _put_leaves(
    inputs: Inputs, book: Book, node: Node, above: tuple[Node, ...]
) -> list[tuple[Leaf, Measured]]:
    if node.children:
        return [
            found for child in node.children for found in _put_leaves(inputs, book, child, (*above, node))
        ]
    leaf = Leaf(inputs, book, node, names_of([node]), names_of(above))
    return [(leaf, put_leaf(leaf))]


def _redistribute_in(leaves: Sequence[tuple[Leaf, Measured]], node: Node) -> None:
    """Leaves that do not apply and take the rate of the leaves beside them, once those are scored."""
    ids = {child.id for child in node.children if not child.children}
    mine = [leaf for leaf, _ in leaves if leaf.node.id in ids]
    waiting = [leaf for leaf in mine if is_waiting(leaf)]
    siblings = [leaf.node.id for leaf in mine if leaf not in waiting]
    for leaf in waiting:
        redistribute(leaf, siblings)
    for child in node.children:
        _redistribute_in(leaves, child)


def _put_sums(book: Book, node: Node, rubric: Rubric) -> None:
    """Weight and score of a node with children: the sums of theirs. Excel: ``=SUM(children)``"""
    for child in node.children:
        _put_sums(book, child, rubric)
    if node.children:
        weights = [f"{child.id}.weight" for child in node.children]
        weight = sum((book[one].value for one in weights), Decimal(0))
        dropped = tuple(one for one in weights if book[one].because)
        book.put(
            Figure(
                f"{node.id}.weight",
                f"{node.label}分值",
                weight,
                "分",
                because=dropped,
                citation=node.citation,
            )
        )
        put_sum(
            book, f"{node.id}.score", f"{node.label}得分", [child.id for child in node.children], node, rubric
        )
    put_lost(book, node.id, node.label, rubric)


def put_sum(
    book: Book, figure_id: str, label: str, children: Sequence[str], node: Node | None, rubric: Rubric
) -> None:
    """The sum of rounded scores; with something open, the range between the worst and the best sum."""
    scores = [book[f"{child}.score"] for child in children]
    common = {
        "unit": "分",
        "digits": rubric.score_digits,
        "because": tuple(score.id for score in scores),
        "formula": "下级得分之和",
    }
    if all(score.value is not None for score in scores):
        value = sum((score.value for score in scores), Decimal(0))
        active = (ROUNDED,) if any(is_rounded(score) for score in scores) else ()
        book.put(Figure(figure_id, label, value, exact=Fraction(value), active=active, **common))
        return
    ends = [score.range or (score.value, score.value) for score in scores]
    low, high = (sum((end[at] for end in ends), Decimal(0)) for at in (0, 1))
    under = node.walk() if node else rubric.walk()
    still_open = [
        leaf.label for leaf in under if not leaf.children and book[f"{leaf.id}.score"].value is None
    ]
    reason = f"{len(still_open)} 项待定：{'、'.join(still_open)}"
    book.put(Figure(figure_id, label, None, range=(low, high), reason=reason, **common))


def is_rounded(score: Figure) -> bool:
    """Whether a score differs from the exact points behind it."""
    return score.exact is not None and Fraction(score.value) != score.exact


def put_lost(book: Book, prefix: str, label: str, rubric: Rubric) -> None:
    """扣分 = 分值 − 得分. Excel: ``=weight-score``"""
    weight, score = book[f"{prefix}.weight"], book[f"{prefix}.score"]
    common = {
        "unit": "分",
        "digits": rubric.score_digits,
        "because": (weight.id, score.id),
        "formula": "分值 − 得分",
    }
    if score.value is None:
        ends = (weight.value - score.range[1], weight.value - score.range[0])
        book.put(Figure(f"{prefix}.lost", f"{label}扣分", None, range=ends, reason=score.reason, **common))
    else:
        lost = weight.value - score.value
        active = (ROUNDED,) if is_rounded(score) else ()
        if weight.because:  # an indicator with full marks that comes or goes moves both
            active = (*active, "分值随填报而定，与得分同增同减")
        book.put(
            Figure(f"{prefix}.lost", f"{label}扣分", lost, exact=Fraction(lost), active=active, **common)
        )


def put_total(book: Book, rubric: Rubric, prefix: str = "total", label: str = "") -> None:
    """``total.{weight|score|lost|grade}``, or the same of a project: the grade is that of the printed total."""
    ids = [node.id for node in rubric.nodes]
    weight = sum((book[f"{one}.weight"].value for one in ids), Decimal(0))
    dropped = tuple(f"{one}.weight" for one in ids if book[f"{one}.weight"].because)
    moved = ("各级分值相加，指标换一级不影响",) if prefix != "total" else ()
    book.put(
        Figure(
            f"{prefix}.weight",
            f"{label}总分值",
            weight,
            "分",
            because=dropped,
            formula="下级分值之和",
            active=moved,
        )
    )
    put_sum(book, f"{prefix}.score", f"{label}总分", ids, None, rubric)
    if rubric.caps:
        _cap(book, rubric, prefix)
    put_lost(book, prefix, f"{label}总", rubric)
    total, cited = book[f"{prefix}.score"], rubric.settings["grades"].citation
    common = {"because": (total.id,), "formula": "按印出的总分定等级", "citation": cited}
    common["parameters"] = {"等级": "；".join(f"{band.value} {band.words}" for band in rubric.grades)}
    if total.value is None:
        low, high = (grade_of(rubric, end) for end in total.range)
        reason = f"总分待定：{total.range[0]} 为{low}，{total.range[1]} 为{high}"
        book.put(Figure(f"{prefix}.grade", f"{label}等级", None, reason=reason, **common))
        return
    band = next(band for band in rubric.grades if Fraction(total.value) in band)
    active = (f"等级的分数段：{band.words}",)
    book.put(Figure(f"{prefix}.grade", f"{label}等级", str(band.value), active=active, **common))


def _cap(book: Book, rubric: Rubric, prefix: str) -> None:
    """总分封顶: the sum of the scores, but no more than the execution rate allows. Excel: ``=MIN(sum,cap)``

    The sum itself stays as ``<prefix>.uncapped_score``; an open rate leaves the score open below the sum.
    """
    total = book.put(replace(book[f"{prefix}.score"], id=f"{prefix}.uncapped_score"))
    rate = book["annual.execution_rate" if prefix == "total" else f"{prefix}.execution_rate"]
    cited = rubric.settings["caps"].citation
    common = {
        "unit": "分",
        "digits": rubric.score_digits,
        "because": (total.id, rate.id),
        "formula": "按执行率封顶",
        "parameters": {"总分上限": "；".join(f"执行率{band.words}：{band.value}" for band in rubric.caps)},
        "citation": cited,
    }
    worst, best = total.range or (total.value, total.value)
    if rate.exact is None:
        least = min(worst, *(_points(band, rubric) for band in rubric.caps))
        reason = total.reason or f"执行率待定，总分上限不能确定：{rate.reason or '没有执行率'}"
        book.put(Figure(f"{prefix}.score", total.label, None, range=(least, best), reason=reason, **common))
        return
    band = next(band for band in rubric.caps if rate.exact in band)
    cap = _points(band, rubric)
    active = (f"执行率{band.words}，总分不超过 {cap}",) if best > cap else ("没有超过总分上限",)
    if total.value is None:
        ends = (min(worst, cap), min(best, cap))
        book.put(
            Figure(
                f"{prefix}.score", total.label, None, range=ends, reason=total.reason, active=active, **common
            )
        )
        return
    value = min(total.value, cap)
    book.put(Figure(f"{prefix}.score", total.label, value, exact=Fraction(value), active=active, **common))


def _points(band: Band, rubric: Rubric) -> Decimal:
    return round_half_up(Fraction(band.value), rubric.score_digits)


def grade_of(rubric: Rubric, total: Decimal) -> str:
    """The grade of a printed total."""
    return str(next(band.value for band in rubric.grades if Fraction(total) in band))
