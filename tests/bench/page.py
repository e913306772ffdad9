"""`python -m tests.bench.page`: 核查报告.html with 3,000 findings: its size, writing it, opening it, finding in it, printing it.

Opening is measured by Chromium itself: from the start of the navigation to the end of ``load``, and to the first
frame painted after it. Medians of several runs in new tabs of one browser.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from tests.report.chromium import Chromium
from tests.report.page_case import Pages, findings

LOADED = "performance.getEntriesByType('navigation')[0].loadEventEnd"
PAINTED = "new Promise(done => requestAnimationFrame(() => setTimeout(() => done(performance.now()), 0)))"
SOUGHT = (
    "(() => {const form = document.getElementById('filter'), from = performance.now();"
    "form.elements.text.value = '第〔2998〕处'; form.dispatchEvent(new Event('change'));"
    "document.body.offsetHeight; return performance.now() - from})()"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--findings", type=int, default=3000)
    parser.add_argument("--runs", type=int, default=7)
    asked = parser.parse_args()
    pages, records = Pages(), findings(asked.findings)
    loaded, painted, sought, wrote = [], [], [], []
    with tempfile.TemporaryDirectory() as scratch, Chromium() as browser:
        path = Path(scratch) / "page.html"
        for _ in range(asked.runs + 1):
            start = time.perf_counter()
            pages.write(path, records)
            wrote.append(time.perf_counter() - start)
            tab = browser.open(path)
            painted.append(tab.run(PAINTED) / 1000)
            loaded.append(tab.run(LOADED) / 1000)
            sought.append(tab.run(SOUGHT) / 1000)
            tab.close()
        tab = browser.open(path)
        start = time.perf_counter()
        paper = len(tab.paper())
        printing = time.perf_counter() - start
        size = path.stat().st_size
    print(
        f"{asked.findings} findings: {size / 1e6:.2f} MB; seconds: median (min–max) of {asked.runs}, the first not counted"
    )
    for name, values in (
        ("written", wrote),
        ("loaded", loaded),
        ("painted", painted),
        ("first search", sought),
    ):
        print(f"{name:14} {statistics.median(values[1:]):6.3f} ({min(values[1:]):.3f}–{max(values[1:]):.3f})")
    print(f"printed        {printing:6.1f} (once; {paper / 1e6:.1f} MB of PDF)")


if __name__ == "__main__":
    main()
