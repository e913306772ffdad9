"""What the modules of claims share: a claimed value beside ours, names as people type them, numbers as they print them.

Source: docs/domain.md §2 (compare within the printed precision).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from pipeline.model import Cell, Figure, Row
from pipeline.money import NotANumber, exact, parse_number, round_half_up

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Claim:
    """One claimed value beside ours. ``gap`` in millionths, 0 where they agree; ``to_check``: something else is asked of
    it; not ``is_matched``: there is nothing to compare it with. ``cells``: further cells its finding names; ``figure``: the id of ours."""

    code: str
    row: Row
    fields: tuple[str, ...]
    label: str
    claimed: str
    ours: str = ""
    gap: int = 0
    is_matched: bool = True
    to_check: bool = False
    facts: Mapping[str, str] = field(default_factory=dict)
    cells: tuple[Cell, ...] = ()
    figure: str = ""


def plain_name(text: object) -> str:
    """A name without what people type differently: blanks, quotes, width, dashes."""
    return _plain_name(str(text))


@lru_cache(maxsize=4096)
def _plain_name(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\s“”\"'‘’「」《》]|[\u2010-\u2015]", lambda m: "-" if m[0] in "‐‑‒–—―" else "", folded)


def gap_of(claimed: Decimal, ours: Decimal, digits: int) -> int:
    """How far a claimed number is from ours in millionths; 0 when ours, printed as the claim is, is the claim.

    A whole number may have lost its zeros in the spreadsheet: it is compared with all ``digits``.

    >>> gap_of(Decimal("97.6"), Decimal("97.64"), 2), gap_of(Decimal("98"), Decimal("97.60"), 2)
    (0, 400000)
    """
    written = max(0, -int(claimed.as_tuple().exponent))
    shown = round_half_up(ours, written if 0 < written <= digits else digits)
    return 0 if shown == claimed else int(abs(exact(claimed) - exact(ours)) * MILLION)


def beyond(claimed: Decimal, open_figure: Figure) -> int:
    """How far a claim lies outside the range of a figure that is still open, in millionths."""
    if open_figure.range is None:
        return 0
    worst, best = open_figure.range
    return int(max(exact(worst) - exact(claimed), exact(claimed) - exact(best), Fraction(0)) * MILLION)


def decimal_of(text: str) -> Decimal | None:
    """A claimed number of points, with or without 分; None when it is none."""
    plain = unicodedata.normalize("NFKC", text).strip().removesuffix("分").strip()
    try:
        parse_number(plain)
    except NotANumber:
        return None
    bare = re.sub(r"[,%\s]", "", plain)
    return Decimal(bare)
