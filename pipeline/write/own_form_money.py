"""Sheets 封面与基本情况 and 预算执行 of our own form."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.model_rubric import Rubric
from pipeline.write.form_page import (
    BAND,
    CENTRE,
    COUNT,
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
    area_total,
    column_total,
    height_of,
    total,
)

COVER, EXECUTION = "封面与基本情况", "预算执行"
PROJECT_ROWS = 12
#: the amounts of a line, with their columns in 预算执行
_AMOUNTS = {"initial_budget": "B", "annual_budget": "C", "executed": "D"}
_AMOUNT = {"num_format": MONEY, **NUMBER}
_ROW = 24
#: characters that fit the note cell: nine lines of 46 Chinese characters, with some room
_NOTE_LIMIT = 330
_BASICS = (
    ("单位性质", "basics.department_nature", {}, "财政对口处室", "basics.finance_office", {}),
    ("纳入自评单位数", "staff.units", {"num_format": COUNT}, "内设机构数", "staff.divisions", {"num_format": COUNT}),
    ("编制数", "staff.established_posts", {"num_format": COUNT}, "年末在职人数", "staff.staff_at_year_end",
     {"num_format": COUNT}),
    ("其中：行政编制在职", "staff.civil_servants", {"num_format": COUNT}, "其中：事业编制在职", "staff.institution_staff",
     {"num_format": COUNT}),
    ("上年末在职人数", "staff.staff_last_year_end", {"num_format": COUNT}, "编外人数", "staff.non_established_staff",
     {"num_format": COUNT}),
    ("离退休人数", "staff.retired", {"num_format": COUNT}, "存续月份", "basics.active_months", {}),
    ("联系人", "basics.preparer", {}, "联系电话", "basics.phone", {}),
    ("自评通知文号", "basics.notice_number", {}, "密级/可否公开", "basics.disclosure", {}),
)  # fmt: skip


def cover(book: FormBook, rubric: Rubric, score_cells: Mapping[str, str]) -> None:
    """Title, who and when, basics, the main results (live, from the other sheets), and the note cell."""
    page = Page(book, COVER, (20, 28, 20, 28))
    page.put("A1", "附件1", 20, **PLAIN)
    page.put("2", "部门整体支出绩效自评表", 40, **TITLE | {"size": 22})
    page.figure(
        "A3:D3", "basics.year", pattern="（{}年度）", height=26, **TITLE | {"bold": False, "size": 14}
    )
    plain = {**PLAIN, "text_wrap": True, "bottom": 1}
    for row, pairs in enumerate(
        (
            ("填报单位（盖章）：", "basics.department_name", "预算部门编码：", "basics.department_code"),
            ("填报日期：", "basics.report_date", "数据口径：", "basics.reporting_basis"),
        ),
        start=4,
    ):
        for letter, (label, figure_id) in zip("AC", (pairs[:2], pairs[2:]), strict=True):
            page.put(f"{letter}{row}", label, 34, font="heading", border=0, align="right")
            page.figure(f"{chr(ord(letter) + 1)}{row}", figure_id, **plain)
    page.put("6", "金额单位：万元", 22, **PLAIN | {"align": "right"})
    page.put("7", "一、基本情况", _ROW, **BAND)
    for row, (left, left_id, left_style, right, right_id, right_style) in enumerate(_BASICS, start=8):
        page.put(f"A{row}", left, 30, **LABEL)
        page.figure(f"B{row}", left_id, **CENTRE | left_style)
        page.put(f"C{row}", right, **LABEL)
        page.figure(f"D{row}", right_id, **CENTRE | right_style)
    row = _results(page, 8 + len(_BASICS), rubric, score_cells)
    page.put(str(row), "三、说明", _ROW, **BAND)
    page.put(f"A{row + 1}:D{row + 1}", rubric.note, 150, **TEXT | {"valign": "top"})
    book.note = {"cell": f"{COVER}!A{row + 1}", "text": rubric.note, "limit": _NOTE_LIMIT}
    page.done(row + 1)


def _results(page: Page, row: int, rubric: Rubric, score_cells: Mapping[str, str]) -> int:
    page.put(str(row), "二、预算执行与自评结果", _ROW, **BAND)
    initial, annual, executed, rate = (f"{EXECUTION}!{letter}5" for letter in "BCDE")
    amount = {**CENTRE, "num_format": MONEY}
    entries = [
        ("年初预算数", "annual.initial_budget", initial, amount),
        (
            "调整净额",
            "annual.net_adjustment",
            f'IF(COUNT({annual},{initial})<2,"",{annual}-{initial})',
            amount,
        ),
        ("全年（调整后）预算数", "annual.annual_budget", annual, amount),
        ("全年执行数", "annual.executed", executed, amount),
        ("全年执行率", "annual.execution_rate", rate, {**CENTRE, "num_format": RATE}),
        ("年平均执行率", "annual.average_execution_rate", "", {**CENTRE, "num_format": RATE}),
    ]
    entries += [
        (
            f"{node.label}得分",
            f"{node.id}.score",
            score_cells[f"{node.id}.score"],
            {**CENTRE, "num_format": SCORE},
        )
        for node in rubric.nodes
    ]
    entries += [
        (
            "自评总分",
            "total.score",
            score_cells["total.score"],
            {**CENTRE, "num_format": SCORE, "bold": True},
        ),
        ("自评等级", "total.grade", score_cells["total.grade"], {**CENTRE, "bold": True}),
    ]
    if len(entries) % 2:
        entries.insert(-2, ("", "", "", CENTRE))
    for number, (label, figure_id, source, style) in enumerate(entries):
        at = row + 1 + number // 2
        left = "AC"[number % 2]
        cell = f"{chr(ord(left) + 1)}{at}"
        page.put(f"{left}{at}", label, 30, **LABEL)
        if not figure_id:
            page.put(cell, **style)
            continue
        scale = "0.01" if style.get("num_format") == RATE else ""
        formula = f'IF({source}="","",{source})' if source and "IF(" not in source else source
        page.figure(cell, figure_id, formula, "", scale, **style)
    return row + 1 + len(entries) // 2


def execution(book: FormBook) -> None:
    """Funds by source, by kind and by nature × 年初 | 全年预算 | 执行 | 执行率 | 未达原因, and every project."""
    page = Page(book, EXECUTION, (34, 16, 16, 16, 12, 46), landscape=True)
    page.put("1", "部门预算执行情况表", 32, **TITLE)
    page.put("2", "金额单位：万元", 20, **PLAIN | {"align": "right"})
    heads = ("项目", "年初预算数", "全年（调整后）预算数", "全年执行数", "执行率", "未达到预算的原因")
    for letter, text in zip("ABCDEF", heads, strict=True):
        page.put(f"{letter}3", text, 34, **HEAD)
    page.put("4", "（一）按资金来源", _ROW, **BAND)
    _line(page, 5, "年度资金总额", "annual", sums="6:8", bold=True)
    _line(page, 6, "其中：当年财政拨款", "source.current_fiscal", indent=2)
    _line(page, 7, "上年结转资金", "source.carried_over", indent=5)
    _line(page, 8, "其他资金", "source.other", indent=5)
    page.put("9", "（二）按支出类别", _ROW, **BAND)
    _line(page, 10, "支出合计", "annual", sums="11,14", bold=True)
    _line(page, 11, "基本支出", "kind.basic", sums="12:13")
    _line(page, 12, "其中：人员支出", "kind.personnel", indent=2)
    _line(page, 13, "公用支出", "kind.public_running", indent=5)
    _line(page, 14, "项目支出", "kind.project")
    page.put("15", "（三）按资金性质", _ROW, **BAND)
    _line(page, 16, "资金合计", "annual", sums="17:21", bold=True)
    natures = {
        "一般公共预算": "general_public_budget",
        "政府性基金预算": "government_fund",
        "国有资本经营预算": "state_capital",
        "财政专户管理资金": "fiscal_account",
        "单位资金": "unit_funds",
    }
    for row, (label, nature) in enumerate(natures.items(), start=17):
        _line(page, row, label, f"fund.{nature}", indent=2)
    page.put("22", "（四）项目支出明细", _ROW, **BAND)
    last = 24 + PROJECT_ROWS - 1
    _projects_total(page, 23, 24, last)
    page.list_rows(
        "project",
        24,
        PROJECT_ROWS,
        2,
        {"name": ("A", TEXT)}
        | {part: (letter, _AMOUNT) for part, letter in _AMOUNTS.items()}
        | {"execution_rate": ("E", {"num_format": RATE, **NUMBER}), "reason": ("F", TEXT)},
    )
    page.done(last, repeat=(3, 3))


def _line(page: Page, row: int, label: str, figure: str, sums: str = "", **style: object) -> None:
    """One line of amounts; ``sums``: rows it adds up, as ``6:8`` or ``11,14``."""
    page.put(f"A{row}", label, height_of(2), **TEXT | style)
    weight = {"bold": style["bold"]} if "bold" in style else {}
    first, _, last = sums.partition(":")
    for part, letter in _AMOUNTS.items():
        formula = ""
        if last:
            formula = area_total(f"{letter}{first}:{letter}{last}")
        elif sums:
            formula = total(*(f"{letter}{each}" for each in sums.split(",")))
        page.figure(f"{letter}{row}", f"{figure}.{part}", formula, **_AMOUNT | weight)
    page.rate(f"E{row}", f"{figure}.execution_rate", f"D{row}", f"C{row}", **weight)
    page.figure(f"F{row}", f"{figure}.reason", **TEXT)


def _projects_total(page: Page, row: int, first: int, last: int) -> None:
    page.put(f"A{row}", "项目支出小计", height_of(2), **TEXT | {"bold": True})
    for part, letter in _AMOUNTS.items():
        formula = column_total(letter, first, last, "A")
        page.figure(f"{letter}{row}", f"kind.project.{part}", formula, 0, **_AMOUNT | {"bold": True})
    page.rate(f"E{row}", "kind.project.execution_rate", f"D{row}", f"C{row}", bold=True)
    page.put(f"F{row}", **TEXT)
