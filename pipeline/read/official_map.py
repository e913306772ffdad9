"""A filled form read through the map of its blank, backwards: rows are found again by the labels of the blank.

Used by ``official``. The blank's own text says what each row is; rows inserted in between move what is below them.
Where a label of the blank is not found, what the map says of its row is not read. Source: docs/architecture.md, law 8.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from pipeline import maps
from pipeline.errors import CannotRun
from pipeline.maps import FormMap, ListMap, Target
from pipeline.model_filled import Printed, State
from pipeline.read.official_cells import Grid, column_number
from pipeline.read.preflight import check
from pipeline.read.sheetxml import letters
from pipeline.read.workbook import Sheet, open_book

ROOT = Path(__file__).resolve().parents[2] / "input_templates" / "official"
#: what the map's {id} is called while a form is read
KEY = "form"
#: shares of the blank's labels: from the first on a form is the blank's, from the second it is nearly
SAME, NEARLY = 1.0, 0.75
_FURTHEST = 400
#: in which unit a form is filled is no difference of the form
_UNIT = re.compile(r"\((?:人民币)?[万千亿]?元\)|(?<=单位:)(?:人民币)?[万千亿]?元")
_LONGEST = 80


@dataclass(frozen=True)
class Known:
    """A form we have a map for: its blank's sheets, where its labels stand (sheet -> row -> column -> key)."""

    region: str
    year: int
    name: str
    kind: str
    form_map: FormMap
    labels: Mapping[str, Mapping[int, Mapping[int, str]]]
    sheets: Mapping[str, Sheet]

    @property
    def count(self) -> int:
        return sum(len(row) for sheet in self.labels.values() for row in sheet.values())


@dataclass(frozen=True)
class Match:
    """A filled book against a blank: sheet name -> row of the blank -> row of the form; labels that differ."""

    known: Known
    grids: Mapping[str, Grid]
    rows: Mapping[str, Mapping[int, int]]
    different: tuple[tuple[Printed, str], ...]

    @property
    def share(self) -> float:
        return 1 - len(self.different) / max(1, self.known.count)

    def row(self, sheet: str, row: int) -> int | None:
        """The form's row of a row of the blank; None where the labels it hangs on were not found."""
        labelled = self.known.labels.get(sheet, {})
        anchor = max((each for each in labelled if each <= row), default=None)
        if anchor is None:
            return row
        place = self.rows.get(sheet, {}).get(anchor)
        return None if place is None else place + row - anchor

    def at(self, target: Target) -> Printed | None:
        """The cell the map names, where it now stands."""
        letter = target.address.rstrip("0123456789")
        return self.cell(target.sheet, int(target.address[len(letter) :]), letter)

    def cell(self, sheet: str, row: int, letter: str) -> Printed | None:
        place = self.row(sheet, row)
        grid = self.grids.get(sheet)
        return None if place is None or grid is None else grid.own(place, column_number(letter))

    def list_rows(self, one: ListMap) -> range:
        """The form's rows of a list: from its first to the last before the next label."""
        grid = self.grids.get(one.sheet)
        first = self.row(one.sheet, one.first_row)
        if grid is None or first is None:
            return range(0)
        below = min(
            (each for each in self.known.labels.get(one.sheet, {}) if each > one.last_row), default=None
        )
        if below is None:
            return range(first, grid.rows + 1)
        end = self.rows[one.sheet].get(below)
        return range(0) if end is None else range(first, end - (below - one.last_row) + 1)


@cache
def known_forms(root: Path = ROOT) -> tuple[Known, ...]:
    """Every self-evaluation form with a map. A map that cannot be read says so elsewhere and is no help here."""
    found = []
    for path in sorted([*root.glob("*/*/map.yaml"), *root.glob("*/*/*.map.yaml")]):
        try:
            form_map = maps.load_map(path.parent, path.name, KEY)
            kind = _kind(form_map)
            if kind:
                found.append(_known(path, form_map, kind))
        except (CannotRun, ValueError):
            continue
    return tuple(found)


def _kind(form_map: FormMap) -> str:
    """project where the map has one project's indicators and total, department where it scores leaves."""
    if f"project.{KEY}.score" in form_map.cells and any(
        one.id == f"project.{KEY}.indicator" for one in form_map.lists
    ):
        return "project"
    return "department" if form_map.leaves and "total.score" in form_map.cells else ""


