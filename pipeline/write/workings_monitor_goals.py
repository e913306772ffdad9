"""Sheet 指标监控 of a monitoring run's workings: what is read of target and actual, progress and light as formulas.

Used by ``workings_monitor``, whose lights are made here too. Source: docs/domain.md §4 (监控的预警灯).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from pipeline import measure
from pipeline.model import Figure
from pipeline.model_rubric import Band, Rubric
from pipeline.write.workings_book import NUMBER, PERCENT, Figures, Live, Paper, literal


def light(
    paper: Paper, column: int, figure: Figure, ref: str, bands: Sequence[Band], live: Live | None
) -> None:
    """The light by the thresholds, where its progress is a number. Excel: ``=IF(F9<0.6,"红",IF(F9<0.8,"黄","绿"))``"""
    if live is None or not isinstance(figure.value, str) or not figure.value:
        paper.figure(column, figure, None)
        return
    ordered = sorted(bands, key=lambda band: band.low if band.low is not None else Fraction(-1))
    formula = f'"{ordered[-1].value}"'
    for band in reversed(ordered[:-1]):
        formula = f'IF({ref}{"<=" if band.high_closed else "<"}{literal(band.high)},"{band.value}",{formula})'
    paper.book.placed(figure.id, paper.name, column, paper.row)
    paper.sheet.write_formula(paper.row - 1, column, f"={formula}", paper.book.live(NUMBER), figure.value)


def prefixes(figures: Figures, family: str, parts: int) -> list[str]:
    """The first ``parts`` of the figure ids of a family, each once, in their order."""
    return list(dict.fromkeys(".".join(one.split(".")[:parts]) for one in figures if one.startswith(family)))


def indicators(paper: Paper, figures: Figures, rubric: Rubric) -> None:
    """A line an indicator: the numbers read, its progress and its light. Happens after 月度进度."""
    paper.title(
        paper.name,
        "完成进度 = 完成数 ÷ 目标数，逐月累计的再除以序时进度；反向、时限和定性指标只看是否达到，或由人判断。",
        (28, 16, 16, 12, 12, 12, 8, 14, 44),
    )
    paper.head(("指标", "年度指标值", "完成值", "目标数", "完成数", "完成进度", "预警", "全年预计值", "说明"))
    for prefix in prefixes(figures, "monitor.indicator.", 3):
        progress = figures[f"{prefix}.progress"]
        for column, part in ((0, "level_3"), (1, "target"), (2, "actual"), (7, "expected")):
            paper.text(column, figures[f"{prefix}.{part}"].printed)
        numbers = _numbers(figures, prefix) if progress.exact is not None else None
        live = None
        for column, number in zip((3, 4), numbers or ("", ""), strict=True):
            if number == "":
                paper.text(column, "")
            else:
                paper.number(column, number)
        if numbers and numbers[0]:
            is_shared = "monitor.schedule" in progress.because
            share = f"/{paper.book.refs['monitor.schedule']}" if is_shared else ""
            live = Live(f"E{paper.row}/D{paper.row}{share}", progress.exact)
            value = numbers[1] / numbers[0] / (figures["monitor.schedule"].exact if is_shared else 1)
            live = live if value == progress.exact else None
        paper.figure(5, progress, live, PERCENT)
        light(paper, 6, figures[f"{prefix}.light"], f"F{paper.row}", rubric.setting("indicator_lights"), live)
        paper.text(8, progress.reason or "；".join(progress.active))
        paper.row += 1


def _numbers(figures: Figures, prefix: str) -> tuple[Fraction, Fraction] | None:
    """What is read of target and actual; None where they are no two numbers."""
    unit = figures[f"{prefix}.unit"].printed or None
    target = measure.parse_requirement(figures[f"{prefix}.target"].printed, unit)
    actual = measure.parse_actual(figures[f"{prefix}.actual"].printed, unit)
    read = [one.value[0] if isinstance(one.value, tuple) else one.value for one in (target, actual)]
    if not all(isinstance(one, (int, Fraction)) or hasattr(one, "as_integer_ratio") for one in read):
        return None
    return Fraction(read[0]), Fraction(read[1])
