"""Everything a Word template may print, by name: the sections' paragraphs, the rows of the tables, the chart's data.

Happens after computing; pure. The names are told in docs/使用手册.md, and a test holds the templates to them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.model import Finding, Outcome, Submission
from pipeline.model_rubric import Rubric
from pipeline.report import sentences_money as money
from pipeline.report import sentences_problems as problems
from pipeline.report import sentences_results as results
from pipeline.report import sentences_score as score
from pipeline.report import word_chart, word_data, word_tables
from pipeline.report.sentences import Paragraph, Sentence, Teller
from pipeline.report.sentences_results import Told

#: every name a template may use
FIELDS = frozenset(
    "f chart trial package addressee score_rows indicator_rows month_rows task_rows evidence_rows overview goals goal_tasks"
    " money_texts money management conclusion results task_results project_texts project_results achievements other_texts"
    " problem_texts problems problems_found measure_texts measures measures_found".split()
)


@dataclass(frozen=True, slots=True)
class Case:
    """What a report is written from. ``waived``: positions of the findings with a 核查说明 that holds; ``package``: what is
    handed in, a line each, in the order of printing."""

    outcome: Outcome
    submission: Submission
    rubric: Rubric
    project_rubric: Rubric | None = None
    findings: Sequence[Finding] = ()
    waived: Mapping[int, object] = field(default_factory=dict)
    trial: str = ""
    package: Sequence[str] = ()


def teller(case: Case) -> Teller:
    return Teller(case.outcome.figures, word_data.load(word_data.WORDING))


def context(case: Case) -> dict[str, object]:
    """Name -> value for the templates, all but ``f`` and ``chart``."""
    tell = teller(case)
    texts = word_data.texts_of(case.submission, word_data.load(word_data.OUTLINE))
    return {
        **_sections(tell, case, texts),
        **_proposals(tell, case, texts),
        "trial": case.trial,
        "score_rows": word_tables.score_rows(tell, case.rubric),
        "indicator_rows": word_tables.indicator_rows(tell),
        "month_rows": word_tables.month_rows(tell),
        "task_rows": word_tables.task_rows(tell),
        "evidence_rows": word_tables.evidence_rows(case.submission),
        "package": [(Sentence((line,)),) for line in case.package],
        "addressee": tell.shown("basics.finance_office") if tell.text("basics.finance_office") else "＿" * 8,
    }


def chart_values(case: Case) -> list[tuple[str, float | None, float | None]]:
    return word_chart.month_values(teller(case))


def _sections(tell: Teller, case: Case, texts: word_data.Texts) -> dict[str, object]:
    """Section by section: the office's own text, then what the figures say; one line where there is neither."""
    month = int(case.rubric.setting("monitoring_month"))
    others = [
        Told((Sentence((title,), typed=True),), tuple(paragraphs)) for title, paragraphs in texts.others
    ]
    goal_tasks = money.tasks_of_year(tell, case.submission)
    return {
        "overview": _or_nothing(tell, [*texts.of("overview"), *money.overview(tell, case.submission)]),
        "goals": texts.of("goals") or ([] if goal_tasks else [(tell.say("tasks_of_year.nothing"),)]),
        "goal_tasks": goal_tasks,
        "money_texts": texts.of("money"),
        "money": money.money(tell, case.rubric),
        "management": [*texts.of("management"), *money.management(tell, month)],
        "conclusion": [*texts.of("conclusion"), *score.conclusion(tell, case.rubric)],
        "results": [*texts.of("results"), *results.results(tell)],
        "task_results": results.task_results(tell, case.rubric),
        "project_texts": [*texts.of("project_texts"), *results.no_projects(tell)],
        "project_results": results.project_results(tell, case.rubric, case.project_rubric),
        "achievements": texts.of("achievements") if others else _or_nothing(tell, texts.of("achievements")),
        "other_texts": others,
    }


def _proposals(tell: Teller, case: Case, texts: word_data.Texts) -> dict[str, object]:
    written = problems.written_problems(tell, case.submission)
    measures = problems.written_measures(tell, case.submission)
    found = problems.causes(tell, case.rubric, case.submission, case.findings, case.waived)
    about = [f"{node.id}.score" for node in case.rubric.leaves()]
    said: dict[str, list[Paragraph]] = {
        "problem_texts": texts.of("problem_texts"),
        "problems": written,
        "problems_found": [(cause.problem,) for cause in found],
        "measure_texts": texts.of("measure_texts"),
        "measures": measures,
        "measures_found": [(cause.measure,) for cause in found if cause.measure],
    }
    if not (said["problem_texts"] or written or found):
        said["problem_texts"] = [(tell.say("problems.none", about=about),)]
    if not (said["measure_texts"] or measures or found):
        said["measure_texts"] = [(tell.say("measures.none", about=about),)]
    return said


def _or_nothing(tell: Teller, paragraphs: list[Paragraph]) -> list[Paragraph]:
    return paragraphs or [(tell.say("common.nothing"),)]
