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
_BODIES = {"个", "家", "所"}
_BODY = re.compile(r"单位|机构|学校|医院|企业|公司|中心|站所|部门")
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
#: kinds of staff of which nobody is two
_EXCLUSIVE = re.compile(r"行政|事业|工勤|参公|公务员")
_ASIDE = re.compile(r"比|较|同比|上年|退休|遗属|临聘|编外|涉及|惠及|覆盖|每|平均|获|新增|占")


def judge(report: Report) -> Iterator[Spotted]:
    for sentence in report.sentences:
        for cut in re.finditer("其中", sentence.text):
            yield from _parts(sentence, cut.start())
        yield from _together(sentence)


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
    if sentence.text.count("（", 0, cut) > sentence.text.count("）", 0, cut):
        ends.append(sentence.text.find("）", cut))
    until = min(ends, default=len(sentence.text))
    region = [q for q in sentence.quantities if cut <= q.start < until]
    parts = []
    for q in region:
        if q.kind == "percent" and (q.is_bound or q.is_range or q.after.startswith("的")):
            continue
        if (
            q.kind != "count"
            or not _alike(q, total)
            or (parts and re.search(r"退休|离休|遗属|临聘|编外", q.before))
        ):
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


def _together(sentence: Sentence) -> Iterator[Spotted]:
    """走访企业5家、学校3家，共8家: what is listed right in front, and what it comes to."""
    for place, total in enumerate(sentence.quantities):
        if total.kind != "count" or not total.is_exact or total.unit in _NOT_THINGS:
            continue
        if not re.fullmatch(r"(?:，|、)?(?:合计|共计|总计|一共|共)(?:有)?[^，、；。]{0,4}", total.before):
            continue
        parts: list[Quantity] = []
        for q in reversed(sentence.quantities[:place]):
            if q.kind != "count" or not _alike(q, total) or not q.is_exact:
                break
            parts.insert(0, q)
            if "、" not in q.before:
                break
        added = sum((q.value for q in parts), Fraction(0))
        if len(parts) < 2 or added == total.value or any(_ASIDE.search(q.before) for q in parts):
            continue
        facts = {
            "total": total.text,
            "added": "+".join(q.text for q in parts),
            "sum": f"{round_half_up(added, 0)}{total.unit}",
            "difference": f"{round_half_up(abs(added - total.value), 0)}{total.unit}",
            "piece": shortened(sentence.text, parts[0].start, total.end),
        }
        yield Spotted("NA-008", sentence.place, facts, total.text, facts["sum"])


def _sum(sentence: Sentence, total: Quantity, parts: Sequence[Quantity]) -> Iterator[Spotted]:
    added = sum((q.value for q in parts), Fraction(0))
    if len(parts) < 2 or added == total.value or total.unit in _NOT_THINGS:
        return
    is_short = added < total.value
    few = 2 if all(_EXCLUSIVE.search(q.before) for q in parts) else 3
    if is_short and (
        len(parts) < few
        or added < total.value * _MOST_OF
        or re.search(r"主要|等(?:[，。；]|\d)", sentence.text[total.start : parts[-1].end + 3])
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
    is_shut_out = all(_EXCLUSIVE.search(q.before) for q in parts)
    if total.unit in (*_PEOPLE, "户") and len(parts) < 3 and len(names) > 1 and not is_shut_out:
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
    units = {one.unit, other.unit}
    # 所属单位15个，其中公立医院4家: bodies are counted in any of these
    are_bodies = units <= _BODIES and bool(_BODY.search(other.label) or _BODY.search(one.label))
    return len(units) == 1 or units <= _PEOPLE or are_bodies
