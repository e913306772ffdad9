"""``rules new-year``: the scaffold of a year from the one before, the two forms compared, and what is left to do, numbered.

Copies rubrics (years and title changed, what was stated now assumed), forms and maps; overwrites nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline import rules
from pipeline.adopt.compare import differences
from pipeline.adopt.propose import kind_of
from pipeline.adopting import read_form
from pipeline.errors import CannotRun
from pipeline.maps import load_map
from pipeline.rules.next_year import Mark, scaffold
from pipeline.rules.shelf import ROOT

OFFICIAL = Path("input_templates") / "official"
#: ``map.yaml`` is the department's; the others are named after the kind of rubric, and its variant
_DEPARTMENT_MAP, _MAP_SUFFIX = "map.yaml", ".map.yaml"

#: the order of work for a new year: docs/add-a-year.md has the same steps under the same numbers
STEPS = (
    "备齐新年度的通知、空白表和评分标准",
    "把新的空白表放进新年度的表式文件夹",
    "在 docs/sources.yaml 登记新年度的出处",
    "逐项核对分值、规则和口径的标记",
    "按新旧表式的差异改规则",
    "由新的空白表提出对照表，或核对复制来的对照表",
    "检查规则，打印出来两人核对",
    "填报模板有变化的，改模板并重新生成空白模板",
    "用填好的模板试运行，手算几项得分核对",
    "在 CHANGELOG.md 写明",
)


@dataclass(slots=True)
class _Region:
    """One region while it is prepared: what was written, what was there already, what to confirm, what differs."""

    folder: str
    root: Path
    written: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    marks: dict[str, tuple[Mark, ...]] = field(default_factory=dict)
    compared: list[str] = field(default_factory=list)


def prepare(
    before: int, after: int, region: str | None = None, out: Path | None = None, root: Path | None = None
) -> list[str]:
    """Writes the scaffold and gives the lines for the screen. ``root``: the repository (tests use a copy of it).

    Raises CannotRun where no rubric is in force for the year before; it names those that exist, and takes no other.
    """
    if after == before:
        raise CannotRun(f"新年度和上年都是 {before}，请写成 rules new-year {before} {before + 1} 的样子。")
    root = root or ROOT
    target = out or root
    every = rules.available(root / "pipeline" / "rules" / "rubrics")
    found = [one for one in every if before in one.years and region in (None, one.region_code)]
    if not found:
        exist = "；".join(str(one) for one in every) or "还没有任何规则"
        where = f"{region} 地区 " if region else ""
        raise CannotRun(
            f"没有 {where}{before} 年度的评分规则，不会拿别的年度代替。现有：{exist}。",
            english=f"There are no rules for {region or 'any region'}, year {before}. There are: {exist}.",
        )
    regions: dict[str, _Region] = {}
    for one in found:
        folder = one.path.parent.parent.name
        state = regions.setdefault(folder, _Region(folder, root))
        _rubric(state, one, every, before, after, root, target)
    for state in regions.values():
        _forms(state, before, after, root, target)
    lines = [f"为 {after} 年度搭架子（从 {before} 年度）"]
    for state in regions.values():
        lines += _told(state, before, after)
    return [*lines, "接下来：", *_steps(regions.values(), after)]


def _rubric(
    state: _Region, one: rules.Available, every: Sequence[rules.Available], before: int, after: int, root: Path,
    target: Path,
) -> None:  # fmt: skip
    name = one.path.relative_to(root).as_posix()
    covering = [
        other for other in every
        if (other.region_code, other.kind, other.variant) == (one.region_code, one.kind, one.variant) and after in other.years
    ]  # fmt: skip
    if covering:
        state.kept.append(f"{covering[0].path.relative_to(root).as_posix()}（已有 {after} 年度的规则）")
        return
    made = scaffold(one.path, name, before, after)
    place = Path("pipeline") / "rules" / "rubrics" / state.folder / str(after) / one.path.name
    if _put(state, target, place, made.text.encode("utf-8")):
        state.marks[place.as_posix()] = made.marks


def _forms(state: _Region, before: int, after: int, root: Path, target: Path) -> None:
    """Forms and maps: compared where the new form is there, copied where it is not."""
    old = root / OFFICIAL / state.folder / str(before)
    place = OFFICIAL / state.folder / str(after)
    there = _new_forms([root / place, target / place])
    for map_name in sorted(path.name for path in old.glob("*map.yaml")):
        kind = "department" if map_name == _DEPARTMENT_MAP else map_name.removesuffix(_MAP_SUFFIX)
        form_map = load_map(old, map_name, "")
        fresh = [path for path in there.get(kind, ()) if path.read_bytes() != form_map.form]
        if kind not in there:
            _put(state, target, place / form_map.form_name, form_map.form)
            _put(state, target, place / map_name, (old / map_name).read_bytes())
            state.compared.append(
                f"{form_map.form_name}：新的空白表还没有放进来，先复制了上年的；拿到后放进来再运行一次比较"
            )
            continue
        if not fresh:
            state.compared.append(f"{form_map.form_name}：文件夹里的还是上年那一份，没有可比的")
        elif _compare(state, old / form_map.form_name, fresh[0]):
            has_map = (target / place / map_name).exists()
            first = f"请先移走复制来的 {map_name}，再" if has_map else "对照表没有复制，请"
            command = f"python -m pipeline rules adopt {(place / fresh[0].name).as_posix()}"
            state.compared.append(f"  {first}运行 {command}")
        else:
            text = (old / map_name).read_text("utf-8")
            text = text.replace(f"form: {form_map.form_name}", f"form: {fresh[0].name}", 1)
            _put(state, target, place / map_name, text.encode("utf-8"))


def _compare(state: _Region, before: Path, after: Path) -> bool:
    """Tells the differences of two years' forms; gives whether there are any."""
    found = differences(read_form(before), read_form(after))
    head = (
        f"{before.name} → {after.name}：{len(found)} 处不同" if found else f"{after.name}：与上年的表逐格相同"
    )
    state.compared += [head, *(f"  {one}" for one in found)]
    return bool(found)


