"""``rules new-year``: what is copied and changed, what must be confirmed, how two years' forms are compared."""

from __future__ import annotations

import io
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from pipeline import new_year, rules
from pipeline.__main__ import main
from pipeline.adopt import told
from pipeline.adopt.compare import differences
from pipeline.errors import CannotRun
from pipeline.maps import load_map
from pipeline.rules.next_year import scaffold
from pipeline.write.form_cells import read_sheets
from pipeline.write.patch import insert_rows
from tests.adopt import layouts

ROOT = Path(__file__).resolve().parents[2]
REGION = "440100_guangzhou"
FORM = "部门整体支出绩效自评表.xlsx"


def tree(place: Path) -> dict[str, bytes]:
    return {
        path.relative_to(place).as_posix(): path.read_bytes() for path in place.rglob("*") if path.is_file()
    }


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """The rubrics, forms and sources of one region, where a scaffold may be written."""
    place = tmp_path / "office"
    for folder in (f"pipeline/rules/rubrics/{REGION}", f"input_templates/official/{REGION}"):
        shutil.copytree(ROOT / folder, place / folder)
    return place


def test_the_scaffold_loads_and_only_years_and_title_differ(office: Path):
    lines = new_year.prepare(2022, 2023, root=office)
    folder = office / "pipeline" / "rules" / "rubrics" / REGION
    for kind in ("department", "project"):
        old, new = (rules.load_file(folder / year / f"{kind}.yaml") for year in ("2022", "2023"))
        assert (new.years, new.title) == ((2023,), old.title.replace("2022", "2023"))
        assert [(n.id, n.label, n.weight, n.words) for n in new.walk()] == [
            (n.id, n.label, n.weight, n.words) for n in old.walk()
        ]
        assert [leaf.rule.steps for leaf in new.leaves()] == [leaf.rule.steps for leaf in old.leaves()]
        assert {s.id: s.value for s in new.settings.values()} == {
            s.id: s.value for s in old.settings.values()
        }
        text = (folder / "2023" / f"{kind}.yaml").read_text("utf-8")
        assert f"based_on: pipeline/rules/rubrics/{REGION}/2022/{kind}.yaml" in text
        assert "title: 2023年度" in text
    assert lines[0] == "为 2023 年度搭架子（从 2022 年度）"


@pytest.mark.parametrize("one", rules.available(), ids=str)
def test_every_rubric_of_ours_can_be_scaffolded(one: rules.Available, tmp_path: Path):
    """Whatever its kind, variant and layout: it loads for the other year, holds no mark stated and no comparison made."""
    made = scaffold(one.path, one.path.name, one.years[0], 2031)
    path = tmp_path / one.path.name
    path.write_text(made.text, encoding="utf-8")
    old, new = rules.load_file(one.path), rules.load_file(path)
    assert (new.years, new.kind, new.variant) == ((2031,), old.kind, old.variant)
    assert [(n.id, n.label, n.weight) for n in new.walk()] == [(n.id, n.label, n.weight) for n in old.walk()]
    cited = [node.citation for node in new.walk()] + [setting.citation for setting in new.settings.values()]
    cited += [leaf.rule.citation for leaf in new.leaves() if leaf.rule]
    assert "stated" not in {each.mark for each in cited} and {each.verified for each in cited} == {""}
    assert len(made.marks) == len([line for line in yaml_lines(made.text) if re.search(r"\bmark: \w", line)])


def yaml_lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if not line.lstrip().startswith("#")]


def test_what_was_compared_last_year_was_not_compared_this_year(office: Path):
    path = office / "pipeline" / "rules" / "rubrics" / REGION / "2022" / "department.yaml"
    text = path.read_text("utf-8")
    old = "weight: {points: 50, source: published_report_2022, mark: stated}"
    assert old in text
    path.write_text(text.replace(old, old[:-1] + ", verified: 2022-12-01 张三}"), encoding="utf-8")
    assert rules.load_file(path).nodes[0].citation.verified == "2022-12-01 张三"
    new_year.prepare(2022, 2023, root=office)
    assert "verified" not in (path.parents[1] / "2023" / "department.yaml").read_text("utf-8")


