"""`python -m tests.bench.narrative`: the narrative check of a report of 30 pages, by itself and with a run, as a whole command.

Against importing pandas alone, on the same machine in the same minutes; the three in turn, medians and ratios of medians.
Ratios travel between machines, seconds do not.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.narrative.documents import F, document
from tests.narrative.runs import run_folder

ROOT = Path(__file__).resolve().parents[2]
#: a page in 仿宋 3号 has some 22 lines of 28 signs
SIGNS_A_PAGE = 600
_SENTENCES = (
    "第{n}项工作预算{budget}.00万元，实际支出{spent}.00万元，预算执行率{rate}%，比上年增加{more}.00万元，各处室按月跟踪进度。",
    "项目支出合计{total}.00万元，其中设备购置{a}.00万元、软件开发{b}.00万元、运行维护{c}.00万元，资金拨付及时。",
    "内设办公室、人事科、财务科和业务科4个科室，围绕数量、质量、时效、成本4个方面设置指标，群众满意度保持稳定。",
    "工作中还存在一些不足：一是预算编制不够细化，二是执行进度不够均衡，三是绩效指标不够量化，需要在下一步工作中逐项改进。",
)


def report(pages: int) -> bytes:
    """A report of so many pages: sentences with consistent numbers, and figures in content controls."""
    paragraphs: list[str | tuple] = ["2022年度某市档案馆部门整体支出绩效自评报告"]
    signs = number = 0
    while signs < pages * SIGNS_A_PAGE:
        number += 1
        budget, a, b, c = 200 * number, 10 + number, 20 + number, 30 + number
        facts = {
            "n": number,
            "budget": budget,
            "spent": budget * 3 // 4,
            "rate": "75.00",
            "more": 10 + number,
        }
        text = "".join(each.format(**facts, total=a + b + c, a=a, b=b, c=c) for each in _SENTENCES)
        paragraphs.append((text, "全年支出 ", F("annual.executed", "1,900.00"), " 万元。"))
        signs += len(text)
    return document(*paragraphs)


def timed(command: list[str]) -> float:
    start = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, capture_output=True)
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr.decode("utf-8", "replace")[-2000:])
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=30)
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "report.docx"
        path.write_bytes(report(asked.pages))
        run = run_folder(Path(scratch) / "run")
        mine = [sys.executable, "-m", "pipeline", "narrative", str(path)]
        commands = {
            "narrative, by itself": mine,
            "narrative, with a run": [*mine, str(run)],
            "import pandas": [sys.executable, "-c", "import pandas"],
        }
        seconds: dict[str, list[float]] = {name: [] for name in commands}
        for turn in range(
            asked.runs + 1
        ):  # the first turn warms the disk and the bytecode and is not counted
            for name, command in commands.items():
                took = timed(command)
                if turn:
                    seconds[name].append(took)
    yardstick = statistics.median(seconds["import pandas"])
    print(f"{asked.pages} pages; seconds: median (min–max) of {asked.runs}; ratio to importing pandas")
    for name, values in seconds.items():
        median = statistics.median(values)
        print(f"{name:24} {median:6.3f} ({min(values):.3f}–{max(values):.3f})  {median / yardstick:5.2f} ×")


if __name__ == "__main__":
    main()
