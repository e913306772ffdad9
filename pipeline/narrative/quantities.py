"""Numbers with their units and what stands around them: 2,227.70万元, 99.65%, 3个百分点, 48分, 扣两分, 20多万元, 4个亿.

What is no quantity is left out: years and dates, ordinals, document numbers, codes, the numbers of sections.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from pipeline.measure_numerals import integer
from pipeline.narrative.document import Control, Quantity
from pipeline.narrative.words import set_phrase_spans

_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_NUMERAL = r"[一二两三四五六七八九十百]{1,5}"
_MONEY = r"个?(?P<times>百亿|十亿|千万|百万|十万|亿|万|千|百)?(?P<money>元)(?:人民币)?|个?(?P<bare>亿|万)(?![元\w]|[一-鿿])"
_COUNTED = (
    r"卷|盒|箱|床位|床|学时|堂|辆次|架次|人次|户次|场次|家次|件次|台次|人天|课时|平方米|平方公里|公里|立方米|公顷|千瓦时|公斤|小时|分钟|工作日|季度|个月|万步|人|名|位|家|户|项|件|处|座|所|条|份|篇|期|套|部|台|辆|例|起|次|场|批|大类"
    r"|类|宗|门|间|栋|只|头|株|棵|亩|吨|米|天|岁|周|本|册|幅|枚|张|种|级|倍|折|点|款|样|组|支|团|对|双|根|盏|块|片|面|口|眼|扇|把|只|笔|单|集|版|层|节|段|步|代|届|轮|趟|遍|度|艘|架|只|匹|个"
)
_SCORE = r"分(?!之|钟|别|类|析|配|公司|局|中心|管|支机构|解|批|期|步|散|级|档|段|行|校|院|店|享|发|流|担|包|布|离|析|开|工|明|外|歧|野|子|项|值)"
_UNIT = rf"(?:(?P<percent>个百分点|百分点|%|‰)|(?P<amount>{_MONEY})|(?P<score>{_SCORE})|(?P<counttimes>[万亿])?(?P<counted>{_COUNTED}))"
_QUANTITY = re.compile(
    rf"(?P<bound>≥|>=|≤|<=|>|<|＞|＜|不低于|不少于|不超过|不高于|至少|最多|最低|最高|低于|高于|超过|超出|超|逾|突破)?(?P<about>(?<![节签预制条合解违特简])约|近|大约|将近|接近|左右|大概)?"
    rf"(?P<sign>[-−](?=\d))?(?P<number>{_NUMBER}|百分之(?P<hundredths>{_NUMERAL}(?:点[零一二三四五六七八九]+)?|{_NUMBER}))"
    rf"(?P<more>余|多|几)?{_UNIT}?(?P<after_about>左右|上下|以上|以下|以内|及以上|多|余)?"
)
_SPELLED = re.compile(
    rf"(?P<number>{_NUMERAL})(?P<unit>个?百分点|分(?=[。，；、）]|$)|个|项|名|家|大类|类|条|方面|件|处|部分)"
)
#: a number with one of these right in front or behind is no quantity
_NO_QUANTITY_BEFORE = re.compile(
    r"(?:第|〔|\[|【|[A-Za-z_#№]|[A-Za-z]-|电话：?|邮编：?|文号：?|编号：?|编码：?|代码：?)$"
)
_NO_QUANTITY_AFTER = re.compile(r"^(?:〕|\]|】|号(?!召)|[A-Za-z_]|年|月|日|时许|届|／|/\d|：\d|条例|版)")
_LONG_CODE = re.compile(r"^\d{7,}$|^0\d+$")
_RANGE_BEFORE = re.compile(r"[\d%分万亿元年月日人）个](?:至|到|[-–—−~～]{1,2})$")
_RANGE_AFTER = re.compile(r"^(?:至|到|[-–—−~～]{1,2})[（\[]?\d")
_TIMES = {"百": 100, "千": 1000, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7, "亿": 10**8, "十亿": 10**9, "百亿": 10**10}  # fmt: skip
_ITEM_NUMBER = re.compile(
    r"(?:^|(?<=[。；：，、）]))\d{1,2}[、.．](?!\d)|(?:^|(?<=[。；：，、]))（?\d{1,2}）(?!分)"
)
_CLAUSE = re.compile(r"[，。；：、（）“”‘’《》=！？\n]")


def quantities(text: str, controls: Sequence[Control] = (), offset: int = 0) -> tuple[Quantity, ...]:
    """Every quantity of a sentence in order. ``controls`` are the paragraph's, whose text begins ``offset`` signs before.

    >>> [(q.kind, q.value, q.label) for q in quantities("年度支出预算2227.70万元，完成预算的99.65%")]
    [('money', Fraction(22277000, 1), '年度支出预算'), ('percent', Fraction(1993, 20), '完成预算的')]
    """
    items = [found.span() for found in _ITEM_NUMBER.finditer(text)]
    phrases = set_phrase_spans(text)
    found: list[tuple[int, int, dict]] = []
    for match in _QUANTITY.finditer(text):
        span = match.span("number")
        if any(start <= span[0] < end for start, end in items) or _is_none(match, text):
            continue
        found.append((match.start(), match.end(), _read(match, text)))
    for match in _SPELLED.finditer(text):
        start, end = match.span()
        if any(a < end and start < b for a, b, _ in found) or any(a < end and start < b for a, b in phrases):
            continue
        if said := _read_spelled(match, text):
            found.append((start, end, said))
    found.sort(key=lambda one: one[0])
    return tuple(_with_context(found, text, controls, offset))


def _is_none(match: re.Match, text: str) -> bool:
    before, after = text[: match.start("number")], text[match.end("number") :]
    if match["hundredths"] is None:
        if _LONG_CODE.match(match["number"]) and not (match["amount"] or match["counted"]):
            return True
        has_unit = match["percent"] or match["amount"] or match["score"] or match["counted"]
        if not has_unit and (_NO_QUANTITY_AFTER.match(after) or after[:1] == "月"):
            return True
        if match["counted"] in ("级", "度", "点", "版", "代", "届", "团") and not match["more"]:
            return True
    return bool(_NO_QUANTITY_BEFORE.search(before))


def _read(match: re.Match, text: str) -> dict:
    if match["hundredths"]:
        number = match["hundredths"]
        digits = number if number[0].isdigit() else f"{integer(number)}"
        kind, size = "percent", Fraction(1)
        if match["percent"] or match["amount"] or match["counted"] or match["score"]:
            unit = "%"
        unit = "%"
    else:
        digits = match["number"].replace(",", "")
        kind, unit, size = _unit(match)
    decimals = len(digits.partition(".")[2])
    after = text[match.end() :]
    return {
        "kind": kind,
        "value": Fraction(digits) * size * (-1 if match["sign"] else 1),
        "step": size / 10**decimals,
        "unit": unit,
        "text": text[match.start("number") : match.end()],
        "is_approximate": bool(
            match["more"] or match["about"] or match["after_about"] in ("左右", "上下", "多", "余")
        ),
        "is_bound": bool(match["bound"]) or match["after_about"] in ("以上", "以下", "以内", "及以上"),
        "is_range": bool(_RANGE_BEFORE.search(text[: match.start()]) or _RANGE_AFTER.match(after)),
    }


def _unit(match: re.Match) -> tuple[str, str, Fraction]:
    if percent := match["percent"]:
        if "百分点" in percent:
            return "points", "个百分点", Fraction(1)
        return "percent", percent, Fraction(1, 10) if percent == "‰" else Fraction(1)
    if match["amount"]:
        times = match["times"] or match["bare"] or ""
        return "money", f"{times}元", Fraction(_TIMES.get(times, 1))
    if match["score"]:
        return "score", "分", Fraction(1)
    if match["counted"]:
        return "count", match["counted"], Fraction(_TIMES.get(match["counttimes"] or "", 1))
    return "plain", "", Fraction(1)


def _read_spelled(match: re.Match, text: str) -> dict | None:
    before, unit = text[: match.start()], match["unit"]
    if re.search(r"[第每某各上下前后另同唯一二两三四五六七八九十百千万亿零]$", before) or match["number"] in (
        "一",
        "百",
    ):
        return None
    if unit == "分" and not re.search(r"(?:扣|扣减|扣除|减|加|得|失|丢)(?:了)?$", before):
        return None
    kind = {"分": "score", "百分点": "points", "个百分点": "points"}.get(unit, "count")
    return {
        "kind": kind, "value": Fraction(integer(match["number"])), "step": Fraction(1), "unit": unit, "text": match[0],
        "spelled": True,
    }  # fmt: skip


def _with_context(
    found: Sequence[tuple[int, int, dict]], text: str, controls: Sequence[Control], offset: int
) -> list[Quantity]:
    made = []
    previous = 0
    for index, (start, end, said) in enumerate(found):
        following = found[index + 1][0] if index + 1 < len(found) else len(text)
        before = text[previous:start]
        label = next((part for part in reversed(_CLAUSE.split(before)) if part.strip()), "")
        control = next(
            (one for one in controls if one.start - offset < end and start < one.end - offset), None
        )
        made.append(
            Quantity(
                start=start, end=end, before=before, label=label, after=text[end:following], control=control,
                depth=text.count("（", 0, start) - text.count("）", 0, start), **said,
            )
        )  # fmt: skip
        previous = end
    return made
