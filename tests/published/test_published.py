"""Published and invented project tables, filled in as their departments did, through ``check FORM.xlsx``.

Each table is written twice: into the national form through its map, and on a plain sheet of the national layout that no
map knows. Every listed defect that lies in the form is found at its cell; what else is found has to be named in the
case (``also``) and is never critical in a clean one; sums and rates that follow by rule agree to the last digit.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from pipeline import filled_forms
from pipeline.check.session import Checker
from tests.published import writing

PUBLISHED = sorted(writing.FOLDER.glob("[0-9]*.yaml"))
INVENTED = yaml.safe_load((writing.FOLDER / "invented.yaml").read_text("utf-8"))
CASES = {path.stem: writing.load(path) for path in PUBLISHED} | {
    each["id"]: writing.shaped(each) for each in INVENTED
}
WAYS = {"map": writing.fill_national, "plain": writing.fill_plain}
RUNS = [
    (name, way)
    for name, case in CASES.items()
    for way in WAYS
    if way == "plain" or writing.fits_national(case)
]
#: what says how a form was read, and what our own filling leaves (formulas nobody calculated)
OF_THE_WRITING = {"OF-010", "OF-012", "OF-054"}
DOCS = writing.FOLDER.parents[1] / "docs" / "公开案例核对.md"


@pytest.fixture(scope="module")
def checked(tmp_path_factory) -> Mapping[tuple[str, str], tuple]:
    """Each run: the checked form's records and figures, and the addresses of its places."""
    folder = tmp_path_factory.mktemp("forms")
    done = {}
    with Checker(beside=False) as checker:
        for name, way in RUNS:
            case = CASES[name]
            content, places = WAYS[way](case)
            path = folder / f"{name}_{way}" / case["check"].get("file", "自评表.xlsx")
            path.parent.mkdir()
            path.write_bytes(content)
            found = filled_forms.find(path, None, None)
            told = filled_forms.check(found, None, None, "zh", checker, lambda step: None)
            done[name, way] = (told.records, told.forms[0], places)
    return done


def is_found(defect: Mapping, records: tuple, places: Mapping) -> bool:
    """A finding with one of the codes that has the defect's cell among its own (a file's name has no cell)."""
    at = places[defect["at"]]
    return any(
        record["code"] in defect["ours"] and any(each["cell"] == at for each in record["cells"])
        for record in records
    )


def unlisted(case: Mapping, records: tuple, places: Mapping) -> list[Mapping]:
    """Findings that are neither a listed defect nor named in the case, nor of a row that the source cuts off."""
    check = case["check"]
    known = (
        {code for defect in check["expect"] for code in defect["ours"]}
        | set(check.get("also", {}))
        | OF_THE_WRITING
    )
    cut = {
        address
        for place, address in places.items()
        for row in check.get("cut_rows", [])
        if place.startswith(f"row{row}.")
    }
    return [
        record
        for record in records
        if record["code"] not in known and not all(each["cell"] in cut for each in record["cells"])
    ]


@pytest.mark.parametrize(("name", "way"), RUNS)
def test_every_defect_is_found_at_its_cell(name: str, way: str, checked):
    records, _, places = checked[name, way]
    missed = [each for each in CASES[name]["check"]["expect"] if not is_found(each, records, places)]
    assert not missed, [(each["code"], each["at"], places.get(each["at"])) for each in missed]


@pytest.mark.parametrize(("name", "way"), RUNS)
def test_nothing_else_is_said(name: str, way: str, checked):
    records, _, places = checked[name, way]
    assert [record["message"] for record in unlisted(CASES[name], records, places)] == []


@pytest.mark.parametrize(("name", "way"), [run for run in RUNS if CASES[run[0]]["check"].get("clean")])
def test_clean_tables_have_nothing_critical(name: str, way: str, checked):
    assert [record["message"] for record in checked[name, way][0] if record["severity"] == "critical"] == []


@pytest.mark.parametrize(("name", "way"), [run for run in RUNS if "totals" in CASES[run[0]]["check"]])
def test_what_follows_by_rule_agrees_to_the_last_digit(name: str, way: str, checked):
    _, form, places = checked[name, way]
    totals = CASES[name]["check"]["totals"]
    names = {"claimed": "claimed_sum", "recomputed": "recomputed_total", "weights": "weights",
             "execution_rate": "execution_rate", "execution_score": "execution_score"}  # fmt: skip
    assert {ours: form[ours] for theirs, ours in names.items() if theirs in totals} == {
        ours: totals[theirs] for theirs, ours in names.items() if theirs in totals
    }
    if "differences" in totals:
        told = [[each["cell"], each["difference"]] for each in form["differences"]]
        assert told == [[places[place], points] for place, points in totals["differences"]]
        # the differences are all there is between the two totals
        gap = Fraction(form["recomputed_total"]) - Fraction(form["claimed_sum"])
        assert sum(Fraction(points) for _, points in told) == gap


def test_the_numbers_are_those_in_the_docs(checked, capsys):
    """Listed, in scope, found, missed, false alarms: counted here, printed, and the same as in docs."""
    lines = []
    for title, names in (
        ("公开的表", {path.stem for path in PUBLISHED}),
        ("自拟的表", {each["id"] for each in INVENTED}),
    ):
        for way, label in (("map", "经对照表"), ("plain", "按栏目名称")):
            runs = [run for run in RUNS if run[0] in names and run[1] == way]
            expected = [(run, each) for run in runs for each in CASES[run[0]]["check"]["expect"]]
            outside = sum(len(CASES[name]["check"].get("out_of_scope", {})) for name, _ in runs)
            found = sum(is_found(each, checked[run][0], checked[run][2]) for run, each in expected)
            false = sum(len(unlisted(CASES[run[0]], checked[run][0], checked[run][2])) for run in runs)
            more = sum(
                sum(record["code"] in CASES[run[0]]["check"].get("also", {}) for record in checked[run][0])
                for run in runs
            )
            lines.append(
                f"| {title} | {label} | {len(runs)} | {len(expected) + outside} | {len(expected)} | {found} "
                f"| {len(expected) - found} | {false} | {more} |"
            )
    with capsys.disabled():
        print(
            "\n| 表 | 读法 | 份数 | 所列的错 | 其中在表内 | 找到 | 漏掉 | 误报 | 另外指出 |\n"
            + "\n".join(lines)
        )
    text = DOCS.read_text("utf-8")
    assert [line for line in lines if line not in text] == []


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.stem)
def test_a_published_case_names_no_department_and_keeps_its_source(path: Path):
    raw = yaml.safe_load(path.read_text("utf-8"))
    assert "department" not in raw and raw["source_url"]
    scope = {each["code"] for each in raw["check"]["expect"]} | set(raw["check"].get("out_of_scope", {}))
    assert {each["code"] for each in raw["defects"]} <= scope, (
        "a listed defect is neither asked for nor set aside"
    )
