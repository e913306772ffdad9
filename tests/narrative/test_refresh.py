"""--refresh: only the controls whose figure changed, not one byte else; what a person changed stays and is listed."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import narrating
from pipeline.errors import CannotRun
from pipeline.narrative import refresh
from tests.narrative.documents import F, document, package, paragraph, run, table
from tests.narrative.runs import run_folder

REPORT = document(
    "2022年度部门整体支出绩效自评报告",
    ("领导改过的开头：支出 ", F("annual.executed", "\u20601,900.00\u2060"), "\u00a0万元，执行率 ", F("annual.execution_rate", "95.00%", runs=3), "。"),
    ("得分 ", F("total.score|points", "96.5"), "\u00a0分，等级", F("total.grade", "优"), "；另见支出 ", F("annual.executed", "1,900.00"), "。"),
    table(("预算", F("annual.annual_budget|number", "2,000.00"))),
)  # fmt: skip


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return run_folder(tmp_path / "old")


@pytest.fixture
def new(tmp_path: Path) -> Path:
    return run_folder(
        tmp_path / "new",
        annual__executed="1,950.00",
        annual__execution_rate="97.50%",
        total__score="97.00",
        total__grade="良",
    )


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as read:
        return {name: read.read(name) for name in read.namelist()}


def renewed(tmp_path: Path, content: bytes, run: Path, earlier: Path | None = None) -> narrating.Checked:
    path = tmp_path / "送审稿.docx"
    path.write_bytes(content)
    return narrating.renew(path, run, earlier, "zh")


def test_only_the_numbers_that_changed_change_and_not_one_byte_else(tmp_path, old, new):
    result = renewed(tmp_path, REPORT, new, old)
    done = result.refreshed
    assert [(one.place, one.figure, one.old, one.new) for one in done.changed] == [
        ("第2段", "annual.executed", "1,900.00", "1,950.00"), ("第2段", "annual.execution_rate", "95.00%", "97.50%"),
        ("第3段", "total.score", "96.5", "97"), ("第3段", "total.grade", "优", "良"), ("第3段", "annual.executed", "1,900.00", "1,950.00"),
    ]  # fmt: skip
    assert done.left == () and done.same == 1 and done.knows_earlier
    before, after = parts(REPORT), parts(Path(done.where).read_bytes())
    assert list(before) == list(after)
    expected = before["word/document.xml"].decode()
    expected = expected.replace("1,900.00", "1,950.00").replace(">96.5<", ">97<").replace(">优<", ">良<")
    expected = expected.replace(">95<", ">97.50%<").replace(">.0<", "><").replace(">0%<", "><")
    assert after.pop("word/document.xml").decode() == expected
    del before["word/document.xml"]
    assert after == before
    assert (tmp_path / "送审稿.docx").read_bytes() == REPORT, "the person's own file is as it was"


def test_the_copy_stands_beside_under_a_name_that_is_free_and_is_reproducible(tmp_path, old, new):
    first = Path(renewed(tmp_path, REPORT, new, old).refreshed.where)
    second = Path(renewed(tmp_path, REPORT, new, old).refreshed.where)
    assert (first.name, second.name) == ("送审稿_已更新.docx", "送审稿_已更新2.docx")
    assert first.read_bytes() == second.read_bytes()
    assert sorted(path.name for path in tmp_path.glob("*.docx")) == [
        "送审稿.docx",
        "送审稿_已更新.docx",
        "送审稿_已更新2.docx",
    ]


def test_refreshed_once_there_is_nothing_more_to_refresh(tmp_path, old, new):
    once = Path(renewed(tmp_path, REPORT, new, old).refreshed.where)
    again = narrating.renew(once, new, None, "zh")
    assert again.refreshed.changed == () and again.refreshed.left == () and again.refreshed.where == ""
    assert [one for one in again.records if one["code"].startswith("NA-04")] == []


def test_a_number_a_person_changed_is_listed_and_kept(tmp_path, old, new):
    content = document(
        (
            "支出 ",
            F("annual.executed", "1,888.00"),
            " 万元，执行率 ",
            F("annual.execution_rate", "95.00%"),
            "。",
        )
    )
    done = renewed(tmp_path, content, new, old).refreshed
    assert [(one.figure, one.new) for one in done.changed] == [("annual.execution_rate", "97.50%")]
    assert [(one.figure, one.old, one.new, one.why) for one in done.left] == [
        ("annual.executed", "1,888.00", "1,950.00", "人改过：原来写的是 1,900.00")
    ]
    assert b"1,888.00" in parts(Path(done.where).read_bytes())["word/document.xml"]


def test_the_run_the_report_lies_in_is_the_one_it_came_from(old, new):
    path = old / "自评报告.docx"
    path.write_bytes(document(("支出 ", F("annual.executed", "1,888.00"), "。")))
    done = narrating.renew(path, new, None, "zh").refreshed
    assert done.knows_earlier and [one.why for one in done.left] == ["人改过：原来写的是 1,900.00"]


def test_without_the_earlier_run_it_says_that_it_cannot_tell(tmp_path, new):
    content = document(
        (
            "支出 ",
            F("annual.executed", "1,900.00"),
            "，又 ",
            F("annual.executed", "1,888.00"),
            "，再 ",
            F("annual.executed", "1,900.00"),
            "。",
        )
    )
    done = renewed(tmp_path, content, new).refreshed
    assert [one.old for one in done.changed] == ["1,900.00"] * 2
    assert [(one.old, one.why) for one in done.left] == [("1,888.00", "看来人改过：别处写的是 1,900.00")]
    assert "分不出人改过的数" in "\n".join(done.lines("zh"))


@pytest.mark.parametrize(
    ("control", "why"),
    [
        (F("annual.executed", ""), "位置已被清空"),
        (F("annual.executed", "点击输入", placeholder=True), "位置已被清空"),
        (F("annual.executed", "约一千九百"), "人改过：不再是一个数"),
        (F("project.P77.score", "9"), "结果中没有这个数字"),
        (F("total.grade", "优秀"), "是文字，请自己核对"),
    ],
)
def test_what_cannot_be_placed_is_listed_with_its_reason(tmp_path, new, control, why):
    done = renewed(tmp_path, document(("甲 ", control, " 乙。")), new).refreshed
    assert done.changed == () and done.where == ""
    assert [(one.old, one.why) for one in done.left] == [(control.text, why)]


def test_figures_the_report_no_longer_shows_are_named(tmp_path, old, new):
    (new / "部门整体支出绩效自评报告.docx").write_bytes(REPORT)
    content = document(("支出 ", F("annual.executed", "1,900.00"), "。"))
    done = renewed(tmp_path, content, new, old).refreshed
    assert [figure for figure, _ in done.missing] == [
        "annual.execution_rate",
        "total.score",
        "total.grade",
        "annual.annual_budget",
    ]
    assert "已经没有的数字 4 个：全年执行率、总分、等级、全年预算数" in "\n".join(done.lines("zh"))


def test_controls_that_are_not_ours_are_none_of_our_business(tmp_path, new):
    content = document(("目录 ", F("目录", "1,900.00"), F("annual.executed", "1,900.00"), "。"))
    done = renewed(tmp_path, content, new).refreshed
    assert [one.old for one in done.changed] == ["1,900.00"]
    assert parts(Path(done.where).read_bytes())["word/document.xml"].decode().count("1,900.00") == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (document("没有控件的报告。"), "没有本程序写的数字位置"),
        ("纯文本".encode(), "不是 .docx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "旧格式"),
    ],
)
def test_what_cannot_be_refreshed_is_refused_and_nothing_is_written(tmp_path, new, content, words):
    with pytest.raises(CannotRun, match=words):
        renewed(tmp_path, content, new)
    assert [path.name for path in tmp_path.glob("*.docx")] == ["送审稿.docx"]


def test_text_around_and_tracked_changes_stay(tmp_path, old, new):
    xml = (
        "<w:p><w:ins>"
        + run("领导加的 & <话>")
        + "</w:ins><w:del><w:r><w:delText>删的</w:delText></w:r></w:del>"
        '<w:sdt><w:sdtPr><w:tag w:val="annual.executed"/></w:sdtPr><w:sdtContent>'
        + run("1,900.00")
        + "</w:sdtContent></w:sdt></w:p>"
    )
    content = document(xml)
    done = renewed(tmp_path, content, new, old).refreshed
    after = parts(Path(done.where).read_bytes())["word/document.xml"]
    assert after == parts(content)["word/document.xml"].replace(b"1,900.00", b"1,950.00")


def test_the_json_is_what_was_done(tmp_path, old, new):
    told = json.loads(json.dumps(narrating.as_json(renewed(tmp_path, REPORT, new, old)), ensure_ascii=False))
    assert told["refreshed"]["changed"][0] == {
        "cell": "第2段", "figure": "annual.executed", "label": "全年执行数", "old": "1,900.00", "new": "1,950.00", "why": "",
    }  # fmt: skip
    assert Path(told["refreshed"]["file"]).name == "送审稿_已更新.docx"


@given(
    before=st.text(alphabet="甲乙&<>\"'{}%万元 \t\u00a0", max_size=12),
    number=st.decimals(min_value=0, max_value=10**7, places=2),
    after=st.text(alphabet="丙丁&<>]]{{ ", max_size=12),
)
@settings(max_examples=60, deadline=None)
def test_whatever_stands_around_a_number_its_bytes_stay(before, number, after):
    content = package(
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
        + paragraph(before, F("annual.executed", f"{number}"), after)
        + "</w:body></w:document>"
    )
    figures = narrating.Figures(
        {"annual.executed": {"value": "1", "unit": "万元", "printed": "1,234,567.89", "label": "数"}},
        {},
        Path(),
    )
    done = refresh.refresh(content, "x.docx", figures, None)
    old_xml, new_xml = parts(content)["word/document.xml"], parts(done.content)["word/document.xml"]
    assert new_xml == old_xml.replace(f">{number}<".encode(), b">1,234,567.89<")
