"""The nouns of the program, all frozen: what every stage takes and gives.

Cell, Row, Table and Submission are what was read; Finding is a problem with its cells; Figure is a value with what
it was made from; the rubric's parts stand in ``pipeline.model_rubric``. Nothing here knows how it is read, checked or written.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from pathlib import PurePosixPath


class Absent(Enum):
    """Why a typed cell has no value. A blank is ``None``; these two are not blanks, and 0 is a value."""

    NOT_APPLICABLE = "不适用"
    INVALID = "无法识别"

    def __bool__(self) -> bool:
        return False


NOT_APPLICABLE = Absent.NOT_APPLICABLE
INVALID = Absent.INVALID


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """One cell: ``file`` relative to the submission with ``/``, sheet name, A1 address. Prints 《2_预算执行》支出!E7.

    In a report ``sheet`` is blank and ``address`` the paragraph and sentence."""

    file: str
    sheet: str
    address: str

    def __str__(self) -> str:
        name = PurePosixPath(self.file).name
        stem = name.rsplit(".", 1)[0] if "." in name else name
        if not self.sheet:
            return f"《{stem}》{self.address}"  # a paper has no sheets: 《自评报告》第12段第3句
        return f"《{stem}》{self.sheet}!{self.address}" if self.address else f"《{stem}》{self.sheet}"


@dataclass(frozen=True, slots=True)
class Row:
    """One record: typed values by field id, and where each stands.

    ``columns`` maps a field id to its column letter (a list sheet, shared by all rows of the sheet) or to its whole
    address (a card sheet, where ``number`` is 0). A value is None (blank), NOT_APPLICABLE, INVALID, or of the
    field's type: text and code ``str``; money ``int`` 分; number ``Decimal``; ratio ``Fraction``; count ``int``;
    date ``datetime.date``; yes_no ``bool``; measure ``str`` as typed (parsed by ``pipeline.measure``).
    """

    file: str
    sheet: str
    number: int
    values: Mapping[str, object]
    columns: Mapping[str, str]

    def __getitem__(self, field_id: str) -> object:
        """The typed value; None for a field whose column is not in the sheet."""
        return self.values.get(field_id)

    def usable(self, field_id: str) -> object:
        """The value, or None where it is blank, 不适用 or unreadable."""
        value = self.values.get(field_id)
        return None if value is NOT_APPLICABLE or value is INVALID else value

    def cell(self, field_id: str) -> Cell:
        """Where the value stands (for a column that is not there: the row's first cell)."""
        column = self.columns.get(field_id)
        if column is None:
            column = next(iter(self.columns.values()), "A")
        return Cell(self.file, self.sheet, f"{column}{self.number or ''}")


@dataclass(frozen=True, slots=True)
class Table:
    """All rows of one table, merged over its files. ``id`` is ``<form>.<table>``; a card has one row."""

    id: str
    rows: tuple[Row, ...] = ()
    #: one anchor a file: the header cell, to speak of the table as a whole (a missing month has no cell of its own)
    anchors: tuple[Cell, ...] = ()
    #: field id -> header cell, one mapping a file
    headers: tuple[Mapping[str, Cell], ...] = ()
    #: field id -> the words of its header, one mapping a file, in the order of ``headers``
    header_texts: tuple[Mapping[str, str], ...] = ()

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def where(self, keep: Callable[[Row], object]) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if keep(row))


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of the submission, read or refused. ``path`` is relative to it, with ``/``.

    ``marked``: a marked copy (退回单) of an earlier run, handed in again.
    """

    path: str
    sha256: str
    form: str | None
    version: str | None = None
    division: str | None = None
    unit: str | None = None
    refused: bool = False
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Normalisation:
    """What was typed and what was read: logged for every cell whose text was not already the value."""

    cell: Cell
    field: str
    raw: str
    value: str
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A cell of a finding and what stands in it, as seen."""

    cell: Cell
    found: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem in the submission. The sentence, severity and basis come from the catalogue by ``code``.

    ``facts`` fill the sentence's places; ``figures`` are the figure ids it blocks or explains; ``points`` is what is
    at stake in points of the total, for ordering, ``project_points`` in points of 项目自评; ``found`` and ``expected`` are printed as given.
    """

    code: str
    cells: tuple[Found, ...]
    facts: Mapping[str, str] = field(default_factory=dict)
    found: str = ""
    expected: str = ""
    figures: tuple[str, ...] = ()
    points: Decimal | None = None
    project_points: Decimal | None = None

    @property
    def cell(self) -> Cell | None:
        return self.cells[0].cell if self.cells else None


@dataclass(frozen=True, slots=True)
class Submission:
    """A folder of filled templates, read."""

    name: str
    files: tuple[SourceFile, ...]
    tables: Mapping[str, Table]
    findings: tuple[Finding, ...] = ()
    normalisations: tuple[Normalisation, ...] = ()
    #: names of the files below the folder 佐证材料, with ``/`` and in NFC; None where there is no such folder
    evidence_files: frozenset[str] | None = None

    def table(self, table_id: str) -> Table:
        """The table, empty when nothing was handed in for it."""
        table = self.tables.get(table_id)
        return Table(table_id) if table is None else table

    def card(self, table_id: str) -> Row | None:
        """The one row of a card table, or None."""
        rows = self.table(table_id).rows
        return rows[0] if rows else None


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a rule or a weight comes from: a source id of docs/sources.yaml, an article, and its mark.

    ``verified``: when and by whom it was last compared with the source, ``2023-03-01 张三``; empty: never."""

    source: str
    mark: str  # stated | published | assumed
    article: str = ""
    verified: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A value and everything it was made from.

    ``value``: the printed number as a Decimal (already rounded), a text, or None when undetermined. ``exact``: the
    exact Fraction behind it where there is one (a rate of 99.65% has value 99.65 and exact 221983/222770).
    ``unit``: ``%``, ``分``, ``万元``, ``""``. ``range``: worst and best where undetermined. ``reason``: why
    undetermined. ``because``: cells and figure ids (str) it was made from, in order. ``active``: caps, bands and
    floors that decided the value, in words; ``formula`` names the rule, ``parameters`` its settings as printed.
    """

    id: str
    label: str
    value: Decimal | str | None
    unit: str = ""
    digits: int | None = None
    exact: Fraction | None = None
    range: tuple[Decimal, Decimal] | None = None
    reason: str | None = None
    because: tuple[Cell | str, ...] = ()
    formula: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    citation: Citation | None = None
    active: tuple[str, ...] = ()

    @property
    def printed(self) -> str:
        """As a person reads it: ``99.65%``, ``98.00``, ``2,227.70``, ``91.50–98.00``, or the reason's dash."""
        if self.value is None:
            return f"{self.range[0]}–{self.range[1]}" if self.range else "待定"
        if isinstance(self.value, str):
            return self.value
        text = f"{self.value:,f}" if self.unit in ("万元", "元") else f"{self.value:f}"
        return text + self.unit if self.unit in ("%", "‰") else text


