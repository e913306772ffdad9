"""Where a number comes from: the tree of a figure or of a cell, read from a run's evidence alone.

``explain RUN '部门整体支出绩效自评表.xlsx!评分表!F8'``, ``explain RUN total.score`` or, the other way round, an input
cell (``2_预算执行.xlsx!支出!E7``): then the figures it goes into. Needs nothing but trace.json.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from pipeline.errors import CannotRun

MARKS = {"stated": "文件载明", "published": "公开可查", "assumed": "暂定（示范）"}


def load_trace(run: Path) -> dict:
    """trace.json of a run; CannotRun when the folder is no run of ours."""
    path = run / "evidence" / "trace.json"
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        raise CannotRun(f"“{run}”不是一次运行的结果文件夹（找不到可读的 evidence/trace.json）。") from None


def explain(run: Path, target: str) -> list[str]:
    """The lines of the tree. Raises CannotRun, with what is near, when the target is not known."""
    trace = load_trace(run)
    figures = trace["figures"]
    if target in figures:
        return list(_tree(target, figures))
    address = target.replace("$", "").replace("'", "")
    for workbook, cells in trace["workbooks"].items():
        for cell, figure_id in cells.items():
            if address in (f"{workbook}!{cell}", cell, f"{workbook.rsplit('.', 1)[0]}!{cell}"):
                return [f"{workbook}!{cell}", *_tree(figure_id, figures)]
    users = _users(address, figures)
    if users:
        return [f"{target} 用于：", *(f"  {_headline(f, figures[f])}" for f in users)]
    near = [f for f in figures if target.lower() in f.lower() or target in figures[f]["label"]][:8]
    hint = "相近的有：" + "、".join(near) if near else "数字编号见 evidence/figures.json。"
    raise CannotRun(f"没有找到“{target}”：它不是数字编号，也不是填写了数字的单元格。{hint}")


def _tree(figure_id: str, figures: Mapping, indent: str = "", seen: set[str] | None = None) -> Iterator[str]:
    seen = set() if seen is None else seen
    figure = figures[figure_id]
    again = figure_id in seen
    seen.add(figure_id)
    yield f"{indent}{_headline(figure_id, figure)}{'（见上）' if again else ''}"
    if again:
        return
    inner = indent + "    "
    yield from (f"{inner}{line}" for line in _details(figure))
    for part in figure["because"]:
        if "figure" in part:
            yield from _tree(part["figure"], figures, inner, seen)
        else:
            yield f"{inner}{_cell_line(part)}"


def _headline(figure_id: str, figure: Mapping) -> str:
    unit = figure["unit"] if figure["unit"] not in ("%", "‰") else ""
    return f"{figure['label']} = {figure['printed']}{' ' + unit if unit else ''}  [{figure_id}]"


def _details(figure: Mapping) -> Iterator[str]:
    if figure["reason"]:
        yield f"待定：{figure['reason']}"
    if figure["formula"]:
        settings = "；".join(f"{name} = {value}" for name, value in figure["parameters"].items())
        yield f"算法：{figure['formula']}{'（' + settings + '）' if settings else ''}"
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


def _users(address: str, figures: Mapping) -> list[str]:
    """Figures that use an input cell directly or through others, in the order they were made."""
    using: set[str] = set()
    for figure_id, figure in figures.items():
        for part in figure["because"]:
            named = part.get("figure") in using if "figure" in part else _is_at(part, address)
            if named:
                using.add(figure_id)
    return [figure_id for figure_id in figures if figure_id in using]


def _is_at(part: Mapping, address: str) -> bool:
    return address in (
        f"{part['file']}!{part['sheet']}!{part['cell']}",
        f"{part['file'].rsplit('.', 1)[0]}!{part['sheet']}!{part['cell']}",
        f"{part['sheet']}!{part['cell']}",
    )
