"""The projects' part of a run: a filled, proven form each, their summary, and what happens without rules or with a broken map."""

from __future__ import annotations

import dataclasses
import json
import shutil
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from pipeline import maps, outputs_projects, rules, run
from pipeline.compute.score import compute
from pipeline.errors import CannotRun
from pipeline.model import Figure, Outcome
from pipeline.report.explain import explain
from pipeline.write import project_summary
from pipeline.write.proof import unexpected_differences
from tests.compute.conftest import Draft, project
from tests.compute.test_project_rubrics import BENEFIT, OUTPUT, SATISFACTION, row
from tests.test_should_fail import EXAMPLE
from tests.write import calculator

P01 = "项目支出绩效自评表/P01_驻京工作保障经费.xlsx"
SHEET = "项目支出绩效自评表"


def quiet(_: str) -> None: ...


@pytest.fixture(scope="module")
def result(tmp_path_factory) -> run.Result:
    return run.report(run.Request(EXAMPLE, tmp_path_factory.mktemp("runs"), beside=False), quiet)


@pytest.fixture(scope="module")
def national() -> rules.Rubric:
    return rules.load("000000", 2022, "project")


def values(content: bytes, sheet: str, formulas: bool = False):
    return openpyxl.load_workbook(BytesIO(content), data_only=not formulas)[sheet]


# a run


def test_every_project_of_the_example_has_its_form(result):
    names = sorted(path.name for path in (result.folder / "项目支出绩效自评表").iterdir())
    assert names == [
        "P01_驻京工作保障经费.xlsx", "P02_政策信息调研经费.xlsx", "P03_区域经济协作经费.xlsx", "P04_信访协调工作经费.xlsx",
    ]  # fmt: skip
    sheet = values((result.folder / P01).read_bytes(), SHEET)
    assert (sheet["C4"].value, sheet["C7"].value, sheet["E7"].value) == ("驻京工作保障经费", 134.85, 129.82)
    assert (sheet["F7"].value, sheet["G7"].value, sheet["H7"].value) == (10, 0.9627, 9.63)
    assert sheet["B12"].value.startswith("保障重要公务活动") and sheet["E12"].value.startswith(
        "全年联系在京单位90余次"
    )
    assert [sheet[f"{letter}14"].value for letter in "ABCDEFG"] == [
        "产出指标", "数量指标", "联系在京单位次数", "≥80次", "90余次", 10, 10,
    ]  # fmt: skip
    assert (sheet["F26"].value, sheet["G26"].value, sheet["G27"].value) == (100, 99.63, "优")
    assert "暂定规则 3 项" in sheet["B28"].value


def test_its_formulas_are_those_of_the_blank(result):
    sheet = values((result.folder / P01).read_bytes(), SHEET, formulas=True)
    blank = maps.load_map(rules.official_folder(rules.load("440100", 2022)), "project.map.yaml", "P01")
    before = values(blank.form, SHEET, formulas=True)
    live = [cell.coordinate for line in before.iter_rows() for cell in line if cell.data_type == "f"]
    assert {"C7", "G7", "F26", "G26", "G27"} <= set(live)
    assert [sheet[each].value for each in live] == [before[each].value for each in live]


def test_trace_explains_a_cell_of_a_project_form(result):
    lines = explain(result.folder, f"{P01}!{SHEET}!G27")
    assert lines[0] == f"{P01}!{SHEET}!G27"
    assert "等级 = 优" in lines[1] and "[project.P01.grade]" in lines[1]
    text = "\n".join(lines)
    assert "2_预算执行.xlsx!支出!G7：129.82" in text and "this_project" not in text
    with pytest.raises(CannotRun, match="P01_驻京工作保障经费.xlsx.*P02_政策信息调研经费.xlsx"):
        explain(result.folder, f"{SHEET}!G27")  # without the workbook it could be any project's


