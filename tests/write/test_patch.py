"""``patch`` changes the cells it is given, in any workbook, and nothing else."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from python_calamine import CalamineWorkbook

from pipeline.write.patch import patch
from pipeline.write.proof import unexpected_differences

SHEET = "xl/worksheets/sheet1.xml"
BOOK = "xl/workbook.xml"


def caches(form: bytes, part: str) -> dict[str, str | None]:
    """Formula cell -> its cached value as text, read without the program's own code."""
    root = etree.fromstring(zipfile.ZipFile(io.BytesIO(form)).read(part))
    return {c.get("r"): c.findtext("{*}v") for c in root.iter("{*}c") if c.find("{*}f") is not None}


def read_back(form: bytes, sheet: str) -> dict[str, object]:
    rows = openpyxl.load_workbook(io.BytesIO(form), data_only=True)[sheet].iter_rows()
    return {cell.coordinate: cell.value for row in rows for cell in row if cell.value is not None}


def cell_xml(form: bytes, address: str, part: str = SHEET) -> str:
    text = zipfile.ZipFile(io.BytesIO(form)).read(part).decode()
    return re.search(rf'<(?:\w+:)?c r="{address}"[^>]*?(?:/>|>.*?</(?:\w+:)?c>)', text, re.DOTALL)[0]


# -- a rich form ------------------------------------------------------------------------------------------------
CHANGES = {
    ("评分表", "D5"): Decimal("9.50"),
    ("评分表", "B6"): "=不是公式\n第二行 ",
    ("评分表", "D11"): Decimal("49.5"),
    ("评分表", "D14"): date(2023, 1, 15),
    ("评分表", "C13"): None,
    ("评分表", "H18"): date(2023, 1, 16),
    ("评分表", "A2"): "单位:元",
    ("明细 表", "K30"): True,
}


def test_every_part_but_the_sheets_and_the_flag_keeps_its_bytes_and_place(rich_form, parts):
    filled = patch(rich_form, CHANGES)
    before, after = parts(rich_form), parts(filled)
    assert list(before) == list(after)
    different = [name for name in before if before[name] != after[name]]
    assert sorted(different) == [f"xl/worksheets/sheet{n}.xml" for n in (1, 2, 3)]  # the flag is set already
    for kind in ("drawings/drawing1.xml", "charts/chart1.xml", "comments1.xml", "media/image1.png", "styles.xml",
                 "drawings/vmlDrawing1.vml", "sharedStrings.xml", "tables/table1.xml"):  # fmt: skip
        assert after["xl/" + kind] == before["xl/" + kind]


def test_compressed_bytes_of_other_parts_are_copied_as_stored(rich_form):
    filled = patch(rich_form, CHANGES)

    def stored(form: bytes, name: str) -> bytes:
        info = zipfile.ZipFile(io.BytesIO(form)).getinfo(name)
        extra = int.from_bytes(form[info.header_offset + 28 : info.header_offset + 30], "little")
        start = info.header_offset + 30 + len(info.orig_filename.encode()) + extra
        return form[start : start + info.compress_size]

    assert stored(filled, "xl/styles.xml") == stored(rich_form, "xl/styles.xml")
    assert {info.date_time for info in zipfile.ZipFile(io.BytesIO(filled)).infolist()} == {
        (1980, 1, 1, 0, 0, 0)
    }


def test_the_sheet_keeps_every_byte_outside_the_changed_cells(rich_form, parts):
    filled = patch(rich_form, {("评分表", "D5"): Decimal("9.50"), ("评分表", "C13"): "x"})
    cells = "D5|C13|E5|F5|F6|F7|F8|F9|F10|D11|D12"  # the given ones and what depends on D5
    pattern = rf'<c r="({cells})"[^>]*?(?:/>|>.*?</c>)'.encode()
    was, now = parts(rich_form)[SHEET], parts(filled)[SHEET]
    assert was != now
    assert re.sub(pattern, rb"<\1>", was) == re.sub(pattern, rb"<\1>", now)


