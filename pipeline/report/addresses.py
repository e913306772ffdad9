"""What a person types for a cell, and what is meant: full-width signs, quotes, 《》, dollars, lower case, no file name.

Used by ``explain``. An address is (workbook, sheet, A1); the workbook and the sheet may be left out.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher

_A1 = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9]\d{0,6})")
_ENDINGS = (".xlsx", ".xlsm", ".xls", ".ods")


@dataclass(frozen=True, slots=True)
class Address:
    """Names as they are compared (:func:`plain`); empty where not typed."""

    workbook: str
    sheet: str
    cell: str

    def means(self, workbook: str, sheet: str, cell: str) -> bool:
        """Whether the cell of a workbook is meant."""
        return (
            self.cell == cell and self.sheet in ("", plain(sheet)) and self.workbook in ("", _stem(workbook))
        )

    def is_beside(self, workbook: str, sheet: str) -> bool:
        """Whether a cell of this sheet is near what was typed."""
        return self.sheet in ("", plain(sheet)) and self.workbook in ("", _stem(workbook))


def plain(name: str) -> str:
    """A name without what people type differently.

    >>> plain(" ‘评分表’ "), plain("《2_预算执行》"), plain("ＡＢ")
    ('评分表', '2_预算执行', 'ab')
    """
    return unicodedata.normalize("NFKC", name).strip(" '\"‘’“”《》[]").casefold()


def _stem(workbook: str) -> str:
    name = plain(workbook.replace("\\", "/").rpartition("/")[2])
    return next((name.removesuffix(ending) for ending in _ENDINGS if name.endswith(ending)), name)


def parse(text: str) -> Address | None:
    """The address typed; None where the text is none.

    >>> parse("部门整体支出绩效自评表.xlsx！评分表！$f$8")
    Address(workbook='部门整体支出绩效自评表', sheet='评分表', cell='F8')
    >>> parse("'[2_预算执行.xlsx]支出'!e7") == parse("《2_预算执行》支出!E7") == parse("2_预算执行!支出!E7")
    True
    >>> parse("total.score")
    """
    folded = unicodedata.normalize("NFKC", text).strip()
    places, _, last = folded.rpartition("!")
    cell = _A1.fullmatch(last.strip().strip("'\""))
    if not cell:
        return None
    address = (cell[1] + cell[2]).upper()
    if bracketed := re.fullmatch(r"['\"]?(?:\[(.+?)\]|《(.+?)》)(.*?)['\"]?", places.strip()):
        return Address(_stem(bracketed[1] or bracketed[2]), plain(bracketed[3].removeprefix("!")), address)
    workbook, _, sheet = places.rpartition("!")
    return Address(_stem(workbook), plain(sheet), address)


def nearest(wanted: str, names: dict[str, str], most: int = 6) -> list[str]:
    """Ids nearest to what was typed, by id or by label; the whole word inside a short label first."""
    target = unicodedata.normalize("NFKC", wanted).strip().casefold()

    def score(item: tuple[str, str]) -> float:
        near = 0.0
        for text in (item[0].casefold(), item[1].casefold()):
            if target == text:
                return 3.0
            if target in text:
                near = max(near, 1 + len(target) / len(text))
            near = max(near, SequenceMatcher(None, target, text).ratio())
        return near

    found = sorted(
        ((score(item), at, item[0]) for at, item in enumerate(names.items())), key=lambda t: (-t[0], t[1])
    )
    return [name for near, _, name in found[:most] if near >= 0.6]
