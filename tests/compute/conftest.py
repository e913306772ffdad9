"""A submission built from model objects: a whole, consistent year with the published figures, to be changed by tests.

``year`` gives a :class:`Draft`: tables as lists of plain dicts (amounts in 万元 as text), turned into a Submission
with one column letter a field. Nothing is read from a workbook here.
"""

from __future__ import annotations

import copy
import datetime
from collections.abc import Callable
from decimal import Decimal

import pytest

from pipeline import rules
from pipeline.compute.score import compute
from pipeline.model import Cell, Outcome, Row, Submission, Table
from pipeline.model_rubric import Rubric
from pipeline.money import fen

FILES = {
    "basics": "1_基本情况.xlsx", "budget_execution": "2_预算执行.xlsx", "monthly_spending": "3_月度支出.xlsx",
    "indicator_results": "4_绩效指标.xlsx", "management": "5_管理事项.xlsx", "procurement": "6_采购台账.xlsx",
    "claimed": "8_填报得分.xlsx",
}  # fmt: skip
CARDS = {"basics.department", "basics.staff", "management.assets"}
MONTHS = "185.20 187.40 187.50 192.20 199.50 208.60 214.13 185.67 182.70 162.40 155.40 159.13".split()
PROJECT_MONTHS = "24.00 26.00 28.00 29.00 30.00 31.00 30.85 30.00 30.00 30.00 30.00 30.10".split()
LETTERS = [chr(65 + n) for n in range(26)] + [f"A{chr(65 + n)}" for n in range(26)]
D = datetime.date


def done(item: str, name: str, checkpoint: str, **rest: object) -> dict:
    return {"item_id": item, "indicator_name": name, "checkpoint": checkpoint, "is_applicable": True, **rest}


def project(code: str, name: str, initial: str, executed: str, **rest: object) -> dict:
    return {
        "expenditure_kind": "项目", "project_id": code, "project_name": name, "initial_budget_fen": initial,
        "net_adjustment_fen": "0", "annual_budget_fen": initial, "executed_fen": executed, **rest,
    }  # fmt: skip


def contract(name: str, **rest: object) -> dict:
    return {
        "procurement_name": name, "procurement_method": "公开招标", "budget_fen": "20", "contract_amount_fen": "19.5",
        "intention_published_on": D(2022, 2, 1), "announced_on": D(2022, 3, 10), "award_notice_on": D(2022, 4, 1),
        "contract_signed_on": D(2022, 4, 20), "contract_filed_on": D(2022, 4, 25), "enterprise_size": "小型", **rest,
    }  # fmt: skip


def indicator(
    code: str, level: str, name: str, target: str, actual: str, points: str, **rest: object
) -> dict:
    return {
        "indicator_id": code, "level_1": level, "level_2": "数量指标", "level_3": name, "target": target, "actual": actual,
        "department_points": Decimal(points), "division_name": "信息处", **rest,
    }  # fmt: skip


