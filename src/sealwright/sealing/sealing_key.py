"""The public half that new items are sealed with, wherever it was found: a certificate, a backup, the controller."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.sealing.fingerprint import short_of
from sealwright.sealing.scheme import seal

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    from sealwright.plaintext import Plaintext
    from sealwright.sealing.certificate import SealingCertificate
    from sealwright.sealing.keys import PrivateKey


class SealingKey(NamedTuple):
    """A key to seal with. `origin` says in words where it comes from."""

    public_key: RSAPublicKey
    fingerprint: str
    origin: str

    @property
    def short(self) -> str:
        """The first 8 hex digits of the fingerprint, for messages."""
        return short_of(self.fingerprint)

    @property
    def width(self) -> int:
        """Bytes of the RSA block of everything that is sealed with it."""
        return (self.public_key.key_size + 7) // 8

    def seal(self, value: Plaintext, label: bytes) -> bytes:
        """As scheme.seal has it."""
        return seal(self.public_key, value, label)


def of_certificate(certificate: SealingCertificate, origin: str) -> SealingKey:
    """The key of a certificate that was checked."""
    return SealingKey(certificate.public_key, certificate.fingerprint, origin)


def of_private_key(key: PrivateKey, origin: str) -> SealingKey:
    """The public half of a private key."""
    return SealingKey(key.key.public_key(), key.fingerprint, origin)
