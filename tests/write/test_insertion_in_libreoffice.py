"""``insert_rows`` against another program that inserts the same rows: LibreOffice, driven by a Basic macro."""

from __future__ import annotations

import io
import random
import re
import shutil
import subprocess
import zipfile

import openpyxl
import pytest
import xlsxwriter

from pipeline.write.patch import insert_rows

SHEETS = ("S 1", "It's", "表", "R1C1x")
MACRO = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">
Sub Insert(source As String, target As String, sheet As String, after As String, count As String)
  On Error GoTo over
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden"
  hidden(0).Value = True
  book = StarDesktop.loadComponentFromURL(ConvertToURL(source), "_blank", 0, hidden())
  If CInt(count) > 0 Then book.Sheets.getByIndex(CInt(sheet)).Rows.insertByIndex(CInt(after), CInt(count))
  book.calculateAll()
  Dim kind(0) As New com.sun.star.beans.PropertyValue
  kind(0).Name = "FilterName"
  kind(0).Value = "Calc MS Excel 2007 XML"
  book.storeToURL(ConvertToURL(target), kind())
over:
  StarDesktop.terminate()
End Sub
</script:module>
"""


@pytest.fixture(scope="module")
def by_libreoffice(tmp_path_factory):
    """A workbook, sheet index, row and count -> the workbook with rows inserted (count 0: none), calculated anew."""
    folder = tmp_path_factory.mktemp("libreoffice")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    office = [shutil.which("soffice"), "--headless", profile]
    # its first start lays down the profile, with an empty module in the standard library
    subprocess.run([*office, "--terminate_after_init"], check=True, capture_output=True, timeout=120)
    (folder / "profile" / "user" / "basic" / "Standard" / "Module1.xba").write_text(MACRO)

    def insert(form: bytes, sheet: int, after: int, count: int) -> bytes:
        source, target = folder / "before.xlsx", folder / "after.xlsx"
        source.write_bytes(form)
        target.unlink(missing_ok=True)
        call = f"macro:///Standard.Module1.Insert({source},{target},{sheet},{after},{count})"
        subprocess.run([*office, call], check=True, capture_output=True, timeout=120)
        return target.read_bytes()

    return insert


def a_form(seed: int) -> bytes:
    """Four sheets of numbers and of formulas, names, merges, a table, print settings and charts that refer anywhere."""
    pick = random.Random(seed)
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheets = [book.add_worksheet(name) for name in SHEETS]
    book.define_name("全局", "='S 1'!$A$5:$B$15")
    book.define_name("'It''s'!局部", "='S 1'!$C$11")

    def corner(least: str = "A", first: int = 1) -> str:
        column = pick.choice("ABCDE"["ABCDE".index(least) :])
        return f"{pick.choice(['', '$'])}{column}{pick.choice(['', '$'])}{pick.randint(first, 20)}"

    def rectangle() -> str:  # its corners in order, as programs write it
        start = corner()
        return f"{start}:{corner(re.search('[A-E]', start)[0], int(re.search('[0-9]+', start)[0]))}"

    def reference() -> str:
        there = pick.choice([None, None, None, *SHEETS])
        area = pick.choice([corner(), rectangle(), rectangle(), "$B:C", "3:$5", "$4:9"])
        return area if there is None else "'{}'!{}".format(there.replace("'", "''"), area)

    for number, sheet in enumerate(sheets):
        for row in range(20):
            for column in range(5):
                if pick.random() < 0.8:
                    sheet.write_number(row, column, pick.randint(1, 99))
            for column in range(6, 10):
                terms = ",".join(reference() for _ in range(pick.randint(1, 3)))
                more = pick.choice(["", "+SUM(全局)", '&"A9"', f"+LOG10(10+{corner()})", '&LEFT("S 1!A5",1)'])
                sheet.write_formula(
                    row, column, f"={pick.choice(['SUM', 'MAX', 'COUNT', 'SUMSQ'])}({terms}){more}"
                )
        for column in (20, 23, 26):
            top = pick.randint(0, 17)
            sheet.merge_range(top, column, top + pick.randint(1, 4), column + 1, "并")
        for column in (30, 31):
            sheet.write_comment(pick.randint(0, 19), column, "批注")
        sheet.print_area(0, 0, pick.randint(5, 18), 10)
        sheet.repeat_rows(0, pick.randint(0, 5))
        sheet.set_h_pagebreaks([pick.randint(2, 18)])
        if number % 2:
            sheet.freeze_panes(pick.randint(1, 8), 1)
        if number == 2:
            sheet.add_table(2, 100, pick.randint(6, 14), 102, {"name": "列表", "total_row": True})
        else:
            sheet.autofilter(pick.randint(0, 6), 0, pick.randint(8, 18), 4)
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": f"='S 1'!$A${pick.randint(1, 9)}:$A${pick.randint(10, 20)}"})
        sheet.insert_chart(25, 90, chart)
    book.close()
    return stream.getvalue()


def facts(workbook: bytes) -> dict[object, object]:
    """Everything that has a place, by kind and place."""
    found: dict[object, object] = {}
    texts = openpyxl.load_workbook(io.BytesIO(workbook))
    values = openpyxl.load_workbook(io.BytesIO(workbook), data_only=True)
    for sheet in texts.worksheets:
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            where = (sheet.title, cell.coordinate)
            if cell.data_type == "f":
                found["formula", where] = cell.value
            if (value := values[sheet.title][cell.coordinate].value) is not None:
                found["value", where] = value
            if cell.comment:
                found["comment", where] = cell.comment.text
        found |= {
            ("merges", sheet.title): sorted(map(str, sheet.merged_cells.ranges)),
            ("print", sheet.title): (sheet.print_area, sheet.print_title_rows),
            ("filter", sheet.title): sheet.auto_filter.ref,
            ("tables", sheet.title): [
                (t.ref, t.autoFilter and t.autoFilter.ref) for t in sheet.tables.values()
            ],
            ("breaks", sheet.title): [item.id for item in sheet.row_breaks.brk],
            ("frozen", sheet.title): str(sheet.sheet_view.pane and sheet.sheet_view.pane.ySplit),
        }
    found |= {("name", name): item.attr_text for name, item in texts.defined_names.items()}
    package = zipfile.ZipFile(io.BytesIO(workbook))
    for part in package.namelist():
        if part.startswith("xl/charts/chart"):
            found["chart", part] = re.findall("<c:f>([^<]*)</c:f>", package.read(part).decode())
    return found


@pytest.mark.office
@pytest.mark.parametrize(
    ("seed", "sheet", "after_row", "count"), [(1, 0, 7, 2), (2, 1, 14, 3), (3, 2, 0, 1)]
)  # fmt: skip
def test_inserting_rows_does_what_libreoffice_does(by_libreoffice, seed, sheet, after_row, count):
    form = a_form(seed)
    ours = facts(by_libreoffice(insert_rows(form, SHEETS[sheet], after_row, count, 40), sheet, 0, 0))
    theirs = facts(by_libreoffice(form, sheet, after_row, count))
    assert ours == theirs
    assert len(ours) > 700
