"""Whether a value is base64 of text, as it becomes when somebody encodes what is encoded already.

Random tokens are base64 too, but of bytes that are no text; what is meant to be base64 of text is known by its form.
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error
from typing import Final

from sealwright.patterns import Pattern

_BASE64 = Pattern(r"[A-Za-z0-9+/]{6,}={0,2}\Z")
_SHORTEST: Final = 6
"""Characters of decoded text where padding says that it is base64; without padding, chance does it more easily."""
_SHORTEST_UNPADDED: Final = 12
# Keys that say so, and the header of HTTP's basic authentication.
_MEANT_KEY = Pattern(r"(?i).*(?:base64|b64|encoded|basic[-_.]?auth|authorization|(?:^|[-_.])auth)\Z")
# `id:secret` in tokens of Elasticsearch and others, compact JSON in those of Grafana and others.
_MEANT_TEXT = Pattern(r'[\w.@~+/-]{1,200}:[\w.~+/=-]{1,500}\Z|\{"[^\n]*\}\Z')


def reads_as_base64(key: str, text: str) -> bool:
    """Whether the text is base64 of printable text, and nothing says that it is meant to be."""
    if len(text) % 4 or not _BASE64.match(text) or _MEANT_KEY.match(key):
        return False
    try:
        inside = b64decode(text, validate=True).decode()
    except (Error, ValueError):
        return False
    inside = inside.strip()
    least = _SHORTEST if text.endswith("=") else _SHORTEST_UNPADDED
    if len(inside) < least or not inside.replace("\n", "").replace("\t", "").replace("\r", "").isprintable():
        return False
    return _MEANT_TEXT.match(inside) is None
