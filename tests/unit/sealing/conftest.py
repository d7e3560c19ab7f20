"""Keys and certificates for the tests of sealing. Keys are made once a session: making them is the slow part."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from unit.sealing.material import NOW, MakeCertificate, as_opener

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    from sealwright.sealing.keys import PrivateKey


@pytest.fixture(scope="session")
def canary() -> bytes:
    """A value that no message, repr or traceback may show. Made up here, so that no line of source shows it."""
    return secrets.token_urlsafe(24).encode()


@pytest.fixture(scope="session")
def private_key() -> RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture(scope="session")
def other_key() -> RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture(scope="session")
def larger_key() -> RSAPrivateKey:
    return rsa.generate_private_key(65537, 3072)


@pytest.fixture(scope="session")
def small_key() -> RSAPrivateKey:
    return rsa.generate_private_key(65537, 1024)


@pytest.fixture(scope="session")
def curve_key() -> EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@pytest.fixture(scope="session")
def opener(private_key: RSAPrivateKey) -> PrivateKey:
    return as_opener(private_key)


@pytest.fixture(scope="session")
def other_opener(other_key: RSAPrivateKey) -> PrivateKey:
    return as_opener(other_key)


@pytest.fixture(scope="session")
def larger_opener(larger_key: RSAPrivateKey) -> PrivateKey:
    return as_opener(larger_key)


@pytest.fixture(scope="session")
def key_pem(private_key: RSAPrivateKey) -> bytes:
    return private_key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())


@pytest.fixture(scope="session")
def make_certificate() -> MakeCertificate:
    """A self-signed certificate as PEM, with an empty name as the controller makes it; valid until NOW + days."""

    def make(key: RSAPrivateKey | EllipticCurvePrivateKey, *, days: int = 365, usage: bytes = b"") -> bytes:
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([]))
            .issuer_name(x509.Name([]))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW - timedelta(days=3650))
            .not_valid_after(NOW + timedelta(days=days))
        )
        if usage:
            key_usage = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.15"), usage)
            builder = builder.add_extension(key_usage, critical=True)
        return builder.sign(key, SHA256()).public_bytes(Encoding.PEM)

    return make


@pytest.fixture(scope="session")
def certificate_pem(private_key: RSAPrivateKey, make_certificate: MakeCertificate) -> bytes:
    return make_certificate(private_key)
