"""Header rows of the tables of a form, and what each column is. One to three rows make a header; merged cells count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.adopt import words
from pipeline.maps_sheet import FormSheet

_MOST_HEADER_ROWS = 4
#: so many known headers side by side make a header row
_LEAST = 3
_LEVELS = ("level_1", "level_2", "level_3", "level_4")


@dataclass(frozen=True, slots=True)
class Columns:
    """A table's columns. ``levels``: name columns from the top level down; ``points``: 分值 column -> level index it
    belongs to (the last level is the leaf's); ``roles``: every other known role -> its column; ``unknown``: columns with
    a header nobody knows; ``bureau``: those another office fills in."""

    first_row: int
    last_row: int
    levels: tuple[int, ...]
    level_names: tuple[str, ...]
    points: Mapping[int, int]
    roles: Mapping[str, int]
    bureau: tuple[int, ...]
    unknown: tuple[int, ...]

    @property
    def leaf_points(self) -> int | None:
        last = len(self.levels) - 1
        return next((column for column, level in self.points.items() if level == last), None)

    @property
    def kind(self) -> str:
        """``scores`` (indicators with names or lines for them), ``funds``, ``tasks``, or "" for a table nobody knows."""
        amounts = {"initial_budget", "annual_budget", "executed"} & set(self.roles)
        if self.levels and ("score" in self.roles or self.points or "target" in self.roles):
            return "scores"
        if "task" in self.roles and ("completion" in self.roles or amounts):
            return "tasks"
        return "funds" if amounts else ""


def find_bands(sheet: FormSheet) -> list[tuple[int, int]]:
    """First and last row of every header, from the top."""
    bands: list[tuple[int, int]] = []
    row = 1
    while row <= sheet.last_row:
        if not _is_header(sheet, row):
            row += 1
            continue
        last = row
        while last - row + 1 < _MOST_HEADER_ROWS and (
            _is_header(sheet, last + 1) or _goes_on(sheet, row, last)
        ):
            last += 1
        bands.append((row, last))
        row = last + 1
    return bands


def _is_header(sheet: FormSheet, row: int) -> bool:
    """Known headers side by side, nothing blank between them, and no number in the row."""
    run: set[str] = set()
    best = 0
    column = 1
    while column <= sheet.last_column:
        text, span = sheet.text(row, column), sheet.span(row, column)
        if not text or span[1] < column:
            known = ""
        else:
            known = words.role(text)
        if text and _is_number(text):
            return False
        if known:
            run.add(f"{known}{span[1]}")
            best = max(best, len(run))
        elif not text:
            run = set()
        column = span[3] + 1
    return best >= _LEAST


def _goes_on(sheet: FormSheet, first: int, last: int) -> bool:
    """Whether a header cell of the rows so far reaches into the next row."""
    return any(
        words.role(sheet.text(row, column)) and sheet.span(row, column)[2] > last
        for row in range(first, last + 1)
        for column in range(1, sheet.last_column + 1)
        # a merged label at the left (项目资金) may run down the whole table: only what is a header counts
        if sheet.span(row, column)[2] - last <= 2
    )


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()


def read_columns(sheet: FormSheet, band: tuple[int, int]) -> Columns:
    """What the columns under a header are; a header in several rows counts by its lowest words and its group's."""
    first, last = band
    seen: list[tuple[int, str, str]] = []
    for column in range(1, sheet.last_column + 1):
        texts = []
        for row in range(first, last + 1):
            text = sheet.text(row, column)
            if text and text not in texts:
                texts.append(text)
        if texts:
            seen.append((column, _role_of(texts), " / ".join(texts)))
    levels, names = _levels(seen)
    roles: dict[str, int] = {}
    for column, role, _ in seen:
        counts = role and role not in ("bureau", "points") and not role.startswith(("level", "group_"))
        if counts and role not in roles and sheet.span(last, column)[1] == column:
            roles[role] = column
    points = [
        column for column, role, _ in seen if role == "points" and sheet.span(last, column)[1] == column
    ]
    if points and not levels:
        roles["points"] = points[0]
    return Columns(
        first, last, levels, names, _points_of_levels(points, levels), roles,
        tuple(column for column, role, _ in seen if role == "bureau"),
        tuple(column for column, role, _ in seen if not role),
    )  # fmt: skip


def _role_of(texts: list[str]) -> str:
    found = [words.role(text) for text in texts]
    if "bureau" in found:
        return "bureau"
    known = [role for role in found if role]
    if not found[-1] and known and not (known[-1].startswith("group_") or known[-1] == "level"):
        return ""
    last = found[-1] or (known[-1] if known else "")
    if last == "group_self":  # 部门自评 with nothing under it is where the score goes
        return "score"
    return last


def _levels(seen: list[tuple[int, str, str]]) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """The name columns in the order of their levels; plain 指标 columns count from the left."""
    numbered = [(role, column) for column, role, _ in seen if role in _LEVELS]
    plain = [column for column, role, _ in seen if role == "level"]
    if numbered:
        first = dict(reversed(numbered))
        return tuple(first[role] for role in sorted(first)), tuple(sorted(first))
    return tuple(plain), tuple(_LEVELS[-len(plain) - 1 : -1] if 0 < len(plain) < 4 else _LEVELS[: len(plain)])


def _points_of_levels(points: list[int], levels: tuple[int, ...]) -> dict[int, int]:
    """Each 分值 column's level: one column is the leaf's; of several each belongs to the name beside it."""
    if not levels or not points:
        return {}
    if len(points) == 1:
        return {points[0]: len(levels) - 1}
    left_first = min(points) > min(levels)
    found: dict[int, int] = {}
    for column in points:
        beside = [at for at, level in enumerate(levels) if (level < column) == left_first and level != column]
        if beside:
            found[column] = (
                max(beside, key=lambda at: levels[at])
                if left_first
                else min(beside, key=lambda at: levels[at])
            )
    return found
