"""The words of ``words.yaml``: set phrases, cue words for what an amount or a rate is, pairs of terms, nouns that are listed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from pipeline.errors import CannotRun

_FILE = Path(__file__).with_name("words.yaml")


@cache
def words() -> Mapping[str, Any]:
    """Everything of the file. Raises CannotRun where it is broken."""
    try:
        loaded = yaml.load(_FILE.read_text("utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        raise CannotRun("词表读不出来，请恢复该文件。", file=_FILE.name) from None
    if not isinstance(loaded, dict) or not {"set_phrases", "roles", "rates", "terms", "listed_nouns"} <= set(
        loaded
    ):
        raise CannotRun("词表不完整，请恢复该文件。", file=_FILE.name)
    return loaded


@cache
def pattern(*names: str) -> re.Pattern[str]:
    """Any word of a group (``up``, or ``roles``, ``executed``), the longest first."""
    group = words()
    for name in names:
        group = group[name]
    return re.compile("|".join(map(re.escape, sorted(group, key=len, reverse=True))))


def last_of(text: str, groups: Iterable[str], inside: str) -> str | None:
    """The group whose word ends last in a text; of two that end together, the longer word's.

    >>> last_of("项目支出预算", ("executed", "budget"), "roles"), last_of("预算支出数", ("executed", "budget"), "roles")
    ('budget', 'executed')
    """
    best: tuple[int, int] = (-1, 0)
    found = None
    for name in groups:
        for match in pattern(inside, name).finditer(text):
            rank = (match.end(), len(match[0]))
            if rank > best:
                best, found = rank, name
    return found


def has(text: str, *names: str) -> bool:
    return bool(pattern(*names).search(text))


def set_phrase_spans(text: str) -> Sequence[tuple[int, int]]:
    """Where set phrases stand, quoted or not."""
    return [found.span() for found in pattern("set_phrases").finditer(text)]
