"""The documents hold what others rely on: section numbers that code cites, links, codes, identifiers, commands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from pipeline import forms, messages, rules
from pipeline.compute.monitor import compute_monitor
from pipeline.compute.score import compute
from pipeline.read.submission import read_submission

ROOT = Path(__file__).resolve().parents[2]
DOCS = sorted([*ROOT.glob("docs/**/*.md"), ROOT / "README.md", ROOT / "pipeline" / "rules" / "README.md"])
DOMAIN = (ROOT / "docs" / "domain.md").read_text("utf-8")
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text("utf-8")
TRACKED_TEXT = [
    *ROOT.glob("pipeline/**/*.py"),
    *ROOT.glob("tests/**/*.py"),
    *ROOT.glob("expectations/*.yaml"),
    *ROOT.glob("pipeline/**/*.yaml"),
]


def anchor(heading: str) -> str:
    """A heading as a web page of the repository links to it."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@pytest.mark.parametrize("path", DOCS, ids=lambda p: p.name)
def test_every_link_inside_the_repository_leads_somewhere(path: Path):
    for link in re.findall(r"\]\(([^)\s]+)\)", path.read_text("utf-8")):
        if "://" in link:
            continue
        file, _, place = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        assert target.exists(), f"{path.name}: {link}"
        if place and target.suffix == ".md":
            text = target.read_text("utf-8")
            headings = {anchor(one) for one in re.findall(r"^#+ (.+)$", text, re.M)}
            assert place in headings | set(re.findall(r'<a id="([^"]+)"', text)), f"{path.name}: {link}"


def test_sections_and_laws_that_are_cited_exist():
    sections = set(re.findall(r"^## (\d)\.", DOMAIN, re.M))
    assert sections == set("1234567")
    laws = set(
        re.findall(r"^(\d+)\. \*\*", ARCHITECTURE.split("## The twelve laws")[1].split("\n## ")[0], re.M)
    )
    assert laws == {str(number) for number in range(1, 13)}
    headings = re.findall(r"^## (.+)$", ARCHITECTURE, re.M)
    decisions = {path.name[:3] for path in (ROOT / "docs" / "decisions").glob("*.md")}
    for path in TRACKED_TEXT:
        text = path.read_text("utf-8")
        for found in re.findall(r"docs/domain\.md (§[^.;)\"]*)", text):
            assert set(re.findall(r"§(\d)", found)) <= sections, f"{path.name}: {found}"
        for found in re.findall(r"docs/decisions/(\d{3})", text):
            assert found in decisions, f"{path.name}: {found}"
        for found in re.findall(r"docs/architecture\.md[,\s]+'([^']+)'", text):
            assert found in headings, f"{path.name}: {found}"


def test_every_fact_is_marked_by_the_three_marks_alone():
    """What stands in square brackets is one of the marks (links apart), with a registered source where one is named."""
    marks = re.findall(r"\[((?:stated|published|assumed)[^\]]*)\]", DOMAIN)
    assert len(marks) > 60
    for found in re.findall(r"\[([a-z][^\]]*)\](?!\()", DOMAIN):
        assert re.match(r"(stated|published|assumed)\b", found), found
    sources = rules.sources()
    for found in re.findall(r"\[(?:stated|published|assumed), `([^`]+)`", DOMAIN):
        assert found in sources, found


def test_document_numbers_in_the_documents_are_registered():
    """No 文号 that is not in docs/sources.yaml."""
    numbers = {str(entry.get("number")) for entry in rules.sources().values()}
    for path in DOCS:
        for found in re.findall(r"[\u4e00-\u9fff]+〔\d{4}〕\d+号", path.read_text("utf-8")):
            assert found in numbers, f"{path.name}: {found}"


def test_finding_codes_in_the_documents_are_in_the_catalogue():
    known = set(messages.load_catalogue())
    for path in DOCS:
        for found in re.findall(
            r"\b((?:TP|BD|BE|MS|PI|MG|PC|EV|SC|RC|OF|NA|WV)-\d{3})\b", path.read_text("utf-8")
        ):
            assert found in known, f"{path.name}: {found}"


def test_the_leaves_of_section_3_are_those_of_the_rubric():
    section = DOMAIN.split("\n## 3.")[1].split("\n## 4.")[0]
    told = re.findall(r"\(`(\w+)`\) \| ([\d.]+) \|", section)
    rubric = rules.load("440100", 2022)
    assert told == [(leaf.id, f"{leaf.weight}") for leaf in rubric.leaves()]


