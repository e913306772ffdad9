"""What one run leaves behind: the official workbook, the workings and the evidence, into a folder still out of sight.

Called by ``run`` when everything is computed; ``report/folder.py`` makes the folder seen. Layout: docs/architecture.md.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import forms, rules
from pipeline.model_rubric import Rubric
from pipeline.report import evidence, trace

if TYPE_CHECKING:
    from pipeline.run import Assessment, Request

ROOT = Path(__file__).resolve().parent.parent
WORKBOOK = "部门整体支出绩效自评表.xlsx"
WORKINGS = "计算底稿.xlsx"


def write_run(staged: Path, assessed: Assessment, request: Request) -> None:
    """Every file of one run into ``staged``, the manifest and SHA256SUMS last."""
    from pipeline.write import workings  # a check alone writes nothing and does not pay for it

    titles = {source: str(entry["title"]) for source, entry in rules.sources().items()}
    (staged / WORKBOOK).write_bytes(assessed.filled.content)
    cells = {WORKBOOK: assessed.filled.cells}
    cells[WORKINGS] = workings.write_workings(
        staged / WORKINGS,
        submission=assessed.submission,
        outcome=assessed.outcome,
        rubric=assessed.rubric,
        findings=assessed.records,
        reconciliations=assessed.reconciliations,
        specs=forms.load_specs(),
        trial_line=rules.trial_line(assessed.rubric),
        source_titles=titles,
    )
    kept = staged / "evidence"
    evidence.write_findings(kept, assessed.records)
    evidence.write_json(kept / "figures.json", trace.figures_json(assessed.outcome))
    evidence.write_json(
        kept / "trace.json",
        trace.trace_json(assessed.outcome, assessed.submission, cells, titles, rules.words()),
    )
    evidence.write_normalisations(kept, assessed.submission.normalisations)
    evidence.write_suite_runs(kept, [run for one in assessed.checked for run in one.results])
    evidence.copy_inputs(kept / "inputs", request.submission, assessed.submission.files)
    options = {
        "region": request.region or "",
        "year": str(request.year or ""),
        "date": request.date.isoformat() if request.date else "",
        "lang": request.lang,
        "name": assessed.submission.name,
    }
    evidence.write_manifest(staged, _used(assessed.rubric), assessed.rubric.file, options)


def _used(rubric: Rubric) -> dict[str, Path]:
    """Every data file a run depends on, by its name in the repository."""
    official = rules.official_folder(rubric)
    paths = [
        ROOT / rubric.file,
        ROOT / "docs" / "sources.yaml",
        *sorted(official.iterdir()),
        *sorted((ROOT / "expectations").iterdir()),
        *sorted(forms.FILL_IN.glob("*.yaml")),
    ]
    return {path.relative_to(ROOT).as_posix(): path for path in paths if path.is_file()}
