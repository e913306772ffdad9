"""Targets and actuals as people type them: every notation, its meaning, and what may be compared with what."""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.measure import Requirement, compare, parse_actual, parse_requirement

D = Decimal
MONTH = {f"m{m}": (None, m) for m in range(1, 13)}

#: text -> operator, value, unit, kind
REQUIREMENTS = [
    ("≥50个", ">=", D(50), "个", "number"),
    ("≥100百分比", ">=", D(100), "%", "rate"),
    ("=42个", "=", D(42), "个", "number"),
    (">=21933人", ">=", D(21933), "人", "number"),
    (">=530元/人*月", ">=", D(530), "元/人·月", "number"),
    ("═ | 100 | %", "=", D(100), "%", "rate"),
    ("≧|735|人次", ">=", D(735), "人次", "number"),
    (">=|98|%(百分比)", ">=", D(98), "%", "rate"),
    ("人|=|512", "=", D(512), "人", "number"),
    ("万元|≤|3584", "<=", D(3584), "万元", "number"),
    ("≤4", "<=", D(4), None, "number"),
    ("≥11.376万元", ">=", D("11.376"), "万元", "number"),
    (">= 98 %(百分比)", ">=", D(98), "%", "rate"),
    ("不少于12 种", ">=", D(12), "种", "number"),
    ("不低于95%", ">=", D(95), "%", "rate"),
    ("至少 3 次", ">=", D(3), "次", "number"),
    ("大于等于 90 分", ">=", D(90), "分", "number"),
    ("超过10家", ">", D(10), "家", "number"),
    ("小于0.9‰", "<", D("0.9"), "‰", "rate"),
    ("不超过3%", "<=", D(3), "%", "rate"),
    ("控制在3%以内", "<=", D(3), "%", "rate"),
    ("10万元以内", "<=", D(10), "万元", "number"),
    ("5‰以下", "<=", D(5), "‰", "rate"),
    ("95%以上", ">=", D(95), "%", "rate"),
    ("达91%以上", ">=", D(91), "%", "rate"),
    ("百分之九十五以上", ">=", D(95), "%", "rate"),
    ("不超过千分之5", "<=", D(5), "‰", "rate"),
    ("万分之3", None, D(3), "‱", "rate"),
    ("九成以上", ">=", D(90), "%", "rate"),
    ("十二种以上", ">=", D(12), "种", "number"),
    ("逾20多万人次", ">", D(20), "万人次", "number"),
    ("\uff1e\uff1d\uff19\uff15\uff05", ">=", D(95), "%", "rate"),
    ("★≥95%", ">=", D(95), "%", "rate"),
    ("每年≥2次", ">=", D(2), "次", "number"),
    ("1,600元/亩", None, D(1600), "元/亩", "number"),
    ("不少于2000㎡", ">=", D(2000), "平方米", "number"),
    ("≥2篇/月", ">=", D(2), "篇/月", "number"),
    ("583元/人·月", None, D(583), "元/人·月", "number"),
    ("200万", None, D(200), "万", "number"),
    ("4个亿", None, D(4), "亿", "number"),
    ("25TB", None, D(25), "TB", "number"),
    ("0起", None, D(0), "起", "number"),
    ("43.2", None, D("43.2"), None, "number"),
    ("100%", None, D(100), "%", "rate"),
    ("10-15个", "between", (D(10), D(15)), "个", "number"),
    ("10%~15%", "between", (D(10), D(15)), "%", "rate"),
    ("3至5天", "between", (D(3), D(5)), "天", "number"),
    ("12月底前", "<=", (None, 12), None, "date"),
    ("12月底到位", "<=", (None, 12), None, "date"),
    ("9月前", "<", (None, 9), None, "date"),
    ("2021年12月完成", "<=", (2021, 12), None, "date"),
    ("2022年12月31日前", "<=", datetime.date(2022, 12, 31), None, "date"),
    ("2022-12-31", None, datetime.date(2022, 12, 31), None, "date"),
    ("年底前", "<=", (None, 12), None, "date"),
    ("上半年完成", "<=", (None, 6), None, "date"),
    ("2021年1月-12月", "between", ((2021, 1), (2021, 12)), None, "date"),
    (
        "2022年1月1日-2022年12月31日",
        "between",
        (datetime.date(2022, 1, 1), datetime.date(2022, 12, 31)),
        None,
        "date",
    ),
    ("不晚于12月31日", "<=", (None, 12, 31), None, "date"),
    ("≥90%且≤95%", "between", (D(90), D(95)), "%", "rate"),
    ("大于95%小于100%", "between", (D(95), D(100)), "%", "rate"),
    ("90%≤X≤95%", "between", (D(90), D(95)), "%", "rate"),
    ("≤5 000元", "<=", D(5000), "元", "number"),
    ("￥5000", None, D(5000), "元", "number"),
    ("100%完成", None, D(100), "%", "rate"),
    ("百分百", None, D(100), "%", "rate"),
    ("千分之三", None, D(3), "‰", "rate"),
    ("16个（其中新建5个）", None, D(16), "个", "number"),
    ("优", None, "优", None, "grade"),
    ("达成年度指标", None, "达成", None, "grade"),
    ("部分达成预期指标并具有一定效果", None, "部分达成", None, "grade"),
    ("优良中低差", None, "优良中低差", None, "grade"),
    ("显著提升", None, "显著提升", None, "text"),
    ("|定性|基本建立", None, "基本建立", None, "text"),
    ("长期", None, "长期", None, "text"),
    ("5A级", None, "5A级", None, "text"),
    ("指标2:", None, "指标2:", None, "hint"),
    (
        "对照年度目标,说明相关任务目标的完成情况(100字以内)",
        None,
        "对照年度目标,说明相关任务目标的完成情况(100字以内)",
        None,
        "hint",
    ),
    ("定性 | 好坏", None, "好坏", None, "hint"),
    ("", None, None, None, "blank"),
    ("　", None, None, None, "blank"),
    ("/", None, None, None, "not_applicable"),
    ("——", None, None, None, "not_applicable"),
    ("无", None, None, None, "not_applicable"),
    ("不适用", None, None, None, "not_applicable"),
]


