"""The workings of a monitoring run: the printed rates by hand, every formula agreed with, every figure at a cell."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from pipeline import monitoring, run
from pipeline.report.explain import explain
from tests import midyear
from tests.midyear import EXAMPLE, HEADER
from tests.write import calculator

NAME = "计算底稿.xlsx"


def made(folder: Path, out: Path, month: int) -> Path:
    return monitoring.monitor(run.Request(folder, out, beside=False), month, lambda _: None).folder


@pytest.fixture(scope="module")
def july(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("july")
    return made(midyear.monitored(out / "in"), out / "out", 7)


def sheet(content: bytes, name: str, formulas: bool = False):
    return openpyxl.load_workbook(BytesIO(content), data_only=not formulas)[name]


def test_the_rates_are_formulas_with_their_values_beside_them(july: Path):
    """1374.53 of 2213.06 is 62.11%, ÷ 7/12 1.0647: green; projects 198.85 of 355.98 is 55.86%."""
    content = (july / NAME).read_bytes()
    shown, live = sheet(content, "监控执行率"), sheet(content, "监控执行率", True)
    rows = {str(row[0].value): row[0].row for row in shown.iter_rows() if row[0].value}
    whole, projects = rows["支出合计"], rows["其中：项目支出"]
    assert [shown.cell(whole, at).value for at in (3, 4, 5)] == [2213.06, 1374.53, 0.6211]
    assert shown.cell(whole, 6).value == pytest.approx(1374.53 / 2213.06 * 12 / 7)
    assert [shown.cell(projects, at).value for at in (4, 5, 7)] == [198.85, 0.5586, "绿"]
    assert live.cell(whole, 7).value.startswith("=IF(") and '<0.6,"红"' in live.cell(whole, 7).value
    basic = rows["其中：基本支出"]
    assert (
        shown.cell(basic, 4).value == pytest.approx(1374.53 - 198.85) and "-N(" in live.cell(basic, 4).value
    )


def test_an_indicators_progress_is_made_of_the_numbers_read(july: Path):
    """55 of at least 71, ÷ 7/12: 132.80%, blue; a rate is not divided by the months."""
    content = (july / NAME).read_bytes()
    shown, live = sheet(content, "指标监控"), sheet(content, "指标监控", True)
    rows = {str(row[0].value): row[0].row for row in shown.iter_rows() if row[0].value}
    sent, issued = rows["政务专送篇数"], rows["周刊按期编发率"]
    assert [shown.cell(sent, at).value for at in (4, 5, 7)] == [71, 55, "蓝"]
    assert shown.cell(sent, 6).value == pytest.approx(55 / 71 * 12 / 7)
    assert (
        live.cell(issued, 6).value == f"=E{issued}/D{issued}"
        and "不随月份累计" in shown.cell(issued, 9).value
    )


def test_every_rate_light_and_amount_of_the_form_stands_in_the_workings(july: Path):
    figures = json.loads((july / "evidence" / "figures.json").read_text("utf-8"))
    placed = set(
        json.loads((july / "evidence" / "trace.json").read_text("utf-8"))["workbooks"][NAME].values()
    )
    parts = ("executed", "execution_rate", "progress", "light", "expected", "expected_rate")
    wanted = {f"monitor.{kind}{part}" for kind in ("", "basic_", "project_") for part in parts}
    wanted |= {one for one in figures if one.startswith("monitor.project.") and one.split(".")[3] in parts}
    wanted |= {
        one
        for one in figures
        if one.startswith("monitor.indicator.") and one.endswith((".progress", ".light"))
    }
    assert {one for one in wanted if figures[one]["value"] != ""} <= placed


def test_a_cell_of_it_is_explained(july: Path):
    shown = sheet((july / NAME).read_bytes(), "监控执行率")
    row = next(row[0].row for row in shown.iter_rows() if row[0].value == "支出合计")
    assert any("62.11%" in line for line in explain(july, f"{NAME}!监控执行率!E{row}"))


def test_it_knows_nothing_of_later_months_and_names_what_was_found(tmp_path: Path):
    folder = midyear.monitored(tmp_path / "in")
    midyear.edit(
        folder / "3_月度支出.xlsx", "月度", lambda page, at: page.cell(HEADER + 2, at["当月支出"], "很多")
    )
    content = (made(folder, tmp_path / "out", 5) / NAME).read_bytes()
    months = [
        row[0].value
        for row in sheet(content, "月度进度").iter_rows(min_row=4)
        if isinstance(row[0].value, int)
    ]
    assert months == [1, 2, 3, 4, 5]
    assert "MS-002" in {row[0].value for row in sheet(content, "发现问题").iter_rows()}
    texts = [str(cell.value) for row in sheet(content, "监控执行率").iter_rows() for cell in row]
    assert any(text.startswith("待定") for text in texts)


def test_the_same_month_gives_the_same_bytes(tmp_path: Path):
    first, second = (made(EXAMPLE, tmp_path / name, 7) for name in "ab")
    assert (first / NAME).read_bytes() == (second / NAME).read_bytes()


@pytest.mark.office
@pytest.mark.parametrize("month", [1, 3, 7, 12])
def test_another_calculator_agrees_with_every_number(month: int, tmp_path: Path):
    folder = midyear.monitored(tmp_path / "in", month) if month <= 7 else EXAMPLE
    content = (made(folder, tmp_path / "out", month) / NAME).read_bytes()
    assert len(calculator.formula_cells(content)) > 8 * month
    assert calculator.disagreements(content, tmp_path) == []
