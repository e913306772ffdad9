"""核查报告.html without a browser: what stands in it, that it stands there once, and that it reaches nothing outside."""

from __future__ import annotations

import hashlib
import re
from decimal import Decimal
from pathlib import Path

import lxml.html
import pytest

from pipeline import run
from pipeline.report import page_findings
from pipeline.report.page_text import to_copy
from pipeline.write.patch import patch
from tests.build_example import EXAMPLE
from tests.report.page_case import (
    HOSTILE,
    WAIVED,
    Pages,
    body_of,
    cards,
    finding,
    findings,
    hostile,
    of_class,
    text_of,
)

SHOWN = (
    "</script><script>alert(1)</script><img src=x onerror=alert(2)>{{ 7*7 }}{% raw %}"
    "〔U+0007〕〔U+202E〕https://example.org//a"
)


@pytest.fixture(scope="module")
def pages() -> Pages:
    return Pages()


@pytest.fixture(scope="module")
def planted(tmp_path_factory) -> run.Result:
    """A run of the example with July's other budget, a contract above its budget and a number typed full-width."""
    folder = tmp_path_factory.mktemp("planted")
    for path in EXAMPLE.glob("*.xlsx"):
        (folder / path.name).write_bytes(path.read_bytes())
    for name, changes in {
        "3_月度支出.xlsx": {("月度", "B11"): Decimal("2227.70")},
        "6_采购台账.xlsx": {("采购台账", "I5"): Decimal("43")},
        "5_管理事项.xlsx": {("资产", "B5"): "１,８４２.３６"},
    }.items():
        (folder / name).write_bytes(patch((folder / name).read_bytes(), changes))
    out = tmp_path_factory.mktemp("runs")
    return run.report(run.Request(folder, out, beside=False), lambda _: None)


def test_a_run_leaves_the_page_with_its_findings_and_its_digest(planted):
    path = planted.folder / "核查报告.html"
    assert [one["code"] for one in planted.records] == ["SC-014", "RC-040"]
    assert {(card.code, card.body) for card in cards(path)} == {
        (record["code"], body_of(record)) for record in planted.records
    }
    sums = (planted.folder / "evidence" / "SHA256SUMS").read_text("utf-8")
    assert f"{hashlib.sha256(path.read_bytes()).hexdigest()}  核查报告.html\n" in sums


def test_the_page_of_a_run_tells_everything_that_is_asked_of_it(planted):
    path = planted.folder / "核查报告.html"
    verdict, digest = text_of(path, "verdict"), text_of(path, "digest")
    assert "还不能上报：有 2 个问题必须改。" in verdict
    assert "试算稿：暂定分值" in verdict and "python" not in verdict
    assert f"{planted.figures['total.score']['printed']} / 100 分" in digest
    assert "绩效管理制度建设 −2.00 各处室的绩效职责还没有写进制度" in digest
    assert "必须改 RC-040 《6_采购台账》采购台账!I5 等 2 处" in digest
    score = text_of(path, "score")
    assert "从满分 100 到得分 98.00 的逐项扣分图" in score and "绩效管理制度建设 −2.00 得分 98.00" in score
    assert "1-7月执行率 填报值 62.11% 61.70% 不一致 《8_填报得分》合计!B10" in text_of(path, "claims")
    reconciled = text_of(path, "reconciled")
    assert "RC-040 合同金额：43.00 万元 ≤ 预算金额：42.00 万元 1.00 《6_采购台账》采购台账!I5" in reconciled
    assert "7月 2,227.70 " in text_of(path, "months") and "7月 61.70%" in text_of(path, "months")
    assert "源头化解协作机制" in text_of(path, "judged") and "信访协调处" in text_of(path, "judged")
    assert "《5_管理事项》资产!B5 复制 １,８４２.３６ " in text_of(path, "normalised")
    assert "财务管理合规性 4 暂定" in text_of(path, "rubric")
    assert "《6_采购台账》采购台账!I5 复制 43.00 RC-040（必须改）：“办公区" in text_of(path, "first")
    files = text_of(path, "files")
    for name in ("1_基本情况.xlsx", "5_管理事项.xlsx"):
        content = (planted.folder / "evidence" / "inputs" / name).read_bytes()
        assert f"{name} 已读取 {hashlib.sha256(content).hexdigest()}" in files
    for name in ("部门整体支出绩效自评表.xlsx", "计算底稿.xlsx"):
        assert f"{name} {hashlib.sha256((planted.folder / name).read_bytes()).hexdigest()}" in files


