"""The book figures are entered in, in the order they are made, and the three ways to make one: amount, rate, text.

Used by every module that computes. A figure that would be blank by its nature (no such expenditure, an optional cell
left empty) has the text ``""``; one that cannot be known has the value None and a reason.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from pipeline.compute.inputs import Sum, listed
from pipeline.compute.rates import rate
from pipeline.model import Cell, Citation, Figure
from pipeline.money import FEN_PER, round_half_up


@dataclass(slots=True)
class Book:
    """Figures by id. ``rate_digits`` are the rubric's."""

    rate_digits: int = 2
    figures: dict[str, Figure] = field(default_factory=dict)

    def put(self, figure: Figure) -> Figure:
        self.figures[figure.id] = figure
        return figure

    def __getitem__(self, figure_id: str) -> Figure:
        return self.figures[figure_id]

    def amount(self, figure_id: str, label: str, total: Sum, *, none: str = "") -> Figure:
        """A sum of money in 万元, two decimals; ``none``: why there is no row, for a figure blank by its nature."""
        if not total.rows:
            return self.put(
                Figure(
                    figure_id,
                    label,
                    "",
                    "万元",
                    reason=none or None,
                    because=total.because,
                    active=total.active,
                )
            )
        common = {
            "unit": "万元",
            "digits": 2,
            "because": total.because,
            "formula": "合计",
            "active": total.active,
        }
        if total.value is None:
            return self.put(Figure(figure_id, label, None, reason=total.reason, **common))
        exact = Fraction(total.value, FEN_PER["万元"])
        return self.put(Figure(figure_id, label, round_half_up(exact, 2), exact=exact, **common))

    def rate(
        self,
        figure_id: str,
        label: str,
        numerator: str,
        denominator: str,
        *,
        denominator_label: str,
        citation: Citation | None = None,
    ) -> Figure:
        """One figure over another, in percent. The denominator is named; 0 is never divided by.

        Excel: ``=ROUND(numerator/denominator*100,digits)``
        """
        over, under = self.figures[numerator], self.figures[denominator]
        parameters = {"分子": over.label, "分母": denominator_label}
        common = {
            "unit": "%",
            "digits": self.rate_digits,
            "because": (numerator, denominator),
            "formula": "分子 ÷ 分母",
            "parameters": parameters,
            "citation": citation,
        }
        if over.value == "" or under.value == "":
            reason = over.reason or under.reason
            return self.put(Figure(figure_id, label, "", reason=reason, **common))
        if over.value is None or under.value is None:
            reason = listed([one.reason or "" for one in (under, over) if one.value is None])
            return self.put(Figure(figure_id, label, None, reason=reason, **common))
        ratio = rate(over.exact, under.exact)
        if ratio is None:
            return self.put(
                Figure(figure_id, label, None, reason=f"{denominator_label}为 0，不能作分母", **common)
            )
        active = ("分子为 0",) if not ratio else ()
        return self.percent(figure_id, label, ratio, active=active, **common)

    def percent(self, figure_id: str, label: str, ratio: Fraction, **rest: object) -> Figure:
        """A known ratio as a figure in percent; ``exact`` is the ratio itself."""
        rest |= {"unit": "%", "digits": self.rate_digits}
        return self.put(
            Figure(figure_id, label, round_half_up(ratio * 100, self.rate_digits), exact=ratio, **rest)
        )

    def text(
        self, figure_id: str, label: str, text: str, because: tuple[Cell | str, ...] = (), **rest: object
    ) -> Figure:
        return self.put(Figure(figure_id, label, text, because=because, **rest))

    def exact(self, figure_id: str) -> Fraction | None:
        """The exact value behind a figure, None where it is undetermined or blank."""
        return self.figures[figure_id].exact

    def exact_points(self, figure_id: str) -> Fraction:
        """A weight as a Fraction."""
        return Fraction(self.figures[figure_id].value)

    def unknown(self, figure_id: str, label: str, reason: str, **rest: object) -> Figure:
        return self.put(Figure(figure_id, label, None, reason=reason, **rest))
