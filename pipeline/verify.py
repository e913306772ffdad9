"""Is a run still what it says? Re-hash it, run it again from its own inputs, compare; offline.

Anyone who holds only the run folder and this program can do it: the inputs lie in the evidence.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import CannotRun
from pipeline.report.explain import near_runs

_PARTS = {"inputs", "options", "outputs", "used", "versions"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """``problems``: one sentence each; empty means the run holds. ``checked``: how many files were compared."""

    checked: int
    problems: tuple[str, ...]


def verify(
    run: Path, rerun: Callable[[Path, Path, Mapping[str, Any]], Path], original: Path | None = None
) -> Verdict:
    """Compare a run with its own sums, with a fresh run from its inputs and, if given, with the original submission.

    ``rerun(inputs, out, options)`` makes a new run and returns its folder. Raises CannotRun when ``run`` is no run.
    """
    try:
        sums = (run / "evidence" / "SHA256SUMS").read_text("utf-8")
        manifest = json.loads((run / "evidence" / "manifest.json").read_text("utf-8"))
        if not manifest.keys() >= _PARTS:
            raise ValueError
    except (OSError, ValueError, AttributeError):
        raise CannotRun(
            f"“{run}”不是一次运行的结果文件夹（evidence 里没有可读的 SHA256SUMS 和 manifest.json，或它们被改动过）。"
            f"{near_runs(run)}",
            english=f"{run} is not the folder of a run (no readable evidence/SHA256SUMS and manifest.json).",
        ) from None
    if original is not None and not original.is_dir():
        raise CannotRun(
            f"没有找到原提交文件夹“{original}”，请检查 --submission 后的路径。",
            english=f"The submission folder {original} was not found.",
        )
    written = {name: digest for digest, _, name in (line.partition("  ") for line in sums.splitlines())}
    problems = _against_sums(run, written)
    if original is not None:
        problems += _against_original(manifest["inputs"], original)
    with tempfile.TemporaryDirectory(prefix="jixiao-") as scratch:
        try:
            again = rerun(run / "evidence" / "inputs", Path(scratch), manifest["options"])
        except CannotRun as stop:  # the inputs kept in the evidence are gone or were changed
            problems.append(f"不能用证据里的输入重新运行：{stop}")
        else:
            fresh = json.loads((again / "evidence" / "manifest.json").read_text("utf-8"))
            problems += _against_rerun(manifest, fresh)
    return Verdict(len(written), tuple(problems))


def _against_sums(run: Path, written: Mapping[str, str]) -> list[str]:
    problems = []
    for name, digest in written.items():
        path = run / name
        if not path.is_file():
            problems.append(f"缺少文件：{name}")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            problems.append(f"文件在生成后被改动：{name}")
    present = {p.relative_to(run).as_posix() for p in run.rglob("*") if p.is_file()}
    problems += [f"多出文件：{name}" for name in sorted(present - written.keys() - {"evidence/SHA256SUMS"})]
    return problems


def _against_original(inputs: Mapping[str, Mapping], original: Path) -> list[str]:
    problems = []
    for name, entry in inputs.items():
        path = original / name.removeprefix("evidence/inputs/")
        if not path.is_file():
            problems.append(f"原提交中没有：{path.name}")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != entry["sha256"]:
            problems.append(f"原提交与证据中的不同：{path.name}")
    return problems


def _against_rerun(manifest: Mapping, fresh: Mapping) -> list[str]:
    problems = [
        f"所用的{name}与当时不同"
        for name, entry in manifest["used"].items()
        if fresh["used"].get(name) != entry
    ]
    same_versions = manifest["versions"] == fresh["versions"]
    for name in sorted(manifest["outputs"].keys() | fresh["outputs"].keys()):
        old, new = manifest["outputs"].get(name), fresh["outputs"].get(name)
        if old is None or new is None:
            problems.append(f"重新运行后{'多出' if old is None else '没有'}：{name}")
        elif old.get("content", old["sha256"]) != new.get("content", new["sha256"]):
            hint = "" if same_versions else "（程序或依赖的版本与当时不同）"
            problems.append(f"重新运行的结果不同：{name}{hint}")
    return problems