SYSTEM = [
    ("制度建立", True), ("职责分工", True), ("目标管理办法", True), ("结果应用办法", False), ("部门联动机制", False),
]  # fmt: skip
YEAR: dict[str, list[dict]] = {
    "basics.department": [{
        "department_name": "某市人民政府驻北京办事处", "year": 2022, "region_code": "440100", "reporting_basis": "快报数",
        "preparer": "张三", "phone": "010-12345678", "report_date": D(2023, 2, 10),
    }],
    "basics.staff": [{"established_posts": 35, "staff_at_year_end": 31}],
    "basics.divisions": [{"division_name": name, "duties": "略"} for name in ("办公室", "接待处", "信息处")],
    "basics.tasks": [{"task_id": "T1", "task_name": "驻京服务保障", "lead_division": "接待处", "completion": "完成"}],
    "basics.narrative": [{"section": "部门概况", "text": "略"}],
    "basics.problems": [{"problem": "制度有待完善", "measure": "修订制度"}],
    "budget_execution.expenditure": [
        {"expenditure_kind": "人员", "initial_budget_fen": "1420.00", "net_adjustment_fen": "10.64",
         "annual_budget_fen": "1430.64", "executed_fen": "1429.88"},
        {"expenditure_kind": "公用", "initial_budget_fen": "437.08", "net_adjustment_fen": "4.00",
         "annual_budget_fen": "441.08", "executed_fen": "441.00"},
        project("P01", "驻京工作保障经费", "134.85", "129.82", task_id="T1"),
        project("P02", "信息调研经费", "221.13", "219.13"),
    ],
    "monthly_spending.months": [
        {"month": month, "current_budget_fen": "2213.06" if month <= 7 else "2227.70",
         "current_project_budget_fen": "355.98", "spent_fen": MONTHS[month - 1],
         "project_spent_fen": PROJECT_MONTHS[month - 1]}
        for month in range(1, 13)
    ],
    "indicator_results.indicators": [
        indicator("I01", "产出指标", "政务专送", "≥80篇", "91篇", "10"),
        indicator("I02", "产出指标", "专题汇编完成时间", "12月底前", "2022-11-30", "5"),
        indicator("I03", "成本指标", "会议成本", "≤10", "9.5", "5", measure_unit="万元"),
        indicator("I04", "效益指标", "企业落地", "≥4家", "4家", "10"),
        indicator("I05", "满意度指标", "服务对象满意", "达到预期", "达到预期", "10", grade="达成", graded_points=Decimal(10)),
    ],
    "management.items": [
        done("M01", "新增预算入库项目事前绩效评估", "事前评估", required_count=2, done_count=2),
        done("M02", "财务管理合规性", "审计发现问题", problem_count=0),
        *[done(f"M1{n}", "绩效管理制度建设", point, done_count=yes, evidence="E01",
               **({} if yes else {"deduction_reason": "制度未健全"}))
          for n, (point, yes) in enumerate(SYSTEM)],
        done("M21", "绩效结果应用", "用于预算", done_count=True),
        done("M31", "绩效管理制度执行", "自评覆盖", required_count=4, done_count=4),
        done("M41", "采购内控制度建设", "内控制度", done_count=True),
        done("M42", "采购活动合规性", "投诉处罚", problem_count=0),
        done("M51", "资产配置合规性", "配置标准", done_count=True),
        done("M52", "数据质量", "数据问题", problem_count=0),
        done("M53", "资产管理合规性", "检查问题", problem_count=0),
    ],
    "management.disclosure": [
        {"matter": "预算", "approved_on": D(2022, 2, 10), "published_on": D(2022, 2, 25), "address": "网址一"},
        {"matter": "决算", "approved_on": D(2022, 9, 1), "published_on": D(2022, 9, 20), "address": "网址二"},
        {"matter": "绩效目标", "published_on": D(2022, 2, 25), "address": "网址三"},
        {"matter": "自评结果", "published_on": D(2022, 9, 20), "address": "网址四"},
    ],
    "management.three_public": [
        {"item": "公车运行", "budget_fen": "12", "executed_fen": "11.2", "executed_last_year_fen": "11.5"},
        {"item": "公务接待", "budget_fen": "30", "executed_fen": "22", "executed_last_year_fen": "28"},
        {"item": "会议", "budget_fen": "10", "executed_fen": "9.5", "executed_last_year_fen": "9.8"},
        {"item": "能耗", "budget_fen": "20", "executed_fen": "18", "executed_last_year_fen": "18.5"},
    ],
    "management.assets": [{
        "fixed_assets_fen": "850", "fixed_assets_in_use_fen": "833", "income_due_fen": "0", "income_paid_fen": "0",
        "stocktaking_on": D(2022, 11, 15),
    }],
    "procurement.contracts": [
        contract("会务服务"),
        contract("办公设备", procurement_method="电子卖场", intention_published_on=None, announced_on=None),
    ],
}  # fmt: skip


class Draft:
    """Tables to be changed; :meth:`outcome` computes them."""

    def __init__(self, rubric: Rubric):
        self.rubric = rubric
        self.tables = copy.deepcopy(YEAR)

    def rows(self, table_id: str, **where: object) -> list[dict]:
        """Rows of a table whose fields have these values; at least one."""
        found = [row for row in self.tables[table_id] if all(row.get(k) == v for k, v in where.items())]
        assert found, f"{table_id} has no row {where}"
        return found

    def set(self, table_id: str, where: dict, **values: object) -> Draft:
        for row in self.rows(table_id, **where):
            row.update(values)
        return self

    def submission(self) -> Submission:
        return Submission(
            "test", (), {table_id: _table(table_id, rows) for table_id, rows in self.tables.items()}
        )

    def cell(self, table_id: str, at: int, field_id: str) -> Cell:
        return self.submission().table(table_id).rows[at].cell(field_id)

    def outcome(self, blocked: frozenset[Cell] = frozenset()) -> Outcome:
        return compute(self.submission(), self.rubric, blocked)


def _table(table_id: str, rows: list[dict]) -> Table:
    form, name = table_id.split(".")
    fields = list(dict.fromkeys(field for row in rows for field in row))
    made = []
    for at, row in enumerate(rows):
        values = {field: _value(field, row.get(field)) for field in fields}
        if table_id in CARDS:
            columns = {field: f"B{4 + n}" for n, field in enumerate(fields)}
            made.append(Row(FILES[form], name, 0, values, columns))
        else:
            made.append(Row(FILES[form], name, 5 + at, values, dict(zip(fields, LETTERS, strict=False))))
    return Table(table_id, tuple(made), (Cell(FILES[form], name, "A4"),))


def _value(field: str, value: object) -> object:
    if field.endswith("_fen") and isinstance(value, str):
        return fen(Decimal(value))
    return value


def trace(outcome: Outcome, figure_id: str) -> set[Cell]:
    """Every cell under a figure."""
    cells: set[Cell] = set()
    waiting = [figure_id]
    seen = set()
    while waiting:
        part = waiting.pop()
        if part in seen:
            continue
        seen.add(part)
        for one in outcome.figures[part].because:
            if isinstance(one, Cell):
                cells.add(one)
            else:
                waiting.append(one)
    return cells


@pytest.fixture(scope="session")
def rubric() -> Rubric:
    return rules.load("440100", 2022)


@pytest.fixture
def year(rubric: Rubric) -> Draft:
    return Draft(rubric)


@pytest.fixture(scope="session")
def cells_of() -> Callable[[Outcome, str], set[Cell]]:
    return trace
