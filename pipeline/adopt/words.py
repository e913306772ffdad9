"""What the headers, rows and labels of official forms mean, from ``words.yaml``: looked up by ``label_key``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import yaml

from pipeline.forms import load_specs
from pipeline.maps_labels import label_key, split_weight
from pipeline.model import figure_key

_FILE = Path(__file__).with_name("words.yaml")
_OF_WHICH = re.compile(r"^(?:其中[:：]?|[(（]?\d{1,2}[)）.、．])")


@cache
def _raw() -> Mapping[str, object]:
    return yaml.safe_load(_FILE.read_text("utf-8"))


def _by_key(entries: Mapping[str, Iterable[str]]) -> dict[str, str]:
    return {label_key(word): name for name, words in entries.items() for word in words}


@cache
def columns() -> Mapping[str, str]:
    """Key of a header -> its role."""
    return _by_key(_raw()["columns"])


@cache
def rows() -> Mapping[str, str]:
    """Key of a line of a funds table -> its group of figures (``source.other``)."""
    return _by_key(_raw()["rows"])


@cache
def labels(kind: str) -> Mapping[str, str]:
    """Key of a label -> the figure whose value stands beside it. ``kind``: department or project."""
    found = _by_key(_raw()["labels"])
    specs = load_specs()["basics"]
    for table, prefix in (("department", "basics"), ("staff", "staff")):
        for field in specs.table(table).fields:
            found.setdefault(label_key(field.label), f"{prefix}.{field.id}")
    sections = {f"narrative.{figure_key(name)}": words for name, words in _raw()["narrative"].items()}
    found |= _by_key(sections)
    if kind == "project":
        found = {key: figure for key, figure in found.items() if figure.startswith(("basics.", "staff."))}
        found |= _by_key(_raw()["project_labels"])
    return found


@cache
def beside() -> Mapping[str, tuple[str, str]]:
    """Key of a header -> (its own figure, the figure in whose line it counts)."""
    return {
        label_key(word): (f"narrative.{figure_key(name)}", f"narrative.{figure_key(entry['of'])}")
        for name, entry in _raw()["beside"].items()
        for word in entry["labels"]
    }


def role(text: str) -> str:
    """The role of a header, also with a 分值 in it; "" for a header nobody knows."""
    key = label_key(text)
    bare = re.sub(r"\((?:万元|元|分)\)$", "", key)
    if key not in columns() and re.search(str(_raw()["bureau_pattern"]), bare):
        return "bureau"
    return columns().get(key) or columns().get(bare) or columns().get(label_key(split_weight(text)[0]), "")


def row_group(text: str) -> str:
    """The group of figures of a funds line, ``其中：`` and numbers before it put aside; "" for an unknown one."""
    key = label_key(text)
    for _ in range(3):
        if key in rows():
            return rows()[key]
        key = label_key(_OF_WHICH.sub("", key))
    return ""


def is_total(text: str) -> bool:
    return label_key(split_weight(text)[0]) in {label_key(one) for one in _raw()["totals"]}


def is_grade(text: str) -> bool:
    return label_key(text) in {label_key(one) for one in _raw()["grades"]}


def subtotal_of(text: str) -> str | None:
    """What a subtotal line sums up (``履职效能小计`` -> ``履职效能``; ``小计`` -> ""); None for another line."""
    key = label_key(split_weight(text)[0])
    if key == "小计" or key == "得分小计":
        return ""
    for word in ("得分小计", "小计", "合计"):
        if key.endswith(word) and len(key) > len(word) and not is_total(text):
            return key.removesuffix(word)
    return None


def is_stamp(text: str) -> bool:
    """A place for a stamp or a signature by hand: 填报单位（盖章） without a colon."""
    key = label_key(text)
    colon = str(text).strip().endswith((":", "："))
    return not colon and any(key.endswith(label_key(one)) for one in _raw()["left_alone"]["stamp"])


def without_stamp(text: str) -> str:
    """A label without its bracket about stamps: ``填报单位（盖章）：`` -> ``填报单位``."""
    key = label_key(text)
    for one in _raw()["left_alone"]["stamp"]:
        key = key.removesuffix(label_key(one))
    return key


def is_left_alone(text: str) -> bool:
    key = label_key(text)
    head = re.split("[:：]", key)[0]
    return any(
        head == label_key(one) or re.fullmatch(f"{one}\\d*", head) for one in _raw()["left_alone"]["words"]
    )


def without_numbering(text: str) -> str:
    """
    >>> without_numbering("一、产出指标"), without_numbering("（二）效益")
    ('产出指标', '效益')
    """
    return re.sub(r"^\s*[(（]?[一二三四五六七八九十\d]{1,3}[)）、.．]\s*", "", text)