def test_what_last_years_document_stated_is_only_assumed_now(office: Path):
    lines = "\n".join(new_year.prepare(2022, 2023, root=office))
    folder = office / "pipeline" / "rules" / "rubrics" / REGION
    old, new = (rules.load_file(folder / year / "department.yaml") for year in ("2022", "2023"))
    stated = [node.id for node in old.walk() if node.citation.mark == "stated"]
    assert stated == ["duty_effectiveness", "management_efficiency"]
    assert set(stated) <= set(new.assumed().weights)
    assert "monitoring_month" in new.assumed().settings
    assert not [node.id for node in new.walk() if node.citation.mark == "stated"]
    # every mark of the file is told once, each with the line where it stands
    text = (folder / "2023" / "department.yaml").read_text("utf-8").split("\n")
    marks = [
        number
        for number, line in enumerate(text, 1)
        if re.search(r"\bmark: \w", line) and not line.startswith("#")
    ]
    part = lines.split("department.yaml 要由 2023 年度的文件确认")[1].split(" 要由 2023 年度")[0]
    assert part.startswith(f" {len(marks)} 处：")
    told_lines = {int(one) for one in re.findall(r"第 (\d+) 行 |（(\d+)）", part) for one in one if one}
    assert told_lines == set(marks)
    number = next(n for n, line in enumerate(text, 1) if "label: 履职效能" in line) + 1
    assert f"第 {number} 行 履职效能的分值（published_report_2022，上年标 stated），已改为 assumed" in part
    assert text[number - 1].endswith("mark: assumed}  # 2022 年标 stated，待确认")


def test_forms_and_maps_are_copied_and_nothing_is_overwritten(office: Path):
    new_year.prepare(2022, 2023, root=office)
    old, new = (office / "input_templates" / "official" / REGION / year for year in ("2022", "2023"))
    assert tree(old) == tree(new)
    assert load_map(new).form == (old / FORM).read_bytes()
    written = tree(office)
    mine = office / "pipeline" / "rules" / "rubrics" / REGION / "2023" / "department.yaml"
    mine.write_text(mine.read_text("utf-8") + "# 我改过的\n", encoding="utf-8")
    lines = "\n".join(new_year.prepare(2022, 2023, root=office))
    assert mine.read_text("utf-8").endswith("# 我改过的\n")
    mine.write_bytes(written[mine.relative_to(office).as_posix()])
    assert tree(office) == written
    assert f"保留 pipeline/rules/rubrics/{REGION}/2023/department.yaml（已有 2023 年度的规则）" in lines
    assert f"{FORM}：文件夹里的还是上年那一份，没有可比的" in lines


def test_a_file_in_the_way_is_kept_even_alone(office: Path):
    """A map that somebody began, and a rubric not yet dated: neither is written over."""
    place = office / "input_templates" / "official" / REGION / "2023"
    rubric = office / "pipeline" / "rules" / "rubrics" / REGION / "2023" / "project.yaml"
    place.mkdir()
    rubric.parent.mkdir()
    (place / "map.yaml").write_text("我的对照表", encoding="utf-8")
    old = (rubric.parents[1] / "2022" / "project.yaml").read_text("utf-8")
    rubric.write_text(old.replace("years: [2022]", "years: [2035]"), encoding="utf-8")
    lines = "\n".join(new_year.prepare(2022, 2023, root=office))
    assert (place / "map.yaml").read_text("utf-8") == "我的对照表"
    assert "years: [2035]" in rubric.read_text("utf-8")
    assert f"保留 input_templates/official/{REGION}/2023/map.yaml（已经有了，没有动）" in lines
    assert f"保留 pipeline/rules/rubrics/{REGION}/2023/project.yaml（已经有了，没有动）" in lines


