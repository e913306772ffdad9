"""Measures taken from 《5_管理事项》: checkpoints done, done over required, problems, stocktaking, income.

Called by ``score`` through ``measures.MEASURES``. Source: docs/domain.md §3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from pipeline.compute.inputs import Taken, listed
from pipeline.compute.measured import Leaf, Measured, once, plain_name
from pipeline.compute.rates import rate
from pipeline.model import Cell, Row

TABLE = "management.items"
NOT_APPLICABLE_NOTE = "不适用的事项不计（写明理由即可）"


@dataclass(frozen=True, slots=True)
class Items:
    """The rows of 事项 that belong to a leaf. ``rows``: applicable ones with the cells that make them belong.

    ``dropped``: cells of rows that do not apply. ``reasons``: rows of which it cannot be known.
    """

    rows: tuple[tuple[Row, tuple[Cell, ...]], ...]
    dropped: tuple[Cell, ...]
    reasons: tuple[str, ...]
    unsure: tuple[Cell, ...]

    @property
    def active(self) -> tuple[str, ...]:
        return (NOT_APPLICABLE_NOTE,) if self.dropped else ()


def items_of(leaf: Leaf, names: frozenset[str] | None = None) -> Items:
    """The rows whose 对应三级指标 is the leaf (or, to say 不适用 for a whole aspect, a node above it)."""
    rows, dropped, reasons, unsure = [], [], [], []
    for row in leaf.inputs.rows(TABLE):
        name = leaf.inputs.take(row, "indicator_name")
        if row.usable("indicator_name") is None and name.state != "not_applicable":
            unsure.append(name.cell)  # a row without a name could be any leaf's
            reasons.append(name.reason)
            continue
        if plain_name(row["indicator_name"]) not in (leaf.names if names is None else names):
            continue
        if name.state != "value":
            unsure.append(name.cell)
            reasons.append(name.reason)
            continue
        applies = leaf.inputs.take(row, "is_applicable")
        cells = (name.cell, applies.cell)
        if applies.value is True:
            rows.append((row, cells))
        elif applies.value is False or applies.state == "not_applicable":
            why = leaf.inputs.take(row, "inapplicable_reason")
            if why.state == "value":
                dropped += (*cells, why.cell)
            else:
                unsure += (*cells, why.cell)
                reasons.append(f"{why.cell} 没有写明不适用理由")
        else:
            unsure += cells
            reasons.append(applies.reason)
    return Items(tuple(rows), tuple(dropped), tuple(reasons), tuple(unsure))


def inapplicable(leaf: Leaf) -> Items | None:
    """Rows that say the leaf, or the aspect it stands in, does not apply; None when no row says so or some apply."""
    items = items_of(leaf, leaf.names | leaf.names_above)
    return items if items.dropped and not items.rows and not items.reasons else None


def items_done(leaf: Leaf) -> Measured:
    """Share of the checkpoints done: 是/否, 已做数 ÷ 应做数, or, where only 问题数 is filled, no problem = done.

    Excel: ``=AVERAGE(share_1,…)``
    """
    items = items_of(leaf)
    return checks(
        "已完成的检查点比例", leaf, [share_of(leaf, row, cells) for row, cells in items.rows], items
    )


@dataclass(frozen=True, slots=True)
class Check:
    """One checkpoint: its share done (None: unknown, with reason; ``counts`` False: not counted) and its cells.

    ``is_one`` False: it stands for checkpoints whose number is not known.
    """

    share: Fraction | None
    because: tuple[Cell | str, ...]
    reason: str = ""
    counts: bool = True
    active: tuple[str, ...] = ()
    is_one: bool = True


def checks(label: str, leaf: Leaf, found: Sequence[Check], items: Items) -> Measured:
    """Checkpoints -> a checklist's measure; an unknown one leaves a range between none and all of it."""
    counted = [check for check in found if check.counts]
    because = once([cell for check in found for cell in check.because] + [*items.dropped, *items.unsure])
    active = once([note for check in found for note in check.active] + [*items.active])
    common = {"because": because, "active": active, "rows": items.rows, "items": len(counted)}
    reasons = [*items.reasons, *(check.reason for check in counted if check.share is None)]
    if not counted and not reasons:
        if items.dropped or found:
            return Measured(label, applicable=False, **common)
        return Measured(label, reason=f"《5_管理事项》事项没有“{leaf.node.label}”这一项", **common)
    if items.reasons or not all(check.is_one for check in counted):
        return Measured(label, reason=listed(reasons), **common)
    if reasons:
        known = sum((check.share for check in counted if check.share is not None), Fraction(0))
        missing = sum(check.share is None for check in counted)
        low, high = known / len(counted), (known + missing) / len(counted)
        return Measured(label, reason=listed(reasons), low=low, high=high, **common)
    value = sum((check.share for check in counted), Fraction(0)) / len(counted)
    common["active"] = (*active, *_extreme(value))
    shown = f"{_plain(value * len(counted))}/{len(counted)}"
    return Measured(label, value=value, parameters={"完成/检查点": shown}, **common)