def test_ten_different_cells_are_named_to_open_first(planted):
    tree = lxml.html.fromstring((planted.folder / "核查报告.html").read_bytes().decode("utf-8"))
    cells = [each.text_content() for each in of_class(tree.get_element_by_id("first"), "cell")]
    assert cells[:2] == ["《8_填报得分》合计!B10", "《6_采购台账》采购台账!I5"]
    assert len(cells) == len(set(cells)) == 10


def test_without_findings_the_verdict_is_good(pages, tmp_path):
    path = pages.write(tmp_path / "page.html", [])
    assert "没有发现需要改的问题。" in text_of(path, "verdict")
    assert text_of(path, "findings") == "发现的问题 没有发现问题。"
    assert cards(path) == []


@pytest.mark.parametrize("count", [1, 3, 150, 3000])
def test_every_finding_stands_in_the_page_once(pages, tmp_path, count):
    records = findings(count)
    path = pages.write(tmp_path / "page.html", records)
    found = cards(path)
    expected = [(one["code"], one["severity"], body_of(one), (cell_of(one),), "") for one in records]
    assert sorted((c.code, c.severity, c.body, c.cells, c.waiver) for c in found) == sorted(expected)
    # the first three stand in the digest too, the first ten among the cells to open
    assert path.read_text("utf-8").count("第〔") == count + min(3, count) + min(10, count)
    assert path.stat().st_size < 2_000_000


def cell_of(record: dict) -> str:
    return f"《{record['file'].removesuffix('.xlsx')}》{record['sheet']}!{record['cell']}"


def test_findings_beyond_what_a_page_holds_are_counted(pages, tmp_path, monkeypatch):
    monkeypatch.setattr(page_findings, "EMBEDDED_BYTES", 40_000)
    path = pages.write(tmp_path / "page.html", findings(1000))
    held = len(cards(path))
    assert 100 < held < 1000
    assert f"本页收入前 {held} 条；全部 1000 条见 evidence/findings.csv。" in text_of(path, "findings")


def test_findings_are_grouped_by_form_in_the_order_of_the_forms(pages, tmp_path):
    records = [*findings(14), finding(14, file="", sheet="", cell="", cells=[])]
    tree = lxml.html.fromstring(pages.write(tmp_path / "page.html", records).read_text("utf-8"))
    titles = [each.text_content() for each in of_class(tree, "group") for each in each.findall("h3")]
    assert titles == ["2_预算执行 4 条", "3_月度支出 2 条", "4_绩效指标 4 条", "6_采购台账 2 条", "8_填报得分 2 条", "整份填报 1 条"]  # fmt: skip


def test_a_finding_of_many_cells_is_one_with_all_of_them(pages, tmp_path):
    cells = [
        {"file": "2_预算执行.xlsx", "sheet": "支出", "cell": f"G{n}", "found": f"{n}.00"}
        for n in range(5, 50)
    ]
    path = pages.write(tmp_path / "page.html", [finding(0, cells=cells, cell="G5", found="5.00")])
    (card,) = cards(path)
    assert card.cells == tuple(f"《2_预算执行》支出!G{n}" for n in range(5, 45))
    said = text_of(path, "findings")
    assert "《2_预算执行》支出!G6 6.00 复制" in said and "另有 5 处，见 evidence/findings.json" in said


def test_points_at_stake_stand_beside_the_finding(pages, tmp_path):
    path = pages.write(tmp_path / "page.html", findings(2), points=[Decimal("4.00"), None])
    assert [each.text_content() for each in of_class(tree_of(path), "stake")] == ["涉及 4.00 分"]


def tree_of(path: Path) -> lxml.html.HtmlElement:
    return lxml.html.fromstring(path.read_bytes().decode("utf-8"))


