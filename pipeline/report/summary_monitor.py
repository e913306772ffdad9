"""The closing summary of a monitoring run: rates with their denominators, lights, what was not filled, findings, files.

The rest is said as ``summary`` says it. Plain lines; the command line decides about colour.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipeline.report import summary

_WORDS = {
    "zh": {
        "rate": "1–{month}月{what}执行率 {rate}", "spending": "", "projects": "项目支出", "over": "（分母：{label} {amount} 万元）",
        "light": "，{light}灯", "schedule": "序时进度 {schedule}", "expected": "全年预计执行 {amount} 万元，{rate}",
        "goal": "指标预警：{lights}", "worst": "，总体目标{light}灯", "unfilled": "没有填《4_绩效指标》的监控表：指标进度和可能性不判断",
        "unfilled_projects": "没有填《4_绩效指标》的项目监控：项目的全年预计数空着",
        "trace": "每个数字的来处：python -m pipeline explain \"{run}\" monitor.execution_rate",
    },
    "en": {
        "rate": "{what} to month {month} {rate}", "spending": "Rate", "projects": "Project rate",
        "over": " (over {label} {amount})", "light": ", light {light}", "schedule": "Schedule {schedule}",
        "expected": "Expected for the year {amount}, {rate}", "goal": "Lights of the indicators: {lights}",
        "worst": ", the goal's: {light}", "unfilled": "The sheet 监控 is not filled: indicators are not judged",
        "unfilled_projects": "The sheet 项目监控 is not filled: no amounts are expected for the year",
        "trace": "Where a number comes from: python -m pipeline explain \"{run}\" monitor.execution_rate",
    },
}  # fmt: skip
_NOT_FILLED = ("没有填写监控表", "没有填写项目监控")


def head_lines(figures: Mapping[str, Mapping], month: int, lang: str = "zh") -> Iterator[str]:
    """``figures`` in the shape of figures.json."""
    words = _WORDS[lang]

    def of(name: str) -> str:
        figure = figures[f"monitor.{name}"]
        return figure["printed"] or "—"

    for part, what in (("", words["spending"]), ("project_", words["projects"])):
        line = words["rate"].format(month=month, what=what, rate=of(f"{part}execution_rate"))
        below = figures[f"monitor.{part}budget"]
        if below["value"]:
            line += words["over"].format(label=below["label"], amount=below["printed"])
        if figures[f"monitor.{part}light"]["value"]:
            line += words["light"].format(light=of(f"{part}light"))
        yield line
    yield from summary.basis_line(figures, lang)
    line = words["schedule"].format(schedule=of("schedule"))
    if figures["monitor.expected"]["value"]:
        line += "  " + words["expected"].format(amount=of("expected"), rate=of("expected_rate"))
    yield line
    if figures["monitor.goal.judged"]["value"] != "0":
        line = words["goal"].format(lights=of("goal.lights"))
        if figures["monitor.goal.light"]["value"]:
            line += words["worst"].format(light=of("goal.light"))
        yield line
    reasons = {figure["reason"] for figure in figures.values()}
    for reason, key in zip(_NOT_FILLED, ("unfilled", "unfilled_projects"), strict=True):
        if reason in reasons:
            yield words[key]


def lines(result: object, lang: str = "zh") -> list[str]:
    """The whole summary of a monitoring run's result (``pipeline.assessment.Result``)."""
    out = [*head_lines(result.figures, result.month, lang)]
    out += summary.finding_lines(result.records, "evidence/findings.csv", lang)
    if result.trial:
        out.append(result.trial)
    if result.changes is not None:
        out += summary.change_lines(result.changes, lang)
    *files, _ = summary.file_lines(
        str(result.folder), result.files, str(result.kept) if result.kept else None, lang
    )
    return [*out, *files, _WORDS[lang]["trace"].format(run=result.folder)]


def as_json(result: object) -> dict:
    """What ``--json`` prints: as for a whole run, with the month."""
    return {**summary.as_json(result), "month": result.month}
