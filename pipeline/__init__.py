"""绩效 (jixiao): from filled Excel templates to the official self-assessment workbook, every number with its source.

Nothing is imported here on purpose: ``--help``, ``templates`` and ``explain`` must not pay for what they do not use.
"""

__version__ = "0.1.0"
