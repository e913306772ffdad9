"""Section numbers at every level: said twice, left out. Numbers that Word makes itself are always in order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.measure_numerals import integer
from pipeline.narrative.amounts import shortened
from pipeline.narrative.document import Report, Spotted

_LEVELS = (
    ("第{}部分", re.compile(r"^第([一二三四五六七八九十]+)(?:部分|章)")),
    ("{}、", re.compile(r"^([一二三四五六七八九十]{1,3})[、.．](?!\d)")),
    ("（{}）", re.compile(r"^（([一二三四五六七八九十]{1,3})）")),
    ("{}.", re.compile(r"(?:^|(?<=[。；：]))(\d{1,2})[、.．](?![\d）])")),
    ("（{}）", re.compile(r"(?:^|(?<=[。；：]))（(\d{1,2})）")),
)
_RESTART = re.compile(r"^(?:附件|附表|附录|目录)")
_NUMERALS = "零一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class _Last:
    """The last number of a level: ``number`` and title as printed, and which numbers may come next.

    After a slip two may: the one behind what is printed, and the one behind what should have been.
    """

    number: int
    title: str
    due: int
    allowed: frozenset[int]


def judge(report: Report) -> Iterator[Spotted]:
    """Walks all headings; a number is compared with the one before on its level since a higher level began."""
    last: list[_Last | None] = [None] * len(_LEVELS)
    for paragraph in report.paragraphs:
        if paragraph.kind != "body" or paragraph.automatic:
            continue
        if _RESTART.match(paragraph.text):
            last = [None] * len(_LEVELS)
            continue
        for level, at, number, title in _numbers(paragraph.text):
            before = last[level]
            allowed = {number + 1}
            if before is not None and number not in (1, *before.allowed) and 0 <= number - before.number <= 3:
                place = f"{paragraph.place}第{paragraph.text.count('。', 0, at) + 1}句"
                yield _spotted(level, number, title, before, place, shortened(paragraph.text, at, at, 24))
                allowed.add(before.due + 1)
            last[level] = _Last(number, title, max(allowed), frozenset(allowed))
            last[level + 1 :] = [None] * (len(_LEVELS) - level - 1)


def _spotted(level: int, number: int, title: str, before: _Last, place: str, piece: str) -> Spotted:
    sign = _LEVELS[level][0]
    found, expected = sign.format(_shown(level, number)), sign.format(_shown(level, before.due))
    earlier = sign.format(_shown(level, before.number)) + before.title
    if number == before.number:
        facts = {"sign": found, "title": title, "before": earlier, "expected": expected}
        return Spotted("NA-017", place, facts, found, expected)
    facts = {"before": earlier, "found": found + title, "piece": piece}
    return Spotted("NA-018", place, facts, found, expected)


def _numbers(text: str) -> Iterator[tuple[int, int, int, str]]:
    found = []
    for level, (_, sign) in enumerate(_LEVELS):
        for match in sign.finditer(text):
            digits = match[1]
            number = int(digits) if digits.isdigit() else int(integer(digits))
            title = re.split(r"[。：；，]", text[match.end() :], maxsplit=1)[0][:16]
            found.append((match.start(), level, number, title))
    for start, level, number, title in sorted(found):
        yield level, start, number, title


def _shown(level: int, number: int) -> str:
    if level > 2:
        return str(number)
    if number <= 10:
        return _NUMERALS[number]
    tens, ones = divmod(number, 10)
    return (
        (("" if tens == 1 else _NUMERALS[tens]) + "十" + (_NUMERALS[ones] if ones else ""))
        if number < 100
        else str(number)
    )
