"""Sentences follow from the numbers: hand-made figures with hand-written sentences, the example's own, and many changes."""

from __future__ import annotations

import functools
import tempfile
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline import messages, rules
from pipeline.errors import CannotRun
from pipeline.model import Cell, Figure, Finding, Found, Submission
from pipeline.report import sentences_money, sentences_problems, sentences_results
from pipeline.report.sentences import NO_BREAK, Sentence, Shown, Teller, with_units
from tests.build_example import EXAMPLE
from tests.departments import with_units_and_final_accounts
from tests.report.word_case import Case, case_of, changed, said, sentences

D = Decimal
RUBRIC = rules.load("440100", 2022)
WORDING = {
    "group": {
        "plain": "共{a.money}万元，{word}。",
        "clause": "有{a.money}万元[，其中{a.blank}][，另有{a.count}个]。",
        "prefix": "{@p.name}执行{@p.executed}万元",
        "list": "含{list}。",
    }
}


def figure(figure_id: str, value: object, unit: str = "", **more: object) -> Figure:
    digits = 2 if unit in ("万元", "%", "分") else 0
    exact = more.pop("exact", Fraction(value) if isinstance(value, Decimal) else None)
    return Figure(figure_id, more.pop("label", figure_id), value, unit, digits, exact, **more)


def figures(*made: Figure) -> dict[str, Figure]:
    return {one.id: one for one in made}


def teller(*made: Figure) -> Teller:
    from pipeline.report import word_data

    return Teller(figures(*made), word_data.load(word_data.WORDING))


def plain(sentence: Sentence) -> str:
    return sentence.plain.replace(NO_BREAK, "")


MADE = figures(
    figure("a.money", D("1234.50"), "万元"), figure("a.blank", ""), figure("a.count", D(3), "个"),
    figure("p.1.name", "甲项目"), figure("p.1.executed", D("2.00"), "万元"),
    figure("a.open", None, "万元", range=(D("1.00"), D("2.00"))), figure("a.unknown", None, "万元"),
)  # fmt: skip


# patterns


def test_a_pattern_shows_figures_as_printed_and_binds_units():
    told = Teller(MADE, WORDING).say("group.plain", word="完")
    assert told.plain == f"共1,234.50{NO_BREAK}万元，完。"
    assert told.pieces[1] == Shown("a.money", "a.money", "1,234.50", "万元")
    assert told.ids == {"a.money"}


def test_a_clause_falls_away_where_something_in_it_was_not_filled():
    told = Teller(MADE, WORDING).say("group.clause")
    assert plain(told) == "有1,234.50万元，另有3个。"
    assert told.ids == {"a.money", "a.blank", "a.count"}, "what was left out decided, too"


def test_prefixes_and_lists():
    tell = Teller(MADE, WORDING)
    one = tell.say("group.prefix", "p.1")
    assert plain(one) == "甲项目执行2.00万元"
    assert plain(tell.say("group.list", list=tell.listed([one, one], "；"))) == (
        "含甲项目执行2.00万元；甲项目执行2.00万元。"
    )


@pytest.mark.parametrize(
    ("key", "what"),
    [("group.bad", "a.nothing"), ("group.free", "nothing"), ("group.none", "none"), ("none.key", "none")],
)
def test_a_wording_that_asks_for_what_there_is_not_is_told_with_its_file(key, what):
    tell = Teller(MADE, {"group": {"bad": "{a.nothing}", "free": "{nothing}"}})
    with pytest.raises(CannotRun) as stop:
        tell.say(key)
    assert stop.value.file == "input_templates/word/wording.yaml"
    assert f"“{key}”" in str(stop.value) and f"“{what}”" in str(stop.value)


def test_what_is_open_is_told_with_its_range_and_only_once():
    tell = Teller(MADE, {"g": {"one": "支出{a.open}万元", "two": "支出{a.unknown}万元。", "all": "{list}。"}})
    one = tell.say("g.one")
    assert plain(one) == "支出待定（1.00–2.00万元）"
    assert plain(tell.say("g.all", list=one)) == "支出待定（1.00–2.00万元）。"
    assert plain(tell.say("g.two")) == "支出待定。"
    percent = Shown("a.rate", "", "0.00–50.00", "%", True, True)
    assert Sentence(with_units((percent, "。"))).plain == "待定（0.00–50.00%）。"


