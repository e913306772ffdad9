"""Twelve problems of different kinds, seen as an officer sees them: on the screen, in the marked copies, on the page; then
corrected in the copies, and nothing is left."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import lxml.html
import pytest

from pipeline.write.patch import patch
from tests.write.test_returned import (
    EXAMPLE,
    PLANTED,
    changes_of,
    copies_of,
    listed,
    opened,
    report,
    submission,
)

ROOT = Path(__file__).resolve().parents[1]
#: code -> the cell its sentence must begin with, read off the planted changes by hand
CELLS = {
    "BD-001": "《1_基本情况》单位信息!B9", "BD-012": "《1_基本情况》重点工作!C5", "BE-001": "《2_预算执行》支出!G5",
    "BE-007": "《2_预算执行》支出!V5", "MS-008": "《3_月度支出》月度!A4", "PI-001": "《4_绩效指标_信息调研处》指标!J5",
    "PI-009": "《4_绩效指标_信息调研处》指标!J9", "MG-009": "《5_管理事项》事项!F5", "MG-013": "《5_管理事项》信息公开!C7",
    "PC-008": "《6_采购台账》采购台账!F5", "EV-005": "《7_佐证目录》佐证目录!A19 等 2 处", "SC-012": "《8_填报得分》得分!C5",
}  # fmt: skip


@pytest.fixture(scope="module")
def planted(tmp_path_factory) -> Path:
    return submission(tmp_path_factory.mktemp("十二") / "填报", changes_of(*PLANTED))


@pytest.fixture(scope="module")
def printed(planted) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "check", str(planted)], cwd=ROOT, capture_output=True
    )
    assert done.returncode == 1
    return [line.strip() for line in done.stdout.decode("utf-8").splitlines() if re.match(r"\s+\[", line)]


def test_the_screen_says_twelve_sentences_with_twelve_right_cells(printed):
    sentences = [line.partition("] ")[2] for line in printed]
    assert len(sentences) == 12
    assert {one[:6] for one in sentences} == set(PLANTED)
    for one in sentences:
        assert one[7:].startswith(CELLS[one[:6]] + "："), one
        assert "依据：" in one


def test_the_marked_copies_and_the_page_show_the_same_twelve_and_correcting_them_leaves_none(
    planted, printed, tmp_path
):
    done = report(planted, tmp_path / "out")
    copies = copies_of(done)
    rows = [row for content in copies.values() for row in listed(content)]
    assert sorted(row["规则"] for row in rows) == sorted(PLANTED)
    page = lxml.html.fromstring((done.folder / "核查报告.html").read_bytes().decode("utf-8"))
    words = "".join(page.text_content().split())
    for line in printed:
        body = line.partition("：")[2].partition("依据：")[0].split("。")[0]
        assert "".join(body.split()) in words, body
    corrected = tmp_path / "改正"
    submission(corrected, {})
    for name, content in copies.items():
        right = opened((EXAMPLE / name).read_bytes())
        cells = {place: right[place[0]][place[1]].value for place in changes_of(*PLANTED)[name]}
        (corrected / name).write_bytes(patch(content, cells))
    again = report(corrected, tmp_path / "again")
    assert again.records == () and again.figures["total.score"]["printed"] == "98.00"
    assert not (again.folder / "退回单").exists()
