"""Goals under monitoring: the worst light of a goal's indicators, their progress by 分值, and how many have each light.

Figures ``monitor.goal.{light|progress|lights|judged}`` and ``monitor.project.<id>.{goal_light|goal_progress}``. Source:
docs/domain.md §4.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from pipeline.compute.book import Book
from pipeline.compute.inputs import Inputs
from pipeline.compute.lights import put_worst
from pipeline.model import Cell, Figure, Row
from pipeline.money import round_half_up


def put_goal(
    inputs: Inputs, book: Book, prefix: str, words: str, members: Sequence[tuple[str, Row]], field_id: str
) -> None:
    """The worst light of a goal's indicators, and their progress weighted by 分值, each at most 100%."""
    put_worst(inputs, book, f"{prefix}light", f"{words}预警", [f"{one}.light" for one, _ in members])
    shares: list[tuple[Fraction, Fraction]] = []
    because: list[Cell | str] = []
    for one, row in members:
        points = inputs.take(row, field_id)
        reached = _reached(inputs, book, one)
        if points.state == "value" and points.value and reached is not None:
            shares.append((Fraction(points.value), reached))
            because += [points.cell, f"{one}.progress", f"{one}.light"]
    label = f"{words}加权完成进度"
    total = sum((weight for weight, _ in shares), Fraction(0))
    if not total:
        book.text(f"{prefix}progress", label, "", reason="没有可判断且有分值的指标", unit="%")
        return
    book.percent(
        f"{prefix}progress",
        label,
        sum((weight * reached for weight, reached in shares), Fraction(0)) / total,
        because=tuple(because),
        formula="按分值加权平均，单个指标最高 100%",
        parameters={
            "计入的指标": f"{len(shares)} 个",
            "分值合计": f"{round_half_up(total, 4).normalize():f}",
        },
    )


def _reached(inputs: Inputs, book: Book, prefix: str) -> Fraction | None:
    progress, light = book[f"{prefix}.progress"], book[f"{prefix}.light"]
    if progress.exact is not None:
        return max(Fraction(0), min(progress.exact, Fraction(1)))
    if light.value:
        return Fraction(int(light.value == inputs.rubric.setting("light_when_met")))
    return None


def put_counts(inputs: Inputs, book: Book, prefixes: Sequence[str]) -> None:
    """``monitor.lights.<n>``: how many indicators have each light, in words and one by one."""
    lights: Mapping[str, list[str]] = {str(b.value): [] for b in inputs.rubric.setting("indicator_lights")}
    for one in prefixes:
        if value := book[f"{one}.light"].value:
            lights[str(value)].append(f"{one}.light")
    lit = sum(map(len, lights.values()))
    parts = [f"{name} {len(each)}" for name, each in lights.items()]
    parts.append(f"未判断 {len(prefixes) - lit}")
    book.text(
        "monitor.goal.lights",
        "指标预警灯个数",
        "  ".join(parts),
        tuple(f"{one}.light" for one in prefixes),
        formula="按灯计数",
    )
    book.put(
        Figure(
            "monitor.goal.judged",
            "已判断的指标数",
            Decimal(lit),
            "个",
            0,
            because=tuple(one for each in lights.values() for one in each),
            formula="按灯计数",
        )
    )
