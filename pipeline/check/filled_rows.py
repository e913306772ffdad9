"""Checks of the scored rows of a filled form: score against weight, against what was reached, against its reason.

What a person judges is only asked for a reason; what can be computed is held against its proportion. Source:
docs/domain.md §4 and §5.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from pipeline.check.filled_nouns import FINE, Case, at_stake, has_reason, judged, plain, points, shown, slack
from pipeline.check.printing import number
from pipeline.check.wholes import Judgement
from pipeline.model_filled import IndicatorRow, Printed, Rescored, State
from pipeline.money import print_percent, round_half_up

_RESULT = re.compile("产出|效益|效果|满意|成本|数量|质量|时效")
#: rates that cannot be above 100%
_AT_MOST_ALL = re.compile("满意|合格率|覆盖率|完成率|到位率|达标率|及时率|准确率|通过率|知晓率")
_MORE_IS_BETTER = re.compile("新增|新建|建设|完成|开展|数量|培训|改造|覆盖|发放|服务")
_LESS_IS_BETTER = re.compile("成本|费用|投诉|事故|差错|超支|下降|时间|时限|天数|损失|次数|风险|率")
#: what a reason of comparing repeats of the sentence it stands in
_SAID_ALREADY = re.compile(r"，不能(与目标|比较).*$")
_UNIT = re.compile(r"(亿元|万元|元|万|百分比|%|％)")


def judge_points(case: Case) -> Iterator[Judgement]:
    """得分 between 0 and 分值 (OF-035); left blank (OF-036); 分值 blank (OF-033)."""
    blank_scores: list[Printed] = []
    blank_weights: list[Printed] = []
    scored = 0
    pairs = [(row.name, row.weight, row.score) for _, row, _ in case.rows()]
    money = case.form.scored.execution if case.form.scored else None
    if money is not None:
        pairs.append(("预算执行率", money.weight, money.score))
    for name, weight, score in pairs:
        if weight.number is not None and score.number is not None:
            is_out = score.number > weight.number + FINE or score.number < 0
            yield judged("OF-035", is_out, (score, weight), name, shown(score), shown(weight))
        scored += score.number is not None
        if score.state is State.BLANK and weight.number:
            blank_scores.append(score)
        if weight.state is State.BLANK and score.number is not None:
            blank_weights.append(weight)
    count = number(len(blank_scores))
    whole = "全部得分都没有填" if blank_scores and not scored else f"有分值的 {count} 项没有填得分"
    yield judged("OF-036", bool(blank_scores), blank_scores, said=whole)
    yield judged(
        "OF-033",
        bool(blank_weights),
        blank_weights,
        labels="分值",
        said=f"{len(blank_weights)} 项有得分而没有分值",
    )


def judge_blanks(case: Case) -> Iterator[Judgement]:
    """Targets and actuals left blank in rows that carry points (OF-033)."""
    for name, label in (("target", "年度指标值"), ("actual", "实际完成值")):
        cells = []
        for _, row, _ in case.rows():
            cell = getattr(row, name)
            is_result = bool(_RESULT.search(row.level_1.text + row.level_2.text))
            is_told = name == "actual" and _is_full(row)  # as full marks on a blank
            has_points = bool(row.weight.number or row.score.number)
            if cell.state is State.BLANK and is_result and has_points and not is_told:
                cells.append(cell)
        yield judged(
            "OF-033", bool(cells), cells, labels=label, said=f"{len(cells)} 项计分的指标没有填{label}"
        )


def _is_full(row: IndicatorRow) -> bool:
    return row.score.number is not None and row.score.number == row.weight.number and row.score.number > 0


def judge_proportion(case: Case) -> Iterator[Judgement]:
    """Scores against what was reached: full on a miss or a blank (OF-037), above the share (OF-038), points lost for
    nothing (OF-039) or without a word (OF-040); weighted twice (OF-051)."""
    doubled = _weighted_twice(case)
    yield judged("OF-051", bool(doubled), [row.score for row in doubled], **(at_stake(doubled[0]) if doubled else {}),
                 count=str(len(doubled)))  # fmt: skip
    for _, row, again in case.rows():
        weight, score = row.weight.number, row.score.number
        if weight is None or score is None or weight <= 0 or not 0 <= score <= weight + FINE:
            continue
        facts = at_stake(row)
        is_blank = _is_full(row) and row.actual.state is State.BLANK
        above = again.is_met is False and again.points is not None and score - again.points > slack(row.score)
        is_over = again.operator == "=" and again.ratio is not None and again.ratio > 1
        is_wrong = is_blank or (above and _is_full(row) and not is_over and not has_reason(row.reason))
        why = "完成值空着" if is_blank else "没有达到指标值"
        ours = points(Fraction(round_half_up(again.points, 2))) if again.points is not None else ""
        yield judged("OF-037", is_wrong and not again.unit_doubt, (row.score, row.actual, row.target_cell), row.name, shown(row.score), ours,
                     why=why + (f"，按比例为 {ours} 分" if above else ""), **facts)  # fmt: skip
        yield judged("OF-038", bool(above) and not is_wrong and not again.unit_doubt, (row.score, row.actual, row.target_cell), row.name,
                     shown(row.score), ours, **facts)  # fmt: skip
        is_less = score < weight - slack(row.score) and not has_reason(row.reason)
        is_less = is_less and row not in doubled and not again.by_rate
        cells = (row.score, row.reason) if row.reason.state is not State.ABSENT else (row.score,)
        yield judged(
            "OF-039",
            is_less and again.is_met is True,
            cells,
            row.name,
            shown(row.score),
            shown(row.weight),
            **facts,
        )
        if row.leaf:
            said = ""
        elif again.is_met is False:
            said = (
                f"，按比例应为 {ours} 分"
                if ours and abs(score - (again.points or 0)) > slack(row.score)
                else ""
            )
        else:
            said = "，定性指标扣分也要写明理由" if again.is_words else ""
        yield judged(
            "OF-040",
            is_less and again.is_met is not True,
            cells,
            row.name,
            shown(row.score),
            shown(row.weight),
            said=said,
            **facts,
        )


def _weighted_twice(case: Case) -> list[IndicatorRow]:
    """Rows whose score is the weight times itself as a share: 25 → 6.25, in a table where all are so."""
    rows = [
        row
        for _, row, _ in case.rows()
        if row.weight.number and row.score.number is not None and not row.leaf
    ]
    is_so = all(abs(row.weight.number**2 / 100 - row.score.number) <= FINE for row in rows)
    return rows if len(rows) >= 2 and is_so and all(row.weight.number < 100 for row in rows) else []


def judge_results(case: Case) -> Iterator[Judgement]:
    """Target against actual: not comparable (OF-041), the operator again (OF-042), far above (OF-047), doubtful
    (OF-048), missed in a row nobody scored, without a word (OF-055)."""
    repeats = [row for _, row, again in case.rows() if again.repeats]
    yield judged("OF-042", bool(repeats), [row.actual for row in repeats], value=shown(repeats[0].actual) if repeats else "",
                 count=str(len(repeats)))  # fmt: skip
    over = case.setting("overshoot_rate", Fraction(13, 10))
    doubts = dict(_doubts(case))
    for index, (_, row, again) in enumerate(case.rows()):
        doubt = doubts.get(index, "")
        yield judged(
            "OF-048", bool(doubt), (row.target_cell, row.actual), row.name, shown(row.target), why=doubt
        )
        is_open = (
            again.is_met is None
            and bool(again.why)
            and not again.repeats
            and not again.unit_doubt
            and not again.target_doubt
        )
        is_asked = is_open and not row.actual.is_blank and not row.target.is_empty
        yield judged(
            "OF-041",
            is_asked,
            (row.actual, row.target_cell),
            row.name,
            shown(row.actual),
            shown(row.target),
            why=_SAID_ALREADY.sub("", again.why),
        )
        is_far = (
            again.ratio is not None
            and again.operator in (">=", ">", "=")
            and again.ratio >= over
            and not again.unit_doubt
        )
        is_missed = again.is_met is False and row.score.number is None and not has_reason(row.reason)
        yield judged("OF-055", is_missed and not again.unit_doubt and not doubt, (row.actual, row.target_cell), row.name,
                     shown(row.actual), shown(row.target))  # fmt: skip
        is_silent = is_far and not has_reason(row.reason) and again.is_met is not None and not doubt
        yield judged("OF-047", is_silent, (row.actual, row.target_cell), row.name, shown(row.actual), shown(row.target),
                     ratio=print_percent(again.ratio) if again.ratio is not None else "", over=print_percent(over, 0))  # fmt: skip


def _doubts(case: Case) -> Iterator[tuple[int, str]]:
    """Targets that cannot be meant as they stand: a rate above 100%, a ceiling for an output, one far above the budget."""
    rows = list(case.rows())
    counts = [row_again for row_again in rows if "数量" in row_again[1].level_2.text]
    at_least = sum(
        again.operator in (">=", ">") and bool(re.match(r"\s*[≥>＞≧⩾]", row.target.text))
        for _, row, again in counts
    )
    budget = _budget(case)
    for index, (_, row, again) in enumerate(rows):
        if again.target_doubt:
            yield index, again.target_doubt
        elif again.operator in ("<=", "<") and "数量" in row.level_2.text and at_least >= 2:
            if _MORE_IS_BETTER.search(row.name) and not _LESS_IS_BETTER.search(row.name):
                yield index, "数量指标写成了上限，其余数量指标都是下限，请核对“≤”是否应为“≥”"
        elif (
            budget
            and _is_ceiling(row, again)
            and (limit := _in_unit(row, case.unit))
            and limit > budget * Fraction(13, 10)
        ):
            yield index, f"成本上限高于全年预算数 {points(budget)}{case.unit} 三成以上，这个指标不可能超过"
        elif _AT_MOST_ALL.search(row.name) and row.actual.has_sign and (row.actual.number or 0) > 1:
            yield index, f"完成值 {shown(row.actual)} 大于 100%，而这类比率不会超过 100%"


def _is_ceiling(row: IndicatorRow, again: Rescored) -> bool:
    return (
        again.operator in ("<=", "<")
        and bool(re.search("总?成本|概算|总投资|投资额|控制数", row.level_2.text + row.name))
        and bool(re.search("项目|总|概算|投资|控制数|补助|经费", row.name))
    )


def _in_unit(row: IndicatorRow, unit: str) -> Fraction | None:
    """The target as an amount in the form's unit, where it is written in it."""
    found = re.search(r"([\d,.]+)", row.target.text)
    said = "".join(row.target.text.split()) + row.unit.text
    if not found or unit not in said or (unit == "元" and "万元" in said):
        return None
    try:
        return Fraction(found[1].replace(",", ""))
    except ValueError:
        return None


