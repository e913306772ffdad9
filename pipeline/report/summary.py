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
        "critical": "必须改", "warning": "请核实", "info": "提示", "none": "没有发现问题。", "findings": "发现问题",
        "more": "……另有 {n} 条，见 {where}", "changed": "与上次运行相比", "nothing": "与上次运行相比：没有变化",
        "files": "结果在", "kept": "上次的结果被修改过，已保留为", "open": "打开", "waived": "已说明",
    },
    "en": {
        "critical": "must fix", "warning": "verify", "info": "note", "none": "No findings.", "findings": "Findings",
        "more": "… {n} more in {where}", "changed": "Since the last run", "nothing": "Since the last run: no change",
        "files": "Results in", "kept": "The earlier run had been edited and is kept as", "open": "open",
        "waived": "waived",
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


def by_stake(records: Sequence[Mapping], points: Mapping[int, object]) -> list[Mapping]:
    """Findings in the order a person should read them: severity, then points at stake, then as found."""
    order = sorted(
        range(len(records)),
        key=lambda i: (SEVERITIES.index(records[i]["severity"]), -(points.get(i) or 0), i),
    )
    return [records[i] for i in order]


def score_lines(figures: Mapping[str, Mapping], month: int, lang: str = "zh") -> Iterator[str]:
    """``figures`` in the shape of figures.json."""
    total, grade = figures.get("total.score"), figures.get("total.grade")
    if total:
        name = "总分" if lang == "zh" else "Total"
        line = f"{name} {total['printed']}"
        if grade and grade["value"]:
            line += f"  {grade['printed']}"
        if total["reason"]:
            line += f"（{total['reason']}）"
        yield line
    rates = [
        f"{(zh if lang == 'zh' else en).format(month=month)} {figures[figure_id]['printed']}"
        for figure_id, zh, en in _HEADLINE
        if figure_id in figures
    ]
    if rates:
        yield "  ".join(rates)


def finding_lines(
    records: Sequence[Mapping], where: str, lang: str = "zh", shown: int = SHOWN
) -> Iterator[str]:
    """Counts by severity, then the first sentences. ``records`` in reading order (:func:`by_stake`)."""
    words = _WORDS[lang]
    if not records:
        yield words["none"]
        return
    counts = [
        f"{words[s]} {n}"
        for s in SEVERITIES
        if (n := sum(r["severity"] == s and not r["waived"] for r in records))
    ]
    waived = sum(bool(r["waived"]) for r in records)
    if waived:
        counts.append(f"{words['waived']} {waived}")
    yield f"{words['findings']}：{'  '.join(counts)}"
    for record in records[:shown]:
        mark = words["waived"] if record["waived"] else words[record["severity"]]
        yield f"  [{mark}] {record['message']}{waiver_words(record['waived'], lang)}"
    if len(records) > shown:
        yield "  " + words["more"].format(n=len(records) - shown, where=where)


def change_lines(changes: Sequence[str], lang: str = "zh", shown: int = SHOWN) -> Iterator[str]:
    words = _WORDS[lang]
    if not changes:
        yield words["nothing"]
        return
    yield f"{words['changed']}："
    yield from (f"  {line}" for line in changes[:shown])
    if len(changes) > shown:
        yield "  " + words["more"].format(n=len(changes) - shown, where="python -m pipeline diff")


def file_lines(folder: str, files: Sequence[str], kept: str | None, lang: str = "zh") -> Iterator[str]:
    words = _WORDS[lang]
    yield f"{words['files']} {folder}"
    yield from (f"  {name}" for name in files)
    if kept:
        yield f"{words['kept']} {kept}"


def lines(result: object, lang: str = "zh") -> list[str]:
    """The whole summary of a run's result (``pipeline.run.Result``)."""
    where = "evidence/findings.csv" if result.folder else "--json"
    out = [*score_lines(result.figures, result.month, lang), *finding_lines(result.records, where, lang)]
    if result.trial:
        out.append(result.trial)
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
        "figures": dict(result.figures),
        "findings": list(result.records),
        "changes": None if result.changes is None else list(result.changes),
    }
