"""The proof of difference sees every change that filling does not explain; it does not trust the patcher."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pytest

from pipeline.write.patch import insert_rows, patch
from pipeline.write.proof import unexpected_differences
from pipeline.write.zipped import pack

SHEET = "xl/worksheets/sheet1.xml"
CELLS = {("评分表", "D5"), ("评分表", "H18")}


@pytest.fixture(scope="module")
def filled(rich_form) -> bytes:
    return patch(rich_form, {("评分表", "D5"): 9, ("评分表", "H18"): "备注"})


@pytest.fixture
def tampered(filled, parts):
    """The filled form with one text in one part replaced."""

    def build(part: str, old: str, new: str) -> bytes:
        content = parts(filled)
        assert old.encode() in content[part]
        content[part] = content[part].replace(old.encode(), new.encode(), 1)
        return pack(content.items())

    return build


def test_a_form_filled_as_it_should_be_has_nothing_unexpected(rich_form, filled):
    assert unexpected_differences(rich_form, filled, CELLS) == []
    assert unexpected_differences(rich_form, rich_form, ()) == []


@pytest.mark.parametrize(
    ("part", "old", "new", "sentence"),
    [
        (SHEET, '<c r="A6"><v>2</v>', '<c r="A6"><v>3</v>', "评分表!A6:不在要改的单元格之列,值却变了。"),
        (SHEET, '<c r="A6"><v>2</v>', '<c r="A6">', "评分表!A6:不在要改的单元格之列,值却变了。"),
        (SHEET, "<f>SUM(C5:C10)</f><v>60</v>", "<f>SUM(C5:C9)</f><v>60</v>", "评分表!C11:公式或附加内容变了。"),
        (SHEET, "<f>SUM(C5:C10)</f><v>60</v>", "<f>SUM(C5:C10)</f><v>61</v>", "评分表!C11:不在要改的单元格之列,值却变了。"),
        (SHEET, "<f>1+2</f><v>3</v>", "<f>1+2</f>", "评分表!E12:不在要改的单元格之列,值却变了。"),
        (SHEET, '<c r="D5" s="3"><v>9</v>', '<c r="D5" s="2"><v>9</v>', "评分表!D5:单元格的样式或属性变了。"),
        (SHEET, '<c r="H18" s="1"', '<c r="H18"', "评分表!H18:新单元格的样式不是所在行或列的样式。"),
        (SHEET, '<c r="G16" s="2"/>', '<c r="G16" s="2"/><c r="I16"/>', "评分表!I16:多出了单元格。"),
        (SHEET, '<c r="G16" s="2"/>', "", "评分表:c G16 不见了。"),
        (SHEET, '<row r="18">', '<row r="18" ht="9">', "评分表:第 18 行是多出来的。"),
        (SHEET, "</sheetData>", '<row r="40"/></sheetData>', "评分表:第 40 行是多出来的。"),
        (SHEET, 'ht="33.75"', 'ht="34"', "评分表:第 9 行的属性变了。"),
        (SHEET, '<mergeCell ref="A1:F1"/>', "", "评分表:worksheet/mergeCells 变了。"),
        (SHEET, "<formula>D5&lt;$C$11</formula>", "<formula>D5&gt;$C$11</formula>",
         "评分表:worksheet/conditionalFormatting/cfRule/formula 变了。"),
        (SHEET, 'dimension ref="A1:H18"', 'dimension ref="A1:J18"', "评分表:worksheet/dimension 变了。"),
        (SHEET, 'standalone="yes"', 'standalone="no"', "工作表“评分表”的 XML 声明变了。"),
        (SHEET, 'spans="1:7"', 'spans="1:9"', "评分表:第 1 行的 spans 不对。"),
        ("xl/workbook.xml", "$D$11<", "$D$12<", "xl/workbook.xml:workbook/definedNames/definedName 变了。"),
        ("xl/workbook.xml", 'calcId="124519"', 'calcId="1"', "xl/workbook.xml:workbook/calcPr 变了。"),
        ("xl/charts/chart1.xml", "$D$4", "$D$3", "部件 xl/charts/chart1.xml 的内容变了。"),
        ("xl/styles.xml", "<styleSheet ", "<styleSheet  ", "部件 xl/styles.xml 的内容变了。"),
    ],
)  # fmt: skip
def test_a_planted_change_is_named(rich_form, tampered, part, old, new, sentence):
    assert sentence in unexpected_differences(rich_form, tampered(part, old, new), CELLS)


def test_cells_filled_but_not_declared_are_named(rich_form, filled):
    found = unexpected_differences(rich_form, filled, {("评分表", "H18")})
    assert found == ["评分表!D5:不在要改的单元格之列,值却变了。"]
    found = unexpected_differences(rich_form, filled, {("评分表", "D5"), ("无", "A1"), ("评分表", "x")})
    assert {
        "无!A1:没有这个工作表或单元格。",
        "评分表!x:没有这个工作表或单元格。",
        "评分表!H18:多出了单元格。",
    } <= set(found)


def test_parts_added_lost_or_moved_are_named(rich_form, parts):
    content = parts(rich_form)
    names = list(content)
    assert unexpected_differences(rich_form, pack([*content.items(), ("xl/x.bin", b"")]), ()) == [
        "多出了部件 xl/x.bin。"
    ]
    assert unexpected_differences(rich_form, pack((n, content[n]) for n in names[:-1]), ()) == [
        f"部件 {names[-1]} 不见了。"
    ]
    assert unexpected_differences(rich_form, pack((n, content[n]) for n in names[::-1]), ()) == [
        "部件的次序变了。"
    ]
    assert unexpected_differences(rich_form, pack(content.items()), ()) == []


def test_what_openpyxl_would_lose_is_seen(rich_form):
    stream = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(rich_form)).save(stream)
    found = unexpected_differences(rich_form, stream.getvalue(), ())
    assert "部件 xl/drawings/drawing1.xml 的内容变了。" in found


def test_parts_named_with_backslashes_are_understood(rich_form, parts):
    odd = pack(
        (name.replace("/", "\\") if "sheet1" in name else name, data)
        for name, data in parts(rich_form).items()
    )
    assert unexpected_differences(odd, patch(odd, {("评分表", "D5"): 9}), {("评分表", "D5")}) == []
    assert unexpected_differences(odd, patch(odd, {("评分表", "A6"): 9}), ()) == [
        "评分表!A6:不在要改的单元格之列,值却变了。"
    ]  # fmt: skip


def test_the_flag_alone_is_tolerated_and_only_as_it_should_be(by_hand, parts):
    formula = '<sheetData><row r="1"><c r="A1"><v>1</v></c><c r="B1"><f>A1</f><v>1</v></c></row></sheetData>'
    blank = by_hand({"表": formula}, after="<oleSize ref='A1'/>")
    filled = patch(blank, {("表", "A1"): 2})
    assert unexpected_differences(blank, filled, {("表", "A1")}) == []
    content = parts(filled)
    content["xl/workbook.xml"] = content["xl/workbook.xml"].replace(b"<calcPr ", b'<calcPr iterate="1" ')
    assert unexpected_differences(blank, pack(content.items()), {("表", "A1")}) == [
        "xl/workbook.xml:workbook 变了。"
    ]


def test_the_blank_may_be_one_with_inserted_rows(rich_form):
    longer = insert_rows(rich_form, "评分表", 9, 2, 6)
    filled = patch(longer, {("评分表", "D10"): 3})
    assert unexpected_differences(longer, filled, {("评分表", "D10")}) == []
    assert len(unexpected_differences(rich_form, filled, {("评分表", "D10")})) > 10


@pytest.mark.office
def test_a_form_saved_by_libreoffice(rich_form, tmp_path: Path):
    (tmp_path / "form.xlsx").write_bytes(rich_form)
    command = [shutil.which("soffice"), "--headless", f"-env:UserInstallation={(tmp_path / 'p').as_uri()}",
               "--convert-to", "xlsx", "--outdir", str(tmp_path / "out"), str(tmp_path / "form.xlsx")]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    form = (tmp_path / "out" / "form.xlsx").read_bytes()
    changes = {("评分表", "D5"): 9, ("评分表", "H30"): "备注", ("评分表", "D11"): 49}
    filled = patch(form, changes)
    assert unexpected_differences(form, filled, set(changes)) == []
    sheet = openpyxl.load_workbook(io.BytesIO(filled), data_only=True)["评分表"]
    assert [sheet[a].value for a in ("D5", "H30", "D11", "D12", "C11", "B5")] == [
        9,
        "备注",
        49,
        None,
        60,
        "指标1",
    ]
    longer = openpyxl.load_workbook(io.BytesIO(insert_rows(form, "评分表", 9, 3, 6)))["评分表"]
    assert [longer[a].value for a in ("D14", "E11", "B13")] == ["=SUM(D5:D13)", "=C11-D11", "指标6"]
    assert "A16:B18" in {str(area) for area in longer.merged_cells.ranges}


def test_a_form_saved_by_openpyxl(rich_form):
    stream = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(rich_form)).save(stream)
    changes = {("评分表", "D5"): 9, ("明细 表", "B9"): None, ("评分表", "G40"): True}
    filled = patch(stream.getvalue(), changes)
    assert unexpected_differences(stream.getvalue(), filled, set(changes)) == []
    assert zipfile.ZipFile(io.BytesIO(filled)).testzip() is None
    sheet = openpyxl.load_workbook(io.BytesIO(filled))["评分表"]
    assert (sheet["D5"].value, sheet["G40"].value, sheet["D11"].value) == (9, True, "=SUM(D5:D10)")
    longer = insert_rows(stream.getvalue(), "评分表", 9, 3, 6)
    assert openpyxl.load_workbook(io.BytesIO(longer))["评分表"]["D14"].value == "=SUM(D5:D13)"
