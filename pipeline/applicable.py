"""Which rules a submission is scored by: as asked for, else as its 1_基本情况 says; and which forms are asked about.

Used by ``run`` before anything is checked. A workbook checked alone may stand on a division's own machine, far from
1_基本情况: where only one region's and year's rules exist that can score, it is checked by those.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from pipeline import forms, rules
from pipeline.errors import CannotRun
from pipeline.messages import load_catalogue, sentence
from pipeline.model import Submission
from pipeline.model_rubric import Rubric, Setting
from pipeline.read.submission import identify, read_submission

#: first levels of a project's indicators, and the settings with their points
_LEVEL_POINTS = {
    "产出指标": "project_output_points",
    "效益指标": "project_benefit_points",
    "满意度指标": "project_satisfaction_points",
}
KIND = "department"


def rubric_for(place: Path, region: str | None, year: int | None, kind: str = KIND) -> Rubric:
    """The rubric of a kind of a submission folder. Raises CannotRun: no such place, nothing readable in it, not known whose it is."""
    if region is None or year is None:
        found_region, found_year = identify(place)
        region, year = region or found_region, year or found_year
    if region is None or year is None:
        raise _unknown(place, region, year)
    return rules.load(region, year, kind)


def department_rubric(of: Rubric) -> Rubric | None:
    """The department's rubric of another rubric's region and year; None where there is none."""
    exists = any(
        one.kind == KIND and one.region_code == of.region_code and of.year in one.years and not one.variant
        for one in rules.available()
    )
    return rules.load(of.region_code, of.year, KIND) if exists else None


def with_project_points(rubric: Rubric, project_rubric: Rubric | None) -> Rubric:
    """The department's rubric with what it says of the project form's points replaced by what the project rubric says.

    Only the checks read these settings (项目分值 of each project and level). A level the project rubric does not score by
    itself has none.
    """
    if project_rubric is None:
        return rubric
    points: dict[str, object] = dict.fromkeys(_LEVEL_POINTS.values(), None)
    total = Decimal(0)
    for leaf in project_rubric.leaves():
        for step in leaf.rule.steps if leaf.rule else ():
            if step.measure != "indicator_points":
                continue
            total += leaf.weight
            mine = set(step.measure_parameters["levels"]) & _LEVEL_POINTS.keys()
            if len(mine) == 1:
                points[_LEVEL_POINTS[mine.pop()]] = leaf
    settings = dict(rubric.settings)
    for name, leaf in points.items():
        if leaf is None:
            settings.pop(name, None)
        else:
            settings[name] = Setting(name, leaf.weight, leaf.citation, leaf.label)
    name = "project_indicator_points"
    settings[name] = Setting(name, total, project_rubric.nodes[0].citation, "项目自评表的指标分值")
    return dataclasses.replace(rubric, settings=settings)


def rubric_for_one(workbook: Path, region: str | None, year: int | None) -> Rubric:
    """The rubric to check one workbook alone by; its neighbours may say whose it is. Raises CannotRun."""
    found_region, found_year = identify(workbook.parent) if region is None or year is None else (None, None)
    region, year = region or found_region, year or found_year
    if region is not None and year is not None:
        return rules.load(region, year, KIND)
    existing = [
        (one.region_code, each)
        for one in rules.available()
        for each in one.years
        if one.kind == KIND
        and one.can_score
        and not one.variant
        and region in (None, one.region_code)
        and year in (None, each)
    ]
    if len(existing) == 1:
        return rules.load(*existing[0], KIND)
    listed = "；".join(f"--region {code} --year {each}" for code, each in existing) or "还没有这样的规则"
    raise CannotRun(
        f"只看“{workbook.name}”这一个文件，不知道按哪里、哪一年的规则核查。"
        f"请在命令后写明其中一种：{listed}；或把它和《1_基本情况》放在同一文件夹里。",
        english=f"Which rules apply to {workbook.name} alone? Add one of: {listed}.",
    )


def refuse_unknown_forms(only: Sequence[str]) -> None:
    """``--only`` names forms by title, id or the two letters of their findings. Raises CannotRun for any other."""
    specs = forms.load_specs().values()
    prefixes = {code.partition("-")[0] for code in load_catalogue()}
    for one in only:
        is_code = one.upper().partition("-")[0] in prefixes
        if not is_code and not any(one in (spec.form, spec.title) or one in spec.title for spec in specs):
            titles = "、".join(spec.title for spec in specs)
            raise CannotRun(
                f"没有叫“{one}”的填报表。--only 后面可以写：{titles}。",
                english=f"There is no form {one}. --only takes one of: {titles}.",
            )


def belongs(record: Mapping, only: Sequence[str], submission: Submission) -> bool:
    """Whether a finding is of one of the forms, whatever its file is called."""
    form = next((file.form for file in submission.files if file.path == record["file"]), None)
    title = forms.load_specs()[form].title if form else ""
    return any(
        one == form or one in title or one in record["file"] or record["code"].startswith(one.upper())
        for one in only
    )


def _unknown(place: Path, region: str | None, year: int | None) -> CannotRun:
    """Why region and year are not known; raises what reading itself has to say of the place (not there, nothing in it)."""
    specs = forms.load_specs()
    submission = read_submission(place, specs)
    title = specs["basics"].title
    missing = "、".join(name for name, value in (("行政区划代码", region), ("年度", year)) if value is None)
    refused = {file.path for file in submission.files if file.refused}
    told = [one for one in submission.findings if one.cell and one.cell.file in refused]
    why = "".join(f"\n{sentence(one)}" for one in told[:5])
    english = "".join(f"\n{sentence(one, 'en')}" for one in told[:5])
    return CannotRun(
        f"不知道按哪里、哪一年的标准评分：没有读到《{title}》单位信息里的{missing}。"
        f"请补填，或在命令后加 --region 440100 --year 2022 的样子。{why}",
        english=f"Region or year are not known: {title} could not be read or lacks them. "
        f"Fill them in, or add --region CODE --year YEAR.{english}",
    )
