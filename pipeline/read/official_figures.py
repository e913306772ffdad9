"""What the map of a form names, gathered into a FilledForm: money, indicators, scored leaves, totals.

Used by ``official`` once ``official_map`` has found the rows again. The ids are those of docs/architecture.md; a cell
the map does not name is nothing here. Source: docs/domain.md §6.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from pipeline.maps import ListMap
from pipeline.model_filled import (
    ABSENT,
    FilledForm,
    FundGroup,
    FundRow,
    IndicatorRow,
    Printed,
    ScoreTable,
    State,
)
from pipeline.read import official_words as words
from pipeline.read.official_cells import Grid, column_number, label_key
from pipeline.read.official_labels import indicator
from pipeline.read.official_map import KEY, Match, is_filled
from pipeline.read.official_rest import title_of, unit_of, years_of

_PROJECT = f"project.{KEY}"
_PARTS = {"initial_budget": "initial", "annual_budget": "budget", "executed": "executed", "execution_rate": "rate",
          "weight": "weight", "score": "score", "reason": "reason"}  # fmt: skip
#: ways a total is divided: stem of the total -> stems of its parts
_DIVIDED = {
    "project": ((_PROJECT, (f"{_PROJECT}.current_fiscal", f"{_PROJECT}.carried_over", f"{_PROJECT}.other")),),
    "department": (
        ("annual", ("source.current_fiscal", "source.carried_over", "source.other")),
        ("annual", ("kind.basic", "kind.project")),
        ("kind.basic", ("kind.personnel", "kind.public_running")),
        ("annual", ("fund.general_public_budget", "fund.government_fund", "fund.state_capital",
                    "fund.fiscal_account", "fund.unit_funds")),
        ("kind.project", ("project",)),
    ),
}  # fmt: skip
_COLUMNS = {"level_1": "level_1", "level_2": "level_2", "level_3": "level_3", "target": "target", "actual": "actual",
            "unit": "unit", "points": "weight", "department_points": "weight", "score": "score",
            "deviation_reason": "reason"}  # fmt: skip


def form_of(found: Match, file: str) -> FilledForm:
    """The filled form, from the cells its map names."""
    known = found.known
    figures = {
        figure_id: tuple(cell for target in targets if (cell := found.at(target)) is not None)
        for figure_id, targets in known.form_map.cells.items()
    }
    first = next(iter(found.grids.values()))
    stem = _PROJECT if known.kind == "project" else "total"
    groups = tuple(_groups(found, figures))
    rows, empty = _indicators(found)
    indicators = ScoreTable(rows, counts=False)
    if known.kind == "project":
        tables = (_project_table(found, rows, figures),)
    else:
        tables = (_leaves(found, figures), indicators)
    title = title_of(first, 6) or first.own(1, 1)
    goals = tuple(cell for cell in _texts(found, figures) if is_filled(cell))
    return FilledForm(
        file=file,
        sheet=first.name,
        kind=known.kind,
        read_by="map",
        title=title,
        unit=next((unit for grid in found.grids.values() if (unit := unit_of(grid, 16))), ""),
        rubric=(known.region, known.year),
        map_name=known.name,
        years=years_of(title, goals, file, first, 8),
        named=_named(figures),
        funds=groups,
        tables=tables,
        goals=goals,
        notes=tuple(_notes(found)),
        empty_rows=empty,
        same={
            name: cells
            for name, cells in figures.items()
            if len(cells) > 1 and not name.startswith("basics.")
        },
        subtotals={
            name.removesuffix(".score"): _beside(tables[0], cells)
            for name, cells in figures.items()
            if name.endswith(".score") and name != f"{stem}.score" and cells and known.kind == "department"
        },
    )


def _groups(found: Match, figures: Mapping[str, tuple[Printed, ...]]) -> Iterator[FundGroup]:
    for total_stem, stems in _DIVIDED[found.known.kind]:
        parts: list[FundRow] = []
        for stem in stems:
            listed = next((one for one in found.known.form_map.lists if one.id == stem), None)
            parts += (
                _listed(found, listed) if listed else filter(None, [_fund_row(found, figures, stem, None)])
            )
        beside = parts[0].label.cell if parts else None
        total = _fund_row(found, figures, total_stem, beside)
        if total is None and not parts:
            continue
        if total and found.known.kind == "project":
            executed = {name: _first(figures, f"{_PROJECT}.execution.{name}") for name in ("weight", "score")}
            total = replace(total, **executed)
        yield FundGroup(replace(_blank_sums(total, parts), is_total=True) if total else None, tuple(parts))


def _blank_sums(total: FundRow, parts: list[FundRow]) -> FundRow:
    """The blank's own sums show nothing while a part is blank: such a total is blank and not a formula left open."""
    shown = {
        name: replace(cell, state=State.BLANK)
        for name in ("initial", "budget", "executed")
        if (cell := getattr(total, name)).state is State.UNCACHED
        and any(getattr(part, name).is_blank for part in parts)
    }
    return replace(total, **shown)


