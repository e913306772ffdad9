"""What holds of every target and result: nothing raises, spellings agree, more is never worse, units change nothing."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.measure import compare, parse_actual, parse_requirement

KINDS = {"number", "rate", "date", "grade", "text", "blank", "not_applicable", "hint"}
SPELLINGS = {
    ">=": ("≥", "≧", ">=", "＞＝", "不少于", "不低于", "大于等于", "至少", "不得低于"),
    "<=": ("≤", "≦", "<=", "＜＝", "不超过", "不高于", "小于等于", "至多", "不得超过"),
    ">": (">", "＞", "大于", "高于"),
    "<": ("<", "＜", "小于", "低于"),
    "=": ("=", "＝", "═", "等于"),
}
UNITS = (
    "%",
    "‰",
    "个",
    "人次",
    "元",
    "万元",
    "亿元",
    "元/户",
    "平方米",
    "公里",
    "小时",
    "工作日",
    "场",
    "分",
    "倍",
    "",
)
WIDE = str.maketrans("0123456789.%", "０１２３４５６７８９．％")
TYPED = st.text(
    alphabet="0123456789.,，%‰≥≤＞><=-~—±至到以上内下含不超低于约近余多万亿千元个人次月日年底前第季度上半旬优良中差达成未完成下降增长率无零一二十百|（）() \n★①½²",
    max_size=30,
)
amounts = st.decimals(0, 10**6, places=2)


@given(st.text(max_size=120), st.one_of(st.none(), st.text(max_size=60)))
def test_no_text_raises_and_every_reading_is_of_a_known_kind(text, unit):
    requirement, actual = parse_requirement(text, unit), parse_actual(text, unit)
    assert requirement.kind in KINDS and actual.kind in KINDS
    compare(requirement, actual)


@given(TYPED, TYPED, st.sampled_from(["", "%", "万元", "人", "/"]))
def test_what_is_not_told_always_has_a_chinese_reason_and_what_is_told_has_none(target, result, unit):
    compared = compare(parse_requirement(target, unit), parse_actual(result, unit))
    if compared.met is not None:
        assert compared.reason is None
    else:
        assert compared.reason and re.search(r"[\u4e00-\u9fff]{2}", compared.reason)


@given(TYPED)
def test_a_text_always_says_why_it_is_no_measure(text):
    for read in (parse_requirement(text), parse_actual(text)):
        assert read.kind != "text" or re.search(r"[\u4e00-\u9fff]{2}", read.reason)


@pytest.mark.parametrize("text", [None, True, 0, 1.5, float("nan"), float("inf"), Decimal("Infinity"), [], b"5", "\ud800", "\x00", "1" * 10**6, "一" * 10**6, "\u0301\u0316" * 10**6, "对照" * 10**6, "ﷺ" * 100, " " * 10**6])  # fmt: skip
def test_odd_values_are_read_too(text):
    requirement, actual = parse_requirement(text, text), parse_actual(text, text)
    assert requirement.kind in KINDS and actual.kind in KINDS
    compare(requirement, actual)


@given(
    st.sampled_from(sorted(SPELLINGS)),
    st.integers(0, 10**7),
    st.integers(0, 3),
    st.sampled_from(UNITS),
    st.data(),
)
def test_a_target_is_read_alike_in_every_spelling_and_width(operator, number, places, unit, data):
    value = Decimal(number).scaleb(-places)
    sign = data.draw(st.sampled_from(SPELLINGS[operator]))
    space = data.draw(st.sampled_from(["", " ", "　", "\n"]))
    printed = f"{value:,f}" if data.draw(st.booleans()) else f"{value:f}"
    text = f"{sign}{space}{printed}{space}{unit}"
    if data.draw(st.booleans()):
        text = text.translate(WIDE)
    read = parse_requirement(text)
    kind = "rate" if unit in ("%", "‰") else "number"
    assert (read.operator, read.value, read.unit, read.kind) == (operator, value, unit or None, kind)


@given(st.integers(1, 12), st.integers(1, 28), st.integers(1, 12), st.integers(1, 28))
def test_a_day_is_never_lost(month, day, done_month, done_day):
    limit = parse_requirement(f"{month}月{day}日前")
    assert (limit.operator, limit.value) == ("<=", (None, month, day))
    reached = parse_actual(f"2022-{done_month:02}-{done_day:02}")
    assert compare(limit, reached).met is ((done_month, done_day) <= (month, day))


@given(amounts, amounts, amounts, st.sampled_from([u for u in UNITS if u]))
def test_more_is_never_worse_for_a_floor_nor_better_for_a_ceiling(target, one, other, unit):
    less, more = (parse_actual(f"{each}{unit}") for each in sorted((one, other)))
    floor, ceiling = parse_requirement(f"≥{target}{unit}"), parse_requirement(f"≤{target}{unit}")
    assert compare(floor, less).met <= compare(floor, more).met
    assert compare(ceiling, less).met >= compare(ceiling, more).met


@given(amounts, amounts, amounts)
def test_a_fall_is_the_better_the_deeper_and_never_met_by_a_rise(target, one, other):
    wanted = parse_requirement(f"下降{target + 1}%以上")
    shallow, deep = (parse_actual(f"下降{each}%") for each in sorted((one, other)))
    assert compare(wanted, shallow).met <= compare(wanted, deep).met
    assert compare(wanted, parse_actual(f"增长{one}%")).met is False


@pytest.mark.parametrize(
    "sizes",
    [{"元": 1, "万元": 10**4, "亿元": 10**8}, {"人": 1, "万人": 10**4}, {"‰": 1, "%": 10}, {"米": 1, "公里": 1000},
     {"元/户": 1, "万元/户": 10**4}, {"平方米": 1, "万平方米": 10**4}],
    ids=lambda sizes: next(iter(sizes)),
)  # fmt: skip
@given(st.integers(0, 10**12), st.integers(1, 10**12), st.data())
def test_a_unit_never_changes_a_verdict(sizes, reached, wanted, data):
    sign = data.draw(st.sampled_from(["≥", "≤", ">", "<", "="]))

    def written(amount: int, unit: str) -> str:
        return f"{Decimal(amount) / sizes[unit]:f}{unit}"

    plain = next(iter(sizes))
    expected = compare(
        parse_requirement(sign + written(wanted, plain)), parse_actual(written(reached, plain))
    )
    mine, theirs = (data.draw(st.sampled_from(list(sizes))) for _ in range(2))
    found = compare(parse_requirement(sign + written(wanted, mine)), parse_actual(written(reached, theirs)))
    assert (found.met, found.ratio) == (expected.met, expected.ratio)


@given(st.integers(2, 100), st.integers(1, 99), st.sampled_from(["≥", ">", "="]))
def test_a_share_below_one_is_read_as_a_percentage(target, reached, sign):
    wanted = parse_requirement(f"{sign}{target}%")
    as_share = compare(wanted, parse_actual(f"{Decimal(reached) / 100}"))
    assert as_share.met is compare(wanted, parse_actual(f"{reached}%")).met


@given(st.integers(0, 9999))
def test_chinese_numerals_count_as_digits_do(number):
    digits, places = "零一二三四五六七八九", ("", "十", "百", "千")
    spelled = "".join(
        digits[int(sign)] + (places[len(str(number)) - 1 - at] if sign != "0" else "")
        for at, sign in enumerate(str(number))
    )
    spelled = re.sub("零+", "零", spelled).rstrip("零") or "零"
    assert parse_actual(f"{spelled}次").value == number
