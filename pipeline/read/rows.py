"""A found table -> typed rows, with a finding for every cell that cannot be read and a log of what was
normalised.

Only cells in a known column of a real row count: a row that holds nothing but blanks, its prefilled month or
formulas that came to nothing is no row, whatever stands in other columns. Comes after the table was located.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import partial

from pipeline.forms import FieldSpec, FormSpec, TableSpec, header_key
from pipeline.model import INVALID, Cell, Finding, Found, Normalisation, Row, Table
from pipeline.money import FEN_PER
from pipeline.read.headers import Place
from pipeline.read.raw import Raw, shown
from pipeline.read.sheetxml import letters
from pipeline.read.values import Surroundings, Typed, printed, typed

#: findings listed one by one for a file
MOST_FINDINGS = 2_000
_TOTALS = {"合计", "总计", "小计", "合计数", "总计数", "本页合计", "本页小计"}
_FOOTNOTE = re.compile(
    r"(注|备注|说明|填表说明|填报说明)[:：1-9]|"
    r"(填表人|填报人|制表人?|审核人?|复核人?|负责人|单位负责人|财务负责人|联系电话|填报日期)[:：]"
)


@dataclass(slots=True)
class Reading:
    """What was read from one file, filled table by table."""

    file: str
    spec: FormSpec
    is_1904: bool = False
    tables: dict[str, Table] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    normalisations: list[Normalisation] = field(default_factory=list)
    #: years named in titles, sheet names and the file's name: where, and the years
    named_years: list[tuple[Found, str, frozenset[int]]] = field(default_factory=list)
    #: how many findings about single cells were not kept
    unlisted: int = 0

    def report(self, code: str, *cells: Found, found: str = "", expected: str = "", **facts: str) -> None:
        facts = {"found": found, "expected": expected, **facts}
        self.findings.append(Finding(code, cells, facts, found, expected))

    def report_cell(self, code: str, cell: Found, expected: str = "", **facts: str) -> None:
        """Reports a cell; past thousands of them a file of nonsense is only counted."""
        if len(self.findings) < MOST_FINDINGS:
            self.report(code, cell, expected=expected, **facts)
        else:
            self.unlisted += 1


def read_table(reading: Reading, table: TableSpec, place: Place, unit: str | None) -> None:
    """Reads one table of a file into ``reading``. ``unit`` None: no unit could be told, amounts are unreadable."""
    _report_header(reading, table, place)
    cells = _Cells(reading, table, place, unit)
    rows = [cells.card()] if table.layout == "card" else cells.rows()
    headers = {name: cells.cell(row, column) for name, (row, column) in place.headers.items()}
    first = min(place.headers.values())
    table_id = f"{reading.spec.form}.{table.id}"
    words = {name: shown(place.sheet.raw(*at)) for name, at in place.headers.items()}
    reading.tables[table_id] = Table(
        table_id, tuple(rows), anchors=(cells.cell(*first),), headers=(headers,), header_texts=(words,)
    )


def _report_header(reading: Reading, table: TableSpec, place: Place) -> None:
    for one in table.fields:
        if one.core and one.id not in place.headers:
            anchor = Cell(reading.file, place.sheet.name, f"A{place.top}")
            found = Found(anchor, "")
            reading.report("TP-010", found, expected=one.label, label=one.label, sheet=place.sheet.name)
        elif one.id in place.twice:
            cells = [
                Found(
                    Cell(reading.file, place.sheet.name, f"{letters(column)}{row}"),
                    shown(place.sheet.raw(row, column)),
                )
                for row, column in place.twice[one.id]
            ]
            reading.report("TP-019", *cells, found=one.label, label=one.label)


@dataclass(slots=True)
class _Cells:
    """The cells of one table in one sheet."""

    reading: Reading
    table: TableSpec
    place: Place
    unit: str | None

    def cell(self, row: int, column: int) -> Cell:
        return Cell(self.reading.file, self.place.sheet.name, f"{letters(column)}{row}")

    def card(self) -> Row:
        """A card is one row, whatever is filled."""
        at = self.place.values
        values = {one.id: self._value(one, *at[one.id]) for one in self.table.fields if one.id in at}
        columns = {name: f"{letters(column)}{row}" for name, (row, column) in at.items()}
        return Row(self.reading.file, self.place.sheet.name, 0, values, columns)

    def rows(self) -> list[Row]:
        """The records below the header. All rows of a sheet share one mapping of columns."""
        known = self.place.headers
        at = [(one, known[one.id][1]) for one in self.table.fields if one.id in known]
        columns = {one.id: letters(column) for one, column in at}
        rows = []
        for number in range(self.place.first_row, len(self.place.sheet.grid) + 1):
            if not any(self._is_filled(one, number, column) for one, column in at):
                continue
            if self._is_no_record(number):
                continue
            values = {one.id: self._value(one, number, column) for one, column in at}
            rows.append(Row(self.reading.file, self.place.sheet.name, number, values, columns))
        return rows

    def _is_filled(self, one: FieldSpec, row: int, column: int) -> bool:
        """Whether a person put something here: not a blank, a prefilled month, or a formula come to nothing."""
        raw = self.place.sheet.raw(row, column)
        if raw in ("", None):
            return False  # error cells and formulas without a value come as blanks too
        if one.id in self.table.prefilled or (isinstance(raw, str) and not raw.strip()):
            return False
        if self.place.sheet.scan is None or raw not in (0, ""):
            return True
        return f"{letters(column)}{row}" not in self.place.sheet.formulas.all

    def _is_no_record(self, row: int) -> bool:
        """A line of totals, or a note under the table: said once, and not read as a record."""
        texts = [
            (column, raw)
            for column, raw in enumerate(self.place.sheet.grid[row - 1], 1)
            if isinstance(raw, str) and raw.strip()
        ]
        if not texts:
            return False
        column, first = texts[0]
        is_total = self.table.has_money and not self.table.keeps_totals and header_key(first) in _TOTALS
        filled = sum(1 for raw in self.place.sheet.grid[row - 1] if raw not in ("", None))
        is_note = filled == len(texts) and len(texts) <= 4 and bool(_FOOTNOTE.match(first.strip()))
        if is_total or is_note:
            self.reading.report_cell(
                "TP-023", Found(self.cell(row, column), shown(first)), found=shown(first)
            )
        return is_total or is_note

    def _value(self, one: FieldSpec, row: int, column: int) -> object:
        sheet = self.place.sheet
        raw = sheet.raw(row, column)
        has_faults = bool(sheet.formulas.errors or sheet.formulas.uncached)
        if raw in ("", None) and not has_faults:
            return None
        cell = self.cell(row, column)
        if has_faults and self._has_fault(one, cell):
            return INVALID
        is_money_unclear = one.type == "money" and (self.unit is None)
        if one.id in self.place.twice or is_money_unclear:
            return None if raw in ("", None) else INVALID
        unit = self.unit or "万元"
        around = Surroundings(unit, partial(sheet.number_format, cell.address), self.reading.is_1904)
        result = typed(one, raw, around)
        if result.value is INVALID or result.is_bare_one:
            self._report_value(one, cell, raw, result)
        if result.kinds:
            kinds = tuple(kind for kind in result.kinds if kind != "bare_one")
            value = printed(result.value, unit, one.type)
            self.reading.normalisations.append(Normalisation(cell, one.id, _whole(raw), value, kinds))
        return result.value

    def _has_fault(self, one: FieldSpec, cell: Cell) -> bool:
        """An error cell or a formula nobody has calculated: reported, and unreadable."""
        formulas = self.place.sheet.formulas
        if cell.address in formulas.errors:
            text = formulas.errors[cell.address]
            self.reading.report_cell("TP-011", Found(cell, text), found=text, label=one.label)
        elif cell.address in formulas.uncached:
            self.reading.report_cell("TP-012", Found(cell, "公式"), found="没有结果的公式", label=one.label)
        else:
            return False
        return True

    def _report_value(self, one: FieldSpec, cell: Cell, raw: Raw, result: Typed) -> None:
        seen = shown(raw)
        if result.value is INVALID:
            code = f"{self.reading.spec.prefix}-{'003' if result.is_choice else '002'}"
            self.reading.report_cell(
                "TP-033" if result.is_cut_code else code,
                Found(cell, seen),
                found=seen,
                expected=one.expected(self.unit),
                label=one.label,
                why=result.problem,
            )
        elif result.is_bare_one:
            self.reading.report_cell("TP-020", Found(cell, seen), found=seen, label=one.label)


def _whole(raw: Raw) -> str:
    """A raw cell for the log: as typed, with its blanks."""
    return raw if isinstance(raw, str) else shown(raw)


def sheet_unit(reading: Reading, table: TableSpec, place: Place, elsewhere: set[str]) -> str | None:
    """The unit a sheet's amounts are in, None where what it declares is no unit of money or a contradiction.

    ``elsewhere``: the units declared on the other sheets of the file. A sheet without a declaration takes
    the one all its amounts name in their headers, else the one the rest of the file declares; without any,
    the template's own, with a finding that says so.
    """
    units = place.sheet.declared_units(place.top)
    declared = {unit for unit, _, _ in units if unit}
    money = [one.id for one in table.fields if one.type == "money" and one.id in place.headers]
    in_headers = {place.units[name] for name in money if name in place.units}
    is_in_every_header = all(name in place.units for name in money)
    name = place.sheet.name
    cells = [Found(Cell(reading.file, name, f"{letters(column)}{row}"), unit) for unit, row, column in units]
    cells = cells or [Found(Cell(reading.file, name, f"A{place.top}"), "")]
    template = reading.spec.unit or "万元"
    candidates = declared or (in_headers if is_in_every_header else set()) or elsewhere or {template}
    every = candidates | in_headers
    unit = next(iter(candidates))
    facts = {"sheet": name, "expected": "、".join(FEN_PER)}
    if len(every) > 1 or unit not in FEN_PER:
        found = "、".join(sorted(every))
        problem = f"写了不同的金额单位（{found}）" if len(every) > 1 else f"写的单位“{found}”不是金额单位"
        reading.report("TP-015", *cells, found=found, problem=problem, taken="金额没有读取", **facts)
        return None
    if not (declared or in_headers or elsewhere):
        taken = f"暂按模板的{template}读取"
        reading.report("TP-015", *cells, problem="没有写明金额单位", taken=taken, **facts)
    elif unit != template:
        reading.normalisations.append(Normalisation(cells[0].cell, "", cells[0].found, unit, ("unit",)))
    return unit