def _extreme(share: Fraction) -> tuple[str, ...]:
    """All or none: one row more or less of the same kind does not change the share."""
    return ("全部完成",) if share == 1 else ("全部未完成",) if share == 0 else ()


def _plain(number: Fraction) -> str:
    return str(number.numerator) if number.denominator == 1 else f"{number.numerator}/{number.denominator}"


def share_of(leaf: Leaf, row: Row, cells: tuple[Cell, ...]) -> Check:
    done = leaf.inputs.take(row, "done_count")
    if isinstance(done.value, bool):
        return Check(Fraction(done.value), (*cells, done.cell))
    if done.state == "value":
        required = leaf.inputs.take(row, "required_count")
        because = (*cells, required.cell, done.cell)
        if required.state != "value":
            return Check(None, because, required.reason)
        if required.value == 0:
            return Check(None, because, counts=False, active=("应做数为 0 的检查点不计",))
        share = rate(done.value, required.value)
        active = ("已做数不少于应做数，按 100% 计",) if share >= 1 else ("分子为 0",) if not share else ()
        return Check(min(share, Fraction(1)), because, active=active)
    problems = leaf.inputs.take(row, "problem_count")
    if done.state == "blank" and problems.state == "value":
        return Check(
            Fraction(problems.value == 0), (*cells, done.cell, problems.cell), active=("有问题即为未达标",)
        )
    return Check(None, (*cells, done.cell), done.reason)


def done_over_required(leaf: Leaf) -> Measured:
    """已做数 ÷ 应做数 over the leaf's rows; none required does not apply. Excel: ``=SUM(done)/SUM(required)``"""
    items = items_of(leaf)
    label = "已做数 ÷ 应做数"
    required_total, done_total, open_total = 0, 0, 0
    because, reasons, active = [*items.dropped, *items.unsure], list(items.reasons), list(items.active)
    bounded = not items.reasons
    for row, cells in items.rows:
        required, done = leaf.inputs.take(row, "required_count"), leaf.inputs.take(row, "done_count")
        because += (*cells, required.cell)
        if required.state == "value" and required.value == 0:
            active.append("应做数为 0 的事项不计")
            continue
        because.append(done.cell)
        need = required.value if required.state == "value" else 1 if isinstance(done.value, bool) else None
        if need is None:
            reasons.append(required.reason)
            bounded = False
        elif done.state != "value":
            reasons.append(done.reason)
            required_total, open_total = required_total + need, open_total + need
        else:
            did = need * done.value if isinstance(done.value, bool) else done.value
            if did >= need:
                active.append("已做数不少于应做数，按 100% 计")
            required_total, done_total = required_total + need, done_total + min(did, need)
    common = {"because": once(because), "active": once(active), "rows": items.rows}
    if reasons:
        low = rate(done_total, required_total) if bounded else None
        high = rate(done_total + open_total, required_total) if bounded else None
        return Measured(label, reason=listed(reasons), low=low, high=high, **common)
    if not items.rows and not items.dropped:
        return Measured(label, reason=f"《5_管理事项》事项没有“{leaf.node.label}”这一项", **common)
    value = rate(done_total, required_total)
    if value is None:
        return Measured(label, applicable=False, **common)
    common["active"] = once([*active, *_extreme(value)])
    return Measured(label, value=value, parameters={"已做/应做": f"{done_total}/{required_total}"}, **common)


