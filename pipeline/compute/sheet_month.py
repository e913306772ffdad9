"""What is asked for, and which month a monitoring sheet speaks of: the one its header names, or else the usual one.

Values of one month are never shown for another. Source: docs/domain.md §1.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.compute.inputs import Inputs
from pipeline.model_months import stated_months


@dataclass(frozen=True, slots=True)
class Asked:
    """``month``: 1–N; ``span``: first and last month of the department; ``open_month``: what a header that names no
    month (1–N月完成值) is taken for."""

    month: int
    span: tuple[int, int]
    open_month: int


def why_other_month(inputs: Inputs, asked: Asked, table_id: str, field_id: str, file: str) -> str:
    """Why the column of a file does not speak of the month asked for, as a Chinese clause; blank where it does."""
    stated = stated_months(inputs.submission.table(table_id), field_id).get(file)
    if stated is not None and stated[0] != asked.month:
        return f"{stated[1]} 写的是 1–{stated[0]} 月，不是 1–{asked.month} 月"
    if stated is None and asked.open_month != asked.month:
        return f"表头没有写明月份，按 1–{asked.open_month} 月的数看待，不用于 1–{asked.month} 月"
    return ""
