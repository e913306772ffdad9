"""Reports as they come: Word with tables, boxes, tracked changes and notes; text that was wrapped anywhere; what is refused."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import CannotRun
from pipeline.narrative import judge, read
from pipeline.narrative.plain import normalised, paragraphs_of
from tests.narrative.documents import F, W, document, package, paragraph, run, table

MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"


def texts(content: bytes) -> list[tuple[str, str]]:
    return [(one.place, one.text) for one in read.report_of(content, "报告.docx").paragraphs]


def body(xml: str) -> bytes:
    return package(f'<w:document xmlns:w="{W}" xmlns:mc="{MC}"><w:body>{xml}</w:body></w:document>')


def test_paragraphs_tables_and_their_places():
    content = document("标题", table(("项目", "金额"), ("甲", "12 万元")), "正文 ９９.65 ％。")
    assert texts(content) == [
        ("第1段", "标题"), ("表1第1行第1格", "项目"), ("表1第1行第2格", "金额"), ("表1第2行第1格", "甲"),
        ("表1第2行第2格", "12万元"), ("第2段", "正文99.65%。"),
    ]  # fmt: skip


def test_tracked_changes_are_read_as_if_accepted():
    xml = f"<w:p>{run('支出')}<w:del><w:r><w:delText>10</w:delText></w:r></w:del><w:ins>{run('20')}</w:ins>{run('万元。')}</w:p>"
    report = read.report_of(body(xml), "报告.docx")
    assert [one.text for one in report.paragraphs] == ["支出20万元。"]
    assert len(report.remarks) == 1 and "修订" in report.remarks[0]


def test_a_paragraph_mark_that_was_deleted_joins_two_paragraphs():
    first = f"<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{run('支出1')}</w:p>"
    assert texts(body(first + paragraph("0万元。"))) == [("第1段", "支出10万元。")]


def test_a_text_box_is_read_once_and_hidden_text_is_not():
    box = f"<w:txbxContent>{paragraph('框里的字。')}</w:txbxContent>"
    drawing = f"<w:r><mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r>"
    hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>看不见</w:t></w:r>"
    report = read.report_of(body(f"<w:p>{run('正文')}{drawing}{hidden}{run('。')}</w:p>"), "报告.docx")
    assert [(one.place, one.text) for one in report.paragraphs] == [
        ("文本框", "框里的字。"),
        ("第1段", "正文。"),
    ]
    assert any("文本框" in remark for remark in report.remarks)


def test_footnotes_come_last():
    notes = (
        f'<w:footnotes xmlns:w="{W}"><w:footnote>{paragraph("注：支出含结转。")}</w:footnote></w:footnotes>'
    )
    main = f'<w:document xmlns:w="{W}"><w:body>{paragraph("正文。")}</w:body></w:document>'
    assert texts(package(main, {"word/footnotes.xml": notes.encode()})) == [
        ("第1段", "正文。"),
        ("脚注1", "注：支出含结转。"),
    ]


def test_a_control_knows_its_figure_and_form_through_blanks_and_joiners():
    content = document(
        (
            "支出 ",
            F("annual.executed", "\u20602,219.83\u2060"),
            "\u00a0万元，得 ",
            F("total.score|points", "98", runs=2),
            "\u00a0分。",
        )
    )
    (one,) = read.report_of(content, "报告.docx").paragraphs
    assert one.text == "支出2,219.83万元，得98分。"
    assert [(one.text[c.start : c.end], c.figure, c.form) for c in one.controls] == [
        ("2,219.83", "annual.executed", "printed"), ("98", "total.score", "points"),
    ]  # fmt: skip


def test_headings_that_word_numbers_begin_sections():
    """Their numbers are in no text: the style says that they are headings, and of which level."""
    styles = (
        f'<w:styles xmlns:w="{W}"><w:style w:styleId="a1"><w:name w:val="heading 1"/></w:style>'
        '<w:style w:styleId="a2"><w:name w:val="X"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style></w:styles>'
    )
    styled = [
        paragraph(text, properties=f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>')
        for style, text in (
            ("a1", "基本情况"),
            ("a2", "概况"),
            ("b", "正文。"),
            ("a2", "收支"),
            ("b", "支出。"),
        )
    ]
    main = f'<w:document xmlns:w="{W}"><w:body>{"".join(styled)}</w:body></w:document>'
    report = read.report_of(package(main, {"word/styles.xml": styles.encode()}), "报告.docx")
    assert [report.titles[one.section] for one in report.sentences] == [
        ("基本情况",), ("基本情况", "概况"), ("基本情况", "概况"), ("基本情况", "收支"), ("基本情况", "收支"),
    ]  # fmt: skip


def test_other_namespaces_and_another_main_part():
    strict = W.replace(
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
    content = package(
        f'<x:document xmlns:x="{strict}"><x:body><x:p><x:r><x:t>甲</x:t></x:r></x:p></x:body></x:document>'
    )
    assert texts(content) == [("第1段", "甲")]


WRAPPED = (
    "某局2022年度部门整体支出绩效自评报告\n一、收支情况\n"
    + "全年支出预算合计2227.70万元，本年实际支出2101.83万元，完成预算的97.35%，执行情况总体良好，各项工作按计划推进。"
    * 3
)


@pytest.mark.parametrize("blank_lines", [1, 2])
@given(width=st.integers(min_value=9, max_value=44))
@settings(max_examples=40, deadline=None)
def test_where_lines_are_wrapped_changes_no_finding(blank_lines, width):
    title, heading, text = WRAPPED.split("\n")
    cut = [text[at : at + width] for at in range(0, len(text), width)]
    wrapped = ("\n" * blank_lines).join([title, heading, *cut])
    seen = [
        (one.code, one.found, one.expected)
        for one in judge.judge(read.report_of(wrapped.encode(), "r.txt"))[0]
    ]
    assert seen == [("NA-001", "97.35%", "94.35%")] * 3


@given(at=st.integers(min_value=14, max_value=60))
@settings(max_examples=40, deadline=None)
def test_a_single_break_anywhere_in_a_sentence_is_joined(at):
    text = "全年支出预算合计2227.70万元，本年实际支出2101.83万元，完成预算的97.35%，执行情况总体良好。"
    broken = f"{text[:at]}\n{text[at:]}"
    seen = [(one.code, one.found) for one in judge.judge(read.report_of(broken.encode(), "r.txt"))[0]]
    assert seen == [("NA-001", "97.35%")]


def test_headings_and_items_stay_paragraphs_of_their_own():
    lines = "某市某局2022年度部门整体支出绩效自评报告\n根据要求开展自评。\n一、基本情况\n（一）部门概况\n承担有关工作。\n（二）人员\n1、在编\n31人在职。\n二、结论\n良好。"
    assert paragraphs_of(lines) == lines.split("\n")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_in_the_encodings_of_offices(encoding):
    report = read.report_of("支出１０万元。".encode(encoding), "r.txt")
    assert [one.text for one in report.paragraphs] == ["支出10万元。"]


def test_signs_are_plain_and_blanks_that_mean_nothing_are_gone():
    assert (
        normalised("截至 2022 年 , 完成 1,203.50 万 元(９９.65 ％) a b 3 4")[0]
        == "截至2022年，完成1,203.50万元（99.65%）a b 3 4"
    )


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return out.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
GOOD = document("甲")
REFUSED = {
    "empty": (b"", "是空文件"),
    "blank": (b" \n ", "是空文件"),
    "doc": (OLE, "旧格式（.doc）"),
    "encrypted": (OLE + "EncryptedPackage".encode("utf-16-le"), "打开密码"),
    "pdf": (b"%PDF-1.7 x", "PDF"),
    "rtf": (b"{\\rtf1 x}", "RTF"),
    "not a zip": (b"PK\x03\x04 nonsense", "已损坏"),
    "cut off": (GOOD[:-60], "已损坏"),
    "no document": (zipped(a=b"x"), "不是 Word 文档"),
    "broken body": (package(b"<w:document><w:body>"), "正文已损坏"),
    "doctype": (package(b"<!DOCTYPE x [<!ENTITY a 'a'>]><x/>"), "DOCTYPE"),
    "bomb": (package(b" " * 61_000_000), "没有打开"),
    "no text": (document(""), "没有文字"),
    "bytes": (bytes(range(256)) * 20, "不是文字"),
    "text": ("预算100万元。".encode(), "只是改成了这个名字"),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_report_gets_a_sentence(kind, tmp_path):
    content, words = REFUSED[kind]
    path = tmp_path / "报告.docx"
    path.write_bytes(content)
    with pytest.raises(CannotRun) as stopped:
        read.read_report(path)
    assert words in str(stopped.value) and "《报告.docx》" in str(stopped.value)
    assert stopped.value.english


def test_a_folder_and_a_missing_file(tmp_path):
    with pytest.raises(CannotRun, match="是文件夹"):
        read.read_report(tmp_path)
    with pytest.raises(CannotRun, match="没有找到"):
        read.read_report(tmp_path / "无.docx")


def test_a_flipped_byte_never_passes_as_another_text():
    """Whatever single byte of the package is wrong, the text is the right one or the file is refused."""
    for at in range(0, len(GOOD), 7):
        content = bytearray(GOOD)
        content[at] ^= 0xFF
        try:
            seen = texts(bytes(content))
        except CannotRun:
            continue
        assert seen == [("第1段", "甲")]
