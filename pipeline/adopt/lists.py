"""Blank lines that take a record each: indicators, tasks and projects of a department, and the paragraphs of a text."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.adopt import words
from pipeline.adopt.headers import Columns
from pipeline.adopt.nouns import Branch, Placed, PlacedColumn, PlacedList, Proposal, Unplaced
from pipeline.adopt.scores import ScoreTable
from pipeline.maps_labels import one_line, split_weight
from pipeline.maps_sheet import FormSheet, Place, letters

#: role of a column -> part of an indicator; 分值 differs by kind
_INDICATOR = {"serial": "#", "target": "target", "unit": "unit", "actual": "actual", "score": "score",
              "deviation_reason": "deviation_reason", "deduction_reason": "deviation_reason", "reason": "deviation_reason",
              "division": "division"}  # fmt: skip
_TASK = {"task": "name", "completion": "completion", "lead_division": "lead_division", "division": "lead_division",
         "annual_budget": "annual_budget", "executed": "executed", "execution_rate": "execution_rate"}  # fmt: skip
_PROJECT = {"initial_budget": "initial_budget", "annual_budget": "annual_budget", "executed": "executed",
            "execution_rate": "execution_rate", "reason": "reason"}  # fmt: skip
_TOO_SHORT = "这里只有一行空行，列表至少要有两行，没有安排"


def place_indicators(table: ScoreTable, proposal: Proposal) -> None:
    """The open rows of a table of indicators as lists: one a run of rows under the same printed levels."""
    columns = table.columns
    if not {"target", "actual"} & set(columns.roles):
        for row, path in table.open_rows:
            where = "“" + "·".join(one.label for one in path) + "”下" if path else ""
            place = (row, columns.levels[-1])
            proposal.unplaced.append(
                Unplaced(
                    table.sheet.name,
                    place,
                    "（空行）",
                    f"{where}没有印指标名称，也没有指标值和完成值栏，不知道填什么",
                )
            )
        return
    for rows, path in _runs(table.open_rows):
        _place_run(table, proposal, rows, path)


def _runs(open_rows: Iterable[tuple[int, tuple[Branch, ...]]]) -> list[tuple[list[int], tuple[Branch, ...]]]:
    runs: list[tuple[list[int], tuple[Branch, ...]]] = []
    for row, path in open_rows:
        same = runs and runs[-1][0][-1] == row - 1 and [*map(id, runs[-1][1])] == [*map(id, path)]
        if same:
            runs[-1][0].append(row)
        else:
            runs.append(([row], path))
    return runs


def _place_run(table: ScoreTable, proposal: Proposal, rows: list[int], path: tuple[Branch, ...]) -> None:
    sheet, columns = table.sheet, table.columns
    first = rows[0]
    label = "·".join(branch.label for branch in path) or "指标"
    if len(rows) < 2:
        proposal.unplaced.append(Unplaced(sheet.name, (first, columns.levels[-1]), label, _TOO_SHORT))
        return
    entries = []
    for number, column in enumerate(columns.levels):
        if number >= len(path):
            entries.append((columns.level_names[number], column))
    points = "points" if proposal.kind == "project" else "department_points"
    parts = {**_INDICATOR, "points": points}
    roles = {**columns.roles, **({"points": columns.leaf_points} if columns.leaf_points else {})}
    entries += [(parts[role], column) for role, column in roles.items() if role in parts]
    where = tuple(
        (columns.level_names[number], _spellings(branch.label)) for number, branch in enumerate(path)
    )
    prefix = "project.{id}." if proposal.kind == "project" else ""
    made = PlacedList(
        f"{prefix}indicator", sheet.name, first, rows[-1], _columns(sheet, first, entries), label, where,
        "indicator" if prefix else "",
    )  # fmt: skip
    proposal.lists.append(made)
    table.claimed.update((row, column) for row in rows for _, column in entries)


def _spellings(label: str) -> tuple[str, ...]:
    """A level's name as a submission may write it: 产出指标, 产出."""
    bare = one_line(words.without_numbering(split_weight(label)[0]))
    short = bare.removesuffix("指标")
    return (f"{short}指标", short)


