"""Loading rubrics: the one that ships says what it should, and a broken one is refused with file, line and sentence."""

from __future__ import annotations

import pickle
import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from pipeline import rules
from pipeline.errors import CannotRun

SHIPPED = rules.RUBRICS / "440100_guangzhou" / "2022" / "department.yaml"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def rubric() -> rules.Rubric:
    return rules.load("440100", 2022)


def broken(tmp_path: Path, old: str, new: str, count: int = 1) -> CannotRun:
    """The refusal of the shipped rubric with one thing changed; the change must be in the file."""
    text = SHIPPED.read_text("utf-8")
    assert old in text
    path = tmp_path / "440100_x" / "2022" / "department.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(text.replace(old, new, count), encoding="utf-8")
    with pytest.raises(CannotRun) as refusal:
        rules.load_file(path)
    assert refusal.value.file == "department.yaml"
    assert refusal.value.message.endswith("。")
    assert "\n" not in refusal.value.message
    return refusal.value


def line_of(text: str, nth: int = 1) -> int:
    """Line of the nth occurrence of a text in the shipped rubric."""
    lines = [number for number, line in enumerate(SHIPPED.read_text("utf-8").split("\n"), 1) if text in line]
    return lines[nth - 1]


# --- the rubric that ships


def test_the_two_halves_are_fifty_each_and_stated(rubric):
    assert [(node.id, node.label, node.weight) for node in rubric.nodes] == [
        ("duty_effectiveness", "履职效能", Decimal(50)),
        ("management_efficiency", "管理效率", Decimal(50)),
    ]
    assert {node.citation.mark for node in rubric.nodes} == {"stated"}
    assert rubric.total == 100


def test_leaves_have_the_weights_of_the_domain(rubric):
    assert {leaf.id: str(leaf.weight) for leaf in rubric.leaves()} == {
        "output_indicators": "20", "benefit_indicators": "20", "budget_spending_rate": "10",
        "new_project_appraisal": "2", "budget_constraint": "3", "financial_compliance": "4",
        "budget_disclosure": "2", "performance_disclosure": "1", "performance_system": "5",
        "performance_result_use": "3", "performance_system_execution": "7", "procurement_intention": "2",
        "procurement_internal_control": "1", "procurement_compliance": "2", "contract_signing": "3",
        "contract_filing": "1", "procurement_policy": "1", "asset_allocation": "2", "asset_income": "1",
        "asset_stocktaking": "1", "asset_data_quality": "2", "asset_compliance": "2",
        "fixed_asset_utilisation": "2", "economic_cost": "1", "three_public_control": "2",
    }  # fmt: skip


def test_aspects_add_up_as_in_the_domain(rubric):
    aspects = {node.id: str(node.weight) for node in rubric.node("management_efficiency").children}
    assert aspects == {
        "budget_preparation": "2", "budget_execution": "7", "information_disclosure": "3",
        "performance_management": "15", "procurement_management": "10", "asset_management": "10",
        "operating_cost": "3",
    }  # fmt: skip


def test_grades_are_on_the_printed_total_with_closed_lower_ends(rubric):
    def grade(total: str) -> object:
        return next(band.value for band in rubric.grades if Fraction(total) in band)

    assert [grade(total) for total in ("100", "90", "89.99", "80", "79.99", "60", "59.99", "0")] == list(
        "优优良良中中差差"
    )
    assert "on: printed_total" in SHIPPED.read_text("utf-8")


def test_the_six_settings_of_the_average_are_separate(rubric):
    names = ("periods", "schedule", "denominator", "per_period_cap", "final_cap", "rounding")
    assert [rubric.setting(f"average_execution_rate.{name}") for name in names] == [
        tuple(range(1, 13)), "linear", "current_budget", None, Fraction(1), "exact",
    ]  # fmt: skip
    assert rubric.setting("monitoring_month") == 7
    assert rubric.setting("project_indicator_points") == 90


def test_statutory_limits_are_data_and_the_rules_use_them(rubric):
    assert (
        rubric.setting("signing_days")
        == rubric.node("contract_signing").rule.steps[0].measure_parameters["limit"]
        == 30
    )
    assert rubric.setting("filing_working_days") == 7
    assert rubric.node("budget_disclosure").rule.steps[0].measure_parameters["within_days"] == 20


def test_every_leaf_has_a_rule_a_policy_and_words(rubric):
    for leaf in rubric.leaves():
        assert leaf.rule.not_applicable in ("full", "redistribute", "drop")
        assert leaf.rule.overshoot.policy in ("ignore", "explain", "reduce")
        assert len(leaf.words) > 10 and leaf.meaning and leaf.rule.evidence
    assert rubric.node("output_indicators").rule.overshoot.above == Fraction(13, 10)


