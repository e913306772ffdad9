"""Scores as a score sheet lists them: the weights of a list, the scores told in headings, a total above 100."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from pipeline.narrative.amounts import shortened
from pipeline.narrative.document import Quantity, Report, Sentence, Spotted
from pipeline.narrative.scored import OFF, SCORED, Score, is_rule, sum_spotted

_FULL = re.compile(r"(?:满分|总分值|总分|分值合计|权重合计|百分制|指标体系)[^，；：]{0,6}$")


def weights_and_totals(report: Report, found: list[Score]) -> Iterator[Spotted]:
    """Every check of a score sheet told in words. ``found``: the report's scores."""
    for sentence in report.sentences:
        yield from _weights(sentence)
    yield from _above_hundred(report, found)
    yield from _of_headings(report, found)


def _weights(sentence: Sentence) -> Iterator[Spotted]:
    """指标满分100分，其中投入15分、过程35分、产出30分、效果30分: the weights of a list and their total."""
    cut = re.search(r"其中|分别为|包括|：", sentence.text)
    if not cut or is_rule(sentence):
        return
    scores = [q for q in sentence.quantities if q.kind == "score" and not q.depth]
    totals = [q for q in scores if q.end <= cut.start() and _FULL.search(q.label) and q.is_exact]
    parts = [q for q in scores if q.start > cut.start()]
    if (
        len(totals) != 1
        or len(parts) < 3
        or any(not q.is_exact or SCORED.search(q.label) or OFF.search(q.label) for q in parts)
    ):
        return
    added = sum((q.value for q in parts), Fraction(0))
    if added != totals[0].value and abs(added - totals[0].value) * 5 <= totals[0].value:
        yield sum_spotted(sentence, totals[0], parts, added)


def _of_headings(report: Report, found: list[Score]) -> Iterator[Spotted]:
    """（一）投入情况（满分15分，得分14分） … and at the end the total of them: weights make 100, scores the total."""
    totals = [one for one in found if not one.name]
    pairs: list[tuple[Quantity, Quantity, Sentence]] = []
    for sentence in report.sentences:
        scores = [q for q in sentence.quantities if q.kind == "score" and q.is_exact]
        is_headed = re.match(r"（[一二三四五六七八九]）|[一二三四五六七八九]、|\d{1,2}[.．、]", sentence.text)
        is_headed = is_headed and len(scores) >= 2 and SCORED.search(scores[1].label)
        if is_headed and re.search(r"（(?:满分|分值|权重)$", scores[0].before):
            pairs.append((scores[0], scores[1], sentence))
    if len(pairs) < 3 or len({one.score.value for one in totals}) != 1:
        return
    weights, reached = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    total, at = totals[-1].score, totals[-1].sentence
    places = tuple(dict.fromkeys(pair[2].place for pair in pairs))
    full, added = (sum((q.value for q in each), Fraction(0)) for each in (weights, reached))
    if full == 100 and added != total.value:
        yield replace(sum_spotted(at, total, reached, added), others=places)
    elif full != 100 and added == total.value and 80 <= full <= 120:
        hundred = replace(weights[0], text="100分", value=Fraction(100))
        yield replace(sum_spotted(pairs[0][2], hundred, weights, full), others=places[1:])


def _above_hundred(report: Report, found: list[Score]) -> Iterator[Spotted]:
    """A score of the whole above 100, where nothing speaks of extra points."""
    if re.search(
        r"加分|附加分|奖励分|满分1[1-9]\d|总分1[1-9]\d分制", "".join(each.text for each in report.paragraphs)
    ):
        return
    for one in found:
        if not one.name and 100 < one.score.value < 200:
            facts = {
                "score": one.score.text,
                "weight": "100分",
                "piece": shortened(one.sentence.text, one.score.start, one.score.end),
            }
            yield Spotted("NA-014", one.sentence.place, facts, one.score.text, "≤100分")
