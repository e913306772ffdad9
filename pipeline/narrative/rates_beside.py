"""Rates whose whole stands right in front of them, and rates of counts: 占全年预算B的C%, 计划100人，实际95人，完成率95%."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.narrative.amounts import (
    amounts,
    is_change,
    rate_spotted,
    ratio_agrees,
    ratio_bounds,
    role,
    shortened,
    shown,
    than_budget,
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
        or rate.before not in ("的", "的比例为", "的比重为", "）的")
        or whole.kind not in ("money", "count")
    ):
        return None
    said = whole.label or sentence.text[: whole.start].removesuffix("（")[-8:]
    if not re.search(r"占|为|达|完成|相当于|是", said) or not whole.is_exact or not rate.is_exact:
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
    code, about = "NA-001" if whole.kind == "money" else "NA-003", shortened(whole.label, most=24)
    needed = implied(rate, done, whole)
    return [
        rate_spotted(code, sentence, rate, done.text, whole.text, exact, done.start, about, implied=needed)
    ]


def of_counts(sentence: Sentence, rate: Quantity) -> Iterator[Spotted]:
    """计划100人，实际95人，完成率95%: exactly two counts of one unit in front of the rate."""
    found = [q for q in sentence.quantities if q.kind == "count" and q.end <= rate.start and q.is_exact]
    if len(found) != 2 or len({q.unit for q in found}) != 1:
        return
    if rate.value == 100 and found[1].value >= found[0].value:
        return  # more than planned counts as done
    if not re.search(r"计划|目标|应|任务", found[0].before) or not re.search(
        r"实际|完成|已", found[1].before
    ):
        return
    yield from _of_two(sentence, rate, found[1], found[0])


def of_the_rest(sentence: Sentence, rate: Quantity, earlier: Sequence[Quantity]) -> Iterator[Spotted]:
    """在职人员控制率 (在职 on 编制) and 结余率 (结余 on 预算), where the two numbers are named in the sentence."""
    said = re.sub(r"(?:为|是|达到?)+$", "", rate.label)
    before = [q for q in sentence.quantities if q.end <= rate.start and q.is_exact]
    if said.endswith("控制率") and "人员" in said:
        before = [*(q for q in earlier if q.is_exact), *before]
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
    elif said.endswith("得分率"):
        scores = [q for q in before if q.kind == "score"]
        if len(scores) == 2 and scores[1].value <= scores[0].value:
            yield from _of_two(sentence, rate, scores[1], scores[0])
    elif said.endswith(("率", "满意度")):
        yield from _of_alike(sentence, rate, said, before)


def _of_alike(sentence: Sentence, rate: Quantity, said: str, before: Sequence[Quantity]) -> Iterator[Spotted]:
    """抽检500批次，合格493批次，合格率98.6%: two counts of one unit, the second named as the rate is; in front, or right behind."""
    if rate.value == 100:
        return  # 整改45家，整改率100%: of those that were to be, all
    counts = [q for q in before if q.kind == "count"]
    behind = [q for q in sentence.quantities if q.start >= rate.end and q.kind == "count"][:2]
    between = [q for q in sentence.quantities if behind and rate.end <= q.start < behind[0].start]
    for pair in (counts[-2:], [] if between else behind):
        if len(pair) != 2 or pair[0].unit != pair[1].unit or any(not q.is_exact for q in pair):
            continue
        whole, part = pair
        name = re.sub(r"[有了为共]+$", "", part.label)[-2:]
        names = {name, {"收回": "回收"}.get(part.label[:2], name)}
        is_near = len(rate.before) <= 12 if pair is not behind else part.end - rate.end <= 40
        if any(len(each) == 2 and each in said for each in names) and is_near:
            if not any(ratio_agrees(a, b, rate) for a, b in ((part, whole), (whole, part))):
                yield from _of_two(sentence, rate, part, whole)
            return


def _of_two(sentence: Sentence, rate: Quantity, part: Quantity, whole: Quantity) -> Iterator[Spotted]:
    bounds = ratio_bounds(part, whole)
    if bounds is None or within(bounds, rate):
        return
    exact = part.value / whole.value * 100
    first = min((q.start for q in (part, whole) if q in sentence.quantities), default=rate.start)
    yield rate_spotted("NA-003", sentence, rate, part.text, whole.text, exact, first)


def implied(rate: Quantity, done: Quantity, whole: Quantity) -> str:
    """The denominator that would give the printed rate, as exact as the budget is printed."""
    if rate.value <= 0:
        return "没有这样的分母"
    return shown(done.value / rate.value * 100, whole, 2 if unit_size(whole) > 1 else 0)


def sides(mine: Sequence[Quantity]) -> tuple[Sequence[Quantity], Sequence[Quantity]]:
    """What was spent and what it was spent of, where the words tell that of every amount; else all and all."""
    said = [(q, role(q)) for q in mine if not is_change(q)]
    if any(name is None for _, name in said):
        return mine, mine
    spent = [q for q, name in said if name in ("executed", "in_place")]
    wholes = [q for q, name in said if name != "executed"]
    handed_out = [q for q in mine if re.search(r"拨付|拨入|收到", q.label)]
    return spent, [*wholes, *handed_out]


def against_budget(sentence: Sentence, rate: Quantity) -> tuple[Quantity, Quantity] | None:
    """支出A，完成预算的C%，决算数大于预算数D: the budget is A less D. None where that agrees or is not said."""
    for gap in sentence.quantities:
        sign = than_budget(gap) if gap.kind == "money" and gap.start > rate.start else None
        done = next(
            (q for q in reversed(amounts([sentence])) if q.end <= rate.start and not is_change(q)), None
        )
        if sign is None or done is None or done.value <= sign * gap.value or not gap.is_exact:
            continue
        value = done.value - sign * gap.value
        whole = replace(done, value=value, text=shown(value, done))
        return None if ratio_agrees(done, whole, rate) else (done, whole)
    return None


def is_department(label: str, other: str) -> bool:
    """Whether neither of two labels speaks of a part of the department's money."""
    parts = ("项目", "基本", "人员", "公用", "三公", "采购", "基金", "经费")
    return not any(part in label or part in other for part in parts)
