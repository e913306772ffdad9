"""From an office's blank forms to a result that is no trial: the steps that ``rules adopt`` prints, in a copy of the
repository, through the real command line. Law 12: the word 试算稿 goes with the last assumed mark and not before."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from pipeline import rules
from tests.adopt import layouts

ROOT = Path(__file__).resolve().parents[2]
REGION, YEAR = "999900_某市", 2022
EXAMPLE = "input_templates/example"


class Office:
    """A copy of what the program needs, as an office has it on its machine."""

    def __init__(self, place: Path):
        self.place = place
        #: every command that was run, and what it printed
        self.said: list[tuple[tuple[str, ...], str]] = []
        ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
        for folder in ("pipeline", "input_templates", "expectations"):
            shutil.copytree(ROOT / folder, place / folder, ignore=ignored)
        (place / "docs").mkdir()
        shutil.copy(ROOT / "docs" / "sources.yaml", place / "docs")
        self.forms = place / "input_templates" / "official" / REGION / str(YEAR)
        self.rubrics = place / "pipeline" / "rules" / "rubrics" / REGION / str(YEAR)
        self._is_of_the_region(place / EXAMPLE / "1_基本情况.xlsx")
        self.forms.mkdir(parents=True)
        self.rubrics.mkdir(parents=True)

    def _is_of_the_region(self, basics: Path) -> None:
        book = openpyxl.load_workbook(basics)
        cells = [
            cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value == "440100"
        ]
        assert len(cells) == 1
        cells[0].value = REGION[:6]
        book.save(basics)

    def run(self, *arguments: str) -> subprocess.CompletedProcess:
        environment = {**os.environ, "PYTHONPATH": str(self.place), "PYTHONUTF8": "1"}
        command = [sys.executable, "-m", "pipeline", *arguments]
        done = subprocess.run(
            command, cwd=self.place, env=environment, capture_output=True, text=True, encoding="utf-8"
        )
        self.said.append((arguments, done.stdout + done.stderr))
        return done

    def report(self) -> subprocess.CompletedProcess:
        return self.run("report", EXAMPLE, "--region", REGION[:6], "--year", str(YEAR), "--json")

    def register(self, draft: str) -> None:
        """Step 4: the entry at the head of a draft goes into docs/sources.yaml."""
        entry = re.search(r"(?:^#  .*\n)+", draft, re.M)[0]
        path = self.place / "docs" / "sources.yaml"
        lines = [line.removeprefix("#") for line in entry.splitlines()]
        path.write_text(
            path.read_text("utf-8").rstrip("\n") + "\n" + "\n".join(lines) + "\n", encoding="utf-8"
        )


def with_rules(draft: str) -> str:
    """Step 5: the proposals taken over; their marks are still assumed."""
    kept = [line for line in draft.split("\n") if not re.match(r" +rule: absent$| +# 建议", line)]
    return "\n".join(re.sub(r"^( +)# ( *\S)", r"\1\2", line) for line in kept)


@pytest.fixture(scope="module")
def office(tmp_path_factory) -> Office:
    return Office(tmp_path_factory.mktemp("office"))


def test_the_whole_way(office: Office):
    layout = layouts.one_sheet(rules.load("440100", 2022))
    (office.forms / "整体.xlsx").write_bytes(layout.content)
    (office.forms / "项目.xlsx").write_bytes(layouts.project_form().content)
    before = {path: path.read_bytes() for path in (office.place / "pipeline").rglob("*.yaml")}
    drafts = {}
    for kind, name in (("department", "整体.xlsx"), ("project", "项目.xlsx")):
        done = office.run("rules", "adopt", f"input_templates/official/{REGION}/{YEAR}/{name}")
        assert done.returncode == 0, done.stderr
        assert f"放到 pipeline/rules/rubrics/{REGION}/{YEAR}/{kind}.yaml" in done.stdout
        drafts[kind] = (office.forms / f"{kind}.yaml.draft").read_text("utf-8")
    assert {path.name for path in office.forms.iterdir()} == {
        "整体.xlsx", "项目.xlsx", "map.yaml", "project.map.yaml", "department.yaml.draft", "project.yaml.draft",
    }  # fmt: skip
    # nothing went into pipeline/, and a draft is not in force
    assert {path: path.read_bytes() for path in (office.place / "pipeline").rglob("*.yaml")} == before
    refused = office.report()
    assert refused.returncode == 2 and "没有 999900 地区 2022 年度的评分规则" in refused.stderr

    def put(change=lambda text: text) -> None:
        for kind, draft in drafts.items():
            (office.rubrics / f"{kind}.yaml").write_text(change(draft), encoding="utf-8")

    put()
    unregistered = office.run("rules", "check")
    assert unregistered.returncode == 2 and "不在 docs/sources.yaml 里，请先在那里登记" in unregistered.stderr
    for draft in drafts.values():
        office.register(draft)
    assert office.run("rules", "check").returncode == 0
    # loads and shows, but a rule that nobody wrote scores nothing
    assert "还没有评分规则（absent），不能计分" in office.run("rules", "show", "999900", "2022").stdout
    absent = office.report()
    assert absent.returncode == 2 and "还没有评分规则（rule: absent），不能计分" in absent.stderr

    put(with_rules)
    trial = office.report()
    assert trial.returncode == 0, trial.stdout
    assert [path.name.endswith("_试算稿") for path in folders(office)] == [True]
    shown = office.run("rules", "show", "999900", "2022").stdout
    assert "暂定分值 0 项、暂定规则 25 项" in shown

    confirmed = {
        kind: with_rules(draft).replace("mark: assumed", "mark: stated") for kind, draft in drafts.items()
    }
    # one setting alone, the rounding, is still assumed
    one_left = re.sub(r"(rounding: .*)mark: stated", r"\1mark: assumed", confirmed["department"], count=1)
    assert one_left != confirmed["department"]
    for kind, text in (confirmed | {"department": one_left}).items():
        (office.rubrics / f"{kind}.yaml").write_text(text, encoding="utf-8")
    shutil.rmtree(office.place / "output")
    assert office.report().returncode == 0
    assert [path.name.endswith("_试算稿") for path in folders(office)] == [True]

    for kind, text in confirmed.items():
        (office.rubrics / f"{kind}.yaml").write_text(text, encoding="utf-8")
    shutil.rmtree(office.place / "output")
    last = office.report()
    assert last.returncode == 0, last.stderr
    assert "试算稿" not in last.stdout
    told = json.loads(last.stdout)
    assert told["exit_code"] == 0
    (folder,) = folders(office)
    assert "试算稿" not in folder.name
    findings = json.loads((folder / "evidence" / "findings.json").read_text("utf-8"))
    assert [one["code"] for one in findings if one["code"].startswith("OF")] == []
    figures = json.loads((folder / "evidence" / "figures.json").read_text("utf-8"))
    assert figures["total.score"]["value"] == "98.00"
    content = (folder / "部门整体支出绩效自评表.xlsx").read_bytes()
    sheets = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    assert sheets["整体自评"]["F38"].value == 98 and sheets["整体自评"]["F39"].value == "优"
    for cell, figure in layout.expected.items():
        value = figures[figure]["value"]
        sheet, _, address = cell.partition("!")
        seen = sheets[sheet][address].value
        if figure.endswith(".score") and value is not None:
            assert Decimal(str(seen)) == Decimal(value), cell
    plain = office.run("report", EXAMPLE, "--region", REGION[:6], "--year", str(YEAR))
    assert plain.returncode == 0 and "试算稿" not in plain.stdout
    assert "试算稿" not in "".join(str(c.value) for s in sheets for row in s.iter_rows() for c in row)
    assert_the_document_shows(office)


def assert_the_document_shows(office: Office) -> None:
    """Every line of the walk in docs/add-a-year.md was printed by that command, in that order."""
    part = (ROOT / "docs" / "add-a-year.md").read_text("utf-8").split("## 走一遍\n")[1].split("\n## ")[0]
    shown = re.findall(r"^\$ python -m pipeline (.+)\n([^`]+)```", part, re.M)
    assert [command.split()[0] for command, _ in shown] == ["rules", "rules", "rules", "report"]
    for command, text in shown:
        arguments = tuple(command.replace("某单位", EXAMPLE).split())
        printed = [said for done, said in office.said if done == arguments]
        assert printed, command
        wanted = [line for line in text.splitlines() if line != "……"]
        assert any(_in_order(wanted, said.splitlines()) for said in printed), (command, printed)


def _in_order(wanted: list[str], lines: list[str]) -> bool:
    """Whether the lines occur in this order; …… within a line stands for anything."""
    rest = iter(lines)
    patterns = [re.escape(one).replace("……", ".*") for one in wanted]
    return all(any(re.fullmatch(pattern, line) for line in rest) for pattern in patterns)


def folders(office: Office) -> list[Path]:
    return sorted(path for path in (office.place / "output").iterdir() if path.is_dir())
