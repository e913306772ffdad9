"""The regulation as data: rubrics per region and year, complete in themselves, refused when anything is wrong.

``load`` is the door; it happens before a submission is read. How to add a rubric: README.md beside this file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline.errors import CannotRun
from pipeline.model_rubric import Rubric
from pipeline.rules.lines import read_yaml
from pipeline.rules.parse import parse
from pipeline.rules.vocabulary import vocabulary

__all__ = [
    "Available",
    "Rubric",
    "available",
    "check_all",
    "list_lines",
    "load",
    "load_file",
    "official_folder",
    "show_lines",
    "sources",
    "trial_line",
    "words",
]

ROOT = Path(__file__).resolve().parents[2]
RUBRICS = Path(__file__).with_name("rubrics")
SOURCES = ROOT / "docs" / "sources.yaml"


@dataclass(frozen=True, slots=True, order=True)
class Available:
    """A rubric file: for whom and for which years."""

    region_code: str
    region_name: str
    kind: str
    years: tuple[int, ...]
    path: Path

    def __str__(self) -> str:
        years = "、".join(str(year) for year in self.years)
        return f"{self.region_code} {self.region_name} {years} {self.kind}"


@cache
def sources(path: Path = SOURCES) -> Mapping[str, Mapping[str, object]]:
    """docs/sources.yaml: source id -> its entry (title, kind, number, supports, mark …). Raises CannotRun."""
    name = _name(path)
    entries = read_yaml(path, name).get("sources")
    if not isinstance(entries, dict):
        raise CannotRun("没有 sources 一节。", file=name)
    for source_id, entry in entries.items():
        if not isinstance(entry, dict) or not entry.get("title"):
            raise CannotRun(f"来源“{source_id}”没有写 title。", file=name, line=entries.lines[source_id])
    return entries


def words() -> dict[str, str]:
    """Measures and formulas by name -> what a person calls them."""
    known = vocabulary()
    return {name: str(one["words"]) for part in ("measures", "formulas") for name, one in known[part].items()}


def load(region_code: str, year: int, kind: str = "department", root: Path = RUBRICS) -> Rubric:
    """The rubric in force for a region, a year and a kind (``department``, ``project``).

    Raises CannotRun when there is none (naming those that exist), more than one, or a broken one (file and line).
    """
    found = [
        one
        for one in available(root)
        if one.region_code == region_code and one.kind == kind and year in one.years
    ]
    if not found:
        exist = "；".join(str(one) for one in available(root)) or "还没有任何规则"
        raise CannotRun(
            f"没有 {region_code} 地区 {year} 年度的评分规则（{kind}）。现有：{exist}。"
            "请核对《1_基本情况》里的行政区划代码和年度；确需新的地区或年度，请按 docs/add-a-year.md 增加规则。",
            english=f"There are no rules ({kind}) for region {region_code}, year {year}. There are: {exist}.",
        )
    if len(found) > 1:
        files = "、".join(_name(one.path) for one in found)
        raise CannotRun(f"{region_code} 地区 {year} 年度有两套评分规则（{kind}）：{files}。请只保留一套。")
    return load_file(found[0].path, year)


def load_file(path: Path, year: int | None = None) -> Rubric:
    """One rubric file, checked whole. Raises CannotRun with its line."""
    path = Path(path)
    name = _name(path)
    return parse(read_yaml(path, name), name, frozenset(sources()), year)


def available(root: Path = RUBRICS) -> tuple[Available, ...]:
    """Every rubric file under ``<code>_<name>/<year>/<kind>.yaml``, from its header alone."""
    return tuple(sorted(_header(path) for path in Path(root).glob("*/*/*.yaml")))


def official_folder(rubric: Rubric) -> Path:
    """Where the bureau's form and map of a rubric lie: ``input_templates/official/<region folder>/<year>``."""
    return ROOT / "input_templates" / "official" / Path(rubric.file).parent.parent.name / str(rubric.year)


def list_lines(root: Path = RUBRICS) -> list[str]:
    """For ``rules list``: a line a rubric, with what is assumed in it."""
    lines = []
    for one in available(root):
        rubric = load_file(one.path)
        lines.append(f"{one}：{rubric.title}，{rubric.total} 分，{assumed_line(rubric) or '没有暂定的内容'}")
    return lines or ["还没有任何规则。"]


