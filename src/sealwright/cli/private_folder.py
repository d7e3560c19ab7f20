"""A folder in memory for values in clear while a person edits them: for its owner alone, and wiped whatever happens.

It lies on a file system that is no disk (Linux: tmpfs, ramfs). What editors leave beside the file, backups and swap
files, lies in the folder, too, and is overwritten and removed with it. Folders of runs that were killed are found by
their locks, which ended with those runs.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from sealwright.cli.streams import complain
from sealwright.errors import SealwrightError, UsageError
from sealwright.rewrite.interrupts import Uninterrupted

if TYPE_CHECKING:
    from types import TracebackType

    from sealwright.plaintext import Plaintext

_PREFIX = "sealwright-edit-"
_LOCK = ".lock"
_IN_MEMORY = frozenset({"tmpfs", "ramfs"})
_MOUNTS = "/proc/self/mountinfo"
_NO_FOLLOW: int = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_HINT = "--allow-disk uses the disk's temporary folder; what was overwritten there may still be read from the device"


class PrivateFolder:
    """For a `with` block, which wipes it at its end. Raises UsageError where there is no memory to put it in."""

    def __init__(self, *, allow_disk: bool = False) -> None:
        self._parent = _memory() or (_disk() if allow_disk else "")
        if not self._parent:
            raise UsageError("there is no file system in memory to put the values on", hint=_HINT)
        self.path = ""
        self._lock = -1

    def __enter__(self) -> PrivateFolder:  # noqa: PYI034 - `Self` is not in Python 3.10
        _sweep(self._parent)
        path = os.path.join(self._parent, f"{_PREFIX}{os.urandom(8).hex()}")
        try:
            os.mkdir(path, 0o700)
            self.path = path
            self._lock = os.open(os.path.join(path, _LOCK), os.O_RDWR | os.O_CREAT | os.O_EXCL | _NO_FOLLOW, 0o600)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise SealwrightError(f"no private folder can be made: {reason}", place=self._parent) from None
        _try_lock(self._lock)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with Uninterrupted():
            gone = not self.path or _wipe(self.path)
        if not gone:
            complain(f"error: {self.path}: could not be wiped\nhint:  remove this folder; it holds values in clear\n")
        if self._lock >= 0:
            os.close(self._lock)

    def put(self, name: str, content: bytes) -> None:
        """A new file of mode 0600; the folders in its name are made."""
        descriptor = os.open(self._below(name), os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW, 0o600)
        with open(descriptor, "wb") as file:
            file.write(content)

    def link(self, name: str, target: str) -> None:
        """A link to a file elsewhere, which is not wiped."""
        os.symlink(target, self._below(name))

    def _below(self, name: str) -> str:
        path = os.path.join(self.path, *name.split("/"))
        os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)
        return path

    def write(self, name: str, content: Plaintext) -> str:
        """The content in a new file of mode 0600; its path."""
        path = os.path.join(self.path, name)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW, 0o600)
        with open(descriptor, "wb") as file:
            file.write(content.reveal())
        return path


def _memory() -> str:
    """A folder on a file system in memory that this user may write to; '' where there is none."""
    for folder in (os.environ.get("XDG_RUNTIME_DIR", ""), "/dev/shm", "/run/shm"):  # noqa: S108 - it is looked at
        if os.path.isabs(folder) and os.access(folder, os.W_OK | os.X_OK) and _type_of(folder) in _IN_MEMORY:
            return os.path.realpath(folder)
    return ""


def _disk() -> str:
    from tempfile import gettempdir

    return os.path.realpath(gettempdir())


def _type_of(folder: str) -> str:
    """The type of the file system that holds a folder, as Linux tells it: its mount is the longest one that fits.

    Source: proc_pid_mountinfo(5).
    """
    real = os.path.join(os.path.realpath(folder), "")
    best, found = -1, ""
    try:
        with open(_MOUNTS, encoding="utf-8", errors="surrogateescape") as file:
            for line in file:
                before, _, after = line.partition(" - ")
                mount = before.split(" ")[4].replace("\\040", " ")
                if real.startswith(os.path.join(mount, "")) and len(mount) >= best:  # a later mount hides earlier ones
                    best, found = len(mount), after.split(" ")[0]
    except (OSError, IndexError):
        return ""
    return found


def _sweep(parent: str) -> None:
    """Wipe what killed runs of this user left. Best effort."""
    try:
        names = [name for name in os.listdir(parent) if name.startswith(_PREFIX)]
    except OSError:
        return
    for name in names:
        path = os.path.join(parent, name)
        try:
            lock = os.open(os.path.join(path, _LOCK), os.O_RDWR | _NO_FOLLOW)
        except OSError:  # somebody else's, or one that is just being made
            continue
        if _try_lock(lock):
            _wipe(path)
        os.close(lock)


def _wipe(path: str) -> bool:
    """Overwrite and remove every file below, the lock last; whether all of it is gone."""
    for folder, folders, names in os.walk(path, topdown=False):
        for name in sorted(names, key=lambda name: name == _LOCK):
            _wipe_file(os.path.join(folder, name))
        for name in folders:
            _remove_folder(os.path.join(folder, name))
    return _remove_folder(path)


def _wipe_file(path: str) -> None:
    try:
        if not os.path.islink(path):
            descriptor = os.open(path, os.O_WRONLY | _NO_FOLLOW | getattr(os, "O_NONBLOCK", 0))
            try:
                os.write(descriptor, bytes(os.fstat(descriptor).st_size))
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
    except OSError:  # a socket, or read-only: removing it is what counts
        pass
    try:
        os.unlink(path)
    except OSError:
        pass


def _remove_folder(path: str) -> bool:
    try:
        os.unlink(path) if os.path.islink(path) else os.rmdir(path)
    except OSError:
        return False
    return True


if sys.platform == "win32":

    def _try_lock(descriptor: int) -> bool:  # noqa: ARG001
        return False

else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
