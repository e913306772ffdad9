"""Problems and measures: what the office wrote comes first, then one of each for every loss and finding that it did not name.

Pure functions. A proposed problem names its cause (the leaf, the indicators, the project, the finding), its measure the same
cause. Source: docs/domain.md §1 and §5.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline import messages
from pipeline.model import Cell, Finding, Row, Submission
from pipeline.model_rubric import Node, Rubric
from pipeline.report.sentences import Paragraph, Sentence, Teller, ended, keys_of
from pipeline.report.sentences_results import indicators_under, is_short, is_slow
from pipeline.report.sentences_score import is_open, lost, measured, why_open

_RANKED = ("critical", "warning")


@dataclass(frozen=True, slots=True)
class Cause:
    """A problem that the numbers show, and the measure against it."""

    problem: Sentence
    measure: Sentence


def written_problems(tell: Teller, submission: Submission) -> list[Paragraph]:
    """The rows of 问题与措施 as typed: the problem, its cause, the indicator it belongs to."""
    told = []
    for row in _rows(submission, "problem"):
        said = [_typed(row["problem"])]
        if row.usable("cause"):
            said.append(_about_text(tell.say("problems.cause", cause=_bare(row["cause"]))))
        if row.usable("related_indicator"):
            said.append(_about_text(tell.say("problems.related", indicator=str(row["related_indicator"]))))
        told.append(tuple(said))
    return told


def written_measures(tell: Teller, submission: Submission) -> list[Paragraph]:
    """The measures as typed, with who answers for them and until when; then what became of last year's problems."""
    told: list[Paragraph] = []
    for row in _rows(submission, "measure"):
        said = [_typed(row["measure"])]
        division, deadline = (str(row.usable(field) or "") for field in ("responsible_division", "deadline"))
        if division:
            said.append(_about_text(tell.say("measures.responsible", division=division, deadline=deadline)))
        elif deadline:
            said.append(_about_text(tell.say("measures.deadline", deadline=deadline)))
        told.append(tuple(said))
    for row in _rows(submission, "last_year_problem"):
        said = [_about_text(tell.say("problems.last_year", problem=_bare(row["last_year_problem"])))]
        if row.usable("rectification_status"):
            status = _bare(row["rectification_status"])
            said.append(_about_text(tell.say("problems.rectified", status=status)))
        told.append(tuple(said))
    return told


def _rows(submission: Submission, field: str) -> list[Row]:
    return [row for row in submission.table("basics.problems") if row.usable(field)]


def _typed(text: object) -> Sentence:
    return ended(Sentence((" ".join(str(text).split()),), typed=True))


def _about_text(sentence: Sentence) -> Sentence:
    return Sentence(sentence.pieces, sentence.about, typed=True)


def _bare(text: object) -> str:
    return " ".join(str(text).split()).rstrip("。．.；;，, ")


def causes(
    tell: Teller,
    rubric: Rubric,
    submission: Submission,
    findings: Sequence[Finding] = (),
    waived: Mapping[int, object] | None = None,
) -> list[Cause]:
    """What the numbers show and the office did not write itself: leaves, indicators, projects, then findings.

    ``findings`` in reading order; ``waived``: positions of those with a 核查说明 that holds.
    """
    named = {str(row["related_indicator"]).strip() for row in _rows(submission, "related_indicator")}
    found = [*_leaves(tell, rubric, submission, named)]
    found += _unscored(tell, rubric)
    found += [
        Cause(
            tell.say("problems.slow", f"project.{key}", about=(f"project.{key}.reason",), reason=tell.text(f"project.{key}.reason")),
            tell.say("measures.slow", f"project.{key}", about=(f"project.{key}.execution_rate",)),
        )
        for key in keys_of(tell.figures, "project")
        if is_slow(tell, f"project.{key}", rubric)
    ]  # fmt: skip
    live = [
        finding
        for at, finding in enumerate(findings)
        if messages.severity(finding) in _RANKED and at not in (waived or {})
    ]
    return [*found, *_of_findings(tell, live)]


def _leaves(tell: Teller, rubric: Rubric, submission: Submission, named: set[str]) -> Iterator[Cause]:
    """A leaf the office named itself is told again only while its points are open."""
    for node in rubric.leaves():
        about = (f"{node.id}.score",)
        if is_open(tell, node):
            yield Cause(
                tell.say("problems.open", about=about, label=node.label, why=why_open(tell, node)),
                tell.say("measures.open", about=about, label=node.label),
            )
        if named & {node.label, node.id, *node.aliases}:
            continue
        if missed := _missed(tell, node):
            yield _of_indicators(tell, node, missed)
        elif lost(tell, node):
            yield _of_leaf(tell, node, submission)


