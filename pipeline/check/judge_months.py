"""Judges of 3_月度支出: months against their budgets, tasks, the bureau's rates, one another and the projects' months.

A cumulative amount ends where a month is missing, blank or a slip: what follows is not judged. Source: docs/domain.md
§2, §4 and §5.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from pipeline.check.amounts import EXPENDITURE, MONTHS, PROJECT_MONTHS
from pipeline.check.frames import Around, found, is_filled
from pipeline.check.judge_finance import row_of_month
from pipeline.check.judgements import Told
from pipeline.check.printing import amount
from pipeline.check.slips import usable_fen
from pipeline.model import Row
from pipeline.money import exact, print_percent, round_half_up

#: spending and the budget it is held against
_PAIRS = (("spent_fen", "current_budget_fen"), ("project_spent_fen", "current_project_budget_fen"))
#: fewer months say nothing about how a year was spent
_LEAST_MONTHS = 6
#: decimals of a percentage beyond which a typed rate is a formula's result and not a printed one
_PRINTED_DIGITS = 4


def cumulative(around: Around, field: str) -> Mapping[int, int]:
    """Month -> what was spent from the first active month to its end, as far as it is known."""
    rows, sums, total = around.once(row_of_month), {}, 0
    first, last = around.active_months
    for month in range(first, last + 1):
        value = usable_fen(rows[month], field, around) if month in rows else None
        if value is None:
            break
        total += value
        sums[month] = total
    return sums


def judge_progress(around: Around) -> Iterator[Told]:
    """累计支出 beyond that month's budget before the year's end (the end itself is compared in 2_预算执行), and a
    下达支出任务 that was not reached and has no 未达原因."""
    rows = around.once(row_of_month)
    for spent, budget in _PAIRS:
        sums = cumulative(around, spent)
        is_whole_year = around.through == 12 and len(sums) == len(rows)
        for month in list(sums)[:-1] if is_whole_year else sums:
            limit = usable_fen(rows[month], budget, around)
            if limit is not None:
                facts = {"cumulative_fen": sums[month], "limit_fen": limit,
                         "of_projects": "项目" if spent.startswith("project") else ""}  # fmt: skip
                yield Told("MS-015", MONTHS, max(0, sums[month] - limit), rows[month], (spent, budget),
                           facts=facts, group=spent)  # fmt: skip
    sums = cumulative(around, "spent_fen")
    for month, total in sums.items():
        row, task = rows[month], rows[month].usable("issued_progress")
        budget = usable_fen(row, "current_budget_fen", around)
        if task is None or not budget or budget < 0:
            continue
        rate = Fraction(total, budget)
        facts = {"rate": rate, "task": task}
        missed = rate < task and not is_filled(row, "shortfall_reason")
        yield Told("MS-016", MONTHS, int(missed), row, ("shortfall_reason", "issued_progress"), facts=facts)


def judge_rhythm(around: Around) -> Iterator[Told]:
    """The year's rhythm: a last month that spends more than the rubric's ``december_share`` (off without it), and
    months that are all the same to the 分."""
    rows = around.once(row_of_month)
    sums = cumulative(around, "spent_fen")
    first, last = around.active_months
    if len(sums) < max(_LEAST_MONTHS, last - first + 1):
        return
    spent = {month: usable_fen(row, "spent_fen", around) for month, row in rows.items()}
    limit = around.setting("december_share", None)
    if last == 12 and limit is not None and sums[last] > 0:
        share = Fraction(spent[last], sums[last])
        facts = {"share": share, "share_limit": print_percent(Fraction(limit), 0)}
        yield Told("MS-013", MONTHS, int(share > limit), rows[last], ("spent_fen",), facts=facts)
    same = len(set(spent.values())) == 1 and spent[first] > 0
    for month in spent:
        yield Told("MS-014", MONTHS, int(same), rows[month], ("spent_fen",), group="same")


def judge_denominators(around: Around) -> Iterator[Told]:
    """A 当期预算数 that leaves its neighbours and comes back to them: two denominators in one year."""
    rows = around.once(row_of_month)
    for _, field in _PAIRS:
        budgets = {month: usable_fen(row, field, around) for month, row in rows.items()}
        for month, budget in budgets.items():
            before, after = budgets.get(month - 1), budgets.get(month + 1)
            if None in (before, budget, after):
                continue
            facts = {"budget_fen": budget, "neighbours_fen": before}
            jumps = before == after != budget
            yield Told(
                "MS-018", MONTHS, int(jumps), rows[month], (field,), facts=facts, group=f"{field} {before}"
            )


def judge_bureau_rates(around: Around) -> Iterator[Told]:
    """财政通报执行率 against 累计支出 ÷ 当期预算数, within the decimals it is printed with; a denominator that would
    explain it is named where one of the forms' own does."""
    rows = around.once(row_of_month)
    for month, total in cumulative(around, "spent_fen").items():
        row, printed = rows[month], rows[month].usable("bureau_execution_rate")
        budget = usable_fen(row, "current_budget_fen", around)
        if not isinstance(printed, Fraction) or not budget or budget < 0:
            continue
        fits = prints_as(Fraction(total, budget), printed)
        facts = {} if fits else {
            "printed": _percent(printed), "cumulative_fen": amount(total), "budget": amount(budget),
            "rate": print_percent(Fraction(total, budget), max(2, decimals(printed))),
            "explained": _explained(around, month, total, printed),
        }  # fmt: skip
        yield Told(
            "MS-017", MONTHS, int(not fits), row, ("bureau_execution_rate", "current_budget_fen"), facts=facts
        )


