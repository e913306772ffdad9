"""Rates whose whole stands right in front of them, and rates of counts: 占全年预算B的C%, 计划100人，实际95人，完成率95%."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.narrative.amounts import (
    is_change,
    percent,
    ratio_agrees,
    ratio_bounds,
    shortened,
    shown,
    unit_size,
    within,
)
from pipeline.narrative.document import Quantity, Sentence, Spotted


def of_the_amount(sentence: Sentence, rate: Quantity) -> list[Spotted] | None:
    """支出A，占全年预算B的C%; 完成120场，为目标100场的C%: the whole stands right in front of the rate. None for another rate."""
    place = sentence.quantities.index(rate)
    whole = sentence.quantities[place - 1] if place else None
    if (
        whole is None
        or rate.before not in ("的", "的比例为", "的比重为")
        or whole.kind not in ("money", "count")
    ):
        return None
    if not re.search(r"占|为|达|完成|相当于|是", whole.label) or not whole.is_exact or not rate.is_exact:
        return None
    before = [
        q
        for q in sentence.quantities[: place - 1]
        if q.kind == whole.kind and (q.kind == "money" or q.unit == whole.unit) and not is_change(q)
    ]
    if not before or any(ratio_agrees(q, whole, rate) for q in before) or not whole.value:
        return []
    done = before[-1]
    if not done.is_exact or "；" in sentence.text[done.end : whole.start]:
        return []
    exact = done.value / whole.value * 100
    facts = {
        "about": shortened(whole.label, most=24),
        "rate": rate.text,
        "part": done.text,
        "whole": whole.text,
        "computed": percent(exact, rate),
        "implied": implied(rate, done, whole),
        "piece": shortened(sentence.text, done.start, rate.end),
    }
    code = (
        "NA-002" if abs(exact - rate.value) < rate.step else "NA-001" if whole.kind == "money" else "NA-003"
    )
    return [Spotted(code, sentence.place, facts, rate.text, facts["computed"])]


def of_counts(sentence: Sentence, rate: Quantity) -> Iterator[Spotted]:
    """计划100人，实际95人，完成率95%: exactly two counts of one unit in front of the rate."""
    found = [q for q in sentence.quantities if q.kind == "count" and q.end <= rate.start and q.is_exact]
    units = {q.unit for q in found}
    if len(found) != 2 or len(units) != 1 or not re.search(r"计划|目标|应|任务", found[0].before):
        return
    if not re.search(r"实际|完成|已", found[1].before) or found[0].value == 0:
        return
    bounds = ratio_bounds(found[1], found[0])
    if bounds and not within(bounds, rate):
        exact = found[1].value / found[0].value * 100
        facts = {
            "about": rate.label, "rate": rate.text, "part": found[1].text, "whole": found[0].text,
            "computed": percent(exact, rate), "implied": "—", "piece": shortened(sentence.text, found[0].start, rate.end),
        }  # fmt: skip
        yield Spotted("NA-003", sentence.place, facts, rate.text, facts["computed"])


def implied(rate: Quantity, done: Quantity, whole: Quantity) -> str:
    """The denominator that would give the printed rate, as exact as the budget is printed."""
    if rate.value <= 0:
        return "没有这样的分母"
    return shown(done.value / rate.value * 100, whole, 2 if unit_size(whole) > 1 else 0)