def _columns(sheet: FormSheet, row: int, entries: Iterable[tuple[str, int]]) -> tuple[PlacedColumn, ...]:
    """Columns from the left, with what the cells of the first row say about percentages and room."""
    made: dict[str, PlacedColumn] = {}
    for part, column in sorted(dict(entries).items(), key=lambda each: each[1]):
        scale = "0.01" if part == "execution_rate" and (row, column) in sheet.percents else ""
        is_number = part in ("#", "points", "department_points", "score", "execution_rate") or part.endswith(
            ("budget", "executed")
        )
        made[part] = PlacedColumn(
            part, letters(column), scale, None if is_number else sheet.fits(row, column)
        )
    return tuple(made.values())


def place_tasks(sheet: FormSheet, columns: Columns, end: int, proposal: Proposal) -> set[Place]:
    """The lines under 任务名称, 完成情况 …: a task each."""
    entries = [(_TASK[role], column) for role, column in columns.roles.items() if role in _TASK]
    return place_rows(
        sheet, "task", "任务", columns.roles["task"], entries, columns.last_row + 1, end, proposal
    )


def project_entries(columns: Columns, name_column: int) -> list[tuple[str, int]]:
    return [("name", name_column)] + [
        (_PROJECT[role], column) for role, column in columns.roles.items() if role in _PROJECT
    ]


def place_rows(
    sheet: FormSheet, family: str, label: str, name_column: int, entries: list[tuple[str, int]], first: int, end: int,
    proposal: Proposal,
) -> set[Place]:  # fmt: skip
    """A list from row ``first`` as far as its name column is drawn and blank. Gives the cells taken."""
    last = first - 1
    while (
        last < end and sheet.exists(last + 1, name_column) and _is_line(sheet, last + 1, name_column, entries)
    ):
        last += 1
    if last <= first:
        if last == first:
            proposal.unplaced.append(Unplaced(sheet.name, (first, name_column), label, _TOO_SHORT))
        return set()
    made = PlacedList(family, sheet.name, first, last, _columns(sheet, first, entries), label)
    proposal.lists.append(made)
    return {(row, column) for row in range(first, last + 1) for _, column in entries}


def _is_line(sheet: FormSheet, row: int, name_column: int, entries: list[tuple[str, int]]) -> bool:
    own = sheet.anchor(row, name_column)
    wide = any(sheet.anchor(row, column) == own for part, column in entries if part != "name")
    return not wide and not sheet.text(row, name_column) and all(sheet.is_free(row, c) for _, c in entries)


def place_text(sheet: FormSheet, label: Place, figure: str, proposal: Proposal) -> set[Place] | None:
    """Paragraph lines right of a merged label: a list of ``text``; None where there is one cell, no lines."""
    top, _, bottom, right = sheet.span(*label)
    column = right + 1
    if bottom - top < 1 or not figure.startswith(("narrative.", "problems.")):
        return None
    cells = [(row, column) for row in range(top, bottom + 1)]
    if any(sheet.span(*at)[0] != sheet.span(*at)[2] or not sheet.is_free(*at) for at in cells):
        return None
    made = PlacedColumn("text", letters(column), "", sheet.fits(top, column))
    proposal.lists.append(PlacedList(figure, sheet.name, top, bottom, (made,), one_line(sheet.text(*label))))
    return set(cells)


def place_beside(sheet: FormSheet, proposal: Proposal) -> set[Place]:
    """A cell whose meaning is its header and the text it stands in line with: 未能完成原因 of 目标完成情况."""
    taken: set[Place] = set()
    rows = {one.id: one.first_row for one in proposal.lists if one.sheet == sheet.name}
    rows |= {one.figure: one.place[0] for one in proposal.cells if one.sheet == sheet.name}
    for at, text in sheet.texts.items():
        figure, of = words.beside().get(words.label_key(text), ("", ""))
        if not figure or of not in rows or rows[of] <= at[0]:
            continue
        place = sheet.anchor(rows[of], at[1])
        if sheet.is_free(*place) and place != at:
            proposal.cells.append(Placed(figure, sheet.name, place, one_line(text), fits=sheet.fits(*place)))
            taken |= {at, place}
    return taken
