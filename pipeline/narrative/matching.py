"""Each number of a report against a run's figures: agrees, disagrees, or is no figure of the run.

A number in a content control knows its figure. Any other is matched by what the words in front of it say: of what (the department, a
project, a part of the score, a month) and which measure (budget, spent, rate, score). Only what is plainly named is accused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from pipeline.narrative.amounts import decimals_of, is_change, is_whole, role, shortened
from pipeline.narrative.document import Control, Paragraph, Quantity, Report, Sentence, Spotted
from pipeline.narrative.figures import Figures, Target, expected_text
from pipeline.narrative.plain import normalised
from pipeline.narrative.rates import kind_of
from pipeline.narrative.scored import is_score_label, is_total_label
from pipeline.narrative.words import has, words

_THROUGH = re.compile(r"(?:截至|截止|到|至|[-–—~～])(?:(?:19|20)\d\d年)?(\d{1,2})月(?:\d{1,2}日|底|末|份)?")


@dataclass(frozen=True, slots=True)
class Told:
    """A number and what the run says of it."""

    place: str
    text: str
    figure: str = ""
    label: str = ""

    def as_json(self) -> dict[str, str]:
        return {"cell": self.place, "text": self.text, "figure": self.figure, "label": self.label}


@dataclass(slots=True)
class Matched:
    """Everything that was compared; ``spotted`` are the disagreements."""

    agreed: list[Told] = field(default_factory=list)
    unknown: list[Told] = field(default_factory=list)
    spotted: list[Spotted] = field(default_factory=list)


@dataclass(frozen=True)
class _Index:
    """A run's targets by what they are of and by value."""

    figures: Figures
    by_subject: Mapping[tuple[str, str], Target]
    by_kind: Mapping[str, list[Target]]
    subjects: tuple[str, ...]


def match(report: Report, figures: Figures) -> Matched:
    """Compares every quantity of the report; years, dates and the numbers of sections are none."""
    index = _indexed(figures)
    done = Matched()
    for number, paragraph in enumerate(report.paragraphs):
        sentences = [one for one in report.sentences if one.paragraph == number] if paragraph.controls else []
        for control in paragraph.controls:
            _controlled(done, index, paragraph, control, sentences)
    for sentence in report.sentences:
        for q in sentence.quantities:
            if q.control is None and q.kind != "plain" and not q.is_range:
                _free(done, index, sentence, q)
    return done


def _indexed(figures: Figures) -> _Index:
    by_subject: dict[tuple[str, str], Target] = {}
    by_kind: dict[str, list[Target]] = {}
    for target in figures.targets():
        by_kind.setdefault(target.kind, []).append(target)
        if target.measure:
            by_subject.setdefault((target.subject, target.measure), target)
    for first, second in words()["terms"]:
        for (subject, measure), target in list(by_subject.items()):
            if subject in (first, second):
                by_subject.setdefault((second if subject == first else first, measure), target)
    names = sorted({subject for subject, _ in by_subject if len(subject) >= 3}, key=len, reverse=True)
    return _Index(figures, by_subject, by_kind, tuple(names))


def _place_of(paragraph: Paragraph, control: Control, sentences: list[Sentence]) -> tuple[str, str]:
    """The place of a control's sentence, and the sentence's text."""
    at = 0
    for sentence in sentences:
        at = paragraph.text.find(sentence.text, at)
        if at <= control.start < at + len(sentence.text) or control.start == control.end == at + len(
            sentence.text
        ):
            return sentence.place, shortened(sentence.text, control.start - at, control.end - at)
        at += len(sentence.text)
    return f"{paragraph.place}第1句", shortened(paragraph.text, control.start, control.end)


