"""The tables of the page about what was judged by: the rubric with its sources and marks, and the digests of files.

Happens while reporting. Each function gives rows of printed texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

from pipeline.model import Citation, Submission
from pipeline.model_rubric import Node, Rubric
from pipeline.report.explain import MARKS
from pipeline.report.page_text import clean


def rubric_rows(rubric: Rubric, titles: Mapping[str, str]) -> list[dict]:
    """Every node: label, depth, weight and rule each with mark and source."""

    def depths(nodes: Iterable, depth: int) -> Iterable:
        for node in nodes:
            yield node, depth
            yield from depths(node.children, depth + 1)

    return [
        {
            "label": node.label,
            "depth": depth,
            "weight": f"{node.weight:f}",
            "weight_source": cited(node.citation, titles),
            "words": _words(node),
            "rule_source": cited(node.rule.citation, titles) if node.rule else None,
        }
        for node, depth in depths(rubric.nodes, 0)
    ]


def compared(comparison: Mapping) -> dict:
    """The score under another rubric: its name, and for the department or each project the rows of a table."""

    def side(one: Mapping | None) -> str:
        return "—" if one is None else f"{one['score']} / {one['weight']}"

    def total(one: Mapping) -> str:
        return f"{side(one)} {clean(one['grade'])}".strip()

    return {
        "before": clean(comparison["before"]["title"]),
        "after": clean(comparison["after"]["title"]),
        "parts": [
            {
                "name": clean(part["name"]),
                "total": [total(part["total"][at]) for at in ("before", "after")],
                "note": clean(part["total"]["after"]["note"]),
                "rows": [
                    (one["depth"], clean(one["label"]), side(one["before"]), side(one["after"]))
                    for one in part["points"]
                ],
            }
            for part in comparison["parts"]
        ],
    }


def _words(node: Node) -> str:
    if node.rule:
        return clean(node.words, 600)
    return "" if node.children else "还没有评分规则，不能计分"


def setting_rows(rubric: Rubric, titles: Mapping[str, str]) -> list[tuple[str, str, dict]]:
    """Settings and thresholds: in words, value, source."""
    named = {"rounding": "得分和比率的小数位数", "grades": "等级"}
    return [
        (clean(setting.words) or named.get(setting.id, setting.id) if setting.id != "grades" else "等级",
         _value(setting.value), cited(setting.citation, titles))
        for setting in rubric.settings.values()
    ]  # fmt: skip


def _value(value: object) -> str:
    """A setting's value for people; words stand beside it, so a name of a method is left out.

    >>> _value(Fraction(9, 10)), _value(7), _value(None), _value("linear")
    ('90%', '7', '无', '见左')
    """
    if isinstance(value, tuple):
        if value and hasattr(value[0], "words"):
            return "；".join(f"{band.value} {band.words}" for band in value)
        return f"{value[0]}–{value[-1]}" if len(value) > 2 else "、".join(map(str, value))
    if isinstance(value, Mapping):
        return "、".join(str(each) for each in value.values())
    if isinstance(value, Fraction):
        if value.denominator == 1 and value > 1:
            return str(value.numerator)
        return f"{(Decimal(value.numerator * 100) / Decimal(value.denominator)).normalize():f}%"
    if isinstance(value, str):
        return "见左"
    return "无" if value is None else str(value)


def cited(citation: Citation, titles: Mapping[str, str]) -> dict:
    """``mark`` (its id), ``word`` for people, ``text``: title and article."""
    title = titles.get(citation.source) or citation.source
    return {
        "mark": citation.mark,
        "word": MARKS.get(citation.mark, citation.mark).split("（")[0],
        "text": clean(f"{title} {citation.article}".strip()),
    }


def files(submission: Submission, digests: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Name, what it was read as, SHA-256: the inputs as given, then files of the submission that are not among them."""
    read = {file.path: file for file in submission.files}
    rows = []
    for name, digest in digests.items():
        file = read.pop(name.removeprefix("evidence/inputs/"), None)
        rows.append((clean(name.removeprefix("evidence/inputs/")), _state(file), clean(digest)))
    rows += [(clean(path), _state(file), clean(file.sha256)) for path, file in read.items()]
    return rows


def _state(file: object) -> str:
    if file is None:
        return "未读取"
    return "没有读取" if file.refused else clean(file.division) or "已读取"
