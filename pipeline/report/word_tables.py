"""The rows of the report's annex tables: every number a figure, a dash where there is none.

Pure functions. A row is a mapping of the names that the template's columns use. Source: docs/domain.md §6.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pipeline.model import Submission
from pipeline.model_rubric import Node, Rubric
from pipeline.model_tasks import task_lines
from pipeline.report.sentences import Teller
from pipeline.report.sentences_score import decided, is_open, lost, why_open
from pipeline.report.trace import show
from pipeline.report.word_run import NOTHING, Printable

Row = Mapping[str, Printable]
#: what stands in an id for a blank code (``model.figure_key``)
_DIGEST = re.compile(r"x[0-9a-f]{10}(_\d+)?")
#: one level of a tree, printed
_INDENT = "　"
_EVIDENCE = (
    "evidence_id",
    "evidence_name",
    "document_number",
    "dated_on",
    "pages",
    "file_name",
    "provided_by",
)
_MONEY = ("initial_budget", "annual_budget", "executed", "execution_rate")


def score_rows(tell: Teller, rubric: Rubric) -> list[Row]:
    """Every node of the rubric, parents first, then the total."""
    rows = [row for node in rubric.nodes for row in _scored(tell, node, 0)]
    return [*rows, _points(tell, "total", "总分", "")]


def _scored(tell: Teller, node: Node, depth: int) -> Iterator[Row]:
    why = "" if node.children else _why(tell, node)
    yield _points(tell, node.id, _INDENT * depth + node.label, why)
    for child in node.children:
        yield from _scored(tell, child, depth + 1)


def _points(tell: Teller, prefix: str, label: str, why: str) -> Row:
    parts = {part: _figure(tell, f"{prefix}.{part}") for part in ("weight", "score", "lost")}
    return {"label": label, **parts, "why": why or ""}


def _why(tell: Teller, node: Node) -> str:
    if is_open(tell, node):
        return why_open(tell, node)
    if not lost(tell, node):
        return ""
    return tell.text(f"{node.id}.deduction_reason") or "；".join(decided(tell, node))


def _figure(tell: Teller, figure_id: str) -> Printable:
    return tell.shown(figure_id) if tell.has(figure_id) else NOTHING


def indicator_rows(tell: Teller) -> list[Row]:
    """Every indicator, by its code; those without one last, as they were read."""
    keys = [
        figure_id.split(".")[1]
        for figure_id in tell.figures
        if figure_id.startswith("indicator.") and figure_id.endswith(".level_3")
    ]
    keys.sort(key=lambda key: (bool(_DIGEST.fullmatch(key)), "" if _DIGEST.fullmatch(key) else key))
    columns = {
        "level_1": "level_1", "level_3": "level_3", "target": "target", "actual": "actual",
        "rate": "completion_rate", "points": "department_points", "score": "score",
    }  # fmt: skip
    return [
        {name: _figure(tell, f"indicator.{key}.{part}") for name, part in columns.items()} for key in keys
    ]


def month_rows(tell: Teller) -> list[Row]:
    """The months there are figures of."""
    columns = ("budget", "spent", "cumulative", "rate", "schedule", "progress")
    return [
        {"month": f"{month}月", **{part: _figure(tell, f"month.{month}.{part}") for part in columns}}
        for month in range(1, 13)
        if f"month.{month}.rate" in tell.figures
    ]


def task_rows(tell: Teller) -> list[Row]:
    """职责, 任务 and 项目 with money and indicators, as the tree has them; what stands under no task; the total."""
    rows = []
    for line in task_lines(tell.figures):
        if line.kind == "indicator":
            continue
        parts = (*_MONEY, "indicators", "indicators_met")
        row = {part: _figure(tell, f"{line.prefix}.{part}") for part in parts}
        rows.append({"label": _INDENT * line.level + line.label, **row})
    return rows


def evidence_rows(submission: Submission) -> list[Row]:
    """7_佐证目录 as typed, in its order."""
    return [
        {field: show(field, row[field]) or NOTHING for field in _EVIDENCE}
        for row in submission.table("evidence.catalogue")
    ]
