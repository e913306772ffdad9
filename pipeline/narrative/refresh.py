"""The numbers of a produced report renewed from a later run: content controls whose figure changed, and not one byte else.

A control that a person emptied, filled with words or gave another number is listed and left alone. Everything else of the package is
copied byte for byte (docs/decisions/016).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from pipeline.narrative.docx import DocumentReader, OpenControl
from pipeline.narrative.figures import Figures, expected_text
from pipeline.narrative.package import Package, looks_like_package, refuse, refuse_other_kinds
from pipeline.narrative.plain import normalised
from pipeline.narrative.repack import repacked

_NUMBER = re.compile(r"-?[\d,]*\d(?:\.\d+)?[%‰]?|待定")


@dataclass(frozen=True, slots=True)
class Change:
    """One control: old and new text, the figure and its label, the paragraph; ``why`` where it was left alone."""

    place: str
    figure: str
    label: str
    old: str
    new: str
    why: str = ""

    def as_json(self) -> dict[str, str]:
        return {
            "cell": self.place,
            "figure": self.figure,
            "label": self.label,
            "old": self.old,
            "new": self.new,
            "why": self.why,
        }


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What was changed and what was left alone; ``content`` the new package; ``where`` it was written."""

    changed: tuple[Change, ...] = ()
    left: tuple[Change, ...] = ()
    same: int = 0
    knows_earlier: bool = False
    missing: tuple[tuple[str, str], ...] = ()
    content: bytes = field(default=b"", repr=False)
    where: str = ""

    def as_json(self) -> dict:
        return {
            "file": self.where or None,
            "changed": [each.as_json() for each in self.changed],
            "left": [each.as_json() for each in self.left],
            "same": self.same,
            "knows_earlier": self.knows_earlier,
            "missing": [{"figure": figure, "label": label} for figure, label in self.missing],
        }

    def lines(self, lang: str = "zh") -> Iterator[str]:
        """For the screen: the new file, each change, what was left alone and why."""
        words = _WORDS[lang]
        if not self.changed:
            yield words["nothing"].format(same=self.same)
        else:
            yield words["changed"].format(n=len(self.changed), same=self.same, where=self.where)
            if not self.knows_earlier:
                yield words["unsure"]
            for each in self.changed:
                yield f"  {each.place} {each.label}：{each.old} → {each.new}"
        if self.left:
            yield words["left"].format(n=len(self.left))
            for each in self.left:
                yield (
                    f"  {each.place} {each.label or each.figure}：{each.old or '（空）'}"
                    + (f"，{words['now']} {each.new}" if each.new else "")
                    + f"（{each.why}）"
                )
        if self.missing:
            names = "、".join(label for _, label in self.missing[:_NAMED])
            yield (
                words["missing"].format(n=len(self.missing))
                + names
                + ("……" if len(self.missing) > _NAMED else "")
            )


#: of the figures that are gone, how many are named on the screen
_NAMED = 20
_WORDS = {
    "zh": {
        "missing": "本次结果的报告里有、这份报告里已经没有的数字 {n} 个：", 
        "nothing": "没有要更新的数字（{same} 个与结果相同），没有写文件。", "changed": "更新了 {n} 个数字，{same} 个没有变；写在 {where}，原件没有改动：",
        "unsure": "  （没有给出报告原来的结果文件夹，分不出人改过的数，请逐一核对；可加 --from）", "left": "没有改、请自己看的 {n} 处：", "now": "结果是",
    },
    "en": {
        "missing": "{n} figures of the run's own report are no longer in this one: ",
        "nothing": "Nothing to renew ({same} numbers are those of the run); no file was written.", "changed": "{n} numbers renewed, {same} unchanged; written to {where}, the original is as it was:",
        "unsure": "  (the run the report came from is not known: numbers changed by hand cannot be told apart; see --from)", "left": "{n} left alone, to be looked at:", "now": "the run has",
    },
}  # fmt: skip


def refresh(content: bytes, file: str, now: Figures, before: Figures | None) -> Refreshed:
    """The package with its changed numbers. Raises CannotRun for what is no .docx, or has no content control of figures."""
    refuse_other_kinds(content, file)
    if not looks_like_package(content):
        raise refuse(file, "不是 .docx，没有可以更新的数字位置。", "is no .docx: nothing to renew.")
    package = Package(content, file)
    main = package.main_part()
    parts = [main, *_other_parts(package, main)]
    changed, left, same = [], [], 0
    new_parts: dict[str, bytes] = {}
    tags: set[str] = set()
    for name in parts:
        body = package.part(name)
        controls = [one for one in DocumentReader(body, file).controls if _is_ours(one)]
        tags |= {one.tag for one in controls}
        plan = _plan(controls, now, before)
        changed += [change for _, change in plan.changes]
        left += plan.left
        same += plan.same
        if plan.changes:
            new_parts[name] = _patched(body, plan.changes, file)
    if not tags:
        raise refuse(
            file,
            "里没有本程序写的数字位置（内容控件），不能更新；可不加 --refresh 只核对。",
            "has no content controls of figures.",
        )
    return Refreshed(
        tuple(changed),
        tuple(left),
        same,
        before is not None,
        (),
        repacked(content, new_parts, file) if new_parts else b"",
    )


