"""项目支出 under monitoring: per project what was executed to the month, its rate and light, and what the year is expected to be.

Figures ``monitor.project.<id>.*`` and ``monitor.{project_|basic_|}{expected|expected_rate}``. What a project has executed
stands in 项目月度 month by month or in 项目监控 as one amount. Source: docs/domain.md §4 (财预〔2019〕136号).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from pipeline.compute.book import Book
from pipeline.compute.budget import project_lines
from pipeline.compute.inputs import Inputs, Member, Sum, Taken, add_up, listed
from pipeline.compute.lights import put_progress
from pipeline.compute.months import DENOMINATORS
from pipeline.compute.sheet_month import Asked, why_other_month
from pipeline.compute.texts import put_field
from pipeline.model import Cell, Figure, Row
from pipeline.money import round_half_up

MONTHS, SHEET = "monthly_spending.project_months", "indicator_results.project_monitoring"
NOT_FILLED = "没有填写项目月度、项目监控"


def put_projects(inputs: Inputs, book: Book, lines: Sequence[Member], asked: Asked) -> None:
    """Every project of 支出, then what all of them are expected to execute."""
    month = asked.month
    by_id = rows_by_project(inputs, SHEET)
    keys = []
    for key, members in project_lines(inputs, lines).items():
        keys.append(key)
        prefix, first = f"monitor.project.{key}", members[0]
        name = put_field(inputs, book, f"{prefix}.name", "项目名称", first.row, "project_name", first.cells)
        words = str(name.value or "")
        for part, label in (("initial_budget", "年初预算数"), ("annual_budget", "全年预算数")):
            book.amount(f"{prefix}.{part}", f"{words}{label}", add_up(inputs, members, f"{part}_fen"))
        code = first.row.usable("project_id")
        listed_rows = by_id.get(code, []) if code is not None else []
        _put_executed(inputs, book, prefix, words, (code, listed_rows), asked)
        _put_rate(inputs, book, prefix, words, month)
        _put_expected(inputs, book, prefix, words, listed_rows, first.cells)
        _put_reason(inputs, book, prefix, members, listed_rows)
    _put_sum(
        book,
        "monitor.project_expected",
        "项目支出全年预计执行数",
        [f"monitor.project.{k}.expected" for k in keys],
    )
    _put_sum(
        book,
        "monitor.projects_executed",
        f"各项目1–{month}月执行数合计",
        [f"monitor.project.{k}.executed" for k in keys],
    )


def rows_by_project(inputs: Inputs, table_id: str) -> Mapping[object, list[Row]]:
    """The rows of a table by 项目编码."""
    found: dict[object, list[Row]] = {}
    for row in inputs.rows(table_id):
        if row.usable("project_id") is not None:
            found.setdefault(row["project_id"], []).append(row)
    return found


def _put_executed(
    inputs: Inputs,
    book: Book,
    prefix: str,
    words: str,
    of: tuple[object, Sequence[Row]],
    asked: Asked,
) -> None:
    """1–N月执行数: the months of 项目月度 added up, otherwise the amount of 项目监控."""
    (code, rows), month = of, asked.month
    figure_id, label = f"{prefix}.executed", f"{words}1–{month}月执行数"
    by_month = rows_by_project(inputs, MONTHS).get(code, []) if code is not None else []
    if len(by_month) == 1:
        row = by_month[0]
        fields = [f"month_{each}_fen" for each in range(asked.span[0], min(month, asked.span[1]) + 1)]
        taken = [inputs.take(row, field) for field in fields]
        because = (row.cell("project_id"), *(one.cell for one in taken))
        reason = listed(one.reason for one in taken if one.is_unknown)
        total = sum(one.value for one in taken if one.state == "value")
        if not reason or not rows:
            book.amount(figure_id, label, Sum(None if reason else total, because, reason, 1))
            return
    taken, why = _stated(inputs, rows, "executed_to_month_fen", asked)
    if taken is not None:
        _put_amount(book, figure_id, label, taken, rows[0])
        return
    is_blank = not inputs.rows(MONTHS) and not inputs.rows(SHEET)
    _absent(book, figure_id, label, NOT_FILLED if is_blank else why, is_blank)


def _put_rate(inputs: Inputs, book: Book, prefix: str, words: str, month: int) -> None:
    setting = str(inputs.rubric.setting("project_denominator"))
    book.rate(
        f"{prefix}.execution_rate",
        f"{words}1–{month}月执行率",
        f"{prefix}.executed",
        f"{prefix}.{setting}",
        denominator_label=f"该项目的{DENOMINATORS[setting]}",
        citation=inputs.rubric.settings["project_denominator"].citation,
    )
    put_progress(inputs, book, f"{prefix}.", f"{words}1–{month}月")


def _put_expected(
    inputs: Inputs, book: Book, prefix: str, words: str, rows: Sequence[Row], cells: tuple[Cell, ...]
) -> None:
    """全年预计执行数 and its rate on 全年预算数."""
    figure_id, label = f"{prefix}.expected", f"{words}全年预计执行数"
    taken, why = _stated(inputs, rows, "expected_year_fen")
    if taken is not None:
        _put_amount(book, figure_id, label, taken, rows[0])
    else:
        is_blank = not inputs.rows(SHEET)
        _absent(book, figure_id, label, "没有填写项目监控" if is_blank else why, is_blank, cells)
    book.rate(
        f"{prefix}.expected_rate",
        f"{words}全年预计执行率",
        figure_id,
        f"{prefix}.annual_budget",
        denominator_label=f"该项目的{DENOMINATORS['annual_budget']}",
    )


def _stated(
    inputs: Inputs, rows: Sequence[Row], field_id: str, asked: Asked | None = None
) -> tuple[Taken | None, str]:
    """The amount 项目监控 states, or None and why. ``asked``: the month its column must speak of."""
    if not rows:
        return None, "项目监控没有这个项目"
    if len(rows) > 1:
        return None, f"项目监控里这个项目填了 {len(rows)} 行"
    if asked and (why := why_other_month(inputs, asked, SHEET, field_id, rows[0].file)):
        return None, why
    taken = inputs.take(rows[0], field_id)
    return (taken, "") if not taken.is_unknown else (None, taken.reason)


def _put_amount(book: Book, figure_id: str, label: str, taken: Taken, row: Row) -> None:
    value = 0 if taken.state == "not_applicable" else taken.value
    book.amount(figure_id, label, Sum(value, (row.cell("project_id"), taken.cell), "", 1))


def _absent(
    book: Book, figure_id: str, label: str, why: str, is_blank: bool, cells: tuple[Cell, ...] = ()
) -> None:
    if is_blank:
        book.text(figure_id, label, "", cells, reason=why, unit="万元")
    else:
        book.unknown(figure_id, label, why, unit="万元", digits=2, because=cells)


def _put_reason(
    inputs: Inputs, book: Book, prefix: str, members: Sequence[Member], rows: Sequence[Row]
) -> None:
    """执行率偏低原因 of its lines and 备注 of 项目监控, each text once."""
    taken = [inputs.take(member.row, "low_execution_reason") for member in members]
    taken += [inputs.take(row, "note") for row in rows]
    said = [one for one in taken if one.state == "value"]
    text = "；".join(dict.fromkeys(str(one.value) for one in said))
    book.text(f"{prefix}.reason", "执行率偏低原因", text, tuple(one.cell for one in said))


def _put_sum(book: Book, figure_id: str, label: str, parts: Sequence[str]) -> None:
    """The sum of the projects' figures; blank where none is filled, undetermined where some are not."""
    figures = [book[part] for part in parts]
    common = {"because": tuple(parts), "formula": "各项目合计", "unit": "万元"}
    if all(one.value == "" for one in figures):
        reason = figures[0].reason if figures else "没有项目支出"
        book.text(figure_id, label, "", reason=reason, **common)
        return
    missing = [one for one in figures if one.exact is None]
    if missing:
        reason = listed(f"{one.label}：{one.reason}" for one in missing)
        book.unknown(figure_id, label, reason, digits=2, **common)
        return
    exact = sum((one.exact for one in figures), Fraction(0))
    book.put(Figure(figure_id, label, round_half_up(exact, 2), digits=2, exact=exact, **common))


