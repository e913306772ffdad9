"""Which formulas depend on a changed cell: every way a formula can reach it."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest
from lxml import etree

from pipeline.write.patch import patch
from pipeline.write.proof import unexpected_differences


def lost(form: bytes, changes) -> set[str]:
    """The formula cells without a cached value after ``changes``; each had one."""
    package = zipfile.ZipFile(io.BytesIO(patch(form, changes)))
    found = set()
    for number in (1, 2, 3):
        name = f"xl/worksheets/sheet{number}.xml"
        if name in package.namelist():
            for cell in etree.fromstring(package.read(name)).iter("{*}c"):
                if cell.find("{*}f") is not None and cell.find("{*}v") is None:
                    found.add(f"{number}!{cell.get('r')}")
    return found


def formulas(**texts: str) -> str:
    rows = "".join(
        f'<row r="{place[1:]}"><c r="{place}"><f>{text.replace("&", "&amp;").replace("<", "&lt;")}</f><v>1</v></c></row>'
        for place, text in texts.items()
    )
    return f"<sheetData>{rows}</sheetData>"


@pytest.mark.parametrize(
    ("formula", "depends"),
    [
        ("B5", True), ("$B$5+1", True), ("SUM(B1:B9)", True), ("SUM($A$5:$C$5)", True), ("SUM(B:B)", True),
        ("SUM(A:C)", True), ("SUM(5:5)", True), ("SUM(3:9)", True), ("表!B5", True), ("'表'!B5", True), ("SUM(B9:A1)", True),
        ("B4", False), ("BB5", False), ("B55", False), ("SUM(C:D)", False), ("SUM(6:7)", False), ("SUM(B6:B9)", False),
        ("\"B5\"", False), ("\"a\"\"B5\"", False), ("1.5E5", False), ("二!B5", False), ("'二'!$B$5", False),
        ("[0]表!B5", True), ("'[0]表'!B5", True), ("[1]表!B5", False), ("'[1]表'!B5", False), ("SUM(表:二!B5)", True), ("SUM(二:三!B5)", False),
        ("SUM('表:三'!A1:C9)", True), ("OFFSET(A1,1,1)", True), ("INDIRECT(\"B\"&5)", True), ("TODAY()", True),
        ("A1:INDEX(A:A,3)", True), ("IF(C1,LOG10(3),4)", False), ("名", True), ("表!名", True), ("二!名", False),
        ("别名", True), ("无此名", False), ("相对名", True), ("自指", False), ("表一[数]", True), ("SUM(表一[])", True),
        ("SUM(表一)", True), ("表一[别]", False), ("表一[[#This Row],[数]]", True), ("SUM(表一[[#Totals],[别]])", False),
        ("SUM(表一[[数]:[别]])", True), ("表一[不明]", True), ("SUMIF(D1:D9,1,B1)", True), ("SUMIF(D1:D3,1,B1)", False),
        ("AVERAGEIF($D$1:$D$9,\">0\",A5)", False), ("SUMIFS(D1:D9,D1:D9,B1)", False), ("_xlfn.XLOOKUP(1,A:A,B:B)", True),
        ("SUM(B1:B3:C7)", True), ("NOT(B5<3)", True), ("B5%", True), ("-B5^2", True), ("A1#", False),
    ],
)  # fmt: skip
def test_what_a_formula_reads(by_hand, formula, depends):
    table = (
        '<table xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" id="1" name="表一" displayName="表一" '
        'ref="B2:C9"><tableColumns count="2"><tableColumn id="1" name="数"/><tableColumn id="2" name="别"/>'
        "</tableColumns></table>"
    )
    relation = (
        '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/table" '
        'Target="../tables/table1.xml"/>'
    )
    names = (
        "<definedNames><definedName name='名' localSheetId='0'>表!$B$5</definedName><definedName name='名'>表!$Z$5"
        "</definedName><definedName name='别名'>名*2+表!$B$5</definedName><definedName name='相对名'>表!A1</definedName>"
        "<definedName name='自指'>自指+表!$Q$1</definedName></definedNames>"
    )
    form = by_hand(
        {"表": formulas(H5=formula), "二": "<sheetData/>", "三": "<sheetData/>"},
        after=names, relations={"表": relation}, more={"xl/tables/table1.xml": table},
    )  # fmt: skip
    assert lost(form, {("表", "B5"): 1}) == ({"1!H5"} if depends else set())
    # and the proof, which reads formulas in its own way, agrees
    assert unexpected_differences(form, patch(form, {("表", "B5"): 1}), {("表", "B5")}) == []


def test_a_chain_is_followed_to_its_end_and_a_circle_ends(by_hand):
    first = formulas(A1="B1", A2="A1+1", A3="SUM(A$1:A2)", A4="二!A1", A5="A6", A6="A5", A7="Z1")
    form = by_hand({"表": first, "二": formulas(A1="表!A3*2", A2="表!A7")})
    assert lost(form, {("表", "B1"): 1}) == {"1!A1", "1!A2", "1!A3", "1!A4", "2!A1"}
    assert lost(form, {("表", "A5"): 1}) == {"1!A6"}
    assert lost(form, {("表", "A2"): 1}) == {"1!A3", "1!A4", "2!A1"}  # a formula given its value


def test_a_long_chain_of_running_totals(by_hand):
    rows = "".join(
        f'<row r="{r}"><c r="A{r}"><v>1</v></c><c r="B{r}"><f>SUM(A$1:A{r})+N(B{r - 1})</f><v>1</v></c></row>'
        for r in range(2, 3001)
    )
    form = by_hand({"表": f"<sheetData>{rows}</sheetData>"})
    assert lost(form, {("表", "A2000"): 1}) == {f"1!B{r}" for r in range(2000, 3001)}


def test_followers_of_a_shared_formula_read_their_own_neighbours(by_hand):
    form = by_hand(
        {
            "表": """<sheetData>
      <row r="1"><c r="A1"><f t="shared" ref="A1:A3" si="0">C1+D$9</f><v>1</v></c></row>
      <row r="2"><c r="A2"><f t="shared" si="0"/><v>1</v></c></row>
      <row r="3"><c r="A3"><f t="shared" si="0"/><v>1</v></c></row></sheetData>"""
        }
    )
    assert lost(form, {("表", "C2"): 1}) == {"1!A2"}
    assert lost(form, {("表", "D9"): 1}) == {"1!A1", "1!A2", "1!A3"}
    assert lost(form, {("表", "D10"): 1}) == set()


def test_formulas_marked_to_be_calculated_always_and_data_tables_count_as_dependent(by_hand):
    form = by_hand(
        {
            "表": """<sheetData>
      <row r="1"><c r="A1"><f ca="1">Z1</f><v>1</v></c><c r="B1"><f>A1</f><v>1</v></c><c r="C1"><f>Z1</f><v>1</v></c></row>
      <row r="2"><c r="A2"><f t="dataTable" ref="A2:B2" r1="F1"/><v>1</v></c><c r="B2"><v>4</v></c></row></sheetData>"""
        }
    )
    assert lost(form, {("表", "H9"): 1}) == {"1!A1", "1!B1", "1!A2"}
    values = openpyxl.load_workbook(io.BytesIO(patch(form, {("表", "H9"): 1})), data_only=True)["表"]
    assert (values["B2"].value, values["C1"].value) == (None, 1)


def test_emptying_an_empty_cell_is_no_change(by_hand):
    form = by_hand(
        {
            "表": '<sheetData><row r="1"><c r="A1" s="1"/><c r="B1"><f>A1+NOW()</f><v>1</v></c></row></sheetData>'
        }
    )
    assert patch(form, {("表", "A1"): None}) == form
    assert lost(form, {("表", "A1"): 0}) == {"1!B1"}


@pytest.mark.office
@pytest.mark.parametrize("seed", [11, 12])
def test_what_keeps_its_cached_value_would_calculate_to_the_same(tmp_path, random_form, calculated, seed):
    stream = io.BytesIO()
    book = openpyxl.load_workbook(io.BytesIO(random_form(seed)))
    values = calculated([random_form(seed)], tmp_path)[0]
    book.save(stream)
    given = {(sheet.title, cell.coordinate): 0 for sheet in values for row in sheet for cell in row}
    given = {place: values[place[0]][place[1]].value for place in given}
    is_formula = {place for place in given if str(book[place[0]][place[1]].value).startswith("=")}
    # every formula is given the value LibreOffice calculates; then a few inputs change
    form = patch(stream.getvalue(), {place: given[place] for place in is_formula})
    inputs = sorted(place for place in given if place not in is_formula and given[place] is not None)
    changes = {place: 1000 + number for number, place in enumerate(inputs[seed::60])}
    filled = patch(form, changes)
    kept = openpyxl.load_workbook(io.BytesIO(filled), data_only=True)
    (tmp_path / "again").mkdir()
    now = calculated([filled], tmp_path / "again")[0]
    same = [place for place in is_formula if kept[place[0]][place[1]].value is not None]
    gone = len(is_formula) - len(same)
    shown = [{p: _fifteen_digits(one[p[0]][p[1]].value) for p in same} for one in (kept, now)]
    assert shown[0] == shown[1]
    changed = sum(_fifteen_digits(now[s][w].value) != _fifteen_digits(given[s, w]) for s, w in is_formula)
    assert len(same) > 5 and gone >= changed > 5


def _fifteen_digits(value: object) -> object:
    return "%.14g" % value if isinstance(value, int | float) else value
