"""Targets and actuals as officers type them: ``≥95%``, ``12月底前``, ``90余次`` -> Requirement or Actual; comparing them.

Nothing typed is an error here: a text that is no single measure is ``kind="text"`` and says why. The value stays as
written (95 for ``≥95%``); only :func:`compare` converts units, exactly. Source: docs/domain.md §4 and §5.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from decimal import Decimal
from fractions import Fraction

from pipeline import measure_words as words
from pipeline import units
from pipeline.measure_compare import compare
from pipeline.measure_nouns import Actual, Comparison, Requirement, Value
from pipeline.measure_number import find_number

__all__ = ["Actual", "Comparison", "Requirement", "compare", "parse_actual", "parse_requirement"]

#: spellings of the operators before a number, longest first; signs after NFKC
_PREFIXES = (
    (">=", r">\s*=+|=\s*>|[≥≧⩾≽≩]\s*=?|〉=|大于(?:或|、)?等于|不(?:得|应该?|能|可|宜)?(?:小于|低于|少于|短于)|至少|最低|最少|(?:达到?|完成|保持在?|稳定在?)?(?:不低于|不少于)|不下于"),
    ("<=", r"<\s*=+|=\s*<|[≤≦⩽≼≨]\s*=?|〈=|小于(?:或|、)?等于|不(?:得|应该?|能|可|宜)?(?:大于|高于|超过|多于|长于|超出?)|至多|最多|最高|上限|不(?:得|应该?|能|可|宜)?(?:晚于|迟于)"),
    (">", r"[>〉›]|大于|超过|高于|多于|优于"),
    ("<", r"[<〈‹]|小于|低于|少于|未超过|早于"),
    ("=", r"=+|[═﹦]+|等于"),
)  # fmt: skip
_PREFIX = {name: re.compile(pattern) for name, pattern in _PREFIXES}
_VERBS = re.compile(
    r"^(?:力争|确保|预计|计划|累计|共计?|合计|全年|实际|已|达到?(?![标成])|完成率?|实现|控制在?|保持在?|维持在?|稳定在?|提高到|提高至|降低到|降至|降到|为|是|[::])+"
)
_SUFFIXES = (
    (">", re.compile(r"以上\(?不含[^)]*\)?$|\(不含[^)]*\)以上$")),
    (">=", re.compile(r"(?:及|或)?以上(?:\(含[^)]*\))?$|\(含\)以上$|\+$")),
    ("<", re.compile(r"(?:以下|以内)\(?不含[^)]*\)?$|\(不含[^)]*\)(?:以下|以内)$")),
    ("<=", re.compile(r"(?:及|或)?(?:以下|以内|之内|范围内|内)(?:\(含[^)]*\))?$")),
)
_BETWEEN = re.compile(r"^(?:介于|在)?(.+?)(?:[-~—–至到]+|与|和)(.+?)(?:之间|\(含\))?$")
_STARTS_WITH_SIGN = re.compile(r"[<>=≥≧⩾≽≩≤≦⩽≼≨〉〈›‹═﹦]")
#: what is written another way before anything is read, in order
_REWRITTEN = (
    (re.compile(r"km2", re.I), "平方公里"),
    (re.compile(r"(?<![A-Za-z])m2", re.I), "平方米"),
    (re.compile(r"(?<![A-Za-z])m3", re.I), "立方米"),
    (re.compile(r"(?<=\d) (?=\d{3}(?!\d))"), ""),  # 5 000
    (re.compile(r"(?:[¥￥]|RMB|人民币)\s*(\d[\d,.]*)$", re.I), r"\1元"),
    (re.compile(r"(?:[¥￥]|RMB|人民币)\s*(?=\d)", re.I), ""),
    (re.compile(r"\(其中[^)]*\)$"), ""),
    (re.compile(r"百分百|百分之百"), "100%"),
    (re.compile(r"(?<=[%‰])(?:完成|达成|达标|到位|合格|全?覆盖)$"), ""),
    (re.compile(r"^指标\d+\s*[:：](?=.*\d)"), ""),  # the template's label left before what was typed
    (re.compile(r"^负(?=\d)"), "-"),
    (re.compile(r"(?<=\d年)年(?=[底末内终])"), ""),  # 2022年年底
)
#: two bounds of one number: 大于95%小于100%, ≥90%且≤95%, 90%≤X≤95%
_TWO_BOUNDS = re.compile(
    r"(?P<low>.*?[\d%‰].*?)\s*(?:且|,|并且|、|和)?\s*(?P<high>(?:[<≤≦]|小于|低于|不超过|不高于|不大于).*)"
)
_VARIABLE = re.compile(
    r"^(?P<low>[\d.,]+\s*[%‰]?)\s*(?P<sign><=?|[≤≦])\s*[A-Za-z\u4e00-\u9fff]{1,8}?\s*(?P<high>(?:<=?|[≤≦]).*)$"
)
_SIGNS = str.maketrans(
    {
        "﹥": ">",
        "﹤": "<",
        "＞": ">",
        "＜": "<",
        "＝": "=",
        "％": "%",
        "〜": "~",
        "∼": "~",
        "－": "-",
        "−": "-",
        "﹣": "-",
        "\u2002": " ",
    }
)


def parse_requirement(text: object, unit: str | None = None) -> Requirement:
    """A target as typed -> Requirement. ``unit``: of the 计量单位 column, used where the text has none; never raises.

    >>> parse_requirement("≥95%")
    Requirement(operator='>=', value=Decimal('95'), unit='%', kind='rate', reason=None)
    >>> parse_requirement("12月底前").value, parse_requirement("不少于12 种").unit, parse_requirement("95%以上").operator
    ((None, 12), '种', '>=')
    """
    plain, unit, operator = _plain(text, unit)
    if (known := _not_a_measure(plain)) is not None:
        kind, value, reason = known
        return Requirement(operator, value, None, kind, reason)
    if (pair := _two_bounds(plain, unit)) is not None:
        return pair
    stated, rest = _operator_of(plain)
    operator = operator or stated
    if (dated := _date_requirement(rest if stated else plain, operator)) is not None:
        return dated
    if operator is None and (pair := _between(rest, unit)) is not None:
        return pair
    found = find_number(_VERBS.sub("", rest), unit)
    if found is None or isinstance(found, str):
        if (graded := words.grade(rest)) is not None:
            reason = "写的是评定档次，不是目标，需人工评定" if words.is_scale(graded) else None
            return Requirement(None, graded, None, "grade", reason)
        return Requirement(None, plain, None, "text", found or "定性的文字，需人工评定")
    if operator is None and re.match(r"达到?(?![标成])", rest):
        operator = ">="
    reason = found.reason
    if units.is_rate(found.unit) and found.value > 100 and found.unit == "%" and operator is None:
        reason = f"百分比目标 {found.value}% 大于 100%，可能是“≥”误作数字，请核对"
    kind = "rate" if units.is_rate(found.unit) else "number"
    if found.bound and operator is None:
        operator, reason = (
            (">", reason) if re.match(r"[逾超]", rest) else (None, reason or "目标是约数，请写明 ≥ 或 ≤")
        )
    return Requirement(operator, found.value, found.unit, kind, reason)


def parse_actual(text: object, unit: str | None = None) -> Actual:
    """A result as typed -> Actual; an operator repeated from the target is reported in ``reason``; never raises.

    >>> parse_actual("340 余篇")
    Actual(value=Decimal('340'), unit='篇', kind='number', approximate=True, reason=None)
    >>> parse_actual("200万", "元").unit, parse_actual("36批200多人次").kind, parse_actual("0").value
    ('万元', 'text', Decimal('0'))
    """
    plain, unit, repeated = _plain(text, unit)
    if (known := _not_a_measure(plain)) is not None:
        kind, value, reason = known
        return Actual(value, None, kind, reason=reason)
    if plain in ("零", "〇"):
        return Actual(Decimal(0), unit, "rate" if units.is_rate(unit) else "number")
    stated, rest = _operator_of(plain)
    if stated == ">" and not _STARTS_WITH_SIGN.match(plain):
        stated, rest = None, plain  # 超过、逾: a result a little above, not an operator repeated
    repeated = repeated or stated
    note = f"完成值重复了目标的“{repeated}”，应填实际数" if repeated and repeated != "=" else None
    if note and not _STARTS_WITH_SIGN.match(plain) and "|" not in str(text):
        note = f"完成值写成了范围（{plain}），应填实际数"
    if words.date_range(rest) or (hit := words.date_in(rest)) is not None:
        day = words.date_range(rest)[1] if words.date_range(rest) else hit[0]
        if words.date_range(rest) or _only_date(rest, hit):
            return Actual(day, None, "date", reason=note)
    found = find_number(_VERBS.sub("", rest), unit)
    if found is None or isinstance(found, str):
        if (graded := words.grade(rest)) is not None:
            return Actual(
                graded, None, "grade", reason="写的是评定档次，不是结果" if words.is_scale(graded) else None
            )
        return Actual(plain, None, "text", reason=found or "不是数字，也不是日期")
    kind = "rate" if units.is_rate(found.unit) else "number"
    return Actual(found.value, found.unit, kind, bool(found.bound), note or found.reason, found.bound)


def _plain(text: object, unit: str | None) -> tuple[str, str | None, str | None]:
    """Text with plain signs, the unit to fall back on, and an operator the platform's ``≧|735|人次`` names."""
    unit = units.spelling(str(unit)) or None if unit is not None else None
    if text is None:
        return "", unit, None
    if isinstance(text, bool):
        return ("是" if text else "否"), unit, None
    if isinstance(text, float):
        text = (
            "" if text != text else f"{Decimal('%.15g' % text):f}" if abs(text) != float("inf") else str(text)
        )
    if isinstance(text, Fraction):
        text = f"{Decimal(text.numerator) / Decimal(text.denominator):f}"
    if isinstance(text, datetime.datetime):
        text = text.date()
    raw = f"{text:f}" if isinstance(text, Decimal) and text.is_finite() else str(text)
    plain = unicodedata.normalize("NFKC", raw.translate(_SIGNS)).translate(_SIGNS)
    plain = re.sub(r"[\u200b-\u200f\ufeff\x00-\x1f\x7f]", " ", plain)
    plain = re.sub(r"^[★☆*▲△◆●\s]+|[\s;。；,，、]+$", "", plain).strip()
    for sign, word in _REWRITTEN:
        plain = sign.sub(word, plain)
    if "|" in plain:
        return _split(plain, unit)
    return plain, unit, None


