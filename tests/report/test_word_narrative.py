"""A report the program wrote and the check of reports agree: nothing in it is accused, every number of ours is matched, and what
a later run changed is renewed in place."""

from __future__ import annotations

import shutil
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline import narrating, run
from tests.report.word_case import CATALOGUE, LETTER, REPORT, Document, changed, text_of

D = Decimal
CHANGES = {
    ("2_预算执行.xlsx", "支出"): {"G7": D(100), "G8": D(20)},
    ("3_月度支出.xlsx", "月度"): {"D5": D(80), "D6": D(90)},
    ("4_绩效指标_信息调研处.xlsx", "指标"): {"J5": "60篇", "J6": "600篇", "J8": "没统计"},
    ("4_绩效指标_接待处.xlsx", "指标"): {"J9": "200万元"},
    ("5_管理事项.xlsx", "事项"): {"F6": D(2)},
}


def ran(folder: Path, changes: dict) -> Path:
    inputs = changed(folder / "in", changes)
    return run.report(run.Request(inputs, folder / "out", beside=False), lambda _: None).folder


@pytest.fixture(scope="module")
def clean(tmp_path_factory) -> Path:
    return ran(tmp_path_factory.mktemp("clean"), {})


@pytest.fixture(scope="module")
def troubled(tmp_path_factory) -> Path:
    """Points lost and open, indicators missed and overshot, projects and months slow, and much found."""
    return ran(tmp_path_factory.mktemp("troubled"), CHANGES)


@pytest.mark.parametrize("name", [REPORT, LETTER, CATALOGUE])
def test_nothing_in_a_report_of_ours_is_accused(clean, name):
    assert narrating.check(clean / name, clean, "zh").records == ()


def test_nor_in_one_with_much_wrong(troubled):
    checked = narrating.check(troubled / REPORT, troubled, "zh")
    assert [record["message"] for record in checked.records] == []
    assert len(checked.matched.agreed) > 500


@pytest.mark.parametrize("which", ["clean", "troubled"])
def test_every_number_of_ours_is_matched(which, request):
    """What no figure is stands in an officer's own text; how much is still assumed the run itself says."""
    folder = request.getfixturevalue(which)
    checked = narrating.check(folder / REPORT, folder, "zh")
    lines = Document((folder / REPORT).read_bytes()).paragraphs
    typed = {line for line in lines if line.startswith(("本办为", "围绕四项", "全年编发政务专送"))}
    unknown = {each.place: each for each in checked.matched.unknown}
    for place, each in unknown.items():
        number = int(place.split("段")[0].removeprefix("第"))
        assert lines[number - 1] in typed, (place, each)


def test_a_trial_line_that_was_changed_is_no_longer_the_runs(clean, tmp_path):
    """33 assumed weights became 32 by hand: the number is listed, and nothing is accused."""
    content = {}
    with zipfile.ZipFile(clean / REPORT) as package:
        content = {name: package.read(name) for name in package.namelist()}
    body = content["word/document.xml"].decode("utf-8")
    assert body.count("暂定分值 33 项") == 1
    content["word/document.xml"] = body.replace("暂定分值 33 项", "暂定分值 32 项").encode("utf-8")
    mine = tmp_path / "改过.docx"
    with zipfile.ZipFile(mine, "w") as package:
        for name, part in content.items():
            package.writestr(name, part)
    checked = narrating.check(mine, clean, "zh")
    assert checked.records == ()
    assert any("32" in each.text for each in checked.matched.unknown)


def test_a_later_run_renews_its_numbers_and_keeps_the_words(clean, troubled, tmp_path):
    mine = tmp_path / "改过的报告.docx"
    shutil.copy(clean / REPORT, mine)
    narrating.renew(mine, troubled, clean, "zh")
    (renewed,) = [path for path in tmp_path.glob("*.docx") if path != mine]
    now = Document(renewed.read_bytes())
    fresh = {one.tag: one.text for one in Document((troubled / REPORT).read_bytes()).controls}
    shared = [one for one in now.controls if one.tag in fresh]
    assert len(shared) > 400 and all(one.text == fresh[one.tag] for one in shared)
    lines, before = now.paragraphs, Document((clean / REPORT).read_bytes()).paragraphs
    assert len(lines) == len(before)
    at = before.index(next(line for line in before if line.startswith("2022年，年初预算数")))
    assert "全年执行数2,141.79\u00a0万元，全年执行率96.14%" in lines[at]
    assert text_of(now.root).count("本办为市政府派驻机构") == 1