@pytest.mark.parametrize(
    ("text", "operator", "value", "unit", "kind"), REQUIREMENTS, ids=[r[0] for r in REQUIREMENTS]
)
def test_a_target_is_read_as_it_is_meant(text, operator, value, unit, kind):
    read = parse_requirement(text)
    assert (read.operator, read.value, read.unit, read.kind) == (operator, value, unit, kind)


@pytest.mark.parametrize(
    ("text", "unit", "value", "own", "kind", "approximate"),
    [
        ("90余次", None, D(90), "次", "number", True),
        ("340 余篇", None, D(340), "篇", "number", True),
        ("20多万元", None, D(20), "万元", "number", True),
        ("逾20多万人次", None, D(20), "万人次", "number", True),
        ("约100人", None, D(100), "人", "number", True),
        ("100人左右", None, D(100), "人", "number", True),
        ("735", "人次", D(735), "人次", "number", False),
        ("100%", "%", D(100), "%", "rate", False),
        ("98", "%", D(98), "%", "rate", False),
        ("200万", "元", D(200), "万元", "number", False),
        ("200万", "万元", D(200), "万元", "number", False),
        ("195.5万元", "元", D("195.5"), "万元", "number", False),
        ("2800000.0000", None, D("2800000"), None, "number", False),
        ("３５００公斤", None, D(3500), "公斤", "number", False),
        ("零", "起", D(0), "起", "number", False),
        ("7月", None, (None, 7), None, "date", False),
        ("2021年12月", None, (2021, 12), None, "date", False),
        ("36批200多人次", None, "36批200多人次", None, "text", False),
        ("完成1部宣传片,2套方案", None, "完成1部宣传片,2套方案", None, "text", False),
        ("完成", None, "完成", None, "text", False),
        ("良好", None, "良好", None, "grade", False),
        ("无", None, None, None, "not_applicable", False),
        (0, None, D(0), None, "number", False),
        (0.1 + 0.2, None, D("0.3"), None, "number", False),
        (D("97.75"), "%", D("97.75"), "%", "rate", False),
        (None, "个", None, None, "blank", False),
    ],
)
def test_an_actual_is_read_as_it_is_meant(text, unit, value, own, kind, approximate):
    read = parse_actual(text, unit)
    assert (read.value, read.unit, read.kind, read.approximate) == (value, own, kind, approximate)


