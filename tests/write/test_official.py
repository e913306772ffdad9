"""Filling an official form: the right value in the right cell, and everything else byte for byte as it was."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from io import BytesIO

import openpyxl
import pytest

from pipeline import maps
from pipeline.errors import CannotRun
from pipeline.model import Cell, Figure, Outcome
from pipeline.write import official
from pipeline.write.form_rows import pieces
from pipeline.write.look import width

OFFICE_MAP = """\
form: 本局表式.xlsx
cells:
  total.score: 评分表!D11
  total.weight: 评分表!C11
  annual.execution_rate: {cell: 评分表!D12, scale: "0.01"}
  basics.year: {cell: 评分表!A1, pattern: "部门整体支出绩效自评表（{}年度）"}
lists:
  - {id: project, sheet: 评分表, first_row: 5, last_row: 10, style_row: 6, columns: {"#": A, name: B, annual_budget: C, executed: D, task: E}}
leaves:
  a: {name: 评分表!A2, points: 评分表!C5}
  b: {name: 评分表!B13, points: 评分表!G16}
"""


def figure(figure_id: str, value: object, unit: str = "", **more: object) -> Figure:
    return Figure(figure_id, f"“{figure_id}”", value, unit, **more)


def outcome(*figures: Figure) -> Outcome:
    return Outcome({one.id: one for one in figures})


def projects(count: int) -> list[Figure]:
    made = []
    for number in range(1, count + 1):
        key = f"project.P{number:02}"
        made += [
            figure(f"{key}.name", f"=项目{number}"),
            figure(f"{key}.annual_budget", Decimal(number) + Decimal("0.35"), "万元"),
            figure(f"{key}.executed", Decimal(number), "万元"),
            figure(f"{key}.execution_rate", Decimal("80.00"), "%"),
        ]
    return made


def office(count: int, **changed: object) -> Outcome:
    total = {
        "total.score": figure("total.score", Decimal("97.50"), "分"),
        "total.weight": figure("total.weight", Decimal(60), "分"),
        "annual.execution_rate": figure("annual.execution_rate", Decimal("99.65"), "%"),
        "basics.year": figure("basics.year", "2022"),
    }
    return outcome(*(total | changed).values(), *projects(count))


def without_formulas_of(text: str, form_map: str = OFFICE_MAP) -> maps.FormMap:
    """The office's map; column E holds formulas, so the list leaves it out."""
    return maps.parse_map(form_map.replace(text, ""), "440100/2022/map.yaml")


@pytest.fixture
def office_map() -> maps.FormMap:
    return without_formulas_of(", task: E")


def cells(content: bytes, sheet: str) -> dict[str, object]:
    page = openpyxl.load_workbook(BytesIO(content), data_only=True)[sheet]
    return {cell.coordinate: cell.value for row in page.iter_rows() for cell in row}


def formulas(content: bytes, sheet: str) -> dict[str, object]:
    page = openpyxl.load_workbook(BytesIO(content))[sheet]
    return {
        cell.coordinate: getattr(cell.value, "text", cell.value)
        for row in page.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }


def test_an_offices_form_is_filled_in_its_mapped_cells_and_nowhere_else(rich_form, parts, office_map):
    filled = official.fill(rich_form, office_map, office(3), "试算稿：这一行没有地方写")
    shown = cells(filled.content, "评分表")
    assert [shown[f"{column}5"] for column in "ABCD"] == [1, "=项目1", 1.35, 1]
    assert [shown[f"{column}7"] for column in "ABCD"] == [3, "=项目3", 3.35, 3]
    assert [shown[f"{column}8"] for column in "ABCD"] == [
        4,
        "指标4",
        10,
        8,
    ]  # an unused row stays as the form has it
    assert shown["A1"] == "部门整体支出绩效自评表（2022年度）"
    assert (shown["D11"], shown["C11"], shown["D12"]) == (97.5, 60, 0.9965)
    assert formulas(filled.content, "评分表") == formulas(rich_form, "评分表")
    before, after = parts(rich_form), parts(filled.content)
    changed = {name for name in before if before[name] != after[name]}
    assert list(before) == list(after)
    # the sheet itself, and the sheets whose formulas depend on the changed cells and lose their old values
    assert changed == {
        "xl/worksheets/sheet1.xml",
        "xl/worksheets/sheet2.xml",
        "xl/worksheets/sheet3.xml",
    }
    assert filled.differences == () and filled.inserted == ()
    assert "试算稿" not in "".join(str(value) for value in filled.changes.values())
    assert filled.cells["评分表!C6"] == "project.P02.annual_budget"
    assert filled.cells["评分表!D12"] == "annual.execution_rate"
    assert "评分表!A6" not in filled.cells


