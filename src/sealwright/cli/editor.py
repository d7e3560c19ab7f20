"""The person's editor: which one, run until it ends, and kept from writing copies elsewhere where it can be told to."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, NamedTuple

from sealwright.errors import SealwrightError, UsageError

if TYPE_CHECKING:
    from types import FrameType, TracebackType

_STOPPING = () if sys.platform == "win32" else (signal.SIGTERM, signal.SIGHUP)
_AT_ONCE = 1.0
"""Seconds within which nobody opens an editor, looks at a text and closes it again."""
_GRACE = 2.0
_VIM = frozenset({"vim", "nvim", "gvim"})
_VIM_OPTIONS = ("-n", "-i", "NONE", "-c", "set nobackup nowritebackup noundofile")
"""No swap file, no registers in ~/.viminfo, no backups and no undo files, wherever the person's settings put them."""


class EditorEnded(NamedTuple):
    """How it was. `at_once`: as quickly as an editor ends that has handed the file to a window."""

    at_once: bool


def editor_command() -> list[str]:
    """The words of $VISUAL or $EDITOR. Raises UsageError where neither is set."""
    text = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    try:
        words = shlex.split(text, posix=os.name == "posix")
    except ValueError:
        raise UsageError("$VISUAL or $EDITOR has a quote that is not closed", hint="mend it") from None
    if not words:
        hint = "set EDITOR to one that waits until the file is closed: EDITOR=vim, EDITOR='code --wait'"
        raise UsageError("no editor is set", hint=hint)
    program = os.path.basename(os.path.realpath(_found(words[0]))).partition(".")[0]
    return [*words, *_VIM_OPTIONS] if program in _VIM else words


def run_editor(command: list[str], path: str, folder: str) -> EditorEnded:
    """Let the person edit. Raises SealwrightError if the editor fails, KeyboardInterrupt if it is interrupted."""
    started = time.monotonic()
    before = signal.signal(signal.SIGINT, _pass)
    try:
        code = _run([*command, path], folder)
    finally:
        signal.signal(signal.SIGINT, before)
    if code in {-signal.SIGINT, 128 + signal.SIGINT}:
        raise KeyboardInterrupt
    if code:
        raise SealwrightError(f"the editor ended with code {code}: nothing was changed", hint="start again")
    return EditorEnded(time.monotonic() - started < _AT_ONCE)


def _run(command: list[str], folder: str) -> int:
    try:
        process = subprocess.Popen(command, env={**os.environ, "TMPDIR": folder})
    except OSError as error:
        hint = "set VISUAL or EDITOR to one that is installed"
        raise UsageError(f"the editor cannot be started: {error.strerror}", place=command[0], hint=hint) from None
    try:
        return process.wait()
    except BaseException:
        _stop(process)
        raise


def _found(program: str) -> str:
    """Where a program of that name is, as the system would find it."""
    paths = (os.path.join(folder, program) for folder in os.get_exec_path())
    return next((path for path in paths if os.access(path, os.X_OK)), program)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Stoppable:
    """A `with` block in which being asked to stop (SIGTERM, SIGHUP) unwinds as Ctrl-C does, so that all is wiped."""

    def __enter__(self) -> None:
        self._before = {number: signal.signal(number, _unwind) for number in _STOPPING}

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)


def _unwind(_number: int, _frame: FrameType | None) -> None:
    for number in (signal.SIGINT, *_STOPPING):
        signal.signal(number, signal.SIG_IGN)  # what follows must not be stopped half-way
    raise KeyboardInterrupt


def _pass(_number: int, _frame: FrameType | None) -> None:
    """Nothing: Ctrl-C is for the editor, which has got it as well. SIG_IGN would be passed on to it."""
