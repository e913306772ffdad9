"""Differences that are written out: 剩余, 结余, 比上年增加, 年初加追加, 高几个百分点. Each against the two numbers it lies between.

Source: docs/domain.md §2 (全年预算数 = 年初预算数 + 追加 − 追减 ± 调剂).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations, pairwise

from pipeline.narrative.amounts import (
    decimals_of,
    direction,
    half,
    is_change,
    role,
    shortened,
    shown,
    than_budget,
)
from pipeline.narrative.document import Quantity, Report, Sentence, Spotted
from pipeline.narrative.words import has

_LEFT = re.compile(
    r"(?:剩余|结余|节余|余款|余额|未支出|未支付|未支|未使用|未执行|结转(?:至|到)?(?:下年|次年|20\d\d年|下一?年)?|尚未[^，；]{0,6})(?:资金|金额|数|指标)?(?:为|共|有|约)?$"
)
_OVER = re.compile(r"(?:超支|超出预算|超预算)(?:了)?$")
_ADDED = re.compile(r"(?:追加|调增|增加预算|预算增加|年中增加|增拨)[^，；]{0,6}$")
_TAKEN = re.compile(r"(?:追减|调减|核减|收回|压减|年中减少)[^，；]{0,6}$")
_ADJUSTED = re.compile(
    r"(?:全年|调整后|年度|最终|调整预算|实际)[^，；]{0,6}预算[^，；]{0,6}$|预算调整(?:为|至|到)$"
)
_POINTS = re.compile(
    r"(高于|高出|快于|超过|超|高|低于|低|慢于|落后|滞后|增长|增加|提高|上升|提升|下降|减少|降低|回落)"
)
_UP = ("高于", "高出", "快于", "超过", "超", "高", "增长", "增加", "提高", "上升", "提升")
_MONTHS = re.compile(
    r"(?:截至|截止|截止到|到|至|1[-–—~～至]{1,2}|1月[-–—~～至]{1,2})(?:(?:19|20)\d\d年)?(\d{1,2})月(?:\d{1,2}日|底|末|份)?"
)


def judge(report: Report) -> Iterator[Spotted]:
    for index, sentence in enumerate(report.sentences):
        near = _money_before(report, index)
        yield from _left_over(sentence, near)
        yield from _adjusted(sentence)
        yield from _against_budget(sentence)
        yield from _between_years(sentence)
        yield from _points(sentence)
        yield from _schedule(sentence, report, index)
        yield from _months(sentence)


def _money_before(report: Report, index: int) -> list[Quantity]:
    mine = report.sentences[index]
    return [
        q
        for one in report.sentences[max(0, index - 2) : index + 1]
        if one.section == mine.section
        for q in one.quantities
        if q.kind == "money"
    ]


def _spotted(
    sentence: Sentence, found: Quantity, about: str, written: str, computed: str, start: int
) -> Spotted:
    facts = {
        "about": shortened(about, most=24),
        "found": found.text,
        "written": written,
        "computed": computed,
        "piece": shortened(sentence.text, start, found.end),
    }
    return Spotted("NA-031", sentence.place, facts, found.text, computed)


def _left_over(sentence: Sentence, near: Sequence[Quantity]) -> Iterator[Spotted]:
    """预算A，支出B，剩余C: C is A less B."""
    for place, left in enumerate(sentence.quantities):
        is_over = bool(_OVER.search(left.label))
        if left.kind != "money" or not left.is_exact or not (is_over or _LEFT.search(left.label)):
            continue
        if re.search(r"上年|年初|以前|累计|历年|存量", left.label):
            continue
        before = [q for q in sentence.quantities[:place] if q.kind == "money"]
        budgets = [q for q in before if role(q) in ("budget", "in_place", "income") and not is_change(q)]
        spent = [q for q in before if role(q) == "executed" and not is_change(q)]
        others = [q for q in before if _LEFT.search(q.label)]
        if len(budgets) != 1 or len(spent) != 1 or others or not (budgets[0].is_exact and spent[0].is_exact):
            continue
        budget, done = budgets[0], spent[0]
        gap = done.value - budget.value if is_over else budget.value - done.value
        slack = half(budget) + half(done) + half(left)
        if abs(gap - left.value) <= slack or _any_gap(near, left):
            continue
        later = [q for q in sentence.quantities[place + 1 :] if q.kind == "money"]
        if any(abs(gap - left.value - q.value) <= slack for q in later):
            continue
        first, second = (done, budget) if is_over else (budget, done)
        yield _spotted(
            sentence, left, left.label, f"{first.text} − {second.text}", shown(gap, left), budget.start
        )


def _any_gap(near: Sequence[Quantity], gap: Quantity) -> bool:
    values = [q for q in near if q is not gap]
    return any(
        abs(abs(a.value - b.value) - gap.value) <= half(a) + half(b) + half(gap)
        for a, b in combinations(values, 2)
    )


def _adjusted(sentence: Sentence) -> Iterator[Spotted]:
    """年初预算A，追加B，（追减C，）全年预算D: D is A and B less C; what else is named may be part of it."""
    money = [q for q in sentence.quantities if q.kind == "money"]
    initial = [q for q in money if re.search(r"年初[^，；]{0,8}预算[^，；]{0,6}$", q.label)]
    changes = [q for q in money if _ADDED.search(q.label) or _TAKEN.search(q.label)]
    final = [q for q in money if _ADJUSTED.search(q.label) and "年初" not in q.label]
    if len(initial) != 1 or not changes or len(final) != 1:
        return
    named = [initial[0], *changes, final[0]]
    if any(not q.is_exact for q in named) or initial[0].start > final[0].start:
        return
    total = initial[0].value + sum(
        (-q.value if _TAKEN.search(q.label) else q.value for q in changes), Fraction(0)
    )
    slack = sum((half(q) for q in named), Fraction(0))
    rest = [q.value for q in money if q not in named]
    missing = final[0].value - total
    if abs(missing) <= slack:
        return
    signed = [*rest, *(-value for value in rest)]
    if any(abs(missing - sum(some)) <= slack for size in (1, 2) for some in combinations(signed[:12], size)):
        return
    written = initial[0].text + "".join(
        f" {'−' if _TAKEN.search(q.label) else '+'} {q.text}" for q in changes
    )
    start = min(q.start for q in named)
    yield _spotted(sentence, final[0], final[0].label, written, shown(total, final[0]), start)


def _against_budget(sentence: Sentence) -> Iterator[Spotted]:
    """预算A，决算B，决算数小于预算数C: C is what lies between the two."""
    for place, gap in enumerate(sentence.quantities):
        sign = than_budget(gap) if gap.kind == "money" else None
        if sign is None or not gap.is_exact:
            continue
        before = [
            q for q in sentence.quantities[:place] if q.kind == "money" and q.is_exact and not is_change(q)
        ]
        budgets, spent = ([q for q in before if role(q) == name] for name in ("budget", "executed"))
        if len(budgets) != 1 or len(spent) != 1:
            continue
        lies = spent[0].value - budgets[0].value
        if abs(lies - sign * gap.value) > half(spent[0]) + half(budgets[0]) + half(gap):
            written = f"{spent[0].text} − {budgets[0].text}"
            yield _spotted(sentence, gap, gap.label, written, shown(lies, gap), before[0].start)


def _between_years(sentence: Sentence) -> Iterator[Spotted]:
    """支出A，比上年的B增加X: X is A less B, and the word goes with the sign."""
    found = sentence.quantities
    for now, earlier, step in zip(found, found[1:], found[2:], strict=False):
        if any(q.kind != "money" or not q.is_exact for q in (now, earlier, step)):
            continue
        sign = direction(step)
        if sign is None or not has(earlier.label, "before") or is_change(now) or is_change(earlier):
            continue
        if has(now.label, "before") or not re.search(r"比|较|与|，", earlier.before):
            continue
        gap = now.value - earlier.value
        if abs(gap - sign * step.value) <= half(now) + half(earlier) + half(step):
            continue
        yield _spotted(
            sentence, step, step.label, f"{now.text} − {earlier.text}", shown(gap, step), now.start
        )


def _points(sentence: Sentence) -> Iterator[Spotted]:
    """执行率A，比上年的B下降C个百分点: two rates and the difference between them, right behind one another."""
    found = sentence.quantities
    for now, earlier, step in zip(found, found[1:], found[2:], strict=False):
        if (now.kind, earlier.kind, step.kind) != ("percent", "percent", "points"):
            continue
        said = _POINTS.findall(step.label)
        if not said or any(not q.is_exact for q in (now, earlier, step)):
            continue
        is_turned = bool(re.search(r"[由从]", now.label) and re.search(r"到|至", earlier.label))
        if is_turned:
            now, earlier = earlier, now
        if not (
            is_turned or re.search(r"比|较|高于|低于|超过|上年|去年|同期|目标", earlier.before)
        ) or re.search(r"[；。]", earlier.before):
            continue
        gap = now.value - earlier.value
        sign = 1 if said[-1] in _UP else -1
        slack = now.step / 2 + earlier.step / 2 + step.step / 2
        if abs(gap - sign * step.value) <= slack:
            continue
        digits = max(decimals_of(q) for q in (now, earlier, step))
        yield _spotted(
            sentence,
            step,
            step.label,
            f"{now.text} − {earlier.text}",
            f"{shown(gap, digits=digits)}个百分点",
            now.start,
        )


def _schedule(sentence: Sentence, report: Report, index: int) -> Iterator[Spotted]:
    """截至6月底 … 进度43.87%，低于序时进度6.13个百分点: the schedule is a twelfth a month."""
    found = sentence.quantities
    for now, step in pairwise(found):
        if (now.kind, step.kind) != ("percent", "points") or "序时" not in step.label:
            continue
        said = _POINTS.findall(step.label)
        month = _month(report, index, now.start)
        if not said or month is None or not (now.is_exact and step.is_exact) or "%" in step.before[:-1]:
            continue
        schedule = Fraction(month * 100, 12)
        gap = now.value - schedule
        sign = 1 if said[-1] in _UP else -1
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


_SPAN = re.compile(
    r"(?<!\d)(?P<first>\d{1,2})月?[-–—~～至到]{1,2}(?P<last>\d{1,2})月[^，。；\d]{0,6}(?P<count>\d{1,2})个月"
)


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


_PARTS_OF_YEAR = {"上半年": 6, "一季度": 3, "二季度": 6, "三季度": 9, "四季度": 12}


def _months_in(text: str) -> list[int]:
    """The months up to which something counts, in order; titles and what stands in brackets tell none."""
    plain = re.sub(r"《[^》]*》|（[^（）]*）", lambda found: "〇" * len(found[0]), text)
    named = [(found.start(), int(found[1])) for found in _MONTHS.finditer(plain)]
    named += [(plain.rfind(word), month) for word, month in _PARTS_OF_YEAR.items() if word in plain]
    return [month for _, month in sorted(named)]