def test_what_is_assumed_is_counted_by_weight_rule_and_setting(rubric):
    assumed = rubric.assumed()
    raw = SHIPPED.read_text("utf-8")
    assert (
        len(assumed)
        == len(re.findall(r"mark: assumed", raw))
        == len(assumed.weights) + len(assumed.rules) + len(assumed.settings)
    )
    assert "performance_system" in assumed.weights and "performance_system" in assumed.rules
    assert "duty_effectiveness" not in assumed.weights and "monitoring_month" not in assumed.settings
    assert rules.assumed_line(rubric) == (
        f"暂定分值 {len(assumed.weights)} 项、暂定规则 {len(assumed.rules)} 项、暂定口径和阈值 {len(assumed.settings)} 项"
    )


def test_every_source_is_registered_and_says_what_it_supports():
    entries = yaml.safe_load((ROOT / "docs" / "sources.yaml").read_text("utf-8"))["sources"]
    assert rules.sources().keys() == entries.keys()
    for source_id, entry in entries.items():
        assert {"title", "kind", "supports", "url", "mark", "to_verify"} <= entry.keys(), source_id
        assert entry["mark"] in ("stated", "published", "assumed")
        if entry["mark"] == "assumed":
            assert entry["to_verify"], f"{source_id} is assumed and does not say what to verify"


def test_no_document_number_is_made_up():
    known = {"财预〔2020〕10号", "财预〔2021〕101号", "财预〔2013〕53号", "财预〔2019〕136号"}
    texts = [path.read_text("utf-8") for path in (SHIPPED, ROOT / "docs" / "sources.yaml")]
    assert set(re.findall(r"\w+〔\d{4}〕\d+号", "".join(texts))) <= known


def test_a_rubric_travels_to_another_process(rubric):
    assert pickle.loads(pickle.dumps(rubric)) == rubric


def test_lists_for_people_name_sources_and_marks(rubric):
    shown = "\n".join(rules.show_lines(rubric))
    assert re.search(r"绩效管理制度建设 \[performance_system\] +5 +working_values +— +暂定 +未核对", shown)
    assert "〔已完成的检查点 ÷ 检查点数 → 检查点计分（每个检查点分值 无）；不适用：满分〕" in shown
    assert any(line.startswith("440100 广州市 2022 department") for line in rules.list_lines())
    checked = rules.check_all()
    assert "440100 广州市 2022 department：25 个三级指标，分值能够加总，公式和依据都认得。" in checked
    assert "440100 广州市 2022 project：4 个三级指标，分值能够加总，公式和依据都认得。" in checked


# --- which rubric


def test_a_region_or_year_without_a_rubric_lists_what_exists():
    with pytest.raises(CannotRun) as refusal:
        rules.load("510100", 2022)
    assert refusal.value.message.startswith("没有 510100 地区 2022 年度的评分规则（department）。现有：")
    assert "440100 广州市 2022 department" in refusal.value.message
    assert refusal.value.message.endswith(
        "请核对《1_基本情况》里的行政区划代码和年度；确需新的地区或年度，请按 docs/add-a-year.md 增加规则。"
    )
    with pytest.raises(CannotRun, match="2023"):
        rules.load("440100", 2023)


def test_two_rubrics_for_one_year_are_refused(tmp_path):
    for folder in ("440100_a/2022", "440100_b/2022"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "department.yaml").write_text(SHIPPED.read_text("utf-8"), encoding="utf-8")
    with pytest.raises(CannotRun, match=r"440100 地区 2022 年度有两套评分规则（department）") as refusal:
        rules.load("440100", 2022, root=tmp_path)
    assert refusal.value.message.endswith(
        "：department.yaml、department.yaml。请只保留一套；确需并存的，在其中一套写上 variant。"
    )
    assert (refusal.value.file, refusal.value.line) == ("department.yaml", line_of("years: [2022]"))
    with pytest.raises(CannotRun, match="有两套评分规则"):
        rules.check_all(tmp_path)


def test_one_rubric_may_serve_several_years(tmp_path):
    path = tmp_path / "440100_a" / "2022" / "department.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(
        SHIPPED.read_text("utf-8").replace("years: [2022]", "years: [2022, 2023]"), encoding="utf-8"
    )
    rubric = rules.load("440100", 2023, root=tmp_path)
    assert (rubric.year, rubric.years) == (2023, (2022, 2023))


def test_an_empty_folder_says_that_there_is_none(tmp_path):
    with pytest.raises(CannotRun, match="还没有任何规则"):
        rules.load("440100", 2022, root=tmp_path)


# --- refusals


