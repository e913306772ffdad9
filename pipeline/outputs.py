"""What one run leaves behind: the official workbook, the workings and the evidence, into a folder still out of sight.

Called by ``run`` when everything is computed; ``report/folder.py`` makes the folder seen. Layout: docs/architecture.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import comparing, forms, outputs_projects, outputs_returned, outputs_word, rules
from pipeline.model_rubric import Rubric
from pipeline.report import evidence, trace

if TYPE_CHECKING:
    from pipeline.run import Assessment, Request

ROOT = Path(__file__).resolve().parent.parent
WORKBOOK = "部门整体支出绩效自评表.xlsx"
WORKINGS = "计算底稿.xlsx"
PAGE = "核查报告.html"


def write_run(staged: Path, assessed: Assessment, request: Request) -> None:
    """Every file of one run into ``staged``, the manifest and SHA256SUMS last."""
    from pipeline.write import workings  # a check alone writes nothing and does not pay for it

    titles = {source: str(entry["title"]) for source, entry in rules.sources().items()}
    (staged / WORKBOOK).write_bytes(assessed.filled.content)
    cells = {WORKBOOK: assessed.filled.cells, **outputs_projects.write_projects(staged, assessed)}
    cells[WORKINGS] = workings.write_workings(
        staged / WORKINGS,
        submission=assessed.submission,
        outcome=assessed.outcome,
        rubric=assessed.rubric,
        findings=assessed.records,
        reconciliations=assessed.reconciliations,
        specs=forms.load_specs(),
        trial_line=rules.trial_line(assessed.rubric, "zh", assessed.project_rubric),
        source_titles=titles,
        project_rubric=assessed.project_rubric,
    )
    outputs_word.write_documents(staged, assessed)
    outputs_returned.write_returned(staged / outputs_returned.NAME, assessed, request)
    kept = staged / "evidence"
    evidence.write_findings(kept, assessed.records)
    figures = trace.figures_json(assessed.outcome)
    traced = trace.trace_json(assessed.outcome, assessed.submission, cells, titles, rules.words())
    evidence.write_json(kept / "figures.json", figures)
    evidence.write_json(kept / "trace.json", traced)
    evidence.write_normalisations(kept, assessed.submission.normalisations)
    evidence.write_suite_runs(kept, [run for one in assessed.checked for run in one.results])
    evidence.copy_inputs(kept / "inputs", request.submission, assessed.submission.files)
    _write_page(staged / PAGE, assessed, figures, traced, titles)
    beside = assessed.submission.evidence_files
    options = {
        "region": request.region or "",
        "year": str(request.year or ""),
        "date": request.date.isoformat() if request.date else "",
        "lang": request.lang,
        "name": assessed.submission.name,
        "evidence_files": None if beside is None else sorted(beside),
    }
    basis = str(figures.get("basics.reporting_basis", {}).get("value") or "")
    used = _used(assessed)
    if comparison := assessed.comparison:
        options["compare"] = comparison.option
        evidence.write_json(kept / "compare.json", comparing.as_json(comparison))
        for rubric in (comparison.before, *(() if comparison.is_kept else (comparison.after,))):
            used[rubric.file] = ROOT / rubric.file
        if comparison.is_kept:
            (staged / comparing.KEPT).write_bytes(comparison.path.read_bytes())
    evidence.write_manifest(staged, used, assessed.rubric.file, options, basis)


def prepare() -> None:
    """What writing needs and nothing has to be known for; ``run`` calls it while it waits for the checks."""
    from pipeline.report import page

    page.prepare()
    outputs_word.prepare()


def _write_page(
    place: Path, assessed: Assessment, figures: Mapping, traced: Mapping, titles: Mapping
) -> None:
    from pipeline.report import page  # with its templates: a check alone does not pay for them

    frames = {run.name: run.frame_csv for one in assessed.checked for run in one.results}
    page.write_page(
        place,
        figures=figures,
        trace=traced,
        records=assessed.records,
        points=[finding.points for finding in assessed.findings],
        reconciliations=assessed.reconciliations,
        normalisations=assessed.submission.normalisations,
        rubric=assessed.rubric,
        submission=assessed.submission,
        manifest_inputs={file.path: file.sha256 for file in assessed.submission.files},
        trial_line=rules.trial_line(assessed.rubric, "zh", assessed.project_rubric),
        comparison=comparing.as_json(assessed.comparison) if assessed.comparison else None,
        claims_csv=frames.get("outcome.claims", ""),
        source_titles=titles,
        other_digests={
            **{name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in _standards(assessed)},
            **{
                name: hashlib.sha256((place.parent / name).read_bytes()).hexdigest()
                for name in _workbooks(place.parent)
            },
        },
    )


def _workbooks(staged: Path) -> list[str]:
    """The results beside the page, the official form first."""
    names = [outputs_projects.SUMMARY, *sorted(f"{outputs_projects.FOLDER}/{one.name}" for one in
             (staged / outputs_projects.FOLDER).glob("*.xlsx"))]  # fmt: skip
    return [name for name in (WORKBOOK, WORKINGS, *names) if (staged / name).is_file()]


def _standards(assessed: Assessment) -> list[tuple[str, Path]]:
    """What was judged by, as far as the page names it: the rubrics, the official forms, the catalogue of checks."""
    return [
        (name, path)
        for name, path in _used(assessed).items()
        if name in {one.file for one in _rubrics(assessed)}
        or path.parent == rules.official_folder(assessed.rubric)
        or path.name == "catalogue.yaml"
    ]


def _rubrics(assessed: Assessment) -> list[Rubric]:
    return [one for one in (assessed.rubric, assessed.project_rubric) if one is not None]


def _used(assessed: Assessment) -> dict[str, Path]:
    """Every data file a run depends on, by its name in the repository."""
    official = rules.official_folder(assessed.rubric)
    paths = [
        *(ROOT / one.file for one in _rubrics(assessed)),
        ROOT / "docs" / "sources.yaml",
        *sorted(official.iterdir()),
        *sorted((ROOT / "expectations").iterdir()),
        *sorted(forms.FILL_IN.glob("*.yaml")),
        *outputs_word.used(),
    ]
    return {path.relative_to(ROOT).as_posix(): path for path in paths if path.is_file()}
