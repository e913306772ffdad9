"""Prepared columns of the finance forms: 2_预算执行 and 3_月度支出.

Each column says one check of ``expectations/<table>.json`` as an integer that is 0 where all is well. Source of
the checks: docs/domain.md §2, §4 and §5.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction

from pipeline.check.frames import Around, Frame, Place, Prepared, build, found, is_filled, known, table_cells
from pipeline.model import Row
from pipeline.money import print_percent

_SAME_EXPENDITURE = (
    "expenditure_kind", "project_id", "project_name", "unit_code", "fund_nature", "fund_year",
    "functional_subject", "economic_subject", "initial_budget_fen", "net_adjustment_fen", "annual_budget_fen",
    "executed_fen",
)  # fmt: skip


def executed_over_budget_fen(row: Row, around: Around) -> int:
    """By how much 全年执行数 exceeds 全年预算数, where no reason is given."""
    values = known(row, "executed_fen", "annual_budget_fen")
    if values is None or is_filled(row, "low_execution_reason"):
        return 0
    return max(0, values[0] - values[1])


def low_execution(row: Row, around: Around) -> int:
    """1 where less than 90% (or the rubric's share) of a budget is executed and no reason is given."""
    values = known(row, "executed_fen", "annual_budget_fen")
    if values is None or values[1] <= 0 or is_filled(row, "low_execution_reason"):
        return 0
    return int(Fraction(values[0], values[1]) < low_execution_rate(around))


def low_execution_rate(around: Around) -> Fraction:
    """The rate below which a reason is asked for."""
    return Fraction(around.setting("low_execution_rate", Fraction(9, 10)))


def execution_rate(row: Row, around: Around) -> str:
    """执行率 as printed, on 全年预算数; blank without a budget."""
    values = known(row, "executed_fen", "annual_budget_fen")
    return print_percent(Fraction(values[0], values[1])) if values and values[1] > 0 else ""


def _expenditure_counts(around: Around) -> tuple[Counter, Mapping[str, frozenset[str]]]:
    rows = around.submission.table("budget_execution.expenditure").rows
    names: dict[str, set[str]] = {}
    for row in rows:
        if values := known(row, "project_id", "project_name"):
            names.setdefault(str(values[0]), set()).add(str(values[1]))
    return Counter(_identity(row) for row in rows), {key: frozenset(value) for key, value in names.items()}


def _identity(row: Row) -> tuple:
    return tuple(row[field] for field in _SAME_EXPENDITURE)


def repeated_rows(row: Row, around: Around) -> int:
    """How many other rows say exactly the same, amounts and all; a row that says nothing is not counted."""
    if known(row, "expenditure_kind", "annual_budget_fen", "executed_fen") is None:
        return 0
    return around.once(_expenditure_counts)[0][_identity(row)] - 1


def other_names(row: Row, around: Around) -> int:
    """How many other names the row's 项目编码 carries elsewhere in the sheet."""
    values = known(row, "project_id", "project_name")
    return len(around.once(_expenditure_counts)[1][str(values[0])]) - 1 if values else 0


def project_names(row: Row, around: Around) -> str:
    """All names of the row's 项目编码, in a stable order."""
    values = known(row, "project_id", "project_name")
    return "、".join(sorted(around.once(_expenditure_counts)[1][str(values[0])])) if values else ""


def policy_without_document(row: Row, around: Around) -> int:
    """1 where an adjustment is called policy-driven and names no 政策依据文号."""
    return int(row.usable("is_policy_driven") is True and not is_filled(row, "policy_document_number"))


def adjusted_in_another_year(row: Row, around: Around) -> int:
    """1 where an adjustment is dated outside the year."""
    values = known(row, "adjusted_on")
    return int(values is not None and around.year is not None and values[0].year != around.year)


def fall_without_refund_fen(row: Row, around: Around) -> int:
    """How much a month's spending falls that no 当月退回冲减 explains; the larger of total and project."""
    refunded = row.usable("refunded_fen") or 0
    spent = [
        value for field in ("spent_fen", "project_spent_fen") if (value := row.usable(field)) is not None
    ]
    return max([0, *(-value - refunded for value in spent)])


EXPENDITURE: Mapping[str, Prepared] = {
    "executed_over_budget_fen": executed_over_budget_fen,
    "low_execution_without_reason": low_execution,
    "execution_rate": execution_rate,
    "low_execution_rate": lambda row, around: print_percent(low_execution_rate(around), 0),
    "repeated_rows": repeated_rows,
    "other_names": other_names,
    "project_names": project_names,
}
ADJUSTMENTS: Mapping[str, Prepared] = {
    "policy_without_document": policy_without_document,
    "adjusted_in_another_year": adjusted_in_another_year,
    "year": lambda row, around: str(around.year or ""),
}
MONTHS: Mapping[str, Prepared] = {"fall_without_refund_fen": fall_without_refund_fen}


def calendar_frame(arounds: Sequence[Around]) -> Frame:
    """One line a calendar month a submission that handed in 3_月度支出: is it expected, how often is it there.

    ``missing``: expected by 起止月份 and not there, where rows are missing too (with rows enough it is a month typed
    twice or unreadable, and that has been said). ``outside``: there with spending, and not expected.
    """
    names = ("submission", "month", "rows", "missing", "outside", "missing_months", "active_months")
    columns: dict[str, list[object]] = {name: [] for name in names}
    places = []
    for around in arounds:
        rows = around.submission.table("monthly_spending.months").rows
        if not rows:
            continue
        first, last = around.active_months
        by_month: dict[object, list[Row]] = {}
        for row in rows:
            by_month.setdefault(row.usable("month"), []).append(row)
        absent = [month for month in range(first, last + 1) if month not in by_month]
        if len(rows) > last - first:
            absent = []
        for month in range(1, 13):
            mine = by_month.get(month, [])
            outside = not first <= month <= last and any(row.usable("spent_fen") for row in mine)
            line = (around.submission.name, month, len(mine), int(month in absent), int(outside),
                    "、".join(map(str, absent)), f"{first}-{last}")  # fmt: skip
            for name, value in zip(names, line, strict=True):
                columns[name].append(value)
            cells = tuple(found(row, "spent_fen") for row in mine) if mine else ()
            places.append(Place(around.index, cells=cells or table_cells(around, "monthly_spending.months")))
    return build("monthly_spending.calendar", places, columns)
