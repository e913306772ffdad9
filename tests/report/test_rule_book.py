"""docs/核查规则.md: what is published is the catalogue, whole, in the words of the sentences."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from pipeline.forms import load_specs
from pipeline.messages import load_catalogue
from pipeline.report.rule_book import NAME, rule_tables

ROOT = Path(__file__).resolve().parents[2]


def rows(text: str) -> dict[str, list[str]]:
    """Code -> the cells of its line."""
    lines = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    return {line[0]: line for line in lines if len(line[0]) == 6 and line[0][2] == "-"}


def test_the_published_catalogue_is_the_generated_one():
    published = (ROOT / NAME).read_text("utf-8")
    assert published == rule_tables(load_catalogue(), load_specs()), (
        f"{NAME} 已过时，请运行 python -m pipeline templates"
    )


def test_every_code_has_its_line_and_no_program_word_is_left():
    text = rule_tables(load_catalogue(), load_specs())
    assert set(rows(text)) == set(load_catalogue())
    assert "{" not in text and "None" not in text


def test_a_line_says_severity_sentence_basis_mark_season_and_waiver():
    line = rows(rule_tables(load_catalogue(), load_specs()))
    assert line["BE-014"][1:6] == [
        "必须改", "不影响", "执行数 …… 万元，大于全年预算数 …… 万元",
        "请核对执行数，或补填预算调整；确属超支的，在“执行率偏低原因”栏说明",
        "预算法关于按批准的预算支出的规定（待核对原文，`budget_law`）",
    ]  # fmt: skip
    assert line["SC-028"][1] == "请核实" and line["SC-028"][6:8] == ["计算后，年终", "可以"]
    assert line["TP-001"][7] == "不可以" and line["PI-008"][2] == "用到它的数字待定"
    assert line["PI-013"][8].rstrip(" |") == "PI-016"


def test_another_catalogue_gives_another_document():
    catalogue = dict(load_catalogue())
    catalogue["PI-013"] = dataclasses.replace(catalogue["PI-013"], severity="info", waivable=False)
    line = rows(rule_tables(catalogue, load_specs()))["PI-013"]
    assert line[1] == "提示" and line[7] == "不可以"
