"""Where a number comes from: the tree of a figure or of a cell, read from a run's evidence alone.

``explain RUN '部门整体支出绩效自评表.xlsx!评分表!F8'``, ``explain RUN total.score`` or, the other way round, an input
cell (``2_预算执行.xlsx!支出!E7``): then the figures it goes into. Needs nothing but trace.json.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from pipeline.errors import CannotRun
from pipeline.report import addresses

#: formulas that no rubric names, and choices of parameters, in words
WORDS = {
    "met_or_not": "达到得满分", "met": "达到为 1，没有达到为 0", "between": "在区间内得满分", "given": "按填报", "undetermined": "待定",
    "deviation": "按超出的比例扣减", "full": "得满分", "zero": "不得分", "calendar": "自然日", "working": "工作日",
    "annual": "全部支出", "personnel": "人员支出", "public_running": "公用支出", "basic": "基本支出", "project": "项目支出",
    "this_project": "本项目",
}  # fmt: skip
#: what every figure of a trace has
_PARTS = {
    "label",
    "printed",
    "unit",
    "reason",
    "formula",
    "parameters",
    "exact",
    "active",
    "citation",
    "because",
}
MARKS = {"stated": "文件载明", "published": "公开可查", "assumed": "暂定（示范）"}


def load_trace(run: Path) -> dict:
    """trace.json of a run; CannotRun when the folder is no run of ours."""
    path = run / "evidence" / "trace.json"
    try:
        trace = json.loads(path.read_text("utf-8"))
        if (
            all(figure.keys() >= _PARTS for figure in trace["figures"].values())
            and trace["workbooks"].items()
        ):
            return trace
        raise ValueError
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise CannotRun(
            f"“{run}”不是一次运行的结果文件夹（找不到可读的 evidence/trace.json，或它被改动过）。{near_runs(run)}",
            english=f"{run} is not the folder of a run (no readable evidence/trace.json).",
        ) from None


def near_runs(place: Path) -> str:
    """Which folders a person may have meant: runs inside the place, or the run the place lies in. Raises nothing."""
    try:
        inside = sorted(one.parent.parent for one in place.glob("*/evidence/trace.json"))
        around = [one for one in place.parents if (one / "evidence" / "trace.json").is_file()]
    except OSError:
        return ""
    runs = [one.as_posix() for one in (*around, *inside)]
    return f"是不是这个：{'、'.join(runs[:3])}" if runs else ""


def explain(run: Path, target: str) -> list[str]:
    """The lines of the tree of a figure (its id or exact name) or a cell. Raises CannotRun, with what is near."""
    trace = load_trace(run)
    figures = trace["figures"]
    wanted = target.strip().casefold()
    named = [one for one, figure in figures.items() if wanted in (one.casefold(), figure["label"].casefold())]
    if len(named) == 1:
        return list(_tree(named[0], trace))
    address = addresses.parse(target)
    if address is None:
        raise _unknown(target, figures)
    found = [
        (f"{workbook}!{cell}", figure_id)
        for workbook, cells in trace["workbooks"].items()
        for cell, figure_id in cells.items()
        if address.means(workbook, *cell.rsplit("!", 1))
    ]
    sheets = {place.rpartition("!")[0] for place, _ in found}
    if len(sheets) > 1 and not (address.sheet and address.workbook):
        more = f" 等 {len(found)} 处" if len(found) > 6 else ""
        places = "、".join(place for place, _ in found[:6]) + more
        raise CannotRun(
            f"“{target}”在几张表里都有数字，请写明是哪一张：{places}。",
            english=f"{target} holds a figure in several sheets: {places}.",
        )
    if found:  # the official workbook stands first
        return [found[0][0], *_tree(found[0][1], trace)]
    users, place = _users(address, figures)
    if users:
        return [f"{place} 用于：", *(f"  {_headline(f, figures[f])}" for f in users)]
    raise _nothing_there(target, address, trace)


def _unknown(target: str, figures: Mapping) -> CannotRun:
    near = addresses.nearest(target, {one: figure["label"] for one, figure in figures.items()})
    listed = "".join(f"\n  {figures[one]['label']}  [{one}]" for one in near)
    hint = f"相近的有：{listed}" if near else "数字编号见 evidence/figures.json。"
    return CannotRun(
        f"没有找到“{target}”：它不是数字编号或名称，也不是单元格（写成 评分表!F8 的样子）。{hint}",
        english=f"{target} is neither a figure nor a cell. Near: {', '.join(near) or 'none'}.",
    )


def _nothing_there(target: str, address: addresses.Address, trace: Mapping) -> CannotRun:
    """A cell that holds no figure and that no figure uses: what stands near it in the same sheet."""
    cells = {
        f"{workbook}!{cell}": None
        for workbook, known in trace["workbooks"].items()
        for cell in known
        if address.is_beside(workbook, cell.rsplit("!", 1)[0])
    }
    cells |= {
        f"{part['file']}!{part['sheet']}!{part['cell']}": None
        for figure in trace["figures"].values()
        for part in figure["because"]
        if "figure" not in part and address.is_beside(part["file"], part["sheet"])
    }
    row, column = re.sub(r"\D", "", address.cell), re.sub(r"\d", "", address.cell)
    near = [cell for cell in cells if re.fullmatch(rf".*![A-Z]+{row}", cell)]
    near += [cell for cell in cells if re.fullmatch(rf".*!{column}\d+", cell)]
    if not cells:
        files = dict.fromkeys(trace["workbooks"])
        files |= {
            part["file"]: None for f in trace["figures"].values() for part in f["because"] if "file" in part
        }
        hint = f"这次运行里有数字的工作簿：{'、'.join(files)}。请核对文件名和工作表名"
    elif near:
        hint = f"同一行、同一列有数字的单元格：{'、'.join(near[:6])}"
    else:
        hint = f"这张表里有数字的单元格，如 {'、'.join(list(cells)[:4])}"
    return CannotRun(
        f"“{target}”没有可以说明的数字：结果里没有把数字写在这里，也没有哪个数字用到它（空白、表头、备注都是这样）。{hint}。",
        english=f"No figure stands at or uses {target}. Near: {', '.join(near[:6] or list(cells)[:4]) or 'none'}.",
    )


def _tree(figure_id: str, trace: Mapping, indent: str = "", seen: set[str] | None = None) -> Iterator[str]:
    seen = set() if seen is None else seen
    figure = trace["figures"][figure_id]
    again = figure_id in seen
    seen.add(figure_id)
    yield f"{indent}{_headline(figure_id, figure)}{'（见上）' if again else ''}"
    if again:
        return
    inner = indent + "    "
    yield from (f"{inner}{line}" for line in _details(figure, WORDS | trace.get("words", {})))
    for part in figure["because"]:
        if "figure" in part:
            yield from _tree(part["figure"], trace, inner, seen)
        else:
            yield f"{inner}{_cell_line(part)}"


def _headline(figure_id: str, figure: Mapping) -> str:
    unit = figure["unit"] if figure["unit"] not in ("%", "‰") and figure["printed"] else ""
    return f"{figure['label']} = {figure['printed'] or '（空）'}{' ' + unit if unit else ''}  [{figure_id}]"


def _details(figure: Mapping, words: Mapping[str, str]) -> Iterator[str]:
    if figure["reason"]:
        yield f"待定：{figure['reason']}"
    if figure["formula"]:
        settings = "；".join(
            f"{name} = {words.get(value, value)}" for name, value in figure["parameters"].items()
        )
        yield f"算法：{words.get(figure['formula'], figure['formula'])}{'（' + settings + '）' if settings else ''}"
    if figure["exact"] and "/" in figure["exact"]:
        yield f"精确值：{figure['exact']}"
    if figure["active"]:
        yield f"起作用的上限或档次：{'；'.join(figure['active'])}"
    if cited := figure["citation"]:
        article = f" {cited['article']}" if cited["article"] else ""
        yield f"依据：{cited['title'] or cited['source']}{article}〔{cited['source']}，{MARKS.get(cited['mark'], cited['mark'])}〕"


def _cell_line(part: Mapping) -> str:
    line = f"{part['file']}!{part['sheet']}!{part['cell']}：{part.get('found') or '（空白）'}"
    extras = [
        f"{name} {part[key]}"
        for key, name in (("source", "来源"), ("evidence", "佐证"), ("note", "备注"))
        if part.get(key)
    ]
    if part.get("evidence_name"):
        extras.append(f"《{part['evidence_name']}》")
    return line + (f"  （{'，'.join(extras)}）" if extras else "")


def _users(address: addresses.Address, figures: Mapping) -> tuple[list[str], str]:
    """Figures that use an input cell directly or through others, in the order they were made; the cell as it is named."""
    using: set[str] = set()
    place = ""
    for figure_id, figure in figures.items():
        for part in figure["because"]:
            if "figure" in part:
                is_used = part["figure"] in using
            elif is_used := address.means(part["file"], part["sheet"], part["cell"]):
                place = place or _cell_line(part)
            if is_used:
                using.add(figure_id)
    return [figure_id for figure_id in figures if figure_id in using], place
