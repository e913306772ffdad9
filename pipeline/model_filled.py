"""The nouns of a filled official form checked alone, all frozen: what stands in its cells, as printed, with the cell.

``read.official*`` makes a :class:`FilledForm` of a workbook, ``compute.filled`` scores it again, ``check.filled*`` judges
both. Nothing here knows where on a sheet anything stands. Source of the parts: docs/domain.md §4 and §6.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction

from pipeline.model import Cell, Finding, Found


class State(Enum):
    """What a cell of a form holds. A blank, a dash, a 无 and a 0 (a NUMBER) are four things and stay four."""

    BLANK = "空白"
    DASH = "横线"
    NONE = "无"
    NUMBER = "数字"
    TEXT = "文字"
    UNCACHED = "公式无结果"
    #: the form has no such column: nothing is asked of it
    ABSENT = "没有这一栏"


@dataclass(frozen=True, slots=True)
class Printed:
    """One cell as a person sees it.

    ``text`` as printed; ``number`` exact where it is one (a rate of 97.75% is 391/400: percent signs are taken in);
    ``digits``: decimals printed; ``has_sign``: printed with ``%``; ``unit``: a unit typed behind the number (元, 分).
    """

    cell: Cell
    text: str = ""
    state: State = State.BLANK
    number: Fraction | None = None
    digits: int = 0
    has_sign: bool = False
    unit: str = ""

    @property
    def is_blank(self) -> bool:
        return self.state in (State.BLANK, State.ABSENT)

    @property
    def is_empty(self) -> bool:
        """Nothing is told: blank, a dash, 无, or no such column."""
        return self.state in (State.BLANK, State.ABSENT, State.DASH, State.NONE)

    @property
    def found(self) -> Found:
        return Found(self.cell, self.text)

    @property
    def half(self) -> Fraction:
        """Half a unit of the last printed decimal: how far the true value may lie from the printed one."""
        return Fraction(1, 2 * 10 ** (self.digits + (2 if self.has_sign else 0)))


ABSENT = Printed(Cell("", "", ""), state=State.ABSENT)


@dataclass(frozen=True, slots=True)
class FundRow:
    """One row of money: 年度资金总额, or one of its parts. ``is_total``: the one that is scored."""

    label: Printed
    is_total: bool = False
    initial: Printed = ABSENT
    budget: Printed = ABSENT
    executed: Printed = ABSENT
    weight: Printed = ABSENT
    rate: Printed = ABSENT
    score: Printed = ABSENT
    reason: Printed = ABSENT

    def amounts(self) -> tuple[Printed, Printed, Printed]:
        return self.initial, self.budget, self.executed


@dataclass(frozen=True, slots=True)
class FundGroup:
    """A total and its parts, one way of dividing it. ``total`` None: the form prints none."""

    total: FundRow | None
    parts: tuple[FundRow, ...] = ()

    def rows(self) -> tuple[FundRow, ...]:
        return ((self.total,) if self.total else ()) + self.parts


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """One scored row. ``target`` is the text of all its cells (``≧|735|人次``), ``target_cells`` where they stand.

    ``level_1`` and ``level_2`` are filled down from merged cells and then point at the cell that holds the words.
    """

    level_1: Printed
    level_2: Printed
    level_3: Printed
    target: Printed = ABSENT
    target_cells: tuple[Printed, ...] = ()
    unit: Printed = ABSENT
    actual: Printed = ABSENT
    weight: Printed = ABSENT
    score: Printed = ABSENT
    reason: Printed = ABSENT
    #: the scored indicator of the rubric this row is, where a map says so
    leaf: str = ""

    @property
    def target_cell(self) -> Printed:
        """Where the target's value stands, with what is printed there."""
        return self.target_cells[-1] if self.target_cells else self.target

    @property
    def name(self) -> str:
        for level in (self.level_3, self.level_2, self.level_1):
            if not level.is_blank:
                return " ".join(level.text.split())
        return ""


