"""单位错位: amounts 10,000 times too large (元 typed where 万元 is declared) or, in a sheet of 元, too small.

Happens before every other check of amounts: a cell called a slip takes no part in 勾稽关系 and in other judgements,
so that one slip is one finding. An amount is suspected only by what it is compared with (its own row's arithmetic, a
whole it is part of, the other form's total, what a person can cost), and the corrected amount has to fit where the
typed one cannot. Nothing is corrected. Source: docs/domain.md §2 and §5.
"""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Mapping, Sequence
from fractions import Fraction

from pipeline.check.amounts import (
    ADJUSTMENTS,
    ASSETS,
    CONTRACTS,
    COSTS,
    EXPENDITURE,
    FACTOR,
    MONTHS,
    PROJECT_MONTHS,
    Amounts,
    Place,
    Slip,
    is_times,
)
from pipeline.check.frames import Around, is_filled
from pipeline.check.printing import amount
from pipeline.model import Row
from pipeline.money import FEN_PER

CODES: Mapping[str, str] = {
    EXPENDITURE: "BE-023", ADJUSTMENTS: "BE-023", MONTHS: "MS-012", PROJECT_MONTHS: "MS-012",
    COSTS: "MG-018", ASSETS: "MG-018", CONTRACTS: "PC-012",
}  # fmt: skip
#: a part this many times its whole is no overspending; times this many more it would not fit as 元 either
_LEAST, _MOST = FACTOR // 20, FACTOR * 2
_LEAST_BESIDE = 2
#: two amounts that should be about the same differ by a unit when one is this many times the other
_SAME_LEAST = FACTOR // 2
#: what one person cannot cost in a year, in 分: 20,000 万元 (also where the heads of many units are left out), 500 元
_DEAREST, _CHEAPEST = 20_000 * FEN_PER["万元"], 500 * FEN_PER["元"]
#: parts of a row and the whole none of them is many times larger than
_PARTS: Mapping[str, Sequence[tuple[str, str]]] = {
    EXPENDITURE: tuple(
        (part, "annual_budget_fen")
        for part in ("executed_fen", "treasury_executed_fen", "final_account_executed_fen", "carried_forward_fen",
                     "surplus_fen", "carry_over_issued_fen", "addition_fen")
    ) + tuple((part, "initial_budget_fen") for part in ("carry_over_in_initial_fen", "reduction_fen", "recovered_fen")),
    MONTHS: (("project_spent_fen", "spent_fen"), ("current_project_budget_fen", "current_budget_fen"),
             ("spent_fen", "current_budget_fen")),
    COSTS: (("executed_fen", "budget_fen"),),
    CONTRACTS: (("contract_amount_fen", "budget_fen"), ("reserved_for_sme_fen", "budget_fen"),
                ("reserved_for_small_micro_fen", "reserved_for_sme_fen")),
    ASSETS: (
        *((part, "fixed_assets_fen") for part in (
            "fixed_assets_in_use_fen", "book_value_fen", "card_value_fen", "stocktaking_value_fen", "idle_fen",
            "leased_fen", "to_dispose_fen")),
        ("income_paid_fen", "income_due_fen"),
    ),
}  # fmt: skip
#: amounts of a row that are about the same
_TWINS: Mapping[str, Sequence[tuple[str, str]]] = {
    COSTS: (("budget_fen", "executed_fen"), ("executed_last_year_fen", "executed_fen"),
            ("executed_fen", "executed_last_year_fen")),
    ASSETS: (("fixed_assets_fen", "book_value_fen"), ("fixed_assets_fen", "fixed_assets_in_use_fen"),
             ("income_due_fen", "income_paid_fen")),
}  # fmt: skip
#: how many times the whole department's budget no single amount of these tables is
_DEPARTMENTS = {COSTS: 2, CONTRACTS: 20, ADJUSTMENTS: 20, ASSETS: FACTOR // 10}


def slips(around: Around) -> Mapping[Place, Slip]:
    """Every amount that seems to be in another unit, by its place. Asked through ``around.once``."""
    amounts = Amounts(around)
    _a_person(amounts)
    _form_against_form(amounts)
    _line_by_total(amounts, "annual_budget_fen", amounts.total(MONTHS, "current_budget_fen", last_only=True))
    for row in amounts.rows(EXPENDITURE):
        _arithmetic(amounts, row)
    _months(amounts)
    for table, pairs in _PARTS.items():
        for row in amounts.rows(table):
            for part, whole in pairs:
                _part(amounts, table, row, part, whole)
    _line_by_total(amounts, "executed_fen", amounts.total(MONTHS, "spent_fen"))
    for table, pairs in _TWINS.items():
        for row in amounts.rows(table):
            for one, other in pairs:
                _twin(amounts, table, row, one, other)
    _department(amounts)
    return amounts.slips


def _said(amounts: Amounts, table: str, field: str, fen: int) -> str:
    return f"{amounts.label(table, field)}只有 {amount(fen)} 万元"


def _part(amounts: Amounts, table: str, row: Row, part: str, whole: str) -> None:
    """A part many times its whole; twice is enough in a row whose other amounts are slips already."""
    above, below = amounts.of(row, part), amounts.of(row, whole)
    is_in_doubt = any((id(row), field) in amounts.slips for field in row.columns) if amounts.slips else False
    least = _LEAST_BESIDE if is_in_doubt else _LEAST
    if is_times(above, below, least, _MOST) and not is_filled(row, "low_execution_reason"):
        amounts.add(table, row, part, _said(amounts, table, whole, below))


def _twin(amounts: Amounts, table: str, row: Row, one: str, other: str) -> None:
    above, below = amounts.of(row, one), amounts.of(row, other)
    if is_times(above, below, _SAME_LEAST, _MOST) and not is_filled(row, "change_reason"):
        amounts.add(table, row, one, _said(amounts, table, other, below))


def _arithmetic(amounts: Amounts, row: Row) -> None:
    """年初 + 调整净额 = 全年 does not hold, and would with one or two of the three divided by 10,000."""
    names = ("initial_budget_fen", "net_adjustment_fen", "annual_budget_fen")
    values = [amounts.of(row, name) for name in names]
    if None in values or values[0] + values[1] == values[2]:
        return
    for many in (1, 2):
        for chosen in itertools.combinations(range(3), many):
            tried = [Fraction(v, FACTOR) if at in chosen else v for at, v in enumerate(values)]
            if all(values[at] for at in chosen) and tried[0] + tried[1] == tried[2]:
                others = "、".join(
                    f"{amounts.label(EXPENDITURE, names[at])}{_corrected(amounts, row, names[at])} {amount(values[at])} 万元"
                    for at in range(3)
                    if at not in chosen
                )
                for at in chosen:
                    amounts.add(EXPENDITURE, row, names[at], f"而{others}")
                return


def _corrected(amounts: Amounts, row: Row, field: str) -> str:
    """What is said of an amount that is a slip itself: the number told is not the one in its cell."""
    return "改正后应为" if (id(row), field) in amounts.slips else ""


def _line_by_total(amounts: Amounts, field: str, other: int | None) -> None:
    """The one line that, divided by 10,000, makes the lines add up to the months' figure; or all those that are larger
    than the whole of it."""
    total = amounts.total(EXPENDITURE, field)
    if total is None or other is None or total <= other:
        return
    fitting = []
    for row in amounts.rows(EXPENDITURE):
        value = amounts.of(row, field)
        likely = Fraction(value, FACTOR)
        if value > 0 and abs(total - value + likely - other) * 20 <= likely:
            fitting.append(row)
    if not fitting:
        beyond = [row for row in amounts.rows(EXPENDITURE) if amounts.of(row, field) > other > 0]
        likely = Fraction(sum(amounts.of(row, field) for row in beyond), FACTOR)
        if beyond and abs(total - likely * FACTOR + likely - other) * 20 <= likely:
            for row in beyond:
                told = f"《3_月度支出》相应的全部门数只有 {amount(other)} 万元"
                amounts.add(EXPENDITURE, row, field, told)
    if len(fitting) == 1:
        told = f"《3_月度支出》相应的全部门数只有 {amount(other)} 万元"
        amounts.add(EXPENDITURE, fitting[0], field, told)


def _months(amounts: Amounts) -> None:
    """A month many times the middle of the others: a budget always, spending when it is beyond the budget too."""
    rows = amounts.rows(MONTHS)
    for field, limit in (
        ("current_budget_fen", ""), ("current_project_budget_fen", ""),
        ("spent_fen", "current_budget_fen"), ("project_spent_fen", "current_project_budget_fen"),
    ):  # fmt: skip
        values = {at: value for at, row in enumerate(rows) if (value := amounts.of(row, field)) is not None}
        for at, value in values.items():
            others = [each for other, each in values.items() if other != at and each > 0]
            if len(others) < 2:
                continue
            middle = int(statistics.median(others))
            beyond = not limit or value > (amounts.of(rows[at], limit) or 0)
            if beyond and is_times(value, middle, _LEAST):
                amounts.add(MONTHS, rows[at], field, f"其他各月一般只有 {amount(middle)} 万元")


def _a_person(amounts: Amounts) -> None:
    """人员支出 a head that no person costs: both finance forms were filled in the other unit alike."""
    card = amounts.around.submission.card("basics.staff")
    heads = (
        max((card.usable(name) or 0 for name in ("established_posts", "staff_at_year_end")), default=0)
        if card
        else 0
    )
    lines = [row for row in amounts.rows(EXPENDITURE) if row.usable("expenditure_kind") == "人员"]
    budgets = [amounts.of(row, "annual_budget_fen") for row in lines]
    if heads <= 0 or not budgets or None in budgets or sum(budgets) <= 0:
        return
    a_head = sum(budgets) // heads
    is_small = a_head <= _CHEAPEST and _unit(amounts, EXPENDITURE) == "元"
    if not is_small and a_head < _DEAREST:
        return
    told = f"按 {heads} 人计，人员支出人均 {amount(a_head)} 万元"
    if not is_small and _is_alone(amounts, lines):
        for row in lines:
            amounts.add(EXPENDITURE, row, "annual_budget_fen", told)
        return
    months = amounts.total(MONTHS, "current_budget_fen", last_only=True)
    total = amounts.total(EXPENDITURE, "annual_budget_fen")
    amounts.add_sheet(EXPENDITURE, told, is_small)
    if not is_times(total, months, _SAME_LEAST) and not is_times(months, total, _SAME_LEAST):
        amounts.add_sheet(MONTHS, told, is_small)


def _is_alone(amounts: Amounts, lines: Sequence[Row]) -> bool:
    """Whether the 人员 lines alone are at fault: the other lines together are not worth one of their 10,000 parts, or
    with them divided the lines add up to the months' budget."""
    mine = sum(amounts.of(row, "annual_budget_fen") or 0 for row in lines)
    rest = sum(amounts.of(row, "annual_budget_fen") or 0 for row in amounts.rows(EXPENDITURE)) - mine
    months = amounts.total(MONTHS, "current_budget_fen", last_only=True)
    likely = Fraction(mine, FACTOR)
    return is_times(mine, rest, _LEAST) or (months is not None and abs(rest + likely - months) * 20 <= likely)


def _unit(amounts: Amounts, table: str) -> str:
    files = {row.file for row in amounts.rows(table)}
    units = {file.unit for file in amounts.around.submission.files if file.path in files}
    return units.pop() or "万元" if len(units) == 1 else "万元"


def _form_against_form(amounts: Amounts) -> None:
    """The lines' total and the last month's budget differ by a unit: one of the two sheets is in the other unit."""
    lines = amounts.total(EXPENDITURE, "annual_budget_fen")
    months = amounts.total(MONTHS, "current_budget_fen", last_only=True)
    for table, mine, other in ((EXPENDITURE, lines, months), (MONTHS, months, lines)):
        if not is_times(mine, other, _SAME_LEAST, _MOST) or _stands_out(amounts, table):
            continue
        smaller = MONTHS if table == EXPENDITURE else EXPENDITURE
        if _unit(amounts, smaller) == "元" and _unit(amounts, table) != "元":
            amounts.add_sheet(smaller, f"另一张表的全部门预算数是 {amount(mine)} 万元", is_small=True)
        else:
            amounts.add_sheet(table, f"另一张表的全部门预算数只有 {amount(other)} 万元")


def _stands_out(amounts: Amounts, table: str) -> bool:
    """Whether one amount alone makes the total: then it is that line or month, and not the sheet."""
    field = "annual_budget_fen" if table == EXPENDITURE else "current_budget_fen"
    values = sorted(value for row in amounts.rows(table) if (value := amounts.of(row, field)) and value > 0)
    return len(values) > 1 and values[-1] >= _LEAST * sum(values[:-1])


def _department(amounts: Amounts) -> None:
    """Amounts of the other forms that are many times the whole department's budget."""
    total = amounts.total(EXPENDITURE, "annual_budget_fen")
    if not total or total <= 0:
        return
    for table, times in _DEPARTMENTS.items():
        form, _, name = table.partition(".")
        if form not in amounts.around.specs:  # not looked at in this phase of the year
            continue
        money = [each.id for each in amounts.around.specs[form].table(name).fields if each.type == "money"]
        for row in amounts.rows(table):
            for each in money:
                value = amounts.of(row, each)
                if value is not None and value > times * total:
                    told = f"全部门的全年预算数只有 {amount(total)} 万元"
                    amounts.add(table, row, each, told)
    for row in amounts.rows(PROJECT_MONTHS):
        for month in range(1, 13):
            value = amounts.of(row, f"month_{month}_fen")
            if value is not None and value > 20 * total:
                amounts.add(
                    PROJECT_MONTHS, row, f"month_{month}_fen", f"全部门的全年预算数只有 {amount(total)} 万元"
                )


def usable_fen(row: Row, field: str, around: Around) -> int | None:
    """An amount other checks may compare; None where it is blank, unreadable or a slip that was told of."""
    if (id(row), field) in around.once(slips):
        return None
    value = row.usable(field)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
