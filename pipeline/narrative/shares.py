"""Shares of a whole (占…%), changes (增长…%) and amounts per head, against the amounts beside them.

Silent where any two amounts near it give the number; accused where its own are plainly named and do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from pipeline.narrative.amounts import (
    any_ratio,
    direction,
    half,
    is_change,
    percent,
    ratio_agrees,
    shortened,
    shown,
    within,
)  # fmt: skip
from pipeline.narrative.document import Quantity, Report, Sentence, Spotted, Unchecked
from pipeline.narrative.words import has

_SHARE = re.compile(r"(?:占|占比|比重|比例|所占)[^，；]{0,22}$")
_TOTAL = re.compile(r"总|共|合计|全部|在职|编制|核定|累计")
_PARTS = re.compile(r"其中|包括|分别|由")


def judge(report: Report) -> Iterator[Spotted | Unchecked]:
    for index, sentence in enumerate(report.sentences):
        near = _near(report, index)
        for place, rate in enumerate(sentence.quantities):
            if rate.kind != "percent" or rate.is_range or rate.is_bound:
                continue
            if _is_share(rate):
                yield from _share(sentence, place, near)
            elif direction(rate) is not None:
                yield from _change(sentence, place, near)
        yield from _over_hundred(sentence)


def _near(report: Report, index: int) -> list[Quantity]:
    mine = report.sentences[index]
    found = [
        q for one in report.sentences[max(0, index - 3) : index + 1]
        if one.section == mine.section and (one.kind == "body" or one.paragraph == mine.paragraph) for q in one.quantities
    ]  # fmt: skip
    return [q for q in found if q.kind in ("money", "count") and not q.is_range]


def _is_share(rate: Quantity) -> bool:
    return bool(_SHARE.search(rate.label)) and "预算" not in rate.label.rpartition("占")[2]


def _share(sentence: Sentence, place: int, near: Sequence[Quantity]) -> Iterator[Spotted | Unchecked]:
    rate = sentence.quantities[place]
    same = [q for q in near if q.kind == "money"], [q for q in near if q.kind == "count"]
    if any(any_ratio(group, group, rate) for group in same):
        return
    part = sentence.quantities[place - 1] if place else None
    if part is None or part.kind not in ("money", "count") or not part.is_exact or is_change(part):
        yield Unchecked(sentence.place, f"{rate.label}{rate.text}", "没有写出所占的金额或数量")
        return
    sums = _running_sums(sentence.quantities[:place], part)
    whole = _whole(sentence, part)
    if whole is None or any(within((s / whole.value * 100,) * 2, rate) for s in sums if whole.value):
        yield Unchecked(sentence.place, f"{rate.label}{rate.text}", "没有写出所占的总数")
        return
    exact = part.value / whole.value * 100
    facts = {
        "about": shortened(rate.label, most=24), "rate": rate.text, "part": part.text, "whole": whole.text,
        "computed": percent(exact, rate), "piece": shortened(sentence.text, part.start, rate.end),
    }  # fmt: skip
    code = "NA-002" if abs(exact - rate.value) < rate.step else "NA-005"
    yield Spotted(code, sentence.place, facts, rate.text, facts["computed"])


def _running_sums(before: Sequence[Quantity], part: Quantity) -> list[Fraction]:
    """What 合计占 may mean: the last amounts in front, added up."""
    values = [q.value for q in before if q.kind == part.kind and q.unit == part.unit]
    return [sum(values[-count:], Fraction(0)) for count in range(2, len(values) + 1)]


def _whole(sentence: Sentence, part: Quantity) -> Quantity | None:
    """The total the sentence itself names in front of the part: the last before 其中, which must say that it is one."""
    before = [
        q for q in sentence.quantities
        if q.end <= part.start and q.kind == part.kind and (q.kind == "money" or q.unit == part.unit or {q.unit, part.unit} <= {"人", "名"})
        and not is_change(q) and q.is_exact and q.value >= part.value
    ]  # fmt: skip
    if not before:
        return None
    cut = _PARTS.search(sentence.text)
    heads = [q for q in before if cut and q.end <= cut.start()]
    whole = heads[-1] if heads else before[0]
    return whole if heads or _TOTAL.search(whole.label) else None


def _change(sentence: Sentence, place: int, near: Sequence[Quantity]) -> Iterator[Spotted | Unchecked]:
    """比上年增加X，增长C%: C is X on what it grew from."""
    rate = sentence.quantities[place]
    money = [q for q in near if q.kind == "money"]
    counts = [q for q in near if q.kind == "count"]
    if any(_change_agrees(group, rate) for group in (money, counts)):
        return
    step = sentence.quantities[place - 1] if place else None
    if step is None or step.kind != "money" or not step.is_exact:
        return
    if is_change(step):
        base = _base_of(sentence, place - 1, step)
        if base is None:
            return
        exact, origin, moved = step.value / base[0] * 100, base[1], step
    else:
        if not has(step.before, "before") or not (now := _current(sentence, place - 1)):
            return
        exact, origin, moved = abs(now.value - step.value) / step.value * 100, step.text, now
    facts = {
        "about": shortened(rate.label, most=24), "rate": rate.text, "part": moved.text, "whole": origin,
        "computed": percent(exact, rate), "piece": shortened(sentence.text, moved.start, rate.end),
    }  # fmt: skip
    code = "NA-002" if abs(exact - rate.value) < rate.step else "NA-006"
    yield Spotted(code, sentence.place, facts, rate.text, facts["computed"])


def _change_agrees(found: Sequence[Quantity], rate: Quantity) -> bool:
    for one in found:
        for other in found:
            if one is other or (one.unit != other.unit and one.kind != "money"):
                continue
            if ratio_agrees(one, other, rate):
                return True
            # the difference of the two on either; the change on what is left when it is taken off
            slack = half(one) + half(other)
            for base in (other.value, one.value - other.value, one.value + other.value):
                change = other.value if base != other.value else abs(one.value - other.value)
                if base > slack and within(
                    ((change - slack) / (base + slack) * 100, (change + slack) / (base - slack) * 100), rate
                ):
                    return True
    return False


def _base_of(sentence: Sentence, place: int, step: Quantity) -> tuple[Fraction, str] | None:
    """What an amount grew or fell from: the year before where it is named, else the amount in front less the change."""
    before = [q for q in sentence.quantities[:place] if q.kind == "money" and not is_change(q) and q.is_exact]
    if not before or any(
        q.kind == "percent" for q in sentence.quantities[:place] if q.start > before[-1].start
    ):
        return None
    now = before[-1]
    sign = direction(step) or 1
    if has(now.label, "before"):
        return (now.value, now.text) if now.value > 0 else None
    value = now.value - sign * step.value
    return (value, shown(value, now)) if value > 0 else None


def _current(sentence: Sentence, place: int) -> Quantity | None:
    before = [q for q in sentence.quantities[:place] if q.kind == "money" and not is_change(q) and q.is_exact]
    return before[-1] if len(before) == 1 and not has(before[-1].label, "before") else None


def _over_hundred(sentence: Sentence) -> Iterator[Spotted]:
    """The shares of one list that add up to more than the whole."""
    if not (cut := re.search(r"其中|包括|分别", sentence.text)):
        return
    shares = [
        q for q in sentence.quantities
        if q.kind == "percent" and q.start > cut.start() and _is_share(q) and q.is_exact and not q.depth
    ]  # fmt: skip
    bases = {re.sub(r"[的总比重例为达]", "", q.label.rpartition("占")[2]) for q in shares}
    total = sum((q.value for q in shares), Fraction(0))
    if len(shares) >= 2 and len(bases) == 1 and total > 100 + sum((q.step for q in shares), Fraction(0)) / 2:
        added = "+".join(q.text for q in shares)
        facts = {
            "added": added,
            "total": percent(total, shares[0]),
            "piece": shortened(sentence.text, shares[0].start, shares[-1].end),
        }
        yield Spotted("NA-007", sentence.place, facts, facts["total"], "≤100%")