def assumed_line(rubric: Rubric) -> str:
    """How much of a rubric is assumed, in one line; empty when nothing is."""
    assumed = rubric.assumed()
    if not assumed:
        return ""
    return _counts(len(assumed.weights), len(assumed.rules), len(assumed.settings))


def _counts(weights: int, of_rules: int, settings: int) -> str:
    return f"暂定分值 {weights} 项、暂定规则 {of_rules} 项、暂定口径和阈值 {settings} 项"


def trial_line(rubric: Rubric, lang: str = "zh", *others: Rubric | None) -> str:
    """One line that says how much is assumed and where the list is; empty when nothing is (law 12).

    ``others``: the rubrics in force beside ``rubric`` (of the projects); what is assumed in them is counted with it.
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
        for one in rubrics
    ]
    if lang == "en":
        counts = f"{weights} weights, {of_rules} rules, {settings} settings"
        return f"Trial: assumed are {counts}; the list: {' and '.join(lists)}"
    together = f"（{len(rubrics)} 套评分规则合计）" if len(rubrics) > 1 else ""
    return f"试算稿：{_counts(weights, of_rules, settings)}{together}，清单见 {' 和 '.join(lists)}"


def show_lines(rubric: Rubric) -> list[str]:
    """For ``rules show``: the tree with weights, rules, sources and marks, then the settings."""
    lines = [
        f"{rubric.title}（{rubric.region_code} {rubric.region_name}，{rubric.kind}）  总分 {rubric.total}"
    ]
    if line := assumed_line(rubric):
        lines.append(line)
    for node in rubric.nodes:
        lines += _node_lines(node, 0)
    lines.append("设置")
    for setting in rubric.settings.values():
        cited = setting.citation
        lines.append(
            f"    {setting.id} = {_shown(setting.value)}  〔{cited.source} {cited.article}，{cited.mark}〕 {setting.words}"
        )
    return lines


def check_all(root: Path = RUBRICS) -> list[str]:
    """For ``rules check``: loads every rubric; raises CannotRun at the first that is broken or doubled."""
    lines = []
    for one in available(root):
        rubrics = [load(one.region_code, year, one.kind, root) for year in one.years]
        lines.append(f"{one}：{len(rubrics[0].leaves())} 个三级指标，分值能够加总，公式和依据都认得。")
    return lines


def _node_lines(node: object, depth: int) -> list[str]:
    indent = "    " * (depth + 1)
    cited = node.citation
    lines = [f"{indent}{node.label}  {node.weight} 分  [{node.id}] 〔{cited.source}，{cited.mark}〕"]
    if node.rule:
        rule = node.rule
        lines.append(f"{indent}    {node.words}")
        steps = " / ".join(f"{step.measure} → {step.formula}" for step in rule.steps)
        lines.append(
            f"{indent}    {steps}；不适用：{rule.not_applicable}〔{rule.citation.source}，{rule.citation.mark}〕"
        )
    elif not node.children:
        lines.append(f"{indent}    还没有评分规则（absent），不能计分")
    for child in node.children:
        lines += _node_lines(child, depth + 1)
    return lines


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return "、".join(f"{one.value} {one.words}" if hasattr(one, "words") else str(one) for one in value)
    if isinstance(value, Mapping):
        return "，".join(f"{name} {one}" for name, one in value.items())
    return "无" if value is None else str(value)


_CODE = re.compile(r"^region:.*?code:\s*[\"']?(\d{6})", re.M | re.S)
_REGION = re.compile(r"^region:.*?name:\s*[\"']?([^\"'\s,}]+)", re.M | re.S)
_YEARS = re.compile(r"^years:\s*\[([\d,\s]+)\]", re.M)
_KIND = re.compile(r"^kind:\s*(\w+)", re.M)


def _header(path: Path) -> Available:
    """The header by pattern, without parsing the tree; a file whose header does not read so is parsed whole."""
    text = path.read_text("utf-8", errors="replace")[:3000]
    code, name, years, kind = (pattern.search(text) for pattern in (_CODE, _REGION, _YEARS, _KIND))
    if code and name and years and kind:
        listed = tuple(int(year) for year in years[1].split(",") if year.strip())
        return Available(code[1], name[1], kind[1], listed, path)
    rubric = load_file(path)
    return Available(rubric.region_code, rubric.region_name, rubric.kind, rubric.years, path)


def _name(path: Path) -> str:
    """How a file is named in messages: relative to the repository, with ``/``."""
    path = Path(path).resolve()
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name
