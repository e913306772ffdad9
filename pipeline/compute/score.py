"""The whole computation: a submission and a rubric become an Outcome. Pure: no I/O, no clock.

Order: words, the year's money, the months, costs, indicators, the tree of the rubric with total and grade, reasons and
evidence, then every project and every task. A value at a blocked cell counts as undetermined; what depends on it has a range,
everything else is computed. Source: docs/architecture.md (laws 2, 5 and 6).
"""

from __future__ import annotations

from pipeline.compute.book import Book
from pipeline.compute.budget import put_budget
from pipeline.compute.budget_units import put_units
from pipeline.compute.explained import put_explained
from pipeline.compute.indicators import put_indicators
from pipeline.compute.inputs import Inputs
from pipeline.compute.measures_money import put_costs
from pipeline.compute.months import put_months
from pipeline.compute.projects import put_projects
from pipeline.compute.tasks import put_tasks
from pipeline.compute.texts import put_texts
from pipeline.compute.tree import put_total, put_tree
from pipeline.errors import CannotRun
from pipeline.model import Cell, Outcome, Submission
from pipeline.model_rubric import Rubric


def compute(
    submission: Submission,
    rubric: Rubric,
    blocked: frozenset[Cell] = frozenset(),
    project_rubric: Rubric | None = None,
) -> Outcome:
    """Every figure of a submission under a rubric, in the order they are made; with ``project_rubric`` also every
    project's own score.

    ``blocked``: cells whose values must not be used. Raises CannotRun when a leaf of a rubric has no rule.
    """
    refuse_absent(rubric)
    if project_rubric is not None:
        refuse_absent(project_rubric)
    inputs, book = Inputs(submission, rubric, blocked), Book(rubric.rate_digits)
    put_texts(inputs, book)
    put_budget(inputs, book)
    put_units(inputs, book)
    put_months(inputs, book)
    put_costs(inputs, book)
    put_indicators(inputs, book, rubric.leaves())
    leaves = put_tree(inputs, book, rubric)
    put_total(book, rubric)
    put_explained(book, rubric, leaves)
    if project_rubric is not None:
        put_projects(inputs, book, project_rubric)
    put_tasks(inputs, book, has_project_scores=project_rubric is not None)
    return Outcome(dict(book.figures))


def refuse_absent(rubric: Rubric) -> None:
    """Scoring with a rubric that has a leaf without a rule is refused, naming all of them. Raises CannotRun."""
    absent = [leaf.label for leaf in rubric.leaves() if leaf.rule is None]
    if absent:
        names = "、".join(f"“{label}”" for label in absent)
        raise CannotRun(
            f"{names}还没有评分规则（rule: absent），不能计分。请补全后再运行。", file=rubric.file
        )
