"""Judges of monitoring about indicators: 监控 row by row, what it leaves out, and a header that names another month.

Only what is filled for the month asked for is judged. Source: docs/domain.md §4 (财预〔2019〕136号).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from pipeline.check.frames import Around, is_filled
from pipeline.check.judgements import Told
from pipeline.check.monitored import PROJECT_SHEET, SHEET, TO_THE_MONTH, Monitored
from pipeline.check.targets import TABLE, required, result, target_of
from pipeline.measure import Comparison, Requirement, compare, in_year
from pipeline.model import Found, Row, row_key
from pipeline.model_months import stated_months

_OPERATORS = {"正向": ">=", "反向": "<=", "等于": "="}
_SURE, _NEVER = "确定能", "完全不可能"


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of 监控 with the indicator it speaks of and the prefix of its figures."""

    row: Row
    indicator: Row
    prefix: str


def _listed(around: Around) -> list[Listed]:
    """The rows of 监控 whose indicator stands in 指标; one that is listed twice is not judged, that has been said."""
    indicators: dict[object, list[Row]] = {}
    for row in around.submission.table(TABLE):
        indicators.setdefault(row.usable("indicator_id"), []).append(row)
    rows: dict[object, list[Row]] = {}
    for row in around.submission.table(SHEET):
        rows.setdefault(row.usable("indicator_id"), []).append(row)
    return [
        Listed(mine[0], indicators[code][0], f"monitor.indicator.{row_key(TABLE, indicators[code][0])}.")
        for code, mine in rows.items()
        if code is not None and len(mine) == 1 and len(indicators.get(code, ())) == 1
    ]


def judge_header(monitored: Monitored, around: Around) -> Iterator[Told]:
    """The columns 1–N月 of both sheets speak of the month asked for, where their headers name one."""
    for table, field in ((SHEET, TO_THE_MONTH), (PROJECT_SHEET, "executed_to_month_fen")):
        for file, (month, cell) in stated_months(around.submission.table(table), field).items():
            is_filled_in = any(
                row.file == file and is_filled(row, field) for row in around.submission.table(table)
            )
            told = int(month != monitored.month and is_filled_in)
            facts = {"stated": month, "through": monitored.month}
            yield Told("PI-065", table, told, cells=(Found(cell, f"1-{month}月"),), facts=facts)


def judge_indicators(monitored: Monitored, around: Around) -> Iterator[Told]:
    """Each row of 监控: comparable, explained where a light asks for it, and its likelihood in keeping with the year
    that is expected."""
    for one in around.once(_listed):
        row = one.row
        name = str(one.indicator.usable("level_3") or row.usable("indicator_id"))
        likelihood, explained = row.usable("likelihood"), is_filled(row, "deviation_reason")
        facts = {"name": name, "through": monitored.month, "target": target_of(one.indicator) or "",
                 "light": monitored.printed(f"{one.prefix}light"),
                 "progress": monitored.printed(f"{one.prefix}progress")}  # fmt: skip
        never = likelihood == _NEVER and not explained
        yield Told("PI-050", SHEET, int(never), row, ("deviation_reason", "likelihood"), facts=facts)
        lit = monitored.asks_reason(f"{one.prefix}light") and not explained and not never
        facts["progress"] = f"，完成进度 {facts['progress']}" if facts["progress"] else ""
        yield Told("PI-051", SHEET, int(lit), row, ("deviation_reason", TO_THE_MONTH), facts=facts)
        yield from _comparable(monitored, one, facts)
        yield from _expected(around, monitored, one, facts)
        kindless = explained and not is_filled(row, "deviation_kind")
        yield Told("PI-058", SHEET, int(kindless), row, ("deviation_kind", "deviation_reason"), facts=facts)


