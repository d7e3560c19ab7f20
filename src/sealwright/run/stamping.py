"""Stamps of what was sealed, kept in a lock file beside the configuration and written with the files they speak of.

The lock file is named by no path of a manifest: an item is found in it by its bytes, wherever it was moved to.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, NamedTuple

from sealwright.config import LOCK_NAME
from sealwright.errors import ConfigurationError, StampError
from sealwright.rewrite.transaction import FileChange
from sealwright.sealing.stamp_lines import read_stamps, write_stamps
from sealwright.sealing.stamps import Book, Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sealwright.config import StampRules
    from sealwright.manifest.git import Repository
    from sealwright.sealing.stamps import Stamp

_MAX_BYTES = 32 * 1024 * 1024
_FLAGS: int = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


class Keeping(NamedTuple):
    """Whether stamps are kept, the file of the key that signs them ('' for none), and whose signatures are believed."""

    keep: bool = True
    key_file: str = ""
    trusted: tuple[str, ...] = ()


def with_stamps(
    changes: Sequence[FileChange],
    stamps: Iterable[Stamp],
    repository: Repository | None,
    keeping: Keeping = Keeping(),  # noqa: B008 - immutable
) -> list[FileChange]:
    """The changes and that of the lock file, for one transaction; the same changes where no stamps are kept.

    Stamps are added, never taken away: what is gone from this branch may still stand in another.

    Raises StampError where the lock file cannot be used, KeyFileError for a key that cannot sign, ConfigurationError
    for one whose signatures nobody believes.
    """
    new = list(stamps)
    if repository is None or not new or not keeping.keep:
        return list(changes)
    before = lock_content(repository)
    entries = [*read_stamps(before or b"", LOCK_NAME), *entries_of(new, keeping)]
    return [*changes, lock_change(repository, before, entries)]


def lock_content(repository: Repository) -> bytes | None:
    """The bytes of the lock file, None where there is none. Raises StampError."""
    return _content(os.path.join(repository.root, LOCK_NAME))


def lock_change(repository: Repository, before: bytes | None, entries: Iterable[Entry]) -> FileChange:
    """The lock file with these entries, in place of what it was."""
    newline = "\r\n" if before and b"\r\n" in before else "\n"
    path = os.path.relpath(os.path.join(repository.root, LOCK_NAME))
    return FileChange(path, before, write_stamps(entries, newline))


def kept_stamps(repository: Repository | None, rules: StampRules, *, staged: bool = False) -> Book:
    """The stamps of a repository, ready to be asked; of the index where that is verified. Raises StampError."""
    if repository is None:
        return Book(())
    data = _staged(repository) if staged else lock_content(repository)
    entries = read_stamps(data or b"", LOCK_NAME)
    if not rules.required or not entries:
        return Book(entries)
    from sealwright.sealing.stamp_signing import doubts

    return Book(entries, doubts(rules.trusted))


def entries_of(stamps: Sequence[Stamp], keeping: Keeping) -> list[Entry]:
    """Stamps as they are kept, signed where there is a key. Raises KeyFileError, ConfigurationError."""
    if not keeping.key_file:
        return [Entry(stamp) for stamp in stamps]
    from sealwright.sealing.stamp_signing import load_signing_key

    key = load_signing_key(keeping.key_file)
    if key.public not in keeping.trusted:
        hint = f"add it to `stamps` in .sealwright.yaml, as `trusted: [{key.public}]`"
        raise ConfigurationError("nobody believes what is signed with this key", place=keeping.key_file, hint=hint)
    return [key.sign(stamp) for stamp in stamps]


def _content(path: str) -> bytes | None:
    """The bytes of the lock file, None where there is none. Never follows a link and never waits for a pipe."""
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            hint = f"remove it, and get {LOCK_NAME} back from Git"
            raise StampError("it is not a regular file", place=LOCK_NAME, hint=hint)
        with open(path, "rb", opener=lambda name, _: os.open(name, _FLAGS)) as file:
            data = file.read(_MAX_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise StampError(f"cannot be read: {reason}", place=LOCK_NAME, hint="check its permissions") from None
    if len(data) > _MAX_BYTES:
        raise _too_large()
    return data


def _staged(repository: Repository) -> bytes | None:
    """What the index holds: stamps that are not staged are not in the commit."""
    found = [entry.oid for entry in repository.indexed() if entry.path == LOCK_NAME.encode()]
    if not found:
        return None
    [data] = repository.blobs(found[:1], _MAX_BYTES)
    if data is None:
        raise _too_large()
    return data


def _too_large() -> StampError:
    hint = "the stamps of a hundred thousand items need less; restore it from Git"
    return StampError("it is larger than 32 MiB", place=LOCK_NAME, hint=hint)
