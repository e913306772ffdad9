"""Checking beside the rest: a second process imports Great Expectations while this one reads, computes and prepares.

Great Expectations is most of a cold run. :class:`Checker` starts a worker (``pipeline.check.worker``) at once, sends
it the columns that are to be checked, and gets back the verdicts. Where a second process cannot be had the same suites
run in this one: slower, never different. Why: docs/decisions/001.
"""

from __future__ import annotations

import atexit
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.check.report import Asked, CheckReport, Pass, SuiteRun

ROOT = Path(__file__).resolve().parents[2]


class WorkerFailed(Exception):
    """The worker met a bug of ours; the text is its traceback."""


class Pending:
    """Suites that are being run; :meth:`result` waits for them, and runs them here if there is no worker or it died."""

    def __init__(self, worker: subprocess.Popen | None, asked: Sequence[Asked]):
        from pipeline.check import suites

        self._worker, self._asked = worker, asked
        self._sent = [
            (each.name, suites.compared(each.name, each.columns, each.skip), each.skip)
            for each in asked
            if not each.is_empty
        ]
        if worker is not None and self._sent:
            # the worker does not listen while it imports, and a pipe holds little
            self._sender = threading.Thread(target=_send, args=(worker, self._sent), daemon=True)
            self._sender.start()

    def result(self) -> Sequence[SuiteRun]:
        """The runs, in the order asked. Raises WorkerFailed for a bug of ours in the worker."""
        from pipeline.check import suites
        from pipeline.check.report import SuiteRun

        if self._worker is None or not self._sent:
            return suites.run_all(self._asked)
        try:
            self._sender.join()
            done, answer = pickle.load(self._worker.stdout)
        except (OSError, EOFError, pickle.UnpicklingError):
            return suites.run_all(self._asked)
        if not done:
            raise WorkerFailed(answer)
        results = iter(answer)
        return [
            SuiteRun(
                each.name,
                suites.run(each.name, each.columns, each.skip) if each.is_empty else next(results),
                each.columns,
            )
            for each in self._asked
        ]


#: a worker that was started before anything else, for the first Checker
_early: list[subprocess.Popen] = []


def start_early() -> None:
    """Start the worker of the first :class:`Checker` now; it ends with this process, used or not."""
    if worker := _start():
        _early.append(worker)
        atexit.register(worker.kill)


class Checker:
    """``with Checker() as checker``: what runs suites for one submission. ``beside=False`` stays in this process.

    One list of suites at a time: ask for the next when the one before has given its result.
    """

    def __init__(self, beside: bool = True):
        self._worker = (_early.pop() if _early else _start()) if beside else None

    def __enter__(self) -> Checker:
        return self

    def __exit__(self, *_: object) -> None:
        if self._worker is not None:
            self._worker.kill()
            self._worker.communicate()

    def begin(self, asked: Sequence[Asked]) -> Pending:
        """Have suites run while this process goes on."""
        return Pending(self._worker, tuple(asked))

    def run(self, asked: Sequence[Asked]) -> Sequence[SuiteRun]:
        """Have suites run and wait for them."""
        return self.begin(asked).result()

    def check(self, one: Pass) -> CheckReport:
        """A whole pass."""
        return one.through(self.run)


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


def _send(worker: subprocess.Popen, sent: Sequence[tuple]) -> None:
    try:
        pickle.dump(sent, worker.stdin, protocol=pickle.HIGHEST_PROTOCOL)
        worker.stdin.flush()
    except OSError:
        pass  # it died; result() sees the end of its answers
