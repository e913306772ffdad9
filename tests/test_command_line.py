"""The command line as a person meets it: bad files, bad places, bad commands.

Whatever is wrong gets a sentence with a way out and exit code 1 or 2, never a traceback; other files are read all the
same, nothing of the user's changes, nothing half-written is left. ``cli`` is the real parser and all behind it in this
process; each exit code is also seen from a process of its own.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest

from pipeline.__main__ import main
from pipeline.check import session
from tests.build_example import EXAMPLE, ROOT
from tests.read.test_preflight import ole

BASICS, BUDGET, FILL_IN = "1_基本情况.xlsx", "2_预算执行.xlsx", EXAMPLE.parent / "fill_in"


@dataclass(frozen=True)
class Said:
    """What a command left on the screen."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict:
        """The one object on standard output."""
        assert self.out.count("\n") == 1, self.out
        return json.loads(self.out)


@pytest.fixture
def cli(monkeypatch, capsys, tmp_path) -> Callable[..., Said]:
    """Runs ``python -m pipeline …`` in this process; no command may leave a traceback on the screen."""
    real = session.Checker
    monkeypatch.setattr(session, "Checker", lambda beside=True: real(beside=False))
    monkeypatch.chdir(tmp_path)

    def run(*args: object) -> Said:
        monkeypatch.setattr(sys, "argv", ["python -m pipeline", *map(str, args)])
        with pytest.raises(SystemExit) as ended:
            main()
        shown = capsys.readouterr()
        assert "Traceback" not in shown.out + shown.err
        return Said(ended.value.code, shown.out, shown.err)

    return run


@pytest.fixture
def folder(tmp_path) -> Path:
    return Path(shutil.copytree(EXAMPLE, tmp_path / "张三 的 填报（终稿）"))


