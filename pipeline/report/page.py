"""核查报告.html: one page an auditor can open, filter, print and keep, without a network. Happens last but the manifest.

Everything stands in the file itself: style, script, drawings, findings. Its content policy allows nothing to be
fetched and only this style and this script to act, so that text from a workbook can never do anything but be read.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path

import jinja2
from markupsafe import Markup

from pipeline.model import Normalisation, Submission
from pipeline.model_rubric import Rubric
from pipeline.model_tasks import TaskLine
from pipeline.report import (
    page_basis,
    page_charts,
    page_findings,
    page_first,
    page_results,
    page_score,
    page_tables,
)
from pipeline.report.page_text import clean, embedded, without_addresses

PARTS = Path(__file__).resolve().parent / "page_parts"
NAME = "核查报告.html"
_DIGEST_LOSSES = 3


def write_page(
    path: Path,
    *,
    figures: Mapping[str, Mapping],
    trace: Mapping[str, Mapping],
    records: Sequence[Mapping],
    reconciliations: Sequence,
    normalisations: Sequence[Normalisation],
    rubric: Rubric,
    submission: Submission,
    manifest_inputs: Mapping[str, str],
    trial_line: str,
    points: Sequence[Decimal | None] = (),
    project_points: Sequence[Decimal | None] = (),
    claims_csv: str = "",
    source_titles: Mapping[str, str] | None = None,
    other_digests: Mapping[str, str] | None = None,
    comparison: Mapping | None = None,
    task_lines: Sequence[TaskLine] = (),
    project_rubric: Rubric | None = None,
    project_reasons: Mapping[str, str] | None = None,
) -> None:
    """Write the page. The same arguments give the same bytes.

    ``figures``, ``trace``, ``records``: in the shapes of figures.json, trace.json and findings.json, records in
    reading order. ``points``, ``project_points``: what is at stake with each record, by position. ``manifest_inputs``: name -> SHA-256.
    ``other_digests``: the same of results and standards. ``claims_csv``: the frame of the suite ``outcome.claims``.
    ``source_titles``: source id -> title. ``comparison``: the score under another rubric, as compare.json has it.
    ``task_lines``: the tree of 工作任务. ``project_rubric``: of 项目自评, None where there is none; ``project_reasons``: project
    -> why it did not get all its points.
    """
    derived = trace["figures"]
    found = page_findings.views(records, points, submission, project_points)
    groups = page_findings.groups(found)
    lines = page_score.tree(figures, derived, rubric)
    judged = page_tables.judged(figures, submission)
    titles = source_titles if source_titles is not None else _titles(derived)
    data = page_findings.embed(found, groups)
    context = {
        "head": _head(figures, rubric, submission),
        "trial": _trial(trial_line),
        "verdict": page_score.verdict(figures, found, submission),
        **_score(figures, rubric, lines),
        "first_three": page_score.first_three(found),
        **_findings(found, groups, data),
        "ten": page_first.ten_cells(found, lines, judged, derived),
        "tasks": page_results.results(figures, task_lines),
        "projects": page_results.projects(figures, project_rubric, project_reasons or {})
        if project_rubric
        else None,
        "project_rubric": clean(project_rubric.title) if project_rubric else "",
        "claims": page_tables.claims(claims_csv, submission),
        "reconciled": page_tables.reconciled(reconciliations),
        "months": page_tables.months(figures),
        "curve": page_charts.months_curve(
            page_tables.month_values(figures, "rate"), page_tables.month_values(figures, "schedule")
        ),
        "judged": judged,
        "judged_elsewhere": any(each.counted is None for each in judged),
        "judged_points": sum((each.counted or Decimal(0) for each in judged), Decimal(0)),
        **_read(normalisations),
        **_rubric(rubric, titles),
        "files": page_basis.files(submission, manifest_inputs),
        "others": [(clean(name), clean(digest)) for name, digest in (other_digests or {}).items()],
        "rows": page_tables.ROWS,
        "comparison": page_basis.compared(comparison) if comparison else None,
    }
    path.write_bytes(render(context, data).encode("utf-8"))


def render(context: Mapping[str, object], data: object) -> str:
    """The page as text: the template filled and escaped, then style, script and findings put in beside their policy."""
    style, script = ((PARTS / name).read_text("utf-8") for name in ("page.css", "page.js"))
    filled = _environment().get_template("page.html.j2").render(
        context, style=Markup(style), script=Markup(script), data=Markup(embedded(data)),
        style_hash=_hash(style), script_hash=_hash(script),
    )  # fmt: skip
    return without_addresses(filled)


def prepare() -> None:
    """Compile the templates: for a moment in which the program waits for something else."""
    for name in _environment().list_templates(extensions=["j2"]):
        _environment().get_template(name)


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(PARTS),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _hash(text: str) -> str:
    """A text's digest as a content policy names it."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def _titles(derived: Mapping[str, Mapping]) -> dict[str, str]:
    """Source id -> title, as far as the trace cites them."""
    citations = (figure["citation"] for figure in derived.values())
    return {one["source"]: one["title"] for one in citations if one and one["title"]}