@pytest.fixture(scope="module")
def figure_ids() -> set[str]:
    submission = read_submission(ROOT / "input_templates" / "example", forms.load_specs())
    year = compute(
        submission, rules.load("440100", 2022), project_rubric=rules.load("440100", 2022, "project")
    )
    august = compute_monitor(submission, rules.load("440100", 2022, "monitor"), 7)
    return set(year.figures) | set(august.figures)


def test_identifiers_of_the_glossary_exist(figure_ids: set[str]):
    glossary = DOMAIN.split("\n## 7.")[1]
    named = {
        one for line in re.findall(r"^\| (`.+?) \|", glossary, re.M) for one in re.findall(r"`([^`]+)`", line)
    }
    tables = [table for spec in forms.load_specs().values() for table in spec.tables]
    known = {field.id.removesuffix("_fen") for table in tables for field in table.fields} | {
        t.id for t in tables
    }
    known |= {field.id for table in tables for field in table.fields} | figure_ids
    known |= {part for figure_id in figure_ids for part in figure_id.split(".")}
    assert named - known == set()
    assert len(named) > 70


def test_the_figure_ids_are_told(figure_ids: set[str]):
    """Every id of the example fits a pattern of the table, and every pattern fits an id."""
    told = ARCHITECTURE.split("## Figure ids")[1].split("\n## ")[0]
    cells = [line.split("|")[1] for line in told.splitlines() if line.startswith("| `")]
    patterns = [pattern for cell in cells for pattern in re.findall(r"`([^`]+)`", cell)]
    assert len(patterns) > 15
    unmatched = set(figure_ids)
    for pattern in patterns:
        text = re.sub(r"<\w+>", "[^.]+", pattern.replace(".", r"\.")).replace("*", "[^.]+")
        text = re.sub(r"\{([^}]+)\}", lambda found: f"({found[1].replace(',', '|')})", text)
        fitting = {one for one in figure_ids if re.fullmatch(text, one)}
        assert fitting, pattern
        unmatched -= fitting
    assert unmatched == set()


def test_the_prefixes_and_exit_codes_are_those_of_the_program():
    prefixes = set(re.findall(r"\| `([A-Z]{2})` \|", ARCHITECTURE))
    assert prefixes == {code[:2] for code in messages.load_catalogue()}
    manual = (ROOT / "docs" / "使用手册.md").read_text("utf-8")
    for text in (ARCHITECTURE.split("## Exit codes")[1], manual.split("## 退出码")[1]):
        assert re.findall(r"^\| (\d) \|", text, re.M)[:4] == ["0", "1", "2", "3"]


def test_the_manual_names_every_form_and_sheet_a_person_fills():
    manual = (ROOT / "docs" / "使用手册.md").read_text("utf-8")
    for spec in forms.load_specs().values():
        row = next(line for line in manual.splitlines() if line.startswith(f"| {spec.title} |"))
        assert [one.strip() for one in row.split("|")[3].split("、")] == [
            table.sheet for table in spec.tables
        ]


def test_commands_in_the_documents_exist():
    source = "".join(
        (ROOT / "pipeline" / name).read_text("utf-8")
        for name in ("commands.py", "commands_rules.py", "commands_adopt.py", "commands_narrative.py")
    )
    of_rules = set(re.findall(r"rules_app\.command\(\"([\w-]+)\"\)", source))
    assert len(of_rules) >= 4
    commands = set(re.findall(r"@app\.command\(\)\ndef (\w+)", source)) | {"rules"}
    commands |= set(re.findall(r"(?<!rules_)app\.command\(\"(\w+)\"\)", source))
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    for path in DOCS:
        text = path.read_text("utf-8")
        assert set(re.findall(r"-m pipeline (\w+)", text)) <= commands, path.name
        assert set(re.findall(r"(?:^|[`|] ?)make ([a-z]+)", text, re.M)) <= targets, path.name
        assert set(re.findall(r"(?:`|-m pipeline )rules ([a-z-]+)", text)) <= of_rules, path.name


def test_sources_are_complete():
    entries = yaml.safe_load((ROOT / "docs" / "sources.yaml").read_text("utf-8"))["sources"]
    for source_id, entry in entries.items():
        assert entry["mark"] in ("stated", "published", "assumed"), source_id
        assert entry["title"] and entry["supports"] and "to_verify" in entry, source_id