def content(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


# ---- files that cannot be read ----


def not_a_workbook(folder: Path) -> None:
    (folder / BUDGET).write_text("项目,金额\n驻京,129.82\n", "utf-8")


def not_a_workbook_gbk(folder: Path) -> None:
    (folder / BUDGET).write_bytes("项目,金额\r\n驻京,129.82\r\n".encode("gbk"))


def encrypted(folder: Path) -> None:
    (folder / BUDGET).write_bytes(ole({"EncryptedPackage": b"x" * 5000, "EncryptionInfo": b"x"}))


def truncated(folder: Path) -> None:
    whole = (folder / BUDGET).read_bytes()
    (folder / BUDGET).write_bytes(whole[: len(whole) // 2])


def without_bytes(folder: Path) -> None:
    (folder / BUDGET).write_bytes(b"")


def another_table(folder: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["姓名", "电话"])
    book.active.append(["张三", "010"])
    book.save(folder / BUDGET)


def last_years(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / BUDGET)
    (version,) = [row[1] for row in book["_jixiao"].iter_rows() if row[0].value == "version"]
    version.value = "2021.1"
    book.save(folder / BUDGET)


def untouched_blank(folder: Path) -> None:
    shutil.copy(FILL_IN / BUDGET, folder / BUDGET)


def twice(folder: Path) -> None:
    shutil.copy(folder / BUDGET, folder / "2_预算执行 - 副本.xlsx")


def et(folder: Path) -> None:
    (folder / BUDGET).rename(folder / "2_预算执行.et")


@dataclass(frozen=True)
class Bad:
    spoil: Callable[[Path], None]
    code: str
    zh: str
    way_out: str
    en: str
    is_read: bool = False


BAD = [
    Bad(not_a_workbook, "TP-001", "这不是表格文件，内容是纯文本", "另存为 .xlsx", "not a workbook"),
    Bad(not_a_workbook_gbk, "TP-001", "这不是表格文件，内容是纯文本", "另存为 .xlsx", "not a workbook"),
    Bad(encrypted, "TP-002", "文件加了密码", "取消打开密码后保存", "Remove the password"),
    Bad(truncated, "TP-003", "文件不完整或已损坏", "请从原处重新拷贝", "damaged"),
    Bad(without_bytes, "TP-003", "文件是空的（0 字节）", "请从原处重新拷贝", "damaged"),
    Bad(another_table, "TP-004", "不是本程序的填报模板", "填到现行空白模板里", "not one of the fill-in forms"),
    Bad(last_years, "TP-005", "模板版本是 2021.1，现行版本是 2022.1", "粘贴到现行空白模板《2_预算执行》", "version 2021.1", True),
    Bad(untouched_blank, "TP-006", "一行也没有填", "误放了空白模板的，请换成填好的那一份", "nothing is filled in"),
    Bad(twice, "TP-007", "有不止一份（《2_预算执行 - 副本.xlsx》、《2_预算执行.xlsx》）", "请只留一份", "Keep one"),
    Bad(et, "TP-009", "这是 WPS 自己的格式", "请在 WPS 中另存为 .xlsx", "Save it as .xlsx in WPS"),
]  # fmt: skip


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.spoil.__name__)
def test_a_bad_file_has_its_sentence_and_the_others_are_read(cli, folder, tmp_path, bad):
    bad.spoil(folder)
    before = content(folder)
    out = tmp_path / "结果 一"
    said = cli("report", folder, "--out", out, "--json")
    answer = said.json
    assert (said.code, answer["exit_code"]) == (1, 1)
    (told,) = [record for record in answer["findings"] if record["code"] == bad.code]
    assert bad.zh in told["message"] and bad.way_out in told["message"] and "2_预算执行" in told["message"]
    assert told["severity"] == "critical" and told["file"].startswith("2_预算执行")
    assert [record["code"] for record in answer["findings"]] == [bad.code]  # and no echo of it
    assert answer["figures"]["output_indicators.score"]["printed"] == "20.00"
    assert answer["figures"]["annual.executed"]["printed"] == ("2,219.83" if bad.is_read else "待定")
    assert answer["figures"]["total.score"]["printed"] == ("98.00" if bad.is_read else "95.00–98.00")
    assert content(folder) == before
    assert [path.name for path in out.iterdir()] == [Path(answer["run"]).name]  # no staging folder beside it
    assert cli("check", folder, "--json").json["findings"] == answer["findings"]
    english = cli("check", folder, "--lang", "en", "--json").json["findings"]
    assert [bad.en in record["message"] for record in english] == [True]


def test_a_person_reads_the_same_with_what_it_costs(cli, folder, tmp_path):
    et(folder)
    said = cli("report", folder, "--out", tmp_path / "out")
    assert "总分 95.00–98.00\n  1 项待定：预算编制约束性" in said.out
    assert "  [必须改，涉及 3.00 分] TP-009 《2_预算执行》：" in said.out
    assert said.err.splitlines()[0] == "· 读取“张三 的 填报（终稿）”"


def test_what_office_programs_and_systems_leave_is_not_taken_for_a_form(cli, folder):
    for name in ("~$2_预算执行.xlsx", ".~lock.2_预算执行.xlsx#", "Thumbs.db", ".DS_Store"):
        (folder / name).write_bytes(b"x")
    said = cli("check", folder, "--json")
    assert (said.code, said.json["findings"]) == (0, [])


# ---- places and commands that cannot run ----


def refused(said: Said) -> str:
    """The sentence of a run that did not begin."""
    assert said.code == 2
    assert not said.out
    return said.err


def test_places_without_a_submission(cli, folder, tmp_path):
    empty = tmp_path / "空 文件夹"
    empty.mkdir()
    (empty / "说明.txt").write_text("x", "utf-8")
    for command in ("report", "check"):
        assert f"没有找到“{tmp_path / '没有'}”" in refused(cli(command, tmp_path / "没有"))
        assert "文件夹“空 文件夹”里没有可以读取的填报表。请放入填好的《1_基本情况》" in refused(
            cli(command, empty)
        )
    assert "holds no readable form" in refused(cli("check", empty, "--lang", "en"))
    (empty / BASICS).write_bytes(b"%PDF-1.7")
    told = refused(cli("report", empty))
    assert "没有可以读取的填报表" in told and "TP-001 《1_基本情况》：这不是表格文件，内容是 PDF。" in told
    encrypted_basics = ole({"EncryptedPackage": b"x" * 5000, "EncryptionInfo": b"x"})
    (folder / BASICS).write_bytes(encrypted_basics)
    told = refused(cli("report", folder))
    assert (
        "没有读到《1_基本情况》单位信息里的行政区划代码、年度" in told
        and "TP-002 《1_基本情况》：文件加了密码" in told
    )
    assert "is encrypted" in refused(cli("report", folder, "--lang=en"))
    assert not (tmp_path / "output").exists()
    said = cli("report", folder, "--region", "440100", "--year", "2022", "--out", tmp_path / "out", "--json")
    assert said.code == 1 and "TP-002" in {record["code"] for record in said.json["findings"]}


def test_one_file_is_checked_and_not_reported(cli, folder, tmp_path):
    told = refused(cli("report", folder / BUDGET))
    assert "“2_预算执行.xlsx”是一个文件" in told and str(folder) in told and "把 report 换成 check" in told
    alone = tmp_path / "别处"
    alone.mkdir()
    shutil.copy(folder / BUDGET, alone / BUDGET)
    assert cli("check", alone / BUDGET, "--json").code == 0
    et(folder)
    said = cli("check", folder / "2_预算执行.et")
    assert said.code == 1 and "请在 WPS 中另存为 .xlsx" in said.out
    (alone / "说明.txt").write_text("x", "utf-8")
    assert "TP-001" in cli("check", alone / "说明.txt").out


def test_rules_that_do_not_exist(cli, folder):
    told = refused(cli("report", folder, "--year", "2031"))
    assert (
        "没有 440100 地区 2031 年度的评分规则" in told
        and "请核对《1_基本情况》里的行政区划代码和年度" in told
    )


@pytest.fixture
def done(cli, folder, tmp_path) -> Path:
    """A run in its place, ``out/…``."""
    said = cli("report", folder, "--out", tmp_path / "out", "--json")
    assert said.code == 0
    return tmp_path / said.json["run"]


@pytest.mark.parametrize("lock", ["~$计算底稿.xlsx", ".~lock.计算底稿.xlsx#"])
def test_an_output_that_is_open_elsewhere_is_left_alone(cli, folder, done, lock):
    (done / lock).write_bytes(b"")
    before = content(done.parent)
    told = refused(cli("report", folder, "--out", done.parent))
    assert (
        "计算底稿.xlsx 正在其他程序中打开。请先关闭它，再运行一次；原有结果没有改动。" in told
        and lock in told
    )
    assert content(done.parent) == before and len(list(done.parent.iterdir())) == 1


def test_an_output_windows_will_not_rename_is_left_alone(cli, folder, done, monkeypatch):
    """On Windows a folder with an open file in it cannot be renamed: PermissionError, here from os.rename itself."""
    before = content(done.parent)
    real = os.rename

    def held(source, target):
        if Path(source) == done:
            raise PermissionError(errno.EACCES, "The process cannot access the file", str(source))
        real(source, target)

    monkeypatch.setattr(os, "rename", held)
    said = cli("report", folder, "--out", done.parent, "--json")
    assert said.code == said.json["exit_code"] == 2
    assert "可能有文件正在其他程序中打开" in said.json["error"] and "请关闭后再运行一次" in said.json["error"]
    assert content(done.parent) == before and len(list(done.parent.iterdir())) == 1


def test_an_output_folder_that_cannot_be_written(cli, folder, tmp_path, monkeypatch):
    (tmp_path / "文件").write_text("x", "utf-8")
    for out in (tmp_path / "文件", tmp_path / "文件" / "里面"):
        assert "不能写入（" in refused(cli("report", folder, "--out", out))
    real = Path.mkdir

    def denied(path, *args, **kwargs):
        if path.name == "只读":
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(path, *args, **kwargs)

    monkeypatch.setattr(Path, "mkdir", denied)
    told = refused(cli("report", folder, "--out", tmp_path / "只读"))
    assert f"输出文件夹“{tmp_path / '只读'}”不能写入（没有写入权限" in told and "请换一个文件夹" in told
    assert "cannot be written" in refused(cli("report", folder, "--out", tmp_path / "只读", "--lang", "en"))
    assert "不能写“" in refused(cli("templates", "--out", tmp_path / "只读"))


def test_a_full_disk_leaves_the_earlier_run_and_nothing_else(cli, folder, done, monkeypatch):
    from pipeline.report import evidence

    before = content(done.parent)

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(evidence, "write_findings", full)
    told = refused(cli("report", folder, "--out", done.parent))
    assert "磁盘已满" in told and "原有结果没有改动" in told
    assert content(done.parent) == before and len(list(done.parent.iterdir())) == 1


def test_a_run_a_person_touched_is_kept_and_said(cli, folder, done):
    (done / "批注.txt").write_text("我的", "utf-8")
    said = cli("report", folder, "--out", done.parent)
    assert said.code == 0 and f"已改名保留为 {done}_已修改1" in said.out
    assert (done.parent / f"{done.name}_已修改1" / "批注.txt").read_text("utf-8") == "我的"


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["report"], "还缺少 文件夹"), (["reprot"], "没有“reprot”这个命令"), (["report", "a", "--nix"], "没有“--nix”这个选项"),
        (["report", "张三", "的", "填报"], "多出了“的 填报”。路径中有空格的，请用引号括起来"),
        (["report", "a", "--out"], "--out 后面要写一个值"), (["report", "a", "--lang", "fr"], "--lang 只能是 zh 或 en，写的是“fr”"),
        (["report", "a", "--date", "2023-2-30"], "--date 的“2023-2-30”不是日期，请写成 2023-02-10 的样子"),
        (["report", "a", "--year", "二零二二"], "--year 应是一个整数"), (["rules", "show", "440100"], "还缺少 年度"),
        (["explain", "a"], "还缺少 数字或单元格"), (["check", str(EXAMPLE), "--only", "10_别的"], "没有叫“10_别的”的填报表。--only 后面可以写：1_基本情况、"),
    ],
)  # fmt: skip
def test_a_wrong_command_line_is_told_in_chinese(cli, args, words):
    assert words in refused(cli(*args))
    said = cli(*args, "--json") if args[-1] != "--out" else cli("--json", *args)
    assert said.code == said.json["exit_code"] == 2
    assert "Error" not in said.err


