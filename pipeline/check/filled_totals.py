"""Checks of what adds up in a filled form: weights, sections, scores, subtotals, the grade, one figure in two places.

Blank scores leave a range: a printed total is wrong where it lies outside. Source: docs/domain.md §4 and §5.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from fractions import Fraction

from pipeline.check.filled_nouns import FINE, Case, judged, points, shown, slack
from pipeline.check.wholes import Judgement
from pipeline.model_filled import IndicatorRow, Printed, ScoreTable, State

_IN_LABEL = re.compile(r"[(\[]?(\d+(?:\.\d+)?)分[)\]]?$")
_SECTIONS = ("产出", "效益", "满意度", "成本")
_RULE = re.compile(
    r"(产出|效益|满意度|成本)(?:指标)?[^\d,，、;；。]{0,6}?(\d+(?:\.\d+)?)(?:分|%|$|[,，、;；。 ])"
)
_IN_PRINCIPLE = re.compile("原则上|一般|可适当|可根据|参考")
_EXECUTION = re.compile(r"(预算|资金)?(总)?执行率|预算执行(情况)?|资金(执行|使用)率")
_GRADES = {"优": "优", "优秀": "优", "良": "良", "良好": "良", "中": "中", "中等": "中", "一般": "中", "合格": "中",
           "差": "差", "较差": "差", "不合格": "差"}  # fmt: skip


def counted(table: ScoreTable) -> list[tuple[str, Printed, Printed]]:
    """Name, weight and score of everything that adds up to the total; an execution rate listed twice counts once."""
    listed = [(row.name, row.weight, row.score) for row in table.rows]
    money = table.execution
    is_twice = any(
        _EXECUTION.fullmatch("".join(level.text.split()))
        for row in table.rows
        for level in (row.level_3, row.level_2)
    )
    if money is not None and not is_twice and not (money.weight.is_empty and money.score.is_empty):
        listed.insert(0, ("预算执行率", money.weight, money.score))
    return listed


def judge_weights(case: Case) -> Iterator[Judgement]:
    """分值 against the printed total of 分值; without one only too much is told (OF-030)."""
    table = case.form.scored
    if table is None:
        return
    listed = counted(table)
    weights = [weight.number for _, weight, _ in listed if weight.number is not None]
    if len(weights) < 2 or table.total_weight.state is State.UNCACHED:
        return
    amount = sum(weights, Fraction(0))
    is_open = any(weight.state is State.BLANK for _, weight, _ in listed)
    printed = table.total_weight
    limit = printed.number if printed.number is not None else Fraction(case.rubric.total)
    is_wrong = amount > limit + FINE or (printed.number is not None and not is_open and amount < limit - FINE)
    money = next((weight.number for name, weight, _ in listed if name == "预算执行率"), None)
    why = ""
    if money and amount - money == limit:
        why = f"（各指标的分值已是 {points(limit)}，另加预算执行率 {points(money)}）"
    if not is_wrong and amount > Fraction(case.rubric.total) + FINE:
        is_wrong, why = True, f"，而总分应为 {points(Fraction(case.rubric.total))}"
    cell = printed if not printed.is_empty else table.total_label
    cells = (cell,) if cell.cell.address else tuple(weight for _, weight, _ in listed)
    yield judged("OF-030", is_wrong, cells, "总分", points(limit), points(amount), why=why)


def judge_sections(case: Case) -> Iterator[Judgement]:
    """分值 of a section against its own label or the form's own note (OF-031), or the rubric (OF-032)."""
    table = case.form.scored
    if table is None or (case.form.kind == "department" and case.form.read_by == "map"):
        return
    sections = _sections(table)
    # a table without its total may go on elsewhere: what is there is not too little
    is_closed = table.total_weight.number is not None or table.total_score.number is not None
    own: list[tuple[str, Printed]] = []
    labelled = set()
    for label, rows in [*sections.values(), *_second_sections(table).values()]:
        found = _IN_LABEL.search("".join(unicodedata.normalize("NFKC", label.text).split()))
        if not found or any(row.weight.number is None for row in rows):
            continue
        labelled.add(label.cell)
        amount = sum((row.weight.number for row in rows), Fraction(0))
        if amount > Fraction(found[1]) + FINE or (is_closed and amount < Fraction(found[1]) - FINE):
            own.append((f"“{shown(label)}”各指标分值合计 {points(amount)}", label))
    yield judged("OF-031", bool(own), [cell for _, cell in own], "本表的一级、二级指标", own[0][1].text if own else "",
                 said="；".join(text for text, _ in own), rule="指标名称后所写的分值")  # fmt: skip
    rule, note = _footnote(case)
    wrong = _against(sections, rule) if is_closed else []
    is_strict = bool(rule) and not _IN_PRINCIPLE.search(note.text)
    yield judged("OF-031", bool(wrong) and is_strict, [cell for _, cell in wrong], "本表的一级指标",
                 said="；".join(text for text, _ in wrong), rule=f"本表附注（{_said(rule)}）")  # fmt: skip
    is_whole = (
        case.again.weights == case.rubric.total
        and not labelled
        and not is_strict
        and case.form.rubric is not None
    )
    by_rubric = {
        name: Fraction(node.weight) for node in case.rubric.nodes for name in _SECTIONS if name in node.label
    }
    other = _against(sections, by_rubric) if is_whole and len(by_rubric) >= 3 else []
    yield judged("OF-032", bool(other), [cell for _, cell in other], "本表的一级指标",
                 said="；".join(text for text, _ in other), rule=f"{case.rubric.title}（{_said(by_rubric)}）")  # fmt: skip


