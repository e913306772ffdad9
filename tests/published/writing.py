"""Published tables written into forms as their departments filled them, with the address of everything written.

Two ways: the national form through its map (rows inserted where there are more than it has), and a plain sheet of the
national layout with merged cells, made with openpyxl. A place is named ``money.rate``, ``part1.budget``,
``row3.actual``, ``total.score``, ``goal``, ``title``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from io import BytesIO
from pathlib import Path

import openpyxl
import yaml

from pipeline import maps
from pipeline.write.patch import patch
from pipeline.write.rows import insert_rows

FOLDER = Path(__file__).parent
NATIONAL = FOLDER.parents[1] / "input_templates" / "official" / "000000_national" / "2022"
PARTS = ("current_fiscal", "carried_over", "other")
AMOUNTS = {"initial": "initial_budget", "budget": "annual_budget", "executed": "executed"}
FIELDS = ("level_1", "level_2", "level_3", "target", "actual", "weight", "score", "reason")


def load(path: Path) -> dict:
    """A case with its rows in one shape: targets ``nature|value|unit``, money rows of ``check.funds`` where given."""
    return shaped(yaml.safe_load(path.read_text("utf-8")))


def shaped(case: dict) -> dict:
    """The rows of a case in one shape."""
    check = case["check"]
    case["funds"] = check.get("funds") or case.get("funds") or []
    columns = case.get("indicator_columns") or [""] * 8
    rows = [_row(values, columns) for values in case.get("indicators", [])]
    case["rows"] = [row for row in rows if "cut" not in (row["level_3"] or "") or row["weight"]]
    return case


def _row(values: list, columns: list) -> dict:
    row = dict(zip(FIELDS, values, strict=False))
    row["level_1"] = row["level_1"] or ""
    if row["target"]:
        row["target"] = re.sub(r"\s*\(OCR.*\)$", "", row["target"])
    if columns[3] == "计量单位|指标性质|指标值" and row["target"]:
        unit, nature, value = row["target"].split("|")
        row["target"] = f"{nature}|{value}|{unit}"
    if columns[2] == "指标名称|计量单位|性质":
        row["level_3"], _, row["unit"] = row["level_3"].partition("|")
    if len(values) > 7 and (str(values[7] or "").startswith(("raw", "OCR", "25.00", "30.00", "10.00"))):
        row["reason"] = None
    return row


def fits_national(case: Mapping) -> bool:
    """Whether the national form has rows for the money."""
    return len(case["funds"]) <= 1 + len(PARTS)


def typed(text: str | None, percent: bool = False) -> object:
    """What an officer's typing leaves in a cell: a number, or the text where it is none (or would print otherwise)."""
    if text is None:
        return None
    plain = text.replace(",", "").strip()
    if percent and re.fullmatch(r"\d+\.\d\d%", plain):
        return Decimal(plain[:-1]) / 100
    try:
        return Decimal(plain)
    except InvalidOperation:
        return text


