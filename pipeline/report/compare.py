"""What changed between two runs: figures, and findings new, gone and changed. Reads their evidence alone."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import CannotRun
from pipeline.report.explain import near_runs

#: what every figure and every finding of a run has
_FIGURE = {"value", "unit", "printed", "label"}
_FINDING = {"code", "file", "sheet", "cell", "cells", "found", "expected", "message"}


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a comparison: ``kind`` is figure | new | gone | changed | waived | unwaived; ``before``/``after`` as printed."""

    kind: str
    what: str
    label: str
    before: str = ""
    after: str = ""


def load_run(run: Path) -> tuple[dict, list]:
    """figures.json and findings.json of a run; CannotRun when they cannot be read."""
    evidence = run / "evidence"
    try:
        figures = json.loads((evidence / "figures.json").read_text("utf-8"))
        findings = json.loads((evidence / "findings.json").read_text("utf-8"))
        if not all(one.keys() >= _FIGURE for one in figures.values()) or not all(
            one.keys() >= _FINDING for one in findings
        ):
            raise ValueError
    except (OSError, ValueError, TypeError, AttributeError):
        raise CannotRun(
            f"“{run}”不是一次运行的结果文件夹（evidence 里没有可读的 figures.json 和 findings.json，或它们被改动过）。"
            f"{near_runs(run)}",
            english=f"{run} is not the folder of a run (no readable evidence/figures.json and findings.json).",
        ) from None
    return figures, findings


def compare_runs(before: tuple[Mapping, Sequence], after: tuple[Mapping, Sequence]) -> list[Change]:
    """Changes from one run to the other, figures first, in the order of the later run."""
    return [*_figures(before[0], after[0]), *_findings(before[1], after[1])]


def _figures(before: Mapping, after: Mapping) -> list[Change]:
    changes = []
    for figure_id in [*after, *(f for f in before if f not in after)]:
        old, new = before.get(figure_id), after.get(figure_id)
        if old == new:
            continue
        label = (new or old)["label"]
        changes.append(
            Change(
                "figure",
                figure_id,
                label,
                _printed(old),
                _printed(new),
            )
        )
    return changes


def _printed(figure: Mapping | None) -> str:
    """A figure's value with its unit; a rate carries its sign already, and what is open or a text has no unit."""
    if figure is None:
        return "（无）"
    if figure["value"] == "" or figure["printed"] == "":
        return "（空）"
    if figure["value"] is None and figure["unit"] == "%" and figure.get("range"):
        return "–".join(f"{end}%" for end in figure["range"])
    is_bare = figure["value"] is None or not figure["unit"] or figure["printed"].endswith(figure["unit"])
    return figure["printed"] if is_bare else f"{figure['printed']} {figure['unit']}"


def _findings(before: Sequence[Mapping], after: Sequence[Mapping]) -> list[Change]:
    old = {_key(record): record for record in before}
    new = {_key(record): record for record in after}
    changes = [Change("new", _where(new[k]), new[k]["message"]) for k in new if k not in old]
    changes += [Change("gone", _where(old[k]), old[k]["message"]) for k in old if k not in new]
    changes += [
        Change("changed", _where(new[k]), new[k]["message"], old[k]["found"], new[k]["found"])
        for k in new
        if k in old and (old[k]["found"], old[k]["expected"]) != (new[k]["found"], new[k]["expected"])
    ]
    changes += [
        Change("unwaived" if old[k].get("waived") else "waived", _where(new[k]), new[k]["message"])
        for k in new
        if k in old and bool(old[k].get("waived")) != bool(new[k].get("waived"))
    ]
    return changes


def _key(record: Mapping) -> tuple:
    cells = tuple((c["file"], c["sheet"], c["cell"]) for c in record["cells"])
    return record["code"], record["file"], record["sheet"], record["cell"], cells


def _where(record: Mapping) -> str:
    return f"{record['code']} {record['file']}!{record['sheet']}!{record['cell']}"


def lines(changes: Sequence[Change]) -> list[str]:
    """Sentences for a person, one a change."""
    words = {
        "new": "新增问题",
        "gone": "已消除",
        "changed": "有变化",
        "waived": "已作核查说明",
        "unwaived": "核查说明已失效",
    }
    out = []
    for change in changes:
        if change.kind == "figure":
            out.append(f"{change.label}：{change.before} → {change.after}  [{change.what}]")
        else:
            out.append(f"{words[change.kind]}：{change.label}")
    return out


#: what a person looks for first
_FIRST = (
    "total.score", "total.grade", "annual.execution_rate", "annual.average_execution_rate", "monitor.execution_rate",
    "monitor.project_execution_rate",
)  # fmt: skip


def for_reading(changes: Sequence[Change]) -> list[Change]:
    """Total, grade and rates first, then findings, then scores, then every other figure."""

    def rank(change: Change) -> int:
        if change.what in _FIRST:
            return _FIRST.index(change.what)
        if change.kind != "figure":
            return len(_FIRST)
        return len(_FIRST) + (1 if change.what.endswith(".score") else 2)

    return sorted(changes, key=rank)


def summary_lines(changes: Sequence[Change], lang: str = "zh") -> list[str]:
    """The same for the end of a run, where the findings themselves stand already: how many came and went."""
    figures = [change for change in for_reading(changes) if change.kind == "figure"]
    counts = {kind: sum(change.kind == kind for change in changes) for kind in _COUNTED[lang]}
    told = "，".join(words.format(n=counts[kind]) for kind, words in _COUNTED[lang].items() if counts[kind])
    first = [change for change in figures if change.what in _FIRST]
    return [*lines(first), *([_FINDINGS[lang] + told] if told else []), *lines(figures[len(first) :])]


_FINDINGS = {"zh": "问题：", "en": "Findings: "}
_COUNTED = {
    "zh": {"new": "新增 {n} 条", "gone": "消除 {n} 条", "changed": "改过仍在 {n} 条", "waived": "新作说明 {n} 条",
           "unwaived": "说明失效 {n} 条"},
    "en": {"new": "{n} new", "gone": "{n} gone", "changed": "{n} changed", "waived": "{n} waived",
           "unwaived": "{n} no longer waived"},
}  # fmt: skip


def changes_since(
    place: Path, figures: Mapping, records: Sequence[Mapping], lang: str
) -> tuple[str, ...] | None:
    """What changed since the run that stands at ``place``, a line each; None where there is none."""
    try:
        before = load_run(place)
    except CannotRun:
        return None
    return tuple(summary_lines(compare_runs(before, (figures, records)), lang))
