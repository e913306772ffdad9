"""Findings as the person sees them who gets a file back: by file, numbered, the dearest of each division first."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import PurePosixPath

from pipeline import messages
from pipeline.forms import FormSpec
from pipeline.model import Cell, Finding, SourceFile, Submission

#: where a row names the division that answers for it
_DIVISION_FIELDS = (
    "division_name", "lead_division", "responsible_division", "author_division", "provided_by",
)  # fmt: skip
_WAIVER = (("reason", "理由"), ("by", "提出人"), ("approved_by", "批准人"), ("date", "日期"))


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding in one file. ``cells``: (sheet, A1 address) there, the address "" for a whole sheet; ``elsewhere``:
    its places in other files, as printed; ``number`` counts from 1 down the list."""

    number: int
    severity: str
    code: str
    cells: tuple[tuple[str, str], ...]
    elsewhere: tuple[str, ...]
    what: str
    advice: str
    basis: str
    points: Decimal | None = None
    division: str = ""
    waived: str = ""
    project_points: Decimal | None = None

    @property
    def rank(self) -> tuple:
        return (
            -(self.points or 0),
            -(self.project_points or 0),
            messages.SEVERITIES.index(self.severity),
            self.code,
        )


def problems_by_file(
    findings: Sequence[Finding],
    records: Sequence[Mapping],
    submission: Submission,
    specs: Mapping[str, FormSpec],
) -> Mapping[str, tuple[Problem, ...]]:
    """File -> its problems in the order of its list, for every file that was read and has any.

    A finding with cells in several files is in each of them. One that lies in no file that was read (a form that is
    missing, a file that was refused, the official form) is in the list of 《1_基本情况》, whose filler gathers the
    submission; without it, of the first file there is. ``records``: of the findings, in their order.
    """
    read = {file.path: file for file in submission.files if not file.refused}
    home = next((name for name, file in read.items() if file.form == "basics"), next(iter(read), None))
    answer = _Divisions(submission, specs)
    found: dict[str, list[Problem]] = {}
    for finding, record in zip(findings, records, strict=True):
        files = {each.cell.file for each in finding.cells}
        for name in sorted(files & read.keys()) or filter(None, [home]):
            found.setdefault(name, []).append(_problem(finding, record, name, read[name], answer))
    return {name: _in_order(found[name]) for name in read if name in found}


def _problem(finding: Finding, record: Mapping, name: str, file: SourceFile, answer: _Divisions) -> Problem:
    cells = tuple(dict.fromkeys(each.cell for each in finding.cells))
    mine = tuple(cell for cell in cells if cell.file == name)
    what, advice, basis = messages.parts(finding)
    waived = record.get("waived") or {}
    return Problem(
        number=0,
        severity=messages.severity(finding),
        code=finding.code,
        cells=tuple((cell.sheet, cell.address) for cell in mine),
        elsewhere=tuple(str(cell) for cell in cells if cell.file != name),
        what=what,
        advice=advice,
        basis=basis,
        points=finding.points,
        project_points=finding.project_points,
        division=answer.of(mine, file) if mine else answer.of_form(cells),
        waived="，".join(f"{label} {waived[key]}" for key, label in _WAIVER if waived.get(key)),
    )


def _in_order(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """By division, the one with most at stake first; within it by points at stake and severity; numbered."""
    first: dict[str, tuple] = {}
    for one in problems:
        first[one.division] = min(first.get(one.division, one.rank), one.rank)
    ordered = sorted(problems, key=lambda one: (first[one.division], one.division, one.rank))
    return tuple(replace(one, number=number) for number, one in enumerate(ordered, 1))


class _Divisions:
    """Who answers for a place: the division its row names, else the file's, else who fills the form."""

    def __init__(self, submission: Submission, specs: Mapping[str, FormSpec]):
        self._specs = specs
        self._rows: dict[tuple[str, str, int], str] = {}
        for table in submission.tables.values():
            for row in table.rows:
                named = next((row.usable(one) for one in _DIVISION_FIELDS if row.usable(one)), None)
                if named and row.number:
                    self._rows[row.file, row.sheet, row.number] = str(named)

    def of(self, cells: Sequence[Cell], file: SourceFile) -> str:
        rows = (int(re.sub(r"\D", "", cell.address) or 0) for cell in cells)
        named = (self._rows.get((cell.file, cell.sheet, row)) for cell, row in zip(cells, rows, strict=True))
        found = dict.fromkeys(filter(None, named))
        return "、".join(list(found)[:3]) or file.division or self._filler(file.form)

    def of_form(self, cells: Sequence[Cell]) -> str:
        """Of a file that is not there: who fills the form of that name."""
        stems = [PurePosixPath(cell.file).stem for cell in cells]
        forms = (form for form, spec in self._specs.items() for stem in stems if stem.startswith(spec.title))
        return self._filler(next(forms, None))

    def _filler(self, form: str | None) -> str:
        spec = self._specs.get(form or "")
        return re.sub(r"（.*?）", "", spec.filled_by) if spec else "办公室"
