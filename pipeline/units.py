"""Units of measure as officers type them: one normal spelling, and what converts into what.

A unit is text (``万元``, ``%``, ``元/户``). :func:`spelling` brings its many ways of being written to one;
:func:`scale` says what it measures and how large one of it is. Source: docs/domain.md §5.
"""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction

#: other spellings of a whole unit -> the normal one (after NFKC and without blanks, small letters)
SPELLINGS = {
    "百分比": "%", "个百分比": "%", "pct": "%", "percent": "%", "百分之": "%", "百分号": "%", "﹪": "%", "百分率": "%",
    "个百分点": "百分点", "pp": "百分点",
    "千分比": "‰", "千分之": "‰", "千分率": "‰", "万分之": "‱", "万分比": "‱",
    "m2": "平方米", "㎡": "平方米", "平米": "平方米", "平方": "平方米", "m²": "平方米", "m^2": "平方米", "sqm": "平方米",
    "km2": "平方公里", "km^2": "平方公里", "平方千米": "平方公里", "m3": "立方米", "m³": "立方米", "m^3": "立方米", "立方": "立方米", "方": "立方米",
    "km": "公里", "千米": "公里", "m": "米", "cm": "厘米", "mm": "毫米", "ha": "公顷",
    "kg": "公斤", "千克": "公斤", "g": "克", "t": "吨", "kwh": "千瓦时", "度电": "千瓦时", "kw·h": "千瓦时",
    "人·次": "人次", "人民币": "元", "块": "元", "块钱": "元", "元人民币": "元", "元整": "元", "圆": "元", "rmb": "元", "cny": "元",
    "个工作日": "工作日", "h": "小时", "hour": "小时", "个小时": "小时", "时": "小时", "min": "分钟", "mins": "分钟", "s": "秒",
    "日": "天", "d": "天", "个自然日": "天", "自然日": "天", "个日历日": "天", "日历日": "天", "个日历天": "天", "日历天": "天",
    "个年": "年", "个月": "月", "个年度": "年", "年度": "年", "个季度": "季度", "个周": "周", "星期": "周", "个星期": "周",
    "tb": "TB", "gb": "GB", "mb": "MB", "pb": "PB",
}  # fmt: skip

#: unit -> (what it measures, how many of the smallest)
SCALES: dict[str, tuple[str, Fraction]] = {
    "%": ("比率", Fraction(1, 100)), "‰": ("比率", Fraction(1, 1000)), "‱": ("比率", Fraction(1, 10000)), "百分点": ("百分点", Fraction(1)),
    "元": ("元", Fraction(1)), "角": ("元", Fraction(1, 10)), "美元": ("美元", Fraction(1)),
    "克": ("重量", Fraction(1)), "斤": ("重量", Fraction(500)), "公斤": ("重量", Fraction(1000)), "吨": ("重量", Fraction(10**6)),
    "毫米": ("长度", Fraction(1)), "厘米": ("长度", Fraction(10)), "米": ("长度", Fraction(1000)), "公里": ("长度", Fraction(10**6)),
    "平方米": ("面积", Fraction(1)), "亩": ("面积", Fraction(2000, 3)), "公顷": ("面积", Fraction(10**4)),
    "平方公里": ("面积", Fraction(10**6)), "立方米": ("体积", Fraction(1)),
    "秒": ("时长", Fraction(1)), "分钟": ("时长", Fraction(60)), "小时": ("时长", Fraction(3600)), "天": ("时长", Fraction(86400)),
    "工作日": ("工作日", Fraction(1)), "周": ("周", Fraction(1)), "月": ("月", Fraction(1)), "季度": ("月", Fraction(3)), "年": ("月", Fraction(12)),
    "MB": ("数据量", Fraction(1)), "GB": ("数据量", Fraction(1024)), "TB": ("数据量", Fraction(1024**2)), "PB": ("数据量", Fraction(1024**3)),
    "瓦时": ("电量", Fraction(1)), "千瓦时": ("电量", Fraction(1000)), "千瓦": ("千瓦", Fraction(1)),
    "倍": ("倍", Fraction(1)), "分": ("分", Fraction(1)), "岁": ("岁", Fraction(1)),
}  # fmt: skip

