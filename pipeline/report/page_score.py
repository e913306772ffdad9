"""The score on the page: the verdict, the minute's digest, the tree of points, what was lost and what is open.

Happens while reporting. Numbers are those of figures.json as printed; arithmetic here is only for the drawing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from pipeline.model import Submission
from pipeline.model_rubric import Node, Rubric
from pipeline.report.page_findings import View
from pipeline.report.page_text import clean

#: words of the verdict -> how it looks
GOOD, CHECK, BAD = "good", "check", "bad"
_RATES = (
    ("annual.execution_rate", "全年执行率"),
    ("annual.average_execution_rate", "年平均执行率"),
    ("monitor.execution_rate", "1–{month}月执行率"),
    ("monitor.project_execution_rate", "1–{month}月项目支出执行率"),
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """``tone``: good | check | bad; ``words``: one sentence; ``details``: what else must be known."""

    tone: str
    words: str
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scored:
    """One line of the tree of points, as printed. ``lost`` sure, ``open`` still undetermined, both in points."""

    id: str
    label: str
    above: str
    depth: int
    is_leaf: bool
    weight: str
    score: str
    lost_printed: str
    measured: str
    why: str
    lost: Decimal
    open: Decimal


def number(figures: Mapping[str, Mapping], figure_id: str) -> Decimal | None:
    """The value of a figure where it is a number; None where it is open, a text or absent."""
    try:
        return Decimal(figures[figure_id]["value"])
    except (KeyError, TypeError, InvalidOperation):
        return None


def printed(figures: Mapping[str, Mapping], figure_id: str, absent: str = "—") -> str:
    """A figure as a person reads it; ``absent`` where there is none or it is blank."""
    return clean(figures.get(figure_id, {}).get("printed")) or absent


def ends(figures: Mapping[str, Mapping], figure_id: str) -> tuple[Decimal, Decimal] | None:
    """Worst and best of a figure: twice its value where it is known; None where nothing is known."""
    value = number(figures, figure_id)
    if value is not None:
        return value, value
    between = figures.get(figure_id, {}).get("range")
    return (Decimal(between[0]), Decimal(between[1])) if between else None


def tree(figures: Mapping[str, Mapping], trace: Mapping[str, Mapping], rubric: Rubric) -> list[Scored]:
    """Every node of the rubric with its points, parents first."""
    lines: list[Scored] = []

    def walk(node: Node, depth: int, above: str) -> None:
        lines.append(_scored(node, depth, above, figures, trace))
        for child in node.children:
            walk(child, depth + 1, node.label)

    for node in rubric.nodes:
        walk(node, 0, "")
    return lines


def _scored(
    node: Node, depth: int, above: str, figures: Mapping[str, Mapping], trace: Mapping[str, Mapping]
) -> Scored:
    weight = number(figures, f"{node.id}.weight")
    worst, best = ends(figures, f"{node.id}.score") or (Decimal(0), weight or Decimal(0))
    score = figures.get(f"{node.id}.score", {})
    sure = max(Decimal(0), weight - best) if weight is not None else Decimal(0)
    return Scored(
        id=node.id,
        label=node.label,
        above=above,
        depth=depth,
        is_leaf=not node.children,
        weight=printed(figures, f"{node.id}.weight"),
        score=printed(figures, f"{node.id}.score"),
        lost_printed=printed(figures, f"{node.id}.lost"),
        measured=_measured(node.id, figures) if not node.children else "",
        why=_why(node.id, score, figures, trace)
        if not node.children and score and (sure or worst < best)
        else "",
        lost=sure,
        open=best - worst,
    )


def _measured(leaf: str, figures: Mapping[str, Mapping]) -> str:
    measure = figures.get(f"measure.{leaf}")
    if not measure or not measure["printed"]:
        return ""
    unit = measure["unit"] if measure["unit"] not in ("%", "‰") and measure["value"] is not None else ""
    return clean(f"{measure['label']} {measure['printed']}{unit}")


def _why(leaf: str, score: Mapping, figures: Mapping[str, Mapping], trace: Mapping[str, Mapping]) -> str:
    """Why points are open or lost: the reason found, the one the department wrote, else what decided the value."""
    if score["value"] is None:
        return clean(score["reason"] or "数据不足，待定")
    given = figures.get(f"{leaf}.deduction_reason", {}).get("value")
    decided = "；".join(trace.get(f"{leaf}.score", {}).get("active", ()))
    unsaid = "；".join(filter(None, (_measured(leaf, figures), "没有填写扣分原因")))
    return clean(given) or clean(decided) or unsaid


def losses(lines: Sequence[Scored]) -> list[Scored]:
    """Leaves that lost points, the most first."""
    return sorted((line for line in lines if line.is_leaf and line.lost), key=lambda line: -line.lost)


def undetermined(lines: Sequence[Scored]) -> list[Scored]:
    """Leaves whose points are still open, the widest first."""
    return sorted((line for line in lines if line.is_leaf and line.open), key=lambda line: -line.open)


def rates(figures: Mapping[str, Mapping], month: object) -> list[tuple[str, str]]:
    """The four rates of the headline that there are: name and value."""
    return [(name.format(month=month), printed(figures, key)) for key, name in _RATES if key in figures]


def verdict(figures: Mapping[str, Mapping], found: Sequence[View], submission: Submission) -> Verdict:
    """May it be handed in? What must be changed comes before what is open, and that before what to check."""
    live = [view for view in found if not view.waived]
    critical, warnings = (sum(view.severity == each for view in live) for each in ("critical", "warning"))
    waived = len(found) - len(live)
    total = figures.get("total.score", {})
    is_open = total.get("value") is None
    refused = sum(file.refused for file in submission.files)
    if critical:
        tone, words = BAD, f"还不能上报：有 {critical} 个问题必须改。"
    elif refused:
        tone, words = BAD, f"还不能上报：有 {refused} 个文件没有读取。"
    elif is_open:
        tone, words = BAD, "还不能上报：总分待定。"
    elif warnings:
        tone, words = CHECK, f"没有必须改的问题；有 {warnings} 处请先核实。"
    else:
        tone, words = GOOD, "没有发现需要改的问题。"
    details = []
    if refused and critical:
        details.append(f"有 {refused} 个文件没有读取，其中的数没有计入。")
    if is_open and total.get("reason"):
        details.append(clean(f"总分待定：{total['reason']}。".replace("。。", "。")))
    if critical and warnings:
        details.append(f"另有 {warnings} 处请核实。")
    if waived:
        details.append(f"另有 {waived} 个问题有已核准的说明，不再计入以上数目，仍在下面逐条列出。")
    return Verdict(tone, words, tuple(details))


def first_three(found: Sequence[View]) -> list[View]:
    """What to put right first: the first three in reading order that are more than a note and not waived."""
    return [view for view in found if not view.waived and view.severity != "info"][:3]
