"""Calculations written out: 30+30+29.99=89.97, （2219.83÷2227.70）×100%=99.65%. Both sides are computed, exactly."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from pipeline.money import round_half_up
from pipeline.narrative.amounts import shortened
from pipeline.narrative.document import Report, Spotted

_UNITS = r"(?:亿元|万元|元|个|人|家|项|次|分|户)?"
_NUMBER = rf"(?:\d{{1,3}}(?:,\d{{3}})+|\d+)(?:\.\d+)?%?{_UNITS}"
_SIGN = r"[+\-−—–×*xX÷/]"
_WRITTEN = re.compile(
    rf"(?P<left>（*{_NUMBER}(?:{_SIGN}（*{_NUMBER}）*)+(?:）*{_SIGN}（*{_NUMBER}）*)*)=(?P<right>{_NUMBER})(?![\d+\-×*÷/（])"
)
_TOKEN = re.compile(r"\d[\d,]*(?:\.\d+)?%?|[+\-×÷（）]")
_SAME = str.maketrans({"−": "-", "—": "-", "–": "-", "*": "×", "x": "×", "X": "×", "/": "÷"})
_SCALES = {"亿元": Fraction(10**8), "万元": Fraction(10**4), "元": Fraction(1)}


def judge(report: Report) -> Iterator[Spotted]:
    for sentence in report.sentences:
        for found in _WRITTEN.finditer(sentence.text):
            if re.search(r"[\d.]$", sentence.text[: found.start()]):
                continue
            left, right = value_of(found["left"]), value_of(found["right"])
            if left is None or right is None or not _is_one_unit(found[0]):
                continue
            digits = found["right"].partition(".")[2]
            decimals = len(re.match(r"\d*", digits)[0])
            shown = round_half_up(left * (100 if "%" in found["right"] else 1), decimals)
            stated = round_half_up(right * (100 if "%" in found["right"] else 1), decimals)
            if shown != stated:
                unit = re.sub(r"^[\d,.]+", "", found["right"])
                facts = {"written": found[0], "computed": f"{shown}{unit}", "piece": shortened(found[0])}
                yield Spotted("NA-010", sentence.place, facts, found["right"], facts["computed"])


def _is_one_unit(written: str) -> bool:
    return len(set(re.findall(r"亿元|万元|元", written))) <= 1


def value_of(written: str) -> Fraction | None:
    """The value of a calculation, units left aside; None where it cannot be computed.

    >>> value_of("30+30+29.99"), value_of("（2-1）×100%÷4")
    (Fraction(8999, 100), Fraction(1, 4))
    """
    tokens = _TOKEN.findall(re.sub(_UNITS.rstrip("?"), "", written).translate(_SAME))
    try:
        value, rest = _sum(tokens)
    except (IndexError, ValueError, ZeroDivisionError, RecursionError):
        return None
    return value if all(token == "）" for token in rest) else None


def _sum(tokens: list[str]) -> tuple[Fraction, list[str]]:
    value, tokens = _product(tokens)
    while tokens and tokens[0] in "+-":
        sign, (other, tokens) = tokens[0], _product(tokens[1:])
        value = value + other if sign == "+" else value - other
    return value, tokens


def _product(tokens: list[str]) -> tuple[Fraction, list[str]]:
    value, tokens = _atom(tokens)
    while tokens and tokens[0] in "×÷":
        sign, (other, tokens) = tokens[0], _atom(tokens[1:])
        value = value * other if sign == "×" else value / other
    return value, tokens


def _atom(tokens: list[str]) -> tuple[Fraction, list[str]]:
    if tokens[0] == "（":
        value, rest = _sum(tokens[1:])
        return value, rest[1:] if rest and rest[0] == "）" else rest
    number = tokens[0].replace(",", "")
    value = Fraction(number.rstrip("%"))
    return (value / 100 if number.endswith("%") else value), tokens[1:]
