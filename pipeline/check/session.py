"""Checking beside the rest: a second process imports Great Expectations while this one reads and computes.

Great Expectations is most of a cold run. :class:`Checker` starts a worker (``pipeline.check.worker``) at once. This
process prepares the frames, sends the columns that are compared, and makes findings of the results that come back.
Where a second process cannot be had the suites are run in this one: slower, never different. Why: docs/decisions/001.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.check.passes import Asked, Pass
    from pipeline.check.report import CheckReport, SuiteRun
    from pipeline.model import Finding, Outcome, Submission
    from pipeline.model_rubric import Rubric

ROOT = Path(__file__).resolve().parents[2]


class WorkerFailed(Exception):
    """The worker met a bug of ours; the text is its traceback."""


@dataclass(frozen=True, slots=True)
class SuiteEvidence:
    """One suite run as it is kept: GX's result without times and run ids, and its frame as CSV text."""

    name: str
    result: dict
    frame_csv: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What one pass over one submission found."""

    findings: tuple[Finding, ...]
    results: tuple[SuiteEvidence, ...]
    reconciliations: tuple


class Pending:
    """A pass that is under way, its frames prepared; :meth:`result` waits for the verdicts and tells what they mean."""

    def __init__(self, worker: subprocess.Popen | None, one: Pass, kept: Callable[[CheckReport], object]):
        self._worker, self._pass, self._kept = worker, one, kept
        self._ask(next(one))

    def result(self) -> Checked:
        while True:
            try:
                self._ask(self._pass.send(self._runs()))
            except StopIteration as done:
                return self._kept(done.value)

    def _ask(self, asked: Asked) -> None:
        from pipeline.check import suites

        self._asked = asked
        # an empty frame is not run: the worker need not be asked
        self._sent = [(frame.name, suites.compared(frame.name, frame.columns, skip), skip)
                      for frame, skip in asked if frame.places]  # fmt: skip
        if self._worker is not None and self._sent:
            # the worker does not listen while it imports, and a pipe holds little
            self._sender = threading.Thread(target=_send, args=(self._worker, self._sent), daemon=True)
            self._sender.start()

    def _runs(self) -> list[SuiteRun]:
        from pipeline.check import suites
        from pipeline.check.report import SuiteRun

        answers = iter(self._answers())
        return [
            SuiteRun(frame.name, next(answers) if frame.places else suites.run(frame.name, frame.columns, skip),
                     frame.columns)
            for frame, skip in self._asked
        ]  # fmt: skip

    def _answers(self) -> list[dict]:
        """The results of what was sent: the worker's, or made here if there is none or it died."""
        from pipeline.check import suites

        if self._worker is not None and self._sent:
            try:
                self._sender.join()
                done, answer = pickle.load(self._worker.stdout)
            except (OSError, EOFError, pickle.UnpicklingError):
                self._worker, done = None, None
            if done:
                return answer
            if done is False:
                raise WorkerFailed(answer)
        return [suites.run(*each) for each in self._sent]


class Checker:
    """``with Checker() as checker``: the two passes over one submission. ``beside=False`` stays in this process.

    One pass at a time: ask for the second when the first has given its result.
    """

    def __init__(self, beside: bool = True):
        self._worker = _start() if beside else None

    def __enter__(self) -> Checker:
        return self

    def __exit__(self, *_: object) -> None:
        if self._worker is not None:
            self._worker.kill()
            self._worker.communicate()

    def inputs(self, submission: Submission, rubric: object, whole: bool = True) -> Pending:
        """The pass before computing. ``whole``: a submission, of which forms may be missing; not one workbook."""
        from pipeline.check.inputs import inputs_pass

        return Pending(self._worker, inputs_pass([submission], rubric, whole=whole), _kept)

    def midyear_inputs(self, submission: Submission, rubric: object, month: int) -> Pending:
        """The pass before computing of months 1 to ``month``."""
        from pipeline.check.inputs import inputs_pass
        from pipeline.forms_phases import MONITORING

        return Pending(self._worker, inputs_pass([submission], rubric, MONITORING, through=month), _kept)

    def monitoring(
        self, submission: Submission, outcome: Outcome, rubric: object, month: int, earlier: Sequence[Finding]
    ) -> Pending:
        """The pass over what was computed of months 1 to ``month``. ``earlier``: as for :meth:`outcome`."""
        from pipeline.check.monitoring import monitoring_pass
        from pipeline.check.report import Case

        case = Case(submission, outcome, (), tuple(earlier))
        return Pending(self._worker, monitoring_pass(case, rubric, month), _kept)

    def outcome(
        self,
        submission: Submission,
        outcome: Outcome,
        rubric: object,
        form_weights: Sequence,
        earlier: Sequence[Finding],
        project_rubric: Rubric | None = None,
    ) -> Pending:
        """The pass over what was computed, and over the official form's own names and 分值. ``earlier``: what was
        found before, so that one problem is not reported again by its echo."""
        from pipeline.check.outcome import outcome_pass
        from pipeline.check.report import Case

        case = Case(submission, outcome, tuple(form_weights), tuple(earlier), project_rubric)
        return Pending(self._worker, outcome_pass([case], rubric), _kept)

    def filled(self, forms: Sequence) -> Pending:
        """The pass over filled official forms, each ``(form, recomputed, rubric)``; its result is one Checked a form."""
        from pipeline.check.filled import filled_pass

        return Pending(self._worker, filled_pass(forms), _kept_by_form)


def _start() -> subprocess.Popen | None:
    env = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]).strip(os.pathsep),
    }
    pipe = subprocess.PIPE
    try:
        return subprocess.Popen(
            [sys.executable, "-m", "pipeline.check.worker"], stdin=pipe, stdout=pipe, env=env
        )
    except OSError:  # no second process to be had: some locked-down machines
        return None


def _send(worker: subprocess.Popen, request: list) -> None:
    try:
        pickle.dump(request, worker.stdin, protocol=pickle.HIGHEST_PROTOCOL)
        worker.stdin.flush()
    except OSError:
        pass  # it died; result() sees the end of its answers


def _kept(report: CheckReport) -> Checked:
    evidence = tuple(SuiteEvidence(run.name, run.result, run.csv_text) for run in report.results)
    return Checked(report.findings[0], evidence, report.reconciliations)


def _kept_by_form(report: CheckReport) -> tuple[Checked, ...]:
    return tuple(Checked(findings, (), ()) for findings in report.findings)
