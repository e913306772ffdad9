"""The regulation as data: rubrics per region and year, complete in themselves, refused when anything is wrong.

``load`` is the door; it happens before a submission is read. How to add a rubric: README.md beside this file.
"""

from __future__ import annotations

from pipeline.model_rubric import Rubric
from pipeline.rules.differences import Difference, diff_lines, differences, paired
from pipeline.rules.shelf import (
    RUBRICS,
    SOURCES,
    Available,
    available,
    check_all,
    for_projects,
    load,
    load_file,
    named,
    official_folder,
    path_of,
    sources,
    words,
)
from pipeline.rules.shown import assumed_line, list_json, list_lines, show_json, show_lines, trial_line

__all__ = [
    "RUBRICS",
    "SOURCES",
    "Available",
    "Difference",
    "Rubric",
    "assumed_line",
    "available",
    "check_all",
    "diff_lines",
    "differences",
    "for_projects",
    "list_json",
    "list_lines",
    "load",
    "load_file",
    "named",
    "official_folder",
    "paired",
    "path_of",
    "show_json",
    "show_lines",
    "sources",
    "trial_line",
    "words",
]
