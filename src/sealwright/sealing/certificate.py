"""The sealing certificate: the one root of trust of a cluster, so every doubt about it is a refusal.

Reads what `kubeseal --cert` reads (upstream pkg/kubeseal/kubeseal.go `ParseKey`: the first CERTIFICATE
block), and checks what kubeseal checks (not expired) and more: RSA, at least 2048 bits, the pinned
fingerprint. Its key usage and its issuer mean nothing here, as upstream, and the date it starts at only tells which of
several keys a controller took into use last.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import NamedTuple

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from sealwright.errors import CertificateError
from sealwright.sealing import pem
from sealwright.sealing.fingerprint import fingerprint_of, normalised, short_of

__all__ = ["MINIMUM_BITS", "SealingCertificate", "fingerprint_of", "load_certificate"]

MINIMUM_BITS = 2048
"""NIST SP 800-57: smaller RSA keys are not to be used for new data."""

_FETCH = "Fetch the controller's certificate with `kubeseal --fetch-cert`, or from its /v1/cert.pem."
_DER_SEQUENCE = b"\x30"


class SealingCertificate(NamedTuple):
    """A checked certificate. The dates are aware, in UTC; `bits` is the size of the modulus."""

    public_key: RSAPublicKey
    not_after: datetime
    fingerprint: str
    bits: int
    not_before: datetime

    @property
    def short(self) -> str:
        """The first 8 hex digits of the fingerprint, for messages."""
        return short_of(self.fingerprint)


def load_certificate(
    data: bytes, *, source: str, fingerprint: str = "", now: datetime | None = None
) -> SealingCertificate:
    """The first certificate in a file, PEM with any text around it or DER, if it may be sealed with.

    `source` is the path or address to name in messages (without credentials). `fingerprint` is the pin; ""
    pins nothing. `now` (aware; default: the clock) decides about expiry.

    Raises CertificateError when there is no readable certificate, its key is not RSA or below 2048 bits, it
    has expired, its key is not the pinned one, or the pin is not a fingerprint.
    """
    certificate = _read(data, source)
    # Never touch `certificate.extensions`: the library refuses the key usage of every controller certificate.
    try:
        key = certificate.public_key()
        not_before, not_after = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    except (ValueError, UnsupportedAlgorithm):
        raise _refusal("the certificate's key or dates cannot be read", source, _FETCH) from None
    if not isinstance(key, RSAPublicKey):
        raise _refusal("the certificate's key is not RSA, and the controller has only RSA keys", source, _FETCH)
    loaded = SealingCertificate(key, not_after, fingerprint_of(key), key.key_size, not_before)
    _check_pin(loaded, certificate, fingerprint, source)
    _check_strength(loaded, now or datetime.now(timezone.utc), source)
    return loaded


def _read(data: bytes, source: str) -> x509.Certificate:
    """The first PEM certificate, or the DER one; refuses everything else with what it seems to be instead."""
    found = next((b for b in pem.blocks(data) if b.kind == "CERTIFICATE" and not b.has_headers), None)
    try:
        if found:
            return x509.load_pem_x509_certificate(found.text)
        if data.startswith(_DER_SEQUENCE):
            return x509.load_der_x509_certificate(data)
    except (ValueError, UnsupportedAlgorithm):
        raise _refusal("the certificate is damaged and cannot be read", source, _FETCH) from None
    raise _refusal(*_what_it_is(data, source))


def _what_it_is(data: bytes, source: str) -> tuple[str, str, str]:
    """Message, source and hint for a file without a certificate."""
    kinds = pem.begun(data)
    if pem.is_utf16(data):
        return (
            "the file is UTF-16, not a PEM file",
            source,
            "Save it as UTF-8; Windows PowerShell's `>` writes UTF-16.",
        )
    if "CERTIFICATE" in kinds:
        return "the certificate is cut off or damaged", source, _FETCH
    if any(kind.endswith("PRIVATE KEY") for kind in kinds):
        hint = f"Sealing needs only the certificate. Keep the private key out of the repository. {_FETCH}"
        return "this is a private key, not a certificate", source, hint
    if any(kind.endswith("PUBLIC KEY") for kind in kinds):
        return "this is a bare public key, not a certificate", source, _FETCH
    return ("there is no certificate in it" if data.strip() else "it is empty"), source, _FETCH


def _check_pin(loaded: SealingCertificate, certificate: x509.Certificate, pin: str, source: str) -> None:
    """Refuse a key that is not the pinned one, and a pin that pins nothing because its form is wrong."""
    if not pin:
        return
    expected = normalised(pin)
    if expected is None:
        hint = 'Write "sha256:" and 64 hex digits: the SHA-256 of the DER SubjectPublicKeyInfo.'
        raise _refusal("the pinned fingerprint is not a SHA-256 fingerprint in hex", source, hint)
    if expected == loaded.fingerprint:
        return
    hint = "If the cluster's key was renewed, check the new fingerprint with whoever runs it, then pin that one."
    if expected == f"sha256:{certificate.fingerprint(SHA256()).hex()}":
        hint = f"The pin is the digest of this certificate, not of its key: pin {loaded.fingerprint} instead."
    raise _refusal(f"the key is {loaded.fingerprint}, but {expected} is pinned", source, hint)


def _check_strength(loaded: SealingCertificate, now: datetime, source: str) -> None:
    """Refuse a small key and an expired certificate."""
    if loaded.bits < MINIMUM_BITS:
        hint = f"Give the controller a key of {MINIMUM_BITS} bits or more (--key-size; its default is 4096)."
        raise _refusal(f"the key has {loaded.bits} bits, at least {MINIMUM_BITS} are needed", source, hint)
    if now > loaded.not_after:
        raise _refusal(f"the certificate expired on {loaded.not_after:%Y-%m-%d %H:%M} UTC", source, _FETCH)


def _refusal(message: str, source: str, hint: str) -> CertificateError:
    return CertificateError(message, hint=hint, place=source)
