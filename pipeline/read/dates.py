"""Dates, months and years as people type them -> typed values. Part of the reading of a cell's value.

Each function gives the value and the names of what was normalised, and raises ``Wrong`` with the reason.
"""

from __future__ import annotations

import datetime as dt
import re

from pipeline.read.raw import Raw, Wrong, plain, shown

_DATE = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))(?: 0{1,2}:00(?::00)?)?")
_MONTH = re.compile(r"(?:\d{4}[-/.年])?0?(\d{1,2})月?份?")
_MONTH_RANGE = re.compile(r"(\d{1,2})月?[-~至到](\d{1,2})月?")
_CHINESE_MONTHS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
#: serial numbers taken for a date in a cell without a date format: 1954 to 2064
_FIRST_SERIAL, _LAST_SERIAL = 20_000, 60_000


def date(raw: Raw, is_1904: bool) -> tuple[dt.date, tuple[str, ...]]:
    """A day: a real date, a text, or the serial number of a cell that lost its date format."""
    if isinstance(raw, dt.datetime):
        return raw.date(), ()
    if isinstance(raw, dt.date):
        return raw, ()
    if isinstance(raw, bool) or not isinstance(raw, (str, int, float)):
        raise Wrong("不是日期")
    if not isinstance(raw, str) and float(raw).is_integer() and _FIRST_SERIAL <= raw <= _LAST_SERIAL:
        first = dt.date(1904, 1, 1) if is_1904 else dt.date(1899, 12, 30)
        return first + dt.timedelta(days=int(raw)), ("date_text",)
    text = " ".join(plain(shown(raw)).split())
    match = _DATE.fullmatch(text) or _DATE.fullmatch(text.replace(" ", ""))
    if not match:
        raise Wrong("不是完整的年月日")
    in_year, in_month, day, packed_month, packed_day = match.groups()
    try:
        return dt.date(int(in_year), int(in_month or packed_month), int(day or packed_day)), ("date_text",)
    except ValueError:
        raise Wrong("没有这一天") from None


def month(raw: Raw) -> tuple[int, tuple[str, ...]]:
    """A month 1 to 12 (``7``, ``7月``, ``七月``)."""
    if isinstance(raw, (dt.datetime, dt.date)):
        return raw.month, ("date_text",)
    text = "".join(plain(shown(raw)).split())
    word = text.removesuffix("份").removesuffix("月")
    match = _MONTH.fullmatch(text)
    number = _CHINESE_MONTHS.index(word) + 1 if word in _CHINESE_MONTHS else int(match[1]) if match else 0
    if isinstance(raw, bool) or not 1 <= number <= 12:
        raise Wrong("不是 1 至 12 的月份")
    return number, ("number_as_text",) if isinstance(raw, str) else ()


def year(raw: Raw) -> tuple[int, tuple[str, ...]]:
    """A year of four digits (``2022``, ``2022年度``)."""
    if isinstance(raw, (bool, dt.date, dt.time, dt.timedelta)):
        raise Wrong("不是四位年份")
    match = re.fullmatch(r"(20\d\d|19\d\d)(?:年度?)?", "".join(plain(shown(raw)).split()))
    if not match:
        raise Wrong("不是四位年份")
    return int(match[1]), ("number_as_text",) if isinstance(raw, str) else ()


def month_range(raw: Raw) -> tuple[tuple[int, int], tuple[str, ...]]:
    """First and last month (``4-12``)."""
    if isinstance(raw, (dt.datetime, dt.date)):  # a spreadsheet makes 4-12 the 12th of April
        first, last, kinds = raw.month, raw.day, ("date_text",)
    else:
        text = re.sub("[\u2010-\u2015\u2212]", "-", "".join(plain(shown(raw)).split()))
        match = _MONTH_RANGE.fullmatch(text)
        first, last = (int(match[1]), int(match[2])) if match else (0, 0)
        kinds = () if raw == f"{first}-{last}" else ("number_as_text",)
    if not 1 <= first <= last <= 12:
        raise Wrong("不是起止月份")
    return (first, last), kinds
