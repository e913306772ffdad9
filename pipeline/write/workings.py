"""The workings (计算底稿.xlsx): every figure as a live formula an auditor can click through to copies of the inputs.

Written when everything is computed and checked. Each formula has the program's value beside it, so that a calculator
that comes to something else shows a mistake. No dynamic arrays, no newer functions, no links to other workbooks.
Source: docs/architecture.md, 'What a run leaves behind'.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from pipeline.forms import FormSpec
from pipeline.model import Outcome, Submission
from pipeline.model_rubric import Rubric
from pipeline.write import (
    workings_calendar,
    workings_checks,
    workings_indicators,
    workings_inputs,
    workings_measures,
    workings_months,
    workings_projects,
    workings_rates,
    workings_records,
    workings_scores,
    workings_tasks,
)
from pipeline.write.workings_book import WorkingsBook
from pipeline.write.zipped import Archive

SHEETS = (
    workings_records.COVER, workings_scores.NAME, workings_measures.NAME, workings_checks.NAME, workings_indicators.NAME,
    workings_tasks.NAME, workings_rates.NAME, workings_months.NAME, workings_records.RELATIONS, workings_records.FINDINGS,
    workings_records.SOURCES, workings_records.READINGS, workings_calendar.NAME,
)  # fmt: skip


def write_workings(
    path: Path,
    *,
    submission: Submission,
    outcome: Outcome,
    rubric: Rubric,
    findings: Sequence[Mapping[str, Any]],
    reconciliations: Sequence[Any],
    specs: Mapping[str, FormSpec],
    trial_line: str = "",
    source_titles: Mapping[str, str] | None = None,
    project_rubric: Rubric | None = None,
) -> Mapping[str, str]:
    """Writes the workings to ``path``; gives ``sheet!A1`` -> figure id for the trace.

    ``findings``: records in the shape of findings.json; ``reconciliations``: the lines of both checks;
    ``source_titles``: source id -> title. The same input gives the same bytes.
    """
    content, book = build(
        submission,
        outcome,
        rubric,
        findings,
        reconciliations,
        specs,
        trial_line,
        source_titles or {},
        project_rubric,
    )
    path.write_bytes(content)
    return book.cells


def build(
    submission: Submission,
    outcome: Outcome,
    rubric: Rubric,
    findings: Sequence[Mapping[str, Any]],
    reconciliations: Sequence[Any],
    specs: Mapping[str, FormSpec],
    trial_line: str,
    source_titles: Mapping[str, str],
    project_rubric: Rubric | None = None,
) -> tuple[bytes, WorkingsBook]:
    """The workings as bytes, and the book that knows where each figure stands."""
    target = io.BytesIO()
    workbook = xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_numbers": False, "strings_to_urls": False}
    )
    workbook.set_properties({"title": "计算底稿", "created": datetime.datetime(rubric.year, 1, 1)})
    workbook.set_calc_mode("auto")
    book = WorkingsBook(workbook, _sheets(submission, specs, project_rubric))
    copies = workings_inputs.Copies(book, submission, specs)
    workings_calendar.write(book, submission)
    workings_rates.write(book, copies, outcome)
    workings_months.write(book, copies, outcome, rubric)
    workings_indicators.write(book, copies, outcome, rubric)
    workings_tasks.write(book, copies, outcome)
    checks = workings_checks.Checks(book, copies, rubric.year)
    workings_measures.write(book, copies, checks, outcome, rubric, _words(specs))
    workings_scores.write(book, outcome, rubric)
    if project_rubric is not None:
        workings_indicators.write_projects(book, copies, outcome, project_rubric)
        workings_projects.write(book, copies, checks, outcome, project_rubric)
    workings_records.relations(book, reconciliations)
    workings_records.findings(book, findings)
    workings_records.sources(book, [rubric, *([project_rubric] if project_rubric else [])], source_titles)
    workings_records.readings(book, submission, outcome, specs)
    workings_records.cover(book, outcome, rubric, trial_line)
    workbook.close()
    return Archive(target.getvalue()).repacked({}), book


def _sheets(
    submission: Submission, specs: Mapping[str, FormSpec], project_rubric: Rubric | None
) -> list[str]:
    """The sheets in order; those of the projects, where they are scored, follow the department's."""
    names = list(SHEETS)
    if project_rubric is not None:
        names.insert(names.index(workings_scores.NAME) + 1, workings_projects.NAME)
        names.insert(names.index(workings_indicators.NAME) + 1, workings_indicators.PROJECTS)
    return [*names, *workings_inputs.sheet_names(submission, specs)]


def _words(specs: Mapping[str, FormSpec]) -> Mapping[str, str]:
    """Ids that parameters name -> what people call them."""
    found = {
        "deviation": "按超出比例扣减",
        "full": "得满分",
        "zero": "不得分",
        "working": "工作日",
        "calendar": "自然日",
        "annual": "全部支出",
    }
    for spec in specs.values():
        for table in spec.tables:
            found[f"{spec.form}.{table.id}"] = f"《{spec.title}》{table.sheet}"
            found |= {field.id: field.label for field in table.fields}
    return found | workings_scores.METHODS
