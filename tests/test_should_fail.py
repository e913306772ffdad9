"""Proof that checks can fail: each fixture changes the valid example and raises exactly its code at exactly its cells."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest
import yaml

from pipeline import forms, messages, rules
from pipeline.check.findings import without_echoes
from pipeline.check.inputs import check_inputs
from pipeline.check.outcome import check_outcome
from pipeline.check.report import Case
from pipeline.compute.score import compute
from pipeline.model import Finding
from pipeline.read.submission import read_submission

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "input_templates" / "example"
FIXTURES = sorted((ROOT / "tests" / "should_fail").glob("*.yaml"))


def changed(folder: Path, changes: list[dict]) -> Path:
    """The example with cells overwritten, or files removed, in ``folder``."""
    shutil.copytree(EXAMPLE, folder)
    for name in {each["file"] for each in changes}:
        mine = [each for each in changes if each["file"] == name]
        if any(each.get("remove") for each in mine):
            (folder / name).unlink()
            continue
        book = openpyxl.load_workbook(folder / name)
        for each in mine:
            book[each["sheet"]][each["cell"]].value = each["value"]
        book.save(folder / name)
    return folder


def findings_of(folder: Path) -> list[Finding]:
    """Everything that is found in a submission, in the order of the run; scored by the example's rubric."""
    rubric = rules.load("440100", 2022)
    submission = read_submission(folder, forms.load_specs())
    found = [*submission.findings, *check_inputs([submission], rubric).findings[0]]
    outcome = compute(submission, rubric, messages.blocked_cells(found))
    found += outcome.findings
    found += check_outcome([Case(submission, outcome, earlier=found)], rubric).findings[0]
    return list(without_echoes(found))


def test_the_example_has_no_finding_of_any_severity():
    assert [messages.sentence(each) for each in findings_of(EXAMPLE)] == []


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_a_fixture_raises_exactly_its_code_at_its_cells(path: Path, tmp_path: Path):
    fixture = yaml.safe_load(path.read_text("utf-8"))
    assert path.name.startswith(fixture["code"] + "_")
    found = findings_of(changed(tmp_path / "example", fixture["change"]))
    said = [messages.sentence(each) for each in found]
    assert [each.code for each in found] == [fixture["code"]], said
    cells = [{"file": c.cell.file, "sheet": c.cell.sheet, "cell": c.cell.address} for c in found[0].cells]
    assert cells == fixture["expect"], said
    assert fixture["sentence_contains"] in said[0]


def test_every_code_of_the_checks_has_a_fixture():
    """Codes of reading have theirs with the tests of reading; the form's own need a form; SC-008 needs a bug."""
    elsewhere = {"OF-001", "OF-002", "SC-008"}
    codes = {
        code
        for code in messages.load_catalogue()
        if (code[:2] == "RC" or code[3:] not in ("002", "003"))
        and (not code.startswith("TP-") or code in ("TP-008", "TP-021"))
    }
    assert {yaml.safe_load(path.read_text("utf-8"))["code"] for path in FIXTURES} == codes - elsewhere
