"""The fill-in forms as data: each YAML spec of ``input_templates/fill_in`` -> one frozen FormSpec.

One entry per field says where it is read, its type and unit, its choices, its input hint, whether it is
core, and what it means; the blank workbook, the reader, the type checks and the manual's table all come from
it. Loaded first in every run; a broken spec is a ``CannotRun`` with its file and line. Plain dataclasses:
every command loads the specs, and importing a validation library would cost more than all the reading.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

from pipeline.errors import CannotRun
from pipeline.forms_nouns import COMMON, PREFIXES, TYPES, FieldSpec, FormSpec, TableSpec, header_key

__all__ = [
    "COMMON", "PREFIXES", "TYPES", "FieldSpec", "FormSpec", "TableSpec", "header_key", "load_spec", "load_specs",
]  # fmt: skip

FILL_IN = Path(__file__).resolve().parent.parent / "input_templates" / "fill_in"

#: the forms in the order of their numbers
ORDER = (
    "basics", "budget_execution", "monthly_spending", "indicator_results",
    "management", "procurement", "evidence", "claimed", "waivers", "final_accounts",
)  # fmt: skip


@cache
def load_specs(folder: Path = FILL_IN) -> Mapping[str, FormSpec]:
    """All specs of a folder by form id, in the order of the forms' numbers.

    Raises CannotRun (file, line) when a spec is broken, or when there is none.
    """
    found: dict[str, FormSpec] = {}
    for path in sorted(folder.glob("*.yaml")):
        spec = load_spec(path)
        if spec.form in found:
            raise CannotRun(f"模板编号 {spec.form} 重复，请删除其中一个模板说明。", file=path.name, line=1)
        found[spec.form] = spec
    if not found:
        raise CannotRun("没有找到填报模板的说明（*.yaml），请恢复该文件夹。", file=str(folder))
    order = {form: number for number, form in enumerate(ORDER)}
    return {form: found[form] for form in sorted(found, key=lambda form: (order.get(form, len(order)), form))}


def load_spec(path: Path) -> FormSpec:
    """One spec. Raises CannotRun with the file and the line at fault."""
    try:
        text = path.read_text("utf-8")
        raw = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (OSError, UnicodeDecodeError) as problem:
        raise CannotRun(f"模板说明读不出来：{type(problem).__name__}。", file=path.name) from None
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        raise CannotRun(
            "模板说明的 YAML 写法有误，请检查缩进、冒号和括号。",
            file=path.name,
            line=mark.line + 1 if mark else None,
        ) from None
    try:
        return _form(raw)
    except _Broken as broken:
        raise CannotRun(broken.message, file=path.name, line=_line(text, broken.where)) from None


class _Broken(Exception):
    """What is wrong in a spec, and the way of keys to it."""

    def __init__(self, message: str, *where: str | int):
        super().__init__(message)
        self.message = message
        self.where = where


def _form(raw: object) -> FormSpec:
    _keys(raw, FormSpec, {"form", "title", "version", "unit", "filled_by", "required", "tables"}, {"digest"})
    tables = []
    for number, entry in enumerate(_list(raw["tables"], "tables")):
        tables.append(_table(entry, ("tables", number)))
        if any(other.id == tables[-1].id or other.sheet == tables[-1].sheet for other in tables[:-1]):
            raise _Broken("工作表的编号或名称重复。", "tables", number)
    if any(table.has_money for table in tables) and not raw["unit"]:
        raise _Broken("有金额的模板必须写明 unit（万元或元）。", "unit")
    if not isinstance(raw["version"], str):
        raise _Broken("version 要加引号，写成文字。", "version")
    canonical = json.dumps([raw, COMMON], ensure_ascii=False, sort_keys=True, default=str).encode("utf-8")
    return FormSpec(
        form=raw["form"], title=raw["title"], version=raw["version"], unit=raw["unit"],
        filled_by=raw["filled_by"], required=raw["required"], several_files=raw.get("several_files", False),
        tables=tuple(tables), digest=hashlib.sha256(canonical).hexdigest()[:16],
    )  # fmt: skip


def _table(raw: object, at: tuple[str | int, ...]) -> TableSpec:
    _keys(raw, TableSpec, {"id", "sheet", "layout", "fields"}, set(), at)
    if raw["layout"] not in ("list", "card"):
        raise _Broken("layout 只能是 list 或 card。", *at, "layout")
    own = _list(raw["fields"], *at, "fields")
    entries = [(one, (*at, "fields", number)) for number, one in enumerate(own)]
    fields: list[FieldSpec] = []
    seen: dict[str, str] = {}
    taken = {one.get("label") for one in own if isinstance(one, dict)}
    for entry, where in [*entries, *((one, at) for one in COMMON if one["label"] not in taken)]:
        one = _field(entry, where)
        for key in {header_key(name) for name in (one.label, *one.aliases)} | {f"id {one.id}"}:
            if key in seen:
                raise _Broken(f"字段 {one.id} 与 {seen[key]} 的编号、名称或别名重复。", *where)
            seen[key] = one.id
        fields.append(one)
    ids = {one.id for one in fields}
    for one, (_, where) in zip(fields, entries, strict=False):
        if not ids >= set(one.required_when):
            raise _Broken("required_when 提到了本表没有的字段。", *where, "required_when")
    for name in ("key", "prefilled"):
        if not ids >= set(raw.get(name, ())):
            raise _Broken(f"{name} 提到了本表没有的字段。", *at, name)
    return TableSpec(
        id=raw["id"], sheet=raw["sheet"], layout=raw["layout"], fields=tuple(fields),
        key=tuple(raw.get("key", ())), at_least_one_row=raw.get("at_least_one_row", False),
        prefilled={name: tuple(values) for name, values in raw.get("prefilled", {}).items()},
        purpose=raw.get("purpose", ""), keeps_totals=raw.get("keeps_totals", False),
    )  # fmt: skip


def _field(raw: object, at: tuple[str | int, ...]) -> FieldSpec:
    _keys(raw, FieldSpec, {"id", "label", "type"}, set(), at)
    if raw["type"] not in TYPES:
        raise _Broken(f"没有“{raw['type']}”这种字段类型。", *at, "type")
    if (raw["type"] == "choice") != bool(raw.get("choices")):
        raise _Broken("类型为 choice 的字段要有 choices，其他类型不能有。", *at)
    if (raw["type"] == "money") != raw["id"].endswith("_fen"):
        raise _Broken("金额字段的编号以 _fen 结尾，其他字段不能。", *at, "id")
    core = raw.get("core", False)
    return FieldSpec(
        id=raw["id"], label=raw["label"], type=raw["type"], core=core,
        required=raw.get("required", core and not raw.get("required_when")),
        required_when={name: tuple(values) for name, values in raw.get("required_when", {}).items()},
        choices=tuple(raw.get("choices", ())), aliases=tuple(raw.get("aliases", ())),
        hint=raw.get("hint", ""), meaning=raw.get("meaning", ""),
        may_be_negative=raw.get("may_be_negative", False),
    )  # fmt: skip


def _keys(
    raw: object, of: type, needed: set[str], unwritten: set[str], at: tuple[str | int, ...] = ()
) -> None:
    if not isinstance(raw, dict):
        raise _Broken("这里应当是“名称: 内容”的写法。", *at)
    if missing := sorted(needed - set(raw)):
        raise _Broken(f"缺少 {'、'.join(missing)}。", *at)
    known = set(of.__dataclass_fields__) - unwritten
    for key in raw:
        if key not in known:
            raise _Broken(f"不认识“{key}”，请检查拼写。", *at, key)
    for name in (
        "id",
        "label",
        "sheet",
        "form",
        "title",
        "type",
        "hint",
        "meaning",
        "purpose",
        "filled_by",
        "unit",
    ):
        if not isinstance(raw.get(name, ""), str) and not (name == "unit" and raw[name] is None):
            raise _Broken(f"{name} 应当是文字，数字请加引号。", *at, name)


def _list(raw: object, *at: str | int) -> list[object]:
    if not isinstance(raw, list) or not raw:
        raise _Broken("这里应当是至少一项的列表。", *at)
    return raw


def _line(text: str, where: tuple[str | int, ...]) -> int:
    """The line on which the last part of the way stands that can be found."""
    node = yaml.compose(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    line = node.start_mark.line if node else 0
    for key in where:
        if isinstance(node, yaml.MappingNode):
            pair = next(((k, v) for k, v in node.value if k.value == key), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
            node = node.value[key]
            line = node.start_mark.line
        else:
            break
    return line + 1
