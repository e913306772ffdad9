"""The checks of filled official forms that are checked alone: judges, one frame, one suite, findings at the form's cells.

Forms are stacked like submissions are; each is held against its own rubric. A form in which nothing is filled is told
only that. Source: docs/domain.md §4 to §6; the suite is ``expectations/official.filled.json``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from pipeline.check import filled_money, filled_rates, filled_rows, filled_totals, filled_words
from pipeline.check.filled_nouns import Case
from pipeline.check.findings import without_echoes
from pipeline.check.frames import Around
from pipeline.check.outcome import waivers_frame
from pipeline.check.report import CheckReport, Pass, Runner, SuiteRun
from pipeline.check.stack import Stack
from pipeline.check.wholes import Judgement, frame_of
from pipeline.forms import load_specs
from pipeline.model import Finding, SourceFile, Submission
from pipeline.model_filled import FilledForm, Recomputed
from pipeline.model_rubric import Rubric

NAME = "official.filled"
Judge = Callable[[Case], Iterator[Judgement]]
#: in the order of the findings
JUDGES: tuple[Judge, ...] = (
    filled_words.judge_empty, filled_words.judge_numbers, filled_words.judge_years,
    filled_money.judge_units, filled_rates.judge_rates, filled_rates.judge_execution_score, filled_money.judge_parts,
    filled_money.judge_over_budget, filled_money.judge_adjustments, filled_money.judge_spending,
    filled_money.judge_blank_amounts,
    filled_totals.judge_weights, filled_totals.judge_sections, filled_totals.judge_scores, filled_totals.judge_grade,
    filled_totals.judge_same,
    filled_rows.judge_points, filled_rows.judge_blanks, filled_rows.judge_proportion, filled_rows.judge_results,
    filled_rows.judge_sameness,
    filled_words.judge_hints, filled_words.judge_reasons, filled_words.judge_uncached,
)  # fmt: skip


def prepare_filled(forms: Sequence[tuple[FilledForm, Recomputed, Rubric]]) -> Pass:
    """Findings of each form, in the order given, without those of reading."""
    cases = [Case(*each) for each in forms]
    arounds = [Around(index, _named(case.form), {}, case.rubric) for index, case in enumerate(cases)]
    lines = [(around, line) for around, case in zip(arounds, cases, strict=True) for line in _judged(case)]
    stack = Stack([frame_of(NAME, lines)], arounds)

    def concluded(runs: Sequence[SuiteRun], _: Runner) -> CheckReport:
        found = stack.findings(runs)
        own = tuple(_own(case, found.get(at, ())) for at, case in enumerate(cases))
        return CheckReport(own, tuple(runs))

    return Pass(stack.asked, concluded)


def prepare_waivers(submission: Submission, findings: Sequence[Finding], rubric: Rubric) -> Pass:
    """The rows of a 9_核查说明 that lies beside filled forms, against everything found in them."""
    around = Around(0, submission, load_specs(), rubric)
    stack = Stack([waivers_frame([around], [findings])], [around])

    def concluded(runs: Sequence[SuiteRun], _: Runner) -> CheckReport:
        return CheckReport((tuple(stack.findings(runs).get(0, ())),), tuple(runs), ())

    return Pass(stack.asked, concluded)


def _judged(case: Case) -> Iterator[Judgement]:
    judges: Sequence[Judge] = (filled_words.judge_empty,) if filled_words.is_blank_form(case) else JUDGES
    for judge in judges:
        yield from judge(case)


def _named(form: FilledForm) -> Submission:
    return Submission(form.file, (SourceFile(form.file, "", form.kind),), {})


def _own(case: Case, raised: Sequence[Finding]) -> tuple[Finding, ...]:
    kept = without_echoes((*case.form.reading, *raised))
    read = set(map(id, case.form.reading))
    return tuple(finding for finding in kept if id(finding) not in read)
