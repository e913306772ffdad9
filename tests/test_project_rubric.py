"""Which project rubric a region uses: its own, the one its department rubric names, or the one asked for on the command line."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from pipeline import filled_forms, outputs_forms, rules, run
from pipeline.check.session import Checker
from pipeline.errors import CannotRun
from pipeline.rules import shelf
from tests.test_should_fail import EXAMPLE

ROOT = Path(__file__).resolve().parents[1]
SETTING = '  project_rubric: {value: "%s", source: working_values, mark: assumed, words: 项目表式}\n'
FORM = "项目支出绩效自评表/P01_驻京工作保障经费.xlsx"


def quiet(_: str) -> None: ...


def region(folder: Path, value: str) -> Path:
    """A shelf with the national rubrics and a department rubric of 990100 that names one of them for its projects."""
    shutil.copytree(shelf.RUBRICS / "000000_national", folder / "000000_national")
    text = (shelf.RUBRICS / "440100_guangzhou" / "2022" / "department.yaml").read_text("utf-8")
    text = text.replace('region: {code: "440100", name: 广州市}', 'region: {code: "990100", name: 某市}')
    text = text.replace("settings:\n", "settings:\n" + SETTING % value, 1)
    path = folder / "990100_example" / "2022" / "department.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(text, "utf-8")
    return folder


def test_a_department_rubric_names_its_project_rubric_as_data(tmp_path: Path):
    root = region(tmp_path, "000000/project/with_cost")
    rubric = rules.load("990100", 2022, "department", root)
    assert rules.for_projects(rubric, root=root).name == "000000/2022/project/with_cost"
    assert "project_rubric" in rubric.assumed().settings
    assert any("000000/project/with_cost" in line for line in rules.show_lines(rubric))
    assert rules.for_projects(rubric, "000000/2022/project", root).variant == ""


def test_without_a_word_it_is_the_regions_own_and_none_where_it_has_none(tmp_path: Path):
    own = rules.load("440100", 2022)
    assert rules.for_projects(own).name == "440100/2022/project"
    assert rules.for_projects(rules.load("430600", 2022)) is None
    assert rules.for_projects(rules.load("430600", 2022), "510000/2022/project").region_code == "510000"


def test_a_rubric_that_is_not_there_is_refused_with_file_and_line(tmp_path: Path):
    root = region(tmp_path, "000000/project/with_costs")
    rubric = rules.load("990100", 2022, "department", root)
    with pytest.raises(CannotRun, match="project_rubric 指的规则不在.*project/with_costs") as refused:
        rules.for_projects(rubric, root=root)
    assert refused.value.file.endswith("department.yaml")
    with pytest.raises(CannotRun, match="project_rubric 指的规则不在"):
        shelf.check_all(root)


def test_a_value_that_is_no_name_is_refused_with_its_line(tmp_path: Path):
    root = region(tmp_path, "with_cost")
    with pytest.raises(CannotRun, match="应写成 000000/project 或") as refused:
        rules.load("990100", 2022, "department", root)
    text = (root / "990100_example" / "2022" / "department.yaml").read_text("utf-8").splitlines()
    assert "project_rubric" in text[refused.value.line - 1]


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("000000/2023/project", "是 2023 年度的规则，填报的是 2022 年度，不拿别的年度代替"),
        ("000000/2022/monitor", "不是一套项目支出的评分规则"),
        ("with_cost", "请写成 440100/2022/project 或"),
        ("000000/2022/project/nowhere", "（project/nowhere）"),
    ],
)
def test_a_name_that_is_none_is_refused_before_anything_is_read(asked: str, sentence: str, tmp_path: Path):
    said: list[str] = []
    with pytest.raises(CannotRun) as refused:
        run.report(run.Request(EXAMPLE, tmp_path, beside=False, project_rubric=asked), said.append)
    assert sentence in str(refused.value) and said == []


@pytest.fixture(scope="module")
def ten_and_ninety(tmp_path_factory) -> run.Result:
    out = tmp_path_factory.mktemp("runs")
    return run.report(run.Request(EXAMPLE, out, beside=False, project_rubric="510000/2022/project"), quiet)


def test_a_run_uses_rubric_form_and_map_of_the_one_asked_for(ten_and_ninety: run.Result):
    """By hand: 129.82 of 134.85 is 96.27%, 10 × that is 9.63; the indicators of P01 have 90 of 90."""
    figures = ten_and_ninety.figures
    assert figures["project.P01.execution.score"]["value"] == "9.63"
    assert figures["project.P01.indicators.score"]["value"] == "90.00"
    assert figures["project.P01.score"]["value"] == "99.63" and ten_and_ninety.exit_code == 0
    sheet = openpyxl.load_workbook(ten_and_ninety.folder / FORM, data_only=True).active
    assert "99.63" in {str(cell.value) for row in sheet.iter_rows() for cell in row}
    manifest = json.loads((ten_and_ninety.folder / "evidence" / "manifest.json").read_text("utf-8"))
    assert manifest["options"]["project_rubric"] == "510000/2022/project"
    assert "input_templates/official/510000_sichuan/2022/project.map.yaml" in manifest["used"]
    assert "pipeline/rules/rubrics/510000_sichuan/2022/project.yaml" in manifest["used"]


def test_verify_makes_the_same_run_again(ten_and_ninety: run.Result):
    assert run.verify(ten_and_ninety.folder, EXAMPLE, quiet).problems == ()


def test_its_form_checked_alone_raises_nothing_under_the_same_rubric(ten_and_ninety: run.Result):
    found = filled_forms.find(ten_and_ninety.folder / FORM, None, None)
    with Checker(beside=False) as checker:
        told = filled_forms.check(found, None, None, "zh", checker, quiet, "510000/2022/project")
    assert told.records == () and told.forms[0]["recomputed_total"] == "99.63"
    assert told.forms[0]["rubric"].startswith("510000 2022")


@pytest.mark.parametrize(
    ("name", "sentence"), [("440100/2022/department", "不是项目支出的评分规则"), ("640100/2021/project", "不适用于 2022 年度")]
)  # fmt: skip
def test_a_filled_form_is_not_checked_by_another_kind_or_year(ten_and_ninety, name: str, sentence: str):
    found = filled_forms.find(ten_and_ninety.folder / FORM, None, None)
    with pytest.raises(CannotRun, match=sentence), Checker(beside=False) as checker:
        filled_forms.check(found, None, None, "zh", checker, quiet, name)


def test_weights_beyond_the_rubrics_total_are_found_though_the_form_adds_up(tmp_path: Path):
    """90 points of indicators under 20 + 80: the form prints 110, its sum, and so it is told."""
    asked = "420000/2022/project"
    done = run.report(run.Request(EXAMPLE, tmp_path, beside=False, project_rubric=asked), quiet)
    found = filled_forms.find(done.folder / FORM, None, None)
    with Checker(beside=False) as checker:
        told = filled_forms.check(found, None, None, "zh", checker, quiet, asked)
    sentences = [record["message"] for record in told.records if record["code"] == "OF-030"]
    assert len(sentences) == 1 and "“总分”的分值印为 110，各项分值合计为 110，而总分应为 100" in sentences[0]


def test_the_rubrics_are_checked_with_their_maps(monkeypatch, tmp_path: Path):
    assert outputs_forms.check_maps() == len(list((ROOT / "input_templates" / "official").rglob("*map.yaml")))
    source = rules.official_folder(rules.load("000000", 2022, "project", variant="with_cost"))
    folder = shutil.copytree(source, tmp_path / "000000_x" / "2022")
    text = (folder / "project.with_cost.map.yaml").read_text("utf-8")
    (folder / "project.with_cost.map.yaml").write_text(
        text.replace("project.{id}.grade:", "project.{id}.grades:"), "utf-8"
    )
    monkeypatch.setattr(rules, "official_folder", lambda _: folder)
    with pytest.raises(CannotRun, match="没有“project.P00.grades”这个数字") as refused:
        outputs_forms.check_maps()
    assert "project.with_cost.map.yaml" in refused.value.file and refused.value.line


def test_the_command_line_takes_it():
    command = [
        sys.executable,
        "-m",
        "pipeline",
        "check",
        str(EXAMPLE),
        "--project-rubric",
        "420000/2022/project",
        "--json",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    answer = json.loads(done.stdout)
    assert done.returncode == 1 and {one["code"] for one in answer["findings"]} == {"RC-021"}