def test_a_stop_by_hand_is_no_error(cli, folder, tmp_path, monkeypatch):
    from pipeline import outputs

    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(outputs, "write_run", stopped)
    said = cli("report", folder, "--out", tmp_path / "out")
    assert said.code == 130 and "已中断。没有写出结果" in said.err
    assert list((tmp_path / "out").iterdir()) == []


def test_only_some_forms_are_listed_and_the_rest_is_counted(cli, folder):
    et(folder)
    (folder / "3_月度支出.xlsx").unlink()
    shown = cli("check", folder, "--only", "3_月度支出", "--json").json
    assert [record["code"] for record in shown["findings"]] == ["TP-008"]
    assert "（其他表另有 1 条，没有列出）" in cli("check", folder, "--only", "3_月度支出").out
    said = cli("check", folder, "--only", "4_绩效指标")
    assert "没有发现问题。（其他表另有 2 条，没有列出）" in said.out and said.code == 1


def test_only_narrows_one_workbook_too(cli, folder):
    """A word for a number (BE) and a hidden row (TP): one of them is asked for, the rest is counted."""
    path = folder / "2_预算执行.xlsx"
    book = openpyxl.load_workbook(path)
    book["支出"]["G5"] = "一千多"
    book["支出"].row_dimensions[7].hidden = True
    book.save(path)
    everything = cli("check", path, "--json").json["findings"]
    assert {one["code"][:2] for one in everything} > {"BE"}
    shown = cli("check", path, "--only", "BE", "--json").json["findings"]
    assert shown == [one for one in everything if one["code"].startswith("BE")] != []
    assert (
        f"（其他表另有 {len(everything) - len(shown)} 条，没有列出）"
        in cli("check", path, "--only", "BE").out
    )


