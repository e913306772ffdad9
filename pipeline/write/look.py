"""How our own workbooks look: the theme, formats made once a set of properties, and the width of Chinese text."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook


def theme() -> Mapping[str, Mapping[str, object]]:
    """Fonts, sizes and colours of ``theme.yaml``."""
    return yaml.safe_load((Path(__file__).parent / "theme.yaml").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Look:
    """The theme and the workbook it is applied to; a format is made once a set of properties."""

    workbook: Workbook
    theme: Mapping[str, Mapping[str, object]]
    made: dict[tuple, Format] = field(default_factory=dict)

    def format(self, **properties: object) -> Format:
        base = {"font_name": self.theme["fonts"]["sheet"], "font_size": 10.5, "valign": "vcenter"}
        key = tuple(sorted((base | properties).items()))
        if key not in self.made:
            self.made[key] = self.workbook.add_format(base | properties)
        return self.made[key]

    def colour(self, name: str) -> object:
        return self.theme["colours"][name]


def width(text: str) -> float:
    """The width of a text in Excel's column units: a Chinese character takes two.

    >>> width("年初预算数"), width("1月")
    (10, 3)
    """
    return sum(2 if unicodedata.east_asian_width(letter) in "WFA" else 1 for letter in text)
