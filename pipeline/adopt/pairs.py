"""Labels with a value beside or below them: the cover, the signatures, the texts; and the year inside a title."""

from __future__ import annotations

import re

from pipeline.adopt import words
from pipeline.adopt.lists import place_text
from pipeline.adopt.nouns import Placed, Proposal, Unplaced
from pipeline.maps_labels import label_key, one_line
from pipeline.maps_sheet import FormSheet, Place

_YEAR_GAP = re.compile(r"(?<!\d)(?:20)?[\s\u3000_＿Xx×]{0,12}年度")
_YEAR_PRINTED = re.compile(r"(20\d\d)\s*年度?")
_LONGEST_LABEL = 30
_RATES = ("execution_rate", "average_execution_rate")
_COUNTS = ("budget", "executed", "adjustment", "score", "rate")


def place_pairs(sheet: FormSheet, free: set[Place], nodes: dict[str, str], proposal: Proposal) -> None:
    """Every text of the sheet that no table took: ``free``. ``nodes``: key of an indicator's label -> its node id."""
    for at in sorted(free):
        text = sheet.text(*at)
        if not text or _year(sheet, at, text, proposal):
            continue
        if words.is_stamp(text):
            proposal.left.append(Unplaced(sheet.name, at, one_line(text), "签字盖章处，留空"))
            continue
        figure = _figure(text, nodes, proposal.kind)
        if figure:
            _place(sheet, at, figure, text, proposal)
        elif _inside(text, proposal.kind):
            _place_inside(sheet, at, text, proposal)
        elif label_key(text) in ("说明", "备注") and (room := _value_cell(sheet, at, proposal.kind)):
            proposal.note = proposal.note or Unplaced(sheet.name, room, one_line(text), "")
        elif _looks_like_label(sheet, at, text):
            proposal.unplaced.append(
                Unplaced(sheet.name, at, one_line(text), "不认识这个标签，右边的空格没有填")
            )


def _figure(text: str, nodes: dict[str, str], kind: str) -> str:
    key = label_key(words.without_stamp(text).removeprefix("其中").lstrip(":"))
    known = words.labels(kind)
    if key in known:
        return known[key]
    bare = re.sub(r"\((?:万元|人|个|%|元)\)$", "", key)
    if bare in known:
        return known[bare]
    name = key.removesuffix("得分")
    return f"{nodes[name]}.score" if name != key and name in nodes else ""


def _place(sheet: FormSheet, at: Place, figure: str, text: str, proposal: Proposal) -> None:
    if place_text(sheet, at, figure, proposal) is not None:
        return
    place = _value_cell(sheet, at, proposal.kind)
    if place is None:
        why = "右边和下面都没有空格"
        if text.rstrip().endswith((":", "：")):
            _put(sheet, at, figure, text, proposal, pattern=text.rstrip() + "{}")
        elif not _heads_labels(sheet, at, proposal.kind):
            proposal.unplaced.append(Unplaced(sheet.name, at, one_line(text), why))
        return
    _put(sheet, place, figure, text, proposal)


def _heads_labels(sheet: FormSheet, at: Place, kind: str) -> bool:
    """A label that only stands over other labels: 年度总体目标 before 预期目标 and 实际完成情况."""
    top, _, _, right = sheet.span(*at)
    return words.without_stamp(sheet.text(top, right + 1)) in words.labels(kind)


def _put(
    sheet: FormSheet, place: Place, figure: str, text: str, proposal: Proposal, pattern: str = ""
) -> None:
    if any(one.sheet == sheet.name and one.place == place for one in proposal.cells):
        proposal.unplaced.append(Unplaced(sheet.name, place, one_line(text), "这一格已经安排了别的数"))
        return
    is_rate = figure.rsplit(".", 1)[-1] in _RATES
    is_text = not figure.startswith("staff.") and not figure.rsplit(".", 1)[-1].endswith(_COUNTS)
    percent = is_rate and place in sheet.percents
    proposal.cells.append(
        Placed(
            figure, sheet.name, place, one_line(text), "0.01" if percent else "", pattern,
            sheet.fits(*place) if is_text and not pattern and not sheet.is_formula(*place) else None,
            "格子没有百分数格式，将填 99.65 这样的数，请核对" if is_rate and not percent else "",
        )
    )  # fmt: skip


