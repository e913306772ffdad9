"""Dates and deadlines as officers type them: ``12月底前``, ``2022.12.31``, ``第四季度``, ``1-12月``, ``十二月上旬``.

A day with its year is a ``datetime.date``; a month is ``(year | None, month)``; a day without a year is
``(None, month, day)``. Used by ``pipeline.measure`` on squeezed text. Source: docs/domain.md §4 (时效) and §5.
"""

from __future__ import annotations

import calendar
import datetime
import re
from dataclasses import dataclass

from pipeline.measure_numerals import integer

Day = datetime.date | tuple
#: said of 十三月, 2月30日 and 6月31日
NO_SUCH_DATE = "没有这样的日期，请核对"
#: a day without a year is checked, and ordered, in a year that has a 29th of February
LEAP = 2024

_CN = "一二三四五六七八九十"
_CHINESE = (
    (re.compile(r"([一二][零〇一二三四五六七八九]{3})(?=年)"), 0),
    (re.compile(rf"(?<![{_CN}\d])([{_CN}]{{1,2}})(?=月(?!光|票|嫂))"), 0),
    (re.compile(rf"(?<=月)([{_CN}]{{1,3}})(?=[日号])"), 0),
)
_YEAR, _M, _D = r"(?P<y>(?:19|20)\d\d)", r"(?P<m>1[0-2]|0?[1-9])(?!\d)", r"(?P<d>3[01]|[12]\d|0?[1-9])(?!\d)"
_TIME = r"(?:[T ]?\d{1,2}[:时点]\d{0,2}(?::\d{2}|分)?)?"
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_TENS = {"上": 10, "中": 20}
#: how a date is written, finest first: name of the reader below -> pattern
_PATTERNS = (
    ("day", re.compile(rf"{_YEAR}[年./-]{_M}[月./-]{_D}[日号]?{_TIME}")),
    ("day", re.compile(rf"{_M}月{_D}[日号]?{_TIME}")),
    ("day", re.compile(rf"(?<![\d./-]){_M}[./-]{_D}(?=之?前|日)日?")),
    ("ten_days", re.compile(rf"(?:{_YEAR}年)?{_M}月份?(?P<t>[上中下])旬")),
    ("month", re.compile(rf"{_YEAR}年{_M}月份?")),
    ("month", re.compile(rf"{_YEAR}[./-]{_M}(?:月份?)?(?=$|[底末初前内]|之前|以前|完成)")),
    ("quarter", re.compile(rf"(?:{_YEAR}年?)?(?:第?(?P<q>[一二三四1-4])季度?|[Qq](?P<q2>[1-4]))")),
    ("half", re.compile(rf"(?:{_YEAR}年?)?(?P<h>[上下])半年")),
    ("month", re.compile(rf"(?:(?:当年|本年|今年|年内))?{_M}月份?")),
    ("year", re.compile(rf"{_YEAR}年度?(?:全年)?(?=[底末内终初]|前|之前|以前|完成|度内|$)")),
    ("year", re.compile(r"(?:(?:当年|本年度?|今年|全年度?|年度?)(?=[底末内终])|(?:当年|本年度?|今年|年度)(?=完成$))")),
)  # fmt: skip
_TO = r"[-~—–至到]+"
#: a period from one date to another
_PERIODS = (
    re.compile(rf"(?:(?P<y>(?:19|20)\d\d)[年.])?(?P<m>1[0-2]|0?[1-9])月?{_TO}(?:(?P<y2>(?:19|20)\d\d)[年.])?(?P<m2>1[0-2]|0?[1-9])月(?:份|底|末)?(?!\d)"),
    re.compile(rf"(?P<y>(?:19|20)\d\d)[年./-](?P<m>1[0-2]|0?[1-9])[月./-](?P<d>3[01]|[12]\d|0?[1-9])[日号]?{_TO}(?:(?P<y2>(?:19|20)\d\d)[年./-])?(?P<m2>1[0-2]|0?[1-9])[月./-](?P<d2>3[01]|[12]\d|0?[1-9])(?!\d)[日号]?"),
    re.compile(rf"(?P<m>1[0-2]|0?[1-9])月(?P<d>3[01]|[12]\d|0?[1-9])[日号]?{_TO}(?P<m2>1[0-2]|0?[1-9])月(?P<d2>3[01]|[12]\d|0?[1-9])(?!\d)[日号]?"),
    re.compile(rf"(?:(?P<y>(?:19|20)\d\d)年)?(?P<m>1[0-2]|0?[1-9])月(?P<d>3[01]|[12]\d|0?[1-9])[日号]?{_TO}(?P<d2>3[01]|[12]\d|0?[1-9])[日号]"),
    re.compile(rf"(?P<y>(?:19|20)\d\d)年?{_TO}(?P<y2>(?:19|20)\d\d)年度?"),
    re.compile(
        rf"(?P<y>(?:19|20)\d\d)[./年-](?P<m>1[0-2]|0?[1-9])月?{_TO}(?P<y2>(?:19|20)\d\d)[./年-](?P<m2>1[0-2]|0?[1-9])(?![\d./-])月?"
    ),
    re.compile(r"(?:(?P<y>(?:19|20)\d\d)年)?全年度?(?:内|完成)?$"),
)  # fmt: skip
_IMPOSSIBLE = re.compile(r"(?<![\d.])(?:1[3-9]|[2-9]\d|0)月(?!/)|月(?:3[2-9]|[4-9]\d)[日号]")
_OTHER_YEAR = re.compile(r"次年|明年|下一?年度?|翌年|后年|上年|去年|前年|第[一二三四五六七八九\d]年")
_RECURRING = re.compile(r"每(?:个)?(?:[月季年周]|季度|年度|学期)(?:\d{1,2}[日号]|[初中底末])|(?:按月|按季)")
#: the words before and behind a date -> what it asks for; {} says how fine the date is
_BEFORE = (
    (">=", re.compile(r"(?:不得?早于|不得?先于|≥|>=|自|从)$")), ("<=", re.compile(r"(?:不得?(?:晚于|迟于|超过)|最迟|最晚|截[至止]到?|[≤≦]|<=|=<)(?:于|到|在)?$")),
    ("<", re.compile(r"(?:早于|先于|<)$")), (">", re.compile(r"(?:晚于|迟于|>)$")), ("=", re.compile(r"=$")),
)  # fmt: skip
_BEHIND = (
    ("before", re.compile(r"^(?:之|以)?前")), (">=", re.compile(r"^(?:起|开始|以来)")), ("after", re.compile(r"^(?:之|以)?后")),
    ("<=", re.compile(r"^度?(?:底|末|内|终)|.*(?:完成|到位|前|以内|止|完工|竣工|交付|验收|截止|发放|拨付|支付|投入|建成|上线|办结|印发|公开|提交)")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """``value``: a day; ``first``: the first of what was written (a quarter's first month); ``start``, ``end``: where
    it stands; ``fine``: ``day | ten_days | month | quarter | half | year``; ``is_sure``: 2022.12 may be a number."""

    value: Day
    first: Day
    start: int
    end: int
    fine: str
    is_sure: bool = True


@dataclass(frozen=True, slots=True)
class Deadline:
    """What a target's date asks for. ``value`` a pair for ``between``."""

    operator: str | None
    value: Day | tuple[Day, Day]
    reason: str | None = None


def in_digits(text: str) -> str:
    """Months and days written in Chinese, in digits. ``十二月三十一日`` -> ``12月31日``."""
    for pattern, _ in _CHINESE:
        text = pattern.sub(lambda found: f"{integer(found[1])}", text)
    return text


def problem(text: str) -> str | None:
    """Why a text that speaks of a date has none that can be used."""
    if _IMPOSSIBLE.search(text) or (
        "月" in text and any(_read(k, f) is None for k, p in _PATTERNS for f in p.finditer(text))
    ):
        return NO_SUCH_DATE
    if _RECURRING.search(text):
        return "写的是每月（每期）的期限，不是一个日期"
    if re.search(r"\d月|季度|半年|年[底末]", text) and _OTHER_YEAR.search(text):
        return "写的年份是相对的（如次年、上年），请写明哪一年"
    return None


def period(text: str) -> tuple[Day, Day] | None:
    """``2021年1月-12月`` -> ((2021, 1), (2021, 12)); ``全年`` -> ((None, 1), (None, 12))."""
    for pattern in _PERIODS:
        found = pattern.search(text)
        if not found or not _is_only(text, found.start(), found.end()):
            continue
        parts = found.groupdict()
        year = int(parts["y"]) if parts.get("y") else None
        last_year = int(parts["y2"]) if parts.get("y2") else year
        month = int(parts.get("m") or 1)
        last = int(parts.get("m2") or (month if parts.get("d2") else 12))
        ends = _day(year, month, parts.get("d")), _day(last_year, last, parts.get("d2"))
        return ends if None not in ends else None
    return None


def one(text: str) -> Found | None:
    """The one date of a text that speaks of nothing else; None where there is none, or several, or a number besides."""
    hits, rest = [], text
    for kind, pattern in _PATTERNS:
        for found in pattern.finditer(rest):
            read = _read(kind, found)
            if read is None:
                return None
            is_sure = not re.fullmatch(r"\d{4}\.\d{1,2}", found[0])
            hits.append(Found(*read, found.start(), found.end(), kind, is_sure))
        rest = pattern.sub(lambda found: "\0" * len(found[0]), rest)
    return hits[0] if len(hits) == 1 and _is_only(text, hits[0].start, hits[0].end) else None


def deadline(text: str) -> Deadline | None:
    """A target's date and what is asked of it; None where the text is no date.

    >>> deadline("12月底前"), deadline("12月25日前完成"), deadline("四季度前")
    (Deadline(operator='<=', value=(None, 12), reason=None), Deadline(operator='<=', value=(None, 12, 25), reason=None), Deadline(operator='<', value=(None, 10), reason=None))
    """
    if (pair := period(text)) is not None:
        last = pair[1]
        if re.search(r"(?:之|以)?前(?:完成)?$|^截[至止]", text):
            return Deadline("<=", last)
        is_reversed = order(pair[0], pair[1]) > 0
        return Deadline(None, last, "起止日期写反了，请核对") if is_reversed else Deadline("between", pair)
    found = one(text)
    if found is None:
        return None
    before, behind = text[: found.start], text[found.end :]
    asked = next((operator for operator, pattern in _BEFORE if pattern.search(before)), None)
    asked = asked or next((operator for operator, pattern in _BEHIND if pattern.search(behind)), None)
    return _asked(found, asked)


def _asked(found: Found, asked: str | None) -> Deadline:
    """12月25日前 includes the day, as 30日前 does in practice; 9月前 and 四季度前 end where the period begins."""
    reason = None if found.is_sure else "按年月读；如果是数字，请写上单位"
    if found.fine == "ten_days":
        reason = "上旬按10日、中旬按20日、下旬按月末计"
    if asked == "before":
        if found.fine in ("day", "ten_days"):
            return Deadline("<=", found.value, reason)
        return Deadline("<", found.first, reason)
    if asked == "after":
        return Deadline(">=" if found.fine == "day" else ">", found.value, reason)
    if asked in (">=", "<"):
        return Deadline(asked, found.first if found.fine != "ten_days" else found.value, reason)
    return Deadline(asked, found.value, reason)


def _is_only(text: str, start: int, end: int) -> bool:
    rest = text[:start] + "　" + text[end:]
    return not re.search(r"[\d%‰元]", rest) and len(rest) <= 18 and not re.match(r"个", text[end:])


def _read(kind: str, found: re.Match) -> tuple[Day, Day] | None:
    """The value and the first day of what a pattern found; None for no such day (2月30日)."""
    parts = found.groupdict()
    year = int(parts["y"]) if parts.get("y") else None
    if kind == "quarter":
        number = _QUARTERS[parts["q"] or parts["q2"]]
        return (year, 3 * number), (year, 3 * number - 2)
    if kind == "half":
        return ((year, 6), (year, 1)) if parts["h"] == "上" else ((year, 12), (year, 7))
    if kind == "year":
        return (year, 12), (year, 1)
    month = int(parts["m"])
    if kind == "ten_days":
        first = {"上": 1, "中": 11, "下": 21}[parts["t"]]
        last = _TENS.get(parts["t"])
        return (_day(year, month, last) if last else (year, month)), _day(year, month, first)
    day = _day(year, month, parts.get("d"))
    return None if day is None else (day, day)


def _day(year: int | None, month: int, day: str | int | None) -> Day | None:
    if day is None:
        return year, month
    try:
        known = datetime.date(year or LEAP, month, int(day))
    except ValueError:
        return None
    return known if year else (None, month, int(day))


def first_and_last(day: Day, year: int) -> tuple[datetime.date, datetime.date]:
    """The first and the last day of what a date says, in ``year`` where it has none itself."""
    if isinstance(day, datetime.date):
        whole = day if not isinstance(day, datetime.datetime) else day.date()
        return whole, whole
    own, month, *rest = day
    own = own or year
    length = calendar.monthrange(own, month)[1]
    first = datetime.date(own, month, min(rest[0], length) if rest else 1)
    return first, first if rest else first.replace(day=length)


def year_of(day: Day) -> int | None:
    return day.year if isinstance(day, datetime.date) else day[0]


def common_year(*days: Day) -> int:
    """The year in which days are ordered that have none themselves: another's, or a leap year."""
    return next((year for year in map(year_of, days) if year), LEAP)


def order(one_day: Day, other: Day) -> int:
    """-1, 0, 1 as the first days of two dates lie."""
    year = common_year(one_day, other)
    first, second = first_and_last(one_day, year)[0], first_and_last(other, year)[0]
    return (first > second) - (first < second)


def not_later(reached: Day, first: Day, limit: Day, operator: str) -> bool | None:
    """Whether a date holds against a limit, both as the whole of what they say; None: too coarse to tell.

    ``first``: where what was reached begins (a quarter). Years count only where both have one.

    >>> not_later((None, 12, 26), (None, 12, 26), (None, 12, 25), "<="), not_later((None, 12), (None, 12), (None, 12, 25), "<=")
    (False, None)
    """
    year = common_year(limit, reached)
    begun, done = first_and_last(first, year)[0], first_and_last(reached, year)[1]
    opens, closes = first_and_last(limit, year)
    surely, possibly = {
        "<": (done < opens, begun < opens),
        ">": (begun > closes, done > closes),
        ">=": (begun >= opens, done >= opens),
    }.get(operator, (done <= closes, begun <= closes))
    return True if surely else None if possibly else False


def in_year(day: Day, year: int) -> Day:
    """A date without a year, in the year that is assessed; 2月29日 is the end of February where the year has none."""
    if isinstance(day, datetime.date) or day[0] is not None:
        return day
    return first_and_last(day, year)[0] if len(day) == 3 else (year, day[1])
