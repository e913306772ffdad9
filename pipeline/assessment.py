"""The nouns of a run: what was asked for, what is known before anything is written, what the command line prints.

Made by the conductors (``run``, ``monitoring``), read by them and by ``outputs*``.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import messages
from pipeline.check.report import CheckReport
from pipeline.model import Finding, Outcome, Submission
from pipeline.model_rubric import Rubric
from pipeline.report import summary

if TYPE_CHECKING:
    from pipeline.comparing import Comparison
    from pipeline.maps import FormMap
    from pipeline.write import workings

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
    #: another rubric to score by as well, by name or path (``rules.named``)
    compare: str | None = None
    #: the projects' rubric by name, instead of the one in force (``rules.for_projects``)
    project_rubric: str = ""
    #: what the submission is called in the evidence; its folder's name where not given
    name: str | None = None
    #: names of the evidence that lay beside the submission, for a run from a copy that has only the inputs
    evidence_files: frozenset[str] | None = None
    #: check in a second process (one cold run) or in this one (tests, many runs)
    beside: bool = True


@dataclass(frozen=True, slots=True)
class Draft:
    """What of a run no finding changes, made while the checks are under way.

    ``files``: name in the run folder -> content; ``traced``: trace.json; ``used``: data file -> its digests.
    """

    files: Mapping[str, bytes]
    workings: workings.Draft
    figures: Mapping
    traced: Mapping
    titles: Mapping[str, str]
    used: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Assessment:
    """Everything known about a submission before anything is written; ``records`` in reading order."""

    submission: Submission
    rubric: Rubric
    outcome: Outcome
    findings: tuple[Finding, ...]
    records: tuple[Mapping, ...]
    checked: tuple[CheckReport, ...]
    #: the rules of the projects, None where the region and year have none
    project_rubric: Rubric | None = None
    #: what is written that no finding changes; None where nothing is written
    draft: Draft | None = None
    #: the same under another rubric, where one was asked for
    comparison: Comparison | None = None

    @property
    def reconciliations(self) -> tuple:
        return tuple(line for one in self.checked for line in one.reconciliations)


@dataclass(frozen=True, slots=True)
class Monitoring:
    """Everything known before anything is written. ``submission`` is the whole one, ``seen`` what the month sees of it."""

    submission: Submission
    seen: Submission
    month: int
    rubric: Rubric
    department_rubric: Rubric | None
    form_map: FormMap
    outcome: Outcome
    findings: tuple[Finding, ...]
    records: tuple[Mapping, ...]
    checked: tuple[CheckReport, ...]
    filled: object


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
    #: what is at stake in each record; None where nothing is scored by it
    points: tuple[Decimal | None, ...] = ()
    #: the same in points of 项目自评
    project_points: tuple[Decimal | None, ...] = ()
    #: findings of forms that were not asked for (``check --only``)
    hidden: int = 0
    #: filled official forms that were checked alone
    forms: tuple[Mapping, ...] = ()
    #: what else has to be known, a line each
    remarks: tuple[str, ...] = ()
    #: the score under another rubric, in a few lines, and whole as evidence/compare.json has it
    comparison: tuple[str, ...] = ()
    compared: Mapping | None = None


def stake(finding: Finding) -> tuple:
    """Reading order: severity, then points at stake, then file and code."""
    rank = summary.SEVERITIES.index(messages.severity(finding))
    dear = -(finding.points or 0), -(finding.project_points or 0)
    return rank, *dear, finding.cell.file if finding.cell else "", finding.code


def exit_code(submission: Submission, records: Sequence[Mapping]) -> int:
    critical = any(record["severity"] == "critical" and not record["waived"] for record in records)
    return 1 if critical or any(file.refused for file in submission.files) else 0
