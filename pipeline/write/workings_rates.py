"""Sheet 执行率 of the workings: every amount as a sum of input cells, every rate as one amount over another."""

from __future__ import annotations

from fractions import Fraction

from pipeline.model import Figure, Outcome
from pipeline.write.workings_book import (
    MONEY,
    NUMBER,
    PERCENT,
    Figures,
    Live,
    Paper,
    WorkingsBook,
    plus,
    runs,
)
from pipeline.write.workings_inputs import Copies

NAME = "执行率"
LINES, COSTS, UNITS = "budget_execution.expenditure", "management.three_public", "basics.units"
ELIMINATIONS = "budget_execution.eliminations"
SOURCES = ("current_fiscal", "carried_over", "other")
AMOUNTS = ("initial_budget", "net_adjustment", "annual_budget", "executed")
_GROUPS = (
    ("年度", ("annual",)),
    ("按支出类别", ("kind.personnel", "kind.public_running", "kind.basic", "kind.project")),
    (
        "按资金性质",
        (
            "fund.general_public_budget",
            "fund.government_fund",
            "fund.state_capital",
            "fund.fiscal_account",
            "fund.unit_funds",
        ),
    ),
    ("按资金来源", ("source.current_fiscal", "source.carried_over", "source.other")),
)


def write(book: WorkingsBook, copies: Copies, outcome: Outcome) -> None:
    """All groups of the year's money, then the items of 三公与成本, then other counts and rates."""
    paper = book.papers[NAME]
    paper.title(
        "执行率",
        "金额为万元，由“填_”各表的单元格相加；执行率 = 全年执行数 ÷ 全年预算数（调整后）。蓝色为公式。",
        (44, 16, 16, 16, 16, 12, 40),
    )
    paper.head(("项目", "年初预算数", "调整净额", "全年预算数", "全年执行数", "执行率", "说明"))
    figures = outcome.figures
    for words, prefixes in _GROUPS:
        _band(paper, words)
        for prefix in prefixes:
            _line(paper, copies, figures, prefix)
    for words, family in (("按项目", "project"), ("按重点任务", "task")):
        _band(paper, words)
        for prefix in _prefixes(figures, family):
            _line(paper, copies, figures, prefix)
            for source in SOURCES if f"{prefix}.{SOURCES[0]}.executed" in figures else ():
                _line(paper, copies, figures, f"{prefix}.{source}", "　其中：")
    _costs(paper, copies, figures)
    _others(paper, copies, figures)


def _band(paper: Paper, words: str) -> None:
    for column in range(7):
        paper.text(column, words if column == 0 else "", paper.book.band)
    paper.row += 1


def _prefixes(figures: Figures, family: str) -> list[str]:
    return list(dict.fromkeys(".".join(f.split(".")[:2]) for f in figures if f.startswith(f"{family}.")))


def _line(paper: Paper, copies: Copies, figures: Figures, prefix: str, before: str = "") -> None:
    executed = figures.get(f"{prefix}.executed")
    if executed is None:
        return
    paper.text(0, before + (executed.label.removesuffix("全年执行数") or "全年"))
    for column, part in enumerate(AMOUNTS, 1):
        figure = figures.get(f"{prefix}.{part}")
        paper.figure(column, figure, total_of(copies, figure, LINES, f"{part}_fen"), MONEY)
    _rate(
        paper,
        figures.get(f"{prefix}.execution_rate"),
        f"{prefix}.executed",
        f"{prefix}.annual_budget",
        figures,
    )
    paper.row += 1


def _rate(paper: Paper, figure: Figure | None, over: str, under: str, figures: Figures) -> None:
    paper.figure(5, figure, quotient(paper.book, figures, over, under, figure), PERCENT)
    reason = figure.reason if figure is not None and figure.value is None else ""
    paper.text(6, reason)


def quotient(
    book: WorkingsBook, figures: Figures, over: str, under: str, figure: Figure | None, wrap: str = "{}"
) -> Live | None:
    """One placed figure over another, rounded as the rate is printed."""
    if figure is None or figure.exact is None or not figures[under].exact:
        return None
    formula = f"{wrap.replace('{}', book.refs[over])}/{book.refs[under]}"
    return Live(formula, figure.exact).rounded((figure.digits or 0) + 2)


