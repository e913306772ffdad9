"""What is said of the department itself: its staff, its tasks, its money over the year and over the months, its monitoring.

Pure functions, figures in and sentences out (:mod:`pipeline.report.sentences`). Source: docs/domain.md §2.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.model import Submission, row_key
from pipeline.model_rubric import Rubric
from pipeline.report.sentences import Paragraph, Sentence, Teller, keys_of

_KINDS = (("kind.basic", "基本支出"), ("kind.project", "项目支出"))
_BASIC = (("kind.personnel", "人员支出"), ("kind.public_running", "公用支出"))
_FUNDS = (
    ("fund.general_public_budget", "一般公共预算"),
    ("fund.government_fund", "政府性基金"),
    ("fund.state_capital", "国有资本经营预算"),
    ("fund.fiscal_account", "财政专户"),
    ("fund.unit_funds", "单位资金"),
)
_MONTHS = range(1, 13)


def overview(tell: Teller, submission: Submission) -> list[Paragraph]:
    """Divisions, staff and units: what stands in the tables of 《1_基本情况》."""
    said = []
    if tell.has("staff.divisions"):
        names = _names(submission, "basics.divisions", "division_name")
        said.append(tell.say("overview.divisions", names=names))
    if tell.has("staff.staff_at_year_end"):
        said.append(tell.say("overview.staff"))
    if (tell.number("staff.units") or 0) > 1:
        names = "、".join(tell.text(f"unit.{key}.name") for key in _included_units(tell))
        said.append(tell.say("overview.units", names=names))
    return [tuple(said)] if said else []


def _included_units(tell: Teller) -> list[str]:
    """The units of 支出 that the department's figures take in; one whose 是否纳入 is not yet clear is named with them."""
    return [key for key in keys_of(tell.figures, "unit") if tell.text(f"unit.{key}.included") != "不纳入"]


def _names(submission: Submission, table: str, field: str) -> str:
    return "、".join(str(row[field]) for row in submission.table(table) if row.usable(field))


def tasks_of_year(tell: Teller, submission: Submission) -> list[Paragraph]:
    """A paragraph a task: who leads it, its money and indicators, and the plan as typed."""
    plans = {row_key("basics.tasks", row): row.usable("plan") for row in submission.table("basics.tasks")}
    told: list[Paragraph] = []
    for key in keys_of(tell.figures, "task"):
        said = [tell.say("tasks_of_year.task", f"task.{key}")]
        if plan := _sentence(plans.get(key)):
            said.append(tell.say("tasks_of_year.plan", about=(f"task.{key}.name",), plan=plan))
        told.append(tuple(said))
    return told


def _sentence(text: object) -> str:
    return " ".join(str(text or "").split()).rstrip("。．.；;，, ")


def money(tell: Teller, rubric: Rubric) -> list[Paragraph]:
    """By kind and fund, by unit, over the months, and what cost more than its budget."""
    paragraphs = [
        tuple(_kinds(tell)),
        tuple(_units(tell)),
        tuple(_months(tell, rubric)),
        tuple(_costs(tell)),
    ]
    return [paragraph for paragraph in paragraphs if paragraph]


def _kinds(tell: Teller) -> Iterator[Sentence]:
    parts = [tell.say("money.kind", prefix, label=label) for prefix, label in _told(tell, _BASIC)]
    kinds = [tell.say("money.kind", prefix, label=label) for prefix, label in _told(tell, _KINDS)]
    if parts and kinds and tell.has("kind.basic.annual_budget"):
        kinds[0] = tell.say("money.basic", kind=kinds[0], list=tell.listed(parts, "；"))
    if kinds:
        yield tell.say("money.kinds", list=tell.listed(kinds, "；"))
    funds = _told(tell, _FUNDS)
    about = [f"{prefix}.annual_budget" for prefix, _ in _FUNDS]
    if len(funds) == 1:
        yield tell.say("money.one_fund", about=about, label=funds[0][1])
    elif funds:
        order = [tell.say("money.fund", prefix, label=label) for prefix, label in funds]
        yield tell.say("money.funds", about=about, list=tell.listed(order, "；"))
    if reason := tell.text("annual.reason"):
        yield tell.say("money.reason", about=("annual.reason",), reason=reason)


