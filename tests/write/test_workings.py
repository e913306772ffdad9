"""The workings: every number a live formula, and an independent calculator comes to the same."""

from __future__ import annotations

import dataclasses
import datetime
import re
import zipfile
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pytest

from pipeline import forms, rules
from pipeline.compute.formulas import FORMULAS
from pipeline.compute.score import compute
from pipeline.model import Cell, Citation, Normalisation, Outcome, Submission
from pipeline.model_rubric import Band, Overshoot, Rubric, Step
from pipeline.money import round_half_up
from pipeline.write import workings, workings_checks, workings_formulas, workings_records
from pipeline.write.workings_book import literal, plus, runs
from tests.compute.conftest import Draft, contract, done, indicator, project
from tests.write import calculator

D = datetime.date


@pytest.fixture(scope="module")
def rubric() -> Rubric:
    return rules.load("440100", 2022)


def built(submission: Submission, outcome: Outcome, rubric: Rubric, **more: object) -> tuple[bytes, object]:
    found = {"findings": [], "reconciliations": []} | {
        k: more.pop(k) for k in ("findings", "reconciliations") if k in more
    }
    begun = workings.begin(
        submission, outcome, rubric, forms.load_specs(), **{"trial_line": "试算稿：3 项"} | more
    )
    return begun.finish(**found), begun.book


def numeric(outcome: Outcome) -> set[str]:
    return {figure_id for figure_id, figure in outcome.figures.items() if isinstance(figure.value, Decimal)}


def live_cells(content: bytes) -> set[str]:
    return {f"{sheet}!{address}" for sheet, address in calculator.formula_cells(content)}