def _fund_row(found: Match, figures: Mapping, stem: str, below: object) -> FundRow | None:
    """The row of a stem; of several the one nearest above ``below`` (a cell), without it the first."""
    cells: dict[str, Printed] = {}
    for part, name in _PARTS.items():
        here = [
            cell
            for cell in figures.get(f"{stem}.{part}", ())
            if below is None or cell.cell.sheet == below.sheet
        ]
        here = [cell for cell in here if below is None or _row(cell) < int(below.address.lstrip(_LETTERS))]
        if here:
            cells[name] = here[-1] if below is not None else here[0]
    if not {"budget", "executed"} & cells.keys():
        return None
    at = cells.get("budget") or cells["executed"]
    return FundRow(_label_left(found, at), False, **cells)


_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _row(cell: Printed) -> int:
    return int(cell.cell.address.lstrip(_LETTERS))


def _label_left(found: Match, cell: Printed) -> Printed:
    grid = next(one for one in found.grids.values() if one.name == cell.cell.sheet)
    row = _row(cell)
    for column in range(column_number(cell.cell.address.rstrip("0123456789")) - 1, 0, -1):
        label = grid.own(row, column)
        if label.state is State.TEXT:
            return label
    return cell


def _listed(found: Match, one: ListMap) -> Iterator[FundRow]:
    for row in _list_cells(found, one):
        label = row.get("name", ABSENT)
        parts = {name: row[part] for part, name in _PARTS.items() if part in row}
        if not label.is_blank or any(
            not parts[name].is_blank for name in ("budget", "executed") if name in parts
        ):
            yield FundRow(label, False, **parts)


def _list_cells(found: Match, one: ListMap) -> Iterator[dict[str, Printed]]:
    grid: Grid | None = found.grids.get(one.sheet)
    for row in found.list_rows(one) if grid else ():
        yield {column.part: grid.own(row, column_number(column.letter)) for column in one.columns}


def _indicators(found: Match) -> tuple[tuple[IndicatorRow, ...], tuple[Printed, ...]]:
    """The rows of the list of indicators, levels filled down; rows that hold nothing but 指标2:."""
    wanted = f"{_PROJECT}.indicator" if found.known.kind == "project" else "indicator"
    one = next((each for each in found.known.form_map.lists if each.id == wanted), None)
    rows, empty = [], []
    level_1 = level_2 = ABSENT
    for cells in _list_cells(found, one) if one else ():
        cells = {_COLUMNS[part]: cell for part, cell in cells.items() if part in _COLUMNS}
        if (own := cells.pop("level_1", ABSENT)).state is State.TEXT and own.text != level_1.text:
            level_1, level_2 = own, ABSENT
        if (own := cells.pop("level_2", ABSENT)).state is State.TEXT:
            level_2 = own
        made = indicator(cells, level_1, level_2)
        if made is None:
            continue
        if all(cell.is_blank for cell in (made.target, made.actual, made.weight, made.score)):
            empty.append(made.level_3)
        elif not words.SUM_ROW.fullmatch(label_key(made.level_3.text)):
            rows.append(made)
    return tuple(rows), tuple(empty)


