"""Which rubrics there are, and the one that is asked for: by region, year and kind, by its name, or by its path.

Used through ``pipeline.rules``; happens before a submission is read. Of one region, year and kind one rubric is in force;
others beside it carry a ``variant`` and are taken only when named, so that region and year alone never mean two.
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
from pipeline.rules.reading import VERIFIED, is_verified
from pipeline.rules.vocabulary import PROJECT_RUBRIC, vocabulary

ROOT = Path(__file__).resolve().parents[2]
RUBRICS = Path(__file__).with_name("rubrics")
_SUFFIXES = (".yaml", ".yml")
SOURCES = ROOT / "docs" / "sources.yaml"


@dataclass(frozen=True, slots=True, order=True)
class Available:
    """A rubric file: for whom, which years, of what kind; ``can_score``: every leaf has a rule."""

    region_code: str
    region_name: str
    kind: str
    variant: str
    years: tuple[int, ...]
    path: Path
    can_score: bool = True

    def __str__(self) -> str:
        years = "、".join(str(year) for year in self.years)
        kind = f"{self.kind}/{self.variant}" if self.variant else self.kind
        return f"{self.region_code} {self.region_name} {years} {kind}"


@cache
def sources(path: Path = SOURCES) -> Mapping[str, Mapping[str, object]]:
    """docs/sources.yaml: source id -> its entry (title, kind, number, supports, mark …). Raises CannotRun."""
    name = name_of(path)
    entries = read_yaml(path, name).get("sources")
    if not isinstance(entries, dict):
        raise CannotRun("没有 sources 一节。", file=name)
    for source_id, entry in entries.items():
        line = entries.lines[source_id]
        if not isinstance(entry, dict) or not entry.get("title"):
            raise CannotRun(f"来源“{source_id}”没有写 title。", file=name, line=line)
        if entry.get("verified") and not is_verified(str(entry["verified"])):
            line = entry.lines["verified"]
            raise CannotRun(f"来源“{source_id}”的 verified {VERIFIED}。", file=name, line=line)
    return entries


def words() -> dict[str, str]:
    """Measures and formulas by name -> what a person calls them."""
    known = vocabulary()
    return {name: str(one["words"]) for part in ("measures", "formulas") for name, one in known[part].items()}


def load(
    region_code: str, year: int, kind: str = "department", root: Path = RUBRICS, variant: str = ""
) -> Rubric:
    """The rubric in force for a region, a year and a kind (``department``, ``project``, ``platform``), or a variant of it.

    Raises CannotRun when there is none (naming those that exist), more than one, or a broken one (file and line).
    """
    found = [
        one
        for one in available(root)
        if (one.region_code, one.kind, one.variant) == (region_code, kind, variant) and year in one.years
    ]
    asked = f"{kind}/{variant}" if variant else kind
    if not found:
        exist = "；".join(str(one) for one in available(root)) or "还没有任何规则"
        raise CannotRun(
            f"没有 {region_code} 地区 {year} 年度的评分规则（{asked}）。现有：{exist}。"
            "请核对《1_基本情况》里的行政区划代码和年度；确需新的地区或年度，请按 docs/add-a-year.md 增加规则。",
            english=f"There are no rules ({asked}) for region {region_code}, year {year}. There are: {exist}.",
        )
    if len(found) > 1:
        files = "、".join(name_of(one.path) for one in found)
        raise CannotRun(
            f"{region_code} 地区 {year} 年度有两套评分规则（{asked}）：{files}。"
            "请只保留一套；确需并存的，在其中一套写上 variant。",
            file=name_of(found[1].path),
            line=_line_of_years(found[1].path),
        )
    return load_file(found[0].path, year)


def for_projects(rubric: Rubric, asked: str = "", root: Path = RUBRICS) -> Rubric | None:
    """The project rubric beside a department's: the one asked for by name, else what its setting ``project_rubric`` names,
    else the one in force of its region; None where there is none of it.

    Raises CannotRun for a name that is none, another kind or another year, and for a broken rubric.
    """
    if asked:
        found = re.fullmatch(r"(\d{6})/(\d{4})/project(?:/([a-z][a-z0-9_]*))?", asked.strip("/"))
        if not found:
            raise CannotRun(
                f"“{asked}”不是一套项目支出的评分规则。请写成 {rubric.region_code}/{rubric.year}/project 或 000000/{rubric.year}/project/with_cost "
                "的样子；现有的规则见 python -m pipeline rules list。",
                english=f"{asked} names no project rubric: write {rubric.region_code}/{rubric.year}/project.",
            )
        if int(found[2]) != rubric.year:
            raise CannotRun(
                f"“{asked}”是 {found[2]} 年度的规则，填报的是 {rubric.year} 年度，不拿别的年度代替。",
                english=f"{asked} is of another year than {rubric.year}.",
            )
        return load(found[1], rubric.year, "project", root, found[3] or "")
    if named_by := rubric.settings.get("project_rubric"):
        found = re.fullmatch(PROJECT_RUBRIC, str(named_by.value))
        try:
            return load(found[1], rubric.year, "project", root, found[2] or "")
        except CannotRun as refused:
            if refused.file:
                raise
            path = ROOT / rubric.file
            line = _line_with(path, "project_rubric:") if path.is_file() else None
            raise CannotRun(
                f"project_rubric 指的规则不在：{refused.message}", file=rubric.file, line=line
            ) from None
    is_there = any(
        (one.region_code, one.kind, one.variant) == (rubric.region_code, "project", "")
        and rubric.year in one.years
        for one in available(root)
    )
    return load(rubric.region_code, rubric.year, "project", root) if is_there else None


def named(name: str, root: Path = RUBRICS) -> Rubric:
    """A rubric by its name (``440100/2022/department``, ``000000/2022/project/with_cost``) or by the path of its file.

    Raises CannotRun.
    """
    path = Path(name)
    if path.suffix in _SUFFIXES:
        return load_file(path)
    parts = name.strip("/").split("/")
    if (
        len(parts) not in (3, 4)
        or not re.fullmatch(r"\d{6}", parts[0])
        or not re.fullmatch(r"\d{4}", parts[1])
    ):
        raise CannotRun(
            f"“{name}”不是一套评分规则的名称。请写成 440100/2022/department 的样子"
            "（区划代码/年度/种类，另有并存规则的再加 /variant），或写规则文件的路径；现有的规则见 python -m pipeline rules list。",
            english=f"{name} names no rubric: write 440100/2022/department, or the path of a rubric file.",
        )
    return load(parts[0], int(parts[1]), parts[2], root, parts[3] if len(parts) == 4 else "")


def path_of(rubric: Rubric, name: str) -> Path:
    """Where the file of a rubric lies that was loaded by this name (:func:`named`)."""
    path = Path(name)
    return path if path.suffix in _SUFFIXES else ROOT / rubric.file


def load_file(path: Path, year: int | None = None) -> Rubric:
    """One rubric file, checked whole. Raises CannotRun with its line."""
    path = Path(path)
    name = name_of(path)
    return parse(read_yaml(path, name), name, frozenset(sources()), year)


def available(root: Path = RUBRICS) -> tuple[Available, ...]:
    """Every rubric file under ``<code>_<name>/<year>/<kind>.yaml``, from its header alone."""
    return tuple(sorted(_header(path) for path in Path(root).glob("*/*/*.yaml")))


def official_folder(rubric: Rubric) -> Path:
    """Where the bureau's form and map of a rubric lie: ``input_templates/official/<region folder>/<year>``."""
    return ROOT / "input_templates" / "official" / Path(rubric.file).parent.parent.name / str(rubric.year)


