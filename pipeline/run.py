"""One department, on one screen: read -> check inputs -> compute -> check outcome -> write -> report.

The only module (with bureau and verify) that knows the order of the stages. Every step takes and gives values; the
only side effects are in :func:`report`, which builds the run folder beside its place and publishes it whole.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline import forms, messages, rules
from pipeline.check.session import Checker
from pipeline.compute.score import compute
from pipeline.errors import CannotRun
from pipeline.model import Cell, Figure, Finding, Outcome, Submission
from pipeline.read.submission import identify, read_submission
from pipeline.report import compare, evidence, folder, summary, trace
from pipeline.rules import Rubric

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Request:
    """What a person asked for. ``region`` and ``year`` override 1_基本情况; ``date`` overrides 填报日期."""

    submission: Path
    out: Path = Path("output")
    region: str | None = None
    year: int | None = None
    date: datetime.date | None = None
    lang: str = "zh"


@dataclass(frozen=True, slots=True)
class Assessment:
    """Everything known about a submission before anything is written. ``outcome`` is None for a single workbook."""

    submission: Submission
    rubric: Rubric
    outcome: Outcome | None
    findings: tuple[Finding, ...]
    records: tuple[Mapping, ...]
    suite_runs: tuple
    reconciliations: tuple


@dataclass(frozen=True, slots=True)
class Result:
    """What the command line prints. ``figures`` and ``records`` are in the shapes of the evidence files."""

    exit_code: int
    figures: Mapping[str, Mapping]
    records: Sequence[Mapping]
    trial: str = ""
    month: int = 7
    folder: Path | None = None
    files: tuple[str, ...] = ()
    kept: Path | None = None
    changes: tuple[str, ...] | None = None


def assess(request: Request, checker: Checker, progress: Progress) -> Assessment:
    """Read, check the inputs, compute, check the outcome. Writes nothing."""
    specs = forms.load_specs()
    region, year = _region_and_year(request)
    rubric = rules.load(region, year, "department")
    progress(f"读取“{request.submission.name}”")
    submission = read_submission(request.submission, specs)
    progress(f"核查 {len(submission.files)} 个文件")
    before = checker.check_inputs(submission, rubric)
    findings = [*submission.findings, *before.findings]
    progress("计算")
    outcome = compute(submission, rubric, blocked_cells(findings))
    if request.date:
        outcome = _dated(outcome, request.date)
    after = checker.check_outcome(submission, outcome, rubric)
    findings += [*outcome.findings, *after.findings]
    ordered = sorted(findings, key=_stake)
    return Assessment(
        submission,
        rubric,
        outcome,
        tuple(ordered),
        tuple(messages.record(finding, request.lang) for finding in ordered),
        (*before.results, *after.results),
        (*before.reconciliations, *after.reconciliations),
    )
