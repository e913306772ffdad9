"""figures.json and trace.json: every figure, and what it was made from down to input cells with 来源 and 佐证.

Happens after computing and filling. Source: docs/architecture.md, 'What a run leaves behind'.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from pipeline.model import Absent, Cell, Figure, Outcome, Row, Submission
from pipeline.money import in_unit


def show(field_id: str, value: object) -> str:
    """A typed value as a person typed it: 万元 for money, 是/否, ISO dates; an empty text for a blank.

    >>> show("executed_fen", 2219830000), show("is_applicable", True), show("target", None)
    ('2219.83', '是', '')
    """
    if value is None:
        return ""
    if isinstance(value, Absent):
        return value.value
    if isinstance(value, bool):
        return "是" if value else "否"
    if field_id.endswith("_fen") and isinstance(value, int):
        return f"{in_unit(value):f}"
    if isinstance(value, Fraction):
        return f"{_decimal(value * 100):f}%"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, tuple):
        return "-".join(str(part) for part in value)
    return str(value)


def _decimal(value: Fraction) -> Decimal:
    return (Decimal(value.numerator) / Decimal(value.denominator)).normalize()


def index_cells(submission: Submission) -> Mapping[Cell, tuple[Row, str]]:
    """Cell -> its row and field id, for every value of the submission."""
    index = {}
    for table in submission.tables.values():
        for row in table.rows:
            for field_id in row.columns:
                index[row.cell(field_id)] = (row, field_id)
    return index


def figure_record(figure: Figure) -> dict:
    """One entry of figures.json: ``value`` a decimal string or text, ``exact`` a fraction where there is one."""
    value = figure.value
    return {
        "value": f"{value:f}" if isinstance(value, Decimal) else value,
        "unit": figure.unit,
        "printed": figure.printed,
        "label": figure.label,
        "exact": str(figure.exact) if figure.exact is not None else None,
        "range": [f"{end:f}" for end in figure.range] if figure.range else None,
        "reason": figure.reason,
    }


def figures_json(outcome: Outcome) -> dict:
    return {figure_id: figure_record(figure) for figure_id, figure in outcome.figures.items()}


def trace_json(
    outcome: Outcome,
    submission: Submission,
    workbooks: Mapping[str, Mapping[str, str]],
    sources: Mapping[str, str],
    words: Mapping[str, str] | None = None,
) -> dict:
    """The derivation of everything.

    ``workbooks``: output file -> ``sheet!A1`` -> figure id. ``sources``: source id -> its title, ``words``: formula
    -> what a person calls it, so that the trace can be read without the repository.
    """
    index = index_cells(submission)
    evidence_names = {
        row["evidence_id"]: row["evidence_name"]
        for row in submission.table("evidence.catalogue")
        if row["evidence_id"]
    }
    figures = {}
    for figure_id, figure in outcome.figures.items():
        record = figure_record(figure)
        record |= {
            "formula": figure.formula,
            "parameters": dict(figure.parameters),
            "citation": _citation(figure, sources),
            "active": list(figure.active),
            "because": [
                {"figure": part} if isinstance(part, str) else _cell_record(part, index, evidence_names)
                for part in figure.because
            ],
        }
        figures[figure_id] = record
    named = {name: dict(cells) for name, cells in workbooks.items()}
    return {"figures": figures, "workbooks": named, "words": dict(words or {})}


def _citation(figure: Figure, sources: Mapping[str, str]) -> dict | None:
    if figure.citation is None:
        return None
    cited = figure.citation
    return {
        "source": cited.source,
        "title": sources.get(cited.source, ""),
        "article": cited.article,
        "mark": cited.mark,
    }


def _cell_record(
    cell: Cell, index: Mapping[Cell, tuple[Row, str]], evidence_names: Mapping[object, object]
) -> dict:
    record = {"file": cell.file, "sheet": cell.sheet, "cell": cell.address}
    if cell in index:
        row, field_id = index[cell]
        record["found"] = show(field_id, row[field_id])
        for key, field in (("source", "source"), ("evidence", "evidence"), ("note", "note")):
            if row[field]:
                record[key] = show(field, row[field])
        name = evidence_names.get(row["evidence"])
        if name:
            record["evidence_name"] = str(name)
    return record
