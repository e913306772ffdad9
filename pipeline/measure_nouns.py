"""The nouns of targets and actuals, frozen: what ``pipeline.measure`` gives and takes. Source: docs/domain.md §4."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

#: why a text is no number, where there is nothing more to say of it
TO_BE_JUDGED, NO_NUMBER = "定性的文字，需人工评定", "不是数字，也不是日期"

Value = Decimal | tuple[Decimal, Decimal] | datetime.date | tuple | str | None


@dataclass(frozen=True, slots=True)
class Requirement:
    """A target.

    ``operator``: ``>= > <= < = between`` or None (not written). ``value``: the Decimal as written; a pair for
    ``between``; a ``datetime.date``, ``(year | None, month)``, or ``(None, month, day)`` where a day is given without
    its year; a grade or text. ``unit`` in its normal spelling; ``kind``: ``number rate date grade text blank
    not_applicable hint``; ``reason``: what was assumed or why it is text. ``direction``: what the words before the
    number say of it: ``上升 下降 节约 超支``, ``降幅`` (a fall named as a quantity: 降低率≥5%) or "".
    """

    operator: str | None
    value: Value
    unit: str | None
    kind: str
    reason: str | None = None
    direction: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Actual:
    """A result, as :class:`Requirement`; ``approximate`` for 余/多/约/近.

    ``bound``: how the true value lies to the one printed: ``above`` (余, 多, 逾), ``about``, ``below`` (近), ``under``
    (不足), ``least`` and ``most`` where the result is itself typed as ≥ or ≤, "" for exactly it. ``first``: where a
    period begins that ends with a date value (第四季度). ``is_own_unit`` False: the unit is the argument's.
    """

    value: Value
    unit: str | None
    kind: str
    approximate: bool = False
    reason: str | None = None
    bound: str = field(default="", compare=False, repr=False)
    direction: str = field(default="", repr=False)
    first: Value = field(default=None, compare=False, repr=False)
    is_own_unit: bool = field(default=True, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Comparison:
    """``met`` None: cannot be compared, ``reason`` says why. ``ratio`` = actual ÷ target, exact. ``target`` and
    ``actual`` in the target's unit as written (a pair for ``between``), where both are numbers; a fall compared with
    a rise is negative."""

    met: bool | None
    ratio: Fraction | None = None
    reason: str | None = None
    target: Fraction | tuple[Fraction, Fraction] | None = None
    actual: Fraction | None = None

    @property
    def comparable(self) -> bool:
        return self.met is not None
