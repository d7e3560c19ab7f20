"""What the tests of sealing share: the shape of a vector, one moment in time, and the search for leaks."""

from __future__ import annotations

import json
import traceback
from datetime import datetime, timezone
from typing import TYPE_CHECKING, NamedTuple, Protocol

from support import shared_dir

from sealwright.sealing.fingerprint import fingerprint_of
from sealwright.sealing.keys import PrivateKey

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=timezone.utc)
"""The moment at which the tests' certificates are looked at."""


class MakeCertificate(Protocol):
    def __call__(
        self, key: RSAPrivateKey | EllipticCurvePrivateKey, *, days: int = ..., usage: bytes = ...
    ) -> bytes: ...


class Vector(NamedTuple):
    """One item of vectors.json; `plaintext_b64` and `kubeseal_error` exclude each other."""

    id: str
    scope: str
    namespace: str
    name: str
    encrypted: str
    plaintext_b64: str | None
    kubeseal_error: str | None


def vector_document() -> dict[str, str]:
    """The vectors' `key_pem`, `cert_pem` and `other_cert_pem`; empty where the shared test data is not at hand."""
    return {name: text for name, text in _document().items() if isinstance(text, str)}


def all_vectors() -> list[Vector]:
    """Every vector; empty where the shared test data is not at hand."""
    entries = _document().get("vectors", [])
    assert isinstance(entries, list)
    return [Vector(*(entry[field] for field in Vector._fields)) for entry in entries]


def _document() -> dict[str, str | list[dict[str, str]]]:
    folder = shared_dir()
    if folder is None:
        return {}
    text = (folder / "vectors" / "sealed-secrets" / "vectors.json").read_bytes()
    document: dict[str, str | list[dict[str, str]]] = json.loads(text)
    return document


def as_opener(key: RSAPrivateKey) -> PrivateKey:
    return PrivateKey(key, fingerprint_of(key.public_key()), key.key_size)


def shown_by(error: BaseException) -> str:
    """Everything that an exception can show: text, repr, arguments, traceback with causes, contexts."""
    chain = "".join(traceback.format_exception(error))
    contexts = "".join(f"{linked!r} {linked}" for linked in (error.__context__, error.__cause__))
    return f"{error}\n{error!r}\n{error.args!r}\n{getattr(error, 'hint', '')}\n{chain}\n{contexts}"
