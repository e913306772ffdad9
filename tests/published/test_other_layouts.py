"""Forms in layouts nobody mapped (``layouts``): each problem is found at its cell, and nothing else is said of them."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO

import openpyxl
import pytest
from openpyxl.utils.cell import coordinate_from_string, range_boundaries

from pipeline import filled_forms
from pipeline.check.session import Checker
from tests.published import writing
from tests.published.layouts import LAYOUTS, workbook

#: how a form was read says nothing of its content
READING = "OF-010"
#: form -> (code, its first cell, a part of its sentence) of each finding
EXPECTED: Mapping[str, list[tuple[str, str, str]]] = {
    "total_row_zero": [("OF-018", "D7", "全年预算数总额为 0，各行之和为 89.974")],
    "hints_left": [
        ("OF-033", "H15", "2 项计分的指标没有填实际完成值"),
        ("OF-036", "J15", "全部得分都没有填"),
        ("OF-044", "G6", "共 3 处"),
    ],
    "word_for_an_amount": [
        ("OF-041", "H15", "完成值“完成”不是数字"),
        ("OF-048", "F15", "成本上限高于全年预算数 3.36万元"),
    ],
    "clean_in_three_target_columns": [],
    "points_before_targets": [
        ("OF-030", "E24", "分值印为 100，各项分值合计为 110"),
        ("OF-031", "B13", "产出为 70 而不是 50；效益为 20 而不是 30"),
        ("OF-034", "H24", "少计了预算执行率的得分"),
        ("OF-042", "G13", "共 6 处"),
        ("OF-053", "D23", "……"),
    ],
    "blanks_with_full_marks": [
        ("OF-022", "H6", "没有填执行率"),
        ("OF-033", "E16", "5 项计分的指标没有填年度指标值"),
        *(("OF-037", f"H{row}", "完成值空着") for row in (16, 19, 21, 23, 24, 26)),
        ("OF-053", "D15", "有 5 行只有名称没有内容"),
    ],
    "rate_rounded_up": [
        ("OF-017", "H7", "10 × 86.20% = 8.6204"),
        ("OF-024", "G7", "只写到整数"),
        ("OF-038", "G14", "按完成比例为 8.62"),
        ("OF-053", "C15", "有 5 行只有名称没有内容"),
    ],
    "total_also_at_the_head": [
        ("OF-039", "G15", "“预算执行率”"),
        ("OF-039", "G21", "“公用经费完成时间”"),
        ("OF-040", "G26", "得 13 分（分值 15）"),
        ("OF-040", "G28", "得 8 分（分值 10）"),
        ("OF-052", "G30", "C5 的 98"),
        ("OF-053", "C25", "有 2 行只有名称没有内容"),
    ],
    "cost_first_as_text": [
        ("OF-021", "E6", "超出 2.60"),
        ("OF-026", "D6", "（8.33%）"),
        ("OF-035", "H6", "得分 10.2"),
        ("OF-037", "G14", "按比例为 9.2 分"),
    ],
    "score_before_points": [
        ("OF-026", "E7", "（6.67%）"),
        ("OF-037", "G17", "“人均活动成本”"),
    ],
    "amounts_side_by_side": [
        ("OF-042", "F16", "“≥95%”"),
        ("OF-055", "F12", "完成值 2900人，没有达到指标值 ≥3200人"),
    ],
    "money_by_level": [("OF-037", "G11", "按比例为 19.67 分")],
    "names_without_levels": [("OF-024", "H5", "没有写百分号"), ("OF-029", "H5", "执行率只有 63.00%")],
    "facts_with_money_among_them": [("OF-024", "B6", "没有写百分号")],
    "clean_and_wide": [],
    "sources_in_words": [("OF-026", "D4", "（6.94%）"), ("OF-047", "F14", "144.00%")],
    "subtotals": [
        ("OF-018", "B5", "各行之和为 290.00"),
        ("OF-034", "G18", "“总分”印为 98，各项得分合计为 99"),
        ("OF-037", "G11", "指标值 5月底前、完成值 6月"),
        ("OF-045", "D14", "“改善”"),
        ("OF-047", "E13", "500.00%"),
        ("OF-049", "A19", "填为“良”，总分 98 应为“优”"),
    ],
    "numbers_as_shares": [("OF-024", "G5", "写作“0.98”")],
}
#: form -> rate, sum of what is claimed, score by the rules
FIGURES = {
    "total_row_zero": ("100.00%", "90.00", "100.00"),
    "clean_in_three_target_columns": ("100.00%", "100.00", "100.00"),
    "points_before_targets": ("100.00%", "110.00", "110.00"),
    "rate_rounded_up": ("86.20%", "98.00", "97.24"),
    "total_also_at_the_head": ("100.00%", "94.00", "96.00"),
    "cost_first_as_text": ("102.00%", "98.20", "97.20"),
    "score_before_points": ("90.00%", "97.60", "95.20"),
    "amounts_side_by_side": ("95.50%", None, None),
    "money_by_level": ("90.00%", "96.50", "98.50"),
    "names_without_levels": ("63.00%", "96.30", "96.30"),
    "facts_with_money_among_them": ("99.00%", "97.90", "99.43"),
    "clean_and_wide": ("98.96%", "98.90", "99.90"),
    "sources_in_words": ("97.84%", "99.33", "99.33"),
    "subtotals": ("100.00%", "99.00", "79.68"),
    "numbers_as_shares": ("98.00%", "99.24", "99.24"),
}


@pytest.fixture(scope="module")
def checked(tmp_path_factory) -> Mapping[str, tuple]:
    folder = tmp_path_factory.mktemp("layouts")
    done = {}
    with Checker(beside=False) as checker:
        for name in LAYOUTS:
            path = folder / name / "自评表.xlsx"
            path.parent.mkdir()
            path.write_bytes(workbook(name))
            found = filled_forms.find(path, None, None)
            told = filled_forms.check(found, None, None, "zh", checker, lambda step: None)
            done[name] = told.records, told.forms[0]
    return done


def test_every_layout_is_expected_something_of():
    assert EXPECTED.keys() == LAYOUTS.keys()


@pytest.mark.parametrize("name", LAYOUTS)
def test_each_problem_is_found_at_its_cell(name: str, checked):
    records, _ = checked[name]
    found = sorted(
        (each["code"], each["cell"], each["message"]) for each in records if each["code"] != READING
    )
    assert [(code, cell) for code, cell, _ in found] == sorted(
        (code, cell) for code, cell, _ in EXPECTED[name]
    )
    for (code, cell, words), (_, _, message) in zip(sorted(EXPECTED[name]), found, strict=True):
        assert words in message, (code, cell)


@pytest.mark.parametrize("name", FIGURES)
def test_what_follows_by_rule_agrees_to_the_last_digit(name: str, checked):
    form = checked[name][1]
    assert (form["execution_rate"], form["claimed_sum"], form["recomputed_total"]) == FIGURES[name]


def test_the_year_is_read_from_a_head_without_the_word(checked):
    assert checked["total_also_at_the_head"][1]["year"] == 2021
    assert checked["names_without_levels"][1]["year"] == 2022


def test_the_number_is_that_in_the_docs():
    text = (writing.FOLDER.parents[1] / "docs" / "公开案例核对.md").read_text("utf-8")
    assert f"另有 {len(EXPECTED)} 份" in text and f"：{sum(map(len, EXPECTED.values()))} 条都在" in text


# several forms in one workbook

TOGETHER = ("points_before_targets", "rate_rounded_up", "total_row_zero")


def beside(names) -> bytes:
    """Each form on a sheet of its own, and a sheet that is none."""
    book = openpyxl.Workbook()
    book.active["A1"] = "项目清单"
    for name in names:
        put(book.create_sheet(name[:20]), name, 0)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def below(names) -> bytes:
    """One form below the other on one sheet."""
    book, first = openpyxl.Workbook(), 0
    for name in names:
        put(book.active, name, first)
        first += len(LAYOUTS[name][0]) + 1
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def put(sheet, name: str, above: int) -> None:
    rows, merged, _ = LAYOUTS[name]
    for number, row in enumerate(rows, 1 + above):
        for column, value in enumerate(row, 1):
            if value is not None:
                sheet.cell(number, column, value)
    for area in merged:
        left, top, right, bottom = range_boundaries(area)
        sheet.merge_cells(start_row=top + above, end_row=bottom + above, start_column=left, end_column=right)


def told_of(tmp_path, content: bytes):
    (tmp_path / "各项目.xlsx").write_bytes(content)
    found = filled_forms.find(tmp_path / "各项目.xlsx", None, None)
    with Checker(beside=False) as checker:
        return filled_forms.check(found, None, None, "zh", checker, lambda step: None)


def test_every_sheet_that_is_a_form_is_checked(tmp_path):
    told = told_of(tmp_path, beside(TOGETHER))
    assert [one["sheet"] for one in told.forms] == [name[:20] for name in TOGETHER]
    found = sorted((one["sheet"], one["code"], one["cell"]) for one in told.records if one["code"] != READING)
    wanted = [(name[:20], code, cell) for name in TOGETHER for code, cell, _ in EXPECTED[name]]
    assert found == sorted(wanted)
    assert next(filled_forms.lines(told.forms)).startswith(f"各项目.xlsx {TOGETHER[0][:20]}：")


def test_forms_one_below_the_other_are_each_checked_at_their_own_cells(tmp_path):
    told = told_of(tmp_path, below(TOGETHER))
    assert [(one["execution_rate"], one["claimed_sum"], one["recomputed_total"]) for one in told.forms] == [
        FIGURES[name] for name in TOGETHER
    ]
    wanted, first = [], 0
    for name in TOGETHER:
        for code, cell, _ in EXPECTED[name]:
            column, row = coordinate_from_string(cell)
            wanted.append((code, f"{column}{row + first}"))
        first += len(LAYOUTS[name][0]) + 1
    assert sorted((one["code"], one["cell"]) for one in told.records if one["code"] != READING) == sorted(
        wanted
    )
    assert [one["year"] for one in told.forms] == [2022, 2019, 2022]


def test_a_target_missed_in_a_form_without_scores_is_asked_about(checked):
    (one,) = [each for each in checked["amounts_side_by_side"][0] if each["code"] == "OF-055"]
    assert (one["severity"], one["cell"], one["found"]) == ("warning", "F12", "2900人")
    assert "“解决饮水人口”完成值 2900人，没有达到指标值 ≥3200人，没有写明原因" in one["message"]
