"""The months: cumulative expenditure, its rate, 序时进度, 年平均执行率 and the monitoring month.

Figures ``month.<m>.* annual.average_execution_rate monitor.*``. Happens after ``budget``. Source: docs/domain.md §2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from pipeline.compute.book import Book
from pipeline.compute.inputs import Inputs, Sum, listed
from pipeline.compute.rates import average_execution_rate, capped, scheduled_progress
from pipeline.model import Cell, Citation, Figure, Row
from pipeline.money import print_percent, round_half_up

TABLE = "monthly_spending.months"
AVERAGE = "annual.average_execution_rate"
SERIES = (
    ("", "", "current_budget_fen", "spent_fen"),
    ("project_", "项目", "current_project_budget_fen", "project_spent_fen"),
)
DENOMINATORS = {
    "current_budget": "当月的当期预算数",
    "annual_budget": "全年预算数（调整后）",
    "initial_budget": "年初预算数",
}


def put_months(inputs: Inputs, book: Book) -> None:
    """The months the department existed, then the average and the monitoring figures."""
    first, last, span_cells, unreadable = active_months(inputs)
    rows = rows_by_month(inputs)
    for month in range(1, 13):
        if put_spending(inputs, book, month, rows, (first, last), span_cells):
            _put_progress(inputs, book, month, (first, last), span_cells)
    _put_average(inputs, book, first, last, unreadable)
    _put_monitor(inputs, book)


def rows_by_month(inputs: Inputs) -> dict[int, list[Row]]:
    """The rows of 月度 by their month."""
    rows: dict[int, list[Row]] = {}
    for row in inputs.rows(TABLE):
        month = inputs.take(row, "month")
        if month.state == "value":
            rows.setdefault(month.value, []).append(row)
    return rows


def put_spending(
    inputs: Inputs,
    book: Book,
    month: int,
    rows: Mapping[int, Sequence[Row]],
    span: tuple[int, int],
    span_cells: tuple[Cell, ...],
) -> bool:
    """Amounts, cumulative amounts and rates of one month, after those of the months before it; whether the
    department existed in it."""
    if not span[0] <= month <= span[1]:
        _put_outside(book, month, span_cells)
        return False
    for series in SERIES:
        _put_month(inputs, book, month, rows.get(month, []), series)
        _put_cumulative(book, month, month == span[0], series, span_cells)
    return True


def active_months(inputs: Inputs) -> tuple[int, int, tuple[Cell, ...], str]:
    """First and last month of the department, the cell that says so (if filled), and why it cannot be read."""
    card = inputs.card("basics.department")
    if card is None:
        return 1, 12, (), ""
    taken = inputs.take(card, "active_months")
    if taken.state == "value":
        first, last = taken.value
        return first, last, (taken.cell,), ""
    return 1, 12, (), taken.reason if taken.is_unusable else ""


def _put_month(
    inputs: Inputs, book: Book, month: int, rows: Sequence[Row], series: tuple[str, str, str, str]
) -> None:
    """The two amounts a person fills for a month."""
    prefix, words, budget_field, spent_field = series
    for name, label, field_id in (
        ("budget", f"{month}月{words}当期预算数", budget_field),
        ("spent", f"{month}月{words}支出", spent_field),
    ):
        figure_id = f"month.{month}.{prefix}{name}"
        if len(rows) != 1:  # two rows of one month: neither is taken
            reason = f"{month} 月填了 {len(rows)} 行" if rows else f"缺 {month} 月"
            cells = tuple(row.cell("month") for row in rows)
            book.unknown(figure_id, label, reason, unit="万元", digits=2, because=cells)
            continue
        row = rows[0]
        taken = inputs.take(row, field_id)
        because = (row.cell("month"), taken.cell)
        value = 0 if taken.state == "not_applicable" else taken.value
        book.amount(figure_id, label, Sum(value, because, taken.reason, 1))


def _put_outside(book: Book, month: int, span_cells: tuple[Cell, ...]) -> None:
    """The figures of a month in which the department did not exist: blank, because 起止月份 says so."""
    names = ["schedule", "progress"]
    for prefix, *_ in SERIES:
        names += [f"{prefix}{name}" for name in ("budget", "spent", "cumulative", "rate")]
    for name in names:
        book.text(f"month.{month}.{name}", f"{month}月", "", span_cells, reason=f"{month} 月不在部门存续期内")


def _put_cumulative(
    book: Book, month: int, is_first: bool, series: tuple[str, str, str, str], span_cells: tuple[Cell, ...]
) -> None:
    """累计支出 = 上月累计 + 当月支出, and its rate. Excel: ``=SUM(spent_first:spent_m)/budget_m``"""
    prefix, words = series[:2]
    figure_id, spent = f"month.{month}.{prefix}cumulative", f"month.{month}.{prefix}spent"
    label = f"1–{month}月{words}累计支出"
    parts = (spent,) if is_first else (f"month.{month - 1}.{prefix}cumulative", spent)
    because = (*parts, *span_cells) if is_first else parts
    active = ("从存续的第一个月起累计",) if is_first and span_cells else ()
    common = {
        "unit": "万元",
        "digits": 2,
        "because": because,
        "formula": "上月累计 + 当月支出",
        "active": active,
    }
    amounts = [book.exact(part) for part in parts]
    if None in amounts:
        book.unknown(
            figure_id,
            label,
            listed(book[part].reason or "" for part in parts if book.exact(part) is None),
            **common,
        )
    else:
        exact = sum(amounts, Fraction(0))
        book.put(Figure(figure_id, label, round_half_up(exact, 2), exact=exact, **common))
    rate_id, named = f"month.{month}.{prefix}rate", f"{month}月{words}的当期预算数"
    book.rate(
        rate_id,
        f"1–{month}月{words}执行率",
        figure_id,
        f"month.{month}.{prefix}budget",
        denominator_label=named,
    )


def _put_progress(
    inputs: Inputs, book: Book, month: int, span: tuple[int, int], span_cells: tuple[Cell, ...]
) -> None:
    """Schedule of the month and the rate against it, over the denominator the rubric names."""
    schedule, settings = schedule_of(inputs, span), inputs.rubric.settings
    cited = settings["average_execution_rate.schedule"].citation
    schedule_id, progress_id = f"month.{month}.schedule", f"month.{month}.progress"
    if month not in schedule:
        return
    book.percent(
        schedule_id,
        f"{month}月序时进度",
        schedule[month],
        because=span_cells,
        citation=cited,
        formula="序时进度",
    )
    denominator = inputs.rubric.setting("average_execution_rate.denominator")
    below = {"current_budget": f"month.{month}.budget"}.get(denominator, f"annual.{denominator}")
    rate_id = f"month.{month}.rate"
    label = f"1–{month}月执行率 ÷ 序时进度"
    because = (
        (rate_id, schedule_id)
        if denominator == "current_budget"
        else (f"month.{month}.cumulative", below, schedule_id)
    )
    parameters = {"分母": DENOMINATORS[denominator], "序时进度": print_percent(schedule[month])}
    common = {
        "because": because,
        "parameters": parameters,
        "formula": "累计执行率 ÷ 序时进度",
        "citation": cited,
    }
    spent, budget = book.exact(f"month.{month}.cumulative"), book.exact(below)
    if spent is None or not budget:
        reason = listed([book[f"month.{month}.cumulative"].reason or "", book[below].reason or ""])
        reason = reason or f"{DENOMINATORS[denominator]}为 0，不能作分母"
        book.unknown(progress_id, label, reason, unit="%", digits=book.rate_digits, **common)
        return
    active = ("分子为 0",) if not spent else ()
    book.percent(progress_id, label, spent / budget / schedule[month], active=active, **common)


def schedule_of(inputs: Inputs, span: tuple[int, int]) -> Mapping[int, Fraction]:
    """Month -> cumulative share of the year that should be spent, for the months the department existed."""
    schedule = inputs.rubric.setting("average_execution_rate.schedule")
    if schedule == "linear":
        return {month: scheduled_progress(month, *span) for month in range(span[0], span[1] + 1)}
    return {month: share for month, share in schedule.items() if span[0] <= month <= span[1]}


def _put_average(inputs: Inputs, book: Book, first: int, last: int, unreadable: str) -> None:
    setting = inputs.rubric.setting
    schedule = schedule_of(inputs, (first, last))
    listed_months = [m for m in setting("average_execution_rate.periods") if first <= m <= last]
    months = [month for month in listed_months if month in schedule]
    per_period, final = (
        setting("average_execution_rate.per_period_cap"),
        setting("average_execution_rate.final_cap"),
    )
    parameters = {
        "期间": "、".join(f"{month}月" for month in months),
        "序时进度": "月份 ÷ 月数"
        if setting("average_execution_rate.schedule") == "linear"
        else "按规则规定的进度",
        "分母": DENOMINATORS[setting("average_execution_rate.denominator")],
        "单期封顶": print_percent(per_period) if per_period is not None else "不封顶",
        "最终封顶": print_percent(final) if final is not None else "不封顶",
        "计分取值": {"exact": "精确值", "printed": "印出的值"}[setting("average_execution_rate.rounding")],
    }
    common = {
        "because": tuple(f"month.{month}.progress" for month in months),
        "formula": "各期（累计执行率 ÷ 序时进度）的平均数",
        "citation": inputs.rubric.settings["average_execution_rate.periods"].citation,
    }
    label = "年平均执行率"
    progress = {month: book.exact(f"month.{month}.progress") for month in months}
    open_months = [month for month in months if progress[month] is None]
    if open_months or unreadable or not months:
        reasons = [book[f"month.{month}.progress"].reason or "" for month in open_months]
        reason = unreadable or listed(reasons) or "没有可计算的月份"
        worst = sum((capped(p, per_period) for p in progress.values() if p is not None), Fraction(0)) / max(
            1, len(months)
        )
        ends = None
        if final is not None and worst >= 0 and not unreadable:
            ends = (
                round_half_up(capped(worst, final) * 100, book.rate_digits),
                round_half_up(final * 100, book.rate_digits),
            )
        book.unknown(
            AVERAGE,
            label,
            reason,
            unit="%",
            digits=book.rate_digits,
            range=ends,
            parameters=parameters,
            **common,
        )
        return
    ones = {month: Fraction(1) for month in months}
    uncapped = average_execution_rate(progress, ones, per_period)
    active = [f"{m}月单期封顶" for m in months if per_period is not None and progress[m] >= per_period]
    if final is not None and uncapped >= final:
        active.append(f"最终封顶 {print_percent(final)}（封顶前 {print_percent(uncapped)}）")
    parameters["封顶前"] = print_percent(uncapped)
    book.percent(
        AVERAGE, label, capped(uncapped, final), parameters=parameters, active=tuple(active), **common
    )


def _put_monitor(inputs: Inputs, book: Book) -> None:
    """The monitoring month's figures under names that do not depend on the month."""
    month = inputs.rubric.setting("monitoring_month")
    cited = inputs.rubric.settings["monitoring_month"].citation
    for prefix, words, _, _ in SERIES:
        for name, part, label in (
            ("budget", "budget", f"{words}当期预算数"),
            ("executed", "cumulative", f"{words}执行数"),
            ("execution_rate", "rate", f"{words}执行率"),
        ):
            figure_id, source_id = f"monitor.{prefix}{name}", f"month.{month}.{prefix}{part}"
            title = f"1–{month}月{label}" if name != "budget" else f"{month}月{label}"
            _copy(book, figure_id, title, source_id, cited)


def _copy(book: Book, figure_id: str, label: str, source_id: str, cited: Citation) -> None:
    one = book[source_id]
    book.put(
        Figure(
            figure_id,
            label,
            one.value,
            one.unit,
            one.digits,
            exact=one.exact,
            range=one.range,
            reason=one.reason,
            because=(source_id,),
            formula="取监控月份",
            parameters=one.parameters,
            citation=cited,
        )
    )
