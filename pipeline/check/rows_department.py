"""The department and its projects as a whole, after computing: what asks for a word, and what looks better than it is.

Hints more than errors: saving is no fault, an adjustment has its reasons. A project whose low execution has been asked
about already is not asked again. Source: docs/domain.md §4 (thresholds that ask for a word, 虚高).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pipeline.check.frames import Around, Frame, found, is_filled, table_cells
from pipeline.check.printing import number
from pipeline.check.rows_scores import MOST_CELLS, Computed
from pipeline.check.targets import TABLE, pair_of
from pipeline.check.wholes import Judgement, frame_of
from pipeline.model import Figure, Found, Outcome, Row, row_key
from pipeline.model_rubric import Node, Rubric
from pipeline.money import exact, print_percent, round_half_up

NAME = "outcome.department"
CODES = ("SC-027", "SC-028", "SC-029", "SC-031")
_EXPENDITURE = "budget_execution.expenditure"
_ADJUSTED = re.compile(r"预算.{0,8}调整|调整.{0,4}预算|追加|追减|调剂")
_RATES = frozenset({"average_execution_rate", "execution_rate"})


@dataclass(frozen=True, slots=True)
class _Project:
    """A project, or the whole department: its executed cells, execution rate, and indicators' share of their points."""

    name: str
    cells: tuple[Found, ...]
    rate: Fraction | None
    share: Fraction | None = None

    @property
    def gap(self) -> Fraction:
        """By how much the indicators' share is above the execution's, of itself."""
        if not self.share or self.rate is None:
            return Fraction(0)
        return (self.share - min(Fraction(1), self.rate)) / self.share


def department_frame(computed: Computed, rubric: Rubric) -> Frame:
    """One line a judgement of a department."""
    judged: list[tuple[Around, Judgement]] = []
    for around, case in computed:
        judged += [(around, one) for one in _adjusted(around, case.outcome)]
        judged += [(around, one) for one in _low_total(around, case.outcome)]
        judged += [(around, one) for one in _spending(around, case.outcome, rubric)]
    return frame_of(NAME, judged)


def _value(outcome: Outcome, figure_id: str) -> Figure | None:
    """A figure that is a number, or None."""
    figure = outcome.figures.get(figure_id)
    return figure if figure is not None and isinstance(figure.value, Decimal) else None


def _adjusted(around: Around, outcome: Outcome) -> Iterator[Judgement]:
    """A large adjustment beside a high total, and nothing that explains it."""
    rate, total = _value(outcome, "adjustment.rate"), _value(outcome, "total.score")
    if rate is None or rate.exact is None or total is None:
        return
    limit = Fraction(around.setting("adjustment_rate", Fraction(3, 10)))
    least = Fraction(around.setting("adjustment_rate_total", 90))
    is_high = rate.exact >= limit and exact(total.value) > least
    rows = [row for row in around.submission.table(_EXPENDITURE) if row.usable("net_adjustment_fen")]
    cells = tuple(found(row, "net_adjustment_fen") for row in rows[:MOST_CELLS]) if is_high else ()
    yield Judgement(
        "SC-027", is_high and not _explains_adjustment(around), cells or table_cells(around, _EXPENDITURE),
        total.printed, rate.printed, print_percent(limit, 0),
    )  # fmt: skip


def _explains_adjustment(around: Around) -> bool:
    if any(
        is_filled(row, "document_number") for row in around.submission.table("budget_execution.adjustments")
    ):
        return True
    texts = (
        str(row.usable(name) or "")
        for table, names in (
            ("basics.narrative", ("text",)),
            ("basics.problems", ("problem", "cause")),
            (_EXPENDITURE, ("note", "low_execution_reason")),
        )
        for row in around.submission.table(table)
        for name in names
    )
    return any(_ADJUSTED.search(text) for text in texts)


def _low_total(around: Around, outcome: Outcome) -> Iterator[Judgement]:
    """A low total and no problem with its measure."""
    total = _value(outcome, "total.score")
    if total is None:
        return
    limit = Fraction(around.setting("low_total", 80))
    rows = around.submission.table("basics.problems").rows
    is_told = any(is_filled(row, "problem") and is_filled(row, "measure") for row in rows)
    without = tuple(found(row, "measure") for row in rows if not is_filled(row, "measure"))
    is_beyond = exact(total.value) < limit and not is_told
    cells = without[:MOST_CELLS] or table_cells(around, "basics.problems")
    yield Judgement("SC-028", is_beyond, cells, value=total.printed, limit=number(_decimal(limit)))


def _decimal(value: Fraction) -> Decimal:
    return round_half_up(value, 4)


