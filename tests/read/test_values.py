"""Every kind of cell, as typed by people, against the value its field declares."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.forms import TYPES, FieldSpec
from pipeline.model import INVALID, NOT_APPLICABLE
from pipeline.read.values import Surroundings, printed, shown, typed

DAY = dt.date(2022, 3, 1)


def field(kind: str, **more: object) -> FieldSpec:
    choices = ("人员", "公用", "项目") if kind == "choice" else ()
    name = "x_fen" if kind == "money" else "x"
    return FieldSpec(name, "名称", kind, choices=more.get("choices", choices))


def around(code: str | None = None, unit: str = "万元", is_1904: bool = False) -> Surroundings:
    return Surroundings(unit, lambda: code, is_1904)


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("raw", ["", None])
def test_a_blank_is_none_and_nothing_is_logged(kind, raw):
    assert typed(field(kind), raw) == typed(field("text"), None)
    assert typed(field(kind), raw).value is None
    assert typed(field(kind), raw).kinds == ()


@pytest.mark.parametrize("kind", TYPES)
def test_white_space_alone_is_a_blank_and_is_logged(kind):
    result = typed(field(kind), " \u3000\n\u200b")
    assert (result.value, result.kinds) == (None, ("blanks",))


@pytest.mark.parametrize("raw", ["—", "-", "/", "无", "不适用", "——", "／", "－", "N/A", " 不适用 "])
@pytest.mark.parametrize(
    "kind", ["money", "number", "ratio", "count", "date", "count_or_yes_no", "code", "choice"]
)
def test_not_applicable_is_neither_blank_nor_zero(kind, raw):
    result = typed(field(kind), raw)
    assert result.value is NOT_APPLICABLE
    assert "not_applicable" in result.kinds


@pytest.mark.parametrize("kind", ["text", "measure"])
def test_in_words_a_dash_is_what_was_typed(kind):
    assert typed(field(kind), "无").value == "无"
    assert typed(field(kind), "—").value == "—"
    assert typed(field(kind), "—").kinds == ()


@pytest.mark.parametrize(
    ("raw", "unit", "fen", "kinds"),
    [
        (0, "万元", 0, ()),
        (2227.7, "万元", 2_227_700_000, ()),
        (0.1 + 0.2, "万元", 300_000, ()),
        (387664.62, "元", 38_766_462, ()),
        (-14.64, "万元", -14_640_000, ()),
        ("1,203.50", "万元", 1_203_500_000, ("thousands", "number_as_text")),
        ("１２０３．５０　", "万元", 1_203_500_000, ("blanks", "full_width", "number_as_text")),
        ("−14.64", "万元", -14_640_000, ("full_width", "number_as_text")),
        ("(14.64)", "万元", -14_640_000, ("brackets", "number_as_text")),
        ("1203.5万元", "万元", 1_203_500_000, ("unit", "number_as_text")),
        ("￥25元", "元", 2_500, ("unit", "number_as_text")),
        ("0", "万元", 0, ("number_as_text",)),
        (0.000001, "万元", 1, ()),
        (1.5, "亿元", 15_000_000_000, ()),
    ],
)
def test_money(raw, unit, fen, kinds):
    result = typed(field("money"), raw, around(unit=unit))
    assert (result.value, result.kinds, result.problem) == (fen, kinds, "")


@pytest.mark.parametrize(
    ("raw", "unit", "why"),
    [
        (0.0000001, "万元", "万元的金额细于 1 分"),
        (1.005, "元", "元的金额细于 1 分"),
        ("5%", "万元", "百分比不是金额"),
        ("1203.5元", "万元", "不是数字"),
        ("1203.5万元", "元", "不是数字"),
        ("1,20", "万元", "千分位逗号的位置不对"),
        ("1.23E+17", "万元", "科学计数法的数字已丢失精度"),
        ("约120", "万元", "不是数字"),
        (True, "万元", "是/否不是数字"),
        (dt.datetime(2022, 3, 1), "万元", "单元格的格式是日期或时间，不是数字"),
        (dt.time(12), "万元", "单元格的格式是日期或时间，不是数字"),
        ("#REF!", "万元", "不是数字"),
    ],
)
def test_money_that_cannot_be_read_says_why(raw, unit, why):
    result = typed(field("money"), raw, around(unit=unit))
    assert result.value is INVALID
    assert result.problem == why
    assert not result.is_choice


@given(st.integers(-(10**15), 10**15), st.sampled_from(["元", "万元"]))
def test_money_typed_as_text_is_exact_to_the_fen(fen, unit):
    per = {"元": 100, "万元": 1_000_000}[unit]
    text = f"{Decimal(fen) / per:,f}"
    assert typed(field("money"), text, around(unit=unit)).value == fen


@given(st.integers(-(10**11), 10**11))
def test_money_typed_as_a_double_is_exact_to_the_fen(fen):
    assert typed(field("money"), fen / 1_000_000, around()).value == fen


@given(st.text(), st.sampled_from(sorted(TYPES)))
def test_no_text_ever_raises(text, kind):
    result = typed(field(kind), text)
    assert (result.value is INVALID) == bool(result.problem)
    printed(result.value, kind=kind)


@given(
    st.one_of(st.floats(), st.booleans(), st.datetimes(), st.dates(), st.times(), st.timedeltas()),
    st.sampled_from(sorted(TYPES)),
)
def test_no_cell_ever_raises(raw, kind):
    result = typed(field(kind), raw)
    assert (result.value is INVALID) == bool(result.problem)
    shown(raw)


@given(st.from_regex(r"[0-9]{1,15}(\.[0-9]{1,6})?", fullmatch=True))
def test_a_number_never_gets_a_value_other_than_its_digits(text):
    result = typed(field("number"), text)
    assert result.value == Decimal(text)


@pytest.mark.parametrize(
    ("raw", "code", "value", "kinds", "bare"),
    [
        (0.6211, "0.00%", Fraction(6211, 10000), (), False),
        (1.0, "0%", Fraction(1), (), False),
        (62.11, "0.00%", Fraction(6211, 100), (), False),
        (0.6211, "General", Fraction(6211, 10000), ("ratio",), False),
        (62.11, "General", Fraction(6211, 10000), ("percent",), False),
        (62.11, None, Fraction(6211, 10000), ("percent",), False),
        (62.11, '0.00"%"', Fraction(6211, 10000), ("percent",), False),
        (0.5, '0.00"%"', Fraction(5, 1000), ("percent",), False),
        (100, None, Fraction(1), ("percent",), False),
        (1.0, "General", Fraction(1), ("ratio", "bare_one"), True),
        ("1", "General", Fraction(1), ("number_as_text", "ratio", "bare_one"), True),
        ("1", "0%", Fraction(1), ("number_as_text", "ratio", "bare_one"), True),
        (1.01, None, Fraction(101, 10000), ("percent",), False),
        (0.99, None, Fraction(99, 100), ("ratio",), False),
        (0, None, Fraction(0), (), False),
        ("62.11%", "@", Fraction(6211, 10000), ("percent", "number_as_text"), False),
        ("６２．１１％", "@", Fraction(6211, 10000), ("full_width", "percent", "number_as_text"), False),
        ("120%", None, Fraction(6, 5), ("percent", "number_as_text"), False),
        ("0.6211", None, Fraction(6211, 10000), ("number_as_text", "ratio"), False),
    ],
)
def test_percent_the_format_decides_then_the_size(raw, code, value, kinds, bare):
    result = typed(field("ratio"), raw, around(code))
    assert (result.value, result.kinds, result.is_bare_one) == (value, kinds, bare)


@pytest.mark.parametrize("raw", [100.01, 120, "120", -101])
def test_a_bare_number_above_one_hundred_is_no_rate(raw):
    result = typed(field("ratio"), raw, around())
    assert (result.value, result.problem) == (INVALID, "大于 100 而没有百分号")


@pytest.mark.parametrize(
    ("raw", "kinds"),
    [
        (DAY, ()),
        (dt.datetime(2022, 3, 1, 9, 30), ()),
        ("2022-03-01", ("date_text",)),
        ("2022/3/1", ("date_text",)),
        ("2022.3.1", ("date_text",)),
        ("2022年3月1日", ("date_text",)),
        ("2022 年 3 月 1 日", ("date_text",)),
        ("２０２２／３／１", ("date_text",)),
        ("2022-03-01 00:00:00", ("date_text",)),
        ("20220301", ("date_text",)),
        (20220301.0, ("date_text",)),
        (44621.0, ("date_text",)),
        (44621, ("date_text",)),
        (" 2022-3-1 ", ("blanks", "date_text")),
    ],
)
def test_dates(raw, kinds):
    result = typed(field("date"), raw)
    assert (result.value, result.kinds) == (DAY, kinds)
    assert type(result.value) is dt.date


def test_a_serial_number_counts_from_the_workbooks_own_first_day():
    assert typed(field("date"), 44621 - 1462, around(is_1904=True)).value == DAY


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("2022-02-29", "没有这一天"),
        ("2022-13-01", "没有这一天"),
        ("20221301", "没有这一天"),
        ("2022年3月", "不是完整的年月日"),
        ("3月1日", "不是完整的年月日"),
        ("22.3.1", "不是完整的年月日"),
        ("2022-03-01、2022-04-01", "不是完整的年月日"),
        (2022.0, "不是完整的年月日"),
        (44621.5, "不是完整的年月日"),
        (True, "不是日期"),
        (dt.time(8), "不是日期"),
        ("待定", "不是完整的年月日"),
    ],
)
def test_what_is_no_day(raw, why):
    result = typed(field("date"), raw)
    assert (result.value, result.problem) == (INVALID, why)


@given(st.dates(dt.date(1955, 1, 1), dt.date(2063, 12, 31)))
def test_every_spelling_of_a_day_is_the_same_day(day):
    serial = (day - dt.date(1899, 12, 30)).days
    spellings = [
        f"{day:%Y-%m-%d}",
        f"{day.year}/{day.month}/{day.day}",
        f"{day:%Y%m%d}",
        f"{day.year}年{day.month}月{day.day}日",
    ]
    assert {typed(field("date"), raw).value for raw in (*spellings, serial, day)} == {day}


@pytest.mark.parametrize(
    "raw", ["是", "√", "✓", "Y", "y", "yes", "有", 1, 1.0, "1", True, "TRUE", " 是 ", "Ｙ"]
)
def test_yes(raw):
    assert typed(field("yes_no"), raw).value is True


@pytest.mark.parametrize("raw", ["否", "×", "✗", "N", "no", "无", 0, 0.0, "0", False, "没有", "x"])
def test_no(raw):
    assert typed(field("yes_no"), raw).value is False


def test_only_the_two_words_of_the_form_go_unlogged():
    assert typed(field("yes_no"), "是").kinds == typed(field("yes_no"), "否").kinds == ()
    assert typed(field("yes_no"), "√").kinds == ("yes_no",)
    assert typed(field("yes_no"), "不适用").value is NOT_APPLICABLE
    assert typed(field("yes_no"), "/").value is NOT_APPLICABLE
    assert typed(field("yes_no"), "大概").problem == "不是“是”或“否”"
    assert typed(field("yes_no"), 2).value is INVALID


@pytest.mark.parametrize(
    ("raw", "value"),
    [(31.0, 31), ("31", 31), (0, 0), ("１２", 12), ("1,234", 1234), (-2, -2)],
)
def test_counts(raw, value):
    result = typed(field("count"), raw)
    assert result.value == value and type(result.value) is int


@pytest.mark.parametrize("raw", [1.5, "1.5", "50%", "31人", True, DAY])
def test_what_is_no_count(raw):
    assert typed(field("count"), raw).value is INVALID


def test_a_count_or_a_yes_no_keeps_one_apart_from_yes():
    assert typed(field("count_or_yes_no"), 1).value == 1
    assert typed(field("count_or_yes_no"), 1).value is not True
    assert typed(field("count_or_yes_no"), "1").value is not True
    assert typed(field("count_or_yes_no"), "√").value is True
    assert typed(field("count_or_yes_no"), "否").value is False
    assert typed(field("count_or_yes_no"), "5").value == 5
    assert typed(field("count_or_yes_no"), "完成").value is INVALID


@pytest.mark.parametrize(
    ("raw", "value", "kinds"),
    [
        ("P01", "P01", ()),
        ("007", "007", ()),
        (7.0, "7", ("code_number",)),
        (440100, "440100", ("code_number",)),
        (13800138000.0, "13800138000", ("code_number",)),
        ("Ｐ０１", "P01", ("full_width",)),
        ("P01 ", "P01", ("blanks",)),
        ("123456789012345678", "123456789012345678", ()),
    ],
)
def test_codes_are_text(raw, value, kinds):
    result = typed(field("code"), raw)
    assert (result.value, result.kinds) == (value, kinds)


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (1.2345678901234568e17, "编码有 15 位或更多，作为数字存放"),
        (123456789012345.0, "编码有 15 位或更多，作为数字存放"),
        (-1e15, "编码有 15 位或更多，作为数字存放"),
        ("1.23457E+17", "编码变成了科学计数法"),
        ("１．２e+17", "编码变成了科学计数法"),
    ],
)
def test_a_code_that_may_have_lost_its_digits_is_said_to_have(raw, problem):
    result = typed(field("code"), raw)
    assert (result.value, result.problem, result.is_cut_code) == (INVALID, problem, True)


@pytest.mark.parametrize("raw", [DAY, True])
def test_a_code_that_became_a_date_is_no_cut_code(raw):
    result = typed(field("code"), raw)
    assert (result.value, result.is_cut_code) == (INVALID, False)


@pytest.mark.parametrize(
    ("raw", "shown_as", "value"),
    [
        (7.0, "000", "007"),
        (7.0, "General", "7"),
        (7.0, "0.00", "7"),
        (2130501.0, "0", "2130501"),
        (99999999999999.0, "General", "99999999999999"),
    ],
)
def test_a_short_code_kept_as_a_number_is_read_as_it_is_shown(raw, shown_as, value):
    result = typed(field("code"), raw, Surroundings(number_format=lambda: shown_as))
    assert (result.value, result.kinds) == (value, ("code_number",))


@pytest.mark.parametrize(
    ("raw", "value", "kinds"),
    [
        ("项目", "项目", ()),
        ("项目支出", "项目", ("choice",)),
        ("人员经费", "人员", ("choice",)),
        ("项 目", "项目", ("choice",)),
        ("公用\n", "公用", ("blanks",)),
    ],
)
def test_choices(raw, value, kinds):
    result = typed(field("choice"), raw)
    assert (result.value, result.kinds) == (value, kinds)


def test_a_word_that_is_no_choice():
    result = typed(field("choice"), "基本支出")
    assert (result.value, result.is_choice, result.problem) == (INVALID, True, "不在可选范围内")
    assert typed(field("choice", choices=("产出指标", "效益指标")), "产出").value == "产出指标"
    assert not typed(field("choice"), 3).is_choice


@pytest.mark.parametrize(
    ("raw", "value"),
    [(7, 7), (7.0, 7), ("7", 7), ("7月", 7), ("07月份", 7), ("七月", 7), ("十二月", 12), ("2022年7月", 7)],
)
def test_months(raw, value):
    assert typed(field("month"), raw).value == value


@pytest.mark.parametrize("raw", [0, 13, 7.5, "第7月", "合计", True])
def test_what_is_no_month(raw):
    assert typed(field("month"), raw).value is INVALID


def test_years_and_ranges_of_months():
    assert typed(field("year"), 2022.0).value == 2022
    assert typed(field("year"), "2022年度").value == 2022
    assert typed(field("year"), "２０２２").kinds == ("number_as_text",)
    assert typed(field("year"), 22).value is INVALID
    assert typed(field("year"), dt.date(1905, 7, 14)).value is INVALID
    assert typed(field("month_range"), "4-12").value == (4, 12)
    assert typed(field("month_range"), "4-12").kinds == ()
    assert typed(field("month_range"), "4月至12月").value == (4, 12)
    assert typed(field("month_range"), "4–12月").value == (4, 12)
    assert typed(field("month_range"), dt.datetime(2024, 4, 12)).value == (4, 12)
    assert typed(field("month_range"), "12-4").value is INVALID
    assert typed(field("month_range"), "4").value is INVALID


@pytest.mark.parametrize(
    ("raw", "code", "value", "kinds"),
    [
        ("≥95%", "@", "≥95%", ()),
        ("≥95% ", "@", "≥95%", ("blanks",)),
        (91.0, "General", "91", ()),
        (0.95, "0%", "95%", ("percent",)),
        (0.956, "0.0%", "95.6%", ("percent",)),
        (1, "0.00%", "100%", ("percent",)),
        (1600, "#,##0", "1600", ()),
        (91, '0"篇"', "91篇", ("unit",)),
        (62.11, '0.00"%"', "62.11%", ("unit",)),
        (0.1 + 0.2, None, "0.3", ()),
        (1e-7, None, "0.0000001", ()),
        (DAY, "yyyy-mm-dd", "2022-03-01", ("date_text",)),
    ],
)
def test_a_measure_is_what_is_seen_in_the_cell(raw, code, value, kinds):
    result = typed(field("measure"), raw, around(code))
    assert (result.value, result.kinds) == (value, kinds)


def test_text_keeps_what_was_typed_but_for_blanks_around():
    assert typed(field("text"), "　　一是……\n二是…… ").value == "一是……\n二是……"
    assert typed(field("text"), "=1+1").value == "=1+1"
    assert typed(field("text"), 12.50).value == "12.5"
    assert typed(field("text"), 2022.0).kinds == ("number_as_text",)
    assert typed(field("text"), DAY).value == "2022-03-01"


def test_a_raw_cell_as_a_person_sees_it():
    assert shown("第一行\n第二行") == "第一行 第二行"
    assert shown("长" * 100) == "长" * 59 + "…"
    assert shown(dt.datetime(2022, 3, 1, 9, 30)) == "2022-03-01 09:30:00"
    assert shown(None) == ""


def test_the_log_prints_values_as_people_write_them():
    assert printed(2_227_700_000, "万元", "money") == "2227.7 万元"
    assert printed(True) == "是"
    assert printed(Fraction(6211, 10000)) == "62.11%"
    assert printed((4, 12)) == "4-12"
    assert printed(NOT_APPLICABLE) == "不适用"
