"""``rules adopt``: our own form stripped of its map, and forms laid out otherwise, must come back with the right cells."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
import yaml

from pipeline import adopting, forms, maps, rules
from pipeline.adopt import words
from pipeline.compute.score import compute
from pipeline.errors import CannotRun
from pipeline.maps_figures import unknown_figures
from pipeline.model import Outcome
from pipeline.model_rubric import Rubric
from pipeline.read.submission import read_submission
from pipeline.rules import blocks
from pipeline.write import official
from tests.adopt import layouts

ROOT = Path(__file__).resolve().parents[2]
OWN = ROOT / "input_templates" / "official" / "440100_guangzhou" / "2022"
LAYOUTS = ("one_sheet", "review_first", "weights_by_level", "weights_in_labels")


@pytest.fixture(scope="module")
def rubric() -> Rubric:
    return rules.load("440100", 2022)


@pytest.fixture(scope="module")
def outcome(rubric: Rubric) -> Outcome:
    """The example, scored; with its projects."""
    submission = read_submission(ROOT / "input_templates" / "example", forms.load_specs())
    return compute(submission, rubric, project_rubric=rules.load("440100", 2022, "project"))


@dataclass
class Case:
    folder: Path
    adopted: adopting.Adopted
    layout: layouts.Layout | None = None

    @property
    def said(self) -> str:
        return "\n".join(self.adopted.lines)

    def map(self, key: str = "") -> maps.FormMap:
        name = "project.map.yaml" if self.adopted.proposal.kind == "project" else "map.yaml"
        return maps.load_map(self.folder, name, key)

    def draft(self) -> str:
        return next(self.folder.glob("*.yaml.draft")).read_text("utf-8")


Adopt = Callable[..., Case]


@pytest.fixture
def adopt(tmp_path: Path) -> Adopt:
    def run(
        content: bytes, name: str = "自评表.xlsx", layout: layouts.Layout | None = None, **more: object
    ) -> Case:
        folder = tmp_path / "999900_某市" / "2022"
        folder.mkdir(parents=True)
        (folder / name).write_bytes(content)
        run.folder = folder
        return Case(folder, adopting.adopt(adopting.Request(folder / name, **more)), layout)

    return run


def by_cell(form_map: maps.FormMap) -> dict[str, tuple]:
    return {
        str(one): (figure, one.scale, one.pattern)
        for figure, places in form_map.cells.items()
        for one in places
    }


def by_list(form_map: maps.FormMap) -> dict[tuple, tuple]:
    return {
        (one.id, one.sheet): (one.first_row, one.last_row, one.style_row, one.also,
                              tuple((c.part, c.letter, c.scale) for c in one.columns))
        for one in form_map.lists
    }  # fmt: skip


@pytest.mark.parametrize(("name", "key"), [("map.yaml", ""), ("project.map.yaml", "P01")])
def test_our_own_forms_come_back_whole(adopt: Adopt, name: str, key: str, capsys):
    """Every cell, scale, pattern, list and 分值 cell of the map is reproduced from the form alone."""
    ours = maps.load_map(OWN, name, key)
    case = adopt(ours.form, ours.form_name, region="440100")
    theirs = case.map(key)
    mine, found = by_cell(ours), by_cell(theirs)
    same = [cell for cell in mine if found.get(cell) == mine[cell]]
    with capsys.disabled():
        print(
            f"\n{name}: {len(same)} of {len(mine)} cells, {len(theirs.lists)} of {len(ours.lists)} lists reproduced"
        )
    assert {cell: found.get(cell) for cell in mine} == mine
    # the one cell more: 项目支出小计 has room for a reason too
    assert set(found) - set(mine) <= {"预算执行!F23"}
    assert by_list(theirs) == by_list(ours)
    assert theirs.leaves == ours.leaves
    assert case.adopted.proposal.unplaced == []
    assert "没有放进来 " not in case.said and "2. 处理没有放进来的格子：没有。" in case.said


def test_what_is_left_to_others_is_told_and_not_filled(adopt: Adopt):
    case = adopt((OWN / "部门整体支出绩效自评表.xlsx").read_bytes(), region="440100")
    assert "评分表!I7“复核得分”：财政部门填写的栏，不填" in case.said
    assert "填报说明与签章!A14“填报单位（盖章）”：签字盖章处，留空" in case.said
    assert not [cell for cell in by_cell(case.map()) if re.match("评分表![IJ]", cell)]


@pytest.fixture(params=LAYOUTS)
def layout(request, rubric: Rubric) -> layouts.Layout:
    return getattr(layouts, request.param)(rubric)


def shown(content: bytes, cell: str) -> object:
    sheet, _, address = cell.partition("!")
    return openpyxl.load_workbook(io.BytesIO(content), data_only=True)[sheet][address].value


def same_number(value: object, figure: object, scale: Fraction) -> bool:
    exact = figure.exact if figure.unit in ("万元", "元") and figure.exact is not None else figure.value
    return abs(Fraction(Decimal(str(value))) - Fraction(exact) * scale) < Fraction(1, 10**9)


def assert_filled(
    content: bytes, expected: dict[str, str], outcome: Outcome, rates: dict[str, Fraction]
) -> int:
    """Every expected cell shows its figure; gives how many had something to show."""
    sheets = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    shown_cells = 0
    for cell, figure_id in expected.items():
        figure, (sheet, _, address) = outcome.figures[figure_id], cell.partition("!")
        value = sheets[sheet][address].value
        if isinstance(figure.value, Decimal):
            assert same_number(value, figure, rates.get(cell, Fraction(1))), (
                cell,
                figure_id,
                value,
                figure.value,
            )
            shown_cells += 1
        elif figure.value:
            assert value == figure.value, (cell, figure_id)
            shown_cells += 1
        else:
            assert value in (None, "—"), (cell, figure_id, value)
    return shown_cells


def test_the_right_figures_stand_in_the_right_cells(adopt: Adopt, layout, rubric, outcome):
    case = adopt(layout.content, layout=layout)
    form_map = case.map()
    official.check_map(form_map.form, form_map, outcome.figures)
    found = by_cell(form_map)
    assert {cell: found[cell][0] if cell in found else None for cell in layout.expected} == layout.expected
    filled = official.fill(form_map.form, form_map, outcome)
    rates = {cell: Fraction(one[1]) for cell, one in found.items()}
    assert assert_filled(filled.content, layout.expected, outcome, rates) >= 26
    for cell in layout.untouched:
        assert cell not in found
        assert shown(filled.content, cell) is None
    weights = official.read_weights(form_map.form, form_map)
    assert {one.leaf: one.points for one in weights} == layout.points
    labels = {leaf.id: leaf.label for leaf in rubric.leaves()}
    assert {one.leaf: re.sub(r"^\d+．", "", one.name) for one in weights} == labels


def test_percentages_follow_the_cells_format(adopt: Adopt, rubric):
    form_map = adopt(layouts.one_sheet(rubric).content).map()
    assert form_map.cells["annual.execution_rate"] == (maps.Target("整体自评", "F7", Decimal("0.01")),)


def test_a_rate_without_a_format_is_pointed_out(adopt: Adopt, rubric):
    case = adopt(layouts.review_first(rubric).content)
    assert case.map().cells["annual.execution_rate"] == (maps.Target("封面", "C9"),)
    assert re.search("预算执行率（%）：C9（格子没有百分数格式，将填 99.65 这样的数，请核对）", case.said)


def test_what_nobody_knows_is_listed_with_its_cell(adopt: Adopt, rubric):
    case = adopt(layouts.review_first(rubric).content)
    assert [str(one) for one in case.adopted.proposal.unplaced] == [
        "封面!B10“评价主体”：不认识这个标签，右边的空格没有填",
    ]
    assert "没有放进来 1 处：\n  封面!B10“评价主体”" in case.said
    assert "# - 封面!B10“评价主体”" in (case.folder / "map.yaml").read_text("utf-8")
    assert "下拉选项!A1“”：隐藏的工作表，不填" in case.said
    assert not [cell for cell in by_cell(case.map()) if cell.startswith("下拉选项")]


def test_a_date_line_is_filled_in_place(adopt: Adopt, rubric):
    form_map = adopt(layouts.one_sheet(rubric).content).map()
    assert form_map.cells["basics.report_date"] == (maps.Target("整体自评", "A5", pattern="填报日期：{}"),)
    assert form_map.cells["basics.year"] == (maps.Target("整体自评", "A3", pattern="（{}年度）"),)


def test_a_printed_year_that_is_another_is_told(adopt: Adopt, rubric):
    case = adopt(layouts.weights_by_level(rubric).content, year=2023)
    assert "表上印的是 2022 年，命令说的是 2023 年，请核对" in case.said


def test_a_projects_form_with_its_levels_printed(adopt: Adopt, outcome):
    layout = layouts.project_form()
    case = adopt(layout.content, layout=layout)
    form_map = case.map("P01")
    official.check_map(form_map.form, form_map, outcome.figures)
    found = by_cell(form_map)
    assert {cell: found[cell][0] if cell in found else None for cell in layout.expected} == layout.expected
    lists = {tuple(one.where["level_2"]): (one.first_row, one.last_row) for one in form_map.lists}
    assert lists == {("数量指标", "数量"): (13, 15), ("质量指标", "质量"): (16, 17), ("时效指标", "时效"): (18, 19),
                     ("社会效益指标", "社会效益"): (21, 22), ("服务对象满意度指标", "服务对象满意度"): (23, 24)}  # fmt: skip
    assert {column.part for one in form_map.lists for column in one.columns} == {
        "level_3", "target", "actual", "points", "score", "deviation_reason",
    }  # fmt: skip
    filled = official.fill(form_map.form, form_map, outcome)
    rates = {cell: Fraction(one[1]) for cell, one in found.items()}
    assert assert_filled(filled.content, layout.expected, outcome, rates) >= 9
    # each indicator of the project stands under its own level, with its own numbers
    sheet = openpyxl.load_workbook(io.BytesIO(filled.content), data_only=True)["Sheet1"]
    records = {}
    for figure_id, figure in outcome.figures.items():
        if match := re.fullmatch(r"project\.P01\.indicator\.([^.]+)\.(points|score)", figure_id):
            records.setdefault(match[1], {})[match[2]] = figure.value
    level, seen = "", {}
    for row in range(13, sheet.max_row + 1):
        level = sheet.cell(row, 2).value or level
        if sheet.cell(row, 3).value:
            seen[sheet.cell(row, 3).value] = (
                level.removesuffix("指标"),
                Decimal(str(sheet.cell(row, 6).value)),
            )
    expected = {}
    for key, record in records.items():
        names = [outcome.figures[f"indicator.{key}.{part}"].value for part in ("level_3", "level_2")]
        if names[1].removesuffix("指标") in ("数量", "质量", "时效", "社会效益", "服务对象满意度"):
            expected[names[0]] = (names[1].removesuffix("指标"), record["points"])
    assert len(expected) == 6 and seen == expected
    # what has no line on this form is said beforehand
    assert len(records) == 8  # and 成本, 可持续影响
    assert (
        "只有表上印着的 数量指标、质量指标、时效指标、社会效益指标、服务对象满意度指标 有地方填" in case.said
    )
    assert [str(one) for one in case.adopted.proposal.unplaced] == [
        "Sheet1!C20“产出指标·成本指标”：这里只有一行空行，列表至少要有两行，没有安排",
    ]


def test_the_draft_says_what_the_form_says_and_no_more(adopt: Adopt, rubric):
    """Labels, 分值 and 评分标准 verbatim, weights stated with the form's hash, every rule absent, every setting assumed."""
    case = adopt(layouts.one_sheet(rubric).content)
    raw = yaml.safe_load(case.draft())
    assert (
        raw["region"] == {"code": "999900", "name": "某市"} and raw["years"] == [2022] and raw["total"] == 100
    )
    source = raw["nodes"][0]["weight"]["source"]
    assert re.fullmatch(r"form_999900_2022_[0-9a-f]{8}", source)
    digest = re.search(r"文件 自评表\.xlsx，SHA-256 ([0-9a-f]{64})", case.draft())[1]
    assert digest.startswith(source[-8:])
    leaves, ours = [], {leaf.id: leaf for leaf in rubric.leaves()}

    def walk(nodes: list) -> None:
        for node in nodes:
            assert node["weight"]["source"] == source and node["weight"]["mark"] == "stated"
            leaves.extend([] if "children" in node else [node])
            walk(node.get("children", []))

    walk(raw["nodes"])
    assert [leaf["id"] for leaf in leaves] == list(ours)
    for leaf in leaves:
        assert leaf["rule"] == "absent"
        assert leaf["label"] == ours[leaf["id"]].label and leaf["words"] == ours[leaf["id"]].words
        assert Decimal(str(leaf["weight"]["points"])) == ours[leaf["id"]].weight
    marks = re.findall(r"mark: (\w+)", case.draft().split("\nnodes:")[0].split("\nrounding:")[1])
    assert set(marks) == {"assumed"} and len(marks) > 30
    assert set(re.findall(r"# .*mark: (\w+)", case.draft().split("\nnodes:")[1])) == {"assumed"}
    assert "25 个指标还是 absent，其中 25 个附有建议" in case.said


