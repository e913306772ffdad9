"""Great Expectations: suites are GX's own JSON, plain GX gives the same verdicts on the kept frames, bugs are loud."""

from __future__ import annotations

import copy
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline import messages
from pipeline.check import claims, rows_department, rows_projects, rows_sets, suites
from pipeline.check.frames import build
from pipeline.check.inputs import ROWS, check_inputs
from pipeline.check.references import REFERENCES
from pipeline.check.relations import load as load_relations

WAN = 1_000_000
ROOT = Path(__file__).resolve().parents[2]
BUILT_IN = {"expect_column_values_to_be_between", "expect_compound_columns_to_be_unique"}


def suite_files() -> list[Path]:
    return sorted((ROOT / "expectations").glob("*.json"))


@pytest.mark.parametrize("path", suite_files(), ids=lambda path: path.stem)
def test_a_suite_is_gx_json_with_a_code_each(path: Path):
    suite = json.loads(path.read_text("utf-8"))
    assert suite["name"] == path.stem and suite["expectations"]
    catalogue = messages.load_catalogue()
    for each in suite["expectations"]:
        assert set(each) == {"type", "kwargs", "meta", "severity", "notes"} and each["type"] in BUILT_IN
        code = each["meta"]["code"]
        if "{" not in code and not code.startswith("TP-"):
            assert catalogue[code].severity == each["severity"], code
    identities = [(each["type"], json.dumps(each["meta"], sort_keys=True)) for each in suite["expectations"]]
    assert len(set(identities)) == len(identities)


def test_every_code_that_can_be_raised_has_a_sentence():
    catalogue = messages.load_catalogue()
    raised = {
        each["meta"]["code"]
        for path in suite_files()
        for each in json.loads(path.read_text("utf-8"))["expectations"]
    }
    raised = {code for code in raised if "{" not in code} | {each.code for each in load_relations()}
    raised |= {each.code_when["code"] for each in load_relations() if each.code_when}
    raised |= {each.code for each in REFERENCES} | {"EV-008"}
    raised |= {*claims.CODES, *rows_sets.CODES, *rows_department.CODES, *rows_projects.CODES}
    raised |= {"WV-010", "WV-011", "WV-012", "WV-013"}  # the waivers' frame names its code in a column
    raised |= {"BD-013", "OF-010", "OF-011"}  # by reading
    judges = ROOT / "pipeline" / "check"
    reports = [*(ROOT / "pipeline" / "narrative").glob("*.py"), ROOT / "pipeline" / "narrating.py"]
    for path in [*judges.glob("judge_*.py"), *judges.glob("filled_*.py"), judges / "slips.py", *reports]:
        raised |= set(re.findall(r"\"([A-Z]{2}-\d{3})\"", path.read_text("utf-8")))
    assert raised <= set(catalogue), raised - set(catalogue)
    silent = {code for code in catalogue if int(code[3:]) > 7 and not code.startswith("TP-")} - raised
    assert not silent, f"never raised: {silent}"


def planted(tables):
    """Six problems of different kinds, one of them in two rows."""
    tables["budget_execution.expenditure"][1]["annual_budget_fen"] = 99 * WAN
    tables["budget_execution.expenditure"][0]["project_name"] = "=1+1"
    tables["monthly_spending.months"][2]["month"] = 2
    tables["management.items"][0]["problem_count"] = 3
    tables["management.disclosure"][0]["published_on"] = None
    tables["indicator_results.indicators"][0]["division_name"] = "+外事处"
    return tables


