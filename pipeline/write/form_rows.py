"""What goes into the rows of a list of an official form: one record a row, a long text over as many as it needs.

Used by ``official``. A row's height is the form's and stays; so a text that a cell cannot show goes on below.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.maps import ListMap
from pipeline.model import Figure
from pipeline.write.look import width

#: where a text may be broken, best first, and how much of a row may stay empty for it
_BREAKS = (("。；！？", 0.6), ("，、：）", 0.75))


@dataclass(frozen=True, slots=True)
class Entry:
    """One cell of a list: the figure it shows (None: a running number), its own piece of text if it is broken."""

    letter: str
    figure: Figure | None
    piece: str | int | None = None


#: the cells of one row of the form
Line = tuple[Entry, ...]


def lines_of(each: ListMap, figures: Mapping[str, Figure]) -> list[Line]:
    """The rows a list needs, in the order of the figures; none for a list of which the outcome has no record."""
    if each.is_text:
        figure = figures.get(each.id)
        records = [{"text": figure}] if figure is not None else []
    else:
        records = _records(each, figures)
    rows: list[Line] = []
    for number, record in enumerate(records, 1):
        rows += _lines(each, record, number)
    return rows


def _records(each: ListMap, figures: Mapping[str, Figure]) -> list[Mapping[str, Figure]]:
    found = _family(each.id, figures)
    if each.also:
        more = _family(each.also, figures)
        found = {key: {**more.get(key, {}), **record} for key, record in found.items()}
    return [
        record
        for record in found.values()
        if all(part in record and record[part].value in wanted for part, wanted in each.where.items())
    ]


def _family(family: str, figures: Mapping[str, Figure]) -> dict[str, dict[str, Figure]]:
    """The figures ``<family>.<key>.<part>`` by key and part."""
    found: dict[str, dict[str, Figure]] = {}
    for figure_id, figure in figures.items():
        if figure_id.startswith(f"{family}."):
            key, _, part = figure_id[len(family) + 1 :].partition(".")
            if part:
                found.setdefault(key, {})[part] = figure
    return found


def _lines(each: ListMap, record: Mapping[str, Figure], number: int) -> list[Line]:
    columns: list[list[Entry]] = []
    for column in each.columns:
        figure = record.get(column.part)
        if column.part == "#":
            columns.append([Entry(column.letter, None, number)])
        elif figure is not None and isinstance(figure.value, str) and column.fits and figure.value:
            columns.append(
                [Entry(column.letter, figure, piece) for piece in pieces(figure.value, column.fits)]
            )
        elif figure is not None:
            columns.append([Entry(column.letter, figure)])
    height = max((len(entries) for entries in columns), default=0)
    if each.is_text and not any(entry.figure.value for entries in columns for entry in entries):
        return []
    return [tuple(entries[row] for entries in columns if row < len(entries)) for row in range(height)]


def pieces(text: str, fits: int) -> Sequence[str]:
    """A text in pieces of at most ``fits`` Chinese characters: at line ends, then sentences, then anywhere.

    >>> pieces("第一句话。第二句话更长一些，还没有完。", 12)
    ['第一句话。', '第二句话更长一些，', '还没有完。']
    >>> pieces("一二三四五六七", 3)
    ['一二三', '四五六', '七']
    """
    found = []
    for paragraph in text.splitlines() or [""]:
        rest = paragraph.strip()
        while width(rest) > 2 * fits:
            end = _break(rest, fits)
            found.append(rest[:end])
            rest = rest[end:].lstrip()
        if rest:
            found.append(rest)
    return found or [""]


def _break(text: str, fits: int) -> int:
    """Where to break a text that is too long: after how many characters."""
    used = end = 0
    while end < len(text) and used + width(text[end]) <= 2 * fits:
        used += width(text[end])
        end += 1
    for signs, least in _BREAKS:
        for place in range(end, 0, -1):
            if width(text[:place]) < 2 * fits * least * (0.5 if fits < 20 else 1):
                break
            if text[place - 1] in signs:
                return place
    return max(end, 1)
