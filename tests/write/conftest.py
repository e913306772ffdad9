"""Workbooks that the tests of writing change: a form as rich as an office's own, and packages written by hand."""

from __future__ import annotations

import io
import random
import re
import shutil
import struct
import subprocess
import zipfile
import zlib
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_RELATIONS = "http://purl.oclc.org/ooxml/officeDocument/relationships"


def a_picture() -> bytes:
    """A PNG of one red point."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0\xff\0\0"))
        + chunk(b"IEND", b"")
    )


@pytest.fixture(scope="session")
def rich_form() -> bytes:
    """评分表 with a list in rows 5-10 and its total in row 11; below it whatever a form may hold; 明细, 隐藏, 图."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet("评分表")
    detail = book.add_worksheet("明细 表")
    hidden = book.add_worksheet("隐藏")
    chart_sheet = book.add_chartsheet("图")
    bold, money = book.add_format({"bold": True, "border": 1}), book.add_format({"num_format": "#,##0.00"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.merge_range("A1:F1", "部门整体支出绩效自评表", bold)
    sheet.write_rich_string("A2", "单位:", bold, "万元", " 填报")
    sheet.write_row("A4", ["序号", "指标", "分值", "得分", "扣分", "合计"], bold)
    for row in range(5, 11):
        sheet.write_number(f"A{row}", row - 4)
        sheet.write_string(f"B{row}", f"指标{row - 4}", bold)
        sheet.write_number(f"C{row}", 10, money)
        sheet.write_number(f"D{row}", row, money)
        sheet.write_formula(f"E{row}", f"=C{row}-D{row}", money, 10 - row)
        sheet.write_formula(f"F{row}", f"=SUM($C$5:D{row})", money, 1)
    sheet.write_formula("C11", "=SUM(C5:C10)", money, 60)
    sheet.write_formula("D11", "=SUM(D5:D10)", money, 45)
    sheet.write_formula("D12", "=ROUND(D11/C11,4)", None, 0.75)
    sheet.write_formula("E12", "=1+2", None, 3)
    sheet.merge_range("A13:B15", "竖并", bold)
    sheet.merge_range("C13:F13", "", bold)
    sheet.write_datetime("D14", datetime(2022, 12, 31), day)
    sheet.write_array_formula("E14:E15", "{=C5:C6*2}", None, 20)
    sheet.write_blank("G16", None, bold)
    sheet.set_row(8, 33.5)
    sheet.set_column("H:H", 20, day)
    sheet.conditional_format("D5:D10", {"type": "formula", "criteria": "=D5<$C$11", "format": bold})
    sheet.conditional_format("E5:E10", {"type": "data_bar", "data_bar_2010": True})
    sheet.data_validation("B5:B10", {"validate": "list", "source": "='明细 表'!$A$2:$A$9"})
    sheet.data_validation("C12", {"validate": "decimal", "criteria": ">", "value": "=C11"})
    sheet.write_url("A17", "internal:'明细 表'!B3", string="见明细")
    sheet.write_comment("B12", "批注", {"visible": True})
    sheet.insert_textbox("H3", "说明文字", {"width": 200, "height": 60})
    sheet.insert_textbox("H14", "", {"textlink": "=评分表!$D$12"})
    sheet.insert_image("H20", "p.png", {"image_data": io.BytesIO(a_picture())})
    sheet.add_sparkline("G12", {"range": "评分表!D5:D10"})
    sheet.freeze_panes(4, 2)
    sheet.set_header('&C&"宋体"页眉')
    sheet.set_footer("第 &P 页")
    sheet.print_area("A1:F17")
    sheet.repeat_rows(0, 3)
    sheet.set_h_pagebreaks([12])
    sheet.autofilter("A4:F10")
    sheet.ignore_errors({"number_stored_as_text": "A11:B12"})
    sheet.unprotect_range("C12:C13", "可填")
    detail.write_column("A1", ["类", "甲", "乙", "丙"])
    detail.write_column("B1", ["数", 1, 2, 3])
    detail.write_formula("C2", "=评分表!D11+B2", None, 46)
    detail.write_formula("C3", "=SUM(评分表!C5:C10,评分表!C:C)", None, 120)
    detail.write_formula("C4", "=得分合计*2", None, 90)
    detail.write_formula("C5", '=B4&"评分表!D11"', None, "3")
    detail.write_formula("C6", '=INDIRECT("评分表!D5")', None, 5)
    detail.add_table(
        "E1:G4",
        {
            "name": "表一",
            "columns": [{"header": "项"}, {"header": "金额"}, {"header": "倍", "formula": "=[@金额]*2"}],
        },
    )
    detail.write_column("F2", [1, 2, 3])
    detail.write_formula("I1", "=SUM(表一[金额])", None, 6)
    detail.write_url("A9", "internal:评分表!D12", string="回总分")
    hidden.hide()
    hidden.write_formula("A1", "='明细 表'!C2", None, 46)
    hidden.write_number("B1", 7)
    hidden.write_formula("C1", "=B1*2", None, 14)
    book.define_name("得分合计", "=评分表!$D$11")
    book.define_name("隐藏!本表", "=隐藏!$B$1")
    chart = book.add_chart({"type": "column"})
    chart.add_series(
        {"name": "=评分表!$D$4", "categories": "=评分表!$B$5:$B$10", "values": "=评分表!$D$5:$D$10"}
    )
    sheet.insert_chart("A20", chart)
    other = book.add_chart({"type": "line"})
    other.add_series({"values": "=评分表!$C$5:$C$11"})
    chart_sheet.set_chart(other)
    book.set_custom_property("文号", "一")
    book.close()
    return stream.getvalue()


@pytest.fixture(scope="session")
def parts():
    """Bytes of a workbook -> {part: content}, in order."""

    def unpacked(data: bytes) -> dict[str, bytes]:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            assert package.testzip() is None
            return {name: package.read(name) for name in package.namelist()}

    return unpacked


@pytest.fixture(scope="session")
def by_hand():
    """Worksheets' XML (inside of ``worksheet``, or a whole document) -> a workbook package.

    ``sheets``: name -> XML; ``workbook``: what else stands in ``workbook`` (before, after ``sheets``); ``more``:
    further parts; ``relations``: sheet name -> XML of its relationships; ``strict``, ``prefix``.
    """

    def build(sheets, *, before="", after="", more=(), relations=(), strict=False, prefix="", types=""):
        main, related = (STRICT, STRICT_RELATIONS) if strict else (MAIN, RELATIONS)
        p = prefix + ":" if prefix else ""
        space = f'xmlns{":" + prefix if prefix else ""}="{main}" xmlns:r="{related}"'
        package = "http://schemas.openxmlformats.org/package/2006"
        listing = "".join(
            f'<{p}sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(sheets, 1)
        )
        links = "".join(
            f'<Relationship Id="rId{n}" Type="{related}/worksheet" Target="worksheets/sheet{n}.xml"/>'
            for n in range(1, len(sheets) + 1)
        )
        overrides = "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType='
            '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
            for n in range(1, len(sheets) + 1)
        )
        files = {
            "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
            'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType='
            '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
            f"{overrides}{types}</Types>",
            "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
            f'Type="{related}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f"<{p}workbook {space}>{before}<{p}sheets>{listing}</{p}sheets>{after}</{p}workbook>",
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">{links}'
            f"{dict(relations).get('', '')}</Relationships>",
        }
        for n, (name, xml) in enumerate(sheets.items(), 1):
            whole = xml
            if isinstance(xml, str) and "worksheet" not in xml:
                whole = f"<{p}worksheet {space}>{xml}</{p}worksheet>"
            files[f"xl/worksheets/sheet{n}.xml"] = whole
            if name in dict(relations):
                files[f"xl/worksheets/_rels/sheet{n}.xml.rels"] = (
                    f'<Relationships xmlns="{package}/relationships">{dict(relations)[name]}</Relationships>'
                )
        files |= dict(more)
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package_file:
            for name, content in files.items():
                data = content if isinstance(content, bytes) else content.encode()
                package_file.writestr(name, data)
        return stream.getvalue()

    return build


@pytest.fixture(scope="session")
def random_form():
    """A seed -> a form with formulas of all kinds; its cached values are all 0."""

    def random_form(seed: int) -> bytes:
        """Two sheets of numbers in columns A-E and formulas with all kinds of references in G-K."""
        pick = random.Random(seed)
        stream = io.BytesIO()
        book = xlsxwriter.Workbook(stream, {"in_memory": True})
        sheets = [book.add_worksheet("表"), book.add_worksheet("明细 表")]
        book.define_name("合计区", "=表!$A$5:$B$15")

        def corner() -> str:
            return f"{'$' * pick.randint(0, 1)}{pick.choice('ABCDE')}{'$' * pick.randint(0, 1)}{pick.randint(1, 20)}"

        def reference() -> str:
            prefix = pick.choice(["", "", "表!", "'明细 表'!"])
            return prefix + pick.choice([corner(), f"{corner()}:{corner()}", "$B:C", f"{corner()}:E20"])

        for sheet in sheets:
            for row in range(20):
                for column in range(5):
                    if pick.random() < 0.8:
                        sheet.write_number(row, column, pick.randint(1, 99))
                if row in (3, 7):
                    continue  # the rows to copy the style of hold no formulas
                for column in range(6, 11):
                    function = pick.choice(["SUM", "MAX", "COUNT", "PRODUCT", "SUMSQ"])
                    terms = ",".join(reference() for _ in range(pick.randint(1, 3)))
                    extra = pick.choice(["", "+SUM(合计区)", '&"A9"', f"+N({corner()})"])
                    sheet.write_formula(row, column, f"={function}({terms}){extra}")
        book.close()
        return stream.getvalue()

    return random_form


@pytest.fixture(scope="session")
def calculated():
    """Workbooks and a folder to work in -> the workbooks as an independent calculator sees them."""

    def calculated(forms: list[bytes], folder: Path) -> list[openpyxl.Workbook]:
        """The workbooks as LibreOffice calculates them; formulas go in without cached values."""
        inputs = []
        for number, form in enumerate(forms):
            path = folder / f"form{number}.xlsx"
            with zipfile.ZipFile(io.BytesIO(form)) as source, zipfile.ZipFile(path, "w") as target:
                for name in source.namelist():
                    data = source.read(name)
                    if name.startswith("xl/worksheets/sheet"):
                        data = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", data)
                    target.writestr(name, data)
            inputs.append(str(path))
        profile = (folder / "profile").as_uri()
        command = [shutil.which("soffice"), "--headless", f"-env:UserInstallation={profile}", "--convert-to", "xlsx",
                   "--outdir", str(folder / "out"), *inputs]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True, timeout=180)
        return [openpyxl.load_workbook(folder / "out" / Path(path).name, data_only=True) for path in inputs]

    return calculated