def hard(draft: Draft) -> Draft:
    """A year in which most rules bite: misses, ties, exemptions, holidays, refunds, adjustments, other units."""
    tables = draft.tables
    tables["basics.units"] = [
        {"unit_code": "001", "unit_name": "本级", "is_included": True},
        {"unit_code": "002", "unit_name": "撤销单位", "is_included": False, "exclusion_reason": "已撤销"},
    ]
    lines = tables["budget_execution.expenditure"]
    for line in lines:
        line["unit_code"] = "001"
    lines += [
        project(
            "P01",
            "驻京工作保障经费",
            "10.125",
            "0.005",
            fund_nature="政府性基金",
            unit_code="001",
            task_id="T1",
        ),
        project("P03", "上年结转项目", "7", "6.665", fund_year="上年结转", unit_code="001"),
        project(
            "P04",
            "自有资金项目",
            "9",
            "3",
            fund_nature="单位资金",
            unit_code="001",
            low_execution_reason="未到期",
        ),
        project("P05", "撤销单位项目", "500", "400", unit_code="002"),
    ]
    tables["budget_execution.adjustments"] = [
        {
            "adjustment_kind": "追加",
            "amount_fen": "100.5",
            "is_policy_driven": True,
            "policy_document_number": "某文1号",
        },
        {"adjustment_kind": "追减", "amount_fen": "-60", "is_policy_driven": False},
        {"adjustment_kind": "调剂", "amount_fen": "55.35", "is_policy_driven": None},
        {"adjustment_kind": "收回", "amount_fen": "3", "is_policy_driven": None},
    ]
    months = tables["monthly_spending.months"]
    months[4]["spent_fen"], months[4]["project_spent_fen"] = "-3.10", "-1"
    tables["indicator_results.indicators"] = [
        indicator("I01", "产出指标", "政务专送", "≥80篇", "71篇", "4"),
        indicator("I02", "产出指标", "汇编时间", "12月底前", "2023-01-30", "2"),
        indicator("I03", "成本指标", "会议成本", "≤10", "13.5", "4", measure_unit="万元"),
        indicator("I04", "产出指标", "编制数量", "=42", "50", "4"),
        indicator("I06", "产出指标", "等于未达", "=40", "30", "2.5"),
        indicator("I07", "产出指标", "区间", "10-20", "25", "1.5"),
        indicator("I08", "产出指标", "区间内", "10-20", "12", "2"),
        indicator("I09", "效益指标", "企业落地", "≥4家", "3家", "9.999"),
        indicator("I10", "满意度指标", "满意率", "≥95%", "0.9", "5"),
        indicator(
            "I11",
            "满意度指标",
            "满意度",
            "达到预期",
            "基本达到",
            "5.001",
            grade="部分达成",
            graded_points=Decimal("3.5"),
        ),
        indicator("I12", "效益指标", "不计分", "≥1", "2", "0"),
    ]
    tables["indicator_results.indicators"][-1]["department_points"] = None
    for row in tables["management.items"]:
        if row["indicator_name"] == "绩效管理制度执行":
            row.update(required_count=7, done_count=3)
        if row["indicator_name"] == "新增预算入库项目事前绩效评估":
            row.update(required_count=3, done_count=2)
        if row["indicator_name"] in ("财务管理合规性", "数据质量"):
            row["problem_count"] = 3
    tables["management.items"] += [
        done("M54", "资产管理合规性", "又一处", problem_count=5),
        done("M60", "资产收益上缴的及时性", "按时", done_count=True),
        done("M61", "预决算公开合规性", "另查", problem_count=2),
        {
            "item_id": "M70",
            "indicator_name": "采购内控制度建设",
            "checkpoint": "不适用项",
            "is_applicable": False,
            "inapplicable_reason": "无",
        },
        done("M71", "采购内控制度建设", "三项制度", required_count=3, done_count=1),
    ]
    for row in tables["management.disclosure"]:
        row.update(content_complete=row["matter"] != "决算", format_compliant=None)
    tables["management.disclosure"][0]["published_on"] = D(2022, 3, 3)
    tables["management.three_public"][0]["executed_fen"] = "12.5"
    tables["management.three_public"][3]["executed_fen"] = "30.2"
    tables["management.assets"][0].update(
        fixed_assets_in_use_fen="637.5", income_due_fen="5", income_paid_fen="5", stocktaking_on=D(2023, 1, 3)
    )
    tables["procurement.contracts"] += [
        contract(
            "春节前签",
            contract_signed_on=D(2022, 1, 28),
            contract_filed_on=D(2022, 2, 14),
            award_notice_on=D(2022, 1, 3),
        ),
        contract(
            "国庆前签",
            contract_signed_on=D(2022, 9, 30),
            contract_filed_on=D(2022, 10, 14),
            award_notice_on=D(2022, 8, 31),
            enterprise_size="大型",
        ),
        contract(
            "十日后签",
            contract_signed_on=D(2022, 6, 1),
            contract_filed_on=D(2022, 6, 20),
            enterprise_size="大型",
        ),
        contract(
            "工程",
            procurement_kind="工程",
            enterprise_size="中型",
            reserved_for_sme_fen="5",
            announced_on=D(2022, 3, 2),
        ),
        contract("标明", is_reserved_for_sme=True, reserved_for_small_micro_fen="4", budget_fen="33.33"),
        contract(
            "不预留",
            no_reservation_reason="技术复杂",
            intention_exemption="小额零星",
            intention_published_on=None,
        ),
    ]
    return draft


def test_every_number_of_the_year_stands_there_as_a_live_formula(rubric: Rubric):
    draft = Draft(rubric)
    outcome = draft.outcome()
    content, book = built(draft.submission(), outcome, rubric)
    assert book.static == []
    assert numeric(outcome) <= set(book.refs)
    live = live_cells(content)
    weights = {f"{leaf.id}.weight" for leaf in rubric.leaves()}  # what the rubric gives is no formula
    dead = {
        figure_id
        for place, figure_id in book.cells.items()
        if figure_id in numeric(outcome) and place not in live
    }
    assert dead == weights


def test_a_hard_year_has_live_formulas_too(rubric: Rubric):
    draft = hard(Draft(rubric))
    outcome = draft.outcome()
    assert outcome.figures["total.score"].value is not None, outcome.figures["total.score"].reason
    _, book = built(draft.submission(), outcome, rubric)
    assert book.static == []
    assert numeric(outcome) <= set(book.refs)


@pytest.mark.office
@pytest.mark.parametrize("change", [None, hard])
def test_an_independent_calculator_agrees_with_every_formula(
    rubric: Rubric, change: Callable[[Draft], Draft] | None, tmp_path: Path
):
    draft = Draft(rubric)
    draft = change(draft) if change else draft
    content, _ = built(draft.submission(), draft.outcome(), rubric, reconciliations=RELATIONS)
    assert len(calculator.formula_cells(content)) > 400
    assert calculator.disagreements(content, tmp_path) == []


