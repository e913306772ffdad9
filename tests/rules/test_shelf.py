"""Which rubric is meant, how one is printed, how two differ, and what is refused before anything is read."""

from __future__ import annotations

import dataclasses
import json
import re
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline import rules
from pipeline.__main__ import main
from pipeline.errors import CannotRun
from pipeline.rules.shown import percent, table

NATIONAL = rules.RUBRICS / "000000_national" / "2022"
COST = NATIONAL / "project.with_cost.yaml"


def cli(capsys, monkeypatch, *args: str) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["python -m pipeline", *args])
    with pytest.raises(SystemExit) as ended:
        main()
    shown = capsys.readouterr()
    assert "Traceback" not in shown.err
    return ended.value.code, shown.out, shown.err


def put(root: Path, text: str, name: str = "project.yaml", folder: str = "000000_x") -> Path:
    path = root / folder / "2022" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


# --- several of one region and year


def test_a_variant_is_taken_only_when_it_is_named():
    assert rules.load("000000", 2022, "project").variant == ""
    assert rules.load("000000", 2022, "project", variant="with_cost").variant == "with_cost"
    with pytest.raises(CannotRun) as stop:
        rules.load("000000", 2022, "project", variant="without_cost")
    assert stop.value.message.startswith(
        "没有 000000 地区 2022 年度的评分规则（project/without_cost）。现有："
    )
    assert "000000 全国 2022 project/with_cost；" in stop.value.message


def test_a_region_that_has_only_a_variant_has_no_rubric_in_force(tmp_path):
    put(tmp_path, COST.read_text("utf-8"))
    with pytest.raises(
        CannotRun,
        match="没有 000000 地区 2022 年度的评分规则（project）。现有：000000 全国 2022 project/with_cost",
    ):
        rules.load("000000", 2022, "project", root=tmp_path)


def test_two_of_the_same_variant_are_refused(tmp_path):
    put(tmp_path, COST.read_text("utf-8"), "a.yaml")
    second = put(tmp_path, COST.read_text("utf-8"), "b.yaml")
    with pytest.raises(CannotRun, match="有两套评分规则（project/with_cost）：a.yaml、b.yaml") as stop:
        rules.load("000000", 2022, "project", tmp_path, "with_cost")
    assert (stop.value.file, stop.value.line) == (second.name, 5)


def test_two_rubrics_that_share_one_of_their_years_are_refused(tmp_path):
    text = (NATIONAL / "project.yaml").read_text("utf-8")
    put(tmp_path, text.replace("years: [2022]", "years: [2021, 2022]"), "a.yaml")
    put(tmp_path, text.replace("years: [2022]", "years: [2022, 2023]"), "b.yaml")
    assert rules.load("000000", 2021, "project", tmp_path).year == 2021
    with pytest.raises(CannotRun, match="2022 年度有两套"):
        rules.load("000000", 2022, "project", tmp_path)


def test_a_name_says_region_year_kind_and_variant():
    for one in rules.available():
        rubric = rules.load_file(one.path)
        assert rules.named(rubric.name) == rubric
        assert rules.named(str(one.path)) == rubric
    assert rules.named("000000/2022/platform").kind == "platform"


@pytest.mark.parametrize(
    "name", ["440100", "440100/2022", "4401/2022/department", "440100/两年/department", "", "a/b/c/d/e"]
)
def test_what_is_no_name_is_refused_with_the_way_to_write_it(name):
    with pytest.raises(CannotRun) as stop:
        rules.named(name)
    assert stop.value.message == (
        f"“{name}”不是一套评分规则的名称。请写成 440100/2022/department 的样子（区划代码/年度/种类，另有并存规则的再加 /variant），"
        "或写规则文件的路径；现有的规则见 python -m pipeline rules list。"
    )


def test_a_rubric_that_cannot_score_says_so_in_the_list():
    cannot = {(one.region_code, one.kind) for one in rules.available() if not one.can_score}
    assert cannot == {("511700", "department"), ("430600", "department")}
    lines = [line for line in rules.list_lines() if line.endswith("有的指标还没有评分规则，不能计分")]
    assert [line.split(" ")[0] for line in lines] == ["430600", "511700"]


def test_one_workbook_alone_is_checked_by_the_only_rules_that_can_score():
    from pipeline.applicable import rubric_for_one
    from tests.build_example import EXAMPLE

    blank = EXAMPLE.parent / "fill_in" / "2_预算执行.xlsx"
    assert rubric_for_one(blank, None, None).name == "440100/2022/department"


# --- shown


