"""The workbook of the workings: its sheets, its styles, and which figure stands in which cell.

Used by every ``workings_*`` module. A figure is written once as a live formula with its value beside it; other
sheets refer to that cell. A formula whose value is not exactly the program's is not written: the number stands
there as it is, and :attr:`WorkingsBook.static` names it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

from pipeline.model import Figure
from pipeline.money import round_half_up
from pipeline.write.cells import LONGEST_TEXT, representable
from pipeline.write.grid import letters
from pipeline.write.styles import Styles, lines

MONEY, PERCENT, NUMBER, SCORE, DATE = "#,##0.00####", "0.00%", "General", "0.00", "yyyy-mm-dd"
#: decimals a measured ratio is rounded to before it is compared, so that 5% is 5% in every calculator
RATIO_DIGITS = 12
OPEN = "待定"


@dataclass(frozen=True, slots=True)
class Live:
    """A formula (without =) and the exact value the program gives it."""

    formula: str
    value: Fraction

    def rounded(self, digits: int) -> Live:
        """The formula rounded half-up."""
        return Live(f"ROUND({self.formula},{digits})", Fraction(round_half_up(self.value, digits)))


class Paper:
    """One sheet. Rows count from 1, columns from 0."""

    def __init__(self, book: WorkingsBook, name: str):
        self.book = book
        self.name = name
        self.sheet = book.workbook.add_worksheet(name)
        self.widths: Sequence[float] = ()
        #: how far the row that is written folds into the one before (an outline)
        self.level = 0
        self._row = 1
        self._lines = 1

    @property
    def row(self) -> int:
        """The row that is written."""
        return self._row

    @row.setter
    def row(self, row: int) -> None:
        """Going on to another row gives the one before the height its texts need."""
        if row > self._row and (self._lines > 1 or self.level):
            height = min(400, 14 * self._lines + 4) if self._lines > 1 else None
            self.sheet.set_row(self._row - 1, height, None, {"level": self.level} if self.level else {})
        self._row, self._lines, self.level = row, 1, 0

    def ref(self, column: int, row: int | None = None) -> str:
        """A reference to a cell of this sheet from anywhere."""
        return f"'{self.name}'!{letters(column + 1)}{row or self.row}"

    def title(self, text: str, note: str, widths: Sequence[float]) -> None:
        """Title and one line of explanation; the page."""
        self.widths = widths
        for column, each in enumerate(widths):
            self.sheet.set_column(column, column, each)
        self.sheet.set_row(0, 30)
        self.sheet.write_string(0, 0, text, self.book.style(font="title", size="title", bold=True))
        self.sheet.write_string(1, 0, note, self.book.style(size="small", font_color="grid"))
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.7)
        self.sheet.set_footer("&C第 &P 页 共 &N 页")
        self.sheet.hide_gridlines(2)
        self.row = 3

    def head(self, names: Sequence[str], repeat: bool = True) -> None:
        """A header row; with ``repeat`` it stays in view and is printed on every page."""
        for column, name in enumerate(names):
            self.sheet.write_string(self.row - 1, column, name, self.book.head)
        self.sheet.set_row(self.row - 1, 30)
        if repeat:
            self.sheet.freeze_panes(self.row, 0)
            self.sheet.repeat_rows(self.row - 1)
        self.row += 1

    def text(self, column: int, text: object, style: Format | None = None) -> None:
        """A text that stays text."""
        value = "" if text is None else str(text)
        if value:
            self._lines = max(self._lines, self._needed(column, value))
            self.sheet.write_string(self.row - 1, column, value[:32767], style or self.book.words)
        else:
            self.sheet.write_blank(self.row - 1, column, None, style or self.book.words)

    def number(self, column: int, value: Decimal | Fraction | int, look: str = NUMBER) -> None:
        """A constant: what the rubric gives, or what was read out of a text."""
        self.sheet.write_number(self.row - 1, column, float(value), self.book.constant(look))

    def formula(self, column: int, live: Live, look: str = NUMBER) -> None:
        """A live formula with its value beside it."""
        self.sheet.write_formula(
            self.row - 1, column, f"={live.formula}", self.book.live(look), float(live.value)
        )

    def words_of(self, column: int, reference: str | None, text: str) -> None:
        """A text shown by a reference to where it stands; a blank has none."""
        if reference and text:
            self._lines = max(self._lines, self._needed(column, text))
            shown = representable(
                text[:LONGEST_TEXT]
            )  # of a formula's result the library escapes only markup
            self.sheet.write_formula(self.row - 1, column, f"={reference}", self.book.words, shown)
        else:
            self.text(column, text)

    def _needed(self, column: int, text: str) -> int:
        return lines(text, self.widths[column]) if column < len(self.widths) else 1

    def figure(self, column: int, figure: Figure | None, live: Live | None, look: str = NUMBER) -> None:
        """A figure: live where its formula gives exactly its value, a word where there is no number."""
        if figure is None:
            self.text(column, "")
            return
        self.book.placed(figure.id, self.name, column, self.row)
        if figure.value is None:
            ends = f" {figure.range[0]}–{figure.range[1]}" if figure.range else ""
            self.text(column, f"{OPEN}{ends}", self.book.open)
        elif isinstance(figure.value, str):
            self.text(column, figure.value)
        elif live is not None and live.value in _values(figure):
            self.formula(column, live, look)
        else:
            self.book.static.append(figure.id)
            self.number(column, figure_value(figure, look == PERCENT), look)


class WorkingsBook:
    """The workbook with its sheets in order. ``refs``: figure id -> reference; ``cells``: ``sheet!A1`` -> figure id."""

    def __init__(self, workbook: Workbook, names: Sequence[str]):
        self.workbook = workbook
        self.style = Styles(workbook, "sheet", size=10, valign="vcenter")
        self.papers = {name: Paper(self, name) for name in names}
        self.refs: dict[str, str] = {}
        self.cells: dict[str, str] = {}
        self.static: list[str] = []
        grid = {"border": 1, "border_color": "grid"}
        self.head = self.style(**grid, bold=True, align="center", text_wrap=True, bg_color="heading_fill")
        self.words = self.style(**grid, text_wrap=True)
        self.band = self.style(**grid, bold=True, bg_color="optional_fill")
        self.open = self.style(**grid, font_color="accent", align="right")
        self.warning = self.style(**grid, font_color="accent", text_wrap=True)

    def live(self, look: str) -> Format:
        return self.style(border=1, border_color="grid", num_format=look, align="right", font_color="formula")

    def constant(self, look: str) -> Format:
        return self.style(border=1, border_color="grid", num_format=look, align="right")

    def placed(self, figure_id: str, sheet: str, column: int, row: int) -> None:
        address = f"{letters(column + 1)}{row}"
        self.refs.setdefault(figure_id, f"'{sheet}'!{address}")
        self.cells[f"{sheet}!{address}"] = figure_id


def figure_value(figure: Figure, as_ratio: bool) -> Fraction:
    """The number of a figure as it stands in a cell: a percentage as a ratio."""
    value = figure.exact if figure.exact is not None else Fraction(figure.value)
    return value / 100 if as_ratio and figure.exact is None and figure.unit == "%" else value


def _values(figure: Figure) -> tuple[Fraction, ...]:
    """What a formula for a figure may give: the exact value, the printed one, or the ratio behind its percentage."""
    printed = Fraction(figure.value)
    if figure.unit == "%":
        printed /= 100
    if figure.exact is None:
        return (printed,)
    return figure.exact, printed, Fraction(round_half_up(figure.exact, RATIO_DIGITS))


def plus(references: Sequence[str]) -> str:
    """``SUM(...)`` over single references, with runs of cells below one another as areas; nested where they are many.

    >>> plus(["'填_支出'!H5", "'填_支出'!H6", "'填_支出'!H9"])
    "SUM('填_支出'!H5:H6,'填_支出'!H9)"
    """
    parts = runs(references)
    while len(parts) > 200:  # a function takes 255 arguments at most
        parts = [f"SUM({','.join(parts[at : at + 200])})" for at in range(0, len(parts), 200)]
    return f"SUM({','.join(parts)})" if parts else "0"


def runs(references: Sequence[str]) -> list[str]:
    """References with those below one another joined to areas, in the order given."""
    found: list[tuple[str, str, int, int]] = []
    for reference in references:
        sheet, _, address = reference.rpartition("!")
        column = address.rstrip("0123456789")
        row = int(address[len(column) :])
        if found and found[-1][:2] == (sheet, column) and found[-1][3] == row - 1:
            found[-1] = (sheet, column, found[-1][2], row)
        else:
            found.append((sheet, column, row, row))
    return [
        f"{sheet}!{column}{first}" + (f":{column}{last}" if last > first else "")
        for sheet, column, first, last in found
    ]


def literal(value: Fraction | Decimal | int) -> str:
    """A number in a formula, with the digits of its decimal; a fraction that has none as a division.

    >>> literal(Fraction(1, 20)), literal(Fraction(1, 3)), literal(-2)
    ('0.05', '(1/3)', '-2')
    """
    exact = Fraction(value)
    rest = exact.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return f"({exact.numerator}/{exact.denominator})"
    text = f"{round_half_up(exact, 15):f}"
    return text.rstrip("0").rstrip(".")


Figures = Mapping[str, Figure]
