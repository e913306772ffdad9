"""A Proposal as the text of a map: every line ends with the words of the form that led to it, so that it can be read."""

from __future__ import annotations

import json
from collections.abc import Iterable

from pipeline.adopt.nouns import Placed, PlacedColumn, PlacedList, Proposal
from pipeline.maps_sheet import address

_HEAD = """\
# 由 rules adopt 按表式自动提出的单元格对照表：数字编号 -> 工作表!单元格。每行末尾是表上的原话，请对着表逐行核对。
# 没有放进来的格子列在文件末尾；不填的格子不写在这里，程序就不会碰它。写法见 docs/add-a-year.md。
"""


def map_text(proposal: Proposal, form_name: str) -> str:
    """The map. The same proposal gives the same text."""
    lines = [_HEAD + f"form: {_quoted(form_name)}", "none: —", "cells:" + ("" if proposal.cells else " {}")]
    if (note := proposal.note) is not None:
        cell = _quoted(f"{note.sheet}!{address(note.place)}")
        why = f"要让程序把待定事项写在“{_comment(note.text)}”栏的，去掉行首的 # 号"
        lines.insert(1, f"# note: {{cell: {cell}, text: '', limit: 300}}  # {why}")
    by_figure: dict[str, list[Placed]] = {}
    for one in proposal.cells:
        by_figure.setdefault(one.figure, []).append(one)
    for figure, places in by_figure.items():
        if len(places) == 1:
            lines.append(f"  {figure}: {_entry(places[0])}  # {_said(places[0])}")
            continue
        lines.append(f"  {figure}:")
        lines += [f"  - {_entry(one)}  # {_said(one)}" for one in places]
    if proposal.lists:
        lines.append("lists:")
        for one in proposal.lists:
            lines += _list(one)
    leaves = [
        branch
        for branch in proposal.nodes()
        if not branch.children
        and branch.points_cell
        and not branch.is_percent
        and not _is_of_funds(branch.label, proposal)
    ]
    if leaves:
        lines.append("leaves:")
        for leaf in leaves:
            name = _quoted(f"{leaf.sheet}!{address(leaf.name_cell)}")
            points = _quoted(f"{leaf.sheet}!{address(leaf.points_cell)}")
            lines.append(f"  {leaf.id}: {{name: {name}, points: {points}}}  # {_comment(leaf.label)}")
    if proposal.closed_levels:
        lines += ["", f"# {proposal.closed_levels}"]
    if proposal.unplaced:
        lines += ["", "# 没有放进来、要人看的："]
        lines += [f"# - {_comment(str(one))}" for one in proposal.unplaced]
    return "\n".join(lines) + "\n"


def _is_of_funds(label: str, proposal: Proposal) -> bool:
    """预算执行率 of a funds table: its line is called 年度资金总额, so the form prints no name to compare."""
    from pipeline.adopt.funds import EXECUTION

    return label == EXECUTION and any(
        one.label == EXECUTION and one.figure.endswith(".score") for one in proposal.cells
    )


def _entry(one: Placed) -> str:
    more = []
    if one.scale:
        more.append(f"scale: '{one.scale}'")
    if one.pattern:
        more.append(f"pattern: {_quoted(one.pattern)}")
    if one.fits:
        more.append(f"fits: {one.fits}")
    cell = _quoted(one.cell)
    return f"{{{', '.join([f'cell: {cell}', *more])}}}" if more else cell


def _list(one: PlacedList) -> Iterable[str]:
    yield f"- id: {_quoted(one.id)}  # {_comment(one.label)}"
    yield f"  sheet: {_quoted(one.sheet)}"
    style = min(one.first_row + 1, one.last_row)
    yield f"  first_row: {one.first_row}\n  last_row: {one.last_row}\n  style_row: {style}"
    yield "  columns:"
    for column in one.columns:
        yield f"    {_quoted(column.part)}: {_column(column)}"
    if one.where:
        parts = ", ".join(
            f"{part}: {json.dumps(list(values), ensure_ascii=False)}" for part, values in one.where
        )
        yield f"  where: {{{parts}}}"
    if one.also:
        yield f"  also: {one.also}"


def _column(column: PlacedColumn) -> str:
    more = ([f"scale: '{column.scale}'"] if column.scale else []) + (
        [f"fits: {column.fits}"] if column.fits else []
    )
    return f"{{{', '.join([f'column: {column.letter}', *more])}}}" if more else column.letter


def _said(one: Placed) -> str:
    return _comment(one.label + (f"（{one.remark}）" if one.remark else ""))


def _comment(text: str) -> str:
    return " ".join(text.split())[:120]


def _quoted(text: str) -> str:
    """A text as YAML writes it: bare where it is plain, otherwise between double quotes."""
    plain = (
        text
        and all(sign.isalnum() or sign in "._!-" for sign in text)
        and text[0] not in "-!."
        and not text.isdigit()
    )
    return text if plain else json.dumps(text, ensure_ascii=False)
