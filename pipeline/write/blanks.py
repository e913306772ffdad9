"""The blank fill-in workbooks, each made from its spec alone.

`templates` writes them; nothing else decides how they look. Sheets for filling in are never protected (people sort,
insert and paste), only the instructions are; tables hold no formulas. The same spec gives the same bytes.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from pipeline.forms import FieldSpec, FormSpec, TableSpec
from pipeline.write import instructions
from pipeline.write.instructions import advice, ordered
from pipeline.write.look import Look, theme, width
from pipeline.write.zipped import pack

#: rows of every fill-in sheet, from 1: title, hint, unit, header
TITLE_ROW, HINT_ROW, UNIT_ROW, HEADER_ROW = 1, 2, 3, 4
#: rows with borders to begin with, and rows that get drop-downs and input hints
RULED_ROWS, CHECKED_ROWS = 20, 2000
CARD_COLUMNS = ("填报项目", "填写内容", "填写提示")
IDENTITY = "_jixiao"

_NUMBER_FORMATS = {
    "money": "#,##0.00####", "ratio": "0.00%", "date": "yyyy-mm-dd", "count": "0", "number": "General",
    "count_or_yes_no": "General", "year": "0", "month": "0",
}  # fmt: skip
_RIGHT = ("money", "ratio", "number", "count", "year", "month", "count_or_yes_no")
_WIDTHS = {
    "money": 15, "ratio": 12, "date": 13, "code": 12, "count": 10, "number": 10, "yes_no": 9, "month": 8, "year": 12,
    "count_or_yes_no": 11, "choice": 14, "measure": 14, "month_range": 12, "text": 18,
}  # fmt: skip


def write_blank(spec: FormSpec) -> bytes:
    """The blank workbook of a form, as bytes.

    Sheets: 填写说明 (locked), one a table, and the very hidden ``_jixiao`` with template, version and digest.
    """
    target = io.BytesIO()
    workbook = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_numbers": False})
    workbook.set_properties(
        {"title": spec.title, "subject": f"{spec.form} {spec.version}", "created": dt.datetime(2022, 1, 1)}
    )
    look = Look(workbook, theme())
    instructions.write(look, spec)
    for table in spec.tables:
        sheet = workbook.add_worksheet(table.sheet)
        if table.layout == "card":
            _card(look, sheet, spec, table)
        else:
            _list(look, sheet, spec, table)
    hidden = workbook.add_worksheet(IDENTITY)
    for row, pair in enumerate((("template", spec.form), ("version", spec.version), ("digest", spec.digest))):
        hidden.write_row(row, 0, pair)
    hidden.very_hidden()
    workbook.close()
    with zipfile.ZipFile(target) as package:
        return pack((name, package.read(name)) for name in package.namelist())


def file_name(spec: FormSpec) -> str:
    """``2_预算执行.xlsx``"""
    return f"{spec.title}.xlsx"


def _head(look: Look, sheet: Worksheet, spec: FormSpec, table: TableSpec) -> None:
    """Title, hint and declared unit above the table; the page."""
    fonts, sizes = look.theme["fonts"], look.theme["sizes"]
    sheet.set_row(TITLE_ROW - 1, 30)
    sheet.write_string(
        0,
        0,
        f"{spec.title}　{table.sheet}",
        look.format(font_name=fonts["title"], font_size=sizes["title"], bold=True),
    )
    sheet.set_row(HINT_ROW - 1, 18)
    sheet.write_string(
        1, 0, _hint(spec, table), look.format(font_size=sizes["small"], font_color=look.colour("grid"))
    )
    sheet.set_row(UNIT_ROW - 1, 20)
    if table.has_money:
        sheet.write_string(2, 0, "单位：", look.format(align="right"))
        sheet.write_string(
            2, 1, spec.unit, look.format(border=1, align="center", bg_color=look.colour("core_fill"))
        )
        sheet.data_validation(2, 1, 2, 1, {
            "validate": "list", "source": ["万元", "元"], "input_title": "金额单位",
            "input_message": "本表所有金额的单位。按元填写的请改为“元”，程序会换算。",
            "error_title": "金额单位", "error_message": "请选择 万元 或 元。",
        })  # fmt: skip
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.7)
    sheet.center_horizontally()
    sheet.set_footer("&C第 &P 页 共 &N 页")
    sheet.hide_gridlines(1)


def _hint(spec: FormSpec, table: TableSpec) -> str:
    if table.layout == "card":
        return "只填“填写内容”一列；黄色为必填。灰色为选填，点左侧 + 展开。"
    shown, _ = ordered(table)
    words = "黄色列必填，" if shown[0].core else "有则填写，没有可留空；"
    return f"{words}灰色列选填（点上方 + 展开其余列）。一行一条，可插入行列、排序、筛选；请勿改动表头文字。"


def _list(look: Look, sheet: Worksheet, spec: FormSpec, table: TableSpec) -> None:
    _head(look, sheet, spec, table)
    shown, folded = ordered(table)
    last = HEADER_ROW + (max(map(len, table.prefilled.values())) if table.prefilled else RULED_ROWS)
    for column, one in enumerate((*shown, *folded)):
        outline = {"level": 1, "hidden": True} if one in folded else {}
        sheet.set_column(column, column, _column_width(one, len(shown)), look.format(**_typing(one)), outline)
        sheet.write_string(HEADER_ROW - 1, column, one.label, _heading(look, one))
        prefilled = table.prefilled.get(one.id, ())
        cell = look.format(**_typing(one), border=1, border_color=look.colour("grid"))
        for row in range(HEADER_ROW, last):
            if row - HEADER_ROW < len(prefilled):
                sheet.write(row, column, prefilled[row - HEADER_ROW], cell)
            else:
                sheet.write_blank(row, column, None, cell)
        sheet.data_validation(HEADER_ROW, column, HEADER_ROW + CHECKED_ROWS, column, _validation(one, spec))
    # the fold mark stands on the column after the folded ones
    sheet.set_column(len(shown) + len(folded), len(shown) + len(folded), 3, None, {"collapsed": True})
    sheet.set_row(HEADER_ROW - 1, 36)
    sheet.freeze_panes(HEADER_ROW, 0)
    sheet.repeat_rows(HEADER_ROW - 1)


def _card(look: Look, sheet: Worksheet, spec: FormSpec, table: TableSpec) -> None:
    _head(look, sheet, spec, table)
    shown, folded = ordered(table)
    sheet.set_column(0, 0, max(18, *(width(one.label) + 3 for one in table.fields)))
    sheet.set_column(1, 1, 44)
    sheet.set_column(2, 2, 56)
    sheet.set_row(HEADER_ROW - 1, 24)
    for column, text in enumerate(CARD_COLUMNS):
        sheet.write_string(HEADER_ROW - 1, column, text, look.format(
            bold=True, align="center", border=1, border_color=look.colour("grid"), bg_color=look.colour("heading_fill"),
        ))  # fmt: skip
    grid = {"border": 1, "border_color": look.colour("grid"), "text_wrap": True}
    for row, one in enumerate((*shown, *folded), HEADER_ROW):
        sheet.set_row(row, 22, None, {"level": 1, "hidden": True} if one in folded else {})
        fill = look.colour("core_fill" if one.core else "optional_fill")
        sheet.write_string(row, 0, one.label, look.format(**grid, bg_color=fill))
        sheet.write_blank(row, 1, None, look.format(**_typing(one) | grid | {"align": "left"}))
        hint = look.format(**grid, font_size=look.theme["sizes"]["small"], font_color=look.colour("grid"))
        sheet.write_string(row, 2, advice(one, spec), hint)
        sheet.data_validation(row, 1, row, 1, _validation(one, spec))
    sheet.set_row(HEADER_ROW + len(shown) + len(folded), None, None, {"collapsed": True})
    sheet.freeze_panes(HEADER_ROW, 0)
    sheet.repeat_rows(HEADER_ROW - 1)


def _typing(one: FieldSpec) -> dict[str, object]:
    """The number format and alignment of a field's cells; text stays text, so codes keep their zeros."""
    align = (
        "right" if one.type in _RIGHT else "center" if one.type in ("date", "yes_no", "choice") else "left"
    )
    return {"num_format": _NUMBER_FORMATS.get(one.type, "@"), "align": align, "text_wrap": one.type == "text"}


