"""The inside of an OAEP block, for diagnosis only: which label was it made for?

Source: RFC 8017 §5.1.2 (RSADP with the Chinese remainder theorem), §7.1.2 step 3 (OAEP decoding), §B.2.1
(MGF1). Not constant time, and it answers what a decryption must never answer; see `diagnosis`.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateNumbers

_HASH_BYTES = 32
_SESSION_KEY_BYTES = (32, 24, 16)
"""What AES takes; 32 is what every sealer known writes, so it comes first."""


def unmask(numbers: RSAPrivateNumbers, block: bytes) -> bytes | None:
    """SHA-256 of the label in an RSA block, or None if it does not unmask to a session key under this key.

    `block` is at most as long as the modulus. The session key itself is looked at for its place only, and
    dropped.
    """
    modulus = numbers.public_numbers.n
    size = (modulus.bit_length() + 7) // 8
    cipher = int.from_bytes(block, "big")
    if cipher >= modulus:
        return None
    encoded = _rsadp(numbers, cipher).to_bytes(size, "big")
    masked_seed, masked_data = encoded[1 : 1 + _HASH_BYTES], encoded[1 + _HASH_BYTES :]
    seed = _xor(masked_seed, _mgf1(masked_data, _HASH_BYTES))
    data = _xor(masked_data, _mgf1(seed, len(masked_data)))
    if encoded[0] != 0 or not _holds_session_key(data[_HASH_BYTES:]):
        return None
    return data[:_HASH_BYTES]


def _holds_session_key(padded: bytes) -> bool:
    """Whether this is zeros, a one, and a session key of a size that AES takes, to the byte.

    Looking for any 00..01 instead would take one random block in 65 000 for a hit.
    """
    return any(
        padded[:-length] == b"\x01".rjust(len(padded) - length, b"\0")
        for length in _SESSION_KEY_BYTES
        if len(padded) > length
    )


def _rsadp(numbers: RSAPrivateNumbers, cipher: int) -> int:
    """The RSA decryption primitive, about four times as fast by way of the two primes."""
    at_p = pow(cipher, numbers.dmp1, numbers.p)
    at_q = pow(cipher, numbers.dmq1, numbers.q)
    return at_q + numbers.q * (numbers.iqmp * (at_p - at_q) % numbers.p)


def _mgf1(seed: bytes, length: int) -> bytes:
    """The mask generation function of OAEP, with SHA-256."""
    rounds = range((length + _HASH_BYTES - 1) // _HASH_BYTES)
    return b"".join(sha256(seed + counter.to_bytes(4, "big")).digest() for counter in rounds)[:length]


def _xor(left: bytes, right: bytes) -> bytes:
    return (int.from_bytes(left, "big") ^ int.from_bytes(right, "big")).to_bytes(len(left), "big")