def _split(plain: str, unit: str | None) -> tuple[str, str | None, str | None]:
    parts = [part.strip() for part in plain.split("|")]
    operator, rest = None, []
    for part in parts:
        sign = next((name for name, pattern in _PREFIX.items() if pattern.fullmatch(part)), None)
        if sign and operator is None:
            operator = sign
        elif part and part not in ("定性", "定量"):
            rest.append(part)
    numbers = [part for part in rest if re.match(r"[-+]?[\d.,]+", part)]
    others = [part for part in rest if part not in numbers]
    if len(numbers) == 1 and len(others) <= 1:
        unit = units.spelling(others[0]) if others else unit
        return numbers[0], unit or None, operator
    return " ".join(rest) if "好坏" not in rest else "好坏", unit, operator


def _not_a_measure(plain: str) -> tuple[str, Value, str | None] | None:
    if not plain:
        return "blank", None, None
    if words.NOT_APPLICABLE.fullmatch(plain):
        return "not_applicable", None, None
    if plain in ("一", "_一"):
        return "text", plain, "“一”可能是横线，也可能是数字 1，请写明"
    if words.is_hint(plain):
        return "hint", plain, "还是模板的提示文字，没有填写"
    return None


def _operator_of(plain: str) -> tuple[str | None, str]:
    """The operator before, after or among the words, and the rest without it."""
    for name, pattern in _PREFIX.items():
        for candidate in (plain, _VERBS.sub("", plain)):
            if found := pattern.match(candidate):
                return name, _without_suffix(candidate[found.end() :])
    for name, pattern in _SUFFIXES:
        rest = pattern.sub("", plain).strip()
        if rest != plain and re.search(r"[\d一二三四五六七八九十百千两]", rest):
            return name, rest
    inside = [(found, name) for name, pattern in _PREFIX.items() if (found := pattern.search(plain))]
    if inside and re.search(r"\d", plain):
        found, name = min(inside, key=lambda pair: (pair[0].start(), -len(pair[0][0])))
        if not re.search(r"\d", plain[: found.start()]):
            return name, _without_suffix(plain[found.end() :])
    return None, plain


