"""A rubric of one year -> the scaffold for another: ``years`` and title changed, and what the new document must confirm.

What last year's document stated is only assumed for the new year: until the new document is at hand, runs are trials.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from pipeline.rules.blocks import unverified
from pipeline.rules.lines import Map, Seq, read_yaml

_SETTING = "口径"
_WORDS = {"rounding": "取舍", "grades": "等级", "caps": "总分封顶"}
_STATED = re.compile(r"(mark: )stated\b")


@dataclass(frozen=True, slots=True)
class Mark:
    """One weight, rule or setting to be confirmed. ``line``: in the scaffold; ``mark``: the one it had last year."""

    line: int
    what: str
    source: str
    mark: str

    def __str__(self) -> str:
        return f"第 {self.line} 行 {self.what}（{self.source}，上年标 {self.mark}）"


@dataclass(frozen=True, slots=True)
class Scaffold:
    """The text of the new file and its marks in the order of the lines."""

    text: str
    marks: tuple[Mark, ...]


def scaffold(path: Path, name: str, before: int, after: int) -> Scaffold:
    """The rubric file ``path`` for the year ``after``. ``name``: what the file is called for people.

    Raises CannotRun for a file that is no YAML.
    """
    root = read_yaml(path, name)
    lines = path.read_text("utf-8").rstrip("\n").split("\n")
    found = sorted(_marks(root, ""))
    # what was compared with last year's document was not compared with this year's
    lines = unverified("\n".join(lines)).split("\n")
    for line, _, _, mark in found:
        if mark == "stated":
            lines[line - 1] = (
                _STATED.sub(r"\1assumed", lines[line - 1], count=1) + f"  # {before} 年标 stated，待确认"
            )
    at = root.lines["years"] - 1
    lines[at] = re.sub(r"years:\s*\[[^\]]*\]", f"years: [{after}]", lines[at])
    at = root.lines["title"] - 1
    lines[at] = lines[at].replace(str(before), str(after))
    head = [
        f"# 由 rules new-year 从 {name} 复制，内容是 {before} 年的；按 {after} 年的文件逐项核对后删去这一行。"
    ]
    based = f"based_on: {name}  # 只写给人看"
    if "based_on" in root:
        lines[root.lines["based_on"] - 1] = based
    else:
        lines.insert(root.lines["kind"], based)
    inserted = [root.lines["kind"]] if "based_on" not in root else []
    marks = tuple(
        Mark(line + len(head) + sum(line > one for one in inserted), what, source, mark)
        for line, what, source, mark in found
    )
    return Scaffold("\n".join([*head, *lines]) + "\n", marks)


def _marks(entry: object, what: str) -> list[tuple[int, str, str, str]]:
    """Every ``mark`` below an entry: line, what it marks, source, mark."""
    if isinstance(entry, Seq):
        return [one for each in entry for one in _marks(each, what)]
    if not isinstance(entry, Map):
        return []
    name = str(entry.get("label") or what)
    found = []
    if "mark" in entry and "source" in entry:
        said = f"口径“{entry['words']}”" if what.startswith(_SETTING) and entry.get("words") else what
        found.append((entry.lines["mark"], said, str(entry["source"]), str(entry["mark"])))
    for key, value in entry.items():
        told = {
            "weight": f"{name}的分值",
            "rule": f"{name}的规则",
            "children": name,
            "nodes": "",
            "settings": _SETTING,
        }.get(key)
        if told is None:
            told = _WORDS.get(key, f"{what} {key}".strip()) if what.startswith(_SETTING) or not what else name
        found += _marks(value, told)
    return found