def fill_national(case: Mapping) -> tuple[bytes, dict[str, str]]:
    """The case in the national form: its bytes, and the address of each place."""
    form_map = maps.load_map(NATIONAL, "project.map.yaml", "p")
    listed = form_map.lists[0]
    extra = max(0, len(case["rows"]) - (listed.last_row - listed.first_row + 1))
    form = (
        insert_rows(form_map.form, listed.sheet, listed.last_row - 1, extra, listed.style_row)
        if extra
        else form_map.form
    )
    cells: dict[str, object] = {}
    places: dict[str, str] = {"title": "A2", "file": ""}

    def put(place: str, address: str, value: object) -> None:
        places[place] = address
        if value is not None:
            cells[address] = value

    def at(figure_id: str) -> str:
        address = form_map.cells[figure_id][0].address
        letter, row = re.match(r"([A-Z]+)(\d+)", address).groups()
        return f"{letter}{int(row) + (extra if int(row) > listed.last_row else 0)}"

    put("year", "A3", f"（{case['check'].get('form_year', case['year'])}年度）")
    if case.get("unit") == "元":
        put("unit", "A6", "项目资金\n（元）")
    put("name", at("project.p.name"), case.get("project", "某项目"))
    for number, row in enumerate(case["funds"]):
        stem, place = (
            ("project.p", "money") if number == 0 else (f"project.p.{PARTS[number - 1]}", f"part{number}")
        )
        for field, part in AMOUNTS.items():
            put(f"{place}.{field}", at(f"{stem}.{part}"), typed(_bare(row[field])))
        rate = row["rate"]
        put(
            f"{place}.rate",
            at(f"{stem}.execution_rate"),
            rate if rate and not rate.endswith("%") else typed(rate, True),
        )
        if number == 0:
            for field in ("weight", "score"):
                put(f"{place}.{field}", at(f"project.p.execution.{field}"), typed(_bare(row[field])))
    put("goal", at("project.p.goal"), case["check"].get("goal"))
    columns = {column.part: column.letter for column in listed.columns}
    names = {"weight": "points", "reason": "deviation_reason"}
    above = (None, None)
    for number, row in enumerate(case["rows"], 1):
        line = listed.first_row + number - 1
        for field in FIELDS:
            value = row.get(field)
            if (
                field in ("level_1", "level_2")
                and above[FIELDS.index(field)] == value
                and above[0] == row["level_1"]
            ):
                places[f"row{number}.{field}"] = places[f"row{number - 1}.{field}"]
                continue
            if field == "target" and value:
                value = "".join(value.split("|")) + (row.get("unit") or "")
            value = typed(value) if field in ("weight", "score", "actual") else value
            put(f"row{number}.{field}", f"{columns[names.get(field, field)]}{line}", value)
        above = (row["level_1"], row["level_2"])
    total = case.get("published_total") or {}
    if not case["check"].get("total_cut"):
        put("total.weight", at("project.p.weight"), typed(total.get("weight")))
        put("total.score", at("project.p.score"), typed(total.get("score")))
        put("total.grade", at("project.p.grade"), total.get("grade"))
    for note in case["check"].get("notes", []):
        put("note", f"B{28 + extra}", note)
    return patch(form, {(listed.sheet, address): value for address, value in cells.items()}), places


def _bare(text: str | None) -> str | None:
    """48 (计划安排) -> 48: what the file says of a figure besides it."""
    return re.sub(r"\s*\(.*\)$", "", text) if text else text


