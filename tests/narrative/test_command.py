"""`narrative` as a person meets it: what is printed, exit codes, --json, and a report written with the kinds of figures and slips of real ones."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.__main__ import main
from tests.narrative.documents import F, document
from tests.narrative.runs import run_folder

ROOT = Path(__file__).resolve().parents[2]

#: a report as a PDF gives it: wrapped inside phrases and numbers, a blank line after each line, pages in between
REPORT = """附件 2：

2022 年度某市驻省城联络处

部门整体支出绩效自评报告

一、基本情况

（一）概况

联络处设综合处、接待处、信息处、协作处和群众工作处 5

个内设机构。2022 年末在编 31 人。

（二）年度总体工作和重点工作任务

2022 年是行动方案（2021-2025）的第二年，深入学习党的二

十大精神，捍卫“两个确立”，筑牢三道防线。

1、做优政务接待保障。走访宾馆、车站、机场、学校、医院、

企业等 32 家单位，全年联络 90 余次。

2、做实信息参谋服务。编发动态 340 余篇。

3、做大经济协作平台。签约金额 1.5 亿元，落地企业预计产

值 4 个亿，募集物资 20 多万元。

4、做细信访稳定工作。24 小时值班备勤。

（三）收支情况

2022 年，年度支出预算 2227.70 万元，本年支出 2219.8

3 万元，完成预算的 99.65%。

（四）绩效管理情况

财政拨款收入预算 2227.70 万元，其中项目支出预算 355.98

万元。8 月对 1-7 月的执行情况作了监控。截至 2022 年 7 月

30 日，项目支出进度为 55.86%。截至 2022 年 7 月 30 日，部

门总支出 1374.53 万元，进度为 62.11%，监控自评得分 99 分。

二、综合评价

（一）自评结论

整体支出年度预算为 2227.70 万元，实际支出 2219.83 万元，

预算完成率为 99.65%。从管理效能和履职效能两个方面进行自

评，自评得分 98 分。管理效率从编制、执行、公开、绩效、采

购、资产、成本等 7 个方面进行自评。管理效能自评得分 48 分，

主要在制度建设方面扣两分。履职效能从接待、协作、稳定等 3

个方面进行自评。年平均执行率达到 100%。履职效能自评得分

50 分。

（二）各项工作任务完成情况分析

政务接待保障方面，全部完成。经济协作平台方面，签约落地。

信访稳定工作方面，平稳有序。

（三）重点任务项目支出完成情况

联络保障经费预算 134.85 万元，支出 129.82 万元，完成预

算的 96.27%。

三、存在的问题

制度有待完善。

三、改进措施

