"""The first submission from end to end: what must come out, and the variant with the budget of another denominator."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from pipeline import maps, rules, run
from pipeline.write.patch import patch
from tests.build_example import EXAMPLE, ROOT, build

MONTHLY = "3_月度支出.xlsx"


def report(submission: Path, out: Path) -> run.Result:
    return run.report(run.Request(submission, out, beside=False), lambda _: None)


@pytest.fixture(scope="module")
def result(tmp_path_factory) -> run.Result:
    return report(EXAMPLE, tmp_path_factory.mktemp("runs"))


def test_the_committed_workbooks_are_the_ones_the_data_makes():
    made = build()
    assert {path.name for path in EXAMPLE.glob("*.xlsx")} == made.keys()
    for name, content in made.items():
        assert (EXAMPLE / name).read_bytes() == content, f"{name}: run `make golden`"


@pytest.mark.parametrize(
    ("figure", "printed"),
    [("total.score", "98.00"), ("total.grade", "优"), ("annual.execution_rate", "99.65%"),
     ("annual.average_execution_rate", "100.00%"), ("project.P01.execution_rate", "96.27%"),
     ("monitor.execution_rate", "62.11%"), ("monitor.project_execution_rate", "55.86%")],
)  # fmt: skip
def test_the_figures(result, figure, printed):
    assert result.figures[figure]["printed"] == printed


def test_nothing_is_found_and_the_run_says_it_is_a_trial(result):
    assert (result.exit_code, list(result.records)) == (0, [])
    assert json.loads((result.folder / "evidence" / "findings.json").read_text("utf-8")) == []
    assert result.folder.name.endswith("_试算稿") and result.trial.startswith("试算稿：")


def test_the_official_workbook_holds_the_figures_where_the_map_says(result):
    form_map = maps.load_map(rules.official_folder(rules.load("440100", 2022)))
    book = openpyxl.load_workbook(result.folder / "部门整体支出绩效自评表.xlsx", data_only=True)
    targets = form_map.cells["total.score"]
    assert [float(book[one.sheet][one.address].value) for one in targets] == [98.0] * len(targets) != []
    assert openpyxl.load_workbook(io.BytesIO(form_map.form)).sheetnames == book.sheetnames


def test_a_budget_of_july_that_explains_no_claimed_rate(tmp_path):
    """With 2,227.70 for July the rate is 1,374.51 ÷ 2,227.70 = 61.70%; 62.11% needs 2,213.06 (rounded) below it."""
    folder = tmp_path / "填报 一"
    folder.mkdir()
    for path in EXAMPLE.glob("*.xlsx"):
        (folder / path.name).write_bytes(path.read_bytes())
    content = (folder / MONTHLY).read_bytes()
    (folder / MONTHLY).write_bytes(patch(content, {("月度", "B11"): Decimal("2227.70")}))
    done = report(folder, tmp_path / "out")
    said = [record["message"] for record in done.records if record["code"] == "SC-014"]
    assert len(said) == 1
    assert "62.11%" in said[0] and "61.70%" in said[0] and "2,213.06" in said[0]
    assert done.figures["monitor.execution_rate"]["printed"] == "61.70%"


def test_two_processes_with_other_hash_seeds_write_the_same_bytes(tmp_path):
    sums = []
    for seed in ("1", "2"):
        out = tmp_path / seed
        done = subprocess.run(
            [sys.executable, "-m", "pipeline", "report", str(EXAMPLE), "--out", str(out)],
            cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True,
        )  # fmt: skip
        assert done.returncode == 0
        (sums_file,) = out.glob("*/evidence/SHA256SUMS")
        sums.append(sums_file.read_text("utf-8"))
    assert sums[0] == sums[1] and sums[0].count("\n") > 30
