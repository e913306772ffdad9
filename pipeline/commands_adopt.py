"""The commands ``rules adopt`` and ``rules new-year``; no logic. Everything is imported inside them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Out = Annotated[Path | None, typer.Option("--out", help="写到别的文件夹试看，不动原处")]


def adopt(
    form: Annotated[
        Path, typer.Argument(metavar="空白表", help="财政部门印发的空白表（.xlsx），部门整体或项目支出")
    ],
    region: Annotated[
        str | None, typer.Option("--region", help="行政区划代码；表式放在 <代码>_<名称>/<年度>/ 里的可不写")
    ] = None,
    name: Annotated[str | None, typer.Option("--name", help="地区名称")] = None,
    year: Annotated[int | None, typer.Option("--year", help="年度")] = None,
    kind: Annotated[
        str | None, typer.Option("--kind", help="department 部门整体 · project 项目支出；不给则看表名")
    ] = None,
    out: Out = None,
) -> None:
    """由空白表提出单元格对照表和规则草稿，列出没有认出来的；不覆盖、不猜。"""
    from pipeline import adopting

    for line in adopting.adopt(adopting.Request(form, region, name, year, kind, out)).lines:
        print(line)


def new_year(
    before: Annotated[int, typer.Argument(metavar="上年", help="已有规则的年度，如 2022")],
    after: Annotated[int, typer.Argument(metavar="新年度", help="要准备的年度，如 2023")],
    region: Annotated[str | None, typer.Option("--region", help="只准备一个地区；不给则全部")] = None,
    out: Out = None,
) -> None:
    """为新年度搭架子：复制规则、表式和对照表，比较新旧表式，列出要做的事；不覆盖。"""
    from pipeline import new_year as scaffolding

    for line in scaffolding.prepare(before, after, region, out):
        print(line)


def add_to(rules_app: typer.Typer) -> None:
    """Puts both among the ``rules`` commands."""
    rules_app.command("adopt")(adopt)
    rules_app.command("new-year")(new_year)
