"""Copies of the input tables in the workings, one sheet each: what every formula there goes back to.

Each record names its file, sheet and row, so that an auditor finds the original cell. Values stand as they were
read: amounts in 万元, 是/否 and 不适用 as words, dates as dates.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from pipeline.forms import FieldSpec, FormSpec, TableSpec
from pipeline.model import Absent, Cell, Figure, Row, Submission
from pipeline.money import in_unit
from pipeline.write.workings_book import DATE, MONEY, NUMBER, PERCENT, Paper, WorkingsBook

PREFIX = "填_"
_PLACE = ("文件", "工作表", "行")


def sheet_names(submission: Submission, specs: Mapping[str, FormSpec]) -> list[str]:
    """The sheets of the copies: every table that has rows, in the order of the forms."""
    return [PREFIX + table.sheet for _, table in _filled(submission, specs)]


class Copies:
    """Where every input cell stands in the workings, and what record it belongs to."""

    def __init__(self, book: WorkingsBook, submission: Submission, specs: Mapping[str, FormSpec]):
        self._refs: dict[Cell, str] = {}
        self._index: dict[Cell, tuple[str, Row, str]] = {}
        self._values: dict[str, object] = {}
        self.submission = submission
        for table_id, table in _filled(submission, specs):
            rows = submission.table(table_id).rows
            paper = book.papers[PREFIX + table.sheet]
            for row in rows:
                for field_id in row.columns:
                    self._index[row.cell(field_id)] = (table_id, row, field_id)
            fields = [each for each in table.fields if any(row[each.id] is not None for row in rows)]
            if table.layout == "card":
                self._card(paper, table, fields, rows[0])
            else:
                self._list(paper, table, fields, rows)

    def ref(self, cell: Cell) -> str | None:
        """The copy of an input cell; None for one that is blank in a column nobody filled."""
        return self._refs.get(cell)

    def record(self, cell: Cell) -> tuple[str, Row, str] | None:
        """Table id, row and field of an input cell."""
        return self._index.get(cell)

    def value(self, ref: str) -> object:
        """What stands at a reference: the typed value, an amount as a Fraction of 万元."""
        return self._values[ref]

    def rows(self, figure: Figure, table_id: str, field_id: str) -> list[Row]:
        """The records of a table of which a figure used this field, in order."""
        found = []
        for part in figure.because:
            record = self._index.get(part) if isinstance(part, Cell) else None
            if record and record[0] == table_id and record[2] == field_id and record[1] not in found:
                found.append(record[1])
        return found

    def at(self, row: Row, field_id: str) -> str:
        """Reference to a field of a record. Raises KeyError where it has no copy."""
        return self._refs[row.cell(field_id)]

    def _list(self, paper: Paper, table: TableSpec, fields: Sequence[FieldSpec], rows: Sequence[Row]) -> None:
        widths = [22, 12, 6, *(_width(each) for each in fields)]
        paper.title(
            f"{table.sheet}（填报数据）",
            "与填报的工作簿一致，供公式引用；请改原表后重新运行。金额为万元。",
            widths,
        )
        paper.head([*_PLACE, *(each.label for each in fields)])
        for row in rows:
            paper.text(0, row.file)
            paper.text(1, row.sheet)
            paper.number(2, row.number)
            for column, each in enumerate(fields, 3):
                self._keep(row, each.id, paper.ref(column))
                _write(paper, column, each.id, row[each.id])
            paper.row += 1

    def _card(self, paper: Paper, table: TableSpec, fields: Sequence[FieldSpec], row: Row) -> None:
        paper.title(
            f"{table.sheet}（填报数据）",
            "与填报的工作簿一致，供公式引用；请改原表后重新运行。金额为万元。",
            (22, 12, 9, 24, 44),
        )
        paper.head(("文件", "工作表", "单元格", "项目", "内容"))
        for each in fields:
            paper.text(0, row.file)
            paper.text(1, row.sheet)
            paper.text(2, row.columns.get(each.id, ""))
            paper.text(3, each.label)
            self._keep(row, each.id, paper.ref(4))
            _write(paper, 4, each.id, row[each.id])
            paper.row += 1

    def _keep(self, row: Row, field_id: str, ref: str) -> None:
        value = row[field_id]
        self._refs[row.cell(field_id)] = ref
        is_money = field_id.endswith("_fen") and isinstance(value, int)
        self._values[ref] = Fraction(value, 1_000_000) if is_money else value


def _filled(submission: Submission, specs: Mapping[str, FormSpec]) -> list[tuple[str, TableSpec]]:
    return [
        (f"{spec.form}.{table.id}", table)
        for spec in specs.values()
        for table in spec.tables
        if submission.table(f"{spec.form}.{table.id}").rows
    ]


def _width(each: FieldSpec) -> float:
    return {"text": 28, "measure": 18, "money": 14, "date": 12, "code": 12}.get(each.type, 11)


def _write(paper: Paper, column: int, field_id: str, value: object) -> None:
    if value is None:
        paper.text(column, "")
    elif isinstance(value, Absent):
        paper.text(column, value.value)
    elif isinstance(value, bool):
        paper.text(column, "是" if value else "否")
    elif field_id.endswith("_fen") and isinstance(value, int):
        paper.number(column, in_unit(value), MONEY)
    elif isinstance(value, Fraction):
        paper.number(column, value, PERCENT)
    elif isinstance(value, Decimal | int):
        paper.number(column, value, NUMBER)
    elif isinstance(value, datetime.date):
        day = datetime.datetime(value.year, value.month, value.day)
        paper.sheet.write_datetime(paper.row - 1, column, day, paper.book.constant(DATE))
    elif isinstance(value, tuple):
        paper.text(column, "-".join(str(part) for part in value))
    else:
        paper.text(column, value)
