"""Filled official forms checked alone, on one screen: read -> score again -> check -> what a person is told.

The way of ``check FORM.xlsx`` and of ``check FOLDER`` where the folder holds filled forms and no fill-in workbooks.
Knows the order of the stages, as ``run`` does; nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from pipeline import forms, messages, rules
from pipeline.check import waivers
from pipeline.check.filled import prepare_filled, prepare_waivers
from pipeline.check.inputs import prepare_inputs
from pipeline.check.session import Checker
from pipeline.compute.filled import recompute
from pipeline.errors import CannotRun
from pipeline.model import Finding
from pipeline.model_filled import FilledForm, Recomputed
from pipeline.model_rubric import Rubric
from pipeline.money import print_percent, round_half_up
from pipeline.read.official import FilledForms, read_forms
from pipeline.read.submission import read_submission

NATIONAL = "0" * 6
_ORDER = ("critical", "warning", "info")
_KINDS = {"project": "项目支出绩效自评表", "department": "部门整体支出绩效自评表"}


@dataclass(frozen=True, slots=True)
class CheckedForms:
    """Records in reading order, and for each form what was read and how its score comes out. ``refused``: any file."""

    records: tuple[Mapping, ...]
    forms: tuple[Mapping, ...]
    refused: bool
    #: findings that were not asked for (they count all the same)
    hidden: int = 0
    exit_code: int = 0


def find(path: Path, region: str | None, year: int | None) -> FilledForms | None:
    """The filled official forms of a path; None where it is a submission. Raises CannotRun when it is not there."""
    return read_forms(path, forms.load_specs(), region, year)


def check(
    found: FilledForms, region: str | None, year: int | None, lang: str, checker: Checker,
    progress: Callable[[str], None], project_rubric: str = "", only: Sequence[str] = (),
) -> CheckedForms:  # fmt: skip
    """Everything that can be said of the forms; ``only`` keeps the findings of some codes or files.

    Raises CannotRun for a region or year that was asked for and has no rules, and for an ``only`` that names nothing here.
    """
    _refuse_unknown(only, found)
    progress(f"核查 {len(found.forms)} 份自评表")
    triples = []
    for form in found.forms:
        rubric = rubric_for(form, region, year, project_rubric)
        triples.append((form, recompute(form, rubric), rubric))
    checked = checker.check(prepare_filled(triples)).findings if triples else ()
    raised = list(found.findings)
    told = []
    for (form, again, rubric), mine in zip(triples, checked, strict=True):
        raised += sorted((*form.reading, *mine), key=_rank)
        told.append(_as_json(form, again, rubric))
    raised, held = _with_waivers(found, raised, triples[0][2] if triples else None, checker)
    records = [messages.record(each, lang, held.get(at)) for at, each in enumerate(raised)]
    shown = tuple(each for each in records if not only or any(_names(one, each) for one in only))
    refused = any(file.refused for file in found.files)
    is_open = any(each["severity"] == "critical" and not each["waived"] for each in records)
    return CheckedForms(shown, tuple(told), refused, len(records) - len(shown), int(refused or is_open))


def _with_waivers(
    found: FilledForms, raised: list[Finding], rubric: Rubric | None, checker: Checker
) -> tuple[list[Finding], Mapping[int, Mapping[str, str]]]:
    """What the 9_核查说明 beside the forms say: which findings they hold for, and which of their rows have no effect."""
    held: dict[int, Mapping[str, str]] = {}
    unheld: list[Finding] = []
    for path in found.waivers if rubric else ():
        submission = read_submission(path, forms.load_specs())
        own = [
            *submission.findings,
            *checker.check(prepare_inputs([submission], rubric, whole=False)).findings[0],
        ]
        known = [*raised, *own]
        own += checker.check(prepare_waivers(submission, known, rubric)).findings[0]
        held |= {at: said for at, said in waivers.waived(submission, known).items() if at < len(raised)}
        unheld += own
    return [*raised, *sorted(unheld, key=_rank)], held


def _names(one: str, record: Mapping) -> bool:
    return record["code"].startswith(one.upper()) or one in record["file"]


def _refuse_unknown(only: Sequence[str], found: FilledForms) -> None:
    """``--only`` beside filled forms names codes (OF-037, OF) or a part of a file's name. Raises CannotRun for others."""
    codes = messages.load_catalogue()
    for one in only:
        is_code = any(code == one.upper() or code.partition("-")[0] == one.upper() for code in codes)
        if not is_code and not any(one in file.path for file in found.files):
            raise CannotRun(
                f"--only 的“{one}”在这里对不上：核查的是填好的自评表，没有填报模板。--only 后面可以写规则编号（如 OF、OF-037），"
                f"或文件名的一部分（如 {Path(found.files[0].path).stem}）。",
                english=f"--only {one} names nothing here: write a code such as OF-037, or a part of a file's name.",
            )


def _rank(finding: Finding) -> int:
    return _ORDER.index(messages.severity(finding))


