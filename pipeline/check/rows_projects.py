"""The projects after computing: why one has no score, where a cap took points, and a low score nobody explains.

Only where projects are scored at all. What a person has been told of the same cells already is not said again. Source:
docs/domain.md §4 (项目支出绩效自评).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from pipeline import messages
from pipeline.check.frames import Around, Frame, fields_by_cell, found, is_filled, table_cells
from pipeline.check.printing import number
from pipeline.check.report import Case
from pipeline.check.rows_scores import MOST_CELLS, Computed, cells_behind
from pipeline.check.targets import TABLE
from pipeline.check.wholes import Judgement, frame_of
from pipeline.maps_figures import projects_of
from pipeline.model import Cell, Figure, Found, Row, row_key
from pipeline.money import exact

NAME = "outcome.projects"
#: key of a project -> its lines of 支出
Projects = Mapping[str, list[Row]]
CODES = ("PI-041", "PI-044", "SC-040", "SC-041", "SC-042", "SC-043")
_LINES, _NARRATIVE, _PROBLEMS = "budget_execution.expenditure", "basics.narrative", "basics.problems"
#: a section of 文字材料 that is meant for the form of one project, by its code
_SECTION = re.compile(r"([A-Za-z0-9_-]*[0-9][A-Za-z0-9_-]*?)[\s：:_—-]*(?:预期目标|实际完成情况)$")


def projects_frame(computed: Computed) -> Frame:
    """One line a judgement of a project, or of the projects together."""
    judged: list[tuple[Around, Judgement]] = []
    for around, case in computed:
        if case.project_rubric is None:
            continue
        projects = _rows_of(around, case)
        for find in (_without_indicators, _without_budget, _open, _capped, _low):
            judged += [(around, one) for one in find(around, case, projects)]
        judged += [(around, one) for one in _sections(around)]
    return frame_of(NAME, judged)


def _rows_of(around: Around, case: Case) -> Projects:
    """The lines of 支出 of every scored project, in the order of the figures."""
    rows: dict[str, list[Row]] = {key: [] for key in projects_of(case.outcome.figures)}
    for row in around.submission.table(_LINES):
        rows.get(row_key(_LINES, row), []).append(row)
    return {key: mine for key, mine in rows.items() if mine}


def _named(row: Row) -> Found:
    """The cell that says which project a line is of: its code, without one its name."""
    return found(row, "project_id" if is_filled(row, "project_id") else "project_name")


def _title(row: Row) -> str:
    parts = (row.usable("project_id"), row.usable("project_name"))
    return " ".join(str(part) for part in parts if part)


def _is_zero(case: Case, key: str) -> bool:
    budget = _figure(case, key, "annual_budget")
    return isinstance(budget.value, Decimal) and not budget.value


def _figure(case: Case, key: str, part: str) -> Figure:
    return case.outcome.figures[f"project.{key}.{part}"]


def _with_indicators(case: Case) -> frozenset[str]:
    """The projects that have an indicator of their own."""
    own = (name.split(".", 3) for name in case.outcome.figures if name.startswith("project."))
    return frozenset(parts[1] for parts in own if len(parts) == 4 and parts[2] == "indicator")


def _without_indicators(around: Around, case: Case, projects: Projects) -> Iterator[Judgement]:
    """Projects with a budget and no indicator that carries 项目分值: one finding. Nothing where no indicator was read."""
    if not around.submission.table(TABLE).rows:
        return
    having = _with_indicators(case)
    lacking = [rows[0] for key, rows in projects.items() if key not in having and not _is_zero(case, key)]
    about = "、".join(_title(row) for row in lacking)
    yield Judgement("PI-041", bool(lacking), tuple(_named(row) for row in lacking), about, str(len(lacking)))


def _without_budget(around: Around, case: Case, projects: Projects) -> Iterator[Judgement]:
    """A project whose 全年预算数 is 0: no execution rate, and so no score."""
    for key, rows in projects.items():
        is_open = _figure(case, key, "score").value is None and _is_zero(case, key)
        cells = tuple(found(row, "annual_budget_fen") for row in rows) if is_open else ()
        spent = _figure(case, key, "executed").printed
        yield Judgement("SC-040", is_open, cells, _title(rows[0]), "0", facts={"spent": spent})


def _open(around: Around, case: Case, projects: Projects) -> Iterator[Judgement]:
    """A project's score that is open although nothing was said of the cells that leave it open."""
    spoken = [
        one
        for one in case.earlier
        if messages.severity(one) == "critical" or messages.entry(one.code).blocks == "figure"
    ]
    told = {each.cell for one in spoken for each in one.cells}
    whole = {(cell.file, cell.sheet) for cell in told if not cell.address} | {
        (cell.file, "") for cell in told if not cell.sheet
    }
    having = _with_indicators(case)
    for key, rows in projects.items():
        if key not in having or _is_zero(case, key):
            continue  # said by PI-041, SC-040
        score = _figure(case, key, "score")
        cells = _at_fault(around, case, key) if score.value is None else ()
        is_told = any(
            each.cell in told or {(each.cell.file, each.cell.sheet), (each.cell.file, "")} & whole
            for each in cells
        )
        ends = f"{score.range[0]}–{score.range[1]}" if score.range else ""
        reason = _reasons(case, key).rstrip("。") if score.value is None else ""
        yield Judgement(
            "SC-041", score.value is None and not is_told, cells[:MOST_CELLS], _title(rows[0]), ends,
            facts={"reason": reason},
        )  # fmt: skip


