"""重点工作 against what evaluates it: tasks without indicators, words of completion against results.

A line of expenditure or an indicator belongs to the tasks it names, and where its own cell is blank to those of its
project. Where a name is none of the register, the tasks it may have meant are not asked after: that name is told of.
Source: docs/domain.md §1, §4.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.check.frames import Around, found, is_filled
from pipeline.check.judgements import Told
from pipeline.check.printing import amount
from pipeline.check.targets import pair_of
from pipeline.model import INVALID, Row, named_codes

TASKS, LINES, INDICATORS = "basics.tasks", "budget_execution.expenditure", "indicator_results.indicators"
_BEST_GRADE = "达成"
_END = "完成|达到|达成|实现|落实|开展|启动|办结|到位"
#: says that something was not done, or only in part
_UNDONE = re.compile(
    rf"(?:未能?|没有|没能|尚未|不能|无法|难以)[^，。；,;、]{{0,6}}?(?:{_END})|(?:部分|基本|大部分|正在|继续|拟)[^，。；,;、]{{0,4}}?(?:{_END})|未完|推进中|进行中"
)
_NOT_DONE = re.compile(rf"(?:未能?|没有|没能|尚未|不能|无法|难以)[^，。；,;、]{{0,6}}?(?:{_END})|未完")
_DONE = re.compile("完成|达到|达成|实现|办结|落实到位")
_PARTLY = re.compile(r"完成[^，。；,;、\d]{0,6}(\d+(?:\.\d+)?)\s*[%％]")
_REASON = re.compile("因|由于|受|鉴于|原因|影响|调整|取消|推迟|延期|暂缓|暂停|不具备|变化|限制|不足|客观")


@dataclass(frozen=True, slots=True)
class _Placed:
    """Lines and indicators by task id; ``is_sure``: every name is a task's."""

    lines: Mapping[object, Sequence[Row]]
    indicators: Mapping[object, Sequence[Row]]
    is_sure: bool


def judge_tasks(around: Around) -> Iterator[Told]:
    """Each task of 重点工作."""
    tasks = [row for row in around.submission.table(TASKS) if row.usable("task_id") is not None]
    if not tasks or not around.submission.table(INDICATORS).rows:
        return
    placed = _place(around, tasks)
    if placed.is_sure:
        yield from _evaluated(tasks, placed)
    for row in tasks:
        yield from _completion(around, row, placed)


def _place(around: Around, tasks: Sequence[Row]) -> _Placed:
    known = {row.usable("task_id") for row in tasks}
    lines = [row for row in around.submission.table(LINES) if row.usable("expenditure_kind") == "项目"]
    indicators = around.submission.table(INDICATORS).rows
    named = {id(row): named_codes(row.usable("task_id"), known) for row in (*lines, *indicators)}
    unread = any(row["task_id"] is INVALID for row in (*lines, *indicators))
    is_sure = not unread and all(code in known for codes in named.values() for code in codes)
    by_project = [_by_project(rows, named) for rows in (indicators, lines)]
    placed: list[dict[object, list[Row]]] = []
    for rows, elsewhere in zip((lines, indicators), by_project, strict=True):
        placed.append({})
        for row in rows:
            codes = named[id(row)] or (
                elsewhere.get(row.usable("project_id"), ()) if row["task_id"] is None else ()
            )
            for code in codes:
                placed[-1].setdefault(code, []).append(row)
    return _Placed(*placed, is_sure)


def _by_project(rows: Sequence[Row], named: Mapping[int, Sequence[str]]) -> dict[object, tuple[str, ...]]:
    found: dict[object, tuple[str, ...]] = {}
    for row in rows:
        project = row.usable("project_id")
        if project is not None and named[id(row)]:
            found[project] = tuple(dict.fromkeys((*found.get(project, ()), *named[id(row)])))
    return found


def _evaluated(tasks: Sequence[Row], placed: _Placed) -> Iterator[Told]:
    """BD-040: nothing evaluates the task (where that is so of all of them, once); BD-041: money and no indicator."""
    bare = [row for row in tasks if not _under(placed.indicators, row) and not _under(placed.lines, row)]
    names = "、".join(_name(row) for row in bare)
    for row in tasks:
        is_bare = row in bare
        all_bare = len(bare) == len(tasks) > 1
        yield Told(
            "BD-040", TASKS, int(is_bare), row, ("task_name",),
            facts={"task_names": names if all_bare else _name(row)}, group="all" if all_bare else "",
        )  # fmt: skip
        lines = _under(placed.lines, row)
        budget = sum(line.usable("annual_budget_fen") or 0 for line in lines)
        without = budget > 0 and not _under(placed.indicators, row)
        cells = (found(row, "task_name"), *(found(line, "annual_budget_fen") for line in lines))
        yield Told(
            "BD-041", TASKS, int(without), cells=cells if without else (),
            facts={"task_name": _name(row), "task_budget": amount(budget)} if without else {},
        )  # fmt: skip


def _completion(around: Around, row: Row, placed: _Placed) -> Iterator[Told]:
    """BD-042: said to be done with no indicator reached; BD-043: said not to be done, without a word why."""
    text = row.usable("completion")
    if not isinstance(text, str):
        return
    indicators = _under(placed.indicators, row)
    met = [_is_met(each, around) for each in indicators]
    missed = [each for each, one in zip(indicators, met, strict=True) if one is False]
    contradicted = (
        says_done(text) and bool(missed) and len(missed) == len([one for one in met if one != "不计"])
    )
    cells = (found(row, "completion"), *(found(each, "actual") for each in missed))
    yield Told(
        "BD-042", TASKS, int(contradicted), cells=cells if contradicted else (),
        facts={"task_name": _name(row), "completion": text, "missed": str(len(missed))} if contradicted else {},
    )  # fmt: skip
    silent = bool(_NOT_DONE.search(text)) and not _REASON.search(f"{text} {row.usable('note') or ''}")
    yield Told("BD-043", TASKS, int(silent), row, ("completion",), facts={"task_name": _name(row)})


def says_done(text: str) -> bool:
    """Whether 完成情况 says that all is done: such a word, and none that takes it back.

    >>> says_done("各项指标均已完成"), says_done("尚未完成"), says_done("基本完成"), says_done("完成60%"), says_done("完成率100%")
    (True, False, False, False, True)
    """
    partly = (float(share) < 100 for share in _PARTLY.findall(text))
    return bool(_DONE.search(text)) and not _UNDONE.search(text) and not any(partly)


def _is_met(row: Row, around: Around) -> bool | str | None:
    """Whether an indicator is reached; None where that cannot be told, 不计 where it carries no points."""
    pair = pair_of(row, around)
    if pair is None:
        return "不计" if row["actual"] is not None else None
    if pair.is_graded:
        return row.usable("grade") == _BEST_GRADE if is_filled(row, "grade") else None
    return pair.verdict.met if pair.verdict else None


def _under(placed: Mapping[object, Sequence[Row]], task: Row) -> Sequence[Row]:
    return placed.get(task.usable("task_id"), ())


def _name(task: Row) -> str:
    return str(task.usable("task_name") or task.usable("task_id"))