@dataclass(frozen=True, slots=True)
class ScoreTable:
    """Rows with 分值 and 得分 that add up to a total. ``execution``: the row of money that is scored with them.

    ``counts``: whether its weights and scores make up the form's total (the list of a department's indicators is
    behind two rows of its score table, and makes none itself).
    """

    rows: tuple[IndicatorRow, ...]
    execution: FundRow | None = None
    total_label: Printed = ABSENT
    total_weight: Printed = ABSENT
    total_score: Printed = ABSENT
    grade: Printed = ABSENT
    counts: bool = True


@dataclass(frozen=True, slots=True)
class FilledForm:
    """A filled form. ``kind``: project or department; ``read_by``: map or labels.

    ``rubric``: region code and year of the map's folder, or None. ``years``: years named, with where: ``title``,
    ``file``, ``goal``. ``unit``: what amounts are in, "" where the form does not say. ``notes``: texts below the tables
    and under 说明. ``same``: cells that the map gives one figure, by its id, where there are several. ``subtotals``:
    node id of the rubric -> its printed score. ``reading``: what reading itself has to say. ``unplaced``: words of
    headers that are none of ours.
    """

    file: str
    sheet: str
    kind: str
    read_by: str
    title: Printed
    unit: str = ""
    rubric: tuple[str, int] | None = None
    map_name: str = ""
    year: int | None = None
    years: tuple[tuple[str, int, Printed], ...] = ()
    named: Mapping[str, Printed] = field(default_factory=dict)
    funds: tuple[FundGroup, ...] = ()
    tables: tuple[ScoreTable, ...] = ()
    goals: tuple[Printed, ...] = ()
    notes: tuple[Printed, ...] = ()
    empty_rows: tuple[Printed, ...] = ()
    same: Mapping[str, tuple[Printed, ...]] = field(default_factory=dict)
    subtotals: Mapping[str, Printed] = field(default_factory=dict)
    unplaced: tuple[Printed, ...] = ()
    missing: tuple[str, ...] = ()
    reading: tuple[Finding, ...] = ()

    @property
    def money(self) -> FundRow | None:
        """年度资金总额."""
        return self.funds[0].total if self.funds else None

    @property
    def scored(self) -> ScoreTable | None:
        """The table that makes up the total."""
        return next((table for table in self.tables if table.counts), None)

    def indicators(self) -> Iterator[tuple[ScoreTable, IndicatorRow]]:
        for table in self.tables:
            for row in table.rows:
                yield table, row

    def reason_words(self) -> str:
        """Everything the form says in words about money and shortfall."""
        said = [row.reason.text for group in self.funds for row in group.rows()]
        return " ".join([*said, *(note.text for note in (*self.notes, *self.goals))])


@dataclass(frozen=True, slots=True)
class Rescored:
    """One row scored again. ``points`` None: a person's judgement, the claimed score is taken where it is possible.

    ``is_met`` None: cannot be told (``why``), or words (``is_words``). ``ratio``: 完成值 ÷ 指标值.
    """

    is_met: bool | None = None
    points: Fraction | None = None
    ratio: Fraction | None = None
    is_words: bool = False
    operator: str = ""
    why: str = ""
    #: the actual is only the target's operator and number again
    repeats: bool = False
    #: another unit was meant: about ten thousand times the target, or a part of it
    unit_doubt: bool = False
    #: why the target cannot be meant as it stands
    target_doubt: str = ""
    #: a row 预算执行率 that was given 分值 × rate
    by_rate: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """One row whose claimed score is not ours: both in points."""

    cell: Cell
    label: str
    claimed: Fraction
    ours: Fraction
    why: str


@dataclass(frozen=True, slots=True)
class Recomputed:
    """A form scored again. ``rows`` in the order of ``FilledForm.indicators()``.

    ``rate``: 全年执行数 ÷ 全年预算数 of the row of money, or of its parts where the total is left 0; ``total`` None: not
    every row can be scored. ``differences`` explain ``total`` against the sum of claimed scores.
    """

    rows: tuple[Rescored, ...] = ()
    rate: Fraction | None = None
    execution: Fraction | None = None
    claimed: Fraction | None = None
    total: Fraction | None = None
    differences: tuple[Difference, ...] = ()
    #: sum of the weights, where every row has one
    weights: Fraction | None = None
