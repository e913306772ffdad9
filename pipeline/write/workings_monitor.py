"""The workings of a monitoring run: months, rates, projects and indicators as live formulas on copies of the inputs.

Written when everything is found. Beside ``workings``, which is the year's end: the same sheets of inputs, findings and
rules, no scores. Lights are formulas with the rubric's thresholds. Source: docs/architecture.md, 'The middle of the year'.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import xlsxwriter

from pipeline.forms import FormSpec
from pipeline.model import Cell, Figure, Outcome, Submission
from pipeline.model_rubric import Rubric
from pipeline.write import workings_inputs, workings_records
from pipeline.write.workings_book import (
    MONEY,
    PERCENT,
    Figures,
    Live,
    Paper,
    WorkingsBook,
    literal,
    plus,
)
from pipeline.write.workings_inputs import Copies
from pipeline.write.workings_monitor_goals import indicators, light, prefixes
from pipeline.write.workings_rates import LINES, quotient, total_of
from pipeline.write.zipped import Archive

RATES, MONTHS, PROJECTS, INDICATORS = "监控执行率", "月度进度", "项目监控", "指标监控"
_RECORDS = (workings_records.FINDINGS, workings_records.SOURCES)
_AMOUNTS = ("initial_budget", "budget", "executed")
_GUIDE = (
    "监控执行率：支出合计、基本支出、项目支出到本月的执行率，除以序时进度后按阈值亮灯。",
    "月度进度：各月预算、支出由“填_月度”逐月相加，累计执行率和序时进度为公式。",
    "项目监控、指标监控：每个项目的执行和预计，每个指标的完成进度和预警；目标数、完成数由文字读出，列在原文旁边。",
    "蓝色为公式，黑色为填报数据或评分规则给定的数；公式旁存有程序算出的值，重新计算应完全一致。",
    "标为“待定”的数缺少可用的填报数据；补齐后请重新运行，不要在本底稿中改数。",
)


def build(
    submission: Submission,
    outcome: Outcome,
    rubric: Rubric,
    month: int,
    specs: Mapping[str, FormSpec],
    findings: Sequence[Mapping[str, Any]],
    trial_line: str,
    source_titles: Mapping[str, str],
) -> tuple[bytes, Mapping[str, str]]:
    """The workbook, and ``sheet!A1`` -> figure id for the trace. ``submission``: as it stood at the end of ``month``."""
    target = io.BytesIO()
    workbook = xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_numbers": False, "strings_to_urls": False}
    )
    workbook.set_properties({"title": "计算底稿", "created": datetime.datetime(rubric.year, 1, 1)})
    workbook.set_calc_mode("auto")
    names = [workings_records.COVER, RATES, MONTHS, PROJECTS, INDICATORS, *_RECORDS]
    book = WorkingsBook(workbook, [*names, *workings_inputs.sheet_names(submission, specs)])
    copies = Copies(book, submission, specs)
    figures = outcome.figures
    # in this order: a sheet refers to cells of those before it
    _months(book.papers[MONTHS], copies, figures, month)
    _projects(book.papers[PROJECTS], copies, figures, rubric)
    _rates(book.papers[RATES], copies, figures, rubric, month)
    indicators(book.papers[INDICATORS], figures, rubric)
    workings_records.findings(book, findings)
    workings_records.sources(book, [rubric], source_titles)
    _cover(book.papers[workings_records.COVER], figures, rubric, trial_line)
    workbook.close()
    return Archive(target.getvalue()).repacked({}), book.cells


def _cover(paper: Paper, figures: Figures, rubric: Rubric, trial_line: str) -> None:
    paper.title("计算底稿", f"{rubric.year}年度绩效运行监控", (22, 92))
    facts = (
        ("部门", "basics.department_name"), ("填报日期", "basics.report_date"), ("监控期间", "monitor.period"),
        ("数据口径", "basics.reporting_basis"), ("执行率", "monitor.execution_rate"),
        ("项目支出执行率", "monitor.project_execution_rate"),
    )  # fmt: skip
    entries = [(label, figures[one].printed) for label, one in facts if one in figures]
    entries += [("评分规则", f"{rubric.title}（{rubric.file}）"), ("金额单位", "万元")]
    entries += [("试算说明", trial_line)] if trial_line else []
    entries += [("用法" if number == 0 else "", text) for number, text in enumerate(_GUIDE)]
    for label, text in entries:
        paper.text(0, label, paper.book.band)
        paper.text(1, text, paper.book.warning if label == "试算说明" else None)
        paper.row += 1


def _months(paper: Paper, copies: Copies, figures: Figures, month: int) -> None:
    """A row a month. Happens first: the rates refer to its cells."""
    paper.title(
        MONTHS, "累计支出由“填_月度”逐月相加；执行率 = 累计支出 ÷ 当期预算数。金额为万元。", (8, *[15] * 9)
    )
    paper.head(
        ("月份", "当期预算数", "当月支出", "累计支出", "累计执行率", "序时进度", "其中项目预算数", "项目当月支出", "项目累计支出",
         "项目累计执行率")
    )  # fmt: skip
    for at in range(1, month + 1):
        paper.number(0, at)
        for first, series in ((1, ""), (6, "project_")):
            budget, spent, total, rate = (
                figures.get(f"month.{at}.{series}{part}")
                for part in ("budget", "spent", "cumulative", "rate")
            )
            paper.figure(first, budget, _added(copies, budget), MONEY)
            paper.figure(first + 1, spent, _added(copies, spent), MONEY)
            paper.figure(first + 2, total, _cumulative(paper, figures, total), MONEY)
            live = None
            if rate is not None and total is not None:
                live = quotient(paper.book, figures, total.id, f"month.{at}.{series}budget", rate)
            paper.figure(first + 3, rate, live, PERCENT)
        schedule = figures.get(f"month.{at}.schedule")
        is_linear = schedule is not None and schedule.exact == Fraction(at, 12)
        live = Live(f"A{paper.row}/12", Fraction(at, 12)) if is_linear else _constant(schedule)
        paper.figure(5, schedule, live, PERCENT)
        paper.row += 1
    paper.row += 1
    schedule, last = figures["monitor.schedule"], paper.book.refs.get(f"month.{month}.schedule")
    paper.text(0, "监控")
    for column in (1, 2, 3, 4):
        paper.text(column, "序时进度" if column == 4 else "")
    same = (
        schedule.exact is not None and figures[f"month.{month}.schedule"].exact == schedule.exact
        if last
        else False
    )
    paper.figure(5, schedule, Live(last, schedule.exact) if same else _constant(schedule), PERCENT)


def _constant(figure: Figure | None) -> Live | None:
    return None if figure is None or figure.exact is None else Live(literal(figure.exact), figure.exact)


def _cumulative(paper: Paper, figures: Figures, total: Figure | None) -> Live | None:
    """The figures and the month before it was made from, where they stand."""
    if total is None or total.exact is None:
        return None
    parts = [part for part in total.because if isinstance(part, str) and part in paper.book.refs]
    known = [one for one in parts if figures[one].exact is not None]
    value = sum((figures[one].exact for one in known), Fraction(0))
    return Live("+".join(paper.book.refs[one] for one in known), value) if known else None


def _added(copies: Copies, figure: Figure | None) -> Live | None:
    """The sum of the amounts a figure was made from."""
    if figure is None or figure.exact is None:
        return None
    refs = []
    for part in figure.because:
        record = copies.record(part) if isinstance(part, Cell) else None
        if record and record[2].endswith("_fen") and (ref := copies.ref(part)):
            refs.append(ref)
    amounts = [copies.value(ref) for ref in refs]
    numbers = [(ref, one) for ref, one in zip(refs, amounts, strict=True) if isinstance(one, Fraction)]
    if not numbers:
        return None
    return Live(plus([ref for ref, _ in numbers]), sum((one for _, one in numbers), Fraction(0)))


def _combined(paper: Paper, figures: Figures, figure: Figure | None) -> Live | None:
    """A figure that is another one, a sum of others, or the difference of two, by where these stand."""
    if figure is None or figure.exact is None:
        return None
    parts = [part for part in figure.because if isinstance(part, str) and part in paper.book.refs]
    if len(parts) < len(figure.because) or not parts:
        return None
    refs = [paper.book.refs[part] for part in parts]
    values = [figures[part].exact or Fraction(0) for part in parts]
    if sum(values, Fraction(0)) == figure.exact:
        return Live(plus(refs) if len(refs) > 1 else refs[0], figure.exact)
    if len(parts) == 2 and values[0] - values[1] == figure.exact:
        return Live(f"{refs[0]}-N({refs[1]})", figure.exact)
    return None


def _rates(paper: Paper, copies: Copies, figures: Figures, rubric: Rubric, month: int) -> None:
    paper.title(
        RATES,
        "执行率 = 执行数 ÷ 预算数；执行率 ÷ 序时进度按评分规则的阈值亮灯。金额为万元。",
        (24, 16, 20, 16, 12, 14, 8, 16, 14, 40),
    )
    paper.head(
        ("项目", "年初预算数", f"预算数（{figures['monitor.denominator'].printed}）", f"1–{month}月执行数", "执行率",
         "执行率 ÷ 序时进度", "预警", "全年预计执行数", "全年预计执行率", "说明")
    )  # fmt: skip
    for family, words in (("annual", ""), ("kind.project", "项目支出")):
        for part, label in (("initial_budget", "年初预算数"), ("annual_budget", "全年预算数")):
            figure = figures.get(f"{family}.{part}")
            paper.text(0, f"{words}{label}")
            paper.figure(1, figure, total_of(copies, figure, LINES, f"{part}_fen"), MONEY)
            paper.row += 1
    top = paper.row
    lines = (("", "支出合计"), ("project_", "其中：项目支出"), ("basic_", "其中：基本支出"))
    for part, words in lines:
        paper.text(0, words)
        for column, name in enumerate(_AMOUNTS, 1):
            figure = figures[f"monitor.{part}{name}"]
            paper.figure(column, figure, _combined(paper, figures, figure), MONEY)
        _rate(paper, figures, rubric, f"monitor.{part}", 4, f"monitor.{part}budget")
        paper.text(9, figures[f"monitor.{part}execution_rate"].reason or "")
        paper.row += 1
    # 全年预计 of all is what the two below it come to
    for at in (1, 2, 0):
        paper.row, prefix = top + at, f"monitor.{lines[at][0]}"
        expected = figures[f"{prefix}expected"]
        live = _combined(paper, figures, expected) or _added(copies, expected)
        _expected(paper, figures, prefix, 7, f"{prefix}budget", live)
    paper.row = top + len(lines)


def _rate(paper: Paper, figures: Figures, rubric: Rubric, prefix: str, first: int, under: str) -> None:
    """执行率, its share of 序时进度, and the light: three columns from ``first``."""
    book, over = paper.book, f"{prefix}executed"
    rate = figures[f"{prefix}execution_rate"]
    paper.figure(first, rate, quotient(book, figures, over, under, rate), PERCENT)
    progress, live = figures[f"{prefix}progress"], None
    if progress.exact is not None and figures["monitor.schedule"].exact:
        live = Live(f"{book.refs[over]}/{book.refs[under]}/{book.refs['monitor.schedule']}", progress.exact)
    paper.figure(first + 1, progress, live, PERCENT)
    light(
        paper, first + 2, figures[f"{prefix}light"], paper.ref(first + 1), rubric.setting("rate_lights"), live
    )


def _expected(paper: Paper, figures: Figures, prefix: str, first: int, under: str, live: Live | None) -> None:
    """全年预计执行数 and its rate."""
    expected, share = figures[f"{prefix}expected"], figures[f"{prefix}expected_rate"]
    paper.figure(first, expected, live, MONEY)
    paper.figure(first + 1, share, quotient(paper.book, figures, expected.id, under, share), PERCENT)


def _projects(paper: Paper, copies: Copies, figures: Figures, rubric: Rubric) -> None:
    denominator = str(rubric.setting("project_denominator"))
    paper.title(
        PROJECTS,
        "执行率的分母按评分规则取年初或全年预算数。金额为万元。",
        (10, 30, 15, 15, 15, 12, 14, 8, 16, 14, 40),
    )
    paper.head(
        ("项目编码", "项目名称", "年初预算数", "全年预算数", "执行数", "执行率", "执行率 ÷ 序时进度", "预警", "全年预计执行数",
         "全年预计执行率", "说明")
    )  # fmt: skip
    for prefix in prefixes(figures, "monitor.project.", 3):
        paper.text(0, prefix.split(".")[2])
        paper.text(1, figures[f"{prefix}.name"].printed)
        for column, part in ((2, "initial_budget"), (3, "annual_budget")):
            figure = figures[f"{prefix}.{part}"]
            paper.figure(column, figure, total_of(copies, figure, LINES, f"{part}_fen"), MONEY)
        executed, expected = figures[f"{prefix}.executed"], figures[f"{prefix}.expected"]
        paper.figure(4, executed, _added(copies, executed), MONEY)
        _rate(paper, figures, rubric, f"{prefix}.", 5, f"{prefix}.{denominator}")
        _expected(paper, figures, f"{prefix}.", 8, f"{prefix}.annual_budget", _added(copies, expected))
        rate = figures[f"{prefix}.execution_rate"]
        paper.text(10, "；".join(filter(None, (rate.reason or "", figures[f"{prefix}.reason"].printed))))
        paper.row += 1
