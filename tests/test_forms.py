"""The specs of the forms: what they hold, and what is said about a broken one."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from pipeline.errors import CannotRun
from pipeline.forms import COMMON, FILL_IN, PREFIXES, TYPES, header_key, load_spec, load_specs

GOOD = """\
form: evidence
title: 7_佐证目录
version: "2022.1"
unit: 万元
filled_by: 各处室
required: false
tables:
  - id: catalogue
    sheet: 佐证目录
    layout: list
    key: [evidence_id]
    fields:
      - {id: evidence_id, label: 编号, type: code, core: true}
      - {id: amount_fen, label: 金额, type: money}
      - {id: kind, label: 类型, type: choice, choices: [甲, 乙], aliases: [类别]}
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "x.yaml"
    path.write_text(text, "utf-8")
    return path


def test_the_forms_in_the_order_of_their_numbers_and_the_extract_after_them():
    specs = load_specs()
    assert list(specs) == [
        "basics", "budget_execution", "monthly_spending", "indicator_results", "management", "procurement",
        "evidence", "claimed", "waivers", "final_accounts",
    ]  # fmt: skip
    assert [spec.title[0] for spec in specs.values()] == [*"123456789", "决"]
    assert [spec.form for spec in specs.values() if spec.required] == list(specs)[:5]
    assert [spec.form for spec in specs.values() if spec.several_files] == ["indicator_results"]
    assert [spec.prefix for spec in specs.values()] == [
        "BD",
        "BE",
        "MS",
        "PI",
        "MG",
        "PC",
        "EV",
        "SC",
        "WV",
        "FA",
    ]
    assert set(PREFIXES) == set(specs)


def test_every_field_says_what_it_means_and_every_table_what_it_is_for():
    for spec in load_specs().values():
        for table in spec.tables:
            assert table.purpose.endswith("。"), table.id
            for field in table.fields:
                assert field.meaning and field.type in TYPES, (table.id, field.id)
                assert len(field.meaning + field.hint) < 250


def test_every_table_has_note_source_and_evidence_once():
    for spec in load_specs().values():
        for table in spec.tables:
            labels = [field.label for field in table.fields]
            assert len(set(map(header_key, labels))) == len(labels)
            for common in COMMON:
                assert labels.count(common["label"]) == 1, (table.id, common["label"])


def test_the_columns_of_a_table_and_what_they_need():
    table = load_specs()["budget_execution"].table("expenditure")
    assert [field.label for field in table.fields if field.core] == [
        "支出类型", "项目编码", "项目名称", "年初预算数", "调整净额", "全年预算数", "全年执行数",
    ]  # fmt: skip
    project = table.field("project_id")
    assert (project.required, dict(project.required_when)) == (False, {"expenditure_kind": ("项目",)})
    assert table.field("executed_fen").required and not table.field("addition_fen").required
    assert table.field("executed_fen").expected("元") == "金额（元，最小到分）"
    assert table.field("expenditure_kind").expected() == "人员、公用、项目"
    assert table.has_money and table.is_needed
    assert not load_specs()["basics"].table("units").is_needed
    with pytest.raises(KeyError):
        table.field("nothing")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("年初\n预算数", "年初预算数"),
        ("年初预算数 ＊", "年初预算数"),
        ("●年初预算数", "年初预算数"),
        ("下达支出任务（％）", "下达支出任务(%)"),
        ("1-7月完成值", "1–N月完成值"),
        ("1—12月完成值", "1–N月完成值"),
        ("1至9月完成值", "1–N月完成值"),
    ],
)
def test_headers_that_are_the_same(one, other):
    assert header_key(one) == header_key(other)


def test_headers_that_are_not_the_same():
    keys = {
        header_key(text)
        for text in ("1月", "12月", "11月", "预算数", "年初预算数", "2-7月完成值", "1-7月完成值")
    }
    assert len(keys) == 7


