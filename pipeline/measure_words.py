"""What is typed where a number could stand: 不适用, hints left in place, grades, words that say which way a number goes.

Used by ``pipeline.measure``; every function takes text already brought to plain signs. Source: docs/domain.md §4
(定性, 等级) and §5.
"""

from __future__ import annotations

import re

#: typed for 不适用: not a blank and not zero
NOT_APPLICABLE = re.compile(
    r"(?:无|不适用|不涉及|未涉及|没有|无此项|无该项|无此类|无此指标|无相关|不考核|未设置?|未设定|n/?a|n\.a\.?|nil|[-－—–_/\\、]+)(?:\([^()]*\))?", re.I
)  # fmt: skip
_HINT = re.compile(
    r"^(数量|质量|时效|成本|效益)?指标(值|内容|名称)?\d*\s*[:：]?$|^指标\d+\s*[:：](?!.*\d)|"
    r"^(请?(填写|选择|输入|说明)|对照.*说明|结合.*说明|示例|例如|如[:：]|注[:：]|\(填|填(?=$|[写入报列](?!.*[\d%])))|"
    r"\d+字(以内|左右|内|以下)|^[.…。·]{2,}$|\*{2}|[xX×]{2,}|^[_＿]+$|^(下拉|自动(计算|带出))(?!.*\d)|^定性\|?好坏$|^好坏$"
)
#: typed where the result is not there yet
NOT_YET = re.compile(
    r"待(?:定|统计|核实?|补充?|填|完善|提供)|暂无(?:数据)?|暂缺|尚未统计|未统计|数据(?:待|暂).*"
)
ZERO = re.compile(
    r"(?:零|〇|0)(?P<what>(?:重大|较大|一般|安全|生产|责任|质量|有效|群体性|工程|人员|交通|火灾|进京|越级|到)*(?:事故|投诉|差错|失误|违规|违纪|违法|案件|事件|伤亡|死亡|感染|发生|举报|上访|信访|延误|故障|泄密|拖欠|欠薪|返贫|遗漏|逾期|超支|缺陷|火灾)(?:发生)?)?"
)
#: as a result only: as a target it is a word for a person to judge
NONE_HAPPENED = re.compile(
    rf"(?:无|没有|未发生|未出现|未产生|未发现|未)(?P<what>{ZERO.pattern.partition('(?P<what>')[2]}|未发生|无发生"
)

#: words of a scale, best first; a scale compares only with itself
SCALES = (
    ("优秀", "优", "优良", "良好", "良", "合格", "中", "较差", "不合格", "差"),
    ("合格", "基本合格", "不合格"),
    ("达标", "基本达标", "不达标"),
    ("达成", "部分达成", "未达成"),
    ("好", "较好", "一般", "较差", "差"),
    ("非常满意", "满意", "比较满意", "基本满意", "一般", "不满意"),
)
_RANK = {
    "非常满意": 6, "优秀": 5, "优": 5, "好": 5, "满意": 5, "达成": 5, "达标": 5, "优良": 4, "良好": 4, "良": 4, "较好": 4, "比较满意": 4,
    "部分达成": 3, "中": 3, "合格": 3, "一般": 2, "基本满意": 3, "基本合格": 2, "基本达标": 3, "较差": 1.5, "差": 1, "不合格": 1,
    "未达成": 1, "不满意": 1, "不达标": 1,
}  # fmt: skip
_SYNONYMS = {
    "全部达成": "达成",
    "已达成": "达成",
    "均达成": "达成",
    "基本达成": "部分达成",
    "大部分达成": "部分达成",
    "没有达成": "未达成",
    "未达标": "不达标",
    "很满意": "非常满意",
    "较满意": "比较满意",
    "中等": "中",
}
_SCALE_LISTS = re.compile(
    r"(优[、/,|]?良[、/,|]?(中|可)?[、/,|]?(低|差)?[、/,|]?差?|好[、/,|]中[、/,|]差|高[、/,|]?中[、/,|]?低)"
)
_ACHIEVED = re.compile(
    r"(已经?|全面|均)?(全部|基本|部分|大部分|未|没有|未能)?(达成|达到|实现|完成)(了)?(年度|预期|年初|既定)?(绩效)?(指标|目标)(值)?(.{0,20})"
)
_ABOUT_GRADE = re.compile(
    r"^(?:被?(?:评|评定|评价|考核)为|达到?(?!标)|等[级次]为?:?|结果为|为)+|(?:等次|等级|水平|标准|\(.*\))$"
)
_AT_LEAST = re.compile(r"(?:及|或)?以上(?:等次|等级|水平)?$")