def test_plain_gx_gives_the_same_verdicts_on_the_kept_frames(tables, make, rubric, tmp_path: Path):
    report = check_inputs([make(planted(tables))], rubric)
    assert len({finding.code for finding in report.findings[0]}) >= 6
    for run in report.results:
        if run.result["rows"]:
            (tmp_path / f"{run.name}.csv").write_bytes(run.frame_csv.encode("utf-8"))
    verdicts = {
        run.name: [[each["meta"]["code"], each["success"], sorted(each["result"].get("unexpected_index_list") or [])]
                   for each in run.result["results"]]
        for run in report.results
        if run.result["rows"]
    }  # fmt: skip
    # a process of its own, with nothing of ours in it: GX as it comes, the suite files, the CSV files
    script = """
import json, sys
from pathlib import Path
import great_expectations as gx, pandas as pd
folder, frames = Path(sys.argv[1]), Path(sys.argv[2])
context = gx.get_context(mode="ephemeral")
whole = context.data_sources.add_pandas("x").add_dataframe_asset("x").add_batch_definition_whole_dataframe("x")
out = {}
for path in sorted(frames.glob("*.csv")):
    suite = json.loads((folder / f"{path.stem}.json").read_text("utf-8"))
    frame = pd.read_csv(path, dtype=str, keep_default_na=False).astype(suite["meta"]["dtypes"])
    batch = whole.get_batch({"dataframe": frame})
    result = batch.validate(gx.ExpectationSuite(**suite), result_format="COMPLETE")
    out[path.stem] = [
        [each.expectation_config.meta["code"], each.success, sorted(each.result.get("unexpected_index_list") or [])]
        for each in result.results
    ]
Path(sys.argv[3]).write_text(json.dumps(out), "utf-8")
"""
    target = tmp_path / "verdicts.json"
    done = subprocess.run(
        [sys.executable, "-c", script, str(ROOT / "expectations"), str(tmp_path), str(target)],
        capture_output=True, cwd=tmp_path, env={**_environment(), "GX_ANALYTICS_ENABLED": "false"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")[-1500:]
    plain = json.loads(target.read_text("utf-8"))
    assert plain.keys() == verdicts.keys()
    for name, mine in verdicts.items():
        assert [v[:2] for v in sorted(mine)] == [v[:2] for v in sorted(plain[name])], name
        failed = {code: rows for code, success, rows in plain[name] if not success}
        assert {code: rows for code, success, rows in mine if not success} == failed, name


def _environment() -> dict[str, str]:
    import os

    return {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}


def test_results_are_stable_json_without_times(tables, make, rubric):
    first, second = (check_inputs([make(planted(copy.deepcopy(tables)))], rubric) for _ in range(2))
    texts = [
        json.dumps([run.result for run in report.results], ensure_ascii=False) for report in (first, second)
    ]
    assert texts[0] == texts[1]
    for word in ("run_id", "run_time", "batch_id", "exception"):
        assert word not in texts[0]


def test_no_text_of_a_frame_is_a_formula(tables, make, rubric):
    report = check_inputs([make(planted(tables))], rubric)
    texts = [
        value for run in report.results for values in run.columns.values() for value in values
        if isinstance(value, str)
    ]  # fmt: skip
    assert "'=1+1" in texts and "'+外事处" in texts
    assert not [text for text in texts if text.startswith(("=", "+", "-", "@"))]


def test_a_text_in_a_compared_column_is_a_bug_and_not_a_pass():
    frame = build(
        "management.assets", [], {"stocktaking_outside_year": ["x"], "unexplained_asset_difference_fen": [0]}
    )
    with pytest.raises(suites.CheckFailed):
        suites.run("management.assets", frame.columns)


def test_a_missing_column_is_a_bug_and_not_a_pass():
    with pytest.raises(KeyError):
        suites.run("management.assets", {"stocktaking_outside_year": [0]})


def test_a_column_that_mixes_text_and_numbers_is_refused():
    with pytest.raises(TypeError, match="mixes"):
        build("x", [], {"a": [1, "x"]})


def test_numbers_beyond_the_frame_are_capped_not_wrapped():
    frame = build("x", [], {"a": [10**30, -(10**30), True]})
    assert frame.columns["a"] == [2**62, -(2**62), 1]


def test_an_empty_frame_is_not_run_and_says_so(tables, make, rubric):
    report = check_inputs([make(tables)], rubric)
    empty = {run.name: run.result for run in report.results if run.result["rows"] == 0}
    assert set(empty) == {"basics.units", "budget_execution.adjustments"}
    assert all(result["results"] == [] for result in empty.values())


def test_every_row_suite_has_its_columns_and_back():
    for table, columns in ROWS.items():
        compared = {each["kwargs"]["column"] for each in suites.load_suite(table)["expectations"]}
        assert compared <= set(columns), table


def test_preloading_leaves_the_unused_parts_of_gx_asleep_and_usable():
    script = (
        "import sys; from pipeline.check import suites; suites.preload()\n"
        "assert 'scipy.stats._stats_py' not in sys.modules and 'altair.vegalite' not in sys.modules\n"
        "from scipy import stats; assert round(stats.norm.cdf(0), 3) == 0.5\n"
        "import scipy.stats as again; assert again.norm is stats.norm\n"
        "import altair; assert altair.Chart.__name__ == 'Chart'\n"
        "import gc; assert gc.isenabled()\n"
        "sources = 'great_expectations.datasource.fluent'\n"
        "mean = 'great_expectations.expectations.core.expect_column_mean_to_be_between'\n"
        "assert not {f'{sources}.spark_datasource', f'{sources}.dynamic_pandas', mean} & sys.modules.keys()\n"
        "import requests; assert requests.get.__module__ == 'requests.api'\n"
        "import great_expectations as gx, pandas\n"
        "mean = gx.expectations.ExpectColumnMeanToBeBetween\n"
        "assert mean.__mro__[1].__name__ == 'ColumnAggregateExpectation'\n"
        "from great_expectations.datasource.fluent import SQLDatasource, sql_datasource\n"
        "assert SQLDatasource is sql_datasource.SQLDatasource and SQLDatasource.__fields__\n"
        "batch = suites.preload().get_batch({'dataframe': pandas.DataFrame({'a': [1, 2]})})\n"
        "result = batch.validate(mean(column='a', min_value=1, max_value=2))\n"
        "assert result.success and result.result == {'observed_value': 1.5}, result\n"
        "try:\n    gx.expectations.ExpectNothing\nexcept AttributeError:\n    print('done')\n"
    )
    assert plainly(script) == "done"


def test_gx_that_cannot_be_had_trimmed_is_had_whole():
    script = (
        "import sys; from pipeline.check import suites\n"
        "suites._LEFT_OUT = r'great_expectations\\.core\\.batch'\n"
        "result = suites.run('management.assets', {\n"
        "    'stocktaking_outside_year': [0, 1], 'unexplained_asset_difference_fen': [0, 0]})\n"
        "print([each['success'] for each in result['results']], 'great_expectations.core.batch' in sys.modules)\n"
    )
    assert plainly(script) == "[False, True] True"


def plainly(script: str) -> str:
    """What a program prints that runs in a process of its own, from the repository."""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-1500:]
    return done.stdout.strip()