def test_the_digest_is_of_the_content_alone(tmp_path):
    digest = load_spec(written(tmp_path, GOOD)).digest
    assert load_spec(written(tmp_path, "# 注释\n" + GOOD.replace("\n", "\r\n"))).digest == digest
    assert load_spec(written(tmp_path, GOOD.replace("label: 编号", "label: 序号"))).digest != digest
    assert load_spec(written(tmp_path, GOOD.replace("[甲, 乙]", "[甲, 丙]"))).digest != digest


@pytest.mark.parametrize(
    ("before", "after", "line", "words"),
    [
        ("type: code", "type: codes", 13, "没有“codes”这种字段类型"),
        ("core: true", "cor: true", 13, "不认识“cor”，请检查拼写"),
        ('version: "2022.1"', "version: 2022.1", 3, "version 要加引号"),
        ("label: 金额, ", "", 14, "缺少 label"),
        ("id: amount_fen", "id: amount", 14, "金额字段的编号以 _fen 结尾"),
        ("id: evidence_id", "id: evidence_fen", 13, "其他字段不能"),
        ("label: 金额", "label: 编 号", 14, "编号、名称或别名重复"),
        ("aliases: [类别]", "aliases: [金额]", 15, "编号、名称或别名重复"),
        ("id: kind", "id: amount_fen", 15, "其他字段不能"),
        ("id: kind", "id: evidence_id", 15, "编号、名称或别名重复"),
        ("type: choice, choices: [甲, 乙]", "type: choice", 15, "要有 choices"),
        ("type: code,", "type: code, choices: [甲],", 13, "其他类型不能有"),
        ("layout: list", "layout: table", 10, "layout 只能是 list 或 card"),
        ("key: [evidence_id]", "key: [nothing]", 11, "key 提到了本表没有的字段"),
        ("key: [evidence_id]", "prefilled: {nothing: [1]}", 11, "prefilled 提到了本表没有的字段"),
        ("unit: 万元", "unit: null", 4, "有金额的模板必须写明 unit"),
        ("core: true", "required_when: {nothing: [甲]}", 13, "required_when 提到了本表没有的字段"),
        ("label: 编号", "label: 7", 13, "label 应当是文字，数字请加引号"),
        ("required: false", "required: [", None, "YAML 写法有误"),
        ("filled_by: 各处室\n", "", 1, "缺少 filled_by"),
    ],
)
def test_a_broken_spec_is_one_sentence_with_its_line(tmp_path, before, after, line, words):
    assert before in GOOD
    path = written(tmp_path, GOOD.replace(before, after, 1))
    with pytest.raises(CannotRun, match=words) as broken:
        load_spec(path)
    assert broken.value.file == "x.yaml"
    if line:
        assert broken.value.line == line
        assert str(broken.value).startswith(f"x.yaml 第 {line} 行:")


@pytest.mark.parametrize(
    "text", ["", "- a\n", "form: x\n", "tables: 3\n", GOOD.split("    fields")[0] + "    fields: []\n"]
)
def test_nonsense_is_refused_too(tmp_path, text):
    with pytest.raises(CannotRun):
        load_spec(written(tmp_path, text))


def test_two_specs_of_one_form_and_an_empty_folder(tmp_path):
    with pytest.raises(CannotRun, match="没有找到填报模板的说明"):
        load_specs(tmp_path)
    written(tmp_path, GOOD)
    (tmp_path / "y.yaml").write_text(GOOD, "utf-8")
    with pytest.raises(CannotRun, match="模板编号 evidence 重复"):
        load_specs(tmp_path)


def test_a_sheet_twice_is_refused(tmp_path):
    table = GOOD[GOOD.index("  - id: catalogue") :]
    with pytest.raises(CannotRun, match="工作表的编号或名称重复") as broken:
        load_spec(written(tmp_path, GOOD + table))
    assert broken.value.line == 16


def test_the_specs_hold_nothing_the_loader_does_not_read():
    for path in FILL_IN.glob("*.yaml"):
        raw = yaml.safe_load(path.read_text("utf-8"))
        spec = load_spec(path)
        assert [table["id"] for table in raw["tables"]] == [table.id for table in spec.tables]
        for table, read in zip(raw["tables"], spec.tables, strict=True):
            own = [field["id"] for field in table["fields"]]
            assert [field.id for field in read.fields][: len(own)] == own
