"""A Proposal as a rubric draft: labels, 分值 and 评分标准 as printed, weights stated, every rule absent.

What a form does not say (等级, 取舍, 口径和阈值) is copied from a rubric of ours with every mark turned to assumed, so
that a run stays a trial until somebody has confirmed it. A rule of ours of the same name is offered as a comment.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from pipeline.adopt.nouns import Branch, Proposal
from pipeline.adopt.propose import KnownNodes
from pipeline.adopt.weights import derived, total_of
from pipeline.adopt.words import without_numbering
from pipeline.maps_labels import label_key
from pipeline.maps_sheet import address

_MARK = re.compile(r"mark: (?:stated|published)\b")


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose rubric it is to be, and the form it comes from. ``blocks``: rounding, grades and settings of the rubric
    ``based_on``, as its file writes them."""

    code: str
    name: str
    year: int
    form_name: str
    sha256: str
    based_on: str
    blocks: Mapping[str, str]

    @property
    def source(self) -> str:
        return f"form_{self.code}_{self.year}_{self.sha256[:8]}"


def draft_text(proposal: Proposal, whose: Whose, known: KnownNodes) -> str:
    """The draft. Renamed to .yaml and put among the rubrics it loads, once its source is registered."""
    source, total = whose.source, total_of(proposal)
    title = proposal.title or "绩效自评"
    lines = [
        f"# 规则草稿，由 rules adopt 按“{whose.form_name}”提出；名称、分值、评分标准照表上原文。写法见 pipeline/rules/README.md。",
        "# 分值的出处是这份表；计分规则一律 absent，由人对照评分标准补写。每处“建议”取自本程序已有的同名指标，采用前请核对。",
        *_source_entry(proposal, whose),
        f'region: {{code: "{whose.code}", name: {_text(whose.name)}}}',
        f"years: [{whose.year}]",
        f"kind: {proposal.kind}",
        f"title: {_text(f'{whose.year}年度{title}' if '年度' not in title else title)}",
        "levels: [一级指标, 二级指标, 三级指标]",
        f"based_on: {_text(whose.based_on)}  # 只写给人看",
        f"total: {'null' if total is None else _plain(total)}",
        "",
        f"# 以下三段照抄 {whose.based_on}，标记一律改为 assumed：逐项核对，有依据的改出处和标记。",
        *(
            _MARK.sub("mark: assumed", whose.blocks[name].rstrip()) + "\n"
            for name in ("rounding", "grades", "settings")
        ),
        "nodes:",
    ]
    for branch in proposal.branches:
        lines += _node(branch, source, known, 1)
    return "\n".join(lines) + "\n"


def _source_entry(proposal: Proposal, whose: Whose) -> Iterable[str]:
    yield "#"
    yield "# 出处登记（抄进 docs/sources.yaml 的 sources 下；文号照印发的通知补写，手头没有就不写）："
    yield f"#  {whose.source}:"
    yield f"#    title: {_text(f'{whose.year}年度{proposal.title or whose.form_name}（空白表）')}"
    yield "#    kind: document"
    yield f"#    supports: 表上印的指标名称、分值和评分标准；文件 {whose.form_name}，SHA-256 {whose.sha256}"
    yield "#    url: null"
    yield "#    mark: stated"
    yield "#    to_verify: null"
    yield "#"


def _node(branch: Branch, source: str, known: KnownNodes, depth: int) -> Iterable[str]:
    lead = "  " * (2 * depth - 1)
    points = derived(branch)
    where = f"{branch.sheet}!{address(branch.points_cell or branch.name_cell)}"
    said = (
        where
        if branch.points is not None
        else "下级之和，表上没有印"
        if points is not None
        else "表上没有印分值，请补"
    )
    yield f"{lead}- id: {branch.id}"
    yield f"{lead}  label: {_text(branch.label)}"
    weight = "null" if points is None else _plain(points)
    yield f"{lead}  weight: {{points: {weight}, source: {source}, mark: stated}}  # {said}"
    if aliases := _aliases(branch):
        yield f"{lead}  aliases: [{', '.join(map(_text, aliases))}]"
    if branch.meaning:
        yield f"{lead}  meaning: {_text(branch.meaning)}"
    if branch.words:
        yield f"{lead}  words: {_text(branch.words)}"
    if branch.children:
        yield f"{lead}  children:"
        for child in branch.children:
            yield from _node(child, source, known, depth + 1)
        return
    yield f"{lead}  rule: absent"
    ours = known.get((label_key(branch.label), True))
    if ours and ours.rule:
        yield f"{lead}  # 建议（{ours.rubric} 的“{ours.label}”；核对后替换上一行，出处和标记由核对的人写）："
        if points is None or ours.points != _plain(points):
            yield f"{lead}  # 注意：那里是 {ours.points} 分，这里分值不同，分档、每次扣分等数要照本表的评分标准改。"
        if not branch.words:  # the form prints no 评分标准, and a rule must say its own
            yield f"{lead}  # words: {_text(ours.words)}"
        for line in _MARK.sub("mark: assumed", ours.rule).split("\n"):
            yield f"{lead}  # {line}"


def _aliases(branch: Branch) -> list[str]:
    """Other ways a submission or the form writes the name: without its numbering, with the 分值 in it."""
    names = [without_numbering(branch.label)]
    if branch.points_cell != branch.name_cell:
        names.append(branch.printed)
    return [name for name in dict.fromkeys(names) if name not in ("", branch.label)]


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