def test_values_read_back_in_two_independent_readers(rich_form):
    filled = patch(rich_form, CHANGES)
    was, now = read_back(rich_form, "评分表"), read_back(filled, "评分表")
    expected = {
        "D5": 9.5, "B6": "=不是公式\n第二行 ", "D11": 49.5, "D14": datetime(2023, 1, 15),
        "H18": datetime(2023, 1, 16), "A2": "单位:元",
    }  # fmt: skip
    gone = {"E5", "F5", "F6", "F7", "F8", "F9", "F10", "D12"}
    assert now == {k: v for k, v in was.items() if k not in gone} | expected
    calamine = CalamineWorkbook.from_filelike(io.BytesIO(filled)).get_sheet_by_name("评分表")
    rows = calamine.to_python(skip_empty_area=False)
    assert (rows[4][3], rows[5][1], rows[10][3], rows[1][0]) == (9.5, "=不是公式\n第二行 ", 49.5, "单位:元")
    assert rows[17][7] == date(2023, 1, 16)  # a new cell takes the style of its column, here a date
    assert read_back(filled, "明细 表")["K30"] is True


def test_a_formula_keeps_its_text_and_its_style_beside_the_given_value(rich_form):
    before, after = cell_xml(rich_form, "D11"), cell_xml(patch(rich_form, CHANGES), "D11")
    assert after == before.replace("<v>45</v>", "<v>49.5</v>") != before
    text = patch(rich_form, {("评分表", "D11"): "待定"})
    assert cell_xml(text, "D11") == before.replace("<v>45</v>", "<v>待定</v>").replace(
        ' s="3">', ' s="3" t="str">'
    )
    assert cell_xml(patch(rich_form, {("评分表", "D11"): None}), "D11") == before.replace("<v>45</v>", "")


def test_only_formulas_that_depend_on_the_change_lose_their_cached_value(rich_form):
    filled = patch(rich_form, {("评分表", "D5"): 9})
    lost = {
        f"{part}!{address}"
        for part in ("sheet1", "sheet2", "sheet3")
        for address, value in caches(filled, f"xl/worksheets/{part}.xml").items()
        if value != caches(rich_form, f"xl/worksheets/{part}.xml")[address]
    }
    assert lost == {
        "sheet1!E5", *(f"sheet1!F{row}" for row in range(5, 11)), "sheet1!D11", "sheet1!D12",
        "sheet2!C2",  # another sheet
        "sheet2!C4",  # through a defined name
        "sheet2!C6",  # INDIRECT: it cannot be told
        "sheet3!A1",  # through another sheet, hidden
    }  # fmt: skip


def test_a_formula_given_its_value_keeps_it_while_what_reads_it_is_emptied(rich_form):
    filled = patch(rich_form, {("评分表", "D5"): 9, ("评分表", "D11"): 49})
    assert (caches(filled, SHEET)["D11"], caches(filled, SHEET)["D12"]) == ("49", None)


def test_an_array_formula_that_depends_loses_the_values_of_all_its_cells(rich_form):
    filled = patch(rich_form, {("评分表", "C6"): 9})
    assert "<v>" not in cell_xml(filled, "E14") and "<v>" not in cell_xml(filled, "E15")
    assert "<v>20</v>" in cell_xml(patch(rich_form, {("评分表", "D6"): 9}), "E14")


