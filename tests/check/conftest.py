"""Submissions made in memory for the tests of checking: a small valid one, and changes to it."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import pytest

from pipeline import rules
from pipeline.forms import FormSpec, TableSpec, load_specs
from pipeline.model import Cell, Row, SourceFile, Submission, Table

WAN = 1_000_000  # 分 in 1 万元


def letter(number: int) -> str:
    """0 -> A, 26 -> AA."""
    head, tail = divmod(number, 26)
    return (letter(head - 1) if head else "") + chr(ord("A") + tail)


def column(form: str, table: str, field: str) -> str:
    """The column letter (list) or address (card) of a field, as the made submission has it."""
    spec = load_specs()[form].table(table)
    at = [each.id for each in spec.fields].index(field)
    return letter(at) if spec.layout == "list" else f"B{at + 2}"


def valid() -> dict[str, list[dict[str, Any]]]:
    """A small submission without any finding; amounts in 分."""
    day = dt.date
    months = [
        {"month": m, "current_budget_fen": 300 * WAN, "current_project_budget_fen": 100 * WAN,
         "spent_fen": 25 * WAN, "project_spent_fen": 8 * WAN}
        for m in range(1, 13)
    ]  # fmt: skip
    months[11]["project_spent_fen"] = 12 * WAN
    months[11]["spent_fen"] = 24 * WAN
    # no two forms of the same amount all year: months that are all alike are a finding of their own
    months[8]["spent_fen"], months[9]["spent_fen"] = 26 * WAN, 24 * WAN
    return {
        "basics.department": [{
            "department_name": "某办公室", "year": 2022, "region_code": "440100", "reporting_basis": "快报数",
            "preparer": "甲", "phone": "010-00000000", "report_date": day(2023, 1, 20),
        }],
        "basics.divisions": [
            {"division_name": "办公室", "duties": "综合"}, {"division_name": "信息处", "duties": "信息"},
        ],
        "basics.staff": [{"established_posts": 35, "staff_at_year_end": 31}],
        "basics.tasks": [
            {"task_id": "T1", "task_name": "信息报送", "lead_division": "信息处", "completion": "已完成"},
        ],
        "basics.narrative": [{"section": "部门概况", "text": "本办公室职责清楚，分工明确"}],
        "budget_execution.expenditure": [
            {"expenditure_kind": "人员", "initial_budget_fen": 190 * WAN, "net_adjustment_fen": 10 * WAN,
             "annual_budget_fen": 200 * WAN, "executed_fen": 199 * WAN},
            {"expenditure_kind": "项目", "project_id": "P01", "project_name": "工作经费",
             "initial_budget_fen": 100 * WAN, "net_adjustment_fen": 0, "annual_budget_fen": 100 * WAN,
             "executed_fen": 100 * WAN, "task_id": "T1"},
        ],
        "monthly_spending.months": months,
        "indicator_results.indicators": [
            {"indicator_id": "I1", "division_name": "信息处", "task_id": "T1", "project_id": "P01",
             "level_1": "产出指标", "level_2": "数量指标", "level_3": "报送篇数", "target": "≥80", "measure_unit": "篇",
             "actual": "91", "department_points": Decimal(20), "project_points": Decimal(90)},
            {"indicator_id": "I2", "division_name": "办公室", "task_id": "T1", "level_1": "效益指标", "level_2": "社会效益",
             "level_3": "服务效果", "target": "显著", "actual": "显著", "department_points": Decimal(20),
             "grade": "达成", "graded_points": Decimal(20)},
        ],
        "management.items": [
            {"item_id": "M1", "indicator_name": "绩效管理制度建设", "checkpoint": "制度齐全", "is_applicable": True,
             "required_count": 5, "done_count": 5, "problem_count": 0},
        ],
        "management.disclosure": [
            {"matter": "预算", "approved_on": day(2022, 2, 1), "published_on": day(2022, 2, 21), "address": "网址"},
        ],
        "management.three_public": [
            {"item": "公务接待", "budget_fen": 5 * WAN, "executed_fen": 5 * WAN, "executed_last_year_fen": 5 * WAN},
        ],
        "management.assets": [
            {"fixed_assets_fen": 100 * WAN, "fixed_assets_in_use_fen": 100 * WAN, "income_due_fen": 0,
             "income_paid_fen": 0, "stocktaking_on": day(2022, 12, 20)},
        ],
        "procurement.contracts": [
            {"procurement_name": "印刷", "procurement_method": "公开招标", "budget_fen": 10 * WAN,
             "intention_published_on": day(2022, 3, 1), "announced_on": day(2022, 4, 1),
             "award_notice_on": day(2022, 5, 1), "contract_signed_on": day(2022, 5, 20),
             "contract_filed_on": day(2022, 5, 25), "contract_amount_fen": 9 * WAN, "enterprise_size": "小型"},
        ],
    }  # fmt: skip


def made(tables: Mapping[str, list[dict[str, Any]]], name: str = "某办公室") -> Submission:
    """Typed tables as reading would give them: header in row 4, records from row 5."""
    specs = load_specs()
    built, files = {}, []
    for form, spec in specs.items():
        mine = {each: rows for each, rows in tables.items() if each.startswith(form + ".")}
        if not mine:
            continue
        files.append(SourceFile(f"{spec.title}.xlsx", "0" * 64, form))
        for table in spec.tables:
            built[f"{form}.{table.id}"] = _table(spec, table, mine.get(f"{form}.{table.id}", []))
    return Submission(name, tuple(files), built)


def _table(spec: FormSpec, table: TableSpec, records: list[dict[str, Any]]) -> Table:
    file, is_list = f"{spec.title}.xlsx", table.layout == "list"
    columns = {each.id: letter(at) if is_list else f"B{at + 2}" for at, each in enumerate(table.fields)}
    blank = dict.fromkeys(columns)
    for record in records:
        assert set(record) <= set(blank), set(record) - set(blank)
    rows = tuple(
        Row(record.get("_file", file), table.sheet, at if is_list else 0, {**blank, **record}, columns)
        for at, record in enumerate(records, 5)
    )
    header = {field: Cell(file, table.sheet, f"{at}4") for field, at in columns.items()} if is_list else {}
    return Table(f"{spec.form}.{table.id}", rows, (Cell(file, table.sheet, "A4"),), (header,))


@pytest.fixture(scope="session")
def rubric():
    return rules.load("440100", 2022)


@pytest.fixture
def tables() -> dict[str, list[dict[str, Any]]]:
    """The valid submission's tables, to be changed."""
    return copy.deepcopy(valid())


@pytest.fixture
def make() -> Callable[..., Submission]:
    return made


@pytest.fixture
def at() -> Callable[[str, str, str, int], str]:
    """Address of a field: ``at("budget_execution", "expenditure", "executed_fen", 0)`` -> ``G5``."""

    def address(form: str, table: str, field: str, position: int = 0) -> str:
        where = column(form, table, field)
        return where if load_specs()[form].table(table).layout == "card" else f"{where}{position + 5}"

    return address
