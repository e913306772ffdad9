"""A rubric as a table two people can hold beside the document: indicator, weight, rule in words, source, article, mark,
last verified; and the list of all rubrics. The same as JSON. Used by ``rules list`` and ``rules show``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from pipeline.model import Citation
from pipeline.model_parameters import plain, shown
from pipeline.model_rubric import Node, Rubric, Rule, Step
from pipeline.money import round_half_up
from pipeline.rules.shelf import RUBRICS, Available, available, load_file, name_of, sources, words
from pipeline.rules.vocabulary import vocabulary

MARKS = {"stated": "文件载明", "published": "公开可查", "assumed": "暂定"}
NOT_APPLICABLE = {"full": "满分", "redistribute": "按同级得分率计", "drop": "分值不计"}
NEVER = "未核对"
_HEAD = ("指标", "分值", "依据", "条款", "标记", "最后核对", "评分规则")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing a rubric says and where it is from. ``what``: weight | rule | setting; ``text``: the rule in words."""

    what: str
    id: str
    label: str
    depth: int
    value: str
    text: str
    citation: Citation

    @property
    def verified(self) -> str:
        """When and by whom: of this line itself, else of its source."""
        return self.citation.verified or str(sources().get(self.citation.source, {}).get("verified") or "")


def lines_of(rubric: Rubric) -> Iterator[Line]:
    """Every weight, rule and setting, in the order of the form; a leaf without a rule says so."""

    def under(nodes: Sequence[Node], depth: int) -> Iterator[Line]:
        for node in nodes:
            absent = "还没有评分规则（absent），不能计分" if not node.children and node.rule is None else ""
            yield Line("weight", node.id, node.label, depth, f"{node.weight:f}", absent, node.citation)
            if node.rule:
                told = f"{node.words}〔{rule_words(node.rule)}〕"
                yield Line("rule", node.id, node.label, depth, "", told, node.rule.citation)
            yield from under(node.children, depth + 1)

    yield from under(rubric.nodes, 0)
    for setting in rubric.settings.values():
        value = setting_value(setting.id, setting.value)
        yield Line("setting", setting.id, setting.words, 0, value, setting.words, setting.citation)


def rule_words(rule: Rule) -> str:
    """What is taken, how it becomes points, and the rest a rule decides, in one line."""
    parts = [
        " 或 ".join(_step_words(step) for step in rule.steps),
        f"不适用：{NOT_APPLICABLE[rule.not_applicable]}",
    ]
    over = rule.overshoot
    if over.policy != "ignore":
        taken = (
            ""
            if over.policy == "explain"
            else f"，扣 {plain(over.points)} 分"
            if over.points
            else "，按超出比例扣"
        )
        parts.append(f"完成值达到目标的 {percent(over.above)} 须说明{taken}")
    return "；".join(parts)


def _step_words(step: Step) -> str:
    known = words()
    taken, given = shown(step.measure_parameters), shown(step.parameters)
    return f"{known[step.measure]}{_bracketed(taken)} → {known[step.formula]}{_bracketed(given)}"


def _bracketed(parameters: Mapping[str, str]) -> str:
    known = words()
    told = "，".join(f"{name} {known.get(value, value)}" for name, value in parameters.items())
    return f"（{told}）" if told else ""


def setting_value(setting_id: str, value: object) -> str:
    """A setting's value by its type: shares in percent, months as a range, bands in words."""
    known = {**vocabulary()["settings"], **vocabulary()["switches"]}
    if isinstance(value, Fraction) and str(known.get(setting_id, "")).endswith("ratio"):
        return percent(value)
    if setting_id.rpartition(".")[2] == "schedule" and isinstance(value, Mapping):
        return "，".join(f"{month}月 {percent(share)}" for month, share in value.items())
    if isinstance(value, tuple) and value and hasattr(value[0], "words"):
        return "；".join(f"{band.words} {plain(band.value)}" for band in value)
    return plain(value)


def percent(ratio: Fraction) -> str:
    """A share as printed. ``percent(Fraction(13, 10))`` -> ``130%``"""
    return plain(round_half_up(ratio * 100, 4).normalize() + 0 if ratio else Fraction(0)) + "%"


def show_lines(rubric: Rubric) -> list[str]:
    """For ``rules show``: the head, the tree as a table, the settings, the sources with what is still to be verified."""
    absent = sum(leaf.rule is None for leaf in rubric.leaves())
    head = [
        f"{rubric.title}（{rubric.region_code} {rubric.region_name}，{rubric.kind}"
        f"{'/' + rubric.variant if rubric.variant else ''}）{f'  总分 {rubric.total}' if rubric.nodes else ''}",
        f"文件 {rubric.file}，适用年度 {'、'.join(map(str, rubric.years))}",
        *([rubric.note] if rubric.note else []),
        *([line] if (line := assumed_line(rubric)) else []),
        *([f"还没有评分规则 {absent} 项，不能计分"] if absent else []),
    ]
    lines = list(lines_of(rubric))
    tree = [_cells(line) for line in lines if line.what != "setting"]
    settings = [(line.id, line.value, *_cited(line), line.text) for line in lines if line.what == "setting"]
    return [
        *head, "", *([*table(_HEAD, tree), ""] if tree else []), *table(("设置", "取值", *_HEAD[2:6], "说明"), settings), "",
        *_source_lines(lines),
    ]  # fmt: skip


