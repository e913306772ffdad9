"""The few reasons to stop at once.

Data problems are values (``model.Finding``), bugs are ordinary exceptions. Only what makes a run impossible to
begin or to finish is a ``CannotRun``: no readable form of ours, a missing or broken rubric, spec or map, an output
folder that cannot be written. The command line turns it into one sentence and exit code 2.
"""

from __future__ import annotations


class CannotRun(Exception):
    """A run cannot begin or finish. ``message`` is one Chinese sentence that says what, where and the way out.

    ``file`` and ``line`` name the data file at fault (a rubric, a spec, a map), if there is one. ``english`` is the
    same sentence for ``--lang en``, given where a person's own files or folders are at fault.
    """

    def __init__(
        self, message: str, *, file: str | None = None, line: int | None = None, english: str | None = None
    ):
        super().__init__(message)
        self.message = message
        self.english = english
        self.file = file
        self.line = line

    def __str__(self) -> str:
        where = f"{self.file}" if self.file else ""
        if where and self.line:
            where += f" 第 {self.line} 行"
        return f"{where}:{self.message}" if where else self.message
