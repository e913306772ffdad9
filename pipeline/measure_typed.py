"""What was typed into a target or result cell, ready to be read, and what both kinds of cell share.

Used by ``pipeline.measure_target`` and ``pipeline.measure_result``. Source: docs/domain.md §5.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline import measure_operators as operators
from pipeline import measure_plain as plains
from pipeline import measure_words as words
from pipeline import units
from pipeline.measure_nouns import Requirement, Value
from pipeline.measure_number import Number, find_number

TOO_LONG = "文字太长，不像一个指标值，请只写数字、日期或档次"
_DAY_IN_DIGITS = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])?")


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed: ``shown`` is quoted, ``plain`` is read; ``operator`` is the one a row of bars names."""

    shown: str
    plain: str
    unit: str | None
    operator: str | None = None
    is_too_long: bool = False


def typed(text: object, unit: object) -> Typed:
    raw = plains.typed(text).strip()
    unit = units.given(unit)
    if len(raw) > plains.LIMIT:
        return Typed(raw, raw[: plains.LIMIT], unit, is_too_long=True)
    shown = plains.shown(raw)
    if len(shown) > plains.LIMIT:  # a sign may stand for a word
        return Typed(raw, raw, unit, is_too_long=True)
    if "|" in shown:
        shown, unit, operator = plains.split(shown, unit, operators.sign_of)
        return Typed(shown, plains.squeezed(shown), unit, operator)
    return Typed(shown, plains.squeezed(shown), unit)


def not_a_measure(typed: Typed) -> tuple[str, Value, str | None] | None:
    """Kind, value and reason of what is no measure at all."""
    if not typed.shown:
        return "blank", None, None
    if words.NOT_APPLICABLE.fullmatch(typed.plain):
        return "not_applicable", None, None
    if words.is_hint(typed.shown):
        return "hint", typed.shown, "还是模板的提示文字，没有填写"
    if typed.is_too_long:
        return "text", typed.shown, TOO_LONG
    if typed.plain in ("一", "_一"):
        return "text", typed.shown, "“一”可能是横线，也可能是数字 1，请写明"
    if re.search(r"≠|<>|!=|不等于", typed.plain):
        return "text", typed.shown, "“不等于”不是可以考核的要求，请写 ≥、≤ 或 ="
    if typed.plain.endswith(("?", "？")):
        return "text", typed.shown, "写着问号，还没有确定，请核对"
    if words.NOT_YET.fullmatch(typed.plain):
        return "text", typed.shown, "还没有数据，请补填"
    return None


def kind_of(unit: str | None) -> str:
    return "rate" if units.is_rate(unit) else "number"


def assumed(found: Number) -> str | None:
    """What a reader of a number should know: words before it, or eight digits that may be a date."""
    plain = found.lead.strip(" :：、,，是为共约达(（")
    if plain:
        return f"数字前还有文字“{plain}”"
    if found.unit is None and _DAY_IN_DIGITS.fullmatch(f"{found.value:f}"):
        return "按数字读；如果是日期，请写成“2022年12月31日”的样子"
    return None


def behind(typed: Typed) -> Requirement | None:
    """An operator behind the number: 95%≤满意度 is ≥95%; 95%≥ alone does not say which it means."""
    found = re.fullmatch(
        r"(?P<number>[^<>=≥≤≦≧]*\d[^<>=≥≤≦≧]*)(?P<sign>[≥≧≤≦]|[<>]=?)(?P<name>[^\d<>=≥≤≦≧]{0,10})",
        typed.plain,
    )
    number = find_number(found["number"], typed.unit, bare=True) if found else None
    if not isinstance(number, Number):
        return None
    sign = operators.sign_of(found["sign"])
    turned = {">=": "<=", "<=": ">=", ">": "<", "<": ">"}[sign] if found["name"] else None
    reason = None if turned else f"“{found['sign']}”写在数字后面，分不清是至少还是至多，请写在数字前面"
    return Requirement(turned, number.value, number.unit, kind_of(number.unit), reason)
