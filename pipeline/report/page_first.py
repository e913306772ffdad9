"""The ten cells to open first: where a look is worth most. Happens while reporting.

First the cells of findings, then those behind lost points, then grades given by hand, then the cells on which most
points rest: each leaf's points are shared equally among what its score was made from, down to the cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from pipeline.report.page_findings import View
from pipeline.report.page_score import Scored, losses
from pipeline.report.page_tables import Judged
from pipeline.report.page_text import clean, to_copy, where

TEN = 10
_A_LEAF = 2
_JUDGED = 3


@dataclass(frozen=True, slots=True)
class First:
    """A cell to open: as printed, as copied, what stands there, why, and what proves it."""

    printed: str
    copied: str
    found: str
    why: str
    evidence: str


def ten_cells(
    found: Sequence[View], lines: Sequence[Scored], judged: Sequence[Judged], trace: Mapping[str, Mapping]
) -> list[First]:
    """At most ten different cells, in the order in which to open them. ``trace``: the figures of trace.json."""
    chosen: dict[str, First] = {}
    for first in _candidates(found, lines, judged, trace):
        chosen.setdefault(first.printed, first)
        if len(chosen) == TEN:
            break
    return list(chosen.values())


def _candidates(
    found: Sequence[View], lines: Sequence[Scored], judged: Sequence[Judged], trace: Mapping[str, Mapping]
) -> Iterator[First]:
    for view in found:
        if view.cells and view.cells[0].copied and not view.waived:
            cell = view.cells[0]
            why = f"{view.code}（{view.label}）：{view.body.partition('。')[0]}"
            yield First(cell.printed, cell.copied, cell.found or view.found, why, "")
    for line in losses(lines):
        cells = _cells_under(f"{line.id}.deduction_reason", trace) or _shares(line, trace)
        for record, _ in cells[:_A_LEAF]:
            yield _first(record, f"“{clean(line.label)}”扣 {line.lost_printed} 分的依据")
    for one in sorted(judged, key=lambda each: -each.typed)[:_JUDGED]:
        what = one.grade if one.points == "—" else f"{one.points} 分"
        yield First(one.cell.printed, one.cell.copied, what, f"人工评定“{one.label}”", one.evidence)
    yield from _heaviest(lines, trace)


def _heaviest(lines: Sequence[Scored], trace: Mapping[str, Mapping]) -> Iterator[First]:
    """The heaviest number of each leaf, the heaviest first; words that only say which rows belong are left out."""
    weights: dict[tuple[str, str, str], Fraction] = {}
    tops: dict[tuple[str, str, str], tuple[Fraction, Scored, Mapping]] = {}
    for line in lines:
        shares = _shares(line, trace) if line.is_leaf else []
        shares = [
            (record, share) for record, share in shares if any(c.isdigit() for c in record.get("found", ""))
        ]
        for record, share in shares:
            key = _key(record)
            weights[key] = weights.get(key, Fraction(0)) + share
        if shares:
            record, share = shares[0]
            key = _key(record)
            if key not in tops or share > tops[key][0]:
                tops[key] = share, line, record
    for key in sorted(tops, key=lambda each: (-weights[each], each))[:TEN]:
        _, line, record = tops[key]
        yield _first(record, f"分量重：“{clean(line.label)}”（{line.weight} 分）由此算出")


def _key(record: Mapping) -> tuple[str, str, str]:
    return record["file"], record["sheet"], record["cell"]


def _shares(line: Scored, trace: Mapping[str, Mapping]) -> list[tuple[Mapping, Fraction]]:
    """The cells under a leaf's score and their part of its points, the heaviest first."""
    weight = trace.get(f"{line.id}.weight", {}).get("value") or "0"
    top = f"{line.id}.score"
    flow: dict[str, Fraction] = {top: Fraction(weight)}
    cells: dict[tuple[str, str, str], tuple[Mapping, Fraction]] = {}
    for figure_id in _parents_first(top, trace):
        because = trace.get(figure_id, {}).get("because", ())
        for part in because:
            share = flow[figure_id] / len(because)
            if "figure" in part:
                flow[part["figure"]] = flow.get(part["figure"], Fraction(0)) + share
            else:
                key = _key(part)
                cells[key] = part, cells.get(key, (part, Fraction(0)))[1] + share
    return sorted(cells.values(), key=lambda pair: (-pair[1], _key(pair[0])))


def _parents_first(top: str, trace: Mapping[str, Mapping]) -> list[str]:
    """The figures under ``top`` so that each stands before what it was made from; without recursion."""
    order: list[str] = []
    seen: set[str] = set()
    stack = [(top, False)]
    while stack:
        figure_id, is_done = stack.pop()
        if is_done:
            order.append(figure_id)
        elif figure_id not in seen:
            seen.add(figure_id)
            stack.append((figure_id, True))
            parts = trace.get(figure_id, {}).get("because", ())
            stack += [(part["figure"], False) for part in parts if "figure" in part]
    return order[::-1]


def _cells_under(figure_id: str, trace: Mapping[str, Mapping]) -> list[tuple[Mapping, Fraction]]:
    """The cells a figure names itself."""
    because = trace.get(figure_id, {}).get("because", ())
    return [(part, Fraction(0)) for part in because if "cell" in part]


def _first(record: Mapping, why: str) -> First:
    evidence = "　".join(clean(record[key], 80) for key in ("evidence", "evidence_name") if record.get(key))
    return First(
        where(record["file"], record["sheet"], record["cell"]),
        to_copy(record["sheet"], record["cell"]),
        clean(record.get("found"), 80),
        why,
        evidence,
    )