def _project_table(found: Match, rows: tuple[IndicatorRow, ...], figures: Mapping) -> ScoreTable:
    execution = _fund_row(found, figures, _PROJECT, None)
    if execution:
        scored = {name: _first(figures, f"{_PROJECT}.execution.{name}") for name in ("weight", "score")}
        execution = replace(execution, is_total=True, **scored)
    weight, score = _first(figures, f"{_PROJECT}.weight"), _first(figures, f"{_PROJECT}.score")
    label = _label_left(found, score) if score is not ABSENT else ABSENT
    return ScoreTable(rows, execution, label, weight, score, _first(figures, f"{_PROJECT}.grade"))


def _leaves(found: Match, figures: Mapping) -> ScoreTable:
    """The score table of a department: its scored indicators with the form's own 分值."""
    rows = []
    for leaf_id, leaf in found.known.form_map.leaves.items():
        name, weight = found.at(leaf.name), found.at(leaf.points)
        if name is None or weight is None:
            continue
        rows.append(IndicatorRow(
            ABSENT, ABSENT, name, weight=weight, score=_first(figures, f"{leaf_id}.score"),
            reason=_first(figures, f"{leaf_id}.deduction_reason"), leaf=leaf_id,
        ))  # fmt: skip
    scores = [
        cell
        for cell in figures.get("total.score", ())
        if rows and cell.cell.sheet == rows[0].score.cell.sheet
    ]
    score = scores[0] if scores else _first(figures, "total.score")
    grades = [cell for cell in figures.get("total.grade", ()) if cell.cell.sheet == score.cell.sheet]
    grade = grades[0] if grades else _first(figures, "total.grade")
    return ScoreTable(
        tuple(rows), None, _label_left(found, score) if score is not ABSENT else ABSENT, ABSENT, score, grade
    )


def _beside(table: ScoreTable, cells: tuple[Printed, ...]) -> Printed:
    """Of several cells of one figure the one on the sheet of the score table."""
    sheets = {row.score.cell.sheet for row in table.rows}
    return next((cell for cell in cells if cell.cell.sheet in sheets), cells[0])


def _first(figures: Mapping[str, tuple[Printed, ...]], figure_id: str) -> Printed:
    return next(iter(figures.get(figure_id, ())), ABSENT)


def _named(figures: Mapping) -> Mapping[str, Printed]:
    ids = {"name": f"{_PROJECT}.name", "department": "basics.department_name", "unit": f"{_PROJECT}.unit"}
    return {name: _first(figures, figure_id) for name, figure_id in ids.items() if figures.get(figure_id)}


def _texts(found: Match, figures: Mapping) -> Iterator[Printed]:
    """目标 and 完成情况, also where the map takes them as lists of paragraphs."""
    for figure_id in (f"{_PROJECT}.goal", f"{_PROJECT}.achievement"):
        yield from figures.get(figure_id, ())
    for one in found.known.form_map.lists:
        if one.is_text and one.id.startswith("narrative."):
            for row in _list_cells(found, one):
                yield row["text"]


def _notes(found: Match) -> Iterator[Printed]:
    """The note's cell, and long texts that neither blank nor map knows of."""
    note = found.known.form_map.note
    if note and (cell := found.at(note.target)) and is_filled(cell) and cell.text != note.text:
        yield cell
    for sheet, grid in found.grids.items():
        last = max(found.rows.get(sheet, {}).values(), default=0)
        for row, column, raw in grid.cells():
            if row > last and isinstance(raw, str) and len(raw.strip()) >= 8:
                yield grid.own(row, column)
