"""Workbooks that are legal and rarely seen: ``patch`` and ``insert_rows`` must not be led astray by them."""

from __future__ import annotations

import io
import random
import re
import zipfile
from decimal import Decimal
from fractions import Fraction

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.write.grid import letters
from pipeline.write.patch import insert_rows, patch
from pipeline.write.proof import unexpected_differences

SHEET = "xl/worksheets/sheet1.xml"
OTHER = "xl/worksheets/sheet2.xml"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


# -- values -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "value", [Decimal("1E+1000000"), Decimal("-1E+999999999"), 10**4000, Fraction(10**400)]
)
def test_a_number_beyond_every_limit_is_refused_as_too_large(by_hand, value):
    with pytest.raises(ValueError, match="^表!A1:数字过大"):
        patch(by_hand({"表": "<sheetData/>"}), {("表", "A1"): value})


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal("1E-400"), "0"), (Decimal("-1E-1000000"), "0"), (Fraction(1, 10**400), "0"), (1e-320, "0"),
        (10**23, "1E+23"), (Decimal("2.3E-307"), "2.3E-307"), (Decimal("9.99999999999999E+307"), "9.99999999999999E+307"),
        (Decimal("0.123456789012345678901234567890"), "0.12345678901234568"),
        (Decimal("123456789012345678901234567890.5"), "1.2345678901234568E+29"),
    ],
)  # fmt: skip
def test_a_number_of_many_digits_or_next_to_nothing(by_hand, parts, value, written):
    text = parts(patch(by_hand({"表": "<sheetData/>"}), {("表", "A1"): value}))[SHEET].decode()
    assert f'<c r="A1"><v>{written}</v></c>' in text


# -- formulas ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("empty", ["<v/>", "<v></v>", '<v xml:space="preserve"></v>'])
def test_an_empty_text_beside_a_formula_is_an_old_value_too(by_hand, parts, empty):
    cells = f'<row r="1"><c r="A1"/><c r="B1" t="str"><f>IF(A1="","",A1)</f>{empty}</c></row>'
    form = by_hand({"表": f"<sheetData>{cells}</sheetData>"})
    filled = patch(form, {("表", "A1"): 5})
    assert '<c r="B1"><f>IF(A1="","",A1)</f></c>' in parts(filled)[SHEET].decode()
    assert unexpected_differences(form, filled, {("表", "A1")}) == []


REUSED = """<sheetData>
<row r="1"><c r="A1"><f t="shared" ref="A1:A2" si="0">C1</f><v>1</v></c></row>
<row r="2"><c r="A2"><f t="shared" si="0"/><v>1</v></c></row>
<row r="3"><c r="A3"><f t="shared" ref="A3:A4" si="0">D3</f><v>1</v></c></row>
<row r="4"><c r="A4"><f t="shared" si="0">D4</f><v>1</v></c></row></sheetData>"""


def lost(form: bytes, parts) -> list[str]:
    return re.findall(r'<c r="(\w+)"><f[^<]*(?:/>|</f>)</c>', parts(form)[SHEET].decode())


def test_the_number_of_a_shared_group_may_be_used_again(by_hand, parts):
    form = by_hand({"表": REUSED})
    assert lost(patch(form, {("表", "C2"): 1}), parts) == ["A2"]
    assert lost(patch(form, {("表", "D4"): 1}), parts) == ["A4"]
    assert lost(patch(form, {("表", "D2"): 1, ("表", "C4"): 1}), parts) == []
    text = parts(insert_rows(form, "表", 2, 1, 9))[SHEET].decode()
    assert re.findall(r'<c r="(\w+)"><f([^>]*?)/?>(?:(\w*)</f>)?', text) == [
        ("A1", ' t="shared" ref="A1:A2" si="0"', "C1"), ("A2", ' t="shared" si="0"', ""),
        ("A4", ' t="shared" ref="A4:A5" si="0"', "D4"), ("A5", ' t="shared" si="0"', "D5"),
    ]  # fmt: skip


