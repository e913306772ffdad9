"""What must hold for any numbers: consistent ones are silent at any precision, wrong ones are found, slips are found wherever they are.

The reports are made of sentences as reports have them, with numbers drawn at random that agree with one another.
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipeline.money import round_half_up
from pipeline.narrative import judge, read

HEAD = "某局2022年度部门整体支出绩效自评报告\n一、收支情况\n"
cents = st.integers(min_value=100_00, max_value=9_000_00).map(lambda each: Fraction(each, 100))


def found(text: str) -> list[tuple[str, str]]:
    return [(one.code, one.found) for one in judge.judge(read.report_of((HEAD + text).encode(), "r.txt"))[0]]


def money(value: Fraction, commas: bool = False) -> str:
    return f"{round_half_up(value, 2):,}" if commas else f"{round_half_up(value, 2)}"


def rate(part: Fraction, whole: Fraction, digits: int = 2) -> str:
    return f"{round_half_up(part / whole * 100, digits)}%"


PATTERNS = (
    "年度支出预算{whole}万元，本年支出{part}万元，完成预算的{rate}。",
    "信息化项目预算{whole}万元，实际支出{part}万元，预算执行率{rate}。",
    "项目下达资金{whole}万元，已支付{part}万元，支付率为{rate}。",
    "年初预算为{whole}万元，支出决算为{part}万元，完成年初预算的{rate}。",
    "支出合计{whole}万元，其中基本支出{part}万元，占{rate}。",
    "截至9月底，累计支出{part}万元，占全年预算{whole}万元的{rate}。",
)


@pytest.mark.parametrize("pattern", PATTERNS)
@given(
    whole=cents,
    share=st.integers(min_value=1, max_value=10_000),
    digits=st.integers(min_value=0, max_value=4),
    commas=st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_a_consistent_rate_is_silent_at_any_precision(pattern, whole, share, digits, commas):
    part = Fraction(int(whole * share / 10_000 * 100), 100)
    assume(part > 0)
    text = pattern.format(
        whole=money(whole, commas), part=money(part, commas), rate=rate(part, whole, digits)
    )
    assert found(text) == []


@pytest.mark.parametrize("pattern", PATTERNS)
@given(
    whole=cents, share=st.integers(min_value=2_000, max_value=9_000), digits=st.integers(min_value=0, max_value=2),
    off=st.integers(min_value=2, max_value=40), up=st.booleans(),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_a_rate_off_by_more_than_its_precision_is_found(pattern, whole, share, digits, off, up):
    part = Fraction(int(whole * share / 10_000 * 100), 100)
    wrong = round_half_up(part / whole * 100, digits) + (1 if up else -1) * off * Decimal(1).scaleb(-digits)
    # what the last printed digit of the amounts leaves open is no error
    slack = (part / whole) * (Fraction(1, 200) / part + Fraction(1, 200) / whole) * 100
    assume(
        0 < wrong < 100 and abs(Fraction(wrong) - part / whole * 100) > slack + Fraction(15, 10) / 10**digits
    )
    text = pattern.format(whole=money(whole), part=money(part), rate=f"{wrong}%")
    assert [seen for _, seen in found(text)] == [f"{wrong}%"]


@given(parts=st.lists(cents, min_size=3, max_size=7), off=st.integers(min_value=10, max_value=500))
@settings(max_examples=60, deadline=None)
def test_sums_close_or_are_told(parts, off):
    names = "办公费 印刷费 差旅费 维修费 劳务费 会议费 培训费".split()
    listed = "、".join(f"{name}{money(value)}万元" for name, value in zip(names, parts, strict=False))
    total = sum(parts)
    assert found(f"{listed}，合计{money(total)}万元。") == []
    wrong = total + Fraction(off, 100) + Fraction(1, 10)
    assume(not any(abs(wrong - total + value) < 1 for value in parts))
    assert found(f"{listed}，合计{money(wrong)}万元。") == [("NA-008", f"{money(wrong)}万元")]


@given(now=cents, before=cents, digits=st.integers(min_value=0, max_value=2))
@settings(max_examples=80, deadline=None)
def test_a_change_and_its_rate_agree_in_both_directions(now, before, digits):
    step = now - before
    assume(abs(step) >= 1)
    word = ("增加", "增长") if step > 0 else ("减少", "下降")
    shown = rate(abs(step), before, digits)
    assert (
        found(f"会议费支出{money(now)}万元，比上年{word[0]}{money(abs(step))}万元，{word[1]}{shown}。") == []
    )
    assert (
        found(
            f"会议费支出{money(now)}万元，比上年的{money(before)}万元{word[0]}{money(abs(step))}万元，{word[1]}{shown}。"
        )
        == []
    )


@given(
    names=st.lists(
        st.sampled_from(["办公室", "人事科", "财务科", "规划科", "法规科", "业务科", "监督科"]),
        min_size=3,
        max_size=7,
        unique=True,
    ),
    joined=st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_names_are_counted_however_they_are_joined(names, joined):
    listed = "、".join(names[:-1]) + ("和" if joined else "、") + names[-1]
    for count in (len(names), len(names) + 1):
        expected = [] if count == len(names) else [("NA-016", f"{count}个")]
        assert found(f"机关设{listed}{count}个内设机构。") == expected
        assert found(f"机关内设{count}个科室，分别是{listed}。") == expected


@given(
    year=st.integers(min_value=1990, max_value=2040),
    month=st.integers(min_value=1, max_value=12),
    day=st.integers(min_value=1, max_value=31),
)
@settings(max_examples=120, deadline=None)
def test_a_date_is_told_exactly_when_the_calendar_has_it_not(year, month, day):
    import datetime

    try:
        datetime.date(year, month, day)
        expected = []
    except ValueError:
        expected = [("NA-019", f"{year}年{month}月{day}日")]
    assert found(f"于{year}年{month}月{day}日前完成。") == expected


@given(
    text=st.text(
        alphabet="一二三0123456789.,%万元个分年月日（）“”、，。；：\n增长占其中为预算支出合计至-+=×÷等第",
        max_size=120,
    )
)
@settings(max_examples=300, deadline=None)
def test_no_text_is_too_odd(text):
    """Whatever is written, it is read and judged without an exception, and says the same twice."""
    assume(re.search(r"\S", text))
    assert found(text) == found(text)


@given(
    whole=st.integers(min_value=10**9, max_value=9 * 10**10),
    share=st.integers(min_value=1000, max_value=9999),
)
@settings(max_examples=80, deadline=None)
def test_amounts_printed_rounded_explain_the_rate_of_the_exact_ones(whole, share):
    """In 亿元 with two decimals, the rate from the exact 元: what rounding leaves open is no error."""
    part = whole * share // 10_000
    shown = [f"{round_half_up(Fraction(each, 10**8), 2)}" for each in (whole, part)]
    assert (
        found(
            f"年度支出预算{shown[0]}亿元，本年支出{shown[1]}亿元，完成预算的{rate(Fraction(part), Fraction(whole))}。"
        )
        == []
    )
