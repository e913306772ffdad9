"""Tables in a report: a rate against its row, a score against its weight, a 合计 against the rows above it.

Only tables whose rows have as many cells as their header are read: where cells are merged it cannot be told what belongs to what.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from pipeline.money import round_half_up
from pipeline.narrative.document import Report, Spotted

_PLACE = re.compile(r"^表(\d+)第(\d+)行第(\d+)格$")
_NUMBER = re.compile(r"^-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?P<percent>%)?(?:万元|元|分)?$")
_RATE = re.compile(r"(?:执行|完成|使用|支出|支付|资金)[^率]{0,4}率")
_BUDGET = re.compile(r"预算|安排|下达|计划|资金总额")
_SPENT = re.compile(r"执行|支出|使用|支付|决算")
_NO_AMOUNT = re.compile(r"率|分|占|比|指标|项目名称|说明|原因|目标")
_WEIGHT = re.compile(r"^(?:指标)?(?:分值|满分|权重|标准分)(?:（分）)?$")
_SCORE = re.compile(r"^(?:自评|实际|指标)?得分(?:（分）)?$")
_TOTAL = re.compile(r"^(?:合计|总计|共计)$")


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of a table: its cells' texts and the place of each."""

    cells: tuple[str, ...]
    places: tuple[str, ...]

    def number(self, column: int) -> tuple[Fraction, int, bool] | None:
        """Value, decimals and whether it is a percentage; None for a cell that is no number alone."""
        found = _NUMBER.match(self.cells[column])
        if not found:
            return None
        digits = re.match(r"-?[\d,]+(?:\.(\d+))?", self.cells[column])
        return Fraction(digits[0].replace(",", "")), len(digits[1] or ""), bool(found["percent"])


def judge(report: Report) -> Iterator[Spotted]:
    for rows in _tables(report):
        for at, head in enumerate(rows[:4]):
            body = [row for row in rows[at + 1 :] if len(row.cells) == len(head.cells)]
            if len(head.cells) >= 3 and sum(bool(_NUMBER.match(cell)) for cell in head.cells) == 0 and body:
                yield from _rates(head, body)
                yield from _scores(head, body)
                yield from _totals(head, body)
                break


def _tables(report: Report) -> Iterator[list[_Row]]:
    """Every table as rows: of Word's tables, and of text whose cells stand between upright strokes."""
    rows: dict[tuple[int, int], dict[int, tuple[str, str]]] = {}
    strokes: list[_Row] = []
    for paragraph in report.paragraphs:
        if place := _PLACE.match(paragraph.place):
            table, row, column = map(int, place.groups())
            text, at = rows.setdefault((table, row), {}).get(column, ("", paragraph.place))
            rows[table, row][column] = (text + paragraph.text, at)
        elif paragraph.text.count("|") >= 2:
            cells = [cell.strip() for cell in paragraph.text.strip("|").split("|")]
            strokes.append(_Row(tuple(cells), (paragraph.place,) * len(cells)))
        elif strokes:
            yield strokes
            strokes = []
    if strokes:
        yield strokes
    for number in sorted({table for table, _ in rows}):
        yield [
            _Row(
                tuple(cells.get(column, ("", ""))[0] for column in range(1, report.widths[table, row] + 1)),
                tuple(cells.get(column, ("", ""))[1] for column in range(1, report.widths[table, row] + 1)),
            )
            for (table, row), cells in sorted(rows.items())
            if table == number
        ]


def _at(row: _Row, column: int) -> str:
    return f"{row.places[column]}第1句"


def _beside(row: _Row, columns: Sequence[int], but: int) -> tuple[str, ...]:
    """The places of other cells of the row that a finding speaks of."""
    places = (_at(row, at) for at in columns if row.places[at] and row.places[at] != row.places[but])
    return tuple(dict.fromkeys(places))


def _columns(head: _Row, words: re.Pattern, but: re.Pattern | None = None) -> list[int]:
    return [at for at, cell in enumerate(head.cells) if words.search(cell) and not (but and but.search(cell))]


