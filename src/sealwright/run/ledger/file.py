"""The ledger's file: where it is, how it is read, and how it is written so that only its owner ever reads it.

It lies in the user's own folder for state, outside of every repository; `.gitignore` keeps it out of a repository that
holds that whole folder. It is replaced as a whole under a lock; where that cannot be done nothing is written.
"""

from __future__ import annotations

import os
import sys
import time

MOST_BYTES = 4 * 1024 * 1024
_NAME = "ledger"
_WAITS = 40
_PAUSE_SECONDS = 0.05
_PRIVATE = 0o700
_EVERYONE_ELSE = 0o077


def state_folder() -> str:
    """The folder for state of this user, '' where none is known (XDG Base Directory Specification; Known Folders)."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA", "")
    else:
        base = os.environ.get("XDG_STATE_HOME", "")
        if not os.path.isabs(base):  # the specification: such a value is to be ignored
            home = os.path.expanduser("~")
            base = os.path.join(home, ".local", "state") if os.path.isabs(home) else ""
    return os.path.join(base, "sealwright") if base else ""


def read(folder: str) -> bytes | None:
    """The ledger's bytes, None where there is none. Raises OSError, also where others could read or change it."""
    try:
        fd = os.open(os.path.join(folder, _NAME), os.O_RDONLY | _no_link())
    except FileNotFoundError:
        return None
    with open(fd, "rb") as file:
        status = os.fstat(fd)
        if sys.platform != "win32" and (status.st_uid != os.geteuid() or status.st_mode & _EVERYONE_ELSE):
            raise PermissionError("others can read it")
        return file.read(MOST_BYTES + 1)


class Locked:
    """The ledger's folder, made where it is missing, and locked inside of the `with` block. Raises OSError."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._fd = -1

    def __enter__(self) -> Locked:  # noqa: PYI034 - `Self` is not in Python 3.10
        os.makedirs(self._folder, _PRIVATE, exist_ok=True)
        os.chmod(self._folder, _PRIVATE)
        self._fd = os.open(os.path.join(self._folder, "lock"), os.O_RDWR | os.O_CREAT | _no_link(), 0o600)
        try:
            _wait_for_lock(self._fd)
        except BaseException:
            os.close(self._fd)
            raise
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._fd)

    def write(self, content: bytes) -> None:
        """Replace the ledger."""
        _replace(os.path.join(self._folder, ".gitignore"), b"*\n")
        _replace(os.path.join(self._folder, _NAME), content)


def _replace(path: str, content: bytes) -> None:
    temporary = f"{path}.{os.getpid()}"
    try:
        fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _no_link(), 0o600)
        with open(fd, "wb") as file:
            file.write(content)
        os.replace(temporary, path)
    except BaseException:
        if os.path.lexists(temporary):
            os.unlink(temporary)
        raise


def _no_link() -> int:
    return getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


if sys.platform == "win32":

    def _wait_for_lock(fd: int) -> None:
        """Nothing to wait for: of two runs at the same moment the later one's entries stay."""

else:
    import fcntl

    def _wait_for_lock(fd: int) -> None:
        for _ in range(_WAITS):
            if _is_locked(fd):
                return
            time.sleep(_PAUSE_SECONDS)
        raise BlockingIOError("another run holds it")

    def _is_locked(fd: int) -> bool:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
