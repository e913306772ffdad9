"""Dates and years: days that no month has, a cut-off that is not the month's end, years that do not go with the report's."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator

from pipeline.measure_numerals import integer
from pipeline.narrative.amounts import amounts, report_year, role, shortened
from pipeline.narrative.document import Report, Sentence, Spotted

_DATE = re.compile(
    r"(?:(?P<year>(?:19|20)\d\d)年)?(?<![\d.])(?P<month>\d{1,2})月(?:份)?(?P<day>\d{1,2})(?:日|号)"
)
_DOTTED = re.compile(
    r"(?<![\d.\-/])(?P<year>(?:19|20)\d\d)[.\-/](?P<month>\d{1,2})[.\-/](?P<day>\d{1,2})(?![\d.\-/])"
)
_MONTH = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)年(?P<month>\d{1,2})月")
_PERIOD = re.compile(r"(?<!\d)1月?[-–—~～至到]{1,2}(?P<month>\d{1,2})月")
_UNTIL = re.compile(
    r"(?:截至|截止|截止到|截至到|到|至)(?:(?:19|20)\d\d年|当年|本年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号]"
)
_ORDINAL = re.compile(
    r"（?(?P<first>(?:19|20)\d\d)年?[-–—~～至到]{1,2}(?P<last>(?:19|20)\d\d)年?）?[^，。；]{0,10}?的?第(?P<number>[一二三四五六七八九十]+|\d{1,2})年"
)
_YEAR = re.compile(r"(?<![\d.])(?P<year>\d{4})年")
_EVALUATED = re.compile(
    r"(?:对|将|就)[^，。；：\d]{0,10}(?P<year>(?:19|20)\d\d)年度?(?:[^，。；：\d]{0,16}?)(?:整体支出|项目支出|预算支出|支出)[^，。；\d]{0,24}?(?:自评|评价|评估)"
)
_COMPARED = re.compile(
    r"上年|去年|比|较|同期|往年|结转|下一?年|计划|将|编制|申报|根据|按照|依据|通知|办法|以来"
)


def judge(report: Report) -> Iterator[Spotted]:
    year = report_year(report)
    for sentence in report.sentences:
        yield from _impossible(sentence, year)
        yield from _ordinal(sentence, year)
    yield from _cut_off(report)
    if year:
        yield from _other_years(report, year)
    yield from _one_amount_two_years(report)


def _impossible(sentence: Sentence, year: int | None) -> Iterator[Spotted]:
    for found in [*_DATE.finditer(sentence.text), *_DOTTED.finditer(sentence.text)]:
        month, day = int(found["month"]), int(found["day"])
        of_year = int(found["year"]) if found["year"] else None
        if not 1 <= month <= 12:
            why = "一年只有 12 个月"
        else:
            most = calendar.monthrange(of_year or 2000, month)[1]
            if 1 <= day <= most:
                continue
            why = f"{of_year or ''}{'年' if of_year else ''}{month}月只有 {most} 天"
        yield _date_spotted(sentence, found, why)
    for found in _MONTH.finditer(sentence.text):
        if not 1 <= int(found["month"]) <= 12 and not _DATE.match(sentence.text, found.start()):
            yield _date_spotted(sentence, found, "一年只有 12 个月")


def _date_spotted(sentence: Sentence, found: re.Match, why: str) -> Spotted:
    facts = {"date": found[0], "why": why, "piece": shortened(sentence.text, found.start(), found.end(), 32)}
    return Spotted("NA-019", sentence.place, facts, found[0])


def _ordinal(sentence: Sentence, year: int | None) -> Iterator[Spotted]:
    """2022年是…（2021-2025）的第二年."""
    for found in _ORDINAL.finditer(sentence.text):
        named = _YEAR.findall(sentence.text[: found.start()])
        now = int(named[-1]) if named else year
        number = int(found["number"]) if found["number"].isdigit() else int(integer(found["number"]))
        first, last = int(found["first"]), int(found["last"])
        if now and first <= now <= last and now - first + 1 != number:
            right = f"第{now - first + 1}年"
            facts = {
                "written": found[0],
                "year": str(now),
                "right": right,
                "piece": shortened(sentence.text, found.start(), found.end()),
            }
            yield Spotted("NA-020", sentence.place, facts, f"第{found['number']}年", right)


def _cut_off(report: Report) -> Iterator[Spotted]:
    """截至7月30日 in a report that speaks of 1-7月."""
    periods: dict[int, Sentence] = {}
    for sentence in report.sentences:
        for found in _PERIOD.finditer(sentence.text):
            periods.setdefault(int(found["month"]), sentence)
    told: set[str] = set()
    for sentence in report.sentences:
        for found in _UNTIL.finditer(sentence.text):
            month, day = int(found["month"]), int(found["day"])
            if month not in periods or not 1 <= month <= 12:
                continue
            most = calendar.monthrange(2001, month)[1]
            if 20 <= day < most and found[0] not in told:
                told.add(found[0])
                facts = {
                    "date": found[0],
                    "period": f"1-{month}月",
                    "end": f"{month}月{most}日",
                    "other": periods[month].place,
                }
                yield Spotted(
                    "NA-021",
                    sentence.place,
                    facts,
                    f"{month}月{day}日",
                    f"{month}月{most}日",
                    (periods[month].place,),
                )


def _other_years(report: Report, year: int) -> Iterator[Spotted]:
    """The report is of one year; a sentence that evaluates another, and years no report speaks of."""
    for sentence in report.sentences:
        plain = re.sub(r"《[^》]*》", lambda title: "〇" * len(title[0]), sentence.text)
        for found in _EVALUATED.finditer(plain):
            other = int(found["year"])
            if other != year and not _COMPARED.search(
                sentence.text[max(0, found.start() - 12) : found.end() + 4]
            ):
                yield _year_spotted(sentence, found, year)
        for found in _YEAR.finditer(sentence.text):
            if not 1900 <= int(found["year"]) <= year + 40:
                yield _year_spotted(sentence, found, year)


def _year_spotted(sentence: Sentence, found: re.Match, year: int) -> Spotted:
    facts = {
        "found": f"{found['year']}年",
        "year": f"{year}",
        "piece": shortened(sentence.text, found.start(), found.end()),
    }
    return Spotted("NA-022", sentence.place, facts, f"{found['year']}年", f"{year}年")


def _one_amount_two_years(report: Report) -> Iterator[Spotted]:
    """One budget, to the cent, under two years: one of the two years was copied."""
    known: dict[tuple, tuple[str, Sentence]] = {}
    for sentence in report.sentences:
        years = _YEAR.findall(sentence.text)
        if len(set(years)) != 1 or re.search(r"上年|去年|结转|同期|比", sentence.text):
            continue
        for q in amounts([sentence]):
            said = role(q)
            if said not in ("budget", "executed") or len(re.sub(r"\D", "", q.text).strip("0")) < 5:
                continue
            before = known.setdefault((said, q.value), (years[0], sentence))
            if before[0] != years[0]:
                facts = {
                    "amount": q.text,
                    "found": f"{years[0]}年",
                    "other": f"{before[0]}年",
                    "place": before[1].place,
                    "piece": shortened(sentence.text, q.start, q.end),
                }
                yield Spotted(
                    "NA-023", sentence.place, facts, f"{years[0]}年", f"{before[0]}年", (before[1].place,)
                )
