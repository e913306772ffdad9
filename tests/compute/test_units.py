"""Three units by hand, one of them not included, one transfer between the other two."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipeline import rules
from pipeline.compute.score import compute
from pipeline.model import figure_key
from tests.compute.conftest import Draft, project

EXP, UNITS, OUT = "budget_execution.expenditure", "basics.units", "budget_execution.eliminations"
PARTS = ("initial_budget", "net_adjustment", "annual_budget", "executed")


def transfer(**more):
    return {
        "payer_unit_code": "001", "receiver_unit_code": "002", "expenditure_kind": "项目", "project_id": "P01",
        "initial_budget_fen": "30", "net_adjustment_fen": "5", "annual_budget_fen": "35", "executed_fen": "34",
        "received_fen": "34", "task_id": "T1", **more,
    }  # fmt: skip


@pytest.fixture
def three(year: Draft) -> Draft:
    """001: 人员 and 公用 as published, P01 134.85/129.82, P02 221.13/219.13; 002: P01 40/36 from 单位资金; 003: P09 500/400.

    001 passed 34 of P01 (budget 30 + 5) on to 002.
    """
    for row in year.tables[EXP]:
        row["unit_code"] = "001"
    year.tables[EXP] += [
        project("P01", "驻京工作保障经费", "40", "36", unit_code="002", fund_nature="单位资金", task_id="T1",
                low_execution_reason="年末到账"),
        project("P09", "撤销单位项目", "500", "400", unit_code="003", low_execution_reason="撤销"),
    ]  # fmt: skip
    year.tables[UNITS] = [
        {"unit_code": "001", "unit_name": "本级", "is_included": True},
        {"unit_code": "002", "unit_name": "服务中心", "is_included": True},
        {"unit_code": "003", "unit_name": "撤销单位", "is_included": False, "exclusion_reason": "已撤销"},
    ]
    year.tables[OUT] = [transfer()]
    return year


def printed(figures, prefix, parts=PARTS):
    return [figures[f"{prefix}.{part}"].printed for part in parts]


def test_each_units_own_figures(three):
    """001: 1420 + 437.08 + 134.85 + 221.13 = 2213.06; adjusted by 14.64; spent 1429.88 + 441 + 129.82 + 219.13 = 2219.83."""
    figures = three.outcome().figures
    assert printed(figures, "unit.001") == ["2,213.06", "14.64", "2,227.70", "2,219.83"]
    assert figures["unit.001.execution_rate"].printed == "99.65%"
    assert printed(figures, "unit.002") == ["40.00", "0.00", "40.00", "36.00"]
    assert (figures["unit.002.execution_rate"].printed, figures["unit.002.reason"].value) == (
        "90.00%",
        "年末到账",
    )
    assert printed(figures, "unit.003") == ["500.00", "0.00", "500.00", "400.00"], (
        "its own, though not included"
    )
    assert [figures[f"unit.{code}.name"].value for code in ("001", "002", "003")] == [
        "本级",
        "服务中心",
        "撤销单位",
    ]
    assert [figures[f"unit.{code}.included"].value for code in ("001", "002", "003")] == [
        "纳入",
        "纳入",
        "不纳入",
    ]


def test_the_department_is_its_units_less_what_they_passed_on(three):
    """年初 2213.06 + 40 − 30; 调整 14.64 − 5; 全年 2227.70 + 40 − 35; 执行 2219.83 + 36 − 34."""
    figures = three.outcome().figures
    assert printed(figures, "elimination") == ["30.00", "5.00", "35.00", "34.00"]
    assert printed(figures, "annual") == ["2,223.06", "9.64", "2,232.70", "2,221.83"]
    assert figures["annual.execution_rate"].printed == "99.51%"
    for part in PARTS:
        units = sum(figures[f"unit.{code}.{part}"].exact for code in ("001", "002"))
        assert figures[f"annual.{part}"].exact == units - figures[f"elimination.{part}"].exact


def test_every_breakdown_adds_up_to_the_department(three):
    figures = compute(
        three.submission(), three.rubric, project_rubric=rules.load("440100", 2022, "project")
    ).figures
    amounts = ("initial_budget", "annual_budget", "executed")
    families = (
        ("kind.personnel", "kind.public_running", "kind.project"),
        ("fund.general_public_budget", "fund.unit_funds"),
        ("source.current_fiscal", "source.other"),
    )
    for part in amounts:
        for family in families:
            assert sum(figures[f"{one}.{part}"].exact for one in family) == figures[f"annual.{part}"].exact, (
                family
            )
        projects = sum(figures[f"project.{code}.{part}"].exact for code in ("P01", "P02"))
        assert projects == figures[f"kind.project.{part}"].exact
        own = [figures[f"project.P01.{one}.{part}"].exact or 0 for one in ("current_fiscal", "other")]
        assert sum(own) == figures[f"project.P01.{part}"].exact
    assert printed(figures, "project.P01", amounts) == ["144.85", "139.85", "131.82"]
    assert printed(figures, "fund.unit_funds", amounts) == ["40.00", "40.00", "36.00"]
    assert printed(figures, "task.T1", amounts) == ["144.85", "139.85", "131.82"]
    assert printed(figures, "project.P09", amounts) == ["", "", ""]


@pytest.mark.parametrize(
    "change",
    [{"receiver_unit_code": "003"}, {"payer_unit_code": "003"}, {"receiver_unit_code": "001"}, {"payer_unit_code": "009"}],
)  # fmt: skip
def test_what_is_not_between_two_included_units_is_not_eliminated(three, change):
    three.tables[OUT] = [transfer(**change)]
    figures = three.outcome().figures
    assert printed(figures, "annual") == ["2,253.06", "14.64", "2,267.70", "2,255.83"]
    assert figures["annual.executed"].active == (
        "不纳入部门整体的单位不计",
        "不是两个纳入单位之间的往来，不抵销",
    )
    assert printed(figures, "elimination") == ["", "", "", ""]


def test_an_amount_that_is_missing_leaves_the_department_open_and_the_units_known(three):
    three.tables[OUT] = [transfer(executed_fen=None)]
    figures = three.outcome().figures
    assert figures["annual.executed"].value is None and "未填写" in figures["annual.executed"].reason
    assert figures["annual.annual_budget"].printed == "2,232.70"
    assert figures["unit.001.executed"].value == Decimal("2219.83")
    assert figures["total.score"].range is not None or figures["total.score"].value is not None


def test_a_line_without_a_unit_and_one_of_an_unlisted_unit_stay_in_the_department(three):
    three.tables[EXP][0]["unit_code"] = None
    three.tables[EXP][1]["unit_code"] = "007"
    figures = three.outcome().figures
    assert figures["annual.executed"].printed == "2,221.83"
    assert figures["unit.007.included"].value == "不在单位构成中，按纳入计"
    assert figures["unit.007.executed"].printed == "441.00"
    unnamed = f"unit.{figure_key(None, '未填单位编码')}"
    assert figures[f"{unnamed}.executed"].printed == "1,429.88"


@pytest.mark.parametrize("without", ["units", "codes"])
def test_a_department_that_is_not_filled_by_unit_stays_one_unit(three, without):
    del three.tables[OUT]
    if without == "units":
        del three.tables[UNITS]
    else:
        for row in three.tables[EXP]:
            row["unit_code"] = None
    figures = three.outcome().figures
    assert not any(one.startswith(("unit.", "elimination.")) for one in figures)
    assert figures["annual.executed"].printed == "2,655.83"
