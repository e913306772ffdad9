"""Submissions -> frames that built-in expectations can check.

Happens before Great Expectations is asked anything. A frame is stacked over all submissions; line
``n`` belongs to ``places[n]``, which knows the submission and the cells. What is compared is a column of plain integers
prepared so that a built-in expectation can say the check (a residual, a count, a 0/1 flag; never a missing value);
everything else is text to read by. A value that is blank, 不适用 or unreadable is skipped: reading or the blank
check has said so already.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

from pipeline.check.printing import show
from pipeline.forms import FormSpec
from pipeline.model import Cell, Found, Row, Submission, Table
from pipeline.model_rubric import Rubric

#: the widest a prepared integer may be; beyond it a residual is only "very large"
_WIDEST = 2**62
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
#: columns every row frame begins with
PLACE_COLUMNS = ("submission", "file", "sheet", "row")


@dataclass(frozen=True)
class Around:
    """One submission and what its rows are compared with."""

    index: int
    submission: Submission
    specs: Mapping[str, FormSpec]
    rubric: Rubric | None
    #: the last month that is looked at: before December the year is not over
    through: int = 12
    #: what was made of the rubric and the specs, for all submissions of a pass
    shared: dict = field(default_factory=dict, repr=False, compare=False)
    _memory: dict = field(default_factory=dict, repr=False, compare=False)

    def once(self, make: Callable[[Around], Any]) -> Any:
        """What ``make`` gives for this submission, made once."""
        if make not in self._memory:
            self._memory[make] = make(self)
        return self._memory[make]

    def of_rubric(self, make: Callable[[Around], Any]) -> Any:
        """What ``make`` gives from the rubric and the specs alone, made once for all submissions of a pass."""
        if make not in self.shared:
            self.shared[make] = make(self)
        return self.shared[make]

    def setting(self, name: str, default: object) -> object:
        """A threshold of the rubric where it has one: regions differ."""
        settings = self.rubric.settings if self.rubric else {}
        return settings[name].value if name in settings else default

    @cached_property
    def year(self) -> int | None:
        """年度; None where it is not known or is not the rubric's, so that no date is held against a wrong year."""
        card = self.submission.card("basics.department")
        year = card.usable("year") if card else None
        if not isinstance(year, int) or (self.rubric is not None and year not in self.rubric.years):
            return None
        return year

    @cached_property
    def active_months(self) -> tuple[int, int]:
        """起止月份: first and last month in which the department existed, no later than the month looked at."""
        card = self.submission.card("basics.department")
        months = card.usable("active_months") if card else None
        first, last = months if isinstance(months, tuple) else (1, 12)
        return first, min(last, self.through)

    @cached_property
    def present_forms(self) -> frozenset[str]:
        """Forms that were handed in and read."""
        return frozenset(file.form for file in self.submission.files if file.form and not file.refused)

    def values(self, table_id: str, field_id: str) -> frozenset[object]:
        """All usable values of a column."""
        rows = self.submission.table(table_id)
        return frozenset(value for row in rows if (value := row.usable(field_id)) is not None)


Prepared = Callable[[Row, Around], object]


