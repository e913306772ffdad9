"""Paragraphs → sentences with their quantities, each in a section: what stands between two headings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pipeline.narrative.document import Paragraph, Report, Sentence
from pipeline.narrative.quantities import quantities

_SENTENCE = re.compile(r"[^。！？\n]+(?:[。！？\n]+[”』）]*|$)")
_LEVELS = (
    re.compile(r"第[一二三四五六七八九十]+(?:部分|章|节)|附件\d*|附表\d*"),
    re.compile(r"[一二三四五六七八九十]{1,3}[、.．](?!\d)"),
    re.compile(r"（[一二三四五六七八九十]{1,3}）"),
    re.compile(r"\d{1,2}[、.．](?!\d)"),
    re.compile(r"（\d{1,2}）"),
)


def level_of(text: str) -> int | None:
    """How deep a heading or item stands: 0 部分, 1 一、, 2 （一）, 3 1., 4 （1）; None for other text."""
    return next((level for level, sign in enumerate(_LEVELS) if sign.match(text)), None)


def title_of(paragraph: Paragraph) -> tuple[int, str] | None:
    """Level and title of a heading of the first three levels: a short paragraph, or the first sentence of a longer one."""
    level = level_of(paragraph.text)
    if level is None or level > 2 or paragraph.kind != "body":
        return None
    title = re.split(r"[。：]", paragraph.text, maxsplit=1)[0]
    return (level, title) if len(title) <= 40 else None


def with_sentences(file: str, paragraphs: Sequence[Paragraph], remarks: Iterable[str]) -> Report:
    """The report with its sentences, each in its section, and the titles that lead to each section."""
    sentences: list[Sentence] = []
    titles: list[tuple[str, ...]] = [()]
    path: list[tuple[int, str]] = []
    for index, paragraph in enumerate(paragraphs):
        if head := title_of(paragraph):
            path = [*(one for one in path if one[0] < head[0]), head]
            titles.append(tuple(title for _, title in path))
        for number, found in enumerate(_SENTENCE.finditer(paragraph.text), 1):
            sentences.append(
                Sentence(
                    f"{paragraph.place}第{number}句", found[0], index, len(titles) - 1, paragraph.kind,
                    quantities(found[0], [c for c in paragraph.controls if found.start() <= c.start < found.end()], found.start()),
                )
            )  # fmt: skip
    return Report(file, tuple(paragraphs), tuple(sentences), tuple(titles), tuple(remarks))