#: numerals that stand before a unit and multiply it: 万人次, 百万元, 亿立方米
MULTIPLES = {
    "千万": 10**7, "百万": 10**6, "十万": 10**5, "万": 10**4, "亿": 10**8, "千": 10**3, "百": 10**2, "十": 10,
}  # fmt: skip

#: counting words that say the same thing of a countable; 个 stands for any of the things, never for 人次 or 次
_PEOPLE = frozenset({"人", "名", "位"})
_THINGS = frozenset(
    {"家", "户", "项", "件", "处", "座", "所", "条", "份", "篇", "期", "套", "部", "台", "辆", "例", "起", "只", "头",
     "本", "册", "间", "栋", "幢", "棵", "株", "块", "盏", "口", "张", "种", "类", "支", "组", "户次", "宗", "单位",
     "企业", "村", "社区", "项目", "点"}
)  # fmt: skip
_TIMES = frozenset(
    {"次", "人次", "户次", "场次", "册次", "批次", "班次", "台次", "例次", "车次", "趟", "场", "批", "回", "轮", "届", "期次", "课时", "学时",
     "个", "门", "幅", "面", "匹", "艘", "架", "班", "队", "页", "字", "款", "档", "节", "孔", "眼", "片", "根", "樘", "床", "席", "枚", "对", "双", "副", "箱", "袋", "瓶", "桶", "卷", "层", "段", "道", "则", "首", "集", "人天", "人日", "人月", "台套", "台(套)"}
)  # fmt: skip
#: every word that counts something, the longest of which is looked for behind a number
COUNTED = _PEOPLE | _TIMES | (_THINGS - {"单位", "企业", "村", "社区", "项目", "点"})

#: the same said in two words: ten 场 are ten 场次, never ten 人 ten 人次
_SAME = ({"人", "名", "位"}, {"场", "场次"}, {"批", "批次"}, {"期", "期次"})
#: what amounts are spread over and converts: 元/公顷 and 元/亩
_DIVIDING = ("面积", "体积", "长度", "重量")

_BRACKETED = re.compile(r"[（(].*?[)）]")
_EDGES = re.compile(r"^[·。,;、:]+|[·。,;、:]+$")
#: typed in the unit column for no unit
_NONE = frozenset({"", "无", "/", "-", "—", "——", "–", "--", "不适用", "无单位", "None", "nan"})


def given(text: object) -> str | None:
    """The unit of a 计量单位 cell in its normal spelling; None for none (blank, ``/``, 无)."""
    plain = "" if text is None else str(text)[:40].strip()
    return None if plain in _NONE else spelling(plain) or None


