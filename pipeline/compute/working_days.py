"""Calendar days and working days (工作日) between two dates, for the time limits of the procurement ledger.

Working days follow the State Council's holiday notices through the ``chinesecalendar`` package. Years it does not
know give None where the answer depends on them: never a guess by weekdays. Source: docs/domain.md §3.
"""

from __future__ import annotations

import datetime

ONE_DAY = datetime.timedelta(days=1)


def calendar_days(start: datetime.date, end: datetime.date) -> int:
    """Days from ``start`` (not counted) to ``end`` (counted); negative when ``end`` is earlier. Excel: ``=end-start``

    >>> calendar_days(datetime.date(2022, 3, 1), datetime.date(2022, 3, 31))
    30
    """
    return (end - start).days


def working_days(start: datetime.date, end: datetime.date) -> int | None:
    """Working days after ``start`` up to and with ``end``; None when a year is not in the calendar.

    Excel: ``=NETWORKDAYS(start+1,end,holidays)`` plus the weekend days worked. A negative answer counts backwards.

    >>> working_days(datetime.date(2022, 9, 30), datetime.date(2022, 10, 11))  # 国庆, 10 月 8、9 日上班
    4
    """
    import chinese_calendar  # 10 ms: only where working days are asked for

    if end < start:
        backwards = working_days(end, start)
        return None if backwards is None else -backwards
    count, day = 0, start
    try:
        while day < end:
            day += ONE_DAY
            count += chinese_calendar.is_workday(day)
    except NotImplementedError:
        return None
    return count


def within_working_days(start: datetime.date, end: datetime.date, limit: int) -> bool | None:
    """Whether ``end`` is no later than ``limit`` working days after ``start``; None when it cannot be known.

    No more calendar days than the limit is within it in any calendar; only beyond that the holidays decide.

    >>> within_working_days(datetime.date(2022, 1, 28), datetime.date(2022, 2, 14), 7)  # 春节在其间
    False
    >>> within_working_days(datetime.date(2050, 1, 3), datetime.date(2050, 1, 10), 7)
    True
    >>> within_working_days(datetime.date(2050, 1, 3), datetime.date(2050, 1, 13), 7) is None
    True
    """
    if (end - start).days <= limit:
        return True
    count = working_days(start, end)
    return None if count is None else count <= limit