def _missed(tell: Teller, node: Node) -> list[str]:
    """The indicators a leaf adds up that missed their targets."""
    return [prefix for prefix in _scored_by(tell, node) if is_short(tell, prefix)]


def _scored_by(tell: Teller, node: Node) -> list[str]:
    """The indicators whose points a leaf adds up: what its measure was made from."""
    measure = tell.figures.get(f"measure.{node.id}")
    parts = [part for part in (measure.because if measure else ()) if isinstance(part, str)]
    return [
        part.removesuffix(".score")
        for part in parts
        if part.startswith("indicator.") and part.endswith(".score")
    ]


def _of_indicators(tell: Teller, node: Node, missed: Sequence[str]) -> Cause:
    lines = tell.listed(tell.say("problems.missed_one", prefix) for prefix in missed)
    about = [f"{prefix}.met" for prefix in _scored_by(tell, node)]
    key = "problems.missed" if lost(tell, node) else "problems.missed_open"
    problem = tell.say(key, node.id, about=about, label=node.label, list=lines)
    return Cause(problem, _measure_of_missed(tell, missed, lines, about))


def _measure_of_missed(
    tell: Teller, missed: Sequence[str], lines: Sentence, about: Sequence[str]
) -> Sentence:
    divisions = "、".join(dict.fromkeys(filter(None, (tell.text(f"{prefix}.division") for prefix in missed))))
    key = "measures.missed" if divisions else "measures.missed_nobody"
    about = [*about, *(f"{prefix}.division" for prefix in missed)]
    return tell.say(key, about=about, divisions=divisions, list=lines)


def _of_leaf(tell: Teller, node: Node, submission: Submission) -> Cause:
    reason = tell.text(f"{node.id}.deduction_reason")
    cause = Sentence((reason,)) if reason else measured(tell, node)
    about = [f"{node.id}.{part}" for part in ("lost", "deduction_reason")]
    formula = node.rule.formula if node.rule else ""
    said = "problems.behind" if formula == "period_progress" and not reason else "problems.lost"
    problem = tell.say(said, node.id, about=about, label=node.label, cause=cause)
    key = formula if formula in ("checklist", "count_deduct", "period_progress") else "lost"
    items = "、".join(_unfinished(tell, node, submission)) if key == "checklist" else ""
    about = [*about, f"measure.{node.id}"]
    return Cause(problem, tell.say(f"measures.{key}", about=about, label=node.label, items=items))


def _unfinished(tell: Teller, node: Node, submission: Submission) -> Iterator[str]:
    """The checkpoints of 事项 that a leaf counted as not done, in the officer's words."""
    measure = tell.figures.get(f"measure.{node.id}")
    cells = {part for part in (measure.because if measure else ()) if isinstance(part, Cell)}
    for row in submission.table("management.items"):
        done, required = row.usable("done_count"), row.usable("required_count")
        is_short_of = done is False or (
            isinstance(required, int) and isinstance(done, int) and done < required
        )
        if is_short_of and row.cell("done_count") in cells and row.usable("checkpoint"):
            yield _bare(row["checkpoint"])


def _unscored(tell: Teller, rubric: Rubric) -> Iterable[Cause]:
    """Indicators that missed their targets and bear no points of the department: told once, all of them."""
    scored = {prefix for node in rubric.leaves() for prefix in _scored_by(tell, node)}
    under = [
        prefix
        for count in ("tasks.total.indicators", "tasks.none.indicators")
        if count in tell.figures
        for prefix in indicators_under(tell, count)
    ]
    rest = [prefix for prefix in dict.fromkeys(under) if prefix not in scored]
    missed = [prefix for prefix in rest if is_short(tell, prefix)]
    if not missed:
        return []
    lines = tell.listed(tell.say("problems.missed_one", prefix) for prefix in missed)
    about = [f"{prefix}.met" for prefix in rest]
    problem = tell.say("problems.missed_unscored", about=about, list=lines)
    return [Cause(problem, _measure_of_missed(tell, missed, lines, about))]


def _of_findings(tell: Teller, findings: Sequence[Finding]) -> Iterator[Cause]:
    """One a form, with the codes of its findings: their cells and amounts stand in 核查报告.html, not in a report."""
    by_form: dict[str, dict[str, None]] = {}
    for finding in findings:
        form = str(Cell(finding.cell.file, "", "")) if finding.cell and finding.cell.file else "填报材料"
        by_form.setdefault(form, {})[finding.code] = None
    for form, codes in sorted(by_form.items()):
        listed = "、".join(sorted(codes))
        yield Cause(
            tell.say("problems.finding", form=form, codes=listed), tell.say("measures.finding", form=form)
        )
