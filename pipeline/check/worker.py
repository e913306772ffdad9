"""The second process of a run: imports Great Expectations, then runs suites until its input ends.

Started by ``pipeline.check.session``. A request is a pickled list of ``suites.run`` arguments on standard input, an answer a
pickled ``(True, [result, …])`` or ``(False, traceback)`` on standard output; what a library prints goes to standard error.
"""

from __future__ import annotations

import gc
import pickle
import sys
import traceback


def main() -> None:
    """Serve requests until standard input is closed."""
    answers, sys.stdout = sys.stdout.buffer, sys.stderr
    requests = sys.stdin.buffer
    from pipeline.check import suites

    suites.preload()
    gc.disable()  # it lives for one run
    while True:
        try:
            sent = pickle.load(requests)
        except EOFError:
            return
        try:
            answer = (True, [suites.run(*each) for each in sent])
        except Exception:
            answer = (False, traceback.format_exc())
        pickle.dump(answer, answers, protocol=pickle.HIGHEST_PROTOCOL)
        answers.flush()


if __name__ == "__main__":
    main()