@pytest.mark.office
def test_a_planted_wrong_value_is_caught(rubric: Rubric, tmp_path: Path):
    draft = Draft(rubric)
    content, book = built(draft.submission(), draft.outcome(), rubric)
    sheet, address = next(place for place, figure in book.cells.items() if figure == "total.score").split("!")
    wrong = planted(content, sheet, address, b"99")
    assert calculator.disagreements(wrong, tmp_path) == [f"{(sheet, address)}: 99 != 98"]


@pytest.mark.office
def test_a_wrong_figure_of_the_program_is_caught(rubric: Rubric, tmp_path: Path):
    """Were compute wrong, the formulas would say so: a leaf's points changed by hand."""
    draft = Draft(rubric)
    figures = dict(draft.outcome().figures)
    leaf = figures["performance_system.score"]
    figures[leaf.id] = dataclasses.replace(leaf, value=Decimal("4.00"), exact=Fraction(4))
    content, book = built(draft.submission(), Outcome(figures), rubric)
    sheet, address = next(place for place, figure in book.cells.items() if figure == leaf.id).split("!")
    assert f"{(sheet, address)}: 4.0 != 3" in calculator.disagreements(content, tmp_path)


def planted(content: bytes, sheet: str, address: str, new: bytes) -> bytes:
    """The workbook with another cached value in one cell."""
    names = openpyxl.load_workbook(BytesIO(content)).sheetnames
    part = f"xl/worksheets/sheet{names.index(sheet) + 1}.xml"
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == part:
                pattern = rb'(<c r="%s"[^>]*><f>[^<]*</f><v>)[^<]*</v>' % address.encode()
                data, count = re.subn(pattern, rb"\g<1>%s</v>" % new, data)
                assert count == 1
            target.writestr(name, data)
    return out.getvalue()


def shown(content: bytes, sheet: str) -> list[tuple]:
    return list(openpyxl.load_workbook(BytesIO(content), data_only=True)[sheet].iter_rows(values_only=True))


def test_what_cannot_be_known_is_said_and_no_sum_hides_it(rubric: Rubric):
    draft = Draft(rubric)
    draft.tables["procurement.contracts"][0]["contract_filed_on"] = None
    draft.tables["monthly_spending.months"][5]["spent_fen"] = None
    outcome = draft.outcome()
    content, book = built(draft.submission(), outcome, rubric)
    assert book.static == []
    rows = shown(content, "评分")
    total = next(row for row in rows if row[0] == "总分")
    ends = outcome.figures["total.score"].range
    assert total[6] == f"待定 {ends[0]}–{ends[1]}"
    filing = next(row for row in rows if row[2] == "合同备案时效性")
    assert filing[6] == "待定 0.50–1.00" and "未填写" in filing[9]
    assert next(row for row in shown(content, "月度进度") if row[0] == 7)[3] == "待定"


@pytest.mark.office
def test_an_undetermined_year_agrees_as_well(rubric: Rubric, tmp_path: Path):
    draft = hard(Draft(rubric))
    draft.tables["procurement.contracts"][0]["contract_filed_on"] = None
    draft.tables["monthly_spending.months"][5]["spent_fen"] = None
    draft.tables["indicator_results.indicators"][0]["actual"] = None
    draft.tables["basics.department"][0]["active_months"] = (3, 12)
    content, book = built(draft.submission(), draft.outcome(), rubric)
    assert book.static == []
    assert calculator.disagreements(content, tmp_path) == []


def with_steps(rubric: Rubric, leaf_id: str, *steps: Step, **rule: object) -> Rubric:
    """The rubric with another rule for one leaf."""

    def changed(node):
        if node.id == leaf_id:
            return dataclasses.replace(
                node, rule=dataclasses.replace(node.rule, steps=steps or node.rule.steps, **rule)
            )
        return dataclasses.replace(node, children=tuple(changed(child) for child in node.children))

    return dataclasses.replace(rubric, nodes=tuple(changed(node) for node in rubric.nodes))