def _controlled(
    done: Matched, index: _Index, paragraph: Paragraph, control: Control, sentences: list[Sentence]
) -> None:
    place, piece = _place_of(paragraph, control, sentences)
    found = paragraph.text[control.start : control.end]
    figure = index.figures.figures.get(control.figure)
    if figure is None:
        facts = {"figure": control.figure, "found": found or "（空）"}
        done.spotted.append(Spotted("NA-042", place, facts, found))
        return
    told = Told(place, found, control.figure, figure["label"])
    expected = expected_text(figure, control.form)
    if expected is not None and _is_other_measure(found, expected):
        facts = {
            "label": figure["label"], "found": found, "expected": expected, "figure": control.figure,
            "origin": index.figures.origin(control.figure), "piece": piece,
        }  # fmt: skip
        done.spotted.append(Spotted("NA-040", place, facts, found, expected))
        return
    if expected is None or not _is_number(expected):
        same = found == (re.sub(r"\s", "", str(figure["printed"])) if expected is None else expected)
        (done.agreed if same else done.unknown).append(told)
        return
    facts = {
        "label": figure["label"], "found": found or "（空）", "expected": expected, "figure": control.figure,
        "origin": index.figures.origin(control.figure), "piece": piece,
    }  # fmt: skip
    if not _is_number(found):
        done.spotted.append(Spotted("NA-043", place, facts, found, expected))
    elif _number(found) == _number(expected):
        done.agreed.append(told)
    else:
        done.spotted.append(Spotted("NA-040", place, facts, found, expected))


#: a longer text is the officer's own, not a value that was measured
_MOST_OF_A_MEASURE = 20


def _is_other_measure(found: str, expected: str) -> bool:
    """Whether a short text such as 90余次 has another number now."""
    if _is_number(expected) or len(expected) > _MOST_OF_A_MEASURE:
        return False
    numbers = [
        re.findall(r"\d+(?:\.\d+)?", text.replace(",", "")) for text in (found, normalised(expected)[0])
    ]
    return all(numbers) and numbers[0] != numbers[1]


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"-?[\d,]*\d(?:\.\d+)?[%‰]?", text))


def _number(text: str) -> Fraction:
    return Fraction(text.replace(",", "").rstrip("%‰"))


def _free(done: Matched, index: _Index, sentence: Sentence, q: Quantity) -> None:
    target = _named(index, sentence, q)
    if target is not None and _agrees(q, target):
        done.agreed.append(Told(sentence.place, q.text, target.id, target.label))
        return
    same = _of_value(index, q, sentence)
    if target is not None and q.is_exact and sentence.kind == "body" and not is_change(q):
        facts = {
            "about": shortened(q.label, most=24), "label": target.label, "found": q.text, "expected": target.printed + _unit(target),
            "figure": target.id, "origin": index.figures.origin(target.id), "piece": shortened(sentence.text, q.start, q.end),
        }  # fmt: skip
        done.spotted.append(Spotted("NA-041", sentence.place, facts, q.text, facts["expected"]))
    elif same is not None:
        done.agreed.append(Told(sentence.place, q.text, same.id, same.label))
    else:
        done.unknown.append(Told(sentence.place, f"{shortened(q.label, most=20)}{q.text}"))


def _unit(target: Target) -> str:
    return "" if target.unit in ("%", "‰") else target.unit


def _agrees(q: Quantity, target: Target) -> bool:
    """Equal within what both print; an approximate number within the digits it shows."""
    if q.kind != target.kind and {q.kind, target.kind} != {"count", "plain"}:
        return False
    slack = max(q.step, target.step) / 2 if decimals_of(q) or q.kind == "money" else target.step / 2
    if q.is_approximate:
        slack = max(slack, q.step, abs(q.value) / 10)
    return abs(q.value - target.value) <= slack


def _of_value(index: _Index, q: Quantity, sentence: Sentence) -> Target | None:
    """A figure of the same unit and value: for numbers exact enough to be one, and for what indicators reached."""
    found = [target for target in index.by_kind.get(q.kind, ()) if target.value == q.value]
    actual = next((one for one in found if one.measure == "actual" and one.unit == q.unit), None)
    if q.kind == "count":
        return actual or next(
            (one for one in found if one.label[-2:] and one.label[:2] in sentence.text), None
        )
    if q.kind == "money" and len(re.sub(r"\D", "", q.text).strip("0")) < 3:
        return actual
    return found[0] if found else None


