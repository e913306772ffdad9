"""Every name that stands for a record elsewhere: a project, a task, a division, a unit, an indicator, a piece of evidence.

One wide frame over all forms, as the records have. Source: docs/domain.md §5.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipeline.check.frames import Around, Frame, Place, build, columns_of, every_row
from pipeline.check.records import is_required
from pipeline.model import Row, named_codes

_EVIDENCE_CODE = re.compile(r"[A-Za-z]+[-_]?\d+")


@dataclass(frozen=True, slots=True)
class Reference:
    """A field that names a record of another table. ``several``: a list in one cell."""

    code: str
    table: str
    field: str
    register: str
    register_field: str
    several: bool = False


_PROJECTS = ("budget_execution.expenditure", "project_id")
_TASKS = ("basics.tasks", "task_id")
_DIVISIONS = ("basics.divisions", "division_name")
REFERENCES = (
    Reference("BD-012", "basics.tasks", "lead_division", *_DIVISIONS, several=True),
    Reference("BE-020", "budget_execution.expenditure", "task_id", *_TASKS, several=True),
    Reference("BE-021", "budget_execution.expenditure", "unit_code", "basics.units", "unit_code"),
    Reference("BE-022", "budget_execution.adjustments", "from_project_id", *_PROJECTS),
    Reference("BE-022", "budget_execution.adjustments", "to_project_id", *_PROJECTS),
    Reference("MS-011", "monthly_spending.project_months", "project_id", *_PROJECTS),
    Reference("PI-020", "indicator_results.indicators", "project_id", *_PROJECTS),
    Reference("PI-020", "indicator_results.project_monitoring", "project_id", *_PROJECTS),
    Reference("PI-021", "indicator_results.indicators", "task_id", *_TASKS, several=True),
    Reference("PI-022", "indicator_results.indicators", "division_name", *_DIVISIONS, several=True),
    Reference(
        "PI-023",
        "indicator_results.monitoring",
        "indicator_id",
        "indicator_results.indicators",
        "indicator_id",
    ),
)


def references_frame(arounds: Sequence[Around]) -> Frame:
    """One line a name that must stand in another table, and one a 佐证编号; ``unknown`` counts what does not.

    A register that was not handed in, is empty or lacks a code, is not asked: that is said elsewhere.
    """
    names = ("submission", "table", "code", "file", "sheet", "row", "field", "named", "unknown", "unknown_names",
             "register")  # fmt: skip
    lines, places = [], []

    def add(
        around: Around, code: str, table: str, row: Row, name: str, unknown: Sequence[str], where: str
    ) -> None:
        lines.append((around.submission.name, table, code, row.file, row.sheet, row.number, name, str(row[name]),
                      len(unknown), "、".join(unknown), where))  # fmt: skip
        places.append(Place(around.index, row))

    for around in arounds:
        for each in REFERENCES:
            known = _registered(around, each)
            where = _sheet_name(around, each.register)
            for row in around.submission.table(each.table) if known else ():
                if isinstance(named := row.usable(each.field), str):
                    parts = named_codes(named, known) if each.several else (named,)
                    unknown = [part for part in parts if part not in known]
                    add(around, each.code, each.table, row, each.field, unknown, where)
        _add_evidence(around, add)
    return build("submission.references", places, columns_of(names, lines))


def _registered(around: Around, reference: Reference) -> frozenset[object]:
    """What the register holds; nothing where a code it requires is blank: the name may be that one, and it was told of."""
    form, _, name = reference.register.partition(".")
    field = around.specs[form].table(name).field(reference.register_field)
    for row in around.submission.table(reference.register):
        if row.usable(field.id) is None and is_required(field, row):
            return frozenset()
    return around.values(reference.register, field.id)


def _add_evidence(around: Around, add: Callable[..., None]) -> None:
    known = around.values("evidence.catalogue", "evidence_id")
    if not known:
        return
    where = _sheet_name(around, "evidence.catalogue")
    for table_id, row in every_row(around):
        named = row.usable("evidence")
        if isinstance(named, str) and not table_id.startswith("evidence."):
            add(around, "EV-008", table_id, row, "evidence", unknown_evidence(named, known), where)


def unknown_evidence(named: str, known: frozenset[object]) -> list[str]:
    """Evidence numbers in a 佐证编号 cell that 7_佐证目录 does not have; page numbers and words beside them are left.

    >>> unknown_evidence("E01 第3页，E99", frozenset({"E01", "E02"})), unknown_evidence("甲1", frozenset({"甲1"}))
    (['E99'], [])
    """
    codes = _EVIDENCE_CODE.findall(named)
    if not codes:
        return [] if any(str(one) in named for one in known) else [named]
    return [code for code in codes if code not in known]


def _sheet_name(around: Around, table_id: str) -> str:
    form, _, table = table_id.partition(".")
    return f"《{around.specs[form].title}》{around.specs[form].table(table).sheet}"
