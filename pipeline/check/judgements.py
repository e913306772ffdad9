"""One frame for what is judged case by case over all forms: a line a judged row, ``excess`` 0 where all is well.

Great Expectations costs per expectation and not per line, so that one wide frame with the code in a column checks
what would take dozens of suites. A judge is a function of one submission that tells what it looked at; what it tells
with the same ``group`` becomes one finding with all its cells. Source: docs/domain.md §2 to §5.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.check.frames import Around, Frame, Place, build, columns_of
from pipeline.check.printing import show
from pipeline.model import Found, Row

NAME = "submission.judgements"


@dataclass(frozen=True, slots=True)
class Told:
    """What a judge says of one row (``fields`` at fault) or of ``cells``; ``excess`` is 0 where nothing is wrong.

    ``facts`` are typed values, printed where something is wrong (amounts by ``_fen``). ``group``: what is told of a table under the same code and group is one finding; blank: a finding of its own.
    """

    code: str
    table: str
    excess: int = 0
    row: Row | None = None
    fields: tuple[str, ...] = ()
    cells: tuple[Found, ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)
    group: str = ""


Judge = Callable[[Around], Iterator[Told]]


def judgements_frame(
    arounds: Sequence[Around],
    judges: Sequence[Judge],
    skip: frozenset[str] = frozenset(),
    name: str = NAME,
) -> Frame:
    """Everything the judges tell of all submissions. ``skip``: codes that are not checked in this season."""
    names = ("submission", "code", "table", "file", "sheet", "row", "fields", "group", "excess")
    lines: list[tuple] = []
    places: list[Place] = []
    for around in arounds:
        for judge in judges:
            for told in judge(around):
                if told.code in skip:
                    continue
                row = told.row
                where = (row.file, row.sheet, row.number) if row else ("", "", 0)
                lines.append((around.submission.name, told.code, told.table, *where, " ".join(told.fields),
                              told.group or f"#{len(lines)}", told.excess))  # fmt: skip
                places.append(Place(around.index, row, told.cells, _printed(told) if told.excess else {}))
    return build(name, places, columns_of(names, lines))


def _printed(told: Told) -> dict[str, str]:
    return {name: "" if value == "" else show(name, value) for name, value in told.facts.items()}
