"""The command ``narrative``: a report's text against itself or a run, and its numbers renewed; no logic."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands_rules import AsJson, print_json


def narrative(
    report: Annotated[Path, typer.Argument(metavar="报告", help="自评报告，.docx 或 .txt")],
    run_folder: Annotated[
        Path | None, typer.Argument(metavar="结果文件夹", help="与哪次运行的结果核对；不给则只核对报告自身")
    ] = None,
    refresh: Annotated[
        bool, typer.Option("--refresh", help="只更新变了的数字，另存一份，改过的文字一字不动")
    ] = False,
    earlier: Annotated[
        Path | None, typer.Option("--from", help="报告原来是从哪次结果写出的，用来分辨人改过的数")
    ] = None,
    lang: Annotated[str, typer.Option("--lang", help="zh 中文 · en English")] = "zh",
    as_json: AsJson = False,
) -> None:
    """核对报告里的数字和文字：与自评结果，或只与报告自身。"""
    if lang not in ("zh", "en"):
        raise typer.BadParameter(f"--lang 只能是 zh 或 en，写的是“{lang}”")
    if (refresh or earlier) and run_folder is None:
        raise typer.BadParameter("--refresh 要写明按哪个结果文件夹更新")
    if earlier and not refresh:
        raise typer.BadParameter("--from 只和 --refresh 一起用")
    from pipeline import narrating

    if refresh:
        checked = narrating.renew(report, run_folder, earlier, lang)
    else:
        checked = narrating.check(report, run_folder, lang)
    if as_json:
        print_json(narrating.as_json(checked))
    else:
        print("\n".join(narrating.lines(checked, lang)))
    raise typer.Exit(checked.exit_code)


def add_to(app: typer.Typer) -> None:
    """Puts it among the commands."""
    app.command("narrative")(narrative)
