"""The command line and its exit codes; no logic. Stages are imported inside commands only.

Exit codes: 0 nothing critical · 1 critical findings, or a file refused · 2 cannot run · 3 a bug of ours.
Answers go to stdout, progress and logs to stderr.
"""

from __future__ import annotations

import datetime
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from pipeline import commands_adopt, commands_narrative
from pipeline.commands_rules import AsJson, print_json, rules_app

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="绩效自评：填好 Excel 模板，一条命令得到部门整体支出绩效自评表、计算底稿和每个数字的来处。",
)
app.add_typer(rules_app, name="rules")
commands_adopt.add_to(rules_app)
commands_narrative.add_to(app)


def _known_language(lang: str) -> str:
    if lang not in ("zh", "en"):
        raise typer.BadParameter(f"--lang 只能是 zh 或 en，写的是“{lang}”")
    return lang


Lang = Annotated[str, typer.Option("--lang", help="zh 中文 · en English", callback=_known_language)]
Region = Annotated[str | None, typer.Option("--region", help="行政区划代码；不给则取自 1_基本情况")]
Year = Annotated[int | None, typer.Option("--year", help="年度；不给则取自 1_基本情况")]

_PROJECTS = "项目支出按另一套规则和表式，如 000000/2022/project/with_cost；不给则用本地区现行的"
ProjectRubric = Annotated[str, typer.Option("--project-rubric", help=_PROJECTS)]


@app.command()
def report(
    submission: Annotated[Path, typer.Argument(metavar="文件夹", help="填好的模板所在的文件夹")],
    out: Annotated[Path, typer.Option("--out", help="结果放在哪里")] = Path("output"),
    region: Region = None,
    year: Year = None,
    date: Annotated[
        str | None, typer.Option("--date", help="填报日期，如 2023-02-10；不给则取自 1_基本情况")
    ] = None,
    compare: Annotated[
        str | None,
        typer.Option("--compare", help="另按一套规则计分对照，如 440100/2022/department，或规则文件的路径"),
    ] = None,
    project_rubric: ProjectRubric = "",
    lang: Lang = "zh",
    as_json: AsJson = False,
) -> None:
    """完整运行：读取、核查、计算、填写自评表、留下证据。"""
    from pipeline.check.session import Checker

    with Checker() as checker:  # first of all: the checking part takes longest to start
        from pipeline import run

        request = run.Request(submission, out, region, year, _date(date), lang, compare, project_rubric)
        result = run.report(request, _progress, checker)
    _finish(result, lang, as_json)


@app.command()
def check(
    path: Annotated[Path, typer.Argument(metavar="路径", help="文件夹，一个填好的模板，或填好的自评表")],
    only: Annotated[
        list[str] | None, typer.Option("--only", help="只列出某个模板的问题，如 2_预算执行")
    ] = None,
    region: Region = None,
    year: Year = None,
    project_rubric: ProjectRubric = "",
    lang: Lang = "zh",
    as_json: AsJson = False,
) -> None:
    """只读取和核查，不写任何文件。"""
    from pipeline.check.session import Checker

    with Checker() as checker:
        from pipeline import run

        request = run.Request(path, region=region, year=year, lang=lang, project_rubric=project_rubric)
        result = run.check(request, tuple(only or ()), _progress, checker)
    _finish(result, lang, as_json)


@app.command()
def monitor(
    submission: Annotated[
        Path, typer.Argument(metavar="文件夹", help="填报表所在的文件夹；年中填到几月都可以")
    ],
    through: Annotated[
        int | None, typer.Option("--through", help="监控 1 月到几月，1 到 12；不给则按评分规则（一般是 7）")
    ] = None,
    out: Annotated[Path, typer.Option("--out", help="结果放在哪里")] = Path("output"),
    region: Region = None,
    year: Year = None,
    date: Annotated[
        str | None, typer.Option("--date", help="填报日期，如 2022-08-15；不给则取自 1_基本情况")
    ] = None,
    lang: Lang = "zh",
    as_json: AsJson = False,
) -> None:
    """年中绩效运行监控：1 月到某月的执行率、预警灯和指标进度，填写监控表、留下证据。"""
    from pipeline.check.session import Checker

    with Checker() as checker:
        from pipeline import monitoring, run
        from pipeline.report import summary_monitor

        request = run.Request(submission, out, region, year, _date(date), lang)
        result = monitoring.monitor(request, through, _progress, checker)
    if as_json:
        print_json(summary_monitor.as_json(result))
    else:
        print("\n".join(summary_monitor.lines(result, lang)))
    raise typer.Exit(result.exit_code)


@app.command()
def templates(
    out: Annotated[Path | None, typer.Option("--out", help="写到哪里；不给则更新 input_templates")] = None,
) -> None:
    """重新生成空白模板和示范的自评表。"""
    from pipeline.templates import write_templates

    for path in write_templates(out):
        print(path)


@app.command()
def explain(
    run_folder: Annotated[Path, typer.Argument(metavar="结果文件夹", help="一次运行的结果文件夹")],
    target: Annotated[
        str,
        typer.Argument(
            metavar="数字或单元格",
            help="数字编号，或 '部门整体支出绩效自评表.xlsx!评分表!F8'，或填报的单元格",
        ),
    ],
) -> None:
    """一个数字从哪里来：公式、参数、依据，一直到填报的单元格。"""
    from pipeline.report.explain import explain as lines_of

    print("\n".join(lines_of(run_folder, target)))