def _without_suffix(text: str) -> str:
    for _, suffix in _SUFFIXES:
        text = suffix.sub("", text.strip())
    return text.strip()


def _date_requirement(text: str, operator: str | None) -> Requirement | None:
    if (pair := words.date_range(text)) is not None and re.fullmatch(r".*月(份|底|末)?(.{0,4})", text):
        return Requirement("between", pair, None, "date")
    hit = words.date_in(text)
    if hit is None:
        return None
    day, _, end, fine = hit
    if not _only_date(text, hit):
        return None
    tail = text[end:]
    if operator is None:
        if re.match(r"\s*(前|之前|以前)", tail):
            operator = "<=" if fine == "day" or re.search(r"[底末内终]$", text[:end]) else "<"
        elif re.match(r"\s*[底末内]|.*(完成|到位|前|以内|止|完工|竣工|交付)", tail) or re.search(
            r"[底末内终]$", text[:end]
        ):
            operator = "<="
    return Requirement(operator, day, None, "date")


def _only_date(text: str, hit: tuple) -> bool:
    """Whether a text speaks of the date and of no number besides, in few words."""
    rest = text[: hit[1]] + text[hit[2] :]
    return not re.search(r"\d", rest) and len(rest) <= 16


def _two_bounds(plain: str, unit: str | None) -> Requirement | None:
    """``≥90%且≤95%`` -> between; the ends themselves are told apart only in the reason."""
    found = _VARIABLE.match(plain)
    low_text = f">={found['low']}" if found else None
    if not found:
        found = _TWO_BOUNDS.fullmatch(plain)
        low_text = found["low"] if found else None
    if low_text is None:
        return None
    (low_sign, low_rest), (high_sign, high_rest) = _operator_of(low_text), _operator_of(found["high"])
    if low_sign not in (">", ">=") or high_sign not in ("<", "<="):
        return None
    low, high = find_number(low_rest, None), find_number(high_rest, unit)
    if not hasattr(low, "value") or not hasattr(high, "value") or low.value > high.value:
        return None
    if low.unit not in (None, high.unit):
        return None
    strict = low_sign == ">" or high_sign == "<" or (found.re is _VARIABLE and found["sign"] == "<")
    kind = "rate" if units.is_rate(high.unit) else "number"
    reason = "区间的端点按包含计" if strict else None
    return Requirement("between", (low.value, high.value), high.unit, kind, reason)


def _between(text: str, unit: str | None) -> Requirement | None:
    found = _BETWEEN.match(_VERBS.sub("", text))
    if not found:
        return None
    low, high = find_number(found[1], None, bare=True), find_number(found[2], unit)
    if low is None or isinstance(low, str) or high is None or isinstance(high, str):
        return None
    if low.unit not in (None, high.unit) or low.value > high.value:
        return None
    kind = "rate" if units.is_rate(high.unit) else "number"
    return Requirement("between", (low.value, high.value), high.unit, kind)