@pytest.mark.parametrize("text", ["≥266米", "≥95%", "≤4"])
def test_an_actual_that_repeats_the_operator_keeps_its_value_and_says_so(text):
    read = parse_actual(text)
    assert read.kind in ("number", "rate") and "重复了目标" in read.reason


#: target, actual, unit column -> met
MET = [
    ("≥95%", "95%", None, True),
    ("≥95%", "94.99%", None, False),
    ("≥95%", "98", None, True),
    ("≥95%", "0.98", None, True),
    ("≥95%", "1", None, None),
    (">95%", "95%", None, False),
    ("≤3%", "0.5", None, None),
    ("≤0.9‰", "0.1", None, True),
    ("≤0.9‰", "0", None, True),
    ("≤0.9", "0", "%", True),
    ("≥98", "100%", "%", True),
    ("=100%", "98%", None, False),
    ("≥100", "735", "人次", True),
    ("≤200万", "195.5万元", "元", True),
    ("≤202.6万元", "132.9", None, True),
    ("≤202.6万元", "1329120.67元", None, True),
    ("≥1.16亿元", "1.5亿元", None, True),
    ("≥12000元", "1.2万元", None, True),
    ("≤5‰", "0.5%", None, True),
    ("≤5‰", "0.51%", None, False),
    ("≥80次", "90余次", None, True),
    ("≥90次", "90余次", None, True),
    (">90次", "90余次", None, True),
    (">90次", "约90次", None, None),
    ("≥91次", "90余次", None, False),
    ("=90次", "90余次", None, None),
    ("≤100次", "90余次", None, None),
    ("≥100人", "近100人", None, None),
    ("9月前", "7月", None, True),
    ("9月前", "9月", None, False),
    ("12月底前", "12月", None, True),
    ("2022年12月31日前", "2023年1月5日", None, False),
    ("6月30日前", "2022-06-30", None, True),
    ("10-15个", "15个", None, True),
    ("10-15个", "16个", None, False),
    ("≥30家", "32个", None, True),
    ("≥30人", "32人次", None, None),
    ("≥30万元", "完成", None, None),
    ("≥1000万元", "98%", None, None),
    ("21", "21人", None, True),
    ("21", "20人", None, None),
    ("优", "良", None, False),
    ("良", "优", None, True),
    ("显著提升", "显著提升", None, None),
    ("满意", "完成", None, None),
    ("", "3", None, None),
    ("≥3", "", None, None),
    ("≥3", "/", None, None),
]


@pytest.mark.parametrize(("target", "actual", "unit", "met"), MET, ids=[f"{m[0]} {m[1]}" for m in MET])
def test_meeting_a_target(target, actual, unit, met):
    compared = compare(parse_requirement(target, unit), parse_actual(actual, unit))
    assert compared.met is met
    assert compared.comparable is (met is not None)
    assert (compared.reason is None) is (met is not None), "what cannot be compared says why, and only that"


def test_the_ratio_is_exact_and_in_the_targets_unit():
    compared = compare(parse_requirement("≥3万元"), parse_actual("10000元"))
    assert (compared.ratio, compared.target, compared.actual) == (Fraction(1, 3), Fraction(3), Fraction(1))
    assert compare(parse_requirement("≤0起"), parse_actual("2起")).ratio is None


