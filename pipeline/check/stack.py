"""The frames of one pass, those of its phase: what they ask, and what the verdicts on them mean."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from pipeline import messages
from pipeline.check import findings, suites
from pipeline.check.frames import Around, Frame
from pipeline.check.report import Asked, SuiteRun
from pipeline.model import Finding


class Stack:
    """Frames stacked over ``arounds``. ``asked``: one suite a frame that is of the phase, in the order of the frames."""

    def __init__(self, frames: Sequence[Frame], arounds: Sequence[Around], phase: str = "year_end"):
        self._frames = [frame for frame in frames if suites.is_of_phase(frame.name, phase)]
        self._arounds = arounds
        skip = out_of_season(phase)
        self.asked = tuple(Asked(frame.name, frame.columns, skip) for frame in self._frames)

    def findings(self, runs: Sequence[SuiteRun]) -> dict[int, list[Finding]]:
        """Findings by submission, in the order of the frames. ``runs``: one an asked suite, in their order."""
        found: dict[int, list[Finding]] = {}
        for run, frame in zip(runs, self._frames, strict=True):
            for index, raised in findings.of_run(run, frame, self._arounds).items():
                found.setdefault(index, []).extend(raised)
        return found


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the garbage collector: over a thousand departments it would look through millions of lines for nothing."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def out_of_season(phase: str) -> frozenset[str]:
    """Codes that are not asked in this phase: those of the year's end during the year, those of monitoring after it."""
    catalogue = messages.load_catalogue().items()
    return frozenset(code for code, entry in catalogue if entry.season not in ("any", phase))
