"""Sheet 指标得分 of the workings: every indicator from its target and actual, read out of their texts, to its points.

The numbers read stand beside the texts as typed; the formulas go on from there. Happens after 执行率.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from pipeline import measure
from pipeline.maps_figures import projects_of
from pipeline.model import Cell, Figure, Outcome, Row
from pipeline.model_rubric import Rubric, Rule
from pipeline.write.workings_book import NUMBER, PERCENT, SCORE, Figures, Live, Paper, WorkingsBook
from pipeline.write.workings_formulas import against_target, overshot
from pipeline.write.workings_inputs import Copies

NAME, PROJECTS = "指标得分", "项目指标得分"
TABLE = "indicator_results.indicators"
_HEAD = (
    "指标编号", "责任处室", "一级指标", "二级指标", "三级指标", "年度指标值", "全年完成值", "目标数", "区间上限", "完成数",
    "完成率", "部门分值", "计分方法", "得分", "说明",
)  # fmt: skip
_WIDTHS = (12, 12, 11, 12, 28, 16, 18, 11, 11, 11, 11, 10, 22, 10, 30)
WORDS = {
    "ratio_capped": "正向：完成值÷指标值，封顶", "reverse_linear": "反向：超出部分按比例扣", "reverse_inverse": "反向：指标值÷完成值",
    "equal": "等于型", "met_or_not": "达到得满分", "between": "在区间内得满分", "graded": "定性评定", "undetermined": "待定",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Read:
    """The numbers read out of the texts of a target and an actual, in one unit; None where there are none."""

    target: Fraction | None = None
    upper: Fraction | None = None
    actual: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One row: the prefix of its texts, that of its points and score, and the column its points were typed in."""

    texts: str
    scored: str
    points: str = "department_points"
    field: str = "department_points"


def write(book: WorkingsBook, copies: Copies, outcome: Outcome, rubric: Rubric) -> None:
    """One row an indicator, in the order of the figures."""
    paper = book.papers[NAME]
    paper.title(
        NAME,
        "目标数、完成数由文字读出（同一计量单位），其余为公式；部门分值为空的指标不计入部门整体。",
        _WIDTHS,
    )
    paper.head(_HEAD)
    schemes = _schemes(rubric)
    keys = dict.fromkeys(one.split(".")[1] for one in outcome.figures if one.startswith("indicator."))
    for key in keys:
        prefix = f"indicator.{key}"
        _indicator(paper, copies, outcome.figures, Line(prefix, prefix), schemes)
        paper.row += 1


def write_projects(book: WorkingsBook, copies: Copies, outcome: Outcome, rubric: Rubric) -> None:
    """The indicators of every project under its own rubric, scored by 项目分值. Happens before 项目得分."""
    paper = book.papers[PROJECTS]
    paper.title(
        PROJECTS,
        "与“指标得分”相同，按项目分值和项目支出的评分规则计分；只列有项目分值的指标。",
        _WIDTHS,
    )
    paper.head(("指标编号", "项目", *_HEAD[2:11], "项目分值", *_HEAD[12:]))
    schemes, figures = _schemes(rubric), outcome.figures
    for project in projects_of(figures):
        start = f"project.{project}.indicator."
        keys = [one[len(start) : -6] for one in figures if one.startswith(start) and one.endswith(".score")]
        for key in keys:
            line = Line(f"indicator.{key}", f"{start}{key}", "points", "project_points")
            _indicator(paper, copies, figures, line, schemes)
            paper.text(1, project)
            paper.row += 1


def _schemes(rubric: Rubric) -> Mapping[str, tuple[Rule, Mapping[str, object]]]:
    """First-level name -> the rule that scores its indicators, and the parameters of the measure."""
    return {
        level: (leaf.rule, step.measure_parameters)
        for leaf in rubric.leaves()
        if leaf.rule
        for step in leaf.rule.steps
        if step.measure == "indicator_points"
        for level in step.measure_parameters["levels"]
    }


def _indicator(
    paper: Paper,
    copies: Copies,
    figures: Figures,
    line: Line,
    schemes: Mapping[str, tuple[Rule, Mapping[str, object]]],
) -> None:
    score = figures[f"{line.scored}.score"]
    row = _row(copies, figures[f"{line.texts}.level_3"])
    paper.text(0, line.texts.split(".")[1])
    for column, part in enumerate(("division", "level_1", "level_2", "level_3", "target", "actual"), 1):
        if part == "division" and line.scored != line.texts:
            continue
        figure = figures[f"{line.texts}.{part}"]
        paper.words_of(column, _shown_at(copies, figure), str(figure.value or ""))
        paper.book.placed(figure.id, paper.name, column, paper.row)
    numbers = read(figures, line)
    for column, number in ((7, numbers.target), (8, numbers.upper), (9, numbers.actual)):
        if number is None:
            paper.text(column, "")
        else:
            paper.number(column, number, NUMBER)
    _completion(paper, figures[f"{line.texts}.completion_rate"], numbers)
    points = figures[f"{line.scored}.{line.points}"]
    paper.figure(11, points, _typed(copies, points), SCORE)
    paper.text(12, WORDS.get(score.formula, score.formula))
    paper.figure(13, score, _score(paper, copies, figures, line, row, numbers, schemes), SCORE)
    paper.text(14, score.reason or "；".join(score.active))