def test_manifest_and_sums_cover_forms_summary_and_rules(result):
    manifest = json.loads((result.folder / "evidence" / "manifest.json").read_text("utf-8"))
    assert {P01, "项目自评汇总表.xlsx"} <= manifest["outputs"].keys()
    used = manifest["used"].keys()
    assert "pipeline/rules/rubrics/440100_guangzhou/2022/project.yaml" in used
    assert "input_templates/official/440100_guangzhou/2022/project.map.yaml" in used
    sums = (result.folder / "evidence" / "SHA256SUMS").read_text("utf-8")
    assert P01 in sums and "项目自评汇总表.xlsx" in sums
    verdict = run.verify(result.folder, None, quiet)
    assert verdict.problems == ()


def test_a_touched_project_form_is_seen_by_verify(result, tmp_path):
    copy = shutil.copytree(result.folder, tmp_path / result.folder.name)
    (copy / P01).write_bytes(b"x")
    assert run.verify(copy, None, quiet).problems == (f"文件在生成后被改动：{P01}",)


def test_both_rubrics_count_in_the_trial_line(result):
    both = [rules.load("440100", 2022, kind).assumed() for kind in ("department", "project")]
    assert f"暂定规则 {sum(len(each.rules) for each in both)} 项" in result.trial
    assert "rules show 440100 2022 project" in result.trial and "2 套评分规则合计" in result.trial


def test_a_certain_department_with_assumed_projects_is_a_trial():
    """The folder's name follows the line: one assumed rule of the projects makes the run a trial."""
    department, projects = rules.load("440100", 2022), rules.load("440100", 2022, "project")
    certain = stated(department)
    assert rules.trial_line(certain) == "" and rules.trial_line(certain, "zh", None) == ""
    line = rules.trial_line(certain, "zh", projects)
    assert line.startswith("试算稿：暂定分值 0 项、暂定规则 3 项") and line.endswith(
        "rules show 440100 2022 project"
    )
    assert rules.trial_line(certain, "en", projects).startswith("Trial: assumed are 0 weights, 3 rules")


def stated(rubric: rules.Rubric) -> rules.Rubric:
    def certain(one):
        return dataclasses.replace(one, citation=dataclasses.replace(one.citation, mark="stated"))

    def node(one):
        rule = certain(one.rule) if one.rule else None
        return dataclasses.replace(certain(one), rule=rule, children=tuple(map(node, one.children)))

    settings = {name: certain(one) for name, one in rubric.settings.items()}
    return dataclasses.replace(rubric, nodes=tuple(map(node, rubric.nodes)), settings=settings)


def test_without_project_rules_there_are_no_project_tables_and_the_summary_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(rules, "for_projects", lambda *_: None)
    done = run.report(run.Request(EXAMPLE, tmp_path, beside=False), quiet)
    assert done.remarks == ("440100 地区 2022 年度没有项目支出的评分规则，没有出项目支出绩效自评表。",)
    assert not list(done.folder.glob("项目*")) and done.exit_code == 0
    assert not [one for one in done.figures if one.startswith("project.P01.score")]
    from pipeline.report import summary

    assert done.remarks[0] in summary.lines(done)


# a broken map


@pytest.fixture
def office(tmp_path, monkeypatch) -> Path:
    """The folder of the official forms, as a copy that a test may break."""
    rubric = rules.load("440100", 2022)
    folder = shutil.copytree(rules.official_folder(rubric), tmp_path / "440100_x" / "2022")
    monkeypatch.setattr(rules, "official_folder", lambda _: folder)
    return folder


@pytest.mark.parametrize(
    ("name", "old", "new", "sentence"),
    [
        ("project.map.yaml", "project.{id}.grade:", "project.{id}.grades:", "没有“project.P00.grades”这个数字"),
        ("project.map.yaml", "!G27", "!G270", "项目支出绩效自评表!G270 在表式之外"),
        ("project.map.yaml", "    score: G", "    scores: G", "没有“project.P00.indicator.*.scores”这个数字"),
        ("project.map.yaml", "form: 项目支出绩效自评表.xlsx", "form: 没有.xlsx", "“没有.xlsx”读不出来"),
        ("map.yaml", "total.score:", "total.scores:", "没有“total.scores”这个数字"),
    ],
)  # fmt: skip
def test_a_broken_map_is_refused_before_anything_is_read(office, name, old, new, sentence):
    text = (office / name).read_text("utf-8")
    assert old in text
    (office / name).write_text(text.replace(old, new, 1), "utf-8")
    said: list[str] = []
    with pytest.raises(CannotRun) as refused:
        run.report(run.Request(EXAMPLE, office.parent / "out", beside=False), said.append)
    assert sentence in str(refused.value) and name in str(refused.value)
    changed = text.replace(old, new, 1).splitlines()[refused.value.line - 1] if refused.value.line else ""
    assert new.strip() in changed or "读不出来" in sentence
    assert said == []  # the first step told is reading


