"""A run's figures as targets: each number's value, what it is of (its subject) and which measure, and where it comes from.

Read from figures.json and trace.json of a run's evidence; nothing is computed again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from pipeline.narrative.plain import normalised
from pipeline.narrative.quantities import quantities

_KINDS = {"万元": ("money", 10**4), "元": ("money", 1), "亿元": ("money", 10**8), "%": ("percent", 1), "分": ("score", 1), "百分点": ("points", 1)}  # fmt: skip
#: last part of a figure id → the words its label ends with
_MEASURES = {
    "initial_budget": "年初预算数", "annual_budget": "全年预算数", "executed": "全年执行数", "execution_rate": "执行率",
    "score": "得分", "weight": "分值", "lost": "扣分",
}  # fmt: skip
#: what makes a sentence's end too long to print
_MOST_ORIGINS = 2


@dataclass(frozen=True, slots=True)
class Target:
    """One figure that is a number. ``subject`` is blank for the department as a whole."""

    id: str
    label: str
    printed: str
    kind: str
    value: Fraction
    step: Fraction
    measure: str
    subject: str
    unit: str = ""


@dataclass(frozen=True)
class Figures:
    """``figures`` and ``trace`` in the shapes of the evidence files; ``run``: the folder."""

    figures: Mapping[str, Mapping]
    trace: Mapping[str, Mapping]
    run: Path

    def targets(self) -> Iterator[Target]:
        """Every figure that is a number with a unit, and the numbers in what indicators reached."""
        for figure_id, figure in self.figures.items():
            value = figure["value"]
            if value is None:
                continue
            if re.fullmatch(r"-?\d+(?:\.\d+)?", str(value)) and figure["unit"]:
                yield _target(figure_id, figure)
            elif figure_id.endswith(".actual"):
                for q in quantities(normalised(str(value))[0]):
                    yield Target(
                        figure_id,
                        figure["label"],
                        figure["printed"],
                        q.kind,
                        q.value,
                        q.step,
                        "actual",
                        "",
                        q.unit,
                    )

    def origin(self, figure_id: str, most: int = _MOST_ORIGINS) -> str:
        """Where a figure comes from, in a few words: its cells, or the figures it is made of."""
        cells: list[str] = []
        seen: set[str] = set()
        waiting = [figure_id]
        while waiting and len(cells) <= most:
            each = waiting.pop(0)
            if each in seen or each not in self.trace:
                continue
            seen.add(each)
            for source in self.trace[each].get("because", ()):
                if "figure" in source:
                    waiting.append(source["figure"])
                elif re.fullmatch(r"-?[\d,.]+[%‰]?", str(source.get("found", ""))):
                    cells.append(f"《{Path(source['file']).stem}》{source['sheet']}!{source['cell']}")
        told = list(dict.fromkeys(cells))
        return "、".join(told[:most]) + ("等" if len(told) > most else "") if told else "按规则算出"


def _target(figure_id: str, figure: Mapping) -> Target:
    kind, size = _KINDS.get(figure["unit"], ("count", 1))
    text = str(figure["value"])
    decimals = len(text.partition(".")[2])
    measure = figure_id.rpartition(".")[2]
    ending = _MEASURES.get(measure, "")
    label = figure["label"]
    subject = label.removesuffix(ending) if ending and label.endswith(ending) else ""
    if measure not in _MEASURES or (ending and not label.endswith(ending)):
        measure = "" if measure not in ("score",) else measure
    return Target(
        figure_id, label, figure["printed"], kind, Fraction(text) * size, Fraction(size, 10**decimals), measure, subject, figure["unit"],
    )  # fmt: skip


def expected_text(figure: Mapping, form: str) -> str | None:
    """What a content control of a form prints for a figure; None where the run leaves it open.

    ``number``: without its unit; ``points``: a score without 分 and without decimals that are 0.

    >>> expected_text({"value": "99.65", "printed": "99.65%", "unit": "%"}, "number")
    '99.65'
    >>> expected_text({"value": "98.00", "printed": "98.00", "unit": "分"}, "points")
    '98'
    """
    if figure["value"] is None:
        return None
    printed = str(figure["printed"])
    if form == "number":
        return printed.rstrip("%‰")
    if form == "points":
        return re.sub(r"\.?0+$", "", printed) if "." in printed else printed
    return printed
