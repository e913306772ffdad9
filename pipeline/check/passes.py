"""A pass of checks: a generator that yields frames, is sent the runs of their suites, and returns its report.

So that a pass is written once and its verdicts may come from Great Expectations in this process (:func:`here`) or in
another one (``session``): preparing frames and telling findings need nothing of it.
"""

from __future__ import annotations

import gc
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager

from pipeline import messages
from pipeline.check import findings, suites
from pipeline.check.frames import Around, Frame
from pipeline.check.report import CheckReport, SuiteRun
from pipeline.model import Finding

#: frames, each with the codes that are not asked of it in this season
Asked = Sequence[tuple[Frame, frozenset[str]]]
Pass = Generator[Asked, Sequence[SuiteRun], CheckReport]


def here(one: Pass) -> CheckReport:
    """The report of a pass whose suites are run in this process.

    Raises ``suites.CheckFailed`` when Great Expectations gave no verdict: a bug.
    """
    with _uncollected():
        asked = next(one)
        while True:
            runs = [SuiteRun(frame.name, suites.run(frame.name, frame.columns, skip), frame.columns)
                    for frame, skip in asked]  # fmt: skip
            try:
                asked = one.send(runs)
            except StopIteration as done:
                return done.value


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the garbage collector: over a thousand departments it would look through millions of lines for nothing."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def verdicts(
    frames: Sequence[Frame], arounds: Sequence[Around], phase: str = "year_end"
) -> Generator[Asked, Sequence[SuiteRun], tuple[list[SuiteRun], dict[int, list[Finding]]]]:
    """Ask each frame's suite that is of the phase; the runs in order, and findings by submission in the order of the
    frames."""
    skip = out_of_season(phase)
    wanted = [frame for frame in frames if suites.is_of_phase(frame.name, phase)]
    runs = yield [(frame, skip) for frame in wanted]
    found: dict[int, list[Finding]] = {}
    for frame, run in zip(wanted, runs, strict=True):
        for index, mine in findings.of_run(run, frame, arounds).items():
            found.setdefault(index, []).extend(mine)
    return list(runs), found


def out_of_season(phase: str) -> frozenset[str]:
    """Codes that are not asked in this phase: those of the year's end during the year, those of monitoring after it."""
    catalogue = messages.load_catalogue().items()
    return frozenset(code for code, entry in catalogue if entry.season not in ("any", phase))