def test_the_flag_is_set_once_and_without_formulas_not_at_all(rich_form, by_hand, parts):
    plain = by_hand({"表": "<sheetData/>"})
    filled = patch(plain, {("表", "A1"): 1})
    assert parts(filled)[BOOK] == parts(plain)[BOOK]
    with_formula = by_hand({"表": '<sheetData><row r="9"><c r="A9"><f>1+1</f><v>2</v></c></row></sheetData>'},
                           after="<definedNames/><oleSize ref='A1'/>")  # fmt: skip
    filled = patch(with_formula, {("表", "A1"): 1})
    assert b'<definedNames/><calcPr fullCalcOnLoad="1"/><oleSize' in parts(filled)[BOOK]
    assert patch(filled, {("表", "A1"): 1}) == filled
    was = by_hand({"表": '<sheetData><row r="9"><c r="A9"><f>1+1</f><v>2</v></c></row></sheetData>'},
                  after='<calcPr calcId="1" fullCalcOnLoad="0" iterate="1"></calcPr>')  # fmt: skip
    assert (
        b'<calcPr calcId="1" fullCalcOnLoad="1" iterate="1"></calcPr>'
        in parts(patch(was, {("表", "A1"): 1}))[BOOK]
    )


def test_the_same_input_gives_the_same_bytes_and_no_change_gives_the_bytes_back(rich_form):
    assert patch(rich_form, CHANGES) == patch(rich_form, dict(reversed(CHANGES.items())))
    assert patch(rich_form, {}) == rich_form
    assert patch(rich_form, {("评分表", "Z99"): None, ("评分表", "G16"): None}) == rich_form
    filled = patch(rich_form, CHANGES)
    assert patch(filled, CHANGES) == filled


def test_the_proof_finds_nothing_else(rich_form):
    assert unexpected_differences(rich_form, patch(rich_form, CHANGES), set(CHANGES)) == []


# -- the ways a sheet may be written ----------------------------------------------------------------------------
@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("prefix", ["", "x"])
@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("<sheetData/>", '<sheetData><row r="5"><c r="B5"><v>7</v></c></row></sheetData>'),
        ("<sheetData></sheetData>", '<sheetData><row r="5"><c r="B5"><v>7</v></c></row></sheetData>'),
        ('<sheetData><row r="5"/></sheetData>', '<sheetData><row r="5"><c r="B5"><v>7</v></c></row></sheetData>'),
        ('<sheetData><row r="4"/><row r="6"/></sheetData>',
         '<sheetData><row r="4"/><row r="5"><c r="B5"><v>7</v></c></row><row r="6"/></sheetData>'),
        ('<sheetData><row r="5" spans="3:4" ht="9"><c r="D5"/></row></sheetData>',
         '<sheetData><row r="5" spans="2:4" ht="9"><c r="B5"><v>7</v></c><c r="D5"/></row></sheetData>'),
        ('<sheetData><row r="5" s="4" customFormat="1"><c r="A5" s="1"/></row></sheetData>',
         '<sheetData><row r="5" s="4" customFormat="1"><c r="A5" s="1"/><c r="B5" s="4"><v>7</v></c></row></sheetData>'),
        ('<cols><col min="2" max="3" width="9" style="6"/></cols><sheetData/>',
         '<cols><col min="2" max="3" width="9" style="6"/></cols>'
         '<sheetData><row r="5"><c r="B5" s="6"><v>7</v></c></row></sheetData>'),
        ('<sheetData><row><c><v>1</v></c></row><row/><row/><row/><row><c/><c t="s"><v>0</v></c><c/></row></sheetData>',
         '<sheetData><row><c><v>1</v></c></row><row/><row/><row/><row><c/><c><v>7</v></c><c/></row></sheetData>'),
        ('<sheetData><row><c r="A5"/><c r="B5" t="str" s="2"><v>a</v></c></row></sheetData>',
         '<sheetData><row><c r="A5"/><c r="B5" s="2"><v>7</v></c></row></sheetData>'),
        ('<dimension ref="A1"/><sheetData><row r="5"><c r="B5" t=\'inlineStr\'><is><t>a</t></is></c></row></sheetData>',
         '<dimension ref="A1:B5"/><sheetData><row r="5"><c r="B5"><v>7</v></c></row></sheetData>'),
        ('<sheetData><!-- <c r="B5"> --><row r="5"><!-- a > b --><c r="B5" s="1" vm="1" t="e"><v>#N/A</v>'
         '<extLst><ext uri="u>v"/></extLst></c><extLst/></row></sheetData><!-- end -->',
         '<sheetData><!-- <c r="B5"> --><row r="5"><!-- a > b --><c r="B5" s="1"><v>7</v>'
         '<extLst><ext uri="u>v"/></extLst></c><extLst/></row></sheetData><!-- end -->'),
        ('<sheetData><row r="5"><c r="A5"><v>1</v></c><extLst/></row></sheetData>',
         '<sheetData><row r="5"><c r="A5"><v>1</v></c><c r="B5"><v>7</v></c><extLst/></row></sheetData>'),
        ('<sheetData><row r="5"><c r="B5"><f><![CDATA[A1<2]]></f><v>1</v></c></row></sheetData>',
         '<sheetData><row r="5"><c r="B5"><f><![CDATA[A1<2]]></f><v>7</v></c></row></sheetData>'),
    ],
)  # fmt: skip
def test_one_cell_in_sheets_written_in_many_ways(by_hand, parts, strict, prefix, inside, expected):
    def prefixed(xml: str) -> str:
        return re.sub(r"(</?)(?=[a-zA-Z])(?![^<]*-->)", rf"\1{prefix}:", xml) if prefix else xml

    form = by_hand({"表": prefixed(inside)}, strict=strict, prefix=prefix)
    filled = patch(form, {("表", "B5"): 7})
    wanted = parts(form)[SHEET].decode().replace(prefixed(inside), prefixed(expected))
    assert parts(filled)[SHEET].decode() == wanted != parts(form)[SHEET].decode()
    assert unexpected_differences(form, filled, {("表", "B5")}) == []


