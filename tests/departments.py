"""A second submission, made from the example: three units, one not included, a transfer between two, and 决算数据.

The example's lines are those of 本级 (101001); 101002 spends what 本级 passed on to it; 101003 was dissolved. The months
stay the department's, so that nothing is found.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping

import yaml

from pipeline import forms
from tests.build_example import DATA, filled

OWN, CENTRE, GONE = "101001", "101002", "101003"
UNITS = [
    {"unit_code": OWN, "unit_name": "本级", "is_included": True},
    {"unit_code": CENTRE, "unit_name": "服务中心", "is_included": True},
    {
        "unit_code": GONE,
        "unit_name": "原信息站",
        "is_included": False,
        "exclusion_reason": "年中撤销，由市有关部门接收",
    },
]
LINES = [
    {"expenditure_kind": "项目", "project_id": "P02", "project_name": "政策信息调研经费", "initial_budget_fen": "12.00",
     "net_adjustment_fen": "0", "annual_budget_fen": "12.00", "executed_fen": "12.00", "task_id": "T2",
     "fund_nature": "单位资金", "fund_year": "当年", "unit_code": CENTRE, "carried_forward_fen": "0", "surplus_fen": "0"},
    {"expenditure_kind": "公用", "initial_budget_fen": "30.00", "net_adjustment_fen": "0", "annual_budget_fen": "30.00",
     "executed_fen": "29.00", "fund_nature": "一般公共预算", "fund_year": "当年", "unit_code": GONE,
     "carried_forward_fen": "0", "surplus_fen": "1.00"},
]  # fmt: skip
TRANSFERS = [
    {"payer_unit_code": OWN, "receiver_unit_code": CENTRE, "expenditure_kind": "项目", "project_id": "P02",
     "initial_budget_fen": "12.00", "net_adjustment_fen": "0", "annual_budget_fen": "12.00", "executed_fen": "12.00",
     "received_fen": "12.00", "nature": "对附属单位补助", "task_id": "T2", "fund_nature": "一般公共预算", "fund_year": "当年"},
]  # fmt: skip
#: the department's 决算: 本级's lines, for what the centre spent was eliminated
SUMMARY = [
    {
        "subject": "一、基本支出",
        "initial_budget_fen": "1857.08",
        "annual_budget_fen": "1871.72",
        "executed_fen": "1869.58",
    },
    {"subject": "  其中：人员经费", "executed_fen": "1500.64"},
    {"subject": "  　　　公用经费", "executed_fen": "368.94"},
    {
        "subject": "二、项目支出",
        "initial_budget_fen": "355.98",
        "annual_budget_fen": "355.98",
        "executed_fen": "350.25",
    },
    {
        "subject": "合计",
        "initial_budget_fen": "2213.06",
        "annual_budget_fen": "2227.70",
        "executed_fen": "2219.83",
    },
]
PROJECTS = [
    {"project_id": "P01", "project_name": "驻京工作保障经费", "executed_fen": "129.82"},
    {"project_id": "P02", "project_name": "政策信息调研经费", "executed_fen": "68.22"},
    {"project_id": "P03", "project_name": "区域经济协作经费", "executed_fen": "86.03"},
    {"project_id": "P04", "project_name": "信访协调工作经费", "executed_fen": "66.18"},
]


def with_units_and_final_accounts() -> dict[str, bytes]:
    """File name -> workbook."""
    specs = forms.load_specs()
    return {entry["file"]: filled(specs[entry["form"]], entry) for entry in entries()}


def entries() -> list[Mapping]:
    """The data of the submission, in the shape of tests/data/example.yaml."""
    found = copy.deepcopy(yaml.safe_load(DATA.read_text("utf-8")))
    by_form = {entry["form"]: entry for entry in found}
    by_form["basics"]["lists"]["units"] = UNITS
    spending = by_form["budget_execution"]["lists"]
    for line in spending["expenditure"]:
        line["unit_code"] = OWN
    spending["expenditure"] += LINES
    spending["eliminations"] = TRANSFERS
    extract = {"summary": SUMMARY, "projects": PROJECTS}
    return [*found, {"file": "决算数据.xlsx", "form": "final_accounts", "lists": extract}]
