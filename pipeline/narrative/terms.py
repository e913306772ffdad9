"""One thing under two names: pairs of ``words.yaml``, and names of scored parts that differ in one sign."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.narrative.document import Report, Sentence, Spotted
from pipeline.narrative.words import words

#: where a name stands for a part of the evaluation and not for what is being improved
_AS_NAME = r"(?:自评|得分|评分|指标|方面|从[^。]{{2,80}}自评|\d+分|（|包括|由|满分|分值|，得分)"
_NOT_NAME = re.compile(r"(?:提高|提升|优化|增强|改善|加强|提高了|提升了|的|高|低)$")


def judge(report: Report) -> Iterator[Spotted]:
    for first, second in words()["terms"]:
        places = {name: _uses(report, name) for name in (first, second)}
        if not all(places.values()):
            continue
        few, many = sorted((first, second), key=lambda name: len(places[name]))
        odd = places[few][0]
        facts = {"found": few, "other": many, "place": places[many][0].place, "times": str(len(places[many]))}
        yield Spotted("NA-024", odd.place, facts, few, many, (places[many][0].place,))


def _uses(report: Report, name: str) -> list[Sentence]:
    """The sentences in which the name is that of a part of the evaluation."""
    used = []
    after = re.compile(
        re.escape(name)
        + r"(?:和|与|、|及)?"
        + r"(?:[一-鿿]{0,6})?"
        + _AS_NAME.replace("{{", "{").replace("}}", "}")
    )
    for sentence in report.sentences:
        found = after.search(sentence.text)
        if found and not _NOT_NAME.search(sentence.text[: found.start()]):
            used.append(sentence)
    return used
