"""What an insertion of rows does to row numbers, areas and formulas. Used by ``rows`` and ``moves``.

The semantics are Excel's: what lies below the line moves, an area with the line strictly inside grows, an area that
ends just above the line stays. Whole columns stay; an area that reaches the last row goes on reaching it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pipeline.write.grid import MAX_ROW, Area, parse_areas
from pipeline.write.references import Corner, Reference, rewritten


@dataclass(frozen=True, slots=True)
class Insertion:
    """``count`` empty rows below ``after_row`` of ``sheet``; ``order``: the names of all sheets, as the tabs stand.

    >>> added = Insertion("评分表", 10, 3, ("评分表", "说明"))
    >>> added.formula("SUM(C5:C11)+C10+$C$11+说明!C11", "评分表"), added.formula("评分表!C11+C11", "说明")
    ('SUM(C5:C14)+C10+$C$14+说明!C11', '评分表!C14+C11')
    >>> added.refs("A5:B10 A5:B11 C12")
    'A5:B10 A5:B14 C15'
    """

    sheet: str
    after_row: int
    count: int
    order: tuple[str, ...]

    def row(self, row: int) -> int:
        """Where a row is afterwards."""
        return row + self.count if row > self.after_row else row

    def crosses(self, area: Area) -> bool:
        """Whether the line runs through the area."""
        return area.top <= self.after_row < area.bottom

    def area(self, area: Area) -> Area:
        """Where an area is afterwards. Raises ValueError if it would leave the sheet."""
        if (area.top, area.bottom) == (1, MAX_ROW):
            return area
        moved = area._replace(top=self.row(area.top), bottom=min(self.row(area.bottom), MAX_ROW))
        if moved.top > MAX_ROW:
            raise ValueError(f"{self.sheet}!{area}:插入行后会超出最后一行({MAX_ROW:,}),不能插入。")
        return moved

    def refs(self, text: str) -> str:
        """A ``ref`` or ``sqref`` of the file format, afterwards; one that points nowhere (``#REF!``) as it is."""
        if "#" in text:
            return text
        before = parse_areas(text)
        after = [self.area(area) for area in before]
        return text if after == before else " ".join(map(str, after))

    def formula(self, text: str, home: str | None) -> str:
        """A formula of the sheet ``home`` (None: one that belongs to no sheet), afterwards.

        Raises ValueError for a reference across several sheets that would have to move on one of them.
        """
        return rewritten(text, lambda reference: self._moved(reference, home))

    def relative_formula(self, text: str, home: str, areas: list[Area]) -> str:
        """A formula that holds for every cell of ``areas`` and is written for the first of them, afterwards.

        What has a ``$`` moves as usual. What is relative goes on pointing, for every cell, to the same neighbour
        where that is possible for all of them, and otherwise keeps its distance.
        """
        base = min(area.top for area in areas)
        own = home == self.sheet

        def change(reference: Reference) -> tuple[Corner, ...] | None:
            concerned = self._concerns(reference, home)
            if not reference.corners[0].row:
                return None
            fixed = concerned and any(corner.row_fixed for corner in reference.corners)
            usual = (self._moved(reference, home) if fixed else None) or reference.corners
            return tuple(
                new
                if old.row_fixed
                else old._replace(row=self._relative_row(old.row, base, areas, own, concerned))
                for old, new in zip(reference.corners, usual, strict=True)
            )

        return rewritten(text, change)

    def _relative_row(self, row: int, base: int, areas: list[Area], own: bool, concerned: bool) -> int:
        cell: Callable[[int], int] = self.row if own else int
        target: Callable[[int], int] = self.row if concerned else int
        here = row - base  # how far below each cell the one it looks at lies
        distances = {target(_ring(at + here)) - cell(at) for at in _turns(areas, self.after_row, here)}
        distance = distances.pop() if len(distances) == 1 else here
        return _ring(cell(base) + distance)

    def _concerns(self, reference: Reference, home: str | None) -> bool:
        if reference.sheets is None:
            return home == self.sheet
        ends = [name.casefold() for name in reference.sheets]
        if len(ends) == 2:
            return self._inside_ends(ends) and max(c.row for c in reference.corners) > self.after_row
        return ends == [self.sheet.casefold()]

    def _inside_ends(self, ends: list[str]) -> bool:
        order = [name.casefold() for name in self.order]
        if not set(ends) <= set(order):
            return False
        first, last = sorted(map(order.index, ends))
        return first <= order.index(self.sheet.casefold()) <= last

    def _moved(self, reference: Reference, home: str | None) -> tuple[Corner, ...] | None:
        if not self._concerns(reference, home):
            return None
        corners = reference.corners
        rows = [corner.row for corner in corners]
        if not rows[0] or (min(rows), max(rows)) == (1, MAX_ROW) or max(rows) <= self.after_row:
            return None
        if reference.sheets is not None and len(reference.sheets) == 2:
            ends = ":".join(reference.sheets)
            raise ValueError(
                f"公式跨工作表引用了 {ends} 的同一区域,在“{self.sheet}”插入行后无法保持一致,不能插入。"
            )
        moved = [self.row(row) for row in rows]
        if min(moved) > MAX_ROW:
            if home is None and not corners[0].row_fixed:
                return None  # a relative defined name that looks upwards: the grid is a ring
            raise ValueError(
                f"“{self.sheet}”插入行后,有公式引用的单元格会超出最后一行({MAX_ROW:,}),不能插入。"
            )
        return tuple(c._replace(row=min(row, MAX_ROW)) for c, row in zip(corners, moved, strict=True))


def _turns(areas: list[Area], line: int, here: int) -> Iterator[int]:
    """The rows of the areas at which the distance to the cell looked at can change, and their ends."""
    for area in areas:
        for row in (area.top, area.bottom, line, line + 1, line - here, line + 1 - here):
            if area.top <= row <= area.bottom:
                yield row


def _ring(row: int) -> int:
    return (row - 1) % MAX_ROW + 1
