"""The nouns of targets and actuals, frozen: what ``pipeline.measure`` gives and takes. Source: docs/domain.md §4."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

Value = Decimal | tuple[Decimal, Decimal] | datetime.date | tuple | str | None


@dataclass(frozen=True, slots=True)
class Requirement:
    """A target. ``operator``: ``>= > <= < = between`` or None (not written). ``value``: the Decimal as written, a
    pair for ``between``, a date or (year | None, month), a grade or text; ``unit`` in its normal spelling; ``kind``:
    ``number rate date grade text blank not_applicable hint``; ``reason``: what was assumed or why it is text."""

    operator: str | None
    value: Value
    unit: str | None
    kind: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Actual:
    """A result, as :class:`Requirement`; ``approximate`` for 余/多/约. ``bound``: 余/多/逾 lie above, 近 below."""

    value: Value
    unit: str | None
    kind: str
    approximate: bool = False
    reason: str | None = None
    bound: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Comparison:
    """``met`` None: cannot be compared, ``reason`` says why. ``ratio`` = actual ÷ target, exact. ``target`` and
    ``actual`` in the target's unit as written (a pair for ``between``), where both are numbers."""

    met: bool | None
    ratio: Fraction | None = None
    reason: str | None = None
    target: Fraction | tuple[Fraction, Fraction] | None = None
    actual: Fraction | None = None

    @property
    def comparable(self) -> bool:
        return self.met is not None
