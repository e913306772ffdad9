"""Slips of unit: found by what the amount is compared with, corrected in the sentence, and no sane department has one."""

from __future__ import annotations

import copy
import dataclasses

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline import messages
from pipeline.check.frames import Around
from pipeline.check.inputs import check_inputs
from pipeline.check.slips import slips
from pipeline.forms import load_specs

WAN, YUAN = 1_000_000, 10_000
EXP, MON, COSTS = "budget_execution.expenditure", "monthly_spending.months", "management.three_public"
ASSETS, PC, ADJ = "management.assets", "procurement.contracts", "budget_execution.adjustments"


def found(submission, rubric) -> dict[tuple[str, int, str], int]:
    """(table, row, field) -> what would fit, without asking Great Expectations."""
    return {
        (each.table, each.row.number, each.field): each.likely_fen
        for each in slips(Around(0, submission, load_specs(), rubric)).values()
    }


def times(tables, changes, factor=YUAN):
    for table, position, field in changes:
        tables[table][position][field] *= factor
    return tables


@pytest.mark.parametrize(
    ("code", "changes", "address", "said"),
    [
        ("BE-023", [(EXP, 1, "executed_fen")], ["G6"], "“全年执行数”1,000,000.00 万元，全年预算数只有 100.00 万元，疑似按元填写（多了一万倍），应为 100.00 万元"),
        ("BE-023", [(EXP, 0, "initial_budget_fen")], ["D5"], "而调整净额 10.00 万元、全年预算数 200.00 万元，疑似按元填写（多了一万倍），应为 190.00 万元"),
        ("BE-023", [(EXP, 0, "net_adjustment_fen")], ["E5"], "应为 10.00 万元"),
        ("BE-023", [(EXP, 0, "annual_budget_fen")], ["F5"], "应为 200.00 万元"),
        ("BE-023", [(EXP, 1, f) for f in ("initial_budget_fen", "annual_budget_fen", "executed_fen")], ["D6", "F6", "G6"], "应为 100.00 万元"),
        ("MS-012", [(MON, 5, "current_budget_fen")], ["B10"], "其他各月一般只有 300.00 万元"),
        ("MS-012", [(MON, 11, "current_project_budget_fen")], ["C16"], "应为 100.00 万元"),
        ("MS-012", [(MON, 3, "spent_fen"), (MON, 3, "project_spent_fen")], ["D8", "E8"], "应为 25.00 万元"),
        ("MG-018", [(COSTS, 0, "executed_fen")], ["C5"], "预算数只有 5.00 万元"),
        ("MG-018", [(COSTS, 0, "executed_last_year_fen")], ["D5"], "应为 5.00 万元"),
        ("MG-018", [(ASSETS, 0, "fixed_assets_in_use_fen")], ["B3"], "所有固定资产总额只有 100.00 万元"),
        ("PC-012", [(PC, 0, "contract_amount_fen")], ["I5"], "预算金额只有 10.00 万元"),
        ("PC-012", [(PC, 0, "contract_amount_fen"), (PC, 0, "budget_fen")], ["C5", "I5"], "全部门的全年预算数只有 300.00 万元"),
    ],
)  # fmt: skip
def test_a_slip_is_one_finding_and_nothing_else(code, changes, address, said, tables, make, rubric):
    (one,) = check_inputs([make(times(tables, changes))], rubric).findings[0]
    assert (one.code, [each.cell.address for each in one.cells]) == (code, address)
    assert said in messages.sentence(one)
    # a figure made of it would be 10,000 times wrong
    assert messages.blocked_cells([one]) == {each.cell for each in one.cells}


