"""Files that outputs write: some grow while a run goes on, and what is there is a true beginning whatever stops it."""

from __future__ import annotations

import os
import stat
from typing import IO, TYPE_CHECKING, Any

from sealwright.errors import SealwrightError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_AT_ONCE = 1 << 16


class Streamed:
    """Takes text and writes it in the order in which it comes, in large pieces. Never more than one piece is held."""

    def __init__(self, path: str) -> None:
        """Empties the file, or begins to write to a device or a pipe. Raises SealwrightError where it cannot."""
        self.path = path
        self._waiting: list[bytes] = []
        self._size = 0
        try:
            self._file: IO[bytes] = open(path, "ab" if is_stream(path) else "wb", buffering=0)  # noqa: SIM115
        except OSError as error:
            raise unwritable(path, error) from None

    def write(self, lines: Iterable[str]) -> None:
        """Whole lines."""
        for line in lines:
            piece = line.encode("utf-8", "backslashreplace")
            self._waiting.append(piece)
            self._size += len(piece)
            if self._size >= _AT_ONCE:
                self.flush()

    def flush(self) -> None:
        """Everything so far is in the file."""
        rest = memoryview(b"".join(self._waiting))
        self._waiting, self._size = [], 0
        try:
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            raise unwritable(self.path, error) from None

    def close(self) -> None:
        """The end of the file."""
        try:
            self.flush()
        finally:
            self._file.close()

    def abandon(self) -> None:
        """What was not written by now never is; the file ends where it does, with a whole line."""
        self._file.close()


class Growing:
    """An output that is one file, which has every account as soon as it is there. What is there stays: it is true."""

    def __init__(self) -> None:
        self._file: Streamed | None = None

    def open(self, path: str) -> None:
        """An empty file."""
        self._file = Streamed(path)

    def close(self, _summary: Mapping[str, Any]) -> None:
        """Nothing more comes."""
        if self._file is not None:
            self._file.close()

    def abandon(self) -> None:
        """The file ends where it does."""
        if self._file is not None:
            self._file.abandon()

    def _append(self, lines: Iterable[str]) -> None:
        """All of them are in the file when the next account is asked for."""
        if self._file is not None:
            self._file.write(lines)
            self._file.flush()


def check(path: str) -> None:
    """Raises SealwrightError where no file can be written at the end: better now than when a long run is over."""
    folder = os.path.dirname(os.path.realpath(path))
    if os.path.isdir(path):
        raise SealwrightError("the report cannot be written: it is a folder", place=path, hint="name a file")
    if not os.path.isdir(folder) or not os.access(folder, os.W_OK | os.X_OK):
        raise SealwrightError("the report cannot be written there", place=path, hint="check the folder")


def folder(path: str) -> None:
    """Makes a folder, unless it is there. Raises SealwrightError where it cannot."""
    try:
        os.makedirs(path, exist_ok=True)
    except OSError as error:
        raise unwritable(path, error) from None


def beside(path: str) -> str:
    """The name under which a file is written until it is complete. Raises as `check`, and for what is no file."""
    if is_stream(path):
        raise SealwrightError("the report cannot be written there: it is no regular file", place=path)
    check(path)
    return f"{os.path.realpath(path)}.{os.getpid()}.tmp"


def put(temporary: str, path: str) -> None:
    """A complete file to its place."""
    try:
        os.replace(temporary, os.path.realpath(path))
    except OSError as error:
        discard(temporary)
        raise unwritable(path, error) from None


def discard(temporary: str) -> None:
    """Nothing is left of a file that was not completed."""
    if os.path.lexists(temporary):
        os.unlink(temporary)


def unwritable(path: str, error: OSError) -> SealwrightError:
    """What is said where a report cannot be written."""
    reason = error.strerror or type(error).__name__
    return SealwrightError(f"the report cannot be written: {reason}", place=path, hint="check the folder")


def is_stream(path: str) -> bool:
    """Whether what is there must not be emptied: a device, a pipe, or what stands for the program's own output."""
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return False
    return os.path.abspath(path).startswith("/dev/") or not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))
