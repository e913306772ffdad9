"""Checking beside the rest: a second process imports Great Expectations while this one reads and computes.

Great Expectations is most of a cold run. :class:`Checker` starts a worker (``pipeline.check.worker``) at once, sends
it submissions and outcomes, and gets back findings, reconciliations and the evidence of each suite. Where a second
process cannot be had the same work is done in this one: slower, never different. Why: docs/decisions/001.
"""

from __future__ import annotations

import dataclasses
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.check.report import Case, CheckReport
    from pipeline.model import Finding, Outcome, Submission

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
    """A pass that is under way; :meth:`result` waits for it, and does it here if there is no worker or it died."""

    def __init__(self, worker: subprocess.Popen | None, work: str, args: tuple):
        self._worker, self._work, self._args = worker, work, args
        if worker is not None:
            # the worker does not listen while it imports, and a pipe holds little
            self._sender = threading.Thread(target=_send, args=(worker, (work, args)), daemon=True)
            self._sender.start()

    def result(self) -> Any:
        """What the work gives: as the functions in ``WORKS`` say."""
        if self._worker is not None:
            try:
                self._sender.join()
                done, answer = pickle.load(self._worker.stdout)
            except (OSError, EOFError, pickle.UnpicklingError):
                done = None
            if done:
                return answer
            if done is False:
                raise WorkerFailed(answer)
        return WORKS[self._work](*self._args)


class Checker:
    """``with Checker() as checker``: the two passes over one submission. ``beside=False`` stays in this process.

    One work at a time: ask for the next when the one before has given its result.
    """

    def __init__(self, beside: bool = True):
        self._worker = _start() if beside else None

    def __enter__(self) -> Checker:
        return self

    def __exit__(self, *_: object) -> None:
        if self._worker is not None:
            self._worker.kill()
            self._worker.communicate()

    def passes(self, case: Case, rubric: object) -> Pending:
        """Both passes: over the inputs and, if they block no more than ``case.earlier`` does, over what was computed.

        Its result is ``(before, after)``; ``after`` is None where more is blocked: what was computed does not hold
        then, and :meth:`outcome` is asked for what is computed in its stead.
        """
        return Pending(self._worker, "passes", (case, rubric))

    def one_workbook(self, submission: Submission, rubric: object) -> Pending:
        """The pass before computing over one workbook alone: what is not in it is not missed."""
        return Pending(self._worker, "inputs", (submission, rubric, False))

    def midyear_inputs(self, submission: Submission, rubric: object, month: int) -> Pending:
        """The pass before computing of months 1 to ``month``."""
        return Pending(self._worker, "midyear_inputs", (submission, rubric, month))

    def monitoring(
        self, submission: Submission, outcome: Outcome, rubric: object, month: int, earlier: Sequence[Finding]
    ) -> Pending:
        """The pass over what was computed of months 1 to ``month``. ``earlier``: as for :meth:`outcome`."""
        from pipeline.check.report import Case

        case = Case(submission, outcome, (), tuple(earlier))
        return Pending(self._worker, "monitoring", (case, rubric, month))

    def outcome(self, case: Case, rubric: object) -> Pending:
        """The pass over what was computed, and over the official form's own names and 分值. ``case.earlier``: what was
        found before, so that one problem is not reported again by its echo."""
        return Pending(self._worker, "outcome", (case, rubric))

    def filled(self, forms: Sequence) -> Pending:
        """The pass over filled official forms, each ``(form, recomputed, rubric)``; its result is one Checked a form."""
        return Pending(self._worker, "filled", (forms,))


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


def _send(worker: subprocess.Popen, request: tuple) -> None:
    try:
        pickle.dump(request, worker.stdin, protocol=pickle.HIGHEST_PROTOCOL)
        worker.stdin.flush()
    except OSError:
        pass  # it died; result() sees the end of its answers


def _inputs(submission: Submission, rubric: object, whole: bool) -> Checked:
    from pipeline.check.inputs import check_inputs

    return _kept(check_inputs([submission], rubric, whole=whole))


def _passes(case: Case, rubric: object) -> tuple[Checked, Checked | None]:
    from pipeline import messages

    before = _inputs(case.submission, rubric, whole=True)
    found = (*case.earlier, *before.findings)
    if messages.blocked_cells(found) != messages.blocked_cells(case.earlier):
        return before, None
    return before, _outcome(dataclasses.replace(case, earlier=found), rubric)


def _outcome(case: Case, rubric: object) -> Checked:
    from pipeline.check.outcome import check_outcome

    return _kept(check_outcome([case], rubric))


def _filled(forms: Sequence) -> tuple[Checked, ...]:
    from pipeline.check.filled import check_filled

    return tuple(Checked(findings, (), ()) for findings in check_filled(forms).findings)


def _midyear_inputs(submission: Submission, rubric: object, month: int) -> Checked:
    from pipeline.check.inputs import check_inputs
    from pipeline.forms_phases import MONITORING

    return _kept(check_inputs([submission], rubric, MONITORING, through=month))


def _monitoring(case: Case, rubric: object, month: int) -> Checked:
    from pipeline.check.monitoring import check_monitoring

    return _kept(check_monitoring(case, rubric, month))


WORKS = {
    "passes": _passes,
    "inputs": _inputs,
    "outcome": _outcome,
    "midyear_inputs": _midyear_inputs,
    "monitoring": _monitoring,
    "filled": _filled,
}


def _kept(report: CheckReport) -> Checked:
    evidence = tuple(
        SuiteEvidence(run.name, run.result, run.frame.to_csv(index=False, lineterminator="\r\n"))
        for run in report.results
    )
    return Checked(report.findings[0], evidence, report.reconciliations)
