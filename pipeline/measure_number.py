"""The one number with its unit in a typed measure: ``1,600元/亩``, ``20多万元``, ``百分之九十五``, ``逾20多万人次``.

Used by ``pipeline.measure`` on squeezed text without operators. What is no single number gets a sentence that says
why. Source: docs/domain.md §5.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from pipeline import measure_numerals as numerals
from pipeline import units

#: how an approximate number lies to the one printed
ABOVE, BELOW, ABOUT, UNDER = "above", "below", "about", "under"

_NUMBER = r"[-+]?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
_MORE = r"[余多来几]"
_PREFIX = {
    "逾": ABOVE, "超": ABOVE, "超过": ABOVE, "远超": ABOVE, "远超过": ABOVE, "突破": ABOVE, "大于": ABOVE, "高于": ABOVE, "多于": ABOVE,
    "约": ABOUT, "大约": ABOUT, "大概": ABOUT, "约为": ABOUT, "≈": ABOUT, "~": ABOUT, "≒": ABOUT, "预估": ABOUT, "估计": ABOUT,
    "近": BELOW, "将近": BELOW, "接近": BELOW, "不足": UNDER, "不到": UNDER, "不满": UNDER, "未达": UNDER, "未达到": UNDER, "没有达到": UNDER, "未满": UNDER,
}  # fmt: skip
#: 近 and 约 also end other words: 最近3年, 签约5家
_BEFORE = r"(?<![最附邻临节预签合公契制履])(?:" + "|".join(sorted(_PREFIX, key=len, reverse=True)) + ")"
_TIMES = "千万|百万|十万|万|亿|千|百"
_WHOLE = re.compile(
    rf"(?P<lead>[^\d]*?)(?P<before>{_BEFORE})?[(]?(?P<number>{_NUMBER})(?P<more>{_MORE})?"
    rf"(?P<times>{_TIMES})?(?P<more2>{_MORE})?(?P<unit>[^\d]*?)(?P<about>左右|上下|有余|余)?(?:\([^()\d]*\)|\(同比[^()]*\))?$"
)
_FIRST_NUMERAL = re.compile(rf"[百千万]分之|{numerals.NUMERAL}|[几数若]|好几")
_SCALES = "|".join(sorted(units.SCALES, key=len, reverse=True))
_CLASSIFIERS = "|".join(sorted(units.COUNTED, key=len, reverse=True))
#: a unit with what it counts behind it: 12个村, 10名学生, 95%按时完成; 册次, 人天, 元/亩 are whole units
_UNIT = re.compile(rf"(?P<unit>[万亿千百十]*(?:{_SCALES}|{_CLASSIFIERS}))(?P<tail>[^/]*)")
_UNIT_LIKE = re.compile(r"[^\d,，。;；:：<>=≥≤、!?！？\"“”()^]{0,12}")
_NEGATED = re.compile(r"未|不|没|尚缺|差$|缺口")

SEVERAL = "一格里写了两个以上的指标值，请拆成几行"
#: what is no single number though it has digits -> why; the first that is found
_REFUSED = (
    (re.compile(r"\d *[eE][-+]?\d"), "写的是科学计数法，可能丢了位数，请写成普通数字"),
    (re.compile(r"\d[OoIlSBZM]+(?=[\d.%])|(?<![A-Za-z])[OoIl]+\d+(?:\.\d+)?[%‰]|\d[Oo](?![A-Za-z/])"), "数字里夹着字母，可能是识别或录入错误，请核对"),
    (re.compile(r"^[—–]+\d"), "“—”可能是负号，也可能是破折号，请写明"),
    (re.compile(r"\d[:：]\d"), "写的是比例，不是一个数，请改写成百分数"),
    (re.compile(r"\d[oO0]/[oO0](?!\d)"), "“o/o”像是百分号识别错了，请核对"),
    (re.compile(r"\d个?/\d"), "斜线两边都是数字，读不准：是分数请改写成百分数，是日期请写出年月日"),
    (re.compile(r"\d\^"), "数字带上标，读不准，请写成普通数字"),
    (re.compile(r"\d比\d"), "写的是比例，不是一个数，请改写成百分数"),
    (re.compile(r"(?<![百千万])分之"), "写的是分数，不是一个数，请改写成百分数"),
    (re.compile(r"半数|[一过]半|对半"), "写的是半数，请写成百分数"),
    (re.compile(r"\d[零〇一二两三四五六七八九十]"), "数字和汉字数字混写，读不准，请核对"),
    (re.compile(r"^\D{0,8}?[\d一二三四五六七八九]级$"), "写的是级别，不是数量，需人工评定"),
    (re.compile(r"^[^\d(]*\(-?[\d.,]+\)"), "括号里的数可能是负数，读不准，请核对"),
    (re.compile(r"^(?:[当本])?月[底末初]"), "日期没有写月份"),
    (re.compile(r"±"), "写的是正负偏差，不是一个数"),
    (re.compile(r"\d\.(?:\d+\.|\.)\d"), "数字里有两个小数点，请核对"),
    (re.compile(r"(?<![\d.])(?!\d{1,3}(?:,\d{3})+(?![\d,]))\d+,\d[\d,]*"), "数字里的逗号位置不对，可能是两个数，也可能是千位分隔，请核对"),
    (re.compile(r"\d +\d"), "两个数字之间有空格，可能是一个数，也可能是两个数，请核对"),
    (re.compile(r"(?:第|排名|名次|位列|位居|居|前)第?[\d一二三四五六七八九十]+(?:名|位|$)"), "写的是名次，不是数量，需人工评定"),
    (re.compile(r"(?:未能?完成|没有完成|尚未|还差|尚差|尚余|剩余|还剩|仅剩)[^\d]*\d"), "写的是没有完成的部分，请写完成的数"),
    (re.compile(r"\d[万亿]\d{1,3}(?![\d万千百])"), "“万”后面的数读不准，请写成一个数"),
    (re.compile(r"^\d{17,}$"), "像是编码，不像指标值，请核对"),
    (re.compile(r"^每[月季周日天年]度?\d+[日号]"), "写的是每月（每期）的期限，不是一个日期"),
    (re.compile(r"^\d{1,2}[日号](?:之?以?前|前完成)"), "日期没有写月份"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Number:
    """``value`` as written; ``unit`` in its normal spelling or None; ``bound``: "" or how it is approximate;
    ``lead``: words before it; ``is_own``: the unit stands in the text itself; ``tail``: words behind the unit."""

    value: Decimal
    unit: str | None
    bound: str = ""
    lead: str = ""
    is_own: bool = True
    tail: str = ""


def find_number(text: str, unit: str | None, bare: bool = False) -> Number | str | None:
    """The number of a text; a sentence when it cannot be told; None when there is none.

    ``unit`` is used where the text has none. ``bare``: only a number and perhaps a unit, no words around it.

    >>> find_number("1,600元/亩", None)
    Number(value=Decimal('1600'), unit='元/亩', bound='', lead='', is_own=True, tail='')
    >>> find_number("20多万元", None).unit, find_number("20多万元", None).bound, find_number("3 5", None)
    ('万元', 'above', '两个数字之间有空格，可能是一个数，也可能是两个数，请核对')
    >>> find_number("百分之九十五", None).value, find_number("十二种", None).value
    (Decimal('95'), Decimal('12'))
    """
    for pattern, reason in _REFUSED:
        if pattern.search(text):
            return reason
    text = _with_digits(text)
    if text is None or text == SEVERAL:
        return text
    if numerals.is_vague(text):
        return "写的是概数，没有确数，请写明数字"
    numbers = re.findall(_NUMBER, text)
    if len(numbers) > 1:
        return SEVERAL
    found = _WHOLE.match(text)
    if not found or not numbers:
        return None
    read = _unit(found["times"] or "", found["unit"], unit)
    if read is None or isinstance(read, str):
        return read
    own, is_own, tail = read
    if found["lead"] and (bare or len(found["lead"]) > 24 or not units.is_known(own)):
        return (
            None
            if bare or not own
            else f"数字前后的文字读不准，请只写数字和单位（如 {found['number']}{own}）"
        )
    bound = ABOVE if found["more"] or found["more2"] else _PREFIX.get(found["before"] or "", "")
    if found["about"]:
        bound = ABOVE if found["about"].endswith("余") else ABOUT
    value = Decimal(found["number"].replace(",", "").lstrip("+"))
    return Number(value, own or None, bound, found["lead"], is_own, tail)


def _with_digits(text: str) -> str | None:
    """The text with its one number in digits. None: no number."""
    if re.search(r"\d", text):
        if re.search(r"\d[万亿]\d|\d成", text) and (mixed := numerals.in_digits(text)):
            return mixed
        return re.sub(r"([百千万])分之(\d+(?:\.\d+)?)$", lambda f: f"{f[2]}{numerals.PER[f[1]]}", text)
    found = _FIRST_NUMERAL.search(text)
    if not found:
        return None
    lead, rest = text[: found.start()], text[found.start() :]
    if numerals.is_vague(rest):
        return rest
    if lead.endswith(("上", "成")) and rest[0] in "百千":
        lead = lead[:-1] + "逾"  # 上千人
    plain = None if rest == "一" else numerals.in_digits(rest)
    behind = re.fullmatch(r"-?[\d.]+[余多来几]?(.*)", plain or "")
    if not behind or (not behind[1] and lead and lead not in _PREFIX):
        return None
    is_one = rest[0] == "一" and rest[1:2] not in "十百千点"  # 一件事一次办 counts nothing
    unit = units.spelling(behind[1])
    counted = not behind[1] or units.is_known(unit) or (not is_one and units.is_counted(behind[1]))
    return lead + plain if counted else None


def _unit(times: str, text: str, given: str | None) -> tuple[str, bool, str] | str | None:
    """The unit in its normal spelling ("" for none), whether the text has it itself, and the words behind it.

    None when what follows the number is no unit, a sentence when it turns the number round (3%不合格).
    """
    text = text.strip().rstrip(")") if text.count("(") < text.count(")") else text.strip()
    if not _UNIT_LIKE.fullmatch(text):
        return None
    own, tail = _parted(times + text)
    if _NEGATED.search(tail):
        return f"“{tail}”写在数字后面，分不清是完成的还是没有完成的，请改写"
    if not own:
        return given or "", False, tail
    if own[0].isascii() and own[0].isalpha() and own.partition("/")[0] not in units.SCALES:
        return None  # 5A级 counts nothing
    if own in units.MULTIPLES and given:
        measured, _ = units.scale(given)  # 200万 in a column of 元 is 万元, in one of 万元 too
        own = own + measured if measured and not units.is_rate(given) else own
    return own, True, tail


def _parted(text: str) -> tuple[str, str]:
    """Unit and the words behind it: 12个村 -> 个, 村. A unit that is not known is left whole."""
    whole = units.spelling(text)
    if units.is_known(whole) or "/" in whole or not whole:
        return whole, ""
    found = _UNIT.fullmatch(text)
    if not found or units.is_classifier(found["tail"]):
        return whole, ""
    return units.spelling(found["unit"]), found["tail"]