def _rates(head: _Row, body: Sequence[_Row]) -> Iterator[Spotted]:
    budgets = _columns(head, _BUDGET, re.compile(_NO_AMOUNT.pattern + "|执行|支出数|支付|使用"))
    spent = [at for at in _columns(head, _SPENT, _NO_AMOUNT) if at not in budgets]
    rates = _columns(head, _RATE)
    if not budgets or len(spent) != 1 or len(rates) != 1:
        return
    for row in body:
        rate, done = row.number(rates[0]), row.number(spent[0])
        wholes = [whole for at in budgets if (whole := row.number(at)) and whole[0] > 0]
        if rate is None or done is None or not wholes or (not rate[2] and rate[0] <= Fraction(3, 2)):
            continue
        if any(_agrees(rate, done, whole) for whole in wholes):
            continue
        exact = done[0] / wholes[-1][0] * 100
        computed = f"{round_half_up(exact, max(2, rate[1]))}%"
        facts = {
            "about": head.cells[rates[0]],
            "rate": row.cells[rates[0]],
            "part": row.cells[spent[0]],
            "whole": "、".join(row.cells[at] for at in budgets if row.number(at)),
            "computed": computed,
            "implied": f"{round_half_up(done[0] / rate[0] * 100, 2)}" if rate[0] else "—",
            "piece": " ".join(row.cells)[:48],
        }
        others = _beside(row, (spent[0], *budgets), rates[0])
        yield Spotted("NA-001", _at(row, rates[0]), facts, row.cells[rates[0]], computed, others)


def _agrees(rate: tuple, done: tuple, whole: tuple) -> bool:
    slack = Fraction(1, 10 ** rate[1]) / 2
    low = (done[0] - _half(done)) / (whole[0] + _half(whole)) * 100
    high = (done[0] + _half(done)) / max(whole[0] - _half(whole), Fraction(1, 10**9)) * 100
    return low - slack <= rate[0] <= high + slack


def _half(number: tuple) -> Fraction:
    return Fraction(1, 10 ** number[1]) / 2 if number[1] else Fraction(0)


def _scores(head: _Row, body: Sequence[_Row]) -> Iterator[Spotted]:
    weights, scores = _columns(head, _WEIGHT), _columns(head, _SCORE)
    if len(weights) != 1 or len(scores) != 1:
        return
    for row in body:
        weight, score = row.number(weights[0]), row.number(scores[0])
        if weight and score and score[0] > weight[0] > 0:
            texts = row.cells[scores[0]], row.cells[weights[0]]
            facts = {"score": texts[0], "weight": texts[1], "piece": " ".join(row.cells)[:48]}
            others = _beside(row, weights, scores[0])
            yield Spotted("NA-014", _at(row, scores[0]), facts, texts[0], f"≤{texts[1]}", others)


def _totals(head: _Row, body: Sequence[_Row]) -> Iterator[Spotted]:
    """A last row 合计 against all rows above it, where none of them is a part or a sum of others."""
    total = body[-1]
    if not any(_TOTAL.match(cell) for cell in total.cells[:2]) or len(body) < 3:
        return
    rows = body[:-1]
    if any(re.search(r"其中|小计|合计|总计|^\s*[-—]", cell) for row in rows for cell in row.cells[:2]):
        return
    for at, title in enumerate(head.cells):
        if _NO_AMOUNT.search(title) and not (_WEIGHT.search(title) or _SCORE.search(title)):
            continue
        stated, numbers = total.number(at), [row.number(at) for row in rows]
        if stated is None or stated[2] or any(number is None or number[2] for number in numbers):
            continue
        added = sum((number[0] for number in numbers), Fraction(0))
        if abs(added - stated[0]) <= _half(stated) + sum((_half(number) for number in numbers), Fraction(0)):
            continue
        digits = max(number[1] for number in (stated, *numbers))
        shown = f"{round_half_up(added, digits)}"
        facts = {
            "total": total.cells[at],
            "added": "+".join(row.cells[at] for row in rows[:8]) + ("+…" if len(rows) > 8 else ""),
            "sum": shown,
            "difference": f"{round_half_up(abs(added - stated[0]), digits)}",
            "piece": f"“{title}”一栏",
        }
        others = tuple(dict.fromkeys(_at(row, at) for row in rows if row.places[at] != total.places[at]))
        yield Spotted("NA-008", _at(total, at), facts, total.cells[at], shown, others)
