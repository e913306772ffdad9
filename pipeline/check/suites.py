"""Great Expectations: the only module that imports it. Suites of ``expectations/*.json`` on prepared columns.

One suite a frame, GX's own JSON, built-in expectation types only. All verdicts first (BOOLEAN_ONLY), then the rows
(COMPLETE) of what failed: half the price, for one department and for a thousand. Anything that is not a plain
verdict (an exception inside an expectation, a missing result) is a bug of ours and raises. Source:
docs/architecture.md, law 7.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.check import trimmed
from pipeline.check.report import Asked, SuiteRun

FOLDER = Path(__file__).resolve().parents[2] / "expectations"

_LIBRARY = "great_expectations"
#: what GX imports at start and only draws or fits curves with
_LATE = ("scipy.stats", "altair", "jsonschema", "mistune")
#: its sources of data but frames in memory, metrics asked for by themselves, the types of expectation but those of the
#: suites ({types}), and what it would speak to a network with
_LEFT_OUT = (
    r"great_expectations\.datasource\.fluent\."
    r"(?:(?!(?:pandas|invalid)_datasource$)\w+_datasource|fabric|dynamic_pandas|data_asset\.path\..+)"
    r"|great_expectations\.metrics\.(?:column|batch|query|column_pair|multi_column)(?:\..+)?"
    r"|great_expectations\.expectations\.core\.expect_(?!(?:{types})$)\w+"
    r"|requests(?:\..+)?"
)
_COMPLETE = {
    "result_format": "COMPLETE",
    "partial_unexpected_count": 0,
    "return_unexpected_index_query": False,
}


class CheckFailed(Exception):
    """An expectation did not give a verdict: our bug, never a pass and never a finding."""


@cache
def preload() -> Any:
    """Import GX trimmed and open one ephemeral context; returns the batch definition every frame goes through.

    Costs half a second the first time; twice that where GX cannot be had trimmed (another version of it). Nothing is
    sent anywhere and nothing is written.
    """
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    was_enabled = gc.isenabled()
    gc.disable()
    for name in _LATE:
        trimmed.late(name)
    try:
        with trimmed.without(_LIBRARY, _left_out()):
            importlib.import_module(_LIBRARY)
        return _opened()
    except Exception:
        trimmed.forget(_LIBRARY)
        return _opened()
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()


def _left_out() -> re.Pattern[str]:
    asked = {each["type"] for name in suite_names() for each in load_suite(name)["expectations"]}
    kept = "|".join(sorted(one.removeprefix("expect_") for one in asked))
    return re.compile(_LEFT_OUT.replace("{types}", kept))


def _opened() -> Any:
    """The batch definition, after a trial: of 0 and 1 the second is not between 0 and 0."""
    import great_expectations
    import pandas
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = great_expectations.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("frames").add_dataframe_asset("frame")
    definition = asset.add_batch_definition_whole_dataframe("whole")
    trial = {"type": "expect_column_values_to_be_between", "meta": {"code": "trial"},
             "kwargs": {"column": "a", "min_value": 0, "max_value": 0}}  # fmt: skip
    batch = definition.get_batch({"dataframe": pandas.DataFrame({"a": [0, 1]})})
    (result,) = _validate(batch, "trial", [trial], _COMPLETE)
    if failing_rows(result) != (1,):
        raise CheckFailed("Great Expectations does not give the verdict of its trial")
    return definition


@contextmanager
def _remembered_configurations() -> Iterator[None]:
    """Within, an expectation makes its configuration once: GX asks for it fifty times a run, which is half its price.

    During a run no expectation changes. Where another version of GX makes it otherwise nothing is done.
    """
    from great_expectations.expectations.expectation import Expectation

    plain = Expectation.__dict__.get("configuration")
    if not isinstance(plain, property):
        yield
        return
    made: dict[int, tuple[Any, Any]] = {}  # by identity, and kept alive

    def configuration(self: Any) -> Any:
        if id(self) not in made:
            made[id(self)] = self, plain.fget(self)
        return made[id(self)][1]

    Expectation.configuration = property(configuration)
    try:
        yield
    finally:
        Expectation.configuration = plain


@cache
def load_suite(name: str) -> Mapping[str, Any]:
    """The suite of a frame as it stands in the file."""
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))


def is_of_phase(name: str, phase: str) -> bool:
    """Whether a suite is run in a phase of the year: ``phases`` in its ``meta``; without them it is run in all."""
    phases = load_suite(name)["meta"].get("phases")
    return phases is None or phase in phases


def suite_names() -> tuple[str, ...]:
    """Every suite in the folder."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.json")))


def cell_fields(name: str) -> tuple[str, ...]:
    """Fields a row frame shows beside its prepared columns: those findings point at and those they are grouped by."""
    return tuple(
        field
        for each in load_suite(name)["expectations"]
        for field in (*each["meta"].get("cells", ()), *each["meta"].get("group_by", ()))
    )