def test_sentences_name_both_sides():
    assert compare(parse_requirement("≥1000万元"), parse_actual("98%")).reason == (
        "完成值的单位“%”与目标的单位“万元”不能换算，不能比较 98% 与 ≥1000万元"
    )
    assert compare(parse_requirement("=90次"), parse_actual("90余次")).reason == (
        "完成值“90余次”是约数，不能与目标 =90次 比较，请填准确数"
    )
    assert "290%" in parse_requirement("290%").reason
    assert (
        parse_requirement("5000吨稻谷、500吨成品粮储备到位率").reason
        == "一格里写了两个以上的指标值，请拆成几行"
    )


@given(st.text(max_size=60), st.one_of(st.none(), st.text(max_size=8)))
def test_no_text_ever_raises(text, unit):
    requirement, actual = parse_requirement(text, unit), parse_actual(text, unit)
    kinds = {"number", "rate", "date", "grade", "text", "blank", "not_applicable", "hint"}
    assert requirement.kind in kinds and actual.kind in kinds
    compare(requirement, actual)


TYPED = st.text(
    alphabet="0123456789.,%‰≥≤><=-~至以上内下约余多万亿元个人次/年月日底前第季度优良中差达成无|（）() ",
    max_size=20,
)


@given(TYPED, TYPED)
def test_nothing_an_officer_types_ever_raises(target, actual):
    compare(parse_requirement(target), parse_actual(actual))


@given(
    st.sampled_from(
        [
            ("≥", "≧", ">=", "=>", "＞＝", "不少于", "不低于", "大于等于", "至少"),
            ("≤", "≦", "<=", "不超过", "不大于", "小于等于"),
        ]
    ),
    st.integers(0, 10**6),
    st.sampled_from(["%", "个", "万元", "人次", ""]),
)
def test_the_spelling_of_the_operator_makes_no_difference(spellings, number, unit):
    read = {parse_requirement(f"{sign}{number}{unit}") for sign in spellings}
    assert len(read) == 1 and isinstance(read.pop(), Requirement)


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_units_of_money_convert_both_ways(fen, target):
    yuan, ten_thousand = D(fen) / 100, D(fen) / 10**6
    one = compare(parse_requirement(f"≥{target}元"), parse_actual(f"{yuan:f}元"))
    other = compare(parse_requirement(f"≥{D(target) / 10**4:f}万元"), parse_actual(f"{ten_thousand:f}万元"))
    assert (one.met, one.ratio) == (other.met, other.ratio)


@given(st.decimals(0, 10**6, places=2), st.decimals(0, 10**6, places=2), st.decimals(0, 10**6, places=2))
def test_more_never_hurts_a_floor(target, less, more):
    less, more = sorted((less, more))
    floor = parse_requirement(f"≥{target}个")
    assert compare(floor, parse_actual(f"{less}个")).met <= compare(floor, parse_actual(f"{more}个")).met


@pytest.mark.parametrize(
    ("text", "operator", "value", "unit"),
    [("不能低于95%", ">=", Decimal(95), "%"), ("不应该超过3%", "<=", Decimal(3), "%"),
     ("不可超过5天", "<=", Decimal(5), "天"), ("负5%", None, Decimal(-5), "%"),
     ("3%(不含)以下", "<", Decimal(3), "%"), ("3%（不含）以上", ">", Decimal(3), "%"),
     ("2022年年底前", "<=", (2022, 12), None), ("100%全覆盖", None, Decimal(100), "%"),
     ("指标1：≥95%", ">=", Decimal(95), "%"), ("填埋率≥90%", ">=", Decimal(90), "%"),
     ("一百", None, Decimal(100), None), ("三千五百", None, Decimal(3500), None)],
)  # fmt: skip
def test_words_around_a_number_do_not_change_it(text, operator, value, unit):
    found = parse_requirement(text)
    assert (found.operator, found.value, found.unit) == (operator, value, unit)


@pytest.mark.parametrize("text", ["指标1：", "填写数量", "（填写）"])
def test_a_label_without_content_is_a_hint(text):
    assert parse_requirement(text).kind == "hint"
