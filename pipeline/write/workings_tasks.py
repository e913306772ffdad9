"""Sheet 工作任务 of the workings: 职责 → 任务 → 项目 → 指标 as an outline that folds, every number a live formula.

Money is added from the input copies, points and scores from 指标得分, whether an indicator is reached from the numbers
read there. Happens after 执行率 and 指标得分; a figure that stands there already is referred to.
"""

from __future__ import annotations

import operator as op
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from pipeline.model import Cell, Figure, Outcome
from pipeline.model_tasks import KINDS, TaskLine, indicator_of, task_lines
from pipeline.write import workings_indicators
from pipeline.write.workings_book import (
    MONEY,
    NUMBER,
    PERCENT,
    SCORE,
    Figures,
    Live,
    Paper,
    WorkingsBook,
    plus,
    runs,
)
from pipeline.write.workings_inputs import Copies

NAME = "工作任务"
LINES = "budget_execution.expenditure"
_HEAD = (
    "层级", "职责、任务、项目、指标", "年初预算数", "全年预算数", "全年执行数", "执行率", "指标值", "完成值", "指标数",
    "达到数", "完成率", "分值口径", "分值", "得分", "得分率", "完成情况、说明",
)  # fmt: skip
_WIDTHS = (9, 46, 14, 14, 14, 10, 16, 18, 8, 8, 10, 10, 9, 9, 10, 44)
_MET_COLUMN = 9
#: operator of a target -> how reaching it is asked of the numbers read
_ASKED = {
    ">=": (">=", op.ge), ">": (">", op.gt), "<=": ("<=", op.le), "<": ("<", op.lt), "=": ("=", op.eq), "": ("=", op.eq),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Tree:
    """What a line of the sheet needs of all others: the figures, and where each indicator's 达到数 stands."""

    paper: Paper
    copies: Copies
    figures: Figures
    met_at: Mapping[str, str]
    #: indicator -> prefix of its figures in the table of its project
    of_project: Mapping[str, str]


def write(book: WorkingsBook, copies: Copies, outcome: Outcome) -> None:
    """The tree, a line each; what is not a task's, and the sum of all, at the end."""
    paper = book.papers[NAME]
    paper.title(
        NAME,
        "左侧可折叠。对应几项任务的项目在各任务下都列出，职责和合计只计一次；完成率 = 达到数 ÷ 指标数（不适用的不计）；"
        "得分率 = 得分 ÷ 分值，按部门分值，没有部门分值的按项目分值。金额为万元。",
        _WIDTHS,
    )
    paper.head(_HEAD)
    paper.sheet.outline_settings(True, False, True, False)
    lines = task_lines(outcome.figures)
    met_at: dict[str, str] = {}
    for row, line in enumerate(lines, paper.row):
        if line.kind == "indicator":
            met_at.setdefault(f"{line.prefix}.met", paper.ref(_MET_COLUMN, row))
    of_project = {
        one.split(".")[3]: one.removesuffix(".points")
        for one in outcome.figures
        if one.startswith("project.") and one.split(".")[2] == "indicator" and one.endswith(".points")
    }
    tree = _Tree(paper, copies, outcome.figures, met_at, of_project)
    for line in lines:
        paper.text(0, KINDS[line.kind], book.band if line.level == 0 else None)
        indent = book.style(
            border=1, border_color="grid", text_wrap=True, indent=line.level, bold=line.level == 0
        )
        paper.text(1, line.label, indent)
        (_indicator if line.kind == "indicator" else _group)(tree, line)
        paper.level = line.level
        paper.row += 1


def _group(tree: _Tree, line: TaskLine) -> None:
    paper, figures = tree.paper, tree.figures
    for column, part in enumerate(("initial_budget", "annual_budget", "executed"), 2):
        figure = figures[f"{line.prefix}.{part}"]
        paper.figure(
            column, figure, _known(tree, figure) or _money(tree.copies, figure, f"{part}_fen"), MONEY
        )
    _share(tree, line, 5, "execution_rate", "executed", "annual_budget")
    paper.text(6, "")
    paper.text(7, "")
    counted = [tree.met_at[one] for one in _counted(figures, line.prefix)]
    count, met = (figures[f"{line.prefix}.{part}"] for part in ("indicators", "indicators_met"))
    paper.figure(8, count, Live(_count(counted), Fraction(len(counted))), NUMBER)
    paper.figure(_MET_COLUMN, met, _sum(figures, counted, _counted(figures, line.prefix)), NUMBER)
    _share(tree, line, 10, "completion_rate", "indicators_met", "indicators")
    paper.text(11, line.points_by)
    for column, part in ((12, "points"), (13, "score")):
        paper.figure(column, figures[f"{line.prefix}.{part}"], _points(tree, line, part), SCORE)
    _share(tree, line, 14, "score_rate", "score", "points")
    paper.text(15, _words(figures, line))


def _indicator(tree: _Tree, line: TaskLine) -> None:
    paper, figures = tree.paper, tree.figures
    for column in (2, 3, 4, 5, 8, 10, 14):
        paper.text(column, "")
    for column, part in ((6, "target"), (7, "actual")):
        figure = figures[f"{line.prefix}.{part}"]
        paper.words_of(
            column, paper.book.refs.get(figure.id), "" if figure.value is None else str(figure.value)
        )
    met = figures[f"{line.prefix}.met"]
    if tree.met_at[met.id] == paper.ref(_MET_COLUMN):
        paper.figure(_MET_COLUMN, met, _met(tree, met), NUMBER)
    else:
        paper.figure(_MET_COLUMN, met, _known(tree, met), NUMBER)
    paper.text(11, line.points_by)
    for column, (figure, live) in ((12, _points_of(tree, line)), (13, _score_of(tree, line))):
        if figure is None and live is not None:
            paper.formula(column, live, SCORE)
        else:
            paper.figure(column, figure, live, SCORE)
    notes = [met.reason or "", str(figures[f"{line.prefix}.deviation_reason"].value or "")]
    paper.text(15, "；".join(note for note in notes if note))


def _known(tree: _Tree, figure: Figure | None) -> Live | None:
    """A figure that already stands elsewhere in the workings."""
    ref = tree.paper.book.refs.get(figure.id) if figure is not None else None
    if ref is None or not isinstance(figure.exact, Fraction):
        return None
    return Live(ref, Fraction(figure.value) if figure.unit == "分" else figure.exact)


def _money(copies: Copies, figure: Figure, field_id: str) -> Live | None:
    """The sum over the lines a figure used."""
    if figure.exact is None:
        return None
    filled = [row for row in copies.rows(figure, LINES, field_id) if row[field_id] is not None]
    total = sum(row.usable(field_id) or 0 for row in filled)
    return Live(plus([copies.at(row, field_id) for row in filled]), Fraction(total, 1_000_000))


def _share(tree: _Tree, line: TaskLine, column: int, part: str, over: str, under: str) -> None:
    """One figure of the line over another, rounded as the rate is printed."""
    figure, below = (tree.figures[f"{line.prefix}.{one}"] for one in (part, under))
    live = _known(tree, figure)
    if figure.exact is not None and below.exact:
        refs = tree.paper.book.refs
        live = Live(f"{refs[f'{line.prefix}.{over}']}/{refs[below.id]}", figure.exact)
        live = live.rounded((figure.digits or 0) + 2)
    tree.paper.figure(column, figure, live, PERCENT)


def _counted(figures: Figures, prefix: str) -> list[str]:
    """The 达到数 of the indicators a line counts: each but those that are 不适用."""
    parts = (part for part in figures[f"{prefix}.indicators"].because if isinstance(part, str))
    return [part for part in parts if figures[part].value != "不适用"]


def _count(refs: Sequence[str]) -> str:
    """How many cells are filled, in areas where they stand below one another."""
    areas = runs(refs)
    parts = [f"COUNTA({','.join(areas[at : at + 200])})" for at in range(0, len(areas), 200)]
    return "+".join(parts) or "0"


def _sum(figures: Figures, refs: Sequence[str], ids: Sequence[str]) -> Live | None:
    values = [figures[one].exact for one in ids]
    return None if None in values else Live(plus(refs), sum(values, Fraction(0)))


def _points(tree: _Tree, line: TaskLine, part: str) -> Live | None:
    """Points or scores of a line's indicators, each from where it stands or was typed."""
    lives = []
    for one in tree.figures[f"{line.prefix}.indicators"].because:
        if isinstance(one, str):
            mine = TaskLine(3, "indicator", one.removesuffix(".met"), "", line.points_by)
            figure, live = (_points_of if part == "points" else _score_of)(tree, mine)
            if live is None and figure is not None and figure.value != "":
                return None
            lives.append(live)
    lives = [live for live in lives if live is not None]
    return Live(plus([live.formula for live in lives]), sum((live.value for live in lives), Fraction(0)))


def _points_of(tree: _Tree, line: TaskLine) -> tuple[Figure | None, Live | None]:
    """部门分值 as it stands in 指标得分; 项目分值 as it was typed."""
    if line.points_by != "项目分值":
        figure = tree.figures[f"{line.prefix}.department_points"]
        return figure, _known(tree, figure)
    cell = next(part for part in tree.figures[f"{line.prefix}.level_3"].because if isinstance(part, Cell))
    record = tree.copies.record(cell)
    typed = record[1].usable("project_points") if record else None
    if typed is None:
        return None, None
    own = tree.figures.get(f"{tree.of_project.get(indicator_of(line))}.points")
    return own, Live(tree.copies.at(record[1], "project_points"), Fraction(typed))


def _score_of(tree: _Tree, line: TaskLine) -> tuple[Figure | None, Live | None]:
    prefix = tree.of_project.get(indicator_of(line)) if line.points_by == "项目分值" else line.prefix
    figure = tree.figures.get(f"{prefix}.score")
    return figure, _known(tree, figure)


def _met(tree: _Tree, figure: Figure) -> Live | None:
    """1 where the numbers read in 指标得分 (or the grade typed) reach the target, else 0."""
    asked, prefix = figure.parameters.get("比较", ""), figure.id.removesuffix(".met")
    if figure.exact is None:
        return None
    if "最高等级" in figure.parameters:
        cells = (part for part in figure.because if isinstance(part, Cell))
        grade = next(cell for cell in cells if (tree.copies.record(cell) or ("", None, ""))[2] == "grade")
        return Live(f'IF({tree.copies.ref(grade)}="{figure.parameters["最高等级"]}",1,0)', figure.exact)
    read = workings_indicators.read(tree.figures, workings_indicators.Line(prefix, prefix))
    sheet, _, address = tree.paper.book.refs[f"{prefix}.level_3"].rpartition("!")
    target, upper, actual = (
        f"{sheet}!{letter}{address.lstrip('ABCDEFGHIJKLMNOPQRSTUVWXYZ')}" for letter in "HIJ"
    )
    if read.actual is None:
        return None
    if read.target is None:  # a date or a word, read as 1 where it is reached
        return Live(f"IF({actual}>=1,1,0)", Fraction(read.actual >= 1))
    if read.upper is not None:
        is_met = read.target <= read.actual <= read.upper
        return Live(f"IF(AND({actual}>={target},{actual}<={upper}),1,0)", Fraction(is_met))
    sign, holds = _ASKED[asked]
    return Live(f"IF({actual}{sign}{target},1,0)", Fraction(holds(read.actual, read.target)))


def _words(figures: Figures, line: TaskLine) -> str:
    """完成情况 of a task, or why something is open and which conventions decided."""
    said = [str(figures[f"{line.prefix}.completion"].value or "")] if line.kind == "task" else []
    for part in ("executed", "indicators_met", "score"):
        figure = figures[f"{line.prefix}.{part}"]
        said.append((figure.reason or "") if figure.value is None else "")
    said += [note for note in figures[f"{line.prefix}.executed"].active if note != "没有对应的支出"]
    return "；".join(dict.fromkeys(word for word in said if word))
