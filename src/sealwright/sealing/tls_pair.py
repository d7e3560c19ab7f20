"""Whether a certificate and a private key belong together, as whoever serves TLS with them will find out.

Any kind of key that certificates have: RSA, elliptic curves, Ed25519. The first certificate counts, as for Go's
`tls.X509KeyPair`.
"""

from __future__ import annotations

from datetime import datetime, timezone
from enum import Enum
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from sealwright.sealing import pem

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes

    from sealwright.plaintext import Plaintext


class PairFlaw(Enum):
    """What is wrong with a pair, the worst first."""

    NONE = ""
    CERTIFICATE_UNREADABLE = "certificate-unreadable"
    KEY_UNREADABLE = "key-unreadable"
    KEY_ENCRYPTED = "key-encrypted"
    MISMATCH = "mismatch"
    EXPIRED = "expired"


def examine_pair(certificate: Plaintext, private_key: Plaintext, *, now: datetime | None = None) -> PairFlaw:
    """What is wrong with a pair of PEM texts. `now` is aware; default: the clock."""
    # Never touch `.extensions`: the library refuses some that other programs take.
    found = next((block for block in pem.blocks(certificate.reveal()) if block.kind == "CERTIFICATE"), None)
    if found is None:
        return PairFlaw.CERTIFICATE_UNREADABLE
    try:
        loaded = x509.load_pem_x509_certificate(found.text)
        certified, not_after = _spki(loaded.public_key()), loaded.not_valid_after_utc
    except (ValueError, UnsupportedAlgorithm):
        return PairFlaw.CERTIFICATE_UNREADABLE
    block = next((block for block in pem.blocks(private_key.reveal()) if block.kind.endswith("PRIVATE KEY")), None)
    if block is None:
        return PairFlaw.KEY_UNREADABLE
    if block.kind.startswith("ENCRYPTED") or (block.has_headers and b"ENCRYPTED" in block.text):
        return PairFlaw.KEY_ENCRYPTED
    try:
        # Not put to the arithmetic check, which takes 0.3 s: nothing is sealed or opened with it here.
        key = load_pem_private_key(block.text, password=None, unsafe_skip_rsa_key_validation=True)
        own = _spki(key.public_key())  # type: ignore[arg-type]  # keys for key agreement alone have one as well
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return PairFlaw.KEY_UNREADABLE
    if own != certified:
        return PairFlaw.MISMATCH
    return PairFlaw.EXPIRED if (now or datetime.now(timezone.utc)) > not_after else PairFlaw.NONE


def _spki(key: CertificatePublicKeyTypes) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
