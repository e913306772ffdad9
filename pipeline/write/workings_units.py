"""Sheet 分单位 of the workings: each unit's own money; the included ones together, less 内部抵销, are the department's.

Written only where 支出 is filled by unit. The closing lines are formulas on the lines above and on sheet 执行率, so that
a calculator shows whether the units add up to the department. Source: docs/domain.md §2.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from pipeline.model import Figure, Outcome
from pipeline.write.workings_book import MONEY, PERCENT, Figures, Live, Paper, WorkingsBook, plus
from pipeline.write.workings_inputs import Copies
from pipeline.write.workings_rates import AMOUNTS, ELIMINATIONS, LINES, quotient, total_of

NAME = "分单位"
_OUT = "不纳入"


def is_needed(outcome: Outcome) -> bool:
    """Whether there are figures by unit."""
    return any(figure_id.startswith("unit.") for figure_id in outcome.figures)


def write(book: WorkingsBook, copies: Copies, outcome: Outcome) -> None:
    """A line a unit, then the included ones, the eliminations, the department, and what is between the two."""
    if not is_needed(outcome):
        return
    figures, paper = outcome.figures, book.papers[NAME]
    paper.title(
        "分单位",
        "各单位自己的数（单位之间的往来没有抵销）；纳入的单位合计 − 内部抵销 = 部门数。金额为万元，蓝色为公式。",
        (34, 20, 16, 16, 16, 16, 12, 44),
    )
    paper.head(
        ("单位", "是否纳入", "年初预算数", "调整净额", "全年预算数", "全年执行数", "执行率", "执行率偏低原因")
    )
    units = list(dict.fromkeys(".".join(one.split(".")[:2]) for one in figures if one.startswith("unit.")))
    rows = [_unit(paper, copies, figures, prefix) for prefix in units]
    included = [
        (prefix, row)
        for prefix, row in zip(units, rows, strict=True)
        if figures[f"{prefix}.included"].value != _OUT
    ]
    together = _together(paper, figures, included)
    eliminated = _eliminated(paper, copies, figures)
    _department(paper, figures, together, eliminated)


def _unit(paper: Paper, copies: Copies, figures: Figures, prefix: str) -> int:
    row = paper.row
    name, is_in = figures[f"{prefix}.name"], figures[f"{prefix}.included"]
    paper.figure(0, name, None)
    if not name.value:
        paper.text(0, prefix.removeprefix("unit."))
    paper.figure(1, is_in, None)
    for column, part in enumerate(AMOUNTS, 2):
        figure = figures[f"{prefix}.{part}"]
        paper.figure(column, figure, total_of(copies, figure, LINES, f"{part}_fen"), MONEY)
    rate = figures[f"{prefix}.execution_rate"]
    live = quotient(paper.book, figures, f"{prefix}.executed", f"{prefix}.annual_budget", rate)
    paper.figure(6, rate, live, PERCENT)
    paper.figure(7, figures[f"{prefix}.reason"], None)
    paper.row += 1
    return row


def _line(paper: Paper, words: str, lives: Sequence[Live | None]) -> None:
    """A closing line: an amount a column, a dash where one of its parts is not known."""
    paper.text(0, words, paper.book.band)
    paper.text(1, "")
    for column, live in enumerate(lives, 2):
        if live is None:
            paper.text(column, "待定", paper.book.open)
        else:
            paper.formula(column, live, MONEY)
    for column in (6, 7):
        paper.text(column, "")
    paper.row += 1


def _together(paper: Paper, figures: Figures, included: Sequence[tuple[str, int]]) -> list[Live | None]:
    lives: list[Live | None] = []
    for column, part in enumerate(AMOUNTS, 2):
        parts = [figures[f"{prefix}.{part}"] for prefix, _ in included]
        refs = [paper.ref(column, row) for _, row in included]
        lives.append(Live(plus(refs), _added(parts)) if all(one.value is not None for one in parts) else None)
    at = paper.row
    _line(paper, "纳入的单位合计", lives)
    return [live and Live(paper.ref(column, at), live.value) for column, live in enumerate(lives, 2)]


def _added(parts: Sequence[Figure]) -> Fraction:
    return sum((one.exact for one in parts if one.exact is not None), Fraction(0))


def _eliminated(paper: Paper, copies: Copies, figures: Figures) -> list[Live | None]:
    """减：内部抵销, 0 where nothing is."""
    at = paper.row
    paper.text(0, "减：内部抵销", paper.book.band)
    paper.text(1, "")
    lives: list[Live | None] = []
    for column, part in enumerate(AMOUNTS, 2):
        figure = figures.get(f"elimination.{part}")
        if figure is None or figure.value == "":
            paper.formula(column, Live("0", Fraction(0)), MONEY)
            lives.append(Live(paper.ref(column, at), Fraction(0)))
        else:
            paper.figure(column, figure, total_of(copies, figure, ELIMINATIONS, f"{part}_fen"), MONEY)
            lives.append(None if figure.exact is None else Live(paper.ref(column, at), figure.exact))
    for column in (6, 7):
        paper.text(column, "")
    paper.row += 1
    return lives


def _department(
    paper: Paper, figures: Figures, together: Sequence[Live | None], eliminated: Sequence[Live | None]
) -> None:
    """The department by this sheet, the department by sheet 执行率, and their difference, which is 0."""
    by_units = [
        Live(f"{one.formula}-{other.formula}", one.value - other.value) if one and other else None
        for one, other in zip(together, eliminated, strict=True)
    ]
    at = paper.row
    _line(paper, "部门数（合计 − 抵销）", by_units)
    whole = [
        Live(paper.book.refs[f"annual.{part}"], figures[f"annual.{part}"].exact)
        if figures[f"annual.{part}"].exact is not None
        else None
        for part in AMOUNTS
    ]
    _line(paper, "部门数（表“执行率”）", whole)
    gaps = [
        Live(f"ROUND({paper.ref(column, at)}-{paper.ref(column, at + 1)},6)", one.value - other.value)
        if one and other
        else None
        for column, (one, other) in enumerate(zip(by_units, whole, strict=True), 2)
    ]
    _line(paper, "差额（应为 0）", gaps)
