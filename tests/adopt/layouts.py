"""Blank forms as other offices lay them out, each with what must stand where when it is filled: ``sheet!cell`` -> figure id.

The cells are written down here by the layout itself, never taken from what adopt finds.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from decimal import Decimal

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from pipeline.model_rubric import Node, Rubric
from tests.write.conftest import a_picture


@dataclass
class Layout:
    """A blank form. ``expected``: cell -> figure; ``points``: leaf id -> its 分值 as printed; ``untouched``: cells that
    must stay blank."""

    content: bytes = b""
    expected: dict[str, str] = field(default_factory=dict)
    points: dict[str, Decimal] = field(default_factory=dict)
    untouched: list[str] = field(default_factory=list)


def _book() -> tuple[io.BytesIO, xlsxwriter.Workbook, dict]:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    looks = {
        "box": book.add_format({"border": 1, "text_wrap": True}),
        "rate": book.add_format({"border": 1, "num_format": "0.00%"}),
        "plain": book.add_format({}),
    }
    return stream, book, looks


def _leaf_rows(rubric: Rubric) -> list[tuple[Node, Node, Node]]:
    return [
        (top, middle, leaf) for top in rubric.nodes for middle in top.children for leaf in middle.children
    ]


def _put(sheet: Worksheet, area: str, text: object, look: object) -> None:
    first, _, last = area.partition(":")
    if last and last != first:
        sheet.merge_range(area, text, look)
    elif text == "":
        sheet.write_blank(first, None, look)
    else:
        sheet.write(first, text, look)


def _groups(rows: list[tuple[Node, Node, Node]], level: int, first_row: int) -> list[tuple[Node, int, int]]:
    """Node of a level, first and last row, in order."""
    found: list[tuple[Node, int, int]] = []
    for row, path in enumerate(rows, first_row):
        if found and found[-1][0] is path[level]:
            found[-1] = (path[level], found[-1][1], row)
        else:
            found.append((path[level], row, row))
    return found


def one_sheet(rubric: Rubric) -> Layout:
    """One sheet: title rows, cover, funds, then a two-row header and labels merged at the left with 分值 in them."""
    made, (stream, book, look) = Layout(), _book()
    box, name = look["box"], "整体自评"
    sheet = book.add_worksheet(name)
    _put(sheet, "A1", "附件3", look["plain"])
    _put(sheet, "A2:I2", "某市市级部门整体支出绩效自评表", look["plain"])
    _put(sheet, "A3:I3", "（    年度）", look["plain"])
    _put(sheet, "A4:B4", "部门（单位）名称", box)
    _put(sheet, "C4:E4", "", box)
    _put(sheet, "F4", "联系电话", box)
    _put(sheet, "G4:I4", "", box)
    _put(sheet, "A5:I5", "填报日期：    年   月   日", look["plain"])
    made.expected |= {"C4": "basics.department_name", "G4": "basics.phone"}
    _put(sheet, "A6:B6", "资金来源（万元）", box)
    for column, head in zip(
        "CDEFG",
        ("年初预算数", "全年预算数（A）", "全年执行数（B）", "执行率（B/A）", "未完成原因"),
        strict=True,
    ):
        _put(sheet, f"{column}6", head, box)
    lines = (("年度资金总额", "annual"), ("其中：财政拨款", "source.current_fiscal"), ("上年结转", "source.carried_over"),
             ("其他资金", "source.other"))  # fmt: skip
    for row, (label, group) in enumerate(lines, 7):
        _put(sheet, f"A{row}:B{row}", label, box)
        for column, part in zip(
            "CDEFG", ("initial_budget", "annual_budget", "executed", "execution_rate", "reason"), strict=True
        ):
            sheet.write_blank(f"{column}{row}", None, look["rate"] if column == "F" else box)
            made.expected[f"{column}{row}"] = f"{group}.{part}"
    _put(sheet, "A11:C11", "指标", box)
    for area, head in (
        ("D11:D12", "分值"),
        ("E11:E12", "评分标准"),
        ("F11:H11", "部门自评情况"),
        ("I11:I12", "财政审核得分"),
    ):
        _put(sheet, area, head, box)
    for column, head in zip("ABCFGH", ("一级", "二级", "三级", "得分", "扣分理由", "佐证材料"), strict=True):
        _put(sheet, f"{column}12", head, box)
    rows = _leaf_rows(rubric)
    for letter, level in (("A", 0), ("B", 1)):
        for node, first, last in _groups(rows, level, 13):
            _put(sheet, f"{letter}{first}:{letter}{last}", f"{node.label}\n（{node.weight}分）", box)
    for row, (*_, leaf) in enumerate(rows, 13):
        _put(sheet, f"C{row}", leaf.label, box)
        sheet.write_number(f"D{row}", float(leaf.weight), box)
        _put(sheet, f"E{row}", leaf.words, box)
        for column in "FGHI":
            sheet.write_blank(f"{column}{row}", None, box)
        made.expected |= {f"F{row}": f"{leaf.id}.score", f"G{row}": f"{leaf.id}.deduction_reason",
                          f"H{row}": f"{leaf.id}.evidence"}  # fmt: skip
        made.points[leaf.id] = leaf.weight
        made.untouched.append(f"{name}!I{row}")
    end = 13 + len(rows)
    _put(sheet, f"A{end}:C{end}", "合计", box)
    sheet.write_number(f"D{end}", 100, box)
    for column in "EFGHI":
        sheet.write_blank(f"{column}{end}", None, box)
    _put(sheet, f"A{end + 1}:C{end + 1}", "自评等级", box)
    _put(sheet, f"F{end + 1}", "", box)
    _put(sheet, f"A{end + 2}:I{end + 2}", "说明：本表一式两份。", look["plain"])
    _put(sheet, f"A{end + 3}:B{end + 3}", "单位负责人（签字）", box)
    _put(sheet, f"C{end + 3}:E{end + 3}", "", box)
    made.untouched.append(f"{name}!C{end + 3}")
    made.expected |= {f"F{end}": "total.score", f"F{end + 1}": "total.grade"}
    book.close()
    made.content = stream.getvalue()
    made.expected = {f"{name}!{cell}": figure for cell, figure in made.expected.items()}
    return made


def review_first(rubric: Rubric) -> Layout:
    """复核 before 自评, 分值 before the names, rows of their own for 小计; and what a form may carry besides: a text box,
    a picture, input rules, a hidden sheet with the same words, a cover of its own."""
    made, (stream, book, look) = Layout(), _book()
    box = look["box"]
    hidden = book.add_worksheet("下拉选项")
    hidden.write_column("A1", ["一级指标", "二级指标", "三级指标", "填报单位"])
    hidden.hide()
    cover = book.add_worksheet("封面")
    cover.activate()
    _put(cover, "B2:D2", "部门整体绩效自评报表", look["plain"])
    for row, (label, figure) in enumerate((("填报单位：", "basics.department_name"), ("填表人：", "basics.preparer"),
                                           ("编制人数", "staff.established_posts"), ("实有人数", "staff.staff_at_year_end"),
                                           ("预算执行率（%）", "annual.execution_rate"), ("评价主体", "")), 5):  # fmt: skip
        _put(cover, f"B{row}", label, box)
        _put(cover, f"C{row}:D{row}", "", box)
        if figure:
            made.expected[f"封面!C{row}"] = figure
    cover.insert_textbox("F2", "填表前请阅读说明", {"width": 200, "height": 60})
    sheet = book.add_worksheet("打分表")
    for column, head in zip("ABCDEFGHIJ", ("序号", "复核得分", "复核意见", "自评得分", "标准分", "一级指标", "二级指标", "三级指标",
                                           "扣分原因", "指标解释"), strict=True):  # fmt: skip
        _put(sheet, f"{column}2", head, box)
    row = 3
    for top in rubric.nodes:
        start = row
        for middle in top.children:
            first = row
            for leaf in middle.children:
                for column, text in zip(
                    "ABCDEHIJ",
                    (row - 2, "", "", "", float(leaf.weight), leaf.label, "", leaf.meaning),
                    strict=True,
                ):
                    _put(sheet, f"{column}{row}", text, box)
                made.expected |= {
                    f"打分表!D{row}": f"{leaf.id}.score",
                    f"打分表!I{row}": f"{leaf.id}.deduction_reason",
                }
                made.untouched += [f"打分表!B{row}", f"打分表!C{row}"]
                made.points[leaf.id] = leaf.weight
                row += 1
            _put(sheet, f"G{first}:G{row - 1}", middle.label, box)
        _put(sheet, f"F{start}:F{row - 1}", f"{top.label}（{top.weight}分）", box)
        _put(sheet, f"F{row}:H{row}", f"{top.label}小计", box)
        for column in "BCDEI":
            _put(sheet, f"{column}{row}", "", box)
        sheet.write_formula(f"D{row}", f"=SUM(D{start}:D{row - 1})", box, 0)
        made.expected[f"打分表!D{row}"] = f"{top.id}.score"
        row += 1
    _put(sheet, f"F{row}:H{row}", "自评总分", box)
    _put(sheet, f"D{row}", "", box)
    _put(sheet, f"E{row}", "", box)
    made.expected[f"打分表!D{row}"] = "total.score"
    sheet.data_validation(
        "D3:D40", {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 100}
    )
    sheet.insert_image("L2", "point.png", {"image_data": io.BytesIO(a_picture())})
    book.close()
    made.content = stream.getvalue()
    return made


def weights_by_level(rubric: Rubric) -> Layout:
    """A 权重 column beside every level, nothing merged (a name stands in its first row only), leaves numbered."""
    made, (stream, book, look) = Layout(), _book()
    box = look["box"]
    sheet = book.add_worksheet("表1")
    _put(sheet, "A1:J1", "2022年度部门整体支出绩效自评表", look["plain"])
    for column, head in zip("ABCDEFGHIJ", ("一级指标", "权重", "二级指标", "权重", "三级指标", "权重", "评价标准", "自评分", "扣分说明",
                                           "备注"), strict=True):  # fmt: skip
        _put(sheet, f"{column}3", head, box)
    seen: set[str] = set()
    for row, (top, middle, leaf) in enumerate(_leaf_rows(rubric), 4):
        for node, name, points in ((top, "A", "B"), (middle, "C", "D")):
            fresh = node.id not in seen
            seen.add(node.id)
            _put(sheet, f"{name}{row}", node.label if fresh else "", box)
            _put(sheet, f"{points}{row}", float(node.weight) if fresh else "", box)
        _put(sheet, f"E{row}", f"{row - 3}．{leaf.label}", box)
        for column, text in zip("FGHIJ", (f"{leaf.weight}分", leaf.words, "", "", ""), strict=True):
            _put(sheet, f"{column}{row}", text, box)
        made.expected |= {f"表1!H{row}": f"{leaf.id}.score", f"表1!I{row}": f"{leaf.id}.deduction_reason"}
        made.untouched.append(f"表1!J{row}")
        made.points[leaf.id] = leaf.weight
    row += 1
    _put(sheet, f"A{row}:E{row}", "总分（100分）", box)
    for column in "FGHIJ":
        _put(sheet, f"{column}{row}", "", box)
    made.expected[f"表1!H{row}"] = "total.score"
    book.close()
    made.content = stream.getvalue()
    return made


def weights_in_labels(rubric: Rubric) -> Layout:
    """No 分值 column at all: every 分值 stands inside a name."""
    made, (stream, book, look) = Layout(), _book()
    box = look["box"]
    sheet = book.add_worksheet("自评表")
    _put(sheet, "A1:E1", "部门整体支出绩效自评表", look["plain"])
    for column, head in zip(
        "ABCDE", ("一级指标", "二级指标", "三级指标", "自评得分", "扣分原因"), strict=True
    ):
        _put(sheet, f"{column}2", head, box)
    rows = _leaf_rows(rubric)
    for letter, level in (("A", 0), ("B", 1)):
        for node, first, last in _groups(rows, level, 3):
            _put(sheet, f"{letter}{first}:{letter}{last}", f"{node.label} {node.weight}分", box)
    for row, (*_, leaf) in enumerate(rows, 3):
        _put(sheet, f"C{row}", f"{leaf.label}（{leaf.weight}分）", box)
        _put(sheet, f"D{row}", "", box)
        _put(sheet, f"E{row}", "", box)
        made.expected |= {
            f"自评表!D{row}": f"{leaf.id}.score",
            f"自评表!E{row}": f"{leaf.id}.deduction_reason",
        }
        made.points[leaf.id] = leaf.weight
    book.close()
    made.content = stream.getvalue()
    return made


def project_form() -> Layout:
    """A project's form with its levels printed: 产出指标（50分） over 数量, 质量, 时效; one line only for 成本."""
    made, (stream, book, look) = Layout(), _book()
    box, name = look["box"], "Sheet1"
    sheet = book.add_worksheet(name)
    _put(sheet, "A1:I1", "项目支出绩效自评表", look["plain"])
    _put(sheet, "A2:I2", "（20  年度）", look["plain"])
    for area, text in (
        ("A3:B3", "项目名称"),
        ("C3:I3", ""),
        ("A4:B4", "主管部门"),
        ("C4:E4", ""),
        ("F4", "实施单位"),
        ("G4:I4", ""),
    ):
        _put(sheet, area, text, box)
    made.expected |= {"C3": "project.P01.name", "C4": "basics.department_name", "G4": "project.P01.unit"}
    _put(sheet, "A5:A9", "项目资金\n（万元）", box)
    _put(sheet, "B5:C5", "", box)
    for column, head in zip(
        "DEFGHI", ("年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"), strict=True
    ):
        _put(sheet, f"{column}5", head, box)
    lines = (("年度资金总额", "project.P01"), ("其中：当年财政拨款", "project.P01.current_fiscal"),
             ("上年结转资金", "project.P01.carried_over"), ("其他资金", "project.P01.other"))  # fmt: skip
    for row, (label, group) in enumerate(lines, 6):
        _put(sheet, f"B{row}:C{row}", label, box)
        for column, part in zip("DEF", ("initial_budget", "annual_budget", "executed"), strict=True):
            sheet.write_blank(f"{column}{row}", None, box)
            made.expected[f"{column}{row}"] = f"{group}.{part}"
        sheet.write(f"G{row}", 10 if row == 6 else "-", box)
        sheet.write_blank(f"H{row}", None, look["rate"])
        made.expected[f"H{row}"] = f"{group}.execution_rate"
        _put(sheet, f"I{row}", "" if row == 6 else "-", box)
    made.expected["I6"] = "project.P01.execution.score"
    for area, text in (("A10:A11", "年度总体目标"), ("B10:E10", "预期目标"), ("F10:I10", "实际完成情况"), ("B11:E11", ""),
                       ("F11:I11", "")):  # fmt: skip
        _put(sheet, area, text, box)
    made.expected |= {"B11": "project.P01.goal", "F11": "project.P01.achievement"}
    heads = (
        "一级指标",
        "二级指标",
        "三级指标",
        "年度指标值",
        "实际完成值",
        "分值",
        "得分",
        "偏差原因分析及改进措施",
    )
    for column, head in zip("ABCDEFGH", heads, strict=True):
        _put(sheet, f"{column}12", head, box)
    groups = (("产出指标\n（50分）", (("数量指标", 3), ("质量指标", 2), ("时效指标", 2), ("成本指标", 1))),
              ("效益指标（30分）", (("社会效益指标", 2),)), ("满意度指标（10分）", (("服务对象满意度指标", 2),)))  # fmt: skip
    row = 13
    for label, parts in groups:
        start = row
        for part, count in parts:
            _put(sheet, f"B{row}:B{row + count - 1}", part, box)
            for at in range(row, row + count):
                for column in "CDEFGH":
                    _put(sheet, f"{column}{at}", "", box)
            row += count
        _put(sheet, f"A{start}:A{row - 1}", label, box)
    _put(sheet, f"A{row}:E{row}", "总分", box)
    sheet.write_number(f"F{row}", 100, box)
    _put(sheet, f"G{row}", "", box)
    made.expected[f"G{row}"] = "project.P01.score"
    book.close()
    made.content = stream.getvalue()
    made.expected = {f"{name}!{cell}": figure for cell, figure in made.expected.items()}
    return made
