"""Monitoring as an officer runs it: the example and a submission of August, every mid-year mistake at its cell, the run folder."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import yaml

from pipeline import forms, messages, monitoring, rules
from pipeline.check.session import Checker
from pipeline.errors import CannotRun
from pipeline.forms_phases import load_phases
from pipeline.model import Finding
from pipeline.run import Request
from tests import midyear
from tests.midyear import COOPERATION, EXAMPLE, HEADER, RECEPTION, RESEARCH, columns

BUDGET, SPENDING = "2_预算执行.xlsx", "3_月度支出.xlsx"


def quiet(_: str) -> None:
    pass


def assessed(folder: Path, month: int = 7) -> monitoring.Monitoring:
    with Checker(beside=False) as checker:
        return monitoring.assess(Request(folder, beside=False), month, checker, quiet)


def findings(folder: Path, month: int = 7) -> list[Finding]:
    return list(assessed(folder, month).findings)


def said(found: list[Finding]) -> list[str]:
    return [messages.sentence(one) for one in found]


def test_the_example_and_a_submission_of_july_have_no_finding(tmp_path: Path):
    """Months 8 to 12, 全年执行数 and 全年完成值 blank, no claims: nothing of the year's end is asked."""
    for folder in (EXAMPLE, midyear.cut(tmp_path / "core"), midyear.cut(tmp_path / "all", forms="1234567")):
        one = assessed(folder)
        assert said(list(one.findings)) == [], folder
        assert one.outcome.figures["monitor.execution_rate"].printed == "62.11%"
        assert one.outcome.figures["monitor.project_execution_rate"].printed == "55.86%"
    one = assessed(midyear.monitored(tmp_path / "monitored"))
    assert said(list(one.findings)) == []
    # 1 of 4 and 7/12 of the year; 130 of 300
    assert one.outcome.figures["monitor.indicator.C02.progress"].printed == "42.86%"
    assert one.outcome.figures["monitor.indicator.C02.light"].printed == "红"
    assert one.outcome.figures["monitor.indicator.B02.progress"].printed == "74.29%"
    assert one.outcome.figures["monitor.project.P03.light"].printed == "红"
    assert one.outcome.figures["monitor.project_expected"].printed == "349.63"


def test_a_submission_of_core_columns_alone_is_silent_too(tmp_path: Path):
    folder = midyear.cut(tmp_path / "core")
    for form, spec in forms.load_specs().items():
        for path in folder.glob(f"{spec.title}*.xlsx"):
            book = openpyxl.load_workbook(path)
            for table in spec.tables:
                optional = [field.label for field in table.fields if not field.core]
                sheet = book[table.sheet]
                if table.layout == "card":
                    continue
                for label in set(columns(sheet)) & set(optional):
                    for row in range(HEADER + 1, sheet.max_row + 1):
                        sheet.cell(row, columns(sheet)[label]).value = None
            book.save(path)
        assert form
    assert said(findings(folder)) == []


def test_what_only_the_year_end_knows_may_be_blank_or_gone_in_august(tmp_path: Path):
    """口径, 年末在职, 完成情况 and 文字材料 blank, the date of August, the columns of results deleted."""
    folder = midyear.monitored(tmp_path / "august")
    book = openpyxl.load_workbook(folder / "1_基本情况.xlsx")
    blank = {
        "数据口径": None,
        "填报日期": "2022-08-12",
        "年末在职": None,
        "其中行政编制在职": None,
        "其中事业编制在职": None,
    }
    for sheet in ("单位信息", "人员"):
        for row in book[sheet].iter_rows(min_row=HEADER):
            label = str(row[0].value).strip("*● ")
            if label in blank:
                row[1].value = blank.pop(label)
    assert blank == {}
    page = book["重点工作"]
    for row in range(HEADER + 1, page.max_row + 1):
        page.cell(row, columns(page)["完成情况"]).value = None
    del book["文字材料"]
    book.save(folder / "1_基本情况.xlsx")
    book = openpyxl.load_workbook(folder / RECEPTION)
    page = book["指标"]
    page.delete_cols(columns(page)["全年完成值"])
    book.save(folder / RECEPTION)
    one = assessed(folder)
    assert said(list(one.findings)) == []
    assert one.outcome.figures["monitor.goal.lights"].printed == "红 1  黄 1  绿 20  蓝 2  未判断 7"


