"""The catalogue and the sentences made from it."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest
import yaml

from pipeline import messages
from pipeline.errors import CannotRun
from pipeline.model import Cell, Finding, Found

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "docs" / "sources.yaml"
OVER = Finding(
    "BE-014",
    (
        Found(Cell("下级/2_预算执行.xlsx", "支出", "G18"), "1,203.50"),
        Found(Cell("2_预算执行.xlsx", "支出", "F18"), "1,200.00"),
    ),
    {"executed_fen": "1,203.50", "annual_budget_fen": "1,200.00"},
    found="1,203.50",
    expected="≤ 1,200.00",
)


def places_of(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("code", sorted(messages.load_catalogue()))
def test_an_entry_says_everything_in_both_languages(code: str):
    entry = messages.entry(code)
    assert re.fullmatch(r"(BD|BE|MS|PI|MG|PC|EV|RC|TP|OF|SC|WV|FA|NA)-\d{3}", code)
    for texts in (entry.sentence, entry.advice):
        assert set(texts) == {"zh", "en"}
        assert re.search(r"[\u4e00-\u9fff]", texts["zh"]) or places_of(texts["zh"])
        assert not re.search(r"[。.]$", texts["zh"]), "the full stop is the sentence's own"
        assert not re.search(r"[,;:!?]", re.sub(r"\{\w+\}|#REF!", "", texts["zh"])), "half-width punctuation"
    english = {each.removesuffix("_en") for each in places_of(entry.sentence["en"])}
    assert english <= places_of(entry.sentence["zh"])
    assert entry.basis.text


def test_every_basis_is_a_registered_source():
    registered = yaml.safe_load(SOURCES.read_text("utf-8"))["sources"]
    for code, entry in messages.load_catalogue().items():
        assert entry.basis.source in registered, f"{code} cites {entry.basis.source}"


def test_echoes_name_codes_that_exist():
    catalogue = messages.load_catalogue()
    for code, entry in catalogue.items():
        assert set(entry.echo_of) <= set(catalogue) - {code}, f"{code} echoes {entry.echo_of}"


def test_the_sentence_says_where_what_how_and_why():
    assert messages.sentence(OVER) == (
        "BE-014 《2_预算执行》支出!G18：执行数 1,203.50 万元，大于全年预算数 1,200.00 万元。"
        "请核对执行数，或补填预算调整；确属超支的，在“执行率偏低原因”栏说明。"
        "依据：预算法关于按批准的预算支出的规定（条款待核对原文）。"
    )
    assert messages.sentence(OVER, "en").startswith("BE-014 《2_预算执行》支出!G18: executed 1,203.50")


def test_a_finding_of_several_places_says_how_many():
    cells = tuple(Found(Cell("1_基本情况.xlsx", "重点工作", f"D{row}"), "（空）") for row in (5, 6, 9))
    many = Finding("BD-001", cells, {"labels": "完成情况", "places": "3"})
    assert messages.sentence(many).startswith("BD-001 《1_基本情况》重点工作!D5 等 3 处：完成情况未填。")
    assert "and others, 3 places: " in messages.sentence(many, "en")


def test_a_fact_that_is_missing_is_a_bug():
    with pytest.raises(KeyError):
        messages.sentence(Finding("BE-014", OVER.cells))
    with pytest.raises(KeyError):
        messages.sentence(Finding("ZZ-999", OVER.cells))


def test_user_text_with_braces_stays_text():
    odd = Finding("BE-017", OVER.cells, {"project_id": "{0}", "project_names": "{executed}、b"})
    assert "项目编码 {0} 有不同的名称：{executed}、b" in messages.sentence(odd)


def test_the_record_is_the_contract():
    record = messages.record(OVER)
    assert list(record) == [
        "code", "severity", "blocks", "message", "file", "sheet", "cell", "cells", "found", "expected", "basis", "waived",
    ]  # fmt: skip
    assert record["severity"] == "critical" and record["blocks"] == "nothing" and record["waived"] is None
    assert (record["file"], record["sheet"], record["cell"]) == ("下级/2_预算执行.xlsx", "支出", "G18")
    assert record["cells"][1] == {
        "file": "2_预算执行.xlsx",
        "sheet": "支出",
        "cell": "F18",
        "found": "1,200.00",
    }
    assert record["message"] == messages.sentence(OVER)


def test_only_findings_that_block_block_their_cells():
    blank = Finding(
        "BE-001", (Found(Cell("2_预算执行.xlsx", "支出", "G5"), "（空）"),), {"labels": "全年执行数"}
    )
    assert messages.blocked_cells([OVER, blank]) == {Cell("2_预算执行.xlsx", "支出", "G5")}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "空的"),
        ("- a", "空的"),
        ("A-1: {severity: x}", "A-1 缺少内容"),
        ("A-1: [", "YAML"),
        ("A-1: {severity: high, blocks: nothing, sentence: {zh: 甲, en: a}, advice: {zh: 乙, en: b}, basis: {source: s, text: t}}",
         "severity 只能是"),
        ("A-1: {severity: info, blocks: nothing, sentence: {zh: 甲}, advice: {zh: 乙, en: b}, basis: {source: s, text: t}}",
         "sentence 要有 zh 和 en"),
        ("A-1: {severity: info, blocks: nothing, sentence: {zh: 甲, en: a}, advice: {zh: 乙, en: b}, basis: {source: s}}",
         "basis 要有"),
        ("A-1: {severity: info, blocks: nothing, sentence: {zh: 甲, en: a}, advice: {zh: 乙, en: b},"
         " basis: {source: s, text: t, mark: sure}}", "basis.mark 只能是"),
        ("A-1: {severity: info, blocks: nothing, sentnce: 1, sentence: {zh: 甲, en: a}, advice: {zh: 乙, en: b},"
         " basis: {source: s, text: t}}", "不认识的名称"),
    ],
)  # fmt: skip
def test_a_broken_catalogue_is_refused_in_one_sentence(text: str, said: str, tmp_path: Path):
    path = tmp_path / "catalogue.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(CannotRun, match=re.escape(said)):
        messages.load_catalogue(path)
