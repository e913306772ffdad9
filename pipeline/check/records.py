"""Frames over all forms at once: every record, every form and table.

What the specs declare (required, key, may_be_negative) is checked here for all tables together: one wide frame costs
Great Expectations no more than one row would. Source: the specs themselves, docs/domain.md §5.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from pipeline.check.frames import (
    Around,
    Frame,
    Place,
    build,
    columns_of,
    every_row,
    is_filled,
    missing_form_cell,
    table_cells,
)  # fmt: skip
from pipeline.forms import FieldSpec, FormSpec, TableSpec
from pipeline.measure_words import is_hint
from pipeline.model import Found, Row

_SIGNED_TYPES = frozenset({"money", "number", "count", "ratio", "count_or_yes_no"})
_WORD_TYPES = frozenset({"text", "measure"})
#: a filled one of these says why an amount of its row may be negative
_REASONS = ("low_execution_reason", "refunded_fen", "difference_note", "change_reason", "overdue_reason")
#: how the words begin that a form prints in a cell to be overwritten
_HINT = re.compile(r"(?:如|例如|示例)[ :：]|(?:请|此处|在此)(?:填|输入)|[xX×ＸX]{2,}$|[（(](?:请|如|填)")
_LONGEST_HINT = 60
NO_PROCUREMENT = "无政府采购"
#: what else may be done about a form that is missing
_OTHERWISE = {
    "procurement": "；本年无政府采购的，在《5_管理事项》事项加一行：对应三级指标填“采购管理”，是否适用填“否”，不适用理由填“本年无政府采购”"
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of every row of a table, taken from its spec once."""

    prefix: str
    table: TableSpec
    key_fields: str
    key_label: str
    needed: tuple[FieldSpec, ...]
    signed: tuple[str, ...]
    worded: tuple[FieldSpec, ...]


def asked_of(around: Around) -> Mapping[str, Asked]:
    """Of each table the fields that may be required, that may not be negative, and that hold words."""
    return {
        f"{form}.{table.id}": _asked(spec, table)
        for form, spec in around.specs.items()
        for table in spec.tables
    }


def _asked(spec: FormSpec, table: TableSpec) -> Asked:
    return Asked(
        spec.prefix,
        table,
        " ".join(table.key),
        "、".join(table.field(part).label for part in table.key),
        tuple(each for each in table.fields if each.required or each.required_when),
        tuple(each.id for each in table.fields if each.type in _SIGNED_TYPES and not each.may_be_negative),
        tuple(each for each in table.fields if each.type in _WORD_TYPES),
    )


def blank_fields(asked: Asked, row: Row) -> list[str]:
    """Required fields that are blank; a field whose column is not in the sheet is a matter of the sheet."""
    values = row.values
    return [each.id for each in asked.needed if values.get(each.id, "") is None and is_required(each, row)]


def is_required(each: FieldSpec, row: Row) -> bool:
    return each.required or any(row[name] in values for name, values in each.required_when.items())


def negative_fields(asked: Asked, row: Row) -> list[str]:
    """Numbers below 0 in fields that may not be negative, where the row gives no reason."""
    values = row.values
    found = [
        name for name in asked.signed if (value := values.get(name)) and value < 0
    ]  # what is absent is false
    if not found:
        return found
    excused = any(is_filled(row, reason) for reason in _REASONS if reason not in found)
    return [] if excused else found


def hint_fields(asked: Asked, row: Row) -> list[str]:
    """Cells in which the form's own hint still stands."""
    values = row.values
    return [
        each.id
        for each in asked.worded
        if isinstance(value := values.get(each.id), str)
        and _is_hint(value.strip(), each.hint, each.type == "measure")
    ]


@lru_cache(maxsize=16384)  # units, levels and names are typed again and again
def _is_hint(text: str, hint: str, is_measure: bool) -> bool:
    if not text or len(text) > _LONGEST_HINT:
        return False
    return text == hint or bool(_HINT.match(text)) or (is_measure and is_hint(text))


def _key(table: TableSpec, row: Row) -> str | None:
    parts = [row.usable(name) for name in table.key]
    return None if not parts or any(part is None for part in parts) else "|".join(map(str, parts))


