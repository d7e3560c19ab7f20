"""Private keys from what people keep: PEM files, and backups of the controller's key Secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.errors import KeyFileError
from sealwright.manifest.source import decode
from sealwright.plaintext import Plaintext
from sealwright.sealing import pem
from sealwright.sealing.keys import load_private_keys
from sealwright.sealing.scheme import CannotOpen, open_sealed, seal
from sealwright.verify.key_backup import BackupKey, backup_keys, is_backup

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sealwright.sealing.keys import PrivateKey

_MAX_BYTES = 32 * 1024 * 1024


class Keyring(NamedTuple):
    """`keys` open what the controller opens; `retired` ones would open more, but their Secrets take them out of use."""

    keys: tuple[PrivateKey, ...]
    retired: tuple[BackupKey, ...] = ()


def load_keyring(paths: Iterable[str]) -> Keyring:
    """Every private key of every file, each once; a key that any file gives for use is in use.

    No key is put to the arithmetic check, which takes 0.3 s at 4096 bits, ten seconds for a backup of three years.
    Instead each has to open, in 2 ms, what is sealed with its own public half. That finds damage; who can tamper with
    the key file could exchange it as a whole anyway.

    Raises KeyFileError for a file that holds none or a broken one, and when all keys are out of use.
    """
    found: dict[str, BackupKey] = {}
    for path in paths:
        for entry in _load(path):
            if entry.key.fingerprint not in found or entry.in_use:
                found[entry.key.fingerprint] = entry
    keys = tuple(entry.key for entry in found.values() if entry.in_use)
    retired = tuple(entry for entry in found.values() if not entry.in_use)
    if retired and not keys:
        hint = "the controller uses keys without that label, or with the label `active`"
        raise KeyFileError(f"every key is out of use: labelled `{retired[0].label}`", hint=hint)
    return Keyring(keys, retired)


def _load(path: str) -> list[BackupKey]:
    data = _read(path)
    source = decode(path, data)
    if pem.begun(data) or not is_backup(source):
        entries = [BackupKey(key, "") for key in load_private_keys(data, source=path, trusted=True)]
    else:
        entries = _whole(list(backup_keys(source)))
    for entry in entries:
        _try_out(entry.key, path)
    return entries


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


def _whole(results: list[BackupKey | KeyFileError]) -> list[BackupKey]:
    """The keys, if nothing is wrong with any entry. Raises one error that names all entries with which something is."""
    errors = [result for result in results if isinstance(result, KeyFileError)]
    if not errors:
        return [result for result in results if isinstance(result, BackupKey)]
    first, *others = errors
    also = "".join(f"; {error.place}: {error.message}" for error in others)
    raise KeyFileError(first.message + also, place=first.place, hint=first.hint)


def _try_out(key: PrivateKey, path: str) -> None:
    trial = Plaintext(b"trial")
    try:
        opens = open_sealed(key.key, seal(key.key.public_key(), trial, b""), b"") == trial
    except (CannotOpen, ValueError):
        opens = False
    if not opens:
        message = f"key {key.short} does not open what is sealed with its own public half: too small, or damaged"
        raise KeyFileError(message, place=path, hint="take it from the cluster or the backup again")