@pytest.mark.office
def test_rules_of_other_rubrics_agree_too(rubric: Rubric, tmp_path: Path):
    """either_or, redistribute, drop, reduce, per-point deduction: kinds the one rubric does not use."""
    per_point = {
        "threshold": Fraction(1, 100),
        "side": "above",
        "unit": Fraction(1, 1000),
        "points": Fraction(1, 5),
        "steps": "started",
        "floor": Fraction(0),
    }
    rate = Step("execution_rate", {"scope": "annual"}, "ratio_capped", {"target": Fraction(1)})
    adjustment = {"kinds": ("追加", "追减", "调剂"), "exclude_policy_driven": True}
    other = with_steps(
        rubric, "budget_constraint", Step("adjustment_rate", adjustment, "deduct_per_point", per_point), rate
    )
    other = with_steps(other, "asset_income", not_applicable="redistribute")
    other = with_steps(other, "financial_compliance", not_applicable="drop")
    reduce = Overshoot("reduce", Fraction(11, 10), None)
    for leaf in ("output_indicators", "benefit_indicators"):
        other = with_steps(other, leaf, overshoot=reduce)
    draft = Draft(other)
    for row in draft.tables["management.items"]:
        if row["indicator_name"] == "财务管理合规性":
            row.update(is_applicable=False, inapplicable_reason="新设部门")
    outcome = draft.outcome()
    assert outcome.figures["total.weight"].value == 96 and outcome.figures["total.score"].value is not None
    content, book = built(draft.submission(), outcome, other)
    assert book.static == []
    assert calculator.disagreements(content, tmp_path) == []


HALF, TENTH = Fraction(1, 2), Fraction(1, 10)
BANDS = (
    Band(None, False, Fraction(1, 20), True, Fraction(3), ""),
    Band(Fraction(1, 20), False, TENTH, False, Fraction(2), ""),
    Band(TENTH, True, None, False, Fraction(1, 3), ""),
)
KINDS = [
    ("ratio_capped", {"target": Fraction(4)}), ("ratio_capped", {"target": Fraction(0)}), ("reverse_linear", {"target": Fraction(4)}),
    ("reverse_linear", {"target": Fraction(0)}), ("reverse_inverse", {"target": Fraction(4)}), ("bands", {"bands": BANDS}),
    *[("equal", {"target": target, "above": above}) for target in (Fraction(4), Fraction(0)) for above in ("full", "zero", "deviation")],
    *[
        ("deduct_per_point", {"threshold": Fraction(1, 20), "side": side, "unit": Fraction(1, 100), "points": Fraction(2, 5), "steps": steps, "floor": HALF})
        for side in ("above", "below")
        for steps in ("whole", "started", "proportional")
    ],
    ("count_deduct", {"points": HALF, "free": 1, "floor": Fraction(1)}), ("period_progress", {}), ("manual", {}),
]  # fmt: skip
ACTUALS = [Fraction(n, 100) for n in (0, 3, 5, 7, 8, 9, 10, 11, 50, 99, 100, 101)] + [
    Fraction(n) for n in (2, 3, 4, 5, 6, 8, 9)
]


@pytest.mark.office
def test_every_kind_of_formula_gives_the_programs_points(tmp_path: Path):
    """Each kind at its boundaries: the spreadsheet's formula against the compute stage's function."""
    weight = Fraction(3)
    book = openpyxl.Workbook()
    page = book.active
    expected = []
    for formula, parameters in KINDS:
        for actual in ACTUALS:
            if formula == "manual" and actual > weight:
                continue
            row = page.max_row + 1
            page[f"A{row}"], page[f"B{row}"] = float(actual), float(weight)
            page[f"C{row}"] = (
                "=ROUND(" + workings_formulas.points(formula, f"A{row}", f"B{row}", parameters) + ",6)"
            )
            points = FORMULAS[formula](weight, actual, **parameters).points
            expected.append((formula, parameters, actual, f"C{row}", float(round_half_up(points, 6))))
    for share, items, each in ((Fraction(3, 5), 5, None), (Fraction(3, 5), 5, HALF), (Fraction(1), 9, HALF)):
        row = page.max_row + 1
        page[f"A{row}"], page[f"B{row}"] = float(share), float(weight)
        page[f"C{row}"] = "=" + workings_formulas.points(
            "checklist", f"A{row}", f"B{row}", {"points_per_item": each}, items
        )
        points = FORMULAS["checklist"](weight, share, items, points_per_item=each).points
        expected.append(("checklist", items, share, f"C{row}", float(points)))
    stream = BytesIO()
    book.save(stream)
    found = calculator.recalculated(stream.getvalue(), tmp_path)
    assert len(expected) > 300
    wrong = [one for one in expected if abs((found["Sheet", one[3]] or 0) - one[4]) > 1e-6]
    assert wrong == []


