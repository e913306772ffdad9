"""Points that were lost: what is told as taken off, against the total and against each part's weight and score."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from pipeline.money import round_half_up
from pipeline.narrative.amounts import shortened
from pipeline.narrative.document import Quantity, Report, Sentence, Spotted
from pipeline.narrative.scored import OFF, SCORED, WEIGHT, Score, is_rule

_TELLS = re.compile(r"扣分(?:情况|原因|项目|项|因素|说明)|失分|丢分")
_OTHERS = re.compile(r"监控|上年|去年|复核")


def told(report: Report, found: Sequence[Score]) -> Iterator[Spotted]:
    """Each loss against its own part; where all of them agree, their sum against the total."""
    taken = [
        (sentence, q)
        for sentence in report.sentences
        if sentence.kind == "body" and not is_rule(sentence) and _is_about_losses(sentence)
        for q in sentence.quantities
        if q.kind == "score" and q.is_exact and OFF.search(q.label)
    ]
    wrong = [*_of_parts(report, taken), *_in_brackets(report)]
    yield from wrong
    if not wrong:
        yield from _of_the_whole(found, taken)


def _is_about_losses(sentence: Sentence) -> bool:
    if _OTHERS.search(sentence.text):
        return False
    has_score = any(SCORED.search(q.label) and q.kind == "score" for q in sentence.quantities)
    return has_score or bool(_TELLS.search(sentence.text))


def _of_parts(report: Report, taken: Sequence[tuple[Sentence, Quantity]]) -> Iterator[Spotted]:
    """效果扣1.5分, where 效果 has 30 points and scored 27.5."""
    parts = dict(_weighed(report))
    for sentence, q in taken:
        name = re.sub(
            r"(?:指标|方面|部分)?(?:共|各)?(?:扣|扣减|扣除|扣分|失|丢|减)(?:了|去|掉)?$", "", q.label
        )
        same = [key for key in parts if len(name) >= 2 and (key.endswith(name) or name.endswith(key))]
        if len(same) != 1:
            continue
        weight, score = parts[same[0]]
        if weight.value - score.value == q.value or weight.value <= score.value:
            continue
        digits = max(len(each.text.partition(".")[2].rstrip("分")) for each in (weight, score, q))
        facts = {
            "name": name,
            "told": q.text,
            "weight": weight.text,
            "score": score.text,
            "lost": f"{round_half_up(weight.value - score.value, digits)}分",
            "piece": shortened(sentence.text, q.start, q.end),
        }
        yield Spotted("NA-034", sentence.place, facts, q.text, facts["lost"])


def _in_brackets(report: Report) -> Iterator[Spotted]:
    """预算执行8.5分（满分10分，因进度偏慢扣1.5分）."""
    for sentence in report.sentences:
        found = sentence.quantities
        for score, weight, off in zip(found, found[1:], found[2:], strict=False):
            if any(q.kind != "score" or not q.is_exact for q in (score, weight, off)) or is_rule(sentence):
                continue
            if (
                not re.fullmatch(r"（(?:满分|分值|权重)", weight.before)
                or not OFF.search(off.label)
                or "）" in off.before
            ):
                continue
            if weight.value - score.value != off.value:
                digits = max(len(each.text.partition(".")[2].rstrip("分")) for each in (weight, score, off))
                facts = {
                    "name": shortened(re.sub(r"(?:得分|得)$", "", score.label), most=20),
                    "told": off.text,
                    "weight": weight.text,
                    "score": score.text,
                    "lost": f"{round_half_up(weight.value - score.value, digits)}分",
                    "piece": shortened(sentence.text, score.start, off.end),
                }
                yield Spotted("NA-034", sentence.place, facts, off.text, facts["lost"])


def _weighed(report: Report) -> Iterator[tuple[str, tuple[Quantity, Quantity]]]:
    """Parts with their weight and score: 产出50分，得49分; or in two lists of one order: 分值分别为…，得分分别为…."""
    for sentence in report.sentences:
        if sentence.kind != "body" or is_rule(sentence):
            continue
        scores = [q for q in sentence.quantities if q.kind == "score" and q.is_exact]
        yield from _in_two_lists(sentence, scores)
        for weight, score in pairwise(scores):
            name = re.sub(r"(?:指标)?(?:满分|分值|权重|标准分)?(?:为|是)?$", "", weight.label)
            is_pair = (
                SCORED.search(score.label)
                and not SCORED.search(weight.label)
                and not OFF.search(weight.label)
            )
            if is_pair and len(name) >= 2 and len(score.before) <= 8:
                yield name, (weight, score)


def _in_two_lists(
    sentence: Sentence, scores: Sequence[Quantity]
) -> Iterator[tuple[str, tuple[Quantity, Quantity]]]:
    heads = [at for at, q in enumerate(scores) if re.search(r"分别(?:为|是)?$", q.label)]
    if len(heads) != 2:
        return
    weights, reached = scores[heads[0] : heads[1]], scores[heads[1] :]
    reached = reached[: len(weights)]
    head = scores[heads[0]].label
    names = re.sub(
        r"(?:指标)?(?:的)?(?:满分|分值|权重)?分别(?:为|是)?$", "", _before(sentence, scores[heads[0]])
    ).split("、")
    is_weights = bool(WEIGHT.search(re.sub(r"分别(?:为|是)?$", "", head)))
    if is_weights and len(weights) == len(reached) == len(names):
        yield from zip(names, zip(weights, reached, strict=True), strict=True)


def _before(sentence: Sentence, q: Quantity) -> str:
    """The clause in front of a number with its 、, which the label leaves out."""
    return re.split(r"[，。；：]", sentence.text[: q.start])[-1]


def _of_the_whole(found: Sequence[Score], taken: Sequence[tuple[Sentence, Quantity]]) -> Iterator[Spotted]:
    """Of 100 points so many are lost; what the report says was taken off should come to that."""
    totals = {s.score.value for s in found if not s.name}
    if len(totals) != 1 or not 0 < (total := totals.pop()) <= 100:
        return
    whole = next(s for s in found if not s.name)
    lost, said = 100 - total, sum((q.value for _, q in taken), Fraction(0))
    if not taken or said == lost or _is_again(taken, lost):
        return
    sentence, last = taken[-1]
    digits = max(len(q.text.partition(".")[2].rstrip("分")) for q in (whole.score, *(q for _, q in taken)))
    facts = {
        "total": whole.score.text,
        "lost": f"{round_half_up(lost, digits)}",
        "told": f"{round_half_up(said, digits)}",
        "piece": shortened(sentence.text, last.start, last.end),
    }
    code = "NA-012" if said > lost else "NA-013"
    yield Spotted(code, sentence.place, facts, facts["told"], facts["lost"], (whole.sentence.place,))


def _is_again(taken: Sequence[tuple[Sentence, Quantity]], lost: Fraction) -> bool:
    """Whether the same points are told more than once: 扣2分, of which 1 and 1."""
    values = [q.value for _, q in taken]
    return any(value == lost for value in values) or any(
        sum(values[:count]) == lost for count in range(len(values))
    )
