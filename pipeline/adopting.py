"""``rules adopt``: an office's blank form -> its map and a rubric draft beside it, and what a person has to do next.

Reads the form, proposes, proves that the map loads, fits the form and can be filled, and only then writes. Nothing that
exists is overwritten, and nothing is written into ``pipeline/``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from pipeline import maps, messages, rules
from pipeline.adopt import map_text as map_of
from pipeline.adopt import told, weights
from pipeline.adopt.draft_text import Whose, draft_text
from pipeline.adopt.nouns import Known, Proposal
from pipeline.adopt.propose import KnownNodes, kind_of, known_nodes, propose
from pipeline.errors import CannotRun
from pipeline.maps_labels import label_key, split_weight
from pipeline.maps_sheet import FormSheet
from pipeline.model import Cell, Figure, Finding, Found, Outcome
from pipeline.read.preflight import Refused, check
from pipeline.rules import blocks
from pipeline.rules.shelf import ROOT
from pipeline.write import official
from pipeline.write.form_cells import read_sheets

_MAP_NAMES = {"department": "map.yaml", "project": "project.map.yaml"}
_KINDS = {"department": "部门整体", "project": "项目支出"}
_FOLDER = re.compile(r"(\d{6})_([^/\\]+)")
_SECTIONS = ("rounding", "grades", "settings")


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked. ``region``, ``name``, ``year`` and ``kind`` come from the folders and the form where not given."""

    form: Path
    region: str | None = None
    name: str | None = None
    year: int | None = None
    kind: str | None = None
    out: Path | None = None


@dataclass(frozen=True, slots=True)
class Adopted:
    """What was made: the lines for the screen, the files written, and the proposal itself."""

    lines: tuple[str, ...]
    files: tuple[Path, ...]
    proposal: Proposal


def adopt(request: Request) -> Adopted:
    """Proposes and writes. Raises CannotRun for a form that cannot be read or filled and for files in the way."""
    form = _read(request.form)
    sheets = _sheets(form, request.form)
    kind = request.kind or kind_of(sheets)
    if kind == "monitor":
        raise CannotRun(
            f"“{request.form.name}”是绩效运行监控表，这条命令只认部门整体和项目支出的自评表；对照表请照 monitor.map.yaml 手写。"
        )
    if kind not in _MAP_NAMES:
        raise CannotRun(
            f"“{request.form.name}”看不出是部门整体还是项目支出的表，请加 --kind department 或 --kind project。"
        )
    code, name, year, folder = _whose(request)
    found = _rubrics(kind, code, year, sheets)
    known = known_nodes([one for available in found for one in _known(available)])
    proposal = propose(sheets, kind, known)
    if not proposal.cells and not proposal.lists:
        raise CannotRun(
            f"“{request.form.name}”里没有认出任何要填的格子。请确认这是空白的自评表；表头的说法可加进 pipeline/adopt/words.yaml。"
        )
    map_text = map_of.map_text(proposal, request.form.name)
    _prove(form, map_text, proposal)
    whose = _whose_draft(request, form, code, name, year, found)
    draft = draft_text(proposal, whose, known) if _has_weights(proposal) and found else ""
    target = request.out or request.form.parent
    files = {target / _MAP_NAMES[kind]: map_text.encode("utf-8")}
    if draft:
        files[target / f"{kind}.yaml.draft"] = draft.encode("utf-8")
    if request.out and (target / request.form.name).resolve() != request.form.resolve():
        files[target / request.form.name] = form
    _write(files)
    lines = _lines(request, proposal, whose, known, kind, folder, files, bool(draft))
    return Adopted(tuple(lines), tuple(files), proposal)


def read_form(path: Path) -> tuple[FormSheet, ...]:
    """The sheets of a form file. Raises CannotRun for one that cannot be read."""
    return _sheets(_read(path), path)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise CannotRun(f"表式“{path}”读不出来，请检查路径；正在 Excel 或 WPS 里打开的请先关闭。") from None


def _sheets(form: bytes, path: Path) -> tuple[FormSheet, ...]:
    """The sheets of a form that is safe to read. Raises CannotRun with the sentence of the finding."""
    try:
        checked = check(form, path.name)
    except Refused as refused:
        found = Found(Cell(path.name, "", ""), refused.why)
        finding = Finding(refused.code, (found,), {"why": refused.why, "found": refused.why}, refused.why)
        raise CannotRun(messages.sentence(finding)) from None
    if checked.kind != "xlsx":
        raise CannotRun(
            f"“{path.name}”是旧格式（.{checked.kind}），填表要用 .xlsx。请用 Excel 或 WPS 另存为 .xlsx 后再试。"
        )
    if checked.macros:
        raise CannotRun(f"“{path.name}”里有宏，填好的表不能带宏。请另存为不含宏的 .xlsx 后再试。")
    try:
        return read_sheets(form)
    except ValueError as problem:
        raise CannotRun(f"“{path.name}”：{problem}") from problem


def _whose(request: Request) -> tuple[str, str, int, str]:
    """Region code and name, year and the region's folder name: as asked, else from ``<code>_<name>/<year>/form.xlsx``."""
    parent = request.form.resolve().parent
    found = _FOLDER.fullmatch(parent.parent.name) if re.fullmatch(r"20\d\d", parent.name) else None
    code = request.region or (found[1] if found else None)
    year = request.year or (int(parent.name) if found else None)
    if code is None or year is None or not re.fullmatch(r"\d{6}", code):
        raise CannotRun(
            "不知道这是哪里、哪一年的表。请把表式放在 input_templates/official/<六位行政区划代码>_<名称>/<年度>/ 里，"
            "或在命令后加 --region 440100 --name 名称 --year 2023 的样子。"
        )
    told_name = next((one.region_name for one in rules.available() if one.region_code == code), None)
    name = request.name or told_name or (found[2] if found and found[1] == code else code)
    folder = parent.parent.name if found and found[1] == code else f"{code}_{request.name or code}"
    existing = next(
        (one.path.parent.parent.name for one in rules.available() if one.region_code == code), None
    )
    return code, name, year, existing or folder


