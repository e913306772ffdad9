"""The pass after computing: weights, reasons, claims within the printed precision, the form's own names and 分值."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import pytest

from pipeline import messages
from pipeline.check.claim_nouns import gap_of
from pipeline.check.claims_rates import printed_rate
from pipeline.check.outcome import check_outcome
from pipeline.check.report import Case
from pipeline.model import Cell, Figure, Finding, Found, Outcome

WAN = 1_000_000
MON = "monthly_spending.months"
NAME, POINTS = Cell("表.xlsx", "评分表", "C8"), Cell("表.xlsx", "评分表", "D8")


@dataclass(frozen=True)
class Weight:
    leaf: str
    name: str
    points: Decimal | None
    name_cell: Cell = NAME
    points_cell: Cell = POINTS


def score(figure_id: str, value: str | None, unit: str = "分", **more) -> Figure:
    return Figure(figure_id, figure_id, None if value is None else Decimal(value), unit, **more)


def rate(figure_id: str, above: str, below: str) -> Figure:
    ratio = Fraction(above) / Fraction(below)
    return score(figure_id, f"{float(ratio * 100):.2f}", "%", exact=ratio)


@pytest.fixture
def outcome(rubric, tables):
    """Everything at full marks, a year of 2219.83 on 2227.70, July 1374.53 on 2213.06."""

    def build(budget_cell: Cell | None = None, july: str = "2213.06", **changes: Figure) -> Outcome:
        figures = {}
        for node in rubric.walk():
            figures[f"{node.id}.score"] = score(f"{node.id}.score", str(node.weight))
            figures[f"{node.id}.weight"] = score(f"{node.id}.weight", str(node.weight))
        for key, points in (("I1", "20"), ("I2", "20")):
            figures[f"indicator.{key}.score"] = score(f"indicator.{key}.score", points)
            figures[f"indicator.{key}.department_points"] = score("p", points)
        figures |= {
            "total.score": score("total.score", "100.00"),
            "total.grade": Figure("total.grade", "等级", "优"),
            "annual.executed": score("e", "2219.83", "万元"),
            "annual.annual_budget": score("b", "2227.70", "万元"),
            "annual.execution_rate": rate("annual.execution_rate", "2219.83", "2227.70"),
            "annual.average_execution_rate": score("a", "100.00", "%", exact=Fraction(1)),
            "month.7.cumulative": score("c", "1374.53", "万元"),
            "month.7.budget": score("m", july, "万元", because=(budget_cell,) if budget_cell else ()),
            "month.7.rate": rate("month.7.rate", "1374.53", july),
        }
        return Outcome(figures | {key.replace("__", "."): figure for key, figure in changes.items()})

    return build


def raised(submission, outcome, rubric, official=()):
    return check_outcome([Case(submission, outcome, official)], rubric).findings[0]


def claims(tables, *totals, scores=()):
    tables["claimed.totals"] = [{"item": item, "claimed_value": value} for item, value in totals]
    tables["claimed.scores"] = list(scores)
    return tables


def test_full_marks_and_true_claims_raise_nothing(tables, make, rubric, outcome):
    claims(
        tables, ("总分", "100"), ("等级", "优"), ("执行率", "99.65%"), ("年平均执行率", "100%"), ("1–7月执行率", "62.11%"),
        ("管理效率", "50.00分"),
        scores=[{"indicator": "绩效管理制度建设", "points": Decimal(5), "claimed_score": Decimal(5)},
                {"indicator": "I1", "points": Decimal(20), "claimed_score": Decimal(20)}],
    )  # fmt: skip
    assert [messages.sentence(f) for f in raised(make(tables), outcome(), rubric)] == []


def test_the_july_rate_is_answered_with_ours_and_with_the_denominator_it_needs(
    tables, make, rubric, outcome, at
):
    claims(tables, ("1-7月执行率", "62.11%"))
    tables[MON][6]["current_budget_fen"] = 2_227_700_000
    july = Cell("3_月度支出.xlsx", "月度", at("monthly_spending", "months", "current_budget_fen", 6))
    (found,) = raised(make(tables), outcome(july, "2227.70"), rubric)
    assert found.code == "SC-014" and (found.found, found.expected) == ("62.11%", "61.70%")
    assert [str(c.cell) for c in found.cells] == [
        "《8_填报得分》合计!B5",
        f"《3_月度支出》月度!{july.address}",
    ]
    assert messages.sentence(found).startswith(
        "SC-014 《8_填报得分》合计!B5：“1-7月执行率”填报 62.11%，按 1,374.53 ÷ 2,227.70 万元应为 61.70%；"
        "要得出 62.11%，分母应为 2,213.06 万元。"
    )
    assert "62.11% would need the denominator 2,213.06" in messages.sentence(found, "en")


@pytest.mark.parametrize(
    ("claimed", "agrees"),
    [("99.65%", True), ("99.6%", True), ("99.7%", False), ("100%", True), ("0.9965", True), ("99.65", True), ("1", True),
     ("99.64%", True), ("99.66%", False), ("99.63%", False), ("９９．６５％", True), ("96%", False), ("99.646725%", True)],
)  # fmt: skip
def test_a_rate_is_compared_as_it_is_printed(claimed, agrees, tables, make, rubric, outcome):
    """99.64672…%: rounded as claimed, and within one hundredth of a point for truncated returns."""
    claims(tables, ("执行率", claimed))
    found = raised(make(tables), outcome(), rubric)
    assert [f.code for f in found] == ([] if agrees else ["SC-014"])


@pytest.mark.parametrize(
    ("claimed", "ours", "gap"),
    [("98", "98.00", 0), ("98", "97.99", 10_000), ("97.6", "97.64", 0), ("97.6", "97.65", 50_000), ("97.65", "97.65", 0),
     ("3.333", "3.33", 3_000), ("0", "0.00", 0)],
)  # fmt: skip
def test_scores_are_compared_as_printed(claimed, ours, gap):
    assert gap_of(Decimal(claimed), Decimal(ours), 2) == gap


def test_a_rate_as_text():
    assert printed_rate("没有") is None
    assert printed_rate("150") == (Fraction(3, 2), 0)
    assert printed_rate("-5%") == (Fraction(-1, 20), 0)


def test_claimed_scores_weights_totals_and_grades(tables, make, rubric, outcome):
    claims(
        tables, ("总分", "99"), ("等级", "良"), ("履职效能", "49.5"), ("领导满意度", "3"),
        scores=[{"indicator": "绩效管理制度建设", "points": Decimal(4), "claimed_score": Decimal(3)},
                {"indicator": "不存在的指标", "claimed_score": Decimal(1)}],
    )  # fmt: skip
    found = raised(make(tables), outcome(), rubric)
    assert [(f.code, f.cells[0].cell.address) for f in found] == [
        ("SC-012", "C5"), ("SC-016", "B5"), ("SC-013", "B5"), ("SC-013", "B6"), ("SC-013", "B7"),
        ("SC-015", "A6"), ("SC-015", "A8"),
    ]  # fmt: skip
    said = [messages.sentence(f) for f in found]
    assert "“绩效管理制度建设”填报得分 3，按规则计算为 5" in said[0]
    assert "“总分”填报 99，计算为 100.00" in said[2] and "“等级”填报 良，计算为 优" in said[3]


def test_a_claim_outside_the_range_of_an_open_total(tables, make, rubric, outcome):
    claims(
        tables, ("总分", "98.5"), scores=[{"indicator": "绩效管理制度建设", "claimed_score": Decimal("2.4")}]
    )
    made = outcome(
        total__score=score(
            "total.score", None, range=(Decimal("91.50"), Decimal("98.00")), reason="2 项待定"
        ),
        performance_system__score=score("x", None, range=(Decimal("2.5"), Decimal(5)), reason="待定"),
    )
    found = raised(make(tables), made, rubric)
    assert [f.code for f in found] == ["SC-030", "SC-012", "SC-013"]
    assert "“总分”填报 98.5，计算为 91.50–98.00" in messages.sentence(found[2])


def test_an_open_total_contradicts_no_claim(tables, make, rubric, outcome):
    claims(
        tables,
        ("总分", "98"),
        ("1-7月执行率", "62.11%"),
        scores=[{"indicator": "绩效管理制度建设", "claimed_score": Decimal(3), "deduction_reason": "缺两项"}],
    )
    made = outcome(
        total__score=score(
            "total.score", None, range=(Decimal("91.50"), Decimal("98.00")), reason="2 项待定"
        ),
        month__7__rate=score("month.7.rate", None, "%", reason="缺月份"),
        performance_system__score=score("x", None, range=(Decimal(0), Decimal(5)), reason="待定"),
    )
    (found,) = raised(make(tables), made, rubric)
    assert found.code == "SC-030" and "“绩效管理制度建设”（5 分）不能计分：待定。" in messages.sentence(found)


def test_lost_points_of_a_leaf_need_a_reason(tables, make, rubric, outcome):
    row = make(tables).tables["management.items"].rows[0]
    silent = {
        "performance_system__score": score(
            "s", "3.00", because=(row.cell("done_count"), row.cell("required_count"))
        ),
        "performance_system__deduction_reason": Figure("r", "扣分原因", ""),
    }
    (found,) = raised(make(tables), outcome(**silent), rubric)
    assert found.code == "SC-009" and [c.cell for c in found.cells] == [row.cell("deduction_reason")]
    assert "“绩效管理制度建设”扣 2 分，没有写扣分原因" in messages.sentence(found)
    silent["performance_system__deduction_reason"] = Figure("r", "扣分原因", "两项制度未修订")
    assert raised(make(tables), outcome(**silent), rubric) == ()


def test_a_finding_about_a_score_made_of_nothing_still_has_a_place(tables, make, rubric, outcome):
    (found,) = raised(make(tables), outcome(performance_system__score=score("s", "3.00")), rubric)
    assert found.code == "SC-009" and str(found.cells[0].cell) == "《5_管理事项》事项!A4"


def test_the_reason_is_asked_for_in_the_rows_that_fell_short(tables, make, rubric, outcome, at):
    tables["management.items"] += [
        {"item_id": "M2", "indicator_name": "绩效管理制度建设", "checkpoint": "修订", "is_applicable": True,
         "required_count": 3, "done_count": 1, "problem_count": 0},
        {"item_id": "M3", "indicator_name": "绩效管理制度建设", "checkpoint": "培训", "is_applicable": True,
         "done_count": False, "problem_count": 0},
    ]  # fmt: skip
    rows = make(tables).tables["management.items"].rows
    cells = tuple(row.cell("done_count") for row in rows)
    figures = {
        "performance_system__score": score("s", "3.00", because=("measure.performance_system",)),
        "measure__performance_system": score("m", "60", "%", because=cells),
    }
    (found,) = raised(make(tables), outcome(**figures), rubric)
    assert [c.cell.address for c in found.cells] == [
        at("management", "items", "deduction_reason", n) for n in (1, 2)
    ]


def test_the_reason_is_asked_for_at_the_score_s_own_cells_when_there_is_no_column(
    tables, make, rubric, outcome, at
):
    cell = make(tables).tables["management.assets"].rows[0].cell("income_paid_fen")
    tables["management.assets"][0].pop("difference_note", None)
    figures = {
        "performance_system__score": score("s", "3.00", because=("measure.performance_system",)),
        "measure__performance_system": score("m", "60", "%", because=(cell,)),
    }
    (found,) = raised(make(tables), outcome(**figures), rubric)
    assert [c.cell.address for c in found.cells] == [at("management", "assets", "difference_note")]


def test_a_claimed_score_above_its_weight(tables, make, rubric, outcome):
    claims(tables, scores=[{"indicator": "合同备案时效性", "claimed_score": Decimal("1.01")}])
    (found,) = raised(make(tables), outcome(), rubric)
    assert found.code == "SC-008" and "得分 1.01，大于分值 1" in messages.sentence(found)
    assert [str(c.cell) for c in found.cells] == ["《8_填报得分》得分!C5"]


@pytest.mark.parametrize(
    ("totals", "expected"),
    [
        # each part is right: the total is not their sum
        ((("总分", "99"), ("履职效能", "50"), ("管理效率", "50")), [("SC-022", "B5", "所填各部分合计 100（履职效能 50、管理效率 50）")]),
        # the total is wrong by as much as its part is: said once, of the part
        ((("总分", "99"), ("履职效能", "49"), ("管理效率", "50")), [("SC-013", "B6", "“履职效能”填报 49，计算为 50")]),
        # the part is wrong and the total is wrong otherwise
        ((("总分", "97"), ("履职效能", "49"), ("管理效率", "50")), [("SC-013", "B5", "“总分”填报 97"), ("SC-013", "B6", "履职效能")]),
        # a part alone is above its whole
        ((("总分", "49"), ("履职效能", "50")), [("SC-023", "B5", "小于所填的其中一部分 50（履职效能 50）")]),
        ((("总分", "98.9"),), [("SC-013", "B5", "填报 98.9，计算为 100.00")]),
        # grades: of the claimed total; one that goes with a wrong total is the total's mistake
        ((("总分", "100"), ("等级", "良")), [("SC-024", "B6", "填报 良，按填报的总分 100 应为 优")]),
        ((("总分", "88"), ("等级", "良")), [("SC-013", "B5", "填报 88")]),
        ((("等级", "良"),), [("SC-013", "B5", "“等级”填报 良，计算为 优")]),
    ],
)  # fmt: skip
def test_totals_against_their_parts(totals, expected, tables, make, rubric, outcome):
    found = raised(make(claims(tables, *totals)), outcome(), rubric)
    assert [(f.code, f.cells[0].cell.address) for f in found] == [each[:2] for each in expected]
    for each, (_, _, words) in zip(found, expected, strict=True):
        assert words in messages.sentence(each)


def test_a_claimed_leaf_is_the_sum_of_its_claimed_indicators(tables, make, rubric, outcome):
    claims(tables, scores=[{"indicator": "I1", "claimed_score": Decimal(20)},
                           {"indicator": "部门整体绩效目标产出指标完成情况", "claimed_score": Decimal(18), "deduction_reason": "有偏差"}])  # fmt: skip
    open_leaf = {"output_indicators__score": score("o", None, range=(Decimal(0), Decimal(20)), reason="待定")}
    found = raised(make(tables), outcome(**open_leaf), rubric)
    assert [f.code for f in found] == ["SC-030"]  # inside the range: nothing contradicts it
    claims(
        tables,
        ("部门整体绩效目标产出指标完成情况", "18"),
        scores=[{"indicator": "I1", "claimed_score": Decimal(20)}],
    )
    found = raised(make(tables), outcome(**open_leaf), rubric)
    assert [(f.code, str(f.cells[0].cell)) for f in found] == [
        ("SC-030", "《5_管理事项》事项!A4"), ("SC-022", "《8_填报得分》合计!B5"),
    ]  # fmt: skip


def test_a_missed_indicator_needs_its_reason_and_its_leaf_is_not_asked_again(
    tables, make, rubric, outcome, at
):
    figures = {"indicator__I1__score": score("s", "19.99"), "output_indicators__score": score("o", "19.99")}
    (found,) = raised(make(tables), outcome(**figures), rubric)
    assert found.code == "SC-010" and "“报送篇数”得 19.99 分（分值 20）" in messages.sentence(found)
    assert [c.cell.address for c in found.cells] == [
        at("indicator_results", "indicators", "deviation_reason", 0), at("indicator_results", "indicators", "actual", 0),
    ]  # fmt: skip
    tables["indicator_results.indicators"][0]["deviation_reason"] = "疫情影响，已调整计划"
    assert raised(make(tables), outcome(**figures), rubric) == ()


def test_the_forms_own_names_and_points_win(tables, make, rubric, outcome):
    official = [
        Weight("contract_filing", "合同备案时效性", Decimal("1.0")),
        Weight("contract_signing", "合同签订及时性", Decimal(4)),
        Weight("asset_income", "资产收益上缴的及时性", None),
    ]
    found = raised(make(tables), outcome(), rubric, official)
    assert [f.code for f in found] == ["OF-001", "OF-002", "OF-002"]
    assert "“合同签订及时性”" in messages.sentence(
        found[0]
    ) and "表式分值 4，评分规则为 3" in messages.sentence(found[1])
    assert found[1].cells[0].cell.address == "D8"


def test_submissions_stacked_are_found_what_each_is_found_alone(tables, make, rubric, outcome):
    """Two departments and a third between them: findings come back to their own, and only to it."""
    clean = Case(make(tables, "甲"), outcome())
    claimed = Case(
        make(claims(copy.deepcopy(tables), ("总分", "99")), "乙"),
        outcome(performance_system__score=score("s", "3.00")),
        (Weight("contract_signing", "采购合同签订时效性", Decimal(4)),),
    )
    missed = Case(make(tables, "丙"), outcome(indicator__I1__score=score("i", "19.99")))
    report = check_outcome([claimed, clean, missed], rubric)
    assert [[f.code for f in found] for found in report.findings] == [
        ["SC-009", "SC-013", "OF-002"],
        [],
        ["SC-010"],
    ]
    assert report.findings[0] == check_outcome([claimed], rubric).findings[0]
    assert report.findings[2] == check_outcome([missed], rubric).findings[0]
    assert {run.name for run in report.results} == {
        "outcome.leaves", "outcome.indicators", "outcome.claims", "official.weights", "outcome.department",
        "outcome.waivers", "outcome.projects",
    }  # fmt: skip
    leaves = next(run.columns for run in report.results if run.name == "outcome.leaves")
    assert sorted(set(leaves["submission"])) == ["丙", "乙", "甲"]


def test_what_was_said_before_silences_only_the_same_submission(tables, make, rubric, outcome):
    silent = {"performance_system__score": score("s", "3.00")}
    said = [Finding("MG-011", (Found(Cell("5_管理事项.xlsx", "事项", "A4"), ""),))]
    cases = [Case(make(tables), outcome(**silent), (), said), Case(make(tables), outcome(**silent))]
    assert [[f.code for f in found] for found in check_outcome(cases, rubric).findings] == [[], ["SC-009"]]


def test_what_is_asked_at_the_year_s_end_is_not_asked_during_the_year(tables, make, rubric, outcome):
    case = Case(make(tables), outcome(performance_system__score=score("s", "3.00")))
    assert [f.code for f in check_outcome([case], rubric).findings[0]] == ["SC-009"]
    assert check_outcome([case], rubric, phase="monitoring").findings == ((),)


@pytest.mark.parametrize(("rate", "claim", "named"), [
    ("2100.00", "99.93%", ("用年初预算数 2,101.50 万元作分母正好得出", "which the initial budget 2,101.50 gives")),
    ("2100.00", "95.00%", ("要得出 95.00%，分母应为 2,210.53 万元。", "would need the denominator 2,210.53.")),
    ("2100.00", "9427%", ("相差 100 倍，请核对百分号", "check the percent sign")),
])  # fmt: skip
def test_a_rate_names_the_denominator_it_was_taken_from(rate, claim, named, tables, make, rubric, outcome):
    figures = {
        "annual__executed": score("e", rate, "万元"),
        "annual__initial_budget": score("i", "2101.50", "万元"),
        "annual__execution_rate": score("r", "94.27", "%", exact=Fraction("2100.00") / Fraction("2227.70")),
    }
    (found,) = raised(make(claims(tables, ("执行率", claim))), outcome(**figures), rubric)
    assert found.code == "SC-014" and found.expected == "94.27%"
    assert named[0] in messages.sentence(found) and named[1] in messages.sentence(found, "en")