def fill_plain(case: Mapping) -> tuple[bytes, dict[str, str]]:
    """The case on a sheet of the national layout with merged cells, three columns for a target that has three parts."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Sheet1"
    is_split = any("|" in (row["target"] or "") for row in case["rows"])
    heads = ["一级指标", "二级指标", "三级指标"] + (
        ["指标性质", "指标值", "度量单位"] if is_split else ["年度指标值"]
    )
    has_unit = any(row.get("unit") for row in case["rows"])
    heads += ["计量单位"] if has_unit else []
    heads += ["实际完成值"]
    has = {field: any(row.get(field) for row in case["rows"]) for field in FIELDS}
    has["score"] |= has["weight"]
    heads += [label for label, field in (("分值", "weight"), ("得分", "score")) if has[field]]
    heads += ["偏差原因分析及改进措施"]
    width = max(len(heads), 8)
    year = case["check"].get("form_year", case["year"])
    sheet["A1"] = case["check"].get("title") or f"{year}年度项目支出绩效自评表"
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=width)
    places = {"title": "A1", "file": ""}
    if case["check"].get("title"):
        sheet["A2"] = f"（{year}年度）"
    sheet["A3"], sheet["C3"] = "项目名称", case.get("project", "某项目")
    unit = re.match(r"(万元|元)", case.get("unit") or "万元")[1]
    sheet["A4"] = f"项目资金\n（{unit}）"
    places |= _plain_money(sheet, case)
    row = 5 + len(case["funds"])
    goal = case["check"].get("goal")
    if goal:
        sheet.cell(row, 1, "年度总体目标")
        sheet.cell(row, 2, "预期目标")
        sheet.cell(row + 1, 2, goal)
        places["goal"] = f"B{row + 1}"
        row += 2
    if case["rows"]:
        row = _plain_rows(sheet, case, row, heads, places)
    total = case.get("published_total") or {}
    if case["rows"] and not case["check"].get("total_cut"):
        sheet.cell(row, 1, "总分")
        for field, label in (("weight", "分值"), ("score", "得分")):
            column = heads.index(label) + 1 if label in heads else len(heads)
            if total.get(field) and label in heads:
                sheet.cell(row, column, _cell(total[field]))
                places[f"total.{field}"] = sheet.cell(row, column).coordinate
        sheet.cell(row + 1, 1, "自评等级")
        sheet.cell(row + 1, 4, total.get("grade"))
        places["total.grade"] = f"D{row + 1}"
        row += 2
    for note in case["check"].get("notes", []):
        sheet.cell(row, 1, note)
        places["note"] = f"A{row}"
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue(), places


def _cell(text: str | None) -> object:
    value = typed(text)
    return float(value) if isinstance(value, Decimal) else value


def _plain_money(sheet, case: Mapping) -> dict[str, str]:
    has_scores = any(row["score"] or row["weight"] for row in case["funds"])
    has_initial = any(row["initial"] for row in case["funds"])
    heads = [("initial", "年初预算数")] if has_initial else []
    heads += [("budget", "全年预算数"), ("executed", "全年执行数")]
    heads += [("weight", "分值")] if has_scores else []
    heads += [("rate", "执行率")]
    heads += [("score", "得分")] if has_scores else []
    places = {}
    for column, (_, label) in enumerate(heads, 3):
        sheet.cell(4, column, label)
    for number, row in enumerate(case["funds"]):
        place = "money" if number == 0 else f"part{number}"
        sheet.cell(5 + number, 2, row["row"])
        for column, (field, _) in enumerate(heads, 3):
            text = (
                row[field]
                if field == "rate"
                else row[field]
                if "元" in str(row[field])
                else _bare(row[field])
            )
            cell = sheet.cell(5 + number, column, text if field == "rate" else _cell(text))
            places[f"{place}.{field}"] = cell.coordinate
    if case["funds"]:
        sheet.merge_cells(start_row=4, start_column=1, end_row=4 + len(case["funds"]), end_column=1)
    return places


def _plain_rows(sheet, case: Mapping, row: int, heads: list[str], places: dict[str, str]) -> int:
    columns = {label: column for column, label in enumerate(heads, 1)}
    for label, column in columns.items():
        sheet.cell(row, column, label)
    first = row + 1
    labels = {"actual": "实际完成值", "weight": "分值", "score": "得分", "reason": "偏差原因分析及改进措施",
              "level_1": "一级指标", "level_2": "二级指标", "level_3": "三级指标"}  # fmt: skip
    for number, each in enumerate(case["rows"], 1):
        line = row + number
        parts = (each["target"] or "").split("|")
        split = (
            ["指标性质", "指标值", "度量单位"]
            if len(parts) == 3
            else ["指标值" if "指标值" in columns else "年度指标值"]
        )
        for label, text in zip(split, parts if len(parts) == 3 else [each["target"]], strict=True):
            sheet.cell(line, columns[label], text or None)
        places[f"row{number}.target"] = sheet.cell(
            line, columns["指标值" if "指标值" in split else split[0]]
        ).coordinate
        if each.get("unit"):
            sheet.cell(line, columns["计量单位"], each["unit"])
        for field, label in labels.items():
            if label in columns:
                cell = sheet.cell(
                    line,
                    columns[label],
                    _cell(each.get(field)) if field in ("weight", "score") else each.get(field),
                )
                places[f"row{number}.{field}"] = cell.coordinate
    for column, field in ((1, "level_1"), (2, "level_2")):
        _merge_same(sheet, case, column, field, first, places)
    return first + len(case["rows"])


def _merge_same(sheet, case: Mapping, column: int, field: str, first: int, places: dict[str, str]) -> None:
    rows = case["rows"]
    start = 0
    for at in range(1, len(rows) + 1):
        same = (
            at < len(rows)
            and rows[at][field] == rows[start][field]
            and rows[at]["level_1"] == rows[start]["level_1"]
        )
        if same:
            continue
        if at - start > 1 and rows[start][field]:
            sheet.merge_cells(
                start_row=first + start, start_column=column, end_row=first + at - 1, end_column=column
            )
        for number in range(start, at):
            places[f"row{number + 1}.{field}"] = sheet.cell(first + start, column).coordinate
        start = at
