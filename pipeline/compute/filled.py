"""A filled official form scored again from its own figures: execution rate, quantitative indicators, the total.

Called for a form that is checked alone, with the project rubric in force; weights are the form's own, printed ones.
What a person judges is taken as claimed where it lies between 0 and its weight. Exact until printed; every score is
rounded once by the rubric's digits. Source: docs/domain.md §4 (national table, the platform's formulas).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from pipeline.compute.formulas import FORMULAS, equal
from pipeline.measure import Actual, Requirement, compare, in_year, parse_actual, parse_requirement
from pipeline.model_filled import (
    Difference,
    FilledForm,
    FundRow,
    IndicatorRow,
    Recomputed,
    Rescored,
    ScoreTable,
    State,
)
from pipeline.model_rubric import Rubric
from pipeline.money import round_half_up

_NUMBERS = frozenset({"number", "rate"})
_COST = re.compile("成本|概算|控制数|总投资")
_EXECUTION = re.compile(r"(预算|资金)?(总)?执行率|预算执行(情况)?|资金(执行|使用)率")
#: actuals that only say that something was done
_DONE = re.compile(
    r"(已|全部|按时|按期|如期|全面)*(完成|达成|实现|达到|达标)(预期|年度|全部)?(指标|目标|任务)?(值)?"
)
#: from here on it is no rate but an amount in another unit
_NO_RATE = 100
_EVIL = re.compile("事故|事件发生|投诉|差错|变质|受害|成灾|死亡|超支|违规|损失|流失|逾期")
_AT_MOST_ALL = re.compile("满意|合格率|覆盖率|完成率|到位率|达标率|及时率|准确率|通过率|知晓率")
_RATHER_A_RATE = re.compile("满意")


def recompute(form: FilledForm, rubric: Rubric) -> Recomputed:
    """The form scored again. Excel: 执行 ``=MIN(W,W*执行数/预算数)``, 正向 ``=IF(B>=A,W,W*B/A)``; totals add rounded scores."""
    parameters = _parameters(rubric)
    rows = tuple(rescored(row, form.year, parameters) for _, row in form.indicators())
    rate = rate_of(form)
    table = form.scored
    if table is None:
        return Recomputed(rows, rate)
    digits = rubric.score_digits
    execution = _execution_points(table, rate, digits)
    differences: list[Difference] = []
    weights, total, claimed = Fraction(0), Fraction(0), Fraction(0)
    is_complete = is_weighed = True
    scores = [row.score for row in table.rows] + ([table.execution.score] if table.execution else [])
    is_claimed = any(score.number is not None for score in scores)
    for row, again in zip(table.rows, rows, strict=False):
        is_weighed &= row.weight.number is not None
        weights += row.weight.number or 0
        claimed += row.score.number or 0
        ours = _points(row, again, digits)
        if ours is None:
            is_complete = False
            continue
        total += ours
        if row.score.number is not None and ours != row.score.number:
            differences.append(Difference(row.score.cell, row.name, row.score.number, ours, _why(row, again)))
    if (
        table.execution is not None
        and not repeats_execution(table)
        and table.execution.score.state is not State.ABSENT
    ):
        money = table.execution
        is_weighed &= money.weight.number is not None
        weights += money.weight.number or 0
        claimed += money.score.number or 0
        if execution is None:
            is_complete &= money.score.number is not None
            total += money.score.number or 0
        else:
            total += execution
            if money.score.number is not None and money.score.number != execution:
                differences.append(
                    Difference(money.score.cell, "预算执行率", money.score.number, execution, "分值×执行率")
                )
    cap = next((band.value for band in rubric.caps if rate is not None and rate in band), None)
    if cap is not None and total > cap:
        differences.append(Difference(table.total_score.cell, "总分", total, Fraction(cap), "按执行率封顶"))
        total = Fraction(cap)
    return Recomputed(
        rows, rate, execution, claimed if is_claimed else None, total if is_complete and (rows or execution is not None) else None,
        tuple(differences), weights if is_weighed else None,
    )  # fmt: skip


def rate_of(form: FilledForm) -> Fraction | None:
    """全年执行数 ÷ 全年预算数 of 年度资金总额; of the sum of its parts where the total stands at 0 or is not there."""
    if not form.funds:
        return None
    group = form.funds[0]
    total = group.total
    if total and (total.budget.number or 0) > 0 and total.executed.number is not None:
        rate = total.executed.number / total.budget.number
        return rate if rate < _NO_RATE else None
    budget = sum((part.budget.number or Fraction(0) for part in group.parts), Fraction(0))
    executed = [part.executed.number for part in group.parts if part.executed.number is not None]
    return sum(executed, Fraction(0)) / budget if budget > 0 and executed else None


def repeats_execution(table: ScoreTable) -> bool:
    """Whether the execution rate is also an indicator of the table: its weight then counts once."""
    return any(is_execution(row) for row in table.rows)


def is_execution(row: IndicatorRow) -> bool:
    names = ("".join(level.text.split()) for level in (row.level_3, row.level_2))
    return any(_EXECUTION.fullmatch(name) for name in names)


def _execution_points(table: ScoreTable, rate: Fraction | None, digits: int) -> Fraction | None:
    money: FundRow | None = table.execution
    if money is None or rate is None or money.weight.number is None:
        return None
    scored = FORMULAS["ratio_capped"](money.weight.number, rate, target=Fraction(1))
    return Fraction(round_half_up(scored.points, digits))


def _points(row: IndicatorRow, again: Rescored, digits: int) -> Fraction | None:
    """Our score of a row; the claimed one where a person judges; None where neither can be had."""
    weight, score = row.weight.number, row.score.number
    if again.points is not None and weight is not None:
        if again.by_rate:
            return score
        return Fraction(round_half_up(again.points, digits))
    if score is None:
        return None
    return score if weight is None else max(Fraction(0), min(score, weight))


def _why(row: IndicatorRow, again: Rescored) -> str:
    if again.is_met:
        return "已达到指标值"
    if again.is_met is False:
        return "按完成比例" if again.points else "没有达到指标值"
    return "得分应在 0 与分值之间"


def rescored(row: IndicatorRow, year: int | None, parameters: Mapping[str, object]) -> Rescored:
    """Target against actual, as ``pipeline.measure`` reads them; points where both are numbers or dates."""
    if row.target.is_empty or row.leaf:
        return Rescored(is_words=True)
    unit = row.unit.text or None
    requirement = parse_requirement(row.target.text, unit)
    if requirement.kind in ("text", "grade", "blank", "not_applicable", "hint"):
        return _words(row, requirement)
    if requirement.operator is None and requirement.kind in _NUMBERS:
        if requirement.kind == "rate" and requirement.value > 100 and _AT_MOST_ALL.search(row.name):
            why = f"指标值 {row.target.text} 大于 100%，而这类比率不会超过 100%，像是“≥”误作数字"
            return Rescored(why=why, target_doubt=why)
        requirement = replace(requirement, operator="<=" if _is_ceiling(row, requirement) else ">=")
    if year is not None:
        requirement = in_year(requirement, year)
    if row.actual.is_blank:
        return Rescored(operator=requirement.operator or "", why="完成值空白")
    actual = parse_actual(row.actual.text, unit or requirement.unit if unit else None)
    repeats = _repeats(row, requirement, actual)
    if repeats:
        return Rescored(operator=requirement.operator or "", repeats=True, why=actual.reason or "")
    verdict = compare(requirement, actual)
    if verdict.met is None:
        return Rescored(ratio=verdict.ratio, operator=requirement.operator or "", why=verdict.reason or "",
                        unit_doubt=_is_slip(verdict.ratio, requirement))  # fmt: skip
    points = _formula_points(row, requirement, verdict, parameters)
    slip = _is_slip(verdict.ratio, requirement)
    points = None if slip else points
    return Rescored(verdict.met, points, verdict.ratio, operator=requirement.operator or "", unit_doubt=slip,
                    by_rate=_is_scored_by_rate(row))  # fmt: skip


def _is_scored_by_rate(row: IndicatorRow) -> bool:
    """A row 预算执行率 that got 分值 × rate, whatever rate was its target: how the national table scores execution."""
    weight, score, rate = row.weight.number, row.score.number, row.actual.number
    if not is_execution(row) or weight is None or score is None or rate is None or not row.actual.has_sign:
        return False
    return abs(score - weight * min(rate, Fraction(1))) <= row.score.half


def _words(row: IndicatorRow, requirement: Requirement) -> Rescored:
    """A target in words: a person judges it, but a satisfaction without a rate says nothing."""
    actual = "".join(row.actual.text.split())
    name = row.level_3.text + row.level_2.text
    if _RATHER_A_RATE.search(name) and actual and not re.search(r"\d", actual) and _DONE.fullmatch(actual):
        return Rescored(
            is_words=True, why=f"指标值“{row.target.text}”是满意程度，完成值“{row.actual.text}”不是满意率"
        )
    return Rescored(is_words=True)


def _is_ceiling(row: IndicatorRow, requirement: Requirement) -> bool:
    """A bare amount under 成本 is a ceiling (200万 is kept with 195.5万元), and so is a bare 0, or an evil counted."""
    if requirement.value == 0 or _EVIL.search(row.name):
        return True
    return bool(_COST.search(row.level_2.text + row.level_1.text)) and requirement.kind == "number"


def _repeats(row: IndicatorRow, requirement: Requirement, actual: Actual) -> bool:
    return (
        actual.kind in _NUMBERS
        and actual.bound in ("least", "most")
        and "重复了目标" in (actual.reason or "")
    )


def _is_slip(ratio: Fraction | None, requirement: Requirement) -> bool:
    """The result is about ten thousand times the target or a part of it (a rate: a hundred): another unit was meant."""
    if ratio is None or ratio <= 0 or requirement.kind not in _NUMBERS:
        return False
    times = Fraction(100 if requirement.kind == "rate" else 10_000)
    return any(Fraction(1, 2) <= ratio / each <= 2 for each in (times, 1 / times))


def _formula_points(
    row: IndicatorRow, requirement: Requirement, verdict: object, parameters: Mapping
) -> Fraction | None:
    weight = row.weight.number
    if weight is None:
        return None
    if verdict.met:
        return weight
    if requirement.kind == "date":
        return None if verdict.met is None else weight * parameters["date_missed"]
    if verdict.target is None or isinstance(verdict.target, tuple):
        return None
    target, actual = verdict.target, verdict.actual
    if requirement.operator in (">=", ">"):
        return FORMULAS[parameters["higher"]](weight, actual, target=target).points
    if requirement.operator in ("<=", "<"):
        return FORMULAS[parameters["lower"]](weight, actual, target=target).points
    return equal(weight, actual, target=target, above=parameters["equal_above"]).points


def _parameters(rubric: Rubric) -> Mapping[str, object]:
    """How the rubric scores indicators: of its first rule that does."""
    found: Mapping[str, object] = {}
    for leaf in rubric.leaves():
        steps: Sequence = leaf.rule.steps if leaf.rule else ()
        found = next((step.measure_parameters for step in steps if step.measure == "indicator_points"), {})
        if found:
            break
    missed = found.get("date_missed", Fraction(0))
    return {
        "higher": str(found.get("higher", "ratio_capped")),
        "lower": str(found.get("lower", "reverse_linear")),
        "equal_above": str(found.get("equal_above", "deviation")),
        "date_missed": Fraction(missed) if not isinstance(missed, str) else Fraction(0),
    }
