"""Indicators under monitoring: what was reached by the month, how far that is, its light, and what the year is expected to be.

Figures ``monitor.indicator.<id>.*``. An indicator is judged only where its 1–N月完成值 is filled for the month asked for; words and dates not yet due are not. Source:
docs/domain.md §4 (财预〔2019〕136号).
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline import measure, measure_dates
from pipeline.compute.book import Book
from pipeline.compute.indicators import TABLE, keyed_rows
from pipeline.compute.inputs import Inputs, Taken
from pipeline.compute.judged import Judged, judge
from pipeline.compute.lights import put_light, put_met
from pipeline.compute.monitor_goals import put_counts, put_goal
from pipeline.compute.sheet_month import Asked, why_other_month
from pipeline.compute.texts import put_field
from pipeline.model import Cell, Row, figure_key

SHEET = "indicator_results.monitoring"
TEXTS = (
    ("level_1", "一级指标"), ("level_2", "二级指标"), ("level_3", "三级指标"), ("measure_unit", "计量单位"),
    ("division_name", "责任处室"),
)  # fmt: skip
_PARTS = {"measure_unit": "unit", "division_name": "division"}
STATED = (
    ("expected_year", "expected", "全年预计值"), ("deviation_kind", "deviation_kind", "偏差类型"),
    ("deviation_reason", "deviation_reason", "偏差原因"), ("likelihood", "likelihood", "完成可能性"),
    ("note", "note", "备注"),
)  # fmt: skip
#: 偏差类型 -> the column of the form that is ticked
CAUSES = {
    "经费保障": "funding", "制度保障": "rules", "人员保障": "staffing", "硬件条件保障": "equipment", "其他": "other",
}  # fmt: skip
_TICK = "√"


def put_indicators(inputs: Inputs, book: Book, asked: Asked) -> None:
    """Every indicator, then the goals they belong to: the department's and each project's."""
    by_id: dict[object, list[Row]] = {}
    for row in inputs.rows(SHEET):
        if row.usable("indicator_id") is not None:
            by_id.setdefault(row["indicator_id"], []).append(row)
    goals: dict[str, list[tuple[str, Row]]] = {}
    everyone = []
    for key, row in keyed_rows(inputs):
        prefix = f"monitor.indicator.{key}"
        stated = by_id.get(row.usable("indicator_id") or "", [])
        _put_indicator(inputs, book, prefix, row, stated, asked)
        everyone.append((prefix, row))
        if row.usable("project_id") is not None:
            goals.setdefault(figure_key(row["project_id"]), []).append((prefix, row))
    put_goal(inputs, book, "monitor.goal.", "部门整体绩效目标", everyone, "department_points")
    put_counts(inputs, book, [prefix for prefix, _ in everyone])
    for name in [one for one in book.figures if one.startswith("monitor.project.") and one.endswith(".name")]:
        key = name.split(".")[2]
        words = f"{book[name].value or ''}绩效目标"
        put_goal(inputs, book, f"monitor.project.{key}.goal_", words, goals.get(key, []), "project_points")


def _put_indicator(
    inputs: Inputs, book: Book, prefix: str, row: Row, stated: Sequence[Row], asked: Asked
) -> None:
    cells = inputs.key_cells(TABLE, row)
    for field_id, label in TEXTS:
        put_field(inputs, book, f"{prefix}.{_PARTS.get(field_id, field_id)}", label, row, field_id, cells)
    _put_project(inputs, book, prefix, row, cells)
    is_adjusted = row.usable("adjusted_target") is not None and row.usable("adjustment_document") is not None
    field = "adjusted_target" if is_adjusted else "target"
    put_field(inputs, book, f"{prefix}.target", "年度指标值", row, field, cells)
    if len(stated) != 1:
        why = f"监控表里这个指标填了 {len(stated)} 行" if stated else _not_listed(inputs)
        _put_unstated(book, prefix, why, cells, len(stated) > 1)
        return
    sheet = stated[0]
    own = (*cells, sheet.cell("indicator_id"))
    for field_id, part, label in STATED:
        put_field(inputs, book, f"{prefix}.{part}", label, sheet, field_id, own)
    kind = inputs.take(sheet, "deviation_kind")
    for words, part in CAUSES.items():
        text = _TICK if kind.value == words else ""
        book.text(f"{prefix}.cause_{part}", words, text, (kind.cell, *own))
    if why := why_other_month(inputs, asked, SHEET, "actual_to_month", sheet.file):
        _put_open(book, prefix, why, own)
        return
    label = f"1–{asked.month}月完成值"
    put_field(inputs, book, f"{prefix}.actual", label, sheet, "actual_to_month", own)
    _put_light(inputs, book, prefix, row, inputs.take(sheet, "actual_to_month"), asked, own)


def _not_listed(inputs: Inputs) -> str:
    return "监控表没有这个指标" if inputs.rows(SHEET) else "没有填写监控表"


def _put_project(inputs: Inputs, book: Book, prefix: str, row: Row, cells: tuple[Cell, ...]) -> None:
    """The name of the indicator's project; its code where 支出 does not have it."""
    code = row.usable("project_id")
    name = book.figures.get(f"monitor.project.{figure_key(code)}.name") if code is not None else None
    text = str((name.value if name else "") or code or "")
    own = (row.cell("project_id"),) if "project_id" in row.columns else ()
    book.text(f"{prefix}.project", "所属项目", text, (*own, *cells))


