"""All files or none: the only code that writes manifests.

Everything that can fail comes first (locks, space, permissions, a last look at what is there, the caller's check);
then each file is replaced in one step. A process that is killed at any moment leaves each file entirely old or
entirely new, and temporary files that the next run in the same directories removes.

Temporary files hold new contents only. The one exception is putting back: then the old contents pass through a
temporary file, because that is what will stand in the target.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from sealwright.errors import RewriteError
from sealwright.rewrite import failure, lock
from sealwright.rewrite.interrupts import Uninterrupted
from sealwright.rewrite.leftovers import sweep
from sealwright.rewrite.member import Member
from sealwright.rewrite.newcomer import Newcomer, hold_folder
from sealwright.rewrite.staging import flush_directory

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sealwright.rewrite.staging import Staged


_SPARE = 100
"""Files that may be open beside those of a transaction: connections, folders, a journal, libraries."""


class FileChange(NamedTuple):
    """A file's bytes as they were read and as they shall be.

    `before` is None for a file that is to be created, `after` for one that is to be removed.

    `path` is a path of the operating system, relative to the working directory or absolute; bytes that are not
    UTF-8 are surrogate escapes. Links are followed: the file they lead to is replaced, the link stays.
    """

    path: str
    before: bytes | None
    after: bytes | None

    def __repr__(self) -> str:
        return f"FileChange({self.path!r})"  # the bytes may hold secrets


def commit(changes: Sequence[FileChange], *, check: Callable[[FileChange], None] | None = None) -> list[str]:
    """Give every file its new bytes, or none; returns the paths written, in the order given.

    A file whose `before` is None is created, in a folder that exists; one whose `after` is None is removed. A change
    whose `before` equals `after` is skipped. `check` is called for each of the others when all new contents are staged
    and nothing is replaced yet; whatever it raises stops the transaction. Permission bits, owner, group and, on Linux,
    extended attributes are kept; timestamps are new.

    Raises `RewriteError`, with every file as it was, if a file is missing (or there, where it is to be created), not
    regular, read-only, has hard links, belongs to somebody else, is named twice, is being rewritten by another process
    or does not hold `before`; if `check` raises an `Exception`; and for every `OSError`. `KeyboardInterrupt` and
    `SystemExit` are raised again once every file is as it was. If files cannot be put back, the `RewriteError` says
    which, and what they hold.
    """
    transaction = _Transaction()
    try:
        transaction.prepare([change for change in changes if change.before != change.after])
        transaction.verify(check)
        transaction.replace()
    except BaseException as error:
        with Uninterrupted():
            stuck = transaction.undo()
            transaction.close()
        if stuck:
            raise failure.unrestored(error, transaction.at, stuck) from failure.cause(error)
        if not isinstance(error, Exception):
            raise
        raise failure.refusal(error, transaction.at) from failure.cause(error)
    with Uninterrupted():  # the work is done: a Ctrl-C in this last moment must not claim that nothing was
        transaction.close()
    return [member.target.name for member in transaction.members]


def check_room(files: int) -> None:
    """See that so many files can be changed at once, before other work is done for it.

    Every file is held open twice meanwhile. Raises RewriteError where the process may not, its limit raised if need be.
    """
    lock.make_room(2 * files + _SPARE)
    most = lock.most_files()
    if most and 2 * files + _SPARE > most:
        hint = "raise the limit (ulimit -n), or change a folder at a time"
        raise RewriteError(f"{files:,} files are too many for one step: this process may open {most:,}", hint=hint)


def tidy(paths: Sequence[str]) -> None:
    """Remove what a killed run left beside these files; what cannot be removed, or belongs to a running one, stays."""
    folders: dict[str, list[str]] = {}
    for path in paths:
        folder, name = os.path.split(path)
        folders.setdefault(os.path.realpath(folder or os.curdir), []).append(name)
    for folder, names in folders.items():
        sweep(folder, names)


class _Transaction:
    """The steps of a commit, and the way back. `at` is the path being worked on, for messages."""

    def __init__(self) -> None:
        self.members: list[Member] = []
        self.temporaries: list[Staged] = []
        self.folders: list[int] = []
        self.at = ""

    def prepare(self, changes: Sequence[FileChange]) -> None:
        """Find, lock and stage every file."""
        lock.make_room(2 * len(changes))
        for change in changes:
            self.at = change.path
            self.members.append(Member(*change))
        self._refuse_twins()
        self._hold_folders()
        # In one order for every run: of two runs over the same files, one gets through.
        for member in sorted(self.members, key=lambda member: member.target.path):
            self.at = member.target.name
            member.target.hold()
        for directory, basenames in self._directories().items():
            sweep(directory, basenames)
        for member in self.members:
            self.at = member.target.name
            member.stage(self.temporaries)

    def verify(self, check: Callable[[FileChange], None] | None) -> None:
        """See that every file still holds what was read, and let the caller look at what it will hold."""
        for member in self.members:
            self.at = member.target.name
            member.refuse_changed()
            if check is not None:
                check(FileChange(member.target.name, member.before, member.after))

    def replace(self) -> None:
        """Replace every file, looking once more right before each: checks may have taken their time."""
        for member in self.members:
            self.at = member.target.name
            member.replace()
        for directory in self._directories():
            flush_directory(directory)

    def undo(self) -> dict[str, str]:
        """Put every file back and remove the temporary files; what could not be put back, by path, and its state."""
        for staged in self.temporaries:  # first, for they take up space that putting back may need
            staged.discard()
        states = {
            member.target.name: member.put_back(self.temporaries) for member in reversed(self.members) if member.begun
        }
        return {path: state for path, state in states.items() if state}

    def close(self) -> None:
        """Let go of every file and lock."""
        for staged in self.temporaries:
            staged.release()
        for member in self.members:
            member.target.release()
        while self.folders:
            lock.close(self.folders.pop())

    def _hold_folders(self) -> None:
        """Lock each folder in which something is created, so that of two runs that create one file one gets through."""
        new = {member.target.folder: member.target for member in self.members if isinstance(member.target, Newcomer)}
        for folder in sorted(new):
            self.at = new[folder].name
            self.folders.append(hold_folder(folder))
            new[folder].refuse_replaced()

    def _refuse_twins(self) -> None:
        seen: dict[object, str] = {}
        for member in self.members:
            self.at = member.target.name
            twin = seen.get(member.target.identity)
            if twin is not None:
                raise RewriteError(f"is the same file as {twin}", hint="name each file once")
            seen[member.target.identity] = member.target.name

    def _directories(self) -> dict[str, list[str]]:
        directories: dict[str, list[str]] = {}
        for member in self.members:
            directory, basename = os.path.split(member.target.path)
            directories.setdefault(directory, []).append(basename)
        return directories
