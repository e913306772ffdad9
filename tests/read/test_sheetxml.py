"""What the XML of a sheet says besides its values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.read import commonxml, sheetxml


def formulas(xml: bytes) -> sheetxml.Formulas:
    return sheetxml.scan(xml).formulas


def sheet(cells: str) -> bytes:
    return f'<worksheet><sheetData><row r="5">{cells}</row></sheetData></worksheet>'.encode()


def test_errors_uncached_formulas_and_results_are_told_apart():
    found = formulas(
        sheet(
            '<c r="A5"><v>1</v></c>'
            '<c r="B5" t="e"><v>#REF!</v></c>'
            '<c r="C5" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
            '<c r="D5"><f>A5</f></c>'
            '<c r="E5"><f>A5</f><v></v></c>'
            '<c r="F5"><f>A5</f><v/></c>'
            '<c r="G5" t="str"><f>""</f><v></v></c>'
            '<c r="H5" t="str"><f>""</f></c>'
            '<c r="I5"><f t="shared" si="0"/><v>0</v></c>'
            '<c r="J5" t="s"><v>3</v></c>'
            "<c r='K5' t='e'><v>#N/A</v></c>"
            '<c r="L5" t="e"/>'
            '<c r="M5" t="str"><f>A5</f><is><t>x</t></is></c>'
        )
    )
    assert found.errors == {"B5": "#REF!", "C5": "#DIV/0!", "K5": "#N/A", "L5": "#?"}
    assert found.uncached == {"D5", "E5", "F5", "H5"}
    assert found.all == {"C5", "D5", "E5", "F5", "G5", "H5", "I5", "M5"}


def test_prefixed_xml_is_the_same_xml():
    xml = (
        '<x:s xmlns:x="m"><x:row r="5"><x:c r="B5" t="e"><x:v>#REF!</x:v></x:c>'
        '<x:c r="C5" s="7"><x:f>A1</x:f><x:v>1</x:v></x:c><x:c r="D5"><x:f>A1</x:f></x:c></x:row></x:s>'
    )
    found = sheetxml.scan(xml.encode())
    assert (found.formulas.errors, found.formulas.uncached) == ({"B5": "#REF!"}, {"D5"})
    assert found.styles == {"C5": 7} and (found.rows, found.columns) == (5, 3)


def test_a_cell_without_an_address_follows_the_one_before_it():
    found = sheetxml.scan(
        b'<x><row><c><v>1</v></c><c t="e"><v>#REF!</v></c></row>'
        b'<row><c t="e"><v>#N/A</v></c><c r="F2" s="3"/><c t="e" s="4"><v>#X</v></c></row></x>'
    )
    assert found.formulas.errors == {"B1": "#REF!", "A2": "#N/A", "G2": "#X"}
    assert found.styles == {"G2": 4}


def test_a_sheet_without_formulas_and_errors_has_none():
    assert formulas(sheet('<c r="A5" t="s"><v>1</v></c>')) == sheetxml.Formulas()


def test_formulas_of_rules_and_formats_below_the_cells_are_no_cells():
    xml = (
        '<x><row r="5"><c r="A5"><v>1</v></c></row><conditionalFormatting><cfRule><formula>B5</formula></cfRule>'
        '</conditionalFormatting><extLst><ext><xm:f xmlns:xm="m">C5</xm:f></ext></extLst></x>'
    )
    assert formulas(xml.encode()) == sheetxml.Formulas()


def test_number_formats_by_style():
    xml = (
        b'<styleSheet xmlns="m"><numFmts><numFmt numFmtId="176" formatCode="0.0&quot;%&quot;"/></numFmts>'
        b'<cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>'
        b'<cellXfs><xf numFmtId="0"/><xf numFmtId="10"/><xf numFmtId="9"/><xf numFmtId="176"/><xf/></cellXfs>'
        b'<dxfs><dxf><numFmt numFmtId="176" formatCode="x"/></dxf></dxfs></styleSheet>'
    )
    assert commonxml.number_formats(xml) == ("General", "0.00%", "0%", '0.0"%"', "General")


def test_merges():
    found = sheetxml.scan(b'<x><mergeCell ref="A1:C2"/><mergeCell ref="AA10:AB11"/></x>')
    assert found.merges == [(1, 1, 2, 3), (10, 27, 11, 28)]


def test_hidden_is_not_folded():
    found = sheetxml.scan(
        b'<x><cols><col min="2" max="3" hidden="1"/><col min="5" max="16384" hidden="true" outlineLevel="1"/>'
        b'<col min="4" max="4" width="0"/><col min="1" max="1" width="9"/></cols>'
        b'<row r="3" hidden="1"/><row r="4" hidden="1" outlineLevel="1"/><row r="5" ht="0"/><row r="6" ht="12"/></x>'
    )
    assert found.hidden_columns == {2, 3, 4}
    assert found.hidden_rows == {3, 5}


def test_rules_are_found_in_both_places_they_may_stand():
    found = sheetxml.scan(
        b'<x><dataValidations><dataValidation sqref="A5:A9 C5"><formula1>1</formula1></dataValidation></dataValidations>'
        b'<extLst><x14:dataValidation xmlns:x14="a" xmlns:xm="b"><x14:formula1><xm:f>B!$A$1:$A$9</xm:f></x14:formula1>'
        b"<xm:sqref>D5:D9</xm:sqref></x14:dataValidation></extLst></x>"
    )
    assert sheetxml.areas(found.ruled) == [(5, 1, 9, 1), (5, 3, 5, 3), (5, 4, 9, 4)]


@pytest.mark.parametrize("cell", ["A0", "5", "XFE1", "A1048577", "AAAA1", "A99999999", "", "A1:B2", "$A$1"])
def test_an_address_no_sheet_has_is_damage(cell):
    with pytest.raises(ValueError):
        sheetxml.scan(f'<x><row><c r="{cell}"><v>1</v></c></row></x>'.encode())


def test_shared_strings_lose_the_number_they_state_and_nothing_else():
    xml = b'<?xml version="1.0"?><!-- sst uniqueCount --><sst a=">" count="9" uniqueCount="99"><si><t>uniqueCount</t></si></sst>'
    assert commonxml.without_count(xml) == xml.replace(b' uniqueCount="99"', b' stated="99"')
    with pytest.raises(ValueError):
        commonxml.without_count(b'<x><sst uniqueCount="99"/></x>')


@given(st.integers(1, 16384))
def test_letters_and_numbers_are_inverse(column):
    assert sheetxml.number(sheetxml.letters(column)) == column


@pytest.mark.parametrize(
    ("xml", "extent"),
    [
        ("", (0, 0)),
        ('<row r="3"/>', (0, 0)),
        ('<row r="3"><c r="AB3"><v>1</v></c></row>', (3, 28)),
        ('<row r="3"><c r="AB3"><is/></c></row><row><c><v>1</v></c></row>', (4, 28)),
        ('<row r="9"><c r="A9"/></row><mergeCell ref="A1:Z99"/>', (0, 0)),
    ],
)
def test_extent_counts_filled_cells(xml, extent):
    found = sheetxml.scan(f"<x>{xml}</x>".encode())
    assert (found.rows, found.columns) == extent
