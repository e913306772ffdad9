"""What the checks of a filled official form share: one form with what was computed of it, and how things are printed.

Used by ``filled_*``. Every check is a :class:`pipeline.check.wholes.Judgement`: a line with its code, also where all is
well. Source: docs/domain.md §5.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from pipeline.check.printing import BLANK, number
from pipeline.check.wholes import Judgement
from pipeline.model_filled import FilledForm, IndicatorRow, Printed, Recomputed, Rescored, ScoreTable, State
from pipeline.model_rubric import Rubric
from pipeline.money import print_percent, round_half_up

#: how far a whole score may be from its exact value and still be its rounding; with decimals half of the last one
COARSE, FINE = Fraction(1, 20), Fraction(1, 200)
_NO_REASON = frozenset({"", "0", "无", "-", "—", "/"})


@dataclass(frozen=True)
class Case:
    """A filled form, the same scored again, and the rubric it is held against."""

    form: FilledForm
    again: Recomputed
    rubric: Rubric

    def rows(self) -> Iterator[tuple[ScoreTable, IndicatorRow, Rescored]]:
        for (table, row), again in zip(self.form.indicators(), self.again.rows, strict=True):
            yield table, row, again

    def setting(self, name: str, default: Fraction) -> Fraction:
        """A threshold of the rubric where it has one."""
        found = self.rubric.settings.get(name)
        return Fraction(found.value) if found is not None else default

    @property
    def unit(self) -> str:
        return self.form.unit or "万元"


def judged(code: str, is_beyond: bool, cells: Sequence[Printed] = (), about: str = "", value: str = "",
           limit: str = "", **facts: str) -> Judgement:  # fmt: skip
    """A line of the frame; cells that stand nowhere are left out."""
    places = tuple(cell.found for cell in cells if cell.cell.address or cell.cell.file) if is_beyond else ()
    return Judgement(code, is_beyond, places, about, value, limit, facts)


def points(value: Fraction) -> str:
    """A score or a weight without trailing zeros.

    >>> points(Fraction(1991, 20)), points(Fraction(110))
    ('99.55', '110')
    """
    return number(round_half_up(value, 4))


def money(value: Fraction) -> str:
    """An amount in the form's own unit, all decimals that it has, at least two.

    >>> money(Fraction("132.912")), money(Fraction(20))
    ('132.912', '20.00')
    """
    text = number(round_half_up(value, 6))
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals.ljust(2, '0')}"


def percent(value: Fraction) -> str:
    return print_percent(value)


def shown(cell: Printed) -> str:
    """A cell in a sentence: on one line, a target of three cells without the bars between them."""
    return re.sub(r"\s*\|\s*", "", " ".join(cell.text.split())) or BLANK


def slack(cell: Printed) -> Fraction:
    """Within this a printed score is its exact value rounded."""
    return FINE if cell.digits >= 2 else COARSE


def has_reason(cell: Printed) -> bool:
    """Whether a reason is written: 0, 无 and a dash are none."""
    return cell.state in (State.TEXT, State.NUMBER) and "".join(cell.text.split()) not in _NO_REASON


def plain(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum()).casefold()


def joined(names: Sequence[str], most: int = 4) -> str:
    """The first few names, and how many there are."""
    listed = "、".join(names[:most])
    return listed if len(names) <= most else f"{listed}等 {len(names)} 个"


def at_stake(row: IndicatorRow) -> Mapping[str, str]:
    return {"target": shown(row.target), "actual": shown(row.actual), "score": shown(row.score),
            "weight": shown(row.weight)}  # fmt: skip
