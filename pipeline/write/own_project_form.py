"""Our own 项目支出绩效自评表 of a project rubric: one sheet in the national layout, and its map.

Funds by source, the year's goal, indicators of three levels, total and grade, note, signatures. ``{id}`` in the map stands for
the project. ``templates`` writes both; a run fills the committed blank once a project. Source: docs/domain.md §4.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Mapping

import xlsxwriter
import yaml

from pipeline.model_rubric import Node, Rubric
from pipeline.write.form_page import (
    CENTRE,
    HEAD,
    LABEL,
    MONEY,
    NUMBER,
    PLAIN,
    SCORE,
    TEXT,
    TITLE,
    FormBook,
    Page,
    area_total,
    height_of,
)
from pipeline.write.own_form import MARK
from pipeline.write.own_form_scores import grade_formula
from pipeline.write.zipped import Archive

FORM_NAME = "项目支出绩效自评表.xlsx"
MAP_NAME = "project.map.yaml"
SHEET = "项目支出绩效自评表"
INDICATOR_ROWS = 12
FIRST_INDICATOR = 14
#: a page of A4 upright, as wide as lets the blank's indicators stand on one page
_WIDTHS = (9.5, 14, 20, 13.5, 15.5, 7.5, 7.5, 22.5)
_LAST = FIRST_INDICATOR + INDICATOR_ROWS - 1
_SCORE = {"num_format": SCORE, **CENTRE}
_AMOUNT = {"num_format": MONEY, **NUMBER}
_AMOUNTS = {"initial_budget": "C", "annual_budget": "D", "executed": "E"}
_SOURCES = (
    ("其中：当年财政拨款", "current_fiscal"),
    ("　　　上年结转资金", "carried_over"),
    ("　　　其他资金", "other"),
)
_HEADS = (
    "一级指标",
    "二级指标",
    "三级指标",
    "年度指标值",
    "实际完成值",
    "分值",
    "得分",
    "偏差原因分析及改进措施",
)


def form_name(variant: str) -> str:
    """The blank of a rubric's variant stands beside the one in force: ``项目支出绩效自评表_with_cost.xlsx``."""
    return FORM_NAME.replace(".xlsx", f"_{variant}.xlsx") if variant else FORM_NAME


def map_name(variant: str) -> str:
    """Its map: ``project.with_cost.map.yaml``."""
    return MAP_NAME.replace("project.", f"project.{variant}.") if variant else MAP_NAME


def build(rubric: Rubric) -> tuple[bytes, str]:
    """The blank form of a project rubric and the text of its map. The same rubric gives the same bytes."""
    target = io.BytesIO()
    workbook = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_numbers": False})
    created = datetime.datetime(rubric.year, 1, 1)
    workbook.set_properties({"title": f"{rubric.year}年度项目支出绩效自评表", "created": created})
    book = FormBook(workbook)
    page = Page(book, SHEET, _WIDTHS)
    _head(page)
    _funds(page, rubric)
    _goal(page)
    _indicators(page)
    _total(page, rubric)
    _foot(page, rubric)
    workbook.close()
    return Archive(target.getvalue()).repacked({}), _map_text(book, rubric)


def execution_leaf(rubric: Rubric) -> Node | None:
    """The leaf that scores the project's execution rate; None for a rubric that does not."""
    for leaf in rubric.leaves():
        for step in leaf.rule.steps if leaf.rule else ():
            if step.measure == "execution_rate":
                return leaf
    return None


def _figure(part: str) -> str:
    return f"project.{{id}}.{part}"


def _head(page: Page) -> None:
    page.put("A1", "附件2", 20, **PLAIN)
    page.put("2", "项目支出绩效自评表", 36, **TITLE)
    page.figure(
        "A3:H3", "basics.year", pattern="（{}年度）", height=22, **TITLE | {"bold": False, "size": 12}
    )
    page.put("A4:B4", "项目名称", 26, **LABEL)
    page.figure("C4:H4", _figure("name"), **CENTRE)
    page.put("A5:B5", "主管部门", 26, **LABEL)
    page.figure("C5:D5", "basics.department_name", **CENTRE)
    page.put("E5", "实施单位", **LABEL)
    page.figure("F5:H5", _figure("unit"), **CENTRE)