def records_frame(arounds: Sequence[Around]) -> Frame:
    """One line a record of any table: its key, and how many cells are blank, negative or still hold a hint."""
    names = ("submission", "table", "file", "sheet", "row", "prefix", "key", "blank_required", "blank_fields",
             "key_fields", "negative", "negative_fields", "hints", "hint_fields")  # fmt: skip
    lines, places = [], []
    for around in arounds:
        asked, submission = around.of_rubric(asked_of), around.submission.name
        for table_id, row in every_row(around):
            ask = asked[table_id]
            blank, negative, hints = blank_fields(ask, row), negative_fields(ask, row), hint_fields(ask, row)
            key = _key(ask.table, row)
            lines.append((
                submission, table_id, row.file, row.sheet, row.number, ask.prefix,
                f"#{len(lines)}" if key is None else key, len(blank), " ".join(blank), ask.key_fields,
                len(negative), " ".join(negative), len(hints), " ".join(hints),
            ))  # fmt: skip
            places.append(Place(around.index, row, tell=partial(_record, around.index, row, key, ask)))
    return build("submission.records", places, columns_of(names, lines))


def _record(submission: int, row: Row, key: str | None, ask: Asked) -> Place:
    return Place(submission, row, facts={"key": (key or "").replace("|", "、"), "key_label": ask.key_label})


def tables_frame(arounds: Sequence[Around], whole: bool) -> Frame:
    """One line a needed form (``form_missing``) and one a sheet that needs a row (``rows_missing``).

    ``whole``: the submission is a folder; of a single workbook nothing else is asked.
    """
    names = ("submission", "table", "form_missing", "rows_missing", "title", "sheet_title")
    lines, places = [], []
    for around in arounds:
        for form, spec in around.specs.items():
            if whole and is_needed(form, spec, around):
                missing = form not in around.present_forms and not _is_refused(spec, around)
                lines.append((around.submission.name, form, int(missing), 0, spec.title, ""))
                cell = Found(missing_form_cell(around, form), "")
                facts = {"filled_by": spec.filled_by, "otherwise": _OTHERWISE.get(form, "")}
                places.append(Place(around.index, cells=(cell,), facts=facts))
            # an empty form that is always needed has been reported as such when it was read
            asked = _has_rows(spec, around) or (whole and not spec.required and is_needed(form, spec, around))
            for table in spec.tables if form in around.present_forms and asked else ():
                if table.at_least_one_row:
                    table_id = f"{form}.{table.id}"
                    empty = int(not around.submission.table(table_id).rows)
                    lines.append((around.submission.name, table_id, 0, empty, spec.title, table.sheet))
                    facts = {"otherwise": _OTHERWISE.get(form, "")}
                    places.append(Place(around.index, cells=table_cells(around, table_id), facts=facts))
    return build("submission.tables", places, columns_of(names, lines))


def is_needed(form: str, spec: FormSpec, around: Around) -> bool:
    """Forms 1 to 5 always; 6_采购台账 unless 5_管理事项 says that there was no procurement."""
    if form != "procurement":
        return spec.required
    return "management" in around.present_forms and not says_no_procurement(around)


def says_no_procurement(around: Around) -> bool:
    """Whether 5_管理事项 says 本年无政府采购: in the matter itself answered 是, or as the reason of a 不适用."""
    for row in around.submission.table("management.items"):
        words = "".join(str(row.usable(name) or "") for name in ("checkpoint", "inapplicable_reason", "note"))
        if NO_PROCUREMENT in words and (
            row.usable("is_applicable") is False or row.usable("done_count") is True
        ):
            return True
    return False


def _is_refused(spec: FormSpec, around: Around) -> bool:
    """A refused file has been reported with its own reason; that its form is missing would be said twice."""
    return any(
        file.refused and (file.form == spec.form or file.path.rpartition("/")[2].startswith(spec.title))
        for file in around.submission.files
    )


def _has_rows(spec: FormSpec, around: Around) -> bool:
    return any(around.submission.table(f"{spec.form}.{table.id}").rows for table in spec.tables)
