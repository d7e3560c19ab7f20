"""Standard streams as they are in the wild: closed, full, unable to show a character, read by nobody."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from sealwright.errors import UsageError
from sealwright.report.wording import printable

if TYPE_CHECKING:
    from sealwright.errors import SealwrightError


def make_safe() -> None:
    """A console that cannot show a character shows an escape instead of failing; line ends are ours everywhere.

    Where stdout or stderr is closed, the null device takes its place, so that no file that is opened later does.
    """
    for number, name in ((1, "stdout"), (2, "stderr")):
        stream = getattr(sys, name)
        if stream is None:
            _fill(number)
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - lives as long as the process
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace", newline="\n")


def standard_input(what: str = "a file") -> bytes:
    """All of it. Raises UsageError where it is closed; `what` is what should be piped into it."""
    if sys.stdin is None:
        raise UsageError("standard input is closed", hint=f"pipe {what} into it, or name files")
    return sys.stdin.buffer.read()


def complain(text: str) -> None:
    """Text to stderr. Where nobody can be told, the exit code still says it."""
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except (OSError, ValueError):
        _silence(sys.stderr.fileno())


def show_error(error: SealwrightError) -> None:
    """An error as people see it: what, where, what to do now."""
    hint = f"hint:  {printable(error.hint)}\n" if error.hint else ""
    complain(f"error: {printable(str(error))}\n{hint}")


def give_up_on_stdout() -> None:
    """After stdout has failed: Python would fail once more while closing it, and change the exit code."""
    _silence(sys.stdout.fileno())


def _silence(descriptor: int) -> None:
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, descriptor)
    os.close(null)


def _fill(number: int) -> None:
    """Occupy a standard descriptor that is closed. Whatever was opened in its place meanwhile keeps it."""
    try:
        os.fstat(number)
    except OSError:
        null = os.open(os.devnull, os.O_RDWR)
        if null != number:
            os.dup2(null, number)
            os.close(null)
