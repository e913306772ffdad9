"""The sheet 填写说明 of a blank workbook: who fills it, what each sheet is for, and every field. The one locked sheet."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from pipeline.forms import COMMON, FieldSpec, FormSpec, TableSpec
from pipeline.write.look import Look, width

NAME = "填写说明"
_COMMON_IDS = frozenset(one["id"] for one in COMMON)
_COLUMNS = {"工作表": 14, "字段": 26, "必填": 8, "类型与可选内容": 30, "含义与填法": 52}


def ordered(table: TableSpec) -> tuple[tuple[FieldSpec, ...], tuple[FieldSpec, ...]]:
    """The columns that show, and the optional ones that are folded away.

    Core fields show; in a table without any, its own fields do, and only the three common ones are folded.
    """
    core = [one for one in table.fields if one.core]
    shown = core or [one for one in table.fields if one.id not in _COMMON_IDS]
    return tuple(shown), tuple(one for one in table.fields if one not in shown)


def advice(one: FieldSpec, spec: FormSpec) -> str:
    """What a person has to know to fill the field, in one line."""
    parts = [one.meaning, one.hint]
    if one.type not in ("text", "code", "choice", "yes_no", "measure"):
        parts.append(one.expected(spec.unit) if not one.hint else "")
    return "；".join(part for part in parts if part)


def write(look: Look, spec: FormSpec) -> None:
    """Adds the sheet to the workbook."""
    sheet = look.workbook.add_worksheet(NAME)
    for column, columns in enumerate(_COLUMNS.values()):
        sheet.set_column(column, column, columns)
    title = look.format(
        font_name=look.theme["fonts"]["title"], font_size=look.theme["sizes"]["title"], bold=True
    )
    sheet.set_row(0, 32)
    sheet.write_string(0, 0, f"《{spec.title}》填写说明", title)
    row = 1
    for line in _guidance(spec):
        sheet.merge_range(row, 0, row, len(_COLUMNS) - 1, line, look.format(text_wrap=True))
        sheet.set_row(row, 18 * _lines(line, sum(_COLUMNS.values())))
        row += 1
    _fields(look, sheet, spec, row + 1)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.7)
    sheet.set_footer("&C第 &P 页 共 &N 页")
    sheet.repeat_rows(row + 1)
    sheet.hide_gridlines(2)
    sheet.protect("", {"format_columns": True, "format_rows": True})


def _fields(look: Look, sheet: Worksheet, spec: FormSpec, row: int) -> None:
    """The table of all fields, its header in ``row`` (from 0)."""
    grid = {"border": 1, "border_color": look.colour("grid"), "text_wrap": True}
    for column, text in enumerate(_COLUMNS):
        style = look.format(**grid, bold=True, align="center", bg_color=look.colour("heading_fill"))
        sheet.write_string(row, column, text, style)
    sheet.set_row(row, 22)
    for table in spec.tables:
        for one in (*ordered(table)[0], *ordered(table)[1]):
            row += 1
            texts = _texts(table, one, spec)
            fill = look.colour("core_fill" if one.core else "optional_fill")
            for column, text in enumerate(texts):
                extra = {"bg_color": fill} if column == 1 else {}
                align = "center" if column in (0, 2) else "left"
                sheet.write_string(row, column, text, look.format(**grid, **extra, align=align))
            sheet.set_row(row, 4 + 16 * max(map(_lines, texts, _COLUMNS.values())))


def _lines(text: str, columns: int) -> int:
    """How many lines a text takes in a cell of a width."""
    return max(1, -(-int(width(text)) // (columns - 1)))


def _texts(table: TableSpec, one: FieldSpec, spec: FormSpec) -> tuple[str, ...]:
    """One field's line: sheet, label, whether it is needed, type or choices, meaning and hint."""
    need = "必填" if one.required else "按情况" if one.required_when else "如有" if one.core else "选填"
    conditions = (
        f"{table.field(name).label}为“{'、'.join(map(str, values))}”时必填"
        for name, values in one.required_when.items()
    )
    meaning = "；".join(filter(None, (*conditions, one.meaning, one.hint)))
    return table.sheet, one.label, need, one.expected(spec.unit), meaning


def _guidance(spec: FormSpec) -> list[str]:
    """What to know before filling, one line each."""
    lines = [f"填表人：{spec.filled_by}。"]
    lines += [f"工作表“{table.sheet}”：{table.purpose}" for table in spec.tables if table.purpose]
    lines += [
        "黄色为必填，灰色为选填；选填的列（行）折叠在右侧（下方），点 + 展开。只填必填部分就是一份完整的填报。",
        "空白、0 和“不适用”是三回事：没有发生填 0，不适用填“不适用”，还不知道就留空。",
        "可以插入行列、调整次序、排序和筛选；请勿改动表头文字和工作表名称，勿删除隐藏的工作表。",
    ]
    if spec.unit:
        lines.append(f"金额单位写在表格上方，默认{spec.unit}，可改为元；同一张表只用一种单位。")
    lines.append("请保存为 .xlsx。数字最好直接填写；用公式时请先让表格软件算出结果再保存。")
    return lines
