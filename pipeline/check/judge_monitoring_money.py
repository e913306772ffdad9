"""Judges of monitoring about money: the months asked for, lights without a reason, 项目监控 against everything else.

Each tells what it looked at, with ``excess`` 0 where all is well. What has 备注 or a reason in its row is explained.
Source: docs/domain.md §2 and §4 (财预〔2019〕136号).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipeline.check.amounts import EXPENDITURE, MONTHS, PROJECT_MONTHS
from pipeline.check.frames import Around, found, is_filled, table_cells
from pipeline.check.judge_finance import row_of_month
from pipeline.check.judgements import Told
from pipeline.check.monitored import PROJECT_SHEET, Monitored
from pipeline.check.slips import usable_fen
from pipeline.model import Figure, Row, row_key
from pipeline.model_months import stated_months

_EXECUTED, _EXPECTED = "executed_to_month_fen", "expected_year_fen"


def judge_months(monitored: Monitored, around: Around) -> Iterator[Told]:
    """Every month of 1–N in which the department existed stands in 月度."""
    rows = around.submission.table(MONTHS).rows
    if not rows:
        return  # that is said of the sheet
    first, last = around.active_months
    there = [row.usable("month") for row in rows]
    expected = range(first, last + 1)
    missing = [month for month in expected if month not in there]
    if len(rows) >= len(expected):
        missing = []  # a month typed twice or unreadable, and that has been said
    facts = {"through": monitored.month, "missing": "、".join(map(str, missing))}
    yield Told("MS-030", MONTHS, len(missing), cells=table_cells(around, MONTHS), facts=facts)


def judge_lights(monitored: Monitored, around: Around) -> Iterator[Told]:
    """A light of 总支出 or 项目支出 that has to be explained, and no 未达原因 in the month's row; the same of a project."""
    row = around.once(row_of_month).get(monitored.month)
    if row is not None:
        for part, words, field in (("", "支出", "spent_fen"), ("project_", "项目支出", "project_spent_fen")):
            prefix = f"monitor.{part}"
            asked = monitored.asks_reason(f"{prefix}light") and not is_filled(row, "shortfall_reason")
            yield Told("MS-031", MONTHS, int(asked), row, ("shortfall_reason", field),
                       facts=_light(monitored, prefix, words))  # fmt: skip
    for line in _projects(around).values():
        prefix = f"monitor.project.{row_key(EXPENDITURE, line)}."
        reason = monitored.figures.get(f"{prefix}reason")
        asked = monitored.asks_reason(f"{prefix}light") and not (reason and reason.value)
        words = f"项目“{line.usable('project_name') or line.usable('project_id')}”"
        yield Told("PI-067", EXPENDITURE, int(asked), line, ("low_execution_reason", "project_id"),
                   facts=_light(monitored, prefix, words))  # fmt: skip


def _light(monitored: Monitored, prefix: str, words: str) -> Mapping[str, object]:
    return {
        "through": monitored.month, "what": words, "light": monitored.printed(f"{prefix}light"),
        "rate": monitored.printed(f"{prefix}execution_rate"), "progress": monitored.printed(f"{prefix}progress"),
    }  # fmt: skip


def _projects(around: Around) -> Mapping[str, Row]:
    """The first line of every project of 支出, by the key of its figures."""
    lines: dict[str, Row] = {}
    for row in around.submission.table(EXPENDITURE):
        if row.usable("expenditure_kind") == "项目":
            lines.setdefault(row_key(EXPENDITURE, row), row)
    return lines


