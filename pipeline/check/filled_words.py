"""Checks of the words of a filled form: hints left standing, cells that should be numbers, years, copied reasons.

Source: docs/domain.md §5.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from pipeline.check.filled_nouns import Case, joined, judged, plain, shown
from pipeline.check.wholes import Judgement
from pipeline.measure_words import is_hint
from pipeline.model_filled import FundRow, Printed, State

#: a text below the tables that only says how much may be written there
_ASKS = re.compile(r"\d+字(以内|左右|内|以下)[)）]?[。.]?$")
#: rows with the same long words from which on they look copied
_LEAST_ROWS, _LEAST_LENGTH = 3, 6
_FUND_LABELS = {"initial": "年初预算数", "budget": "全年预算数", "executed": "全年执行数", "rate": "执行率", "weight": "分值", "score": "得分"}  # fmt: skip


def judge_empty(case: Case) -> Iterator[Judgement]:
    """A form in which nothing is filled (OF-013); parts of the table that were not found (OF-012)."""
    yield judged("OF-013", is_blank_form(case), (case.form.title,), shown(case.form.title))
    yield judged("OF-012", bool(case.form.missing), (case.form.title,), labels="、".join(case.form.missing))


def is_blank_form(case: Case) -> bool:
    """No amount but 0, no actual and no score."""
    amounts = (cell for group in case.form.funds for row in group.rows() for cell in row.amounts())
    scores = (cell for _, row, _ in case.rows() for cell in (row.actual, row.score))
    return not any(cell.number for cell in amounts) and all(cell.is_empty for cell in scores)


def judge_numbers(case: Case) -> Iterator[Judgement]:
    """Words where a number is needed (OF-014)."""
    cells: list[tuple[str, Printed]] = []
    for group in case.form.funds:
        cells += [(label, getattr(row, name)) for row in group.rows() for name, label in _FUND_LABELS.items()]
    for table in case.form.tables:
        cells += [
            (label, cell) for row in table.rows for label, cell in (("分值", row.weight), ("得分", row.score))
        ]
        cells += [("总分", table.total_weight), ("总分", table.total_score)]
    seen = set()
    for label, cell in cells:
        if cell.cell in seen:
            continue
        seen.add(cell.cell)
        is_wrong = cell.state is State.TEXT and not is_hint(cell.text)
        yield judged("OF-014", is_wrong, (cell,), label, shown(cell)[:40])


def judge_hints(case: Case) -> Iterator[Judgement]:
    """The form's own hints still in cells (OF-044): one finding with all its cells."""
    cells = [*case.form.goals, *case.form.named.values()]
    for _, row, _ in case.rows():
        cells += [*row.target_cells, row.actual, row.reason, row.score]
    left = [cell for cell in cells if cell.state is State.TEXT and is_hint(" ".join(cell.text.split()))]
    left += [cell for cell in case.form.notes if _ASKS.search("".join(cell.text.split()))]
    yield judged("OF-044", bool(left), left, value=shown(left[0])[:40] if left else "", count=str(len(left)))
    empty = [cell for cell in case.form.empty_rows if cell.cell.address]
    yield judged(
        "OF-053", bool(empty), empty, value=joined([shown(cell) for cell in empty]), count=str(len(empty))
    )


def judge_years(case: Case) -> Iterator[Judgement]:
    """Another year than the form's own, in its head, its file name, its goals (OF-015)."""
    own = next((year for where, year, _ in case.form.years if where == "title"), case.form.year)
    for where, year, cell in case.form.years:
        words = {"title": "表头", "file": "文件名", "goal": "年度目标"}[where]
        yield judged("OF-015", own is not None and year != own, (cell,), words, str(year), str(own or ""))


def judge_reasons(case: Case) -> Iterator[Judgement]:
    """The same long reason in three rows or more (OF-043)."""
    rows: dict[str, list[Printed]] = defaultdict(list)
    for _, row, _ in case.rows():
        if row.reason.state is State.TEXT and len(plain(row.reason.text)) >= _LEAST_LENGTH:
            rows[plain(row.reason.text)].append(row.reason)
    for cells in rows.values():
        yield judged(
            "OF-043", len(cells) >= _LEAST_ROWS, cells, value=shown(cells[0])[:40], count=str(len(cells))
        )


def judge_uncached(case: Case) -> Iterator[Judgement]:
    """Formulas of the totals without a stored result (OF-054): what they show cannot be told."""
    money = case.form.money
    wanted: list[tuple[str, Printed]] = _money(money) if money else []
    table = case.form.scored
    scores = [row.score for row in table.rows] if table else []
    scores += [table.execution.score] if table and table.execution else []
    if scores and all(score.number is not None for score in scores):
        wanted.append(("总分", table.total_score))
    left = [(label, cell) for label, cell in wanted if cell.state is State.UNCACHED]
    yield judged(
        "OF-054", bool(left), [cell for _, cell in left], labels=joined([label for label, _ in left], 6)
    )


def _money(row: FundRow) -> list[tuple[str, Printed]]:
    amounts = [(label, getattr(row, name)) for name, label in _FUND_LABELS.items() if name != "rate"]
    is_rated = row.budget.number and row.executed.number is not None
    return amounts + ([("执行率", row.rate)] if is_rated else [])
