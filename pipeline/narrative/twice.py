"""One quantity printed two ways in one report: 2227.70 here and 2272.70 there, the department's budget twice and not alike."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from pipeline.narrative.amounts import amounts, is_change, is_whole, role, shortened
from pipeline.narrative.document import Quantity, Report, Sentence, Spotted
from pipeline.narrative.rates import kind_of

#: of numbers that are alike in all digits but one, how many are compared
_MOST_ALIKE = 20
_YEARS = re.compile(r"(?:19|20)\d\d年")
_PART_OF_YEAR = re.compile(r"\d{1,2}月|季度|上半年|截至|监控|上年|去年|同期|上一年|以前年度")


def judge(report: Report) -> Iterator[Spotted]:
    yield from _slips(report)
    yield from _whole_amounts(report)
    yield from _whole_rates(report)


def _digits(q: Quantity) -> str:
    return re.sub(r"\D", "", q.text)


def _slips(report: Report) -> Iterator[Spotted]:
    """Two amounts of one kind that differ as a slip of typing does, and not in one sentence."""
    known = [
        (sentence, q, role(q)) for sentence in report.sentences if sentence.kind == "body" for q in amounts([sentence])
        if q.is_exact and not is_change(q) and len(_digits(q).strip("0")) >= 5 and role(q)
    ]  # fmt: skip
    times: dict[Fraction, int] = {}
    for _, q, _ in known:
        times[q.value] = times.get(q.value, 0) + 1
    told: set[Fraction] = set()
    masked: dict[tuple, list[tuple[Sentence, Quantity]]] = {}
    for sentence, q, said in known:
        met: dict[int, tuple[Sentence, Quantity]] = {}
        for key in _masks(_digits(q)):
            for other in masked.setdefault((said, q.unit, key), []):
                met[id(other[1])] = other
            if len(masked[said, q.unit, key]) < _MOST_ALIKE:
                masked[said, q.unit, key].append((sentence, q))
        for other_sentence, other in met.values():
            if (
                q.value == other.value
                or sentence is other_sentence
                or not _is_slip(_digits(q), _digits(other))
            ):
                continue
            if not _same_thing(q, other) or _other_year(sentence, other_sentence):
                continue
            mine, theirs = (
                {one.value for one in sentence.quantities},
                {one.value for one in other_sentence.quantities},
            )
            if other.value in mine or q.value in theirs:
                continue
            odd, plain = ((sentence, q), (other_sentence, other))
            if times[q.value] > times[other.value]:
                odd, plain = plain, odd
            if odd[1].value not in told:
                told.add(odd[1].value)
                yield _spotted("NA-025", odd[0], odd[1], plain[0], plain[1])


def _masks(digits: str) -> set[str]:
    """What a number and any slip of it have in common: itself without one digit, or with two neighbours in order."""
    without = {f"{digits[:at]}*{digits[at + 1 :]}" for at in range(len(digits))}
    swapped = {
        digits[:at] + "".join(sorted(digits[at : at + 2])) + f"~{at}" + digits[at + 2 :]
        for at in range(len(digits) - 1)
    }
    return without | swapped


def _spotted(
    code: str, sentence: Sentence, q: Quantity, other_sentence: Sentence, other: Quantity
) -> Spotted:
    facts = {
        "about": shortened(q.label, most=24) or "同一个数", "found": q.text, "other": other.text, "place": other_sentence.place,
        "piece": shortened(sentence.text, q.start, q.end), "other_piece": shortened(other_sentence.text, other.start, other.end, 32),
    }  # fmt: skip
    return Spotted(code, sentence.place, facts, q.text, other.text, (other_sentence.place,))


def _is_slip(one: str, other: str) -> bool:
    """Two neighbours changed places, or one digit another (never the first two of five)."""
    apart = [at for at, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    if len(apart) == 2 and apart[1] == apart[0] + 1:
        return one[apart[0]] == other[apart[1]] and one[apart[1]] == other[apart[0]]
    return len(apart) == 1


def _same_thing(one: Quantity, other: Quantity) -> bool:
    """Whether two labels speak of one thing: most of the signs of the shorter stand in the longer, or both of the whole."""
    a, b = (_core(q.label) for q in (one, other))
    if not a or not b:
        return False
    if is_whole(one.label) and is_whole(other.label):
        return True
    short, long = sorted((a, b), key=len)
    pairs = {short[at : at + 2] for at in range(len(short) - 1)}
    return len(short) >= 4 and sum(pair in long for pair in pairs) >= 0.7 * len(pairs)


def _core(label: str) -> str:
    return re.sub(
        r"(?:19|20)\d\d年度?|我[办局委校中心部院]|本[部单]门?位?|全年|本年|实际|其中|安排|共|的|为|了|是|达到?|数$",
        "",
        label,
    )


def _other_year(one: Sentence, other: Sentence) -> bool:
    a, b = set(_YEARS.findall(one.text)), set(_YEARS.findall(other.text))
    return bool(a and b and not a & b) or bool(_PART_OF_YEAR.search(one.text)) != bool(
        _PART_OF_YEAR.search(other.text)
    )


_WHOLE_BUDGET = re.compile(
    r"(?:部门)?(?:整体支出|支出|年度支出|部门支出|年度|全年|总)(?:年度|全年)?预算(?:数|总额|总数|资金)?(?:安排)?(?:共计|总计|合计|为|是|共|达)?$"
)
_WHOLE_SPENT = re.compile(
    r"(?:部门整体|整体|部门|年度|本年|全年|部门总|年度总)(?:实际)?支出(?:数|总额|合计|总计|决算)?(?:共计|总计|合计|为|是|共|达)?$"
)


def _whole_amounts(report: Report) -> Iterator[Spotted]:
    """The department's budget, or what it spent, named as a whole with two values."""
    known: dict[str, tuple[Sentence, Quantity]] = {}
    for sentence in report.sentences:
        if sentence.kind != "body" or _PART_OF_YEAR.search(sentence.text):
            continue
        for q in amounts([sentence]):
            label = _core_label(q.label)
            kind = (
                "budget"
                if _WHOLE_BUDGET.fullmatch(label)
                else "spent"
                if _WHOLE_SPENT.fullmatch(label)
                else None
            )
            if kind is None or not q.is_exact or "，其中" in sentence.text[: q.start]:
                continue
            before = known.setdefault(kind, (sentence, q))
            if (
                before[1].value != q.value
                and not _agree_rounded(before[1], q)
                and not _other_year(sentence, before[0])
                and not _slip_told(before[1], q)
            ):
                yield _spotted("NA-025", sentence, q, *before)


