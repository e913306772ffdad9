"""Changes of the example whose results were worked out by hand from the rubric's own words, beside each of them.

Each case types something else into one or a few cells of the example's workbooks and runs the whole way in process:
reading, checks, computing. Expected values are typed from the arithmetic in the comment, never copied from the program.
What a case does not name must be as in the example itself.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline import forms, run
from pipeline.check.session import Checker
from pipeline.model import Outcome, Submission
from pipeline.read.submission import read_submission
from pipeline.write.patch import patch
from tests.build_example import EXAMPLE

D = Decimal
date = datetime.date
ITEMS, MONTHS, LEDGER = "management.items", "monthly_spending.months", "procurement.contracts"
INDICATORS, COSTS, ASSETS = "indicator_results.indicators", "management.three_public", "management.assets"
LINES, ADJUSTMENTS, DISCLOSURE = (
    "budget_execution.expenditure", "budget_execution.adjustments", "management.disclosure",
)  # fmt: skip
#: the column a row of a table is known by; a card has one record
KEY = {
    ITEMS: "item_id", MONTHS: "month", LEDGER: "procurement_name", INDICATORS: "indicator_id", COSTS: "item",
    LINES: "project_id", ADJUSTMENTS: "adjustment_kind", DISCLOSURE: "matter",
}  # fmt: skip
#: what must come out where a case does not say otherwise
EXAMPLE_FIGURES = {
    "output_indicators.score": "20.00", "benefit_indicators.score": "20.00", "budget_spending_rate.score": "10.00",
    "performance_system.score": "3.00", "performance_system_execution.score": "7.00", "new_project_appraisal.score": "2.00",
    "budget_constraint.score": "3.00", "financial_compliance.score": "4.00", "procurement_compliance.score": "2.00",
    "procurement_intention.score": "2.00", "contract_signing.score": "3.00", "contract_filing.score": "1.00",
    "procurement_policy.score": "1.00", "asset_income.score": "1.00", "asset_stocktaking.score": "1.00",
    "asset_data_quality.score": "2.00", "asset_compliance.score": "2.00", "fixed_asset_utilisation.score": "2.00",
    "economic_cost.score": "1.00", "three_public_control.score": "2.00", "budget_disclosure.score": "2.00",
    "performance_disclosure.score": "1.00", "total.score": "98.00", "total.grade": "优",
    "annual.execution_rate": "99.65%", "annual.average_execution_rate": "100.00%", "monitor.execution_rate": "62.11%",
    "monitor.project_execution_rate": "55.86%", "project.P01.execution_rate": "96.27%",
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """``changes``: (table, key of the row, field, what is typed); ``expected``: figure -> printed, or its range."""

    name: str
    changes: tuple[tuple, ...]
    expected: dict[str, object] = field(default_factory=dict)
    codes: tuple[str, ...] = ()


def case(name: str, *changes: tuple, codes: str = "", **expected: object) -> Case:
    named = {name.replace("__", "."): value for name, value in expected.items()}
    return Case(name, changes, named, tuple(codes.split()))


def between(low: str, high: str) -> tuple[Decimal, Decimal]:
    return D(low), D(high)


CASES = [
    # months: mean of (cumulative ÷ budget of the month) ÷ (m ÷ 12). Months 1–6 as in the example:
    # 1.004220+1.010185+1.012354+1.019810+1.032200+1.048684 = 6.127453; months 7–12 each 100.00 less in the numerator:
    # 1274.53/2213.06·12/7 = .987279; 1460.20/2227.70·12/8 = .983211; 1642.90/…·12/9 = .983316; 1805.30/…·12/10 = .972465;
    # 1960.70/…·12/11 = .960159; 2119.83/2227.70 = .951578; sum 11.965461 ÷ 12 = 99.71%; 10 × .9971217 = 9.97
    # July: 1274.53 ÷ 2213.06 = 57.59%
    case("a month's spending", (MONTHS, 7, "spent_fen", D("114.13")), codes="RC-010 SC-012 SC-014",
         annual__average_execution_rate="99.71%", budget_spending_rate__score="9.97", total__score="97.97",
         monitor__execution_rate="57.59%"),
    # 60.00 less in all twelve: .678879+.847514+.903907+.938474+.967131+.994460+1.018264+1.010145+1.007257+.994012
    # +.979747+.969534 = 11.309324 ÷ 12 = 94.24%; 9.42; 1314.53 ÷ 2213.06 = 59.40%. Months above 1 are not capped one by
    # one (capped they would give 11.273658 ÷ 12 = 93.95%)
    case("January's spending", (MONTHS, 1, "spent_fen", D("125.20")), annual__average_execution_rate="94.24%",
         budget_spending_rate__score="9.42", total__score="97.42", monitor__execution_rate="59.40%"),
    # 1374.53 ÷ 2227.70 = 61.70%; the mean 102.59% is still capped at 100%
    case("July's budget", (MONTHS, 7, "current_budget_fen", D("2227.70")), monitor__execution_rate="61.70%"),
    # (198.85 + 3.75) ÷ 355.98 = 56.91%; no score uses it
    case("July's project spending", (MONTHS, 7, "project_spent_fen", D("40.00")), monitor__project_execution_rate="56.91%"),
    # May unknown, and with it every month from May on: at worst they count 0, (1.004220 + 1.010185 + 1.012354 + 1.019810)
    # ÷ 12 = 4.046569 ÷ 12 = 33.72%, 3.37 points, 98 − 10 + 3.37; at best the cap
    case("a month left blank", (MONTHS, 5, "spent_fen", None), codes="MS-001",
         annual__average_execution_rate=between("33.72", "100"), budget_spending_rate__score=between("3.37", "10"),
         total__score=between("91.37", "98"), total__grade=None, monitor__execution_rate=None),
    # 100.00 ÷ 134.85 = 74.16%; (2219.83 − 29.82) ÷ 2227.70 = 2190.01 ÷ 2227.70 = 98.31%;
    # projects: (350.25 − 29.82) ÷ 355.98 = 320.43 ÷ 355.98 = 90.01%; no score uses them
    case("an executed amount", (LINES, "P01", "executed_fen", D("100.00")), codes="BE-015 RC-010 RC-011",
         project__P01__execution_rate="74.16%", kind__project__execution_rate="90.01%", annual__execution_rate="98.31%"),
    case("an executed amount left blank", (LINES, "P01", "executed_fen", None), codes="BE-001",
         project__P01__execution_rate=None, kind__project__execution_rate=None, annual__execution_rate=None),
    # 2 × 60/71 = 1.6901 → 1.69; 20 − 2 + 1.69
    case("an actual below its target", (INDICATORS, "B01", "actual", "60篇"), codes="SC-010",
         indicator__B01__score="1.69", output_indicators__score="19.69", total__score="97.69"),
    # each indicator is printed and so rounded: 1 × 360/365 = .9863 → .99, 2 × 130/137 = 1.8978 → 1.90;
    # 20 − 3 + .99 + 1.90 = 19.89 (unrounded 2.8841 would have given 19.88)
    case("two actuals, rounded one by one", (INDICATORS, "D01", "actual", "360天"), (INDICATORS, "C01", "actual", "130人次"),
         output_indicators__score="19.89", total__score="97.89"),
    # 9,000 万元 = 0.9 亿元 against ≥1.16 亿元: 3 × 0.9/1.16 = 2.3276 → 2.33; 20 − 3 + 2.33
    case("an actual in another unit", (INDICATORS, "C05", "actual", "９，０００万元"),
         indicator__C05__score="2.33", benefit_indicators__score="19.33", total__score="97.33"),
    # satisfaction: 2 × 90/95 = 1.8947 → 1.89
    case("satisfaction below its target", (INDICATORS, "A08", "actual", "90%"),
         benefit_indicators__score="19.89", total__score="97.89"),
    # ≤3, 4 happened: 3 × (1 − (4 − 3)/3) = 2.00
    case("a reverse target exceeded by a third", (INDICATORS, "D04", "actual", "4次"),
         indicator__D04__score="2.00", benefit_indicators__score="19.00", total__score="97.00"),
    # ≤2, 5 happened: exceeded by 150%, more than once over: 0; 20 − 3
    case("a reverse target exceeded more than once", (INDICATORS, "A06", "actual", "5次"),
         indicator__A06__score="0.00", benefit_indicators__score="17.00", total__score="95.00"),
    # 11月底前, done in December: 时限未达到不得分; 20 − 1
    case("a date missed", (INDICATORS, "C04", "actual", "12月"),
         indicator__C04__score="0.00", output_indicators__score="19.00", total__score="97.00"),
    # 部分达成 is 60–80% of 2 points = 1.2 to 1.6: 1.4 stands; 20 − 0.6
    case("a qualitative grade", (INDICATORS, "A07", "grade", "部分达成"), (INDICATORS, "A07", "graded_points", D("1.4")),
         benefit_indicators__score="19.40", total__score="97.40"),
    # the same with 2 points typed: grade or points are wrong, nobody can tell which, so 0 to 2; both totals are 优, but open
    case("points outside their grade", (INDICATORS, "A07", "grade", "部分达成"), codes="PI-012",
         benefit_indicators__score=between("18", "20"), total__score=between("96", "98"), total__grade=None),
    # B01 open between 0 and 2: 18–20
    case("an actual left blank", (INDICATORS, "B01", "actual", None), codes="PI-001",
         output_indicators__score=between("18", "20"), total__score=between("96", "98"), total__grade=None),
    # 3 of 4 done: 7 × 3/4 = 5.25
    case("a checkpoint not done", (ITEMS, "M14", "done_count", "否"), codes="SC-009",
         performance_system_execution__score="5.25", total__score="96.25"),
    # 4 of 5 counts as 0.8 of a checkpoint: 7 × (0.8 + 3)/4 = 6.65
    case("a checkpoint done in part", (ITEMS, "M11", "done_count", D(4)),
         performance_system_execution__score="6.65", total__score="97.65"),
    # of five: two done, two not, one unknown: 5 × 2/5 = 2 to 5 × 3/5 = 3
    case("a checkpoint left blank", (ITEMS, "M03", "done_count", None), codes="MG-010",
         performance_system__score=between("2", "3"), total__score=between("97", "98"), total__grade=None),
    # M06 not counted: three of four done, 5 × 3/4 = 3.75
    case("a checkpoint that does not apply", (ITEMS, "M06", "is_applicable", "否"),
         (ITEMS, "M06", "inapplicable_reason", "没有内设处室"), codes="SC-012",
         performance_system__score="3.75", total__score="98.75"),
    # 1 of 2 appraised: 2 × 1/2
    case("half of what is required", (ITEMS, "M01", "done_count", D(1)), new_project_appraisal__score="1.00", total__score="97.00"),
    # 4 − 3 × 1 = 1; five problems cannot take more than the 4 there are
    case("three problems", (ITEMS, "M02", "problem_count", D(3)), codes="MG-011", financial_compliance__score="1.00", total__score="95.00"),
    case("five problems", (ITEMS, "M02", "problem_count", D(5)), financial_compliance__score="0.00", total__score="94.00"),
    # −4, −2 and −2: 98 − 8 = 90.00 is 优; half a point less is 良
    case("exactly ninety", (ITEMS, "M02", "problem_count", D(4)), (ITEMS, "M16", "problem_count", D(2)),
         (ITEMS, "M19", "problem_count", D(2)), financial_compliance__score="0.00", procurement_compliance__score="0.00",
         asset_compliance__score="0.00", total__score="90.00", total__grade="优"),
    case("just below ninety", (ITEMS, "M02", "problem_count", D(4)), (ITEMS, "M16", "problem_count", D(2)),
         (ITEMS, "M19", "problem_count", D(2)), (ITEMS, "M18", "problem_count", D(1)), financial_compliance__score="0.00",
         procurement_compliance__score="0.00", asset_compliance__score="0.00", asset_data_quality__score="1.50",
         total__score="89.50", total__grade="良"),
    # notice of 8 March + 30 days = 7 April; signed on the 8th: 3 × 5/6 = 2.50
    case("a contract signed on day 31", (LEDGER, "办公区物业管理服务", "contract_signed_on", date(2022, 4, 8)),
         (LEDGER, "办公区物业管理服务", "contract_filed_on", date(2022, 4, 12)), codes="PC-010",
         contract_signing__score="2.50", total__score="97.50"),
    case("a contract signed on day 30", (LEDGER, "办公区物业管理服务", "contract_signed_on", date(2022, 4, 7)),
         (LEDGER, "办公区物业管理服务", "contract_filed_on", date(2022, 4, 12))),
    # signed 27 Sept; working days: 28, 29, 30 Sept, 8 and 9 Oct (worked at the weekend), 10, 11 = the 7th.
    # 12 Oct is the 8th: 1 × 5/6 = .8333 → .83
    case("a contract filed on working day 8", (LEDGER, "办公设备更新", "contract_signed_on", date(2022, 9, 27)),
         (LEDGER, "办公设备更新", "contract_filed_on", date(2022, 10, 12)), contract_filing__score="0.83", total__score="97.83"),
    case("a contract filed on working day 7", (LEDGER, "办公设备更新", "contract_signed_on", date(2022, 9, 27)),
         (LEDGER, "办公设备更新", "contract_filed_on", date(2022, 10, 11))),
    # one of six without its date: 5/6 = .83 to 1
    case("a filing date left blank", (LEDGER, "办公设备更新", "contract_filed_on", None), codes="PC-001",
         contract_filing__score=between("0.83", "1"), total__score=between("97.83", "98"), total__grade=None),
    # announced 10 Feb, 30 days before is 11 Jan; published on the 12th. Two of six are exempt: 2 × 3/4 = 1.50
    case("an intention published late", (LEDGER, "办公区物业管理服务", "intention_published_on", date(2022, 1, 12)),
         procurement_intention__score="1.50", total__score="97.50"),
    # 会议服务 left out with its reason; 公务用车定点维修 says nothing and went to a 中型: reserved
    # 42 + 5 + 28 + 9.8 + 16.5 = 101.3; 小微 10 + 9.8 + 16.5 = 36.3; 36.3/101.3 = 35.83% ÷ 60% = 59.72% → .60
    case("too little for small enterprises", (LEDGER, "办公区物业管理服务", "reserved_for_small_micro_fen", D("10.00")),
         procurement_policy__score="0.60", total__score="97.60"),
    # approved 18 Feb + 20 days = 10 March; published on the 11th: 7 of 8 points, 2 × 7/8 = 1.75
    case("published on day 21", (DISCLOSURE, "预算", "published_on", date(2022, 3, 11)), codes="MG-013",
         budget_disclosure__score="1.75", total__score="97.75"),
    case("published on day 20", (DISCLOSURE, "预算", "published_on", date(2022, 3, 10))),
    # 2 matters × (public, content, form): 5 of 6 = .8333 → .83
    case("published in a wrong form", (DISCLOSURE, "自评结果", "format_compliant", "否"),
         performance_disclosure__score="0.83", total__score="97.83"),
    # 12.50 > 12.00; in total 8.42 + 12.50 = 20.92 ≤ 26.60: 4 of 5 hold, 2 × 4/5 = 1.60
    case("“三公” over budget", (COSTS, "公务接待", "executed_fen", D("12.50")), codes="MG-015",
         three_public_control__score="1.60", total__score="97.60"),
    # 5.21 + 4.12 + 13.26 + 16.85 + 41.30 + 66.00 = 146.74 against 141.90 last year: +3.4109%, 1 − .1 × 3.4109 = .6589
    case("running costs above last year", (COSTS, "日常公用", "executed_fen", D("66.00")),
         economic_cost__score="0.66", total__score="97.66"),
    # 1600.00 ÷ 1842.36 = 86.85%: the band 75–90%, 1.5 points
    case("assets in use one band lower", (ASSETS, None, "fixed_assets_in_use_fen", D("1600.00")),
         measure__fixed_asset_utilisation="86.85%", fixed_asset_utilisation__score="1.50", total__score="97.50"),
    # 90% of 1842.36 is 1658.124: 1658.12 prints as 90.00% and is below 90% all the same
    case("assets in use just below the band", (ASSETS, None, "fixed_assets_in_use_fen", "１６５８．１２"),
         measure__fixed_asset_utilisation="90.00%", fixed_asset_utilisation__score="1.50", total__score="97.50"),
    case("assets in use just in the band", (ASSETS, None, "fixed_assets_in_use_fen", "1,658.13 "),
         measure__fixed_asset_utilisation="90.00%"),
    # paid 12.00 of 12.60: 否则不得分
    case("income paid in part", (ASSETS, None, "income_paid_fen", D("12.00")), asset_income__score="0.00", total__score="97.00"),
    case("stocktaking after the year", (ASSETS, None, "stocktaking_on", date(2023, 1, 10)), codes="SC-009",
         asset_stocktaking__score="0.00", total__score="97.00"),
    # without its document the adjustment counts: 14.64 ÷ 2213.06 = 0.66%, still in the first band
    case("a policy-driven adjustment without its document", (ADJUSTMENTS, "追加", "policy_document_number", None),
         codes="BE-018", measure__budget_constraint="0.66%"),
    # 150.00 ÷ 2213.06 = 6.78%: over 5%, 2 points; with the document it is left out and the 3 points stand
    case("a large adjustment without its document", (ADJUSTMENTS, "追加", "policy_document_number", None),
         (ADJUSTMENTS, "追加", "amount_fen", D("150.00")), measure__budget_constraint="6.78%",
         budget_constraint__score="2.00", total__score="97.00"),
    case("a large adjustment with its document", (ADJUSTMENTS, "追加", "amount_fen", D("150.00")), codes="RC-004",
         measure__budget_constraint="0.00%"),
]  # fmt: skip


@pytest.fixture(scope="module")
def example() -> Submission:
    return read_submission(EXAMPLE, forms.load_specs())


def mutated(example: Submission, changes: tuple[tuple, ...], folder: Path) -> Path:
    """The example in ``folder`` with other things typed into some cells, each found by its row's key."""
    edits: dict[str, dict[tuple[str, str], object]] = {}
    for table, key, field_id, typed in changes:
        rows = example.tables[table].rows
        (row,) = rows if key is None else [row for row in rows if row[KEY[table]] == key]
        cell = row.cell(field_id)
        assert row.values.get(field_id) != typed
        edits.setdefault(cell.file, {})[cell.sheet, cell.address] = typed
    for path in EXAMPLE.glob("*.xlsx"):
        content = path.read_bytes()
        (folder / path.name).write_bytes(patch(content, edits[path.name]) if path.name in edits else content)
    return folder


