"""A sheet of an official form as a person sees it: texts, formulas, merged areas, and which cells are drawn.

``write/form_cells.py`` reads it from the file; ``adopt`` finds labels and tables in it. Rows and columns count from 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

Place = tuple[int, int]
#: first row, first column, last row, last column, inclusive
Span = tuple[int, int, int, int]


@dataclass(frozen=True)
class FormSheet:
    """One sheet. ``texts``: what cells show (a formula's last value too); ``drawn``: every cell the file describes,
    blank ones with a border too; ``percents``: cells whose number format shows a percentage.
    ``widths`` (characters) and ``heights`` (points, only where the file fixes them)."""

    name: str
    texts: Mapping[Place, str] = field(default_factory=dict)
    formulas: frozenset[Place] = frozenset()
    merges: tuple[Span, ...] = ()
    drawn: frozenset[Place] = frozenset()
    percents: frozenset[Place] = frozenset()
    widths: Mapping[int, float] = field(default_factory=dict)
    heights: Mapping[int, float] = field(default_factory=dict)
    is_hidden: bool = False

    @cached_property
    def _spans(self) -> dict[Place, Span]:
        return {
            (row, column): span
            for span in self.merges
            for row in range(span[0], span[2] + 1)
            for column in range(span[1], span[3] + 1)
        }

    @cached_property
    def last_row(self) -> int:
        rows = [row for row, _ in (*self.texts, *self.drawn, *self.formulas)]
        return max([*rows, *(span[2] for span in self.merges)], default=0)

    @cached_property
    def last_column(self) -> int:
        columns = [column for _, column in (*self.texts, *self.drawn, *self.formulas)]
        return max([*columns, *(span[3] for span in self.merges)], default=0)

    def span(self, row: int, column: int) -> Span:
        """The merged area around a cell, or the cell alone."""
        return self._spans.get((row, column), (row, column, row, column))

    def anchor(self, row: int, column: int) -> Place:
        """The cell that holds what a merged area shows."""
        return self.span(row, column)[:2]

    def text(self, row: int, column: int) -> str:
        """What is seen at a cell, also inside a merged area."""
        return self.texts.get(self.anchor(row, column), "").strip()

    def is_formula(self, row: int, column: int) -> bool:
        return self.anchor(row, column) in self.formulas

    def is_free(self, row: int, column: int) -> bool:
        """A cell somebody may fill: it shows nothing, or a placeholder such as 年 月 日, or the result of a formula."""
        at = self.anchor(row, column)
        if at in self.formulas:
            return True
        return not self.text(row, column).translate(_PLACEHOLDERS)

    def exists(self, row: int, column: int) -> bool:
        return (row, column) in self.drawn or (row, column) in self._spans

    def fits(self, row: int, column: int) -> int | None:
        """Chinese characters the cell shows on paper; None where the file does not fix its width or its height."""
        top, left, bottom, right = self.span(row, column)
        if not all(each in self.heights for each in range(top, bottom + 1)):
            return None
        if not all(each in self.widths for each in range(left, right + 1)):
            return None
        wide = sum(self.widths[each] for each in range(left, right + 1))
        high = sum(self.heights[each] for each in range(top, bottom + 1))
        return max(2, int((wide - 1.5) / 2)) * max(1, int((high - 2) / 15))


_PLACEHOLDERS = dict.fromkeys(map(ord, " \u3000\n\t年月日_＿/-—.·…％%"))


def letters(column: int) -> str:
    """
    >>> letters(1), letters(28)
    ('A', 'AB')
    """
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def address(place: Place) -> str:
    """
    >>> address((7, 5))
    'E7'
    """
    return f"{letters(place[1])}{place[0]}"
