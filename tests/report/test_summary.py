"""The closing summary of a submission with much wrong: what costs most first, the rest counted."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline import run
from pipeline.report import summary
from pipeline.write.patch import patch
from tests.build_example import EXAMPLE

D = Decimal


@pytest.fixture(scope="module")
def troubled(tmp_path_factory) -> run.Result:
    """Nine things wrong at once, over seven forms."""
    folder: Path = shutil.copytree(EXAMPLE, tmp_path_factory.mktemp("summary") / "填报")
    for name, sheet, changes in (
        ("3_月度支出.xlsx", "月度", {"C9": "三百五十", "D8": None}),
        ("2_预算执行.xlsx", "支出", {"G7": D(140), "E5": D(10)}),
        ("4_绩效指标_信息调研处.xlsx", "指标", {"J5": None, "J6": "200篇"}),
        ("5_管理事项.xlsx", "事项", {"F7": None}),
        ("8_填报得分.xlsx", "合计", {"B5": D(99)}),
    ):
        path = folder / name
        path.write_bytes(patch(path.read_bytes(), {(sheet, cell): value for cell, value in changes.items()}))
    (folder / "6_采购台账.xlsx").rename(folder / "6_采购台账.et")
    return run.check(run.Request(folder, beside=False), (), lambda _: None)


def test_findings_stand_by_severity_and_then_by_what_they_cost(troubled):
    order = [
        (summary.SEVERITIES.index(record["severity"]), -(points or 0), -(projects or 0))
        for record, points, projects in zip(
            troubled.records, troubled.points, troubled.project_points, strict=True
        )
    ]
    assert order == sorted(order)
    # April to December open: 10 × (1 − (1.004220 + 1.010185 + 1.012354)/12) = 10 − 2.52;
    # four leaves of 采购管理 wait for the ledger: 2 + 3 + 1 + 1
    by_code = dict(zip((one["code"] for one in troubled.records), troubled.points, strict=True))
    # as much for the department, and the execution of two projects besides
    assert [record["code"] for record in troubled.records[:2]] == ["RC-011", "MS-001"]
    assert (by_code["MS-001"], by_code["TP-009"]) == (D("7.48"), D("7.00"))


def test_the_summary_spells_the_first_ones_out_and_counts_the_rest(troubled):
    lines = summary.lines(troubled)
    shown = [line for line in lines if line.startswith("  [")]
    assert (
        len(shown) == len(troubled.records) > summary.SHOWN
    )  # a check alone writes nothing: all of it is on the screen
    first = list(
        summary.finding_lines(
            troubled.records,
            "evidence/findings.csv",
            "zh",
            summary.SHOWN,
            troubled.points,
            troubled.project_points,
        )
    )
    assert first[1 : 1 + summary.SHOWN] == shown[: summary.SHOWN]
    assert shown[0].startswith("  [必须改，涉及 7.48 分，项目自评 20.00 分] RC-011 《3_月度支出》月度!E4")
    assert shown[1].startswith("  [必须改，涉及 7.48 分] MS-001 《3_月度支出》月度!D8：当月支出未填。")
    assert first[-1] == f"  ……另有 {len(troubled.records) - summary.SHOWN} 条，见 evidence/findings.csv"
    assert (
        lines[1].startswith("  7 项待定：")
        and lines[1].count("、") == summary.NAMED - 1
        and lines[1].endswith("等")
    )
    assert sum("试算稿" in line for line in lines) == 1
    english = "\n".join(summary.lines(troubled, "en"))
    assert "[must fix, 7.48 points at stake] MS-001" in english and "项待定" not in english
