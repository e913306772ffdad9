"""Writes the example submission: tests/data/example.yaml into the blank templates, as an officer would fill them.

``python tests/build_example.py`` (``make golden``); tests import :func:`build` to make it, or variants of it, anew.
The blanks are filled with the program's own patcher, so that everything else of a template stays as it is.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from openpyxl.utils import get_column_letter  # noqa: E402

from pipeline import forms  # noqa: E402
from pipeline.write.blanks import HEADER_ROW, ordered, write_blank  # noqa: E402
from pipeline.write.patch import insert_rows, patch  # noqa: E402

DATA = ROOT / "tests" / "data" / "example.yaml"
EXAMPLE = ROOT / "input_templates" / "example"
NUMERIC = {"money", "number", "count", "count_or_yes_no"}


def build() -> dict[str, bytes]:
    """File name -> workbook."""
    specs = forms.load_specs()
    entries = yaml.safe_load(DATA.read_text("utf-8"))
    return {entry["file"]: filled(specs[entry["form"]], entry) for entry in entries}


def filled(spec: forms.FormSpec, entry: Mapping) -> bytes:
    book = write_blank(spec)
    changes: dict[tuple[str, str], object] = {}
    for name, values in entry.get("cards", {}).items():
        changes |= dict(_card(spec.table(name), values))
    for name, rows in entry.get("lists", {}).items():
        table = spec.table(name)
        room = _prepared(book, table.sheet)
        if len(rows) > room:
            book = insert_rows(
                book, table.sheet, HEADER_ROW + room - 1, len(rows) - room, HEADER_ROW + room - 1
            )
        changes |= dict(_list(table, rows))
    return patch(book, changes)


def _prepared(book: bytes, sheet: str) -> int:
    """How many formatted rows the blank has."""
    import io

    import openpyxl

    return openpyxl.load_workbook(io.BytesIO(book))[sheet].max_row - HEADER_ROW


def _card(table: forms.TableSpec, values: Mapping) -> Iterator[tuple[tuple[str, str], object]]:
    shown, folded = ordered(table)
    places = {field.id: HEADER_ROW + 1 + at for at, field in enumerate((*shown, *folded))}
    for field_id, value in values.items():
        yield (table.sheet, f"B{places[field_id]}"), _typed(table.field(field_id), value)


def _list(table: forms.TableSpec, rows: list[Mapping]) -> Iterator[tuple[tuple[str, str], object]]:
    shown, folded = ordered(table)
    letters = {field.id: get_column_letter(at + 1) for at, field in enumerate((*shown, *folded))}
    for at, row in enumerate(rows):
        for field_id, value in row.items():
            yield (
                (table.sheet, f"{letters[field_id]}{HEADER_ROW + 1 + at}"),
                _typed(table.field(field_id), value),
            )


def _typed(field: forms.FieldSpec, value: object) -> object:
    if isinstance(value, bool):
        return "是" if value else "否"
    return Decimal(str(value)) if field.type in NUMERIC else value


if __name__ == "__main__":
    EXAMPLE.mkdir(parents=True, exist_ok=True)
    built = build()
    for path in EXAMPLE.glob("*.xlsx"):
        if path.name not in built:
            path.unlink()
    for name, content in built.items():
        (EXAMPLE / name).write_bytes(content)
        print(EXAMPLE / name)
