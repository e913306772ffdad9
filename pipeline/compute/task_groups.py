"""职责 → 任务 → 项目: which lines of expenditure and which indicators stand under which, and the cells that say so.

Used by ``tasks``, before any figure of them is made. A line or an indicator stands under every task it names (a list in
one cell), and is counted once wherever several tasks are taken together. One that names none is taken to the tasks
its project has elsewhere: a line to those of the project's indicators, an indicator to those of the project's lines.
A task's duty is what its indicators say most often (部门职责, the first of equals); a task of which none says one
stands under the department itself. Source: docs/domain.md §4.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pipeline.compute.budget import LINES, TASKS, lines_of
from pipeline.compute.indicators import keyed_rows
from pipeline.compute.inputs import Inputs, Member, Taken
from pipeline.compute.measured import once
from pipeline.model import Cell, Row, figure_key, named_codes, row_key

#: key of the duty that stands for the department itself
OWN_DUTY = "department"
DERIVED = "没有填任务编号的，按同一项目在支出表、指标表中填的任务归集"
SHARED_APART = "同时对应几项任务的，在各任务下都列出，各任务相加会大于合计"
SHARED_ONCE = "同时对应几项任务的，只计一次"


@dataclass(frozen=True, slots=True)
class Placed:
    """A line (``key`` blank) or an indicator with the tasks it stands under; ``member.cells`` say why."""

    member: Member
    tasks: tuple[str, ...]
    key: str = ""
    is_derived: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """One row of 重点工作. ``duty`` is the key of its duty, ``duty_cells`` the cells that make it that one."""

    key: str
    row: Row
    cells: tuple[Cell, ...]
    duty: str = OWN_DUTY
    duty_text: str = ""
    duty_cells: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """What is added up under one prefix of figure ids; ``cells`` make the group, ``notes`` are its conventions."""

    prefix: str
    label: str
    lines: tuple[Member, ...] = ()
    indicators: tuple[tuple[str, Member], ...] = ()
    cells: tuple[Cell, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Groups:
    """The tasks in order with everything that was placed under them."""

    tasks: tuple[Task, ...] = ()
    lines: tuple[Placed, ...] = ()
    indicators: tuple[Placed, ...] = ()

    def duties(self) -> Mapping[str, list[Task]]:
        """Duty key -> its tasks, in the order of the tasks; the department's own last."""
        found: dict[str, list[Task]] = {}
        for task in sorted(self.tasks, key=lambda task: task.duty == OWN_DUTY):
            found.setdefault(task.duty, []).append(task)
        return found

    def under(self, prefix: str, label: str, tasks: Sequence[Task]) -> Group:
        """What stands under these tasks, each line and indicator once, with the cells of the duties where there are
        several tasks to a duty."""
        named = {
            task.key: task.duty_cells if len(tasks) > 1 or prefix.startswith("duty.") else ()
            for task in tasks
        }

        def placed(all_placed: Sequence[Placed]) -> list[Placed]:
            return [
                replace(one, member=_with(one.member, [c for key in one.tasks for c in named.get(key, ())]))
                for one in all_placed
                if any(key in named for key in one.tasks)
            ]

        keys = tuple(cell for task in tasks for cell in (*task.cells, *named[task.key]))
        return _group(
            prefix, label, placed(self.lines), placed(self.indicators), keys, prefix.startswith("task.")
        )

    def unplaced(self, prefix: str, label: str) -> Group:
        """What stands under no task."""
        lines, indicators = ([one for one in each if not one.tasks] for each in (self.lines, self.indicators))
        return _group(prefix, label, lines, indicators, (), False)

    def projects_of(self, task: Task) -> list[tuple[str, Group]]:
        """The task's projects by key (blank: what belongs to no project), in the order of lines, then of indicators."""
        found: dict[str, tuple[list[Placed], list[Placed]]] = {}
        for at, (all_placed, project_of) in enumerate(
            ((self.lines, _line_project), (self.indicators, _indicator_project))
        ):
            for one in all_placed:
                if task.key in one.tasks:
                    key, cells = project_of(one.member.row)
                    mine = replace(one, member=_with(one.member, cells))
                    found.setdefault(key, ([], []))[at].append(mine)
        groups = []
        for key, (lines, indicators) in sorted(found.items(), key=lambda item: not item[0]):
            prefix = f"task.{task.key}.project.{key}" if key else f"task.{task.key}.unassigned"
            cells = once((*task.cells, *(cell for one in (*lines, *indicators) for cell in one.member.cells)))
            groups.append((key, _group(prefix, "", lines, indicators, cells, True)))
        return groups


