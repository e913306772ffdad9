"""The tree of a rubric: nodes, weights that add up at every level, and the rules of the leaves.

Used by ``parse``. A leaf says what is taken (measure), how it becomes points (formula), and what happens when it does
not apply or is far exceeded; ``rule: absent`` says that no rule is known yet.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from pipeline.model_rubric import Node, Overshoot, Rule, Step
from pipeline.rules.lines import Map
from pipeline.rules.reading import CITED, Reading, decimal_of
from pipeline.rules.vocabulary import vocabulary

#: first segments of other figure ids: a node of that name would collide with them
RESERVED = frozenset(
    "annual kind fund source line project month monitor indicator task total basics staff narrative problem problems "
    "cost adjustment measure".split()
)
_NODE = ("id", "label", "weight")
_NODE_OPTIONAL = ("children", "rule", "meaning", "words", "aliases")
_RULE = ("formula", "not_applicable", "overshoot", "evidence", "core", "source", "mark")
NOT_APPLICABLE = ("full", "redistribute", "drop")
OVERSHOOT = ("ignore", "explain", "reduce")


def read_nodes(reading: Reading, root: Map, total: Decimal) -> tuple[Node, ...]:
    """The top nodes, checked: unique ids, weights that add up to ``total`` and at every level below."""
    nodes = _children(reading, root["nodes"], root.lines["nodes"], "规则文件的 nodes ")
    _add_up(reading, nodes, total, "总分", root.lines["nodes"])
    return nodes


def _children(reading: Reading, listed: object, line: int, where: str) -> tuple[Node, ...]:
    if not isinstance(listed, list) or not listed:
        reading.fail(f"{where}应是一列指标。", line)
    return tuple(_node(reading, entry, at) for entry, at in zip(listed, listed.lines, strict=True))


def _add_up(reading: Reading, nodes: tuple[Node, ...], weight: Decimal, what: str, line: int) -> None:
    added = sum((node.weight for node in nodes), Decimal(0))
    if added != weight:
        parts = " + ".join(f"{node.weight}" for node in nodes)
        reading.fail(f"{what}是 {weight} 分，下级分值 {parts} = {added} 分，加不起来。", line)


def _node(reading: Reading, entry: object, line: int) -> Node:
    reading.keys(entry, "指标", line, _NODE, _NODE_OPTIONAL)
    node_id, label = entry["id"], str(entry["label"])
    if not isinstance(node_id, str) or not re.fullmatch(r"[a-z][a-z0-9_]*", node_id):
        reading.fail(f"指标“{label}”的 id 应由小写英文字母、数字和下划线组成。", entry.lines["id"])
    if node_id in RESERVED:
        reading.fail(f"指标“{label}”的 id“{node_id}”是保留的名称，请换一个。", entry.lines["id"])
    if node_id in reading.lines:
        reading.fail(
            f"id“{node_id}”已在第 {reading.lines[node_id]} 行用过，每个指标的 id 不能相同。",
            entry.lines["id"],
        )
    reading.lines[node_id] = entry.lines["id"]
    where = f"指标“{label}”的 weight "
    weight_entry = reading.keys(
        entry["weight"], where, entry.lines["weight"], ("points",), ("source", "mark", *CITED)
    )
    cited = reading.citation(weight_entry, where)
    points = reading.typed("positive", weight_entry, "points", where)
    weight = decimal_of(points, reading, weight_entry.lines["points"])
    if ("children" in entry) == ("rule" in entry):
        reading.fail(f"指标“{label}”应写 children 或 rule 之一；还没有规则时写 rule: absent。", entry.line)
    children: tuple[Node, ...] = ()
    rule = None
    if "children" in entry:
        children = _children(
            reading, entry["children"], entry.lines["children"], f"指标“{label}”的 children "
        )
        _add_up(reading, children, weight, f"“{label}”", entry.lines["weight"])
    elif entry["rule"] != "absent":
        rule = _rule(reading, entry["rule"], entry.lines["rule"], label, weight)
        if not str(entry.get("words") or "").strip():
            reading.fail(f"指标“{label}”没有写 words（评分标准）。", entry.line)
    aliases = entry.get("aliases") or []
    if not isinstance(aliases, list):
        reading.fail(f"指标“{label}”的 aliases 应是一列名称。", entry.lines["aliases"])
    return Node(
        id=node_id,
        label=label,
        weight=weight,
        citation=cited,
        rule=rule,
        children=children,
        meaning=_unfolded(entry.get("meaning")),
        words=_unfolded(entry.get("words")),
        aliases=tuple(str(alias) for alias in aliases),
    )


def _unfolded(text: object) -> str:
    """Text of several lines as one; YAML's folding puts a blank where Chinese has none."""
    return re.sub(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])", "", str(text or "").strip())


