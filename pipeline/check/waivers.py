"""9_核查说明 against the findings: which finding is waived, and which waiver has no effect and why.

A waiver binds code, file, sheet, cell and the found value: a changed value voids it. It marks a finding and never
deletes it, and never turns an undetermined figure into a number. Happens when all findings of a run are known.
Source: docs/architecture.md, 'Waivers'.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from pipeline import messages
from pipeline.check.printing import BLANK, show
from pipeline.model import Cell, Finding, Found, Row, Submission
from pipeline.money import NotANumber, parse_number

TABLE = "waivers.waivers"
_NEEDED = ("rule_code", "file_name", "reason", "proposed_by", "approved_by", "approved_on")


@dataclass(frozen=True, slots=True)
class Judged:
    """One row of 核查说明. ``code``: the finding about the waiver itself, blank where it holds; ``findings``: the
    positions of those it bears on; ``fields`` its cells at fault; ``facts`` for the sentence."""

    row: Row
    code: str = ""
    findings: tuple[int, ...] = ()
    fields: tuple[str, ...] = ("rule_code",)
    facts: Mapping[str, str] | None = None


def judge(submission: Submission, findings: Sequence[Finding]) -> tuple[Judged, ...]:
    """Every row that is complete, in order; one of which something was said already (a blank, a hint, twice) is out."""
    by_code: dict[str, list[int]] = {}
    for number, finding in enumerate(findings):
        by_code.setdefault(finding.code, []).append(number)
    said = {each.cell for one in findings if one.code.startswith("WV") for each in one.cells}
    rows = [
        row
        for row in submission.table(TABLE)
        if all(row.usable(name) is not None for name in _NEEDED)
        and said.isdisjoint(row.cell(name) for name in row.columns)
    ]
    judged = [_judged(row, findings, by_code.get(_code(row), ())) for row in rows]
    return tuple(_partial(judged, findings))


def waived(submission: Submission, findings: Sequence[Finding]) -> Mapping[int, Mapping[str, str]]:
    """Position of each waived finding -> ``{reason, by, approved_by, date}`` as ``findings.json`` has it."""
    return {
        number: _told(one.row)
        for one in judge(submission, findings)
        if not one.code
        for number in one.findings
    }


def _told(row: Row) -> Mapping[str, str]:
    date = row.usable("approved_on")
    return {
        "reason": str(row["reason"]),
        "by": str(row["proposed_by"]),
        "approved_by": str(row["approved_by"]),
        "date": date.isoformat() if isinstance(date, datetime.date) else str(date),
    }


def _judged(row: Row, findings: Sequence[Finding], candidates: Sequence[int]) -> Judged:
    code, target = _code(row), _target(row)
    facts = {"rule_code": code, "target": target}
    if _name(row["proposed_by"]) == _name(row["approved_by"]):
        return Judged(row, "WV-010", fields=("approved_by", "proposed_by"), facts=facts)
    known = messages.load_catalogue().get(code)
    if known is None:
        return _without(row, facts, "没有这个规则编号", "there is no such code")
    if not known.waivable:
        return Judged(row, "WV-011", facts=facts)
    here = [(number, each) for number in candidates for each in findings[number].cells if _is_at(row, each)]
    if not here:
        if candidates:
            return _without(row, facts, "这个位置没有这样的问题", "there is no such finding at this place")
        return _without(
            row, facts, "没有这样的问题，可能已经更正", "there is no such finding; it may be gone"
        )
    bound = [
        number
        for number, each in here
        if same_value(show("original_value", row["original_value"]), each.found)
    ]
    if not bound:
        shown = {"claimed": show("original_value", row["original_value"]), "now": here[0][1].found or BLANK}
        return Judged(row, "WV-012", fields=("original_value",), facts=facts | shown)
    return Judged(row, findings=tuple(dict.fromkeys(bound)))


def _without(row: Row, facts: Mapping[str, str], why: str, why_en: str) -> Judged:
    return Judged(row, "WV-013", facts={**facts, "why": why, "why_en": why_en})


def _partial(judged: Sequence[Judged], findings: Sequence[Finding]) -> Iterator[Judged]:
    """A finding is waived by its first cell; one that speaks of several places only when each of them is waived."""
    bound: dict[int, set[Cell]] = {}
    for one in judged:
        for number in one.findings:
            cells = {each.cell for each in findings[number].cells if _is_at(one.row, each)}
            bound.setdefault(number, set()).update(cells)
    for one in judged:
        open_ones = {number: _unbound(findings[number], bound[number]) for number in one.findings}
        held = tuple(number for number in one.findings if not open_ones[number])
        if held or not one.findings:
            yield Judged(one.row, one.code, held, one.fields, one.facts)
            continue
        missing = "、".join(str(cell) for cell in open_ones[one.findings[0]][:3])
        facts = {"rule_code": _code(one.row), "target": _target(one.row)}
        yield _without(one.row, facts, f"这个问题还涉及 {missing}，也要说明", f"it also speaks of {missing}")


def _unbound(finding: Finding, bound: set[Cell]) -> list[Cell]:
    places = int(finding.facts.get("places", "1"))
    named = finding.cells if places > 1 else finding.cells[:1]
    return [each.cell for each in named if each.cell not in bound]


def _code(row: Row) -> str:
    return unicodedata.normalize("NFKC", str(row["rule_code"])).strip().upper()


def _target(row: Row) -> str:
    parts = [_file(row["file_name"])]
    place = "!".join(str(row[name]) for name in ("sheet_name", "cell_address") if row.usable(name))
    return f"《{parts[0]}》{place}"


def _is_at(row: Row, each: Found) -> bool:
    """Whether the waiver names the cell; a sheet or address it leaves blank must be blank in the finding too."""
    cell = each.cell
    return (
        _file(row["file_name"]) == _file(cell.file)
        and _name(row.usable("sheet_name") or "") == _name(cell.sheet)
        and _address(row.usable("cell_address") or "") == cell.address
    )


def _file(name: object) -> str:
    """A workbook's name without folder, ending and 《》, as it is compared."""
    bare = PurePosixPath(unicodedata.normalize("NFC", str(name)).replace("\\", "/").strip(" 《》")).name
    return re.sub(r"\.(?:xlsx|xlsm|xls|ods|et)$", "", bare, flags=re.IGNORECASE)


def _name(text: object) -> str:
    return "".join(unicodedata.normalize("NFKC", str(text)).casefold().split())


def _address(text: str) -> str:
    """``$g$7``, ``支出!G7`` -> ``G7``."""
    return unicodedata.normalize("NFKC", text).rpartition("!")[2].replace("$", "").strip().upper()


def same_value(claimed: str, now: str) -> bool:
    """Whether 原值 is what the finding found: the same number however it is printed, or the same words.

    >>> same_value("1203.5", "1,203.50"), same_value("（空）", ""), same_value("已完成", "完成"), same_value("0.95", "95%")
    (True, True, False, True)
    """
    if _name(claimed) == _name(BLANK):
        return _name(now) in ("", _name(BLANK))
    if _name(claimed) == _name(now):
        return True
    try:
        return parse_number(claimed)[0] == parse_number(now)[0]
    except NotANumber:
        return False
