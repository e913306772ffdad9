"""Judges of the finance forms beyond one row's own cells: 2_预算执行 and 3_月度支出.

Each tells what it looked at (:class:`Told`), with ``excess`` 0 where all is well. What may be legitimate asks for a
reason and is satisfied by one. Amounts called a slip are left out. Source: docs/domain.md §2, §4 and §5.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from pipeline.check.amounts import ADJUSTMENTS, EXPENDITURE
from pipeline.check.frames import Around, is_filled
from pipeline.check.judgements import Told
from pipeline.check.slips import usable_fen
from pipeline.model import Row
from pipeline.money import print_percent

#: 调整明细 types that add to a line and that take from it
_ADDING, _TAKING = ("追加", "结转下达"), ("追减", "收回")


def judge_lines(around: Around) -> Iterator[Told]:
    """A line's spending without any budget, a budget without any spending, and 国库执行数 of some lines only."""
    rows = around.submission.table(EXPENDITURE).rows
    has_treasury = any(is_filled(row, "treasury_executed_fen") for row in rows)
    for row in rows:
        budget, spent = (usable_fen(row, name, around) for name in ("annual_budget_fen", "executed_fen"))
        silent = budget is not None and spent is not None and not is_filled(row, "low_execution_reason")
        unbudgeted, idle = silent and budget == 0 < spent, silent and spent == 0 < budget
        yield Told("BE-026", EXPENDITURE, int(unbudgeted), row, ("executed_fen", "annual_budget_fen"))
        yield Told("BE-027", EXPENDITURE, int(idle), row,
                   ("low_execution_reason", "executed_fen", "annual_budget_fen"))  # fmt: skip
        if has_treasury and row["treasury_executed_fen"] is None and "treasury_executed_fen" in row.columns:
            yield Told("BE-028", EXPENDITURE, 1, row, ("treasury_executed_fen",), group="treasury")


def judge_adjustments(around: Around) -> Iterator[Told]:
    """|调整净额| ÷ 年初预算数 at or above the rubric's ``adjustment_rate`` with neither a reason nor a 文号.

    What is policy-driven and has its document is taken out of the net first (only where the entry names the
    project). Without the setting the check is off.
    """
    limit = around.setting("adjustment_rate", None)
    if limit is None:
        return
    shown = print_percent(Fraction(limit), 0)
    documented, policy = _listed_adjustments(around)
    for row in around.submission.table(EXPENDITURE):
        initial, net = (
            usable_fen(row, name, around) for name in ("initial_budget_fen", "net_adjustment_fen")
        )
        if initial is None or net is None or initial <= 0:
            continue
        project = row.usable("project_id")
        rate = Fraction(abs(net - policy.get(project, 0)), initial)
        excused = is_filled(row, "low_execution_reason") or is_filled(row, "note") or project in documented
        facts = {
            "adjustment_rate": rate,
            "adjustment_limit": shown,
        }
        yield Told("BE-025", EXPENDITURE, int(rate >= limit and not excused), row,
                   ("net_adjustment_fen", "initial_budget_fen"), facts=facts)  # fmt: skip


def _listed_adjustments(around: Around) -> tuple[frozenset[object], Mapping[object, int]]:
    """Projects (None: no project named) that 调整明细 gives a 文号 for; net of documented policy-driven ones."""
    documented: set[object] = set()
    policy: dict[object, int] = {}
    for row in around.submission.table(ADJUSTMENTS):
        into, out = row.usable("to_project_id"), row.usable("from_project_id")
        if is_filled(row, "document_number") or is_filled(row, "policy_document_number"):
            documented |= {each for each in (into, out) if each is not None} or {None}
        fen, kind = usable_fen(row, "amount_fen", around), row.usable("adjustment_kind")
        if (
            fen is None
            or row.usable("is_policy_driven") is not True
            or not is_filled(row, "policy_document_number")
        ):
            continue
        named = into if into is not None else out
        if kind in _ADDING:
            policy[named] = policy.get(named, 0) + fen
        elif kind in _TAKING:
            policy[named] = policy.get(named, 0) - fen
        elif kind == "调剂":
            policy[into] = policy.get(into, 0) + fen
            policy[out] = policy.get(out, 0) - fen
    policy.pop(None, None)  # names no line it could be taken out of
    return frozenset(documented), policy


def judge_procured_projects(around: Around) -> Iterator[Told]:
    """A procurement that bears a project's name states no larger budget than the project has."""
    budgets: dict[object, int | None] = {}
    for row in around.submission.table(EXPENDITURE):
        name, fen = row.usable("project_name"), usable_fen(row, "annual_budget_fen", around)
        if name is not None:
            known = budgets.get(name, 0)
            budgets[name] = None if fen is None or known is None else known + fen
    for row in around.submission.table("procurement.contracts"):
        stated = usable_fen(row, "budget_fen", around)
        project = budgets.get(row.usable("procurement_name"))
        if stated is not None and project is not None:
            yield Told("PC-019", "procurement.contracts", max(0, stated - project), row,
                       ("budget_fen", "procurement_name"), facts={"project_budget_fen": project})  # fmt: skip


def row_of_month(around: Around) -> Mapping[int, Row]:
    """Month -> its row, for the active months that stand in 月度 exactly once. Asked through ``around.once``."""
    rows: dict[object, list[Row]] = {}
    for row in around.submission.table("monthly_spending.months"):
        rows.setdefault(row.usable("month"), []).append(row)
    first, last = around.active_months
    return {month: rows[month][0] for month in range(first, last + 1) if len(rows.get(month, ())) == 1}
