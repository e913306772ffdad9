"""Measures taken from 《6_采购台账》: what was done in time, and the share reserved for small enterprises.

Called by ``score`` through ``measures.MEASURES``. Without a ledger the leaf does not apply where 《5_管理事项》 says
so with a reason, and is undetermined otherwise. Source: docs/domain.md §3.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from pipeline.compute.inputs import Inputs, listed
from pipeline.compute.measured import Leaf, Measured, once
from pipeline.compute.measures_items import inapplicable
from pipeline.compute.rates import rate
from pipeline.compute.working_days import calendar_days, within_working_days
from pipeline.model import Cell, Row
from pipeline.money import print_percent

TABLE = "procurement.contracts"
WORKS = "工程"
SMALL, SMALL_OR_MEDIUM = ("小型", "微型"), ("中型", "小型", "微型")


@dataclass(frozen=True, slots=True)
class Timely:
    """One contract: in time or not (None: unknown, with reason); ``counts`` False: exempt.

    ``is_counting_known`` False: whether it is exempt cannot be told.
    """

    is_on_time: bool | None
    because: tuple[Cell, ...]
    reason: str = ""
    counts: bool = True
    is_counting_known: bool = True


def on_time(leaf: Leaf, *, start: str, end: str, limit: int, days: str) -> Measured:
    """Contracts whose ``end`` date is no more than ``limit`` days (calendar | working) after ``start``, over all.

    Excel: ``=COUNTIF(end-start,"<="&limit)/ROWS(end)``
    """

    def judge(row: Row) -> Timely:
        first, last = leaf.inputs.take(row, start), leaf.inputs.take(row, end)
        because = (first.cell, last.cell)
        if first.state != "value" or last.state != "value":
            return Timely(None, because, listed(one.reason for one in (first, last)))
        if last.value < first.value:
            return Timely(None, because, f"{last.cell} 早于 {first.cell}")
        if days == "calendar":
            return Timely(calendar_days(first.value, last.value) <= limit, because)
        is_within = within_working_days(first.value, last.value, limit)
        years = f"{first.value.year}–{last.value.year}"
        return Timely(
            is_within, because, f"{last.cell}：工作日历没有 {years} 年的节假日" if is_within is None else ""
        )

    kind = "个工作日" if days == "working" else "日"
    return _share_on_time(leaf, judge, f"{limit} {kind}内为按时")


def intention_on_time(leaf: Leaf, *, lead_days: int, exempt_methods: Sequence[str]) -> Measured:
    """采购意向 published at least ``lead_days`` before the announcement, over the contracts that are not exempt.

    Exempt: a method of ``exempt_methods``, or a 意向豁免理由. Excel: ``=COUNTIF(announced-published,">="&lead)/ROWS``
    """

    def judge(row: Row) -> Timely:
        take = leaf.inputs.take
        method, exemption = take(row, "procurement_method"), take(row, "intention_exemption")
        if exemption.is_unusable:
            return Timely(None, (exemption.cell,), exemption.reason, is_counting_known=False)
        if exemption.state == "value":
            return Timely(None, (exemption.cell,), counts=False)
        if method.value in exempt_methods:
            return Timely(None, (method.cell,), counts=False)
        published, announced = take(row, "intention_published_on"), take(row, "announced_on")
        because = (method.cell, published.cell, announced.cell)
        reasons = [one.reason for one in (published, announced) if one.state != "value"]
        if method.state != "value":
            return Timely(None, because, method.reason, is_counting_known=False)
        if reasons:
            return Timely(None, because, listed(reasons))
        latest: datetime.date = announced.value - datetime.timedelta(days=lead_days)
        return Timely(published.value <= latest, because)

    return _share_on_time(leaf, judge, f"采购公告前 {lead_days} 日公开为按时，豁免的不计")


def _share_on_time(leaf: Leaf, judge: Callable[[Row], Timely], band: str) -> Measured:
    label = "按时的采购项目比例"
    if (none := _no_ledger(leaf, label)) is not None:
        return none
    rows = leaf.inputs.rows(TABLE)
    judged = [judge(row) for row in rows]
    counted = [one for one in judged if one.counts]
    common = {
        "because": once([cell for one in judged for cell in one.because]),
        "active": (band,),
        "rows": tuple((row, ()) for row in rows),
        "reason_field": "overdue_reason",
        "reason_rows": tuple(
            (row, "") for row, one in zip(rows, judged, strict=True) if one.counts and not one.is_on_time
        ),
    }
    if not counted:
        return Measured(label, applicable=False, **common)
    good = sum(one.is_on_time is True for one in counted)
    open_ones = [one for one in counted if one.is_on_time is None]
    if any(not one.is_counting_known for one in open_ones):
        return Measured(label, reason=listed(one.reason for one in open_ones), **common)
    if open_ones:
        low, high = Fraction(good, len(counted)), Fraction(good + len(open_ones), len(counted))
        return Measured(label, reason=listed(one.reason for one in open_ones), low=low, high=high, **common)
    parameters = {"按时/项目": f"{good}/{len(counted)}"}
    return Measured(label, value=Fraction(good, len(counted)), parameters=parameters, **common)


def _no_ledger(leaf: Leaf, label: str) -> Measured | None:
    """The measure where there is no ledger; None where there is one."""
    if leaf.inputs.rows(TABLE):
        return None
    items = inapplicable(leaf)
    if items is not None:
        return Measured(label, because=items.dropped, applicable=False, active=items.active)
    reason = f"{leaf.inputs.missing(TABLE)}，《5_管理事项》也没有写明本年无政府采购"
    return Measured(label, reason=reason)


def reserved_for_sme(
    leaf: Leaf, *, base: str, goods_services: Fraction, works: Fraction, small_micro: Fraction
) -> Measured:
    """The weakest of: share of goods and services ÷ required, of works ÷ required, of 小微 in it ÷ required; at most 1.

    ``base``: the money a contract counts with. Reserved money is 预留中小金额; where blank, all of a contract marked
    专门面向中小 or given to such an enterprise. Excel: ``=MIN(1,gs/0.3,works/0.4,small/0.6)``
    """
    label = "面向中小企业的份额 ÷ 应预留的份额"
    if (none := _no_ledger(leaf, label)) is not None:
        return none
    because: list[Cell] = []
    reasons: list[str] = []
    totals = {WORKS: [Fraction(0), Fraction(0)], "货物服务": [Fraction(0), Fraction(0)]}
    small = Fraction(0)
    for row in leaf.inputs.rows(TABLE):
        waived = leaf.inputs.take(row, "no_reservation_reason")
        if waived.state == "value":
            because.append(waived.cell)
            continue
        if waived.is_unusable:
            because.append(waived.cell)
            reasons.append(waived.reason)
        share = _reserved(leaf.inputs, row, base)
        because += share.because
        reasons.append(share.reason)
        kind = totals[WORKS if share.is_works else "货物服务"]
        kind[0], kind[1], small = kind[0] + share.amount, kind[1] + share.reserved, small + share.small
    common = {
        "because": once(because),
        "rows": tuple((row, ()) for row in leaf.inputs.rows(TABLE)),
        "reason_rows": (),
    }
    if listed(reasons):
        return Measured(label, reason=listed(reasons), **common)
    reserved = totals[WORKS][1] + totals["货物服务"][1]
    shares = {
        f"货物服务（应 {print_percent(goods_services)}）": (
            rate(totals["货物服务"][1], totals["货物服务"][0]),
            goods_services,
        ),
        f"工程（应 {print_percent(works)}）": (rate(totals[WORKS][1], totals[WORKS][0]), works),
        f"其中小微（应 {print_percent(small_micro)}）": (rate(small, reserved), small_micro),
    }
    known = {
        name: share / required for name, (share, required) in shares.items() if share is not None and required
    }
    if not known:
        return Measured(label, applicable=False, active=("没有应预留份额的采购",), **common)
    weakest = min(known, key=lambda name: known[name])
    active = (f"取最低的一项：{weakest}", *(("达到应预留份额，封顶",) if known[weakest] >= 1 else ()))
    parameters = {name: print_percent(share) for name, (share, _) in shares.items() if share is not None}
    return Measured(
        label, value=min(Fraction(1), known[weakest]), active=active, parameters=parameters, **common
    )


@dataclass(frozen=True, slots=True)
class Reserved:
    """One contract's money, how much of it is reserved, how much of that is for 小微."""

    amount: Fraction
    reserved: Fraction
    small: Fraction
    is_works: bool
    because: tuple[Cell, ...]
    reason: str


