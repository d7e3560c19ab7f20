"""Private keys: reading the ones that open, and making a pair for local use.

Reads the PEM files that `kubeseal --recovery-private-key` reads (client-go keyutil `ParsePrivateKeyPEM`:
PKCS#1 and PKCS#8), but all keys of a file instead of the first, and says what is wrong where kubeseal goes on
without the key.
"""

from __future__ import annotations

from typing import NamedTuple

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from sealwright.errors import KeyFileError
from sealwright.sealing import pem
from sealwright.sealing.fingerprint import fingerprint_of, short_of
from sealwright.sealing.keypair import generate_keypair

__all__ = ["PrivateKey", "generate_keypair", "load_private_keys"]

_EXPECTED = "Give the PEM private key of the controller: tls.key of the Secret that holds it, decoded."
_DECRYPT = "Decrypt it with `openssl pkey -in FILE -out DECRYPTED`, outside the repository."
_RSA_ONLY = "The controller uses RSA keys only. " + _EXPECTED
_SUFFIX = "PRIVATE KEY"


class PrivateKey(NamedTuple):
    """A key that opens. Its repr and str show nothing but the fingerprint."""

    key: RSAPrivateKey
    fingerprint: str
    bits: int

    @property
    def short(self) -> str:
        """The first 8 hex digits of the fingerprint, for messages."""
        return short_of(self.fingerprint)

    def __repr__(self) -> str:
        return f"PrivateKey({self.fingerprint})"


def load_private_keys(data: bytes, *, source: str, trusted: bool = False) -> list[PrivateKey]:
    """All RSA private keys in a PEM file, in order; at least one. Text and certificates are passed over.

    `source` is the path to name in messages. `trusted` skips the arithmetic check of each key, which takes a
    third of a second at 4096 bits: only for a backup whose origin is beyond doubt.

    Raises KeyFileError when there is no private key, and when any of them is encrypted, not RSA, cut off or
    damaged: a key left out in silence would later look like an item that does not open.
    """
    begun = [kind for kind in pem.begun(data) if kind.endswith(_SUFFIX)]
    if not begun:
        raise KeyFileError(_what_is_missing(data), hint=_EXPECTED, place=source)
    found = [block for block in pem.blocks(data) if block.kind.endswith(_SUFFIX)]
    if len(found) < len(begun):
        raise KeyFileError("a private key is cut off or damaged", hint=_EXPECTED, place=source)
    return [_load(block, source, number, trusted=trusted) for number, block in enumerate(found, 1)]


def _load(block: pem.Block, source: str, number: int, *, trusted: bool) -> PrivateKey:
    """One key. The block's kind and headers are enough to refuse what the library would explain badly."""
    name = f"private key {number}"
    if block.kind.startswith("ENCRYPTED") or (block.has_headers and b"ENCRYPTED" in block.text):
        raise KeyFileError(f"{name} is encrypted with a passphrase", hint=_DECRYPT, place=source)
    if block.kind.startswith("OPENSSH"):
        hint = "Convert a copy of it with `ssh-keygen -p -m PEM -f COPY`, if it is the controller's key at all."
        raise KeyFileError(f"{name} is in OpenSSH's own format", hint=hint, place=source)
    try:
        key = load_pem_private_key(block.text, password=None, unsafe_skip_rsa_key_validation=trusted)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise KeyFileError(f"{name} is damaged and cannot be read", hint=_EXPECTED, place=source) from None
    if not isinstance(key, RSAPrivateKey):
        raise KeyFileError(f"{name} is not an RSA key", hint=_RSA_ONLY, place=source)
    return PrivateKey(key, fingerprint_of(key.public_key()), key.key_size)


def _what_is_missing(data: bytes) -> str:
    """What a file without a private key seems to be."""
    if pem.is_utf16(data):
        return "the file is UTF-16, not a PEM file"
    kinds = pem.begun(data)
    if "CERTIFICATE" in kinds:
        return "this is a certificate, which seals but does not open; there is no private key in it"
    if any(kind.endswith("PUBLIC KEY") for kind in kinds):
        return "this is a public key; there is no private key in it"
    return "there is no private key in it" if data.strip() else "it is empty"
