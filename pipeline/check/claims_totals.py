"""Claimed totals (8_填报得分, 合计) against ours and against their own parts, and the claimed grade against both.

One mistake is one finding: a total that is wrong by as much as its parts are is not reported beside them; one that is
not the sum of its parts says so. Source: docs/domain.md §4 (a parent is the sum of its children) and §5 (arithmetic).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from pipeline.check.claim_nouns import Claim, beyond, decimal_of, gap_of, plain_name
from pipeline.check.claims_rates import rate_claim
from pipeline.check.frames import Around
from pipeline.check.printing import number
from pipeline.check.targets import TABLE
from pipeline.model import Outcome, Row, row_key
from pipeline.model_rubric import Node, Rubric
from pipeline.money import exact, round_half_up

CODES = ("SC-013", "SC-022", "SC-023", "SC-024")
_GRADES = ("等级", "评定等级", "自评等级")
_TOTALS = ("总分", "合计", "总得分", "自评总分", "自评得分", "总计")
_TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Scored:
    """A claimed score by what it is about: the number, and how far it is from ours (None: ours is open)."""

    value: Decimal
    claim: Claim
    difference: Fraction | None


def total_claims(
    around: Around, outcome: Outcome, rubric: Rubric, scores: Sequence[Claim]
) -> Iterator[Claim]:
    """Each claim of 合计. ``scores``: the claims of 得分, which may be parts of a total."""
    claimed = {_name(one): _scored(one, outcome) for one in scores if one.fields == ("claimed_score",)}
    grades, others = [], []
    for row in around.submission.table("claimed.totals"):
        item, value = row.usable("item"), row.usable("claimed_value")
        if item is None or value is None:
            continue
        if plain_name(item) in _GRADES:
            grades.append((str(item), str(value), row))
            continue
        claim = rate_claim(str(item), str(value), row, around, outcome, rubric)
        others.append(claim or _total(str(item), str(value), row, outcome, rubric))
        if claim is None and others[-1].figure:
            claimed.setdefault(_name(others[-1]), _scored(others[-1], outcome))
    judged = [_judged(claim, claimed, around, rubric) for claim in others]
    judged += [_grade(*each, outcome, rubric, claimed.get(_TOTAL)) for each in grades]
    yield from sorted(judged, key=lambda claim: claim.row.number)


def _judged(claim: Claim, claimed: Mapping[str, Scored], around: Around, rubric: Rubric) -> Claim:
    is_sum = _name(claim) in claimed and claimed[_name(claim)].claim is claim
    return _against_parts(_name(claim), claimed, around, rubric) if is_sum else claim


def _name(claim: Claim) -> str:
    """What a claimed score is about: ``total``, a node's id, ``indicator.<key>``."""
    return claim.figure.removesuffix(".score")


def _scored(claim: Claim, outcome: Outcome) -> Scored:
    value, ours = decimal_of(claim.claimed), outcome.figures[claim.figure].value
    return Scored(value, claim, exact(value) - exact(ours) if isinstance(ours, Decimal) else None)


def _total(item: str, value: str, row: Row, outcome: Outcome, rubric: Rubric) -> Claim:
    word = plain_name(item)
    node = _node(word, rubric)
    figure_id = f"{_TOTAL if word in _TOTALS else node.id if node else ''}.score"
    figure, claimed = outcome.figures.get(figure_id), decimal_of(value)
    if figure is None or claimed is None:
        return Claim("SC-013", row, ("item",), item, value, is_matched=False)
    is_known = isinstance(figure.value, Decimal)
    gap = gap_of(claimed, figure.value, rubric.score_digits) if is_known else beyond(claimed, figure)
    return Claim("SC-013", row, ("claimed_value",), item, value, figure.printed, gap, figure=figure_id)


def _node(word: str, rubric: Rubric) -> Node | None:
    bare = re.sub(r"(?:合计|小计|得分)$", "", word)
    for node in rubric.walk():
        if bare in {plain_name(name) for name in (node.label, *node.aliases, node.id)}:
            return node
    return None


def _against_parts(name: str, claimed: Mapping[str, Scored], around: Around, rubric: Rubric) -> Claim:
    """The claim of a total under the code that says where it is wrong: in its sum, in its parts, or against ours."""
    mine = claimed[name]
    parts, is_complete = _parts(name, claimed, around, rubric)
    if not parts or (mine.claim.gap == 0 and mine.difference is not None):
        return mine.claim
    wrong = [part for part in parts if part.claim.gap]
    if wrong:
        explained = sum((part.difference or Fraction(0) for part in wrong), Fraction(0))
        return replace(mine.claim, gap=0) if mine.difference == explained else mine.claim
    added = sum((part.value for part in parts), Decimal(0))
    facts = {
        "parts": "、".join(f"{part.claim.label} {number(part.value)}" for part in parts),
        "added": number(added),
    }
    gap = gap_of(mine.value, added, rubric.score_digits)
    if is_complete and gap:
        return replace(mine.claim, code="SC-022", gap=gap, facts=facts)
    if not is_complete and added > mine.value:
        return replace(mine.claim, code="SC-023", gap=gap or 1, facts=facts)
    return mine.claim


def _parts(
    name: str, claimed: Mapping[str, Scored], around: Around, rubric: Rubric
) -> tuple[list[Scored], bool]:
    """The claimed parts of a total, each as high up as it was claimed, and whether nothing of it is missing."""
    parts, is_complete = [], True
    for child in _children(name, around, rubric):
        if child in claimed:
            parts.append(claimed[child])
            continue
        below, has_all = _parts(child, claimed, around, rubric)
        parts += below
        is_complete = is_complete and bool(below) and has_all
    return parts, is_complete


def _children(name: str, around: Around, rubric: Rubric) -> list[str]:
    if name == _TOTAL:
        return [node.id for node in rubric.nodes]
    if name.startswith("indicator."):
        return []
    below, levels = around.of_rubric(_below)[name]
    if not levels:
        return below
    return [
        f"indicator.{row_key(TABLE, row)}"
        for row in around.submission.table(TABLE)
        if row.usable("level_1") in levels and row.usable("department_points")
    ]


def _below(around: Around) -> Mapping[str, tuple[list[str], frozenset[str]]]:
    """What stands under each node: its children, or the 一级指标 whose indicators a leaf adds up."""
    return {
        node.id: (
            [child.id for child in node.children],
            frozenset(
                level
                for step in (node.rule.steps if node.rule and not node.children else ())
                if step.measure == "indicator_points"
                for level in step.measure_parameters["levels"]
            ),
        )
        for node in around.rubric.walk()
    }


def _grade(item: str, value: str, row: Row, outcome: Outcome, rubric: Rubric, total: Scored | None) -> Claim:
    """The claimed grade against ours; one that merely goes with a wrong total is the total's mistake."""
    figure = outcome.figures.get("total.grade")
    ours = figure.printed if figure and figure.value else ""
    claimed = value.strip()
    of_total = _grade_of(total.value, rubric) if total else ""
    if total and of_total and claimed != of_total and total.claim.gap == 0:
        facts = {"total": number(total.value)}
        return Claim(
            "SC-024", row, ("claimed_value",), item, value, of_total, 1, facts=facts, figure="total.grade"
        )
    differs = bool(ours) and ours != claimed and claimed != of_total
    return Claim("SC-013", row, ("claimed_value",), item, value, ours, int(differs), figure="total.grade")


def _grade_of(total: Decimal, rubric: Rubric) -> str:
    printed = exact(round_half_up(total, rubric.score_digits))
    return next((str(band.value) for band in rubric.grades if printed in band), "")
