"""A program run within limits: of time, of what it writes, of memory. Nothing it started outlives it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from typing import IO, TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MOST_WORDS: Final = 64 * 1024


class Limits(NamedTuple):
    """Seconds for the whole run, bytes of output, and of data in memory where the system can be told so (0: any)."""

    seconds: float
    output: int
    memory: int = 0


class Finished(NamedTuple):
    """How a program ended. `stopped` says why it was stopped; its words (`errors`) may hold values: never show them."""

    code: int
    output: bytes
    errors: bytes
    stopped: str = ""

    def __repr__(self) -> str:
        return f"Finished({self.code})"


def run_limited(
    command: Sequence[str], cwd: str, environment: Mapping[str, str], limits: Limits, *, leash: bool = False
) -> Finished:
    """Run a program to its end, or to one of the limits. `command` begins with an absolute path.

    Its standard input is empty; on a `leash` it is a pipe that has no content either, but ends only with this process.
    """
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env=environment,
        stdin=subprocess.PIPE if leash else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    _limit_memory(process.pid, limits.memory)
    late = threading.Event()

    def stop() -> None:
        late.set()
        _kill(process)

    timer = threading.Timer(limits.seconds, stop)
    timer.start()
    words: list[bytes] = []
    listener = threading.Thread(target=_drain, args=(process.stderr, words), daemon=True)
    listener.start()
    try:
        output = process.stdout.read(limits.output + 1) if process.stdout is not None else b""
        too_much = len(output) > limits.output
        if too_much:
            _kill(process)
        code = process.wait()
        listener.join()
    finally:
        timer.cancel()
        if process.poll() is None:
            _kill(process)
        for pipe in (process.stdout, process.stdin):
            pipe.close() if pipe is not None else None
    stopped = f"took longer than {limits.seconds:g} seconds" if late.is_set() else ""
    stopped = f"wrote more than {limits.output // 1048576} MiB" if too_much else stopped
    return Finished(code, b"" if stopped else output, b"".join(words), stopped)


def _drain(stream: IO[bytes], words: list[bytes]) -> None:
    """Keep the beginning of what a program says, and read the rest so that it does not wait."""
    with stream:
        words.append(stream.read(_MOST_WORDS))
        while stream.read(_MOST_WORDS):
            pass


def _limit_memory(pid: int, most: int) -> None:
    if not most or sys.platform != "linux":
        return
    import resource

    try:
        resource.prlimit(pid, resource.RLIMIT_DATA, (most, most))
    except (OSError, ValueError):
        pass  # it has ended already, or the system does not permit it


def _kill(process: subprocess.Popen[bytes]) -> None:
    """The program and whatever it started; nothing where it has ended."""
    try:
        if os.name == "posix":
            import signal

            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    except (ProcessLookupError, PermissionError):
        pass