# ---- runs that are looked at afterwards ----


def test_places_that_are_no_run(cli, done, tmp_path):
    for args in (["explain", tmp_path, "total.score"], ["verify", tmp_path], ["diff", done, tmp_path]):
        assert f"“{tmp_path}”不是一次运行的结果文件夹" in refused(cli(*args))
    assert f"是不是这个：{done.as_posix()}" in refused(cli("explain", done.parent, "total.score"))
    assert f"是不是这个：{done.as_posix()}" in refused(cli("verify", done / "evidence"))
    assert "没有找到原提交文件夹" in refused(cli("verify", done, "--submission", tmp_path / "没有"))


@pytest.mark.parametrize("name", ["trace.json", "figures.json", "findings.json", "manifest.json"])
@pytest.mark.parametrize("text", ["", "{", "[1]", '{"figures": {"a": {}}, "workbooks": {}}', "null"])
def test_evidence_that_was_edited_is_no_bug_of_ours(cli, tmp_path, name, text):
    evidence = tmp_path / "某次" / "evidence"
    evidence.mkdir(parents=True)
    for file in ("trace.json", "figures.json", "findings.json", "manifest.json", "SHA256SUMS"):
        (evidence / file).write_text(
            text if file == name else "{}" if file != "findings.json" else "[]", "utf-8"
        )
    for args in (["explain", tmp_path / "某次", "total.score"], ["verify", tmp_path / "某次"]):
        assert "不是一次运行的结果文件夹" in refused(cli(*args))
    said = cli("diff", tmp_path / "某次", tmp_path / "某次")
    assert said.code == (2 if name in ("figures.json", "findings.json") else 0)


