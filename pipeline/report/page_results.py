"""Results on the page: 工作任务 by 职责 → 任务 → 项目 → 指标, and 项目自评 with a line a project.

Happens while reporting. What stands under what comes from ``model_tasks``; numbers are those of figures.json as printed,
reasons for lost points the same text as in 《项目自评汇总表》. Source: docs/domain.md §4.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.maps_figures import projects_of
from pipeline.model_rubric import Rubric
from pipeline.model_tasks import KINDS, TaskLine, indicator_of
from pipeline.report.page_score import number, printed
from pipeline.report.page_text import clean

Figures = Mapping[str, Mapping]
_OPEN = "待定"
_BY_PROJECT = "项目分值"


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the tree as printed. ``state``: of an indicator 达到, 未达到, 待定 or 不适用; blank for a group."""

    level: int
    kind: str
    label: str
    budget: str
    executed: str
    rate: str
    completion: str
    state: str
    points: str
    score: str
    note: str


def results(figures: Figures, lines: Sequence[TaskLine]) -> list[Result]:
    """Every line of 职责 → 任务 → 项目 → 指标, in their order."""
    own = {
        one.split(".")[3]: one.removesuffix(".points")
        for one in figures
        if one.startswith("project.") and one.split(".")[2] == "indicator" and one.endswith(".points")
    }
    return [
        _indicator(figures, line, own.get(indicator_of(line), "")) if line.kind == "indicator" else _group(figures, line)
        for line in lines
    ]  # fmt: skip


def _group(figures: Figures, line: TaskLine) -> Result:
    met, count = (_shown(figures, f"{line.prefix}.{part}") for part in ("indicators_met", "indicators"))
    share = printed(figures, f"{line.prefix}.completion_rate", "")
    share += "%" if share and not share.endswith("%") else ""  # a range is printed without its sign
    completion = f"{met} / {count} 个" + (f"，{share}" if share else "") if count != "0" else "没有指标"
    said = [_text(figures, f"{line.prefix}.completion")] if line.kind == "task" else []
    said += [
        _text(figures, f"{line.prefix}.executed", "reason"),
        _text(figures, f"{line.prefix}.score", "reason"),
    ]
    return Result(
        line.level,
        KINDS[line.kind],
        clean(line.label),
        *(_shown(figures, f"{line.prefix}.{part}") for part in ("annual_budget", "executed", "execution_rate")),
        completion,
        "",
        _weighed(figures, f"{line.prefix}.points", line.points_by),
        _shown(figures, f"{line.prefix}.score"),
        "；".join(dict.fromkeys(part for part in said if part)),
    )  # fmt: skip


def _indicator(figures: Figures, line: TaskLine, of_project: str) -> Result:
    by_project = line.points_by == _BY_PROJECT
    weight = f"{of_project}.points" if by_project else f"{line.prefix}.department_points"
    score = f"{of_project}.score" if by_project else f"{line.prefix}.score"
    target, actual = (printed(figures, f"{line.prefix}.{part}", "未填") for part in ("target", "actual"))
    return Result(
        line.level,
        KINDS[line.kind],
        clean(line.label),
        "",
        "",
        "",
        f"{target}；完成 {actual}",
        _met(figures, f"{line.prefix}.met"),
        _weighed(figures, weight, line.points_by),
        _shown(figures, score),
        _text(figures, f"{line.prefix}.deviation_reason"),
    )


def _met(figures: Figures, figure_id: str) -> str:
    value = number(figures, figure_id)
    if value is not None:
        return "达到" if value else "未达到"
    return "不适用" if _text(figures, figure_id) else _OPEN


def _weighed(figures: Figures, figure_id: str, points_by: str) -> str:
    shown = printed(figures, figure_id, "")
    return f"{shown}（{_BY_PROJECT}）" if shown and points_by == _BY_PROJECT else shown


def _shown(figures: Figures, figure_id: str) -> str:
    """A figure as printed; 待定 (with its range) where it is open, blank where there is none."""
    figure = figures.get(figure_id)
    if figure is not None and figure["value"] is None:
        return printed(figures, figure_id, _OPEN)
    return printed(figures, figure_id, "")


def _text(figures: Figures, figure_id: str, part: str = "value") -> str:
    figure = figures.get(figure_id) or {}
    if part == "reason" and figure.get("value") is not None:
        return ""
    return clean(figure.get(part) or "")


@dataclass(frozen=True, slots=True)
class Project:
    """A project's line: ``parts`` are its first levels as label, score and weight."""

    name: str
    code: str
    initial: str
    budget: str
    executed: str
    rate: str
    parts: tuple[tuple[str, str, str], ...]
    total: str
    full: str
    grade: str
    lost: str
    reasons: str


def projects(figures: Figures, rubric: Rubric, reasons: Mapping[str, str]) -> list[Project]:
    """A line a project. ``reasons``: project -> why it did not get all its points."""
    return [_project(figures, rubric, key, reasons.get(key, "")) for key in projects_of(figures)]


def _project(figures: Figures, rubric: Rubric, key: str, reasons: str) -> Project:
    prefix = f"project.{key}"
    parts = tuple(
        (clean(node.label), _shown(figures, f"{prefix}.{node.id}.score"), printed(figures, f"{prefix}.{node.id}.weight", ""))
        for node in rubric.nodes
    )  # fmt: skip
    amounts = (
        _shown(figures, f"{prefix}.{part}") for part in ("initial_budget", "annual_budget", "executed")
    )
    return Project(
        _text(figures, f"{prefix}.name") or key,
        clean(key),
        *amounts,
        _shown(figures, f"{prefix}.execution_rate") or "—",
        parts,
        _shown(figures, f"{prefix}.score"),
        printed(figures, f"{prefix}.weight", ""),
        _shown(figures, f"{prefix}.grade"),
        printed(figures, f"{prefix}.lost", ""),
        clean(reasons),
    )
