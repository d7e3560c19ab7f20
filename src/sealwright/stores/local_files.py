"""The files of the local store: read and replaced whole, for their owner alone, one writer at a time.

A file is written beside its place, flushed to the disk and renamed, so that a process that is killed, or a disk that is
full, leaves the old one or the new one. What a killed process left lying beside is removed by the next writer.
"""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SUFFIX = ".sealwright"
_TEMPORARY = ".new-"
_LOCK = "lock"
_PRIVATE = 0o700
_WAIT_SECONDS = 30.0
_PAUSE_SECONDS = 0.01
_MOST_BYTES = 64 * 1024 * 1024
_ALONE = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


def read(path: str) -> bytes | None:
    """The bytes of a file, None where there is none. Raises OSError, also for what is a link or no file."""
    try:
        fd = os.open(path, os.O_RDONLY | _ALONE | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError:
        return None
    with open(fd, "rb") as file:
        return file.read(_MOST_BYTES + 1)


def file_names(folder: str) -> Iterator[str]:
    """The names of the store's files; none where there is no such folder. Raises OSError."""
    try:
        names = os.listdir(folder)
    except FileNotFoundError:
        return
    yield from (name for name in names if name.endswith(SUFFIX) and not name.startswith("."))


class Writing:
    """The folder, made where it is missing, for one writer inside of the `with` block. Raises OSError.

    Holds for threads as for processes: every use opens the lock's file anew.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._fd = -1

    def __enter__(self) -> Writing:  # noqa: PYI034 - `Self` is not in Python 3.10
        os.makedirs(self._folder, _PRIVATE, exist_ok=True)
        path = os.path.join(self._folder, _LOCK)
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | _ALONE, 0o600)
        try:
            _wait(self._fd)
        except BaseException:
            os.close(self._fd)
            raise
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._fd)

    def tidy(self) -> None:
        """Remove what killed writers left: under the lock, whatever is unfinished is nobody's."""
        for name in os.listdir(self._folder):
            if name.startswith(_TEMPORARY):
                os.unlink(os.path.join(self._folder, name))

    def put(self, name: str, content: bytes, *, new: bool = False) -> None:
        """The file with this content, in place of an old one unless `new`: then raises FileExistsError."""
        path = os.path.join(self._folder, name)
        temporary = os.path.join(self._folder, f"{_TEMPORARY}{os.getpid()}-{name}")
        try:
            fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _ALONE, 0o600)
            with open(fd, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(fd)
            if new and os.path.lexists(path):
                raise FileExistsError(path)
            os.replace(temporary, path)
        except BaseException:
            if os.path.lexists(temporary):
                os.unlink(temporary)
            raise
        _flush_folder(self._folder)

    def remove(self, name: str) -> None:
        """Remove a file. Raises OSError."""
        os.unlink(os.path.join(self._folder, name))
        _flush_folder(self._folder)


def _wait(fd: int) -> None:
    end = time.monotonic() + _WAIT_SECONDS
    while not _is_locked(fd):
        if time.monotonic() > end:
            raise BlockingIOError("another run holds it")
        time.sleep(_PAUSE_SECONDS)


if sys.platform == "win32":
    import msvcrt

    def _is_locked(fd: int) -> bool:
        try:
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _flush_folder(folder: str) -> None:
        """A rename is as lasting as the system makes it."""

else:
    import fcntl

    def _is_locked(fd: int) -> bool:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _flush_folder(folder: str) -> None:
        """As lasting as the filesystem makes it: some cannot flush a folder."""
        fd = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(fd)
        except OSError:
            pass
        finally:
            os.close(fd)
