"""Section numbers at every level: said twice, left out. Numbers that Word makes itself are always in order."""

from __future__ import annotations

import re
from collections.abc import Iterator

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


def judge(report: Report) -> Iterator[Spotted]:
    """Walks all headings; a number is compared with the one before on its level since a higher level began."""
    last: list[tuple[int, str] | None] = [None] * len(_LEVELS)
    for paragraph in report.paragraphs:
        if paragraph.kind != "body" or paragraph.automatic:
            continue
        if _RESTART.match(paragraph.text):
            last = [None] * len(_LEVELS)
            continue
        for level, place, number, title in _numbers(paragraph.text):
            before = last[level]
            if before is not None and number not in (1, before[0] + 1) and 0 <= number - before[0] <= 3:
                sign = _LEVELS[level][0]
                facts = {
                    "sign": sign.format(_shown(level, number)), "title": title, "before": sign.format(_shown(level, before[0])) + before[1],
                    "expected": sign.format(_shown(level, before[0] + 1)),
                }  # fmt: skip
                code = "NA-017" if number == before[0] else "NA-018"
                if code == "NA-018":
                    facts = {
                        "before": facts["before"],
                        "found": facts["sign"] + title,
                        "piece": shortened(paragraph.text, place, place, 24),
                    }
                yield Spotted(
                    code,
                    f"{paragraph.place}第{paragraph.text.count('。', 0, place) + 1}句",
                    facts,
                    sign.format(_shown(level, number)),
                    sign.format(_shown(level, before[0] + 1)),
                )
            last[level] = (number, title)
            last[level + 1 :] = [None] * (len(_LEVELS) - level - 1)


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
