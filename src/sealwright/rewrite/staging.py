"""New contents, written to a temporary file beside their target and then put in its place in one step.

A temporary file holds only what will stand in the target, is readable by its owner only until it is complete, and is
locked from its creation on. Once it has taken the target's place, the lock guards the target.
"""

from __future__ import annotations

import errno
import os
import sys
import time
from typing import TYPE_CHECKING

from sealwright.rewrite import lock
from sealwright.rewrite.leftovers import temporary_name

if TYPE_CHECKING:
    from sealwright.rewrite.newcomer import Newcomer
    from sealwright.rewrite.target import Target

_ATTEMPTS = 20 if sys.platform == "win32" else 1
_PAUSE_SECONDS = 0.05
_NAMES = 100
_NO_SUCH_FLUSH = {errno.EINVAL, errno.ENOTSUP, errno.ENOSYS}


class Staged:
    """A temporary file: `path`, and `fd` while it is open and locked. Made known before it exists, so that an
    interruption at any moment finds it."""

    __slots__ = ("fd", "path")

    def __init__(self, path: str) -> None:
        self.path = path
        self.fd = lock.NO_FD

    def release(self) -> None:
        """Close the file; its lock ends."""
        fd, self.fd = self.fd, lock.NO_FD
        lock.close(fd)

    def discard(self) -> None:
        """Remove the temporary file, if it is still there. Never raises: a later run removes what stays."""
        try:
            os.unlink(self.path)
        except OSError:
            pass


def stage(target: Target | Newcomer, content: bytes, known: list[Staged]) -> Staged:
    """Write `content` to a new temporary file beside the target, dressed as the target, and flush it.

    Every file that is created is added to `known` first. Raises `OSError` (no space, directory not writable), or
    `RewriteError` if the target's owner cannot be kept.
    """
    staged = _create(target, known)
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(staged.fd, rest) :]
    target.dress(staged.fd)
    os.fsync(staged.fd)
    if not lock.HOLDS_FILES:
        staged.release()
    return staged


def _create(target: Target | Newcomer, known: list[Staged]) -> Staged:
    directory, basename = os.path.split(target.path)
    for _ in range(_NAMES):
        staged = Staged(os.path.join(directory, temporary_name(directory, basename)))
        known.append(staged)
        try:
            staged.fd = os.open(staged.path, lock.FLAGS | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            known.remove(staged)
            continue
        # Between its creation and its locking another run may have taken the file for a leftover.
        if lock.try_lock(staged.fd) is not lock.Lock.BUSY and os.fstat(staged.fd).st_nlink:
            return staged
        staged.release()
        staged.discard()
    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))


def put_in_place(staged: Staged, target: Target | Newcomer) -> None:
    """Replace the target by the temporary file, in one step that either happened or did not.

    On Windows a virus scanner or an indexer may hold the target for a moment; there it is tried for a second.
    """
    for attempt in range(_ATTEMPTS):
        try:
            os.replace(staged.path, target.path)
        except PermissionError:
            if attempt + 1 == _ATTEMPTS:
                raise
        else:
            return
        time.sleep(_PAUSE_SECONDS)


def take_away(target: Newcomer | Target) -> None:
    """Remove a file: one that is to go, or one that was put in place a moment ago. Raises `OSError`."""
    os.unlink(target.path)


if sys.platform == "win32":

    def flush_directory(directory: str) -> None:
        """Nothing to do: directories cannot be flushed here."""

else:

    def flush_directory(directory: str) -> None:
        """Make replaced names durable, where directories can be flushed. Raises `OSError` if the disk fails."""
        try:
            fd = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except PermissionError:  # a directory may be writable without being readable
            return
        try:
            os.fsync(fd)
        except OSError as error:
            if error.errno not in _NO_SUCH_FLUSH:
                raise
        finally:
            lock.close(fd)
