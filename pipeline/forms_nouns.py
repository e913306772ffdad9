"""What a fill-in form is: forms, tables and fields as frozen nouns, and how their headers are compared.

Made by ``pipeline.forms`` from the YAML specs; used by everything that writes, reads or checks a form.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

#: the two letters before the number of a finding, by form
PREFIXES = {
    "basics": "BD", "budget_execution": "BE", "monthly_spending": "MS", "indicator_results": "PI",
    "management": "MG", "procurement": "PC", "evidence": "EV", "claimed": "SC", "waivers": "WV",
    "final_accounts": "FA",
}  # fmt: skip

#: field type -> what is expected in such a cell, in words ({unit} is the unit declared in the sheet)
TYPES = {
    "text": "文字",
    "code": "编码（文字）",
    "choice": "下拉选项",
    "money": "金额（{unit}，最小到分）",
    "number": "数字",
    "ratio": "百分比",
    "count": "整数",
    "count_or_yes_no": "整数，或 是/否",
    "date": "日期（如 2022-03-01）",
    "yes_no": "是/否",
    "month": "月份（1 至 12）",
    "year": "四位年份（如 2022）",
    "month_range": "起止月份（如 4-12）",
    "measure": "指标值（数字或文字）",
}

#: what every table has besides its own fields: the last nodes of a figure's derivation
COMMON = (
    {"id": "note", "label": "备注", "type": "text", "meaning": "需要说明的其他情况"},
    {"id": "source", "label": "来源", "type": "text", "meaning": "数字取自哪张报表、哪一行、哪天导出"},
    {"id": "evidence", "label": "佐证编号", "type": "text", "meaning": "《7_佐证目录》里的编号，可注页码"},
)


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field. ``required``: filled in every row; ``required_when``: only in rows with these values."""

    id: str
    label: str
    type: str
    core: bool = False
    required: bool = False
    required_when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    choices: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    hint: str = ""
    meaning: str = ""
    may_be_negative: bool = False

    def expected(self, unit: str | None = None) -> str:
        """What belongs in the cell, in words: ``金额（万元，最小到分）``, or the choices."""
        if self.choices:
            return "、".join(self.choices)
        return TYPES[self.type].replace("{unit}", unit or "万元")


@dataclass(frozen=True, slots=True)
class TableSpec:
    """One sheet. ``layout``: ``list`` (a header row, then records) or ``card`` (label and value a row).

    ``keeps_totals``: a line called 合计 is a record of this table and no line of totals to be passed over.
    """

    id: str
    sheet: str
    layout: str
    fields: tuple[FieldSpec, ...]
    key: tuple[str, ...] = ()
    at_least_one_row: bool = False
    prefilled: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    purpose: str = ""
    keeps_totals: bool = False

    def field(self, field_id: str) -> FieldSpec:
        """The field by its id; KeyError when the table has none."""
        for each in self.fields:
            if each.id == field_id:
                return each
        raise KeyError(field_id)

    @property
    def has_money(self) -> bool:
        return any(each.type == "money" for each in self.fields)

    @property
    def is_needed(self) -> bool:
        """Whether a filled form must have this sheet."""
        return self.at_least_one_row or any(each.core for each in self.fields)


@dataclass(frozen=True, slots=True)
class FormSpec:
    """One fill-in workbook. ``digest``: of the spec's content, whatever its line endings and comments."""

    form: str
    title: str
    version: str
    unit: str | None
    filled_by: str
    required: bool
    several_files: bool
    tables: tuple[TableSpec, ...]
    digest: str

    @property
    def prefix(self) -> str:
        """The letters of this form's finding codes: ``BE``."""
        return PREFIXES.get(self.form, "TP")

    def table(self, table_id: str) -> TableSpec:
        """The table by its id within the form (``expenditure``); KeyError when there is none."""
        for each in self.tables:
            if each.id == table_id:
                return each
        raise KeyError(table_id)


def header_key(text: str) -> str:
    r"""A header as it is compared: NFKC, no white space, no stars, one kind of dash, ``1-7月`` as ``1-n月``.

    >>> header_key(" 年初\n预算数 *"), header_key("1\u20137月完成值"), header_key("下达支出任务（％）")
    ('年初预算数', '1-n月完成值', '下达支出任务(%)')
    """
    plain = "".join(unicodedata.normalize("NFKC", text).casefold().split()).strip("*★●○☆:")
    plain = re.sub("[\u200b\ufeff]", "", plain)
    return re.sub(r"^1[-\u2010-\u2015\u2212~至](?:n|\d{1,2})月", "1-n月", plain)


#: the list sheet of a marked copy (退回单): its name, and how the line under its title begins
PROBLEM_LIST = "问题清单"
PROBLEM_LIST_NOTE = "本表由核查程序写入"


def is_problem_list(first_column: Sequence[object]) -> bool:
    """Whether a sheet is the list of a marked copy, by the cells at the top of its first column, whatever its name.

    >>> is_problem_list(["问题清单：2_预算执行.xlsx", "本表由核查程序写入。"]), is_problem_list(["问题清单", "一"])
    (True, False)
    """
    return any(isinstance(cell, str) and cell.startswith(PROBLEM_LIST_NOTE) for cell in first_column[:6])