def spelling(text: str) -> str:
    """A unit in its one normal spelling; "" for no unit.

    >>> spelling("%(百分比)"), spelling("元/人*月"), spelling("万㎡"), spelling(" 万 元"), spelling("人（次）")
    ('%', '元/人·月', '万平方米', '万元', '人次')
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    plain = re.sub(r"(?<=[人场户批台例])\(次\)", "次", plain)
    plain = _BRACKETED.sub("", plain) or plain.strip("()")
    for sign in "*×∙•・.":
        plain = plain.replace(sign, "·")
    plain = plain.replace("每", "/") if re.fullmatch(r"[^/每]+每[^/每]+", plain) else plain
    plain = _EDGES.sub("", plain)
    if plain and len(plain) % 2 == 0 and plain[: len(plain) // 2] == plain[len(plain) // 2 :]:
        plain = plain[: len(plain) // 2]  # the unit typed twice: %%
    if plain.startswith("个") and plain[1:2] in ("亿", "万"):
        plain = plain[1:]  # 4 个亿
    head, slash, per = plain.partition("/")
    return (
        _one(head) + slash + "·".join(_one(part) for part in re.split("[·/]", per)) if slash else _one(plain)
    )


def _one(unit: str) -> str:
    if whole := SPELLINGS.get(unit) or SPELLINGS.get(unit.lower()):
        return whole
    for word in MULTIPLES:
        rest = unit.removeprefix(word)
        if rest and rest != unit and (own := SPELLINGS.get(rest) or SPELLINGS.get(rest.lower())):
            return word + own  # 万㎡
    return unit


def is_rate(unit: str | None) -> bool:
    """Whether a unit makes a number a rate: ``%``, ``‰`` or ``‱``."""
    return unit in ("%", "‰", "‱")


def is_classifier(text: str) -> bool:
    """Whether a text is itself a word that counts: 天 in 人天."""
    return text in SCALES or text in COUNTED or text in SPELLINGS


def is_known(unit: str) -> bool:
    """Whether a unit in its normal spelling is one that measures or counts: ``万元/户``, ``人次``, ``个``."""
    head = unit.partition("/")[0]
    bare = head.lstrip("万亿千百十")
    return bool(head) and (head in SCALES or not bare or bare in SCALES or bare in COUNTED or bare in _THINGS)


def is_counted(text: str) -> bool:
    """Whether what stands behind 十二 counts something: a unit, and at most a short noun (十二场培训, never 五年规划).

    >>> is_counted("场培训"), is_counted("万元"), is_counted("年规划"), is_counted("次性补助")
    (True, True, False, False)
    """
    if is_known(spelling(text)):
        return True
    found = max((word for word in COUNTED if text.startswith(word)), key=len, default="")
    return bool(found and re.fullmatch(r"(?![性式制型化])[^一二三四五六七八九十\d]{1,5}", text[len(found) :]))


def scale(unit: str) -> tuple[str, Fraction]:
    """What a unit measures and how much one of it is. ``万元/户`` -> ``("元/户", 10000)``.

    >>> scale("万元"), scale("亿元/年"), scale("册次"), scale("万人次")
    (('元', Fraction(10000, 1)), ('元/年', Fraction(100000000, 1)), ('册次', Fraction(1, 1)), ('人次', Fraction(10000, 1)))
    """
    head, slash, per = unit.partition("/")
    if slash and SCALES.get(per, ("", 0))[0] in _DIVIDING:
        measured, size = scale(head)
        of, part = SCALES[per]
        return f"{measured}/{of}", size / part
    if head in SCALES:
        measured, size = SCALES[head]
        return measured + slash + per, size
    for word, times in MULTIPLES.items():
        rest = head.removeprefix(word)
        if rest != head:
            measured, size = scale(rest) if rest else ("", Fraction(1))
            return measured + slash + per, size * times
    return unit, Fraction(1)


def factor(from_unit: str | None, to_unit: str | None) -> Fraction | None:
    """How many ``to_unit`` one ``from_unit`` is; None when the two do not convert.

    >>> factor("元", "万元"), factor("‰", "%"), factor("万元", "%"), factor("名", "人"), factor("人", "人次")
    (Fraction(1, 10000), Fraction(1, 10), None, Fraction(1, 1), None)
    """
    measured_from, size_from = scale(from_unit or "")
    measured_to, size_to = scale(to_unit or "")
    if measured_from != measured_to and not _same_count(measured_from, measured_to):
        bare = {measured_from, measured_to}
        if "" not in bare or not (from_unit and to_unit) or bare & {"比率"}:
            return None
    return size_from / size_to


def _same_count(one: str, other: str) -> bool:
    pair = {one, other}
    if any(pair <= same for same in _SAME):
        return True
    return "个" in pair and bool(pair & (_THINGS | _PEOPLE))