def test_a_kind_without_a_formula_has_none():
    assert workings_formulas.points("unheard_of", "A1", "B1", {}) is None


RELATIONS = [
    SimpleNamespace(
        label="合计", left_label="甲", left=Decimal("1.5"), right_label="乙", right=Decimal("1.4"), unit="万元", relation="=",
        tolerance=Decimal("0.01"), holds=False, reason="", because=(Cell("a.xlsx", "表", "B2"),) * 4,
        citation=Citation("x", "assumed"),
    ),
    SimpleNamespace(
        label="不大于", left_label="甲", left=Decimal("1"), right_label="乙", right=Decimal("2"), unit="万元", relation="<=",
        tolerance=Decimal(0), holds=True, reason="", because=(), citation=Citation("x", "assumed"),
    ),
    SimpleNamespace(
        label="未知", left_label="甲", left=None, right_label="乙", right=Decimal("2"), unit="万元", relation="=",
        tolerance=Decimal(0), holds=None, reason="缺 3 月", because=(), citation=Citation("x", "assumed"),
    ),
]  # fmt: skip


def test_records_sources_and_relations_are_all_there(rubric: Rubric):
    draft = Draft(rubric)
    finding = {
        "code": "BE-014", "severity": "critical", "blocks": "nothing", "file": "2_预算执行.xlsx", "sheet": "支出", "cell": "E18",
        "found": "=1+1", "expected": "x", "message": "BE-014 《2_预算执行》支出!E18：执行数大于预算数。",
        "waived": {"reason": "=1+1", "by": "甲", "approved_by": "乙", "date": "2023-01-15"},
    }  # fmt: skip
    content, _ = built(
        draft.submission(), draft.outcome(), rubric, findings=[finding], reconciliations=RELATIONS,
        source_titles={"working_values": "暂用分值"},
    )  # fmt: skip
    found = shown(content, "发现问题")[3]
    assert found[:7] == ("BE-014", "必须改", "2_预算执行.xlsx", "支出", "E18", "=1+1", "x")
    assert found[8] == "已核准说明：=1+1（提出人 甲，批准人 乙，2023-01-15）"
    assert ("发现问题", "F4") not in calculator.formula_cells(content)
    lines = shown(content, "勾稽关系")[3:]
    assert [line[8] for line in lines] == ["不符", "相符", "未判断"]
    assert (lines[0][5], lines[0][9]) == (0.1, "《a》表!B2、《a》表!B2、《a》表!B2 等 4 处") and lines[2][
        10
    ] == "缺 3 月"
    kinds = [row[0] for row in shown(content, "规则来源")[3:]]
    assert kinds.count("分值") == len(list(rubric.walk())) and kinds.count("评分规则") == len(rubric.leaves())
    assert kinds.count("设置") == len(rubric.settings)
    assert any(row[3] == "暂定" and row[4] == "暂用分值" for row in shown(content, "规则来源"))
    assert any("试算稿：3 项" in row for row in shown(content, "说明"))


def test_only_readings_that_a_score_depends_on_are_listed(rubric: Rubric):
    draft = Draft(rubric)
    submission = draft.submission()
    scored = draft.cell("monthly_spending.months", 0, "spent_fen")
    idle = draft.cell("basics.department", 0, "phone")
    readings = tuple(
        Normalisation(cell, field, "１８５.２０ ", "185.20", ("full_width", "blanks"))
        for cell, field in ((scored, "spent_fen"), (idle, "phone"))
    )
    submission = dataclasses.replace(submission, normalisations=readings)
    content, _ = built(submission, draft.outcome(), rubric)
    assert [row[:7] for row in shown(content, "数据规整")[3:]] == [
        (
            "3_月度支出.xlsx",
            "months",
            scored.address,
            "当月支出",
            "１８５.２０ ",
            "185.20",
            "全角转半角、去空格",
        )
    ]
    assert scored in workings_records.scored_cells(draft.outcome())
    content, _ = built(draft.submission(), draft.outcome(), rubric)
    assert shown(content, "数据规整")[3][0] == "影响得分的单元格都没有做过规整。"


