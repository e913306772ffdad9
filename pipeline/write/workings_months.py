"""Sheet 月度进度 of the workings: cumulative expenditure, its rate, 序时进度, 年平均执行率, and the chart of the two."""

from __future__ import annotations

from fractions import Fraction

from pipeline.model import Figure, Outcome
from pipeline.model_rubric import Rubric
from pipeline.write.grid import letters
from pipeline.write.styles import colours
from pipeline.write.workings_book import MONEY, NUMBER, PERCENT, Figures, Live, Paper, WorkingsBook, literal
from pipeline.write.workings_inputs import Copies

NAME = "月度进度"
MONTHS, FIRST = "monthly_spending.months", 4
_HEAD = (
    "月份", "当期预算数", "当月支出", "累计支出", "累计执行率", "序时进度", "执行率 ÷ 序时进度", "单期封顶后",
    "项目当期预算数", "项目当月支出", "项目累计支出", "项目累计执行率",
)  # fmt: skip
_FIELDS = {
    "budget": "current_budget_fen", "spent": "spent_fen", "project_budget": "current_project_budget_fen",
    "project_spent": "project_spent_fen",
}  # fmt: skip
AVERAGE = "annual.average_execution_rate"


def write(book: WorkingsBook, copies: Copies, outcome: Outcome, rubric: Rubric) -> None:
    """Twelve rows, the average, the monitoring month, the chart. Happens after 执行率."""
    paper = book.papers[NAME]
    paper.title(
        "月度进度", "累计支出由“填_月度”逐月相加；年平均执行率的口径见表下各行。金额为万元。", (8, *[14] * 11)
    )
    paper.head(_HEAD)
    for month in range(1, 13):
        _month(paper, copies, outcome.figures, rubric, month)
    _average(paper, outcome.figures, rubric)
    _monitor(paper, outcome.figures)
    _chart(paper)


def _month(paper: Paper, copies: Copies, figures: Figures, rubric: Rubric, month: int) -> None:
    paper.number(0, month)
    prefix = f"month.{month}"
    for column, part in ((1, "budget"), (2, "spent"), (8, "project_budget"), (9, "project_spent")):
        figure = figures[f"{prefix}.{part}"]
        paper.figure(column, figure, _input(copies, figure, _FIELDS[part]), MONEY)
    for columns, series in (((2, 3, 1, 4), ""), ((9, 10, 8, 11), "project_")):
        cumulative, rate = figures[f"{prefix}.{series}cumulative"], figures[f"{prefix}.{series}rate"]
        spent, total, budget, _ = (f"{letters(column + 1)}{paper.row}" for column in columns)
        before = f"{letters(columns[1] + 1)}{paper.row - 1}+" if _continues(cumulative) else ""
        known = cumulative.exact is not None
        paper.figure(
            columns[1], cumulative, Live(f"{before}{spent}", cumulative.exact) if known else None, MONEY
        )
        live = (
            Live(f"{total}/{budget}", rate.exact).rounded((rate.digits or 0) + 2)
            if rate.exact is not None
            else None
        )
        paper.figure(columns[3], rate, live, PERCENT)
    schedule, progress = figures.get(f"{prefix}.schedule"), figures.get(f"{prefix}.progress")
    paper.figure(5, schedule, _schedule(figures, rubric, month, paper.row), PERCENT)
    live = None
    if progress is not None and progress.exact is not None:
        live = Live(
            f"D{paper.row}/{_denominator(paper.book, rubric, paper.row)}/F{paper.row}", progress.exact
        )
    paper.figure(6, progress, live, PERCENT)
    _capped(paper, rubric, progress)
    paper.row += 1


def _input(copies: Copies, figure: Figure, field_id: str) -> Live | None:
    rows = copies.rows(figure, MONTHS, field_id)
    if not rows or figure.exact is None or rows[0][field_id] is None:
        return None
    return Live(f"N({copies.at(rows[0], field_id)})", Fraction(rows[0].usable(field_id) or 0, 1_000_000))


def _continues(cumulative: Figure) -> bool:
    """Whether the month goes on from the one before."""
    return any(isinstance(part, str) and part.endswith("cumulative") for part in cumulative.because)


def _schedule(figures: Figures, rubric: Rubric, month: int, row: int) -> Live | None:
    figure = figures.get(f"month.{month}.schedule")
    if figure is None or figure.exact is None:
        return None
    if rubric.setting("average_execution_rate.schedule") != "linear":
        return Live(literal(figure.exact), figure.exact)
    active = [
        m for m in range(1, 13) if (one := figures.get(f"month.{m}.schedule")) and one.exact is not None
    ]
    return Live(f"(A{row}-{active[0] - 1})/{len(active)}", figure.exact)


