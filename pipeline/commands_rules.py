"""The commands ``rules …``: which rubrics there are, one as a table, two compared, all checked; no logic.

Part of the command line; ``rules`` itself is imported inside the commands only.
"""

from __future__ import annotations

import json
from typing import Annotated

import typer

rules_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="评分规则：有哪些、来自哪里、哪些还是暂定。"
)
AsJson = Annotated[bool, typer.Option("--json", help="在标准输出打印一个 JSON 对象")]


def print_json(answer: object) -> None:
    print(json.dumps(answer, ensure_ascii=False))


@rules_app.command("list")
def rules_list(as_json: AsJson = False) -> None:
    """列出现有的评分规则。"""
    from pipeline import rules

    if as_json:
        print_json({"exit_code": 0, "rubrics": rules.list_json()})
        return
    for line in rules.list_lines():
        print(line)


@rules_app.command("show")
def rules_show(
    region: Annotated[
        str,
        typer.Argument(
            metavar="行政区划代码", help="如 440100；也可以写全名 440100/2022/project 或规则文件的路径"
        ),
    ],
    year: Annotated[int | None, typer.Argument(metavar="年度", help="如 2022")] = None,
    kind: Annotated[
        str, typer.Argument(metavar="种类", help="department 部门整体 · project 项目 · platform 系统计分")
    ] = "department",
    variant: Annotated[str, typer.Option("--variant", help="并存的另一套规则的名称，见 rules list")] = "",
    as_json: AsJson = False,
) -> None:
    """把一套规则打印成可以核对的表：指标、分值、规则、依据、条款、标记、最后核对。"""
    from pipeline import rules

    if year is None and region.isdigit():
        raise typer.BadParameter("还缺少 年度")
    kind, _, named = kind.partition("/")  # project/with_cost, as rules list prints it
    rubric = rules.named(region) if year is None else rules.load(region, year, kind, variant=variant or named)
    if as_json:
        print_json({"exit_code": 0, **rules.show_json(rubric)})
    else:
        print("\n".join(rules.show_lines(rubric)))


@rules_app.command("diff")
def rules_diff(
    before: Annotated[
        str, typer.Argument(metavar="前一套", help="如 440100/2022/department，或规则文件的路径")
    ],
    after: Annotated[str, typer.Argument(metavar="后一套", help="写法相同")],
    as_json: AsJson = False,
) -> None:
    """两套规则哪里不同：指标、分值、规则、参数、设置、依据、标记。"""
    from dataclasses import asdict

    from pipeline import rules

    old, new = rules.named(before), rules.named(after)
    if as_json:
        found = [asdict(one) for one in rules.differences(old, new)]
        print_json({"exit_code": 0, "before": old.name, "after": new.name, "differences": found})
    else:
        print("\n".join(rules.diff_lines(old, new)))


@rules_app.command("check")
def rules_check() -> None:
    """检查所有规则文件：分值能否加总、公式是否认识、依据是否存在；连同各自的对照表和空白表。"""
    from pipeline import outputs_forms, rules

    for line in rules.check_all():
        print(line)
    print(f"对照表 {outputs_forms.check_maps()} 张，数字编号和单元格都对得上空白表。")
