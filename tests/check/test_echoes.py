"""One fault is one finding: each planted in the example, and everything that both passes say of it, in full."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from test_should_fail import changed, findings_of, form_weights

INDICATORS = "4_绩效指标_接待处.xlsx"

FAULTS = {
    "a blank actual": ([(INDICATORS, "指标", "J5", None)], ["PI-001 J5"]),
    "blank actuals in two rows": (
        [(INDICATORS, "指标", "J5", None), (INDICATORS, "指标", "J6", None)],
        ["PI-001 J5 J6"],
    ),
    "元 for 万元 in an actual": ([(INDICATORS, "指标", "J9", "1298200万元")], ["PI-016 J9 H9"]),
    "a rate a hundred times too small, which costs points and the claimed totals": (
        [(INDICATORS, "指标", "J12", "0.985%")],
        ["PI-016 J12 H12"],
    ),
    "a rate without its sign, which may be either": (
        [(INDICATORS, "指标", "J12", "0.985")],
        ["PI-008 J12 H12"],
    ),
    "the sign of the target typed again": ([(INDICATORS, "指标", "J7", "≥98%")], ["PI-009 J7"]),
    "a word for a number": ([(INDICATORS, "指标", "J6", "已完成")], ["PI-008 J6 H6"]),
    "a month typed as another": ([("3_月度支出.xlsx", "月度", "A7", 2)], ["MS-005 A6 A7"]),
    "a wrong year in the date of completion": (
        [(INDICATORS, "指标", "J8", "按时完成"), (INDICATORS, "指标", "U8", "2023-12-15")],
        ["PI-027 U8 J8"],
    ),
    "a claimed total that is no sum": ([("8_填报得分.xlsx", "合计", "B5", "89")], ["SC-022 B5"]),
    "a claimed half, and the total with it": (
        [("8_填报得分.xlsx", "合计", "B6", "49"), ("8_填报得分.xlsx", "合计", "B5", "97")],
        ["SC-013 B6"],
    ),
    "a leaf claimed too high, and all sums with it": (
        [("8_填报得分.xlsx", "得分", "C5", 4), ("8_填报得分.xlsx", "合计", "B5", "99"), ("8_填报得分.xlsx", "合计", "B7", "49")],
        ["SC-012 C5"],
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def said(tmp_path_factory) -> dict[str, list[str]]:
    """Code and addresses of every finding, by the fault that was planted."""
    scratch = tmp_path_factory.mktemp("faults")
    folders = [
        changed(scratch / str(at) / "example",
                [dict(zip(("file", "sheet", "cell", "value"), each, strict=True)) for each in changes])
        for at, (changes, _) in enumerate(FAULTS.values())
    ]  # fmt: skip
    found = findings_of(folders, [form_weights([])] * len(folders))
    return {
        fault: [" ".join((one.code, *(each.cell.address for each in one.cells))) for one in mine]
        for fault, mine in zip(FAULTS, found, strict=True)
    }


@pytest.mark.parametrize("fault", FAULTS)
def test_one_fault_is_said_once(fault: str, said):
    assert said[fault] == FAULTS[fault][1]
