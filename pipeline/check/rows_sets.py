"""4_绩效指标 as a whole: what no single row shows. All targets met to the dot, cells filled down, points that no one
gets, a project without a 满意度指标. Everything here may be right, so nothing is more than a hint. Source: docs/domain.md §4, §5.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import groupby

from pipeline.check.frames import Around, Frame, found, is_filled
from pipeline.check.printing import number
from pipeline.check.targets import TABLE, Pair, pair_of, target_of
from pipeline.check.wholes import Judgement, frame_of
from pipeline.model import Found, Row
from pipeline.money import exact

NAME = "indicator_results.sets"
CODES = ("PI-019", "PI-024", "PI-029", "PI-032", "PI-033", "PI-042", "PI-043")
#: settings with the points a project gives its first levels, and how many indicators make a project worth asking
_LEVEL_POINTS = {
    "产出指标": "project_output_points",
    "效益指标": "project_benefit_points",
    "满意度指标": "project_satisfaction_points",
}
_COST, _SATISFACTION = "成本指标", "满意度指标"
_FEW_INDICATORS = 3
#: a text shorter than this is a word anyone would type again
_SHORT = 6


def sets_frame(arounds: Sequence[Around]) -> Frame:
    """One line a judgement over many indicators of a department."""
    judged = [
        (around, one)
        for around in arounds
        if around.submission.table(TABLE).rows
        for find in (_on_target, _copied_actuals, _without_points, _zero_targets, _projects)
        for one in find(around)
    ]
    return frame_of(NAME, judged)


def _on_target(around: Around) -> Iterator[Judgement]:
    """Whether every number is exactly its target, where there are enough of them to wonder."""
    pairs = [(row, pair) for row in around.submission.table(TABLE) if (pair := pair_of(row, around))]
    numbers = [(row, pair) for row, pair in pairs if _is_number(pair)]
    least = int(around.setting("on_target_indicators", 5))
    same = [row for row, pair in numbers if pair.verdict.actual == pair.verdict.target]
    is_beyond = len(numbers) >= least and len(same) == len(numbers)
    cells = tuple(found(row, "actual") for row in same) if is_beyond else ()
    yield Judgement("PI-019", is_beyond, cells, value=str(len(same)), limit=str(least))


def _is_number(pair: Pair) -> bool:
    verdict = pair.verdict
    return verdict is not None and verdict.actual is not None and isinstance(verdict.target, Fraction)


def _copied_actuals(around: Around) -> Iterator[Judgement]:
    """Runs of rows below each other with the same 全年完成值, though their targets differ.

    100% and 0 are results that many indicators rightly share; a word of a few characters too.
    """
    least = int(around.setting("copied_rows", 3))
    for (_, _, text), run in groupby(
        around.submission.table(TABLE), lambda row: (row.file, row.sheet, _text(row, "actual"))
    ):
        rows = list(run)
        if not text or len({_text(row, "target") for row in rows}) < len(rows):
            continue
        numbers = [pair for row in rows if (pair := pair_of(row, around)) and _is_number(pair)]
        if numbers and len({pair.verdict.target for pair in numbers}) == 1:
            continue
        is_plain = text in ("100%", "0", "0%") or (not numbers and len(text) < _SHORT)
        if not is_plain:
            yield _copied("PI-024", rows, "actual", text, least)


def _copied(code: str, rows: Sequence[Row], field: str, text: str, least: int) -> Judgement:
    is_beyond = len(rows) >= least
    cells = tuple(found(row, field) for row in rows) if is_beyond else ()
    return Judgement(code, is_beyond, cells, text, str(len(rows)), str(least))


def _text(row: Row, field: str) -> str:
    value = row.usable(field)
    return unicodedata.normalize("NFKC", value).strip() if isinstance(value, str) else ""


def _without_points(around: Around) -> Iterator[Judgement]:
    """Indicators whose points are blank or 0 in both columns: they count nowhere."""
    rows = [
        row
        for row in around.submission.table(TABLE)
        if all(row[name] is None or row[name] == 0 for name in ("department_points", "project_points"))
    ]
    if rows and not around.once(_points_add_up):
        return  # then points are missing somewhere, which is a 勾稽关系
    cells = tuple(found(row, "department_points") for row in rows)
    yield Judgement("PI-029", bool(rows), cells, value=str(len(rows)), limit="0")


def _zero_targets(around: Around) -> Iterator[Judgement]:
    """Targets of 0: to be reached they ask for nothing, one finding each; not to be exceeded they allow no proportion."""
    held = []
    for row in around.submission.table(TABLE):
        pair = pair_of(row, around)
        if pair is None or pair.verdict is None or not _is_number(pair) or pair.verdict.target != 0:
            continue
        cell = found(row, "target" if target_of(row) == row.usable("target") else "adjusted_target")
        if pair.operator in (">=", ">"):
            yield Judgement("PI-042", True, (cell,), value="0", facts={"target": cell.found})
        else:
            held.append(cell)
    yield Judgement("PI-043", bool(held), tuple(held), value=str(len(held)))


def _points_add_up(around: Around) -> bool:
    """Whether the 部门分值 of each leaf's indicators are the leaf's weight."""
    for leaf in around.rubric.leaves() if around.rubric else ():
        for step in leaf.rule.steps if leaf.rule else ():
            if step.measure == "indicator_points":
                levels = step.measure_parameters["levels"]
                points = (row.usable("department_points") for row in around.submission.table(TABLE)
                          if row.usable("level_1") in levels)  # fmt: skip
                if sum((exact(one) for one in points if one is not None), Fraction(0)) != exact(leaf.weight):
                    return False
    return True


def _projects(around: Around) -> Iterator[Judgement]:
    projects: dict[str, list[Row]] = {}
    for row in around.submission.table(TABLE):
        if isinstance(project := row.usable("project_id"), str) and is_filled(row, "project_points"):
            projects.setdefault(project, []).append(row)
    for project, rows in projects.items():
        if any(row.usable("level_1") is None for row in rows):
            continue
        levels: dict[str, list[Row]] = {}
        for row in rows:
            levels.setdefault(str(row.usable("level_1")), []).append(row)
        if len(rows) >= _FEW_INDICATORS:
            cell = Found(rows[0].cell("project_id"), project)
            yield Judgement("PI-032", _SATISFACTION not in levels, (cell,), project, str(len(rows)))
        yield from _level_points(around, project, levels)


def _level_points(around: Around, project: str, levels: dict[str, list[Row]]) -> Iterator[Judgement]:
    """Points of the first levels beside those of the project form; where cost is a level of its own, or one of the
    levels is not there, they are shared out otherwise and not compared."""
    wanted = {level: around.setting(name, None) for level, name in _LEVEL_POINTS.items()}
    if _COST in levels or any(level not in levels or points is None for level, points in wanted.items()):
        return
    sums = {
        level: sum((exact(row.usable("project_points")) for row in levels[level]), Fraction(0))
        for level in wanted
    }
    if sum(sums.values()) != sum(Fraction(points) for points in wanted.values()):
        return  # the sum itself is wrong, which is a 勾稽关系
    other = [level for level in wanted if sums[level] != Fraction(wanted[level])]
    cells = tuple(found(row, "project_points") for level in other for row in levels[level])
    value, limit = (
        "、".join(
            f"{level} {number(Decimal(int(points * 100)) / 100)}"
            for level, points in each.items()
            if level in other
        )
        for each in (sums, {level: Fraction(points) for level, points in wanted.items()})
    )
    yield Judgement("PI-033", bool(other), cells, project, value, limit)
