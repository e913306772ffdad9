"""The manual's table of every field of every fill-in form, made from the specs: docs/模板字段.md.

Not part of a run: ``templates`` writes it anew beside the blanks, so that manual and workbooks cannot differ.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipeline.forms import COMMON, FieldSpec, FormSpec, TableSpec

#: the document's place in the repository
NAME = "docs/模板字段.md"

_COMMON_IDS = frozenset(one["id"] for one in COMMON)
_HEADER = ("栏目", "必填", "类型与可选内容", "含义与填法", "编号")


def field_tables(specs: Mapping[str, FormSpec]) -> str:
    """The whole document as Markdown, one table a sheet, in the order of the forms. Ends with a line break.

    The three fields that every table has (备注, 来源, 佐证编号) are told once, at the top.
    """
    return "\n".join([*_opening(), *(line for spec in specs.values() for line in _form(spec))]) + "\n"


def need(field: FieldSpec) -> str:
    """Whether a field is to be filled: 必填 in every row, 按情况 in some rows, 如有, or 选填."""
    if field.required:
        return "必填"
    if field.required_when:
        return "按情况"
    return "如有" if field.core else "选填"


def _opening() -> Iterator[str]:
    yield "# 模板字段"
    yield ""
    yield "本文由程序按 `input_templates/fill_in/*.yaml` 生成，请勿手工修改；改了模板说明后运行 `python -m pipeline templates`。"
    yield ""
    yield "- 必填：每行都要填。按情况：满足所写条件的行要填。如有：有就填，没有不填。选填：需要时填，折叠着的点 + 展开。"
    yield "- 编号是程序内部的名称，在 `findings.json`、`normalisations.json` 等证据文件里出现。"
    yield (
        "- 每张表另有三个选填栏（已有同名栏目的除外），下面不再重复："
        + "；".join(f"{one['label']}（{one['meaning']}）" for one in COMMON)
        + "。"
    )


def _form(spec: FormSpec) -> Iterator[str]:
    yield ""
    yield f"## {spec.title}"
    yield ""
    facts = [f"填表人：{spec.filled_by}", f"模板版本：{spec.version}"]
    facts += [f"金额单位：默认{spec.unit}，可改为元"] if any(table.has_money for table in spec.tables) else []
    facts += ["必交" if spec.required else "有则交"]
    facts += ["可以一个处室一份"] if spec.several_files else []
    yield "；".join(facts) + "。"
    for table in spec.tables:
        yield from _table(spec, table)


def _table(spec: FormSpec, table: TableSpec) -> Iterator[str]:
    yield ""
    yield f"### {table.sheet}"
    yield ""
    key = "、".join(table.field(name).label for name in table.key)
    yield (
        table.purpose + (f"{key}不能重复。" if key else "") + ("至少一行。" if table.at_least_one_row else "")
    )
    yield ""
    yield _line(_HEADER)
    yield _line(["---"] * len(_HEADER))
    for field in table.fields:
        if field.id not in _COMMON_IDS:
            yield _line(
                (field.label, need(field), field.expected(spec.unit), _meaning(table, field), f"`{field.id}`")
            )


def _meaning(table: TableSpec, field: FieldSpec) -> str:
    conditions = (
        f"{table.field(name).label}为{'、'.join(map(str, values))}时必填"
        for name, values in field.required_when.items()
    )
    other_names = f"表头也可写作 {'、'.join(field.aliases)}" if field.aliases else ""
    negative = "可以为负数" if field.may_be_negative else ""
    return "；".join(filter(None, (*conditions, field.meaning, field.hint, negative, other_names)))


def _line(cells: tuple[str, ...] | list[str]) -> str:
    """One line of a Markdown table; a bar or a line break in a text does not break it.

    >>> _line(["甲|乙", "一\\n二"])
    '| 甲\\\\|乙 | 一 二 |'
    """
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |"
