"""Sentences as WordprocessingML: plain runs, and a content control (内容控件) around every figure.

A control's tag is the figure's id, its title the figure's label, its content one run; so the figures of a report that
somebody edited can still be found. An id of more than 64 characters, which Word does not take, leaves its figure plain text.
"""

from __future__ import annotations

from html import escape

from pipeline.report.page_text import clean
from pipeline.report.sentences import Piece, Sentence, Shown, with_units

#: the longest tag and title Word takes
LONGEST = 64
#: what stands in a table where there is nothing
NOTHING = "—"
_ALL = 1_000_000

Printable = str | Shown | Sentence | tuple | None


def runs(value: Printable, look: str = "", unit: str = "") -> str:
    """The runs of one value. ``look``: ``<w:rPr>…`` of the place it stands in; ``unit``: what follows it in the template.

    >>> runs("a<b")
    '<w:r><w:t xml:space="preserve">a&lt;b</w:t></w:r>'
    """
    pieces = _pieces(value)
    if unit:
        pieces = with_units((*pieces, unit))
    return "".join(_run(piece, look) if isinstance(piece, str) else _control(piece, look) for piece in pieces)


def _pieces(value: Printable) -> tuple[Piece, ...]:
    if value is None or value == "":
        return ()
    if isinstance(value, str):
        return (value,)
    if isinstance(value, Shown):
        return with_units((value,)) if value.text else ()
    if isinstance(value, Sentence):
        return value.pieces
    return tuple(piece for sentence in value for piece in sentence.pieces)


def _run(text: str, look: str) -> str:
    return f'<w:r>{look}<w:t xml:space="preserve">{_escaped(text)}</w:t></w:r>' if text else ""


def _escaped(text: str) -> str:
    return escape(clean(text.replace("\t", " ").replace("\n", " "), _ALL), quote=False)


def _control(piece: Shown, look: str) -> str:
    run = _run(piece.text, look)
    if len(piece.id) > LONGEST or not run:
        return run
    label = escape(clean(piece.label, _ALL)[:LONGEST])
    return (
        f'<w:sdt><w:sdtPr><w:alias w:val="{label}"/><w:tag w:val="{escape(piece.id)}"/><w:text/></w:sdtPr>'
        f"<w:sdtContent>{run}</w:sdtContent></w:sdt>"
    )