@pytest.mark.parametrize("month", [1, 2, 4, 6, 8, 10, 11, 12])
def test_any_month_of_the_example_is_computed_without_a_false_alarm(month: int):
    one = assessed(EXAMPLE, month)
    assert [each for each in said(list(one.findings)) if not each.startswith("MS-031")] == []
    assert one.outcome.figures["monitor.month"].printed == str(month)


def test_the_year_end_still_asks_for_what_monitoring_does_not(tmp_path: Path):
    from pipeline import run

    with Checker(beside=False) as checker:
        result = run.check(Request(midyear.cut(tmp_path / "core"), beside=False), (), quiet, checker)
    assert {"BE-001", "PI-001"} <= {record["code"] for record in result.records}
    season = {code for code, entry in messages.load_catalogue().items() if entry.season == "monitoring"}
    assert season and season.isdisjoint({record["code"] for record in result.records})


def cell_of(path: Path, sheet: str, label: str, key: object) -> str:
    """The address of a column in the row whose first cell is ``key``."""
    page = openpyxl.load_workbook(path)[sheet]
    at = columns(page)[label]
    keyed = columns(page).get("项目编码", 1) if sheet == "支出" else 1
    row = next(r for r in range(HEADER, page.max_row + 1) if page.cell(r, keyed).value == key)
    return page.cell(row, at).coordinate


def overwrite(name: str, sheet: str, label: str, key: object, value: object) -> Callable[[Path], tuple]:
    """A mistake: one cell overwritten. Gives where it stands."""

    def change(folder: Path) -> tuple[str, str, str]:
        address = cell_of(folder / name, sheet, label, key)
        book = openpyxl.load_workbook(folder / name)
        book[sheet][address].value = value
        book.save(folder / name)
        return name, sheet, address

    return change


def months_of_projects(*, p01: float) -> Callable[[Path], tuple]:
    """项目月度 for one project, seven months of the same amount."""

    def change(folder: Path) -> tuple[str, str, str]:
        record = {"项目编码": "P01", **{f"{m}月": p01 for m in range(1, 8)}}
        midyear.put(folder / SPENDING, "项目月度", [record])
        return RECEPTION, "项目监控", cell_of(folder / RECEPTION, "项目监控", "1–N月执行数", "P01")

    return change


def drop(name: str, sheet: str, key: str, place: tuple[str, str, str]) -> Callable[[Path], tuple]:
    """A mistake: the row of ``key`` emptied; it is told at ``place`` (file, sheet, label of the key's column)."""

    def change(folder: Path) -> tuple[str, str, str]:
        book = openpyxl.load_workbook(folder / name)
        page = book[sheet]
        row = next(r for r in range(HEADER, page.max_row + 1) if page.cell(r, 1).value == key)
        for cell in page[row]:
            cell.value = None
        book.save(folder / name)
        return place[0], place[1], cell_of(folder / place[0], place[1], place[2], key)

    return change


def month_emptied(month: int) -> Callable[[Path], tuple]:
    def change(folder: Path) -> tuple[str, str, str]:
        book = openpyxl.load_workbook(folder / SPENDING)
        page = book["月度"]
        row = next(r for r in range(HEADER, page.max_row + 1) if page.cell(r, 1).value == month)
        for cell in page[row][1:]:
            cell.value = None
        book.save(folder / SPENDING)
        return SPENDING, "月度", f"A{HEADER}"

    return change


def headed(name: str, sheet: str, old: str, new: str) -> Callable[[Path], tuple]:
    """A mistake: a header that names another month."""

    def change(folder: Path) -> tuple[str, str, str]:
        book = openpyxl.load_workbook(folder / name)
        cell = book[sheet].cell(HEADER, columns(book[sheet])[old])
        cell.value = new
        book.save(folder / name)
        return name, sheet, cell.coordinate

    return change


def low_spending(folder: Path) -> tuple[str, str, str]:
    """Every month's spending a third of what it was: 20.70% where 58.33% are due."""
    book = openpyxl.load_workbook(folder / SPENDING)
    page = book["月度"]
    for row in range(HEADER + 1, HEADER + 8):
        cell = page.cell(row, columns(page)["当月支出"])
        cell.value = round(float(cell.value) * 0.4, 2)
    book.save(folder / SPENDING)
    return SPENDING, "月度", cell_of(folder / SPENDING, "月度", "未达原因", 7)


