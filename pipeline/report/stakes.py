"""How many points hang on a finding, so that people read first what costs most.

From the cells of a finding up to the nearest scores made from them: what such a score can still win or lose (its
range where it is open, else all its points). A file that could not be read costs what is open for want of its form.
Called by ``run`` when everything is found.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import PurePosixPath

from pipeline.model import Cell, Figure, Finding

SCORE = ".score"


def with_points(
    findings: Sequence[Finding], figures: Mapping[str, Figure], titles: Collection[str]
) -> list[Finding]:
    """The findings with ``points``, in the same order. ``titles``: the forms' names."""
    if not findings:
        return []
    users: dict[Cell | str, list[str]] = {}
    for figure in figures.values():
        for part in figure.because:
            users.setdefault(part, []).append(figure.id)
    return [
        dataclasses.replace(one, points=_points(one, figures, users, titles)) if one.points is None else one
        for one in findings
    ]


def _points(
    finding: Finding,
    figures: Mapping[str, Figure],
    users: Mapping[Cell | str, list[str]],
    titles: Collection[str],
) -> Decimal | None:
    if (said := _said(finding.facts)) is not None:
        return said
    scores: dict[str, None] = {}
    for found in finding.cells:
        if found.cell.address:
            scores |= dict.fromkeys(_nearest_scores(found.cell, users))
        else:
            scores |= dict.fromkeys(_waiting_for(found.cell.file, figures, titles))
    points = [_open_points(one, figures) for one in scores]
    return sum(points, Decimal(0)) if any(points) else None


def _said(facts: Mapping[str, object]) -> Decimal | None:
    """What a finding about a score says itself: the points lost, or how far claimed and computed are apart."""
    try:
        if "lost" in facts:
            return Decimal(str(facts["lost"]))
        if "score" in facts and "weight" in facts:
            return abs(Decimal(str(facts["weight"])) - Decimal(str(facts["score"])))
        if "claimed" in facts and "ours" in facts:
            return abs(Decimal(str(facts["claimed"])) - Decimal(str(facts["ours"])))
    except InvalidOperation:  # a rate or a word
        return None
    return None


def _nearest_scores(start: Cell, users: Mapping[Cell | str, list[str]]) -> Iterator[str]:
    seen: set[str] = set()
    reached = list(users.get(start, ()))
    while reached:
        figure_id = reached.pop()
        if figure_id in seen:
            continue
        seen.add(figure_id)
        if figure_id.endswith(SCORE):
            yield figure_id
        else:
            reached += users.get(figure_id, ())


def _waiting_for(file: str, figures: Mapping[str, Figure], titles: Collection[str]) -> Iterator[str]:
    """Scores that are open because the form in this file is missing."""
    mine = [f"《{title}》" for title in titles if PurePosixPath(file).name.startswith(title)]
    for figure in figures.values():
        if (
            figure.id.endswith(SCORE)
            and figure.value is None
            and any(t in (figure.reason or "") for t in mine)
        ):
            yield figure.id


def _open_points(score_id: str, figures: Mapping[str, Figure]) -> Decimal:
    score, name = figures[score_id], score_id.removesuffix(SCORE)
    if score.value is None and score.range:
        return score.range[1] - score.range[0]
    for part in (".weight", ".department_points"):
        if (whole := figures.get(name + part)) is not None and isinstance(whole.value, Decimal):
            return whole.value
    return Decimal(0)
