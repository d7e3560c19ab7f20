"""Advisory locks on open files, where the system and the filesystem have them.

A lock belongs to the open file and ends with it: a killed process leaves no lock behind. On Windows an open file
cannot be replaced, so there files are closed at once and nothing is locked; two runs at the same time are then held
apart only by the comparison with what was read.
"""

from __future__ import annotations

import errno
import os
import sys
from enum import Enum

HOLDS_FILES = sys.platform != "win32"
"""Whether files stay open, and locked, for the whole transaction."""

NO_FD = -1
"""Stands for a file that is not open."""

FLAGS: int = (
    os.O_RDWR  # an exclusive lock on NFS needs a file that is open for writing
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
"""How every file of a transaction is opened: never through a link, never waiting, bytes as they are."""

_SPARE = 64
_BUSY = {errno.EAGAIN, errno.EACCES}


class Lock(Enum):
    """What became of an attempt to lock."""

    HELD = "held"
    BUSY = "busy"
    ABSENT = "absent"


if sys.platform == "win32":

    def _flock(fd: int) -> None:  # noqa: ARG001
        raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))

    def make_room(files: int) -> None:
        """Nothing to do: files are not held open here."""

    def most_files() -> int:
        """There is no limit that can be asked for."""
        return 0

else:
    import fcntl

    def _flock(fd: int) -> None:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def make_room(files: int) -> None:
        """Raise this process's soft limit of open files so that `files` more can be held, as far as permitted.

        Every file of a transaction is held open twice (as it was and as it will be); the usual limits are 1024 on
        Linux and 256 on macOS. Never lowers the limit, never raises an error: opening will tell.
        """
        if files + _SPARE <= 256:
            return
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = files + _SPARE if hard == resource.RLIM_INFINITY else min(files + _SPARE, hard)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            try:
                resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            except (OSError, ValueError):
                pass

    def most_files() -> int:
        """How many files this process may have open; 0 for any number."""
        import resource

        soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        return 0 if soft == resource.RLIM_INFINITY else soft


def try_lock(fd: int) -> Lock:
    """Lock the open file exclusively, without waiting. `ABSENT` where there are no such locks."""
    if not HOLDS_FILES:
        return Lock.ABSENT
    try:
        _flock(fd)
    except OSError as error:
        return Lock.BUSY if error.errno in _BUSY else Lock.ABSENT
    return Lock.HELD


def close(fd: int) -> None:
    """Close the file, and with it its lock. Never raises: everything that matters was flushed before."""
    if fd == NO_FD:
        return
    try:
        os.close(fd)
    except OSError:
        pass
