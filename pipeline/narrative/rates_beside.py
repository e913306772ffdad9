"""Rates whose whole stands right in front of them, and rates of counts: 占全年预算B的C%, 计划100人，实际95人，完成率95%."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.narrative.amounts import (
    is_change,
    ratio_agrees,
    ratio_bounds,
    shortened,
    shown,
    unit_size,
    verdict,
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
    code, computed = verdict(rate, exact, "NA-001" if whole.kind == "money" else "NA-003")
    facts = {
        "about": shortened(whole.label, most=24),
        "rate": rate.text,
        "part": done.text,
        "whole": whole.text,
        "computed": computed,
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
    if len(found) != 2 or len({q.unit for q in found}) != 1:
        return
    if not re.search(r"计划|目标|应|任务", found[0].before) or not re.search(
        r"实际|完成|已", found[1].before
    ):
        return
    yield from _of_two(sentence, rate, found[1], found[0])


def of_the_rest(sentence: Sentence, rate: Quantity) -> Iterator[Spotted]:
    """在职人员控制率 (在职 on 编制) and 结余率 (结余 on 预算), where the two numbers are named in the sentence."""
    said = re.sub(r"(?:为|是|达到?)+$", "", rate.label)
    before = [q for q in sentence.quantities if q.end <= rate.start and q.is_exact]
    if said.endswith("控制率") and "人员" in said:
        posts = [q for q in before if q.unit in ("人", "名") and "编制" in q.label]
        staff = [q for q in before if q.unit in ("人", "名") and re.search(r"实有|在职|在编|在岗", q.label)]
        if len(posts) == len(staff) == 1:
            yield from _of_two(sentence, rate, staff[0], posts[0])
    elif re.search(r"(?:结余|结转结余|剩余|节余)率$", said):
        money = [q for q in before if q.kind == "money"]
        left = [q for q in money if re.search(r"(?:结余|剩余|节余|结转)[^，；]{0,4}$", q.label)]
        if len(left) == 1 and len(money) >= 2 and not any(ratio_agrees(left[0], q, rate) for q in money):
            wholes = [q for q in money if re.search(r"预算|安排|下达|资金", q.label) and q is not left[0]]
            if len(wholes) == 1:
                yield from _of_two(sentence, rate, left[0], wholes[0])


def _of_two(sentence: Sentence, rate: Quantity, part: Quantity, whole: Quantity) -> Iterator[Spotted]:
    bounds = ratio_bounds(part, whole)
    if bounds is None or within(bounds, rate):
        return
    code, computed = verdict(rate, part.value / whole.value * 100, "NA-003")
    first = min(part.start, whole.start)
    facts = {
        "about": shortened(rate.label, most=24),
        "rate": rate.text,
        "part": part.text,
        "whole": whole.text,
        "computed": computed,
        "piece": shortened(sentence.text, first, rate.end),
    }
    yield Spotted(code, sentence.place, facts, rate.text, facts["computed"])


def implied(rate: Quantity, done: Quantity, whole: Quantity) -> str:
    """The denominator that would give the printed rate, as exact as the budget is printed."""
    if rate.value <= 0:
        return "没有这样的分母"
    return shown(done.value / rate.value * 100, whole, 2 if unit_size(whole) > 1 else 0)
