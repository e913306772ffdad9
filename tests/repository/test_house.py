"""The house itself: who may import whom, module sizes, what the repository may not contain."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "pipeline"
GROUND = ["errors", "money", "units", "measure", "model", "messages", "forms", "maps"]
STAGES = ["read", "check", "rules", "compute", "write", "report", "adopt", "narrative"]
CONDUCTORS = {
    "run",
    "monitoring",
    "outputs_monitor",
    "applicable",
    "outputs",
    "outputs_forms",
    "outputs_projects",
    "outputs_returned",
    "outputs_word",
    "verify",
    "templates",
    "bureau",
    "comparing",
    "commands_rules",
    "filled_forms",
    "__main__",
    "assessment",
    "commands",
}
CONDUCTORS |= {"adopting", "new_year", "commands_adopt", "narrating", "commands_narrative"}
MODULES = sorted(PACKAGE.rglob("*.py"))


def name_of(path: Path) -> tuple[str, ...]:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return parts[:-1] if parts[-1] == "__init__" else parts


def imports_of(path: Path) -> set[tuple[str, ...]]:
    """Names inside ``pipeline`` that a module imports anywhere, also inside functions."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {tuple(a.name.split(".")[1:]) for a in node.names if a.name.split(".")[0] == "pipeline"}
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "pipeline":
            base = tuple(node.module.split(".")[1:])
            found |= {base} if base else {(alias.name,) for alias in node.names}
    return {name for name in found if name and name != ("__version__",)}


def ground_of(name: str) -> str:
    """A ground-floor module's place; ``measure_words`` stands where ``measure`` stands."""
    return name if name in GROUND else name.split("_")[0]


@pytest.mark.parametrize("path", MODULES, ids=lambda p: ".".join(name_of(p)) or "pipeline")
def test_imports_follow_the_floors(path: Path):
    me = name_of(path)
    if not me or me[0] in CONDUCTORS:
        return
    for other in imports_of(path):
        if me[0] in STAGES:
            assert other[0] == me[0] or ground_of(other[0]) in GROUND, (
                f"{'.'.join(me)} imports {'.'.join(other)}"
            )
        else:
            assert ground_of(other[0]) in GROUND, f"{'.'.join(me)} imports {'.'.join(other)}"
            mine, theirs = GROUND.index(ground_of(me[0])), GROUND.index(ground_of(other[0]))
            assert theirs <= mine, f"{me[0]} stands left of {other[0]}"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: ".".join(name_of(p)) or "pipeline")
def test_modules_are_small_and_say_what_they_are(path: Path):
    text = path.read_text("utf-8")
    assert text.count("\n") <= 300, f"{path.name} has {text.count(chr(10))} lines"
    assert ast.get_docstring(ast.parse(text)), f"{path.name} has no docstring"


def test_great_expectations_is_imported_in_one_place():
    users = [
        path.relative_to(PACKAGE).as_posix()
        for path in MODULES
        if re.search(r"^\s*(import|from) great_expectations", path.read_text("utf-8"), re.M)
    ]
    assert users == ["check/suites.py"]


@pytest.mark.parametrize("command", [["--help"], ["report", "--help"], ["rules", "list"]])
def test_light_commands_do_not_pay_for_heavy_parts(command: list[str]):
    code = (
        "import sys; sys.argv[1:] = " + repr(command) + "\n"
        "from pipeline.__main__ import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'pandas', 'numpy', 'great_expectations', 'openpyxl', 'xlsxwriter', 'lxml'} & sys.modules.keys()\n"
        "print('HEAVY', sorted(heavy))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, encoding="utf-8"
    )
    assert "HEAVY []" in done.stdout, done.stdout[-300:] + done.stderr[-300:]


def test_every_test_file_is_collected():
    files = {
        p
        for p in (ROOT / "tests").rglob("*.py")
        if re.search(r"^def test_|^    def test_", p.read_text("utf-8"), re.M)
    }
    assert all(p.name.startswith("test_") for p in files), [
        p.name for p in files if not p.name.startswith("test_")
    ]


def test_no_region_or_department_is_known_to_the_code():
    names = {
        yaml.safe_load(path.read_text("utf-8")).get("region", {}).get("name", "")
        for path in (PACKAGE / "rules" / "rubrics").rglob("*.yaml")
    } - {""}
    for path in MODULES:
        text = path.read_text("utf-8")
        assert not re.search(r"==\s*[\"']\d{6}[\"']", text), f"{path.name} compares a region code"
        for name in names:
            assert name not in text, f"{path.name} names {name}"


def test_nothing_reads_outside_the_repository_or_names_a_machine():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True).stdout.split("\n")
    for name in tracked:
        path = ROOT / name
        if (
            path.suffix not in {".py", ".md", ".yaml", ".toml", ""}
            or not path.is_file()
            or name == "tests/repository/test_house.py"
        ):
            continue
        text = path.read_text("utf-8")
        assert not re.search(r"(^|[\s\"'(])/(work|home|root)/", text), f"{name} holds a path of a machine"
