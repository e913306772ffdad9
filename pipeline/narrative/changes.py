"""Changes against a year or a budget: 比上年增加X万元，增长C%; 比上年的B万元下降C%. C is X on what it started from.

The start is the amount in front less the change, or the amount of the year before where one is named. An amount per head too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from pipeline.narrative.amounts import (
    direction,
    half,
    is_change,
    rate_spotted,
    shortened,
    shown,
    within,
)
from pipeline.narrative.document import Quantity, Report, Sentence, Spotted
from pipeline.narrative.words import has

_COMPARED = ("比", "较", "与", "同比")


@dataclass(frozen=True, slots=True)
class _Start:
    """What something grew or fell from: its value, the slack of what it was computed from, how it is printed."""

    value: Fraction
    slack: Fraction
    text: str


def judge(report: Report) -> Iterator[Spotted]:
    for index, sentence in enumerate(report.sentences):
        for place, rate in enumerate(sentence.quantities):
            if rate.kind == "percent" and rate.is_exact and direction(rate) is not None:
                yield from _change(report, index, place)
        yield from _per_head(sentence)


def _change(report: Report, index: int, place: int) -> Iterator[Spotted]:
    sentence = report.sentences[index]
    found = sentence.quantities
    rate = found[place]
    step, at = _step(found, place)
    if step is None:
        yield from _two_years(sentence, place)
        return
    starts = _starts(found, at, step)
    if not starts or any(_agrees(step, start, rate) for start in starts):
        return
    if any(_agrees(step, start, rate) for start in _others(report, index, step)):
        return
    start = starts[0]
    exact = step.value / start.value * 100
    hint = _hint(step, start, rate)
    yield rate_spotted("NA-006", sentence, rate, step.text, start.text, exact, step.start, hint=hint)


def _hint(step: Quantity, start: _Start, rate: Quantity) -> str:
    """Where the rate would follow if the change were in the unit of what it changed: in words."""
    for times in (10**4, Fraction(1, 10**4)):
        moved = replace(step, value=step.value * times)
        for base in (
            start.value,
            start.value + step.value - moved.value,
            start.value - step.value + moved.value,
        ):
            if base > 0 and _agrees(moved, _Start(base, start.slack, ""), rate):
                return "，像是“元”和“万元”写错了一处"
    return ""


def _step(found: Sequence[Quantity], place: int) -> tuple[Quantity | None, int]:
    """The amount of the change: right in front of the rate, or right behind it where nothing else is in front."""
    rate = found[place]
    for at in (place - 1, place + 1):
        if 0 <= at < len(found):
            q = found[at]
            sign = direction(q)
            is_step = q.kind == "money" and q.is_exact and sign is not None and sign == direction(rate)
            if is_step and (at < place or len(q.before) <= 10):
                return q, at
    return None, place


def _starts(found: Sequence[Quantity], at: int, step: Quantity) -> list[_Start]:
    """What the change started from, the likeliest first; none where it cannot be told."""
    before = [q for q in found[:at] if q.kind in ("money", "plain") and not q.is_range]
    if not before or before[-1].kind == "plain":
        # 较上年2.08减少0.03万元: the unit stands behind the second
        if before and has(before[-1].label, "before"):
            size = step.step * 10 ** len(step.text.partition(".")[2].rstrip("亿万千元"))
            value = before[-1].value * size
            return [_Start(value, Fraction(0), before[-1].text)] if value > 0 else []
        before = [q for q in before if q.kind == "money"]
    nows = [q for q in before if not is_change(q)]
    if not nows or not nows[-1].is_exact:
        return []
    now = nows[-1]
    sign = direction(step) or 1
    left = _Start(
        now.value - sign * step.value, half(now) + half(step), shown(now.value - sign * step.value, now)
    )
    itself = _Start(now.value, half(now), now.text)
    is_start = has(now.label, "before") or any(word in now.label for word in ("比", "较"))
    starts = [itself] if is_start else [left]
    if not is_start and "预算" in step.label:
        starts.append(itself)
    return [start for start in starts if start.value > start.slack]


def _others(report: Report, index: int, step: Quantity) -> Iterator[_Start]:
    """Any amount near that may be what it started from: one of the year before, a budget, or one that the change leads to."""
    mine = report.sentences[index]
    sign = direction(step) or 1
    for one in report.sentences[max(0, index - 3) : index + 2]:
        if one.section != mine.section:
            continue
        for q in one.quantities:
            if q.kind != "money" or q is step or q.is_range or is_change(q):
                continue
            if has(q.label, "before") or any(word in q.label for word in ("预算", "计划", *_COMPARED[:2])):
                yield _Start(q.value, half(q), q.text)
            yield _Start(q.value - sign * step.value, half(q) + half(step), q.text)


def _agrees(step: Quantity, start: _Start, rate: Quantity) -> bool:
    if start.value <= start.slack:
        return False
    slack = half(step)
    low = (step.value - slack) / (start.value + start.slack) * 100
    high = (step.value + slack) / (start.value - start.slack) * 100
    return within((low, high), rate)


def _two_years(sentence: Sentence, place: int) -> Iterator[Spotted]:
    """支出A万元，比上年的B万元下降C%: two amounts and nothing else in front of the rate."""
    rate = sentence.quantities[place]
    before = sentence.quantities[:place]
    if len(before) != 2 or len({(q.kind, q.unit if q.kind == "count" else "") for q in before}) != 1:
        return
    if any(q.kind not in ("money", "count") or not q.is_exact or is_change(q) for q in before):
        return
    earlier = [q for q in before if has(q.label, "before")]
    if not earlier and re.search(r"[从由]", before[0].label) and re.search(r"[到至]", before[1].label):
        earlier = [before[0]]
    if not earlier:
        earlier = _earlier_year(sentence, before)
    if len(earlier) != 1 or earlier[0].value <= 0:
        return
    now = next(q for q in before if q is not earlier[0])
    moved = replace(now, value=abs(now.value - earlier[0].value))
    if _agrees(moved, _Start(earlier[0].value, half(earlier[0]), earlier[0].text), rate):
        return
    exact = moved.value / earlier[0].value * 100
    yield rate_spotted("NA-006", sentence, rate, now.text, earlier[0].text, exact, before[0].start)


#: what an amount per head is per, and the units that count them
_PER = {
    "人": ("人", "名", "人次"), "生": ("人", "名"), "户": ("户",), "亩": ("亩",), "名": ("人", "名"), "家": ("家",), "个": ("个",),
    "台": ("台",), "套": ("套",), "册": ("册",), "场": ("场",), "次": ("次", "人次"), "项": ("项",), "间": ("间",), "村": ("个",),
}  # fmt: skip
_PER_WORD = re.compile(
    r"(?:(?P<mean>[人生户亩])均|每(?P<each>[人生户亩名家个台套册场次项间村]))[^，；]{0,6}$"
)
_PER_SIGN = re.compile(r"^/(?P<each>[人生户亩名家个台套册场次项间])(?![/·*])")


def _earlier_year(sentence: Sentence, pair: Sequence[Quantity]) -> list[Quantity]:
    """Of two amounts the one that belongs to the year before: each has its year in front of it, one year apart."""
    years = []
    for q in pair:
        named = re.findall(r"((?:19|20)\d\d)年", sentence.text[: q.start])
        years.append(int(named[-1]) if named else None)
    if re.search(r"[比较](?:19|20)\d\d年", pair[1].before):
        return [pair[1]]
    if None in years or abs(years[0] - years[1]) != 1:
        return []
    return [pair[0] if years[0] < years[1] else pair[1]]


def _per_head(sentence: Sentence) -> Iterator[Spotted]:
    """支出A万元，参加B人，人均C元; 每户补助C元，共B户，发放A万元: one total, one number of them, nothing else."""
    money = [q for q in sentence.quantities if q.kind == "money"]
    for each in money:
        word = _PER_WORD.search(each.label) or _PER_SIGN.match(each.after)
        if not word or not each.is_exact or re.search(r"标准|上限|不超过", each.label):
            continue
        # 每人每天100元, 每人500元/月: how many days or months is said elsewhere
        if each.label.count("每") > 1 or re.search(r"[天日月年次场期]均", each.label):
            continue
        if each.after.startswith("/") and not _PER_SIGN.match(each.after):
            continue
        units = _PER[next(filter(None, word.groupdict().values()))]
        counts = [q for q in sentence.quantities if q.kind == "count" and q.unit in units]
        totals = [q for q in money if q is not each]
        others = len(sentence.quantities) - 1 - len(counts) - len(totals)
        if len(counts) != 1 or len(totals) != 1 or others or counts[0].value <= 0:
            continue
        if not (counts[0].is_exact and totals[0].is_exact) or is_change(totals[0]):
            continue
        low, high = ((totals[0].value + side * half(totals[0])) / counts[0].value for side in (-1, 1))
        slack = each.step / 2
        if low <= each.value + slack and each.value - slack <= high:
            continue
        exact = totals[0].value / counts[0].value
        ends = sorted((each, counts[0], totals[0]), key=lambda q: q.start)
        facts = {
            "about": shortened(each.label, most=24),
            "rate": each.text,
            "part": totals[0].text,
            "whole": counts[0].text,
            "computed": shown(exact, each, max(2, len(each.text.partition(".")[2].rstrip("亿万千元")))),
            "piece": shortened(sentence.text, ends[0].start, ends[-1].end),
        }
        yield Spotted("NA-005", sentence.place, facts, each.text, facts["computed"])
