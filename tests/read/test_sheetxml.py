"""What the XML of a sheet says besides its values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.read import sheetxml


def sheet(cells: str) -> bytes:
    return f'<worksheet><sheetData><row r="5">{cells}</row></sheetData></worksheet>'.encode()


def test_errors_uncached_formulas_and_results_are_told_apart():
    found = sheetxml.formulas(
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
        )
    )
    assert found.errors == {"B5": "#REF!", "C5": "#DIV/0!", "K5": "#N/A"}
    assert found.uncached == {"D5", "E5", "F5", "H5"}
    assert found.all == {"C5", "D5", "E5", "F5", "G5", "H5", "I5"}


def test_prefixed_xml_is_the_same_xml():
    xml = (
        b'<x:row r="5"><x:c r="B5" t="e"><x:v>#REF!</x:v></x:c><x:c r="C5" s="7"><x:f>A1</x:f></x:c></x:row>'
    )
    found = sheetxml.formulas(xml)
    assert (found.errors, found.uncached) == ({"B5": "#REF!"}, {"C5"})
    assert sheetxml.styles(xml) == {"C5": 7}


def test_a_cell_without_an_address_follows_the_one_before_it():
    xml = b'<row><c><v>1</v></c><c t="e"><v>#REF!</v></c></row><row><c t="e"><v>#N/A</v></c><c r="F2" s="3"/><c t="e"><v>#X</v></c></row>'
    assert sheetxml.formulas(xml).errors == {"B1": "#REF!", "A2": "#N/A", "G2": "#X"}
    assert sheetxml.styles(xml) == {"F2": 3}


def test_a_sheet_without_formulas_and_errors_has_none():
    assert sheetxml.formulas(sheet('<c r="A5" t="s"><v>1</v></c>')) == sheetxml.Formulas()


def test_number_formats_by_style():
    xml = (
        b'<styleSheet xmlns="m"><numFmts><numFmt numFmtId="176" formatCode="0.0&quot;%&quot;"/></numFmts>'
        b'<cellXfs><xf numFmtId="0"/><xf numFmtId="10"/><xf numFmtId="9"/><xf numFmtId="176"/><xf/></cellXfs></styleSheet>'
    )
    assert sheetxml.number_formats(xml) == ("General", "0.00%", "0%", '0.0"%"', "General")


def test_merges():
    assert sheetxml.merges(b'<mergeCell ref="A1:C2"/><mergeCell ref="AA10:AB11"/>') == [
        (1, 1, 2, 3),
        (10, 27, 11, 28),
    ]


@given(st.integers(1, 16384))
def test_letters_and_numbers_are_inverse(column):
    assert sheetxml.number(sheetxml.letters(column)) == column


@pytest.mark.parametrize(
    ("xml", "extent"),
    [
        (b"", (0, 0)),
        (b'<row r="3"/>', (3, 0)),
        (b'<row r="3"><c r="AB3"><v>1</v></c></row>', (3, 28)),
        (b'<row r="9"><c r="A9"/></row><mergeCell ref="A1:Z99"/>', (9, 1)),
    ],
)
def test_extent(xml, extent):
    assert sheetxml.extent(xml, 1_000) == extent