def test_several_new_cells_and_rows_stand_in_order(by_hand, parts):
    form = by_hand({"表": '<sheetData><row r="3"><c r="C3"/></row><row r="9"/></sheetData>'})
    changes = {
        ("表", a): n for n, a in enumerate(["AA3", "D10", "A3", "B7", "A7", "D3", "C1", "Z9", "B3", "C3"])
    }
    filled = parts(patch(form, changes))[SHEET].decode()
    assert re.findall(r'r="(\w+)"', filled) == [
        "1", "C1", "3", "A3", "B3", "C3", "D3", "AA3", "7", "A7", "B7", "9", "Z9", "10", "D10"
    ]  # fmt: skip


def test_declaration_byte_order_mark_and_extensions_stay(by_hand, parts):
    head = (
        '\ufeff<?xml version="1.0" encoding="utf-8" standalone=\'yes\'?>\r\n<!-- made by hand -->\n'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="x14ac xr" '
        'xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac" xmlns:xr="urn:xr" xr:uid="{1}">'
    )
    tail = (
        "<mc:AlternateContent><mc:Choice Requires='x14ac'><controls><c r='A1'/></controls></mc:Choice>"
        "</mc:AlternateContent><extLst><ext uri='{x}'><x14ac:f>A1</x14ac:f></ext></extLst></worksheet>\n"
    )
    form = by_hand(
        {"表": head + '<sheetData><row r="1" x14ac:dyDescent="0.2"><c r="A1"/></row></sheetData>' + tail}
    )
    filled = parts(patch(form, {("表", "A1"): "甲"}))[SHEET].decode()
    cell = '<c r="A1" t="inlineStr"><is><t>甲</t></is></c>'
    assert filled == f'{head}<sheetData><row r="1" x14ac:dyDescent="0.2">{cell}</row></sheetData>{tail}'


@pytest.mark.parametrize("encoding", ["utf-16", "gb18030"])
def test_a_sheet_in_another_encoding(by_hand, encoding):
    xml = (
        f'<?xml version="1.0" encoding="{encoding}"?><worksheet xmlns="http://schemas.openxmlformats.org/'
        'spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="str"><v>旧</v></c><c r="B1" t="str">'
        "<v>留</v></c></row></sheetData></worksheet>"
    )
    filled = patch(by_hand({"表": xml.encode(encoding)}), {("表", "A1"): "新"})
    assert read_back(filled, "表") == {"A1": "新", "B1": "留"}


