"""What is said of the score: total and halves, where points were lost or are open, by what rule and for what reason.

Pure functions, figures in and sentences out. A rule is told as the rubric words it. Source: docs/domain.md §3 and §4.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.model_rubric import Node, Rubric
from pipeline.report.sentences import Paragraph, Sentence, Teller


def conclusion(tell: Teller, rubric: Rubric) -> list[Paragraph]:
    """Total, halves, what each was judged by, then a paragraph for every leaf that lost points or is open."""
    first = [tell.say("conclusion.total")]
    halves = [tell.say("conclusion.node", node.id, label=node.label) for node in rubric.nodes]
    first.append(tell.say("conclusion.nodes", list=tell.listed(halves, "；")))
    paragraphs: list[Paragraph] = [tuple(first)]
    paragraphs += [(said,) for node in rubric.nodes if (said := _judged_by(tell, node))]
    marked = [node for node in rubric.leaves() if lost(tell, node) or is_open(tell, node)]
    paragraphs += [tuple(_leaf(tell, node)) for node in marked]
    if not marked:
        about = [f"{node.id}.score" for node in rubric.leaves()]
        paragraphs.append((tell.say("conclusion.no_loss", about=about),))
    return paragraphs


def lost(tell: Teller, node: Node) -> bool:
    """Whether a node has lost points for sure."""
    return bool(tell.number(f"{node.id}.lost"))


def is_open(tell: Teller, node: Node) -> bool:
    return tell.is_open(f"{node.id}.score")


def _judged_by(tell: Teller, node: Node) -> Sentence | None:
    """The aspects under a node: those with full marks are only named."""
    parts = node.children
    while len(parts) == 1 and parts[0].children:
        parts = parts[0].children
    if not parts:
        return None
    names = "、".join(part.label for part in parts)
    about = [f"{part.id}.{what}" for part in parts for what in ("score", "lost")]
    marked = [part for part in parts if lost(tell, part) or is_open(tell, part)]
    if not marked:
        return tell.say("conclusion.full", about=about, label=node.label, names=names)
    lines = [
        tell.say(
            "conclusion.part_open" if is_open(tell, part) else "conclusion.part_lost",
            part.id,
            label=part.label,
        )
        for part in marked
    ]
    key = "conclusion.parts_all" if len(marked) == len(parts) else "conclusion.parts"
    return tell.say(key, about=about, label=node.label, names=names, list=tell.listed(lines))


def _leaf(tell: Teller, node: Node) -> Iterator[Sentence]:
    """One leaf: its points, what was measured, the reason as typed, what decided, and the rule in the rubric's words."""
    if is_open(tell, node):
        why = why_open(tell, node)
        yield tell.say("conclusion.open", node.id, label=node.label, why=why)
    else:
        yield tell.say("conclusion.lost", node.id, label=node.label, measure=measured(tell, node))
        if reason := tell.text(f"{node.id}.deduction_reason"):
            about = (f"{node.id}.deduction_reason",)
            yield tell.say("conclusion.reason", about=about, reason=reason)
        if words := "；".join(decided(tell, node)):
            yield tell.say("conclusion.decided", about=(f"{node.id}.score",), words=words)
    if node.words:
        yield tell.say(
            "conclusion.rule", about=(f"{node.id}.score",), words=" ".join(node.words.split()).rstrip("。")
        )


def decided(tell: Teller, node: Node) -> list[str]:
    """What decided the points beside the rule (a band, a cap, a floor); that they are rounded goes without saying."""
    active = tell.figures[f"{node.id}.score"].active
    return [words for words in active if not words.startswith("四舍五入")]


def why_open(tell: Teller, node: Node) -> str:
    return (tell.figures[f"{node.id}.score"].reason or "").rstrip("。")


def measured(tell: Teller, node: Node) -> Sentence | None:
    """What the rule took, with its name: 已完成的检查点比例60.00%."""
    figure_id = f"measure.{node.id}"
    if not tell.has(figure_id):
        return None
    figure = tell.figures[figure_id]
    key = "conclusion.measure" if figure.unit in ("%", "", "分") else "conclusion.measure_counted"
    return tell.say(key, figure_id, label=figure.label, unit=figure.unit)
