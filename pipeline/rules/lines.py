"""YAML with line numbers: what a rubric file says and on which line, so that a refusal can name the line.

Used by ``parse`` alone. Numbers with a point become Decimal, never float; duplicate keys are refused.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import yaml

from pipeline.errors import CannotRun

#: the C parser where the platform has it: ten times faster, the same result
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Map(dict):
    """A mapping that knows its own line and its keys' lines."""

    line: int
    lines: dict[str, int]


class Seq(list):
    """A sequence that knows its own line and its entries' lines."""

    line: int
    lines: list[int]


def read_yaml(path: Path, name: str) -> Map:
    """The file as Map, Seq and scalars. Raises CannotRun, with the line, for what is no YAML mapping."""
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError:
        raise CannotRun("文件不是 UTF-8 编码，请另存为 UTF-8 后再试。", file=name) from None
    except OSError:
        raise CannotRun("文件读不出来，请检查它是否存在、是否有权限。", file=name) from None
    try:
        root = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise CannotRun(
            "不是合法的 YAML，请检查这一行附近的缩进、冒号和引号。",
            file=name,
            line=mark.line + 1 if mark else None,
        ) from None
    except yaml.YAMLError:
        raise CannotRun("含有不能出现在 YAML 里的字符。", file=name) from None
    if not isinstance(root, yaml.MappingNode):
        raise CannotRun("文件的最外层应是“名称: 内容”。", file=name, line=1)
    return _value(root, name)


def _value(node: yaml.Node, name: str) -> object:
    if isinstance(node, yaml.MappingNode):
        mapping = Map()
        mapping.line, mapping.lines = node.start_mark.line + 1, {}
        for key_node, value_node in node.value:
            key, line = key_node.value, key_node.start_mark.line + 1
            if not isinstance(key, str):
                raise CannotRun("名称应是一个词。", file=name, line=line)
            if key in mapping:
                raise CannotRun(f"“{key}”写了两次，请删去一处。", file=name, line=line)
            mapping[key] = _value(value_node, name)
            mapping.lines[key] = line
        return mapping
    if isinstance(node, yaml.SequenceNode):
        sequence = Seq(_value(entry, name) for entry in node.value)
        sequence.line = node.start_mark.line + 1
        sequence.lines = [entry.start_mark.line + 1 for entry in node.value]
        return sequence
    return _scalar(node)


def _scalar(node: yaml.ScalarNode) -> object:
    kind = node.tag.rsplit(":", 1)[-1]
    text = node.value
    try:
        if kind == "int":
            return int(text)
        if kind == "float":
            number = Decimal(text)
            return number if number.is_finite() else text
    except (ValueError, ArithmeticError):
        return text
    if kind == "bool":
        return text.lower() in ("true", "yes", "on")
    return None if kind == "null" else text
