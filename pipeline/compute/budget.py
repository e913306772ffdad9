"""The year's money: 年初, 调整, 全年预算, 执行 and the rates, in total, by kind, fund, source and project.

Figures ``annual.* kind.* fund.* source.* project.* adjustment.rate``; by task: :mod:`pipeline.compute.tasks`. Source: docs/domain.md §2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from pipeline.compute.book import Book
from pipeline.compute.inputs import Inputs, Member, add_up
from pipeline.compute.members import LINES, Belongs, lines_of, members_of
from pipeline.compute.texts import put_field
from pipeline.model import Cell, Citation, Row, named_codes, row_key

TASKS = "basics.tasks"
AMOUNTS = (("initial_budget", "年初预算数"), ("annual_budget", "全年预算数"), ("executed", "全年执行数"))
RATE_SOURCE = Citation("czy_2013_53", "published", "预算完成率 = 预算完成数 ÷ 预算数")
KINDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "personnel": ("人员支出", ("人员",)),
    "public_running": ("公用支出", ("公用",)),
    "project": ("项目支出", ("项目",)),
    "basic": ("基本支出", ("人员", "公用")),
}
FISCAL = ("一般公共预算", "政府性基金", "国有资本经营预算")
FUNDS = {
    "general_public_budget": "一般公共预算",
    "government_fund": "政府性基金",
    "state_capital": "国有资本经营预算",
    "fiscal_account": "财政专户",
    "unit_funds": "单位资金",
}
#: what makes a source insensitive to a change of 资金性质 within it
MERGED_SOURCES = "同一来源的各资金性质合并计算，相互之间改动不影响"
SOURCES = {"current_fiscal": "当年财政拨款", "carried_over": "上年结转资金", "other": "其他资金"}


def put_budget(inputs: Inputs, book: Book) -> None:
    """Everything that follows from 《2_预算执行》支出, line by line."""
    lines = lines_of(inputs)
    missing = inputs.missing(LINES)
    _put_annual(inputs, book, lines, missing)
    for name, (label, kinds) in KINDS.items():
        note = f"{'、'.join(kinds)}合并计算，相互之间改动不影响" if len(kinds) > 1 else ""
        put_group(inputs, book, f"kind.{name}", label, members_of(lines, of_kind(inputs, kinds)), note)
    for name, nature in FUNDS.items():
        put_group(inputs, book, f"fund.{name}", nature, members_of(lines, _of_fund(inputs, nature)))
    for name, label in SOURCES.items():
        members = members_of(lines, of_source(inputs, name))
        put_group(inputs, book, f"source.{name}", label, members, MERGED_SOURCES)
    _put_projects(inputs, book, lines)


def _put_annual(inputs: Inputs, book: Book, lines: Sequence[Member], missing: str) -> None:
    fields = [*AMOUNTS[:1], ("net_adjustment", "调整净额"), *AMOUNTS[1:]]
    for name, label in fields:
        if lines:
            book.amount(f"annual.{name}", label, add_up(inputs, lines, f"{name}_fen"))
        else:
            book.unknown(f"annual.{name}", label, missing, unit="万元", digits=2)
    book.rate(
        "annual.execution_rate",
        "全年执行率",
        "annual.executed",
        "annual.annual_budget",
        denominator_label="全年预算数（调整后）",
        citation=RATE_SOURCE,
    )
    put_reason(inputs, book, "annual", "", lines)
    _put_adjustment_rate(book)


def _put_adjustment_rate(book: Book) -> None:
    """预算调整率 = |调整净额| ÷ 年初预算数. Excel: ``=ABS(net)/initial``"""
    net, initial = book["annual.net_adjustment"], book["annual.initial_budget"]
    common = {
        "because": (net.id, initial.id),
        "formula": "|调整净额| ÷ 年初预算数",
        "parameters": {"分子": "调整净额的绝对值（净额口径）", "分母": "年初预算数"},
        "citation": Citation("czy_2013_53", "published", "预算调整率"),
    }
    if net.exact is None or not initial.exact:
        reason = (net.reason or "") if net.exact is None else initial.reason or "年初预算数为 0，不能作分母"
        book.unknown("adjustment.rate", "预算调整率", reason, unit="%", digits=book.rate_digits, **common)
    else:
        active = () if net.exact else ("分子为 0",)
        book.percent(
            "adjustment.rate", "预算调整率", Fraction(abs(net.exact) / initial.exact), active=active, **common
        )


def put_group(
    inputs: Inputs,
    book: Book,
    prefix: str,
    label: str,
    members: Sequence[Member],
    note: str = "",
    key_cells: tuple[Cell, ...] = (),
) -> None:
    """Three amounts and the rate of one group. ``note``: which categories are counted together, where several are;
    ``key_cells``: the cells that make the group's id, all that a blank figure of it is made of."""
    put_amounts(inputs, book, prefix, label, members, note, key_cells)
    put_reason(inputs, book, prefix, label, members, key_cells)


