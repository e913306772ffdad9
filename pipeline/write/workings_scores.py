"""Sheet 评分 of the workings: every node of the rubric with its weight, its points as a formula, and what was lost."""

from __future__ import annotations

from fractions import Fraction

from pipeline.model import Figure, Outcome
from pipeline.model_rubric import Node, Rubric, Step
from pipeline.write.own_form_scores import grade_formula
from pipeline.write.workings_book import SCORE, Figures, Live, Paper, WorkingsBook
from pipeline.write.workings_formulas import overshot, points

NAME = "评分"
_HEAD = ("一级指标", "二级指标", "三级指标", "分值", "取数", "计分方法", "得分", "扣分", "扣分原因", "说明")
METHODS = {
    "ratio_capped": "比例计分（封顶）", "reverse_linear": "反向线性计分", "reverse_inverse": "反向反比计分", "equal": "等于型计分",
    "deduct_per_point": "按点扣分", "bands": "分档计分", "checklist": "检查点计分", "count_deduct": "按问题数扣分",
    "graded": "定性评定", "period_progress": "进度计分", "either_or": "取得分高的算法", "manual": "人工评分",
}  # fmt: skip


def write(book: WorkingsBook, outcome: Outcome, rubric: Rubric) -> None:
    """The tree in the order of the form, a row a node; parents are sums. Happens after 取数."""
    paper = book.papers[NAME]
    paper.title(
        NAME,
        "三级指标的得分由“取数”按评分规则算出并四舍五入一次，上级为下级之和；蓝色为公式。",
        (14, 16, 34, 9, 12, 18, 10, 10, 36, 50),
    )
    paper.head(_HEAD)
    rows = _rows(rubric, paper.row)
    for node in rubric.nodes:
        _node(paper, outcome.figures, rubric, node, 0, rows)
    _total(paper, outcome.figures, rubric, rows)


def _rows(rubric: Rubric, first: int) -> dict[str, int]:
    """Node id -> the row it gets: parents stand above their children."""
    return {node.id: first + number for number, node in enumerate(rubric.walk())}


def _node(
    paper: Paper, figures: Figures, rubric: Rubric, node: Node, depth: int, rows: dict[str, int]
) -> None:
    at = min(depth, 2) if node.children else 2
    for column in range(3):
        paper.text(column, node.label if column == at else "", paper.book.band if node.children else None)
    weight, score = figures[f"{node.id}.weight"], figures[f"{node.id}.score"]
    if node.children:
        children = [rows[child.id] for child in node.children]
        paper.figure(3, weight, Live(_sum("D", children), Fraction(weight.value)), "General")
        paper.text(4, "")
        paper.text(5, "下级之和")
        paper.figure(6, score, _live(score, _sum("G", children)), SCORE)
    else:
        paper.number(3, Fraction(weight.value))
        paper.book.placed(weight.id, paper.name, 3, paper.row)
        _leaf(paper, figures, node, score, rubric, rows)
    lost = figures[f"{node.id}.lost"]
    paper.figure(7, lost, _live(lost, f"D{paper.row}-G{paper.row}"), SCORE)
    paper.text(8, figures[f"{node.id}.deduction_reason"].value if not node.children else "")
    paper.text(9, "；".join([score.reason or "", *score.active]).strip("；"))
    paper.row += 1
    for child in node.children:
        _node(paper, figures, rubric, child, depth + 1, rows)


def _live(figure: Figure, formula: str) -> Live | None:
    return None if figure.value is None else Live(formula, Fraction(figure.value))


def _sum(letter: str, rows: list[int]) -> str:
    return f"SUM({','.join(f'{letter}{row}' for row in rows)})"


def _leaf(
    paper: Paper, figures: Figures, leaf: Node, score: Figure, rubric: Rubric, rows: dict[str, int]
) -> None:
    steps = leaf.rule.steps if leaf.rule else ()
    ids = [
        f"measure.{leaf.id}" + (f".{number}" if len(steps) > 1 else "") for number in range(1, len(steps) + 1)
    ]
    refs = [paper.book.refs.get(one) for one in ids]
    first = figures.get(ids[0]) if ids else None
    shown = first.printed if first is not None else ""
    if refs and refs[0]:
        value = None
        if first.exact is not None:
            ratio = Fraction(first.value) / 100 if first.unit == "%" else first.exact
            value = Live(f"ROUND({refs[0]},{4 if first.unit == '%' else 6})", ratio)
        if value is None:
            paper.text(4, shown)
        else:
            paper.formula(4, value, "0.00%" if first.unit == "%" else "General")
    else:
        paper.text(4, shown)
    paper.text(5, METHODS.get(leaf.rule.formula, leaf.rule.formula) if leaf.rule else "")
    paper.figure(6, score, _points(figures, leaf, score, ids, refs, paper, rubric, rows), SCORE)