def _heading(look: Look, one: FieldSpec) -> Format:
    return look.format(
        bold=True, align="center", text_wrap=True, border=1, border_color=look.colour("grid"),
        bg_color=look.colour("core_fill" if one.core else "optional_fill"),
    )  # fmt: skip


def _column_width(one: FieldSpec, columns: int) -> float:
    """Wide enough for what is typed, and for the header in two lines; texts share what a wide page has left."""
    typed = max(_WIDTHS["text"], min(48, 130 / columns)) if one.type == "text" else _WIDTHS[one.type]
    return max(typed, width(one.label) / 2 + 6)


def _validation(one: FieldSpec, spec: FormSpec) -> dict[str, object]:
    """The drop-down or the check of a cell, with its input hint."""
    rule: dict[str, object] = {"input_title": one.label[:32], "input_message": advice(one, spec)[:255]}
    if not rule["input_message"]:
        rule["input_message"] = f"请填写{one.expected(spec.unit)}。"
    error = {"error_title": one.label[:32], "error_message": f"这里要填：{one.expected(spec.unit)}。"[:255]}
    lists = {"choice": list(one.choices), "yes_no": ["是", "否"], "month": list(range(1, 13))}
    if one.type in lists:
        return rule | error | {"validate": "list", "source": lists[one.type]}
    checks = {
        "money": {"validate": "decimal", "criteria": "between", "minimum": -1e12, "maximum": 1e12},
        "number": {"validate": "decimal", "criteria": "between", "minimum": -1e12, "maximum": 1e12},
        "ratio": {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 10},
        "count": {"validate": "integer", "criteria": ">=", "value": 0},
        "year": {"validate": "integer", "criteria": "between", "minimum": 2000, "maximum": 2100},
        "date": {
            "validate": "date", "criteria": "between", "minimum": dt.date(2000, 1, 1), "maximum": dt.date(2100, 12, 31),
        },
    }  # fmt: skip
    if one.type in checks:
        return rule | error | checks[one.type] | {"error_type": "warning"}
    return rule | {"validate": "any"}
