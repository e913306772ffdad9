"""What a monitoring run leaves behind: the filled form, marked copies of the inputs and the evidence.

Called by ``monitoring`` when everything is computed; ``report/folder.py`` makes the folder seen. Layout:
docs/architecture.md.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import forms, outputs_returned, rules
from pipeline.outputs import ROOT
from pipeline.report import evidence, trace

if TYPE_CHECKING:
    from pipeline.assessment import Monitoring, Request

WORKBOOK, WORKINGS = "绩效运行监控表.xlsx", "计算底稿.xlsx"


def write_run(staged: Path, assessed: Monitoring, request: Request) -> None:
    """Every file of one run into ``staged``, the manifest and SHA256SUMS last."""
    from pipeline.write import (
        workings_monitor,  # with what writes workbooks: a check alone does not pay for it
    )

    titles = {source: str(entry["title"]) for source, entry in rules.sources().items()}
    (staged / WORKBOOK).write_bytes(assessed.filled.content)
    outputs_returned.write_returned(staged / outputs_returned.NAME, assessed, request)
    trial = rules.trial_line(assessed.rubric)
    workings, placed = workings_monitor.build(
        assessed.seen,
        assessed.outcome,
        assessed.rubric,
        assessed.month,
        forms.load_specs(),
        assessed.records,
        trial,
        titles,
    )
    (staged / WORKINGS).write_bytes(workings)
    kept = staged / "evidence"
    evidence.write_findings(kept, assessed.records)
    evidence.write_json(kept / "figures.json", trace.figures_json(assessed.outcome))
    cells = {WORKBOOK: assessed.filled.cells, WORKINGS: placed}
    traced = trace.trace_json(assessed.outcome, assessed.seen, cells, titles, rules.words())
    evidence.write_json(kept / "trace.json", traced)
    evidence.write_normalisations(kept, assessed.submission.normalisations)
    evidence.write_suite_runs(kept, [run for one in assessed.checked for run in one.results])
    evidence.copy_inputs(kept / "inputs", request.submission, assessed.submission.files)
    options = {
        "command": "monitor",
        "through": str(assessed.month),
        "region": request.region or "",
        "year": str(request.year or ""),
        "date": request.date.isoformat() if request.date else "",
        "lang": request.lang,
        "name": assessed.submission.name,
    }
    used = {name: evidence.digests(path.read_bytes()) for name, path in _used(assessed).items()}
    basis = str(assessed.outcome.figures["basics.reporting_basis"].value or "")
    evidence.write_manifest(
        staged, used, assessed.rubric.file, options, basis, rules.trial_line(assessed.rubric)
    )


def _used(assessed: Monitoring) -> dict[str, Path]:
    """Every data file a run depends on, by its name in the repository."""
    official = rules.official_folder(assessed.rubric)
    rubrics = [each.file for each in (assessed.rubric, assessed.department_rubric) if each is not None]
    paths = [
        *(ROOT / name for name in rubrics),
        ROOT / "docs" / "sources.yaml",
        official / assessed.form_map.form_name,
        official / "monitor.map.yaml",
        *sorted((ROOT / "expectations").iterdir()),
        *sorted(forms.FILL_IN.glob("*.yaml")),
    ]
    return {path.relative_to(ROOT).as_posix(): path for path in paths if path.is_file()}
