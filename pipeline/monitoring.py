"""Monitoring (绩效运行监控) of one department at the end of a month: read -> cut off -> check -> compute -> check -> write.

Beside ``run``, which is the year's end: the same stages, on a submission that holds nothing later than the month. The
lights and their denominators are those of a rubric of kind ``monitor``; what the inputs are checked by is the department's
rubric where the region has one.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from pipeline import applicable, forms, maps, messages, outputs_monitor, rules
from pipeline.assessment import Monitoring, Progress, Request, Result, exit_code, stake
from pipeline.check import waivers
from pipeline.check.inputs import prepare_inputs
from pipeline.check.monitoring import prepare_monitoring
from pipeline.check.report import Case
from pipeline.check.session import Checker
from pipeline.compute.monitor import compute_monitor
from pipeline.errors import CannotRun
from pipeline.forms_phases import MONITORING
from pipeline.model import Submission
from pipeline.outputs_forms import dated
from pipeline.read import midyear
from pipeline.read.submission import read_submission
from pipeline.report import compare, folder, trace

KIND = "monitor"


def monitor(
    request: Request, month: int | None, progress: Progress, checker: Checker | None = None
) -> Result:
    """``monitor``: the whole run of months 1 to ``month`` (None: the rubric's). Raises CannotRun for no such month."""
    if month is not None and not 1 <= month <= 12:
        raise CannotRun(
            f"--through 是监控到几月，应是 1 到 12，不能是 {month}。例如 --through 7 监控 1–7 月。",
            english=f"--through takes a month from 1 to 12, not {month}.",
        )
    if request.submission.is_file():
        raise CannotRun(
            f"“{request.submission.name}”是一个文件，监控要的是放着填报表的文件夹。请写“{request.submission.parent}”。",
            english=f"{request.submission.name} is one file: name its folder.",
        )
    with checker or Checker(request.beside) as checker:
        assessed = assess(request, month, checker, progress)
    figures = trace.figures_json(assessed.outcome)
    place = request.out / _run_name(assessed, figures)
    with folder.staging(request.out, place.name) as staged:
        progress("写监控表和证据")
        outputs_monitor.write_run(staged, assessed, request)
        changes = compare.changes_since(place, figures, assessed.records, request.lang)
        kept = folder.publish(staged, place)
    files = tuple(sorted(p.name + ("/" if p.is_dir() else "") for p in place.iterdir()))
    return Result(
        exit_code=exit_code(assessed.seen, assessed.records),
        figures=figures,
        records=assessed.records,
        trial=rules.trial_line(assessed.rubric, request.lang),
        month=assessed.month,
        folder=place,
        files=files,
        kept=kept,
        changes=changes,
    )


def assess(request: Request, month: int | None, checker: Checker, progress: Progress) -> Monitoring:
    """Read, cut off at the month, check, compute, check, fill the form. Writes nothing."""
    from pipeline.write import official

    rubric = applicable.rubric_for(request.submission, request.region, request.year, KIND)
    checked_by = applicable.department_rubric(rubric)
    month = month or int(rubric.setting("monitoring_month"))
    form_map = maps.load_map(rules.official_folder(rubric), "monitor.map.yaml")
    # a broken map stops the run before anything is read
    official.check_map(
        form_map.form, form_map, compute_monitor(Submission("", (), {}), rubric, month).figures
    )
    progress(f"读取“{request.submission.name}”")
    submission = read_submission(request.submission, forms.load_specs())
    if request.name:
        submission = dataclasses.replace(submission, name=request.name)
    seen = midyear.as_of(submission, month, forms.load_specs())
    open_month = midyear.open_month(submission, int(rubric.setting("monitoring_month")), month)
    progress(f"核查 1–{month} 月")
    before = checker.check(prepare_inputs([seen], checked_by, MONITORING, through=month))
    found = [*seen.findings, *before.findings[0]]
    progress("计算")
    outcome = compute_monitor(seen, rubric, month, messages.blocked_cells(found), open_month)
    if request.date:
        outcome = dated(outcome, request.date)
    case = Case(seen, outcome, earlier=tuple(found))
    after = checker.check(prepare_monitoring(case, rubric, month))
    found = sorted([*found, *after.findings[0]], key=stake)
    held = waivers.waived(seen, found)
    records = tuple(messages.record(each, request.lang, held.get(at)) for at, each in enumerate(found))
    filled = official.fill(form_map.form, form_map, outcome, rules.trial_line(rubric))
    return Monitoring(
        submission,
        seen,
        month,
        rubric,
        checked_by,
        form_map,
        outcome,
        tuple(found),
        records,
        (before, after),
        filled,
    )


def _run_name(assessed: Monitoring, figures: Mapping[str, Mapping]) -> str:
    """``<year>_<region code>_<department>_1-7月监控[_试算稿]``."""
    name = figures.get("basics.department_name", {}).get("value") or assessed.submission.name
    plain = folder.run_name(assessed.rubric.year, assessed.rubric.region_code, name, False)
    trial = "_试算稿" if assessed.rubric.assumed() else ""
    return f"{plain}_1-{assessed.month}月监控{trial}"