def _core_label(label: str) -> str:
    return re.sub(
        r"^(?:(?:19|20)\d\d年度?|，)*(?:我[办局委校中心部院]{1,2}|本部门|本单位|全[办局委校])?的?", "", label
    )


def _agree_rounded(one: Quantity, other: Quantity) -> bool:
    return abs(one.value - other.value) <= (max(one.step, other.step)) / 2


def _slip_told(one: Quantity, other: Quantity) -> bool:
    a, b = _digits(one), _digits(other)
    return len(a) == len(b) and one.unit == other.unit and len(a.strip("0")) >= 5 and _is_slip(a, b)


_WHOLE_RATE = re.compile(
    r"(?:部门)?(?:整体)?(?:支出)?(?:年度)?(?:全年)?(?:总)?(?:支出)?预算(?:总)?(?:执行率|完成率|支出率)(?:为|达到?|是|达到了)?$"
)


def _whole_rates(report: Report) -> Iterator[Spotted]:
    """The department's rate of execution, named as a whole with two values, in sentences that name no amounts to tell them apart."""
    known: list[tuple[Sentence, Quantity]] = []
    for sentence in report.sentences:
        if sentence.kind != "body" or _PART_OF_YEAR.search(sentence.text):
            continue
        for q in sentence.quantities:
            if q.kind != "percent" or not q.is_exact or kind_of(q) != "execution":
                continue
            label = _core_label(q.label)
            mine = [o for o in sentence.quantities if o.kind == "money" and o.start < q.start]
            names_whole = is_whole(sentence.text[: q.start]) and any(is_whole(o.label) for o in mine)
            # what has amounts of its own is judged by them; only a bare rate, or the department's, is compared
            if not (names_whole or (not mine and _WHOLE_RATE.fullmatch(label))):
                continue
            other = next(
                (
                    o
                    for s, o in known
                    if abs(o.value - q.value) > (o.step + q.step) / 2 and not _other_year(s, sentence)
                ),
                None,
            )
            if other is not None and not any(
                abs(o.value - q.value) <= (o.step + q.step) / 2 for _, o in known
            ):
                place = next(s for s, o in known if o is other)
                yield _spotted("NA-026", sentence, q, place, other)
            known.append((sentence, q))
