"""Our own 绩效运行监控表 of a monitor rubric: the department, its projects, its indicators; and its map.

One form for every month: the map puts the month into the headers. ``templates`` writes both; a run fills the committed
blank. Columns: docs/domain.md §4 (财预〔2019〕136号).
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Mapping

import xlsxwriter
import yaml

from pipeline.model_rubric import Rubric
from pipeline.write.form_page import (
    BAND,
    CENTRE,
    HEAD,
    LABEL,
    MONEY,
    NUMBER,
    PLAIN,
    RATE,
    TEXT,
    TITLE,
    FormBook,
    Page,
    height_of,
)
from pipeline.write.look import theme
from pipeline.write.own_form import MARK
from pipeline.write.zipped import Archive

FORM_NAME = "绩效运行监控表.xlsx"
MAP_NAME = "monitor.map.yaml"
DEPARTMENT, PROJECTS, INDICATORS = "部门整体监控", "项目支出监控", "绩效目标监控"
PROJECT_ROWS, INDICATOR_ROWS = 10, 16
FIRST_MONTH, FIRST_PROJECT, FIRST_INDICATOR = 13, 6, 6
_AMOUNT = {"num_format": MONEY, **NUMBER}
_RATE = {"num_format": RATE, **NUMBER}
#: characters that fit the note cell: four lines of the whole width, with some room
_NOTE_LIMIT = 240


def build(rubric: Rubric) -> tuple[bytes, str]:
    """The blank form of a monitor rubric and the text of its map. The same rubric gives the same bytes."""
    target = io.BytesIO()
    workbook = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_numbers": False})
    created = datetime.datetime(rubric.year, 1, 1)
    workbook.set_properties({"title": f"{rubric.year}年度绩效运行监控表", "created": created})
    book = FormBook(workbook)
    _department(book, rubric)
    _projects(book, rubric)
    _indicators(book, rubric)
    workbook.close()
    return Archive(target.getvalue()).repacked({}), _map_text(book)


def _month(page: Page, area: str, pattern: str) -> None:
    """A header that names the month."""
    page.figure(area, "monitor.month", pattern=pattern, **HEAD)


def _title(page: Page, title: str, number: str) -> None:
    page.put("A1", f"附件{number}", 20, **PLAIN)
    page.put("2", title, 34, **TITLE)
    whole = f"A3:{page.last}3"
    page.figure(whole, "monitor.period", pattern="（{}）", height=22, **TITLE | {"bold": False, "size": 12})


def _lights(page: Page, rubric: Rubric, *areas: str) -> None:
    """The colour of each light, by a rule of the sheet: the text decides, and stays readable in black and white."""
    fills: Mapping[str, str] = theme()["lights"]
    names = [str(band.value) for band in rubric.setting("indicator_lights")]
    for area in areas:
        for name in names:
            if name in fills:
                look = page.book.workbook.add_format({"bg_color": fills[name], "bold": True})
                rule = {"type": "cell", "criteria": "==", "value": f'"{name}"', "format": look}
                page.sheet.conditional_format(area, rule)


def _department(book: FormBook, rubric: Rubric) -> None:
    page = Page(book, DEPARTMENT, (22, 15, 15, 15, 13, 15, 12, 16, 14), landscape=True)
    _title(page, "部门绩效运行监控表", "3")
    page.put("A4", "填报单位（盖章）：", 30, font="heading", border=0, align="right")
    plain = {**PLAIN, "text_wrap": True, "bottom": 1}
    page.figure("B4:D4", "basics.department_name", **plain)
    page.put("E4", "填报日期：", font="heading", border=0, align="right")
    page.figure("F4:G4", "basics.report_date", **plain)
    page.put("H4:I4", "金额单位：万元", **PLAIN | {"align": "right"})
    _execution(page)
    _months(page)
    row = FIRST_MONTH + 12
    page.put(str(row), "三、绩效目标完成情况", 24, **BAND)
    page.put(f"A{row + 1}", "总体目标预警", 30, **LABEL)
    page.figure(f"B{row + 1}", "monitor.goal.light", **CENTRE)
    page.put(f"C{row + 1}", "加权完成进度", **LABEL)
    page.figure(f"D{row + 1}", "monitor.goal.progress", scale="0.01", **_RATE)
    page.put(f"E{row + 1}", "指标预警个数", **LABEL)
    page.figure(f"F{row + 1}:I{row + 1}", "monitor.goal.lights", **CENTRE)
    _lights(page, rubric, "G7:G9", f"B{row + 1}")
    page.put(str(row + 2), "四、说明", 24, **BAND)
    page.put(f"A{row + 3}:I{row + 3}", rubric.note, height_of(4), **TEXT | {"valign": "top"})
    book.note = {"cell": f"{DEPARTMENT}!A{row + 3}", "text": rubric.note, "limit": _NOTE_LIMIT}
    _signatures(page, row + 4)
    page.sheet.fit_to_pages(1, 1)


def _execution(page: Page) -> None:
    page.put("5", "一、预算执行情况", 24, **BAND)
    heads = {"A": "项目", "B": "年初预算数", "C": "预算数\n（执行率的分母）", "F": "执行率÷\n序时进度",
             "G": "预警", "H": "全年预计\n执行数", "I": "全年预计\n执行率"}  # fmt: skip
    for letter, text in heads.items():
        page.put(f"{letter}6", text, 34, **HEAD)
    _month(page, "D6", "1–{}月\n执行数")
    _month(page, "E6", "1–{}月\n执行率")
    for row, (label, part) in enumerate(
        (("支出合计", ""), ("其中：基本支出", "basic_"), ("　　　项目支出", "project_")), start=7
    ):
        page.put(f"A{row}", label, 26, **TEXT | {"bold": not part})
        for letter, name in {"B": "initial_budget", "C": "budget", "D": "executed"}.items():
            over, under = f"{letter}7", f"{letter}9"
            rest = f'IF(OR(COUNT({over})=0,{under}=""),"",{over}-N({under}))' if part == "basic_" else ""
            page.figure(f"{letter}{row}", f"monitor.{part}{name}", rest, **_AMOUNT)
        page.rate(f"E{row}", f"monitor.{part}execution_rate", f"D{row}", f"C{row}")
        page.figure(f"F{row}", f"monitor.{part}progress", scale="0.01", **_RATE)
        page.figure(f"G{row}", f"monitor.{part}light", **CENTRE)
        page.figure(f"H{row}", f"monitor.{part}expected", **_AMOUNT)
        page.rate(f"I{row}", f"monitor.{part}expected_rate", f"H{row}", f"C{row}")
    page.put("A10", "执行率的分母", 34, **LABEL)
    page.figure("B10:C10", "monitor.denominator", **CENTRE)
    page.put("D10", "序时进度", **LABEL)
    page.figure("E10", "monitor.schedule", scale="0.01", **_RATE)
    page.put("F10", "未达原因", **LABEL)
    page.figure("G10:I10", "monitor.reason", **TEXT)


def _months(page: Page) -> None:
    page.put(str(FIRST_MONTH - 2), "二、各月执行进度", 24, **BAND)
    heads = ("月份", "当期预算数", "当月支出", "累计支出", "累计执行率", "序时进度",
             "其中项目\n预算数", "项目累计\n支出", "项目累计\n执行率")  # fmt: skip
    for letter, text in zip("ABCDEFGHI", heads, strict=True):
        page.put(f"{letter}{FIRST_MONTH - 1}", text, 34, **HEAD)
    columns = {"#": ("A", CENTRE), "budget": ("B", _AMOUNT), "spent": ("C", _AMOUNT), "cumulative": ("D", _AMOUNT),
               "rate": ("E", _RATE), "schedule": ("F", _RATE), "project_budget": ("G", _AMOUNT),
               "project_cumulative": ("H", _AMOUNT), "project_rate": ("I", _RATE)}  # fmt: skip
    page.list_rows("month", FIRST_MONTH, 12, 1, columns)


def _projects(book: FormBook, rubric: Rubric) -> None:
    page = Page(book, PROJECTS, (5, 26, 13, 13, 13, 11, 12, 9, 13, 11, 9, 12, 26), landscape=True)
    _title(page, "项目支出绩效运行监控表", "4")
    page.put("4", "金额单位：万元", 20, **PLAIN | {"align": "right"})
    heads = {"A": "序号", "B": "项目名称", "C": "年初预算数", "D": "全年预算数", "G": "执行率÷\n序时进度",
             "H": "执行\n预警", "I": "全年预计\n执行数", "J": "全年预计\n执行率", "K": "目标\n预警",
             "L": "指标加权\n完成进度", "M": "执行率偏低原因"}  # fmt: skip
    for letter, text in heads.items():
        page.put(f"{letter}5", text, 36, **HEAD)
    _month(page, "E5", "1–{}月\n执行数")
    _month(page, "F5", "1–{}月\n执行率")
    columns = {
        "#": ("A", CENTRE), "name": ("B", TEXT), "initial_budget": ("C", _AMOUNT), "annual_budget": ("D", _AMOUNT),
        "executed": ("E", _AMOUNT), "execution_rate": ("F", _RATE), "progress": ("G", _RATE), "light": ("H", CENTRE),
        "expected": ("I", _AMOUNT), "expected_rate": ("J", _RATE), "goal_light": ("K", CENTRE),
        "goal_progress": ("L", _RATE), "reason": ("M", TEXT),
    }  # fmt: skip
    denominator = str(rubric.setting("project_denominator"))
    last = page.list_rows("monitor.project", FIRST_PROJECT, PROJECT_ROWS, 2, columns, denominator)
    _lights(page, rubric, f"H{FIRST_PROJECT}:H{last}", f"K{FIRST_PROJECT}:K{last}")
    row = last + 1
    page.put(f"A{row}:B{row}", "合计", 26, **LABEL | {"bold": True})
    sums = {"C": "monitor.project_initial_budget", "D": "kind.project.annual_budget",
            "E": "monitor.projects_executed", "I": "monitor.project_expected"}  # fmt: skip
    for letter, figure_id in sums.items():
        cells = f"{letter}{FIRST_PROJECT}:{letter}{last}"
        formula = f'IF(OR(COUNT({cells})=0,COUNTA(B{FIRST_PROJECT}:B{last})<>COUNT({cells})),"",SUM({cells}))'
        page.figure(f"{letter}{row}", figure_id, formula, **_AMOUNT | {"bold": True})
    for letter in "FGHJKLM":
        page.put(f"{letter}{row}", **TEXT)
    page.done(row, repeat=(5, 5))


def _indicators(book: FormBook, rubric: Rubric) -> None:
    page = Page(
        book,
        INDICATORS,
        (5, 14, 10, 12, 20, 12, 12, 9.5, 6.5, 12, 5, 5, 5, 5, 5, 26, 10.5, 10),
        landscape=True,
    )
    _title(page, "绩效目标运行监控表", "5")
    heads = {"A": "序号", "B": "所属项目", "C": "一级指标", "D": "二级指标", "E": "三级指标", "F": "年度\n指标值",
             "H": "完成\n进度", "I": "预警", "J": "全年\n预计值", "P": "原因说明",
             "Q": "完成目标\n可能性", "R": "备注"}  # fmt: skip
    for letter, text in heads.items():
        page.put(f"{letter}4:{letter}5", text, **HEAD)
    page.figure("G4:G5", "monitor.month", pattern="1–{}月\n完成值", **HEAD)
    page.put("K4:O4", "偏差原因", 20, **HEAD)
    causes = ("经费\n保障", "制度\n保障", "人员\n保障", "硬件\n条件\n保障", "其他")
    for letter, text in zip("KLMNO", causes, strict=True):
        page.put(f"{letter}5", text, 52, **HEAD)
    columns = {
        "#": ("A", CENTRE), "project": ("B", TEXT), "level_1": ("C", CENTRE), "level_2": ("D", CENTRE),
        "level_3": ("E", TEXT), "target": ("F", CENTRE), "actual": ("G", CENTRE), "progress": ("H", _RATE),
        "light": ("I", CENTRE), "expected": ("J", CENTRE), "cause_funding": ("K", CENTRE), "cause_rules": ("L", CENTRE),
        "cause_staffing": ("M", CENTRE), "cause_equipment": ("N", CENTRE), "cause_other": ("O", CENTRE),
        "deviation_reason": ("P", TEXT), "likelihood": ("Q", CENTRE), "note": ("R", TEXT),
    }  # fmt: skip
    last = page.list_rows("monitor.indicator", FIRST_INDICATOR, INDICATOR_ROWS, 2, columns)
    _lights(page, rubric, f"I{FIRST_INDICATOR}:I{last}")
    page.put(f"A{last + 1}:R{last + 1}", _LEGEND, height_of(3), **TEXT | {"border": 0, "size": "small"})
    page.done(last + 1, repeat=(4, 5))


_LEGEND = (
    "填报说明：偏差原因按经费保障、制度保障、人员保障、硬件条件保障、其他分类，在相应栏打“√”并说明原因；"
    "完成目标可能性填确定能、有可能、完全不可能。完成进度和预警的算法、阈值见评分规则，定性指标和未到时限的指标不亮灯。"
)


def _signatures(page: Page, row: int) -> None:
    pairs = (("填表人", "basics.preparer", "复核人", "basics.reviewer", "联系电话", "basics.phone"),
             ("财务负责人", "basics.finance_head", "单位负责人", "basics.department_head", "数据口径",
              "basics.reporting_basis"))  # fmt: skip
    for at, (*signers, third, third_id) in enumerate(pairs, start=row):
        left, left_id, right, right_id = signers
        page.put(f"A{at}", left, 32, **LABEL)
        page.figure(f"B{at}:C{at}", left_id, **CENTRE)
        page.put(f"D{at}", right, **LABEL)
        page.figure(f"E{at}:F{at}", right_id, **CENTRE)
        page.put(f"G{at}", third, **LABEL)
        page.figure(f"H{at}:I{at}", third_id, **CENTRE)
    page.done(row + len(pairs) - 1)


def _map_text(book: FormBook) -> str:
    head = MARK + (
        "# 绩效运行监控表的单元格对照表：数字编号 -> 工作表!单元格。写法与部门表式的对照表相同；monitor.month 是监控月份。\n"
    )
    entries: Mapping = {
        "form": FORM_NAME,
        "note": book.note,
        "none": "—",
        "cells": {key: places[0] if len(places) == 1 else places for key, places in book.cells.items()},
        "lists": book.lists,
    }
    return head + yaml.safe_dump(
        dict(entries), allow_unicode=True, sort_keys=False, width=1000, default_flow_style=None
    )
