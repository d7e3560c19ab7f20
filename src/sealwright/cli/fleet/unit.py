"""`python -I -m sealwright.cli.fleet.unit COMMAND...`: a command for one repository of a fleet, in its checkout.

It ends with the process that started it, whatever ends that one: its standard input is a pipe that nobody writes into.
"""

from __future__ import annotations

import os
import sys
import threading

from sealwright.cli import main


def attached(argv: list[str]) -> int:
    """Run the command; returns its exit code."""
    leash = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    threading.Thread(target=_end_with_the_other, args=(leash,), daemon=True).start()
    return main(argv)


def _end_with_the_other(leash: int) -> None:
    """Wait for the end of the pipe; then nothing of this command goes on, nor what it started."""
    while os.read(leash, 1):
        pass
    if os.name == "posix" and os.getpgrp() == os.getpid():
        import signal

        os.killpg(0, signal.SIGKILL)
    os._exit(3)


if __name__ == "__main__":
    sys.exit(attached(sys.argv[1:]))
