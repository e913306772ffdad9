"""Proof that checks can fail: each fixture changes the valid example and raises exactly its code at exactly its cells.

A fixture says ``change`` (cells overwritten, a workbook removed, replaced by other bytes, or beside it a copy) or
``form`` (cells of the official form). All of them are checked stacked, as many departments are.
"""

from __future__ import annotations

import ast
import dataclasses
import re
import shutil
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import yaml

from pipeline import forms, maps, messages, rules
from pipeline.applicable import with_project_points
from pipeline.check.findings import without_echoes
from pipeline.check.inputs import check_inputs
from pipeline.check.outcome import check_outcome
from pipeline.check.report import Case
from pipeline.compute.score import compute
from pipeline.model import Finding
from pipeline.read.submission import read_submission
from pipeline.write.official import read_weights

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "input_templates" / "example"
FOLDER = ROOT / "tests" / "should_fail"
FIXTURES = sorted(path for path in FOLDER.glob("*.yaml") if path.name[:2].isupper())
#: codes that need a broken file, not a changed cell: ``code: tests/…/test_x.py::test_y``
ELSEWHERE = FOLDER / "raised_elsewhere.yaml"


def changed(folder: Path, changes: list[dict]) -> Path:
    """The example with changes made, in ``folder``; what a change may say is told in :func:`change` and :func:`spoil`."""
    shutil.copytree(EXAMPLE, folder)
    for name in {each["file"] for each in changes}:
        mine = [each for each in changes if each["file"] == name]
        if not (folder / name).exists():  # a form the example does not need: from its blank
            shutil.copy(EXAMPLE.parent / "fill_in" / name, folder / name)
        if any("sheet" in each or "rename_sheet" in each or "copy_sheet" in each for each in mine):
            book = openpyxl.load_workbook(folder / name)
            for each in mine:
                change(book, each)
            book.save(folder / name)
        for each in mine:
            spoil(folder, name, each)
    return folder


def spoil(folder: Path, name: str, said: dict) -> None:
    """One change of a file as a whole: ``remove: true``, ``rename``, ``replace_with`` a text, ``copy_to``, ``add_part``."""
    if said.get("remove"):
        (folder / name).unlink()
    if "replace_with" in said:
        (folder / name).write_text(said["replace_with"], "utf-8")
    if "copy_to" in said:
        shutil.copy(folder / name, folder / said["copy_to"])
    if "add_part" in said:
        with zipfile.ZipFile(folder / name, "a") as package:
            package.writestr(said["add_part"], b"x")
    if "rename" in said and "sheet" not in said:
        (folder / name).rename(folder / said["rename"])


def change(book: openpyxl.Workbook, said: dict) -> None:
    """One change of a workbook.

    ``{file, sheet, rename: name}``, ``{file, sheet, cell, value}``, ``{file, sheet, cell, format: "000"}``,
    ``{file, sheet, hide: true}``, ``{file, sheet, hide_row: 8}``, ``{file, sheet, hide_column: G}``, ``{file, sheet,
    without_rules: [A, D]}`` (columns, pasted over), ``{file, sheet, delete_column: 3}``, ``{file, rename_sheet, to}``,
    ``{file, copy_sheet}``.
    """
    if "rename_sheet" in said:
        book[said["rename_sheet"]].title = said["to"]
    if "copy_sheet" in said:
        book.copy_worksheet(book[said["copy_sheet"]])
    if "sheet" not in said:
        return
    sheet = book[said["sheet"]]
    if "cell" in said:
        cell = sheet[said["cell"]]
        cell.value = said.get("value", cell.value)
        cell.number_format = said.get("format", cell.number_format)
    if "hide_row" in said:
        sheet.row_dimensions[said["hide_row"]].hidden = True
    if "hide_column" in said:
        sheet.column_dimensions[said["hide_column"]].hidden = True
    if "delete_column" in said:
        sheet.delete_cols(said["delete_column"])
    if said.get("hide"):
        sheet.sheet_state = "hidden"
    if "without_rules" in said:
        rules = sheet.data_validations.dataValidation
        rules[:] = [
            rule for rule in rules if str(rule.sqref).rstrip(":0123456789")[0] not in said["without_rules"]
        ]
    if "rename" in said:
        sheet.title = said["rename"]


def form_weights(changes: list[dict]) -> list:
    """Names and 分值 of the official form with cells overwritten."""
    form_map = maps.load_map(rules.official_folder(rules.load("440100", 2022)))
    if not changes:
        return list(read_weights(form_map.form, form_map))
    book, changed_form = openpyxl.load_workbook(BytesIO(form_map.form)), BytesIO()
    for each in changes:
        book[each["sheet"]][each["cell"]].value = each["value"]
    book.save(changed_form)
    return list(read_weights(changed_form.getvalue(), form_map))


