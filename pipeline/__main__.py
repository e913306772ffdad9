"""The door of the program: for a command that checks, the checking process is started before the commands are loaded.

Great Expectations takes longest to come up, so nothing is worth waiting for first. Everything else: ``commands``.
"""

from __future__ import annotations

import sys

_CHECKING = ("report", "check", "monitor")


def main() -> None:
    """Run the command a person typed; exit codes as ``commands`` says."""
    if sys.argv[1:2] and sys.argv[1] in _CHECKING and "--help" not in sys.argv:
        from pipeline.check import session

        session.start_early()
    from pipeline import commands

    commands.main()


if __name__ == "__main__":
    main()
