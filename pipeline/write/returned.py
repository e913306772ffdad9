"""退回单: a filled form goes back to its filler as a copy with the problems at their cells and a list in front.

The officer's own file is patched, nothing in it is rebuilt: cells get a fill over the style they have and a comment, a
sheet 问题清单 comes first, and the hidden sheet remembers what the fills replaced. ``unmark`` takes all of it back, also
after the copy was sorted, edited and saved by another program, so that marks never pile up. The way back from a cell is
the number in its comment: a link on a cell that is to be filled in would fire on every click into it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pipeline.forms_nouns import PROBLEM_LIST, PROBLEM_LIST_NOTE, is_problem_list
from pipeline.write import boxes, notes, problem_list, registry, tabs
from pipeline.write.draft import Draft
from pipeline.write.grid import parse_address
from pipeline.write.look import theme
from pipeline.write.package import Package, Sheet
from pipeline.write.problem_list import SEVERITIES, solid
from pipeline.write.problems import Problem
from pipeline.write.scan import Scan, scan
from pipeline.write.shown import shown_texts
from pipeline.write.splice import style_of, with_styles
from pipeline.write.stylesheet import Stylesheet

Place = tuple[int, int]
#: comments a problem gets, and characters in one comment; fills are put on every cell
MOST_NOTES, LONGEST_NOTE = 200, 4000
_FILLS = 200  # original fills told apart: see _colour
_STYLED = re.compile(rb"(<(?:\w+:)?(?:c|row)\s(?:[^>]*?\s)?s=[\"'])(\d+)([\"'])")
_COLUMN_STYLE = re.compile(rb"<(?:\w+:)?col\s[^>]*?style=[\"'](\d+)")
_TRACES = tuple(text.encode() for text in (PROBLEM_LIST_NOTE, notes.BEGIN, '"fills"', "&quot;fills&quot;"))


def mark(
    form: bytes, title: str, problems: Sequence[Problem], remarks: Sequence[str] = (), basis: str = ""
) -> bytes:
    """The workbook with its problems marked; marks of an earlier copy are taken out first. Same input, same bytes.

    ``title``: the file's name, for the list; ``basis``: the 数据口径 the list says behind its counts. Raises ValueError, in Chinese, for a workbook that cannot be patched (no
    .xlsx, digitally signed, damaged styles).
    """
    package = Package(unmark(form))
    package.refuse_signed()
    draft = Draft(package)
    (style_part,) = package.related(package.workbook_part, "styles")[:1] or [""]
    if not style_part:
        raise ValueError("工作簿没有样式。")
    styles = Stylesheet(draft.xml(style_part))
    record: dict[str, object] = {"sizes": styles.sizes()}
    sheets = {sheet.name: sheet for sheet in package.sheets if sheet.kind == "worksheet"}
    scans = {
        name: scan(package.xml(sheets[name].part), name)
        for name in dict.fromkeys(name for one in problems for name, _ in one.cells)
        if name in sheets
    }
    grids = {name: boxes.grid_of(found.data) for name, found in scans.items()}
    paint = _Paint(styles)
    anchors: dict[str, Mapping[str, str]] = {}
    for name, found in scans.items():
        mine = _by_place(problems, name, found)
        restyled = {place: paint(style_of(found, *place), each[0].severity) for place, each in mine.items()}
        draft.put(sheets[name].part, with_styles(found, restyled))
        anchors[name] = notes.put_notes(draft, sheets[name], _notes(mine))
    record |= {
        "fills": paint.replaced,
        "styles": paint.below,
        "boxes": {name: dict(each) for name, each in anchors.items() if each},
    }
    name = _free_name(package)

    def is_hidden(sheet: str, address: str) -> bool:
        place = parse_address(address)
        return bool(place and sheet in grids and boxes.is_hidden(grids[sheet], *place))

    written = problem_list.write_list(
        name, title, problems, remarks, styles, registry.main_namespace(draft), is_hidden, basis
    )
    tabs.add_sheet(draft, name, written.xml, first=True)
    tabs.put_names(draft, written.names)
    registry.remember(draft, record | {"shown": tabs.show_first(draft)})
    draft.put(style_part, styles.saved())
    return draft.saved()


def unmark(form: bytes) -> bytes:
    """The workbook without list, fills and comments of a marked copy; the same bytes for one that is none.

    Raises ValueError for what is no .xlsx workbook.
    """
    package = Package(form)
    if not any(_has_trace(package, name) for name in package.names):
        return package.form
    draft = Draft(package)
    record = registry.remembered(package) or {}
    if any(package.related(sheet.part, "comments") for sheet in package.sheets):
        for sheet in package.sheets:
            notes.take_notes(draft, sheet, record.get("boxes", {}).get(sheet.name, {}))
    lists = _lists(package)
    if lists and lists[0].index == 0:
        tabs.show_as_before(draft, record.get("shown", {}))
    for sheet in lists:
        tabs.drop_sheet(draft, sheet)
    for part in package.related(package.workbook_part, "styles"):
        _restore_styles(draft, part, record)
    registry.forget(draft)
    return draft.saved()


def _has_trace(package: Package, name: str) -> bool:
    if not name.lower().endswith(".xml") or "theme" in name:
        return False
    data = package.read(name)
    return any(trace in data for trace in _TRACES)


def _lists(package: Package) -> list[Sheet]:
    """The list sheets of marked copies, whatever they are called."""
    sheets = [one for one in package.sheets if one.kind == "worksheet" and package.has(one.part)]
    texts = shown_texts(package, [(one.name, f"A{row}") for one in sheets for row in range(1, 7)])
    return [one for one in sheets if is_problem_list([texts[one.name, f"A{row}"] for row in range(1, 7)])]


def _free_name(package: Package) -> str:
    taken = {sheet.name.casefold() for sheet in package.sheets}
    name, number = PROBLEM_LIST, 1
    while name.casefold() in taken:
        number += 1
        name = f"{PROBLEM_LIST}（核查{number}）"
    return name


# -- the cells --------------------------------------------------------------------------------------------------
def _by_place(problems: Sequence[Problem], sheet: str, found: Scan) -> dict[Place, list[Problem]]:
    """Cell -> its problems, the gravest first. Inside a merge the cell that shows is the one that is marked."""
    places: dict[Place, list[Problem]] = {}
    for one in problems:
        for name, address in one.cells:
            place = parse_address(address)
            if name != sheet or place is None:
                continue
            merged = next((area for area in found.merges if area.holds(*place)), None)
            each = places.setdefault((merged.top, merged.left) if merged else place, [])
            if one not in each:
                each.append(one)
    order = list(SEVERITIES)
    return {
        place: sorted(each, key=lambda one: (order.index(one.severity), one.number))
        for place, each in sorted(places.items())
    }


def _notes(mine: Mapping[Place, Sequence[Problem]]) -> dict[Place, str]:
    """The comments' texts; of a problem with very many cells the first ones get one."""
    told: dict[int, int] = {}
    found = {}
    for place, each in mine.items():
        for one in each:
            told[one.number] = told.get(one.number, 0) + 1
        if any(told[one.number] <= MOST_NOTES for one in each):
            found[place] = _note(each)
    return found


