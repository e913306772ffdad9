"""Scores: the parts and their total, what was taken off and what was lost, a score above its weight, the grade by stated limits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from pipeline.narrative import losses, score_sheets
from pipeline.narrative.amounts import shortened
from pipeline.narrative.document import Report, Sentence, Spotted
from pipeline.narrative.scored import (
    OFF,
    SCORED,
    WEIGHT,
    Score,
    is_rule,
    is_total_label,
    scores_of,
    sum_spotted,
)
from pipeline.narrative.words import words


def judge(report: Report) -> Iterator[Spotted]:
    found = list(scores_of(report))
    yield from _parts(report, found)
    yield from _parts_in_a_sentence(report)
    yield from losses.told(report, found)
    for sentence in report.sentences:
        yield from _above_weight(sentence)
    yield from score_sheets.weights_and_totals(report, found)
    yield from _grades(report, found)


def _parts(report: Report, found: list[Score]) -> Iterator[Spotted]:
    """从甲和乙两个方面进行自评，自评得分98分: the scores of 甲 and 乙, wherever they stand."""
    for total in found:
        if total.name:
            continue
        listed = re.search(
            r"(?:从|由|包括|分为|按照|围绕)([^，。；从由]{2,60}?)(?:等)?[两二三四五六七八\d]个?(?:个)?(?:方面|部分|大类|维度)",
            total.sentence.text,
        )
        if not listed:
            continue
        names = [name for name in re.split(r"[、和与及]", listed[1]) if name]
        parts = [next((s for s in found if _same_name(name, s.name)), None) for name in names]
        if len(names) < 2 or any(part is None for part in parts):
            continue
        added = sum((part.score.value for part in parts), Fraction(0))
        if added != total.score.value:
            places = tuple(part.sentence.place for part in parts)
            one = sum_spotted(total.sentence, total.score, [part.score for part in parts], added)
            yield replace(one, others=tuple(place for place in dict.fromkeys(places) if place != one.place))


def _same_name(name: str, other: str) -> bool:
    """管理效能 and 管理效率 are one part here; that they are two words is said elsewhere."""
    if not other:
        return False
    other = re.sub(r"(?:方面|部分|指标)$", "", other)
    if name in other or other in name:
        return True
    return len(name) == len(other) >= 4 and sum(a != b for a, b in zip(name, other, strict=True)) == 1


def _parts_in_a_sentence(report: Report) -> Iterator[Spotted]:
    """自评总分95分，其中：决策20分、过程25分 …: one sentence, nothing but scores in it."""
    for index, sentence in enumerate(report.sentences):
        cut = re.search(r"其中", sentence.text)
        if is_rule(sentence):
            continue
        yield from _across(report, index)
        if not cut:
            yield from _listed(sentence)
            continue
        scores = [
            q
            for q in sentence.quantities
            if q.kind == "score" and q.is_exact and not q.depth and not WEIGHT.search(q.label)
        ]
        totals = [q for q in scores if q.end <= cut.start() and SCORED.search(q.label)]
        parts = [q for q in scores if q.start > cut.start()]
        if not totals or len(parts) < 2 or any(OFF.search(q.label) for q in parts):
            continue
        if any(
            WEIGHT.search(q.label) or q.depth
            for q in sentence.quantities
            if q.kind == "score" and q.start > cut.start()
        ):
            parts = [q for q in parts if SCORED.search(q.label)] or parts
        by_score = [q for q in parts if SCORED.search(q.label)]
        if by_score and len(by_score) != len(parts):
            parts = by_score
        added = sum((q.value for q in parts), Fraction(0))
        short = totals[-1].value - added
        # a list that leaves out more than a tenth of the points leaves a part out
        if short and len(parts) >= 2 and (short < 0 or (len(parts) >= 3 and short * 10 <= totals[-1].value)):
            yield sum_spotted(sentence, totals[-1], parts, added)


_SUMMED = re.compile(
    r"(?:合计|总计|共计|总分|总得分|总评分|综合得分|综合评分|自评得分|最终得分)(?:得分)?(?:为|是|共|达到?|得)?$"
)


def _across(report: Report, index: int) -> Iterator[Spotted]:
    """自评得分96.5分。其中：预算执行8.5分…; and the other way round: …得10分。综合得分97.74分."""
    if not index or report.sentences[index - 1].section != report.sentences[index].section:
        return
    sentence, before = report.sentences[index], report.sentences[index - 1]
    if is_rule(before):
        return
    mine, theirs = (
        [q for q in one.quantities if q.kind == "score" and not q.depth] for one in (sentence, before)
    )
    if sentence.text.startswith("其中"):
        totals = [q for q in theirs if is_total_label(q.label) and SCORED.search(q.label)]
        parts = [q for q in mine if SCORED.search(q.label)] or mine
        place = before
    else:
        totals = [q for q in mine if _SUMMED.search(q.label)]
        parts = [q for q in theirs if SCORED.search(q.label)]
        place = sentence
        if len(mine) != 1:
            return
    if (
        len(totals) != 1
        or len(parts) < 3
        or any(not q.is_exact or OFF.search(q.label) for q in (*totals, *parts))
    ):
        return
    if any(is_total_label(q.label) or WEIGHT.search(q.label) for q in parts):
        return
    added = sum((q.value for q in parts), Fraction(0))
    short = totals[0].value - added
    if short and (short < 0 or short * 10 <= totals[0].value):
        one = sum_spotted(place, totals[0], parts, added)
        yield replace(one, others=tuple(p for p in (sentence.place, before.place) if p != one.place))


def _listed(sentence: Sentence) -> Iterator[Spotted]:
    """投入10分、过程28分、产出30分、效果26分，合计94分; 分别得分18分、22分…，总分87.5分."""
    scores = [q for q in sentence.quantities if q.kind == "score" and not q.depth]
    for place, total in enumerate(scores):
        if not total.is_exact or not _SUMMED.search(total.label) or place < 2:
            continue
        parts = scores[:place]
        if any(
            sum((q.value for q in parts[at:]), Fraction(0)) == total.value for at in range(len(parts) - 1)
        ):
            return
        heads = [at for at, q in enumerate(parts) if re.search(r"得分|分别", q.label)]
        parts = parts[heads[-1] :] if heads and len(parts) - heads[-1] >= 2 else parts
        if any(
            not q.is_exact or OFF.search(q.label) or WEIGHT.search(q.label) or _SUMMED.search(q.label)
            for q in parts
        ):
            continue
        if not heads and re.search(r"满分|权重|分值|总分\d", sentence.text[: total.start]):
            continue
        added = sum((q.value for q in parts), Fraction(0))
        if added != total.value:
            yield sum_spotted(sentence, total, parts, added)
        return


_PAIRED = re.compile(r"^[，,]?(?:自评|实际)?得(?:分)?(?:为)?$")


def _above_weight(sentence: Sentence) -> Iterator[Spotted]:
    """满分20分，得分22分; 产出50分，得52分; 得分22分（满分20分）."""
    for first, second in pairwise(sentence.quantities):
        if first.kind != "score" or second.kind != "score":
            continue
        is_plain = WEIGHT.search(first.label) or (
            _PAIRED.match(second.before) and not SCORED.search(first.label)
        )
        if is_plain and SCORED.search(second.label):
            weight, score = first, second
        elif re.fullmatch(r"（(?:满分|分值|权重)", second.before):
            weight, score = second, first
        else:
            continue
        if score.value > weight.value and score.is_exact and weight.is_exact and not is_rule(sentence):
            facts = {
                "score": score.text,
                "weight": weight.text,
                "piece": shortened(sentence.text, first.start, second.end),
            }
            yield Spotted("NA-014", sentence.place, facts, score.text, f"≤{weight.text}")


_LIMIT = re.compile(
    r"(?P<low>\d+)分?（?(?P<with>含|不含)?）?(?:分)?(?:[-–—~～至到](?P<high>\d+)分?（?(?:含|不含)?）?分?|以上|及以上)(?:的)?(?:，)?(?:评定)?(?:等级)?(?:为|是|评为)?[“\"]?(?P<grade>优秀|优|良好|良|中|合格|及格|差)[”\"]?"
)
_LIMIT_FIRST = re.compile(
    r"[“\"]?(?P<grade>优秀|优|良好|良|中|合格|及格|差)[”\"]?（?(?:：|得分|分数|S|为)*(?P<low>\d+)分?(?:（含）)?(?:[-–—~～至到](?P<high>\d+)分?|以上|及以上|≤)"
)
_GRADE = re.compile(
    r"(?:等级|评级|级别|档次|结果|评定)(?:评定|评价)?(?:为|是|：|属于|达到)?[“\"]?(?P<grade>优秀|优|良好|良|中|合格|及格|不合格|较差|差)(?![一-鿿]?[化异额量于])[”\"]?"
)


def _grades(report: Report, found: list[Score]) -> Iterator[Spotted]:
    """The grade the report names, by the limits it states itself."""
    limits: dict[str, tuple[int, int]] = {}
    for sentence in report.sentences:
        matches = [*_LIMIT.finditer(sentence.text), *_LIMIT_FIRST.finditer(sentence.text)]
        if len(matches) >= 2:
            limits |= {each["grade"]: (int(each["low"]), int(each["high"] or 101)) for each in matches}
    if len(limits) < 2:
        return
    for score in found:
        if score.name:
            continue
        named = _GRADE.search(score.sentence.text) or (
            _GRADE.search(report.sentences[score.index + 1].text)
            if score.index + 1 < len(report.sentences)
            else None
        )
        if not named or len(list(_LIMIT.finditer(score.sentence.text))) >= 2:
            continue
        right = _grade_of(score.score.value, limits)
        if named["grade"] in limits and right and named["grade"] != right:
            facts = {
                "score": score.score.text,
                "grade": named["grade"],
                "right": right,
                "piece": shortened(score.sentence.text, score.score.start, score.score.end),
            }
            yield Spotted("NA-015", score.sentence.place, facts, named["grade"], right)
            return


def _grade_of(value: Fraction, limits: dict[str, tuple[int, int]]) -> str | None:
    reached = [
        (low, grade) for grade, (low, _) in limits.items() if value >= low and grade in words()["grades"]
    ]
    return max(reached)[1] if reached else None
