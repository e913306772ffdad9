"""Numbers of things and people that add up: 学校48所，其中高中3所、初中12所 …; a part above its whole.

Groups of people overlap (党员, 女职工, 本科): only kinds that shut one another out are added up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from pipeline.money import round_half_up
from pipeline.narrative.amounts import shortened
from pipeline.narrative.document import Quantity, Report, Sentence, Spotted
from pipeline.narrative.words import has

_PEOPLE = {"人", "名", "位"}
#: units that are no things: what was done so many times adds up to nothing
_NOT_THINGS = {
    "次",
    "人次",
    "期",
    "篇",
    "天",
    "月",
    "个月",
    "小时",
    "年",
    "岁",
    "倍",
    "场次",
    "级",
    "层",
    "米",
    "公里",
}
#: from which share of the total on three kinds are taken to be all of them
_MOST_OF = Fraction(7, 10)
_ASIDE = re.compile(r"比|较|同比|上年|退休|遗属|临聘|编外|涉及|惠及|覆盖|每|平均|获|新增|占")


def judge(report: Report) -> Iterator[Spotted]:
    for sentence in report.sentences:
        for cut in re.finditer("其中", sentence.text):
            yield from _parts(sentence, cut.start())


def _parts(sentence: Sentence, cut: int) -> Iterator[Spotted]:
    heads = [q for q in sentence.quantities if q.end <= cut and q.kind == "count"]
    if not heads or not heads[-1].is_exact or re.search(r"[；。]", sentence.text[heads[-1].end : cut]):
        return
    total = heads[-1]
    # 项目8个，资金1100万元，其中…的项目3个: the things are named again, so that the parts are not of the money
    names_again = len(total.label) >= 2 and total.label[-2:] in sentence.text[cut:]
    if not names_again and any(q.kind == "money" for q in sentence.quantities if total.end <= q.start < cut):
        return
    ends = [at for sign in ("；", "其中") if (at := sentence.text.find(sign, cut + 2)) >= 0]
    until = min(ends, default=len(sentence.text))
    region = [q for q in sentence.quantities if cut <= q.start < until]
    parts = []
    for q in region:
        if q.kind == "percent" and (q.is_bound or q.is_range or q.after.startswith("的")):
            continue
        if q.kind != "count" or not _alike(q, total):
            break
        parts.append(q)
    if not parts or any(not q.is_exact for q in parts):
        return
    over = next((q for q in parts if q.value > total.value and not _ASIDE.search(q.before)), None)
    if over is not None:
        facts = {
            "part": over.text,
            "total": total.text,
            "piece": shortened(sentence.text, total.start, over.end),
        }
        yield Spotted("NA-009", sentence.place, facts, over.text, f"≤{total.text}")
        return
    yield from _sum(sentence, total, parts)


def _sum(sentence: Sentence, total: Quantity, parts: Sequence[Quantity]) -> Iterator[Spotted]:
    added = sum((q.value for q in parts), Fraction(0))
    if len(parts) < 2 or added == total.value or total.unit in _NOT_THINGS:
        return
    is_short = added < total.value
    if is_short and (
        len(parts) < 3
        or added < total.value * _MOST_OF
        or re.search(r"主要|等(?:[，。；]|\d)", sentence.text)
    ):
        return
    # 一级指标3个，二级指标9个，三级指标12个: levels, each counted in the next
    if any(q.value == total.value for q in parts) or any(re.search(r"[一二三四]级", q.before) for q in parts):
        return
    if any(_ASIDE.search(q.before) for q in parts) or any(has(q.before, "overlapping") for q in parts[1:]):
        return
    if has(parts[0].before.partition("其中")[2], "overlapping"):
        return
    # of people and households only kinds of one sort are added up: 行政编制, 事业编制
    names = {re.sub(r"[有为是共]+$", "", q.label)[-1:] for q in parts}
    if total.unit in (*_PEOPLE, "户") and len(parts) < 3 and len(names) > 1:
        return
    facts = {
        "total": total.text,
        "added": "+".join(q.text for q in parts),
        "sum": f"{round_half_up(added, 0)}{total.unit}",
        "difference": f"{round_half_up(abs(added - total.value), 0)}{total.unit}",
        "piece": shortened(sentence.text, total.start, parts[-1].end),
    }
    yield Spotted("NA-033" if is_short else "NA-008", sentence.place, facts, facts["sum"], total.text)


def _alike(one: Quantity, other: Quantity) -> bool:
    return one.unit == other.unit or {one.unit, other.unit} <= _PEOPLE
