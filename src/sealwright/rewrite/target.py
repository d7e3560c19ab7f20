"""One file that is to be rewritten: where it really is, whether it may be replaced, and what it holds now."""

from __future__ import annotations

import os
import stat

from sealwright.errors import RewriteError
from sealwright.rewrite import lock
from sealwright.rewrite.attributes import keep_attributes

_CHUNK = 1 << 20


class Target:
    """A regular file, found through links, with the status it had when it was found.

    `name` is the path as the caller wrote it; `path` is where the file is. Raises `RewriteError` if it is missing,
    not a regular file, read-only, or has more than one name; `OSError` if the system refuses a look at it.
    """

    __slots__ = ("fd", "name", "path", "status")

    def __init__(self, name: str) -> None:
        self.name = name
        self.fd = lock.NO_FD
        self.path = _resolve(name)
        self.status = os.lstat(self.path)
        _refuse_unfit(self.status)

    @property
    def identity(self) -> tuple[int, int] | str:
        """The same for every way to write the file's path. Some filesystems on Windows number no files."""
        status = self.status
        return (status.st_dev, status.st_ino) if status.st_ino else os.path.normcase(self.path)

    def hold(self) -> None:
        """Open the file and lock it until `release`, where files can be held at all.

        Raises `RewriteError` if another process holds it or has just replaced it, `OSError` if it may not be
        written.
        """
        self.fd = os.open(self.path, lock.FLAGS)
        if lock.try_lock(self.fd) is lock.Lock.BUSY:
            raise RewriteError(
                "another process is rewriting it", hint="wait until the other run has ended, then run again"
            )
        if not lock.HOLDS_FILES:
            self.release()
        # The lock is on the open file; only now is it sure whether that is still the one at the path.
        elif not os.path.samestat(os.fstat(self.fd), self.status):
            raise _changed()
        self.refuse_replaced()

    def dress(self, fd: int) -> None:
        """Give the open new file what this one has besides its contents. Raises what `keep_attributes` raises."""
        keep_attributes(fd, self.status, self.fd)

    def release(self) -> None:
        """Close the file; its lock ends."""
        fd, self.fd = self.fd, lock.NO_FD
        lock.close(fd)

    def refuse_replaced(self) -> None:
        """Raises `RewriteError` if another file stands at the path than the one that was found there."""
        if not os.path.samestat(os.lstat(self.path), self.status):
            raise _changed()

    def refuse_changed(self, before: bytes) -> None:
        """Raises `RewriteError` unless the file is the one that was found and holds exactly `before`."""
        self.refuse_replaced()
        if self.standing(self.fd) != before:
            raise _changed()

    def standing(self, *held: int) -> bytes:
        """The bytes at the path now; read through one of the `held` files if it is the one that stands there.

        Where locks are mandatory (SMB), only the holder may read.
        """
        status = os.lstat(self.path)
        for fd in held:
            if fd != lock.NO_FD and os.path.samestat(os.fstat(fd), status):
                return _read(fd)
        return read_standing(self.path)


def read_standing(path: str) -> bytes:
    """The bytes of the file at the path, never through a link. Raises `OSError`."""
    fd = os.open(path, lock.FLAGS)
    try:
        return _read(fd)
    finally:
        lock.close(fd)


def _resolve(name: str) -> str:
    try:
        return os.path.realpath(name, strict=True)
    except FileNotFoundError:
        if os.path.islink(name):
            raise RewriteError("is a symbolic link that leads nowhere", hint="repair or remove the link") from None
        raise RewriteError("does not exist", hint="check the path, and run again") from None
    except ValueError:  # a NUL in a name, or one that the filesystem's encoding cannot express
        raise RewriteError("is not a possible path", hint="check the path, and run again") from None


def _refuse_unfit(status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise RewriteError("is not a regular file", hint="name the file itself; only regular files are rewritten")
    if status.st_nlink > 1:
        raise RewriteError(
            f"has {status.st_nlink} names (hard links), and replacing it would part them",
            hint="replace the other names by copies or symbolic links, then run again",
        )
    if not status.st_mode & 0o222:
        raise RewriteError("is read-only", hint="make it writable (chmod u+w), then run again")


def _changed() -> RewriteError:
    return RewriteError("changed since it was read", hint="run again; the file's current contents will be used")


def _read(fd: int) -> bytes:
    os.lseek(fd, 0, os.SEEK_SET)
    chunks = []
    while chunk := os.read(fd, _CHUNK):
        chunks.append(chunk)
    return b"".join(chunks)
