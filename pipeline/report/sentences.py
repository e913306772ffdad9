"""Sentences of the Word report: pure functions from figures to pieces of text, each figure still known by its id.

The wording is data (``input_templates/word/wording.yaml``): a pattern has figures in braces and clauses in square brackets
that fall away where something in them was not filled. A sentence remembers the figures it shows and those that decided it,
so that a change of one input changes no other sentence. Nothing here knows Word. Source: docs/domain.md §6.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from pipeline.errors import CannotRun
from pipeline.model import Figure

#: between a number and its unit: one character wide, and no line ends there
NO_BREAK = "\u00a0"
#: what is counted or measured, as it follows a number in a pattern
_UNITS = re.compile(r"万元|元|分|个|项|条|人|名|家|次")
#: where the patterns stand, for a person who has to mend one
WORDING_FILE = "input_templates/word/wording.yaml"
_PARTS = re.compile(r"(\[|\]|\{[^{}]*\})")


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure in a sentence or a table: ``text`` is its ``printed``. ``is_open``: undetermined; ``is_blank``: nothing to say."""

    id: str
    label: str
    text: str
    unit: str = ""
    is_open: bool = False
    has_range: bool = False

    @property
    def is_blank(self) -> bool:
        return not self.text

    def __bool__(self) -> bool:
        return not self.is_blank


Piece = str | Shown


@dataclass(frozen=True, slots=True)
class Sentence:
    """Pieces of text; ``about``: figures that decided what is said beside those shown; ``typed``: an officer's own words."""

    pieces: tuple[Piece, ...] = ()
    about: tuple[str, ...] = ()
    typed: bool = False

    @property
    def plain(self) -> str:
        """As a person reads it."""
        return "".join(piece if isinstance(piece, str) else piece.text for piece in self.pieces)

    @property
    def ids(self) -> frozenset[str]:
        """Every figure it depends on."""
        return frozenset({piece.id for piece in self.pieces if isinstance(piece, Shown)} | {*self.about})

    def __bool__(self) -> bool:
        return any(self.pieces)


#: what stands in one paragraph
Paragraph = tuple[Sentence, ...]


def shown(figure: Figure) -> Shown:
    """A figure ready to be printed: a text as typed, a number as it stands in figures.json."""
    is_open = figure.value is None
    unit = figure.unit if is_open or not isinstance(figure.value, str) else ""
    return Shown(figure.id, figure.label, figure.printed, unit, is_open, bool(is_open and figure.range))


def with_units(pieces: Sequence[Piece | Sentence]) -> tuple[Piece, ...]:
    """Numbers and units that no line end parts; what is undetermined as 待定, with its range and unit in brackets.

    A sentence among the pieces is taken as it is.

    >>> total = Shown("total.score", "总分", "91.50–98.00", "分", True, True)
    >>> Sentence(with_units(("得", total, "分。"))).plain
    '得待定（91.50–98.00\\xa0分）。'
    >>> Sentence(with_units((Shown("a.b", "甲", "待定", "万元", True), "万元。"))).plain
    '待定。'
    >>> Sentence(with_units((Shown("a.b", "甲", "2,227.70", "万元"), "万元。"))).plain
    '2,227.70\\xa0万元。'
    """
    out: list[Piece] = []
    left = list(_joined(pieces))
    while left:
        piece = left.pop(0)
        if isinstance(piece, Sentence):  # has its units already
            out += piece.pieces
            continue
        if isinstance(piece, str):
            out.append(piece)
            continue
        follows = left[0] if left and isinstance(left[0], str) else ""
        found = _UNITS.match(follows)
        unit = found[0] if found and (piece.text[-1:].isdigit() or piece.is_open) else ""
        if unit:
            left[0] = follows[len(unit) :]
        out += _with_unit(piece, unit)
    return tuple(_joined(out))


def _with_unit(piece: Shown, unit: str) -> list[Piece]:
    after = f"{NO_BREAK}{unit}" if unit else ""
    if not piece.is_open:
        return [piece, after]
    if not piece.has_range:
        return [piece]
    return ["待定（", piece, after or (piece.unit if piece.unit == "%" else ""), "）"]


def _joined(pieces: Iterable[Piece | Sentence]) -> tuple:
    """Neighbouring texts as one; empty ones left out."""
    out: list[Piece | Sentence] = []
    for piece in pieces:
        if isinstance(piece, str) and out and isinstance(out[-1], str):
            out[-1] += piece
        elif piece != "":
            out.append(piece)
    return tuple(out)


def typed(text: object) -> tuple[Paragraph, ...]:
    """An officer's own text, a paragraph a line, as it was typed.

    >>> [one[0].plain for one in typed("甲\\n\\n乙")]
    ['甲', '乙']
    """
    lines = (line.strip() for line in str(text or "").splitlines())
    return tuple((Sentence((line,), typed=True),) for line in lines if line)


