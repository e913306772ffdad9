"""项目自评汇总表.xlsx: a line a project, its funds, rate, points of every first level, total, grade, and why points were lost.

Written when everything is computed. Rates, totals and grades are live formulas with the program's value beside them; A4
landscape, one page wide. What the columns of points are called comes from the rubric. Source: docs/domain.md §6.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import xlsxwriter

from pipeline.maps_figures import projects_of
from pipeline.model import Figure, Outcome
from pipeline.model_rubric import Rubric
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
    height_of,
    rate,
)
from pipeline.write.own_form_scores import grade_formula
from pipeline.write.project_reasons import reasons
from pipeline.write.styles import lines
from pipeline.write.workings_book import OPEN
from pipeline.write.workings_formulas import capped
from pipeline.write.zipped import Archive

SHEET = "项目自评汇总表"
_AMOUNTS = {"initial_budget": "D", "annual_budget": "E", "executed": "F"}
_HEADS = ("序号", "项目编码", "项目名称", "年初预算数", "全年预算数", "全年执行数", "执行率")
_WIDTHS = (5, 10, 22, 11.5, 11.5, 11.5, 9)
_FIRST, _REASONS = 5, 34
_BOLD = {"bold": True, "bg_color": "heading_fill"}
_NONE = "—"


def build(outcome: Outcome, rubric: Rubric, trial: str = "") -> tuple[bytes, Mapping[str, str]]:
    """The workbook, and ``sheet!A1`` -> figure id for the trace. The same outcome gives the same bytes.

    ``trial``: the line that stands below the table while anything of the rubric is assumed.
    """
    target = io.BytesIO()
    workbook = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_numbers": False})
    created = datetime.datetime(rubric.year, 1, 1)
    workbook.set_properties({"title": f"{rubric.year}年度{SHEET}", "created": created})
    workbook.set_calc_mode("auto")
    summary = _Summary(workbook, outcome, rubric)
    summary.write(trial)
    workbook.close()
    return Archive(target.getvalue()).repacked({}), summary.cells


class _Summary:
    """The one sheet; ``cells`` grows with what is written."""

    def __init__(self, workbook: xlsxwriter.Workbook, outcome: Outcome, rubric: Rubric):
        self.figures = outcome.figures
        self.rubric = rubric
        self.cells: dict[str, str] = {}
        count = len(rubric.nodes)
        widths = (*_WIDTHS, *[9] * count, 9, 7, _REASONS)
        self.page = Page(FormBook(workbook), SHEET, widths, landscape=True)
        first = ord("H")
        self.points = [chr(first + at) for at in range(count)]
        self.total, self.grade, self.reason = (chr(first + count + at) for at in range(3))

    def write(self, trial: str) -> None:
        page, keys = self.page, projects_of(self.figures)
        page.put("1", f"{self.rubric.year}年度{SHEET}", 36, **TITLE)
        page.put("A2:F2", f"填报单位（盖章）：{self._text('basics.department_name')}", 24, **PLAIN)
        basis = f"数据口径：{self._text('basics.reporting_basis')}　金额单位：万元"
        page.put(f"G2:{page.last}2", basis, **PLAIN | {"align": "right"})
        self.cells[f"{SHEET}!G2"] = "basics.reporting_basis"
        self.cells[f"{SHEET}!A2"] = "basics.department_name"
        self._heads()
        for at, key in enumerate(keys):
            self._project(_FIRST + at, at + 1, f"project.{key}", key)
        last = _FIRST + len(keys) - 1
        self._totals(last)
        self._foot(last + 2, trial)

    def _heads(self) -> None:
        page, top, below = self.page, _FIRST - 2, _FIRST - 1
        heads = (*_HEADS, *[""] * len(self.points), "总分", "等级", "未得满分的原因")
        for at, text in enumerate(heads):
            letter = chr(ord("A") + at)
            if letter not in self.points:
                page.put(f"{letter}{top}:{letter}{below}", text, **HEAD)
        many = len(self.points) > 1
        page.put(f"{self.points[0]}{top}" + (f":{self.points[-1]}{top}" if many else ""), "得分", 22, **HEAD)
        for letter, node in zip(self.points, self.rubric.nodes, strict=True):
            page.put(f"{letter}{below}", node.label.removesuffix("指标"), 30, **HEAD)
        page.sheet.freeze_panes(below, 3)

    def _project(self, row: int, number: int, prefix: str, key: str) -> None:
        page, told = self.page, reasons(self.figures, self.rubric, prefix)
        name = self._text(f"{prefix}.name")
        high = height_of(max(1, lines(told, _REASONS), lines(name, _WIDTHS[2])))
        page.put(f"A{row}", number, min(high, 400), **CENTRE)
        page.put(f"B{row}", key, **CENTRE)
        page.put(f"C{row}", name, **TEXT)
        self.cells[f"{SHEET}!C{row}"] = f"{prefix}.name"
        for part, letter in _AMOUNTS.items():
            self._figure(letter, row, f"{prefix}.{part}", MONEY)
        self._figure("G", row, f"{prefix}.execution_rate", RATE, rate(f"F{row}", f"E{row}"))
        for letter, node in zip(self.points, self.rubric.nodes, strict=True):
            self._figure(letter, row, f"{prefix}.{node.id}.score", SCORE)
        self._figure(self.total, row, f"{prefix}.score", SCORE, self._sum(row), **_BOLD)
        self._grade(row, f"{prefix}.grade")
        page.put(f"{self.reason}{row}", told, **TEXT)

    def _sum(self, row: int) -> str:
        """总分 of a row, under its cap where the rubric has caps. Excel: ``=MIN(SUM(H5:K5),IF(rate>=80%,…))``"""
        total = f"SUM({self.points[0]}{row}:{self.points[-1]}{row})"
        return capped(total, f"ROUND(F{row}/E{row},12)", self.rubric.caps) if self.rubric.caps else total

    def _figure(
        self, letter: str, row: int, figure_id: str, look: str, formula: str = "", **style: object
    ) -> None:
        """A number, live where ``formula`` is given; a word where there is none."""
        figure, cell = self.figures[figure_id], f"{letter}{row}"
        self.cells[f"{SHEET}!{cell}"] = figure_id
        if not isinstance(figure.value, Decimal):
            self.page.put(cell, OPEN if figure.value is None else _NONE, **CENTRE | style)
            return
        value = _number(figure)
        self.page.put(cell, value, num_format=look, **NUMBER | style)
        if formula:
            form = self.page.book.look(num_format=look, **NUMBER | style)
            self.page.sheet.write_formula(cell, f"={formula}", form, value)

    def _grade(self, row: int, figure_id: str) -> None:
        figure, cell = self.figures[figure_id], f"{self.grade}{row}"
        self.cells[f"{SHEET}!{cell}"] = figure_id
        self.page.put(cell, OPEN, **CENTRE)
        if figure.value:
            formula = grade_formula(f"{self.total}{row}", self.rubric)
            self.page.sheet.write_formula(cell, f"={formula}", self.page.book.look(**CENTRE), figure.value)

    def _totals(self, last: int) -> None:
        """合计: the sums of the amounts, the rate of the sums, and how many projects have each grade."""
        page, row, bold = self.page, last + 1, _BOLD
        page.put(f"A{row}:C{row}", "合计", 26, **LABEL | bold)
        for part, letter in _AMOUNTS.items():
            area = f"{letter}{_FIRST}:{letter}{last}"
            self._figure(letter, row, f"kind.project.{part}", MONEY, f"SUM({area})", **bold)
        self._figure("G", row, "kind.project.execution_rate", RATE, rate(f"F{row}", f"E{row}"), **bold)
        for letter in (*self.points, self.total, self.grade):
            page.put(f"{letter}{row}", _NONE, **CENTRE | bold)
        page.put(f"{self.reason}{row}", "", **TEXT | bold)
        area = f"{self.grade}{_FIRST}:{self.grade}{last}"
        grades = [str(band.value) for band in self.rubric.grades]
        given = [str(self.figures[f"project.{key}.grade"].value or OPEN) for key in projects_of(self.figures)]
        grades += [OPEN] if OPEN in given else []
        formula = '&"、"&'.join(f'"{grade} "&COUNTIF({area},"{grade}")&" 个"' for grade in grades)
        shown = "、".join(f"{grade} {given.count(grade)} 个" for grade in grades)
        page.sheet.write_formula(f"{self.reason}{row}", f"={formula}", page.book.look(**TEXT | bold), shown)

    def _foot(self, row: int, trial: str) -> None:
        page = self.page
        parts = (("填表人", "preparer"), ("联系电话", "phone"), ("填报日期", "report_date"))
        line = "　　　　".join(f"{label}：{self._text(f'basics.{part}')}" for label, part in parts)
        page.put(str(row), line, 26, **PLAIN)
        if trial:
            wide = sum(page.widths)
            page.put(
                str(row + 1),
                trial,
                15 * lines(trial, wide) + 4,
                **PLAIN | {"text_wrap": True, "size": "small"},
            )
        page.done(row + bool(trial), repeat=(_FIRST - 2, _FIRST - 1))

    def _text(self, figure_id: str) -> str:
        figure = self.figures.get(figure_id)
        return "" if figure is None else str(figure.value or "")


def _number(figure: Figure) -> float:
    """As it stands in a cell: an amount in full, a percentage as a ratio of its printed digits."""
    if figure.unit == "%":
        return float(Fraction(figure.value) / 100)
    return float(figure.exact if figure.unit == "万元" and figure.exact is not None else figure.value)