def compared(
    name: str, columns: Mapping[str, Sequence], skip: frozenset[str] = frozenset()
) -> Mapping[str, Sequence]:
    """The columns the expectations of a suite look at: GX hashes every column it is given, so it is given no others."""
    return {title: columns[title] for title in titles(name, skip)}


def titles(name: str, skip: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """The names of the columns that a suite compares."""
    found: dict[str, None] = {}
    for each in _wanted(name, skip):
        kwargs = each["kwargs"]
        found |= dict.fromkeys(kwargs.get("column_list", ()))
        found |= dict.fromkeys(kwargs[part] for part in ("column", "column_A", "column_B") if part in kwargs)
    return tuple(found)


def _wanted(name: str, skip: frozenset[str]) -> list[Mapping[str, Any]]:
    return [each for each in load_suite(name)["expectations"] if each["meta"]["code"] not in skip]


def run_all(asked: Sequence[Asked]) -> list[SuiteRun]:
    """The suites asked, run in this process, in their order."""
    return [SuiteRun(each.name, run(each.name, each.columns, each.skip), each.columns) for each in asked]


def run(name: str, columns: Mapping[str, Sequence], skip: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The result of a suite on a frame's columns. ``skip``: codes that are not checked in this season.

    An empty frame is not run at all (every expectation would pass): its result says ``rows: 0``. That rows are
    there where rows are required is a check of its own. Raises CheckFailed when an expectation gave no verdict.
    """
    wanted, rows = _wanted(name, skip), len(next(iter(columns.values()), ()))
    if not rows or not wanted:
        return _summary(name, rows, [])
    import pandas

    data = {
        title: pandas.Series(values, dtype="int64" if isinstance(values[0], int) else "str")
        for title, values in compared(name, columns, skip).items()
    }
    batch = preload().get_batch({"dataframe": pandas.DataFrame(data)})
    results = _validate(batch, name, wanted, {"result_format": "BOOLEAN_ONLY"})
    failed = [number for number, each in enumerate(results) if not each["success"]]
    if failed:
        complete = _validate(batch, name, [wanted[number] for number in failed], _COMPLETE)
        for number, result in zip(failed, complete, strict=True):
            results[number] = result
    return _summary(name, rows, results)


def _validate(
    batch: Any, name: str, wanted: Sequence[Mapping], result_format: Mapping
) -> list[dict[str, Any]]:
    from great_expectations import ExpectationSuite

    suite = ExpectationSuite(name=name, expectations=[dict(each) for each in wanted])
    with _remembered_configurations():
        outcome = batch.validate(suite, result_format=dict(result_format))
    if len(outcome.results) != len(wanted):
        raise CheckFailed(f"{name}: {len(wanted)} expectations, {len(outcome.results)} results")
    by_position = {_identity(each.expectation_config): each for each in outcome.results}
    return [_result(name, each, by_position[_identity_of(each)]) for each in wanted]


def _identity_of(expectation: Mapping[str, Any]) -> str:
    return json.dumps([expectation["type"], expectation["meta"]], sort_keys=True)


def _identity(config: Any) -> str:
    return json.dumps([config.type, config.meta], sort_keys=True, default=str)


def _result(name: str, expectation: Mapping[str, Any], result: Any) -> dict[str, Any]:
    """One verdict as stable JSON. Raises CheckFailed where there is none."""
    problem = result.exception_info or {}
    raised = problem if "raised_exception" in problem else next(iter(problem.values()), {})
    if raised.get("raised_exception"):
        raise CheckFailed(f"{name} {expectation['meta']['code']}: {raised.get('exception_message')}")
    kept = {key: _bare(value) for key, value in result.result.items() if key not in _VARYING}
    return {**expectation, "success": bool(result.success), "result": kept}


_VARYING = ("unexpected_index_query", "partial_unexpected_list", "partial_unexpected_index_list",
            "partial_unexpected_counts", "unexpected_list")  # fmt: skip


def _bare(value: object) -> object:
    """numpy -> plain, so that JSON holds it."""
    if isinstance(value, Mapping):
        return {str(key): _bare(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_bare(each) for each in value]
    return value.item() if hasattr(value, "item") else value


def _summary(name: str, rows: int, results: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "suite": name,
        "rows": rows,
        "success": all(each["success"] for each in results),
        "results": results,
    }


def failing_rows(result: Mapping[str, Any]) -> tuple[int, ...]:
    """Positions of the lines that failed one expectation, in order. Raises CheckFailed for a failure without one."""
    if result["success"]:
        return ()
    rows = sorted(result["result"].get("unexpected_index_list") or ())
    if not rows:
        raise CheckFailed(f"{result['meta']['code']} failed and names no line")
    return tuple(rows)
