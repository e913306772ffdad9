"""What a pass is given, what it asks Great Expectations, and what it gives back: findings, suite runs, reconciliations."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pipeline.model import Cell, Citation, Finding, Outcome, Submission
from pipeline.model_rubric import Rubric


@dataclass(frozen=True, slots=True)
class Case:
    """One submission and what was computed for it.

    ``official``: names and 分值 of the form to be filled, as ``write.official.read_weights`` gives them; empty when
    there is no form. ``earlier``: findings already raised, whose echoes are left out. ``project_rubric``: None where no
    project is scored.
    """

    submission: Submission
    outcome: Outcome
    official: Sequence[Any] = ()
    earlier: Sequence[Finding] = ()
    project_rubric: Rubric | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A suite that is to be run, on the columns of a frame. ``skip``: codes that are not checked in this season."""

    name: str
    columns: Mapping[str, Sequence[int] | Sequence[str]]
    skip: frozenset[str] = frozenset()

    @property
    def is_empty(self) -> bool:
        """Whether the frame has no line: then there is nothing to run."""
        return not any(self.columns.values())


@dataclass(frozen=True, slots=True)
class SuiteRun:
    """One suite on one frame's columns. ``result`` is stable JSON: no run ids, no times, no batch ids."""

    name: str
    result: Mapping[str, Any]
    columns: Mapping[str, Sequence[int] | Sequence[str]]

    @property
    def frame_csv(self) -> str:
        """The frame as it is kept, for plain GX to run again."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(self.columns)
        writer.writerows(zip(*self.columns.values(), strict=True))
        return text.getvalue()


#: what runs suites: ``suites.run_all`` here, or the same in another process (``session.Checker.run``)
Runner = Callable[[Sequence[Asked]], Sequence[SuiteRun]]


@dataclass(frozen=True, slots=True)
class ReconciliationLine:
    """One 勾稽关系 of one submission: both sides in ``unit``.

    ``relation`` is ``=`` or ``<=``. ``holds`` is None where a side could not be formed; ``reason`` then says why.
    ``cells`` are those of the finding (none where it holds), ``because`` every cell the two sides were made from.
    """

    id: str
    code: str
    submission: str
    label: str
    relation: str
    left_label: str
    left: Decimal | None
    right_label: str
    right: Decimal | None
    difference: Decimal | None
    unit: str
    tolerance: Decimal
    holds: bool | None
    reason: str
    cells: tuple[Cell, ...]
    citation: Citation
    because: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class CheckReport:
    """``findings`` has one tuple a submission, in the order given; ``tell`` gives the 勾稽关系, which are asked of one
    submission and not of thousands."""

    findings: tuple[tuple[Finding, ...], ...]
    results: tuple[SuiteRun, ...]
    tell: Callable[[], tuple[ReconciliationLine, ...]] = tuple

    @property
    def reconciliations(self) -> tuple[ReconciliationLine, ...]:
        return self.tell()


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass before its verdicts are known: the suites it asks for, and what their runs come to.

    ``concluded`` takes the runs, in the order of ``asked``, and what runs suites, for those that depend on them.
    """

    asked: tuple[Asked, ...]
    concluded: Callable[[Sequence[SuiteRun], Runner], CheckReport]

    def through(self, run: Runner) -> CheckReport:
        """The whole pass. Raises ``suites.CheckFailed`` when Great Expectations gave no verdict: a bug."""
        return self.concluded(run(self.asked), run)
