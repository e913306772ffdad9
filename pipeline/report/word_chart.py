"""The chart of the report: monthly execution against 序时进度 as a native chart with its own small workbook.

A person can click it in Word and edit its data. The chart is the one XlsxWriter writes; nothing is drawn here.
Source: docs/domain.md §2.
"""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Mapping, Sequence

from pipeline.report.sentences import Teller

_EMU = 36000  # a millimetre
_SHEET = "数据"
_SERIES = ("累计执行率", "序时进度")
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def month_values(tell: Teller) -> list[tuple[str, float | None, float | None]]:
    """Month, cumulative rate and 序时进度 as ratios for drawing; None where open. Empty without a single rate."""
    rows = []
    for month in range(1, 13):
        rate, schedule = (tell.figures.get(f"month.{month}.{part}") for part in ("rate", "schedule"))
        ends = [
            None if each is None or each.exact is None else float(each.exact) for each in (rate, schedule)
        ]
        if rate is not None:
            rows.append((f"{month}月", ends[0], ends[1]))
    return rows if any(row[1] is not None for row in rows) else []


def chart_parts(
    rows: Sequence[tuple[str, float | None, float | None]], colours: Sequence[str], font: str
) -> tuple[bytes, bytes]:
    """chart.xml, whose data stand in the workbook beside it under ``rId1``; and that workbook."""
    import xlsxwriter

    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.set_properties({"created": datetime.datetime(2022, 1, 1)})
    sheet, percent = book.add_worksheet(_SHEET), book.add_format({"num_format": "0.00%"})
    sheet.write_row(0, 0, ["月份", *_SERIES])
    for at, (month, *values) in enumerate(rows, 1):
        sheet.write_string(at, 0, month)
        for column, value in enumerate(values, 1):
            if value is None:
                sheet.write_blank(at, column, None, percent)
            else:
                sheet.write_number(at, column, value, percent)
    chart = book.add_chart({"type": "line"})
    for column, colour in enumerate(colours[:2], 1):
        chart.add_series(
            {
                "name": [_SHEET, 0, column],
                "categories": [_SHEET, 1, 0, len(rows), 0],
                "values": [_SHEET, 1, column, len(rows), column],
                "line": {"color": colour, "width": 1.75, "dash_type": "solid" if column == 1 else "dash"},
                "marker": {"type": "circle" if column == 1 else "none", "size": 5, "fill": {"color": colour}, "border": {"color": colour}},
            }
        )  # fmt: skip
    highest = max((value for _, *values in rows for value in values if value is not None), default=0)
    top = {"max": 1} if highest <= 1 else {}
    small = {"name": font, "size": 9}
    chart.set_y_axis(
        {
            "num_format": "0%",
            "min": 0,
            **top,
            "num_font": small,
            "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}},
        }
    )
    chart.set_x_axis({"num_font": small})
    chart.set_legend({"position": "bottom", "font": small})
    sheet.insert_chart("E2", chart)
    book.close()
    with zipfile.ZipFile(target) as package:
        xml = package.read("xl/charts/chart1.xml").decode("utf-8")
    data = '<c:externalData r:id="rId1"><c:autoUpdate val="0"/></c:externalData>'
    start = xml.index("<c:printSettings>")
    return (xml[:start] + data + "</c:chartSpace>").encode("utf-8"), target.getvalue()


def drawing(relation: str, look: Mapping, words: str) -> str:
    """The run that shows the chart of a relationship, ``look['width']`` by ``look['height']`` millimetres."""
    size = f'cx="{round(look["width"] * _EMU)}" cy="{round(look["height"] * _EMU)}"'
    return (
        f'<w:r><w:drawing><wp:inline xmlns:wp="{_WP}" distT="0" distB="0" distL="0" distR="0"><wp:extent {size}/>'
        f'<wp:docPr id="1" name="{words}" descr="{words}"/><wp:cNvGraphicFramePr/>'
        f'<a:graphic xmlns:a="{_A}"><a:graphicData uri="{_C}"><c:chart xmlns:c="{_C}" xmlns:r="{_R}" r:id="{relation}"/>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )
