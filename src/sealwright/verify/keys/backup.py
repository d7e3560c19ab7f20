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
_MISMATCH = (
    f"`{_CERTIFICATE}` does not belong to `{_KEY}`: the controller does not check that, and its /v1/cert.pem hands out "
    "a certificate for which nothing can be decrypted"
)
_LONG_AGO = datetime(1970, 1, 1, tzinfo=timezone.utc)
"""A key opens whatever its certificate's dates are."""


class BackupKey(NamedTuple):
    """A key and what its Secret is labelled: '' or `active` where the controller uses it.

    `since` is when its certificate starts, which is how a controller orders its keys; None where there is none.
    """

    key: PrivateKey
    label: str
    since: datetime | None = None

    @property
    def in_use(self) -> bool:
        """Whether a controller that finds the Secret loads the key."""
        return self.label in _IN_USE


class Unusable(NamedTuple):
    """What is wrong with one entry of a backup, and where it stands."""

    line: int
    entry: str
    error: KeyFileError


def is_backup(source: Source) -> bool:
    """Whether a text claims to be a manifest, rather than a PEM file."""
    return not source.flaw and ("kind" in source.text or _KEY in source.text)


def backup_keys(source: Source) -> Iterator[BackupKey | Unusable]:
    """Every key of every Secret in order, and what is wrong with Secrets and documents. Other kinds are passed over.

    Raises KeyFileError for a file without any Secret.
    """
    others: list[str] = []
    found = False
    for document in read_documents(source):
        if document.flaw:
            found = True
            line, column = source.position(document.flaw_at)
            place = f"{source.path}:{line}:{column}"
            error = KeyFileError(f"this document does not parse: {document.flaw}", place=place, hint=_RESTORE)
            yield Unusable(line, "", error)
            continue
        for resource in resources(document):
            if is_core(resource.ref, "Secret"):
                found = True
                yield from _entry(resource, source.path)
            elif resource.ref.kind:
                others.append(str(resource.ref))
    if not found:
        what = f"there is no Secret in it, only {', '.join(others[:3])}" if others else "there is no private key in it"
        hint = "give a PEM private key, or a backup of the controller's key Secrets"
        raise KeyFileError(what, place=source.path, hint=hint)


def _entry(resource: Resource, path: str) -> Iterator[BackupKey | Unusable]:
    """What one Secret gives. A key whose certificate is wrong opens all the same."""
    line, _ = resource.document.source.position(resource.node.start)
    name = str(resource.ref)
    place = f"{path}:{line}: {name}"
    try:
        keys = _keys(resource, place)
    except KeyFileError as error:
        yield Unusable(line, name, error)
        return
    since = None
    try:
        since = _check_pair(keys[0], _value(resource.node, _CERTIFICATE, place), place)
    except KeyFileError as error:
        yield Unusable(line, name, error)
    label = text_of(lookup(labels, _LABEL)) if (labels := mapping_at(resource.node, "metadata", "labels")) else ""
    yield BackupKey(keys[0], label, since)
    yield from (BackupKey(key, label) for key in keys[1:])


def _keys(resource: Resource, place: str) -> list[PrivateKey]:
    pem = _value(resource.node, _KEY, place)
    if pem is None:
        raise KeyFileError(
            f"it has no `{_KEY}`", place=place, hint="give a backup of the controller's key Secrets only"
        )
    # Trusted: the arithmetic check costs 0.3 s for each key; the keyring tries each key out instead.
    return load_private_keys(pem, source=place, trusted=True)


def _check_pair(key: PrivateKey, certificate: bytes | None, place: str) -> datetime | None:
    """When the certificate starts. Raises KeyFileError for a certificate of another key, or one that is damaged."""
    if certificate is None or key.bits < MINIMUM_BITS:
        return None  # without one there is nothing to compare; small keys have certificates that nothing loads
    try:
        loaded = load_certificate(certificate, source=place, now=_LONG_AGO)
    except CertificateError as error:
        raise KeyFileError(f"`{_CERTIFICATE}`: {error.message}", place=place, hint=_RESTORE) from None
    if loaded.fingerprint != key.fingerprint:
        raise KeyFileError(_MISMATCH, place=place, hint="restore the pair, on the cluster too")
    return loaded.not_before


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
