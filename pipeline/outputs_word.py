"""The documents of a run: the report, its letter and the list of evidence, from the office's Word templates.

Called by ``outputs``: :func:`prepare` while the checks run, so that a broken template is told before anything is written, and
:func:`write_documents` once all is computed. Source: docs/architecture.md, 'What a run leaves behind'.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import forms, outputs_projects, rules

if TYPE_CHECKING:
    from pipeline.assessment import Assessment

REPORT = "部门整体支出绩效自评报告.docx"
LETTER = "报送函.docx"
CATALOGUE = "佐证材料目录.docx"
NAMES = (REPORT, LETTER, CATALOGUE)


def prepare(figures: Collection[str]) -> None:
    """Load and judge the three templates against the figures there are. Raises CannotRun (file, and what is wrong)."""
    from pipeline.report import word, word_data

    for data in (word_data.OUTLINE, word_data.STYLE, word_data.WORDING):
        word_data.load(data)
    for name in NAMES:
        word.refuse_unknown_figures(word.load(name), name, figures)


def write_documents(staged: Path, assessed: Assessment) -> None:
    """The three documents into ``staged``, beside what they speak of, which stands there already."""
    from pipeline.report import word, word_context
    from pipeline.write import zipped

    case = word_context.Case(
        outcome=assessed.outcome,
        submission=assessed.submission,
        rubric=assessed.rubric,
        project_rubric=assessed.project_rubric,
        findings=assessed.findings,
        waived={at: record["waived"] for at, record in enumerate(assessed.records) if record["waived"]},
        trial=trial_line(assessed),
        package=_package(staged),
    )
    fields = word_context.context(case)
    months = word_context.chart_values(case)
    for name in NAMES:
        parts = word.render(name, assessed.outcome.figures, fields, months)
        (staged / name).write_bytes(zipped.pack(parts))


def trial_line(assessed: Assessment) -> str:
    """How much is assumed, as the documents say it: their readers have 核查报告 and no command line."""
    return rules.trial_line(
        assessed.rubric, "zh", assessed.project_rubric, listed_in="《核查报告》“评分标准”"
    )


def _package(staged: Path) -> list[str]:
    """What is handed in, in the order of printing, by the names of the files without their endings."""
    tables = sorted(path.stem for path in (staged / outputs_projects.FOLDER).glob("*.xlsx"))
    first = ["部门整体支出绩效自评表", REPORT.removesuffix(".docx")]
    projects = [f"{outputs_projects.FOLDER}：{table}" for table in tables]
    summary = [outputs_projects.SUMMARY.removesuffix(".xlsx")] if tables else []
    return [*first, *summary, *projects, CATALOGUE.removesuffix(".docx")]


def used() -> list[Path]:
    """The data files the documents depend on, for the manifest."""
    from pipeline.report import word_data

    names = (*NAMES, word_data.OUTLINE, word_data.STYLE, word_data.WORDING)
    return [forms.FILL_IN.parent / "word" / name for name in names]