def _put_unstated(book: Book, prefix: str, why: str, cells: tuple[Cell, ...], is_doubtful: bool) -> None:
    """What an indicator without a usable row in 监控 has: blanks."""
    for _, part, label in STATED:
        book.text(f"{prefix}.{part}", label, "", cells, reason=why)
    for words, part in CAUSES.items():
        book.text(f"{prefix}.cause_{part}", words, "", cells, reason=why)
    _put_open(book, prefix, why, cells, is_doubtful)


def _put_open(book: Book, prefix: str, why: str, cells: tuple[Cell, ...], is_doubtful: bool = False) -> None:
    for part, label, unit in (
        ("actual", "1–N月完成值", ""),
        ("progress", "完成进度", "%"),
        ("light", "指标预警", ""),
    ):
        if is_doubtful:
            book.unknown(f"{prefix}.{part}", label, why, unit=unit, because=cells)
        else:
            book.text(f"{prefix}.{part}", label, "", cells, reason=why, unit=unit)


def _put_light(
    inputs: Inputs, book: Book, prefix: str, row: Row, done: Taken, asked: Asked, cells: tuple[Cell, ...]
) -> None:
    """Progress and light of one indicator."""
    name = str(row.usable("level_3") or "指标")
    labels = f"{name}完成进度", f"{name}预警"
    judged = judge(inputs, row, str(inputs.rubric.setting("default_direction")), done)
    because = tuple(dict.fromkeys((*judged.because, *cells)))

    def blank(why: str, is_open: bool) -> None:
        for part, label, unit in (("progress", labels[0], "%"), ("light", labels[1], "")):
            if is_open:
                book.unknown(f"{prefix}.{part}", label, why, unit=unit, because=because)
            else:
                book.text(f"{prefix}.{part}", label, "", because, reason=why, unit=unit)

    if done.state in ("blank", "not_applicable"):
        return blank(done.reason, is_open=False)
    if judged.is_qualitative:
        return blank("定性指标由人判断，不亮灯", is_open=False)
    due = _due_month(inputs, judged, row)
    if due is not None and due > asked.month and not judged.is_met:
        return blank(f"时限在 {due} 月，还没有到", is_open=False)
    if judged.is_met is None:
        return blank(judged.reason, is_open=True)
    if _is_met_or_not(judged):
        why = "达到要求" if judged.is_met else "未达到要求"
        book.text(
            f"{prefix}.progress",
            labels[0],
            "",
            because,
            reason=f"{judged.direction or '时限'}指标只看是否达到",
            unit="%",
        )
        put_met(inputs, book, f"{prefix}.light", labels[1], judged.is_met, because, why)
        return None
    _put_progress(inputs, book, prefix, row, judged, labels[0], because)
    put_light(inputs, book, f"{prefix}.light", labels[1], f"{prefix}.progress", "indicator_lights")
    return None


def _is_met_or_not(judged: Judged) -> bool:
    """反向, 时限, grades, a target of 0, and a 区间 that is met or overshot: there is nothing to divide by."""
    if judged.ends is not None:
        return judged.is_met or judged.actual > judged.ends[1] or judged.ends[0] <= 0
    return judged.direction == "反向" or not judged.target or judged.target < 0


def _put_progress(
    inputs: Inputs,
    book: Book,
    prefix: str,
    row: Row,
    judged: Judged,
    label: str,
    because: tuple[Cell, ...],
) -> None:
    """完成进度 = 1–N月完成值 ÷ 年度指标值, of what adds up over the year also ÷ 序时进度. Excel: ``=B/A/(N/12)``"""
    target = judged.ends[0] if judged.ends else judged.target
    progress, cited = judged.actual / target, inputs.rubric.settings["indicator_progress"]
    parameters = {"分子": book[f"{prefix}.actual"].label, "分母": "年度指标值"}
    formula, notes = "完成值 ÷ 年度指标值", list(judged.notes)
    schedule = book["monitor.schedule"]
    if cited.value == "against_schedule":
        why = _not_cumulative(inputs, judged, row)
        if why:
            notes.append(f"{why}不随月份累计，不除以序时进度")
        elif schedule.exact is None:
            book.text(f"{prefix}.progress", label, "", because, reason=schedule.reason, unit="%")
            return
        else:
            progress /= schedule.exact
            formula, parameters["序时进度"] = "完成值 ÷ 年度指标值 ÷ 序时进度", schedule.printed
            because = (*because, schedule.id)
    book.percent(
        f"{prefix}.progress",
        label,
        progress,
        because=because,
        formula=formula,
        parameters=parameters,
        citation=cited.citation,
        active=tuple(notes),
    )


def _not_cumulative(inputs: Inputs, judged: Judged, row: Row) -> str:
    """What makes an indicator one that does not add up over the year: a percentage, or its level."""
    if _requirement(judged, row).kind == "rate":
        return "百分比"
    listed = inputs.rubric.setting("not_cumulative")
    levels = (str(row.usable(name) or "") for name in ("level_1", "level_2"))
    return next((level for level in levels if level in listed), "")


def _requirement(judged: Judged, row: Row) -> measure.Requirement:
    unit = row.usable("measure_unit")
    return measure.parse_requirement(judged.printed, str(unit) if unit is not None else None)


def _due_month(inputs: Inputs, judged: Judged, row: Row) -> int | None:
    """The month a date target falls due in, 13 for a later year; None for anything else."""
    requirement = measure.in_year(_requirement(judged, row), inputs.rubric.year)
    if requirement.kind != "date":
        return None
    day = requirement.value[1] if requirement.operator == "between" else requirement.value
    _, last = measure_dates.first_and_last(day, inputs.rubric.year)
    return last.month if last.year == inputs.rubric.year else 13 if last.year > inputs.rubric.year else 0
