"""Whether a text may hold a private key in PEM: the end of its first line, and long runs of base64 soon behind it.

Source: RFC 7468; OpenPGP's armour (`PRIVATE KEY BLOCK`), RFC 9580 §6.2.
"""

from __future__ import annotations

_WORD = b"PRIVATE"
_DASHES = b"-----"
_NEAR = 4000
"""Bytes behind the first line in which headers end and base64 begins, however deep it is indented."""
_LONGEST_NAME = 24
_BREAKS = b" \t\r\n\"'+,\\"
_LONG = b"a" * 24
"""The shortest run of base64 that `private_key` takes for a key's."""
_BASE64 = bytes(97 if (chr(char).isalnum() and char < 128) or char in b"+/=" else 32 for char in range(256))


def holds_private_key(data: bytes) -> bool:
    """Whether one may begin in the text."""
    offset = data.find(_WORD)
    while offset >= 0:
        offset += len(_WORD)
        if _begins(data[offset : offset + _NEAR]):
            return True
        offset = data.find(_WORD, offset)
    return False


def _begins(behind: bytes) -> bool:
    """` KEY-----` or ` KEY BLOCK-----`, with any blanks, which folding may have put there, and base64."""
    key = behind.lstrip()
    if not key.startswith(b"KEY"):
        return key[:1] >= b"\x80"  # a blank beyond ASCII
    rest = key[3:].lstrip()
    rest = rest[5:].lstrip() if rest.startswith(b"BLOCK") else rest
    if not rest.startswith(_DASHES):
        return rest[:1] >= b"\x80"
    body = rest[len(_DASHES) :].replace(b"\\r", b" ").replace(b"\\n", b" ").lstrip(_BREAKS)
    return _LONG in (body if _is_header(body) else body[: len(_LONG)]).translate(_BASE64)


def _is_header(body: bytes) -> bool:
    """`Proc-Type: 4,ENCRYPTED`, `Comment: ...`, before the base64."""
    name, colon, _ = body[:_LONGEST_NAME].partition(b": ")
    return bool(colon) and name.replace(b"-", b"").isalnum()