def figures_in(content: bytes, file: str) -> list[str]:
    """The ids of the figures a produced report holds, in its order. Raises CannotRun for what is no .docx."""
    package = Package(content, file)
    main = package.main_part()
    controls = [
        one
        for name in (main, *_other_parts(package, main))
        for one in DocumentReader(package.part(name), file).controls
    ]
    return list(dict.fromkeys(one.tag.partition("|")[0] for one in controls if _is_ours(one)))


def without_figures(
    done: Refreshed, content: bytes, file: str, produced: list[str], now: Figures
) -> Refreshed:
    """With what the run's own report shows and this one no longer does."""
    here = set(figures_in(content, file))
    gone = [(one, now.figures[one]["label"]) for one in produced if one not in here and one in now.figures]
    return replace(done, missing=tuple(gone))


def _other_parts(package: Package, main: str) -> list[str]:
    folder = PurePosixPath(main).parent.as_posix()
    return [
        name
        for name in package.names
        if re.fullmatch(rf"{re.escape(folder)}/(?:header|footer|footnotes|endnotes)\d*\.xml", name)
    ]


def _is_ours(control: OpenControl) -> bool:
    return bool(re.fullmatch(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+(?:\|[a-z]+)?", control.tag))


@dataclass(slots=True)
class _Plan:
    changes: list[tuple[OpenControl, Change]] = field(default_factory=list)
    left: list[Change] = field(default_factory=list)
    same: int = 0


def _plan(controls: list[OpenControl], now: Figures, before: Figures | None) -> _Plan:
    """What becomes of each control."""
    plan = _Plan()
    usual = _usual(controls)
    for control in controls:
        figure_id, _, form = control.tag.partition("|")
        old = normalised(control.text)[0]
        figure = now.figures.get(figure_id)
        if figure is None:
            plan.left.append(Change(control.place, figure_id, "", old, "", "结果中没有这个数字"))
            continue
        new = expected_text(figure, form or "printed")
        new = normalised(str(figure["printed"]))[0] if new is None else new
        if _same_text(old, normalised(new)[0]):
            plan.same += 1
            continue
        why = _why_left(control, old, new, figure_id, form or "printed", before, usual)
        change = Change(control.place, figure_id, figure["label"], old, new, why)
        if why:
            plan.left.append(change)
        else:
            plan.changes.append((control, change))
    return plan


def _usual(controls: list[OpenControl]) -> dict[str, str]:
    """What most controls of one tag hold, where they differ."""
    held: dict[str, Counter] = {}
    for control in controls:
        held.setdefault(control.tag, Counter())[normalised(control.text)[0]] += 1
    return {
        tag: count.most_common(1)[0][0]
        for tag, count in held.items()
        if len(count) > 1 and count.most_common(1)[0][1] > 1
    }


def _same_text(old: str, new: str) -> bool:
    return old == new or (bool(_NUMBER.fullmatch(old)) and old.replace(",", "") == new.replace(",", ""))


def _why_left(
    control: OpenControl,
    old: str,
    new: str,
    figure_id: str,
    form: str,
    before: Figures | None,
    usual: dict[str, str],
) -> str:
    """Why a control is left alone; blank where it is to be changed."""
    if control.inner or control.other or (len({id(run) for run in control.runs}) == 0 and not old):
        if not old:
            return "位置已被清空"
        return "位置里不只是一个数"
    if not old or control.placeholder:
        return "位置已被清空"
    was = None
    if before is not None and figure_id in before.figures:
        figure = before.figures[figure_id]
        was = expected_text(figure, form)
        was = normalised(str(figure["printed"] if was is None else was))[0]
        if not _same_text(old, was):
            return f"人改过：原来写的是 {was}"
        return ""
    if not _NUMBER.fullmatch(old) and _NUMBER.fullmatch(normalised(new)[0]):
        return "人改过：不再是一个数"
    if not _NUMBER.fullmatch(old):
        return "是文字，请自己核对"
    if control.tag in usual and usual[control.tag] != old:
        return f"看来人改过：别处写的是 {usual[control.tag]}"
    return ""


def _patched(body: bytes, changes: list[tuple[OpenControl, Change]], file: str) -> bytes:
    """The part with the texts of some controls replaced: the first text takes the number, any other is emptied."""
    if re.match(
        rb"^(?:\xff\xfe|\xfe\xff)|<\?xml[^>]*encoding\s*=\s*[\"'](?!utf-8)", body[:120], re.IGNORECASE
    ):
        raise refuse(file, "的正文不是 UTF-8，不能更新；请用 Word 另存一次。", "is not in UTF-8.")
    pieces: list[tuple[int, int, bytes]] = []
    for control, change in changes:
        raw = control.text
        kept = _with_joiners(raw, change.new)
        filled = [run for run in control.runs if run.text]
        for number, run in enumerate(filled):
            text = kept if number == 0 else ""
            escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
            pieces.append((run.start, run.end, escaped.encode("utf-8")))
    out, at = [], 0
    for start, end, text in sorted(pieces):
        out += [body[at:start], text]
        at = end
    out.append(body[at:])
    return b"".join(out)


def _with_joiners(raw: str, new: str) -> str:
    """The new number with what stood around the old one: blanks that break no line, joiners."""
    lead = re.match(r"[\s\u00a0\u2060\u202f]*", raw)[0]
    trail = re.search(r"[\s\u00a0\u2060\u202f]*$", raw)[0]
    return lead + new + (trail if len(lead) < len(raw) else "")


def with_place(done: Refreshed, where: Path | None) -> Refreshed:
    return replace(done, where=str(where) if where else "", content=b"")
