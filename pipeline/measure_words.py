"""What is typed where a number could stand: dates, grades, qualitative words, hints left in place, 不适用.

Used by ``pipeline.measure``; every function takes text already brought to plain signs (NFKC, no blanks at the ends).
Source: docs/domain.md §4 (定性, 等级) and §5.
"""

from __future__ import annotations

import datetime
import re

#: typed for 不适用: not a blank and not zero
NOT_APPLICABLE = re.compile(r"(无|不适用|不涉及|未涉及|没有|n/?a|[-－—–_/\\、]+)", re.I)

_HINT = re.compile(
    r"^(数量|质量|时效|成本|效益)?指标(值|内容|名称)?\d*\s*[:：]?$|^指标\d+\s*[:：](?!.*\d)|^(请?(填写|选择|输入|说明)|对照.*说明|结合.*说明|示例|例如|如[:：]|注[:：]|\(填|填(?=$|[写入报列]))|"
    r"\d+字(以内|左右|内|以下)|^[.…。·]{2,}$|\*{2}|[xX×]{2,}|^[_＿]+$|下拉|自动(计算|带出)|^定性\|?好坏$|^好坏$"
)

#: words of a scale, best first; a scale compares only with itself
SCALES = (
    ("优秀", "优", "良好", "良", "合格", "中", "较差", "不合格", "差"),
    ("达成", "部分达成", "未达成"),
    ("好", "较好", "一般", "较差", "差"),
    ("满意", "比较满意", "基本满意", "不满意"),
)
_RANK = {
    "优秀": 5, "优": 5, "好": 5, "满意": 5, "达成": 5, "良好": 4, "良": 4, "较好": 4, "比较满意": 4, "部分达成": 3,
    "中": 3, "合格": 3, "一般": 3, "基本满意": 3, "较差": 2, "差": 1, "不合格": 1, "未达成": 1, "不满意": 1,
}  # fmt: skip
_SCALE_LISTS = re.compile(
    r"(优[、/,|]?良[、/,|]?(中|可)?[、/,|]?(低|差)?[、/,|]?差?|好[、/,|]中[、/,|]差|高[、/,|]?中[、/,|]?低)"
)
_ACHIEVED = re.compile(
    r"(全部|基本|部分|大部分|未|没有|未能)?(达成|达到|实现|完成)(了)?(年度|预期|年初|既定)?(绩效)?(指标|目标)(值)?(.{0,20})"
)

_YEAR, _MONTH, _DAY = r"(?:(\d{4})\s*[年./-]\s*)", r"(1[0-2]|0?[1-9])", r"(3[01]|[12]\d|0?[1-9])"
_FULL = re.compile(rf"{_YEAR}{_MONTH}\s*[月./-]\s*{_DAY}\s*[日号]?")
_SHORT = re.compile(rf"{_MONTH}\s*月\s*{_DAY}\s*[日号]")
_YEAR_MONTH = re.compile(rf"{_YEAR}{_MONTH}\s*(?:月份?|$|(?=底|末|前|之前))")
_MONTH_ONLY = re.compile(rf"{_MONTH}\s*月份?")
_QUARTER = re.compile(r"(?:(\d{4})\s*年?\s*)?第?([一二三四1-4])季度")
_HALF = re.compile(r"(?:(\d{4})\s*年?\s*)?(上|下)半年")
_YEAR_END = re.compile(
    r"(?:(\d{4})\s*年?|当年|本年|全年|年)\s*(底|末|内|终|度内)|^(\d{4})\s*年度?(?=前|内|完成|$)"
)
_RANGE = re.compile(
    rf"(?:(\d{{4}})\s*年)?\s*{_MONTH}\s*月?\s*[-~—–至到]+\s*(?:(\d{{4}})\s*年)?\s*{_MONTH}\s*月(?:份|底|末)?"
)

Day = datetime.date | tuple[int | None, int]


def is_hint(text: str) -> bool:
    """Whether a text is the template's own hint left in the cell (``指标2:``, ``(100字以内)``)."""
    return bool(_HINT.search(text))