def test_labels_of_nobody_get_an_id_and_no_rule(adopt: Adopt, rubric):
    """A name that no rubric of ours has: an ASCII id, rule absent, nothing offered."""
    content = _renamed(
        layouts.weights_in_labels(rubric).content, "固定资产利用率（2分）", "古树名木保护率（2分）"
    )
    case = adopt(content)
    draft = case.draft()
    part = draft.split('label: "古树名木保护率"')[1].split("- id:")[0]
    assert "rule: absent" in part and "建议" not in part and "points: 2," in part
    assert re.search(r'- id: x[0-9a-f]{10}\n +label: "古树名木保护率"', draft)
    assert "25 个指标还是 absent，其中 24 个附有建议" in case.said


def _renamed(content: bytes, old: object, new: object) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content))
    changed = 0
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value == old:
                    cell.value, changed = new, changed + 1
    assert changed
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def numbered() -> bytes:
    """One column for all names, their levels told by numbers; two labels in one cell."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet, box = book.add_worksheet("表"), book.add_format({"border": 1})
    sheet.merge_range("A1:E1", "部门整体支出绩效自评表", box)
    sheet.merge_range("A2:E2", "填报单位（盖章）：        填报日期：  年  月  日", box)
    sheet.write_row("A3", ["评价指标", "分值", "评分标准", "自评得分", "扣分原因"], box)
    lines = (
        ("一、履职效能", 50),
        ("1.产出完成", 30),
        ("2.效益完成", 20),
        ("二、管理效率", 50),
        ("1.公开", 48),
        ("2.固定资产利用率", 2),
    )
    for row, (name, points) in enumerate(lines, 3):
        sheet.write_row(row, 0, [name, points, "照办"], box)
        sheet.write_blank(row, 3, None, box)
        sheet.write_blank(row, 4, None, box)
    sheet.write_row("A10", ["合计", 100, "", "", ""], box)
    book.close()
    return stream.getvalue()


def test_levels_told_by_numbers_alone(adopt: Adopt):
    case = adopt(numbered())
    nodes = yaml.safe_load(case.draft())["nodes"]
    assert [
        (one["id"], one["weight"]["points"], [child["label"] for child in one["children"]]) for one in nodes
    ] == [
        ("duty_effectiveness", 50, ["1.产出完成", "2.效益完成"]),
        ("management_efficiency", 50, ["1.公开", "2.固定资产利用率"]),
    ]
    assert nodes[1]["children"][1]["id"] == "fixed_asset_utilisation"
    # people write the name without its number
    assert nodes[1]["children"][1]["aliases"] == ["固定资产利用率"]
    assert "# 建议" in case.draft() and "# 注意" not in case.draft()
    found = by_cell(case.map())
    assert (
        found["表!D7"][0] == "management_efficiency.score"
        and found["表!D9"][0] == "fixed_asset_utilisation.score"
    )
    assert "表!E7" not in found
    assert "3. 核对分值能否加总：能加总。" in case.said


def test_of_several_labels_in_a_cell_the_first_is_filled_and_the_others_told(adopt: Adopt):
    case = adopt(numbered())
    assert by_cell(case.map())["表!A2"] == (
        "basics.department_name", Decimal(1), "填报单位（盖章）：{}    填报日期：  年  月  日",
    )  # fmt: skip
    assert "填了填报单位（盖章），填报日期请手工填，或在表上拆成几格" in case.said


def test_a_proposal_for_other_points_says_so(adopt: Adopt):
    draft = adopt(_renamed(numbered(), 2, 10)).draft()
    assert "# 注意：那里是 2 分，这里分值不同" in draft.split('label: "2.固定资产利用率"')[1]


def test_the_levels_of_the_draft_are_those_of_the_form(adopt: Adopt, layout, rubric):
    """Merged or not, in whatever columns: every name under its own, with its 分值; the draft loads once it has a source."""
    draft = adopt(layout.content).draft()
    path = Path(adopt.folder) / "department.yaml"
    path.write_text(re.sub(r"\bform_\w+", "working_values", draft), encoding="utf-8")
    loaded = rules.load_file(path)

    def shape(nodes) -> list:
        return [(node.id, node.weight, shape(node.children)) for node in nodes]

    assert shape(loaded.nodes) == shape(rubric.nodes)
    assert {leaf.rule for leaf in loaded.leaves()} == {None} and loaded.total == 100


def test_the_bureaus_columns_come_first_under_the_same_words(adopt: Adopt):
    """财政复核 and 部门自评 each over 得分 and 扣分原因: only the department's own are filled."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet, box = book.add_worksheet("表"), book.add_format({"border": 1})
    sheet.write("A1", "部门整体支出绩效自评表", box)
    for area, text in (
        ("A2:A3", "三级指标"),
        ("B2:B3", "分值"),
        ("C2:D2", "财政复核"),
        ("E2:F2", "部门自评"),
    ):
        sheet.merge_range(area, text, box)
    sheet.write_row("C3", ["得分", "扣分原因", "得分", "扣分原因"], box)
    for row, name in enumerate(("数据质量", "固定资产利用率"), 3):
        sheet.write_row(row, 0, [name, 50], box)
        for column in range(2, 6):
            sheet.write_blank(row, column, None, box)
    book.close()
    case = adopt(stream.getvalue())
    assert {cell: one[0] for cell, one in by_cell(case.map()).items()} == {
        "表!E4": "asset_data_quality.score", "表!F4": "asset_data_quality.deduction_reason",
        "表!E5": "fixed_asset_utilisation.score", "表!F5": "fixed_asset_utilisation.deduction_reason",
    }  # fmt: skip
    assert "表!C3“得分”：财政部门填写的栏，不填" in case.said


