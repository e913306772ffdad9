"""Judges of 决算数据 beside its 勾稽关系: projects that stand in one of the two and not in the other, and no year's total.

With 数据口径 快报数 the final accounts are of another moment: what differs is told as information, under codes of its own.
Source: docs/domain.md §2.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.check.departments import ELIMINATIONS, EXPENDITURE, counts
from pipeline.check.frames import Around, found, table_cells
from pipeline.check.judgements import Told
from pipeline.check.relations import load
from pipeline.check.slips import usable_fen
from pipeline.check.subjects import plain
from pipeline.model import Row

SUMMARY, PROJECTS = "final_accounts.summary", "final_accounts.projects"
#: the relation that knows what a year's total is called
_YEAR = "final_account_year"


def judge_final_accounts(around: Around) -> Iterator[Told]:
    """What the two have of the same year, whichever side lacks it."""
    if not around.submission.table(EXPENDITURE).rows:
        return
    listed = {row.usable("project_id"): row for row in around.submission.table(PROJECTS)}
    if listed:
        yield from _projects(around, listed)
    summary = around.submission.table(SUMMARY).rows
    if summary:
        (year,) = (relation for relation in load() if relation.id == _YEAR)
        totals = year.right.terms[0].matching["subject"]
        is_missing = not any(plain(row.usable("subject")) in totals for row in summary)
        yield Told("FA-032", SUMMARY, int(is_missing), cells=table_cells(around, SUMMARY))


def _projects(around: Around, listed: dict[object, Row]) -> Iterator[Told]:
    lines = _lines(around)
    card = around.submission.card("basics.department")
    is_flash = card is not None and card.usable("reporting_basis") == "快报数"
    only_final, only_spent = ("FA-040", "FA-041") if is_flash else ("FA-030", "FA-031")
    for project, row in listed.items():
        if project is None:
            continue
        names = {plain(line.usable("project_name")) for line in lines.get(project, ())} - {""}
        is_alone = project not in lines and usable_fen(row, "executed_fen", around) != 0
        yield Told(only_final, PROJECTS, int(is_alone), row, ("project_id", "executed_fen"))
        is_other = bool(names) and plain(row.usable("project_name")) not in names | {""}
        yield Told("FA-033", PROJECTS, int(is_other), row, ("project_name",),
                   facts={"other_name": "、".join(sorted(names))})  # fmt: skip
    for project, mine in lines.items():
        net = _net_fen(around, project, mine)
        cells = (found(mine[0], "project_id"), *(found(row, "executed_fen") for row in mine))
        facts = {"project_id": project, "project_name": mine[0].usable("project_name") or "",
                 "net_fen": "" if net is None else net}  # fmt: skip
        yield Told(
            only_spent, EXPENDITURE, int(project not in listed and bool(net)), cells=cells, facts=facts
        )


def _lines(around: Around) -> dict[object, list[Row]]:
    """The lines of each project of included units."""
    lines: dict[object, list[Row]] = {}
    for row in around.submission.table(EXPENDITURE):
        if row.usable("project_id") is not None and counts(row, EXPENDITURE, around) is not False:
            lines.setdefault(row.usable("project_id"), []).append(row)
    return lines


def _net_fen(around: Around, project: object, lines: list[Row]) -> int | None:
    """What the project has spent, less what was passed on within the department; None where it is not known."""
    spent = [usable_fen(row, "executed_fen", around) for row in lines]
    passed = [
        usable_fen(row, "executed_fen", around)
        for row in around.submission.table(ELIMINATIONS)
        if row.usable("project_id") == project and counts(row, ELIMINATIONS, around)
    ]
    return None if None in (*spent, *passed) else sum(spent) - sum(passed)
