"""The proof of difference sees every change that filling does not explain; it does not trust the patcher."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.write.grid import letters
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
    assert found[0] == "评分表!D5:不在要改的单元格之列,值却变了。"
    # the formulas that D5 feeds lost their values without a cause then
    for place in ("评分表!E5", "评分表!F5", "评分表!D11", "明细 表!C2", "隐藏!A1"):
        assert f"{place}:公式与所改单元格无关,缓存值却没有了。" in found
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


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("docProps/core.xml", "<dcterms:created", "<dcterms:modified/><dcterms:created"),
        ("docProps/custom.xml", "文号", "编号"),
        ("xl/worksheets/_rels/sheet1.xml.rels", "drawing1.xml", "drawing2.xml"),
        ("xl/_rels/workbook.xml.rels", "worksheets/sheet3.xml", "worksheets/sheet2.xml"),
        ("[Content_Types].xml", "image/png", "image/jpeg"),
        ("xl/drawings/drawing1.xml", "说明文字", "别的文字"),
        ("xl/comments1.xml", "批注", "改过"),
        ("xl/sharedStrings.xml", "指标1", "指标甲"),
        ("xl/tables/table1.xml", "E1:G4", "E1:G5"),
        ("xl/theme/theme1.xml", "Office Theme", "Theme"),
    ],
)
def test_a_scratch_on_any_other_part_is_named(rich_form, tampered, part, old, new):
    assert unexpected_differences(rich_form, tampered(part, old, new), CELLS) == [f"部件 {part} 的内容变了。"]


@pytest.mark.parametrize(
    ("part", "old", "new", "sentence"),
    [
        ("xl/worksheets/sheet2.xml", '<c r="B3"><v>2</v>', '<c r="B3"><v>5</v>', "明细 表!B3:不在要改的单元格之列,值却变了。"),
        ("xl/worksheets/sheet3.xml", '<c r="B1"><v>7</v>', '<c r="B1"><v></v>', "隐藏!B1:不在要改的单元格之列,值却变了。"),
        ("xl/worksheets/sheet3.xml", "<f>B1*2</f><v>14</v>", "<f>B1*2</f>", "隐藏!C1:公式与所改单元格无关,缓存值却没有了。"),
        ("xl/worksheets/sheet2.xml", "<f>SUM(评分表!C5:C10,评分表!C:C)</f><v>120</v>", "<f>SUM(评分表!C5:C10,评分表!C:C)</f>",
         "明细 表!C3:公式与所改单元格无关,缓存值却没有了。"),
        (SHEET, "<f>SUM(C5:C10)</f><v>60</v>", "<f>SUM(C5:C10)</f>", "评分表!C11:公式与所改单元格无关,缓存值却没有了。"),
        ("xl/workbook.xml", 'state="hidden" ', "", "xl/workbook.xml:workbook/sheets/sheet 变了。"),
        (SHEET, "<sheetData>", "<sheetProtection/><sheetData>", "评分表:worksheet 变了。"),
    ],
)  # fmt: skip
def test_a_scratch_on_another_sheet_or_an_unrelated_formula_is_named(
    rich_form, tampered, part, old, new, sentence
):
    assert sentence in unexpected_differences(rich_form, tampered(part, old, new), CELLS)


def test_a_second_part_of_the_same_name_is_named(rich_form, filled, parts):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package, pytest.warns(UserWarning, match="Duplicate name"):
        for name, data in parts(filled).items():
            package.writestr(name, data)
        package.writestr("xl/styles.xml", parts(filled)["xl/styles.xml"])
    assert unexpected_differences(rich_form, stream.getvalue(), CELLS) == ["多出了部件 xl/styles.xml(重复)。"]


def test_every_cell_between_the_changed_one_and_the_emptied_one_may_stand_on_another_sheet(by_hand, parts):
    """The way leads over a sheet without cached values, a shared group and a spilled array."""
    first = """<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f>二!A2</f><v>1</v></c><c r="C1"><f>B9</f><v>1</v></c></row>"""
    second = """<row><c><f t="shared" ref="A1:A2" si="0">表!A1+A9</f></c></row><row><c><f t="shared" si="0"/></c></row>
    <row><c><f t="array" ref="A3:B3">A2:A2*2</f></c><c/></row><row><c/><c><f>B3</f><v>1</v></c></row>"""
    form = by_hand({"表": f"<sheetData>{first}</sheetData>", "二": f"<sheetData>{second}</sheetData>"})
    filled = patch(form, {("表", "A2"): 2})  # A1 of 二 reads A1, its follower A2
    assert parts(filled)[SHEET].count(b"<v>1</v>") == 2  # A1, C1: B1 lost its value
    assert b"<v>1</v>" not in parts(filled)["xl/worksheets/sheet2.xml"]
    assert unexpected_differences(form, filled, {("表", "A2")}) == []
    content = parts(filled)
    content[SHEET] = content[SHEET].replace(b"<f>B9</f><v>1</v>", b"<f>B9</f>")
    assert unexpected_differences(form, pack(content.items()), {("表", "A2")}) == [
        "表!C1:公式与所改单元格无关,缓存值却没有了。"
    ]


def test_the_flag_alone_is_tolerated_and_only_as_it_should_be(by_hand, parts):
    formula = '<sheetData><row r="1"><c r="A1"><v>1</v></c><c r="B1"><f>A1</f><v>1</v></c></row></sheetData>'
    blank = by_hand({"表": formula}, after="<oleSize ref='A1'/>")
    filled = patch(blank, {("表", "A1"): 2})
    assert unexpected_differences(blank, filled, {("表", "A1")}) == []
    content = parts(filled)
    moved = content["xl/workbook.xml"].replace(b'<calcPr fullCalcOnLoad="1"/>', b"")
    content["xl/workbook.xml"] = moved.replace(b"<sheets>", b'<calcPr fullCalcOnLoad="1"/><sheets>')
    assert unexpected_differences(blank, pack(content.items()), {("表", "A1")}) == [
        "xl/workbook.xml:workbook 变了。"  # the flag where the schema does not allow it
    ]
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


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 10**6),
    st.sets(
        st.tuples(st.sampled_from(["表", "明细 表"]), st.integers(1, 5), st.integers(1, 22)),
        min_size=1,
        max_size=4,
    ),
    st.data(),
)
def test_what_patch_empties_has_a_cause_and_what_it_leaves_has_none(random_form, parts, seed, cells, data):
    form = random_form(seed)
    changes = {(sheet, f"{letters(column)}{row}"): 7 for sheet, column, row in cells}
    filled = patch(form, changes)
    assert unexpected_differences(form, filled, set(changes)) == []
    content = parts(filled)
    kept = re.findall(rb"</f><v>0</v>", content[SHEET])
    if not kept:
        return
    number = data.draw(st.integers(0, len(kept) - 1))
    pieces = content[SHEET].split(b"</f><v>0</v>")
    head, tail = b"</f><v>0</v>".join(pieces[: number + 1]), b"</f><v>0</v>".join(pieces[number + 1 :])
    content[SHEET] = head + b"</f>" + tail
    named = re.search(rb"<f>([^<]*)$", head)[1].decode()
    if "合计区" not in named:  # a name counts as reached
        (sentence,) = unexpected_differences(form, pack(content.items()), set(changes))
        assert re.fullmatch("表![G-K][0-9]+:公式与所改单元格无关,缓存值却没有了。", sentence)


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
