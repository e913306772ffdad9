"""Where the numbers go in an official form (官方表式): ``map.yaml`` beside the form -> one frozen FormMap.

Read before a run computes anything, so that a broken map stops it at once; used when the form is filled, when
its names and 分值 are read, and by the checks of a filled form. A figure id is the same string here as
everywhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path

import yaml

from pipeline.errors import CannotRun

MAP_NAME = "map.yaml"

_ADDRESS = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})$")
_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*$")


@dataclass(frozen=True, slots=True)
class Target:
    """One cell of the form. The number written is the figure's times ``scale`` (0.01 where the cell prints %);
    with a ``pattern`` (``（{}年度）``) the printed figure is put into a text instead. ``fits``: Chinese characters
    the cell can show on paper; a longer text is written whole and the note says so."""

    sheet: str
    address: str
    scale: Decimal = Decimal(1)
    pattern: str = ""
    fits: int | None = None

    def __str__(self) -> str:
        return f"{self.sheet}!{self.address}"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list: the part of the figure id it shows, ``#`` a running number, ``text`` the text itself.

    ``fits``: Chinese characters a cell can show on paper; a longer text goes on in the row below.
    """

    part: str
    letter: str
    scale: Decimal = Decimal(1)
    fits: int | None = None


@dataclass(frozen=True, slots=True)
class ListMap:
    """Rows of the form that take one record each, e.g. all ``project.<id>.…``, in the order of the figures.

    With a column ``text`` the id is that of one text figure, and its paragraphs take a row each, or several.
    ``style_row`` is copied when rows have to be inserted. ``where`` keeps records by a part's text:
    ``{level_1: [产出指标]}``. ``also``: the family that has the parts this one lacks, by the same key.
    """

    id: str
    sheet: str
    first_row: int
    last_row: int
    style_row: int
    columns: tuple[Column, ...]
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    also: str = ""

    @property
    def is_text(self) -> bool:
        return any(column.part == "text" for column in self.columns)


@dataclass(frozen=True, slots=True)
class LeafCells:
    """Where the form itself prints the name and the 分值 of a scored indicator."""

    name: Target
    points: Target


@dataclass(frozen=True, slots=True)
class NoteCell:
    """The cell for what the program has to say: ``text`` first, at most ``limit`` characters in all."""

    target: Target
    text: str = ""
    limit: int = 300


@dataclass(frozen=True, slots=True)
class FormMap:
    """A whole map. ``form_name``: the blank beside it, ``form`` its bytes; ``file``, ``text``: the map's own, for messages.

    ``none``: what stands for an amount or a rate that does not exist (no such fund), e.g. ``—``; nothing by default.
    """

    form_name: str
    cells: Mapping[str, tuple[Target, ...]]
    lists: tuple[ListMap, ...] = ()
    leaves: Mapping[str, LeafCells] = field(default_factory=dict)
    note: NoteCell | None = None
    none: str = ""
    form: bytes = b""
    file: str = MAP_NAME
    text: str = ""

    def targets(self) -> Iterator[Target]:
        """Every single cell the map names (the lists' rows are not among them)."""
        for targets in self.cells.values():
            yield from targets
        for leaf in self.leaves.values():
            yield leaf.name
            yield leaf.points
        if self.note:
            yield self.note.target


def load_map(folder: Path, name: str = MAP_NAME, key: str = "") -> FormMap:
    """The map and the form of a folder ``input_templates/official/<region>/<year>``. Raises CannotRun (file, line).

    ``name``: ``map.yaml`` for the department's form, ``project.map.yaml`` for the projects'; ``key`` is put where the
    map says ``{id}``.
    """
    path = folder / name
    file = "/".join(path.parts[-3:])
    try:
        form_map = parse_map(path.read_text("utf-8").replace("{id}", key), file)
    except (OSError, UnicodeDecodeError):
        raise CannotRun("官方表式的单元格对照表读不出来，请放回该文件。", file=file) from None
    try:
        form = (folder / form_map.form_name).read_bytes()
    except OSError:
        raise CannotRun(
            f"对照表所说的表式“{form_map.form_name}”读不出来，请放回同一文件夹。", file=file
        ) from None
    return replace(form_map, form=form)


def parse_map(text: str, file: str = MAP_NAME) -> FormMap:
    """The text of a map -> FormMap. Raises CannotRun with the file and, where it can be told, the line."""
    try:
        raw = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        line = mark.line + 1 if mark else None
        raise CannotRun("YAML 写法有误，请检查缩进、冒号和引号。", file=file, line=line) from None
    try:
        return _form_map(raw, file, text)
    except _Broken as broken:
        raise CannotRun(broken.message, file=file, line=_line_of(text, broken.near)) from None


class _Broken(Exception):
    """What is wrong in a map, and a word of the line at fault."""

    def __init__(self, message: str, near: object = ""):
        super().__init__(message)
        self.message = message
        self.near = str(near)


def _form_map(raw: object, file: str, text: str) -> FormMap:
    _check_keys(raw, {"form", "cells"}, {"lists", "leaves", "note", "none"})
    cells = {}
    for figure_id, entry in _mapping(raw["cells"], "cells").items():
        if not isinstance(figure_id, str) or not _ID.match(figure_id):
            raise _Broken(f"“{figure_id}”不是数字编号。", figure_id)
        entries = entry if isinstance(entry, list) else [entry]
        cells[figure_id] = tuple(_target(one, figure_id) for one in entries)
    leaves = {}
    for leaf_id, entry in _mapping(raw.get("leaves") or {}, "leaves").items():
        _check_keys(entry, {"name", "points"}, set(), leaf_id)
        leaves[leaf_id] = LeafCells(_target(entry["name"], leaf_id), _target(entry["points"], leaf_id))
    lists = raw.get("lists") or []
    if not isinstance(lists, list):
        raise _Broken("lists 应当是列表。", "lists")
    form_map = FormMap(
        form_name=_text(raw["form"], "form"),
        cells=cells,
        lists=tuple(_list_map(entry) for entry in lists),
        leaves=leaves,
        note=_note(raw.get("note")),
        none=_text(raw.get("none", ""), "none"),
        file=file,
        text=text,
    )
    _refuse_two_in_one_cell(form_map)
    return form_map


