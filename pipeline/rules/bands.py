"""Bands (分档) as a rubric writes them: intervals whose ends are open or closed, without a gap or an overlap.

Used by ``vocabulary`` for the parameters of formulas and by ``parse`` for the grades of the total.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise

from pipeline.model_rubric import Band
from pipeline.money import round_half_up

_LOW = {"at_least": True, "above": False}
_HIGH = {"at_most": True, "below": False}


def read_bands(value: object, key: str, number: Callable[[object], Fraction]) -> tuple[Band, ...]:
    """A list of ``{at_least|above, at_most|below, points|grade}`` -> Bands from low to high.

    ``key`` is ``points`` or ``light`` (unbounded at both ends: every value has a band) or ``grade`` (covering 0 to 100%). Raises
    ValueError with a Chinese clause for a gap, an overlap, an empty band or a key that does not belong.
    """
    if not isinstance(value, list) or not value:
        raise ValueError("应是一列分档")
    bands = sorted((_band(entry, key, number) for entry in value), key=_order)
    _check_ends(bands, key)
    for lower, upper in pairwise(bands):
        if lower.high is None or upper.low is None or lower.high > upper.low:
            raise ValueError(f"分档“{lower.words}”与“{upper.words}”重叠")
        if lower.high < upper.low or not (lower.high_closed or upper.low_closed):
            raise ValueError(f"分档“{lower.words}”与“{upper.words}”之间有空档")
        if lower.high_closed and upper.low_closed:
            raise ValueError(f"分档“{lower.words}”与“{upper.words}”在端点重叠")
    return tuple(bands)


def _band(entry: object, key: str, number: Callable[[object], Fraction]) -> Band:
    if not isinstance(entry, dict) or key not in entry:
        raise ValueError(f"每一档都要写 {key}")
    if unknown := set(entry) - {key, *_LOW, *_HIGH}:
        raise ValueError(f"分档里有不认识的“{sorted(unknown)[0]}”")
    lows, highs = [k for k in entry if k in _LOW], [k for k in entry if k in _HIGH]
    if len(lows) > 1 or len(highs) > 1:
        raise ValueError("一档只能有一个下限和一个上限")
    low = number(entry[lows[0]]) if lows else None
    high = number(entry[highs[0]]) if highs else None
    low_closed = bool(lows) and _LOW[lows[0]]
    high_closed = bool(highs) and _HIGH[highs[0]]
    if (
        low is not None
        and high is not None
        and (low > high or (low == high and not (low_closed and high_closed)))
    ):
        raise ValueError("有一档的下限不小于上限")
    if key in ("grade", "light"):
        of_band: Fraction | str = entry[key]
        if not isinstance(of_band, str):
            raise ValueError(f"{key} 应是{'等级' if key == 'grade' else '灯'}的名称")
    else:
        of_band = number(entry[key])
        if of_band < 0:
            raise ValueError("points 应不小于 0")
    return Band(low, low_closed, high, high_closed, of_band, interval(low, low_closed, high, high_closed))


def _order(band: Band) -> tuple:
    return (band.low is not None, band.low or 0, not band.low_closed)


def _check_ends(bands: Sequence[Band], key: str) -> None:
    first, last = bands[0], bands[-1]
    if key != "grade":
        if first.low is not None or last.high is not None:
            raise ValueError("最低一档不写下限，最高一档不写上限，否则有的数落不进任何一档")
    elif not (first.low == 0 and first.low_closed and last.high == 1 and last.high_closed):
        raise ValueError("各等级应从 0%（含）排到 100%（含）")


def interval(low: Fraction | None, low_closed: bool, high: Fraction | None, high_closed: bool) -> str:
    """An interval in words.

    >>> interval(Fraction(3, 4), True, Fraction(9, 10), False)
    '75%（含）–90%'
    >>> interval(None, False, Fraction(1), True)
    '100% 及以下'
    """
    if low is None and high is None:
        return "任何数"
    if low is None:
        return f"{_percent(high)} 及以下" if high_closed else f"低于 {_percent(high)}"
    if high is None:
        return f"{_percent(low)} 及以上" if low_closed else f"高于 {_percent(low)}"
    included = "（含）"
    return (
        f"{_percent(low)}{included if low_closed else ''}–{_percent(high)}{included if high_closed else ''}"
    )


def _percent(ratio: Fraction) -> str:
    text = f"{round_half_up(ratio * 100, 4):f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + "%"
