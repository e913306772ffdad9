"""Rates against the schedule of the year, and months counted: 低于序时进度6.13个百分点, 3-9月共7个月."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from pipeline.narrative.amounts import decimals_of, shortened, shown
from pipeline.narrative.document import Report, Sentence, Spotted
from pipeline.narrative.gaps import POINTS, RISES


def judge(report: Report) -> Iterator[Spotted]:
    for index, sentence in enumerate(report.sentences):
        yield from _schedule(sentence, report, index)
        yield from _months(sentence)


_MONTHS = re.compile(
    r"(?:截至|截止|截止到|到|至|1[-–—~～至]{1,2}|1月[-–—~～至]{1,2})(?:(?:19|20)\d\d年)?(\d{1,2})月(?:\d{1,2}日|底|末|份)?"
)


_PARTS_OF_YEAR = {"上半年": 6, "一季度": 3, "二季度": 6, "三季度": 9, "四季度": 12}


_SPAN = re.compile(
    r"(?<!\d)(?P<first>\d{1,2})月?[-–—~～至到]{1,2}(?P<last>\d{1,2})月[^，。；\d]{0,6}(?P<count>\d{1,2})个月"
)


def _schedule(sentence: Sentence, report: Report, index: int) -> Iterator[Spotted]:
    """截至6月底 … 进度43.87%，低于序时进度6.13个百分点: the schedule is a twelfth a month."""
    found = sentence.quantities
    for now, step in pairwise(found):
        if (now.kind, step.kind) != ("percent", "points") or "序时" not in step.label:
            continue
        said = POINTS.findall(step.label)
        month = _month(report, index, now.start)
        if not said or month is None or not (now.is_exact and step.is_exact) or "%" in step.before[:-1]:
            continue
        schedule = Fraction(month * 100, 12)
        gap = now.value - schedule
        sign = 1 if said[-1] in RISES else -1
        said_gap = sign * step.value
        # the schedule is often taken in whole percent: 58 for seven months
        if min(abs(gap - said_gap), abs(now.value - round(schedule) - said_gap)) <= now.step / 2 + step.step:
            continue
        digits = max(decimals_of(now), decimals_of(step), 1)
        facts = {
            "about": step.label,
            "found": step.text,
            "written": f"{now.text} − {shown(schedule, digits=2)}%（{month}月的序时进度）",
            "computed": f"{shown(gap, digits=digits)}个百分点",
            "piece": shortened(sentence.text, now.start, step.end),
        }
        yield Spotted("NA-032", sentence.place, facts, step.text, facts["computed"])


def _months(sentence: Sentence) -> Iterator[Spotted]:
    """3-9月共7个月: how many months there are from one to the other."""
    for found in _SPAN.finditer(sentence.text):
        first, last, count = (int(found[name]) for name in ("first", "last", "count"))
        if 1 <= first <= last <= 12 and count != last - first + 1:
            facts = {
                "about": f"{first}-{last}月",
                "found": f"{count}个月",
                "written": f"{last} − {first} + 1",
                "computed": f"{last - first + 1}个月",
                "piece": shortened(sentence.text, found.start(), found.end()),
            }
            yield Spotted("NA-031", sentence.place, facts, f"{count}个月", facts["computed"])


def _month(report: Report, index: int, until: int) -> int | None:
    """The month up to which a sentence counts, said in it or in the one before."""
    sentence = report.sentences[index]
    named = _months_in(sentence.text[:until])
    if not named and index and report.sentences[index - 1].section == sentence.section:
        named = _months_in(report.sentences[index - 1].text)
    return named[-1] if named and 1 <= named[-1] <= 12 else None


def _months_in(text: str) -> list[int]:
    """The months up to which something counts, in order; titles and what stands in brackets tell none."""
    plain = re.sub(r"《[^》]*》|（[^（）]*）", lambda found: "〇" * len(found[0]), text)
    named = [(found.start(), int(found[1])) for found in _MONTHS.finditer(plain)]
    named += [(plain.rfind(word), month) for word, month in _PARTS_OF_YEAR.items() if word in plain]
    return [month for _, month in sorted(named)]
