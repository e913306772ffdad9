"""The year a file says it is about, in its titles, sheet names and file name, held against 年度 of 1_基本情况.

Not every year is the year of the assessment: dates, plans over several years, document numbers, comparisons with the
year before and versions name others with good reason. Comes after all files were read.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable, Sequence

from pipeline.model import Cell, Finding, Found
from pipeline.read.headers import Place
from pipeline.read.raw import visible
from pipeline.read.sheetxml import letters

TITLE, SHEET, FILE = "标题", "工作表名", "文件名"

_YEAR = re.compile(r"(?<![\dA-Za-z.])(20\d\d)(?![\dA-Za-z.])")
#: what holds a year that is no year of assessment, looked for in this order
_OTHERS = tuple(
    re.compile(pattern)
    for pattern in (
        r"[〔\[【(]\s*20\d\d\s*[〕\]】)]\s*第?\s*\d+\s*号",
        r"20\d\d\s*年?度?\s*[-\u2010-\u2015\u2212~～至到/、和及与]+\s*(?:20)?\d\d(?!\d)\s*年?度?",
        r"20\d\d\s*[年./-]\s*\d{1,2}(?!\d)(?:\s*[月./-]\s*\d{1,2}日?|\s*月)?",
        r"(?:上一?年|去年|前一?年|次年|下一?年|明年|比|较|截至|截止|自|从|从?编制于|填报于|制表|印发)\s*[(:]?\s*20\d\d\s*年?度?",
        r"20\d\d\s*年?\s*(?:版|修订|印发|制定|制|发布|公布|试行|起)",
        r"[^\s]*(?:日期|时间)\s*[:：]?\s*20\d\d.*",
    )
)


def years_of(text: str) -> frozenset[int]:
    """The years a title may be about.

    >>> sorted(years_of("2021年度部门整体支出")), sorted(years_of("2021-2025年规划 填报日期：2023年3月"))
    ([2021], [])
    """
    plain = unicodedata.normalize("NFKC", text)
    for other in _OTHERS:
        plain = other.sub(" ", plain)
    return frozenset(map(int, _YEAR.findall(plain)))


def named(file: str, places: Iterable[Place]) -> list[tuple[Found, str, frozenset[int]]]:
    """Where a file names a year: the cell (or sheet, or file), which of the three, and the years there."""
    stem = os.path.splitext(file)[0]
    found = [(Found(Cell(file, "", ""), stem), FILE, years_of(stem))]
    for place in places:
        name = place.sheet.name
        found.append((Found(Cell(file, name, ""), visible(name)), SHEET, years_of(name)))
        for row, cells in enumerate(place.sheet.grid[: place.top - 1], 1):
            for column, raw in enumerate(cells, 1):
                if isinstance(raw, str) and "20" in unicodedata.normalize("NFKC", raw) and len(raw) <= 200:
                    cell = Cell(file, name, f"{letters(column)}{row}")
                    found.append((Found(cell, visible(raw)), TITLE, years_of(raw)))
    return [one for one in found if one[2]]


def mismatch(places: Sequence[tuple[Found, str, frozenset[int]]], year: int) -> Finding | None:
    """One finding for all the places of a file that name other years and not this one."""
    others = [one for one in places if year not in one[2]]
    if not others:
        return None
    found = "、".join(str(each) for each in sorted(frozenset().union(*(one[2] for one in others))))
    where = "、".join(dict.fromkeys(kind for _, kind, _ in others))
    facts = {"where": where, "found": found, "expected": str(year)}
    return Finding("BD-013", tuple(one[0] for one in others), facts, found, str(year))
