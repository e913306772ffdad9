"""Cover data and words as figures: 单位信息, 人员, 文字材料, 问题与措施, so that the form's cells have a trace as well.

Figures ``basics.* staff.* narrative.* problems.*``. Nothing is computed here but the joining of texts.
"""

from __future__ import annotations

import datetime
from decimal import Decimal

from pipeline.compute.book import Book
from pipeline.compute.inputs import Inputs
from pipeline.model import Absent, Cell, Figure, Row, figure_key

BASICS = {
    "department_name": "部门全称",
    "year": "年度",
    "region_code": "行政区划代码",
    "reporting_basis": "数据口径",
    "preparer": "填表人",
    "phone": "联系电话",
    "report_date": "填报日期",
    "department_code": "预算部门编码",
    "department_nature": "单位性质",
    "active_months": "起止月份",
    "notice_number": "自评通知文号",
    "finance_office": "财政对口处室",
    "reviewer": "复核人",
    "finance_head": "财务负责人",
    "department_head": "单位负责人",
    "disclosure": "密级/可否公开",
}
STAFF = {
    "established_posts": "编制数",
    "staff_at_year_end": "年末在职",
    "civil_servants": "其中行政编制在职",
    "institution_staff": "其中事业编制在职",
    "staff_last_year_end": "上年末在职",
    "retired": "离退休",
    "non_established_staff": "编外",
}
PROBLEMS = (
    ("text", "存在的问题", "problem"),
    ("causes", "问题原因", "cause"),
    ("measures", "改进措施", "measure"),
    ("last_year", "上年问题", "last_year_problem"),
    ("rectification", "上年问题整改状态", "rectification_status"),
)


def put_texts(inputs: Inputs, book: Book) -> None:
    """All texts of 《1_基本情况》 but the tasks, which ``budget`` puts beside their money."""
    _put_card(inputs, book, "basics.department", "basics", BASICS)
    _put_card(inputs, book, "basics.staff", "staff", STAFF)
    divisions = inputs.rows("basics.divisions")
    named = [row for row in divisions if row.usable("division_name")]
    book.put(
        Figure(
            "staff.divisions",
            "内设机构数",
            Decimal(len(named)) if named else "",
            "个",
            0,
            because=tuple(row.cell("division_name") for row in named),
            formula="内设机构的行数",
            active=("只计行数，不看名称",),
        )
    )
    _put_units(inputs, book)
    _put_narrative(inputs, book)
    for name, label, field_id in PROBLEMS:
        rows = [row for row in inputs.rows("basics.problems") if row.usable(field_id)]
        texts = [str(row[field_id]) for row in rows]
        numbered = texts if len(texts) < 2 else [f"{number}. {text}" for number, text in enumerate(texts, 1)]
        book.text(f"problems.{name}", label, "\n".join(numbered), tuple(row.cell(field_id) for row in rows))


def _put_units(inputs: Inputs, book: Book) -> None:
    """``staff.units``: units that are included (是否纳入 is not 否); without 单位构成 the department is one unit."""
    rows = [row for row in inputs.rows("basics.units") if row.usable("unit_code") or row.usable("unit_name")]
    kept = [row for row in rows if inputs.take(row, "is_included").value is not False]
    because = tuple(row.cell("is_included") for row in rows if row.usable("is_included") is not None)
    number = Decimal(len(kept) if rows else 1)
    active = ("没有填写单位构成，按一个单位计",) if not rows else ()
    book.put(
        Figure(
            "staff.units",
            "纳入自评单位数",
            number,
            "个",
            0,
            because=because,
            formula="纳入的单位数",
            active=active,
        )
    )


def put_field(
    inputs: Inputs,
    book: Book,
    figure_id: str,
    label: str,
    row: Row,
    field_id: str,
    cells: tuple[Cell, ...] = (),
) -> Figure:
    """One cell as a figure: a count as a number, anything else as text; blank is ``""``; unreadable is undetermined."""
    taken = inputs.take(row, field_id)
    own = (taken.cell,) if field_id in row.columns else ()  # a column that is not there has no cell
    because = tuple(dict.fromkeys((*own, *cells)))
    if taken.is_unusable:
        return book.unknown(figure_id, label, taken.reason, because=because)
    if taken.state == "not_applicable":
        return book.text(figure_id, label, "不适用", because)
    value = taken.value
    if isinstance(value, int) and not isinstance(value, bool) and field_id not in ("year",):
        return book.put(Figure(figure_id, label, Decimal(value), "", 0, because=because))
    return book.text(figure_id, label, as_text(value), because)


def as_text(value: object) -> str:
    """A typed value as it is printed on a form.

    >>> as_text(datetime.date(2023, 2, 10)), as_text((4, 12)), as_text(True), as_text(None)
    ('2023年2月10日', '4-12月', '是', '')
    """
    if value is None:
        return ""
    if isinstance(value, Absent):
        return value.value
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime.date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, tuple):
        return "-".join(str(part) for part in value) + "月"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _put_card(inputs: Inputs, book: Book, table_id: str, prefix: str, fields: dict[str, str]) -> None:
    row = inputs.card(table_id)
    for field_id, label in fields.items():
        if row is None:
            book.unknown(f"{prefix}.{field_id}", label, inputs.missing(table_id))
        else:
            put_field(inputs, book, f"{prefix}.{field_id}", label, row, field_id)


def _put_narrative(inputs: Inputs, book: Book) -> None:
    sections: dict[str, list[Row]] = {}
    for row in inputs.rows("basics.narrative"):
        if row.usable("section"):
            sections.setdefault(str(row["section"]), []).append(row)
    for section, rows in sections.items():
        texts = [str(row.usable("text") or "") for row in rows]
        because = tuple(cell for row in rows for cell in (row.cell("section"), row.cell("text")))
        book.text(
            f"narrative.{figure_key(section)}", section, "\n".join(text for text in texts if text), because
        )
