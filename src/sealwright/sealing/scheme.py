"""One sealed value: RSA-OAEP around a session key, AES-GCM around the value.

    blob = uint16 big-endian length of the RSA block || RSA block || GCM body
    RSA block = RSAES-OAEP(K), SHA-256 for hash and MGF1, with the scope's label (RFC 8017 §7.1); k bytes,
                k being the bytes of the modulus
    GCM body  = AES-GCM(K, nonce = 12 zero bytes, no associated data): ciphertext || 16-byte tag

K is 32 fresh random bytes for each value, which is what makes the constant nonce sound. `len(blob)` is
2 + k + len(value) + 16: the length of a value is public.

Source: upstream pkg/crypto/crypto.go (`HybridEncrypt`, `singleDecrypt`).
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256

from sealwright.plaintext import Plaintext
from sealwright.sealing.go_base64 import BadBase64, decode, encode

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

__all__ = [
    "BadBase64",
    "CannotOpen",
    "TooShort",
    "decode",
    "encode",
    "fits",
    "open_body",
    "open_sealed",
    "seal",
    "split",
    "unwrap",
]

_SESSION_KEY_BYTES = 32
_READABLE_SESSION_KEYS = (16, 24, 32)
_LOST_BYTES = 8
"""Leading zero bytes that a block may have lost and still be tried: nine come by chance in 1 of 2**72 items."""
_LENGTH_BYTES = 2
_NONCE = bytes(12)


class CannotOpen(Exception):  # noqa: N818 - a signal between modules, not an error that people see
    """This key and label do not open this blob. Says nothing about why; `diagnosis` does."""


class TooShort(CannotOpen):
    """The blob ends before its RSA block does; no key can open it."""


def seal(public_key: RSAPublicKey, value: Plaintext, label: bytes) -> bytes:
    """The blob for one value; its base64 text is what stands in `encryptedData`.

    `label` comes from `scope.label`. Every call gives another blob. Raises ValueError for a modulus below 784
    bits, which no certificate that `certificate` accepts has.
    """
    session_key = os.urandom(_SESSION_KEY_BYTES)
    block = public_key.encrypt(session_key, _oaep(label))
    body = AESGCM(session_key).encrypt(_NONCE, value.reveal(), None)
    return len(block).to_bytes(_LENGTH_BYTES, "big") + block + body


def split(blob: bytes) -> tuple[bytes, bytes]:
    """The RSA block and the GCM body of a blob. Raises TooShort where upstream has ErrTooShort."""
    end = _LENGTH_BYTES + int.from_bytes(blob[:_LENGTH_BYTES], "big")
    if len(blob) < end:
        raise TooShort
    return blob[_LENGTH_BYTES:end], blob[end:]


def fits(bits: int, block: bytes) -> bool:
    """Whether an RSA block has the size that a key of so many bits makes, but for zeros that it lost in front."""
    return 0 <= (bits + 7) // 8 - len(block) <= _LOST_BYTES


def open_sealed(private_key: RSAPrivateKey, blob: bytes, label: bytes) -> Plaintext:
    """The value in a blob, if this key and label open it; raises CannotOpen if not, whatever the cause.

    `label` comes from `scope.label_as_read`. Accepts what the controller accepts beyond what `seal` writes:
    an RSA block that lost leading zero bytes, and session keys of 16 or 24 bytes.
    """
    block, body = split(blob)
    session_key = unwrap(private_key, block, label)
    if session_key is None:
        raise CannotOpen
    return open_body(session_key, body)


def unwrap(private_key: RSAPrivateKey, block: bytes, label: bytes) -> Plaintext | None:
    """The session key in an RSA block; None if this key and label do not open it. Lets other threads run meanwhile."""
    size = (private_key.key_size + 7) // 8
    if len(block) > size:
        return None
    try:
        # Go reads the block as a number, whatever its width; OpenSSL insists on the width of the modulus.
        session_key = private_key.decrypt(block.rjust(size, b"\0"), _oaep(label))
    except ValueError:
        return None
    return Plaintext(session_key) if len(session_key) in _READABLE_SESSION_KEYS else None


def open_body(session_key: Plaintext, body: bytes) -> Plaintext:
    """The value, with the session key that `unwrap` found; raises CannotOpen for a body that was changed or cut off."""
    try:
        return Plaintext(AESGCM(session_key.reveal()).decrypt(_NONCE, body, None))
    except (ValueError, InvalidTag):
        raise CannotOpen from None


def _oaep(label: bytes) -> padding.OAEP:
    """OAEP with SHA-256 in both places: the library's other combinations are not readable upstream."""
    return padding.OAEP(mgf=padding.MGF1(algorithm=SHA256()), algorithm=SHA256(), label=label)
