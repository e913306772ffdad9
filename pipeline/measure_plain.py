"""What was typed, brought to plain signs: one width, one spelling of signs and digits, no ornaments, no stray blanks.

Used by ``pipeline.measure`` before anything is read. Rules stand in tables and are applied in order, each to the
result of the one before. Source: docs/domain.md §5.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from decimal import Decimal
from fractions import Fraction

from pipeline import units

#: a longer text is a paragraph, not a measure; it is not read any further, so that reading takes bounded time
LIMIT = 100

#: before NFKC, which would make 1 of ①, 5²=52 of 5² and 11/2 of 1½
_BEFORE = (
    (re.compile(r"^\s*[①-⒛❶-❿]\s*(?=\S)"), ""),
    (re.compile(r"(?<=\d)[²³¹⁰⁴-⁹]"), "^"),
    (re.compile(r"(?<=\d)½"), ".5"), (re.compile(r"½"), "0.5"),
    (re.compile(r"(?<=\d)¼"), ".25"), (re.compile(r"¼"), "0.25"),
    (re.compile(r"(?<=\d)¾"), ".75"), (re.compile(r"¾"), "0.75"),
)  # fmt: skip
_SIGNS = str.maketrans(
    {"﹥": ">", "﹤": "<", "＞": ">", "＜": "<", "＝": "=", "═": "=", "﹦": "=", "％": "%", "﹪": "%", "〜": "~", "∼": "~", "～": "~",
     "－": "-", "−": "-", "﹣": "-", "‐": "-", "‑": "-", "│": "|", "丨": "|", "∶": ":"}
)  # fmt: skip
_CONTROL = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202f\u2060\ufeff]+")
_ORNAMENT = re.compile(r"^[★☆*▲△◆◇●○■□▪•·※\s]+(?=[^★☆*▲△◆◇●○■□▪•·※\s])|[\s;。；,，、.!！]+$")
_QUOTES = re.compile(r"^[\"“”‘’'「『]+|[\"“”‘’'」』]+$")
_GROUPED = re.compile(r"(?<![\d.])\d{1,3}(?: \d{3})+(?!\d)")
#: spaces are dropped but between two digits (3 5 is not 35) and between two letters
_SPACES = re.compile(r"(?<![\dA-Za-z]) +| +(?![\dA-Za-z])|(?<=\d) +(?=[A-Za-z])|(?<=[A-Za-z]) +(?=\d)")

#: what is written another way, after the signs are plain and the spaces gone
_REWRITTEN = (
    (re.compile(r"&(ge|le|gt|lt|nbsp);"), lambda found: {"ge": "≥", "le": "≤", "gt": ">", "lt": "<"}.get(found[1], "")),
    (re.compile(r"[〉›》](?=[=\d])"), ">"), (re.compile(r"[〈‹《](?=[=\d])"), "<"),
    (re.compile(r"km2", re.I), "平方公里"),
    (re.compile(r"(?<![A-Za-z])m2", re.I), "平方米"), (re.compile(r"(?<![A-Za-z])m3", re.I), "立方米"),
    (re.compile(r"(?:[¥￥]|RMB|人民币)(\d[\d,.]*)$", re.I), r"\1元"),
    (re.compile(r"(?:[¥￥]|RMB|人民币)(?=\d)", re.I), ""),
    (re.compile(r"\$(\d[\d,.]*)$"), r"\1美元"),
    (re.compile(r"(?<=[人场户批台头例])\((次)\)"), r"\1"),
    (re.compile(r"\(其中[^)]*\)$|(?<=[^\d(]),其中[^,]*$"), ""),
    (re.compile(r"[“”\"](\d[\d.,]*)[“”\"]"), r"\1"),
    (re.compile(r"约等于"), "约"),
    (re.compile(r"^(.*\d.*?)([↑↓])$"), r"\2\1"),
    (re.compile(r"(?<=\d)\((%|‰|百分比)\)"), r"\1"),
    (re.compile(r"百分百|百分之百|百分之一百"), "100%"),
    (re.compile(r"^\(?指标\d{1,2}\)?[:：](?=.*\d)"), ""),  # the template's label left before what was typed
    (re.compile(r"^(?:\d{1,2}[.、)]|\(\d{1,2}\))(?=[<>=≥≤不至完达控])"), ""),  # 1.≥95%
    (re.compile(r"(?<![\d一-龥])负(?=\d|百分之)|^负(?=\d)"), "-"),
    (re.compile(r"(?<=\d年)年(?=[底末内终])"), ""),  # 2022年年底
    (re.compile(r"(?:与|比|较|同)(?:19|20)\d\d年度?(?:同期|相比|水平)*"), ""),
    (re.compile(r"^(?:年均)?每([人户亩村校生所家])(?:每([年月日天]))?(?![人户亩村校生所家])([^/]*\d[^/]*元)(.*)$"),
     lambda found: f"{found[3]}/{found[1]}" + (f"·{found[2]}" if found[2] else "") + found[4]),
    (re.compile(r"^\(([^()]*)\)$|^【([^【】,，]*)】$|^\[([^\[\],]*)\]$"), lambda found: found[1] or found[2] or found[3] or ""),
)  # fmt: skip


def typed(value: object) -> str:
    """A cell's value as the text a person sees; blank for None and NaN.

    >>> typed(0.1 + 0.2), typed(None), typed(True), typed(Fraction(1, 2))
    ('0.3', '', '是', '0.5')
    """
    if value is None or value != value:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return f"{Decimal('%.15g' % value):f}" if abs(value) != float("inf") else str(value)
    if isinstance(value, Fraction):
        return f"{Decimal(value.numerator) / Decimal(value.denominator):f}"
    if isinstance(value, Decimal) and value.is_finite():
        return f"{value:f}"
    if isinstance(value, datetime.datetime):
        return str(value.date())
    return str(value)


def shown(text: str) -> str:
    """The text in plain signs, its words kept apart as typed: what a text is quoted as.

    >>> shown(" ★≥９５％；"), shown("①≥95%")
    ('≥95%', '≥95%')
    """
    for pattern, instead in _BEFORE:
        text = pattern.sub(instead, text)
    text = unicodedata.normalize("NFKC", text.translate(_SIGNS)).translate(_SIGNS)
    text = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)
    text = _CONTROL.sub(" ", text).strip()
    for _ in range(2):
        text = _QUOTES.sub("", _ORNAMENT.sub("", text)).strip() or text
    return text


def squeezed(text: str) -> str:
    """The same without spaces and in one way of writing: what is read.

    >>> squeezed("不少于 1 600 ㎡"), squeezed("≥ 95. 5 %"), squeezed("3 5"), squeezed("￥5000")
    ('不少于1600㎡', '≥95.5%', '3 5', '5000元')
    """
    text = re.sub(r"(?<=\d) *([.,]) *(?=\d)", r"\1", text)
    text = _GROUPED.sub(lambda found: found[0].replace(" ", ""), text)
    text = _SPACES.sub("", text)
    for pattern, instead in _REWRITTEN:
        text = pattern.sub(instead, text)
    return text.strip()


def split(text: str, unit: str | None, sign_of) -> tuple[str, str | None, str | None]:
    """The platform's ``≧|735|人次``, parts in any order -> (text, unit, operator). ``sign_of``: operator of a sign."""
    operator, rest = None, []
    for part in (part.strip() for part in text.split("|")):
        sign = sign_of(part)
        if sign and operator is None:
            operator = sign
        elif part and part not in ("定性", "定量"):
            rest.append(part)
    numbers = [part for part in rest if re.match(r"[-+]?[\d.,]+", part)]
    others = [part for part in rest if part not in numbers]
    if len(numbers) == 1 and len(others) <= 1:
        own = units.spelling(others[0]) if others else ""
        return numbers[0], own or unit, operator
    return " ".join(rest) if "好坏" not in rest else "好坏", unit, operator
