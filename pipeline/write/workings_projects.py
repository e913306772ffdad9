"""Sheet 项目得分 of the workings: of every project the tree of its rubric, its total under the cap, and its grade.

Happens after 执行率 and 项目指标得分, on which its formulas go on. A leaf's 取数 stands in its own row.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from pipeline.maps_figures import projects_of
from pipeline.model import Figure, Outcome
from pipeline.model_rubric import Node, Rubric, Step
from pipeline.write.own_form_scores import grade_formula
from pipeline.write.workings_book import (
    NUMBER,
    PERCENT,
    RATIO_DIGITS,
    SCORE,
    Live,
    Paper,
    WorkingsBook,
    plus,
)
from pipeline.write.workings_checks import Checks
from pipeline.write.workings_formulas import capped
from pipeline.write.workings_inputs import Copies
from pipeline.write.workings_measures import TAKERS, Taking
from pipeline.write.workings_scores import METHODS, not_applicable, scored

NAME = "项目得分"
_HEAD = ("项目", "一级指标", "二级指标", "三级指标", "分值", "取数", "计分方法", "得分", "扣分", "说明")


def write(book: WorkingsBook, copies: Copies, checks: Checks, outcome: Outcome, rubric: Rubric) -> None:
    """A block a project, in the order of the figures; within it the rubric's nodes, parents above their children."""
    paper = book.papers[NAME]
    paper.title(
        NAME,
        "分值由指标的项目分值相加，得分由“项目指标得分”和执行率按项目支出的评分规则算出；蓝色为公式。",
        (12, 16, 14, 20, 9, 12, 18, 10, 10, 70),
    )
    paper.head(_HEAD)
    for key in projects_of(outcome.figures):
        _Block(paper, copies, checks, outcome, rubric, key).write()


