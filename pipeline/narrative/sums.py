"""Sums stated in words or signs: 30+30+29.99=89.97, 其中:A、B, A、B合计C; parts above their total."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations

from pipeline.narrative.amounts import half, is_change, role, shortened, shown
from pipeline.narrative.document import Quantity, Report, Sentence, Spotted, Unchecked
from pipeline.narrative.words import words

_OF_WHICH = re.compile(r"其中")
_TOTAL = re.compile(
    r"(?:合计|总计|共计|合共|以上共|两项共|三项共|累计合计)(?:支出|收入|金额|资金|数)?(?:为|达|是)?$"
)
_ASIDE = re.compile(
    r"比|较|同比|完成|预算数|上年|去年|占|[人户亩车辆件次场台生床班日月年科]均|平均|单价|每|主要|结余|结转|不含|扣除|另|剩余|未|节约"
)
_MOST_PARTS = 14
#: from which share of the total on a list of three, or of two, is taken to be meant as complete
_MOST_OF_THREE, _MOST_OF_TWO = Fraction(7, 10), Fraction(9, 10)


def judge(report: Report) -> Iterator[Spotted | Unchecked]:
    for index, sentence in enumerate(report.sentences):
        earlier = _earlier(report, index)
        yield from _of_which(sentence, earlier)
        yield from _totals(sentence, earlier)
        yield from _in_brackets(sentence)


def _earlier(report: Report, index: int) -> list[Quantity]:
    """The amounts of the sentence before, in the same section."""
    if not index:
        return []
    mine, before = report.sentences[index], report.sentences[index - 1]
    if mine.section != before.section or mine.kind != before.kind or mine.kind != "body":
        return []
    return [q for q in before.quantities if q.kind == "money"]


def _closes(total: Quantity, parts: Sequence[Quantity]) -> bool:
    """Whether the parts add up, to the precision of what is printed."""
    slack = half(total) + sum((half(part) for part in parts), Fraction(0))
    return abs(total.value - sum((part.value for part in parts), Fraction(0))) <= slack


def _some_close(total: Quantity, parts: Sequence[Quantity]) -> bool:
    """Whether any of the parts, two at least, add up to the total: lists hold parts of parts."""
    if len(parts) > _MOST_PARTS:
        return any(
            _closes(total, parts[a:b]) for a in range(len(parts)) for b in range(a + 2, len(parts) + 1)
        )
    return any(
        _closes(total, some) for size in range(2, len(parts) + 1) for some in combinations(parts, size)
    )


def _of_which(sentence: Sentence, earlier: Sequence[Quantity]) -> Iterator[Spotted | Unchecked]:
    cuts = [found.start() for found in _OF_WHICH.finditer(sentence.text)]
    for number, cut in enumerate(cuts):
        until = cuts[number + 1] if number + 1 < len(cuts) else len(sentence.text)
        depth = sentence.text.count("（", 0, cut) - sentence.text.count("）", 0, cut)
        heads = [
            q
            for q in sentence.quantities
            if q.end <= cut and q.kind == "money" and q.is_exact and not is_change(q) and q.depth <= depth
        ]
        if heads and (number == 0 or heads[-1].end > cuts[number - 1]):
            yield from _parts_of(sentence, heads, cut, until)
        elif not heads and cut == 0:
            last = [
                q for q in earlier if not is_change(q) and not re.search(r"[比较](?!例)|上年|同期", q.label)
            ]
            plain = _plain_parts(sentence, cut, until)
            if 1 <= len(last) <= 4 and not any(_closes(one, plain) for one in last):
                yield from _parts_of(sentence, last[-1:], cut, until)


def _plain_parts(sentence: Sentence, cut: int, until: int) -> list[Quantity]:
    region = [q for q in sentence.quantities if cut <= q.start < until and q.kind == "money"]
    return [q for q in region if not is_change(q) and not q.depth]


def _parts_of(
    sentence: Sentence, heads: Sequence[Quantity], cut: int, until: int
) -> Iterator[Spotted | Unchecked]:
    region = [q for q in sentence.quantities if cut <= q.start < until and q.kind == "money"]
    parts = [q for q in region if not is_change(q) and q.depth <= heads[-1].depth]
    parts = _before_comparing(parts)
    total = heads[-1]
    if not parts or any(not q.is_exact for q in parts):
        return
    if any(_closes(head, parts) or _some_close(head, region) for head in heads):
        return
    is_plain = all(not _ASIDE.search(q.before) for q in parts) and _one_role(total, parts)
    if not is_plain:
        return
    added = sum((part.value for part in parts), Fraction(0))
    facts = {
        "total": total.text, "added": "+".join(part.text for part in parts), "sum": shown(added, total),
        "difference": shown(abs(added - total.value), total), "piece": shortened(sentence.text, total.start, parts[-1].end),
    }  # fmt: skip
    most = max(head.value for head in heads)
    over = [part for part in parts if part.value > most + half(part) + half(total)]
    if over:
        facts["part"] = over[0].text
        yield Spotted("NA-009", sentence.place, facts, over[0].text, f"≤{total.text}")
    elif (added > most and len(parts) > 1) or _are_complements(parts) or _has_rest(parts):
        yield Spotted("NA-008", sentence.place, facts, facts["sum"], total.text)
    elif len(parts) > 1 and added < total.value and _is_closed(sentence, total, parts):
        yield Spotted("NA-033", sentence.place, facts, facts["sum"], total.text)
    elif len(parts) > 1 and added < total.value:
        yield Unchecked(
            sentence.place,
            f"{total.text}，其中{facts['added']}",
            f"所列各项比总数少 {facts['difference']}，看不出是否列全",
        )


_LISTED = re.compile(r"（(?P<inside>[^（）]*)）")


def _in_brackets(sentence: Sentence) -> Iterator[Spotted]:
    """支出1200万元（基本支出800万元，项目支出300万元）: what stands in brackets right behind is the whole of it."""
    for found in _LISTED.finditer(sentence.text):
        if "其中" in found["inside"] or _ASIDE.search(found["inside"]):
            continue
        total = next((q for q in sentence.quantities if q.end == found.start() and q.kind == "money"), None)
        parts = [
            q for q in sentence.quantities if found.start() < q.start < found.end() and q.kind == "money"
        ]
        if total is None or len(parts) < 2 or any(not q.is_exact or is_change(q) for q in (total, *parts)):
            continue
        added = sum((part.value for part in parts), Fraction(0))
        is_wrong = added > total.value or _are_complements(parts) or _has_rest(parts)
        if (
            is_wrong
            and not _closes(total, parts)
            and not _some_close(total, parts)
            and _one_role(total, parts)
        ):
            facts = {
                "total": total.text, "added": "+".join(part.text for part in parts), "sum": shown(added, total),
                "difference": shown(abs(added - total.value), total), "piece": shortened(sentence.text, total.start, parts[-1].end),
            }  # fmt: skip
            yield Spotted("NA-008", sentence.place, facts, facts["sum"], total.text)


def _has_rest(parts: Sequence[Quantity]) -> bool:
    """Whether the list ends in what is left, so that it is complete: 其他收入."""
    return len(parts) > 1 and bool(re.search(r"其[他它](?!部门|单位)", parts[-1].before))


def _before_comparing(parts: Sequence[Quantity]) -> list[Quantity]:
    """The parts in front of the first amount that is only compared with: 较2021年20.5万元."""
    kept: list[Quantity] = []
    for part in parts:
        if kept and re.search(r"[比较](?!例)|上年|去年|同期", part.before):
            break
        kept.append(part)
    return kept


def _one_role(total: Quantity, parts: Sequence[Quantity]) -> bool:
    """Whether parts and total speak of one thing: no budget beside what was spent."""
    roles = {role for part in parts if (role := _own_role(part))}
    mine = _own_role(total)
    return len(roles) <= 1 and (
        not roles or mine is None or mine in roles or roles | {mine} <= {"budget", "income"}
    )


def _own_role(quantity: Quantity) -> str | None:
    said = role(quantity)
    # 基本支出 and 项目支出 name what is planned as well as what was spent
    return (
        None
        if said == "executed"
        and re.search(r"(?:基本|项目|人员|公用|经营|其他|功能|\w类|\w款)支出[\w为]{0,2}$", quantity.label)
        else said
    )


def _is_closed(sentence: Sentence, total: Quantity, parts: Sequence[Quantity]) -> bool:
    """Whether the parts are of a set that is known to be all: 三公 and its kinds; or miss little of the total."""
    for name, kinds in words()["closed_sets"].items():
        listed = {kind for kind in kinds for q in parts if kind in q.label}
        if name in sentence.text[: total.end] and len(listed) >= 2:
            return True
    if re.search(r"主要|如[^果下]|等(?:[，。；]|\d)", sentence.text):
        return False
    added = sum((part.value for part in parts), Fraction(0))
    return added >= total.value * (_MOST_OF_THREE if len(parts) >= 3 else _MOST_OF_TWO)


def _are_complements(parts: Sequence[Quantity]) -> bool:
    if len(parts) != 2:
        return False
    return any(
        (one in parts[0].label and other in parts[1].label)
        or (other in parts[0].label and one in parts[1].label)
        for one, other in words()["complements"]
    )


def _totals(sentence: Sentence, earlier: Sequence[Quantity]) -> Iterator[Spotted]:
    """A、B和C，合计D: nothing in front adds up to what is called their sum; or a sentence of its own: 共计…D."""
    yield from _total_of_before(sentence, earlier)
    for place, total in enumerate(sentence.quantities):
        if total.kind != "money" or not total.is_exact or not _TOTAL.search(total.label):
            continue
        own = re.sub(_TOTAL, "", total.label)
        if own and not re.fullmatch(r"[两三四五六]项|以上|上述|收入|支出|资金|各项|共|金额", own):
            continue
        parts = [q for q in sentence.quantities[:place] if q.kind == "money" and not is_change(q)]
        if len(parts) < 2 or any(not q.is_exact for q in parts) or _some_close(total, parts):
            continue
        if (
            any(_ASIDE.search(q.before) for q in (*parts, total))
            or len({q.unit for q in parts}) > 1
            or "其中" in sentence.text
        ):
            continue
        added = sum((part.value for part in parts), Fraction(0))
        facts = {
            "total": total.text, "added": "+".join(part.text for part in parts), "sum": shown(added, total),
            "difference": shown(abs(added - total.value), total), "piece": shortened(sentence.text, parts[0].start, total.end),
        }  # fmt: skip
        yield Spotted("NA-008", sentence.place, facts, total.text, facts["sum"])


def _total_of_before(sentence: Sentence, parts: Sequence[Quantity]) -> Iterator[Spotted]:
    """甲A万元；乙B万元；丙C万元。共计D万元: the sentence before lists, this one adds up."""
    total = next((q for q in sentence.quantities if q.kind == "money"), None)
    if (
        total is None
        or not re.match(r"(?:以上)?(?:各项)?(?:合计|共计|总计)", sentence.text)
        or total.start > 30
    ):
        return
    if (
        len(parts) < 3
        or not total.is_exact
        or any(not q.is_exact or is_change(q) or _ASIDE.search(q.before) for q in parts)
    ):
        return
    if (
        _closes(total, parts)
        or any(_closes(total, parts[at:]) for at in range(1, len(parts) - 1))
        or _some_close(total, parts)
    ):
        return
    added = sum((part.value for part in parts), Fraction(0))
    facts = {
        "total": total.text, "added": "+".join(part.text for part in parts), "sum": shown(added, total),
        "difference": shown(abs(added - total.value), total), "piece": shortened(sentence.text, total.start, total.end),
    }  # fmt: skip
    yield Spotted("NA-008", sentence.place, facts, total.text, facts["sum"])