def test_a_function_of_the_workbooks_own_reads_what_its_definition_reads(by_hand, parts):
    names = (
        "<definedNames><definedName name='加成'>_xlfn.LAMBDA(_xlpm.x,_xlpm.x*表!$B$5)</definedName>"
        "<definedName name='此表'>!$B$5</definedName></definedNames>"
    )
    cells = '<row r="1"><c r="A1"><f>加成(C1)</f><v>1</v></c><c r="C1"><v>1</v></c></row>'
    form = by_hand({"表": f"<sheetData>{cells}</sheetData>", "二": "<sheetData/>"}, after=names)
    assert lost(patch(form, {("表", "B5"): 2}), parts) == ["A1"]
    assert lost(patch(form, {("表", "B6"): 2}), parts) == []
    cells = '<row r="1"><c r="A1"><f>此表</f><v>1</v></c></row>'
    form = by_hand(
        {"二": f"<sheetData>{cells}</sheetData>", "表": f"<sheetData>{cells}</sheetData>"}, after=names
    )
    for sheet, part, other in (("二", SHEET, OTHER), ("表", OTHER, SHEET)):
        filled = parts(patch(form, {(sheet, "B5"): 2}))
        assert b"<v>1</v></c><c" not in filled[part] and b"<f>" in filled[part]
        assert filled[part].count(b"<v>1</v>") == 0 and filled[other].count(b"<v>1</v>") == 1


@pytest.mark.parametrize("name", ["表（一）", "一、基本情况", "A·B", "2022"])
def test_a_sheet_name_some_program_left_without_quotes(by_hand, parts, name):
    cells = f'<row r="1"><c r="A1"><f>SUM({name}!C5:C9)+C9</f><v>1</v></c></row>'
    form = by_hand({name: "<sheetData/>", "二": f"<sheetData>{cells}</sheetData>"})
    assert f"<f>SUM({name}!C5:C11)+C9</f>" in parts(insert_rows(form, name, 6, 2, 1))[OTHER].decode()
    assert f"<f>SUM({name}!C5:C9)+C11</f>" in parts(insert_rows(form, "二", 6, 2, 9))[OTHER].decode()
    assert b"<v>1</v>" not in parts(patch(form, {(name, "C6"): 1}))[OTHER]
    assert b"<v>1</v>" in parts(patch(form, {("二", "C6"): 1}))[OTHER]


# -- the package ------------------------------------------------------------------------------------------------
def test_targets_with_backslashes_and_from_the_root(by_hand, parts):
    content = parts(by_hand({"表": "<sheetData/>"}))
    listing = "xl/_rels/workbook.xml.rels"
    for target in (
        rb"worksheets\\sheet1.xml",
        b"/xl/worksheets/sheet1.xml",
        b"./worksheets/../worksheets/sheet1.xml",
    ):
        changed = content | {
            listing: re.sub(rb'Target="[^"]*sheet1.xml"', b'Target="' + target + b'"', content[listing])
        }
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as package:
            for name, data in changed.items():
                package.writestr(name, data)
        assert b'<c r="A1"><v>7</v></c>' in parts(patch(stream.getvalue(), {("表", "A1"): 7}))[SHEET]


# -- inserting --------------------------------------------------------------------------------------------------
def test_a_link_into_another_file_does_not_move_and_one_written_as_relationship_does(by_hand, parts):
    links = (
        '<hyperlinks><hyperlink ref="A1" r:id="rId1" location="表!A9"/><hyperlink ref="A2" location="表!A9"/>'
        '<hyperlink ref="A3" r:id="rId2"/></hyperlinks>'
    )
    relations = (
        f'<Relationship Id="rId1" Type="{RELATIONS}/hyperlink" Target="other.xlsx" TargetMode="External"/>'
        f'<Relationship Id="rId2" Type="{RELATIONS}/hyperlink" Target="#表!A9" TargetMode="External"/>'
        f'<Relationship Id="rId3" Type="{RELATIONS}/hyperlink" Target="#A2" TargetMode="External"/>'
    )
    after = parts(
        insert_rows(by_hand({"表": "<sheetData/>" + links}, relations={"表": relations}), "表", 5, 2, 1)
    )
    assert re.findall(r'location="([^"]+)"', after[SHEET].decode()) == ["表!A9", "表!A11"]
    listing = after["xl/worksheets/_rels/sheet1.xml.rels"].decode()
    assert re.findall(r'Target="([^"]+)"', listing) == ["other.xlsx", "#表!A11", "#A2"]


def test_the_link_of_a_picture_moves(parts):
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    first, second = book.add_worksheet("It's 表"), book.add_worksheet("二")
    for sheet, target in ((first, "'It''s 表'!A9"), (second, "'It''s 表'!A9"), (first, "二!A9")):
        sheet.insert_textbox("C3", "去", {"url": f"internal:{target}"})
    book.close()
    after = parts(insert_rows(stream.getvalue(), "It's 表", 5, 2, 1))
    found = {
        name: re.findall(r'Target="(#[^"]+)"', data.decode())
        for name, data in after.items()
        if name.startswith("xl/drawings/_rels")
    }
    assert found == {
        "xl/drawings/_rels/drawing1.xml.rels": ["#'It''s 表'!A11", "#二!A9"],
        "xl/drawings/_rels/drawing2.xml.rels": ["#'It''s 表'!A11"],
    }