def _note(each: Sequence[Problem]) -> str:
    numbers = "、".join(str(one.number) for one in each)
    text = f"{len(each)} 个问题，见《{PROBLEM_LIST}》序号 {numbers}"
    for one in each:
        waived = f"（已说明：{one.waived}）" if one.waived else ""
        said = f"\n{one.number}. {one.code} {SEVERITIES[one.severity]}：{one.what}。{waived}{one.advice}。依据：{one.basis}。"
        if len(text) + len(said) > LONGEST_NOTE:
            return text + "\n……其余的写不下，请看清单。"
        text += said
    return text


class _Paint:
    """Cell styles with the colour of a severity over what they had; ``replaced``: colour -> the fill below it.

    A colour is that of the severity with a number in its lowest bits, too small to be seen, one number for each fill it
    covers: so the fill is found again from the colour alone, wherever a cell went and whatever program saved it.
    """

    def __init__(self, styles: Stylesheet):
        self._styles = styles
        self._made: dict[tuple[int, str], int] = {}
        self._covered: list[str] = []
        self.replaced: dict[str, str] = {}

    def __call__(self, style: int, severity: str) -> int:
        if (style, severity) not in self._made:
            below = self._styles.fill(style)
            if below not in self._covered:
                self._covered.append(below)
            colour = _colour(severity, self._covered.index(below) + 1)
            self.replaced[colour] = below
            fill = self._styles.add("fills", solid(colour))
            self._made[style, severity] = self._styles.variant(style, fillId=fill)
        return self._made[style, severity]

    @property
    def below(self) -> dict[str, int]:
        """Marked style -> the one it was made from, as the file numbers them."""
        return {str(made): style for (style, _), made in self._made.items()}


def _colour(severity: str, number: int) -> str:
    """
    >>> _colour("critical", 1), _colour("critical", 6)
    ('F9B0A8', 'FAB1A8')
    """
    if number >= _FILLS:
        raise ValueError("单元格的底色种类太多，不能在其中标注。")
    base = int(str(theme()["colours"][severity]).lstrip("#"), 16)
    return f"{base + ((number & 3) << 16) + (((number >> 2) & 3) << 8) + (number >> 4):06X}"


def _restore_styles(draft: Draft, part: str, record: Mapping) -> None:
    """The fills back below the marks; cells whose style is again that of others share it; what is unused goes."""
    styles = Stylesheet(draft.xml(part))
    below = {int(made): style for made, style in record.get("styles", {}).items()}
    same = styles.restore(record.get("fills", {}), below)
    used: set[int] = set()

    def again(match: re.Match[bytes]) -> bytes:
        number = int(match[2])
        style = same.get(number, number)
        used.add(style)
        if style == number:
            return match[0]
        # a cell without a style of its own gets none
        return match[1] + b"%d" % style + match[3] if style else match[1][:-4]

    for sheet in tabs.sheets_of(draft):
        if sheet.kind == "worksheet" and draft.has(sheet.part):
            data = _STYLED.sub(again, draft.xml(sheet.part))
            used.update(int(style) for style in _COLUMN_STYLE.findall(data))
            draft.put(sheet.part, data)
    sizes = record.get("sizes", {})
    styles.trim(sizes if isinstance(sizes, dict) else {}, used)
    draft.put(part, styles.saved())
