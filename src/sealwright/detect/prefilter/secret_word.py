"""Whether `Secret` stands in a text as a scalar by itself, as in `kind: Secret`, and not in a sentence or a name."""

from __future__ import annotations

_WORD = b"Secret"
# What may follow a scalar: its quote, an escape in the string around it, the end of a plain one, a template action.
_AFTER = (
    b'"',
    b"'",
    b"\\",
    b",",
    b"}",
    b"]",
    b"\r",
    b"\n",
    b"#",
    b"{{",
    b"\xc2\x85",
    b"\xe2\x80\xa8",
    b"\xe2\x80\xa9",
    b"<",
)
_BEFORE = frozenset(b"\r\n:,[{-?\x85\xa8\xa9>")
_QUOTES = frozenset(b"\"'\\")
_LONGEST_PROPERTY = 300


def says_secret(data: bytes) -> bool:
    """Whether the word may be a kind; `SecretList` as well."""
    offset = data.find(_WORD)
    while offset >= 0:
        end = offset + len(_WORD)
        rest = data[end : end + 60]
        rest = (rest[4:] if rest.startswith(b"List") else rest).lstrip(b" \t")
        if (not rest or rest.startswith(_AFTER)) and _begins_scalar(data, offset):
            return True
        offset = data.find(_WORD, end)
    return False


def _begins_scalar(data: bytes, offset: int) -> bool:
    """Whether what stands before lets a scalar begin: a quote, an indicator, a line's beginning, an anchor or a tag."""
    head = data[max(offset - _LONGEST_PROPERTY, 0) : offset]
    bare = head.rstrip(b" \t")
    if not bare:
        return True
    if len(bare) == len(head):
        return bare[-1] in _QUOTES or bare[-1] in _BEFORE
    if bare[-1] in _BEFORE or b"\\" in bare[-2:]:
        return True
    word = bare[max(bare.rfind(b" "), bare.rfind(b"\t"), bare.rfind(b"\n"), bare.rfind(b"\r")) + 1 :]
    return word[:1] in {b"&", b"!"} or len(word) >= _LONGEST_PROPERTY - 1