def test_the_copies_say_where_each_record_stands(rubric: Rubric):
    draft = Draft(rubric)
    draft.tables["budget_execution.expenditure"][2]["project_name"] = '=HYPERLINK("x")'
    content, _ = built(draft.submission(), draft.outcome(), rubric)
    rows = shown(content, "填_支出")
    assert rows[2][:4] == ("文件", "工作表", "行", "支出类型")
    assert (
        rows[5][:3] == ("2_预算执行.xlsx", "expenditure", 7)
        and '=HYPERLINK("x")' in rows[5]
        and 134.85 in rows[5]
    )
    assert all(sheet != "填_支出" for sheet, _ in calculator.formula_cells(content))
    assert "填_项目月度" not in openpyxl.load_workbook(BytesIO(content)).sheetnames


def test_the_workbook_is_plain_and_the_same_every_time(rubric: Rubric):
    draft = hard(Draft(rubric))
    outcome = draft.outcome()
    content, _ = built(draft.submission(), outcome, rubric)
    assert content == built(draft.submission(), outcome, rubric)[0]
    with zipfile.ZipFile(BytesIO(content)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    text = b"".join(parts.values())
    assert b"_xlfn" not in text and b"IFERROR" not in text and b't="array"' not in text
    assert not any("externalLink" in name or "vbaProject" in name for name in parts)
    chart = parts["xl/charts/chart1.xml"].decode("utf-8")
    assert "<c:lineChart>" in chart
    assert "'月度进度'!$E$4:$E$15" in chart and "'月度进度'!$F$4:$F$15" in chart
    begun = workings.begin(draft.submission(), outcome, rubric, forms.load_specs(), "试算稿：3 项")
    cells = dict(begun.cells)
    assert begun.finish([], []) == content and begun.cells == cells  # what findings add places no figure
    assert cells["评分!G39"] == "total.score" and set(cells.values()) <= set(outcome.figures)


def test_months_stand_in_their_rows_with_the_numbers_of_the_year(rubric: Rubric):
    draft = Draft(rubric)
    content, book = built(draft.submission(), draft.outcome(), rubric)
    july = shown(content, "月度进度")[9]
    assert july[0] == 7 and july[3] == pytest.approx(1374.53) and (july[4], july[11]) == (0.6211, 0.5586)
    assert book.cells["月度进度!E10"] == "month.7.rate"
    formulas = openpyxl.load_workbook(BytesIO(content))["月度进度"]
    assert formulas["D10"].value == "=D9+C10" and formulas["E10"].value == "=ROUND(D10/B10,4)"
    assert formulas["F10"].value == "=(A10-0)/12" and formulas["G10"].value == "=D10/B10/F10"


def test_a_long_list_of_references_stays_within_a_functions_arguments():
    refs = [f"'填_支出'!H{row}" for row in range(4, 2000, 2)]
    formula = plus(refs)
    assert len(re.findall("SUM", formula)) == 1 + -(-len(refs) // 200) or formula.count(",") < 255
    depth = most = 0
    counts = [0]
    for sign in formula:  # arguments at every level of nesting
        if sign == "(":
            depth, counts = depth + 1, [*counts, 1]
        elif sign == ")":
            most, counts = max(most, counts[-1]), counts[:-1]
        elif sign == ",":
            counts[-1] += 1
    assert most <= 255
    assert runs(["'a'!B2", "'a'!B3", "'a'!B4", "'b'!B5", "'b'!C6"]) == ["'a'!B2:B4", "'b'!B5", "'b'!C6"]
    assert literal(Decimal("0.50")) == "0.5" and literal(Fraction(100)) == "100"


def test_working_days_in_the_workings_are_those_of_the_program():
    from pipeline.compute.working_days import working_days

    start = D(2022, 9, 20)
    for after in range(40):
        end = start + datetime.timedelta(days=after)
        assert workings_checks.CALENDAR.working_days(start, end) == working_days(start, end)
    assert workings_checks.CALENDAR.working_days(D(2090, 1, 1), D(2090, 2, 1)) is None


def test_blocked_cells_leave_their_figures_open(rubric: Rubric):
    draft = Draft(rubric)
    cell = draft.cell("budget_execution.expenditure", 0, "executed_fen")
    outcome = compute(draft.submission(), rubric, frozenset({cell}))
    content, book = built(draft.submission(), outcome, rubric)
    assert book.static == []
    annual = next(row for row in shown(content, "执行率") if row[0] == "全年")
    assert annual[4] == "待定" and annual[5] == "待定" and "须先改正" in annual[6]