def test_a_macro_workbook_keeps_its_macros(rich_form, parts):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for name, content in parts(rich_form).items():
            package.writestr(name.replace("\\", "/"), content)
        package.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 macros")
    filled = patch(stream.getvalue(), {("评分表", "D5"): 1})
    assert parts(filled)["xl/vbaProject.bin"] == b"\xd0\xcf\x11\xe0 macros"


# -- values -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (0, "<v>0</v>"), (-5, "<v>-5</v>"), (Decimal("0.10"), "<v>0.1</v>"), (Decimal("1E+3"), "<v>1000</v>"),
        (Decimal("-0.00"), "<v>0</v>"), (Decimal("123456789012.345"), "<v>123456789012.345</v>"),
        (Fraction(1, 3), "<v>0.33333333333333333</v>"), (0.1, "<v>0.1</v>"), (0.1 + 0.2, "<v>0.30000000000000004</v>"),
        (1e300, "<v>1E+300</v>"), (Decimal("1E-30"), "<v>1E-30</v>"), (2**53, "<v>9007199254740992</v>"),
        (10**18, "<v>1000000000000000000</v>"), (np.int64(7), "<v>7</v>"), (np.float32(0.1), "<v>0.1</v>"),
        (np.float64(2.5), "<v>2.5</v>"), (True, "B<v>1</v>"), (np.bool_(False), "B<v>0</v>"),
        (date(1900, 1, 1), "<v>1</v>"), (date(1900, 2, 28), "<v>59</v>"), (date(1900, 3, 1), "<v>61</v>"),
        (date(2022, 12, 31), "<v>44926</v>"), (datetime(2022, 12, 31, 12), "<v>44926.5</v>"),
        (np.datetime64("2022-12-31"), "<v>44926</v>"), (pd.Timestamp("2022-12-31 18:00"), "<v>44926.75</v>"),
        (np.datetime64("2022-12-31T06:00:00.000000000"), "<v>44926.25</v>"),
        ("", "I<is><t></t></is>"), ("=A1", "I<is><t>=A1</t></is>"), ("a<&>\"b", 'I<is><t>a&lt;&amp;&gt;"b</t></is>'),
        (" a", 'I<is><t xml:space="preserve"> a</t></is>'), ("a\nb", 'I<is><t xml:space="preserve">a\nb</t></is>'),
        ("a\r", 'I<is><t xml:space="preserve">a&#13;</t></is>'), ("a\x0bb", "I<is><t>a_x000B_b</t></is>"),
        ("_x0041_", "I<is><t>_x005F_x0041_</t></is>"), ("\ud83d", "I<is><t>_xD83D_</t></is>"),
        ("007", "I<is><t>007</t></is>"), (np.str_("甲"), "I<is><t>甲</t></is>"), ("😀", "I<is><t>😀</t></is>"),
    ],
)  # fmt: skip
def test_how_a_value_is_written(by_hand, value, cell):
    form = by_hand({"表": '<sheetData><row r="1"><c r="A1" s="1" t="s"><v>3</v></c></row></sheetData>'})
    kind = {"B": ' t="b"', "I": ' t="inlineStr"'}.get(cell[0], "")
    assert (
        cell_xml(patch(form, {("表", "A1"): value}), "A1") == f'<c r="A1" s="1"{kind}>{cell.lstrip("BI")}</c>'
    )


@pytest.mark.parametrize("system", ["1", "true"])
def test_dates_from_1904(by_hand, system):
    form = by_hand({"表": "<sheetData/>"}, before=f'<workbookPr date1904="{system}"/>')
    filled = patch(form, {("表", "A1"): date(1904, 1, 1), ("表", "A2"): date(2022, 12, 31)})
    assert (cell_xml(filled, "A1"), cell_xml(filled, "A2")) == (
        '<c r="A1"><v>0</v></c>', '<c r="A2"><v>43464</v></c>'
    )  # fmt: skip
    with pytest.raises(ValueError, match=r"表!A1:日期 1903-12-31 早于"):
        patch(form, {("表", "A1"): date(1903, 12, 31)})