def _spending(around: Around, outcome: Outcome, rubric: Rubric) -> Iterator[Judgement]:
    """虚高 and much left unspent: one line each, naming every project. What is 虚高 is not said twice."""
    if "project_execution_points" not in rubric.settings:
        return
    projects = list(_projects(around, outcome)) or list(_department(around, outcome, rubric))
    limit = Fraction(around.setting("inflated_score_gap", Fraction(1, 20)))
    inflated = [one for one in projects if one.gap > limit]
    yield _named("SC-031", inflated, limit, lambda one: (
        f"{one.name} 指标得分率 {print_percent(one.share)}、执行得分率 {print_percent(min(Fraction(1), one.rate))}"))  # fmt: skip
    limit = Fraction(around.setting("unspent_share", Fraction(1, 5)))
    unspent = [
        one for one in projects if one.rate is not None and 1 - one.rate > limit and one not in inflated
    ]
    yield _named("SC-029", unspent, limit, lambda one: f"{one.name} {print_percent(1 - one.rate)}")


def _named(code: str, projects: Sequence[_Project], limit: Fraction, say) -> Judgement:
    cells = tuple(cell for one in projects for cell in one.cells)
    about = "；".join(say(one) for one in projects)
    return Judgement(code, bool(projects), cells, about, str(len(projects)), print_percent(limit, 0))


def _projects(around: Around, outcome: Outcome) -> Iterator[_Project]:
    """Every project of 支出, with the share of its 项目分值 that its indicators earn."""
    indicators: dict[str, list[Row]] = {}
    for row in around.submission.table(TABLE):
        if row.usable("project_id") is not None and row.usable("project_points"):
            indicators.setdefault(str(row.usable("project_id")), []).append(row)
    spending: dict[str, list[Row]] = {}
    for row in around.submission.table(_EXPENDITURE):
        if row.usable("expenditure_kind") == "项目":
            spending.setdefault(row_key(_EXPENDITURE, row), []).append(row)
    for key, rows in spending.items():
        rate = _value(outcome, f"project.{key}.execution_rate")
        if rate is None or rate.exact is None or _is_asked(rows, rate.exact, around):
            continue
        name = f"{rows[0].usable('project_id') or ''}{rows[0].usable('project_name') or ''}"
        cells = tuple(found(row, "executed_fen") for row in rows)
        mine = indicators.get(str(rows[0].usable("project_id")), [])
        yield _Project(name, cells, rate.exact, _share(mine, around))


def _is_asked(rows: Sequence[Row], rate: Fraction, around: Around) -> bool:
    """Whether the low execution is a finding already: it is low and a line gives no reason."""
    is_low = rate < Fraction(around.setting("low_execution_rate", Fraction(9, 10)))
    return is_low and not all(is_filled(row, "low_execution_reason") for row in rows)


def _share(rows: Sequence[Row], around: Around) -> Fraction | None:
    """Earned of the 项目分值, as near as target and actual tell; None where one of them does not."""
    earned = [(exact(row.usable("project_points")), _part(row, around)) for row in rows]
    if not earned or any(part is None for _, part in earned):
        return None
    return sum((points * part for points, part in earned), Fraction(0)) / sum(points for points, _ in earned)


def _part(row: Row, around: Around) -> Fraction | None:
    pair = pair_of(row, around)
    if pair is None:
        return None
    if pair.is_graded:
        points = row.usable("graded_points")
        full = row.usable("department_points") or row.usable("project_points")
        return min(Fraction(1), exact(points) / exact(full)) if points is not None and full else None
    if pair.verdict.met is None:
        return None
    if pair.verdict.met:
        return Fraction(1)
    ratio = pair.verdict.ratio
    if ratio is None:
        return Fraction(0)
    return max(Fraction(0), ratio if ratio < 1 else 2 - ratio)


def _department(around: Around, outcome: Outcome, rubric: Rubric) -> Iterator[_Project]:
    """The department in place of its projects: indicators' leaves against the leaves of execution."""
    shares = [_earned(_leaves(rubric, names), outcome) for names in (frozenset({"indicator_points"}), _RATES)]
    rate = _value(outcome, "annual.execution_rate")
    rows = around.submission.table(_EXPENDITURE).rows
    if rate is None or rate.exact is None or _is_asked(rows, rate.exact, around):
        return
    if None not in shares:
        yield _Project("全部门", table_cells(around, _EXPENDITURE), shares[1], shares[0])


def _leaves(rubric: Rubric, measures: frozenset[str]) -> list[Node]:
    return [
        leaf
        for leaf in rubric.leaves()
        if leaf.rule and any(step.measure in measures for step in leaf.rule.steps)
    ]


def _earned(leaves: Sequence[Node], outcome: Outcome) -> Fraction | None:
    scores = [_value(outcome, f"{leaf.id}.score") for leaf in leaves]
    if not scores or None in scores:
        return None
    return sum(exact(score.value) for score in scores) / sum(exact(leaf.weight) for leaf in leaves)
