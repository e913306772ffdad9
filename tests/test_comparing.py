"""``report --compare``: the score under another rubric beside the one in force, point by point; the run itself unchanged."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from pipeline import rules, run
from pipeline.__main__ import main
from pipeline.errors import CannotRun
from tests.build_example import EXAMPLE

SHIPPED = rules.RUBRICS / "440100_guangzhou" / "2022" / "department.yaml"


def report(out: Path, compare: str | None, lang: str = "zh") -> run.Result:
    return run.report(run.Request(EXAMPLE, out, compare=compare, lang=lang, beside=False), lambda step: None)


@pytest.fixture(scope="module")
def other(tmp_path_factory) -> Path:
    """The rubric in force with 2 of its points moved from one aspect to the one beside it."""
    text = SHIPPED.read_text("utf-8").replace("title: 2022年度部门整体支出绩效自评", "title: 征求意见稿")
    for old, new in (
        ("id: performance_system\n", "points: 5"),
        ("id: performance_result_use\n", "points: 3"),
    ):
        at = text.index(old)
        text = text[:at] + text[at:].replace(new, "points: 3" if new == "points: 5" else "points: 5", 1)
    path = tmp_path_factory.mktemp("draft") / "draft.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def compared(tmp_path_factory, other) -> run.Result:
    return report(tmp_path_factory.mktemp("out"), str(other))


def test_the_summary_tells_both_totals_and_what_differs(compared):
    """Three of five checkpoints: 3.00 of 5 becomes 1.80 of 3; 3 of 3 becomes 5 of 5: 98.00 -> 98.80."""
    assert compared.comparison == (
        "换用“征求意见稿”（440100/2022/department）计分，仅供对照：",
        "  部门整体：98.00 优 → 98.80 优",
        "    绩效管理制度建设 3.00/5 → 1.80/3",
        "    绩效结果应用 3.00/3 → 5.00/5",
    )
    assert compared.figures["total.score"]["printed"] == "98.00"


def test_the_evidence_has_it_whole_and_can_be_verified(compared, other):
    evidence = compared.folder / "evidence"
    told = json.loads((evidence / "compare.json").read_text("utf-8"))
    assert told == compared.compared
    assert (
        told["before"]["name"] == "440100/2022/department"
        and told["after"]["file"] == "evidence/compare_rubric.yaml"
    )
    (part,) = told["parts"]
    assert part["total"]["after"] == {
        "score": "98.80",
        "weight": "100",
        "reason": "",
        "grade": "优",
        "note": "",
    }
    points = {one["id"]: one for one in part["points"]}
    assert len(points) == len(list(rules.load("440100", 2022).walk()))
    assert {one for one in points if points[one]["differs"]} == {
        "performance_system", "performance_result_use", "performance_management", "management_efficiency",
    }  # fmt: skip
    assert points["performance_management"]["before"]["score"] == "13.00"
    assert points["performance_management"]["after"]["score"] == "13.80"
    assert (evidence / "compare_rubric.yaml").read_bytes() == other.read_bytes()
    assert (
        json.loads((evidence / "manifest.json").read_text("utf-8"))["options"]["compare"]
        == "evidence/compare_rubric.yaml"
    )
    other.rename(other.with_name("away.yaml"))
    try:
        assert run.verify(compared.folder, None, lambda step: None).problems == ()
    finally:
        other.with_name("away.yaml").rename(other)


def test_the_page_has_a_section_for_it(compared):
    page = (compared.folder / "核查报告.html").read_text("utf-8")
    section = page[page.index('<section id="compared"') : page.index('<section id="files"')]
    assert "换用“征求意见稿”计分，仅供对照" in section
    assert "98.00 / 100 优" in section and "98.80 / 100 优" in section and "1.80 / 3" in section
    assert '<a href="#compared">两套标准对照</a>' in page


def test_without_it_there_is_no_trace_of_it(tmp_path):
    result = report(tmp_path, None)
    assert result.comparison == () and result.compared is None
    assert not (result.folder / "evidence" / "compare.json").exists()
    assert "compared" not in (result.folder / "核查报告.html").read_text("utf-8")
    assert (
        "compare"
        not in json.loads((result.folder / "evidence" / "manifest.json").read_text("utf-8"))["options"]
    )


def test_projects_are_compared_project_by_project(tmp_path):
    """Hubei gives spending 20 points; the indicators were given 90, so no grade is told."""
    result = report(tmp_path, "420000/2022/project")
    assert (
        result.comparison[0]
        == "换用“2022年度项目支出绩效自评（预算执行 20 分、绩效目标 80 分）”（420000/2022/project）计分，仅供对照："
    )
    note = "（分值合计 110.00，不是 100：指标的分值是按另一套规则分配的，不定等级）"
    assert result.comparison[1] == f"  驻京工作保障经费：99.63 优 → 109.25{note}"
    assert len(result.comparison) == 1 + len(result.compared["parts"]) == 5
    first = {one["id"]: one for one in result.compared["parts"][0]["points"]}
    # 96.27% exactly 129.82 / 134.85: 9.63 of 10 and 19.25 of 20
    assert (first["execution"]["before"]["score"], first["execution"]["after"]["score"]) == ("9.63", "19.25")
    assert first["goals"]["before"] is None and first["output"]["after"] is None
    options = json.loads((result.folder / "evidence" / "manifest.json").read_text("utf-8"))
    assert options["options"]["compare"] == "420000/2022/project"
    assert "pipeline/rules/rubrics/420000_hubei/2022/project.yaml" in options["used"]
    assert run.verify(result.folder, None, lambda step: None).problems == ()


def test_the_same_rubric_gives_the_same_score(tmp_path):
    result = report(tmp_path, "440100/2022/department", "en")
    assert result.comparison[1:] == ("  部门整体：98.00 优 → 98.00 优", "    every score is the same")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("511700/2022/department", "“相关性”、“明确性”、"), ("440100/2031/department", "没有 440100 地区 2031 年度的评分规则（department）"),
        ("guangzhou", "“guangzhou”不是一套评分规则的名称。"), ("none.yaml", "文件读不出来，请检查它是否存在、是否有权限。"),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_is_refused_before_reading(tmp_path, monkeypatch, name, sentence):
    monkeypatch.setattr(run, "read_submission", lambda *_: pytest.fail("the submission was read"))
    with pytest.raises(CannotRun) as stop:
        report(tmp_path / "out", name)
    assert stop.value.message.startswith(sentence)
    assert not (tmp_path / "out").exists()


def test_on_the_command_line(tmp_path, monkeypatch, capsys):
    args = ["report", str(EXAMPLE), "--out", str(tmp_path), "--compare", "000000/2022/platform", "--json"]
    monkeypatch.setattr(sys, "argv", ["python -m pipeline", *args])
    with pytest.raises(SystemExit) as ended:
        main()
    told = json.loads(capsys.readouterr().out)
    assert ended.value.code == 0
    assert told["compare"]["after"]["name"] == "000000/2022/platform"
    assert [part["total"]["after"]["weight"] for part in told["compare"]["parts"]] == ["100.00"] * 4
