"""The run folder: whole or not at all, and nothing of the user's lost."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import CannotRun
from pipeline.report import folder


def make_run(place: Path, texts: dict[str, str]) -> Path:
    sums = ""
    for name, text in texts.items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        sums += f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {name}\n"
    (place / "evidence").mkdir(parents=True, exist_ok=True)
    (place / "evidence" / "SHA256SUMS").write_text(sums, "utf-8")
    return place


@given(st.text(max_size=200))
def test_any_text_becomes_a_name_every_system_takes(text: str):
    name = folder.file_name(text)
    assert name and len(name) <= 81
    assert not re.search(r'[<>:"/\\|?*\x00-\x1f]', name)
    assert name not in (".", "..") and not name.endswith((" ", "."))


def test_run_name_says_trial():
    assert folder.run_name(2022, "440100", "某市/办事处", True) == "2022_440100_某市_办事处_试算稿"
    assert folder.run_name(2022, "440100", "某办", False) == "2022_440100_某办"


def test_an_untouched_run_is_replaced_and_nothing_is_left_behind(tmp_path: Path):
    place = make_run(tmp_path / "run", {"a.xlsx": "old", "evidence/figures.json": "{}"})
    with folder.staging(tmp_path, "run") as staged:
        make_run(staged, {"a.xlsx": "new"})
        assert folder.publish(staged, place) is None
    assert (place / "a.xlsx").read_text("utf-8") == "new"
    assert not (place / "evidence" / "figures.json").exists()
    assert [p.name for p in tmp_path.iterdir()] == ["run"]


@pytest.mark.parametrize("change", ["edit", "add", "remove"])
def test_an_edited_run_is_kept_under_a_number(tmp_path: Path, change: str):
    for expected in ("run_已修改1", "run_已修改2"):
        place = make_run(tmp_path / "run", {"a.xlsx": "old", "b.xlsx": "b"})
        if change == "edit":
            (place / "a.xlsx").write_text("mine", "utf-8")
        elif change == "add":
            (place / "批注.txt").write_text("mine", "utf-8")
        else:
            (place / "b.xlsx").unlink()
        with folder.staging(tmp_path, "run") as staged:
            make_run(staged, {"a.xlsx": "new"})
            kept = folder.publish(staged, place)
        assert kept is not None and kept.name == expected
        assert (kept / "a.xlsx").read_text("utf-8") == ("mine" if change == "edit" else "old")
        assert (kept / "批注.txt").exists() == (change == "add")
        assert (place / "a.xlsx").read_text("utf-8") == "new"


@pytest.mark.parametrize("lock", ["~$自评表.xlsx", ".~lock.自评表.xlsx#"])
def test_a_run_open_in_another_program_is_not_touched(tmp_path: Path, lock: str):
    place = make_run(tmp_path / "run", {"自评表.xlsx": "old"})
    (place / lock).write_text("", "utf-8")
    with folder.staging(tmp_path, "run") as staged:
        make_run(staged, {"自评表.xlsx": "new"})
        with pytest.raises(CannotRun, match="自评表.xlsx 正在其他程序中打开"):
            folder.publish(staged, place)
    assert (place / "自评表.xlsx").read_text("utf-8") == "old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["run"]


def test_a_failed_run_leaves_no_half_written_folder(tmp_path: Path):
    with pytest.raises(ZeroDivisionError), folder.staging(tmp_path, "run") as staged:
        (staged / "a.xlsx").write_text("half", "utf-8")
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_an_output_place_that_is_a_file_is_refused_with_a_way_out(tmp_path: Path):
    (tmp_path / "output").write_text("x", "utf-8")
    with (
        pytest.raises(CannotRun, match="不能写入.*请换一个文件夹"),
        folder.staging(tmp_path / "output", "run"),
    ):
        pass


def test_a_full_disk_while_writing_is_a_sentence_and_other_errors_are_bugs(tmp_path: Path):
    import errno

    with pytest.raises(CannotRun, match="磁盘已满"), folder.staging(tmp_path, "run"):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with pytest.raises(FileNotFoundError), folder.staging(tmp_path, "run"):
        open(tmp_path / "no such file")
