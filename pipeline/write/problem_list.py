"""The sheet 问题清单 of a marked copy: every problem of the file on one page's width, each with a link to its cell.

Written as the part of a workbook that is not ours: texts are inline and stay texts, styles are added at the end of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.forms_nouns import PROBLEM_LIST, PROBLEM_LIST_NOTE
from pipeline.write.cells import content
from pipeline.write.grid import letters
from pipeline.write.look import theme
from pipeline.write.markup import escaped
from pipeline.write.problems import Problem
from pipeline.write.styles import lines
from pipeline.write.stylesheet import Stylesheet

SEVERITIES = {"critical": "必须改", "warning": "请核实", "info": "提示"}
_COLUMNS = {
    "序号": 6, "责任处室": 12, "程度": 9, "规则": 9, "单元格": 18, "其他位置": 18, "问题": 41, "怎么改": 32, "依据": 22,
    "涉及分值": 10,
}  # fmt: skip
_CENTRED = ("序号", "程度", "规则", "涉及分值")
_SHOWN_CELLS = 6
_LINE, _TALLEST = 14.5, 400


@dataclass(frozen=True, slots=True)
class Written:
    """The sheet's XML, and its names: (name, what it refers to, whether hidden)."""

    xml: bytes
    names: tuple[tuple[str, str, bool], ...]


def write_list(
    name: str,
    title: str,
    problems: Sequence[Problem],
    remarks: Sequence[str],
    styles: Stylesheet,
    namespace: str,
    is_hidden: Callable[[str, str], bool],
    basis: str = "",
) -> Written:
    """``name``: of the sheet; ``title``: of the file; ``remarks``: lines of their own above the table; ``basis``: said
    behind the counts.

    ``is_hidden``: whether a cell (sheet, address) stands in a folded row or column.
    """
    look = _Look(styles)
    head = [
        (f"{PROBLEM_LIST}：{title}", "title"),
        (
            f"{PROBLEM_LIST_NOTE}。请在各工作表中修改标了颜色的单元格，保存后以原文件名交回；点“单元格”一栏可以跳到该处。"
            "本表、底色和以“【核查】”开头的批注不必删除，读取时不计，改好后不再出现。",
            "remark",
        ),
        (_counts(problems) + basis, "remark"),
        *((one, "remark") for one in remarks),
    ]
    wide = sum(_COLUMNS.values())
    rows = []
    for number, (text, style) in enumerate(head, 1):
        high = 30 if style == "title" else 5 + _LINE * lines(text, wide)
        cells = _cell(1, number, text, look(style)) + "".join(
            f'<c r="{letters(column)}{number}" s="{look(style)}"/>' for column in range(2, len(_COLUMNS) + 1)
        )
        rows.append(_row(number, high, cells))
    top = len(head) + 1
    labels = "".join(_cell(at, top, label, look("head")) for at, label in enumerate(_COLUMNS, 1))
    rows.append(_row(top, 24, labels))
    links = []
    for number, one in enumerate(problems, top + 1):
        is_new = number == top + 1 or problems[number - top - 2].division != one.division
        rows.append(_problem_row(number, one, is_new, look, is_hidden))
        links += _links(number, one)
    last = top + len(problems)
    return Written(
        _sheet(namespace, rows, top, last, links),
        (
            ("_xlnm._FilterDatabase", f"'{name}'!$A${top}:${letters(len(_COLUMNS))}${last}", True),
            ("_xlnm.Print_Titles", f"'{name}'!${top}:${top}", False),
        ),
    )


def _counts(problems: Sequence[Problem]) -> str:
    numbers = {one: sum(each.severity == one for each in problems) for one in SEVERITIES}
    words = "，".join(f"{SEVERITIES[one]} {number}" for one, number in numbers.items() if number)
    return f"共 {len(problems)} 个问题：{words}。按责任处室排列，涉及分值多的在前；单元格的底色与“程度”一栏相同。"


def _problem_row(
    number: int, one: Problem, is_new: bool, look: _Look, is_hidden: Callable[[str, str], bool]
) -> str:
    waived = f"（已说明：{one.waived}）" if one.waived else ""
    texts = {
        "序号": one.number,
        "责任处室": one.division,
        "程度": SEVERITIES[one.severity],
        "规则": one.code,
        "单元格": _place(*one.cells[0]) if one.cells else "",
        "其他位置": "\n".join(_other_places(one, is_hidden)),
        "问题": f"{one.what}。{waived}",
        "怎么改": f"{one.advice}。",
        "依据": one.basis,
        "涉及分值": _stake(one),
    }
    cells = []
    for column, (label, text) in enumerate(texts.items(), 1):
        kind = one.severity if label == "程度" else "centre" if label in _CENTRED else "body"
        kind = "link" if label == "单元格" and one.cells and one.cells[0][0] else kind
        cells.append(_cell(column, number, text, look(kind, is_new)))
    high = max(lines(str(text), wide) for text, wide in zip(texts.values(), _COLUMNS.values(), strict=True))
    return _row(number, min(_TALLEST, 8 + _LINE * high), "".join(cells))


def _stake(one: Problem) -> str:
    own = "" if one.points is None else f"{one.points:f} 分"
    return own if one.project_points is None else f"{own}\n项目自评\n{one.project_points:f} 分".strip()


def _place(sheet: str, address: str) -> str:
    return f"{sheet}!{address}" if address else sheet or "整个文件"


