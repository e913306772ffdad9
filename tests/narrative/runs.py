"""A run's folder with a few figures, as the evidence files have them, without running anything."""

from __future__ import annotations

import json
from pathlib import Path

#: id → value, unit, printed, label
FIGURES = {
    "basics.name": ("某市档案馆", "", "某市档案馆", "部门名称"),
    "annual.initial_budget": ("1800.00", "万元", "1,800.00", "年初预算数"),
    "annual.annual_budget": ("2000.00", "万元", "2,000.00", "全年预算数"),
    "annual.executed": ("1900.00", "万元", "1,900.00", "全年执行数"),
    "annual.execution_rate": ("95.00", "%", "95.00%", "全年执行率"),
    "kind.project.annual_budget": ("500.00", "万元", "500.00", "项目支出全年预算数"),
    "kind.project.executed": ("450.00", "万元", "450.00", "项目支出全年执行数"),
    "kind.project.execution_rate": ("90.00", "%", "90.00%", "项目支出执行率"),
    "project.P01.annual_budget": ("134.50", "万元", "134.50", "档案数字化项目全年预算数"),
    "project.P01.executed": ("121.05", "万元", "121.05", "档案数字化项目全年执行数"),
    "project.P01.execution_rate": ("90.00", "%", "90.00%", "档案数字化项目执行率"),
    "month.7.cumulative": ("1080.00", "万元", "1,080.00", "1–7月累计支出"),
    "month.7.budget": ("1800.00", "万元", "1,800.00", "7月当期预算数"),
    "month.7.rate": ("60.00", "%", "60.00%", "1–7月执行率"),
    "management_efficiency.score": ("47.50", "分", "47.50", "管理效能得分"),
    "management_efficiency.weight": ("50", "分", "50", "管理效能分值"),
    "duty_effectiveness.score": ("49.00", "分", "49.00", "履职效能得分"),
    "total.score": ("96.50", "分", "96.50", "总分"),
    "total.grade": ("优", "", "优", "等级"),
    "indicator.A01.actual": ("整理档案 12600 卷", "", "整理档案 12600 卷", "整理档案实际完成值"),
    "staff.in_post": ("31", "人", "31", "年末在职人数"),
    "fund.unit_funds.executed": (None, "万元", "待定", "单位资金全年执行数"),
}  # fmt: skip
_CELLS = {
    "annual.executed": [("2_预算执行.xlsx", "支出", "G5", "1900.00")],
    "project.P01.executed": [("2_预算执行.xlsx", "支出", "G7", "121.05"), ("2_预算执行.xlsx", "支出", "B7", "P01")],
    "annual.annual_budget": [("2_预算执行.xlsx", "支出", "F5", "2000.00")],
}  # fmt: skip
_MADE_OF = {"annual.execution_rate": ["annual.executed", "annual.annual_budget"]}


def run_folder(where: Path, **changes: str) -> Path:
    """The folder; ``changes`` are new printed values, ``annual__executed="1,950.00"``."""
    changed = {name.replace("__", "."): text for name, text in changes.items()}
    figures, trace = {}, {}
    for figure_id, (value, unit, printed, label) in FIGURES.items():
        if figure_id in changed:
            printed = changed[figure_id]
            value = printed.replace(",", "").rstrip("%") if unit else printed
        base = {
            "value": value,
            "unit": unit,
            "printed": printed,
            "label": label,
            "exact": None,
            "range": None,
            "reason": None,
        }
        figures[figure_id] = base
        because = [{"figure": each} for each in _MADE_OF.get(figure_id, ())]
        because += [
            {
                "file": file,
                "sheet": sheet,
                "cell": cell,
                "found": found,
                "source": "",
                "evidence": "",
                "note": "",
                "evidence_name": "",
            }
            for file, sheet, cell, found in _CELLS.get(figure_id, ())
        ]
        trace[figure_id] = {
            **base,
            "formula": "",
            "parameters": {},
            "citation": None,
            "active": [],
            "because": because,
        }
    evidence = where / "evidence"
    evidence.mkdir(parents=True)
    for name, content in (
        ("figures", figures),
        ("findings", []),
        (
            "trace",
            {"figures": trace, "workbooks": {"自评表.xlsx": {"评分表!F8": "total.score"}}, "words": {}},
        ),
    ):
        (evidence / f"{name}.json").write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    return where
