"""Measures of money: 预算调剂率, execution rates, ratios of two cells, “三公” within budget, cost against last year.

Called by ``score`` through ``measures.MEASURES``; happens after ``budget`` and ``months``. Source: docs/domain.md §2–§3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from pipeline.compute.book import Book
from pipeline.compute.inputs import Inputs, Sum, Taken, listed
from pipeline.compute.measured import Leaf, Measured, once
from pipeline.compute.measures_items import Check, Items, checks, items_of
from pipeline.compute.rates import rate
from pipeline.model import Cell, row_key

COSTS = "management.three_public"
ADJUSTMENTS = "budget_execution.adjustments"
COST_FIELDS = (("budget", "预算数"), ("executed", "本年执行数"), ("executed_last_year", "上年执行数"))


def put_costs(inputs: Inputs, book: Book) -> None:
    """``cost.<item>.{budget|executed|executed_last_year|execution_rate}`` for every row of 三公与成本."""
    for row in inputs.rows(COSTS):
        item = inputs.take(row, "item")
        if item.state != "value":
            continue
        prefix = f"cost.{row_key(COSTS, row)}"
        for name, label in COST_FIELDS:
            taken = inputs.take(row, f"{name}_fen")
            is_blank = taken.state == "not_applicable"
            total = Sum(taken.value, (item.cell, taken.cell), taken.reason, 0 if is_blank else 1)
            book.amount(f"{prefix}.{name}", f"{item.value}{label}", total, none="不适用")
        label = f"{item.value}执行率"
        if book[f"{prefix}.budget"].exact == 0 and book[f"{prefix}.executed"].exact == 0:
            because = (f"{prefix}.executed", f"{prefix}.budget")
            book.text(f"{prefix}.execution_rate", label, "", because, unit="%", reason="没有预算也没有支出")
        else:
            over, under = f"{prefix}.executed", f"{prefix}.budget"
            book.rate(f"{prefix}.execution_rate", label, over, under, denominator_label="预算数")


def adjustment_rate(leaf: Leaf, *, kinds: Sequence[str], exclude_policy_driven: bool) -> Measured:
    """预算调剂率 = adjustments of these kinds, gross, ÷ 年初预算数; policy-driven ones with a 文号 are left out.

    Without 调整明细 it is |调整净额| ÷ 年初预算数. Excel: ``=SUMIFS(amount,…)/initial``
    """
    label, initial = "预算调剂率", leaf.book["annual.initial_budget"]
    rows = leaf.inputs.rows(ADJUSTMENTS)
    parameters = {"分母": "年初预算数", "类型": "、".join(kinds)}
    if rows:
        gross, because, reasons, active = _gross(leaf.inputs, kinds, exclude_policy_driven)
        parameters["分子"] = "调整明细金额之和（总额口径）" + (
            "，有文号的政策性调整除外" if exclude_policy_driven else ""
        )
    else:
        net = leaf.book["annual.net_adjustment"]
        because, active = [net.id], []
        gross = None if net.exact is None else abs(net.exact)
        reasons = [net.reason or ""] if net.exact is None else []
        parameters["分子"] = "调整净额的绝对值（净额口径，没有调整明细）"
    if initial.exact is None:
        reasons.append(initial.reason or "")
    elif initial.exact == 0:
        reasons.append("年初预算数为 0，不能作分母")
    common = {"because": once([*because, initial.id]), "parameters": parameters}
    if listed(reasons) or gross is None:
        return Measured(label, reason=listed(reasons), active=tuple(active), **common)
    value = gross / initial.exact
    if value == 0:
        active.append("分子为 0")
    return Measured(label, value=value, active=tuple(active), **common)


def _gross(
    inputs: Inputs, kinds: Sequence[str], exclude_policy_driven: bool
) -> tuple[Fraction, list[Cell | str], list[str], list[str]]:
    """Sum in 万元 of the adjustments that count, with cells, reasons and what was left out."""
    gross = Fraction(0)
    because: list[Cell | str] = []
    reasons: list[str] = []
    active: list[str] = []
    for row in inputs.rows(ADJUSTMENTS):
        kind, amount = inputs.take(row, "adjustment_kind"), inputs.take(row, "amount_fen")
        policy, document = inputs.take(row, "is_policy_driven"), inputs.take(row, "policy_document_number")
        if kind.state == "value" and kind.value not in kinds:
            because.append(kind.cell)
            active.append("不属于" + "、".join(kinds) + "的不计")
            continue
        if exclude_policy_driven and policy.value is True and document.state == "value":
            because += (policy.cell, document.cell)
            active.append("有文号的政策性调整不计")
            continue
        because += (kind.cell, amount.cell)
        active.append("、".join(kinds) + "同计")
        for one in (policy, document):
            if exclude_policy_driven and one.is_unusable:
                because.append(one.cell)
                reasons.append(one.reason)
        reasons += [one.reason for one in (kind, amount) if one.state != "value"]
        gross += Fraction(abs(amount.value), 1_000_000) if amount.state == "value" else 0
    return gross, because, reasons, list(dict.fromkeys(active))


def average_execution_rate(leaf: Leaf) -> Measured:
    """年平均执行率 as ``months`` entered it: the exact capped value, or the printed one where the rubric says so."""
    figure = leaf.book["annual.average_execution_rate"]
    common = {
        "because": (figure.id,),
        "parameters": dict(figure.parameters),
        "reason_field": "shortfall_reason",
    }
    common["rows"] = tuple((row, (row.cell("month"),)) for row in leaf.inputs.rows("monthly_spending.months"))
    if figure.exact is None:
        low, high = (Fraction(end) / 100 for end in figure.range) if figure.range else (None, None)
        return Measured("年平均执行率", reason=figure.reason or "", low=low, high=high, **common)
    printed = leaf.inputs.rubric.setting("average_execution_rate.rounding") == "printed"
    value = Fraction(figure.value) / 100 if printed else figure.exact
    return Measured("年平均执行率", value=value, active=("按印出的值计分",) if printed else (), **common)


def execution_rate(leaf: Leaf, *, scope: str) -> Measured:
    """A rate of the year as ``budget`` entered it: ``annual``, one of the kinds, or that of the project itself."""
    prefix = "annual" if scope == "annual" else f"kind.{scope}"
    if scope == "this_project":
        if leaf.inputs.project is None:
            raise ValueError("this_project asked of a whole department")
        prefix = f"project.{leaf.inputs.project.key}"
    figure = leaf.book[f"{prefix}.execution_rate"]
    if figure.exact is None:
        return Measured(
            figure.label, because=(figure.id,), reason=figure.reason or "", applicable=figure.value is None
        )
    return Measured(
        figure.label, value=figure.exact, because=(figure.id,), parameters=dict(figure.parameters)
    )


def card_ratio(leaf: Leaf, *, table: str, numerator: str, denominator: str, label: str) -> Measured:
    """One cell of a card over another. Excel: ``=numerator/denominator``"""
    card = leaf.inputs.card(table)
    if card is None:
        return Measured(label, reason=leaf.inputs.missing(table))
    over, under = leaf.inputs.take(card, numerator), leaf.inputs.take(card, denominator)
    items = items_of(leaf)
    if items.dropped and not items.rows and not items.reasons:
        return Measured(label, because=items.dropped, applicable=False, active=items.active)
    common = {"because": (over.cell, under.cell), "rows": ((card, ()),)}
    reasons = [one.reason for one in (over, under) if one.state != "value"]
    value = rate(over.value, under.value) if not reasons else None
    if value is None:
        return Measured(label, reason=listed(reasons) or f"{under.cell} 为 0，不能作分母", **common)
    return Measured(label, value=value, active=() if value else ("分子为 0",), **common)


def _nameless(leaf: Leaf) -> list[Taken]:
    """Rows of 三公与成本 whose 项目 cannot be known: they could be any."""
    taken = [leaf.inputs.take(row, "item") for row in leaf.inputs.rows(COSTS)]
    return [one for one in taken if one.is_unknown]


def within_budget(leaf: Leaf, *, items: Sequence[str], in_total: bool) -> Measured:
    """Items (and their total) executed within their budget, over all of them. Excel: ``=COUNTIF(executed-budget,"<=0")/n``"""
    label = "不超预算的项目比例"
    rows = [row for row in leaf.inputs.rows(COSTS) if leaf.inputs.take(row, "item").value in items]
    if open_items := _nameless(leaf):
        return Measured(
            label, reason=listed(one.reason for one in open_items), because=tuple(o.cell for o in open_items)
        )
    if not rows:
        return Measured(label, reason=f"《5_管理事项》三公与成本没有 {'、'.join(items)}")
    found, sums = [], [Fraction(0), Fraction(0)]
    open_reasons: list[str] = []
    for row in rows:
        name, budget, spent = (leaf.inputs.take(row, one) for one in ("item", "budget_fen", "executed_fen"))
        because = (name.cell, budget.cell, spent.cell)
        if budget.state == "not_applicable" and spent.state in ("not_applicable", "blank"):
            found.append(Check(None, because, counts=False, active=("不适用的项目不计",)))
            continue
        reason = listed(one.reason for one in (budget, spent) if one.state != "value")
        if reason:
            open_reasons.append(reason)
            found.append(Check(None, because, reason))
            continue
        sums = [sums[0] + budget.value, sums[1] + spent.value]
        found.append(
            Check(Fraction(spent.value <= budget.value), because, active=("执行数不超过预算数即为达标",))
        )
    if in_total and any(check.counts for check in found):
        share = None if open_reasons else Fraction(sums[1] <= sums[0])
        found.append(Check(share, (), listed(open_reasons)))
    members = tuple((row, (row.cell("item"),)) for row in rows)
    return replace(checks(label, leaf, found, Items(members, (), (), ())), reason_field="change_reason")


def cost_against_last_year(leaf: Leaf, *, items: Sequence[str]) -> Measured:
    """本年执行数 ÷ 上年执行数 of the items together. Excel: ``=SUM(this_year)/SUM(last_year)``"""
    return _cost_share(leaf, items, "executed_last_year_fen", "上年执行数")


def cost_against_budget(leaf: Leaf, *, items: Sequence[str]) -> Measured:
    """本年执行数 ÷ 预算数 of the items together (“三公经费”控制率); neither budget nor spending does not apply.

    Excel: ``=SUM(executed)/SUM(budget)``
    """
    measured = _cost_share(leaf, items, "budget_fen", "预算数")
    taken = [
        leaf.inputs.take(row, name) for row, _ in measured.rows for name in ("executed_fen", "budget_fen")
    ]
    if taken and not any(one.is_unknown or one.value for one in taken):
        return replace(measured, applicable=False, reason="没有预算也没有支出")
    return measured


def _cost_share(leaf: Leaf, items: Sequence[str], base: str, base_label: str) -> Measured:
    """本年执行数 over another column, both summed over the items; open while a cell or a row's name is."""
    label = f"本年执行数 ÷ {base_label}"
    rows = [row for row in leaf.inputs.rows(COSTS) if leaf.inputs.take(row, "item").value in items]
    if open_items := _nameless(leaf):
        return Measured(
            label, reason=listed(one.reason for one in open_items), because=tuple(o.cell for o in open_items)
        )
    if not rows:
        return Measured(label, reason=f"《5_管理事项》三公与成本没有 {'、'.join(items)}")
    this_year, last_year = 0, 0
    because: list[Cell] = []
    reasons: list[str] = []
    for row in rows:
        taken = [leaf.inputs.take(row, name) for name in ("executed_fen", base)]
        because += [one.cell for one in taken]
        reasons += [one.reason for one in taken if one.is_unknown]
        this_year += taken[0].value or 0
        last_year += taken[1].value or 0
        if any(one.is_unknown or one.value for one in taken):
            because.append(row.cell("item"))
    common = {
        "because": once(because),
        "rows": tuple((row, (row.cell("item"),)) for row in rows),
        "reason_field": "change_reason",
        "active": ("各项合并计算，项目之间改动不影响",),
    }
    value = rate(this_year, last_year)
    if listed(reasons) or value is None:
        return Measured(label, reason=listed(reasons) or f"{base_label}合计为 0，不能作分母", **common)
    return Measured(label, value=value, **common)
