"""Reading a run's evidence back: the tree of a number, and what changed between two runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.errors import CannotRun
from pipeline.report import compare, explain

TRACE = {
    "figures": {
        "annual.executed": {
            "label": "全年执行数", "printed": "2,219.83", "unit": "万元", "reason": None, "formula": "sum",
            "parameters": {}, "exact": None, "active": [], "citation": None,
            "because": [{"file": "2_预算执行.xlsx", "sheet": "支出", "cell": "G7", "found": "2219.83",
                         "source": "总账", "evidence": "Z-03", "evidence_name": "决算报表"}],
        },
        "annual.execution_rate": {
            "label": "全年执行率", "printed": "99.65%", "unit": "%", "reason": None, "formula": "ratio",
            "parameters": {"分母": "全年预算数"}, "exact": "221983/222770", "active": ["上限 100%"],
            "citation": {"source": "czy_2020_10", "title": "项目支出绩效评价管理办法", "article": "", "mark": "published"},
            "because": [{"figure": "annual.executed"}, {"figure": "annual.executed"}],
        },
    },
    "workbooks": {"部门整体支出绩效自评表.xlsx": {"评分表!F8": "annual.execution_rate"}},
}  # fmt: skip


@pytest.fixture
def run(tmp_path: Path) -> Path:
    (tmp_path / "evidence").mkdir()
    (tmp_path / "evidence" / "trace.json").write_text(json.dumps(TRACE), "utf-8")
    return tmp_path


def test_a_figure_is_explained_down_to_its_cell_with_source_and_evidence(run: Path):
    assert explain.explain(run, "annual.execution_rate") == [
        "全年执行率 = 99.65%  [annual.execution_rate]",
        "    算法：ratio（分母 = 全年预算数）",
        "    精确值：221983/222770",
        "    起作用的上限或档次：上限 100%",
        "    依据：项目支出绩效评价管理办法〔czy_2020_10，公开可查〕",
        "    全年执行数 = 2,219.83 万元  [annual.executed]",
        "        算法：sum",
        "        2_预算执行.xlsx!支出!G7：2219.83  （来源 总账，佐证 Z-03，《决算报表》）",
        "    全年执行数 = 2,219.83 万元  [annual.executed]（见上）",
    ]


@pytest.mark.parametrize(
    "target",
    ["部门整体支出绩效自评表.xlsx!评分表!F8", "部门整体支出绩效自评表.xlsx!'评分表'!$F$8", "评分表!F8"],
)
def test_a_cell_of_the_official_workbook_leads_to_its_figure(run: Path, target: str):
    lines = explain.explain(run, target)
    assert lines[:2] == [
        "部门整体支出绩效自评表.xlsx!评分表!F8",
        "全年执行率 = 99.65%  [annual.execution_rate]",
    ]


def test_an_input_cell_names_every_figure_it_goes_into_also_through_others(run: Path):
    assert explain.explain(run, "2_预算执行.xlsx!支出!G7") == [
        "2_预算执行.xlsx!支出!G7：2219.83  （来源 总账，佐证 Z-03，《决算报表》） 用于：",
        "  全年执行数 = 2,219.83 万元  [annual.executed]",
        "  全年执行率 = 99.65%  [annual.execution_rate]",
    ]


def test_an_unknown_target_is_refused_with_what_is_near(run: Path):
    with pytest.raises(
        CannotRun, match=r"没有找到“execution”.*相近的有：\n  全年执行率  \[annual\.execution_rate\]$"
    ):
        explain.explain(run, "execution")
    with pytest.raises(CannotRun, match="不是一次运行的结果文件夹"):
        explain.explain(run / "nowhere", "total.score")


def figure(printed: str) -> dict:
    return {
        "value": printed,
        "unit": "",
        "printed": printed,
        "label": "总分",
        "exact": None,
        "range": None,
        "reason": None,
    }


def finding(code: str, cell: str, found: str) -> dict:
    place = {"file": "2_预算执行.xlsx", "sheet": "支出", "cell": cell}
    return {"code": code, **place, "cells": [{**place, "found": found}], "found": found, "expected": "",
            "message": f"{code} 在 {cell}", "severity": "critical"}  # fmt: skip


def test_changes_name_figures_and_findings_new_gone_and_changed():
    before = (
        {"total.score": figure("97.00"), "old": figure("1")},
        [finding("BE-014", "G7", "1"), finding("BE-001", "G8", "")],
    )
    after = ({"total.score": figure("98.00")}, [finding("BE-014", "G7", "2"), finding("BE-001", "G9", "")])
    lines = compare.lines(compare.compare_runs(before, after))
    assert lines == [
        "总分：97.00 → 98.00  [total.score]",
        "总分：1 → （无）  [old]",
        "新增问题：BE-001 在 G9",
        "已消除：BE-001 在 G8",
        "有变化：BE-014 在 G7",
    ]
    assert compare.compare_runs(after, after) == []


def test_a_change_names_the_unit_once():
    def one(printed: str, unit: str, value: str | None) -> dict:
        return {"a": {"value": value, "unit": unit, "printed": printed, "label": "全年执行数"}}

    def said(old: dict, new: dict) -> tuple[str, str]:
        (change,) = compare.compare_runs((old, []), (new, []))
        return change.before, change.after

    assert said(one("待定", "万元", None), one("2,219.83", "万元", "2219.83")) == ("待定", "2,219.83 万元")
    assert said(one("99.65%", "%", "99.65"), one("1%", "%", "1")) == ("99.65%", "1%")
    assert said(one("甲", "", "甲"), {}) == ("甲", "（无）")
    left_open = {"a": {**one("68.69–100.00", "%", None)["a"], "range": ["68.69", "100.00"]}}
    assert said(one("100.00%", "%", "100.00"), left_open) == ("100.00%", "68.69%–100.00%")
