"""One cause, one finding, through the whole run on the example; and departments that are merely small, new or in 元
raise none."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import openpyxl
import pytest

from pipeline import forms, messages, rules
from pipeline.check.findings import without_echoes
from pipeline.check.inputs import check_inputs
from pipeline.check.outcome import check_outcome
from pipeline.check.report import Case
from pipeline.compute.score import compute
from pipeline.model import Finding, Submission
from pipeline.read.submission import read_submission

EXAMPLE = Path(__file__).resolve().parents[1] / "input_templates" / "example"
WAN = 1_000_000
EXP, MON, ITEMS = "budget_execution.expenditure", "monthly_spending.months", "management.items"
MONEY_TABLES = (
    EXP,
    "budget_execution.adjustments",
    MON,
    "management.three_public",
    "management.assets",
    "procurement.contracts",
)
Values = Mapping[str, object]


@pytest.fixture(scope="module")
def example() -> Submission:
    return read_submission(EXAMPLE, forms.load_specs())


def changed(submission: Submission, table: str, change: Callable[[int, dict], dict | None]) -> Submission:
    """The submission with each row's values as ``change(position, values)`` gives them; None takes the row out."""
    if table not in submission.tables:
        return submission
    rows = []
    for position, row in enumerate(submission.table(table).rows):
        values = change(position, dict(row.values))
        if values is not None:
            rows.append(dataclasses.replace(row, values=values))
    tables = {**submission.tables, table: dataclasses.replace(submission.tables[table], rows=tuple(rows))}
    return dataclasses.replace(submission, tables=tables)


def findings_of(submission: Submission) -> list[Finding]:
    rubric = rules.load("440100", 2022)
    found = [*submission.findings, *check_inputs([submission], rubric).findings[0]]
    outcome = compute(submission, rubric, messages.blocked_cells(found))
    found += outcome.findings
    found += check_outcome([Case(submission, outcome, earlier=found)], rubric).findings[0]
    return list(without_echoes(found))


def blank(*fields: str, at: int | None = None) -> Callable[[int, dict], dict]:
    return lambda position, values: values | dict.fromkeys(fields) if at is None or position == at else values


def cells(finding: Finding) -> list[str]:
    return [each.cell.address for each in finding.cells]


