"""退回单: the problems at their cells in the filler's own file, and nothing else; handed in again it says the same."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import yaml
from lxml import etree
from openpyxl.comments import Comment

from pipeline import run
from pipeline.read.preflight import check
from pipeline.read.workbook import open_book
from pipeline.write import notes
from pipeline.write.patch import patch
from pipeline.write.problems import Problem
from pipeline.write.returned import mark, unmark

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "input_templates" / "example"
LIST = "问题清单"
#: a dozen mistakes of different kinds, in eight files
PLANTED = ("BD-001", "BD-012", "BE-001", "BE-007", "MS-008", "PI-001", "PI-009", "MG-009", "MG-013", "PC-008",
           "EV-005", "SC-012")  # fmt: skip
COLOURS = {"critical": "F8B0A8", "warning": "FCD878", "info": "C8DCF0"}


def changes_of(*codes: str) -> dict[str, dict[tuple[str, str], object]]:
    """File -> cells that make the example raise these codes."""
    found: dict[str, dict] = {}
    for code in codes:
        (path,) = (ROOT / "tests" / "should_fail").glob(f"{code}_*.yaml")
        for one in yaml.safe_load(path.read_text("utf-8"))["change"]:
            value = Decimal(str(one["value"])) if isinstance(one["value"], float) else one["value"]
            found.setdefault(one["file"], {})[one["sheet"], one["cell"]] = value
    return found


def submission(folder: Path, changes: Mapping[str, Mapping], **files: bytes) -> Path:
    """The example with cells changed."""
    shutil.copytree(EXAMPLE, folder)
    for name, cells in changes.items():
        (folder / name).write_bytes(patch((folder / name).read_bytes(), cells))
    return folder


def report(folder: Path, out: Path) -> run.Result:
    return run.report(run.Request(folder, out, beside=False), lambda _: None)


def copies_of(result: run.Result) -> dict[str, bytes]:
    folder = result.folder / "退回单"
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())} if folder.exists() else {}


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def opened(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content), rich_text=False)


def listed(content: bytes) -> list[dict[str, object]]:
    """The rows of the list by their headers, with the link of each."""
    sheet = opened(content).worksheets[0]
    top = next(row for row in range(1, 12) if sheet.cell(row, 1).value == "序号")
    labels = [cell.value for cell in sheet[top]]
    rows = []
    for cells in sheet.iter_rows(min_row=top + 1):
        one = {label: cell.value for label, cell in zip(labels, cells, strict=True)}
        link = cells[labels.index("单元格")].hyperlink
        rows.append(one | {"link": link.location if link else None})
    return rows


def fills(book: openpyxl.Workbook) -> dict[tuple[str, str], str]:
    return {
        (sheet.title, cell.coordinate): f"{cell.fill.fill_type}{cell.fill.fgColor.rgb}{cell.fill.fgColor.theme}"
        for sheet in book for row in sheet.iter_rows() for cell in row
    }  # fmt: skip


def comments(book: openpyxl.Workbook) -> dict[tuple[str, str], str]:
    return {
        (sheet.title, cell.coordinate): cell.comment.text
        for sheet in book for row in sheet.iter_rows() for cell in row if cell.comment
    }  # fmt: skip


def values(book: openpyxl.Workbook) -> dict[tuple[str, str], object]:
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book if sheet.title not in (LIST, "_jixiao")
        for row in sheet.iter_rows() for cell in row if cell.value is not None
    }  # fmt: skip


def painted(before: bytes, after: bytes) -> dict[tuple[str, str], str]:
    """Cells whose fill is another than before -> their colour."""
    old, new = fills(opened(before)), fills(opened(after))
    return {
        place: found.removeprefix("solid")[2:8]
        for place, found in new.items()
        if place[0] != LIST and not found.startswith("None") and found != old.get(place)
    }


def cells_in(result: run.Result, name: str) -> set[tuple[str, str]]:
    return {
        (cell["sheet"], cell["cell"])
        for one in result.records
        for cell in one["cells"]
        if cell["file"] == name
    }


def near(colour: str, severity: str) -> bool:
    """Whether a colour is that of a severity, but for what nobody sees."""
    pairs = zip(bytes.fromhex(colour), bytes.fromhex(COLOURS[severity]), strict=True)
    return all(0 <= one - other <= 12 for one, other in pairs)


def resubmitted(folder: Path, base: Path, copies: Mapping[str, bytes]) -> Path:
    """The submission again, the copies in place of the files they were made from."""
    shutil.copytree(base, folder)
    for name, content in copies.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture(scope="module")
def planted(tmp_path_factory) -> Path:
    return submission(tmp_path_factory.mktemp("planted") / "填报", changes_of(*PLANTED))


@pytest.fixture(scope="module")
def result(planted, tmp_path_factory) -> run.Result:
    return report(planted, tmp_path_factory.mktemp("run"))


# -- what is in a copy ------------------------------------------------------------------------------------------
def test_twelve_problems_are_twelve_rows_in_the_lists_of_their_files(result):
    assert sorted(one["code"] for one in result.records) == sorted(PLANTED)
    copies = copies_of(result)
    assert len(copies) == 8
    rows = {(name, row["规则"], row["link"]) for name, content in copies.items() for row in listed(content)}
    assert rows == {(one["file"], one["code"], f"'{one['sheet']}'!{one['cell']}") for one in result.records}
    assert sum(len(listed(content)) for content in copies.values()) == 12


def test_fills_and_comments_are_at_exactly_the_cells_of_the_findings(result, planted):
    for name, content in copies_of(result).items():
        cells = cells_in(result, name)
        coloured = painted((planted / name).read_bytes(), content)
        told = comments(opened(content))
        assert coloured.keys() == told.keys() == cells
        for one in result.records:
            for cell in one["cells"]:
                if cell["file"] == name:
                    place = cell["sheet"], cell["cell"]
                    assert near(coloured[place], one["severity"]), (place, coloured[place])
                    body = one["message"].split("：", 1)[1].split("依据：")[0]
                    assert one["code"] in told[place] and body in told[place] and one["basis"] in told[place]
                    number = next(row["序号"] for row in listed(content) if row["规则"] == one["code"])
                    assert f"见《问题清单》序号 {number}" in told[place]


def test_the_style_below_a_mark_keeps_its_border_format_and_font(result, planted):
    name = "2_预算执行.xlsx"
    before, after = opened((planted / name).read_bytes())["支出"], opened(copies_of(result)[name])["支出"]
    one, other = before["G5"], after["G5"]
    for name in ("number_format", "border", "font", "alignment", "protection"):
        assert repr(getattr(one, name)) == repr(getattr(other, name)), name
    assert one.border.left.style == "thin" and one.number_format == "#,##0.00####"


def test_nothing_else_of_the_file_changes(result, planted):
    """All other parts byte for byte; in a marked sheet only styles of marked cells and the tie to the comments."""
    for name, content in copies_of(result).items():
        before, after = parts_of((planted / name).read_bytes()), parts_of(content)
        changed = {part for part in before if before[part] != after[part]}
        sheets = {part for part in changed if part.startswith("xl/worksheets/")}
        expected = {"[Content_Types].xml", "xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"}
        assert changed - sheets == expected
        assert all(
            re.match(r"xl/(comments|drawings/vmlDrawing|worksheets/sheet|worksheets/_rels/)", part)
            for part in after.keys() - before.keys()
        )
        hidden = sum(b"mark.1" in after[part] for part in sheets)
        assert hidden == 1
        for part in sheets:
            if b"mark.1" not in after[part]:
                bare = re.sub(rb"<legacyDrawing [^>]*/>", b"", after[part])
                assert _without_styles(bare) == _without_styles(before[part])
        for part, data in after.items():
            etree.fromstring(data) if part.endswith((".xml", ".rels", ".vml")) else None


def _without_styles(data: bytes) -> bytes:
    return re.sub(rb'(<c r="\w+") s="\d+"', rb"\1", data).replace(b'tabSelected="1"', b'tabSelected="0"')


def test_the_list_is_a_page_wide_and_stays_readable_on_paper(result):
    sheet = opened(copies_of(result)["5_管理事项.xlsx"]).worksheets[0]
    assert sheet.title == LIST and sheet["A1"].value == "问题清单：5_管理事项.xlsx"
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == (
        9,
        "landscape",
        0,
    )
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.freeze_panes, sheet.print_title_rows, sheet.auto_filter.ref) == ("A5", "$4:$4", "A4:J6")
    assert all(sheet.cell(5, column).alignment.wrap_text for column in range(1, 11))
    book = opened(copies_of(result)["5_管理事项.xlsx"])
    assert book.active.title == LIST
    assert [one.title for one in book if one.sheet_view.tabSelected] == [LIST]  # never a group of sheets


def test_rows_are_ordered_by_division_then_points_then_severity():
    made = [
        Problem(0, "info", "A", (("支出", "G5"),), (), "一", "改", "据", Decimal(9), "财务"),
        Problem(0, "warning", "B", (("支出", "G5"),), (), "二", "改", "据", Decimal(2), "财务"),
        Problem(0, "critical", "C", (("支出", "G5"),), (), "三", "改", "据", Decimal(2), "财务"),
        Problem(0, "critical", "D", (("支出", "G5"),), (), "四", "改", "据", Decimal(5), "人事处"),
        Problem(0, "critical", "E", (("支出", "G5"),), (), "五", "改", "据", None, "财务"),
    ]
    from pipeline.write.problems import _in_order

    assert [(one.number, one.code) for one in _in_order(made)] == [
        (1, "A"),
        (2, "C"),
        (3, "B"),
        (4, "E"),
        (5, "D"),
    ]


def test_several_problems_at_one_cell_share_a_comment_and_the_gravest_colour():
    problems = [
        Problem(1, "warning", "BE-015", (("支出", "G7"),), (), "执行率偏低", "请说明", "依据一", None, "财务"),
        Problem(2, "critical", "BE-014", (("支出", "G7"), ("支出", "F7")), (), "大于预算", "请核对", "依据二", None, "财务"),
    ]  # fmt: skip
    form = (EXAMPLE / "2_预算执行.xlsx").read_bytes()
    content = mark(form, "2_预算执行.xlsx", problems)
    text = comments(opened(content))["支出", "G7"]
    assert text.startswith(
        "【核查】2 个问题，见《问题清单》序号 2、1\n2. BE-014 必须改：大于预算。请核对。依据：依据二。\n1. BE-015"
    )
    assert {place: near(colour, "critical") for place, colour in painted(form, content).items()} == {
        ("支出", "G7"): True, ("支出", "F7"): True,
    }  # fmt: skip


# -- handed in again --------------------------------------------------------------------------------------------
def test_handing_in_the_copies_unchanged_says_the_same_and_marks_do_not_pile_up(result, planted, tmp_path):
    copies = copies_of(result)
    again = report(resubmitted(tmp_path / "填报", planted, copies), tmp_path / "out")
    assert list(again.records) == list(result.records)
    assert again.figures == result.figures
    assert copies_of(again) == copies


def test_taking_the_marks_out_gives_the_file_back(result, planted):
    for name, content in copies_of(result).items():
        before, after = parts_of((planted / name).read_bytes()), parts_of(unmark(content))
        assert before == after, name


def test_a_workbook_without_marks_is_given_back_as_it_is(rich_form):
    assert unmark(rich_form) is rich_form
    for path in EXAMPLE.glob("*.xlsx"):
        assert unmark(path.read_bytes()) == path.read_bytes()


@pytest.mark.parametrize("how", ["openpyxl", "patch"])
def test_correcting_in_the_copies_leaves_nothing_to_say(result, planted, tmp_path, how):
    changes = changes_of(*PLANTED)
    corrected = {}
    for name, content in copies_of(result).items():
        good = openpyxl.load_workbook(EXAMPLE / name)
        right = {(sheet, cell): good[sheet][cell].value for sheet, cell in changes[name]}
        if how == "patch":
            exact = {
                key: Decimal(str(value)) if isinstance(value, float) else value
                for key, value in right.items()
            }
            corrected[name] = patch(content, exact)
            continue
        book = opened(content)
        for (sheet, cell), value in right.items():
            book[sheet][cell].value = value
        stream = io.BytesIO()
        book.save(stream)
        corrected[name] = stream.getvalue()
    again = report(resubmitted(tmp_path / "填报", planted, corrected), tmp_path / "out")
    assert [one["message"] for one in again.records] == []
    assert again.figures["total.score"]["printed"] == "98.00"
    assert not (again.folder / "退回单").exists()


def test_after_another_program_saved_it_only_what_is_still_wrong_is_marked(result, planted, tmp_path):
    """One of two problems corrected in a copy that openpyxl has written anew: parts, styles and comments renumbered."""
    name = "4_绩效指标_信息调研处.xlsx"
    book = opened(copies_of(result)[name])
    book["指标"]["J9"].value = openpyxl.load_workbook(EXAMPLE / name)["指标"]["J9"].value
    stream = io.BytesIO()
    book.save(stream)
    again = report(resubmitted(tmp_path / "填报", planted, {name: stream.getvalue()}), tmp_path / "out")
    content = copies_of(again)[name]
    assert painted((planted / name).read_bytes(), content).keys() == {("指标", "J5")}
    assert comments(opened(content)).keys() == {("指标", "J5")}
    assert [row["规则"] for row in listed(content)] == ["PI-001"]
    assert [sheet.title for sheet in opened(content)] == [LIST, *(one.title for one in openpyxl.load_workbook(EXAMPLE / name))]  # fmt: skip


def test_rows_inserted_in_the_copy_take_their_marks_along(result, planted, tmp_path):
    name = "2_预算执行.xlsx"
    book = opened(copies_of(result)[name])
    book["支出"].insert_rows(5, 2)
    stream = io.BytesIO()
    book.save(stream)
    again = report(resubmitted(tmp_path / "填报", planted, {name: stream.getvalue()}), tmp_path / "out")
    mine = [one for one in again.records if one["file"] == name]
    assert [(one["code"], one["cell"]) for one in mine] == [("BE-001", "G7"), ("BE-007", "V7")]
    clean = opened(unmark(copies_of(again)[name]))
    assert comments(clean) == {}
    assert {fill for (sheet, _), fill in fills(clean).items() if sheet == "支出"} <= set(
        fills(opened((planted / name).read_bytes())).values()
    )


def test_a_deleted_list_does_not_matter(result, planted, tmp_path):
    name = "2_预算执行.xlsx"
    book = opened(copies_of(result)[name])
    del book[LIST]
    stream = io.BytesIO()
    book.save(stream)
    again = report(resubmitted(tmp_path / "填报", planted, {name: stream.getvalue()}), tmp_path / "out")
    assert list(again.records) == list(result.records)
    content = copies_of(again)[name]
    assert painted((planted / name).read_bytes(), content).keys() == cells_in(result, name)
    assert comments(opened(content)).keys() == cells_in(result, name)


def test_reading_passes_the_list_over_whatever_it_is_called(result):
    """Also where its rows would pass for a header; and a copy is known as one, with or without its list."""
    content = copies_of(result)["2_预算执行.xlsx"]
    plain = (EXAMPLE / "2_预算执行.xlsx").read_bytes()
    renamed, bare = opened(content), opened(content)
    renamed[LIST].title = "支出 (2)"
    for column, label in enumerate(
        ("支出类型", "项目编码", "项目名称", "年初预算数", "调整净额", "全年预算数"), 1
    ):
        renamed["支出 (2)"].cell(4, column).value = label
    del bare[LIST]
    books = [plain, content]
    for book in (renamed, bare):
        stream = io.BytesIO()
        book.save(stream)
        books.append(stream.getvalue())
    read = [open_book(check(one, "x.xlsx")) for one in books]
    assert [[sheet.name for sheet in one.sheets] for one in read] == [
        ["支出", "调整明细", "国库决算调节", "内部抵销"]
    ] * 4
    assert [one.marked for one in read] == [False, True, True, True]


def test_the_run_verifies_and_other_hash_seeds_write_the_same_copies(result, planted, tmp_path):
    assert run.verify(result.folder, planted, lambda _: None).problems == ()
    assert copies_of(report(planted, tmp_path)) == copies_of(result)


def test_a_copy_beside_its_original_is_told_in_words(result, planted, tmp_path):
    folder = tmp_path / "填报"
    shutil.copytree(planted, folder)
    for name, beside in (
        ("2_预算执行.xlsx", "2_预算执行_退回单.xlsx"),
        ("4_绩效指标_信息调研处.xlsx", "4_绩效指标_信息调研处（退回单）.xlsx"),
    ):
        (folder / beside).write_bytes(copies_of(result)[name])
    said = [one["message"] for one in report(folder, tmp_path / "out").records if one["code"] == "TP-007"]
    assert len(said) == 2
    assert (
        "《2_预算执行_退回单.xlsx》是带《问题清单》的退回单，改好后用它代替原来的那一份，不要两份都放"
        in said[0] + said[1]
    )
    assert "4_绩效指标_信息调研处（退回单）.xlsx" in said[0] + said[1]


# -- findings without a cell, files without a copy --------------------------------------------------------------
def test_what_lies_in_no_file_is_in_the_list_of_the_basics(tmp_path):
    folder = submission(tmp_path / "填报", {})
    (folder / "6_采购台账.xlsx").unlink()
    (folder / "3_月度支出.xlsx").write_bytes(b"PK\x03\x04 broken")
    done = report(folder, tmp_path / "out")
    copies = copies_of(done)
    assert copies.keys() == {"1_基本情况.xlsx"}
    rows = {row["规则"]: row for row in listed(copies["1_基本情况.xlsx"])}
    assert {one["code"] for one in done.records} == rows.keys() >= {"TP-003", "TP-008"}
    assert (rows["TP-008"]["责任处室"], rows["TP-008"]["单元格"], rows["TP-008"]["link"]) == (
        "采购岗",
        None,
        None,
    )
    assert rows["TP-008"]["其他位置"] == "《6_采购台账》" and "没有收到" in rows["TP-008"]["问题"]
    assert comments(opened(copies["1_基本情况.xlsx"])) == {}


def test_a_finding_in_two_files_is_in_both(tmp_path):
    done = report(submission(tmp_path / "填报", changes_of("RC-010")), tmp_path / "out")
    (record,) = done.records
    files = {cell["file"] for cell in record["cells"]}
    copies = copies_of(done)
    assert len(files) == 2 and copies.keys() == files
    for name, content in copies.items():
        assert [row["规则"] for row in listed(content)] == ["RC-010"]
        assert painted((tmp_path / "填报" / name).read_bytes(), content).keys() == cells_in(done, name)


def test_a_clean_submission_has_no_copies(tmp_path):
    assert copies_of(report(EXAMPLE, tmp_path)) == {}


# -- what a file may hold ---------------------------------------------------------------------------------------
PROBLEM = Problem(
    1, "critical", "BE-014", (("支出", "G7"),), (), "执行数大于预算数", "请核对", "依据", None, "财务"
)


def example(name: str = "2_预算执行.xlsx") -> bytes:
    return (EXAMPLE / name).read_bytes()


def test_formulas_keep_text_and_value():
    parts = parts_of(example())
    sheet = next(part for part, data in parts.items() if b'<c r="G8"' in data and "worksheets" in part)
    with_formula = re.sub(
        rb'(<c r="G8"[^>]*>)<v>([^<]*)</v>', rb"\1<f>60+8.40-F8*0</f><v>\2</v>", parts[sheet]
    )
    assert with_formula != parts[sheet]
    form = _replaced(example(), {sheet: with_formula})
    content = mark(form, "2_预算执行.xlsx", [PROBLEM])
    for one in (content, mark(content, "2_预算执行.xlsx", [PROBLEM])):
        assert opened(one)["支出"]["G8"].value == "=60+8.40-F8*0"
        cached = openpyxl.load_workbook(io.BytesIO(one), data_only=True)["支出"]["G8"].value
        assert (
            cached == openpyxl.load_workbook(EXAMPLE / "2_预算执行.xlsx", data_only=True)["支出"]["G8"].value
        )
        assert isinstance(cached, int | float) and cached > 0


def _replaced(form: bytes, parts: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for name, data in parts_of(form).items():
            package.writestr(name, parts.get(name, data))
    return stream.getvalue()


def test_an_officers_own_comments_stay_inside_ours_and_come_back():
    book = openpyxl.load_workbook(EXAMPLE / "2_预算执行.xlsx")
    book["支出"]["G7"].comment = Comment("张三：这个数 <待定> & 要核对", "张三")
    book["支出"]["G8"].comment = Comment("别动我", "李四")
    stream = io.BytesIO()
    book.save(stream)
    form = stream.getvalue()
    content = mark(form, "2_预算执行.xlsx", [PROBLEM])
    told = comments(opened(content))
    assert told["支出", "G8"] == "别动我"
    assert told["支出", "G7"].startswith(notes.BEGIN) and told["支出", "G7"].endswith(
        notes.END + "\n张三：这个数 <待定> & 要核对"
    )
    assert parts_of(unmark(content)) == parts_of(form)
    assert mark(content, "2_预算执行.xlsx", [PROBLEM]) == content
    saved = io.BytesIO()
    opened(content).save(saved)  # another program, which draws the runs of a comment together
    back = opened(unmark(saved.getvalue()))
    assert comments(back) == comments(opened(form))
    assert {sheet["G7"].comment.author for sheet in (back["支出"],)} == {"张三"}


def test_an_answer_typed_below_our_comment_is_kept():
    content = mark(example(), "2_预算执行.xlsx", [PROBLEM])
    book = opened(content)
    book["支出"]["G7"].comment.text += "\n已核对，数是对的"
    stream = io.BytesIO()
    book.save(stream)
    assert comments(opened(unmark(stream.getvalue()))) == {("支出", "G7"): "已核对，数是对的"}


def test_hostile_text_stays_text():
    evil = (
        '=HYPERLINK("http://x","y")',
        "+1+1",
        "-1",
        "@SUM(A1)",
        "<b>&amp;]]></t>\x01\x0b_x0041_\r\n",
        "𠮷" * 50,
    )
    problems = [
        Problem(n, "warning", "BE-014", (("支出", "G7"),), (text,), text, text, text, None, text)
        for n, text in enumerate(evil, 1)
    ]
    content = mark(example(), "=1+1.xlsx", problems)
    sheet = opened(content).worksheets[0]
    assert all(cell.data_type in ("s", "n", "inlineStr") for row in sheet.iter_rows() for cell in row)
    assert not any(b"<f>" in data for name, data in parts_of(content).items() if name.endswith("sheet6.xml"))
    rows = listed(content)
    assert [row["责任处室"] for row in rows][:4] == list(evil[:4])
    assert rows[0]["问题"] == evil[0] + "。"
    text = comments(opened(content))["支出", "G7"]
    assert all(one in text for one in evil[:4])


def test_a_sheet_called_like_our_list_is_the_officers(tmp_path):
    book = openpyxl.load_workbook(EXAMPLE / "2_预算执行.xlsx")
    book.create_sheet(LIST)["A1"] = "我的清单"
    stream = io.BytesIO()
    book.save(stream)
    content = mark(stream.getvalue(), "2_预算执行.xlsx", [PROBLEM])
    assert opened(content).sheetnames[0] == "问题清单（核查2）"
    assert opened(unmark(content))[LIST]["A1"].value == "我的清单"
    assert opened(unmark(content)).sheetnames == book.sheetnames


def test_merged_missing_and_unmarked_cells(by_hand):
    """A form without hidden sheet, with a merge, a cell that is not there, strict or prefixed XML."""
    rows = '<sheetData><row r="2"><c r="A2" s="0"><v>1</v></c></row></sheetData><mergeCells><mergeCell ref="A2:B3"/></mergeCells>'
    styles = (
        '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts><font/></fonts><fills>'
        "<fill><patternFill/></fill></fills><borders><border/></borders><cellXfs><xf/></cellXfs></styleSheet>"
    )
    link = (
        '<Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" '
        'Target="styles.xml"/>'
    )
    form = by_hand({"支出": rows}, more={"xl/styles.xml": styles}, relations={"": link})
    problem = Problem(
        1, "critical", "X", (("支出", "B3"), ("支出", "D9"), ("没有", "A1")), (), "一", "二", "三"
    )
    content = mark(form, "x.xlsx", [problem])
    assert (
        comments(opened(content)).keys() == painted(form, content).keys() == {("支出", "A2"), ("支出", "D9")}
    )
    assert opened(content).sheetnames == [LIST, "支出", "_jixiao"]
    assert opened(unmark(content)).sheetnames == ["支出"]
    assert mark(content, "x.xlsx", [problem]) == content


def test_a_rich_form_keeps_everything_it_holds(rich_form):
    """Pictures, text boxes, charts, sparklines, a comment, tables, names, print areas; names keep their sheets."""
    problem = Problem(1, "critical", "X", (("评分表", "D7"), ("评分表", "B12")), (), "一", "二", "三")
    content = mark(rich_form, "x.xlsx", [problem])
    before, after = parts_of(rich_form), parts_of(content)
    kept = [
        name
        for name in before
        if not re.match(r"xl/(worksheets/sheet1|workbook|styles|_rels|comments|drawings/vml)", name)
    ]
    assert [name for name in kept if before[name] != after[name]] == ["[Content_Types].xml"]
    back = parts_of(unmark(content))  # B12 had a comment and no cell: an empty one is left
    assert (
        back.pop("xl/worksheets/sheet1.xml").replace(b'<c r="B12"/>', b"")
        == before["xl/worksheets/sheet1.xml"]
    )
    assert back == {name: data for name, data in before.items() if name in back} and len(back) + 1 == len(
        before
    )
    one, other = opened(rich_form), opened(content)
    assert other["评分表"].print_area == one["评分表"].print_area
    assert other["评分表"].print_title_rows == one["评分表"].print_title_rows
    assert dict(other["隐藏"].defined_names)["本表"].attr_text == "隐藏!$B$1"
    assert other["评分表"]["B12"].comment.text.endswith("批注")


def test_a_signed_workbook_goes_back_as_a_fresh_one(tmp_path):
    folder = submission(tmp_path / "填报", changes_of("BE-014"))
    path = folder / "2_预算执行.xlsx"
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("_xmlsignatures/sig1.xml", "<a/>")
    done = report(folder, tmp_path / "out")
    copies = copies_of(done)
    sheet = opened(copies["2_预算执行.xlsx"]).worksheets[0]
    assert "数字签名" in sheet["A4"].value and "用它代替原文件交回" in sheet["A4"].value
    again = report(resubmitted(tmp_path / "再交", folder, copies), tmp_path / "out2")
    assert list(again.records) == list(done.records)


# -- other programs ---------------------------------------------------------------------------------------------
def converted(paths: list[Path], ending: str, folder: Path) -> dict[str, Path]:
    """Workbooks saved by LibreOffice, by stem."""
    folder.mkdir(parents=True, exist_ok=True)
    command = [shutil.which("soffice"), f"-env:UserInstallation={(folder / 'profile').absolute().as_uri()}",
               "--headless", "--convert-to", ending, "--outdir", str(folder), *map(str, paths)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return {path.stem: folder / f"{path.stem}.{ending}" for path in paths}


@pytest.mark.office
def test_libreoffice_opens_every_copy_and_what_it_saves_says_the_same(result, planted, tmp_path):
    copies = copies_of(result)
    paths = sorted((result.folder / "退回单").iterdir())
    saved = converted(paths, "xlsx", tmp_path / "saved")
    contents = {path.name: saved[path.stem].read_bytes() for path in paths}
    for name, content in contents.items():
        assert values(opened(content)) == values(opened(copies[name]))
        assert comments(opened(content)).keys() == cells_in(result, name)
    again = report(resubmitted(tmp_path / "填报", planted, contents), tmp_path / "out")
    assert list(again.records) == list(result.records)
    for name, content in copies_of(again).items():
        assert opened(content).sheetnames == opened(copies[name]).sheetnames
        assert comments(opened(content)) == comments(opened(copies[name]))
        clean = unmark(content)
        assert comments(opened(clean)) == {}
        old, new = fills(opened((planted / name).read_bytes())), fills(opened(clean))
        for place in cells_in(result, name):
            assert _seen(new[place]) == _seen(old[place]), place


def _seen(fill: str) -> str:
    return "None" if fill.startswith("None") else fill[5:13]


@pytest.mark.office
@pytest.mark.parametrize("ending", ["ods", "xls"])
def test_old_and_open_formats_go_back_as_our_own_workbook(planted, tmp_path, ending):
    folder = tmp_path / "填报"
    shutil.copytree(planted, folder)
    names = ["1_基本情况", "2_预算执行", "3_月度支出", "4_绩效指标_信息调研处", "5_管理事项"]
    made = converted([folder / f"{name}.xlsx" for name in names], ending, tmp_path / "made")
    for name, path in made.items():
        (folder / f"{name}.xlsx").unlink()
        shutil.copy(path, folder / f"{name}.{ending}")
    done = report(folder, tmp_path / "out")
    copies = copies_of(done)
    assert {f"{name}.xlsx" for name in names} <= copies.keys()
    for name in names:
        content = copies[f"{name}.xlsx"]
        remark = opened(content).worksheets[0]["A4"].value
        assert (
            remark.startswith(f"原文件是 .{ending} 文件，不能在其中标注。") and "用它代替原文件交回" in remark
        )
        assert values(opened(content)) == values(opened((planted / f"{name}.xlsx").read_bytes()))
        (folder / f"{name}.{ending}").unlink()
    again = report(resubmitted(tmp_path / "再交", folder, copies), tmp_path / "out2")
    assert [_as_xlsx(one) for one in again.records] == [
        _as_xlsx(one) for one in done.records if one["code"] != "TP-013"
    ]


def _as_xlsx(record: Mapping) -> tuple:
    cells = tuple(
        (Path(cell["file"]).stem, cell["sheet"], cell["cell"], cell["found"]) for cell in record["cells"]
    )
    return record["message"], cells
