"""勾稽关系 as data: ``expectations/reconciliations.yaml`` -> frozen relations. Loaded once, before the first frame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from pipeline.check.subjects import plain
from pipeline.errors import CannotRun

FILE = Path(__file__).resolve().parents[2] / "expectations" / "reconciliations.yaml"

_EACH = ("row", "total", "group", "indicator_leaf")
_RELATIONS = ("=", "<=")
#: smallest parts in one unit: every side is a whole number of them
SCALE = {"万元": 1_000_000, "分": 1_000_000, "人": 1, "项": 1}
_BLANKS = ("open", "zero", "skip")


@dataclass(frozen=True, slots=True)
class Term:
    """Fields added and subtracted over the rows of a table. ``rubric`` and ``leaf`` are constants of the rubric.

    ``matching``: rows whose text in a field is one of these names, as :func:`pipeline.check.subjects.plain` reads it;
    ``starting``: rows whose code in a field begins with the code of the scope; ``single``: at most one row may be meant;
    ``blank_in``: rows in which these fields are blank; ``units: included``: rows that make the department's sums.
    """

    table: str = ""
    add: tuple[str, ...] = ()
    subtract: tuple[str, ...] = ()
    where: Mapping[str, Any] = field(default_factory=dict)
    by: str = ""
    at: str = ""
    blank: str = "open"
    optional: bool = False
    matching: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    starting: str = ""
    single: bool = False
    blank_in: tuple[str, ...] = ()
    units: str = ""
    rubric: str = ""
    leaf: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a relation and the words for it."""

    label: str
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class When:
    """Under what conditions a relation is looked at; fields by table id."""

    any_filled: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    all_filled: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    not_all_filled: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    blank: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rows: tuple[str, ...] = ()
    no_rows: tuple[str, ...] = ()
    card: Mapping[str, Any] = field(default_factory=dict)
    complete_months: bool = False


@dataclass(frozen=True, slots=True)
class Relation:
    """``left`` = or <= ``right``, once for each row, group, leaf, or once in total. ``tolerance`` in ``unit``,
    ``parts_tolerated`` the same in smallest parts. ``adding``: alternatives, each added to the left, with which it holds
    too; ``adding_one``: the same with any single row of a term. ``code_when``: another code where a card says so.
    ``coded``: a field that begins with a code; only rows that do are looked at."""

    id: str
    code: str
    label: str
    each: str
    table: str
    relation: str
    left: Side
    right: Side
    unit: str
    tolerance: int | float | str
    parts_tolerated: int
    adding: tuple[tuple[Term, ...], ...] = ()
    adding_one: tuple[Term, ...] = ()
    code_when: Mapping[str, Any] = field(default_factory=dict)
    coded: str = ""
    named: tuple[str, ...] = ()
    by: str = ""
    only: Mapping[str, Any] = field(default_factory=dict)
    where_filled: tuple[str, ...] = ()
    when: When = field(default_factory=When)


@cache
def load(path: Path = FILE) -> tuple[Relation, ...]:
    """All relations in the order of the file. Raises CannotRun (file) for one that is not understood."""
    try:
        raw = yaml.load(path.read_text("utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        relations = tuple(_relation(each) for each in raw["reconciliations"])
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError) as problem:
        raise CannotRun(f"勾稽关系表有误（{problem}），请恢复该文件。", file=path.name) from None
    if len({each.id for each in relations}) != len(relations):
        raise CannotRun("勾稽关系表里有重复的 id。", file=path.name)
    return relations


def _relation(raw: Mapping[str, Any]) -> Relation:
    table = raw["table"]
    kept = dict(raw)
    for name in ("left", "right"):
        kept[name] = Side(raw[name]["label"], _terms(raw[name]["terms"], table, raw.get("by", "")))
    adding = raw.get("adding", ())
    alternatives = adding if adding and isinstance(adding[0], list) else [adding] if adding else []
    kept["adding"] = tuple(_terms(each, table, raw.get("by", "")) for each in alternatives)
    kept["adding_one"] = _terms(raw.get("adding_one", ()), table, "")
    kept["named"] = tuple(raw.get("named", ()))
    kept["where_filled"] = tuple(raw.get("where_filled", ()))
    kept["when"] = _when(raw.get("when", {}), table)
    if raw["each"] not in _EACH or raw["relation"] not in _RELATIONS or raw["unit"] not in SCALE:
        raise ValueError(f"{raw['id']}: each, relation, unit")
    kept["parts_tolerated"] = int(Fraction(str(raw["tolerance"])) * SCALE[raw["unit"]])
    return Relation(**kept)


def _terms(raw: Any, table: str, by: str) -> tuple[Term, ...]:
    terms = []
    for each in raw:
        own = {"table": table} if not {"rubric", "leaf"} & set(each) else {}
        own |= {"by": by} if each.get("table", table) == table else {}
        lists = {name: tuple(each.get(name, ())) for name in ("add", "subtract", "blank_in")}
        matching = {name: tuple(map(plain, names)) for name, names in each.get("matching", {}).items()}
        term = Term(**{**own, **each, **lists, "matching": matching})
        if term.units not in ("", "included"):
            raise ValueError(f"units: {term.units}")
        if term.blank not in _BLANKS:
            raise ValueError(f"blank: {term.blank}")
        terms.append(term)
    return tuple(terms)


def _when(raw: Mapping[str, Any], table: str) -> When:
    kept = dict(raw)
    for name in ("any_filled", "all_filled", "not_all_filled", "blank"):
        fields = raw.get(name, {})
        fields = fields if isinstance(fields, Mapping) else {table: fields}
        kept[name] = {of: tuple(names) for of, names in fields.items()}
    kept["rows"], kept["no_rows"] = tuple(raw.get("rows", ())), tuple(raw.get("no_rows", ()))
    return When(**kept)
