"""Claimed scores of leaves and indicators (8_填报得分, 得分) against ours: full marks, proportions, blanks, reasons.

Source: docs/domain.md §4 (得分 ≤ 分值, lost points have a reason) and §5 (scores).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from pipeline.check.claim_nouns import MILLION, Claim, beyond, gap_of, plain_name
from pipeline.check.frames import Around, is_filled
from pipeline.check.printing import number
from pipeline.check.targets import TABLE, pair_of, target_of
from pipeline.model import Figure, Outcome, Row, row_key
from pipeline.model_rubric import Rubric
from pipeline.money import exact

CODES = ("SC-008", "SC-012", "SC-016", "SC-017", "SC-018", "SC-019", "SC-020", "SC-021")
_SCORES = "claimed.scores"
#: words that stand in 扣分原因 and give none
_NO_REASON = re.compile(r"[-—–/\\.、。\s]*|无(?:扣分)?|没有|未扣分|不扣分|满分|不适用")


def score_claims(around: Around, outcome: Outcome, rubric: Rubric) -> Iterator[Claim]:
    """Each claimed score, and what else is asked of its row."""
    names, indicators = _names(around), around.once(indicator_rows)
    blank = []
    for row in around.submission.table(_SCORES):
        label = row.usable("indicator")
        if label is None:
            continue
        name = names.get(plain_name(label), "")
        score = outcome.figures.get(f"{name}.score") if name else None
        if score is None:
            yield Claim("SC-012", row, ("indicator",), str(label), "", is_matched=False)
            continue
        weight = outcome.figures.get(f"{name}.{'department_points' if name in indicators else 'weight'}")
        if row["claimed_score"] is None and not is_filled(row, "deduction_reason"):
            blank.append(row)  # a row with a reason alone gives the reason of the leaf
        is_told = _is_told(name, score, weight, outcome)
        for one in _of_row(row, str(label), score, weight, indicators.get(name), around, rubric):
            if not (one.code == "SC-020" and is_told):
                yield replace(one, figure=f"{name}.score")
    yield from _blanks(blank, around)


def _is_told(name: str, score: Figure, weight: Figure | None, outcome: Outcome) -> bool:
    """Whether the points are lost on our side too and no reason stands anywhere: that is a finding already."""
    reason = outcome.figures.get(
        f"{name}.{'deviation_reason' if name.startswith('indicator.') else 'deduction_reason'}"
    )
    values = [
        figure.value for figure in (score, weight) if figure is not None and isinstance(figure.value, Decimal)
    ]
    return len(values) == 2 and values[0] < values[1] and not (reason and str(reason.value or "").strip())


def _names(around: Around) -> Mapping[str, str]:
    """Every way a scored thing may be called -> the first part of its figures' ids; the rubric's names win."""
    names: dict[str, str] = {}
    for name, row in around.once(indicator_rows).items():
        for word in (row.usable("level_3"), row.usable("indicator_id")):
            if word is not None:
                names[plain_name(word)] = name
    return names | around.of_rubric(_rubric_names)


def _rubric_names(around: Around) -> Mapping[str, str]:
    return {
        plain_name(word): node.id
        for node in around.rubric.walk()
        for word in (node.label, *node.aliases, node.id)
    }


def indicator_rows(around: Around) -> Mapping[str, Row]:
    """``indicator.<key>`` -> its row. Asked through ``around.once``."""
    return {f"indicator.{row_key(TABLE, row)}": row for row in around.submission.table(TABLE)}


def _of_row(
    row: Row,
    label: str,
    score: Figure,
    weight: Figure | None,
    indicator: Row | None,
    around: Around,
    rubric: Rubric,
) -> Iterator[Claim]:
    claimed, points = row.usable("claimed_score"), row.usable("points")
    full = weight.value if weight is not None and isinstance(weight.value, Decimal) else points
    compared = (
        None if claimed is None else _score(row, label, claimed, score, full, indicator, around, rubric)
    )
    if compared:
        yield compared
    if points is not None and weight is not None and isinstance(weight.value, Decimal):
        gap = int(abs(exact(points) - exact(weight.value)) * MILLION)
        yield Claim("SC-016", row, ("points",), label, number(points), number(weight.value), gap)
    if compared is None or compared.gap or full is None:
        return
    is_lost, has_reason = claimed < full, _has_reason(row)
    fields = ("deduction_reason", "claimed_score")
    facts = {"weight": number(full), "lost": number(full - claimed)}
    if is_lost and not has_reason and "deduction_reason" in row.columns:
        yield Claim("SC-020", row, fields, label, number(claimed), to_check=True, facts=facts)
    if not is_lost and has_reason:
        yield Claim("SC-021", row, fields, label, number(claimed), to_check=True, facts=facts)


def _has_reason(row: Row) -> bool:
    return is_filled(row, "deduction_reason") and not _NO_REASON.fullmatch(
        str(row.usable("deduction_reason")).strip()
    )


def _score(
    row: Row, label: str, claimed: Decimal, score: Figure, full: Decimal | None, indicator: Row | None,
    around: Around, rubric: Rubric,
) -> Claim:  # fmt: skip
    """The claim under the code that says most: above the weight, full marks or too much for a target that was missed."""
    shown, fields = number(claimed), ("claimed_score",)
    is_known = isinstance(score.value, Decimal)
    gap = gap_of(claimed, score.value, rubric.score_digits) if is_known else beyond(claimed, score)
    if full is not None and claimed > full:
        facts = {"score": shown, "weight": number(full)}
        gap = max(1, int((exact(claimed) - exact(full)) * MILLION))
        return Claim("SC-008", row, fields, label, shown, f"≤ {number(full)}", gap, facts=facts)
    if indicator is None or full is None:
        return Claim("SC-012", row, fields, label, shown, score.printed, gap)
    actual, target = indicator.usable("actual"), target_of(indicator)
    pair = pair_of(indicator, around)
    facts = {"actual": str(actual), "target": str(target), "weight": number(full)}
    if is_known and gap and claimed > score.value and pair and pair.verdict and pair.verdict.met is False:
        if claimed < full:
            return Claim("SC-018", row, fields, label, shown, score.printed, gap, facts=facts)
        facts["explained"] = f"但完成值“{actual}”没有达到指标值“{target}”，按规则计算为 {score.printed}"
        facts["explained_en"] = f"but {actual} does not reach {target}; computed {score.printed}"
        return Claim("SC-017", row, fields, label, shown, score.printed, gap, facts=facts)
    is_blank = not is_known and (actual is None or target is None)
    if is_blank and claimed == full > 0 and not (pair and pair.is_graded):
        what = "全年完成值" if actual is None else "年度指标值"
        facts |= {"explained": f"但{what}没有填写", "explained_en": "but target or actual is blank"}
        return Claim("SC-017", row, fields, label, shown, score.printed, max(gap, 1), facts=facts)
    return Claim("SC-012", row, fields, label, shown, score.printed, gap)


def _blanks(rows: list[Row], around: Around) -> Iterator[Claim]:
    """Scores left blank while others are filled: one claim with all their cells."""
    if not rows or not any(is_filled(row, "claimed_score") for row in around.submission.table(_SCORES)):
        return
    labels = "、".join(str(row.usable("indicator")) for row in rows)
    cells = tuple(row.cell("claimed_score") for row in rows)
    places = {"places": str(len(rows))} if len(rows) > 1 else {}
    yield Claim("SC-019", rows[0], (), labels, "", str(len(rows)), to_check=True, facts=places, cells=cells)
