"""Pages for tests: the example's own values with as many made-up findings as asked for, and a page taken apart again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import lxml.html

from pipeline import outputs_projects, rules, run
from pipeline.check.session import Checker
from pipeline.model_tasks import task_lines
from pipeline.report import page, trace
from tests.build_example import EXAMPLE

#: code, severity, file, sheet, column of the made-up findings, in turn
KINDS = (
    ("BE-014", "critical", "2_预算执行.xlsx", "支出", "G"),
    ("PI-013", "warning", "4_绩效指标_信息调研处.xlsx", "指标", "J"),
    ("PI-010", "critical", "4_绩效指标_接待处.xlsx", "指标", "K"),
    ("MS-010", "warning", "3_月度支出.xlsx", "月度", "D"),
    ("SC-015", "info", "8_填报得分.xlsx", "得分", "A"),
    ("BE-015", "info", "2_预算执行.xlsx", "支出", "V"),
    ("RC-040", "warning", "6_采购台账.xlsx", "采购台账", "I"),
)
DIVISIONS = {"4_绩效指标_信息调研处.xlsx": "信息调研处", "4_绩效指标_接待处.xlsx": "接待处"}
WAIVED = {"reason": "跨年合同，经批准结转", "by": "张三", "approved_by": "李四", "date": "2023-03-01"}

#: what somebody might type into a cell to make a page do something
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>{{ 7*7 }}{% raw %}\x07\u202ehttps://example.org//a"


def finding(number: int, **changed: object) -> dict:
    """A record in the shape of findings.json; its sentence and its cell are no other's."""
    code, severity, file, sheet, column = KINDS[number % len(KINDS)]
    # below the rows that the example fills: a row of its own names no division
    cell = f"{column}{1000 + number}"
    basis = "填报模板的填报说明"
    body = f"第〔{number}〕处填写 {number}.50 万元，大于 {number}.00 万元。请核对两个数，确属超支的写明原因。"
    stem = file.removesuffix(".xlsx")
    return {
        "code": code,
        "severity": severity,
        "blocks": "nothing",
        "message": f"{code} 《{stem}》{sheet}!{cell}：{body}依据：{basis}。",
        "file": file,
        "sheet": sheet,
        "cell": cell,
        "cells": [{"file": file, "sheet": sheet, "cell": cell, "found": f"{number}.50"}],
        "found": f"{number}.50",
        "expected": f"≤ {number}.00",
        "basis": basis,
        "waived": None,
        **changed,
    }


def hostile() -> dict:
    """A record that carries :data:`HOSTILE` wherever a person can write."""
    return finding(
        0,
        cells=[{"file": f"{HOSTILE}.xlsx", "sheet": HOSTILE, "cell": "A1", "found": HOSTILE}],
        file=f"{HOSTILE}.xlsx",
        sheet=HOSTILE,
        cell="A1",
        found=HOSTILE,
        expected=HOSTILE,
        basis=HOSTILE,
        message=f"BE-014：{HOSTILE}。依据：{HOSTILE}。",
        waived={**WAIVED, "reason": HOSTILE},
    )


def findings(count: int) -> list[dict]:
    """In reading order: by severity."""
    order = ("critical", "warning", "info")
    return sorted((finding(number) for number in range(count)), key=lambda one: order.index(one["severity"]))


def body_of(record: Mapping) -> str:
    """What the page prints of a sentence: neither code and place before it nor the basis behind it."""
    return record["message"].partition("：")[2].partition("依据：")[0]


class Pages:
    """Writes pages of the example's run."""

    def __init__(self) -> None:
        with Checker(beside=False) as checker:
            self.assessed = run.assess(run.Request(EXAMPLE, beside=False), checker, lambda _: None)
        outcome, submission = self.assessed.outcome, self.assessed.submission
        titles = {source: str(entry["title"]) for source, entry in rules.sources().items()}
        frames = {one.name: one.frame_csv for each in self.assessed.checked for one in each.results}
        self._given = {
            "figures": trace.figures_json(outcome),
            "trace": trace.trace_json(outcome, submission, {}, titles),
            "reconciliations": self.assessed.reconciliations,
            "normalisations": submission.normalisations,
            "rubric": self.assessed.rubric,
            "submission": submission,
            "manifest_inputs": {file.path: file.sha256 for file in submission.files},
            "trial_line": rules.trial_line(self.assessed.rubric),
            "claims_csv": frames["outcome.claims"],
            "source_titles": titles,
            "task_lines": task_lines(outcome.figures),
            "project_rubric": self.assessed.project_rubric,
            "project_reasons": outputs_projects.reasons(outcome, self.assessed.project_rubric),
        }

    def write(self, path: Path, records: Sequence[Mapping], **changed: object) -> Path:
        page.write_page(path, records=records, **{**self._given, **changed})
        return path


@dataclass(frozen=True)
class Card:
    """A finding as a reader of the page gets it."""

    code: str
    severity: str
    body: str
    cells: tuple[str, ...]
    waiver: str


def cards(path: Path) -> list[Card]:
    """Every finding of a page, those in the HTML and those its script writes, without running it."""
    tree = lxml.html.fromstring(path.read_bytes().decode("utf-8"))
    return [_written(node) for node in of_class(tree, "finding")] + _embedded(tree)


def of_class(node: lxml.html.HtmlElement, name: str) -> list[lxml.html.HtmlElement]:
    return node.xpath(".//*[contains(concat(' ', normalize-space(@class), ' '), $name)]", name=f" {name} ")


def text_of(path: Path, section: str) -> str:
    """Everything a reader finds in one section, a single space between any two pieces."""
    tree = lxml.html.fromstring(path.read_bytes().decode("utf-8"))
    return " ".join(" ".join(tree.get_element_by_id(section).itertext()).split())


def _text(node: lxml.html.HtmlElement, name: str) -> str:
    return "".join(each.text_content() for each in of_class(node, name))


def _written(node: lxml.html.HtmlElement) -> Card:
    (severity,) = {"critical", "warning", "info"} & set(node.get("class").split())
    cells = tuple(each.text_content() for each in of_class(node, "cell"))
    return Card(_text(node, "code"), severity, _text(node, "body"), cells, _text(node, "waiver"))


def _embedded(tree: lxml.html.HtmlElement) -> list[Card]:
    data = json.loads(tree.get_element_by_id("data").text)
    texts = data["s"]
    return [
        Card(
            texts[entry[0]], ("critical", "warning", "info")[entry[1]], "".join(texts[at] for at in entry[4]),
            tuple(f"{texts[cell[0]]}!{texts[cell[2]]}" for cell in entry[5]), texts[entry[10]],
        )
        for entry in data["f"]
    ]  # fmt: skip