# hand-made departments


def months(rates: dict[int, Fraction | None]) -> list[Figure]:
    made = []
    for month, rate in rates.items():
        value = None if rate is None else D(f"{float(rate) * 100:.2f}")
        made.append(figure(f"month.{month}.rate", value, "%", exact=rate))
        made.append(
            figure(f"month.{month}.schedule", D(f"{month / 12 * 100:.2f}"), "%", exact=Fraction(month, 12))
        )
    return made


def months_said(rates: dict[int, Fraction | None]) -> list[str]:
    tell = teller(*months(rates))
    return [plain(one) for one in sentences_money._months(tell, RUBRIC)]


def test_months_are_judged_by_exact_rates_and_the_last_is_the_years():
    level = {month: Fraction(month, 12) for month in range(1, 12)}
    assert months_said({**level, 12: Fraction(9, 10)}) == ["从各月看，累计执行率均不低于序时进度。"]
    # 24.999…% prints as 25.00% and is behind all the same
    behind = {**level, 3: Fraction(1, 4) - Fraction(1, 10**7), 12: Fraction(1)}
    assert months_said(behind) == ["从各月看，累计执行率低于序时进度的有：3月25.00%（序时进度25.00%）。"]


def test_a_month_without_data_is_neither_ahead_nor_behind():
    assert months_said({1: Fraction(1, 2), 2: None, 3: Fraction(1, 10)}) == [
        "从各月看，累计执行率低于序时进度的有：3月10.00%（序时进度25.00%）。", "2月的累计执行率待定。",
    ]  # fmt: skip
    assert months_said({1: Fraction(1, 2), 2: None}) == ["2月的累计执行率待定。"]
    assert months_said({}) == []


def monitored(rate: Fraction, project: Fraction) -> list[str]:
    tell = teller(
        figure("monitor.executed", D("50.00"), "万元"), figure("monitor.budget", D("100.00"), "万元"),
        figure("monitor.execution_rate", D("50.00"), "%", exact=rate),
        figure("monitor.project_executed", D("5.00"), "万元"), figure("monitor.project_budget", D("10.00"), "万元"),
        figure("monitor.project_execution_rate", D("50.00"), "%", exact=project),
        figure("month.6.schedule", D("50.00"), "%", exact=Fraction(1, 2)),
    )  # fmt: skip
    return [plain(one) for paragraph in sentences_money.management(tell, 6) for one in paragraph]


def test_monitoring_names_month_denominator_and_where_it_stands():
    first, second = monitored(Fraction(1, 2), Fraction(49, 100))
    assert first == (
        "年中绩效运行监控：1–6月部门总支出50.00万元，以6月当期预算数100.00万元为分母，执行率50.00%，同期序时进度50.00%，与序时进度一致。"
    )
    assert second.endswith("执行率50.00%，慢于序时进度。")
    assert monitored(Fraction(51, 100), Fraction(1))[0].endswith("快于序时进度。")


def indicator(
    key: str, met: int | None, rate: Fraction | None, operator: str = ">=", **texts: str
) -> list[Figure]:
    parts = {
        "level_3": f"指标{key}",
        "target": "≥10次",
        "actual": "9次",
        "deviation_reason": "",
        "division": "甲处",
        **texts,
    }
    prefix = f"indicator.{key}"
    shown = None if rate is None else D(f"{float(rate) * 100:.2f}")
    return [
        *(figure(f"{prefix}.{part}", text) for part, text in parts.items()),
        figure(f"{prefix}.completion_rate", "" if shown is None else shown, "%", exact=rate),
        figure(
            f"{prefix}.met", None if met is None else D(met), reason="完成值没有填" if met is None else None,
            parameters={"比较": operator}, range=(D(0), D(1)) if met is None else None,
        ),
    ]  # fmt: skip


def judged(*made: list[Figure]) -> list[str]:
    flat = [one for each in made for one in each]
    keys = [one.id.removesuffix(".met") for one in flat if one.id.endswith(".met")]
    return [plain(one) for one in sentences_results.judged(teller(*flat), keys, RUBRIC)]


