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
POINTS = re.compile(
    r"(高于|高出|快于|超过|超|高|低于|低|慢于|落后|滞后|增长|增加|提高|上升|提升|下降|减少|降低|回落)"
)
RISES = ("高于", "高出", "快于", "超过", "超", "高", "增长", "增加", "提高", "上升", "提升")


def judge(report: Report) -> Iterator[Spotted]:
    for index, sentence in enumerate(report.sentences):
        near = _money_before(report, index)
        yield from _left_over(sentence, near)
        yield from _adjusted(sentence, near)
        yield from _against_budget(sentence)
        yield from _between_years(sentence)
        yield from _points(sentence)
        yield from _in_brackets(sentence)


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
        if re.search(r"上年|年初|以前|累计|历年|存量", left.label) or re.match(
            r"（[^）]{0,4}(?:含|包括|其中)", left.after
        ):
            continue
        before = [q for q in sentence.quantities[:place] if q.kind == "money"]
        budgets = [q for q in before if role(q) in ("budget", "in_place", "income") and not is_change(q)]
        spent = [q for q in before if role(q) == "executed" and not is_change(q)]
        others = [q for q in before if _LEFT.search(q.label)]
        if not budgets and len(spent) == 1 and not is_over:
            budgets = _near_budget(near, spent[0], left)
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


def _near_budget(near: Sequence[Quantity], done: Quantity, left: Quantity) -> list[Quantity]:
    """The one budget of the sentences before that leaves about so much: what is over is then meant to be of it."""
    budgets = [
        q for q in near if role(q) == "budget" and not is_change(q) and q.is_exact and q.value > done.value
    ]
    close = [q for q in budgets if abs(q.value - done.value - left.value) * 2 <= q.value - done.value]
    return close if len({q.value for q in close}) == 1 else []


def _any_gap(near: Sequence[Quantity], gap: Quantity) -> bool:
    values = [q for q in near if q is not gap]
    return any(
        abs(abs(a.value - b.value) - gap.value) <= half(a) + half(b) + half(gap)
        for a, b in combinations(values, 2)
    )


def _adjusted(sentence: Sentence, near: Sequence[Quantity]) -> Iterator[Spotted]:
    """年初预算A，追加B，（追减C，）全年预算D: D is A and B less C; what else is named may be part of it."""
    money = [q for q in sentence.quantities if q.kind == "money"]
    initial = [q for q in money if re.search(r"年初[^，；]{0,8}预算[^，；]{0,6}$", q.label)]
    changes = [q for q in money if _ADDED.search(q.label) or _TAKEN.search(q.label)]
    final = [q for q in money if _ADJUSTED.search(q.label) and "年初" not in q.label]
    is_elsewhere = not initial
    if is_elsewhere:
        initial = [q for q in near if re.search(r"年初[^，；]{0,8}预算[^，；]{0,6}$", q.label)]
    if len(initial) != 1 or not changes or len(final) != 1:
        return
    named = [initial[0], *changes, final[0]]
    if any(not q.is_exact for q in named) or (initial[0].start > final[0].start and not is_elsewhere):
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
    start = min(q.start for q in named if q is not initial[0] or not is_elsewhere)
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
        is_compared = has(earlier.label, "before") or re.match(r"[比较]", earlier.label)
        if sign is None or not is_compared or is_change(now) or is_change(earlier):
            continue
        if (
            has(now.label, "before")
            or re.match(r"[比较]", now.label)
            or not re.search(r"比|较|与|，", earlier.before)
        ):
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
        said = POINTS.findall(step.label)
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
        sign = 1 if said[-1] in RISES else -1
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


def _in_brackets(sentence: Sentence) -> Iterator[Spotted]:
    """1.5亿元（15000万元）: one amount in two units."""
    for plain, other in pairwise(sentence.quantities):
        if plain.kind != "money" or other.kind != "money" or plain.unit == other.unit:
            continue
        if not re.fullmatch(r"（(?:即|合|折合|计)?", other.before) or not other.after.startswith("）"):
            continue
        slack = max(half(plain), half(other), other.step / 2)
        if plain.is_exact and other.is_exact and abs(plain.value - other.value) > slack:
            shown_as = shown(plain.value, other, max(decimals_of(other), 2))
            yield _spotted(sentence, other, "括号里的", plain.text, shown_as, plain.start)
