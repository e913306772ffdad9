"""Shares of a whole: 占总支出的C%, against the part in front and the whole that is named.

Silent where any two numbers near it give the share. Shares of one base belong together: what one of them proves to be the
whole is the whole of the others, and where none is named two of them must lead to the same one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from pipeline.narrative.amounts import (
    half,
    is_change,
    is_whole,
    percent,
    rate_spotted,
    ratio_agrees,
    role,
    shortened,
    shown,
    within,
)
from pipeline.narrative.document import Quantity, Report, Sentence, Spotted, Unchecked

_SHARE = re.compile(r"(?:占|占比|比重|比例|所占)[^，；]{0,22}$")
_TOTAL = re.compile(r"总|共|合计|全部|在职|编制|核定|累计")
_PARTS = re.compile(r"其中|包括|分别|由")
_PEOPLE = {"人", "名"}


@dataclass(frozen=True, slots=True)
class _Share:
    """One share: the amount right in front of it, what it is a share of in words, the whole that gives it where one does."""

    sentence: Sentence
    rate: Quantity
    part: Quantity | None
    base: tuple
    whole: Quantity | None
    is_proved: bool


#: what a share of the whole department's money is a share of, in words
_OF_ALL = re.compile(r"^(?:部门)?(?:全年|年度|本年|总|部门|整体)(?:总)?(?P<what>支出|预算)(?:总额|总数|数)?$")


_RATE = re.compile(r"率|度|进度|增|升|降|减|较|超|完成|达")


def judge(report: Report) -> Iterator[Spotted | Unchecked]:
    shares = [_with_department(share, report) for share in _shares(report)]
    proved: dict[tuple, Quantity] = {}
    for share in shares:
        if share.is_proved and share.whole is not None:
            proved[share.base] = share.whole
    for share in shares:
        if not share.is_proved:
            yield from _judged(share, proved.get(share.base))
    yield from _apart(shares, proved)
    for sentence in report.sentences:
        yield from _over_hundred(sentence)


def _with_department(share: _Share, report: Report) -> _Share:
    """A share of 全年支出 whose whole stands elsewhere in the report, once and only with one value."""
    words = re.sub(r"(?:的|比例|比重|为|达到?)+$", "", share.rate.label.rpartition("占")[2])
    found = _OF_ALL.match(words)
    if share.is_proved or share.part is None or share.whole is not None or not found:
        return share
    wanted = "executed" if found["what"] == "支出" else "budget"
    known = {
        q.value: q
        for one in report.sentences
        for q in one.quantities
        if q.kind == "money" and q.is_exact and is_whole(q.label) and role(q) == wanted and one.kind == "body"
        and not re.search(r"[1-9]月|季度|上半年|截至", one.text)
    }  # fmt: skip
    return replace(share, whole=next(iter(known.values()))) if len(known) == 1 else share


def _shares(report: Report) -> Iterator[_Share]:
    for index, sentence in enumerate(report.sentences):
        near: list[Quantity] | None = None
        for place, rate in enumerate(sentence.quantities):
            if rate.kind != "percent" or rate.is_range or rate.is_bound or not is_share(rate):
                continue
            near = _near(report, index) if near is None else near
            part = next((q for q in reversed(sentence.quantities[:place]) if not q.is_bound), None)
            if part is not None and "分别" in rate.label:
                part = None  # 分别为A、B、C，分别占x、y、z: the first share is not the last amount's
            if part is not None and (
                part.kind not in ("money", "count") or not part.is_exact or is_change(part)
            ):
                part = None
            whole = next((q for q in near if part is not None and _gives(part, q, rate)), None)
            is_proved = whole is not None or _any(near, rate) or _sums(sentence, place, near)
            if not is_proved and whole is None and part is not None:
                whole = _total_before(report, index, part)
            yield _Share(sentence, rate, part, _base(sentence, rate), whole, is_proved)


def _total_before(report: Report, index: int, part: Quantity) -> Quantity | None:
    """支出合计T万元。其中：…: the one amount of the sentence before."""
    sentence = report.sentences[index]
    if (
        not index
        or not sentence.text.startswith("其中")
        or report.sentences[index - 1].section != sentence.section
    ):
        return None
    before = [q for q in report.sentences[index - 1].quantities if _alike(q, part) and not is_change(q)]
    return before[0] if len(before) == 1 and before[0].is_exact and before[0].value >= part.value else None


def is_share(rate: Quantity) -> bool:
    return bool(_SHARE.search(rate.label)) and "预算" not in rate.label.rpartition("占")[2][:2]


def _base(sentence: Sentence, rate: Quantity) -> tuple:
    """What makes two shares ones of the same whole: the words, within a section; without words, the sentence."""
    words = re.sub(r"(?:的|比例|比重|百分比|为|达到?|约)+$", "", rate.label.rpartition("占")[2])
    words = re.sub(r"^(?:比|全部|全年|本年|了)", "", words)
    return (sentence.section, words) if len(words) >= 3 else (sentence.place, "")


def _near(report: Report, index: int) -> list[Quantity]:
    mine = report.sentences[index]
    found = [
        q
        for one in report.sentences[max(0, index - 3) : index + 1]
        if one.section == mine.section and (one.kind == "body" or one.paragraph == mine.paragraph)
        for q in one.quantities
    ]
    return [q for q in found if q.kind in ("money", "count") and not q.is_range]


def _alike(one: Quantity, other: Quantity) -> bool:
    return one.kind == other.kind and (
        one.kind == "money" or one.unit == other.unit or {one.unit, other.unit} <= _PEOPLE
    )


def _gives(part: Quantity, whole: Quantity, rate: Quantity) -> bool:
    return whole is not part and _alike(part, whole) and ratio_agrees(part, whole, rate)


def _any(near: Sequence[Quantity], rate: Quantity) -> bool:
    """Whether any two numbers give it: the share may stand far from its part."""
    return any(_gives(part, whole, rate) for part in near for whole in near)


def _sums(sentence: Sentence, place: int, near: Sequence[Quantity]) -> bool:
    """Whether the last amounts in front, added up, give it: 甲、乙合计占C%."""
    values = [q for q in sentence.quantities[:place] if q.kind == "money"]
    for count in range(2, len(values) + 1):
        added = sum((q.value for q in values[-count:]), Fraction(0))
        if any(
            q.value and q.kind == "money" and within((added / q.value * 100,) * 2, sentence.quantities[place])
            for q in near
        ):
            return True
    return False


def _judged(share: _Share, whole: Quantity | None) -> Iterator[Spotted | Unchecked]:
    sentence, rate, part = share.sentence, share.rate, share.part
    if part is None:
        yield Unchecked(sentence.place, f"{rate.label}{rate.text}", "没有写出所占的金额或数量")
        return
    whole = whole or share.whole or _whole(sentence, part)
    if whole is None or not _alike(part, whole) or not whole.value:
        yield Unchecked(sentence.place, f"{rate.label}{rate.text}", "没有写出所占的总数")
        return
    if ratio_agrees(part, whole, rate):
        return
    exact = part.value / whole.value * 100
    yield rate_spotted("NA-005", sentence, rate, part.text, whole.text, exact, part.start)


def _whole(sentence: Sentence, part: Quantity) -> Quantity | None:
    """The total the sentence itself names in front of the part: the last before 其中, or one that says it is one."""
    before = [
        q
        for q in sentence.quantities
        if q.end <= part.start
        and _alike(q, part)
        and not is_change(q)
        and q.is_exact
        and q.value >= part.value
    ]
    if not before:
        return None
    cut = _PARTS.search(sentence.text)
    heads = [q for q in before if cut and q.end <= cut.start()]
    whole = heads[-1] if heads else before[0]
    # 15个项目中有3个
    is_group = bool(re.match(r"[^，；。]{0,6}中(?!心)", whole.after))
    return whole if heads or is_group or _TOTAL.search(whole.label) else None


def _apart(shares: Sequence[_Share], proved: dict[tuple, Quantity]) -> Iterator[Spotted]:
    """Two shares of one base, whose whole is named nowhere: each leads to a whole, and the two wholes differ."""
    groups: dict[tuple, list[_Share]] = {}
    for share in shares:
        if share.part is None or share.base in proved or share.rate.value <= 0:
            continue
        if re.search(r"支出|收入|预算|资金|投资", share.base[1]) and not re.search(
            r"同类|同期|各|该|其|本项", share.base[1]
        ):
            groups.setdefault(share.base, []).append(share)
    for group in groups.values():
        first = group[0]
        for other in group[1:]:
            one, two = _wholes(first), _wholes(other)
            # totals that are far apart are two totals
            is_near = max(one[0], two[0]) < 2 * min(one[1], two[1])
            if _alike(first.part, other.part) and not _overlap(one, two) and is_near:
                facts = {
                    "about": shortened(other.rate.label, most=24),
                    "rate": other.rate.text,
                    "part": other.part.text,
                    "other": f"{first.part.text}{first.rate.label[-12:]}{first.rate.text}",
                    "implied": shown(first.part.value / first.rate.value * 100, first.part),
                    "own": shown(other.part.value / other.rate.value * 100, other.part),
                    "place": first.sentence.place,
                    "piece": shortened(other.sentence.text, other.part.start, other.rate.end),
                }
                yield Spotted(
                    "NA-030", other.sentence.place, facts, other.rate.text, "", (first.sentence.place,)
                )
                break


def _wholes(share: _Share) -> tuple[Fraction, Fraction]:
    low, high = share.rate.value - share.rate.step, share.rate.value + share.rate.step
    slack = half(share.part)
    most = (share.part.value + slack) / low * 100 if low > 0 else Fraction(10**15)
    return (share.part.value - slack) / high * 100, most


def _overlap(one: tuple[Fraction, Fraction], other: tuple[Fraction, Fraction]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _answers(listed: Sequence[Quantity]) -> list[Quantity]:
    """其中非常满意70%、满意25%、一般8%: answers of one question, listed with 、 and none of them a rate or a change."""
    is_list = len(listed) >= 3 and all(q.before.startswith("、") for q in listed[1:])
    return list(listed) if is_list and not any(_RATE.search(q.label) for q in listed) else []


def _over_hundred(sentence: Sentence) -> Iterator[Spotted]:
    """The shares of one list that add up to more than the whole."""
    if not (cut := re.search(r"其中|包括|分别", sentence.text)):
        return
    behind = [
        q for q in sentence.quantities
        if q.kind == "percent" and q.start > cut.start() and q.is_exact and not q.depth
    ]  # fmt: skip
    shares = [q for q in behind if is_share(q)] or _answers(behind)
    bases = {re.sub(r"[的总比重例为达]", "", q.label.rpartition("占")[2]) for q in shares if is_share(q)}
    total = sum((q.value for q in shares), Fraction(0))
    slack = sum((q.step for q in shares), Fraction(0)) / 2
    if len(shares) >= 2 and len(bases) <= 1 and total > 100 + slack:
        added = "+".join(q.text for q in shares)
        facts = {
            "added": added,
            "total": percent(total, shares[0]),
            "piece": shortened(sentence.text, shares[0].start, shares[-1].end),
        }
        yield Spotted("NA-007", sentence.place, facts, facts["total"], "≤100%")