def test_every_line_of_the_table_says_source_article_mark_and_verification(capsys, monkeypatch):
    code, out, _ = cli(
        capsys, monkeypatch, "rules", "show", "000000", "2022", "project", "--variant", "with_cost"
    )
    lines = out.split("\n")
    assert code == 0
    assert (
        lines[0] == "项目支出绩效自评（成本指标单列为一级指标）（000000 全国，project/with_cost）  总分 100"
    )
    assert (
        lines[1] == "文件 pipeline/rules/rubrics/000000_national/2022/project.with_cost.yaml，适用年度 2022"
    )
    assert re.split(r"\s{2,}", lines[5]) == ["指标", "分值", "依据", "条款", "标记", "最后核对", "评分规则"]
    cost = next(line for line in lines if "[cost_indicators]" in line)
    assert re.split(r"\s{2,}", cost.strip()) == [
        "成本指标 [cost_indicators]",
        "20",
        "czy_2021_101",
        "—",
        "暂定",
        "未核对",
    ]
    assert "  czy_2021_101：成本指标等指标体系（财预〔2021〕101号）；待核对：各类指标的权重" in lines
    rule = lines[lines.index(cost) + 1]
    assert (
        "└ 评分规则" in rule
        and "czy_2020_10" in rule
        and "反向 反向线性计分" in rule
        and "不适用：分值不计" in rule
    )


def test_columns_stand_under_each_other_where_a_chinese_letter_takes_two_places():
    laid = table(("指标", "分", "规则"), [("a", "10", "x"), ("甲乙丙", "5", "y")])
    assert laid == ["指标    分  规则", "-" * 20, "a       10  x", "甲乙丙  5   y"]
    assert [percent(one) for one in (Decimal("0.2"), Decimal("1.3"), Decimal("0.0001"), Decimal(0), Decimal(1))] == [
        "20%", "130%", "0.01%", "0%", "100%",
    ]  # fmt: skip


def test_when_and_by_whom_it_was_verified_stands_in_the_table(tmp_path):
    text = COST.read_text("utf-8")
    text = text.replace(
        "weight: {points: 20, source: czy_2021_101, mark: assumed}",
        "weight: {points: 20, source: czy_2021_101, mark: assumed, article: 第三条, verified: 2023-03-01 张三、李四}",
        1,
    )
    rubric = rules.load_file(put(tmp_path, text))
    line = next(one for one in rules.show_json(rubric)["lines"] if one["id"] == "cost_indicators")
    assert (line["article"], line["verified"], line["value"]) == ("第三条", "2023-03-01 张三、李四", "20")
    shown = "\n".join(rules.show_lines(rubric))
    assert re.search("第三条 +暂定 +2023-03-01 张三、李四", shown)


@pytest.mark.parametrize("typed", ["张三", "2023-02-30 张三", "2023-03-01", "2023-3-1 张三", "20230301 张三"])
def test_a_verification_without_date_or_name_is_refused(tmp_path, typed):
    text = COST.read_text("utf-8").replace("mark: assumed}", f"mark: assumed, verified: {typed}}}", 1)
    with pytest.raises(CannotRun) as stop:
        rules.load_file(put(tmp_path, text))
    assert (
        stop.value.message
        == "指标“预算执行率”的 weight 的 verified 应是核对的日期和核对人，如 2023-03-01 张三。"
    )
    assert stop.value.line == 1 + text[: text.index("verified: ")].count("\n")


def test_a_source_may_say_it_for_all_that_cites_it(tmp_path):
    path = tmp_path / "sources.yaml"
    path.write_text("sources:\n  a: {title: 甲, verified: 2023-03-01 张三}\n", encoding="utf-8")
    assert rules.sources(path)["a"]["verified"] == "2023-03-01 张三"
    path = tmp_path / "broken.yaml"
    path.write_text("sources:\n  a:\n    title: 甲\n    verified: 去年\n", encoding="utf-8")
    with pytest.raises(CannotRun, match="来源“a”的 verified 应是核对的日期和核对人") as stop:
        rules.sources(path)
    assert (stop.value.file, stop.value.line) == ("broken.yaml", 4)


