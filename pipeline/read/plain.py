"""The sheets of a filled form as they stand, for a copy of it in another file format: raw cells at their own addresses."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.forms import FormSpec
from pipeline.read import headers
from pipeline.read.preflight import check
from pipeline.read.raw import Raw
from pipeline.read.workbook import open_book


@dataclass(frozen=True, slots=True)
class Plain:
    """One sheet. ``template``: the name of the template's sheet it is, "" for one that is none of the form's.

    ``grid[r][c]`` is the raw cell of row r + 1, column c + 1: text, number, yes/no, date, "" or None.
    """

    name: str
    template: str
    grid: list[list[Raw]]


def plain_sheets(content: bytes, name: str, spec: FormSpec) -> tuple[Plain, ...]:
    """Every sheet but the instructions, the hidden one and the list of a marked copy.

    Raises ``preflight.Refused`` for what reading refuses.
    """
    book = open_book(content, check(content, name))
    places = headers.locate(spec, book.sheets)
    of_sheet = {id(place.sheet): spec.table(table).sheet for table, place in places.items()}
    return tuple(Plain(one.name, of_sheet.get(id(one), ""), one.grid) for one in book.sheets)