def check_all(root: Path = RUBRICS) -> list[str]:
    """For ``rules check``: loads every rubric; raises CannotRun at the first that is broken or doubled."""
    lines = []
    for one in available(root):
        rubrics = [load(one.region_code, year, one.kind, root, one.variant) for year in one.years]
        for rubric in rubrics if one.kind == "department" else ():
            for_projects(rubric, root=root)
        leaves = rubrics[0].leaves()
        if not leaves:
            lines.append(f"{one}：{len(rubrics[0].settings)} 项口径和阈值，依据都认得。")
            continue
        absent = sum(leaf.rule is None for leaf in leaves)
        lacking = f"{absent} 个还没有评分规则，不能计分" if absent else "公式和依据都认得"
        lines.append(f"{one}：{len(leaves)} 个三级指标，分值能够加总，{lacking}。")
    return lines


_CODE = re.compile(r"^region:.*?code:\s*[\"']?(\d{6})", re.M | re.S)
_REGION = re.compile(r"^region:.*?name:\s*[\"']?([^\"'\s,}]+)", re.M | re.S)
_YEARS = re.compile(r"^years:\s*\[([\d,\s]+)\]", re.M)
_KIND = re.compile(r"^kind:\s*(\w+)", re.M)
_VARIANT = re.compile(r"^variant:\s*(\w+)", re.M)
_ABSENT = re.compile(r"^\s*rule:\s*[\"']?absent\b", re.M)


def _header(path: Path) -> Available:
    """The header by pattern, without parsing the tree; a file whose header does not read so is parsed whole."""
    text = path.read_text("utf-8", errors="replace")
    top = text[:3000]
    code, name, years, kind = (pattern.search(top) for pattern in (_CODE, _REGION, _YEARS, _KIND))
    if code and name and years and kind:
        listed = tuple(int(year) for year in years[1].split(",") if year.strip())
        variant = _VARIANT.search(top)
        can_score = not _ABSENT.search(text)
        return Available(code[1], name[1], kind[1], variant[1] if variant else "", listed, path, can_score)
    rubric = load_file(path)
    can_score = all(leaf.rule for leaf in rubric.leaves())
    return Available(
        rubric.region_code, rubric.region_name, rubric.kind, rubric.variant, rubric.years, path, can_score
    )


def _line_of_years(path: Path) -> int | None:
    found = _YEARS.search(text := path.read_text("utf-8", errors="replace"))
    return text.count("\n", 0, found.start()) + 1 if found else None


def _line_with(path: Path, words: str) -> int | None:
    lines = path.read_text("utf-8", errors="replace").splitlines()
    return next((number for number, line in enumerate(lines, 1) if line.strip().startswith(words)), None)


def name_of(path: Path) -> str:
    """How a file is named in messages: relative to the repository, with ``/``."""
    path = Path(path).resolve()
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name
