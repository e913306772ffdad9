"""One rubric file being read: typed values, citations and refusals with the line that is wrong.

Used by ``parse`` and ``tree``.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import NoReturn

from pipeline.errors import CannotRun
from pipeline.model import Citation
from pipeline.model_rubric import Setting
from pipeline.money import round_half_up
from pipeline.rules.lines import Map
from pipeline.rules.vocabulary import Wrong, number, typed

MARKS = ("stated", "published", "assumed")
#: what may stand beside a source and its mark
CITED = ("article", "verified")
VERIFIED = "应是核对的日期和核对人，如 2023-03-01 张三"


def is_verified(text: str) -> bool:
    """Whether a text is a date and a name.

    >>> is_verified("2023-03-01 张三"), is_verified("2023-02-30 张三"), is_verified("2023-03-01")
    (True, False, False)
    """
    day, _, who = text.partition(" ")
    try:
        return bool(datetime.date.fromisoformat(day) and len(day) == 10 and who.strip())
    except ValueError:
        return False


@dataclass(slots=True)
class Reading:
    """One file being read: its name for messages, the source ids that exist, and what was found so far."""

    file: str
    sources: frozenset[str]
    settings: dict[str, Setting] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    def fail(self, message: str, line: int | None) -> NoReturn:
        raise CannotRun(message, file=self.file, line=line)

    def keys(
        self, entry: object, where: str, line: int, required: tuple[str, ...], optional: tuple[str, ...]
    ) -> Map:
        """The entry as a mapping with these keys and no other."""
        if not isinstance(entry, Map):
            self.fail(f"{where}应写成“名称: 内容”。", line)
        for key in required:
            if key not in entry:
                self.fail(f"{where}缺少 {key}。", entry.line)
        for key in entry:
            if key not in required and key not in optional:
                self.fail(f"{where}里有不认识的“{key}”。", entry.lines[key])
        return entry

    def typed(self, kind: object, entry: Map, key: str, where: str) -> object:
        """The value of a key, of its type; ``{setting: id}`` stands for the value of a setting."""
        value = entry[key]
        if isinstance(value, Map) and set(value) == {"setting"}:
            if value["setting"] not in self.settings:
                self.fail(f"{where}的 {key} 引用了没有的设置“{value['setting']}”。", entry.lines[key])
            return self.settings[value["setting"]].value
        try:
            return typed(kind, value)
        except Wrong as wrong:
            self.fail(f"{where}的 {key} {wrong}。", entry.lines[key])

    def citation(self, entry: Map, where: str) -> Citation:
        """source and mark (both required) and article; the source must stand in docs/sources.yaml."""
        for key in ("source", "mark"):
            if not entry.get(key):
                self.fail(f"{where}没有写 {key}：每个分值和规则都要有出处和标记。", entry.line)
        if entry["source"] not in self.sources:
            self.fail(
                f"{where}的出处“{entry['source']}”不在 docs/sources.yaml 里，请先在那里登记。",
                entry.lines["source"],
            )
        if entry["mark"] not in MARKS:
            self.fail(f"{where}的 mark 应是 stated、published、assumed 之一。", entry.lines["mark"])
        return Citation(
            entry["source"], entry["mark"], str(entry.get("article") or ""), self._verified(entry, where)
        )

    def _verified(self, entry: Map, where: str) -> str:
        """Last compared with the source: a date, then who; empty where nobody says so."""
        text = str(entry.get("verified") or "").strip()
        if text and not is_verified(text):
            self.fail(f"{where}的 verified {VERIFIED}。", entry.lines["verified"])
        return text


def decimal_of(points: Fraction, reading: Reading, line: int) -> Decimal:
    """Points as a Decimal of at most four digits; a weight like 1/3 cannot be written and is refused."""
    exact = round_half_up(points, 4)
    if Fraction(exact) != points:
        reading.fail("分值最多四位小数。", line)
    return exact.normalize() + 0 if exact != exact.to_integral_value() else exact.to_integral_value()


def number_or_fail(reading: Reading, entry: Map, key: str, where: str) -> Fraction:
    try:
        return number(entry[key])
    except Wrong as wrong:
        reading.fail(f"{where}的 {key} {wrong}。", entry.lines[key])
