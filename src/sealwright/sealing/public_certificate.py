"""Any X.509 certificate that a repository shows: whose it is, and until when it holds. Nothing is trusted here.

Source: RFC 5280; for the names of signature algorithms, the OIDs of RFC 8017, RFC 5758 and RFC 8410.
"""

from __future__ import annotations

import warnings
from hashlib import sha256
from typing import NamedTuple

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.dsa import DSAPublicKey
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_PREFIX = "sha256:"
_LONGEST = 400
_CURVES = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"}


class PublicCertificate(NamedTuple):
    """`fingerprint` is the SHA-256 of the certificate, `key` that of its SubjectPublicKeyInfo: `sha256:` and 64 digits.

    Days are YYYY-MM-DD in UTC. `algorithm` is that of the key (RSA, P-256, Ed25519, ...), `bits` its size.
    """

    subject: str
    fingerprint: str
    key: str
    begins: str
    expires: str
    algorithm: str
    bits: int
    is_authority: bool


def read_certificate(pem: bytes) -> PublicCertificate | None:
    """One certificate in PEM; None for what is none, or cannot be read."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what is odd about a certificate is not for this program's users to mend
        return _read(pem)


def _read(pem: bytes) -> PublicCertificate | None:
    try:
        found = x509.load_pem_x509_certificate(pem)
        key = found.public_key()
        spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        subject = _name(found.subject)
        begins, expires = found.not_valid_before_utc, found.not_valid_after_utc
        whole = sha256(found.public_bytes(Encoding.DER)).hexdigest()
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    algorithm, bits = _algorithm(key)
    return PublicCertificate(
        subject or _alternative(found),
        _PREFIX + whole,
        _PREFIX + sha256(spki).hexdigest(),
        f"{begins:%Y-%m-%d}",
        f"{expires:%Y-%m-%d}",
        algorithm,
        bits,
        _is_authority(found),
    )


def _name(name: x509.Name) -> str:
    text = name.rfc4514_string()
    return text if len(text) <= _LONGEST else f"{text[:60]}\u2026"


def _alternative(certificate: x509.Certificate) -> str:
    """The first DNS name, for a certificate without a subject, as those of controllers are."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        return f"DNS:{next(iter(names.get_values_for_type(x509.DNSName)), '')}".removesuffix("DNS:")[:_LONGEST]
    except (ValueError, x509.ExtensionNotFound, x509.DuplicateExtension, UnsupportedAlgorithm):
        return ""


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (ValueError, x509.ExtensionNotFound, x509.DuplicateExtension, UnsupportedAlgorithm):
        return False  # the library refuses the extensions of every certificate of a controller


def _algorithm(key: object) -> tuple[str, int]:
    if isinstance(key, RSAPublicKey):
        return "RSA", key.key_size
    if isinstance(key, EllipticCurvePublicKey):
        return _CURVES.get(key.curve.name, key.curve.name), key.key_size
    if isinstance(key, DSAPublicKey):
        return "DSA", key.key_size
    return type(key).__name__.lstrip("_").removesuffix("PublicKey"), 0
