"""Results by 职责 → 任务 → 项目: money, how many indicators reached their targets, points earned of points carried.

Figures ``duty.<key>.*``, ``task.<id>.*``, ``task.<id>.project.<id>.*``, ``task.<id>.unassigned.*`` (what of a task belongs
to no project), ``tasks.total.*`` and ``tasks.none.*`` (what no task takes; the two add up to the department). Happens
after the indicators and projects are scored. Points are 部门分值; where none of the group's indicators has any, 项目分值.
Source: docs/domain.md §4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from pipeline.compute.book import Book
from pipeline.compute.budget import AMOUNTS, put_amounts, put_reason
from pipeline.compute.inputs import Inputs, Member, listed
from pipeline.compute.measured import once
from pipeline.compute.met import INAPPLICABLE
from pipeline.compute.task_groups import OWN_DUTY, Group, Groups, Task, groups_of
from pipeline.compute.texts import put_field
from pipeline.model import Cell, Figure, figure_key
from pipeline.money import round_half_up

DEPARTMENT_POINTS, PROJECT_POINTS = "部门分值", "项目分值"
_COUNTED = "只计个数；完成值为不适用的指标不计"
_UNWEIGHTED = "按个数计算，不看分值"
_LISTED_ONCE = "同一任务下每个项目只列一次"
_ADDED = "各指标相加，编号不影响"
_BY_NAME = "任务按名称列出，编号不影响"
_BY_DUTY = "取各指标填得最多的部门职责"


def put_tasks(inputs: Inputs, book: Book, has_project_scores: bool) -> None:
    """Every task, then every duty, then all together. ``has_project_scores``: projects were scored by a rubric."""
    groups = groups_of(inputs)
    for task in groups.tasks:
        _put_task(inputs, book, groups, task, has_project_scores)
    for key, tasks in groups.duties().items():
        _put_duty(inputs, book, groups, key, tasks, has_project_scores)
    if groups.tasks:
        _put_group(
            inputs, book, groups.under("tasks.total", "重点工作合计", groups.tasks), has_project_scores
        )
        _put_group(inputs, book, groups.unplaced("tasks.none", "未对应任务"), has_project_scores)


def _put_task(inputs: Inputs, book: Book, groups: Groups, task: Task, scored: bool) -> None:
    prefix = f"task.{task.key}"
    name = put_field(inputs, book, f"{prefix}.name", "任务名称", task.row, "task_name", task.cells)
    put_field(inputs, book, f"{prefix}.lead_division", "牵头处室", task.row, "lead_division", task.cells)
    put_field(inputs, book, f"{prefix}.completion", "完成情况", task.row, "completion", task.cells)
    duty = task.duty_text or _own_duty()
    active = (_BY_DUTY,) if task.duty_cells else ()
    book.text(f"{prefix}.duty", "部门职责", duty, once((*task.duty_cells, *task.cells)), active=active)
    group = groups.under(prefix, str(name.value or ""), (task,))
    _put_group(inputs, book, group, scored)
    put_reason(inputs, book, prefix, group.label, group.lines, group.cells)
    for key, mine in groups.projects_of(task):
        label = _put_name(book, mine, key)
        _put_group(inputs, book, replace(mine, label=label), scored)


def _put_name(book: Book, group: Group, key: str) -> str:
    """The name of a project under a task; of one that only indicators name, its code."""
    known = book.figures.get(f"project.{key}.name") if key else None
    because: tuple[Cell | str, ...] = group.cells
    if not key:
        text = "未对应项目"
    elif known is not None:
        text, because = str(known.value or ""), (known.id, *group.cells)
    else:
        text = next((str(member.row.usable("project_id")) for _, member in group.indicators), key)
    book.text(f"{group.prefix}.name", "项目名称", text, because, active=(_LISTED_ONCE,))
    return text


def _own_duty() -> str:
    return "部门职责"


def _put_duty(
    inputs: Inputs, book: Book, groups: Groups, key: str, tasks: Sequence[Task], scored: bool
) -> None:
    prefix = f"duty.{key}"
    text = _own_duty() if key == OWN_DUTY else tasks[0].duty_text
    book.text(
        f"{prefix}.name",
        "部门职责",
        text,
        tuple(f"task.{task.key}.duty" for task in tasks),
        active=(_BY_DUTY,),
    )
    names = [book[f"task.{task.key}.name"] for task in tasks]
    ids = once([one for task in tasks for one in (f"task.{task.key}.duty", f"task.{task.key}.name")])
    book.text(
        f"{prefix}.tasks",
        "重点工作",
        "、".join(str(name.value or "") for name in names),
        ids,
        active=(_BY_NAME,),
    )
    done = [book[f"task.{task.key}.completion"] for task in tasks]
    said = [f"{name.value}：{each.value}" for name, each in zip(names, done, strict=True) if each.value]
    because = once((*ids, *(each.id for each in done)))
    book.text(f"{prefix}.completion", "完成情况", "；".join(said), because, active=(_BY_NAME,))
    _put_group(inputs, book, groups.under(prefix, text, tasks), scored)


def _put_group(inputs: Inputs, book: Book, group: Group, scored: bool) -> None:
    note = "；".join(group.notes)
    put_amounts(inputs, book, group.prefix, group.label, group.lines, note, group.cells)
    if not any(not line.left_out for line in group.lines):
        for part, _ in AMOUNTS:  # no line: the cells that make the group say that, whatever else changes
            figure = book[f"{group.prefix}.{part}"]
            book.put(replace(figure, active=(*figure.active, "没有对应的支出")))
    _put_counts(book, group)
    _put_points(inputs, book, group, scored)


def _figure(book: Book, group: Group, part: str, label: str, value: object, **rest: object) -> Figure:
    """One figure of a group: a number where ``value`` is a Fraction, open where it is a pair of ends."""
    figure_id, label = f"{group.prefix}.{part}", f"{group.label}{label}"
    digits = rest["digits"]
    if value is None:
        return book.unknown(figure_id, label, **rest)
    if isinstance(value, tuple):
        low, high = (round_half_up(end, digits) for end in value)
        return book.put(Figure(figure_id, label, None, range=(low, high), **rest))
    rest.pop("reason", None)
    return book.put(Figure(figure_id, label, round_half_up(value, digits), exact=value, **rest))


def _cells(member: Member, matters: bool) -> tuple[Cell, ...]:
    return member.cells if matters else ()


def _put_counts(book: Book, group: Group) -> None:
    """``indicators``, ``indicators_met`` and ``completion_rate`` = met ÷ indicators; 不适用 is not counted."""
    met = [(member, book[f"indicator.{key}.met"]) for key, member in group.indicators]
    counted = [(member, one) for member, one in met if one.value != INAPPLICABLE]
    unsure = [member.unsure for member, _ in counted if member.unsure]
    count = Fraction(len(counted))
    _figure(
        book, group, "indicators", "指标数", (count - len(unsure), count) if unsure else count,
        unit="个", digits=0, formula="合计", active=(_COUNTED, *group.notes), reason=listed(unsure),
        because=once([part for member, one in met for part in (*member.cells, one.id)] or group.cells),
    )  # fmt: skip
    if not counted:
        for part, label in (("indicators_met", "达到指标数"), ("completion_rate", "指标完成率")):
            because = (f"{group.prefix}.indicators",)
            book.text(f"{group.prefix}.{part}", f"{group.label}{label}", "", because, reason="没有绩效指标")
        return
    _put_sum(book, group, "indicators_met", "达到指标数", counted, (), 0)
    _put_share(book, group, "completion_rate", "指标完成率", "indicators_met", "indicators", (_UNWEIGHTED,))


def _put_share(
    book: Book, group: Group, part: str, label: str, over: str, under: str, active: tuple[str, ...]
) -> None:
    """One figure of a group over another, in percent; open with its ends where the numerator is."""
    above, below = (book[f"{group.prefix}.{one}"] for one in (over, under))
    common = {
        "because": (above.id, below.id),
        "formula": "分子 ÷ 分母",
        "parameters": {"分子": above.label, "分母": below.label},
        "active": active,
    }
    figure_id, label = f"{group.prefix}.{part}", f"{group.label}{label}"
    if above.value is None or below.value is None or not below.exact:
        reason = above.reason or below.reason or "分母为 0"
        ends = None
        if above.value is None and below.exact and above.range:
            ends = tuple(
                round_half_up(Fraction(end) / below.exact * 100, book.rate_digits) for end in above.range
            )
        book.unknown(figure_id, label, reason, unit="%", digits=book.rate_digits, range=ends, **common)
    else:
        book.percent(figure_id, label, above.exact / below.exact, **common)


def _put_points(inputs: Inputs, book: Book, group: Group, scored: bool) -> None:
    """``points_by``, ``points``, ``score`` and ``score_rate`` = score ÷ points."""
    prefix, label, digits = group.prefix, group.label, inputs.rubric.score_digits
    own = [book[f"indicator.{key}.department_points"] for key, _ in group.indicators]
    by = DEPARTMENT_POINTS if any(one.value != "" for one in own) else PROJECT_POINTS
    if by == DEPARTMENT_POINTS:
        scores = [book[f"indicator.{key}.score"] for key, _ in group.indicators]
        members = [member for _, member in group.indicators]
        pairs = [each for each in zip(members, own, scores, strict=True) if each[1].value != ""]
    else:
        pairs = _project_pairs(inputs, book, group)
    looked = (f"{prefix}.indicators", *(one.id for one in own))
    if not pairs:
        for part, words in (
            ("points_by", "分值口径"),
            ("points", "分值"),
            ("score", "得分"),
            ("score_rate", "得分率"),
        ):
            book.text(f"{prefix}.{part}", f"{label}{words}", "", looked, reason="没有计分的绩效指标")
        return
    book.text(f"{prefix}.points_by", f"{label}分值口径", by, looked, active=("只看有没有部门分值",))
    _put_sum(book, group, "points", f"分值（{by}）", [pair[:2] for pair in pairs], looked, digits)
    if by == PROJECT_POINTS and not scored:
        reason = "没有项目支出的评分标准，不按项目分值计分"
        for part, words in (("score", "得分"), ("score_rate", "得分率")):
            book.text(f"{prefix}.{part}", f"{label}{words}", "", (f"{prefix}.points",), reason=reason)
        return
    _put_sum(book, group, "score", f"得分（{by}）", [pair[::2] for pair in pairs], looked, digits)
    active = ("各指标得分率相同时，增减指标不影响得分率",)
    _put_share(book, group, "score_rate", "得分率", "score", "points", active)


def _put_sum(
    book: Book,
    group: Group,
    part: str,
    label: str,
    each: Sequence[tuple[Member, Figure]],
    looked: tuple[str, ...],
    digits: int,
) -> None:
    """Figures of indicators added up; open with its ends where each that is open has ends and some are sure to belong."""
    reasons = listed([reason for member, one in each for reason in (member.unsure, _open(one)) if reason])
    ends = [_ends(member, one) for member, one in each]
    is_bounded = None not in ends and not all(member.unsure for member, _ in each)
    low, high = (sum((end[at] for end in ends if end), Fraction(0)) for at in (0, 1))
    value = (low, high) if reasons and is_bounded else None if reasons else low
    because = [
        cell
        for member, one in each
        for cell in (
            *((one.id,) if one.id else one.because),
            *_cells(member, one.value is None or one.value != 0),
        )
    ]
    _figure(
        book, group, part, label, value, unit="个" if part == "indicators_met" else "分", digits=digits, formula="合计", active=(_ADDED, *group.notes),
        reason=reasons, because=once((*because, *looked)),
    )  # fmt: skip


def _open(figure: Figure) -> str:
    return (figure.reason or "待定") if figure.value is None else ""


def _ends(member: Member, figure: Figure) -> tuple[Fraction, Fraction] | None:
    """The worst and best a figure can add to a sum; None where it is open without ends."""
    if figure.value is None and figure.range is None:
        return None
    worst, best = figure.range if figure.value is None else (figure.value or Decimal(0),) * 2
    return Fraction(0) if member.unsure else Fraction(worst), Fraction(best)


def _project_pairs(inputs: Inputs, book: Book, group: Group) -> list[tuple[Member, Figure, Figure]]:
    """项目分值 of each indicator that has any, as typed, and the score by it in its project's table; open without one.

    A figure without an id is none of the book: what it was made from stands for it.
    """
    pairs = []
    for key, member in group.indicators:
        taken = inputs.take(member.row, "project_points")
        if taken.state in ("blank", "not_applicable"):
            continue
        value = None if taken.is_unusable else round_half_up(taken.value, inputs.rubric.score_digits)
        points = Figure("", PROJECT_POINTS, value, reason=taken.reason or None, because=(taken.cell,))
        code = member.row.usable("project_id")
        score = book.figures.get(f"project.{figure_key(code)}.indicator.{key}.score") if code else None
        if score is None:
            at = member.row.cell("project_id")
            ends = None if value is None else (Decimal(0), value)
            reason = f"{at}：没有这个项目的自评，不能按项目分值计分"
            score = Figure("", "", None, range=ends, reason=reason, because=(taken.cell, at))
        pairs.append((member, points, score))
    return pairs
