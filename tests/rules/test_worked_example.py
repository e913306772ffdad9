"""The worked example of docs/add-a-year.md is true: its blocks, put where it says, give a rubric that scores as it says."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest
import yaml

from pipeline import rules
from pipeline.rules import shelf

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def added(tmp_path, monkeypatch) -> Path:
    """The root of rubrics after the example was followed: only data was written."""
    page = (ROOT / "docs" / "add-a-year.md").read_text("utf-8")
    example = page[page.index("## A worked example") :].split("\n## ", 1)[0]
    source, head, nodes = (
        textwrap.dedent(block) for block in re.findall(r" *```yaml\n(.*?) *```", example, re.S)
    )
    known = dict(rules.sources()) | yaml.safe_load(source)
    monkeypatch.setattr(shelf, "sources", lambda: known)
    text = (rules.RUBRICS / "000000_national" / "2022" / "project.yaml").read_text("utf-8")
    text = re.sub(r"^region:.*?^title:[^\n]*\n", head, text, flags=re.M | re.S)
    text = text[: text.index("nodes:\n")] + nodes
    path = tmp_path / "990100_example" / "2022" / "project.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return tmp_path


def test_its_rubric_loads_with_the_marks_it_says(added):
    assert shelf.check_all(added) == [
        "990100 某市 2022 project：2 个三级指标，分值能够加总，公式和依据都认得。"
    ]
    rubric = rules.load("990100", 2022, "project", added)
    assert {n.citation.mark for n in rubric.walk()} == {"stated"}
    assert rubric.assumed().rules == ("goals",) and rubric.assumed().settings == ("rate_tolerance_points",)


def test_its_difference_from_the_file_it_was_copied_from_is_what_was_changed(added):
    found = rules.differences(
        rules.load("000000", 2022, "project"), rules.load("990100", 2022, "project", added)
    )
    assert {one.where for one in found if one.what in ("new", "gone")} == {
        "goals",
        "output",
        "benefit",
        "satisfaction",
    }
    assert {one.where for one in found if one.what == "setting"} == set()
    assert ("weight", "execution", "10", "20") in {(d.what, d.where, d.before, d.after) for d in found}