def _denominator(book: WorkingsBook, rubric: Rubric, row: int) -> str:
    kind = rubric.setting("average_execution_rate.denominator")
    return f"B{row}" if kind == "current_budget" else book.refs[f"annual.{kind}"]


def _capped(paper: Paper, rubric: Rubric, progress: Figure | None) -> None:
    cap = rubric.setting("average_execution_rate.per_period_cap")
    if progress is None or progress.exact is None:
        paper.text(7, "")
    elif cap is None:
        paper.formula(7, Live(f"G{paper.row}", progress.exact), PERCENT)
    else:
        paper.formula(7, Live(f"MIN({literal(cap)},G{paper.row})", min(cap, progress.exact)), PERCENT)


def _average(paper: Paper, figures: Figures, rubric: Rubric) -> None:
    """The average before and after its cap; the printed value is the figure, the exact one is what is scored."""
    figure = figures[AVERAGE]
    paper.row += 1
    months = [
        int(part.split(".")[1])
        for part in figure.because
        if isinstance(part, str) and part.endswith(".progress")
    ]
    cap = rubric.setting("average_execution_rate.final_cap")
    if figure.exact is None:
        _label(paper, "年平均执行率")
        paper.figure(6, figure, None, PERCENT)
        paper.text(7, figure.reason or "")
        paper.row += 1
        return
    per = rubric.setting("average_execution_rate.per_period_cap")
    values = [figures[f"month.{month}.progress"].exact for month in months]
    mean = sum((value if per is None else min(value, per) for value in values), Fraction(0)) / len(values)
    _label(paper, "封顶前平均数")
    cells = ",".join(f"H{FIRST + month - 1}" for month in months)
    paper.formula(6, Live(f"AVERAGE({cells})", mean), PERCENT)
    paper.row += 1
    _label(paper, f"封顶后精确值（{'不封顶' if cap is None else '最高 ' + literal(cap * 100) + '%'}）")
    exact = mean if cap is None else min(cap, mean)
    paper.formula(
        6,
        Live(f"G{paper.row - 1}" if cap is None else f"MIN({literal(cap)},G{paper.row - 1})", exact),
        "0.000000%",
    )
    paper.book.refs[f"{AVERAGE}.exact"] = paper.ref(6)
    paper.row += 1
    _label(paper, "年平均执行率")
    paper.figure(6, figure, Live(f"G{paper.row - 1}", exact).rounded((figure.digits or 0) + 2), PERCENT)
    paper.row += 1


def _label(paper: Paper, words: str) -> None:
    for column in range(6):
        paper.text(column, "")
    paper.sheet.merge_range(paper.row - 1, 0, paper.row - 1, 5, words, paper.book.words)


def _monitor(paper: Paper, figures: Figures) -> None:
    """What the monitoring month shows, each from its month's row."""
    for figure_id, figure in figures.items():
        if not figure_id.startswith("monitor."):
            continue
        source = next(part for part in figure.because if isinstance(part, str))
        look = PERCENT if figure.unit == "%" else MONEY
        value = None
        if isinstance(figure.value, str | None) is False:
            value = figure.exact if figure.unit != "%" else Fraction(figure.value) / 100
        _label(paper, f"监控：{figure.label}")
        live = Live(paper.book.refs[source].rpartition("!")[2], value) if value is not None else None
        paper.figure(6, figure, live, look if figure.unit else NUMBER)
        paper.row += 1


def _chart(paper: Paper) -> None:
    """Cumulative rate against 序时进度, month by month: a native line chart."""
    last = FIRST + 11
    chart = paper.book.workbook.add_chart({"type": "line"})
    for column, colour in (("E", "formula"), ("F", "accent")):
        chart.add_series(
            {
                "name": f"='{NAME}'!${column}${FIRST - 1}",
                "categories": f"='{NAME}'!$A${FIRST}:$A${last}",
                "values": f"='{NAME}'!${column}${FIRST}:${column}${last}",
                "line": {
                    "color": colours()[colour],
                    "width": 2.25,
                    "dash_type": "solid" if column == "E" else "dash",
                },
                "marker": {
                    "type": "circle",
                    "size": 5,
                    "fill": {"color": colours()[colour]},
                    "border": {"none": True},
                },
            }
        )
    chart.set_title({"name": "累计执行率与序时进度", "name_font": {"size": 12}})
    chart.set_x_axis({"name": "月份"})
    chart.set_y_axis(
        {"num_format": "0%", "min": 0, "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}}}
    )
    chart.set_legend({"position": "bottom"})
    chart.show_blanks_as("gap")
    chart.set_size({"width": 900, "height": 340})
    paper.sheet.insert_chart(paper.row + 1, 0, chart)
