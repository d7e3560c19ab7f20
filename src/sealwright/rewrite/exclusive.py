"""A lock for what only one process may do at a time, for as long as that process lives."""

from __future__ import annotations

import os

from sealwright.rewrite.lock import Lock, try_lock


def hold(path: str) -> int | None:
    """Make and lock a file until the process ends or the descriptor is closed; None if it is taken. Raises OSError."""
    fd = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0), 0o600)
    if try_lock(fd) is Lock.BUSY:
        os.close(fd)
        return None
    return fd


def hold_abandoned(path: str) -> int | None:
    """Lock a file that `hold` made, where nobody holds it any more; None if somebody does, or if nobody can tell."""
    try:
        fd = os.open(path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0))
    except OSError:
        return None
    if try_lock(fd) is Lock.HELD:
        return fd
    os.close(fd)
    return None