def put_amounts(
    inputs: Inputs,
    book: Book,
    prefix: str,
    label: str,
    members: Sequence[Member],
    note: str = "",
    key_cells: tuple[Cell, ...] = (),
) -> None:
    """The amounts and the rate of :func:`put_group`, without the reason."""
    for name, words in AMOUNTS:
        total = add_up(inputs, members, f"{name}_fen")
        if not total.rows and not total.because:
            total = replace(total, because=key_cells)
        figure = book.amount(f"{prefix}.{name}", f"{label}{words}", total, none="没有这类支出")
        if note and figure.because:
            book.put(replace(figure, active=(*figure.active, note)))
    book.rate(
        f"{prefix}.execution_rate",
        f"{label}执行率",
        f"{prefix}.executed",
        f"{prefix}.annual_budget",
        denominator_label="全年预算数（调整后）",
        citation=RATE_SOURCE,
    )


def put_reason(
    inputs: Inputs,
    book: Book,
    prefix: str,
    label: str,
    members: Sequence[Member],
    key_cells: tuple[Cell, ...] = (),
) -> None:
    """``<prefix>.reason``: 执行率偏低原因 of the lines that say so, each text once."""
    texts: list[str] = []
    because: list[Cell] = []
    for member in members:
        taken = inputs.take(member.row, "low_execution_reason")
        if taken.state == "value" and member.left_out:
            because += member.left_out
        elif taken.state == "value":
            texts.append(str(taken.value))
            because += (taken.cell, *member.cells)
    text = "；".join(dict.fromkeys(texts))
    active = ("相同的原因只列一次",) if len(members) > 1 and (texts or key_cells or because) else ()
    because = because or [*key_cells]
    book.text(
        f"{prefix}.reason", f"{label}执行率偏低原因", text, tuple(dict.fromkeys(because)), active=active
    )


def of_kind(inputs: Inputs, kinds: Sequence[str]) -> Belongs:
    def belongs(row: Row) -> tuple[bool, tuple[Cell, ...], str]:
        taken = inputs.take(row, "expenditure_kind")
        if taken.state != "value":
            return True, (taken.cell,), taken.reason
        return taken.value in kinds, (taken.cell,), ""

    return belongs


def _choice(
    inputs: Inputs, row: Row, field_id: str, default: str
) -> tuple[str | None, tuple[Cell, ...], str]:
    """A choice whose blank (or 不适用) means ``default``. A column that is not there has no cell."""
    taken = inputs.take(row, field_id)
    cells = (taken.cell,) if field_id in row.columns else ()
    if taken.state in ("blank", "not_applicable"):
        return default, cells, ""
    return taken.value, cells, taken.reason


def _of_fund(inputs: Inputs, nature: str) -> Belongs:
    def belongs(row: Row) -> tuple[bool, tuple[Cell, ...], str]:
        value, cells, unsure = _choice(inputs, row, "fund_nature", FISCAL[0])
        return unsure != "" or value == nature, cells, unsure

    return belongs


def of_source(inputs: Inputs, source: str) -> Belongs:
    """当年财政拨款 / 上年结转资金 / 其他资金: a view of 资金年度 first, then of 资金性质."""

    def belongs(row: Row) -> tuple[bool, tuple[Cell, ...], str]:
        year, year_cells, unsure = _choice(inputs, row, "fund_year", "当年")
        if unsure:
            return True, year_cells, unsure
        if year == "上年结转":
            return source == "carried_over", year_cells, ""
        nature, nature_cells, unsure = _choice(inputs, row, "fund_nature", FISCAL[0])
        if unsure:
            return source != "carried_over", (*year_cells, *nature_cells), unsure
        return source == ("current_fiscal" if nature in FISCAL else "other"), (*year_cells, *nature_cells), ""

    return belongs


def project_lines(inputs: Inputs, lines: Sequence[Member]) -> dict[str, list[Member]]:
    """The lines of every project by the key of its figure ids, with the cells that make them its."""
    groups: dict[str, list[Member]] = {}
    for line in lines:
        kind = inputs.take(line.row, "expenditure_kind")
        named = line.row.usable("project_id") or line.row.usable("project_name")
        if kind.value == "项目" or (kind.state != "value" and named):
            cells = (*line.cells, kind.cell, *inputs.key_cells(LINES, line.row))
            member = replace(line, cells=cells, unsure=line.unsure or kind.reason)
            key = row_key(LINES, line.row)
            if line.sign > 0 or key in groups:  # an elimination makes no project
                groups.setdefault(key, []).append(member)
    return groups


def _put_projects(inputs: Inputs, book: Book, lines: Sequence[Member]) -> None:
    groups = project_lines(inputs, lines)
    tasks = {row.usable("task_id"): row for row in inputs.rows(TASKS) if row.usable("task_id")}
    for key, members in groups.items():
        first = members[0]
        name = put_field(
            inputs, book, f"project.{key}.name", "项目名称", first.row, "project_name", first.cells
        )
        if len(members) > 1:
            book.put(replace(name, active=("同一项目有多行，取第一行的名称",)))
        put_group(inputs, book, f"project.{key}", str(name.value or ""), members, key_cells=first.cells)
        texts, because = [], [*first.cells]
        for member in members:
            named = named_codes(member.row.usable("task_id"), tasks) if member.sign > 0 else ()
            for task_id in named:
                row = tasks.get(task_id)
                texts.append(str((row.usable("task_name") if row else None) or task_id))
                because += [member.row.cell("task_id"), *member.cells]
                because += [row.cell("task_id"), row.cell("task_name")] if row else []
        text = "、".join(dict.fromkeys(texts))
        active = ("同一项目有多行，相同的任务只列一次",) if len(members) > 1 else ()
        book.text(f"project.{key}.task", "对应任务", text, tuple(dict.fromkeys(because)), active=active)