def _points(
    figures: Figures,
    leaf: Node,
    score: Figure,
    ids: list[str],
    refs: list[str | None],
    paper: Paper,
    rubric: Rubric,
    rows: dict[str, int],
) -> Live | None:
    """The leaf's points before and after rounding, with the program's exact points as the formula's value."""
    if score.exact is None:
        return None
    weight, digits = f"D{paper.row}", score.digits or 0
    known = [
        (one, ref, step)
        for one, ref, step in zip(ids, refs, leaf.rule.steps, strict=True)
        if figures[one].exact is not None
    ]
    if not known:
        formula = not_applicable(leaf, score, weight, rows)
        return Live(formula, score.exact).rounded(digits)
    formulas = [scored(step, leaf, figures[one], str(ref), weight) for one, ref, step in known]
    if None in formulas:
        return None
    formula = formulas[0] if len(formulas) == 1 else f"MAX({','.join(formulas)})"
    return Live(formula, score.exact).rounded(digits)


def scored(step: Step, leaf: Node, measure: Figure, ref: str, weight: str) -> str | None:
    formula = points(step.formula, ref, weight, step.parameters, _items(measure))
    over = leaf.rule.overshoot
    if formula and over.policy == "reduce" and step.measure != "indicator_points":
        return overshot(formula, ref, over.above, over.points)
    return formula


def _items(measure: Figure) -> int:
    """How many checkpoints a checklist's measure counted: the right side of ``4/5``."""
    shown = measure.parameters.get("完成/检查点", "")
    return int(shown.rpartition("/")[2]) if shown else 1


def not_applicable(
    leaf: Node, score: Figure, weight: str, rows: dict[str, int], scores: str = "G", weights: str = "D"
) -> str:
    """full: the weight. drop: nothing. redistribute: the rate of the leaves beside it (columns of scores and weights)."""
    siblings = [
        part.removesuffix(".score")
        for part in score.because
        if isinstance(part, str) and part.endswith(".score")
    ]
    if siblings:
        mine = [rows[one] for one in siblings]
        return f"{weight}*{_sum(scores, mine)}/{_sum(weights, mine)}"
    return weight if leaf.rule.not_applicable == "full" else "0"


def _total(paper: Paper, figures: Figures, rubric: Rubric, rows: dict[str, int]) -> None:
    tops = [rows[node.id] for node in rubric.nodes]
    for column, text in ((0, "总分"), (1, ""), (2, ""), (4, ""), (5, "下级之和"), (8, "")):
        paper.text(column, text, paper.book.band)
    weight, score, lost = (figures[f"total.{part}"] for part in ("weight", "score", "lost"))
    paper.figure(3, weight, Live(_sum("D", tops), Fraction(weight.value)), "General")
    paper.figure(6, score, _live(score, _sum("G", tops)), SCORE)
    paper.figure(7, lost, _live(lost, f"D{paper.row}-G{paper.row}"), SCORE)
    paper.text(9, score.reason or "")
    total = f"G{paper.row}"
    paper.row += 1
    for column, text in (
        (0, "等级"),
        (1, ""),
        (2, ""),
        (3, ""),
        (4, ""),
        (5, "按印出的总分"),
        (7, ""),
        (8, ""),
    ):
        paper.text(column, text, paper.book.band)
    grade = figures["total.grade"]
    paper.book.placed(grade.id, paper.name, 6, paper.row)
    if grade.value is None:
        paper.text(6, "待定", paper.book.open)
    else:
        style = paper.book.live("General")
        paper.sheet.write_formula(
            paper.row - 1, 6, f"={grade_formula(total, rubric)}", style, str(grade.value)
        )
    paper.text(9, grade.reason or "；".join(grade.active))
