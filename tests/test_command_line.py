"""The command line on bad input: a Chinese sentence, a code where there is one, exit code 1 or 2, never a traceback."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline import run
from pipeline.errors import CannotRun
from tests.build_example import EXAMPLE

BUDGET = "2_预算执行.xlsx"


@pytest.fixture
def folder(tmp_path) -> Path:
    return Path(shutil.copytree(EXAMPLE, tmp_path / "填报 一"))


def check(folder: Path) -> run.Result:
    return run.check(run.Request(folder, beside=False), (), lambda _: None)


def spoil_not_a_workbook(folder: Path) -> None:
    (folder / BUDGET).write_text("这不是工作簿", "utf-8")


def spoil_truncated(folder: Path) -> None:
    content = (folder / BUDGET).read_bytes()
    (folder / BUDGET).write_bytes(content[: len(content) // 2])


def spoil_et(folder: Path) -> None:
    (folder / BUDGET).rename(folder / "2_预算执行.et")


def spoil_two(folder: Path) -> None:
    shutil.copy(folder / BUDGET, folder / "2_预算执行 - 副本.xlsx")


def spoil_empty(folder: Path) -> None:
    shutil.copy(EXAMPLE.parent / "fill_in" / BUDGET, folder / BUDGET)


CASES = [
    (spoil_not_a_workbook, "TP-001"), (spoil_truncated, "TP-003"), (spoil_et, "TP-009"), (spoil_two, "TP-007"),
    (spoil_empty, "TP-006"),
]  # fmt: skip


@pytest.mark.parametrize(("spoil", "code"), CASES, ids=[code for _, code in CASES])
def test_a_spoiled_file_is_told_and_the_others_are_read(folder, spoil, code):
    spoil(folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    done = check(folder)
    told = [record for record in done.records if record["code"] == code]
    assert told and done.exit_code == 1
    assert all("2_预算执行" in record["message"] for record in told)
    assert done.figures["output_indicators.score"]["printed"] == "20.00"  # from 4_绩效指标 alone
    assert done.figures["annual.executed"]["value"] is None
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_the_way_out_of_an_et_file(folder):
    spoil_et(folder)
    (told,) = [record["message"] for record in check(folder).records if record["code"] == "TP-009"]
    assert "请在 WPS 中另存为 .xlsx" in told


def test_a_folder_without_templates_and_a_place_that_is_none(tmp_path):
    (tmp_path / "说明.txt").write_text("x", "utf-8")
    for place in (tmp_path, tmp_path / "没有"):
        with pytest.raises(CannotRun) as stopped:
            check(place)
        assert str(stopped.value).endswith("。")