def findings_of(
    folders: list[Path], weights: list[list], evidence: list[list[str] | None] | None = None
) -> list[list[Finding]]:
    """Everything that is found in each submission, in the order of the run; scored by the example's rubric.

    ``evidence``: what lies in the folder of evidence of each, None where it has none.
    """
    rubric = rules.load("440100", 2022)
    of_projects = rules.load("440100", 2022, "project")
    rubric = with_project_points(rubric, of_projects)
    submissions = [read_submission(folder, forms.load_specs()) for folder in folders]
    for number, names in enumerate(evidence or ()):
        if names is not None:
            submissions[number] = dataclasses.replace(submissions[number], evidence_files=frozenset(names))
    before = check_inputs(submissions, rubric).findings
    found = [[*each.findings, *more] for each, more in zip(submissions, before, strict=True)]
    outcomes = [
        compute(each, rubric, messages.blocked_cells(mine), of_projects)
        for each, mine in zip(submissions, found, strict=True)
    ]
    for mine, outcome in zip(found, outcomes, strict=True):
        mine += outcome.findings
    cases = [Case(*each, of_projects) for each in zip(submissions, outcomes, weights, found, strict=True)]
    after = check_outcome(cases, rubric).findings
    return [list(without_echoes([*mine, *more])) for mine, more in zip(found, after, strict=True)]


@pytest.fixture(scope="module")
def raised(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[Path, list[Finding]]:
    """The findings of every fixture whose test is to be run, checked all at once."""
    wanted = {item.callspec.params["path"] for item in request.session.items if hasattr(item, "callspec")
              and item.fspath == request.fspath and "path" in item.callspec.params}  # fmt: skip
    paths = [path for path in FIXTURES if path in wanted]
    fixtures = [yaml.safe_load(path.read_text("utf-8")) for path in paths]
    scratch = tmp_path_factory.mktemp("should_fail")
    folders = [changed(scratch / path.stem / "example", each.get("change", []))
               for path, each in zip(paths, fixtures, strict=True)]  # fmt: skip
    plain = form_weights([])
    weights = [form_weights(each["form"]) if "form" in each else plain for each in fixtures]  # fmt: skip
    evidence = [each.get("evidence_files") for each in fixtures]
    return dict(zip(paths, findings_of(folders, weights, evidence), strict=True))


def test_the_example_has_no_finding_of_any_severity():
    (found,) = findings_of([EXAMPLE], [form_weights([])])
    assert [messages.sentence(each) for each in found] == []


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_a_fixture_raises_exactly_its_code_at_its_cells(path: Path, raised: Mapping[Path, list[Finding]]):
    fixture = yaml.safe_load(path.read_text("utf-8"))
    assert path.name.startswith(fixture["code"] + "_")
    found = raised[path]
    said = [messages.sentence(each) for each in found]
    # what is waived stands beside what is said of its waiver
    assert {each.code for each in found} >= set(fixture.get("also", ()))
    found = [each for each in found if each.code not in fixture.get("also", ())]
    assert [each.code for each in found] == [fixture["code"]], said
    cells = [{"file": c.cell.file, "sheet": c.cell.sheet, "cell": c.cell.address} for c in found[0].cells]
    assert cells == fixture["expect"], said
    told = messages.sentence(found[0])
    assert fixture["sentence_contains"] in told
    assert re.search(r"[\u4e00-\u9fff]", told) and "{" not in messages.sentence(found[0], "en")


def test_every_code_has_a_fixture_or_a_test_that_raises_it():
    """One fixture at least a code; what needs a broken file names the test that breaks one."""
    elsewhere = yaml.safe_load(ELSEWHERE.read_text("utf-8"))
    fixed = {path.name[:6] for path in FIXTURES}
    codes = set(messages.load_catalogue())
    assert codes - fixed - set(elsewhere) == set(), "never raised"
    assert (fixed | set(elsewhere)) - codes == set(), "raised, and not in the catalogue"
    assert fixed & set(elsewhere) == set(), "named twice"


def test_the_tests_named_for_the_other_codes_exist_and_speak_of_them():
    for code, name in yaml.safe_load(ELSEWHERE.read_text("utf-8")).items():
        file, _, function = name.partition("::")
        source = (ROOT / file).read_text("utf-8")
        tests = {each.name: each for each in ast.parse(source).body if isinstance(each, ast.FunctionDef)}
        assert function in tests, f"{code}: {name}"
        first = min(each.lineno for each in (tests[function], *tests[function].decorator_list))
        spoken = "\n".join(source.splitlines()[first - 1 : tests[function].end_lineno])
        cases = {each.id for mark in tests[function].decorator_list for each in ast.walk(mark)
                 if isinstance(each, ast.Name)}  # fmt: skip
        for each in ast.parse(source).body:  # the cases it is given stand in a name above it
            targets = each.targets if isinstance(each, ast.Assign) else [getattr(each, "target", None)]
            if cases & {one.id for one in targets if isinstance(one, ast.Name)}:
                spoken += ast.get_source_segment(source, each)
        assert code in spoken, f"{name} does not speak of {code}"


def test_every_code_says_what_how_and_why_in_both_languages():
    for code, entry in messages.load_catalogue().items():
        for words in (entry.sentence, entry.advice):
            assert set(words) == {"zh", "en"} and all(text.strip() for text in words.values()), code
            assert re.search(r"[\u4e00-\u9fff]", words["zh"]), code
        assert entry.basis.source and entry.basis.text and entry.basis.mark in messages.MARKS, code
