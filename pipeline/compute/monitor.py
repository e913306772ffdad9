"""绩效运行监控: the year so far at the end of a month, its rates against the schedule, and the lights.

A computation of its own, on a submission that ends at the month (``read.midyear``). Figures ``monitor.*`` and
``month.<m>.*``. Every rate names its denominator; what was not filled in is blank, what cannot be known undetermined.
Source: docs/domain.md §2 and §4 (财预〔2019〕136号).
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from pipeline.compute.book import Book
from pipeline.compute.budget import LINES, RATE_SOURCE, lines_of, members_of, of_kind
from pipeline.compute.inputs import Inputs, Member, add_up
from pipeline.compute.lights import put_progress
from pipeline.compute.monitor_indicators import put_indicators
from pipeline.compute.monitor_projects import put_expected, put_projects
from pipeline.compute.months import DENOMINATORS, active_months, put_spending, rows_by_month
from pipeline.compute.rates import scheduled_progress
from pipeline.compute.sheet_month import Asked
from pipeline.compute.texts import put_texts
from pipeline.model import Cell, Figure, Outcome, Submission
from pipeline.model_rubric import Rubric
from pipeline.money import round_half_up

#: what is monitored: part of the ids, words, kinds of expenditure (none: all of it)
PARTS = (("", "", ()), ("project_", "项目支出", ("项目",)))
_BASIC = ("人员", "公用")


def compute_monitor(
    submission: Submission,
    rubric: Rubric,
    month: int,
    blocked: frozenset[Cell] = frozenset(),
    open_month: int | None = None,
) -> Outcome:
    """Every figure of the monitoring form of months 1 to ``month`` (1 to 12) under a rubric of kind ``monitor``.

    ``submission`` holds nothing later than the month; ``blocked``: cells whose values must not be used;
    ``open_month``: what a monitoring sheet that names no month speaks of (by default the month asked for).
    """
    inputs, book = Inputs(submission, rubric, blocked), Book(rubric.rate_digits)
    put_texts(inputs, book)
    first, last, span_cells, _ = active_months(inputs)
    _put_period(inputs, book, month)
    rows = rows_by_month(inputs)
    for each in range(1, month + 1):
        if put_spending(inputs, book, each, rows, (first, last), span_cells):
            _put_schedule(inputs, book, f"month.{each}.schedule", each, (first, last), span_cells)
    _put_schedule(inputs, book, "monitor.schedule", month, (first, last), span_cells)
    asked = Asked(month, (first, last), open_month or month)
    lines = lines_of(inputs)
    for part, words, kinds in PARTS:
        members = members_of(lines, of_kind(inputs, kinds)) if kinds else lines
        _put_year(inputs, book, part, words, members)
        _put_rate(inputs, book, part, words, month)
    _put_basic(inputs, book, month)
    put_projects(inputs, book, lines, asked)
    put_expected(inputs, book, members_of(lines, of_kind(inputs, _BASIC)))
    _put_reason(inputs, book, month)
    book.text("monitor.denominator", "执行率的分母", book["monitor.budget"].label, ("monitor.budget",))
    put_indicators(inputs, book, asked)
    return Outcome(dict(book.figures))


def _put_period(inputs: Inputs, book: Book, month: int) -> None:
    asked = {"监控月份": str(month)}
    book.text("monitor.month", "监控月份", str(month), formula="given", parameters=asked)
    text = f"{inputs.rubric.year}年1–{month}月"
    book.text("monitor.period", "监控期间", text, formula="given", parameters=asked)
    # 快报数, 决算上报数 and 批复数 are of a year that is over: during it amounts are what 3_月度支出 says at a month's end
    basis = f"截至{month}月末的月度支出数"
    book.text("basics.reporting_basis", "数据口径", basis, formula="given", parameters=asked)


def _put_schedule(
    inputs: Inputs, book: Book, figure_id: str, month: int, span: tuple[int, int], cells: tuple[Cell, ...]
) -> None:
    """序时进度 at the end of a month; blank outside the months the department existed, or where the rubric gives none."""
    share = schedule_at(inputs, month, span)
    label, cited = f"{month}月序时进度", inputs.rubric.settings["schedule"].citation
    if share is None:
        why = "不在部门存续期内" if not span[0] <= month <= span[1] else "评分规则没有给出序时进度"
        book.text(figure_id, label, "", cells, reason=f"{month} 月{why}", unit="%")
        return
    active = (f"存续 {span[0]}–{span[1]} 月",) if span != (1, 12) else ()
    book.percent(figure_id, label, share, because=cells, citation=cited, formula="序时进度", active=active)


def schedule_at(inputs: Inputs, month: int, span: tuple[int, int]) -> Fraction | None:
    """The share of the year that should be spent by the end of a month, of the last month before it that the rubric names."""
    if not span[0] <= month <= span[1]:
        return None
    schedule = inputs.rubric.setting("schedule")
    if schedule == "linear":
        return scheduled_progress(month, *span)
    return schedule.get(month)


def _put_year(inputs: Inputs, book: Book, part: str, words: str, members: list[Member]) -> None:
    """年初预算数 and 全年预算数 of all or of 项目支出, as they stand."""
    family = "kind.project" if part else "annual"
    for name, label in (("initial_budget", "年初预算数"), ("annual_budget", "全年预算数")):
        if members:
            book.amount(f"{family}.{name}", f"{words}{label}", add_up(inputs, members, f"{name}_fen"))
        elif not part:
            book.unknown(f"{family}.{name}", label, inputs.missing(LINES), unit="万元", digits=2)
        else:
            book.text(f"{family}.{name}", f"{words}{label}", "", reason="没有这类支出", unit="万元")
    _copy(book, f"monitor.{part}initial_budget", f"{words}年初预算数", f"{family}.initial_budget")


def _put_rate(inputs: Inputs, book: Book, part: str, words: str, month: int) -> None:
    """当期预算数, 1–N月执行数, 执行率, its share of the schedule and the light."""
    setting = str(inputs.rubric.setting("denominator"))
    cited = inputs.rubric.settings["denominator"].citation
    family = "kind.project" if part else "annual"
    below = f"month.{month}.{part}budget" if setting == "current_budget" else f"{family}.{setting}"
    named = (
        f"{month}月{words}的当期预算数" if setting == "current_budget" else f"{words}{DENOMINATORS[setting]}"
    )
    _copy(book, f"monitor.{part}budget", named, below)
    _copy(book, f"monitor.{part}executed", f"1–{month}月{words}执行数", f"month.{month}.{part}cumulative")
    prefix = f"monitor.{part}"
    book.rate(
        f"{prefix}execution_rate",
        f"1–{month}月{words}执行率",
        f"{prefix}executed",
        f"{prefix}budget",
        denominator_label=named,
        citation=cited,
    )
    put_progress(inputs, book, prefix, f"1–{month}月{words}")


def _put_basic(inputs: Inputs, book: Book, month: int) -> None:
    """基本支出 = all less 项目支出. Excel: ``=total-project``"""
    named = {"initial_budget": "年初预算数", "budget": "当期预算数", "executed": f"1–{month}月执行数"}
    for name, label in named.items():
        _difference(
            book,
            f"monitor.basic_{name}",
            f"基本支出{label}",
            f"monitor.{name}",
            f"monitor.project_{name}",
        )
    book.rate(
        "monitor.basic_execution_rate",
        f"1–{month}月基本支出执行率",
        "monitor.basic_executed",
        "monitor.basic_budget",
        denominator_label=f"基本支出的{book['monitor.budget'].label}",
        citation=RATE_SOURCE,
    )
    put_progress(inputs, book, "monitor.basic_", f"1–{month}月基本支出")


def _difference(book: Book, figure_id: str, label: str, whole: str, part: str) -> None:
    over, under = book[whole], book[part]
    common = {"unit": "万元", "because": (whole, part), "formula": "总额 − 项目支出"}
    if over.value == "":
        book.text(figure_id, label, "", reason=over.reason, **common)
    elif over.exact is None or (under.exact is None and under.value != ""):
        reason = over.reason or under.reason or ""
        book.unknown(figure_id, label, reason, digits=2, **common)
    else:
        exact = over.exact - (under.exact or 0)
        book.put(Figure(figure_id, label, round_half_up(exact, 2), digits=2, exact=exact, **common))


def _copy(book: Book, figure_id: str, label: str, source_id: str) -> None:
    """A figure under the name it has on the form."""
    one = book[source_id]
    book.put(
        Figure(
            figure_id,
            label,
            one.value,
            "万元",
            one.digits,
            exact=one.exact,
            range=one.range,
            reason=one.reason,
            because=(source_id,),
            formula="取监控月份",
            parameters=one.parameters,
        )
    )


def _put_reason(inputs: Inputs, book: Book, month: int) -> None:
    """``monitor.reason``: 未达原因 of the month, as 3_月度支出 says it."""
    rows: Mapping = rows_by_month(inputs)
    taken = [inputs.take(row, "shortfall_reason") for row in rows.get(month, ())]
    texts = [str(one.value) for one in taken if one.state == "value"]
    book.text("monitor.reason", f"{month}月未达原因", "；".join(texts), tuple(one.cell for one in taken))