def ended(sentence: Sentence) -> Sentence:
    """An officer's words with a full stop where a cell's text ends without any mark.

    >>> ended(Sentence(("已完成",), typed=True)).plain, ended(Sentence(("已完成！",))).plain
    ('已完成。', '已完成！')
    """
    last = sentence.plain[-1:]
    return sentence if last in "。！？；：…”）" else replace(sentence, pieces=(*sentence.pieces, "。"))


class Teller:
    """Says sentences of one run. ``figures``: the outcome's; ``wording``: group -> key -> pattern."""

    def __init__(self, figures: Mapping[str, Figure], wording: Mapping[str, Mapping[str, str]]):
        self.figures = figures
        self._wording = wording

    def shown(self, figure_id: str) -> Shown:
        """Raises KeyError for a figure that the outcome does not have."""
        return shown(self.figures[figure_id])

    def has(self, figure_id: str) -> bool:
        """Whether there is something to print: a value that is not blank, or one that is undetermined."""
        figure = self.figures.get(figure_id)
        return figure is not None and figure.value != ""

    def number(self, figure_id: str) -> Decimal | None:
        """The printed number; None where it is open, a text or absent."""
        figure = self.figures.get(figure_id)
        return figure.value if figure is not None and isinstance(figure.value, Decimal) else None

    def text(self, figure_id: str) -> str:
        """A text figure as typed, without the full stop that the pattern brings; empty where there is none."""
        figure = self.figures.get(figure_id)
        value = figure.value if figure is not None and isinstance(figure.value, str) else ""
        return " ".join(value.split()).rstrip("。．.；;，, ")

    def is_open(self, figure_id: str) -> bool:
        figure = self.figures.get(figure_id)
        return figure is not None and figure.value is None

    def say(
        self, key: str, p: str = "", about: Iterable[str] = (), **given: str | Sentence | None
    ) -> Sentence:
        """The sentence of ``group.key``. ``p`` stands for ``@p`` in the ids; ``given`` fills the places without a dot.

        Raises CannotRun (the file of the wording, and the key) for a key, a place or a figure that does not exist.
        """
        group, _, name = key.partition(".")
        try:
            return self._said(self._wording[group][name], p, about, given)
        except (KeyError, IndexError) as problem:
            what = problem.args[0] if isinstance(problem, KeyError) else "]"
            words = f"“{key}”这一句里没有“{what}”可用，或这一句不见了。请改正，或恢复原来的说法。"
            raise CannotRun(words, file=WORDING_FILE) from None

    def _said(
        self, pattern: str, p: str, about: Iterable[str], given: Mapping[str, str | Sentence | None]
    ) -> Sentence:
        # one frame for the sentence and one for the clause in brackets that may fall away
        frames: list[list[Piece | Sentence]] = [[]]
        missing, told = False, [*about]
        for part in _PARTS.split(pattern):
            if part == "[":
                frames.append([])
                missing = False
            elif part == "]":
                clause = frames.pop()
                frames[-1] += [] if missing else clause
                missing = False
            elif part.startswith("{"):
                pieces, about_it = self._place(part[1:-1], p, given)
                missing = missing or not any(pieces)
                frames[-1] += pieces
                told += about_it
            else:
                frames[-1].append(part)
        return Sentence(with_units(frames[0]), tuple(dict.fromkeys(told)))

    def _place(
        self, place: str, p: str, given: Mapping[str, str | Sentence | None]
    ) -> tuple[list[Piece | Sentence], tuple[str, ...]]:
        if place in given:
            value = given[place]
            return [value or ""], value.about if isinstance(value, Sentence) else ()
        figure_id = p + place[2:] if place.startswith("@p") else place
        figure = self.figures.get(figure_id)
        if figure is None and place.startswith("@p."):  # a task without indicators has no points
            return [], (figure_id,)
        if figure is None:
            raise KeyError(figure_id)
        return ([shown(figure)] if figure.printed else []), (figure_id,)

    def listed(self, sentences: Iterable[Sentence], mark: str = "、") -> Sentence:
        """Several as one, with ``mark`` between them."""
        pieces: list[Piece] = []
        about: list[str] = []
        for at, sentence in enumerate(sentences):
            pieces += [mark, *sentence.pieces] if at else sentence.pieces
            about += sentence.about
        return Sentence(_joined(pieces), tuple(dict.fromkeys(about)))


def keys_of(figures: Iterable[str], family: str) -> list[str]:
    """The keys of ``<family>.<key>.name`` in the order the figures were made.

    >>> keys_of(["task.T1.name", "task.T1.project.P01.name", "task.T2.name", "project.P01.name"], "task")
    ['T1', 'T2']
    """
    found = (figure_id.split(".") for figure_id in figures)
    return [parts[1] for parts in found if len(parts) == 3 and parts[0] == family and parts[2] in ("name",)]