def _known(path: Path, form_map: FormMap, kind: str) -> Known:
    book = open_book(check(form_map.form, form_map.form_name))
    taken = {
        (target.sheet, target.address) for target in form_map.targets() if not _is_printed(form_map, target)
    }
    for one in form_map.lists:
        for row in range(one.first_row, one.last_row + 1):
            taken |= {(one.sheet, f"{column.letter}{row}") for column in one.columns}
    labels = {
        sheet.name: _labels(sheet, {address for name, address in taken if name == sheet.name})
        for sheet in book.sheets
    }
    region, year = path.parent.parent.name.partition("_")[0], int(path.parent.name)
    return Known(
        region, year, path.name, kind, form_map, labels, {sheet.name: sheet for sheet in book.sheets}
    )


def _is_printed(form_map: FormMap, target: Target) -> bool:
    """Names of scored indicators are the blank's own words."""
    return any(leaf.name == target for leaf in form_map.leaves.values())


def _labels(sheet: Sheet, taken: set[str]) -> dict[int, dict[int, str]]:
    found: dict[int, dict[int, str]] = {}
    for number, row in enumerate(sheet.grid, 1):
        for column, raw in enumerate(row, 1):
            address = f"{letters(column)}{number}"
            is_label = isinstance(raw, str) and address not in taken and address not in sheet.formulas.all
            if is_label and (key := _words(raw)):
                found.setdefault(number, {})[column] = key
    return found


def _words(raw: object) -> str:
    """A label without blanks, width and signs at its ends, cut where it is long; dashes are no label."""
    if not isinstance(raw, str):
        return ""
    plain = "".join(unicodedata.normalize("NFKC", raw).split()).strip(":;。_-—–/")
    return _UNIT.sub("", plain)[:_LONGEST]


def match(known: Known, grids: Sequence[Grid]) -> Match:
    """The filled sheets against a blank's: each of its labelled rows is looked for in order."""
    by_name = {grid.name: grid for grid in grids}
    pairs = {name: by_name.get(name) for name, rows in known.labels.items() if rows}
    left = [grid for grid in grids if grid.name not in known.labels]
    for name, grid in pairs.items():
        if grid is None and left:  # a renamed sheet: the next of the others
            pairs[name] = left.pop(0)
    rows: dict[str, dict[int, int]] = {}
    different: list[tuple[Printed, str]] = []
    for name, grid in pairs.items():
        if grid is None:
            cell = Printed(grids[0].own(1, 1).cell) if grids else None
            different += [(cell, key) for row in known.labels[name].values() for key in row.values() if cell]
            continue
        rows[name], missed = _align(known.labels[name], grid)
        different += missed
    return Match(known, {name: grid for name, grid in pairs.items() if grid}, rows, tuple(different))


def _align(
    labels: Mapping[int, Mapping[int, str]], grid: Grid
) -> tuple[dict[int, int], list[tuple[Printed, str]]]:
    """Rows of the blank -> rows of the form, and the labels that are not where they should be."""
    found: dict[int, int] = {}
    different: list[tuple[Printed, str]] = []
    last, offset = 0, 0
    for row, wanted in labels.items():
        place, hits = _find(wanted, grid, max(last + 1, row + offset), last + 1)
        if place is None:
            place_of = grid.own(max(1, row + offset), min(wanted))
            different += [(replace(place_of, text=place_of.text), key) for key in wanted.values()]
            continue
        found[row], last, offset = place, place, place - row
        different += [(grid.own(place, column), key) for column, key in wanted.items() if column not in hits]
    return found, different


def _find(wanted: Mapping[int, str], grid: Grid, likely: int, first: int) -> tuple[int | None, set[int]]:
    """The row that has all the labels: where it should be, else the next below, else one that has most of them."""
    best: tuple[int | None, set[int]] = (None, set())
    for row in [likely, *range(first, min(grid.rows, likely + _FURTHEST) + 1)]:
        hits = {column for column, key in wanted.items() if _words(grid.sheet.raw(row, column)) == key}
        if len(hits) == len(wanted):
            return row, hits
        if len(hits) > len(best[1]) and len(hits) * 2 >= len(wanted):
            best = (row, hits)
    return best


def best_match(
    grids: Sequence[Grid], region: str | None, year: int | None, head_year: int | None
) -> Match | None:
    """The form we have a map for that a book is, or nearly is; the one asked for, of the form's own year, the national
    one, where blanks are alike."""
    matches = [match(known, grids) for known in known_forms()]
    matches = [one for one in matches if one.share >= NEARLY and one.known.count >= 10]

    def rank(one: Match) -> tuple:
        known = one.known
        is_own_year = known.year in (year, head_year)
        return one.share, known.region == region, known.region == "0" * 6, is_own_year, known.year

    return max(matches, key=rank, default=None)


def is_filled(cell: Printed | None) -> bool:
    return cell is not None and cell.state not in (State.BLANK, State.ABSENT, State.UNCACHED)
