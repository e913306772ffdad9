"""Our own monitoring form: the committed blank and its map, what stands in its cells, and its formulas in another calculator."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from pipeline import maps, monitoring, rules
from pipeline.check.session import Checker
from pipeline.maps_figures import unknown_figures
from pipeline.model import Outcome
from pipeline.run import Request
from pipeline.write import official, own_monitor_form
from pipeline.write.proof import unexpected_differences
from tests import midyear
from tests.write import calculator

FOLDER = midyear.ROOT / "input_templates" / "official" / "440100_guangzhou" / "2022"


@pytest.fixture(scope="module")
def form_map() -> maps.FormMap:
    return maps.load_map(FOLDER, "monitor.map.yaml")


@pytest.fixture(scope="module")
def august(tmp_path_factory: pytest.TempPathFactory) -> monitoring.Monitoring:
    return _assessed(midyear.monitored(tmp_path_factory.mktemp("august") / "in"))


def _assessed(folder: Path) -> monitoring.Monitoring:
    with Checker(beside=False) as checker:
        return monitoring.assess(Request(folder, beside=False), 7, checker, lambda _: None)


def sheets(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(BytesIO(content), data_only=True)


@pytest.mark.parametrize("region", ["440100", "000000"])
def test_the_committed_form_is_what_its_rubric_makes(region: str):
    rubric = rules.load(region, 2022, "monitor")
    form, text = own_monitor_form.build(rubric)
    folder = rules.official_folder(rubric)
    assert (folder / own_monitor_form.FORM_NAME).read_bytes() == form
    assert (folder / own_monitor_form.MAP_NAME).read_text("utf-8") == text


def test_the_form_shows_the_month_the_rates_and_the_lights(august: monitoring.Monitoring):
    book = sheets(august.filled.content)
    page = book["部门整体监控"]
    assert page["A2"].value == "部门绩效运行监控表" and page["A3"].value == "（2022年1–7月）"
    assert page["D6"].value == "1–7月\n执行数" and page["E6"].value == "1–7月\n执行率"
    total = [page[f"{letter}7"].value for letter in "BCDEFGHI"]
    assert total[:3] == [2213.06, 2213.06, 1374.53] and total[3] == 0.6211 and total[4] == 1.0647
    assert total[5] == "绿" and total[6] == 2206.71 and total[7] == 0.9971
    assert [page[f"{letter}9"].value for letter in "BCDEG"] == [355.98, 355.98, 198.85, 0.5586, "绿"]
    assert (
        page["D8"].value == 1175.68 and page["B10"].value == "7月的当期预算数" and page["E10"].value == 0.5833
    )
    assert [page[f"A{row}"].value for row in range(13, 21)] == [1, 2, 3, 4, 5, 6, 7, None]
    assert page["D19"].value == 1374.53 and page["D20"].value is None
    assert page["B26"].value == "红" and page["F26"].value == "红 1  黄 1  绿 20  蓝 2  未判断 7"
    assert page["A28"].value.startswith("示范表式") and "试算稿" in page["A28"].value


def test_projects_and_indicators_have_their_rows(august: monitoring.Monitoring):
    book = sheets(august.filled.content)
    projects = book["项目支出监控"]
    third = [projects[f"{letter}8"].value for letter in "BCDEFGHIJKLM"]
    assert third[0] == "区域经济协作经费" and third[1:5] == [86.35, 86.35, 30.05, 0.348]
    assert third[5:9] == [0.5966, "红", 80, 0.9265] and third[9] == "红"
    assert third[11] == "推介会取消，八月起改办线上对接"
    assert [projects[f"{letter}16"].value for letter in "CDEI"] == [355.98, 355.98, 198.85, 349.63]
    page = book["绩效目标监控"]
    names = {page[f"E{row}"].value: row for row in range(6, page.max_row + 1) if page[f"E{row}"].value}
    row = names["促成落地企业数"]
    assert page[f"B{row}"].value == "区域经济协作经费" and page[f"F{row}"].value == "≥4家"
    assert (page[f"G{row}"].value, page[f"H{row}"].value, page[f"I{row}"].value) == ("1家", 0.4286, "红")
    assert page[f"K{row}"].value == "√" and page[f"M{row}"].value is None
    assert page[f"P{row}"].value.startswith("招商活动经费压减") and page[f"Q{row}"].value == "完全不可能"
    # 反向: met, nothing to divide; 时限 not due; words
    assert (
        page[f"H{names['保障工作差错次数']}"].value == "—"
        and page[f"I{names['保障工作差错次数']}"].value == "绿"
    )
    assert page[f"I{names['年度保障任务完成时间']}"].value is None
    assert len(names) == 31


def test_a_form_with_nothing_monitored_says_so_and_invents_no_number(tmp_path: Path):
    one = _assessed(midyear.cut(tmp_path / "in"))
    book = sheets(one.filled.content)
    blank = [book["项目支出监控"][f"{letter}6"].value for letter in "BCEFHI"]
    assert blank == ["驻京工作保障经费", 134.85, "—", None, None, "—"]
    assert book["项目支出监控"]["E16"].value is None and book["部门整体监控"]["H7"].value == "—"
    assert book["绩效目标监控"]["F6"].value and book["绩效目标监控"]["G6"].value is None
    assert book["部门整体监控"]["E9"].value == 0.5586


def test_filling_changes_the_mapped_cells_and_nothing_else(
    form_map: maps.FormMap, august: monitoring.Monitoring
):
    assert august.filled.differences == () and august.filled.inserted
    plain = official.fill(form_map.form, form_map, Outcome({k: f for k, f in august.outcome.figures.items() if ".indicator." not in k}))  # fmt: skip
    assert unexpected_differences(form_map.form, plain.content, plain.changes) == []
    assert unknown_figures(form_map, august.outcome.figures) == []


def test_every_light_has_its_colour_also_in_inserted_rows(august: monitoring.Monitoring):
    page = openpyxl.load_workbook(BytesIO(august.filled.content))["绩效目标监控"]
    last = max(row for row in range(6, page.max_row + 1) if page[f"I{row}"].value)
    assert last > own_monitor_form.FIRST_INDICATOR + own_monitor_form.INDICATOR_ROWS - 1
    covered = [area for area in page.conditional_formatting if f"I{last}" in area]
    assert {rule.formula[0] for area in covered for rule in area.rules} == {'"红"', '"黄"', '"绿"', '"蓝"'}


@pytest.mark.office
def test_another_calculator_agrees_with_every_formula(tmp_path: Path, august: monitoring.Monitoring):
    for name, one in (("filled", august), ("bare", _assessed(midyear.cut(tmp_path / "in")))):
        (tmp_path / name).mkdir()
        assert len(calculator.formula_cells(one.filled.content)) > 20
        assert calculator.disagreements(one.filled.content, tmp_path / name) == []


@pytest.mark.office
def test_a_planted_wrong_number_is_seen_by_the_calculator(tmp_path: Path, august: monitoring.Monitoring):
    book = openpyxl.load_workbook(BytesIO(august.filled.content))
    book["部门整体监控"]["D7"].value = 1000
    changed = BytesIO()
    book.save(changed)
    fresh = calculator.recalculated(changed.getvalue(), tmp_path)
    assert fresh["部门整体监控", "E7"] == pytest.approx(0.4519)
