"""Proof that checks can fail: each fixture changes the valid example and raises exactly its code at exactly its cells."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import openpyxl
import pytest
import yaml

from pipeline import forms, messages, rules
from pipeline.check.findings import without_echoes
from pipeline.check.inputs import check_inputs
from pipeline.check.outcome import check_outcome
from pipeline.compute.score import compute
from pipeline.model import Finding
from pipeline.read.submission import read_submission

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "input_templates" / "example"
FIXTURES = sorted((ROOT / "tests" / "should_fail").glob("*.yaml"))


#: codes of reading that the example can be changed into; those of files no one can read have their own tests
SHEET_FACTS = ("TP-005", "TP-008", "TP-021", "TP-031", "TP-032", "TP-033", "TP-034")


def changed(folder: Path, changes: list[dict]) -> Path:
    """The example with changes made, in ``folder``; what a change may say is told in :func:`change`."""
    shutil.copytree(EXAMPLE, folder)
    for name in {each["file"] for each in changes}:
        mine = [each for each in changes if each["file"] == name]
        if any(each.get("remove") for each in mine):
            (folder / name).unlink()
            continue
        if not (folder / name).exists():  # a form the example does not need: from its blank
            shutil.copy(EXAMPLE.parent / "fill_in" / name, folder / name)
        book = openpyxl.load_workbook(folder / name)
        for each in mine:
            change(book, each)
        book.save(folder / name)
        for each in mine:
            if "rename" in each and "sheet" not in each:
                (folder / name).rename(folder / each["rename"])
    return folder


def change(book: openpyxl.Workbook, said: dict) -> None:
    """One change of a workbook.

    ``{file, remove: true}``, ``{file, rename: name}``, ``{file, sheet, rename: name}``, ``{file, sheet, cell, value}``,
    ``{file, sheet, cell, format: "000"}``, ``{file, sheet, hide: true}``, ``{file, sheet, hide_row: 8}``,
    ``{file, sheet, hide_column: G}``, ``{file, sheet, without_rules: [A, D]}`` (columns, pasted over).
    """
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
    if said.get("hide"):
        sheet.sheet_state = "hidden"
    if "without_rules" in said:
        rules = sheet.data_validations.dataValidation
        rules[:] = [
            rule for rule in rules if str(rule.sqref).rstrip(":0123456789")[0] not in said["without_rules"]
        ]
    if "rename" in said:
        sheet.title = said["rename"]


def findings_of(folder: Path, evidence_files: list[str] | None = None) -> list[Finding]:
    """Everything that is found in a submission, in the order of the run; scored by the example's rubric.

    ``evidence_files``: what lies in its folder of evidence, where the fixture has one.
    """
    rubric = rules.load("440100", 2022)
    submission = read_submission(folder, forms.load_specs())
    if evidence_files is not None:
        submission = dataclasses.replace(submission, evidence_files=frozenset(evidence_files))
    found = [*submission.findings, *check_inputs([submission], rubric).findings[0]]
    outcome = compute(submission, rubric, messages.blocked_cells(found))
    found += outcome.findings
    found += check_outcome(submission, outcome, rubric, earlier=found).findings[0]
    return list(without_echoes(found))


def test_the_example_has_no_finding_of_any_severity():
    assert [messages.sentence(each) for each in findings_of(EXAMPLE)] == []


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_a_fixture_raises_exactly_its_code_at_its_cells(path: Path, tmp_path: Path):
    fixture = yaml.safe_load(path.read_text("utf-8"))
    assert path.name.startswith(fixture["code"] + "_")
    found = findings_of(changed(tmp_path / "example", fixture["change"]), fixture.get("evidence_files"))
    said = [messages.sentence(each) for each in found]
    # what is waived stands beside what is said of its waiver
    assert {each.code for each in found} >= set(fixture.get("also", ()))
    found = [each for each in found if each.code not in fixture.get("also", ())]
    assert [each.code for each in found] == [fixture["code"]], said
    cells = [{"file": c.cell.file, "sheet": c.cell.sheet, "cell": c.cell.address} for c in found[0].cells]
    assert cells == fixture["expect"], said
    assert fixture["sentence_contains"] in messages.sentence(found[0])


def test_every_code_of_the_checks_has_a_fixture():
    """Codes of reading have theirs with the tests of reading; the form's own need a form; SC-008 needs a bug."""
    elsewhere = {"OF-001", "OF-002", "SC-008"}
    codes = {
        code
        for code in messages.load_catalogue()
        if (code[:2] == "RC" or code[3:] not in ("002", "003"))
        and (not code.startswith("TP-") or code in SHEET_FACTS)
    }
    assert {yaml.safe_load(path.read_text("utf-8"))["code"] for path in FIXTURES} == codes - elsewhere