def test_a_source_that_is_not_registered_is_named_with_its_line(tmp_path):
    stop = broken(tmp_path, "source: three_public_rules", "source: made_up")
    assert (
        stop.message
        == "指标““三公”经费控制情况”的 rule 的出处“made_up”不在 docs/sources.yaml 里，请先在那里登记。"
    )
    assert stop.line == line_of("source: three_public_rules")


def test_a_weight_without_a_source_is_refused(tmp_path):
    stop = broken(
        tmp_path, "weight: {points: 5, source: working_values, mark: assumed}", "weight: {points: 5}"
    )
    assert stop.message == "指标“绩效管理制度建设”的 weight 没有写 source：每个分值和规则都要有出处和标记。"
    assert stop.line == line_of("weight: {points: 5, source")


def test_a_mark_must_be_one_of_three(tmp_path):
    stop = broken(
        tmp_path,
        "points: 5, source: working_values, mark: assumed",
        "points: 5, source: working_values, mark: official",
    )
    assert "mark 应是 stated、published、assumed 之一" in stop.message


def test_leaf_weights_must_add_up_to_their_parent(tmp_path):
    stop = broken(tmp_path, "points: 5, source", "points: 4.99, source")
    assert stop.message == "“绩效管理”是 15 分，下级分值 4.99 + 3 + 7 = 14.99 分，加不起来。"
    assert stop.line == line_of("points: 15, source")


def test_top_weights_must_add_up_to_the_total(tmp_path):
    stop = broken(tmp_path, "total: 100", "total: 110")
    assert stop.message == "总分是 110 分，下级分值 50 + 50 = 100 分，加不起来。"


def test_weights_add_up_exactly_not_as_floats(tmp_path):
    text = SHIPPED.read_text("utf-8").replace(
        "points: 3, source: working_values", "points: 3.1, source: working_values", 1
    )
    text = text.replace("points: 4, source: working_values", "points: 3.9, source: working_values", 1)
    path = tmp_path / "department.yaml"
    path.write_text(text, encoding="utf-8")
    rubric = rules.load_file(path)
    leaves = rubric.node("budget_execution").children
    assert [leaf.weight for leaf in leaves] == [Decimal("3.1"), Decimal("3.9")]


def test_an_unknown_formula_is_refused(tmp_path):
    stop = broken(tmp_path, "formula: {count_deduct:", "formula: {count_deducted:")
    assert stop.message == "指标“财务管理合规性”的 formula“count_deducted”没有这种公式。"
    assert stop.line == line_of("count_deduct:")


def test_an_unknown_measure_is_refused(tmp_path):
    stop = broken(tmp_path, "measure: done_over_required", "measure: done_over_needed")
    assert stop.message == "指标“新增预算入库项目事前绩效评估”的 measure“done_over_needed”没有这种取数方法。"


def test_unknown_and_missing_parameters_are_refused(tmp_path):
    stop = broken(tmp_path, "free: 0, floor: 0", "fre: 0, floor: 0")
    assert "缺少 free" in stop.message
    text = "measure: done_over_required"
    other = broken(tmp_path / "2", text, "measure: {done_over_required: {limit: 3}}")
    assert "里有不认识的“limit”" in other.message


def test_a_parameter_of_the_wrong_type_is_refused(tmp_path):
    stop = broken(tmp_path, "formula: {count_deduct: {points: 1,", "formula: {count_deduct: {points: 一分,")
    assert (
        stop.message
        == "指标“财务管理合规性”的 formula count_deduct 的 points 应是数字或百分数（如 0.9、90%）。"
    )


def test_a_measure_and_a_formula_that_do_not_fit_are_refused(tmp_path):
    stop = broken(tmp_path, "measure: problem_count", "measure: items_done")
    assert stop.message == "指标“财务管理合规性”的 measure“items_done”的结果不能交给公式“count_deduct”。"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{above: 5%, at_most: 10%, points: 2}", "{at_least: 5%, at_most: 10%, points: 2}", "在端点重叠"),
        ("{above: 5%, at_most: 10%, points: 2}", "{above: 4%, at_most: 10%, points: 2}", "重叠"),
        ("{above: 5%, at_most: 10%, points: 2}", "{above: 6%, at_most: 10%, points: 2}", "之间有空档"),
        ("{at_most: 5%, points: 3}", "{below: 5%, points: 3}", "之间有空档"),
        ("{above: 20%, points: 0}", "{above: 20%, at_most: 100%, points: 0}", "最高一档不写上限"),
        ("{at_most: 5%, points: 3}", "{at_most: 5%, points: 4}", "给 4 分，超过分值 3 分"),
        ("{above: 5%, at_most: 10%, points: 2}", "{above: 10%, at_most: 5%, points: 2}", "下限不小于上限"),
        ("{grade: 部分达成, at_least: 60%, below: 80%}", "{grade: 部分达成, at_least: 60%, below: 70%}", "之间有空档"),
    ],
)  # fmt: skip
def test_bands_that_overlap_or_leave_a_gap_are_refused(tmp_path, old, new, said):
    stop = broken(tmp_path, old, new)
    assert said in stop.message
    assert stop.line == line_of(old) or "grade" in old


