"""The ways in which YAML spells a word without its letters: escapes, continued lines, tags, wide encodings."""

from __future__ import annotations

# `\x53ecret`, `\u0053ecret`, `\U00000053ecret`, and a line continued by a backslash before any of YAML's line ends.
ESCAPES = (b"\\x", b"\\u", b"\\U", b"\\\n", b"\\\r", b"\\\xc2\x85", b"\\\xe2\x80\xa8", b"\\\xe2\x80\xa9")
# A tag may write the letters of `binary` as %-escapes: `%62`, `%69`, `%6E`, `%61`, `%72`, `%79`.
TAG_ESCAPES = (b"%6", b"%7", b"%TAG")
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")


def is_wide(data: bytes) -> bool:
    """Whether a file may be UTF-16 or UTF-32, so that its bytes show no words: by its mark or by early NULs."""
    return data.startswith(_WIDE_MARKS) or b"\0" in data[:4]


def escapes_words(data: bytes) -> bool:
    """Whether a word may be spelled with escapes, or go on in the next line."""
    if b"\\" in data:
        for escape in ESCAPES:
            if escape in data:
                return True
    return False


def hides_words(data: bytes) -> bool:
    """Whether a word may be spelled without its letters: by escapes, or in base64 under a tag."""
    if escapes_words(data):
        return True
    # `!!binary` hides a word in base64.
    return b"!" in data and (b"binary" in data or (b"%" in data and any(code in data for code in TAG_ESCAPES)))


def may_hide_words(text: str) -> bool:
    """The same for text."""
    return hides_words(text.encode("utf-8", "surrogatepass"))
