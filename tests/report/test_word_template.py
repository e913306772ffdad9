"""The office's Word templates: what may stand in them, what is refused with a sentence, and that nothing is written then."""

from __future__ import annotations

import dataclasses
import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
import yaml

from pipeline import outputs_word, rules, run
from pipeline.compute.score import compute
from pipeline.errors import CannotRun
from pipeline.model import Submission
from pipeline.report import word, word_context, word_data
from pipeline.report.word_context import Case
from pipeline.write import word_blank, zipped
from tests.build_example import EXAMPLE
from tests.report.word_case import (
    LETTER,
    REPORT,
    Document,
    W,
    case_of,
    edited,
    rendered,
    text_of,
)

ROOT = Path(__file__).resolve().parents[2]
YEAR = '{{ f("basics.year") }}年度{{ f("basics.department_name") }}'


@pytest.fixture(scope="module")
def case():
    return case_of(EXAMPLE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of templates that a test may spoil."""
    return shutil.copytree(word_data.FOLDER, tmp_path / "word")


def package(parts: dict[str, bytes]) -> bytes:
    return zipped.pack(parts.items())


def parts_of(name: str = REPORT) -> dict[str, bytes]:
    with zipfile.ZipFile(word_data.FOLDER / name) as opened:
        return {each: opened.read(each) for each in opened.namelist()}


def with_settings(setting: str) -> bytes:
    return edited(
        REPORT, [("<w:evenAndOddHeaders/>", f"{setting}<w:evenAndOddHeaders/>")], "word/settings.xml"
    )


# the names


def test_every_field_of_the_templates_exists_and_every_field_is_used(case):
    used, figures = set(), set()
    for name in outputs_word.NAMES:
        document = word.load(name)
        used |= document.fields
        figures |= document.figures
    assert used == word_context.FIELDS
    assert {*word_context.context(case), "f", "chart"} == word_context.FIELDS
    assert figures and figures <= set(case.outcome.figures)


def test_the_manual_tells_every_field():
    manual = (ROOT / "docs" / "使用手册.md").read_text("utf-8")
    assert {name for name in word_context.FIELDS if f"`{name}`" not in manual} == set()


def test_every_wording_is_used_and_every_use_has_its_wording():
    wording = yaml.safe_load((word_data.FOLDER / "wording.yaml").read_text("utf-8"))
    source = "\n".join(
        path.read_text("utf-8") for path in (ROOT / "pipeline" / "report").glob("*.py")
        if path.name.startswith(("sentences", "word_context"))
    )  # fmt: skip
    keys = {f"{group}.{key}" for group, patterns in wording.items() for key in patterns}
    literal = set(re.findall(r'"([a-z_]+\.[a-z_]+)"', source))
    groups = set(wording)
    assert {one for one in literal if one.split(".")[0] in groups - {"management"} and one in keys} <= keys
    chosen = {"task_results": ("short", "over"), "management": ("ahead", "level", "slow"),
              "measures": ("checklist", "count_deduct", "period_progress", "lost")}  # fmt: skip
    dynamic = {f"{group}.{key}" for group, names in chosen.items() for key in names}
    assert keys - literal - dynamic == set()
    for key in dynamic:
        assert f'"{key.split(".")[1]}"' in source, key


# what an office may do


def test_an_office_rewords_its_template_and_keeps_bold(case, folder):
    bold = "<w:rPr><w:b/></w:rPr>"
    content = edited(
        REPORT,
        [
            (
                '<w:r><w:t xml:space="preserve">部门整体支出绩效自评报告</w:t></w:r>',
                # as Word saves it: the field in pieces, curly quotes, a spelling mark in between
                f'<w:r>{bold}<w:t>本年执行{{</w:t></w:r><w:proofErr w:type="spellStart"/><w:r>{bold}<w:t>{{ f(“annual.</w:t></w:r>'
                f'<w:r>{bold}<w:t xml:space="preserve">executed”) }}}}万元，共{{{{ f("staff.divisions") }}}}个处室。</w:t></w:r>',
            )
        ],
    )
    (folder / REPORT).write_bytes(content)
    document = Document(rendered(case, folder=folder))
    assert "本年执行2,219.83\u00a0万元，共5\u00a0个处室。" in document.paragraphs
    (control,) = [
        one
        for one in document.controls
        if one.tag == "annual.executed" and one.element.find(f".//{W}b") is not None
    ]
    assert control.text == "2,219.83"


def test_a_figure_another_submission_could_have_prints_nothing(case, folder):
    content = edited(
        REPORT, [(YEAR, '甲{{ f("project.P99.executed") }}乙{{ f("narrative.x0000000000") }}丙')]
    )
    (folder / REPORT).write_bytes(content)
    assert "甲乙丙" in Document(rendered(case, folder=folder)).paragraphs


def test_conditions_see_whether_a_figure_is_blank(case, folder):
    content = edited(
        REPORT,
        [
            (
                YEAR,
                '{% if f("annual.reason") %}有{% else %}无{% endif %}{% if f("annual.executed") %}有{% endif %}',
            )
        ],
    )
    (folder / REPORT).write_bytes(content)
    assert "无有" in Document(rendered(case, folder=folder)).paragraphs


def test_a_template_edited_in_word_is_used_and_not_built_over(tmp_path):
    from pipeline import templates

    written = templates.write_templates(tmp_path)
    assert tmp_path / "word" / REPORT in written
    content = edited(REPORT, [("部门整体支出绩效自评报告", "本办自评报告")])
    (tmp_path / "word" / REPORT).write_bytes(content)
    assert word_blank.is_edited(content) and not word_blank.is_edited(
        (word_data.FOLDER / REPORT).read_bytes()
    )
    again = templates.write_templates(tmp_path)
    assert tmp_path / "word" / REPORT not in again and tmp_path / "word" / LETTER in again
    assert (tmp_path / "word" / REPORT).read_bytes() == content


def test_a_province_changes_the_look_in_the_data(case, folder):
    style = yaml.safe_load((folder / "style.yaml").read_text("utf-8"))
    outline = yaml.safe_load((folder / "outline.yaml").read_text("utf-8"))
    style["page"] = {
        "width": 210,
        "height": 297,
        "top": 30,
        "left": 25,
        "text_width": 160,
        "text_height": 230,
    }
    style["fonts"]["fangsong"] = ["方正仿宋_GBK", "仿宋"]
    outline["sections"][0]["title"] = "部门基本情况"
    outline["sections"][0]["sections"].reverse()
    built = word_blank.build(style, outline)[REPORT]
    (folder / REPORT).write_bytes(built)
    document = Document(rendered(case, folder=folder))
    margin = document.root.find(f".//{W}pgMar")
    assert (margin.get(f"{W}left"), margin.get(f"{W}top")) == ("1417", "1701")
    assert "方正仿宋_GBK" in document.package.read("word/styles.xml").decode("utf-8")
    lines = document.paragraphs
    assert lines.index("部门基本情况") < lines.index("部门整体绩效管理情况") < lines.index("部门概况")


# what is refused


LOOP_IN_CELL = [("{{ row.why }}", "{{ row.why }}{% endfor %}"), ("{%tr endfor %}", "尾")]
BROKEN = {
    "unknown field": (lambda: edited(REPORT, [("{{ trial }}", "{{ trail }}")]), "没有“trail”这个字段"),
    "unknown figure": (
        lambda: edited(REPORT, [("annual.executed", "annual.excuted")]),
        "没有“annual.excuted”这个数字编号",
    ),
    "figure without quotes": (lambda: edited(REPORT, [('f("basics.year")', "f(overview)")]), "带引号的数字编号"),
    "unknown column": (lambda: edited(REPORT, [("row.why", "row.whi")]), "有一处不能印出来"),
    "loop that does not close": (
        lambda: edited(REPORT, [("{%p endfor %}", "")]),
        "没有与 {%p endfor %}、{%p endif %} 配成对",
    ),
    "end without a loop": (lambda: edited(REPORT, [("{%p for line in overview %}", "")]), "{%p endfor %}"),
    "loop over two levels": (lambda: edited(REPORT, LOOP_IN_CELL), "在同一层"),
    "misspelt statement": (lambda: edited(REPORT, [("{%p if trial %}", "{%p iff trial %}")]), "附近"),
    "half a field": (lambda: edited(REPORT, [("{{ trial }}", "{{ trial +")]), "写法不对"),
    "a field in no run": (lambda: edited(REPORT, [("{{ trial }}", "{{p trial }}")]), "不要写 {{p"),
    "protected": (lambda: with_settings('<w:documentProtection w:edit="readOnly" w:enforcement="1"/>'), "停止保护"),
    "tracked changes": (
        lambda: edited(REPORT, [("<w:r><w:t", '<w:ins w:id="1" w:author="甲"><w:r><w:t/></w:r></w:ins><w:r><w:t')]),
        "修订",
    ),
    "old .doc": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "旧的 .doc"),
    "encrypted": (
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        "打开密码",
    ),
    "a workbook": (lambda: (EXAMPLE / "1_基本情况.xlsx").read_bytes(), "不是 .docx"),
    "with macros": (
        lambda: edited(
            REPORT,
            [("wordprocessingml.document.main+xml", "wordprocessingml.document.macroEnabled.main+xml")],
            "[Content_Types].xml",
        ),
        "带宏",
    ),
    "no package": (lambda: b"hello", "不是 .docx"),
    "cut off": (lambda: (word_data.FOLDER / REPORT).read_bytes()[:3000], "不是 .docx"),
    "broken XML": (lambda: edited(REPORT, [("</w:body>", "")]), "可能已损坏"),
    "no styles part named": (
        lambda: package({**parts_of(), "word/_rels/document.xml.rels": b"<Relationships"}),
        "可能已损坏",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_template_is_told_with_its_file(name, case, folder):
    make, words = BROKEN[name]
    (folder / REPORT).write_bytes(make())
    with pytest.raises(CannotRun) as stop:
        rendered(case, folder=folder)
    assert stop.value.file == f"input_templates/word/{REPORT}"
    assert words in str(stop.value) and "Error" not in str(stop.value), str(stop.value)


@pytest.mark.parametrize("name", ["unknown field", "unknown figure", "unknown column", "old .doc"])
def test_with_a_broken_template_nothing_is_written(name, folder, tmp_path, monkeypatch):
    make, words = BROKEN[name]
    (folder / REPORT).write_bytes(make())
    monkeypatch.setattr(word_data, "FOLDER", folder)
    out = tmp_path / "out"
    with pytest.raises(CannotRun, match=re.escape(words)):
        run.report(run.Request(EXAMPLE, out, beside=False), lambda _: None)
    assert not out.exists() or list(out.iterdir()) == []


def test_a_missing_template_and_broken_data_are_told(folder):
    (folder / LETTER).unlink()
    with pytest.raises(CannotRun, match="读不出来") as stop:
        word.load(LETTER, folder)
    assert stop.value.file == f"input_templates/word/{LETTER}"
    (folder / "wording.yaml").write_text("overview: {a: [", "utf-8")
    with pytest.raises(CannotRun, match="YAML") as stop:
        word_data.load("wording.yaml", folder)
    assert stop.value.line is not None


@pytest.mark.parametrize(
    ("name", "before", "after", "words"),
    [
        ("wording.yaml", "{@p.executed}", "{@p.exceuted}", "@p.exceuted"),
        ("wording.yaml", "[，等级为", "，等级为", "方括号"),
        ("wording.yaml", "{list}", "{list", "花括号"),
        ("wording.yaml", "overview:\n", "overview: 1\nother:\n", "“overview.”要写一句话"),
        ("outline.yaml", "into: goals", "into: gaols", "“gaols”"),
        ("outline.yaml", "  - title: 基本情况\n", "  - titel: 基本情况\n    into: goals\n", "title"),
        ("style.yaml", "height: 82", "height: 高", "毫米"),
        ("style.yaml", '"#C00000"', "红", "颜色"),
    ],
)
def test_broken_data_is_told_with_its_file(folder, name, before, after, words):
    text = (folder / name).read_text("utf-8")
    assert before in text
    (folder / name).write_text(text.replace(before, after, 1), "utf-8")
    with pytest.raises(CannotRun) as stop:
        word_data.load(name, folder)
    assert stop.value.file == f"input_templates/word/{name}" and words in str(stop.value)


def test_a_broken_outline_stops_the_building_of_templates_with_a_sentence(folder, tmp_path, monkeypatch):
    from pipeline import templates

    text = (folder / "outline.yaml").read_text("utf-8")
    (folder / "outline.yaml").write_text(text.replace("    rows: score_rows\n", "", 1), "utf-8")
    broken = word_data.load("outline.yaml", folder)
    load = word_data.load
    monkeypatch.setattr(word_data, "load", lambda name: broken if name == "outline.yaml" else load(name))
    with pytest.raises(CannotRun, match="rows"):
        templates.write_templates(tmp_path / "out")


def test_a_template_cannot_reach_into_the_program(case, folder):
    for text in ("{{ f.__globals__ }}", "{{ ''.__class__.__mro__ }}", "{{ overview.append(1) }}"):
        (folder / REPORT).write_bytes(edited(REPORT, [(YEAR, text)]))
        with pytest.raises(CannotRun):
            rendered(case, folder=folder)


def test_a_very_large_template_is_refused(folder):
    parts = parts_of()
    parts["word/media/image1.bmp"] = bytes(51 * 1024 * 1024)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    (folder / REPORT).write_bytes(target.getvalue())
    with pytest.raises(CannotRun, match="50 MB"):
        word.load(REPORT, folder)


def test_text_boxes_and_headers_of_a_template_are_filled_too(case, folder):
    box = (
        '<w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox><w:txbxContent><w:p><w:r>'
        '<w:t>框内{{ f("total.score") }}分</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>'
    )
    first = '<w:r><w:t xml:space="preserve">部门整体支出绩效自评报告</w:t></w:r>'
    content = edited(REPORT, [(first, box)])
    (folder / REPORT).write_bytes(content)
    document = Document(rendered(case, folder=folder))
    (inside,) = list(document.root.iter(f"{W}txbxContent"))
    assert text_of(inside) == "框内98.00\u00a0分" and len(list(inside.iter(f"{W}sdt"))) == 1
    field = (
        '<w:r><w:t xml:space="preserve">— </w:t></w:r>',
        '<w:r><w:t>{{ f("basics.year") }}年 — </w:t></w:r>',
    )
    (folder / REPORT).write_bytes(edited(REPORT, [field], "word/footer1.xml"))
    footer = Document(rendered(case, folder=folder)).part("word/footer1.xml")
    assert text_of(footer).startswith("2022年 — ") and len(list(footer.iter(f"{W}sdt"))) == 1
    (folder / REPORT).write_bytes(edited(REPORT, [("— </w:t>", "{{ trail }}</w:t>")], "word/footer1.xml"))
    with pytest.raises(CannotRun, match="trail"):
        word.load(REPORT, folder)


def test_a_trial_is_called_one_whatever_became_of_the_template(case, folder):
    control = [("{%p if trial %}", ""), ("{{ trial }}", ""), ("{%p endif %}", "")]
    (folder / REPORT).write_bytes(edited(REPORT, control))
    assert "trial" not in word.load(REPORT, folder).fields
    trial = dataclasses.replace(case, trial="试算稿：暂定分值 1 项")
    assert Document(rendered(trial, folder=folder)).paragraphs[0] == "试算稿：暂定分值 1 项"
    assert Document(rendered(case, folder=folder)).paragraphs[0].startswith("2022年度")
    assert Document(rendered(trial)).paragraphs.count("试算稿：暂定分值 1 项") == 1


def test_what_has_to_be_printed_line_by_line_is_told(case, folder):
    for name in ("overview", "score_rows", "task_results"):
        (folder / REPORT).write_bytes(edited(REPORT, [(YEAR, f"{{{{ {name} }}}}")]))
        with pytest.raises(CannotRun, match="逐段、逐行印"):
            rendered(case, folder=folder)


def test_an_empty_submission_gives_all_three_documents():
    rubric, nothing = rules.load("440100", 2022), Submission("", (), {})
    outcome = compute(nothing, rubric, project_rubric=rules.load("440100", 2022, "project"))
    empty = Case(outcome, nothing, rubric)
    for name in outputs_word.NAMES:
        text = "\n".join(Document(rendered(empty, name)).paragraphs)
        assert "待定" in text and "None" not in text


@pytest.mark.office
def test_a_template_saved_by_another_program_gives_the_same_report(case, folder, tmp_path):
    for name in outputs_word.NAMES:
        shutil.copy(folder / name, tmp_path / name)
    names = [str(tmp_path / name) for name in outputs_word.NAMES]
    command = [
        "soffice",
        "--headless",
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--convert-to",
        "docx",
    ]
    subprocess.run([*command, "--outdir", str(folder), *names], capture_output=True, timeout=120, check=True)
    for name in outputs_word.NAMES:
        assert word_blank.is_edited((folder / name).read_bytes())
        ours, saved = Document(rendered(case, name)), Document(rendered(case, name, folder))
        assert [line for line in saved.paragraphs if line.strip()] == [
            line for line in ours.paragraphs if line.strip()
        ]
        assert saved.tables() == ours.tables()
        assert [(one.tag, one.text) for one in saved.controls] == [
            (one.tag, one.text) for one in ours.controls
        ]