# forms of other projects


def filled(year: Draft, rubric: rules.Rubric, key: str = "P01"):
    outcome = compute(year.submission(), year.rubric, project_rubric=rubric)
    return next(one for one in outputs_projects.fill_forms(outcome, rubric) if one.key == key), outcome


@pytest.fixture
def year() -> Draft:
    return Draft(rules.load("440100", 2022))


def many(count: int) -> list[dict]:
    """So many indicators, a point each, every one of them met."""
    return [row(OUTPUT, f"≥{n}个", f"{n}个", "1", indicator_id=f"N{n:02}") for n in range(1, count + 1)]


@pytest.mark.parametrize("count", [1, 12, 13, 40])
def test_more_indicators_than_rows_get_rows_and_the_total_grows(year, national, count, tmp_path):
    year.tables["indicator_results.indicators"] = many(count)
    form, _ = filled(year, national)
    more = max(0, count - 12)
    sheet, live = (values(form.filled.content, SHEET, each) for each in (False, True))
    assert [sheet[f"D{at}"].value for at in (14, 13 + count)] == ["≥1个", f"≥{count}个"]
    assert (sheet[f"F{26 + more}"].value, sheet[f"G{26 + more}"].value) == (
        10 + count,
        pytest.approx(9.63 + count),
    )
    assert f"F14:F{25 + more}" in live[f"F{26 + more}"].value
    assert form.filled.cells[f"{SHEET}!G{26 + more}"] == "project.P01.score"
    assert [one.count for one in form.filled.inserted] == ([more] if more else [])


@pytest.mark.office
@pytest.mark.parametrize("count", [3, 30])
def test_another_calculator_agrees_with_a_filled_form(year, national, count, tmp_path):
    year.tables["indicator_results.indicators"] = [
        *many(count),
        row(BENEFIT, "≥4家", "3家", "30", deviation_reason="市场变化"),
    ]
    form, _ = filled(year, national)
    assert calculator.disagreements(form.filled.content, tmp_path) == []


def test_a_form_changes_in_its_mapped_cells_and_nowhere_else(year, national):
    year.tables["indicator_results.indicators"] = many(5)
    form, _ = filled(year, national)
    blank = maps.load_map(rules.official_folder(national), "project.map.yaml", "P01").form
    assert (
        form.filled.changes
        and list(unexpected_differences(blank, form.filled.content, form.filled.changes)) == []
    )


def test_long_texts_are_written_whole_and_noted(year, national):
    goal = "保障在京公务活动。" * 60
    year.tables["basics.narrative"].append({"section": "P01预期目标", "text": goal})
    reason = "受市场变化影响，部分企业推迟落地，" * 8
    year.tables["indicator_results.indicators"] = [row(OUTPUT, "≥4家", "3家", "50", deviation_reason=reason)]
    form, _ = filled(year, national)
    sheet = values(form.filled.content, SHEET)
    assert sheet["B12"].value == goal
    assert "".join(str(sheet[f"H{at}"].value or "") for at in range(14, 26)) == reason
    assert any("B12 的文字较长" in note for note in form.filled.notes)
    assert "B12 的文字较长" in sheet["B28"].value


def test_an_open_score_leaves_its_cells_blank_and_is_named(year, national):
    year.tables["indicator_results.indicators"] = [row(OUTPUT, "≥4家", None, "50")]
    form, _ = filled(year, national)
    sheet = values(form.filled.content, SHEET)
    assert sheet["G14"].value is None and sheet["G26"].value is None and sheet["G27"].value is None
    assert sheet["H7"].value == 9.63
    assert "G26" in sheet["B28"].value and "未填写" in sheet["B28"].value