def test_iso_dates_have_no_leap_day_in_1900(by_hand):
    form = by_hand({"表": "<sheetData/>"}, before='<workbookPr dateCompatibility="0"/>', strict=True)
    assert cell_xml(patch(form, {("表", "A1"): date(1900, 1, 1)}), "A1") == '<c r="A1"><v>2</v></c>'


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (float("nan"), "不是有限的数"), (float("inf"), "不是有限的数"), (Decimal("NaN"), "不是有限的数"),
        (np.float64("nan"), "不是有限的数"), (Decimal("1E+308"), "数字过大"), (10**400, "数字过大"),
        (440106199001011234, "超过 15 位有效数字"), (Decimal(440106199001011234), "超过 15 位有效数字"),
        (pd.NaT, "NaT"), (np.datetime64("NaT"), "NaT"), (pd.NA, "NAType"), ([1], "list"), (b"a", "bytes"),
        (object(), "object"), ("x" * 32_768, "超过 32,767 个字符"), (1j, "complex"),
        (date(1899, 12, 31), "早于工作簿能表示的第一天"), (pd.Timestamp("2022-01-01", tz="UTC"), "时区"),
        (np.timedelta64(1, "D"), "timedelta"), (np.array(3), "ndarray"),
    ],
)  # fmt: skip
def test_a_value_no_cell_can_hold_is_refused_with_its_cell(by_hand, value, sentence):
    with pytest.raises(ValueError, match=f"^表!B2:.*{sentence}"):
        patch(by_hand({"表": "<sheetData/>"}), {("表", "A1"): 1, ("表", "B2"): value})


# -- what is refused --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("sheet", "address", "sentence"),
    [
        ("评分表", "B1", "^评分表!B1:在合并单元格 A1:F1 的内部,不能单独填写。请改填左上角 A1。"),
        ("评分表", "A14", "^评分表!A14:在合并单元格 A13:B15 的内部"),
        ("评分表", "E14", r"^评分表!E14:属于数组公式\(E14:E15\)"),
        ("评分表", "E15", r"^评分表!E15:属于数组公式\(E14:E15\)"),
        ("明细 表", "F1", "^明细 表!F1:是列表“表一”的标题"),
        ("评分表 ", "A1", "没有名为“评分表 ”的工作表。现有工作表:评分表、明细 表、隐藏。"),
        ("图", "A1", "“图”是图表工作表"),
        ("评分表", "A0", "^评分表!A0:地址应是一个单元格"), ("评分表", "XFE1", "^评分表!XFE1:地址"),
        ("评分表", "A1048577", "地址"), ("评分表", "A1:B2", "地址"), ("评分表", "", "地址"), ("评分表", "12", "地址"),
        ("评分表", "a1", "地址"), ("评分表", "A1 ", "地址"), ("评分表", None, "地址"), ("评分表", "\uff21\uff11", "地址"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("value", [1, None])
def test_a_cell_that_cannot_be_changed_is_refused_by_name(rich_form, sheet, address, sentence, value):
    with pytest.raises(ValueError, match=sentence):
        patch(rich_form, {("评分表", "D5"): 1, (sheet, address): value})


def test_cells_of_shared_formulas_and_data_tables_are_refused(by_hand):
    form = by_hand(
        {
            "表": """<sheetData>
      <row r="1"><c r="A1"><f t="shared" ref="A1:A3" si="0">B1*2</f><v>2</v></c><c r="D1"/></row>
      <row r="2"><c r="A2"><v>5</v></c><c r="D2"><f t="dataTable" ref="D2:E3" dt2D="1" r1="G1" r2="G2"/><v>1</v></c></row>
      <row r="3"><c r="A3"><f t="shared" si="0"/><v>6</v></c><c r="E3"><v>4</v></c></row></sheetData>"""
        }
    )
    for address, name in (("A1", "共享公式"), ("A3", "共享公式"), ("D2", "模拟运算表"), ("E3", "模拟运算表")):
        with pytest.raises(ValueError, match=f"^表!{address}:属于{name}"):
            patch(form, {("表", address): 1})
    assert read_back(patch(form, {("表", "A2"): 8}), "表")["A2"] == 8  # within ref, but no member


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "这不是 .xlsx"),
        (b"PK\x03\x04", "压缩包打不开"),
        (b"a,b\n", "这不是 .xlsx"),
        ("path", "bytes"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "加密,或是旧版 .xls"),
    ],
)
def test_what_is_no_workbook_is_refused(data, sentence):
    with pytest.raises(ValueError, match=sentence):
        patch(data, {("表", "A1"): 1})