def _rubrics(kind: str, code: str, year: int, sheets: Sequence[FormSheet]) -> Sequence[rules.Available]:
    """The rubrics of the kind, nearest first: the region's own, then by how many of their names the form prints."""
    printed = {label_key(split_weight(text)[0]) for sheet in sheets for text in sheet.texts.values()}

    def distance(one: rules.Available) -> tuple:
        names = {label_key(each.label) for each in blocks.indicator_blocks(one.path)}
        years = min(abs(each - year) for each in one.years)
        return (
            one.region_code != code,
            bool(one.variant),
            -len(names & printed),
            not one.can_score,
            years,
            one.path,
        )

    return sorted((one for one in rules.available() if one.kind == kind), key=distance)


def _known(available: rules.Available) -> list[Known]:
    where = f"{available.region_code} {available.years[0]} {available.kind}"
    return [
        Known(one.id, label, one.is_leaf, blocks.unverified(one.rule), one.words, one.points, where)
        for one in blocks.indicator_blocks(available.path)
        for label in (one.label, *one.aliases)
    ]


def _whose_draft(
    request: Request, form: bytes, code: str, name: str, year: int, found: Sequence[rules.Available]
) -> Whose:
    base = found[0].path if found else None
    sections = {one: blocks.unverified(blocks.section(base, one)) for one in _SECTIONS} if base else {}
    based_on = base.relative_to(ROOT).as_posix() if base and base.is_relative_to(ROOT) else ""
    return Whose(code, name, year, request.form.name, hashlib.sha256(form).hexdigest(), based_on, sections)


def _has_weights(proposal: Proposal) -> bool:
    return any(node.points is not None for node in proposal.nodes())


def _prove(form: bytes, map_text: str, proposal: Proposal) -> None:
    """The map loads, its cells are in the form, and every one of them can be written. Raises CannotRun.

    That its ids are figures a submission can have follows from ``words.yaml``, which a test holds to them.
    """
    key = "P01"
    parsed = maps.parse_map(map_text.replace("{id}", key), _MAP_NAMES[proposal.kind])
    figures = {figure: _sample(figure) for figure in parsed.cells}
    for each in parsed.lists:
        names = [each.id] if each.is_text else []
        for column in each.columns:
            names += [] if column.part in ("text", "#") else [f"{each.id}.R1.{column.part}"]
        figures |= {figure: _sample(figure) for figure in names}
    official.check_map(form, replace(parsed, form=form), figures)
    official.fill(form, replace(parsed, form=form), Outcome(figures))


_NUMBERS = ("score", "weight", "budget", "executed", "rate", "adjustment", "points")


def _sample(figure: str) -> Figure:
    is_number = figure.rsplit(".", 1)[-1].endswith(_NUMBERS) or figure.startswith("staff.")
    return Figure(figure, figure, Decimal("1.00") if is_number else "试填")


def _write(files: dict[Path, bytes]) -> None:
    for path in files:
        if path.exists():
            raise CannotRun(f"“{path}”已经有了，不覆盖。要重新提出的，请先移走它，或用 --out 写到别处。")
    for path, content in files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        except OSError:
            raise CannotRun(f"“{path}”写不进去，请检查文件夹是否存在、是否有写入权限。") from None


def _lines(
    request: Request, proposal: Proposal, whose: Whose, known: KnownNodes, kind: str, folder: str,
    files: dict[Path, bytes], has_draft: bool,
) -> list[str]:  # fmt: skip
    leaves = [node for node in proposal.nodes() if not node.children]
    offered = [leaf for leaf in leaves if (one := known.get((label_key(leaf.label), True))) and one.rule]
    wrong = weights.mistakes(proposal) if has_draft else []
    place = f"pipeline/rules/rubrics/{folder}/{whose.year}/{kind}.yaml"
    particular = told.Particular(
        _MAP_NAMES[kind], f"{kind}.yaml.draft" if has_draft else "", place, whose.code, whose.year, kind, whose.source,
        len(leaves), len(offered), len(wrong), (ROOT / place).exists(),
    )  # fmt: skip
    year = (
        [f"表上印的是 {proposal.year} 年，命令说的是 {whose.year} 年，请核对"]
        if _other_year(proposal, whose)
        else []
    )
    lines = [
        f"{request.form.name}（{_KINDS[kind]}，{whose.code} {whose.name} {whose.year} 年度）",
        f"放好 {len(proposal.cells)} 格、{len(proposal.lists)} 个列表、{len(leaves)} 个计分指标：",
        *told.placed_lines(proposal),
        *told.listed(f"没有放进来 {len(proposal.unplaced)} 处：", [*proposal.unplaced, *year]),
        *told.listed("知道、但不填的：", proposal.left),
        *told.listed("要留意：", [proposal.closed_levels] if proposal.closed_levels else []),
        *told.listed(f"分值对不上 {len(wrong)} 处：", wrong),
        *([] if has_draft else ["没有写规则草稿：表上没有印任何分值。"]),
        "写出：",
        *(f"  {path}" for path in files),
        "下一步：",
        *told.step_lines(particular, proposal),
    ]
    return lines


def _other_year(proposal: Proposal, whose: Whose) -> bool:
    return proposal.year is not None and proposal.year != whose.year