def test_a_run_that_was_edited_does_not_verify(cli, done):
    assert cli("verify", done, "--json").json["problems"] == []
    (done / "计算底稿.xlsx").write_bytes(b"x")
    (done / "evidence" / "normalisations.json").unlink()
    shutil.rmtree(done / "evidence" / "inputs")
    said = cli("verify", done)
    assert said.code == 1
    assert (
        "文件在生成后被改动：计算底稿.xlsx" in said.out
        and "缺少文件：evidence/normalisations.json" in said.out
    )
    assert (
        "缺少文件：evidence/inputs/1_基本情况.xlsx" in said.out and "不能用证据里的输入重新运行：" in said.out
    )


@pytest.mark.parametrize(
    "typed",
    ["部门整体支出绩效自评表.xlsx!评分表!F8", "部门整体支出绩效自评表.xlsx！评分表！Ｆ８", "'评分表'!$f$8", "评分表!f8",
     "'[部门整体支出绩效自评表.xlsx]评分表'!F8", "《部门整体支出绩效自评表》评分表!F8", "OUTPUT_INDICATORS.score"],
)  # fmt: skip
def test_a_cell_is_found_however_it_is_typed(cli, done, typed):
    said = cli("explain", done, typed)
    assert said.code == 0
    assert "部门整体绩效目标产出指标完成情况得分 = 20.00 分  [output_indicators.score]" in said.out
    assert "    算法：比例计分（封顶）（分值 = 20；目标值 = 1）" in said.out


def test_what_cannot_be_explained_is_answered_with_what_is_near(cli, done):
    assert "总分 = 98.00 分  [total.score]" in cli("explain", done, "总分").out
    assert "相近的有：\n  总分  [total.score]" in refused(cli("explain", done, "total.scor"))
    assert "\n  年平均执行率  [annual.average_execution_rate]" in refused(cli("explain", done, "年平均"))
    told = refused(cli("explain", done, "评分表!Z8"))
    assert "没有可以说明的数字" in told and "部门整体支出绩效自评表.xlsx!评分表!F8" in told
    assert "2_预算执行.xlsx!支出!A5" in refused(cli("explain", done, "2_预算执行!支出!A4"))
    assert "请核对文件名和工作表名" in refused(cli("explain", done, "别的.xlsx!支出!A4"))
    assert "在几张表里都有数字，请写明是哪一张：部门整体支出绩效自评表.xlsx!预算执行!F8、" in refused(
        cli("explain", done, "F8")
    )
    assert "数字编号见 evidence/figures.json" in refused(cli("explain", done, "qqqqqq"))