def _trial(line: str) -> str:
    """The trial line up to where the list is: on the page that is a link."""
    return clean(line.partition("，清单见")[0])


def _head(figures: Mapping[str, Mapping], rubric: Rubric, submission: Submission) -> dict:
    return {
        "department": page_score.printed(figures, "basics.department_name", clean(submission.name)),
        "year": rubric.year,
        "region": f"{clean(rubric.region_name)}（{rubric.region_code}）",
        "rubric": clean(rubric.title),
        "date": page_score.printed(figures, "basics.report_date", "未填"),
        "basis": page_score.printed(figures, "basics.reporting_basis", "未填"),
    }


def _score(figures: Mapping[str, Mapping], rubric: Rubric, lines: Sequence[page_score.Scored]) -> dict:
    lost, still = page_score.losses(lines), page_score.undetermined(lines)
    full = page_score.number(figures, "total.weight") or rubric.total
    shown = page_score.printed(figures, "total.score", "待定")
    total = page_score.ends(figures, "total.score") or (Decimal(0), full)
    return {
        "total": shown,
        "full": f"{full:f}",
        "grade": page_score.printed(figures, "total.grade", ""),
        "total_lost": page_score.printed(figures, "total.lost"),
        "rates": page_score.rates(figures, rubric.setting("monitoring_month")),
        "lines": lines,
        "halves": [line for line in lines if line.depth == 0],
        "lost": lost,
        "still": still,
        "digest_losses": lost[:_DIGEST_LOSSES],
        "digest_open": still[:_DIGEST_LOSSES],
        "waterfall": page_charts.waterfall(full, total, shown, lost, still),
    }


def _findings(
    found: Sequence[page_findings.View], groups: Sequence[page_findings.Group], data: Mapping[str, Sequence]
) -> dict:
    counts = {
        severity: sum(view.severity == severity for view in found) for severity in page_findings.SEVERITIES
    }
    return {
        "severities": page_findings.SEVERITIES,
        "counts": counts,
        "found": len(found),
        "written": sum(len(group.views) for group in groups),
        "kept": sum(len(group.views) for group in groups) + len(data["f"]),
        "waived": sum(bool(view.waived) for view in found),
        "groups": groups,
        "codes": sorted({view.code for view in found}),
        "divisions": sorted({name for view in found for name in view.divisions}),
    }


def _read(normalisations: Sequence[Normalisation]) -> dict:
    kinds, rows = page_tables.normalised(normalisations)
    return {"normalised": len(normalisations), "kinds": kinds, "normalised_rows": rows}


def _rubric(rubric: Rubric, titles: Mapping[str, str]) -> dict:
    assumed = rubric.assumed()
    return {
        "rubric_rows": page_basis.rubric_rows(rubric, titles),
        "settings": page_basis.setting_rows(rubric, titles),
        "assumed": (len(assumed.weights), len(assumed.rules), len(assumed.settings)),
        "levels": "、".join(rubric.levels),
    }