def test_indicators_that_fell_short_overshot_or_cannot_be_told():
    assert judged(
        indicator("A", 1, Fraction(1)),
        indicator("B", 0, Fraction(9, 10), deviation_reason="场地没有落实。"),
        indicator("C", 1, Fraction(13, 10), actual="13次"),
        indicator("D", None, None),
    ) == [
        "未达到指标值的：“指标B”（指标值≥10次，完成值9次，完成率90.00%，原因：场地没有落实）。",
        "完成值明显高于指标值的：“指标C”（指标值≥10次，完成值13次，完成率130.00%）。",
        "是否达到还不能判断的：“指标D”（完成值没有填）。",
    ]
    assert judged(indicator("A", 1, Fraction(1))) == []


@pytest.mark.parametrize(
    ("rate", "operator", "is_over"),
    [
        (Fraction(13, 10), ">=", True), (Fraction(13, 10) - Fraction(1, 10**9), ">=", False),
        (Fraction(2), "<=", False), (Fraction(2), "between", False),
    ],
)  # fmt: skip
def test_overshooting_begins_at_the_rubrics_rate_and_only_where_more_is_better(rate, operator, is_over):
    tell = teller(*indicator("A", 1, rate, operator))
    assert sentences_results.is_over(tell, "indicator.A", RUBRIC) is is_over


def test_a_project_is_slow_below_the_rubrics_rate_exactly():
    for rate, slow in ((Fraction(9, 10), False), (Fraction(9, 10) - Fraction(1, 10**9), True)):
        tell = teller(figure("project.P.execution_rate", D("90.00"), "%", exact=rate))
        assert sentences_results.is_slow(tell, "project.P", RUBRIC) is slow


def test_costs_above_their_budgets_are_named():
    def costs(*pairs: tuple[str, str, str]) -> list[str]:
        made = []
        for name, budget, executed in pairs:
            made.append(figure(f"cost.{name}.budget", D(budget), "万元", label=f"{name}预算数"))
            made.append(figure(f"cost.{name}.executed", D(executed), "万元"))
        return [plain(one) for one in sentences_money._costs(teller(*made))]

    assert costs(("甲", "5.00", "5.00"), ("乙", "1.00", "1.01")) == [
        "“三公”经费和成本项目中，支出超过预算的有：乙（预算1.00万元，支出1.01万元）。"
    ]
    assert costs(("甲", "5.00", "5.00")) == ["“三公”经费和成本项目的支出均未超过预算。"]
    assert costs() == []


# the example


@pytest.fixture(scope="module")
def example() -> Case:
    return case_of(EXAMPLE)


EXPECTED = (
    "内设机构5个：办公室、接待处、信息调研处、经济协作处、信访协调处。",
    "年末在职31人，编制33名。",
    "驻京公务服务保障，由接待处牵头，对应项目支出预算134.85万元，绩效指标8个。",
    "年初计划：按期编发周刊和专报。",
    "资金性质全部为一般公共预算。",
    "从各月看，累计执行率均不低于序时进度。",
    "“三公”经费和成本项目的支出均未超过预算。",
    "年中绩效运行监控：1–7月部门总支出1,374.53万元，以7月当期预算数2,213.06万元为分母，执行率62.11%，同期序时进度58.33%，快于序时进度。",
    "同期项目支出198.85万元，以项目支出当期预算数355.98万元为分母，执行率55.86%，慢于序时进度。",
    "部门整体支出绩效自评满分100分，得98.00分，等级为优。",
    "其中：履职效能50分，得50.00分；管理效率50分，得48.00分。",
    "“绩效管理制度建设”分值5分，得3.00分，扣2.00分：已完成的检查点比例60.00%。",
    "扣分原因：各处室的绩效职责还没有写进制度，工作主要由财务人员承担；评价结果运用办法在征求意见，年内没有印发。",
    "重点工作任务绩效指标31个，达到指标值31个，指标完成率100.00%。",
    "绩效指标8个，达到指标值8个；按部门分值计14.00分，得14.00分。",
    "驻京工作保障经费全年预算数134.85万元，执行数129.82万元，项目执行率96.27%。",
    "项目支出绩效自评得99.63分，等级为优。",
    "扣分：预算执行率0.37分。",
)


@pytest.mark.parametrize("sentence", EXPECTED)
def test_the_examples_sentences(example, sentence):
    assert sentence in said(example).split("\n")


