"""What the Word documents add to a run: loading the templates (while the checks run) and writing the three documents.

``python -m tests.bench.word``: medians over several writings, in milliseconds; for people, no test.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from pipeline import outputs_word, run
from pipeline.check.session import Checker
from pipeline.report import word
from tests.build_example import EXAMPLE


def main() -> None:
    with Checker(beside=False) as checker:
        assessed = run.assess(run.Request(EXAMPLE, beside=False), checker, lambda _: None, fill=True)
    loading, writing = [], []
    with tempfile.TemporaryDirectory() as scratch:
        for _ in range(7):
            word._loaded.cache_clear()
            start = time.perf_counter()
            outputs_word.prepare(assessed.outcome.figures)
            loading.append(time.perf_counter() - start)
            start = time.perf_counter()
            outputs_word.write_documents(Path(scratch), assessed)
            writing.append(time.perf_counter() - start)
    for name, seconds in (("loading the templates", loading), ("writing the documents", writing)):
        print(f"{name}: {1000 * statistics.median(seconds):.0f} ms")


if __name__ == "__main__":
    main()
