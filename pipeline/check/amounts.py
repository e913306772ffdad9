"""Amounts of one submission while slips of unit are being found: each as corrected so far, sums, and the slips.

Used by ``slips`` alone; the tables' ids stand here because both name them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from pipeline.check.frames import Around
from pipeline.model import Row
from pipeline.money import FEN_PER

FACTOR = FEN_PER["万元"] // FEN_PER["元"]
EXPENDITURE, ADJUSTMENTS = "budget_execution.expenditure", "budget_execution.adjustments"
MONTHS, PROJECT_MONTHS = "monthly_spending.months", "monthly_spending.project_months"
COSTS, ASSETS, CONTRACTS = "management.three_public", "management.assets", "procurement.contracts"

#: a row of the submission (by identity: rows are never copied) and a field
Place = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Slip:
    """An amount that seems to be in another unit, what would fit, and what it was compared with, in words."""

    table: str
    row: Row
    field: str
    likely_fen: int
    against: str


class Amounts:
    """The slips of one submission while they are being found; amounts are asked for as corrected so far."""

    def __init__(self, around: Around):
        self.around = around
        self.slips: dict[Place, Slip] = {}

    def of(self, row: Row, field: str) -> int | None:
        """The amount, corrected where it is known to be a slip; None where it cannot be used."""
        slip = self.slips.get((id(row), field)) if self.slips else None
        if slip is not None:
            return slip.likely_fen
        value = row.usable(field)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def rows(self, table: str) -> Sequence[Row]:
        return self.around.submission.table(table).rows

    def label(self, table: str, field: str) -> str:
        form, _, name = table.partition(".")
        return self.around.specs[form].table(name).field(field).label

    def add(self, table: str, row: Row, field: str, against: str, is_small: bool = False) -> None:
        value = self.of(row, field)
        if value and (id(row), field) not in self.slips:
            likely = value * FACTOR if is_small else int(Fraction(value, FACTOR))
            self.slips[id(row), field] = Slip(table, row, field, likely, against)

    def add_sheet(self, table: str, against: str, is_small: bool = False) -> None:
        form, _, name = table.partition(".")
        money = [each.id for each in self.around.specs[form].table(name).fields if each.type == "money"]
        for row in self.rows(table):
            for each in money:
                self.add(table, row, each, against, is_small)

    def total(self, table: str, field: str, last_only: bool = False) -> int | None:
        """The column's sum (or the last active month's amount); None when one is missing or there is none."""
        rows = self.rows(table)
        if table == MONTHS:
            first, last = self.around.active_months
            by_month = {row.usable("month"): row for row in rows}
            wanted = [last] if last_only else range(first, last + 1)
            if len(rows) > len(by_month) or any(month not in by_month for month in wanted):
                return None
            rows = [by_month[month] for month in wanted]
        values = [self.of(row, field) for row in rows]
        return None if not values or None in values else sum(values)


def is_times(above: int | None, below: int | None, least: int, most: int = 10**30) -> bool:
    """Whether ``above`` is at least ``least`` and at most ``most`` times ``below``, both known and above 0."""
    return bool(above and below) and below > 0 and least * below <= above <= most * below