#: what the same change is bound to raise besides
ALONG = {
    "PI-064": {"PI-061", "PI-066"},
    "PI-023": {"PI-056"},
    "PI-020": {"PI-063"},
    "MS-015": {"MS-012"},
    "MS-010": {"RC-014"},
}
#: where the place told of is not the cell that was changed
TOLD_AT = {
    "PI-050": "偏差原因", "PI-051": "偏差原因", "PI-055": "全年预计值", "PI-066": None, "PI-067": None,
}  # fmt: skip


@pytest.mark.parametrize(
    ("code", "mistake", "words"),
    [
        ("MS-030", month_emptied(3), "缺少 3 月"),
        ("MS-031", low_spending, "为序时进度的 42.59%，亮红灯，没有写未达原因"),
        ("MS-015", overwrite(SPENDING, "月度", "当月支出", 7, 1200), "大于"),
        ("MS-010", overwrite(SPENDING, "月度", "当月支出", 5, -20), "没有对应的退回冲减"),
        ("PI-023", overwrite(RECEPTION, "监控", "指标编号", "A08", "A88"), "A88"),
        ("PI-020", overwrite(RECEPTION, "项目监控", "项目编码", "P04", "P44"), "P44"),
        ("PI-050", overwrite(COOPERATION, "监控", "偏差原因", "C02", None), "是“完全不可能”，没有写偏差原因"),
        ("PI-051", overwrite(RECEPTION, "监控", "1–N月完成值", "A02", "9家"), "亮红灯，完成进度 55.10%（年度指标值 ≥28家）"),
        ("PI-052", overwrite(RECEPTION, "监控", "1–N月完成值", "A02", "六成"), "不能与年度指标值 ≥28家 比较"),
        ("PI-053", overwrite(RECEPTION, "监控", "全年预计值", "A01", "78次"), "全年预计值 78次 达不到年度指标值 ≥80次"),
        ("PI-054", overwrite(COOPERATION, "监控", "全年预计值", "C02", "4家"), "达到年度指标值 ≥4家，完成可能性却是“完全不可能”"),
        ("PI-055", overwrite(RESEARCH, "监控", "1–N月完成值", "B01", "93篇"), "小于 1–7 月完成值 93篇"),
        ("PI-056", drop(RECEPTION, "监控", "A08", (RECEPTION, "指标", "指标编号")), "没有列入指标 A08"),
        ("PI-057", overwrite(RECEPTION, "监控", "1–N月完成值", "A08", None), "1–7 月完成值未填"),
        ("PI-058", overwrite(RESEARCH, "监控", "偏差类型", "B02", None), "没有选偏差类型"),
        ("PI-060", months_of_projects(p01=10.8), "1–7 月合计 75.60 万元"),
        ("PI-061", overwrite(RECEPTION, "项目监控", "全年预计执行数", "P01", 70), "小于 1–7 月执行数 75.20"),
        ("PI-062", overwrite(RECEPTION, "项目监控", "全年预计执行数", "P02", 70), "大于全年预算数 68.40"),
        ("PI-063", drop(RECEPTION, "项目监控", "P04", (BUDGET, "支出", "项目编码")), "没有列入项目 P04"),
        ("PI-064", overwrite(RECEPTION, "项目监控", "1–N月执行数", "P04", 70), "大于全年预算数 66.38"),
        ("PI-065", headed(RECEPTION, "监控", "1–N月完成值", "1-6月完成值"), "表头写的是 1–6 月"),
        ("PI-066", overwrite(RECEPTION, "项目监控", "1–N月执行数", "P02", 41.1), "相差 1.00 万元"),
        ("PI-067", overwrite(RECEPTION, "项目监控", "备注", "P03", None), "为序时进度的 59.66%，亮红灯"),
    ],
    ids=lambda value: value if isinstance(value, str) and value[2:3] == "-" else "",
)  # fmt: skip
def test_a_mid_year_mistake_is_found_at_its_cell(
    tmp_path: Path, code: str, mistake: Callable[[Path], tuple], words: str
):
    folder = midyear.monitored(tmp_path / "august")
    file, sheet, address = mistake(folder)
    found = findings(folder)
    told = said(found)
    assert {one.code for one in found} - ALONG.get(code, set()) == {code}, told
    one = next(each for each in found if each.code == code)
    places = [(each.cell.file, each.cell.sheet, each.cell.address) for each in one.cells]
    if code == "PI-066":
        assert places[0] == (SPENDING, "月度", cell_of(folder / SPENDING, "月度", "其中项目支出", 7))
    elif code == "PI-067":
        assert places[0][:2] == (BUDGET, "支出") and places[-1][2] == cell_of(
            folder / BUDGET, "支出", "项目编码", "P03"
        )
    elif code in TOLD_AT:
        row = address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        page = openpyxl.load_workbook(folder / file)[sheet]
        assert places[0] == (file, sheet, page.cell(int(row), columns(page)[TOLD_AT[code]]).coordinate), told
    else:
        assert places[0] == (file, sheet, address), told
    sentence = messages.sentence(one)
    assert words in sentence and "{" not in messages.sentence(one, "en")


