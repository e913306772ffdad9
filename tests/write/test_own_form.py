"""Our own form: the committed blank, its map, its look on paper, and its live formulas in an independent calculator."""

from __future__ import annotations

import dataclasses
import re
import shutil
import zipfile
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from pipeline import maps, rules
from pipeline.maps_figures import unknown_figures
from pipeline.model import Figure, Outcome
from pipeline.model_rubric import Node, Rubric
from pipeline.write import official, own_form
from pipeline.write.form_page import height_of
from pipeline.write.styles import lines
from tests.compute.conftest import Draft
from tests.write import calculator
from tests.write.test_workings import hard

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "input_templates" / "official" / "440100_guangzhou" / "2022"
AMOUNTS = ("initial_budget", "annual_budget", "executed")


@pytest.fixture(scope="module")
def rubric() -> Rubric:
    return rules.load("440100", 2022)


@pytest.fixture(scope="module")
def form_map() -> maps.FormMap:
    return maps.load_map(FOLDER)


def figures_for(rubric: Rubric, open_leaf: str = "", projects: int = 3) -> Outcome:
    """Figures for every cell of the form, consistent with one another; ``open_leaf`` is undetermined."""
    made: dict[str, Figure] = {}

    def put(figure_id: str, value: object, unit: str = "", **more: object) -> None:
        made[figure_id] = Figure(figure_id, figure_id, value, unit, **more)

    def group(prefix: str, amounts: tuple[str, str, str] | None) -> None:
        for part, amount in zip(AMOUNTS, amounts or ("", "", ""), strict=True):
            put(f"{prefix}.{part}", Decimal(amount) if amount else "", "万元")
        rate = (Decimal(amounts[2]) / Decimal(amounts[1]) * 100).quantize(Decimal("0.01")) if amounts else ""
        put(f"{prefix}.execution_rate", rate, "%")

    for name in ("department_name", "preparer", "phone"):
        put(f"basics.{name}", f"某{name}")
    put("basics.year", "2022")
    put("staff.established_posts", Decimal(35))
    group("annual", ("2213.06", "2227.70", "2219.83"))
    put("annual.net_adjustment", Decimal("14.64"), "万元")
    put("annual.average_execution_rate", Decimal("100.00"), "%")
    group("kind.personnel", ("1500.00", "1514.64", "1512.00"))
    group("kind.public_running", ("357.08", "357.08", "357.00"))
    group("kind.basic", ("1857.08", "1871.72", "1869.00"))
    group("kind.project", ("355.98", "355.98", "350.83"))
    for name, amounts in (("general_public_budget", True), ("government_fund", False), ("state_capital", False),
                          ("fiscal_account", False), ("unit_funds", False)):  # fmt: skip
        group(f"fund.{name}", ("2213.06", "2227.70", "2219.83") if amounts else None)
    for name, amounts in (("current_fiscal", True), ("carried_over", False), ("other", False)):
        group(f"source.{name}", ("2213.06", "2227.70", "2219.83") if amounts else None)
    lines_of = [("1.00", "1.00", "1.00")] * (projects - 1)
    lines_of.append(
        (
            f"{356 - projects + Decimal('0.98')}",
            f"{356 - projects + Decimal('0.98')}",
            f"{351 - projects + Decimal('0.83')}",
        )
    )
    for number, amounts in enumerate(lines_of, 1):
        put(f"project.P{number:02}.name", f"项目{number}")
        group(f"project.P{number:02}", amounts)
    put("problems.text", "一是制度不全；二是进度偏慢。")
    for node in rubric.walk():
        if not node.children:
            is_open = node.id == open_leaf
            put(
                f"{node.id}.score",
                None if is_open else node.weight,
                "分",
                reason="缺一个数" if is_open else None,
            )
            put(f"{node.id}.deduction_reason", "")
            put(f"{node.id}.evidence", "")
    for top in (*rubric.nodes, None):
        part = list(top.walk()) if top else list(rubric.walk())
        weight = sum((node.weight for node in part if not node.children), Decimal(0))
        is_open = any(node.id == open_leaf for node in part)
        put(
            f"{top.id if top else 'total'}.score",
            None if is_open else weight,
            "分",
            reason="1 项待定" if is_open else None,
        )
    put("total.grade", None if open_leaf else "优", reason="总分待定" if open_leaf else None)
    return Outcome(made)