def test_a_list_longer_than_the_form_gets_rows_and_its_sums_grow(rich_form, office_map):
    filled = official.fill(rich_form, office_map, office(8))
    assert filled.inserted == (official.Inserted("评分表", 9, 2, 6),)
    shown, live = cells(filled.content, "评分表"), formulas(filled.content, "评分表")
    assert [shown[f"B{row}"] for row in range(5, 13)] == [f"=项目{number}" for number in range(1, 9)]
    assert live["D13"] == "=SUM(D5:D12)" and shown["D13"] == 97.5
    assert live["D14"] == "=ROUND(D13/C13,4)" and shown["D14"] == 0.9965
    assert filled.cells["评分表!D13"] == "total.score"
    assert cells(filled.content, "评分表")["A15"] == "竖并"
    assert live["E11"] == "=C11-D11"  # the row's own formula goes on in the new rows


def test_two_lists_and_a_note_on_one_sheet_move_one_another(rich_form):
    text = """
form: x
note: {cell: 明细 表!A9, text: 示范, limit: 90}
cells: {total.score: 评分表!D12}
lists:
  - {id: problems.text, sheet: 评分表, first_row: 5, last_row: 6, columns: {text: {column: B, fits: 4}}}
  - {id: project, sheet: 评分表, first_row: 7, last_row: 10, columns: {name: B}}
"""
    made = outcome(
        figure("total.score", Decimal(1)), figure("problems.text", "一二三四五六。\n甲\n乙"), *projects(6)
    )
    filled = official.fill(rich_form, maps.parse_map(text), made)
    assert [(one.after_row, one.count) for one in filled.inserted] == [(5, 2), (9, 2)]
    shown = cells(filled.content, "评分表")
    names = [f"=项目{number}" for number in range(1, 7)]
    assert [shown[f"B{row}"] for row in range(5, 15)] == ["一二三四", "五六。", "甲", "乙", *names]
    assert shown["D16"] == 1 and filled.cells["评分表!D16"] == "total.score"
    assert filled.cells["评分表!B8"] == "problems.text"
    assert cells(filled.content, "明细 表")["A9"] == "示范"


def test_an_undetermined_figure_leaves_its_cell_blank_and_is_named_in_the_note(rich_form):
    text = OFFICE_MAP.replace(", task: E", "").replace(
        "cells:", "note: {cell: 评分表!A17, limit: 200}\ncells:", 1
    )
    open_total = figure(
        "total.score", None, "分", range=(Decimal("91.50"), Decimal("98.00")), reason="2 项待定"
    )
    open_amount = figure("project.P01.executed", None, "万元", reason="《2_预算执行》支出!I5 未填写")
    made = office(2, **{"total.score": open_total})
    made = Outcome({**made.figures, open_amount.id: open_amount})
    filled = official.fill(rich_form, maps.parse_map(text), made, "试算稿：3 项分值为暂定")
    shown = cells(filled.content, "评分表")
    assert shown["D11"] is None and shown["D5"] is None
    assert formulas(filled.content, "评分表")["D11"] == "=SUM(D5:D10)"
    assert shown["A17"] == (
        "试算稿：3 项分值为暂定\n待定或须留意：评分表!D11 “total.score” 91.50–98.00：2 项待定；"
        "评分表!D5 “project.P01.executed”：《2_预算执行》支出!I5 未填写。"
    )
    assert filled.notes[1].startswith("评分表!D5")


def test_what_does_not_exist_is_printed_as_the_map_says(rich_form, office_map):
    nothing = {"annual.execution_rate": figure("annual.execution_rate", "", "%")}
    made = office(1, **nothing)
    made = Outcome({**made.figures, "project.P01.executed": figure("project.P01.executed", "", "万元")})
    shown = cells(official.fill(rich_form, office_map, made).content, "评分表")
    assert shown["D5"] is None and shown["D12"] is None
    dashed = maps.parse_map(OFFICE_MAP.replace(", task: E", "").replace("form:", "none: —\nform:", 1))
    shown = cells(official.fill(rich_form, dashed, made).content, "评分表")
    assert shown["D5"] == "—"
    assert shown["D12"] is None  # a formula keeps its own way to say so


def test_an_amount_is_written_to_the_last_fen_whatever_is_printed(rich_form, office_map):
    exact = figure("project.P01.executed", Decimal("6.67"), "万元", exact=Fraction(6665, 1000))
    rate = figure("annual.execution_rate", Decimal("33.33"), "%", exact=Fraction(1, 3))
    made = office(1)
    made = Outcome({**made.figures, exact.id: exact, rate.id: rate})
    shown = cells(official.fill(rich_form, office_map, made).content, "评分表")
    assert shown["D5"] == 6.665
    assert shown["D12"] == 0.3333  # a rate is what is printed


def test_records_can_be_chosen_by_a_part(rich_form):
    text = "form: x\ncells: {}\nlists: [{id: indicator, sheet: 评分表, first_row: 5, last_row: 6, columns: {level_3: B}, where: {level_1: [效益指标]}}]"
    made = outcome(
        figure("indicator.1.level_1", "产出指标"), figure("indicator.1.level_3", "甲"),
        figure("indicator.2.level_1", "效益指标"), figure("indicator.2.level_3", "乙"),
    )  # fmt: skip
    filled = official.fill(rich_form, maps.parse_map(text), made)
    assert filled.changes == {("评分表", "B5"): "乙"}


