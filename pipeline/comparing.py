"""``report --compare``: the same submission under another rubric, point by point; the run itself stays as it is.

A department rubric is compared with the one in force for the department, a project rubric or a platform's with the region's own
project rubric, project by project. Used by ``run``; knows the rules and the computation and nothing of checking or writing.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline import rules
from pipeline.compute.score import compute, refuse_absent
from pipeline.model import Cell, Figure, Outcome, Submission
from pipeline.model_rubric import Node, Rubric

#: what a kept copy of a rubric from outside the repository is called in the evidence
KEPT = "evidence/compare_rubric.yaml"
_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Point:
    """One indicator under both rubrics; a side is None where that rubric has no such indicator."""

    id: str
    label: str
    depth: int
    is_leaf: bool
    before: Mapping[str, object] | None
    after: Mapping[str, object] | None

    @property
    def differs(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class Compared:
    """One thing that is scored under both: the department (``id`` ""), or a project. ``total``: score, weight, grade."""

    id: str
    name: str
    total: Point
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both rubrics, and what each made of the submission. ``path``: the other rubric's file."""

    before: Rubric
    after: Rubric
    path: Path
    parts: tuple[Compared, ...]

    @property
    def is_kept(self) -> bool:
        """Whether the other rubric lies outside the repository, so that the evidence needs a copy of it."""
        return not self.path.resolve().is_relative_to(rules.RUBRICS)

    @property
    def option(self) -> str:
        """How a second run finds the other rubric again."""
        return KEPT if self.is_kept else self.after.name


def load_other(name: str, rubric: Rubric, project_rubric: Rubric | None) -> Rubric:
    """The rubric to compare with, able to score, before anything is read. Raises CannotRun."""
    other = rules.named(name)
    refuse_absent(other)
    if other.kind != "department" and project_rubric is None:
        rules.load(rubric.region_code, rubric.year, "project")  # refuses, and says what there is
    return dataclasses.replace(other, year=rubric.year)


def again(run: Path, options: Mapping[str, object]) -> str | None:
    """The other rubric of an earlier run, as its options name it: one of ours, or the copy kept in its evidence."""
    option = str(options.get("compare") or "")
    return str(run / KEPT) if option == KEPT else option or None


def compare(
    submission: Submission,
    rubric: Rubric,
    own: Rubric | None,
    other: Rubric,
    name: str,
    outcome: Outcome,
    blocked: frozenset[Cell],
) -> Comparison:
    """Scores under both. ``outcome``: that of ``rubric`` and ``own``, the projects' rubric in force; ``name``: as the person gave the other rubric."""
    path = rules.path_of(other, name)
    if other.kind == "department":
        theirs = compute(submission, other, blocked)
        part = _compared("", "部门整体", rubric, other, outcome.figures, theirs.figures, "")
        return Comparison(rubric, other, path, (part,))
    theirs = compute(submission, rubric, blocked, project_rubric=other)
    figures = (outcome.figures, theirs.figures)
    keys = [one.split(".")[1] for one in figures[0] if one.startswith("project.") and one.endswith(".grade")]
    parts = tuple(
        _compared(
            key, str(figures[0][f"project.{key}.name"].value or key), own, other, *figures, f"project.{key}."
        )
        for key in keys
        if f"project.{key}.name" in figures[0]
    )
    return Comparison(own, other, path, parts)


def _compared(
    key: str,
    name: str,
    before: Rubric,
    after: Rubric,
    old: Mapping[str, Figure],
    new: Mapping[str, Figure],
    prefix: str,
) -> Compared:
    top = prefix.rstrip(".") or "total"
    total = Point("total", "总分", 0, False, _total(old, top, before), _total(new, top, after))
    was, now = _flat(before), _flat(after)
    pairs = rules.paired(before, after)
    points = [
        Point(
            node.id, node.label, depth, not node.children,
            _side(old, prefix + pairs[node.id]) if node.id in pairs else None, _side(new, prefix + node.id),
        )
        for node, depth in now
    ]  # fmt: skip
    taken = set(pairs.values())
    points += [
        Point(node.id, node.label, depth, not node.children, _side(old, prefix + node.id), None)
        for node, depth in was
        if node.id not in taken
    ]
    return Compared(key, name, total, tuple(points))


