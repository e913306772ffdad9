"""The tables of the page about what was typed: claims, reconciliations, months, judgements, normalisations.

Happens while reporting. Each function gives rows of printed texts; long lists are cut with a count of what is left
out and where it stands in the evidence.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.model import Cell, Normalisation, Row, Submission, row_key
from pipeline.report.page_score import number, printed
from pipeline.report.page_text import clean, place, to_copy, where
from pipeline.report.trace import show

INDICATORS = "indicator_results.indicators"
#: rows of one table written into the page
ROWS = 300
#: what was normalised, in words
KINDS = {
    "full_width": "全角转半角", "blanks": "去空格", "thousands": "去千分位", "brackets": "括号为负数", "percent": "百分号",
    "ratio": "按比率读", "text": "文字转数字", "number_as_text": "文字存的数字", "date_text": "文字写的日期", "yes_no": "是/否",
    "choice": "选项归一", "code_number": "编码存成数字", "unit": "单位换算", "not_applicable": "不适用",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spot:
    """A cell as printed and as copied."""

    printed: str
    copied: str


def spot(cell: Cell) -> Spot:
    return Spot(where(cell.file, cell.sheet, cell.address), to_copy(cell.sheet, cell.address))


@dataclass(frozen=True, slots=True)
class Claim:
    """A claimed value beside ours. ``verdict``: 一致 | 不一致 | 对不上项目; ``cell`` None where it is not found."""

    label: str
    what: str
    claimed: str
    ours: str
    verdict: str
    cell: Spot | None


def claims(claims_csv: str, submission: Submission) -> list[Claim]:
    """From the checked frame ``outcome.claims``: what differs first, else in the order of the form."""
    rows = list(csv.DictReader(io.StringIO(claims_csv.lstrip("\ufeff"))))
    mine = [row for row in rows if row["submission"] in ("", submission.name)]
    cells = _claim_cells(submission)
    found = [_claim(row, cells) for row in mine]
    return sorted(found, key=lambda claim: claim.verdict == "一致")


def _claim(row: Mapping[str, str], cells: Mapping[tuple[str, str], Cell]) -> Claim:
    what = "分值" if row["code"] == "SC-016" else "填报值"
    cell = cells.get((row["label"], "points" if what == "分值" else "claimed"))
    if int(row["unmatched"]):
        verdict = "对不上项目"
    else:
        verdict = "不一致" if int(row["beyond_precision"]) else "一致"
    return Claim(
        clean(row["label"]), what, clean(row["claimed"]) or "—", clean(row["ours"]) or "—", verdict,
        spot(cell) if cell else None,
    )  # fmt: skip


def _claim_cells(submission: Submission) -> Mapping[tuple[str, str], Cell]:
    cells: dict[tuple[str, str], Cell] = {}
    for row in submission.table("claimed.scores"):
        cells.setdefault((str(row["indicator"]), "claimed"), row.cell("claimed_score"))
        cells.setdefault((str(row["indicator"]), "points"), row.cell("points"))
    for row in submission.table("claimed.totals"):
        cells.setdefault((str(row["item"]), "claimed"), row.cell("claimed_value"))
    return cells


@dataclass(frozen=True, slots=True)
class Reconciled:
    """One 勾稽关系 as printed. ``state``: 不平 | 未能判断 | 平."""

    state: str
    code: str
    label: str
    relation: str
    left: str
    right: str
    difference: str
    reason: str
    cells: tuple[Spot, ...]
    stands: str


def reconciled(lines: Iterable) -> dict[str, list[Reconciled]]:
    """``lines``: ReconciliationLine of the checks. By state, what does not hold first; uncut."""
    states = {False: "不平", None: "未能判断", True: "平"}
    found: dict[str, list[Reconciled]] = {state: [] for state in states.values()}
    for line in lines:
        state = states[line.holds]
        cells = line.cells if line.holds is False else ()
        found[state].append(
            Reconciled(
                state, line.code, clean(line.label), "≤" if line.relation == "<=" else "=",
                _side(line.left_label, line.left, line.unit), _side(line.right_label, line.right, line.unit),
                "—" if line.difference is None else _amount(line.difference, line.unit), clean(line.reason),
                tuple(spot(cell) for cell in cells[:6]), "" if cells else together(line.because),
            )
        )  # fmt: skip
    return found


def together(cells: Sequence[Cell], shown: int = 6) -> str:
    """Cells in one text, each sheet named once: 《2_预算执行》支出!F5、D5、E5.

    >>> together([Cell("2_预算执行.xlsx", "支出", "F5"), Cell("2_预算执行.xlsx", "支出", "D5")], 1)
    '《2_预算执行》支出!F5 等 2 处'
    """
    sheets: dict[str, list[str]] = {}
    for cell in cells[:shown]:
        sheets.setdefault(place(cell.file, cell.sheet), []).append(clean(cell.address))
    text = "；".join(f"{name}!{'、'.join(addresses)}" for name, addresses in sheets.items())
    return text + (f" 等 {len(cells)} 处" if len(cells) > shown else "")


def _side(label: str, value: Decimal | None, unit: str) -> str:
    if value is None:
        return f"{clean(label)}：未能算出"
    return f"{clean(label)}：{_amount(value, unit)}{'' if unit == '%' else ' '}{unit}".rstrip()


def _amount(value: Decimal, unit: str) -> str:
    """Money with at least two decimals, as everywhere; what has more keeps them.

    >>> _amount(Decimal("68.4"), "万元"), _amount(Decimal("0.123456"), "万元"), _amount(Decimal(20), "分")
    ('68.40', '0.123456', '20')
    """
    if unit == "万元" and value.as_tuple().exponent > -2:
        value = value.quantize(Decimal("0.01"))
    return f"{value:,f}"


def months(figures: Mapping[str, Mapping]) -> list[tuple[str, ...]]:
    """A month a row: month, 当期预算数, 当月支出, 累计支出, 累计执行率, 序时进度, 执行率 ÷ 序时进度."""
    parts = ("budget", "spent", "cumulative", "rate", "schedule", "progress")
    return [
        (f"{month}月", *(printed(figures, f"month.{month}.{part}") for part in parts))
        for month in range(1, 13)
        if any(f"month.{month}.{part}" in figures for part in parts)
    ]


def month_values(figures: Mapping[str, Mapping], part: str) -> list[Decimal | None]:
    return [number(figures, f"month.{month}.{part}") for month in range(1, 13)]


@dataclass(frozen=True, slots=True)
class Judged:
    """An indicator somebody graded by hand: who typed it, and what came of it."""

    label: str
    target: str
    actual: str
    grade: str
    points: str
    full: str
    score: str
    who: str
    evidence: str
    cell: Spot
    typed: Decimal
    counted: Decimal | None


def judged(figures: Mapping[str, Mapping], submission: Submission) -> list[Judged]:
    """Rows of 4_绩效指标 with 评定等级 or 评定得分, as they stand."""
    divisions = {file.path: file.division for file in submission.files}
    names = {row["evidence_id"]: row["evidence_name"] for row in submission.table("evidence.catalogue")}
    return [
        _judged(row, figures, divisions, names)
        for row in submission.table(INDICATORS)
        if row["grade"] is not None or row["graded_points"] is not None
    ]


def _judged(
    row: Row,
    figures: Mapping[str, Mapping],
    divisions: Mapping[str, str | None],
    names: Mapping[object, object],
) -> Judged:
    def text(field_id: str) -> str:
        return clean(show(field_id, row[field_id]), 120)

    graded, points = row["graded_points"], row.usable("graded_points")
    division = text("division_name") or clean(divisions.get(row.file))
    name = clean(names.get(row["evidence"]), 80)
    full = (
        row.usable("department_points")
        if row.usable("department_points") is not None
        else row["project_points"]
    )
    figure_id = f"indicator.{row_key(INDICATORS, row)}.score"
    return Judged(
        label=text("level_3") or text("indicator_id"),
        target=text("target") or "—",
        actual=text("actual") or "—",
        grade=text("grade") or "—",
        points=text("graded_points") or "—",
        full=clean(show("department_points", full)) or "—",
        score=printed(figures, figure_id),
        who="　".join(part for part in (division, text("preparer")) if part) or "未填明",
        evidence="　".join(part for part in (text("evidence"), name) if part) or "未列佐证",
        cell=spot(row.cell("graded_points" if graded is not None else "grade")),
        typed=points if isinstance(points, Decimal) else Decimal(0),
        counted=number(figures, figure_id),
    )


def normalised(
    normalisations: Sequence[Normalisation],
) -> tuple[list[tuple[str, int]], list[tuple[Spot, str, str, str]]]:
    """How often each kind, most first; and the first rows: cell, as typed, as read, kinds."""
    counted = Counter(kind for each in normalisations for kind in each.kinds)
    kinds = [
        (KINDS.get(kind, kind), n)
        for kind, n in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    rows = [
        (spot(each.cell), clean(each.raw, 120), clean(each.value, 120),
         "、".join(KINDS.get(kind, kind) for kind in each.kinds))
        for each in normalisations[:ROWS]
    ]  # fmt: skip
    return kinds, rows
