"""Taking values from a submission: usable or not, with the cell and the reason, and sums that know what they are made of.

Used by every module that computes. A blank, a value that could not be read and a blocked cell are undetermined;
不适用 adds nothing to a sum; 0 is a value. Nothing is ever guessed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.model import KEY_FIELDS, NOT_APPLICABLE, Absent, Cell, Row, Submission
from pipeline.model_rubric import Rubric

#: how a sentence names the workbook when it was not handed in
FORM_TITLES = {
    "basics": "1_基本情况",
    "budget_execution": "2_预算执行",
    "monthly_spending": "3_月度支出",
    "indicator_results": "4_绩效指标",
    "management": "5_管理事项",
    "procurement": "6_采购台账",
}


@dataclass(frozen=True, slots=True)
class Taken:
    """A cell and its value; ``value`` is None unless ``state`` is ``value``.

    ``state``: value | blank | not_applicable | invalid | blocked.
    """

    cell: Cell
    value: object | None
    state: str

    @property
    def reason(self) -> str:
        """Why there is no value, as a Chinese clause; empty when there is one."""
        return {
            "value": "",
            "blank": f"{self.cell} 未填写",
            "not_applicable": f"{self.cell} 填的是不适用",
            "invalid": f"{self.cell} 无法识别",
            "blocked": f"{self.cell} 有须先改正的问题",
        }[self.state]

    @property
    def is_unknown(self) -> bool:
        """Neither a value nor 不适用."""
        return self.state in ("blank", "invalid", "blocked")

    @property
    def is_unusable(self) -> bool:
        """Filled, but not to be used: an optional cell that is blank decides by being blank, this one decides nothing."""
        return self.state in ("invalid", "blocked")


@dataclass(frozen=True, slots=True)
class Project:
    """The project whose own table is scored: the key of its figure ids, and the cells that make it."""

    key: str
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class Inputs:
    """A submission, the rubric it is scored by, and the cells whose values must not be used.

    ``project``: None for the whole department (部门分值), else only this project's indicators count (项目分值).
    """

    submission: Submission
    rubric: Rubric
    blocked: frozenset[Cell] = frozenset()
    project: Project | None = None

    @property
    def points_field(self) -> str:
        """The column an indicator's weight is taken from."""
        return "project_points" if self.project else "department_points"

    @property
    def indicator_prefix(self) -> str:
        """How the ids of the scores of indicators begin."""
        return f"project.{self.project.key}.indicator" if self.project else "indicator"

    def rows(self, table_id: str) -> tuple[Row, ...]:
        return self.submission.table(table_id).rows

    def card(self, table_id: str) -> Row | None:
        return self.submission.card(table_id)

    def take(self, row: Row, field_id: str) -> Taken:
        value, cell = row[field_id], row.cell(field_id)
        if cell in self.blocked and field_id in row.columns:
            return Taken(cell, None, "blocked")
        if value is NOT_APPLICABLE:
            return Taken(cell, None, "not_applicable")
        if isinstance(value, Absent):
            return Taken(cell, None, "invalid")
        return Taken(cell, value, "blank" if value is None else "value")

    def missing(self, table_id: str) -> str:
        """Why a table that has no row has none, as a Chinese clause."""
        title = FORM_TITLES[table_id.split(".")[0]]
        anchors = self.submission.table(table_id).anchors
        return f"《{title}》{anchors[0].sheet}没有填写" if anchors else f"没有可用的《{title}》"

    def key_cells(self, table_id: str, row: Row) -> tuple[Cell, ...]:
        """The cells that make a record's figure ids: its code, and where that is blank its names."""
        code, *names = KEY_FIELDS[table_id]
        fields = (code,) if row.usable(code) else (code, *names)
        return tuple(row.cell(field) for field in fields if field in row.columns)


@dataclass(frozen=True, slots=True)
class Member:
    """A row of a sum. ``cells`` decide that it belongs; ``unsure`` says why that cannot be known.

    ``left_out``: cells that take the row out of the sum although it would belong (a unit that is not included), and
    ``why_left_out`` in words. ``sign``: -1 for a row that is subtracted (内部抵销).
    """

    row: Row
    cells: tuple[Cell, ...] = ()
    unsure: str = ""
    left_out: tuple[Cell, ...] = ()
    sign: int = 1
    why_left_out: str = "不纳入部门整体的单位不计"


@dataclass(frozen=True, slots=True)
class Sum:
    """A total in the field's unit (分), None with ``reason`` when undetermined; ``rows`` counts the members."""

    value: int | None
    because: tuple[Cell, ...]
    reason: str
    rows: int
    active: tuple[str, ...] = ()


def add_up(inputs: Inputs, members: Iterable[Member], field_id: str) -> Sum:
    """The sum of a field over its members, those with sign -1 subtracted. Excel: ``=SUMIFS(field,…)``

    Cells that decide membership are listed where they matter: where the amount is not 0, or there is no other row.
    """
    members = tuple(members)
    rows = sum(not member.left_out for member in members)
    total = 0
    because: list[Cell] = []
    reasons: list[str] = []
    active: list[str] = []
    for member in members:
        taken = inputs.take(member.row, field_id)
        matters = taken.value != 0 if taken.state == "value" else taken.is_unknown
        if member.left_out:
            if matters or not rows:
                because += (*member.left_out, *member.cells)
                active.append(member.why_left_out)
            continue
        matters = matters or rows == 1
        because += (taken.cell, *member.cells) if matters else (taken.cell,)
        if taken.is_unknown:
            reasons.append(taken.reason)
        elif member.unsure and matters:
            reasons.append(member.unsure)
        elif taken.state == "value":
            total += member.sign * taken.value
    unique = tuple(dict.fromkeys(because))
    reason = listed(reasons)
    return Sum(None if reason else total, unique, reason, rows, tuple(dict.fromkeys(active)))


def listed(reasons: Iterable[str], shown: int = 3) -> str:
    """Reasons as one clause: the first few, then how many more.

    >>> listed(["甲", "乙", "甲", "丙", "丁"])
    '甲；乙；丙；另有 1 处'
    """
    unique = list(dict.fromkeys(reason for reason in reasons if reason))
    text = "；".join(unique[:shown])
    return text + (f"；另有 {len(unique) - shown} 处" if len(unique) > shown else "")