def _budget(case: Case) -> Fraction | None:
    group = case.form.funds[0] if case.form.funds else None
    amounts = [
        cell.number
        for row in (group.rows() if group else ())
        for cell in (row.initial, row.budget)
        if cell.number
    ]
    return max(amounts, default=None)


def judge_sameness(case: Case) -> Iterator[Judgement]:
    """A target that is only its name (OF-045), two spellings of a unit (OF-050), all exactly on target (OF-046)."""
    named = [
        row
        for _, row, again in case.rows()
        if again.is_words and plain(row.target.text) and plain(row.target.text) == plain(row.level_3.text)
    ]
    yield judged(
        "OF-045",
        bool(named),
        [cell for row in named for cell in row.target_cells[:1]],
        named[0].name if named else "",
        count=str(len(named)),
    )
    for _, row, _ in case.rows():
        units = [_UNIT.findall(cell.text) for cell in (row.target, row.actual)]
        is_mixed = (
            all(len(each) == 1 for each in units)
            and units[0] != units[1]
            and {units[0][0], units[1][0]} <= {"万", "万元"}
        )
        yield judged(
            "OF-050", is_mixed, (row.target_cell, row.actual), row.name, shown(row.target), shown(row.actual)
        )
    exact = [
        row for _, row, again in case.rows() if again.ratio == 1 and not again.repeats and not _is_whole(row)
    ]
    ratios = [again.ratio for _, row, again in case.rows() if again.ratio is not None and not _is_whole(row)]
    yield judged(
        "OF-046",
        len(exact) >= 6 and len(exact) == len(ratios),
        [row.actual for row in exact],
        count=str(len(exact)),
    )


def _is_whole(row: IndicatorRow) -> bool:
    """100% of 100% is how such a target is met."""
    return bool(re.search(r"100(\.0+)?\s*\|?\s*[%％]", row.target.text)) or row.target.text.strip() in (
        "100",
        "0",
    )
