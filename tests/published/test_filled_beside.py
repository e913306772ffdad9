"""What lies beside filled forms and what is asked of them: 9_核查说明 holds for their findings, ``--only`` names codes and files."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest

from pipeline import run
from pipeline.errors import CannotRun
from tests.check.test_waivers import BLANK, waive
from tests.published import writing
from tests.published.test_filled_codes import SHEET, filled, row

#: 36 of at least 40, with full marks: critical at the score's cell
MISSED = row(1, actual="36间")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    content, _ = writing.fill_national(filled(MISSED))
    (tmp_path / "甲项目.xlsx").write_bytes(content)
    (tmp_path / "乙项目.xlsx").write_bytes(writing.fill_national(filled())[0])
    return tmp_path


def good(place: str = "score", *, value: object = 20, by: str = "王五", file: str = "甲项目") -> list:
    return ["OF-037", file, SHEET, cell_of(place), value, "按合同变更后的数量验收", "李四", by, "2023-02-01"]


def whole() -> list[list]:
    """A row for each place the finding speaks of."""
    return [good(), good("actual", value="36间"), good("target", value="≥40间")]


def cell_of(place: str) -> str:
    return writing.fill_national(filled(MISSED))[1][f"row1.{place}"]


def check(path: Path, *only: str) -> run.Result:
    return run.check(run.Request(path, beside=False), only, lambda _: None)


def told(done: run.Result) -> dict[str, dict]:
    return {record["code"]: record for record in done.records}


def test_without_a_waiver_the_form_fails(folder: Path):
    done = check(folder)
    assert done.exit_code == 1 and told(done).keys() == {"OF-037"} and told(done)["OF-037"]["waived"] is None
    assert told(done)["OF-037"]["cell"] == cell_of("score")


def test_a_waiver_beside_the_forms_holds(folder: Path):
    waive(folder, *whole())
    done = check(folder)
    assert done.exit_code == 0 and told(done).keys() == {"OF-037"} and len(done.forms) == 2
    assert told(done)["OF-037"]["waived"] == {
        "reason": "按合同变更后的数量验收", "by": "李四", "approved_by": "王五", "date": "2023-02-01",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("waiver", "code", "words"),
    [
        ({"value": 18}, "WV-012", "说明已失效"),
        ({"by": "李四"}, "WV-010", "提出人和批准人都是“李四”"),
        ({"file": "乙项目"}, "WV-013", "这个位置没有这样的问题"),
    ],
)
def test_a_waiver_without_effect_is_told_and_the_form_still_fails(
    folder: Path, waiver: dict, code: str, words: str
):
    waive(folder, good(**waiver))
    done = check(folder)
    assert done.exit_code == 1 and told(done).keys() == {"OF-037", code}
    assert words in told(done)[code]["message"] and told(done)["OF-037"]["waived"] is None


def test_a_waiver_of_one_of_three_places_names_the_others(folder: Path):
    waive(folder, good())
    done = check(folder)
    assert done.exit_code == 1
    assert f"这个问题还涉及 《甲项目》{SHEET}!{cell_of('actual')}" in told(done)["WV-013"]["message"]


def test_a_waiver_with_a_blank_is_told_so(folder: Path):
    waive(folder, [*good()[:5], None, *good()[6:]])
    done = check(folder)
    assert done.exit_code == 1 and "WV-001" in told(done)


def test_waivers_alone_are_no_forms(tmp_path: Path):
    shutil.copy(BLANK, tmp_path / BLANK.name)
    with pytest.raises(CannotRun):
        check(tmp_path)


def test_another_fill_in_workbook_makes_it_a_submission(folder: Path):
    shutil.copy(BLANK.parent / "2_预算执行.xlsx", folder)
    with pytest.raises(CannotRun, match="不知道按哪里、哪一年的标准评分"):
        check(folder)


@pytest.mark.parametrize(
    ("only", "shown", "hidden"), [("OF-037", 1, 0), ("of", 1, 0), ("甲项目", 1, 0), ("乙", 0, 1), ("OF-040", 0, 1)]
)  # fmt: skip
def test_only_keeps_codes_or_files_and_the_rest_counts_all_the_same(
    folder: Path, only: str, shown: int, hidden: int
):
    done = check(folder, only)
    assert (len(done.records), done.hidden, done.exit_code) == (shown, hidden, 1)


def test_only_with_a_fill_in_form_says_what_may_stand_there(folder: Path):
    with pytest.raises(CannotRun) as refused:
        check(folder, "2_预算执行")
    assert "--only 的“2_预算执行”在这里对不上：核查的是填好的自评表" in refused.value.message
    assert "OF-037" in refused.value.message


def test_a_form_alone_takes_only_too(folder: Path):
    assert [one["code"] for one in check(folder / "甲项目.xlsx", "OF").records] == ["OF-037"]
    with pytest.raises(CannotRun, match="在这里对不上"):
        check(folder / "甲项目.xlsx", "支出")


def test_the_waivers_file_is_not_changed(folder: Path):
    waive(folder, good())
    before = (folder / BLANK.name).read_bytes()
    check(folder)
    assert (folder / BLANK.name).read_bytes() == before and openpyxl.load_workbook(folder / BLANK.name)
