"""Working days against the published holiday notices of the year, and honesty outside the calendar."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.compute.working_days import calendar_days, within_working_days, working_days


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        (date(2022, 4, 20), date(2022, 4, 25), 4),  # 4 月 24 日（周日）调休上班
        (date(2022, 1, 30), date(2022, 2, 7), 1),  # 春节 1 月 31 日–2 月 6 日
        (date(2022, 9, 30), date(2022, 10, 8), 1),  # 国庆 1–7 日；8 日（周六）上班
        (date(2022, 3, 4), date(2022, 3, 4), 0),
        (date(2022, 3, 4), date(2022, 3, 6), 0),
        (date(2022, 3, 7), date(2022, 3, 4), -1),
    ],
)
def test_holidays_and_days_made_up_count_as_the_notices_say(start, end, count):
    assert working_days(start, end) == count


def test_the_limit_is_inclusive():
    start = date(2022, 3, 1)
    assert working_days(start, date(2022, 3, 10)) == 7
    assert within_working_days(start, date(2022, 3, 10), 7) is True
    assert within_working_days(start, date(2022, 3, 11), 7) is False


def test_a_year_the_calendar_does_not_know_is_not_guessed():
    assert working_days(date(1999, 1, 4), date(1999, 1, 20)) is None
    assert within_working_days(date(1999, 1, 4), date(1999, 1, 20), 7) is None
    assert within_working_days(date(1999, 1, 4), date(1999, 1, 11), 7) is True


@given(st.dates(date(2010, 1, 1), date(2025, 6, 1)), st.integers(0, 60), st.integers(0, 60))
def test_working_days_add_up_and_never_exceed_calendar_days(start, first, second):
    middle, end = start + timedelta(first), start + timedelta(first + second)
    assert working_days(start, end) == working_days(start, middle) + working_days(middle, end)
    assert 0 <= working_days(start, end) <= calendar_days(start, end)
