"""Stamps: what whoever sealed an item knew about it and nobody can see afterwards, which key and which label.

A stamp holds the SHA-256 of the sealed bytes, never of the value, the fingerprint of the key's SubjectPublicKeyInfo
and the scope, namespace and name of the label. It proves "sealed so by whoever wrote it": see `run.stamping` for where
stamps are kept.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from sealwright.sealing.scope import Scope


class Stamp(NamedTuple):
    """`digest` is the SHA-256 of the blob in hex, `key` the fingerprint of the key (`sha256:` and 64 hex digits).

    `namespace` is '' for cluster-wide, `name` is '' unless the scope is strict: what the label does not bind is left out.
    """

    digest: str
    key: str
    scope: Scope
    namespace: str = ""
    name: str = ""


def digest_of(blob: bytes) -> str:
    """How a stamp names a sealed item: by its bytes, whatever its base64 text looks like."""
    return sha256(blob).hexdigest()