def test_a_claimed_rate_that_does_not_follow_is_answered_with_its_denominator(tmp_path: Path):
    """2227.70 as July's budget, 62.11% claimed: 61.70% follows, and 62.11% would need 2213.05 or so."""
    folder = midyear.cut(tmp_path / "august", forms="12348")
    book = openpyxl.load_workbook(folder / "8_填报得分.xlsx")
    kept = {"1-7月执行率": "62.11%", "1-9月执行率": "10%", "总分": "12"}
    page = book["合计"]
    for row, (item, value) in enumerate(kept.items(), HEADER + 1):
        page.cell(row, 1).value, page.cell(row, 2).value = item, value
    for row in range(HEADER + 1 + len(kept), page.max_row + 1):
        page.cell(row, 1).value = page.cell(row, 2).value = None
    book.save(folder / "8_填报得分.xlsx")
    assert said(findings(folder)) == []
    overwrite(SPENDING, "月度", "当期预算数", 7, 2227.70)(folder)
    (one,) = findings(folder)
    told = messages.sentence(one)
    assert one.code == "SC-014" and "61.70%" in told and "2,213.06 万元作分母正好得出" in told
    assert (one.cell.sheet, one.cell.address) == ("合计", f"B{HEADER + 1}")


def test_a_header_that_names_the_month_is_taken_at_its_word(tmp_path: Path):
    """September: months 8 and 9 are filled again, and both sheets say so."""
    folder = midyear.monitored(tmp_path / "september", month=9)
    open_header = assessed(folder, 9).outcome.figures["monitor.indicator.A01.light"]
    # 50 of 80 with three quarters of the year gone
    assert (
        open_header.printed == "绿"
        and assessed(folder, 8).outcome.figures["monitor.indicator.A01.light"].value == ""
    )
    for name in midyear.MONITORED:
        headed(name, "监控", "1–N月完成值", "1-8月完成值")(folder)
    figures = assessed(folder, 9).outcome.figures
    assert (
        figures["monitor.indicator.A01.light"].value == ""
        and "1–8 月" in figures["monitor.indicator.A01.light"].reason
    )
    assert assessed(folder, 8).outcome.figures["monitor.indicator.A01.progress"].printed == "93.75%"


def run_command(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "pipeline", *arguments],
        cwd=midyear.ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


@pytest.fixture(scope="module")
def july(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess]:
    out = tmp_path_factory.mktemp("july")
    folder = midyear.monitored(out / "in")
    done = run_command(
        "monitor", str(folder), "--through", "7", "--out", str(out / "out"), "--date", "2022-08-15"
    )
    return next((out / "out").iterdir()), done


