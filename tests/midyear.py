"""A submission as it is in August: the example cut off after a month, and the same with its monitoring sheets filled.

Used by the tests of monitoring. Cells are found by the words of their headers, so that columns may move.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "input_templates" / "example"
HEADER = 4
RECEPTION, RESEARCH = "4_绩效指标_接待处.xlsx", "4_绩效指标_信息调研处.xlsx"
COOPERATION, PETITIONS = "4_绩效指标_经济协作处.xlsx", "4_绩效指标_信访协调处.xlsx"
#: what stands in 监控: 指标编号, 1–N月完成值, 全年预计值, 完成可能性, and 偏差类型 and 偏差原因 where there is one
MONITORED: Mapping[str, Sequence[tuple[str, ...]]] = {
    RECEPTION: (
        ("A01", "50次", "85次", "确定能"), ("A02", "18家", "30家", "确定能"), ("A03", "100%", "100%", "确定能"),
        ("A04", "进行中", "12月", "确定能"), ("A05", "70.20万元", "134.85万元", "确定能"), ("A06", "0次", "1次", "确定能"),
        ("A07", "持续完善", "持续完善", "确定能"), ("A08", "97%", "97%", "确定能"),
    ),
    RESEARCH: (
        ("B01", "55篇", "92篇", "确定能"), ("B02", "130篇", "290篇", "有可能", "人员保障", "两名信息员借调，编发减少"),
        ("B03", "14期", "24期", "确定能"), ("B04", "1期", "2期", "确定能"), ("B05", "100%", "100%", "确定能"),
        ("B06", "进行中", "12月", "确定能"), ("B07", "3次", "5次", "确定能"), ("B08", "运行", "运行", "确定能"),
        ("B09", "95%", "95%", "确定能"),
    ),
    COOPERATION: (
        ("C01", "80人次", "140人次", "确定能"),
        ("C02", "1家", "3家", "完全不可能", "经费保障", "招商活动经费压减，两场推介会取消"),
        ("C03", "98%", "98%", "确定能"), ("C04", "进行中", "10月", "确定能"), ("C05", "0.75亿元", "1.2亿元", "确定能"),
        ("C06", "12万元", "20万元", "确定能"), ("C07", "稳定", "稳定", "确定能"), ("C08", "93%", "93%", "确定能"),
    ),
    PETITIONS: (
        ("D01", "212天", "365天", "确定能"), ("D02", "97%", "98%", "确定能"), ("D03", "2月", "2月", "确定能"),
        ("D04", "2次", "3次", "确定能"), ("D05", "运行", "运行", "确定能"), ("D06", "92%", "92%", "确定能"),
    ),
}  # fmt: skip
#: 项目监控: 项目编码, 1–N月执行数, 全年预计执行数, 备注; they add up to 198.85 and 349.63
PROJECTS = (
    ("P01", "75.20", "134.85", None), ("P02", "40.10", "68.40", None),
    ("P03", "30.05", "80.00", "推介会取消，八月起改办线上对接"), ("P04", "53.50", "66.38", None),
)  # fmt: skip


def columns(sheet: Worksheet) -> dict[str, int]:
    """Header -> its column."""
    return {str(cell.value).strip("*● "): cell.column for cell in sheet[HEADER] if cell.value}


def edit(path: Path, sheet: str, change: Callable[[Worksheet, Mapping[str, int]], None]) -> None:
    """Change a sheet of a workbook on disk."""
    book = openpyxl.load_workbook(path)
    change(book[sheet], columns(book[sheet]))
    book.save(path)


def cut(folder: Path, month: int = 7, forms: str = "1234") -> Path:
    """The example's ``forms`` (their numbers) with nothing later than ``month`` and nothing of the year's end."""
    folder.mkdir(parents=True)
    for path in sorted(EXAMPLE.glob("*.xlsx")):
        if path.name[0] in forms:
            shutil.copy(path, folder / path.name)
    wipe(folder / "2_预算执行.xlsx", "支出", "全年执行数")
    for path in folder.glob("4_*.xlsx"):
        wipe(path, "指标", "全年完成值")

    def later_months(sheet: Worksheet, _: Mapping[str, int]) -> None:
        for row in sheet.iter_rows(min_row=HEADER + 1):
            if isinstance(row[0].value, int) and row[0].value > month:
                for cell in row[1:]:
                    cell.value = None

    edit(folder / "3_月度支出.xlsx", "月度", later_months)
    return folder


def wipe(path: Path, sheet: str, label: str) -> None:
    def change(page: Worksheet, at: Mapping[str, int]) -> None:
        for row in range(HEADER + 1, page.max_row + 1):
            page.cell(row, at[label]).value = None

    edit(path, sheet, change)


def put(path: Path, sheet: str, records: Sequence[Mapping[str, object]]) -> None:
    """Records from the first row on, by header."""

    def change(page: Worksheet, at: Mapping[str, int]) -> None:
        for number, record in enumerate(records, HEADER + 1):
            for label, value in record.items():
                page.cell(number, at[label]).value = value

    edit(path, sheet, change)


def monitored(folder: Path, month: int = 7, forms: str = "1234") -> Path:
    """:func:`cut` with 监控 and 项目监控 filled as a careful department would."""
    cut(folder, month, forms)
    labels = ("指标编号", "1–N月完成值", "全年预计值", "完成可能性", "偏差类型", "偏差原因")
    for name, rows in MONITORED.items():
        put(folder / name, "监控", [dict(zip(labels, row, strict=False)) for row in rows])
    labels = ("项目编码", "1–N月执行数", "全年预计执行数", "备注")
    put(folder / RECEPTION, "项目监控", [dict(zip(labels, row, strict=True)) for row in PROJECTS])
    return folder