def total_of(copies: Copies, figure: Figure | None, table: str, field_id: str) -> Live | None:
    """The sum over the lines a figure used, less the rows of 内部抵销 it used."""
    if figure is None or figure.exact is None:
        return None
    live = _added(copies, figure, table, field_id)
    if table == LINES and copies.rows(figure, ELIMINATIONS, field_id):
        less = _added(copies, figure, ELIMINATIONS, field_id)
        return Live(f"{live.formula}-{less.formula}", live.value - less.value)
    return live


def _added(copies: Copies, figure: Figure, table: str, field_id: str) -> Live:
    filled = [row for row in copies.rows(figure, table, field_id) if row[field_id] is not None]
    total = sum(row.usable(field_id) or 0 for row in filled)
    return Live(plus([copies.at(row, field_id) for row in filled]), Fraction(total, 1_000_000))


def _costs(paper: Paper, copies: Copies, figures: Figures) -> None:
    if prefixes := _prefixes(figures, "cost"):
        _band(paper, "三公与成本（年初预算数一列为预算数，调整净额一列为上年执行数）")
    for prefix in prefixes:
        budget, spent, before = (
            figures[f"{prefix}.{part}"] for part in ("budget", "executed", "executed_last_year")
        )
        paper.text(0, spent.label.removesuffix("本年执行数"))
        for column, figure, field_id in (
            (1, budget, "budget_fen"), (2, before, "executed_last_year_fen"), (4, spent, "executed_fen"),
        ):  # fmt: skip
            paper.figure(column, figure, total_of(copies, figure, COSTS, field_id), MONEY)
        paper.text(3, "")
        _rate(paper, figures[f"{prefix}.execution_rate"], spent.id, budget.id, figures)
        paper.row += 1


def _others(paper: Paper, copies: Copies, figures: Figures) -> None:
    _band(paper, "其他数字")
    adjustment = figures.get("adjustment.rate")
    if adjustment is not None:
        paper.text(0, f"{adjustment.label}（|调整净额| ÷ 年初预算数）")
        live = quotient(
            paper.book, figures, "annual.net_adjustment", "annual.initial_budget", adjustment, "ABS({})"
        )
        for column in range(1, 5):
            paper.text(column, "")
        paper.figure(5, adjustment, live, PERCENT)
        paper.text(6, adjustment.reason if adjustment.value is None else "")
        paper.row += 1
    for figure_id, figure in figures.items():
        if figure_id.split(".")[0] == "staff":
            paper.text(0, figure.label)
            paper.figure(1, figure, _count(copies, figure), NUMBER)
            for column in range(2, 7):
                paper.text(column, "")
            paper.row += 1


def _count(copies: Copies, figure: Figure) -> Live | None:
    """A number a person typed, or how many records there are."""
    if figure.id == "staff.units":
        return _units(copies, figure)
    refs = [copies.ref(part) for part in figure.because if not isinstance(part, str)]
    if figure.formula:
        return Live(f"COUNTA({','.join(refs)})", Fraction(len(refs))) if refs and all(refs) else None
    value = Fraction(figure.value) if refs and not isinstance(figure.value, str | None) else None
    return Live(str(refs[0]), value) if value is not None and refs[0] else None


def _units(copies: Copies, figure: Figure) -> Live:
    """Units that are not marked 否; without any the department is one unit."""
    rows = [
        row for row in copies.submission.table(UNITS) if row.usable("unit_code") or row.usable("unit_name")
    ]
    if not rows:
        return Live("1", Fraction(1))
    named = [copies.at(row, "unit_code" if row.usable("unit_code") else "unit_name") for row in rows]
    marked = [copies.at(row, "is_included") for row in rows if row["is_included"] is not None]
    out = "".join(f'-COUNTIF({area},"否")' for area in runs(marked))
    return Live(f"COUNTA({','.join(runs(named))}){out}", Fraction(figure.value))
