"""The closing summary: what a person wants to know when a run is over, in a dozen lines.

Score and grade, the rates, findings by severity with the first few spelled out (by points at stake), what is assumed,
what changed since the last run, where the files are. Plain lines; the command line decides about colour.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pipeline.messages import waiver_words

SEVERITIES = ("critical", "warning", "info")
_WORDS = {
    "zh": {
        "critical": "必须改", "warning": "请核实", "info": "提示", "none": "没有发现问题。", "findings": "发现问题：",
        "more": "……另有 {n} 条，见 {where}", "changed": "与上次运行相比：", "nothing": "与上次运行相比：没有变化",
        "more_changes": "……另有 {n} 项变化", "files": "结果在", "kept": "上次的结果被人改过，没有覆盖，已改名保留为",
        "waived": "已说明", "total": "总分", "others": "等", "open_figure": "待定", "stake": "，涉及 {points} 分", "project_stake": "，涉及项目自评 {points} 分", "both": "，项目自评 {points} 分",
        "hidden": "（其他表另有 {n} 条，没有列出）", "basis": "数据口径：",
        "trace": "每个数字的来处：python -m pipeline explain \"{run}\" 总分",
    },
    "en": {
        "critical": "must fix", "warning": "verify", "info": "note", "none": "No findings.", "findings": "Findings: ",
        "more": "… {n} more in {where}", "changed": "Since the last run:", "nothing": "Since the last run: no change",
        "more_changes": "… {n} more changes", "files": "Results in",
        "kept": "The earlier run had been edited and is kept as", "waived": "waived", "total": "Total",
        "others": " and others", "open_figure": "open", "stake": ", {points} points at stake",
        "project_stake": ", {points} points of projects at stake", "both": ", {points} of projects",
        "hidden": " ({n} more in other forms, not listed)",
        "basis": "Basis of the figures (数据口径): ",
        "trace": "Where a number comes from: python -m pipeline explain \"{run}\" total.score",
    },
}  # fmt: skip
#: figure ids of the summary's first lines, with the words for them
_HEADLINE = (
    ("annual.execution_rate", "全年执行率", "execution rate"),
    ("annual.average_execution_rate", "年平均执行率", "average execution rate"),
    ("monitor.execution_rate", "{month}月执行率", "rate to month {month}"),
    ("monitor.project_execution_rate", "{month}月项目支出执行率", "project rate to month {month}"),
)
SHOWN = 8
#: how many findings a check prints, that writes nothing
SHOWN_ALONE = 300
#: open leaves that are named in the first lines
NAMED = 4


def score_lines(figures: Mapping[str, Mapping], month: int, lang: str = "zh") -> Iterator[str]:
    """``figures`` in the shape of figures.json."""
    words = _WORDS[lang]
    total, grade = figures.get("total.score"), figures.get("total.grade")
    if total:
        line = f"{words['total']} {total['printed']}"
        if grade and grade["value"]:
            line += f"  {grade['printed']}"
        yield line
        if total["reason"]:
            yield f"  {_shortened(total['reason'], lang)}"
    rates = [
        f"{(zh if lang == 'zh' else en).format(month=month)} {_rate(figures[figure_id], lang)}"
        for figure_id, zh, en in _HEADLINE
        if figure_id in figures
    ]
    if rates:
        yield "  ".join(rates)
    yield from basis_line(figures, lang)


def basis_line(figures: Mapping[str, Mapping], lang: str) -> Iterator[str]:
    """数据口径 of the figures, where it is known that there should be one."""
    words = _WORDS[lang]
    if basis := figures.get("basics.reporting_basis"):
        yield f"{words['basis']}{basis['value'] or words['open_figure']}"


def _shortened(reason: str, lang: str) -> str:
    """Which leaves are open: the first few of them, and how many there are."""
    count, _, names = reason.partition("：")
    listed = names.split("、")
    count = count if lang == "zh" else f"{len(listed)} open"
    shown = "、".join(listed[:NAMED])
    more = "" if len(listed) <= NAMED else _WORDS[lang]["others"]
    return f"{count}{'：' if lang == 'zh' else ': '}{shown}{more}"


def _rate(figure: Mapping, lang: str) -> str:
    if figure["value"] is None and figure["range"]:
        return "–".join(f"{end}%" for end in figure["range"])
    return _WORDS[lang]["open_figure"] if figure["value"] is None else figure["printed"]


def finding_lines(
    records: Sequence[Mapping],
    where: str,
    lang: str = "zh",
    shown: int = SHOWN,
    points: Sequence[object] = (),
    project_points: Sequence[object] = (),
    hidden: int = 0,
) -> Iterator[str]:
    """Counts by severity, then the first sentences with what is at stake. ``records`` in reading order; ``hidden``:
    findings of forms that were not asked for."""
    words = _WORDS[lang]
    aside = words["hidden"].format(n=hidden) if hidden else ""
    if not records:
        yield words["none"] + aside
        return
    counts = [
        f"{words[s]} {n}"
        for s in SEVERITIES
        if (n := sum(r["severity"] == s and not r["waived"] for r in records))
    ]
    waived = sum(bool(r["waived"]) for r in records)
    if waived:
        counts.append(f"{words['waived']} {waived}")
    yield f"{words['findings']}{'  '.join(counts)}{aside}"
    rest = [None] * len(records)
    for record, own, project in zip(
        records[:shown], [*points, *rest], [*project_points, *rest], strict=False
    ):
        mark = words["waived"] if record["waived"] else words[record["severity"]]
        if not record["waived"]:
            mark += words["stake"].format(points=f"{own:.2f}") if own else ""
            mark += (
                words["both" if own else "project_stake"].format(points=f"{project:.2f}") if project else ""
            )
        yield f"  [{mark}] {record['message']}{waiver_words(record['waived'], lang)}"
    if len(records) > shown:
        yield "  " + words["more"].format(n=len(records) - shown, where=where)


def change_lines(changes: Sequence[str], lang: str = "zh", shown: int = SHOWN) -> Iterator[str]:
    words = _WORDS[lang]
    if not changes:
        yield words["nothing"]
        return
    yield words["changed"]
    yield from (f"  {line}" for line in changes[:shown])
    if len(changes) > shown:
        yield "  " + words["more_changes"].format(n=len(changes) - shown)


def file_lines(folder: str, files: Sequence[str], kept: str | None, lang: str = "zh") -> Iterator[str]:
    words = _WORDS[lang]
    yield f"{words['files']} {folder}"
    yield from (f"  {name}" for name in files)
    if kept:
        yield f"{words['kept']} {kept}"
    yield words["trace"].format(run=folder)


def lines(result: object, lang: str = "zh") -> list[str]:
    """The whole summary of a run's result (``pipeline.assessment.Result``)."""
    where = "evidence/findings.csv" if result.folder else "--json"
    out = [*score_lines(result.figures, result.month, lang)]
    # a check alone leaves no file behind: what it found stands on the screen, all of it that anyone would read there
    shown = SHOWN if result.folder else SHOWN_ALONE
    out += finding_lines(
        result.records,
        where,
        lang,
        shown,
        points=result.points,
        project_points=result.project_points,
        hidden=result.hidden,
    )
    if result.trial:
        out.append(result.trial)
    out += result.remarks
    out += result.comparison
    if result.changes is not None:
        out += change_lines(result.changes, lang)
    if result.folder:
        out += file_lines(str(result.folder), result.files, str(result.kept) if result.kept else None, lang)
    return out


def as_json(result: object) -> dict:
    """What ``--json`` prints: one object, in the shapes of the evidence files."""
    return {
        "exit_code": result.exit_code,
        "run": str(result.folder) if result.folder else None,
        "kept": str(result.kept) if result.kept else None,
        "files": list(result.files),
        "trial": result.trial or None,
        "remarks": list(result.remarks),
        "figures": dict(result.figures),
        "forms": [dict(form) for form in result.forms],
        "findings": list(result.records),
        "compare": result.compared,
        "changes": None if result.changes is None else list(result.changes),
    }
