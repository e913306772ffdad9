"""The data beside the Word templates: style, outline and wording, read from ``input_templates/word``; and which of an
officer's texts belong into which section of the outline.

Source: docs/使用手册.md, 报告; docs/architecture.md, 'Where to change what'.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from pipeline.errors import CannotRun
from pipeline.model import Submission
from pipeline.report.sentences import Paragraph, typed

FOLDER = Path(__file__).resolve().parents[2] / "input_templates" / "word"
STYLE, OUTLINE, WORDING = "style.yaml", "outline.yaml", "wording.yaml"
#: what a section that is printed in a project's own form is called: its code or name, and one of these
_OF_PROJECT = ("预期目标", "实际完成情况")
_NUMBERING = re.compile(r"^[（(]?[一二三四五六七八九十百\d]+[）)、.．]\s*")


@cache
def load(name: str, folder: Path = FOLDER) -> Mapping:
    """One of the data files. Raises CannotRun (file, line) where it is missing or broken."""
    path = folder / name
    shown = f"input_templates/word/{name}"
    try:
        text = path.read_text("utf-8")
        data = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (OSError, UnicodeDecodeError) as problem:
        raise CannotRun(f"读不出来（{type(problem).__name__}），请恢复该文件。", file=shown) from None
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        line = mark.line + 1 if mark else None
        raise CannotRun("YAML 写法有误，请检查缩进、冒号和引号。", file=shown, line=line) from None
    if not isinstance(data, dict):
        raise CannotRun("内容不对，请恢复该文件。", file=shown)
    return data


@dataclass(frozen=True, slots=True)
class Texts:
    """An officer's texts by section of the outline (``into``); ``others``: title -> text of those that fit none."""

    sections: Mapping[str, Sequence[Paragraph]]
    others: Sequence[tuple[str, Sequence[Paragraph]]]

    def of(self, into: str) -> list[Paragraph]:
        return list(self.sections.get(into, ()))


def texts_of(submission: Submission, outline: Mapping) -> Texts:
    """文字材料 by the outline's titles; what a project's own form prints is left out, it stands with the project."""
    into = {_plain(name): section["into"] for section in _sections(outline) for name in _names(section)}
    projects = {
        _plain(row.usable(field))
        for row in submission.table("budget_execution.expenditure")
        for field in ("project_id", "project_name")
        if row.usable(field)
    }
    sections: dict[str, list[Paragraph]] = {}
    others: dict[str, list[Paragraph]] = {}
    for row in submission.table("basics.narrative"):
        title, paragraphs = row.usable("section"), typed(row.usable("text"))
        if not title or not paragraphs or _is_of_project(_plain(title), projects):
            continue
        if place := into.get(_plain(title)):
            sections.setdefault(place, []).extend(paragraphs)
        else:
            others.setdefault(str(title), []).extend(paragraphs)
    return Texts(sections, tuple(others.items()))


def _sections(outline: Mapping) -> Iterator[Mapping]:
    for one in outline["sections"]:
        yield from (each for each in (one, *one.get("sections", ())) if "into" in each)


def _names(section: Mapping) -> tuple[str, ...]:
    return (section["title"], *section.get("texts", ()))


def _is_of_project(title: str, projects: set[str]) -> bool:
    return any(title.removesuffix(end) in projects for end in _OF_PROJECT if title.endswith(end))


def _plain(title: object) -> str:
    """A title without its number, blanks and width.

    >>> _plain("（一）部门 概况"), _plain("P01：预期目标")
    ('部门概况', 'p01预期目标')
    """
    text = unicodedata.normalize("NFKC", str(title)).strip()
    text = _NUMBERING.sub("", text)
    return re.sub(r"[\W_]", "", text).casefold()
