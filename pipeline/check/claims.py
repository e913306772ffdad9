"""填报得分 against ours: each claimed score, weight, total and rate, within the precision it is printed with.

A rate that does not follow from its figures is answered with the rate that does, and with the denominator the claimed
one would need. Source: docs/domain.md §2 (compare within the printed precision) and §5.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from pipeline.check.frames import Around, Frame, Place, build, fields_by_cell, found
from pipeline.check.printing import amount, number
from pipeline.check.rows_scores import Computed
from pipeline.model import Cell, Figure, Found, Outcome, Row, figure_key
from pipeline.model_rubric import Node, Rubric
from pipeline.money import FEN_PER, NotANumber, exact, parse_number, print_percent, round_half_up

_MONTH = re.compile(r"(?:(?:1月?)?[-~至到]+)?(\d{1,2})月")
_MILLION = 1_000_000
Fields = Mapping[Cell, tuple[Row, str]]
_GRADES = ("等级", "评定等级", "自评等级")
_TOTALS = ("总分", "合计", "总得分", "自评总分", "自评得分", "总计")
_AVERAGE = ("年平均执行率", "平均执行率", "全年平均执行率", "部门预算资金支出率")


@dataclass(frozen=True, slots=True)
class Claim:
    """One claimed value beside ours. ``gap`` in millionths, 0 where they agree; None: nothing to compare with."""

    code: str
    row: Row
    fields: tuple[str, ...]
    label: str
    claimed: str
    ours: str = ""
    gap: int = 0
    is_matched: bool = True
    facts: Mapping[str, str] = field(default_factory=dict)
    cells: tuple[Cell, ...] = ()


def claims_frame(computed: Computed, rubric: Rubric) -> Frame:
    """One line a claimed value: ``beyond_precision`` and ``unmatched`` are 0 where all is well."""
    claims = [
        (around, claim)
        for around, case in computed
        for claim in (*_scores(around, case.outcome, rubric), *_totals(around, case.outcome, rubric))
    ]
    columns: dict[str, list[object]] = {
        "submission": [around.submission.name for around, _ in claims],
        "code": [claim.code for _, claim in claims],
        "label": [claim.label for _, claim in claims],
        "claimed": [claim.claimed for _, claim in claims],
        "ours": [claim.ours for _, claim in claims],
        "beyond_precision": [claim.gap for _, claim in claims],
        "unmatched": [int(not claim.is_matched) for _, claim in claims],
    }
    places = [Place(around.index, cells=_cells(claim, around), facts=claim.facts) for around, claim in claims]
    return build("outcome.claims", places, columns)


def _cells(claim: Claim, around: Around) -> tuple[Found, ...]:
    where = around.once(fields_by_cell) if claim.cells else {}
    return tuple(
        found(*pair) for pair in (*((claim.row, name) for name in claim.fields), *map(where.get, claim.cells))
    )


def plain_name(text: object) -> str:
    """A name without what people type differently: blanks, quotes, width, dashes."""
    folded = unicodedata.normalize("NFKC", str(text)).casefold()
    return re.sub(r"[\s“”\"'‘’「」《》]|[\u2010-\u2015]", lambda m: "-" if m[0] in "‐‑‒–—―" else "", folded)


def _scores(around: Around, outcome: Outcome, rubric: Rubric) -> Iterator[Claim]:
    by_name = _names(around, rubric)
    for row in around.submission.table("claimed.scores"):
        label = row.usable("indicator")
        if label is None:
            continue
        name = by_name.get(plain_name(label))
        score, weight = (outcome.figures.get(f"{name}.{part}") for part in ("score", _weight_part(name)))
        claimed, points = row.usable("claimed_score"), row.usable("points")
        if name is None or score is None:
            yield Claim("SC-012", row, ("indicator",), str(label), "", is_matched=False)
            continue
        if claimed is not None:
            is_known = isinstance(score.value, Decimal)
            gap = gap_of(claimed, score.value, rubric.score_digits) if is_known else _beyond(claimed, score)
            yield Claim("SC-012", row, ("claimed_score",), str(label), number(claimed), score.printed, gap)
        if points is not None and weight is not None and isinstance(weight.value, Decimal):
            gap = int(abs(exact(points) - exact(weight.value)) * _MILLION)
            yield Claim("SC-016", row, ("points",), str(label), number(points), number(weight.value), gap)


def _weight_part(name: str | None) -> str:
    return "department_points" if name and name.startswith("indicator.") else "weight"


def _names(around: Around, rubric: Rubric) -> Mapping[str, str]:
    """Every way a scored thing may be called -> the first part of its figures' ids; the rubric's names win."""
    names: dict[str, str] = {}
    for row in around.submission.table("indicator_results.indicators"):
        key = figure_key(*(row.usable(name) for name in ("indicator_id", "level_1", "level_2", "level_3")))
        for word in (row.usable("level_3"), row.usable("indicator_id")):
            if word is not None:
                names[plain_name(word)] = f"indicator.{key}"
    for node in rubric.walk():
        for word in (node.label, *node.aliases, node.id):
            names[plain_name(word)] = node.id
    return names


def gap_of(claimed: Decimal, ours: Decimal, digits: int) -> int:
    """How far a claimed number is from ours in millionths; 0 when ours, printed as the claim is, is the claim.

    A whole number may have lost its zeros in the spreadsheet: it is compared with all ``digits``.

    >>> gap_of(Decimal("97.6"), Decimal("97.64"), 2), gap_of(Decimal("98"), Decimal("97.60"), 2)
    (0, 400000)
    """
    written = max(0, -int(claimed.as_tuple().exponent))
    shown = round_half_up(ours, written if 0 < written <= digits else digits)
    return 0 if shown == claimed else int(abs(exact(claimed) - exact(ours)) * _MILLION)


def _beyond(claimed: Decimal, open_figure: Figure) -> int:
    """How far a claim lies outside the range of a figure that is still open, in millionths."""
    if open_figure.range is None:
        return 0
    worst, best = open_figure.range
    return int(max(exact(worst) - exact(claimed), exact(claimed) - exact(best), Fraction(0)) * _MILLION)


def _totals(around: Around, outcome: Outcome, rubric: Rubric) -> Iterator[Claim]:
    for row in around.submission.table("claimed.totals"):
        item, value = row.usable("item"), row.usable("claimed_value")
        if item is None or value is None:
            continue
        yield _total(str(item), str(value), row, outcome, rubric, around.once(fields_by_cell))


def _total(item: str, value: str, row: Row, outcome: Outcome, rubric: Rubric, where: Fields) -> Claim:
    word = plain_name(item)
    if word in _GRADES:
        return _grade(item, value, row, outcome.figures.get("total.grade"))
    rate = _rate_ids(word)
    if rate is not None:
        return _rate(item, value, row, outcome, rubric, where, *rate)
    node = _node(word, rubric)
    figure = outcome.figures.get("total.score" if word in _TOTALS else f"{node.id}.score" if node else "")
    number_of = _decimal(value)
    if figure is None or number_of is None:
        return Claim("SC-013", row, ("item",), item, value, is_matched=False)
    if not isinstance(figure.value, Decimal):
        return Claim(
            "SC-013", row, ("claimed_value",), item, value, figure.printed, _beyond(number_of, figure)
        )
    gap = gap_of(number_of, figure.value, rubric.score_digits)
    return Claim("SC-013", row, ("claimed_value",), item, value, figure.printed, gap)


def _node(word: str, rubric: Rubric) -> Node | None:
    bare = re.sub(r"(?:合计|小计|得分)$", "", word)
    for node in rubric.walk():
        if bare in {plain_name(name) for name in (node.label, *node.aliases, node.id)}:
            return node
    return None


def _decimal(text: str) -> Decimal | None:
    plain = unicodedata.normalize("NFKC", text).strip().removesuffix("分").strip()
    try:
        parse_number(plain)
    except NotANumber:
        return None
    bare = re.sub(r"[,%\s]", "", plain)
    return Decimal(bare)


def _grade(item: str, value: str, row: Row, figure: Figure | None) -> Claim:
    ours = figure.printed if figure and figure.value else ""
    differs = bool(ours) and ours != value.strip()
    return Claim("SC-013", row, ("claimed_value",), item, value, ours, int(differs))


def _rate_ids(word: str) -> tuple[str, str, str] | None:
    """A rate's name -> ids of the rate, its numerator and its denominator; None when it is no rate we have.

    >>> _rate_ids("1-7月执行率"), _rate_ids("总分")
    (('month.7.rate', 'month.7.cumulative', 'month.7.budget'), None)
    """
    if word in _AVERAGE:
        return "annual.average_execution_rate", "", ""
    if not word.endswith(("执行率", "支出率", "支出进度", "执行进度")):
        return None
    part = "project_" if "项目" in word else ""
    if match := _MONTH.search(word):
        month = f"month.{int(match[1])}.{part}"
        return f"{month}rate", f"{month}cumulative", f"{month}budget"
    family = "kind.project" if part else "kind.basic" if "基本" in word else "annual"
    return f"{family}.execution_rate", f"{family}.executed", f"{family}.annual_budget"


def _rate(
    item: str,
    value: str,
    row: Row,
    outcome: Outcome,
    rubric: Rubric,
    where: Fields,
    rate_id: str,
    above_id: str,
    below_id: str,
) -> Claim:
    figures = outcome.figures
    ours = figures.get(rate_id)
    claimed = printed_rate(value)
    if ours is None or claimed is None:
        return Claim("SC-014", row, ("item",), item, value, is_matched=False)
    if not isinstance(ours.value, Decimal):
        return Claim("SC-013", row, ("claimed_value",), item, value, ours.printed)
    rate, digits = claimed
    ratio = ours.exact if ours.exact is not None else exact(ours.value) / 100
    tolerance = (
        Fraction(rubric.settings["rate_tolerance_points"].value) if _tolerates(rubric) else Fraction(0)
    )
    agrees = exact(round_half_up(ratio * 100, digits)) == rate * 100 or abs(rate - ratio) <= tolerance
    gap = 0 if agrees else max(1, int(abs(rate - ratio) * _MILLION))
    above, below = figures.get(above_id), figures.get(below_id)
    if (
        above is None
        or below is None
        or not isinstance(above.value, Decimal)
        or not isinstance(below.value, Decimal)
    ):
        return Claim("SC-013", row, ("claimed_value",), item, value, ours.printed, gap)
    shown = print_percent(ratio, max(digits, rubric.rate_digits))
    facts = {"numerator": _money(above.value), "denominator": _money(below.value)} | _explained(
        value, rate, above.value
    )
    amounts = tuple(cell for cell in below.because if cell in where and where[cell][1].endswith("_fen"))
    cells = amounts if len(amounts) == 1 else ()
    return Claim("SC-014", row, ("claimed_value",), item, value, shown, gap, True, facts, cells)


def _tolerates(rubric: Rubric) -> bool:
    return "rate_tolerance_points" in rubric.settings


def printed_rate(text: str) -> tuple[Fraction, int] | None:
    """A claimed rate as a ratio, and the decimals of the percentage it was printed with; None when it is no rate.

    Without a sign up to 1.5 is a ratio, above it a percentage.

    >>> printed_rate("62.11%"), printed_rate("79.27"), printed_rate("0.6211")
    ((Fraction(6211, 10000), 2), (Fraction(7927, 10000), 2), (Fraction(6211, 10000), 2))
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    try:
        rate, notes = parse_number(plain)
    except NotANumber:
        return None
    digits = len(plain.rstrip("% ").partition(".")[2])
    if "percent" in notes:
        return rate, digits
    return (rate, max(0, digits - 2)) if abs(rate) <= Fraction(3, 2) else (rate / 100, digits)


def _money(value: Decimal) -> str:
    return amount(int(exact(value) * FEN_PER["万元"]))


def _explained(value: str, rate: Fraction, above: Decimal) -> Mapping[str, str]:
    """Which denominator the claimed rate would need."""
    if rate <= 0:
        return {"explained": "", "explained_en": ""}
    needed = f"{round_half_up(exact(above) / rate, 2):,}"
    shown = value if value.strip().endswith(("%", "％")) else print_percent(rate)
    return {
        "explained": f"；要得出 {shown}，分母应为 {needed} 万元",
        "explained_en": f"; {shown} would need the denominator {needed}",
    }