def put_expected(inputs: Inputs, book: Book, basic: Sequence[Member]) -> None:
    """``monitor.{basic_|project_|}expected`` and their rates: 基本支出 as 项目监控 states it line by line, else as the
    rubric says, and 总额 as the sum of the two."""
    _put_basic(inputs, book, basic)
    _put_whole(book)
    for part, words in (("", ""), ("basic_", "基本支出"), ("project_", "项目支出")):
        book.rate(
            f"monitor.{part}expected_rate",
            f"{words}全年预计执行率",
            f"monitor.{part}expected",
            f"monitor.{part}budget",
            denominator_label=f"{words}{book['monitor.budget'].label}",
        )


def _put_basic(inputs: Inputs, book: Book, basic: Sequence[Member]) -> None:
    label, by_id = "基本支出全年预计执行数", rows_by_project(inputs, SHEET)
    typed = [by_id.get(member.row.usable("project_id") or "", []) for member in basic]
    if basic and all(len(rows) == 1 for rows in typed):
        members = [Member(rows[0], (rows[0].cell("project_id"),)) for rows in typed]
        book.amount("monitor.basic_expected", label, add_up(inputs, members, "expected_year_fen"))
        return
    setting = inputs.rubric.settings["basic_expected"]
    budget = book["monitor.basic_budget"]
    common = {"unit": "万元", "citation": setting.citation}
    if setting.value == "not_stated" or budget.value == "":
        why = budget.reason if budget.value == "" else "没有填写基本支出的全年预计执行数"
        book.text("monitor.basic_expected", label, "", reason=why, **common)
        return
    active = (setting.words,) if setting.words else ()
    common |= {"because": (budget.id,), "formula": "按当期预算数预计", "digits": 2, "active": active}
    book.put(
        Figure(
            "monitor.basic_expected", label, budget.value, exact=budget.exact, reason=budget.reason, **common
        )
    )


def _put_whole(book: Book) -> None:
    label, parts = "全年预计执行数", ("monitor.basic_expected", "monitor.project_expected")
    basic, project = (book[part] for part in parts)
    common = {"because": parts, "formula": "基本支出 + 项目支出", "unit": "万元"}
    has_no_project = book["monitor.project_initial_budget"].value == ""
    if basic.value == "" or (project.value == "" and not has_no_project):
        reason = basic.reason if basic.value == "" else project.reason
        book.text("monitor.expected", label, "", reason=reason, **common)
    elif basic.exact is None or (project.exact is None and not has_no_project):
        reason = listed([basic.reason or "", project.reason or ""])
        book.unknown("monitor.expected", label, reason, digits=2, **common)
    else:
        exact = basic.exact + (project.exact or 0)
        book.put(Figure("monitor.expected", label, round_half_up(exact, 2), digits=2, exact=exact, **common))
