"""Sheets 评分表, 自评结论 and 填报说明与签章 of our own form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from pipeline.model_rubric import Band, Node, Rubric
from pipeline.write.form_page import (
    BAND,
    CENTRE,
    HEAD,
    LABEL,
    PLAIN,
    SCORE,
    TEXT,
    TITLE,
    FormBook,
    Page,
    height_of,
    total,
)
from pipeline.write.styles import lines

SCORES, CONCLUSION, SIGNATURES = "评分表", "自评结论", "填报说明与签章"
FIRST_LEAF_ROW = 8
#: the least lines of an indicator's row: room for 扣分原因
LEAF_LINES = 4
PARAGRAPH_ROWS = 3
_SCORE = {"num_format": SCORE, **CENTRE}
_GUIDE = (
    "1. 本表由部门（含本级和所属预算单位）填报，金额单位为万元，保留两位小数；比率保留两位小数；得分保留两位小数，均四舍五入。",
    "2. 数据口径按封面所列（快报数、决算上报数或决算批复数）；各处数字应取同一口径。",
    "3. 执行率＝全年执行数÷全年（调整后）预算数。“其中”各行之和应等于总额行。",
    "4. 自评得分由各三级指标得分相加；未得满分的，须写明扣分原因，并填写佐证编号备查。",
    "5. 未填列的得分表示尚有数据待定，待定事项见封面“说明”，补齐后重新生成，不得手工补写。",
    "6. 复核得分、复核意见由财政部门填写。",
    "7. 小计、合计、执行率为公式，请勿改为数值。",
)


def places(rubric: Rubric) -> Mapping[str, str]:
    """``<id>.score``, ``total.score`` and ``total.grade`` -> their cells in 评分表, for formulas on other sheets."""
    found = {}
    row = FIRST_LEAF_ROW
    for top in rubric.nodes:
        row += sum(not node.children for node in top.walk())
        found[f"{top.id}.score"] = f"{SCORES}!F{row}"
        row += 1
    return found | {"total.score": f"{SCORES}!F{row}", "total.grade": f"{SCORES}!F{row + 1}"}


def scores(book: FormBook, rubric: Rubric) -> None:
    """The score table: names, 分值, 评分标准, 自评得分, 扣分原因, 佐证编号, and two columns left for the bureau."""
    page = Page(book, SCORES, (9, 10.5, 20, 6.5, 48, 9, 34, 12, 9, 16), landscape=True)
    _score_head(page, rubric)
    row = FIRST_LEAF_ROW
    subtotals = []
    for top in rubric.nodes:
        first = row
        for path in _paths(top):
            _leaf(page, row, path)
            row += 1
        _group(page, "A", first, row - 1, f"{top.label}\n（{top.weight:f}分）")
        at = first
        for node, count in _groups(top):
            _group(page, "B", at, at + count - 1, f"{node.label}\n（{node.weight:f}分）")
            at += count
        cells = [f"F{each}" for each in range(first, row)]
        _sum_row(page, row, f"{top.label}小计", top.id, cells, top.weight)
        subtotals.append(f"F{row}")
        row += 1
    _sum_row(page, row, "合计（自评总分）", "total", subtotals, rubric.total)
    _grade_row(page, row, rubric)
    page.done(row + 1, repeat=(6, 7))


def _score_head(page: Page, rubric: Rubric) -> None:
    page.put("1", "部门整体支出绩效自评评分表", 32, **TITLE)
    page.figure(
        f"A2:{page.last}2",
        "basics.year",
        pattern="（{}年度）",
        height=22,
        **TITLE | {"bold": False, "size": 12},
    )
    page.put("A3:B3", "填报单位：", 22, **PLAIN | {"align": "right"})
    page.figure("C3:G3", "basics.department_name", **PLAIN)
    page.put("H3:J3", "单位：分", **PLAIN | {"align": "right"})
    page.put("4", "自评得分由各三级指标得分相加；未得满分的，写明扣分原因和佐证编号。", 20, **PLAIN)
    grades = "；".join(f"{band.value} {_interval(band, rubric.total)}" for band in rubric.grades)
    page.put("5", f"等级按印出的总分确定：{grades}。", 20, **PLAIN)
    for area, text in (
        ("A6:C6", "指　　标"), ("D6:D7", "分值"), ("E6:E7", "指标说明与评分标准"), ("F6:H6", "部门自评"), ("I6:J6", "财政复核"),
        ("A7", rubric.levels[0]), ("B7", rubric.levels[1]), ("C7", rubric.levels[-1]), ("F7", "自评得分"), ("G7", "扣分原因"),
        ("H7", "佐证编号"), ("I7", "复核得分"), ("J7", "复核意见"),
    ):  # fmt: skip
        page.put(area, text, 24, **HEAD)


def _leaf(page: Page, row: int, path: tuple[Node, ...]) -> None:
    leaf = path[-1]
    parts = [
        f"指标说明：{leaf.meaning}" if leaf.meaning else "",
        f"评分标准：{leaf.words}" if leaf.words else "",
    ]
    standard = "\n".join(part for part in parts if part)
    high = height_of(max(LEAF_LINES, lines(standard, page.widths[4])))
    page.put(f"C{row}", leaf.label, high, **TEXT)
    page.put(f"D{row}", float(leaf.weight), **CENTRE)
    page.put(f"E{row}", standard, **TEXT)
    page.figure(f"F{row}", f"{leaf.id}.score", **_SCORE)
    page.figure(f"G{row}", f"{leaf.id}.deduction_reason", **TEXT)
    page.figure(f"H{row}", f"{leaf.id}.evidence", **CENTRE)
    page.put(f"I{row}", **_SCORE)
    page.put(f"J{row}", **TEXT)
    page.book.leaves[leaf.id] = {"name": f"{SCORES}!C{row}", "points": f"{SCORES}!D{row}"}


def _group(page: Page, letter: str, first: int, last: int, text: str) -> None:
    page.put(f"{letter}{first}:{letter}{last}" if last > first else f"{letter}{first}", text, **LABEL)


def _sum_row(page: Page, row: int, label: str, name: str, cells: Sequence[str], points: Decimal) -> None:
    """A row of sums: ``cells`` are the score cells added up, ``name`` a node's id or ``total``."""
    bold = {"bold": True, "bg_color": "heading_fill"}
    page.put(f"A{row}:C{row}", label, 26, **LABEL | bold)
    weights = ",".join(cell.replace("F", "D") for cell in cells)
    page.sum(f"D{row}", f"SUM({weights})", float(points), **CENTRE | bold)
    page.put(f"E{row}", **TEXT | bold)
    page.figure(f"F{row}", f"{name}.score", total(*cells), **_SCORE | bold)
    for letter, style in (("G", TEXT), ("H", CENTRE), ("I", _SCORE), ("J", TEXT)):
        page.put(f"{letter}{row}", **style | bold)


