"""Sheets 勾稽关系, 发现问题, 规则来源, 数据规整 and 说明 of the workings: what was checked, found, relied on and read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pipeline import messages
from pipeline.forms import FormSpec
from pipeline.maps_figures import projects_of
from pipeline.model import Cell, Citation, Outcome, Submission
from pipeline.model_rubric import Rubric
from pipeline.write.workings_book import MONEY, Live, WorkingsBook, literal

COVER, RELATIONS, FINDINGS, SOURCES, READINGS = "说明", "勾稽关系", "发现问题", "规则来源", "数据规整"
MARKS = {"stated": "文件载明", "published": "公开可查", "assumed": "暂定"}
SEVERITIES = {"critical": "必须改", "warning": "请核实", "info": "提示"}
KINDS = {
    "full_width": "全角转半角", "blanks": "去空格", "thousands": "去千分位", "brackets": "括号为负数", "percent": "百分号",
    "ratio": "按比率读", "text": "文字转数字", "number_as_text": "文字存的数字", "date_text": "文字写的日期", "yes_no": "是/否",
    "choice": "选项归一", "code_number": "编码存成数字", "unit": "单位换算", "not_applicable": "不适用",
}  # fmt: skip
_GUIDE = (
    "评分：逐项分值、得分和扣分；点选公式可逐级追到“填_”各表的填报数据，每条数据注明原文件、工作表和行。",
    "取数、检查点：每个指标从填报数据取用的数，及其逐条明细。",
    "指标得分：绩效指标的目标数、完成数由文字读出，列在原文旁边，得分为公式。",
    "项目得分、项目指标得分：每个项目的自评，按项目分值计分；当地没有项目支出评分规则的没有这两张表。",
    "分单位（按单位填报时才有）：各单位自己的数，合计减内部抵销等于部门数。",
    "执行率、月度进度：金额由填报数据相加，比率为公式，附累计执行率与序时进度的对照图。",
    "勾稽关系、发现问题、规则来源、数据规整：核查结果、依据，以及读取时对影响得分的单元格所做的规整。",
    "蓝色为公式，黑色为填报数据或评分规则给定的数；公式旁存有程序算出的值，重新计算应完全一致。",
    "标为“待定”的数缺少可用的填报数据，区间为最差至最好；补齐后请重新运行，不要在本底稿中改数。",
)


def cover(book: WorkingsBook, outcome: Outcome, rubric: Rubric, trial_line: str) -> None:
    """What this workbook is, for whom and when, the trial line, the result, a guide to the sheets."""
    paper = book.papers[COVER]
    paper.title("计算底稿", f"{rubric.year}年度部门整体支出绩效自评", (22, 92))
    facts = [
        ("部门", "basics.department_name"), ("填报日期", "basics.report_date"), ("数据口径", "basics.reporting_basis"),
        ("总分", "total.score"), ("等级", "total.grade"),
    ]  # fmt: skip
    entries = [(label, outcome.figures[one].printed) for label, one in facts if one in outcome.figures]
    entries += [("评分规则", f"{rubric.title}（{rubric.file}）"), ("金额单位", "万元")]
    if trial_line:
        entries.append(("试算说明", trial_line))
    entries += [("用法" if number == 0 else "", text) for number, text in enumerate(_GUIDE)]
    for label, text in entries:
        paper.text(0, label, book.band)
        paper.text(1, text, book.warning if label == "试算说明" else None)
        paper.row += 1


def relations(book: WorkingsBook, found: Sequence[Any]) -> None:
    """勾稽关系: both sides, their difference and the verdict as formulas."""
    paper = book.papers[RELATIONS]
    paper.title(
        RELATIONS,
        "差额 = 左边 − 右边；在允许误差内即为相符。待定的写明原因。",
        (44, 22, 16, 22, 16, 14, 10, 8, 10, 44, 40),
    )
    paper.head(
        ("勾稽关系", "左边", "数值", "右边", "数值", "差额", "允许误差", "单位", "结论", "单元格", "原因")
    )
    for one in found:
        paper.text(0, one.label)
        paper.text(1, one.left_label)
        paper.text(3, f"{'≤ ' if one.relation == '<=' else ''}{one.right_label}")
        for column, side in ((2, one.left), (4, one.right)):
            if side is None:
                paper.text(column, "")
            else:
                paper.number(column, side, MONEY)
        if one.left is None or one.right is None:
            paper.text(5, "")
            paper.text(8, "未判断")
        else:
            row = paper.row
            paper.formula(5, Live(f"ROUND(C{row}-E{row},6)", Fraction(one.left) - Fraction(one.right)), MONEY)
            inner = f"ABS(F{row})" if one.relation == "=" else f"F{row}"
            style = book.live("General")
            verdict = f'=IF({inner}<={literal(one.tolerance)},"相符","不符")'
            paper.sheet.write_formula(row - 1, 8, verdict, style, "相符" if one.holds else "不符")
        paper.number(6, one.tolerance)
        paper.text(7, one.unit)
        paper.text(9, _some_cells(one.because))
        paper.text(10, one.reason)
        paper.row += 1


def findings(book: WorkingsBook, records: Iterable[Mapping[str, Any]]) -> None:
    """Findings as the evidence has them, most serious first as given."""
    paper = book.papers[FINDINGS]
    paper.title(
        FINDINGS,
        "按影响程度排列；“说明”写明位置、填写值、应为值、处理办法和依据。",
        (10, 10, 26, 12, 10, 20, 20, 80, 40),
    )
    paper.head(("规则编号", "程度", "文件", "工作表", "单元格", "填写值", "应为", "说明", "核查说明"))
    empty = True
    for record in records:
        empty = False
        severity = SEVERITIES.get(record["severity"], record["severity"])
        values = [
            record["code"],
            severity,
            *(record[name] for name in ("file", "sheet", "cell", "found", "expected", "message")),
            messages.waiver_words(record["waived"]),
        ]
        for column, value in enumerate(values):
            paper.text(column, value)
        paper.row += 1
    if empty:
        paper.text(0, "没有发现问题。")


def sources(book: WorkingsBook, rubrics: Sequence[Rubric], titles: Mapping[str, str]) -> None:
    """Where every weight, rule and setting comes from, and its mark; a band above each rubric where there are several."""
    paper = book.papers[SOURCES]
    paper.title(
        SOURCES,
        "标记：文件载明、公开可查、暂定。只要有一处暂定，结果即为试算稿。",
        (12, 34, 14, 10, 34, 28, 70),
    )
    paper.head(("类别", "名称", "内容", "标记", "来源", "条款", "评分标准或说明"))

    def line(kind: str, name: str, value: str, cited: Citation, words: str) -> None:
        title = titles.get(cited.source, cited.source)
        for column, text in enumerate(
            (kind, name, value, MARKS.get(cited.mark, cited.mark), title, cited.article, words)
        ):
            paper.text(column, text, book.warning if column == 3 and cited.mark == "assumed" else None)
        paper.row += 1

    for rubric in rubrics:
        for column in range(7 if len(rubrics) > 1 else 0):
            paper.text(column, f"{rubric.title}（{rubric.file}）" if column == 1 else "", book.band)
        paper.row += len(rubrics) > 1
        for node in rubric.walk():
            line("分值", node.label, f"{node.weight:f} 分", node.citation, node.meaning)
            if node.rule:
                line("评分规则", node.label, node.rule.formula, node.rule.citation, node.words)
        for setting in rubric.settings.values():
            line("设置", setting.id, _setting(setting.value), setting.citation, setting.words)


def readings(
    book: WorkingsBook, submission: Submission, outcome: Outcome, specs: Mapping[str, FormSpec]
) -> None:
    """Normalisations of cells that some score depends on."""
    paper = book.papers[READINGS]
    paper.title(
        READINGS,
        "读取时做过规整、且影响得分的单元格；其余见 evidence/normalisations.json。",
        (26, 14, 10, 22, 26, 22, 30, 30),
    )
    paper.head(("文件", "工作表", "单元格", "字段", "填写的", "读作", "规整方式", "用于"))
    scored = scored_cells(outcome)
    labels = {
        field.id: field.label for spec in specs.values() for table in spec.tables for field in table.fields
    }
    empty = True
    for one in submission.normalisations:
        if one.cell not in scored:
            continue
        empty = False
        kinds = "、".join(KINDS.get(kind, kind) for kind in one.kinds)
        values = (
            one.cell.file,
            one.cell.sheet,
            one.cell.address,
            labels.get(one.field, one.field),
            one.raw,
            one.value,
            kinds,
            scored[one.cell],
        )
        for column, value in enumerate(values):
            paper.text(column, value)
        paper.row += 1
    if empty:
        paper.text(0, "影响得分的单元格都没有做过规整。")


def scored_cells(outcome: Outcome) -> dict[Cell, str]:
    """Input cells the total depends on, each with the label of the first score that uses it."""
    found: dict[Cell, str] = {}
    seen: set[str] = set()

    def follow(figure_id: str, label: str) -> None:
        if figure_id in seen or figure_id not in outcome.figures:
            return
        seen.add(figure_id)
        figure = outcome.figures[figure_id]
        name = figure.label if figure_id.endswith(".score") else label
        for part in figure.because:
            if isinstance(part, Cell):
                found.setdefault(part, name)
            else:
                follow(part, name)

    for figure_id in ("total.score", *(f"project.{key}.score" for key in projects_of(outcome.figures))):
        follow(figure_id, "总分")
    return found


def _some_cells(cells: Sequence[Cell], shown: int = 3) -> str:
    words = [str(cell) for cell in cells[:shown]]
    return "、".join(words) + (f" 等 {len(cells)} 处" if len(cells) > shown else "")


def _setting(value: object) -> str:
    if value is None:
        return "无"
    if isinstance(value, Fraction | Decimal):
        return literal(value)
    if isinstance(value, tuple | list):
        return "、".join(str(getattr(one, "words", one)) for one in value)
    return str(value)
