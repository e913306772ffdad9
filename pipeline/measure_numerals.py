"""Numbers spelled in Chinese or half in Chinese: 十二, 两千三百, 百分之九十五, 九成五, 近百, 1万2千, 2亿3000万.

Used by ``pipeline.measure_number``: each reader gives digits with their 万/亿 as they would be typed, so that 十二万元
is read as ``12万元`` is. Source: docs/domain.md §5.
"""

from __future__ import annotations

import re
from decimal import Decimal

_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_PLACES = {"十": 10, "百": 100, "千": 1000}
_SIGNS = "零〇一二两三四五六七八九十百千"
NUMERAL = rf"[{_SIGNS}]+(?:点[零〇一二三四五六七八九]+)?"
_NUMERAL = re.compile(NUMERAL)
_WHOLE = re.compile(rf"(?P<number>{NUMERAL})(?P<more>[余多来几])?(?P<times>[万亿])?(?P<rest>.*)")
_MYRIADS = re.compile(
    rf"(?P<high>[{_SIGNS}]+)(?P<times>[万亿])(?P<low>[{_SIGNS}]*[十百千](?:[一二三四五六七八九])?)(?P<low_times>万?)(?P<rest>\D*)"
)
_MIXED = re.compile(
    r"(?P<high>\d+(?:\.\d+)?)(?P<times>[万亿])(?P<low>\d+(?:\.\d+)?)(?P<low_times>[千百十]?万|[千百]?)(?P<rest>\D*)"
)
_TENTHS = re.compile(r"(?P<tenths>[一二三四五六七八九]|\d)成(?P<half>[一二三四五六七八九半\d])?")
PER = {"百": "%", "千": "‰", "万": "‱"}
_RATE = re.compile(rf"(?P<of>[百千万])分之(?P<number>{NUMERAL}|\d+(?:\.\d+)?)")
#: 几 and 数 before a place say no number at all
VAGUE = re.compile(r"(?:几|数|好几|若干)[十百千万亿]*(?![\d])")
_ABOUT_TWO = re.compile(r"^(?:一两|两三|二三|三四|三五|四五|五六|六七|七八|八九)[十百千万]*[^\d十百千万点]")


def integer(text: str) -> Decimal:
    """``一百二十`` -> 120, ``二〇二二`` -> 2022, ``九十五点五`` -> 95.5, ``一万五千`` has a reader of its own.

    >>> integer("十二"), integer("两千三百零五"), integer("九十五点五")
    (Decimal('12'), Decimal('2305'), Decimal('95.5'))
    """
    whole, _, decimals = text.partition("点")
    if not any(sign in _PLACES for sign in whole):
        value = Decimal("".join(str(_DIGITS[sign]) for sign in whole))
    else:
        total, digit = 0, None
        for sign in whole:
            if sign in _PLACES:
                total += (1 if digit is None else digit) * _PLACES[sign]
                digit = None
            else:
                digit = _DIGITS[sign] or None
        value = Decimal(total + (digit or 0))
    return value if not decimals else Decimal(f"{value}.{''.join(str(_DIGITS[sign]) for sign in decimals)}")


def is_vague(text: str) -> bool:
    """Whether a text counts without a number: 数十, 几百, 若干, 两三个."""
    return bool(VAGUE.match(text) or _ABOUT_TWO.match(text))


def in_digits(text: str) -> str | None:
    """A text that begins with a Chinese or mixed number, with that number in digits; None where it begins otherwise.

    >>> in_digits("百分之九十五"), in_digits("九成五"), in_digits("十二万元"), in_digits("百余人"), in_digits("1万2千元")
    ('95%', '95%', '12万元', '100余人', '12000元')
    """
    if rate := _RATE.fullmatch(text):
        number = rate["number"]
        return f"{number if number[0].isdigit() else integer(number)}{PER[rate['of']]}"
    if tenths := _TENTHS.fullmatch(text):
        half = {"半": 5, None: 0}.get(tenths["half"])
        return f"{_digit(tenths['tenths']) * 10 + (_digit(tenths['half']) if half is None else half)}%"
    if mixed := _MIXED.fullmatch(text):
        return _mixed(mixed)
    if myriads := _MYRIADS.fullmatch(text):
        high, low = integer(myriads["high"]), integer(myriads["low"])
        return _joined(high, myriads["times"], low, myriads["low_times"], myriads["rest"])
    if re.match(r"十几", text):
        return f"10余{text[2:]}"
    found = _WHOLE.fullmatch(text)
    if not found:
        return None
    return f"{integer(found['number'])}{found['more'] or ''}{found['times'] or ''}{found['rest']}"


def _digit(text: str) -> int:
    return int(text) if text.isdigit() else _DIGITS[text]


def _mixed(found: re.Match) -> str | None:
    """``2亿3000万元`` -> 23000万元, ``1亿5千万元`` -> 15000万元; 3万5 is not read: 35000 or 30005."""
    places, myriad = found["low_times"].removesuffix("万"), found["low_times"].endswith("万")
    low = Decimal(found["low"]) * _PLACES.get(places, 1)
    if not found["low_times"] and len(found["low"].partition(".")[0]) < 4:
        return None
    return _joined(Decimal(found["high"]), found["times"], low, "万" if myriad else "", found["rest"])


def _joined(high: Decimal, times: str, low: Decimal, low_times: str, rest: str) -> str | None:
    if rest.startswith(("万", "亿")) or low_times == times or high.adjusted() > 12:
        return None
    if low_times:
        return f"{(high * 10**4 + low).normalize():f}万{rest}"
    return f"{(high * (10**4 if times == '万' else 10**8) + low).normalize():f}{rest}"
