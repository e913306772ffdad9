"""Checks of the money of a filled form: totals and parts, adjustments, units, low execution, blanks.

Rates and their score are ``filled_rates``'. Source: docs/domain.md §2, §4 and §5.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from pipeline.check.filled_nouns import FINE, Case, has_reason, judged, money, percent, points, shown
from pipeline.check.filled_rates import has_money_reason, is_slip, name_of, printed_rate
from pipeline.check.wholes import Judgement
from pipeline.model_filled import FundGroup, FundRow, Printed, State

_COLUMNS = (("initial", "年初预算数"), ("budget", "全年预算数"), ("executed", "全年执行数"))
_ADJUSTED = re.compile("调整|追加|追减|调剂|压减|压缩|核减|收回|结转|下达|调增|调减|增人增资|变更")
#: in 元 a project of less is none; in 万元 one of more is none
_TOO_SMALL, _TOO_LARGE = 1_000, 1_000_000
#: a change of the budget from which on it is asked about, and from which on it is large
_MOVED, _FALLEN = Fraction(1, 20), Fraction(3, 10)


def judge_parts(case: Case) -> Iterator[Judgement]:
    """Total rows against their parts: far off (OF-018), a little off (OF-019), one part above its total (OF-020)."""
    for group in case.form.funds:
        if group.total is None or not group.parts:
            continue
        far: list[tuple[str, Printed]] = []
        near: list[tuple[str, Printed]] = []
        for name, label in _COLUMNS:
            total = getattr(group.total, name)
            parts = [getattr(part, name) for part in group.parts]
            if total.number is None or all(part.is_empty for part in parts):
                continue
            if any(part.state in (State.TEXT, State.UNCACHED) for part in parts):
                continue
            numbers = [part.number or Fraction(0) for part in parts]
            amount = sum(numbers, Fraction(0))
            if _is_of_which(group) and total.number:
                continue
            gap = total.number - amount
            if abs(gap) < _tolerance(case, len(parts)) or _is_nested(total.number, numbers):
                continue
            said = f"{label}总额为 {shown(total)}，各行之和为 {money(amount)}，相差 {money(abs(gap))}"
            (far if total.number == 0 or abs(gap) * 200 >= abs(total.number) else near).append((said, total))
        cells = [getattr(part, name) for part in group.parts for name, _ in _COLUMNS]
        for code, told in (("OF-018", far), ("OF-019", near)):
            totals = [cell for _, cell in told]
            filled = [cell for cell in cells if cell.number]
            yield judged(code, bool(told), [*totals, *filled], name_of(group.total), shown(totals[0]) if totals else "",
                         said="；".join(text for text, _ in told), unit=case.unit)  # fmt: skip
        yield from _above(case, group)


def _is_of_which(group: FundGroup) -> bool:
    """One part alone under 其中: it need not make up the total, and may not exceed it."""
    return len(group.parts) == 1 and name_of(group.parts[0]).startswith("其中")


def _above(case: Case, group: FundGroup) -> Iterator[Judgement]:
    part, about = group.parts[0], name_of(group.parts[0])
    for name, label in _COLUMNS if _is_of_which(group) else ():
        mine, total = getattr(part, name), getattr(group.total, name)
        is_above = bool(mine.number is not None and total.number and mine.number > total.number)
        cells, facts = (mine, total), {"label": label, "unit": case.unit}
        yield judged("OF-020", is_above, cells, about, shown(mine), shown(total), **facts)


def _tolerance(case: Case, parts: int) -> Fraction:
    """What rounding of so many amounts may add up to; amounts without decimals are taken for exact to the cent."""
    digits = max((cell.digits for group in case.form.funds for row in group.rows() for cell in row.amounts()
                  if cell.number is not None), default=2)  # fmt: skip
    return (parts + 1) * Fraction(1, 2 * 10 ** (digits or 2))


def _is_nested(total: Fraction, numbers: Sequence[Fraction]) -> bool:
    """Whether the parts add up once those that only divide the part above them again are left out."""
    left, at = Fraction(0), 0
    while at < len(numbers):
        left += numbers[at]
        for end in range(at + 2, len(numbers) + 1):
            if numbers[at] and sum(numbers[at + 1 : end], Fraction(0)) == numbers[at]:
                at = end - 1
                break
        at += 1
    return abs(left - total) < FINE


def judge_over_budget(case: Case) -> Iterator[Judgement]:
    """全年执行数 above 全年预算数: one finding of a table with all its rows (OF-021)."""
    for group in case.form.funds:
        over = [row for row in group.rows() if _is_over(row)]
        first = over[0] if over else group.rows()[0] if group.rows() else None
        if first is None:
            continue
        cells = [cell for row in over for cell in (row.executed, row.budget)]
        by = money(first.executed.number - first.budget.number) if over else ""
        same = over and first.initial.number is not None and first.initial.number == first.budget.number
        adjusted = "，年初与全年预算数相同，没有调整" if same else ""
        yield judged(
            "OF-021",
            bool(over),
            cells,
            name_of(first),
            shown(first.executed),
            shown(first.budget),
            by=by,
            adjusted=adjusted,
            unit=case.unit,
        )


def _is_over(row: FundRow) -> bool:
    budget, executed = row.budget.number, row.executed.number
    return budget is not None and executed is not None and executed > budget and not is_slip(executed, budget)


def judge_adjustments(case: Case) -> Iterator[Judgement]:
    """年初 to 全年预算数: by 30% and more (OF-025) or by less (OF-026) without a word about it."""
    for group in case.form.funds[:1]:
        rows = [row for row in group.rows() if row.is_total and row.initial.number]
        rows = rows or [row for row in group.parts if row.initial.number]
        if not rows or any(row.budget.number is None for row in rows):
            continue
        initial = sum((row.initial.number for row in rows), Fraction(0))
        budget = sum((row.budget.number for row in rows), Fraction(0))
        if initial <= 0 or is_slip(budget, initial):
            continue
        change = budget / initial - 1
        is_told = bool(_ADJUSTED.search(case.form.reason_words())) or any(
            has_reason(row.reason) for row in rows
        )
        is_moved = abs(change) >= _MOVED and not is_told
        cells = [cell for row in rows for cell in (row.budget, row.initial)]
        facts = {
            "change": percent(change),
            "initial": money(initial),
            "budget": money(budget),
            "unit": case.unit,
        }
        yield judged(
            "OF-025",
            is_moved and abs(change) >= _FALLEN,
            cells,
            name_of(rows[0]),
            shown(rows[0].budget),
            **facts,
        )
        yield judged(
            "OF-026",
            is_moved and abs(change) < _FALLEN,
            cells,
            name_of(rows[0]),
            shown(rows[0].budget),
            **facts,
        )


def judge_units(case: Case) -> Iterator[Judgement]:
    """Amounts in another unit than the table's: typed so, ten thousand times their neighbour, or out of all measure."""
    for group in case.form.funds:
        for row in group.rows():
            why, cells = _slip_of(case, row)
            yield judged("OF-027", bool(why), cells, name_of(row), shown(cells[0]) if cells else "", why=why)
    for _, row, again in case.rows():
        value = f"目标 {shown(row.target)}，完成 {shown(row.actual)}"
        ratio = f"，为目标的 {points(again.ratio)} 倍" if again.unit_doubt and again.ratio else ""
        yield judged(
            "OF-027",
            again.unit_doubt,
            (row.actual, row.target_cell),
            row.name,
            shown(row.actual),
            why=value + ratio,
        )


