"""The official forms of a run: their maps, known to fit before anything is read, and the forms filled once all is computed.

Called by ``run``: twice where the checks block more cells than reading did. Source: docs/architecture.md, 'One flow'.
"""

from __future__ import annotations

import dataclasses
import datetime
from dataclasses import dataclass

from pipeline import maps, outputs_projects, rules
from pipeline.compute.score import compute
from pipeline.compute.texts import as_text
from pipeline.model import Figure, Outcome, Submission
from pipeline.model_rubric import Rubric

MONITOR_MAP = "monitor.map.yaml"


@dataclass(frozen=True, slots=True)
class Computed:
    """The outcome; with a form also its own names and 分值, the form filled, and the form of every project."""

    outcome: Outcome
    weights: tuple = ()
    filled: object | None = None
    project_forms: tuple[outputs_projects.ProjectForm, ...] = ()


def official_map(rubric: Rubric, project_rubric: Rubric | None) -> maps.FormMap:
    """The department's map, known to fit its form and its rubric; the projects' is asked the same.

    Raises CannotRun (file, and line where it can be told).
    """
    from pipeline.write import official

    form_map = maps.load_map(rules.official_folder(rubric))
    nothing = Submission("", (), {})
    official.check_map(form_map.form, form_map, compute(nothing, rubric).figures)
    if project_rubric is not None:
        outputs_projects.refuse_broken_map(project_rubric)
    return form_map


def check_maps() -> int:
    """For ``rules check``: every map there is beside a rubric's form fits it; gives how many. Raises CannotRun (file, line)."""
    from pipeline.compute.monitor import compute_monitor
    from pipeline.write import map_fits

    nothing, checked = Submission("", (), {}), 0
    for one in rules.available():
        for year in one.years:
            rubric = rules.load(one.region_code, year, one.kind, variant=one.variant)
            name = {
                "department": maps.MAP_NAME,
                "project": outputs_projects.map_name(rubric),
                "monitor": MONITOR_MAP,
            }.get(one.kind)
            folder = rules.official_folder(rubric)
            if name is None or not (folder / name).is_file():
                continue
            checked += 1
            if one.kind == "project":
                outputs_projects.refuse_broken_map(rubric)
                continue
            form_map = maps.load_map(folder, name)
            if one.kind == "monitor":
                figures = compute_monitor(nothing, rubric, int(rubric.setting("monitoring_month"))).figures
            elif one.can_score:
                figures = compute(nothing, rubric).figures
            else:  # nothing is computed by it yet: its cells are looked at all the same
                figures = dict.fromkeys(form_map.cells)
                form_map = dataclasses.replace(form_map, lists=())
            map_fits.check_map(form_map.form, form_map, figures)
    return checked


def computed(
    submission: Submission,
    rubric: Rubric,
    project_rubric: Rubric | None,
    blocked: frozenset,
    form_map: maps.FormMap | None,
    date: datetime.date | None,
) -> Computed:
    """Everything computed; with ``form_map`` the forms filled. ``date`` stands in for 填报日期 where it is given."""
    outcome = compute(submission, rubric, blocked, project_rubric)
    if date:
        outcome = dated(outcome, date)
    if form_map is None:
        return Computed(outcome)
    from pipeline.write import official

    weights = tuple(official.read_weights(form_map.form, form_map))
    filled = official.fill(form_map.form, form_map, outcome, rules.trial_line(rubric))
    projects = outputs_projects.fill_forms(outcome, project_rubric) if project_rubric else ()
    return Computed(outcome, weights, filled, projects)


def dated(outcome: Outcome, date: datetime.date) -> Outcome:
    figure = Figure(
        "basics.report_date",
        "填报日期",
        as_text(date),
        formula="given",
        parameters={"--date": date.isoformat()},
    )
    return dataclasses.replace(outcome, figures={**outcome.figures, figure.id: figure})
