"""The pass before computing: everything that can be said of the inputs alone, for one or many submissions at once.

Frames are prepared, one suite a frame is run, failing lines become findings, and what only repeats another finding
is left out. Source of the checks: docs/domain.md §2 to §5; the catalogue holds each one's basis.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from pipeline import forms
from pipeline.check import findings, reconcile, suites
from pipeline.check.frames import Around, Prepared, row_frame
from pipeline.check.judge_final import judge_final_accounts
from pipeline.check.judge_finance import judge_adjustments, judge_lines, judge_procured_projects
from pipeline.check.judge_months import (
    judge_bureau_rates,
    judge_denominators,
    judge_progress,
    judge_project_months,
    judge_rhythm,
)
from pipeline.check.judge_office import (
    judge_assets,
    judge_contract_dates,
    judge_contracts,
    judge_costs,
    judge_department,
    judge_items,
    judge_narrative,
    judge_staff,
)
from pipeline.check.judge_slips import judge_dwarfing, judge_slips
from pipeline.check.judge_tasks import judge_tasks
from pipeline.check.judge_texts import judge_evidence, judge_evidence_files, judge_repeated_reasons
from pipeline.check.judge_units import judge_eliminations, judge_units
from pipeline.check.judgements import Judge, judgements_frame
from pipeline.check.records import records_frame, tables_frame
from pipeline.check.references import references_frame
from pipeline.check.report import CheckReport, Pass, ReconciliationLine, Runner, SuiteRun
from pipeline.check.rows_finance import ADJUSTMENTS, EXPENDITURE, MONTHS, calendar_frame
from pipeline.check.rows_office import ASSETS, CONTRACTS, DEPARTMENT, DISCLOSURE, ITEMS, UNITS
from pipeline.check.rows_results import INDICATORS
from pipeline.check.rows_sets import sets_frame
from pipeline.check.stack import Stack, out_of_season, uncollected
from pipeline.forms_phases import specs_of
from pipeline.model import Finding, Submission
from pipeline.model_rubric import Rubric

#: prepared columns by table: what is checked row by row
ROWS: Mapping[str, Mapping[str, Prepared]] = {
    "basics.department": DEPARTMENT,
    "basics.units": UNITS,
    "budget_execution.expenditure": EXPENDITURE,
    "budget_execution.adjustments": ADJUSTMENTS,
    "monthly_spending.months": MONTHS,
    "indicator_results.indicators": INDICATORS,
    "management.items": ITEMS,
    "management.disclosure": DISCLOSURE,
    "management.assets": ASSETS,
    "procurement.contracts": CONTRACTS,
}

#: what is judged case by case, in the order of the findings
JUDGES: tuple[Judge, ...] = (
    judge_department, judge_staff, judge_narrative, judge_units, judge_tasks,
    judge_slips, judge_dwarfing, judge_lines, judge_adjustments, judge_eliminations, judge_final_accounts,
    judge_progress, judge_rhythm, judge_denominators, judge_bureau_rates, judge_project_months,
    judge_items, judge_costs, judge_assets,
    judge_contract_dates, judge_contracts, judge_procured_projects,
    judge_evidence, judge_evidence_files, judge_repeated_reasons,
)  # fmt: skip


def check_inputs(
    submissions: Sequence[Submission],
    rubric: Rubric | None,
    phase: str = "year_end",
    whole: bool = True,
    through: int = 12,
) -> CheckReport:
    """:func:`prepare_inputs` and the verdicts, in this process."""
    with uncollected():
        return prepare_inputs(submissions, rubric, phase, whole, through).through(suites.run_all)


def prepare_inputs(
    submissions: Sequence[Submission],
    rubric: Rubric | None,
    phase: str = "year_end",
    whole: bool = True,
    through: int = 12,
) -> Pass:
    """The check of the inputs of submissions that share a rubric.

    ``phase``: ``year_end``, or anything else during the year (codes of the season ``year_end`` are then left out).
    ``whole``: False for a single workbook, of which nothing else is asked. ``through``: the last month looked at.
    Its findings exclude those of reading.
    """
    specs = specs_of(phase, forms.load_specs())
    shared: dict = {}
    arounds = [
        Around(index, each, specs, rubric, through, shared)
        for index, each in enumerate(_named_apart(submissions))
    ]
    skip = out_of_season(phase)
    lines = [line for around in arounds for line in reconcile.lines_of(around, skip)]
    judged = [line for line in lines if line.difference is not None]
    frames = [
        tables_frame(arounds, whole),
        records_frame(arounds),
        *(
            row_frame(table, columns, suites.cell_fields(table), suites.titles(table), arounds)
            for table, columns in ROWS.items()
        ),
        sets_frame(arounds),
        calendar_frame(arounds),
        references_frame(arounds),
        judgements_frame(arounds, JUDGES, skip),
        reconcile.frame_of(judged),
    ]
    stack = Stack(frames, arounds, phase)

    def concluded(runs: Sequence[SuiteRun], _: Runner) -> CheckReport:
        found = stack.findings(runs)
        own = tuple(_own(submission, found.get(index, ())) for index, submission in enumerate(submissions))
        return CheckReport(own, tuple(runs), partial(_reconciliations, lines, judged, runs[-1]))

    return Pass(stack.asked, concluded)


def _named_apart(submissions: Sequence[Submission]) -> list[Submission]:
    """The submissions with names of their own: two folders of one name must not look like one with double records."""
    seen: dict[str, int] = {}
    named = []
    for each in submissions:
        seen[each.name] = seen.get(each.name, 0) + 1
        number = seen[each.name]
        named.append(each if number == 1 else replace(each, name=f"{each.name} ({number})"))
    return named


def _own(submission: Submission, raised: Sequence[Finding]) -> tuple[Finding, ...]:
    """The raised findings without echoes of each other or of what reading has said."""
    kept = findings.without_echoes((*submission.findings, *raised))
    read = set(map(id, submission.findings))
    return tuple(finding for finding in kept if id(finding) not in read)


def _reconciliations(
    lines: Sequence[reconcile.Line], judged: Sequence[reconcile.Line], run: SuiteRun
) -> tuple[ReconciliationLine, ...]:
    """Every relation with its verdict, taken from the suite's result."""
    failing = {position for result in run.result["results"] for position in suites.failing_rows(result)}
    verdicts = {id(line): position not in failing for position, line in enumerate(judged)}
    return tuple(reconcile.report_line(line, verdicts.get(id(line))) for line in lines)
