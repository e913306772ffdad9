"""What two rubrics say differently: indicators new and gone, weights, rules, parameters, settings, sources and marks.

Used by ``rules diff``. Indicators are the same by id, or else by the name printed on the form. Nothing is judged: the
table is for the person who carries one year's rules into the next, or one region's into another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.model import Citation
from pipeline.model_parameters import plain, shown
from pipeline.model_rubric import Node, Rubric, Rule, Step
from pipeline.rules.shelf import words
from pipeline.rules.shown import MARKS, NOT_APPLICABLE, percent, setting_value, table

#: what differs, in the order of the table
WHAT = {
    "head": "基本信息", "gone": "删去的指标", "new": "新增的指标", "place": "上级", "label": "名称", "weight": "分值", "rule": "规则",
    "parameter": "参数", "words": "评分标准", "setting": "设置", "source": "依据", "mark": "标记", "verified": "最后核对",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """One line: ``what`` is a key of WHAT, ``where`` the indicator's or setting's id, ``label`` its words."""

    what: str
    where: str
    label: str
    before: str
    after: str


def differences(before: Rubric, after: Rubric) -> list[Difference]:
    """Every difference, in the order of the later rubric; the same rubric gives none."""
    return [*_head(before, after), *_tree(before, after), *_settings(before, after)]


def diff_lines(before: Rubric, after: Rubric) -> list[str]:
    """For ``rules diff``: a table, or one sentence where there is no difference."""
    found = differences(before, after)
    head = [f"前：{before.name}  {before.file}", f"后：{after.name}  {after.file}"]
    if not found:
        return [*head, "两套规则没有不同。"]
    counts = {what: sum(one.what == what for one in found) for what in WHAT}
    told = "，".join(f"{WHAT[what]} {count} 处" for what, count in counts.items() if count)
    rows = [
        (
            WHAT[one.what],
            f"{one.label} [{one.where}]" if one.where else one.label,
            f"{one.before} → {one.after}",
        )
        for one in found
    ]
    return [*head, f"不同之处：{told}", "", *table(("类别", "位置", "前 → 后"), rows)]


def _compared(
    what: str, where: str, label: str, before: object, after: object, none: str = "（无）"
) -> Iterator[Difference]:
    if before != after:
        yield Difference(what, where, label, str(before or none), str(after or none))


def _head(before: Rubric, after: Rubric) -> Iterator[Difference]:
    for label, of in (
        ("名称", lambda r: r.title), ("种类", lambda r: r.kind), ("总分", lambda r: f"{r.total:f}"),
        ("适用年度", lambda r: "、".join(map(str, r.years))), ("指标的层级", lambda r: "、".join(r.levels)),
        ("按执行率封顶", lambda r: "；".join(f"{band.words} {plain(band.value)}" for band in r.caps)),
    ):  # fmt: skip
        yield from _compared("head", "", label, of(before), of(after))


def _tree(before: Rubric, after: Rubric) -> Iterator[Difference]:
    old, new, pairs = _placed(before), _placed(after), paired(before, after)
    taken = set(pairs.values())
    for node_id, (node, above) in old.items():
        if node_id not in taken:
            yield Difference("gone", node_id, node.label, f"{node.weight:f} 分，属“{above}”", "（无）")
    for node_id, (node, above) in new.items():
        if node_id not in pairs:
            yield Difference("new", node_id, node.label, "（无）", f"{node.weight:f} 分，属“{above}”")
            continue
        was, was_above = old[pairs[node_id]]
        yield from _compared("place", node_id, node.label, was_above, above)
        yield from _node(was, node)


def _placed(rubric: Rubric) -> dict[str, tuple[Node, str]]:
    """Every node by id, with the name of the one above it."""
    placed: dict[str, tuple[Node, str]] = {}

    def under(nodes: Sequence[Node], above: str) -> None:
        for node in nodes:
            placed[node.id] = node, above
            under(node.children, node.label)

    under(rubric.nodes, "总分")
    return placed


def paired(before: Rubric, after: Rubric) -> dict[str, str]:
    """Later id -> earlier id: the same id, else the one other node that bears the same name."""
    old, new = _placed(before), _placed(after)
    pairs = {node_id: node_id for node_id in new if node_id in old}
    for node_id, (node, _) in new.items():
        if node_id not in pairs:
            same = [was for was in old if was not in new and old[was][0].label == node.label]
            if len(same) == 1 and same[0] not in pairs.values():
                pairs[node_id] = same[0]
    return pairs


def _node(was: Node, node: Node) -> Iterator[Difference]:
    where, label = node.id, node.label
    yield from _compared("label", where, label, was.label, label)
    yield from _compared("weight", where, label, f"{was.weight:f}", f"{node.weight:f}")
    yield from _cited(f"{label}的分值", where, was.citation, node.citation)
    if was.children or node.children:
        yield from _compared("rule", where, label, _kind_of(was), _kind_of(node))
        return
    yield from _rule(was.rule, node.rule, where, label)
    yield from _compared("words", where, label, was.words, node.words)


def _kind_of(node: Node) -> str:
    return "有下级指标" if node.children else "直接计分"


def _rule(was: Rule | None, rule: Rule | None, where: str, label: str) -> Iterator[Difference]:
    none = "还没有评分规则"
    if was is None or rule is None:
        yield from _compared("rule", where, label, was and _ways(was), rule and _ways(rule), none)
        return
    yield from _compared("rule", where, label, _ways(was), _ways(rule))
    for old, new in zip(was.steps, rule.steps, strict=False):
        yield from _parameters(old, new, where, label)
    for name, of in (
        ("不适用时", lambda r: NOT_APPLICABLE[r.not_applicable]), ("远超目标时", _overshoot),
        ("核心指标", lambda r: "是" if r.is_core else "否"), ("佐证材料", lambda r: "、".join(r.evidence)),
    ):  # fmt: skip
        yield from _compared("parameter", where, f"{label}·{name}", of(was), of(rule))
    yield from _cited(f"{label}的规则", where, was.citation, rule.citation)


def _ways(rule: Rule) -> str:
    known = words()
    return " 或 ".join(f"{known[step.measure]} → {known[step.formula]}" for step in rule.steps)


def _overshoot(rule: Rule) -> str:
    over = rule.overshoot
    if over.policy == "ignore":
        return "不处理"
    taken = (
        "须说明"
        if over.policy == "explain"
        else f"扣 {plain(over.points)} 分"
        if over.points
        else "按超出比例扣"
    )
    return f"达到 {percent(over.above)} {taken}"


def _parameters(was: Step, step: Step, where: str, label: str) -> Iterator[Difference]:
    known = words()
    for old, new in (
        (shown(was.measure_parameters), shown(step.measure_parameters)),
        (shown(was.parameters), shown(step.parameters)),
    ):
        for name in dict.fromkeys([*old, *new]):
            before, after = (known.get(one.get(name, ""), one.get(name, "")) for one in (old, new))
            yield from _compared("parameter", where, f"{label}·{name}", before, after)


def _settings(before: Rubric, after: Rubric) -> Iterator[Difference]:
    for name in dict.fromkeys([*before.settings, *after.settings]):
        old, new = before.settings.get(name), after.settings.get(name)
        label = (new or old).words or name
        values = [None if one is None else setting_value(name, one.value) for one in (old, new)]
        yield from _compared("setting", name, label, *values)
        if old and new:
            yield from _cited(label, name, old.citation, new.citation)


def _cited(label: str, where: str, was: Citation, cited: Citation) -> Iterator[Difference]:
    told = [f"{one.source} {one.article}".strip() for one in (was, cited)]
    yield from _compared("source", where, label, *told)
    yield from _compared("mark", where, label, MARKS[was.mark], MARKS[cited.mark])
    yield from _compared("verified", where, label, was.verified, cited.verified)
