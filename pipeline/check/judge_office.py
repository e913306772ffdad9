"""Judges of the office's forms: 1_基本情况, 5_管理事项 and 6_采购台账.

Each tells what it looked at (:class:`Told`), with ``excess`` 0 where all is well. What may be legitimate asks for a
word of reason in the row and is satisfied by one. Amounts called a slip are left out. Source: docs/domain.md §2, §3, §5.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from pipeline.check.amounts import ASSETS, CONTRACTS, COSTS
from pipeline.check.frames import Around, is_filled, known
from pipeline.check.judge_finance import row_of_month
from pipeline.check.judgements import Told
from pipeline.check.printing import amount
from pipeline.check.slips import usable_fen
from pipeline.model import Row
from pipeline.money import print_percent

THREE_PUBLIC = ("因公出国境", "公车购置", "公车运行", "公务接待")
_DEPARTMENT, _STAFF, _ITEMS = "basics.department", "basics.staff", "management.items"
#: words that belong to a telephone number
_PHONE_WORDS = re.compile(r"转|分机|内线|手机|电话|或|ext\.?|[\s\d()（）+\-—–、,，;；/.*#]+", re.IGNORECASE)
_LEAST_DIGITS = 7
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_LARGE = ("大型",)


def judge_department(around: Around) -> Iterator[Told]:
    """单位信息: a telephone number that is none, one person who fills in and reviews, a date before the year is over."""
    card = around.submission.card(_DEPARTMENT)
    if card is None:
        return
    phone, preparer, reviewer = (card.usable(name) for name in ("phone", "preparer", "reviewer"))
    if isinstance(phone, str):
        yield Told("BD-017", _DEPARTMENT, int(not is_phone(phone)), card, ("phone",))
    same = preparer is not None and _name(preparer) == _name(reviewer)
    yield Told("BD-018", _DEPARTMENT, int(same), card, ("reviewer", "preparer"))
    values = known(card, "report_date", "year")
    if values is not None:
        date, year = values
        last = around.active_months[1]
        row = around.once(row_of_month).get(last)
        spent = row is not None and bool(row.usable("spent_fen"))
        # BD-010 speaks of dates outside the season
        early = datetime.date(year, 12, 1) <= date < datetime.date(year, 12, 31) and last == 12 and spent
        yield Told("BD-019", _DEPARTMENT, int(early), card, ("report_date",))


def is_phone(text: str) -> bool:
    """Whether a text can be a telephone number: seven digits or more, and nothing but what goes with them.

    >>> is_phone("020-83120000转8001"), is_phone("13800000000 / 83120000"), is_phone("见上"), is_phone("12345")
    (True, True, False, False)
    """
    plain = unicodedata.normalize("NFKC", text)
    digits = sum(letter.isdigit() for letter in plain)
    return digits >= _LEAST_DIGITS and not _PHONE_WORDS.sub("", plain)


def _name(value: object) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", str(value)))


def judge_staff(around: Around) -> Iterator[Told]:
    """年末在职 ÷ 编制数 above the rubric's ``staff_control_rate`` (off without it) and no word in 备注."""
    card, limit = around.submission.card(_STAFF), around.setting("staff_control_rate", None)
    values = known(card, "staff_at_year_end", "established_posts") if card else None
    if limit is None or values is None or values[1] < 0:
        return
    over = values[0] > values[1] * Fraction(limit) and not is_filled(card, "note")
    rate = f"在职人员控制率 {print_percent(Fraction(values[0], values[1]))}" if values[1] else "编制数为 0"
    facts = {"control_rate": rate, "control_limit": print_percent(Fraction(limit), 0)}
    yield Told("BD-015", _STAFF, int(over), card, ("staff_at_year_end", "established_posts"), facts=facts)


def judge_narrative(around: Around) -> Iterator[Told]:
    """A section of 文字材料 with fewer characters than the rubric's ``narrative_least_characters`` (off without it)."""
    least = around.setting("narrative_least_characters", None)
    if least is None:
        return
    for row in around.submission.table("basics.narrative"):
        text = row.usable("text")
        if isinstance(text, str):
            length = sum(not each.isspace() and each.isalnum() for each in text)
            facts = {"length": length, "least": least}
            yield Told("BD-016", "basics.narrative", max(0, int(least) - length), row, ("text",), facts=facts)


def judge_costs(around: Around) -> Iterator[Told]:
    """“三公”经费 item by item: money without a budget, a rise over last year without a reason, 实物量 that does not go
    with the money; and in total."""
    limit = around.setting("cost_rise_rate", None)
    shown = "" if limit is None else print_percent(Fraction(limit), 0)
    over: list[Row] = []
    sums: list[tuple[int | None, int | None]] = []
    for row in around.submission.table(COSTS):
        names = ("budget_fen", "executed_fen", "executed_last_year_fen")
        budget, spent, before = (usable_fen(row, name, around) for name in names)
        explained = is_filled(row, "change_reason")
        if limit is not None and spent is not None and before is not None:
            rise = Fraction(spent - before, before) if before > 0 else Fraction(0)
            facts = {"rise": rise, "rise_limit": shown}
            yield Told("MG-021", COSTS, int(rise >= limit > 0 and not explained), row,
                       ("change_reason", "executed_fen", "executed_last_year_fen"), facts=facts)  # fmt: skip
        if row.usable("item") not in THREE_PUBLIC:
            continue
        sums.append((budget, spent))
        yield Told(
            "MG-019",
            COSTS,
            int(spent is not None and budget == 0 < spent),
            row,
            ("executed_fen", "budget_fen"),
        )
        if None not in (budget, spent) and spent > budget > 0:
            over.append(row)
        physical = first_number(row.usable("physical_amount"))
        if physical is not None and spent is not None:
            told = int((physical == 0) != (spent == 0) and not explained)
            yield Told("MG-022", COSTS, told, row, ("physical_amount", "executed_fen"))
    if sums and not any(None in pair for pair in sums):
        budget, spent = (sum(pair[at] for pair in sums) for at in (0, 1))
        facts = {"total_spent": amount(spent), "total_budget": amount(budget),
                 "over_items": "、".join(str(row.usable("item")) for row in over)}  # fmt: skip
        # an item beyond its budget is what the total is made of: the finding stands at those items
        for row in over:
            yield Told(
                "MG-020",
                COSTS,
                max(0, spent - budget),
                row,
                ("executed_fen", "budget_fen"),
                facts=facts,
                group="total",
            )