@dataclass(frozen=True, slots=True)
class Place:
    """What one line of a frame speaks of: a row, or cells and facts, given outright or told when the line fails."""

    submission: int
    row: Row | None = None
    cells: tuple[Found, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    tell: Callable[[], Place] | None = None

    def told(self) -> Place:
        """The place with its cells and facts."""
        return self.tell() if self.tell else self


@dataclass(frozen=True, slots=True)
class Frame:
    """``name`` is the suite's (``expectations/<name>.json``); each column is all integers or all text."""

    name: str
    columns: Mapping[str, Sequence[int] | Sequence[str]]
    places: Sequence[Place]


def plain(value: object) -> object:
    """A value as a column holds it: an int that fits, or text that no spreadsheet takes for a formula."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int):
        return max(-_WIDEST, min(_WIDEST, value))
    text = str(value)
    return "'" + text if text.startswith(_FORMULA_STARTS) else text


def unguarded(text: str) -> str:
    """A column's text as it was before :func:`plain`: sentences are for people, not for spreadsheets.

    >>> unguarded("'-0.74%"), unguarded("'90年代"), unguarded("-")
    ('-0.74%', "'90年代", '-')
    """
    return text[1:] if text[:1] == "'" and text[1:].startswith(_FORMULA_STARTS) else text


def build(name: str, places: Sequence[Place], columns: Mapping[str, Sequence[object]]) -> Frame:
    """A frame of prepared columns; each column is all int (of 64 bits) or all text.

    Raises TypeError for a column that mixes the two: a bug in a prepared column, which would look like a pass.
    """
    data = {}
    for title, values in columns.items():
        try:
            data[title] = values if isinstance(values, Later) else _cleaned(values)
        except TypeError as problem:
            raise TypeError(f"column {title} of {name} {problem}") from None
    return Frame(name, data, tuple(places))


def columns_of(names: Sequence[str], lines: Sequence[Sequence[object]]) -> dict[str, Sequence[object]]:
    """Lines -> columns."""
    return dict(zip(names, zip(*lines, strict=True), strict=True)) if lines else dict.fromkeys(names, ())


def _cleaned(values: Sequence[object]) -> Sequence[int] | Sequence[str]:
    kinds = set(map(type, values))
    if kinds == {int} and min(values) >= -_WIDEST and max(values) <= _WIDEST:
        return values
    if kinds == {str}:
        guarded = {text: plain(text) for text in set(values) if text.startswith(_FORMULA_STARTS)}
        return [guarded.get(text, text) for text in values] if guarded else values
    cleaned = [plain(value) for value in values]
    kinds = {type(value) for value in cleaned}
    if len(kinds) > 1:
        raise TypeError(f"mixes {sorted(kind.__name__ for kind in kinds)}")
    return cleaned


class Later(Sequence):
    """A column made when it is read: of all rows, or of a few that failed."""

    def __init__(self, prepare: Prepared, pairs: Sequence[tuple[Around, Row]]):
        self._prepare, self._pairs = prepare, pairs

    def __len__(self) -> int:
        return len(self._pairs)

    def __getitem__(self, at: int) -> object:
        around, row = self._pairs[at]
        return plain(self._prepare(row, around))

    def __iter__(self) -> Iterator[object]:
        prepare = self._prepare
        return iter(_cleaned([prepare(row, around) for around, row in self._pairs]))


def row_frame(
    name: str,
    prepared: Mapping[str, Prepared],
    shown: Iterable[str],
    compared: Collection[str],
    arounds: Sequence[Around],
) -> Frame:
    """All rows of table ``name``, with its prepared columns, and the fields ``shown`` as typed beside them.

    Columns that are not ``compared`` are there to read by: they are made when they are read.
    """
    shown = [field_id for field_id in dict.fromkeys(shown) if field_id not in prepared]
    pairs = [(around, row) for around in arounds for row in around.submission.table(name)]
    columns: dict[str, Sequence[object]] = {
        "submission": [around.submission.name for around, _ in pairs],
        "file": [row.file for _, row in pairs],
        "sheet": [row.sheet for _, row in pairs],
        "row": [row.number for _, row in pairs],
    }
    for field_id in shown:
        columns[field_id] = Later(partial(_typed, field_id), pairs)
    for title, prepare in prepared.items():
        later = Later(prepare, pairs)
        columns[title] = list(later) if title in compared else later
    return build(name, [Place(around.index, row) for around, row in pairs], columns)


def _typed(field_id: str, row: Row, _: Around) -> str:
    value = row[field_id]
    return "" if value is None else show(field_id, value)


def found(row: Row, field_id: str) -> Found:
    """A cell of a row and what stands in it."""
    return Found(row.cell(field_id), show(field_id, row[field_id]))


def known(row: Row, *field_ids: str) -> tuple[object, ...] | None:
    """The values of the fields, or None when one of them cannot be used."""
    values = tuple(row.usable(field_id) for field_id in field_ids)
    return None if any(value is None for value in values) else values


def is_filled(row: Row, field_id: str) -> bool:
    """Whether anything usable stands in the cell."""
    value = row.usable(field_id)
    return value is not None and value != ""


def table_cells(around: Around, table_id: str, text: str = "") -> tuple[Found, ...]:
    """Where to speak of a table as a whole: its anchors, or its first cell, or its workbook."""
    table = around.submission.tables.get(table_id, Table(table_id))
    anchors = table.anchors or tuple(
        dict.fromkeys(row.cell(next(iter(row.columns), "")) for row in table.rows[:1])
    )
    if not anchors:
        anchors = (missing_form_cell(around, table_id.partition(".")[0]),)
    return tuple(Found(anchor, text) for anchor in anchors)


def missing_form_cell(around: Around, form: str) -> Cell:
    """A workbook that was not handed in, by the name it should have."""
    read = [file.path for file in around.submission.files if file.form == form]
    return Cell(read[0] if read else f"{around.specs[form].title}.xlsx", "", "")


class FieldsByCell:
    """Every cell of a record -> its row and field, found from the address: few of thousands are ever asked for."""

    def __init__(self, rows: Iterable[Row]):
        self._rows = {(row.file, row.sheet, row.number): row for row in rows}
        self._names: dict[int, Mapping[str, str]] = {}

    def get(self, cell: Cell) -> tuple[Row, str] | None:
        letters = cell.address.rstrip("0123456789")
        number = cell.address[len(letters) :]
        row = self._rows.get((cell.file, cell.sheet, int(number or 0)))
        name = self._field(row, letters) if row else None
        if name is None and (row := self._rows.get((cell.file, cell.sheet, 0))):  # a card: whole addresses
            name = self._field(row, cell.address)
        return (row, name) if name else None

    def __contains__(self, cell: object) -> bool:
        return isinstance(cell, Cell) and self.get(cell) is not None

    def __getitem__(self, cell: Cell) -> tuple[Row, str]:
        pair = self.get(cell)
        if pair is None:
            raise KeyError(cell)
        return pair

    def _field(self, row: Row, column: str) -> str | None:
        names = self._names.get(id(row.columns))  # shared by the rows of a sheet
        if names is None:
            names = {column: name for name, column in row.columns.items()}
            self._names[id(row.columns)] = names
        return names.get(column)


def fields_by_cell(around: Around) -> FieldsByCell:
    """The cells of a submission's records. Asked through ``around.once``."""
    return FieldsByCell(row for table in around.submission.tables.values() for row in table.rows)


def every_row(around: Around) -> Iterator[tuple[str, Row]]:
    """All records of a submission with their table ids, in the order of the forms."""
    for table_id in around.of_rubric(_table_ids):
        for row in around.submission.table(table_id).rows:
            yield table_id, row


def _table_ids(around: Around) -> tuple[str, ...]:
    return tuple(f"{form}.{table.id}" for form, spec in around.specs.items() for table in spec.tables)
