"""Judges of words and evidence: reasons copied from row to row, and 7_佐证目录 against rows, dates and the files handed in.

Source: docs/domain.md §1 and §5.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping

from pipeline.check.frames import Around, is_filled, known, table_cells
from pipeline.check.judgements import Told
from pipeline.check.rows_office import report_date_out_of_season
from pipeline.model import Row

CATALOGUE = "evidence.catalogue"
#: columns in which a person explains one row's own shortfall, and the code of each
REASONS: Mapping[tuple[str, str], str] = {
    ("budget_execution.expenditure", "low_execution_reason"): "BE-029",
    ("monthly_spending.months", "shortfall_reason"): "MS-020",
    ("indicator_results.indicators", "deviation_reason"): "PI-040",
    ("indicator_results.monitoring", "deviation_reason"): "PI-040",
    ("management.items", "deduction_reason"): "MG-026",
    ("management.three_public", "change_reason"): "MG-026",
    ("procurement.contracts", "overdue_reason"): "PC-020",
}
#: rows with the same words from which on they look copied, and how long words have to be to say anything
_LEAST_ROWS, _LEAST_LENGTH = 3, 6
#: rows that bear points and that 佐证编号 belongs to; a field that says the row has something to prove
_PROVABLE: Mapping[str, str] = {
    "management.items": "done_count", "management.disclosure": "published_on", "indicator_results.indicators": "department_points",
}  # fmt: skip
_MOST_NAMES, _MOST_LETTERS = 5, 40
_LISTED = re.compile(r"[、,，;；\n]+")


def judge_repeated_reasons(around: Around) -> Iterator[Told]:
    """The same long words in the same reason column of three rows or more: one finding with all its cells."""
    for (table, field), code in REASONS.items():
        rows: dict[str, list[Row]] = defaultdict(list)
        for row in around.submission.table(table):
            if isinstance(text := row.usable(field), str):
                rows[plain(text)].append(row)
        for words, mine in rows.items():
            copied = len(words) >= _LEAST_LENGTH and len(mine) >= _LEAST_ROWS
            for row in mine:
                facts = {"words": _short(row.usable(field)), "rows": len(mine)}
                yield Told(code, table, int(copied), row, (field,), facts=facts, group=f"{field} {words}")


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _MOST_LETTERS else text[:_MOST_LETTERS] + "…"


def plain(text: object) -> str:
    """Words without blanks, punctuation and width, so that a comma does not hide a copy."""
    return "".join(each for each in unicodedata.normalize("NFKC", str(text)).casefold() if each.isalnum())


def judge_evidence(around: Around) -> Iterator[Told]:
    """佐证 dated after 填报日期 (unless that date itself is in doubt), and rows with points that name no 佐证 in a sheet
    where others do."""
    rows = around.submission.table(CATALOGUE).rows
    card = around.submission.card("basics.department")
    is_doubtful = card is None or around.year is None or report_date_out_of_season(card, around)
    reported = None if is_doubtful else card.usable("report_date")
    for row in rows:
        if reported is not None and (date := known(row, "dated_on")) is not None:
            facts = {"report_date": reported}
            yield Told(
                "EV-011", CATALOGUE, int(date[0] > reported), row, ("dated_on",), facts=facts, group="late"
            )
    if not any(row.usable("evidence_id") for row in rows):
        return
    for table, field in _PROVABLE.items():
        rows = [
            row
            for row in around.submission.table(table)
            if is_filled(row, field) and row.usable("is_applicable") is not False
        ]
        has_any = any(row["evidence"] is not None for row in rows)
        for row in rows if has_any else ():
            yield Told("EV-012", table, int(row["evidence"] is None), row, ("evidence",), group="evidence")


def judge_evidence_files(around: Around) -> Iterator[Told]:
    """文件名 of the register against the files of the 佐证材料 folder; nothing where no folder was handed in."""
    files = around.submission.evidence_files
    rows = around.submission.table(CATALOGUE).rows
    if files is None or not rows:
        return
    by_key: dict[str, set[str]] = defaultdict(set)
    for name in files:
        for key in file_keys(name):
            by_key[key].add(name)
    named: set[str] = set()
    for row in rows:
        text = row.usable("file_name")
        if not isinstance(text, str):
            continue
        # a name may itself hold a comma: the cell is taken whole first
        names = (
            [text]
            if file_keys(text) & by_key.keys()
            else [one.strip() for one in _LISTED.split(text) if one.strip()]
        )
        here = {each: {name for key in file_keys(each) for name in by_key.get(key, ())} for each in names}
        named |= set().union(*here.values())
        missing = [each for each in names if not here[each]]
        told = "、".join(missing)
        yield Told(
            "EV-009", CATALOGUE, len(missing), row, ("file_name",), facts={"missing": told}, group="missing"
        )
    unnamed = sorted(files - named)
    shown = "、".join(unnamed[:_MOST_NAMES]) + (
        f" 等 {len(unnamed)} 个" if len(unnamed) > _MOST_NAMES else ""
    )
    yield Told(
        "EV-010", CATALOGUE, len(unnamed), cells=table_cells(around, CATALOGUE), facts={"unnamed": shown}
    )


def file_keys(name: str) -> set[str]:
    """The ways a file may be named: its path, its name, its name without the ending; without width and case.

    >>> sorted(file_keys("佐证材料/Z01_明细账.PDF"))
    ['z01_明细账', 'z01_明细账.pdf', '佐证材料/z01_明细账.pdf']
    """
    whole = unicodedata.normalize("NFKC", name).strip().casefold().replace("\\", "/")
    base = whole.rpartition("/")[2]
    stem, dot, ending = base.rpartition(".")
    return {whole, base} | ({stem} if dot and stem and len(ending) <= 5 else set())