def _funds(page: Page, rubric: Rubric) -> None:
    """Funds by source; only 年度资金总额 carries points."""
    page.put("A6:A10", "项目资金\n（万元）", **LABEL)
    heads = ("", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分")
    for letter, text in zip("BCDEFGH", heads, strict=True):
        page.put(f"{letter}6", text, 26, **HEAD)
    page.put("B7", "年度资金总额", 24, **TEXT | {"bold": True})
    leaf = execution_leaf(rubric)
    for part, letter in _AMOUNTS.items():
        page.figure(f"{letter}7", _figure(part), area_total(f"{letter}8:{letter}10"), **_AMOUNT)
    page.rate("G7", _figure("execution_rate"), "E7", "D7")
    if leaf is None:
        page.put("F7", "—", **CENTRE)
        page.put("H7", "—", **CENTRE)
    else:
        page.figure("F7", _figure(f"{leaf.id}.weight"), **_SCORE)
        page.figure("H7", _figure(f"{leaf.id}.score"), **_SCORE)
    for row, (label, source) in enumerate(_SOURCES, start=8):
        page.put(f"B{row}", label, 24, **TEXT)
        for part, letter in _AMOUNTS.items():
            page.figure(f"{letter}{row}", _figure(f"{source}.{part}"), **_AMOUNT)
        page.put(f"F{row}", "—", **CENTRE)
        page.rate(f"G{row}", _figure(f"{source}.execution_rate"), f"E{row}", f"D{row}")
        page.put(f"H{row}", "—", **CENTRE)


def _goal(page: Page) -> None:
    page.put("A11:A12", "年度总体\n目标", **LABEL)
    page.put("B11:D11", "预期目标", 24, **HEAD)
    page.put("E11:H11", "实际完成情况", **HEAD)
    page.figure("B12:D12", _figure("goal"), height=height_of(5), **TEXT)
    page.figure("E12:H12", _figure("achievement"), **TEXT)


def _indicators(page: Page) -> None:
    for letter, text in zip("ABCDEFGH", _HEADS, strict=True):
        page.put(f"{letter}13", text, 30, **HEAD)
    parts = {
        "level_1": ("A", CENTRE), "level_2": ("B", CENTRE), "level_3": ("C", TEXT), "target": ("D", CENTRE),
        "actual": ("E", CENTRE), "points": ("F", _SCORE), "score": ("G", _SCORE), "deviation_reason": ("H", TEXT),
    }  # fmt: skip
    page.list_rows(_figure("indicator"), FIRST_INDICATOR, INDICATOR_ROWS, 2, parts)
    page.book.lists[-1]["also"] = "indicator"


def _total(page: Page, rubric: Rubric) -> None:
    """总分: the execution row and every indicator; blank while a score is missing."""
    row, bold = _LAST + 1, {"bold": True, "bg_color": "heading_fill"}
    points, scores = (f"{letter}{FIRST_INDICATOR}:{letter}{_LAST}" for letter in "FG")
    page.put(f"A{row}:E{row}", "总分", 26, **LABEL | bold)
    page.figure(f"F{row}", _figure("weight"), f"SUM(F7,{points})", 0, **_SCORE | bold)
    is_open = f"COUNT({points})<>COUNT({scores})"
    if execution_leaf(rubric):
        is_open = f'OR(H7="",{is_open})'
    formula = "" if rubric.caps else f'IF({is_open},"",SUM(H7,{scores}))'
    page.figure(f"G{row}", _figure("score"), formula, **_SCORE | bold)
    page.put(f"H{row}", **TEXT | bold)
    page.put(f"A{row + 1}:E{row + 1}", "自评等级", 26, **LABEL | {"bold": True})
    page.put(f"F{row + 1}", **CENTRE)
    page.figure(f"G{row + 1}", _figure("grade"), grade_formula(f"G{row}", rubric), **CENTRE | {"bold": True})
    page.put(f"H{row + 1}", **TEXT)


def _foot(page: Page, rubric: Rubric) -> None:
    row = _LAST + 3
    page.put(f"A{row}", "说明", height_of(4), **LABEL)
    page.put(f"B{row}:H{row}", rubric.note, **TEXT | {"valign": "top"})
    page.book.note = {"cell": f"{SHEET}!B{row}", "text": rubric.note, "limit": 300}
    page.put(f"A{row + 1}", "填表人", 30, **LABEL)
    page.figure(f"B{row + 1}", "basics.preparer", **CENTRE)
    page.put(f"C{row + 1}", "联系电话", **LABEL)
    page.figure(f"D{row + 1}:E{row + 1}", "basics.phone", **CENTRE)
    page.put(f"F{row + 1}:G{row + 1}", "填报日期", **LABEL)
    page.figure(f"H{row + 1}", "basics.report_date", **CENTRE)
    page.put(f"A{row + 2}", "填报单位\n（盖章）", 60, **LABEL)
    page.put(f"B{row + 2}:E{row + 2}", **TEXT)
    page.put(f"F{row + 2}:G{row + 2}", "数据口径", **LABEL)
    page.figure(f"H{row + 2}", "basics.reporting_basis", **CENTRE)
    # a longer list goes on under the heads of its columns
    page.done(row + 2, repeat=(FIRST_INDICATOR - 1, FIRST_INDICATOR - 1))


def _map_text(book: FormBook, rubric: Rubric) -> str:
    head = MARK + (
        "# 项目支出绩效自评表的单元格对照表：数字编号 -> 工作表!单元格，{id} 是项目的编号。写法与部门表式的对照表相同。\n"
        "# lists 的 also：该列在本列表没有的部分，取自另一组同编号的数字。\n"
    )
    entries: Mapping = {
        "form": form_name(rubric.variant),
        "note": book.note,
        "none": "—",
        "cells": {key: places[0] if len(places) == 1 else places for key, places in book.cells.items()},
        "lists": book.lists,
    }
    return head + yaml.safe_dump(
        dict(entries), allow_unicode=True, sort_keys=False, width=1000, default_flow_style=None
    )