#: words before a number that say which way it goes; 至/到/为 behind them makes it a level; 率/幅 names the quantity
_FALL = "下降|降低|减少|压减|压缩|压降|缩短|缩小|缩减|削减|下调|下滑|递减|减轻|负增长|减$|降$|↓"
_RISE = "增长|增加|提高|提升|上升|上涨|上调|扩大|递增|增值|增速|涨|升高|(?<!新)增$|↑"
_DIRECTIONS = (
    ("降幅", re.compile(rf"(?:(?:{_FALL})(?:率|幅度?|比例|比率|比)|降幅|跌幅|减幅|减排(?:量|率)?)")),
    ("上升", re.compile(rf"(?:(?:{_RISE})(?:率|幅度?|比例|比率|速度)|增幅|涨幅|升幅|增速)")),
    ("下降", re.compile(rf"(?:{_FALL})(?![到至为])")),
    ("上升", re.compile(rf"(?<![未负])(?:{_RISE})(?![到至为值])")),
    ("超支", re.compile(r"超支率?")),
    ("节约", re.compile(r"节[约省支](?:率|额)?")),
)
#: direction -> (what it is about, its sign)
SIGNS = {
    "上升": ("变化", 1),
    "下降": ("变化", -1),
    "降幅": ("变化", -1),
    "节约": ("支出", 1),
    "超支": ("支出", -1),
}
_UNDONE = re.compile(r"(?:不|未|无|零|没有)(?:" + _FALL + "|" + _RISE + ")$")
#: what may stand before a number beside its direction and means nothing more
COMPARED_WITH = re.compile(
    r"(?:与|比|较|同)?(?:上一?年度?|去年|往年|前一年|同期|年初|计划|项目实施前|实施前|(?:19|20)\d\d年度?)(?:同期)?(?:相比|比较|水平)?|同比|环比|年均|平均|每年|逐年|净(?=增)"
)

#: verbs before a number that change nothing about it
_VERBS = re.compile(
    r"(?:新增了?|高达|多达|仅有?|只有?|力争|保证|争取|确保|预计|计划|累计|共计?|合计|总计|全年|实际|已经?|约为|达到?了?(?![标成])|(?:实际)?完成率?了?|实现了?|控制在?|保持在?|维持在?|稳定在?|"
    r"(?:提高|提升|上升|增加|增长|增|升|扩大|降低|下降|减少|压减|压缩|压降|缩短|缩小|降|减)(?:了|到|至|为)|为|是|有|[::])+$"
)
_DIGIT = re.compile(r"[\d.±]|[百千万]分之")
_NUMERAL = re.compile(r"[百千万]分之|[零〇一二两三四五六七八九十百千几数]")


def is_hint(text: str) -> bool:
    """Whether a text is the template's own hint left in the cell (``指标2:``, ``(100字以内)``)."""
    return bool(_HINT.search(text[:300]))


def grade(text: str) -> str | None:
    """A grade in its normal word (``达成年度指标`` -> ``达成``), or the scale itself (``优良中低差``), or None.

    >>> grade("部分达成年度指标并具有一定效果"), grade("优良中低差"), grade("评为优秀"), grade("显著提升")
    ('部分达成', '优良中低差', '优秀', None)
    """
    plain = text.strip("。.;；,，、 ")
    for candidate in (plain, _ABOUT_GRADE.sub("", plain)):
        candidate = _SYNONYMS.get(candidate, candidate)
        if candidate in _RANK:
            return candidate
    if _SCALE_LISTS.fullmatch(plain) and len(plain) > 1:
        return plain
    found = _ACHIEVED.fullmatch(plain)
    if found:
        share = found[2] or ""
        if share.startswith(("未", "没")):
            return "未达成"
        return "部分达成" if share in ("部分", "大部分", "基本") else "达成"
    return None


def grade_at_least(text: str) -> str | None:
    """The grade of ``良好以上``."""
    rest = _AT_LEAST.sub("", text)
    return grade(rest) if rest != text else None


def is_scale(text: str) -> bool:
    """Whether a grade is a whole scale to choose from, which is no target."""
    return text not in _RANK


def at_least_as_good(reached: str, wanted: str) -> bool | None:
    """Whether one grade is at least the other on a scale that has both; None when no scale has."""
    if any(reached in scale and wanted in scale for scale in SCALES):
        return _RANK[reached] >= _RANK[wanted]
    return None


def direction(lead: str) -> str:
    """Which way the number behind these words goes: 上升, 下降, 降幅 (a fall named as a quantity), 节约, 超支 or "".

    >>> direction("单位能耗下降"), direction("能耗降低率"), direction("同比增长"), direction("提高到"), direction("满意度")
    ('下降', '降幅', '上升', '', '')
    """
    hits = [
        (found.start(), -order, name)
        for order, (name, pattern) in enumerate(_DIRECTIONS)
        for found in pattern.finditer(lead)
    ]
    return max(hits)[2] if hits else ""


def unclear(lead: str, is_negative: bool) -> str | None:
    """Why a number with these words before it says nothing: 不下降5% and 下降-5% can be meant either way."""
    if _UNDONE.search(lead):
        return f"“{lead}”与数字连写，读不准，请改写"
    named = direction(lead)
    if is_negative and named and SIGNS[named][1] < 0:
        return f"“{named}”与负号连写，分不清是降了还是升了，请改写"
    return None


def without_direction(lead: str) -> str:
    """The words before a number without those that were understood."""
    for _, pattern in _DIRECTIONS:
        lead = pattern.sub("", lead)
    return COMPARED_WITH.sub("", lead)


def before_number(text: str) -> str:
    """The words before the first number."""
    number = _DIGIT if re.search(r"\d", text) else _NUMERAL
    return number.split(text, maxsplit=1)[0].rstrip("-+")


def bare(text: str) -> str:
    """A number's text without the verbs and the direction before it; 不足, 近 and the like stay.

    >>> bare("全年累计完成90余次"), bare("较上年下降5%"), bare("近百人")
    ('90余次', '5%', '近百人')
    """
    lead = before_number(text)
    kept = without_direction(_VERBS.sub("", lead))
    return _VERBS.sub("", kept).lstrip(":：、,，") + text[len(lead) :]
