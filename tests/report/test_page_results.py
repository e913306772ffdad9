"""工作任务完成情况 and 项目自评 on the page: every line of the tree, every project, what is missed and what is open."""

from __future__ import annotations

from pathlib import Path

import lxml.html
import pytest

from pipeline import run
from pipeline.write.patch import patch
from tests.build_example import EXAMPLE

RECEPTION, PETITIONS, RESEARCH = (
    f"4_绩效指标_{name}.xlsx" for name in ("接待处", "信访协调处", "信息调研处")
)
#: 25 of 28 families visited, 5 of at most 3 delays, and one result that is not there
CHANGES = {
    RECEPTION: {("指标", "J6"): "25家", ("指标", "M6"): "走访改为视频联系"},
    PETITIONS: {("指标", "J8"): "5次"},
    RESEARCH: {("指标", "J7"): None},
}


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("results")
    place = folder / "in"
    place.mkdir()
    for path in sorted(EXAMPLE.glob("*.xlsx")):
        content = path.read_bytes()
        (place / path.name).write_bytes(
            patch(content, CHANGES[path.name]) if path.name in CHANGES else content
        )
    done = run.report(run.Request(place, folder / "out", beside=False), lambda _: None)
    return lxml.html.parse(
        str(done.folder / "核查报告.html"), lxml.html.HTMLParser(encoding="utf-8")
    ).getroot()


def rows(page, section: str) -> list[list[str]]:
    found = page.xpath(f"//section[@id='{section}']//tbody/tr")
    return [[" ".join(cell.text_content().split()) for cell in row] for row in found]


def test_every_level_has_its_money_completion_and_score(page):
    """T1: 134.85 and 129.82; 7 of 8 indicators reached; 14 points of 部门分值 of which 25/28 of 2 leave 1.79."""
    by_name = {row[0]: row[1:] for row in rows(page, "tasks")}
    assert by_name["任务 驻京公务服务保障"][:6] == [
        "134.85",
        "129.82",
        "96.27%",
        "7 / 8 个，87.50%",
        "14.00",
        "13.79",
    ]
    assert by_name["项目 驻京工作保障经费"] == [
        "134.85",
        "129.82",
        "96.27%",
        "7 / 8 个，87.50%",
        "14.00",
        "13.79",
        "",
    ]
    assert by_name["指标 走访联系单位数"] == [
        "",
        "",
        "",
        "未达到 ≥28家；完成 25家",
        "2.00",
        "1.79",
        "走访改为视频联系",
    ]
    assert by_name["指标 联系在京单位次数"][3:6] == ["达到 ≥80次；完成 90余次", "2.00", "2.00"]
    assert by_name["合计 重点工作合计"][:3] == ["355.98", "350.25", "98.39%"]
    assert by_name["未对应任务 未对应任务的支出和指标"][:4] == ["1,871.72", "1,869.58", "99.89%", "没有指标"]


def test_what_is_open_is_called_so_up_to_the_total(page):
    by_name = {row[0]: row[1:] for row in rows(page, "tasks")}
    assert (
        by_name["指标 信息周刊期数"][3].startswith("待定 ≥24期")
        and by_name["指标 信息周刊期数"][5] == "0.00–1.00"
    )
    assert by_name["任务 政策信息与决策参考"][3] == "8–9 / 9 个，88.89–100.00%"
    assert "指标!J7 有须先改正的问题" in by_name["任务 政策信息与决策参考"][6]


def test_the_tree_is_that_of_the_workings(page):
    kinds = [row[0].split(" ")[0] for row in rows(page, "tasks")]
    assert kinds[:4] == ["职责", "任务", "项目", "指标"] and kinds[-2:] == ["未对应任务", "合计"]
    assert (kinds.count("任务"), kinds.count("项目"), kinds.count("指标")) == (4, 4, 31)
    depths = [row.get("class") for row in page.xpath("//section[@id='tasks']//tbody/tr")]
    assert depths[:4] == ["d0", "d1", "d2", "d3"]


def test_every_project_has_its_line_with_points_by_first_level_and_reasons(page):
    """P01: 10 × 129.82/134.85 = 9.63; 走访 10 points × 25/28 = 8.93, so 产出 48.93 and 98.56 in all."""
    first, second, _, fourth = rows(page, "projects")
    assert first[:7] == [
        "驻京工作保障经费 P01", "年初预算 134.85全年预算 134.85全年执行 129.82", "96.27%",
        "预算执行率 9.63 / 10产出指标 48.93 / 50.00效益指标 30.00 / 30.00满意度指标 10.00 / 10.00", "98.56", "优", "1.44",
    ]  # fmt: skip
    assert "走访联系单位数扣 1.07 分：走访改为视频联系" in first[7]
    assert second[4:7] == ["89.97–99.97", "待定", "0.03–10.03"]
    assert fourth[5] == "良" and "重点时段处置不及时次数扣 13.33 分：未写原因" in fourth[7]


def test_both_sections_are_reached_from_the_contents(page):
    links = page.xpath("//nav//a/@href")
    assert links.index("#tasks") < links.index("#projects") < links.index("#findings")
    for name in ("tasks", "projects"):
        table = page.xpath(f"//section[@id='{name}']//table")[0]
        assert table.find("caption").text and {cell.get("role") for cell in table.iter("td")} == {"cell"}
        assert all(cell.get("data-label") for cell in table.iter("td"))


def test_without_tasks_and_without_project_rules_it_says_so(tmp_path: Path, monkeypatch):
    from pipeline import rules

    folder = tmp_path / "in"
    folder.mkdir()
    for path in EXAMPLE.glob("*.xlsx"):
        content = path.read_bytes()
        if path.name == "1_基本情况.xlsx":
            content = patch(
                content,
                {("重点工作", f"{letter}{row}"): None for letter in "ABCDEFGHIJ" for row in range(5, 9)},
            )
        (folder / path.name).write_bytes(content)
    monkeypatch.setattr(rules, "for_projects", lambda *_: None)
    done = run.report(run.Request(folder, tmp_path / "out", beside=False), lambda _: None)
    text = (done.folder / "核查报告.html").read_text("utf-8")
    assert "没有填写重点工作" in text and "没有项目支出的评分规则" in text
