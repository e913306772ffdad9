"""Sheet 取数 of the workings: what each rule takes from the inputs, as a formula on the sheets before it.

Happens after 执行率, 月度进度 and 指标得分; 评分 goes on from here. One function a measure of the rubric.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from pipeline.model import Figure, Outcome
from pipeline.model_rubric import Node, Rubric, Step
from pipeline.write.workings_book import (
    NUMBER,
    PERCENT,
    RATIO_DIGITS,
    Figures,
    Live,
    Paper,
    WorkingsBook,
    plus,
)
from pipeline.write.workings_checks import ASSETS, COSTS, ITEMS, Checks, reserved_share, share_of
from pipeline.write.workings_inputs import Copies

NAME = "取数"
ADJUSTMENTS = "budget_execution.adjustments"


@dataclass(frozen=True, slots=True)
class Taking:
    """What a measure's formula is made from."""

    copies: Copies
    checks: Checks
    figures: Figures
    refs: Mapping[str, str]
    leaf: Node
    figure: Figure
    parameters: Mapping[str, object]


def write(
    book: WorkingsBook,
    copies: Copies,
    checks: Checks,
    outcome: Outcome,
    rubric: Rubric,
    words: Mapping[str, str],
) -> None:
    """One row a measure: its value, what it is, its parameters, the caps and bands that decided.

    ``words``: what people call the fields and formulas that parameters name.
    """
    paper = book.papers[NAME]
    paper.title(NAME, "每个三级指标从填报数据取用的数。比率保留 12 位小数后再计分。", (32, 30, 16, 50, 60))
    paper.head(("三级指标", "取数", "值", "参数", "说明"))
    for leaf in rubric.leaves():
        for number, step in enumerate(leaf.rule.steps if leaf.rule else (), 1):
            figure_id = f"measure.{leaf.id}" + (f".{number}" if len(leaf.rule.steps) > 1 else "")
            figure = outcome.figures.get(figure_id)
            if figure is not None:
                taking = Taking(
                    copies, checks, outcome.figures, book.refs, leaf, figure, step.measure_parameters
                )
                _row(paper, taking, step, words)


def _row(paper: Paper, taking: Taking, step: Step, words: Mapping[str, str]) -> None:
    figure = taking.figure
    live = None
    if figure.exact is not None:
        live = TAKERS[step.measure](taking)
        if live is not None and figure.unit == "%":
            live = live.rounded(RATIO_DIGITS)
    paper.text(0, taking.leaf.label)
    paper.text(1, figure.label)
    paper.figure(2, figure, live, PERCENT if figure.unit == "%" else NUMBER)
    shown = "；".join(f"{name} {value}" for name, value in figure.parameters.items())
    paper.text(
        3, re.sub(r"[a-z]\w*(?:\.\w+)?", lambda found: words.get(found[0], found[0]), shown, flags=re.ASCII)
    )
    paper.text(4, "；".join([figure.reason or "", *figure.active]).strip("；"))
    paper.row += 1


def _indicator_points(taking: Taking) -> Live | None:
    scores = [part for part in taking.figure.because if isinstance(part, str) and part.endswith(".score")]
    total = sum((Fraction(taking.figures[one].value) for one in scores), Fraction(0))
    weight = f"{taking.leaf.weight:f}"
    return Live(
        f"{plus([taking.refs[one] for one in scores])}/{weight}", total / Fraction(taking.leaf.weight)
    )


def _average(taking: Taking) -> Live | None:
    figure = taking.figures["annual.average_execution_rate"]
    if taking.figure.exact == figure.exact:
        return Live(taking.refs[f"{figure.id}.exact"], figure.exact)
    return Live(taking.refs[figure.id], Fraction(figure.value) / 100)


def _execution_rate(taking: Taking) -> Live | None:
    scope = str(taking.parameters["scope"])
    prefix = "annual" if scope == "annual" else f"kind.{scope}"
    over, under = (taking.figures[f"{prefix}.{part}"] for part in ("executed", "annual_budget"))
    return Live(f"{taking.refs[over.id]}/{taking.refs[under.id]}", over.exact / under.exact)


def _done_over_required(taking: Taking) -> Live | None:
    done, needed = [], []
    did = need = Fraction(0)
    for row in taking.copies.rows(taking.figure, ITEMS, "done_count"):
        required, made = row.usable("required_count"), row.usable("done_count")
        ref = taking.copies.at(row, "done_count")
        wanted = literal_or_ref = "1"
        if required is not None:
            wanted = literal_or_ref = taking.copies.at(row, "required_count")
        size = Fraction(1 if required is None else required)
        if isinstance(made, bool):
            done.append(f'IF({ref}="是",{literal_or_ref},0)')
            did += size * made
        else:
            done.append(f"MIN({ref},{wanted})")
            did += min(Fraction(made), size)
        needed.append(wanted)
        need += size
    return Live(f"({'+'.join(done)})/({'+'.join(needed)})", did / need) if need else None


