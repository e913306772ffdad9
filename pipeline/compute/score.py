"""The whole computation: a submission and a rubric become an Outcome. Pure: no I/O, no clock.

Order: words, the year's money, the months, costs, indicators, leaves, sums upwards, total, grade. A value at a
blocked cell counts as undetermined; what depends on it has a range, everything else is computed. A parent is the sum
of its rounded children; weights are never rescaled. Source: docs/architecture.md (laws 2, 5 and 6).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from pipeline.compute.book import Book
from pipeline.compute.budget import put_budget
from pipeline.compute.explained import put_explained
from pipeline.compute.indicators import put_indicators
from pipeline.compute.inputs import Inputs
from pipeline.compute.leaves import is_waiting, put_leaf, redistribute
from pipeline.compute.measured import Leaf, Measured, names_of
from pipeline.compute.measures_money import put_costs
from pipeline.compute.months import put_months
from pipeline.compute.texts import put_texts
from pipeline.errors import CannotRun
from pipeline.model import Cell, Figure, Outcome, Submission
from pipeline.model_rubric import Node, Rubric

#: what makes a sum insensitive to a change too small to be seen in its parts
ROUNDED = "取四舍五入后的下级得分"


def compute(submission: Submission, rubric: Rubric, blocked: frozenset[Cell] = frozenset()) -> Outcome:
    """Every figure of a submission under a rubric, in the order they are made.

    ``blocked``: cells whose values must not be used. Raises CannotRun when a leaf of the rubric has no rule.
    """
    refuse_absent(rubric)
    inputs, book = Inputs(submission, rubric, blocked), Book(rubric.rate_digits)
    put_texts(inputs, book)
    put_budget(inputs, book)
    put_months(inputs, book)
    put_costs(inputs, book)
    put_indicators(inputs, book, rubric.leaves())
    leaves: list[tuple[Leaf, Measured]] = []
    for node in rubric.nodes:
        leaves += _put_leaves(inputs, book, node, ())
    for node in rubric.nodes:
        _redistribute_in(leaves, node)
    for node in rubric.nodes:
        _put_sums(book, node, rubric)
    put_total(book, rubric)
    put_explained(book, rubric, leaves)
    return Outcome(dict(book.figures))


def refuse_absent(rubric: Rubric) -> None:
    """Scoring with a rubric that has a leaf without a rule is refused, naming all of them. Raises CannotRun."""
    absent = [leaf.label for leaf in rubric.leaves() if leaf.rule is None]
    if absent:
        names = "、".join(f"“{label}”" for label in absent)
        raise CannotRun(
            f"{names}还没有评分规则（rule: absent），不能计分。请补全后再运行。", file=rubric.file
        )


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
        book.put(
            Figure(f"{prefix}.lost", f"{label}扣分", lost, exact=Fraction(lost), active=active, **common)
        )


def put_total(book: Book, rubric: Rubric) -> None:
    """``total.{weight|score|lost|grade}``: the grade is that of the printed total."""
    ids = [node.id for node in rubric.nodes]
    weight = sum((book[f"{one}.weight"].value for one in ids), Decimal(0))
    dropped = tuple(f"{one}.weight" for one in ids if book[f"{one}.weight"].because)
    book.put(Figure("total.weight", "总分值", weight, "分", because=dropped, formula="下级分值之和"))
    put_sum(book, "total.score", "总分", ids, None, rubric)
    put_lost(book, "total", "总", rubric)
    total, cited = book["total.score"], rubric.settings["grades"].citation
    common = {"because": ("total.score",), "formula": "按印出的总分定等级", "citation": cited}
    common["parameters"] = {"等级": "；".join(f"{band.value} {band.words}" for band in rubric.grades)}
    if total.value is None:
        low, high = (grade_of(rubric, end) for end in total.range)
        reason = f"总分待定：{total.range[0]} 为{low}，{total.range[1]} 为{high}"
        book.put(Figure("total.grade", "等级", None, reason=reason, **common))
        return
    band = next(band for band in rubric.grades if Fraction(total.value) in band)
    active = (f"等级的分数段：{band.words}",)
    book.put(Figure("total.grade", "等级", str(band.value), active=active, **common))


def grade_of(rubric: Rubric, total: Decimal) -> str:
    """The grade of a printed total."""
    return str(next(band.value for band in rubric.grades if Fraction(total) in band))
