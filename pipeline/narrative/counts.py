"""A number announced and what it introduces: 五个内设机构 and five names, 以下三个方面 and 一是 to 三是.

A list that ends with 等 and names fewer is open. Names may hold 和, so the names are counted from the fewest to the most.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.narrative.amounts import shortened
from pipeline.narrative.document import Quantity, Report, Sentence, Spotted
from pipeline.narrative.words import pattern, words

_COUNTS = frozenset({"个", "项", "家", "大类", "类", "条", "所"})
_AFTER = re.compile(r"^(?:大|小)?(?P<noun>[一-鿿]{0,12})")
_BRACKETS = re.compile(r"（[^（）]*）|《[^》]*》|“[^”]*”")
#: what joins the last name of a list to the others, and what the names of offices end with
_JOINED = re.compile(r"(?<=[一-鿿〇])(?:以及|和|与|及|暨)(?=[一-鿿〇])")
_OFFICES = frozenset("科处室股部局办队所站委组院馆校厅心会司署")
_ORDER = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_MARKER = re.compile(r"(?:^|(?<=[，。；：、]))第?([一二三四五六七八九十])(?:是|要|方面是)(?!否)")
_INTRODUCED = re.compile(
    r"^(?:，)?(?:分别(?:是|为)|即|包括|包含|有|为|是|具体(?:是|为)|依次(?:是|为)|：|（)(?:：)?"
)


def judge(report: Report) -> Iterator[Spotted]:
    for index, sentence in enumerate(report.sentences):
        for q in sentence.quantities:
            if (
                q.kind != "count"
                or not q.is_exact
                or q.unit.lstrip("个") not in ("", *_COUNTS)
                or not 1 <= q.value <= 40
            ):
                continue
            if not (noun := _noun(sentence.text[q.end :])):
                if noun := _numbered_noun(sentence.text[q.end :]):
                    yield from _numbered(report, index, q, noun, sentence.text[q.end :])
                continue
            if re.search(r"[第前后另上下每各]$", sentence.text[: q.start]):
                continue
            yield from _announced(report, index, q, noun)
    yield from _markers(report)


def _noun(after: str) -> str | None:
    """What is counted, where it is something that is listed by name; the longest noun right behind the number."""
    found = pattern("listed_nouns").match(
        re.sub(r"^大(?=方面|类|部分|板块|领域|任务|工程|行动|体系|问题|重点)", "", after)
    )
    return found[0] if found else None


def _numbered_noun(after: str) -> str | None:
    found = re.match(r"(?:重点|主要|具体)?(?:" + pattern("numbered_nouns").pattern + ")", after)
    return found[0] if found else None


def _announced(report: Report, index: int, q: Quantity, noun: str) -> Iterator[Spotted]:
    sentence = report.sentences[index]
    text = sentence.text
    rest = text[q.end :]
    behind = _names_behind(rest, noun)
    if behind is None:
        names = _names_in_front(text[: q.start])
    else:
        names = behind
    if names is None:
        yield from _numbered(report, index, q, noun, rest)
        return
    fewest, most, is_open = names
    announced = int(q.value)
    is_strict = noun in words()["strict_nouns"]
    if fewest <= announced <= most or (is_open and announced > most):
        return
    off = min(abs(announced - fewest), abs(announced - most))
    if is_strict and fewest >= 3 and (behind is not None or _are_offices(text[: q.start])):
        off = 1  # named one by one behind the number: there is nothing else they can be
    if (
        off > 2
        or most < 2
        or (not is_strict and fewest < 3)
        or (behind is None and not is_strict and fewest < announced - 1)
    ):
        return
    listed = f"{fewest}" if fewest == most else f"{fewest}到{most}"
    facts = {
        "announced": f"{q.text}{noun if not q.text.endswith(noun) else ''}",
        "listed": listed,
        "piece": shortened(text, q.start - 20, q.end + 20),
    }
    yield Spotted("NA-016", sentence.place, facts, q.text, listed)


def _are_offices(before: str) -> bool:
    """Whether each name of the list in front ends as the name of an office does."""
    clause = re.split(r"[，。；：]", _BRACKETS.sub("", before))[-1]
    names = re.split(r"、|以及|和|与|及", re.sub(r"(?:等)?(?:共计|共|合计|这)?$", "", clause))
    return all(name and name[-1] in _OFFICES for name in names)


def _count(names: str) -> tuple[int, int]:
    """The fewest and the most names a list can be read as.

    >>> _count("办公室、人事科和财务科"), _count("经济和信息化科、商务科")
    ((3, 3), (2, 3))
    """
    plain = _BRACKETS.sub("〇", names)
    *first, last = plain.split("、")
    fewest = most = len(first) + 1
    for part in first:
        most += len(_JOINED.findall(part))
    joints = list(_JOINED.finditer(last))
    most += len(joints)
    if joints:
        left, right = last[: joints[-1].start()], last[joints[-1].end() :]
        right = re.sub(r"等$", "", right)
        if left and right and (left[-1] == right[-1] or (left[-1] in _OFFICES and right[-1] in _OFFICES)):
            fewest += 1
    return fewest, most


def _names_in_front(before: str) -> tuple[int, int, bool] | None:
    """甲、乙、丙和丁5个…: the list right in front of the number."""
    plain = _BRACKETS.sub(lambda found: "〇" * len(found[0]), before)
    clause = re.split(r"[，。；：]", plain)[-1]
    is_open = bool(re.search(r"等(?:共|共计)?$", clause))
    clause = re.sub(r"(?:等)?(?:共计|共|合计|这)?$", "", clause)
    if not re.search(r"[、]|(?<=..)和(?=..)", clause) or re.search(r"\d", clause):
        return None
    if clause.endswith(
        (
            "了",
            "有",
            "为",
            "在",
            "开展",
            "完成",
            "设立",
            "召开",
            "涉及",
            "组织",
            "下设",
            "设",
            "含",
            "共有",
            "存在",
            "发现",
            "提出",
            "形成",
            "实施",
            "安排",
            "推进",
            "落实",
            "建成",
            "新增",
            "分为",
            "分成",
            "设置",
            "设有",
            "达到",
            "拥有",
            "管理",
            "完善",
        )
    ):
        return None
    fewest, most = _count(clause)
    if fewest == 1:
        # 收集和整理5个方面: what is joined by 和 alone may be one thing
        return (
            (1, most, is_open)
            if most >= 2 and re.search(r"从[^从]+和[^和]+$", clause) and not is_open
            else None
        )
    return fewest, most, is_open


def _names_behind(rest: str, noun: str) -> tuple[int, int, bool] | None:
    """5个内设机构：甲、乙 …; 5个内设机构，分别为甲、乙 …"""
    after = rest[len(noun) :] if rest.startswith(noun) else re.sub(rf"^大?{noun}", "", rest)
    introduced = _INTRODUCED.match(after)
    if not introduced:
        return None
    is_bracket = introduced[0].startswith("（")
    tail = after[introduced.end() :]
    listed = re.split(r"）" if is_bracket else r"[。；，：\n]", tail, maxsplit=1)[0]
    if is_bracket and re.search(r"[，。；：]", listed):
        return None
    plain = _BRACKETS.sub("〇", listed)
    if plain.count("、") < 1 or re.search(r"\d", plain) or any(len(name) > 22 for name in plain.split("、")):
        return None
    if (
        re.match(r"，", tail[len(listed) :])
        and "、" in re.split(r"[。；]", tail[len(listed) :])[0]
        and noun not in words()["strict_nouns"]
    ):
        return None
    is_open = bool(re.search(r"等[^、]{0,6}$", plain))
    fewest, most = _count(plain)
    return fewest, most, is_open


def _numbered(report: Report, index: int, q: Quantity, noun: str, rest: str) -> Iterator[Spotted]:
    """以下三个方面：一是 … 二是 …: how far the numbering that follows goes."""
    sentence = report.sentences[index]
    after = rest[len(noun) : len(noun) + 12]
    if not re.match(r"[^，。；]{0,6}(?:：|。|，一是|，主要|，具体)", after):
        return
    if not re.search(r"以下|如下|主要|存在|：|一是", sentence.text[max(0, q.start - 14) : q.end + 16]):
        return
    text = sentence.text[q.end :] + "".join(
        one.text for one in report.sentences[index + 1 : index + 25] if one.section == sentence.section
    )
    found = [_ORDER[mark] for mark in _MARKER.findall(text)]
    if not found or found[0] != 1:
        return
    reached = 1
    for number in found[1:]:
        if number == 1:
            break
        reached = max(reached, number)
    if reached >= 2 and reached != q.value:
        facts = {
            "announced": f"{q.text}{noun}",
            "listed": str(reached),
            "piece": shortened(sentence.text, q.start, q.end),
        }
        yield Spotted("NA-016", sentence.place, facts, q.text, str(reached))


def _markers(report: Report) -> Iterator[Spotted]:
    """一是, 二是, 四是: a step left out or said twice, within one paragraph."""
    by_paragraph: dict[int, list[Sentence]] = {}
    for sentence in report.sentences:
        by_paragraph.setdefault(sentence.paragraph, []).append(sentence)
    for sentences in by_paragraph.values():
        last = 0
        for sentence in sentences:
            for mark in _MARKER.finditer(sentence.text):
                number = _ORDER[mark[1]]
                if last and number not in (1, last + 1):
                    facts = {
                        "before": _sign(last),
                        "found": _sign(number),
                        "piece": shortened(sentence.text, mark.start(), mark.end(), 24),
                    }
                    yield Spotted("NA-018", sentence.place, facts, _sign(number), _sign(last + 1))
                last = number


def _sign(number: int) -> str:
    return f"{next((sign for sign, value in _ORDER.items() if value == number), number)}是"


def names_of(sentences: Sequence[Sentence]) -> list[str]:
    """The first clause of each sentence, for telling which is which."""
    return [re.split(r"[，。：]", sentence.text, maxsplit=1)[0] for sentence in sentences]
