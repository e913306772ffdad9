"""The evidence folder: findings, figures, trace, normalisations, checks with their frames, inputs, manifest, sums.

Happens last, into the staging folder. Everything is written from values already computed; nothing here decides.
No clock time and no path of a machine enters any file. Source: docs/architecture.md, 'What a run leaves behind'.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import platform
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import metadata
from pathlib import Path

from pipeline.messages import waiver_words
from pipeline.model import Normalisation, SourceFile

_PACKAGES = (
    "pandas",
    "great_expectations",
    "python-calamine",
    "XlsxWriter",
    "lxml",
    "openpyxl",
    "Jinja2",
    "docxtpl",
    "python-docx",
    "chinesecalendar",
)
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_json(path: Path, value: object) -> None:
    """:func:`as_json` into a file, with the folders it lies in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(as_json(value))


def as_json(value: object) -> bytes:
    """UTF-8 JSON, one line an entry of the top two levels, so that it can be read, compared and written fast."""
    return (_lines(value, 2) + "\n").encode("utf-8")


def _lines(value: object, depth: int) -> str:
    if not value or not depth or not isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, list):
        return "[\n" + ",\n".join(_lines(item, depth - 1) for item in value) + "\n]"
    pairs = (
        f"{json.dumps(str(key), ensure_ascii=False)}: {_lines(item, depth - 1)}"
        for key, item in value.items()
    )
    return "{\n" + ",\n".join(pairs) + "\n}"


def csv_safe(value: object) -> str:
    """A text as a CSV cell that no spreadsheet takes for a formula.

    >>> csv_safe("=1+1"), csv_safe("91 篇"), csv_safe(None)
    ("'=1+1", '91 篇', '')
    """
    text = "" if value is None else str(value)
    return "'" + text if text.startswith(_FORMULA_STARTS) else text


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """UTF-8 with BOM, so that Excel and WPS show Chinese; user text never becomes a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([csv_safe(value) for value in row] for row in rows)
    path.write_bytes(out.getvalue().encode("utf-8-sig"))


def write_findings(folder: Path, records: Sequence[Mapping]) -> None:
    """findings.json as the contract says, findings.csv as one line a finding for people."""
    write_json(folder / "findings.json", list(records))
    header = (
        "规则编号",
        "程度",
        "影响",
        "文件",
        "工作表",
        "单元格",
        "填写值",
        "应为",
        "说明",
        "依据",
        "核查说明",
    )
    write_csv(
        folder / "findings.csv",
        header,
        (
            (r["code"], r["severity"], r["blocks"], r["file"], r["sheet"], r["cell"], r["found"], r["expected"],
             r["message"], r["basis"], waiver_words(r["waived"]))
            for r in records
        ),
    )  # fmt: skip


def write_normalisations(folder: Path, normalisations: Sequence[Normalisation]) -> None:
    write_json(
        folder / "normalisations.json",
        [
            {"file": n.cell.file, "sheet": n.cell.sheet, "cell": n.cell.address, "field": n.field,
             "raw": n.raw, "value": n.value, "kinds": list(n.kinds)}
            for n in normalisations
        ],
    )  # fmt: skip


def write_suite_runs(folder: Path, runs: Iterable) -> None:
    """Per table: the result in GX's own shape and the frame it was run on, so that plain GX can run it again."""
    target = folder / "expectations"
    target.mkdir(parents=True, exist_ok=True)
    for run in runs:
        write_json(target / f"{run.name}.json", run.result)
        (target / f"{run.name}.csv").write_bytes(run.frame_csv.encode("utf-8-sig"))


def copy_inputs(target: Path, submission: Path, files: Sequence[SourceFile]) -> None:
    """The input files as they were read, byte for byte, so that the run can be made again from the evidence.

    What was not read (a link, a pipe, a file without permission) has no digest and is not copied either.
    """
    root = submission if submission.is_dir() else submission.parent
    for file in files:
        source = root / file.path
        if file.sha256 and source.is_file():
            copy = target / file.path
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(source.read_bytes())


def digests(content: bytes) -> dict[str, str]:
    """SHA-256, and SM3 where the platform's OpenSSL has it."""
    found = {"sha256": hashlib.sha256(content).hexdigest()}
    if "sm3" in hashlib.algorithms_available:
        try:
            found["sm3"] = hashlib.new("sm3", content).hexdigest()
        except ValueError:  # named, but switched off in this OpenSSL
            pass
    return found


def content_digest(content: bytes) -> str | None:
    """SHA-256 over the parts of a package (names and unpacked bytes, sorted): equal on any platform; None if no zip."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return None
    total = hashlib.sha256()
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for name in sorted(package.namelist()):
            part = package.read(name)
            total.update(f"{name}\0{len(part)}\0".encode() + part)
    return total.hexdigest()


def write_manifest(
    run_folder: Path,
    used: Mapping[str, Mapping[str, str]],
    rubric_id: str,
    options: Mapping[str, object],
    basis: str = "",
    trial: str = "",
) -> None:
    """manifest.json and SHA256SUMS over everything in the run folder.

    ``used``: name as printed (``expectations/catalogue.yaml``) -> :func:`digests` of every form, rubric and
    expectation used.
    ``basis``: 数据口径 of the figures, blank where it is not known. ``trial``: the line that calls the run a trial.
    """
    evidence = run_folder / "evidence"
    outputs = {}
    for path in _files(run_folder):
        content = path.read_bytes()
        entry = digests(content)
        if digest := content_digest(content):
            entry["content"] = digest
        outputs[path.relative_to(run_folder).as_posix()] = entry
    inputs = {name: entry for name, entry in outputs.items() if name.startswith("evidence/inputs/")}
    manifest = {
        "rubric": rubric_id,
        "reporting_basis": basis,
        "trial": trial,
        "options": dict(options),
        "inputs": inputs,
        "used": dict(sorted(used.items())),
        "outputs": {name: entry for name, entry in outputs.items() if name not in inputs},
        "versions": dict(versions()),
    }
    write_json(evidence / "manifest.json", manifest)
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(run_folder).as_posix()}\n"
        for path in _files(run_folder)
    ]
    (evidence / "SHA256SUMS").write_bytes("".join(lines).encode("utf-8"))


@cache
def versions() -> Mapping[str, str]:
    """Our version, Python's and those of the libraries whose change could change a result."""
    from pipeline import __version__

    found = {"jixiao": __version__, "python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[package] = "未安装"
    return found


def _files(folder: Path) -> list[Path]:
    paths = (path for path in folder.rglob("*") if path.is_file() and path.name != "SHA256SUMS")
    return sorted(paths, key=lambda path: path.relative_to(folder).as_posix())