def grade(text: str) -> str | None:
    """A grade in its normal word (``达成年度指标`` -> ``达成``), or the scale itself (``优良中低差``), or None.

    >>> grade("部分达成年度指标并具有一定效果"), grade("优良中低差"), grade("显著提升")
    ('部分达成', '优良中低差', None)
    """
    plain = text.strip("。.;；,，、 ")
    if plain in _RANK:
        return plain
    if _SCALE_LISTS.fullmatch(plain) and len(plain) > 1:
        return plain
    found = _ACHIEVED.fullmatch(plain)
    if found:
        first = found[1] or ""
        return (
            "未达成"
            if first.startswith(("未", "没"))
            else "部分达成"
            if first in ("部分", "大部分", "基本")
            else "达成"
        )
    return None


def is_scale(text: str) -> bool:
    """Whether a grade is a whole scale to choose from, which is no target."""
    return text not in _RANK


def at_least_as_good(reached: str, wanted: str) -> bool | None:
    """Whether one grade is at least the other on a scale that has both; None when no scale has."""
    if any(reached in scale and wanted in scale for scale in SCALES):
        return _RANK[reached] >= _RANK[wanted]
    return None


def date_range(text: str) -> tuple[Day, Day] | None:
    """``2021年1月-12月`` -> ((2021, 1), (2021, 12)); ``2022年1月1日-2022年12月31日`` -> two dates."""
    days = re.fullmatch(rf"({_FULL.pattern})\s*[-~—–至到]+\s*({_FULL.pattern})", text)
    if days:
        ends = [_full(found) for found in _FULL.finditer(text)]
        return (ends[0], ends[1]) if len(ends) == 2 and all(ends) else None
    found = _RANGE.match(text)
    if not found:
        return None
    first = int(found[1]) if found[1] else None
    return (first, int(found[2])), (int(found[3]) if found[3] else first, int(found[4]))


def date_in(text: str) -> tuple[Day, int, int, str] | None:
    """The one date in a text: (date or (year, month), start, end, how fine: ``day | month``). None: none or several.

    A day without a year counts as its month. Impossible dates (2月30日) are no dates.
    """
    hits: list[tuple[Day, int, int, str]] = []
    rest = text
    for pattern, read in _READERS:
        for found in pattern.finditer(rest):
            day = read(found)
            if day is None:
                return None
            hits.append((day, found.start(), found.end(), "day" if pattern in (_FULL, _SHORT) else "month"))
        rest = pattern.sub(lambda found: "\0" * len(found[0]), rest)
    return hits[0] if len(hits) == 1 else None


def _full(found: re.Match) -> Day | None:
    try:
        return datetime.date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


def _short(found: re.Match) -> Day | None:
    try:
        datetime.date(2024, int(found[1]), int(found[2]))
    except ValueError:
        return None
    return None, int(found[1])


def _year(text: str | None) -> int | None:
    return int(text) if text else None


_READERS = (
    (_FULL, _full),
    (_SHORT, _short),
    (_YEAR_MONTH, lambda found: (int(found[1]), int(found[2]))),
    (_QUARTER, lambda found: (_year(found[1]), 3 * ("一二三四".find(found[2]) + 1 or int(found[2])))),
    (_HALF, lambda found: (_year(found[1]), 6 if found[2] == "上" else 12)),
    (_MONTH_ONLY, lambda found: (None, int(found[1]))),
    (_YEAR_END, lambda found: (_year(found[1] or found[3]), 12)),
)


def not_later(reached: Day, limit: Day, strictly: bool) -> bool | None:
    """Whether one date lies not later (or strictly before) another; years count only where both have one.

    >>> not_later((None, 7), (None, 9), True), not_later(datetime.date(2022, 12, 31), (2022, 12), False)
    (True, True)
    """
    one, other = _key(reached), _key(limit)
    if one[0] is None or other[0] is None:
        one, other = one[1:], other[1:]
    size = min(len(one), len(other))
    if strictly:
        return one[:size] < other[:size]
    return one[:size] <= other[:size]


def _key(day: Day) -> tuple:
    return (day.year, day.month, day.day) if isinstance(day, datetime.date) else day