def _grade_row(page: Page, row: int, rubric: Rubric) -> None:
    page.put(f"A{row + 1}:E{row + 1}", "自评等级", 26, **LABEL | {"bold": True})
    page.figure(f"F{row + 1}", "total.grade", grade_formula(f"F{row}", rubric), **CENTRE | {"bold": True})
    page.put(f"G{row + 1}:J{row + 1}", **TEXT)


def grade_formula(cell: str, rubric: Rubric) -> str:
    """``IF(F38="","",IF(F38>=90,"优",…))`` from the rubric's grades, best first."""
    ordered = sorted(rubric.grades, key=lambda band: -(band.low if band.low is not None else -1))
    formula = f'"{ordered[-1].value}"'
    for band in reversed(ordered[:-1]):
        sign = ">=" if band.low_closed else ">"
        formula = f'IF({cell}{sign}{_number(band.low)},"{band.value}",{formula})'
    return f'IF({cell}="","",{formula})'


def conclusion(book: FormBook, score_cells: Mapping[str, str]) -> None:
    """Total, grade, problems, measures, and what became of last year's problems."""
    page = Page(book, CONCLUSION, (18, 78))
    page.put("1", "自评结论", 32, **TITLE)
    page.put("2", "", 12, **PLAIN)
    page.put("A3", "自评总分", 28, **LABEL)
    source = score_cells["total.score"]
    page.figure(
        "B3", "total.score", f'IF({source}="","",{source})', **{**TEXT, "num_format": SCORE, "bold": True}
    )
    page.put("A4", "自评等级", 28, **LABEL)
    source = score_cells["total.grade"]
    page.figure("B4", "total.grade", f'IF({source}="","",{source})', **TEXT | {"bold": True})
    row = 5
    for label, figure_id in (
        ("存在的主要问题", "problems.text"),
        ("问题产生的原因", "problems.causes"),
        ("下一步改进措施", "problems.measures"),
        ("上年问题", "problems.last_year"),
        ("上年问题整改情况", "problems.rectification"),
    ):
        last = row + PARAGRAPH_ROWS - 1
        page.list_rows(figure_id, row, PARAGRAPH_ROWS, 2, {"text": ("B", TEXT)})
        page.put(f"A{row}:A{last}", label, **LABEL)
        row = last + 1
    page.done(row - 1)


def signatures(book: FormBook) -> None:
    """填报说明 and 签章栏."""
    page = Page(book, SIGNATURES, (18, 30, 18, 30))
    page.put("1", "填报说明与签章", 32, **TITLE)
    page.put("2", "填报说明", 24, **BAND)
    for row, text in enumerate(_GUIDE, start=3):
        page.put(str(row), text, 17 * lines(text, 94) + 6, **TEXT)
    row = 3 + len(_GUIDE)
    page.put(str(row), "签章", 24, **BAND)
    pairs = (
        ("填表人", "basics.preparer", "复核人", "basics.reviewer"),
        ("财务负责人", "basics.finance_head", "单位负责人", "basics.department_head"),
        ("联系电话", "basics.phone", "填报日期", "basics.report_date"),
    )
    for at, (left, left_id, right, right_id) in enumerate(pairs, start=row + 1):
        page.put(f"A{at}", left, 40, **LABEL)
        page.figure(f"B{at}", left_id, **CENTRE)
        page.put(f"C{at}", right, **LABEL)
        page.figure(f"D{at}", right_id, **CENTRE)
    at = row + 1 + len(pairs)
    page.put(f"A{at}", "填报单位\n（盖章）", 110, **LABEL)
    page.put(f"B{at}:D{at}", **TEXT)
    page.done(at)


def _paths(node: Node) -> Iterator[tuple[Node, ...]]:
    if not node.children:
        yield (node,)
    for child in node.children:
        for path in _paths(child):
            yield (node, *path)


def _groups(top: Node) -> Iterator[tuple[Node, int]]:
    """The nodes of the second level with the number of their leaves."""
    for child in top.children:
        yield child, sum(not node.children for node in child.walk())


def _interval(band: Band, total: Decimal) -> str:
    if band.low is None:
        return f"{_number(band.high)} 以下"
    end = (
        f"{_number(band.high)}{']' if band.high_closed else ')'}"
        if band.high is not None
        else f"{_number(total)}]"
    )
    return f"{'[' if band.low_closed else '('}{_number(band.low)},{end}"


def _number(value: object) -> str:
    return f"{float(value):g}"
