"""`python -m tests.bench.stacked`: findings for 1,000 departments in one stack, against one department.

Departments are copies of the example under names of their own, each with its own rows; in every tenth a line is
overspent. Both passes, in this process; reading and computing are not in it. Printed are medians of several runs and
their ratios: of the stacked frames to findings at their cells, of Great Expectations in that, and of the whole with the
making of the frames, which is plain Python a row and grows with the rows.
"""

from __future__ import annotations

import argparse
import dataclasses
import gc
import pickle
import statistics
import time

from pipeline import forms, messages, outputs_forms, rules
from pipeline.applicable import with_project_points
from pipeline.check import suites
from pipeline.check.inputs import check_inputs, prepare_inputs
from pipeline.check.outcome import prepare_outcome
from pipeline.check.report import Case
from pipeline.check.stack import uncollected
from pipeline.model import Submission
from pipeline.read.submission import read_submission
from tests.build_example import EXAMPLE

RUBRIC, PROJECT_RUBRIC = rules.load("440100", 2022), rules.load("440100", 2022, "project")
JUDGED_BY = with_project_points(RUBRIC, PROJECT_RUBRIC)
LINES = "budget_execution.expenditure"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--departments", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    start = time.perf_counter()
    suites.preload()
    started = time.perf_counter() - start
    example = read_submission(EXAMPLE, forms.load_specs())
    kinds = [pickle.dumps(case(each)) for each in (example, overspent(example))]
    one, many = [], []
    for run in range(asked.runs + 1):  # the first run is not counted
        one.append(checked(stack(kinds, 1)))
        many.append(checked(stack(kinds, asked.departments if run else 1)))
    print(f"{asked.departments} departments in one stack; seconds: medians of {asked.runs} runs, in turn")
    rows = {"frames to findings": 1, "Great Expectations alone": 2, "whole pass, frames made too": 0}
    for name, at in rows.items():
        few, lots = (statistics.median(each[at] for each in runs[1:]) for runs in (one, many))
        print(f"{name:28} one {few:6.3f}   stacked {lots:7.3f}   ratio {lots / few:6.2f}")
    few, lots = (statistics.median(each[0] for each in runs[1:]) + started for runs in (one, many))
    print(f"{'with the start of GX':28} one {few:6.3f}   stacked {lots:7.3f}   ratio {lots / few:6.2f}")
    print(f"findings: {many[-1][3]}")


def overspent(submission: Submission) -> Submission:
    """The submission with more executed on its first line than was budgeted."""
    table = submission.tables[LINES]
    first, *others = table.rows
    values = {**first.values, "executed_fen": first["annual_budget_fen"] + 1}
    changed = dataclasses.replace(table, rows=(dataclasses.replace(first, values=values), *others))
    return dataclasses.replace(submission, tables={**submission.tables, LINES: changed})


def case(submission: Submission) -> Case:
    """The submission and what is computed of it, for the second pass."""
    found = list(check_inputs([submission], JUDGED_BY).findings[0])
    blocked = messages.blocked_cells(found)
    form_map = outputs_forms.official_map(RUBRIC, PROJECT_RUBRIC)
    done = outputs_forms.computed(submission, RUBRIC, PROJECT_RUBRIC, blocked, form_map, None)
    return Case(submission, done.outcome, tuple(done.weights), tuple(found), PROJECT_RUBRIC)


def stack(kinds: list[bytes], departments: int) -> list[Case]:
    """That many departments, none sharing a row with another; the tenth of each ten is of the second kind."""
    cases = []
    for number in range(departments):
        mine = pickle.loads(kinds[number % 10 == 9])
        named = dataclasses.replace(mine.submission, name=f"第 {number + 1} 个部门")
        cases.append(dataclasses.replace(mine, submission=named))
    return cases


def checked(cases: list[Case]) -> tuple[float, float, float, int]:
    """Seconds of both passes; those from prepared frames to findings; those in Great Expectations; how many findings."""
    plain, alone = suites.run, 0.0

    def watched(*args: object) -> dict:
        nonlocal alone
        start = time.perf_counter()
        try:
            return plain(*args)
        finally:
            alone += time.perf_counter() - start

    gc.collect()
    gc.freeze()  # what was built for the run is not looked through during it
    suites.run = watched
    try:
        with uncollected():
            start = time.perf_counter()
            first = prepare_inputs([each.submission for each in cases], JUDGED_BY)
            second = prepare_outcome(cases, JUDGED_BY)
            prepared = time.perf_counter()
            reports = [each.through(suites.run_all) for each in (first, second)]
            end = time.perf_counter()
    finally:
        suites.run = plain
        gc.unfreeze()
    found = sum(len(each) for report in reports for each in report.findings)
    return end - start, end - prepared, alone, found


if __name__ == "__main__":
    main()