def test_list_show_and_diff_as_json(capsys, monkeypatch):
    _, out, _ = cli(capsys, monkeypatch, "rules", "list", "--json")
    names = {one["name"]: one for one in json.loads(out)["rubrics"]}
    assert names["440100/2022/department"]["can_score"] and not names["511700/2022/department"]["can_score"]
    assert names["000000/2022/project/with_cost"]["assumed"] == {"weights": 5, "rules": 4, "settings": 1}
    _, out, _ = cli(capsys, monkeypatch, "rules", "show", "440100/2022/department", "--json")
    shown = json.loads(out)
    assert shown["exit_code"] == 0 and len([one for one in shown["lines"] if one["what"] == "rule"]) == 25
    assert all(one["source"] and one["mark"] for one in shown["lines"])
    _, out, _ = cli(capsys, monkeypatch, "rules", "diff", "000000/2022/project", str(COST), "--json")
    assert {one["what"] for one in json.loads(out)["differences"]} >= {
        "new",
        "weight",
        "parameter",
        "source",
        "mark",
    }


def test_show_without_a_year_asks_for_it_and_an_unknown_name_exits_2(capsys, monkeypatch):
    code, _, err = cli(capsys, monkeypatch, "rules", "show", "440100")
    assert code == 2 and "还缺少 年度" in err
    code, _, err = cli(
        capsys, monkeypatch, "rules", "diff", "440100/2022/department", "440100/2031/department"
    )
    assert code == 2 and err.startswith(
        "无法运行：没有 440100 地区 2031 年度的评分规则（department）。现有："
    )


# --- two rubrics


@pytest.fixture(scope="module")
def national() -> rules.Rubric:
    return rules.load("000000", 2022, "project")


def told(before: rules.Rubric, after: rules.Rubric) -> set[tuple[str, str, str, str]]:
    return {(one.what, one.where, one.before, one.after) for one in rules.differences(before, after)}


def test_a_rubric_does_not_differ_from_itself(national):
    assert rules.differences(national, national) == []
    assert rules.diff_lines(national, national)[-1] == "两套规则没有不同。"


def test_cost_as_a_first_level_against_the_national_form(national):
    found = told(national, rules.load_file(COST))
    assert ("new", "cost_indicators", "（无）", "20 分，属“总分”") in found
    assert ("weight", "output", "50", "40") in found and ("weight", "benefit", "30", "20") in found
    assert ("source", "output", "czy_2020_10", "czy_2021_101") in found
    assert ("mark", "output", "公开可查", "暂定") in found
    assert ("parameter", "output", "产出指标、成本指标", "产出指标") in found
    assert not any(what == "weight" and where == "satisfaction" for what, where, *_ in found)


def test_hubei_against_the_national_form_names_bands_and_formula(national):
    hubei = rules.load("420000", 2022, "project")
    found = told(national, hubei)
    assert {where for what, where, *_ in found if what == "gone"} == {"output", "benefit", "satisfaction"}
    assert ("new", "goals", "（无）", "80 分，属“总分”") in found and (
        "weight",
        "execution",
        "10",
        "20",
    ) in found
    assert ("label", "execution", "预算执行率", "预算执行") in found


def edited(rubric: rules.Rubric, node_id: str, **changes: object) -> rules.Rubric:
    nodes = tuple(dataclasses.replace(n, **changes) if n.id == node_id else n for n in rubric.nodes)
    return dataclasses.replace(rubric, nodes=nodes)


def test_each_kind_of_change_is_one_line(national):
    output = national.node("output")
    rule = output.rule
    step = dataclasses.replace(
        rule.steps[0], measure_parameters={**rule.steps[0].measure_parameters, "lower": "reverse_inverse"}
    )
    for changes, expected in (
        ({"rule": None}, ("rule", "output", "各指标得分之和 ÷ 本项分值 → 比例计分（封顶）", "还没有评分规则")),
        ({"rule": dataclasses.replace(rule, steps=(step,))}, ("parameter", "output", "反向线性计分", "反向反比计分")),
        ({"rule": dataclasses.replace(rule, not_applicable="full")}, ("parameter", "output", "分值不计", "满分")),
        ({"rule": dataclasses.replace(rule, is_core=False)}, ("parameter", "output", "是", "否")),
        ({"words": "另一种"}, ("words", "output", output.words, "另一种")),
        ({"label": "产出"}, ("label", "output", "产出指标", "产出")),
        ({"citation": dataclasses.replace(output.citation, verified="2023-03-01 张三")}, ("verified", "output", "（无）", "2023-03-01 张三")),
    ):  # fmt: skip
        assert told(national, edited(national, "output", **changes)) == {expected}, expected


def test_an_indicator_is_the_same_by_its_name_when_its_id_changed(national):
    assert told(national, edited(national, "output", id="outputs")) == set()


