"""Each code of a filled form checked alone: one change of a clean table raises it at its cell, and the clean one does not."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import yaml

from pipeline import filled_forms
from pipeline.check.session import Checker
from pipeline.write.patch import patch
from tests.published import writing

SHEET = "项目支出绩效自评表"
CLEAN = {
    "id": "clean", "year": 2022, "unit": "万元",
    "funds": [
        {"row": "年度资金总额", "initial": "200", "budget": "200", "executed": "195.5", "weight": "10", "rate": "97.75%", "score": "9.78"},
        {"row": "其中：当年财政拨款", "initial": "150", "budget": "150", "executed": "145.5", "weight": "—", "rate": "97.00%", "score": "—"},
        {"row": "上年结转资金", "initial": "50", "budget": "50", "executed": "50", "weight": "—", "rate": "100.00%", "score": "—"},
        {"row": "其他资金", "initial": "—", "budget": "—", "executed": "—", "weight": "—", "rate": None, "score": "—"},
    ],
    "indicators": [
        ["产出指标", "数量指标", "修缮房屋间数", "≥40间", "42间", "20", "20", None],
        ["产出指标", "质量指标", "验收合格率", "≥98%", "100%", "20", "20", None],
        ["产出指标", "成本指标", "项目总成本", "≤200万元", "195.5万元", "10", "10", None],
        ["效益指标", "社会效益指标", "受益户数", "≥300户", "288户", "15", "14.4", "部分住户外迁，已补登"],
        ["效益指标", "社会效益指标", "居住条件", "明显改善", "明显改善", "15", "15", None],
        ["满意度指标", "服务对象满意度指标", "住户满意度", "≥90%", "95%", "10", "10", None],
    ],
    "published_total": {"weight": "100", "score": "99.18", "grade": "优"},
    "check": {"expect": []},
}  # fmt: skip


def fund(row: int, **values: str | None) -> Callable[[dict], None]:
    return lambda case: case["funds"][row].update(values)


def row(number: int, **values: str | None) -> Callable[[dict], None]:
    return lambda case: case["rows"][number - 1].update(values)


def total(**values: str | None) -> Callable[[dict], None]:
    return lambda case: case["published_total"].update(values)


def said(**values: object) -> Callable[[dict], None]:
    return lambda case: case["check"].update(values)


def each(*changes: Callable[[dict], None]) -> Callable[[dict], None]:
    def change(case: dict) -> None:
        for one in changes:
            one(case)

    return change


def reasons(case: dict) -> None:
    for one in case["rows"][:3]:
        one.update(actual="30间", score="9", reason="受客观因素影响没有完成")


def exact(case: dict) -> None:
    for number, one in enumerate(case["rows"], 1):
        one.update(
            target=f"≥{10 + number}项",
            actual=f"{10 + number}项",
            score=one["weight"],
            level_3=f"完成事项{number}",
            reason=None,
        )
    case["published_total"]["score"] = "99.78"


#: code -> the change, where the finding stands, and a part of its sentence
CHANGES: Mapping[str, tuple[Callable[[dict], None], str, str]] = {
    "OF-014": (row(1, score="满分"), "row1.score", "“得分”应当是数字，填的是“满分”"),
    "OF-015": (said(goal="在2021年底前完成房屋修缮40间。"), "goal", "年度目标写的年度是 2021，本表是 2022 年度"),
    "OF-016": (fund(0, rate="99.75%"), "money.rate", "195.50 ÷ 200.00 = 97.75%"),
    "OF-017": (fund(0, score="10"), "money.score", "10 × 97.75% = 9.775"),
    "OF-018": (fund(2, budget="40", executed="40"), "money.budget", "总额为 200.00，各行之和为 190.00，相差 10.00"),
    "OF-019": (fund(1, initial="150.3", budget="150.3"), "money.budget", "相差 0.30"),
    "OF-021": (each(fund(0, budget="190", initial="190"), fund(1, budget="140", initial="140")), "money.executed", "超出 5.50万元，年初与全年预算数相同"),
    "OF-022": (each(fund(0, initial=None), fund(3, initial=None)), "money.initial", "没有填年初预算数"),
    "OF-023": (each(*(fund(at, budget=None, executed=None, rate=None if at else "97.75%") for at in range(4))), "money.budget", "全年预算数、全年执行数空着"),
    "OF-024": (fund(0, rate="97.75"), "money.rate", "写作“97.75”，没有写百分号"),
    "OF-025": (each(fund(0, initial="300"), fund(1, initial="250")), "money.budget", "变动 -33.33%"),
    "OF-026": (each(fund(0, initial="180"), fund(1, initial="130")), "money.budget", "（11.11%），没有写明原因"),
    "OF-027": (fund(0, executed="1955000", rate=None, score=None), "money.executed", "相差约一万倍"),
    "OF-028": (each(fund(0, executed="150", rate="75.00%", score="7.5"), fund(1, executed="100", rate="66.67%"), row(1, actual="20间", score="10", reason="房屋产权不清，已协调"), row(2, score="12", reason="未验收，正在整改"), row(5, score="8", reason="改善有限，继续修缮"), row(6, actual="70%", score="7.78", reason="住户有意见，已上门")), "money.rate", "执行率 75.00%，低于 90.00%"),
    "OF-029": (each(fund(0, executed="150", rate="75.00%", score="7.5"), fund(1, executed="100", rate="66.67%")), "money.rate", "执行率只有 75.00%"),
    "OF-030": (row(1, weight="15", score="15"), "total.weight", "分值印为 100，各项分值合计为 95"),
    "OF-031": (each(*(row(at, level_1="产出指标（40分）") for at in (1, 2, 3))), "row1.level_1", "各指标分值合计 50"),
    "OF-032": (each(row(1, weight="10", score="10"), row(6, weight="20", score="20")), "row1.level_1", "产出为 40 而不是 50；满意度为 20 而不是 10"),
    "OF-033": (row(4, actual=None, score="5"), "row4.actual", "1 项计分的指标没有填实际完成值"),
    "OF-034": (total(score="98.18"), "total.score", "“总分”印为 98.18，各项得分合计为 99.18"),
    "OF-035": (row(1, score="21"), "row1.score", "得分 21.00 不在 0 与分值 20.00 之间"),
    "OF-036": (row(2, score=None), "row2.score", "有分值的 1 项没有填得分"),
    "OF-037": (row(1, actual="36间"), "row1.score", "没有达到指标值，按比例为 18 分，却得了满分 20.00"),
    "OF-038": (row(4, score="14.8"), "row4.score", "按完成比例为 14.4"),
    "OF-039": (row(1, score="18"), "row1.score", "已经达到，却只得 18.00 分"),
    "OF-040": (row(5, score="12"), "row5.score", "没有写明偏差原因和改进措施，定性指标扣分也要写明理由"),
    "OF-041": (row(1, actual="完成"), "row1.actual", "完成值“完成”不是数字"),
    "OF-042": (row(1, actual="≥40间"), "row1.actual", "照抄了指标值的符号（如“≥40间”）"),
    "OF-043": (reasons, "row2.reason", "3 项指标的偏差原因完全相同"),
    "OF-044": (said(goal="简要说明项目的目标（100字以内）"), "goal", "还是表样的提示文字"),
    "OF-045": (row(5, target="居住条件", actual="完成"), "row5.target", "只是重复指标名称"),
    "OF-046": (exact, "row1.actual", "6 项指标的完成值都恰好等于指标值"),
    "OF-047": (row(1, actual="60间"), "row1.actual", "的 150.00%，达到 130% 以上"),
    "OF-048": (row(3, target="≤300万元"), "row3.target", "成本上限高于全年预算数 200万元 三成以上"),
    "OF-049": (total(grade="良"), "total.grade", "填为“良”，总分 99.18 应为“优”"),
    "OF-050": (row(3, target="≤200万"), "row3.target", "单位写法不一致（≤200万、195.5万元）"),
    "OF-051": (each(*(row(at, score=str(float(w) ** 2 / 100)) for at, w in ((1, 20), (2, 20), (3, 10), (4, 15), (5, 15), (6, 10)))), "row1.score", "6 项指标的得分都等于分值再乘一次权重"),
    "OF-053": (lambda case: case["rows"].append({"level_1": "满意度指标", "level_2": "服务对象满意度指标", "level_3": "指标2：", "target": None}), "row7.level_3", "有 1 行只有名称没有内容（指标2：）"),
}  # fmt: skip


def filled(change: Callable[[dict], None] | None = None) -> dict:
    case = writing.shaped(copy.deepcopy(CLEAN))
    if change:
        change(case)
    return case


def checked(path: Path) -> tuple[Mapping, ...]:
    with Checker(beside=False) as checker:
        found = filled_forms.find(path, None, None)
        return filled_forms.check(found, None, None, "zh", checker, lambda step: None).records


def records(tmp_path: Path, content: bytes) -> tuple[Mapping, ...]:
    path = tmp_path / "自评表.xlsx"
    path.write_bytes(content)
    return checked(path)


def test_the_clean_table_raises_nothing(tmp_path: Path):
    assert records(tmp_path, writing.fill_national(filled())[0]) == ()
    plain = records(tmp_path, writing.fill_plain(filled())[0])
    assert [record["code"] for record in plain] == ["OF-010"]


@pytest.mark.parametrize("code", CHANGES)
@pytest.mark.parametrize("fill", [writing.fill_national, writing.fill_plain])
def test_a_change_raises_its_code_at_its_cell(code: str, fill: Callable, tmp_path: Path):
    change, place, words = CHANGES[code]
    content, places = fill(filled(change))
    raised = [record for record in records(tmp_path, content) if record["code"] == code]
    assert len(raised) == 1, [record["message"] for record in records(tmp_path, content)]
    assert places[place] in [cell["cell"] for cell in raised[0]["cells"]], (places[place], raised[0]["cells"])
    sheet = SHEET if fill is writing.fill_national else "Sheet1"
    assert {cell["sheet"] for cell in raised[0]["cells"]} == {sheet}
    if fill is writing.fill_national:
        assert words in raised[0]["message"], raised[0]["message"]


def test_a_part_above_its_total_where_it_is_the_only_one(tmp_path: Path):
    case = filled(each(fund(1, budget="220", executed="195.5", initial="200", rate=None)))
    case["funds"] = case["funds"][:2]
    content, places = writing.fill_plain(case)
    (only,) = [record for record in records(tmp_path, content) if record["code"] != "OF-010"]
    assert (only["code"], only["cell"]) == ("OF-020", places["part1.budget"])
    assert "“其中：当年财政拨款”全年预算数为 220，大于总额 200（万元）" in only["message"]
    case["funds"][1].update(budget="180")
    codes = {record["code"] for record in records(tmp_path, writing.fill_plain(case)[0])}
    assert codes == {"OF-010", "OF-021"}, "180 of 200 is no fault of the part under 其中"


def test_an_empty_form_is_told_so_and_nothing_else(tmp_path: Path):
    blank = next(writing.NATIONAL.glob("项目*.xlsx")).read_bytes()
    (only,) = records(tmp_path, blank)
    assert (only["code"], only["severity"], only["cell"]) == ("OF-013", "critical", "A2")
    named = patch(blank, {(SHEET, "C4"): "某项目", (SHEET, "A3"): "（2022年度）"})
    assert [record["code"] for record in records(tmp_path, named)] == ["OF-013"]


def test_a_total_nobody_calculated_is_not_checked_and_said(tmp_path: Path):
    content, places = writing.fill_national(filled(total(score=None)))
    (only,) = [record for record in records(tmp_path, content) if record["code"] == "OF-054"]
    assert only["cell"] == places["total.score"] and "总分的公式还没有算出结果" in only["message"]


def test_a_table_without_a_column_says_what_is_missing(tmp_path: Path):
    case = filled()
    case["rows"] = []
    (only,) = [
        record for record in records(tmp_path, writing.fill_plain(case)[0]) if record["code"] == "OF-012"
    ]
    assert "没有找到绩效指标" in only["message"]


def test_a_form_nearly_the_mapped_one_names_the_cells(tmp_path: Path):
    content, places = writing.fill_national(filled(row(1, score="21")))
    content = patch(content, {(SHEET, "C13"): "指标名称", (SHEET, "G13"): "自评得分"})
    found = {record["code"]: record for record in records(tmp_path, content)}
    assert [cell["cell"] for cell in found["OF-011"]["cells"]] == ["C13", "G13"]
    assert "“三级指标”（C13 现为“指标名称”）" in found["OF-011"]["message"]
    assert places["row1.score"] in [cell["cell"] for cell in found["OF-035"]["cells"]], "it is still read"


def test_a_form_without_a_map_is_read_by_its_words(tmp_path: Path):
    (only,) = records(tmp_path, writing.fill_plain(filled())[0])
    assert only["code"] == "OF-010" and only["cell"] == "A1" and "按栏目名称读取" in only["message"]


def test_one_figure_in_two_places_of_a_departments_form(departments_form: bytes, tmp_path: Path):
    assert records(tmp_path, departments_form) == ()
    changed = patch(departments_form, {("封面与基本情况", "B21"): 97})
    (only,) = [record for record in records(tmp_path, changed) if record["code"] == "OF-052"]
    assert ("评分表", "F35") in {(cell["sheet"], cell["cell"]) for cell in only["cells"]}
    assert {"97.00", "98.00"} == {cell["found"] for cell in only["cells"]}


def test_a_departments_scores_and_weights(departments_form: bytes, tmp_path: Path):
    changed = patch(
        departments_form,
        {("评分表", "F17"): 5.5, ("评分表", "F35"): 98, ("评分表", "F34"): 48, ("评分表", "F36"): "良"},
    )
    found = {(record["code"], record["cell"]) for record in records(tmp_path, changed)}
    assert {("OF-035", "F17"), ("OF-034", "F34"), ("OF-034", "F35"), ("OF-049", "F36")} <= found


@pytest.fixture(scope="module")
def departments_form(tmp_path_factory) -> bytes:
    """The department's form as a run of the example fills it."""
    from pipeline import forms, maps, rules
    from pipeline.compute.score import compute
    from pipeline.messages import blocked_cells
    from pipeline.read.submission import read_submission
    from pipeline.write import official

    root = Path(writing.__file__).resolve().parents[2]
    submission = read_submission(root / "input_templates" / "example", forms.load_specs())
    rubric = rules.load("440100", 2022)
    form_map = maps.load_map(rules.official_folder(rubric))
    outcome = compute(submission, rubric, blocked_cells(submission.findings))
    return official.fill(form_map.form, form_map, outcome, rules.trial_line(rubric)).content


def test_every_code_of_a_filled_form_has_its_test():
    catalogue = yaml.safe_load(
        (writing.FOLDER.parents[1] / "expectations" / "catalogue.yaml").read_text("utf-8")
    )
    mine = {code for code in catalogue if code.startswith("OF-") and "OF-010" <= code <= "OF-054"}
    source = Path(__file__).read_text("utf-8")
    assert {code for code in mine if code not in source} == set()
