"""The operator of a typed measure, in sign or word, before or behind the number: ``≥``, ``不少于``, ``…以上(含)``.

Used by ``pipeline.measure`` on squeezed text. Source: docs/domain.md §5.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_NOT = r"(?:不|未|没有?|勿|严禁|禁止)(?:得|应该?|应当|能够?|可以?|宜|允许|准|许|会|要)?"
_OR = r"(?:或者?|及|和|且|、)?"
#: operator -> how it is written before a number; the first to match wins
_PREFIXES = (
    (">=", rf"[≥≧⩾≽≩⪰≮]+=*|>=+|=+>|=[≥≧]|{_NOT}(?:小于|低于|少于|短于|差于|下于|早于)|(?:大于|高于|多于|超过){_OR}等于|至少|最低|最少|起码|下限"),
    ("<=", rf"[≤≦⩽≼≨⪯≯]+=*|<=+|=+<|=[≤≦]|{_NOT}(?:大于|高于|超过|多于|长于|超出?|突破|逾|晚于|迟于)|(?:小于|低于|少于){_OR}等于|至多|最多|最高|最大|最长|上限|最迟|最晚|封顶"),
    (">", r">+|大于|超过|高于|多于|优于|长于|晚于|迟于|突破"),
    ("<", r"<+|小于|低于|少于|短于|早于|不足|不到|不满|未达到?|没有达到|未满"),
    ("=", r"=+|等于"),
)  # fmt: skip
_AHEAD = r"(?=(?:[:：为是有在约]|达到?|完成){0,3}[-+±.\d百千零〇一二两三四五六七八九十几数])"
_PREFIX = re.compile(
    "|".join(f"(?P<{name}>(?:{pattern}){_AHEAD})" for name, (_, pattern) in zip("abcde", _PREFIXES, strict=True))
)  # fmt: skip
_SIGN = {operator: re.compile(pattern) for operator, pattern in _PREFIXES}
_OPERATOR = dict(zip("abcde", (operator for operator, _ in _PREFIXES), strict=True))
_IS_SIGN = re.compile(r"[<>=≥≧⩾≽≩⪰≮≤≦⩽≼≨⪯≯]")

#: verbs that set a bound by themselves, where no other word does
_WEAK = (
    (
        ">=",
        re.compile(r"(?:(?<![多高])达到?了?(?![标成])|(?:提高|提升|上升|增加|增长|增|升|扩大)(?:到|至|为))$"),
    ),
    ("<=", re.compile(r"(?:控制在|(?:降低|下降|减少|压减|压缩|压降|缩短|缩小|降|减)(?:到|至|为))$")),
)
#: behind the number; 内 counts only behind a time, an amount or a rate (10个国内奖项 sets no bound)
_SUFFIX = re.compile(
    r"(?P<before>.*?[\d一二三四五六七八九十百千两半余多].*?)"
    r"(?:\((?P<pre>不?含)[^)]*\)|(?P<pre2>不?含))?(?:及其?|或者?|和)?"
    r"(?P<word>以上|之上|以下|之下|以内|之内|范围之?内|以里|(?<=[天日周月年时钟秒%‰元万亿\d次人个])内(?![部容外])|\+$|为?封顶$|为?上限$|为?下限$|起步$)"
    r"(?:[(,]?(?P<post>不?含)[^)]*\)?)?(?P<tail>[^\d]{0,16})$"
)
_SUFFIX_OPERATOR = {"以上": ">=", "之上": ">=", "+": ">=", "下限": ">=", "为下限": ">=", "起步": ">="}
_BRACKET = re.compile(r"[(,](?P<word>不?含)[^)]*\)?$")
_STRICT, _LOOSE = {">=": ">", "<=": "<"}, {">": ">=", "<": "<="}
#: digits that are part of a name or say which year, before an operator: PM2.5≤35, 2022年满意度≥95%
NAMES = re.compile(r"[A-Za-z]+-?\d+(?:\.\d+)?|(?:19|20)\d\d年度?(?![底末初终内前\d])")


@dataclass(frozen=True, slots=True)
class Stated:
    """``operator`` or None; ``lead``: the words before it; ``rest``: the number's part; ``sign``: as typed;
    ``problem``: a sentence where the words contradict one another."""

    operator: str | None
    lead: str
    rest: str
    sign: str = ""
    problem: str | None = None
    is_tail_dropped: bool = False


def sign_of(text: str) -> str | None:
    """The operator a part of a row of bars stands for: ``═`` -> ``=``."""
    return next((operator for operator, pattern in _SIGN.items() if pattern.fullmatch(text)), None)


def is_sign(text: str) -> bool:
    """Whether an operator is written as a sign and not in words."""
    return bool(_IS_SIGN.match(text))


def prefixes(text: str) -> list[tuple[int, int, str]]:
    """Every operator that stands before a number: (start, end, operator)."""
    return [(found.start(), found.end(), _OPERATOR[found.lastgroup]) for found in _PREFIX.finditer(text)]


def operator_of(text: str) -> Stated:
    """The operator of a text with one number, and the text without it.

    >>> operator_of("满意度不低于95%"), operator_of("24小时内办结").operator, operator_of("≥95%以下").problem
    (Stated(operator='>=', lead='满意度', rest='95%', sign='不低于', problem=None, is_tail_dropped=False), '<=', '“≥”与“以下”互相矛盾')
    """
    start, end, operator = next(
        (each for each in prefixes(text) if not re.search(r"\d", NAMES.sub("", text[: each[0]]))),
        (0, 0, None),
    )
    lead, sign, rest = text[:start], text[start:end], text[end:]
    bracket = _BRACKET.search(rest) if operator else None
    if bracket and not re.search(r"以[上下内]$", rest[: bracket.start()]):
        rest = rest[: bracket.start()]
        operator = (_LOOSE if bracket["word"] == "含" else _STRICT).get(operator, operator)
    suffix = _SUFFIX.fullmatch(rest)
    if not suffix:
        return Stated(operator, lead, rest, sign)
    behind = _SUFFIX_OPERATOR.get(suffix["word"], "<=")
    if "不含" in (suffix["pre"], suffix["pre2"], suffix["post"]):
        behind = _STRICT[behind]
    is_tail_dropped = bool(suffix["tail"])
    if operator in (None, "="):
        return Stated(behind, lead, suffix["before"], suffix["word"], is_tail_dropped=is_tail_dropped)
    if operator[0] != behind[0]:
        return Stated(None, lead, suffix["before"], sign, f"“{sign}”与“{suffix['word']}”互相矛盾")
    return Stated(operator, lead, suffix["before"], sign, is_tail_dropped=is_tail_dropped)


def weak_operator(lead: str) -> str | None:
    """What a verb right before the number says, where nothing else does: 达到95% asks for at least that."""
    return next((operator for operator, pattern in _WEAK if pattern.search(lead)), None)
