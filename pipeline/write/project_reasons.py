"""Why a project did not get all its points, in one text: 未得满分的原因 of the summary.

Used by ``project_summary``. Indicators give their 偏差原因及改进措施, the execution rate its 执行率偏低原因.
"""

from __future__ import annotations

from decimal import Decimal

from pipeline.model import Figure
from pipeline.model_rubric import Rubric
from pipeline.write.workings_book import Figures

_UNTOLD = "未写原因"


def reasons(figures: Figures, rubric: Rubric, prefix: str) -> str:
    """One clause a score that is short of its weight, in the order of the rubric; a cap last. Empty where none is."""
    told = []
    for leaf in rubric.leaves():
        measures = {step.measure for step in leaf.rule.steps} if leaf.rule else set()
        if "indicator_points" in measures:
            continue
        weight, score = (figures.get(f"{prefix}.{leaf.id}.{part}") for part in ("weight", "score"))
        if lost := _lost(weight, score):
            told.append(f"{leaf.label}扣 {lost} 分：{_execution(figures, prefix)}")
    for name in [
        each for each in figures if each.startswith(f"{prefix}.indicator.") and each.endswith(".points")
    ]:
        key = name.removesuffix(".points").rpartition(".")[2]
        if lost := _lost(figures[name], figures.get(f"{prefix}.indicator.{key}.score")):
            about = _text(figures, f"indicator.{key}.level_3") or key
            told.append(
                f"{about}扣 {lost} 分：{_text(figures, f'indicator.{key}.deviation_reason') or _UNTOLD}"
            )
    open_score = figures[f"{prefix}.score"]
    if open_score.value is None:
        told.append(f"总分待定：{open_score.reason}")
    elif (
        f"{prefix}.uncapped_score" in figures
        and open_score.value != figures[f"{prefix}.uncapped_score"].value
    ):
        told.append("；".join(open_score.active))
    return "；".join(each.rstrip("。；") for each in told)


def _lost(weight: Figure | None, score: Figure | None) -> Decimal | None:
    """Points lost, None where there are none or the score is open (the total then says so)."""
    if (
        weight is None
        or score is None
        or not isinstance(score.value, Decimal)
        or not isinstance(weight.value, Decimal)
    ):
        return None
    return weight.value - score.value if weight.value > score.value else None


def _execution(figures: Figures, prefix: str) -> str:
    rate, why = figures[f"{prefix}.execution_rate"], _text(figures, f"{prefix}.reason")
    return f"执行率 {rate.printed}" + (f"，{why}" if why else "")


def _text(figures: Figures, figure_id: str) -> str:
    figure = figures.get(figure_id)
    return "" if figure is None else str(figure.value or "").strip()
