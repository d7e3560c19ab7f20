"""What temporary files are called, and how those of killed runs are found and removed.

The name is `.{basename}.{16 hex digits}.sealwright-tmp`. A run locks its temporary files for as long as it lives, so
one that can be locked belongs to nobody any more.
"""

from __future__ import annotations

import os
import re
import stat
import sys
from typing import TYPE_CHECKING

from sealwright.rewrite import lock

if TYPE_CHECKING:
    from collections.abc import Collection

SUFFIX = ".sealwright-tmp"

_RANDOM_BYTES = 8
_ENDING = re.compile(r"\.[0-9a-f]{16}" + re.escape(SUFFIX))
_ENDING_LENGTH = 1 + 2 * _RANDOM_BYTES + len(SUFFIX)
_NAME_LIMIT = 255


def temporary_name(directory: str, basename: str) -> str:
    """A new random name for a temporary file beside `basename`, no longer than the directory's filesystem takes."""
    prefix = temporary_prefix(basename, _name_limit(directory))
    return f"{prefix}.{os.urandom(_RANDOM_BYTES).hex()}{SUFFIX}"


def temporary_prefix(basename: str, limit: int) -> str:
    """What the names of a target's temporary files start with; `limit` is the longest possible name, in bytes.

    A name that is too long is cut at a whole character, and told apart from others by a checksum of all of it.
    """
    room = limit - _ENDING_LENGTH - 1
    whole = os.fsencode(basename)
    if len(whole) <= room:
        return f".{basename}"
    from binascii import crc32

    mark = f"~{crc32(whole):08x}"
    while basename and len(os.fsencode(basename)) + len(mark) > room:
        basename = basename[:-1]
    return f".{basename}{mark}"


def _name_limit(directory: str) -> int:
    if sys.platform != "win32":
        try:
            return os.pathconf(directory, "PC_NAME_MAX")
        except (OSError, ValueError):
            pass
    return _NAME_LIMIT


def sweep(directory: str, basenames: Collection[str]) -> None:
    """Remove the temporary files that killed runs left in the directory. Best effort, never raises.

    The caller holds the targets called `basenames`. Where there are no locks only their leftovers are removed;
    should one belong to a run that is alive, that run fails and puts everything back.
    """
    try:
        names = [name for name in os.listdir(directory) if name.endswith(SUFFIX)]
    except OSError:
        return
    limit = _name_limit(directory) if names else _NAME_LIMIT
    own = {temporary_prefix(basename, limit) for basename in basenames} if names else set()
    for name in names:
        if _ENDING.fullmatch(name[-_ENDING_LENGTH:]):
            _remove_stale(os.path.join(directory, name), own=name[:-_ENDING_LENGTH] in own)


def _remove_stale(path: str, *, own: bool) -> None:
    fd = lock.NO_FD
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            return
        fd = os.open(path, lock.FLAGS)
        held = lock.try_lock(fd)
        if not lock.HOLDS_FILES:
            lock.close(fd)
            fd = lock.NO_FD
        if held is lock.Lock.HELD or (held is lock.Lock.ABSENT and own):
            os.unlink(path)
    except OSError:
        pass
    finally:
        lock.close(fd)
