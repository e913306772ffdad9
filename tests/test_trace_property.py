"""Every number says where it comes from, and means it: change any input cell of the example and compare.

For every filled cell of the submission: each figure that changed has the cell in its trace (before or after), and
each figure that has the cell in its trace changed, unless a cap, band or floor named on the way is active.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from pipeline import forms, rules
from pipeline.compute.score import compute
from pipeline.model import Absent, Cell, Figure, Outcome, Submission
from pipeline.read.submission import read_submission
from tests.departments import with_units_and_final_accounts

EXAMPLE = Path(__file__).resolve().parents[1] / "input_templates" / "example"
SPECS = forms.load_specs()


@pytest.fixture(scope="module", params=["example", "units"])
def submission(request, tmp_path_factory) -> Submission:
    """The example; and the example with two units more, a transfer between them, and 决算数据."""
    if request.param == "example":
        return read_submission(EXAMPLE, SPECS)
    folder = tmp_path_factory.mktemp("units") / "填报"
    folder.mkdir()
    for name, content in with_units_and_final_accounts().items():
        (folder / name).write_bytes(content)
    return read_submission(folder, SPECS)


@pytest.fixture(scope="module")
def rubric():
    return rules.load("440100", 2022, "department")


@pytest.fixture(scope="module")
def projects():
    return rules.load("440100", 2022, "project")


def other(value: object, field: forms.FieldSpec) -> object:
    """A different valid value of the field's type."""
    if isinstance(value, bool):
        return not value
    if field.choices:
        return next(choice for choice in field.choices if choice != value)
    if field.type == "month":
        return 12 if value != 12 else 11
    if isinstance(value, int):
        return value + (1_234_500 if field.type == "money" else 1)
    if isinstance(value, Decimal):
        return value + Decimal("0.5")
    if isinstance(value, Fraction):
        return value + Fraction(1, 100)
    if isinstance(value, datetime.date):
        return value + datetime.timedelta(days=1)
    if isinstance(value, tuple):
        return (value[0] + 1, value[1])
    return f"{value}改" if field.type != "measure" else "7"


def mutations(submission: Submission) -> Iterator[tuple[str, Cell, Submission]]:
    for table_id, table in submission.tables.items():
        form, name = table_id.split(".")
        spec = next(t for t in SPECS[form].tables if t.id == name)
        for at, row in enumerate(table.rows):
            for field_id, value in row.values.items():
                if value is None or isinstance(value, Absent):
                    continue
                changed = dataclasses.replace(
                    row, values={**row.values, field_id: other(value, spec.field(field_id))}
                )
                rows = (*table.rows[:at], changed, *table.rows[at + 1 :])
                tables = {**submission.tables, table_id: dataclasses.replace(table, rows=rows)}
                yield field_id, row.cell(field_id), dataclasses.replace(submission, tables=tables)


def users_of(cell: Cell, outcome: Outcome) -> set[str]:
    """Figures with the cell in their trace; figures stand after what they are made of."""
    using: set[str] = set()
    grown = True
    while grown:
        found = {
            f.id
            for f in outcome.figures.values()
            if any(part == cell if isinstance(part, Cell) else part in using for part in f.because)
        }
        grown = found != using
        using = found
    return using


def seen(figure: Figure | None) -> tuple | None:
    if figure is None:
        return None
    return figure.value, figure.exact, figure.range, figure.reason


def explained(
    figure_id: str, cell: Cell, before: Outcome, after: Outcome, changed: set[str], using: set[str]
) -> bool:
    """Whether an unchanged user of the cell has a named cap or band on every way from the cell to it."""
    old, new = before.figures[figure_id], after.figures.get(figure_id)
    if figure_id in changed or old.active or (new and new.active):
        return True
    if cell in old.because:
        return False
    return all(
        part not in changed and explained(part, cell, before, after, changed, using)
        for part in old.because
        if isinstance(part, str) and part in using
    )


def test_every_input_cell_moves_exactly_the_figures_that_name_it(submission, rubric, projects):
    before = compute(submission, rubric, project_rubric=projects)
    tried, silent, untraced = 0, [], []
    for field_id, cell, mutated in mutations(submission):
        after = compute(mutated, rubric, project_rubric=projects)
        tried += 1
        ids = before.figures.keys() | after.figures.keys()
        changed = {i for i in ids if seen(before.figures.get(i)) != seen(after.figures.get(i))}
        using = users_of(cell, before)
        untraced += [f"{cell} ({field_id}) → {i}" for i in changed - using - users_of(cell, after)]
        silent += [
            f"{cell} ({field_id}) → {i}"
            for i in using - changed
            if not explained(i, cell, before, after, changed, using)
        ]
    assert tried > 400
    assert not untraced, f"{len(untraced)} changed without the cell in their trace: {untraced[:12]}"
    assert not silent, f"{len(silent)} name the cell and did not change: {silent[:12]}"
