"""Lights (预警灯) by the bands of a rubric of kind ``monitor``: which band a progress falls into, and the worst of several.

A progress that stands exactly on a threshold is in the band that includes it: bands say which of their ends are closed.
Source: docs/domain.md §4.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from pipeline.compute.book import Book
from pipeline.compute.inputs import Inputs
from pipeline.model import Cell
from pipeline.model_rubric import Band


def light_of(progress: Fraction, bands: Sequence[Band]) -> Band:
    """The band of a progress. The rubric's bands leave no gap."""
    return next(band for band in bands if progress in band)


def put_light(inputs: Inputs, book: Book, figure_id: str, label: str, progress_id: str, setting: str) -> None:
    """The light of a progress figure; blank or undetermined as the progress is."""
    progress, bands = book[progress_id], inputs.rubric.setting(setting)
    common = {
        "because": (progress_id,),
        "formula": "按阈值亮灯",
        "parameters": thresholds(bands),
        "citation": inputs.rubric.settings[setting].citation,
    }
    if progress.value == "":
        book.text(figure_id, label, "", reason=progress.reason, **common)
        return
    if progress.exact is None:
        book.unknown(figure_id, label, progress.reason or "", **common)
        return
    band = light_of(progress.exact, bands)
    book.text(figure_id, label, str(band.value), active=(f"{band.words}亮{band.value}灯",), **common)


def put_progress(inputs: Inputs, book: Book, prefix: str, words: str) -> None:
    """``<prefix>{progress|light}``: 执行率 ÷ 序时进度 and its light, of ``<prefix>execution_rate``."""
    rate_id, label = f"{prefix}execution_rate", f"{words}执行率 ÷ 序时进度"
    rate, schedule = book[rate_id], book["monitor.schedule"]
    common = {"because": (rate_id, schedule.id), "formula": "执行率 ÷ 序时进度"}
    if rate.value == "" or schedule.value == "":
        reason = rate.reason or schedule.reason
        book.text(f"{prefix}progress", label, "", reason=reason, unit="%", **common)
    elif rate.exact is None:
        book.unknown(
            f"{prefix}progress", label, rate.reason or "", unit="%", digits=book.rate_digits, **common
        )
    else:
        active = () if rate.exact else ("分子为 0",)
        common["parameters"] = {"序时进度": schedule.printed}
        book.percent(f"{prefix}progress", label, rate.exact / schedule.exact, active=active, **common)
    put_light(inputs, book, f"{prefix}light", f"{words}执行预警", f"{prefix}progress", "rate_lights")


def thresholds(bands: Sequence[Band]) -> dict[str, str]:
    """Bands as the parameters of a figure."""
    return {f"{band.value}灯": band.words for band in bands}


def put_met(
    inputs: Inputs,
    book: Book,
    figure_id: str,
    label: str,
    is_met: bool,
    because: tuple[Cell | str, ...],
    why: str,
) -> None:
    """The light of something that is met or not: 反向 and 时限."""
    setting = "light_when_met" if is_met else "light_when_missed"
    cited = inputs.rubric.settings[setting].citation
    light = str(inputs.rubric.setting(setting))
    book.text(
        figure_id, label, light, because, formula="达到与否", active=(f"{why}，亮{light}灯",), citation=cited
    )


def put_worst(inputs: Inputs, book: Book, figure_id: str, label: str, lights: Iterable[str]) -> None:
    """The worst of several lights: the lowest of the bands; blank where none of them is lit."""
    order = [str(band.value) for band in inputs.rubric.setting("indicator_lights")]
    lit = [each for each in lights if book[each].value]
    cited = inputs.rubric.settings["indicator_lights"].citation
    if not lit:
        book.text(figure_id, label, "", reason="没有可判断的指标", formula="取最差的灯", citation=cited)
        return
    worst = min((str(book[each].value) for each in lit), key=order.index)
    active = (f"{len(lit)} 个指标中最差的是{worst}灯",)
    book.text(figure_id, label, worst, tuple(lit), formula="取最差的灯", active=active, citation=cited)
