"""What can be told of a token beyond its shape: whether it is a sample from documentation, and its checksum."""

from __future__ import annotations

from sealwright.detect.decode import from_base64, to_text
from sealwright.patterns import Pattern

_WORDS = (
    *("example", "sample", "fake", "dummy", "your", "xxxx", "redacted", "changeme", "placeholder"),
    *("mytoken", "mysecret", "insert", "notreal", "not-a-real", "replace", "12345678", "01234567", "23456789"),
    *("87654321", "98765432"),
    "16c7e42f292c6912e7710c838347ae178b4a",  # GitHub's documentation
    *("abcdefgh", "abcd1234", "1234abcd", "a1b2c3", "1a2b3c", "0a1b2c", "abc123abc", "deadbeef", "qwerty", "foobar"),
)
_RUN = Pattern(r"(.)\1{5}")
_FEWEST = 6
"""Different characters in the random part of a token: hexadecimal digests of any length have more."""
_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHECKED = 36
_CHECKSUM = 6
_SAMPLE_CLAIMS = {"sub": "1234567890", "name": "John Doe"}
"""The token on jwt.io, whose other claims are numbers and switches; with a claim of its own it is somebody's."""
_SAMPLE_ISSUERS = ("joe", "https://example.com", "http://example.com")
"""RFC 7519's, and nobody's."""
_PUBLIC_CLAIMS = (("role", "anon"), ("aud", "raw.githubusercontent.com"))
"""Supabase's key for browsers; GitHub's links to pictures, which live for minutes."""


def is_sample(token: str) -> bool:
    """Whether a token was made up by a person: words, runs and ladders that no generator writes."""
    lowered = token.lower()
    if any(word in lowered for word in _WORDS) or _RUN.search(token):
        return True
    body = lowered[len(lowered) // 3 :]
    return len(set(body)) < _FEWEST or _repeats(body)


def _repeats(text: str) -> bool:
    """Whether a piece of at most half the text repeats itself to its end."""
    return any(text.startswith(text[period:]) for period in range(1, len(text) // 2 + 1))


def has_checksum(token: str) -> bool:
    """Whether the last six characters are the CRC-32 of the thirty before, as GitHub and npm write it (base 62)."""
    import zlib

    body = token.partition("_")[2]
    if len(body) != _CHECKED:
        return False
    number = zlib.crc32(body[:-_CHECKSUM].encode("ascii"))
    digits = ""
    for _ in range(_CHECKSUM):
        number, digit = divmod(number, len(_BASE62))
        digits = _BASE62[digit] + digits
    return digits == body[-_CHECKSUM:]


def is_web_token(token: str) -> bool:
    """Whether it is a signed JSON web token of somebody's own: neither a known sample nor public by design."""
    header, payload, _ = token.split(".", 2)
    head, claims = _json(header), _json(payload)
    if "alg" not in head or str(head["alg"]).lower() == "none" or not claims:
        return False
    texts = {claim: value for claim, value in claims.items() if isinstance(value, str)}
    if texts == _SAMPLE_CLAIMS or texts.get("iss") in _SAMPLE_ISSUERS:
        return False
    return not any(texts.get(claim) == value for claim, value in _PUBLIC_CLAIMS)


def is_encoded_web_token(text: str) -> bool:
    """The same under base64, as in `data` of a Secret."""
    token = to_text(from_base64(text) or b"") or ""
    return token.count(".") == 2 and is_web_token(token.strip())


def _json(part: str) -> dict[str, object]:
    import base64
    import json

    try:
        found = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
