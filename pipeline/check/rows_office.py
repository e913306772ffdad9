"""Prepared columns of the office's forms: 1_基本情况, 5_管理事项 and 6_采购台账.

Each column says one check of ``expectations/<table>.json`` as an integer that is 0 where all is well. Source of
the checks: docs/domain.md §2, §3 and §5.
"""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Mapping

from pipeline.check.frames import Around, Prepared, is_filled, known
from pipeline.model import Row

#: the ledger's dates in the order in which they must come
LEDGER_DATES = (
    "intention_published_on", "announced_on", "award_notice_on", "contract_signed_on", "contract_filed_on",
)  # fmt: skip


def other_year(row: Row, around: Around) -> int:
    """1 where 年度 is not the year of the rubric the submission is scored with."""
    year = row.usable("year")
    return int(around.rubric is not None and year is not None and year not in around.rubric.years)


def other_region(row: Row, around: Around) -> int:
    """1 where 行政区划代码 is not the region of the rubric."""
    region = row.usable("region_code")
    return int(around.rubric is not None and region is not None and region != around.rubric.region_code)


def report_date_out_of_season(row: Row, around: Around) -> int:
    """1 where 填报日期 lies before the year's last month or more than a year after its end."""
    values = known(row, "report_date", "year")
    if values is None:
        return 0
    date, year = values
    return int(not datetime.date(year, 12, 1) <= date <= datetime.date(year + 1, 12, 31))


def excluded_without_reason(row: Row, around: Around) -> int:
    """1 where a unit is left out and nothing says why."""
    return int(row.usable("is_included") is False and not is_filled(row, "exclusion_reason"))


def inapplicable_without_reason(row: Row, around: Around) -> int:
    """1 where a matter is called 不适用 and nothing says why."""
    return int(row.usable("is_applicable") is False and not is_filled(row, "inapplicable_reason"))


def _applies(row: Row) -> bool:
    return row.usable("is_applicable") is True


def _count(row: Row, field: str) -> int | None:
    """A count; None for a yes/no, a blank or an unreadable cell."""
    value = row.usable(field)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def nothing_recorded(row: Row, around: Around) -> int:
    """1 where a matter applies and neither 已做数 nor 问题数 is filled, or 应做数 stands without 已做数."""
    if not _applies(row) or row["done_count"] is not None:
        return 0
    return int(row["required_count"] is not None or row["problem_count"] is None)


def problems_without_reason(row: Row, around: Around) -> int:
    """问题数 of a matter without 扣分原因."""
    problems = _count(row, "problem_count") or 0
    return max(0, problems) if _applies(row) and not is_filled(row, "deduction_reason") else 0


def disclosure_days(around: Around) -> int:
    """Within how many days of 批复 budgets and final accounts are to be public."""
    return int(around.setting("disclosure_days", 20))


def days_to_publish(row: Row, around: Around) -> int:
    """Days from 批复 to 公开; 0 where one of them is not known."""
    values = known(row, "approved_on", "published_on")
    return (values[1] - values[0]).days if values else 0


def days_late(row: Row, around: Around) -> int:
    """Days by which 公开 is later than allowed."""
    return max(0, days_to_publish(row, around) - disclosure_days(around))


def published_early(row: Row, around: Around) -> int:
    """Days by which 公开 comes before 批复."""
    return max(0, -days_to_publish(row, around))


def stocktaking_outside_year(row: Row, around: Around) -> int:
    """1 where 盘点日期 is not in the year nor between its end and 填报日期."""
    date = row.usable("stocktaking_on")
    if date is None or around.year is None:
        return 0
    card = around.submission.card("basics.department")
    reported = card.usable("report_date") if card else None
    last = max(filter(None, (datetime.date(around.year, 12, 31), reported)))
    return int(not datetime.date(around.year, 1, 1) <= date <= last)


def unexplained_asset_difference_fen(row: Row, around: Around) -> int:
    """The widest difference between 账面, 卡片 and 盘点原值 that 差异说明 does not explain."""
    values = [row.usable(field) for field in ("book_value_fen", "card_value_fen", "stocktaking_value_fen")]
    given = [value for value in values if value is not None]
    if len(given) < 2 or is_filled(row, "difference_note"):
        return 0
    return max(given) - min(given)


def _disorder(row: Row) -> tuple[str, ...]:
    """Fields of the first date that is earlier than one that must come before it, the later step first."""
    dated = [(field, row.usable(field)) for field in LEDGER_DATES if row.usable(field) is not None]
    for (before, first), (after, second) in itertools.pairwise(dated):
        if second < first:
            return (after, before)
    return ()


def intention_missing(row: Row, around: Around) -> int:
    """1 where neither 意向公开日期 nor an exemption stands (电子卖场 and 协议定点 are exempt by their method)."""
    exempt = is_filled(row, "intention_exemption") or row.usable("procurement_method") in (
        "电子卖场",
        "协议定点",
    )
    return int(row["intention_published_on"] is None and not exempt)


def days_to_sign(row: Row, around: Around) -> int:
    """Calendar days from 中标通知书 to 合同签订; 0 where one is not known."""
    values = known(row, "award_notice_on", "contract_signed_on")
    return (values[1] - values[0]).days if values else 0


def signed_late(row: Row, around: Around) -> int:
    """Days by which signing is later than allowed, where no 逾期原因 is given."""
    late = days_to_sign(row, around) - int(around.setting("signing_days", 30))
    return 0 if is_filled(row, "overdue_reason") else max(0, late)


def signed_in_another_year(row: Row, around: Around) -> int:
    """1 where 合同签订日期 is not in the year."""
    signed = row.usable("contract_signed_on")
    return int(signed is not None and around.year is not None and signed.year != around.year)


_YEAR: Prepared = lambda row, around: str(around.year or "")  # noqa: E731

DEPARTMENT: Mapping[str, Prepared] = {
    "other_year": other_year,
    "other_region": other_region,
    "report_date_out_of_season": report_date_out_of_season,
    "rubric_year": lambda row, around: "、".join(map(str, around.rubric.years)) if around.rubric else "",
    "rubric_region": lambda row, around: around.rubric.region_code if around.rubric else "",
}
UNITS: Mapping[str, Prepared] = {"excluded_without_reason": excluded_without_reason}
ITEMS: Mapping[str, Prepared] = {
    "inapplicable_without_reason": inapplicable_without_reason,
    "nothing_recorded": nothing_recorded,
    "problems_without_reason": problems_without_reason,
}
DISCLOSURE: Mapping[str, Prepared] = {
    "days_to_publish": days_to_publish,
    "days_allowed": lambda row, around: disclosure_days(around),
    "days_late": days_late,
    "days_early": published_early,
}
ASSETS: Mapping[str, Prepared] = {
    "stocktaking_outside_year": stocktaking_outside_year,
    "unexplained_asset_difference_fen": unexplained_asset_difference_fen,
    "year": _YEAR,
}
CONTRACTS: Mapping[str, Prepared] = {
    "dates_out_of_order": lambda row, around: len(_disorder(row)) // 2,
    "out_of_order_fields": lambda row, around: " ".join(_disorder(row)),
    "intention_missing": intention_missing,
    "days_to_sign": days_to_sign,
    "signing_days_allowed": lambda row, around: int(around.setting("signing_days", 30)),
    "days_signed_late": signed_late,
    "signed_in_another_year": signed_in_another_year,
    "year": _YEAR,
}
