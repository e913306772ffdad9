"""Targets and actuals as officers type them: ``≥95%``, ``12月底前``, ``90余次`` -> Requirement or Actual; comparing them.

Nothing typed is an error here: a text that is no single measure is ``kind="text"`` and says why. The value stays as
written (95 for ``≥95%``); only :func:`compare` converts units, exactly. A date is a ``datetime.date``, a month
``(year | None, month)``, a day without its year ``(None, month, day)``: 12月25日前 is ``<=`` ``(None, 12, 25)``.
Reading is a table of rules, the first that knows the text decides. Source: docs/domain.md §4 and §5.
"""

from __future__ import annotations

from dataclasses import replace

from pipeline import measure_dates as dates
from pipeline import measure_result as result
from pipeline import measure_target as target
from pipeline.measure_compare import compare
from pipeline.measure_nouns import Actual, Comparison, Requirement
from pipeline.measure_typed import typed

__all__ = ["Actual", "Comparison", "Requirement", "compare", "in_year", "parse_actual", "parse_requirement"]


def parse_requirement(text: object, unit: str | None = None) -> Requirement:
    """A target as typed -> Requirement. ``unit``: of the 计量单位 column, used where the text has none; never raises.

    >>> parse_requirement("≥95%")
    Requirement(operator='>=', value=Decimal('95'), unit='%', kind='rate', reason=None)
    >>> parse_requirement("12月底前").value, parse_requirement("12月25日前").value, parse_requirement("95%以上").operator
    ((None, 12), (None, 12, 25), '>=')
    """
    cell = typed(text, unit)
    return next(read for rule in target.RULES if (read := rule(cell)) is not None)


def parse_actual(text: object, unit: str | None = None) -> Actual:
    """A result as typed -> Actual; an operator repeated from the target is reported in ``reason``; never raises.

    >>> parse_actual("340 余篇")
    Actual(value=Decimal('340'), unit='篇', kind='number', approximate=True, reason=None)
    >>> parse_actual("200万", "元").unit, parse_actual("36批200多人次").kind, parse_actual("0").value
    ('万元', 'text', Decimal('0'))
    """
    cell = typed(text, unit)
    return next(read for rule in result.RULES if (read := rule(cell)) is not None)


def in_year(requirement: Requirement, year: int) -> Requirement:
    """A date target without a year, in the year that is assessed: next January is late for 12月底前.

    >>> in_year(parse_requirement("12月25日前"), 2022).value, in_year(parse_requirement("12月底前"), 2022).value
    (datetime.date(2022, 12, 25), (2022, 12))
    """
    if requirement.kind != "date":
        return requirement
    if requirement.operator != "between":
        return replace(requirement, value=dates.in_year(requirement.value, year))
    return replace(requirement, value=tuple(dates.in_year(end, year) for end in requirement.value))