@pytest.mark.parametrize(
    ("code", "name", "file"),
    [
        ("P05", 'A/B\\C:D*E?F"G<H>I|J', "P05_A_B_C_D_E_F_G_H_I_J"),
        ("P05", "二期. ", "P05_二期"),
        ("P05", "行\n行\x85行\u2028行", "P05_行_行_行_行"),
        ("P05", "很长的名称" * 30, ("P05_" + "很长的名称" * 30)[:48]),
        ("CON", None, "CON_"),
        (None, "没有编码", None),
    ],
)  # fmt: skip
def test_a_forms_file_has_a_name_that_windows_takes(year, national, code, name, file):
    year.tables["budget_execution.expenditure"].append(project(code, name, "1", "1"))
    outcome = compute(year.submission(), year.rubric, project_rubric=national)
    last = outputs_projects.fill_forms(outcome, national)[-1].name
    folder, _, stem = last.removesuffix(".xlsx").rpartition("/")
    assert folder == "项目支出绩效自评表"
    assert stem == file if file else stem.startswith("x") and stem.endswith("_没有编码")


def test_two_codes_that_windows_takes_for_one_get_two_files(year, national):
    for code in ("p9", "P9"):
        year.tables["budget_execution.expenditure"].append(project(code, "同名", "1", "1"))
    outcome = compute(year.submission(), year.rubric, project_rubric=national)
    assert [one.name for one in outputs_projects.fill_forms(outcome, national)][-2:] == [
        "项目支出绩效自评表/p9_同名.xlsx", "项目支出绩效自评表/P9_同名_2.xlsx",
    ]  # fmt: skip


# the summary


def test_the_summary_of_the_example(result):
    content = (result.folder / "项目自评汇总表.xlsx").read_bytes()
    sheet = values(content, "项目自评汇总表")
    rows = [[cell.value for cell in line] for line in sheet.iter_rows(min_row=5, max_row=9)]
    assert rows[0][:13] == [
        1,
        "P01",
        "驻京工作保障经费",
        134.85,
        134.85,
        129.82,
        0.9627,
        9.63,
        50,
        30,
        10,
        99.63,
        "优",
    ]
    assert rows[0][13] == "预算执行率扣 0.37 分：执行率 96.27%"
    assert [line[11] for line in rows[:4]] == [99.63, 99.97, 99.96, 99.97]
    assert rows[4][0] == "合计" and rows[4][3:7] == [355.98, 355.98, 350.25, 0.9839]
    assert rows[4][13] == "优 4 个、良 0 个、中 0 个、差 0 个"
    live = values(content, "项目自评汇总表", formulas=True)
    assert live["F9"].value == "=SUM(F5:F8)" and live["L5"].value == "=SUM(H5:K5)"
    assert live["M5"].value.startswith('=IF(L5="","",IF(L5>=90,"优"')
    setup = live.page_setup
    assert (setup.orientation, int(setup.paperSize), live.sheet_properties.pageSetUpPr.fitToPage) == (
        "landscape",
        9,
        True,
    )
    assert (setup.fitToWidth or 1, setup.fitToHeight) == (
        1,
        0,
    )  # one page wide is what stands when nothing is said
    trace = json.loads((result.folder / "evidence" / "trace.json").read_text("utf-8"))["workbooks"]
    assert trace["项目自评汇总表.xlsx"]["项目自评汇总表!L5"] == "project.P01.score"
    assert trace["项目自评汇总表.xlsx"]["项目自评汇总表!F9"] == "kind.project.executed"


def summarised(year: Draft, rubric: rules.Rubric):
    outcome = compute(year.submission(), year.rubric, project_rubric=rubric)
    content, _ = project_summary.build(outcome, rubric, "试算稿：3 项")
    return content, values(content, "项目自评汇总表"), outcome


def test_the_reasons_say_what_each_point_was_lost_for(year, national):
    year.tables["indicator_results.indicators"] = [
        row(
            OUTPUT, "≥4家", "3家", "50", level_3="企业落地", deviation_reason="市场变化。", indicator_id="A1"
        ),
        row(BENEFIT, "≥4项", "3项", "30", level_3="采纳", indicator_id="A2"),
    ]
    year.set("budget_execution.expenditure", {"project_id": "P01"}, low_execution_reason="活动减少")
    _, sheet, _ = summarised(year, national)
    assert sheet["N5"].value == (
        "预算执行率扣 0.37 分：执行率 96.27%，活动减少；企业落地扣 12.50 分：市场变化；采纳扣 7.50 分：未写原因"
    )


