"""Every way a typed result can be meant, in the unit and the direction of its target.

Used by ``pipeline.measure_compare``: 0.98 against ≥95% is 98%; 0.5 against ≤3% may be 0.5% or 50%; 6% against 下降5% may
be a fall or a rise; 1329120.67 against ≤202.6万元 may be 元. Source: docs/domain.md §5.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from pipeline import measure_words as words
from pipeline import units
from pipeline.measure_nouns import Actual, Requirement
from pipeline.measure_shown import requirement_shown, shown


@dataclass(frozen=True, slots=True)
class Reading:
    """A result in the target's unit, and what would have to be written for it to be sure."""

    value: Fraction
    doubt: str = ""


def target_of(requirement: Requirement) -> Fraction | tuple[Fraction, Fraction]:
    if requirement.operator == "between":
        low, high = requirement.value
        return Fraction(low), Fraction(high)
    return Fraction(requirement.value)


def readings(requirement: Requirement, actual: Actual) -> Iterator[Reading | str]:
    """Every way the result can be meant, in the target's unit; a sentence instead where it does not convert."""
    signed = _signs(requirement, actual)
    if isinstance(signed, str):
        yield signed
        return
    signs, direction_doubt = signed
    for reading in _in_unit(requirement, actual):
        if isinstance(reading, str):
            yield reading
            return
        for number, sign in enumerate(signs):
            yield Reading(reading.value * sign, reading.doubt or (direction_doubt if number else ""))


def _signs(requirement: Requirement, actual: Actual) -> tuple[tuple[int, ...], str] | str:
    """+1 where the result goes the way the target does, -1 against it, both where the words do not tell."""
    wanted, given = requirement.direction, actual.direction
    if wanted and given:
        (axis, sign), (other_axis, other_sign) = words.SIGNS[wanted], words.SIGNS[given]
        if axis != other_axis:
            return f"目标写的是{wanted}，完成值写的是{given}，两者说的不是一件事，不能比较"
        return (sign * other_sign,), ""
    if wanted and words.SIGNS[wanted][1] < 0 and actual.value:
        doubt = f"目标写的是{wanted}，完成值 {shown(actual)} 没有写明是上升还是下降，请写明"
        if wanted == "降幅":
            return ((1,), "") if actual.value > 0 else ((1, -1), doubt)
        return ((1, -1), doubt) if actual.value > 0 else ((-1,), "")
    if given and words.SIGNS[given][1] < 0 and not wanted and actual.value:
        if _is_negative(requirement):
            return (-1,), ""
        return (
            1,
            -1,
        ), f"完成值写的是{given}，目标 {requirement_shown(requirement)} 没有写明是上升还是下降，请写明"
    return (1,), ""


def _is_negative(requirement: Requirement) -> bool:
    target = target_of(requirement)
    return (target[1] if isinstance(target, tuple) else target) < 0


def _in_unit(requirement: Requirement, actual: Actual) -> Iterator[Reading | str]:
    value, wanted, given = Fraction(actual.value), requirement.unit, actual.unit
    if wanted == given:
        yield Reading(value)
        if units.is_rate(wanted) and not actual.is_own_unit:
            yield from _slip(
                requirement, value, value / units.scale(wanted)[1], _percent_doubt(actual, wanted)
            )
    elif given is None and units.is_rate(wanted):
        yield from _rate_without_sign(requirement, actual, value)
    elif wanted is None and units.is_rate(given):
        yield from _rate_target_without_sign(requirement, value, given)
    elif given is None or wanted is None:
        yield Reading(value)
        times = units.scale(wanted or given or "")[1]
        other = value / times if given is None else value * times
        side = f"完成值 {shown(actual)}" if given is None else f"目标 {requirement_shown(requirement)}"
        yield from _slip(
            requirement,
            value,
            other,
            f"{side} 没有写单位，按“{wanted or given}”计与不按它计结论不同，请写明单位",
        )
    elif (times := units.factor(given, wanted)) is None:
        yield _not_convertible(requirement, actual)
    else:
        yield Reading(value * times)


def _slip(requirement: Requirement, value: Fraction, other: Fraction, doubt: str) -> Iterator[Reading]:
    """A second reading, where the first is far from the target and the second near it: 1329120.67 against 202.6万元."""
    wanted = target_of(requirement)
    wanted = abs(wanted[1] if isinstance(wanted, tuple) else wanted)
    if (
        value
        and wanted
        and value != other
        and not wanted / 20 <= abs(value) <= wanted * 20
        and wanted / 10 <= abs(other) <= wanted * 10
    ):
        yield Reading(other, doubt)


def _rate_without_sign(requirement: Requirement, actual: Actual, value: Fraction) -> Iterator[Reading]:
    """A bare number against a rate: 98 is 98%, 0.98 is 98%; what could be either is compared as both."""
    wanted, as_share = _widest(requirement), value / units.scale(requirement.unit)[1]
    if value == 0 or abs(value) > 1 or wanted <= 1:
        yield Reading(value)
        return
    yield Reading(as_share)
    if value == 1 or requirement.operator not in (">=", ">", "=", None):
        yield Reading(value, _percent_doubt(actual, requirement.unit))


def _rate_target_without_sign(requirement: Requirement, value: Fraction, given: str) -> Iterator[Reading]:
    """A rate against a bare target: ≥0.95 is 95%, ≥95 is 95%; what could be either is compared as both."""
    wanted, as_share = _widest(requirement), value * units.scale(given)[1]
    if wanted == 0 or wanted > 1:
        yield Reading(value)
        return
    yield Reading(as_share)
    if wanted == 1 or requirement.operator not in (">=", ">", "=", None):
        yield Reading(
            value, f"目标 {requirement_shown(requirement)} 没有写百分号，分不清是比率还是百分数，请写明单位"
        )


def _widest(requirement: Requirement) -> Fraction:
    target = target_of(requirement)
    return abs(target[1] if isinstance(target, tuple) else target)


def _percent_doubt(actual: Actual, unit: str) -> str:
    share = Fraction(actual.value) / units.scale(unit)[1]
    return (
        f"完成值 {actual.value:f} 没有百分号，可能是 {actual.value:f}{unit}，"
        f"也可能是 {_decimal(share)}{unit}，请写明单位"
    )


def _decimal(value: Fraction) -> str:
    return f"{value.numerator // value.denominator}" if value.denominator == 1 else f"{float(value):g}"


def _not_convertible(requirement: Requirement, actual: Actual) -> str:
    wanted, given = requirement.unit, actual.unit
    hint = "（百分点是两个比率之差）" if "百分点" in (wanted, given) else ""
    return (
        f"完成值的单位“{given}”与目标的单位“{wanted or '（未写）'}”不能换算{hint}，"
        f"不能比较 {shown(actual)} 与 {requirement_shown(requirement)}"
    )