def _rule(reading: Reading, entry: object, line: int, label: str, weight: Decimal) -> Rule:
    where = f"指标“{label}”的 rule "
    reading.keys(entry, where, line, _RULE, ("measure", *CITED))
    cited = reading.citation(entry, where)
    name, parameters = _one(reading, entry["formula"], entry.lines["formula"], where + "的 formula ")
    if name == "either_or":
        steps = _options(reading, entry, parameters, label, weight)
    else:
        if "measure" not in entry:
            reading.fail(f"{where}缺少 measure。", entry.line)
        steps = (_step(reading, entry, label, weight),)
    if entry["not_applicable"] not in NOT_APPLICABLE:
        reading.fail(
            f"{where}的 not_applicable 应是 {'、'.join(NOT_APPLICABLE)} 之一。", entry.lines["not_applicable"]
        )
    if not isinstance(entry["core"], bool):
        reading.fail(f"{where}的 core 应是 true 或 false。", entry.lines["core"])
    evidence = entry["evidence"]
    if not isinstance(evidence, list):
        reading.fail(f"{where}的 evidence 应是一列佐证材料（没有时写 []）。", entry.lines["evidence"])
    return Rule(
        steps=steps,
        not_applicable=entry["not_applicable"],
        overshoot=_overshoot(reading, entry, where),
        evidence=tuple(str(one) for one in evidence),
        is_core=entry["core"],
        citation=cited,
    )


def _overshoot(reading: Reading, entry: Map, where: str) -> Overshoot:
    line = entry.lines["overshoot"]
    where += "的 overshoot "
    policy = reading.keys(entry["overshoot"], where, line, ("policy",), ("above", "points"))
    if policy["policy"] not in OVERSHOOT:
        reading.fail(f"{where}的 policy 应是 {'、'.join(OVERSHOOT)} 之一。", line)
    if policy["policy"] != "ignore" and "above" not in policy:
        reading.fail(f"{where}缺少 above（超过目标多少起算）。", line)
    above = reading.typed("ratio", policy, "above", where) if "above" in policy else None
    points = reading.typed("optional_points", policy, "points", where) if "points" in policy else None
    return Overshoot(policy["policy"], above, points)


def _options(reading: Reading, entry: Map, parameters: Map, label: str, weight: Decimal) -> tuple[Step, ...]:
    line = entry.lines["formula"]
    listed = parameters.get("options") if isinstance(parameters, Map) else None
    if not isinstance(listed, list) or len(listed) < 2:
        reading.fail(f"指标“{label}”的 either_or 要写 options，至少两种算法。", line)
    steps = []
    for option, at in zip(listed, listed.lines, strict=True):
        reading.keys(option, f"指标“{label}”的算法", at, ("measure", "formula"), ())
        steps.append(_step(reading, option, label, weight))
    return tuple(steps)


def _step(reading: Reading, entry: Map, label: str, weight: Decimal) -> Step:
    words = vocabulary()
    where = f"指标“{label}”的 "
    measure, taken = _one(reading, entry["measure"], entry.lines["measure"], where + "measure ")
    formula, given = _one(reading, entry["formula"], entry.lines["formula"], where + "formula ")
    if measure not in words["measures"]:
        reading.fail(f"{where}measure“{measure}”没有这种取数方法。", entry.lines["measure"])
    if formula not in words["formulas"]:
        reading.fail(f"{where}formula“{formula}”没有这种公式。", entry.lines["formula"])
    gives = words["measures"][measure]["gives"]
    if gives not in words["formulas"][formula]["takes"]:
        reading.fail(f"{where}measure“{measure}”的结果不能交给公式“{formula}”。", entry.lines["formula"])
    line = entry.lines["measure"]
    measured = _parameters(
        reading, taken, words["measures"][measure]["parameters"], where + f"measure {measure} ", line
    )
    line = entry.lines["formula"]
    parameters = _parameters(
        reading, given, words["formulas"][formula]["parameters"], where + f"formula {formula} ", line
    )
    for band in parameters.get("bands", ()):
        if band.value > weight:
            reading.fail(f"{where}分档“{band.words}”给 {band.value} 分，超过分值 {weight} 分。", line)
    return Step(measure, measured, formula, parameters)


def _one(reading: Reading, entry: object, line: int, where: str) -> tuple[str, object]:
    """``name`` or ``{name: {parameter: value}}``."""
    if isinstance(entry, str):
        return entry, Map()
    if isinstance(entry, Map) and len(entry) == 1:
        return next(iter(entry.items()))
    reading.fail(f"{where}应写成“名称”或“名称: {{参数: 值}}”。", line)


def _parameters(reading: Reading, given: object, kinds: Mapping, where: str, line: int) -> dict[str, object]:
    if given is None or (isinstance(given, Map) and not given):
        if kinds:
            reading.fail(f"{where}缺少参数 {'、'.join(kinds)}。", line)
        return {}
    reading.keys(given, where, line, tuple(kinds), ())
    return {name: reading.typed(kind, given, name, where) for name, kind in kinds.items()}
