"""A report file → :class:`Report`: .docx or plain text, decided by what is in it; a text called .docx is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pipeline.narrative.document import Paragraph, Report
from pipeline.narrative.docx import read_docx
from pipeline.narrative.package import content_of, looks_like_package, refuse, refuse_other_kinds
from pipeline.narrative.plain import decoded, normalised, paragraphs_of
from pipeline.narrative.sentences import with_sentences

#: a text of 500 pages has some 400,000 signs
MOST_SIGNS = 5_000_000


def read_report(path: Path) -> Report:
    """The report of a path, read and split. Raises CannotRun for what is no report or cannot be opened."""
    return report_of(content_of(path), path.name)


def report_of(content: bytes, file: str) -> Report:
    """The report of a file's bytes. Raises CannotRun as :func:`read_report` does."""
    refuse_other_kinds(content, file)
    if looks_like_package(content):
        paragraphs, remarks, widths = read_docx(content, file)
    else:
        text = decoded(content, file)
        if file.lower().endswith((".docx", ".docm")):
            raise refuse(
                file,
                "不是 Word 文档，只是改成了这个名字。请用 Word 或 WPS 打开原件，另存为 .docx。",
                "is no Word document.",
            )
        paragraphs, remarks, widths = text_paragraphs(text), [], {}
    if sum(len(paragraph.text) for paragraph in paragraphs) > MOST_SIGNS:
        raise refuse(file, "文字太多，超出可以核查的长度。", "is too long.")
    if not paragraphs:
        raise refuse(file, "里没有文字。", "holds no text.")
    return replace(with_sentences(file, paragraphs, remarks), widths=widths)


def text_paragraphs(text: str) -> list[Paragraph]:
    """The paragraphs of plain text, numbered in order."""
    plain = [normalised(each)[0] for each in paragraphs_of(text)]
    return [Paragraph(f"第{number}段", each) for number, each in enumerate((p for p in plain if p), 1)]
