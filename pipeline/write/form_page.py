"""One sheet of our own official form: what is drawn in a cell and which figure belongs there, said in one place.

Used by ``own_form`` and its sheets alone. Drawing a figure's cell enters it in the map, so that form and map cannot
differ. Every row has its height: filling changes no height, so the map says how much text a cell can show.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from xlsxwriter.workbook import Workbook

from pipeline.write.styles import Styles

#: number formats of the form; a blank cell prints nothing
MONEY, RATE, SCORE, COUNT = "#,##0.00", "0.00%", "0.00", "0"
#: the look of the kinds of cells
TITLE = {"font": "title", "size": "title", "bold": True, "border": 0, "align": "center"}
PLAIN = {"border": 0, "align": "left"}
BAND = {"font": "heading", "bold": True, "align": "left", "bg_color": "heading_fill"}
HEAD = {"font": "heading", "bold": True, "align": "center", "text_wrap": True}
LABEL = {"font": "heading", "align": "center", "text_wrap": True}
TEXT = {"align": "left", "text_wrap": True}
CENTRE = {"align": "center", "text_wrap": True}
NUMBER = {"align": "right"}
#: height of a line of 10.5 points, in points, with the taller fonts of some machines in mind
_LINE = 15.5


class FormBook:
    """The workbook of a form and its map, filled together."""

    def __init__(self, workbook: Workbook):
        self.workbook = workbook
        self.look = Styles(workbook, "body", size="body", valign="vcenter", border=1)
        self.cells: dict[str, list] = {}
        self.lists: list[dict] = []
        self.leaves: dict[str, dict] = {}
        self.note: dict | None = None


class Page:
    """A sheet: A4, one page wide, page numbers below. ``widths`` are those of its columns from A on."""

    def __init__(self, book: FormBook, name: str, widths: Sequence[float], landscape: bool = False):
        self.book = book
        self.name = name
        self.widths = widths
        sheet = self.sheet = book.workbook.add_worksheet(name)
        for column, each in enumerate(widths):
            sheet.set_column(column, column, each)
        self.heights: dict[int, float] = {}
        sheet.set_paper(9)
        if landscape:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.6, right=0.6, top=0.75, bottom=0.75)
        sheet.center_horizontally()
        sheet.set_footer("&C第 &P 页 共 &N 页")
        sheet.hide_gridlines(2)

    @property
    def last(self) -> str:
        """The letter of the last column."""
        return chr(ord("A") + len(self.widths) - 1)

    def put(self, area: str, value: object = "", height: float | None = None, **style: object) -> None:
        """A constant text or number into a cell or a merged area (``A1`` or ``A1:C2``, or a row: ``7``)."""
        area = f"A{area}:{self.last}{area}" if area.isdigit() else area
        form = self.book.look(**style)
        first, _, last = area.partition(":")
        if height:
            row = _row(first)
            self.heights[row] = height
            self.sheet.set_row(row - 1, height)
        if last and last != first:
            self.sheet.merge_range(area, "", form)
        if value == "":
            self.sheet.write_blank(first, None, form)
        elif isinstance(value, str):
            self.sheet.write_string(first, value, form)
        else:
            self.sheet.write_number(first, value, form)

    def figure(
        self,
        area: str,
        figure_id: str,
        formula: str = "",
        shown: object = "",
        scale: str = "",
        pattern: str = "",
        height: float | None = None,
        **style: object,
    ) -> None:
        """The cell of a figure, empty or with a live formula (``shown`` is its value in the blank form)."""
        first = area.partition(":")[0]
        self.put(area, pattern.replace("{}", "　　") if pattern else "", height, **style)
        if formula:
            self.sheet.write_formula(first, f"={formula}", self.book.look(**style), shown)
        more: dict[str, object] = {"scale": scale} if scale else {"pattern": pattern} if pattern else {}
        if style.get("text_wrap") and "num_format" not in style and not formula:
            more["fits"] = self.fits(area)
        entry = f"{self.name}!{first}"
        self.book.cells.setdefault(figure_id, []).append({"cell": entry} | more if more else entry)

    def sum(self, cell: str, formula: str, shown: float, **style: object) -> None:
        """A live sum of constants of the form itself: no figure, nothing that filling changes."""
        self.sheet.write_formula(cell, f"={formula}", self.book.look(**style), shown)

    def rate(self, area: str, figure_id: str, numerator: str, denominator: str, **style: object) -> None:
        """An execution rate, blank while one of the two is blank or the denominator is 0."""
        self.figure(
            area, figure_id, rate(numerator, denominator), scale="0.01", num_format=RATE, **NUMBER | style
        )

    def fits(self, area: str) -> int:
        """How many Chinese characters an area can show: wrapped lines of its width, in its height."""
        first, _, last = area.partition(":")
        last = last or first
        wide = sum(self.widths[_column(first) : _column(last) + 1])
        high = sum(self.heights.get(row, _LINE) for row in range(_row(first), _row(last) + 1))
        return max(1, int((wide - 1.5) / 2)) * max(1, int((high - 2) / _LINE))

    def list_rows(
        self,
        figure: str,
        first: int,
        count: int,
        lines: int,
        columns: Mapping[str, tuple[str, Mapping[str, object]]],
        denominator: str = "annual_budget",
    ) -> int:
        """Blank rows of ``lines`` lines for records; ``columns``: part -> (letter, look). Gives the last row.

        The paragraphs of a text (part ``text``) have no line between them. ``denominator``: the part that
        ``execution_rate`` divides by.
        """
        last = first + count - 1
        for row in range(first, last + 1):
            open_ends = {"top": int(row == first), "bottom": int(row == last), "valign": "top"}
            for part, (letter, style) in columns.items():
                look = style | (open_ends if part == "text" else {})
                self.put(f"{letter}{row}", "", height_of(lines), **look)
            if "execution_rate" in columns:
                at, over, under = (
                    f"{columns[part][0]}{row}" for part in ("execution_rate", "executed", denominator)
                )
                look = self.book.look(**columns["execution_rate"][1])
                self.sheet.write_formula(at, f"={rate(over, under)}", look, "")
        entries: dict[str, object] = {}
        for part, (letter, style) in columns.items():
            if style.get("num_format") == RATE:
                entries[part] = {"column": letter, "scale": "0.01"}
            elif style.get("text_wrap") and "num_format" not in style and part != "#":
                entries[part] = {"column": letter, "fits": self.fits(f"{letter}{first}")}
            else:
                entries[part] = letter
        place = {
            "id": figure,
            "sheet": self.name,
            "first_row": first,
            "last_row": last,
            "style_row": first + 1,
        }
        self.book.lists.append(place | {"columns": entries})
        return last

    def done(self, last_row: int, repeat: tuple[int, int] | None = None) -> None:
        """The print area down to ``last_row``, and the rows repeated on every page (from 1)."""
        self.sheet.print_area(f"A1:{self.last}{last_row}")
        if repeat:
            self.sheet.repeat_rows(repeat[0] - 1, repeat[1] - 1)


def height_of(lines: int) -> float:
    """The height of a row of so many lines, in points."""
    return _LINE * lines + 3


def _row(address: str) -> int:
    return int(re.sub(r"\D", "", address))


def _column(address: str) -> int:
    return ord(address[0]) - ord("A")


def rate(numerator: str, denominator: str) -> str:
    """``IF(COUNT(D5,E5)<2,"",IF(D5=0,"",ROUND(E5/D5,4)))``: nothing is shown for 0 ÷ 0."""
    return (
        f'IF(COUNT({denominator},{numerator})<2,"",IF({denominator}=0,"",ROUND({numerator}/{denominator},4)))'
    )


def total(*cells: str) -> str:
    """The sum of single cells, blank while one of them is: a part of a sum must not pass for the sum."""
    blank = ",".join(f'{cell}=""' for cell in cells)
    return f'IF(OR({blank}),"",SUM({",".join(cells)}))'


def area_total(area: str) -> str:
    """The sum of an area, blank while a cell of it is."""
    return f'IF(COUNTBLANK({area})>0,"",SUM({area}))'


def column_total(letter: str, first: int, last: int, names: str) -> str:
    """The sum of a list's column, blank while a record (``names``: the column of names) has nothing there."""
    cells = f"{letter}{first}:{letter}{last}"
    return f'IF(COUNTA({names}{first}:{names}{last})=COUNTA({cells}),SUM({cells}),"")'
