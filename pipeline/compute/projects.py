"""项目支出绩效自评: every project scored by the project rubric on its own lines and indicators.

Happens after the department is scored, in the same book. Figures ``project.<id>.<node>.*``,
``project.<id>.indicator.<key>.{points|score}``, ``project.<id>.<source>.*`` and
``project.<id>.{weight|score|lost|grade|unit|goal|achievement}``. Source: docs/domain.md §4 (财预〔2020〕10号).
"""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.compute.book import Book
from pipeline.compute.budget import LINES, MERGED_SOURCES, SOURCES, of_source, put_group
from pipeline.compute.indicators import put_project_indicators
from pipeline.compute.inputs import Inputs, Member, Project
from pipeline.compute.members import lines_of, members_of
from pipeline.compute.texts import put_field
from pipeline.compute.tree import put_total, put_tree
from pipeline.model import Row, row_key
from pipeline.model_rubric import Node, Rubric

NARRATIVE, UNITS = "basics.narrative", "basics.units"
#: sections of 文字材料 that are a project's: its code or name, then one of these
_TEXTS = (("goal", "预期目标"), ("achievement", "实际完成情况"))


def put_projects(inputs: Inputs, book: Book, rubric: Rubric) -> None:
    """Every project of 《2_预算执行》支出 under ``rubric``."""
    for project, rows in _projects(inputs, book):
        mine = replace(inputs, rubric=rubric, project=project)
        _put_sources(mine, book, rows)
        _put_texts(mine, book, rows[0])
        _put_scores(mine, book)


def _projects(inputs: Inputs, book: Book) -> list[tuple[Project, list[Row]]]:
    """Every project with its lines, and the cells that make its id; none whose lines are all of units left out."""
    counted = {id(line.row) for line in lines_of(inputs) if not line.left_out}
    rows: dict[str, list[Row]] = {}
    for row in inputs.rows(LINES):
        rows.setdefault(row_key(LINES, row), []).append(row)
    found = []
    for name in [each for each in book.figures if re.fullmatch(r"project\.[^.]+\.name", each)]:
        mine = rows[name.split(".")[1]]
        if not any(id(row) in counted for row in mine):
            continue
        cells = (mine[0].cell("expenditure_kind"), *inputs.key_cells(LINES, mine[0]))
        found.append((Project(name.split(".")[1], cells), mine))
    return found


def _put_sources(inputs: Inputs, book: Book, rows: list[Row]) -> None:
    """The project's funds by source (当年财政拨款, 上年结转资金, 其他资金); they add up to 年度资金总额."""
    own = inputs.project.cells
    lines = [
        replace(line, cells=(*line.cells, *own))
        for line in lines_of(inputs)
        if any(line.row is row for row in rows) or _is_eliminated(inputs, line)
    ]
    for name, label in SOURCES.items():
        members = members_of(lines, of_source(inputs, name))
        put_group(
            inputs,
            book,
            f"project.{inputs.project.key}.{name}",
            label,
            members,
            MERGED_SOURCES,
            own,
        )


def _is_eliminated(inputs: Inputs, line: Member) -> bool:
    """Whether the row is an elimination entered for this project."""
    is_mine = line.sign < 0 and row_key(LINES, line.row) == inputs.project.key
    return is_mine and line.row.usable("expenditure_kind") in ("项目", None)


def _put_texts(inputs: Inputs, book: Book, first: Row) -> None:
    """实施单位 by the line's 单位编码 (blank: the department itself), and the project's goals from 文字材料."""
    prefix, cells = f"project.{inputs.project.key}", inputs.project.cells
    code = first.usable("unit_code")
    unit = next((row for row in inputs.rows(UNITS) if code and row.usable("unit_code") == code), None)
    card = inputs.card("basics.department")
    if unit is not None:
        own = (*cells, first.cell("unit_code"), unit.cell("unit_code"))
        put_field(inputs, book, f"{prefix}.unit", "实施单位", unit, "unit_name", own)
    elif card is not None:
        put_field(inputs, book, f"{prefix}.unit", "实施单位", card, "department_name", cells)
    else:
        book.text(f"{prefix}.unit", "实施单位", "", cells)
    names = [str(first.usable(field)) for field in ("project_id", "project_name") if first.usable(field)]
    for part, label in _TEXTS:
        sections = {f"{name}{label}" for name in names}
        row = next((row for row in inputs.rows(NARRATIVE) if _plain(row.usable("section")) in sections), None)
        if row is None:
            book.text(f"{prefix}.{part}", label, "", cells)
        else:
            put_field(inputs, book, f"{prefix}.{part}", label, row, "text", (*cells, row.cell("section")))


def _plain(section: object) -> str:
    return re.sub(r"[\s：:_—-]", "", str(section or ""))


def _put_scores(inputs: Inputs, book: Book) -> None:
    prefix = f"project.{inputs.project.key}"
    rubric = replace(inputs.rubric, nodes=tuple(_under(node, prefix) for node in inputs.rubric.nodes))
    put_project_indicators(inputs, book, rubric.leaves())
    put_tree(inputs, book, rubric)
    put_total(book, rubric, prefix, str(book[f"{prefix}.name"].value or ""))


def _under(node: Node, prefix: str) -> Node:
    """The node with its ids under a prefix: the tree is scored once a project."""
    return replace(
        node, id=f"{prefix}.{node.id}", children=tuple(_under(child, prefix) for child in node.children)
    )