@pytest.mark.parametrize(
    ("after_row", "table", "filtered"),
    [(6, "B2:D9", "B2:D8"), (5, "B2:D9", "B2:D8"), (7, "B2:D7", "B2:D6"), (2, "B2:D9", "B2:D8"), (1, "B4:D9", "B4:D8")],
)  # fmt: skip
def test_the_filter_of_a_table_with_totals_grows_with_its_rows_of_data(after_row, table, filtered):
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    book.add_worksheet("表").add_table("B2:D7", {"name": "列表", "total_row": True})
    book.close()
    longer = insert_rows(stream.getvalue(), "表", after_row, 2, 30)
    (found,) = openpyxl.load_workbook(io.BytesIO(longer))["表"].tables.values()
    assert (found.ref, found.autoFilter.ref) == (table, filtered)


FORMAT = '<conditionalFormatting sqref="{}"><cfRule type="expression"><formula>{}</formula></cfRule></conditionalFormatting>'
CHOICE = '<dataValidations count="1"><dataValidation type="custom" sqref="{}"><formula1>{}</formula1></dataValidation></dataValidations>'


@pytest.mark.parametrize(
    ("after_row", "style_row", "region", "formula", "after", "moved"),
    [
        (7, 7, "A5:B7", "A5>$C$9", "A5:B9", "A5>$C$11"),  # below the last row, as that row
        (6, 5, "A5:B7", "A5>$C$9", "A5:B9", "A5>$C$11"),  # within: grows once
        (9, 5, "A5:B7", "A5>A4", "A5:B7 A10:B11", "A5>A4"),  # elsewhere
        (4, 5, "A5:B7", "A5>$C$9", "A5:B6 A7:B9", "A5>$C$11"),  # above the first row
        (7, 3, "A5:B7", "A5>0", "A5:B7", "A5>0"),  # as a row that has none
        (7, 7, "A5:A7 C7 E1", "A5>0", "A5:A9 C7:C9 E1", "A5>0"),
        (9, 20, "A20", "$A20=1", "A10:A11 A22", "$A10=1"),  # a pattern below the line
        (4, 9, "A1:A9", "A1=1", "A1:A11", "A1=1"),
    ],
)  # fmt: skip
def test_formats_and_validations_of_the_style_row_hold_in_the_new_rows(
    by_hand, parts, after_row, style_row, region, formula, after, moved
):
    formula, moved = formula.replace(">", "&gt;"), moved.replace(">", "&gt;")
    xml = "<sheetData/>" + FORMAT.format(region, formula) + CHOICE.format(region, formula)
    text = parts(insert_rows(by_hand({"表": xml}), "表", after_row, 2, style_row))[SHEET].decode()
    assert FORMAT.format(after, moved) in text
    assert CHOICE.format(after, moved) in text
    extension = f"""<extLst><ext xmlns:x="x14" xmlns:m="xm"><x:conditionalFormattings><x:conditionalFormatting><x:cfRule>
    <m:f>{formula}</m:f></x:cfRule><m:sqref>{region}</m:sqref></x:conditionalFormatting></x:conditionalFormattings></ext></extLst>"""
    text = parts(insert_rows(by_hand({"表": "<sheetData/>" + extension}), "表", after_row, 2, style_row))[
        SHEET
    ].decode()
    assert extension.replace(region + "<", after + "<").replace(f">{formula}<", f">{moved}<") in text


def test_a_cell_has_one_validation_and_keeps_that_of_the_area_it_lies_in(by_hand, parts):
    two = (
        '<dataValidation sqref="A5:A9"><formula1>1</formula1></dataValidation>'
        '<dataValidation sqref="A20:B20"><formula1>2</formula1></dataValidation>'
    )
    form = by_hand({"表": f"<sheetData/><dataValidations>{two}</dataValidations>"})
    text = parts(insert_rows(form, "表", 6, 2, 20))[SHEET].decode()
    assert re.findall(r'sqref="([^"]+)"', text) == ["A5:A11", "A22:B22"]


# -- properties over ways of writing the same sheet ---------------------------------------------------------------
Grid = dict[tuple[int, int], tuple[str, int | str]]


