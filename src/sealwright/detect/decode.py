"""Peeling: base64 as Kubernetes reads it, gzip inside it, text inside that. Bounded, and never raising."""

from __future__ import annotations

import base64
import binascii
import re
import zlib

_ALPHABET = re.compile(r"[A-Za-z0-9+/]*={0,2}")
MAX_INFLATED = 4 * 1024 * 1024
"""Bytes that a gzip stream may grow to; what is beyond is not looked at."""


def from_base64(text: str) -> bytes | None:
    """The bytes, or None where the API server would refuse the text (as Go's StdEncoding: only CR and LF ignored)."""
    compact = text.replace("\n", "").replace("\r", "")
    if len(compact) % 4 or not _ALPHABET.fullmatch(compact):
        return None
    try:
        return base64.b64decode(compact, validate=True)
    except binascii.Error:
        return None


def to_text(data: bytes) -> str | None:
    """The bytes as UTF-8 text, gunzipped first where they are gzip; None where they are neither."""
    if data.startswith(b"\x1f\x8b"):
        inflated = _gunzip(data)
        if inflated is None:
            return None
        data = inflated
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _gunzip(data: bytes) -> bytes | None:
    inflater = zlib.decompressobj(wbits=31)
    try:
        return inflater.decompress(data, MAX_INFLATED)
    except zlib.error:
        return None