def test_the_halves_name_their_aspects(example):
    text = said(example)
    assert (
        "管理效率从预算编制、预算执行、信息公开、绩效管理、采购管理、资产管理、运行成本等方面评价，其中绩效管理扣2.00分，其余方面得满分。"
        in text
    )
    assert (
        "履职效能从部门整体绩效目标产出指标完成情况、部门整体绩效目标效益指标完成情况、部门预算资金支出率等方面评价，各方面均得满分。"
        in text
    )


def test_the_rule_is_told_in_the_rubrics_words(example):
    words = " ".join(RUBRIC.node("performance_system").words.split()).rstrip("。")
    assert f"评分标准：{words}。" in said(example)


def test_what_the_office_wrote_itself_is_not_proposed_again(example):
    tell = Teller(example.outcome.figures, teller()._wording)
    assert sentences_problems.causes(tell, example.rubric, example.submission) == []
    (problem,) = sentences_problems.written_problems(tell, example.submission)
    assert problem[0].plain == "内部绩效管理制度还不完整，业务处室参与不够。" and problem[0].typed
    (measure,) = sentences_problems.written_measures(tell, example.submission)
    assert "".join(one.plain for one in measure) == (
        "修订绩效管理办法，明确各处室的指标责任人和报送时点。（责任处室：办公室，时限：2023年6月底前）"
    )


# other submissions


def cells(file: str, sheet: str, key: str, column: str, keyed: str) -> str:
    """The address in the column ``column`` of the row whose column ``keyed`` says ``key``, by their headers."""
    rows = list(openpyxl.load_workbook(EXAMPLE / file)[sheet].iter_rows())
    heads = next(row for row in rows if keyed in [cell.value for cell in row])
    at = {cell.value: cell.column - 1 for cell in heads if cell.value}
    (row,) = [row for row in rows if row[at[keyed]].value == key]
    return row[at[column]].coordinate


PROBLEMS = ("1_基本情况.xlsx", "问题与措施")
ITEMS = ("5_管理事项.xlsx", "事项")
NO_PROBLEM = {PROBLEMS: {f"{letter}5": None for letter in "ABCDEFGH"}}


def test_without_an_officers_words_each_loss_gets_its_problem_and_its_measure(tmp_path):
    text = said(case_of(changed(tmp_path / "in", NO_PROBLEM)))
    assert (
        "“绩效管理制度建设”扣2.00分：各处室的绩效职责还没有写进制度，工作主要由财务人员承担；评价结果运用办法在征求意见，年内没有印发。"
        in text
    )
    assert "补齐“绩效管理制度建设”中尚未完成的事项：明确各处室绩效职责的规定、有评价结果运用的办法。" in text


def test_points_lost_in_several_places(tmp_path):
    book = "5_管理事项.xlsx"
    problems = openpyxl.load_workbook(EXAMPLE / book)["事项"]
    heads = {
        cell.value: cell.column_letter
        for row in problems.iter_rows()
        for cell in row
        if cell.value == "问题数"
    }
    row = next(
        cell.row
        for line in problems.iter_rows()
        for cell in line
        if cell.value == "审计、巡察和财会监督查出的问题"
    )
    changes = {
        ITEMS: {f"{heads['问题数']}{row}": D(2)},
        ("2_预算执行.xlsx", "支出"): {"G7": D("100.00")},
        ("4_绩效指标_信息调研处.xlsx", "指标"): {"J5": "60篇"},
    }
    text = said(case_of(changed(tmp_path / "in", changes)))
    assert "“财务管理合规性”分值4分，得2.00分，扣2.00分：问题数2个。" in text
    assert "对“财务管理合规性”查出的问题逐项整改，查明原因，健全制度，防止再次发生。" in text
    # 2 × 60 ÷ 71 = 1.69
    assert "“部门整体绩效目标产出指标完成情况”分值20分，得19.69分，扣0.31分" in text
    assert "“部门整体绩效目标产出指标完成情况”扣0.31分：“政务专送篇数”没有达到指标值。" in text
    assert (
        "由信息调研处分析“政务专送篇数”没有达到指标值的原因，改进工作安排；目标与实际不符的，按程序调整。"
        in text
    )
    assert "未达到指标值的：“政务专送篇数”（指标值≥71篇，完成值60篇，完成率84.51%）。" in text
    # 100 ÷ 134.85 = 74.16%, below the 90% of the rubric
    assert "驻京工作保障经费全年预算数134.85万元，执行数100.00万元，项目执行率74.16%。" in text
    assert "资金支出偏慢，执行率低于评分规则要求说明原因的标准。\n没有填写执行率偏低的原因。" in text
    assert "驻京工作保障经费全年预算数134.85万元，执行数100.00万元，项目执行率74.16%，资金支出偏慢。" in text
    assert "加快“驻京工作保障经费”的支出进度，逐月核对支出计划；确实不能执行的，及时调剂或交回。" in text
    # 100 − 2 − 2 − 0.31
    assert "部门整体支出绩效自评满分100分，得95.69分，等级为优。" in text


