"""Which month the columns 1–N月 of the monitoring sheets speak of: as their headers say, or nothing.

A sheet is filled once; its header may name the month (1-7月完成值) or leave it open (1–N月完成值).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from pipeline.model import Cell, Table

_PERIOD = re.compile("1月?[-\u2010-\u2015\u2212~至](\\d{1,2})月")


def month_in(text: str) -> int | None:
    """The last month a header names.

    >>> month_in("1-7月完成值"), month_in("1 – 11 月执行数"), month_in("1–N月完成值"), month_in("1-13月完成值")
    (7, 11, None, None)
    """
    found = _PERIOD.match("".join(unicodedata.normalize("NFKC", text).split()))
    return int(found[1]) if found and 1 <= int(found[1]) <= 12 else None


def stated_months(table: Table, field_id: str) -> Mapping[str, tuple[int, Cell]]:
    """File -> the month its header of the field names, and that header's cell; files whose header names none are absent."""
    stated = {}
    for cells, texts in zip(table.headers, table.header_texts, strict=False):
        month = month_in(texts.get(field_id, ""))
        if month is not None:
            stated[cells[field_id].file] = (month, cells[field_id])
    return stated
