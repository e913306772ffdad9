"""Lists in one order: 货物、工程、服务分别为A、B、C，分别占x、y、z; 预算分别为…，支出分别为…，执行率分别为….

The first percentage belongs to the first amount, and so on. Accused is the one that does not go where all others do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from pipeline.narrative.amounts import rate_spotted, ratio_agrees, shown, within
from pipeline.narrative.document import Quantity, Report, Sentence, Spotted

_JOINT = re.compile(r"^(?:、|，|和|与|及|以及|，?和)$")
_SHARE = re.compile(r"(?:占|占比|比重|比例)[^，；]{0,16}$")
_RATE = re.compile(r"(?:执行率|完成率|支出率|使用率|支付率|到位率|支出进度|执行进度)$")


def judge(report: Report) -> Iterator[Spotted]:
    for index, sentence in enumerate(report.sentences):
        if sentence.text.count("分别") == 0:
            continue
        runs = _runs(sentence.quantities)
        for place, run in enumerate(runs):
            if run[0].kind != "percent" or any(not q.is_exact for q in run):
                continue
            label = re.sub(r"(?:分别)?(?:为|是|达到?)?$", "", run[0].label)
            before = [each for each in runs[:place] if each[0].kind == "money" and len(each) == len(run)]
            if "分别" not in run[0].label or not before or any(not q.is_exact for q in before[-1]):
                continue
            if _SHARE.search(label):
                yield from _shares(report, index, run, before[-1])
            elif _RATE.search(label) and len(before) >= 2:
                yield from _rates(sentence, run, before[-1], before[-2])


def _runs(found: Sequence[Quantity]) -> list[list[Quantity]]:
    """Quantities of one kind right behind one another, two at least."""
    runs: list[list[Quantity]] = []
    for q in found:
        if runs and runs[-1][-1].kind == q.kind and _JOINT.match(q.before):
            runs[-1].append(q)
        else:
            runs.append([q])
    return [run for run in runs if len(run) >= 2]


def _shares(report: Report, index: int, run: list[Quantity], parts: list[Quantity]) -> Iterator[Spotted]:
    sentence = report.sentences[index]
    near = [
        q
        for one in report.sentences[max(0, index - 3) : index + 1]
        if one.section == sentence.section
        for q in one.quantities
        if q.kind == "money" and q not in parts and q.is_exact
    ]
    wholes = [
        (q.value, q.text, [ratio_agrees(part, q, rate) for part, rate in zip(parts, run, strict=True)])
        for q in near
    ]
    added = sum((part.value for part in parts), Fraction(0))
    if added > 0:
        exact = [within((part.value / added * 100,) * 2, rate) for part, rate in zip(parts, run, strict=True)]
        wholes.append((added, shown(added, parts[0]), exact))
    best = max(wholes, key=lambda one: sum(one[2]), default=None)
    if best is None or sum(best[2]) != len(run) - 1:
        return
    at = best[2].index(False)
    yield _spotted("NA-005", sentence, run[at], parts[at], best[1], parts[at].value / best[0] * 100)


def _rates(
    sentence: Sentence, run: list[Quantity], spent: list[Quantity], budgets: list[Quantity]
) -> Iterator[Spotted]:
    agree = [ratio_agrees(a, b, rate) for a, b, rate in zip(spent, budgets, run, strict=True)]
    if sum(agree) != len(run) - 1:
        return
    at = agree.index(False)
    if budgets[at].value:
        exact = spent[at].value / budgets[at].value * 100
        yield _spotted("NA-001", sentence, run[at], spent[at], budgets[at].text, exact)


def _spotted(
    code: str, sentence: Sentence, rate: Quantity, part: Quantity, whole: str, exact: Fraction
) -> Spotted:
    needed = shown(part.value / rate.value * 100, part) if rate.value else "—"
    return rate_spotted(
        code, sentence, rate, part.text, whole, exact, part.start, "分别所列的", implied=needed
    )