def _comparable(monitored: Monitored, one: Listed, facts: Mapping[str, object]) -> Iterator[Told]:
    """A 1–N月完成值 that cannot be compared with its target."""
    light = monitored.figures.get(f"{one.prefix}light")
    typed = one.row.usable(TO_THE_MONTH)
    if light is None or typed is None or target_of(one.indicator) is None:
        return
    is_open = light.value is None
    why = (light.reason or "").partition("：")[2] or light.reason or ""
    yield Told("PI-052", SHEET, int(is_open), one.row, (TO_THE_MONTH,), facts={**facts, "why": why})


def _expected(
    around: Around, monitored: Monitored, one: Listed, facts: Mapping[str, object]
) -> Iterator[Told]:
    """全年预计值 against the target, the likelihood, and what is already done."""
    requirement = _requirement(around, one.indicator)
    expected = _verdict(requirement, one, "expected_year")
    if requirement is None or expected is None or expected.met is None:
        return
    row, likelihood = one.row, one.row.usable("likelihood")
    facts = {**facts, "expected": row.usable("expected_year"), "likelihood": str(likelihood or "")}
    fields = ("expected_year", "likelihood")
    yield Told("PI-053", SHEET, int(likelihood == _SURE and not expected.met), row, fields, facts=facts)
    yield Told("PI-054", SHEET, int(likelihood == _NEVER and expected.met), row, fields, facts=facts)
    other = stated_months(around.submission.table(SHEET), TO_THE_MONTH).get(row.file, (monitored.month,))[0]
    done = _verdict(requirement, one, TO_THE_MONTH) if other == monitored.month else None
    if (
        done is not None
        and None not in (done.actual, expected.actual)
        and _adds_up(monitored, one, requirement)
    ):
        falls = Fraction(expected.actual) < Fraction(done.actual)
        facts = {**facts, "done": row.usable(TO_THE_MONTH)}
        yield Told("PI-055", SHEET, int(falls), row, ("expected_year", TO_THE_MONTH), facts=facts)


def _adds_up(monitored: Monitored, one: Listed, requirement: Requirement) -> bool:
    """Whether the indicator's value can only grow over the year: no percentage and no level that is not cumulative."""
    levels = {str(one.indicator.usable(name)) for name in ("level_1", "level_2")}
    return requirement.kind == "number" and levels.isdisjoint(monitored.rubric.setting("not_cumulative"))


def _requirement(around: Around, indicator: Row) -> Requirement | None:
    """The target that holds, with its direction and year; None for words, which are not compared."""
    target = target_of(indicator)
    if target is None or indicator.usable("measure_kind") == "定性":
        return None
    requirement = required(target, indicator.usable("measure_unit"))
    if requirement.kind not in ("number", "rate", "date"):
        return None
    if requirement.operator is None and requirement.kind != "date":
        direction = indicator.usable("direction") or around.setting("default_direction", "正向")
        requirement = replace(requirement, operator=_OPERATORS[str(direction)])
    return in_year(requirement, around.year) if around.year else requirement


def _verdict(requirement: Requirement | None, one: Listed, field: str) -> Comparison | None:
    typed = one.row.usable(field)
    if requirement is None or not isinstance(typed, str):
        return None
    return compare(requirement, result(typed, one.indicator.usable("measure_unit")))


def judge_listed(monitored: Monitored, around: Around) -> Iterator[Told]:
    """Indicators that 监控 leaves out, or lists without a 1–N月完成值, where the sheet is filled at all."""
    if not any(is_filled(row, TO_THE_MONTH) for row in around.submission.table(SHEET)):
        return
    listed = around.values(SHEET, "indicator_id")
    for row in around.submission.table(TABLE):
        code = row.usable("indicator_id")
        told = int(code is not None and code not in listed)
        yield Told(
            "PI-056", TABLE, told, row, ("indicator_id",), facts={"named": str(code)}, group="unlisted"
        )
    for one in around.once(_listed):
        if TO_THE_MONTH in one.row.columns:
            blank = one.row[TO_THE_MONTH] is None
            facts = {"through": monitored.month}
            yield Told("PI-057", SHEET, int(blank), one.row, (TO_THE_MONTH,), facts=facts, group="blank")
