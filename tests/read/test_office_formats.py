"""The same form saved by an office program as .xlsx, .xls and .ods reads the same."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from pipeline.forms import load_specs
from pipeline.messages import sentence
from pipeline.read.submission import read_submission

pytestmark = pytest.mark.office


def saved_as(path: Path, ending: str, folder: Path) -> Path:
    """The workbook opened and saved anew by LibreOffice."""
    folder.mkdir(parents=True, exist_ok=True)
    profile = (folder / "profile").absolute().as_uri()
    subprocess.run(
        [
            shutil.which("soffice") or "libreoffice",
            f"-env:UserInstallation={profile}",
            "--headless",
            "--convert-to",
            ending,
            "--outdir",
            str(folder),
            str(path),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return folder / f"{path.stem}.{ending}"


@pytest.mark.parametrize("ending", ["xlsx", "xls", "ods"])
def test_a_form_saved_anew_reads_the_same(make, line, tmp_path, ending):
    lines = [line, {**line, "项目编码": "007", "全年执行数": "１，２０３.50 ", "调整净额": "—"}]
    source = make(
        "budget_execution", {"expenditure": lines, "adjustments": [{"日期": "2022-05-01", "金额": 1.5}]}
    )
    before = read_submission(source, load_specs())
    after = read_submission(saved_as(source, ending, tmp_path / "saved"), load_specs())
    assert [one.code for one in after.findings] == ([] if ending == "xlsx" else ["TP-013"])
    assert after.files[0].form == "budget_execution" and after.files[0].version == "2022.1"
    assert after.files[0].unit == "万元"
    for name, table in before.tables.items():
        saved = after.tables[name]
        assert [(row.number, row.values, row.columns) for row in saved.rows] == [
            (row.number, row.values, row.columns) for row in table.rows
        ]
    if ending != "xlsx":
        assert sentence(after.findings[0]).startswith(f"TP-013 《2_预算执行》：.{ending} 文件看不出错误值")


@pytest.mark.parametrize("ending", ["xlsx", "xls", "ods"])
def test_cards_dates_and_rates_survive_the_format(make, basics, tmp_path, ending):
    source = make("basics", basics)
    after = read_submission(saved_as(source, ending, tmp_path / "saved"), load_specs())
    card = after.card("basics.department")
    assert (card["year"], card["region_code"], card["report_date"].isoformat()) == (
        2022,
        "440100",
        "2023-01-10",
    )
    months = [
        {
            "月份": 1,
            "当期预算数": 10,
            "其中项目预算数": 0,
            "当月支出": 1,
            "其中项目支出": 0,
            "财政通报执行率": 0.6211,
        }
    ]
    rates = read_submission(
        saved_as(make("monthly_spending", {"months": months}), ending, tmp_path / "rates"), load_specs()
    )
    row = rates.table("monthly_spending.months").rows[0]
    assert str(row["bureau_execution_rate"]) == "6211/10000"
    assert [one.kinds for one in rates.normalisations] == ([] if ending == "xlsx" else [("ratio",)])


@pytest.mark.parametrize("ending", ["xls", "ods"])
def test_a_far_cell_is_refused_in_old_and_open_formats_too(make, line, tmp_path, ending):
    def far(book):
        book["支出"]["IV65536"] = 1

    source = make("budget_execution", {"expenditure": [line]}, change=far)
    after = read_submission(saved_as(source, ending, tmp_path / "saved"), load_specs())
    assert [one.code for one in after.findings] == ["TP-026"]
    assert "最远填到第 65536 行、IV 列" in sentence(after.findings[0])