def _open_scores(case: Case, key: str) -> list[Figure]:
    """The figures that leave the total open: indicators first, then leaves that are no sum of them."""
    start = f"project.{key}."
    mine = [figure for name, figure in case.outcome.figures.items() if name.startswith(start)]
    is_open = [one for one in mine if one.id.endswith(".score") and one.value is None]
    indicators = [one for one in is_open if one.id.startswith(f"{start}indicator.")]
    behind = {one.id for one in indicators}
    for one in is_open:
        parts = set(one.because)
        if one not in indicators and any(part.startswith("measure.") for part in map(str, parts)):
            made_of = {
                sub for part in parts if isinstance(part, str) for sub in case.outcome.figures[part].because
            }
            if not behind & made_of:
                indicators.append(one)
    return indicators


def _reasons(case: Case, key: str) -> str:
    return "；".join(dict.fromkeys(one.reason or "" for one in _open_scores(case, key)))


def _at_fault(around: Around, case: Case, key: str) -> tuple[Found, ...]:
    """The cells of the open scores that their reasons name; where a reason names none, all that they were made from."""
    where = around.once(fields_by_cell)
    cells: dict[Cell, None] = {}
    for one in _open_scores(case, key):
        behind = cells_behind(one.id, case.outcome.figures)
        named = [cell for cell in behind if str(cell) in (one.reason or "")]
        cells |= dict.fromkeys(named or behind)
    return tuple(found(*where[cell]) if cell in where else Found(cell, "") for cell in cells)


def _capped(around: Around, case: Case, projects: Projects) -> Iterator[Judgement]:
    """Totals that the execution rate holds down, of projects and of the department."""
    figures = case.outcome.figures
    lines = {f"project.{key}": (_title(rows[0]), rows) for key, rows in projects.items()}
    lines["total"] = ("部门整体", list(around.submission.table(_LINES))[:MOST_CELLS])
    for prefix, (about, rows) in lines.items():
        before, after = figures.get(f"{prefix}.uncapped_score"), figures.get(f"{prefix}.score")
        if before is None or not isinstance(before.value, Decimal) or not isinstance(after.value, Decimal):
            continue
        is_held = after.value < before.value
        cells = tuple(found(row, "executed_fen") for row in rows) if is_held else ()
        facts = {"uncapped": before.printed, "rule": "；".join(after.active)}
        yield Judgement("SC-043", is_held, cells, about, after.printed, facts=facts)


def _low(around: Around, case: Case, projects: Projects) -> Iterator[Judgement]:
    """Where the project rubric asks for it: a low score of a project, and no problem with its measure."""
    settings = case.project_rubric.settings
    if "low_total" not in settings:
        return
    limit = exact(settings["low_total"].value)
    problems = around.submission.table(_PROBLEMS).rows
    is_told = any(is_filled(row, "problem") and is_filled(row, "measure") for row in problems)
    low = [
        (rows[0], score)
        for key, rows in projects.items()
        if isinstance((score := _figure(case, key, "score")).value, Decimal) and exact(score.value) < limit
    ]
    cells = tuple(_named(row) for row, _ in low) or table_cells(around, _PROBLEMS)
    about = "、".join(f"{_title(row)} {score.printed} 分" for row, score in low)
    shown = number(Decimal(limit.numerator) / Decimal(limit.denominator))
    yield Judgement("SC-042", bool(low) and not is_told, cells, about, str(len(low)), shown)


def _sections(around: Around) -> Iterator[Judgement]:
    """Sections of 文字材料 for a project's form whose code no project has: they would be printed nowhere."""
    codes = {str(code) for code in around.values(_LINES, "project_id")}
    for row in around.submission.table(_NARRATIVE) if codes else ():
        meant = _SECTION.match(str(row.usable("section") or ""))
        if meant:
            cell = (found(row, "section"),)
            yield Judgement("PI-044", meant[1] not in codes, cell, str(row.usable("section")), meant[1])