Section = tuple[Printed, list[IndicatorRow]]


def _sections(table: ScoreTable) -> dict[str, Section]:
    found: dict[str, Section] = {}
    for row in table.rows:
        if row.level_1.text:
            found.setdefault("".join(row.level_1.text.split()), (row.level_1, []))[1].append(row)
    return found


def _second_sections(table: ScoreTable) -> dict[tuple, Section]:
    found: dict[tuple, Section] = {}
    for row in table.rows:
        if row.level_2.text and _IN_LABEL.search(
            "".join(unicodedata.normalize("NFKC", row.level_2.text).split())
        ):
            found.setdefault((row.level_1.text, row.level_2.text), (row.level_2, []))[1].append(row)
    return found


def _footnote(case: Case) -> tuple[Mapping[str, Fraction], Printed]:
    """What the form's own note says of the weights of its sections."""
    for note in case.form.notes:
        text = unicodedata.normalize("NFKC", note.text)
        rule = {name: Fraction(value) for name, value in _RULE.findall(text) if Fraction(value) <= 100}
        if len(rule) >= 2 and re.search("分|权重", text):
            return rule, note
    return {}, Printed(case.form.title.cell)


def _against(sections: Mapping[str, Section], rule: Mapping[str, Fraction]) -> list[tuple[str, Printed]]:
    wrong = []
    for name, wanted in rule.items():
        mine = [section for key, section in sections.items() if name in key]
        rows = [row for _, rows in mine for row in rows]
        if not rows or any(row.weight.number is None for row in rows):
            continue
        amount = sum((row.weight.number for row in rows), Fraction(0))
        if abs(amount - wanted) > FINE:
            wrong.append((f"{name}为 {points(amount)} 而不是 {points(wanted)}", mine[0][0]))
    return wrong


def _said(rule: Mapping[str, Fraction]) -> str:
    return "、".join(f"{name} {points(value)}" for name, value in rule.items())


def judge_scores(case: Case) -> Iterator[Judgement]:
    """得分 against the printed total, and against the subtotals of a department's form (OF-034)."""
    table = case.form.scored
    if table is None:
        return
    listed = counted(table)
    if table.total_score.number is not None and any(score.number is not None for _, _, score in listed):
        yield _sum(table.total_score, [(weight, score) for _, weight, score in listed], "总分", table)
    by_leaf = {row.leaf: row for row in table.rows if row.leaf}
    for node in case.rubric.walk():
        total = case.form.subtotals.get(node.id)
        leaves = [by_leaf.get(leaf.id) for leaf in node.walk() if not leaf.children]
        if node.children and total is not None and total.number is not None and leaves and all(leaves):
            yield _sum(total, [(row.weight, row.score) for row in leaves], node.label, table)


def _sum(total: Printed, pairs: list[tuple[Printed, Printed]], about: str, table: ScoreTable) -> Judgement:
    low = sum((score.number or Fraction(0) for _, score in pairs), Fraction(0))
    open_ = [
        weight.number or Fraction(0)
        for weight, score in pairs
        if score.state in (State.BLANK, State.UNCACHED, State.TEXT)
    ]
    high = low + sum(open_, Fraction(0))
    tolerance = slack(total)
    is_wrong = not low - tolerance <= total.number <= high + tolerance
    expected = (
        points(low) if low == high else f"{points(low)} 至 {points(high)}（有 {len(open_)} 项得分空着）"
    )
    money = table.execution.score.number if table.execution else None
    why = (
        "（少计了预算执行率的得分）"
        if money and abs(total.number + money - low) <= tolerance and about == "总分"
        else ""
    )
    return judged("OF-034", is_wrong, (total,), about, shown(total), expected, why=why)


def judge_grade(case: Case) -> Iterator[Judgement]:
    """The grade against the printed total (OF-049); how the total is written (OF-024)."""
    table = case.form.scored
    if table is None or table.total_score.number is None:
        return
    total = table.total_score
    yield judged("OF-024", total.unit == "分", (total,), "总分", shown(total), how="数字后面带了“分”字")
    said = _GRADES.get("".join(table.grade.text.split()).removesuffix("级").removesuffix("等次"))
    wanted = next((str(band.value) for band in case.rubric.grades if total.number in band), None)
    is_other = said is not None and wanted is not None and said != _GRADES.get(wanted, wanted)
    yield judged(
        "OF-049", is_other, (table.grade, total), "等级", shown(table.grade), wanted or "", total=shown(total)
    )


def judge_same(case: Case) -> Iterator[Judgement]:
    """One figure that the form prints in several places (OF-052)."""
    for cells in case.form.same.values():
        numbers = [cell for cell in cells if cell.number is not None]
        other = [cell for cell in numbers if numbers and cell.number != numbers[0].number]
        yield judged("OF-052", bool(other), [*numbers[:1], *other], value=shown(numbers[0]) if numbers else "",
                     limit=shown(other[0]) if other else "", where=str(other[0].cell) if other else "")  # fmt: skip
