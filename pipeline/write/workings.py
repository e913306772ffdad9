"""The workings (计算底稿.xlsx): every figure as a live formula an auditor can click through to copies of the inputs.

Begun when everything is computed, finished when it is checked. Each formula has the program's value beside it, so that a calculator
that comes to something else shows a mistake. No dynamic arrays, no newer functions, no links to other workbooks.
Source: docs/architecture.md, 'What a run leaves behind'.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
    workings_units,
)
from pipeline.write.workings_book import WorkingsBook
from pipeline.write.zipped import Archive

SHEETS = (
    workings_records.COVER, workings_scores.NAME, workings_measures.NAME, workings_checks.NAME, workings_indicators.NAME,
    workings_tasks.NAME, workings_rates.NAME, workings_units.NAME, workings_months.NAME, workings_records.RELATIONS,
    workings_records.FINDINGS,
    workings_records.SOURCES, workings_records.READINGS, workings_calendar.NAME,
)  # fmt: skip


@dataclass(slots=True)
class Draft:
    """The workings but for what the checks find: every sheet of figures stands, ``finish`` adds the findings.

    ``cells``: ``sheet!A1`` -> figure id, complete before ``finish``, for the trace.
    """

    book: WorkingsBook
    target: io.BytesIO

    @property
    def cells(self) -> Mapping[str, str]:
        return self.book.cells

    def finish(self, findings: Sequence[Mapping[str, Any]], reconciliations: Sequence[Any]) -> bytes:
        """The whole workbook. ``findings``: records in the shape of findings.json; ``reconciliations``: the lines of
        both checks. Once only: a finished book takes nothing more.
        """
        workings_records.relations(self.book, reconciliations)
        workings_records.findings(self.book, findings)
        self.book.workbook.close()
        return Archive(self.target.getvalue()).repacked({})


def begin(
    submission: Submission,
    outcome: Outcome,
    rubric: Rubric,
    specs: Mapping[str, FormSpec],
    trial_line: str = "",
    source_titles: Mapping[str, str] | None = None,
    project_rubric: Rubric | None = None,
) -> Draft:
    """The workings of what was computed, before the checks have answered. ``source_titles``: source id -> title."""
    target = io.BytesIO()
    workbook = xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_numbers": False, "strings_to_urls": False}
    )
    workbook.set_properties({"title": "计算底稿", "created": datetime.datetime(rubric.year, 1, 1)})
    workbook.set_calc_mode("auto")
    book = WorkingsBook(workbook, _sheets(submission, outcome, specs, project_rubric))
    copies = workings_inputs.Copies(book, submission, specs)
    workings_calendar.write(book, submission)
    workings_rates.write(book, copies, outcome)
    workings_units.write(book, copies, outcome)
    workings_months.write(book, copies, outcome, rubric)
    workings_indicators.write(book, copies, outcome, rubric)
    workings_tasks.write(book, copies, outcome)
    checks = workings_checks.Checks(book, copies, rubric.year)
    workings_measures.write(book, copies, checks, outcome, rubric, _words(specs))
    workings_scores.write(book, outcome, rubric)
    if project_rubric is not None:
        workings_indicators.write_projects(book, copies, outcome, project_rubric)
        workings_projects.write(book, copies, checks, outcome, project_rubric)
    rubrics = [rubric, *([project_rubric] if project_rubric else [])]
    workings_records.sources(book, rubrics, source_titles or {})
    workings_records.readings(book, submission, outcome, specs)
    workings_records.cover(book, outcome, rubric, trial_line)
    return Draft(book, target)


def _sheets(
    submission: Submission, outcome: Outcome, specs: Mapping[str, FormSpec], project_rubric: Rubric | None
) -> list[str]:
    """The sheets in order; those of the projects, where they are scored, follow the department's."""
    names = [name for name in SHEETS if name != workings_units.NAME or workings_units.is_needed(outcome)]
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
