"""The pass after computing: scores against weights and reasons, claims against results, the form's own 分值.

The same machinery as the pass before: frames stacked over all submissions, suites, findings. Source: docs/domain.md
§4 and §5.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from pipeline import forms
from pipeline.check import suites, waivers
from pipeline.check.claim_nouns import plain_name
from pipeline.check.claims import claims_frame
from pipeline.check.findings import without_echoes
from pipeline.check.frames import Around, Frame, Place, build, columns_of
from pipeline.check.printing import number
from pipeline.check.report import Case, CheckReport, Pass, Runner, SuiteRun
from pipeline.check.rows_department import department_frame
from pipeline.check.rows_projects import projects_frame
from pipeline.check.rows_scores import Computed, indicators_frame, leaves_frame
from pipeline.check.stack import Stack, uncollected
from pipeline.model import Finding, Found
from pipeline.model_rubric import Rubric


def check_outcome(cases: Sequence[Case], rubric: Rubric, phase: str = "year_end") -> CheckReport:
    """:func:`prepare_outcome` and the verdicts, in this process."""
    with uncollected():
        return prepare_outcome(cases, rubric, phase).through(suites.run_all)


def prepare_outcome(cases: Sequence[Case], rubric: Rubric, phase: str = "year_end") -> Pass:
    """The check of what was computed for submissions that share a rubric; findings by submission, in the order given.

    ``phase``: as for ``inputs.prepare_inputs``.
    """
    specs = forms.load_specs()
    shared: dict = {}
    arounds = [
        Around(index, case.submission, specs, rubric, shared=shared) for index, case in enumerate(cases)
    ]
    computed = list(zip(arounds, cases, strict=True))
    frames = [
        leaves_frame(computed, rubric),
        indicators_frame(computed),
        claims_frame(computed, rubric),
        weights_frame(computed, rubric),
        department_frame(computed, rubric),
        projects_frame(computed),
    ]
    stack = Stack(frames, arounds, phase)

    def concluded(runs: Sequence[SuiteRun], run: Runner) -> CheckReport:
        raised = stack.findings(runs)
        own = [_own(case, raised.get(index, ())) for index, case in enumerate(cases)]
        # last: a waiver speaks of what is left when everything has been found
        known = [(*case.earlier, *mine) for case, mine in zip(cases, own, strict=True)]
        last = Stack([waivers_frame(arounds, known)], arounds)
        held = run(last.asked)
        unheld = last.findings(held)
        found = tuple((*mine, *unheld.get(index, ())) for index, mine in enumerate(own))
        return CheckReport(found, (*runs, *held))

    return Pass(stack.asked, concluded)


def _own(case: Case, raised: Sequence[Finding]) -> tuple[Finding, ...]:
    """The raised findings without echoes of each other or of what was said before."""
    kept = set(map(id, without_echoes((*case.earlier, *raised))))
    return tuple(one for one in raised if id(one) in kept)


def waivers_frame(arounds: Sequence[Around], findings: Sequence[Sequence[Finding]]) -> Frame:
    """One line a 核查说明 that is filled in: ``without_effect`` is 0 where it holds for a finding of its submission."""
    judged = [
        (around, one)
        for around, known in zip(arounds, findings, strict=True)
        for one in waivers.judge(around.submission, known)
    ]
    columns: dict[str, list[object]] = {
        "submission": [around.submission.name for around, _ in judged],
        "table": [waivers.TABLE for _ in judged],
        "file": [one.row.file for _, one in judged],
        "sheet": [one.row.sheet for _, one in judged],
        "row": [one.row.number for _, one in judged],
        "code": [one.code for _, one in judged],
        "fields": [" ".join(one.fields) for _, one in judged],
        "without_effect": [int(bool(one.code)) for _, one in judged],
    }
    places = [Place(around.index, one.row, facts=one.facts or {}) for around, one in judged]
    return build("outcome.waivers", places, columns)


def weights_frame(computed: Computed, rubric: Rubric) -> Frame:
    """One line an indicator of the official form: its own name and 分值 against the rubric's."""
    lines, places = [], []
    for around, each in ((around, each) for around, case in computed for each in case.official):
        leaf = rubric.node(each.leaf)
        points = each.points if isinstance(each.points, Decimal) else None
        same_name = plain_name(each.name) in {plain_name(name) for name in (leaf.label, *leaf.aliases)}
        lines.append((
            around.submission.name, leaf.id, str(each.name or ""), leaf.label, "" if points is None else number(points),
            number(leaf.weight), int(not same_name), int(points is None or points != leaf.weight),
        ))  # fmt: skip
        cells = (each.points_cell, each.name_cell)
        places.append(Place(around.index, cells=tuple(Found(cell, text) for cell, text in zip(
            cells, (lines[-1][4], lines[-1][2]), strict=True))))  # fmt: skip
    names = (
        "submission",
        "leaf",
        "name",
        "rubric_name",
        "points",
        "rubric_points",
        "other_name",
        "other_points",
    )
    return build("official.weights", places, columns_of(names, lines))