def test_a_signed_or_damaged_workbook_is_refused(by_hand, parts):
    signed = by_hand({"表": "<sheetData/>"}, more={"_xmlsignatures/origin.sigs": b""})
    with pytest.raises(ValueError, match="数字签名"):
        patch(signed, {("表", "A1"): 1})
    with pytest.raises(ValueError, match="工作表“表”已损坏"):
        patch(by_hand({"表": "<sheetData><row></sheetData>"}), {("表", "A1"): 1})
    bomb = '<!DOCTYPE worksheet [<!ENTITY a "b">]><worksheet><sheetData/></worksheet>'
    with pytest.raises(ValueError, match="DTD"):
        patch(by_hand({"表": bomb}), {("表", "A1"): 1})
    lost = by_hand(
        {"表": "<sheetData/>", "二": "<sheetData/>"}, more={"xl/_rels/workbook.xml.rels": "<Relationships/>"}
    )
    with pytest.raises(ValueError, match="“表”是特殊工作表"):
        patch(lost, {("表", "A1"): 1})
    word = by_hand({"表": "<sheetData/>"}, more={"xl/workbook.xml": "<document/>"})
    with pytest.raises(ValueError, match="这不是 .xlsx 工作簿"):
        patch(word, {("表", "A1"): 1})


# -- a property -------------------------------------------------------------------------------------------------
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**15), 10**15),
    st.decimals(-(10**9), 10**9, places=4),
    st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), min_size=1),
    st.dates(date(1900, 3, 1), date(2100, 1, 1)),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.tuples(st.integers(1, 30), st.integers(3, 40)), VALUES, max_size=25))
def test_any_cells_and_values_come_back_and_nothing_else_changes(rich_form, cells):
    blocked = {(r, c) for r in range(1, 5) for c in range(3, 8)} | {
        (r, c) for r in (13, 14, 15) for c in range(3, 7)
    }
    blocked |= {(r, 8) for r in range(1, 31)}  # date formats: a reader makes a date of any number there
    changes = {
        ("评分表", openpyxl.utils.get_column_letter(c) + str(r)): v
        for (r, c), v in cells.items()
        if (r, c) not in blocked
    }
    filled = patch(rich_form, changes)
    assert unexpected_differences(rich_form, filled, set(changes)) == []
    was, now = read_back(rich_form, "评分表"), read_back(filled, "评分表")
    lost = caches(filled, SHEET)
    for (_, address), value in changes.items():
        got = now.pop(address, None)
        if isinstance(value, date):
            serial = (value - date(1899, 12, 30)).days
            assert got == serial
        elif isinstance(value, str):
            assert got == value
        elif isinstance(value, bool) or value is None:
            assert got is value
        else:
            assert float(got) == float(value)
        was.pop(address, None)
    emptied = {k for k, v in lost.items() if v is None}
    emptied |= {"E15"} if "E14" in emptied else set()  # the second cell of the array formula
    assert now == {k: v for k, v in was.items() if k not in emptied}