def first_number(text: object) -> Decimal | None:
    """The number an amount of things begins with or holds; None without one.

    >>> first_number("66批 512人次"), first_number("0批"), first_number("无")
    (Decimal('66'), Decimal('0'), None)
    """
    found = _NUMBER.search(unicodedata.normalize("NFKC", str(text))) if text is not None else None
    return Decimal(found[0]) if found else None


def judge_assets(around: Around) -> Iterator[Told]:
    """资产: income paid in that is not what was due, without 差异说明."""
    card = around.submission.card(ASSETS)
    due, paid = (
        usable_fen(card, name, around) if card else None for name in ("income_due_fen", "income_paid_fen")
    )
    if due is not None and paid is not None:
        facts = {"short": f"少缴 {amount(due - paid)}" if paid < due else f"多缴 {amount(paid - due)}"}
        gap = 0 if is_filled(card, "difference_note") else abs(due - paid)
        yield Told(
            "MG-023", ASSETS, gap, card, ("income_paid_fen", "income_due_fen", "difference_note"), facts=facts
        )


def judge_items(around: Around) -> Iterator[Told]:
    """事项 done after the day it was due, without 扣分原因."""
    for row in around.submission.table(_ITEMS):
        dates = known(row, "done_on", "due_on")
        if dates is not None and row.usable("is_applicable") is not False:
            late = 0 if is_filled(row, "deduction_reason") else max(0, (dates[0] - dates[1]).days)
            yield Told(
                "MG-024",
                _ITEMS,
                late,
                row,
                ("done_on", "due_on", "deduction_reason"),
                facts={"days": late},
            )


def judge_contract_dates(around: Around) -> Iterator[Told]:
    """采购台账: 意向 too short before the announcement, 备案 and 合同公告 after their working days; a reason excuses.

    Each limit is the rubric's setting; without it the check is off.
    """
    lead = around.setting("intention_lead_days", None)
    limits = (("PC-013", "contract_filed_on", around.setting("filing_working_days", None)),
              ("PC-014", "contract_announced_on", around.setting("announcement_working_days", None)))  # fmt: skip
    for row in around.submission.table(CONTRACTS):
        excused = is_filled(row, "overdue_reason")
        dates = known(row, "intention_published_on", "announced_on")
        if lead is not None and dates is not None and not is_filled(row, "intention_exemption"):
            days = (dates[1] - dates[0]).days
            # dates out of order have been told of
            short = 0 <= days < lead and not excused
            yield Told("PC-015", CONTRACTS, int(short), row, ("intention_published_on", "announced_on", "overdue_reason"),
                       facts={"days": days, "days_wanted": lead})  # fmt: skip
        for code, field, limit in limits:
            dates = known(row, "contract_signed_on", field)
            if limit is None or dates is None:
                continue
            days = None if excused else beyond_working_days(*dates, int(limit))
            facts = {"days": days, "days_wanted": limit}
            yield Told(
                code,
                CONTRACTS,
                int(days is not None),
                row,
                (field, "contract_signed_on", "overdue_reason"),
                facts=facts,
            )


def beyond_working_days(start: datetime.date, end: datetime.date, limit: int) -> int | None:
    """Working days (工作日) after ``start`` up to ``end`` where they are more than ``limit``; None where they are not, or
    where the calendar of holidays does not have the year.

    >>> beyond_working_days(datetime.date(2022, 9, 30), datetime.date(2022, 10, 11), 3)  # 国庆, 10 月 8、9 日上班
    4
    """
    if (end - start).days <= limit:
        return None
    import chinese_calendar  # 10 ms: only where working days are asked for

    try:
        count = sum(
            chinese_calendar.is_workday(start + datetime.timedelta(days=n))
            for n in range(1, (end - start).days + 1)
        )
    except NotImplementedError:
        return None
    return count if count > limit else None


def judge_contracts(around: Around) -> Iterator[Told]:
    """采购台账: a contract number twice, and 专门面向中小 against 企业规模 and 不预留理由."""
    rows = around.submission.table(CONTRACTS).rows
    numbers = Counter(row.usable("contract_number") for row in rows)
    for row in rows:
        number = row.usable("contract_number")
        if number is not None:
            yield Told(
                "PC-018", CONTRACTS, numbers[number] - 1, row, ("contract_number",), group=f"number {number}"
            )
        reserved, reason = row.usable("is_reserved_for_sme"), is_filled(row, "no_reservation_reason")
        silent = reserved is False and not reason and not row.usable("reserved_for_sme_fen")
        yield Told(
            "PC-016",
            CONTRACTS,
            int(silent),
            row,
            ("no_reservation_reason", "is_reserved_for_sme"),
            group="sme",
        )
        against = "企业规模" if row.usable("enterprise_size") in _LARGE else "不预留理由" if reason else ""
        field = "enterprise_size" if against == "企业规模" else "no_reservation_reason"
        yield Told("PC-017", CONTRACTS, int(reserved is True and bool(against)), row, ("is_reserved_for_sme", field),
                   facts={"against": against, "against_value": row[field]})  # fmt: skip
