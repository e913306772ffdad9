"""The pass after a monitoring computation: months, projects and indicators so far, and a claimed 1–N rate against ours.

The same machinery as the passes of the year's end: judges tell, one suite checks, failing lines become findings.
Source: docs/domain.md §4 (财预〔2019〕136号) and §5.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from pipeline import forms
from pipeline.check.claim_nouns import Claim, plain_name
from pipeline.check.claims import frame_of as claims_frame
from pipeline.check.claims_rates import rate_claim, rate_ids
from pipeline.check.findings import without_echoes
from pipeline.check.frames import Around
from pipeline.check.judge_monitoring import judge_header, judge_indicators, judge_listed
from pipeline.check.judge_monitoring_money import (
    judge_lights,
    judge_months,
    judge_project_sum,
    judge_projects,
    judge_projects_listed,
)
from pipeline.check.judgements import judgements_frame
from pipeline.check.monitored import Monitored
from pipeline.check.report import Case, CheckReport, Pass, Runner, SuiteRun
from pipeline.check.stack import Stack
from pipeline.forms_phases import MONITORING, specs_of
from pipeline.model_rubric import Rubric

NAME = "monitoring.judgements"
#: what is judged of a monitoring run, in the order of the findings
JUDGES = (
    judge_months, judge_lights, judge_projects, judge_projects_listed, judge_project_sum,
    judge_header, judge_indicators, judge_listed,
)  # fmt: skip


def prepare_monitoring(case: Case, rubric: Rubric, month: int) -> Pass:
    """The check of a submission of months 1 to ``month`` and of what was computed under a rubric of kind ``monitor``."""
    around = Around(0, case.submission, specs_of(MONITORING, forms.load_specs()), rubric, month)
    monitored = Monitored(case.outcome.figures, rubric, month)
    judges = [partial(judge, monitored) for judge in JUDGES]
    frames = [
        judgements_frame([around], judges, name=NAME),
        claims_frame([(around, claim) for claim in _claims(around, case, rubric)]),
    ]
    stack = Stack(frames, [around], MONITORING)

    def concluded(runs: Sequence[SuiteRun], _: Runner) -> CheckReport:
        raised = stack.findings(runs).get(0, ())
        kept = set(map(id, without_echoes((*case.earlier, *raised))))
        return CheckReport((tuple(one for one in raised if id(one) in kept),), tuple(runs))

    return Pass(stack.asked, concluded)


def _claims(around: Around, case: Case, rubric: Rubric) -> Iterator[Claim]:
    """The claimed rates of months that are over; what else is claimed belongs to the year's end."""
    for row in around.submission.table("claimed.totals"):
        item, value = row.usable("item"), row.usable("claimed_value")
        ids = rate_ids(plain_name(item)) if item is not None else None
        if (
            value is None
            or ids is None
            or not ids[0].startswith("month.")
            or ids[0] not in case.outcome.figures
        ):
            continue
        claim = rate_claim(str(item), str(value), row, around, case.outcome, rubric)
        if claim is not None:
            yield claim
