"""Saying what went wrong: where, what to do, and how the files stand. Never what they hold."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

from sealwright.errors import RewriteError, SealwrightError

if TYPE_CHECKING:
    from collections.abc import Mapping

_UNTOUCHED = "every file is as it was"
_HINTS = {
    errno.EACCES: "make the file and its directory writable for this user, then run again",
    errno.EPERM: "the system does not permit it; look for immutable files or a sandbox, then run again",
    errno.EROFS: "the filesystem is mounted read-only; work on a writable copy",
    errno.ENOSPC: "free some space on this filesystem, then run again",
    errno.EDQUOT: "the disk quota is used up; free some space, then run again",
    errno.EFBIG: "the file would be larger than this process may write; raise the limit (ulimit -f), then run again",
    errno.EMFILE: "rewrite fewer files at a time, or raise the limit of open files (ulimit -n)",
    errno.ENFILE: "rewrite fewer files at a time, or raise the limit of open files (ulimit -n)",
    errno.ENAMETOOLONG: "the path is too long to put a temporary file beside the file; shorten it, then run again",
    errno.EIO: "the disk or the network filesystem reports an error; look into the system's log",
}


def refusal(error: Exception, place: str) -> RewriteError:
    """What to raise for `error` after every file was put back; `place` is the path that was being worked on."""
    message, hint = _describe(error)
    at = getattr(error, "place", "") or place
    return RewriteError(f"{message}; {_UNTOUCHED}", hint=hint, place=at)


def unrestored(error: BaseException, place: str, stuck: Mapping[str, str]) -> RewriteError:
    """What to raise if files could not be put back. `stuck` says for each of them, by path, what stands there."""
    message, _ = _describe(error)
    states = "; ".join(f"{path} {state}" for path, state in stuck.items())
    return RewriteError(
        f"{message}; and not every file could be put back: {states}; every other file is as it was",
        hint="restore the files named here from Git, then run again",
        place=getattr(error, "place", "") or place,
    )


def cause(error: BaseException) -> BaseException | None:
    """The error as a cause, if its text is known to hold no contents; a parser's message may quote what it read."""
    return error if isinstance(error, (SealwrightError, OSError, KeyboardInterrupt)) else None


def _describe(error: BaseException) -> tuple[str, str]:
    if isinstance(error, SealwrightError):
        return error.message, error.hint
    if isinstance(error, OSError):
        hint = _HINTS.get(error.errno or 0, "see the system's error, remove its cause, then run again")
        return f"could not be rewritten ({error.strerror or type(error).__name__})", hint
    kind = type(error).__name__
    if isinstance(error, Exception):
        return f"could not be rewritten ({kind})", "this is a defect; please report it with the name of the error"
    return f"was being rewritten when the run was stopped ({kind})", ""
