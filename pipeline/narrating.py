"""A report's text checked, on one screen: read → judge → (a run's figures) → what a person is told; and ``--refresh``.

The way of ``narrative REPORT [RUN]``. Nothing is written but the refreshed copy, beside the report.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline import messages
from pipeline.errors import CannotRun
from pipeline.model import Cell, Finding, Found
from pipeline.narrative import judge, matching, read, refresh, repack, together
from pipeline.narrative.document import Report, Spotted, Unchecked
from pipeline.narrative.figures import Figures
from pipeline.report import summary
from pipeline.report.compare import load_run
from pipeline.report.explain import load_trace

#: of each list on the screen; ``--json`` has all
SHOWN = 60


@dataclass(frozen=True, slots=True)
class Checked:
    """What there is to tell. ``records`` in the order of the report; ``matched`` only with a run."""

    report: Report
    records: tuple[Mapping, ...]
    unchecked: tuple[Unchecked, ...]
    matched: matching.Matched | None = None
    refreshed: refresh.Refreshed | None = None
    remarks: tuple[str, ...] = field(default=())

    @property
    def exit_code(self) -> int:
        return 1 if any(record["severity"] == "critical" for record in self.records) else 0


def check(path: Path, run: Path | None, lang: str) -> Checked:
    """Everything that can be said of a report, with a run or by itself. Raises CannotRun for what is no report or no run."""
    report = read.read_report(path)
    found, unchecked = judge.judge(report)
    matched = None
    if run is not None:
        matched = together.with_trial(matching.match(report, figures_of(run)), report, _trial_of(run))
        found = in_order(report, together.with_run(found, matched))
        unchecked = together.still_unchecked(unchecked, matched)
    records = tuple(messages.record(finding(one, report.file), lang) for one in found)
    return Checked(report, records, tuple(unchecked), matched, None, report.remarks)


def renew(path: Path, run: Path, earlier: Path | None, lang: str) -> Checked:
    """Writes the refreshed copy beside the report and checks it. Raises CannotRun."""
    content = read.content_of(path)
    before = earlier_figures(path, run, earlier)
    done = refresh.refresh(content, path.name, figures_of(run), before)
    if produced := _produced(run, content, path.name):
        done = refresh.without_figures(done, content, path.name, produced, figures_of(run))
    where = repack.write_beside(path, done.content) if done.changed else None
    checked = check(where or path, run, lang)
    return Checked(
        checked.report,
        checked.records,
        checked.unchecked,
        checked.matched,
        refresh.with_place(done, where),
        checked.remarks,
    )


def figures_of(run: Path) -> Figures:
    """The figures of a run, and where each comes from. Raises CannotRun where it is no run's folder."""
    return Figures(load_run(run)[0], load_trace(run)["figures"], run)


def _trial_of(run: Path) -> str:
    """The line by which the run calls itself a trial; blank where it is none, or its manifest does not say."""
    try:
        return str(json.loads((run / "evidence" / "manifest.json").read_text("utf-8")).get("trial") or "")
    except (OSError, ValueError, AttributeError):
        return ""


def _produced(run: Path, content: bytes, name: str) -> list[str]:
    """The figures that the report of the run itself shows: of its documents the one that has most in common with this one."""
    mine = set(refresh.figures_in(content, name))
    best: list[str] = []
    for path in sorted(run.glob("*.docx")):
        try:
            shown = refresh.figures_in(read.content_of(path), path.name)
        except CannotRun:
            continue
        if len(mine & set(shown)) > len(mine & set(best)):
            best = shown
    return best


def earlier_figures(path: Path, run: Path, earlier: Path | None) -> Figures | None:
    """The figures the report was written from: of the run named, else of the run's folder that the report lies in."""
    if earlier is not None:
        return figures_of(earlier)
    home = path.resolve().parent
    is_run = (home / "evidence" / "figures.json").is_file() and (home / "evidence" / "trace.json").is_file()
    return figures_of(home) if is_run and home != run.resolve() else None


def in_order(report: Report, found: list[Spotted]) -> list[Spotted]:
    order = {sentence.place: at for at, sentence in enumerate(report.sentences)}
    return sorted(found, key=lambda one: order.get(one.place, len(order)))


def finding(spotted: Spotted, file: str) -> Finding:
    """A finding as the rest of the program knows it; its cells are places of the report."""
    places = [Found(Cell(file, "", spotted.place), spotted.found)]
    places += [Found(Cell(file, "", place), "") for place in spotted.others]
    return Finding(spotted.code, tuple(places), spotted.facts, spotted.found, spotted.expected)


def as_json(checked: Checked) -> dict:
    """What ``--json`` prints: findings in the shape of findings.json, and what has no severity beside them."""
    matched = checked.matched
    return {
        "exit_code": checked.exit_code,
        "file": checked.report.file,
        "remarks": list(checked.remarks),
        "findings": list(checked.records),
        "unchecked": [{"cell": each.place, "text": each.text, "why": each.why} for each in checked.unchecked],
        "agreed": None if matched is None else [each.as_json() for each in matched.agreed],
        "unknown": None if matched is None else [each.as_json() for each in matched.unknown],
        "refreshed": None if checked.refreshed is None else checked.refreshed.as_json(),
    }


_WORDS = {
    "zh": {
        "read": "《{file}》：{paragraphs} 段，{numbers} 个数", "unchecked": "无法核对（不算问题）：", "more": "  ……另有 {n} 处，见 --json",
        "agreed": "与结果相符 {agreed} 个；结果中没有的数 {unknown} 个（不算问题）：", "waived": "",
    },
    "en": {
        "read": "{file}: {paragraphs} paragraphs, {numbers} numbers", "unchecked": "Cannot be checked (no findings):",
        "more": "  … {n} more, see --json", "agreed": "{agreed} numbers agree with the run; {unknown} are no figures of it (no findings):",
        "waived": "",
    },
}  # fmt: skip


def lines(checked: Checked, lang: str = "zh") -> Iterator[str]:
    """For the screen: what was changed, findings, what cannot be checked, what the run does not know."""
    words = _WORDS[lang]
    report = checked.report
    if checked.refreshed is not None:
        yield from checked.refreshed.lines(lang)
    numbers = sum(len(sentence.quantities) for sentence in report.sentences)
    yield words["read"].format(file=report.file, paragraphs=len(report.paragraphs), numbers=numbers)
    yield from checked.remarks
    yield from summary.finding_lines(checked.records, "--json", lang, summary.SHOWN_ALONE)
    if checked.matched is not None:
        unknown = checked.matched.unknown
        yield words["agreed"].format(agreed=len(checked.matched.agreed), unknown=len(unknown))
        yield from _listed([f"  {each.place} {each.text}" for each in unknown], words["more"])
    if checked.unchecked:
        yield words["unchecked"]
        yield from _listed(
            [f"  {each.place} {each.text}：{each.why}" for each in checked.unchecked], words["more"]
        )


def _listed(told: list[str], more: str) -> Iterator[str]:
    yield from told[:SHOWN]
    if len(told) > SHOWN:
        yield more.format(n=len(told) - SHOWN)
