"""A filled official form, or a folder of them, without any fill-in workbook: which files they are, and what they hold.

Read through the same preflight as everything else; names decide nothing. A workbook is first compared with the blanks
we have maps for, then looked through for the words of the national layout. Source: docs/domain.md §6.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.forms import FormSpec
from pipeline.model import Cell, Finding, Found, SourceFile
from pipeline.model_filled import FilledForm, Printed
from pipeline.read.files import content_of, listing, printed_name
from pipeline.read.official_cells import Grid
from pipeline.read.official_figures import form_of
from pipeline.read.official_labels import read_by_labels
from pipeline.read.official_map import SAME, Match, best_match
from pipeline.read.official_rest import head_year, one_below_another, title_of, years_of
from pipeline.read.preflight import Refused, check
from pipeline.read.submission import which
from pipeline.read.workbook import Book, open_book

#: the one fill-in form that may lie beside filled official forms
WAIVERS = "waivers"
#: labels named in one finding
_MOST_LABELS = 8
_MONITORING, _NOT_MONITORED = (
    "绩效运行监控",
    "是绩效运行监控表：这条命令核查自评表，监控表请用 monitor 由填报表重新算",
)
_NO_FORM = "既不是填报模板，也没有找到自评表的表头（预算数、执行数、三级指标、指标值、得分）"


@dataclass(frozen=True, slots=True)
class FilledForms:
    """What was found: forms in the order of their names, every file with its digest, and files that are no form.

    ``waivers``: the 9_核查说明 that lie beside them."""

    name: str
    forms: tuple[FilledForm, ...]
    files: tuple[SourceFile, ...]
    findings: tuple[Finding, ...] = ()
    waivers: tuple[Path, ...] = ()


class _OurTemplate(Exception):
    """A fill-in workbook by its mark: the path is a submission, or a part of one. Its only argument: which form."""


class _PerhapsOurs(Exception):
    """A workbook without a mark whose headers are those of a fill-in workbook."""


def read_forms(
    path: Path, specs: Mapping[str, FormSpec], region: str | None = None, year: int | None = None
) -> FilledForms | None:
    """The filled official forms of a path; None where it is a submission of fill-in workbooks, or no form is there.

    ``region``, ``year``: whose form it is where several blanks are alike. Raises CannotRun when the path is not there.
    """
    folder, paths = listing(path, specs)
    forms: list[FilledForm] = []
    files: list[SourceFile] = []
    findings: list[Finding] = []
    waivers: list[Path] = []
    is_perhaps_ours = False
    for one in paths:
        name = printed_name(one, folder)
        content = b""
        try:
            content = content_of(one)
            book = open_book(check(content, name))
            mine = _read(book, name, specs, region, year)
        except _OurTemplate as ours:
            if ours.args[0] != WAIVERS:
                return None
            waivers.append(one)
            files.append(SourceFile(name, hashlib.sha256(content).hexdigest(), WAIVERS))
            continue
        except _PerhapsOurs:
            is_perhaps_ours = True
            findings.append(_refused(name, Refused("TP-004", _NO_FORM)))
            mine = []
        except Refused as refused:
            findings.append(_refused(name, refused))
            mine = []
        sha256 = hashlib.sha256(content).hexdigest() if content else ""
        files.append(SourceFile(name, sha256, mine[0].kind if mine else None, refused=not mine))
        forms += mine
    if not forms and (is_perhaps_ours or waivers or path.is_dir()):
        return None
    name = path.stem if path.is_file() else path.name
    return FilledForms(name, tuple(forms), tuple(files), tuple(findings), tuple(waivers))


def _refused(name: str, refused: Refused) -> Finding:
    cell = Found(Cell(name, "", ""), refused.why)
    return Finding(refused.code, (cell,), {"why": refused.why, "found": refused.why}, refused.why)


def _read(
    book: Book, name: str, specs: Mapping[str, FormSpec], region: str | None, year: int | None
) -> list[FilledForm]:
    """One workbook: a form, or several where sheets, or parts of one, are forms of projects each. Raises _OurTemplate for a fill-in workbook,
    Refused (TP-004) for a stranger."""
    if book.template is not None:
        raise _OurTemplate(book.template)
    grids = [Grid(name, sheet) for sheet in book.sheets if sheet.grid and not sheet.is_hidden]
    form = _form(grids, name, region, year)
    parts = [part for grid in grids for part in one_below_another(grid)]
    if len(parts) > 1 and not (form and form.kind == "department"):
        each = [_form([part], name, region, year) for part in parts]
        several = [one for one in each if one and one.kind == "project" and one.money and one.scored]
        if len(several) > 1:
            return [_finished(one, year) for one in several]
    if form is None:
        if grids and any(row <= 6 and _MONITORING in str(raw) for row, _, raw in grids[0].cells()):
            raise Refused("TP-004", _NOT_MONITORED)
        try:
            ours = which(book, specs).form
        except Refused:
            raise Refused("TP-004", _NO_FORM) from None
        raise _OurTemplate(ours) if ours == WAIVERS else _PerhapsOurs
    return [_finished(form, year)]


def _form(grids: list[Grid], name: str, region: str | None, year: int | None) -> FilledForm | None:
    found = best_match(grids, region, year, _year_of(grids, name)) if grids else None
    return _through(found, grids, name) if found else read_by_labels(grids, name)


def _finished(form: FilledForm, year: int | None) -> FilledForm:
    form = replace(form, year=year or head_year(form.years))
    if form.read_by == "labels":
        form = replace(form, reading=(*form.reading, _read_by_words(form)))
    return form


def _year_of(grids: list[Grid], name: str) -> int | None:
    title = title_of(grids[0], 6)
    return head_year(years_of(title, (), name, grids[0], 8))


def _through(found: Match, grids: list[Grid], name: str) -> FilledForm:
    """A form we have a map for; one that is only nearly it is read by its labels where that can be, and says so."""
    if found.share >= SAME:
        return form_of(found, name)
    form = read_by_labels(grids, name) if found.known.kind == "project" else None
    rubric = (found.known.region, found.known.year)
    form = replace(form, rubric=rubric) if form else form_of(found, name)
    return replace(form, reading=(_nearly(found),))


def _nearly(found: Match) -> Finding:
    """OF-011: which labels are not those of the blank."""
    cells = tuple(Found(cell.cell, cell.text) for cell, _ in found.different)
    told = "、".join(
        f"“{_short(key)}”（{cell.cell.address} 现为“{_short(cell.text) or '空'}”）"
        for cell, key in found.different[:_MOST_LABELS]
    )
    more = len(found.different) - _MOST_LABELS
    facts = {"labels": told + (f" 等 {len(found.different)} 处" if more > 0 else ""), "form": found.known.form_map.form_name,
             "places": str(len(cells))}  # fmt: skip
    return Finding("OF-011", cells, facts, found=cells[0].found if cells else "")


def _read_by_words(form: FilledForm) -> Finding:
    """OF-010: read by its labels, with what could not be placed."""
    words = [_short(cell.text) for cell in form.unplaced[:_MOST_LABELS]]
    unplaced = f"；没有对上的栏目：{'、'.join(words)}" if words else ""
    cells: tuple[Printed, ...] = (form.title, *form.unplaced)
    return Finding(
        "OF-010", tuple(cell.found for cell in cells), {"unplaced": unplaced}, found=form.title.text
    )


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 20 else text[:20] + "…"
