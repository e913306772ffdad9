"""Every project rubric has its own blank form and map, filled with its own scores; variants stand beside the one in force."""

from __future__ import annotations

import io
from decimal import Decimal

import openpyxl
import pytest

from pipeline import maps, rules
from pipeline.compute.score import compute
from pipeline.write import official
from pipeline.write.own_project_form import form_name, map_name
from tests.compute.conftest import Draft
from tests.compute.test_project_rubrics import BENEFIT, COST, OUTPUT, SATISFACTION, graded, row

PROJECTS = [one for one in rules.available() if one.kind == "project"]
ROWS = {
    "": [row(OUTPUT, "≥1个", "1个", "50"), row(BENEFIT, "≥1项", "1项", "30"), row(SATISFACTION, "≥90%", "95%", "10")],
    "with_cost": [
        row(OUTPUT, "≥1个", "1个", "40"), row(COST, "≤10万元", "11万元", "20"), row(BENEFIT, "≥1项", "1项", "20"),
        row(SATISFACTION, "≥90%", "95%", "10"),
    ],
    "640100": [
        graded("决策指标", "达成", "9", "10"), graded("管理指标", "达成", "13", "15"), row(OUTPUT, "≥1个", "1个", "30"),
        row(BENEFIT, "≥1项", "1项", "35"),
    ],
    "420000": [row(OUTPUT, "≥1个", "1个", "80")],
}  # fmt: skip
#: 分值 and 得分 of the execution row, total, grade: 97.5 of 100 万元 spent
SHOWN = {
    "": (10, "9.75", "99.75"), "with_cost": (10, "9.75", "97.75"), "execution_caps": (10, "9.75", "99.75"),
    "640100": (10, "9.75", "96.75"), "420000": (20, "19.5", "99.5"),
}  # fmt: skip


@pytest.mark.parametrize("one", PROJECTS, ids=str)
def test_the_form_of_every_project_rubric_is_filled_with_its_scores(one):
    rubric = rules.load_file(one.path)
    key = one.variant or one.region_code
    year = Draft(rules.load("440100", 2022))
    year.tables["indicator_results.indicators"] = ROWS.get(key, ROWS[""])
    year.set(
        "budget_execution.expenditure", {"project_id": "P01"},
        initial_budget_fen="100", annual_budget_fen="100", executed_fen="97.5",
    )  # fmt: skip
    outcome = compute(year.submission(), year.rubric, project_rubric=rubric)
    form_map = maps.load_map(rules.official_folder(rubric), map_name(one.variant), "P01")
    assert form_map.form_name == form_name(one.variant)
    filled = official.fill(form_map.form, form_map, outcome, "")
    sheet = openpyxl.load_workbook(io.BytesIO(filled.content), data_only=True).active
    total = form_map.cells["project.P01.score"][0].address
    grade = form_map.cells["project.P01.grade"][0].address
    weight, score, whole = SHOWN.get(key, SHOWN[""])
    assert (sheet["F7"].value, Decimal(str(sheet["H7"].value))) == (weight, Decimal(score))
    assert (Decimal(str(sheet[total].value)), sheet[grade].value) == (Decimal(whole), "优")
    listed = [sheet[f"A{at}"].value for at in range(14, 14 + len(ROWS.get(key, ROWS[""])))]
    assert listed == [each["level_1"] for each in ROWS.get(key, ROWS[""])]


def test_a_capped_total_is_written_as_the_cap_allows():
    """A sum of 97.00 with 70% spent: 89 on the form, and no formula that would show the sum."""
    rubric = rules.load("000000", 2022, "project", variant="execution_caps")
    year = Draft(rules.load("440100", 2022))
    year.tables["indicator_results.indicators"] = ROWS[""]
    year.set(
        "budget_execution.expenditure", {"project_id": "P01"},
        initial_budget_fen="100", annual_budget_fen="100", executed_fen="70",
    )  # fmt: skip
    outcome = compute(year.submission(), year.rubric, project_rubric=rubric)
    form_map = maps.load_map(rules.official_folder(rubric), map_name("execution_caps"), "P01")
    filled = official.fill(form_map.form, form_map, outcome, "")
    total = form_map.cells["project.P01.score"][0].address
    for data_only in (True, False):
        assert (
            openpyxl.load_workbook(io.BytesIO(filled.content), data_only=data_only).active[total].value == 89
        )


def test_a_variant_does_not_take_the_place_of_the_one_in_force():
    assert (form_name(""), map_name("")) == ("项目支出绩效自评表.xlsx", "project.map.yaml")
    assert (form_name("with_cost"), map_name("with_cost")) == (
        "项目支出绩效自评表_with_cost.xlsx",
        "project.with_cost.map.yaml",
    )