def rubric_for(form: FilledForm, region: str | None, year: int | None, project_rubric: str = "") -> Rubric:
    """As asked for, a project's by the name of a rubric too; else that of the map's folder; else the national one of the form's year, or the newest there is.

    Raises CannotRun for a region or year asked for that has no rules: never the nearest.
    """
    if project_rubric and form.kind == "project":
        return _named(project_rubric, form)
    if region is not None or year is not None:
        code, own = form.rubric or (NATIONAL, form.year)
        return rules.load(region or code, year or own or form.year, form.kind if region else _kind(form))
    if form.rubric and (found := _existing(form.rubric[0], form.kind, form.rubric[1])):
        return found
    newest = max((each for one in rules.available() if one.region_code == NATIONAL and one.kind == "project"
                  for each in one.years), default=0)  # fmt: skip
    return _existing(NATIONAL, "project", form.year or 0) or rules.load(NATIONAL, newest, "project")


def _named(name: str, form: FilledForm) -> Rubric:
    rubric = rules.named(name)
    if rubric.kind != "project":
        raise CannotRun(
            f"“{name}”不是项目支出的评分规则，不能用来核查《{form.file}》。现有的规则见 python -m pipeline rules list。",
            english=f"{name} is no project rubric.",
        )
    if form.year is not None and form.year not in rubric.years:
        raise CannotRun(
            f"“{name}”不适用于 {form.year} 年度，而《{form.file}》是 {form.year} 年度的表；不拿别的年度代替。",
            english=f"{name} is not for {form.year}, the year of {form.file}.",
        )
    return rubric


def _kind(form: FilledForm) -> str:
    return form.kind if form.read_by == "map" else "project"


def _existing(region: str, kind: str, year: int) -> Rubric | None:
    there = any(
        one.region_code == region and one.kind == kind and year in one.years for one in rules.available()
    )
    return rules.load(region, year, kind) if there else None


def _as_json(form: FilledForm, again: Recomputed, rubric: Rubric) -> Mapping:
    table = form.scored
    return {
        "file": form.file,
        "sheet": form.sheet,
        "form": _KINDS[form.kind],
        "read_by": form.read_by,
        "year": form.year,
        "rubric": f"{rubric.region_code} {rubric.year} {rubric.title}",
        "execution_rate": None if again.rate is None else print_percent(again.rate),
        "execution_score": _points(again.execution),
        "weights": _points(again.weights),
        "claimed_sum": _points(again.claimed),
        "printed_total": table.total_score.text or None if table else None,
        "printed_grade": table.grade.text or None if table else None,
        "recomputed_total": _points(again.total),
        "recomputed_grade": _grade(again, rubric),
        "differences": [
            {"cell": each.cell.address, "sheet": each.cell.sheet, "label": each.label, "claimed": _points(each.claimed),
             "recomputed": _points(each.ours), "difference": _points(each.ours - each.claimed), "why": each.why}
            for each in again.differences
        ],
    }  # fmt: skip


def _points(value: Fraction | None) -> str | None:
    return None if value is None else f"{round_half_up(value, 2):f}"


def _grade(again: Recomputed, rubric: Rubric) -> str | None:
    if again.total is None or again.weights != rubric.total:
        return None
    return next((str(band.value) for band in rubric.grades if again.total in band), None)


def lines(told: tuple[Mapping, ...], lang: str = "zh") -> Iterator[str]:
    """For the screen: a form, how it was read, its claimed and its recomputed score, and what makes the difference."""
    files = [one["file"] for one in told]
    for one in told:
        one = one | {"file": f"{one['file']} {one['sheet']}"} if files.count(one["file"]) > 1 else one
        yield from _english(one) if lang == "en" else _chinese(one)


def _chinese(one: Mapping) -> Iterator[str]:
    how = "按单元格对照表读取" if one["read_by"] == "map" else "按栏目名称读取"
    yield f"{one['file']}：{one['form']}，{one['year'] or '年度不明'}，{how}，评分规则 {one['rubric']}"
    parts = [f"执行率 {one['execution_rate']}"] if one["execution_rate"] else []
    if one["printed_total"]:
        parts.append(f"表上总分 {one['printed_total']}")
    if one["claimed_sum"] and one["weights"] != "0.00":
        parts.append(f"各项得分合计 {one['claimed_sum']}")
    if one["recomputed_total"]:
        parts.append(
            f"按规则复算 {one['recomputed_total']}"
            + (f"（{one['recomputed_grade']}）" if one["recomputed_grade"] else "")
        )
    if parts:
        yield "  " + "，".join(parts)
    for each in one["differences"]:
        yield f"  {each['cell']} {each['label']}：自评 {each['claimed']}，复算 {each['recomputed']}（{_signed(each['difference'])}，{each['why']}）"


def _english(one: Mapping) -> Iterator[str]:
    yield f"{one['file']}: read by {one['read_by']}, rubric {one['rubric']}"
    yield f"  printed {one['printed_total']}, sum of claims {one['claimed_sum']}, recomputed {one['recomputed_total']}"
    for each in one["differences"]:
        yield f"  {each['cell']} {each['label']}: claimed {each['claimed']}, recomputed {each['recomputed']}"


def _signed(text: str) -> str:
    return text if text.startswith("-") else f"+{text}"
