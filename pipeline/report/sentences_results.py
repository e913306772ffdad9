"""What is said of tasks, indicators and projects: what was reached, what fell short or overshot, which projects spent slowly.

Pure functions, figures in and sentences out; an officer's 完成情况 stands in its task or project as typed. Source: docs/domain.md §4.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from pipeline.model_rubric import Rubric
from pipeline.report.sentences import Paragraph, Sentence, Teller, ended, keys_of, typed

#: of more projects than this only those with something to tell have a paragraph
MOST_PROJECTS = 30
#: comparisons in which more is better
_UPWARD = frozenset({">=", ">"})


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of one task or project: a heading that Word numbers, and the paragraphs under it."""

    title: Paragraph
    lines: tuple[Paragraph, ...]


def results(tell: Teller) -> list[Paragraph]:
    """All tasks together."""
    if not keys_of(tell.figures, "task"):
        return [(tell.say("task_results.none", about=("tasks.total.indicators",)),)]
    said = []
    if tell.has("tasks.total.indicators") and tell.number("tasks.total.indicators") != 0:
        said.append(tell.say("task_results.total"))
    if tell.number("tasks.none.indicators"):
        said.append(tell.say("task_results.outside"))
    return [tuple(said)] if said else []


def task_results(tell: Teller, rubric: Rubric) -> list[Told]:
    """A heading a task, what its division wrote, then its indicators."""
    told = []
    for key in keys_of(tell.figures, "task"):
        prefix = f"task.{key}"
        written = typed(tell.figures[f"{prefix}.completion"].value)
        lines = [*(tuple(map(ended, one)) for one in written), tuple(_indicators(tell, prefix, rubric))]
        title = (tell.say("task_results.title", prefix),)
        told.append(Told(title, tuple(line for line in lines if line)))
    return told


def _indicators(tell: Teller, prefix: str, rubric: Rubric) -> Iterator[Sentence]:
    if not tell.number(f"{prefix}.indicators"):
        yield tell.say("task_results.no_indicator", about=(f"{prefix}.indicators",))
        return
    yield tell.say("task_results.counts", prefix, points_by=tell.text(f"{prefix}.points_by"))
    yield from judged(tell, indicators_under(tell, f"{prefix}.indicators"), rubric)


def indicators_under(tell: Teller, figure_id: str) -> list[str]:
    """The prefixes of the indicators that a count counts."""
    parts = tell.figures[figure_id].because
    return [part.removesuffix(".met") for part in parts if isinstance(part, str) and part.endswith(".met")]


def judged(tell: Teller, indicators: Sequence[str], rubric: Rubric) -> Iterator[Sentence]:
    """Which fell short, which overshot, which cannot be told yet; nothing where all is as it should be."""
    about = [f"{prefix}.met" for prefix in indicators]
    rates = [f"{prefix}.completion_rate" for prefix in indicators]
    for key, which in (
        ("short", [prefix for prefix in indicators if is_short(tell, prefix)]),
        ("over", [prefix for prefix in indicators if is_over(tell, prefix, rubric)]),
    ):
        if which:
            lines = [_one(tell, prefix) for prefix in which]
            yield tell.say(f"task_results.{key}", about=[*about, *rates], list=tell.listed(lines))
    undecided = [prefix for prefix in indicators if tell.is_open(f"{prefix}.met")]
    if undecided:
        lines = [
            tell.say(
                "task_results.one_open",
                prefix,
                about=(f"{prefix}.met",),
                reason=tell.figures[f"{prefix}.met"].reason,
            )
            for prefix in undecided
        ]
        yield tell.say("task_results.undecided", about=about, list=tell.listed(lines))


def _one(tell: Teller, prefix: str) -> Sentence:
    about = (f"{prefix}.deviation_reason",)
    return tell.say("task_results.one", prefix, about=about, reason=tell.text(about[0]))


def is_short(tell: Teller, prefix: str) -> bool:
    """Whether an indicator missed its target."""
    return tell.number(f"{prefix}.met") == 0


def is_over(tell: Teller, prefix: str, rubric: Rubric) -> bool:
    """Whether an indicator that is the better the more exceeds its target by the rubric's share (``overshoot_rate``)."""
    limit = rubric.settings.get("overshoot_rate")
    met, rate = (tell.figures.get(f"{prefix}.{part}") for part in ("met", "completion_rate"))
    if limit is None or met is None or rate is None or rate.exact is None or met.value != 1:
        return False
    return met.parameters.get("比较") in _UPWARD and rate.exact >= limit.value


def project_results(tell: Teller, rubric: Rubric, project_rubric: Rubric | None) -> list[Told]:
    """A heading a project, its money and score, why it spent slowly, and what its division wrote of it."""
    keys = keys_of(tell.figures, "project")
    said = [_project(tell, key, rubric, project_rubric) for key in keys]
    if len(keys) <= MOST_PROJECTS:
        return said
    kept = [one for key, one in zip(keys, said, strict=True) if is_slow(tell, f"project.{key}", rubric)]
    rest = (tell.say("project_results.more", about=[f"project.{key}.name" for key in keys]),)
    return [*kept[:MOST_PROJECTS], Told(rest, ())]


def no_projects(tell: Teller) -> list[Paragraph]:
    """One line where there is no project."""
    if keys_of(tell.figures, "project"):
        return []
    return [(tell.say("project_results.none", about=("kind.project.annual_budget",)),)]


def _project(tell: Teller, key: str, rubric: Rubric, project_rubric: Rubric | None) -> Told:
    prefix = f"project.{key}"
    said = [tell.say("project_results.money", prefix)]
    if is_slow(tell, prefix, rubric):
        about = (f"{prefix}.execution_rate", f"{prefix}.reason")
        said.append(tell.say("project_results.slow", about=about))
        reason = tell.text(f"{prefix}.reason")
        key_of = "project_results.reason" if reason else "project_results.no_reason"
        said.append(tell.say(key_of, about=about, reason=reason))
    if tell.has(f"{prefix}.score"):
        said.append(tell.say("project_results.score", prefix))
        said += _lost_parts(tell, prefix, project_rubric)
    achieved = tell.figures.get(f"{prefix}.achievement")
    lines = (tuple(said), *typed(achieved.value if achieved else ""))
    return Told((tell.say("project_results.title", prefix),), lines)


def _lost_parts(tell: Teller, prefix: str, project_rubric: Rubric | None) -> Iterator[Sentence]:
    if project_rubric is None or not tell.number(f"{prefix}.lost"):
        return
    parts = [
        tell.say("project_results.lost_part", f"{prefix}.{node.id}", label=node.label)
        for node in project_rubric.leaves()
        if tell.number(f"{prefix}.{node.id}.lost")
    ]
    if parts:
        about = [f"{prefix}.{node.id}.lost" for node in project_rubric.leaves()]
        yield tell.say("project_results.lost", about=about, list=tell.listed(parts))


def is_slow(tell: Teller, prefix: str, rubric: Rubric) -> bool:
    """Whether the execution rate is below the rubric's ``low_execution_rate``, by the exact rate."""
    limit, rate = rubric.settings.get("low_execution_rate"), tell.figures.get(f"{prefix}.execution_rate")
    if limit is None or rate is None or not isinstance(rate.exact, Fraction):
        return False
    return rate.exact < limit.value
