"""The nouns of a report that was read: paragraphs, content controls, sentences, quantities.

Text is kept normalised (:func:`pipeline.narrative.plain.normalised`): digits and signs plain, blanks gone where none mean anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Control:
    """A content control within a paragraph: ``start`` to ``end`` of its text, ``tag`` as ``<figure id>`` or ``<figure id>|<form>``."""

    start: int
    end: int
    tag: str

    @property
    def figure(self) -> str:
        return self.tag.partition("|")[0]

    @property
    def form(self) -> str:
        """``printed``, ``number`` or ``points``."""
        return self.tag.partition("|")[2] or "printed"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph. ``place`` as a person finds it (第12段, 表2第3行第1列); ``kind``: body, cell, box or note.

    ``automatic``: Word numbers it, so that its number is not in the text.
    """

    place: str
    text: str
    kind: str = "body"
    controls: tuple[Control, ...] = ()
    automatic: bool = False


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit. ``value`` in the smallest unit of its ``kind``: 元 for money, 1/100 for a percentage.

    ``kind``: money, percent, points (百分点), score (分), count, plain. ``step`` is one of the last printed digit, in the same unit;
    ``before`` what stands between the quantity before and this one; ``label`` the clause right in front of it.
    """

    kind: str
    value: Fraction
    step: Fraction
    unit: str
    text: str
    start: int
    end: int
    before: str = ""
    label: str = ""
    after: str = ""
    is_approximate: bool = False
    is_bound: bool = False
    is_range: bool = False
    spelled: bool = False
    depth: int = 0
    control: Control | None = None

    @property
    def is_exact(self) -> bool:
        return not (self.is_approximate or self.is_bound or self.is_range)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: ``place`` such as 第12段第3句; ``section`` counts headings, so that a context does not cross one."""

    place: str
    text: str
    paragraph: int
    section: int
    kind: str = "body"
    quantities: tuple[Quantity, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """A report as read. ``titles``: the heading path of each section, outermost first. ``remarks``: what reading noticed."""

    file: str
    paragraphs: tuple[Paragraph, ...]
    sentences: tuple[Sentence, ...] = ()
    titles: tuple[tuple[str, ...], ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Spotted:
    """What a judge says: code, the sentence's place, facts of the catalogue's sentence, found and expected."""

    code: str
    place: str
    facts: dict[str, str] = field(default_factory=dict)
    found: str = ""
    expected: str = ""
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unchecked:
    """What cannot be checked, and why: no severity."""

    place: str
    text: str
    why: str