def test_one_line_of_staff_is_a_slip_even_where_the_other_lines_are_many_times_larger(tables, make, rubric):
    """人员 200.00 as 2,000,000.00 beside 项目 40,000.00: the months know it is 200, so the sheet is not in 元."""
    for field in ("initial_budget_fen", "annual_budget_fen", "executed_fen"):
        tables[EXP][1][field] = 40_000 * WAN
    for at, row in enumerate(tables[MON]):
        spent = tables[EXP][0]["executed_fen"] + 40_000 * WAN
        row |= {"current_budget_fen": 40_200 * WAN, "current_project_budget_fen": 40_000 * WAN}
        row["spent_fen"] = spent // 12 + (spent % 12 if at == 11 else 0)
        row["project_spent_fen"] = 40_000 * WAN // 12 + (40_000 * WAN % 12 if at == 11 else 0)
    assert found(make(tables), rubric) == {}
    assert found(make(times(tables, [(EXP, 0, "annual_budget_fen")])), rubric) == {
        (EXP, 5, "annual_budget_fen"): 200 * WAN
    }


def whole(tables, *names):
    """All amounts of the tables in 元."""
    specs = load_specs()
    for name in names:
        form, _, table = name.partition(".")
        money = [each.id for each in specs[form].table(table).fields if each.type == "money"]
        for row in tables[name]:
            row |= {field: row[field] * YUAN for field in money if isinstance(row.get(field), int)}
    return tables


@pytest.mark.parametrize(
    ("names", "codes"),
    [
        ((EXP,), ["BE-023"]), ((MON,), ["MS-012"]), ((EXP, MON), ["BE-023", "MS-012"]), ((COSTS,), ["MG-018"]),
        ((PC,), ["PC-012"]), ((ASSETS,), ["MG-018"]),
    ],
)  # fmt: skip
def test_a_sheet_in_the_other_unit_is_one_finding_a_workbook(names, codes, tables, make, rubric):
    tables["basics.staff"][0] |= {"established_posts": 12, "staff_at_year_end": 11}
    raised = check_inputs([make(whole(tables, *names))], rubric).findings[0]
    assert [each.code for each in raised] == codes, [messages.sentence(each) for each in raised]
    for each in raised:
        filled = sum(
            isinstance(v, int) and f.endswith("_fen") and v != 0
            for r in tables[names[codes.index(each.code)]]
            for f, v in r.items()
        )
        assert len(each.cells) == filled


