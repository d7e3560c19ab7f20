"""Running a program on a terminal of its own, as a person does."""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

if sys.platform != "win32":
    import pty


class Ended(NamedTuple):
    """Exit code (negative for a signal), and everything that was shown."""

    code: int
    shown: str


def on_terminal(
    *command: str,
    cwd: Path,
    env: Mapping[str, str],
    typed: bytes = b"",
    meanwhile: Callable[[int, int], None] | None = None,
) -> Ended:
    """Run it to its end. `typed` waits in the terminal; `meanwhile` is called again and again (process, terminal).

    What does not end within a minute is killed.
    """
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(cwd)
        os.execvpe(command[0], list(command), dict(env))
    if typed:
        os.write(terminal, typed)
    shown = b""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        ready, _, _ = select.select([terminal], [], [], 0.05)
        if meanwhile is not None:
            meanwhile(process, terminal)
        try:
            part = os.read(terminal, 65536) if ready else b"-"
        except OSError:  # on Linux, how a terminal without a program says that it has ended
            break
        if not part:
            break
        shown += part if ready else b""
    else:
        os.kill(process, signal.SIGKILL)
    _, status = os.waitpid(process, 0)
    os.close(terminal)
    return Ended(os.waitstatus_to_exitcode(status), shown.decode(errors="replace").replace("\r\n", "\n"))
