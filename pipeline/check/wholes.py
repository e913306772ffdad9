"""Checks that look at many rows, or at none: each a line with its code, its cells, and whether it is beyond its limit.

One frame and one expectation for all of them, however many there are: Great Expectations is paid by the
expectation. The code of a line is that of its finding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.check.frames import Around, Frame, Place, build
from pipeline.model import Found


@dataclass(frozen=True, slots=True)
class Judgement:
    """``value`` against ``limit`` as printed, about something (a project's name, blank for the department).

    ``facts``: what its sentence speaks of besides. ``cells`` are needed only where ``is_beyond``.
    """

    code: str
    is_beyond: bool
    cells: tuple[Found, ...] = ()
    about: str = ""
    value: str = ""
    limit: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


def frame_of(name: str, judged: Sequence[tuple[Around, Judgement]]) -> Frame:
    """One line a judgement; ``beyond`` is 0 where all is well."""
    columns: dict[str, list[object]] = {
        "submission": [around.submission.name for around, _ in judged],
        "code": [one.code for _, one in judged],
        "about": [one.about for _, one in judged],
        "value": [one.value for _, one in judged],
        "limit": [one.limit for _, one in judged],
        "beyond": [int(one.is_beyond) for _, one in judged],
    }
    return build(name, [_place(around, one) for around, one in judged], columns)


def _place(around: Around, one: Judgement) -> Place:
    places = {"places": str(len(one.cells))} if len(one.cells) > 1 else {}
    return Place(around.index, cells=one.cells, facts={**places, **one.facts})