def test_a_sheet_declared_in_yuan_and_filled_in_wan_is_told_the_other_way(tables, make, rubric):
    for row in tables[MON]:
        row |= {field: value // YUAN for field, value in row.items() if field.endswith("_fen")}
    submission = make(tables)
    files = tuple(
        dataclasses.replace(file, unit="元" if file.form == "monthly_spending" else "万元")
        for file in submission.files
    )
    (one,) = check_inputs([dataclasses.replace(submission, files=files)], rubric).findings[0]
    assert one.code == "MS-012" and len(one.cells) == 48
    assert (
        "“当期预算数”0.03 万元，另一张表的全部门预算数是 300.00 万元，疑似把万元数填进了以元为单位的表，应为 300.00 万元"
        in (messages.sentence(one))
    )


def test_relations_with_a_slip_are_left_open_and_say_why(tables, make, rubric):
    report = check_inputs([make(times(tables, [(EXP, 1, "executed_fen")]))], rubric)
    open_lines = {line.code: line.reason for line in report.reconciliations if line.holds is None}
    assert open_lines == dict.fromkeys(("RC-010", "RC-011", "RC-052"), "有金额疑似错了单位，未判断")


@pytest.mark.parametrize(
    "changes",
    [
        [(EXP, 1, {"executed_fen": 1, "low_execution_reason": "项目暂停"})],  # hardly anything spent: the budget is right
        [(EXP, 1, {"executed_fen": 600 * 100 * WAN, "low_execution_reason": "上级直接拨付"})],  # explained
        [(EXP, 1, {"initial_budget_fen": 100 * WAN * YUAN, "net_adjustment_fen": 100 * WAN - 100 * WAN * YUAN})],  # it adds up
        [(MON, month, {"spent_fen": 1}) for month in range(11)],  # nearly everything in the last month
        [(COSTS, 0, {"executed_last_year_fen": 100})],  # last year next to nothing
        [(COSTS, 0, {"executed_last_year_fen": 550 * WAN, "change_reason": "上年含专项"})],
        [(ASSETS, 0, {"fixed_assets_fen": 200_000 * WAN, "fixed_assets_in_use_fen": 200_000 * WAN})],  # a rich department
        [(PC, 0, {"budget_fen": 3_000 * WAN, "contract_amount_fen": 2_900 * WAN})],  # a contract of several years
    ],
)  # fmt: skip
def test_what_may_be_right_is_no_slip(changes, tables, make, rubric):
    for table, position, values in changes:
        tables[table][position] |= values
    assert found(make(tables), rubric) == {}


def test_a_dwarfing_line_that_every_form_agrees_on_is_only_asked_about(tables, make, rubric):
    big = 5_000_000 * WAN
    tables[EXP].append(
        {
            "expenditure_kind": "公用",
            **dict.fromkeys(("initial_budget_fen", "annual_budget_fen", "executed_fen"), big),
            "net_adjustment_fen": 0,
        }
    )
    for number, month in enumerate(tables[MON]):
        month["current_budget_fen"] += big
        month["spent_fen"] += big // 12 + (big % 12 if number == 11 else 0)
    (one,) = check_inputs([make(tables)], rubric).findings[0]
    assert one.code == "BE-024" and messages.severity(one) == "warning"
    assert "是其余各行合计 300.00 万元的一千倍以上；若按元填写，应为 500.00 万元" in messages.sentence(one)


amounts = st.integers(10 * WAN, 5_000 * WAN)


@st.composite
def departments(draw):
    """Sane departments: lines that add up, 70–100% executed, months that follow."""
    lines = []
    for number, initial in enumerate(draw(st.lists(amounts, min_size=2, max_size=6))):
        net = draw(st.integers(-initial // 5, initial // 5))
        executed = (initial + net) * draw(st.integers(70, 100)) // 100
        kind = (
            {"expenditure_kind": "人员"}
            if number == 0
            else {"expenditure_kind": "项目", "project_id": f"P{number}", "project_name": f"项目{number}"}
        )
        lines.append(
            {
                **kind,
                "initial_budget_fen": initial,
                "net_adjustment_fen": net,
                "annual_budget_fen": initial + net,
                "executed_fen": executed,
            }
        )
    weights = draw(st.lists(st.integers(1, 20), min_size=12, max_size=12))
    spent = sum(each["executed_fen"] for each in lines)
    parts = [spent * weight // sum(weights) for weight in weights]
    parts[11] += spent - sum(parts)
    budget = sum(each["annual_budget_fen"] for each in lines)
    return lines, [
        {
            "spent_fen": part,
            "project_spent_fen": part // 2,
            "current_budget_fen": budget,
            "current_project_budget_fen": budget // 2,
        }
        for part in parts
    ]


CELLS = st.sampled_from(
    [(EXP, field) for field in ("initial_budget_fen", "annual_budget_fen", "executed_fen")]
    + [(MON, field) for field in ("spent_fen", "current_budget_fen", "current_project_budget_fen")]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=departments(), cell=CELLS, at=st.integers(0, 11), data=st.data())
def test_one_planted_slip_is_found_corrected_and_alone(made, cell, at, data, tables, make, rubric):
    lines, months = made
    here = copy.deepcopy(tables)
    here[EXP] = copy.deepcopy(lines)
    for row, values in zip(here[MON], months, strict=True):
        row |= values
    assert found(make(here), rubric) == {}, "a sane department has no slip"
    table, field = cell
    row = at % len(here[table])
    was = here[table][row][field]
    here[table][row][field] = was * YUAN
    assert found(make(here), rubric) == {(table, row + 5, field): was}