def _told(tell: Teller, groups: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The groups that there is money of."""
    return [each for each in groups if tell.has(f"{each[0]}.annual_budget")]


def _units(tell: Teller) -> Iterator[Sentence]:
    keys = _included_units(tell)
    if not keys:
        return
    lines = [tell.say("money.unit", f"unit.{key}") for key in keys]
    yield tell.say("money.units", list=tell.listed(lines, "；"))
    if tell.number("elimination.annual_budget"):
        yield tell.say("money.eliminated")


def _months(tell: Teller, rubric: Rubric) -> Iterator[Sentence]:
    """Months against 序时进度 by the exact values; the last month of the year is the year's rate and told elsewhere."""
    months = [
        month
        for month in _MONTHS
        if tell.has(f"month.{month}.rate") and (tell.number(f"month.{month}.schedule") or 0) < 100
    ]
    if months:
        about = [f"month.{month}.{part}" for month in months for part in ("rate", "schedule")]
        unsure = [month for month in months if tell.is_open(f"month.{month}.rate")]
        behind = [month for month in months if month not in unsure and _is_behind(tell, month)]
        if behind:
            lines = [tell.say("money.month", f"month.{month}", month=str(month)) for month in behind]
            yield tell.say("money.behind", about=about, list=tell.listed(lines))
        elif not unsure:
            yield tell.say("money.on_schedule", about=about)
        if unsure:
            names = "、".join(f"{month}月" for month in unsure)
            yield tell.say("money.months_open", about=about, months=names)
    if tell.has("annual.average_execution_rate"):
        yield tell.say("money.average", words=_average_rate(rubric))


def _average_rate(rubric: Rubric) -> str:
    """How the rubric has the average rate computed, in its own words."""
    settings = (one for key, one in rubric.settings.items() if key.startswith("average_execution_rate."))
    return "；".join(one.words for one in settings if one.words)


def _is_behind(tell: Teller, month: int) -> bool:
    rate, schedule = (tell.figures[f"month.{month}.{part}"].exact for part in ("rate", "schedule"))
    return rate is not None and schedule is not None and rate < schedule


def _costs(tell: Teller) -> Iterator[Sentence]:
    """“三公” and running costs above their budgets, item by item."""
    items = [
        figure_id.removesuffix(".budget")
        for figure_id in tell.figures
        if figure_id.startswith("cost.") and figure_id.endswith(".budget")
    ]
    both = [
        prefix
        for prefix in items
        if None not in (tell.number(f"{prefix}.budget"), tell.number(f"{prefix}.executed"))
    ]
    if not both:
        return
    about = [f"{prefix}.{part}" for prefix in items for part in ("budget", "executed")]
    over = [prefix for prefix in both if tell.number(f"{prefix}.executed") > tell.number(f"{prefix}.budget")]
    if over:
        lines = [
            tell.say(
                "money.cost_item", prefix, label=tell.figures[f"{prefix}.budget"].label.removesuffix("预算数")
            )
            for prefix in over
        ]
        yield tell.say("money.cost_over", about=about, list=tell.listed(lines))
    elif len(both) == len(items):
        yield tell.say("money.cost_within", about=about)


def management(tell: Teller, month: int) -> list[Paragraph]:
    """How goals are set, and the mid-year monitoring with its denominators and against 序时进度."""
    said: list[Sentence] = []
    if tell.number("tasks.total.indicators"):
        said.append(tell.say("management.goals"))
    if not tell.has("monitor.executed"):
        return [(*said, tell.say("management.no_monitor", about=("monitor.executed",)))]
    schedule = f"month.{month}.schedule"
    there = Sentence((tell.shown(schedule),)) if tell.has(schedule) else None
    about = ("monitor.execution_rate", "monitor.project_execution_rate", schedule)
    monitored = [
        tell.say(
            "management.monitor", about=about, month=str(month), schedule=there,
            compared=_compared(tell, "monitor.execution_rate", schedule),
        )
    ]  # fmt: skip
    if tell.has("monitor.project_executed"):
        compared = _compared(tell, "monitor.project_execution_rate", schedule)
        monitored.append(tell.say("management.monitor_projects", about=about, compared=compared))
    return [one for one in (tuple(said), tuple(monitored)) if one]


def _compared(tell: Teller, rate: str, schedule: str) -> Sentence | None:
    ends = [tell.figures[each].exact if each in tell.figures else None for each in (rate, schedule)]
    if None in ends:
        return None
    word = "ahead" if ends[0] > ends[1] else "slow" if ends[0] < ends[1] else "level"
    return tell.say(f"management.{word}")
