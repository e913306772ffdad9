"""A folder of filled workbooks -> one ``Submission``: which files are ours, each read once, then put
together.

The first stage of a run. Nothing of the folder is changed; each file is read into memory once and the digest
is that of the bytes that were read. One bad file never hides another.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.errors import CannotRun
from pipeline.forms import FormSpec, load_specs
from pipeline.forms_nouns import PROBLEM_LIST
from pipeline.messages import sentence
from pipeline.model import Cell, Finding, Found, Normalisation, Row, SourceFile, Submission, Table
from pipeline.read import facts, headers, rows, years
from pipeline.read.files import content_of, evidence_files, listing, plain_name, printed_name
from pipeline.read.preflight import Refused, check
from pipeline.read.raw import visible
from pipeline.read.workbook import Book, open_book

_COPY = re.compile(r"(\s*[(（]\d+[)）]|\s*-\s*副本|\s*副本|[\s_-]*[(（]?退回单[)）]?)+$")


class NothingReadable(CannotRun):
    """No readable form of ours in the folder. ``submission`` holds what was found out about its files."""

    def __init__(self, message: str, submission: Submission, english: str):
        super().__init__(message, english=english)
        self.submission = submission


@dataclass(frozen=True, slots=True)
class _File:
    source: SourceFile
    reading: rows.Reading | None
    findings: tuple[Finding, ...]

    @property
    def is_read(self) -> bool:
        return self.reading is not None and not self.source.refused


def read_submission(path: Path, specs: Mapping[str, FormSpec]) -> Submission:
    """Reads a submission folder, or one fill-in workbook alone.

    Raises CannotRun when the path is not there, and NothingReadable when a folder holds no readable form.
    """
    folder, paths = listing(path, specs)
    files = _refuse_doubles([_read_file(one, folder, specs) for one in paths], specs)
    submission = _with_years(_merge(path, files), files)
    if path.is_dir() and not any(one.is_read for one in files):
        told = submission.findings[:10]
        why = "".join(f"\n{sentence(finding)}" for finding in told)
        english = "".join(f"\n{sentence(finding, 'en')}" for finding in told)
        raise NothingReadable(
            f"文件夹“{path.name}”里没有可以读取的填报表。请放入填好的《1_基本情况》等工作簿后再试。{why}",
            submission,
            f"The folder {path.name} holds no readable form. Put the filled workbooks into it and run again.{english}",
        )
    return submission


def identify(path: Path, specs: Mapping[str, FormSpec] | None = None) -> tuple[str | None, int | None]:
    """Region code and year of a submission, from its 1_基本情况; None for what cannot be told. Raises nothing."""
    specs = specs or load_specs()
    basics = {"basics": specs["basics"]}
    try:
        folder, paths = listing(path, specs)
    except CannotRun:
        return None, None
    title = specs["basics"].title
    for one in sorted(paths, key=lambda p: not plain_name(p.name).startswith(title)):
        file = _read_file(one, folder, basics)
        card = file.reading.tables.get("basics.department") if file.is_read else None
        if card and card.rows:
            row = card.rows[0]
            return row.usable("region_code") or None, row.usable("year")
    return None, None


def _read_file(path: Path, folder: Path, specs: Mapping[str, FormSpec]) -> _File:
    """One file, whatever it is; every reason not to read it becomes a finding."""
    name = printed_name(path, folder)
    content = b""
    try:
        content = content_of(path)
        book = open_book(check(content, name))
        spec = which(book, specs)
        return _read_book(name, content, book, spec)
    except Refused as refused:
        source = SourceFile(name, hashlib.sha256(content).hexdigest() if content else "", None, refused=True)
        found = Found(Cell(name, "", ""), refused.why)
        finding = Finding(refused.code, (found,), {"why": refused.why, "found": refused.why}, refused.why)
        return _File(source, None, (finding,))


def which(book: Book, specs: Mapping[str, FormSpec]) -> FormSpec:
    """The form by the hidden sheet, else by the headers. Raises Refused (TP-004)."""
    if book.template is not None:
        if book.template not in specs:
            raise Refused("TP-004", f"模板编号为 {visible(book.template, 40)}")
        return specs[book.template]
    best: list[tuple[int, FormSpec]] = []
    for spec in specs.values():
        places = headers.locate(spec, book.sheets)
        fitting = [
            places[t.id].hits
            for t in spec.tables
            if t.id in places and places[t.id].hits >= headers.needed_hits(t)
        ]
        if fitting:
            best.append((sum(fitting), spec))
    best.sort(key=lambda one: -one[0])
    if not best or (len(best) > 1 and best[0][0] == best[1][0]):
        raise Refused("TP-004", "没有模板标记，表头也对不上任何一张填报表")
    return best[0][1]


def _read_book(name: str, content: bytes, book: Book, spec: FormSpec) -> _File:
    reading = rows.Reading(name, spec, book.is_1904)
    whole = Found(Cell(name, "", ""), "")
    places = headers.locate(spec, book.sheets)
    unit = _read_tables(reading, places)
    _report_copies(reading, book, places)
    facts.report(reading, book, places)
    is_complete = not {"TP-010", "TP-018"} & {finding.code for finding in reading.findings}
    is_other = book.version is not None and book.version != spec.version
    if is_other:
        taken = "必填的栏目齐全，已照常读取" if is_complete else "必填的栏目不全，没有读取"
        version = {"found": visible(book.version), "expected": spec.version}
        code = "TP-034" if facts.is_newer(book.version, spec.version) else "TP-005"
        reading.report(code, whole, form=spec.title, taken=taken, **version)
    if book.template is None:
        reading.report("TP-014", whole, form=spec.title)
    if book.kind != "xlsx":
        reading.report("TP-013", whole, kind="." + book.kind)
    if book.macros:
        reading.report("TP-024", whole)
    if book.embedded:
        reading.report("TP-029", whole)
    if reading.unlisted:
        reading.report("TP-038", whole, found=str(reading.unlisted), listed=str(rows.MOST_FINDINGS))
    if is_complete and not any(_is_filled(row) for table in reading.tables.values() for row in table.rows):
        if spec.required:
            reading.report("TP-006", whole, form=spec.title)
        # an untouched card would only repeat the same with every core field
        reading.tables = {name: replace(table, rows=()) for name, table in reading.tables.items()}
    source = SourceFile(
        name, hashlib.sha256(content).hexdigest(), spec.form, book.version, _division(name, spec), unit,
        refused=is_other and not is_complete, marked=book.marked,
    )  # fmt: skip
    return _File(source, reading, tuple(reading.findings))


def _is_filled(row: Row) -> bool:
    return any(value is not None for value in row.values.values())


def _read_tables(reading: rows.Reading, places: Mapping[str, headers.Place]) -> str | None:
    """Reads the tables that were found; gives the unit of the file when its filled sheets agree on one."""
    declared = {
        table_id: {unit for unit, _, _ in place.sheet.declared_units(place.top) if unit}
        for table_id, place in places.items()
    }
    used = set()
    for table in reading.spec.tables:
        place = places.get(table.id)
        if place is None:
            if table.is_needed:
                cell = Cell(reading.file, table.sheet, "")
                reading.report("TP-018", Found(cell, ""), expected=table.sheet, sheet=table.sheet)
            continue
        unit: str | None = None
        before = len(reading.findings)
        if table.has_money:
            elsewhere = set().union(*(units for other, units in declared.items() if other != table.id))
            unit = rows.sheet_unit(reading, table, place, elsewhere)
        rows.read_table(reading, table, place, unit)
        is_filled = any(map(_is_filled, reading.tables[f"{reading.spec.form}.{table.id}"].rows))
        if table.has_money and is_filled:
            used.add(unit)
        elif not is_filled:  # a sheet nobody filled needs no unit
            reading.findings[before:] = [one for one in reading.findings[before:] if one.code != "TP-015"]
    return next(iter(used)) if len(used) == 1 else None


def _report_copies(reading: rows.Reading, book: Book, places: Mapping[str, headers.Place]) -> None:
    """A sheet that looks like a table already read: a working copy whose rows would be missed in silence."""
    used = {id(place.sheet) for place in places.values()}
    for sheet in book.sheets:
        for table in reading.spec.tables:
            place = headers.find(table, sheet) if id(sheet) not in used and table.id in places else None
            if place and place.hits >= places[table.id].hits and len(sheet.grid) >= place.first_row:
                cell = Cell(reading.file, sheet.name, "")
                reading.report("TP-022", Found(cell, ""), found=sheet.name, sheet=places[table.id].sheet.name)
                break


def _division(name: str, spec: FormSpec) -> str | None:
    """The division of one of several files, from its name: 4_绩效指标_接待处.xlsx -> 接待处."""
    stem = _COPY.sub("", plain_name(Path(name).stem))
    if not spec.several_files:
        return None
    rest = stem.removeprefix(spec.title) if stem.startswith(spec.title) else stem
    division = rest.rpartition("_")[2].strip() if "_" in rest else ""
    return division or None


def _refuse_doubles(files: list[_File], specs: Mapping[str, FormSpec]) -> list[_File]:
    """The same form twice (of a form by division: the same division twice): nobody can tell which counts."""
    groups: dict[tuple[str | None, str | None], list[_File]] = {}
    for one in files:
        if one.is_read:
            groups.setdefault((one.source.form, one.source.division), []).append(one)
    doubled: dict[str, Finding] = {}
    for (form, _), group in groups.items():
        if len(group) < 2:
            continue
        cells = tuple(Found(Cell(one.source.path, "", ""), "") for one in group)
        names = "、".join(f"《{one.source.path}》" for one in group)
        same = len({one.source.sha256 for one in group}) == 1
        facts = {
            "form": specs[form].title,
            "files": names,
            "same": "（内容完全相同）" if same else _marked_among(group),
            "found": names,
        }
        doubled[group[0].source.path] = Finding("TP-007", cells, facts, found=names)
    refused = {one.source.path for group in groups.values() if len(group) > 1 for one in group}
    return [
        replace(
            one,
            source=replace(one.source, refused=True),
            reading=None,
            findings=tuple(filter(None, [doubled.get(one.source.path)])),
        )
        if one.source.path in refused
        else one
        for one in files
    ]


def _marked_among(group: list[_File]) -> str:
    """Which of several is the marked copy: the one the filler corrects and hands in instead of the other."""
    marked = "、".join(f"《{one.source.path}》" for one in group if one.source.marked)
    if not marked:
        return ""
    return f"（{marked}是带《{PROBLEM_LIST}》的退回单，改好后用它代替原来的那一份，不要两份都放）"


def _with_years(submission: Submission, files: Iterable[_File]) -> Submission:
    """The findings of files that name another year than 1_基本情况, behind those of reading."""
    card = submission.card("basics.department")
    year = card.usable("year") if card else None
    if not isinstance(year, int):
        return submission
    found = [years.mismatch(one.reading.named_years, year) for one in files if one.is_read]
    return replace(submission, findings=(*submission.findings, *filter(None, found)))


def _merge(path: Path, files: Iterable[_File]) -> Submission:
    tables: dict[str, Table] = {}
    normalisations: list[Normalisation] = []
    for one in files:
        if not one.is_read:
            continue
        normalisations += one.reading.normalisations
        for table_id, table in one.reading.tables.items():
            known = tables.get(table_id, Table(table_id))
            tables[table_id] = Table(
                table_id,
                known.rows + table.rows,
                known.anchors + table.anchors,
                known.headers + table.headers,
                known.header_texts + table.header_texts,
            )
    return Submission(
        name=plain_name(path.name if path.is_dir() else path.stem),
        files=tuple(one.source for one in files),
        tables=tables,
        findings=tuple(finding for one in files for finding in one.findings),
        normalisations=tuple(normalisations),
        evidence_files=evidence_files(path) if path.is_dir() else None,
    )