def test_settings_come_go_and_change(national, tmp_path):
    text = (
        (NATIONAL / "project.yaml")
        .read_text("utf-8")
        .replace("low_execution_rate: {value: 90%", "low_execution_rate: {value: 85%")
    )
    text = text.replace(
        "settings:\n",
        "settings:\n  staff_control_rate: {value: 100%, source: regional_published, mark: published, words: 在职人员}\n",
    )
    found = told(national, rules.load_file(put(tmp_path, text)))
    assert found == {
        ("setting", "low_execution_rate", "90%", "85%"), ("setting", "staff_control_rate", "（无）", "100%"),
    }  # fmt: skip


def test_the_table_of_differences_is_for_reading(capsys, monkeypatch):
    code, out, _ = cli(
        capsys, monkeypatch, "rules", "diff", "000000/2022/project", "000000/2022/project/with_cost"
    )
    lines = out.split("\n")
    assert code == 0 and lines[0].startswith("前：000000/2022/project  pipeline/rules/rubrics/")
    assert re.search(r"^新增的指标 +成本指标 \[cost_indicators\] +（无） → 20 分，属“总分”$", out, re.M)
    assert re.search(r"^分值 +产出指标 \[output\] +50 → 40$", out, re.M)
    assert "新增的指标 1 处" in lines[2]


# --- refused with file, line and sentence, before a submission is read

BROKEN = [
    ("title: 项目", "title: [项目", "不是合法的 YAML，请检查这一行附近的缩进、冒号和引号。"),
    ("formula: {ratio_capped: {target: 100%}}", "formula: {ratio_cap: {target: 100%}}", "指标“预算执行率”的 formula“ratio_cap”没有这种公式。"),
    ("weight: {points: 50,", "weight: {points: 49,", "总分是 100 分，下级分值 10 + 49 + 30 + 10 = 99 分，加不起来。"),
    ("at_least: 60%, below: 80%}", "at_least: 60%, at_most: 80%}", "指标“产出指标”的 measure indicator_points 的 grades 分档“60%（含）–80%（含）”与“80%（含）–100%（含）”在端点重叠。"),
    ("  unspent_share:", "  unspend_share:", "settings 里有不认识的“unspend_share”。"),
    ("source: czy_2020_10", "source: czy_2020_11", "grades 的出处“czy_2020_11”不在 docs/sources.yaml 里，请先在那里登记。"),
    ("kind: project", "kind: projekt", "kind“projekt”没有这种规则，应是 department、project、platform、monitor 之一。"),
    ("kind: project", "kind: project\nvariant: 甲", "variant 应由小写英文字母、数字和下划线组成。"),
    ("equal_above: deviation", "equal_above: more", "指标“产出指标”的 measure indicator_points 的 equal_above 应是 full、zero、deviation、as_higher 之一。"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "sentence"), BROKEN, ids=[new for _, new, _ in BROKEN])
def test_a_broken_rubric_is_refused_with_its_file_line_and_sentence(tmp_path, old, new, sentence):
    text = (NATIONAL / "project.yaml").read_text("utf-8")
    assert old in text
    path = put(tmp_path, text.replace(old, new, 1))
    with pytest.raises(CannotRun) as stop:
        rules.load("000000", 2022, "project", tmp_path) if "kind: " not in new else rules.load_file(path)
    assert stop.value.message.startswith(sentence) and stop.value.file == "project.yaml"
    at = text[: text.index(old)].count("\n") + 1
    # a file that is no YAML is told at or after the mistake, bands that overlap and weights that
    # do not add up at the list
    expected = {
        "title: [项目": range(at, at + 3),
        "at_least: 60%, at_most: 80%}": [at - 2],
        "weight: {points: 49,": [text[: text.index("nodes:")].count("\n") + 1],
    }
    assert stop.value.line in expected.get(new, [at + new.count("\n")])


def test_a_run_with_a_broken_rubric_stops_before_reading(monkeypatch, tmp_path, capsys):
    from pipeline import applicable, run
    from pipeline.rules import shelf
    from tests.build_example import EXAMPLE

    text = (rules.RUBRICS / "440100_guangzhou/2022/department.yaml").read_text("utf-8")
    path = put(tmp_path, text.replace("total: 100", "total: 99", 1), "department.yaml", "440100_x")
    monkeypatch.setattr(
        applicable.rules, "load", lambda region, year, kind: shelf.load(region, year, kind, tmp_path)
    )
    monkeypatch.setattr(run, "read_submission", lambda *_: pytest.fail("the submission was read"))
    with pytest.raises(CannotRun, match="总分是 99 分，下级分值 50 \\+ 50 = 100 分，加不起来。") as stop:
        run.check(run.Request(EXAMPLE, beside=False), (), lambda step: None)
    assert (stop.value.file, stop.value.line) == (path.name, text[: text.index("\nnodes:")].count("\n") + 2)