def _reserved(inputs: Inputs, row: Row, base: str) -> Reserved:
    amount, size = inputs.take(row, base), inputs.take(row, "enterprise_size")
    kind, flag = inputs.take(row, "procurement_kind"), inputs.take(row, "is_reserved_for_sme")
    typed, typed_small = (
        inputs.take(row, "reserved_for_sme_fen"),
        inputs.take(row, "reserved_for_small_micro_fen"),
    )
    filled = tuple(one.cell for one in (kind, flag, typed, typed_small) if one.state != "blank")
    needed = (amount,) if typed.state == "value" and typed_small.state == "value" else (amount, size)
    reasons = [one.reason for one in needed if one.state != "value"]
    reasons += [one.reason for one in (kind, flag, typed, typed_small) if one.is_unusable]
    because = (*(one.cell for one in needed), *filled)
    if listed(reasons):
        return Reserved(Fraction(0), Fraction(0), Fraction(0), False, because, listed(reasons))
    whole = Fraction(amount.value)
    if typed.state == "value":
        reserved = Fraction(typed.value)
    elif flag.state == "value":
        reserved = whole if flag.value else Fraction(0)
    else:
        reserved = whole if size.value in SMALL_OR_MEDIUM else Fraction(0)
    if typed_small.state == "value":
        small = Fraction(typed_small.value)
    else:
        small = reserved if size.value in SMALL else Fraction(0)
    return Reserved(whole, reserved, small, kind.value == WORKS, because, "")
