"""Every check of a report against itself, in the order of their codes' places in the report."""

from __future__ import annotations

import re

from pipeline.narrative import (
    changes,
    counted,
    counts,
    dates,
    formulas,
    gaps,
    headings,
    rates,
    scores,
    shares,
    sums,
    tasks,
    terms,
    twice,
)
from pipeline.narrative.document import Report, Spotted, Unchecked

_JUDGES = (
    rates,
    shares,
    changes,
    sums,
    counted,
    gaps,
    formulas,
    scores,
    counts,
    headings,
    dates,
    terms,
    twice,
    tasks,
)


def judge(report: Report) -> tuple[list[Spotted], list[Unchecked]]:
    """Findings in the order of the report, each said once, and what could not be checked."""
    found: list[Spotted] = []
    open_ones: list[Unchecked] = []
    for each in _JUDGES:
        for one in each.judge(report):
            (found if isinstance(one, Spotted) else open_ones).append(one)
    order = {sentence.place: at for at, sentence in enumerate(report.sentences)}
    found = _one_cause(found)
    said: set[tuple] = set()
    unique = []
    for one in sorted(found, key=lambda each: order.get(each.place, -1)):
        key = (one.code, one.place, one.found, one.expected)
        if key not in said:
            said.add(key)
            unique.append(one)
    seen: set[tuple] = set()
    rest = [
        one
        for one in open_ones
        if (key := (one.place, re.sub(r"\s", "", one.text))) not in seen and not seen.add(key)
    ]
    return unique, sorted(rest, key=lambda each: order.get(each.place, -1))


#: a finding and the findings of the same sentence that it only follows from
_FOLLOWS = {"NA-007": ("NA-002", "NA-005"), "NA-026": ("NA-001",)}


def _one_cause(found: list[Spotted]) -> list[Spotted]:
    """Without what only follows from another finding of the same sentence: shares above 100% where one of them is wrong."""
    said = {(one.code, one.place) for one in found}
    return [one for one in found if not any((code, one.place) in said for code in _FOLLOWS.get(one.code, ()))]
