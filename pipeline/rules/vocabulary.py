"""What a rubric may say: measures, formulas, settings and the types of their parameters, from vocabulary.yaml.

Used by ``parse``. The functions themselves stand in ``pipeline.compute``; a test holds the two together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

from pipeline.model_rubric import Band
from pipeline.money import NotANumber, parse_number
from pipeline.rules.bands import read_bands
from pipeline.rules.lines import read_yaml

FILE = Path(__file__).with_name("vocabulary.yaml")


PROJECT_RUBRIC = r"(\d{6})/project(?:/([a-z][a-z0-9_]*))?"


class Wrong(ValueError):
    """A value that is not of its type; str() is a Chinese clause: what it should be."""


@cache
def vocabulary() -> Mapping[str, Mapping]:
    """measures, formulas and settings as vocabulary.yaml gives them."""
    return read_yaml(FILE, "pipeline/rules/vocabulary.yaml")


def typed(kind: object, value: object) -> object:
    """A YAML value as the type of its parameter; a list of choices allows one of them. Raises Wrong."""
    if isinstance(kind, list):
        if value not in kind:
            raise Wrong(f"应是 {'、'.join(str(choice) for choice in kind)} 之一")
        return value
    optional, _, base = str(kind).rpartition("optional_")
    if optional == "" and str(kind).startswith("optional_") and value is None:
        return None
    return _TYPES[base](value)


def number(value: object) -> Fraction:
    """A number or a percentage (``90%``). Raises Wrong."""
    if isinstance(value, str) and value.strip().endswith("%"):
        try:
            return parse_number(value)[0]
        except NotANumber:
            raise Wrong("应是数字或百分数（如 0.9、90%）") from None
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise Wrong("应是数字或百分数（如 0.9、90%）")
    return Fraction(value)


def _ratio(value: object) -> Fraction:
    ratio = number(value)
    if not 0 <= ratio <= 10:
        raise Wrong("应是 0% 到 1000% 之间的比例")
    return ratio


def _positive(value: object) -> Fraction:
    amount = number(value)
    if amount <= 0:
        raise Wrong("应大于 0")
    return amount


def _points(value: object) -> Fraction:
    points = number(value)
    if points < 0:
        raise Wrong("应不小于 0")
    return points


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise Wrong("应是不小于 0 的整数")
    return value


def _month(value: object) -> int:
    month = _count(value)
    if not 1 <= month <= 12:
        raise Wrong("应是 1 到 12 的月份")
    return month


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Wrong("应是文字")
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise Wrong("应是一列文字，至少一个")
    return tuple(_text(one) for one in value)


def _project_rubric(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(PROJECT_RUBRIC, value):
        raise Wrong(
            "应写成 000000/project 或 000000/project/with_cost 的样子（区划代码/project，另有并存规则的再加 /variant）"
        )
    return value


def _yes_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise Wrong("应是 true 或 false")
    return value


def _periods(value: object) -> tuple[int, ...]:
    if value == "every_month":
        return tuple(range(1, 13))
    if value == "quarter_ends":
        return (3, 6, 9, 12)
    if not isinstance(value, list) or not value:
        raise Wrong("应是 every_month、quarter_ends 或一列月份")
    months = tuple(_month(month) for month in value)
    if list(months) != sorted(set(months)):
        raise Wrong("月份应从小到大、不重复")
    return months


def _schedule(value: object) -> str | Mapping[int, Fraction]:
    """``linear`` or month -> cumulative share; shares above 0, not falling."""
    if value == "linear":
        return "linear"
    if not isinstance(value, dict) or not value:
        raise Wrong("应是 linear，或“月份: 应达到的百分比”")
    schedule = {}
    for key, share in value.items():
        if not key.isdigit() or not 1 <= int(key) <= 12:
            raise Wrong("月份应是 1 到 12")
        schedule[int(key)] = _positive(share)
    if list(schedule) != sorted(schedule) or list(schedule.values()) != sorted(schedule.values()):
        raise Wrong("月份应从小到大，应达到的百分比不能下降")
    return schedule


def _point_bands(value: object) -> tuple[Band, ...]:
    return _bands(value, "points")


def _graded_bands(value: object) -> tuple[Band, ...]:
    return _bands(value, "grade")


def _light_bands(value: object) -> tuple[Band, ...]:
    return _bands(value, "light")


def _bands(value: object, key: str) -> tuple[Band, ...]:
    try:
        return read_bands(value, key, number)
    except ValueError as wrong:
        raise Wrong(str(wrong)) from None


_TYPES: Mapping[str, Callable[[object], object]] = {
    "number": number,
    "ratio": _ratio,
    "positive": _positive,
    "points": _points,
    "count": _count,
    "month": _month,
    "text": _text,
    "texts": _texts,
    "project_rubric": _project_rubric,
    "yes_no": _yes_no,
    "periods": _periods,
    "schedule": _schedule,
    "bands": _point_bands,
    "graded_bands": _graded_bands,
    "light_bands": _light_bands,
}
