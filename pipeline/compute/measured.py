"""What a rule takes from the submission before a formula makes points of it, and which rows it came from.

Used by the ``measures*`` modules, which make it, and ``score``, which scores it and enters it as ``measure.<leaf>``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from pipeline.compute.book import Book
from pipeline.compute.inputs import Inputs
from pipeline.model import Cell, Row
from pipeline.model_rubric import Node


@dataclass(frozen=True, slots=True)
class Measured:
    """A ratio, a count or typed points, exact. ``value`` None: undetermined with ``reason``, or not ``applicable``.

    ``items``: how many checkpoints a checklist has. ``low`` and ``high``: between which the value must lie where it
    is undetermined (None: no bound known). ``rows``: the rows used, each with the cells that make it belong;
    ``reason_field``: the column of theirs in which a person explains lost points, read from ``reason_rows`` (None:
    from all of them), each with the field whose words stand before it ("" for none).
    """

    label: str
    unit: str = "%"
    value: Fraction | None = None
    because: tuple[Cell | str, ...] = ()
    reason: str = ""
    applicable: bool = True
    items: int = 0
    low: Fraction | None = None
    high: Fraction | None = None
    active: tuple[str, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)
    rows: tuple[tuple[Row, tuple[Cell, ...]], ...] = ()
    reason_field: str = "deduction_reason"
    reason_rows: tuple[tuple[Row, str], ...] | None = None
    #: the weight the rows themselves carry, where it is theirs to say (项目分值), and what it was made from
    weight: Decimal | None = None
    weighed_by: tuple[Cell | str, ...] = ()


@dataclass(frozen=True, slots=True)
class Leaf:
    """What a measure works with: the leaf, the names its rows go by, the names of the nodes above it."""

    inputs: Inputs
    book: Book
    node: Node
    names: frozenset[str]
    names_above: frozenset[str]


def plain_name(text: object) -> str:
    """An indicator's name without what people type differently: blanks, quotes, brackets' width.

    >>> plain_name("“三公”经费控制情况") == plain_name("三公经费 控制情况")
    True
    """
    folded = unicodedata.normalize("NFKC", str(text))
    return "".join(
        letter for letter in folded if not letter.isspace() and letter not in "“”\"'‘’「」『』《》"
    )


def names_of(nodes: Sequence[Node]) -> frozenset[str]:
    """Every name the nodes go by, plain."""
    return frozenset(plain_name(name) for node in nodes for name in (node.label, *node.aliases))


def once(cells: Sequence[Cell | str]) -> tuple[Cell | str, ...]:
    """The cells and figure ids in order, each once."""
    return tuple(dict.fromkeys(cells))