def test_a_text_too_long_for_its_cell_is_written_whole_and_noted(rich_form):
    text = "form: x\nnote: {cell: 评分表!A17}\ncells: {problems.text: {cell: 评分表!B13, fits: 5}}"
    with pytest.raises(CannotRun, match="B13"):  # inside a merge
        official.fill(rich_form, maps.parse_map(text), outcome(figure("problems.text", "一二三四五六")))
    text = text.replace("B13", "C13")
    shown = cells(
        official.fill(
            rich_form, maps.parse_map(text), outcome(figure("problems.text", "一二三四五"))
        ).content,
        "评分表",
    )
    assert (shown["C13"], shown["A17"]) == ("一二三四五", "见明细")
    shown = cells(
        official.fill(
            rich_form, maps.parse_map(text), outcome(figure("problems.text", "一二三四五六"))
        ).content,
        "评分表",
    )
    assert shown["C13"] == "一二三四五六"
    assert shown["A17"] == "待定或须留意：评分表!C13 的文字较长，打印前请调整行高。"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("total.score:", "total.scroe:", "没有“total.scroe”这个数字"),
        ("executed: D", "excuted: D", "没有“project.*.excuted”这个数字"),
        ("评分表!D11", "评分!D11", "没有名为“评分”的工作表"),
        ("评分表!D11", "评分表!D400", "评分表!D400 在表式之外"),
        ("评分表!D11", "评分表!ZZ11", "评分表!ZZ11 在表式之外"),
        ("last_row: 10", "last_row: 1000", "列表 project 的 评分表!A1000 在表式之外"),
        ("评分表!D11", "图!D11", "“图”是图表工作表"),
        ("评分表!D11", "评分表!B1", "评分表!B1:在合并单元格 A1:F1 的内部"),
        ("评分表!D11", "评分表!E14", "评分表!E14:属于数组公式"),
        ("评分表!D12", "明细 表!E1", "是列表“表一”的标题"),
    ],
)
def test_a_map_that_does_not_fit_the_form_stops_the_run(rich_form, old: str, new: str, words: str):
    assert old in OFFICE_MAP
    form_map = maps.parse_map(OFFICE_MAP.replace(", task: E", "").replace(old, new), "440100/2022/map.yaml")
    with pytest.raises(CannotRun) as caught:
        official.fill(rich_form, form_map, office(2))
    assert words in caught.value.message
    assert caught.value.file == "440100/2022/map.yaml"
    at_fault = form_map.text.splitlines()[caught.value.line - 1]
    assert new in at_fault or ("last_row" in new and at_fault.strip().startswith("- id: project"))


def test_a_form_that_is_no_workbook_stops_the_run(office_map):
    with pytest.raises(CannotRun, match="这不是 .xlsx"):
        official.fill(b"hello", office_map, office(1))


def test_an_unasked_difference_is_our_bug(rich_form, office_map, monkeypatch):
    real = official.patch
    monkeypatch.setattr(official, "patch", lambda form, changes: real(form, {**changes, ("隐藏", "B1"): 8}))
    with pytest.raises(RuntimeError, match="隐藏!B1"):
        official.fill(rich_form, office_map, office(1))


def test_the_forms_own_names_and_weights_are_read(rich_form, office_map):
    first, second = official.read_weights(rich_form, office_map)
    assert (first.leaf, first.name, first.points) == ("a", "单位:万元 填报", Decimal(10))
    assert first.points_cell == Cell("本局表式.xlsx", "评分表", "C5")
    assert (second.name, second.points) == ("", None)
    refilled = official.fill(
        rich_form,
        maps.parse_map("form: x\ncells: {total.score: 评分表!C5}"),
        outcome(figure("total.score", "20分")),
    )
    assert official.read_weights(refilled.content, office_map)[0].points == Decimal(20)


@pytest.mark.parametrize("fits", [2, 3, 7, 30])
def test_a_broken_text_loses_nothing_and_every_piece_fits(fits: int):
    text = (
        "一是统筹做好保障，全年90余次；二是调研32家单位（含企业）。\n三是报送\n\nABCDEFGHIJKLMNOPQRSTUVWXYZ"
        * 3
    )
    found = pieces(text, fits)
    assert all(width(piece) <= 2 * fits for piece in found)
    assert "".join(found) == text.replace("\n", "")


def test_a_note_says_how_many_more_there_are():
    assert (
        official.note_text([], ["甲" * 30, "乙" * 30], 40)
        == f"待定或须留意：{'甲' * 30}；另有 1 处，见 evidence/findings.csv。"
    )
    assert official.note_text(["头"], [], 40) == "头"