def written_somehow(grid: Grid, pick: random.Random, p: str) -> str:
    """The cells as ``sheetData``, each row and cell in one of the ways the format allows. ``p``: the prefix."""
    q = pick.choice("'\"")
    gap = pick.choice(["", "\n", "\r\n  ", "<!-- <c r='A1'> -->", " "])

    def attribute(name: str, value: object) -> str:
        return pick.choice([" ", "  ", "\n"]) + f"{name}{pick.choice(['=', ' = '])}{q}{value}{q}"

    def cell(row: int, column: int, implied: bool) -> str:
        kind, value = grid[row, column]
        given = [("s", 0)] if pick.random() < 0.3 else []
        if not implied or pick.random() < 0.3:
            given.append(("r", f"{letters(column)}{row}"))
        body = f"<{p}v>{value}</{p}v>"
        if kind == "text":
            given.append(("t", pick.choice(["str", "inlineStr"])))
            text = pick.choice([f"<{p}t>{value}</{p}t>", f"<{p}r><{p}t>{value}</{p}t></{p}r>"])
            body = (
                f"<{p}is>{text}</{p}is>"
                if given[-1][1] == "inlineStr"
                else f"<{p}v><![CDATA[{value}]]></{p}v>"
            )
        elif kind == "formula":
            body = f"<{p}f>{value}</{p}f>" + body.replace(str(value), "5")
        pick.shuffle(given)
        extension = f"<{p}extLst><{p}ext uri='{{x>}}'/></{p}extLst>" if pick.random() < 0.1 else ""
        body = "" if kind == "empty" else body
        tag = f"{p}c" + "".join(attribute(*one) for one in given)
        return f"<{tag}/>" if not body + extension else f"<{tag} >{body}{extension}</{p}c>"

    out = []
    number = 0
    for row in sorted({row for row, _ in grid}):
        columns = sorted(column for one, column in grid if one == row)
        given = [("spans", f"{columns[0]}:{columns[-1]}")] if pick.random() < 0.5 else []
        given += [("r", row)] if row != number + 1 or pick.random() < 0.6 else []
        cells = [cell(row, c, implied=c == (columns[n - 1] if n else 0) + 1) for n, c in enumerate(columns)]
        out.append(f"<{p}row{''.join(attribute(*one) for one in given)}>{gap}{gap.join(cells)}{gap}</{p}row>")
        number = row
    return f"<{p}sheetData>{gap}{gap.join(out)}{gap}</{p}sheetData>"


def values(form: bytes) -> dict[str, object]:
    sheet = openpyxl.load_workbook(io.BytesIO(form), data_only=True)["表"]
    return {c.coordinate: c.value for row in sheet.iter_rows() for c in row if c.value is not None}


CELLS = st.dictionaries(
    st.tuples(st.integers(1, 9), st.integers(1, 6)),
    st.one_of(
        st.tuples(st.just("number"), st.integers(-99, 99)),
        st.tuples(st.just("text"), st.sampled_from(["甲", "a b", "_x0041", "=A1"])),
        st.tuples(st.just("formula"), st.sampled_from(["Z99+1", "SUM(Z:Z)"])),
        st.tuples(st.just("empty"), st.just(0)),
    ),
    max_size=20,
)
NEW = st.dictionaries(
    st.tuples(st.integers(1, 11), st.integers(1, 8)), st.sampled_from([7, "乙 ", None, True, Decimal("1.5")]), max_size=8
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(CELLS, NEW, st.randoms(use_true_random=False), st.sampled_from(["", "x:", "x-1.y:"]))
def test_cells_written_in_any_way_take_new_values_and_leave_the_others_alone(
    by_hand, grid, new, pick, prefix
):
    form = by_hand({"表": written_somehow(grid, pick, prefix)}, prefix=prefix.rstrip(":"))
    changes = {("表", f"{letters(column)}{row}"): value for (row, column), value in new.items()}
    filled = patch(form, changes)
    assert unexpected_differences(form, filled, set(changes)) == []
    expected = values(form) | {address: value for (_, address), value in changes.items()}
    assert values(filled) == {address: value for address, value in expected.items() if value is not None}


@settings(max_examples=150, deadline=None)
@given(
    CELLS,
    st.integers(0, 11),
    st.integers(1, 3),
    st.randoms(use_true_random=False),
    st.sampled_from(["", "x:"]),
)
def test_cells_written_in_any_way_move_down_and_nothing_else(by_hand, grid, after_row, count, pick, prefix):
    form = by_hand({"表": written_somehow(grid, pick, prefix)}, prefix=prefix.rstrip(":"))
    longer = insert_rows(form, "表", after_row, count, 30)
    moved = {}
    for address, value in values(form).items():
        row = int(re.sub("[A-Z]", "", address))
        moved[re.sub("[0-9]+", str(row + count if row > after_row else row), address)] = value
    assert values(longer) == moved
