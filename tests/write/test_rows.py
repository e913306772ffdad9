"""``insert_rows``: everything below moves along, on every sheet and in every part; what cannot move is refused."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest
from lxml import etree
from openpyxl.utils import get_column_letter

from pipeline.write.patch import insert_rows, patch
from pipeline.write.proof import unexpected_differences

SHEET = "xl/worksheets/sheet1.xml"
OTHER = "xl/worksheets/sheet2.xml"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def relation(kind: str, target: str, number: int = 1) -> str:
    return f'<Relationship Id="rId{number}0" Type="{RELATIONS}/{kind}" Target="{target}"/>'


@pytest.fixture(scope="session")
def longer(rich_form) -> bytes:
    """The rich form with three rows inserted within its list."""
    return insert_rows(rich_form, "评分表", 9, 3, 6)


@pytest.fixture
def texts(longer, parts):
    return {
        name: data.decode("utf-8", "replace")
        for name, data in parts(longer).items()
        if not name.endswith("png")
    }


# -- the rich form ----------------------------------------------------------------------------------------------
def test_cells_formulas_and_styles(rich_form, longer):
    before = openpyxl.load_workbook(io.BytesIO(rich_form))
    after = openpyxl.load_workbook(io.BytesIO(longer))
    was, now = before["评分表"], after["评分表"]
    for row in was.iter_rows(max_col=6):
        for cell in row:
            new = now.cell(cell.row + 3 if cell.row > 9 else cell.row, cell.column)
            assert new.has_style == cell.has_style and new.number_format == cell.number_format
            if cell.data_type not in "f":
                assert new.value == cell.value
    assert [now[a].value for a in ("C14", "D14", "D15", "E15", "E13", "F13", "F9")] == [
        "=SUM(C5:C13)", "=SUM(D5:D13)", "=ROUND(D14/C14,4)", "=1+2", "=C13-D13", "=SUM($C$5:D13)", "=SUM($C$5:D9)"
    ]  # fmt: skip
    assert (now["E17"].value.ref, now["E17"].value.text) == ("E17:E18", "=C5:C6*2")
    detail = after["明细 表"]
    assert [detail[f"C{row}"].value for row in range(2, 7)] == [
        "=评分表!D14+B2", "=SUM(评分表!C5:C13,评分表!C:C)", "=得分合计*2", '=B4&"评分表!D11"', '=INDIRECT("评分表!D5")'
    ]  # fmt: skip
    assert [now[f"{column}11"].value for column in "ABCDEF"] == [None] * 4 + ["=C11-D11", "=SUM($C$5:D11)"]
    for column in "ABCDEF":
        looks = {
            (
                now[f"{column}{row}"].number_format,
                now[f"{column}{row}"].font.b,
                now[f"{column}{row}"].border.left.style,
            )
            for row in (6, 10, 11, 12)
        }
        assert len(looks) == 1, column
    assert now["B11"].font.b and now["C11"].number_format == "#,##0.00"
    assert (
        now.row_dimensions[9].height == was.row_dimensions[9].height == 33.75
        and now.row_dimensions[12].height is None
    )


def test_cached_values_stay_and_copied_formulas_have_none(longer):
    now = openpyxl.load_workbook(io.BytesIO(longer), data_only=True)["评分表"]
    assert [now[a].value for a in ("C14", "D15", "F13", "E17", "E18", "E11", "F11")] == [
        60,
        0.75,
        1,
        20,
        0,
        None,
        None,
    ]


def test_what_stands_around_the_cells(texts):
    sheet = texts[SHEET]
    for piece in (
        '<dimension ref="A1:H20"/>', '<autoFilter ref="A4:F13"/>', '<mergeCell ref="A16:B18"/>',
        '<mergeCell ref="C16:F16"/>', '<mergeCell ref="A1:F1"/>', '<conditionalFormatting sqref="D5:D13">',
        "<formula>D5&lt;$C$14</formula>", 'sqref="B5:B13"', "<formula1>'明细 表'!$A$2:$A$9</formula1>",
        'sqref="C15"><formula1>C14</formula1>', '<hyperlink ref="A20" location="\'明细 表\'!B3"', '<brk id="15"',
        '<ignoredError sqref="A14:B15"', "<xm:sqref>E5:E13</xm:sqref>", "<xm:f>评分表!D5:D13</xm:f>",
        "<xm:sqref>G15</xm:sqref>", '<protectedRange sqref="C15:C16"', 'ySplit="4" topLeftCell="C5"',
    ):  # fmt: skip
        assert piece in sheet, piece
    assert '<hyperlink ref="A9" location="评分表!D15"' in texts[OTHER]
    names = texts["xl/workbook.xml"]
    for piece in (
        ">评分表!$A$4:$F$13<",
        ">评分表!$A$1:$F$20<",
        ">评分表!$1:$4<",
        ">评分表!$D$14<",
        ">隐藏!$B$1<",
    ):
        assert piece in names, piece


def test_drawings_charts_and_comments(texts):
    anchors = re.findall(r"<xdr:from>.*?<xdr:row>(\d+)</xdr:row>.*?<xdr:row>(\d+)</xdr:row>",
                         texts["xl/drawings/drawing1.xml"], re.DOTALL)  # fmt: skip
    assert sorted(anchors) == sorted([("2", "5"), ("16", "22"), ("22", "22"), ("22", "36")])
    assert 'textlink="评分表!$D$15"' in texts["xl/drawings/drawing1.xml"]
    assert "<c:f>评分表!$D$5:$D$13</c:f>" in texts["xl/charts/chart1.xml"]
    assert "<c:f>评分表!$D$4</c:f>" in texts["xl/charts/chart1.xml"]
    assert "<c:f>评分表!$C$5:$C$14</c:f>" in texts["xl/charts/chart2.xml"]  # on the chart sheet
    assert '<comment ref="B15"' in texts["xl/comments1.xml"]
    assert "<x:Row>14</x:Row>" in texts["xl/drawings/vmlDrawing1.vml"]
    assert re.search(
        r"<x:Anchor>2, 15, 13, 10, 4, 15, 17, 4</x:Anchor>", texts["xl/drawings/vmlDrawing1.vml"]
    )


def test_parts_in_which_nothing_moves_keep_their_bytes(rich_form, longer, parts):
    before, after = parts(rich_form), parts(longer)
    assert list(before) == list(after)
    assert {name for name in before if before[name] != after[name]} == {
        SHEET, OTHER, "xl/workbook.xml", "xl/charts/chart1.xml", "xl/charts/chart2.xml", "xl/comments1.xml",
        "xl/drawings/drawing1.xml", "xl/drawings/vmlDrawing1.vml",
    }  # fmt: skip
    head = before[SHEET][: before[SHEET].index(b"<worksheet ")]
    assert head and after[SHEET].startswith(head)  # the declaration as Excel writes it
    assert insert_rows(rich_form, "评分表", 9, 3, 6) == longer
    assert insert_rows(rich_form, "评分表", 9, 0, 6) == rich_form


def test_the_longer_form_is_filled_and_proved_like_any_other(longer):
    changes = {("评分表", "D11"): 8, ("评分表", "B11"): "新指标", ("评分表", "E11"): 2, ("评分表", "D14"): 53}
    filled = patch(longer, changes)
    assert unexpected_differences(longer, filled, set(changes)) == []
    values = openpyxl.load_workbook(io.BytesIO(filled), data_only=True)["评分表"]
    assert [values[a].value for a in ("D11", "B11", "E11", "F11", "D14", "D15", "C14")] == [
        8, "新指标", 2, None, 53, None, 60
    ]  # fmt: skip


def test_a_table_and_its_formulas_grow_when_the_line_runs_through_it(rich_form, parts):
    for after_row, ref in ((3, "E1:G6"), (4, "E1:G4"), (1, "E1:G6"), (0, "E3:G6")):
        text = parts(insert_rows(rich_form, "明细 表", after_row, 2, 3))["xl/tables/table1.xml"].decode()
        assert re.findall(r' ref="([^"]+)"', text) == [ref, ref]
    changed = parts(insert_rows(rich_form, "明细 表", 3, 2, 3))
    assert "<formula1>'明细 表'!$A$2:$A$11</formula1>".encode() in changed[SHEET]
    assert "location=\"'明细 表'!B3\"".encode() in changed[SHEET]


# -- by hand: one thing at a time -------------------------------------------------------------------------------
def sheet_after(
    form: bytes, parts, *, part: str = SHEET, after_row=2, count=2, style_row=2, sheet="表"
) -> str:
    return parts(insert_rows(form, sheet, after_row, count, style_row))[part].decode()


def test_rows_and_cells_without_numbers(by_hand, parts):
    form = by_hand({"表": '<sheetData><row ht="9" hidden="1" collapsed="1"><c s="1"><v>1</v></c><c/></row><row/>'
                          "<row><c/><c><v>3</v></c></row></sheetData>"})  # fmt: skip
    text = sheet_after(form, parts, after_row=1, count=1, style_row=1)
    assert "<sheetData>" + text.split("<sheetData>")[1].split("</sheetData>")[0] == (
        '<sheetData><row ht="9" hidden="1" collapsed="1" r="1"><c s="1" r="A1"><v>1</v></c><c r="B1"/></row>'
        '<row r="2" ht="9"><c r="A2" s="1"/></row><row r="3"/><row r="4"><c r="A4"/><c r="B4"><v>3</v></c></row>'
    )


@pytest.mark.parametrize("strict", [False, True])
def test_prefixed_and_strict_sheets(by_hand, parts, strict):
    form = by_hand(
        {"表": '<x:sheetData><x:row r="2"><x:c r="A2" s="1"><x:f>B2</x:f></x:c></x:row><x:row r="3"><x:c r="A3"/></x:row>'
               '</x:sheetData><x:mergeCells count="1"><x:mergeCell ref="C2:D2"/></x:mergeCells>'},
        prefix="x", strict=strict,
    )  # fmt: skip
    text = sheet_after(form, parts, count=1)
    assert ('<x:row r="3"><x:c r="A3" s="1"><x:f>B3</x:f></x:c></x:row><x:row r="4"><x:c r="A4"/></x:row></x:sheetData>'
            '<x:mergeCells count="2"><x:mergeCell ref="C2:D2"/><x:mergeCell ref="C3:D3"/></x:mergeCells>') in text  # fmt: skip
    assert text.count("xmlns") == 2


def test_merges_within_the_style_row_are_repeated_and_a_grown_one_wins(by_hand, parts):
    merges = '<mergeCells count="4"><mergeCell ref="A2:B2"/><mergeCell ref="C2:C3"/><mergeCell ref="E5:F5"/>'
    form = by_hand({"表": '<sheetData><row r="5"><c r="E5" s="1"/></row></sheetData>' + merges
                          + '<mergeCell ref="F1:F3"/></mergeCells>'})  # fmt: skip
    assert re.findall(r'ref="([^"]+)"', sheet_after(form, parts, style_row=2)) == [
        "A2:B2", "C2:C5", "E7:F7", "F1:F5", "A3:B3", "A4:B4"
    ]  # fmt: skip
    text = sheet_after(form, parts, style_row=5)  # E5:F5 would cut into F1:F5
    assert re.findall(r'ref="([^"]+)"', text) == ["A2:B2", "C2:C5", "E7:F7", "F1:F5"]
    assert 'count="4"' in text


def test_the_style_row_may_lie_below_or_far_away_and_need_not_exist(by_hand, parts):
    form = by_hand({"表": '<sheetData><row r="1"><c r="A1"/></row><row r="6" s="3" customFormat="1"><c r="A6" s="2">'
                          "<f>B6+B$1+B7</f><v>1</v></c></row></sheetData>"})  # fmt: skip
    text = sheet_after(form, parts, after_row=3, count=2, style_row=6)
    assert ('<row r="4" s="3" customFormat="1"><c r="A4" s="2"><f>B4+B$1+B5</f></c></row>'
            '<row r="5" s="3" customFormat="1"><c r="A5" s="2"><f>B5+B$1+B6</f></c></row>'
            '<row r="8" s="3" customFormat="1"><c r="A8" s="2"><f>B8+B$1+B9</f><v>1</v></c></row>') in text  # fmt: skip
    assert re.findall(r'<row r="(\d+)"', sheet_after(form, parts, after_row=3, style_row=4)) == ["1", "8"]
    assert re.findall(r'<row r="(\d+)"', sheet_after(form, parts, after_row=90, style_row=1)) == [
        "1",
        "6",
        "91",
        "92",
    ]
    assert re.findall(r'<row r="(\d+)"', sheet_after(form, parts, after_row=0, style_row=1)) == [
        "1",
        "2",
        "3",
        "8",
    ]


SHARED = """<sheetData><row r="1"><c r="A1"><f t="shared" ref="A1:A4" si="0">{0}</f><v>1</v></c></row>
<row r="2"><c r="A2"><f t="shared" si="0"/><v>2</v></c></row><row r="3"><c r="A3"><f t="shared" si="0"/><v>3</v></c></row>
<row r="4"><c r="A4"><f t="shared" si="0"/><v>4</v></c></row></sheetData>"""


def test_shared_formulas_stay_shared_where_they_can_and_are_spelled_out_where_not(by_hand, parts):
    text = sheet_after(by_hand({"表": SHARED.format("B1*$C$9")}), parts, style_row=3)
    assert (
        '<f t="shared" ref="A1:A6" si="0">B1*$C$11</f>' in text and text.count('<f t="shared" si="0"/>') == 3
    )
    assert '<c r="A3"><f>B3*$C$11</f></c>' in text  # the copy in a new row
    text = sheet_after(by_hand({"表": SHARED.format("SUM(B$1:B1)+B2")}), parts)
    assert re.findall(r"<f>([^<]*)</f>", text) == [
        "SUM(B$1:B1)+B2", "SUM(B$1:B2)+B5", "SUM(B$1:B3)+B6", "SUM(B$1:B4)+B7", "SUM(B$1:B5)+B6", "SUM(B$1:B6)+B7"
    ]  # fmt: skip
    assert "shared" not in text


def test_shared_formulas_on_another_sheet(by_hand, parts):
    form = by_hand({"表": "<sheetData/>", "二": SHARED.format("表!B2")})
    assert re.findall(r"<f>([^<]*)</f>", sheet_after(form, parts, part=OTHER)) == [
        "表!B2",
        "表!B5",
        "表!B6",
        "表!B7",
    ]
    form = by_hand({"表": "<sheetData/>", "二": SHARED.format("表!B5+A9")})
    assert '<f t="shared" ref="A1:A4" si="0">表!B7+A9</f>' in sheet_after(form, parts, part=OTHER)
    form = by_hand({"表": "<sheetData/>", "二": SHARED.format("B9")})
    assert parts(insert_rows(form, "表", 2, 2, 2))[OTHER] == parts(form)[OTHER]


def test_the_calculation_chain_is_renumbered(by_hand, parts):
    chain = ('<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><c r="A3" i="2"/>'
             '<c r="A3" i="1"/><c r="B3" s="1"/><c r="A2" i="1" l="1"/></calcChain>')  # fmt: skip
    cells = '<row r="2"><c r="A2"><f>B2</f></c></row><row r="3"><c r="A3"><f>B3</f></c><c r="B3"><f>C3</f></c></row>'
    form = by_hand({"表": f"<sheetData>{cells}</sheetData>", "二": "<sheetData/>"},
                   relations={"": relation("calcChain", "calcChain.xml")}, more={"xl/calcChain.xml": chain})  # fmt: skip
    after = parts(insert_rows(form, "表", 2, 1, 2))
    assert re.findall(r'<c r="(\w+)"(?: i="(\d)")?', after["xl/calcChain.xml"].decode()) == [
        ("A3", "2"), ("A4", "1"), ("B4", ""), ("A2", "1"), ("A3", "1")
    ]  # fmt: skip
    assert b'<calcPr fullCalcOnLoad="1"/>' in after["xl/workbook.xml"]


@pytest.mark.parametrize(
    ("views", "after"),
    [
        ('<sheetView topLeftCell="A2"/>', '<sheetView topLeftCell="A2"/>'),
        ('<sheetView topLeftCell="A3"/>', '<sheetView topLeftCell="A3"/>'),  # the new rows come into view
        ('<sheetView topLeftCell="A4"/>', '<sheetView topLeftCell="A6"/>'),
        ('<sheetView><pane ySplit="4" topLeftCell="A9" state="frozen"/></sheetView>',
         '<sheetView><pane ySplit="6" topLeftCell="A11" state="frozen"/></sheetView>'),
        ('<sheetView><pane ySplit="2" topLeftCell="A3" state="frozen"/></sheetView>',
         '<sheetView><pane ySplit="2" topLeftCell="A5" state="frozen"/></sheetView>'),
        ('<sheetView><pane ySplit="2000" topLeftCell="A2" state="split"/></sheetView>',
         '<sheetView><pane ySplit="2000" topLeftCell="A2" state="split"/></sheetView>'),
        ('<sheetView><selection activeCell="B3" sqref="B3 A1:A4 C:C"/></sheetView>',
         '<sheetView><selection activeCell="B5" sqref="B5 A1:A6 C1:C1048576"/></sheetView>'),
    ],
)  # fmt: skip
def test_views_and_panes(by_hand, parts, views, after):
    form = by_hand({"表": f"<sheetViews>{views}</sheetViews><sheetData/>"})
    assert f"<sheetViews>{after}</sheetViews>" in sheet_after(form, parts)


def test_breaks_scenarios_controls_watches_and_filters(by_hand, parts):
    xml = (
        '<scenarios sqref="B3"><scenario><inputCells r="A3" val="1"/><inputCells r="A2" val="1"/></scenario></scenarios>'
        '<autoFilter ref="A2:C9"><sortState ref="A3:C9"><sortCondition ref="B3:B9"/></sortState></autoFilter>'
        '<dataConsolidate><dataRefs><dataRef ref="A3:B4" sheet="表"/><dataRef ref="A3:B4" sheet="外"/></dataRefs>'
        '</dataConsolidate><rowBreaks><brk id="1"/><brk id="2"/><brk id="3"/></rowBreaks><colBreaks><brk id="3"/>'
        '</colBreaks><cellWatches><cellWatch r="C3"/></cellWatches><oleObjects><oleObject><objectPr>'
        '<anchor moveWithCells="1"><from><row>2</row></from><to><row>4</row></to></anchor></objectPr></oleObject>'
        "</oleObjects><controls><control><controlPr linkedCell='$A$3' listFillRange='二!$A$3:$A$4'><anchor>"
        "<from><row>2</row></from><to><row>4</row></to></anchor></controlPr></control></controls>"
    )
    text = sheet_after(by_hand({"表": "<sheetData/>" + xml}), parts).split("<sheetData/>")[1]
    expected = (
        xml.replace('sqref="B3"', 'sqref="B5"').replace('inputCells r="A3"', 'inputCells r="A5"')
        .replace("A2:C9", "A2:C11").replace('"A3:C9"', '"A5:C11"').replace("B3:B9", "B5:B11")
        .replace('"A3:B4" sheet="表"', '"A5:B6" sheet="表"').replace('<brk id="2"/><brk id="3"/></row',
                                                                 '<brk id="4"/><brk id="5"/></row')
        .replace('watch r="C3"', 'watch r="C5"').replace('cellWatch r="C3"', 'cellWatch r="C5"')
        .replace('moveWithCells="1"><from><row>2</row></from><to><row>4<', 'moveWithCells="1"><from><row>4</row></from><to><row>6<')
        .replace("'$A$3'", '"$A$5"').replace("'二!$A$3:$A$4'", '"二!$A$3:$A$4"')
    )  # fmt: skip
    assert text.removesuffix("</worksheet>") == expected


DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"


@pytest.mark.parametrize(
    ("anchor", "after"),
    [
        (("twoCellAnchor", "", 0, 1, "0"), (0, 1)), (("twoCellAnchor", "", 0, 2, "0"), (0, 2)),
        (("twoCellAnchor", "", 0, 2, "9"), (0, 4)), (("twoCellAnchor", "", 2, 3, "0"), (4, 5)),
        (("twoCellAnchor", "oneCell", 0, 5, "9"), (0, 5)), (("twoCellAnchor", "oneCell", 2, 5, "9"), (4, 7)),
        (("twoCellAnchor", "absolute", 2, 5, "9"), (2, 5)), (("oneCellAnchor", "", 2, None, ""), (4,)),
    ],
)  # fmt: skip
def test_anchors(by_hand, parts, anchor, after):
    name, edit, first, last, offset = anchor
    lower = f"<d:to><d:row>{last}</d:row><d:rowOff>{offset}</d:rowOff></d:to>" if last is not None else ""
    edited = f' editAs="{edit}"' if edit else ""
    xml = (f'<d:wsDr xmlns:d="{DRAWING}"><d:{name}{edited}><d:from><d:row>{first}</d:row></d:from>{lower}'
           f"</d:{name}></d:wsDr>")  # fmt: skip
    form = by_hand({"表": "<sheetData/>", "二": "<sheetData/>"}, more={"xl/drawings/drawing1.xml": xml},
                   relations={"表": relation("drawing", "/xl/drawings/drawing1.xml")})  # fmt: skip
    text = parts(insert_rows(form, "表", 2, 2, 1))["xl/drawings/drawing1.xml"].decode()
    assert tuple(map(int, re.findall(r"<d:row>(\d+)<", text))) == after
    assert parts(insert_rows(form, "二", 0, 2, 1))["xl/drawings/drawing1.xml"].decode() == xml


def test_comments_threads_controls_and_vml_that_is_no_xml(by_hand, parts):
    vml = ("<xml xmlns:x='u'><br><v:shape><x:ClientData ObjectType=\"Note\"><x:Anchor>1, 0, 1, 0, 3, 0, 4, 0</x:Anchor>"
           "<x:Row>2</x:Row><x:Column>0</x:Column></x:ClientData></v:shape><v:shape><x:ClientData ObjectType=\"Drop\">"
           "<x:Anchor>1, 0, 1, 0, 3, 0, 2, 0</x:Anchor><x:FmlaLink>表!$A$3</x:FmlaLink><x:FmlaRange>'R&amp;D'!$A$3"
           "</x:FmlaRange></x:ClientData></v:shape></xml>")  # fmt: skip
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    more = {
        "xl/vml1.vml": vml,
        "xl/comments1.xml": f'<comments xmlns="{main}"><commentList><comment ref="A3"/><comment ref="A2"/></commentList>'
        "</comments>",
        "xl/threads.xml": '<ThreadedComments xmlns="t"><threadedComment ref="A3" id="{1}"/></ThreadedComments>',
        "xl/ctrl.xml": '<formControlPr xmlns="c" fmlaLink="$A$3" fmlaRange="二!$A$3"/>',
        "xl/cells.xml": f'<singleXmlCells xmlns="{main}"><singleXmlCell r="B3"/></singleXmlCells>',
    }
    relations = "".join(
        relation(kind, f"/xl/{target}", n)
        for n, (kind, target) in enumerate(
            [("vmlDrawing", "vml1.vml"), ("comments", "comments1.xml"), ("threadedComment", "threads.xml"),
             ("ctrlProp", "ctrl.xml"), ("tableSingleCells", "cells.xml")], 1)
    )  # fmt: skip
    form = by_hand({"表": "<sheetData/>", "二": "<sheetData/>"}, more=more, relations={"表": relations})
    after = {name: data.decode() for name, data in parts(insert_rows(form, "表", 2, 2, 1)).items()}
    assert after["xl/vml1.vml"] == vml.replace("1, 0, 1, 0, 3, 0, 4, 0", "1, 0, 3, 0, 3, 0, 6, 0").replace(
        "Row>2<", "Row>4<").replace("1, 0, 1, 0, 3, 0, 2, 0", "1, 0, 1, 0, 3, 0, 4, 0").replace("$A$3</x:FmlaLink", "$A$5</x:FmlaLink")  # fmt: skip
    assert re.findall(r'ref="(\w+)"', after["xl/comments1.xml"] + after["xl/threads.xml"]) == [
        "A5",
        "A2",
        "A5",
    ]
    assert 'fmlaLink="$A$5" fmlaRange="二!$A$3"' in after["xl/ctrl.xml"]
    assert 'singleXmlCell r="B5"' in after["xl/cells.xml"]
    unmoved = parts(insert_rows(form, "二", 2, 2, 1))
    assert {name: unmoved[name] for name in more if name != "xl/ctrl.xml"} == {
        name: text.encode() for name, text in more.items() if name != "xl/ctrl.xml"
    }
    assert b'fmlaLink="$A$3" fmlaRange="\xe4\xba\x8c!$A$5"' in unmoved["xl/ctrl.xml"]


def test_extensions_of_validations_and_formats(by_hand, parts):
    xml = """<extLst><ext xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
      xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main" uri="a"><x14:conditionalFormattings>
      <x14:conditionalFormatting><x14:cfRule><xm:f>A6&gt;$B$3</xm:f><x14:dataBar><x14:cfvo><xm:f>$C$3</xm:f></x14:cfvo>
      </x14:dataBar></x14:cfRule><xm:sqref>A1:A9 C3</xm:sqref></x14:conditionalFormatting></x14:conditionalFormattings>
      <x14:dataValidations><x14:dataValidation><x14:formula1><xm:f>二!$A$3:$A$9</xm:f></x14:formula1>
      <x14:formula2><xm:f>表!$A$3:$A$9</xm:f></x14:formula2><xm:sqref>B3</xm:sqref></x14:dataValidation>
      </x14:dataValidations></ext></extLst>"""
    form = by_hand({"表": "<sheetData/>" + xml, "二": "<sheetData/>" + xml})
    expected = ["A6>$B$5", "$C$5", "A1:A11 C5", "二!$A$3:$A$9", "表!$A$5:$A$11", "B5"]
    after = parts(insert_rows(form, "表", 2, 2, 1))

    def found(part: str) -> list[str]:
        root = etree.fromstring(after[part])
        return [e.text for e in root.iter("{http://schemas.microsoft.com/office/excel/2006/main}*")]

    assert found(SHEET) == expected
    assert found(OTHER) == ["A6>$B$3", "$C$3", "A1:A9 C3", "二!$A$3:$A$9", "表!$A$5:$A$11", "B3"]


def test_empty_rows_at_the_end_of_the_grid_and_references_to_nothing_do_no_harm(by_hand, parts):
    form = by_hand({"表": '<sheetData><row r="3"/><row r="1048575" ht="9"><c r="A1048575" s="1"/></row><row r="1048576"/>'
                          '</sheetData><hyperlinks><hyperlink ref="#REF!"/></hyperlinks>'})  # fmt: skip
    text = sheet_after(form, parts, count=1)
    assert re.findall(r'<row r="(\d+)"', text) == ["4", "1048576"] and 'ref="#REF!"' in text


# -- what is refused --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("无", 1, 1, 1), "没有名为“无”的工作表"), (("图", 1, 1, 1), "图表工作表"), (("评分表", -1, 1, 1), "插入位置"),
        (("评分表", 1, -1, 1), "行数 count"), (("评分表", 1, 1, 0), "样式行"), (("评分表", 1, True, 1), "行数 count"),
        (("评分表", 1.0, 1, 1), "插入位置"), (("评分表", 1_048_576, 1, 1), "超出最后一行"),
        (("评分表", 5, 1_048_570, 1), "超出最后一行"), (("评分表", 14, 1, 1), r"评分表!E14:数组公式\(E14:E15\)跨过插入位置"),
        (("评分表", 20, 1, 14), "评分表!E14:样式行里有数组公式"),
    ],
)  # fmt: skip
def test_impossible_insertions_are_refused(rich_form, arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        insert_rows(rich_form, *arguments)


def test_what_cannot_move_is_refused_by_name(by_hand):
    pivot = {"xl/pivot.xml": '<pivotTableDefinition xmlns="p"/>'}
    with pytest.raises(ValueError, match="“表”里有数据透视表"):
        insert_rows(by_hand({"表": "<sheetData/>"}, more=pivot, relations={"表": relation("pivotTable", "/xl/pivot.xml")}),
                    "表", 1, 1, 1)  # fmt: skip
    for source in ('sheet="表" ref="A1:B2"', 'name="名"'):
        cache = {"xl/cache.xml": f'<pivotCacheDefinition xmlns="p"><cacheSource><worksheetSource {source}/></cacheSource>'
                                 "</pivotCacheDefinition>"}  # fmt: skip
        form = by_hand({"表": "<sheetData/>", "二": "<sheetData/>"}, more=cache,
                       relations={"": relation("pivotCacheDefinition", "/xl/cache.xml")},
                       after="<definedNames><definedName name='名'>表!$A$1:$B$2</definedName></definedNames>")  # fmt: skip
        with pytest.raises(ValueError, match="“表”是数据透视表的数据来源"):
            insert_rows(form, "表", 1, 1, 1)
        insert_rows(form, "二", 1, 1, 1)
    table = '<sheetData><row r="5"><c r="A5"><f t="dataTable" ref="A5:A6" r1="{}"/></c></row></sheetData>'
    for after_row, first in ((4, "B1"), (7, "B9")):
        with pytest.raises(ValueError, match="表!A5:模拟运算表"):
            insert_rows(by_hand({"表": table.format(first)}), "表", after_row, 1, 1)
    insert_rows(by_hand({"表": table.format("B1")}), "表", 7, 1, 1)
    with pytest.raises(ValueError, match="数字签名"):
        insert_rows(by_hand({"表": "<sheetData/>"}, more={"_xmlsignatures/a": b""}), "表", 1, 1, 1)
    with pytest.raises(ValueError, match="修订记录"):
        insert_rows(by_hand({"表": "<sheetData/>"}, more={"xl/r.xml": "<h/>"},
                            relations={"": relation("revisionHeaders", "r.xml")}), "表", 1, 1, 1)  # fmt: skip
    with pytest.raises(ValueError, match="第 1048576 行"):
        insert_rows(
            by_hand({"表": '<sheetData><row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>'}),
            "表",
            1,
            1,
            1,
        )
    with pytest.raises(ValueError, match="表!A2:样式行的公式 A1 复制到这里会指到表外"):
        insert_rows(
            by_hand({"表": '<sheetData><row r="5"><c r="A5" s="1"><f>A1</f></c></row></sheetData>'}),
            "表",
            1,
            1,
            5,
        )
    with pytest.raises(ValueError, match="二!A1:公式跨工作表引用了 表:二"):
        insert_rows(by_hand({"表": "<sheetData/>", "二": '<sheetData><row r="1"><c r="A1"><f>SUM(表:二!A1:A5)</f></c></row>'
                             "</sheetData>"}), "表", 1, 1, 1)  # fmt: skip


# -- an independent calculator ----------------------------------------------------------------------------------
@pytest.mark.office
def test_inserting_empty_rows_changes_no_calculated_value(tmp_path, random_form, calculated):
    cases = [
        (seed, after_row, count) for seed, (after_row, count) in enumerate([(0, 2), (4, 1), (10, 3), (19, 5)])
    ]
    forms = [random_form(seed) for seed, _, _ in cases]
    longer = [
        insert_rows(form, "表", after, count, 4) for form, (_, after, count) in zip(forms, cases, strict=True)
    ]
    books = calculated(forms + longer, tmp_path)
    compared = 0
    for (_, after, count), before, now in zip(cases, books[: len(forms)], books[len(forms) :], strict=True):
        for name in ("表", "明细 表"):
            for row in before[name].iter_rows():
                for cell in row:
                    moved = cell.row + count if name == "表" and cell.row > after else cell.row
                    new = now[name].cell(moved, cell.column).value
                    assert new == cell.value, (name, get_column_letter(cell.column), cell.row, after)
                    compared += new is not None
    assert compared > 1000


@pytest.mark.office
def test_libreoffice_opens_the_filled_longer_form_and_agrees_with_its_totals(longer, tmp_path, calculated):
    changes = {
        ("评分表", f"{column}{row}"): value for row in (10, 11, 12) for column, value in (("C", 4), ("D", 3))
    }
    book = calculated([patch(longer, changes)], tmp_path)[0]
    sheet = book["评分表"]
    # C: 5 x 10 + 3 x 4 + 10; D: 5 + ... + 9 + 3 x 3 + 10; F12: everything from row 5 to itself
    assert [sheet[a].value for a in ("C14", "D14", "D15", "E11", "F12")] == [72, 54, 0.75, 1, 106]
    assert book["明细 表"]["C2"].value == 55
    assert book["隐藏"]["A1"].value == 55
