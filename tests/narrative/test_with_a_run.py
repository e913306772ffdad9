"""A produced and edited report against its run: what agrees, what disagrees and where the right number comes from, what is unknown."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import narrating
from tests.narrative.documents import F, document
from tests.narrative.runs import run_folder

#: the report as produced: every figure in its control; the officer's own words without
PRODUCED: tuple[tuple | str, ...] = (
    "2022年度某市档案馆部门整体支出绩效自评报告",
    "一、基本情况",
    "（一）概况",
    "我馆内设办公室、保管科、利用科和编研科4个科室。2022年是规划（2021-2025）的第二年。",
    ("年末在职 ", F("staff.in_post", "31"), "\u00a0人。全年接待查档者 3200 余人次。"),
    "（二）重点任务",
    "1、推进档案数字化。整理档案 12600 卷。",
    "2、改善查档服务。",
    "（三）收支",
    ("2022年，我馆全年预算 ", F("annual.annual_budget", "2,000.00"), "\u00a0万元，全年支出 ", F("annual.executed", "1,900.00"),
     "\u00a0万元，完成预算的 ", F("annual.execution_rate", "95.00%"), "。"),
    ("其中项目支出预算 ", F("kind.project.annual_budget", "500.00"), "\u00a0万元，支出 ", F("kind.project.executed", "450.00"),
     "\u00a0万元，执行率 ", F("kind.project.execution_rate", "90.00%"), "。"),
    ("对1-7月支出进行了监控。截至7月31日，部门累计支出 ", F("month.7.cumulative", "1,080.00"), "\u00a0万元，为当期预算 ",
     F("month.7.budget", "1,800.00"), "\u00a0万元的 ", F("month.7.rate", "60.00%"), "。"),
    "二、评价分析",
    "（一）结论",
    ("从管理效能和履职效能两个方面进行自评，自评得分 ", F("total.score", "96.50"), "\u00a0分，等级为", F("total.grade", "优"), "。"),
    ("管理效能得分 ", F("management_efficiency.score", "47.50"), "\u00a0分。履职效能得分 ", F("duty_effectiveness.score", "49.00"), "\u00a0分。"),
    "（二）各项任务完成情况",
    "数字化方面，如期完成。服务方面，群众认可。",
    "（三）项目支出",
    ("档案数字化项目预算 ", F("project.P01.annual_budget", "134.50"), "\u00a0万元，支出 ", F("project.P01.executed", "121.05"),
     "\u00a0万元，完成预算的 ", F("project.P01.execution_rate", "90.00%"), "。"),
    "三、存在的问题",
    "一是预算编制不够细；二是执行不够均衡。",
    "四、改进措施",
    "2023年6月30日前完善制度。",
)  # fmt: skip


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return run_folder(tmp_path / "2022_某市档案馆")


def edited(*edits: tuple[str, str], source: tuple = PRODUCED) -> bytes:
    """The report with pieces of text replaced, each exactly once; a control keeps its tag."""
    paragraphs = [list(each) if isinstance(each, tuple) else [each] for each in source]
    for old, new in edits:
        places = [
            (row, at) for row, parts in enumerate(paragraphs) for at, part in enumerate(parts)
            if old in (part.text if isinstance(part, F) else part)
        ]  # fmt: skip
        assert len(places) == 1, (old, places)
        row, at = places[0]
        part = paragraphs[row][at]
        paragraphs[row][at] = (
            F(part.tag, part.text.replace(old, new)) if isinstance(part, F) else part.replace(old, new)
        )
    return document(*(tuple(parts) for parts in paragraphs))


def checked(tmp_path: Path, run: Path, content: bytes) -> narrating.Checked:
    path = tmp_path / "自评报告.docx"
    path.write_bytes(content)
    return narrating.check(path, run, "zh")


def told(result: narrating.Checked) -> list[tuple[str, str, str, str]]:
    return [(one["code"], one["cell"], one["found"], one["expected"]) for one in result.records]


def test_a_report_as_produced_agrees_in_every_number(tmp_path, run):
    result = checked(tmp_path, run, document(*PRODUCED))
    assert told(result) == []
    assert result.exit_code == 0
    agreed = [(one.text, one.figure) for one in result.matched.agreed]
    controls = [part for each in PRODUCED if isinstance(each, tuple) for part in each if isinstance(part, F)]
    assert [one for one in agreed if one[1] != "indicator.A01.actual"] == [
        (part.text, part.tag) for part in controls
    ]
    # the officer's own numbers: one is what an indicator reached, the others are no figures, and not accused
    assert ("12600卷", "indicator.A01.actual") in agreed
    assert [(one.place, one.text) for one in result.matched.unknown] == [
        ("第4段第1句", "利用科和编研科4个"), ("第5段第2句", "全年接待查档者3200余人次"),
        ("第15段第1句", "从管理效能和履职效能两个"),
    ]  # fmt: skip


def test_a_changed_number_names_figure_label_and_cell(tmp_path, run):
    result = checked(tmp_path, run, edited(("121.05", "112.05")))
    assert told(result) == [("NA-040", "第20段第1句", "112.05", "121.05")]
    assert (
        "“档案数字化项目全年执行数”写的是 112.05，结果是 121.05（project.P01.executed，来自 《2_预算执行》支出!G7；"
        in result.records[0]["message"]
    )
    assert result.exit_code == 1


@pytest.mark.parametrize(
    ("sentence", "found", "expected", "figure"),
    [
        ("档案数字化项目支出 112.05 万元。", "112.05万元", "121.05万元", "project.P01.executed"),
        ("档案数字化项目支出 1120500 元。", "1120500元", "121.05万元", "project.P01.executed"),
        ("档案数字化项目执行率为 91%。", "91%", "90.00%", "project.P01.execution_rate"),
        ("部门整体支出 1,909.00 万元。", "1,909.00万元", "1,900.00万元", "annual.executed"),
        ("管理效能自评得分 49 分。", "49分", "47.50分", "management_efficiency.score"),
        ("截至7月底，部门支出进度为 61.11%。", "61.11%", "60.00%", "month.7.rate"),
    ],
)
def test_a_number_outside_the_controls_is_held_against_what_its_words_name(
    tmp_path, run, sentence, found, expected, figure
):
    result = checked(tmp_path, run, document("2022年度自评报告", sentence))
    assert told(result) == [("NA-041", "第2段第1句", found, expected)]
    assert figure in result.records[0]["message"]


@pytest.mark.parametrize(
    "sentence",
    ["档案数字化项目支出 121.05 万元。", "档案数字化项目支出 1210500 元。", "档案数字化项目支出 0.012105 亿元。", "档案数字化项目支出约 120 万元。", "档案数字化项目执行率为 90%。",
     "管理效能自评得分 47.5 分。", "部门整体支出 1900 万元。", "截至7月底，部门支出进度为 60%。"],
)  # fmt: skip
def test_units_convert_and_printed_precision_is_enough(tmp_path, run, sentence):
    result = checked(tmp_path, run, document("2022年度自评报告", sentence))
    assert told(result) == []
    assert len(result.matched.agreed) == 1 and result.matched.unknown == []


def test_what_is_not_plainly_named_is_not_accused(tmp_path, run):
    text = "上年支出 1,700.00 万元。其他项目支出 77.00 万元。签约 1.5 亿元，走访 32 家。"
    result = checked(tmp_path, run, document("2022年度自评报告", text))
    assert told(result) == []
    assert len(result.matched.unknown) == 4


def test_an_unknown_figure_and_a_number_that_is_gone(tmp_path, run):
    content = document(
        ("项目得分 ", F("project.P09.score", "9"), " 分，总分 ", F("total.score", "")),
        ("支出", F("annual.executed", "很多"), "。"),
    )
    assert told(checked(tmp_path, run, content)) == [
        ("NA-042", "第1段第1句", "9", ""), ("NA-043", "第1段第1句", "", "96.50"), ("NA-043", "第2段第1句", "很多", "1,900.00"),
    ]  # fmt: skip


def test_a_rate_of_the_run_that_only_lacks_its_denominator_is_a_note(tmp_path, run):
    content = document(
        "2022年度部门整体支出绩效自评报告",
        "年度支出预算 2,000.00 万元。",
        "截至7月底，部门总支出 1,080.00 万元，进度为 60.00%。",
    )
    assert told(checked(tmp_path, run, content)) == [("NA-044", "第3段第1句", "60.00%", "1800.00万元")]


def test_edited_texts_of_figures_are_the_persons(tmp_path, run):
    result = checked(tmp_path, run, document((F("basics.name", "档案馆（本级）"), "支出正常。")))
    assert told(result) == [] and [one.text for one in result.matched.unknown] == ["档案馆（本级）"]


#: twenty edits of different kinds in the produced report, and what each must raise
EDITS = (
    ("4个科室", "5个科室", "NA-016", "第4段第1句"),
    ("第二年", "第三年", "NA-020", "第4段第2句"),
    ("接待查档者 3200 余人次", "接待查档者 3500 余人次", "", ""),
    ("截至7月31日", "截至7月30日", "NA-021", "第12段第2句"),
    ("31", "13", "NA-040", "第5段第1句"),
    ("1,900.00", "1,909.00", "NA-040", "第10段第1句"),
    ("500.00", "550.00", "NA-040", "第11段第1句"),
    ("60.00%", "66.00%", "NA-040", "第12段第2句"),
    ("（二）各项任务", "（三）各项任务", "NA-018", "第17段第1句"),
    ("优", "良", "", ""),
    ("49.00", "94.00", "NA-040", "第16段第2句"),
    ("履职效能两个方面", "履职效能三个方面", "NA-016", "第15段第1句"),
    ("134.50", "143.50", "NA-040", "第20段第1句"),
    ("三、存在", "二、存在", "NA-017", "第21段第1句"),
    ("二是执行", "三是执行", "NA-018", "第22段第1句"),
    ("6月30日前", "6月31日前", "NA-019", "第24段第1句"),
)  # fmt: skip
MORE = (
    ("设备 300 万元、软件 260 万元，合计 650 万元。", "NA-008"),
    ("档案数字化项目支出 211.05 万元。", "NA-041"),
    ("30+30+29.99=89.97 万元。", "NA-010"),
    ("查档窗口计划 40 个，其中综合窗口 55 个。", "NA-009"),
    ("管理效率从五个方面进行自评。", "NA-024"),
    ("会议费支出 44 万元，比上年增加 4 万元，增长 9%。", "NA-006"),
    ("设备采购预算 80 万元，支出 60 万元，执行率 85%。", "NA-001"),
)


def test_planted_edits_are_all_found_and_nothing_else(tmp_path, run):
    source = (*PRODUCED, *(sentence for sentence, _ in MORE))
    result = checked(tmp_path, run, edited(*((old, new) for old, new, _, _ in EDITS), source=source))
    expected = {(code, place) for _, _, code, place in EDITS if code}
    expected |= {(code, f"第{len(PRODUCED) + number}段第1句") for number, (_, code) in enumerate(MORE, 1)}
    seen = [(one["code"], one["cell"]) for one in result.records]
    assert set(seen) - expected == set()
    assert expected - set(seen) == set()
    assert len(seen) == len(expected) >= 20


def test_what_an_indicator_reached_is_a_number_too(tmp_path, run):
    def of(text: str) -> list:
        return told(checked(tmp_path, run, document(("实际", F("indicator.A01.actual", text), "。"))))

    assert of("整理档案12600卷") == of("已整理档案 12600 卷") == []
    assert of("整理档案 16200 卷") == [("NA-040", "第1段第1句", "整理档案16200卷", "整理档案 12600 卷")]
