"""A table of funds: one group of figures a line (年度资金总额, 其中：当年财政拨款, 人员支出 …), then the projects' lines."""

from __future__ import annotations

from pipeline.adopt import words
from pipeline.adopt.headers import Columns
from pipeline.adopt.lists import place_rows, project_entries
from pipeline.adopt.nouns import Branch, Placed, Proposal, Unplaced
from pipeline.maps_labels import one_line, points_of
from pipeline.maps_sheet import FormSheet, Place

_AMOUNTS = ("initial_budget", "annual_budget", "executed", "execution_rate", "reason")
EXECUTION = "预算执行率"
_NO_SIGN = "格子没有百分数格式，将填 99.65 这样的数，请核对表头是否带 %"


def place_funds(
    sheet: FormSheet, columns: Columns, end: int, proposal: Proposal
) -> tuple[set[Place], list[Branch], int]:
    """The cells taken, the node that scores the execution rate (if the table has 得分), and the table's last row."""
    taken: set[Place] = set()
    scored: list[Branch] = []
    _tell_unknown(sheet, columns, proposal)
    amounts = sorted(column for role, column in columns.roles.items() if role in _AMOUNTS)
    row = columns.last_row + 1
    while row <= end:
        at, text = _label(sheet, row, amounts[0])
        group = words.row_group(text) if text else ""
        if group and at[0] == row:
            taken |= {at, *_line(sheet, columns, row, group, text, proposal)}
            if group == "annual":
                scored += _score(sheet, columns, row, at, proposal, scored)
        elif not text and _is_blank(sheet, row, amounts):
            entries = project_entries(columns, amounts[0] - 1)
            if proposal.kind != "department":
                break
            more = place_rows(sheet, "project", "项目支出明细", amounts[0] - 1, entries, row, end, proposal)
            taken |= more
            row = max([row, *(place[0] for place in more)])
        elif text and at[0] == row and sheet.span(*at)[3] < amounts[0] and _is_blank(sheet, row, amounts):
            taken.add(at)
            why = "不认识这一行的名称，没有填"
            proposal.unplaced.append(Unplaced(sheet.name, at, one_line(text), why))
        elif (at[0] == row or text) and not (sheet.span(*at)[3] >= amounts[0] and _is_section(sheet, row)):
            if text and not taken and at[0] == row == columns.last_row + 1:
                why = "不认识这一行的名称，这张资金表没有安排填数"
                proposal.unplaced.append(Unplaced(sheet.name, at, one_line(text), why))
            break
        row += 1
    return taken, scored, row - 1


def _tell_unknown(sheet: FormSheet, columns: Columns, proposal: Proposal) -> None:
    """Headers between the amounts that no word explains: their column is not filled, and it is said."""
    known = [column for role, column in columns.roles.items() if role in (*_AMOUNTS, "score", "points")]
    for column in columns.unknown:
        at = sheet.anchor(columns.last_row, column)
        if known and min(known) < column < max(known) and sheet.text(*at):
            why = "不认识这一栏，没有填"
            proposal.unplaced.append(Unplaced(sheet.name, at, one_line(sheet.text(*at)), why))


def _label(sheet: FormSheet, row: int, first_amount: int) -> tuple[Place, str]:
    """The name of a line: the text nearest to its amounts."""
    for column in range(first_amount - 1, 0, -1):
        if text := sheet.text(row, column):
            return sheet.anchor(row, column), text
    return (row, 1), ""


def _is_blank(sheet: FormSheet, row: int, amounts: list[int]) -> bool:
    return all(sheet.is_free(row, column) and sheet.exists(row, column) for column in amounts)


def _is_section(sheet: FormSheet, row: int) -> bool:
    """A heading across the table, the only text of its row."""
    return (
        len(
            {
                sheet.anchor(row, column)
                for column in range(1, sheet.last_column + 1)
                if sheet.text(row, column)
            }
        )
        == 1
    )


def _line(
    sheet: FormSheet, columns: Columns, row: int, group: str, text: str, proposal: Proposal
) -> set[Place]:
    taken = set()
    prefix = _prefix(group, proposal.kind)
    for part in _AMOUNTS:
        column = columns.roles.get(part)
        if column is None:
            continue
        at = sheet.anchor(row, column)
        taken.add(at)
        if prefix is None:
            proposal.unplaced.append(Unplaced(sheet.name, at, one_line(text), "项目表里没有这一组数"))
            return taken
        if not sheet.is_free(*at):
            proposal.unplaced.append(
                Unplaced(sheet.name, at, sheet.text(*at), "这一格不是空的，没有安排填数")
            )
            continue
        if part == "reason" and proposal.kind == "project" and group != "annual":
            continue
        is_rate = part == "execution_rate"
        percent = is_rate and at in sheet.percents
        proposal.cells.append(
            Placed(
                f"{prefix}.{part}", sheet.name, at, one_line(text), "0.01" if percent else "",
                fits=sheet.fits(*at) if part == "reason" else None, remark=_NO_SIGN if is_rate and not percent else "",
            )
        )  # fmt: skip
    return taken


def _prefix(group: str, kind: str) -> str | None:
    if kind == "department":
        return group
    if group == "annual":
        return "project.{id}"
    return f"project.{{id}}.{group.removeprefix('source.')}" if group.startswith("source.") else None


def _score(
    sheet: FormSheet, columns: Columns, row: int, at: Place, proposal: Proposal, before: list[Branch]
) -> list[Branch]:
    """The execution rate as a scored indicator, where the table has a 得分 column; its 分值 if the form prints one."""
    score, points = columns.roles.get("score"), columns.roles.get("points")
    if score is None or before or not sheet.is_free(row, score):
        return []
    place = sheet.anchor(row, score)
    branch = Branch(EXECUTION, sheet.name, at)
    branch.cells["score"] = [Placed("*.score", sheet.name, place, EXECUTION)]
    if points is not None:
        there = sheet.anchor(row, points)
        branch.points = points_of(sheet.text(*there))
        if branch.points is not None:
            branch.points_cell = there
        elif sheet.is_free(*there):
            branch.cells["weight"] = [Placed("*.weight", sheet.name, there, EXECUTION)]
    return [branch]