def _flat(rubric: Rubric) -> list[tuple[Node, int]]:
    def under(nodes: Sequence[Node], depth: int) -> Iterator[tuple[Node, int]]:
        for node in nodes:
            yield node, depth
            yield from under(node.children, depth + 1)

    return list(under(rubric.nodes, 0))


def _side(figures: Mapping[str, Figure], node_id: str) -> dict[str, object]:
    score, weight = figures[f"{node_id}.score"], figures[f"{node_id}.weight"]
    return {"score": score.printed, "weight": f"{weight.value:f}", "reason": score.reason or ""}


def _total(figures: Mapping[str, Figure], top: str, rubric: Rubric) -> dict[str, object]:
    """Score, weight and grade; no grade where the indicators' own 分值 do not come to the rubric's total (they were given
    out under another rubric, and weights are never rescaled)."""
    grade, weight = figures[f"{top}.grade"], figures[f"{top}.weight"].value
    fits = weight == rubric.total
    note = (
        ""
        if fits
        else f"分值合计 {weight:f}，不是 {rubric.total:f}：指标的分值是按另一套规则分配的，不定等级"
    )
    return {**_side(figures, top), "grade": str(grade.value or "") if fits else "", "note": note}


def as_json(comparison: Comparison) -> dict:
    """evidence/compare.json: both rubrics, then every part with its total and its points."""

    def head(rubric: Rubric, file: str) -> dict:
        return {"name": rubric.name, "title": rubric.title, "file": file}

    return {
        "before": head(comparison.before, comparison.before.file),
        "after": head(comparison.after, KEPT if comparison.is_kept else comparison.after.file),
        "parts": [
            {
                "id": part.id, "name": part.name, "total": {"before": part.total.before, "after": part.total.after},
                "points": [
                    {"id": one.id, "label": one.label, "depth": one.depth, "before": one.before, "after": one.after,
                     "differs": one.differs}
                    for one in part.points
                ],
            }
            for part in comparison.parts
        ],
    }  # fmt: skip


_WORDS = {
    "zh": {"head": "换用“{title}”（{name}）计分，仅供对照：", "none": "没有这一项", "more": "……另有 {n} 处不同，见 evidence/compare.json",
           "same": "各项得分相同", "empty": "没有可以比较的项目"},
    "en": {"head": "Under “{title}” ({name}), for comparison only:", "none": "none", "more": "… {n} more in evidence/compare.json",
           "same": "every score is the same", "empty": "there is no project to compare"},
}  # fmt: skip


def lines(comparison: Comparison, lang: str = "zh") -> tuple[str, ...]:
    """A few lines for the summary: each total under both, then the scored indicators that differ."""
    words = _WORDS[lang]
    out = [words["head"].format(title=comparison.after.title, name=comparison.after.name)]
    for part in comparison.parts:
        old, new = (
            f"{side['score']} {side['grade']}".strip() for side in (part.total.before, part.total.after)
        )
        weight = part.total.after["weight"]
        said = part.total.after["note"] if lang == "zh" else f"weights come to {weight}, no grade"
        note = f"（{said}）" if part.total.after["note"] else ""
        out.append(f"  {part.name}：{old} → {new}{note}")
    if not comparison.parts:
        return (*out, f"  {words['empty']}")
    if len(comparison.parts) > 1:
        return tuple(out)
    found = [one for one in comparison.parts[0].points if one.is_leaf and one.differs]
    out += [f"    {one.label} {_of(one.before, words)} → {_of(one.after, words)}" for one in found[:_SHOWN]]
    if len(found) > _SHOWN:
        out.append("    " + words["more"].format(n=len(found) - _SHOWN))
    return tuple(out) if found else (*out, f"    {words['same']}")


def _of(side: Mapping[str, object] | None, words: Mapping[str, str]) -> str:
    return f"（{words['none']}）" if side is None else f"{side['score']}/{side['weight']}"