def _new_forms(folders: Sequence[Path]) -> dict[str, list[Path]]:
    """Kind -> the workbooks of that kind in the new year's folder."""
    found: dict[str, list[Path]] = {}
    for folder in dict.fromkeys(folders):
        for path in sorted(folder.glob("*.xlsx")):
            if not path.name.startswith(("~$", ".")):
                found.setdefault(kind_of(read_form(path)), []).append(path)
    return found


def _put(state: _Region, target: Path, place: Path, content: bytes) -> bool:
    """Writes a file that is not there yet; gives whether it did."""
    path = target / place
    if path.exists() or (state.root / place).exists():
        state.kept.append(f"{place.as_posix()}（已经有了，没有动）")
        return False
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError:
        raise CannotRun(f"“{path}”写不进去，请检查文件夹是否有写入权限。") from None
    state.written.append(place.as_posix())
    return True


def _told(state: _Region, before: int, after: int) -> list[str]:
    lines = [
        state.folder,
        *(f"  写出 {one}" for one in state.written),
        *(f"  保留 {one}" for one in state.kept),
    ]
    for name, marks in state.marks.items():
        lines.append(f"  {name} 要由 {after} 年度的文件确认 {len(marks)} 处：")
        stated = [one for one in marks if one.mark == "stated"]
        lines += [f"    {one}，已改为 assumed" for one in stated]
        for mark, words in (("published", "是否仍然适用"), ("assumed", "上年就是暂定")):
            rest = [one for one in marks if one.mark == mark]
            if rest:
                listed = "、".join(f"{one.what}（{one.line}）" for one in rest)
                lines.append(f"    {words} {len(rest)} 处（括号里是行号）：{listed}")
    if state.compared:
        lines += ["  表式：", *(f"    {one}" for one in state.compared)]
    return lines


def _steps(regions: Sequence[_Region], after: int) -> list[str]:
    marks = sum(len(listed) for one in regions for listed in one.marks.values())
    places = "、".join((OFFICIAL / one.folder / str(after)).as_posix() for one in regions)
    details = {
        2: places,
        4: f"共 {marks} 处，见上；确认一处，改一处的出处和标记" if marks else "",
        7: "python -m pipeline rules check；python -m pipeline rules show",
        8: "python -m pipeline templates",
        9: "python -m pipeline report；没有一处 assumed 时，结果不再叫试算稿",
    }
    return [
        f"  {number}. {head}" + (f"：{details[number]}" if details.get(number) else "") + "。"
        for number, head in enumerate(STEPS, 1)
    ]