加强组织实施。
"""


@pytest.fixture
def cli(monkeypatch, capsys, tmp_path) -> Callable:
    monkeypatch.chdir(tmp_path)

    def run(*args: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["python -m pipeline", "narrative", *map(str, args)])
        with pytest.raises(SystemExit) as ended:
            main()
        shown = capsys.readouterr()
        assert "Traceback" not in shown.out + shown.err
        return ended.value.code, shown.out, shown.err

    return run


def test_a_report_by_itself(cli, tmp_path):
    """Seven slips, each at its sentence; everything that agrees, and what cannot be told, in silence."""
    path = tmp_path / "自评报告.txt"
    path.write_text(REPORT, "utf-8")
    code, out, _ = cli(path, "--json")
    told = json.loads(out)
    seen = [(one["code"], one["severity"], one["found"], one["expected"]) for one in told["findings"]]
    assert seen == [
        ("NA-021", "warning", "7月30日", "7月31日"), ("NA-001", "critical", "62.11%", "61.70%"), ("NA-024", "warning", "管理效率", "管理效能"),
        ("NA-004", "info", "100%", "99.65%"), ("NA-027", "warning", "3", "4"), ("NA-028", "info", "134.85万元", "355.98万元"),
        ("NA-017", "warning", "三、", "四、"),
    ]  # fmt: skip
    assert "分母应为 2213.06万元" in told["findings"][1]["message"]
    assert "做实信息参谋服务" in told["findings"][4]["message"]
    assert [(one["text"], one["why"]) for one in told["unchecked"]] == [
        ("项目支出进度为55.86%", "没有写出对应的金额")
    ]
    assert code == told["exit_code"] == 1
    assert told["agreed"] is None and told["refreshed"] is None
    keys = [
        "code",
        "severity",
        "blocks",
        "message",
        "file",
        "sheet",
        "cell",
        "cells",
        "found",
        "expected",
        "basis",
        "waived",
    ]
    assert all(
        list(one) == keys and one["file"] == "自评报告.txt" and one["sheet"] == "" for one in told["findings"]
    )


def test_the_screen_names_paragraph_and_sentence(cli, tmp_path):
    path = tmp_path / "自评报告.docx"
    path.write_bytes(document("2022年度自评报告", "正文。预算200万元，支出150万元，执行率76.00%。"))
    code, out, _ = cli(path)
    assert code == 1
    assert "发现问题：必须改 1" in out
    assert (
        "  [必须改] NA-001 《自评报告》第2段第2句：“执行率76.00%”与所写的金额不符：150万元 ÷ 200万元 = 75.00%"
        in out
    )
    code, out, _ = cli(path, "--lang", "en")
    assert (
        code == 1
        and "NA-001 《自评报告》第2段第2句: 执行率 76.00% does not follow: 150万元 / 200万元 = 75.00%" in out
    )


def test_nothing_wrong_is_said_in_a_line_and_warnings_alone_are_no_failure(cli, tmp_path):
    path = tmp_path / "r.txt"
    path.write_text("支出 10 万元。", "utf-8")
    code, out, _ = cli(path)
    assert code == 0 and "没有发现问题。" in out
    path.write_text("一、甲\n二、乙\n二、丙\n好。", "utf-8")
    assert cli(path)[0] == 0


def test_with_a_run_what_is_unknown_is_listed_and_not_accused(cli, tmp_path):
    run = run_folder(tmp_path / "run")
    path = tmp_path / "r.docx"
    path.write_bytes(document(("支出 ", F("annual.executed", "1,900.00"), " 万元，走访 32 家。")))
    code, out, _ = cli(path, run)
    assert code == 0
    assert "与结果相符 1 个；结果中没有的数 1 个（不算问题）：\n  第1段第1句 走访32家" in out


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("无.docx",), "没有找到"),
        (("r.docx", "--refresh"), "--refresh 要写明按哪个结果文件夹更新"),
        (("r.docx", "run", "--from", "run"), "--from 只和 --refresh 一起用"),
        (("r.docx", "empty"), "不是一次运行的结果文件夹"),
        (("r.docx", "run", "--refresh", "--from", "empty"), "不是一次运行的结果文件夹"),
        (("r.docx", "--lang", "fr"), "--lang 只能是 zh 或 en"),
    ],
)
def test_what_cannot_begin_gets_a_sentence_and_exit_code_2(cli, tmp_path, args, words):
    (tmp_path / "r.docx").write_bytes(document(("支出 ", F("annual.executed", "1.00"), "。")))
    (tmp_path / "empty").mkdir()
    run_folder(tmp_path / "run")
    code, out, err = cli(*args)
    assert code == 2 and words in err
    assert list(tmp_path.glob("*_已更新*")) == []
    code, out, err = cli(*args, "--json")
    assert json.loads(out)["exit_code"] == 2


def test_five_hundred_pages_are_read(cli, tmp_path):
    sentence = "信息化项目预算{0}.00万元，支出{1}.50万元，执行率{2}%。各项工作有序推进，群众反映良好。" * 8
    pages = [sentence.format(each + 100, each + 50, "0.01") for each in range(500)]
    path = tmp_path / "r.docx"
    path.write_bytes(document("2022年度自评报告", *pages))
    code, out, _ = cli(path, "--json")
    assert code == 1 and len(json.loads(out)["findings"]) == 4000


def test_the_command_stays_light():
    """Neither pandas nor Great Expectations nor lxml is needed to check a text."""
    program = (
        "import sys; sys.argv[1:] = ['narrative', 'README.md']\n"
        "from pipeline.__main__ import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print('HEAVY', sorted({'pandas', 'numpy', 'great_expectations', 'openpyxl', 'lxml', 'docx'} & sys.modules.keys()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, encoding="utf-8"
    )
    assert "HEAVY []" in done.stdout, done.stdout[-400:] + done.stderr[-400:]
