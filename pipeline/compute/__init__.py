"""Computing: a submission and a rubric become figures, each with what it was made from. Pure: no I/O, no clock.

``score.compute`` is the door; ``formulas`` and ``rates`` are the arithmetic, ``measures*`` what a rule takes from the
submission. Rubrics name both, they never contain them.
"""