def test_the_run_folder_is_complete_and_says_that_it_is_a_trial(july: tuple):
    run, done = july
    assert done.returncode == 0, done.stderr
    assert run.name == "2022_440100_某市人民政府驻北京办事处_1-7月监控_试算稿"
    assert "1–7月执行率 62.11%（分母：7月的当期预算数 2,213.06 万元），绿灯" in done.stdout
    assert (
        "1–7月项目支出执行率 55.86%" in done.stdout
        and "没有发现问题" in done.stdout
        and "试算稿" in done.stdout
    )
    there = {path.relative_to(run).as_posix() for path in run.rglob("*") if path.is_file()}
    assert there >= {"绩效运行监控表.xlsx", "evidence/SHA256SUMS", "evidence/inputs/1_基本情况.xlsx"}
    assert there >= {
        f"evidence/{name}.json" for name in ("findings", "figures", "trace", "normalisations", "manifest")
    }
    assert "evidence/expectations/monitoring.judgements.json" in there
    assert not any("management" in name or "outcome.leaves" in name for name in there)
    manifest = json.loads((run / "evidence" / "manifest.json").read_text("utf-8"))
    assert manifest["options"]["command"] == "monitor" and manifest["options"]["through"] == "7"
    assert manifest["rubric"].endswith("monitor.yaml") and any(
        n.endswith("department.yaml") for n in manifest["used"]
    )
    sheet = openpyxl.load_workbook(run / "绩效运行监控表.xlsx")["部门整体监控"]
    assert sheet["F4"].value == "2022年8月15日"


def test_the_basis_of_the_figures_is_printed_wherever_they_are(july: tuple):
    """In August none of 快报数, 决算上报数 and 批复数 exists: form, summary, manifest and 退回单 say what the amounts are."""
    (place, done), basis = july, "截至7月末的月度支出数"
    book = openpyxl.load_workbook(place / "绩效运行监控表.xlsx")
    texts = [str(cell.value) for row in book["部门整体监控"].iter_rows() for cell in row if cell.value]
    assert texts[texts.index("数据口径") + 1] == basis
    assert f"数据口径：{basis}\n" in done.stdout
    manifest = json.loads((place / "evidence" / "manifest.json").read_text("utf-8"))
    assert manifest["reporting_basis"] == basis


def test_a_returned_workbook_of_a_monitoring_run_says_the_basis(tmp_path: Path):
    folder = midyear.monitored(tmp_path / "in")
    midyear.edit(
        folder / "3_月度支出.xlsx", "月度", lambda page, at: page.cell(HEADER + 2, at["当月支出"], "很多")
    )
    done = run_command("monitor", str(folder), "--through", "7", "--out", str(tmp_path / "out"))
    assert done.returncode == 1
    (place,) = (tmp_path / "out").iterdir()
    page = openpyxl.load_workbook(place / "退回单" / "3_月度支出.xlsx").worksheets[0]
    assert page["A3"].value.endswith("数据口径：截至7月末的月度支出数。")


def test_explain_verify_and_diff_work_on_it(july: tuple, tmp_path: Path):
    run, _ = july
    told = run_command("explain", str(run), "绩效运行监控表.xlsx!绩效目标监控!H7").stdout
    assert "74.29%" in told and "4_绩效指标_信息调研处.xlsx" in told and "序时进度" in told
    assert "monitor.indicator.B02.progress" in told
    cell = run_command("explain", str(run), "3_月度支出.xlsx!月度!D11").stdout
    assert "monitor" in cell or "month.7.spent" in cell
    verified = run_command("verify", str(run))
    assert verified.returncode == 0 and "一致" in verified.stdout, verified.stdout
    assert run_command("monitor", str(EXAMPLE), "--through", "6", "--out", str(tmp_path)).returncode == 0
    changes = run_command("diff", str(next(tmp_path.iterdir())), str(run)).stdout
    assert "52.43% → 62.11%" in changes
    form = run / "绩效运行监控表.xlsx"
    form.write_bytes(form.read_bytes() + b" ")
    assert run_command("verify", str(run)).returncode == 1


@pytest.mark.parametrize("month", ["13", "0", "-1"])
def test_a_month_that_is_none_is_refused_with_a_sentence(month: str):
    done = run_command("monitor", str(EXAMPLE), "--through", month)
    assert done.returncode == 2 and f"应是 1 到 12，不能是 {month}" in done.stderr and done.stdout == ""


def test_a_file_or_a_region_without_rules_is_refused(tmp_path: Path):
    with pytest.raises(CannotRun, match="监控要的是放着填报表的文件夹"):
        monitoring.monitor(Request(EXAMPLE / BUDGET, tmp_path, beside=False), 7, quiet)
    with pytest.raises(CannotRun, match="没有 110000 地区 2022 年度的评分规则（monitor）"):
        monitoring.monitor(Request(EXAMPLE, tmp_path, region="110000", beside=False), 7, quiet)


