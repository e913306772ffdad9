"""Filling the official form: the mapped cells get the figures, nothing else changes, and every run proves it.

Happens when all is computed. Works for our own 示范表式 and for any office's form with its own map. Lists longer than
the form get rows first; an undetermined figure leaves its cell blank and is named in the note cell, if there is one.
Source: docs/architecture.md, laws 2, 8 and 12.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from pipeline.errors import CannotRun
from pipeline.maps import FormMap, ListMap, Target
from pipeline.maps_labels import FormWeight, split_weight
from pipeline.model import Cell, Figure, Outcome
from pipeline.write.form_rows import Line, lines_of
from pipeline.write.grid import parse_address
from pipeline.write.look import width
from pipeline.write.map_fits import check_map, line_of, scans
from pipeline.write.package import Package
from pipeline.write.patch import insert_rows, patch
from pipeline.write.proof import unexpected_differences
from pipeline.write.shown import shown_texts

Changes = dict[tuple[str, str], object]


@dataclass(frozen=True, slots=True)
class Inserted:
    """Rows added to a list: ``count`` new rows below row ``after_row`` of the blank form."""

    sheet: str
    after_row: int
    count: int
    style_row: int


@dataclass(frozen=True, slots=True)
class Filled:
    """The filled form. ``changes``: what was written where, in the form with its inserted rows; ``cells``:
    ``sheet!A1`` -> figure id, for the trace; ``differences``: what else differs, always empty; ``notes``: what the
    note cell says of cells left blank and texts too long."""

    content: bytes
    changes: Mapping[tuple[str, str], object]
    cells: Mapping[str, str]
    inserted: tuple[Inserted, ...]
    notes: tuple[str, ...]
    differences: tuple[str, ...] = ()


def fill(form: bytes, form_map: FormMap, outcome: Outcome, trial: str = "") -> Filled:
    """The form filled with an outcome's figures.

    ``form``: the blank. ``trial``: the line for the note cell while anything of the rubric is assumed.
    Numbers are written as numbers (figure × the map's ``scale``), beside a formula as its value.

    Raises CannotRun for a map that does not fit the form or the figures, naming the map's file. A difference to the
    blank that nobody asked for is a bug of ours: RuntimeError.
    """
    figures = outcome.figures
    check_map(form, form_map, figures)
    lists = [(each, lines_of(each, figures)) for each in form_map.lists]
    inserted = _insertions(lists)
    try:
        grown = form
        for one in sorted(inserted, key=lambda one: -one.after_row):
            grown = insert_rows(grown, one.sheet, one.after_row, one.count, one.style_row)
        formulas = _formula_cells(grown, form_map)
        work = _Work(form_map, figures, inserted, formulas)
        for figure_id, targets in form_map.cells.items():
            for target in targets:
                work.put_single(figure_id, target)
        for each, rows in lists:
            work.put_rows(each, rows)
        _put_note(work, trial)
        content = patch(grown, work.changes)
    except ValueError as problem:
        line = line_of(form_map, str(problem).partition(":")[0])
        raise CannotRun(f"官方表式填不进去：{problem}", file=form_map.file, line=line) from problem
    differences = tuple(unexpected_differences(grown, content, work.changes))
    if differences:
        raise RuntimeError(f"填表改动了不该改的地方：{'；'.join(map(str, differences[:5]))}")
    return Filled(content, work.changes, work.cells, inserted, tuple(work.notes), differences)


def _formula_cells(form: bytes, form_map: FormMap) -> frozenset[tuple[str, int, int]]:
    found = scans(form, form_map).items()
    return frozenset(
        (name, formula.row, formula.column) for name, sheet in found for formula in sheet.formulas
    )


def _insertions(lists: Sequence[tuple[ListMap, Sequence[Line]]]) -> tuple[Inserted, ...]:
    """Rows to add, before a list's last row, so that sums over the list grow with it."""
    added = []
    for each, rows in lists:
        missing = len(rows) - (each.last_row - each.first_row + 1)
        if missing > 0:
            added.append(Inserted(each.sheet, each.last_row - 1, missing, each.style_row))
    return tuple(added)


def read_weights(form: bytes, form_map: FormMap) -> list[FormWeight]:
    """Names and 分值 of the mapped indicators as they stand in a form, blank or filled.

    A 分值 may be printed as ``20`` or ``20分``, or inside the name (``预算编制（2分）``). Raises CannotRun where a sheet of the map is missing.
    """
    places = [target for leaf in form_map.leaves.values() for target in (leaf.name, leaf.points)]
    try:
        texts = shown_texts(Package(form), [(target.sheet, target.address) for target in places])
    except ValueError as problem:
        raise CannotRun(str(problem), file=form_map.file) from problem
    found = []
    for leaf_id, leaf in form_map.leaves.items():
        name, points = (texts[target.sheet, target.address] for target in (leaf.name, leaf.points))
        if leaf.name == leaf.points:
            name, number = split_weight(name)
            points = "" if number is None else str(number)
        cells = [
            Cell(form_map.form_name, target.sheet, target.address) for target in (leaf.name, leaf.points)
        ]
        found.append(FormWeight(leaf_id, name, _points(points), *cells))
    return found


def _points(text: str) -> Decimal | None:
    try:
        return Decimal(text.strip().removesuffix("分").strip())
    except InvalidOperation:
        return None


class _Work:
    """The changes as they come together; rows below an insertion are counted on."""

    def __init__(
        self,
        form_map: FormMap,
        figures: Mapping[str, Figure],
        inserted: Sequence[Inserted],
        formulas: frozenset[tuple[str, int, int]],
    ):
        self.form_map = form_map
        self.figures = figures
        self.changes: Changes = {}
        self.cells: dict[str, str] = {}
        self.notes: list[str] = []
        self._inserted = inserted
        self._formulas = formulas
        self._noted: set[str] = set()

    def moved(self, sheet: str, row: int) -> int:
        """Where a row of the blank stands in the form with its inserted rows."""
        return row + sum(one.count for one in self._inserted if one.sheet == sheet and row > one.after_row)

    def place(self, target: Target) -> str:
        letters = target.address.rstrip("0123456789")
        return f"{letters}{self.moved(target.sheet, int(target.address[len(letters) :]))}"

    def put_single(self, figure_id: str, target: Target) -> None:
        figure = self.figures.get(figure_id)
        place = self.place(target)
        if figure is None:
            if self._is_formula(target.sheet, place):
                self.changes[target.sheet, place] = None
            return
        self._put(target.sheet, place, figure, target.scale, target.pattern)
        if target.fits and isinstance(figure.value, str) and width(figure.value) > 2 * target.fits:
            self.notes.append(f"{target.sheet}!{place} 的文字较长，打印前请调整行高")

    def put_rows(self, each: ListMap, rows: Sequence[Line]) -> None:
        scales = {column.letter: column.scale for column in each.columns}
        for row, line in enumerate(rows, self.moved(each.sheet, each.first_row)):
            for entry in line:
                place = f"{entry.letter}{row}"
                if entry.figure is None:
                    self.changes[each.sheet, place] = entry.piece
                else:
                    self._put(each.sheet, place, entry.figure, scales[entry.letter], piece=entry.piece)

    def _put(
        self, sheet: str, place: str, figure: Figure, scale: Decimal, pattern: str = "", piece: object = None
    ) -> None:
        self.cells[f"{sheet}!{place}"] = figure.id
        value = figure.value if piece is None else piece
        if value is None:
            self._note_open(sheet, place, figure)
        elif value == "":
            none = self.form_map.none if figure.unit and not self._is_formula(sheet, place) else ""
            value = none or None
        elif pattern:
            value = pattern.replace("{}", figure.printed)
        elif isinstance(value, Decimal):
            # an amount in full, to the 分, so that the form's own sums come out; the cell prints two decimals
            in_full = figure.unit in ("万元", "元") and figure.exact is not None
            value = figure.exact * Fraction(scale) if in_full else value * scale
        self.changes[sheet, place] = value

    def _note_open(self, sheet: str, place: str, figure: Figure) -> None:
        if figure.reason and figure.id not in self._noted:
            self._noted.add(figure.id)
            ends = f" {figure.range[0]}–{figure.range[1]}" if figure.range else ""
            self.notes.append(f"{sheet}!{place} {figure.label}{ends}：{figure.reason}")

    def _is_formula(self, sheet: str, place: str) -> bool:
        row_column = parse_address(place)
        return row_column is not None and (sheet, *row_column) in self._formulas


def _put_note(work: _Work, trial: str) -> None:
    note = work.form_map.note
    if note is None:
        return
    text = note_text([part for part in (note.text, trial) if part], work.notes, note.limit)
    if text:
        work.changes[note.target.sheet, work.place(note.target)] = text


def note_text(head: Sequence[str], notes: Sequence[str], limit: int) -> str:
    """The text of a note cell: the head's lines, then as many notes as there is room for, and how many more.

    >>> note_text(["示范表式"], ["甲", "乙", "丙"], 100)
    '示范表式\\n待定或须留意：甲；乙；丙。'
    >>> note_text(["示范表式"], ["一二三四五六七八九十"] * 3, 48)
    '示范表式\\n待定或须留意：一二三四五六七八九十；另有 2 处，见 evidence/findings.csv。'
    """
    text = "\n".join(head)
    if not notes:
        return text
    text += ("\n" if text else "") + "待定或须留意："
    for number, one in enumerate(notes):
        left = len(notes) - number
        more = f"另有 {left} 处，见 evidence/findings.csv。"
        if number and len(text) + len(one) + (len(more) if left > 1 else 0) + 1 > limit:
            return text + more
        text += one + ("；" if left > 1 else "。")
    return text
