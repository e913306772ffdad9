"""Claimed rates against ours: within the printed precision, and with what the claimed one would follow from.

A rate that names no denominator says nothing. One that does not follow from its figures is answered with the rate that
does, with the denominator it would need, and with the name of that denominator where it is one of our own figures.
Source: docs/domain.md §2 (a check worth knowing) and §5 (two denominators in one report).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from pipeline.check.claim_nouns import MILLION, Claim, plain_name
from pipeline.check.frames import Around, FieldsByCell, fields_by_cell
from pipeline.check.printing import amount
from pipeline.model import Cell, Figure, Outcome, Row
from pipeline.model_rubric import Rubric
from pipeline.money import FEN_PER, NotANumber, exact, parse_number, print_percent, round_half_up

CODES = ("SC-014", "SC-025", "SC-026")
_MONTH = re.compile(r"(?:(?:1月?)?[-~至到]+)?(\d{1,2})月")
_AVERAGE = ("年平均执行率", "平均执行率", "全年平均执行率", "部门预算资金支出率")
_AVERAGE_ID = "annual.average_execution_rate"


def rate_ids(word: str) -> tuple[str, str, str] | None:
    """A rate's name -> ids of the rate, its numerator and its denominator; None when it is no rate we have.

    >>> rate_ids("1-7月执行率"), rate_ids("总分")
    (('month.7.rate', 'month.7.cumulative', 'month.7.budget'), None)
    """
    if word in _AVERAGE:
        return _AVERAGE_ID, "", ""
    if not word.endswith(("执行率", "支出率", "支出进度", "执行进度")):
        return None
    part = "project_" if "项目" in word else ""
    if match := _MONTH.search(word):
        month = f"month.{int(match[1])}.{part}"
        return f"{month}rate", f"{month}cumulative", f"{month}budget"
    family = "kind.project" if part else "kind.basic" if "基本" in word else "annual"
    return f"{family}.execution_rate", f"{family}.executed", f"{family}.annual_budget"


def rate_claim(
    item: str, value: str, row: Row, around: Around, outcome: Outcome, rubric: Rubric
) -> Claim | None:
    """A claimed rate beside ours; None where the item is no rate."""
    ids = rate_ids(plain_name(item))
    return replace(_compared(item, value, row, ids, around, outcome, rubric), figure=ids[0]) if ids else None


def _compared(
    item: str,
    value: str,
    row: Row,
    ids: tuple[str, str, str],
    around: Around,
    outcome: Outcome,
    rubric: Rubric,
) -> Claim:
    ours, claimed = outcome.figures.get(ids[0]), printed_rate(value)
    if ours is None:
        return Claim("SC-014", row, ("item",), item, value, is_matched=False)
    if claimed is None:
        return Claim("SC-025", row, ("claimed_value",), item, value, ours.printed, to_check=True)
    if not isinstance(ours.value, Decimal):
        return Claim("SC-013", row, ("claimed_value",), item, value, ours.printed)
    rate, digits = claimed
    ratio = ours.exact if ours.exact is not None else exact(ours.value) / 100
    agrees = _as_printed(ratio, digits) == rate * 100 or abs(rate - ratio) <= _tolerance(rubric)
    gap = 0 if agrees else max(1, int(abs(rate - ratio) * MILLION))
    if ids[0] == _AVERAGE_ID:
        facts = _definition(claimed, outcome, rubric)
        return Claim(
            "SC-026", row, ("claimed_value",), item, value, ours.printed, to_check=gap > 0, facts=facts
        )
    above, below = (outcome.figures.get(name) for name in ids[1:])
    if not _is_number(above) or not _is_number(below):
        return Claim("SC-013", row, ("claimed_value",), item, value, ours.printed, gap)
    facts = {"numerator": _money(above.value), "denominator": _money(below.value)}
    facts |= _explained(value, claimed, ratio, above, ids, outcome) if gap else {}
    cells = _denominator_cell(below, around.once(fields_by_cell)) if gap else ()
    shown = print_percent(ratio, max(digits, rubric.rate_digits))
    return Claim("SC-014", row, ("claimed_value",), item, value, shown, gap, facts=facts, cells=cells)


def _is_number(figure: Figure | None) -> bool:
    return figure is not None and isinstance(figure.value, Decimal)


def _as_printed(ratio: Fraction, digits: int) -> Fraction:
    """A ratio as a percentage of so many decimals."""
    return exact(round_half_up(ratio * 100, digits))


def _tolerance(rubric: Rubric) -> Fraction:
    setting = rubric.settings.get("rate_tolerance_points")
    return Fraction(setting.value) if setting else Fraction(0)


def _denominator_cell(below: Figure, where: FieldsByCell) -> tuple[Cell, ...]:
    """The cell of the denominator, where it is one amount."""
    amounts = tuple(
        cell
        for cell in below.because
        if isinstance(cell, Cell) and cell in where and where[cell][1].endswith("_fen")
    )
    return amounts if len(amounts) == 1 else ()


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


def _explained(
    value: str,
    claimed: tuple[Fraction, int],
    ratio: Fraction,
    above: Figure,
    ids: tuple[str, str, str],
    outcome: Outcome,
) -> Mapping[str, str]:
    """Which denominator the claimed rate would need, and which of our own figures that is; or a sign that slipped."""
    rate, digits = claimed
    if rate <= 0:
        return {"explained": "", "explained_en": ""}
    if any(abs(rate * times - ratio) < Fraction(1, 1000) for times in (100, Fraction(1, 100))):
        return {
            "explained": "，相差 100 倍，请核对百分号",
            "explained_en": ", a hundred times off: check the percent sign",
        }
    needed = f"{round_half_up(exact(above.value) / rate, 2):,}"
    shown = value if value.strip().endswith(("%", "％")) else print_percent(rate)
    explained = f"；要得出 {shown}，分母应为 {needed} 万元"
    explained_en = f"; {shown} would need the denominator {needed}"
    for name, name_en, below in _denominators(ids[2], outcome):
        if below.value and _as_printed(exact(above.value) / exact(below.value), digits) == rate * 100:
            explained += f"；用{name} {_money(below.value)} 万元作分母正好得出"
            explained_en += f", which the {name_en} {_money(below.value)} gives"
            break
    return {"explained": explained, "explained_en": explained_en}


def _denominators(below_id: str, outcome: Outcome) -> Iterator[tuple[str, str, Figure]]:
    """Our own figures that may have been taken for the denominator: the year's two budgets, then the months'."""
    is_project = "project" in below_id
    family, part, word = ("kind.project", "project_", "项目") if is_project else ("annual", "", "")
    if below_id.startswith("kind.basic"):
        family = "kind.basic"
    named = [
        (f"{family}.annual_budget", f"{word}全年预算数（调整后）", "adjusted budget"),
        (f"{family}.initial_budget", f"{word}年初预算数", "initial budget"),
        *((f"month.{month}.{part}budget", f" {month} 月{word}当期预算数", f"budget as at month {month}")
          for month in range(1, 13)),
    ]  # fmt: skip
    for figure_id, name, name_en in named:
        figure = outcome.figures.get(figure_id)
        if figure_id != below_id and _is_number(figure):
            yield name, name_en, figure


def _definition(claimed: tuple[Fraction, int], outcome: Outcome, rubric: Rubric) -> Mapping[str, str]:
    """How the average is defined, as the rubric has it and how sure that is; and whether the year's rate was claimed."""
    settings = [one for name, one in rubric.settings.items() if name.startswith("average_execution_rate.")]
    is_assumed = any(one.citation.mark == "assumed" for one in settings)
    rate, digits = claimed
    annual = outcome.figures.get("annual.execution_rate")
    is_annual = (
        annual is not None and annual.exact is not None and _as_printed(annual.exact, digits) == rate * 100
    )
    explained = "；填报的正好是全年执行率" if is_annual else ""
    explained_en = "; the claim is the rate of the year" if is_annual else ""
    return {
        "explained": explained + ("（该口径为暂定，待财政部门明确）" if is_assumed else ""),
        "explained_en": explained_en + (" (its definition is assumed)" if is_assumed else ""),
    }