@app.command()
def verify(
    run_folder: Annotated[Path, typer.Argument(metavar="结果文件夹", help="一次运行的结果文件夹")],
    submission: Annotated[Path | None, typer.Option("--submission", help="原提交文件夹，一并比对")] = None,
    as_json: AsJson = False,
) -> None:
    """重新计算校验和，用证据中的输入再运行一遍，逐一比对。不联网。"""
    from pipeline import run

    verdict = run.verify(run_folder, submission, _progress)
    if as_json:
        code = 1 if verdict.problems else 0
        print_json({"exit_code": code, "checked": verdict.checked, "problems": list(verdict.problems)})
    else:
        told = [f"不一致，共 {len(verdict.problems)} 处：", *verdict.problems]
        fine = f"一致：{verdict.checked} 个文件与当时所写相同，重新运行的结果也相同。"
        print("\n".join(told) if verdict.problems else fine)
    raise typer.Exit(1 if verdict.problems else 0)


@app.command()
def diff(
    before: Annotated[Path, typer.Argument(metavar="前一次的结果文件夹")],
    after: Annotated[Path, typer.Argument(metavar="后一次的结果文件夹")],
    as_json: AsJson = False,
) -> None:
    """两次运行之间，数字和问题有什么变化。"""
    from dataclasses import asdict

    from pipeline.report import compare

    changes = compare.compare_runs(compare.load_run(before), compare.load_run(after))
    if as_json:
        print_json({"exit_code": 0, "changes": [asdict(change) for change in changes]})
    else:
        print("\n".join(compare.lines(compare.for_reading(changes))) or "没有变化。")


def _finish(result: object, lang: str, as_json: bool) -> None:
    from pipeline.report import summary

    if as_json:
        print_json(summary.as_json(result))
    else:
        if result.forms:
            from pipeline import filled_forms

            print("\n".join(filled_forms.lines(result.forms, lang)))
        print("\n".join(summary.lines(result, lang)))
    raise typer.Exit(result.exit_code)


def _date(text: str | None) -> datetime.date | None:
    if text is None:
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"--date 的“{text}”不是日期，请写成 2023-02-10 的样子") from None


def _progress(step: str) -> None:
    print(f"· {step}", file=sys.stderr, flush=True)


def main() -> None:
    """The console script: every way out has a sentence and an exit code, never a traceback on the screen."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a Windows console may not speak UTF-8
            stream.reconfigure(encoding="utf-8", errors="replace")
    from pipeline.errors import CannotRun

    try:
        code = app(standalone_mode=False) or 0
    except CannotRun as stop:
        is_english = stop.english and " ".join(sys.argv).replace("=", " ").count("--lang en")
        _stop(2, f"Cannot run: {stop.english}" if is_english else f"无法运行：{stop}")
    except Exception as problem:
        if hasattr(problem, "ctx"):  # the parser's own: its classes are private to typer
            _stop(2, _usage(problem))
        words = f"程序出错了（{type(problem).__name__}），这不是您的填报造成的。"
        _stop(3, f"{words}详情已记在 {_log(problem)}，请转交维护人员。")
    if code == 130:
        _stop(130, "已中断。没有写出结果，原有的文件没有改动。")
    sys.exit(code)


def _stop(code: int, sentence: str) -> NoReturn:
    if "--json" in sys.argv:
        print_json({"exit_code": code, "error": sentence})
    print(sentence, file=sys.stderr)
    sys.exit(code)


#: what the parser says, and what an officer reads instead; {0} is the part in brackets
_USAGE = (
    (r"Missing argument '(.+?)'", "还缺少 {0}"),
    (r"Missing option '(.+?)'", "还缺少 {0}"),
    (r"No such command '(.+?)'", "没有“{0}”这个命令"),
    (r"No such option:? '?([^\s'.]+)", "没有“{0}”这个选项"),
    (r"unexpected extra argument.*? \((.+)\)", "多出了“{0}”。路径中有空格的，请用引号括起来"),
    (r"Option '(.+?)' requires", "{0} 后面要写一个值"),
    (r"Invalid value for '?(.+?)'?: Input should be a valid integer", "{0} 应是一个整数"),
    (r"Invalid value: (.+)", "{0}"),
    (r"Invalid value for .*?: (.*[一-鿿].*)", "{0}"),
)


def _usage(problem: Exception) -> str:
    """A wrong command line, in Chinese: what is wrong, how the command is written, where help is."""
    import re

    said = problem.format_message()
    if type(problem).__name__ == "NoArgsIsHelpError":
        return said
    for pattern, words in _USAGE:
        if found := re.search(pattern, said):
            said = words.format(found[1].rstrip("。"))
            break
    usage = problem.ctx.get_usage().removeprefix("Usage: ") if problem.ctx else "python -m pipeline"
    help_of = problem.ctx.command_path if problem.ctx else "python -m pipeline"
    return f"命令写得不对：{said}。\n写法：{usage}\n说明：{help_of} --help"


def _log(bug: Exception) -> Path:
    """The traceback, in a file beside the person's work or, where that is not writable, among temporary files."""
    import tempfile
    import traceback

    text = "".join(traceback.format_exception(bug))
    for folder in (Path.cwd(), Path(tempfile.gettempdir())):
        path = folder / "jixiao_error.log"
        try:
            path.write_text(text, encoding="utf-8")
        except OSError:
            continue
        return path
    print(text, file=sys.stderr)
    return Path("上面的屏幕输出")
