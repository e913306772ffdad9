"""The Word documents of a run: controls, tables, chart, look, bytes; hostile text; LibreOffice opens them."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pytest
from lxml import etree

from pipeline import rules, run
from pipeline.report.sentences import Shown
from pipeline.report.word_run import runs
from tests.build_example import EXAMPLE
from tests.report.word_case import (
    CATALOGUE,
    LETTER,
    REPORT,
    Document,
    W,
    case_of,
    changed,
    rendered,
    text_of,
)

HOSTILE = "</w:t><w:p/>&amp;{{ 7*7 }}{% raw %}{_{x}_} \x07\u202e“引”"


@pytest.fixture(scope="module")
def result(tmp_path_factory) -> run.Result:
    return run.report(run.Request(EXAMPLE, tmp_path_factory.mktemp("runs"), beside=False), lambda _: None)


@pytest.fixture(scope="module")
def report(result) -> Document:
    return Document((result.folder / REPORT).read_bytes())


@pytest.fixture(scope="module")
def figures(result) -> dict:
    return json.loads((result.folder / "evidence" / "figures.json").read_text("utf-8"))


# a run


def test_the_three_documents_are_of_the_run(result):
    manifest = json.loads((result.folder / "evidence" / "manifest.json").read_text("utf-8"))
    sums = (result.folder / "evidence" / "SHA256SUMS").read_text("utf-8")
    for name in (REPORT, LETTER, CATALOGUE):
        assert name in result.files and name in manifest["outputs"] and name in sums
        assert f"input_templates/word/{name}" in manifest["used"]
    for data in ("outline.yaml", "style.yaml", "wording.yaml"):
        assert f"input_templates/word/{data}" in manifest["used"]


def test_the_page_lists_their_digests(result):
    page = (result.folder / "核查报告.html").read_text("utf-8")
    for name in (REPORT, LETTER, CATALOGUE):
        assert hashlib.sha256((result.folder / name).read_bytes()).hexdigest() in page


def test_every_text_of_an_officer_stands_in_the_report_as_typed(result, report):
    lines = set(report.paragraphs)
    rows = case_of(EXAMPLE).submission.table("basics.narrative").rows
    written = [row for row in rows if not str(row["section"]).endswith("预期目标")]
    assert len(written) == 8
    assert all(line in lines for row in written for line in str(row["text"]).splitlines())


def test_an_edited_report_is_never_replaced(tmp_path):
    first = run.report(run.Request(EXAMPLE, tmp_path, beside=False), lambda _: None)
    (first.folder / REPORT).write_bytes(b"edited by the head of office")
    second = run.report(run.Request(EXAMPLE, tmp_path, beside=False), lambda _: None)
    assert second.kept is not None
    assert (second.kept / REPORT).read_bytes() == b"edited by the head of office"
    assert (second.folder / REPORT).read_bytes() != b"edited by the head of office"


def test_the_sections_stand_in_their_order_and_are_numbered_by_word(report):
    styles = {"Heading1": "heading", "Heading2": "below"}
    heads = [
        (styles[style], text_of(one))
        for one in report.root.iter(f"{W}p")
        if (style := one.find(f"{W}pPr/{W}pStyle").get(f"{W}val")) in styles
    ]
    assert heads == [
        ("heading", "基本情况"), ("below", "部门概况"), ("below", "年度总体工作和重点工作任务"),
        ("below", "部门整体收支情况"), ("below", "部门整体绩效管理情况"), ("heading", "综合评价分析"),
        ("below", "自评结论综述"), ("below", "各项工作任务绩效目标完成情况分析"),
        ("below", "各重点任务项目支出完成情况分析"), ("below", "主要工作成效"),
        ("heading", "存在的主要问题"), ("heading", "下一步改进措施"),
    ]  # fmt: skip
    numbering = report.part("word/numbering.xml")
    levels = [
        (level.find(f"{W}numFmt").get(f"{W}val"), level.find(f"{W}lvlText").get(f"{W}val"))
        for level in numbering.iter(f"{W}lvl")
    ]
    assert levels[:3] == [
        ("chineseCountingThousand", "%1、"), ("chineseCountingThousand", "（%2）"), ("decimal", "%3."),
    ]  # fmt: skip


def test_the_first_page_says_what_it_is(report):
    lines = report.paragraphs
    assert lines[:3] == [
        "2022年度某市人民政府驻北京办事处", "部门整体支出绩效自评报告", "（数据口径：决算上报数）",
    ]  # fmt: skip
    rubric, projects = rules.load("440100", 2022), rules.load("440100", 2022, "project")
    told = rules.trial_line(rubric, "zh", projects)
    # the bureau's reader has no command line: the list is in the package
    assert lines[3] == told.partition("清单见")[0] + "清单见《核查报告》“评分标准”"
    assert lines[3].startswith("试算稿：") and "python" not in lines[3]


# content controls


def test_every_control_shows_its_figure_as_printed(report, figures):
    controls = report.controls
    assert len(controls) > 400
    for one in controls:
        assert one.text == " ".join(figures[one.tag]["printed"].split("\n")), one.tag
        assert one.alias == figures[one.tag]["label"][:64]
        assert 0 < len(one.tag) <= 64


def test_a_control_is_one_run_in_a_legal_place(report):
    for one in report.controls:
        content = one.element.find(f"{W}sdtContent")
        assert [child.tag for child in content] == [f"{W}r"]
        assert one.element.getparent().tag == f"{W}p"
        assert [child.tag for child in one.element] == [f"{W}sdtPr", f"{W}sdtContent"]
        # the order the schema wants
        assert [child.tag for child in one.element[0]] == [f"{W}alias", f"{W}tag", f"{W}text"]


def test_no_text_stands_outside_runs(report):
    for element in report.root.iter():
        if element.tag not in (f"{W}t", f"{W}instrText"):
            assert not (element.text or "").strip(), element.tag
        assert not (element.tail or "").strip(), element.tag


def test_numbers_of_tables_are_controls(report):
    """Every number of an annex is in a control: what is left outside has no digit but in names and months."""
    for table in report.root.iter(f"{W}tbl"):
        for row in list(table.iter(f"{W}tr"))[1:]:
            for cell in list(row.iter(f"{W}tc"))[1:]:
                outside = "".join(
                    each.text or ""
                    for each in cell.iter(f"{W}t")
                    if not any(up.tag == f"{W}sdt" for up in each.iterancestors())
                )
                assert not re.search(r"\d", outside), text_of(row)


def test_an_officers_text_has_no_control(report):
    text = "全年联系在京单位90余次、走访32家，公务活动均按要求完成保障，发生差错1次并已改进，来京公务人员满意度98.5%；项目支出控制在预算以内。"
    found = [one for one in report.root.iter(f"{W}p") if text_of(one) == text]
    assert len(found) == 1 and not list(found[0].iter(f"{W}sdt"))


def test_a_figure_whose_id_is_too_long_for_word_stays_text():
    short, long = "project." + "P" * 47 + ".executed", "project." + "P" * 48 + ".executed"
    assert (len(short), len(long)) == (64, 65)
    assert "<w:sdt>" in runs(Shown(short, "执行数", "1.00")) and 'w:val="' + short in runs(
        Shown(short, "执行数", "1.00")
    )
    assert runs(Shown(long, "执行数", "1.00")) == '<w:r><w:t xml:space="preserve">1.00</w:t></w:r>'
    assert 'alias w:val="' + "名" * 64 + '"' in runs(Shown("a.b", "名" * 70, "1.00"))


def test_numbers_and_units_do_not_part(report):
    for one in report.controls:
        follows = one.element.getnext()
        text = text_of(follows) if follows is not None else ""
        if one.text[-1].isdigit():
            assert not re.match(r"万元|元|分|个|人|名", text), one.tag + text
    joined = "\n".join(report.paragraphs)
    assert "全年执行数2,219.83\u00a0万元，全年执行率99.65%" in joined
    settings = report.package.read("word/settings.xml").decode("utf-8")
    never_first = re.search(r'noLineBreaksBefore w:lang="zh-CN" w:val="([^"]*)"', settings)[1]
    assert "元" in never_first and "。" in never_first and "万" not in never_first


# tables and chart


def test_the_tables_hold_every_leaf_indicator_month_and_task(report):
    scores, indicators, months, tasks = report.tables()
    leaves = {leaf.label for leaf in rules.load("440100", 2022).leaves()}
    assert {row[0].strip("　") for row in scores[1:]} >= leaves
    assert scores[-1][:4] == ["总分", "100", "98.00", "2.00"]
    assert next(row for row in scores if "绩效管理制度建设" in row[0])[1:4] == ["5", "3.00", "2.00"]
    assert [row[1] for row in indicators[1:4]] == ["联系在京单位次数", "走访联系单位数", "公务活动保障完成率"]
    assert len(indicators) == 1 + 31
    assert months[7] == ["7月", "2,213.06", "214.13", "1,374.53", "62.11%", "58.33%", "106.47%"]
    assert [row[0] for row in months[1:]] == [f"{month}月" for month in range(1, 13)]
    assert tasks[-1] == ["重点工作合计", "355.98", "355.98", "350.25", "98.39%", "31", "31"]


def test_tables_repeat_their_header_and_never_split_a_row(report):
    for table in report.root.iter(f"{W}tbl"):
        rows = list(table.iter(f"{W}tr"))
        assert rows[0].find(f"{W}trPr/{W}tblHeader") is not None
        assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
        assert not any(row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows[1:])
        widths = [int(column.get(f"{W}w")) for column in table.iter(f"{W}gridCol")]
        assert abs(sum(widths) - 156 * 1440 / 25.4) < 10, "the width of the type area"


def test_the_chart_is_native_and_has_its_data(report):
    relations = report.part("word/_rels/document.xml.rels")
    (target,) = [each.get("Target") for each in relations if each.get("Type").endswith("/chart")]
    chart = report.part(f"word/{target}")
    c = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
    names = [text.text for text in chart.iter(f"{c}v")][:1]
    series = [
        [float(point.find(f"{c}v").text) for point in one.find(f"{c}val").iter(f"{c}pt")]
        for one in chart.iter(f"{c}ser")
    ]
    assert names == ["累计执行率"] and [len(one) for one in series] == [12, 12]
    assert round(series[0][6], 6) == round(1374.53 / 2213.06, 6)
    assert round(series[1][6], 6) == round(7 / 12, 6)
    of_chart = report.part("word/charts/_rels/chart1.xml.rels")
    path = of_chart[0].get("Target").replace("../", "word/").removeprefix("/")
    book = openpyxl.load_workbook(io.BytesIO(report.package.read(path)), data_only=True)
    sheet = book["数据"]
    assert [cell.value for cell in sheet[1]] == ["月份", "累计执行率", "序时进度"]
    assert sheet["A8"].value == "7月" and round(sheet["B8"].value, 6) == round(series[0][6], 6)
    drawn = list(report.root.iter("{*}chart"))
    assert len(drawn) == 1 and chart.find(f"{c}externalData") is not None


def test_without_a_month_there_is_a_line_and_no_chart(tmp_path):
    folder = changed(tmp_path / "in", {})
    (folder / "3_月度支出.xlsx").unlink()
    document = Document(rendered(case_of(folder)))
    assert "没有月度数据，不作图。" in document.paragraphs
    assert not [name for name in document.package.namelist() if "chart" in name]


# look


def test_the_page_is_that_of_official_documents(report):
    page = report.root.find(f".//{W}sectPr")
    size, margin = page.find(f"{W}pgSz"), page.find(f"{W}pgMar")
    mm = lambda element, name: round(int(element.get(f"{W}{name}")) * 25.4 / 1440, 1)  # noqa: E731
    assert (mm(size, "w"), mm(size, "h")) == (210, 297)
    assert (mm(margin, "top"), mm(margin, "left")) == (37, 28)
    assert mm(size, "w") - mm(margin, "left") - mm(margin, "right") == pytest.approx(156, abs=0.2)
    assert mm(size, "h") - mm(margin, "top") - mm(margin, "bottom") == pytest.approx(225, abs=0.2)


def test_fonts_sizes_and_pitch_are_named_for_both_scripts(report):
    styles = {one.get(f"{W}styleId"): one for one in report.part("word/styles.xml").iter(f"{W}style")}
    for style, font, half_points, line in (
        ("Title", "方正小标宋简体", 44, 680), ("BodyText", "仿宋_GB2312", 32, 560),
        ("Heading1", "黑体", 32, 560), ("Heading2", "楷体_GB2312", 32, 560),
    ):  # fmt: skip
        fonts, spacing = styles[style].find(f"{W}rPr/{W}rFonts"), styles[style].find(f"{W}pPr/{W}spacing")
        assert fonts.get(f"{W}eastAsia") == font and fonts.get(f"{W}ascii") == "Times New Roman"
        assert styles[style].find(f"{W}rPr/{W}sz").get(f"{W}val") == str(half_points)
        assert (spacing.get(f"{W}line"), spacing.get(f"{W}lineRule")) == (str(line), "exact")
    for style in ("Heading1", "Heading2", "Lead", "Annex"):
        assert styles[style].find(f"{W}pPr/{W}keepNext") is not None
    assert all(
        one.find(f"{W}pPr/{W}widowControl") is not None
        for key, one in styles.items()
        if key not in ("Normal", "TableNormal", "Footer")
    )
    others = {
        font.get(f"{W}name"): font.find(f"{W}altName").get(f"{W}val")
        for font in report.part("word/fontTable.xml")
    }
    assert others["仿宋_GB2312"] == "仿宋,FangSong" and "宋体" in others["方正小标宋简体"]
    assert not [name for name in report.package.namelist() if "embeddings" in name and "font" in name]


def test_pages_are_numbered_left_and_right(report):
    texts = {
        name: report.package.read(f"word/{name}").decode("utf-8") for name in ("footer1.xml", "footer2.xml")
    }
    assert all('w:instr=" PAGE "' in text and "— " in text and " —" in text for text in texts.values())
    assert 'w:jc w:val="right"' in texts["footer1.xml"] and 'w:jc w:val="left"' in texts["footer2.xml"]
    assert b"<w:evenAndOddHeaders/>" in report.package.read("word/settings.xml")


# bytes


def test_the_same_input_gives_the_same_bytes(result, tmp_path):
    again = run.report(run.Request(EXAMPLE, tmp_path, beside=False), lambda _: None)
    for name in (REPORT, LETTER, CATALOGUE):
        content = (again.folder / name).read_bytes()
        assert content == (result.folder / name).read_bytes()
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            core = package.read("docProps/core.xml").decode("utf-8")
            assert set(re.findall(r">(\d{4}-\d\d-\d\dT[^<]*)<", core)) == {"2022-01-01T00:00:00Z"}
            links = [name for name in package.namelist() if b'TargetMode="External"' in package.read(name)]
            assert links == []


# the two short documents


def test_the_letter_says_what_is_handed_in_and_to_whom(result):
    lines = Document((result.folder / LETTER).read_bytes()).paragraphs
    assert lines[:2] == ["关于报送2022年度部门整体支出", "绩效自评材料的函"]
    assert "行政政法处：" in lines
    assert (
        "根据（示例）自评工作通知，现报送某市人民政府驻北京办事处2022年度部门整体支出绩效自评材料，目录如下："
        in lines
    )
    at = lines.index("部门整体支出绩效自评表")
    assert lines[at : at + 8] == [
        "部门整体支出绩效自评表", "部门整体支出绩效自评报告", "项目自评汇总表",
        "项目支出绩效自评表：P01_驻京工作保障经费", "项目支出绩效自评表：P02_政策信息调研经费",
        "项目支出绩效自评表：P03_区域经济协作经费", "项目支出绩效自评表：P04_信访协调工作经费", "佐证材料目录",
    ]  # fmt: skip
    assert "联系人：张示例　联系电话：010-00000000" in lines
    assert lines[-2:] == ["某市人民政府驻北京办事处", "2023年3月20日"]


def test_without_addressee_or_notice_the_letter_leaves_room_and_invents_nothing(tmp_path):
    sheet = ("1_基本情况.xlsx", "单位信息")
    book = openpyxl.load_workbook(EXAMPLE / sheet[0])[sheet[1]]
    rows = {row[0].value: row[0].row for row in book.iter_rows() if row[0].value}
    blank = {f"B{rows[label]}": None for label in ("财政对口处室", "自评通知文号")}
    lines = Document(rendered(case_of(changed(tmp_path / "in", {sheet: blank})), LETTER)).paragraphs
    assert "＿＿＿＿＿＿＿＿：" in lines
    assert any(line.startswith("现报送某市人民政府驻北京办事处2022年度") for line in lines)
    assert not any(line.startswith("根据") for line in lines)


def test_the_list_of_evidence_is_the_officers(result, tmp_path):
    document = Document((result.folder / CATALOGUE).read_bytes())
    (table,) = document.tables()
    assert table[1] == ["Z01", "2022年度预算执行明细账", "—", "2023-01-05", "1-6", "办公室"]
    assert len(table) == 1 + 14 and "没有填报佐证材料目录。" not in document.paragraphs
    folder = changed(tmp_path / "in", {})
    (folder / "7_佐证目录.xlsx").unlink()
    empty = Document(rendered(case_of(folder), CATALOGUE))
    assert "没有填报佐证材料目录。" in empty.paragraphs and len(empty.tables()[0]) == 1


# hostile text


def test_hostile_text_prints_as_itself(tmp_path):
    changes = {
        ("1_基本情况.xlsx", "文字材料"): {"B5": HOSTILE.replace("\x07", "")},
        ("1_基本情况.xlsx", "重点工作"): {"B5": "{{ f('total.score') }}<任务>&", "D5": "{%p endfor %}"},
        ("2_预算执行.xlsx", "支出"): {"C7": "<w:br/>项目&nbsp;"},
    }
    case = case_of(changed(tmp_path / "in", changes))
    document = Document(rendered(case))
    lines = document.paragraphs
    shown = HOSTILE.replace("\x07", "").replace("\u202e", "〔U+202E〕")
    assert any(shown == line for line in lines), [line for line in lines if "7*7" in line]
    assert any("{{ f('total.score') }}<任务>&" in line for line in lines)
    assert "{%p endfor %}。" in lines
    assert any("<w:br/>项目&nbsp;" in line for line in lines)
    assert not any(line == "49" for line in lines)


def test_control_characters_cannot_break_the_document():
    made = runs("响\x07铃\x00零\ud800半\tt\n行")
    element = etree.fromstring(f'<w:p xmlns:w="{W[1:-1]}">{made}</w:p>')
    assert text_of(element) == "响〔U+0007〕铃〔U+0000〕零〔U+D800〕半 t 行"


def test_a_figure_with_markup_in_its_label_is_escaped():
    made = runs(Shown("a.b", '"<x>&', "1.00", "分"))
    element = etree.fromstring(f'<w:p xmlns:w="{W[1:-1]}">{made}</w:p>')
    assert element.find(f"{W}sdt/{W}sdtPr/{W}alias").get(f"{W}val") == '"<x>&'


# LibreOffice


@pytest.mark.office
@pytest.mark.parametrize("name", [REPORT, LETTER, CATALOGUE])
def test_libreoffice_opens_them(result, tmp_path: Path, name: str):
    shutil.copy(result.folder / name, tmp_path / "in.docx")
    done = subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", "pdf",
         "--outdir", str(tmp_path), str(tmp_path / "in.docx")], capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    content = (tmp_path / "in.pdf").read_bytes()
    assert content.startswith(b"%PDF"), done.stderr
    pages = len(re.findall(rb"/Type\s*/Page[^s]", content))
    assert (pages > 8) if name == REPORT else pages == 1
    boxes = set(re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", content))
    assert all(abs(float(w) - 595.3) < 1 and abs(float(h) - 841.9) < 1 for w, h in boxes) and boxes
