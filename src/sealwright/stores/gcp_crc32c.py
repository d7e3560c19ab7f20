"""The checksum that Google's services keep of what they are given: CRC-32C. Source: RFC 3720, appendix B.4."""

from __future__ import annotations

from functools import cache

_POLYNOMIAL = 0x82F63B78
"""Castagnoli's, its bits reversed."""


def crc32c(data: bytes) -> int:
    """The checksum of the bytes."""
    table, value = _table(), 0xFFFFFFFF
    for byte in data:
        value = (value >> 8) ^ table[(value ^ byte) & 0xFF]
    return value ^ 0xFFFFFFFF


@cache
def _table() -> tuple[int, ...]:
    values = []
    for byte in range(256):
        value = byte
        for _ in range(8):
            value = (value >> 1) ^ (_POLYNOMIAL if value & 1 else 0)
        values.append(value)
    return tuple(values)
