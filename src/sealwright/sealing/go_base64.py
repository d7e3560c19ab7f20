"""Base64 exactly as Go's `base64.StdEncoding` reads it, with the byte offset of what is wrong.

Source: Go, src/encoding/base64/base64.go (`Decode`, `decodeQuantum`). It is how the API server reads
`Secret.data` and how the controller reads `encryptedData`. Python's decoders differ both ways: the lax one
drops foreign characters, the strict one rejects line breaks and accepts `QUJD====`.
"""

from __future__ import annotations

import binascii
import string

from sealwright.patterns import Pattern

_STANDARD = Pattern(r"[A-Za-z0-9+/]*={0,2}")
_ALPHABET = frozenset(string.ascii_letters + string.digits + "+/")
_LINE_BREAKS = "\r\n"


class BadBase64(ValueError):  # noqa: N818 - a signal to a caller who knows the place, and turns it into words
    """Text that Go would not decode. `offset` is the byte that Go names, from 0. Holds none of the text."""

    def __init__(self, offset: int) -> None:
        super().__init__(f"illegal base64 data at input byte {offset}")
        self.offset = offset


def encode(blob: bytes) -> str:
    """Standard alphabet, with padding, without line breaks."""
    return binascii.b2a_base64(blob, newline=False).decode("ascii")


def flaw_of(text: str) -> int:
    """The offset at which Go would stop in a text, -1 where it would decode it."""
    packed = text.replace("\r", "").replace("\n", "") if "\n" in text or "\r" in text else text
    return -1 if len(packed) % 4 == 0 and _STANDARD.fullmatch(packed) else _offset(text)


def decode(text: str) -> bytes:
    """The bytes of a base64 text, where Go's StdEncoding would give them.

    CR and LF are skipped wherever they stand, and bits left over in the last character are ignored. A space,
    the URL-safe alphabet, missing or excess padding raise BadBase64 with the offset that Go reports.
    """
    packed = text.replace("\r", "").replace("\n", "")
    if len(packed) % 4 or not _STANDARD.fullmatch(packed):
        raise BadBase64(_offset(text))
    return binascii.a2b_base64(packed)


def decode_sound(text: str) -> bytes:
    """The bytes of a text in which `flaw_of` found nothing: what it looked for is not looked for again."""
    return binascii.a2b_base64(text)


def _offset(text: str) -> int:
    """Where Go stops in a text that it refuses.

    Characters are bytes here: Go stops at the first one outside ASCII. At the end of the text, Go steps back
    by the characters of the unfinished group, without counting the line breaks between them.
    """
    filled = 0
    for index, character in enumerate(text):
        if character in _ALPHABET:
            filled = (filled + 1) % 4
        elif character == "=" and filled >= 2:
            return _offset_in_padding(text, index, filled)
        elif character not in _LINE_BREAKS:
            return index
    return len(text) - filled


def _offset_in_padding(text: str, index: int, filled: int) -> int:
    """The offset once a first `=` was met at `index`, after two or three characters of its group."""
    position = _skip_line_breaks(text, index + 1)
    if filled == 2:
        if position == len(text):
            return position
        if text[position] != "=":
            return position - 1
        position = _skip_line_breaks(text, position + 1)
    return position


def _skip_line_breaks(text: str, position: int) -> int:
    while position < len(text) and text[position] in _LINE_BREAKS:
        position += 1
    return position
