"""Pieces of a rubric as its file writes them: the rule of an indicator, a whole section. For drafts and scaffolds.

Text, not values: what a person is to look over stays as it was written, with its comments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.rules.lines import Map, read_yaml

_VERIFIED = re.compile(
    r"""(?<={)verified:[^,}\n]*,[ \t]*|,[ \t]*verified:[ \t]*(?:"[^"]*"|'[^']*'|[^,}\n]*)|^[ \t]*verified:[^\n]*$""",
    re.M,
)


def unverified(text: str) -> str:
    """A rubric's text without what was last compared with a source (``verified``): a copy has not been. Lines stay.

    >>> unverified("weight: {points: 5, mark: stated, verified: 2023-03-01 张三}")
    'weight: {points: 5, mark: stated}'
    """
    return _VERIFIED.sub("", text)


@dataclass(frozen=True, slots=True)
class IndicatorBlock:
    """One indicator of a rubric. ``rule``: the lines of its rule without their indent, "" where there is none;
    ``words``: its 评分标准; ``points``: its 分值 as written."""

    id: str
    label: str
    aliases: tuple[str, ...]
    is_leaf: bool
    rule: str
    words: str
    points: str


def indicator_blocks(path: Path) -> list[IndicatorBlock]:
    """Every indicator of a rubric file, parents first. Raises CannotRun for a file that is no YAML."""
    lines = path.read_text("utf-8").split("\n")
    return list(_blocks(read_yaml(path, path.name).get("nodes") or [], lines))


def _blocks(entries: list[Map], lines: list[str]) -> Iterator[IndicatorBlock]:
    for entry in entries:
        rule = block(lines, entry.lines["rule"]) if isinstance(entry.get("rule"), Map) else ""
        aliases = tuple(str(alias) for alias in entry.get("aliases") or ())
        words = re.sub(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])", "", str(entry.get("words") or "").strip())
        points = str(entry["weight"].get("points", "")) if isinstance(entry.get("weight"), Map) else ""
        is_leaf = "children" not in entry
        yield IndicatorBlock(str(entry["id"]), str(entry["label"]), aliases, is_leaf, rule, words, points)
        yield from _blocks(entry.get("children") or [], lines)


def section(path: Path, name: str) -> str:
    """A top-level section (``settings``) as it stands in the file; "" where there is none."""
    lines = path.read_text("utf-8").split("\n")
    start = next((number for number, line in enumerate(lines, 1) if re.match(rf"{name}:", line)), None)
    return block(lines, start) if start else ""


def block(lines: list[str], number: int) -> str:
    """The line of that number, counted from 1, and all below it that are indented more; their common indent is cut."""
    indent = len(lines[number - 1]) - len(lines[number - 1].lstrip())
    taken = [lines[number - 1]]
    for line in lines[number:]:
        if line.strip() and len(line) - len(line.lstrip()) <= indent:
            break
        taken.append(line)
    return "\n".join(line[indent:] for line in taken).rstrip()