def test_duplicate_and_reserved_node_ids_are_refused(tmp_path):
    stop = broken(tmp_path, "id: asset_income", "id: asset_allocation")
    first = line_of("id: asset_allocation")
    assert stop.message == f"id“asset_allocation”已在第 {first} 行用过，每个指标的 id 不能相同。"
    assert stop.line == line_of("id: asset_income")
    assert "是保留的名称" in broken(tmp_path / "2", "id: asset_income", "id: total").message
    assert "小写英文字母" in broken(tmp_path / "3", "id: asset_income", "id: 资产收益").message


def test_grades_must_descend_to_zero(tmp_path):
    assert (
        "等级从高到低排列"
        in broken(tmp_path, "{grade: 良, at_least: 80}", "{grade: 良, at_least: 90}").message
    )
    assert (
        "at_least 应是 0"
        in broken(tmp_path / "2", "{grade: 差, at_least: 0}", "{grade: 差, at_least: 10}").message
    )


def test_a_setting_may_not_be_missing_or_unknown(tmp_path):
    text = "  low_total: {value: 80,"
    assert (
        broken(tmp_path, text, "  lowest_total: {value: 80,").message
        == "settings 里有不认识的“lowest_total”。"
    )
    line = next(one for one in SHIPPED.read_text("utf-8").split("\n") if one.startswith(text))
    assert "settings 缺少 low_total" in broken(tmp_path / "2", line + "\n", "").message
    assert (
        "没有的设置“sign_days”"
        in broken(tmp_path / "3", "{setting: signing_days}", "{setting: sign_days}").message
    )


def test_bad_yaml_is_refused_with_its_line(tmp_path):
    stop = broken(tmp_path, "title: 2022", "title: [2022")
    assert "不是合法的 YAML" in stop.message
    assert stop.line is not None
    assert (
        broken(tmp_path / "2", "title: 2022", "title: 甲\ntitle: 2022").message
        == "“title”写了两次，请删去一处。"
    )


def test_an_unknown_key_cannot_pass_for_a_default(tmp_path):
    assert broken(tmp_path, "    not_applicable: full", "    not_aplicable: full").message.endswith(
        "缺少 not_applicable。"
    )
    assert (
        "里有不认识的“inherits”"
        in broken(tmp_path / "2", "kind: department", "kind: department\ninherits: x").message
    )


def test_an_absent_rule_loads(tmp_path):
    text = SHIPPED.read_text("utf-8")
    start = text.index("            rule:", text.index("id: new_project_appraisal"))
    end = text.index("      - id: budget_execution")
    path = tmp_path / "department.yaml"
    path.write_text(text[:start] + "            rule: absent\n" + text[end:], encoding="utf-8")
    rubric = rules.load_file(path)
    assert rubric.node("new_project_appraisal").rule is None
    assert "还没有评分规则（absent），不能计分" in "\n".join(rules.show_lines(rubric))


def test_a_leaf_needs_a_rule_or_children(tmp_path):
    text = SHIPPED.read_text("utf-8")
    start = text.index("            rule:", text.index("id: new_project_appraisal"))
    end = text.index("      - id: budget_execution")
    stop = broken(tmp_path, text[start:end], "")
    assert (
        stop.message
        == "指标“新增预算入库项目事前绩效评估”应写 children 或 rule 之一；还没有规则时写 rule: absent。"
    )


def test_either_or_holds_at_least_two_ways(tmp_path):
    two = (
        "formula: {either_or: {options: [{measure: {execution_rate: {scope: annual}}, formula: period_progress}, "
        "{measure: average_execution_rate, formula: period_progress}]}}"
    )
    text = SHIPPED.read_text("utf-8")
    old = re.search(r"measure: average_execution_rate\n +formula: period_progress", text)[0]
    path = tmp_path / "department.yaml"
    path.write_text(text.replace(old, two), encoding="utf-8")
    rule = rules.load_file(path).node("budget_spending_rate").rule
    assert (rule.formula, [step.measure for step in rule.steps]) == (
        "either_or",
        ["execution_rate", "average_execution_rate"],
    )
    one = two.split(", {measure: average")[0] + "]}}"
    assert "至少两种算法" in broken(tmp_path / "2", old, one).message
