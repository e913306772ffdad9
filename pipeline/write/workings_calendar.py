"""Sheet 工作日历 of the workings: the holidays and the working weekends, so that working days are a live formula.

The dates are those of the State Council's notices as the ``chinesecalendar`` package has them.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from pipeline.model import Submission
from pipeline.write.workings_book import DATE, WorkingsBook

NAME = "工作日历"
_ONE_DAY = datetime.timedelta(days=1)
_FIRST = 4


class Calendar:
    """Working days as the notices say; None for years without one."""

    def working_days(self, start: datetime.date, end: datetime.date) -> int | None:
        """Working days after ``start`` up to and with ``end``."""
        import chinese_calendar  # only where a ledger has dates

        count, day = 0, start
        try:
            while day < end:
                day += _ONE_DAY
                count += chinese_calendar.is_workday(day)
        except NotImplementedError:
            return None
        return count

    def exceptions(self, years: Iterable[int]) -> tuple[list[datetime.date], list[datetime.date]]:
        """Weekdays that are free and weekend days that are worked, of the years that have a notice."""
        import chinese_calendar

        free, worked = [], []
        for year in years:
            day = datetime.date(year, 1, 1)
            try:
                while day.year == year:
                    is_working = chinese_calendar.is_workday(day)
                    if is_working != (day.weekday() < 5):
                        (worked if is_working else free).append(day)
                    day += _ONE_DAY
            except NotImplementedError:
                continue
        return free, worked


CALENDAR = Calendar()


def years_of(submission: Submission) -> list[int]:
    """The years in which contracts were signed or filed."""
    fields = (
        "announced_on",
        "award_notice_on",
        "contract_signed_on",
        "contract_filed_on",
        "contract_announced_on",
    )
    rows = submission.table("procurement.contracts")
    return sorted({row.usable(name).year for row in rows for name in fields if row.usable(name) is not None})


def write(book: WorkingsBook, submission: Submission) -> None:
    """Two columns of dates: 放假的工作日 and 上班的周末."""
    paper = book.papers[NAME]
    paper.title(NAME, "国务院办公厅放假安排中与星期不一致的日子，用于计算工作日。", (18, 18))
    paper.head(("周一至周五放假", "周末上班"))
    days = CALENDAR.exceptions(years_of(submission))
    for column, dates in enumerate(days):
        for row, day in enumerate(dates, _FIRST - 1):
            moment = datetime.datetime(day.year, day.month, day.day)
            paper.sheet.write_datetime(row, column, moment, book.constant(DATE))


def days_after(start: str, end: str) -> str:
    """Working days after one date up to and with another, from references to the two."""
    free, worked = (f"'{NAME}'!${column}${_FIRST}:${column}$400" for column in "AB")
    weekend = f'COUNTIFS({worked},">"&{start},{worked},"<="&{end})'
    return f"(NETWORKDAYS({start}+1,{end},{free})+{weekend})"
