"""One department, on one screen: read -> check inputs -> compute -> check outcome -> write -> report.

The only module (with applicable, outputs, bureau and verify) that knows the order of the stages. Every step takes and
gives values; the only side effects are in :func:`report`, which builds the run folder beside its place and publishes it
whole.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline import comparing, filled_forms, forms, messages, outputs, outputs_forms, outputs_projects, rules
from pipeline import verify as verifying
from pipeline.applicable import (
    belongs,
    refuse_unknown_forms,
    rubric_for,
    rubric_for_one,
    with_project_points,
)
from pipeline.assessment import Assessment, Progress, Request, Result, exit_code, stake
from pipeline.check import stakes, waivers
from pipeline.check.inputs import prepare_inputs
from pipeline.check.outcome import prepare_outcome
from pipeline.check.report import Case
from pipeline.check.session import Checker
from pipeline.errors import CannotRun
from pipeline.model import Finding
from pipeline.read.submission import read_submission
from pipeline.report import compare, folder, trace


def assess(request: Request, checker: Checker, progress: Progress, fill: bool = False) -> Assessment:
    """Read, check the inputs, compute, check the outcome; with ``fill`` also draft what a run leaves. Writes nothing."""
    rubric = rubric_for(request.submission, request.region, request.year)
    project_rubric = rules.for_projects(rubric, request.project_rubric)
    judged_by = with_project_points(rubric, project_rubric)
    form_map = outputs_forms.official_map(rubric, project_rubric) if fill else None
    other = comparing.load_other(request.compare, rubric, project_rubric) if request.compare else None
    progress(f"读取“{request.submission.name}”")
    submission = read_submission(request.submission, forms.load_specs())
    if request.name:
        submission = dataclasses.replace(submission, name=request.name)
    if request.evidence_files is not None:
        submission = dataclasses.replace(submission, evidence_files=request.evidence_files)
    progress("计算")
    # as long as nothing else is known: the checks find nothing more than reading did
    blocked = messages.blocked_cells(submission.findings)
    done = outputs_forms.computed(submission, rubric, project_rubric, blocked, form_map, request.date)
    progress(f"核查 {len(submission.files)} 个文件")
    case = Case(submission, done.outcome, done.weights, submission.findings, project_rubric)
    first, second = prepare_inputs([submission], judged_by), prepare_outcome([case], judged_by)
    pending = checker.begin((*first.asked, *second.asked))
    draft = outputs.draft(submission, rubric, project_rubric, done) if fill else None
    runs = pending.result()
    before = first.concluded(runs[: len(first.asked)], checker.run)
    found = [*submission.findings, *before.findings[0]]
    if not before.findings[0]:
        after = second.concluded(runs[len(first.asked) :], checker.run)
    else:
        if messages.blocked_cells(found) != blocked:
            progress("有不能采用的内容，重新计算")
            blocked = messages.blocked_cells(found)
            done = outputs_forms.computed(submission, rubric, project_rubric, blocked, form_map, request.date)
            draft = outputs.draft(submission, rubric, project_rubric, done) if fill else None
        case = Case(submission, done.outcome, done.weights, tuple(found), project_rubric)
        after = checker.check(prepare_outcome([case], judged_by))
    outcome = done.outcome
    comparison = None
    if other is not None:
        comparison = comparing.compare(
            submission, rubric, project_rubric, other, request.compare, outcome, blocked
        )
    found += [*outcome.findings, *after.findings[0]]
    found = sorted(stakes.with_points(found, submission, outcome, rubric, project_rubric), key=stake)
    held = waivers.waived(submission, found)
    records = tuple(messages.record(each, request.lang, held.get(at)) for at, each in enumerate(found))
    return Assessment(
        submission, rubric, outcome, tuple(found), records, (before, after), project_rubric, draft, comparison
    )


def check(
    request: Request, only: Sequence[str], progress: Progress, checker: Checker | None = None
) -> Result:
    """``check``: everything but writing. ``only`` keeps the findings of some forms (title, id or prefix).

    Raises CannotRun for a form that does not exist.
    """
    with checker or Checker(request.beside) as checker:
        if found := filled_forms.find(request.submission, request.region, request.year):
            told = filled_forms.check(
                found,
                request.region,
                request.year,
                request.lang,
                checker,
                progress,
                request.project_rubric,
                only,
            )
            return Result(told.exit_code, {}, told.records, forms=told.forms, hidden=told.hidden)
        refuse_unknown_forms(only)
        if request.submission.is_file():
            return _check_one(request, only, checker, progress)
        assessed = assess(request, checker, progress)
    shown = [
        (record, one)
        for record, one in zip(assessed.records, assessed.findings, strict=True)
        if not only or belongs(record, only, assessed.submission)
    ]
    result, hidden = _result(assessed, request.lang), len(assessed.records) - len(shown)
    return _of(result, [record for record, _ in shown], [one for _, one in shown], hidden)


def _of(result: Result, records: Sequence[Mapping], findings: Sequence[Finding], hidden: int = 0) -> Result:
    points, projects = (one.points for one in findings), (one.project_points for one in findings)
    return dataclasses.replace(result, records=tuple(records), points=tuple(points), project_points=tuple(projects),
                               hidden=hidden)  # fmt: skip


def _check_one(request: Request, only: Sequence[str], checker: Checker, progress: Progress) -> Result:
    """One workbook alone: what it says of itself; nothing is computed and no other form is missed."""
    rubric = rubric_for_one(request.submission, request.region, request.year)
    progress(f"读取“{request.submission.name}”")
    submission = read_submission(request.submission, forms.load_specs())
    found = [
        *submission.findings,
        *checker.check(prepare_inputs([submission], rubric, whole=False)).findings[0],
    ]
    records = [messages.record(finding, request.lang) for finding in sorted(found, key=stake)]
    shown = tuple(one for one in records if not only or belongs(one, only, submission))
    return Result(
        exit_code(submission, records),
        {},
        shown,
        rules.trial_line(rubric, request.lang),
        hidden=len(records) - len(shown),
    )


def report(request: Request, progress: Progress, checker: Checker | None = None) -> Result:
    """``report``: the whole run. The folder is seen only when it is complete; what was there before is compared."""
    if request.submission.is_file():
        raise CannotRun(
            f"“{request.submission.name}”是一个文件，计分要的是放着整套填报表的文件夹。请写“{request.submission.parent}”；"
            "只想核查这一个文件的，请把 report 换成 check。",
            english=f"{request.submission.name} is one file: name its folder, or use check instead of report.",
        )
    with checker or Checker(request.beside) as checker:
        assessed = assess(request, checker, progress, fill=True)
    figures = assessed.draft.figures
    place = request.out / _run_name(assessed, figures)
    with folder.staging(request.out, place.name) as staged:
        progress("写自评表、计算底稿和证据")
        outputs.write_run(staged, assessed, request)
        changes = compare.changes_since(place, figures, assessed.records, request.lang)
        kept = folder.publish(staged, place)
    files = tuple(p.name + ("/" if p.is_dir() else "") for p in sorted(place.iterdir(), key=_reading_order))
    return dataclasses.replace(
        _result(assessed, request.lang), folder=place, files=files, kept=kept, changes=changes
    )


def _reading_order(path: Path) -> tuple:
    """The official workbook first, the evidence last."""
    return path.is_dir(), path.name != outputs.WORKBOOK, path.name


def verify(run: Path, original: Path | None, progress: Progress) -> verifying.Verdict:
    """``verify``: hashes, and a second run from the evidence with the options of the first."""

    def rerun(inputs: Path, out: Path, options: Mapping[str, Any]) -> Path:
        date = datetime.date.fromisoformat(options["date"]) if options["date"] else None
        year = int(options["year"]) if options["year"] else None
        beside = options.get("evidence_files")
        request = Request(
            inputs, out, options["region"] or None, year, date, options["lang"], name=options["name"],
            evidence_files=None if beside is None else frozenset(beside), compare=comparing.again(run, options),
            project_rubric=str(options.get("project_rubric") or ""),
        )  # fmt: skip
        if options.get("command") == "monitor":
            from pipeline import monitoring

            return monitoring.monitor(request, int(options["through"]), progress).folder
        return report(request, progress).folder

    return verifying.verify(run, rerun, original)


def _run_name(assessed: Assessment, figures: Mapping[str, Mapping]) -> str:
    name = figures.get("basics.department_name", {}).get("value") or assessed.submission.name
    return folder.run_name(
        assessed.rubric.year, assessed.rubric.region_code, name, bool(_trial_line(assessed, "zh"))
    )


def _trial_line(assessed: Assessment, lang: str) -> str:
    return rules.trial_line(assessed.rubric, lang, assessed.project_rubric)


def _result(assessed: Assessment, lang: str) -> Result:
    result = Result(
        exit_code=exit_code(assessed.submission, assessed.records),
        figures=trace.figures_json(assessed.outcome),
        records=assessed.records,
        trial=_trial_line(assessed, lang),
        comparison=comparing.lines(assessed.comparison, lang) if assessed.comparison else (),
        compared=comparing.as_json(assessed.comparison) if assessed.comparison else None,
        month=int(assessed.rubric.setting("monitoring_month")),
        remarks=tuple(outputs_projects.remarks(assessed.rubric, assessed.project_rubric, lang)),
    )
    return _of(result, assessed.records, assessed.findings)
