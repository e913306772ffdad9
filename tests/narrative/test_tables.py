"""Tables in a report, Word's and those of text: rates, scores and totals of their rows."""

from __future__ import annotations

import pytest

from pipeline.narrative import judge, read
from tests.narrative.documents import document, table

HEAD = ("项目名称", "预算数（万元）", "执行数（万元）", "执行率", "备注")


def found(content: bytes) -> list[tuple[str, str, str, str]]:
    name = "r.docx" if content[:2] == b"PK" else "r.txt"
    return [
        (one.code, one.place, one.found, one.expected)
        for one in judge.judge(read.report_of(content, name))[0]
    ]


def test_a_rate_that_does_not_follow_from_its_row():
    rows = (HEAD, ("甲", "200.00", "150.00", "75.00%", ""), ("乙", "1,000.00", "990.00", "90.00%", ""))
    assert found(document("报告", table(*rows))) == [("NA-001", "表1第3行第4格第1句", "90.00%", "99.00%")]


def test_either_of_two_budgets_may_be_meant():
    head = ("项目", "年初预算数", "全年预算数", "全年执行数", "执行率")
    assert (
        found(
            document(
                "报告", table(head, ("甲", "100", "200", "150", "75%"), ("乙", "100", "200", "90", "90%"))
            )
        )
        == []
    )


def test_a_total_against_its_rows_and_a_score_against_its_weight():
    rows = (
        HEAD,
        ("甲", "200.00", "150.00", "75%", ""),
        ("乙", "100.00", "50.00", "50%", ""),
        ("合计", "310.00", "200.00", "64.52%", ""),
    )
    assert found(document("报告", table(*rows))) == [("NA-008", "表1第4行第2格第1句", "310.00", "300.00")]
    scores = (("指标", "分值", "自评得分"), ("产出", "50", "52"), ("效益", "30", "28"))
    assert found(document("报告", table(*scores))) == [("NA-014", "表1第2行第3格第1句", "52", "≤50")]


@pytest.mark.parametrize(
    "rows",
    [
        (
            HEAD,
            ("甲", "200", "150", "75%", ""),
            ("其中：乙", "100", "50", "50%", ""),
            ("合计", "200", "150", "75%", ""),
        ),
        (HEAD, ("甲", "0.00", "0.00", "0.00%", ""), ("乙", "—", "—", "—", "")),
        (HEAD, ("甲", "300", "200", "66.67", ""), ("乙", "300", "200", "67%", "")),
        (("指标", "目标值", "完成值", "完成率"), ("培训人数", "100人", "95人", "95%")),
        (("月份", "1月", "2月"), ("执行率", "8.33%", "16.67%")),
        (HEAD, ("标题合并的一行",), ("甲", "200", "150", "75%", "")),
    ],
)
def test_rows_that_agree_or_cannot_be_told(rows):
    assert found(document("报告", table(*rows))) == []


def test_a_table_in_text():
    text = "专项情况\n项目名称 | 预算金额(万元) | 实际支出(万元) | 资金使用率 |\n甲 | 850 | 830 | 97.6% |\n乙 | 620 | 600 | 86.8% |\n说明如下。"
    assert found(text.encode()) == [("NA-001", "第4段第1句", "86.8%", "96.77%")]