def _target(entry: object, near: object) -> Target:
    if isinstance(entry, str):
        entry = {"cell": entry}
    _check_keys(entry, {"cell"}, {"scale", "pattern", "fits"}, near)
    sheet, mark, address = _text(entry["cell"], near).rpartition("!")
    found = _ADDRESS.match(address.upper())
    if not mark or not sheet.strip("'") or not found:
        raise _Broken(f"“{entry['cell']}”不是“工作表!单元格”的写法，例如 评分表!F8。", near)
    pattern = _text(entry.get("pattern", ""), near)
    if pattern and pattern.count("{}") != 1:
        raise _Broken("pattern 里要有一处 {}，数字填在那里。", near)
    address = found.group(1) + found.group(2)
    sheet = sheet.strip("'").replace("''", "'")
    return Target(sheet, address, _scale(entry.get("scale", 1), near), pattern, _fits(entry, near))


def _list_map(entry: object) -> ListMap:
    _check_keys(
        entry, {"id", "sheet", "first_row", "last_row", "columns"}, {"style_row", "where", "also"}, "lists"
    )
    name = _text(entry["id"], "lists")
    rows = [entry["first_row"], entry["last_row"], entry.get("style_row", entry["first_row"])]
    if not all(isinstance(row, int) and row > 0 for row in rows) or rows[1] <= rows[0]:
        raise _Broken(f"列表 {name} 至少要有两行，否则插入的行进不了合计的范围。", name)
    columns = []
    for part, column in _mapping(entry["columns"], name).items():
        column = {"column": column} if isinstance(column, str) else column
        _check_keys(column, {"column"}, {"scale", "fits"}, part)
        letter = _text(column["column"], part).upper()
        if not re.fullmatch("[A-Z]{1,3}", letter):
            raise _Broken(f"列表 {name} 的“{letter}”不是列号。", part)
        scale = _scale(column.get("scale", 1), part)
        columns.append(Column(_text(part, name), letter, scale, _fits(column, part)))
    where = {part: tuple(values) for part, values in _mapping(entry.get("where") or {}, name).items()}
    return ListMap(name, _text(entry["sheet"], name), *rows, columns=tuple(columns), where=where,
                   also=_text(entry.get("also", ""), name))  # fmt: skip


def _note(entry: object) -> NoteCell | None:
    if entry is None:
        return None
    entry = {"cell": entry} if isinstance(entry, str) else entry
    _check_keys(entry, {"cell"}, {"text", "limit"}, "note")
    limit = entry.get("limit", 300)
    if not isinstance(limit, int) or limit < 40:
        raise _Broken("note 的 limit 是字数上限，至少 40。", "limit")
    return NoteCell(_target(entry["cell"], "note"), _text(entry.get("text", ""), "note"), limit)


def _refuse_two_in_one_cell(form_map: FormMap) -> None:
    taken: dict[tuple[str, str], str] = {}
    for figure_id, targets in form_map.cells.items():
        for target in targets:
            place = (target.sheet, target.address)
            if place in taken:
                raise _Broken(f"{target} 同时给了 {taken[place]} 和 {figure_id}，只能填一个。", figure_id)
            taken[place] = figure_id
    note = form_map.note.target if form_map.note else None
    if note and (note.sheet, note.address) in taken:
        raise _Broken(f"{note} 同时给了 {taken[note.sheet, note.address]} 和 note，只能填一样。", "note")


def _scale(value: object, near: object) -> Decimal:
    try:
        scale = Decimal(str(value))
    except InvalidOperation:
        scale = Decimal(0)
    if isinstance(value, bool) or not scale.is_finite() or scale <= 0:
        raise _Broken(f"scale 应当是大于 0 的数，不能是“{value}”。", near)
    return scale


def _fits(entry: Mapping, near: object) -> int | None:
    fits = entry.get("fits")
    if fits is not None and (isinstance(fits, bool) or not isinstance(fits, int) or fits < 2):
        raise _Broken(f"fits 是单元格能印下的字数，应当是不小于 2 的整数，不能是“{fits}”。", near)
    return fits


def _check_keys(raw: object, needed: set[str], optional: set[str], near: object = "") -> None:
    found = set(_mapping(raw, near))
    if missing := sorted(needed - found):
        raise _Broken(f"{f'“{near}”' if near else ''}缺少 {'、'.join(missing)}。", near)
    if extra := sorted(str(key) for key in found - needed - optional):
        raise _Broken(f"不认识“{extra[0]}”，请检查拼写。", extra[0])


def _mapping(raw: object, near: object) -> Mapping:
    if not isinstance(raw, dict):
        raise _Broken(f"{f'“{near}”' if near else '这个文件'}里应当是“名称: 内容”的写法。", near)
    return raw


def _text(raw: object, near: object) -> str:
    if not isinstance(raw, str):
        raise _Broken(f"“{near}”里的“{raw}”应当是文字，请加引号。", near)
    return raw


def _line_of(text: str, near: str) -> int | None:
    if near:
        for number, line in enumerate(text.splitlines(), 1):
            if near in line:
                return number
    return None