BLANKS = [
    ("one executed amount", EXP, blank("executed_fen", at=2), "BE-001", ["G7"]),
    ("every executed amount", EXP, blank("executed_fen"), "BE-001", [f"G{n}" for n in range(5, 11)]),
    ("every month's spending", MON, blank("spent_fen"), "MS-001", [f"D{n}" for n in range(5, 17)]),
    ("every month's budget", MON, blank("current_budget_fen"), "MS-001", [f"B{n}" for n in range(5, 17)]),
    ("a month's amounts", MON, blank("current_budget_fen", "current_project_budget_fen", "spent_fen", "project_spent_fen", at=4),
     "MS-001", ["B9", "C9", "D9", "E9"]),
    ("a month's row", MON, lambda n, values: None if n == 4 else values, "MS-008", ["A4"]),
    ("one initial budget", EXP, blank("initial_budget_fen", at=3), "BE-001", ["D8"]),
    ("every initial budget", EXP, blank("initial_budget_fen"), "BE-001", [f"D{n}" for n in range(5, 11)]),
    ("every budget of the year", EXP, blank("annual_budget_fen"), "BE-001", [f"F{n}" for n in range(5, 11)]),
    ("three public budgets", "management.three_public", blank("budget_fen"), "MG-001", [f"B{n}" for n in range(5, 15)]),
    ("a project's code", EXP, blank("project_id", at=2), "BE-001", ["B7"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "table", "change", "code", "where"), BLANKS, ids=[each[0] for each in BLANKS]
)
def test_a_blank_is_said_once(what, table, change, code, where, example):
    found = findings_of(changed(example, table, change))
    said = [messages.sentence(each) for each in found]
    if (
        what == "a project's code"
    ):  # the indicators that name it have lost their project: that is not the blank's echo
        found = [each for each in found if each.code != "PI-020"]
    assert [each.code for each in found] == [code], said
    assert cells(found[0]) == where
    if len(where) > 4:
        assert f"等 {len(where)} 处" in said[0]


def times(submission: Submission, table: str, factor: int, at: int | None = None) -> Submission:
    form, _, name = table.partition(".")
    money = {each.id for each in forms.load_specs()[form].table(name).fields if each.type == "money"}

    def change(position: int, values: dict) -> dict:
        if at is not None and position != at:
            return values
        return values | {k: int(v * factor) for k, v in values.items() if k in money and isinstance(v, int)}

    return changed(submission, table, change)


@pytest.mark.parametrize("lines", [(2, 3), (2, 3, 4), (2, 3, 4, 5)], ids=str)
def test_some_projects_in_yuan_are_one_finding_at_their_cells(lines, example):
    """Whole lines of some projects in 元: each is larger than the department, and divided they add up to the months."""
    made = example
    for line in lines:
        made = times(made, EXP, 10_000, line)
    (one,) = findings_of(made)
    # D initial, F annual, G executed, U surplus
    filled = sorted(f"{column}{line + 5}" for line in lines for column in "DFGU")
    assert (one.code, sorted(cells(one))) == ("BE-023", filled)
    said = messages.sentence(one)
    assert "“年初预算数”1,348,500.00 万元" in said and "应为 134.85 万元" in said
    assert "全年预算数改正后应为 134.85 万元" in said  # 134.85 stands in no cell of the line


def test_an_empty_ledger_of_procurement_is_said_of_the_ledger(example):
    """6_采购台账 handed in without a line, and nothing says that there was no procurement."""
    (one,) = findings_of(changed(example, "procurement.contracts", lambda *_: None))
    assert one.code == "TP-021" and one.cells[0].cell.file == "6_采购台账.xlsx"
    assert (
        "“采购台账”一行也没有填。请至少填写一行；本年无政府采购的，在《5_管理事项》事项加一行"
        in messages.sentence(one)
    )


@pytest.mark.parametrize(
    ("table", "at", "code", "first", "count"),
    [
        (EXP, 0, "BE-023", "D5", 5), (EXP, 3, "BE-023", "D8", 4), (EXP, None, "BE-023", "D5", 26),
        (MON, 4, "MS-012", "B9", 4), (MON, None, "MS-012", "B5", 48),
        ("budget_execution.adjustments", None, "BE-023", "F5", 1),
        ("management.three_public", None, "MG-018", "B5", 25), ("procurement.contracts", None, "PC-012", "C5", 19),
    ],
)  # fmt: skip
def test_a_slip_is_said_once(table, at, code, first, count, example):
    found = findings_of(times(example, table, 10_000, at))
    assert [each.code for each in found] == [code], [messages.sentence(each) for each in found]
    assert cells(found[0])[0] == first and len(found[0].cells) == count


def core_only(submission: Submission) -> Submission:
    """What a submission holds with nothing but the fields everybody has to fill."""
    tables = {}
    for form, spec in forms.load_specs().items():
        for table in spec.tables:
            core = {each.id for each in table.fields if each.core}
            read = submission.tables.get(f"{form}.{table.id}")
            if core and read:
                rows = tuple(
                    dataclasses.replace(
                        row, values={k: v if k in core else None for k, v in row.values.items()}
                    )
                    for row in read.rows
                )
                tables[read.id] = dataclasses.replace(read, rows=rows)
    files = tuple(file for file in submission.files if file.form not in ("evidence", "claimed"))
    return dataclasses.replace(submission, tables=tables, files=files)


def three_lines(submission: Submission) -> Submission:
    """人员, 公用 and one project, the months cut down with them."""
    kept = [row for at, row in enumerate(submission.table(EXP).rows) if at < 3]
    gone = [row for at, row in enumerate(submission.table(EXP).rows) if at >= 3]
    budget, spent = (sum(row[name] for row in gone) for name in ("annual_budget_fen", "executed_fen"))
    rates = [row["project_spent_fen"] for row in submission.table(MON).rows]
    parts = [spent * rate // sum(rates) for rate in rates]
    parts[-1] += spent - sum(parts)

    def cut(position: int, values: dict) -> dict:
        less = {
            "current_budget_fen": budget,
            "current_project_budget_fen": budget,
            "spent_fen": parts[position],
            "project_spent_fen": parts[position],
        }
        return values | {name: values[name] - part for name, part in less.items()}

    ids = {row["project_id"] for row in gone}
    made = changed(submission, EXP, lambda n, values: values if n < len(kept) else None)
    made = changed(made, MON, cut)
    return changed(
        made, "indicator_results.indicators",
        lambda n, values: _of_no_project(values) if values["project_id"] in ids else values,
    )  # fmt: skip


def _of_no_project(values: dict) -> dict | None:
    """The indicator of a project that is gone: the department's own, or, where it carried only project points, none."""
    if values["department_points"] is None:
        return None
    return values | {"project_id": None, "project_points": None}


def new_department(submission: Submission) -> Submission:
    """One that exists from June to December: the first months' spending is June's."""
    made = changed(submission, "basics.department", lambda n, values: values | {"active_months": (6, 12)})
    early = submission.table(MON).rows[:5]
    more = {name: sum(row[name] for row in early) for name in ("spent_fen", "project_spent_fen")}
    return changed(
        made, MON,
        lambda n, values: None if n < 5 else values | ({k: values[k] + v for k, v in more.items()} if n == 5 else {}),
    )  # fmt: skip


def no_procurement(submission: Submission) -> Submission:
    tables = {k: v for k, v in submission.tables.items() if not k.startswith("procurement.")}
    made = dataclasses.replace(
        submission,
        tables=tables,
        files=tuple(file for file in submission.files if file.form != "procurement"),
    )
    rows = made.table(ITEMS).rows
    values = dict.fromkeys(rows[0].values) | {
        "item_id": "M99", "indicator_name": "采购管理", "checkpoint": "政府采购", "is_applicable": False, "inapplicable_reason": "本年无政府采购",
    }  # fmt: skip
    rows = (*rows, dataclasses.replace(rows[-1], number=rows[-1].number + 1, values=values))
    return dataclasses.replace(
        made, tables={**made.tables, ITEMS: dataclasses.replace(made.tables[ITEMS], rows=rows)}
    )


def hundredth(submission: Submission) -> Submission:
    """A very small office: every amount a hundredth."""
    for table in MONEY_TABLES:
        form, _, name = table.partition(".")
        money = {each.id for each in forms.load_specs()[form].table(name).fields if each.type == "money"}
        submission = changed(
            submission, table,
            lambda n, values, money=money: values | {k: v // 100 for k, v in values.items() if k in money and isinstance(v, int)},
        )  # fmt: skip
    return submission


def tenfold(submission: Submission) -> Submission:
    for table in MONEY_TABLES:
        submission = times(submission, table, 10)
    return submission


@pytest.mark.parametrize(
    "variant", [core_only, three_lines, new_department, no_procurement, hundredth, tenfold]
)
def test_a_sane_department_raises_nothing(variant, example):
    made = variant(core_only(example))
    rubric = rules.load("440100", 2022)
    found = check_inputs([made], rubric).findings[0]
    assert [messages.sentence(each) for each in found] == []


def test_amounts_in_yuan_under_a_sheet_that_says_so_are_read_and_raise_nothing(tmp_path: Path):
    folder = tmp_path / "example"
    shutil.copytree(EXAMPLE, folder)
    specs = forms.load_specs()
    for form in ("budget_execution", "monthly_spending", "management", "procurement"):
        path = folder / f"{specs[form].title}.xlsx"
        book = openpyxl.load_workbook(path)
        for table in specs[form].tables:
            money = {each.label for each in table.fields if each.type == "money"}
            _into_yuan(book[table.sheet], money, table.layout == "list")
        book.save(path)
    found = findings_of(read_submission(folder, specs))
    assert [messages.sentence(each) for each in found] == []


def _into_yuan(sheet, money: set[str], is_list: bool) -> None:
    """Every amount times 10,000, and the unit above the table."""
    for row in sheet.iter_rows(max_row=4):
        for cell in row:
            if cell.value == "万元":
                cell.value = "元"
    if is_list:
        header = {cell.column: str(cell.value or "") for cell in sheet[4]}
        wanted = [
            cell for row in sheet.iter_rows(min_row=5) for cell in row if header.get(cell.column) in money
        ]
    else:
        wanted = [row[1] for row in sheet.iter_rows(min_row=5) if str(row[0].value or "") in money]
    for cell in wanted:
        if isinstance(cell.value, int | float):
            cell.value = round(cell.value * 10_000, 2)
