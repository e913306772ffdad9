"""The rates of the field as exact fractions, each with its denominator named by its caller.

Used by ``budget``, ``months`` and the measures. A denominator of 0 gives None, never a division and never a score.
Source: docs/domain.md §2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from pipeline.money import Number


def rate(numerator: Number, denominator: Number) -> Fraction | None:
    """One amount over another; None when the denominator is 0. Excel: ``=IF(B=0,"",A/B)``

    >>> rate(2219830000, 2227700000)
    Fraction(221983, 222770)
    >>> rate(0, 0) is None
    True
    """
    return Fraction(numerator) / Fraction(denominator) if denominator else None


def execution_rate(executed_fen: int, budget_fen: int) -> Fraction | None:
    """执行率 = 全年执行数 ÷ 全年预算数; above 100% it stays as it is. Excel: ``=ROUND(executed/budget,4)``

    >>> from pipeline.money import print_percent
    >>> print_percent(execution_rate(129820000, 134850000))
    '96.27%'
    """
    return rate(executed_fen, budget_fen)


def scheduled_progress(month: int, first: int = 1, last: int = 12) -> Fraction:
    """序时进度 at the end of a month, over the months the department existed. Excel: ``=(m-first+1)/(last-first+1)``

    >>> scheduled_progress(7), scheduled_progress(4, first=4)
    (Fraction(7, 12), Fraction(1, 9))
    """
    return Fraction(month - first + 1, last - first + 1)


def average_execution_rate(
    rates: Mapping[int, Fraction],
    schedule: Mapping[int, Fraction],
    per_period_cap: Fraction | None,
) -> Fraction:
    """年平均执行率 before its final cap: the mean over the periods of (cumulative rate ÷ schedule).

    ``rates`` and ``schedule`` by month, the same months; every month must be there: it is no mean of those present.
    Excel: ``=AVERAGE(rate_1/schedule_1,…)``. Source: docs/domain.md §2 (a working definition).

    >>> average_execution_rate({1: Fraction(1, 10), 2: Fraction(1, 6)}, {1: Fraction(1, 12), 2: Fraction(1, 6)}, None)
    Fraction(11, 10)
    """
    return mean([capped(rates[month] / schedule[month], per_period_cap) for month in schedule])


def mean(values: Sequence[Fraction]) -> Fraction:
    """Arithmetic mean. Excel: ``=AVERAGE(values)``

    >>> mean([Fraction(1), Fraction(2)])
    Fraction(3, 2)
    """
    return sum(values, Fraction(0)) / len(values)


def capped(value: Fraction, cap: Fraction | None) -> Fraction:
    """The value, at most ``cap``. Excel: ``=MIN(value,cap)``

    >>> capped(Fraction(21, 20), Fraction(1))
    Fraction(1, 1)
    """
    return value if cap is None else min(value, cap)