def computed(folder: Path) -> run.Assessment:
    return run.assess(run.Request(folder, beside=False), Checker(beside=False), lambda _: None)


def seen(outcome: Outcome, figure_id: str) -> object:
    """A figure as printed; open: its range, or None where it has none."""
    figure = outcome.figures[figure_id]
    if figure.value is None:
        return figure.range and tuple(figure.range)
    return figure.printed


@pytest.mark.parametrize("one", CASES, ids=lambda one: one.name)
def test_a_change_gives_what_the_hand_gives(example, one, tmp_path):
    assessed = computed(mutated(example, one.changes, tmp_path))
    expected = EXAMPLE_FIGURES | one.expected
    assert {name: seen(assessed.outcome, name) for name in expected} == expected
    codes = {finding.code for finding in assessed.findings}
    assert set(one.codes) <= codes, codes


def test_the_example_itself_gives_what_the_cases_start_from(example):
    assessed = computed(EXAMPLE)
    assert {name: seen(assessed.outcome, name) for name in EXAMPLE_FIGURES} == EXAMPLE_FIGURES


def test_every_case_moves_a_figure_but_those_at_the_edge_of_a_rule():
    still = [one.name for one in CASES if not one.expected]
    assert still == [
        "a contract signed on day 30",
        "a contract filed on working day 7",
        "published on day 20",
    ]
    assert len(CASES) - len(still) >= 20