def pages(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(BytesIO(content))


def test_the_committed_form_and_map_are_those_of_the_rubric(rubric: Rubric, form_map: maps.FormMap):
    form, text = own_form.build(rubric)
    assert form == form_map.form, "python -m pipeline templates"
    assert text == (FOLDER / maps.MAP_NAME).read_text("utf-8"), "python -m pipeline templates"


def test_the_map_fits_the_form_and_names_only_known_figures(rubric: Rubric, form_map: maps.FormMap):
    figures = figures_for(rubric).figures
    assert unknown_figures(form_map, figures) == []
    official.check_map(form_map.form, form_map, figures)
    assert set(form_map.leaves) == {leaf.id for leaf in rubric.leaves()}
    assert [str(target) for target in form_map.cells[f"{rubric.leaves()[0].id}.score"]] == ["评分表!F8"]


def test_the_form_prints_the_rubrics_names_and_weights(rubric: Rubric, form_map: maps.FormMap):
    read = official.read_weights(form_map.form, form_map)
    assert [(one.leaf, one.name, one.points) for one in read] == [
        (leaf.id, leaf.label, leaf.weight) for leaf in rubric.leaves()
    ]
    sheet = pages(form_map.form)["评分表"]
    standards = {sheet[f"E{one.name_cell.address[1:]}"].value for one in read}
    assert standards == {f"指标说明：{leaf.meaning}\n评分标准：{leaf.words}" for leaf in rubric.leaves()}


def test_every_sheet_is_a4_one_page_wide_with_its_header_and_page_numbers(form_map: maps.FormMap):
    for sheet in pages(form_map.form):
        assert sheet.page_setup.paperSize == 9
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.oddFooter.center.text == "第 &P 页 共 &N 页"
        assert sheet.print_area
    titles = {sheet.title: sheet.print_title_rows for sheet in pages(form_map.form)}
    assert (
        titles["评分表"] == "$6:$7"
        and titles["绩效指标"] == titles["预算执行"] == titles["主要任务"] == "$3:$3"
    )


def test_nothing_printed_in_the_blank_is_cut_off(form_map: maps.FormMap):
    """Every text of the blank fits its cell or merged area, by a measure of our own: 12.6 pt a line at least."""
    checked = 0
    for sheet in pages(form_map.form):
        merged = {str(area).split(":")[0]: area for area in sheet.merged_cells.ranges}
        for cell in (cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)):
            if cell.data_type == "f" or not cell.alignment.wrap_text:
                continue
            area = merged.get(cell.coordinate)
            columns = range(area.min_col, area.max_col + 1) if area else [cell.column]
            rows = range(area.min_row, area.max_row + 1) if area else [cell.row]
            wide = sum(sheet.column_dimensions[openpyxl.utils.get_column_letter(n)].width for n in columns)
            high = sum(sheet.row_dimensions[n].height for n in rows)
            assert lines(cell.value, wide) * cell.font.size * 1.2 <= high, f"{sheet.title}!{cell.coordinate}"
            checked += 1
    assert checked > 120


def test_fonts_are_named_and_nothing_newer_than_every_program_is_used(form_map: maps.FormMap):
    with zipfile.ZipFile(BytesIO(form_map.form)) as package:
        text = {name: package.read(name).decode("utf-8") for name in package.namelist()}
    fonts = set(re.findall(r'<name val="([^"]+)"', text["xl/styles.xml"]))
    assert {"宋体", "仿宋"} <= fonts <= {"宋体", "仿宋", "Calibri"}  # Calibri: the default style, in no cell
    assert not any("externalLink" in name or "vbaProject" in name for name in text)
    assert not any("_xlfn" in part or "IFERROR" in part for part in text.values())


def test_the_bureaus_columns_stay_empty(rubric: Rubric, form_map: maps.FormMap):
    filled = official.fill(form_map.form, form_map, figures_for(rubric), "试算稿")
    sheet = pages(filled.content)["评分表"]
    assert sheet["I7"].value == "复核得分" and sheet["J7"].value == "复核意见"
    assert all(
        sheet[f"{letter}{row}"].value is None for letter in "IJ" for row in range(8, sheet.max_row + 1)
    )


