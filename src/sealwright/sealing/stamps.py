"""Stamps: what whoever sealed an item knew about it and nobody can see afterwards, which key and which label.

A stamp holds the SHA-256 of the sealed bytes, never of the value, the fingerprint of the key's SubjectPublicKeyInfo
and the scope, namespace and name of the label. It proves "sealed so by whoever wrote it": see `run.stamping` for where
stamps are kept, and `stamp_lines` for how they are written.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from sealwright.sealing.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

PART_DIGITS = 16
_LENGTH_BYTES = 2


class Stamp(NamedTuple):
    """`digest` is the SHA-256 of the blob in hex, `key` the fingerprint of the key (`sha256:` and 64 hex digits).

    `namespace` is '' for cluster-wide, `name` is '' unless the scope is strict: what no label binds is left out.
    `parts` tells what an item was before it was changed: see `parts_of`; '' where that is not known.
    """

    digest: str
    key: str
    scope: Scope
    namespace: str = ""
    name: str = ""
    parts: str = ""


class Entry(NamedTuple):
    """A stamp as it is kept. `signer` is a public key (`ed25519:` and base64), '' for none; `signature` is base64."""

    stamp: Stamp
    signer: str = ""
    signature: str = ""


def stamp_of(blob: bytes, key: str, scope: Scope, namespace: str, name: str) -> Stamp:
    """The stamp for what was just sealed with the key of that fingerprint; call it with what the label was made of."""
    return Stamp(digest_of(blob), key, scope, *bound(scope, namespace, name), parts_of(blob))


def bound(scope: Scope, namespace: str, name: str) -> tuple[str, str]:
    """Namespace and name as far as a label of this scope binds them, '' for what it does not."""
    if scope is Scope.STRICT:
        return namespace, name
    return (namespace, "") if scope is Scope.NAMESPACE_WIDE else ("", "")


def digest_of(blob: bytes) -> str:
    """How a stamp names a sealed item: by its bytes, whatever its base64 text looks like."""
    return sha256(blob).hexdigest()


def parts_of(blob: bytes) -> str:
    """16 hex digits each for the RSA block, with its length, and for what follows it.

    An item of which one part is a stamped one's and the other is not was changed after sealing: no two items share a
    part, because each has a session key of its own. Too short to prove anything but this.
    """
    end = _LENGTH_BYTES + int.from_bytes(blob[:_LENGTH_BYTES], "big")
    return sha256(blob[:end]).hexdigest()[:PART_DIGITS] + sha256(blob[end:]).hexdigest()[:PART_DIGITS]


class Book:
    """Stamps, ready to be asked for an item's. `doubt` says why an entry must not be believed, '' if it may."""

    def __init__(self, entries: Iterable[Entry], doubt: Callable[[Entry], str] | None = None) -> None:
        self._by_digest: dict[str, list[Entry]] = {}
        self._by_part: dict[str, list[Entry]] = {}
        self._doubt = doubt
        for entry in entries:
            self._by_digest.setdefault(entry.stamp.digest, []).append(entry)
        self._indexed = False

    def __len__(self) -> int:
        return len(self._by_digest)

    def of(self, digest: str) -> tuple[Sequence[Stamp], str]:
        """The trusted stamps of exactly these bytes, each once; where there are none, why those that are there fail."""
        return self._trusted(self._by_digest.get(digest, ()))

    def changed_from(self, blob: bytes) -> Stamp | None:
        """A trusted stamp of other bytes, one part of which this item still has."""
        if not self._indexed:
            self._index()
        if not self._by_part:
            return None
        parts = parts_of(blob)
        for part in (f"{parts[:PART_DIGITS]}.", f".{parts[PART_DIGITS:]}"):
            stamps, _ = self._trusted(self._by_part.get(part, ()))
            if stamps:
                return stamps[0]
        return None

    def _index(self) -> None:
        """Only where an item has no stamp: most runs never ask."""
        self._indexed = True
        for entries in self._by_digest.values():
            for entry in entries:
                if parts := entry.stamp.parts:
                    self._by_part.setdefault(f"{parts[:PART_DIGITS]}.", []).append(entry)
                    self._by_part.setdefault(f".{parts[PART_DIGITS:]}", []).append(entry)

    def _trusted(self, entries: Iterable[Entry]) -> tuple[Sequence[Stamp], str]:
        if self._doubt is None:
            return list(dict.fromkeys(entry.stamp for entry in entries)), ""
        stamps: dict[Stamp, None] = {}
        doubt = ""
        for entry in entries:
            flaw = self._doubt(entry)
            if flaw:
                doubt = flaw
            else:
                stamps[entry.stamp] = None
        return list(stamps), "" if stamps else doubt