def problem_count(leaf: Leaf) -> Measured:
    """Problems found: the sum of 问题数 over the leaf's rows. Excel: ``=SUM(problems)``"""
    return _added(leaf, "problem_count", "问题数", "个")


def typed_score(leaf: Leaf) -> Measured:
    """Points a person typed: the sum of 自评得分 over the leaf's rows. Excel: ``=SUM(scores)``"""
    return _added(leaf, "claimed_score", "填写的自评得分", "分")


def _added(leaf: Leaf, field_id: str, label: str, unit: str) -> Measured:
    items = items_of(leaf)
    taken: list[Taken] = [leaf.inputs.take(row, field_id) for row, _ in items.rows]
    only = len(taken) == 1  # a row of 0 belongs or not: that matters only where it is the only one
    because: list[Cell] = []
    for (_, cells), one in zip(items.rows, taken, strict=True):
        because += (*cells, one.cell) if only or one.value != 0 else (one.cell,)
    common = {
        "because": once([*because, *items.dropped, *items.unsure]),
        "active": items.active,
        "rows": items.rows,
    }
    reasons = [*items.reasons, *(one.reason for one in taken if one.state != "value")]
    known = sum((Fraction(one.value) for one in taken if one.state == "value"), Fraction(0))
    if reasons:
        return Measured(label, unit, reason=listed(reasons), low=known, **common)
    if not items.rows:
        if items.dropped:
            return Measured(label, unit, applicable=False, **common)
        return Measured(label, unit, reason=f"《5_管理事项》事项没有“{leaf.node.label}”这一项", **common)
    return Measured(label, unit, value=known, **common)


def income_paid(leaf: Leaf) -> Measured:
    """资产收益: due and paid in full, and (where 事项 has a row) in time -> 1, else 0; none due does not apply."""
    label, card = "资产收益及时足额上缴", leaf.inputs.card("management.assets")
    if card is None:
        return Measured(label, reason=leaf.inputs.missing("management.assets"))
    due, paid = leaf.inputs.take(card, "income_due_fen"), leaf.inputs.take(card, "income_paid_fen")
    if due.value == 0 or due.state == "not_applicable":
        return Measured(label, because=(due.cell,), applicable=False, active=("没有应缴收益",))
    items = items_of(leaf)
    timely = checks(label, leaf, [share_of(leaf, row, cells) for row, cells in items.rows], items)
    because = once((due.cell, paid.cell, *timely.because))
    common = {"because": because, "rows": (*items.rows, (card, ()))}
    reasons = [one.reason for one in (due, paid) if one.state != "value"]
    if items.rows or items.reasons:
        reasons.append(timely.reason)
    if listed(reasons):
        return Measured(label, reason=listed(reasons), **common)
    is_paid = paid.value >= due.value and (timely.value is None or timely.value == 1)
    return Measured(
        label, value=Fraction(is_paid), active=("实缴数不少于应缴数且各检查点完成，才算及时足额",), **common
    )


def stocktaking(leaf: Leaf) -> Measured:
    """资产盘点: the date lies in the year, and the leaf's checkpoints, if any. Excel: ``=YEAR(date)=year``"""
    label, card = "年内完成资产盘点", leaf.inputs.card("management.assets")
    items = items_of(leaf)
    if items.dropped and not items.rows and not items.reasons:
        return checks(label, leaf, [], items)
    found = [share_of(leaf, row, cells) for row, cells in items.rows]
    if card is None:
        found.append(Check(None, (), leaf.inputs.missing("management.assets")))
    else:
        taken = leaf.inputs.take(card, "stocktaking_on")
        known = taken.state == "value"
        share = Fraction(taken.value.year == leaf.inputs.rubric.year) if known else None
        active = (f"盘点日期在 {leaf.inputs.rubric.year} 年内即可",)
        found.append(Check(share, (taken.cell,), taken.reason, active=active))
    measured = checks(label, leaf, found, items)
    return replace(measured, rows=(*measured.rows, *(((card, ()),) if card is not None else ())))
