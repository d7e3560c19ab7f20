"""The door: arguments to a pipeline, results to a reporter, an exit code. With the hooks, the only place that prints.

`commands` knows what each command does; here is what they have in common. One handler tells three stories: what the
person can fix, that they stopped it, or that we have a bug.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from sealwright.errors import ExitCode, SealwrightError

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code. `argv` defaults to the process's own arguments."""
    _make_streams_safe()
    try:
        from sealwright.cli.commands import run

        return int(run(sys.argv[1:] if argv is None else argv))
    except SealwrightError as error:
        show_error(error)
        return int(error.exit_code)
    except KeyboardInterrupt:
        sys.stderr.write("\ninterrupted: nothing was left half done\n")
        return int(ExitCode.INTERRUPTED)
    except BrokenPipeError:
        # The reader (`| head`) has gone; Python would complain once more while closing stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return int(ExitCode.INCOMPLETE)
    except Exception as error:  # noqa: BLE001 - the one handler for our own bugs
        from sealwright.cli.crash import crash_report

        sys.stderr.write(crash_report(error))
        return int(ExitCode.INCOMPLETE)


def show_error(error: SealwrightError) -> None:
    """An error as people see it: what, where, what to do now."""
    sys.stderr.write(f"error: {error}\n")
    if error.hint:
        sys.stderr.write(f"hint:  {error.hint}\n")


def _make_streams_safe() -> None:
    """A console that cannot show a character shows an escape instead of failing; line ends are ours everywhere."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace", newline="\n")
