"""The door: arguments to a pipeline, results to a reporter, an exit code. With the hooks, the only place that prints.

`commands` knows what each command does; here is what they have in common. One handler tells three stories: what the
person can fix, that they stopped it, or that we have a bug.
"""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

from sealwright.cli.streams import complain, give_up_on_stdout, make_safe
from sealwright.cli.streams import show_error as show_error
from sealwright.errors import ExitCode, SealwrightError

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code. `argv` defaults to the process's own arguments."""
    make_safe()
    # A command lives for a moment, and what it makes many of does not go in circles: collecting would be a tenth of it.
    gc.set_threshold(100_000, 50, 50)
    try:
        return _run(sys.argv[1:] if argv is None else argv)
    except SealwrightError as error:
        show_error(error)
        return int(error.exit_code)
    except KeyboardInterrupt:
        complain("\ninterrupted: nothing was left half done\n")
        return int(ExitCode.INTERRUPTED)
    except BrokenPipeError:
        give_up_on_stdout()  # the reader (`| head`) has gone and wants no message
        return int(ExitCode.INCOMPLETE)
    except Exception as error:  # noqa: BLE001 - the one handler for our own bugs
        return _failed(error)


def _run(argv: Sequence[str]) -> int:
    from sealwright.cli.commands import run

    try:
        code = int(run(argv))
    except SystemExit as stop:  # --help has been shown
        code = stop.code if isinstance(stop.code, int) else int(ExitCode.CLEAN)
    sys.stdout.flush()
    return code


def _failed(error: Exception) -> int:
    """A stdout that takes no more is the machine's state, not our bug. Exit code 3 either way."""
    if isinstance(error, OSError) and _stdout_is_unusable():
        give_up_on_stdout()
        reason = error.strerror or type(error).__name__
        complain(f"error: standard output cannot be written: {reason}\nhint:  the report is not complete\n")
        return int(ExitCode.INCOMPLETE)
    from sealwright.cli.crash import crash_report

    complain(crash_report(error))
    return int(ExitCode.INCOMPLETE)


def _stdout_is_unusable() -> bool:
    try:
        sys.stdout.write("\n")
        sys.stdout.flush()
    except (OSError, ValueError):
        return True
    return False