def test_no_loss_and_no_problem_is_one_line_each(tmp_path):
    rows = openpyxl.load_workbook(EXAMPLE / ITEMS[0])[ITEMS[1]]
    done = {
        f"F{cell.row}": "是"
        for line in rows.iter_rows()
        for cell in line
        if cell.value in ("明确各处室绩效职责的规定", "有评价结果运用的办法")
    }
    case = case_of(changed(tmp_path / "in", {**NO_PROBLEM, ITEMS: done}))
    text = said(case)
    assert "得100.00分，等级为优。" in text and "各项指标均得满分，没有扣分。" in text
    assert "自评没有扣分，核查没有发现需要整改的问题。" in text and "没有需要采取的改进措施。" in text
    assert "还有" not in text and "扣分原因" not in text


def test_an_undetermined_submission_says_so_everywhere(tmp_path):
    changes = {
        ("3_月度支出.xlsx", "月度"): {"D8": None},
        ("2_预算执行.xlsx", "支出"): {"G8": "三十万"},
    }
    text = said(case_of(changed(tmp_path / "in", changes)))
    assert "部门整体支出绩效自评满分100分，得待定（" in text and "等级为待定" in text
    assert "项目支出全年预算数355.98万元，执行数待定" in text
    assert "政策信息调研经费全年预算数68.40万元，执行数待定，项目执行率待定。" in text
    assert "4月、5月、6月、7月、8月、9月、10月、11月的累计执行率待定。" in text
    assert "的得分还不能确定：" in text and "所需的数据，重新计分。" in text
    assert "待定（待定" not in text and "None" not in text


def test_an_empty_submission_gives_one_line_a_section_and_no_error():
    from pipeline.compute.score import compute

    rubric, nothing = RUBRIC, Submission("", (), {})
    case = Case(
        compute(nothing, rubric, project_rubric=rules.load("440100", 2022, "project")), nothing, rubric
    )
    text = said(case)
    for line in (
        "没有填报年度重点工作任务。", "没有填报重点工作任务，不能按任务分析。", "没有项目支出。", "本节没有填报内容。",
    ):  # fmt: skip
        assert line in text
    assert "None" not in text and "待定" in text


def finding(code: str, file: str, cell: str = "G7") -> Finding:
    return Finding(code, (Found(Cell(file, "支出", cell), "140.50"),) if file else (), {})


def causes(example: Case, found: list[Finding], waived: dict | None = None) -> list[tuple[str, str]]:
    tell = Teller(example.outcome.figures, teller()._wording)
    told = sentences_problems.causes(tell, RUBRIC, example.submission, found, waived)
    return [(plain(one.problem), plain(one.measure)) for one in told]


def test_units_of_a_department_are_those_it_takes_in(tmp_path):
    for name, content in with_units_and_final_accounts().items():
        (tmp_path / name).write_bytes(content)
    text = said(case_of(tmp_path))
    assert "纳入本次自评的预算单位2个：本级、服务中心。" in text and "原信息站" not in text
    assert (
        "各单位自身的收支（未抵销单位之间的拨款）：本级全年预算数2,227.70万元，执行数2,219.83万元，执行率99.65%；"
        "服务中心全年预算数12.00万元，执行数12.00万元，执行率100.00%。"
    ) in text
    assert "单位之间的拨款已抵销：预算12.00万元，执行12.00万元。" in text
    assert (
        "按资金性质分：一般公共预算全年预算数2,215.70万元，执行数2,207.83万元；单位资金全年预算数12.00万元，执行数12.00万元。"
    ) in text


