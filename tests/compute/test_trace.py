"""What a figure is made of: exactly the cells that matter, and a range that always holds the truth.

A year in which nearly nothing has full marks, so that hardly a cap stands between a cell and the total.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

import pytest

from pipeline.compute.score import compute
from pipeline.model import Cell, Outcome, Row, Submission

D = datetime.date
CHOICES = {
    "expenditure_kind": ("人员", "公用", "项目"), "fund_nature": ("政府性基金", "单位资金"), "fund_year": ("当年", "上年结转"),
    "level_1": ("产出指标", "满意度指标"), "grade": ("达成", "部分达成"), "direction": ("正向", "反向"),
    "matter": ("预算", "决算"), "item": ("会议", "公务接待", "公车运行"), "adjustment_kind": ("追加", "收回"),
    "procurement_method": ("公开招标", "电子卖场"), "enterprise_size": ("大型", "小型"), "procurement_kind": ("工程", "货物"),
    "intention_exemption": ("小额零星", "不可预见急需"),
}  # fmt: skip


@pytest.fixture
def imperfect(year):
    indicators, items = "indicator_results.indicators", "management.items"
    year.set(indicators, {"indicator_id": "I01"}, actual="71篇", deviation_reason="疫情", evidence="E07")
    year.set(indicators, {"indicator_id": "I03"}, actual="12")
    year.set(indicators, {"indicator_id": "I04"}, target="=5家")
    year.set(indicators, {"indicator_id": "I05"}, grade="部分达成", graded_points=Decimal(7))
    year.tables[indicators].append(
        {**year.tables[indicators][0], "indicator_id": "I06", "level_1": "满意度指标", "target": "90", "actual": "88",
         "department_points": Decimal("0.5"), "adjusted_target": "95", "adjustment_document": "某文号", "direction": "正向"}
    )  # fmt: skip
    year.set(items, {"item_id": "M01"}, done_count=1)
    year.set(items, {"item_id": "M02"}, problem_count=2)
    year.set(items, {"item_id": "M31"}, done_count=3)
    year.set(items, {"item_id": "M42"}, problem_count=1)
    year.set(items, {"item_id": "M52"}, problem_count=3)
    extra = [("M54", "数据质量", {"problem_count": 0}), ("M61", "绩效结果应用", {"done_count": False}),
             ("M62", "资产收益上缴的及时性", {"done_count": True}), ("M63", "资产盘点情况", {"done_count": False})]  # fmt: skip
    for code, name, rest in extra:
        row = {"item_id": code, "indicator_name": name, "checkpoint": "略", "is_applicable": True, **rest}
        year.tables[items].append(row)
    year.tables[items].append(
        {
            "item_id": "M60",
            "indicator_name": "绩效结果应用",
            "is_applicable": False,
            "inapplicable_reason": "没有",
        }
    )
    year.set("management.assets", {}, income_due_fen="5", income_paid_fen="5", fixed_assets_in_use_fen="600")
    year.set("management.disclosure", {"matter": "决算"}, published_on=D(2022, 12, 1), content_complete=False)
    year.set("management.three_public", {"item": "公务接待"}, executed_fen="33")
    year.set("management.three_public", {"item": "会议"}, executed_fen="10.8")
    base = year.tables["procurement.contracts"][0]
    year.tables["procurement.contracts"] += [
        {
            **base,
            "contract_signed_on": D(2022, 5, 20),
            "contract_filed_on": D(2022, 6, 20),
            "enterprise_size": "大型",
        },
        {**base, "procurement_kind": "工程", "enterprise_size": "大型", "budget_fen": "100"},
        {
            **base,
            "procurement_kind": "工程",
            "enterprise_size": "中型",
            "intention_published_on": D(2022, 3, 1),
        },
        {**base, "intention_exemption": "小额零星", "no_reservation_reason": "专属"},
    ]
    year.tables["budget_execution.adjustments"] = [
        {
            "adjustment_kind": "追加",
            "amount_fen": "200",
            "is_policy_driven": True,
            "policy_document_number": "某文号",
        },
        {"adjustment_kind": "调剂", "amount_fen": "150"},
        {"adjustment_kind": "收回", "amount_fen": "1"},
    ]
    for row in year.tables["monthly_spending.months"]:
        row["spent_fen"] = str(Decimal(row["spent_fen"]) * Decimal("0.9"))
    line = year.tables["budget_execution.expenditure"][3]
    year.tables["budget_execution.expenditure"] += [
        {**line, "executed_fen": "0", "fund_nature": "政府性基金", "low_execution_reason": "未用"},
        {
            **line,
            "project_id": None,
            "project_name": "无编码项目",
            "fund_year": "上年结转",
            "unit_code": "U2",
        },
        {**line, "project_id": "P04", "fund_nature": "单位资金", "unit_code": "U1", "task_id": "T1"},
    ]
    year.tables["basics.units"] = [
        {"unit_code": "U1", "unit_name": "甲", "is_included": False},
        {"unit_code": "U2", "unit_name": "乙", "is_included": True},
    ]
    return year


def other(field: str, value: object) -> object:
    if field in CHOICES:
        return next(choice for choice in CHOICES[field] if choice != value)
    if field == "month":
        return 12 if value != 12 else 11
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + (1_234_500 if field.endswith("_fen") else 1)
    if isinstance(value, Decimal):
        return value + Decimal("0.5")
    if isinstance(value, datetime.date):
        return value + datetime.timedelta(days=1)
    return "3" if field in ("target", "actual", "adjusted_target") else f"{value}改"


def cells_of(submission: Submission) -> Iterator[tuple[str, int, Row, str]]:
    for table_id, table in submission.tables.items():
        for at, row in enumerate(table.rows):
            for field, value in row.values.items():
                if value is not None:
                    yield table_id, at, row, field


def replaced(
    submission: Submission, table_id: str, at: int, row: Row, field: str, value: object
) -> Submission:
    table = submission.tables[table_id]
    changed = dataclasses.replace(row, values={**row.values, field: value})
    rows = (*table.rows[:at], changed, *table.rows[at + 1 :])
    return dataclasses.replace(
        submission, tables={**submission.tables, table_id: dataclasses.replace(table, rows=rows)}
    )


def users(cell: Cell, outcome: Outcome) -> set[str]:
    using: set[str] = set()
    for figure in outcome.figures.values():  # figures stand after what they are made of
        if any(part == cell if isinstance(part, Cell) else part in using for part in figure.because):
            using.add(figure.id)
    return using


def seen(outcome: Outcome, figure_id: str) -> tuple | None:
    figure = outcome.figures.get(figure_id)
    return figure and (figure.value, figure.exact, figure.range, figure.reason)


def stops(
    figure_id: str, cell: Cell, before: Outcome, after: Outcome, moved: set[str], using: set[str]
) -> bool:
    """Whether on every way from the cell to an unmoved figure something named stands still."""
    old, new = before.figures[figure_id], after.figures.get(figure_id)
    if old.active or (new and new.active):
        return True
    if cell in old.because:
        return False
    parts = [part for part in old.because if isinstance(part, str) and part in using]
    return all(part not in moved and stops(part, cell, before, after, moved, using) for part in parts)


def moved_by(before: Outcome, after: Outcome) -> set[str]:
    return {i for i in before.figures.keys() | after.figures.keys() if seen(before, i) != seen(after, i)}


def test_a_changed_cell_moves_exactly_the_figures_that_name_it(imperfect, rubric):
    submission = imperfect.submission()
    before = compute(submission, rubric)
    untraced, silent, tried = [], [], 0
    for table_id, at, row, field in cells_of(submission):
        cell, tried = row.cell(field), tried + 1
        after = compute(replaced(submission, table_id, at, row, field, other(field, row[field])), rubric)
        moved, using = moved_by(before, after), users(cell, before)
        untraced += [f"{cell} ({field}) → {i}" for i in moved - using - users(cell, after)]
        silent += [
            f"{cell} ({field}) → {i}"
            for i in using - moved
            if not stops(i, cell, before, after, moved, using)
        ]
    assert tried > 250
    assert not untraced, untraced[:10]
    assert not silent, silent[:10]


def test_a_blocked_cell_leaves_a_range_around_the_value_it_had_never_another_value(imperfect, rubric):
    submission = imperfect.submission()
    before = compute(submission, rubric)
    opened = 0
    for _, _, row, field in cells_of(submission):
        after = compute(submission, rubric, frozenset({row.cell(field)}))
        for figure in after.figures.values():
            if figure.value is None:
                assert figure.reason, figure.id
            if figure.range:
                old = before.figures[figure.id].value
                opened += 1
                assert figure.range[0] <= old <= figure.range[1], (figure.id, str(row.cell(field)))
            old = before.figures.get(figure.id)
            if (
                isinstance(figure.value, Decimal)
                and old is not None
                and not figure.id.startswith(("task.", "staff."))
            ):
                assert figure.value == old.value, (
                    figure.id,
                    str(row.cell(field)),
                )  # open, or as it was: never another
        leaves = [leaf for leaf in rubric.leaves() if after.figures[f"{leaf.id}.score"].value is None]
        assert bool(leaves) == (after.figures["total.score"].value is None)
    assert opened > 100


def test_notes_sources_and_evidence_are_never_what_a_number_is_made_of(imperfect, rubric):
    for row in imperfect.tables["budget_execution.expenditure"]:
        row |= {"note": "备注", "source": "国库月报"}
    outcome = imperfect.outcome()
    submission = imperfect.submission()
    texts = {
        row.cell(field) for table in submission.tables.values() for row in table for field in ("note", "source")
        if field in row.columns
    }  # fmt: skip
    named = {part for figure in outcome.figures.values() for part in figure.because if isinstance(part, Cell)}
    assert texts and not texts & named


def test_hardly_anything_is_capped_in_the_imperfect_year(imperfect, rubric):
    """The property above would say little if everything stood still: most leaves have lost points here."""
    figures = imperfect.outcome().figures
    lost = [leaf.id for leaf in rubric.leaves() if figures[f"{leaf.id}.lost"].value > 0]
    assert len(lost) >= 18
    assert figures["total.score"].value == sum(
        Decimal(figures[f"{leaf.id}.score"].value) for leaf in rubric.leaves()
    )
    assert Fraction(figures["total.score"].value) == figures["total.score"].exact
