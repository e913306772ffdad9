"""Every hostile file has its own sentence, hides no other, and takes neither the program nor its memory with it."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import socket
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.forms import load_specs
from pipeline.messages import sentence
from pipeline.read.legacy import ole_package
from pipeline.read.submission import read_submission
from pipeline.write.blanks import write_blank

ROOT = Path(__file__).resolve().parents[2]
_spec = importlib.util.spec_from_file_location("bombs", Path(__file__).with_name("bombs.py"))
bombs = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(bombs)

Build = Callable[[bytes], bytes]


def on(part: str, to: bytes | Build) -> Build:
    return lambda content: bombs.rebuilt(content, {part: to})


def adding(**parts: bytes) -> Build:
    return lambda content: bombs.rebuilt(
        content, {}, {name.replace("__", "/").replace("_DOT_", "."): data for name, data in parts.items()}
    )


def cells(text: str, after: str = "") -> Build:
    return lambda content: bombs.rebuilt(content, {bombs.SHEET: bombs.sheet(text, after)})


def row(number: int, inner: str) -> str:
    return f'<row r="{number}">{inner}</row>'


def many_sheets(content: bytes) -> bytes:
    def change(xml: bytes) -> bytes:
        one = re.search(rb"<sheet [^>]*/>", xml)[0]
        more = b"".join(re.sub(rb'name="[^"]*"', b'name="n%d"' % number, one) for number in range(5_000))
        return xml.replace(one, one + more)

    return bombs.rebuilt(content, {bombs.BOOK: change})


def two_directories(content: bytes) -> bytes:
    """The workbook a careless reader opens (xl/workbook.xml) is not the one the package names."""
    far = bombs.sheet(row(1048576, '<c r="XFD1048576"><v>1</v></c>'))

    def elsewhere(xml: bytes) -> bytes:
        return xml.replace(b"xl/workbook.xml", b"xl/honest.xml")

    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as package:
        book, rels = package.read(bombs.BOOK), package.read("xl/_rels/workbook.xml.rels")
    trap = re.sub(rb"worksheets/sheet\d+.xml", b"worksheets/trap.xml", rels)
    return bombs.rebuilt(
        content,
        {"_rels/.rels": elsewhere, "xl/_rels/workbook.xml.rels": trap},
        {"xl/honest.xml": book, "xl/_rels/honest.xml.rels": rels, "xl/worksheets/trap.xml": far},
    )


def in_sixteen_bits(content: bytes) -> bytes:
    """A comment in UTF-16 whose bytes, read as ASCII, are a far cell."""
    trap = '<sheetData><row><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    trap += " " * (len(trap) % 2)
    hidden = trap.encode().decode("utf-16-le")
    xml = f'<?xml version="1.0" encoding="UTF-16"?><worksheet {bombs.NAMESPACE}><!--{hidden}--><sheetData/></worksheet>'
    return bombs.rebuilt(content, {bombs.SHEET: xml.encode("utf-16")})


def nested_zip(content: bytes) -> bytes:
    import io
    import zipfile

    for _ in range(5):
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
            package.writestr("a.zip", content)
        content = target.getvalue()
    return content


def stated(count: int) -> Build:
    return on(bombs.STRINGS, lambda xml: re.sub(rb'uniqueCount="\d+"', b'uniqueCount="%d"' % count, xml))


LONG = "字" * 32_000
NUMBER = struct.pack("<HHHd", 4, 2, 0, 1.0)
TEXTS = bombs.record(0x00FC, struct.pack("<II", 1, 1) + struct.pack("<HB", 8_000, 0) + b"x" * 8_000)
REFERENCES = b"".join(
    bombs.record(0x00FD, struct.pack("<HHHI", at // 100, at % 100, 0, 0)) for at in range(40_000)
)
STYLES = "<xf/>" * 70_000

#: what it is -> ending, how it is made of a good form, code, words of the sentence
REFUSED: dict[str, tuple[str, Build, str, str]] = {
    "one huge entry": ("xlsx", adding(xl__x_DOT_xml=b"0" * 60_000_000), "TP-025", "解压后有 60 MB，压缩比不正常"),
    "one huge picture": ("xlsx", adding(xl__media__x_DOT_png=b"0" * 300_000_000), "TP-025", "解压后有 300 MB"),
    "many entries": ("xlsx", lambda _: bombs.directory_of(60_000), "TP-025", "压缩包内有 60002 个部件"),
    "a million entries": ("xlsx", lambda _: bombs.directory_of(900_000), "TP-025", "压缩包内有 900002 个部件"),
    "overlapping entries": ("xlsx", bombs.overlapping, "TP-016", "压缩包内的部件互相重叠"),
    "a false size, smaller": ("xlsx", lambda c: bombs.lying(c, bombs.STYLES, 10), "TP-016", "的实际大小与标明的不符"),
    "a false size, larger": ("xlsx", lambda c: bombs.lying(c, bombs.STYLES, 4_000_000), "TP-003", "已损坏"),
    "a false sum": ("xlsx", lambda c: bombs.wrong_sum(c, bombs.SHEET), "TP-003", "已损坏"),
    "a nested zip": ("xlsx", nested_zip, "TP-036", "请先解压，把里面的工作簿直接放进文件夹"),
    "cut": ("xlsx", lambda c: c[: len(c) // 2], "TP-003", "已损坏"),
    "nothing": ("xlsx", lambda _: b"", "TP-003", "文件是空的（0 字节）"),
    "a far cell": ("xlsx", cells(row(1048576, '<c r="XFD1048576"><v>1</v></c>')), "TP-026", "第 1048576 行、XFD 列"),
    "a far cell without spaces": (
        "xlsx", cells('<row r="1"><c t="n"r="XFD1048576"><v>1</v></c></row>'), "TP-003", "已损坏"),
    "a far cell without an address": ("xlsx", cells(row(900_000, "<c/>" * 16_000 + "<c><v>1</v></c>")), "TP-026", "WQK 列"),
    "a far cell of another prefix": (
        "xlsx", on(bombs.SHEET, b'<a-b:w xmlns:a-b="m"><a-b:sheetData><a-b:row><a-b:c r="XFD1048576"><a-b:v>1</a-b:v></a-b:c></a-b:row></a-b:sheetData></a-b:w>'),
        "TP-026", "XFD 列"),
    "beyond the last cell": ("xlsx", cells(row(9_999_999, '<c r="ZZZ9999999"><v>1</v></c>')), "TP-003", "已损坏"),
    "900,000 rows": (
        "xlsx", cells("".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 250_000)) + row(900_000, '<c r="A900000"><v>1</v></c>')),
        "TP-025", "工作表“支出”铺到第 900000 行，单元格过多（连同带格式的空白）"),
    "30,000 rows": (
        "xlsx", cells("".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 30_001))), "TP-026", "工作表“支出”最远填到第 30000 行、A 列"),
    "200 MB of blanks": (
        "xlsx", cells("".join(f'<row r="{n}" spans="1:30"><c r="A{n}" s="1"/></row>' for n in range(1, 600_000)) + " " * 165_000_000),
        "TP-025", "解压后有 1"),
    "millions of blank cells": ("xlsx", cells("<row>" + "<c/>" * 1_600_000 + "</row>"), "TP-025", "工作表“支出”单元格过多"),
    "entities in the workbook": ("xlsx", on(bombs.BOOK, bombs.with_doctype), "TP-027", "实体定义（DTD），没有读取：部件 xl/workbook.xml"),
    "entities in a sheet": ("xlsx", on(bombs.SHEET, bombs.with_doctype), "TP-027", "部件 xl/worksheets/sheet2.xml"),
    "entities in the strings": ("xlsx", on(bombs.STRINGS, bombs.with_doctype), "TP-027", "部件 xl/sharedStrings.xml"),
    "entities in the styles": ("xlsx", on(bombs.STYLES, bombs.with_doctype), "TP-027", "部件 xl/styles.xml"),
    "an outside entity": ("xlsx", on(bombs.STRINGS, bombs.with_outside), "TP-027", "请查明文件的来历"),
    "a document type in UTF-16": (
        "xlsx", on(bombs.SHEET, lambda xml: bombs.with_outside(xml).decode().encode("utf-16")), "TP-027", "部件 xl/worksheets/sheet2.xml"),
    **{
        f"a part called {name!r}": ("xlsx", lambda c, name=name: bombs.named(c, name), "TP-016", "压缩包内的路径不正常")
        for name in ("../../x.xml", "/etc/x.xml", "xl/../../x.xml", "C:/x.xml", "xl\\..\\x.xml", "xl/\x1b[31m.xml")
    },
    "a part twice": ("xlsx", lambda c: bombs.named(c, bombs.SHEET), "TP-016", f"压缩包内有重名的部件（{bombs.SHEET}）"),
    "a part twice but for its case": ("xlsx", lambda c: bombs.named(c, "XL/Worksheets/SHEET2.xml"), "TP-016", "重名的部件（XL/Worksheets/SHEET2.xml）"),
    "links to other workbooks": ("xlsx", adding(xl__externalLinks__externalLink1_DOT_xml=b"<x/>"), "TP-028", "断开全部链接"),
    "too many styles": (
        "xlsx", on(bombs.STYLES, f'<styleSheet {bombs.NAMESPACE}><cellXfs>{STYLES}</cellXfs></styleSheet>'.encode()), "TP-030", "单元格样式超过 65490 种"),
    "a million styles": (
        "xlsx", on(bombs.STYLES, b"<styleSheet><cellXfs>" + b"<xf></xf>" * 1_000_000 + b"</cellXfs></styleSheet>"), "TP-030", "部件 styles.xml"),
    "a million merged areas": (
        "xlsx", cells(row(1, '<c r="A1"/>'), "<mergeCells>" + '<mergeCell ref="A1:B1"/>' * 1_000_000 + "</mergeCells>"), "TP-030", "合并单元格超过 20000 处"),
    "a million shared strings": (
        "xlsx", on(bombs.STRINGS, b"<sst>" + b"<si><t>a</t></si>" * 1_000_000 + b"</sst>"), "TP-030", "部件 sharedStrings.xml"),
    "thousands of sheets": ("xlsx", many_sheets, "TP-030", "工作表超过 200 张"),
    "a long sheet name": (
        "xlsx", on(bombs.BOOK, lambda xml: xml.replace("支出".encode(), b"n" * 900_000)), "TP-030", "工作表的名称超过 100 个字"),
    "one long text in many cells": (
        "xlsx", lambda c: bombs.rebuilt(c, {
            bombs.STRINGS: f"<sst><si><t>{LONG}</t></si></sst>".encode(),
            bombs.SHEET: bombs.sheet("".join(row(n, "".join(f'<c r="{a}{n}" t="s"><v>0</v></c>' for a in "ABCDEFGH")) for n in range(1, 10_000)))}),
        "TP-025", "单元格里的文字共有 255974 万字"),
    "an .ods repeated downwards": (
        "ods", lambda _: bombs.open_document('<table:table-row table:number-rows-repeated="1048576">' + bombs.cell("a") + "</table:table-row>"),
        "TP-026", "工作表“表”最远填到第 1048576 行、A 列"),
    "an .ods repeated without end": (
        "ods", lambda _: bombs.open_document(f'<table:table-row table:number-rows-repeated="{10**30}">' + bombs.cell("a", f'table:number-columns-repeated="{10**30}"') + "</table:table-row>"),
        "TP-026", "第 1048576 行、XFD 列"),
    "an .ods of wide rows": (
        "ods", lambda _: bombs.open_document(("<table:table-row>" + '<table:table-cell office:value="1" table:number-columns-repeated="16384"/>' + "</table:table-row>") * 3_000),
        "TP-026", "第 3000 行、XFD 列"),
    "an .ods with a text of blanks": (
        "ods", lambda _: bombs.open_document("<table:table-row>" + bombs.cell('<text:s text:c="4000000000"/>') + "</table:table-row>"),
        "TP-025", "单元格里的文字共有 400000 万字"),
    "an .ods with a long text repeated": (
        "ods", lambda _: bombs.open_document('<table:table-row table:number-rows-repeated="9999">' + bombs.cell("字" * 20_000) + "</table:table-row>"),
        "TP-025", "单元格里的文字共有 20003 万字"),
    "an .ods that counts backwards": (
        "ods", lambda _: bombs.open_document('<table:table-row table:number-rows-repeated="-5">' + bombs.cell("a") + "</table:table-row>"), "TP-003", "已损坏"),
    "an .ods with a table in a table": (
        "ods", lambda _: bombs.open_document(f"<table:table-row><table:table-cell><table:table>{'<table:table>' * 9}{'</table:table>' * 9}</table:table></table:table-cell></table:table-row>"),
        "TP-003", "已损坏"),
    "an .ods with entities": (
        "ods", lambda _: bombs.open_document("<table:table-row>" + bombs.cell("&j;") + "</table:table-row>", bombs.LAUGHS), "TP-027", "部件 content.xml"),
    "an .xls with a far cell": (
        "xls", lambda _: ole_package(bombs.old_workbook(bombs.record(0x0203, struct.pack("<HHHd", 65535, 255, 0, 1.0)))),
        "TP-026", "工作表“第 1 张”最远填到第 65536 行、IV 列"),
    "an .xls with a far cell behind zeros": (
        "xls", lambda _: ole_package(bombs.old_workbook(bombs.record(0, b"") + bombs.record(0x0203, struct.pack("<HHHd", 65535, 255, 0, 1.0)))),
        "TP-026", "第 65536 行、IV 列"),
    "an .xls with one long text in many cells": ("xls", lambda _: ole_package(bombs.old_workbook(REFERENCES, strings=TEXTS)), "TP-025", "单元格里的文字共有 32000 万字"),
    "an .xls of sheets without number": ("xls", lambda _: ole_package(bombs.old_workbook(bombs.record(0x0203, NUMBER), sheets=3_000)), "TP-003", "已损坏"),
}  # fmt: skip

#: harmless, whatever they look like: read rightly, with this finding beside those of a workbook of only such content
READ: dict[str, tuple[Build, str | None]] = {
    "a stated number of strings": (stated(10**14), None),
    "a stated number of strings beyond counting": (stated(10**25), None),
    "two workbooks in one package": (two_directories, None),
    "macros": (adding(xl__vbaProject_DOT_bin=b"macro"), "TP-024"),
    "an embedded object": (adding(xl__embeddings__oleObject1_DOT_bin=b"object"), "TP-029"),
    "an embedded zip": (lambda c: bombs.rebuilt(c, {}, {"xl/embeddings/a.zip": nested_zip(c)}), "TP-029"),
    "900,000 blank rows": (
        on(bombs.SHEET, lambda xml: xml.replace(b"</sheetData>", b"".join(b'<row r="%d"/>' % n for n in range(100_001, 900_000)) + b"</sheetData>")),
        None),
    "a far coloured cell": (
        on(bombs.SHEET, lambda xml: xml.replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>')), None),
    "sixty thousand styles": (on(bombs.STYLES, lambda xml: xml.replace(b"</cellXfs>", b"<xf/>" * 60_000 + b"</cellXfs>")), None),
}  # fmt: skip


@pytest.fixture(scope="module")
def good() -> bytes:
    return bombs.filled(write_blank(load_specs()["budget_execution"]))


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused_with_its_own_sentence_and_the_rest_is_read(make, read, basics, good, tmp_path, what):
    ending, build, code, words = REFUSED[what]
    make("basics", basics)
    path = tmp_path / "提交" / f"2_预算执行.{ending}"
    path.write_bytes(build(good))
    submission = read()
    said = [sentence(each) for each in submission.findings]
    assert [each.code for each in submission.findings] == [code], said
    assert str(submission.findings[0].cell) == "《2_预算执行》" and words in said[0], said
    assert [(file.path, file.refused) for file in submission.files] == [
        ("1_基本情况.xlsx", False),
        (path.name, True),
    ]
    assert submission.card("basics.department")["year"] == 2022
    assert sorted(os.listdir(path.parent)) == ["1_基本情况.xlsx", path.name]


@pytest.mark.parametrize("what", READ)
def test_what_does_no_harm_is_read_rightly(make, read, good, tmp_path, what):
    build, code = READ[what]
    (tmp_path / "提交").mkdir(exist_ok=True)
    (tmp_path / "提交" / "x.xlsx").write_bytes(build(good))
    submission = read()
    assert [each.code for each in submission.findings] == ([code] if code else [])
    rows = submission.table("budget_execution.expenditure").rows
    assert [(row.number, row["executed_fen"], row["project_id"]) for row in rows] == [(5, 129_820_000, "P01")]


def test_bytes_that_are_two_documents_are_one_to_both_readers(read, good, tmp_path, make, basics):
    (tmp_path / "提交" / "x.xlsx").write_bytes(in_sixteen_bits(good))
    make("basics", basics)
    submission = read()
    assert [each.code for each in submission.findings] == ["TP-018"]  # the sheet is blank, and nothing else


def test_an_old_workbook_is_read_from_a_container_of_ours(tmp_path):
    """A stated size of four billion rows is not believed, whatever reads the stream after us."""
    stream = bombs.old_workbook(
        bombs.record(0x0203, NUMBER), dimensions=struct.pack("<IIHHH", 0, 2**32 - 1, 0, 255, 0)
    )
    path = tmp_path / "a.xls"
    path.write_bytes(ole_package(stream))
    submission = read_submission(path, load_specs())
    assert [sentence(each) for each in submission.findings] == [
        "TP-004 《a》：这不是本程序的填报模板，没有模板标记，表头也对不上任何一张填报表。"
        "不是填报表的请移出文件夹；是填报表的请填到现行空白模板里。依据：填报模板的填报说明。"
    ]


BOUNDED = """
import json, resource, sys
from pathlib import Path
from pipeline.forms import load_specs
from pipeline.read.submission import read_submission
resource.setrlimit(resource.RLIMIT_AS, (1_000_000_000, 1_000_000_000))
for name in sorted(Path(sys.argv[1]).iterdir()):
    found = read_submission(name, load_specs()).findings
    print(json.dumps([name.stem, [each.code for each in found]]), flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of memory to set")
def test_no_hostile_file_takes_more_than_a_gigabyte(good, tmp_path):
    """A second process under a limit of the system reads them all: had one taken more, it would not have come back."""
    folder = tmp_path / "all"
    folder.mkdir()
    expected = {}
    for number, (ending, build, code, _) in enumerate(REFUSED.values()):
        (folder / f"r{number:02}.{ending}").write_bytes(build(good))
        expected[f"r{number:02}"] = [code]
    for number, (build, code) in enumerate(READ.values()):
        (folder / f"s{number:02}.xlsx").write_bytes(build(good))
        expected[f"s{number:02}"] = [code] if code else []
    done = subprocess.run(
        [sys.executable, "-c", BOUNDED, str(folder)], cwd=ROOT, capture_output=True, text=True
    )
    assert dict(map(json.loads, done.stdout.splitlines())) == expected, done.stderr[-2000:]


# ---- what is no file ----


@pytest.mark.skipif(sys.platform == "win32", reason="no such things there")
def test_links_pipes_sockets_and_folders_are_refused_unopened(make, read, basics, tmp_path):
    make("basics", basics)
    folder = tmp_path / "提交"
    outside = tmp_path / "秘密.xlsx"
    outside.write_bytes((folder / "1_基本情况.xlsx").read_bytes())
    (folder / "2_预算执行.xlsx").symlink_to(outside)
    (folder / "3_月度支出.xlsx").symlink_to(tmp_path / "没有.xlsx")
    (folder / "4_绩效指标.xlsx").symlink_to(tmp_path)
    os.mkfifo(folder / "5_管理事项.xlsx")
    (folder / "6_采购台账.xlsx").mkdir()
    here = os.getcwd()
    os.chdir(folder)  # the name of a socket is short
    try:
        channel = socket.socket(socket.AF_UNIX)
        channel.bind("7_佐证目录.xlsx")
    finally:
        os.chdir(here)
    try:
        submission = read()
    finally:
        channel.close()
    assert [each.code for each in submission.findings] == ["TP-017"] * 6
    said = [sentence(each) for each in submission.findings]
    assert [re.search("文件，(.*?)。请放入文件本身", one)[1] for one in said] == [
        "是链接", "是链接", "是链接", "是管道", "是文件夹", "是设备或通道",
    ]  # fmt: skip
    assert all(file.sha256 == "" for file in submission.files if file.refused)
    assert submission.card("basics.department")["year"] == 2022


@pytest.mark.skipif(sys.platform == "win32", reason="no pipes by name there")
def test_a_pipe_given_alone_does_not_hang(tmp_path):
    os.mkfifo(tmp_path / "2_预算执行.xlsx")
    submission = read_submission(tmp_path / "2_预算执行.xlsx", load_specs())
    assert [each.code for each in submission.findings] == ["TP-017"]


def test_a_file_that_will_not_open_has_its_sentence(make, read, basics, line, monkeypatch):
    make("basics", basics)
    path = make("budget_execution", {"expenditure": [line]})
    path.chmod(0)
    if os.access(path, os.R_OK):  # a superuser, and Windows, read it all the same
        true_open = os.open

        def refusing(path, flags, *rest):
            if "2_" in os.fspath(path):
                raise PermissionError(13, "denied")
            return true_open(path, flags, *rest)

        monkeypatch.setattr(os, "open", refusing)
    assert [sentence(each) for each in read().findings] == [
        "TP-035 《2_预算执行》：文件打不开：没有读取权限，或正被其他程序独占。"
        "请关闭正在使用它的程序，或请文件的所有人开放读取权限。依据：填报模板的填报说明。"
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="such names cannot be given there")
@pytest.mark.parametrize(
    ("name", "printed"),
    [
        (b"2_\xe9\xa2\x84\xe7\xae\x97\n.xlsx", "2_预算�"),
        (b"2_\x1b[31mx.xlsx", "2_�[31mx"),
        (b"2_\xff\xfe.xlsx", "2_��"),
        ("2_‮xslx.xlsx".encode(), "2_�xslx"),
    ],
)
def test_a_name_with_control_characters(make, read, basics, tmp_path, name, printed):
    make("basics", basics)
    content = (tmp_path / "提交" / "1_基本情况.xlsx").read_bytes()
    Path(os.fsdecode(os.fsencode(tmp_path / "提交") + b"/" + name)).write_bytes(content)
    submission = read()
    assert [each.code for each in submission.findings] == ["TP-037"]
    said = sentence(submission.findings[0])
    assert said.startswith(f"TP-037 《{printed}》：文件名里有看不见的控制字符") and said.isprintable()
    assert all(file.path.encode() for file in submission.files)


def test_a_full_width_blank_in_a_name_is_a_name(make, read, basics):
    make("basics", basics, name="1_基本情况　（最终）.xlsx")
    assert read().findings == ()


def test_a_sheet_name_with_control_characters_is_read_and_printed_in_one_line(make, read, line, tmp_path):
    path = make("budget_execution", {"expenditure": [{**line, "全年执行数": "x"}]})
    path.write_bytes(
        bombs.rebuilt(
            path.read_bytes(), {bombs.BOOK: lambda xml: xml.replace("支出".encode(), "支&#10;出".encode())}
        )
    )
    submission = read()
    assert [each.code for each in submission.findings] == ["BE-002"]
    assert sentence(submission.findings[0]).startswith("BE-002 《2_预算执行》支�出!G5：")


# ---- other clothes ----


@pytest.mark.parametrize(
    ("name", "content", "code", "words"),
    [
        ("2_预算执行.xlsx", "项目,金额\n甲,1\n".encode("gb18030"), "TP-001", "另存为 .xlsx"),
        ("2_预算执行.xls", b"<html><table><tr><td>1</td></tr></table></html>", "TP-001", "内容是网页"),
        ("2_预算执行.xlsx", b"%PDF-1.7\n", "TP-001", "内容是 PDF"),
        ("2_预算执行.xlsx", b"\x89PNG\r\n\x1a\n", "TP-001", "内容是图片"),
        ("2_预算执行.xlsx", b"\x00" * 5_000_000, "TP-001", "内容不是表格"),
        ("2_预算执行.xlsx", b" " * 40_000_000, "TP-001", "内容是纯文本"),
        ("2_预算执行.xlsx", b" " * 60_000_000, "TP-025", "文件有 60 MB"),
        ("2_预算执行.et", b"", "TP-009", "WPS"),
    ],
)  # fmt: skip
def test_content_that_is_something_else(make, read, basics, tmp_path, name, content, code, words):
    make("basics", basics)
    (tmp_path / "提交" / name).write_bytes(content)
    submission = read()
    assert [each.code for each in submission.findings] == [code]
    assert words in sentence(submission.findings[0])


def test_a_file_of_nonsense_lists_its_problems_up_to_a_number(make, read):
    def change(book):
        sheet = book["支出"]
        for number in range(5, 705):
            for column in "DEFG":
                sheet[f"{column}{number}"] = "不是数"

    make("budget_execution", {}, change=change)
    submission = read()
    assert [each.code for each in submission.findings[:2000]] == ["BE-002"] * 2000
    assert [each.code for each in submission.findings[2000:]] == ["TP-038"]
    assert "单元格的问题超过 2000 处，其余 800 处没有逐一列出" in sentence(submission.findings[2000])
    assert len(submission.table("budget_execution.expenditure")) == 700


@pytest.mark.parametrize("value", ["1e999", "-1e999", "NaN", "1e308", "5e-324", "", "x", "1e5" * 100])
def test_no_number_of_a_cell_ends_the_program(make, read, line, tmp_path, value):
    path = make("budget_execution", {"expenditure": [line]})
    path.write_bytes(
        bombs.rebuilt(
            path.read_bytes(),
            {bombs.SHEET: lambda xml: re.sub(rb"<v>129.82</v>", b"<v>%s</v>" % value.encode(), xml)},
        )
    )
    codes = {each.code for each in read_submission(path, load_specs()).findings}
    assert codes <= {"BE-002", "TP-003"}
