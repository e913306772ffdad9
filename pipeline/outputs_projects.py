"""The projects' part of a run: one 项目支出绩效自评表 a project, and 项目自评汇总表 with a line a project.

Called by ``run`` (the map, before anything is read; the forms, once all is computed) and by ``outputs``. Without a project
rubric of the region and year there is none of it. Source: docs/architecture.md, 'What a run leaves behind'.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline import maps, rules
from pipeline.maps_figures import project_figures, projects_of
from pipeline.model import Outcome
from pipeline.model_rubric import Rubric
from pipeline.report.folder import file_name

if TYPE_CHECKING:
    from pipeline.write.official import Filled

FOLDER = "项目支出绩效自评表"
SUMMARY = "项目自评汇总表.xlsx"
#: any project, for asking whether the map is right before one is known
_ANY = "P00"
#: how much of code and name a file's name keeps: folder and name have to fit into a path of Windows
_LONGEST = 48


@dataclass(frozen=True, slots=True)
class ProjectForm:
    """The filled form of one project. ``name``: its file, relative to the run."""

    key: str
    name: str
    filled: Filled


def map_name(rubric: Rubric) -> str:
    """The map of a project rubric's form: ``project.map.yaml``, of a variant ``project.with_cost.map.yaml``."""
    return f"project.{rubric.variant}.map.yaml" if rubric.variant else "project.map.yaml"


def refuse_broken_map(rubric: Rubric) -> None:
    """The projects' map and blank form fit each other and the rubric. Raises CannotRun, naming the map's file."""
    from pipeline.write import map_fits

    form_map = maps.load_map(rules.official_folder(rubric), map_name(rubric), _ANY)
    map_fits.check_map(form_map.form, form_map, project_figures(rubric, _ANY))


def fill_forms(outcome: Outcome, rubric: Rubric) -> tuple[ProjectForm, ...]:
    """The form of every project, in the order of the figures."""
    from pipeline.write import official

    folder, trial = rules.official_folder(rubric), rules.trial_line(rubric)
    forms = []
    for key, name in _file_names(outcome).items():
        form_map = maps.load_map(folder, map_name(rubric), key)
        forms.append(ProjectForm(key, name, official.fill(form_map.form, form_map, outcome, trial)))
    return tuple(forms)


def _file_names(outcome: Outcome) -> Mapping[str, str]:
    """Project -> ``项目支出绩效自评表/P01_<name>.xlsx``; no two of them the same to Windows, which ignores case."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for key in projects_of(outcome.figures):
        title = outcome.figures[f"project.{key}.name"].value or ""
        stem = file_name(f"{key}_{title}".rstrip("_")[:_LONGEST])
        number, unique = 1, stem
        while unique.casefold() in taken:
            number += 1
            unique = f"{stem}_{number}"
        taken.add(unique.casefold())
        names[key] = f"{FOLDER}/{unique}.xlsx"
    return names


def files(
    outcome: Outcome, rubric: Rubric | None, forms: Sequence[ProjectForm]
) -> tuple[Mapping[str, bytes], Mapping[str, Mapping[str, str]]]:
    """Every project's form and their summary by name; the same names -> ``sheet!A1`` -> figure id, for the trace."""
    if rubric is None or not forms:
        return {}, {}
    from pipeline.write import project_summary

    summary, cells = project_summary.build(outcome, rubric, rules.trial_line(rubric))
    return (
        {**{one.name: one.filled.content for one in forms}, SUMMARY: summary},
        {**{one.name: one.filled.cells for one in forms}, SUMMARY: cells},
    )


def reasons(outcome: Outcome, rubric: Rubric | None) -> Mapping[str, str]:
    """Project -> why it did not get all its points, as the summary says it."""
    from pipeline.write.project_reasons import reasons as of_project

    keys = projects_of(outcome.figures) if rubric else ()
    return {key: of_project(outcome.figures, rubric, f"project.{key}") for key in keys}


def remarks(rubric: Rubric, project_rubric: Rubric | None, lang: str) -> Sequence[str]:
    """What the summary says where there are no rules for projects."""
    if project_rubric is not None:
        return ()
    return (
        f"There are no project rules for {rubric.region_code}, {rubric.year}: no project tables are made."
        if lang == "en"
        else f"{rubric.region_code} 地区 {rubric.year} 年度没有项目支出的评分规则，没有出项目支出绩效自评表。",
    )
