"""The name of a key: SHA-256 over the DER SubjectPublicKeyInfo, as "sha256:" and 64 hex digits.

It names the key and not a certificate of it: a certificate issued again over the same key seals the same.
Same digest as `openssl pkey -pubin -outform DER | openssl dgst -sha256`, RFC 7469 §2.4.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

_PREFIX = "sha256:"
_DIGEST = Pattern(r"[0-9a-f]{64}")


def fingerprint_of(public_key: RSAPublicKey) -> str:
    """ "sha256:" and 64 lower-case hex digits."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # the hook needs names alone

    der = public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return _PREFIX + sha256(der).hexdigest()


def short_of(fingerprint: str) -> str:
    """The first 8 hex digits: enough to tell a cluster's keys apart in a message, too few to pin one."""
    return fingerprint.removeprefix(_PREFIX)[:8]


def normalised(pin: str) -> str | None:
    """A fingerprint as people write it (upper case, colons, no prefix) in the one form; None if it is none."""
    digest = pin.strip().lower().removeprefix(_PREFIX).replace(":", "")
    return _PREFIX + digest if _DIGEST.fullmatch(digest) else None
