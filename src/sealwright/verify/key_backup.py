"""The key Secrets of a controller's backup: Secrets, a List of them, or several documents of either, YAML or JSON.

The usual recipe writes a List and then a Secret, of which other tools read only the List. Sources: Sealed Secrets
README, on backups; upstream pkg/controller/main.go and keyregistry.go, for the label and the legacy name.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, NamedTuple

from sealwright.errors import CertificateError, KeyFileError
from sealwright.manifest.documents import read_documents
from sealwright.manifest.nodes import Mapping, Scalar, lookup, mapping_at, resolve, text_of
from sealwright.manifest.resource import is_core, resources
from sealwright.manifest.scalars import kind_of
from sealwright.sealing import go_base64
from sealwright.sealing.certificate import MINIMUM_BITS, load_certificate
from sealwright.sealing.keys import load_private_keys

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.manifest.resource import Resource
    from sealwright.manifest.source import Source
    from sealwright.sealing.keys import PrivateKey

_KEY = "tls.key"
_CERTIFICATE = "tls.crt"
_LABEL = "sealedsecrets.bitnami.com/sealed-secrets-key"
_IN_USE = frozenset({"", "active"})
"""Keys of before 0.9 have no label; any other word, such as `compromised`, takes a key out of use."""

_RESTORE = "make the backup again, or take this Secret out of it"
_LONG_AGO = datetime(1970, 1, 1, tzinfo=timezone.utc)
"""A key opens whatever its certificate's dates are."""


class BackupKey(NamedTuple):
    """A key and what its Secret is labelled: '' or `active` where the controller uses it."""

    key: PrivateKey
    label: str

    @property
    def in_use(self) -> bool:
        """Whether a controller that finds the Secret loads the key."""
        return self.label in _IN_USE


def is_backup(source: Source) -> bool:
    """Whether a text claims to be a manifest, rather than a PEM file."""
    return not source.flaw and ("kind" in source.text or _KEY in source.text)


def backup_keys(source: Source) -> Iterator[BackupKey | KeyFileError]:
    """Every key of every Secret in order, or what is wrong with that Secret. Objects of other kinds are passed over.

    Raises KeyFileError for a document that does not parse and for a file without any Secret.
    """
    others: list[str] = []
    found = False
    for document in read_documents(source):
        if document.flaw:
            line, column = source.position(document.flaw_at)
            place = f"{source.path}:{line}:{column}"
            raise KeyFileError(f"this document does not parse: {document.flaw}", place=place, hint=_RESTORE)
        for resource in resources(document):
            if is_core(resource.ref, "Secret"):
                found = True
                yield from _keys_or_error(resource, source.path)
            elif resource.ref.kind:
                others.append(str(resource.ref))
    if not found:
        what = f"there is no Secret in it, only {', '.join(others[:3])}" if others else "there is no private key in it"
        hint = "give a PEM private key, or a backup of the controller's key Secrets"
        raise KeyFileError(what, place=source.path, hint=hint)


def _keys_or_error(resource: Resource, path: str) -> Iterator[BackupKey | KeyFileError]:
    line, _ = resource.document.source.position(resource.node.start)
    try:
        yield from _keys(resource, f"{path}:{line}: {resource.ref}")
    except KeyFileError as error:
        yield error


def _keys(resource: Resource, place: str) -> list[BackupKey]:
    pem = _value(resource.node, _KEY, place)
    if pem is None:
        raise KeyFileError(
            f"it has no `{_KEY}`", place=place, hint="give a backup of the controller's key Secrets only"
        )
    # Trusted: the arithmetic check costs 0.3 s for each key; the keyring tries each key out instead.
    keys = load_private_keys(pem, source=place, trusted=True)
    _check_pair(keys[0], _value(resource.node, _CERTIFICATE, place), place)
    label = text_of(lookup(labels, _LABEL)) if (labels := mapping_at(resource.node, "metadata", "labels")) else ""
    return [BackupKey(key, label) for key in keys]


def _check_pair(key: PrivateKey, certificate: bytes | None, place: str) -> None:
    """Refuse a certificate of another key: the controller would hand it out, and nothing sealed with it ever opens."""
    if certificate is None or key.bits < MINIMUM_BITS:
        return  # without one there is nothing to compare; small keys have certificates that nothing loads
    try:
        fingerprint = load_certificate(certificate, source=place, now=_LONG_AGO).fingerprint
    except CertificateError as error:
        raise KeyFileError(f"`{_CERTIFICATE}`: {error.message}", place=place, hint=_RESTORE) from None
    if fingerprint != key.fingerprint:
        message = f"`{_CERTIFICATE}` does not belong to `{_KEY}`: what is sealed with that certificate cannot be opened"
        raise KeyFileError(message, place=place, hint="restore the pair, on the cluster too")


def _value(secret: Mapping, name: str, place: str) -> bytes | None:
    """The bytes of an entry, as the API server would store them; None where there is none."""
    for field in ("stringData", "data"):
        holder = mapping_at(secret, field)
        node = lookup(holder, name) if holder is not None else None
        scalar = resolve(node) if node is not None else None
        if isinstance(scalar, Scalar) and kind_of(scalar) == "string" and scalar.value:
            return _decoded(scalar.value, name, place) if field == "data" else scalar.value.encode("utf-8", "replace")
    return None


def _decoded(text: str, name: str, place: str) -> bytes:
    try:
        return go_base64.decode(text)
    except go_base64.BadBase64 as error:
        hint = "decrypt it with sops first" if text.startswith("ENC[") else _RESTORE
        message = f"`{name}` is not base64: character {error.offset + 1} was changed or cut off"
        raise KeyFileError(message, place=place, hint=hint) from None
