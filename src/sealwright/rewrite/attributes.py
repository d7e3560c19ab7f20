"""What a file has besides its contents, and must still have after it was replaced.

Kept: permission bits; owner and group; on Linux extended attributes, access control lists among them. Not kept:
timestamps (the contents are new), and access control lists and flags of macOS and Windows.
"""

from __future__ import annotations

import os
import stat
import sys

from sealwright.errors import RewriteError

_ABOUT_CONTENTS = {"security.capability", "security.ima", "security.evm"}
"""Attributes that vouch for the old contents; on new contents they would be false."""


if sys.platform == "win32":

    def keep_attributes(fd: int, status: os.stat_result, source: int) -> None:
        """Nothing to keep: what Windows has instead of modes comes from the directory."""

    def usual_attributes(fd: int) -> None:
        """Nothing to set, for the same reason."""

else:

    def keep_attributes(fd: int, status: os.stat_result, source: int) -> None:
        """Give the open new file `fd` what the old one had: `status`, and the attributes of the open file `source`.

        Raises `RewriteError` if the new file would belong to another user than the old one. A group that this user
        may not give away is lost, and its permissions are narrowed to those of everybody: nobody gains access.
        """
        mode = stat.S_IMODE(status.st_mode)
        if not _keep_owner(fd, status):
            mode = mode & 0o707 | mode & 0o070 & (mode & 0o007) << 3
        _keep_extended(fd, source)
        os.fchmod(fd, mode)

    def usual_attributes(fd: int) -> None:
        """Give the open new file, which only its owner can read yet, the mode that the user's new files have."""
        mask = os.umask(0o077)
        os.umask(mask)
        os.fchmod(fd, 0o666 & ~mask)

    def _keep_owner(fd: int, status: os.stat_result) -> bool:
        """Whether the group could be kept; an owner that cannot be kept is refused."""
        made = os.fstat(fd)
        if (made.st_uid, made.st_gid) == (status.st_uid, status.st_gid):
            return True
        try:
            os.fchown(fd, status.st_uid, status.st_gid)
        except PermissionError:
            if made.st_uid == status.st_uid:
                return False
            raise RewriteError(
                "belongs to another user, and replacing it would change that",
                hint="run as the user who owns the file, or take ownership of it first",
            ) from None
        return True


if sys.platform == "linux":

    def _keep_extended(fd: int, source: int) -> None:
        """Best effort: a filesystem may have no such attributes, and some may be set by the system only."""
        try:
            wanted = set(os.listxattr(source)) - _ABOUT_CONTENTS
            present = set(os.listxattr(fd))
        except OSError:
            return
        for name in present - wanted:  # a directory's default list must not widen who may read the file
            _remove(fd, name)
        for name in wanted:
            _copy(source, fd, name)

    def _remove(fd: int, name: str) -> None:
        try:
            os.removexattr(fd, name)
        except OSError:
            pass

    def _copy(source: int, fd: int, name: str) -> None:
        try:
            os.setxattr(fd, name, os.getxattr(source, name))
        except OSError:
            pass

else:

    def _keep_extended(fd: int, source: int) -> None:
        """Only Linux offers them to Python."""
