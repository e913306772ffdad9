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
#: where texts of the outline's sections may go (``into``)
PLACES = (
    "overview", "goals", "money", "management", "conclusion", "results", "project_texts", "achievements",
    "problem_texts", "measure_texts",
)  # fmt: skip
#: what may follow ``@p.`` in a pattern: parts of the figures of tasks, projects, indicators, months, units and nodes
PARTS = frozenset(
    "name lead_division task duty completion initial_budget annual_budget executed execution_rate budget cumulative spent rate"
    " schedule progress indicators indicators_met completion_rate points points_by score score_rate weight lost grade"
    " level_1 level_2 level_3 target actual unit division department_points net_adjustment executed_last_year".split()
)
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
    if wrong := _CHECKS[name](data):
        raise CannotRun(f"{wrong}。请改正，或恢复该文件。", file=shown)
    return data


def _wrong_style(data: Mapping) -> str:
    """What a run needs of the style: the chart's size and colours, the font of its words."""
    chart, fonts = data.get("chart"), data.get("fonts")
    sizes = [chart.get(side) for side in ("width", "height")] if isinstance(chart, dict) else []
    if not sizes or not all(isinstance(size, int | float) and 0 < size <= 500 for size in sizes):
        return "chart 要有 width 和 height，以毫米计"
    colours = chart.get("colours")
    if not isinstance(colours, list) or not all(
        re.fullmatch(r"#[0-9A-Fa-f]{6}", str(each)) for each in colours
    ) or len(colours) != 2:  # fmt: skip
        return "chart 的 colours 要有两个颜色，如 #1F4E79"
    if not isinstance(fonts, dict) or not fonts.get("song") or not isinstance(fonts["song"], list):
        return "fonts 要有 song"
    return ""


def _wrong_outline(data: Mapping) -> str:
    """Every section has a title, and its texts a place the program fills."""
    try:
        sections = list(_sections(data))
        titles = [name for section in sections for name in _names(section)]
    except (KeyError, TypeError, AttributeError):
        return "sections 里每一节要有 title"
    if not all(isinstance(title, str) for title in titles):
        return "title 和 texts 要写文字"
    unknown = [section["into"] for section in sections if section["into"] not in PLACES]
    return f"into 不能写“{unknown[0]}”，只能是 {'、'.join(PLACES)}" if unknown else ""


def _wrong_wording(data: Mapping) -> str:
    """Every pattern is a text whose braces and brackets close, with no part of a figure that nothing has."""
    for group, patterns in data.items():
        for key, pattern in patterns.items() if isinstance(patterns, dict) else [("", None)]:
            where = f"“{group}.{key}”"
            if not isinstance(pattern, str):
                return f"{where}要写一句话"
            rest = re.sub(r"\[[^\[\]]*\]", "", pattern)
            if "[" in rest or "]" in rest:
                return f"{where}里的方括号没有配成对，或一个套一个"
            if re.search(r"[{}]", re.sub(r"\{[@\w.]+\}", "", pattern)):
                return f"{where}里的花括号没有配成对"
            unknown = [part for part in re.findall(r"\{@p\.([\w.]+)\}", pattern) if part not in PARTS]
            if unknown:
                return f"{where}里没有“@p.{unknown[0]}”这个数字"
    return ""


_CHECKS = {STYLE: _wrong_style, OUTLINE: _wrong_outline, WORDING: _wrong_wording}


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