def _slip_of(case: Case, row: FundRow) -> tuple[str, list[Printed]]:
    typed = [
        cell
        for cell in row.amounts()
        if cell.unit and cell.unit != case.unit and f"{cell.unit}元" != case.unit
    ]
    if typed:
        return f"单元格里写的是“{typed[0].unit}”，表上的单位是{case.unit}", typed
    if is_slip(row.executed.number or Fraction(0), row.budget.number or Fraction(0)):
        return f"执行数 {shown(row.executed)} 与预算数 {shown(row.budget)} 相差约一万倍", [
            row.executed,
            row.budget,
        ]
    if is_slip(row.budget.number or Fraction(0), row.initial.number or Fraction(0)):
        return f"全年预算数 {shown(row.budget)} 与年初预算数 {shown(row.initial)} 相差约一万倍", [
            row.budget,
            row.initial,
        ]
    budget = row.budget.number or Fraction(0)
    if row.is_total and case.unit == "元" and 0 < budget < _TOO_SMALL:
        return f"全年预算数只有 {money(budget)} 元，应当是万元", [row.budget, row.executed]
    if row.is_total and case.unit == "万元" and budget >= _TOO_LARGE:
        return f"全年预算数为 {shown(row.budget)} 万元，像是按元填的", [row.budget, row.executed]
    return "", []


