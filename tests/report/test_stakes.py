"""What a finding costs, and that people read first what costs most."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline import run
from pipeline.model import Cell, Figure, Finding, Found
from pipeline.report import stakes, summary
from pipeline.write.patch import patch
from tests.build_example import EXAMPLE

D = Decimal
CELL, LOOSE = Cell("a.xlsx", "表", "A1"), Cell("a.xlsx", "表", "B9")


def at(cell: Cell, **facts: object) -> Finding:
    return Finding("BE-001", (Found(cell, ""),), facts)


def figures(*listed: Figure) -> dict[str, Figure]:
    return {figure.id: figure for figure in listed}


def points(finding: Finding, known: dict[str, Figure]) -> Decimal | None:
    (one,) = stakes.with_points([finding], known, ["2_预算执行"])
    return one.points


def test_points_are_those_of_the_nearest_scores_above_the_cell():
    known = figures(
        Figure("sum", "合计", D(1), because=(CELL,)),
        Figure("one.score", "甲", D(3), because=("sum",)), Figure("one.weight", "甲", D(5)),
        Figure("indicator.B01.score", "乙", None, range=(D("0.50"), D(2)), reason="未填", because=(CELL,)),
        Figure("all.score", "上级", D(3), because=("one.score",)), Figure("all.weight", "上级", D(50)),
    )  # fmt: skip
    assert points(at(CELL), known) == D(
        "6.50"
    )  # 5 for the one that stands, 1.50 for what is open; not the 50 above
    assert points(at(LOOSE), known) is None


def test_a_finding_about_a_score_says_its_own_points():
    assert points(at(LOOSE, lost=D("1.75")), {}) == D("1.75")
    assert points(at(LOOSE, score="1.33", weight="2"), {}) == D("0.67")
    assert points(at(LOOSE, claimed="99", ours="98.00"), {}) == 1
    assert points(at(LOOSE, claimed="62.11%", ours="61.70%"), {}) is None


def test_a_file_that_could_not_be_read_costs_what_waits_for_its_form():
    known = figures(
        Figure("a.score", "甲", None, range=(D(0), D(3)), reason="没有可用的《2_预算执行》"),
        Figure("b.score", "乙", None, range=(D(0), D(7)), reason="没有可用的《3_月度支出》"),
    )
    assert points(at(Cell("2_预算执行.et", "", "")), known) == 3


@pytest.fixture(scope="module")
def troubled(tmp_path_factory) -> run.Result:
    """Nine things wrong at once, over seven forms."""
    folder: Path = shutil.copytree(EXAMPLE, tmp_path_factory.mktemp("stakes") / "填报")
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
        (summary.SEVERITIES.index(record["severity"]), -(points or 0))
        for record, points in zip(troubled.records, troubled.points, strict=True)
    ]
    assert order == sorted(order)
    first = [
        (record["code"], points) for record, points in zip(troubled.records, troubled.points, strict=True)
    ][:2]
    # April to December open: 10 × (1 − (1.004220 + 1.010185 + 1.012354)/12) = 10 − 2.52;
    # four leaves of 采购管理 wait for the ledger: 2 + 3 + 1 + 1
    assert first == [("MS-001", D("7.48")), ("TP-009", D("7.00"))]


def test_the_summary_spells_the_first_ones_out_and_counts_the_rest(troubled):
    lines = summary.lines(troubled)
    shown = [line for line in lines if line.startswith("  [")]
    assert len(shown) == summary.SHOWN < len(troubled.records)
    assert shown[0].startswith("  [必须改，涉及 7.48 分] MS-001 《3_月度支出》月度!D8：当月支出未填。")
    assert f"  ……另有 {len(troubled.records) - summary.SHOWN} 条，见 --json" in lines
    assert (
        lines[1].startswith("  7 项待定：")
        and lines[1].count("、") == summary.NAMED - 1
        and lines[1].endswith("等")
    )
    assert sum("试算稿" in line for line in lines) == 1
    english = "\n".join(summary.lines(troubled, "en"))
    assert "[must fix, 7.48 points at stake] MS-001" in english and "项待定" not in english
