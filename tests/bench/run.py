"""`make bench`: one department cold, whole command, against two yardsticks of the same machine in the same minutes.

(a) importing pandas and Great Expectations alone; (b) a plain script doing the same (plain.py). The three run in
turn, several times; printed are medians and the ratios of medians. Ratios travel between machines, seconds do not.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "input_templates" / "example"


def timed(command: list[str], env: dict[str, str]) -> float:
    start = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True)
    seconds = time.perf_counter() - start
    if done.returncode:
        raise SystemExit(
            f"{command} ended with {done.returncode}:\n{done.stderr.decode('utf-8', 'replace')[-2000:]}"
        )
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"} | {
        "GX_ANALYTICS_ENABLED": "false"
    }
    form = next((ROOT / "input_templates" / "official").rglob("*.xlsx"))
    py = sys.executable
    with tempfile.TemporaryDirectory() as scratch:
        commands = {
            "report, one department": [py, "-m", "pipeline", "report", str(EXAMPLE), "--out", scratch],
            "(a) import pandas + great_expectations": [py, "-c", "import pandas, great_expectations"],
            "(b) plain script": [
                py,
                str(Path(__file__).with_name("plain.py")),
                str(EXAMPLE),
                str(form),
                scratch,
            ],
            "rules list": [py, "-m", "pipeline", "rules", "list"],
            "--help": [py, "-m", "pipeline", "--help"],
        }
        seconds: dict[str, list[float]] = {name: [] for name in commands}
        for turn in range(runs + 1):  # the first turn warms the disk and the bytecode and is not counted
            for name, command in commands.items():
                took = timed(command, env)
                if turn:
                    seconds[name].append(took)
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    ours = medians["report, one department"]
    print(f"{runs} runs each, in turn; seconds: median (min–max); ratio: report ÷ this")
    for name, values in seconds.items():
        ratio = ours / medians[name]
        print(f"{name:42} {medians[name]:6.2f} ({min(values):.2f}–{max(values):.2f})   {ratio:.2f}")


if __name__ == "__main__":
    main()
