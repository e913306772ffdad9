"""Checking beside the rest: a second process imports Great Expectations while this one reads and computes.

Great Expectations is most of a cold run. :class:`Checker` starts a worker at once, sends it submissions and outcomes,
and gets back findings, reconciliations and the evidence of each suite. Where a second process cannot be had the same
work is done in this one: slower, never different.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.model import Finding, Outcome, Submission

if TYPE_CHECKING:
    from pipeline.check.report import CheckReport


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
    """A pass that is under way; :meth:`result` waits for it, and does it here if the worker died."""

    def __init__(self, pool: ProcessPoolExecutor | None, work: Callable[..., Checked], args: tuple):
        self._work, self._args = work, args
        try:
            self._future = pool.submit(work, *args) if pool is not None else None
        except (BrokenProcessPool, RuntimeError):
            self._future = None

    def result(self) -> Checked:
        if self._future is not None:
            try:
                return self._future.result()
            except BrokenProcessPool:
                pass
        return self._work(*self._args)


class Checker:
    """``with Checker() as checker``: the two passes over one submission. ``beside=False`` stays in this process."""

    def __init__(self, beside: bool = True):
        self._pool = _start() if beside else None

    def __enter__(self) -> Checker:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)

    def inputs(self, submission: Submission, rubric: object) -> Pending:
        """The pass before computing."""
        return Pending(self._pool, _inputs, (submission, rubric))

    def outcome(self, submission: Submission, outcome: Outcome, rubric: object, form_weights: Sequence) -> Pending:
        """The pass over what was computed, and over the official form's own names and 分值."""
        return Pending(self._pool, _outcome, (submission, outcome, rubric, form_weights))


def _start() -> ProcessPoolExecutor | None:
    try:
        pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
        pool.submit(_preload)
        return pool
    except (OSError, ImportError, NotImplementedError):  # no semaphores, no processes: some locked-down machines
        return None


def _preload() -> None:
    from pipeline.check import suites

    suites.preload()


def _inputs(submission: Submission, rubric: object) -> Checked:
    from pipeline.check.inputs import check_inputs

    return _kept(check_inputs([submission], rubric))


def _outcome(submission: Submission, outcome: Outcome, rubric: object, form_weights: Sequence) -> Checked:
    from pipeline.check.outcome import check_outcome

    return _kept(check_outcome(submission, outcome, rubric, form_weights))


def _kept(report: CheckReport) -> Checked:
    evidence = tuple(
        SuiteEvidence(run.name, run.result, run.frame.to_csv(index=False, lineterminator="\r\n"))
        for run in report.results
    )
    return Checked(report.findings[0], evidence, report.reconciliations)
