"""A report's own findings and those of its run put together, each cause once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pipeline.narrative.document import Report, Spotted, Unchecked
from pipeline.narrative.matching import Matched
from pipeline.narrative.plain import normalised

#: findings about numbers: where the run says which number of a sentence is wrong, they only repeat it
_ARITHMETIC = frozenset(
    f"NA-{number:03d}" for number in (1, 2, 3, 5, 6, 7, 8, 9, 11, 12, 13, 14, 25, 26, 30, 31, 32, 33, 34)
)


def with_run(found: list[Spotted], matched: Matched) -> list[Spotted]:
    """A report's own findings and those of the run, each cause once.

    Where a number disagrees with the run, what does not follow from it in the same sentence is not told again; a rate that
    is the run's own, and only lacks its denominator in the text, is a note (NA-044) and no error.
    """
    wrong = {one.place for one in matched.spotted if one.code in ("NA-040", "NA-041")}
    agreed = {(told.place, told.text): told for told in matched.agreed}
    kept = []
    for one in found:
        told = agreed.get((one.place, one.found))
        if one.code == "NA-016" and any(
            one.place == each.place and one.found.startswith(each.found) for each in matched.spotted
        ):
            continue  # the number announced is the one that disagrees
        if one.code in _ARITHMETIC and wrong & {one.place, *one.others}:
            continue
        if (
            one.code == "NA-001"
            and told is not None
            and one.facts["part"] in {t.text for t in matched.agreed if t.place == one.place}
        ):
            facts = {**one.facts, "figure": told.figure, "label": told.label}
            kept.append(Spotted("NA-044", one.place, facts, one.found, one.facts["implied"]))
            continue
        kept.append(one)
    return [*kept, *matched.spotted]


def with_trial(matched: Matched, report: Report, trial: str) -> Matched:
    """Numbers in the line by which the run calls itself a trial (``trial``, as it printed it) agree as they stand."""
    line = normalised(trial)[0]
    said = {sentence.place for sentence in report.sentences if line and sentence.text in line}
    known = [replace(one, label="试算稿") for one in matched.unknown if one.place in said]
    unknown = [one for one in matched.unknown if one.place not in said]
    return Matched([*matched.agreed, *known], unknown, matched.spotted)


def still_unchecked(open_ones: Iterable[Unchecked], matched: Matched) -> list[Unchecked]:
    """What the report alone cannot check, without what agrees with the run."""
    agreed = {(told.place, told.text) for told in matched.agreed}
    return [
        one
        for one in open_ones
        if not any(place == one.place and one.text.endswith(text) for place, text in agreed)
    ]
