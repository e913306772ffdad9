"""Whether an indicator reached its target: figure ``indicator.<id>.met``, 1 or 0.

Used by ``indicators``; ``tasks`` counts them. 定性 counts as reached with the best grade of the rubric; 不适用 is
neither reached nor missed; what cannot be told yet is open between 0 and 1. Source: docs/domain.md §4.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from pipeline.compute.book import Book
from pipeline.compute.inputs import Inputs
from pipeline.compute.judged import Judged
from pipeline.compute.measured import once
from pipeline.model import KEY_FIELDS, Figure, Row
from pipeline.model_rubric import Band

TABLE = "indicator_results.indicators"
#: the value of an indicator that is neither reached nor missed
INAPPLICABLE = "不适用"
#: what a change of target or result need not change
_ONLY_WHETHER = "只看是否达到，不看差多少"


def put_met(
    inputs: Inputs, book: Book, prefix: str, row: Row, judged: Judged, grades: Sequence[Band]
) -> Figure:
    """``<prefix>.met``; its ``parameters`` say how the two were compared."""
    figure_id, label = f"{prefix}.met", f"{row.usable(KEY_FIELDS[TABLE][-1]) or '指标'}是否达到"
    keys = inputs.key_cells(TABLE, row)
    absent = [
        taken
        for taken in (inputs.take(row, "target"), inputs.take(row, "actual"))
        if taken.state == "not_applicable"
    ]
    if absent:
        because = once((*(taken.cell for taken in absent), *keys))
        return book.text(figure_id, label, INAPPLICABLE, because, active=(_ONLY_WHETHER,))
    is_met, reason, cells, compared = judged.is_met, judged.reason, judged.because, judged.operator
    if judged.is_qualitative:
        grade = inputs.take(row, "grade")
        best = max(grades, key=lambda band: band.high, default=None)
        cells, compared = (*cells, grade.cell), "评定等级"
        is_met = grade.value == best.value if grade.state == "value" and best else None
        reason = "" if is_met is not None else f"定性指标没有评定等级：{grade.reason}"
    common = {
        "digits": 0,
        "because": once((*cells, *keys)),
        "formula": "met",
        "active": (*judged.notes, _ONLY_WHETHER),
    }
    if is_met is None:
        return book.put(
            Figure(figure_id, label, None, range=(Decimal(0), Decimal(1)), reason=reason, **common)
        )
    parameters = {"比较": compared} if compared else {}
    if judged.is_qualitative:
        parameters["最高等级"] = str(best.value)
    value = int(is_met)
    return book.put(
        Figure(figure_id, label, Decimal(value), exact=Fraction(value), parameters=parameters, **common)
    )
