"""The ways in which a value may stand in a file: as it is, escaped, in base64 once or twice, URL-encoded."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote_from_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

SHORTEST = 6
"""Bytes: what is shorter stands in every file by chance."""

RAW, ESCAPED, BASE64, TWICE, URL = "raw", "escaped", "base64", "base64 twice", "url-encoded"
_WRAPPED = 60
"""Characters of base64 on a line, at least, where something breaks it into lines (64 in PEM, 76 in MIME)."""
_BLANK = b" \t\r\n\\"
LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
"""Of base64, by what they stand for."""
_SAFE = bytes.maketrans(b"+/", b"-_")


class Spelling(NamedTuple):
    """`text` is what to look for; in a text that `squeezed` has gone over, if so marked.

    A letter of base64 right behind it must be one of `after`, where there are any: it holds the value's last bits.
    """

    form: str
    text: bytes
    squeezed: bool = False
    after: bytes = b""

    def __repr__(self) -> str:
        return f"Spelling({self.form!r})"  # the text is nearly the value


def spellings(value: bytes) -> Iterator[Spelling]:
    """Every spelling of a value, none for one that is too short. Line ends around it do not matter."""
    core = value.strip(b"\r\n")
    if len(core.strip()) < SHORTEST:
        return
    yield Spelling(RAW, core)
    for text in dict.fromkeys(_escaped(core)):
        if text != core:
            yield Spelling(ESCAPED, text)
    # Inside of a longer text it may begin at any of three places of a group.
    for shift in range(3):
        yield from _both_alphabets(BASE64, _within(core, shift), _last(core, shift))
    for text in dict.fromkeys((_within(b64encode(core), 0), _within(b64encode(value), 0))):
        yield Spelling(TWICE, text)
    for text in dict.fromkeys(_url_encoded(core)):
        if text != core:
            yield Spelling(URL, text)
    if len(core) >= _WRAPPED * 3 // 4 or b"\n" in core:
        for spelling in (Spelling(RAW, core), Spelling(BASE64, _within(core, 0))):
            text = squeezed(spelling.text)
            if len(text) >= SHORTEST:
                yield Spelling(spelling.form, text, squeezed=True)


def squeezed(data: bytes) -> bytes:
    """Without white space, escaped line ends and backslashes: what was indented, folded or escaped is as it was."""
    for escape in (b"\\n", b"\\r", b"\\t"):
        data = data.replace(escape, b"")
    return data.translate(None, _BLANK)


def line_at(data: bytes, offset: int, *, is_squeezed: bool) -> int:
    """The line, from 1, of an offset into the data, or into what `squeezed` makes of it."""
    if not is_squeezed:
        return data.count(b"\n", 0, offset) + 1
    passed = 0
    for number, line in enumerate(data.split(b"\n"), 1):
        passed += len(squeezed(line))
        if passed > offset:
            return number
    return 1


def _within(value: bytes, shift: int) -> bytes:
    """The characters of base64 that depend on the value alone, if it begins `shift` bytes into a group of three."""
    text = b64encode(b"\0" * shift + value)
    return text[(shift * 8 + 5) // 6 : (shift + len(value)) * 8 // 6]


def _last(value: bytes, shift: int) -> bytes:
    """What the character behind those may be, where it depends on the value in part: `user-1` is not `user-2`."""
    whole, rest = divmod((shift + len(value)) * 8, 6)
    if not rest:
        return b""
    first = LETTERS.index(b64encode(b"\0" * shift + value)[whole])
    found = LETTERS[first : first + (1 << (6 - rest))]
    return found + found.translate(_SAFE)


def _both_alphabets(form: str, text: bytes, after: bytes) -> Iterator[Spelling]:
    yield Spelling(form, text, after=after)
    safe = text.translate(_SAFE)
    if safe != text:
        yield Spelling(form, safe, after=after)


def _escaped(core: bytes) -> Iterator[bytes]:
    """As it stands in quotes: JSON, with and without escapes for other scripts, and YAML in single quotes."""
    yield core.replace(b"'", b"''")
    try:
        text = core.decode()
    except UnicodeDecodeError:
        return
    for ascii_only in (True, False):
        once = json.dumps(text, ensure_ascii=ascii_only)[1:-1]
        yield once.encode()
        yield json.dumps(once, ensure_ascii=ascii_only)[1:-1].encode()  # JSON inside of JSON
    # Go's JSON, so that of kubectl, escapes these as well.
    go = json.dumps(text, ensure_ascii=False)[1:-1]
    for char in "<>&":
        go = go.replace(char, f"\\u{ord(char):04x}")
    yield go.encode()


def _url_encoded(core: bytes) -> Iterator[bytes]:
    for safe in ("", "/", "!*'()"):
        text = quote_from_bytes(core, safe)
        yield text.encode()
        yield text.replace("%20", "+").encode()
    yield _lower(quote_from_bytes(core, "")).encode()


def _lower(text: str) -> str:
    first, *rest = text.split("%")
    return "%".join([first, *(part[:2].lower() + part[2:] for part in rest)])
