"""Filled workbooks for the tests of reading: a blank made from its spec, filled by another library."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import openpyxl
import pytest

from pipeline.forms import load_specs
from pipeline.messages import sentence
from pipeline.model import Submission
from pipeline.read.submission import read_submission
from pipeline.write.blanks import HEADER_ROW, file_name, write_blank

Rows = Sequence[Mapping[str, object]]
_BLANKS: dict[str, bytes] = {}


def blank(form: str) -> openpyxl.Workbook:
    if form not in _BLANKS:
        _BLANKS[form] = write_blank(load_specs()[form])
    return openpyxl.load_workbook(io.BytesIO(_BLANKS[form]))


def fill(book: openpyxl.Workbook, form: str, tables: Mapping[str, Rows | Mapping[str, object]]) -> None:
    """Writes rows (by label) below the header, or a card's values beside their labels."""
    spec = load_specs()[form]
    for table_id, content in tables.items():
        table = spec.table(table_id)
        sheet = book[table.sheet]
        if table.layout == "card":
            rows = {sheet.cell(row, 1).value: row for row in range(HEADER_ROW, sheet.max_row + 1)}
            for label, value in content.items():
                sheet.cell(rows[label], 2).value = value
            continue
        columns = {sheet.cell(HEADER_ROW, column).value: column for column in range(1, sheet.max_column + 1)}
        for number, row in enumerate(content, HEADER_ROW + 1):
            for label, value in row.items():
                sheet.cell(number, columns[label]).value = value


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Path]:
    """Writes a filled form into the submission folder: ``make("basics", {...}, name=..., change=...)``."""
    folder = tmp_path / "提交"
    folder.mkdir()

    def write(
        form: str,
        tables: Mapping[str, object] | None = None,
        name: str | None = None,
        change: Callable[[openpyxl.Workbook], None] | None = None,
    ) -> Path:
        book = blank(form)
        fill(book, form, tables or {})
        if change:
            change(book)
        path = folder / (name or file_name(load_specs()[form]))
        book.save(path)
        return path

    return write


@pytest.fixture
def read(tmp_path: Path) -> Callable[[], Submission]:
    """Reads the submission folder; every finding it gives must have all the facts its sentences speak of."""

    def reading() -> Submission:
        submission = read_submission(tmp_path / "提交", load_specs())
        for finding in submission.findings:
            assert sentence(finding, "zh") and sentence(finding, "en")
        return submission

    return reading


@pytest.fixture
def basics() -> dict[str, object]:
    """A complete 1_基本情况 by table and label."""
    return {
        "department": {
            "部门全称": "某市某局", "年度": 2022, "行政区划代码": "440100", "数据口径": "快报数", "填表人": "张三",
            "联系电话": "02012345678", "填报日期": dt.date(2023, 1, 10),
        },
        "divisions": [{"名称": "办公室", "主要职责": "综合协调"}],
        "staff": {"编制数": 30, "年末在职": 31},
        "tasks": [{"任务编号": "T1", "任务名称": "接待", "牵头处室": "办公室", "完成情况": "已完成"}],
        "narrative": [{"章节": "部门概况", "正文": "概况"}],
    }  # fmt: skip


@pytest.fixture
def line() -> dict[str, object]:
    """One complete row of 支出 by label."""
    return {
        "支出类型": "项目", "项目编码": "P01", "项目名称": "驻外工作", "年初预算数": 134.85, "调整净额": 0,
        "全年预算数": 134.85, "全年执行数": 129.82,
    }  # fmt: skip