def test_findings_are_told_once_a_form_by_their_codes_and_not_by_amounts(example):
    found = [
        finding("BE-014", "2_预算执行.xlsx"), finding("BE-001", "2_预算执行.xlsx", "G8"),
        finding("BE-014", "2_预算执行.xlsx", "G9"), finding("TP-001", ""),
    ]  # fmt: skip
    assert causes(example, found) == [
        (
            "《2_预算执行》的填报数据有待核实、更正（核查规则BE-001、BE-014），各处见《核查报告》。",
            "逐条核实、更正《2_预算执行》的填报数据，重新计算后再行报送。",
        ),
        (
            "填报材料的填报数据有待核实、更正（核查规则TP-001），各处见《核查报告》。",
            "逐条核实、更正填报材料的填报数据，重新计算后再行报送。",
        ),
    ]


def test_explained_findings_and_mere_notes_are_no_problems(example):
    assert causes(example, [finding("BE-014", "2_预算执行.xlsx")], {0: {"reason": "属实"}}) == []
    (note,) = [code for code, one in messages.load_catalogue().items() if one.severity == "info"][:1]
    assert causes(example, [finding(note, "2_预算执行.xlsx")]) == []


# an officer's own texts


def test_texts_go_to_their_sections_and_unknown_ones_to_the_end_of_achievements(tmp_path):
    from pipeline.report import word_context

    changes = {
        ("1_基本情况.xlsx", "文字材料"): {
            "A5": "（一）部门 概况", "B5": "第一段。\n\n第二段：“原样”，90%。", "A7": "党建工作", "B7": "支部学习12次",
            "A8": "存在的问题", "B8": "内部审计不够。", "A9": "P99实际完成情况",
        }
    }  # fmt: skip
    context = word_context.context(case_of(changed(tmp_path / "in", changes)))
    texts = [[one.plain for one in line] for line in context["overview"]]
    assert texts[:2] == [["第一段。"], ["第二段：“原样”，90%。"]]
    assert [[one.plain for one in line] for line in context["problem_texts"]] == [["内部审计不够。"]]
    titles = [told.title[0].plain for told in context["other_texts"]]
    assert titles == ["党建工作", "P99实际完成情况"]
    assert context["other_texts"][0].lines[0][0].plain == "支部学习12次"


# the property: one input cell, and only the sentences whose figures depend on it

CHANGES = {
    ("2_预算执行.xlsx", "支出"): [f"{column}{row}" for column in "EFG" for row in range(5, 11)],
    ("3_月度支出.xlsx", "月度"): [f"{column}{row}" for column in "BCDE" for row in range(5, 17)],
    ("4_绩效指标_接待处.xlsx", "指标"): [f"J{row}" for row in range(5, 13)],
    ("5_管理事项.xlsx", "三公与成本"): [f"{column}{row}" for column in "BCD" for row in range(5, 15)],
    ("1_基本情况.xlsx", "人员"): ["B5", "B6"],
    ("1_基本情况.xlsx", "重点工作"): ["B6", "D6"],
}
PLACES = [(place, cell) for place, listed in CHANGES.items() for cell in listed]


@functools.cache
def base() -> tuple[Case, Counter]:
    case = case_of(EXAMPLE)
    return case, Counter((one.plain, one.ids, one.typed) for one in sentences(case))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(PLACES), st.sampled_from([D("0"), D("7.77"), D("90"), D("2000.01"), "无", None]))
def test_one_changed_cell_changes_no_sentence_but_those_whose_figures_depend_on_it(where, value):
    (place, cell), (before, old) = where, base()
    with tempfile.TemporaryDirectory() as folder:
        after = case_of(changed(Path(folder) / "in", {place: {cell: value}}))
    moved = {
        figure_id
        for figure_id in before.outcome.figures.keys() | after.outcome.figures.keys()
        if before.outcome.figures.get(figure_id) != after.outcome.figures.get(figure_id)
    }
    new = Counter((one.plain, one.ids, one.typed) for one in sentences(after))
    typed_before = {row.usable("plan") for row in before.submission.table("basics.tasks")}
    for text, ids, is_typed in (new - old) + (old - new):
        if is_typed:
            assert place[0] == "1_基本情况.xlsx" or any(text in str(one) for one in typed_before), text
        else:
            assert ids & moved, (place, cell, value, text)
