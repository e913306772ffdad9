"""Files that must never reach a parser, and harmless ones that must."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest
import xlsxwriter

from pipeline.read import legacy, ods
from pipeline.read.preflight import Refused, check

NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def book(fill=lambda sheet, workbook: sheet.write(0, 0, "甲")) -> bytes:
    target = io.BytesIO()
    workbook = xlsxwriter.Workbook(target, {"in_memory": True})
    fill(workbook.add_worksheet("表"), workbook)
    workbook.close()
    return target.getvalue()


def rebuilt(content: bytes, change: dict[str, bytes], extra: dict[str, bytes] | None = None) -> bytes:
    """The same package with some parts replaced, dropped (None) or added."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            data = change.get(name, old.read(name))
            if data is not None:
                new.writestr(name, data)
        for name, data in (extra or {}).items():
            new.writestr(name, data)
    return target.getvalue()


def sheet_with(cells: str) -> bytes:
    xml = f"<worksheet {NAMESPACE}><sheetData>{cells}</sheetData></worksheet>"
    return rebuilt(book(), {"xl/worksheets/sheet1.xml": xml.encode()})


def refused(content: bytes, name: str = "a.xlsx") -> tuple[str, str]:
    with pytest.raises(Refused) as said:
        check(content, name)
    return said.value.code, said.value.why


def test_a_plain_workbook_passes_as_a_new_package_of_its_sheets():
    content = book()
    checked = check(content, "a.xlsx")
    assert (checked.kind, checked.macros, checked.embedded, checked.hidden) == (
        "xlsx",
        False,
        False,
        frozenset(),
    )
    assert [(name, scan.rows, scan.columns) for name, scan in checked.sheets.items()] == [("表", 1, 1)]
    with zipfile.ZipFile(io.BytesIO(checked.package)) as new, zipfile.ZipFile(io.BytesIO(content)) as old:
        assert new.read("xl/worksheets/sheet1.xml") == old.read("xl/worksheets/sheet1.xml")
        assert "docProps/app.xml" in old.namelist() and "docProps/app.xml" not in new.namelist()


@pytest.mark.parametrize(
    "cells",
    [
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        "<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="900000"><c><v>1</v></c><c r="D900000"><v>1</v></c></row>',
        '<row r="1048576"><c r="xfd1048576"><v>1</v></c></row>',
        '<row r="300000"><c s="1" t="inlineStr" r="J300000"><is><t>x</t></is></c></row>',
    ],
)
def test_a_far_filled_cell_never_reaches_the_parser(cells):
    code, why = refused(sheet_with(cells))
    assert code == "TP-026"
    assert why.startswith("工作表“表”最远填到第 ") and why.endswith(" 列")


def test_cells_without_addresses_are_counted():
    wide = "<row>" + "<c><v>1</v></c>" * 2_000 + "</row>"
    assert refused(sheet_with(wide + "<row><c><v>1</v></c></row>" * 1_500)) == (
        "TP-026",
        "工作表“表”最远填到第 1501 行、BXX 列",
    )


def test_a_far_cell_that_is_only_coloured_is_no_reason_to_refuse():
    checked = check(
        sheet_with('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="1"/></row>'),
        "a",
    )
    assert checked.kind == "xlsx"


def test_a_zip_bomb_is_judged_by_its_directory():
    bomb = rebuilt(book(), {}, {"xl/media/x.xml": b"0" * 50_000_000})
    assert len(bomb) < 100_000
    code, why = refused(bomb)
    assert (code, why) == ("TP-025", "解压后有 50 MB，压缩比不正常")


def test_a_part_that_is_longer_than_it_says_is_refused():
    content = bytearray(rebuilt(book(), {}, {"xl/x.xml": b"<a/>" + b" " * 100_000}))
    at = content.rindex(b"xl/x.xml") - 46  # its entry in the directory
    assert content[at : at + 4] == b"PK\x01\x02"
    struct.pack_into("<I", content, at + 24, 10)
    code, why = refused(bytes(content))
    assert (code, why) == ("TP-016", "部件 xl/x.xml 的实际大小与标明的不符")


def test_a_wrong_sum_is_damage():
    content = bytearray(book())
    at = content.rindex(b"xl/worksheets/sheet1.xml") - 46
    content[at + 16] ^= 0xFF
    assert refused(bytes(content)) == ("TP-003", "文件不完整或已损坏")


@pytest.mark.parametrize(
    "part",
    [
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x/>',
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x><x/>'.encode("utf-16"),
    ],
)
def test_entities_are_refused_in_any_encoding(part):
    code, why = refused(rebuilt(book(), {}, {"xl/extra.xml": part}))
    assert (code, why) == ("TP-027", "部件 xl/extra.xml")


