"""The published catalogue: every finding code with its sentence, advice and basis: docs/核查规则.md.

Not part of a run: ``templates`` writes it from expectations/catalogue.yaml, so that what is published and what is
printed cannot differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pipeline.forms import FormSpec
from pipeline.messages import Entry

#: the document's place in the repository
NAME = "docs/核查规则.md"

_SEVERITIES = {"critical": "必须改", "warning": "请核实", "info": "提示"}
_BLOCKS = {"nothing": "不影响", "figure": "用到它的数字待定", "run": "无法计算"}
_MARKS = {"stated": "载明", "published": "公开可查", "assumed": "待核对原文"}
_PHASES = {"input": "计算前", "outcome": "计算后"}
_SEASONS = {"any": "随时", "year_end": "年终", "monitoring": "年中监控"}
_OTHER_GROUPS = {
    "TP": "文件与模板",
    "RC": "勾稽关系",
    "SC": "计分结果与 8_填报得分",
    "OF": "正式表式",
    "NA": "报告的文字",
}
_HEADER = ("代码", "程度", "影响", "问题", "怎么办", "依据（标记）", "何时查", "可否说明后保留", "不再重复")
_FACT = re.compile(r"\{[^}]*\}")


def rule_tables(catalogue: Mapping[str, Entry], specs: Mapping[str, FormSpec]) -> str:
    """The whole document as Markdown, one table a form. Ends with a line break."""
    titles = {spec.prefix: spec.title for spec in specs.values()} | _OTHER_GROUPS
    order = [
        "TP",
        *(spec.prefix for spec in specs.values() if spec.prefix not in _OTHER_GROUPS),
        "SC",
        "RC",
        "OF",
        "NA",
    ]
    lines = list(_opening(len(catalogue)))
    for prefix in order:
        entries = [entry for code, entry in sorted(catalogue.items()) if code.startswith(prefix)]
        if entries:
            lines += ["", f"## {titles[prefix]}（{prefix}，{len(entries)} 条）", "", _line(_HEADER)]
            lines += [_line(["---"] * len(_HEADER)), *(_line(_cells(entry)) for entry in entries)]
    return "\n".join(lines) + "\n"


def _opening(count: int) -> Iterator[str]:
    yield "# 核查规则"
    yield ""
    yield "本文由程序按 `expectations/catalogue.yaml` 生成，请勿手工修改；改了规则目录后运行 `python -m pipeline templates`。"
    yield ""
    yield f"- 共 {count} 条。“……”处由程序填入单元格里的内容和算出的数。"
    yield "- 程度：必须改；请核实（可能是对的，请看一眼）；提示。影响：问题单元格里的值还能不能用来计算。"
    yield "- 标记：载明（文件、表样或算术关系本身）；公开可查；待核对原文（凭记忆，以印发的文件为准）。"
    yield "- 何时查：计算前只看填报内容，计算后对照得分；年终的规则在年中监控时不查，年中监控的规则只在监控时查。"
    yield "- 不再重复：同一单元格已经报了所列代码的，这一条不再报。"
    yield "- 阈值（如 130%、90%、30%）写在评分规则的 `settings` 里，各地可以不同。"


def _cells(entry: Entry) -> tuple[str, ...]:
    basis = entry.basis
    return (
        entry.code,
        _SEVERITIES[entry.severity],
        _BLOCKS[entry.blocks],
        _plain(entry.sentence["zh"]),
        _plain(entry.advice["zh"]),
        f"{basis.text}{basis.article}（{_MARKS[basis.mark]}，`{basis.source}`）",
        f"{_PHASES[entry.phase]}，{_SEASONS[entry.season]}",
        "可以" if entry.waivable else "不可以",
        "、".join(entry.echo_of),
    )


def _plain(sentence: str) -> str:
    """A sentence without the names of its facts.

    >>> _plain("“{label}”填报 {claimed}，{why}")
    '“……”填报 ……，……'
    """
    return re.sub(r"(?:……){2,}", "……", _FACT.sub("……", sentence))


def _line(cells: tuple[str, ...] | list[str]) -> str:
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |"