def _cells(line: Line) -> tuple[str, ...]:
    indent = "　" * line.depth
    name = f"{indent}{line.label} [{line.id}]" if line.what == "weight" else f"{indent}　└ 评分规则"
    return (name, line.value, *_cited(line), line.text)


def _cited(line: Line) -> tuple[str, ...]:
    cited = line.citation
    return cited.source, cited.article or "—", MARKS[cited.mark], line.verified or NEVER


def _source_lines(lines: Sequence[Line]) -> list[str]:
    out = ["依据"]
    for source_id in dict.fromkeys(line.citation.source for line in lines):
        entry = sources()[source_id]
        to_verify = f"；待核对：{entry['to_verify']}" if entry.get("to_verify") else ""
        out.append(f"  {source_id}：{entry['title']}{to_verify}")
    return out


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns of equal width on a screen that gives a Chinese character two places; the last column runs on."""
    widths = [max(_width(row[at]) for row in (head, *rows)) for at in range(len(head) - 1)]

    def laid(row: Sequence[str]) -> str:
        cells = [text + " " * (width - _width(text)) for text, width in zip(row, widths, strict=False)]
        return "  ".join([*cells, row[-1]]).rstrip()

    return [laid(head), "-" * (sum(widths) + 2 * len(widths) + 8), *map(laid, rows)]


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WFA" else 1 for letter in text)


def list_lines(root: Path = RUBRICS) -> list[str]:
    """For ``rules list``: a line a rubric, with what is assumed in it."""
    lines = []
    for one in available(root):
        rubric = load_file(one.path)
        open_line = "" if one.can_score else "，有的指标还没有评分规则，不能计分"
        lines.append(
            f"{one}：{rubric.title}，{f'{rubric.total} 分，' if rubric.nodes else ''}"
            f"{assumed_line(rubric) or '没有暂定的内容'}{open_line}"
        )
    return lines or ["还没有任何规则。"]


def assumed_line(rubric: Rubric) -> str:
    """How much of a rubric is assumed, in one line; empty when nothing is."""
    assumed = rubric.assumed()
    if not assumed:
        return ""
    return _counts(len(assumed.weights), len(assumed.rules), len(assumed.settings))


def _counts(weights: int, of_rules: int, settings: int) -> str:
    return f"暂定分值 {weights} 项、暂定规则 {of_rules} 项、暂定口径和阈值 {settings} 项"


def trial_line(rubric: Rubric, lang: str = "zh", *others: Rubric | None, listed_in: str = "") -> str:
    """One line that says how much is assumed and where the list is; empty when nothing is (law 12).

    ``others``: the rubrics in force beside ``rubric`` (of the projects); what is assumed in them is counted with it.
    ``listed_in``: the paper that holds the list, for readers who have no command line; else the commands that print it.
    """
    rubrics = [one for one in (rubric, *others) if one is not None and one.assumed()]
    if not rubrics:
        return ""
    weights, of_rules, settings = (
        sum(len(getattr(one.assumed(), part)) for one in rubrics) for part in ("weights", "rules", "settings")
    )
    lists = [
        f"python -m pipeline rules show {one.region_code} {one.year}"
        + ("" if one.kind == "department" else f" {one.kind}")
        + (f" --variant {one.variant}" if one.variant else "")
        for one in rubrics
    ]
    if lang == "en":
        counts = f"{weights} weights, {of_rules} rules, {settings} settings"
        return f"Trial: assumed are {counts}; the list: {' and '.join(lists)}"
    where = listed_in or " 和 ".join(lists)
    together = f"（{len(rubrics)} 套评分规则合计）" if len(rubrics) > 1 else ""
    return (
        f"试算稿：{_counts(weights, of_rules, settings)}{together}，清单见{'' if listed_in else ' '}{where}"
    )


def list_json(root: Path = RUBRICS) -> list[dict]:
    """``rules list --json``: one object a rubric."""
    return [_available_json(one) for one in available(root)]


def _available_json(one: Available) -> dict:
    rubric = load_file(one.path)
    assumed = rubric.assumed()
    return {
        "name": rubric.name, "region_code": one.region_code, "region_name": one.region_name, "kind": one.kind,
        "variant": one.variant, "years": list(one.years), "title": rubric.title, "total": f"{rubric.total:f}",
        "file": name_of(one.path), "can_score": one.can_score,
        "assumed": {"weights": len(assumed.weights), "rules": len(assumed.rules), "settings": len(assumed.settings)},
    }  # fmt: skip


def show_json(rubric: Rubric) -> dict:
    """``rules show --json``: the head and every line of the table."""
    return {
        "name": rubric.name, "title": rubric.title, "region_name": rubric.region_name, "years": list(rubric.years),
        "total": f"{rubric.total:f}", "file": rubric.file, "note": rubric.note,
        "lines": [
            {"what": line.what, "id": line.id, "label": line.label, "depth": line.depth, "value": line.value,
             "text": line.text, "source": line.citation.source, "article": line.citation.article,
             "mark": line.citation.mark, "verified": line.verified}
            for line in lines_of(rubric)
        ],
    }  # fmt: skip
