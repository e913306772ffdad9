"""The manual's short program, run word for word with plain GX on what a run left behind, comes to the same verdicts."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from pipeline import run

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "input_templates" / "example"
MANUAL = ROOT / "docs" / "使用手册.md"
PLANTED = (
    ("2_预算执行.xlsx", "支出", "G7", 140.5), ("2_预算执行.xlsx", "支出", "G8", None),
    ("3_月度支出.xlsx", "月度", "A9", 4), ("4_绩效指标_接待处.xlsx", "指标", "J6", "≥28家"),
    ("8_填报得分.xlsx", "合计", "B2", "=1+1"), ("1_基本情况.xlsx", "内设机构", "A6", "=处室"),
)  # fmt: skip


@pytest.fixture(scope="module")
def kept(tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp("审计")
    folder = Path(shutil.copytree(EXAMPLE, place / "填报"))
    for name, sheet, cell, value in PLANTED:
        book = openpyxl.load_workbook(folder / name)
        book[sheet][cell].value = value
        if isinstance(value, str):
            book[sheet][cell].data_type = "s"
        book.save(folder / name)
    return run.report(run.Request(folder, place / "out", beside=False), lambda _: None).folder


def recheck(kept: Path, rules: Path) -> list[str]:
    (program,) = re.findall(r"```python\n(.*?)```", MANUAL.read_text("utf-8"), re.S)
    env = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | {"GX_ANALYTICS_ENABLED": "false"}
    done = subprocess.run(
        [sys.executable, "-c", program, str(rules), str(kept)],
        capture_output=True,
        cwd=kept,
        env=env,
        check=True,
    )
    return done.stdout.decode("utf-8").splitlines()


def test_every_verdict_is_the_same_with_plain_gx(kept):
    lines = recheck(kept, ROOT / "expectations")
    assert len(lines) > 30 and {line.split()[0] for line in lines} == {"一致"}
    failed = {line.split()[3] for line in lines if line.split()[1] == "未通过"}
    assert {"BE-014", "{prefix}-001", "{prefix}-005", "PI-009"} <= failed
    # both passes are kept, the one before computing and the one after it
    assert {"outcome.leaves", "submission.reconciliations"} <= {line.split()[2] for line in lines}


def test_a_verdict_that_was_touched_up_is_seen(kept, tmp_path):
    copy = Path(shutil.copytree(kept, tmp_path / "run"))
    path = copy / "evidence" / "expectations" / "budget_execution.expenditure.csv"
    text = path.read_text("utf-8-sig")
    assert "5650000" in text  # 140.50 − 134.85 万元, in 分
    path.write_text(text.replace("5650000", "0"), "utf-8-sig")
    told = [line for line in recheck(copy, ROOT / "expectations") if line.startswith("不一致")]
    assert [line.split()[3] for line in told] == ["BE-014"]