def judge_spending(case: Case) -> Iterator[Judgement]:
    """Little spent: without a reason (OF-028), or with all indicators met or nearly all points claimed (OF-029)."""
    row, rate = case.form.money, case.again.rate
    if row is None:
        return
    if rate is None:
        rate = printed_rate(row)
    low = case.setting("low_execution_rate", Fraction(9, 10))
    if rate is None or is_slip(row.executed.number or Fraction(0), row.budget.number or Fraction(0)):
        return
    claimed = _claimed_share(case)
    gap = (claimed - rate) / claimed if claimed else Fraction(0)
    is_low = rate < low and not has_money_reason(case)
    # without scores only much unspent speaks against targets that are all met
    least = case.setting("inflated_score_gap" if _has_scores(case) else "unspent_share", Fraction(1, 20))
    is_high = claimed is not None and gap > least and is_low
    cells = (row.rate if not row.rate.is_empty else row.executed, row.executed, row.budget)
    yield judged(
        "OF-029", is_high, cells, name_of(row), percent(rate), achieved=percent(claimed) if claimed else ""
    )
    is_silent = is_low and not is_high
    yield judged("OF-028", is_silent, cells, name_of(row), percent(rate), percent(low))


def _has_scores(case: Case) -> bool:
    return any(row.score.number is not None for _, row, _ in case.rows())


def _claimed_share(case: Case) -> Fraction | None:
    """Points of the indicators ÷ their weights; where nothing is scored, the share of targets that are met."""
    rows = [row for table, row, _ in case.rows() if table.counts or case.form.kind == "project"]
    scored = [row for row in rows if row.score.number is not None and row.weight.number]
    if len(scored) >= 2:
        return sum((row.score.number for row in scored), Fraction(0)) / sum(
            (row.weight.number for row in scored), Fraction(0)
        )
    met = [again.is_met for _, _, again in case.rows() if again.is_met is not None]
    return Fraction(sum(met), len(met)) if len(met) >= 2 and not scored else None


def judge_blank_amounts(case: Case) -> Iterator[Judgement]:
    """Blank cells of 年度资金总额: a note (OF-022), or a warning where rate or score is printed without them (OF-023)."""
    row = case.form.money
    if row is None:
        return
    blank = [
        (label, getattr(row, name)) for name, label in _COLUMNS if getattr(row, name).state is State.BLANK
    ]
    is_claimed = row.rate.number is not None or row.score.number is not None
    needed = [(label, cell) for label, cell in blank if label != "年初预算数"]
    is_missing = bool(needed) and is_claimed and not (row.score.number == 0 and not row.rate.number)
    yield judged(
        "OF-023",
        is_missing,
        [cell for _, cell in needed],
        name_of(row),
        labels="、".join(label for label, _ in needed),
    )
    rest = [pair for pair in blank if not (is_missing and pair in needed)]
    is_rated = bool(row.budget.number) and row.executed.number is not None
    rest += [("执行率", row.rate)] if is_rated and row.rate.state is State.BLANK else []
    is_used = any(cell.number is not None for cell in row.amounts()) or is_claimed
    yield judged(
        "OF-022",
        bool(rest) and is_used,
        [cell for _, cell in rest],
        name_of(row),
        labels="、".join(label for label, _ in rest),
    )
