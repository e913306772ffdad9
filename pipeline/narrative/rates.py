"""Rates of execution against the amounts beside them: 预算执行率, 支出进度, 完成预算的 …%, 到位率, 完成率.

A rate is silent where any two amounts near it give it. It is accused where its own two amounts are plainly named and do not.
Source: docs/domain.md §2 (two decimals, half-up; every rate has a denominator).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from pipeline.narrative.amounts import (
    amounts,
    any_of_many,
    any_ratio,
    by_value,
    is_change,
    is_whole,
    rate_spotted,
    ratio_agrees,
    role,
    shortened,
    unit_hint,
)  # fmt: skip
from pipeline.narrative.document import Quantity, Report, Sentence, Spotted, Unchecked
from pipeline.narrative.rates_beside import (
    against_budget,
    implied,
    is_department,
    of_counts,
    of_the_amount,
    of_the_rest,
    sides,
)
from pipeline.narrative.words import has, last_of

_OF_BUDGET = re.compile(
    r"(?:完成|占|达到|达|为|是|相当于)(?:了)?(?:当年|本年度?|全年|年度|年初|年中|调整后?|预算|批复|下达|总|支出|收入|计划|\d{4}年度?|部门|整体|财政拨款|的)*(?:预算|计划|指标|任务数)(?:数|总额|总数|额|安排|金额|支出)*的?(?:比例|比重|百分比)?(?:为|达到|达|是)?$"
)
_NAMED_AFTER = re.compile(r"^的(?:预算)?(?:执行率|完成率|支出率|支出进度|执行进度)")
_RULE_AFTER = re.compile(r"^(?:的|时|及以上|，)?(?:得|计|扣|不扣|，得|，扣|为满分|得满分)")
#: how far from the denominator a printed rate needs a budget elsewhere may be, and still be the one that was meant
_FAR, _NEAR = Fraction(3, 10), Fraction(1, 20)
_DEFINED = re.compile(r"[=÷]|计算公式|计算方法|口径|之比|除以")


def kind_of(rate: Quantity) -> str | None:
    """``execution``, ``in_place``, ``completion``, ``average`` or ``aside``; None for another percentage."""
    if rate.is_range or rate.is_bound or _RULE_AFTER.match(rate.after):
        return None
    said = rate.label
    if re.search(r"占[^，；]{0,12}$", said) and not _OF_BUDGET.search(said):
        return None
    tail = re.sub(r"(?:已?经?达到?了?|为|是|约|仅|共|只有|实现|：|=)+$", "", said)
    if has(tail, "rates", "average"):
        return "average"
    named = last_of(tail, ("execution", "in_place", "completion"), "rates")
    if named and not any(tail.endswith(word) for word in _ends(named)):
        named = None
    if named is None and (_OF_BUDGET.search(said) or _NAMED_AFTER.match(rate.after)):
        named = "execution"
    if named is None:
        return None
    return "aside" if has(said, "rates_aside") else named


def _ends(name: str) -> Sequence[str]:
    from pipeline.narrative.words import words

    return words()["rates"][name]


def judge(report: Report) -> Iterator[Spotted | Unchecked]:
    known = _budgets(report)
    for index, sentence in enumerate(report.sentences):
        for rate in sentence.quantities:
            if rate.kind != "percent":
                continue
            settled = of_the_amount(sentence, rate)
            if settled is not None:
                yield from settled
                continue
            kind = kind_of(rate)
            if kind in ("execution", "in_place", "completion"):
                yield from _of_money(report, index, rate, kind, known)
            elif kind == "average":
                yield from _average(report, index, rate)
            elif kind == "aside" and rate.label.rstrip("为是达到").endswith("完成率"):
                yield from of_counts(sentence, rate)
            else:
                yield from of_the_rest(sentence, rate, _earlier(report, index))


def _earlier(report: Report, index: int) -> Sequence[Quantity]:
    """What the sentence before names, in the same section."""
    before = report.sentences[index - 1] if index else None
    return before.quantities if before and before.section == report.sentences[index].section else ()


def _near(report: Report, index: int, back: int = 2, ahead: int = 0) -> list[Sentence]:
    """The sentence and those around it in its section."""
    mine = report.sentences[index]
    return [
        one for one in report.sentences[max(0, index - back) : index + ahead + 1]
        if one.section == mine.section and (one.kind == mine.kind == "body" or one.paragraph == mine.paragraph)
    ]  # fmt: skip


def _of_money(
    report: Report, index: int, rate: Quantity, kind: str, known: _Budgets
) -> Iterator[Spotted | Unchecked]:
    sentence = report.sentences[index]
    mine = [q for q in amounts([sentence]) if not q.is_approximate]
    around = amounts(_near(report, index))
    done = _executed(mine, rate, kind)
    # a rate in whole percent is met by chance: where its own two amounts stand beside it, only an exact one is excused
    has_own = done is not None and _whole_of(mine, done, rate) is not None
    is_fine = rate.value > 0 and rate.step / rate.value <= Fraction(1, 1000)
    if any_ratio(*(sides(mine) if has_own and not is_fine else (mine, mine)), rate):
        return
    if (is_fine or not has_own) and (
        any_ratio(around, around, rate) or any_of_many(mine, known.ordered, rate)
    ):
        return
    if against := against_budget(sentence, rate):
        yield _verdict(report, index, rate, *against)
        return
    if kind == "completion" or not around:
        yield from of_counts(sentence, rate)
        counts = [q for q in sentence.quantities if q.kind == "count"]
        if any(a.unit == b.unit and a is not b and ratio_agrees(a, b, rate) for a in counts for b in counts):
            return
        if kind == "completion" and not mine:
            return
    if done is None:
        if not mine and (pair := _only_pair(_before(report, index), kind)):
            yield _verdict(report, index, rate, *pair)
        elif not has(rate.label, "rates_aside"):
            yield Unchecked(sentence.place, f"{rate.label}{rate.text}", "没有写出对应的金额")
        return
    whole = _whole_of(mine, done, rate) or _whole_elsewhere(report, known.placed, index, done, rate)
    if whole is None:
        yield Unchecked(sentence.place, f"{rate.label}{rate.text}", f"只写了{done.text}，没有写出分母")
        return
    yield _verdict(report, index, rate, done, whole)


def _executed(mine: Sequence[Quantity], rate: Quantity, kind: str) -> Quantity | None:
    """The nearest amount in front of the rate that was spent (or came in)."""
    wanted = ("in_place",) if kind == "in_place" else ("executed",)
    before = [q for q in mine if q.end <= rate.start and not is_change(q)]
    found = next((q for q in reversed(before) if role(q) in wanted), None)
    if found is None and len(mine) == 2 and not before and not is_change(mine[0]):
        # 使用率97.5%，其中预算2000万元，使用1900万元: the two stand behind it
        is_close = mine[0].start - rate.end <= 24 and "；" not in mine[0].before
        found = next((q for q in mine if role(q) in wanted and is_close), None)
    return found


def _whole_of(mine: Sequence[Quantity], done: Quantity, rate: Quantity) -> Quantity | None:
    """The nearest budget in the same sentence in front of the rate; what was handed out, where something of it was spent."""
    before = [q for q in mine if q.end <= rate.start and q is not done and not is_change(q)]
    named = next((q for q in reversed(before) if role(q) in ("budget", "in_place", "income")), None)
    handed_out = next(
        (q for q in reversed(before) if q.value >= done.value and re.search(r"拨付|拨入|收到", q.label)), None
    )
    if named is None and handed_out is None and len(mine) == 2:
        behind = [
            q
            for q in mine
            if q is not done and role(q) == "budget" and not is_change(q) and "；" not in q.before
        ]
        return behind[0] if behind and behind[0].start - rate.end <= 24 else None
    return named or handed_out


def _before(report: Report, index: int) -> list[Quantity]:
    """The amounts of the sentence before; of the two before, where the last names but one."""
    last = amounts(_near(report, index, 1)[:-1])
    found = last if len(last) != 1 else amounts(_near(report, index, 2)[:-1])
    return [q for q in found if not q.is_approximate]


def _only_pair(found: Sequence[Quantity], kind: str) -> tuple[Quantity, Quantity] | None:
    """The one amount spent and the one budget of the sentence before, if it names just these two."""
    spent = [q for q in found if role(q) == ("in_place" if kind == "in_place" else "executed")]
    budget = [q for q in found if role(q) == "budget"]
    return (spent[0], budget[0]) if len(found) == 2 and len(spent) == len(budget) == 1 else None


@dataclass(frozen=True, slots=True)
class _Budgets:
    """Every budget of the report: in order of their values, and with the sentence each stands in."""

    ordered: list[Quantity]
    placed: list[tuple[int, Quantity]]


def _budgets(report: Report) -> _Budgets:
    placed = [
        (at, q)
        for at, one in enumerate(report.sentences)
        for q in amounts([one])
        if role(q) in ("budget", "income") and not is_change(q)
    ]
    body = [
        (at, q)
        for at, q in placed
        if role(q) == "budget" and not q.is_approximate and report.sentences[at].kind == "body"
    ]
    return _Budgets(by_value(q for _, q in placed), body)


def _whole_elsewhere(
    report: Report, placed: Sequence[tuple[int, Quantity]], index: int, done: Quantity, rate: Quantity
) -> Quantity | None:
    """A budget named in another sentence, where it is plainly the one that is meant.

    The one amount of the sentence before, where each names one. For an amount of the whole department its budget, the next before; for any other the one budget of the report that comes
    within a twentieth of what the printed rate needs.
    """
    needed = done.value / rate.value * 100 if rate.value > 0 else Fraction(0)
    known = [(at, q) for at, q in placed if q.value >= done.value]
    for stage in ("年初", "调整"):
        if stage in rate.label:
            named = {
                q.value: q
                for at, q in placed
                if stage in q.label and at <= index and is_department(q.label, done.label)
            }
            if len(named) == 1:
                return next(iter(named.values()))
    only = [q for at, q in known if at == index - 1]
    if len(only) == 1 and _is_lone(report, index, done):
        return only[0]
    if is_whole(done.label):
        whole = [
            (at, q)
            for at, q in known
            if _is_whole_budget(q.label) and abs(q.value - needed) <= q.value * _FAR
        ]
        before = [q for at, q in whole if at < index]
        if whole:
            return before[-1] if before else whole[0][1]
    near = [q for at, q in known if at <= index and abs(q.value - needed) <= q.value * _NEAR]
    return near[-1] if len({q.value for q in near}) == 1 else None


def _is_whole_budget(label: str) -> bool:
    return is_whole(label) or (bool(re.search(r"调整后?预算|全年预算", label)) and is_department(label, ""))


def _is_lone(report: Report, index: int, done: Quantity) -> bool:
    """Whether two sentences of one section name one amount each: 预算A。支出B，执行率C."""
    before = report.sentences[index - 1]
    return (
        before.section == report.sentences[index].section
        and len(amounts([before])) == 1
        and [q for q in amounts([report.sentences[index]]) if not is_change(q)] == [done]
    )


def _verdict(report: Report, index: int, rate: Quantity, done: Quantity, whole: Quantity) -> Spotted:
    sentence = report.sentences[index]
    exact = done.value / whole.value * 100 if whole.value else Fraction(0)
    about = shortened(rate.label or rate.before, 0, 0, 24) or "比率"
    return rate_spotted(
        "NA-001", sentence, rate, done.text, whole.text, exact, done.start, about,
        unit_hint(done, whole, rate), implied=implied(rate, done, whole),
    )  # fmt: skip


def _average(report: Report, index: int, rate: Quantity) -> Iterator[Spotted]:
    """An average rate whose definition is not given, beside a year-end rate that differs."""
    if any(_DEFINED.search(one.text) for one in _near(report, index, 1, 1)):
        return
    for sentence in report.sentences:
        for other in sentence.quantities:
            is_rate = other.kind == "percent" and kind_of(other) == "execution"
            if (
                is_rate
                and other.value != rate.value
                and not re.search(r"[1-9]\d?月|监控|季度", sentence.text)
            ):
                facts = {"about": rate.label, "rate": rate.text, "other": other.text, "place": sentence.place}
                yield Spotted(
                    "NA-004", report.sentences[index].place, facts, rate.text, other.text, (sentence.place,)
                )
                return
