"""The formulas of a rubric as spreadsheet formulas: from references to measure and weight to points.

The counterpart of the compute stage's functions, written a second time on purpose: the workings are an independent
check, and a calculator that comes to another number shows a mistake in either. Kinds: docs/domain.md §4.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from pipeline.model_rubric import Band
from pipeline.write.workings_book import literal


def points(
    formula: str, measure: str, weight: str, parameters: Mapping[str, object], items: int = 0
) -> str | None:
    """Points before rounding; None for a kind that has no formula.

    ``measure`` and ``weight`` are references; ``parameters`` those of the rubric's step.

    >>> points("count_deduct", "D5", "B5", {"points": Fraction(1), "free": 0, "floor": Fraction(0)})
    'IF(D5<=0,B5,MAX(0,B5-(D5-0)*1))'
    """
    if formula in ("ratio_capped", "reverse_linear", "reverse_inverse", "equal"):
        target = literal(parameters["target"])
        return against_target(formula, measure, target, weight, str(parameters.get("above", "full")))
    if formula == "deduct_per_point":
        return _per_point(measure, weight, parameters)
    if formula == "bands":
        return _bands(measure, weight, parameters["bands"])
    if formula == "checklist":
        each = parameters["points_per_item"]
        earned = f"{weight}*{measure}" if each is None else f"{measure}*{items}*{literal(each)}"
        return f"MAX(0,MIN({weight},{earned}))"
    if formula == "count_deduct":
        free, floor, each = (literal(parameters[name]) for name in ("free", "floor", "points"))
        return f"IF({measure}<={free},{weight},MAX({floor},{weight}-({measure}-{free})*{each}))"
    if formula == "period_progress":
        return f"MAX(0,MIN({weight},{weight}*{measure}))"
    if formula in ("graded", "manual"):
        return measure
    return None


def against_target(formula: str, actual: str, target: str, weight: str, above: str = "full") -> str:
    """正向, 反向 and 等于型 against a target, each as its kind says.

    >>> against_target("ratio_capped", "F5", "E5", "H5")
    'IF(F5>=E5,H5,IF(E5>0,MAX(0,H5*F5/E5),0))'
    """
    if formula == "ratio_capped":
        return f"IF({actual}>={target},{weight},IF({target}>0,MAX(0,{weight}*{actual}/{target}),0))"
    if formula == "reverse_linear":
        less = f"MAX(0,{weight}*(1-({actual}-{target})/{target}))"
        return f"IF({actual}<={target},{weight},IF({target}>0,{less},0))"
    if formula == "reverse_inverse":
        return f"IF({actual}<={target},{weight},IF({target}>0,{weight}*{target}/{actual},0))"
    more = {
        "full": weight,
        "as_higher": weight,
        "zero": "0",
        "deviation": f"MAX(0,{weight}*(1-({actual}-{target})/{target}))",
    }[above]
    missed = f"IF({actual}<{target},MAX(0,{weight}*{actual}/{target}),{more})"
    met = (
        f"OR({actual}={target},AND({target}=0,{actual}<0))" if above == "as_higher" else f"{actual}={target}"
    )
    return f"IF({met},{weight},IF({target}<=0,0,{missed}))"


def _per_point(measure: str, weight: str, parameters: Mapping[str, object]) -> str:
    threshold, unit, each, floor = (
        literal(parameters[name]) for name in ("threshold", "unit", "points", "floor")
    )
    beyond = f"({measure}-{threshold})" if parameters["side"] == "above" else f"({threshold}-{measure})"
    # rounded first, so that three whole units are three in every calculator
    units = f"ROUND({beyond}/{unit},9)"
    count = {"whole": f"INT({units})", "started": f"-INT(-{units})", "proportional": f"{beyond}/{unit}"}[
        str(parameters["steps"])
    ]
    return f"IF({beyond}<=0,{weight},MAX({floor},{weight}-{count}*{each}))"


def _bands(measure: str, weight: str, bands: Sequence[Band]) -> str:
    """Nested tests from the lowest band up, each at its upper end."""
    ordered = sorted(bands, key=lambda band: (band.low is not None, band.low or Fraction(0)))
    formula = f"MIN({weight},{literal(ordered[-1].value)})"
    for band in reversed(ordered[:-1]):
        sign = "<=" if band.high_closed else "<"
        formula = f"IF({measure}{sign}{literal(band.high)},MIN({weight},{literal(band.value)}),{formula})"
    return formula


def overshot(earned: str, rate: str, above: Fraction, taken: Fraction | None) -> str:
    """Points taken because the target was far exceeded. ``rate``: 完成值 ÷ 目标值."""
    left = f"{earned}*(1-({rate}-{literal(above)}))" if taken is None else f"{earned}-{literal(taken)}"
    return f"IF({rate}<{literal(above)},{earned},MAX(0,{left}))"


def capped(total: str, rate: str, caps: Sequence[Band]) -> str:
    """总分封顶: the total, but no more than its execution rate allows.

    >>> low, high = Band(None, False, Fraction(3, 5), False, Fraction(69), ""), Band(Fraction(3, 5), True, None, False, Fraction(100), "")
    >>> capped("SUM(H5:K5)", "G5", [low, high])
    'MIN(SUM(H5:K5),IF(G5<0.6,69,100))'
    """
    ordered = sorted(caps, key=lambda band: (band.low is not None, band.low or Fraction(0)))
    most = literal(ordered[-1].value)
    for band in reversed(ordered[:-1]):
        sign = "<=" if band.high_closed else "<"
        most = f"IF({rate}{sign}{literal(band.high)},{literal(band.value)},{most})"
    return f"MIN({total},{most})"
