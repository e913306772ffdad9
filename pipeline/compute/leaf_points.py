"""Exact points entered as a score: rounded once, half-up, by the rubric's own digits, or open with a range.

Used by ``indicators`` and ``leaves``: every score of the program that is no sum is made here.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from pipeline.compute.book import Book
from pipeline.compute.formulas import Scored
from pipeline.model import Figure
from pipeline.money import round_half_up


def put_points(
    book: Book,
    figure_id: str,
    label: str,
    scored: Scored | None,
    ends: tuple[Fraction, Fraction],
    reason: str,
    common: Mapping[str, object],
) -> Figure:
    """Exact points as a score figure: rounded once, half-up; undetermined with its range where ``scored`` is None."""
    digits = common["digits"]
    if scored is None:
        worst, best = (round_half_up(end, digits) for end in ends)
        return book.put(Figure(figure_id, label, None, range=(worst, best), reason=reason, **common))
    value = round_half_up(scored.points, digits)
    active = scored.active
    if Fraction(value) != scored.points:
        active = (*active, f"四舍五入到 {digits} 位小数")
    return book.put(Figure(figure_id, label, value, exact=scored.points, active=active, **common))