def test_it_can_be_tried_elsewhere(office: Path, tmp_path: Path):
    before = tree(office)
    new_year.prepare(2022, 2023, "440100", tmp_path / "try", office)
    assert tree(office) == before
    # every rubric, form and map of the year before, in the same places of another folder
    assert set(tree(tmp_path / "try")) == {name.replace("/2022/", "/2023/") for name in before}
    assert f"pipeline/rules/rubrics/{REGION}/2023/department.yaml" in tree(tmp_path / "try")


@pytest.mark.parametrize(
    ("before", "region", "words"),
    [(2021, None, "没有 2021 年度的评分规则"), (2022, "999999", "没有 999999 地区 2022 年度的评分规则")],
)
def test_no_rubric_for_the_year_before_is_refused_with_what_exists(office: Path, before, region, words):
    untouched = tree(office)
    with pytest.raises(CannotRun) as caught:
        new_year.prepare(before, 2023, region, root=office)
    assert words in caught.value.message and "不会拿别的年度代替" in caught.value.message
    for kind in ("department", "project"):
        assert f"440100 广州市 2022 {kind}" in caught.value.message.split("现有：")[1]
    assert tree(office) == untouched


@pytest.fixture
def cli(monkeypatch, capsys) -> Callable[..., tuple[int, str, str]]:
    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["python -m pipeline", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        shown = capsys.readouterr()
        return ended.value.code, shown.out, shown.err

    return run


def test_a_year_without_rules_ends_with_two_and_never_takes_the_nearest(cli, tmp_path: Path):
    """``rules new-year``, ``rules show``, ``report`` and ``check``: exit 2, and the list of what exists."""
    example = ROOT / "input_templates" / "example"
    for arguments in (
        ("rules", "new-year", 2019, 2020, "--out", tmp_path),
        ("rules", "show", "440100", 2023),
        ("report", example, "--out", tmp_path, "--year", 2023),
        ("report", example, "--out", tmp_path, "--region", "440300"),
        ("check", example, "--year", 2021),
    ):
        code, out, err = cli(*arguments)
        assert (code, out) == (2, ""), arguments
        assert "440100 广州市 2022 department" in err, arguments
    assert list(tmp_path.iterdir()) == []


def test_the_commands_explain_themselves(cli):
    code, out, _ = cli("rules", "--help")
    assert code == 0
    assert "由空白表提出单元格对照表和规则草稿" in out and "为新年度搭架子" in out
    code, out, _ = cli("rules", "adopt", "--help")
    assert code == 0 and "--region" in out and "--out" in out and "空白表" in out
    code, _, err = cli("rules", "adopt")
    assert code == 2 and "还缺少 空白表" in err


def test_the_steps_are_those_of_the_document():
    """docs/add-a-year.md has the same steps under the same numbers, for adopt and for new-year."""
    document = (ROOT / "docs" / "add-a-year.md").read_text("utf-8")
    for heading, steps in (("## 新的一年", new_year.STEPS), ("## 采用财政部门印发的表", told.STEPS)):
        part = document.split(heading + "\n")[1].split("\n## ")[0]
        assert re.findall(r"^(\d+)\. \*\*(.+?)\*\*", part, re.M) == [
            (str(number), head) for number, head in enumerate(steps, 1)
        ]


def test_the_screen_has_the_steps_in_the_same_order(office: Path):
    lines = new_year.prepare(2022, 2023, root=office)
    steps = lines[lines.index("接下来：") + 1 :]
    assert [re.match(r"  (\d+)\. (.+?)[：。]", line).groups() for line in steps] == [
        (str(number), head) for number, head in enumerate(new_year.STEPS, 1)
    ]


# --- the two forms compared


def changed(content: bytes, **cells: object) -> bytes:
    """A workbook with cells of 评分表 changed (``D13=4``)."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    for address, value in cells.items():
        book["评分表"][address] = value
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def compared(before: bytes, after: bytes) -> list[str]:
    return differences(read_sheets(before), read_sheets(after))


@pytest.fixture(scope="module")
def form() -> bytes:
    return (ROOT / "input_templates" / "official" / REGION / "2022" / FORM).read_bytes()


def test_the_same_form_has_no_differences(form: bytes):
    assert compared(form, form) == []


def test_a_weight_and_a_name_that_changed(form: bytes):
    after = changed(form, D13=4, C14="财务管理规范性", B15="信息公开\n（4分）")
    assert compared(form, after) == [
        "评分表!D13：“预算编制约束性”由 3 改为 4",
        "评分表!C14：“财务管理合规性”改为“财务管理规范性”",
        "评分表!B15：“信息公开”的分值由 3 改为 4",
    ]


def test_a_row_put_in_between_moves_the_others_and_changes_none(form: bytes):
    grown = changed(insert_rows(form, "评分表", 13, 1, 13), C14="预算调整规范性", D14=1)
    assert compared(form, grown) == [
        "评分表：上年第 14–36 行移到第 15–37 行",
        "评分表：新增第 14 行“预算调整规范性”，数字 1",
    ]
    assert compared(grown, form) == [
        "评分表：上年第 15–37 行移到第 14–36 行",
        "评分表：上年第 14 行“预算调整规范性”没有了，数字 1",
    ]


def test_columns_in_another_order_and_a_renamed_sheet(form: bytes):
    book = openpyxl.load_workbook(io.BytesIO(form))
    sheet = book["评分表"]
    sheet["G7"], sheet["H7"] = sheet["H7"].value, sheet["G7"].value
    book["主要任务"].title = "重点任务"
    stream = io.BytesIO()
    book.save(stream)
    found = compared(form, stream.getvalue())
    assert found == [
        "工作表“主要任务”改名为“重点任务”",
        "评分表：“部门自评/扣分原因”栏由 G 列移到 H 列",
        "评分表：“部门自评/佐证编号”栏由 H 列移到 G 列",
    ]


def test_the_new_form_is_compared_when_it_is_there(office: Path, form: bytes):
    place = office / "input_templates" / "official" / REGION / "2023"
    place.mkdir()
    (place / "2023年自评表.xlsx").write_bytes(changed(form, D13=4))
    lines = "\n".join(new_year.prepare(2022, 2023, root=office))
    assert f"{FORM} → 2023年自评表.xlsx：1 处不同\n      评分表!D13：“预算编制约束性”由 3 改为 4" in lines
    assert f"rules adopt input_templates/official/{REGION}/2023/2023年自评表.xlsx" in lines
    # a map that may no longer fit is not copied; the other form is
    assert "map.yaml" not in {path.name for path in place.iterdir()}
    assert {"2023年自评表.xlsx", "项目支出绩效自评表.xlsx", "project.map.yaml"} <= {
        path.name for path in place.iterdir()
    }
    assert FORM not in {path.name for path in place.iterdir()}


def test_a_new_form_that_says_the_same_gets_last_years_map(office: Path, form: bytes):
    place = office / "input_templates" / "official" / REGION / "2023"
    place.mkdir()
    (place / "新表.xlsx").write_bytes(changed(form))
    lines = "\n".join(new_year.prepare(2022, 2023, root=office))
    assert "新表.xlsx：与上年的表逐格相同" in lines
    assert load_map(place).form_name == "新表.xlsx"


def test_last_years_map_does_not_hide_this_years_form(office: Path, form: bytes):
    """Copied first, the new form came later: it is compared, and the way on is told."""
    new_year.prepare(2022, 2023, root=office)
    place = office / "input_templates" / "official" / REGION / "2023"
    (place / "A新表.xlsx").write_bytes(changed(form, D13=4))
    lines = "\n".join(new_year.prepare(2022, 2023, root=office))
    assert "A新表.xlsx：1 处不同" in lines and "请先移走复制来的 map.yaml，再运行" in lines


def test_an_adopted_form_of_another_layout_is_compared_too():
    rubric = rules.load("440100", 2022)
    before = layouts.weights_in_labels(rubric).content
    book = openpyxl.load_workbook(io.BytesIO(before))
    book["自评表"]["C25"] = "固定资产利用率（3分）"
    stream = io.BytesIO()
    book.save(stream)
    assert compared(before, stream.getvalue()) == ["自评表!C25：“固定资产利用率”的分值由 2 改为 3"]
