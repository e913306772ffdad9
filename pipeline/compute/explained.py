"""Why points were lost and what proves the rest: 扣分原因 and 佐证编号 of every node, in the department's own words.

Figures ``<node>.{deduction_reason|evidence}``; happens last, when it is known where points were lost. Reasons are
never made up here: where a department gave none, the text is empty and the checks say so.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.compute.book import Book
from pipeline.compute.inputs import Inputs
from pipeline.compute.measured import Leaf, Measured, once, plain_name
from pipeline.model import Cell
from pipeline.model_rubric import Node, Rubric


def put_explained(book: Book, rubric: Rubric, leaves: Sequence[tuple[Leaf, Measured]]) -> None:
    """Both texts for every leaf, then for every node above."""
    for leaf, measured in leaves:
        _put_reason(leaf, measured)
        _put_evidence(leaf, measured)
    for node in rubric.nodes:
        _put_above(book, node)


def _put_reason(leaf: Leaf, measured: Measured) -> None:
    """扣分原因 typed beside the rows the leaf was scored from, or else in 事项 or 《8_填报得分》 under its name; only where
    points are lost."""
    node, book = leaf.node, leaf.book
    figure_id, label, lost = f"{node.id}.deduction_reason", f"{node.label}扣分原因", book[f"{node.id}.lost"]
    if lost.value == 0:
        book.text(figure_id, label, "", (lost.id,), active=("没有扣分，不列原因",))
        return
    rows = measured.reason_rows
    if rows is None:
        rows = tuple((row, "") for row, _ in measured.rows)
    texts, cells = [], []
    for row, name_field in rows:
        taken = leaf.inputs.take(row, measured.reason_field)
        if taken.state == "value":
            name = leaf.inputs.take(row, name_field) if name_field else None
            texts.append(
                f"{name.value}：{taken.value}" if name and name.state == "value" else str(taken.value)
            )
            cells += (taken.cell, name.cell) if name else (taken.cell,)
    for table_id, name_field in (("management.items", "indicator_name"), ("claimed.scores", "indicator")):
        if not texts:
            texts, cells = _under_its_name(leaf.inputs, leaf.names, table_id, name_field)
    active = ("有扣分才列原因，相同的只列一次",)
    book.text(figure_id, label, "；".join(dict.fromkeys(texts)), (lost.id, *once(cells)), active=active)


def _under_its_name(
    inputs: Inputs, names: frozenset[str], table_id: str, name_field: str
) -> tuple[list[str], list[Cell]]:
    texts, cells = [], []
    for row in inputs.rows(table_id):
        name, reason = inputs.take(row, name_field), inputs.take(row, "deduction_reason")
        if name.state == "value" and plain_name(name.value) in names and reason.state == "value":
            texts.append(str(reason.value))
            cells += (name.cell, reason.cell)
    return texts, cells


def _put_evidence(leaf: Leaf, measured: Measured) -> None:
    """佐证编号 of the rows the leaf was scored from."""
    texts, cells = [], []
    for row, belongs in measured.rows:
        taken = leaf.inputs.take(row, "evidence")
        if taken.state == "value":
            texts.append(str(taken.value))
            cells += (taken.cell, *belongs)
    active = ("相同的编号只列一次，不看行的其他内容",) if texts else ()
    text = "、".join(dict.fromkeys(texts))
    leaf.book.text(f"{leaf.node.id}.evidence", f"{leaf.node.label}佐证编号", text, once(cells), active=active)


def _put_above(book: Book, node: Node) -> None:
    for child in node.children:
        _put_above(book, child)
    if not node.children:
        return
    for part, label, before in (("deduction_reason", "扣分原因", True), ("evidence", "佐证编号", False)):
        figures = [(child, book[f"{child.id}.{part}"]) for child in node.children]
        texts = [
            f"{child.label}：{figure.value}" if before else str(figure.value)
            for child, figure in figures
            if figure.value
        ]
        active = ("相同的只列一次",) if len(texts) > 1 else ()
        text = ("\n" if before else "、").join(dict.fromkeys(texts))
        because = tuple(figure.id for _, figure in figures)
        book.text(f"{node.id}.{part}", f"{node.label}{label}", text, because, active=active)
