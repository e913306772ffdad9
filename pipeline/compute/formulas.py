"""The formulas a rubric may name: from a measured value to points, exact, with the cap, band or floor that decided.

Called by ``score`` for a leaf and by ``indicators`` for each indicator. A formula takes the points available (the
weight) and the measured value as Fractions and its parameters by name; it returns exact points, rounded later and
once. A cap, band or floor that made the result insensitive to its input is named in ``Scored.active``.
Source of the kinds: docs/domain.md §4.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from pipeline.model_rubric import Band
from pipeline.money import round_half_up

ZERO = Fraction(0)
FULL = "已达到目标，得满分封顶"
FLOOR = "低至 0 分为止"


class OutOfBand(ValueError):
    """Typed points that do not lie in the band of their grade; ``low`` and ``high`` in points, str() says so."""

    def __init__(self, message: str, low: Fraction, high: Fraction):
        super().__init__(message)
        self.low = low
        self.high = high


@dataclass(frozen=True, slots=True)
class Scored:
    """Exact points, and the caps, bands and floors that were active, in words."""

    points: Fraction
    active: tuple[str, ...] = ()


def ratio_capped(weight: Fraction, actual: Fraction, *, target: Fraction) -> Scored:
    """正向指标: the target met gives all points, otherwise 完成值÷目标值×分值, never below 0.

    A target of 0 or less cannot be scaled: met or nothing. Excel: ``=IF(B>=A,W,IF(A>0,MAX(0,W*B/A),0))``

    >>> ratio_capped(Fraction(10), Fraction(7927, 10000), target=Fraction(1)).points
    Fraction(7927, 1000)
    """
    if actual >= target:
        return Scored(weight, (FULL,))
    if target <= 0:
        return Scored(ZERO, ("目标值不大于 0，未达到即不得分",))
    return _floored(weight * actual / target)


def reverse_linear(weight: Fraction, actual: Fraction, *, target: Fraction) -> Scored:
    """反向指标: no more than the target gives all points; above it they fall in a line to 0 at twice the target.

    Excel: ``=IF(B<=A,W,IF(A>0,MAX(0,W*(1-(B-A)/A)),0))``

    >>> [int(reverse_linear(Fraction(10), Fraction(b), target=Fraction(4)).points) for b in (4, 5, 6, 8, 9)]
    [10, 7, 5, 0, 0]
    """
    if actual <= target:
        return Scored(weight, (FULL,))
    if target <= 0:
        return Scored(ZERO, ("目标值不大于 0，超过即不得分",))
    return _floored(weight * (1 - (actual - target) / target))


def reverse_inverse(weight: Fraction, actual: Fraction, *, target: Fraction) -> Scored:
    """反向指标, the other way: above the target 目标值÷完成值×分值. Excel: ``=IF(B<=A,W,IF(A>0,W*A/B,0))``

    >>> reverse_inverse(Fraction(10), Fraction(5), target=Fraction(4)).points
    Fraction(8, 1)
    """
    if actual <= target:
        return Scored(weight, (FULL,))
    if target <= 0:
        return Scored(ZERO, ("目标值不大于 0，超过即不得分",))
    return Scored(weight * target / actual)


def equal(weight: Fraction, actual: Fraction, *, target: Fraction, above: str) -> Scored:
    """等于型指标: equal gives all points, less is proportional; more by ``above``: ``full``, ``zero``, ``deviation`` (the
    share exceeded is taken off) or ``as_higher`` (a platform's: as 正向, and a target of 0 is met by 0 or less). Excel: ``=IF(B=A,W,IF(A=0,0,MAX(0,W*(1-ABS(B-A)/A))))``

    >>> equal(Fraction(10), Fraction(50), target=Fraction(42), above="deviation").points
    Fraction(170, 21)
    """
    if actual == target:
        return Scored(weight, ("与目标值相等，得满分",))
    if above == "as_higher" and target == 0 and actual < 0:
        return Scored(weight, ("目标值为 0，不大于 0 得满分",))
    if target <= 0:
        return Scored(ZERO, ("目标值不大于 0，不相等即不得分",))
    if actual < target:
        return _floored(weight * actual / target)
    if above in ("full", "as_higher"):
        return Scored(weight, (FULL,))
    if above == "zero":
        return Scored(ZERO, ("超过目标值不得分",))
    return _floored(weight * (1 - (actual - target) / target))


def deduct_per_point(
    weight: Fraction,
    actual: Fraction,
    *,
    threshold: Fraction,
    side: str,
    unit: Fraction,
    points: Fraction,
    steps: str,
    floor: Fraction,
) -> Scored:
    """Beyond the threshold (``side`` above | below) every ``unit`` costs ``points``, down to ``floor``.

    ``steps``: ``whole`` counts full units, ``started`` also a begun one, ``proportional`` fractions of one.
    Excel (above, whole): ``=IF(B<=T,W,MAX(floor,W-INT((B-T)/unit)*points))``

    >>> per_point = dict(threshold=Fraction(1), side="above", unit=Fraction(1, 100), points=Fraction(1, 2))
    >>> deduct_per_point(Fraction(5), Fraction(103, 100), **per_point, steps="whole", floor=ZERO).points
    Fraction(7, 2)
    """
    beyond = actual - threshold if side == "above" else threshold - actual
    if beyond <= 0:
        return Scored(weight, ("未越过阈值，不扣分",))
    count = beyond / unit
    active: tuple[str, ...] = ()
    if steps != "proportional":
        count = Fraction(count // 1 if steps == "whole" else -(-count // 1))
        active = ("按整档扣分（不足一档" + ("不扣）" if steps == "whole" else "按一档）"),)
    left = weight - count * points
    if left <= floor:
        return Scored(floor, (f"扣至 {_plain(floor)} 分为止",))
    return Scored(left, active)


def bands(weight: Fraction, actual: Fraction, *, bands: Sequence[Band]) -> Scored:
    """分档计分: the points of the band the value lies in, at most the weight. Excel: ``=LOOKUP(B,lows,points)``

    >>> low = Band(None, False, Fraction(9, 10), False, Fraction(1), "低于 90%")
    >>> high = Band(Fraction(9, 10), True, None, False, Fraction(2), "90% 及以上")
    >>> bands(Fraction(2), Fraction(9, 10), bands=(low, high))
    Scored(points=Fraction(2, 1), active=('档次：90% 及以上',))
    """
    band = next(band for band in bands if actual in band)
    return Scored(min(weight, band.value), (f"档次：{band.words}",))


def checklist(weight: Fraction, share: Fraction, items: int, *, points_per_item: Fraction | None) -> Scored:
    """检查点计分: ``share`` of ``items`` is done; every item has the same points, or ``points_per_item`` each.

    Excel: ``=W*done/items`` or ``=MIN(W,done*points_per_item)``

    >>> checklist(Fraction(5), Fraction(3, 5), 5, points_per_item=None).points
    Fraction(3, 1)
    """
    if points_per_item is None:
        earned = weight * share
    else:
        earned = share * items * points_per_item
    if earned >= weight:
        return Scored(weight, ("检查点全部完成，得满分",))
    return _floored(earned)


def count_deduct(
    weight: Fraction, count: Fraction, *, points: Fraction, free: int, floor: Fraction
) -> Scored:
    """Every problem above ``free`` costs ``points``, down to ``floor``. Excel: ``=MAX(floor,W-MAX(0,n-free)*points)``

    >>> count_deduct(Fraction(4), Fraction(3), points=Fraction(1), free=0, floor=ZERO).points
    Fraction(1, 1)
    """
    charged = count - free
    if charged <= 0:
        return Scored(weight, ("没有需要扣分的问题",) if free else ())
    left = weight - charged * points
    if left <= floor:
        return Scored(floor, (f"扣至 {_plain(floor)} 分为止",))
    return Scored(left)


def graded(weight: Fraction, points: Fraction, *, grade: str, grades: Sequence[Band]) -> Scored:
    """定性指标: points typed by a person, which must lie in the band of their grade (bands in shares of the weight).

    Raises OutOfBand where they do not. Excel: ``=IF(AND(p>=low*W,p<=high*W),p,NA())``

    >>> fair = Band(Fraction(3, 5), True, Fraction(4, 5), False, "部分达成", "60%（含）–80%")
    >>> graded(Fraction(5), Fraction(3), grade="部分达成", grades=(fair,)).points
    Fraction(3, 1)
    """
    band = next(band for band in grades if band.value == grade)
    low, high = (band.low or ZERO) * weight, (Fraction(1) if band.high is None else band.high) * weight
    share = points / weight if weight else ZERO
    if share not in band or not 0 <= share <= 1:
        words = f"评定得分 {_plain(points)} 不在“{grade}”的范围 {_plain(low)}–{_plain(high)} 分内"
        raise OutOfBand(words, low, high)
    return Scored(points, (f"评定得分在“{grade}”的范围 {_plain(low)}–{_plain(high)} 分内",))


def period_progress(weight: Fraction, rate: Fraction) -> Scored:
    """进度计分: 分值 × 年平均执行率, at most the weight. Excel: ``=MIN(W,W*rate)``

    >>> period_progress(Fraction(10), Fraction(19, 20)).points
    Fraction(19, 2)
    """
    if rate >= 1:
        return Scored(weight, (FULL,))
    return _floored(weight * rate)


def either_or(scored: Sequence[Scored]) -> Scored:
    """二者择其一: the best of the ways computed. Excel: ``=MAX(a,b)``

    >>> either_or((Scored(Fraction(3)), Scored(Fraction(4)))).points
    Fraction(4, 1)
    """
    best = max(scored, key=lambda one: one.points)
    return Scored(best.points, (*best.active, "几种算法中取得分最高的一种"))


def manual(weight: Fraction, points: Fraction) -> Scored:
    """Points typed by a person, between 0 and the weight. Raises OutOfBand. Excel: ``=IF(AND(p>=0,p<=W),p,NA())``

    >>> manual(Fraction(5), Fraction(9, 2)).points
    Fraction(9, 2)
    """
    if not 0 <= points <= weight:
        raise OutOfBand(f"填写的得分 {_plain(points)} 不在 0–{_plain(weight)} 分内", ZERO, weight)
    return Scored(points)


def reduced_for_overshoot(scored: Scored, rate: Fraction, above: Fraction, points: Fraction | None) -> Scored:
    """Points taken because the target was far exceeded (``rate`` = 完成值÷目标值): ``points`` once, or the share by
    which ``above`` is exceeded. Excel: ``=IF(rate<above,p,MAX(0,p*(1-(rate-above))))``

    >>> reduced_for_overshoot(Scored(Fraction(10)), Fraction(3, 2), Fraction(13, 10), None).points
    Fraction(8, 1)
    """
    if rate < above:
        return scored
    left = scored.points - points if points is not None else scored.points * (1 - (rate - above))
    words = f"超过目标值的 {_percent(above)}，核减得分"
    return Scored(max(ZERO, left), (words, FLOOR) if left <= 0 else (words,))


def _floored(points: Fraction) -> Scored:
    return Scored(points) if points > 0 else Scored(ZERO, (FLOOR,))


def _plain(points: Fraction) -> str:
    text = f"{round_half_up(points, 4):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _percent(ratio: Fraction) -> str:
    return _plain(ratio * 100) + "%"


#: what a rubric may name. Parameters are the keyword-only arguments; pipeline/rules/vocabulary.yaml gives their types.
FORMULAS: Mapping[str, Callable[..., Scored]] = {
    "ratio_capped": ratio_capped,
    "reverse_linear": reverse_linear,
    "reverse_inverse": reverse_inverse,
    "equal": equal,
    "deduct_per_point": deduct_per_point,
    "bands": bands,
    "checklist": checklist,
    "count_deduct": count_deduct,
    "graded": graded,
    "period_progress": period_progress,
    "either_or": either_or,
    "manual": manual,
}
