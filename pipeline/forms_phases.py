"""What of the forms a phase of the year looks at, from ``expectations/phases.yaml``: data an auditor can read.

In the middle of the year (``monitoring``) some forms, sheets and columns are not there yet. Used by reading, which leaves
them out, and by checking, which does not ask for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import yaml

from pipeline.errors import CannotRun
from pipeline.forms_nouns import FormSpec

PHASES = Path(__file__).resolve().parent.parent / "expectations" / "phases.yaml"
MONITORING = "monitoring"


@dataclass(frozen=True, slots=True)
class Phase:
    """What a phase looks at: ``forms``; ``tables`` and ``fields`` by table are not yet there."""

    forms: frozenset[str]
    tables: frozenset[str]
    fields: Mapping[str, frozenset[str]]


@cache
def load_phases(path: Path = PHASES) -> Mapping[str, Phase]:
    """Every phase of the file. Raises CannotRun (file) when it is broken."""
    try:
        return {name: _phase(raw) for name, raw in yaml.safe_load(path.read_text("utf-8")).items()}
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError, AttributeError):
        raise CannotRun("各阶段看什么的说明读不出来，或缺少内容，请恢复该文件。", file=path.name) from None


def _phase(raw: Mapping) -> Phase:
    fields = {table: frozenset(names) for table, names in raw["fields"].items()}
    return Phase(frozenset(raw["forms"]), frozenset(raw["tables"]), fields)


def specs_of(phase: str, specs: Mapping[str, FormSpec]) -> Mapping[str, FormSpec]:
    """The specs of the forms a phase looks at, without the tables that are not yet there; all of them for a phase the
    file does not name."""
    known = load_phases().get(phase)
    if known is None:
        return specs
    return {
        form: replace(
            spec, tables=tuple(table for table in spec.tables if f"{form}.{table.id}" not in known.tables)
        )
        for form, spec in specs.items()
        if form in known.forms
    }