def test_what_is_open_is_said_and_no_total_hides_it(year, national):
    year.tables["indicator_results.indicators"] = [row(OUTPUT, "≥4家", None, "50")]
    year.set("budget_execution.expenditure", {"project_id": "P02"}, executed_fen=None)
    _, sheet, _ = summarised(year, national)
    assert [sheet[f"{letter}5"].value for letter in "HILM"] == [9.63, "待定", "待定", "待定"]
    assert sheet["N5"].value == "预算执行率扣 0.37 分：执行率 96.27%；总分待定：1 项待定：产出指标"
    assert [sheet[f"{letter}6"].value for letter in "FGH"] == ["待定", "待定", "待定"]
    assert (sheet["D7"].value, sheet["F7"].value, sheet["G7"].value) == (355.98, "待定", "待定")
    assert sheet["N7"].value == "优 0 个、良 0 个、中 0 个、差 0 个、待定 2 个"


def test_a_hostile_name_stays_text(year, national):
    year.set("budget_execution.expenditure", {"project_id": "P01"}, project_name='=HYPERLINK("http://x")')
    content, sheet, _ = summarised(year, national)
    assert sheet["C5"].value == '=HYPERLINK("http://x")'
    assert ("项目自评汇总表", "C5") not in calculator.formula_cells(content)


def test_the_summary_is_the_same_every_time(year, national):
    assert summarised(year, national)[0] == summarised(year, national)[0]


@pytest.mark.office
@pytest.mark.parametrize("one", [each for each in rules.available() if each.kind == "project"], ids=str)
def test_another_calculator_agrees_with_the_summary(one, year, tmp_path):
    rubric = rules.load_file(one.path)
    year.tables["indicator_results.indicators"] = [
        row(OUTPUT, "≥4家", "3家", "50", deviation_reason="市场变化", indicator_id="A1"),
        row(BENEFIT, "≥4项", "3项", "30", indicator_id="A2"),
        row(OUTPUT, "≥4家", "4家", "80", indicator_id="A3", project_id="P02"),
    ]
    # 90 points earned by projects that spent half, and four tenths: what a cap by execution rate is for
    for code in ("P03", "P05"):
        for at, (level, points) in enumerate(((OUTPUT, "50"), (BENEFIT, "30"), (SATISFACTION, "10"))):
            one = row(level, "≥4家", "4家", points, indicator_id=f"{code}{at}", project_id=code)
            year.tables["indicator_results.indicators"].append(one)
    year.tables["budget_execution.expenditure"] += [
        project("P03", "半数", "200", "100"),
        project("P04", "零", "0", "0"),
        project("P05", "四成", "200", "80"),
    ]
    content, sheet, outcome = summarised(year, rubric)
    assert calculator.disagreements(content, tmp_path) == []
    total = next(cell.column_letter for cell in sheet[3] if cell.value == "总分")
    first = outcome.figures["project.P01.score"].value
    assert sheet[f"{total}5"].value == (float(first) if isinstance(first, Decimal) else "待定")
    if rubric.caps:
        live = values(content, "项目自评汇总表", formulas=True)
        assert live[f"{total}5"].value.startswith("=MIN(SUM(")
        # 50% is in the band of 69, 40% in that of 59; 5 + 90 and 4 + 90 without a cap
        assert [sheet[f"{total}{row}"].value for row in (7, 9)] == [69, 59]
        uncapped = [outcome.figures[f"project.{key}.uncapped_score"].value for key in ("P03", "P05")]
        assert uncapped == [95, 94]


def test_a_project_form_needs_only_the_figures_its_map_names(national):
    """An outcome without projects has no forms; nothing is written for it."""
    assert (
        outputs_projects.fill_forms(
            Outcome({"total.score": Figure("total.score", "总分", Decimal(1))}), national
        )
        == ()
    )
