"""Whether the 分值 a form prints add up, level by level; and the 分值 of a level that the form does not print."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from pipeline.adopt.nouns import Branch, Proposal
from pipeline.maps_sheet import address


def derived(branch: Branch) -> Decimal | None:
    """The printed 分值, or the sum of the level below; None where neither is known."""
    if branch.points is not None:
        return branch.points
    parts = [derived(child) for child in branch.children]
    return sum(parts, Decimal(0)) if parts and None not in parts else None


def total_of(proposal: Proposal) -> Decimal | None:
    """The printed 总分, or the sum of the first level."""
    if proposal.total is not None:
        return proposal.total
    parts = [derived(branch) for branch in proposal.branches]
    return sum(parts, Decimal(0)) if parts and None not in parts else None


def mistakes(proposal: Proposal) -> list[str]:
    """A sentence for every level that does not add up and every indicator without a 分值."""
    told = []
    if proposal.total is not None:
        told += _compare("总分", proposal.total, proposal.branches)
    elif proposal.branches and total_of(proposal) not in (None, Decimal(100)):
        told.append(f"各项分值合计 {_plain(total_of(proposal))} 分，不是 100 分；表上没有印总分，请核对")
    for node in proposal.nodes():
        where = f"{node.sheet}!{address(node.name_cell)}“{node.label}”"
        if node.points is not None:
            told += _compare(where, node.points, node.children)
        elif not node.children:
            told.append(f"{where}没有印分值，草稿里空着")
        if node.points is not None and node.points <= 0:
            told.append(f"{where}的分值是 {_plain(node.points)}，应大于 0")
    return told


def _compare(where: str, points: Decimal, children: Sequence[Branch]) -> list[str]:
    parts = [derived(child) for child in children]
    if not parts or None in parts or sum(parts) == points:
        return []
    added = " + ".join(_plain(part) for part in parts)
    return [f"{where} {_plain(points)} 分，下级 {added} = {_plain(sum(parts))} 分，加不起来"]


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