def decimals(printed: Fraction) -> int:
    """Decimals of a typed percentage; trailing zeros are lost, so that this is the least it was printed with.

    >>> decimals(Fraction(6211, 10000)), decimals(Fraction(86, 100)), decimals(Fraction(1, 3))
    (2, 0, 4)
    """
    return next(
        (n for n in range(_PRINTED_DIGITS) if (printed * 100 * 10**n).denominator == 1), _PRINTED_DIGITS
    )


def prints_as(rate: Fraction, printed: Fraction) -> bool:
    """Whether a rate, rounded as far as the printed one goes, is the printed one; a cut-off last digit passes too."""
    digits = decimals(printed)
    shown = exact(round_half_up(printed * 100, digits))
    return exact(round_half_up(rate * 100, digits)) == shown or 0 <= rate * 100 - shown < Fraction(
        1, 10**digits
    )


def _percent(ratio: Fraction) -> str:
    return print_percent(ratio, max(2, decimals(ratio)))


def _explained(around: Around, month: int, total: int, printed: Fraction) -> str:
    """The denominator of the forms that gives the printed rate, in words; otherwise the amount it would have to be."""
    candidates: list[tuple[str, int | None]] = []
    for field, label in (("initial_budget_fen", "年初预算数合计"), ("annual_budget_fen", "全年预算数合计")):
        values = [usable_fen(row, field, around) for row in around.submission.table(EXPENDITURE)]
        candidates.append((label, None if None in values else sum(values)))
    for other, row in around.once(row_of_month).items():
        if other != month:
            candidates.append((f"{other} 月的当期预算数", usable_fen(row, "current_budget_fen", around)))
    for label, budget in candidates:
        if budget and budget > 0 and prints_as(Fraction(total, budget), printed):
            return f"；{_percent(printed)} 是按{label} {amount(budget)} 万元算的"
    if printed <= 0:
        return ""
    needed = round_half_up(Fraction(total, 1_000_000) / printed, 2)
    return f"；要得出 {_percent(printed)}，分母应为 {needed:,} 万元"


def judge_project_months(around: Around) -> Iterator[Told]:
    """Month by month, what the projects of 项目月度 spent is no more than 其中项目支出, and no less where all are listed.

    A month with 退回冲减 is left out: the two may count it differently.
    """
    listed = around.submission.table(PROJECT_MONTHS).rows
    if not listed:
        return
    names = {row.usable("project_id") for row in listed}
    lines = [row for row in around.submission.table(EXPENDITURE) if row.usable("expenditure_kind") == "项目"]
    has_all = bool(lines) and {row.usable("project_id") for row in lines} == names
    for month, row in around.once(row_of_month).items():
        parts = _parts(listed, f"month_{month}_fen", around)
        whole = usable_fen(row, "project_spent_fen", around)
        if parts is None or whole is None or is_filled(row, "refunded_fen"):
            continue
        gap = parts - whole
        facts = {"month": month, "parts_fen": parts, "whole_fen": whole, "gap_fen": abs(gap)}
        excess = abs(gap) if has_all else max(0, gap)
        cells = (
            (found(row, "project_spent_fen"), *(found(each, f"month_{month}_fen") for each in listed))
            if excess
            else ()
        )
        yield Told("MS-019", MONTHS, excess, cells=cells, facts=facts, group="project months")


def _parts(listed: tuple[Row, ...], field: str, around: Around) -> int | None:
    values = [usable_fen(row, field, around) for row in listed]
    return None if None in values else sum(values)
