"""Checking: prepared frames, Great Expectations suites, reconciliations, findings with their cells.

Two passes: the inputs before computing (:mod:`inputs`), the outcome after it (:mod:`outcome`).
"""