@dataclass(frozen=True, slots=True)
class Outcome:
    """What computing gives: figures in the order they were made, and the findings it met on the way."""

    figures: Mapping[str, Figure]
    findings: tuple[Finding, ...] = ()


#: the fields that name a row in figure ids: the code first, then the names that stand in for a blank code
KEY_FIELDS: Mapping[str, tuple[str, ...]] = {
    "budget_execution.expenditure": ("project_id", "project_name"),
    "indicator_results.indicators": ("indicator_id", "level_1", "level_2", "level_3"),
    "basics.tasks": ("task_id", "task_name"),
    "basics.narrative": ("section",),
    "management.three_public": ("item",),
}


def figure_key(code: object, *names: object) -> str:
    """The part of a figure id that stands for a record: ASCII, never a row number. Source: docs/architecture.md.

    The code as typed where it is made of ASCII letters, digits, ``-`` and ``_``; otherwise a short digest of it;
    for a blank code a short digest of the names.

    >>> figure_key("P01", "驻京工作"), figure_key("年度总体目标")
    ('P01', 'xf9b8fdad91')
    >>> figure_key(None, "会务") == figure_key("会务")
    True
    """
    if isinstance(code, str) and re.fullmatch(r"[A-Za-z0-9_-]+", code):
        return code
    words = [code] if isinstance(code, str) and code else names
    joined = "\x1f".join("" if word is None else str(word) for word in words)
    return "x" + hashlib.sha256(joined.encode("utf-8")).hexdigest()[:10]


#: what stands between the codes of a list in one cell
LIST_MARKS = re.compile(r"[、,，;；/／\s]+")


def named_codes(text: object, known: Collection[object]) -> tuple[str, ...]:
    """The codes a cell names: itself where it is a known code, otherwise the parts of a list, each once.

    >>> named_codes("T1、T2", {"T1", "T2"}), named_codes("A/1", {"A/1"}), named_codes(None, {"T1"})
    (('T1', 'T2'), ('A/1',), ())
    """
    if not isinstance(text, str):
        return ()
    if text in known:
        return (text,)
    return tuple(dict.fromkeys(part for part in LIST_MARKS.split(text) if part))


def row_key(table_id: str, row: Row) -> str:
    """:func:`figure_key` of a row of one of the tables of :data:`KEY_FIELDS`."""
    return figure_key(*(row.usable(field_id) for field_id in KEY_FIELDS[table_id]))