def test_two_runs_are_compared_with_what_matters_first(cli, folder, done, tmp_path):
    assert cli("diff", done, done).out == "没有变化。\n"
    et(folder)
    said = cli("report", folder, "--out", done.parent)
    at = said.out.index("与上次运行相比：")
    assert said.out[at:].splitlines()[1:6] == [
        "  总分：98.00 分 → 95.00–98.00  [total.score]",
        "  等级：优 → 待定  [total.grade]",
        "  全年执行率：99.65% → 待定  [annual.execution_rate]",
        "  问题：新增 1 条",
        "  预算编制约束性得分：3.00 分 → 0.00–3.00  [budget_constraint.score]",
    ]
    assert "→  " not in said.out
    answer = cli("diff", done, done, "--json").json
    assert answer == {"exit_code": 0, "changes": []}


# ---- from a process of its own ----


def process(*args: object, cwd: Path, code: str = "from pipeline.__main__ import main; main()") -> Said:
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii"}  # as a console without UTF-8
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, args)], cwd=cwd, env=env, capture_output=True, encoding="utf-8"
    )
    return Said(done.returncode, done.stdout, done.stderr)


def test_exit_codes_0_1_and_2_from_a_shell(folder, tmp_path):
    def shell(*args: object) -> Said:
        done = subprocess.run(
            [sys.executable, "-m", "pipeline", *map(str, args)],
            cwd=ROOT,
            capture_output=True,
            encoding="utf-8",
        )
        return Said(done.returncode, done.stdout, done.stderr)

    out = tmp_path / "结果 二"
    before = content(folder)
    fine = shell("report", folder, "--out", out)
    assert fine.code == 0 and fine.out.startswith("总分 98.00  优\n") and "没有发现问题。" in fine.out
    assert "试算稿：" in fine.out and f"结果在 {out}" in fine.out
    names = [line.strip() for line in fine.out.split(f"结果在 {out}")[1].splitlines()[1:]]
    assert names[0] == "部门整体支出绩效自评表.xlsx" and "evidence/" in names
    assert content(folder) == before
    et(folder)
    spoiled = shell("report", folder, "--out", out, "--json")
    assert spoiled.code == 1 and spoiled.json["exit_code"] == 1 and spoiled.err.startswith("· 读取")
    nowhere = shell("check", tmp_path / "没有", "--json")
    assert nowhere.code == 2 and "没有找到" in nowhere.json["error"]
    assert not [said for said in (fine, spoiled, nowhere) if "Traceback" in said.err]


def test_a_bug_of_ours_is_a_log_and_a_sentence_and_exit_code_3(tmp_path):
    code = (
        "from pipeline.__main__ import main\nfrom pipeline import rules\n"
        "def broken(*_):\n    raise ZeroDivisionError('秘密')\nrules.list_lines = broken\nmain()"
    )
    said = process("rules", "list", cwd=tmp_path, code=code)
    assert said.code == 3 and "Traceback" not in said.err and "这不是您的填报造成的" in said.err
    assert "ZeroDivisionError: 秘密" in (tmp_path / "jixiao_error.log").read_text("utf-8")
    in_checks = code.replace("rules.list_lines", "run.check").replace("import rules", "import run")
    assert process("check", ".", "--json", cwd=tmp_path, code=in_checks).json["exit_code"] == 3


@pytest.mark.parametrize("args", [["explain", "{run}", "总分"], ["rules", "show", "440100", "2022"], ["rules", "check"], ["report", "--help"], ["diff", "{run}", "{run}"]])  # fmt: skip
def test_looking_at_things_imports_nothing_heavy(done, tmp_path, args):
    code = (
        "import sys, atexit\n"
        "heavy = 'pandas numpy great_expectations scipy openpyxl xlsxwriter lxml python_calamine'.split()\n"
        "atexit.register(lambda: print('HEAVY', [name for name in heavy if name in sys.modules]))\n"
        "from pipeline.__main__ import main\nmain()"
    )
    said = process(*(one.replace("{run}", str(done)) for one in args), cwd=tmp_path, code=code)
    opened = (
        "HEAVY ['lxml']\n" if args == ["rules", "check"] else "HEAVY []\n"
    )  # the maps are held against their forms
    assert said.code == 0 and said.out.endswith(opened), said.out[-200:] + said.err
