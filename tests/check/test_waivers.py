"""核查说明: what it binds, when it is void, where it is printed; it never deletes a finding or makes a number."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import openpyxl
import pytest

from pipeline import run
from pipeline.check import waivers

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "input_templates" / "example"
BLANK = ROOT / "input_templates" / "fill_in" / "9_核查说明.xlsx"
#: 执行数 135.85 over 全年预算数 134.85, and what has to follow it for nothing else to be found
OVERSPENT = {
    "2_预算执行.xlsx": {("支出", "G7"): 135.85, ("支出", "T7"): None, ("支出", "U7"): None},
    "3_月度支出.xlsx": {("月度", "D16"): 165.16, ("月度", "E16"): 34.53},
    "8_填报得分.xlsx": {("合计", "B8"): None},
}
GOOD = ["BE-014", "2_预算执行", "支出", "G7", 135.85, "追加文件年后印发", "李四", "王五", "2023-01-15"]


def fill(path: Path, cells: dict) -> None:
    book = openpyxl.load_workbook(path)
    for (sheet, cell), value in cells.items():
        book[sheet][cell] = value
    book.save(path)


@pytest.fixture
def folder(tmp_path) -> Path:
    place = Path(shutil.copytree(EXAMPLE, tmp_path / "填报"))
    for name, cells in OVERSPENT.items():
        fill(place / name, cells)
    return place


def waive(folder: Path, *rows: list) -> None:
    shutil.copy(BLANK, folder / BLANK.name)
    book = openpyxl.load_workbook(folder / BLANK.name)
    sheet = book["核查说明"]
    first = (
        next(
            row
            for row in range(1, 12)
            if sheet.cell(row, 1).value and "规则编号" in str(sheet.cell(row, 1).value)
        )
        + 1
    )
    for number, values in enumerate(rows):
        for column, value in enumerate(values, 1):
            sheet.cell(first + number, column).value = value
    book.save(folder / BLANK.name)


def check(folder: Path) -> run.Result:
    return run.check(run.Request(folder, beside=False), (), lambda _: None)


def told(result: run.Result) -> dict[str, dict]:
    assert len({record["code"] for record in result.records}) == len(result.records)
    return {record["code"]: record for record in result.records}


def changed(at: int, value: object) -> list:
    return [*GOOD[:at], value, *GOOD[at + 1 :]]


def test_without_a_waiver_the_finding_is_critical(folder):
    done = check(folder)
    assert done.exit_code == 1 and told(done)["BE-014"]["waived"] is None


def test_a_waiver_marks_the_finding_and_the_run_no_longer_fails(folder):
    waive(folder, GOOD)
    done = check(folder)
    assert done.exit_code == 0
    assert told(done).keys() == {"BE-014"}
    assert told(done)["BE-014"]["waived"] == {
        "reason": "追加文件年后印发", "by": "李四", "approved_by": "王五", "date": "2023-01-15",
    }  # fmt: skip


@pytest.mark.parametrize(
    "row",
    [
        changed(0, "be－014"), changed(1, "《2_预算执行》"), changed(1, "2_预算执行.xlsx"), changed(3, "$g$7"),
        changed(3, "支出!G7"), changed(4, "135.85"), changed(4, "１３５.8500"),
    ],
    ids=str,
)  # fmt: skip
def test_the_place_and_value_may_be_written_in_every_usual_way(folder, row):
    waive(folder, row)
    done = check(folder)
    assert done.exit_code == 0, [record["message"] for record in done.records]


@pytest.mark.parametrize(
    ("row", "code", "cell", "words"),
    [
        (changed(4, 135.86), "WV-012", "E5", "原值是“135.86”，现在是“135.85”，说明已失效"),
        (changed(4, None), "WV-012", "E5", "原值是“（空）”，现在是“135.85”"),
        (changed(7, "李 四"), "WV-010", "H5", "提出人和批准人都是“李 四”"),
        (changed(3, "G8"), "WV-013", "A5", "《2_预算执行》支出!G8）的说明不起作用：这个位置没有这样的问题"),
        (changed(0, "BE-015"), "WV-013", "A5", "没有这样的问题，可能已经更正"),
        (changed(0, "BE-999"), "WV-013", "A5", "没有这个规则编号"),
        (changed(0, "TP-002"), "WV-011", "A5", "TP-002 不能用说明代替更正"),
        (changed(5, None), "WV-001", "F5", "理由未填，这条说明不起作用"),
        (changed(8, None), "WV-001", "I5", "日期未填"),
        (changed(8, "年后"), "WV-002", "I5", "“日期”填的是“年后”"),
    ],
    ids=lambda value: value if isinstance(value, str) and value.startswith("WV") else None,
)
def test_a_waiver_without_effect_is_told_and_changes_nothing(folder, row, code, cell, words):
    waive(folder, row)
    done = check(folder)
    assert done.exit_code == 1
    found = told(done)
    assert found.keys() == {"BE-014", code}, [record["message"] for record in done.records]
    assert found["BE-014"]["waived"] is None
    assert (found[code]["file"], found[code]["sheet"], found[code]["cell"]) == (BLANK.name, "核查说明", cell)
    assert words in found[code]["message"]


def test_a_waiver_names_the_first_cell_of_its_finding(folder):
    """BE-014 speaks of G7 and of F7 beside it: naming F7 alone leaves the executed amount free to change."""
    waive(folder, [*GOOD[:3], "F7", 134.85, *GOOD[5:]])
    found = told(check(folder))
    assert found["BE-014"]["waived"] is None
    assert "这个问题还涉及 《2_预算执行》支出!G7，也要说明" in found["WV-013"]["message"]


def test_several_places_of_one_finding_are_each_waived(tmp_path):
    folder = Path(shutil.copytree(EXAMPLE, tmp_path / "填报"))
    fill(folder / "4_绩效指标_接待处.xlsx", {("指标", "J5"): None, ("指标", "J6"): None})
    (record,) = [each for each in check(folder).records if "等 2 处" in each["message"]]
    rows = [
        [record["code"], each["file"], each["sheet"], each["cell"], None, *GOOD[5:]]
        for each in record["cells"]
    ]
    waive(folder, rows[0])
    half = {each["code"]: each for each in check(folder).records}
    assert half[record["code"]]["waived"] is None and "也要说明" in half["WV-013"]["message"]
    waive(folder, *rows)
    whole = {each["code"]: each for each in check(folder).records}
    assert whole[record["code"]]["waived"]["by"] == "李四" and "WV-013" not in whole


def test_a_waiver_never_turns_an_undetermined_figure_into_a_number(tmp_path):
    folder = Path(shutil.copytree(EXAMPLE, tmp_path / "填报"))
    fill(folder / "3_月度支出.xlsx", {("月度", "D9"): None})
    before = check(folder)
    (blank,) = [record for record in before.records if record["code"] == "MS-001"]
    waive(folder, ["MS-001", blank["file"], blank["sheet"], blank["cell"], "（空）", *GOOD[5:]])
    after = check(folder)
    assert {record["code"]: bool(record["waived"]) for record in after.records}["MS-001"] is True
    assert after.figures == before.figures
    assert after.figures["annual.average_execution_rate"]["value"] is None


def test_it_is_printed_wherever_the_finding_is(folder, tmp_path):
    waive(folder, GOOD)
    done = run.report(run.Request(folder, tmp_path / "out", beside=False), lambda _: None)
    words = "已核准说明：追加文件年后印发（提出人 李四，批准人 王五，2023-01-15）"
    from pipeline.report import summary

    line = next(line for line in summary.lines(done) if "BE-014" in line)
    assert line.startswith("  [已说明] BE-014 《2_预算执行》支出!G7") and line.endswith(words)
    kept = done.folder / "evidence"
    assert words in (kept / "findings.csv").read_text("utf-8-sig")
    (record,) = json.loads((kept / "findings.json").read_text("utf-8"))
    assert record["code"] == "BE-014" and record["waived"]["approved_by"] == "王五"
    sheet = openpyxl.load_workbook(done.folder / "计算底稿.xlsx")["发现问题"]
    assert words in [cell.value for row in sheet for cell in row]


@pytest.mark.parametrize(
    ("claimed", "now", "same"),
    [
        ("1203.5", "1,203.50", True), ("95%", "0.95", True), ("（空）", "（空）", True), ("0", "（空）", False),
        ("（空）", "0", False), ("已 完成", "已完成", True), ("=1+1", "=1+1", True), ("1,2", "12", False),
    ],
)  # fmt: skip
def test_same_value(claimed, now, same):
    assert waivers.same_value(claimed, now) is same