def judge_projects(monitored: Monitored, around: Around) -> Iterator[Told]:
    """项目监控 row by row: against 项目月度, against 全年预算数, and the year expected against what is done."""
    stated = stated_months(around.submission.table(PROJECT_SHEET), _EXECUTED)
    for row in around.submission.table(PROJECT_SHEET):
        other = stated.get(row.file, (monitored.month,))[0] != monitored.month
        executed = None if other else usable_fen(row, _EXECUTED, around)
        expected = usable_fen(row, _EXPECTED, around)
        budget = _budget(around, row.usable("project_id"))
        explained = is_filled(row, "note")
        months = _by_month(around, row.usable("project_id"))
        facts = {"through": monitored.month, "executed_fen": executed or 0, "expected_fen": expected or 0,
                 "budget_fen": budget or 0, "months_fen": months or 0}  # fmt: skip
        if executed is not None and months is not None:
            yield Told("PI-060", PROJECT_SHEET, abs(executed - months), row, (_EXECUTED,), facts=facts)
        if executed is not None and budget is not None:
            excess = 0 if explained else max(0, executed - budget)
            yield Told("PI-064", PROJECT_SHEET, excess, row, (_EXECUTED,), facts=facts)
        if executed is not None and expected is not None:
            excess = 0 if explained else max(0, executed - expected)
            yield Told("PI-061", PROJECT_SHEET, excess, row, (_EXPECTED, _EXECUTED), facts=facts)
        if expected is not None and budget is not None and not (executed is not None and executed > budget):
            excess = 0 if explained else max(0, expected - budget)
            yield Told("PI-062", PROJECT_SHEET, excess, row, (_EXPECTED,), facts=facts)


def _budget(around: Around, project: object) -> int | None:
    """全年预算数 of a project over its lines; None where one is not known or there is none."""
    lines = [
        row
        for row in around.submission.table(EXPENDITURE)
        if project is not None and row.usable("project_id") == project
    ]
    values = [usable_fen(row, "annual_budget_fen", around) for row in lines]
    return sum(values) if values and None not in values else None


def _by_month(around: Around, project: object) -> int | None:
    """What 项目月度 says a project has spent to the month; None where it has no one complete row of it."""
    rows = [
        row
        for row in around.submission.table(PROJECT_MONTHS)
        if project is not None and row.usable("project_id") == project
    ]
    first, last = around.active_months
    values = [usable_fen(row, f"month_{m}_fen", around) for row in rows for m in range(first, last + 1)]
    return sum(values) if len(rows) == 1 and None not in values else None


def judge_projects_listed(monitored: Monitored, around: Around) -> Iterator[Told]:
    """A project of 支出 that 项目监控 leaves out, where that sheet is filled at all."""
    listed = around.values(PROJECT_SHEET, "project_id")
    for line in _projects(around).values() if listed else ():
        code = line.usable("project_id")
        told = int(code is not None and code not in listed)
        yield Told(
            "PI-063", EXPENDITURE, told, line, ("project_id",), facts={"named": str(code)}, group="unlisted"
        )


def judge_project_sum(monitored: Monitored, around: Around) -> Iterator[Told]:
    """What 项目监控 says all projects have executed is the 其中项目支出 of the months; 项目月度 is compared elsewhere."""
    whole, parts = (
        monitored.figures.get(f"monitor.{name}") for name in ("project_executed", "projects_executed")
    )
    row = around.once(row_of_month).get(monitored.month)
    if row is None or not _known(whole) or not _known(parts) or around.submission.table(PROJECT_MONTHS).rows:
        return
    refunded = any(is_filled(each, "refunded_fen") for each in around.submission.table(MONTHS))
    gap = abs(int((whole.exact - parts.exact) * 1_000_000))
    facts = {"through": monitored.month, "parts": parts.printed, "whole": whole.printed, "gap_fen": gap}
    cells = (found(row, "project_spent_fen"),
             *(found(each, _EXECUTED) for each in around.submission.table(PROJECT_SHEET)))  # fmt: skip
    yield Told("PI-066", PROJECT_SHEET, 0 if refunded else gap, cells=cells, facts=facts, group="sum")


def _known(figure: Figure | None) -> bool:
    return figure is not None and figure.exact is not None