def _project_money(heads: list[str], first: str) -> bytes:
    """A project's form with a block of money under these headers, and one scored indicator below."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet, box = book.add_worksheet("表"), book.add_format({"border": 1})
    sheet.write("A1", "项目支出绩效自评表", box)
    sheet.write_row("A2", heads, box)
    for row, name in enumerate((first, "其中：财政拨款"), 2):
        sheet.write_row(row, 0, [name, "", "", "", "", "", 10 if row == 2 else ""], box)
    sheet.write_row("A5", ["三级指标", "指标值", "完成值", "分值", "自评得分"], box)
    sheet.write_row("A6", ["任务完成率", "", "", 90, ""], box)
    book.close()
    return stream.getvalue()


def test_money_in_other_words_finds_its_place(adopt: Adopt):
    heads = ["来源", "年初预算", "调整预算", "实际支出", "执行率", "得分", "满分"]
    case = adopt(_project_money(heads, "总额"))
    placed = {cell: one[0] for cell, one in by_cell(case.map("P")).items()}
    assert placed["表!B3"] == "project.P.initial_budget" and placed["表!C3"] == "project.P.annual_budget"
    assert placed["表!D3"] == "project.P.executed" and placed["表!D4"] == "project.P.current_fiscal.executed"


def test_money_under_words_nobody_knows_is_listed_and_not_passed_over(adopt: Adopt):
    heads = ["经费渠道", "年初预算", "中期数", "实际支出", "执行率", "得分", "满分"]
    case = adopt(_project_money(heads, "全部"))
    assert "表!C2“中期数”：不认识这一栏，没有填" in case.said
    assert "表!A3“全部”：不认识这一行的名称" in case.said
    assert not [one for one in by_cell(case.map("P")) if one in ("表!B3", "表!C3", "表!C4")]


def test_weights_that_do_not_add_up_are_told_at_their_cells(adopt: Adopt, rubric):
    content = _renamed(
        layouts.weights_in_labels(rubric).content, "固定资产利用率（2分）", "固定资产利用率（3分）"
    )
    case = adopt(content)
    assert (
        "分值对不上 1 处：\n  自评表!B20“资产管理” 10 分，下级 2 + 1 + 1 + 2 + 2 + 3 = 11 分，加不起来"
        in case.said
    )
    assert "3. 核对分值能否加总：1 处不符，见上" in case.said
    path = case.folder / "department.yaml"
    path.write_text(
        case.draft().replace(re.search(r"form_\w+", case.draft())[0], "working_values"), encoding="utf-8"
    )
    with pytest.raises(CannotRun, match="加不起来"):
        rules.load_file(path)


def test_a_weight_nobody_printed_stays_open(adopt: Adopt, rubric):
    content = _renamed(layouts.weights_in_labels(rubric).content, "固定资产利用率（2分）", "固定资产利用率")
    case = adopt(content)
    assert "“固定资产利用率”没有印分值，草稿里空着" in case.said
    assert "weight: {points: null," in case.draft()


def test_nothing_is_overwritten(adopt: Adopt, rubric):
    case = adopt(layouts.weights_in_labels(rubric).content)
    before = {path.name: path.read_bytes() for path in case.folder.iterdir()}
    with pytest.raises(CannotRun, match="已经有了，不覆盖"):
        adopting.adopt(adopting.Request(case.folder / "自评表.xlsx"))
    assert {path.name: path.read_bytes() for path in case.folder.iterdir()} == before
    assert set(before) == {"自评表.xlsx", "map.yaml", "department.yaml.draft"}


def test_the_same_form_gives_the_same_files(tmp_path: Path, rubric):
    form = tmp_path / "自评表.xlsx"
    form.write_bytes(layouts.one_sheet(rubric).content)
    written = []
    for out in ("a", "b"):
        request = adopting.Request(form, "999900", "某市", 2022, out=tmp_path / out)
        adopting.adopt(request)
        written.append({path.name: path.read_bytes() for path in (tmp_path / out).iterdir()})
    assert written[0] == written[1] and len(written[0]) == 3
    maps.load_map(tmp_path / "a")


def test_forms_that_cannot_be_taken_are_refused_with_a_way_out(tmp_path: Path, rubric):
    def refused(content: bytes, **more: object) -> str:
        form = tmp_path / "表.xlsx"
        form.write_bytes(content)
        with pytest.raises(CannotRun) as caught:
            adopting.adopt(adopting.Request(form, **({"region": "999900", "year": 2022} | more)))
        assert [path.name for path in tmp_path.iterdir()] == ["表.xlsx"]
        return caught.value.message

    good = layouts.one_sheet(rubric).content
    assert "不知道这是哪里、哪一年的表" in refused(good, region=None)
    assert "内容不是表格" in refused(b"\x00\x01\x02") or "TP-001" in refused(b"\x00\x01\x02")
    other = _renamed(good, "某市市级部门整体支出绩效自评表", "自评表")
    assert "看不出是部门整体还是项目支出的表，请加 --kind" in refused(other)
    stream = io.BytesIO()
    book = openpyxl.Workbook()
    book.active["A1"] = "部门整体支出通讯录"
    book.save(stream)
    assert "里没有认出任何要填的格子" in refused(stream.getvalue())


def test_every_figure_of_the_vocabulary_exists(outcome):
    """What words.yaml may put into a map is what a submission can have."""
    ids = {figure for kind in ("department", "project") for figure in words.labels(kind).values()}
    ids |= {f"{group}.{part}" for group in words.rows().values()
            for part in ("initial_budget", "annual_budget", "executed", "execution_rate", "reason")}  # fmt: skip
    ids |= {figure for pair in words.beside().values() for figure in pair}
    cells = {figure.replace("{id}", "P01"): () for figure in ids}
    assert len(cells) > 80
    assert unknown_figures(maps.FormMap("x.xlsx", cells), outcome.figures) == []


def test_rules_offered_are_the_files_own_words():
    path = rules.RUBRICS / "440100_guangzhou" / "2022" / "department.yaml"
    found = {one.id: one for one in blocks.indicator_blocks(path)}
    assert found["asset_compliance"].rule.startswith("rule:\n  measure: problem_count\n  formula:")
    assert found["asset_compliance"].rule.endswith("mark: assumed")
    assert not found["asset_management"].is_leaf and found["asset_management"].rule == ""
    assert yaml.safe_load(blocks.section(path, "grades"))["grades"]["bands"][0] == {
        "grade": "优",
        "at_least": 90,
    }
