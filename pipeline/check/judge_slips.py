"""What is told of slips of unit: each table's own finding, and a line that dwarfs all others without being one.

Source: docs/domain.md §2 and §5.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.check.amounts import EXPENDITURE, FACTOR, is_times
from pipeline.check.frames import Around
from pipeline.check.judgements import Told
from pipeline.check.slips import CODES, slips, usable_fen


def judge_slips(around: Around) -> Iterator[Told]:
    """Slips by table: one finding a table and file, with all its cells; the first cell's correction is the example."""
    for table, code in CODES.items():
        mine = [slip for slip in around.once(slips).values() if slip.table == table]
        mine.sort(key=lambda slip: (slip.row.file, slip.row.number, list(slip.row.columns).index(slip.field)))
        for slip in mine:
            value = slip.row.usable(slip.field)
            is_small = slip.likely_fen > value
            facts = {"found_fen": value, "likely_fen": slip.likely_fen, "against": slip.against,
                     "mistake": "疑似把万元数填进了以元为单位的表" if is_small else "疑似按元填写（多了一万倍）"}  # fmt: skip
            yield Told(code, table, 1, slip.row, (slip.field,), facts=facts, group="slips")
        if not mine and around.submission.table(table).rows:
            yield Told(code, table)


def judge_dwarfing(around: Around) -> Iterator[Told]:
    """A line that is a thousand times all others together, and that nothing else has explained as a slip."""
    rows = around.submission.table(EXPENDITURE).rows
    values = [(row, usable_fen(row, "annual_budget_fen", around)) for row in rows]
    given = [(row, value) for row, value in values if value is not None and value > 0]
    for row, value in given:
        rest = sum(each for other, each in given if other is not row)
        is_dwarfing = len(given) > 2 and is_times(value, rest, FACTOR // 10)
        facts = {"rest_fen": rest, "likely_fen": value // FACTOR}
        yield Told("BE-024", EXPENDITURE, int(is_dwarfing), row, ("annual_budget_fen",), facts=facts)