def test_the_word_doctype_in_a_cell_is_just_text():
    assert check(book(lambda sheet, _: sheet.write(0, 0, "<!DOCTYPE html>")), "a").kind == "xlsx"


@pytest.mark.parametrize("name", ["../x.xml", "/etc/x.xml", "xl/../../x", "C:/x.xml", "xl\\x.xml"])
def test_paths_that_climb_out_are_refused(name):
    target = io.BytesIO(book())
    with zipfile.ZipFile(target, "a") as package:
        info = zipfile.ZipInfo("x")
        info.filename = name
        package.writestr(info, b"<x/>")
    assert refused(target.getvalue())[0] == "TP-016"


def test_two_parts_of_one_name_are_refused():
    target = io.BytesIO(book())
    with zipfile.ZipFile(target, "a") as package:
        package.writestr("XL/worksheets/Sheet1.xml", b"<x/>")
    assert refused(target.getvalue()) == ("TP-016", "压缩包内有重名的部件（XL/worksheets/Sheet1.xml）")


def test_links_to_other_workbooks_are_refused_and_web_addresses_are_not():
    linked = rebuilt(book(), {}, {"xl/externalLinks/externalLink1.xml": b"<x/>"})
    assert refused(linked) == ("TP-028", "")
    assert check(book(lambda sheet, _: sheet.write_url(0, 0, "https://example.org/x")), "a").kind == "xlsx"


def test_macros_are_told_and_let_through():
    assert check(rebuilt(book(), {}, {"xl/vbaProject.bin": b"macro"}), "a.xlsm").macros


def test_a_zip_with_a_password_is_encrypted():
    content = bytearray(book())
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1
    assert refused(bytes(content)) == ("TP-002", "")


def test_other_packages_are_named():
    def package(**parts: bytes) -> bytes:
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as new:
            for name, data in parts.items():
                new.writestr(name.replace("__", "/").replace("_DOT_", "."), data)
        return target.getvalue()

    rels = b'<Relationships xmlns="x"><Relationship Id="a" Type="http://x/officeDocument" Target="%s"/></Relationships>'
    word = {"[Content_Types].xml": b"<x/>", "_rels/.rels": rels % b"word/document.xml"}
    binary = {"[Content_Types].xml": b"<x/>", "_rels/.rels": rels % b"xl/workbook.bin"}
    assert refused(package(a=b"b")) == ("TP-036", "内容是压缩包")
    assert refused(package(**word)) == ("TP-001", "内容是 Word 等其他文档")
    assert refused(package(**binary)) == ("TP-001", "内容是二进制工作簿（.xlsb）")
    assert refused(package(mimetype=b"application/vnd.oasis.opendocument.text")) == (
        "TP-001",
        "内容是其他文档",
    )


@pytest.mark.parametrize(
    ("head", "why"),
    [
        (b"%PDF-1.7", "内容是 PDF"),
        (b"\x89PNG\r\n", "内容是图片"),
        (b"\xef\xbb\xbf<html>", "内容是网页（有些系统导出的“Excel”就是这样）"),
        (b"<?xml version='1.0'?><Workbook/>", "内容是 XML 文本"),
        (b"\x00\x01", "内容不是表格"),
    ],
)
def test_what_a_file_is_instead(head, why):
    assert refused(head) == ("TP-001", why)


