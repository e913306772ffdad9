"""How officers type targets and results: what a careful colleague would read, spelling by spelling."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from pipeline.measure import in_year, parse_actual, parse_requirement

D = Decimal
DAY = datetime.date

#: operator, value, unit, kind <- every spelling that means just that; the 计量单位 column after @
SAME = [
    (">=", "95", "%", "rate",
     "≥95%;≧95%;⩾95%;>=95%;=>95%;＞＝95％;﹥=95%;≥９５％;≥ 95 %;≥:95%;≥≥95%;≮95%;“≥95%”;【≥95%】;(≥95%);★≥95%;①≥95%;≥\n95%;　≥95%\t;"
     "1.≥95%;≥95%。;≥95%%;≥95百分比;≥95个百分比;≥95 %(百分比);≥百分之九十五;≥九十五%;不低于95%;不少于95%;不小于95%;不得低于95%;不应低于95%;不能低于95%;"
     "大于等于95%;大于或等于95%;高于或等于95%;至少95%;最低95%;95%以上;95%及以上;95%(含)以上;95%以上(含);95%以上（含95%）;≥ 95 %（含）;达95%以上;达到95%以上;"
     "力争达到95%以上;达到95%;九成五以上;百分之九十五以上;95%+;满意度≥95%;学生满意度：≥95%;2022年满意度≥95%;95%≤满意度;X≥95%;≥95%(合格率);95%以上群众满意;"
     "大于95%（含）;≥95%以上;指标1：≥95%;提高到95%;提升至95%以上;填报率≥95%;≥95@%;不低于95@百分比;≥95@%(百分比)"),
    (">", "95", "%", "rate", ">95%;＞95％;﹥95%;》95%;大于95%;高于95%;超过95%;超95%;95%以上（不含95%）;95%（不含）以上;大于95%（不含）"),
    ("<=", "3", "%", "rate",
     "≤3%;≦3%;<=3%;=<3%;＜＝3％;≯3%;不超过3%;不高于3%;不大于3%;不得超过3%;不能高于3%;严禁超过3%;小于等于3%;低于或等于3%;至多3%;最高3%;最高不超过3%;"
     "3%以内;3%以下;3%之内;3%及以下;3%（含）以内;3%以下（含3%）;控制在3%以内;控制在3%;上限3%;3%封顶;百分之三以内;低于3%（含3%）;降至3%以下;≤3%以内;未超过3%"),
    ("<", "0.9", "‰", "rate", "小于0.9‰;<0.9‰;＜0.9‰;低于0.9‰;少于0.9‰;0.9‰（不含）以下;0.9‰（不含0.9‰）以下;不到0.9‰"),
    ("=", "100", "%", "rate", "=100%;═100%;＝100％;等于100%;═ | 100 | %;=|100|%"),
    (None, "100", "%", "rate",
     "100%;１００％;100%(全部);100%（全覆盖）;百分百;百分之百;确保100%;保证100%;100%达标;100%按时完成;100%落实;100%发放到位;完成100%;完成率100%;100@%;100百分比"),
    (">=", "1600", "元/亩", "number", "≥1,600元/亩;≥1，600元/亩;≥1 600元/亩;≥1, 600元/亩;≥1600 元/亩;≥1600元／亩;≥1600元每亩;≥1600@元/亩"),
    (None, "530", "元/人·月", "number", "530元/人*月;530元/人·月;530元/人.月;530元/人/月;每人每月530元"),
    ("<=", "30", "分钟", "number", "<=30分钟;≤30min;30分钟以内;30分钟内;不超过30分钟;30分钟内办结"),
    ("<=", "7", "工作日", "number", "7个工作日内;7工作日内;≤7个工作日;7个工作日之内;不超过七个工作日"),
    ("<=", "24", "小时", "number", "24小时内;24个小时以内;≤24h;24小时内到达"),
    (">=", "12", "场", "number", "≥12场;不少于十二场;十二场以上;至少12场培训;全年不少于12场;每年≥12场;每季度不少于12场;不少于12@场"),
    (">=", "10", "人次", "number", "≥10人次;≥10人(次);≥10人·次;≥10人．次"),
    (">=", "3", "万平方米", "number", "≥3万平方米;≥3万㎡;≥3万m²;≥3万m2;≥3万平米;不少于3@万㎡"),
    (">=", "5", "公里", "number", "≥5公里;≥5km;≥5KM;≥5 km;≥5千米;≥5㎞"),
    (">=", "12", "个", "number", "≥12个;≥12个村;不少于12个行政村;≥十二个;≥一十二个"),
    (None, "15000", "元", "number", "15000元;15,000元;15 000元;1万5千元;一万五千元;￥15000;¥15,000;人民币15000元;15000元整"),
    (None, "15000", "万元", "number", "15000万元;1亿5千万元;1亿5000万元;一亿五千万元"),
    (None, "3", "万元", "number", "3万元;三万元;3万元整;3万块;¥3万元;3万@元;3万@万元"),
    (None, "2", "次", "number", "2次;两次;二次;２次;两@次;2@次"),
    ("between", ("3", "5"), "个", "number",
     "3-5个;3~5个;3～5个;3—5个;3至5个;3到5个;3个-5个;3 - 5 个;≥3且≤5个;≥3个，≤5个;不少于3个不超过5个;3≤X≤5个;5个≥X≥3个;[3,5]个;3个以上5个以下;介于3个和5个之间;3-5@个"),
    ("between", ("-5", "5"), "%", "rate", "±5%;±5%以内;误差±5%以内;不超过±5%;-5%~5%"),
    ("<=", (None, 12), None, "date", "12月底前;十二月底前;１２月底前;12 月 底 前;12月底以前;12月底到位;12月底前完成;截至12月底;最迟12月底;年底前;年末前;年内;当年完成;12月内"),
    ("<=", (None, 12, 25), None, "date", "12月25日前;12月25号前;12月25日之前;十二月二十五日前;12.25前;截至12月25日;最迟12月25日;于12月25日前完成竣工验收"),
    (None, (None, 12, 15), None, "date", "12月15日;12月15号;十二月十五日"),
    ("<=", DAY(2022, 12, 31), None, "date",
     "2022年12月31日前;2022 年 12 月 31 日前;2022-12-31前;2022.12.31前;2022/12/31前;二〇二二年十二月三十一日前;2022年12月31日止;截止2022年12月31日;不迟于2022年12月31日;"
     "2022年12月31日（含）前;2022年12月31日17:00前;2022年12月31日前完成验收并交付使用"),
    (None, DAY(2022, 12, 31), None, "date", "2022.12.31;2022-12-31;2022/12/31;2022年12月31日;2022. 12. 31;2022-12-31 00:00:00"),
    (None, (2022, 12), None, "date", "2022-12;2022/12;2022年12月;2022年四季度;2022年第4季度;2022年Q4;2022年;2022年度"),
    (None, (None, 12), None, "date", "第四季度;四季度;4季度;下半年;12月;12月份"),
    ("<", (None, 9), None, "date", "9月前;9月之前;早于9月;9月份以前"),
    ("<", (None, 10), None, "date", "四季度前;第四季度之前"),
    ("between", ((None, 1), (None, 12)), None, "date", "1-12月;1月-12月;1～12月;全年;1月至12月"),
    ("between", ((2022, 1), (2022, 12)), None, "date", "2022年1-12月;2022年1月—2022年12月;2022.01-2022.12;2022年全年"),
    ("between", ((None, 9, 1), (None, 12, 25)), None, "date", "9月1日至12月25日;9月1日-12月25日"),
    (None, "优", None, "grade", "优;等级：优;“优”"),
    (None, "达成", None, "grade", "达成;达成年度指标;达成预期指标;全部达成;达到预期目标;完成年度绩效目标"),
    (">=", "良好", None, "grade", "良好以上;良好及以上"),
    (None, "不达标", None, "grade", "不达标;未达标"),
    ("=", "0", None, "number", "零事故;零投诉;零违规;0事故;零安全事故;零重大安全事故"),
    (None, "0", "起", "number", "0起;零起;零@起;0@起;〇@起"),
    (None, None, None, "not_applicable", "/;—;——;-;无;不适用;N/A;n/a;不涉及;不适用（本年无此项）;\\"),
    (None, None, None, "blank", ";　; \n"),
]  # fmt: skip


def _value(text: object) -> object:
    if isinstance(text, str) and text.lstrip("-").replace(".", "").isdigit():
        return D(text)
    return tuple(_value(end) for end in text) if isinstance(text, tuple) else text


TARGETS = [
    (text, operator, _value(value), unit, kind)
    for operator, value, unit, kind, texts in SAME
    for text in texts.split(";")
]


@pytest.mark.parametrize(("typed", "operator", "value", "unit", "kind"), TARGETS, ids=[t[0] for t in TARGETS])
def test_every_spelling_of_a_target_means_the_same(typed, operator, value, unit, kind):
    text, _, column = typed.partition("@")
    read = parse_requirement(text, column or None)
    assert (read.operator, read.value, read.unit, read.kind) == (operator, value, unit, kind)
    assert read.reason is None, "what is understood needs no explanation"


#: read, and what was assumed is said
ASSUMED = [
    ("约100人", None, D(100), "人", "number", "目标是约数，请写明 ≥ 或 ≤"),
    ("≈95%", None, D(95), "%", "rate", "目标是约数，请写明 ≥ 或 ≤"),
    ("10万余元", None, D(10), "万元", "number", "目标是约数，请写明 ≥ 或 ≤"),
    ("近百人", None, D(100), "人", "number", "目标是约数，请写明 ≥ 或 ≤"),
    ("290%", None, D(290), "%", "rate", "百分比目标 290% 大于 100%，可能是“≥”误作数字，请核对"),
    ("95%≥", None, D(95), "%", "rate", "“≥”写在数字后面，分不清是至少还是至多，请写在数字前面"),
    ("≥95%以下", None, D(95), "%", "rate", "“≥”与“以下”互相矛盾"),
    ("合格率100%", None, D(100), "%", "rate", "数字前还有文字“合格率”"),
    ("80%≤X<90%", "between", (D(80), D(90)), "%", "rate", "区间的端点按包含计"),
    ("12月上旬前", "<=", (None, 12, 10), None, "date", "上旬按10日、中旬按20日、下旬按月末计"),
    ("2022.12", None, (2022, 12), None, "date", "按年月读；如果是数字，请写上单位"),
    ("20221231", None, D(20221231), None, "number", "按数字读；如果是日期，请写成“2022年12月31日”的样子"),
    ("优良中低差", None, "优良中低差", None, "grade", "写的是评定档次，不是目标，需人工评定"),
]


@pytest.mark.parametrize(
    ("text", "operator", "value", "unit", "kind", "reason"), ASSUMED, ids=[a[0] for a in ASSUMED]
)
def test_what_was_assumed_of_a_target_is_said(text, operator, value, unit, kind, reason):
    read = parse_requirement(text)
    assert (read.operator, read.value, read.unit, read.kind, read.reason) == (
        operator,
        value,
        unit,
        kind,
        reason,
    )


#: text that is no one measure -> why; so as a target and as a result
REFUSED = [
    ("一", "“一”可能是横线，也可能是数字 1，请写明"),
    ("36批200多人次", "一格里写了两个以上的指标值，请拆成几行"),
    ("完成1部宣传片,2套方案", "一格里写了两个以上的指标值，请拆成几行"),
    ("12月底前完成90%", "一格里写了两个以上的指标值，请拆成几行"),
    ("95%、98%", "一格里写了两个以上的指标值，请拆成几行"),
    ("3M.8万元", "数字里夹着字母，可能是识别或录入错误，请核对"),
    ("≥9O%", "数字里夹着字母，可能是识别或录入错误，请核对"),
    ("l00%", "数字里夹着字母，可能是识别或录入错误，请核对"),
    ("95o/o", "“o/o”像是百分号识别错了，请核对"),
    ("≥9五%", "数字和汉字数字混写，读不准，请核对"),
    ("1:3", "写的是比例，不是一个数，请改写成百分数"),
    ("3∶1", "写的是比例，不是一个数，请改写成百分数"),
    ("1比3", "写的是比例，不是一个数，请改写成百分数"),
    ("2/3", "斜线两边都是数字，读不准：是分数请改写成百分数，是日期请写出年月日"),
    ("三分之二", "写的是分数，不是一个数，请改写成百分数"),
    ("过半", "写的是半数，请写成百分数"),
    ("9 5%", "两个数字之间有空格，可能是一个数，也可能是两个数，请核对"),
    ("1,60元", "数字里的逗号位置不对，可能是两个数，也可能是千位分隔，请核对"),
    ("1.2.3", "数字里有两个小数点，请核对"),
    ("95..5%", "数字里有两个小数点，请核对"),
    ("1e5", "写的是科学计数法，可能丢了位数，请写成普通数字"),
    ("10²", "数字带上标，读不准，请写成普通数字"),
    ("—5%", "“—”可能是负号，也可能是破折号，请写明"),
    ("(3)%", "括号里的数可能是负数，读不准，请核对"),
    ("3万5", "“万”后面的数读不准，请写成一个数"),
    ("440100202212310001", "像是编码，不像指标值，请核对"),
    ("全省前3名", "写的是名次，不是数量，需人工评定"),
    ("第一", "写的是名次，不是数量，需人工评定"),
    ("二级以上", "写的是级别，不是数量，需人工评定"),
    ("3%不合格", "“不合格”写在数字后面，分不清是完成的还是没有完成的，请改写"),
    ("数百人", "写的是概数，没有确数，请写明数字"),
    ("两三个", "写的是概数，没有确数，请写明数字"),
    ("5-3个", "范围的两端写反了，请核对"),
    ("约3-5个", "范围写的是约数，请写准确的两端"),
    ("不下降5%", "“不下降”与数字连写，读不准，请改写"),
    ("下降-3%", "“下降”与负号连写，分不清是降了还是升了，请改写"),
    ("2月30日前", "没有这样的日期，请核对"),
    ("13月底前", "没有这样的日期，请核对"),
    ("12月32日", "没有这样的日期，请核对"),
    ("次年3月底前", "写的年份是相对的（如次年、上年），请写明哪一年"),
    ("每月10日前", "写的是每月（每期）的期限，不是一个日期"),
    ("15日前", "日期没有写月份"),
    ("月底前", "日期没有写月份"),
    ("待定", "还没有数据，请补填"),
    ("暂无数据", "还没有数据，请补填"),
    ("≠0", "“不等于”不是可以考核的要求，请写 ≥、≤ 或 ="),
    ("95%？", "写着问号，还没有确定，请核对"),
    ("很长" * 80 + "95%", "文字太长，不像一个指标值，请只写数字、日期或档次"),
]


@pytest.mark.parametrize(("text", "reason"), REFUSED, ids=[r[0][:20] for r in REFUSED])
def test_what_cannot_be_read_says_why(text, reason):
    target, result = parse_requirement(text), parse_actual(text)
    assert (target.kind, target.reason, target.operator) == ("text", reason, None)
    assert (result.kind, result.reason) == ("text", reason)


@pytest.mark.parametrize(
    "text",
    ["不超预算", "未完成", "已完成", "长期", "逐年提升", "稳步提高", "有效", "通过", "符合相关文件要求", "一次性补助", "一流", "三公经费",
     "五年规划", "一件事一次办", "5A级", "GB50300", "ISO9001", "按期", "零增长", "与上年持平", "春节前", "零容忍", "无安全事故", "≥上年"],
)  # fmt: skip
def test_words_stay_words_for_a_person_to_judge(text):
    read = parse_requirement(text)
    assert (read.kind, read.value, read.reason) == ("text", text, "定性的文字，需人工评定")


#: result, 计量单位, value, unit, kind, approximate, bound
RESULTS = [
    ("10万余元", None, D(10), "万元", "number", True, "above"),
    ("近百人", None, D(100), "人", "number", True, "below"),
    ("百余人", None, D(100), "人", "number", True, "above"),
    ("上千人", None, D(1000), "人", "number", True, "above"),
    ("十几个", None, D(10), "个", "number", True, "above"),
    ("三十余场", None, D(30), "场", "number", True, "above"),
    ("100人左右", None, D(100), "人", "number", True, "about"),
    ("约等于95%", None, D(95), "%", "rate", True, "about"),
    ("超过100人", None, D(100), "人", "number", True, "above"),
    ("不足100人", None, D(100), "人", "number", True, "under"),
    ("最近3年", None, D(3), "年", "number", False, ""),
    ("预约10次", None, D(10), "次", "number", False, ""),
    ("县级以上10项", None, D(10), "项", "number", False, ""),
    ("已完成12场", None, D(12), "场", "number", False, ""),
    ("累计完成12场次", None, D(12), "场次", "number", False, ""),
    ("完成率100%", None, D(100), "%", "rate", False, ""),
    ("达到95%", None, D(95), "%", "rate", False, ""),
    ("3500公斤", None, D(3500), "公斤", "number", False, ""),
    ("2800000.0000", None, D("2800000.0000"), None, "number", False, ""),
    ("1½倍", None, D("1.5"), "倍", "number", False, ""),
    ("-3", None, D(-3), None, "number", False, ""),
    ("零", "起", D(0), "起", "number", False, ""),
    ("未发生", "起", D(0), "起", "number", False, ""),
    ("无安全事故", None, D(0), None, "number", False, ""),
    ("735", "人次", D(735), "人次", "number", False, ""),
    ("200万", "元", D(200), "万元", "number", False, ""),
    ("200万", "人", D(200), "万人", "number", False, ""),
    ("95%", "万元", D(95), "%", "rate", False, ""),
    ("12", "/", D(12), None, "number", False, ""),
    ("2022.12", "万元", D("2022.12"), "万元", "number", False, ""),
    ("2213.06", None, D("2213.06"), None, "number", False, ""),
    ("12月25日", None, (None, 12, 25), None, "date", False, ""),
    ("2022年12月中旬", None, DAY(2022, 12, 20), None, "date", False, ""),
    ("第三季度", None, (None, 9), None, "date", False, ""),
    ("2021年12月完成", None, (2021, 12), None, "date", False, ""),
]


@pytest.mark.parametrize(
    ("text", "column", "value", "unit", "kind", "approximate", "bound"), RESULTS, ids=[r[0] for r in RESULTS]
)
def test_a_result_is_read_as_it_is_meant(text, column, value, unit, kind, approximate, bound):
    read = parse_actual(text, column)
    assert (read.value, read.unit, read.kind, read.approximate, read.bound) == (
        value,
        unit,
        kind,
        approximate,
        bound,
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("≥95%", "完成值重复了目标的“≥”，应填实际数"),
        ("≧|735|人次", "完成值重复了目标的“>=”，应填实际数"),
        ("95%以上", "完成值写成了范围（95%以上），应填实际数"),
        ("不低于90%", "完成值写成了范围（不低于90%），应填实际数"),
        ("3-5个", "完成值写成了范围（3-5个），应填实际数"),
        ("12月25日前", "完成值写成了期限（12月25日前），应填实际完成的日期"),
        ("预计100%", "写的是预计，不是结果，请核对"),
        ("12月底未完成", "写的是没有完成或推迟，请填实际完成的日期"),
        ("还差5个", "写的是没有完成的部分，请写完成的数"),
        ("完成", "不是数字，也不是日期"),
    ],
)
def test_a_result_that_is_no_result_says_so(text, reason):
    assert parse_actual(text).reason == reason


@pytest.mark.parametrize(
    ("text", "direction"),
    [("下降5%以上", "下降"), ("减少10%", "下降"), ("压减10%以上", "下降"), ("较2021年下降5%", "下降"), ("↓3%", "下降"), ("降低率≥5%", "降幅"),
     ("降幅不低于5%", "降幅"), ("增长3%", "上升"), ("同比增长8%", "上升"), ("增速≥6%", "上升"), ("提高2个百分点", "上升"), ("节约率≥5%", "节约"),
     ("超支3%", "超支"), ("降至3%以下", ""), ("提高到95%", ""), ("≥95%", ""), ("新增50个", ""), ("减免500户", ""), ("缩短至3天", "")],
)  # fmt: skip
def test_words_say_which_way_a_number_goes(text, direction):
    assert parse_requirement(text).direction == parse_actual(text).direction == direction


@pytest.mark.parametrize(
    ("text", "value"),
    [("12月25日前", DAY(2022, 12, 25)), ("12月底前", (2022, 12)), ("2月29日前", DAY(2022, 2, 28)), ("2021年6月前", (2021, 6)),
     ("9月1日至12月25日", (DAY(2022, 9, 1), DAY(2022, 12, 25))), ("≥95%", D(95))],
)  # fmt: skip
def test_a_date_without_a_year_lies_in_the_year_assessed(text, value):
    assert in_year(parse_requirement(text), 2022).value == value
