"""Private keys from what people keep: PEM files, and backups of the controller's key Secrets.

A backup is a Secret of type kubernetes.io/tls, a List of them, or several documents of either; the usual recipe writes
a List and then a Secret, of which other tools read only the List. Source: Sealed Secrets README, on backups.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.errors import KeyFileError
from sealwright.manifest.documents import read_documents
from sealwright.manifest.nodes import Mapping, entries, lookup, resolve, text_of
from sealwright.manifest.resource import is_core, resources
from sealwright.manifest.source import decode
from sealwright.sealing import go_base64
from sealwright.sealing.keys import load_private_keys

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sealwright.manifest.resource import Resource
    from sealwright.sealing.keys import PrivateKey

_KEY = "tls.key"
_MAX_BYTES = 32 * 1024 * 1024


def load_keyring(paths: Iterable[str]) -> list[PrivateKey]:
    """Every private key of every file, each once. Raises KeyFileError for a file that holds none or a broken one."""
    keys: dict[str, PrivateKey] = {}
    for path in paths:
        for key in _load(path):
            keys.setdefault(key.fingerprint, key)
    return list(keys.values())


def _load(path: str) -> list[PrivateKey]:
    try:
        with open(path, "rb") as file:
            data = file.read(_MAX_BYTES)
    except OSError as error:
        hint = "check --private-key"
        raise KeyFileError(f"cannot be read: {error.strerror or type(error).__name__}", place=path, hint=hint) from None
    source = decode(path, data)
    if source.flaw or "tls.key" not in source.text:
        return load_private_keys(data, source=path)
    keys: list[PrivateKey] = []
    for document in read_documents(source):
        if document.flaw:
            line, column = source.position(document.flaw_at)
            raise KeyFileError(f"does not parse: {document.flaw}", place=f"{path}:{line}:{column}", hint="restore it")
        for resource in resources(document):
            if is_core(resource.ref, "Secret"):
                keys.extend(_from_secret(resource, path))
    return keys or load_private_keys(data, source=path)


def _from_secret(resource: Resource, path: str) -> list[PrivateKey]:
    place = f"{path}: {resource.ref}"
    pem = _value(resource.node, place)
    if pem is None:
        raise KeyFileError(f"has no `{_KEY}`", place=place, hint="give a backup of the controller's key Secrets only")
    return load_private_keys(pem, source=place)


def _value(secret: Mapping, place: str) -> bytes | None:
    for field in ("stringData", "data"):
        node = lookup(secret, field)
        holder = resolve(node) if node is not None else None
        if not isinstance(holder, Mapping):
            continue
        for name, _, value in entries(holder):
            if name == _KEY:
                return _decoded(text_of(value), place) if field == "data" else text_of(value).encode()
    return None


def _decoded(text: str, place: str) -> bytes:
    try:
        return go_base64.decode(text)
    except go_base64.BadBase64:
        raise KeyFileError(f"`{_KEY}` is not base64", place=place, hint="restore the backup; it was changed") from None
