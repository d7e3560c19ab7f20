"""One file that is to be created: where it will be, and that nothing is there yet."""

from __future__ import annotations

import os
import sys

from sealwright.errors import RewriteError
from sealwright.rewrite import lock
from sealwright.rewrite.attributes import usual_attributes
from sealwright.rewrite.target import read_standing


class Newcomer:
    """A name in an existing folder, found through links, at which nothing stands.

    `name` is the path as the caller wrote it; `path` is where the file will be. Raises `RewriteError` if something
    is there, or if the folder is missing.
    """

    __slots__ = ("fd", "name", "path")

    def __init__(self, name: str) -> None:
        self.name = name
        self.fd = lock.NO_FD
        folder, basename = os.path.split(name)
        try:
            self.path = os.path.join(os.path.realpath(folder or os.curdir, strict=True), basename)
            os.lstat(os.path.join(self.folder, os.curdir))
        except (FileNotFoundError, NotADirectoryError):
            raise RewriteError("is in a folder that does not exist", hint="make the folder, then run again") from None
        except ValueError:  # a NUL in a name, or one that the filesystem's encoding cannot express
            raise _impossible() from None
        if "\0" in basename or not basename:
            raise _impossible()
        self.refuse_replaced()

    @property
    def identity(self) -> tuple[int, int] | str:
        """The same for every way to write the file's path, as far as letters of either case are told apart."""
        return os.path.normcase(self.path)

    @property
    def folder(self) -> str:
        """Where the file will be."""
        return os.path.dirname(self.path)

    def hold(self) -> None:
        """There is nothing to hold yet: runs that create are kept apart by `hold_folder`."""

    def dress(self, fd: int) -> None:
        """Give the open new file the attributes of any new file."""
        usual_attributes(fd)

    def release(self) -> None:
        """Nothing was held."""

    def refuse_replaced(self) -> None:
        """Raises `RewriteError` if something stands at the path."""
        if os.path.lexists(self.path):
            raise RewriteError(
                "came into being since it was looked for", hint="run again; what it holds now will be used"
            )

    def standing(self, *held: int) -> bytes | None:
        """The bytes at the path now, None for nothing. Raises `OSError` if what is there cannot be read."""
        del held
        return read_standing(self.path) if os.path.lexists(self.path) else None


def _impossible() -> RewriteError:
    return RewriteError("is not a possible path", hint="check the path, and run again")


if sys.platform == "win32":

    def hold_folder(folder: str) -> int:
        """Folders cannot be locked here."""
        del folder
        return lock.NO_FD

else:

    def hold_folder(folder: str) -> int:
        """Lock a folder in which files are to be created, until the file descriptor is closed.

        Raises `RewriteError` if another run is creating files there, `OSError` if the folder cannot be opened.
        """
        fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        if lock.try_lock(fd) is lock.Lock.BUSY:
            lock.close(fd)
            raise RewriteError(
                "another process is creating files in this folder",
                hint="wait until the other run has ended, then run again",
            )
        return fd