def _row(copies: Copies, figure: Figure) -> Row | None:
    record = next((copies.record(part) for part in figure.because if isinstance(part, Cell)), None)
    return record[1] if record else None


def _shown_at(copies: Copies, figure: Figure) -> str | None:
    """The copy of the cell a text was taken from, if the text is typed there as it is."""
    cell = next((part for part in figure.because if isinstance(part, Cell)), None)
    record = copies.record(cell) if cell else None
    typed = record and isinstance(record[1][record[2]], str) and record[1][record[2]] == figure.value
    return copies.ref(cell) if typed else None


def read(figures: Figures, line: Line) -> Read:
    """Target and actual in one unit, as :mod:`pipeline.measure` compares them; of a date or a word only an actual:
    1 reached, 0 (or the rubric's share) missed."""
    target, actual, unit = (figures[f"{line.texts}.{part}"].value for part in ("target", "actual", "unit"))
    score, points = figures[f"{line.scored}.score"], figures[f"{line.scored}.{line.points}"]
    if score.formula == "met_or_not" and score.exact is not None and points.exact:
        return Read(actual=score.exact / points.exact)
    met = figures[f"{line.texts}.met"]
    if not isinstance(target, str) or not isinstance(actual, str) or "最高等级" in met.parameters:
        return Read()
    requirement = measure.parse_requirement(target, unit or None)
    compared = measure.compare(requirement, measure.parse_actual(actual, unit or None))
    if requirement.kind not in ("number", "rate"):
        return Read(actual=met.exact)
    if compared.actual is None or compared.target is None:
        return Read()
    if isinstance(compared.target, tuple):
        return Read(Fraction(compared.target[0]), Fraction(compared.target[1]), Fraction(compared.actual))
    return Read(Fraction(compared.target), None, Fraction(compared.actual))


def _completion(paper: Paper, figure: Figure, numbers: Read) -> None:
    live = None
    if figure.exact is not None and numbers.actual is not None and numbers.target and numbers.upper is None:
        live = Live(f"J{paper.row}/H{paper.row}", numbers.actual / numbers.target)
    paper.figure(10, figure, live, PERCENT)


def _typed(copies: Copies, figure: Figure) -> Live | None:
    refs = [copies.ref(part) for part in figure.because if isinstance(part, Cell)]
    if figure.exact is None or not refs or refs[0] is None:
        return None
    live = Live(refs[0], figure.exact)
    return live if Fraction(figure.value) == figure.exact else live.rounded(figure.digits or 0)


def _score(
    paper: Paper,
    copies: Copies,
    figures: Figures,
    line: Line,
    row: Row | None,
    numbers: Read,
    schemes: Mapping[str, tuple[Rule, Mapping[str, object]]],
) -> Live | None:
    """The formula of an indicator's points, with the program's exact points as its value."""
    score, level = figures[f"{line.scored}.score"], figures[f"{line.texts}.level_1"].value
    if score.exact is None or level not in schemes or row is None:
        return None
    rule, parameters = schemes[level]
    at = paper.row
    weight = f"N({copies.at(row, line.field)})"
    target, upper, actual = f"H{at}", f"I{at}", f"J{at}"
    if score.formula == "graded":
        formula = f"N({copies.at(row, 'graded_points')})"
        if line.field != "department_points" and row.usable("department_points"):
            formula = f"{formula}*{weight}/N({copies.at(row, 'department_points')})"
    elif score.formula == "met_or_not":
        formula = f"{weight}*{actual}"
    elif numbers.actual is None:
        return None
    elif numbers.upper is not None:
        below = against_target(str(parameters["higher"]), actual, target, weight)
        beyond = against_target(str(parameters["lower"]), actual, upper, weight)
        formula = (
            f"IF(AND({actual}>={target},{actual}<={upper}),{weight},IF({actual}<{target},{below},{beyond}))"
        )
    else:
        formula = against_target(score.formula, actual, target, weight, str(parameters["equal_above"]))
        is_reverse = score.formula == parameters["lower"] and score.formula != parameters["higher"]
        if rule.overshoot.policy == "reduce" and not is_reverse and numbers.target:
            formula = overshot(formula, f"({actual}/{target})", rule.overshoot.above, rule.overshoot.points)
    return Live(formula, score.exact).rounded(score.digits or 0)
