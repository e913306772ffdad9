"""The sheets of a blank form -> a Proposal: tables first, then labels beside free cells, then what is left over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.adopt import words
from pipeline.adopt.funds import place_funds
from pipeline.adopt.headers import find_bands, read_columns
from pipeline.adopt.lists import place_beside, place_indicators, place_tasks
from pipeline.adopt.nouns import Branch, Known, Proposal, Unplaced
from pipeline.adopt.numbering import nested
from pipeline.adopt.pairs import place_pairs
from pipeline.adopt.scores import ScoreTable, claim_others
from pipeline.maps_labels import label_key, one_line
from pipeline.maps_sheet import FormSheet, Place
from pipeline.model import figure_key

#: (key of the label, whether it is a leaf) -> an indicator of ours of that name
KnownNodes = Mapping[tuple[str, bool], Known]


def propose(sheets: Sequence[FormSheet], kind: str, known: KnownNodes) -> Proposal:
    """What every cell of a form is for, as far as ``words.yaml`` knows. ``kind``: department or project."""
    proposal = Proposal(kind, title_of(sheets), sheets=tuple(one.name for one in sheets))
    free: dict[str, set[Place]] = {}
    for sheet in sheets:
        if sheet.is_hidden:
            proposal.left.append(Unplaced(sheet.name, (1, 1), "", "隐藏的工作表，不填"))
            continue
        free[sheet.name] = {sheet.anchor(*at) for at in sheet.texts} - _tables(sheet, proposal)
    proposal.branches = [kept for one in proposal.branches if (kept := _pruned(one))]
    _name(proposal, known)
    nodes = {label_key(one.label): one.id for one in proposal.nodes()}
    for sheet in sheets:
        if not sheet.is_hidden:
            place_pairs(sheet, free[sheet.name], nodes, proposal)
            beside = place_beside(sheet, proposal)
            proposal.unplaced = [
                one for one in proposal.unplaced if one.sheet != sheet.name or one.place not in beside
            ]
    _spell_out(proposal)
    return proposal


def title_of(sheets: Sequence[FormSheet]) -> str:
    """The words of the form that name it: the first text with 自评表 or 绩效 in it, near the top."""
    for sheet in sheets:
        for at in sorted(sheet.texts):
            text = one_line(sheet.text(*at))
            if at[0] <= 6 and "绩效" in text and len(text) <= 60:
                return text
    return ""


def kind_of(sheets: Sequence[FormSheet]) -> str:
    """department, project, monitor, or "" where the form does not say."""
    if "运行监控" in title_of(sheets):
        return "monitor"
    told = "".join(one_line(sheet.text(*at)) for sheet in sheets for at in sorted(sheet.texts) if at[0] <= 6)
    if "部门整体" in told or "整体支出" in told:
        return "department"
    if "项目支出" in told or "项目绩效" in told:
        return "project"
    return ""


def _tables(sheet: FormSheet, proposal: Proposal) -> set[Place]:
    """Reads every table of a sheet; gives all cells inside tables and their headers."""
    taken: set[Place] = set()
    bands = find_bands(sheet)
    for number, band in enumerate(bands):
        end = bands[number + 1][0] - 1 if number + 1 < len(bands) else sheet.last_row
        columns = read_columns(sheet, band)
        last = band[1]
        if columns.kind == "scores":
            table = ScoreTable(sheet, columns, end, proposal)
            roots = table.read()
            proposal.branches += nested(roots) if len(columns.levels) == 1 else roots
            place_indicators(table, proposal)
            claim_others(sheet, table, proposal.unplaced.append)
            last = table.last_row
            taken |= table.claimed
        elif columns.kind == "tasks":
            more = place_tasks(sheet, columns, end, proposal)
            last = max([last, *(row for row, _ in more)])
        elif columns.kind == "funds":
            more, scored, last = place_funds(sheet, columns, end, proposal)
            proposal.branches += scored
            taken |= more
        _tell_bureau(sheet, columns.bureau, band[1], proposal)
        taken |= {
            sheet.anchor(row, column)
            for row in range(band[0], last + 1)
            for column in range(1, sheet.last_column + 1)
        }
    return taken


def _tell_bureau(sheet: FormSheet, columns: tuple[int, ...], row: int, proposal: Proposal) -> None:
    for column in columns:
        at = sheet.anchor(row, column)
        one = Unplaced(sheet.name, at, one_line(sheet.text(*at)), "财政部门填写的栏，不填")
        if one not in proposal.left:
            proposal.left.append(one)


def _pruned(branch: Branch) -> Branch | None:
    """Without the names that only head lines a department fills in and carry no 分值 (数量指标 …)."""
    branch.children = [kept for one in branch.children if (kept := _pruned(one))]
    if branch.children:
        for part in ("deduction_reason", "evidence"):
            branch.cells.pop(part, None)
        return branch
    heads_lines = branch.is_open or (not branch.cells and branch.points is None)
    return None if heads_lines and branch.points is None else branch


def _name(proposal: Proposal, known: KnownNodes) -> None:
    """Ids: those of ours where the label is the same, otherwise a digest of the label; no id twice."""
    used: set[str] = set()
    for branch in proposal.nodes():
        key = label_key(branch.label)
        ours = known.get((key, not branch.children))
        branch.id = ours.id if ours else figure_key(branch.label)
        if branch.id in used:
            branch.id = figure_key(None, branch.sheet, *map(str, branch.name_cell), branch.label)
            why = "同名的指标前面已经有了，编号另起，请核对"
            proposal.unplaced.append(Unplaced(branch.sheet, branch.name_cell, branch.label, why))
        used.add(branch.id)


def _spell_out(proposal: Proposal) -> None:
    """The cells of nodes and totals under their full ids."""
    prefix = "project.{id}." if proposal.kind == "project" else ""
    for branch in proposal.nodes():
        for part, cells in branch.cells.items():
            if prefix and part not in ("score", "weight"):  # a project's nodes have no reason of their own
                why = "项目的这一项没有单独的扣分原因和佐证，没有填"
                proposal.unplaced += [Unplaced(one.sheet, one.place, one.label, why) for one in cells]
                continue
            proposal.cells += [replace(one, figure=f"{prefix}{branch.id}.{part}") for one in cells]
    if prefix:
        proposal.cells = [
            replace(one, figure=one.figure.replace("total.", prefix))
            if one.figure.startswith("total.")
            else one
            for one in proposal.cells
        ]


def known_nodes(found: Sequence[Known]) -> KnownNodes:
    """By label; the first of the same name counts, so the nearest rubric comes first."""
    nodes: dict[tuple[str, bool], Known] = {}
    for one in found:
        nodes.setdefault((words.label_key(one.label), one.is_leaf), one)
    return nodes
