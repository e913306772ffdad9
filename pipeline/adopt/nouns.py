"""What a proposal is made of: cells with their figures, lists, the tree of the score table, and what was not placed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from pipeline.maps_sheet import Place, address


@dataclass(frozen=True, slots=True)
class Placed:
    """One figure at one cell. ``label``: the words of the form that say so. ``remark``: what a person should look at."""

    figure: str
    sheet: str
    place: Place
    label: str
    scale: str = ""
    pattern: str = ""
    fits: int | None = None
    remark: str = ""

    @property
    def cell(self) -> str:
        return f"{self.sheet}!{address(self.place)}"


@dataclass(frozen=True, slots=True)
class PlacedColumn:
    """A column of a list: the part it shows."""

    part: str
    letter: str
    scale: str = ""
    fits: int | None = None


@dataclass(frozen=True, slots=True)
class PlacedList:
    """Rows that take a record each. ``where``: the level names printed beside them."""

    id: str
    sheet: str
    first_row: int
    last_row: int
    columns: tuple[PlacedColumn, ...]
    label: str
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    also: str = ""


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A cell somebody has to look at: what it says and why nothing was put there."""

    sheet: str
    place: Place
    text: str
    why: str

    def __str__(self) -> str:
        return f"{self.sheet}!{address(self.place)}“{self.text}”：{self.why}"


@dataclass(slots=True)
class Branch:
    """A node of the score table as it comes together: its printed label, 分值 and texts, and where they stand."""

    label: str
    sheet: str
    name_cell: Place
    points: Decimal | None = None
    points_cell: Place | None = None
    #: 分值 printed inside the label, where a column of its own gives another
    in_label: Decimal | None = None
    meaning: str = ""
    words: str = ""
    children: list[Branch] = field(default_factory=list)
    id: str = ""
    #: figures of this node by part: score, deduction_reason, evidence, weight
    cells: dict[str, list[Placed]] = field(default_factory=dict)
    #: the label as the form prints it, where a 分值 was taken out of it
    printed: str = ""
    #: the form shows the 分值 as a percentage, so that it cannot be compared with the rubric's points
    is_percent: bool = False
    #: a group of a list that the department fills in (产出指标 …)
    is_open: bool = False

    def walk(self) -> Iterator[Branch]:
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(slots=True)
class Proposal:
    """What was found in a form. ``total``: the printed 总分, None where the form prints none."""

    kind: str
    title: str = ""
    year: int | None = None
    cells: list[Placed] = field(default_factory=list)
    lists: list[PlacedList] = field(default_factory=list)
    branches: list[Branch] = field(default_factory=list)
    total: Decimal | None = None
    unplaced: list[Unplaced] = field(default_factory=list)
    #: cells that are known and left to others: 复核得分, 签章
    left: list[Unplaced] = field(default_factory=list)
    #: the sheets in the order of the tabs
    sheets: tuple[str, ...] = ()
    #: a free cell beside 说明, where the program could say what is still open; nobody has asked for it
    note: Unplaced | None = None

    @property
    def closed_levels(self) -> str:
        """A sentence where lists take only records of the printed levels; "" where every record has a place."""
        names = [values[0] for one in self.lists for _, values in one.where[-1:]]
        if not names:
            return ""
        listed = "、".join(dict.fromkeys(names))
        return f"只有表上印着的 {listed} 有地方填；提交里还有别的（如另一种二级指标），要先在表上加行"

    def nodes(self) -> Iterator[Branch]:
        for branch in self.branches:
            yield from branch.walk()


@dataclass(frozen=True, slots=True)
class Known:
    """An indicator of a rubric of ours: its id, its rule as the file writes it, its 评分标准 and 分值, and which
    rubric that is."""

    id: str
    label: str
    is_leaf: bool
    rule: str
    words: str
    points: str
    rubric: str
