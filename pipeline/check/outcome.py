"""The pass after computing: scores against weights and reasons, claims against results, the form's own 分值.

The same machinery as the pass before: frames, suites, findings. Source: docs/domain.md §4 and §5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from pipeline import forms, messages
from pipeline.check import waivers
from pipeline.check.claims import claims_frame, plain_name
from pipeline.check.findings import without_echoes
from pipeline.check.frames import Around, Frame, Place, build, fields_by_cell, found, is_filled, table_cells
from pipeline.check.inputs import run_frames
from pipeline.check.printing import number
from pipeline.check.report import CheckReport
from pipeline.model import Cell, Figure, Finding, Found, Outcome, Row, Submission, row_key
from pipeline.model_rubric import Node, Rubric
from pipeline.money import exact

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
#: how many cells of a derivation a finding names
_MOST_CELLS = 3


def check_outcome(
    submission: Submission,
    outcome: Outcome,
    rubric: Rubric,
    official: Sequence[Any] = (),
    earlier: Sequence[Finding] = (),
) -> CheckReport:
    """Check what was computed for one submission.

    ``official``: names and 分值 of the form to be filled, as ``write.official.read_weights`` gives them; empty when
    there is no form. ``earlier``: findings already raised, whose echoes are left out.
    Raises ``suites.CheckFailed`` when Great Expectations gave no verdict: a bug.
    """
    around = Around(0, submission, forms.load_specs(), rubric)
    frames = [
        leaves_frame(around, outcome, rubric, earlier),
        indicators_frame(around, outcome),
        claims_frame(around, outcome, rubric),
        weights_frame(around, rubric, official),
    ]
    runs, raised = run_frames(frames, [around])
    mine = raised.get(0, [])
    kept = set(map(id, without_echoes((*earlier, *mine))))
    mine = [one for one in mine if id(one) in kept]
    # last: a waiver speaks of what is left when everything has been found
    held, unheld = run_frames([waivers_frame(around, (*earlier, *mine))], [around])
    return CheckReport(((*mine, *unheld.get(0, [])),), (*runs, *held), ())


def micro(value: Decimal | int) -> int:
    """Points as a whole number of millionths."""
    return int(exact(value) * POINT)


def leaves_frame(around: Around, outcome: Outcome, rubric: Rubric, earlier: Sequence[Finding] = ()) -> Frame:
    """One line a leaf: score against weight, whether lost points have a reason, whether an open score has a finding.

    A leaf made of 绩效指标 is asked for reasons indicator by indicator, not here.
    """
    names = ("submission", "leaf", "label", "score", "weight", "lost", "score_over_weight", "lost_without_reason",
             "open_without_finding")  # fmt: skip
    lines, places = [], []
    for leaf in rubric.leaves():
        score = outcome.figures.get(f"{leaf.id}.score")
        weight = outcome.figures.get(f"{leaf.id}.weight")
        if score is None or weight is None or weight.value is None:
            continue
        if not isinstance(score.value, Decimal):
            line, place = _open_leaf(leaf, score, around, outcome, earlier)
            lines.append(line)
            places.append(place)
            continue
        lost = micro(weight.value) - micro(score.value)
        asked = not any(step.measure == "indicator_points" for step in (leaf.rule.steps if leaf.rule else ()))
        silent = asked and lost > 0 and not _text(outcome, f"{leaf.id}.deduction_reason")
        lines.append((
            around.submission.name, leaf.id, leaf.label, number(score.value), number(weight.value),
            number(weight.value - score.value), max(0, -lost), int(silent), 0,
        ))  # fmt: skip
        cells = reason_cells(leaf, around, outcome) if silent or lost < 0 else ()
        places.append(Place(around.index, cells=cells))
    columns = {name: [line[at] for line in lines] for at, name in enumerate(names)}
    return build("outcome.leaves", places, columns)


def _open_leaf(
    leaf: Node, score: Figure, around: Around, outcome: Outcome, earlier: Sequence[Finding]
) -> tuple[tuple, Place]:
    """A leaf without a score. It has its finding when something critical was said of a file it is made from, or, for
    one made of nothing that was handed in, of a form as a whole or of the sheet its reason names."""
    where = around.once(fields_by_cell)
    cells = cells_behind(score.id, outcome.figures)
    spoken = [one for one in earlier if messages.severity(one) == "critical"]
    files = {each.cell.file for one in spoken for each in one.cells}
    sheets = {each.cell.sheet for one in spoken if one.code.startswith("TP") for each in one.cells}
    is_told = any(cell.file in files for cell in cells) or (
        not cells and any(not sheet or f"》{sheet}" in (score.reason or "") for sheet in sheets)
    )
    line = (around.submission.name, leaf.id, leaf.label, "", number(leaf.weight), "", 0, 0, int(not is_told))
    shown = tuple(found(*where[cell]) if cell in where else Found(cell, "") for cell in cells[:_MOST_CELLS])
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
        :_MOST_CELLS
    ]
    if reasons:
        return tuple(reasons)
    made_of = tuple(found(*where[cell]) if cell in where else Found(cell, "") for cell in cells[:_MOST_CELLS])
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


def indicators_frame(around: Around, outcome: Outcome) -> Frame:
    """One line a scored 绩效指标: points lost without 偏差原因及改进措施."""
    lines, places = [], []
    for row in around.submission.table(_INDICATORS):
        key = row_key(_INDICATORS, row)
        score, weight = (
            outcome.figures.get(f"indicator.{key}.{part}") for part in ("score", "department_points")
        )
        if (
            not score
            or not weight
            or not isinstance(score.value, Decimal)
            or not isinstance(weight.value, Decimal)
        ):
            continue
        lost = micro(weight.value) - micro(score.value)
        silent = lost > 0 and not is_filled(row, "deviation_reason")
        lines.append((around.submission.name, row.file, row.sheet, row.number, key, number(score.value),
                      number(weight.value), int(silent)))  # fmt: skip
        places.append(Place(around.index, row))
    names = ("submission", "file", "sheet", "row", "indicator", "score", "weight", "lost_without_reason")
    columns = {name: [line[at] for line in lines] for at, name in enumerate(names)}
    return build("outcome.indicators", places, columns)


def weights_frame(around: Around, rubric: Rubric, official: Sequence[Any]) -> Frame:
    """One line an indicator of the official form: its own name and 分值 against the rubric's."""
    lines, places = [], []
    for each in official:
        leaf = rubric.node(each.leaf)
        points = each.points if isinstance(each.points, Decimal) else None
        same_name = plain_name(each.name) in {plain_name(name) for name in (leaf.label, *leaf.aliases)}
        lines.append((
            around.submission.name, leaf.id, str(each.name or ""), leaf.label, "" if points is None else number(points),
            number(leaf.weight), int(not same_name), int(points is None or points != leaf.weight),
        ))  # fmt: skip
        cells = (each.points_cell, each.name_cell)
        places.append(Place(around.index, cells=tuple(Found(cell, text) for cell, text in zip(
            cells, (lines[-1][4], lines[-1][2]), strict=True))))  # fmt: skip
    names = (
        "submission",
        "leaf",
        "name",
        "rubric_name",
        "points",
        "rubric_points",
        "other_name",
        "other_points",
    )
    columns = {name: [line[at] for line in lines] for at, name in enumerate(names)}
    return build("official.weights", places, columns)


def waivers_frame(around: Around, findings: Sequence[Finding]) -> Frame:
    """One line a 核查说明 that is filled in: ``without_effect`` is 0 where it holds for a finding of the submission."""
    judged = waivers.judge(around.submission, findings)
    columns: dict[str, list[object]] = {
        "submission": [around.submission.name for _ in judged],
        "table": [waivers.TABLE for _ in judged],
        "file": [one.row.file for one in judged],
        "sheet": [one.row.sheet for one in judged],
        "row": [one.row.number for one in judged],
        "code": [one.code for one in judged],
        "fields": [" ".join(one.fields) for one in judged],
        "without_effect": [int(bool(one.code)) for one in judged],
    }
    places = [Place(around.index, one.row, facts=one.facts or {}) for one in judged]
    return build("outcome.waivers", places, columns)