class _Block:
    """The rows of one project."""

    def __init__(
        self, paper: Paper, copies: Copies, checks: Checks, outcome: Outcome, rubric: Rubric, key: str
    ):
        self.paper, self.copies, self.checks = paper, copies, checks
        self.figures, self.rubric, self.key = outcome.figures, rubric, key
        self.prefix = f"project.{key}"
        self.nodes = [_under(node, self.prefix) for node in rubric.nodes]
        self.rows: dict[str, int] = {}

    def write(self) -> None:
        name = str(self.figures[f"{self.prefix}.name"].value or "")
        for column in range(10):
            self.paper.text(column, {0: self.key, 1: name}.get(column, ""), self.paper.book.band)
        self.paper.row += 1
        row = self.paper.row
        for top in self.nodes:
            for node in top.walk():
                self.rows[node.id] = row
                row += max(1, len(node.rule.steps) if node.rule else 1)
        for top in self.nodes:
            self._node(top, 1)
        self._total()

    def _node(self, node: Node, depth: int) -> None:
        at = min(depth, 3)
        band = self.paper.book.band if node.children else None
        for column in range(4):
            self.paper.text(column, {0: self.key, at: node.label}.get(column, ""), band)
        weight, score = self.figures[f"{node.id}.weight"], self.figures[f"{node.id}.score"]
        if node.children:
            children = [self.rows[child.id] for child in node.children]
            self.paper.figure(4, weight, Live(_sum("E", children), Fraction(weight.value)), NUMBER)
            self.paper.text(5, "")
            self.paper.text(6, "下级之和")
            self.paper.figure(7, score, _live(score, _sum("H", children)), SCORE)
            self._end(node, score)
        else:
            self._leaf(node, weight, score)
        for child in node.children:
            self._node(child, depth + 1)

    def _end(self, node: Node, score: Figure) -> None:
        lost = self.figures[f"{node.id}.lost"]
        self.paper.figure(8, lost, _live(lost, f"E{self.paper.row}-H{self.paper.row}"), SCORE)
        self.paper.text(9, "；".join([score.reason or "", *score.active]).strip("；"))
        self.paper.row += 1

    def _leaf(self, leaf: Node, weight: Figure, score: Figure) -> None:
        """分值, then 取数 of every step (a second one in a row of its own below), then the points made of them."""
        paper, first = self.paper, self.paper.row
        parts = [part for part in weight.because if isinstance(part, str) and part.endswith(".points")]
        known = [part for part in parts if self.figures[part].exact is not None]
        if parts and len(known) == len(parts) and weight.value:
            live = Live(
                f"ROUND({plus([paper.book.refs[one] for one in parts])},{score.digits or 0})",
                Fraction(weight.value),
            )
            paper.figure(4, weight, live, NUMBER)
        else:
            paper.number(4, Fraction(weight.value))
            paper.book.placed(weight.id, paper.name, 4, paper.row)
        steps = leaf.rule.steps
        ids = [f"measure.{leaf.id}" + (f".{at}" if len(steps) > 1 else "") for at in range(1, len(steps) + 1)]
        self._measure(leaf, steps[0], ids[0], first)
        paper.text(6, METHODS.get(leaf.rule.formula, leaf.rule.formula))
        paper.figure(7, score, self._points(leaf, score, ids, first), SCORE)
        self._end(leaf, score)
        for at, (step, one) in enumerate(zip(steps[1:], ids[1:], strict=True), 2):
            for column in range(10):
                paper.text(column, {0: self.key, 3: f"　算法{at}"}.get(column, ""))
            self._measure(leaf, step, one, first)
            paper.row += 1

    def _measure(self, leaf: Node, step: Step, figure_id: str, first: int) -> None:
        figure, live = self.figures[figure_id], None
        if figure.exact is not None:
            live = self._taken(leaf, step, figure, first)
            live = live.rounded(RATIO_DIGITS) if live is not None and figure.unit == "%" else live
        self.paper.figure(5, figure, live, PERCENT if figure.unit == "%" else NUMBER)

    def _taken(self, leaf: Node, step: Step, figure: Figure, first: int) -> Live | None:
        refs = self.paper.book.refs
        if step.measure == "indicator_points":
            scores = [one for one in figure.because if isinstance(one, str) and one.endswith(".score")]
            return Live(f"{plus([refs[one] for one in scores])}/E{first}", figure.exact)
        if step.measure == "execution_rate" and step.measure_parameters["scope"] == "this_project":
            return self._rate(figure)
        taking = Taking(self.copies, self.checks, self.figures, refs, leaf, figure, step.measure_parameters)
        return TAKERS[step.measure](taking)

    def _rate(self, figure: Figure) -> Live:
        over, under = (
            self.paper.book.refs[f"{self.prefix}.{part}"] for part in ("executed", "annual_budget")
        )
        return Live(f"{over}/{under}", figure.exact)

    def _points(self, leaf: Node, score: Figure, ids: list[str], first: int) -> Live | None:
        """The points before and after rounding, with the program's exact points as the formula's value."""
        if score.exact is None:
            return None
        known = [
            (f"F{first + at}", self.figures[one], step)
            for at, (one, step) in enumerate(zip(ids, leaf.rule.steps, strict=True))
            if self.figures[one].exact is not None
        ]
        weight = f"E{first}"
        if not known:
            formula = not_applicable(leaf, score, weight, self.rows, "H", "E")
            return Live(formula, score.exact).rounded(score.digits or 0)
        formulas = [scored(step, leaf, figure, ref, weight) for ref, figure, step in known]
        if None in formulas:
            return None
        formula = formulas[0] if len(formulas) == 1 else f"MAX({','.join(formulas)})"
        return Live(formula, score.exact).rounded(score.digits or 0)

    def _total(self) -> None:
        tops = [self.rows[node.id] for node in self.nodes]
        weight, score, lost = (self.figures[f"{self.prefix}.{part}"] for part in ("weight", "score", "lost"))
        uncapped = self.figures.get(f"{self.prefix}.uncapped_score")
        below = _sum("H", tops)
        if uncapped is not None:
            self._band_row("下级之和（封顶前）")
            self.paper.figure(7, uncapped, _live(uncapped, below), SCORE)
            below = f"H{self.paper.row}"
            self.paper.row += 1
        self._band_row("总分")
        self.paper.figure(4, weight, Live(_sum("E", tops), Fraction(weight.value)), NUMBER)
        rate = self.figures[f"{self.prefix}.execution_rate"]
        if uncapped is not None and rate.exact is not None:
            below = capped(below, f"ROUND({self._rate(rate).formula},{RATIO_DIGITS})", self.rubric.caps)
        self.paper.figure(7, score, _live(score, below), SCORE)
        self.paper.figure(8, lost, _live(lost, f"E{self.paper.row}-H{self.paper.row}"), SCORE)
        self.paper.text(9, "；".join([score.reason or "", *score.active]).strip("；"))
        total = f"H{self.paper.row}"
        self.paper.row += 1
        self._grade(total)

    def _grade(self, total: str) -> None:
        paper, grade = self.paper, self.figures[f"{self.prefix}.grade"]
        self._band_row("等级")
        paper.book.placed(grade.id, paper.name, 7, paper.row)
        if grade.value is None:
            paper.text(7, "待定", paper.book.open)
        else:
            formula = f"={grade_formula(total, self.rubric)}"
            paper.sheet.write_formula(paper.row - 1, 7, formula, paper.book.live("General"), str(grade.value))
        paper.text(9, grade.reason or "；".join(grade.active))
        paper.row += 1

    def _band_row(self, label: str) -> None:
        for column in range(10):
            self.paper.text(column, {0: self.key, 1: label}.get(column, ""), self.paper.book.band)


def _under(node: Node, prefix: str) -> Node:
    """The node with its ids under a project's prefix, as its figures have them."""
    children = tuple(_under(child, prefix) for child in node.children)
    return replace(node, id=f"{prefix}.{node.id}", children=children)


def _live(figure: Figure, formula: str) -> Live | None:
    return None if figure.value is None else Live(formula, Fraction(figure.value))


def _sum(letter: str, rows: list[int]) -> str:
    return f"SUM({','.join(f'{letter}{row}' for row in rows)})"
