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
_ASIDE = re.compile(r"比|较|同比|完成|预算数|上年|去年|占|人均|每|主要|结余|结转|不含|扣除|另|剩余|未|节约")
_MOST_PARTS = 14


def judge(report: Report) -> Iterator[Spotted | Unchecked]:
    for sentence in report.sentences:
        yield from _of_which(sentence)
        yield from _totals(sentence)


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


def _of_which(sentence: Sentence) -> Iterator[Spotted | Unchecked]:
    cuts = [found.start() for found in _OF_WHICH.finditer(sentence.text)]
    for number, cut in enumerate(cuts):
        until = cuts[number + 1] if number + 1 < len(cuts) else len(sentence.text)
        heads = [
            q
            for q in sentence.quantities
            if q.end <= cut and q.kind == "money" and q.is_exact and not is_change(q)
        ]
        if heads and (number == 0 or heads[-1].end > cuts[number - 1]):
            yield from _parts_of(sentence, heads, cut, until)
        elif not heads:
            yield from _counted_parts(sentence, cut, until)


def _parts_of(
    sentence: Sentence, heads: Sequence[Quantity], cut: int, until: int
) -> Iterator[Spotted | Unchecked]:
    region = [q for q in sentence.quantities if cut <= q.start < until and q.kind == "money"]
    parts = [q for q in region if not is_change(q) and q.depth <= heads[-1].depth]
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
    over = [part for part in parts if part.value > total.value + half(part) + half(total)]
    if over:
        facts["part"] = over[0].text
        yield Spotted("NA-009", sentence.place, facts, over[0].text, f"≤{total.text}")
    elif (added > total.value and len(parts) > 1) or _are_complements(parts):
        yield Spotted("NA-008", sentence.place, facts, facts["sum"], total.text)
    elif len(parts) > 1:
        yield Unchecked(
            sentence.place,
            f"{total.text}，其中{facts['added']}",
            f"所列各项比总数少 {facts['difference']}，看不出是否列全",
        )


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


def _are_complements(parts: Sequence[Quantity]) -> bool:
    if len(parts) != 2:
        return False
    return any(
        (one in parts[0].label and other in parts[1].label)
        or (other in parts[0].label and one in parts[1].label)
        for one, other in words()["complements"]
    )


def _counted_parts(sentence: Sentence, cut: int, until: int) -> Iterator[Spotted]:
    """在职人员31人，其中女职工35人: one part above the count it belongs to."""
    heads = [q for q in sentence.quantities if q.end <= cut and q.kind == "count" and q.is_exact]
    if not heads:
        return
    total = heads[-1]
    people = {"人", "名"}
    parts = [
        q for q in sentence.quantities
        if cut <= q.start < until and q.kind == "count" and (q.unit == total.unit or {q.unit, total.unit} <= people) and q.is_exact
    ]  # fmt: skip
    for part in parts:
        if part.value > total.value and not re.search(r"比|较|退休|遗属|临聘|编外", part.before):
            facts = {
                "part": part.text,
                "total": total.text,
                "piece": shortened(sentence.text, total.start, part.end),
            }
            yield Spotted("NA-009", sentence.place, facts, part.text, f"≤{total.text}")
            return


def _totals(sentence: Sentence) -> Iterator[Spotted]:
    """A、B和C，合计D: nothing in front adds up to what is called their sum."""
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