def _summed(field_id: str) -> Callable[[Taking], Live | None]:
    def take(taking: Taking) -> Live | None:
        rows = taking.copies.rows(taking.figure, ITEMS, field_id)
        value = sum((Fraction(row.usable(field_id) or 0) for row in rows), Fraction(0))
        return Live(plus([taking.copies.at(row, field_id) for row in rows]), value)

    return take


def _adjustment(taking: Taking) -> Live | None:
    initial = taking.figures["annual.initial_budget"]
    net = taking.figures["annual.net_adjustment"]
    if net.id in taking.figure.because:
        return Live(f"ABS({taking.refs[net.id]})/{taking.refs[initial.id]}", abs(net.exact) / initial.exact)
    rows = taking.copies.rows(taking.figure, ADJUSTMENTS, "amount_fen")
    gross = Fraction(sum(abs(row["amount_fen"]) for row in rows), 1_000_000)
    parts = "+".join(f"ABS({taking.copies.at(row, 'amount_fen')})" for row in rows) or "0"
    return Live(f"({parts})/{taking.refs[initial.id]}", gross / initial.exact)


def _checked(lines_of: Callable[[Taking], list]) -> Callable[[Taking], Live | None]:
    def take(taking: Taking) -> Live | None:
        lines = lines_of(taking)
        return share_of(taking.checks.put(taking.leaf.label, lines), lines)

    return take


def _reserved(taking: Taking) -> Live | None:
    lines = taking.checks.reserved(taking.figure, str(taking.parameters["base"]))
    return reserved_share(
        taking.checks.put(taking.leaf.label, lines, "#,##0.00####"), lines, taking.parameters
    )


def _income(taking: Taking) -> Live | None:
    rows = taking.copies.rows(taking.figure, ASSETS, "income_paid_fen")
    if not rows:
        return None
    due, paid = (taking.copies.at(rows[0], name) for name in ("income_due_fen", "income_paid_fen"))
    holds = rows[0]["income_paid_fen"] >= rows[0]["income_due_fen"]
    lines = taking.checks.items(taking.figure)
    refs = taking.checks.put(taking.leaf.label, lines)
    timely = share_of(refs, lines)
    if timely is None:
        return Live(f"IF({paid}>={due},1,0)", Fraction(holds))
    return Live(f"IF(AND({paid}>={due},{timely.formula}=1),1,0)", Fraction(holds and timely.value == 1))


def _card_ratio(taking: Taking) -> Live | None:
    over, under = str(taking.parameters["numerator"]), str(taking.parameters["denominator"])
    rows = taking.copies.rows(taking.figure, str(taking.parameters["table"]), over)
    if not rows:
        return None
    value = Fraction(rows[0][over]) / Fraction(rows[0][under])
    return Live(f"{taking.copies.at(rows[0], over)}/{taking.copies.at(rows[0], under)}", value)


def _cost(base: str) -> Callable[[Taking], Live | None]:
    """本年执行数 of the items together over another column of theirs."""

    def live(taking: Taking) -> Live | None:
        sums, values = [], []
        for name in ("executed_fen", base):
            rows = [row for row in taking.copies.rows(taking.figure, COSTS, name) if row[name] is not None]
            sums.append(plus([taking.copies.at(row, name) for row in rows]))
            values.append(Fraction(sum(row.usable(name) or 0 for row in rows)))
        return Live(f"{sums[0]}/{sums[1]}", values[0] / values[1]) if values[1] else None

    return live


def _days(taking: Taking) -> int | None:
    days = taking.parameters["within_days"]
    return None if days is None else int(days)


TAKERS: Mapping[str, Callable[[Taking], Live | None]] = {
    "indicator_points": _indicator_points,
    "average_execution_rate": _average,
    "execution_rate": _execution_rate,
    "done_over_required": _done_over_required,
    "items_done": _checked(lambda t: t.checks.items(t.figure)),
    "problem_count": _summed("problem_count"),
    "typed_score": _summed("claimed_score"),
    "adjustment_rate": _adjustment,
    "disclosure": _checked(lambda t: t.checks.disclosure(t.figure, _days(t))),
    "on_time": _checked(
        lambda t: t.checks.on_time(
            t.figure,
            *(str(t.parameters[name]) for name in ("start", "end")),
            int(t.parameters["limit"]),
            str(t.parameters["days"]),
        )
    ),
    "intention_on_time": _checked(lambda t: t.checks.intention(t.figure, int(t.parameters["lead_days"]))),
    "reserved_for_sme": _reserved,
    "income_paid": _income,
    "stocktaking": _checked(lambda t: t.checks.stocktaking(t.figure)),
    "card_ratio": _card_ratio,
    "within_budget": _checked(lambda t: t.checks.within_budget(t.figure, bool(t.parameters["in_total"]))),
    "cost_against_last_year": _cost("executed_last_year_fen"),
    "cost_against_budget": _cost("budget_fen"),
}
