"""What the pass after computing is given, and what a pass gives back: findings, suite runs, reconciliations."""

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
class SuiteRun:
    """One suite on one frame's columns. ``result`` is stable JSON: no run ids, no times, no batch ids."""

    name: str
    result: Mapping[str, Any]
    columns: Mapping[str, Sequence[int] | Sequence[str]]

    @property
    def csv_text(self) -> str:
        """The frame as it is kept, for plain GX to run again."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(self.columns)
        writer.writerows(zip(*self.columns.values(), strict=True))
        return text.getvalue()


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
