"""Filled forms as they come: folders, strangers, encrypted and empty files, rows inserted, the command line, rubrics."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import yaml

from pipeline import filled_forms, forms
from pipeline.errors import CannotRun
from pipeline.model import Cell
from pipeline.model_filled import State
from pipeline.read.official import read_forms
from pipeline.read.official_cells import printed
from pipeline.write.patch import patch
from pipeline.write.rows import insert_rows
from tests.published import writing
from tests.published.test_filled_codes import SHEET, filled, records

ROOT = writing.FOLDER.parents[1]
EXAMPLE = ROOT / "input_templates" / "example"
OLE = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(3000)


def read(path: Path):
    return read_forms(path, forms.load_specs())


def run(*args: str | Path) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "pipeline", *map(str, args)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")


@pytest.mark.parametrize(
    ("raw", "number_format", "text", "state", "number"),
    [
        (None, "General", "", State.BLANK, None),
        ("", "General", "", State.BLANK, None),
        (0, "General", "0", State.NUMBER, 0),
        (0.0, "0.00", "0.00", State.NUMBER, 0),
        ("—", "General", "—", State.DASH, None),
        ("/", "General", "/", State.DASH, None),
        ("一", "General", "一", State.DASH, None),
        ("无", "General", "无", State.NONE, None),
        (0.9775, "0.00%", "97.75%", State.NUMBER, Fraction(391, 400)),
        (0.9775, "0%", "98%", State.NUMBER, Fraction(391, 400)),
        ("97.75％", "General", "97.75％", State.NUMBER, Fraction(391, 400)),
        ("99.55分", "General", "99.55分", State.NUMBER, Fraction(1991, 20)),
        ("1,203.50", "General", "1,203.50", State.NUMBER, Fraction(2407, 2)),
        (1203.5, "#,##0.00", "1,203.50", State.NUMBER, Fraction(2407, 2)),
        ("１２.５", "General", "１２.５", State.NUMBER, Fraction(25, 2)),
        ("满分", "General", "满分", State.TEXT, None),
        (True, "General", "TRUE", State.TEXT, None),
    ],
)
def test_a_cell_is_what_a_person_sees(raw, number_format, text, state, number):
    seen = printed(Cell("f", "s", "A1"), raw, number_format)
    assert (seen.text, seen.state, seen.number) == (text, state, number)


def test_rows_inserted_anywhere_move_what_is_below(tmp_path: Path):
    content, _ = writing.fill_national(filled())
    content = insert_rows(content, SHEET, 3, 2, 3)  # above the money
    content = insert_rows(content, SHEET, 20, 5, 18)  # among the indicators
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    (form,) = read(path).forms
    assert (form.read_by, form.money.executed.text, form.money.executed.cell.address) == (
        "map",
        "195.50",
        "E9",
    )
    assert [row.score.text for row in form.scored.rows][-1] == "10.00" and len(form.scored.rows) == 6
    assert (form.scored.total_score.text, form.scored.total_score.cell.address) == ("99.18", "G33")
    assert form.rubric == ("000000", 2022) and form.year == 2022


def test_levels_are_filled_down_from_merged_cells(tmp_path: Path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(writing.fill_plain(filled())[0])
    (form,) = read(path).forms
    assert form.read_by == "labels"
    assert [row.level_1.text for row in form.scored.rows] == ["产出指标"] * 3 + ["效益指标"] * 2 + [
        "满意度指标"
    ]
    assert [row.level_2.text for row in form.scored.rows][3:5] == ["社会效益指标"] * 2
    assert form.money.budget.number == 200 and len(form.funds[0].parts) == 3
    assert form.funds[0].parts[2].initial.state is State.DASH
    assert form.scored.grade.text == "优" and form.named["name"].text == "某项目"


def hubei() -> bytes:
    """A form with 得分（20分*执行率）, no 分值, a footnote, and columns where no map expects them."""
    book = openpyxl.Workbook()
    sheet = book.active
    for address, value in {
        "B2": "2022年度项目自评表", "B4": "项目名称", "C4": "某项目", "B6": "预算执行情况（万元）（20分）",
        "D6": "预算数（A）", "E6": "执行数（B）", "F6": "执行率（B/A）", "G6": "得分（20分*执行率）",
        "C7": "年度财政资金总额", "D7": 200, "E7": 195.5, "F7": "97.75%", "G7": 19.55,
        "B9": "一级指标", "C9": "二级指标", "D9": "三级指标", "E9": "年初目标值（A）", "F9": "实际完成值（B）", "G9": "得分",
        "B10": "产出指标", "C10": "数量指标", "D10": "完成方案", "E10": "2套", "F10": "2套", "G10": 40,
        "B11": "效益指标", "C11": "社会效益指标", "D11": "指导作用", "E11": "明显", "F11": "明显", "G11": 40,
        "B12": "总分", "G12": "99.55分",
    }.items():  # fmt: skip
        sheet[address] = value
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_provinces_own_layout(tmp_path: Path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(hubei())
    (form,) = read(path).forms
    assert (form.money.weight.number, form.money.weight.cell.address) == (20, "G6")
    assert [row.target.text for row in form.scored.rows] == ["2套", "明显"]
    codes = {record["code"]: record for record in records(tmp_path, hubei())}
    assert codes.keys() == {"OF-010", "OF-024"} and codes["OF-024"]["cell"] == "G12"
    wrong = patch(hubei(), {("Sheet", "G7"): 20})
    told = {record["code"]: record for record in records(tmp_path, wrong)}
    assert "20 × 97.75% = 19.55" in told["OF-017"]["message"] and told["OF-017"]["cell"] == "G7"


def test_a_folder_of_forms_and_what_else_lies_in_it(tmp_path: Path):
    content, _ = writing.fill_national(filled())
    for name in ("甲.xlsx", "乙.xlsx"):
        (tmp_path / name).write_bytes(content)
    book = openpyxl.Workbook()
    book.active["A1"] = "通讯录"
    book.save(tmp_path / "丙.xlsx")
    (tmp_path / "丁.xlsx").write_bytes(OLE)
    (tmp_path / "~$甲.xlsx").write_bytes(b"x")
    found = read(tmp_path)
    assert [form.file for form in found.forms] == ["乙.xlsx", "甲.xlsx"]
    assert {(finding.code, finding.cell.file) for finding in found.findings} == {
        ("TP-004", "丙.xlsx"),
        ("TP-003", "丁.xlsx"),
    }


def test_a_submission_stays_a_submission(tmp_path: Path):
    assert read(EXAMPLE) is None
    assert read(EXAMPLE / "2_预算执行.xlsx") is None
    folder = tmp_path / "both"
    shutil.copytree(EXAMPLE, folder)
    (folder / "项目支出绩效自评表.xlsx").write_bytes(writing.fill_national(filled())[0])
    assert read(folder) is None
    with pytest.raises(CannotRun, match="没有找到"):
        read(tmp_path / "nowhere.xlsx")


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "TP-003"), (b"not a workbook", "TP-001"), (OLE, "TP-003"), (b"PK\x03\x04broken", "TP-003")],
)
def test_a_file_that_is_no_form_has_its_own_finding(content: bytes, code: str, tmp_path: Path):
    path = tmp_path / "自评表.xlsx"
    path.write_bytes(content)
    found = read(path)
    assert found.forms == () and [finding.code for finding in found.findings] == [code]


def test_an_encrypted_form_is_told_so(tmp_path: Path):
    content = bytearray(writing.fill_national(filled())[0])
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(sign)
        while place >= 0:
            content[place + at] |= 1  # the flag of a part that needs a password
            place = content.find(sign, place + 4)
    path = tmp_path / "自评表.xlsx"
    path.write_bytes(bytes(content))
    done = run("check", path)
    assert done.returncode == 1 and "TP-002" in done.stdout and "Traceback" not in done.stderr


def test_the_rubric_is_the_one_asked_for(tmp_path: Path):
    path = tmp_path / "自评表.xlsx"
    path.write_bytes(writing.fill_national(filled())[0])
    (form,) = read(path).forms
    assert filled_forms.rubric_for(form, None, None).region_code == "000000"
    assert filled_forms.rubric_for(form, "440100", 2022).region_code == "440100"
    with pytest.raises(CannotRun, match="没有 999999 地区"):
        filled_forms.rubric_for(form, "999999", 2022)
    with pytest.raises(CannotRun, match="1999"):
        filled_forms.rubric_for(form, None, 1999)


def test_the_command_prints_both_scores_and_what_makes_the_difference(tmp_path: Path):
    case = writing.load(writing.FOLDER / "01_yunnan_2022.yaml")
    path = tmp_path / "自评表.xlsx"
    path.write_bytes(writing.fill_national(case)[0])
    done = run("check", path)
    assert done.returncode == 0, done.stdout
    assert "表上总分 96.00，各项得分合计 96.00，按规则复算 99.80（优）" in done.stdout
    assert "G16 资金到位及时率：自评 7.00，复算 10.00（+3.00，已达到指标值）" in done.stdout
    assert "G19 政策知晓率：自评 9.00，复算 9.80（+0.80，按完成比例）" in done.stdout
    assert "Traceback" not in done.stderr
    answer = json.loads(run("check", path, "--json").stdout)
    assert answer["forms"][0]["recomputed_total"] == "99.80" and answer["exit_code"] == 0
    assert {finding["code"] for finding in answer["findings"]} >= {"OF-039", "OF-040"}


def test_a_critical_finding_makes_exit_code_1(tmp_path: Path):
    case = writing.load(writing.FOLDER / "03_sichuan_2022.yaml")
    path = tmp_path / "自评表.xlsx"
    path.write_bytes(writing.fill_national(case)[0])
    done = run("check", path, "--lang", "en")
    assert done.returncode == 1 and "OF-030" in done.stdout and "recomputed 110.00" in done.stdout
    bad = run("check", tmp_path / "missing.xlsx")
    assert bad.returncode == 2 and "没有找到" in bad.stderr


def test_no_case_is_known_to_the_program():
    words = [yaml.safe_load(path.read_text("utf-8"))["id"] for path in writing.FOLDER.glob("[0-9]*.yaml")]
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "pipeline").rglob("*.py"))
    assert not any(word in sources for word in [*words, "水标尺", "海绵城市", "营养改善"])
