"""A finding code and its facts -> the sentence, from ``expectations/catalogue.yaml``.

The catalogue says everything about a code once: severity, what it blocks, the sentence, the advice and the basis, in
Chinese and English. Loaded when the first finding is looked up; a finding is anything with ``code``, ``cells``,
``facts``, ``found`` and ``expected``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from pipeline.errors import CannotRun

CATALOGUE = Path(__file__).resolve().parent.parent / "expectations" / "catalogue.yaml"

SEVERITIES = ("critical", "warning", "info")
BLOCKS = ("nothing", "figure", "run")
PHASES = ("input", "outcome")
SEASONS = ("any", "year_end", "monitoring")
MARKS = ("stated", "published", "assumed")

#: how a sentence is put together: separator, full stop, the word before the basis, mark of an assumption, places
_GRAMMAR = {
    "zh": ("：", "。", "依据：", "（条款待核对原文）", " 等 {n} 处"),
    "en": (": ", ". ", "Basis: ", " (article to be verified)", " and others, {n} places"),
}


#: control characters, and signs that turn text around, as a sentence shows them
_UNSEEN = dict.fromkeys(
    [*range(32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A)], "\ufffd"
)


@dataclass(frozen=True, slots=True)
class Basis:
    """Where a check comes from: a source id of ``docs/sources.yaml``, article, mark, and the words printed."""

    source: str
    text: str
    article: str = ""
    mark: str = "stated"


@dataclass(frozen=True, slots=True)
class Entry:
    """One code of the catalogue. ``sentence`` and ``advice`` by language; ``echo_of``: codes whose cells silence it.

    ``phase``: raised before or after computing; ``season``: ``year_end`` is not checked during the year,
    ``monitoring`` only then.
    """

    code: str
    severity: str
    blocks: str
    sentence: Mapping[str, str]
    advice: Mapping[str, str]
    basis: Basis
    echo_of: tuple[str, ...] = ()
    waivable: bool = True
    phase: str = "input"
    season: str = "any"


@cache
def load_catalogue(path: Path = CATALOGUE) -> Mapping[str, Entry]:
    """Every code -> its entry, in the order of the file. Raises CannotRun (file) when the catalogue is broken."""
    try:
        raw = yaml.load(path.read_text("utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (OSError, UnicodeDecodeError) as problem:
        raise CannotRun(f"规则目录读不出来：{type(problem).__name__}。", file=path.name) from None
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        line = mark.line + 1 if mark else None
        raise CannotRun(
            "规则目录的 YAML 写法有误，请检查缩进、冒号和引号。", file=path.name, line=line
        ) from None
    if not isinstance(raw, dict) or not raw:
        raise CannotRun("规则目录是空的，请恢复该文件。", file=path.name)
    return {code: _entry(code, entry, path.name) for code, entry in raw.items()}


def _entry(code: str, raw: Any, file: str) -> Entry:
    known = {each.name for each in fields(Entry)} - {"code"}
    if (
        not isinstance(raw, dict)
        or not {"severity", "blocks", "sentence", "advice", "basis"} <= set(raw) <= known
    ):
        raise CannotRun(f"规则 {code} 缺少内容，或有不认识的名称。", file=file)
    closed = {"severity": SEVERITIES, "blocks": BLOCKS, "phase": PHASES, "season": SEASONS}
    for name, choices in closed.items():
        if raw.get(name, choices[0]) not in choices:
            raise CannotRun(f"规则 {code} 的 {name} 只能是 {'、'.join(choices)}。", file=file)
    for name in ("sentence", "advice"):
        if not isinstance(raw[name], dict) or not all(raw[name].get(language) for language in _GRAMMAR):
            raise CannotRun(f"规则 {code} 的 {name} 要有 zh 和 en。", file=file)
    try:
        basis = Basis(**raw["basis"])
    except TypeError:
        raise CannotRun(f"规则 {code} 的 basis 要有 source 和 text。", file=file) from None
    if basis.mark not in MARKS:
        raise CannotRun(f"规则 {code} 的 basis.mark 只能是 {'、'.join(MARKS)}。", file=file)
    return Entry(code, **{**raw, "basis": basis, "echo_of": tuple(raw.get("echo_of", ()))})


def entry(code: str) -> Entry:
    """The entry of a code. Raises KeyError for a code that is not in the catalogue."""
    return load_catalogue()[code]


def severity(finding: Any) -> str:
    """``critical``, ``warning`` or ``info``."""
    return entry(finding.code).severity


def sentence(finding: Any, lang: str = "zh") -> str:
    """Code, where, what was found, what to do, on what basis: the whole sentence a person reads.

    Raises KeyError when the finding lacks a fact its sentence speaks of.
    """
    colon, stop, basis, _, places = _GRAMMAR[lang]
    head = finding.code
    if finding.cells:
        head += f" {finding.cells[0].cell}"
    if "places" in finding.facts and int(finding.facts["places"]) > 1:
        head += places.format(n=finding.facts["places"])
    what, advice, ground = parts(finding, lang)
    whole = head + colon + stop.join((what, advice, basis + ground)) + stop.strip()
    return whole.translate(_UNSEEN)


def parts(finding: Any, lang: str = "zh") -> tuple[str, str, str]:
    """What was found, what to do, on what basis: the parts of a sentence, each without its full stop.

    Raises KeyError when the finding lacks a fact its sentence speaks of.
    """
    said = entry(finding.code)
    ground = said.basis.text + (_GRAMMAR[lang][3] if said.basis.mark == "assumed" else "")
    told = (
        said.sentence[lang].format_map(finding.facts),
        said.advice[lang].format_map(finding.facts),
        ground,
    )
    return tuple(part.rstrip("。. ") for part in told)


def record(finding: Any, lang: str = "zh", waived: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The finding in the shape of ``evidence/findings.json``; ``file``, ``sheet``, ``cell`` are its first place's.

    ``waived``: ``{reason, by, approved_by, date}`` of the 核查说明 that holds for it.
    """
    said = entry(finding.code)
    cells = [
        {"file": each.cell.file, "sheet": each.cell.sheet, "cell": each.cell.address, "found": each.found}
        for each in finding.cells
    ]
    first = cells[0] if cells else {"file": "", "sheet": "", "cell": ""}
    return {
        "code": finding.code,
        "severity": said.severity,
        "blocks": said.blocks,
        "message": sentence(finding, lang),
        "file": first["file"],
        "sheet": first["sheet"],
        "cell": first["cell"],
        "cells": cells,
        "found": finding.found,
        "expected": finding.expected,
        "basis": said.basis.text,
        "waived": dict(waived) if waived else None,
    }


_WAIVED = {
    "zh": "已核准说明：{reason}（提出人 {by}，批准人 {approved_by}，{date}）",
    "en": "Waived: {reason} (proposed by {by}, approved by {approved_by}, {date})",
}


def waiver_words(waived: Mapping[str, str] | None, lang: str = "zh") -> str:
    """The 核查说明 of a finding in one line, blank without one.

    >>> waiver_words({"reason": "合同跨年", "by": "甲", "approved_by": "乙", "date": "2023-02-01"})
    '已核准说明：合同跨年（提出人 甲，批准人 乙，2023-02-01）'
    """
    return _WAIVED[lang].format_map(waived) if waived else ""


def blocked_cells(findings: Iterable[Any]) -> frozenset:
    """Cells whose values cannot be used: those of findings that block figures."""
    return frozenset(
        each.cell for finding in findings if entry(finding.code).blocks != "nothing" for each in finding.cells
    )
