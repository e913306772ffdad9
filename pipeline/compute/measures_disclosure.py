"""The measure of 信息公开: what was published, in time, complete and in form, matter by matter.

Called by ``score`` through ``measures.MEASURES``. Source: docs/domain.md §3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from pipeline.compute.inputs import listed
from pipeline.compute.measured import Leaf, Measured
from pipeline.compute.measures_items import Check, checks, items_of, share_of
from pipeline.compute.working_days import calendar_days
from pipeline.model import Row


def disclosure(leaf: Leaf, *, matters: Sequence[str], within_days: int | None) -> Measured:
    """公开: for each matter published, in time, 内容, 格式 (the last two where filled), and the leaf's checkpoints."""
    items = items_of(leaf)
    found = [share_of(leaf, row, cells) for row, cells in items.rows]
    table = leaf.inputs.rows("management.disclosure")
    nameless = [
        leaf.inputs.take(row, "matter") for row in table if leaf.inputs.take(row, "matter").is_unknown
    ]
    found += [Check(None, (one.cell,), one.reason, is_one=False) for one in nameless]
    used: list[tuple[Row, tuple]] = []
    for matter in matters:
        rows = [row for row in table if leaf.inputs.take(row, "matter").value == matter]
        if not rows:
            found.append(Check(None, (), f"《5_管理事项》信息公开没有“{matter}”一行", is_one=False))
        for row in rows:
            found += _disclosed(leaf, row, within_days)
            used.append((row, (row.cell("matter"),)))
    measured = checks("达标的公开检查点比例", leaf, found, items)
    return replace(measured, rows=(*measured.rows, *used))


def _disclosed(leaf: Leaf, row: Row, within_days: int | None) -> list[Check]:
    take = leaf.inputs.take
    matter, published, address = take(row, "matter"), take(row, "published_on"), take(row, "address")
    if published.state == "not_applicable":
        return [Check(None, (matter.cell, published.cell), counts=False, active=("不适用的公开事项不计",))]
    is_public = Fraction(1) if published.state == "value" and address.state == "value" else None
    reason = listed([published.reason, address.reason])
    because = (matter.cell, published.cell, address.cell)
    found = [Check(is_public, because, reason, active=("有公开日期和网址即为已公开",))]
    if within_days is not None:
        approved = take(row, "approved_on")
        known = published.state == "value" and approved.state == "value"
        days = calendar_days(approved.value, published.value) if known else None
        because = (matter.cell, approved.cell, published.cell)
        reason = listed([approved.reason, published.reason])
        if days is not None and days < 0:
            days, reason = None, f"{published.cell} 早于批复日期"
        share = None if days is None else Fraction(days <= within_days)
        found.append(Check(share, because, reason, active=(f"批复后 {within_days} 日内公开即为及时",)))
    for field_id in ("content_complete", "format_compliant"):
        taken = take(row, field_id)
        if taken.state == "value":
            found.append(Check(Fraction(taken.value), (matter.cell, taken.cell)))
        elif taken.is_unusable:
            found.append(Check(None, (matter.cell, taken.cell), taken.reason))
    return found