@pytest.mark.parametrize(
    "head", [b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08", b"PK\x05\x06" + b"\0" * 18]
)
def test_an_archive_is_to_be_unpacked(head):
    assert refused(head) == ("TP-036", "内容是压缩包")


@pytest.mark.parametrize("name", ["a.et", "a.ET", "a.ett", "a.wps"])
def test_files_of_wps_are_named_before_anything_else(name):
    assert refused(book(), name)[0] == "TP-009"


@pytest.mark.parametrize("length", [0, 4, 30, 500, -1, -22, -100])
def test_no_cut_and_no_flipped_byte_escapes(length):
    content = book()[:length]
    assert refused(content)[0] in ("TP-001", "TP-003", "TP-016")


def test_no_flipped_byte_raises_anything_else():
    content = book()
    for at in range(0, len(content), 7):
        broken = bytearray(content)
        broken[at] ^= 0x5A
        try:
            check(bytes(broken), "a.xlsx")
        except Refused as said:
            assert said.code in ("TP-001", "TP-002", "TP-003", "TP-016", "TP-025", "TP-036")


# ---- the containers of .xls and .ods ----


def ole(streams: dict[str, bytes]) -> bytes:
    """A minimal OLE file: header, one FAT sector, directory, then the streams."""
    size, end, free = 512, 0xFFFFFFFE, 0xFFFFFFFF
    fat = [0xFFFFFFFD, end]
    entries = [directory_entry("Root Entry", 5, 0xFFFFFFFE, 0)]
    bodies = b""
    for name, content in streams.items():
        sectors = -(-len(content) // size)
        first = len(fat)
        fat += [*range(first + 1, first + sectors), end]
        entries.append(directory_entry(name, 2, first, len(content)))
        bodies += content.ljust(sectors * size, b"\0")
    assert len(fat) <= 128 and len(entries) <= 4
    fat += [free] * (128 - len(fat))
    header = (
        bytes.fromhex("D0CF11E0A1B11AE1")
        + b"\0" * 16
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
        + b"\0" * 6
    )
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack(
        "<109I", 0, *[free] * 108
    )
    return header + struct.pack("<128I", *fat) + b"".join(entries).ljust(size, b"\0") + bodies


def directory_entry(name: str, kind: int, first: int, length: int) -> bytes:
    raw = name.encode("utf-16-le") + b"\0\0"
    return (
        raw.ljust(64, b"\0")
        + struct.pack("<HBB", len(raw), kind, 1)
        + b"\0" * 48
        + struct.pack("<IQ", first, length)
    )


def records(*items: tuple[int, bytes]) -> bytes:
    return b"".join(struct.pack("<HH", kind, len(body)) + body for kind, body in items).ljust(4096, b"\0")


def test_how_far_an_xls_is_filled():
    book_stream = records(
        (0x0809, b"\0" * 16),
        (0x0201, struct.pack("<HHH", 65535, 255, 0)),  # a blank cell does not count
        (0x0203, struct.pack("<HHHd", 4, 6, 0, 1.0)),
        (0x00BD, struct.pack("<HH", 2, 3) + b"\0" * 12 + struct.pack("<H", 9)),
    )
    assert legacy.scan(book_stream).extents == {"": (5, 10)}
    assert check(ole({"Workbook": book_stream}), "a.xls").kind == "xls"
    far = records((0x0203, struct.pack("<HHHd", 65535, 255, 0, 1.0)))
    assert refused(ole({"Workbook": far})) == ("TP-026", "表格最远填到第 65536 行、IV 列")


def test_ole_files_that_are_something_else():
    assert refused(ole({"EncryptedPackage": b"x" * 5000, "EncryptionInfo": b"x"})) == ("TP-002", "")
    assert refused(ole({"Workbook": records((0x0809, b""), (0x002F, b"\0" * 6))})) == ("TP-002", "")
    assert refused(ole({"WordDocument": b"x"})) == ("TP-001", "内容是 Word 等其他文档")
    assert refused(ole({"Workbook": struct.pack("<HH", 0x0203, 60000).ljust(4096, b"\0")}))[0] == "TP-003"
    looped = bytearray(ole({"Workbook": records((0x0809, b""))}))
    struct.pack_into("<I", looped, 512 + 4 * 2, 2)  # the first sector of the stream follows itself
    assert refused(bytes(looped)) == ("TP-003", "文件不完整或已损坏")


def open_document(rows: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr("mimetype", b"application/vnd.oasis.opendocument.spreadsheet")
        content = f'<office:body><table:table table:name="表">{rows}</table:table></office:body>'
        package.writestr("content.xml", content)
    return target.getvalue()


def test_how_far_an_ods_is_filled_with_its_repeats():
    tail = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    row = '<table:table-row><table:table-cell table:number-columns-repeated="3"/><table:table-cell office:value-type="float" office:value="1"><text:p>1</text:p></table:table-cell></table:table-row>'
    assert ods.scan(f'<table:table table:name="a">{tail}{row}{tail}</table:table>'.encode()).extents == {
        "a": (1048001, 4)
    }
    assert check(open_document(row + tail), "a.ods").kind == "ods"
    many = '<table:table-row table:number-rows-repeated="1000000"><table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="9"/></table:table-row>'
    assert refused(open_document(many)) == ("TP-026", "工作表“表”最远填到第 1000000 行、I 列")


def test_the_sum_of_the_test_file_is_right():
    """The builder above makes files other tools accept, or the tests above would prove nothing."""
    with zipfile.ZipFile(io.BytesIO(rebuilt(book(), {}, {"a.xml": b"<a/>"}))) as package:
        assert package.testzip() is None
        assert zlib.crc32(b"<a/>") == package.getinfo("a.xml").CRC
