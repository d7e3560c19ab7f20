"""A new key and certificate of the form that the controller makes, for trials, tests and keys brought along.

Source: upstream pkg/crypto/keys.go (`GeneratePrivateKeyAndCert`): RSA, PKCS#1 PEM, a self-signed certificate.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from sealwright.errors import UsageError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

_PUBLIC_EXPONENT = 65537
_BITS = range(2048, 16385)
_DAYS = range(1, 36501)
_CLOCK_SKEW = timedelta(minutes=5)


def generate_keypair(
    *,
    bits: int = 4096,
    days: int = 3650,
    common_name: str = "sealwright local key",
    now: datetime | None = None,
) -> tuple[bytes, bytes]:
    """The private key (PKCS#1 PEM, not encrypted) and its self-signed certificate (PEM).

    The certificate starts five minutes before `now` (aware; default: the clock), so that a machine whose
    clock is a little behind takes it, and ends `days` after it. Takes seconds at 4096 bits.

    Raises UsageError for `bits` outside 2048..16384, `days` outside 1..36500, or a name that is empty or
    longer than the 64 characters of X.520.
    """
    if bits not in _BITS or days not in _DAYS:
        raise UsageError(
            f"a key of {bits} bits for {days} days cannot be made",
            hint=f"Choose {_BITS[0]} to {_BITS[-1]} bits and {_DAYS[0]} to {_DAYS[-1]} days.",
        )
    if not 0 < len(common_name) <= 64:
        raise UsageError("the common name is empty or too long", hint="Choose a name of 1 to 64 characters.")
    key = rsa.generate_private_key(_PUBLIC_EXPONENT, bits)
    certificate = _self_signed(key, common_name, now or datetime.now(timezone.utc), days)
    key_pem = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    return key_pem, certificate.public_bytes(Encoding.PEM)


def _self_signed(key: RSAPrivateKey, common_name: str, now: datetime, days: int) -> x509.Certificate:
    """A certificate over the key's own public half, with a usage that lets it do nothing but encrypt."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=True,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCK_SKEW)
        .not_valid_after(now + timedelta(days=days))
        .add_extension(usage, critical=True)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, SHA256())
    )
