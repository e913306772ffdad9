"""References in formulas: found, copied and moved as spreadsheets do."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.formula.translate import Translator
from openpyxl.utils import get_column_letter

from pipeline.write.grid import MAX_COLUMN, MAX_ROW, Area, letters, parse_area
from pipeline.write.insertion import Insertion
from pipeline.write.references import read_formula, translated

CORNERS = st.tuples(st.booleans(), st.integers(300, 600), st.booleans(), st.integers(300, 600))


def _cell(corner) -> str:
    column_fixed, column, row_fixed, row = corner
    return f"{'$' * column_fixed}{get_column_letter(column)}{'$' * row_fixed}{row}"


REFERENCES = st.one_of(
    CORNERS.map(_cell),
    st.tuples(CORNERS, CORNERS).map(lambda pair: f"{_cell(pair[0])}:{_cell(pair[1])}"),
    st.tuples(st.sampled_from(["表!", "'明 细'!", "'It''s'!"]), CORNERS.map(_cell)).map("".join),
    st.sampled_from(
        ["$AB:AD", "AB:$AB", "40:$45", '"A1"', "1.5E+3", "TRUE", "LOG10(AB99)", "税率", "#REF!", "{1,2;3,4}"]
    ),
)
FORMULAS = st.lists(REFERENCES, min_size=1, max_size=5).map("+".join)


@settings(max_examples=200, deadline=None)
@given(FORMULAS, st.integers(-30, 30), st.integers(-20, 20))
def test_copying_agrees_with_openpyxl(formula, down, across):
    origin, target = "JA400", f"{get_column_letter(261 + across)}{400 + down}"
    assert "=" + translated(formula, down, across) == Translator("=" + formula, origin).translate_formula(
        target
    )


@pytest.mark.parametrize(
    ("formula", "moved"),
    [
        ("A10", "A10"), ("A11", "A13"), ("$A$11", "$A$13"), ("A5:A10", "A5:A10"), ("A5:A11", "A5:A13"),
        ("A11:A12", "A13:A14"), ("A11:A5", "A13:A5"), ("A:A", "A:A"), ("$8:11", "$8:13"), ("11:$11", "13:$13"),
        ("A1:A1048576", "A1:A1048576"), ("A5:A1048576", "A5:A1048576"), ("A20:A1048576", "A22:A1048576"),
        ("表!A11+二!A11", "表!A13+二!A11"), ("'表'!$A$11", "'表'!$A$13"), ("[1]表!A11", "[1]表!A11"), ("[0]!名", "[0]!名"),
        ('"A11"&A11', '"A11"&A13'), ("LOG10(A11)", "LOG10(A13)"), ("A11:INDEX(B11:B20,2)", "A13:INDEX(B13:B22,2)"),
        ("表一[[#This Row],[A11]]", "表一[[#This Row],[A11]]"), ("1.5E11", "1.5E11"), ("ABCD11", "ABCD11"), ("A11x", "A11x"),
        ("SUM(A1:A11 B9:C12)", "SUM(A1:A13 B9:C14)"), ("表!A11:表!A12", "表!A13:表!A14"), ("#REF!+表!#REF!", "#REF!+表!#REF!"),
        ("二:三!A11", "二:三!A11"), ("表:三!A10", "表:三!A10"), ("表:三!A:B", "表:三!A:B"),
    ],
)  # fmt: skip
def test_moving(formula, moved):
    assert Insertion("表", 10, 2, ("二", "三", "表")).formula(formula, "表") == moved


def test_a_reference_across_sheets_that_would_have_to_move_is_refused():
    with pytest.raises(ValueError, match="跨工作表引用了 二:三"):
        Insertion("表", 10, 2, ("二", "表", "三")).formula("SUM(二:三!A5:A11)", "二")
    with pytest.raises(ValueError, match="超出最后一行"):
        Insertion("表", 10, 2, ("表",)).formula("A1048576", "表")


@pytest.mark.parametrize(
    ("formula", "areas", "moved"),
    [
        ("A5>$B$20", "A5:A20", "A5>$B$22"),  # grows; each cell looks at itself
        ("A6>A5", "A5:A20", "A6>A5"),  # each looks at the next, on both sides of the line
        ("A12>0", "A5:A20", "A12>0"),  # keeps its distance
        ("A12>0", "A5", "A14>0"),  # one cell above that looks below the line
        ("A12>A11", "A12:A20", "A14>A13"),  # all below
        ("A9>0", "A12", "A9>0"),  # one cell below that looks above
        ("A4>0", "A5:A9", "A4>0"), ("SUM($A$5:$A5)", "A5:A20", "SUM($A$5:$A5)"),
        ("COUNTIF($A$5:$A$20,A5)>1", "A5:A20", "COUNTIF($A$5:$A$22,A5)>1"),
        ("二!A12", "A12:A20", "二!A12"), ("A12", "A12:A13 C15", "A14"), ("A1048576=1", "A1:A20", "A1048576=1"),
        ('"优,良"', "A5:A20", '"优,良"'), ("B:B", "A12", "B:B"),
    ],
)  # fmt: skip
def test_a_formula_for_a_whole_region(formula, areas, moved):
    added = Insertion("表", 10, 2, ("表", "二"))
    assert added.relative_formula(formula, "表", [parse_area(area) for area in areas.split()]) == moved


def test_a_region_on_another_sheet_stays_where_it_is_and_follows_what_moved():
    added = Insertion("表", 10, 2, ("表", "二"))
    assert added.relative_formula("表!A12+A12+表!$A$12", "二", [Area(12, 1, 12, 1)]) == "表!A14+A12+表!$A$14"


def test_letters_and_areas_agree_with_openpyxl():
    assert [letters(n) for n in (1, 26, 27, 702, 703, MAX_COLUMN)] == [
        get_column_letter(n) for n in (1, 26, 27, 702, 703, MAX_COLUMN)
    ]
    assert parse_area("B:D") == Area(1, 2, MAX_ROW, 4)
    for text in ("", "A1:", "1A", "A0", "A1:B2:C3", "XFE1", "A1048577"):
        with pytest.raises(ValueError, match="不是单元格区域"):
            parse_area(text)


def test_what_a_formula_names():
    reading = read_formula("税率*二!本表+[1]!外名+_xlfn.IFS(A1,表一[数])+\\x")
    assert reading.names == ((None, "税率"), ("二", "本表"), (None, "\\x"))
    assert (reading.tables, reading.functions, reading.loose) == (
        (("表一", "[数]"),),
        frozenset({"IFS"}),
        False,
    )
