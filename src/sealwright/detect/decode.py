"""Peeling: base64 as Kubernetes reads it, and the text inside it. Bounded, and never raising."""

from __future__ import annotations

import base64
import binascii

from sealwright.patterns import Pattern

_ALPHABET = Pattern(r"[A-Za-z0-9+/]*={0,2}")
GZIP = b"\x1f\x8b"


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
    """The bytes as UTF-8 text, None where they are none."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None