def _value_cell(sheet: FormSheet, at: Place, kind: str) -> Place | None:
    """The free cell right of a label, else the one below it of the same width."""
    top, left, bottom, right = sheet.span(*at)
    beside = sheet.anchor(top, right + 1)
    if right + 1 <= sheet.last_column and sheet.is_free(*beside) and sheet.exists(top, right + 1):
        return beside
    if (
        right + 1 <= sheet.last_column
        and not sheet.text(top, right + 1)
        and sheet.text(*at).rstrip().endswith(("：", ":"))
    ):
        return beside
    below = sheet.span(bottom + 1, left)
    same_width = (below[1], below[3]) == (left, right)
    if bottom < sheet.last_row and same_width and sheet.is_free(*below[:2]) and sheet.exists(*below[:2]):
        return below[:2]
    return None


def _year(sheet: FormSheet, at: Place, text: str, proposal: Proposal) -> bool:
    """A title with room for the year (（　　年度）) takes it; one that prints a year says for which it was made."""
    if (found := _YEAR_PRINTED.search(text)) and ("年度" in text or len(text) < 40):
        proposal.year = proposal.year or int(found[1])
    gap = _YEAR_GAP.search(text)
    if not gap or len(text) > 60 or (gap[0] == "年度" and not re.match(r"^\s*[(（]\s*年度", text)):
        return False
    if label_key(text) in words.labels(proposal.kind):
        return False
    pattern = f"{text[: gap.start()]}{{}}年度{text[gap.end() :]}".strip()
    proposal.cells.append(Placed("basics.year", sheet.name, at, one_line(text), pattern=pattern))
    return True


def _inside(text: str, kind: str) -> list[tuple[str, str]]:
    """Labels and figures of a text that holds several (``填报单位：　　填报日期：　年 月 日``)."""
    found = []
    for part in re.findall(r"([^\s\u3000:：]+(?:[(（][^)）]*[)）])?)\s*[:：]", text):
        figure = words.labels(kind).get(words.without_stamp(part))
        if figure:
            found.append((part, figure))
    return found


def _place_inside(sheet: FormSheet, at: Place, text: str, proposal: Proposal) -> None:
    """A label with room behind it is filled in place. A map puts one figure into a cell, so of several labels the first
    is filled and the others are told."""
    (label, figure), *others = _inside(text, proposal.kind)
    found = re.search(re.escape(label) + r"\s*[:：]([\s\u3000_＿年月日]*)", text)
    if not found or (not others and text[found.end() :].strip()):
        why = "标签后面已经有字，没有填"
        proposal.unplaced.append(Unplaced(sheet.name, at, one_line(text), why))
        return
    rest = text[found.end() :]
    _put(
        sheet,
        at,
        figure,
        text,
        proposal,
        pattern=f"{text[: found.start(1)]}{{}}{'    ' if rest else ''}{rest}",
    )
    if others:
        names = "、".join(name for name, _ in others)
        why = f"一格里有几样，对照表一格只能填一样：填了{label}，{names}请手工填，或在表上拆成几格"
        proposal.unplaced.append(Unplaced(sheet.name, at, one_line(text), why))


def _looks_like_label(sheet: FormSheet, at: Place, text: str) -> bool:
    """Short words with a blank drawn cell right of them."""
    if len(text) > _LONGEST_LABEL or words.is_left_alone(text) or sheet.is_formula(*at):
        return False
    top, _, _, right = sheet.span(*at)
    beside = (top, right + 1)
    return right < sheet.last_column and sheet.exists(*beside) and sheet.is_free(*beside)