def groups_of(inputs: Inputs) -> Groups:
    """Every task of 重点工作 with its duty, and every line and indicator with its tasks."""
    rows: dict[str, Row] = {}
    for row in inputs.rows(TASKS):
        rows.setdefault(row_key(TASKS, row), row)
    tasks = [Task(key, row, inputs.key_cells(TASKS, row)) for key, row in rows.items()]
    registered = {row.usable("task_id"): key for key, row in rows.items() if row.usable("task_id")}
    register = _Register(inputs, registered, {task.key: task.cells for task in tasks})
    lines = [register.placed(member) for member in lines_of(inputs)]
    indicators = [register.placed(Member(row), key) for key, row in keyed_rows(inputs)]
    line_tasks, indicator_tasks = (
        _by_project(lines, _line_project),
        _by_project(indicators, _indicator_project),
    )
    lines = [_derived(inputs, one, _line_project, indicator_tasks) for one in lines]
    indicators = [_derived(inputs, one, _indicator_project, line_tasks) for one in indicators]
    return Groups(
        tuple(_with_duty(inputs, task, indicators) for task in tasks), tuple(lines), tuple(indicators)
    )


@dataclass(frozen=True, slots=True)
class _Register:
    """The task codes of 重点工作: which are known, and the cells that make them."""

    inputs: Inputs
    keys: Mapping[object, str]
    cells: Mapping[str, tuple[Cell, ...]]
    #: the code cells of all tasks: what decides that a name is none of them
    all_cells: tuple[Cell, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "all_cells", once([cell for cells in self.cells.values() for cell in cells]))

    def placed(self, member: Member, key: str = "") -> Placed:
        """A line or indicator under the tasks its own cell names; one that cannot be read could be any of them."""
        taken = self.inputs.take(member.row, "task_id")
        own = (taken.cell,) if "task_id" in member.row.columns else ()
        if taken.is_unusable and own:
            unsure = replace(_with(member, own), unsure=member.unsure or taken.reason)
            return Placed(unsure, tuple(self.cells), key)
        named = [self.keys[code] for code in named_codes(taken.value, self.keys) if code in self.keys]
        cells = [cell for one in named for cell in self.cells[one]] if named else self.all_cells
        return Placed(_with(member, (*own, *(cells if taken.state == "value" else ()))), tuple(named), key)


Project = Callable[[Row], tuple[str, tuple[Cell, ...]]]


def _line_project(row: Row) -> tuple[str, tuple[Cell, ...]]:
    """The key of a line's project (blank for 人员 and 公用), and the cells that say so."""
    kind = row.cell("expenditure_kind")
    if row.usable("expenditure_kind") in ("人员", "公用"):
        return "", (kind,)
    named = [name for name in ("project_id", "project_name") if row.usable(name)]
    if not named:
        return "", (kind, *(row.cell(name) for name in ("project_id",) if name in row.columns))
    return row_key(LINES, row), (kind, row.cell(named[0]))


def _indicator_project(row: Row) -> tuple[str, tuple[Cell, ...]]:
    code = row.usable("project_id")
    cells = (row.cell("project_id"),) if "project_id" in row.columns else ()
    return (figure_key(code) if code else ""), cells


def _by_project(placed: Sequence[Placed], project_of: Project) -> dict[str, list[Placed]]:
    found: dict[str, list[Placed]] = {}
    for one in placed:
        key, cells = project_of(one.member.row)
        if key and one.tasks and not one.member.unsure:
            found.setdefault(key, []).append(replace(one, member=_with(one.member, cells)))
    return found


def _derived(
    inputs: Inputs, one: Placed, project_of: Project, elsewhere: Mapping[str, Sequence[Placed]]
) -> Placed:
    """A line or indicator whose own cell is blank, under the tasks its project has in the other table."""
    key, cells = project_of(one.member.row)
    others = elsewhere.get(key, ())
    if one.tasks or not others or inputs.take(one.member.row, "task_id").state != "blank":
        return one
    tasks = tuple(dict.fromkeys(task for other in others for task in other.tasks))
    because = (*cells, *(cell for other in others for cell in other.member.cells))
    return Placed(_with(one.member, because), tasks, one.key, is_derived=True)


def _with_duty(inputs: Inputs, task: Task, indicators: Sequence[Placed]) -> Task:
    """The task with the duty its indicators name most often."""
    said: list[str] = []
    cells: list[Cell] = []
    for one in indicators:
        taken: Taken = inputs.take(one.member.row, "duty")
        if task.key in one.tasks and taken.state == "value":
            said.append(str(taken.value).strip())
            cells += (taken.cell, *one.member.cells)
    if not said:
        return task
    text = Counter(said).most_common(1)[0][0]
    return replace(task, duty=figure_key(text), duty_text=text, duty_cells=once(cells))


def _with(member: Member, cells: Sequence[Cell]) -> Member:
    return replace(member, cells=once((*member.cells, *cells)))


def _group(
    prefix: str,
    label: str,
    lines: Sequence[Placed],
    indicators: Sequence[Placed],
    cells: Sequence[Cell],
    is_apart: bool,
) -> Group:
    every = (*lines, *indicators)
    notes = [DERIVED] if any(one.is_derived for one in every) else []
    if any(len(one.tasks) > 1 for one in every):
        notes.append(SHARED_APART if is_apart else SHARED_ONCE)
    return Group(
        prefix,
        label,
        tuple(one.member for one in lines),
        tuple((one.key, one.member) for one in indicators),
        once(cells),
        tuple(notes),
    )