def _named(index: _Index, sentence: Sentence, q: Quantity) -> Target | None:
    """The figure the words in front of a number name: measure and subject both plainly, or None."""
    measure = _measure(q)
    if measure is None or has(sentence.text[: q.start], "before") or _is_of_another_year(index, sentence, q):
        return None
    if month := _month(sentence, q):
        return _of_month(index, sentence, q, measure, month)
    subject = _subject(index, sentence, q, measure)
    return None if subject is None else index.by_subject.get((subject, measure))


def _is_of_another_year(index: _Index, sentence: Sentence, q: Quantity) -> bool:
    """Whether the last year named in front is not the run's: 2021年支出 in a report of 2022."""
    mine = str(index.figures.figures.get("basics.year", {}).get("value") or "")
    named = re.findall(r"((?:19|20)\d\d)年", sentence.text[: q.start])
    return bool(mine and named and named[-1] != mine)


def _measure(q: Quantity) -> str | None:
    if q.kind == "money":
        said = role(q)
        if said == "budget":
            if re.search(r"年初", q.label):
                return "initial_budget"
            return None if re.search(r"追加|调整额|净额|下达|申请|采购|结转", q.label) else "annual_budget"
        return "executed" if said == "executed" else None
    if q.kind == "percent":
        return "execution_rate" if kind_of(q) == "execution" else None
    if q.kind == "score":
        if re.search(r"(?:满分|分值|权重)(?:为|是)?$", q.label):
            return "weight"
        return "score" if is_score_label(q.label) else None
    return None


def _month(sentence: Sentence, q: Quantity) -> int | None:
    found = _THROUGH.findall(sentence.text[: q.start])
    return int(found[-1]) if found else None


def _of_month(index: _Index, sentence: Sentence, q: Quantity, measure: str, month: int) -> Target | None:
    part = "project_" if "项目" in sentence.text[: q.start] else ""
    names = {"execution_rate": f"month.{month}.{part}rate", "executed": f"month.{month}.{part}cumulative"}
    wanted = names.get(measure)
    if wanted is None or (
        index.subjects and any(name in sentence.text[: q.start] for name in index.subjects if len(name) > 4)
    ):
        return None
    return next((one for one in index.by_kind.get(q.kind, ()) if one.id == wanted), None)


#: what may stand in front of a kind of spending that is meant as a whole: 其他项目支出 is another thing
_WHOLE_KIND = re.compile(
    r"(?:^|[，。；：、（]|其中|我.|本部门|本单位|全年|年度|当年|本年|部门|的|和|与|数|共|元)$"
)


def _nearest(index: _Index, before: str) -> tuple[str, int] | None:
    """The name that stands nearest in front, and where it ends. Of names that share signs the one that begins first is meant."""
    spans = []
    for name in index.subjects:
        at = before.rfind(name)
        if at < 0:
            continue
        if name.endswith("支出") and not _WHOLE_KIND.search(before[:at]):
            continue
        spans.append((at, at + len(name), name))
    own = [
        (start, end, name)
        for start, end, name in spans
        if not any(first < start < last or (first == start and last > end) for first, last, _ in spans)
    ]
    if not own:
        return None
    _, end, name = max(own, key=lambda one: (one[1], one[1] - one[0]))
    return name, end


def _subject(index: _Index, sentence: Sentence, q: Quantity, measure: str) -> str | None:
    """Whose number it is: the name that stands nearest in front of it; blank for the whole department; None where it is not told."""
    before = sentence.text[: q.start]
    if measure == "score" and is_total_label(q.label):
        return "总分" if ("总分", "score") in index.by_subject else ""
    if named := _nearest(index, before):
        name, end = named
        since = before[end:]
        # another thing named since then takes the number away from it
        if len(since) <= 30 and not re.search(r"；|其中|分别", since) and (name, measure) in index.by_subject:
            return name
        return None
    if measure in ("score", "weight"):
        return None
    whole = is_whole(q.label) or (
        measure != "annual_budget" and is_whole(before) and not has(before, "partial")
    )
    return "" if whole and not has(q.label, "partial") else None
