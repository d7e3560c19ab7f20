"""Private keys from what people keep: PEM files, and backups of the controller's key Secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.errors import KeyFileError
from sealwright.finding import Problem
from sealwright.manifest.source import decode
from sealwright.plaintext import Plaintext
from sealwright.sealing import pem
from sealwright.sealing.keys import load_private_keys
from sealwright.sealing.scheme import CannotOpen, open_sealed, seal
from sealwright.verify.keys.backup import BackupKey, Unusable, backup_keys, is_backup

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sealwright.sealing.keys import PrivateKey

_MAX_BYTES = 32 * 1024 * 1024


class Keyring(NamedTuple):
    """`keys` open what the controller opens; `retired` ones would open more, but their Secrets take them out of use.

    `newest` is the key that the controller seals with now, as far as the backup tells: the one whose certificate starts
    last, or the only one. None where keys without certificates leave it open.

    `unread` is what is wrong with which entries of which files, where that is no error (`read_keyring`).
    """

    keys: tuple[PrivateKey, ...]
    retired: tuple[BackupKey, ...] = ()
    newest: PrivateKey | None = None
    unread: tuple[tuple[str, Unusable], ...] = ()

    @property
    def problems(self) -> list[Problem]:
        """The same for a report."""
        return [_problem(path, entry) for path, entry in self.unread]


def _problem(path: str, entry: Unusable) -> Problem:
    message = f"{entry.entry}: {entry.error.message}" if entry.entry else entry.error.message
    return Problem(path, message, entry.line, 1 if entry.line else 0, entry.error.hint)


def load_keyring(paths: Iterable[str], *, retired_suffice: bool = False) -> Keyring:
    """Every private key of every file, each once; a key that any file gives for use is in use.

    No key is put to the arithmetic check, which takes 0.3 s at 4096 bits, ten seconds for a backup of three years.
    Instead each has to open, in 2 ms, what is sealed with its own public half. That finds damage; who can tamper with
    the key file could exchange it as a whole anyway.

    Raises KeyFileError for a file that holds none or a broken one, and when all keys are out of use, unless those do:
    whoever opens what a controller does not open any more has no other.
    """
    keyring = read_keyring(paths, retired_suffice=retired_suffice)
    if keyring.unread:
        raise _one_error(keyring.unread)
    return keyring


def read_keyring(paths: Iterable[str], *, retired_suffice: bool = False) -> Keyring:
    """As `load_keyring`, but entries of a backup with which something is wrong are left in `unread`, for a report.

    Raises KeyFileError all the same where no key is left, and for PEM files, which are one entry each.
    """
    found: dict[str, BackupKey] = {}
    unread: list[tuple[str, Unusable]] = []
    for path in paths:
        for entry in _load(path):
            if isinstance(entry, Unusable):
                unread.append((path, entry))
                continue
            before = found.get(entry.key.fingerprint, entry)
            if before is entry or entry.in_use:
                found[entry.key.fingerprint] = entry._replace(since=entry.since or before.since)
    used = [entry for entry in found.values() if entry.in_use]
    keys = tuple(entry.key for entry in used)
    retired = tuple(entry for entry in found.values() if not entry.in_use)
    if unread and not found:
        raise _one_error(unread)
    if retired and not keys and not retired_suffice:
        hint = "the controller uses keys without that label, or with the label `active`"
        raise KeyFileError(f"every key is out of use: labelled `{retired[0].label}`", hint=hint)
    return Keyring(keys, retired, _newest(used), tuple(unread))


def _newest(used: Sequence[BackupKey]) -> PrivateKey | None:
    if len(used) == 1:
        return used[0].key
    dated = [(entry.since, entry.key.fingerprint, entry.key) for entry in used if entry.since is not None]
    return max(dated)[2] if dated and len(dated) == len(used) else None


def _load(path: str) -> Iterator[BackupKey | Unusable]:
    data = _read(path)
    source = decode(path, data)
    if pem.begun(data) or not is_backup(source):
        for key in load_private_keys(data, source=path, trusted=True):
            _try_out(key, path)
            yield BackupKey(key, "")
        return
    for entry in backup_keys(source):
        yield _tried(entry, path)


def _tried(entry: BackupKey | Unusable, path: str) -> BackupKey | Unusable:
    """The entry, if its key works."""
    try:
        if isinstance(entry, BackupKey):
            _try_out(entry.key, path)
    except KeyFileError as error:
        return Unusable(0, "", error)
    return entry


def _read(path: str) -> bytes:
    hint = "check --private-key"
    try:
        with open(path, "rb") as file:  # a pipe is welcome: `--private-key <(sops decrypt backup.yaml)`
            data = file.read(_MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise KeyFileError(f"cannot be read: {reason}", place=path, hint=hint) from None
    if len(data) > _MAX_BYTES:
        raise KeyFileError("it is larger than 32 MiB, so no key file", place=path, hint=hint)
    return data


def _one_error(unread: Sequence[tuple[str, Unusable]]) -> KeyFileError:
    """One error that names all entries with which something is wrong."""
    first, *others = (entry.error for _, entry in unread)
    also = "".join(f"; {error.place}: {error.message}" for error in others)
    return KeyFileError(first.message + also, place=first.place, hint=first.hint)


def _try_out(key: PrivateKey, path: str) -> None:
    trial = Plaintext(b"trial")
    try:
        opens = open_sealed(key.key, seal(key.key.public_key(), trial, b""), b"") == trial
    except (CannotOpen, ValueError):
        opens = False
    if not opens:
        message = f"key {key.short} does not open what is sealed with its own public half: too small, or damaged"
        raise KeyFileError(message, place=path, hint="take it from the cluster or the backup again")
