"""What one run leaves behind: the official workbook, the workings and the evidence, into a folder still out of sight.

Called by ``run``: :func:`draft` while the checks are under way, :func:`write_run` when they have answered;
``report/folder.py`` makes the folder seen. Layout: docs/architecture.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import comparing, forms, outputs_forms, outputs_projects, outputs_returned, outputs_word, rules
from pipeline.assessment import Draft
from pipeline.model import Submission
from pipeline.model_rubric import Rubric
from pipeline.model_tasks import task_lines
from pipeline.report import evidence, trace

if TYPE_CHECKING:
    from pipeline.assessment import Assessment, Request

ROOT = Path(__file__).resolve().parent.parent
WORKBOOK = "部门整体支出绩效自评表.xlsx"
WORKINGS = "计算底稿.xlsx"
PAGE = "核查报告.html"


def draft(
    submission: Submission, rubric: Rubric, project_rubric: Rubric | None, done: outputs_forms.Computed
) -> Draft:
    """The forms, the workings but for what the checks find, figures and trace of what was computed. Writes nothing."""
    from pipeline.report import page
    from pipeline.write import workings  # a check alone writes nothing and does not pay for it

    page.prepare()
    outputs_word.prepare(done.outcome.figures)
    evidence.versions()
    titles = {source: str(entry["title"]) for source, entry in rules.sources().items()}
    files, cells = outputs_projects.files(done.outcome, project_rubric, done.project_forms)
    begun = workings.begin(
        submission,
        done.outcome,
        rubric,
        forms.load_specs(),
        rules.trial_line(rubric, "zh", project_rubric),
        titles,
        project_rubric,
    )
    cells = {WORKBOOK: done.filled.cells, **cells, WORKINGS: begun.cells}
    figures = trace.figures_json(done.outcome)
    traced = trace.trace_json(done.outcome, submission, cells, titles, rules.words())
    files = {
        WORKBOOK: done.filled.content,
        **files,
        "evidence/figures.json": evidence.as_json(figures),
        "evidence/trace.json": evidence.as_json(traced),
    }
    rubrics = [one for one in (rubric, project_rubric) if one is not None]
    used = {name: evidence.digests(path.read_bytes()) for name, path in _used(rubrics).items()}
    return Draft(files, begun, figures, traced, titles, used)


def write_run(staged: Path, assessed: Assessment, request: Request) -> None:
    """Every file of one run into ``staged``, the manifest and SHA256SUMS last."""
    begun = assessed.draft
    for name, content in begun.files.items():
        (staged / name).parent.mkdir(exist_ok=True)
        (staged / name).write_bytes(content)
    (staged / WORKINGS).write_bytes(begun.workings.finish(assessed.records, assessed.reconciliations))
    outputs_word.write_documents(staged, assessed)
    outputs_returned.write_returned(staged / outputs_returned.NAME, assessed, request)
    kept = staged / "evidence"
    evidence.write_findings(kept, assessed.records)
    evidence.write_normalisations(kept, assessed.submission.normalisations)
    evidence.write_suite_runs(kept, [run for one in assessed.checked for run in one.results])
    evidence.copy_inputs(kept / "inputs", request.submission, assessed.submission.files)
    _write_page(staged / PAGE, assessed)
    beside = assessed.submission.evidence_files
    options = {
        "region": request.region or "",
        "year": str(request.year or ""),
        "date": request.date.isoformat() if request.date else "",
        "lang": request.lang,
        "name": assessed.submission.name,
        **({"project_rubric": request.project_rubric} if request.project_rubric else {}),
        "evidence_files": None if beside is None else sorted(beside),
    }
    basis = str(begun.figures.get("basics.reporting_basis", {}).get("value") or "")
    used = dict(begun.used)
    if comparison := assessed.comparison:
        options["compare"] = comparison.option
        evidence.write_json(kept / "compare.json", comparing.as_json(comparison))
        for rubric in (comparison.before, *(() if comparison.is_kept else (comparison.after,))):
            used[rubric.file] = evidence.digests((ROOT / rubric.file).read_bytes())
        if comparison.is_kept:
            (staged / comparing.KEPT).write_bytes(comparison.path.read_bytes())
    evidence.write_manifest(
        staged, used, assessed.rubric.file, options, basis, outputs_word.trial_line(assessed)
    )


def _write_page(place: Path, assessed: Assessment) -> None:
    from pipeline.report import page  # with its templates: a check alone does not pay for them

    begun = assessed.draft
    frames = {run.name: run.frame_csv for one in assessed.checked for run in one.results}
    page.write_page(
        place,
        figures=begun.figures,
        trace=begun.traced,
        records=assessed.records,
        points=[finding.points for finding in assessed.findings],
        project_points=[finding.project_points for finding in assessed.findings],
        reconciliations=assessed.reconciliations,
        normalisations=assessed.submission.normalisations,
        rubric=assessed.rubric,
        submission=assessed.submission,
        manifest_inputs={file.path: file.sha256 for file in assessed.submission.files},
        trial_line=rules.trial_line(assessed.rubric, "zh", assessed.project_rubric),
        comparison=comparing.as_json(assessed.comparison) if assessed.comparison else None,
        claims_csv=frames.get("outcome.claims", ""),
        source_titles=begun.titles,
        task_lines=task_lines(assessed.outcome.figures),
        project_rubric=assessed.project_rubric,
        project_reasons=outputs_projects.reasons(assessed.outcome, assessed.project_rubric),
        other_digests={
            **{name: begun.used[name]["sha256"] for name in _standards(assessed)},
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
    return [name for name in (WORKBOOK, WORKINGS, *names, *outputs_word.NAMES) if (staged / name).is_file()]


def _standards(assessed: Assessment) -> list[str]:
    """What was judged by, as far as the page names it: the rubrics, the official forms, the catalogue of checks."""
    rubrics = [one for one in (assessed.rubric, assessed.project_rubric) if one is not None]
    files = {one.file for one in rubrics}
    folders = {folder.relative_to(ROOT).as_posix() for folder in _form_folders(rubrics)}
    return [
        name
        for name in assessed.draft.used
        if name in files or name.rpartition("/")[0] in folders or name.endswith("/catalogue.yaml")
    ]


def _form_folders(rubrics: Sequence[Rubric]) -> list[Path]:
    """Where the forms lie: the region's own, and another one's whose project form is used."""
    return list(dict.fromkeys(map(rules.official_folder, rubrics)))


def _used(rubrics: Sequence[Rubric]) -> dict[str, Path]:
    """Every data file a run depends on, by its name in the repository."""
    paths = [
        *(ROOT / one.file for one in rubrics),
        ROOT / "docs" / "sources.yaml",
        *(path for folder in _form_folders(rubrics) for path in sorted(folder.iterdir())),
        *sorted((ROOT / "expectations").iterdir()),
        *sorted(forms.FILL_IN.glob("*.yaml")),
        *outputs_word.used(),
    ]
    return {path.relative_to(ROOT).as_posix(): path for path in paths if path.is_file()}
