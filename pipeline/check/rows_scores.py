"""Frames of the pass after computing: every leaf and every scored 绩效指标, score against weight and reason.

Stacked over all submissions. Source: docs/domain.md §4 (得分 ≤ 分值, lost points have a reason) and §5.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import product

from pipeline import messages
from pipeline.check.frames import (
    Around,
    Frame,
    Place,
    build,
    columns_of,
    fields_by_cell,
    found,
    is_filled,
    table_cells,
)
from pipeline.check.printing import number
from pipeline.check.report import Case
from pipeline.model import Cell, Figure, Found, Outcome, Row, figure_key, row_key
from pipeline.model_rubric import Node, Rubric

#: what was computed of each submission, in order
Computed = Sequence[tuple[Around, Case]]
#: one point as the frames compare it
POINT = 1_000_000
_INDICATORS = "indicator_results.indicators"
#: where a person explains lost points, by the tables that have such a column
_REASON_FIELDS = (
    "deduction_reason",
    "overdue_reason",
    "shortfall_reason",
    "change_reason",
    "difference_note",
)
#: in whose account an indicator is scored, blank for the department's, and the same in English
_ACCOUNTS = {"": "", "项目自评": " in the project's own table"}
#: how many cells of a derivation a finding names
MOST_CELLS = 3


def micro(value: Decimal | int) -> int:
    """Points as a whole number of millionths."""
    numerator, denominator = value.as_integer_ratio()
    whole = abs(numerator) * POINT // denominator
    return whole if numerator >= 0 else -whole


def leaves_frame(computed: Computed, rubric: Rubric) -> Frame:
    """One line a leaf: whether lost points have a reason, whether an open score has a finding.

    A leaf made of 绩效指标 is asked for reasons indicator by indicator, not here.
    """
    names = ("submission", "leaf", "label", "score", "weight", "lost", "lost_without_reason",
             "open_without_finding")  # fmt: skip
    lines, places = [], []
    for (around, case), leaf in product(computed, rubric.leaves()):
        outcome = case.outcome
        score = outcome.figures.get(f"{leaf.id}.score")
        weight = outcome.figures.get(f"{leaf.id}.weight")
        if score is None or weight is None or weight.value is None:
            continue
        if not isinstance(score.value, Decimal):
            line, place = _open_leaf(leaf, score, around, case)
            lines.append(line)
            places.append(place)
            continue
        lost = micro(weight.value) - micro(score.value)
        asked = not any(step.measure == "indicator_points" for step in (leaf.rule.steps if leaf.rule else ()))
        silent = asked and lost > 0 and not _text(outcome, f"{leaf.id}.deduction_reason")
        lines.append((
            around.submission.name, leaf.id, leaf.label, number(score.value), number(weight.value),
            number(weight.value - score.value), int(silent), 0,
        ))  # fmt: skip
        cells = reason_cells(leaf, around, outcome) if silent else ()
        places.append(Place(around.index, cells=cells))
    return build("outcome.leaves", places, columns_of(names, lines))


def _open_leaf(leaf: Node, score: Figure, around: Around, case: Case) -> tuple[tuple, Place]:
    """A leaf without a score. It has its finding when something critical was said of a file it is made from, or, for
    one made of nothing that was handed in, of a form as a whole or of the sheet its reason names."""
    where = around.once(fields_by_cell)
    cells = cells_behind(score.id, case.outcome.figures)
    spoken = [one for one in case.earlier if messages.severity(one) == "critical"]
    files = {each.cell.file for one in spoken for each in one.cells}
    sheets = {each.cell.sheet for one in spoken if one.code.startswith("TP") for each in one.cells}
    is_told = any(cell.file in files for cell in cells) or (
        not cells and any(not sheet or f"》{sheet}" in (score.reason or "") for sheet in sheets)
    )
    line = (around.submission.name, leaf.id, leaf.label, "", number(leaf.weight), "", 0, int(not is_told))
    shown = tuple(found(*where[cell]) if cell in where else Found(cell, "") for cell in cells[:MOST_CELLS])
    facts = {"reason": (score.reason or "").rstrip("。")}
    return line, Place(around.index, cells=shown or table_cells(around, "management.items"), facts=facts)


def _text(outcome: Outcome, figure_id: str) -> str:
    figure = outcome.figures.get(figure_id)
    return str(figure.value or "").strip() if figure else ""


def reason_cells(leaf: Node, around: Around, outcome: Outcome) -> tuple[Found, ...]:
    """Where the reason belongs: the reason's column in the rows the score was made from, without one those cells.

    Rows of 事项 that fell short come alone where there are any; more rows than a few are cut.
    """
    where = around.once(fields_by_cell)
    cells = cells_behind(f"{leaf.id}.score", outcome.figures)
    rows = list({id(where[cell][0]): where[cell][0] for cell in cells if cell in where}.values())
    rows = [row for row in rows if falls_short(row)] or rows
    reasons = [found(row, name) for row in rows for name in _REASON_FIELDS if name in row.columns][
        :MOST_CELLS
    ]
    if reasons:
        return tuple(reasons)
    made_of = tuple(found(*where[cell]) if cell in where else Found(cell, "") for cell in cells[:MOST_CELLS])
    return made_of or table_cells(around, "management.items")


def falls_short(row: Row) -> bool:
    """Whether a 事项 did less than it should have, or has problems."""
    required, done, problems = (
        row.usable(name) for name in ("required_count", "done_count", "problem_count")
    )
    if done is False or (isinstance(problems, int) and problems > 0):
        return True
    return (
        isinstance(required, int) and isinstance(done, int) and not isinstance(done, bool) and done < required
    )


def cells_behind(figure_id: str, figures: Mapping[str, Figure]) -> list[Cell]:
    """The input cells of a figure, in the order they were used, through every figure between."""
    cells: dict[Cell, None] = {}
    seen, waiting = set(), [figure_id]
    while waiting:
        name = waiting.pop(0)
        if name in seen or name not in figures:
            continue
        seen.add(name)
        for part in figures[name].because:
            if isinstance(part, str):
                waiting.append(part)
            else:
                cells[part] = None
    return list(cells)


def indicators_frame(computed: Computed) -> Frame:
    """One line a scored 绩效指标: points lost without 偏差原因及改进措施, and core indicators that lost any.

    An indicator may be scored by 部门分值 and, in its project's table, by 项目分值: one reason serves both, and the line
    speaks of the first that lost points.
    """
    lines, places = [], []
    for around, case, row in _indicator_rows(computed):
        key = row_key(_INDICATORS, row)
        scores = _scores_of(case.outcome, key, row)
        if not scores:
            continue
        account, score, weight = next((one for one in scores if one[1].value < one[2].value), scores[0])
        lost = micro(weight.value) - micro(score.value)
        silent = lost > 0 and not is_filled(row, "deviation_reason")
        lines.append((around.submission.name, row.file, row.sheet, row.number, key, account, number(score.value),
                      number(weight.value), int(silent), int(lost > 0 and row.usable("is_core_indicator") is True)))  # fmt: skip
        places.append(Place(around.index, row, facts={"account": account, "account_en": _ACCOUNTS[account]}))
    names = ("submission", "file", "sheet", "row", "indicator", "account", "score", "weight", "lost_without_reason",
             "core_missed")  # fmt: skip
    return build("outcome.indicators", places, columns_of(names, lines))


def _scores_of(outcome: Outcome, key: str, row: Row) -> list[tuple[str, Figure, Figure]]:
    """By 部门分值 and by 项目分值: in whose account, score and weight, where both are numbers."""
    code = row.usable("project_id")
    places = [("", f"indicator.{key}", "department_points")]
    if code is not None:
        places.append(("项目自评", f"project.{figure_key(code)}.indicator.{key}", "points"))
    found = []
    for account, prefix, part in places:
        score, weight = (outcome.figures.get(f"{prefix}.{each}") for each in ("score", part))
        if score and weight and isinstance(score.value, Decimal) and isinstance(weight.value, Decimal):
            found.append((account, score, weight))
    return found


def _indicator_rows(computed: Computed) -> Iterator[tuple[Around, Case, Row]]:
    for around, case in computed:
        for row in around.submission.table(_INDICATORS):
            yield around, case, row