def test_a_waived_finding_stays_with_reason_and_names_and_is_counted(pages, tmp_path):
    records = [finding(0, waived=WAIVED), finding(1), finding(2, waived=WAIVED)]
    path = pages.write(tmp_path / "page.html", records)
    assert "没有必须改的问题；有 1 处请先核实。" in text_of(path, "verdict")
    assert "另有 2 个问题有已核准的说明" in text_of(path, "verdict")
    told = "已核准说明：跨年合同，经批准结转（提出人 张三，批准人 李四，日期 2023-03-01）"
    assert {card.code: card.waiver for card in cards(path)} == {"BE-014": told, "PI-013": "", "PI-010": told}
    assert "必须改 2 请核实 1 提示 0 其中 已核准说明 2" in text_of(path, "findings")
    digest = text_of(path, "digest")
    assert "先改三处 请核实 PI-013" in digest and "BE-014" not in digest


def test_a_page_reaches_nothing_outside(pages, tmp_path):
    text = pages.write(tmp_path / "page.html", findings(3000)).read_text("utf-8")
    policy = re.search(r'<meta http-equiv="Content-Security-Policy" content="([^"]+)">', text)[1]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy and "base-uri 'none'; form-action 'none'" in policy
    rest = text.replace(policy, "").replace("http-equiv", "")
    for sign in ("http", "//", "xmlns", "url(", "@import", "src=", "ftp:", "file:", "mailto:"):
        assert sign not in rest, sign
    tree = lxml.html.fromstring(text)
    assert {each.get("href")[0] for each in tree.iter("a")} == {"#"}
    assert not tree.xpath(
        "//link | //img | //iframe | //object | //embed | //base | //*[@style] | //@*[starts-with(name(), 'on')]"
    )


def test_policy_names_the_very_style_and_script_of_the_page(pages, tmp_path):
    from base64 import b64encode

    text = pages.write(tmp_path / "page.html", []).read_text("utf-8")
    for element in ("style", "script"):
        content = re.search(rf"<{element}>(.*?)</{element}>", text, re.S)[1]
        digest = b64encode(hashlib.sha256(content.encode("utf-8")).digest()).decode()
        assert f"{element}-src 'sha256-{digest}'" in text


@pytest.mark.parametrize("written", [0, 100])
def test_what_a_person_typed_can_only_be_read(pages, tmp_path, monkeypatch, written):
    monkeypatch.setattr(page_findings, "WRITTEN", written)
    record = hostile()
    path = pages.write(
        tmp_path / "page.html", [record], trial_line=HOSTILE, manifest_inputs={HOSTILE: HOSTILE}
    )
    text = path.read_text("utf-8")
    assert "://" not in text
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202e]", text)
    tree = tree_of(path)
    assert len(tree.xpath("//script")) == 2 and not tree.xpath("//img")
    (card,) = cards(path)
    assert card.body == SHOWN + "。" and SHOWN in card.waiver
    assert SHOWN in text_of(path, "files")


def test_a_text_cannot_end_the_data_of_the_script(pages, tmp_path):
    records = [finding(number, found="</script><!--<script>") for number in range(150)]
    path = pages.write(tmp_path / "page.html", records)
    assert len(cards(path)) == 150
    assert "<!--" not in path.read_text("utf-8")


def test_what_looks_like_a_formula_is_text_and_a_sheet_is_quoted_for_the_name_box():
    assert to_copy("1-7月", "B2") == "'1-7月'!B2"
    assert to_copy("=SUM(A1)", "B2") == "'=SUM(A1)'!B2"
    assert to_copy("王's", "B2") == "'王''s'!B2"


def test_the_same_values_give_the_same_bytes(pages, tmp_path):
    records = findings(300)
    first, second = (pages.write(tmp_path / name, records).read_bytes() for name in ("a.html", "b.html"))
    assert first == second


def test_divisions_are_those_of_the_rows_or_of_the_file(pages, tmp_path):
    """A name that 1_基本情况 does not have is no division to filter by."""
    tree = tree_of(pages.write(tmp_path / "page.html", findings(7)))
    options = [each.text for each in tree.xpath("//select[@name='division']/option")]
    assert options == ["全部", "信息调研处", "接待处"]
