"""What the form of a sealed item says without any key: what no key opens, and what these public keys exclude.

A modulus tells little. What it tells is certain: a number that is not below it was never sealed with its key, and the
three numbers 0, 1 and N-1 decrypt to themselves, which is no sealed value. Two items sealed with another key of the
same size pass this in nine of ten cases: passing proves nothing. Needs no cryptography library.
"""

from __future__ import annotations

import binascii
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_LENGTH_BYTES = 2
_TAG_BYTES = 16
_LOST_BYTES = 8
"""Leading zeros that a careless sealer may have dropped, and the controller still reads: nine come by chance in 1 of
2**72 items."""


def broken(blob: bytes) -> str:
    """Why no key whatsoever opens the blob; '' if one may."""
    end = _LENGTH_BYTES + _block_bytes(blob)
    if len(blob) < _LENGTH_BYTES or len(blob) < end + _TAG_BYTES:
        return "it was cut off: it is shorter than any sealed value"
    return ""


def length_sealed(text: str) -> int:
    """How many bytes were sealed, by the base64 text alone; 0 for what holds none. No key is needed to see it."""
    packed = "".join(text.split())
    try:
        head = binascii.a2b_base64(packed[:4])
    except ValueError:
        return 0
    size = len(packed) * 3 // 4 - packed[-2:].count("=")
    return max(0, size - _LENGTH_BYTES - _block_bytes(head) - _TAG_BYTES)


def excluded(blob: bytes, moduli: Sequence[int]) -> str:
    """Why none of the keys with these moduli opens the blob; '' if one may. At least one modulus is needed."""
    reasons = [_excluded_by(blob, modulus) for modulus in moduli]
    return "" if "" in reasons else reasons[0]


def shortened(blob: bytes, moduli: Sequence[int]) -> bool:
    """Whether the RSA block is a few bytes shorter than each of the keys: no known sealer writes such a block, but
    the controller would read it."""
    width = _block_bytes(blob)
    return all(0 < _bytes_of(modulus) - width <= _LOST_BYTES for modulus in moduli)


def _excluded_by(blob: bytes, modulus: int) -> str:
    size, width = _bytes_of(modulus), _block_bytes(blob)
    if width > size or width < size - _LOST_BYTES:
        kind = "larger" if width > size else "smaller"
        return f"sealed with a {kind} key: {width * 8} bits, not {size * 8}"
    number = int.from_bytes(blob[_LENGTH_BYTES : _LENGTH_BYTES + width], "big")
    if number >= modulus:
        return "sealed with another key of the same size, or damaged: its number is too large for this key"
    if number in {0, 1, modulus - 1}:
        return "damaged: its number is one that no sealing gives"
    return ""


def _block_bytes(blob: bytes) -> int:
    return int.from_bytes(blob[:_LENGTH_BYTES], "big")


def _bytes_of(modulus: int) -> int:
    return (modulus.bit_length() + 7) // 8
