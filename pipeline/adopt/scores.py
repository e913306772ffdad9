"""A table of indicators: printed ones become nodes with 分值, texts and cells; blank lines become lists to fill.

Levels are read through merged cells; where a form does not merge, a blank name goes on with the one above. Totals and
subtotals are told by their words. Every cell that is understood is claimed, so that nothing is placed twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from pipeline.adopt import words
from pipeline.adopt.headers import Columns
from pipeline.adopt.nouns import Branch, Placed, Proposal, Unplaced
from pipeline.maps_labels import label_key, one_line, points_of, split_weight
from pipeline.maps_sheet import FormSheet, Place

_EXPLAINED = re.compile(
    r"^\s*(?:指标(?:说明|解释|内涵|含义))[:：]?(.*?)\n\s*(?:评分|评价|计分)(?:标准|办法|细则)[:：]?(.*)$",
    re.S,
)
#: parts of a leaf that our program fills, by the role of their column
_PARTS = {"score": "score", "deduction_reason": "deduction_reason", "deviation_reason": "deduction_reason",
          "evidence": "evidence", "reason": "deduction_reason"}  # fmt: skip
_TEXTS = ("deduction_reason", "evidence")


class ScoreTable:
    """One table being read, row by row. ``end``: the last row that may belong to it."""

    def __init__(self, sheet: FormSheet, columns: Columns, end: int, proposal: Proposal):
        self.sheet, self.columns, self.end, self.proposal = sheet, columns, end, proposal
        self.claimed: set[Place] = set()
        #: rows without a printed indicator, with the branches they stand under
        self.open_rows: list[tuple[int, tuple[Branch, ...]]] = []
        self._above: list[Branch | None] = [None] * len(columns.levels)
        self._roots: list[Branch] = []
        self._closed = False
        self._read_leaves: set[int] = set()

    def read(self) -> list[Branch]:
        """The top branches. Subtotals, total and grade are put into the proposal as they come."""
        row = self.columns.last_row + 1
        while row <= self.end and self._read_row(row):
            row += 1
        self.last_row = row - 1
        return self._roots

    def _read_row(self, row: int) -> bool:
        """Whether the row still belongs to the table."""
        first = self._first_text(row)
        if first and self._special(row, *first):
            return True
        names = self._names(row)
        if not names:
            if self._is_blank(row):
                if self.sheet.exists(row, self.columns.levels[-1]) and not self._closed:
                    self.open_rows.append((row, ()))
                return True
            return not first or any(self.sheet.text(row, c) for c in self.columns.points)
        if self._is_note(row, names):
            return False
        branches = self._branches(row, names)
        deepest, leaf = names[-1][0], branches[-1]
        last = len(self.columns.levels) - 1
        starts_here = names[-1][1][0] == row
        if deepest < last and self._blank_below(row, deepest):
            # the name ends above the last level: a line for an indicator the department writes itself
            leaf.is_open = True
            self.open_rows.append((row, tuple(branches)))
        elif starts_here and id(leaf) not in self._read_leaves:
            self._read_leaves.add(id(leaf))
            self._leaf(leaf, row)
        elif not starts_here:
            self._more_of(leaf, row)
        return True

    # -- names ------------------------------------------------------------------------------------------------
    def _names(self, row: int) -> list[tuple[int, Place, str]]:
        """Level index, cell and text of the names that hold in a row, from the top level down."""
        found, seen = [], set()
        for level, column in enumerate(self.columns.levels):
            at, text = self.sheet.anchor(row, column), self.sheet.text(row, column)
            if text and at not in seen:
                seen.add(at)
                found.append((level, at, text))
        if not found:
            return []
        for level in range(found[0][0] - 1, -1, -1):  # not merged: a blank name goes on with the one above
            above = self._above[level]
            if above is not None and not self.sheet.text(row, self.columns.levels[level]):
                found.insert(0, (level, above.name_cell, ""))
        return found

    def _branches(self, row: int, names: list[tuple[int, Place, str]]) -> list[Branch]:
        path: list[Branch] = []
        for level, at, text in names:
            known = self._above[level]
            if known is None or known.name_cell != at:
                label, points = split_weight(text)
                known = Branch(label, self.sheet.name, at, in_label=points, printed=one_line(text))
                (path[-1].children if path else self._roots).append(known)
                self._above[level] = known
                self._above[level + 1 :] = [None] * (len(self._above) - level - 1)
                self._weigh(known, level, row)
            self.claimed.add(at)
            path.append(known)
        return path

    def _weigh(self, branch: Branch, level: int, row: int) -> None:
        """The 分值 of a branch from its own column, or from its label."""
        column = next((c for c, of in self.columns.points.items() if of == level), None)
        deepest = level == len(self.columns.levels) - 1
        if column is not None:
            at = self.sheet.anchor(row, column)
            branch.points, branch.points_cell = self._number(at), at if self.sheet.text(*at) else None
            self.claimed.add(at)
        if branch.points is None and branch.in_label is not None:
            branch.points, branch.points_cell = branch.in_label, branch.name_cell
        elif branch.in_label is not None and branch.points != branch.in_label and deepest:
            why = f"名称里写 {branch.in_label} 分，分值栏是 {branch.points} 分，草稿按分值栏"
            self.proposal.unplaced.append(Unplaced(self.sheet.name, branch.name_cell, branch.label, why))

    def _number(self, at: Place) -> Decimal | None:
        number = points_of(self.sheet.text(*at))
        return number * 100 if number is not None and at in self.sheet.percents else number

    # -- leaves -----------------------------------------------------------------------------------------------
    def _leaf(self, leaf: Branch, row: int) -> None:
        level = self._above.index(leaf)
        if leaf.points_cell in (None, leaf.name_cell) and (column := self.columns.leaf_points):
            at = self.sheet.anchor(row, column)
            if (number := self._number(at)) is not None and at != leaf.points_cell:
                leaf.points, leaf.points_cell = number, at
            leaf.is_percent = at in self.sheet.percents
            self.claimed.add(at)
        if level < len(self.columns.levels) - 1:
            self.claimed.update(self.sheet.anchor(row, column) for column in self.columns.levels)
        for role in ("meaning", "words", "explained"):
            if column := self.columns.roles.get(role):
                self._explain(leaf, role, self.sheet.text(row, column))
                self.claimed.add(self.sheet.anchor(row, column))
        for role, part in _PARTS.items():
            if (column := self.columns.roles.get(role)) and part not in leaf.cells:
                self._cell(leaf, part, self.sheet.anchor(row, column))

    def _explain(self, leaf: Branch, role: str, text: str) -> None:
        if role == "explained" and (found := _EXPLAINED.match(text)):
            leaf.meaning, leaf.words = found[1].strip(), found[2].strip()
        elif role == "meaning":
            leaf.meaning = text
        else:
            leaf.words = "\n".join(filter(None, (leaf.words, text)))

    def _cell(self, branch: Branch, part: str, at: Place) -> None:
        self.claimed.add(at)
        if not self.sheet.is_free(*at):
            why = "这一格不是空的，没有安排填数"
            self.proposal.unplaced.append(Unplaced(self.sheet.name, at, self.sheet.text(*at), why))
            return
        fits = self.sheet.fits(*at) if part in _TEXTS else None
        placed = Placed(f"*.{part}", self.sheet.name, at, branch.label, fits=fits)
        branch.cells.setdefault(part, []).append(placed)

    def _more_of(self, leaf: Branch, row: int) -> None:
        """Another row under one merged name: its 评分标准 goes on; a 分值 of its own is told, not guessed."""
        for role in ("words", "explained", "meaning"):
            if (column := self.columns.roles.get(role)) and self.sheet.anchor(row, column)[0] == row:
                self._explain(leaf, "words" if role == "explained" else role, self.sheet.text(row, column))
                self.claimed.add((row, column))
        for column in self.columns.points:
            if self.sheet.anchor(row, column) == (row, column) and self._number((row, column)) is not None:
                why = f"“{leaf.label}”占几行，各行另有分值；请在草稿里拆成下级指标"
                self.proposal.unplaced.append(
                    Unplaced(self.sheet.name, (row, column), self.sheet.text(row, column), why)
                )
                self.claimed.add((row, column))

    # -- rows of another kind -------------------------------------------------------------------------------------
    def _first_text(self, row: int) -> tuple[Place, str] | None:
        """The first name that begins in this row."""
        for column in range(1, max(self.columns.levels) + 1):
            at = self.sheet.anchor(row, column)
            if at[0] == row and (text := self.sheet.text(row, column)):
                return at, text
        return None

    def _special(self, row: int, at: Place, text: str) -> bool:
        if words.is_total(text) and at[1] <= self.columns.levels[0]:
            self._total(row, at, text)
        elif words.is_grade(text):
            self._put_at_score(row, at, "total.grade", text)
        else:
            # the subtotal's own words may stand behind a name that goes on (履职效能 | 小计)
            for column in self.columns.levels:
                here = self.sheet.anchor(row, column)
                said = self.sheet.text(row, column) if here[0] == row else ""
                summed = "" if words.is_total(said) else words.subtotal_of(said)
                if said and summed is not None:
                    self._subtotal(row, here, summed)
                    return True
            return False
        return True

    def _total(self, row: int, at: Place, text: str) -> None:
        self._put_at_score(row, at, "total.score", text)
        column = self.columns.leaf_points
        place = self.sheet.anchor(row, column) if column else None
        number = self._number(place) if place else None
        number = split_weight(text)[1] if number is None else number
        if number is not None:
            self.proposal.total = number
        if place:
            self.claimed.add(place)
            if self.proposal.kind == "project" and self.sheet.is_free(*place) and place != at:
                self.proposal.cells.append(Placed("total.weight", self.sheet.name, place, text))
        self._closed = True

    def _put_at_score(self, row: int, at: Place, figure: str, text: str) -> None:
        self.claimed.add(at)
        column = self.columns.roles.get("score")
        if column is None:
            self.proposal.unplaced.append(Unplaced(self.sheet.name, at, text, "没有找到得分栏"))
            return
        place = self.sheet.anchor(row, column)
        self.claimed.add(place)
        if self.sheet.is_free(*place) and place != at:
            self.proposal.cells.append(Placed(figure, self.sheet.name, place, text))
        else:
            self.proposal.unplaced.append(Unplaced(self.sheet.name, place, text, "得分栏这一格不是空的"))

    def _subtotal(self, row: int, at: Place, name: str) -> None:
        self.claimed.add(at)
        branch = self._summed(name, self.columns.levels.index(self._level_column(at[1])))
        column = self.columns.roles.get("score")
        if branch is None or column is None:
            self.proposal.unplaced.append(
                Unplaced(self.sheet.name, at, self.sheet.text(*at), "不知道是哪些指标的小计")
            )
            return
        self._cell(branch, "score", self.sheet.anchor(row, column))
        if points := self.columns.leaf_points:
            place = self.sheet.anchor(row, points)
            self.claimed.add(place)
            if branch.points is None and (number := self._number(place)) is not None:
                branch.points, branch.points_cell = number, place

    def _level_column(self, column: int) -> int:
        return max((one for one in self.columns.levels if one <= column), default=self.columns.levels[0])

    def _summed(self, name: str, level: int) -> Branch | None:
        """The node a subtotal sums: by its name, else the one whose line ends just above."""
        for branch in (one for root in self._roots for one in root.walk()):
            if name and label_key(branch.label) == label_key(name):
                return branch
        if name:
            return None
        return self._above[max(0, level - 1)]

    def _is_blank(self, row: int) -> bool:
        return all(
            self.sheet.is_free(row, column) or self.sheet.anchor(row, column)[0] != row
            for column in range(1, self.sheet.last_column + 1)
        )

    def _blank_below(self, row: int, level: int) -> bool:
        """Whether the columns right of a name are empty cells of their own, as lines to be filled in are."""
        rest = self.columns.levels[level + 1 :]
        points = [c for c in self.columns.points if self.columns.points[c] > level]
        own = self.sheet.anchor(row, self.columns.levels[level])
        return all(
            self.sheet.anchor(row, column) != own and not self.sheet.text(row, column) for column in rest
        ) and not any(self.sheet.text(row, column) for column in points)

    def _is_note(self, row: int, names: list[tuple[int, Place, str]]) -> bool:
        """A line across the table, or a signature line below it: no indicator."""
        fresh = [(at, text) for _, at, text in names if at[0] == row and text]
        if not fresh:
            return False
        at, text = fresh[0]
        wide = self.sheet.span(*at)[3] > max(self.columns.levels)
        scores = [self.columns.roles.get("score"), self.columns.leaf_points]
        under = any(column and self.sheet.anchor(row, column) == at for column in scores)
        known = words.is_left_alone(text) or words.is_stamp(text) or len(text) > 80
        return (
            under
            or (wide and known)
            or known
            or label_key(words.without_stamp(text)) in words.labels("department")
        )


def claim_others(sheet: FormSheet, table: ScoreTable, tell: Callable[[Unplaced], None]) -> None:
    """The columns nobody knows and those of another office, told once each."""
    for column in table.columns.unknown:
        at = sheet.anchor(table.columns.last_row, column)
        tell(Unplaced(sheet.name, at, sheet.text(*at), "不认识这一栏，没有填"))
