"""Sheets 绩效目标, 主要任务 and 绩效指标 of our own form."""

from __future__ import annotations

from pipeline.model import figure_key
from pipeline.write.form_page import (
    CENTRE,
    HEAD,
    LABEL,
    MONEY,
    NUMBER,
    PLAIN,
    RATE,
    SCORE,
    TEXT,
    TITLE,
    FormBook,
    Page,
)

GOALS, TASKS, INDICATORS = "绩效目标", "主要任务", "绩效指标"
TASK_ROWS, INDICATOR_ROWS, PARAGRAPH_ROWS = 10, 20, 3
#: labels of the form and the sections of 文字材料 that belong there
_TEXTS = (
    ("部门概况", "部门概况"),
    ("年度总体目标\n（预期）", "年度总体目标"),
    ("年度总体目标\n（实际完成情况）", "目标完成情况"),
    ("主要工作成效", "主要工作成效"),
)
_REASON = "未能完成原因"


def goals(book: FormBook) -> None:
    """What the department is for, its goals (预期, 实际, 未能完成原因) and its main achievements."""
    page = Page(book, GOALS, (20, 90, 36), landscape=True)
    page.put("1", "年度绩效目标完成情况表", 32, **TITLE)
    page.put("2", "", 12, **PLAIN)
    page.put("A3", "项目", 26, **HEAD)
    page.put("B3", "内容", **HEAD)
    page.put("C3", _REASON, **HEAD)
    row = 4
    for label, section in _TEXTS:
        last = row + PARAGRAPH_ROWS - 1
        page.list_rows(f"narrative.{figure_key(section)}", row, PARAGRAPH_ROWS, 2, {"text": ("B", TEXT)})
        page.put(f"A{row}:A{last}", label, **LABEL)
        if section == "目标完成情况":
            page.figure(f"C{row}:C{last}", f"narrative.{figure_key(_REASON)}", **TEXT)
        else:
            page.put(f"C{row}:C{last}", **TEXT)
        row = last + 1
    page.done(row - 1, repeat=(3, 3))


def tasks(book: FormBook) -> None:
    """The main tasks with their budget and execution."""
    page = Page(book, TASKS, (26, 66, 14, 14, 14, 11), landscape=True)
    page.put("1", "主要任务完成情况表", 32, **TITLE)
    page.put("2", "金额单位：万元", 20, **PLAIN | {"align": "right"})
    heads = ("任务名称", "完成情况", "牵头处室", "全年预算数", "全年执行数", "执行率")
    for letter, text in zip("ABCDEF", heads, strict=True):
        page.put(f"{letter}3", text, 26, **HEAD)
    amount = {"num_format": MONEY, **NUMBER}
    last = page.list_rows(
        "task",
        4,
        TASK_ROWS,
        3,
        {
            "name": ("A", TEXT),
            "completion": ("B", TEXT),
            "lead_division": ("C", CENTRE),
            "annual_budget": ("D", amount),
            "executed": ("E", amount),
            "execution_rate": ("F", {"num_format": RATE, **NUMBER}),
        },
    )
    page.done(last, repeat=(3, 3))


def indicators(book: FormBook) -> None:
    """Every indicator with target, actual, points and the reason of a deviation."""
    page = Page(book, INDICATORS, (5, 11, 12, 26, 14, 9, 17, 7.5, 7.5, 30, 12), landscape=True)
    page.put("1", "年度绩效指标完成情况表", 32, **TITLE)
    page.put("2", "分值为计入部门整体自评的分值，不计分的指标留空", 20, **PLAIN | {"align": "right"})
    heads = (
        "序号", "一级指标", "二级指标", "三级指标", "年度指标值", "计量单位", "全年完成值", "分值", "得分",
        "偏差原因分析及改进措施", "责任处室",
    )  # fmt: skip
    for letter, text in zip("ABCDEFGHIJK", heads, strict=True):
        page.put(f"{letter}3", text, 34, **HEAD)
    score = {"num_format": SCORE, **CENTRE}
    last = page.list_rows(
        "indicator",
        4,
        INDICATOR_ROWS,
        3,
        {
            "#": ("A", CENTRE),
            "level_1": ("B", CENTRE),
            "level_2": ("C", CENTRE),
            "level_3": ("D", TEXT),
            "target": ("E", CENTRE),
            "unit": ("F", CENTRE),
            "actual": ("G", CENTRE),
            "department_points": ("H", score),
            "score": ("I", score),
            "deviation_reason": ("J", TEXT),
            "division": ("K", CENTRE),
        },
    )
    page.done(last, repeat=(3, 3))
