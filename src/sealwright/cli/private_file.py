"""Where an opened value may be written: a new file for its owner alone, and never one that git would pick up."""

from __future__ import annotations

import os
import stat
import sys
from typing import TYPE_CHECKING

from sealwright.errors import SealwrightError, UsageError

if TYPE_CHECKING:
    from sealwright.plaintext import Plaintext

_ELSEWHERE = "write it outside of the repository, or to a path that .gitignore names"


def write_private(path: str, content: Plaintext) -> None:
    """The content in a new file of mode 0600. Raises UsageError where git would see it, or where something stands."""
    _refuse_in_git(path)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(path, flags, 0o600)
    except FileExistsError:
        raise UsageError("it exists already", place=path, hint="name a new file, or remove that one first") from None
    except OSError as error:
        raise _failed(path, error) from None
    try:
        with open(descriptor, "wb") as file:
            file.write(content.reveal())
    except OSError as error:
        os.unlink(path)
        raise _failed(path, error) from None


def write_stdout(content: Plaintext) -> None:
    """The content to standard output, unless that leads into a file that git would see."""
    path = _stdout_file()
    if path:
        _refuse_in_git(path)
    sys.stdout.flush()
    sys.stdout.buffer.write(content.reveal())
    sys.stdout.buffer.flush()


def _refuse_in_git(path: str) -> None:
    """Raises UsageError for a file inside a git work tree that git does not ignore, through whatever links."""
    from sealwright.manifest.git import find_repository

    folder = os.path.realpath(os.path.dirname(path) or os.curdir)
    if not os.path.isdir(folder):
        raise UsageError("there is no such folder", place=path, hint="make it, or check the path")
    repository = find_repository(folder)
    if repository is None:
        return
    root = os.path.realpath(repository.root)
    relative = os.path.relpath(os.path.join(folder, os.path.basename(path)), root).replace(os.sep, "/")
    if not relative.startswith("../") and not repository.ignores(relative):
        raise UsageError("this file lies in a git repository, and git does not ignore it", place=path, hint=_ELSEWHERE)


def _stdout_file() -> str:
    """The path of the file that standard output was redirected into; '' where it is none, or nobody can tell."""
    try:
        descriptor = sys.stdout.fileno()
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return ""
        path = _path_of(descriptor)
    except (OSError, ValueError):
        return ""
    return path if os.path.exists(path) else ""


def _path_of(descriptor: int) -> str:
    """The name of an open file, as Linux and macOS tell it. Raises OSError, where they do not and on Windows."""
    if sys.platform == "darwin":
        import fcntl

        name = fcntl.fcntl(descriptor, fcntl.F_GETPATH, bytes(1024))
        return os.fsdecode(name.rstrip(b"\0"))
    return os.readlink(f"/proc/self/fd/{descriptor}")


def _failed(path: str, error: OSError) -> SealwrightError:
    reason = error.strerror or type(error).__name__
    return SealwrightError(f"cannot be written: {reason}", place=path, hint="check the folder and the disk")
