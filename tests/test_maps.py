"""Reading a map: what it says, and that a broken one is refused with its file, its line and a sentence."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from pipeline import maps
from pipeline.errors import CannotRun
from pipeline.maps import Column, NoteCell, Target, load_map, parse_map
from pipeline.maps_figures import unknown_figures

GOOD = """\
form: 表.xlsx
none: —
note: {cell: 说明!B2, text: 示范, limit: 120}
cells:
  total.score: [评分表!f12, "'自评 结论'!$B$3"]
  annual.execution_rate: {cell: 评分表!B1, scale: 0.01}
  basics.year: {cell: 评分表!A2, pattern: '（{}年度）', fits: 20}
lists:
  - id: project
    sheet: 预算
    first_row: 5
    last_row: 9
    columns: {"#": A, name: {column: b, fits: 12}, execution_rate: {column: AA, scale: "0.01"}}
    where: {task: [一]}
leaves:
  output_indicators: {name: 评分表!C8, points: 评分表!D8}
"""


def test_a_map_says_where_everything_goes():
    found = parse_map(GOOD, "x/map.yaml")
    assert found.form_name == "表.xlsx" and found.none == "—" and found.file == "x/map.yaml"
    assert found.cells["total.score"] == (Target("评分表", "F12"), Target("自评 结论", "B3"))
    assert found.cells["annual.execution_rate"] == (Target("评分表", "B1", Decimal("0.01")),)
    assert found.cells["basics.year"] == (Target("评分表", "A2", Decimal(1), "（{}年度）", 20),)
    assert found.note == NoteCell(Target("说明", "B2"), "示范", 120)
    each = found.lists[0]
    assert (each.first_row, each.last_row, each.style_row, each.is_text) == (5, 9, 5, False)
    assert each.columns == (
        Column("#", "A"), Column("name", "B", Decimal(1), 12), Column("execution_rate", "AA", Decimal("0.01")),
    )  # fmt: skip
    assert each.where == {"task": ("一",)}
    assert str(found.leaves["output_indicators"].points) == "评分表!D8"
    assert [str(target) for target in found.targets()] == [
        "评分表!F12", "自评 结论!B3", "评分表!B1", "评分表!A2", "评分表!C8", "评分表!D8", "说明!B2",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("评分表!B1, scale: 0.01", "评分表, scale: 0.01", 6, "不是“工作表!单元格”的写法"),
        ("评分表!B1, scale: 0.01", "评分表!B0, scale: 0.01", 6, "不是“工作表!单元格”的写法"),
        ("scale: 0.01}\n  basics", "scale: 0}\n  basics", 6, "scale 应当是大于 0 的数，不能是“0”"),
        ("scale: 0.01}\n  basics", "scale: many}\n  basics", 6, "不能是“many”"),
        ("scale: 0.01}\n  basics", "scael: 0.01}\n  basics", 6, "不认识“scael”"),
        ("（{}年度）", "年度", 7, "要有一处 {}"),
        ("fits: 20", "fits: 1", 7, "fits 是单元格能印下的字数"),
        ("last_row: 9", "last_row: 5", 9, "至少要有两行"),
        ("last_row: 9", "last_row: nine", 9, "至少要有两行"),
        ("column: b,", "column: b2,", 13, "不是列号"),
        ("points: 评分表!D8", "weight: 评分表!D8", 16, "缺少 points"),
        ("limit: 120", "limit: 3", 3, "至少 40"),
        ("form: 表.xlsx\n", "", None, "缺少 form"),
        (
            "评分表!B1",
            "评分表!F12",
            6,
            "评分表!F12 同时给了 total.score 和 annual.execution_rate，只能填一个。",
        ),
        ("说明!B2", "评分表!B1", 3, "同时给了 annual.execution_rate 和 note"),
        ("  total.score", "  总分", 5, "“总分”不是数字编号"),
        ("cells:", "cells: [", 6, "YAML 写法有误"),
    ],
)
def test_a_broken_map_is_refused_with_its_line(old: str, new: str, line: int | None, words: str):
    assert GOOD.count(old) >= 1
    with pytest.raises(CannotRun) as caught:
        parse_map(GOOD.replace(old, new, 1), "x/map.yaml")
    assert words in caught.value.message
    assert (caught.value.file, caught.value.line) == ("x/map.yaml", line)


def test_the_form_is_read_with_its_map(tmp_path: Path):
    folder = tmp_path / "440100_某市" / "2022"
    folder.mkdir(parents=True)
    with pytest.raises(CannotRun, match="对照表读不出来") as caught:
        load_map(folder)
    assert caught.value.file == "440100_某市/2022/map.yaml"
    (folder / maps.MAP_NAME).write_text(GOOD, encoding="utf-8")
    with pytest.raises(CannotRun, match="“表.xlsx”读不出来"):
        load_map(folder)
    (folder / "表.xlsx").write_bytes(b"form")
    assert load_map(folder).form == b"form"


@pytest.mark.parametrize(
    ("figure_id", "is_known"),
    [
        ("total.score", True), ("total.scores", False),
        ("project.P99.executed", True), ("project.P99.spent", False), ("project.executed", False),
        ("month.12.rate", True), ("month.13.rate", False), ("month.x.rate", False),
        ("fund.unit_funds.reason", True), ("fund.own.executed", False), ("annual.reason", True), ("annual.total", False),
        ("basics.finance_head", True), ("basics.financehead", False), ("staff.retired", True), ("staff.all", False),
        ("narrative.x12", True), ("problems.text", True), ("problems.texts", False), ("monitor.project_executed", True),
        ("no_such_leaf.score", False),
    ],
)  # fmt: skip
def test_a_misspelt_figure_is_told_from_one_that_this_submission_does_not_have(
    figure_id: str, is_known: bool
):
    form_map = parse_map(f"form: a\ncells: {{{figure_id}: 表!A1}}")
    assert unknown_figures(form_map, ["total.score"]) == ([] if is_known else [figure_id])


def test_parts_of_lists_are_known_or_not():
    text = "form: a\ncells: {}\nlists: [{id: project, sheet: 表, first_row: 1, last_row: 2, columns: {name: A, nmae: B}}]"
    assert unknown_figures(parse_map(text), []) == ["project.*.nmae"]
    assert unknown_figures(parse_map(text), ["project.P1.nmae"]) == []
    text = "form: a\ncells: {}\nlists: [{id: problems.txt, sheet: 表, first_row: 1, last_row: 2, columns: {text: A}}]"
    assert unknown_figures(parse_map(text), []) == ["problems.txt"]
