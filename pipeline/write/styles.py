"""Cell styles of the official form and the workings by the names of theme.yaml, and how many lines a text takes."""

from __future__ import annotations

from collections.abc import Mapping

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

from pipeline.write.look import Look, theme, width


class Styles:
    """Formats of one workbook over a common base. ``font``, ``size`` and colours may be names of the theme."""

    def __init__(self, workbook: Workbook, font: str, **base: object):
        self._look = Look(workbook, theme())
        self._base = {"font": font} | base

    def __call__(self, **properties: object) -> Format:
        wanted = self._base | properties
        named = self._look.theme
        wanted["font_name"] = named["fonts"][wanted.pop("font")]
        if "size" in wanted:
            size = wanted.pop("size")
            wanted["font_size"] = named["sizes"].get(size, size)
        for name in ("bg_color", "font_color", "border_color"):
            if name in wanted:
                wanted[name] = named["colours"].get(wanted[name], wanted[name])
        return self._look.format(**wanted)


def lines(text: str, columns: float) -> int:
    r"""How many lines a text takes in a column of that width; a Chinese character is never halved.

    >>> lines("单位", 10), lines("一二三四五六\n七", 8)
    (1, 3)
    """
    usable = max(1, int(columns - 1.5) // 2) * 2
    return sum(max(1, -(-int(width(part)) // usable)) for part in text.split("\n"))


def colours() -> Mapping[str, object]:
    """The theme's colours, for what is no cell (charts, tabs)."""
    return theme()["colours"]
