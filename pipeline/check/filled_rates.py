"""Checks of the rates of a filled form: does a rate follow from its amounts, does its score follow from the rate.

A rate is wrong only beyond the precision in which it and its amounts are printed; which other denominator explains it
is said. Source: docs/domain.md §2 and §4.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction

from pipeline.check.filled_nouns import Case, has_reason, judged, money, percent, points, shown, slack
from pipeline.check.wholes import Judgement
from pipeline.model_filled import FundGroup, FundRow, Printed, State

CENT = Fraction(1, 200)
_ABOUT_MONEY = re.compile("预算|资金|支出|执行|结余|节约|拨付|付款|结算|支付|经费")
#: an amount this many times another of its row was written in another unit
_SLIP = (Fraction(2_000), Fraction(50_000))


def judge_rates(case: Case) -> Iterator[Judgement]:
    """Printed rates against their amounts (OF-016), and how they are written (OF-024)."""
    written: dict[str, list[Printed]] = defaultdict(list)
    for group in case.form.funds:
        for row in group.rows():
            share = printed_share(row.rate)
            if share is None:
                continue
            value, half = share
            budget, executed = row.budget.number, row.executed.number
            if budget is None or executed is None:
                written[_how(row.rate, None)].append(row.rate)
                continue
            if budget == 0:
                said = f"预算数和执行数为 {shown(row.budget)} 和 {shown(row.executed)}，没有执行率可算"
                yield _rate(row, value != 0, said, "（空）")
                continue
            exact = executed / budget
            low, high = _range(row)
            is_near = low - half <= value <= high + half
            is_cut = not is_near and abs(value - exact) < 2 * half
            is_other = is_slip(executed, budget)
            said = f"{shown(row.executed)} ÷ {shown(row.budget)} = {percent(exact)}{_explained(case, group, row, value, half)}"
            yield _rate(row, not is_near and not is_cut and not is_other, said, percent(exact))
            if is_near or is_cut:
                written[_how(row.rate, exact, is_cut)].append(row.rate)
    for how, cells in written.items():
        yield judged("OF-024", bool(how), cells, "执行率", shown(cells[0]), how=how)


def _rate(row: FundRow, is_beyond: bool, said: str, expected: str) -> Judgement:
    cells = (row.rate, row.executed, row.budget)
    return judged("OF-016", is_beyond, cells, name_of(row), shown(row.rate), expected, follows=said)


def printed_share(cell: Printed) -> tuple[Fraction, Fraction] | None:
    """A printed rate as a share, with half of its last decimal: 97.75%, 97.75 and 0.9775 are one."""
    if cell.number is None:
        return None
    if cell.has_sign:
        return cell.number, cell.half
    if abs(cell.number) > Fraction(3, 2):
        return cell.number / 100, cell.half / 100
    return cell.number, min(cell.half, Fraction(1, 20_000))


def _range(row: FundRow) -> tuple[Fraction, Fraction]:
    """The rates that the amounts, as printed, may stand for: rounded to two decimals at the coarsest."""
    budget, executed = row.budget, row.executed
    up, down = (min(cell.half, CENT) if cell.digits >= 2 else Fraction(0) for cell in (executed, budget))
    if budget.number <= down:
        return executed.number / budget.number, executed.number / budget.number
    return (executed.number - up) / (budget.number + down), (executed.number + up) / (budget.number - down)


def _explained(case: Case, group: FundGroup, row: FundRow, value: Fraction, half: Fraction) -> str:
    """Which other denominator the printed rate would follow from."""
    others = [("年初预算数", row.initial.number)]
    others += [(f"“{name_of(one)}”的全年预算数", one.budget.number) for one in group.rows() if one is not row]
    parts = sum((part.budget.number or Fraction(0) for part in group.parts), Fraction(0))
    others.append(("各行全年预算数之和", parts if row is group.total else None))
    for name, denominator in others:
        if denominator and abs(row.executed.number / denominator - value) <= half:
            return (
                f"；若以{name} {money(denominator)} 为分母，则为 {percent(row.executed.number / denominator)}"
            )
    if value and row.executed.number and abs(row.budget.number / row.executed.number - value) <= half:
        return "；像是把分子和分母颠倒了"
    if value > 0:
        return f"；要得出所印的数，分母应为 {money(row.executed.number / value)}"
    return ""


def _how(cell: Printed, exact: Fraction | None, is_cut: bool = False) -> str:
    """How a rate is written loosely: without a percent sign, in whole percents, cut instead of rounded; "" if it is not."""
    if not cell.has_sign and cell.number not in (0, None):
        return "没有写百分号"
    if exact is not None and cell.digits == 0 and (exact * 100).denominator != 1:
        return f"只写到整数（{percent(exact)}）"
    return f"像是舍去而没有四舍五入（{percent(exact)}）" if is_cut else ""


def judge_execution_score(case: Case) -> Iterator[Judgement]:
    """得分 of the row of money against 分值 × 执行率: too much (OF-017), too little and no reason (OF-039)."""
    row = case.form.scored.execution if case.form.scored else None
    if row is None or row.weight.number is None or row.score.number is None:
        return
    rates = [rate for rate in (_own_rate(row), printed_rate(row)) if rate is not None]
    if not rates:
        return
    expected = [row.weight.number * max(Fraction(0), min(rate, Fraction(1))) for rate in rates]
    limit = max(expected)
    follows = f"{points(row.weight.number)} × {percent(min(rates[expected.index(limit)], Fraction(1)))} = {points(limit)}"
    is_above = row.score.number > limit + slack(row.score) and row.score.number <= row.weight.number
    yield judged(
        "OF-017",
        is_above,
        (row.score, row.rate, row.weight),
        name_of(row),
        shown(row.score),
        points(limit),
        follows=follows,
    )
    is_below = row.score.number < min(expected) - slack(row.score) and not has_money_reason(case)
    cells = (row.score, row.reason) if row.reason.state is not State.ABSENT else (row.score,)
    yield judged("OF-039", is_below, cells, "预算执行率", shown(row.score), points(min(expected)),
                 target="按执行率计分", actual=percent(rates[0]), weight=shown(row.weight), score=shown(row.score))  # fmt: skip


def _own_rate(row: FundRow) -> Fraction | None:
    budget, executed = row.budget.number, row.executed.number
    return executed / budget if budget and executed is not None and budget > 0 else None


def printed_rate(row: FundRow) -> Fraction | None:
    share = printed_share(row.rate)
    return share[0] if share and (row.budget.number or row.budget.is_empty) else None


def is_slip(one: Fraction, other: Fraction) -> bool:
    if not one or not other:
        return False
    ratio = max(abs(one / other), abs(other / one))
    return _SLIP[0] <= ratio <= _SLIP[1]


def has_money_reason(case: Case) -> bool:
    row = case.form.money
    if row is not None and has_reason(row.reason):
        return True
    words = [each.reason.text for _, each, _ in case.rows() if has_reason(each.reason)]
    words += [note.text for note in case.form.notes]
    return any(_ABOUT_MONEY.search(text) for text in words) or bool(
        re.search(
            r"(未|低|滞|结余|节约|剩余)[^。；;]{0,20}(原因|因|由于)|(因|由于)[^。；;]{0,30}(未|低|滞|结余|节约)",
            case.form.reason_words(),
        )
    )


def name_of(row: FundRow) -> str:
    return "".join(row.label.text.split()).strip("：:") or "资金"
