"""8_填报得分 against ours: every claimed score, weight, total, grade and rate, within the precision it is printed with.

The frame of the claims that ``claims_scores``, ``claims_totals`` and ``claims_rates`` find. Source: docs/domain.md §2
(compare within the printed precision) and §5.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline import messages
from pipeline.check import claims_rates, claims_scores, claims_totals
from pipeline.check.claim_nouns import Claim
from pipeline.check.frames import Around, Frame, Place, build, fields_by_cell, found
from pipeline.check.report import Case
from pipeline.check.rows_scores import Computed, cells_behind
from pipeline.model import Cell, Found
from pipeline.model_rubric import Rubric

CODES = (*claims_scores.CODES, *claims_totals.CODES, *claims_rates.CODES)
_DIFFERS = "SC-013"


def claims_frame(computed: Computed, rubric: Rubric) -> Frame:
    """One line a claimed value: ``beyond_precision``, ``to_check`` and ``unmatched`` are 0 where all is well."""
    claims = [(around, claim) for around, case in computed for claim in _claims(around, case, rubric)]
    return frame_of(claims)


def frame_of(claims: Sequence[tuple[Around, Claim]]) -> Frame:
    """The frame of claims that were compared."""
    columns: dict[str, list[object]] = {
        "submission": [around.submission.name for around, _ in claims],
        "code": [claim.code for _, claim in claims],
        "label": [claim.label for _, claim in claims],
        "claimed": [claim.claimed for _, claim in claims],
        "ours": [claim.ours for _, claim in claims],
        "beyond_precision": [claim.gap for _, claim in claims],
        "to_check": [int(claim.to_check) for _, claim in claims],
        "unmatched": [int(not claim.is_matched) for _, claim in claims],
    }
    places = [Place(around.index, cells=_cells(claim, around), facts=claim.facts) for around, claim in claims]
    return build("outcome.claims", places, columns)


def _claims(around: Around, case: Case, rubric: Rubric) -> Iterator[Claim]:
    """All claims of a submission, without differences that a finding on our own side explains.

    A slip in an indicator makes our score wrong, and the total with it: it is reported where it is.
    """
    scores = list(claims_scores.score_claims(around, case.outcome, rubric))
    totals = claims_totals.total_claims(around, case.outcome, rubric, scores)
    suspected = _suspected(case)
    for claim in (*scores, *totals):
        is_off = claim.gap or claim.to_check
        behind = cells_behind(claim.figure, case.outcome.figures) if suspected and is_off else ()
        if suspected.isdisjoint(behind):
            yield claim


def _suspected(case: Case) -> frozenset[Cell]:
    """Cells whose value was probably typed wrong, as findings have said (``echo_of`` of a claim that differs)."""
    codes = messages.entry(_DIFFERS).echo_of
    return frozenset(each.cell for one in case.earlier if one.code in codes for each in one.cells)


def _cells(claim: Claim, around: Around) -> tuple[Found, ...]:
    where = around.once(fields_by_cell) if claim.cells else {}
    return tuple(
        found(*pair) for pair in (*((claim.row, name) for name in claim.fields), *map(where.get, claim.cells))
    )
