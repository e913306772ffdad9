"""Word reports for tests: the example with some cells changed, computed without the checks, and a document taken apart."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from pipeline import forms, messages, rules
from pipeline.applicable import with_project_points
from pipeline.compute.score import compute
from pipeline.model import Outcome
from pipeline.read.submission import read_submission
from pipeline.report import word, word_context
from pipeline.report.sentences import Sentence
from pipeline.report.sentences_results import Told
from pipeline.report.word_context import Case
from pipeline.write import zipped
from pipeline.write.patch import patch
from tests.build_example import EXAMPLE

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
REPORT, LETTER, CATALOGUE = "部门整体支出绩效自评报告.docx", "报送函.docx", "佐证材料目录.docx"

Changes = Mapping[tuple[str, str], Mapping[str, object]]


def changed(folder: Path, changes: Changes) -> Path:
    """The example in ``folder`` with cells overwritten: (file, sheet) -> cell -> value."""
    shutil.copytree(EXAMPLE, folder)
    for (name, sheet), cells in changes.items():
        path = folder / name
        values = {(sheet, cell): value for cell, value in cells.items()}
        path.write_bytes(patch(path.read_bytes(), values))
    return folder


def case_of(folder: Path, **more: object) -> Case:
    """Read and computed as a run does, with the cells blocked that reading refused; no checks, so no findings of theirs."""
    rubric, projects = rules.load("440100", 2022), rules.load("440100", 2022, "project")
    submission = read_submission(folder, forms.load_specs())
    blocked = messages.blocked_cells(submission.findings)
    outcome: Outcome = compute(submission, with_project_points(rubric, projects), blocked, projects)
    return Case(outcome, submission, rubric, projects, **more)


def rendered(case: Case, name: str = REPORT, folder: Path | None = None) -> bytes:
    fields = word_context.context(case)
    months = word_context.chart_values(case)
    return zipped.pack(word.render(name, case.outcome.figures, fields, months, folder))


def sentences(case: Case) -> list[Sentence]:
    """Every sentence of the report's paragraphs, in the order of the names."""
    found: list[Sentence] = []
    for name, value in word_context.context(case).items():
        if name.endswith("_rows") or not isinstance(value, list):
            continue
        for one in value:
            lines = (one.title, *one.lines) if isinstance(one, Told) else (one,)
            found += [sentence for line in lines for sentence in line]
    return found


def said(case: Case) -> str:
    """Everything the report says, a sentence a line, numbers and units as one."""
    return "\n".join(sentence.plain for sentence in sentences(case)).replace("\u00a0", "")


@dataclass(frozen=True)
class Control:
    tag: str
    alias: str
    text: str
    element: etree._Element


class Document:
    """A document taken apart."""

    def __init__(self, content: bytes):
        self.package = zipfile.ZipFile(io.BytesIO(content))
        self.root = self.part("word/document.xml")

    def part(self, name: str) -> etree._Element:
        return etree.fromstring(self.package.read(name))

    @property
    def paragraphs(self) -> list[str]:
        """The text outside tables, a paragraph a line."""
        body = self.root.find(f"{W}body")
        return [text_of(one) for one in body.iterchildren(f"{W}p")]

    @property
    def controls(self) -> list[Control]:
        found = []
        for one in self.root.iter(f"{W}sdt"):
            tag, alias = (one.find(f"{W}sdtPr/{W}{name}").get(f"{W}val") for name in ("tag", "alias"))
            found.append(Control(tag, alias, text_of(one), one))
        return found

    def tables(self) -> list[list[list[str]]]:
        return [
            [[text_of(cell) for cell in row.iter(f"{W}tc")] for row in table.iter(f"{W}tr")]
            for table in self.root.iter(f"{W}tbl")
        ]


def text_of(element: etree._Element) -> str:
    return "".join(each.text or "" for each in element.iter(f"{W}t"))


def edited(name: str, replaced: Sequence[tuple[str, str]], part: str = "word/document.xml") -> bytes:
    """A template with texts of a part replaced, as somebody would edit it."""
    content = (word.word_data.FOLDER / name).read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        parts = {each: package.read(each) for each in package.namelist()}
    text = parts[part].decode("utf-8")
    for before, after in replaced:
        assert before in text, before
        text = text.replace(before, after, 1)
    return zipped.pack({**parts, part: text.encode("utf-8")}.items())
