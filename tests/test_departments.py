"""A department of three units with its 决算, from end to end: silent, added up, and in every output the 口径."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from pipeline import run
from pipeline.report import summary
from tests.departments import with_units_and_final_accounts
from tests.write import calculator

BASIS = "决算上报数"


@pytest.fixture(scope="module")
def result(tmp_path_factory) -> run.Result:
    folder = tmp_path_factory.mktemp("units") / "填报"
    folder.mkdir()
    for name, content in with_units_and_final_accounts().items():
        (folder / name).write_bytes(content)
    return run.report(run.Request(folder, folder.parent / "out", beside=False), lambda _: None)


def test_nothing_is_found_and_the_score_is_that_of_the_department(result):
    """What the centre spent was eliminated at 本级: the department's figures are those of the example."""
    assert (result.exit_code, [one["message"] for one in result.records]) == (0, [])
    printed = {name: figure["printed"] for name, figure in result.figures.items()}
    assert (printed["total.score"], printed["annual.executed"]) == ("98.00", "2,219.83")
    assert (printed["unit.101001.executed"], printed["unit.101002.executed"]) == ("2,219.83", "12.00")
    assert (printed["elimination.executed"], printed["unit.101003.executed"]) == ("12.00", "29.00")
    assert printed["project.P02.executed"] == "68.22" and printed["fund.unit_funds.executed"] == "12.00"


def sheet(result, name):
    return openpyxl.load_workbook(result.folder / "计算底稿.xlsx", data_only=True)[name]


def test_the_sheet_of_the_units_adds_up_to_the_department(result):
    rows = {row[0]: row[1:6] for row in sheet(result, "分单位").iter_rows(min_row=4, values_only=True)}
    assert rows["本级"] == ("纳入", 2213.06, 14.64, 2227.7, 2219.83)
    assert rows["服务中心"] == ("纳入", 12, 0, 12, 12) and rows["原信息站"] == ("不纳入", 30, 0, 30, 29)
    assert rows["纳入的单位合计"][1:] == (2225.06, 14.64, 2239.7, 2231.83)
    assert rows["减：内部抵销"][1:] == (12, 0, 12, 12)
    assert (
        rows["部门数（合计 − 抵销）"][1:]
        == rows["部门数（表“执行率”）"][1:]
        == (2213.06, 14.64, 2227.7, 2219.83)
    )
    assert rows["差额（应为 0）"][1:] == (0, 0, 0, 0)
    book = openpyxl.load_workbook(result.folder / "计算底稿.xlsx")["分单位"]
    assert (
        book["F7"].value == "=SUM('分单位'!F4:F5)"
        and book["F11"].value == "=ROUND('分单位'!F9-'分单位'!F10,6)"
    )


def test_the_workings_of_a_department_without_units_have_no_such_sheet(tmp_path):
    example = Path(__file__).resolve().parents[1] / "input_templates" / "example"
    done = run.report(run.Request(example, tmp_path, beside=False), lambda _: None)
    assert "分单位" not in openpyxl.load_workbook(done.folder / "计算底稿.xlsx", read_only=True).sheetnames


@pytest.mark.office
def test_another_calculator_agrees_with_every_number(result, tmp_path):
    assert calculator.disagreements((result.folder / "计算底稿.xlsx").read_bytes(), tmp_path) == []


def test_the_final_accounts_stand_among_the_reconciliations(result):
    rows = list(sheet(result, "勾稽关系").iter_rows(min_row=4, values_only=True))
    judged = {row[0]: row[8] for row in rows}
    assert judged["全年执行数合计 = 决算的本年支出合计"] == "相符"
    assert [judged[f"P0{n}：项目全年执行数 = 项目决算数"] for n in (1, 2, 3, 4)] == ["相符"] * 4
    assert judged["001：内部抵销 付出数 = 收到数".replace("001", "101001")] == "相符"


def cells_of(path: Path) -> set[str]:
    book = openpyxl.load_workbook(path, data_only=True)
    return {
        str(cell.value) for page in book for row in page.iter_rows() for cell in row if cell.value is not None
    }


def test_every_output_says_which_figures_these_are(result):
    assert f"数据口径：{BASIS}" in summary.lines(result)
    assert any(line.endswith(BASIS) for line in summary.lines(result, "en"))
    manifest = json.loads((result.folder / "evidence" / "manifest.json").read_text("utf-8"))
    assert manifest["reporting_basis"] == BASIS
    assert BASIS in (result.folder / "核查报告.html").read_text("utf-8")
    for name in ("部门整体支出绩效自评表.xlsx", "计算底稿.xlsx"):
        assert BASIS in cells_of(result.folder / name), name
    forms = sorted((result.folder / "项目支出绩效自评表").glob("*.xlsx"))
    assert len(forms) == 4 and all(BASIS in cells_of(form) for form in forms)
    assert f"数据口径：{BASIS}　金额单位：万元" in cells_of(result.folder / "项目自评汇总表.xlsx")


def test_verify_makes_the_run_again(result):
    assert run.verify(result.folder, None, lambda _: None).problems == ()