def test_json_prints_one_object_and_a_critical_finding_makes_code_1(tmp_path: Path):
    folder = midyear.cut(tmp_path / "in")
    month_emptied(2)(folder)
    done = run_command("monitor", str(folder), "--json", "--out", str(tmp_path / "out"))
    answer = json.loads(done.stdout)
    assert done.returncode == answer["exit_code"] == 1 and answer["month"] == 7
    assert [one["code"] for one in answer["findings"]] == ["MS-030"]
    assert answer["figures"]["monitor.execution_rate"]["value"] is None


def test_a_region_without_department_rules_is_monitored_too(tmp_path: Path):
    request = Request(midyear.cut(tmp_path / "in"), tmp_path / "out", region="000000", beside=False)
    result = monitoring.monitor(request, 7, quiet)
    assert result.exit_code == 0 and result.figures["monitor.execution_rate"]["printed"] == "62.11%"


def test_a_waiver_holds_in_a_monitoring_run(tmp_path: Path):
    folder = midyear.monitored(tmp_path / "in")
    place = overwrite(RECEPTION, "项目监控", "全年预计执行数", "P02", 70)(folder)
    import shutil

    shutil.copy(EXAMPLE.parent / "fill_in" / "9_核查说明.xlsx", folder)
    page = openpyxl.load_workbook(folder / "9_核查说明.xlsx")["核查说明"]
    labels = list(columns(page))
    values = [
        "PI-062",
        place[0],
        place[1],
        place[2],
        "70",
        "拟追加 1.60 万元，文件在办",
        "甲",
        "乙",
        "2022-08-10",
    ]
    midyear.put(folder / "9_核查说明.xlsx", "核查说明", [dict(zip(labels, values, strict=False))])
    (record,) = assessed(folder).records
    assert record["code"] == "PI-062" and record["waived"]["approved_by"] == "乙"


def test_what_a_phase_leaves_out_exists_in_the_forms():
    """Every form, sheet and column that phases.yaml names is one of the specs'."""
    specs = forms.load_specs()
    for phase in load_phases().values():
        assert phase.forms <= specs.keys()
        named = [
            *((table, "") for table in phase.tables),
            *((t, f) for t, fs in phase.fields.items() for f in fs),
        ]
        for table, field in named:
            form, _, name = table.partition(".")
            spec = specs[form].table(name)
            assert not field or spec.field(field)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"light_when_met": "紫"}, "“紫”不在 indicator_lights 的各档里"),
        ({"lights_with_reason": ["红", "橙"]}, "“橙”不在"),
        ({"rate_lights": [{"light": "红", "below": "60%"}, {"light": "绿", "at_least": "70%"}]}, "空档"),
        (
            {"rate_lights": [{"light": "红", "at_most": "60%"}, {"light": "绿", "at_least": "60%"}]},
            "端点重叠",
        ),
        ({"denominator": "somewhere"}, "之一"),
        ({"monitoring_month": 13}, "1 到 12"),
        ({"schedule": None}, "缺少 schedule"),
    ],
)
def test_a_broken_rubric_of_lights_is_refused_with_its_line(tmp_path: Path, change: dict, message: str):
    raw = yaml.safe_load((rules.RUBRICS / "440100_guangzhou" / "2022" / "monitor.yaml").read_text("utf-8"))
    for name, value in change.items():
        if value is None:
            del raw["settings"][name]
        else:
            raw["settings"][name]["value"] = value
    path = tmp_path / "monitor.yaml"
    path.write_text(yaml.safe_dump(raw, allow_unicode=True, sort_keys=False), "utf-8")
    with pytest.raises(CannotRun, match=message) as stopped:
        rules.load_file(path)
    assert "第" in str(stopped.value) or ":" in str(stopped.value)


def test_a_rubric_of_lights_prints_and_scores_nothing():
    lines = rules.show_lines(rules.load("440100", 2022, "monitor"))
    assert lines[0] == "2022年度部门绩效运行监控（440100 广州市，monitor）"
    assert any("60%（含）–80%" in line and "platform_published" in line for line in lines)
    assert not any("总分 0" in line or " 0 分" in line for line in lines)