def _other_places(one: Problem, is_hidden: Callable[[str, str], bool]) -> list[str]:
    """The cells behind the first, a line each, and what hides the first; a sheet's name once where several follow.

    They stand beside the link: a cell with a link shows a single line in some programs.
    """
    said = []
    if any(address and is_hidden(sheet, address) for sheet, address in one.cells):
        said.append("（在折叠的行或列，请先展开）")
    before = one.cells[0][0] if one.cells else None
    for sheet, address in one.cells[1:_SHOWN_CELLS]:
        said.append(address if sheet == before and address else _place(sheet, address))
        before = sheet
    if len(one.cells) > _SHOWN_CELLS:
        said.append(f"等 {len(one.cells)} 处")
    said += one.elsewhere[:_SHOWN_CELLS]
    if len(one.elsewhere) > _SHOWN_CELLS:
        said.append(f"等 {len(one.elsewhere)} 处")
    return said


def _links(row: int, one: Problem) -> list[str]:
    if not one.cells or not one.cells[0][0]:
        return []
    sheet, address = one.cells[0]
    to = "'" + sheet.replace("'", "''") + "'!" + (address or "A1")
    place = f"{letters(list(_COLUMNS).index('单元格') + 1)}{row}"
    return [f'<hyperlink ref="{place}" location="{_attribute(to)}" display="{_attribute(to)}"/>']


def _attribute(text: str) -> str:
    return escaped(text).decode().replace('"', "&quot;")


def _cell(column: int, row: int, value: str | int, style: int) -> str:
    place = f'<c r="{letters(column)}{row}" s="{style}"'
    if isinstance(value, int):
        return f"{place}><v>{value}</v></c>"
    if not value:
        return place + "/>"
    text = content(value).xml.decode("utf-8")
    return f'{place} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _row(number: int, high: float, cells: str) -> str:
    return f'<row r="{number}" ht="{high:g}" customHeight="1">{cells}</row>'


def _sheet(namespace: str, rows: Sequence[str], top: int, last: int, links: Sequence[str]) -> bytes:
    width = letters(len(_COLUMNS))
    columns = "".join(
        f'<col min="{at}" max="{at}" width="{wide}" customWidth="1"/>'
        for at, wide in enumerate(_COLUMNS.values(), 1)
    )
    merged = "".join(f'<mergeCell ref="A{row}:{width}{row}"/>' for row in range(1, top))
    jumps = f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{namespace}">'
        f'<sheetPr><tabColor rgb="{_argb("accent")}"/><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<dimension ref="A1:{width}{last}"/><sheetViews><sheetView showGridLines="0" tabSelected="1" '
        f'workbookViewId="0"><pane ySplit="{top}" topLeftCell="A{top + 1}" activePane="bottomLeft" state="frozen"/>'
        f'<selection pane="bottomLeft" activeCell="A{top + 1}" sqref="A{top + 1}"/></sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="15"/><cols>{columns}</cols><sheetData>{"".join(rows)}</sheetData>'
        f'<autoFilter ref="A{top}:{width}{last}"/><mergeCells count="{top - 1}">{merged}</mergeCells>{jumps}'
        '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
        "<headerFooter><oddFooter>&amp;C第 &amp;P 页 共 &amp;N 页</oddFooter></headerFooter></worksheet>"
    ).encode()


def _argb(colour: str) -> str:
    return "FF" + str(theme()["colours"][colour]).lstrip("#")


class _Look:
    """The list's cell styles by kind, each added to the workbook's own when first used."""

    def __init__(self, styles: Stylesheet):
        self._styles = styles
        self._theme = theme()
        self._made: dict[tuple[str, bool], int] = {}

    def __call__(self, kind: str, is_new: bool = False) -> int:
        if (kind, is_new) not in self._made:
            self._made[kind, is_new] = self._style(kind, is_new)
        return self._made[kind, is_new]

    def _style(self, kind: str, is_new: bool) -> int:
        colours: Mapping = self._theme["colours"]
        sizes = {"title": 16, "remark": 10}
        bold = "<b/>" if kind in ("title", "head", *SEVERITIES) else ""
        colour = "FF0563C1" if kind == "link" else _argb("ink")
        font = self._styles.add(
            "fonts",
            f'<font>{bold}{"<u/>" if kind == "link" else ""}<sz val="{sizes.get(kind, 10)}"/><color rgb="{colour}"/>'
            f'<name val="{self._theme["fonts"]["sheet"]}"/><family val="3"/><charset val="134"/></font>',
        )
        fill = 0
        if kind in ("head", *SEVERITIES):
            shade = str(colours["heading_fill" if kind == "head" else kind]).lstrip("#")
            fill = self._styles.add("fills", solid(shade))
        across = "left" if kind in ("title", "remark", "body", "link") else "center"
        down = "center" if kind in ("title", "head", "remark") else "top"
        return self._styles.add(
            "cellXfs",
            f'<xf numFmtId="0" fontId="{font}" fillId="{fill}" borderId="{self._border(kind, is_new)}" xfId="0" '
            f'applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1"><alignment horizontal="{across}" '
            f'vertical="{down}" wrapText="1"/></xf>',
        )

    def _border(self, kind: str, is_new: bool) -> int:
        if kind in ("title", "remark"):
            return 0
        thin = f'style="thin"><color rgb="{_argb("grid")}"/>'
        first = f'style="medium"><color rgb="{_argb("ink")}"/>' if is_new else thin
        return self._styles.add(
            "borders",
            f"<border><left {thin}</left><right {thin}</right><top {first}</top><bottom {thin}</bottom><diagonal/>"
            "</border>",
        )


def solid(colour: str) -> str:
    """A fill of one colour (``FBC8C3``)."""
    return f'<fill><patternFill patternType="solid"><fgColor rgb="FF{colour}"/><bgColor indexed="64"/></patternFill></fill>'
