"""The tree 职责 → 任务 → 项目 → 指标 as lines to print, taken from the figures alone.

For everything that prints it (the workings, the page, a report): what stands under what is in the figure ids and in
what the counts were made from, so that nobody has to look into the submission again. Ids: docs/architecture.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipeline.model import Figure

#: the parts a line of the tree has, in the order they are printed
MONEY_PARTS = ("initial_budget", "annual_budget", "executed", "execution_rate")
COUNT_PARTS = ("indicators", "indicators_met", "completion_rate")
POINT_PARTS = ("points", "score", "score_rate")
KINDS = {
    "duty": "职责",
    "task": "任务",
    "project": "项目",
    "unassigned": "未对应项目",
    "indicator": "指标",
    "none": "未对应任务",
    "total": "合计",
}


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One line: ``level`` 0 to 3, ``kind`` of :data:`KINDS`, ``prefix`` of its figures.

    ``points_by``: 部门分值 or 项目分值, of an indicator as the line it is counted in; blank where there are none.
    """

    level: int
    kind: str
    prefix: str
    label: str
    points_by: str = ""


def task_lines(figures: Mapping[str, Figure]) -> list[TaskLine]:
    """Every line, parents before their children; then what no task takes, then 合计 (all tasks, each line once).

    A project or indicator of several tasks stands under each of them. Empty without tasks.
    """
    lines: list[TaskLine] = []
    for duty in _keys(figures, "duty"):
        name = _text(figures, f"duty.{duty}.name")
        lines.append(_line(figures, 0, "duty", f"duty.{duty}", name))
        for task in _keys(figures, "task"):
            if _text(figures, f"task.{task}.duty") == name:
                lines.append(_line(figures, 1, "task", f"task.{task}", _text(figures, f"task.{task}.name")))
                lines += _projects(figures, f"task.{task}")
    if lines:
        lines.append(_line(figures, 0, "none", "tasks.none", "未对应任务的支出和指标"))
        lines += _indicators(figures, "tasks.none", 1)
        lines.append(_line(figures, 0, "total", "tasks.total", "重点工作合计"))
    return lines


def indicator_of(line: TaskLine) -> str:
    """The key of an indicator's line: the middle of its figure ids."""
    return line.prefix.split(".")[1]


def _projects(figures: Mapping[str, Figure], task: str) -> Iterator[TaskLine]:
    for key in _keys(figures, f"{task}.project"):
        prefix = f"{task}.project.{key}"
        yield _line(figures, 2, "project", prefix, _text(figures, f"{prefix}.name"))
        yield from _indicators(figures, prefix, 3)
    prefix = f"{task}.unassigned"
    if f"{prefix}.indicators" in figures:
        yield _line(figures, 2, "unassigned", prefix, _text(figures, f"{prefix}.name"))
        yield from _indicators(figures, prefix, 3)


def _indicators(figures: Mapping[str, Figure], prefix: str, level: int) -> Iterator[TaskLine]:
    by = _text(figures, f"{prefix}.points_by")
    for part in figures[f"{prefix}.indicators"].because:
        if isinstance(part, str):
            indicator = part.removesuffix(".met")
            label = _text(figures, f"{indicator}.level_3")
            yield TaskLine(level, "indicator", indicator, label, by)


def _line(figures: Mapping[str, Figure], level: int, kind: str, prefix: str, label: str) -> TaskLine:
    return TaskLine(level, kind, prefix, label, points_by=_text(figures, f"{prefix}.points_by"))


def _keys(figures: Mapping[str, Figure], family: str) -> list[str]:
    """The keys ``<family>.<key>.name`` in the order the figures were made."""
    depth = family.count(".") + 1
    found = (figure_id.split(".") for figure_id in figures if figure_id.startswith(f"{family}."))
    return list(
        dict.fromkeys(parts[depth] for parts in found if len(parts) == depth + 2 and parts[-1] == "name")
    )


def _text(figures: Mapping[str, Figure], figure_id: str) -> str:
    figure = figures.get(figure_id)
    return "" if figure is None or figure.value is None else str(figure.value)
