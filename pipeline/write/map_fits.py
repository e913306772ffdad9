"""Whether the map of an official form fits the form: its figures, sheets and cells exist, or the line at fault is named.

Asked before a run reads anything, and again when the form is filled. Source: docs/architecture.md, law 8.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from pipeline.errors import CannotRun
from pipeline.maps import FormMap
from pipeline.maps_figures import unknown_figures
from pipeline.model import Figure
from pipeline.write.grid import parse_address
from pipeline.write.package import Package
from pipeline.write.scan import Scan, scan


def check_map(form: bytes, form_map: FormMap, figures: Mapping[str, Figure]) -> None:
    """Raises CannotRun, with the map's file and line, unless sheets, cells and figure ids of the map all exist."""
    if unknown := unknown_figures(form_map, figures):
        raise CannotRun(
            f"没有“{unknown[0]}”这个数字，请核对编号（见 evidence/figures.json）。",
            file=form_map.file,
            line=_line_of_figure(form_map, unknown[0]),
        )
    used = _used_areas(form, form_map)
    places = [(target.sheet, target.address, str(target), (str(target),)) for target in form_map.targets()]
    for each in form_map.lists:
        for column in each.columns:
            for row in (each.first_row, each.last_row, each.style_row):
                where = f"{column.letter}{row}"
                near = (f"id: {each.id},", f"id: {each.id}", each.sheet)
                places.append((each.sheet, where, f"列表 {each.id} 的 {each.sheet}!{where}", near))
    for sheet, where, words, near in places:
        rows, columns = used[sheet]
        row, column = parse_address(where) or (0, 0)
        if not (0 < row <= rows and column <= columns):
            line = line_of(form_map, *near)
            raise CannotRun(
                f"{words} 在表式之外，该表只到第 {rows} 行。请核对单元格。", file=form_map.file, line=line
            )


def _line_of_figure(form_map: FormMap, figure_id: str) -> int | None:
    """Where the map names a figure; of a list's column (``indicator.*.score``) the column, else the list."""
    family, _, part = figure_id.partition(".*.")
    return line_of(form_map, figure_id, *((f"{part}:", f"id: {family}") if part else ()))


def _used_areas(form: bytes, form_map: FormMap) -> Mapping[str, tuple[int, int]]:
    """Last row and column of every sheet the map names."""
    used = {}
    for name, found in scans(form, form_map).items():
        rows = max((*found.rows, *(area.bottom for area in found.merges)), default=0)
        cells = (column for row in found.rows.values() for column in row.cells)
        used[name] = rows, max((*cells, *(area.right for area in found.merges)), default=0)
    return used


def scans(form: bytes, form_map: FormMap) -> Mapping[str, Scan]:
    """Every sheet the map names, scanned. Raises CannotRun for one the form does not have."""
    names = dict.fromkeys(
        [*(target.sheet for target in form_map.targets()), *(each.sheet for each in form_map.lists)]
    )
    try:
        package = Package(form)
    except ValueError as problem:
        raise CannotRun(str(problem), file=form_map.file) from problem
    found = {}
    for name in names:
        try:
            found[name] = scan(package.xml(package.worksheet(name).part), name)
        except ValueError as problem:
            raise CannotRun(str(problem), file=form_map.file, line=line_of(form_map, name)) from problem
    return found


def line_of(form_map: FormMap, *words: str) -> int | None:
    """The line of the map with one of these words, whole; the first word that any line has decides."""
    for word in words:
        whole = re.compile(rf"{re.escape(word)}(?![\w.])")
        for number, line in enumerate(form_map.text.splitlines(), 1):
            if whole.search(line):
                return number
    return None
