"""The byte test: may this file hold anything a detector would report?

It may only err towards yes. Every detector names in NEEDLES the words without which it finds nothing (a test compares
them with the tuple here); the rest of this module is about the ways in which YAML can spell a word without its letters:
escapes, line continuations, tags, wide encodings. Nothing is imported: this runs before every commit.
"""

from __future__ import annotations

ALLOWANCE = "sealwright:"
"""An inline allowance, which may be unused."""

_ENCODED = (
    b"U2VjcmV0",  # base64 of `Secret`, at each of its three offsets
    b"NlY3Jld",
    b"TZWNyZX",
    b"YXBpVmVyc2lvbj",  # base64 of `apiVersion:`, for base64 whose lines are broken
    b"a2luZD",  # base64 of `kind:`
    b"eyJ",  # base64 of `{"`
    b"ewog",  # base64 of `{`, newline, space
    b"ewoJ",  # base64 of `{`, newline, tab
    b"LS0tCm",  # base64 of `---`, newline
    b"H4sI",  # base64 of a gzip header
)
NEEDLES = (
    b"Secret",  # kinds: Secret, SecretList; also inside embedded manifests and last-applied annotations
    b"PRIVATE",  # one word of a PEM label, so that no folding can break it
    b"AGE-SECRET-KEY-",
    b"LS0tLS1CRUdJTi",  # base64 of `-----BEGIN `
    b"sops",
    *_ENCODED,
    ALLOWANCE.encode("ascii"),
)

# `\x53ecret`, `\u0053ecret`, `\U00000053ecret`, and a line continued by a backslash before any of YAML's line ends.
_ESCAPES = (b"\\x", b"\\u", b"\\U", b"\\\n", b"\\\r", b"\\\xc2\x85", b"\\\xe2\x80\xa8", b"\\\xe2\x80\xa9")
# A tag may write the letters of `binary` as %-escapes: `%62`, `%69`, `%6E`, `%61`, `%72`, `%79`.
_TAG_ESCAPES = (b"%6", b"%7", b"%TAG")
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")

ENCODED_NEEDLES = tuple(needle.decode("ascii") for needle in _ENCODED)
"""Those that stand for text under base64."""
_TEXT_NEEDLES = tuple(needle.decode("ascii") for needle in NEEDLES)
_TEXT_ESCAPES = tuple(escape.decode("utf-8") for escape in _ESCAPES)
_TEXT_TAG_ESCAPES = tuple(escape.decode("ascii") for escape in _TAG_ESCAPES)


def is_wide(data: bytes) -> bool:
    """Whether a file may be UTF-16 or UTF-32, so that its bytes show no words: by its mark or by early NULs."""
    return data.startswith(_WIDE_MARKS) or b"\0" in data[:4]


def may_matter(data: bytes) -> bool:
    """Whether the file must be parsed. False only where no detector could report anything."""
    if is_wide(data):
        return True  # UTF-16 or UTF-32: the test on the decoded text decides
    for needle in NEEDLES:
        if needle in data:
            return True
    if b"\\" in data:
        for escape in _ESCAPES:
            if escape in data:
                return True
    # `!!binary` hides a word in base64.
    return b"!" in data and (b"binary" in data or (b"%" in data and any(code in data for code in _TAG_ESCAPES)))


def text_may_matter(text: str) -> bool:
    """The same test for text that was decoded already."""
    return any(needle in text for needle in _TEXT_NEEDLES) or may_hide_words(text)


def may_hide_words(text: str) -> bool:
    """Whether a word may be spelled without its letters: by escapes, or in base64 under a tag."""
    return any(escape in text for escape in _TEXT_ESCAPES) or (
        "!" in text and ("binary" in text or any(code in text for code in _TEXT_TAG_ESCAPES))
    )