def test_the_note_says_that_it_is_a_sample_and_a_trial(rubric: Rubric, form_map: maps.FormMap):
    filled = official.fill(form_map.form, form_map, figures_for(rubric), "试算稿：3 项分值为暂定")
    where = form_map.note.target
    assert filled.changes[where.sheet, where.address] == (
        "示范表式，分值与评分标准待以财政部门印发文件为准\n试算稿：3 项分值为暂定"
    )


def test_a_filled_form_shows_what_was_computed(rubric: Rubric, form_map: maps.FormMap):
    filled = official.fill(form_map.form, form_map, figures_for(rubric, projects=14))
    shown = calculator.values(filled.content)
    assert shown["评分表", "F8"] == 20 and filled.cells["评分表!F8"] == "output_indicators.score"
    assert shown["封面与基本情况", "A3"] == "（2022年度）"
    assert shown["预算执行", "C5"] == 2227.7 and shown["预算执行", "E5"] == 0.9965
    assert shown["预算执行", "C18"] == "—" and ("预算执行", "E18") not in shown
    assert shown["预算执行", "A37"] == "项目14" and shown["预算执行", "D23"] == 350.83
    assert shown["自评结论", "B4"] == "优"
    assert [one.sheet for one in filled.inserted] == ["预算执行"]


@pytest.mark.office
@pytest.mark.parametrize("open_leaf", ["", "contract_filing"])
def test_an_independent_calculator_agrees_with_every_formula(
    rubric: Rubric, form_map: maps.FormMap, tmp_path: Path, open_leaf: str
):
    filled = official.fill(form_map.form, form_map, figures_for(rubric, open_leaf, projects=14))
    assert len(calculator.formula_cells(filled.content)) > 60
    assert calculator.disagreements(filled.content, tmp_path) == []
    total = calculator.recalculated(filled.content, tmp_path)["自评结论", "B3"]
    assert total == (None if open_leaf else 100)  # never the sum of the known scores alone


@pytest.mark.office
@pytest.mark.parametrize("change", [None, hard])
def test_a_computed_year_agrees_as_well(rubric: Rubric, form_map: maps.FormMap, tmp_path: Path, change):
    draft = Draft(rubric)
    outcome = (change(draft) if change else draft).outcome()
    filled = official.fill(form_map.form, form_map, outcome)
    assert calculator.disagreements(filled.content, tmp_path) == []


@pytest.mark.office
def test_a_wrong_value_beside_a_formula_is_caught(rubric: Rubric, form_map: maps.FormMap, tmp_path: Path):
    figures = dict(figures_for(rubric).figures)
    wrong = dataclasses.replace(figures["total.score"], value=Decimal("99.00"))
    filled = official.fill(form_map.form, form_map, Outcome(figures | {"total.score": wrong}))
    found = calculator.disagreements(filled.content, tmp_path)
    assert [line.split(": ")[0] for line in found] == [
        "('封面与基本情况', 'B21')", "('评分表', 'F35')", "('自评结论', 'B3')",
    ]  # fmt: skip


@pytest.mark.office
def test_the_blank_form_agrees_as_well(form_map: maps.FormMap, tmp_path: Path):
    assert shutil.which("soffice") and calculator.disagreements(form_map.form, tmp_path) == []


@pytest.mark.parametrize("depth", [2, 4])
def test_rubrics_of_other_depths_have_a_form_too(rubric: Rubric, depth: int):
    cited = rubric.nodes[0].citation

    def node(name: str, weight: int, *children: Node) -> Node:
        return Node(name, name, Decimal(weight), cited, rubric.leaves()[0].rule, children, "说明", "标准")

    flat = node("top", 10, node("one", 6), node("two", 4))
    deep = node("top", 10, node("mid", 10, node("low", 7, node("one", 3), node("two", 4)), node("three", 3)))
    other = dataclasses.replace(rubric, nodes=(flat if depth == 2 else deep,), total=Decimal(10))
    form, text = own_form.build(other)
    form_map = maps.parse_map(text)
    assert [one.points for one in official.read_weights(form, form_map)] == [
        leaf.weight for leaf in other.leaves()
    ]
    row = 8 + len(other.leaves())
    assert pages(form)["评分表"][f"F{row}"].value.startswith('=IF(OR(F8=""')
    assert height_of(2) > 2 * 15
